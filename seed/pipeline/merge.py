"""Merge another record into an article: nothing known is lost, and nothing better is overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from app.models import Basis, DetailName, TextKind
from app.urls import canonical_url
from seed.records import DETAILS, GivenEntity, Published, RawArticle

# A text on more pages of its source is a notice of the site.
MAX_OTHER_URLS = 100
"""Maximum number of other URLs of an article."""

DATE_DETAILS = ("local_time", "zone", "evidence")
"""The fields of a date that an export may lack."""

TEXT_DETAILS = frozenset({DetailName.LENGTH, DetailName.EDITED})
"""The details that describe a text, not the article."""

_page_key = lru_cache(maxsize=4_096)(canonical_url)


@dataclass(frozen=True, slots=True)
class Content:
    """The content of one revision; records with equal content share a revision."""

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
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def declared_language(self) -> str | None:
        """The language, unless it was detected in the text."""
        return None if self.language_detected else self.language


def content_of_record(record: RawArticle, source_id: str) -> Content:
    """Return the content of a record, whose source is identified by id."""
    return Content(
        title=record.title,
        text=record.text,
        text_kind=record.text_kind,
        source_id=source_id,
        url=record.url,
        authors=record.authors,
        language=record.language,
        language_detected=record.language_detected,
        rights=record.rights,
        published=record.published,
        entities=record.entities,
        other_urls=record.other_urls,
        details=record.details,
    )


def merge(known: Content | None, new: Content, *, is_lead: bool = False, assumes_kind: bool = False) -> Content:
    """Return the content of an article after another record of it.

    A full text replaces an extract or a digest, which never replace it nor each other; a lead replaces no text. The
    same text keeps its kind if the new record only `assumes_kind`. Empty fields take the value of the other record, and
    each detail is such a field.
    No URL is lost. Rights, given entities, a detected language and the details in `TEXT_DETAILS` belong to their text
    and stay with it.
    """
    if known is None:
        return new
    if assumes_kind and new.text == known.text:
        new = replace(new, text_kind=known.text_kind)
    is_replaced = new.text_kind in {TextKind.FULL, known.text_kind} and not is_lead
    first, second = (new, known) if is_replaced else (known, new)
    same_kind = first.text_kind is second.text_kind
    url, other_urls = _merge_urls(known, new, first.url or second.url)
    language = first.declared_language or second.declared_language
    return replace(
        first,
        url=url,
        other_urls=other_urls,
        authors=first.authors or second.authors,
        language=language or first.language,
        language_detected=language is None and first.language_detected,
        rights=first.rights or (second.rights if same_kind else None),
        published=_better_date(first.published, second.published),
        entities=second.entities if first.entities is None and first.text == second.text else first.entities,
        details=_merge_details(first.details, second.details, same_kind=same_kind),
    )


def _merge_details(first: Mapping[str, str], second: Mapping[str, str], *, same_kind: bool) -> Mapping[str, str]:
    """Return the first details with those that only the second has, without those of a text of another kind."""
    if not second:
        return first
    others = second if same_kind else {name: line for name, line in second.items() if name not in TEXT_DETAILS}
    merged = {**others, **first}
    return {name: merged[name] for name in DETAILS if name in merged}


def _merge_urls(known: Content, new: Content, preferred: str | None) -> tuple[str | None, tuple[str, ...]]:
    """Return the article's own URL and, in order, the other URLs under which it was seen, one per page.

    A page that is already among the others does not become the own one: the same text may alternate between two pages.
    """
    if new.url is None or (new.url == known.url and not known.other_urls and not new.other_urls):
        return known.url, known.other_urls
    others = {_page_key(url): url for url in known.other_urls}
    own = known.url if _page_key(new.url) in others else preferred
    pages = {_page_key(url): url for url in (known.url, new.url, *new.other_urls) if url} | others
    return own, tuple(sorted(url for page, url in pages.items() if page != _page_key(own or "")))


def _better_date(first: Published, second: Published) -> Published:
    """Return the first date, unless it is empty, is inferred while the second is not, or says less of the same day."""
    if first.on is None or _is_second_with_less(first, second) or _is_coarser(first, second):
        return second
    is_weaker = first.basis is Basis.INFERRED and second.on is not None and second.basis is not Basis.INFERRED
    return second if is_weaker else first


def _is_coarser(first: Published, second: Published) -> bool:
    """Return whether the first date is the day, month or year of the second, and the second is not inferred."""
    if first.at is not None or second.on is None or second.basis is Basis.INFERRED:
        return False
    is_within = second.on.startswith(str(first.on))
    return is_within and (len(second.on) > len(str(first.on)) or (second.at is not None and first.local_time is None))


def _is_second_with_less(first: Published, second: Published) -> bool:
    """Return whether the first date is the second without its printed time, zone or evidence, as in an export."""
    details = {name: getattr(second, name) for name in DATE_DETAILS if getattr(first, name) is None}
    return bool(details) and replace(first, **details) == second
