"""The corrections in effect as rules, one after the other, with each entity as what earlier corrections made of it.

Rules are looked up by the entity or the wording of a mention, so that many corrections cost an article little.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.labels import split_bearer_id
from app.models import BEARER_MARK, Action, EntityType
from seed.corrections.decisions import Decision, in_effect

MERGED_PEOPLE = "merged"
"""The context in the id of the one person that all bearers of a name are, once others are merged into the name."""

CurrentId = Callable[[str], str]
"""A function that returns the id of an entity now: the lexicon may have merged it into another one."""

TEXT_ACTIONS = frozenset({Action.IS, Action.ALIAS_ADD})
"""The actions that find their wording where no mention was found."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision with the entities that it means: `entity` is what a mention has to name, `target` what it names then.

    `number` has the order of the rules. `decision` has the conditions.
    """

    number: int
    decision: Decision
    entity: str | None
    target: str | None

    @property
    def do(self) -> Action:
        """What the rule does."""
        return self.decision.do


@dataclass(frozen=True, slots=True)
class MadeEntity:
    """An entity that corrections make: `name_id` is the name without context that it was, if it was one."""

    id: str
    name: str | None
    type: EntityType
    name_id: str | None = None


@dataclass(frozen=True)
class Rules:
    """The rules of the corrections in effect; `finding` are those that find their wording where nothing was found.

    `merged` has what each merged entity is part of, `types` the types that entities have been given, `made` what was
    made by name or of people without context. `decisions` are all of the file, in effect or not.
    """

    decisions: Sequence[Decision] = ()
    all: Sequence[Rule] = ()
    finding: Sequence[Rule] = ()
    by_entity: Mapping[str, Sequence[Rule]] = field(default_factory=dict)
    by_surface: Mapping[str, Sequence[Rule]] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, EntityType] = field(default_factory=dict)
    made: Mapping[str, MadeEntity] = field(default_factory=dict)

    @property
    def targets(self) -> frozenset[str]:
        """The entities that mentions name because of a rule, whatever later rules make of them."""
        return frozenset(rule.target for rule in self.all if rule.target is not None)


NO_RULES = Rules()


def resolved(merged: Mapping[str, str], id_: str) -> str:
    """Return the entity that an entity is part of after some merges; a bearer follows its name."""
    while True:
        bearer = split_bearer_id(id_)
        if id_ in merged and merged[id_] != id_:
            id_ = merged[id_]
        elif id_ not in merged and bearer is not None and bearer[0] in merged:
            id_ = merged[bearer[0]]
        else:
            return id_


def normal_surface(text: str) -> str:
    """Return a wording with single spaces."""
    return " ".join(text.split())


def make_rules(decisions: Iterable[Decision], current_id: CurrentId = lambda id_: id_) -> Rules:
    """Return the rules of the decisions of a file."""
    builder = _Builder(current_id)
    decisions = tuple(decisions)
    for decision in in_effect(decisions):
        builder.add(decision)
    return builder.rules(decisions)


class _Builder:
    """Adds rules one after the other."""

    def __init__(self, current_id: CurrentId) -> None:
        self._current_id = current_id
        self._rules: list[Rule] = []
        self._merged: dict[str, str] = {}
        self._types: dict[str, EntityType] = {}
        self._made: dict[str, MadeEntity] = {}

    def add(self, decision: Decision) -> None:
        """Add the rule of a decision, and those that make an entity of people without context."""
        entity = None if decision.entity is None else self._resolve(decision.entity)
        if entity is not None and decision.do in _LABEL_ACTIONS:
            entity = self._target(decision, entity)
        target = entity if decision.do is Action.ALIAS_ADD else None
        if decision.into is not None:
            target = self._target(decision, self._resolve(decision.into))
            entity = entity and self._resolve(entity)
        if decision.do is Action.MERGE:
            if entity == target or entity is None or target is None:
                return  # They are one entity already.
            self._merged[entity] = target
            self._types.pop(entity, None)
        if decision.do is Action.RETYPE and entity is not None:
            self._types[entity] = EntityType(str(decision.type))
        self._append(decision, entity, target)

    def _append(self, decision: Decision, entity: str | None, target: str | None) -> None:
        self._rules.append(Rule(len(self._rules), decision, entity, target))

    def _resolve(self, id_: str) -> str:
        return resolved(self._merged, self._current_id(id_))

    def _target(self, decision: Decision, id_: str) -> str:
        """Return the entity that mentions are to name: people without context become one that articles can share."""
        if decision.makes is not None and decision.name is not None:
            self._made.setdefault(id_, MadeEntity(id_, decision.name, EntityType(str(decision.type))))
            return id_
        bearer = split_bearer_id(id_)
        if id_.endswith(BEARER_MARK):
            return self._make_person(decision, id_, f"{id_}{MERGED_PEOPLE}", id_)
        if bearer is not None and id_ not in self._merged:
            return self._make_person(decision, id_, id_, bearer[0])
        return id_

    def _make_person(self, decision: Decision, id_: str, made: str, name_id: str) -> str:
        """Let the bearers that have an id become one person, and return the id of that person."""
        self._made[made] = MadeEntity(made, None, EntityType.PERSON, name_id)
        self._merged[id_] = made
        merge = replace(decision, do=Action.MERGE, entity=id_, into=made, surface=None, article=None, context=None)
        self._append(merge, id_, made)
        return made

    def rules(self, decisions: Sequence[Decision]) -> Rules:
        by_entity: defaultdict[str, list[Rule]] = defaultdict(list)
        by_surface: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in self._rules:
            if rule.do in (Action.IS, Action.NOT_A_NAME, Action.ALIAS_ADD):
                by_surface[normal_surface(str(rule.decision.surface))].append(rule)
            elif rule.entity is not None and rule.do in _MENTION_ACTIONS:
                by_entity[rule.entity].append(rule)
        finding = [rule for rule in self._rules if rule.do in TEXT_ACTIONS]
        return Rules(decisions, self._rules, finding, by_entity, by_surface, self._merged, self._types, self._made)


_MENTION_ACTIONS = frozenset(
    {
        Action.MERGE,
        Action.SPLIT,
        Action.ALIAS_REMOVE,
        Action.RETYPE,
        Action.HIDE,
    }
)
"""The actions that change the mentions of an entity."""

_LABEL_ACTIONS = frozenset(
    {
        Action.RENAME,
        Action.ALIAS_ADD,
        Action.ALIAS_REMOVE,
        Action.RETYPE,
        Action.WIKIDATA,
    }
)
"""The actions that need a label: people without context, who have none, get one."""
