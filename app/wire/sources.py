"""Sources and the corpus as response fields."""

from pydantic import Field

from app.models import SourceKind
from app.search.index.snapshot import Snapshot
from app.wire.articles import format_instant
from app.wire.base import NEXT_FIELD, TOTAL_FIELD, VERSION_FIELD, FacetValue, Out, SourceRef
from app.wire.facets import first_and_last_day


class GroupRef(Out):
    """A reference to a group of sources."""

    id: str = Field(description="Id of the group.", examples=["gulf-press"])
    name: str = Field(description="Name of the group.", examples=["Gulf press"])


class GroupItem(GroupRef):
    """A group of sources."""

    sources: list[str] = Field(
        description="Ids of its sources, whether they have articles or not.", examples=[["sana"]]
    )
    articles: int = Field(description="Number of published articles of these sources.", examples=[0])


class GroupList(Out):
    """All groups of sources, by id."""

    items: list[GroupItem] = Field(description="The groups.")
    corpus_version: int = VERSION_FIELD


class SourceItem(SourceRef):
    """A source and its published articles."""

    names: list[str] = Field(description="Other names of the source.", examples=[["Radio Free Europe"]])
    domains: list[str] = Field(description="Its domains.", examples=[["rferl.org"]])
    country: str | None = Field(description="Country in which it publishes (ISO 3166-1).", examples=["us"])
    owner: str | None = Field(description="Id of the entity that owns it.", examples=[None])
    kind: SourceKind | None = Field(description="What it is.", examples=["broadcaster"])
    languages: list[str] = Field(description="Languages in which it publishes, as far as known.", examples=[["en"]])
    founded: int | None = Field(description="Year in which it was founded.", examples=[1950])
    groups: list[GroupRef] = Field(description="The groups that it belongs to.")
    articles: int = Field(description="Number of its published articles.", examples=[1])
    first_day: str | None = Field(description="First printed day of its articles.", examples=["2015-10-07"])
    last_day: str | None = Field(description="Last printed day of its articles.", examples=["2015-10-07"])


class SourceDetail(SourceItem):
    """A source, with or without articles."""

    corpus_version: int = VERSION_FIELD


class SourceFacets(Out):
    """The requested facets, whose counts are sources, by count and then id; facets that were not requested are null."""

    country: list[FacetValue] | None = Field(description="Countries, and `none`; the country filter is ignored.")
    kind: list[FacetValue] | None = Field(description="Kinds, and `none`; the kind filter is ignored.")
    group: list[FacetValue] | None = Field(description="Groups, and `none`; the group filter is ignored.")


class SourceList(Out):
    """A page of the sources that have articles, by number of articles and then id."""

    total: int = TOTAL_FIELD
    items: list[SourceItem] = Field(description="The sources on this page.")
    next: str | None = NEXT_FIELD
    facets: SourceFacets | None = Field(description="The requested facets; null if none was requested.")
    corpus_version: int = VERSION_FIELD


class CorpusOut(Out):
    """The published corpus in numbers."""

    version: int = VERSION_FIELD
    published_at: str | None = Field(
        description="When this version was published, UTC; null before the first publish.",
        examples=["2026-01-01T00:00:00Z"],
    )
    articles: int = Field(description="Number of published articles.", examples=[5])
    undated: int = Field(description="Number of articles without a known date.", examples=[0])
    sources: int = Field(description="Number of sources that have articles.", examples=[4])
    entities: int = Field(description="Number of entities that articles name.", examples=[80])
    corrections: int = Field(description="Number of corrections in effect.", examples=[0])
    first_day: str | None = Field(description="First printed day of the articles.", examples=["2015-09-30"])
    last_day: str | None = Field(description="Last printed day of the articles.", examples=["2015-11-22"])


def source_item(snapshot: Snapshot, ordinal: int, count: int) -> SourceItem:
    """Return a source with the number of its articles and their first and last day."""
    label = snapshot.labels.source[ordinal]
    first, last = first_and_last_day(snapshot, snapshot.postings["source"][ordinal])
    return SourceItem(
        id=label.id,
        name=label.name,
        names=list(label.names),
        domains=list(label.domains),
        country=label.country,
        owner=label.owner,
        kind=None if label.kind is None else SourceKind(label.kind),
        languages=list(label.languages),
        founded=label.founded,
        groups=[GroupRef(id=id_, name=name) for id_, name in label.groups],
        articles=count,
        first_day=first,
        last_day=last,
    )


def group_list(snapshot: Snapshot) -> GroupList:
    """Return all groups of sources."""
    members: dict[tuple[str, str], list[str]] = {}
    for label in snapshot.labels.source:
        for group in label.groups:
            members.setdefault(group, []).append(label.id)
    items = [
        GroupItem(id=id_, name=name, sources=own, articles=len(snapshot.field_values["source_group"].find(id_)))
        for (id_, name), own in sorted(members.items())
    ]
    return GroupList(items=items, corpus_version=snapshot.version)


def source_detail(snapshot: Snapshot, ordinal: int) -> SourceDetail:
    """Return a source, with or without articles."""
    item = source_item(snapshot, ordinal, len(snapshot.postings["source"][ordinal]))
    return SourceDetail(**dict(item), corpus_version=snapshot.version)


def corpus_out(snapshot: Snapshot) -> CorpusOut:
    """Return the published corpus in numbers."""
    first, last = first_and_last_day(snapshot, snapshot.all_positions)
    return CorpusOut(
        version=snapshot.version,
        published_at=format_instant(snapshot.published_at),
        articles=len(snapshot),
        undated=len(snapshot) - snapshot.time.dated_count,
        sources=sum(map(bool, snapshot.postings["source"])),
        entities=sum(map(bool, snapshot.postings["entity"])),
        corrections=sum(correction.is_in_effect for correction in snapshot.corrections),
        first_day=first,
        last_day=last,
    )
