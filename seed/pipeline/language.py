"""The language of a text of which nothing says it: a conclusion, drawn only where the text leaves no doubt.

The detector is py3langid (Lui and Baldwin, "langid.py", ACL 2012), a model of 139 languages.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from operator import itemgetter

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from seed.records import RawArticle, Record

ENOUGH = 100
"""Minimum length of a text in code points; too many shorter texts are misread or not read (input-formats.md)."""

SURE = 0.8
"""Certainty at least: of pieces of ENOUGH code points none was read wrongly at it, and nine in ten were read."""

SPAN = 300
"""Code points of a piece: a text is read at its beginning, middle and end, so that one of two languages has neither."""

NOT_A_LANGUAGE = "zxx"
"""What numbers, names of columns and markup are."""

SAME = {
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
"""Tags of languages by the one that they are a part of (macrolanguages of ISO 639-3) or that has taken their place."""

UNDECLARED = "nothing in the file says"


@cache
def _identifier() -> LanguageIdentifier:
    """Open the model once a process, and only where it is needed: it takes half a second and 74 MB."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def likeliest(text: str) -> tuple[str, float]:
    """Return the likeliest language of a text and how certain it is, from 0 to 1."""
    language, certainty = _identifier().classify(text)
    if certainty >= SURE:
        return SAME.get(language, language), certainty
    # Parts of one language share its certainty: the dialects of Arabic, above all.
    certainties: Counter[str] = Counter()
    for part, probability in _identifier().rank(text):
        certainties[SAME.get(part, part)] += probability
    return max(certainties.items(), key=itemgetter(1))


def language_of(text: str) -> str | None:
    """Return the language (BCP 47) in which all pieces of a text surely are; None where it is short or in doubt."""
    if len(text) < ENOUGH:
        return None
    found = {_sure(piece) for piece in _pieces(text)}
    return found.pop() if len(found) == 1 else None


def _sure(piece: str) -> str | None:
    language, certainty = likeliest(piece)
    return None if certainty < SURE or language == NOT_A_LANGUAGE else language


def _pieces(text: str) -> tuple[str, ...]:
    if len(text) <= 2 * SPAN:
        return (text,)
    middle = (len(text) - SPAN) // 2
    return text[:SPAN], text[middle : middle + SPAN], text[-SPAN:]


def with_languages(records: Iterable[Record]) -> Iterator[Record]:
    """Yield the records; an article of which nothing declares the language gets the one that its text is in."""
    for record in records:
        yield _with_language(record) if isinstance(record, RawArticle) and record.language is None else record
    _identifier.cache_clear()  # What follows is the publish, which needs the memory.


def _with_language(record: RawArticle) -> RawArticle:
    language = language_of(record.text)
    if language is not None:
        found = {**record.found, "language": "detected in the text"}
        return replace(record, language=language, language_detected=True, found=found)
    why = "not surely in one language" if len(record.text) >= ENOUGH else "too short to tell by"
    unsaid = f"{record.missing.get('language', UNDECLARED)}, and the text is {why}"
    return replace(record, missing={**record.missing, "language": unsaid})


def with_doubts(record: RawArticle) -> RawArticle:
    """Return an article with a note if it is declared to be in another language than its text surely is."""
    if record.language is None or record.language_detected:
        return record
    declared, read = record.language.split("-")[0].lower(), language_of(record.text)
    if read in {None, SAME.get(declared, declared)}:
        return record
    return replace(record, notes=(*record.notes, f"declared to be in {record.language}, but reads as {read}"))
