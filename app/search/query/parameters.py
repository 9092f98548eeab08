"""The types of parameter values, and the models that several sets of parameters share. Syntax only."""

import re
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticKnownError

from app.coordinates import MAX_KILOMETRES
from app.dates import MAX_DAY_LENGTH
from app.models import EntityType
from app.posting_fields import FACETS, SOURCE


def require_digits(value: object) -> object:
    """Refuse integers that are not plain digits: pydantic would accept `1_0` and `+5`."""
    if isinstance(value, str) and not re.fullmatch("-?[0-9]+", value):
        raise PydanticKnownError("int_parsing")
    return value


def require_decimal(value: object) -> object:
    """Refuse numbers that are not plain decimals: pydantic would accept `1e3` and `inf`."""
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        raise PydanticKnownError("float_parsing")
    return value


# Each unknown name is compared with all names, and nobody reads more errors.
MAX_ERRORS = 10
"""Maximum number of errors in one refusal."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""A search text; a longer one is a document, not a query."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""A name, id or domain."""
# More than any page can show, and it bounds the cost of a request.
MAX_VALUES = 50
"""Maximum number of values of a repeatable parameter in a URL."""
NameList = Annotated[list[Name], Field(max_length=MAX_VALUES)]
"""The values of a repeatable parameter."""
Url = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
"""A URL, with the length limit of sitemaps."""
PlainInteger = Annotated[int, BeforeValidator(require_digits)]
"""An integer written in digits, with an optional minus sign."""
SampleSize = Annotated[int, Field(ge=1, le=10_000), BeforeValidator(require_digits)]
"""The number of articles of a random sample."""
FacetSize = Annotated[
    int,
    Field(
        ge=1,
        le=100,
        description="Number of values per facet, 1 to 100. Values that the filters chose are always listed.",
        examples=[5],
    ),
    BeforeValidator(require_digits),
]
"""The number of values of a facet."""
Kilometres = Annotated[float, Field(ge=0, le=MAX_KILOMETRES), BeforeValidator(require_decimal)]
"""A distance on the earth."""
CorpusVersion = Annotated[int, Field(ge=1), BeforeValidator(require_digits)]
"""The number of a corpus version, from 1."""
Day = Annotated[str, StringConstraints(min_length=1, max_length=MAX_DAY_LENGTH)]
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=500)]


Offsets = Literal["codepoints", "utf16"]
TimeSort = Literal["-published", "published"]
Sort = Literal["-published", "published", "-loaded", "-updated", "relevance"]
DateField = Literal["published", "loaded", "updated"]
CitationStyle = Literal["csl", "ris", "bibtex", "text"]
Interval = Literal["day", "week", "month", "year"]
StatementFacet = Literal["speaker", "about", "kind", "source"]
STATEMENT_FACETS: tuple[str, ...] = get_args(StatementFacet)
SourceFacet = Literal["country", "kind", "group"]
DIRECTORY_FACETS: tuple[str, ...] = get_args(SourceFacet)

if TYPE_CHECKING:
    FacetName = str
    SuggestType = str
else:
    # A type checker needs the values in the source, and they are in the tables.
    FacetName = Literal[FACETS]
    SuggestType = Literal[(*map(str, EntityType), SOURCE.name)]

EntityTypes = Annotated[
    list[EntityType],
    Field(
        max_length=len(EntityType),
        description="Only entities of this type; repeated means any of the types.",
        examples=[["person"]],
    ),
]


class ParameterModel(BaseModel):
    """The base of all sets of parameters: no undeclared ones, and fields by alias or by our own name."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Paging(ParameterModel):
    """The page of a list."""

    limit: PlainInteger = Field(20, ge=1, le=100, description="Number of items per page, 1 to 100.", examples=[20])
    cursor: Cursor | None = Field(
        None,
        description="The `next` of the previous page; all other parameters must be unchanged.",
        examples=["WyItcHVibGlzaGVkIl0"],
    )


class SampleOptions(ParameterModel):
    """A random sample of a result that can be repeated."""

    sample: SampleSize | None = Field(
        None,
        description="Size of a uniform random sample, 1 to 10,000: everything but `total` is of this many articles of "
        "the result.",
        examples=[100],
    )
    seed: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = Field(
        None,
        description="Any word: the same word selects the same articles, on every machine; by default `0`. Articles "
        "that are added to the result only displace some of the sample.",
        examples=["word"],
    )


class OffsetOptions(ParameterModel):
    """The unit of offsets into texts."""

    offsets: Offsets = Field(
        "codepoints",
        description="The unit of every `start` and `end`: `codepoints` for Unicode code points, or `utf16` for UTF-16 "
        "code units, which JavaScript strings use.",
        examples=["utf16"],
    )


class CsvOptions(ParameterModel):
    """How a CSV is written."""

    bom: bool = Field(
        False,
        description="Whether the document begins with a byte order mark, without which Excel reads letters other than "
        "ASCII wrongly.",
        examples=[True],
    )


class FieldSelection(ParameterModel):
    """The fields of the articles in the response."""

    fields: Text | None = Field(
        None,
        description="Names of the fields to return for each article, separated by commas. By default, all fields are "
        "returned.",
        examples=["id,title,published"],
    )
