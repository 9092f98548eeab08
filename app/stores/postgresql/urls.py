"""URLs of PostgreSQL databases: those of libpq, which may name several hosts, and those of SQLAlchemy."""

import re
from collections.abc import Mapping
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

_INT = (0, 2**31 - 1)

NUMBERS: Mapping[str, tuple[int, int]] = {
    "port": (1, 65_535),
    "connect_timeout": _INT,
    "keepalives": (0, 1),
    "keepalives_idle": _INT,
    "keepalives_interval": _INT,
    "keepalives_count": _INT,
    "tcp_user_timeout": _INT,
}
"""The options of libpq that are numbers, and their bounds; each host may have a port of its own."""

_SSL_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")

CHOICES: Mapping[str, tuple[str, ...]] = {
    "target_session_attrs": ("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "gssencmode": ("disable", "prefer", "require"),
    "channel_binding": ("disable", "prefer", "require"),
    "load_balance_hosts": ("disable", "random"),
    "ssl_min_protocol_version": _SSL_VERSIONS,
    "ssl_max_protocol_version": _SSL_VERSIONS,
}
"""The options of libpq that have one of a few values."""

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
    """Raise SettingsError if a URL has options that libpq does not know, or a value that an option cannot have."""
    message = f"{named_by} is {shown_url(url)!r}: expected "
    try:
        options = libpq_options(url)
        make_conninfo("", **options)
    except (ArgumentError, psycopg.ProgrammingError) as error:
        raise SettingsError(f"{message}options of libpq ({str(error).strip()})") from error
    for name, choices in CHOICES.items():
        if (value := options.get(name, choices[0])) not in choices:
            raise SettingsError(f"{message}a {name} of {', '.join(choices)}, not {value!r}")
    numbers = {"port": "" if url.port is None else url.port, **options}  # SQLAlchemy takes port 0 for none.
    for name, (least, greatest) in NUMBERS.items():
        for number in str(numbers.get(name, "")).split(","):
            if number and not _is_number(number, least, greatest):
                raise SettingsError(f"{message}a {name} from {least} to {greatest}, not {number!r}")


def _is_number(value: str, least: int, greatest: int) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= len(str(greatest)) and least <= int(value) <= greatest


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
