"""Values that the user sets for files: they win over the values in the files."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from seed.dates import parse_iso
from seed.readers.fields.mapping import parse_map_options
from seed.readers.formats.url_list import URL_LIST as LIST
from seed.readers.input.decoding import decode_utf8
from seed.readers.input.files import printable
from seed.readers.registry import FORMATS
from seed.readers.validation import CHECKS, WrongValueError, is_empty, refuse_unknown

MANIFEST_COLUMNS = ("file", "title", "source", "url", "published", "authors", "language", "rights", "text_kind")
SINGLE_ARTICLE_COLUMNS = frozenset({"title", "url"})
"""Columns that identify a single article and therefore cannot apply to a file of many."""

ARCHIVE = "archive"
"""Pseudo-format of a file that contains files of any format."""

FieldValues = Mapping[str, object]


class ForcedOptions(NamedTuple):
    """Options that apply to every file; the fields have the same names as in `ReaderContext`."""

    format: str | None = None
    encoding: str | None = None
    paths: Mapping[str, str] = {}
    strict: bool = False
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overrides:
    """`--date`, `--source` and `--manifest`: a CSV that sets values per file and wins over the other two.

    `format` and `encoding` force how every file is read, whatever its content and suffix; `map` holds the
    `field=column` pairs of `--map`; `strict` refuses what would otherwise be ignored with a note; `sheets` are the
    names of the only sheets to read in spreadsheets.
    """

    date: str | None = None
    source: str | None = None
    manifest: Path | None = None
    format: str | None = None
    encoding: str | None = None
    map: tuple[str, ...] = ()
    strict: bool = False
    sheets: tuple[str, ...] = ()

    def options(self) -> FieldValues:
        """Return the values set for every file; raise ValueError naming option, value and what was expected."""
        options = {"published": ("--date", self.date), "source": ("--source", self.source)}
        values = {}
        for field, (option, value) in options.items():
            if value is not None:
                try:
                    values[field] = _check_value(field, value)
                except ValueError as error:
                    raise ValueError(f"{option}: {error}") from None
        return values

    def forced(self) -> ForcedOptions:
        """Return the options other than values that apply to every file; raise ValueError naming option and value."""
        if self.format is not None and self.format not in FORMATS:
            raise ValueError(f"--format: {self.format!r} is not a format: expected one of {', '.join(FORMATS)}")
        if self.encoding is not None:
            _check_encoding(self.encoding)
        return ForcedOptions(self.format, self.encoding, parse_map_options(self.map), self.strict, self.sheets)

    def change_documents(self) -> bool:
        """Return whether any override changes how a fetched document is read."""
        is_forced = self.format not in {None, LIST} or self.encoding is not None
        return is_forced or bool(self.map or self.strict or self.sheets or self.options())


def _check_encoding(name: str) -> None:
    try:
        TextIOWrapper(BytesIO(), encoding=name)
    except (LookupError, ValueError):
        raise ValueError(f"--encoding: {name!r} is not an encoding: expected one such as windows-1251") from None


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One row of a manifest: the end of a file's path and the values set for the file."""

    line: int
    file: str
    values: FieldValues

    def matches(self, path: Path) -> bool:
        """Return whether the path ends with this row's file, compared folder by folder."""
        parts = Path(self.file).parts
        return path.parts[-len(parts) :] == parts


class Manifest:
    """The rows of a manifest, indexed by file name."""

    def __init__(self, rows: Iterable[ManifestRow] = (), *, path: Path | None = None) -> None:
        self.path = path
        self._by_name: dict[str, list[ManifestRow]] = {}
        for row in rows:
            self._by_name.setdefault(Path(row.file).name, []).append(row)

    def values_for(self, path: Path) -> FieldValues:
        """Return the values for a file, empty if no row names it; raise ValueError if two rows do."""
        rows = self._rows(path)
        if len(rows) > 1:
            line_numbers = " and ".join(str(row.line) for row in rows)
            raise ValueError(
                f"{self.path}: lines {line_numbers} both name {printable(path)}: expected one line per file"
            )
        return rows[0].values if rows else {}

    def _rows(self, path: Path) -> list[ManifestRow]:
        return [row for row in self._by_name.get(path.name, ()) if row.matches(path)]

    def check(self, paths: Iterable[Path], *, format_of: Callable[[Path], str | None]) -> None:
        """Raise ValueError unless each row names exactly one file and sets only values that the file can have."""
        path_by_line: dict[int, Path] = {}
        for path in paths:
            self.values_for(path)
            for row in self._rows(path):
                if row.line in path_by_line:
                    both = printable(f"{path_by_line[row.line]} and {path}")
                    raise ValueError(f"{self._location(row)} names {both}: expected a longer path, for one of them")
                path_by_line[row.line] = path
                self._check_format(row, format_of(path))
        for row in (row for rows in self._by_name.values() for row in rows):
            if row.line not in path_by_line:
                raise ValueError(
                    f"{self._location(row)} is not one of the files read: expected the name of one of them"
                )

    def _check_format(self, row: ManifestRow, format_name: str | None) -> None:
        if format_name == LIST:
            reason = "is a list of URLs, and its values would not apply to the documents at these URLs"
            raise ValueError(f"{self._location(row)} {reason}: expected a file of articles, or --date and --source")
        is_archive = format_name == ARCHIVE
        has_many_articles = is_archive or (format_name is not None and FORMATS[format_name].has_many_articles)
        column = next((column for column in row.values if column in SINGLE_ARTICLE_COLUMNS), None)
        if column is not None and has_many_articles:
            reason = f"column {column}: the file holds many articles"
            raise ValueError(f"{self._location(row)}, {reason}: expected an empty cell")

    def _location(self, row: ManifestRow) -> str:
        return f"{self.path}, line {row.line}, file {row.file!r}"


def load_manifest(path: Path) -> Manifest:
    """Load the manifest from a CSV file; raise ValueError naming line, column, value and what was expected."""
    try:
        text = decode_utf8(path.read_bytes())
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return Manifest(_parse_rows(StringIO(text, newline=""), path), path=path)


def _parse_rows(stream: Iterable[str], path: Path) -> Iterator[ManifestRow]:
    reader = csv.DictReader(stream, strict=True, restkey="", restval="")
    line = 1
    try:
        columns = list(reader.fieldnames or ())
        refuse_unknown(columns, MANIFEST_COLUMNS, where="column")
        if "file" not in columns or len(set(columns)) < len(columns):
            raise WrongValueError("the header", columns, "the column file, and each column once")
        for cells in reader:
            line = reader.line_num
            yield _parse_row(line, cells)
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{path}, line {line}: {error}") from None


def _parse_row(line: int, cells: Mapping[str, str]) -> ManifestRow:
    if "" in cells:
        raise WrongValueError("the line", cells[""], "as many cells as in the header")
    if not Path(cells["file"]).parts:
        raise WrongValueError("column file", cells["file"], "the name of a file")
    filled = {column: value for column, value in cells.items() if column != "file" and not is_empty(value)}
    values = {
        column: _check_value(column, _parse_cell(column, value), prefix="column ") for column, value in filled.items()
    }
    return ManifestRow(line, cells["file"], values)


def _parse_cell(column: str, value: str) -> object:
    return [name.strip() for name in value.split(";")] if column == "authors" else value.strip()


def _check_value(field: str, value: object, *, prefix: str = "") -> object:
    if field != "published":
        CHECKS[field](f"{prefix}{field}", value)
        return value
    try:
        parse_iso(str(value))
    except ValueError as error:
        raise ValueError(f"{prefix}{field}: {error}") from None
    return value
