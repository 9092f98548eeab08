"""Assert that a test read a single thing."""

from collections.abc import Sequence

from seed.records import Link, RawArticle, Refusal


def only_article(found: Sequence[RawArticle | Refusal | Link]) -> RawArticle:
    """Return the one article that was read."""
    (article,) = found
    assert isinstance(article, RawArticle), article
    return article


def only_reason(found: Sequence[RawArticle | Refusal | Link]) -> str:
    """Return why the one record was refused."""
    (refusal,) = found
    assert isinstance(refusal, Refusal), refusal
    return refusal.reason
