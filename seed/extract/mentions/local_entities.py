"""Entities that the lexicon lacks, with their ids, and the lexicon's people by name."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from app.models import EntityType
from app.text.folding import fold_code_points
from seed.extract.lexicon.lexicon import Lexicon
from seed.extract.text.tokens import Token, tokenize
from seed.records import LocalEntity

_ARTICLES = frozenset({"al", "el", "ar", "as", "ash", "at", "az", "an", "ad"})
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


def name_key(tokens: Iterable[Token]) -> tuple[str, ...]:
    """Return the lower-case words of a person's name without initials, articles and suffixes.

    Names with the same key are names of the same person.
    """
    words = [token for token in tokens if len(token.text) > 1 and not token.text.endswith(".")]
    return tuple(
        word.text.lower()
        for index, word in enumerate(words)
        if word.text.lower() not in _SUFFIXES and not _is_article(word, words[index + 1 : index + 2])
    )


def _is_article(word: Token, next_words: Sequence[Token]) -> bool:
    """Return whether a word is the article of a name, as in al-Abadi or Al Abadi.

    Other capitalised articles count only before a hyphen: Ash before another word is a given name.
    """
    if word.text.lower() not in _ARTICLES:
        return False
    return (
        not word.is_capital
        or word.text in ("Al", "El")
        or any(next_word.gap.startswith("-") for next_word in next_words)
    )


def local_entity_slug(text: str) -> str:
    """Return lower-case letters and digits joined by hyphens, for one half of a local id.

    Letters of every script stay and only lose their accents, and folding code points first treats letters such as ł as
    plain ones. The slugs of records' entities (`seed.pipeline.identity`) skip that step, so ł stays, and fall back to
    the name itself; those of sources (`seed.readers.outlets`) are ASCII, with a hash for what ASCII cannot spell.
    """
    plain = unicodedata.normalize("NFKD", fold_code_points(text)).casefold()
    return re.sub(r"[\W_]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")


class PersonIndex:
    """The lexicon's people by the keys of their full names."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._people: dict[tuple[str, ...], set[str]] = {}
        for entity in lexicon.entities.values():
            if entity.type is EntityType.PERSON:
                for name in entity.all_names:
                    self._add(name_key(tokenize(fold_code_points(name))), entity.id)

    def _add(self, key: tuple[str, ...], id_: str) -> None:
        if len(key) > 1:
            self._people.setdefault(key, set()).add(id_)

    def find(self, key: tuple[str, ...]) -> str | None:
        """Return the id of the one person with that key, or else with its first and last word."""
        for candidate in (key, (*key[:1], *key[-1:])):
            ids = self._people.get(candidate, ())
            if len(ids) == 1:
                return next(iter(ids))
        return None


class LocalEntities:
    """The entities of one document that the lexicon lacks; an id is a pure function of name and context."""

    def __init__(self) -> None:
        self._entities: dict[str, LocalEntity] = {}

    def add(self, name: str, type_: EntityType, context: str, surface: str | None = None) -> str:
        """Register an entity with that name and context and return its id; another `surface` becomes an alias."""
        return self._register(
            f"{local_entity_slug(name)}--{local_entity_slug(f'{type_} {context}')}", name, type_, surface
        )

    def add_person(self, key: tuple[str, ...], name: str, context: str) -> str:
        """Register a person and return its id, made of the name's key: initials and articles make no difference."""
        return self._register(
            f"{local_entity_slug(' '.join(key))}--{local_entity_slug(context) or 'person'}",
            name,
            EntityType.PERSON,
            None,
        )

    def _register(self, id_: str, name: str, type_: EntityType, surface: str | None) -> str:
        # No id of the lexicon has two consecutive hyphens, so a local id never equals one.
        entity = self._entities.setdefault(id_, LocalEntity(id_, name, type_))
        if surface is not None and surface not in (entity.name, *entity.aliases):
            self._entities[id_] = LocalEntity(id_, entity.name, entity.type, (*entity.aliases, surface))
        return id_

    def with_ids(self, ids: Iterable[str | None]) -> Sequence[LocalEntity]:
        """Return the entities whose ids are among `ids`, in order of id."""
        selected = set(ids)
        return tuple(self._entities[id_] for id_ in sorted(self._entities) if id_ in selected)
