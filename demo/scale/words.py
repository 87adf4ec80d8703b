"""Titles, texts and names, put together from parts: varied enough for lists and searches to be life-like."""

from demo.scale.chance import choose, pick
from marketplace.models import Route

HELP: dict[str, tuple[str, ...]] = {
    "accommodation": (
        "A place to stay",
        "Settled housing",
        "Move-on rooms with support",
        "Help to keep a tenancy",
    ),
    "ete": (
        "First jobs and apprenticeships",
        "Reading and numbers",
        "Work with employers",
        "Skills for the trades",
    ),
    "finance": ("Debt and benefits advice", "A bank account and a budget", "Help with money on release"),
    "relationships": ("Family support", "Parenting groups", "Safe contact with children", "Mediation at home"),
    "lifestyle": ("Mentoring", "Evening activities", "A way out of the old crowd", "Sport and coaching"),
    "drugs": (
        "Recovery groups",
        "The way back into treatment",
        "Peer support after release",
        "Naloxone and outreach",
    ),
    "alcohol": ("Alcohol support", "Sober evenings", "Treatment and aftercare for drinking"),
    "wellbeing": ("Counselling without a waiting list", "Emotional wellbeing support", "Trauma-informed therapy"),
    "thinking": ("Thinking skills", "Problem solving in groups", "Help to stay calm"),
    "attitudes": ("Restorative conversations", "Work on attitudes", "Hearing from those who were harmed"),
    "social_inclusion": ("A way into the community", "Volunteering and belonging", "Somewhere to go by day"),
}
OTHER_HELP = ("Community support", "Practical help", "Support from people who have been there")
PEOPLE: dict[str, str] = {
    "women": "women",
    "young_adults": "young adults",
    "older_people": "older people",
    "ethnic_minority_people": "people from ethnic minorities",
    "prison_leavers": "people leaving prison",
    "families": "families",
    "care_leavers": "care leavers",
    "veterans": "veterans",
    "disabled_people": "disabled people",
    "neurodivergent_people": "neurodivergent people",
    "lgbt_people": "LGBT+ people",
}
FORMS = {Route.TENDER: "contract", Route.GRANT: "grants", Route.ALLIANCE: "alliance"}

_FIRSTS = """
Ash Beck Bridge Brook Clay Copper East Elm Ferry Fox Glen Hazel Heather High Kiln King Lang Lark
Long Mill Moor North Oak Old Otter Park Quay River Rook Rowan Sand Silver South Spring Stone Swan
Thorn Well West
"""
_FIRST = _FIRSTS.split()
_SECONDS = """
acre bank bourne by combe croft dale den field ford gate grove hall ham haven head hill holm house
hurst lea ley market mead mere mouth port ridge shaw side stead stow thorpe ton wade ward wick wood
worth
"""
_SECOND = _SECONDS.split()
_KINDS = """Trust|Housing|Mentors|Women’s Centre|Recovery|Learning|Family Support|Community Kitchen|Partnership|
Together|Futures|Advice|Foundation|Project""".replace("\n", "").split("|")
_PAIRS = len(_FIRST) * len(_SECOND)

WHY = (
    "Too few people here get help in the first weeks, and those weeks decide what comes after.",
    "What exists is good, but it is full by the middle of the month and closed at weekends.",
    "Practitioners tell us that they stop asking, because there is nobody to refer to.",
    "People travel more than an hour for an appointment, miss it and are sent back to court.",
)
WHAT = (
    "We want workers who meet people where they are, stay with them for a year and answer the telephone.",
    "We want a team with experience of its own, a base people can walk to, and evenings on most days.",
    "We want small organisations to do what they do best, with one of them keeping the books for all.",
    "We want help that begins before release and does not end when the sentence does.",
)
HOW = (
    "We pay in advance, review twice a year and ask for one report for all of us.",
    "We bring the referrals and two seconded workers, and share the results, good and bad.",
    "The service is for everyone the court sends and for those who come by themselves.",
    "We expect four to six hours of writing for a bid, and answer every question within three days.",
)
QUESTIONS = (
    "What will someone find on the first day, and what in the months after?",
    "How will you reach people who do not come?",
    "Who does the work, and how do you keep them well?",
    "How will you know that it works, and what will you do with what you learn?",
)
GUIDANCE = "Say what you would do here, with whom, and give an example of what you have learned doing it before."
ANSWER = (
    "We begin with a visit before release and stay for a year. One worker knows each person by name, is there on "
    "the first day and telephones when somebody stays away. Last year three in four were still here in summer."
)
OUTCOMES = (
    ("People in settled accommodation twelve months after release", "%", 42, 60),
    ("People in work or training after six months", "%", 17, 30),
    ("People recalled in the first three months", "%", 35, 25),
    ("People who finish what they began", "%", 48, 65),
    ("Days from referral to first meeting", "days", 21, 7),
)
REASON = "The panel found the answers whole, the examples concrete and the price within what was set aside."
PRINCIPLES = (
    "We judge every decision by what it does for people.\nWe tell each other bad news first.\n"
    "Nobody gains while another member loses."
)
_PERSON_FIRSTS = """
Ada Ben Carys Dev Ella Femi Grace Hari Ines Jack Kiran Leah Mo Nia Owen Priya Rhys Sara Tom Zoe
"""
PERSON_FIRST = _PERSON_FIRSTS.split()
_PERSON_LASTS = """
Abara Bevan Chowdhury Dunn Evans Farr Grant Hughes Ali Jones Khan Lamb Moss Nowak Patel Shaw
"""
PERSON_LAST = _PERSON_LASTS.split()


def help_for(number: int, category: str) -> str:
    """What is needed or wanted: "Mentoring"."""
    return choose(number, 1, HELP.get(category, OTHER_HELP))


def people_for(number: int, cohort: str) -> str:
    """For whom: "veterans"."""
    return PEOPLE.get(cohort, "people on probation") if pick(number, 2, 4) else "people on probation"


def place(number: int) -> str:
    """A name that few others share, of 1,521: "Ashbourne"."""
    return choose(number, 3, _FIRST) + choose(number, 4, _SECOND)


def need_title(number: int, category: str, cohort: str, area: str) -> str:
    """At most 150 letters."""
    return f"{help_for(number, category)} for {people_for(number, cohort)} in {area}"[:150]


def opportunity_title(number: int, category: str, cohort: str, area: str, route: str) -> str:
    """At most 150 letters."""
    form = FORMS[Route(route)]
    return f"{help_for(number, category)} for {people_for(number, cohort)}: {form} for {area}"[:150]


def text(number: int) -> str:
    """Three sentences and a place, in two paragraphs."""
    why, what, how = choose(number, 5, WHY), choose(number, 6, WHAT), choose(number, 7, HOW)
    return f"{why} {what}\n\n{how} Most referrals would come through {place(number)}."


def signal(number: int, category: str, cohort: str) -> str:
    """What somebody says is missing, in a sentence or two."""
    wish, people = help_for(number, category), people_for(number, cohort)
    return f"{wish} for {people} near {place(number)}: there is none. {choose(number, 10, WHY)}"


def provider_name(number: int) -> str:
    """Unlike any other: the first 21,294 by their words alone, the rest by a figure after them."""
    pair, again = number % _PAIRS, number // _PAIRS
    first, row = pair % len(_FIRST), pair // len(_FIRST)
    name = _FIRST[first] + _SECOND[(row + first * 7) % len(_SECOND)]
    kind, figure = _KINDS[(pair + again) % len(_KINDS)], again // len(_KINDS)
    return f"{name} {kind}" + (f" {figure + 1}" if figure else "")


def person_name(number: int) -> str:
    """A first and a last name."""
    return f"{choose(number, 8, PERSON_FIRST)} {choose(number, 9, PERSON_LAST)}"
