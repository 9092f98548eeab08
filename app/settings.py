"""Every DATELINE_* variable, its default and one line of why."""

from typing import Annotated, Literal

from pydantic import DirectoryPath, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65_535)]
ServeText = Literal["full", "digest", "none"]


class Settings(BaseSettings):
    """What an operator can change without touching code; read from the environment."""

    model_config = SettingsConfigDict(env_prefix="DATELINE_", extra="ignore", frozen=True)

    database_url: str = Field("sqlite:///dateline.db", description="Where the collection lives (SQLAlchemy URL).")
    serve_text: ServeText = Field(
        "full",
        description="Which texts go out: `full` all, `digest` only our own digests, `none` no text; "
        "for operators who may index but not republish.",
    )
    lexicon: DirectoryPath | None = Field(
        None, description="A folder of lexicon files of your own, which add to or override those that ship."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        ("*",), description="Origins whose pages may call the API, comma-separated; `*` is any, without credentials."
    )
    threads: int = Field(
        4, ge=1, le=64, description="Requests worked on at once; SQLite gets slower, not faster, with many threads."
    )
    snapshot_check_ms: int = Field(
        250, ge=0, le=60_000, description="At most how often a request asks whether a new version was published."
    )
    text_search_seconds: float = Field(
        5.0, gt=0, le=600, description="After this a text search is refused with 503 rather than shown in part."
    )
    page: bool = Field(
        True, description="Whether `/` shows the page that explores the corpus; `false` is the API alone."
    )
    contact: Annotated[str, Field(max_length=200, pattern=r"^[!-'*-~]+$")] | None = Field(
        None,
        description="An address of yours, on the web or of mail, that hosts see which `seed load` fetches from.",
    )
    fetch_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Hosts and networks, comma-separated, that `seed load` may fetch from though they are not public.",
    )
    fetch_ports: Annotated[tuple[Port, ...], NoDecode] = Field(
        (80, 443), description="Ports that `seed load` may fetch from, comma-separated."
    )
    fetch_delay_seconds: float = Field(
        1.0,
        ge=0,
        le=60,
        description="The least time between two requests of one host; its robots.txt can ask for more.",
    )

    @field_validator("cors_origins", "fetch_allow", "fetch_ports", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
