"""The case somebody tries out on the public page, and what the service administrator writes about checks."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import Form, IntegerField, MoneyField, RadioField, SelectField
from providers.checks import Case, Route
from providers.identifiers import LegalForm

# In Welsh the answer repeats the verb of the question.
DOES_IT = [("yes", pgettext_lazy("does it", "Yes")), ("no", pgettext_lazy("does it", "No"))]
DO_YOU = [("yes", pgettext_lazy("do you", "Yes")), ("no", pgettext_lazy("do you", "No"))]
# What the page shows first: a small charity and a small grant.
EXAMPLE: dict[str, Any] = {
    "value": 4_000_000,
    "income": 6_000_000,
    "legal_form": LegalForm.CHARITY.value,
    "staff": 3,
    "contact": "yes",
    "personal_data": "yes",
    "route": Route.GRANT.value,
}


class CaseForm(Form):
    """An organisation and a piece of work, sent by GET and kept nowhere."""

    value = MoneyField(
        label=_("Your part of the money"),
        help_text=_("If you bid with others, only your own share. VAT included."),
    )
    income = MoneyField(label=_("Your income in a year"))
    legal_form = SelectField(choices=LegalForm.choices, label=_("What you are in law"))
    staff = IntegerField(label=_("Paid staff"), max_value=1_000_000)
    contact = RadioField(choices=DOES_IT, label=_("Does the work bring you together with people on probation?"))
    personal_data = RadioField(choices=DO_YOU, label=_("Do you keep personal data about them?"))
    route = RadioField(choices=Route.choices, label=_("How the money is given"))
    months = IntegerField(
        label=_("How many months the work lasts, if you know"),
        help_text=_("Then your income is set beside one year’s part of the money."),
        min_value=1,
        required=False,
    )

    def case(self, on: datetime.date) -> Case:
        """What was typed, as the checks take it."""
        typed = self.cleaned_data
        return Case(
            value_share_pence=typed["value"],
            income_pence=typed["income"],
            legal_form=typed["legal_form"],
            staff_count=typed["staff"],
            holds_personal_data=typed["personal_data"] == "yes",
            contact_with_people=typed["contact"] == "yes",
            route=typed["route"],
            on=on,
            months=typed["months"],
        )


def example_case(on: datetime.date, **told: Any) -> Case:
    """The case of the example, with what is known of the reader instead."""
    values = {**EXAMPLE, **told}
    return Case(
        value_share_pence=values["value"],
        income_pence=values["income"],
        legal_form=values["legal_form"],
        staff_count=values["staff"],
        holds_personal_data=values["personal_data"] == "yes",
        contact_with_people=values["contact"] == "yes",
        route=values["route"],
        on=on,
    )
