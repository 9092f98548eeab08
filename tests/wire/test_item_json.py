"""The JSON of articles in lists is, byte for byte, what the response model writes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.labels import EntityLabel, Labels, SourceLabel
from app.models import EntityType
from app.search.index.cache import ENTITY_JSON_CACHE_SIZE
from app.search.index.snapshot import Snapshot
from app.search.sql.rows import ArticleRow
from app.wire.article_models import ArticleItem
from app.wire.articles import ListedArticles
from app.wire.item_json import ITEM_JSON, items_json

NAMES = ["Ann", 'Søren "Sö" Ny\\berg', "Гавань\u2028\x7f", "\x00\b\f\n\r\t\x1f/<&>", "😀"]

ENTITIES = [
    EntityLabel(f"e{at:02}", type_, NAMES[at % len(NAMES)], former_ids=(f"a{at:02}", f"z{at:02}") if at % 3 else ())
    for at, type_ in enumerate([*EntityType] * 2)
]
CURRENT_IDS = {id_: label for label in ENTITIES for id_ in (label.id, *label.former_ids)}
SOURCES = [SourceLabel(f"s{at}", name) for at, name in enumerate(NAMES)]
SOURCE_NAMES = {label.id: label.name for label in SOURCES}
SNAPSHOT = replace(Snapshot.unpublished(), labels=Labels(source=tuple(SOURCES), entity=tuple(ENTITIES)))

ARTICLE = ArticleRow(
    *(7, "2v8k0q4m1xsc", "s1", "Ships", "digest", "https://example.org/1", "en", False, None, ["Ann", "Ben"]),
    *("2015-11-22", 1448236920, "minute", "EST", "stated", None, {"e01": 2, "e02": 2, "e00": 3}, "Ships fired."),
)


def instant(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def listed_entities(article: ArticleRow) -> list[dict[str, Any]]:
    """Return the ten most mentioned entities in another way than the product."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for id_, count in article.named.items():
        if id_ in article.bearers:
            counts[id_, article.bearers[id_], "person"] += count
        else:
            counts[CURRENT_IDS[id_].id, CURRENT_IDS[id_].name, CURRENT_IDS[id_].type] += count
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0][0]))[:10]
    return [{"id": id_, "name": name, "type": type_, "count": count} for (id_, name, type_), count in ranked]


def model_json(
    article: ArticleRow, fields: Sequence[str] | None = None, explanations: Mapping[str, object] | None = None
) -> str:
    """Return what the response model writes of an article."""
    basis = "detected" if article.language_detected else "metadata"
    item = ArticleItem.model_validate(
        {
            "id": article.article_id,
            "source": {"id": article.source_id, "name": SOURCE_NAMES[article.source_id]},
            "published": {
                "on": article.published_on,
                "at": instant(article.published_at),
                **{name: getattr(article, name) for name in ("precision", "zone", "basis", "evidence")},
            },
            "language_basis": None if article.language is None else basis,
            "entities": listed_entities(article),
            **{name: getattr(article, name) for name in ("url", "title", "authors", "language", "text_kind")},
            "rights": article.rights,
            "lead": article.lead,
            "matched": None,
            "terms": None,
            "highlights": None,
            **(explanations or {}),
        }
    )
    return item.model_dump_json(by_alias=True, include=None if fields is None else set(fields))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(NAMES)
COUNTS = st.integers(1, 4) | st.integers(1, 2**31)
NAMED = st.dictionaries(st.sampled_from(sorted(CURRENT_IDS)), COUNTS, max_size=14)
ARTICLES = st.builds(
    lambda row, named, bearers: row._replace(
        named={**named, **{id_: count for id_, (_, count) in bearers.items()}},
        bearers={id_: name for id_, (name, _) in bearers.items()},
    ),
    st.builds(
        ArticleRow,
        id=st.just(1),
        article_id=TEXTS,
        source_id=st.sampled_from(sorted(SOURCE_NAMES)),
        title=TEXTS,
        text_kind=st.sampled_from(["full", "extract", "digest"]),
        url=st.none() | TEXTS,
        language=st.none() | TEXTS,
        language_detected=st.booleans(),
        rights=st.none() | TEXTS,
        authors=st.lists(TEXTS, max_size=3),
        published_on=st.none() | TEXTS,
        published_at=st.none() | st.integers(-(10**9), 10**10),
        precision=st.sampled_from(["minute", "day", "month", "year", "none"]),
        zone=st.none() | TEXTS,
        basis=st.none() | st.sampled_from(["stated", "inferred", "metadata"]),
        evidence=st.none() | TEXTS,
        named=st.just({}),
        lead=st.none() | TEXTS,
    ),
    NAMED,
    st.dictionaries(
        st.sampled_from(["ann-lee--2v8k0q4m1xsc", "e01-x--2v8k0q4m1xsc"]), st.tuples(TEXTS.filter(bool), COUNTS)
    ),
)
FIELDS = st.none() | st.sets(st.sampled_from(list(ITEM_JSON)), min_size=1).map(
    lambda chosen: tuple(name for name in ITEM_JSON if name in chosen)
)


def ordered(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw dicts whose keys are always in this order."""
    return st.tuples(*values.values()).map(lambda drawn: dict(zip(values, drawn, strict=True)))


SPAN = {"field": st.sampled_from(["title", "text"]), "start": st.integers(0, 2**31), "end": st.integers(0, 2**31)}
MATCHED = st.lists(
    ordered(
        parameter=TEXTS,
        value=TEXTS,
        entity=ordered(id=TEXTS, name=TEXTS, type=st.sampled_from(EntityType)),
        surfaces=st.none()
        | st.lists(ordered(**SPAN, text=TEXTS, kind=st.sampled_from(["name", "surname"])), max_size=2),
    ),
    max_size=2,
)
TERMS = st.none() | st.lists(ordered(value=TEXTS, occurs=st.booleans()), max_size=2)
HIGHLIGHTS = st.lists(
    ordered(
        **SPAN,
        text=TEXTS,
        spans=st.lists(ordered(start=SPAN["start"], end=SPAN["end"], parameter=TEXTS, value=TEXTS), max_size=2),
    ),
    max_size=2,
)


def test_each_field_of_the_model_is_written_in_its_order() -> None:
    assert list(ITEM_JSON) == list(ArticleItem.model_fields)


@given(st.lists(ARTICLES, max_size=3), FIELDS)
def test_the_bytes_are_those_of_the_model(articles: list[ArticleRow], fields: tuple[str, ...] | None) -> None:
    page = ListedArticles(SNAPSHOT, articles)
    assert list(map(bytes.decode, items_json(page, fields))) == [model_json(one, fields) for one in articles]


@given(st.lists(st.tuples(ARTICLES, MATCHED, TERMS, HIGHLIGHTS), min_size=1, max_size=3), FIELDS)
def test_explanations_are_those_of_the_model(drawn: list[tuple[Any, ...]], fields: tuple[str, ...] | None) -> None:
    page = ListedArticles(SNAPSHOT, *map(list, zip(*drawn, strict=True)))
    expected = [
        model_json(article, fields, {"matched": matched, "terms": terms, "highlights": highlights})
        for article, matched, terms, highlights in drawn
    ]
    assert list(map(bytes.decode, items_json(page, fields))) == expected


@pytest.mark.parametrize(
    "article",
    [
        ARTICLE,
        ARTICLE._replace(named={}, authors=[], lead=None, url=None),
        ARTICLE._replace(named={"e01": 1, "z01": 2, "a01": 3, "e00": 5}),
        ARTICLE._replace(named={f"e{at:02}": 1 for at in range(12)}),
        ARTICLE._replace(named={"ann-lee--2v8k0q4m1xsc": 2, "e00": 2}, bearers={"ann-lee--2v8k0q4m1xsc": "Ann Lee"}),
        ARTICLE._replace(language_detected=True, title=NAMES[3], rights=NAMES[1]),
    ],
)
def test_an_article_is_written_as_by_the_model(article: ArticleRow) -> None:
    """The same again: the JSON of its entities is cached then."""
    for _ in range(2):
        assert [json.decode() for json in items_json(ListedArticles(SNAPSHOT, [article]))] == [model_json(article)]


def test_the_cache_of_entities_is_bounded() -> None:
    snapshot = replace(SNAPSHOT)
    for count in range(1, ENTITY_JSON_CACHE_SIZE // 2 + 2):
        (json,) = items_json(ListedArticles(snapshot, [ARTICLE._replace(named={"e00": count, "e01": count})]))
    assert f'"count":{count}}}'.encode() in json
    assert len(snapshot.cache.entity_json) == 2


def test_bearers_are_not_cached() -> None:
    """Only one article names each of them."""
    snapshot = replace(SNAPSHOT)
    article = ARTICLE._replace(
        named={"ann-lee--2v8k0q4m1xsc": 2, "e00": 2}, bearers={"ann-lee--2v8k0q4m1xsc": "Ann Lee"}
    )
    list(items_json(ListedArticles(snapshot, [article])))
    assert list(snapshot.cache.entity_json) == [("e00", 2)]
