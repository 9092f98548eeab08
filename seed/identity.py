"""Which article a record is: canonical URLs, keys, public ids. Pure and frozen: a change here would move ids."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from app.search.labels import article_id, text_key

TRACKING = re.compile(
    r"(?:utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|cmpid|ocid|"
    r"at_(?:medium|campaign|custom\d*)|ref_src|ref_url|s?smid|smtyp|ns_(?:source|mchannel|campaign|linkname)|"
    r"__twitter_impression|amp)",
    re.IGNORECASE,
)
"""Query parameters that say how a reader came, not what is read; `amp` asks for the same page in another dress."""

DEFAULT_PORTS = {"http": 80, "https": 443}

PLAIN = re.compile(r"[\w.~!$&'()*+,;=:@-]*", re.ASCII)
"""A step of a path that escaping leaves as it is: most are, and to look is four times as fast."""

BYTES = "surrogateescape"
"""How escaped bytes that are no UTF-8 come through unharmed: older sites escape Latin-1 or Windows-1251."""


def canonical_url(url: str) -> str:
    """Return the part of a URL that names the page: host, path and query, without scheme, tracking or AMP dress.

    Raises ValueError for anything but an http(s) URL with a host.
    """
    try:
        parts = urlsplit(url.strip())
        host, path, query = _host(parts), _path(parts.path), _query(parts.query)
    except ValueError as error:
        raise ValueError(f"url is {url!r}; wanted is an http or https URL ({error})") from error
    if parts.scheme.lower() not in DEFAULT_PORTS or not host:
        raise ValueError(f"url is {url!r}; wanted is an http or https URL with a host")
    return f"{host}{path}{'?' if query else ''}{query}"


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    if ":" in host:
        host = f"[{host}]"
    for prefix in ("www.", "amp."):
        if host.startswith(prefix) and host.count(".") > 1:
            host = host.removeprefix(prefix)
    port = parts.port
    return host if port in {None, DEFAULT_PORTS.get(parts.scheme.lower())} else f"{host}:{port}"


def _path(path: str) -> str:
    steps = [step for step in path.split("/") if step]
    if steps and steps[-1].lower() in {"amp", "amp.html"}:
        steps.pop()
    elif steps and steps[0].lower() == "amp":
        steps.pop(0)
    return "".join("/" + (step if PLAIN.fullmatch(step) else _escaped(step)) for step in steps)


def _escaped(step: str) -> str:
    return quote(unquote(step, errors=BYTES), safe="~!$&'()*+,;=:@", errors=BYTES)


def _query(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True, errors=BYTES)
    return urlencode(sorted(pair for pair in pairs if not TRACKING.fullmatch(pair[0])), errors=BYTES)


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
        url=f"url:{canonical_url(url)}" if url else None,
        title=f"{titled}{day or ''}",
        titled=titled,
        text=None if same_text is None else f"{same_text}{source}",
    )
