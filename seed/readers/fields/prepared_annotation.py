"""Annotations that `dateline annotate --records` adds to records, so that a load need not extract them.

They are those that the load would extract itself: made by the same extractor with the same lexicon, of the same title
and text. Any other is ignored, and extracted.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.models import EntityType
from app.search.index.digests import hex_digest
from seed.extract.extractor_id import is_extractor_id
from seed.readers.fields.exported_spans import exported_annotation
from seed.readers.validation import MAX_LINE_LENGTH, MAX_NAMES, WrongValueError, check_member, is_storable
from seed.records import Annotation, LocalEntity, PreparedAnnotation, RawArticle

ANNOTATION_KEY = "annotation"
"""The key of a record under which its annotation is."""

# Lists of values take a third of the space of objects; the text of a mention is that of its span.
_MENTION = ("field", "start", "end", "type", "kind", "entity", "rule", "confidence")
_STATEMENT = ("field", "start", "end", "kind", "speaker", "speaker_name", "cue")
_ENTITY = ("id", "name", "type", "aliases")


def annotation_document(extractor: str, title: str, text: str, annotation: Annotation) -> dict[str, Any]:
    """Return the annotation of a title and a text as an object of JSON."""
    return {
        "extractor": extractor,
        "texts": _texts_digest(title, text),
        "mentions": [_values(mention, _MENTION) for mention in annotation.mentions],
        "statements": [_values(statement, _STATEMENT) for statement in annotation.statements],
        "entities": [_values(entity, _ENTITY) for entity in annotation.entities],
    }


def _values(item: object, names: tuple[str, ...]) -> list[object]:
    return [getattr(item, name) for name in names]


def take_annotation(record: dict[str, object]) -> Mapping[str, object] | None:
    """Remove the annotation from a record and return it, None if it has none of ours."""
    value = record.get(ANNOTATION_KEY)
    if not isinstance(value, dict) or not is_extractor_id(value.get("extractor")):
        return None
    del record[ANNOTATION_KEY]
    return value


def with_annotation(article: RawArticle, value: Mapping[str, object]) -> RawArticle:
    """Return an article with its annotation; if it is not that of its title and text, with a note instead."""
    if value.get("texts") != _texts_digest(article.title, article.text):
        return _with_note(article, "another title or text")
    try:
        return replace(article, prepared=PreparedAnnotation(str(value["extractor"]), _read(value, article)))
    except ValueError as error:
        return _with_note(article, str(error))


def _with_note(article: RawArticle, reason: str) -> RawArticle:
    note = f"the annotation is ignored, and its text extracted: {reason}"
    return replace(article, notes=(*article.notes, note))


def _texts_digest(title: str, text: str) -> str:
    return hex_digest(f"{title}\0{text}".encode())


def _read(value: Mapping[str, object], article: RawArticle) -> Annotation:
    """Return an annotation whose spans fit the texts; raise ValueError if one does not."""
    texts = {"title": article.title, "text": article.text}
    spans = {
        "mentions": [_with_text(mention, texts) for mention in _objects(value, "mentions", _MENTION)],
        "statements": _objects(value, "statements", _STATEMENT),
    }
    read = exported_annotation(spans, texts, lambda _field, offset: offset)
    entities = _objects(value, "entities", _ENTITY)
    return Annotation((read and read.mentions) or (), (read and read.statements) or (), tuple(map(_entity, entities)))


def _objects(value: Mapping[str, object], name: str, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    items = value.get(name)
    if not isinstance(items, list) or not all(isinstance(item, list) and len(item) == len(keys) for item in items):
        raise WrongValueError(name, items, f"a list of lists of {', '.join(keys)}")
    return [dict(zip(keys, item, strict=True)) for item in items]


def _with_text(mention: dict[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    field, start, end = (mention[name] for name in _MENTION[:3])
    is_span = isinstance(field, str) and type(start) is int and type(end) is int
    return {**mention, "text": texts.get(field, "")[start:end] if is_span else ""}


def _entity(item: Mapping[str, Any]) -> LocalEntity:
    aliases = item["aliases"]
    if not isinstance(aliases, list) or len(aliases) > MAX_NAMES:
        raise WrongValueError("aliases", aliases, f"a list of names, at most {MAX_NAMES}")
    return LocalEntity(
        _name("id", item["id"]),
        _name("name", item["name"]),
        check_member("type", item["type"], EntityType),
        tuple(_name("aliases", alias) for alias in aliases),
    )


def _name(field: str, value: object) -> str:
    """Return a name unchanged: it may contain a line break, as the text does."""
    if not isinstance(value, str) or not value or not is_storable(value) or len(value) > MAX_LINE_LENGTH:
        raise WrongValueError(field, value, f"a name, at most {MAX_LINE_LENGTH} characters")
    return value
