"""ProQuest: texts in which articles are between lines of underscores, each with labels before and after its text.

Before the text are a title without a label, author, abstract and links; after it come the fields of the record. Lines
of a text may look like labels, so that only the order of labels says where fields begin and end.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.models import Basis, TextKind
from seed.readers.context import ReaderContext
from seed.readers.dates.metadata import parse_date
from seed.readers.input.decoding import MAX_RECORD_BYTES, MAX_RECORD_LINES
from seed.readers.press.fields import DatabaseFields, author_names, is_not_available, leads_into_database
from seed.readers.press.proquest_lines import HEADER, labelled_line
from seed.readers.press.proquest_records import (
    NUMBER,
    SEPARATOR,
    Block,
    header_fields,
    read_blocks,
    record_fields,
    split_lines,
)
from seed.readers.validation import MAX_LINE_LENGTH, check_url
from seed.records import Origin, RawArticle, ReadItem, Refusal

NAME = "ProQuest"

_URL = re.compile(r"https?://\S+")
_DERIVED = re.compile(r"\s*\[Derived headline\]\s*\Z", re.IGNORECASE)
_ENLARGE = re.compile(r"\s*Enlarge this image\.?\s*", re.IGNORECASE)
_WORD_COUNT = re.compile(r"\s*(?:Word count|Words): ?([0-9][0-9.,]{0,9})\s*", re.IGNORECASE)
_HEAD_ROWS = 12  # In which an export names itself.
_INFO = re.compile(
    r"(?P<outlet>[^;\[\]]{1,200}?)\s{0,3};(?P<place>[^\[\]]{0,80})(?:\[[^\[\]]{0,80}\])?[. ]*(?P<date>[^:]{4,60})"
)


def matches(lines: Sequence[str]) -> bool:
    """Return whether the beginning of a text is of an export of ProQuest."""
    rows = [row for text in lines for row in text.split("\n")]
    is_report = any("ProQuest" in row for row in rows[:_HEAD_ROWS])
    has_separator = any(SEPARATOR.fullmatch(row) or NUMBER.fullmatch(row) for row in rows)
    if not has_separator and not any("ProQuest" in row for row in rows):
        return False
    names = {labelled_line(0, row).name for row in rows}
    labels = len(names.intersection(HEADER))
    return (has_separator and (is_report or labels > 1)) or (labels > 0 and "document_id" in names)


def read(paragraphs: Iterable[str], origin: Origin, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield an article, or a refusal, for each record between lines of underscores."""
    expected = count = 0
    for record in read_blocks(paragraphs):
        place = Origin(origin.path, record.lines[0].number)
        expected = max(expected, record.listed, record.total)
        if record.is_furniture:
            continue
        count += 1
        try:
            yield _article(record, place, context)
        except ValueError as error:
            yield Refusal(place, str(error))
    if expected > count:
        yield Refusal(origin, f"{NAME} lists {expected} articles, and the file has {count}: expected all of them")


def _article(record: Block, origin: Origin, context: ReaderContext) -> RawArticle:
    """Return the article of a record; raise ValueError if it has none."""
    if record.is_too_long:
        raise ValueError(
            f"the record is too long: expected at most {MAX_RECORD_BYTES} characters and {MAX_RECORD_LINES} lines"
        )
    if len(record.ids) > 1:
        raise ValueError(f"{len(record.ids)} articles of {NAME} have no line between them: expected one of underscores")
    if not record.is_article:
        raise ValueError(f"{record.lines[0].text[:80]!r} begins no article of {NAME}: expected labels such as Author")
    header_lines, value_lines = split_lines(record.lines)
    values = record_fields(value_lines)
    is_titled = values.get("title", record.lines[0].text.strip()) != record.lines[0].text.strip()
    above, header = header_fields(header_lines, is_titled=is_titled)
    title, ignored = (above[0] if above else ""), above[1:]
    fields = DatabaseFields(database=NAME)
    title = title or values.get("title", "")
    fields.set_value(
        "title",
        "the first line" if title else "Title",
        _DERIVED.sub("", title) if len(title) <= MAX_LINE_LENGTH else title,
    )
    if ignored:
        fields.notes.append(f"ignored below the title: {'; '.join(ignored)[:200]!r}")
    _set_identity(fields, values)
    info = _INFO.match(header.get("publication_info", ""))
    publication = values.get("publication_title") or (f"{info['outlet']}; {info['place']}" if info else "")
    fields.set_source("Publication title", publication, context)
    authors = (header.get("author") or values.get("author") or "").split("\n")[0]
    fields.set_value("authors", "Author", author_names([authors], fields.is_outlet(context), inverted=True))
    for name, key in (("language", "language"), ("rights", "rights")):
        fields.set_value(name, key, values.get(key))
    _set_date(fields, values, info["date"] if info else "")
    _set_text(fields, header)
    details = {
        "section": "section", "page": "pages", "place": "dateline", "load_date": "last_updated",
        "document_type": "document_type",
    }  # fmt: skip
    fields.details |= {name: values.get(key, "") for name, key in details.items()}
    fields.details["publication_place"] = fields.details.get("publication_place") or values.get("publication_place", "")
    return fields.article(origin, context)


def _set_identity(fields: DatabaseFields, values: Mapping[str, str]) -> None:
    """Set id and URL; the URL of a record in ProQuest is not that of the article."""
    fields.set_value("id", "document ID", values.get("document_id"))
    url = _URL.search(values.get("url", ""))
    fields.missing["url"] = f"{NAME} has only the link to its own record"
    if url and not leads_into_database(url[0]):
        fields.set_value("url", "URL", check_url("url", url[0]))


def _set_date(fields: DatabaseFields, values: Mapping[str, str], printed: str) -> None:
    """Set the date of publication, else the one of the publication info, else the year."""
    errors: list[ValueError] = []
    fields.missing["published"] = f"{NAME} has none here"
    places = (values.get("publication_date"), printed.strip(" ."), values.get("publication_year"))
    for place, text in zip(("Publication date", "Publication info", "Publication year"), places, strict=True):
        if not text:
            continue
        try:
            fields.published = parse_date("published", text, basis=Basis.METADATA)
        except ValueError as error:
            errors.append(error)
            continue
        fields.provenance["published"] = f"{place} of {NAME}"
        del fields.missing["published"]
        fields.notes += [f"left out: {error}" for error in errors]
        return
    if errors:
        fields.dropped["published"] = errors[0]


def _set_text(fields: DatabaseFields, header: Mapping[str, str]) -> None:
    """Set the full text, or else the abstract as an extract."""
    fields.missing["text"] = f"{NAME} has neither a full text nor an abstract here"
    for name, kind in (("full_text", TextKind.FULL), ("abstract", TextKind.EXTRACT)):
        rows = [row.rstrip() for row in header.get(name, "").split("\n") if not _ENLARGE.fullmatch(row)]
        if rows and (match := _WORD_COUNT.fullmatch(rows[-1])):
            fields.details["length"] = match[1]
            rows.pop()
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip("\n")
        if text.strip() and not is_not_available(text):
            fields.set_value("text", name.replace("_", " "), text)
            if kind is TextKind.EXTRACT:
                fields.set_value("text_kind", "abstract", kind.value)
            return
