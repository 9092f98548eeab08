"""Public ids of articles, labels of sources and entities, and keys of texts."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.coordinates import Coordinates
from app.models import BEARER_MARK, EntityType

# No look-alikes, and in ASCII order, so that ids sort like their numbers.
ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""The digits of public ids: Crockford's base 32 in lower case."""

# 60 bits: the chance of a collision among a million articles is one in two million.
ID_LENGTH = 12
"""Length of a public id, in characters."""

_DIGIT_PAIRS = tuple(first + second for first in ID_ALPHABET for second in ID_ALPHABET)
_PAIR_SHIFTS = range(5 * (ID_LENGTH - 2), -1, -10)

_BEARER_ID = re.compile(f"(.+{BEARER_MARK})([{ID_ALPHABET}]{{{ID_LENGTH}}})", re.DOTALL)

GIVEN_ID_KEYS = "id:"
"""The beginning of the keys of ids that sources give to articles."""

# Shorter texts, such as captions and notices, recur in many articles.
MIN_TEXT_KEY_LENGTH = 200
"""Minimum length of a text that identifies an article, in code points."""


HIDDEN = "a correction hides it"
"""Why an entity is hidden if its correction gives no reason."""


@dataclass(frozen=True, slots=True)
class SourceLabel:
    """A source; `names` are its other names, `domains` its hosts, and each of `groups` an id with a name."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    country: str | None = None
    owner: str | None = None
    kind: str | None = None
    founded: int | None = None
    languages: tuple[str, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()


def source_label(row: Any) -> SourceLabel:  # noqa: ANN401 - a row of the source table
    """Return the source of a row of the source table."""
    return SourceLabel(
        id=row.id,
        name=row.name,
        names=tuple(row.names),
        domains=tuple(row.domains),
        country=row.country,
        owner=row.owner,
        kind=row.kind,
        founded=row.founded,
        languages=tuple(row.languages),
        groups=tuple((id_, name) for id_, name in row.groups),
    )


@dataclass(frozen=True, slots=True)
class EntityLabel:
    """An entity; `local` ones come from articles, all others from the lexicon.

    `moved_to` are the public ids of the entities that took the place of one that articles no longer name, `split_into`
    those to which a correction moved some of its mentions. `hidden` is why a correction hides it: no name finds it, and
    it is in no response.
    """

    id: str
    type: EntityType
    name: str
    wikidata: str | None = None
    aliases: tuple[str, ...] = ()
    former_ids: tuple[str, ...] = ()
    member_of: tuple[dict[str, Any], ...] = ()
    local: bool = False
    moved_to: tuple[str, ...] = ()
    at: Coordinates | None = None
    split_into: tuple[str, ...] = ()
    hidden: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectionLabel:
    """A correction: a decision of people about entities. `do` is what it does, `by` who made it, `why` the reason.

    `fields` are those that only this kind of correction has. `entities` are the ids of the entities that it is about;
    an undo is about those of what it takes back. `undone_by` is the id of the undo that took it back.
    """

    id: str
    do: str
    at: str
    by: str | None = None
    why: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    entities: tuple[str, ...] = ()
    undone_by: str | None = None

    @property
    def is_in_effect(self) -> bool:
        """Whether it changes something: an undo only takes back."""
        return self.undone_by is None and self.do != "undo"


@dataclass(frozen=True)
class Labels:
    """The labels of the values of each posting field, by ordinal; entities are sorted by id."""

    source: tuple[SourceLabel, ...] = ()
    entity: tuple[EntityLabel, ...] = ()
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The values of each field whose labels are its values, in order."""

    def ids(self, name: str) -> Sequence[str]:
        """Return the ids of the labels of a posting field; those of values are the values."""
        labels: Mapping[str, Sequence[SourceLabel | EntityLabel]] = {"source": self.source, "entity": self.entity}
        return [label.id for label in labels[name]] if name in labels else self.values.get(name, ())


def ordinals_by_id(entities: Iterable[EntityLabel]) -> dict[str, int]:
    """Return the ordinal of each entity by its id and by the ids of entities that were merged into it."""
    labels = list(enumerate(entities))
    former = {id_: ordinal for ordinal, label in labels for id_ in label.former_ids}
    return former | {label.id: ordinal for ordinal, label in labels}


def bearer_id(id_: str | None, article: str) -> str | None:
    """Return the public id of a stored one: that of a name without context belongs to its article."""
    return f"{id_}{article}" if id_ is not None and id_.endswith(BEARER_MARK) else id_


def name_words_backwards(name: str) -> str:
    """Return the words of the id of a name without context from the last to the first, joined by hyphens.

    Frozen, because databases store it.
    """
    return "-".join(reversed(name.removesuffix(BEARER_MARK).split("-")))


def split_bearer_id(id_: str) -> tuple[str, str] | None:
    """Return the name and the article of the public id of a bearer; None for any other id."""
    match = _BEARER_ID.fullmatch(id_)
    return (match[1], match[2]) if match else None


def bearer_label(id_: str, names: Mapping[str, str]) -> EntityLabel | None:
    """Return the label of a bearer, whose name is in a mapping by id or else made of the id; None for any other id."""
    if (parts := split_bearer_id(id_)) is None:
        return None
    name = names.get(id_) or parts[0].removesuffix(BEARER_MARK).replace("-", " ").title()
    return EntityLabel(id_, EntityType.PERSON, name, local=True)


def article_id(number: int) -> str:
    """Return the public id of a 60-bit number."""
    return "".join([_DIGIT_PAIRS[number >> shift & 1023] for shift in _PAIR_SHIFTS])


def article_number(id_: str) -> int:
    """Return the 60-bit number of a public id, or -1 if it is not one."""
    if len(id_) != ID_LENGTH or not set(id_) <= set(ID_ALPHABET):
        return -1
    number = 0
    for character in id_:
        number = number << 5 | ID_ALPHABET.index(character)
    return number


def article_numbers(ids: Sequence[str]) -> NDArray[np.int64]:
    """Return the numbers of public ids; vectorized, it takes a tenth of the time of single calls."""
    letters = np.frombuffer("".join(ids).encode(), np.uint8).reshape(-1, ID_LENGTH)
    digits = np.searchsorted(np.frombuffer(ID_ALPHABET.encode(), np.uint8), letters)
    numbers: NDArray[np.int64] = np.bitwise_or.reduce(digits << np.arange(5 * (ID_LENGTH - 1), -1, -5), axis=1)
    return numbers


def article_ids(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the public ids of numbers, as rows of ASCII characters."""
    digits = numbers[:, np.newaxis] >> np.arange(5 * (ID_LENGTH - 1), -1, -5) & 31
    letters: NDArray[np.uint8] = np.frombuffer(ID_ALPHABET.encode(), np.uint8)[digits]
    return letters


def given_id_key(source: str, given_id: str) -> str:
    """Return the key of the id that a source, named by its own id, gives to an article."""
    return f"{GIVEN_ID_KEYS}{source}:{given_id}"


def given_id(key: str) -> str:
    """Return the id that a source gives to an article, without the source, of its key."""
    return key.split(":", 2)[2]


def exported_id_key(id_: str) -> str:
    """Return the key under which an article is known that had this public id in an export of another Dateline."""
    return f"export:{id_}"


def former_id_key(id_: str) -> str:
    """Return the key under which an article is known that had this public id before."""
    return f"formerly:{id_}"


def text_key(text: str) -> str | None:
    """Return the prefix of the keys of all articles with exactly this text; None if it is too short to identify one.

    Frozen, because databases store it: 120 bits of BLAKE2b, in characters that are not separators of keys.
    """
    if len(text) < MIN_TEXT_KEY_LENGTH:
        return None
    return f"text:{urlsafe_b64encode(blake2b(text.encode(), digest_size=15).digest()).decode()}:"
