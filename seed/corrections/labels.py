"""Apply rules to the labels of entities: what a publish serves is a pure function of the tables and the rules."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.labels import HIDDEN, EntityLabel, split_bearer_id
from app.models import BEARER_MARK, Action, EntityType
from seed.corrections.rules import MadeEntity, Rule, Rules, resolved

NO_LONGER_MADE = "the correction that made it was undone"
"""Why an entity is hidden that only a correction made which is no longer in effect."""

NO_NAMES: Mapping[str, str] = {}


def corrected_labels(
    labels: Iterable[EntityLabel], rules: Rules, *, made: Iterable[str] = (), names: Mapping[str, str] = NO_NAMES
) -> list[EntityLabel]:
    """Return the labels, in the order of their ids, as the rules want them.

    `made` are the ids of the labels that nothing but corrections names, `names` the names without context, by id.
    """
    by_id = {label.id: label for label in labels}
    targets, made = rules.targets, frozenset(made)
    unmade = [by_id.pop(id_) for id_ in sorted(made - targets) if id_ in by_id]
    for id_ in sorted(targets & by_id.keys()):
        by_id[id_] = replace(by_id[id_], moved_to=())
    types = {rule.target: by_id[rule.entity].type for rule in reversed(rules.all) if rule.entity in by_id}
    for id_ in made & by_id.keys():
        # One that is neither known nor made by name is of the type of what first became part of it.
        entity = rules.made.get(id_) or MadeEntity(id_, None, types.get(id_, EntityType.PERSON))
        by_id[id_] = _made_label(by_id[id_], entity, names)
    for rule in rules.all:
        _apply(rule, by_id, names)
    # Earlier revisions may still name what is no longer made.
    others = [replace(label, hidden=NO_LONGER_MADE) for label in unmade]
    current = [_with_current_successors(label, rules) for label in by_id.values()]
    return sorted([*others, *current], key=lambda label: label.id)


def name_ids(rules: Rules) -> set[str]:
    """Return the ids of the names without context that rules merge, or make people of."""
    ids = {rule.entity for rule in rules.all if rule.do is Action.MERGE and rule.entity is not None}
    bearers = {bearer[0] for id_ in ids if (bearer := split_bearer_id(id_)) is not None}
    names = {made.name_id for made in rules.made.values() if made.name_id is not None}
    return names | bearers | {id_ for id_ in ids if id_.endswith(BEARER_MARK)}


def _made_label(label: EntityLabel, made: MadeEntity, names: Mapping[str, str]) -> EntityLabel:
    former_ids = label.former_ids
    if made.name_id is not None and made.name_id != made.id and split_bearer_id(made.id) is None:
        former_ids = (*former_ids, made.name_id)
    name = made.name or name_without_context(made.name_id or made.id, names)
    return replace(label, name=name, type=made.type, former_ids=former_ids)


def name_without_context(id_: str, names: Mapping[str, str]) -> str:
    """Return the name of people without context: that of its row, or else one made of its id."""
    return names.get(id_) or id_.partition(BEARER_MARK)[0].replace("-", " ").title()


def _apply(rule: Rule, by_id: dict[str, EntityLabel], names: Mapping[str, str]) -> None:
    decision = rule.decision
    if rule.do is Action.MERGE and rule.target in by_id:
        _merge(str(rule.entity), str(rule.target), by_id, names)
        return
    label = by_id.get(rule.entity or "")
    if label is None:
        return
    if rule.do is Action.RENAME:
        label = _with_aliases(replace(label, name=str(decision.name)), label.name)
    elif rule.do is Action.ALIAS_ADD:
        label = _with_aliases(label, str(decision.surface))
    elif rule.do is Action.ALIAS_REMOVE:
        label = replace(label, aliases=tuple(alias for alias in label.aliases if alias != decision.surface))
    elif rule.do is Action.RETYPE:
        label = replace(label, type=EntityType(str(decision.type)))
    elif rule.do is Action.WIKIDATA:
        label = replace(label, wikidata=decision.wikidata)
    elif rule.do is Action.HIDE:
        label = replace(label, hidden=decision.why or HIDDEN)
    elif rule.do is Action.SPLIT and rule.target not in label.split_into:
        label = replace(label, split_into=(*label.split_into, str(rule.target)))
    by_id[label.id] = label


def _merge(entity: str, target: str, by_id: dict[str, EntityLabel], names: Mapping[str, str]) -> None:
    """Give the target the names and ids of a merged entity, whose label is dropped as one with a former id."""
    into = by_id[target]
    if entity == target:
        return
    merged = by_id.pop(entity, None)
    if merged is None:
        bearer = split_bearer_id(entity)
        former: tuple[str, ...] = (entity,)
        into = _with_aliases(into, name_without_context(bearer[0] if bearer else entity, names))
    else:
        former = (entity, *merged.former_ids)
        into = replace(_with_aliases(into, merged.name, *merged.aliases), wikidata=into.wikidata or merged.wikidata)
    by_id[target] = replace(into, former_ids=tuple(dict.fromkeys((*into.former_ids, *former))))


def _with_aliases(label: EntityLabel, *names: str) -> EntityLabel:
    aliases = dict.fromkeys((*label.aliases, *names))
    return replace(label, aliases=tuple(alias for alias in aliases if alias != label.name))


def _with_current_successors(label: EntityLabel, rules: Rules) -> EntityLabel:
    """Return a label with what became of the entities to which it moved or was split."""
    moved_to, split_into = (
        tuple(dict.fromkeys(resolved(rules.merged, id_) for id_ in ids)) for ids in (label.moved_to, label.split_into)
    )
    return replace(label, moved_to=moved_to, split_into=split_into)
