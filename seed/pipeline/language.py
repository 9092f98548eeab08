"""Detect the language of texts that declare none, and only where the text leaves no doubt.

The detector is py3langid (Lui and Baldwin, "langid.py", ACL 2012), a model of 139 languages.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from operator import itemgetter

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from seed.faults import refuse_unexpected
from seed.records import RawArticle, Record

# Too many shorter texts are misclassified or not classified at all (see input-formats.md).
MIN_TEXT_LENGTH = 100
"""Minimum length of a text in code points."""

# At this value no piece of MIN_TEXT_LENGTH code points was misclassified, and nine in ten were classified.
MIN_CERTAINTY = 0.8
"""Minimum certainty of a classification, from 0 to 1."""

# The beginning, middle and end are classified separately, so that a text in two languages gets neither.
PIECE_LENGTH = 300
"""Length of each classified piece of a text, in code points."""

NO_LINGUISTIC_CONTENT = "zxx"
"""The tag of numbers, column names and markup (ISO 639-2)."""

CANONICAL_LANGUAGES = {
    "arz": "ar",
    "ary": "ar",
    "cmn": "zh",
    "wuu": "zh",
    "yue": "zh",
    "pes": "fa",
    "prs": "fa",
    "fil": "tl",
    "in": "id",
    "iw": "he",
    "ckb": "ku",
    "kmr": "ku",
    "sdh": "ku",
    "nb": "no",
    "nn": "no",
    "uzs": "uz",
}
"""The tag under which a language is stored: its macrolanguage (ISO 639-3), or the tag that has replaced its own."""

UNDECLARED = "not in the file"
"""The reason for an empty field if its reader states no other."""


@cache
def _identifier() -> LanguageIdentifier:
    """Load the model once per process, and only when it is needed: it takes half a second and 74 MB."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def most_likely_language(text: str) -> tuple[str, float]:
    """Return the most likely language of a text and its certainty, from 0 to 1."""
    language, certainty = _identifier().classify(text)
    if certainty >= MIN_CERTAINTY:
        return CANONICAL_LANGUAGES.get(language, language), certainty
    # The members of a macrolanguage split its certainty among them, above all the varieties of Arabic.
    certainties: Counter[str] = Counter()
    for member, probability in _identifier().rank(text):
        certainties[CANONICAL_LANGUAGES.get(member, member)] += probability
    return max(certainties.items(), key=itemgetter(1))


def detect_language(text: str) -> str | None:
    """Return the language (BCP 47) in which all pieces of a text certainly are; None if it is short or in doubt."""
    if len(text) < MIN_TEXT_LENGTH:
        return None
    languages = {_certain_language(piece) for piece in _pieces(text)}
    return languages.pop() if len(languages) == 1 else None


def _certain_language(piece: str) -> str | None:
    language, certainty = most_likely_language(piece)
    return None if certainty < MIN_CERTAINTY or language == NO_LINGUISTIC_CONTENT else language


def _pieces(text: str) -> tuple[str, ...]:
    if len(text) <= 2 * PIECE_LENGTH:
        return (text,)
    middle = (len(text) - PIECE_LENGTH) // 2
    return text[:PIECE_LENGTH], text[middle : middle + PIECE_LENGTH], text[-PIECE_LENGTH:]


def detect_missing_languages(records: Iterable[Record]) -> Iterator[Record]:
    """Yield the records; an article that declares no language gets the one detected in its text."""
    for record in records:
        yield _with_language(record) if isinstance(record, RawArticle) and record.language is None else record
    _identifier.cache_clear()  # The publish follows, and it needs the memory.


def _with_language(record: RawArticle) -> Record:
    try:
        language = detect_language(record.text)
    except Exception as error:
        return refuse_unexpected(error, record.origin, "read")
    if language is not None:
        provenance = {**record.provenance, "language": "detected in the text"}
        return replace(record, language=language, language_detected=True, provenance=provenance)
    is_long = len(record.text) >= MIN_TEXT_LENGTH
    why = "is not clearly in one language" if is_long else "is too short to detect it"
    reason = f"{record.missing.get('language', UNDECLARED)}, and the text {why}"
    return replace(record, missing={**record.missing, "language": reason})


def note_language_mismatch(record: RawArticle) -> RawArticle:
    """Return an article, with a note if its text is certainly in another language than declared."""
    if record.language is None or record.language_detected:
        return record
    declared, detected = record.language.split("-")[0].lower(), detect_language(record.text)
    if detected in {None, CANONICAL_LANGUAGES.get(declared, declared)}:
        return record
    return replace(record, notes=(*record.notes, f"declared to be in {record.language}, but reads as {detected}"))
