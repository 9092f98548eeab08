"""Read the names of authors in the forms that tables, JSON, feeds and pages have: one text, a list, objects."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from seed.readers.context import ReaderContext
from seed.readers.fields.plain_text import to_plain_line
from seed.readers.html_markup.json_ld import is_address
from seed.readers.outlets import Sources
from seed.readers.saved_text.bylines import is_known_place, parse_byline, parse_names
from seed.readers.saved_text.generic_authors import agencies_in, agency_pieces, without_agencies
from seed.readers.validation import MAX_LINE_LENGTH, WrongValueError, is_empty, preview

_SEPARATORS = re.compile(r"[\W_]+")
_FULL_NAMES = ("displayname", "fullname", "authorname", "label", "value")
_NAME_PARTS = (("firstname", "givenname", "first", "given"), ("lastname", "familyname", "surname", "last", "family"))
_HANDLE = re.compile(
    r",?\s{0,3}(?:\b(?:twitter|instagram|facebook|bluesky|mastodon)\s{0,3}:?\s{0,3})?(?<![\w.+-])@\w{1,30}\b",
    re.IGNORECASE,
)
_NAME_SEPARATORS = re.compile(r"[;|、،]")

_QUOTED = r"\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'"
_LIST = re.compile(rf"\[(?:(?:{_QUOTED})(?:,\s?(?:{_QUOTED})){{0,99}})?\]")
_LIST_ITEM = re.compile(r"\"([^\"\n]{0,300})\"|'([^'\n]{0,300})'")
MAILBOX = re.compile(r"[<(\[]?\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}[>)\]]?")
"""An address of mail, in brackets or not, next to a name."""


def names_of_authors(value: object, context: ReaderContext) -> object:
    """Return the names in a value, without mailboxes next to them and without blank ones in a list."""
    value = list_in_text(value)
    if isinstance(value, str) and len(value) <= MAX_LINE_LENGTH and "@" in value:
        value = MAILBOX.sub("", value).strip(" ()<>") or value
    names = author_names(value, context)
    return [name for name in names if name is None or not is_empty(name)] if isinstance(names, list) else names


def why_no_person(value: object, names: object) -> str | None:
    """Return why a text has no `names`: it is an outlet, an office or the like; None if it has some or is empty."""
    return (
        None
        if names != [] or not isinstance(value, str) or is_empty(value)
        else f"authors is {preview(value)}, which names no person"
    )


def list_in_text(value: object) -> object:
    """Return the list that a text such as "['Ada Byrne', 'Jo Li']" is, as tables have it; any other value unchanged."""
    if not isinstance(value, str) or not _LIST.fullmatch(value.strip()):
        return value
    return [double or single for double, single in _LIST_ITEM.findall(value)]


def _split_addresses(names: list[object]) -> tuple[list[object], list[ValueError]]:
    """Return the authors that are no addresses, and an error for each one that is."""
    addresses = [name for name in names if isinstance(name, str) and is_address(name)]
    errors: list[ValueError] = [WrongValueError("authors", name, "a name, not an address") for name in addresses]
    return [name for name in names if name not in addresses], errors


def author_names(value: object, context: ReaderContext) -> object:
    """Return the names in a text, an object with a `name`, or a list of those; anything else is returned unchanged.

    News agencies in a text are among the names.
    """
    if isinstance(value, dict):
        name = _name_of_person(value)
        return [name] if isinstance(name, dict) else author_names(name, context)
    if isinstance(value, list):
        return [_name_of_person(item) if isinstance(item, dict) else item for item in value]
    if not isinstance(value, str) or not value.strip():
        return value
    agencies: Sequence[str] = ()
    if len(value) <= MAX_LINE_LENGTH:
        value, agencies = _names_and_agencies(value)
    names = None if "|" in value else _names_in_row(value, context.sources)
    if names is None:
        parts = [stripped for part in _NAME_SEPARATORS.split(value) if (stripped := part.strip(" ,"))]
        names = tuple(name for part in parts for name in _names_in_row(part, context.sources) or (part,))
    return [*names, *agencies]


def _names_in_row(row: str, sources: Sources) -> tuple[str, ...] | None:
    """Return the names in a row of only names, None if it has anything else."""
    return (_cached_names if len(row) <= MAX_LINE_LENGTH else _parse_names)(row, sources)


def _parse_names(row: str, sources: Sources) -> tuple[str, ...] | None:
    names = parse_byline(row.strip(), sources.knows)
    names = parse_names(row, sources.knows) if names is None else names
    return None if names is None else tuple(name for name in names if not ("," in row and is_known_place(name)))


_cached_names = lru_cache(maxsize=4_096)(_parse_names)  # Few authors write most articles.


def _name_of_person(person: Mapping[str, object]) -> object:
    """Return the name of a person in an object, put together from its parts if need be; the object without any."""
    if not is_empty(person.get("name")):
        return person["name"]
    folded = {_SEPARATORS.sub("", str(key)[:100].casefold()): value for key, value in person.items()}
    full = next((folded[key] for key in _FULL_NAMES if not is_empty(folded.get(key))), None)
    parts = [value for keys in _NAME_PARTS if (value := next(filter(None, map(folded.get, keys)), None))]
    return full or (" ".join(map(str, parts)) if parts else person or None)


@lru_cache(maxsize=4_096)  # As above.
def _names_and_agencies(value: str) -> tuple[str, tuple[str, ...]]:
    """Return the names in a text without markup and handles, and the agencies in it: `Ada Byrne (AFP)`, `ANI`."""
    value = _HANDLE.sub("", to_plain_line(value))
    if agency := agencies_in(value):
        return "", (agency,)
    agencies = tuple(agency for piece in agency_pieces(value) if (agency := agencies_in(piece)))
    return (without_agencies(value) if agencies else value), agencies


def leave_out_addresses(fields: dict[str, object], dropped: dict[str, ValueError], *, strict: bool) -> tuple[str, ...]:
    """Leave addresses out of the authors, and return notes about them; drop authors if strict or if no name is left."""
    names = fields.get("authors")
    if not isinstance(names, list):
        return ()
    fields["authors"], addresses = _split_addresses(names)
    if addresses and (strict or not fields["authors"]):
        dropped["authors"] = addresses[0]
        return ()
    return tuple(f"left out: {error}" for error in addresses)
