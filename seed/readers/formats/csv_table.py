"""CSV and TSV: a row an article, columns by their names."""

import csv
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from seed.readers.context import ReaderContext
from seed.readers.fields.mapping import layout, mapped_article
from seed.readers.input.decoding import LINE_LIMIT, UnreadableError, decoded, lines
from seed.readers.validation import WrongValueError, nearest_hint
from seed.records import Origin, RawArticle, Refusal

DELIMITERS = ",\t;|"
SAMPLE = 1_024
"""Characters by which the dialect is told: the sniffer's patterns take long on long quotes."""

MOST_COLUMNS = 2_000
"""Columns of a table; one of that many is a matrix of something else."""

_SUFFIXES = {".csv", ".tsv", ".tab"}


def sign(text: str, suffix: str) -> bool:
    """Whether the first line has several columns that are fields, a title and a text or URL among them."""
    if suffix in _SUFFIXES:
        return True
    cells = _cells(_first_line(text))
    names = layout(tuple(cells), frozenset()).keys
    return len(names) >= 3 and "title" in names and ("text" in names or "url" in names)


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[RawArticle | Refusal]:
    """The articles of a table; a row that cannot be taken is refused by the line in which it begins."""
    rows = _Rows(stream)
    try:
        header = rows.header()
        if header:
            _check_header(header, context)
    except (ValueError, csv.Error) as error:
        yield Refusal(Origin(path, 1), str(error))
        return
    unused = _unused(header, context)
    while True:
        origin = Origin(path, rows.next_line)
        try:
            row = rows.row()
            if row is None:
                return
            if row:
                yield mapped_article(origin, _record(header, row), context, notes=unused)
                unused = ()
        except UnreadableError as error:
            yield Refusal(origin, str(error))
            return
        except (ValueError, csv.Error) as error:
            yield Refusal(origin, str(error))


class _Rows:
    """The rows of a stream, each bounded; what is wrong with one does not stop the next."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = lines(stream)
        self._ahead: list[tuple[int, bytes | None]] = []
        self._size = 0
        self.next_line = 1
        self.delimiter = ""

    def header(self) -> list[str]:
        """The first row that is not blank, and with it the dialect; raises ValueError or csv.Error."""
        csv.field_size_limit(LINE_LIMIT)  # The module's own limit, 131,072, is shorter than a long report.
        written = ((number, line) for number, line in self._lines if line is None or line.strip())
        self._ahead += [*islice(written, 1), *islice(self._lines, 20)]
        sample = b"".join((content or b"")[:SAMPLE] for _, content in self._ahead)[:SAMPLE]
        self.delimiter = delimiter_of(sample.decode("utf-8-sig", "replace")) if sample else ","
        self._reader = csv.reader(self, delimiter=self.delimiter, strict=True)
        return [name.strip() for name in next(self._reader, [])]

    def row(self) -> list[str] | None:
        """The next row; None at the end. Raises ValueError or csv.Error if it cannot be taken."""
        self._size = 0
        return next(self._reader, None)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, content = self._ahead.pop(0) if self._ahead else next(self._lines)
        self.next_line = number + 1
        if content is None:
            raise ValueError(f"the line is too long: wanted at most {LINE_LIMIT} bytes a line")
        self._size += len(content)
        if self._size > LINE_LIMIT:
            # Behind a quote that does not end nobody knows where a row begins.
            raise UnreadableError(f"the row is too long: wanted at most {LINE_LIMIT} bytes, and quotes that end")
        return decoded(content)


def delimiter_of(sample: str) -> str:
    """What separates the columns: what the sniffer says, unless another finds more fields in the first line."""
    first = _first_line(sample)
    try:
        sniffed = csv.Sniffer().sniff(sample[:SAMPLE], DELIMITERS).delimiter
    except csv.Error:
        sniffed = ","
    others = sorted(DELIMITERS, key=lambda delimiter: delimiter != sniffed)
    return max(others, key=lambda delimiter: len(layout(tuple(_split(first, delimiter)), frozenset()).keys))


def _first_line(text: str) -> str:
    return next(iter(text[:SAMPLE].lstrip("\r\n").splitlines()), "")


def _cells(first: str) -> list[str]:
    return max((_split(first, delimiter) for delimiter in DELIMITERS), key=len)


def _split(first: str, delimiter: str) -> list[str]:
    return next(csv.reader([first], delimiter=delimiter), [])


def _check_header(header: list[str], context: ReaderContext) -> None:
    if len(header) > MOST_COLUMNS or len(set(header)) < len(header):
        raise WrongValueError("the header", header, f"each column once, and at most {MOST_COLUMNS}")
    for name, column in context.paths.items():
        if column and column not in header:
            raise WrongValueError(f"the column of --map {name}", column, nearest_hint(column, header))
    filled = {
        *layout(tuple(header), frozenset(context.paths)).keys,
        *filter(context.paths.get, context.paths),
        *context.given,
    }
    for name in ("title", "text"):
        if name not in filled:
            raise WrongValueError("the header", header, f"a column for {name}, or --map {name}=COLUMN")
    if not filled & {"source", "url"}:
        raise WrongValueError("the header", header, "a column for source or url, --source, or --map source=COLUMN")


def _unused(header: list[str], context: ReaderContext) -> tuple[str, ...]:
    taken = set(context.paths.values())
    unused = [name for name in layout(tuple(header), frozenset(context.paths)).unused if name not in taken]
    return (f"columns that are not read: {', '.join(unused)[:500]}",) if unused else ()


def _record(header: list[str], row: list[str]) -> dict[str, object]:
    if len(row) != len(header):
        raise WrongValueError("the row", row, f"{len(header)} cells, as the header has")
    return dict(zip(header, row, strict=True))
