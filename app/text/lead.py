"""The lead of a text: its first sentence, which lists and feeds show."""

import re

# Enough to choose what to read, too little to replace the article.
MAX_LEAD_LENGTH = 300
"""Maximum number of code points of a lead."""

# Room for the marks and the word after a sentence, which decide whether it ends.
LOOK_AHEAD = 40
"""Number of code points that are read beyond the longest lead."""

# The days of a month, as in "17. November".
MAX_ORDINAL_LENGTH = 2
"""Maximum number of digits before a full stop that does not end a sentence."""

# Single line feeds only wrap lines.
_PARAGRAPH_END = re.compile(r"\n\s*\n")

_WORD_START = re.compile(r"[^\W_]")
"""A letter or digit, without which a paragraph is an ornament or a mark."""

# Scripts without spaces between words have none after a sentence either.
_MARKS_WITHOUT_SPACE = "。！？｡"
_SENTENCE_END = re.compile(rf"[.!?…؟۔।॥։።{_MARKS_WITHOUT_SPACE}]+[\"'”’“»›«)\]」』）]*")
"""Marks that may end a sentence, with the quotation marks and brackets that close after them."""

_FOLLOWING = re.compile("[ \"'“„«‘(\\[]*.")
"""The first character after a sentence and the marks before it."""

_LAST_WORD = re.compile(r"[^\W_]+(?:[.’'-][^\W_]+)*\Z")
"""The word before a full stop, with the full stops in it."""

# Ranks, titles, months and streets, as news write them.
_ABBREVIATIONS = frozenset(
    """
    adm amb apr aug ave bros brig capt cdr cmdr co col corp cpl cpt dec dept dr etc feb fr ft gen gov hon inc jan
    jr jul jun lt ltd maj mar messrs mgr mr mrs ms mt no nos nov oct pfc pres prof pvt rep rev rt sen sep sept sgt
    spc sr st ste supt tech vs
    """.split()  # noqa: SIM905 - a list of quoted words is harder to read
)
"""Words that are written with a full stop."""

_PAIRS = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"), ("「", "」"), ("『", "』"), ("（", "）"))
_GERMAN_PAIR = ("„", "“”")
_ANY_OF_PAIRS = frozenset('"„').union(*map("".join, _PAIRS))


def lead(text: str) -> str | None:
    """Return the first sentence of a text on one line; a long one is cut after a word and ends with an ellipsis.

    Return None for a text without words; paragraphs without words are skipped. A sentence ends at the end of its
    paragraph at the latest. Where it is uncertain whether a full stop ends a sentence, as after an initial, the
    sentence goes on.
    """
    word = _WORD_START.search(text)
    if word is None:
        return None
    sentence = _first_sentence(text, _paragraph_start(text, word.start()))
    # The paragraph may begin with more marks than a lead has room for.
    return sentence if _WORD_START.search(sentence) else _first_sentence(text, word.start())


def _paragraph_start(text: str, word: int) -> int:
    """Return the start of the paragraph of a word, or a later place if it is further away than a lead is long."""
    nearest = max(0, word - MAX_LEAD_LENGTH)
    ends = [match.end() for match in _PARAGRAPH_END.finditer(text, nearest, word)]
    return ends[-1] if ends else nearest


def _first_sentence(text: str, start: int) -> str:
    line = _first_line(text, start)
    for marks in _SENTENCE_END.finditer(line, 0, MAX_LEAD_LENGTH + 1):
        if _ends(line, end := marks.end()):
            line = line[:end]
            break
    return line if len(line) <= MAX_LEAD_LENGTH else line[: MAX_LEAD_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def _first_line(text: str, start: int) -> str:
    """Return the paragraph from `start` on with single spaces, or a beginning of it that decides what the lead is."""
    # Most paragraphs have hardly more white space than single spaces.
    length = MAX_LEAD_LENGTH + 2 * LOOK_AHEAD
    while True:
        beginning = text[start : start + length]
        if beginning.isprintable() and "  " not in beginning:
            return beginning.strip()  # White space that is not a space is not printable.
        paragraph = _PARAGRAPH_END.split(beginning, 1)[0]
        line = " ".join(paragraph.split())
        if len(line) > MAX_LEAD_LENGTH + LOOK_AHEAD or len(paragraph) < length:
            return line
        # Much of it is white space.
        length *= 8


def _ends(line: str, end: int) -> bool:
    """Return whether the marks before `end` end the sentence."""
    if end < len(line) and line[end] != " " and line[end - 1] not in _MARKS_WITHOUT_SPACE:
        return False
    following = _FOLLOWING.match(line, end)
    if following is not None and following[0][-1].islower():
        return False
    sentence = line[:end]
    return not _is_abbreviated(sentence) and not _is_inside(sentence) and any(map(str.isalnum, sentence))


def _is_abbreviated(sentence: str) -> bool:
    """Return whether a full stop at the end may belong to the last word: an initial, abbreviation or ordinal."""
    word = _LAST_WORD.search(sentence[:-1].rpartition(" ")[2]) if sentence.endswith(".") else None
    if word is None:
        return False
    is_initial = len(word[0]) == 1
    is_ordinal = len(word[0]) <= MAX_ORDINAL_LENGTH and word[0].isdigit()
    return is_initial or is_ordinal or "." in word[0] or word[0].casefold() in _ABBREVIATIONS


def _is_inside(sentence: str) -> bool:
    """Return whether a quotation or bracket is still open at the end."""
    if _ANY_OF_PAIRS.isdisjoint(sentence):
        return False
    pairs = _PAIRS if "„" not in sentence else (_GERMAN_PAIR, *_PAIRS[1:])
    counts = ((sentence.count(opening), sum(map(sentence.count, closing))) for opening, closing in pairs)
    return sentence.count('"') % 2 == 1 or any(opened > closed for opened, closed in counts)
