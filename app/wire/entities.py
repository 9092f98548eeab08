"""Entities as response fields: in lists, as related entities, in detail, and as suggestions."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field

from app.dates import iso_day
from app.errors import ParameterProblem
from app.labels import EntityLabel
from app.models import EntityType
from app.search.aggregations.entities import EntityCounts, RelatedEntities
from app.search.aggregations.entity_profile import Surfaces, members, years
from app.search.aggregations.facets import source_counts
from app.search.aggregations.suggest import Suggestion
from app.search.index.snapshot import Snapshot
from app.search.names.lookup import By, EntityLookupResult
from app.search.query.entities_by_id import FoundEntity
from app.search.query.search import Result
from app.search.query.zero_results import join_long_lists, totals_without_each
from app.wire.base import (
    NEXT_FIELD,
    VERSION_FIELD,
    CoordinatesOut,
    EmptyExplanation,
    EntityRef,
    Out,
    ProblemError,
    SearchOut,
    SourceRef,
    TotalOut,
    problem_error,
)
from app.wire.facets import empty_explanation, first_and_last_day, search_fields
from app.wire.places import coordinates_out

TOP_SOURCES = 10
"""Number of sources that the detail of an entity shows."""


class EntityItem(EntityRef):
    """An entity and the number of articles in the result that name it."""

    wikidata: str | None = Field(description="Its Wikidata id, where certain.", examples=["Q7747"])
    articles: int = Field(description="Number of articles in the result that name it.", examples=[5])


class NamedEntity(EntityItem):
    """An entity that articles of a result name."""

    at: CoordinatesOut | None = Field(
        description="Where a place or state is; null if that is unknown, or no such thing."
    )
    lift: float = Field(
        description="How many times more frequent it is in the articles of the result than in the corpus: its share of "
        "the former divided by its share of the latter. Above 1, it is unusually frequent here.",
        examples=[1.5],
    )


class EntityList(SearchOut, TotalOut):
    """A page of entities, in the requested order and then by id."""

    items: list[NamedEntity] = Field(description="The entities on this page.")
    next: str | None = NEXT_FIELD
    empty: EmptyExplanation | None = Field(description="Why no article matches; null if one does.")
    corpus_version: int = VERSION_FIELD


class RelatedEntity(EntityItem):
    """An entity that articles name together with another."""

    articles: int = Field(description="Number of articles in the result that name both.", examples=[4])
    corpus: int = Field(description="Number of articles in the corpus that name it.", examples=[5])
    npmi: float = Field(
        description="How much more often the two co-occur in the result than expected by chance: normalized pointwise "
        "mutual information, from -1 to 1; 0 is chance.",
        examples=[0.2],
    )
    lift: float = Field(
        description="How many times more frequent it is in the articles of the result that name the other entity than "
        "in the corpus. Above 1, it is unusually frequent here.",
        examples=[3.1],
    )


class RelatedList(SearchOut, TotalOut):
    """A page of related entities, in the requested order and then by id."""

    total: int = Field(description="Exact number of related entities.", examples=[5])
    items: list[RelatedEntity] = Field(description="The entities on this page.")
    next: str | None = NEXT_FIELD
    empty: EmptyExplanation | None = Field(
        description="Why no article of the result names the entity; null if one does."
    )
    corpus_version: int = VERSION_FIELD


class MembershipOut(Out):
    """The membership of an entity in another, with its period where known."""

    id: str = Field(description="Id of the entity to which it belongs.", examples=["russia"])
    name: str | None = Field(
        description="Name of that entity; null if no entity with this id is known.", examples=["Russia"]
    )
    type: EntityType | None = Field(description="Type of that entity; null if it is unknown.", examples=["state"])
    role: str | None = Field(description="Its role as a member.", examples=["president"])
    from_: str | None = Field(alias="from", description="Start of the membership.", examples=["2012-05-07"])
    to: str | None = Field(description="End of the membership.", examples=[None])


class EntitySurface(Out):
    """A wording that names an entity."""

    text: str = Field(description="The wording, as the articles have it.", examples=["Putin"])
    mentions: int = Field(description="Number of mentions of the entity in this wording.", examples=[9])
    articles: int = Field(description="Number of articles with such a mention.", examples=[3])


class EntitySurfaces(Out):
    """The wordings in which the newest articles name an entity."""

    articles_examined: int = Field(
        description="Number of articles examined: the newest that name the entity, at most 1,000.", examples=[5]
    )
    items: list[EntitySurface] = Field(
        description="The twenty most frequent, by mentions, then articles, then alphabetically."
    )


class EntitySource(SourceRef):
    """A source and the number of its articles that name an entity."""

    count: int = Field(description="Number of articles of the source that name the entity.", examples=[3])


class EntityMember(EntityRef):
    """An entity that belongs to another, with the period of its membership where known."""

    role: str | None = Field(description="Its role as a member.", examples=["president"])
    from_: str | None = Field(alias="from", description="Start of the membership.", examples=["2012-05-07"])
    to: str | None = Field(description="End of the membership.", examples=[None])


class EntityYear(Out):
    """A year and the number of its articles that name an entity."""

    from_: str = Field(alias="from", description="First day of the year.", examples=["2015-01-01"])
    to: str = Field(description="Last day of the year.", examples=["2015-12-31"])
    count: int = Field(description="Number of articles printed in the year that name the entity.", examples=[5])


class EntityDetail(EntityItem):
    """An entity with its names and memberships, and with when, where and in which words articles name it."""

    aliases: list[str] = Field(description="All other names of the entity.", examples=[["Putin"]])
    former_ids: list[str] = Field(description="Ids of entities that were merged into it.", examples=[[]])
    split_into: list[str] = Field(
        description="Ids of the entities to which corrections moved some of its mentions.", examples=[[]]
    )
    member_of: list[MembershipOut] = Field(description="The entities to which it belongs.")
    at: CoordinatesOut | None = Field(
        description="Where a place or state is; null if that is unknown, or no such thing."
    )
    first_day: str | None = Field(
        description="First printed day of the articles that name it.", examples=["2015-09-30"]
    )
    last_day: str | None = Field(description="Last printed day of the articles that name it.", examples=["2015-11-22"])
    surfaces: EntitySurfaces = Field(description="The wordings in which its newest articles name it.")
    sources: list[EntitySource] = Field(
        description="The ten sources with the most articles that name it; ties are ordered by id."
    )
    members: list[EntityMember] = Field(description="The entities that belong to it, by id.")
    timeline: list[EntityYear] = Field(
        description="Its dated articles per year, from the first year to the last, empty years included."
    )
    corpus_version: int = VERSION_FIELD


class SuggestionOut(Out):
    """An entity or source that completes the prefix."""

    kind: Literal["entity", "source"] = Field(description="Whether it is an entity or a source.", examples=["entity"])
    id: str = Field(description="Its id, the value to filter by.", examples=["vladimir-putin"])
    name: str = Field(description="Its name.", examples=["Vladimir Putin"])
    type: EntityType | None = Field(description="Type of an entity; null for a source.", examples=["person"])
    matched: str = Field(
        description="Its name that starts with the prefix, or contains a word that does.", examples=["Putin"]
    )
    typo: bool = Field(description="Whether the name matches only if one typo is forgiven.", examples=[False])
    articles: int = Field(description="Number of articles in the result that have it.", examples=[5])


class SuggestionList(SearchOut):
    """Suggestions: those of the strictest kind of match first, and of each kind by number of articles, then by id."""

    items: list[SuggestionOut] = Field(description="The suggestions.")
    corpus_version: int = VERSION_FIELD


class EntityLookupItem(Out):
    """An id, Wikidata id or name of the request, and its entity."""

    requested: str = Field(description="The value, as requested.", examples=["President Obama"])
    by: By = Field(description="The list of the request that has it.", examples=["name"])
    entity: EntityItem | None = Field(description="The entity that it means; null if there is none, or several.")
    error: ProblemError | None = Field(description="Why it means no entity; null if it means one.")


class EntityLookupList(Out):
    """The entities that were looked up: ids first, then Wikidata ids, then names, each in the requested order."""

    items: list[EntityLookupItem] = Field(description="One item per requested value.")
    corpus_version: int = VERSION_FIELD


def named_entity(entities: EntityCounts, ordinal: int) -> NamedEntity:
    """Return one of the entities that articles of a result name."""
    label = entities.snapshot.labels.entity[ordinal]
    return NamedEntity(
        **_item_fields(label, entities.counts[ordinal]), at=coordinates_out(label.at), lift=entities.lift(ordinal)
    )


def related_entity(entities: RelatedEntities, ordinal: int) -> RelatedEntity:
    """Return one of the entities that are related to another."""
    return RelatedEntity(
        **_item_fields(entities.snapshot.labels.entity[ordinal], entities.counts[ordinal]),
        corpus=entities.corpus_count(ordinal),
        npmi=entities.npmi(ordinal),
        lift=entities.lift(ordinal),
    )


def explain_no_related_entities(entities: RelatedEntities) -> EmptyExplanation | None:
    """Return why no article of the result names the entity; None if one does."""
    if entities.articles:
        return None
    snapshot, about = entities.snapshot, entities.about
    clauses = join_long_lists(snapshot.all_positions, entities.result.clauses)
    dropped = totals_without_each(snapshot.all_positions, clauses, about.intersection_cardinality)
    return empty_explanation(snapshot, dropped)


def entity_lookup_list(snapshot: Snapshot, results: Iterable[EntityLookupResult]) -> EntityLookupList:
    """Return the results of a lookup in their order."""
    return EntityLookupList(items=list(map(_lookup_item, results)), corpus_version=snapshot.version)


def _lookup_item(lookup: EntityLookupResult) -> EntityLookupItem:
    if isinstance(lookup.result, ParameterProblem):
        return EntityLookupItem(requested=lookup.value, by=lookup.by, entity=None, error=problem_error(lookup.result))
    entity = EntityItem(**_item_fields(lookup.result.label, len(lookup.result.positions)))
    return EntityLookupItem(requested=lookup.value, by=lookup.by, entity=entity, error=None)


def entity_detail(snapshot: Snapshot, entity: FoundEntity, surfaces: Surfaces) -> EntityDetail:
    """Return an entity with its names, its memberships and what its articles show."""
    label, posting = entity.label, entity.positions
    first, last = first_and_last_day(snapshot, posting)
    return EntityDetail(
        **_item_fields(label, len(posting)),
        aliases=list(label.aliases),
        former_ids=list(label.former_ids),
        split_into=list(label.split_into),
        member_of=[_membership(snapshot, membership) for membership in label.member_of],
        at=coordinates_out(label.at),
        first_day=first,
        last_day=last,
        surfaces=_surfaces(surfaces),
        sources=[_source(snapshot, *source) for source in source_counts(snapshot, posting, TOP_SOURCES)],
        members=[_member(member, membership) for member, membership in members(snapshot, entity.ordinal)],
        timeline=[_year(*year) for year in years(snapshot, posting)],
        corpus_version=snapshot.version,
    )


def _item_fields(label: EntityLabel, articles: int) -> dict[str, Any]:
    """Return the fields of EntityItem."""
    return {"id": label.id, "name": label.name, "type": label.type, "wikidata": label.wikidata, "articles": articles}


def _membership(snapshot: Snapshot, membership: Mapping[str, str]) -> MembershipOut:
    fields: dict[str, Any] = {"id": membership["of"], "name": None, "type": None}
    if membership["of"] in snapshot.names.entity_ordinals:
        group = snapshot.names.entity(membership["of"])
        fields = {"id": group.id, "name": group.name, "type": group.type}
    return MembershipOut.model_validate({**fields, **_role_and_period(membership)})


def _member(label: EntityLabel, membership: Mapping[str, str]) -> EntityMember:
    fields = {"id": label.id, "name": label.name, "type": label.type}
    return EntityMember.model_validate({**fields, **_role_and_period(membership)})


def _role_and_period(membership: Mapping[str, str]) -> dict[str, str | None]:
    return {name: membership.get(name) for name in ("role", "from", "to")}


def _surfaces(wordings: Surfaces) -> EntitySurfaces:
    items = [EntitySurface(text=one.text, mentions=one.mentions, articles=one.articles) for one in wordings.counts]
    return EntitySurfaces(articles_examined=wordings.articles, items=items)


def _source(snapshot: Snapshot, ordinal: int, count: int) -> EntitySource:
    label = snapshot.labels.source[ordinal]
    return EntitySource(id=label.id, name=label.name, count=count)


def _year(first: int, last: int, count: int) -> EntityYear:
    return EntityYear.model_validate({"from": iso_day(first), "to": iso_day(last), "count": count})


def suggestion_list(result: Result, suggestions: Iterable[Suggestion]) -> SuggestionList:
    """Return the suggestions in their order."""
    items = [_suggestion(suggestion) for suggestion in suggestions]
    return SuggestionList(**search_fields(result), items=items, corpus_version=result.snapshot.version)


def _suggestion(suggestion: Suggestion) -> SuggestionOut:
    label = suggestion.label
    type_ = label.type if isinstance(label, EntityLabel) else None
    return SuggestionOut(
        kind="source" if type_ is None else "entity",
        id=label.id,
        name=label.name,
        type=type_,
        matched=suggestion.matched,
        typo=suggestion.typo,
        articles=suggestion.articles,
    )
