"""`dateline correct`: decide about entities, undo decisions, and list, check, export and import them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import typer
from sqlalchemy import Engine

from app.models import Action
from seed.cli.correct_options import (
    AliasOptions,
    DecisionOptions,
    HideOptions,
    ImportOptions,
    IsOptions,
    ListOptions,
    MergeOptions,
    NotANameOptions,
    OpenRefineOptions,
    RenameOptions,
    RetypeOptions,
    SplitOptions,
    UndoOptions,
    WikidataOptions,
)
from seed.cli.database import database_reader
from seed.cli.options import ResultOptions
from seed.cli.output import pluralize, print_message, print_note
from seed.cli.runtime import corrections_file, database_writer, writer_resources
from seed.corrections.correct import CorrectionSummary, add_decisions, check_decisions, find_by_wikidata, read_all
from seed.corrections.decisions import Decision, in_effect, new_decision, undone_by
from seed.corrections.file import read_decisions, require_path
from seed.corrections.openrefine import merges, without_known

DECISIONS: Mapping[type[DecisionOptions], Action] = {
    MergeOptions: Action.MERGE,
    SplitOptions: Action.SPLIT,
    RenameOptions: Action.RENAME,
    RetypeOptions: Action.RETYPE,
    HideOptions: Action.HIDE,
    NotANameOptions: Action.NOT_A_NAME,
    IsOptions: Action.IS,
    WikidataOptions: Action.WIKIDATA,
    UndoOptions: Action.UNDO,
}
"""The decision of each class of options, whose fields are its fields."""


@dataclass(frozen=True, slots=True)
class CorrectionReport:
    """The ids of the corrections that were added, and the number of articles that they change.

    `known` are those that were there already, `unknown_entities` what is said of entities that no article names yet.
    """

    corrections: tuple[str, ...]
    known: int
    articles: int
    unknown_entities: tuple[str, ...]
    published_version: int | None

    def lines(self) -> Iterator[str]:
        """Yield the ids, the counts and the version."""
        ids = f" ({', '.join(self.corrections)})" if 0 < len(self.corrections) <= MAX_LISTED_IDS else ""
        known = f", {self.known:,} known already" if self.known else ""
        yield (
            f"{pluralize(len(self.corrections), 'correction')} made{ids}{known}: "
            f"{pluralize(self.articles, 'article')} changed"
        )
        version = self.published_version
        yield f"published corpus version {version}" if version else "nothing new to publish"


MAX_LISTED_IDS = 10
"""Maximum number of corrections whose ids are printed after they were made."""


@dataclass(frozen=True, slots=True)
class ListedCorrection:
    """A correction as the file has it, and whether it is in effect."""

    correction: dict[str, Any]
    in_effect: bool
    undone_by: str | None

    def lines(self) -> Iterator[str]:
        """Yield the line of the file, and by what it was undone."""
        yield json.dumps(self.correction, ensure_ascii=False) + (
            "" if self.in_effect else f"  undone by {self.undone_by}"
        )


@dataclass(frozen=True, slots=True)
class ExportedCorrection:
    """A correction as a line of the file."""

    line: str

    def lines(self) -> Iterator[str]:
        """Yield the line."""
        yield self.line


@dataclass(frozen=True, slots=True)
class CorrectionProblems:
    """The problems of the corrections: conflicts, and entities that are not known."""

    conflicts: tuple[str, ...]
    unknown_entities: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield the numbers."""
        yield f"{pluralize(len(self.conflicts), 'conflict')}, {len(self.unknown_entities):,} unknown"


def decide_command(options: DecisionOptions) -> Iterator[CorrectionReport]:
    """Make one decision, and publish."""
    yield _report(_add([_decision(DECISIONS[type(options)], options)]))


def alias_add_command(options: AliasOptions) -> Iterator[CorrectionReport]:
    """Give an entity another name."""
    yield _report(_add([_decision(Action.ALIAS_ADD, options)]))


def alias_remove_command(options: AliasOptions) -> Iterator[CorrectionReport]:
    """Take a name away from an entity."""
    yield _report(_add([_decision(Action.ALIAS_REMOVE, options)]))


def import_command(options: ImportOptions) -> Iterator[CorrectionReport]:
    """Add the corrections of another installation, or a reader's proposals, to the file."""
    if not options.file.exists():
        raise FileNotFoundError(f"{options.file} does not exist")
    yield _report(_add(read_decisions(options.file), allow_unknown=True))


def openrefine_command(options: OpenRefineOptions) -> Iterator[CorrectionReport]:
    """Merge local entities into those that were chosen for them in OpenRefine."""
    path = require_path(corrections_file())
    with database_writer() as engine:
        known = in_effect(read_all(engine, read_decisions(path)))
        decisions = merges(options.file, find_by_wikidata(engine), why=options.why, by=options.by)
        summary = _add_to(engine, path, without_known(decisions, known))
    yield _report(summary)


def list_command(options: ListOptions) -> Iterator[ListedCorrection]:
    """Yield the corrections of the file and the database, in order."""
    decisions = _all_decisions()
    undos = undone_by(decisions)
    about: set[str] = set()
    for one in decisions:
        if options.entity is None or options.entity in one.entities or one.of in about:
            about.add(one.id)
            yield ListedCorrection(json.loads(one.line()), one.id not in undos, undos.get(one.id))


def export_command(_options: ResultOptions) -> Iterator[ExportedCorrection]:
    """Yield the corrections as lines of a file that another installation imports."""
    for decision in _all_decisions():
        yield ExportedCorrection(decision.line())


def check_command(_options: ResultOptions) -> Iterator[CorrectionProblems]:
    """Report what contradicts earlier corrections, and entities that are not known; exit with code 1 for conflicts."""
    with database_reader() as engine:
        problems = check_decisions(engine, read_decisions(corrections_file()))
    for problem in problems:
        print_message(str(problem), err=True)
    conflicts = tuple(str(problem) for problem in problems if problem.is_conflict)
    yield CorrectionProblems(conflicts, tuple(str(problem) for problem in problems if not problem.is_conflict))
    raise typer.Exit(code=int(bool(conflicts)))


def _decision(do: Action, options: DecisionOptions) -> Decision:
    """Return the decision of the options of a command, of which those of the output are no part."""
    shared = {field.name for field in fields(ResultOptions)}
    names = [field.name for field in fields(options) if field.name not in shared]
    return new_decision(do, **{name: getattr(options, name) for name in names})


def _all_decisions() -> tuple[Decision, ...]:
    decisions = read_decisions(corrections_file())
    with database_reader() as engine:
        return read_all(engine, decisions)


def _add(decisions: Sequence[Decision], *, allow_unknown: bool = False) -> CorrectionSummary:
    path = require_path(corrections_file())
    with database_writer() as engine:
        return _add_to(engine, path, decisions, allow_unknown=allow_unknown)


def _add_to(
    engine: Engine, path: Path, decisions: Sequence[Decision], *, allow_unknown: bool = False
) -> CorrectionSummary:
    return add_decisions(engine, writer_resources(), path, decisions, allow_unknown=allow_unknown)


def _report(summary: CorrectionSummary) -> CorrectionReport:
    unknown = tuple(map(str, summary.unknown))
    for line in unknown:
        print_note(f"note: {line}")
    return CorrectionReport(summary.added, summary.known, summary.articles, unknown, summary.version)
