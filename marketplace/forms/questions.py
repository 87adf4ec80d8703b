"""What is typed when somebody asks about an opportunity, and when the body answers."""

from django.utils.translation import gettext_lazy as _

from core.forms import Form, Keyed, TextField
from marketplace.models.questions import LONGEST_ANSWER, LONGEST_QUESTION


class AskForm(Keyed):
    """A question."""

    text = TextField(
        rows=5,
        max_length=LONGEST_QUESTION,
        label=_("Your question"),
        help_text=_(
            "The commissioning body is not told who asks, and everybody may come to read it. "
            "Leave out your name, your place and anything by which others could know you."
        ),
        error_messages={"required": _("Write your question.")},
    )


class AnswerForm(Form):
    """The question as everybody will read it, and the answer."""

    told = TextField(
        rows=4,
        max_length=LONGEST_QUESTION,
        label=_("The question as everybody will read it"),
        help_text=_("Take out whatever could tell who asked: names, places, turns of phrase."),
        error_messages={"required": _("Write the question as everybody will read it.")},
    )
    answer = TextField(
        rows=8,
        max_length=LONGEST_ANSWER,
        label=_("The answer"),
        help_text=_("In plain words. It is the same for everybody, and part of what bidders rely on."),
        error_messages={"required": _("Write the answer.")},
    )


class AnswerAloneForm(Form):
    """An answer for one bidder, and why the others may not read it."""

    answer = TextField(
        rows=8,
        max_length=LONGEST_ANSWER,
        label=_("The answer"),
        error_messages={"required": _("Write the answer.")},
    )
    reason = TextField(
        rows=3,
        max_length=2000,
        label=_("Why may only this bidder read it?"),
        help_text=_(
            "Such as: the question gives away how the bidder would work. The asker and auditors read it, "
            "and everybody sees that a question was answered to one bidder."
        ),
        error_messages={"required": _("Say why only one bidder may read the answer.")},
    )
