"""What a snapshot knows of its sources and entities beside their postings: what they are called."""

from dataclasses import dataclass
from typing import Any

from app.models import EntityType


@dataclass(frozen=True, slots=True)
class SourceLabel:
    """A source: `names` are its other names, `domains` its hosts."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityLabel:
    """An entity; `local` ones were found or given in articles, the others stand in the lexicon."""

    id: str
    type: EntityType
    name: str
    wikidata: str | None = None
    aliases: tuple[str, ...] = ()
    former_ids: tuple[str, ...] = ()
    member_of: tuple[dict[str, Any], ...] = ()
    local: bool = False
