"""News outlets as data: find them by name or domain, and recognize their saved pages by signature lines."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import category, normalize
from urllib.parse import urlsplit

from app.countries import COUNTRIES
from app.models import SourceKind
from seed.readers.line_patterns import fold_line, matches_any_pattern
from seed.readers.strict_yaml import parse_yaml
from seed.readers.validation import WrongValueError, check_language, check_line, check_names, is_empty, refuse_unknown

DATA_FOLDER = Path(__file__).resolve().parents[1] / "lexicon"
"""Folder of the lexicon data that is shipped."""

OUTLET_KEYS = (
    *("id", "name", "names", "domains", "language", "signatures", "furniture"),
    *("country", "owner", "kind", "languages", "founded"),
)

GROUP_KEYS = ("id", "name", "sources")

_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """An outlet: id, names, domains, and line patterns of its saved pages, where `*` stands for any characters.

    `language` is that of all that it publishes, `languages` are those in which it publishes something. Each of `groups`
    is an id with a name.
    """

    id: str
    name: str
    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    language: str | None = None
    signatures: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()
    country: str | None = None
    owner: str | None = None
    kind: str | None = None
    founded: int | None = None
    languages: tuple[str, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)  # Results by name are cached for each instance.
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

    Without folders, load the shipped ones. Raise ValueError naming file, entry, value and what was expected.
    """
    entries: dict[str, SourceEntry] = {}
    furniture: list[str] = []
    for folder in folders or (DATA_FOLDER,):
        path = folder / "sources.yaml"
        if path.is_file():
            data = _load_mapping(path)
            furniture += data.get("furniture") or []
            entries |= {entry.id: entry for entry in _parse_entries(path, data)}
    for folder in folders or (DATA_FOLDER,):
        if (folder / "groups.yaml").is_file():
            entries |= _grouped(folder / "groups.yaml", entries)
    _refuse_clashes(entries.values())
    return Sources(entries, tuple(furniture))


def _grouped(path: Path, entries: Mapping[str, SourceEntry]) -> dict[str, SourceEntry]:
    """Return the outlets of the groups in a file, with these groups added."""
    grouped = dict[str, SourceEntry]()
    try:
        groups = parse_yaml(path.read_text(encoding="utf-8"))
        if not isinstance(groups, list):
            raise WrongValueError("the file", groups, "a list of groups")
        for group in groups:
            if not isinstance(group, dict):
                raise WrongValueError("the group", group, f"a group with {', '.join(GROUP_KEYS)}")
            refuse_unknown(group, GROUP_KEYS, where="key")
            label = (_check_id(group.get("id")), check_line("name", group.get("name")))
            for source in check_names("sources", group.get("sources") or []):
                if source not in entries:
                    raise WrongValueError("sources", source, "the id of an outlet in sources.yaml")
                entry = grouped.get(source, entries[source])
                grouped[source] = replace(
                    entry, groups=tuple(sorted({**dict(entry.groups), label[0]: label[1]}.items()))
                )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return grouped


def _check_id(value: object) -> str:
    id_ = check_line("id", value)
    if not _ID.fullmatch(id_):
        raise WrongValueError("id", id_, "lowercase letters and digits, with hyphens between them")
    return id_


def _check_choice(key: str, value: object, known: Iterable[str], wanted: str) -> str | None:
    if is_empty(value):
        return None
    if str(value) not in known:
        raise WrongValueError(key, value, wanted)
    return str(value)


def _check_year(value: object) -> int | None:
    if is_empty(value):
        return None
    if not re.fullmatch("[12][0-9]{3}", str(value)):
        raise WrongValueError("founded", value, "a year of four digits")
    return int(str(value))


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
    entry_id = _check_id(item.get("id"))
    language, owner = item.get("language"), item.get("owner")
    country_wanted = "a country of ISO 3166-1 in lower case, such as `ru`, in quotes if it is `no`"
    lists = {key: check_names(key, item.get(key) or []) for key in ("names", "domains", "signatures", "furniture")}
    return SourceEntry(
        id=entry_id,
        name=check_line("name", item.get("name")),
        language=None if is_empty(language) else check_language("language", language),
        country=_check_choice("country", item.get("country"), COUNTRIES, country_wanted),
        owner=None if is_empty(owner) else check_line("owner", owner),
        kind=_check_choice("kind", item.get("kind"), set(SourceKind), f"one of {', '.join(SourceKind)}"),
        founded=_check_year(item.get("founded")),
        languages=tuple(
            check_language("languages", tag) for tag in check_names("languages", item.get("languages") or [])
        ),
        names=lists["names"],
        domains=lists["domains"],
        signatures=lists["signatures"],
        furniture=lists["furniture"],
    )
