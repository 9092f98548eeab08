"""Entities as they go out: in lists, and one with its names, memberships and days."""

from collections.abc import Mapping

from pydantic import Field

from app.search.snapshot import Snapshot
from app.wire.schemas import NEXT, TOTAL, VERSION, Empty, EntityRef, Out
from app.wire.views import days_of


class EntityItem(EntityRef):
    """An entity and the number of articles in the result that name it."""

    wikidata: str | None = Field(description="Its Wikidata id, where sure.", examples=["Q7747"])
    articles: int = Field(description="Articles of the result that name it.", examples=[5])


class EntityList(Out):
    """A page of entities, by articles and then id."""

    total: int = TOTAL
    items: list[EntityItem] = Field(description="The entities of this page.")
    next: str | None = NEXT
    empty: Empty | None = Field(description="Null unless no article matches.")
    corpus_version: int = VERSION


class MembershipOut(Out):
    """That an entity belongs to another, from and to where known."""

    of: str = Field(description="Id of the entity it belongs to.", examples=["russia"])
    role: str | None = Field(description="As what.", examples=["president"])
    from_: str | None = Field(alias="from", description="Since when.", examples=["2012-05-07"])
    to: str | None = Field(description="Until when.", examples=[None])


class EntityDetail(EntityItem):
    """An entity with its names, memberships and days."""

    aliases: list[str] = Field(description="All other names that find it.", examples=[["Putin"]])
    former_ids: list[str] = Field(description="Ids that were merged into it.", examples=[[]])
    member_of: list[MembershipOut] = Field(description="What it belongs to.")
    first_day: str | None = Field(description="First printed day of an article that names it.", examples=["2015-09-30"])
    last_day: str | None = Field(description="Last printed day of an article that names it.", examples=["2015-11-22"])
    corpus_version: int = VERSION


def entity_item(snapshot: Snapshot, slot: int, count: int) -> EntityItem:
    """Return an entity with its number of articles."""
    label = snapshot.labels.entity[slot]
    return EntityItem(id=label.id, name=label.name, type=label.type, wikidata=label.wikidata, articles=count)


def entity_detail(snapshot: Snapshot, slot: int) -> EntityDetail:
    """Return an entity with its names, memberships, and what the corpus has of it."""
    label, posting = snapshot.labels.entity[slot], snapshot.postings["entity"][slot]
    first, last = days_of(snapshot, posting)
    return EntityDetail(
        **dict(entity_item(snapshot, slot, len(posting))),
        aliases=list(label.aliases),
        former_ids=list(label.former_ids),
        member_of=[_membership(membership) for membership in label.member_of],
        first_day=first,
        last_day=last,
        corpus_version=snapshot.version,
    )


def _membership(membership: Mapping[str, str]) -> MembershipOut:
    fields = {name: membership.get(name) for name in ("role", "from", "to")}
    return MembershipOut.model_validate({"of": membership["of"], **fields})
