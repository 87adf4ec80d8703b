"""Forms that narrow a list look the same to everybody who asks for the same and is offered the same."""

from typing import Any

from django.forms.models import ModelChoiceIterator
from django.utils.translation import get_language


class DrawnOnce:
    """Stands before the form class: the filter panel draws the form once a minute, not for every reader.

    A list of forty regions and kinds costs as much to draw as the twenty-five rows beside it.
    """

    @property
    def drawn_as(self: Any) -> str:
        """What tells this drawing from every other: which form it is, the language, what it offers and holds."""
        held = [(name, self.data.getlist(self.add_prefix(name))) for name in self.fields] if self.is_bound else []
        offered = [_plain(getattr(field, "choices", ())) for field in self.fields.values()]
        form = f"{type(self).__module__}.{type(self).__qualname__}"
        return f"{form} {get_language()} {self.initial!r} {held!r} {offered!r}"


def _plain(choices: Any) -> Any:
    """Choices as plain text; of rows how they are looked up, so a change of those may take the minute to show."""
    if isinstance(choices, ModelChoiceIterator):
        return str(choices.queryset.query)
    return [
        (str(value), _plain(label) if isinstance(label, (list, tuple)) else str(label)) for value, label in choices
    ]
