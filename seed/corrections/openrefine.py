"""Read a table of OpenRefine, of local ids and the ids that were chosen for them, as merges."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from app.models import Action
from seed.corrections.decisions import CorrectionError, Decision, new_decision

_WIKIDATA_ID = re.compile("Q[1-9][0-9]*")

_ADDRESS = re.compile(r"https?://\S+/([^/\s?#]+)")
"""The address of an entity: its last part is the id."""

FindWikidata = Callable[[str], str | None]
"""A function that returns the entity with a Wikidata id; None if there is none."""


def read_choices(path: Path) -> list[tuple[int, str, str]]:
    """Return line, local id and chosen id of each row; raise CorrectionError for a row that has not two columns.

    The first row is a heading if both its cells end in words such as `id`. Rows without a choice, and those whose
    choice is what they are, are left out.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorrectionError(f"{path} is not UTF-8 ({error.reason} at byte {error.start})") from None
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    choices = []
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) != 2:
            raise CorrectionError(
                f"{path}, line {number} has {len(cells)} columns: expected a local id and a chosen id"
            )
        local, chosen = (_without_address(cell) for cell in cells)
        if number == 1 and _is_heading(local, chosen):
            continue
        if chosen and local != chosen:
            choices.append((number, local, chosen))
    return choices


def _without_address(cell: str) -> str:
    match = _ADDRESS.fullmatch(cell)
    return match[1] if match else cell


def _is_heading(*cells: str) -> bool:
    """Return whether cells are titles of columns: ids have no spaces, and titles end in words for ids."""
    return all(re.search(r"(?i)(^|[\s_-])(id|ids|local|chosen|entity|reconciled|match)$", cell) for cell in cells)


def merges(path: Path, find_wikidata: FindWikidata, *, why: str | None, by: str | None) -> Iterator[Decision]:
    """Yield the merge of each choice; a chosen Wikidata id is that of an entity, or else given to the local one.

    Raise CorrectionError, which names the line, for what is no id.
    """
    for number, local, chosen in read_choices(path):
        entity = find_wikidata(chosen) if _WIKIDATA_ID.fullmatch(chosen) else chosen
        if entity == local:
            continue
        try:
            if entity is None:
                yield new_decision(Action.WIKIDATA, why=why, by=by, entity=local, wikidata=chosen)
            else:
                yield new_decision(Action.MERGE, why=why, by=by, entity=local, into=entity)
        except CorrectionError as error:
            raise CorrectionError(f"{path}, line {number}: {error}") from None


def without_known(decisions: Iterable[Decision], known: Iterable[Decision]) -> list[Decision]:
    """Return the decisions that say something that no known one in effect says: a table may be read twice."""
    said = {(one.do, one.entity, one.into, one.wikidata) for one in known}
    new = []
    for decision in decisions:
        key = (decision.do, decision.entity, decision.into, decision.wikidata)
        if key not in said:
            said.add(key)
            new.append(decision)
    return new
