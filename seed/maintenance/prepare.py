"""Annotate the records of JSON Lines for a later load, on any machine; nothing is stored."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from seed.faults import Fault, refuse_faulty
from seed.pipeline.context import Resources
from seed.pipeline.workers import annotate_or_fault
from seed.readers.context import ReaderContext
from seed.readers.fields.mapping import IgnoredKeys
from seed.readers.fields.prepared_annotation import ANNOTATION_KEY, annotation_document, take_annotation
from seed.readers.fields.wrappers import ArticleFinder
from seed.readers.formats.json_document import read_value
from seed.readers.formats.json_lines import parse_record
from seed.readers.input.decoding import MAX_RECORD_BYTES, read_lines
from seed.readers.input.json_values import JSON_DECODER, STRICT_DECODER, refuse_many_nodes
from seed.records import Origin, RawArticle, Refusal


@dataclass(frozen=True, slots=True)
class PreparedLine:
    """A line for a later load, without its end; `refusal` says why the load will refuse its record, or why it may.

    `is_annotated` is unset for lines that are as they were: a load extracts their texts, if it reads any.
    """

    line: bytes
    is_annotated: bool = False
    refusal: Refusal | None = None


def prepare_lines(stream: BinaryIO, path: str, context: ReaderContext, resources: Resources) -> Iterator[PreparedLine]:
    """Yield each line of a JSON Lines file, with the annotation of its article added as one more key.

    Lines that hold anything but one article, or one that comes with its entities, are unchanged. Each line keeps its
    number.
    """
    preparer = _Preparer(context, resources)
    for number, content in read_lines(stream):
        origin = Origin(path, number)
        if content is None:
            reason = f"the line is too long: expected at most {MAX_RECORD_BYTES} bytes per line"
            yield PreparedLine(b"", refusal=Refusal(origin, reason))
        elif content.strip():
            yield preparer.prepare(content.rstrip(b"\r\n"), origin)
        else:
            yield PreparedLine(b"")


class _Preparer:
    """Reads lines as a load does, and adds annotations."""

    def __init__(self, context: ReaderContext, resources: Resources) -> None:
        self._context, self._resources = context, resources
        self._finder = ArticleFinder(context)
        self._decoder = STRICT_DECODER if context.strict else JSON_DECODER

    def prepare(self, content: bytes, origin: Origin) -> PreparedLine:
        """Return a line with the annotation of its article."""
        try:
            record = parse_record(content, self._decoder)
        except ValueError as error:
            return PreparedLine(content, refusal=Refusal(origin, str(error)))
        take_annotation(record)
        values = [record] if "title" in record else list(self._finder.articles_of_item(record))
        if len(values) != 1 or values[0] is not record:
            return PreparedLine(content)
        article = read_value(record, origin, self._context, IgnoredKeys(), ())
        if isinstance(article, Refusal):
            return PreparedLine(content, refusal=article)
        if not isinstance(article, RawArticle) or article.entities is not None:
            return PreparedLine(content)
        return self._annotate(record, article, content)

    def _annotate(self, record: dict[str, object], article: RawArticle, content: bytes) -> PreparedLine:
        annotation = annotate_or_fault(self._resources.annotator, (article.title, article.text))
        if isinstance(annotation, Fault):
            return PreparedLine(content, refusal=refuse_faulty(annotation, article.origin, "annotated"))
        document = annotation_document(self._resources.extractor, article.title, article.text, annotation)
        line = _to_line({**record, ANNOTATION_KEY: document})
        # A load would refuse a line beyond its limits.
        return PreparedLine(content) if line is None else PreparedLine(line, is_annotated=True)


def _to_line(record: dict[str, object]) -> bytes | None:
    """Return an object on one line, None if it would be too large for a line."""
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    try:
        refuse_many_nodes(line)
        encoded = line.encode()
    except UnicodeEncodeError:  # An unpaired surrogate under a key that is ignored.
        encoded = json.dumps(record, separators=(",", ":")).encode()
    except ValueError:
        return None
    return encoded if len(encoded) < MAX_RECORD_BYTES else None
