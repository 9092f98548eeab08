"""Tools that return one thing: a part of an article, and an entity by its name."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.labels import article_number
from app.mcp.answers import (
    MAX_NAME_LENGTH,
    MAX_NAMES,
    MAX_QUOTE_LENGTH,
    ArticlePart,
    EntityProfile,
    Span,
    StatementPlace,
    cite,
    counts,
    one_line,
    quoted_article,
)
from app.mcp.calls import Api, RefusalError, segment
from app.mcp.links import Links
from app.mcp.paging import largest
from app.mcp.parameters import Arguments, ArticleReading, EntityReading, single_values, validated
from app.mcp.quotes import fenced
from app.models import EntityType


async def read_article(api: Api, links: Links, arguments: Arguments) -> ArticlePart:
    """Return as much of an article as fits, from a place of its text on; raise InvalidRequestError or RefusalError."""
    reading = validated(ArticleReading, dict(single_values(arguments.pairs)))
    if article_number(reading.id) < 0:
        # In a path it could name another view, of another form.
        wanted = "the id of an article, as the other tools return it"
        raise InvalidRequestError(ParameterProblem("id", reading.id, wanted, code=ErrorCode.UNKNOWN))
    # The newest version is named, so that the permalink shows what was read.
    version = reading.as_of or (await api.get("/v1/corpus"))["version"]
    article = await api.get(f"/v1/articles/{segment(reading.id)}", [("as_of", str(version))])
    build = partial(_part, links, version, article, reading.start)
    length = len(article["text"] or "") - reading.start
    return largest(build, max(length, 0), arguments.max_tokens)


def _part(links: Links, version: int, article: Mapping[str, Any], start: int, length: int) -> ArticlePart:
    """Return a part of an article of this length; only a part of the text has a span."""
    text = article["text"] or ""
    end = start + length
    is_whole = start == 0 and end >= len(text)
    notes = [f"The text ends at {len(text):,}; start is beyond it."] if start > len(text) else []
    return ArticlePart(
        corpus_version=version,
        notes=notes,
        id=article["id"],
        cite=cite(links, version, article, None if is_whole else Span(field="text", start=start, end=end)),
        **{key: article[key] for key in ("language", "text_kind", "text_withheld")},
        rights=article["rights"] and one_line(article["rights"], MAX_QUOTE_LENGTH),
        text_length=len(text),
        next_start=end if end < len(text) else None,
        entities=counts(article["entities"], "count"),
        quoted=quoted_article(article, text[start:end]),
        items=_statements(links, version, article, start, end),
    )


def _statements(links: Links, version: int, article: Mapping[str, Any], start: int, end: int) -> list[StatementPlace]:
    within = [
        statement
        for statement in article["statements"]
        if statement["field"] == "text" and start <= statement["start"] < end
    ]
    return [
        StatementPlace(
            speaker=statement["speaker"],
            kind=statement["kind"],
            span=Span(**{key: statement[key] for key in Span.model_fields}),
            permalink=links.article(article["id"], version, *(statement[key] for key in Span.model_fields)),
        )
        for statement in within[:MAX_NAMES]
    ]


async def find_entity(api: Api, links: Links, arguments: Arguments) -> EntityProfile:
    """Return the entity that a name means; raise RefusalError with the nearest ones if it means none or several."""
    types = [value for name, value in arguments.pairs if name == "type"]
    others = single_values([pair for pair in arguments.pairs if pair[0] != "type"])
    reading = validated(EntityReading, {**dict(others), "type": types})
    body = await api.post("/v1/entities/lookup", {"names": [reading.name], "type": list(reading.type)})
    (result,) = body["items"]
    if (error := result["error"]) is not None:
        detail = f"name is “{reading.name}”: expected {error['wanted']}"
        raise RefusalError({"detail": detail, "errors": [{**error, "parameter": "name"}]})
    return _profile(links, await api.get(f"/v1/entities/{segment(result['entity']['id'])}"))


def _profile(links: Links, entity: Mapping[str, Any]) -> EntityProfile:
    names = [entity["name"], *entity["aliases"], *(surface["text"] for surface in entity["surfaces"]["items"])]
    lines = [one_line(name, MAX_NAME_LENGTH) for name in dict.fromkeys(names)]
    return EntityProfile(
        corpus_version=entity["corpus_version"],
        notes=[],
        **{key: entity[key] for key in ("id", "type", "wikidata", "articles", "first_day", "last_day")},
        name=lines[0],
        aliases=[one_line(alias, MAX_NAME_LENGTH) for alias in entity["aliases"][:MAX_NAMES]],
        member_of=[_membership(one) for one in entity["member_of"][:MAX_NAMES]],
        sources=counts(entity["sources"], "count"),
        permalink=links.entity(entity["id"], EntityType(entity["type"]).parameter),
        quoted=fenced("entity", entity["id"], "\n".join(lines[: 2 * MAX_NAMES])),
    )


def _membership(one: Mapping[str, Any]) -> str:
    role = f" as {one['role']}" if one["role"] else ""
    return f"{one['id']}{role}, {one['from'] or '?'} to {one['to'] or 'now'}"
