"""What the exports of press databases have in common: outlets with editions, bylines, and links into the database."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from seed.readers.context import ReaderContext
from seed.readers.fields.article import build_article
from seed.readers.fields.transforms import given_name_first
from seed.readers.html_markup.extracted_fields import ExtractedFields
from seed.readers.outlets import site_host
from seed.readers.press.bylines import outlet_check, read_byline
from seed.readers.saved_text.bylines import IsOutlet, names_role
from seed.readers.validation import WrongValueError, is_empty, preview
from seed.records import Origin, Published, RawArticle

NO_AUTHORS = frozenset(
    {
        *("anonymous", "anon", "unknown", "none", "n/a", "no author", "staff", "author unknown"),
        *("editorial", "editorial board", "the editors", "editors", "letters", "letters to the editor", "leserbriefe"),
    }
)
"""What databases write where no author is known, in lowercase."""

_DATABASES = re.compile(
    r"(?:^|[.-])(?:proquest|factiva|lexis|lexisnexis|nexis|ebscohost|ebsco|galegroup|gale|newsbank|europresse|"
    r"pressreader|wiso-net|genios|jstor|dowjones)(?:$|[.-])"
)
"""Words in hosts of databases, also behind the proxy of a library (`www-proquest-com.proxy.example`)."""

_EDITION = re.compile(
    r"(?P<outlet>.*\S)\s*[,;:(\[-]\s*(?P<edition>[^,;:()\[\]]{0,60}\b(?:edition|ed\.|édition|edición|edição|edizione|"
    r"ausgabe|editie)(?:\s?\([^()]{1,40}\))?[^,;:()\[\]]{0,40})[)\]]?",
    re.IGNORECASE,
)
_ONLINE = re.compile(r"(?P<outlet>.*\S)\s*[(\[](?P<edition>online)[)\]]", re.IGNORECASE)
_YEARS = re.compile(r"\s*\((?:pre-|post-|\d{4}\s?[-–])[^()]{0,40}\)\s*\Z", re.IGNORECASE)
"""The years that an archive covers, in the name of an outlet: `(1923-)`, `(pre-1997 Fulltext)`."""

_MAX_OUTLET_LENGTH = 300  # Characters, with edition and years.
_MAX_AUTHORS_LENGTH = 20_000  # Characters of a line of authors: thousands of names.
_AND = re.compile(r"\s*(?:;|\||\band\b|&)\s*", re.IGNORECASE)
_ROLES_AFTER = re.compile(r",[^,;]{0,60}\b(?:writers|reporters|correspondents|editors)\s*\Z", re.IGNORECASE)
_FOR_OUTLET = re.compile(r"special to ", re.IGNORECASE)
_FULL_STOP = re.compile(r"[^\W\d_]{3}\.\Z")  # Not after an initial.
_BY = re.compile(r"by\b", re.IGNORECASE)
_SUFFIX = re.compile(r"(?P<name>[^,]+,[^,]+),\s*(?P<suffix>(?:Jr|Sr|I{2,3}|IV)\.?)", re.IGNORECASE)


_NOT_AVAILABLE = re.compile(
    r"[\[(]?(?:(?:none|not|no (?:abstract|text|full text))(?: is)?(?: available)?|nicht (?:verfügbar|vorhanden)|"
    r"(?:non|no|não|niet) (?:disponible|disponibile|disponível|beschikbaar)|недоступен|недоступно|不可用|无|無|なし)"
    r"[.。\])]{0,2}",
    re.IGNORECASE,
)


@dataclass(slots=True)
class DatabaseFields(ExtractedFields):
    """The fields of one record of a database, with its date and details."""

    database: str = ""
    published: Published = field(default_factory=Published)
    details: dict[str, str] = field(default_factory=dict)

    def set_value(self, name: str, place: str, value: object) -> None:
        """Set a field if it has a value, and say where it was found, or that the record has none."""
        if is_empty(value):
            self.missing.setdefault(name, f"{self.database} has none here")
        else:
            self.set(name, f"{place} of {self.database}", value)
            self.missing.pop(name, None)

    def set_source(self, place: str, text: str, context: ReaderContext) -> None:
        """Set the outlet, its edition and its place of publication; a known outlet at the host of the URL wins."""
        outlet = parse_outlet(text)
        self.set_value("source", place, outlet.name)
        self.details.setdefault("edition", outlet.edition)
        self.details.setdefault("publication_place", outlet.place)
        host = site_host(str(self.fields.get("url") or ""))
        entry = context.sources.find(host) if host else None
        if entry is not None and not context.sources.knows(outlet.name):
            self.set("source", "the host of url", entry.id)
        elif host and not outlet.name:
            self.set("source", "the host of url", host)
            self.missing.pop("source", None)

    def is_outlet(self, context: ReaderContext) -> IsOutlet:
        """Return a check of whether a name is the outlet of this record or a known one."""
        return outlet_check([str(self.fields.get("source") or "")], context.sources)

    def article(self, origin: Origin, context: ReaderContext) -> RawArticle:
        """Return the article; raise ValueError as `build_article` does, with the headline if text or outlet is none."""
        title = preview(self.fields.get("title"))
        values = {**self.fields, **context.overrides}
        if is_empty(values.get("title")) and not is_empty(self.fields.get("text")):
            raise WrongValueError("title", None, f"that of the text {preview(self.fields['text'])}")
        if is_empty(self.fields.get("text")):
            raise WrongValueError("text", None, f"that of {title}; {self.missing['text']}")
        if is_empty(values.get("source")):
            wanted = f"--source, or a manifest, for {title}; {self.missing['source']}"
            raise WrongValueError("source", None, wanted)
        return build_article(
            origin,
            self.fields,
            self.published,
            context.overrides,
            provenance=self.provenance,
            missing=self.missing,
            notes=(f"read as {self.database}", *self.notes),
            details=self.details,
            dropped=self.dropped,
            strict=context.strict,
        )


class Outlet(NamedTuple):
    """The name of an outlet, and the edition and place of publication that a database writes after it."""

    name: str
    edition: str = ""
    place: str = ""


def parse_outlet(text: str) -> Outlet:
    """Return the parts of "The Business Quay, Late Edition; Norhaven": name, edition and place of publication."""
    name, _, place = (part.strip() for part in " ".join(text.split()).partition(";"))
    edition = ""
    if len(name) > _MAX_OUTLET_LENGTH:
        return Outlet(name)
    if match := _EDITION.fullmatch(name) or _ONLINE.fullmatch(name):
        name, edition = match["outlet"].strip(), match["edition"].strip()
    return Outlet(_YEARS.sub("", name) or name, edition, place)


def is_not_available(text: str) -> bool:
    """Return whether a text says that a database does not have it."""
    return _NOT_AVAILABLE.fullmatch(text.strip()) is not None


def leads_into_database(url: str) -> bool:
    """Return whether a URL leads to a press database, where a page needs a login and is not the outlet's."""
    return _DATABASES.search(site_host(url)) is not None


def author_names(
    values: Iterable[str], is_outlet: IsOutlet, language: str | None = None, *, inverted: bool = False
) -> list[str]:
    """Return the persons in lines of authors, in the usual order of their names, without outlets and roles.

    `inverted` says that the last name may come first. A line that cannot be read as names stays as it is.
    """
    names: list[str] = []
    for value in (_ROLES_AFTER.sub("", " ".join(value.split())) for value in values):
        if len(value) > _MAX_AUTHORS_LENGTH:
            return [value]
        names += _inverted(value, is_outlet) if inverted else _in_order(value, is_outlet, language)
    return [name for name in dict.fromkeys(names) if name and not _is_nobody(name)]


def _is_nobody(name: str) -> bool:
    name = name.casefold().strip(" .[]()")
    return name in NO_AUTHORS or name.endswith((" staff", " editorial board"))


def _in_order(value: str, is_outlet: IsOutlet, language: str | None) -> Iterable[str]:
    if is_outlet(value):
        return ()
    byline = read_byline(value, is_outlet, language)
    names = (*byline.authors, *byline.unread, byline.agency)
    return [name for name in names if name and not is_outlet(name)]


def _without_role(piece: str, is_outlet: IsOutlet) -> str:
    """Return a name without what somebody is, or the outlet, after a comma."""
    name, _, after = piece.rpartition(",")
    after = after.strip()
    name = name if name and (names_role(after) or is_outlet(after) or _FOR_OUTLET.match(after)) else piece
    return name[:-1] if _FULL_STOP.search(name) else name


def _inverted(value: str, is_outlet: IsOutlet) -> Iterable[str]:
    """Yield the names in "Byrne, Ada; Li, Jo", where some may be in order, and some have a role after a comma."""
    pieces = [piece.strip(" ,") for piece in _AND.split(value)]
    if not all("," in piece for piece in pieces):
        pieces = [piece.strip(" ,") for piece in value.split(";")]
    for piece in (_without_role(piece, is_outlet) for piece in pieces if piece):
        if _BY.match(piece) or "," not in piece:
            yield from _in_order(piece, is_outlet, "en")
        elif match := _SUFFIX.fullmatch(piece):
            yield f"{given_name_first(match['name'])} {match['suffix']}"
        else:
            yield given_name_first(piece)
