"""Sources as they go out."""

from pydantic import Field

from app.search.index.snapshot import Snapshot
from app.wire.articles import instant
from app.wire.base import NEXT, TOTAL, VERSION, Out, SourceRef
from app.wire.facets import days_of


class SourceItem(SourceRef):
    """A source and what is published of it."""

    names: list[str] = Field(description="Other names that find it.", examples=[["Radio Free Europe"]])
    domains: list[str] = Field(description="Its hosts.", examples=[["rferl.org"]])
    articles: int = Field(description="Articles of it.", examples=[1])
    first_day: str | None = Field(description="Its first printed day.", examples=["2015-10-07"])
    last_day: str | None = Field(description="Its last printed day.", examples=["2015-10-07"])


class SourceDetail(SourceItem):
    """A source, whether it has articles or not."""

    corpus_version: int = VERSION


class SourceList(Out):
    """A page of sources that have articles, by count and then id."""

    total: int = TOTAL
    items: list[SourceItem] = Field(description="The sources of this page.")
    next: str | None = NEXT
    corpus_version: int = VERSION


def source_item(snapshot: Snapshot, ordinal: int, count: int) -> SourceItem:
    """Return a source with its number of articles and its days."""
    label = snapshot.labels.source[ordinal]
    first, last = days_of(snapshot, snapshot.postings["source"][ordinal])
    return SourceItem(
        id=label.id,
        name=label.name,
        names=list(label.names),
        domains=list(label.domains),
        articles=count,
        first_day=first,
        last_day=last,
    )


def source_detail(snapshot: Snapshot, ordinal: int) -> SourceDetail:
    """Return a source, whether it has articles or not."""
    item = source_item(snapshot, ordinal, len(snapshot.postings["source"][ordinal]))
    return SourceDetail(**dict(item), corpus_version=snapshot.version)


class CorpusOut(Out):
    """What is published, in numbers."""

    version: int = VERSION
    published_at: str | None = Field(description="When it was published, UTC.", examples=["2026-01-01T00:00:00Z"])
    articles: int = Field(description="Published articles.", examples=[5])
    undated: int = Field(description="Articles of which no date is known.", examples=[0])
    sources: int = Field(description="Sources with articles.", examples=[4])
    entities: int = Field(description="Entities that articles name.", examples=[80])
    first_day: str | None = Field(description="First printed day.", examples=["2015-09-30"])
    last_day: str | None = Field(description="Last printed day.", examples=["2015-11-22"])


def corpus(snapshot: Snapshot) -> CorpusOut:
    """Return what is published, in numbers."""
    first, last = days_of(snapshot, snapshot.all)
    return CorpusOut(
        version=snapshot.version,
        published_at=instant(snapshot.published_at),
        articles=len(snapshot),
        undated=len(snapshot) - snapshot.dated,
        sources=sum(map(bool, snapshot.postings["source"])),
        entities=sum(map(bool, snapshot.postings["entity"])),
        first_day=first,
        last_day=last,
    )
