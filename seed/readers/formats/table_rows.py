"""Read the rows of a table in CSV: detect its dialect, bound its rows, and find the next row after an invalid one."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from seed.readers.fields.mapping import find_layout
from seed.readers.fields.recipe_reading import begins_without_header
from seed.readers.input.decoding import MAX_RECORD_BYTES, Line, UnreadableError, decode_utf8, read_lines

DELIMITERS = ",\t;|"
SAMPLE_LENGTH = 1_024
"""Number of characters used to detect the dialect: the sniffer's patterns are slow on long quoted text."""

MAX_COLUMNS = 2_000
"""Maximum number of columns; a table with more is a matrix of something else."""

MAX_ROW_LINES = 100_000
"""Maximum number of lines of a row that are kept, to find the next row among them after a quote that is not closed."""

_MIN_ROW_CELLS = 3  # With fewer cells, a sentence could be a row.

# With the first, Excel and its imitators name the delimiter, and may fill the line up with empty cells. Windows
# PowerShell writes the second.
SEPARATOR_LINE = re.compile(
    r'\s*(?:"?sep=(?P<delimiter>[^\r\n])"?[,;\t|]*[ ]*|#TYPE [^\r\n]{1,1000})(?:\r\n?|\n|\Z)', re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class RowShape:
    """How many cells the rows of a table have: at least those `needed`, at most its `width`."""

    needed: int
    width: int

    @property
    def is_clear(self) -> bool:
        """Return whether rows have enough cells to differ from prose."""
        return self.width >= _MIN_ROW_CELLS

    def count_cells(self, row: list[str]) -> int | None:
        """Return the number of cells up to the last column, None if there are too many or too few.

        More cells than columns are accepted if they are empty.
        """
        count = len(row)
        while count > self.width and not row[count - 1].strip():
            count -= 1
        return None if count > self.width or count < self.needed or len(row) > MAX_COLUMNS else count

    def is_row(self, line: str, delimiter: str, *, may_be_open: bool) -> bool:
        """Return whether a line is certainly a row, or the beginning of one if it `may_be_open`, and no prose.

        It has the cells of one, at least three, and no space after a delimiter, unlike the commas of a sentence.
        """
        if line.count(delimiter) < _MIN_ROW_CELLS - 1:
            return False
        # Most lines of prose end here: a CSV reader for each would take too long for a gigabyte of them.
        if '"' not in line and (f"{delimiter} " in line or f"{delimiter}\xa0" in line):
            return False
        is_open = False
        try:
            cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
        except csv.Error:
            is_open = may_be_open and line.count('"') % 2 == 1
            cells = next(csv.reader([line], delimiter=delimiter), []) if is_open else []
        is_complete = len(cells) >= _MIN_ROW_CELLS and (
            len(cells) <= self.width if is_open else self.count_cells(cells) is not None
        )
        return is_complete and not any(cell.startswith((" ", "\xa0")) for cell in cells[1:])


class TableRows:
    """The rows of a stream, each of limited size; an invalid row does not stop the following ones."""

    def __init__(self, stream: BinaryIO, *, max_row_lines: int = MAX_ROW_LINES) -> None:
        self._lines = read_lines(stream)
        self._max_row_lines = max_row_lines
        self._ahead: deque[Line] = deque()
        self._row: list[Line] = []  # The lines of the current row.
        self._first_line = self.next_line = 1
        self._size = 0
        self.delimiter = ""

    def header(self) -> list[str]:
        """Return the first non-blank row and detect the dialect; raise ValueError or csv.Error."""
        # The default limit of the csv module, 131,072, is shorter than a long report.
        csv.field_size_limit(MAX_RECORD_BYTES)
        non_blank = ((number, line) for number, line in self._lines if line is None or line.strip())
        self._ahead.extend([*islice(non_blank, 1), *islice(self._lines, 20)])
        first = (self._ahead[0][1] or b"")[:SAMPLE_LENGTH] if self._ahead else b""
        separator = SEPARATOR_LINE.fullmatch(first.decode("utf-8-sig", "replace"))
        if separator:
            self._ahead.popleft()
            while self._ahead and not (self._ahead[0][1] or b"-").strip():
                self._ahead.popleft()
        sample = b"".join((content or b"")[:SAMPLE_LENGTH] for _, content in self._ahead)[:SAMPLE_LENGTH]
        self.delimiter = detect_delimiter(sample.decode("utf-8-sig", "replace")) if sample else ","
        if separator and separator["delimiter"]:
            self.delimiter = separator["delimiter"]
        self._reader = csv.reader(self, delimiter=self.delimiter, strict=True)
        return [name.strip() for name in next(self._reader, [])]

    def row(self) -> list[str] | None:
        """Return the next row, None at the end; raise ValueError or csv.Error if it is invalid."""
        self._size = 0
        self._row.clear()
        self._first_line = self.next_line
        return next(self._reader, None)

    @property
    def has_several_lines(self) -> bool:
        """Return whether the current row has more than one line."""
        return self.next_line - self._first_line > 1

    def skip_to_row(self, shape: RowShape) -> str:
        """Skip to the next line that is certainly a row, if an invalid row may continue, and return what to report.

        After a quote that is not closed, that line may be one that was read as part of the invalid row.
        """
        opening = _opening_line(self._row)
        if not self.has_several_lines and opening is None:
            return ""
        if not shape.is_clear:
            return f"; lines {self._first_line} to {self.next_line - 1} were read as one row"
        first = (self._first_line if opening is None else opening) + 1
        self._ahead.extendleft(reversed([line for line in self._row if line[0] >= first]))
        problem, end = "", "to the end of the file"
        try:
            for number, content in iter(self._next_line, None):
                self.next_line = number
                if content is None or shape.is_row(
                    content.decode("utf-8", "replace"), self.delimiter, may_be_open=True
                ):
                    self._ahead.appendleft((number, content))
                    end = f"up to the next row on line {number}"
                    break
                self.next_line = number + 1
        except UnreadableError as error:
            problem = f"; {error}"
        if first == self.next_line:
            return problem
        lines = f"line {first} was" if first + 1 == self.next_line else f"lines {first} to {self.next_line - 1} were"
        quote = "" if opening is None else f" a quote opens on line {opening}, and"
        return f";{quote} {lines} not read, {end}{problem}"

    def note_on_rows_inside(self, shape: RowShape) -> tuple[str, ...]:
        """Return a note if lines inside the current row look like rows: a quote before them may be missing."""
        inside = self._row[1:] if shape.is_clear else ()
        numbers = [
            number
            for number, content in inside
            if content and shape.is_row(content.decode("utf-8", "replace"), self.delimiter, may_be_open=False)
        ]
        if not numbers:
            return ()
        return (
            f"a cell has {len(numbers)} line{'s' * (len(numbers) > 1)} that could be rows (the first is line "
            f"{numbers[0]}): a quote may be missing before",
        )

    def _next_line(self) -> Line | None:
        return self._ahead.popleft() if self._ahead else next(self._lines, None)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._next_line()
        if line is None:
            raise StopIteration
        number, content = line
        self.next_line = number + 1
        if len(self._row) < self._max_row_lines:
            self._row.append(line)
        if content is None:
            raise ValueError(f"the line is too long: expected at most {MAX_RECORD_BYTES} bytes per line")
        self._size += len(content)
        if self._size > MAX_RECORD_BYTES:
            raise ValueError(f"the row is too long: expected at most {MAX_RECORD_BYTES} bytes, and closed quotes")
        return decode_utf8(content, is_start=number == 1)


def _opening_line(lines: list[Line]) -> int | None:
    """Return the number of the line of an incomplete row on which its last quoted cell begins, None if none is open."""
    opening = None
    for number, content in lines:
        if (content or b"").count(b'"') % 2:
            opening = number if opening is None else None
    return opening


def detect_delimiter(sample: str) -> str:
    """Return the delimiter found by the sniffer, unless another one yields more fields in the first line.

    Tables without a header are separated by tabs.
    """
    line = first_line(sample)
    if begins_without_header(split_cells(line, "\t")):
        return "\t"
    try:
        sniffed = csv.Sniffer().sniff(sample[:SAMPLE_LENGTH], DELIMITERS).delimiter
    except csv.Error:
        sniffed = max(DELIMITERS, key=line.count)
    others = sorted(DELIMITERS, key=lambda delimiter: delimiter != sniffed)
    return max(others, key=lambda delimiter: len(find_layout(tuple(split_cells(line, delimiter)), frozenset()).keys))


def first_line(text: str) -> str:
    """Return the first line that is not blank of the beginning of a table."""
    return next(iter(text[:SAMPLE_LENGTH].lstrip("\r\n").splitlines()), "")


def split_cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line."""
    return next(csv.reader([line], delimiter=delimiter), [])
