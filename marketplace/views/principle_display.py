"""The eight principles as plain values for their page."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.display import Text
from core.templatetags.accord import day
from marketplace.models import Need, Principle, PrincipleMark, Standing

# What each asks, in our words.
MEANINGS = {
    Principle.USERS: gettext_lazy(
        "You know what people and communities need, and organisations that know them best speak for them."
    ),
    Principle.PROVIDERS: gettext_lazy(
        "Possible providers and local experts were asked well before, and you set the priorities with them."
    ),
    Principle.OUTCOMES: gettext_lazy("What should be different for people stands at the heart of the plan."),
    Principle.RANGE: gettext_lazy("You know everybody who could provide this, small organisations among them."),
    Principle.CAPACITY: gettext_lazy(
        "You put something into providers’ strength, above all of those who reach people whom others do not."
    ),
    Principle.FAIRNESS: gettext_lazy(
        "The process is open, fair and within reach of many; joint bids are possible where they fit."
    ),
    Principle.TERM: gettext_lazy("Contracts are long and risk is shared where that helps to do the work well."),
    Principle.FEEDBACK: gettext_lazy(
        "People, communities and providers say whether the need was met, and you listen."
    ),
}
TONES = {Standing.DONE: "good", Standing.NOT_YET: "warn", Standing.NOT_RELEVANT: "plain"}


@dataclass(frozen=True)
class PrincipleLine:
    """One principle on the page of a need."""

    number: int
    title: Text
    meaning: Text
    standing: Text
    tone: str
    text: str
    link: str
    said: str
    url: str


def line_of(
    principle: Principle, mark: PrincipleMark | None, need: Need, *, within: bool, may_change: bool
) -> PrincipleLine:
    """How the need stands by it; `within`: with the name of who said so."""
    url = reverse("principle-edit", args=[need.pk, principle.value]) if may_change else ""
    if mark is None:
        plain = _("nothing said yet")
        return PrincipleLine(
            principle.value, principle.label, MEANINGS[principle], plain, "plain", "", "", "", url
        )
    who = mark.updated_by.name if within else need.organisation.name
    return PrincipleLine(
        number=principle.value,
        title=principle.label,
        meaning=MEANINGS[principle],
        standing=Standing(mark.standing).label,
        tone=TONES[Standing(mark.standing)],
        text=mark.text,
        link=mark.link,
        said=_("%(who)s, %(day)s") % {"who": who, "day": day(mark.updated_at)},
        url=url,
    )
