"""RIS: what reference managers and databases export, one record per item; abstracts, and pages without a text.

A line is a tag of two characters, two spaces, a hyphen, a space and the value; `TY` begins a record and `ER` ends it.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO

from app.models import Basis, TextKind
from seed.readers.context import ReaderContext
from seed.readers.dates.metadata import parse_date
from seed.readers.fields.article import parse_published
from seed.readers.fields.plain_text import clean_text, to_plain_line
from seed.readers.input.decoding import MAX_RECORD_BYTES, MAX_RECORD_LINES, decode_utf8, read_lines
from seed.readers.language_tags import language_tag
from seed.readers.press.fields import DatabaseFields, author_names, is_not_available, leads_into_database
from seed.readers.validation import WrongValueError, check_line, check_url, is_empty, preview
from seed.records import Link, ListedPage, NoArticle, Origin, Published, RawArticle, ReadItem, Refusal

_HEAD_LENGTH = 20_000  # Characters: databases write some lines about themselves before the first record.
_START = re.compile(r"(?:^|[\r\n])[ \t]*TY {1,2}- ?[A-Za-z]{2,12}[ \t]*[\r\n]+[ \t]*[A-Z][A-Z0-9] {1,2}-(?: |[\r\n])")
_LINE = re.compile(r"[ \t\ufeff]*([A-Z][A-Z0-9])( {1,2})-[ \t]?(.*)", re.DOTALL)

_NO_TYPE = "the record has no type: expected a line such as 'TY  - NEWS' above it"

_EDGES = (b"TY", b"ER")
_EDGE_VALUES = {"TY": re.compile(r"\w{0,20}\s*"), "ER": re.compile(r"\W*")}

_TITLE = ("TI", "T1", "CT")
_OUTLET = ("T2", "JF", "JO", "JA", "J2", "J1", "PB")
_ABSTRACT = ("AB", "N2")
_AUTHORS = ("AU", "A1")
_DATES = ("DA", "Y1", "PY")
_DETAILS = {
    "edition": ("ET",),
    "section": ("SE",),
    "document_type": ("M3",),
    "publication_place": ("CY", "PP"),
}
_USED = frozenset(
    {
        *("TY", "ER", "AN", "ID", "LA", "UR", "SP", "EP", "DB", "DP", "Y2", "ST", "L1", "L2", "L3", "L4"),
        *(*_TITLE, *_OUTLET, *_ABSTRACT, *_AUTHORS, *_DATES, *(tag for tags in _DETAILS.values() for tag in tags)),
    }
)
_PERIODICALS = frozenset({"NEWS", "NEWSPAPER", "MGZN", "ELEC", "BLOG", "WEB", "GEN"})
"""Types of which `SE` is the section; journals have their first page there."""

_SLASHED = re.compile(r"([0-9]{4})/([0-9]{0,2})(?:/([0-9]{0,2}))?(?:/(.*))?")
_YEAR = re.compile(r"[0-9]{4}")
_LIBRARY_NUMBER = re.compile(r"[0-9]{1,6}")
"""What `ID` is in EndNote: the number of the record in a library, which other libraries give to other articles."""

_NOTED = re.compile(r"(Copyright|Last updated) - (.*)", re.DOTALL)
"""What ProQuest writes into notes."""


@dataclass(slots=True)
class _Record:
    """The lines of one record: values by tag, and what made it unusable."""

    line: int
    type: str
    width: int
    values: dict[str, list[str]] = field(default_factory=dict)
    size: int = 0
    error: str | None = None
    is_ended: bool = False
    rows: list[tuple[str, list[str]]] = field(default_factory=list)
    count: int = 0

    @property
    def is_full(self) -> bool:
        """Whether the record is longer than one may be."""
        return self.size > MAX_RECORD_BYTES or self.count > MAX_RECORD_LINES

    def read_line(self, row: str, match: re.Match[str] | None, size: int, error: str | None) -> None:
        """Add a line; one without a tag, or whose tag is written in another way, continues the value before it."""
        self.size += size
        self.count += 1
        self.error = self.error or error
        if match and len(match[2]) == self.width and match[1] == "ER":
            self.is_ended = True
        elif self.is_full:
            limits = f"at most {MAX_RECORD_BYTES} bytes and {MAX_RECORD_LINES} lines"
            self.error = f"the record is too long: expected {limits}"
            self.rows.clear()
        elif match and len(match[2]) == self.width:
            self.rows.append((match[1], [match[3].strip()]))
        else:
            self.rows[-1][1].append(row.strip())

    def end(self) -> "_Record":
        """Return the record with the values of its lines."""
        for tag, lines in self.rows:
            self.values.setdefault(tag, []).append("\n".join(lines).strip())
        self.rows.clear()
        return self

    def first(self, tags: Iterable[str]) -> tuple[str, str]:
        """Return the first tag that has a value, and the value on one line; empty if none has one."""
        found = ((tag, " ".join(value.split())) for tag in tags for value in self.values.get(tag, ()) if value.strip())
        return next(found, ("", ""))


def matches(text: str, _suffix: str) -> bool:
    """Return whether a text has the beginning of a record of RIS near its start."""
    return _START.search(text, 0, _HEAD_LENGTH) is not None


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield an article, or a link to a page, for each record."""
    noted = set(_USED)
    records = 0
    for record in _records(stream):
        records += 1
        origin = Origin(path, record.line)
        if record.error is not None:
            yield Refusal(origin, record.error)
            continue
        try:
            yield _item(record, origin, context, noted)
        except ValueError as error:
            yield Refusal(origin, str(error))
    if not records:
        yield Refusal(Origin(path), "the file has no record: expected lines such as 'TY  - NEWS' and 'ER  - '")


def _records(stream: BinaryIO) -> Iterator[_Record]:
    record: _Record | None = None
    for number, content in read_lines(stream):
        if record is not None and record.is_full and content is not None and content.lstrip()[:2] not in _EDGES:
            continue
        row, error = _decode(content, number)
        match = _LINE.fullmatch(row.rstrip("\r\n"))
        if record is not None and match and match[1] in _EDGE_VALUES and not _EDGE_VALUES[match[1]].fullmatch(match[3]):
            match = None  # A line of the text that looks like the edge of a record.
        if match and match[1] == "TY":
            if record is not None:
                yield record.end()
            record = _Record(number, match[3].strip().upper(), len(match[2]))
        elif record is None and match and match[1] != "ER":
            record = _Record(number, "", len(match[2]), error=_NO_TYPE)
        if record is not None:
            record.read_line(row, match, len(content or b""), error)
            if record.is_ended:
                yield record.end()
                record = None
    if record is not None:
        yield record.end()


def _decode(content: bytes | None, number: int) -> tuple[str, str | None]:
    """Return the text of a line, or why it has none."""
    if content is None:
        return "", f"the line is too long: expected at most {MAX_RECORD_BYTES} bytes per line"
    try:
        return decode_utf8(content, is_start=number == 1), None
    except ValueError as error:
        return "", str(error)


def _item(record: _Record, origin: Origin, context: ReaderContext, noted: set[str]) -> RawArticle | Link | NoArticle:
    """Return what a record is: an article with its abstract, or a link to its page."""
    titles = max((list(dict.fromkeys(filter(None, record.values.get(tag, ())))) for tag in _TITLE), key=len)
    if len(titles) > 1:
        raise ValueError(
            f"the record has {len(titles)} titles ({preview(titles[1])}): expected 'ER  - ' between records"
        )
    fields = DatabaseFields(database="RIS")
    for name, tags in (("title", _TITLE), ("language", ("LA",))):
        tag, value = record.first(tags)
        fields.set_value(name, tag, to_plain_line(value) if name == "title" else value)
    _set_identity(fields, record)
    fields.set_source(*record.first(_OUTLET), context)
    authors = [value for tag in _AUTHORS for value in record.values.get(tag, ())]
    fields.set_value("authors", "AU", author_names(authors, fields.is_outlet(context), inverted=True))
    _set_date(fields, record)
    _set_details(fields, record)
    _set_text(fields, record)
    if not record.is_ended:
        fields.notes.append("the record has no end (ER)")
    if new := [tag for tag in record.values if tag not in noted]:
        noted.update(new)
        fields.notes.append(f"ignored tags: {', '.join(new)}")
    if "text" in fields.fields:
        return clean_text(fields.article(origin, context), context.overrides)
    return _listed_page(fields, origin, context)


def _set_identity(fields: DatabaseFields, record: _Record) -> None:
    """Set URL and id; a link into a database is not the URL of an article."""
    urls = [url.strip(";,") for value in record.values.get("UR", ()) for url in value.split()]
    pages = [url for url in urls if not leads_into_database(url)]
    fields.set_value("url", "UR", next(iter(pages), None))
    if urls and not pages:
        fields.missing["url"] = f"{urls[0][:200]} leads into a database"
    tag, value = record.first(("AN", "ID"))
    fields.set_value("id", tag, None if tag == "ID" and _LIBRARY_NUMBER.fullmatch(value) else value)


def _set_date(fields: DatabaseFields, record: _Record) -> None:
    """Set the most precise date of a record; a date that differs from it is noted."""
    year = next((match[0] for value in record.values.get("PY", ()) if (match := _YEAR.match(value))), "")
    dates: list[tuple[str, Published]] = []
    errors: list[ValueError] = []
    for tag, value in ((name, value) for name in _DATES for value in record.values.get(name, ()) if value):
        try:
            dates.append((tag, _parse_date(value, year)))
        except ValueError as error:
            errors.append(ValueError(f"{tag}: {error}"))
    if dates:
        tag, fields.published = max(dates, key=lambda date: (len(str(date[1].on)), date[1].at is not None))
        fields.provenance["published"] = f"{tag} of RIS"
        fields.notes += [f"left out: {error}" for error in errors]
        fields.notes += [
            f"{other} is {date.on}; the date of {tag} counts"
            for other, date in dates
            if not str(fields.published.on).startswith(str(date.on))
        ]
    elif errors:
        fields.dropped["published"] = errors[0]
    else:
        fields.missing["published"] = "RIS has none here"


def _parse_date(value: str, year: str) -> Published:
    """Return a date such as `2019/03/04/`, `2019///`, or as printed, maybe without the year that `PY` has."""
    match = _SLASHED.fullmatch(value)
    if match is None:
        text = value if re.search("[0-9]{4}", value) else f"{value} {year}"
        return parse_date("published", text, basis=Basis.METADATA)
    parts = [match[1], *(part.zfill(2) for part in match.groups()[1:3] if part and int(part))]
    on, other = "-".join(parts), (match[4] or "").strip(" /")
    for text in (f"{on} {other}", f"{other} {match[1]}") if other else ():
        with suppress(ValueError):
            date = parse_date("published", text, basis=Basis.METADATA)
            if str(date.on).startswith(on):
                return date
    return parse_date("published", on, basis=Basis.METADATA)


def _set_details(fields: DatabaseFields, record: _Record) -> None:
    for name, tags in _DETAILS.items():
        if name != "section" or record.type in _PERIODICALS:
            fields.details[name] = record.first(tags)[1] or fields.details.get(name, "")
    (_, first), (_, last) = record.first(["SP"]), record.first(["EP"])
    fields.details["page"] = f"{first}-{last}" if first and last and first != last and "-" not in first else first
    for match in filter(None, map(_NOTED.fullmatch, record.values.get("N1", ()))):
        if match[1] == "Copyright":
            fields.set_value("rights", "N1", match[2].strip())
        else:
            fields.details["load_date"] = match[2]


def _set_text(fields: DatabaseFields, record: _Record) -> None:
    """Set the text to the abstract; the longer one of two counts if it begins with the other."""
    texts = ["\n\n".join(filter(None, record.values.get(tag, ()))) for tag in _ABSTRACT]
    texts = [text for text in texts if text and not is_not_available(text)]
    fields.missing["text"] = "RIS has no abstract here"
    if texts:
        text = max(texts, key=len) if texts[-1].startswith(texts[0][:-1]) else texts[0]
        fields.set_value("text", "AB", text)
        fields.set_value("text_kind", "AB", TextKind.EXTRACT.value)
        if not all(text.startswith(other[:-1]) for other in texts):
            fields.notes.append("ignored: N2 has another abstract than AB")


def _listed_page(fields: DatabaseFields, origin: Origin, context: ReaderContext) -> Link:
    """Return the link to the page of a record without an abstract; raise ValueError if it has no page either."""
    values = {**fields.fields, **context.overrides}
    if is_empty(values.get("url")):
        raise WrongValueError("text", None, f"an abstract (AB or N2), or the URL of the page ({fields.missing['url']})")
    published = fields.published
    if "published" in context.overrides:
        published = parse_published(context.overrides, basis=Basis.METADATA)
    lines = {name: check_line(name, values[name]) for name in ("title", "source") if not is_empty(values.get(name))}
    language = language_tag(str(values.get("language") or ""))
    listed = ListedPage("RIS", lines.get("title"), lines.get("source"), published, language)
    return Link(origin, check_url("url", values["url"]), listed)
