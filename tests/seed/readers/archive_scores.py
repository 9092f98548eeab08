"""Score the readers of archives: precision and recall of each field on files with their correct articles.

    python -m tests.seed.readers.archive_scores [--wrong] [format …]

Each folder below `archives` is a format. A truth is next to its file, with `.truth.json` added to the whole name, and
was written before the file was read: `articles` in their order, the `refusals` and `skipped` reasons by some of their
words, and the `links` of lists. An article has some of `TRUTH_FIELDS`, null or empty where the file doesn't settle
them; what a truth does not name is not scored. `unkind` marks variants that tools write but nobody documents;
`options` are those of the command.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from seed.readers import Overrides, read_paths
from seed.records import Link, ListedPage, NoArticle, RawArticle, ReadItem, Refusal
from tests.seed.readers.page_scores import Score, Values, words

ARCHIVES = Path(__file__).resolve().parent / "archives"
TRUTH_SUFFIX = ".truth.json"
TRUTH_FIELDS = (
    *("title", "authors", "source", "published", "text", "text_kind", "url", "language", "rights", "id", "details"),
)
"""Fields of an article in a truth; `published` has `on`, and `at` in ISO 8601 if the instant is stated."""

SCORED = (
    *("title", "authors", "source", "date", "instant", "text", "kind", "url", "language", "rights", "id", "details"),
)


@dataclass(frozen=True)
class ArchiveFile:
    """One file: what is in it, and what was read from it."""

    name: str
    format: str
    unkind: bool
    expected: list[dict[str, Values]]
    got: list[dict[str, Values]]
    mistakes: list[str] = field(default_factory=list)

    @property
    def is_day_wrong(self) -> bool:
        """Return whether an article has a day that is not its own; a missing day is not wrong."""
        return any(
            read["date"] and read["date"] != true.get("date", read["date"])
            for true, read in zip(self.expected, self.got, strict=False)
        )


def read_archives(folder: Path = ARCHIVES, formats: Iterable[str] = ()) -> list[ArchiveFile]:
    """Return the files of all formats, or of some, as they are read today."""
    names = [*formats] or sorted(path.name for path in folder.glob("*"))
    return [_archive_file(name, truth) for name in names for truth in sorted((folder / name).rglob(f"*{TRUTH_SUFFIX}"))]


def _archive_file(format_name: str, truth_path: Path) -> ArchiveFile:
    truth = json.loads(truth_path.read_text(encoding="utf-8"))
    path = truth_path.with_name(truth_path.name.removesuffix(TRUTH_SUFFIX))
    items = [*read_paths([path], overrides=Overrides(**truth.get("options", {})))]
    articles = [item for item in items if isinstance(item, RawArticle)]
    expected = [dict(_expected(article)) for article in truth.get("articles", ())]
    got = [dict(_got(article)) for article in articles]
    name = f"{format_name}/{path.name}"
    mistakes = [] if len(expected) == len(got) else [f"{name}: {len(got)} articles instead of {len(expected)}"]
    mistakes += _reason_mistakes(name, truth, items)
    return ArchiveFile(name, format_name, bool(truth.get("unkind")), expected, got, mistakes)


def _reason_mistakes(name: str, truth: dict[str, Any], items: Iterable[ReadItem]) -> Iterator[str]:
    """Yield what is wrong with refusals, skipped records and links: other numbers, or reasons without their words."""
    items = [*items]
    for key, reasons in (
        ("refusals", [item.reason for item in items if isinstance(item, Refusal)]),
        ("skipped", [item.reason for item in items if isinstance(item, NoArticle)]),
        ("links", [_listed(item) for item in items if isinstance(item, Link)]),
    ):
        wanted = truth.get(key, [])
        if len(reasons) != len(wanted) or any(part not in reason for part, reason in zip(wanted, reasons, strict=True)):
            yield f"{name}: {key} {reasons} instead of {wanted}"


def _listed(link: Link) -> str:
    """Return a link with what its list says of the page: title, outlet, day and language, `–` where it says nothing."""
    page = link.listed or ListedPage("")
    return " | ".join(
        (link.url, *(text or "–" for text in (page.title, page.source, page.published.on, page.language)))
    )


def _expected(truth: dict[str, Any]) -> Iterator[tuple[str, Values]]:
    unknown = truth.keys() - {*TRUTH_FIELDS}
    if unknown:
        raise ValueError(f"a truth has {sorted(unknown)}: expected some of {TRUTH_FIELDS}")
    if "published" in truth:
        published = truth["published"] or {}
        yield "date", _values(published.get("on"))
        yield "instant", _values(published.get("at") and str(_instant(published["at"])))
    for name in ("title", "source", "url", "language", "rights", "id"):
        if name in truth:
            yield name, _values(truth[name])
    if "authors" in truth:
        yield "authors", _values(*truth["authors"])
    if "text" in truth:
        yield "text", words("\n".join(truth["text"]))
    if "text_kind" in truth:
        yield "kind", _values(truth["text_kind"])
    if "details" in truth:
        yield "details", _values(*(f"{name}={value}" for name, value in truth["details"].items()))


def _got(article: RawArticle) -> Iterator[tuple[str, Values]]:
    yield "date", _values(article.published.on)
    yield "instant", _values(article.published.at and str(article.published.at))
    for name in ("title", "source", "url", "language", "rights", "id"):
        yield name, _values(getattr(article, name))
    yield "authors", _values(*article.authors)
    yield "text", words(article.text)
    yield "kind", _values(article.text_kind.value)
    yield "details", _values(*(f"{name}={value}" for name, value in article.details.items()))


def _instant(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())


def _values(*values: object) -> Values:
    return Counter(str(value) for value in values if value)


def scores(files: Iterable[ArchiveFile]) -> dict[str, Score]:
    """Return the score of each field over the articles of these files, in pairs by their order."""
    found = {name: Score() for name in SCORED}
    for file in files:
        for number, true in enumerate(file.expected):
            read = file.got[number] if number < len(file.got) else {}
            for name, values in true.items():
                got = read.get(name, Values())
                found[name].add(f"{file.name} {number + 1}", values, got, whole=name == "text")
    return found


def table(files: list[ArchiveFile]) -> str:
    """Return a line per format: its files, and precision and recall of each field."""
    by_format: dict[str, list[ArchiveFile]] = {}
    for file in files:
        by_format.setdefault(file.format, []).append(file)
    lines = [f"{'format':<14}{'files':>6}{'unkind':>7}{'articles':>9}{'wrong days':>11}" + "".join(map(_head, SCORED))]
    for name, members in {**by_format, "all": files}.items():
        found = scores(members)
        unkind, wrong = sum(file.unkind for file in members), sum(file.is_day_wrong for file in members)
        counts = f"{len(members):>6}{unkind:>7}{sum(len(file.expected) for file in members):>9}{wrong:>11}"
        lines.append(f"{name:<14}{counts}" + "".join(_cell(found[field_name]) for field_name in SCORED))
    return "\n".join(lines)


def _head(name: str) -> str:
    return f"{name:>13}"


def _cell(score: Score) -> str:
    return f"{f'{score.precision:.3f}/{score.recall:.3f}' if score.there or score.found else '–':>13}"


def report(files: list[ArchiveFile], *, wrong: bool = False) -> str:
    """Return the table and what is wrong apart from fields, with a line per mistake in a field if `wrong` is set."""
    lines = [table(files), *(mistake for file in files for mistake in file.mistakes)]
    if wrong:
        lines += [f"{name}: {mistake}" for name, score in scores(files).items() for mistake in score.wrong]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Score how well archives are read.")
    parser.add_argument("formats", nargs="*", help="some of the formats; all by default")
    parser.add_argument("--wrong", action="store_true", help="name the mistakes")
    options = parser.parse_args()
    sys.stdout.write(report(read_archives(formats=options.formats), wrong=options.wrong))
