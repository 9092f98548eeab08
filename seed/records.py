"""The records that readers pass to the pipeline and the annotations that extractors return: plain and frozen."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from app.models import Basis, DetailName, EntityType, MentionKind, Precision, StatementKind, TextKind

TextField = Literal["title", "text"]


DETAILS = tuple(name.value for name in DetailName)
"""Names of what archives say of an article besides its fields, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record comes from: a file and, in files of many records, its line (from 1)."""

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was skipped; the reason is a sentence that names the field, its value and what was expected.

    `trace` is the traceback of an unexpected error, empty for what the record lacks.
    """

    origin: Origin
    reason: str
    trace: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Published:
    """When an article was printed, as far as known.

    `on` is `YYYY[-MM[-DD]]`; `at` is the instant in UTC seconds, set only where time and zone are stated; `local_time`
    is the printed time in seconds since midnight of the printed day; `evidence` holds the phrase and the fact from
    which the date was inferred.
    """

    on: str | None = None
    at: int | None = None
    local_time: int | None = None
    precision: Precision = Precision.NONE
    zone: str | None = None
    basis: Basis | None = None
    evidence: str | None = None


# There are many of them: a dataclass takes four times as long to make.
class GivenEntity(NamedTuple):
    """An entity supplied with a record; its mentions are spans [start, end) in code points of the text."""

    name: str
    type: EntityType
    mentions: tuple[tuple[int, int], ...]
    id: str | None = None
    wikidata: str | None = None


@dataclass(frozen=True, slots=True)
class RawArticle:
    """One article as its reader extracted it. A field that the input does not have is None or empty, never invented.

    `source` is a name, id or domain as the input spells it; `text` has its page furniture removed and is stored exactly
    like this. `provenance` maps each field to where it came from, `missing` maps each empty field to the reason, and
    `notes` are remarks for the user; these three are informative only and do not take part in comparisons. `language`
    was declared by the input unless `language_detected` is set: then it was detected in the text. `details` are what an
    archive says of the article besides, as printed, by the names in `DETAILS`. `public_id` and
    `other_urls` come only from exports of Dateline: the id to give to the article if it is free, and its other pages;
    so does `annotation`, which is no content: it replaces what would be extracted from a new text. `prepared` is what
    would be extracted, made beforehand. `record_keys` are
    the keys that the article has there, None if they are unknown; with them comes the id of its source there.
    `is_lead` is set where the text is only the beginning of the one that Dateline has: it replaces no text.
    `matches_by_title` is not set where the title was made of the text, or a field that identifies the article was
    dropped: such a record is matched by id, URL and text alone. `assumes_kind` is set where the record does not say its
    text kind: the same text keeps the kind that it has.
    """

    origin: Origin
    title: str
    text: str
    source: str
    id: str | None = None
    url: str | None = None
    published: Published = field(default_factory=Published)
    authors: tuple[str, ...] = ()
    language: str | None = None
    language_detected: bool = False
    rights: str | None = None
    text_kind: TextKind = TextKind.FULL
    details: Mapping[str, str] = field(default_factory=dict)
    entities: tuple[GivenEntity, ...] | None = None
    public_id: str | None = None
    other_urls: tuple[str, ...] = ()
    annotation: "ExportedAnnotation | None" = None
    prepared: "PreparedAnnotation | None" = field(default=None, compare=False)
    record_keys: tuple[str, ...] | None = None
    exported_source: str | None = None
    is_lead: bool = False
    matches_by_title: bool = True
    assumes_kind: bool = field(default=False, compare=False)
    provenance: Mapping[str, str] = field(default_factory=dict, compare=False)
    missing: Mapping[str, str] = field(default_factory=dict, compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class NoArticle:
    """A record that is no article and was skipped for that reason, such as a service message; it is only counted.

    `count` is more than 1 where one item stands for several records of a file.
    """

    origin: Origin
    reason: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class ListedPage:
    """What a list of pages without their texts says about one of them; None and empty where it says nothing.

    `list_name` is what the list is called. `date_may_be_later` is set where the date is the day on which somebody saw
    the page, which counts only if the page has no date of its own.
    """

    list_name: str
    title: str | None = None
    source: str | None = None
    published: Published = field(default_factory=Published)
    language: str | None = None
    date_may_be_later: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A listed URL that has not been fetched yet, and what its list says about the page, if it says anything."""

    origin: Origin
    url: str
    listed: ListedPage | None = None


ReadItem = RawArticle | Refusal | NoArticle | Link
"""What readers yield."""


@dataclass(frozen=True, slots=True)
class FetchedDocument:
    """A fetched document: the decompressed body and what the host declared about it.

    `url` is the URL as listed, `final_url` the one after redirects, `content_type` a lowercase media type (empty if
    none was declared), `fetched_at` is in UTC seconds.
    """

    url: str
    final_url: str
    content_type: str
    charset: str | None
    body: bytes
    fetched_at: int


_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([^\s\"';,]{1,40})", re.IGNORECASE)


def parse_content_type(header: str) -> tuple[str, str | None]:
    """Return the lowercase media type and charset that a Content-Type declares: empty and None where it has none."""
    charset = _CHARSET.search(header)
    media_type = header.partition(";")[0].partition(",")[0].strip().lower()
    return media_type, charset[1].lower() if charset else None


@dataclass(frozen=True, slots=True)
class Visit:
    """What to remember about a URL for a conditional request next time; `url` is the one after redirects."""

    url: str
    etag: str | None
    last_modified: str | None
    fetched_at: int
    status: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class VisitEnd:
    """Marks the end of the records of one URL.

    If none of them was refused, the visit may be stored, in the same transaction as these records or a later one.
    """

    origin: Origin
    visit: Visit


@dataclass(frozen=True, slots=True)
class UnchangedInput:
    """An input that was not read again because it has not changed."""

    origin: Origin


@dataclass(frozen=True, slots=True)
class SkippedFiles:
    """Files that hold no articles, and are skipped without a refusal: parts of saved pages, styles, pictures.

    `size` is that of all of them in bytes.
    """

    origin: Origin
    count: int
    size: int = 0


Record = RawArticle | Refusal | NoArticle | Link | UnchangedInput | VisitEnd
"""Everything that a load consumes."""


class ExtractedMention(NamedTuple):
    """A span of `field` that names an entity; `entity` is None where the name stays ambiguous.

    `start` and `end` are code points of the field, `end` exclusive.
    """

    field: TextField
    start: int
    end: int
    text: str
    type: EntityType
    kind: MentionKind
    entity: str | None
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ExtractedStatement:
    """A span that the article attributes to a speaker; `speaker` is an entity id, `speaker_name` the words used.

    `start` and `end` are code points of the field, `end` exclusive.
    """

    field: TextField
    start: int
    end: int
    kind: StatementKind
    speaker: str | None
    speaker_name: str | None
    cue: str | None


@dataclass(frozen=True, slots=True)
class LocalEntity:
    """An entity that is not in the lexicon; its id is a pure function of its document."""

    id: str
    name: str
    type: EntityType
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotation:
    """The extractor's result for one article, ordered by field (title first), start and end.

    Mentions do not overlap. `links` are descriptions with mentions inside them, which name another entity as well.
    """

    mentions: Sequence[ExtractedMention] = ()
    statements: Sequence[ExtractedStatement] = ()
    entities: Sequence[LocalEntity] = ()
    links: Sequence[ExtractedMention] = ()


@dataclass(frozen=True, slots=True)
class ExportedAnnotation:
    """What an export of Dateline has of the annotation of an article; None stands for what it lacks.

    `entities` are those that the export lists by name.
    """

    mentions: tuple[ExtractedMention, ...] | None = None
    statements: tuple[ExtractedStatement, ...] | None = None
    entities: tuple[LocalEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class PreparedAnnotation:
    """The annotation of a title and a text, and the id of the extractor that made it beforehand."""

    extractor: str
    annotation: Annotation
