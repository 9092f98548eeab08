"""Noun phrases that name a speaker whom no mention covers: unknown names and descriptions, before and after a verb."""

from collections.abc import Collection

from seed.extract.text.tokens import Token

# Descriptions are as long as "a senior official of the interior ministry".
MAX_DESCRIPTION_WORDS = 9
_MAX_NAME_WORDS = 5
_MAX_PLAIN_NOUN_WORDS = 6
_PLAIN_GAPS = frozenset({" ", "-", "'", " '"})
_NAME_GAPS = frozenset({" ", "-", " & "})
# Words before which no description extends: in "what activists said" the speaker is "activists".
_STOPS = frozenset(
    ["what", "that", "which", "when", "while", "and", "but", "because", "although", "as", "if", "where", "how", "why"]
)
# Words that can be neither the head of a noun phrase nor inside one.
_NOT_IN_PHRASES = frozenset({"prepositions", "say", "pronouns", "between", "openers"})
_JOINING = frozenset({"of", "for"})


def name_start(tokens: list[Token], index: int, outside: Collection[int]) -> int | None:
    """Return the first word of the run of capitalized words that ends at a word, or None if it is no name."""
    if not _is_name_word(tokens[index]):
        return None
    first = index
    while first - 1 in outside and index - first < _MAX_NAME_WORDS and _continues_name(tokens, first):
        first -= 1
    return first


def _continues_name(tokens: list[Token], index: int) -> bool:
    before, gap = tokens[index - 1], tokens[index].gap
    if gap in (". ", "."):
        return before.is_capital and len(before.text) == 1
    return gap in _NAME_GAPS and (_is_name_word(before) or ("particles" in before.kinds and not before.is_capital))


def _is_name_word(token: Token) -> bool:
    """Return whether a word can be part of a name; a participle that begins a sentence is none: "Intervening, …"."""
    is_participle = (
        token.gap != " " and token.text.endswith("ing") and not token.kinds & {"given_names", "title_starts"}
    )
    return token.is_capital and "openers" not in token.kinds and not is_participle


def name_end(tokens: list[Token], index: int, limit: int) -> int | None:
    """Return the end of the run of capitalized words that begins at a word, or None if it is no name."""
    if not _is_name_word(tokens[index]):
        return None
    last = index + 1
    while last < limit and last - index < _MAX_NAME_WORDS and _is_next_name_word(tokens, last):
        last += 1
    while "particles" in tokens[last - 1].kinds and not tokens[last - 1].is_capital:
        last -= 1
    return last


def _is_next_name_word(tokens: list[Token], index: int) -> bool:
    token = tokens[index]
    if token.gap in (". ", "."):
        return _is_name_word(token) and len(tokens[index - 1].text) == 1
    return token.gap in _NAME_GAPS and (_is_name_word(token) or ("particles" in token.kinds and not token.is_capital))


def description_start(tokens: list[Token], index: int, outside: Collection[int]) -> int:
    """Return the first word of the description that a noun for speakers ends."""
    first = index
    while first - 1 in outside and index - first < MAX_DESCRIPTION_WORDS:
        before = tokens[first - 1]
        if tokens[first].gap not in _PLAIN_GAPS or before.text.lower() in _STOPS:
            break
        if before.kinds & {"prepositions", "say"} and before.gap != "-":
            break
        first -= 1
        if "determiners" in before.kinds:
            break
    return first


def plain_phrase_start(tokens: list[Token], index: int, outside: Collection[int]) -> int | None:
    """Return the first word of a phrase such as "her campaign" that ends at any noun, or None without a determiner."""
    is_age = tokens[index].gap == "-" and tokens[index].text == "old"
    if (tokens[index].kinds & _NOT_IN_PHRASES and not is_age) or not tokens[index].text.isalpha():
        return None
    first = index
    while first - 1 in outside and index - first < _MAX_PLAIN_NOUN_WORDS and tokens[first].gap in _PLAIN_GAPS:
        first -= 1
        word = tokens[first]
        if "determiners" in word.kinds:
            return first
        if tokens[first + 1].gap == "'" and tokens[first + 1].text == "s":  # the possessor begins the phrase
            return name_start(tokens, first, outside) if word.is_capital else description_start(tokens, first, outside)
        if (word.kinds & _NOT_IN_PHRASES and word.gap != "-") or word.text.lower() in _STOPS:
            return None
    return None


def phrase_end(tokens: list[Token], first: int, limit: int) -> int | None:
    """Return the end of the phrase that begins at a determiner or a noun, before a mark, a preposition or "who"."""
    last = first + 1
    while last < limit and last - first < MAX_DESCRIPTION_WORDS and tokens[last].gap in _PLAIN_GAPS:
        word = tokens[last]
        is_end = word.kinds & {"prepositions", "say"} or word.text in _STOPS or word.text == "who" or is_day(word)
        if is_end and word.gap != "-":  # the "of" in "dad-of-two" ends nothing
            break
        last += 1
    is_alone = "determiners" in tokens[first].kinds and last - first < 2
    is_cut = tokens[last - 1].kinds & {"between", "determiners"} and tokens[last - 1].gap != "-"
    return None if is_alone or is_cut else last


def hyphens_end(tokens: list[Token], last: int, limit: int) -> int:
    """Return the end of the words that hyphens join to those before `last`: "father-of-two"."""
    while last < limit and tokens[last].gap == "-":
        last += 1
    return last


def is_day(token: Token) -> bool:
    """Return whether a word is a day or a month."""
    return "openers" in token.kinds and token.is_capital and len(token.text) > 3


def with_complement(tokens: list[Token], last: int, limit: int) -> int:
    """Return the end of a description with what "of" or "for" adds: "a spokesman for the ministry"."""
    if last + 1 >= limit or tokens[last].gap != " " or tokens[last].text not in _JOINING or tokens[last + 1].gap != " ":
        return last
    return phrase_end(tokens, last + 1, limit) or last
