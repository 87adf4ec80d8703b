"""Names of files, as they were typed somewhere else, made safe to show and to give back."""

import re
import unicodedata

LONGEST_NAME = 150
# Slashes of both kinds part folders; the others mean something to one system or another.
_FOLDERS = re.compile(r"[/\\:\u2215\u2044\uff0f\uff3c]")
_FORBIDDEN = re.compile(r'[<>"|?*]')
_SPACES = re.compile(r"\s+")
# Cc control, Cf format: among them the marks that turn the direction of writing round, so that
# “annexe<U+202E>fdp.exe” would read “annexeexe.pdf”; Cs halves of letters, Zl and Zp line ends.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})


def clean_file_name(name: str, endings: tuple[str, ...] = ()) -> str:
    """The last part of `name`, without what cannot be seen or would mislead, ending in one of `endings`.

    Letters of every script stay. Where the name ends otherwise the first of `endings` is added, so that
    “report.exe” with a PDF inside becomes “report.exe.pdf”. Never longer than LONGEST_NAME, never empty.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(letter for letter in text if unicodedata.category(letter) not in _UNSEEN)
    text = _FORBIDDEN.sub("", _FOLDERS.split(text)[-1])
    text = _SPACES.sub(" ", text).strip().rstrip(" .")
    lower = text.lower()
    ending = next((known for known in endings if lower.endswith(known)), "")
    stem = text[: len(text) - len(ending)].strip(" .")
    ending = text[len(text) - len(ending) :] or (endings[0] if endings else "")
    return (stem[: LONGEST_NAME - len(ending)].rstrip(" .") or "document") + ending
