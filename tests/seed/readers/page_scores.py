"""Score the page reader: precision and recall of each field on pages with their correct values in a file each.

    python -m tests.seed.readers.page_scores [--wrong] [--by family|language|unseen]

The pages imitate the markup of the main families of publishing systems; their content was written for this purpose.
Text is scored by its words, with equal weight for each page; the other fields by exact values. A page that is refused
because it names no source is read again with `--source`, as its user would do, so that its other fields count.

A truth has what a careful reader would note of the page, and null or nothing for what the page doesn't settle:
`optional` are paragraphs that count neither as missing nor as too much (a standfirst, a fact box), `family` is the
publishing system, and `unseen` says that the page was written by somebody who had not seen the code that reads it.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from seed.readers import Overrides, read_paths
from seed.records import RawArticle, ReadItem, Refusal

PAGES = Path(__file__).resolve().parent / "pages"
FIELDS = ("title", "authors", "date", "instant", "text", "kind", "url", "language", "source")
GROUP_FIELDS = ("title", "authors", "date", "text")

Values = Counter[str]


@dataclass
class Score:
    """Correct values among those found (precision) and among the true ones (recall), and pages with a mistake."""

    right: float = 0
    found: float = 0
    there: float = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Return the share of found values that are correct."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Return the share of true values that were found."""
        return self.right / self.there if self.there else 1.0

    def add(self, page: str, expected: Values, got: Values, *, whole: bool) -> None:
        """Count one page; `whole` weighs it like any other page, however many values it has."""
        right = (expected & got).total()
        size = max(expected.total(), 1) if whole else 1
        self.right += right / size
        self.found += got.total() / size
        self.there += expected.total() / size
        if expected != got:
            missed, more = " ".join(expected - got), " ".join(got - expected)
            self.wrong.append(f"{page}: missed {missed[:300]!r}, too much {more[:300]!r}")


@dataclass(frozen=True)
class Page:
    """One page: what it has, what the reader got from it, and the groups that it belongs to."""

    name: str
    family: str
    language: str
    unseen: str
    expected: dict[str, Values]
    got: dict[str, Values]
    refusal: str | None

    @property
    def is_day_wrong(self) -> bool:
        """Return whether the reader got a day that is not the one printed; a missing day is not wrong."""
        return bool(self.got["date"]) and self.got["date"] != self.expected["date"]


def read_pages(folder: Path = PAGES) -> list[Page]:
    """Return all pages of a folder as the reader reads them today."""
    return [_page(path) for path in sorted(folder.glob("*.html"))]


def _page(path: Path) -> Page:
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    (item,) = read_paths([path], overrides=Overrides())
    refusal = item.reason if isinstance(item, Refusal) else None
    if refusal:
        (item,) = read_paths([path], overrides=Overrides(source=truth["source"]))
    expected, got = dict(_expected(truth)), {name: Values() for name in FIELDS} | dict(_got(item))
    got["text"] = got["text"] - ((got["text"] - expected["text"]) & words("\n".join(truth.get("optional", ()))))
    if refusal:
        got["source"] = Values()
    return Page(
        path.stem,
        truth["family"],
        (truth["language"] or "undeclared").split("-")[0],
        "unseen" if truth.get("unseen") else "seen",
        expected,
        got,
        refusal,
    )


def scores(pages: Iterable[Page]) -> dict[str, Score]:
    """Return the score of each field over these pages."""
    found = {name: Score() for name in FIELDS}
    for page in pages:
        for name, score in found.items():
            score.add(page.name, page.expected[name], page.got[name], whole=name == "text")
    return found


def groups(pages: Iterable[Page], key: Callable[[Page], str]) -> dict[str, list[Page]]:
    """Return the pages of each family, language, …, by its name."""
    members: dict[str, list[Page]] = {}
    for page in pages:
        members.setdefault(key(page), []).append(page)
    return dict(sorted(members.items()))


def _expected(truth: dict[str, Any]) -> Iterator[tuple[str, Values]]:
    published = truth["published"] or {}
    at = published.get("at")
    yield "title", _values(truth["title"])
    yield "authors", _values(*truth["authors"])
    yield "date", _values(published.get("on"))
    yield "instant", _values(at and str(int(datetime.fromisoformat(at).timestamp())))
    yield "text", words("\n".join(truth["text"]))
    yield "kind", _values(truth["text_kind"])
    yield from ((name, _values(truth[name])) for name in ("url", "language", "source"))


def _got(item: ReadItem) -> Iterator[tuple[str, Values]]:
    if not isinstance(item, RawArticle):
        return
    yield "title", _values(item.title)
    yield "authors", _values(*item.authors)
    yield "date", _values(item.published.on)
    yield "instant", _values(item.published.at and str(item.published.at))
    yield "text", words(item.text)
    yield "kind", _values(item.text_kind.value)
    yield from (("url", _values(item.url)), ("language", _values(item.language)), ("source", _values(item.source)))


def _values(*values: object) -> Values:
    return Counter(str(value) for value in values if value)


def words(text: str) -> Values:
    """Return words; each character of a script without spaces counts as one."""
    return Counter(re.findall(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+", text.casefold()))


def table(found: dict[str, Score]) -> str:
    """Return one line per field."""
    lines = [f"{'field':<10}{'precision':>10}{'recall':>10}"]
    lines += [f"{name:<10}{score.precision:>10.3f}{score.recall:>10.3f}" for name, score in found.items()]
    return "\n".join(lines)


def group_table(members: dict[str, list[Page]]) -> str:
    """Return one line per group: precision and recall of the main fields, and the wrong days."""
    lines = [f"{'group':<26}{'pages':>6}" + "".join(f"{name:>15}" for name in GROUP_FIELDS) + f"{'wrong days':>12}"]
    for name, pages in members.items():
        found = scores(pages)
        cells = (f"{found[name].precision:.3f} / {found[name].recall:.3f}" for name in GROUP_FIELDS)
        wrong = sum(page.is_day_wrong for page in pages)
        lines.append(f"{name:<26}{len(pages):>6}" + "".join(f"{cell:>15}" for cell in cells) + f"{wrong:>12}")
    return "\n".join(lines)


def report(pages: list[Page], *, by: str | None = None, wrong: bool = False) -> str:
    """Return the tables of these pages, with a line per mistake if `wrong` is set."""
    found = scores(pages)
    lines = [f"{len(pages)} pages", table(found)]
    lines += [f"wrong days: {sum(page.is_day_wrong for page in pages)}"]
    lines += [f"refused pages: {sum(page.refusal is not None for page in pages)}"]
    if by:
        lines += ["", group_table(groups(pages, lambda page: str(getattr(page, by))))]
    if wrong:
        lines += [f"refused: {page.name}: {page.refusal}" for page in pages if page.refusal]
        lines += [f"{name}: {mistake}" for name, score in found.items() for mistake in score.wrong]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Score how well HTML pages are read.")
    parser.add_argument("--wrong", action="store_true", help="name the mistakes")
    parser.add_argument("--by", choices=("family", "language", "unseen"), help="add the scores of each group of pages")
    options = parser.parse_args()
    sys.stdout.write(report(read_pages(), by=options.by, wrong=options.wrong))
