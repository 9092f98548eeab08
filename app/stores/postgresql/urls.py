"""URLs of PostgreSQL databases: those of libpq, which may name several hosts, and those of SQLAlchemy."""

import re
from itertools import zip_longest
from typing import Any
from urllib.parse import quote, unquote

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import ArgumentError

from app.errors import SettingsError

DRIVER_NAME = "postgresql+psycopg"

SESSION_KINDS = ("any", "read-write", "read-only", "primary", "standby", "prefer-standby")
"""The values of `target_session_attrs`."""

# SQLAlchemy knows neither several hosts, as in `postgresql://user@host:5432,other:5433/name`, nor an escaped one.
_HOSTS = re.compile(
    r"(?P<before>[^:/?#]+://(?:[^/?#]*@)?)(?P<hosts>[^/?#@]*[,%][^/?#@]*)(?P<after>(?:[/?#].*)?)", re.DOTALL
)
_HOST = re.compile(r"(?P<host>\[[^\]]*\]|[^:\[\]]*)(?::(?P<port>[0-9]*))?")

_PASSWORD = re.compile(r"(//[^/@:]*:)[^/@]*(@)")

_PLACEHOLDER = "hosts"
"""The host of a URL with several, while it is rendered."""


def without_password(url: str) -> str:
    """Return a URL that nobody can parse without what is probably its password."""
    return _PASSWORD.sub(r"\1***\2", url)


def with_hosts_as_options(url: str) -> str:
    """Return a URL of libpq with several hosts, or an escaped one, as options `host` and `port`; any other as it is.

    Raise ValueError if a host is malformed.
    """
    match = _HOSTS.fullmatch(url)
    if match is None:
        return url
    parts = [_HOST.fullmatch(part) for part in match["hosts"].split(",")]
    if not all(parts):
        raise ValueError("a host is malformed")
    hosts = ",".join(quote(unquote(part["host"]).strip("[]"), safe="") for part in parts if part)
    ports = ",".join(part["port"] or "" for part in parts if part)
    after, separator, query = match["after"].partition("?")
    options = f"host={hosts}&port={ports}" if ports.strip(",") else f"host={hosts}"
    return f"{match['before']}{after}?{options}{'&' if separator else ''}{query}"


def libpq_options(url: URL) -> dict[str, Any]:
    """Return the options of libpq that a URL has; raise ArgumentError if its hosts and ports are malformed."""
    dialect: Any = PGDialect_psycopg
    _, options = dialect().create_connect_args(url)
    return dict(options)


def require_known_options(url: URL, named_by: str) -> None:
    """Raise SettingsError if a URL has options that libpq does not know, or no kind of session that it knows."""
    message = f"{named_by} is {shown_url(url)!r}: expected "
    try:
        options = libpq_options(url)
        make_conninfo("", **options)
    except (ArgumentError, psycopg.ProgrammingError) as error:
        raise SettingsError(f"{message}options of libpq ({str(error).strip()})") from error
    if (kind := options.get("target_session_attrs", "any")) not in SESSION_KINDS:
        raise SettingsError(f"{message}a target_session_attrs of {', '.join(SESSION_KINDS)}, not {kind!r}")


def shown_url(url: URL) -> str:
    """Return a URL for messages, without its passwords and as libpq has it."""
    url = url.set(drivername="postgresql").difference_update_query(["password", "sslpassword"])
    hosts = url.query.get("host", "")
    if isinstance(hosts, tuple) or "," not in hosts:
        return url.render_as_string()
    names = [f"[{host}]" if ":" in host else quote(host, safe="") for host in hosts.split(",")]
    ports = str(url.query.get("port", "")).split(",")
    pairs = zip_longest(names, ports, fillvalue="")
    shown = ",".join(f"{name}:{port}" if port else name for name, port in pairs)
    one = url.difference_update_query(["host", "port"]).set(host=_PLACEHOLDER).render_as_string()
    before, _, after = one.partition(f"@{_PLACEHOLDER}" if url.username else f"//{_PLACEHOLDER}")
    return f"{before}{'@' if url.username else '//'}{shown}{after}"
