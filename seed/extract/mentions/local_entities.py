"""Who or what a found name is: the lexicon's entity, one met earlier in the document, or a local one."""

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


def core(tokens: Iterable[Token]) -> tuple[str, ...]:
    """Returns a person's name in small letters without initials, articles and suffixes, by which namings meet."""
    words = [token for token in tokens if len(token.text) > 1 and not token.text.endswith(".")]
    return tuple(
        word.text.lower()
        for place, word in enumerate(words)
        if word.text.lower() not in _SUFFIXES and not _is_article(word, words[place + 1 : place + 2])
    )


def _is_article(word: Token, following: Sequence[Token]) -> bool:
    """Whether a word is the al of al-Abadi, however written; Ash before another word is a given name."""
    if word.text.lower() not in _ARTICLES:
        return False
    return not word.is_capital or word.text in ("Al", "El") or any(after.gap.startswith("-") for after in following)


def slug(text: str) -> str:
    """Returns small letters and digits joined by hyphens; letters outside ASCII lose their accents only."""
    plain = unicodedata.normalize("NFKD", fold_code_points(text)).casefold()
    return re.sub(r"[\W_]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")


class PersonIndex:
    """The lexicon's people by the core of their full names."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._people: dict[tuple[str, ...], set[str]] = {}
        for entity in lexicon.entities.values():
            if entity.type is EntityType.PERSON:
                for name in entity.all_names:
                    self._add(core(tokenize(fold_code_points(name))), entity.id)

    def _add(self, words: tuple[str, ...], id_: str) -> None:
        if len(words) > 1:
            self._people.setdefault(words, set()).add(id_)

    def find(self, words: tuple[str, ...]) -> str | None:
        """Returns the one person of that name, also under first and last word alone."""
        for key in (words, (*words[:1], *words[-1:])):
            ids = self._people.get(key, ())
            if len(ids) == 1:
                return next(iter(ids))
        return None


class Locals:
    """The entities of one document that the lexicon lacks; ids are pure functions of name and context."""

    def __init__(self) -> None:
        self._found: dict[str, LocalEntity] = {}

    def add(self, name: str, type_: EntityType, context: str, surface: str | None = None) -> str:
        """Returns the id of a thing with that name and context, remembering it and how else it was written."""
        return self._remember(f"{slug(name)}--{slug(f'{type_} {context}')}", name, type_, surface)

    def add_person(self, words: tuple[str, ...], name: str, context: str) -> str:
        """Returns the id of a person, by the core of the name, so that initials and articles make no difference."""
        return self._remember(f"{slug(' '.join(words))}--{slug(context) or 'person'}", name, EntityType.PERSON, None)

    def _remember(self, id_: str, name: str, type_: EntityType, surface: str | None) -> str:
        # The doubled hyphen keeps a local id apart from every id of the lexicon.
        known = self._found.setdefault(id_, LocalEntity(id_, name, type_))
        if surface is not None and surface not in (known.name, *known.aliases):
            self._found[id_] = LocalEntity(id_, known.name, known.type, (*known.aliases, surface))
        return id_

    def used(self, ids: Iterable[str | None]) -> Sequence[LocalEntity]:
        """Returns those of the entities whose ids are given, in order of id."""
        wanted = set(ids)
        return tuple(self._found[id_] for id_ in sorted(self._found) if id_ in wanted)
