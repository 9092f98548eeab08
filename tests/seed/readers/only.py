"""What a test expects to be the only thing read."""

from seed.records import RawArticle, Refusal


def only_article(found: list[RawArticle | Refusal]) -> RawArticle:
    """Return the one article that was read."""
    (article,) = found
    assert isinstance(article, RawArticle), article
    return article


def only_reason(found: list[RawArticle | Refusal]) -> str:
    """Return why the one record was refused."""
    (refusal,) = found
    assert isinstance(refusal, Refusal), refusal
    return refusal.reason
