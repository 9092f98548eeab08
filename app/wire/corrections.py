"""Corrections as response fields."""

from pydantic import Field

from app.labels import CorrectionLabel
from app.models import Action, EntityType
from app.wire.base import NEXT_FIELD, VERSION_FIELD, Out


class SplitConditions(Out):
    """What is true of the mentions that a split moves to another entity; what is null does not matter."""

    article: str | None = Field(description="They are in this article.", examples=["2v8k0q4m1xsc"])
    context: str | None = Field(description="Their article has these words.", examples=["Texas"])
    surface: str | None = Field(description="They have this wording.", examples=["J. Smith"])


class CorrectionItem(Out):
    """A decision of people about entities, with the fields of its kind; all others are null."""

    id: str = Field(description="Id of the correction.", examples=["c4m1xsc2v8k0"])
    do: Action = Field(description="What it does.", examples=["merge"])
    at: str = Field(description="When it was made, UTC.", examples=["2026-01-31T12:00:00Z"])
    by: str | None = Field(description="Who made it; null unless the operator serves it.", examples=[None])
    why: str | None = Field(description="Why it was made.", examples=["another spelling"])
    in_effect: bool = Field(description="Whether it counts: it does unless it was undone.", examples=[True])
    undone_by: str | None = Field(description="Id of the correction that undid it.", examples=[None])
    from_: str | None = Field(alias="from", description="Entity that is merged.", examples=["sergey-shoygu--"])
    into: str | None = Field(
        description="Entity that mentions name after a merge or split.", examples=["sergei-shoigu"]
    )
    entity: str | None = Field(description="Entity that it is about.", examples=[None])
    when: SplitConditions | None = Field(description="Which mentions a split moves.")
    name: str | None = Field(description="New name of the entity, or the name of one that it makes.", examples=[None])
    type: EntityType | None = Field(description="New type, or the type of an entity that it makes.", examples=[None])
    alias: str | None = Field(description="Name that it adds or removes.", examples=[None])
    surface: str | None = Field(description="Wording that is no name, or that names the entity.", examples=[None])
    article: str | None = Field(description="The only article in which the wording counts.", examples=[None])
    context: str | None = Field(description="The words with which the wording counts.", examples=[None])
    wikidata: str | None = Field(description="New Wikidata id of the entity; null for none.", examples=[None])
    of: str | None = Field(description="Id of the correction that it undoes.", examples=[None])


class CorrectionList(Out):
    """A page of corrections, newest first."""

    total: int = Field(description="Exact number of corrections, in effect or not.", examples=[1])
    items: list[CorrectionItem] = Field(description="The corrections on this page.")
    next: str | None = NEXT_FIELD
    corpus_version: int = VERSION_FIELD


def correction_item(correction: CorrectionLabel, *, with_author: bool) -> CorrectionItem:
    """Return a correction as an item, which says who made it only if that is served."""
    kinds = ("from", "into", "entity", "name", "type", "alias", "surface", "article", "context", "wikidata", "of")
    when = correction.fields.get("when")
    return CorrectionItem.model_validate(
        {
            "id": correction.id,
            "do": correction.do,
            "at": correction.at,
            "by": correction.by if with_author else None,
            "why": correction.why,
            "in_effect": correction.undone_by is None,
            "undone_by": correction.undone_by,
            "when": when and {name: when.get(name) for name in SplitConditions.model_fields},
            **{name: correction.fields.get(name) for name in kinds},
        }
    )
