"""The lines of what ProQuest exports, with the fields that their labels name."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from seed.readers.dates.words import fold, normalize
from seed.readers.strict_yaml import parse_yaml

UNKNOWN_LABEL = re.compile(r"[ \t]{0,20}[^:：]{1,60}[:：]")
HEADER = ("author", "publication_info", "abstract", "links", "full_text")
ANCHORS = frozenset(
    {
        *("publication_title", "publication_date", "publication_year", "source_type", "language", "document_type"),
        *("document_id", "document_url", "last_updated", "database"),
    }
)
"""Fields that every record has some of, and hardly a text: from the first of them on, all lines are of fields."""

_VALUES = {
    "publication_date": re.compile(r".{0,40}[0-9].{0,40}"),
    "publication_year": re.compile(r"[0-9]{4}"),
    "document_id": re.compile(r"[0-9]{3,20}"),
    "document_url": re.compile(r"https?://.*"),
    "url": re.compile(r"https?://.*"),
    "last_updated": re.compile(r".{0,40}[0-9].{0,40}"),
    "language": re.compile(r".{1,80}"),
    "links": re.compile(r"https?://.*|[^.!?]{1,60}"),
}
"""What the values of some fields look like; a line of a text that begins like them has another one."""

_MAX_LABEL_LENGTH = 62  # Characters, with the colon.


class Line(NamedTuple):
    """A line of a record: its number, its text, and the field that its label names, if it has one."""

    number: int
    text: str
    label: str = ""
    name: str = ""
    value: str = ""


def may_be_field(line: Line) -> bool:
    """Return whether a line may be one of the fields after a text, or blank."""
    if line.name:
        return line.name not in HEADER
    return not line.text.strip() or UNKNOWN_LABEL.match(line.text) is not None


@cache
def _fields_by_label() -> Mapping[str, str]:
    labels = parse_yaml(Path(__file__).with_name("proquest.yaml").read_text(encoding="utf-8"))
    names = labels.items() if isinstance(labels, dict) else ()
    return {_fold(label): name for name, text in names for label in str(text).split(";")}


def _fold(label: str) -> str:
    return fold(normalize(label)).strip()


def labelled_line(number: int, text: str) -> Line:
    """Return a line with its label; a line of capitals alone, such as FULL TEXT, is a label, too."""
    stripped = text.strip()
    head = stripped[:_MAX_LABEL_LENGTH]
    end = min((index for index in (head.find(":"), head.find("：")) if index > 0), default=0)
    if end and (name := _fields_by_label().get(label := _fold(head[:end]))):
        value = stripped[end + 1 :].strip()
        if not value or name not in _VALUES or _VALUES[name].fullmatch(value):
            return Line(number, text, label, name, value)
    if (
        0 < len(stripped) <= _MAX_LABEL_LENGTH
        and stripped.isupper()
        and (name := _fields_by_label().get(label := _fold(stripped)))
    ):
        return Line(number, text, label, name)
    return Line(number, text)
