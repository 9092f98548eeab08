"""The settings: every DATELINE_* variable with its default and its purpose, and how the environment is checked."""

import logging
import os
import re
from collections.abc import Iterator
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    DirectoryPath,
    Field,
    IPvAnyNetwork,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from rapidfuzz.distance import OSA

from app.errors import SettingsError
from app.hosts import normal_host_pattern, normal_public_url

PREFIX = "DATELINE_"
"""How the name of every variable begins."""

LETTERS_PER_TYPO = 5
"""An unknown name counts as a misspelled setting if it has at most one typo for this many letters.

`DATELINE_DATABSE_ULR` does, `DATELINE_CONTENT` does not. A typo is a letter too many, missing, wrong or swapped.
"""

# Kubernetes and Docker set these for a service of the name `dateline`, or of a name that begins with it.
_SERVICE_VARIABLE = re.compile(
    r"DATELINE_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)"
)
_SERVICE_PORT = re.compile(r"DATELINE_(?:\w+_)?PORT=(?:tcp|udp|sctp)://.*")

_PASSWORD = re.compile(r"(//[^/@:]*:)[^/@]*(@)")
"""The password in a URL, between what is around it."""

_EXPECTED = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "directory-path": "a folder that exists",
    "date-time": "an instant with its zone, such as 2015-11-30T12:00:00Z",
    "ipvanynetwork": "an address or a network such as 10.0.0.0/8",
}
"""What a JSON Schema type or format expects, in words."""

_LIMITS = {"minimum": "at least", "exclusiveMinimum": "more than", "maximum": "at most"}
"""The words for the limits of a number in JSON Schema."""

_log = logging.getLogger(__name__)

Port = Annotated[int, Field(ge=1, le=65_535)]
ServeText = Literal["full", "digest", "none"]
Contact = Annotated[
    str,
    Field(
        max_length=200,
        pattern=r"^[!-'*-~]+$",
        json_schema_extra={"expected": "an address of at most 200 ASCII characters, without spaces and parentheses"},
    ),
]

PublicUrl = Annotated[
    str,
    AfterValidator(normal_public_url),
    Field(
        json_schema_extra={"expected": "an http or https URL such as https://example.org/news, without user and query"}
    ),
]
ReaderUrl = Annotated[
    str,
    Field(
        pattern=r"^postgres(ql)?(\+[a-z0-9]+)?://",
        json_schema_extra={
            "expected": "a PostgreSQL database, as in "
            "postgresql://user@host,other/dateline?target_session_attrs=prefer-standby"
        },
    ),
]


def _in_a_folder(path: Path) -> Path:
    """Return the path of a file, which may not exist, if its folder does; raise ValueError for any other."""
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError("no file in a folder that exists")
    return path


FileToBe = Annotated[
    Path,
    AfterValidator(_in_a_folder),
    Field(json_schema_extra={"expected": "a file in a folder that exists; the file need not exist"}),
]
HostPattern = Annotated[
    str,
    AfterValidator(normal_host_pattern),
    Field(json_schema_extra={"expected": "a host such as example.org or *.example.org, without scheme, port and path"}),
]
HeaderName = Annotated[
    str,
    Field(
        pattern="^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
        json_schema_extra={"expected": "the name of a request header such as X-Trace-ID"},
    ),
]


class Settings(BaseSettings):
    """What an operator can configure; read from the environment."""

    model_config = SettingsConfigDict(env_prefix="DATELINE_", extra="ignore", frozen=True)

    database_url: str = Field("sqlite:///dateline.db", description="The database (SQLAlchemy URL).")
    reader_url: ReaderUrl | None = Field(
        None,
        description="The hosts that the server and `dateline status` read, if they are not those of the database URL: "
        "a PostgreSQL and its standbys.",
    )
    serve_text: ServeText = Field(
        "full",
        description="Which texts are served: `full` all, `digest` only digests (neither full texts nor extracts), "
        "`none` no text; for operators who may index but not republish.",
    )
    lexicon: DirectoryPath | None = Field(
        None, description="A folder of your own lexicon files, which add to or override the shipped ones."
    )
    recipes: DirectoryPath | None = Field(
        None, description="A folder of your own recipes for files of other tools, which come before the shipped ones."
    )
    corrections: FileToBe | None = Field(
        None,
        description="The file of corrections; by default `corrections.jsonl` in the folder of the database, if that is "
        "a file.",
    )
    serve_correctors: bool = Field(
        False, description="Whether the API says who made a correction; the file always does, if it is known."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        ("*",), description="Origins whose pages may call the API, comma-separated; `*` is any, without credentials."
    )
    cors_headers: Annotated[tuple[HeaderName, ...], NoDecode] = Field(
        (),
        description="More request headers that these pages may send, comma-separated; `*` is any. Those that libraries "
        "add for tracing, authorization and caching are always allowed.",
    )
    public_url: PublicUrl | None = Field(
        None,
        description="The URL under which clients reach this server: absolute links are made from it, not from the "
        "request. Its path is the prefix under which a proxy serves Dateline.",
    )
    allowed_hosts: Annotated[tuple[HostPattern, ...], NoDecode] = Field(
        (),
        description="Hosts that requests may be for, comma-separated, and that of the public URL; requests for others "
        "are refused with 421. `*.example.org` is any subdomain. By default, any host.",
    )
    threads: int = Field(
        2,
        ge=1,
        le=64,
        description="Requests processed in parallel; more than there are cores only make all of them wait.",
    )
    snapshot_check_ms: int = Field(
        250, ge=0, le=60_000, description="Minimum time between two checks for a new corpus version."
    )
    text_search_seconds: float = Field(
        5.0,
        gt=0,
        le=600,
        description="Time limit of a search, from its arrival; it is then refused with 503 and never returns a partial "
        "result. An export has as long for each batch.",
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode] = Field(
        (IPv4Network("127.0.0.1/32"), IPv6Network("::1/128")),
        description="Addresses and networks of your reverse proxies, comma-separated: what they forward in "
        "`X-Forwarded-For`, `X-Forwarded-Proto` or `Forwarded` is believed.",
    )
    max_connections: int = Field(
        1000,
        ge=1,
        le=100_000,
        description="Connections of one server process; a new one replaces the one that has been waiting longest.",
    )
    header_seconds: float = Field(10.0, gt=0, le=600, description="Time for a client to send the header of a request.")
    body_seconds: float = Field(20.0, gt=0, le=600, description="Time for a client to send the body of a request.")
    write_seconds: float = Field(
        30.0, gt=0, le=600, description="Time after which a client that does not read its response is disconnected."
    )
    verify_hours: float = Field(
        24.0,
        ge=0,
        le=8760,
        description="Time between two verifications of the database in the background; `/readyz` reports the damage "
        "that they find, and `0` turns them off.",
    )
    now: AwareDatetime | None = Field(
        None,
        description="The instant from which `today` and `-7d` count, such as `2015-11-30T12:00:00Z`, for a collection "
        "that does not grow; by default, the server's clock.",
    )
    page: bool = Field(
        True, description="Whether `/` shows the page that explores the corpus; `false` serves the API alone."
    )
    mcp: bool = Field(
        False,
        description="Whether `/mcp` answers assistants that speak MCP (Model Context Protocol); it needs the extra "
        "`mcp`.",
    )
    mcp_hosts: Annotated[tuple[HostPattern, ...], NoDecode] = Field(
        ("127.0.0.1", "localhost", "[::1]"),
        description="Hosts that requests to `/mcp` may be for, comma-separated, and that of the public URL; requests "
        "for others are refused with 421. `*` is any.",
    )
    mcp_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Origins whose pages may call `/mcp`, comma-separated; requests of others are refused with 403. "
        "`*` is any. By default, only this server itself; programs send no origin.",
    )
    contact: Contact | None = Field(
        None,
        description="Your web or mail address, sent to the hosts from which `dateline load` fetches.",
    )
    fetch_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Non-public hosts and networks, comma-separated, that `dateline load` may fetch from.",
    )
    fetch_ports: Annotated[tuple[Port, ...], NoDecode] = Field(
        (80, 443), description="Ports that `dateline load` may fetch from, comma-separated."
    )
    fetch_delay_seconds: float = Field(
        1.0,
        ge=0,
        le=60,
        description="Minimum time between two requests to one host; its robots.txt can demand more.",
    )

    @field_validator(
        *("cors_origins", "cors_headers", "allowed_hosts", "fetch_allow", "fetch_ports", "trusted_proxies"),
        *("mcp_hosts", "mcp_origins"),
        mode="before",
    )
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        return tuple(item.strip() for item in value.split(",") if item.strip()) if isinstance(value, str) else value


def read_settings() -> Settings:
    """Return the settings of the environment; log a warning, once, for a variable that no setting has.

    Raise SettingsError, with a message of one line, for a name that is probably misspelled and for an invalid value.
    """
    misspelled = tuple(_misspelled_names())
    if misspelled:
        raise SettingsError("; ".join(misspelled))
    try:
        return Settings()
    except ValidationError as error:
        fields = dict.fromkeys(str(problem["loc"][0]) for problem in error.errors())
        raise SettingsError("; ".join(map(_invalid_value, fields))) from None


def _is_near(name: str, setting: str) -> bool:
    """Return whether a name is a setting with typos, the beginning of one, or begins with the same two words."""
    stem = name.rpartition("_")[0]
    shares_words = "_" in stem and f"{setting}_".startswith(f"{stem}_")
    if setting.startswith(name) or shares_words:
        return True
    typos = max(1, len(name) // LETTERS_PER_TYPO)
    return OSA.distance(name, setting, score_cutoff=typos) <= typos


def _misspelled_names() -> Iterator[str]:
    """Yield a message per misspelled variable; an ignored setting would otherwise go unnoticed."""
    known = [field.upper() for field in Settings.model_fields]
    for name, value in os.environ.items():
        # Settings ignores case, too.
        prefix, field = name[: len(PREFIX)].upper(), name[len(PREFIX) :].upper()
        if prefix != PREFIX or field in known or _is_service_variable(prefix + field, value):
            continue
        if nearest := next((setting for setting in known if _is_near(field, setting)), None):
            yield f"{name} is not a setting; did you mean {PREFIX}{nearest}?"
        else:
            _warn_unknown(name)


def _is_service_variable(name: str, value: str) -> bool:
    """Return whether an orchestrator made this variable, to say where a service is."""
    return bool(_SERVICE_VARIABLE.fullmatch(name) or _SERVICE_PORT.fullmatch(f"{name}={value}"))


@cache
def _warn_unknown(name: str) -> None:
    _log.warning("warning: %s is not a setting and is ignored", name)


def _invalid_value(field: str) -> str:
    """Return the message for a field whose variable has an invalid value."""
    name = PREFIX + field.upper()
    value = next(value for key, value in os.environ.items() if key.upper() == name)
    value = _PASSWORD.sub(r"\1***\2", value)
    return f"{name} is {value!r}: expected {_expected(Settings.model_json_schema()['properties'][field])}"


def _expected(schema: dict[str, Any]) -> str:
    """Return in words what a JSON Schema expects."""
    if "anyOf" in schema:
        return _expected(schema["anyOf"][0])
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    if "items" in schema:
        return f"comma-separated values, each {_expected(schema['items'])}"
    noun = schema.get("expected") or _EXPECTED.get(schema.get("format") or schema["type"], "another value")
    limits = " and ".join(f"{word} {schema[key]}" for key, word in _LIMITS.items() if key in schema)
    return f"{noun} of {limits}" if limits else noun
