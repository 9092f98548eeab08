"""The keys and the public id by which records of one article are linked.

All functions here are pure and frozen: a change would change the ids of every collection.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from app.labels import (
    GIVEN_ID_KEYS,
    article_id,
    exported_id_key,
    former_id_key,
    given_id_key,
    text_key,
)
from app.urls import url_key


def normalize_title(title: str) -> str:
    """Return a title as it is compared: letters and digits only, without case, accents or punctuation."""
    folded = title.casefold() if title.isascii() else unicodedata.normalize("NFKD", title).casefold()
    if not folded.isascii():
        folded = "".join(c for c in folded if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", folded)
    return " ".join(words) or title.strip()


def given_entity_slug(name: str) -> str:
    """Return the name part of the id of an entity that was supplied with a record: letters and digits, hyphenated.

    Letters of every script are kept, while `source_slug` of the readers replaces those outside ASCII by a hash. A name
    without letters and digits is returned unchanged, while `app.text.person_names.id_slug` returns "" for it.
    """
    return normalize_title(name).replace(" ", "-")


@lru_cache(maxsize=16_384)  # Each record asks for it some times, at different stages of its batch.
def public_id(key: str, attempt: int = 0) -> str:
    """Return the public id of the article first seen with this key; later attempts avoid a collision."""
    digest = hashlib.sha256(f"{key}#{attempt}".encode() if attempt else key.encode()).digest()
    return article_id(int.from_bytes(digest[:8], "big") >> 4)


_NO_TITLE = "#"
"""What a digest of the text begins with that takes the place of a title."""

KEY_KINDS = ("id", "url", "text", "title")
"""The kinds of keys of a record, strongest first."""


def key_kind(key: str) -> str:
    """Return the kind of a key."""
    return key.partition(":")[0]


def key_of_source(key: str, source: str, target: str) -> str:
    """Return a key with another source in place of this one; unchanged if it is of a third one, or of none."""
    for kind in ("id", "title"):
        if key.startswith(prefix := f"{kind}:{source}:"):
            return f"{kind}:{target}:{key.removeprefix(prefix)}"
    kind, *parts = key.split(":")
    if kind == "text" and parts[1] == source:
        return ":".join((kind, parts[0], target, *parts[2:]))
    return key


def is_stated_title(key: str) -> bool:
    """Return whether a title key is made of a title, and not of the text."""
    return not key.split(":", 2)[2].startswith(_NO_TITLE)


@dataclass(frozen=True, slots=True)
class ArticleKeys:
    """The keys of one record: by id, URL, text and title.

    `id` has the source, because an id is unique only within it. `text` is the key of source and exact text, if the text
    is long enough to identify an article; ids are never made from it. `title` is the key of source, title and stated
    day; `title_prefix` is the same without the day.

    Records that Dateline exported also have `public_id`, which is the id of a new article if it is free, and
    `other_urls`, the keys of its other pages, by which later records are recognized. `exported` are the keys that the
    article has where the export comes from, strongest first; they stand in for all others, because two articles there
    may have the same title, text or URL. None if the export does not have them. `other_ids` are the other public ids
    that the article has, or had, there.
    """

    id: str | None
    url: str | None
    title: str
    title_prefix: str
    text: str | None = None
    public_id: str | None = None
    other_urls: tuple[str, ...] = ()
    exported: tuple[str, ...] | None = None
    other_ids: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """All keys that the record has, strongest first."""
        if self.exported is not None:
            return self.exported
        return tuple(key for key in (self.id, self.url, *self.other_urls, self.text, self.title) if key)

    @property
    def public_ids(self) -> tuple[str, ...]:
        """The public ids that the article has, or had, where the export comes from; none for other records."""
        return () if self.public_id is None else (self.public_id, *self.other_ids)

    @property
    def public_id_keys(self) -> tuple[str, ...]:
        """The keys under which an article is known that has one of these public ids elsewhere, or had it here."""
        return tuple(key(id_) for id_ in self.public_ids for key in (exported_id_key, former_id_key))

    @property
    def ids(self) -> tuple[str, ...]:
        """The keys of the ids that sources give to the article."""
        if self.exported is not None:
            return tuple(key for key in self.exported if key.startswith(GIVEN_ID_KEYS))
        return () if self.id is None else (self.id,)

    def has(self, kind: str) -> bool:
        """Return whether the record has a key of this kind, which is "id" or "url"."""
        if self.exported is not None:
            return any(key_kind(key) == kind for key in self.exported)
        return (self.id if kind == "id" else self.url) is not None

    @property
    def id_key(self) -> str:
        """The key from which the public id of a new article is made."""
        return self.id or self.url or self.title

    @property
    def day(self) -> str:
        """The day that the title key states, as far as known; empty if it states none."""
        return self.title[len(self.title_prefix) :]

    @property
    def states_title(self) -> bool:
        """Whether the title key is made of a title, and not of the text."""
        return is_stated_title(self.title_prefix)

    @property
    def text_on_day(self) -> str | None:
        """The key for an article whose text key already belongs to another article of its source."""
        return self.text and f"{self.text}:{self.day}"

    @property
    def is_undated(self) -> bool:
        """Whether the title key states no day."""
        return self.title == self.title_prefix


def article_keys(  # noqa: PLR0913 - what identifies an article
    *,
    id: str | None,  # noqa: A002 - its name
    url: str | None,
    source: str,
    title: str,
    day: str | None,
    text: str = "",
    by_title: bool = True,
) -> ArticleKeys:
    """Return the keys of a record; `day` is the printed day as stated, None if none is.

    Without `by_title`, the exact text takes the place of the title, so that only the same text has the same title key.
    """
    name = normalize_title(title) if by_title else f"{_NO_TITLE}{hashlib.sha256(text.encode()).hexdigest()[:32]}"
    title_prefix = f"title:{source}:{name}:"
    same_text = text_key(text)
    return ArticleKeys(
        id=given_id_key(source, id) if id else None,
        url=url_key(url) if url else None,
        title=f"{title_prefix}{day or ''}",
        title_prefix=title_prefix,
        text=None if same_text is None else f"{same_text}{source}",
    )


def exported_keys(keys: ArticleKeys, record_keys: Iterable[str], source: str, target: str) -> ArticleKeys:
    """Return the keys of a record with those that its article has where it comes from.

    `source` is the id of its source there, `target` the one here.
    """
    own = sorted({key_of_source(key, source, target) for key in record_keys}, key=_strength)
    other_ids = [key.partition(":")[2] for key in own if key_kind(key) not in KEY_KINDS]
    exported = tuple(key for key in own if key_kind(key) in KEY_KINDS)
    return replace(keys, exported=exported, other_ids=tuple(other_ids))


def _strength(key: str) -> tuple[int, str]:
    kind = key_kind(key)
    return KEY_KINDS.index(kind) if kind in KEY_KINDS else len(KEY_KINDS), key
