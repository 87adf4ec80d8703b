"""Terms to begin a contract from: short, in plain words, to be talked through and changed."""

from django.utils.translation import gettext as _


def starter_terms() -> list[str]:
    """One paragraph for each thing that two parties need to have said."""
    return [
        _("Work. The providers do what their winning bid says, for the people and the places it names."),
        _(
            "Money. The commissioner pays the value of each financial year, in parts agreed with the provider "
            "that leads, within 30 days of a correct invoice."
        ),
        _(
            "Reports. After each quarter the provider that leads says in a few lines what was delivered and what "
            "has been paid so far."
        ),
        _("Reviews. On the review dates all parties look at the outcomes together and say what should change."),
        _("Changes. Money, days and terms change only by a variation that all parties have signed."),
        _(
            "People. Everybody keeps the law on safeguarding, equality and personal data, and tells the others at "
            "once of anything serious."
        ),
        _(
            "Ending. On a break date either side may end the contract with three months’ notice. It may end "
            "sooner only for a serious breach that was not put right after a warning in writing."
        ),
    ]
