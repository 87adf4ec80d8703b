"""Questions that more than one opportunity asks, and answers that more than one bid gives."""

HMIP = "HM Inspectorate of Probation, Research & Analysis Bulletin 2024/02"

HOUSING_QUESTIONS = (
    (
        "How will someone who leaves custody on a Friday have a place to stay that night, and still have one after a year?",
        "Who does what in the first 72 hours; how rooms are found and kept; what happens when it goes wrong.",
        60,
        500,
    ),
    (
        "How will you work with probation staff and with each other, and how will people on probation shape the service?",
        "Named contacts, how you share information safely, what you changed last time somebody told you it did not work.",
        40,
        400,
    ),
)
WOMEN_QUESTIONS = (
    (
        "What will a woman find when she first comes through the door, and what in the months after?",
        "A safe place, childcare, advice and the people who stay with her from the first visit to the last.",
        50,
        500,
    ),
    (
        "How will you reach women who do not come, above all those caring for children and those from minority communities?",
        "Where you go to meet them, in which languages, and with whom.",
        50,
        500,
    ),
)
FAMILY_QUESTIONS = (
    (
        "How will a family stay in touch through a sentence and be ready for somebody’s return?",
        "What you do before, during and after; how children are asked; how distance and cost are met.",
        60,
        500,
    ),
    (
        "How will you know that it works, and what will you do with what you learn?",
        "What you measure, how often, and an example of something you stopped doing.",
        40,
        350,
    ),
)
SLOW_QUESTIONS = (
    (
        "What will a day with you be like for somebody who has been inside for ten years?",
        "What there is to do, who else is there, and what happens on a bad day.",
        60,
        300,
    ),
    (
        "How will you find the people who do not come by themselves?",
        "Where you meet them first, and who goes with them.",
        40,
        200,
    ),
)
WORK_QUESTIONS = (
    (
        "How will people with little schooling move into lasting work?",
        "What is taught, how it fits around probation appointments, which employers are on board.",
        55,
        450,
    ),
    (
        "How will you know that it works, and what will you do with what you learn?",
        "What you measure, how often, and an example of something you stopped doing.",
        45,
        350,
    ),
)
RECOVERY_QUESTIONS = (
    (
        "How will recovery support be there in the evenings, at weekends and in the week after release?",
        "Opening hours, people with lived experience, the way in from prison and back to treatment.",
        60,
        500,
    ),
    (
        "How will you keep people safe?",
        "Naloxone, what you do when somebody relapses, how you tell probation what it has to know.",
        40,
        300,
    ),
)

KEEP_ROOM = (
    "We meet each person at the gate or at the first appointment and go to the room with them. "
    "Three landlords keep six rooms free for Friday releases. One worker stays with the person for a year: "
    "every day in the first week, every week for six months, every month after that. "
    "When rent falls behind, the worker knows within five days and sits down with tenant and landlord. "
    "Of the 41 people we housed last year, 33 were in the same place after twelve months."
)
WITH_OTHERS = (
    "A worker spends two mornings a week in the probation office. Probation staff have one telephone number that a "
    "person answers. Four people who have used the service sit on our board; last spring they told us that a letter "
    "in the first week frightened them, and we now telephone instead."
)
PLAIN = (
    "Our team has done this work for some years and knows the area well. We would recruit two more workers and use "
    "the referral form we already have. Rooms would come from the private market as they are needed."
)
DOOR = (
    "She finds a kitchen before she finds a desk. A worker makes tea, somebody from the crèche says hello to the "
    "children, and nothing is written down on the first day. In the second week we ask what she wants to change first. "
    "Advice on debt, housing and benefits is in the building; so is a nurse on Thursdays."
)
REACH = (
    "We go to school gates, to the mosque on Cheetham Hill Road, to the food bank and to the court on remand days. "
    "Between us we speak nine languages. A woman who misses two visits gets a card by post with a hand-written line."
)
TEACH = (
    "One learner, one volunteer, one hour, twice a week, in the library nearest to where the person lives. Lessons use "
    "what they need: a tenancy, a menu, a driving theory test. Eleven employers promise an interview to everyone who "
    "has stayed for ten weeks."
)
LEARN = (
    "We count who starts, who stays ten weeks, who is in work after three and six months. Last year we stopped our "
    "Saturday classes: hardly anybody came twice, and those who left told us they wanted to be with their children."
)
EVENINGS = (
    "Groups run on six evenings and on both days of the weekend, led by people at least two years in recovery. A peer "
    "meets everyone who leaves prison with a prescription and walks with them to the pharmacy that day."
)
SAFE = (
    "Every worker carries naloxone and is trained each year. A relapse never ends support. We agree with each person, "
    "in writing and in advance, what we would have to tell probation."
)
TOGETHER = (
    "A worker drives families to visits twice a month and stays in the waiting room with the children. Parents inside "
    "record a bedtime story every week. Six weeks before release we sit down with everyone who will live in the house, "
    "and write on one page what each of them hopes for and is afraid of."
)
A_DAY = (
    "There is a kettle, a shed and a row of beans to string. Nobody has to talk. We begin at ten and eat together at "
    "half past twelve. On a bad day people sit in the shed with the dog, and somebody sits near them."
)
AT_THE_DOOR = (
    "We go to the approved premises on Tuesdays and play dominoes. After a few weeks somebody asks what the mud on our "
    "boots is. The first time, we walk there with them; the second time, we wait at the bus stop."
)
