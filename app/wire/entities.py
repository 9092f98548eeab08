"""Entities as they go out: in lists, related to one, and one with all that the corpus says of it."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field
from sqlmodel import Session

from app.dates import iso_day
from app.labels import EntityLabel
from app.models import EntityType
from app.search.aggregations.entities import Named, Related
from app.search.aggregations.entity_profile import Surfaces, members, surfaces, years
from app.search.aggregations.facets import source_counts
from app.search.aggregations.suggest import Suggestion
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import match, without_each
from app.wire.base import NEXT, TOTAL, VERSION, Empty, EntityRef, Out, SourceRef
from app.wire.facets import days_of, explained

TOP_SOURCES = 10
"""Sources that are shown of an entity."""


class EntityItem(EntityRef):
    """An entity and the number of articles in the result that name it."""

    wikidata: str | None = Field(description="Its Wikidata id, where sure.", examples=["Q7747"])
    articles: int = Field(description="Articles of the result that name it.", examples=[5])


class NamedEntity(EntityItem):
    """An entity as the articles of a result name it."""

    lift: float = Field(
        description="How many times more frequent it is in the articles of the result than in the corpus: its share of "
        "these, divided by its share of those. Above 1 it is unusually frequent here.",
        examples=[1.5],
    )


class EntityList(Out):
    """A page of entities, in the order asked for and then by id."""

    total: int = TOTAL
    items: list[NamedEntity] = Field(description="The entities of this page.")
    next: str | None = NEXT
    empty: Empty | None = Field(description="Null unless no article matches.")
    corpus_version: int = VERSION


class RelatedEntity(EntityItem):
    """An entity that articles name together with another."""

    articles: int = Field(description="Articles of the result that name both.", examples=[4])
    corpus: int = Field(description="Articles of the corpus that name it.", examples=[5])
    npmi: float = Field(
        description="How much oftener both are named together in the result than by chance: normalised pointwise "
        "mutual information, from -1 to 1, 0 by chance.",
        examples=[0.2],
    )
    lift: float = Field(
        description="How many times more frequent it is in the articles of the result that name the other than in the "
        "corpus. Above 1 it is unusually frequent here.",
        examples=[3.1],
    )


class RelatedList(Out):
    """A page of related entities, in the order asked for and then by id."""

    total: int = Field(description="Exact number of related entities.", examples=[5])
    items: list[RelatedEntity] = Field(description="The entities of this page.")
    next: str | None = NEXT
    empty: Empty | None = Field(description="Null unless no article of the result names the entity.")
    corpus_version: int = VERSION


class MembershipOut(Out):
    """That an entity belongs to another, from and to where known."""

    of: str = Field(description="Id of the entity it belongs to.", examples=["russia"])
    name: str | None = Field(description="Its name; null if no entity of that id is known.", examples=["Russia"])
    type: EntityType | None = Field(description="What it is; null if it is not known.", examples=["state"])
    role: str | None = Field(description="As what.", examples=["president"])
    from_: str | None = Field(alias="from", description="Since when.", examples=["2012-05-07"])
    to: str | None = Field(description="Until when.", examples=[None])


class EntitySurface(Out):
    """Words that name an entity."""

    text: str = Field(description="The words as they stand in the articles.", examples=["Putin"])
    mentions: int = Field(description="Mentions of the entity in these words.", examples=[9])
    articles: int = Field(description="Articles that have such a mention.", examples=[3])


class EntitySurfaces(Out):
    """In which words the newest articles name an entity."""

    newest: int = Field(
        description="How many articles were looked at: the newest that name it, at most 1,000.", examples=[5]
    )
    items: list[EntitySurface] = Field(description="The twenty most frequent, by mentions, articles and alphabet.")


class EntitySource(SourceRef):
    """A source and its articles that name an entity."""

    count: int = Field(description="Articles of the source that name it.", examples=[3])


class EntityMember(EntityRef):
    """An entity that belongs to another, from and to where known."""

    role: str | None = Field(description="As what.", examples=["president"])
    from_: str | None = Field(alias="from", description="Since when.", examples=["2012-05-07"])
    to: str | None = Field(description="Until when.", examples=[None])


class EntityYear(Out):
    """A year and its articles that name an entity."""

    from_: str = Field(alias="from", description="Its first day.", examples=["2015-01-01"])
    to: str = Field(description="Its last day.", examples=["2015-12-31"])
    count: int = Field(description="Articles printed in it that name the entity.", examples=[5])


class EntityDetail(EntityItem):
    """An entity with its names and memberships, and where, when and in which words articles name it."""

    aliases: list[str] = Field(description="All other names that find it.", examples=[["Putin"]])
    former_ids: list[str] = Field(description="Ids that were merged into it.", examples=[[]])
    member_of: list[MembershipOut] = Field(description="What it belongs to.")
    first_day: str | None = Field(description="First printed day of an article that names it.", examples=["2015-09-30"])
    last_day: str | None = Field(description="Last printed day of an article that names it.", examples=["2015-11-22"])
    surfaces: EntitySurfaces = Field(description="In which words its newest articles name it.")
    sources: list[EntitySource] = Field(description="The ten sources that name it in most articles; ties by id.")
    members: list[EntityMember] = Field(description="What belongs to it, by id.")
    timeline: list[EntityYear] = Field(
        description="Its dated articles by year, from the first to the last, each year between them, too."
    )
    corpus_version: int = VERSION


def named_entity(named: Named, ordinal: int) -> NamedEntity:
    """Return an entity as some articles name it."""
    return NamedEntity(**_item(named.snapshot, ordinal, named.counts[ordinal]), lift=named.lift(ordinal))


def related_entity(found: Related, ordinal: int) -> RelatedEntity:
    """Return an entity as it is related to another."""
    return RelatedEntity(
        **_item(found.snapshot, ordinal, found.counts[ordinal]),
        corpus=found.corpus(ordinal),
        npmi=found.npmi(ordinal),
        lift=found.lift(ordinal),
    )


def why_unrelated(found: Related) -> Empty | None:
    """Return why no article of a result names the entity; None if one does."""
    if found.articles:
        return None
    everything, clauses = found.snapshot.all, found.result.clauses
    return explained(found.snapshot, without_each(clauses, lambda others: match(everything, others) & found.about))


def entity_detail(session: Session, snapshot: Snapshot, ordinal: int) -> EntityDetail:
    """Return an entity with its names, memberships, and what the corpus has of it, with one statement."""
    label, posting = snapshot.labels.entity[ordinal], snapshot.postings["entity"][ordinal]
    first, last = days_of(snapshot, posting)
    return EntityDetail(
        **_item(snapshot, ordinal, len(posting)),
        aliases=list(label.aliases),
        former_ids=list(label.former_ids),
        member_of=[_membership(snapshot, membership) for membership in label.member_of],
        first_day=first,
        last_day=last,
        surfaces=_surfaces(surfaces(session, snapshot, ordinal)),
        sources=[_source(snapshot, *counted) for counted in source_counts(snapshot, posting, TOP_SOURCES)],
        members=[_member(label, membership) for label, membership in members(snapshot, ordinal)],
        timeline=[_year(*year) for year in years(snapshot, posting)],
        corpus_version=snapshot.version,
    )


def _item(snapshot: Snapshot, ordinal: int, count: int) -> dict[str, Any]:
    """Return the fields of EntityItem."""
    label = snapshot.labels.entity[ordinal]
    return {"id": label.id, "name": label.name, "type": label.type, "wikidata": label.wikidata, "articles": count}


def _membership(snapshot: Snapshot, membership: Mapping[str, str]) -> MembershipOut:
    fields: dict[str, Any] = {"of": membership["of"], "name": None, "type": None}
    if membership["of"] in snapshot.entity_ordinals:
        group = snapshot.entity(membership["of"])
        fields = {"of": group.id, "name": group.name, "type": group.type}
    return MembershipOut.model_validate({**fields, **_period(membership)})


def _member(label: EntityLabel, membership: Mapping[str, str]) -> EntityMember:
    fields = {"id": label.id, "name": label.name, "type": label.type}
    return EntityMember.model_validate({**fields, **_period(membership)})


def _period(membership: Mapping[str, str]) -> dict[str, str | None]:
    return {name: membership.get(name) for name in ("role", "from", "to")}


def _surfaces(found: Surfaces) -> EntitySurfaces:
    items = [EntitySurface(text=one.text, mentions=one.mentions, articles=one.articles) for one in found.counts]
    return EntitySurfaces(newest=found.articles, items=items)


def _source(snapshot: Snapshot, ordinal: int, count: int) -> EntitySource:
    label = snapshot.labels.source[ordinal]
    return EntitySource(id=label.id, name=label.name, count=count)


def _year(first: int, last: int, count: int) -> EntityYear:
    return EntityYear.model_validate({"from": iso_day(first), "to": iso_day(last), "count": count})


class SuggestionOut(Out):
    """An entity or source that may be meant."""

    kind: Literal["entity", "source"] = Field(description="Whether it is an entity or a source.", examples=["entity"])
    id: str = Field(description="Its id, the value to filter by.", examples=["vladimir-putin"])
    name: str = Field(description="Its name.", examples=["Vladimir Putin"])
    type: EntityType | None = Field(description="What an entity is; null for a source.", examples=["person"])
    matched: str = Field(description="The name of it that begins so, or in which a word does.", examples=["Putin"])
    typo: bool = Field(description="Whether the name begins so only but for a typo.", examples=[False])
    articles: int = Field(description="Articles of the result that have it.", examples=[5])


class SuggestionList(Out):
    """What may be meant: without a typo first, then by articles, then by id."""

    items: list[SuggestionOut] = Field(description="The suggestions.")
    corpus_version: int = VERSION


def suggestion_list(snapshot: Snapshot, suggestions: Iterable[Suggestion]) -> SuggestionList:
    """Return suggestions."""
    return SuggestionList(items=[_suggestion(one) for one in suggestions], corpus_version=snapshot.version)


def _suggestion(one: Suggestion) -> SuggestionOut:
    type_ = one.label.type if isinstance(one.label, EntityLabel) else None
    return SuggestionOut(
        kind="source" if type_ is None else "entity",
        id=one.label.id,
        name=one.label.name,
        type=type_,
        matched=one.matched,
        typo=one.typo,
        articles=one.articles,
    )
