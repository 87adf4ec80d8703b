"""What a provider that closes its account lets go of here, and what stays."""

from django.utils.translation import gettext_lazy as _

GOES = (
    _("Your registration: facts, register numbers, other names, areas, needs, groups of people and languages."),
    _("Your contact, declarations and statements."),
    _("What you showed for checks, with its files."),
    _("Your notice for partners, share codes, and kept profiles that no submitted bid needs."),
    _("Expressions of interest that wait for an answer, and invitations that wait for yours, end."),
    _("Your places in consortia end. Members of a consortium that you lead are told that they have left it."),
)
STAYS = (
    _(
        "Introductions made and messages answered, because the other organisation had them too. "
        "The name of the person you chose as contact stands in them."
    ),
    _("That you were in a consortium, because others decided with you."),
)
