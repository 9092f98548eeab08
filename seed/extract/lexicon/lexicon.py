"""The lexicon: entities with their names, read from data files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from app.models import EntityType, MentionKind

FOLDER = Path(__file__).resolve().parents[2] / "lexicon"

TYPE_OF_FILE = {
    "states": EntityType.STATE,
    "organizations": EntityType.ORGANIZATION,
    "armed_groups": EntityType.ARMED_GROUP,
    "people": EntityType.PERSON,
    "media": EntityType.MEDIA,
    "places": EntityType.PLACE,
    "weapons": EntityType.WEAPON,
}

ENTRY_KEYS = frozenset(
    {"id", "name", "wikidata", "aliases", "acronyms", "demonyms", "member_of", "former_ids"},
)
CONDITION_KEYS = frozenset({"context", "before", "after"})
CONDITION_WORDS = frozenset({"case", "introduced"})

# The C loader reads the whole lexicon in a tenth of the time; where PyYAML was built without it, the other serves.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class LexiconError(ValueError):
    """An entry that cannot be read; the message names file, entry, value and what was wanted."""


@dataclass(frozen=True, slots=True)
class Condition:
    """When an ambiguous form counts: everything given must hold. See seed/lexicon/README.md."""

    case: bool = False
    introduced: bool = False
    context: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write an entity's name."""

    text: str
    kind: MentionKind
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """That an entity belongs to another; `since` and `until` are `YYYY[-MM[-DD]]`, both inclusive."""

    of: str
    role: str | None = None
    since: str | None = None
    until: str | None = None

    def as_dict(self) -> dict[str, str]:
        """Returns what is known, under the names the data files use."""
        pairs = {"of": self.of, "role": self.role, "from": self.since, "to": self.until}
        return {key: value for key, value in pairs.items() if value is not None}


@dataclass(frozen=True)
class LexiconEntity:
    """A thing the lexicon knows, with every form of its name; `file` is where its entry stands."""

    id: str
    type: EntityType
    name: str
    wikidata: str | None = None
    forms: tuple[Form, ...] = ()
    member_of: tuple[Membership, ...] = ()
    former_ids: tuple[str, ...] = ()
    file: str = ""

    @cached_property
    def aliases(self) -> tuple[str, ...]:
        """The other names, surnames included."""
        return self._texts(MentionKind.NAME, MentionKind.SURNAME)

    @cached_property
    def acronyms(self) -> tuple[str, ...]:
        """The short forms, such as `NATO`."""
        return self._texts(MentionKind.ACRONYM)

    @cached_property
    def demonyms(self) -> tuple[str, ...]:
        """The adjectives and people's names, such as `Russian`."""
        return self._texts(MentionKind.DEMONYM)

    @cached_property
    def all_names(self) -> tuple[str, ...]:
        """Name, aliases and acronyms: what a search may call the entity; a demonym names people, not the state."""
        return tuple(dict.fromkeys((self.name, *self.aliases, *self.acronyms)))

    def _texts(self, *kinds: MentionKind) -> tuple[str, ...]:
        return tuple(form.text for form in self.forms if form.kind in kinds and form.text != self.name)


@dataclass(frozen=True)
class Lexicon:
    """All entities by id."""

    entities: Mapping[str, LexiconEntity] = field(default_factory=dict)


def load_lexicon(*folders: Path) -> Lexicon:
    """Reads the lexicon that ships, or the given folders; a later folder's entry replaces one of the same id.

    Raises LexiconError for an entry that cannot be read.
    """
    entities: dict[str, LexiconEntity] = {}
    for path in entity_files(*folders):
        for entry in read_entries(path):
            entity = entity_of(entry, path)
            entities[entity.id] = entity
    return Lexicon(entities)


def entity_files(*folders: Path) -> Iterator[Path]:
    """Returns the entity files of the folders (default: those that ship) that exist, in a fixed order."""
    for folder in folders or (FOLDER,):
        for stem in TYPE_OF_FILE:
            path = folder / f"{stem}.yaml"
            if path.is_file():
                yield path


def read_entries(path: Path) -> list[Any]:
    """Returns the raw entries of a file; raises LexiconError unless it is a YAML list."""
    try:
        # The loader is one of the safe two.
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER) or []  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path.name}: not YAML: {error}") from error
    if not isinstance(entries, list):
        raise LexiconError(f"{path.name}: wanted a list of entries, got {type(entries).__name__}")
    return entries


def entity_of(entry: object, path: Path) -> LexiconEntity:
    """Returns the entity that a raw entry describes; raises LexiconError naming what is wrong with it."""
    where = f"{path.name}: {entry['id'] if isinstance(entry, Mapping) and 'id' in entry else repr(entry)}"
    if not isinstance(entry, Mapping):
        raise LexiconError(f"{where}: wanted a mapping with id and name")
    if unknown := sorted(set(map(str, entry)) - ENTRY_KEYS):
        raise LexiconError(f"{where}: unknown key {unknown[0]!r}; wanted one of {', '.join(sorted(ENTRY_KEYS))}")
    type_ = TYPE_OF_FILE[path.stem]
    return LexiconEntity(
        id=_text(entry.get("id"), where, "id"),
        type=type_,
        name=_text(entry.get("name"), where, "name"),
        wikidata=_text(entry["wikidata"], where, "wikidata") if "wikidata" in entry else None,
        forms=tuple(_forms(entry, type_, where)),
        member_of=tuple(_membership(item, where) for item in _list(entry, "member_of", where)),
        former_ids=tuple(_text(item, where, "former_ids") for item in _list(entry, "former_ids", where)),
        file=path.name,
    )


def _forms(entry: Mapping[str, Any], type_: EntityType, where: str) -> Iterator[Form]:
    name = entry["name"]
    aliases = [_form(item, where) for item in _list(entry, "aliases", where)]
    acronyms = [_form(item, where) for item in _list(entry, "acronyms", where)]
    if name not in {text for text, _ in aliases + acronyms}:  # a name that needs a condition stands among them
        yield Form(name, MentionKind.NAME)
    for text, when in aliases:
        bare = type_ is EntityType.PERSON and len(text.split()) == 1 and text != name
        yield Form(text, MentionKind.SURNAME if bare else MentionKind.NAME, when)
    for text, when in acronyms:
        yield Form(text, MentionKind.ACRONYM, when)
    for item in _list(entry, "demonyms", where):
        text, when = _form(item, where)
        yield Form(text, MentionKind.DEMONYM, when)


def _form(item: object, where: str) -> tuple[str, Condition | None]:
    if isinstance(item, Mapping):
        if unknown := sorted(set(map(str, item)) - {"form", "when"}):
            raise LexiconError(f"{where}: unknown key {unknown[0]!r} of a form; wanted form and when")
        return _text(item.get("form"), where, "form"), _condition(item.get("when"), where)
    return _text(item, where, "a form"), None


def _condition(when: object, where: str) -> Condition | None:
    if when is None:
        return None
    if isinstance(when, str) and when in CONDITION_WORDS:
        return Condition(case=when == "case", introduced=when == "introduced")
    if isinstance(when, Mapping) and when and set(when) <= CONDITION_KEYS:
        context, before, after = (
            tuple(_text(item, where, key) for item in _list(when, key, where)) for key in ("context", "before", "after")
        )
        return Condition(context=context, before=before, after=after)
    raise LexiconError(f"{where}: condition {when!r}; wanted case, introduced, or lists of context, before, after")


def _membership(item: object, where: str) -> Membership:
    if not isinstance(item, Mapping) or not set(item) <= {"of", "role", "from", "to"}:
        raise LexiconError(f"{where}: member_of {item!r}; wanted a mapping of of, role, from, to")
    known = {key: str(value) for key, value in item.items() if value is not None}
    return Membership(_text(item.get("of"), where, "of"), known.get("role"), known.get("from"), known.get("to"))


def _list(entry: Mapping[str, Any], key: str, where: str) -> list[Any]:
    value = entry.get(key) or []
    if not isinstance(value, list):
        raise LexiconError(f"{where}: {key} is {value!r}; wanted a list")
    return value


def _text(value: object, where: str, key: str) -> str:
    # YAML reads a bare NO, on or 1701 as something other than text.
    if not isinstance(value, str) or not value.strip():
        raise LexiconError(f"{where}: {key} is {value!r}; wanted text (quote it)")
    return value
