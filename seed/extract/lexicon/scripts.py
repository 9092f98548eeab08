"""Where names of scripts other than Latin begin and end in a text, and the Cyrillic case forms of a name.

The lexicon lists one form of a name. In running text it can have letters attached (Arabic and Hebrew prefixes, Korean
particles), have no spaces around it (Chinese) or have another ending (Russian and Ukrainian cases). The endings
are rules of spelling, not a dictionary: they also produce words that do not exist, which no text contains.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

FIRST_OTHER = "\u0370"
"""The first letter of the scripts after Latin."""

FIRST_ATTACHING = "\u0590"
"""The first letter of the scripts below; names in Latin, Greek and Cyrillic begin and end at token boundaries."""

# Conjunctions and prepositions that are written as one word with a name. Names take no Hebrew article.
_ARABIC_PREFIXES = frozenset({"و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل"})
_HEBREW_PREFIXES = frozenset({"ו", "ב", "ל", "מ", "וב", "ול", "ומ"})
_LONGER_HEBREW_PREFIXES = _HEBREW_PREFIXES | {"ש", "כ", "וש", "שב", "של", "שמ", "כש", "מש"}
# With these a shorter name is another word: Libya (lamed, vav, bet) becomes "cage".
_MIN_LETTERS_FOR_LONGER_PREFIXES = 4
_MAX_PREFIX_LENGTH = 2
_KOREAN_PARTICLES = frozenset(
    [
        "은",
        "는",
        "이",
        "가",
        "을",
        "를",
        "의",
        "에",
        "에서",
        "와",
        "과",
        "도",
        "로",
        "으로",
        "에게",
        "만",
        "부터",
        "까지",
        "측",
    ]
)
_MAX_PARTICLE_LENGTH = max(map(len, _KOREAN_PARTICLES))
# Han and Kana: no spaces between words.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_ARABIC = re.compile(r"[\u0620-\u06ff]")
_HEBREW = re.compile(r"[\u05d0-\u05ea]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")

_CYRILLIC_NAME = re.compile(r"[\u0400-\u04ff][\u0400-\u04ff0-9 .«»\"'()-]*")


def is_unspaced(text: str) -> bool:
    """Return whether a name is written without spaces between its parts (习近平, 김정은)."""
    return _UNSPACED.match(text) is not None or _HANGUL.match(text) is not None


def may_begin_inside_word(folded: str, start: int, end: int) -> bool:
    """Return whether the form at [start, end) can begin a name although a letter or digit precedes it."""
    first = folded[start]
    if _UNSPACED.match(first):
        return True
    if _ARABIC.match(first):
        return _preceding_letters(folded, start) in _ARABIC_PREFIXES
    if _HEBREW.match(first):
        is_long = end - start >= _MIN_LETTERS_FOR_LONGER_PREFIXES
        return _preceding_letters(folded, start) in (_LONGER_HEBREW_PREFIXES if is_long else _HEBREW_PREFIXES)
    return False


def may_end_inside_word(folded: str, end: int) -> bool:
    """Return whether a form that ends at `end` can end a name although a letter or digit follows it."""
    last = folded[end - 1]
    if _UNSPACED.match(last):
        return True
    if not _HANGUL.match(last):
        return False
    following = folded[end : end + _MAX_PARTICLE_LENGTH + 1]
    return next((following[:i] for i, c in enumerate(following) if not c.isalnum()), following) in _KOREAN_PARTICLES


def _preceding_letters(folded: str, start: int) -> str:
    """Return the letters before `start` in the same word; at most one more than a prefix can have."""
    first = start
    while first and start - first <= _MAX_PREFIX_LENGTH and folded[first - 1].isalnum():
        first -= 1
    return folded[first:start]


def arabic_dative(form: str) -> str | None:
    """Return a form with the Arabic article as it is written after "for" (li + al: لل), or None if it has none."""
    return f"لل{form[2:]}" if form.startswith("ال") else None


# The oblique cases: genitive, dative, accusative of living beings or feminines, instrumental, prepositional. An ending
# replaces the letters that its row names; a slash separates alternatives.
_Endings = tuple[tuple[str, tuple[str, str, str, str, str]], ...]
_RUSSIAN: _Endings = (
    # adjectives: Зеленский, Навальный, Северная, Исламское, Соединённые; and Движение
    ("кий", ("кого", "кому", "кого", "ким", "ком")),
    ("ый", ("ого", "ому", "ого", "ым", "ом")),
    ("ая", ("ой", "ой", "ую", "ой", "ой")),
    ("ое", ("ого", "ому", "ое", "ым/им", "ом")),
    ("ые", ("ых", "ым", "ых", "ыми", "ых")),
    ("ие", ("ия/их", "ию/им", "ие/их", "ием/ими", "ии/их")),
    # nouns: Россия, Василий, Сергей, Захарова, Москва, Катя, Керчь, Сумы, Путин, Киев, Макрон; and names that are
    # spelled alike in Ukrainian: Одеса, Херсон
    ("ия", ("ии", "ии", "ию", "ией", "ии")),
    ("ий", ("ия", "ию", "ия", "ием", "ии")),
    ("й", ("я", "ю", "я", "ем", "е")),
    ("ова", ("овой/овы", "овой/ове", "ову", "овой", "овой/ове")),
    ("ева", ("евой/евы", "евой/еве", "еву", "евой", "евой/еве")),
    ("ина", ("иной/ины", "иной/ине", "ину", "иной", "иной/ине")),
    ("ка", ("ки", "ке", "ку", "кой", "ке")),
    ("га", ("ги", "ге", "гу", "гой", "ге")),
    ("а", ("ы", "е/і", "у", "ой/ою", "е/і")),
    ("я", ("и", "е", "ю", "ей", "е")),
    ("ь", ("я/и", "ю/и", "я", "ем/ью", "е/и")),
    ("ство", ("ства", "ству", "ство", "ством", "стве")),
    ("ы", ("/ов", "ам", "/ов", "ами", "ах")),
    ("ин", ("ина", "ину", "ина", "ином/иным", "ине")),
    ("ов", ("ова", "ову", "ова", "овом/овым", "ове/ові")),
    ("ев", ("ева", "еву", "ева", "евом/евым", "еве")),
    ("ц", ("ца", "цу", "ца", "цем", "це")),
    ("", ("а", "у", "а", "ом", "е/і")),
)
_UKRAINIAN: _Endings = (
    # Зеленський, Росія, Сергій, Захарова, Україна, Кравець, Порошенко, Суми, Путін, Макрон
    ("ий", ("ого", "ому", "ого", "им", "ому")),
    ("ія", ("ії", "ії", "ію", "ією", "ії")),
    ("ій", ("ія", "ію/ієві", "ія", "ієм", "ії")),
    ("й", ("я", "ю/єві", "я", "єм", "ї")),
    ("ова", ("ової", "овій", "ову", "овою", "овій")),
    ("ка", ("ки/кої", "ці/кій", "ку", "кою", "ці/кій")),
    ("а", ("и/ої", "і/ій", "у", "ою", "і/ій")),
    ("я", ("і", "і", "ю", "ею", "і")),
    ("ь", ("я/і", "ю/і", "я", "ем/ю", "і")),
    ("ко", ("ка", "ку/кові", "ка", "ком", "ку/кові")),
    ("и", ("/ів", "ам", "/ів", "ами", "ах")),
    ("ін", ("іна", "іну/інові", "іна", "іном/іним", "іні")),
    ("ов", ("ова", "ову", "ова", "овом/овим", "ові")),
    ("", ("а", "у/ові", "а", "ом", "і")),
)
_UKRAINIAN_SPELLING = re.compile("[іїєґІЇЄҐ']|[сц]ьк")
# Names that end in these vowels have no cases, unless a row has them: Баку, Осло, Шойгу, Сомали.
_VOWELS = tuple("оуэюеёєїіи")
# Names that lose or change a vowel.
_STEMS = {
    "Египет": "Египт",
    "Єгипет": "Єгипт",
    "Павел": "Павл",
    "Харків": "Харков",
    "Київ": "Києв",
    "Львів": "Львов",
    "Чернігів": "Чернігов",
    "Миколаїв": "Миколаєв",
}
# Shorter words in lower case do not change: фон, дер, бин.
_MIN_LENGTH_OF_COMMON_NOUN = 4
# Of longer names only the first word changes.
_MAX_WORDS_THAT_CHANGE_TOGETHER = 3
# Chinese and Korean family names come first and do not change: Си, Ван, Ким, Чжан.
_MAX_LENGTH_OF_FAMILY_NAME = 4
_CASES = range(5)


@lru_cache(maxsize=4096)
def _word_cases(word: str, rows: _Endings) -> tuple[tuple[str, ...], ...]:
    """Return the alternatives of each oblique case of a word; the word itself where it does not change."""
    is_name = word[:1].isupper() or len(word) >= _MIN_LENGTH_OF_COMMON_NOUN
    if is_name and word[0].isalpha() and word[-1].isalpha() and not word.isupper():
        word = _STEMS.get(word, word)
        for suffix, endings in rows:
            if word.endswith(suffix) and (suffix or not word.endswith(_VOWELS)):
                stem = word.removesuffix(suffix)
                return tuple(tuple(stem + ending for ending in case.split("/")) for case in endings)
    return ((word,),) * len(_CASES)


def cyrillic_cases(name: str) -> Iterator[str]:
    """Yield the oblique case forms of a Cyrillic name; names with letters of other scripts have none.

    The endings are Ukrainian if the spelling is, otherwise Russian. Two or three words change together (Владимира
    Путина), the first can change alone (Силами быстрой поддержки, Камалы Харрис), and the last after a short family
    name (Си Цзиньпина, Ким Чен Ына).
    """
    if not _CYRILLIC_NAME.fullmatch(name):
        return
    words = name.split(" ")
    rows = _UKRAINIAN if _UKRAINIAN_SPELLING.search(name) else _RUSSIAN
    cases = [_word_cases(word, rows) for word in words]
    for case in _CASES:
        if len(words) <= _MAX_WORDS_THAT_CHANGE_TOGETHER:
            yield from map(" ".join, product(*(forms[case] for forms in cases)))
        if len(words) > 1:
            yield from (" ".join((form, *words[1:])) for form in cases[0][case])
            if len(words[0]) <= _MAX_LENGTH_OF_FAMILY_NAME:
                yield from (" ".join((*words[:-1], form)) for form in cases[-1][case])
