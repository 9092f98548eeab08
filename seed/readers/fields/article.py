"""The last step of every reader: checked fields -> the article, or why not."""

import re
from collections.abc import Mapping

from app.models import Basis
from seed.dates import parse_iso
from seed.readers.fields.entities import given_entities
from seed.readers.validation import WrongValueError, absent, checked, line
from seed.records import Origin, Published, RawArticle

_NOTHING: Mapping[str, str] = {}  # No read-only view: articles travel between processes.

REQUIRED = ("title", "source", "text")


def article(  # noqa: PLR0913 - the last three are for people, and have their defaults
    origin: Origin,
    record: Mapping[str, object],
    published: Published,
    given: Mapping[str, object],
    *,
    found: Mapping[str, str] = _NOTHING,
    missing: Mapping[str, str] = _NOTHING,
    notes: tuple[str, ...] = (),
) -> RawArticle:
    """The article that a record's fields make, `given` values winning over found ones.

    `found` says where each field was found, `missing` why an empty one is empty. Raises ValueError, which names field,
    value and what was wanted.
    """
    fields = checked({**record, **given})
    for name in REQUIRED:
        if name not in fields:
            raise WrongValueError(name, record.get(name), "a value; this field is never left empty")
    if "published" in given:
        published = published_of(given, basis=Basis.METADATA)
    entities = given_entities(record.get("entities"), fields["text"])
    found = {**found, **dict.fromkeys(given, "given by the user")} if given else found
    notes += (*doubts("title", fields["title"]), *doubts("text", fields["text"]))
    return RawArticle(
        origin, published=published, entities=entities, found=found, missing=missing, notes=notes, **fields
    )


def published_of(record: Mapping[str, object], *, basis: Basis) -> Published:
    """The ISO date in a record's field `published`; all None if it is left empty."""
    value = record.get("published")
    if absent(value):
        return Published()
    try:
        return parse_iso(line("published", value), basis=basis)
    except ValueError as error:
        raise ValueError(str(error) if isinstance(error, WrongValueError) else f"published: {error}") from None


# What the bytes 0x80 to 0xBF, which continue a character in UTF-8, become in Windows-1252 and Latin-1.
_REST = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
# The same in Windows-1251, as far as Russian text does not have them behind a capital Р or С.
_REST_1251 = "ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґєјЅѕї°±µ¶·№»‚„…†‡€‰‹‘’“”•–—™›\u00a0¤¦§©«¬\u00ad®"
# A pattern for each beginning, so that text without it costs next to nothing.
_MOJIBAKE = {
    beginning: re.compile(beginning + rest)
    for beginning, rest in {
        "Ã": rf"(?<![A-ZÀ-Þ]Ã)[{_REST}]",
        "Â": r"(?<![A-ZÀ-Þ]Â)[\u00a0-\u00bf]",
        "â€": rf"[{_REST}]",
        "Ð": rf"[{_REST}][ÐÑ][{_REST}]",
        "Ñ": rf"[{_REST}][ÐÑ][{_REST}]",
        "Ø": rf"[{_REST}][ØÙ][{_REST}]",
        "Ù": rf"[{_REST}][ØÙ][{_REST}]",
        "ï»¿": "",
        "ï¿½": "",
        "Р": rf"[{_REST_1251}](?:[РС][{_REST_1251}]){{2}}",
        "С": rf"[{_REST_1251}](?:[РС][{_REST_1251}]){{2}}",
    }.items()
}
_LOST = "\N{REPLACEMENT CHARACTER}"


def doubts(field: str, text: str) -> tuple[str, ...]:
    """What a person should know about the characters of a text: mojibake, and characters lost before."""
    if text.isascii():
        return ()
    found = []
    if _LOST in text:
        found.append(f"{field} has U+FFFD, where characters were lost before it came here")
    matches = (pattern.search(text) for beginning, pattern in _MOJIBAKE.items() if beginning in text)
    if match := next(filter(None, matches), None):
        found.append(f"{field} looks like UTF-8 that was read in another encoding ({match[0]!r}); it is kept as it is")
    return tuple(found)
