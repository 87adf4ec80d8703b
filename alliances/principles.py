"""Principles to begin from: an alliance keeps, changes or replaces them before anybody signs.

After what others learnt about alliancing: look beyond the usual services, take time, share power, change
commissioning too, prepare for hard decisions, ask for whom the outcomes are, start small, reflect together.
"""

from django.utils.translation import gettext_lazy as _

STARTER = (
    _("We judge every decision by what it does for people on probation, and ask them what a good outcome is."),
    _("We are equal parties. Neither money nor size gives anybody a louder voice, and the smallest is heard."),
    _("We reach the outcomes together or miss them together. They belong to all of us, not to one of us."),
    _("Commissioners change the way they work too, not only providers."),
    _("We look beyond the usual services: to families, neighbours, employers, landlords and community groups."),
    _("We share what we know openly, bad news first, and show each other what things really cost."),
    _("We agree how hard decisions will be made before we have to make them, and write down who decided and why."),
    _("We start small, give the work time, and let grow what has been shown to help."),
    _("Every quarter we set time aside to look at the results together and to say what we have learnt."),
    _("When something goes wrong we look for what to change, not for somebody to blame."),
)


def starter_principles() -> str:
    """The principles in the reader's language, one a line."""
    return "\n".join(str(line) for line in STARTER)
