"""What editors build pages from."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class StepsBlock(blocks.StructBlock):
    """Things to do in order."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    steps = blocks.ListBlock(blocks.RichTextBlock(features=["bold", "link"]), label=_("Steps"), min_num=2)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = "cms/blocks/steps.html"


class FigureBlock(blocks.StructBlock):
    """A published figure, never without its source."""

    figure = blocks.CharBlock(label=_("Figure"), max_length=20)
    meaning = blocks.CharBlock(label=_("What it means"), max_length=200)
    source = blocks.CharBlock(label=_("Source"), max_length=200)

    class Meta:
        icon = "tag"
        label = _("Figure with its source")
        template = "cms/blocks/figure.html"


class QuestionBlock(blocks.StructBlock):
    """A question people ask, which opens to its answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=150)
    answer = blocks.RichTextBlock(label=_("Answer"), features=["bold", "link", "ol", "ul"])

    class Meta:
        icon = "help"
        label = _("Question and answer")
        template = "cms/blocks/question.html"


GUIDANCE_BLOCKS: list[tuple[str, blocks.Block]] = [
    (
        "text",
        blocks.RichTextBlock(
            label=_("Text"), features=["h2", "h3", "bold", "link", "ol", "ul"], template="cms/blocks/text.html"
        ),
    ),
    ("note", blocks.CharBlock(label=_("Note that stands out"), max_length=400, template="cms/blocks/note.html")),
    ("steps", StepsBlock()),
    ("figures", blocks.ListBlock(FigureBlock(), label=_("Figures"), template="cms/blocks/figures.html")),
    ("question", QuestionBlock()),
]
