"""A field of blocks whose migration does not change whenever a block does."""

from typing import Any

from wagtail.fields import StreamField


class BlocksField(StreamField):
    """A StreamField that keeps its block definitions in code alone.

    The column is JSON whatever the blocks are, so a migration that lists them would only be noise.
    """

    def __init__(self, block_types: Any = (), **options: Any) -> None:
        super().__init__(block_types, **options)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """The field without its blocks, as migrations see it."""
        name, path, _args, options = super().deconstruct()
        options.pop("block_lookup", None)
        return name, path, [[]], options
