"""Forms that narrow a list look the same to everybody who asks for the same."""

from typing import Any

from django.utils.translation import get_language


class DrawnOnce:
    """Stands before the form class: the filter panel draws the form once a minute, not for every reader.

    A list of forty regions and kinds costs as much to draw as the twenty-five rows beside it. What it offers is
    reference data; a change of those may take the minute to show.
    """

    @property
    def drawn_as(self: Any) -> str:
        """What tells this drawing from every other: which form it is, the language, and what it holds."""
        held = [(name, self.data.getlist(self.add_prefix(name))) for name in self.fields] if self.is_bound else []
        return f"{type(self).__module__}.{type(self).__qualname__} {get_language()} {self.initial!r} {held!r}"
