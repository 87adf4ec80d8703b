"""How the members of a joint bid answer for it, in one sentence each that a small member can read.

The sentence itself is sealed with the bid, in English whoever reads it, so that the fingerprint of a bid does not
depend on anybody's language. Pages show its translation.
"""

from django.db import models
from django.utils.translation import gettext, gettext_lazy, gettext_noop


class Liability(models.TextChoices):
    """Who answers to the commissioning body for what."""

    SEVERAL = "several", gettext_lazy("Each for its own part")
    JOINT_AND_SEVERAL = "joint_and_several", gettext_lazy("Each for the whole")
    LEAD_ALONE = "lead_alone", gettext_lazy("The lead alone")


MEANS = {
    Liability.SEVERAL: gettext_noop(
        "Each organisation answers for its own part only: if another fails, nobody can make you do or pay for "
        "its part."
    ),
    Liability.JOINT_AND_SEVERAL: gettext_noop(
        "Each organisation answers for the whole: if another fails, you can be made to do or pay for its part "
        "too, however small your share is."
    ),
    Liability.LEAD_ALONE: gettext_noop(
        "Only the lead answers to the commissioning body: you answer to the lead, as far as the two of you agree."
    ),
}


def sentence_of(liability: str) -> str:
    """What it means for a member, in English, as the bid holds it."""
    return MEANS[Liability(liability)]


def shown_sentence(sentence: str) -> str:
    """The sentence of a bid in the language of whoever reads it; as it stands where we no longer use it."""
    return gettext(sentence) if sentence in MEANS.values() else sentence
