"""Citations of an article or of a search: CSL-JSON 1.0, RIS, BibTeX and plain text, of the same facts.

Nothing is filled in: an unknown part of a date is left out, and the name of an author is divided into family and given
names only where it was printed as `Family, Given`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any

from pydantic_core import to_json

from app.models import DetailName
from app.search.index.snapshot import Snapshot
from app.search.query.parameters import CitationStyle
from app.wire.article_models import ArticleDetail

DATABASE = "Dateline"
"""The archive and the publisher of a search."""

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

_SUFFIXES = r"(?:Jr|Sr|II|III|IV|Inc|Ltd|LLC|GmbH|PhD|Ph\.\s?D|MD|M\.D|MP|QC|KC|Esq)\b"

_FAMILY_GIVEN = re.compile(rf"([^,]+), (?!{_SUFFIXES})([^,\d]+)")

_TWO_NAMES = re.compile(r" (?:and|und|et|y|e|og|och|en|&) ", re.IGNORECASE)
"""A word between the names of two people."""

# TeX has no signs for these, and reads them as commands.
_TEX_CHARACTERS = {
    **{ord(sign): f"\\{sign}" for sign in "$&#_%"},
    # BibTeX counts a brace also after a backslash.
    ord("{"): r"\textbraceleft{}",
    ord("}"): r"\textbraceright{}",
    ord("\\"): r"\textbackslash{}",
    ord("^"): r"\textasciicircum{}",
    ord("~"): r"\textasciitilde{}",
}

_CONTROLS = re.compile(r"[\0-\x1f\x7f-\x9f]")

_IN_URLS = {ord("{"): "%7B", ord("}"): "%7D", ord("\\"): "%5C", ord(" "): "%20"}
"""What would end a field of BibTeX early, or a line of text."""


@dataclass(frozen=True, slots=True)
class Author:
    """A name as printed, or divided into family and given names where that is certain."""

    name: str
    family: str = ""
    given: str = ""

    @property
    def inverted(self) -> str:
        """The family name first, where it is known."""
        return f"{self.family}, {self.given}" if self.family else self.name


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation says of an article or of a search; empty strings and lists are unknown.

    `issued` is a date as ISO 8601, down to the part that is known. `permalink` is the address under which this version
    stays readable here, and `url` the one that readers follow.
    """

    id: str
    is_search: bool
    title: str
    url: str
    permalink: str
    version: int
    issued: str
    accessed: date
    container: str = ""
    authors: tuple[Author, ...] = ()
    language: str = ""
    section: str = ""
    pages: str = ""
    edition: str = ""

    @property
    def source_line(self) -> str:
        """Where this record comes from."""
        return f"{DATABASE}, corpus version {self.version}: {self.permalink}"


def article_citation(article: ArticleDetail, *, permalink: str, version: int, accessed: date) -> Citation:
    """Return the citation of an article, whose text may be withheld."""
    return Citation(
        id=article.id,
        is_search=False,
        title=_line(article.title),
        url=_as_url(article.url) or permalink,
        permalink=permalink,
        version=version,
        issued=article.published.on or "",
        accessed=accessed,
        container=_line(article.source.name),
        authors=tuple(_author(_line(name)) for name in article.authors),
        language=article.language or "",
        section=_line(article.details.get(DetailName.SECTION, "")),
        pages=_line(article.details.get(DetailName.PAGE, "")),
        edition=_line(article.details.get(DetailName.EDITION, "")),
    )


def search_citation(filters: str, total: int, snapshot: Snapshot, *, url: str, accessed: date) -> Citation:
    """Return the citation of a search with these filters as a dataset: what one corpus version answers to it."""
    articles = "1 article" if total == 1 else f"{total:,} articles"
    published = snapshot.published_at
    return Citation(
        id=blake2b(f"{snapshot.version} {url}".encode(), digest_size=6).hexdigest(),
        is_search=True,
        title=f"Search for {_line(filters) or 'all articles'} ({articles})",
        url=url,
        permalink=url,
        version=snapshot.version,
        issued="" if published is None else datetime.fromtimestamp(published, UTC).date().isoformat(),
        accessed=accessed,
        container=DATABASE,
    )


def _author(name: str) -> Author:
    parts = None if _TWO_NAMES.search(name) else _FAMILY_GIVEN.fullmatch(name)
    return Author(name, parts[1], parts[2]) if parts else Author(name)


def _line(text: str) -> str:
    """Return a text as one line without control characters."""
    return _CONTROLS.sub("", " ".join(text.split()))


def _as_url(url: str | None) -> str:
    """Return an address that readers can follow; articles may have others."""
    return _line(url).translate(_IN_URLS) if url and re.match("https?://", url) else ""


def csl_json(citation: Citation) -> str:
    """Return an array of one item of CSL-JSON, as reference managers import it."""
    item: dict[str, Any] = {
        "id": f"dateline-{citation.id}",
        "type": "dataset" if citation.is_search else "article-newspaper",
        "title": citation.title,
        "author": [_csl_name(author) for author in citation.authors],
        "container-title": "" if citation.is_search else citation.container,
        "publisher": DATABASE if citation.is_search else "",
        "issued": _csl_date(citation.issued),
        "accessed": _csl_date(citation.accessed.isoformat()),
        "URL": citation.url,
        "language": citation.language,
        "section": citation.section,
        "page": citation.pages,
        "edition": citation.edition,
        "archive": DATABASE,
        "archive_location": citation.permalink,
        "version": str(citation.version),
    }
    return to_json([{name: value for name, value in item.items() if value}]).decode()


def _csl_name(author: Author) -> dict[str, str]:
    return {"family": author.family, "given": author.given} if author.family else {"literal": author.name}


def _csl_date(day: str) -> dict[str, Any] | None:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else None


def ris(citation: Citation) -> str:
    """Return a record of RIS; its lines end with CR and LF."""
    accessed = citation.accessed.strftime("%Y/%m/%d/")
    tags = [
        ("TY", "DATA" if citation.is_search else "NEWS"),
        ("ID", f"dateline-{citation.id}"),
        ("TI", citation.title),
        *(("AU", author.inverted) for author in citation.authors),
        ("PB" if citation.is_search else "T2", citation.container),
        ("PY", citation.issued[:4]),
        ("DA", _ris_date(citation.issued)),
        ("LA", citation.language),
        ("SE", citation.section),
        ("SP", citation.pages),
        ("ET", citation.edition),
        ("UR", citation.url),
        ("Y2", accessed),
        ("DB", DATABASE),
        ("AN", citation.id),
        ("N1", citation.source_line),
    ]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in tags if value) + "ER  - \r\n"


def _ris_date(day: str) -> str:
    """Return year, month, day and other information, each of which may be empty."""
    return "/".join((*day.split("-"), "", "", "")[:3]) + "/" if day else ""


def bibtex(citation: Citation) -> str:
    """Return an entry of BibTeX; `url` and `urldate` are also those of BibLaTeX."""
    year, month, day = (*citation.issued.split("-"), "", "")[:3]
    fields = [
        ("title", f"{{{_tex(citation.title)}}}"),
        ("author", " and ".join(_tex_name(author) for author in citation.authors)),
        ("howpublished", _tex(citation.container)),
        ("year", year),
        ("month", month.lstrip("0")),
        ("day", day.lstrip("0")),
        ("pages", _tex(citation.pages)),
        ("edition", _tex(citation.edition)),
        ("language", _tex(citation.language)),
        ("url", citation.url),
        ("urldate", citation.accessed.isoformat()),
        ("note", f"{_tex(DATABASE)}, corpus version {citation.version}, \\url{{{citation.permalink}}}"),
    ]
    lines = (f"  {name} = {{{value}}},\n" for name, value in fields if value)
    return f"@misc{{dateline-{citation.id},\n{''.join(lines)}}}\n"


def _tex_name(author: Author) -> str:
    # In braces, so that BibTeX does not divide a name that is not divided here.
    return f"{_tex(author.family)}, {_tex(author.given)}" if author.family else f"{{{_tex(author.name)}}}"


def _tex(text: str) -> str:
    return text.translate(_TEX_CHARACTERS)


def plain_text(citation: Citation) -> str:
    """Return one line for a footnote: authors, title, where and when it appeared, and how it was read."""
    return " ".join(_sentences(citation)) + "\n"


def _sentences(citation: Citation) -> Iterator[str]:
    if citation.authors:
        yield f"{_listed(author.name for author in citation.authors)}."
    yield f"“{citation.title}.”"
    yield f"{citation.container}, {_written(citation.issued)}."
    if citation.url != citation.permalink:
        yield citation.url
    yield f"({citation.source_line}, accessed {_written(citation.accessed.isoformat())}.)"


def _listed(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _written(day: str) -> str:
    """Return a date in words, down to the part that is known."""
    if not day:
        return "no date"
    year, *rest = day.split("-")
    month, number = (*rest, "", "")[:2]
    return " ".join(part for part in (number.lstrip("0"), month and MONTHS[int(month) - 1], year) if part)


WRITERS: dict[CitationStyle, Callable[[Citation], str]] = {
    "csl": csl_json,
    "ris": ris,
    "bibtex": bibtex,
    "text": plain_text,
}
"""The function that writes a citation in each style."""

MEDIA_TYPES: dict[CitationStyle, str] = {
    "csl": "application/vnd.citationstyles.csl+json",
    "ris": "application/x-research-info-systems",
    "bibtex": "application/x-bibtex",
    "text": "text/plain; charset=utf-8",
}

SUFFIXES: dict[CitationStyle, str] = {"csl": "csl.json", "ris": "ris", "bibtex": "bib"}
"""The suffix of the file for the styles that other programs import; plain text is read at once."""
