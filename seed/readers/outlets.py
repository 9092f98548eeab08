"""Outlets as data: by any of their names, and by the lines that only their pages carry."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import category, normalize
from urllib.parse import urlsplit

from seed.readers.line_patterns import covers, folded
from seed.readers.strict_yaml import parse
from seed.readers.validation import WrongValueError, absent, language, line, persons, refuse_unknown

LEXICON = Path(__file__).resolve().parents[1] / "lexicon"
"""The folder of data that ships."""

KEYS = ("id", "name", "names", "domains", "language", "signatures", "furniture")

_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """An outlet: its id, names and hosts, and the lines of its saved pages, where `*` is any run of characters."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    language: str | None = None
    signatures: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sources:
    """All outlets by id, and the furniture of any outlet's pages."""

    entries: Mapping[str, SourceEntry]
    furniture: tuple[str, ...] = ()

    @cached_property
    def _by_slug(self) -> dict[str, SourceEntry]:
        return {key: entry for entry in self.entries.values() for key in _keys(entry)}

    @cached_property
    def _by_domain(self) -> dict[str, SourceEntry]:
        return {domain: entry for entry in self.entries.values() for domain in entry.domains}

    def find(self, name: str) -> SourceEntry | None:
        """The outlet with this id, name or domain (a URL or a host below it will do)."""
        return self._by_slug.get(_key(name)) or self._by_host(host(name))

    def knows(self, name: str) -> bool:
        """Whether it is one of the outlets' names."""
        return self.find(name) is not None

    def _by_host(self, name: str) -> SourceEntry | None:
        parts = name.split(".")
        hosts = (".".join(parts[start:]) for start in range(len(parts) - 1))
        return next((self._by_domain[found] for found in hosts if found in self._by_domain), None)

    def resolve(self, name: str) -> SourceEntry:
        """As `find`; an unknown one becomes a source of its own, with an id made of its name."""
        found = self.find(name)
        if found is not None:
            return found
        domain = host(name)
        own = domain if domain and "/" in name else " ".join(name.split())
        return SourceEntry(slug(own), own, domains=(domain,) if domain else ())

    def recognise(self, text: str) -> SourceEntry | None:
        """The outlet whose signature a page carries; None if there is none or there are several."""
        lines = {folded(row) for row in text.split("\n")}
        signed = [entry for entry in self.entries.values() if entry.signatures]
        found = [entry for entry in signed if any(covers(entry.signatures, row) for row in lines)]
        return found[0] if len(found) == 1 else None


def slug(name: str) -> str:
    """A name as an id; letters that have no ASCII form are stood for by a hash, so that no two names meet by loss."""
    folded_name = " ".join(name.casefold().split())
    letters = "".join(char for char in normalize("NFKD", folded_name) if category(char) != "Mn")
    plain = "-".join(re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", letters)))
    if plain and not any(char.isalnum() and not char.isascii() for char in letters):
        return plain
    return "-".join(filter(None, [plain, sha256(folded_name.encode("utf-8", "surrogatepass")).hexdigest()[:8]]))


def _key(name: str) -> str:
    """Outlets are named with the article and without: "The New York Times", "New York Times"."""
    return slug(name).removeprefix("the-")


def _keys(entry: SourceEntry) -> set[str]:
    return {_key(name) for name in (entry.id, entry.name, *entry.names)}


def host(name: str) -> str:
    """The host of a URL or the host itself, without `www.`; empty if it is neither."""
    try:
        found = urlsplit(name.strip() if "://" in name else f"//{name.strip()}").hostname or ""
    except ValueError:
        return ""
    return found.removeprefix("www.") if _HOST.fullmatch(found) else ""


def load_sources(*folders: Path) -> Sources:
    """The outlets of `sources.yaml` in each folder, later ones adding to or overriding earlier ones by id.

    Without folders, those that ship. Raises ValueError naming file, entry, value and what was wanted.
    """
    entries: dict[str, SourceEntry] = {}
    furniture: list[str] = []
    for folder in folders or (LEXICON,):
        path = folder / "sources.yaml"
        if path.is_file():
            data = _mapping(path)
            furniture += data.get("furniture") or []
            entries |= {entry.id: entry for entry in _entries(path, data)}
    _refuse_clashes(entries.values())
    return Sources(entries, tuple(furniture))


def _refuse_clashes(entries: Iterable[SourceEntry]) -> None:
    owner: dict[str, str] = {}
    for entry in entries:
        for key in (*sorted(_keys(entry)), *entry.domains):
            if owner.setdefault(key, entry.id) != entry.id:
                raise ValueError(
                    f"sources.yaml: {key!r} names both {owner[key]} and {entry.id}: wanted one outlet a name"
                )


def _mapping(path: Path) -> dict[str, Any]:
    try:
        data = parse(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict):
            raise WrongValueError("the file", data, "the keys furniture and sources")
        refuse_unknown(data, ("furniture", "sources"), where="key")
        persons("furniture", data.get("furniture") or [])
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return dict(data)


def _entries(path: Path, data: Mapping[str, Any]) -> Iterator[SourceEntry]:
    for place, item in enumerate(data.get("sources") or []):
        try:
            yield _entry(item)
        except ValueError as error:
            raise ValueError(f"{path}: sources[{place}]: {error}") from None


def _entry(item: object) -> SourceEntry:
    if not isinstance(item, dict):
        raise WrongValueError("the entry", item, f"an outlet with {', '.join(KEYS)}")
    refuse_unknown(item, KEYS, where="key")
    entry_id = line("id", item.get("id"))
    if not _ID.fullmatch(entry_id):
        raise WrongValueError("id", entry_id, "small letters and digits with hyphens between them")
    tongue = item.get("language")
    lists = {key: persons(key, item.get(key) or []) for key in ("names", "domains", "signatures", "furniture")}
    return SourceEntry(
        id=entry_id,
        name=line("name", item.get("name")),
        language=None if absent(tongue) else language("language", tongue),
        **lists,
    )
