"""Canonical URLs and the keys made from them. Pure and frozen: a change would change ids of articles."""

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

TRACKING_PARAMETER = re.compile(
    r"(?:utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|cmpid|ocid|"
    r"at_(?:medium|campaign|custom\d*)|ref_src|ref_url|s?smid|smtyp|ns_(?:source|mchannel|campaign|linkname)|"
    r"__twitter_impression|amp)",
    re.IGNORECASE,
)
"""Names of query parameters that say how a reader arrived, not what they read; `amp` requests another rendering."""

PORT_OF_SCHEME = {"http": 80, "https": 443}

# Most segments match, and the check is four times as fast as escaping.
PLAIN_SEGMENT = re.compile(r"[\w.~!$&'()*+,;=:@-]*", re.ASCII)
"""A path segment that escaping leaves unchanged."""

# Older sites escape Latin-1 or Windows-1251.
NON_UTF8 = "surrogateescape"
"""The error handler that preserves escaped bytes that are not UTF-8."""


# What most URLs are: nothing in them changes but the end. A test compares it with what is done with the parts of URLs.
_CANONICAL = re.compile(
    r"https?://(?!www\.|amp\.)([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?!/amp/)((?:/[a-z0-9_.~!$&'()*+,;=:@-]++)*?)(?<!/amp)"
    r"(?<!/amp\.html)/?"
)


def canonical_url(url: str) -> str:
    """Return the canonical form of a URL: host, path and query, without scheme, tracking parameters and AMP.

    Raise ValueError for anything but an http or https URL with a host.
    """
    if match := _CANONICAL.fullmatch(url):
        return f"{match[1]}{match[2]}"
    return _canonical_parts(url)


def _canonical_parts(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        host, path, query = _host(parts), _path(parts.path), _query(parts.query)
    except ValueError as error:
        raise ValueError(f"url is {url!r}: expected an http or https URL ({error})") from error
    if parts.scheme.lower() not in PORT_OF_SCHEME or not host:
        raise ValueError(f"url is {url!r}: expected an http or https URL with a host")
    return f"{host}{path}{'?' if query else ''}{query}"


def url_key(url: str) -> str:
    """Return the key of the article at a URL; raise ValueError as `canonical_url` does."""
    return f"url:{canonical_url(url)}"


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
    return host if port in {None, PORT_OF_SCHEME.get(parts.scheme.lower())} else f"{host}:{port}"


def _path(path: str) -> str:
    segments = [segment for segment in path.split("/") if segment]
    if segments and segments[-1].lower() in {"amp", "amp.html"}:
        segments.pop()
    elif segments and segments[0].lower() == "amp":
        segments.pop(0)
    return "".join("/" + (s if PLAIN_SEGMENT.fullmatch(s) else escape_segment(s)) for s in segments)


def escape_segment(segment: str) -> str:
    """Return a path segment in which exactly the characters that need escaping are escaped."""
    return quote(unquote(segment, errors=NON_UTF8), safe="~!$&'()*+,;=:@", errors=NON_UTF8)


def _query(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True, errors=NON_UTF8)
    return urlencode(sorted(pair for pair in pairs if not TRACKING_PARAMETER.fullmatch(pair[0])), errors=NON_UTF8)
