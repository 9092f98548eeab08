"""The commands of `dateline correct` with their arguments and options: the names of fields are those of a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from seed.cli.options import Command, CommandOptions, ResultOptions

EntityArgument = Annotated[str, typer.Argument(metavar="ENTITY", help="Id of the entity, as the API has it.")]
FromArgument = Annotated[
    str,
    typer.Argument(
        metavar="FROM",
        help="Id of the entity that is the same as INTO. Of people without context, `ida-rask--ARTICLE` is the one in "
        "an article, `ida-rask--` all of this name.",
    ),
]
IntoArgument = Annotated[
    str, typer.Argument(metavar="INTO", help="Id of the entity that it becomes; a new one needs --name and --type.")
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Its new name; the old one becomes an alias.")]
AliasArgument = Annotated[str, typer.Argument(metavar="ALIAS", help="The name, in its very letters.")]
TypeArgument = Annotated[str, typer.Argument(metavar="TYPE", help="Its type, such as person or armed_group.")]
SurfaceArgument = Annotated[
    str, typer.Argument(metavar="WORDING", help="The words of the mention, in their very letters.")
]
WikidataArgument = Annotated[
    str | None, typer.Argument(metavar="[QID]", help="Its Wikidata id, such as Q159; without one, it has none.")
]
CorrectionArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the correction: `dateline correct list`.")]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The file to read.")]
NewNameOption = Annotated[str | None, typer.Option("--name", help="Name of a new entity.")]
NewTypeOption = Annotated[str | None, typer.Option("--type", help="Type of a new entity.")]
ArticleOption = Annotated[str | None, typer.Option("--article", help="Only in the article with this public id.")]
ContextOption = Annotated[
    str | None,
    typer.Option(
        "--context",
        help="Only in articles with these words; words that contain the wording have to stand around it.",
    ),
]
SurfaceOption = Annotated[str | None, typer.Option("--surface", help="Only mentions in this wording.")]
OfEntityOption = Annotated[str | None, typer.Option("--entity", help="Only corrections about this entity.")]
WhyOption = Annotated[str | None, typer.Option("--why", help="Why: the API says it, also of what is hidden.")]
ByOption = Annotated[
    str | None, typer.Option("--by", help="Who decides; the API says it only with DATELINE_SERVE_CORRECTORS.")
]


@dataclass(frozen=True, kw_only=True)
class DecisionOptions(ResultOptions):
    """The options of every decision."""

    why: WhyOption = None
    by: ByOption = None


@dataclass(frozen=True, kw_only=True)
class MergeOptions(DecisionOptions):
    """The options of `correct merge`."""

    entity: FromArgument
    into: IntoArgument
    name: NewNameOption = None
    type: NewTypeOption = None


@dataclass(frozen=True, kw_only=True)
class SplitOptions(DecisionOptions):
    """The options of `correct split`."""

    entity: EntityArgument
    into: IntoArgument
    article: ArticleOption = None
    context: ContextOption = None
    surface: SurfaceOption = None
    name: NewNameOption = None
    type: NewTypeOption = None


@dataclass(frozen=True, kw_only=True)
class RenameOptions(DecisionOptions):
    """The options of `correct rename`."""

    entity: EntityArgument
    name: NameArgument


@dataclass(frozen=True, kw_only=True)
class AliasOptions(DecisionOptions):
    """The options of `correct alias-add` and `correct alias-remove`."""

    entity: EntityArgument
    surface: AliasArgument


@dataclass(frozen=True, kw_only=True)
class RetypeOptions(DecisionOptions):
    """The options of `correct retype`."""

    entity: EntityArgument
    type: TypeArgument


@dataclass(frozen=True, kw_only=True)
class HideOptions(DecisionOptions):
    """The options of `correct hide`."""

    entity: EntityArgument


@dataclass(frozen=True, kw_only=True)
class NotANameOptions(DecisionOptions):
    """The options of `correct not-a-name`."""

    surface: SurfaceArgument
    context: ContextOption = None


@dataclass(frozen=True, kw_only=True)
class IsOptions(DecisionOptions):
    """The options of `correct is`."""

    surface: SurfaceArgument
    into: EntityArgument
    article: ArticleOption = None
    context: ContextOption = None
    name: NewNameOption = None
    type: NewTypeOption = None


@dataclass(frozen=True, kw_only=True)
class WikidataOptions(DecisionOptions):
    """The options of `correct wikidata`."""

    entity: EntityArgument
    wikidata: WikidataArgument = None


@dataclass(frozen=True, kw_only=True)
class UndoOptions(DecisionOptions):
    """The options of `correct undo`."""

    of: CorrectionArgument


@dataclass(frozen=True, kw_only=True)
class ListOptions(ResultOptions):
    """The options of `correct list`."""

    entity: OfEntityOption = None


@dataclass(frozen=True, kw_only=True)
class ImportOptions(ResultOptions):
    """The options of `correct import`."""

    file: FileArgument


@dataclass(frozen=True, kw_only=True)
class OpenRefineOptions(DecisionOptions):
    """The options of `correct from openrefine`."""

    file: FileArgument


def _decision(options_class: type[CommandOptions], summary: str, example: str, function: str = "decide") -> Command:
    return Command("correct", f"{function}_command", options_class, summary, f"dateline correct {example}")


CORRECT_COMMANDS: Mapping[str, Command] = {
    "merge": _decision(
        MergeOptions,
        "Make one entity of two: mentions of FROM name INTO, which gets its names.",
        "merge sergey-shoygu-- sergei-shoigu --why 'another spelling'",
    ),
    "split": _decision(
        SplitOptions,
        "Let some mentions of an entity name another one: all conditions have to hold.",
        "split john-smith--senator john-smith-baker --name 'John Smith' --type person --context bakery",
    ),
    "rename": _decision(RenameOptions, "Give an entity another name.", "rename sergei-shoigu 'Sergei Shoygu'"),
    "alias-add": _decision(
        AliasOptions,
        "Add a name: searches find the entity by it, and mentions of nobody known name it.",
        "alias-add sergei-shoigu 'General Shoigu'",
        "alias_add",
    ),
    "alias-remove": _decision(
        AliasOptions,
        "Remove a name: mentions in this wording name nobody known.",
        "alias-remove sergei-shoigu Shoigu",
        "alias_remove",
    ),
    "retype": _decision(RetypeOptions, "Give an entity another type.", "retype wagner--russia armed_group"),
    "hide": _decision(
        HideOptions,
        "Hide an entity: no mention of it is served, and its id says why.",
        "hide jo-lindqvist-- --why 'a private person'",
    ),
    "not-a-name": _decision(
        NotANameOptions,
        "Drop mentions in a wording that is no name.",
        "not-a-name May --context 'in May'",
    ),
    "is": _decision(
        IsOptions,
        "Say whom a wording names, in one article or in those with some words; also where nothing was found.",
        "is Smith john-smith--senator --article 2v8k0q4m1xsc",
    ),
    "wikidata": _decision(
        WikidataOptions,
        "Give an entity another Wikidata id, or none.",
        "wikidata sergei-shoigu Q314165",
    ),
    "undo": _decision(
        UndoOptions,
        "Undo a correction: what is served is as if it had never been made.",
        "undo c4m1xsc2v8k0",
    ),
    "list": Command(
        "correct",
        "list_command",
        ListOptions,
        "List the corrections, and which of them were undone.",
        "dateline correct list --entity sergei-shoigu",
        is_query=True,
    ),
    "check": Command(
        "correct",
        "check_command",
        ResultOptions,
        "Report corrections that contradict earlier ones, and entities that are not known.\n\n"
        "The exit code is 1 if there are contradictions.",
        "dateline correct check",
    ),
    "export": Command(
        "correct",
        "export_command",
        ResultOptions,
        "Print all corrections as JSON Lines, for another installation.",
        "dateline correct export > corrections.jsonl",
        is_query=True,
    ),
    "import": Command(
        "correct",
        "import_command",
        ImportOptions,
        "Add the corrections of a file, such as a reader's proposals.",
        "dateline correct import proposal.jsonl",
    ),
}
"""The commands of `dateline correct`."""

CORRECT_FROM_COMMANDS: Mapping[str, Command] = {
    "openrefine": Command(
        "correct",
        "openrefine_command",
        OpenRefineOptions,
        "Merge what was matched in OpenRefine: a CSV of local ids and chosen ids.",
        "dateline correct from openrefine matches.csv",
    ),
}
"""The commands of `dateline correct from`."""
