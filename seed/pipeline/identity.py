"""Which article a record is: keys, public ids. Pure and frozen: a change here would move ids."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from app.labels import article_id, text_key
from app.urls import url_key


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
    """The keys of one record, strongest first; `titled` begins all keys of its source and title.

    `text` is that of its source and exact text, if that is long enough to tell an article. No id is made of it.
    """

    id: str | None
    url: str | None
    title: str
    titled: str
    text: str | None = None

    @property
    def all(self) -> tuple[str, ...]:
        """Every key that there is, strongest first."""
        return tuple(key for key in (self.id, self.url, self.text, self.title) if key)

    @property
    def naming(self) -> str:
        """The key of which a new article's id is made."""
        return self.id or self.url or self.title

    @property
    def day(self) -> str:
        """The day that the title key states, as far as known; empty where it states none."""
        return self.title[len(self.titled) :]

    @property
    def text_on_day(self) -> str | None:
        """The key of an article whose text was another article's of its source before."""
        return self.text and f"{self.text}:{self.day}"

    @property
    def undated(self) -> bool:
        """Whether the title key states no day."""
        return self.title == self.titled


def keys(  # noqa: PLR0913 - what tells an article
    *,
    id: str | None,  # noqa: A002 - its name
    url: str | None,
    source: str,
    title: str,
    day: str | None,
    text: str = "",
) -> Keys:
    """Return the keys of a record; `day` is the printed day as stated, None where none is."""
    titled = f"title:{source}:{normal_title(title)}:"
    same_text = text_key(text)
    return Keys(
        id=f"id:{id}" if id else None,
        url=url_key(url) if url else None,
        title=f"{titled}{day or ''}",
        titled=titled,
        text=None if same_text is None else f"{same_text}{source}",
    )
