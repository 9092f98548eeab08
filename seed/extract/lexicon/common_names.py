"""Conditions for names of the lexicon that mean other things in most texts.

A person with a very common full name counts where the document names what the person belongs to, and a weapon with the
name of something else (Javelin, Grad) where the document has a word of war.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import yaml

from app.models import EntityType
from app.text.person_names import person_key
from seed.extract.lexicon.lexicon import LEXICON_FOLDER, SAFE_YAML_LOADER, Condition, Lexicon, LexiconEntity, NameForm

# Found in any letter case, "UN" and "US" would be words of half of all texts.
_MAX_WEAK = 2


class CommonNames(NamedTuple):
    """Very common given names and surnames in lower case, names of weapons and other things, and words of war."""

    given_names: frozenset[str]
    surnames: frozenset[str]
    weapons: frozenset[str]
    weapon_context: tuple[str, ...]

    def has(self, form: NameForm) -> bool:
        """Return whether a form without a condition is a very common full name."""
        if form.when is not None:
            return False
        key = person_key(form.text)
        return len(key) == 2 and key[0] in self.given_names and key[1] in self.surnames

    def has_weapon(self, form: NameForm) -> bool:
        """Return whether a form that counts in any text, be it in its letter case only, means other things, too."""
        return (form.when is None or form.when.case) and form.text in self.weapons


@lru_cache(maxsize=1)
def load_common_names() -> CommonNames:
    """Return the names that ship, read once."""
    text = (LEXICON_FOLDER / "common_names.yaml").read_text(encoding="utf-8")
    lists = yaml.load(text, Loader=SAFE_YAML_LOADER)  # noqa: S506 - one of the two safe loaders
    given_names, surnames = (frozenset(map(str.lower, lists[name])) for name in ("given_names", "surnames"))
    return CommonNames(given_names, surnames, frozenset(lists["weapons"]), tuple(lists["weapon_context"]))


def with_conditions(lexicon: Lexicon) -> Lexicon:
    """Return the lexicon in which common names count only with a word that shows who or what is meant."""
    names = load_common_names()
    in_war = Condition(context=names.weapon_context)
    entities = dict(lexicon.entities)
    for entity in lexicon.entities.values():
        if entity.type is EntityType.WEAPON:
            entities[entity.id] = _with_condition(entity, names.has_weapon, in_war)
        elif entity.type is EntityType.PERSON and any(map(names.has, entity.forms)):
            context = tuple(dict.fromkeys(_names_of_groups(entity, lexicon)))
            entities[entity.id] = _with_condition(entity, names.has, Condition(context=context) if context else None)
    return Lexicon(entities)


def _with_condition(
    entity: LexiconEntity, is_common: Callable[[NameForm], bool], condition: Condition | None
) -> LexiconEntity:
    if condition is None or not any(map(is_common, entity.forms)):
        return entity
    return replace(
        entity, forms=tuple(replace(form, when=condition) if is_common(form) else form for form in entity.forms)
    )


def _names_of_groups(entity: LexiconEntity, lexicon: Lexicon) -> Iterator[str]:
    """Yield the names of what an entity belongs to, directly or not."""
    groups = [entity]
    seen = {entity.id}
    for group in groups:  # The list grows during the loop.
        for membership in group.member_of:
            if membership.of not in seen and (parent := lexicon.entities.get(membership.of)) is not None:
                seen.add(parent.id)
                groups.append(parent)
                yield from (form.text for form in parent.forms if form.when is None and len(form.text) > _MAX_WEAK)
