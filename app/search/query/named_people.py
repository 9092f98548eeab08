"""The people whom a name means: those of the index, and the bearers of names without context in the database."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyroaring import BitMap

from app.deadline import require_thread
from app.labels import EntityLabel
from app.models import BEARER_MARK
from app.search.fulltext.hits import SearchContext
from app.search.names.bearers import (
    RevisionsByName,
    name_ids,
    revisions_by_initials,
    revisions_by_name,
    revisions_by_surname,
)
from app.search.names.readings import Reading

# A reader knows by then that the name says too little.
MAX_NOTED = 3
"""Maximum number of people that a note names."""

IS_NAME, IS_SURNAME, MAY_BE_NAME = "is the name of", "is the surname of", "can be the name of"
"""What a value is to the people whom it names."""

# Of one of these and a family name, the whole is written like one word.
_PARTICLES = frozenset(
    re.findall(
        "[a-z]+",
        "al el abu abou umm bin ben ibn bint van von vom zu zur der den ter ten de da do dos das di "
        "del della du le la los st saint san o mac mc",
    )
)


@dataclass(frozen=True, slots=True)
class NamedEntities:
    """The entities that a value names: by ordinal, and the bearers of names, each with the articles that name them.

    `note` says what a reader may not expect. `is_whole_name` is unset if the value is their surname, or has initials.
    """

    ordinals: Sequence[int] = ()
    bearers: Mapping[str, BitMap] = field(default_factory=dict)
    note: str | None = None
    is_whole_name: bool = True

    @property
    def count(self) -> int:
        """The number of entities: each bearer is in one article."""
        return len(self.ordinals) + sum(map(len, self.bearers.values()))


def named_people(context: SearchContext, value: str, ordinals: Sequence[int], *, is_id: bool = False) -> NamedEntities:
    """Return all people whom a value names, of whom the index has these under the name; none if it names no people.

    A listed name of the lexicon means its person, and the bearers of just that name; who has another given name is only
    noted. A surname that is not listed means all who have it, and initials all whom they fit. `is_id` is set for
    the id of a name, which is a whole name.
    """
    in_order, in_other_order = context.snapshot.names.resolver.readings(value)
    names = name_ids(value, (*in_order, *in_other_order))
    revisions = revisions_by_name(context.session, names)
    bearers = _first_served(context, ({name: revisions[name]} for name in names if name in revisions))
    is_surname = not is_id and _is_surname(value, in_order)
    is_listed = any(not _label(context, at).local for at in ordinals)
    if is_listed and is_surname and not bearers:
        return NamedEntities(ordinals, note=_others_note(context, value, in_order, ordinals))
    if not is_listed and (is_surname or not (is_id or ordinals or bearers)):
        require_thread()
        named = _with_surname(context, value, in_order, ordinals, bearers)
        return named or _with_initials(context, value, (*in_order, *in_other_order))
    if not bearers and len(ordinals) <= 1:
        return NamedEntities(ordinals)
    return NamedEntities(ordinals, bearers, _note(context, value, IS_NAME, ordinals, bearers))


def _with_surname(
    context: SearchContext,
    value: str,
    readings: Sequence[Reading],
    ordinals: Sequence[int],
    bearers: Mapping[str, BitMap],
) -> NamedEntities | None:
    """Return the people whose surname a value is, and those of whom it is the whole name; None if there is nobody."""
    bearers = {**bearers, **_first_served(context, revisions_by_surname(context.session, value, readings))}
    namesakes = context.snapshot.names.resolver.people_with_surname(readings)
    everybody = _in_use(context, sorted({*ordinals, *namesakes}), bearers)
    if not (everybody or bearers):
        return None
    is_name = set(everybody) <= set(ordinals) and all(name in name_ids(value, readings) for name in bearers)
    relation = IS_NAME if is_name else IS_SURNAME
    is_certain = is_name and len(everybody) == 1 and not bearers
    note = None if is_certain else _note(context, value, relation, everybody, bearers)
    return NamedEntities(everybody, bearers, note, is_whole_name=is_name)


def _with_initials(context: SearchContext, value: str, readings: Sequence[Reading]) -> NamedEntities:
    """Return the people whom initials and a surname fit, if one of them is known from articles only."""
    bearers = _first_served(context, revisions_by_initials(context.session, readings))
    ordinals = _in_use(context, context.snapshot.names.resolver.people_with_initials(readings), bearers)
    if not bearers and not any(_label(context, at).local for at in ordinals):
        return NamedEntities()
    note = _note(context, value, MAY_BE_NAME, ordinals, bearers)
    return NamedEntities(ordinals, bearers, note, is_whole_name=False)


def _is_surname(value: str, readings: Sequence[Reading]) -> bool:
    """Return whether a value can be a surname: one word as it is written or without titles, or with a particle."""
    return len(value.split()) == 1 or any(
        len(reading.words) == 1 or _PARTICLES.issuperset(reading.words[:-1]) for reading in readings
    )


def _in_use(context: SearchContext, ordinals: Sequence[int], bearers: Mapping[str, BitMap]) -> Sequence[int]:
    """Return those of these entities that articles name, or all if articles name none of them and no bearer."""
    postings = context.snapshot.postings["entity"]
    in_use = [ordinal for ordinal in ordinals if postings[ordinal]]
    return in_use if in_use or bearers else ordinals


def _label(context: SearchContext, ordinal: int) -> EntityLabel:
    return context.snapshot.labels.entity[ordinal]


def _first_served(context: SearchContext, alternatives: Iterable[RevisionsByName]) -> dict[str, BitMap]:
    """Return the articles of the names of the first alternative of which any is served."""
    return next(filter(None, (served_articles(context, names) for names in alternatives)), {})


def served_articles(context: SearchContext, names: RevisionsByName) -> dict[str, BitMap]:
    """Return the positions of the revisions of each name, without those that are not served; others are left out."""
    revisions = [(name, revision) for name, own in names.items() for revision in own]
    positions = context.snapshot.ids.positions_or_none([revision for _, revision in revisions])
    served: dict[str, list[int]] = {}
    for (name, _), position in zip(revisions, positions, strict=True):
        if position is not None:
            served.setdefault(name, []).append(position)
    return {name: BitMap(own) for name, own in served.items()}


def _note(
    context: SearchContext, value: str, relation: str, ordinals: Sequence[int], bearers: Mapping[str, BitMap]
) -> str:
    """Return how many people a value names, and which of them are known."""
    known = [label for at in ordinals if not (label := _label(context, at)).local]
    count = NamedEntities(ordinals, bearers).count
    if count == 1 and not ordinals:
        return f"“{value}” {relation} 1 person, whom one article names without saying more about who it is."
    if count == 1:
        return f"“{value}” {relation} 1 person: {_shown(_label(context, ordinals[0]))}."
    if not known:
        return (
            f"“{value}” {relation} {count:,} people, some of whom may be the same: the articles do not say enough to "
            "tell. The articles of all of them match."
        )
    listed = [_shown(label) for label in known[:MAX_NOTED]]
    others = count - len(known)
    rest = [f"{len(known) - MAX_NOTED:,} more of the lexicon"] if len(known) > MAX_NOTED else []
    local = [f"{others:,} whom only articles know"] if others else []
    named = _joined([*listed, *rest, *local])
    return f"“{value}” {relation} {count:,} people: {named}. The articles of all of them match."


def _others_note(
    context: SearchContext, value: str, readings: Sequence[Reading], ordinals: Sequence[int]
) -> str | None:
    """Return that a listed name of the lexicon does not mean the people of articles who have it as their surname."""
    require_thread()
    namesakes = context.snapshot.names.resolver.people_with_surname(readings)
    labels = [label for at in namesakes if at not in ordinals and (label := _label(context, at)).local]
    bearers = _first_served(context, revisions_by_surname(context.session, value, readings))
    count = len(labels) + sum(map(len, bearers.values()))
    if not count:
        return None
    names = [*(label.name for label in labels), *_titled(bearers)]
    examples = _joined([f"“{name}”" for name in names[:MAX_NOTED]])
    means = _joined([_shown(_label(context, at)) for at in ordinals])
    people = "1 other person" if count == 1 else f"{count:,} other people"
    return (
        f"“{value}” means {means}. {people} with this surname, whom only articles know, can be found by the full name: "
        f"{examples}."
    )


def _titled(names: Iterable[str]) -> Iterator[str]:
    return (name.removesuffix(BEARER_MARK).replace("-", " ").title() for name in names)


def _shown(label: EntityLabel) -> str:
    return f"{label.name} ({label.id})"


def _joined(texts: Sequence[str]) -> str:
    return " and ".join([*([", ".join(texts[:-1])] if texts[1:] else ()), *texts[-1:]])
