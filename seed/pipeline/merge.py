"""What an article says after another record of it was read: nothing known is lost, nothing better is overwritten."""

from dataclasses import dataclass, replace
from functools import lru_cache

from app.models import Basis, TextKind
from app.urls import canonical_url
from seed.records import GivenEntity, Published

MOST_URLS = 100
"""Other URLs of an article; a text that is on more pages of its source is a notice of the site."""

_page = lru_cache(maxsize=4_096)(canonical_url)


@dataclass(frozen=True, slots=True)
class Content:
    """The content of one revision; two records of the same content make one revision."""

    title: str
    text: str
    text_kind: TextKind
    source_id: str
    url: str | None
    authors: tuple[str, ...]
    language: str | None
    language_detected: bool
    rights: str | None
    published: Published
    entities: tuple[GivenEntity, ...] | None
    other_urls: tuple[str, ...] = ()

    @property
    def declared_language(self) -> str | None:
        """The language, unless it is a conclusion from the text."""
        return None if self.language_detected else self.language


def merge(known: Content | None, new: Content) -> Content:
    """Return what is known after `new` was read.

    A full text replaces a digest, a digest never replaces a full text. Empty fields take the other record's value.
    No URL is lost. Rights, given entities and a detected language belong to their text and stay with it.
    """
    if known is None:
        return new
    digest_of_full = known.text_kind is TextKind.FULL and new.text_kind is TextKind.DIGEST
    first, second = (known, new) if digest_of_full else (new, known)
    same_kind = first.text_kind is second.text_kind
    url, other_urls = _urls(known, new, first.url or second.url)
    language = first.declared_language or second.declared_language
    return replace(
        first,
        url=url,
        other_urls=other_urls,
        authors=first.authors or second.authors,
        language=language or first.language,
        language_detected=language is None and first.language_detected,
        rights=first.rights or (second.rights if same_kind else None),
        published=_better(first.published, second.published),
        entities=second.entities if first.entities is None and first.text == second.text else first.entities,
    )


def _urls(known: Content, new: Content, better: str | None) -> tuple[str | None, tuple[str, ...]]:
    """Return the article's own URL and the others under which it was seen, one a page, in order.

    A page that is one of the others already takes no other's place: the same text of two pages comes by turns.
    """
    if new.url is None or (new.url == known.url and not known.other_urls):
        return known.url, known.other_urls
    others = {_page(url): url for url in known.other_urls}
    own = known.url if _page(new.url) in others else better
    pages = {_page(url): url for url in (known.url, new.url) if url} | others
    return own, tuple(sorted(url for page, url in pages.items() if page != _page(own or "")))


def _better(first: Published, second: Published) -> Published:
    """Return the first unless it says nothing, or is a conclusion where the second is not."""
    if first.on is None:
        return second
    concluded = first.basis is Basis.INFERRED and second.on is not None and second.basis is not Basis.INFERRED
    return second if concluded else first
