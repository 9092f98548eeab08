"""Texts in, mentions and statements out, as JSON Lines; nothing is stored and no text is altered."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import Lexicon
from seed.records import Annotation, Mention, Origin, Refusal, Statement

_HALF_PAIR = re.compile("[\ud800-\udfff]")


def annotated(
    lines: Iterable[bytes], path: str, annotator: Annotator, lexicon: Lexicon
) -> Iterator[dict[str, Any] | Refusal]:
    """Yield what is found in each `{"id", "text"}` line; blank lines are passed over, bad ones are refused by line."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                id_, text = _id_and_text(line)
            except ValueError as error:
                yield Refusal(Origin(path, number), str(error))
            else:
                yield {"id": id_, **_found(annotator.annotate(title=None, text=text), lexicon)}


def _id_and_text(line: bytes) -> tuple[str | int, str]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the line is no JSON ({error}); wanted is an object with id and text") from None
    id_, text = (record.get("id"), record.get("text")) if isinstance(record, dict) else (None, None)
    if isinstance(id_, str | int) and isinstance(text, str):
        if _HALF_PAIR.search(f"{id_}{text}"):
            raise ValueError("the line has half of a surrogate pair; wanted is text in whole characters")
        return id_, text
    raise ValueError(f"the line is {_shape(record)}; wanted is an object with an id and a text")


def _shape(record: object) -> str:
    if not isinstance(record, dict):
        return f"a JSON {type(record).__name__}"
    return f"an object with id {record.get('id')!r} and a text of type {type(record.get('text')).__name__}"


def _found(annotation: Annotation, lexicon: Lexicon) -> dict[str, Any]:
    names = {entity.id: entity.name for entity in annotation.entities}
    return {
        "mentions": [_mention(mention, names, lexicon) for mention in annotation.mentions],
        "statements": [_statement(statement) for statement in annotation.statements],
    }


def _mention(mention: Mention, names: Mapping[str, str], lexicon: Lexicon) -> dict[str, Any]:
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


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "start": statement.start,
        "end": statement.end,
        "kind": statement.kind,
        "speaker": statement.speaker,
        "speaker_name": statement.speaker_name,
        "cue": statement.cue,
    }
