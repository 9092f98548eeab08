"""CSV and TSV: one article per row, columns identified by name."""

import csv
import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from seed.faults import refuse_unexpected
from seed.readers.context import ReaderContext
from seed.readers.fields.mapping import find_layout, ignored_note
from seed.readers.fields.recipe_reading import begins_without_header, headerless_columns
from seed.readers.fields.recipes import Recipe, find_recipe, read_record
from seed.readers.input.decoding import MAX_RECORD_BYTES, UnreadableError, decode_utf8, read_lines
from seed.readers.validation import WrongValueError, nearest_hint
from seed.records import Origin, ReadItem, Refusal

DELIMITERS = ",\t;|"
SAMPLE_LENGTH = 1_024
"""Number of characters used to detect the dialect: the sniffer's patterns are slow on long quoted text."""

MAX_COLUMNS = 2_000
"""Maximum number of columns; a table with more is a matrix of something else."""

# With the first, Excel and its imitators name the delimiter, and may fill the line up with empty cells. Windows
# PowerShell writes the second.
_SEPARATOR_LINE = re.compile(
    r'\s*(?:"?sep=(?P<delimiter>[^\r\n])"?[,;\t|]*[ ]*|#TYPE [^\r\n]{1,1000})(?:\r\n?|\n|\Z)', re.IGNORECASE
)

_SUFFIXES = {".csv", ".tsv", ".tab"}


def matches(text: str, suffix: str) -> bool:
    """Return whether the first line has three or more known columns, among them a title and a text or URL."""
    if suffix in _SUFFIXES:
        return True
    separator = _SEPARATOR_LINE.match(text)
    cells = _split_widest(_first_line(text[separator.end() :] if separator else text))
    fields = find_layout(tuple(cells), frozenset()).keys
    return len(fields) >= 3 and "title" in fields and ("text" in fields or "url" in fields)


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the articles of a table; an unusable row is refused with the line where it begins."""
    rows = _Rows(stream)
    try:
        table = _Table(rows.header(), context)
    except (ValueError, csv.Error) as error:
        yield Refusal(Origin(path, 1), str(error))
        return
    while True:
        origin = Origin(path, 1 if table.first_row else rows.next_line)
        try:
            row, table.first_row = table.first_row or rows.row(), None
            if row is None:
                return
            if row:
                yield _article(origin, table.record(row), context, table.notes)
                table.notes = ()
        except UnreadableError as error:
            yield Refusal(origin, str(error))
            return
        except (ValueError, csv.Error) as error:
            yield Refusal(origin, str(error))


class _Table:
    """The columns of a table; `notes` are those that no article has yet.

    `first_row` is the row in the place of a header that the table does not have, if a recipe names its columns.
    """

    def __init__(self, header: list[str], context: ReaderContext) -> None:
        columns = None if context.paths else headerless_columns(header, context.recipes)
        self.first_row = None if columns is None else header
        self._is_headerless = columns is not None
        header = list(columns or header)
        while header and not header[-1]:
            header = header[:-1]
        if header:
            _check_header(header, context)
        self._header = header
        self._context = context
        self._needed = _count_needed(header, context)
        self._is_first = True
        self.notes = _note_ignored(header, context)

    def record(self, row: list[str]) -> dict[str, object]:
        """Return the cells of a row by column; raise WrongValueError if it has too many or too few.

        Cells at its end that are empty may be missing, or more than the columns, as spreadsheets write them.
        """
        if self._is_first and len(row) == len(self._header) + 1 and row[0] in {"0", "1"} and row[-1].strip():
            # R writes the numbers of rows without a name for their column.
            self._header = ["", *self._header]
            self._needed += 1
            self.notes = _note_ignored(self._header, self._context)
        self._is_first = False
        count = len(row)
        while count > len(self._header) and not row[count - 1].strip():
            count -= 1
        if count > len(self._header) or count < self._needed or len(row) > MAX_COLUMNS:
            raise WrongValueError("the row", row, f"{len(self._header)} cells, as in the header")
        cells = {name: row[index] if index < count else "" for index, name in enumerate(self._header) if name}
        return _without_nulls(cells) if self._is_headerless else dict(cells)


def _article(origin: Origin, record: dict[str, object], context: ReaderContext, notes: tuple[str, ...]) -> ReadItem:
    """Return the article of a row, or a refusal if that fails unexpectedly; raise ValueError for an invalid value."""
    try:
        return read_record(origin, record, context, notes=notes)
    except ValueError:
        raise
    except Exception as error:
        return refuse_unexpected(error, origin, "read")


class _Rows:
    """The rows of a stream, each of limited size; an invalid row does not stop the following ones."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = read_lines(stream)
        self._ahead: list[tuple[int, bytes | None]] = []
        self._size = 0
        self.next_line = 1
        self.delimiter = ""

    def header(self) -> list[str]:
        """Return the first non-blank row and detect the dialect; raise ValueError or csv.Error."""
        csv.field_size_limit(
            MAX_RECORD_BYTES
        )  # The default limit of the csv module, 131,072, is shorter than a long report.
        non_blank = ((number, line) for number, line in self._lines if line is None or line.strip())
        self._ahead += [*islice(non_blank, 1), *islice(self._lines, 20)]
        first_line = (self._ahead[0][1] or b"")[:SAMPLE_LENGTH] if self._ahead else b""
        separator = _SEPARATOR_LINE.fullmatch(first_line.decode("utf-8-sig", "replace"))
        if separator:
            del self._ahead[0]
            while self._ahead and not (self._ahead[0][1] or b"-").strip():
                del self._ahead[0]
        sample = b"".join((content or b"")[:SAMPLE_LENGTH] for _, content in self._ahead)[:SAMPLE_LENGTH]
        self.delimiter = detect_delimiter(sample.decode("utf-8-sig", "replace")) if sample else ","
        if separator and separator["delimiter"]:
            self.delimiter = separator["delimiter"]
        self._reader = csv.reader(self, delimiter=self.delimiter, strict=True)
        return [name.strip() for name in next(self._reader, [])]

    def row(self) -> list[str] | None:
        """Return the next row, None at the end; raise ValueError or csv.Error if it is invalid."""
        self._size = 0
        return next(self._reader, None)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, content = self._ahead.pop(0) if self._ahead else next(self._lines)
        self.next_line = number + 1
        if content is None:
            raise ValueError(f"the line is too long: expected at most {MAX_RECORD_BYTES} bytes per line")
        self._size += len(content)
        if self._size > MAX_RECORD_BYTES:
            # After an unclosed quote nobody knows where the next row begins.
            raise UnreadableError(f"the row is too long: expected at most {MAX_RECORD_BYTES} bytes, and closed quotes")
        return decode_utf8(content, is_start=number == 1)


def detect_delimiter(sample: str) -> str:
    """Return the delimiter found by the sniffer, unless another one yields more fields in the first line.

    Tables without a header are separated by tabs.
    """
    first_line = _first_line(sample)
    if begins_without_header(_split(first_line, "\t")):
        return "\t"
    try:
        sniffed = csv.Sniffer().sniff(sample[:SAMPLE_LENGTH], DELIMITERS).delimiter
    except csv.Error:
        sniffed = ","
    others = sorted(DELIMITERS, key=lambda delimiter: delimiter != sniffed)
    return max(others, key=lambda delimiter: len(find_layout(tuple(_split(first_line, delimiter)), frozenset()).keys))


def _first_line(text: str) -> str:
    return next(iter(text[:SAMPLE_LENGTH].lstrip("\r\n").splitlines()), "")


def _split_widest(first_line: str) -> list[str]:
    return max((_split(first_line, delimiter) for delimiter in DELIMITERS), key=len)


def _split(first_line: str, delimiter: str) -> list[str]:
    return next(csv.reader([first_line], delimiter=delimiter), [])


def _check_header(header: list[str], context: ReaderContext) -> None:
    names = [name for name in header if name]
    if len(header) > MAX_COLUMNS or len(set(names)) < len(names):
        raise WrongValueError("the header", header, f"each column once, and at most {MAX_COLUMNS} columns")
    for name, column in context.paths.items():
        if column and column not in header:
            raise WrongValueError(f"the column of --map {name}", column, nearest_hint(column, header))
    filled = {
        *find_layout(tuple(header), frozenset(context.paths)).keys,
        *filter(context.paths.get, context.paths),
        *context.overrides,
    }
    if (recipe := find_recipe(dict.fromkeys(header), context)) is not None:
        if isinstance(recipe, Recipe) and "text" not in header:
            raise WrongValueError("the header", header, "a column text: choose it in `fields=` of the export")
        return
    for name in ("title", "text"):
        if name not in filled:
            raise WrongValueError("the header", header, f"a column for {name}, or --map {name}=COLUMN")
    if not filled & {"source", "url"}:
        raise WrongValueError("the header", header, "a column for source or url, --source, or --map source=COLUMN")


def _count_needed(header: list[str], context: ReaderContext) -> int:
    """Return how many cells a row needs at least: up to the last column of a required field."""
    columns = {**find_layout(tuple(header), frozenset(context.paths)).keys, **context.paths}
    required = {"title", "text"} if "url" in columns else {"title", "text", "source"}
    needed = {column for name, column in columns.items() if name in required - context.overrides.keys()}
    return max((index for index, name in enumerate(header, start=1) if name in needed), default=1)


def _note_ignored(header: list[str], context: ReaderContext) -> tuple[str, ...]:
    recipe = find_recipe(dict.fromkeys(header), context)
    if isinstance(recipe, Recipe):
        return ()
    if recipe is not None:
        return ignored_note("columns", [name for name in header if name not in recipe.roots])
    mapped = set(context.paths.values())
    names = tuple(name or f"column {number} (without a name)" for number, name in enumerate(header, start=1))
    unused = [name for name in find_layout(names, frozenset(context.paths)).unused if name not in mapped]
    return ignored_note("columns", unused)


def _without_nulls(cells: dict[str, str]) -> dict[str, object]:
    """Return a row without the words that programs write for a missing value."""
    return {name: None if cell in {"null", "None"} else cell for name, cell in cells.items()}
