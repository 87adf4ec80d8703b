"""Who takes part. People and charities are invented; public bodies are real, what they do here is not."""

from dataclasses import dataclass, field

from core.roles import Role

PASSWORD = "a-demo-is-not-a-secret"
MAIL = "demo.example.org"


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    name: str
    roles: tuple[Role, ...]

    @property
    def email(self) -> str:
        """first.last@demo.example.org"""
        plain = self.name.lower().replace("’", "").replace("é", "e").replace("ŵ", "w").replace("ô", "o")
        return f"{'.'.join(plain.split())}@{MAIL}"


@dataclass(frozen=True)
class Commissioner:
    """A commissioning body: the slug of its public body and of its area, and its people, director first."""

    name: str
    body: str
    region: str
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Provider:
    """A charity or company with what it says of itself; the first person registers it and owns it."""

    name: str
    legal_form: str
    identifiers: dict[str, str]
    summary: str
    income_pounds: int
    staff: int
    volunteers: int
    areas: tuple[tuple[str, str], ...]
    categories: tuple[str, ...]
    cohorts: tuple[str, ...]
    people: tuple[Person, ...]
    declares: bool = True
    governing_document: str = field(default="")


SERVICE_TEAM = (
    Person("Ffion Pritchard", (Role.SERVICE_ADMINISTRATOR,)),
    Person("Desmond Achebe", (Role.AUDITOR,)),
)

GREATER_MANCHESTER = Commissioner(
    "Greater Manchester Probation Service",
    "greater-manchester-probation-service",
    "greater-manchester",
    (
        Person("Ruth Okafor", (Role.DIRECTOR,)),
        Person("Daniel Whitworth", (Role.COMMISSIONING_MANAGER,)),
        Person("Shabnam Iqbal", (Role.PANEL_MEMBER,)),
        Person("Peter Lomax", (Role.PANEL_MEMBER,)),
        Person("Joyce Entwistle", (Role.COMMISSIONER_FINANCE,)),
        Person("Callum Reid", (Role.PRACTITIONER,)),
    ),
)
SOUTH_WEST = Commissioner(
    "South West Probation Service",
    "south-west-probation-service",
    "south-west",
    (
        Person("Margaret Penrose", (Role.DIRECTOR,)),
        Person("Oliver Tregenza", (Role.COMMISSIONING_MANAGER,)),
        Person("Nadia Rahman", (Role.PANEL_MEMBER,)),
        Person("Tom Hallett", (Role.PANEL_MEMBER, Role.PRACTITIONER)),
    ),
)
YORKSHIRE = Commissioner(
    "Yorkshire and the Humber Probation Service",
    "yorkshire-and-the-humber-probation-service",
    "yorkshire-and-the-humber",
    (
        Person("Alison Brearley", (Role.DIRECTOR,)),
        Person("Kwame Mensah", (Role.COMMISSIONING_MANAGER,)),
        Person("Helen Sugden", (Role.PANEL_MEMBER,)),
        Person("Imran Hussain", (Role.PANEL_MEMBER,)),
    ),
)
COMMISSIONERS = (GREATER_MANCHESTER, SOUTH_WEST, YORKSHIRE)

# Practitioners who say what is missing beside Callum Reid; they are here, but nobody signs in as one of them.
COLLEAGUES = tuple(
    Person(name, (Role.PRACTITIONER,))
    for name in (
        *("Adaeze Nwosu", "Billy Fairhurst", "Chloe Brierley", "Dominik Kowalski", "Esther Ogden"),
        *("Farida Malik", "Gareth Scholes", "Hannah Pilling", "Isaac Boateng", "Jodie Ramsbottom"),
    )
)

_GM = ("probation_region", "greater-manchester")
_SW = ("probation_region", "south-west")
_YH = ("probation_region", "yorkshire-and-the-humber")

DOORSTEP = Provider(
    "Doorstep Salford",
    "charity",
    {"GB-CHC": "1990017"},
    "Finds and keeps rooms for people leaving prison, with a visit every week for the first six months.",
    61_500,
    3,
    14,
    (("delivery_unit", "salford"), ("delivery_unit", "bolton"), _GM),
    ("accommodation", "finance"),
    ("prison_leavers", "young_adults"),
    (
        Person("Bernadette Quinn", (Role.OWNER,)),
        Person("Yusuf Demir", (Role.BID_WRITER,)),
    ),
)
SECOND_SPRING = Provider(
    "Second Spring Women’s Centre",
    "cio",
    {"GB-CHC": "1990025"},
    "A place for women in contact with the justice system: advice, a meal, childcare and a way back into work.",
    184_000,
    8,
    22,
    (_GM,),
    ("relationships", "wellbeing", "ete", "accommodation"),
    ("women", "families"),
    (
        Person("Lorraine Adeyemi", (Role.OWNER,)),
        Person("Gwen Parfitt", (Role.PROVIDER_FINANCE,)),
        Person("Amy Cheung", (Role.VIEWER,)),
    ),
)
NORTHGATE = Provider(
    "Northgate Mentors",
    "cic",
    {"GB-COH": "09900331"},
    "Trains and supports mentors who have been through prison themselves.",
    342_000,
    11,
    60,
    (_GM, ("probation_region", "north-west")),
    ("lifestyle", "thinking", "social_inclusion", "accommodation"),
    ("young_adults", "ethnic_minority_people"),
    (Person("Marcus Bell", (Role.OWNER,)), Person("Sofia Lindqvist", (Role.BID_WRITER,))),
)
TAMAR = Provider(
    "Tamar Crossing Housing",
    "company",
    {"GB-COH": "09900447", "GB-CHC": "1990033"},
    "Supported houses in Plymouth and east Cornwall, with workers on call.",
    1_260_000,
    31,
    9,
    (_SW, ("delivery_unit", "plymouth"), ("delivery_unit", "cornwall-and-isles-of-scilly")),
    ("accommodation", "drugs", "alcohol"),
    ("prison_leavers", "older_people"),
    (Person("Jenifer Nance", (Role.OWNER,)), Person("Piers Holman", (Role.BID_WRITER,))),
)
HARBOUR = Provider(
    "Harbour Light Family Support",
    "charity",
    {"GB-CHC": "1990041"},
    "Keeps families in touch through a sentence, and helps when somebody comes home.",
    97_000,
    5,
    18,
    (_SW,),
    ("relationships", "wellbeing"),
    ("families", "women"),
    (Person("Rosa Figueira", (Role.OWNER,)),),
)
FRESH_PAGE = Provider(
    "Fresh Page Learning",
    "cio",
    {"GB-CHC": "1990058"},
    "Reading, numbers and first jobs, taught one to one in libraries and probation offices.",
    76_000,
    4,
    35,
    (_SW, ("delivery_unit", "bristol-and-south-gloucestershire")),
    ("ete", "finance"),
    ("young_adults", "neurodivergent_people"),
    (Person("Edwin Carew", (Role.OWNER,)),),
)
AIRE = Provider(
    "Aire Valley Recovery",
    "charity",
    {"GB-CHC": "1990066"},
    "Recovery groups run by people in recovery, open in the evenings and at weekends.",
    410_000,
    13,
    40,
    (_YH, ("delivery_unit", "leeds"), ("delivery_unit", "bradford-and-calderdale")),
    ("drugs", "alcohol", "lifestyle"),
    ("prison_leavers", "veterans"),
    (Person("Siobhan Cleary", (Role.OWNER,)), Person("Raj Bansal", (Role.BID_WRITER,))),
)
CALDER = Provider(
    "Calder Kitchen",
    "mutual",
    {"GB-MPR": "IP31990R"},
    "A community kitchen that employs and trains people whom nobody else gives a first chance.",
    58_000,
    3,
    25,
    (_YH, ("delivery_unit", "bradford-and-calderdale")),
    ("ete", "social_inclusion"),
    ("women", "ethnic_minority_people"),
    (Person("Nasreen Akhtar", (Role.OWNER,)),),
)
STEEL_CITY = Provider(
    "Steel City Second Chance",
    "cio",
    {"GB-CHC": "1990074"},
    "Mentors and a football league for young men in Sheffield.",
    132_000,
    6,
    48,
    (_YH, ("delivery_unit", "sheffield")),
    ("thinking", "attitudes", "lifestyle"),
    ("young_adults", "care_leavers"),
    (Person("Andre Campbell", (Role.OWNER,)),),
)
MOORLAND = Provider(
    "Moorland Allotment Group",
    "unregistered",
    {},
    "Twelve plots, a shed and a kettle, for anyone sent by probation who would rather dig than talk.",
    4_200,
    0,
    16,
    (_YH,),
    ("wellbeing", "social_inclusion"),
    ("older_people",),
    (Person("Brian Ackroyd", (Role.OWNER,)),),
    declares=False,
    governing_document="Constitution agreed at the general meeting of 14 May 2023",
)
PROVIDERS = (
    DOORSTEP,
    SECOND_SPRING,
    NORTHGATE,
    TAMAR,
    HARBOUR,
    FRESH_PAGE,
    AIRE,
    CALDER,
    STEEL_CITY,
    MOORLAND,
)
NEWCOMER = Person("Keisha Morgan", ())
CLAIMANT = Person("Maureen Stott", ())


def everybody() -> list[Person]:
    """All who can sign in, the service team first."""
    houses = [SERVICE_TEAM, *(body.people for body in COMMISSIONERS), *(found.people for found in PROVIDERS)]
    return [person for people in houses for person in people] + [NEWCOMER, CLAIMANT]
