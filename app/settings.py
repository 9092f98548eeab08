"""The settings: every DATELINE_* variable with its default and its purpose, and how the environment is checked."""

import logging
import os
import re
from collections.abc import Iterator
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any, Literal

from pydantic import DirectoryPath, Field, IPvAnyNetwork, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from rapidfuzz.distance import OSA

from app.errors import SettingsError

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

_EXPECTED = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "directory-path": "a folder that exists",
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


class Settings(BaseSettings):
    """What an operator can configure; read from the environment."""

    model_config = SettingsConfigDict(env_prefix="DATELINE_", extra="ignore", frozen=True)

    database_url: str = Field("sqlite:///dateline.db", description="The database (SQLAlchemy URL).")
    serve_text: ServeText = Field(
        "full",
        description="Which texts are served: `full` all, `digest` only digests, `none` no text; "
        "for operators who may index but not republish.",
    )
    lexicon: DirectoryPath | None = Field(
        None, description="A folder of your own lexicon files, which add to or override the shipped ones."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        ("*",), description="Origins whose pages may call the API, comma-separated; `*` is any, without credentials."
    )
    threads: int = Field(
        4, ge=1, le=64, description="Requests processed in parallel; SQLite gets slower, not faster, with many threads."
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
    page: bool = Field(
        True, description="Whether `/` shows the page that explores the corpus; `false` serves the API alone."
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

    @field_validator("cors_origins", "fetch_allow", "fetch_ports", "trusted_proxies", mode="before")
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
