"""The query parameters of sources and versions, and the bodies that look entities up, as models."""

from typing import Annotated

from pydantic import Field

from app.search.query.parameters import (
    DIRECTORY_FACETS,
    EntityTypes,
    FacetSize,
    FieldSelection,
    Name,
    NameList,
    Paging,
    ParameterModel,
    PlainInteger,
    SourceFacet,
)


class EntityLookup(ParameterModel):
    """Entities to look up by id, Wikidata id or name."""

    ids: Annotated[list[Name], Field(max_length=1000)] = Field(
        [],
        description="Ids or former ids of entities, or their addresses in this API; 1 to 1,000 ids, Wikidata ids and "
        "names in total.",
        examples=[["vladimir-putin"]],
    )
    wikidata: Annotated[list[Name], Field(max_length=1000)] = Field(
        [], description="Wikidata ids, or addresses at wikidata.org.", examples=[["Q159"]]
    )
    names: Annotated[list[Name], Field(max_length=1000)] = Field(
        [],
        description="Names of entities, as `actor`, `place` and `weapon` accept them.",
        examples=[["President Obama", "the Kremlin"]],
    )
    type: EntityTypes = Field([])


class SourceFilters(ParameterModel):
    """The sources that have articles."""

    name: Name | None = Field(
        None, description="Only sources with an id, name or domain that contains this text.", examples=["radio"]
    )
    country: NameList = Field([], description="Only sources of this country; repeated means any.", examples=[["us"]])
    kind: NameList = Field([], description="Only sources of this kind; repeated means any.", examples=[["agency"]])
    group: NameList = Field([], description="Only sources of this group; repeated means any.", examples=[["none"]])


class SourceTable(FieldSelection, SourceFilters):
    """All sources, streamed as a table."""


class SourcePage(SourceFilters, Paging):
    """The list of sources."""

    facet: Annotated[list[SourceFacet], Field(max_length=len(DIRECTORY_FACETS))] = Field(
        [],
        description="A facet to return with the page; repeated returns each of the facets.",
        examples=[["country", "kind"]],
    )
    facet_size: FacetSize = 10


class PublishPage(Paging):
    """The list of publishes."""


class ChangePage(Paging):
    """The changes since a corpus version."""

    limit: PlainInteger = Field(
        100, ge=1, le=1000, description="Number of changes per page, 1 to 1,000.", examples=[100]
    )
    since: PlainInteger = Field(
        0,
        ge=0,
        description="The last corpus version that you know: all changes after it are listed. 0 lists all changes.",
        examples=[1],
    )


class HistoryPage(Paging):
    """The corrections about an entity."""


class CorrectionPage(Paging):
    """The list of corrections."""

    entity: Name | None = Field(
        None,
        description="Only corrections about this entity or one that was merged into it: its id, Wikidata id or name.",
        examples=["vladimir-putin"],
    )


class VersionPage(Paging):
    """The versions of an article."""


class ArticleVersionPage(VersionPage):
    """The versions of an article together with its id, so that a cursor is valid for this article only."""

    article: str
