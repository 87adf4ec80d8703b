"""Rules over file names and templates."""

import re
from html.parser import HTMLParser
from pathlib import PurePath

DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "shared", "lib", "tools", "stuff"})
# Comments are dropped whole; tags and values become a word, so that the HTML around them stays readable.
TEMPLATE_COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL)
TEMPLATE_TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
FORM_ALONE = re.compile(r"\{%\s*include\s+\"components/form\.html\"[^%]*\bonly\s*%\}")
LINKS = frozenset({"href", "src", "action", "formaction"})
TEMPLATE_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def drawers(path: PurePath) -> list[str]:
    """No file or folder is a drawer for what has no place."""
    return [
        f"{path.as_posix()}: {part!r} says nothing about what is in it; name it after what it does"
        for part in path.parts
        if part.split(".")[0].strip("_").lower() in DRAWERS
    ]


def forms_without_token(path: str, text: str) -> list[str]:
    """A form takes the token of its page along; `only` would leave it behind, and what is sent is refused."""
    return [
        f"{path}:{text.count(chr(10), 0, found.start()) + 1}: components/form.html with `only`; leave `only` out"
        for found in FORM_ALONE.finditer(TEMPLATE_COMMENT.sub(_same_lines, text))
    ]


def inline_code(path: str, text: str) -> list[str]:
    """No script, style or handler inside the HTML: the content security policy would refuse it."""
    reader = _InlineCode()
    reader.feed(
        TEMPLATE_VALUE.sub("value", TEMPLATE_TAG.sub(_same_lines, TEMPLATE_COMMENT.sub(_same_lines, text)))
    )
    reader.close()
    return [f"{path}:{line}: {what}" for line, what in reader.found]


def _same_lines(match: re.Match[str]) -> str:
    return " " + "\n" * match.group().count("\n")


class _InlineCode(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        names = [name.lower() for name, _ in attrs]
        if tag == "script" and "src" not in names:
            self.found.append((line, "a <script> without src; put it in static/"))
        if tag == "style":
            self.found.append((line, "a <style> element; put it in the stylesheet"))
        for name in names:
            if name == "style":
                self.found.append((line, f"style= on <{tag}>; give it a class"))
            elif name.startswith("on"):
                self.found.append((line, f"{name}= on <{tag}>; attach it in static/"))
        for name, value in attrs:
            if name.lower() in LINKS and (value or "").strip().lower().startswith("javascript:"):
                self.found.append((line, f"javascript: in {name} of <{tag}>"))
