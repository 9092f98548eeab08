"""Articles similar to one, with the entities and words they share, as response fields."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from app.search.aggregations.similar import ScoredArticle, SimilarArticles
from app.search.index.snapshot import Snapshot
from app.search.sql.rows import ArticleRow
from app.settings import ServeText
from app.text.tokenizer import words
from app.wire.article_models import ArticleItem
from app.wire.articles import article_items, is_kind_served
from app.wire.base import VERSION_FIELD, EntityRef, Out
from app.wire.fields import ItemFields

MAX_REASONS = 10
"""Maximum number of shared entities, and of shared words, that explain a similarity."""


class SimilarArticle(Out):
    """An article that is similar to another, and what they share."""

    article: ArticleItem = Field(description="The similar article.")
    score: float = Field(
        description="Similarity, from 0 to 1: the mean of the cosine similarities of their entities and of their "
        "words.",
        examples=[0.42],
    )
    entities: list[EntityRef] = Field(description="Up to ten entities that both articles name, the rarest first.")
    words: list[str] = Field(
        description="Up to ten words that both articles contain, folded as in the search, the rarest of the compared "
        "articles first; none from a text that the operator withholds.",
        examples=[["sortie", "latakia"]],
    )


class SimilarList(Out):
    """The articles most similar to one, the most similar first, ties by id."""

    total: int = Field(
        description="Exact number of other articles that share an entity with this article.", examples=[4]
    )
    items: list[SimilarArticle] = Field(
        description="The most similar of these, chosen among the 100 whose entities are most similar."
    )
    corpus_version: int = VERSION_FIELD


def similar_list(
    snapshot: Snapshot, similar: SimilarArticles, articles: Iterable[ArticleRow], serve: ServeText
) -> SimilarList:
    """Return the articles most similar to one; `articles` are the rows of that one and then of these, in order."""
    own, *others = article_items(snapshot, articles)
    items = [_similar(snapshot, entry, own, item, serve) for entry, item in zip(similar.ranking, others, strict=True)]
    return SimilarList.model_validate({"total": similar.total, "items": items, "corpus_version": snapshot.version})


def _similar(
    snapshot: Snapshot, entry: ScoredArticle, own: ItemFields, item: ItemFields, serve: ServeText
) -> dict[str, Any]:
    labels = (snapshot.labels.entity[ordinal] for ordinal in entry.ordinals[:MAX_REASONS])
    withheld = [article for article in (own, item) if not is_kind_served(serve, article["text_kind"])]
    return {
        "article": item,
        "score": entry.score,
        "entities": [{"id": label.id, "name": label.name, "type": label.type} for label in labels],
        "words": _served_words(entry.words, withheld),
    }


def _served_words(shared: Iterable[str], withheld: Iterable[ItemFields]) -> list[str]:
    """Return the first of the shared words that occur in the title of every article whose text is withheld."""
    titles = [frozenset(words(item["title"])) for item in withheld]
    return [word for word in shared if all(word in title for title in titles)][:MAX_REASONS]
