"""Insurance for harm to others."""

from django.utils.translation import gettext_lazy

from providers.checks.insurance import Insurance


class PublicLiability(Insurance):
    """A sum that grows with the money; a member may be named in the lead's insurance."""

    code = "public_liability"
    place = 90
    name = gettext_lazy("Public liability insurance")
    promised = gettext_lazy(
        "A share of %(share)s is %(band)s, so you promise public liability insurance for %(amount)s now and "
        "show it only when you sign."
    )
    told = gettext_lazy(
        "A share of %(share)s is %(band)s, so it is enough that you tell us of public liability insurance for "
        "%(amount)s."
    )


CHECK = PublicLiability()
