"""What a bid asks for."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import (
    Form,
    Keyed,
    ModelRadioField,
    MoneyField,
    PercentField,
    RadioField,
    TextField,
    Versioned,
    WordLimitedTextField,
)
from core.models import Organisation
from core.money import pounds
from core.templatetags.accord import when
from marketplace.liability import MEANS, Liability
from marketplace.models import Bid, BidMember, Criterion, Lot
from marketplace.models.bid_drafting import LONGEST_COMMENT
from providers.models import Consortium

ALONE = "alone"
EMPTY = "empty"
LONGEST_PART = 300


class DraftAnswerField(WordLimitedTextField):
    """An answer in the making: counted against its limit, and kept even while it is over it."""

    times_over = 4

    def __init__(self, *, max_words: int, **kwargs: Any) -> None:
        longest = max_words * self.letters_a_word * self.times_over
        super().__init__(max_words=max_words, max_length=longest, **kwargs)

    def validate(self, value: str) -> None:
        """Leaves an empty box and the limit of words to the day the bid is submitted."""


class DraftField(TextField):
    """A box that must be filled when the bid is submitted, and may be empty until then."""

    def validate(self, value: str) -> None:
        """Leaves an empty box to the day the bid is submitted."""


class AnswerForm(Versioned):
    """The answer to one question."""

    def __init__(self, *args: Any, criterion: Criterion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"] = DraftAnswerField(max_words=criterion.word_limit, rows=16, label=_("Your answer"))


class RestoreForm(Versioned):
    """Which earlier answer is brought back."""

    number = forms.IntegerField(min_value=1, max_value=2_147_483_647, widget=forms.HiddenInput)


class WriterForm(Form):
    """Which organisation writes an answer besides the lead."""

    NOBODY = "nobody"

    def __init__(self, *args: Any, organisations: Iterable[Organisation | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(each.pk) if each else self.NOBODY: each for each in organisations}
        choices = [
            (number, each.name if each else _("Nobody in particular; the lead"))
            for number, each in self.organisations.items()
        ]
        self.fields["writer"] = RadioField(label=_("Who writes it?"), choices=choices)

    def clean_writer(self) -> Organisation | None:
        """The organisation, or none for nobody in particular."""
        return self.organisations[self.cleaned_data["writer"]]


class LeadForm(Form):
    """Which member is asked to lead."""

    def __init__(self, *args: Any, organisations: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(each.pk): each for each in organisations}
        choices = [(number, each.name) for number, each in self.organisations.items()]
        self.fields["organisation"] = RadioField(label=_("Who should lead?"), choices=choices)

    def clean_organisation(self) -> Organisation:
        """The member."""
        return self.organisations[self.cleaned_data["organisation"]]


class CommentForm(Keyed):
    """Something to say to the others in the bid."""

    text = TextField(
        label=gettext_lazy("Your comment"),
        max_length=LONGEST_COMMENT,
        rows=4,
        help_text=gettext_lazy(
            "Only the organisations in this bid can read it. It is erased when the bid is handed in."
        ),
        error_messages={"required": gettext_lazy("Write what you want to say.")},
    )


class CostForm(Keyed):
    """A line of a member's own costs; the first time, that it knows who may come to read them."""

    label = forms.CharField(label=gettext_lazy("What for"), max_length=120)

    def __init__(self, *args: Any, is_first: bool, lead: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(label=_("Cost including VAT"), min_pence=1)
        if is_first:
            sentence = _("We know that %(lead)s, the lead, may open everybody’s costs to all members of this bid.")
            self.fields["knows"] = forms.BooleanField(label=sentence % {"lead": lead})


class PriceForm(Versioned):
    """What the bid asks for."""

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _(
            "For everything, from beginning to end. The lot is worth %(value)s; the price cannot be above that."
        )
        self.fields["price"] = MoneyField(
            label=_("Price including VAT"), help_text=hint % {"value": pounds(lot.value_pence)}, min_pence=1
        )


class WithWhom(RadioField):
    """Alone, or with one of the consortia that the organisation leads."""

    def __init__(self, consortia: Iterable[tuple[Consortium, list[str]]], **kwargs: Any) -> None:
        self.consortia = {str(consortium.pk): consortium for consortium, _names in consortia}
        choices = [(ALONE, _("Alone")), *((str(each.pk), each.name) for each, _names in consortia)]
        hints = {str(consortium.pk): ", ".join(names) for consortium, names in consortia}
        super().__init__(choices=choices, hints=hints, label=_("Who bids?"), **kwargs)

    def clean(self, value: Any) -> Consortium | None:
        """The consortium, or none for alone."""
        return self.consortia.get(super().clean(value))


class StartBidForm(Keyed):
    """For which lot, with whom, and with which words a bid begins; asks only what there is a choice about."""

    def __init__(
        self,
        *args: Any,
        lots: Iterable[Lot],
        consortia: Iterable[tuple[Consortium, list[str]]],
        withdrawn: Iterable[Bid],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.withdrawn = {str(bid.pk): bid for bid in withdrawn}
        numbers = [lot.pk for lot in lots]
        if len(numbers) > 1:
            choices = Lot.objects.filter(pk__in=numbers)
            self.fields["lot"] = ModelRadioField(choices, label=_("Which lot is the bid for?"))
        if consortia:
            self.fields["consortium"] = WithWhom(consortia, initial=ALONE)
        if self.withdrawn:
            self.fields["words_of"] = RadioField(
                label=_("What does it begin with?"), choices=self._beginnings(), initial=next(iter(self.withdrawn))
            )

    def _beginnings(self) -> list[tuple[str, str]]:
        sentence = _("The words of your withdrawn bid %(number)s, last changed %(time)s")
        old = [
            (number, sentence % {"number": number, "time": when(bid.updated_at)})
            for number, bid in self.withdrawn.items()
        ]
        return [*old, (EMPTY, _("Empty pages"))]

    def clean_words_of(self) -> Bid | None:
        """The withdrawn bid to copy from, or none."""
        return self.withdrawn.get(self.cleaned_data["words_of"])


class BidTogetherForm(Keyed, Versioned):
    """What the consortium of a bid is called."""

    name = forms.CharField(
        label=gettext_lazy("What you call yourselves"),
        max_length=200,
        help_text=gettext_lazy("Partners and the commissioning body see it. You can change it later."),
    )


class ConsortiumForm(Versioned):
    """With whom the bid is made."""

    def __init__(self, *args: Any, consortia: Iterable[tuple[Consortium, list[str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consortium"] = WithWhom(consortia)


class MembersForm(Versioned):
    """A share and a part for each member: fields share_<number> and part_<number> of its organisation."""

    def __init__(self, *args: Any, members: Iterable[BidMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = list(members)
        alone = len(self.members) == 1
        for place in self.members:
            number, name = place.organisation_id, {"name": place.organisation.name}
            if not alone:
                self.fields[f"share_{number}"] = PercentField(label=_("Share of %(name)s") % name)
            self.fields[f"part_{number}"] = DraftField(
                label=_("What %(name)s would do") % name, rows=3, max_length=LONGEST_PART, required=not alone
            )
        if not alone:
            self.fields["liability"] = RadioField(
                label=_("Who answers for what if something goes wrong?"),
                choices=Liability.choices,
                hints={kind.value: _(sentence) for kind, sentence in MEANS.items()},
            )

    def groups(self) -> list[dict[str, Any]]:
        """The fields, member by member, as the page shows them."""
        return [
            {
                "name": place.organisation.name,
                "is_lead": place.is_lead,
                "fields": [self[name] for name in self._names(place) if name in self.fields],
            }
            for place in self.members
        ]

    def shares(self) -> dict[int, tuple[int, str]]:
        """{organisation number: (share in basis points, part)} of a form without errors."""
        whole = {"share": 10_000}
        return {
            place.organisation_id: (
                self.cleaned_data.get(f"share_{place.organisation_id}", whole["share"]),
                self.cleaned_data[f"part_{place.organisation_id}"],
            )
            for place in self.members
        }

    def with_shares(self, shares_bps: Mapping[int, int]) -> None:
        """These shares stand in the boxes instead of those typed; nothing else that was typed is lost."""
        boxes = {f"share_{number}": share_bps for number, share_bps in shares_bps.items()}
        filled = {self.add_prefix(name): self.fields[name].prepare_value(bps) for name, bps in boxes.items()}
        self.data = {**self.data.dict(), **filled}  # type: ignore[attr-defined]  # what a page sends is a QueryDict

    @staticmethod
    def _names(place: BidMember) -> tuple[str, str]:
        return f"share_{place.organisation_id}", f"part_{place.organisation_id}"


class VersionReadForm(Form):
    """Carries the fingerprint of the words that stood on the page, so that nobody says yes to others."""

    content_sha256 = forms.CharField(
        widget=forms.HiddenInput, validators=[RegexValidator(r"\A[0-9a-f]{64}\Z")], max_length=64
    )
