"""What a registration asks, in the order it asks: why, and about how long it takes."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.permissions import Permission as P

Sentence = str | Promise


@dataclass(frozen=True)
class Section:
    """One page of questions. `key` names it in addresses and progress; `minutes` is what it usually takes."""

    key: str
    title: Sentence
    why: Sentence
    minutes: int
    permission: P = P.REGISTRATION_EDIT
    is_declaration: bool = False
    # Worth telling, but nothing waits for it.
    is_optional: bool = False


SECTIONS: tuple[Section, ...] = (
    Section(
        "name",
        _("Name and numbers"),
        _("So that commissioners and partners know exactly who you are."),
        minutes=2,
    ),
    Section(
        "about",
        _("What you do and how big you are"),
        _("Your size decides how little we ask of you. What you do is how partners find you."),
        minutes=3,
    ),
    Section(
        "areas",
        _("Where you work"),
        _("So that commissioners near you find you, and you see what is needed there."),
        minutes=1,
    ),
    Section(
        "needs",
        _("Whom you help, and with what"),
        _("So that the right opportunities and partners reach you, and others do not."),
        minutes=1,
    ),
    Section(
        "exclusions",
        _("Reasons for exclusion"),
        _("By law a public body must check these before it buys from anyone. Most small charities tick one box."),
        minutes=3,
        permission=P.BID_CONSENT,
        is_declaration=True,
    ),
    Section(
        "conflicts",
        _("Conflicts of interest"),
        _("So that nobody helps to decide about money that could come to themselves or their family."),
        minutes=1,
        is_declaration=True,
    ),
    Section(
        "safeguarding",
        _("Safeguarding"),
        _("You will meet people who may be at risk. Someone has to know what to do, in every organisation."),
        minutes=2,
        is_declaration=True,
    ),
    Section(
        "insurance",
        _("Employers’ liability insurance"),
        _("The law asks it of nearly everyone who employs somebody. You never need it in place before an award."),
        minutes=1,
        is_declaration=True,
    ),
    Section(
        "details",
        _("Other names and year end"),
        _("So that people find you by the name they know."),
        minutes=1,
        is_optional=True,
    ),
    Section(
        "people",
        _("Languages and lived experience"),
        _("So that people who need Welsh, sign language or somebody who has been there find you."),
        minutes=2,
        is_optional=True,
    ),
    Section(
        "contact",
        _("Whom to ask"),
        _("So that commissioners and partners reach the right person. You choose what is public."),
        minutes=1,
        is_optional=True,
    ),
)

BY_KEY: dict[str, Section] = {section.key: section for section in SECTIONS}
