"""Build the article from a reader's fields, the last step of every reader."""

import re
import shlex
from collections.abc import Mapping

from app.models import Basis
from seed.dates import parse_iso
from seed.readers.fields.entities import parse_entities
from seed.readers.saved_text.generic_authors import agencies_in, is_generic_author, is_other_credit
from seed.readers.validation import MAX_NAMES, WrongValueError, check_fields, check_line, is_empty, preview
from seed.records import DETAILS, Origin, Published, RawArticle

_EMPTY: Mapping[
    str, str
] = {}  # A plain dict: articles travel between processes, and read-only views cannot be pickled.

_NO_DETAILS: Mapping[str, str] = {}  # As above.

_NOTHING_DROPPED: Mapping[str, ValueError] = {}

REQUIRED_FIELDS = ("title", "source", "text")
# Without its kind, a text would count as a full one.
_NEVER_DROPPED = frozenset({*REQUIRED_FIELDS, "text_kind"})
IDENTIFYING_FIELDS = frozenset({"id", "url", "published"})
"""The fields without which a record must not be matched by its title."""


class MissingFieldError(WrongValueError):
    """A record lacks a required field."""

    def __init__(self, name: str, value: object, hint: str = "") -> None:
        super().__init__(name, value, f"a value; this field is required{hint}")
        self.name = name


def source_hint(origin: Origin, title: object) -> str:
    """Return which article names no outlet, and the command that sets one."""
    file = shlex.quote(origin.path.partition("!")[0])
    return f"in {preview(title)}: `dateline load {file} --source NAME` sets the outlet of all articles in the file"


def build_article(  # noqa: PLR0913 - the last eight have defaults
    origin: Origin,
    record: Mapping[str, object],
    published: Published,
    overrides: Mapping[str, object],
    *,
    provenance: Mapping[str, str] = _EMPTY,
    missing: Mapping[str, str] = _EMPTY,
    notes: tuple[str, ...] = (),
    details: Mapping[str, str] = _NO_DETAILS,
    dropped: Mapping[str, ValueError] = _NOTHING_DROPPED,
    strict: bool = False,
    keep_authors: bool = False,
    assumes_kind: bool = False,
) -> RawArticle:
    """Return the article of a record's fields; `overrides` win over them.

    `provenance` says where each field was found, `missing` why an empty one is empty; `details`, which win over those
    of the record, are lines by the names in `seed.records.DETAILS`, of which empty ones are left out. An optional field
    with an invalid value is left empty, with a note; so are those that the reader itself `dropped`, with its error.
    Authors that are no lines or name nobody are left out one by one, and news agencies among them become a detail,
    unless `keep_authors` is set. `assumes_kind` is set where a record without a text kind may be of any. Raise
    ValueError naming field, value and what was expected if a required field is invalid or, if `strict`, any.
    """
    keep_authors = keep_authors or "authors" in overrides
    agency = "" if keep_authors else _agency(record)
    record, notes, missing = _leave_out_authors(record, notes, missing, strict=strict, keep=keep_authors)
    fields, errors = check_fields({**record, **overrides} if overrides else record)
    for name, error in errors.items():
        if strict or name in _NEVER_DROPPED:
            raise error
    for name in REQUIRED_FIELDS:
        if name not in fields:
            hint = f" {source_hint(origin, fields.get('title'))}" if name == "source" else ""
            raise MissingFieldError(name, record.get(name), hint)
    if "published" in overrides:
        published = parse_published(overrides, basis=Basis.METADATA)
    if dropped:
        errors |= {name: error for name, error in dropped.items() if name not in overrides}
    lines, wrong_details = _check_details(record.get("details"), details, agency)
    errors |= wrong_details
    entities = None
    try:
        entities = parse_entities(record.get("entities"), fields["text"])
    except ValueError as error:
        errors["entities"] = error
    if errors:
        if strict:
            raise next(iter(errors.values()))
        provenance = {name: place for name, place in provenance.items() if name not in errors}
        missing = {**missing, **{name: str(error) for name, error in errors.items()}}
        notes += tuple(f"left out: {error}" for error in errors.values())
    provenance = {**provenance, **dict.fromkeys(overrides, "set by the user")} if overrides else provenance
    notes += (*encoding_notes("title", fields["title"]), *encoding_notes("text", fields["text"]))
    return RawArticle(
        origin,
        published=published,
        details=lines,
        entities=entities,
        assumes_kind=assumes_kind and "text_kind" not in fields,
        matches_by_title=not (errors and IDENTIFYING_FIELDS & errors.keys()),
        provenance=provenance,
        missing=missing,
        notes=notes,
        **fields,
    )


def _leave_out_authors(
    record: Mapping[str, object], notes: tuple[str, ...], missing: Mapping[str, str], *, strict: bool, keep: bool
) -> tuple[Mapping[str, object], tuple[str, ...], Mapping[str, str]]:
    """Return record, notes and reasons without the authors that are no lines or no persons, unless all are to `keep`.

    A list without any valid line is left to its check, and so is any invalid one if `strict`.
    """
    names = record.get("authors")
    if keep or not isinstance(names, list | tuple) or not 0 < len(names) <= MAX_NAMES:
        return record, notes, missing
    errors: dict[int, WrongValueError] = {}
    generic: dict[int, str] = {}
    for index, name in enumerate(names):
        try:
            line = check_line(f"authors[{index}]", name)
            if agencies_in(line) is not None:
                generic[index] = f"authors: {preview(name)} is a news agency, no person"
            elif is_other_credit(line):
                generic[index] = f"authors: {preview(name)} did not write it"
            elif is_generic_author(line):
                generic[index] = f"authors: {preview(name)} names no person"
        except WrongValueError as error:
            errors[index] = error
    invalid = {} if strict or len(errors) == len(names) else errors
    if not (invalid or generic):
        return record, notes, missing
    valid = [name for index, name in enumerate(names) if index not in invalid and index not in generic]
    notes += tuple(f"left out: {reason}" for reason in (*invalid.values(), *generic.values()))
    if not valid:
        missing = {**missing, "authors": str(next(iter((*invalid.values(), *generic.values()))))}
    return {**record, "authors": valid}, notes, missing


def _agency(record: Mapping[str, object]) -> str:
    """Return the news agencies among the authors of a record, as printed, unless its outlet is one of them."""
    names = record.get("authors")
    if not isinstance(names, list | tuple) or len(names) > MAX_NAMES:
        return ""
    agencies = (agencies_in(name) for name in names if isinstance(name, str))
    source = str(record.get("source")).casefold()
    return ", ".join(dict.fromkeys(agency for agency in agencies if agency and agency.casefold() != source))


def _check_details(
    value: object, added: Mapping[str, str], agency: str
) -> tuple[dict[str, str], dict[str, WrongValueError]]:
    """Return the details of a record and those that its reader added, and the errors of those that are invalid.

    They are in the order of `DETAILS`, and empty ones are left out; those that the reader added win, and `agency`, the
    one among the authors, counts without any other.
    """
    if is_empty(value) and not added and not agency:
        return {}, {}
    given = value if isinstance(value, dict) else {}
    errors: dict[str, WrongValueError] = {}
    unknown = [str(name) for name, line in given.items() if name not in DETAILS and not is_empty(line)]
    if unknown:
        errors["details"] = WrongValueError("a name in details", ", ".join(unknown), f"one of {', '.join(DETAILS)}")
    elif given is not value and not is_empty(value):
        errors["details"] = WrongValueError("details", value, f"an object with some of {', '.join(DETAILS)}")
    lines: dict[str, str] = {}
    details = {**given, **added}
    if agency and is_empty(details.get("agency")):
        details["agency"] = agency
    for name in (name for name in DETAILS if not is_empty(details.get(name))):
        try:
            lines[name] = _detail_line(f"details.{name}", details[name])
        except WrongValueError as error:
            errors[f"details.{name}"] = error
    return lines, errors


def _detail_line(field: str, value: object) -> str:
    """Return a detail as one line with single spaces; JSON may have a page or a length as a number."""
    line = str(value) if type(value) is int else value
    return check_line(field, " ".join(line.split()) if isinstance(line, str) else line)


def parse_published(record: Mapping[str, object], *, basis: Basis) -> Published:
    """Return the ISO date in the field `published`; an empty Published if there is none."""
    value = record.get("published")
    if is_empty(value):
        return Published()
    try:
        return parse_iso(check_line("published", value), basis=basis)
    except ValueError as error:
        raise ValueError(str(error) if isinstance(error, WrongValueError) else f"published: {error}") from None


# What the UTF-8 continuation bytes 0x80 to 0xBF become in Windows-1252 and Latin-1.
_CONTINUATIONS = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
# The same in Windows-1251, without characters that follow a capital Р or С in Russian text.
_CONTINUATIONS_1251 = "ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґєјЅѕї°±µ¶·№»‚„…†‡€‰‹‘’“”•–—™›\u00a0¤¦§©«¬\u00ad®"
# One pattern per first character, so that text without it costs next to nothing.
_MOJIBAKE = {
    beginning: re.compile(beginning + rest)
    for beginning, rest in {
        "Ã": rf"(?<![A-ZÀ-Þ]Ã)[{_CONTINUATIONS}]",
        "Â": r"(?<![A-ZÀ-Þ]Â)[\u00a0-\u00bf]",
        "â€": rf"[{_CONTINUATIONS}]",
        "Ð": rf"[{_CONTINUATIONS}][ÐÑ][{_CONTINUATIONS}]",
        "Ñ": rf"[{_CONTINUATIONS}][ÐÑ][{_CONTINUATIONS}]",
        "Ø": rf"[{_CONTINUATIONS}][ØÙ][{_CONTINUATIONS}]",
        "Ù": rf"[{_CONTINUATIONS}][ØÙ][{_CONTINUATIONS}]",
        "ï»¿": "",
        "ï¿½": "",
        "Р": rf"[{_CONTINUATIONS_1251}](?:[РС][{_CONTINUATIONS_1251}]){{2}}",
        "С": rf"[{_CONTINUATIONS_1251}](?:[РС][{_CONTINUATIONS_1251}]){{2}}",
    }.items()
}
_C0_CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_C1_CONTROLS = re.compile("[\x80-\x9f]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def encoding_notes(field: str, text: str) -> tuple[str, ...]:
    """Return notes about suspicious characters: control characters, mojibake, characters lost before loading."""
    is_printable = text.replace("\n", "").isprintable()
    if is_printable and text.isascii():
        return ()
    notes = []
    if not is_printable and (match := _C0_CONTROLS.search(text)):
        notes.append(f"{field} has control characters such as U+{ord(match[0]):04X}; it is stored unchanged")
    if text.isascii():
        return tuple(notes)
    if _REPLACEMENT in text:
        notes.append(f"{field} has U+FFFD: characters were lost before it was loaded")
    matches = (pattern.search(text) for beginning, pattern in _MOJIBAKE.items() if beginning in text)
    if match := next(filter(None, matches), None):
        notes.append(
            f"{field} looks like UTF-8 that was decoded in another encoding ({match[0]!r}); it is stored unchanged"
        )
    elif match := _C1_CONTROLS.search(text):
        notes.append(
            f"{field} has control characters such as U+{ord(match[0]):04X}, probably from a wrong encoding; it is "
            "stored unchanged"
        )
    return tuple(notes)
