"""Read the articles with marked truth: the names in each, and who said what.

A file has headers (`kind`, `script`, `blind`, and where they apply `language` and `title`), a line `---`, and the text.
Title and text are marked, and the marks nest:

    [[Hanan Idris|person=]]                        a name that is its own entity's
    [[Burhan|person=Abdel Fattah al-Burhan]]       a name of an entity that has this name, too
    [[Um Rawaba|place]]                            a name; which entity it means is not asked
    [[US|state/demonym=United States]]             either type is right
    [[Kh-101~ missiles|weapon]]                    the name may end at the tilde or at the end
    [[Telegram|media?]]                            a name that counts neither as missing nor as too much
    {{quotation|Hanan Idris|We counted twice}}     what somebody said; `partial` and `paraphrase` likewise
    {{paraphrase|the agency/IAEA|…}}               either name or description of the speaker is right
    {{quotation|Ada Holm/(the mayor)|…}}           true, but less than the text says: the name is missing
    {{quotation|QUESTION/-|…}}                     this description is right, and so is no speaker at all
    {{quotation||…}}                               words that nobody in the text can be said to have spoken

`README.md` next to the articles has the conventions. Offsets are code points of the text without marks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ARTICLES = Path(__file__).resolve().parent / "articles"

TYPES = frozenset({"person", "organization", "armed_group", "media", "state", "place", "weapon", "demonym", "people"})
STATEMENTS = ("quotation", "partial", "paraphrase")
NOBODY = "-"
QUOTATION_MARKS = "\"'“”‘’«»„‚ \n"
"""What is no part of the words of a statement, at either end."""

_MARK = re.compile(r"\[\[(?P<name>[^\[\]|]+)\|(?P<truth>[^\[\]|]*)\]\]|\{\{(?P<head>[^{}|]*\|[^{}|]*)\||(?P<end>\}\})")
_STRAY = re.compile(r"\[\[|\]\]|\{\{|\}\}")


@dataclass(frozen=True, slots=True)
class TrueMention:
    """A name at [start, end) of a field: the types that are right, and the names of the entities that are.

    It may end at `short_end`, too. Without names of entities, which one is meant is not asked. An optional name counts
    neither as missing nor as too much.
    """

    field: str
    start: int
    end: int
    short_end: int
    text: str
    types: frozenset[str]
    entities: tuple[str, ...]
    is_optional: bool


@dataclass(frozen=True, slots=True)
class TrueStatement:
    """What somebody said at [start, end) of a field, and the names or descriptions of the speaker that are right.

    `NOBODY` is among them if it is right to name no speaker; nothing else is if there are none. Those in brackets are
    true, but the text says the name.
    """

    field: str
    start: int
    end: int
    text: str
    kind: str
    speakers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """An article without its marks, and what they say; `is_blind`: written by somebody who had not read the rules."""

    name: str
    kind: str
    script: str
    is_blind: bool
    title: str | None
    text: str
    mentions: tuple[TrueMention, ...]
    statements: tuple[TrueStatement, ...]


def read_articles(folder: Path = ARTICLES) -> list[MarkedArticle]:
    """Return all marked articles of a folder, by name."""
    return [parse_article(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.txt"))]


def parse_article(name: str, content: str) -> MarkedArticle:
    """Return the article of a file; ValueError names the article and the mark that is wrong."""
    head, _, body = content.partition("\n---\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines())
    mentions: list[TrueMention] = []
    statements: list[TrueStatement] = []
    fields: dict[str, str] = {}
    for field, marked in (("title", headers.get("title")), ("text", body.rstrip("\n"))):
        if marked is not None:
            fields[field] = _parse(name, field, marked, mentions, statements)
    return MarkedArticle(
        name,
        headers["kind"],
        headers["script"],
        headers["blind"] == "yes",
        fields.get("title"),
        fields["text"],
        tuple(mentions),
        tuple(sorted(statements, key=lambda statement: (statement.field, statement.start, -statement.end))),
    )


def _parse(name: str, field: str, marked: str, mentions: list[TrueMention], statements: list[TrueStatement]) -> str:
    """Append what the marks of a field say, and return the field without them."""
    plain, position, opened = "", 0, list[tuple[int, str, tuple[str, ...]]]()
    for mark in _MARK.finditer(marked):
        plain += _without_marks(name, marked[position : mark.start()])
        position = mark.end()
        if mark["name"]:
            mentions.append(_mention(name, field, len(plain), mark["name"], mark["truth"]))
            plain += mark["name"].replace("~", "", 1)
        elif mark["head"]:
            kind, speakers = mark["head"].split("|")
            if kind not in STATEMENTS:
                raise ValueError(f"{name}: {kind!r} is no kind of statement")
            opened.append((len(plain), kind, tuple(_alternatives(speakers))))
        elif opened:
            statements.append(_statement(field, plain, *opened.pop()))
        else:
            raise ValueError(
                f"{name}: a statement ends that did not begin, before {marked[position : position + 20]!r}"
            )
    plain += _without_marks(name, marked[position:])
    if opened:
        raise ValueError(f"{name}: a statement does not end: {plain[opened[-1][0] :][:40]!r}")
    return plain


def _without_marks(name: str, part: str) -> str:
    if _STRAY.search(part):
        raise ValueError(f"{name}: this has half a mark: {part[:200]!r}")
    return part


def _mention(name: str, field: str, start: int, surface: str, truth: str) -> TrueMention:
    kinds, equals, entity = truth.partition("=")
    types = frozenset(_alternatives(kinds.removesuffix("?")))
    if not types <= TYPES or not (types or kinds == "?"):
        raise ValueError(f"{name}: {surface!r} has an unknown type: {kinds!r}")
    short, _, rest = surface.partition("~")
    entities = tuple(_alternatives(entity or short)) if equals else ()
    short_end = start + len(short)
    return TrueMention(
        field, start, short_end + len(rest), short_end, short + rest, types, entities, kinds.endswith("?")
    )


def _statement(field: str, plain: str, start: int, kind: str, speakers: tuple[str, ...]) -> TrueStatement:
    words = plain[start:]
    start += len(words) - len(words.lstrip(QUOTATION_MARKS))
    words = words.strip(QUOTATION_MARKS)
    return TrueStatement(field, start, start + len(words), words, kind, speakers)


def _alternatives(values: str) -> Iterator[str]:
    return (value for value in values.split("/") if value)
