"""The lexicon: entities with the forms of their names, read from YAML files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from app.coordinates import Coordinates
from app.models import EntityType, MentionKind, PlacePrecision
from seed.extract.lexicon.compiled import compiled_entries
from seed.extract.lexicon.scripts import is_unspaced

LEXICON_FOLDER = Path(__file__).resolve().parents[2] / "lexicon"

TYPE_OF_FILE = {type_.plural: type_ for type_ in EntityType}
"""The type of the entities in each file, by its name."""

ENTRY_KEYS = frozenset(
    {"id", "name", "wikidata", "at", "aliases", "acronyms", "demonyms", "member_of", "former_ids"},
)
CONDITION_KEYS = frozenset({"context", "before", "after"})
CONDITION_WORDS = frozenset({"case", "introduced"})

PRECISIONS = tuple(PlacePrecision)
"""What the coordinates of a place may stand for; the first is the default."""

MAX_DEGREES = {"lat": 90, "lon": 180}

# The C loader takes a tenth of the time; a PyYAML built without it has only the other one.
SAFE_YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class LexiconError(ValueError):
    """An entry that cannot be read; the message names file, entry, value and what was expected."""


@dataclass(frozen=True, slots=True)
class Condition:
    """When an ambiguous form counts: all attributes that are set must hold. See seed/lexicon/README.md."""

    case: bool = False
    introduced: bool = False
    context: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameForm:
    """One way to write an entity's name."""

    text: str
    kind: MentionKind
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A membership in another entity; `since` and `until` are `YYYY[-MM[-DD]]`, both inclusive."""

    of: str
    role: str | None = None
    since: str | None = None
    until: str | None = None

    def as_dict(self) -> dict[str, str]:
        """Return the attributes that are known, under their keys in the data files."""
        pairs = {"of": self.of, "role": self.role, "from": self.since, "to": self.until}
        return {key: value for key, value in pairs.items() if value is not None}


@dataclass(frozen=True)
class LexiconEntity:
    """An entity of the lexicon with all forms of its name; `file` is the name of the file that has its entry."""

    id: str
    type: EntityType
    name: str
    wikidata: str | None = None
    forms: tuple[NameForm, ...] = ()
    member_of: tuple[Membership, ...] = ()
    former_ids: tuple[str, ...] = ()
    at: Coordinates | None = None
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
        """The adjectives and names of inhabitants, such as `Russian`."""
        return self._texts(MentionKind.DEMONYM)

    @cached_property
    def all_names(self) -> tuple[str, ...]:
        """Name, aliases and acronyms, by which a search finds the entity; demonyms name inhabitants, not the state."""
        return tuple(dict.fromkeys((self.name, *self.aliases, *self.acronyms)))

    def _texts(self, *kinds: MentionKind) -> tuple[str, ...]:
        return tuple(form.text for form in self.forms if form.kind in kinds and form.text != self.name)


@dataclass(frozen=True)
class Lexicon:
    """All entities by id."""

    entities: Mapping[str, LexiconEntity] = field(default_factory=dict)


def load_lexicon(*folders: Path) -> Lexicon:
    """Read the lexicon that ships, or these folders; an entry of a later folder replaces one with the same id.

    Raise LexiconError for an entry that cannot be read.
    """
    entities: dict[str, LexiconEntity] = {}
    for path in entity_files(*folders):
        for entry in read_entries(path):
            entity = entity_of(entry, path)
            entities[entity.id] = entity
    return Lexicon(entities)


def entity_files(*folders: Path) -> Iterator[Path]:
    """Yield the entity files that exist in the folders (by default the one that ships), in a fixed order."""
    for folder in folders or (LEXICON_FOLDER,):
        for stem in TYPE_OF_FILE:
            path = folder / f"{stem}.yaml"
            if path.is_file():
                yield path


def read_entries(path: Path) -> list[Any]:
    """Return the raw entries of a file; raise LexiconError unless it is a YAML list."""
    source = path.read_bytes()
    entries = compiled_entries(path, source)
    return parse_entries(path.name, source) if entries is None else entries


def parse_entries(name: str, source: bytes) -> list[Any]:
    """Return the raw entries of the YAML in a file of that name; raise LexiconError unless it is a list."""
    try:
        # The loader is one of the two safe ones.
        entries = yaml.load(source.decode(), Loader=SAFE_YAML_LOADER) or []  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LexiconError(f"{name}: not YAML: {error}") from error
    if not isinstance(entries, list):
        raise LexiconError(f"{name}: expected a list of entries, got {type(entries).__name__}")
    return entries


def entity_of(entry: object, path: Path) -> LexiconEntity:
    """Return the entity that a raw entry describes; raise LexiconError if the entry is invalid."""
    location = f"{path.name}: {entry['id'] if isinstance(entry, Mapping) and 'id' in entry else repr(entry)}"
    if not isinstance(entry, Mapping):
        raise LexiconError(f"{location}: expected a mapping with id and name")
    if unknown := sorted(set(map(str, entry)) - ENTRY_KEYS):
        raise LexiconError(f"{location}: unknown key {unknown[0]!r}: expected one of {', '.join(sorted(ENTRY_KEYS))}")
    type_ = TYPE_OF_FILE[path.stem]
    return LexiconEntity(
        id=_text(entry.get("id"), location, "id"),
        type=type_,
        name=_text(entry.get("name"), location, "name"),
        wikidata=_text(entry["wikidata"], location, "wikidata") if "wikidata" in entry else None,
        forms=tuple(_forms(entry, type_, location)),
        member_of=tuple(_membership(item, location) for item in _list(entry, "member_of", location)),
        former_ids=tuple(_text(item, location, "former_ids") for item in _list(entry, "former_ids", location)),
        at=_coordinates(entry["at"], location) if "at" in entry else None,
        file=path.name,
    )


def _forms(entry: Mapping[str, Any], type_: EntityType, location: str) -> Iterator[NameForm]:
    name = entry["name"]
    aliases = [_form(item, location) for item in _list(entry, "aliases", location)]
    acronyms = [_form(item, location) for item in _list(entry, "acronyms", location)]
    if name not in {text for text, _ in aliases + acronyms}:  # a name with a condition is listed among them
        yield NameForm(name, MentionKind.NAME)
    for text, when in aliases:
        # Scripts without spaces write full names as one word, too.
        bare = type_ is EntityType.PERSON and len(text.split()) == 1 and text != name and not is_unspaced(text)
        yield NameForm(text, MentionKind.SURNAME if bare else MentionKind.NAME, when)
    for text, when in acronyms:
        yield NameForm(text, MentionKind.ACRONYM, when)
    for item in _list(entry, "demonyms", location):
        text, when = _form(item, location)
        yield NameForm(text, MentionKind.DEMONYM, when)


def _form(item: object, location: str) -> tuple[str, Condition | None]:
    if isinstance(item, Mapping):
        if unknown := sorted(set(map(str, item)) - {"form", "when"}):
            raise LexiconError(f"{location}: unknown key {unknown[0]!r} of a form: expected form and when")
        return _text(item.get("form"), location, "form"), _condition(item.get("when"), location)
    return _text(item, location, "a form"), None


def _condition(when: object, location: str) -> Condition | None:
    if when is None:
        return None
    if isinstance(when, str) and when in CONDITION_WORDS:
        return Condition(case=when == "case", introduced=when == "introduced")
    if isinstance(when, Mapping) and when and set(when) <= CONDITION_KEYS:
        context, before, after = (
            tuple(_text(item, location, key) for item in _list(when, key, location))
            for key in ("context", "before", "after")
        )
        return Condition(context=context, before=before, after=after)
    raise LexiconError(f"{location}: condition {when!r}: expected case, introduced, or lists of context, before, after")


def _membership(item: object, location: str) -> Membership:
    if not isinstance(item, Mapping) or not set(item) <= {"of", "role", "from", "to"}:
        raise LexiconError(f"{location}: member_of {item!r}: expected a mapping of of, role, from, to")
    known = {key: str(value) for key, value in item.items() if value is not None}
    return Membership(_text(item.get("of"), location, "of"), known.get("role"), known.get("from"), known.get("to"))


def _coordinates(at: object, location: str) -> Coordinates:
    if not isinstance(at, Mapping) or not set(at) <= {"lat", "lon", "precision", "source"}:
        raise LexiconError(f"{location}: at {at!r}: expected a mapping of lat, lon, precision, source")
    precision = at.get("precision", PRECISIONS[0])
    if precision not in PRECISIONS:
        raise LexiconError(f"{location}: precision {precision!r}: expected one of {', '.join(PRECISIONS)}")
    source = _text(at["source"], location, "source") if "source" in at else None
    return Coordinates(_degrees(at, "lat", location), _degrees(at, "lon", location), PlacePrecision(precision), source)


def _degrees(at: Mapping[str, Any], key: str, location: str) -> float:
    value = at.get(key)
    limit = MAX_DEGREES[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not -limit <= value <= limit:
        raise LexiconError(f"{location}: {key} is {value!r}: expected degrees from -{limit} to {limit}")
    return float(value)


def _list(entry: Mapping[str, Any], key: str, location: str) -> list[Any]:
    value = entry.get(key) or []
    if not isinstance(value, list):
        raise LexiconError(f"{location}: {key} is {value!r}: expected a list")
    return value


def _text(value: object, location: str, key: str) -> str:
    # YAML reads an unquoted NO, on or 1701 as something other than text.
    if not isinstance(value, str) or not value.strip():
        raise LexiconError(f"{location}: {key} is {value!r}: expected text (quote it)")
    return value
