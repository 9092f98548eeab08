"""Conflicts between corrections, which are named before anything changes."""

from collections.abc import Iterable, Sequence

import pytest

from app.models import Action
from seed.corrections.check import Problem, find_problems, new_problems
from seed.corrections.decisions import Decision
from tests.seed.corrections.drawn import decision

NAMES = {"ada": ("Ada Byrne", "Ada"), "bo": ("Bo Ek",), "navy": ("Navy",), "jo--": ("Jo",)}


class Known:
    """Some entities, of which one had another id."""

    def current_id(self, id_: str) -> str:
        return "ada" if id_ == "old-ada" else id_

    def names_of(self, id_: str) -> Sequence[str] | None:
        return NAMES.get(id_)

    def ids(self) -> Iterable[str]:
        return NAMES


def merge(id_: str, entity: str, into: str, **fields: str | None) -> Decision:
    return decision(id_, Action.MERGE, entity=entity, into=into, **fields)


def undo(id_: str, of: str) -> Decision:
    return decision(id_, Action.UNDO, of=of)


HIDE = decision("c1", Action.HIDE, entity="bo")
MADE = {"name": "New", "type": "person"}

CASES: dict[str, tuple[list[Decision], list[str]]] = {
    "merges": ([merge("c1", "ada", "bo"), merge("c2", "navy", "bo")], []),
    "a chain": ([merge("c1", "navy", "bo"), merge("c2", "bo", "ada")], []),
    "a circle": (
        [merge("c1", "ada", "bo"), merge("c2", "bo", "ada")],
        ["c2: 'bo' and 'ada' are one entity already: a circle of merges"],
    ),
    "merged already": (
        [merge("c1", "ada", "bo"), merge("c2", "old-ada", "navy")],
        ["c2: 'old-ada' was merged into 'bo' by an earlier correction"],
    ),
    "about what was merged": (
        [merge("c1", "ada", "bo"), decision("c2", Action.RENAME, entity="ada", name="A")],
        ["c2: 'ada' was merged into 'bo' by c1"],
    ),
    "into hidden": ([HIDE, merge("c2", "ada", "bo")], ["c2: 'bo' is hidden by c1: undo that first"]),
    "about hidden": ([HIDE, merge("c2", "bo", "ada")], ["c2: 'bo' is hidden by c1: undo that first"]),
    "hidden twice": (
        [HIDE, decision("c2", Action.HIDE, entity="bo")],
        ["c2: 'bo' is hidden by c1: undo that first"],
    ),
    "two names": (
        [decision(id_, Action.RENAME, entity="bo", name=id_) for id_ in ("c1", "c2")],
        ["c2: 'bo' was renamed by c1: undo that first"],
    ),
    "two names, one undone": (
        [
            decision("c1", Action.RENAME, entity="bo", name="B"),
            undo("u1", "c1"),
            decision("c2", Action.RENAME, entity="bo", name="C"),
        ],
        [],
    ),
    "two types": (
        [decision(id_, Action.RETYPE, entity="bo", type="place") for id_ in ("c1", "c2")],
        ["c2: 'bo' was given a type by c1: undo that first"],
    ),
    "two Wikidata ids": (
        [decision(id_, Action.WIKIDATA, entity="bo", wikidata="Q1") for id_ in ("c1", "c2")],
        ["c2: 'bo' was given a Wikidata id by c1: undo that first"],
    ),
    "made": ([merge("c1", "ada", "new", **MADE), decision("c2", Action.RENAME, entity="new", name="N")], []),
    "made twice": (
        [merge("c1", "ada", "new", **MADE), merge("c2", "bo", "new", **MADE)],
        ["c2: 'new' is known: expected no name and type, which would make a new entity"],
    ),
    "a removed alias": ([decision("c1", Action.ALIAS_REMOVE, entity="ada", surface="Ada")], []),
    "no alias": (
        [decision("c1", Action.ALIAS_REMOVE, entity="ada", surface="Bo")],
        ["c1: 'Bo' is no alias of 'ada'"],
    ),
    "an alias that was added": (
        [
            decision("c1", Action.ALIAS_ADD, entity="bo", surface="B"),
            decision("c2", Action.ALIAS_REMOVE, entity="bo", surface="B"),
        ],
        [],
    ),
    "an alias that was a name": (
        [
            decision("c1", Action.RENAME, entity="bo", name="B"),
            decision("c2", Action.ALIAS_REMOVE, entity="bo", surface="Bo Ek"),
        ],
        [],
    ),
    "an alias of what was merged": (
        [merge("c1", "ada", "bo"), decision("c2", Action.ALIAS_REMOVE, entity="bo", surface="Ada")],
        [],
    ),
    "an unknown undo": ([undo("u1", "c9")], ["u1: of is 'c9': expected the id of an earlier correction"]),
    "undone twice": (
        [HIDE, undo("u1", "c1"), undo("u2", "c1")],
        ["u2: of is 'c1', which was undone already"],
    ),
    "undone again": ([HIDE, undo("u1", "c1"), undo("u2", "u1"), undo("u3", "c1")], []),
    "no entity": ([decision("c1", Action.NOT_A_NAME, surface="May")], []),
    "people without context": (
        [merge("c1", "jo--", "ada"), merge("c2", "jo--2v8k0q4m1xsc", "bo")],
        ["c2: 'jo--2v8k0q4m1xsc' was merged into 'ada' by an earlier correction"],
    ),
}


@pytest.mark.parametrize(("decisions", "problems"), CASES.values(), ids=CASES)
def test_conflicts(decisions: list[Decision], problems: list[str]) -> None:
    found = find_problems(decisions, Known())
    assert list(map(str, found)) == problems
    assert all(problem.is_conflict for problem in found)


def test_unknown_entities_are_no_conflict() -> None:
    found = find_problems(
        [merge("c1", "adda", "zzzz"), decision("c2", Action.ALIAS_REMOVE, entity="q", surface="x")], Known()
    )
    assert found == [
        Problem("c1", "'adda' is not known: expected the id of an entity; the nearest are ada", is_conflict=False),
        Problem("c1", "'zzzz' is not known: expected the id of an entity", is_conflict=False),
        Problem("c2", "'q' is not known: expected the id of an entity", is_conflict=False),
    ]


def test_an_undo_on_which_others_rely_is_a_new_problem() -> None:
    before = [merge("c1", "ada", "new", **MADE), decision("c2", Action.RENAME, entity="new", name="N")]
    assert new_problems(before, [*before, undo("u1", "c1")], Known()) == [
        Problem("c2", "'new' is not known: expected the id of an entity", is_conflict=False)
    ]
