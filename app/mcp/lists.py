"""Tools that return a list: what they ask the API, and how they shape its items."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.mcp.answers import (
    MAX_NAME_LENGTH,
    MAX_NAMES,
    MAX_QUOTE_LENGTH,
    ArticleHit,
    ArticleHits,
    Bucket,
    Buckets,
    EntityHit,
    EntityHits,
    ListAnswer,
    SourceHit,
    SourceHits,
    Span,
    StatementHit,
    StatementHits,
    cite,
    counts,
    hints,
    one_line,
    quoted_article,
)
from app.mcp.calls import Api
from app.mcp.links import Links, Pair
from app.mcp.paging import Place, largest, split_page
from app.mcp.parameters import Arguments
from app.models import EntityType


@dataclass(frozen=True, slots=True)
class Context:
    """What shaping an item needs besides it: the links, the corpus version, and the parameters of the search."""

    links: Links
    version: int
    filters: Sequence[Pair]

    def narrowed(self, *pairs: Pair) -> str:
        """Return the link to the search with other values for these parameters."""
        names = {name for name, _ in pairs}
        return self.links.search([*(pair for pair in self.filters if pair[0] not in names), *pairs])


def article_hit(context: Context, item: Mapping[str, Any]) -> ArticleHit:
    """Return an article of a search, with the first place where it matches."""
    highlight = next(iter(item["highlights"] or ()), None)
    span = Span(**{key: highlight[key] for key in Span.model_fields}) if highlight else None
    words = highlight["text"] if highlight and highlight["field"] == "text" else item["lead"]
    return ArticleHit(
        id=item["id"],
        cite=cite(context.links, context.version, item, span),
        language=item["language"],
        text_kind=item["text_kind"],
        entities=[entity["id"] for entity in item["entities"][:MAX_NAMES]],
        quoted=quoted_article(item, one_line(words or "", MAX_QUOTE_LENGTH)),
    )


def statement_hit(context: Context, item: Mapping[str, Any]) -> StatementHit:
    """Return a statement with its place; its text is null where the operator withholds texts."""
    span = Span(**{key: item[key] for key in Span.model_fields})
    name = f"Speaker as named: {item['speaker_name']}" if item["speaker_name"] else ""
    words = filter(None, (one_line(name, MAX_QUOTE_LENGTH), one_line(item["text"] or "", MAX_QUOTE_LENGTH)))
    return StatementHit(
        article=item["article"]["id"],
        cite=cite(context.links, context.version, item["article"], span),
        kind=item["kind"],
        speaker=item["speaker"] and item["speaker"]["id"],
        about=[entity["id"] for entity in item["entities"][:MAX_NAMES]],
        quoted=quoted_article(item["article"], "\n".join(words)),
    )


def entity_hit(context: Context, item: Mapping[str, Any]) -> EntityHit:
    """Return an entity with the link to the articles of the search that name it."""
    parameter = EntityType(item["type"]).parameter
    return EntityHit(
        **{key: item[key] for key in ("id", "type", "articles", "lift")},
        name=one_line(item["name"], MAX_NAME_LENGTH),
        permalink=context.links.search([*context.filters, (parameter, item["id"])]),
    )


def source_hit(context: Context, item: Mapping[str, Any]) -> SourceHit:
    """Return a source with the link to its articles of the search."""
    return SourceHit(
        **{key: item[key] for key in ("id", "articles", "coverage", "share", "first_day", "last_day")},
        name=one_line(item["name"], MAX_NAME_LENGTH),
        only_here=counts(item["exclusive_entities"], "articles"),
        speakers=counts(item["speakers"], "statements"),
        permalink=context.narrowed(("source", item["id"])),
    )


@dataclass(frozen=True, slots=True)
class ListTool:
    """A tool that returns pages of a list of the API."""

    path: str
    answer: type[ListAnswer]
    item: Callable[[Context, Mapping[str, Any]], Any]
    extra: tuple[Pair, ...] = ()
    """Parameters that the tool always sends."""
    view: str = "articles"
    """The view of the page that shows the list."""

    async def __call__(self, api: Api, links: Links, arguments: Arguments) -> ListAnswer:
        """Return the page that the arguments ask for, with as many items as fit."""
        filters, place = split_page(arguments.pairs)
        paging = place.pairs() if place.limit else []
        body = await api.get(self.path, [*filters, *paging, *self.extra])
        context = Context(links, body["corpus_version"], filters)
        skipped = place.skipped_in(context.version)
        items = [self.item(context, item) for item in body["items"][skipped:]]
        limit = place.limit or next(value for name, value in filters if name == "limit")
        build = partial(self._build, context, body, items, place._replace(limit=limit, skipped=skipped))
        return largest(build, len(items), arguments.max_tokens)

    def _build(
        self, context: Context, body: Mapping[str, Any], items: Sequence[Any], place: Place, count: int
    ) -> ListAnswer:
        """Return the answer with this many of the items."""
        cursor: str | None = None
        if count < len(items):
            cursor = f"{place.limit}.{place.skipped + count}.{context.version}.{place.cursor}"
        elif body["next"]:
            cursor = f"{place.limit}.0.0.{body['next']}"
        fields = {**list_fields(context, body, self.view), "items": items[:count], "next": cursor}
        return self.answer(**fields)


def list_fields(context: Context, body: Mapping[str, Any], view: str = "articles") -> dict[str, Any]:
    """Return the fields that all answers with a list share."""
    return {
        "total": body["total"],
        "corpus_version": context.version,
        "notes": [*body["notes"], *_left_out(body)],
        "hints": hints(body["empty"]),
        "permalink": context.links.search(context.filters, view),
    }


def _left_out(body: Mapping[str, Any]) -> list[str]:
    """Return what only the range of days leaves out, in sentences."""
    reasons = {"undated": "have no date", "coarser": "are dated by month or year only"}
    return [f"The range leaves out {body[key]:,} that {why}." for key, why in reasons.items() if body[key]]


async def timeline(api: Api, links: Links, arguments: Arguments) -> Buckets:
    """Return the periods of a search that have articles, the newest that fit."""
    body = await api.get("/v1/timeline", arguments.pairs)
    context = Context(links, body["corpus_version"], arguments.pairs)
    series = body["series"] or ()
    buckets = [
        Bucket(
            **{key: bucket[key] for key in ("from", "to", "count", "corpus")},
            series={one["id"]: one["counts"][index] for one in series if one["counts"][index]},
            permalink=context.narrowed(("from", bucket["from"]), ("to", bucket["to"])),
        )
        for index, bucket in enumerate(body["buckets"])
        if bucket["count"]
    ]

    def build(count: int) -> Buckets:
        fields = list_fields(context, body)
        if left_out := len(buckets) - count:
            fields["notes"].append(
                f"The first {left_out:,} periods do not fit here: choose a longer interval or a range."
            )
        shown = buckets[left_out:]
        return Buckets(**fields, items=shown, next=None, interval=body["interval"], imprecise=body["imprecise"])

    return largest(build, len(buckets), arguments.max_tokens)


SEARCH_ARTICLES = ListTool("/v1/articles", ArticleHits, article_hit, (("highlight", "true"),))
WHO_SAID = ListTool("/v1/statements", StatementHits, statement_hit, view="statements")
LIST_ENTITIES = ListTool("/v1/entities", EntityHits, entity_hit)
COMPARE_SOURCES = ListTool("/v1/compare", SourceHits, source_hit)
