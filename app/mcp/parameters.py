"""The flat parameters of tools: their JSON Schema from the models of the API, and their values as query parameters."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, Field, ValidationError

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.http.validation import invalid_parameters
from app.mcp.links import Pair
from app.mcp.quotes import DEFAULT_TOKENS, MAX_TOKENS, MIN_TOKENS
from app.search.query.filters import ArticleFilters
from app.search.query.parameters import CorpusVersion, EntityTypes, Name, ParameterModel, PlainInteger
from app.text.fuzzy import nearest

NOT_OFFERED = frozenset(("facet", "facet_size", "explain", "highlight", "offsets", "fields", "sample", "seed", "base"))
"""Parameters of the API that no tool has: they shape answers for programs."""

# Enough for a model to see, and a page of a small corpus.
DEFAULT_LIMIT = 10
"""Number of items of a list by default."""

# A value that does not fit here has not been meant.
MAX_SHOWN_LENGTH = 200
"""Maximum number of characters of a value that a refusal repeats."""


_SHARED = frozenset(field.alias or name for name, field in ArticleFilters.model_fields.items())
"""The filters that many tools have, and one describes."""

ModelT = TypeVar("ModelT", bound=BaseModel)


class AnswerOptions(ParameterModel):
    """How long an answer may be."""

    max_tokens: PlainInteger = Field(
        DEFAULT_TOKENS,
        ge=MIN_TOKENS,
        le=MAX_TOKENS,
        description="Maximum size of the answer in tokens, 1,000 to 32,000; a token is counted as 3 bytes.",
    )


class ArticleReading(ParameterModel):
    """One article, from a place of its text on."""

    id: Name = Field(description="Id of the article, as the other tools return it.")
    as_of: CorpusVersion | None = Field(
        None, description="A corpus version: the article is read as that version served it; by default, the newest."
    )
    start: PlainInteger = Field(
        0,
        ge=0,
        le=1_000_000_000,
        description="Where in the text to begin, in Unicode code points: `next_start` of the previous part, or the "
        "start of a span.",
    )


class EntityReading(ParameterModel):
    """An entity by its name."""

    name: Name = Field(description="Any name, id or Wikidata id of the entity, as people write it.")
    type: EntityTypes = Field([])


class Arguments(NamedTuple):
    """The arguments of a call: pairs for the API, in order, and the maximum size of the answer in tokens."""

    pairs: list[Pair]
    max_tokens: int


def parameter_names(model: type[BaseModel]) -> list[str]:
    """Return the parameters that a tool has of a model, besides those of every answer."""
    names = (field.alias or name for name, field in model.model_fields.items())
    return [name for name in names if name not in NOT_OFFERED]


def input_schema(model: type[BaseModel], *, brief: bool) -> dict[str, Any]:
    """Return the JSON Schema of a tool's arguments; if brief, without the descriptions of filters of articles."""
    schema = model.model_json_schema(by_alias=True)
    own = AnswerOptions.model_json_schema()["properties"]
    fields = {name: schema["properties"][name] for name in parameter_names(model)} | own
    definitions = schema.get("$defs", {})
    properties = {name: _property(field, definitions) for name, field in fields.items()}
    for name in _SHARED & properties.keys() if brief else ():
        del properties[name]["description"]
    if "limit" in properties:
        properties["limit"]["default"] = DEFAULT_LIMIT
    required = {"required": schema["required"]} if "required" in schema else {}
    return {"type": "object", "properties": properties, **required, "additionalProperties": False}


def _property(field: dict[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of one parameter without references, null and what only documents need."""
    field = {key: value for key, value in field.items() if key not in {"title", "examples"}}
    if "anyOf" in field:
        field |= {k: v for k, v in field.pop("anyOf")[0].items() if k != "title"}
    if field.get("default", "") in (None, []):
        del field["default"]
    if "items" in field:
        reference = field["items"].get("$ref", "").rpartition("/")[2]
        item = definitions.get(reference, field["items"])
        field["items"] = {key: item[key] for key in ("type", "enum") if key in item}
        field.pop("maxItems", None)
    return field


def read_arguments(model: type[BaseModel], arguments: Mapping[str, Any]) -> Arguments:
    """Return the arguments of a call as the pairs of a query; the API checks their values.

    Null and empty lists are left out, as models write them for what they do not use. Raise InvalidRequestError for
    unknown names and for values that are neither text, numbers, booleans nor lists of these.
    """
    known = (*parameter_names(model), *AnswerOptions.model_fields)
    problems: list[ParameterProblem] = []
    pairs: list[Pair] = []
    for name, value in arguments.items():
        values = value if isinstance(value, list) else [value]
        texts = [_text(single) for single in values if single is not None]
        if name not in known:
            problems.append(_unknown(name, value, known))
        elif None in texts:
            problems.append(ParameterProblem(name, _shown(value), "text, a number, true or false, or a list of these"))
        else:
            pairs += [(name, text) for text in texts if text is not None]
    if problems:
        raise InvalidRequestError(*problems)
    own = {name: value for name, value in pairs if name in AnswerOptions.model_fields}
    options = validated(AnswerOptions, own)
    return Arguments([pair for pair in pairs if pair[0] not in own], options.max_tokens)


def _unknown(name: str, value: object, known: tuple[str, ...]) -> ParameterProblem:
    wanted = "a parameter of this tool: " + ", ".join(known)
    shown = _shown(name)
    return ParameterProblem(shown, _shown(value), wanted, nearest(shown, known), code=ErrorCode.UNKNOWN_PARAMETER)


def _shown(value: object) -> str:
    """Return a value as a refusal repeats it; JSON can hold half a character, which no answer may."""
    return str(value)[:MAX_SHOWN_LENGTH].encode("utf-8", "replace").decode()


def _text(value: object) -> str | None:
    """Return a value as it is written in a query; None if it has no such form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else None


def validated(model: type[ModelT], values: Mapping[str, Any]) -> ModelT:
    """Return a model of these values; raise InvalidRequestError in our words if they are not valid."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        details = ({**detail, "loc": ("query", *detail["loc"])} for detail in error.errors())
        raise InvalidRequestError(*invalid_parameters(details)) from error


def single_values(pairs: list[Pair]) -> Iterator[Pair]:
    """Yield pairs whose names must be different; raise InvalidRequestError if one is repeated."""
    seen: set[str] = set()
    for name, value in pairs:
        if name in seen:
            raise InvalidRequestError(ParameterProblem(name, value, "one value", code=ErrorCode.REPEATED))
        seen.add(name)
        yield name, value
