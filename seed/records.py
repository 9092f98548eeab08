"""What travels from the reader to the loader: plain, frozen, and never a guess."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.models import Basis, EntityType, MentionKind, Precision, StatementKind, TextKind

Field = Literal["title", "text"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record was found: a file and, in files of many records, its line (from 1)."""

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was passed over, and why, in a sentence that names the thing, its value and what was wanted."""

    origin: Origin
    reason: str


@dataclass(frozen=True, slots=True)
class Published:
    """When an article was printed, as far as known.

    `on` is `YYYY[-MM[-DD]]`; `at` the instant in UTC seconds, only where time and zone are stated; `local_time` the
    printed time in seconds since the printed day's midnight; `evidence` the phrase and the fact it was inferred from.
    """

    on: str | None = None
    at: int | None = None
    local_time: int | None = None
    precision: Precision = Precision.NONE
    zone: str | None = None
    basis: Basis | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class GivenEntity:
    """An entity that came with the record; spans are [start, end) in code points of the text."""

    name: str
    type: EntityType
    mentions: tuple[tuple[int, int], ...]
    id: str | None = None
    wikidata: str | None = None


@dataclass(frozen=True, slots=True)
class RawArticle:
    """One report as its reader found it. What could not be found is None or empty, never made up.

    `source` is a name, id or domain as found; `text` has its furniture removed and is stored as it stands here.
    `found` says where each field came from, `missing` why an empty one is empty, `notes` what a person should know of
    the record; the three are for people and make no difference between articles. A language that was detected is a
    conclusion from the text, any other was declared.
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
    entities: tuple[GivenEntity, ...] | None = None
    found: Mapping[str, str] = field(default_factory=dict, compare=False)
    missing: Mapping[str, str] = field(default_factory=dict, compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Link:
    """An address at which there is something to read, as it was listed; nobody has looked at it yet."""

    origin: Origin
    url: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What lay at an address: the bytes as they were sent (unpacked), and what the host declared them to be.

    `url` is the address as listed, `final_url` where its redirects led, `content_type` a media type in small letters,
    empty if none was declared, `fetched_at` in UTC seconds.
    """

    url: str
    final_url: str
    content_type: str
    charset: str | None
    body: bytes
    fetched_at: int


@dataclass(frozen=True, slots=True)
class Visit:
    """What to remember of an address, so that it is asked only for what changed; `url` is where redirects led."""

    url: str
    etag: str | None
    last_modified: str | None
    fetched_at: int
    status: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Visited:
    """All records of this origin came before: if none was refused, the visit may be remembered, with them or later."""

    origin: Origin
    visit: Visit


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Something that was not read again, as it is what it was."""

    origin: Origin


Record = RawArticle | Refusal | Link | Unchanged | Visited
"""What a load is made of."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of `field` that names an entity; `entity` is None where two readings were left over."""

    field: Field
    start: int
    end: int
    text: str
    type: EntityType
    kind: MentionKind
    entity: str | None
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Statement:
    """A span that the article attributes to a speaker; `speaker` is an entity id, `speaker_name` the words used."""

    field: Field
    start: int
    end: int
    kind: StatementKind
    speaker: str | None
    speaker_name: str | None
    cue: str | None


@dataclass(frozen=True, slots=True)
class LocalEntity:
    """An entity that the lexicon lacks, with the id that is a pure function of its document."""

    id: str
    name: str
    type: EntityType
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotation:
    """What the extractor found in one article, in order of field (title first), start and end."""

    mentions: Sequence[Mention] = ()
    statements: Sequence[Statement] = ()
    entities: Sequence[LocalEntity] = ()
