"""Assert that a test read a single thing."""

from collections.abc import Sequence

from seed.records import RawArticle, ReadItem, Refusal


def only_article(found: Sequence[ReadItem]) -> RawArticle:
    """Return the one article that was read."""
    (article,) = found
    assert isinstance(article, RawArticle), article
    return article


def only_reason(found: Sequence[ReadItem]) -> str:
    """Return why the one record was refused."""
    (refusal,) = found
    assert isinstance(refusal, Refusal), refusal
    return refusal.reason
