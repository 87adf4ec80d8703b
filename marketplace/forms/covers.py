"""What is asked when somebody is to stand behind a member."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Form, Keyed, MoneyField, RadioField
from core.forms.dates import DateField
from core.models import Organisation
from core.money import pounds


class SponsorSearchForm(Form):
    """Part of a name, for a sponsor outside the bid."""

    q = forms.CharField(label=gettext_lazy("Find another provider by name or number"), max_length=200)


class _CoverForm(Keyed):
    """Up to how much, until when; `limit_hint` says the least that it must be."""

    limit_hint: Any

    def __init__(self, *args: Any, share_pence: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = self.limit_hint % {"share": pounds(share_pence)}
        self.fields["limit_pence"] = MoneyField(label=_("Up to how much?"), help_text=hint, min_pence=1)
        self.fields["expires_on"] = DateField(
            label=_("Last day"), help_text=_("Usually the last day of the service, for example 31 3 2029.")
        )


class AskCoverForm(_CoverForm):
    """Who is to stand behind the member, up to how much, until when."""

    limit_hint = gettext_lazy("At least your share of the work, %(share)s.")
    field_order = ("sponsor", "limit_pence", "expires_on")

    def __init__(self, *args: Any, sponsors: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sponsors = {str(each.pk): each for each in sponsors}
        self.fields["sponsor"] = RadioField(
            label=_("Who is asked to stand behind you?"),
            choices=[(number, each.name) for number, each in self._sponsors.items()],
        )
        self.order_fields(self.field_order)

    def clean_sponsor(self) -> Organisation:
        """The organisation that was chosen."""
        return self._sponsors[self.cleaned_data["sponsor"]]


class OfferCoverForm(_CoverForm):
    """In which check, up to how much, until when."""

    limit_hint = gettext_lazy("At least its share of the work, %(share)s.")
    field_order = ("check", "limit_pence", "expires_on")

    def __init__(self, *args: Any, checks: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["check"] = RadioField(label=_("In which check?"), choices=list(checks))
        self.order_fields(self.field_order)
