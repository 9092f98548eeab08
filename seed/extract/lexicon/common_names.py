"""Conditions for people of the lexicon whose full names are very common: the document must name what they belong to."""

from collections.abc import Iterator
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
    """Very common given names and surnames in lower case."""

    given_names: frozenset[str]
    surnames: frozenset[str]

    def has(self, form: NameForm) -> bool:
        """Return whether a form without a condition is a very common full name."""
        if form.when is not None:
            return False
        key = person_key(form.text)
        return len(key) == 2 and key[0] in self.given_names and key[1] in self.surnames


@lru_cache(maxsize=1)
def load_common_names() -> CommonNames:
    """Return the names that ship, read once."""
    text = (LEXICON_FOLDER / "common_names.yaml").read_text(encoding="utf-8")
    lists = yaml.load(text, Loader=SAFE_YAML_LOADER)  # noqa: S506 - one of the two safe loaders
    return CommonNames(*(frozenset(map(str.lower, lists[name])) for name in CommonNames._fields))


def with_conditions(lexicon: Lexicon) -> Lexicon:
    """Return the lexicon in which very common full names count only with a name of what the person belongs to."""
    names = load_common_names()
    entities = dict(lexicon.entities)
    for entity in lexicon.entities.values():
        if entity.type is not EntityType.PERSON or not any(map(names.has, entity.forms)):
            continue
        if context := tuple(dict.fromkeys(_names_of_groups(entity, lexicon))):
            condition = Condition(context=context)
            forms = (replace(form, when=condition) if names.has(form) else form for form in entity.forms)
            entities[entity.id] = replace(entity, forms=tuple(forms))
    return Lexicon(entities)


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
