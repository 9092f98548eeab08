"""Tell persons from agencies, roles and places in the bylines of press databases."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from seed.readers.fields.transforms import given_name_first
from seed.readers.outlets import Sources, source_slug
from seed.readers.saved_text.bylines import IsOutlet, is_known_place, names_role, parse_byline, parse_names
from seed.readers.saved_text.generic_authors import agencies_in

_MAX_BYLINE = 1_000  # Characters; a longer one is a text.
_AND = r"\s+(?:and|und|et|y|e|en|og|och|with|mit|avec)\s+"
_SEPARATOR = re.compile(rf"\s*[;,/&]\s*|\s[-–—]\s|{_AND}", re.IGNORECASE)
_BRACKETS = re.compile(r"\s?\([^()]{0,80}\)")
_ADDRESS = re.compile(r"\S{0,80}@\S{1,80}")
_AFTER_NAME = re.compile(
    r"\s(?:special to|exclusive to|in|à|aus|from|at|te|em|im|of|for|für|pour|para|per|voor)\s.{0,120}", re.IGNORECASE
)
"""What may follow a name: a place, or the outlet that the person writes for."""

_ROLE_NOUNS = (
    r"writers?|reporters?|correspondents?|editors?(?:-in-chief)?|columnists?|journalists?|critics?|"
    r"korrespondent(?:in|en)?|correspondante?s?|corrispondente|corresponsal|correspondente|redakteur(?:in|e)?|reporterin|"
    r"journaliste|periodista|giornalista|jornalista|redactie|verslaggever|redaktion|redazione|redacción|rédaction"
)
_ROLE_WORDS = (
    "staff|senior|chief|political|transport|business|foreign|special|defen[cs]e|environment|education|health|science|"
    "sports?|city|home|affairs|economics|diplomatic|religion|arts|media|news|crime|legal|security|travel|assistant|deputy|"
    "associate|managing|contributing|national|metro|local|our|unsere[mnrs]?|notre|nostr[ao]|nuestr[ao]|noss[ao]|onze|"
    "de|from|by|von|par|di|por|van"
)
_ROLE = rf"(?:(?:{_ROLE_WORDS}) )*(?:{_ROLE_NOUNS})"
_ROLE_AFTER = re.compile(rf"\s+{_ROLE}", re.IGNORECASE)
_ROLE_BEFORE = re.compile(rf"{_ROLE}\s+", re.IGNORECASE)
_STAFF = re.compile(rf"(?:{_ROLE}|(?:from |by )?staff(?: reports?)?|special to .{1, 80})", re.IGNORECASE)
_BEFORE_PLACE = re.compile(r"(?:in|à|en|aus|from|at|te|em|im) ", re.IGNORECASE)
_PLACE = re.compile(r"[^\W\d_a-zà-ÿ][\w.'’-]*")
_INVERTED = re.compile(r"[^\W\d_][\w'’-]+, [^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*)?")
"""One last name before a comma, and given names after it; one word is no author by itself."""

_BEFORE_BY = re.compile(
    r"(?:(?:exclusive|review(?:ed)?|compiled|interview|report(?:ed)?|written|comment|analysis|opinion) by|from) "
    r"(?=\S+ \S)",
    re.IGNORECASE,
)
_PAPER = re.compile(
    r"\b(?:daily|gazette|times|herald|tribune|chronicle|telegraph|newspaper|zeitung|courier|online|editors|board)\b",
    re.IGNORECASE,
)
"""Words of outlets and offices; a byline with them is of a newspaper, such as that of its reporter without a name."""


class Byline(NamedTuple):
    """What a byline says; `unread` are the pieces that are neither names nor agencies, roles and places."""

    authors: tuple[str, ...] = ()
    agency: str = ""
    unread: tuple[str, ...] = ()


def read_byline(text: str, is_outlet: IsOutlet, language: str | None = None) -> Byline:
    """Return the persons and agencies in a byline; `is_outlet` is true for names that are no persons."""
    text = " ".join(text.split())
    if len(text) > _MAX_BYLINE:
        return Byline(unread=(text,))
    authors, agencies, unread = dict[str, None](), dict[str, None](), list[str]()
    for piece in _pieces(text, is_outlet):
        if (agency := agencies_in(_ROLE_AFTER.split(piece)[0])) is not None:
            agencies[agency] = None
        elif is_outlet(piece) or _STAFF.fullmatch(piece):
            continue
        elif (name := _name(piece, is_outlet, language)) is not None:
            authors[name] = None
        elif not (authors and _PLACE.fullmatch(_BEFORE_PLACE.sub("", piece))):
            unread.append(piece)
    return Byline(tuple(authors), "; ".join(agencies), tuple(unread))


def _pieces(text: str, is_outlet: IsOutlet) -> Iterator[str]:
    text = _BRACKETS.sub("", _ADDRESS.sub("", text))
    for person in map(str.strip, text.split(";")):
        if _is_inverted(person, is_outlet):
            yield given_name_first(person)
        else:
            yield from filter(None, (piece.strip(" .") for piece in _SEPARATOR.split(person)))


def _is_inverted(person: str, is_outlet: IsOutlet) -> bool:
    """Return whether a last name is before a comma and given names after it, and neither is anything else."""
    return _INVERTED.fullmatch(person) is not None and not any(
        is_outlet(piece) or is_known_place(piece) or names_role(piece) or agencies_in(piece)
        for piece in person.split(", ")
    )


def _name(piece: str, is_outlet: IsOutlet, language: str | None) -> str | None:
    """Return the name in a piece without a role, an outlet or a place next to it; None if there is none."""
    piece = _ROLE_AFTER.split(_ROLE_BEFORE.sub("", _BEFORE_BY.sub("", piece), count=1))[0]
    piece = _AFTER_NAME.sub("", f"{piece} ").strip()
    words = piece.split()
    outlet = next((at for at in range(2, len(words)) if is_outlet(" ".join(words[at:]))), len(words))
    piece = " ".join(words[:outlet])
    names = parse_byline(piece, is_outlet, language)
    names = parse_names(piece, is_outlet, language, after_by=True) if names is None else names
    is_paper = not names or names[0].lower().startswith("the ") or _PAPER.search(names[0])
    return names[0] if names and len(names) == 1 and not is_paper else None


def not_names(byline: Byline) -> ValueError:
    """Return the error of a byline without names."""
    return ValueError(f"authors: {'; '.join(byline.unread)[:80]!r} is not names: expected names")


def outlet_check(names: Iterable[str], sources: Sources) -> IsOutlet:
    """Return a check of whether a name is one of these outlets, with or without "The", or a known one."""
    own = {source_slug(name).removeprefix("the-") for name in names if name}
    return lambda name: sources.knows(name) or source_slug(name).removeprefix("the-") in own
