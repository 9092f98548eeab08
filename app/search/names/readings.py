"""What a text that is no known name can still mean: identifiers inside addresses, and looser readings of a name.

Looser readings are tried from the strictest to the loosest:

1. without possessives, punctuation and articles, and with or without what is in brackets;
2. in the order of a catalogue ("Putin, Vladimir"), if there is a comma;
3. without titles before or after it, as a person;
4. in another order without a comma ("Putin Vladimir");
5. with initials for given names ("V. Putin", "Putin V. V.");
6. with more initials than the known name has ("John Q. Public" for John Public).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from urllib.parse import unquote

from app.text.folding import fold_name
from app.text.person_names import has_family_name_first
from app.text.titles import is_title, title_ends, without_trailing_title

Words = tuple[str, ...]
"""The words of a name as they are compared; an abbreviated one ends with a full stop."""

# Each order of the words is looked up, and no name has more words.
MAX_WORDS = 12
"""Maximum number of words of a text that is read more loosely."""

_WIKIDATA = re.compile(
    r"(?:(?:https?:)?//)?(?:www\.|m\.)?wikidata\.org/(?:entity|wiki|item)/(?:special:[a-z]+/|item:)?(q[0-9]+)"
    r"(?:\.[a-z]+)?/?(?:[?#].*)?|(?:wd|wdt|wikidata)\s?:\s?(q[0-9]+)|wikidata\s(q[0-9]+)",
    re.IGNORECASE | re.DOTALL,
)
_OWN_ADDRESS = r"(?:[^\s?#]*/)?v1/{}/([^\s/?#]+?)(?:\.jsonld|/related)?/?(?:[?#].*)?"
_ARABIC_ARTICLE = re.compile(r"\b(?:a[lrsntdz]|ash|adh|ath|[eu]l|ud|ur|us|uz)[-‐‑–—’'](?!s\b)(?=\w)", re.IGNORECASE)
_ARABIC_ARTICLES = frozenset(("al", "el", "ul", "ar", "ash", "ad", "az"))
_ARTICLES = frozenset(re.findall("[a-z]+", "the le la les los las el il lo gli der die das den dem het"))
_ELISION = re.compile(r"\b(?:l|d|dell|all|nell|dall|sull|un|qu)'(?=\w)")
_POSSESSIVE = re.compile(r"(?<=[\w.])'(?:s\b|(?!\w))")
_DOTTED = re.compile(r"\b[^\W\d_](?:\.[^\W\d_])+\b\.?")
_BRACKETS = re.compile(r"[(\[{（【][^)\]}）】]*[)\]}）】]?")
_COMMAS = re.compile(r"[,;،，、؛]")
_PLAIN = re.compile("[A-Za-z ]*")
_TOKEN = re.compile(r"[^\W_]+\.?")


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a name; `is_person` if only a person can have it, as after a title."""

    words: Words
    is_person: bool = False

    @property
    def key(self) -> str:
        """The words as `NameForms` indexes them."""
        return _key(self.words)


def _key(words: Words) -> str:
    return " ".join(words).replace(".", "")


def wikidata_id(value: str) -> str | None:
    """Return the Wikidata id in an address of Wikidata or after its prefix, in any of the usual forms."""
    match = _WIKIDATA.fullmatch(value.strip().strip("<>"))
    return next(filter(None, match.groups())) if match else None


def id_in_address(value: str, resource: str) -> str | None:
    """Return the id in one of our own addresses of a resource, absolute or relative and below any prefix."""
    match = re.fullmatch(_OWN_ADDRESS.format(resource), value.strip().strip("<>"), re.DOTALL)
    return unquote(match[1]) if match else None


def name_words(text: str) -> Words:
    """Return the words of a name without possessives, punctuation and articles."""
    words = text.lower().split() if _PLAIN.fullmatch(text) else _split(text)
    start = 1 if len(words) > 1 and words[0] in _ARTICLES else 0
    if start or not _ARABIC_ARTICLES.isdisjoint(words):
        words = [word for word in words[start:] if word not in _ARABIC_ARTICLES] or words
    return tuple(words)


def _split(text: str) -> list[str]:
    folded = fold_name(_ARABIC_ARTICLE.sub("", text))
    if "'" in folded:
        folded = _ELISION.sub("", _POSSESSIVE.sub("", folded)).replace("'", "")
    if "." in folded:
        folded = _DOTTED.sub(lambda dotted: dotted[0].replace(".", "") + " ", folded)
    words = _TOKEN.findall(folded.replace("&", " and "))
    # The article is written together with the word in Arabic; shorter words only begin alike.
    return [word[2:] if word.startswith("ال") and len(word) > 4 else word for word in words]


def readings(value: str, is_owner: Callable[[str], bool]) -> tuple[list[Reading], list[Reading]]:
    """Return the readings of a name whose words all have to match, and then those in another order; strictest first.

    `is_owner` returns whether a text names what a title can be of.
    """
    whole = name_words(value)
    parts = [words for part in _COMMAS.split(_BRACKETS.sub(" ", value)) if (words := name_words(part))]
    # "Washington Post, The" ends with nothing but an article.
    parts = [part for at, part in enumerate(parts) if not at or part[0] not in _ARTICLES]
    if not 0 < len(whole) <= MAX_WORDS:
        return [], []
    named = [part for at, part in enumerate(parts) if not at or not _is_title(part, is_owner)]
    plain = tuple(chain.from_iterable(named))
    ordered = [Reading(whole), Reading(tuple(chain.from_iterable(parts))), Reading(plain, len(named) < len(parts))]
    if len(named) > 1:
        inverted = (*named[-1], *chain.from_iterable(named[:-1]))
        ordered.append(Reading(inverted, len(named) < len(parts)))
        bases = [inverted, plain]
    else:
        bases = [plain]
    for base in filter(None, bases):
        ordered += (Reading(words, is_person=True) for words in _without_titles(base, is_owner))
    rotated = [
        Reading((*reading.words[at:], *reading.words[:at]), reading.is_person)
        for reading in ordered
        for at in range(1, len(reading.words))
    ]
    return _unique(ordered), _unique(rotated)


def _is_title(words: Words, is_owner: Callable[[str], bool]) -> bool:
    return is_title([word.rstrip(".") for word in words], is_owner)


def _without_titles(words: Words, is_owner: Callable[[str], bool]) -> Iterator[Words]:
    """Yield what remains of a name without its titles, from the fewest to the most."""
    bare = [word.rstrip(".") for word in words]
    named = tuple(without_trailing_title(bare))
    starts = (0, *title_ends(bare, is_owner))
    if named != tuple(bare):
        yield from (named[start:] for start in starts if start < len(named))
    for start in starts[1:]:
        remaining = words[start:]
        yield remaining
        # An article can follow a title: "His Excellency the Emir".
        if len(remaining) > 1 and remaining[0] in _ARTICLES:
            yield remaining[1:]


def _unique(readings: Iterable[Reading]) -> list[Reading]:
    return list(dict.fromkeys(reading for reading in readings if reading.words))


NamedForm = tuple[Words, int]
"""The words of a name, and the ordinal of its owner."""


class NameForms:
    """The names of some owners by their words, to look up readings. `is_person` says whose names have initials."""

    def __init__(self, names: Iterable[tuple[str, int]], is_person: Callable[[int], bool]) -> None:
        self._owners: defaultdict[str, list[int]] = defaultdict(list)
        self._by_surname: defaultdict[str, list[NamedForm]] = defaultdict(list)
        self._by_first_name: defaultdict[str, list[int]] = defaultdict(list)
        self._forms: defaultdict[int, list[Words]] = defaultdict(list)
        for name, owner in names:
            words = name_words(name)
            if not words:
                continue
            owners = self._owners[_key(words)]
            if not owners or owners[-1] != owner:
                owners.append(owner)
            if len(words) > 1 and is_person(owner):
                plain = tuple(word.rstrip(".") for word in words)
                self._by_surname[plain[-1]].append((plain[:-1], owner))
                self._forms[owner].append(plain)
                if has_family_name_first(plain):
                    self._by_first_name[plain[0]].append(owner)

    def owners(self, reading: Reading) -> Sequence[int]:
        """Return the owners of a name with exactly these words."""
        return self._owners.get(reading.key, ())

    def owners_by_surname(self, reading: Reading) -> list[int]:
        """Return the people whose last names, or first one where family names come first, are all of these words."""
        *before, surname = (word.rstrip(".") for word in reading.words)
        by_last_names = (
            owner
            for given, owner in self._by_surname.get(surname, ())
            if list(given[max(0, len(given) - len(before)) :]) == before
        )
        return sorted({*by_last_names, *(() if before else self._by_first_name.get(surname, ()))})

    def owners_by_initials(self, readings: Iterable[Reading]) -> list[int]:
        """Return the people whose surname is the last word and whose given names fit the other words or initials."""
        return self._by_given_names(readings, lambda given, known, _: _fit(given, known))

    def owners_with_fewer_initials(self, readings: Iterable[Reading]) -> list[int]:
        """Return the people with this given name and surname, none of whose names contradicts the other initials."""
        return self._by_given_names(
            readings,
            lambda given, known, others: _extend(given, known) and all(_agree(given, other) for other in others),
        )

    def _by_given_names(
        self, readings: Iterable[Reading], fits: Callable[[Words, Words, Iterable[Words]], bool]
    ) -> list[int]:
        owners: set[int] = set()
        for reading in readings:
            surname = reading.words[-1].rstrip(".")
            for given in _given_names(reading.words):
                for known, owner in self._by_surname.get(surname, ()):
                    others = (form[:-1] for form in self._forms[owner] if form[-1] == surname)
                    if fits(given, known, others):
                        owners.add(owner)
        return sorted(owners)


def _given_names(words: Words) -> Iterator[Words]:
    """Yield the words before the surname, and again with initials that are written together taken apart."""
    given = words[:-1]
    if not given:
        return
    yield given
    if any(1 < len(word) <= 3 and word.isalpha() for word in given):
        yield tuple(chain.from_iterable(word if len(word) <= 3 and word.isalpha() else (word,) for word in given))


def fits_given_names(words: Words, known: Words) -> bool:
    """Return whether the words before the surname are initials or given names of one whose given names are known."""
    return any(_fit(given, known) for given in _given_names(words))


def _is_initial(word: str) -> bool:
    return len(word) == 1 or word.endswith(".")


def _same(word: str, known: str) -> bool:
    """Return whether two given names are the same, or one is an initial or abbreviation of the other."""
    plain = word.rstrip(".")
    if _is_initial(word):
        return known.startswith(plain)
    return plain == known or (len(known) == 1 and plain.startswith(known))


def _agree(given: Words, known: Words) -> bool:
    return all(map(_same, given, known))


def _fit(given: Words, known: Words) -> bool:
    """Return whether given names or initials are the first of those that a person has."""
    if len(given) > len(known) or not _agree(given, known):
        return False
    full = any(word == name for word, name in zip(given, known, strict=False))
    # A full name fits the initials of a known one only if another name confirms it.
    return full or all(map(_is_initial, given))


def _extend(given: Words, known: Words) -> bool:
    """Return whether given names are those that a person has, in full, and then initials."""
    extra = given[len(known) :]
    return bool(extra) and given[: len(known)] == known and len(known[0]) > 1 and all(map(_is_initial, extra))
