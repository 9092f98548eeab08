"""All tables. Offsets are Unicode code points, `end` exclusive; days are proleptic ordinals, instants UTC seconds."""

import json
from enum import StrEnum
from typing import Any, Self

from pydantic_core import from_json
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    literal_column,
    not_,
    text,
)
from sqlmodel import Field, SQLModel

BEARER_MARK = "--"
"""The end of the id of a name without context: in each article that has it, it names another person, a **bearer**."""

BIG_INTEGER = BigInteger().with_variant(Integer(), "sqlite")
"""The type of revision ids, versions and instants: 64 bits, as in SQLite, where only INTEGER can be a row id."""


class JsonText(TypeDecorator[Any]):
    """JSON as the text that was written, where a database would parse it: checksums are those of the text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, _dialect: Dialect) -> str | None:
        """Return the text of a value, as SQLAlchemy writes JSON elsewhere."""
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:  # noqa: ANN401 - a value of JSON
        """Return the value of a text."""
        return None if value is None else from_json(value)


class BooleanAsInteger(TypeDecorator[int]):
    """A boolean as loaders insert it: 0 or 1, also where the driver knows booleans; anything else stays as it is."""

    impl = Integer
    cache_ok = True

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:  # noqa: ANN401 - damaged ones may be texts
        """Return the value as an integer."""
        return int(value) if isinstance(value, bool) else value


JSON_VALUE = JSON().with_variant(JsonText(), "postgresql")
"""The type of lists and objects that are stored in one column; null is not among them."""

JSON_OR_NULL = JSON(none_as_null=True).with_variant(JsonText(), "postgresql")
"""The same, or null."""

KEY = String().with_variant(String(collation="C"), "postgresql")
"""The type of ids and keys: compared byte by byte, as SQLite does, so that order and ranges are the same everywhere."""


class EntityType(StrEnum):
    """The type of an entity."""

    # One table of everything that differs between types, so that nothing is left out.
    noun: str
    """The type in a sentence, with its article."""
    plural: str
    """The type in the plural: the name of its lexicon file."""
    parameter: str
    """The parameter of searches that takes entities of this type; `actor` for those that can act."""
    schema_org: str
    """The closest type of schema.org."""

    def __new__(cls, value: str, noun: str = "", plural: str = "", parameter: str = "", schema_org: str = "") -> Self:
        """Return the member with this value; the defaults let type checkers accept a lookup by value alone."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.noun, member.plural, member.parameter, member.schema_org = noun, plural, parameter, schema_org
        return member

    PERSON = "person", "a person", "people", "actor", "Person"
    ORGANIZATION = "organization", "an organization", "organizations", "actor", "Organization"
    STATE = "state", "a state", "states", "actor", "Country"
    ARMED_GROUP = "armed_group", "an armed group", "armed_groups", "actor", "Organization"
    MEDIA = "media", "a media outlet", "media", "actor", "Organization"
    PLACE = "place", "a place", "places", "place", "Place"
    WEAPON = "weapon", "a weapon", "weapons", "weapon", "Thing"


def types_of(parameter: str) -> frozenset[EntityType]:
    """Return the types of entity that a parameter takes."""
    return frozenset(type_ for type_ in EntityType if type_.parameter == parameter)


ACTOR_TYPES = types_of("actor")
"""The types of entities that can act."""


class Precision(StrEnum):
    """The precision to which a publication date is known."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    NONE = "none"


class Basis(StrEnum):
    """The basis of a publication date: printed, inferred from a dated fact, or metadata of the document."""

    STATED = "stated"
    INFERRED = "inferred"
    METADATA = "metadata"


class LanguageBasis(StrEnum):
    """The basis of the language of an article: metadata of the document, or detection in the text."""

    METADATA = "metadata"
    DETECTED = "detected"


class TextKind(StrEnum):
    """Whether a text is the publisher's own, whole or only its beginning or a teaser, or a digest in other words."""

    FULL = "full"
    EXTRACT = "extract"
    DIGEST = "digest"


class DetailName(StrEnum):
    """The name of a detail: a line that an archive has about an article besides its fields. Details have this order."""

    EDITION = "edition"
    SECTION = "section"
    PAGE = "page"
    LENGTH = "length"
    LOAD_DATE = "load_date"
    DOCUMENT_TYPE = "document_type"
    PLACE = "place"
    AGENCY = "agency"
    NEWSLETTER = "newsletter"
    SENT = "sent"
    FORWARDED_FROM = "forwarded_from"
    EDITED = "edited"
    SUMMARY = "summary"
    PUBLICATION_PLACE = "publication_place"


class PlacePrecision(StrEnum):
    """What the coordinates of an entity stand for.

    A settlement, a point (a base, a crossing), the middle of an area or of a country, or the settlement that it is near
    or part of.
    """

    SETTLEMENT = "settlement"
    POINT = "point"
    AREA = "area"
    COUNTRY = "country"
    NEAR = "near"


class MentionKind(StrEnum):
    """How a mention names its entity. Bylines and credits are in no posting.

    A description ("Russian military") is a second link: it contains the mention of the name inside it (Russian).
    """

    NAME = "name"
    ACRONYM = "acronym"
    SURNAME = "surname"
    DEMONYM = "demonym"
    DESCRIPTION = "description"
    BYLINE = "byline"
    CREDIT = "credit"


POSTED_KINDS = frozenset(MentionKind) - {MentionKind.BYLINE, MentionKind.CREDIT}
"""The kinds of mentions that count in postings, so that searches find the article by them."""


class StatementKind(StrEnum):
    """Whether a statement quotes all words of a speaker, some of them, or only their sense."""

    QUOTATION = "quotation"
    PARTIAL = "partial"
    PARAPHRASE = "paraphrase"


class SourceKind(StrEnum):
    """What kind of outlet a source is."""

    AGENCY = "agency"
    BROADCASTER = "broadcaster"
    NEWSPAPER = "newspaper"
    ONLINE = "online"
    GOVERNMENT = "government"
    NGO = "ngo"
    PARTY = "party"


class Action(StrEnum):
    """What a correction does."""

    MERGE = "merge"
    SPLIT = "split"
    RENAME = "rename"
    ALIAS_ADD = "alias_add"
    ALIAS_REMOVE = "alias_remove"
    RETYPE = "retype"
    HIDE = "hide"
    NOT_A_NAME = "not_a_name"
    IS = "is"
    WIKIDATA = "wikidata"
    UNDO = "undo"


class Source(SQLModel, table=True):
    """An outlet; `names` are its other names, `domains` its hosts.

    `country` is a code of ISO 3166-1 in lower case, `owner` the id of an entity, `founded` a year. Each of `groups`
    has an id and a name. Unknown values are null, unknown lists empty.
    """

    id: str = Field(primary_key=True, sa_type=KEY)
    name: str
    names: list[str] = Field(sa_column=Column(JSON_VALUE, nullable=False))
    domains: list[str] = Field(sa_column=Column(JSON_VALUE, nullable=False))
    country: str | None = None
    owner: str | None = None
    kind: str | None = None
    founded: int | None = None
    languages: list[str] = Field(sa_column=Column(JSON_VALUE, nullable=False, server_default="[]"))
    groups: list[list[str]] = Field(sa_column=Column(JSON_VALUE, nullable=False, server_default="[]"))


class Entity(SQLModel, table=True):
    """A thing named in articles. `local` ones come from articles, all others from the lexicon.

    `aliases` come from the lexicon, `learned_names` from records that list the entity. `moved_to` has the ids of the
    entities that took the place of one that articles no longer name. `is_name` is set for a name without context, whose
    bearers are in `Bearer`: there may be millions, and no index has them. `at` is where a place or state of the lexicon
    is (see `Coordinates`), null if that is unknown. `backwards` has the words of the id of a name from the last to the
    first, so that names with the same surname are a range. `made` is set for an entity that only corrections name.
    Corrections change no other column: a publish applies them.
    """

    __table_args__ = (
        Index("ix_entity_indexed", "id", sqlite_where=text("NOT is_name"), postgresql_where=text("NOT is_name")),
        Index(
            "ix_entity_backwards",
            "backwards",
            sqlite_where=text("backwards IS NOT NULL"),
            postgresql_where=text("backwards IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True, sa_type=KEY)
    type: str
    name: str
    wikidata: str | None = Field(default=None, index=True, sa_type=KEY)
    aliases: list[str] = Field(sa_column=Column(JSON_VALUE, nullable=False))
    learned_names: list[str] = Field(sa_column=Column(JSON_VALUE, nullable=False))
    former_ids: list[str] = Field(sa_column=Column(JSON_VALUE, nullable=False))
    member_of: list[dict[str, Any]] = Field(sa_column=Column(JSON_VALUE, nullable=False))
    local: bool
    moved_to: list[str] = Field(sa_column=Column(JSON_VALUE, nullable=False, server_default="[]"))
    is_name: bool = Field(sa_column_kwargs={"server_default": "0"})
    at: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON_OR_NULL, nullable=True))
    backwards: str | None = Field(default=None, sa_type=KEY)
    made: bool = Field(sa_column_kwargs={"server_default": "0"})


IS_INDEXED: ColumnElement[bool] = not_(literal_column("entity.is_name"))
"""Whether an entity is in the index; written as in its own index, so that databases use that."""


class Bearer(SQLModel, table=True):
    """A person whom a revision names without context: the name, which is an entity, and the revision."""

    __table_args__ = {"sqlite_with_rowid": False}

    entity_id: str = Field(primary_key=True, foreign_key="entity.id", sa_type=KEY)
    revision_id: int = Field(primary_key=True, index=True, foreign_key="revision.id", sa_type=BIG_INTEGER)


class FormerBearer(SQLModel, table=True):
    """A bearer whom an article named by a name before it was annotated again; `moved_to` has what it names there now.

    It is none if the article no longer names anything there. The article names the bearer again if `Bearer` says so.
    """

    __tablename__ = "former_bearer"
    __table_args__ = {"sqlite_with_rowid": False}

    entity_id: str = Field(primary_key=True, sa_type=KEY)
    article_id: str = Field(primary_key=True, sa_type=KEY)
    moved_to: list[str] = Field(sa_column=Column(JSON_VALUE, nullable=False))


class Article(SQLModel, table=True):
    """The stable identity of a published report; `revision_id` is what the next publish serves, 0 for nothing."""

    id: str = Field(primary_key=True, sa_type=KEY)
    revision_id: int = Field(sa_type=BIG_INTEGER)


class ArticleKey(SQLModel, table=True):
    """Every key ever seen for an article."""

    __tablename__ = "article_key"
    __table_args__ = {"sqlite_with_rowid": False}

    key: str = Field(primary_key=True, sa_type=KEY)
    article_id: str = Field(index=True, foreign_key="article.id", sa_type=KEY)


class Revision(SQLModel, table=True):
    """The immutable content of an article as loaded once. Ids are never reused, so that they are never ambiguous.

    `named` counts its posted mentions by entity; every list and every publish reads it. `other_urls` are the URLs other
    than `url` at which it was seen, one per page. `language_detected` is true if the language was detected in the text
    and false if it was declared. `details` are lines of an archive by `DetailName`, null where there are none. `digest`
    is the checksum of its content with mentions and statements; empty for revisions older than checksums.
    """

    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_INTEGER)
    article_id: str = Field(index=True, foreign_key="article.id", sa_type=KEY)
    source_id: str = Field(foreign_key="source.id", sa_type=KEY)
    title: str
    text: str
    text_kind: str
    url: str | None
    language: str | None
    rights: str | None
    authors: list[str] = Field(sa_column=Column(JSON_VALUE, nullable=False))
    published_on: str | None
    published_at: int | None = Field(sa_type=BIG_INTEGER)
    precision: str
    zone: str | None
    basis: str | None
    evidence: str | None
    first_day: int | None
    last_day: int | None
    local_time: int | None
    given_entities: list[dict[str, Any]] | None = Field(sa_column=Column(JSON_OR_NULL, nullable=True))
    named: dict[str, int] = Field(sa_column=Column(JSON_VALUE, nullable=False, server_default="{}"))
    other_urls: list[str] | None = Field(default=None, sa_column=Column(JSON_OR_NULL, nullable=True))
    language_detected: bool = Field(sa_column_kwargs={"server_default": "0"})
    details: dict[str, str] | None = Field(default=None, sa_column=Column(JSON_OR_NULL, nullable=True))
    digest: str = Field(sa_column_kwargs={"server_default": ""})


class Mention(SQLModel, table=True):
    """A span that names an entity; an ambiguous one has no entity. The key is revision, field, start and end."""

    __table_args__ = {"sqlite_with_rowid": False}

    revision_id: int = Field(primary_key=True, foreign_key="revision.id", sa_type=BIG_INTEGER)
    field: str = Field(primary_key=True, sa_type=KEY)
    start: int = Field(primary_key=True)
    end: int = Field(primary_key=True)
    text: str
    kind: str
    type: str
    entity_id: str | None = Field(foreign_key="entity.id", sa_type=KEY)
    rule: str
    confidence: float


class Statement(SQLModel, table=True):
    """Something that an article attributes to a speaker. `speaker` describes a speaker that is not a known entity."""

    __table_args__ = {"sqlite_with_rowid": False}

    revision_id: int = Field(primary_key=True, foreign_key="revision.id", sa_type=BIG_INTEGER)
    field: str = Field(primary_key=True, sa_type=KEY)
    start: int = Field(primary_key=True)
    end: int = Field(primary_key=True)
    kind: str
    speaker_id: str | None = Field(foreign_key="entity.id", sa_type=KEY)
    speaker: str | None
    cue: str | None


class Extracted(SQLModel, table=True):
    """What was extracted from a revision, or supplied with its record, before corrections changed it: rows as JSON.

    `mentions` and `statements` are lists of rows of these tables without the revision id.
    """

    revision_id: int = Field(primary_key=True, foreign_key="revision.id", sa_type=BIG_INTEGER)
    mentions: list[list[Any]] = Field(sa_column=Column(JSON_VALUE, nullable=False))
    statements: list[list[Any]] = Field(sa_column=Column(JSON_VALUE, nullable=False))


class Correction(SQLModel, table=True):
    """A decision of the operator about entities, as the line of the file of corrections; `number` has their order."""

    number: int = Field(primary_key=True, sa_type=BIG_INTEGER)
    line: str


class Removal(SQLModel, table=True):
    """An article that the operator has removed; no load brings it back. `removed_at` is in UTC seconds."""

    article_id: str = Field(primary_key=True, foreign_key="article.id", sa_type=KEY)
    removed_at: int = Field(sa_type=BIG_INTEGER)
    reason: str | None


class Pending(SQLModel, table=True):
    """An article that differs from what was last published: the next publish updates it.

    A row without an id says that articles have new keys, which they show, while their revisions may be the same.
    """

    article_id: str = Field(primary_key=True, sa_type=KEY)


class Publish(SQLModel, table=True):
    """One publish; the last one is served. `published_at` is in UTC seconds."""

    version: int = Field(primary_key=True, sa_type=BIG_INTEGER)
    token: str
    published_at: int = Field(sa_type=BIG_INTEGER)
    articles: int
    added: int
    changed: int
    removed: int = Field(sa_column_kwargs={"server_default": "0"})


class ChangeKind(StrEnum):
    """What a publish did to an article; one that returns after a removal is `added` again."""

    ADDED = "added"
    UPDATED = "updated"
    REMOVED = "removed"


class Change(SQLModel, table=True):
    """The append-only log of publishes: the articles that each one changed.

    The last row of an article up to a version has what that version served: a revision, or none. Not every revision is
    still stored, because `compact` drops replaced ones.
    """

    __table_args__ = (Index("ix_change_article_id", "article_id", "version"), {"sqlite_with_rowid": False})

    version: int = Field(primary_key=True, sa_type=BIG_INTEGER)
    article_id: str = Field(primary_key=True, sa_type=KEY)
    revision_id: int | None = Field(sa_type=BIG_INTEGER)
    kind: str
    reason: str | None


class SnapshotPart(SQLModel, table=True):
    """One part of the index of the current corpus version: a named blob with its checksum."""

    __tablename__ = "snapshot_part"

    name: str = Field(primary_key=True, sa_type=KEY)
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    digest: str = Field(sa_column_kwargs={"server_default": ""})


class FetchedUrl(SQLModel, table=True):
    """The last fetch of a URL whose content was stored completely: the validators for the next conditional request.

    `fetched_at` is in UTC seconds, `content_hash` the SHA-256 of the body in hexadecimal digits.
    """

    __tablename__ = "fetched"
    __table_args__ = {"sqlite_with_rowid": False}

    url: str = Field(primary_key=True, sa_type=KEY)
    etag: str | None
    last_modified: str | None
    fetched_at: int = Field(sa_type=BIG_INTEGER)
    status: int
    content_hash: str
