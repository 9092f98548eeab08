"""Annotate JSON Lines of texts with their mentions and statements; nothing is stored and no text is altered."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import Lexicon
from seed.faults import refuse_unexpected
from seed.records import Annotation, ExtractedMention, ExtractedStatement, Origin, Refusal

_SURROGATE = re.compile("[\ud800-\udfff]")


def annotate_lines(
    lines: Iterable[bytes], path: str, annotator: Annotator, lexicon: Lexicon
) -> Iterator[dict[str, Any] | Refusal]:
    """Yield the annotation of each `{"id", "text"}` line, or its refusal; blank lines are skipped."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                id_, text = _parse_line(line)
            except ValueError as error:
                yield Refusal(Origin(path, number), str(error))
                continue
            try:
                annotation = annotator.annotate(title=None, text=text)
            except Exception as error:
                yield refuse_unexpected(error, Origin(path, number), "annotated")
            else:
                yield {"id": id_, **_annotation_fields(annotation, lexicon)}


def _parse_line(line: bytes) -> tuple[str | int, str]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the line is not JSON ({error}): expected an object with an id and a text") from None
    id_, text = (record.get("id"), record.get("text")) if isinstance(record, dict) else (None, None)
    if isinstance(id_, str | int) and isinstance(text, str):
        if _SURROGATE.search(f"{id_}{text}"):
            raise ValueError("the line has an unpaired surrogate: expected text in whole characters")
        return id_, text
    raise ValueError(f"the line is {_describe(record)}: expected an object with an id and a text")


def _describe(record: object) -> str:
    if not isinstance(record, dict):
        return f"a JSON {type(record).__name__}"
    return f"an object with id {record.get('id')!r} and a text of type {type(record.get('text')).__name__}"


def _annotation_fields(annotation: Annotation, lexicon: Lexicon) -> dict[str, Any]:
    names = {entity.id: entity.name for entity in annotation.entities}
    return {
        "mentions": [_mention_fields(mention, names, lexicon) for mention in annotation.mentions],
        "links": [_mention_fields(link, names, lexicon) for link in annotation.links],
        "statements": [_statement_fields(statement) for statement in annotation.statements],
    }


def _mention_fields(mention: ExtractedMention, names: Mapping[str, str], lexicon: Lexicon) -> dict[str, Any]:
    known = lexicon.entities.get(mention.entity or "")
    return {
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "type": mention.type,
        "kind": mention.kind,
        "entity": mention.entity,
        "name": known.name if known else names.get(mention.entity or ""),
        "wikidata": known.wikidata if known else None,
        "rule": mention.rule,
        "confidence": mention.confidence,
    }


def _statement_fields(statement: ExtractedStatement) -> dict[str, Any]:
    return {
        "start": statement.start,
        "end": statement.end,
        "kind": statement.kind,
        "speaker": statement.speaker,
        "speaker_name": statement.speaker_name,
        "cue": statement.cue,
    }
