"""Conflicts between corrections, found before anything is changed: circles, what was merged or hidden, two renames."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Protocol

from app.labels import split_bearer_id
from app.models import Action
from seed.corrections.decisions import Decision, in_effect
from seed.corrections.rules import resolved

MAX_NEAREST = 3
"""Maximum number of ids that are suggested for an unknown one."""

_SINGLE = {
    Action.RENAME: "renamed",
    Action.RETYPE: "given a type",
    Action.WIKIDATA: "given a Wikidata id",
}
"""What an entity can be only once, in words: the first such correction has to be undone before a second one."""


class EntityNames(Protocol):
    """The entities that are known before any correction, with their names."""

    def current_id(self, id_: str) -> str:
        """Return the id of the entity into which the lexicon merged another one, else the id itself."""

    def names_of(self, id_: str) -> Sequence[str] | None:
        """Return the name and the other names of an entity; None if it is unknown."""

    def ids(self) -> Iterable[str]:
        """Return the ids of all entities."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a correction. An unknown entity is no conflict: its texts may be loaded later."""

    correction: str
    message: str
    is_conflict: bool = True

    def __str__(self) -> str:
        return f"{self.correction}: {self.message}"


def find_problems(decisions: Sequence[Decision], known: EntityNames) -> list[Problem]:
    """Return the problems of all decisions of a file, in its order."""
    undos = [*_undo_problems(decisions)]
    checker = _Checker(known)
    others = [problem for decision in in_effect(decisions) for problem in checker.problems(decision)]
    order = {decision.id: number for number, decision in enumerate(decisions)}
    return sorted([*undos, *others], key=lambda problem: order[problem.correction])


def _undo_problems(decisions: Sequence[Decision]) -> Iterator[Problem]:
    """Yield the undos of what is unknown, or was taken back before."""
    for number, decision in enumerate(decisions):
        if decision.do is Action.UNDO:
            before = decisions[:number]
            if decision.of not in {one.id for one in before}:
                yield Problem(decision.id, f"of is {decision.of!r}: expected the id of an earlier correction")
            elif decision.of not in _countable(before):
                yield Problem(decision.id, f"of is {decision.of!r}, which was undone already")


def _countable(decisions: Sequence[Decision]) -> set[str]:
    """Return the ids of the decisions that can be undone: those in effect, and the undos that are not undone."""
    undone: set[str | None] = set()
    for decision in reversed(decisions):
        if decision.do is Action.UNDO and decision.id not in undone:
            undone.add(decision.of)
    return {decision.id for decision in decisions} - {id_ for id_ in undone if id_ is not None}


@dataclass
class _Checker:
    """Follows the decisions in effect, and says what contradicts those before."""

    known: EntityNames
    merged: dict[str, str] = field(default_factory=dict)
    merged_by: dict[str, str] = field(default_factory=dict)
    hidden_by: dict[str, str] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    aliases: dict[tuple[str, str], bool] = field(default_factory=dict)
    single: dict[tuple[Action, str], str] = field(default_factory=dict)

    def problems(self, decision: Decision) -> Iterator[Problem]:
        """Yield the problems of a decision, and take it for made."""
        messages = [*self._entity_problems(decision), *self._own_problems(decision)]
        yield from (Problem(decision.id, message) for message in messages)
        for id_ in decision.entities:
            if id_ != decision.makes and not self._is_known(id_):
                yield Problem(decision.id, self._unknown(id_), is_conflict=False)
        self._take(decision)

    def _resolve(self, id_: str) -> str:
        return resolved(self.merged, self.known.current_id(id_))

    def _entity_problems(self, decision: Decision) -> Iterator[str]:
        for name, id_ in (("entity", decision.entity), ("into", decision.into)):
            if id_ is None:
                continue
            now = self._resolve(id_)
            if (hiding := self.hidden_by.get(now)) is not None:
                yield f"{id_!r} is hidden by {hiding}: undo that first"
            elif name == "entity" and now != self.known.current_id(id_):
                yield f"{id_!r} was merged into {now!r} by {self.merged_by.get(id_, 'an earlier correction')}"

    def _own_problems(self, decision: Decision) -> Iterator[str]:
        entity = None if decision.entity is None else self._resolve(decision.entity)
        into = None if decision.into is None else self._resolve(decision.into)
        if decision.do is Action.MERGE and entity == into:
            yield f"{decision.entity!r} and {decision.into!r} are one entity already: a circle of merges"
        if decision.makes is not None and self._is_known(decision.makes):
            yield f"{decision.makes!r} is known: expected no name and type, which would make a new entity"
        first = self.single.get((decision.do, entity or ""))
        if decision.do in _SINGLE and first is not None:
            yield f"{decision.entity!r} was {_SINGLE[decision.do]} by {first}: undo that first"
        is_removal = decision.do is Action.ALIAS_REMOVE and entity is not None and self._is_known(entity)
        if is_removal and not self._has_name(str(entity), str(decision.surface)):
            yield f"{decision.surface!r} is no alias of {decision.entity!r}"

    def _has_name(self, entity: str, name: str) -> bool:
        is_added = self.aliases.get((entity, name))
        others = (id_ for id_ in self.merged if self._resolve(id_) == entity)
        names = (self.known.names_of(id_) or () for id_ in (entity, *others))
        return is_added if is_added is not None else any(name in own for own in names)

    def _is_known(self, id_: str) -> bool:
        bearer = split_bearer_id(id_)
        ids = (id_, self.known.current_id(id_), *(bearer[:1] if bearer else ()))
        return id_ in self.made or any(self.known.names_of(one) is not None for one in ids)

    def _unknown(self, id_: str) -> str:
        nearest = get_close_matches(id_, [*self.known.ids(), *self.made], MAX_NEAREST, cutoff=0.7)
        hint = f"; the nearest are {', '.join(nearest)}" if nearest else ""
        return f"{id_!r} is not known: expected the id of an entity{hint}"

    def _take(self, decision: Decision) -> None:
        entity = None if decision.entity is None else self._resolve(decision.entity)
        if decision.makes is not None:
            self.made[decision.makes] = decision.id
        if entity is None:
            return
        if decision.do is Action.MERGE and (into := self._resolve(str(decision.into))) != entity:
            self.merged[entity] = into
            self.merged_by[str(decision.entity)] = decision.id
        if decision.do is Action.HIDE:
            self.hidden_by[entity] = decision.id
        if decision.do in _SINGLE:
            self.single[decision.do, entity] = decision.id
        if decision.do is Action.RENAME:
            self.aliases |= {(entity, name): True for name in self.known.names_of(entity) or ()}
        if decision.do in (Action.ALIAS_ADD, Action.ALIAS_REMOVE):
            self.aliases[entity, str(decision.surface)] = decision.do is Action.ALIAS_ADD


def new_problems(before: Sequence[Decision], after: Sequence[Decision], known: EntityNames) -> list[Problem]:
    """Return the problems that decisions have only together with others which are added to them."""
    old = {str(problem) for problem in find_problems(before, known)}
    return [problem for problem in find_problems(after, known) if str(problem) not in old]
