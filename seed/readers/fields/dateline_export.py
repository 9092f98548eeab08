"""Read the articles that a Dateline exports, from its JSON (one, a list, or lines) and from its CSV."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from app.cells import split_texts, unguard_formula
from app.labels import ID_LENGTH, article_number
from app.models import Basis, LanguageBasis, Precision
from seed.dates import day_span, parse_iso, seconds_of_day
from seed.readers.context import ReaderContext
from seed.readers.dates.zones import zone_offset
from seed.readers.fields.article import build_article
from seed.readers.fields.exported_spans import OFFSET_UNITS, ToCodePoint, exported_annotation, has_spans, offset_unit
from seed.readers.input.json_values import JSON_DECODER, refuse_many_nodes
from seed.readers.validation import WrongValueError, check_line, check_member, check_url, is_empty, is_storable
from seed.records import Origin, Published, RawArticle

SOURCE_KEYS = frozenset({"id", "name"})
DATE_KEYS = frozenset({"on", "at", "precision", "basis"})
JSON_REQUIRED = frozenset({"id", "title", "source", "published", "text_kind"})
JSON_OPTIONAL = frozenset(
    {
        *("url", "authors", "language", "language_basis", "rights", "entities", "matched", "terms", "highlights"),
        *("record_id", "printed_time", "urls", "same_text", "same_text_total", "lead", "text", "text_withheld"),
        *("mentions", "statements", "given_entities", "details", "offsets", "record_keys"),
    }
)
CSV_REQUIRED = frozenset({"id", "title", "source", "published_on", "published_at", "precision", "basis", "text_kind"})
CSV_OPTIONAL = frozenset(
    {
        *("url", "source_name", "authors", "zone", "language", "language_basis", "rights", "evidence"),
        *("entities", "entity_counts", "entity_names", "entity_types"),
        *("record_id", "printed_time", "urls", "lead", "text", "text_withheld", "matched"),
        *("mentions", "statements", "given_entities", "details", "offsets", "record_keys"),
    }
)
JSON_LD_REQUIRED = frozenset({"@context", "@type", "@id", "identifier", "headline", "publisher", "urn:dateline:record"})
JSON_LD_OPTIONAL = frozenset(
    {
        *("url", "datePublished", "inLanguage", "author", "about", "mentions", "articleBody", "license"),
        *("copyrightNotice", "subjectOf", "hasPart"),
        *("printEdition", "articleSection", "pagination", "locationCreated"),
    }
)
PUBLISHER_KEYS = frozenset({"@id", "name"})
"""The names of the exports of articles, which a test compares with the exports themselves."""

RECORD_FIELDS = (
    *("printed_time", "language_basis", "text_kind", "record_id", "urls"),
    *("given_entities", "details", "offsets", "record_keys"),
)
"""The fields of JSON that JSON-LD has under a term of its own, besides the date."""

ARTICLE_URN = "urn:dateline:article:"
"""The beginning of the identifier of an article in JSON-LD and in feeds."""

MAX_URLS = 101
"""Maximum number of URLs of an article: its own and 100 others, as for a load."""

_JSON_CELLS = ("mentions", "statements", "given_entities", "details")
_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})")
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})")
_KEY = re.compile(
    r"url:.+|id:[^:]+:.+|title:[^:]+:.*:([0-9]{4}(-[0-9]{2}){0,2})?|text:[\w-]{20}:[^:]+(:.*)?"
    r"|(export|formerly):[0-9a-z]{12}",
    re.DOTALL | re.ASCII,
)
"""A key of each kind: a URL, an id, a title with its day, a text, or another public id."""

_DAY_SECONDS = 86_400
_EPOCH_DAY = 719_163
_MAX_OFFSET_SECONDS = 14 * 3_600


def article_from_json(
    origin: Origin, record: Mapping[str, object], context: ReaderContext, notes: tuple[str, ...] = ()
) -> RawArticle:
    """Return the article of a JSON object that Dateline exported; raise ValueError naming field and value."""
    public_id = _public_id(record["id"])
    _require_text(record)
    source = cast("Mapping[str, object]", record["source"])
    fields: dict[str, object] = {
        **{name: record.get(name) for name in ("title", "url", "authors", "language", "rights", "text", "text_kind")},
        "details": record.get("details"),
        "id": record.get("record_id"),
        "source": _source(source, context),
    }
    record_keys = _record_keys(record.get("record_keys"))
    urls = _urls(record.get("urls"))
    if is_empty(fields["url"]) and urls:
        fields["url"] = urls[0]
    published = _published(cast("Mapping[str, object]", record["published"]), record.get("printed_time"))
    texts = {name: str(fields[name]) for name in ("title", "text")}
    to_code_point = offset_unit(record, texts)
    fields["entities"] = _given_entities(record, to_code_point)
    if to_code_point is None:
        notes += ("mentions and statements are extracted: the export does not name the unit of their offsets",)
    article = build_article(
        origin,
        fields,
        published,
        context.overrides,
        provenance={name: "the export of Dateline" for name, value in fields.items() if not is_empty(value)},
        notes=notes,
        strict=True,
        keep_authors=True,
    )
    # Those of a record with entities follow from the entities.
    annotation = None
    if article.entities is None:
        annotation = exported_annotation(record, {"title": article.title, "text": article.text}, to_code_point)
    is_detected = record.get("language_basis") == LanguageBasis.DETECTED and "language" not in context.overrides
    return replace(
        article,
        public_id=public_id,
        language_detected=is_detected and article.language is not None,
        other_urls=tuple(url for url in urls if url != article.url),
        record_keys=record_keys,
        exported_source=None if record_keys is None else str(source["id"]),
        annotation=annotation,
    )


def _public_id(value: object) -> str:
    if not isinstance(value, str) or article_number(value) < 0:
        wanted = f"the public id of an article, {ID_LENGTH} letters and digits, as Dateline exports it"
        raise WrongValueError("id", value, wanted)
    return value


def _require_text(record: Mapping[str, object]) -> None:
    if is_empty(record.get("text")):
        is_withheld = record.get("text_withheld") is True
        why = "its operator withholds it" if is_withheld else "`fields=` of an export chooses it"
        raise WrongValueError("text", record.get("text"), f"the text, which a list does not have; {why}")


def _given_entities(record: Mapping[str, object], to_code_point: ToCodePoint | None) -> object:
    """Return the entities that came with a record, with spans in code points; they are checked like those of others."""
    entities = record.get("given_entities")
    if not isinstance(entities, list):
        return entities
    if to_code_point is None:
        wanted = f"{' or '.join(OFFSET_UNITS)}, because nothing else shows the unit of given_entities"
        raise WrongValueError("offsets", record.get("offsets"), wanted)
    return [
        {**entity, "mentions": [[_offset(to_code_point, offset) for offset in span] for span in entity["mentions"]]}
        if has_spans(entity)
        else entity
        for entity in entities
    ]


def _offset(to_code_point: ToCodePoint, offset: object) -> object:
    return to_code_point("text", offset) if type(offset) is int else offset


def article_from_json_ld(origin: Origin, record: Mapping[str, object], context: ReaderContext) -> RawArticle:
    """Return the article of a NewsArticle that Dateline exported; raise ValueError naming field and value."""
    literal, publisher = _object(record, "urn:dateline:record"), _object(record, "publisher")
    fields = _object(literal, "@value")
    work = _object(record, "subjectOf") or _object(record, "hasPart")
    text = work if work else {**record, "text": record.get("articleBody")}
    authors = record.get("author") or []
    if not isinstance(authors, list):
        raise WrongValueError("author", authors, "a list of persons")
    return article_from_json(
        origin,
        {
            **{name: fields.get(name) for name in RECORD_FIELDS},
            "published": _object(fields, "published"),
            "id": str(record["identifier"]).removeprefix(ARTICLE_URN),
            "title": record["headline"],
            "url": record.get("url"),
            "source": {"id": str(publisher["@id"]).rpartition("/")[2], "name": publisher["name"]},
            "authors": [_object({"author": person}, "author").get("name") for person in authors],
            "language": record.get("inLanguage"),
            "rights": text.get("license") or text.get("copyrightNotice"),
            "text": text.get("text"),
            # JSON-LD always has the text, unless it is withheld.
            "text_withheld": is_empty(text.get("text")),
        },
        context,
    )


def _object(record: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Return the object under a name, an empty one if there is none."""
    value = record.get(name)
    if value is not None and not isinstance(value, dict):
        raise WrongValueError(name, value, "an object, as Dateline exports it")
    return value or {}


def article_from_row(origin: Origin, row: Mapping[str, object], context: ReaderContext) -> RawArticle:
    """Return the article of a row of CSV that Dateline exported; raise ValueError naming field and value."""
    cells: dict[str, str] = {}
    for name, cell in row.items():
        if not isinstance(cell, str):
            raise WrongValueError(name, cell, "a text, as CSV has it")
        cells[name] = unguard_formula(cell)
    return article_from_json(origin, _nested(cells), context, _notes(cells, context))


def _notes(cells: Mapping[str, str], context: ReaderContext) -> tuple[str, ...]:
    """Return what a row lacks that nothing else tells."""
    source = cells["source"]
    if is_empty(cells.get("source_name")) and "source" not in context.overrides and not context.sources.knows(source):
        return (f"the export has no source_name: unless it is known here, the source is called {source!r}",)
    return ()


def _nested(cells: Mapping[str, str]) -> dict[str, object]:
    """Return a row of CSV in the form that JSON has; what it lacks is left out."""
    lists = ("authors", "urls", "record_keys")
    texts = (
        *("title", "url", "language", "language_basis", "rights", "text", "text_kind", "record_id", "printed_time"),
        "offsets",
    )
    return {
        "id": cells["id"],
        **{name: cells[name] for name in texts if name in cells},
        **{name: split_texts(cells[name]) for name in lists if name in cells},
        **{name: _parse_json(name, cells[name]) for name in _JSON_CELLS if cells.get(name)},
        "entities": _named_entities(cells),
        "text_withheld": cells.get("text_withheld") == "true",
        "source": {"id": cells["source"], "name": cells.get("source_name") or cells["source"]},
        "published": {
            "on": cells["published_on"],
            "at": cells["published_at"],
            **{name: cells.get(name) for name in ("precision", "zone", "basis", "evidence")},
        },
    }


def _named_entities(cells: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the entities of a row as JSON lists them; none if the row does not have their names and types."""
    columns = [split_texts(cells.get(name, "")) for name in ("entities", "entity_names", "entity_types")]
    if not all(columns):
        return []
    if len(set(map(len, columns))) > 1:
        raise WrongValueError("entity_names", cells["entity_names"], "a name and a type for each of the entities")
    return [{"id": id_, "name": name, "type": type_} for id_, name, type_ in zip(*columns, strict=True)]


def _parse_json(field: str, cell: str) -> object:
    refuse_many_nodes(cell)
    try:
        return JSON_DECODER.decode(cell)
    except ValueError:
        raise WrongValueError(field, cell, "JSON, as Dateline exports it") from None


def _source(source: Mapping[str, object], context: ReaderContext) -> str:
    """Return id or name of a source: the id if an outlet here has it, otherwise the name, from which the id follows."""
    id_, name = check_line("source.id", source["id"]), check_line("source.name", source["name"])
    return id_ if context.sources.knows(id_) else name


def _urls(value: object) -> list[str]:
    """Return the URLs of an article, its own first."""
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MAX_URLS:
        raise WrongValueError("urls", value, f"a list of URLs, at most {MAX_URLS}")
    return list(dict.fromkeys(check_url(f"urls[{index}]", url) for index, url in enumerate(value)))


def _record_keys(value: object) -> tuple[str, ...] | None:
    """Return the keys of an article in an export; None if it does not have them.

    There may be none: others have the keys of an article that was united with another collection.
    """
    if value is None:
        return None
    if not isinstance(value, list):
        raise WrongValueError("record_keys", value, "a list of keys, as Dateline exports it")
    for index, key in enumerate(value):
        if not (isinstance(key, str) and _KEY.fullmatch(key) and is_storable(key)):
            raise WrongValueError(f"record_keys[{index}]", key, "a key of an article, as Dateline exports it")
    return tuple(value)


def _published(fields: Mapping[str, object], printed_time: object) -> Published:
    """Return the date of an export; raise ValueError if its fields contradict each other."""
    values = {
        name: None if is_empty(fields.get(name)) else check_line(f"published.{name}", fields[name])
        for name in ("on", "at", "precision", "zone", "basis", "evidence")
    }
    on, zone = values["on"], values["zone"]
    if on is None:
        return Published()
    precision = check_member("published.precision", values["precision"], Precision)
    basis = check_member("published.basis", values["basis"], Basis)
    first_day = day_span(on)[0]
    by_length = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}[len(on)]
    if precision is not (by_length if values["at"] is None else Precision.MINUTE):
        raise WrongValueError("published.precision", precision.value, f"that of {values['at'] or on}")
    local_time = _seconds(printed_time)
    if values["at"] is None:
        return Published(on, None, local_time, precision, zone, basis, values["evidence"])
    at = parse_iso(values["at"]).at
    midnight = (first_day - _EPOCH_DAY) * _DAY_SECONDS
    if at is None or not -_MAX_OFFSET_SECONDS <= at - midnight < _DAY_SECONDS + _MAX_OFFSET_SECONDS:
        raise WrongValueError("published.at", values["at"], f"an instant of the day {on} in some time zone")
    if local_time is None and (offset := _offset_minutes(zone, on)) is not None:
        local_time = (at + 60 * offset) % _DAY_SECONDS
    return Published(on, at, local_time, precision, zone, basis, values["evidence"])


def _seconds(printed_time: object) -> int | None:
    if is_empty(printed_time):
        return None
    match = _CLOCK.fullmatch(printed_time) if isinstance(printed_time, str) else None
    seconds = None if match is None else seconds_of_day(*map(int, match.groups()))
    if seconds is None:
        raise WrongValueError("printed_time", printed_time, "a time of day such as '18:30:00'")
    return seconds


def _offset_minutes(zone: str | None, on: str) -> int | None:
    """Return the minutes east of UTC of a zone; None if it is unknown or ambiguous."""
    match = _OFFSET.fullmatch(zone or "")
    if match is None:
        return zone_offset(zone or "", on)
    minutes = int(match[2]) * 60 + int(match[3])
    return -minutes if match[1] == "-" else minutes
