"""Score the page reader: precision and recall of each field on pages with their correct values in a file each.

    python -m tests.seed.readers.page_scores [--wrong]

The pages imitate the markup of the main families of publishing systems; their content was written for this purpose.
Text is scored by its words, with equal weight for each page; the other fields by exact values.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from seed.readers import Overrides, read_paths
from seed.records import Link, RawArticle, Refusal

PAGES = Path(__file__).resolve().parent / "pages"
FIELDS = ("title", "authors", "date", "instant", "text", "url", "language", "source")

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


def scores(folder: Path = PAGES) -> dict[str, Score]:
    """Return the score of each field over all pages of a folder."""
    found = {name: Score() for name in FIELDS}
    for path in sorted(folder.glob("*.html")):
        truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        (item,) = read_paths([path], overrides=Overrides())
        expected, got = dict(_expected(truth)), dict(_got(item))
        for name, score in found.items():
            score.add(path.stem, expected[name], got.get(name, Counter()), whole=name == "text")
    return found


def _expected(truth: dict[str, Any]) -> Iterator[tuple[str, Values]]:
    published = truth["published"] or {}
    at = published.get("at")
    yield "title", _values(truth["title"])
    yield "authors", _values(*truth["authors"])
    yield "date", _values(published.get("on"))
    yield "instant", _values(at and str(int(datetime.fromisoformat(at).timestamp())))
    yield "text", _words("\n".join(truth["text"]))
    yield from ((name, _values(truth[name])) for name in ("url", "language", "source"))


def _got(item: RawArticle | Refusal | Link) -> Iterator[tuple[str, Values]]:
    if not isinstance(item, RawArticle):
        return
    yield "title", _values(item.title)
    yield "authors", _values(*item.authors)
    yield "date", _values(item.published.on)
    yield "instant", _values(item.published.at and str(item.published.at))
    yield "text", _words(item.text)
    yield from (("url", _values(item.url)), ("language", _values(item.language)), ("source", _values(item.source)))


def _values(*values: object) -> Values:
    return Counter(str(value) for value in values if value)


def _words(text: str) -> Values:
    """Return words; each character of a script without spaces counts as one."""
    return Counter(re.findall(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+", text.casefold()))


def table(found: dict[str, Score]) -> str:
    """Return one line per field."""
    lines = [f"{'field':<10}{'precision':>10}{'recall':>10}"]
    lines += [f"{name:<10}{score.precision:>10.3f}{score.recall:>10.3f}" for name, score in found.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    measured = scores()
    sys.stdout.write(f"{len(list(PAGES.glob('*.html')))} pages\n{table(measured)}\n")
    if "--wrong" in sys.argv[1:]:
        for name, score in measured.items():
            sys.stdout.write("".join(f"{name}: {page}\n" for page in score.wrong))
