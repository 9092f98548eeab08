"""What is published, in numbers."""

from pydantic import Field

from app.search.index.snapshot import Snapshot
from app.wire.articles import instant
from app.wire.schemas import VERSION, Out
from app.wire.views import days_of


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
