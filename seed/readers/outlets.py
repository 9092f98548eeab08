"""News outlets as data: find them by name or domain, and recognise their saved pages by signature lines."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import category, normalize
from urllib.parse import urlsplit

from seed.readers.line_patterns import fold_line, matches_any_pattern
from seed.readers.strict_yaml import parse_yaml
from seed.readers.validation import WrongValueError, check_language, check_line, check_names, is_empty, refuse_unknown

LEXICON_FOLDER = Path(__file__).resolve().parents[1] / "lexicon"
"""Folder of the lexicon data that is shipped."""

OUTLET_KEYS = ("id", "name", "names", "domains", "language", "signatures", "furniture")

_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """An outlet: id, names, domains, and line patterns of its saved pages, where `*` stands for any characters."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    language: str | None = None
    signatures: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sources:
    """All outlets by id, and the furniture lines of any outlet's pages."""

    entries: Mapping[str, SourceEntry]
    furniture: tuple[str, ...] = ()

    @cached_property
    def _by_slug(self) -> dict[str, SourceEntry]:
        return {key: entry for entry in self.entries.values() for key in _name_keys(entry)}

    @cached_property
    def _by_domain(self) -> dict[str, SourceEntry]:
        return {domain: entry for entry in self.entries.values() for domain in entry.domains}

    def find(self, name: str) -> SourceEntry | None:
        """Return the outlet with this id, name or domain (or a URL or subdomain of it)."""
        return self._by_slug.get(_name_key(name)) or self._by_host(site_host(name))

    def knows(self, name: str) -> bool:
        """Return whether an outlet has this id, name or domain."""
        return self.find(name) is not None

    def _by_host(self, name: str) -> SourceEntry | None:
        labels = name.split(".")
        hosts = (".".join(labels[start:]) for start in range(len(labels) - 1))
        return next((self._by_domain[domain] for domain in hosts if domain in self._by_domain), None)

    def resolve(self, name: str) -> SourceEntry:
        """Return the outlet as `find` does; an unknown name makes a new source with an id derived from it."""
        outlet = self.find(name)
        if outlet is not None:
            return outlet
        domain = site_host(name)
        new_name = domain if domain and "/" in name else " ".join(name.split())
        return SourceEntry(source_slug(new_name), new_name, domains=(domain,) if domain else ())

    def recognise(self, text: str) -> SourceEntry | None:
        """Return the outlet whose signature is on a page; None if there is no signature or those of several outlets."""
        lines = {fold_line(row) for row in text.split("\n")}
        with_signatures = [entry for entry in self.entries.values() if entry.signatures]
        matching = [
            entry for entry in with_signatures if any(matches_any_pattern(entry.signatures, row) for row in lines)
        ]
        return matching[0] if len(matching) == 1 else None


def source_slug(name: str) -> str:
    """Return a source id: lowercase ASCII words joined by hyphens, no accents or apostrophes.

    A name with letters that have no ASCII form gets a hash of the whole name appended, so that two names never share an
    id through lost letters. Unlike the slugs of local entities and of article keys, this one is stored as the id of a
    source.
    """
    folded_name = " ".join(name.casefold().split())
    letters = "".join(char for char in normalize("NFKD", folded_name) if category(char) != "Mn")
    ascii_words = "-".join(re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", letters)))
    if ascii_words and not any(char.isalnum() and not char.isascii() for char in letters):
        return ascii_words
    return "-".join(filter(None, [ascii_words, sha256(folded_name.encode("utf-8", "surrogatepass")).hexdigest()[:8]]))


def _name_key(name: str) -> str:
    """Return the lookup key of a name; "The New York Times" and "New York Times" have the same key."""
    return source_slug(name).removeprefix("the-")


def _name_keys(entry: SourceEntry) -> set[str]:
    return {_name_key(name) for name in (entry.id, entry.name, *entry.names)}


def site_host(name: str) -> str:
    """Return the host of a URL, or the host itself, without `www.`; empty if the text is neither."""
    try:
        hostname = urlsplit(name.strip() if "://" in name else f"//{name.strip()}").hostname or ""
    except ValueError:
        return ""
    return hostname.removeprefix("www.") if _HOST.fullmatch(hostname) else ""


def load_sources(*folders: Path) -> Sources:
    """Load the outlets of `sources.yaml` in each folder; later ones add to or override earlier ones by id.

    Without folders, load the shipped ones. Raise ValueError naming file, entry, value and what was wanted.
    """
    entries: dict[str, SourceEntry] = {}
    furniture: list[str] = []
    for folder in folders or (LEXICON_FOLDER,):
        path = folder / "sources.yaml"
        if path.is_file():
            data = _load_mapping(path)
            furniture += data.get("furniture") or []
            entries |= {entry.id: entry for entry in _parse_entries(path, data)}
    _refuse_clashes(entries.values())
    return Sources(entries, tuple(furniture))


def _refuse_clashes(entries: Iterable[SourceEntry]) -> None:
    owner: dict[str, str] = {}
    for entry in entries:
        for key in (*sorted(_name_keys(entry)), *entry.domains):
            if owner.setdefault(key, entry.id) != entry.id:
                raise ValueError(
                    f"sources.yaml: {key!r} names both {owner[key]} and {entry.id}: expected a name of one outlet only"
                )


def _load_mapping(path: Path) -> dict[str, Any]:
    try:
        data = parse_yaml(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict):
            raise WrongValueError("the file", data, "the keys furniture and sources")
        refuse_unknown(data, ("furniture", "sources"), where="key")
        check_names("furniture", data.get("furniture") or [])
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return dict(data)


def _parse_entries(path: Path, data: Mapping[str, Any]) -> Iterator[SourceEntry]:
    for index, item in enumerate(data.get("sources") or []):
        try:
            yield _parse_entry(item)
        except ValueError as error:
            raise ValueError(f"{path}: sources[{index}]: {error}") from None


def _parse_entry(item: object) -> SourceEntry:
    if not isinstance(item, dict):
        raise WrongValueError("the entry", item, f"an outlet with {', '.join(OUTLET_KEYS)}")
    refuse_unknown(item, OUTLET_KEYS, where="key")
    entry_id = check_line("id", item.get("id"))
    if not _ID.fullmatch(entry_id):
        raise WrongValueError("id", entry_id, "lowercase letters and digits, with hyphens between them")
    language = item.get("language")
    lists = {key: check_names(key, item.get(key) or []) for key in ("names", "domains", "signatures", "furniture")}
    return SourceEntry(
        id=entry_id,
        name=check_line("name", item.get("name")),
        language=None if is_empty(language) else check_language("language", language),
        **lists,
    )
