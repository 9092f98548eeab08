"""Articles like one, and why, as they go out."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field
from sqlmodel import Session

from app.search.aggregations.similar import Similar, similar
from app.search.index.snapshot import Snapshot
from app.settings import ServeText
from app.text.tokenizer import words
from app.wire.articles import Item, serves, unsearched_items
from app.wire.base import VERSION, ArticleItem, EntityRef, Out

MOST_REASONS = 10
"""Entities, and words, that are given as reasons: the most telling ones."""


class SimilarArticle(Out):
    """An article that is like another, and by what."""

    article: ArticleItem = Field(description="The article.")
    score: float = Field(
        description="How alike they are, from 0 to 1: the mean of the cosines of their entities and of their words.",
        examples=[0.42],
    )
    entities: list[EntityRef] = Field(description="Up to ten entities that both name, the rarest first.")
    words: list[str] = Field(
        description="Up to ten words that both have, as the search folds them, the rarest among the articles compared "
        "first; of a text that the operator withholds there are none.",
        examples=[["sortie", "latakia"]],
    )


class SimilarList(Out):
    """The articles most like one, the most alike first, ties by id."""

    total: int = Field(description="Exact number of articles that name an entity that this one names.", examples=[4])
    items: list[SimilarArticle] = Field(
        description="The most alike of them; of those with most of their entities in common, 100, words are compared."
    )
    corpus_version: int = VERSION


def similar_list(session: Session, snapshot: Snapshot, position: int, limit: int, serve: ServeText) -> SimilarList:
    """Return the articles most like the one at this position, with three statements however many they are."""
    total, found = similar(session, snapshot, position, limit)
    own, *others = unsearched_items(session, snapshot, [position, *(one.position for one in found)])
    items = [_similar(snapshot, one, own, item, serve) for one, item in zip(found, others, strict=True)]
    return SimilarList.model_validate({"total": total, "items": items, "corpus_version": snapshot.version})


def _similar(snapshot: Snapshot, found: Similar, own: Item, item: Item, serve: ServeText) -> dict[str, Any]:
    labels = (snapshot.labels.entity[ordinal] for ordinal in found.ordinals[:MOST_REASONS])
    return {
        "article": item,
        "score": found.score,
        "entities": [{"id": label.id, "name": label.name, "type": label.type} for label in labels],
        "words": _shown(found.words, [one for one in (own, item) if not serves(serve, one["text_kind"])]),
    }


def _shown(found: Iterable[str], withheld: Iterable[Item]) -> list[str]:
    """Return the first of the words; of articles whose text is withheld only those of their titles."""
    titles = [frozenset(words(item["title"])) for item in withheld]
    return [word for word in found if all(word in title for title in titles)][:MOST_REASONS]
