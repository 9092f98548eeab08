"""Which article a record is: keys, public ids. Pure and frozen: a change here would move ids."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from app.search.labels import article_id
from app.search.urls import url_key


def normal_title(title: str) -> str:
    """Return a title as it is compared: letters and digits only, without case, accents or kinds of quotes."""
    folded = unicodedata.normalize("NFKD", title).casefold()
    if not folded.isascii():
        folded = "".join(c for c in folded if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", folded)
    return " ".join(words) or title.strip()


def slug(name: str) -> str:
    """Return a name as an id shows it: letters and digits joined by hyphens."""
    return normal_title(name).replace(" ", "-")


def public_id(key: str, attempt: int = 0) -> str:
    """Return the public id of the article first seen under this key; later attempts avoid a clash."""
    digest = hashlib.sha256(f"{key}#{attempt}".encode() if attempt else key.encode()).digest()
    return article_id(int.from_bytes(digest[:8], "big") >> 4)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one record, strongest first; `titled` begins all keys of its source and title."""

    id: str | None
    url: str | None
    title: str
    titled: str

    @property
    def all(self) -> tuple[str, ...]:
        """Every key that there is, strongest first."""
        return tuple(key for key in (self.id, self.url, self.title) if key)

    @property
    def undated(self) -> bool:
        """Whether the title key states no day."""
        return self.title == self.titled


def keys(*, id: str | None, url: str | None, source: str, title: str, day: str | None) -> Keys:  # noqa: A002 - its name
    """Return the keys of a record; `day` is the printed day as stated, None where none is."""
    titled = f"title:{source}:{normal_title(title)}:"
    return Keys(
        id=f"id:{id}" if id else None,
        url=url_key(url) if url else None,
        title=f"{titled}{day or ''}",
        titled=titled,
    )
