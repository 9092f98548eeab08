"""The values that parameters take, and the parts that questions of several kinds share. Syntax only."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticKnownError

from app.models import EntityType


def _digits(value: object) -> object:
    """Refuse what is no plain number, where pydantic would read `1_0` and `+5`."""
    if isinstance(value, str) and not re.fullmatch("-?[0-9]+", value):
        raise PydanticKnownError("int_parsing")
    return value


Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""A search text: longer ones are no question but a document."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""A name, id or domain."""
Names = Annotated[list[Name], Field(max_length=50)]
"""Values of a repeatable parameter: 50 is more than any page can show and keeps a request bounded."""
Url = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
"""A URL as long as any that browsers and sitemaps take."""
Digits = Annotated[int, BeforeValidator(_digits)]
"""A number as clients write it: digits, with a minus at most."""
Version = Annotated[int, Field(ge=1), BeforeValidator(_digits)]
"""A corpus version: they count from 1."""
Day = Annotated[str, StringConstraints(min_length=1, max_length=10)]
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=500)]

FacetName = Literal["source", "actor", "place", "weapon", "language", "precision"]
Offsets = Literal["codepoints", "utf16"]
TimeSort = Literal["-published", "published"]
Sort = Literal["-published", "published", "relevance"]
Interval = Literal["day", "week", "month", "year"]
SuggestType = Literal["person", "organization", "state", "armed_group", "media", "place", "weapon", "source"]

EntityTypes = Annotated[
    list[EntityType],
    Field(max_length=7, description="Only entities of this type; repeated means any of them.", examples=[["person"]]),
]


class Question(BaseModel):
    """The root of all questions: nothing more than what is declared, under the name that clients write or ours."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Paging(Question):
    """Which part of a list is wanted."""

    limit: Digits = Field(20, ge=1, le=100, description="How many items a page holds, 1 to 100.", examples=[20])
    cursor: Cursor | None = Field(
        None,
        description="The `next` of the page before, with all other parameters unchanged.",
        examples=["WyItcHVibGlzaGVkIl0"],
    )


class Places(Question):
    """In which unit places in a text are given."""

    offsets: Offsets = Field(
        "codepoints",
        description="The unit of every `start` and `end`: Unicode code points, or `utf16` code units, in which "
        "JavaScript counts.",
        examples=["utf16"],
    )


class Sparse(Question):
    """Which fields are wanted."""

    fields: Text | None = Field(
        None,
        description="Names of the fields that each article is shown with, separated by commas; the others are left "
        "out. Without it every field is there.",
        examples=["id,title,published"],
    )
