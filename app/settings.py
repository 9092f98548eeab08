"""The settings: every DATELINE_* variable with its default and its purpose."""

from typing import Annotated, Literal

from pydantic import DirectoryPath, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65_535)]
ServeText = Literal["full", "digest", "none"]


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
        description="Time limit of a text search, which is then refused with 503; it never returns a partial result.",
    )
    page: bool = Field(
        True, description="Whether `/` shows the page that explores the corpus; `false` serves the API alone."
    )
    contact: Annotated[str, Field(max_length=200, pattern=r"^[!-'*-~]+$")] | None = Field(
        None,
        description="Your web or mail address, sent to the hosts from which `seed load` fetches.",
    )
    fetch_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Non-public hosts and networks, comma-separated, that `seed load` may fetch from.",
    )
    fetch_ports: Annotated[tuple[Port, ...], NoDecode] = Field(
        (80, 443), description="Ports that `seed load` may fetch from, comma-separated."
    )
    fetch_delay_seconds: float = Field(
        1.0,
        ge=0,
        le=60,
        description="Minimum time between two requests to one host; its robots.txt can demand more.",
    )

    @field_validator("cors_origins", "fetch_allow", "fetch_ports", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        return tuple(item.strip() for item in value.split(",") if item.strip()) if isinstance(value, str) else value
