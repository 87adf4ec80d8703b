"""Every component once, with words as on a real page; for whoever builds a page. Only while DEBUG is on."""

import datetime
from typing import Any

from django import forms as plain
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core import forms
from core.charts import result_chart
from core.display import Chip, Crumb, Moment, Pages, Row, Step
from core.entry import entry, everyone

# Not translated: nobody but builders reads this page.
AREAS = [("wales", "Wales"), ("yh", "Yorkshire and the Humber"), ("london", "London")]


class OpportunityForm(forms.Versioned, forms.Keyed):
    """One field of every kind."""

    title = plain.CharField(label="Title", max_length=120, help_text="What a provider would search for.")
    value = forms.MoneyField(label="Value of the lot", help_text="For all years together, VAT included.")
    share = forms.PercentField(label="Share of the lead")
    people = forms.IntegerField(label="People to be reached each year")
    closes_at = forms.DateTimeField(label="Closing time", help_text="For example, 4 3 2027 and 12 noon.")
    area = forms.SelectField(label="Area", choices=AREAS)
    route = forms.RadioField(
        label="Route",
        choices=[("grant", "Grant"), ("tender", "Tender"), ("alliance", "Alliance")],
        hints={"alliance": "Commissioner and providers sign one agreement and share its outcomes."},
    )
    needs = forms.CheckboxesField(
        label="Needs it serves",
        choices=[("housing", "Accommodation"), ("work", "Employment, training and education"), ("drugs", "Drugs")],
        required=False,
    )
    reason = forms.WordLimitedTextField(label="Why it is needed", max_words=40, rows=4)
    sure = plain.BooleanField(label="The budget holder has agreed")


class FilterForm(forms.Form):
    """As on a list."""

    text = plain.CharField(label="Words", required=False)
    area = forms.SelectField(label="Area", choices=AREAS, required=False)


def _wrong() -> dict[str, Any]:
    return {
        "title": "",
        "value": "12,5",
        "share": "120",
        "people": "many",
        "closes_at_day": "28",
        "closes_at_month": "March",
        "closes_at_year": "2027",
        "closes_at_time": "1:30am",
        "reason": "Too many words. " * 20,
        "version": "1",
        "form_key": "0f5e8ab4-93e8-4be4-8e3e-a9dc0ef86e16",
    }


@entry(everyone)
def style_guide(request: HttpRequest) -> HttpResponse:
    """The page itself; `?wrong` shows the form as it comes back with errors."""
    now = timezone.now()
    form = OpportunityForm(_wrong()) if "wrong" in request.GET else OpportunityForm(initial={"version": 1})
    return render(
        request,
        "core/style_guide.html",
        {
            "form": form,
            "filters": FilterForm({"filter-area": "wales"}, prefix="filter"),
            "crumbs": [Crumb("Opportunities", "#"), Crumb("Housing support, Cardiff and Vale", "#")],
            "tasks": [
                Step("Describe the service", "#", "What people will notice when it works", "done", "good"),
                Step("Set the criteria and their weights", "#", "", "2 of 3 weights set", "info"),
                Step("Choose outcomes to share", "#", "", "to do", "plain"),
                Step("Publish", "", "Only a director can do this", "cannot start yet", "plain"),
            ],
            "rows": [
                Row("Area", "Wales", "#"),
                Row("Value", "£180,000 over three years, VAT included", "#"),
                Row("Closes", "Tuesday 4 March 2027, 12 noon", "#"),
                Row("Contact", "", "#"),
                Row("State", tag="open", tone="good"),
            ],
            "pages": Pages("Showing 26 to 50 of 1,000+", "#", "#", "#"),
            "tabs": [Crumb("Overview", "#", current=True), Crumb("Questions", "#", count=4), Crumb("Bids", "#")],
            "chips": [Chip("Area: Wales", "#"), Chip("Route: alliance", "#")],
            "moments": [
                Moment("Signed by both members", now, "Rhian Pugh", "Version 3 of the agreement."),
                Moment("Awarded", now - datetime.timedelta(days=12), "Alun Price"),
            ],
            "points": [
                "Every bidder is told the result, with reasons.",
                "The standstill of 8 working days begins on the day of the notice.",
            ],
            "facts": [Row("Value", "£180,000"), Row("Closes", "4 March 2027")],
            "chart": result_chart(42, 60, [("June 2026", 44), ("September 2026", 49), ("December 2026", 55)], "%"),
            "fewer": result_chart(310, 250, [("2025", 298), ("2026", 240)], "people"),
            "now": now,
        },
    )
