"""Parse author names from lines that consist of names and nothing else, with the words for "by" of many languages."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from unicodedata import category

from seed.readers.dates.words import fold, normalize, vocabulary
from seed.readers.outlets import DATA_FOLDER
from seed.readers.strict_yaml import YamlValue, parse_yaml

MAX_NAMES_ROW_LENGTH = 300
"""Maximum length of a line of names and dates in characters; a longer one is a paragraph."""

IsOutlet = Callable[[str], bool]

_DASHES = ("—", "–", "-")
_SEPARATORS = r"\s*[,;&、،؛]\s*(?:and\s+)?|\s+(?:{})\s+"
_DASH = re.compile(r"\s+[-–—]\s+")
_ADDRESS = re.compile(r"[(<]?(?:\S+@\S+\.\S+|(?<!\S)@\w+)[)>]?")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'’-](?=[^\W\d_]))*\.?")
_INSIDE_NAMES = frozenset(".'’-·・‧")
_PARTICLES = frozenset(
    {
        "al",
        "bin",
        "da",
        "de",
        "del",
        "den",
        "der",
        "di",
        "do",
        "dos",
        "du",
        "el",
        "ibn",
        "la",
        "le",
        "van",
        "von",
        "y",
        "zu",
    }
)
_TRADE_WORDS = (
    "journalist|journaliste|periodista|giornalista|jornalista|redakteurin|redakteur|redaktör|reporterin|toimittaja|"
    "dziennikarz|dziennikarka|журналист|журналистка|корреспондент|кореспондент|muhabir|muhabiri|wartawan|analyst|"
    "columnist|contributor|correspondent|editor|reporter|writer"
)
_OFFICE_WORDS = (
    "bureau|chief|desk|staff|redacción|redação|redaktion|redaktionen|redazione|rédaction|redactie|redakcja|redakce|"
    "redakcija|redactia|redacția|redação|редакция|редакція|σύνταξη|agencias|agenzia"
)
_TRADES = re.compile(rf"\b(?:{_TRADE_WORDS})\b", re.IGNORECASE)
_ROLES = re.compile(rf"\b(?:{_TRADE_WORDS}|{_OFFICE_WORDS})\b", re.IGNORECASE)
_SECTIONS = re.compile(
    r"\b(?:analysis|blog|breaking|business|culture|economy|editorial|feature|interview|live|local|news|opinion|politics|press|"
    r"release|report|review|sport|sports|statement|update|video|world)\b",
    re.IGNORECASE,
)
_REPORTER = re.compile(
    r"[〔（(\[]?[^\W\d_]{0,12}?(?:记者|記者)[ :：]?(?P<names>[\u4e00-\u9fff]{2,4}(?:[ 、][\u4e00-\u9fff]{2,4}){0,4})"
    r"(?:[／/ ][\u4e00-\u9fff]{1,8}(?:报道|報導|電))?[〕）)\]]?"
)
"""A line of a Chinese newspaper: its name, `reporter`, names, and where from."""

_REPORTER_NAMES = re.compile("[ 、]")
_SMALL_WORD = re.compile(
    r"(?<=\w) (?:de|da|do|dos|das|del|della|di|du|d|la|le|les|el|am|an der|ob der|im|bei|in|of|on|sur|upon|y) (?=\w)"
)
"""A word inside the name of a place, as in `Rio de Janeiro` and `Frankfurt am Main`."""

_PLACE_FILES = ("places.yaml", "states.yaml")
_MAX_NAME_WORDS = 6  # Words; more form a sentence.
_MAX_CASELESS_NAME = 40  # Characters of a name in a script without capitals.
_MAX_BY_WORDS = 4  # Words before a name, as in "ein Bericht von".
_MIN_PLACE_WORDS = 4  # Of a name, a word such as "in", and a place.
_MIN_COMPOUND = 5  # Letters of a word that ends a longer one: `Stadthalle`.
_BY_SIGNS = ":：/／・|｜-–—"


def parse_byline(row: str, is_outlet: IsOutlet, language: str | None = None) -> tuple[str, ...] | None:
    """Return the names after "By", without outlets and roles; None if the line is not a byline.

    The words of the page's language count besides English ones; those of all others only before a colon, because they
    begin names, too (`Di Maio`, `Von Trapp`).
    """
    if (match := _REPORTER.fullmatch(row)) is not None:
        return tuple(_REPORTER_NAMES.split(match["names"]))
    names = _after_by(row.strip("()（）[]【】 "), language)
    return None if names is None else parse_names(names, is_outlet, language, after_by=True)


def _after_by(row: str, language: str | None) -> str | None:
    """Return what follows the word for "by", or precedes that for "reporter" in Asian languages; None without one."""
    words = row.split(maxsplit=_MAX_BY_WORDS)
    for count in range(min(_MAX_BY_WORDS, len(words) - 1), 0, -1):
        before = " ".join(words[:count])
        if _is_by(before, language):
            return row.split(maxsplit=count)[count].lstrip(f"{_BY_SIGNS} ")
    sign = re.match(rf"[^\W\d_ ]{{1,12}}(?=\s?[{_BY_SIGNS[:5]}])", row)
    if sign and _is_by(f"{sign[0]}:", language):
        return row[sign.end() :].lstrip(f"{_BY_SIGNS} ")
    return next(
        (row.removesuffix(word) for word in _words(language, "after") if row != word and row.endswith(word)), None
    )


def is_by(words: str) -> bool:
    """Return whether these words alone precede names in some language."""
    return fold(normalize(words)).rstrip(":/ ") in _words(None, "by")


def _is_by(words: str, language: str | None) -> bool:
    folded = fold(normalize(words))
    with_colon = folded.endswith((":", "/"))
    return folded.rstrip(":/ ") in (_words(None, "by") if with_colon else _words(language, "by") | _words("en", "by"))


@cache
def _words(language: str | None, key: str) -> frozenset[str]:
    """Return the words of a language under a key of `words.yaml`, folded, of all languages if it is None."""
    lists = vocabulary().words
    chosen = lists.values() if language is None else [lists.get(language, {})]
    names = (name for each in chosen for name in each.get(key, ()))
    return frozenset(names if key == "after" else (fold(normalize(name)) for name in names))


@cache
def _words_and_english(language: str | None, key: str) -> frozenset[str]:
    return _words(language, key) | _words("en", key)


@cache
def _separators(language: str | None) -> re.Pattern[str]:
    words = {"and", *vocabulary().words.get(language or "en", {}).get("and", ())}
    return re.compile(_SEPARATORS.format("|".join(map(re.escape, sorted(words)))), re.IGNORECASE)


def parse_names(
    row: str, is_outlet: IsOutlet, language: str | None = None, *, after_by: bool = False
) -> tuple[str, ...] | None:
    """Return the persons in a line of only names, outlets and roles; None if it has anything else.

    `after_by` is set for what follows "by": names in scripts without capitals count only there, and places and outlets
    after a name are left out.
    """
    if len(row) > MAX_NAMES_ROW_LENGTH:
        return None
    row = _ADDRESS.sub("", row) if "@" in row else row
    if after_by and len(parts := _DASH.split(row)) > 1 and all(map(_is_capitalized, parts[1:])):
        row = parts[0]  # The rest is a place, role or outlet.
    segments = [" ".join(segment.split()) for segment in _separators(language).split(row.strip())]
    persons = [segment for segment in segments if not is_outlet(segment) and not _ROLES.search(segment)]
    if after_by:
        persons = [_without_place(_without_trade(person, language), language) for person in persons]
        if len(persons) > 1 and _is_name(persons[0]):
            persons = [
                person
                for index, person in enumerate(persons)
                if index == 0 or not (_is_place(person) or is_known_place(person))
            ]
        return tuple(persons) if all(_is_name(person) or _is_caseless_name(person) for person in persons) else None
    return tuple(persons) if all(_is_name(person) for person in persons) else None


def names_role(text: str) -> bool:
    """Return whether a text has the word for what somebody does at an outlet, such as "editor" or "Redaktion"."""
    return _ROLES.search(text) is not None


def _without_trade(person: str, language: str | None) -> str:
    """Return a name without the word for "reporter" after it."""
    trade = next((word for word in _words(language, "after") if person.endswith(word)), "") if language else ""
    return person.removesuffix(trade).strip() or person


def _without_place(person: str, language: str | None) -> str:
    """Return a name without what follows it: a word such as "in" or "for", and a place or an outlet."""
    words = person.split()
    if len(words) < _MIN_PLACE_WORDS:
        return person
    before_place = _words_and_english(language, "where")
    cuts = (index for index in range(2, len(words) - 1) if fold(normalize(words[index])) in before_place)
    index = next((cut for cut in cuts if may_be_place(" ".join(words[cut + 1 :]))), len(words))
    return " ".join(words[:index])


def has_trade(text: str) -> bool:
    """Return whether a text has a word for the trade of a person, or an address, and so no name of a place alone."""
    return "@" in text or _TRADES.search(text) is not None


def is_known_place(name: str) -> bool:
    """Return whether a name is that of a place or state in the lexicon: it looks like that of a person."""
    return name.casefold() in _known_places()


@cache
def _known_places() -> frozenset[str]:
    """Return all names of places and states, read from the lexicon when the first name needs it."""
    return frozenset(
        name.casefold()
        for file in _PLACE_FILES
        for entry in parse_yaml((DATA_FOLDER / file).read_text(encoding="utf-8"))
        for name in _names_of_entry(entry)
    )


def _names_of_entry(entry: YamlValue) -> Iterator[str]:
    for value in (entry.get("name"), *(entry.get("aliases") or ())) if isinstance(entry, dict) else ():
        yield str(value.get("form") if isinstance(value, dict) else value)


def _is_place(text: str) -> bool:
    return " " not in text and _is_capitalized(text)


def may_be_place(text: str) -> bool:
    """Return whether a text has the form of the name of a place: capitals, or a few words in a script without them."""
    return is_known_place(text) or _is_capitalized(_SMALL_WORD.sub(" ", text)) or _is_caseless_name(text)


def names_event(text: str, language: str | None) -> bool:
    """Return whether a text has a word for a venue or an event, such as "Hall" or "concert", in its language."""
    events = _words_and_english(language, "event")
    words = (fold(normalize(word)).strip(".,:;،()") for word in text.split())
    return any(
        word in events or any(len(event) >= _MIN_COMPOUND and word.endswith(event) for event in events)
        for word in words
    )


def _is_capitalized(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= _MAX_NAME_WORDS and all(_WORD.fullmatch(word) and word[0].isupper() for word in words)


def _is_name(text: str) -> bool:
    words = text.split()
    if _SECTIONS.search(text):
        return False
    if not 2 <= len(words) <= _MAX_NAME_WORDS or not all(_WORD.fullmatch(word) for word in words):
        return False
    return all(word[0].isupper() or word in _PARTICLES for word in words) and words[-1][0].isupper()


def _is_caseless_name(text: str) -> bool:
    """Return whether a text may be a name in a script without capitals, such as Arabic, Hebrew, Hindi or Chinese."""
    return (
        1 < len(text) <= _MAX_CASELESS_NAME
        and len(text.split()) <= _MAX_NAME_WORDS
        and text[-1] not in _INSIDE_NAMES
        and all(_is_caseless(char) or char in _INSIDE_NAMES or char == " " for char in text)
    )


def _is_caseless(char: str) -> bool:
    return category(char) in {"Lo", "Lm", "Mn", "Mc", "Cf"}


def closing_authors(rows: Iterable[str], is_outlet: IsOutlet) -> tuple[str, ...]:
    """Return the authors who signed a text: its last line is a dash and their names, and does not follow a quotation.

    The posts of a live blog are each signed: earlier lines of names count if they share a name with the last one.
    """
    non_blank = [row.strip() for row in rows if row.strip()]
    if len(non_blank) < 2 or not non_blank[-1].startswith(_DASHES) or non_blank[-2].endswith(('"', "”", "’")):
        return ()
    names_by_row = [parse_names(row.lstrip("".join(_DASHES)), is_outlet) or () for row in non_blank]
    last_names = set(names_by_row[-1])
    if any(map(is_known_place, last_names)):
        return ()
    return tuple(dict.fromkeys(name for names in names_by_row if last_names.intersection(names) for name in names))
