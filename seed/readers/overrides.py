"""What the user says about files, which wins over what is found in them."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from seed.dates import parse_iso
from seed.readers.fields.mapping import given_paths
from seed.readers.formats.url_list import NAME as LIST
from seed.readers.input.decoding import decoded
from seed.readers.input.files import printable
from seed.readers.registry import FORMATS
from seed.readers.validation import CHECKS, WrongValueError, absent, refuse_unknown

COLUMNS = ("file", "title", "source", "url", "published", "authors", "language", "rights", "text_kind")
ONE_RECORD = frozenset({"title", "url"})
"""Columns that name one article and so have no place beside a file of many."""

ARCHIVE = "archive"
"""What stands for the format of a file that holds files of any."""

Given = Mapping[str, object]


class Forced(NamedTuple):
    """What every file is read as: the fields of the context of these names."""

    format: str | None = None
    encoding: str | None = None
    paths: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Overrides:
    """`--date`, `--source` and `--manifest`: a CSV that names values file by file and wins over the other two.

    `format` and `encoding` are what to read every file as, whatever its content and suffix say; `map` are the pairs
    `field=column` of `--map`.
    """

    date: str | None = None
    source: str | None = None
    manifest: Path | None = None
    format: str | None = None
    encoding: str | None = None
    map: tuple[str, ...] = ()

    def options(self) -> Given:
        """The values given for every file; raises ValueError naming option, value and what was wanted."""
        named = {"published": ("--date", self.date), "source": ("--source", self.source)}
        given = {}
        for field, (option, value) in named.items():
            if value is not None:
                try:
                    given[field] = _checked(field, value)
                except ValueError as error:
                    raise ValueError(f"{option}: {error}") from None
        return given

    def forced(self) -> Forced:
        """What holds for every file beside its fields; raises ValueError naming option, value and what was wanted."""
        if self.format is not None and self.format not in FORMATS:
            raise ValueError(f"--format: {self.format!r} is no format: wanted one of {', '.join(FORMATS)}")
        if self.encoding is not None:
            _check_encoding(self.encoding)
        return Forced(self.format, self.encoding, given_paths(self.map))

    def change_documents(self) -> bool:
        """Whether a document that is fetched is read otherwise than without any of them."""
        told = self.format not in {None, LIST} or self.encoding is not None
        return told or bool(self.map or self.options())


def _check_encoding(name: str) -> None:
    try:
        TextIOWrapper(BytesIO(), encoding=name)
    except (LookupError, ValueError):
        raise ValueError(f"--encoding: {name!r} is no encoding: wanted one such as windows-1251") from None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a manifest: the end of a file's path, and the values given for it."""

    line: int
    file: str
    given: Given

    def names(self, path: Path) -> bool:
        """Whether the path ends with this row's file, folder by folder."""
        parts = Path(self.file).parts
        return path.parts[-len(parts) :] == parts


class Manifest:
    """The rows of a manifest, found by file."""

    def __init__(self, rows: Iterable[Row] = (), *, path: Path | None = None) -> None:
        self.path = path
        self._by_name: dict[str, list[Row]] = {}
        for row in rows:
            self._by_name.setdefault(Path(row.file).name, []).append(row)

    def given(self, path: Path) -> Given:
        """The values for a file; empty if no row names it. Raises ValueError if two do."""
        rows = self._rows(path)
        if len(rows) > 1:
            both = " and ".join(str(row.line) for row in rows)
            raise ValueError(f"{self.path}: lines {both} both name {printable(path)}: wanted one line a file")
        return rows[0].given if rows else {}

    def _rows(self, path: Path) -> list[Row]:
        return [row for row in self._by_name.get(path.name, ()) if row.names(path)]

    def check(self, paths: Iterable[Path], *, form_of: Callable[[Path], str | None]) -> None:
        """Raises ValueError unless each row names exactly one of the files, and says nothing that it can't have."""
        found: dict[int, Path] = {}
        for path in paths:
            self.given(path)
            for row in self._rows(path):
                if row.line in found:
                    both = printable(f"{found[row.line]} and {path}")
                    raise ValueError(f"{self._place(row)} names {both}: wanted more of the path, to tell them apart")
                found[row.line] = path
                self._check_form(row, form_of(path))
        for row in (row for rows in self._by_name.values() for row in rows):
            if row.line not in found:
                raise ValueError(f"{self._place(row)} is not among the files read: wanted the name of one of them")

    def _check_form(self, row: Row, form: str | None) -> None:
        if form == LIST:
            reason = "is a list of URLs, and what is said of it does not hold for what lies there"
            raise ValueError(f"{self._place(row)} {reason}: wanted a file of articles, or --date and --source")
        many = form == ARCHIVE or (form is not None and FORMATS[form].many)
        column = next((column for column in row.given if column in ONE_RECORD), None)
        if column is not None and many:
            raise ValueError(f"{self._place(row)}, column {column}: the file holds many articles: wanted nothing here")

    def _place(self, row: Row) -> str:
        return f"{self.path}, line {row.line}, file {row.file!r}"


def load_manifest(path: Path) -> Manifest:
    """The manifest in a CSV file; raises ValueError naming line, column, value and what was wanted."""
    try:
        text = decoded(path.read_bytes())
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return Manifest(_rows(StringIO(text, newline=""), path), path=path)


def _rows(stream: Iterable[str], path: Path) -> Iterator[Row]:
    reader = csv.DictReader(stream, strict=True, restkey="", restval="")
    line = 1
    try:
        columns = list(reader.fieldnames or ())
        refuse_unknown(columns, COLUMNS, where="column")
        if "file" not in columns or len(set(columns)) < len(columns):
            raise WrongValueError("the header", columns, "the column file, and each column once")
        for cells in reader:
            line = reader.line_num
            yield _row(line, cells)
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{path}, line {line}: {error}") from None


def _row(line: int, cells: Mapping[str, str]) -> Row:
    if "" in cells:
        raise WrongValueError("the line", cells[""], "as many cells as the header has")
    if not Path(cells["file"]).parts:
        raise WrongValueError("column file", cells["file"], "the name of a file")
    filled = {column: value for column, value in cells.items() if column != "file" and not absent(value)}
    given = {column: _checked(column, _cell(column, value), prefix="column ") for column, value in filled.items()}
    return Row(line, cells["file"], given)


def _cell(column: str, value: str) -> object:
    return [name.strip() for name in value.split(";")] if column == "authors" else value.strip()


def _checked(field: str, value: object, *, prefix: str = "") -> object:
    if field != "published":
        CHECKS[field](f"{prefix}{field}", value)
        return value
    try:
        parse_iso(str(value))
    except ValueError as error:
        raise ValueError(f"{prefix}{field}: {error}") from None
    return value
