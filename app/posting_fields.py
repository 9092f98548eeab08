"""The fields of articles that have postings: one table, from which the index, filters, facets and schemas follow.

A field is read from a column of `Revision` by a publish. The labels of sources and entities are rows of their own;
those of all other fields are the values themselves, and each of these fields is an any-of filter and a facet.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.models import EntityType, Precision, TextKind, types_of

_LANGUAGE_RANGE = re.compile(r"\*|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
"""The syntax of a basic language range (RFC 4647, 2.1): a language tag or `*`."""


@dataclass(frozen=True, slots=True)
class PostingField:
    """A field with a posting for each value.

    `column` is the column of `Revision` that has the value, or all values if `is_list`. `wanted` says what the filter
    expects. A value that no article has is an error, unless `accepts` says that it could be one.
    """

    name: str
    column: str
    is_list: bool = False
    wanted: str = ""
    accepts: Callable[[str], bool] | None = None


SOURCE = PostingField("source", "source_id")
ENTITY = PostingField("entity", "named", is_list=True)

LANGUAGE = PostingField(
    "language",
    "language",
    wanted="a language tag (BCP 47), such as `en` or `pt-BR`, or `none`",
    accepts=lambda value: _LANGUAGE_RANGE.fullmatch(value) is not None,
)

VALUE_FIELDS = (
    LANGUAGE,
    PostingField("precision", "precision", wanted="a precision", accepts=lambda value: value in set(Precision)),
    PostingField("author", "authors", is_list=True, wanted="the name of an author"),
    PostingField("text_kind", "text_kind", wanted="a kind of text", accepts=lambda value: value in set(TextKind)),
)
"""The fields whose labels are their values."""

POSTING_FIELDS = (SOURCE, ENTITY, *VALUE_FIELDS)
"""All fields that have postings. Each has its labels, in the order of the ordinals."""

ENTITY_FACETS = {parameter: types_of(parameter) for parameter in dict.fromkeys(type_.parameter for type_ in EntityType)}
"""The types of entity that each entity facet counts, by the parameter that takes them."""

SOURCE_FACETS = ("country", "source_kind", "source_group")
"""The facets of articles whose values are those of their sources."""

OVERLAPPING_FACETS = (*ENTITY_FACETS, "source_group", LANGUAGE.name, "author")
"""The facets in which one article may count for several values."""

FACETS = (SOURCE.name, *SOURCE_FACETS, *ENTITY_FACETS, *(field.name for field in VALUE_FIELDS))
"""The names of all facets; each is the parameter that chooses its values."""
