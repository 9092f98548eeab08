"""The records in what ProQuest exports: lines with labels, between lines of underscores.

Lines of a text may look like labels, so that only the order of labels says where fields begin and end.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from seed.readers.input.decoding import MAX_RECORD_BYTES, MAX_RECORD_LINES
from seed.readers.press.proquest_lines import (
    ANCHORS,
    HEADER,
    UNKNOWN_LABEL,
    Line,
    labelled_line,
    may_be_field,
)

SEPARATOR = re.compile(r"\s*_{20,}\s*")
NUMBER = re.compile(
    r"\s*(?:Document|Dokument|Documento) [0-9]{1,6} (?:of|von|de|sur|di) ([0-9]{1,6})\s*", re.IGNORECASE
)
_LISTED = re.compile(r"\s*[0-9]{1,6}\. +\S.*")
_ABOUT = re.compile(r"ProQuest|Terms and Conditions|Citation style|Bibliograph|All rights reserved", re.IGNORECASE)
_LINK_LINE = re.compile(r"(?:https?://\S+|.{0,40}\bProQuest\b.{0,40})", re.IGNORECASE)
_CITATION = re.compile(
    r"(?P<authors>[^\[\]]{1,200}?) \. (?P<info>[^\[\]]{1,200};[^\[\]]{0,80}\[[^\[\]]{0,80}\].{4,60})"
)
"""A line of author, outlet, place and date below a title."""

_BEFORE_TITLE = ("details", "index_term", "subject", "terms", "url", "title")
_NUMBER_START = "ument"  # Document, Dokument, documento.
_HEAD_LENGTH = 200
_SHORTEST_LINE = "_" * 20
_HEADER_LINES = 24  # Most of them blank.
_MAX_FIELD_LINES = 200  # Lines of the fields after a text, most of them blank.
_MIN_FIELDS = 3  # Fields at the end of a record: outlet, day and one more.


@dataclass(slots=True)
class Block:
    """The lines between two lines of underscores."""

    lines: list[Line] = field(default_factory=list)
    size: int = 0
    above: tuple[Line, ...] = ()
    """The line of underscores above the block, and a blank one if there are some below it."""

    total: int = 0
    """How many articles there are, if the separator before the block said so."""

    has_header: bool = False
    """Whether one of the first lines has a label of those before a text."""

    names: set[str] = field(default_factory=set)
    """The fields that lines have labels of."""

    ids: set[str] = field(default_factory=set)
    """The numbers of the documents: one, unless articles follow each other without a separator."""

    count: int = 0

    def add(self, number: int, row: str) -> None:
        """Add a line; what is longer than a record may be is left out."""
        self.size += len(row) + 1
        self.count += 1
        if self.size > MAX_RECORD_BYTES or self.count > MAX_RECORD_LINES:
            return
        line = labelled_line(number, row)
        self.lines.append(line)
        self.has_header = self.has_header or (self.count <= _HEADER_LINES and line.name in HEADER)
        if line.name:
            self.names.add(line.name)
        if line.name == "document_id":
            self.ids.add(line.value)

    def append(self, block: "Block") -> None:
        """Add the lines of the next block."""
        self.size += block.size
        self.count += block.count + 1
        if not self.is_too_long:
            self.lines += [*block.above, *block.lines]
        self.names |= block.names
        self.ids |= block.ids

    def continues(self, record: "Block") -> bool:
        """Return whether the block continues the text of a record, which has a line of underscores in it.

        Lines of a text may look like labels: without the number of its document, a record ends with three fields.
        """
        if not record.has_header:
            return False
        is_open = "full_text" in record.names and "publication_info" not in record.names and not record.is_ended
        is_end = bool(self.ids) and not record.ids
        if self.is_furniture:
            return is_open
        if not self.has_header:
            return is_end or not record.is_ended
        return is_end and is_open and not self.names & {"full_text", "abstract"}

    @property
    def is_ended(self) -> bool:
        """Whether the fields of a record are at the end of the block."""
        tail = takewhile(may_be_field, reversed(self.lines[-_MAX_FIELD_LINES:]))
        fields = {line.name for line in tail if line.name}
        return bool(self.ids) or (len(fields) >= _MIN_FIELDS and len(fields & ANCHORS) > 1)

    @property
    def has_record(self) -> bool:
        """Whether the block has fields that come after a text."""
        return not self.names.isdisjoint(ANCHORS)

    @property
    def is_too_long(self) -> bool:
        """Whether the block is longer than a record may be."""
        return self.size > MAX_RECORD_BYTES or self.count > MAX_RECORD_LINES

    @property
    def is_article(self) -> bool:
        """Whether the block is an article, or the beginning of one."""
        return self.has_header or self.has_record

    @property
    def listed(self) -> int:
        """The number of articles that the block lists, if it is a table of contents."""
        rows = [line for line in self.lines if line.text.strip()]
        listed = sum(_LISTED.fullmatch(line.text) is not None for line in rows)
        return listed if 0 < len(rows) - listed <= 2 or listed == len(rows) else 0

    @property
    def is_furniture(self) -> bool:
        """Whether the block is about the export, and no article."""
        return not self.is_article and (bool(self.listed) or any(_ABOUT.search(line.text) for line in self.lines))


def read_blocks(paragraphs: Iterable[str]) -> Iterator[Block]:
    """Yield the blocks of lines; a line of underscores within a text ends no record."""
    record = Block()
    for block in _blocks(paragraphs):
        if block.continues(record):
            record.append(block)
        else:
            if record.lines:
                yield record
            record = block
    if record.lines:
        yield record


def _blocks(paragraphs: Iterable[str]) -> Iterator[Block]:
    """Yield the lines between separators, from the first one that is not blank."""
    block = Block()
    rows = (row for paragraph in paragraphs for row in paragraph.rstrip("\r\n").split("\n"))
    for number, row in enumerate(rows, start=1):
        # Nearly all lines are neither, which is found out faster without patterns.
        match = NUMBER.fullmatch(row) if _NUMBER_START in row[:_HEAD_LENGTH].casefold() else None
        if match or (_SHORTEST_LINE in row and SEPARATOR.fullmatch(row)):
            if block.lines:
                yield block
            block = Block(above=(Line(number, row),), total=int(match[1]) if match else 0)
        elif row.strip() or block.lines:
            block.add(number, row)
        else:
            block.above = (*block.above[:1], Line(number, row))
    if block.lines:
        yield block


def split_lines(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """Return the lines of title, author and text, and those of the fields after the text, or before it."""
    end = _end_of_text(lines)
    text = next((index for index, line in enumerate(lines) if line.name == "full_text"), None)
    if text is None or text < end:
        return lines[:end], lines[end:]
    return [*lines[:end], *lines[text:]], lines[end:text]


def _end_of_text(lines: Sequence[Line]) -> int:
    """Return the index of the first line of the fields after a text.

    Those before the title of the publication are on one line each, in a fixed order, so that a line of the text that
    looks like one of them stays in the text.
    """
    floor = _end_of_paragraphs(lines)
    last = {line.name: floor + index for index, line in enumerate(lines[floor:]) if line.name in ANCHORS}
    end = last.get("publication_title", min(last.values(), default=len(lines)))
    labels: set[str] = set()
    rank = len(_BEFORE_TITLE)
    for index in range(end - 1, floor - 1, -1):
        line = lines[index]
        if not line.text.strip():
            continue
        if line.label in labels or line.name not in {*ANCHORS, *_BEFORE_TITLE}:
            break
        if line.name in _BEFORE_TITLE:
            if _BEFORE_TITLE.index(line.name) > rank:
                break
            rank = _BEFORE_TITLE.index(line.name)
        labels.add(line.label)
        end = index
    return end


def _end_of_paragraphs(lines: Sequence[Line]) -> int:
    """Return the index after the last paragraph of a text that has two fields of a record below it.

    What looks like a field above such a paragraph is a line of the text.
    """
    anchors = {line.name: index for index, line in enumerate(lines) if line.name in ANCHORS}
    second = sorted(anchors.values())[-2:-1]
    text = next((index for index, line in enumerate(lines) if line.name == "full_text"), -1)
    if not second or text > second[0]:
        return 0  # The fields are above the text.
    is_open, end = False, 0
    for index in range(text + 1, second[0]):
        line = lines[index]
        if line.name:
            is_open = line.name not in HEADER and (line.name == "rights" or not line.value)
        elif match := UNKNOWN_LABEL.match(line.text):
            is_open = not line.text[match.end() :].strip()
        elif line.text.strip() and not is_open and not lines[index - 1].text.strip():
            end = index + 1
    return end


def header_fields(lines: Sequence[Line], *, is_titled: bool) -> tuple[list[str], dict[str, str]]:
    """Return the lines above the first label, and the fields that come before those of the record.

    `is_titled` says that the record has a title besides the first line, which may then have a label.
    """
    title: list[str] = []
    values: dict[str, list[str]] = {}
    rank, name = -1, ""
    for line in lines:
        is_title = not title and not is_titled and line.text.strip() != ""
        if line.name in HEADER and HEADER.index(line.name) > rank and not is_title:
            rank, name = HEADER.index(line.name), line.name
            values[name] = [line.value]
        elif name:
            values[name].append(line.text)
        elif title and (match := _CITATION.fullmatch(line.text.strip())):
            values |= {"author": [match["authors"]], "publication_info": [match["info"]]}
        elif line.text.strip() and not (title and _LINK_LINE.fullmatch(line.text.strip())):
            title.append(line.value if line.name == "title" else line.text.strip())
    return title, {name: "\n".join(rows).strip() for name, rows in values.items()}


def record_fields(lines: Sequence[Line]) -> dict[str, str]:
    """Return the fields after a text; lines without a label continue an empty one and notices of copyright."""
    values: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if line.name:
            name = line.name if line.name not in values and (line.name == "rights" or not line.value) else ""
            values.setdefault(line.name, [line.value])
        elif UNKNOWN_LABEL.match(line.text):
            name = ""
        elif name:
            values[name].append(line.text.strip())
    return {name: " ".join(filter(None, lines)) for name, lines in values.items()}
