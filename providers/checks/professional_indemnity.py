"""Insurance for wrong advice."""

from django.utils.translation import gettext_lazy

from providers.checks.insurance import Insurance


class ProfessionalIndemnity(Insurance):
    """Only where much money is at stake."""

    code = "professional_indemnity"
    place = 100
    name = gettext_lazy("Professional indemnity insurance")
    promised = gettext_lazy(
        "A share of %(share)s is %(band)s, so if you give advice you promise professional indemnity insurance "
        "for %(amount)s now and show it only when you sign."
    )
    told = gettext_lazy(
        "A share of %(share)s is %(band)s, so if you give advice you tell us of professional indemnity "
        "insurance for %(amount)s."
    )


CHECK = ProfessionalIndemnity()
