"""Lines of the file of corrections: what each action needs, and which of them count."""

import json
import re
from typing import Any

import pytest

from app.models import Action
from seed.corrections.decisions import (
    CorrectionError,
    Decision,
    in_effect,
    new_decision,
    parse_line,
    undone_by,
    united,
)

SHARED = {"id": "c1", "at": "2026-01-31T12:00:00Z"}

LINES: tuple[dict[str, Any], ...] = (
    {"do": "merge", "from": "a--", "into": "b"},
    {"do": "merge", "from": "a", "into": "b", "name": "B", "type": "person"},
    {"do": "split", "entity": "a", "into": "b", "when": {"context": "in Amsel"}},
    {"do": "split", "entity": "a", "into": "b", "when": {"article": "2v8k0q4m1xsc", "context": "x", "surface": "A"}},
    {"do": "rename", "entity": "a", "name": "Ä"},
    {"do": "alias_add", "entity": "a", "alias": "B"},
    {"do": "alias_remove", "entity": "a", "alias": "B"},
    {"do": "retype", "entity": "a", "type": "armed_group"},
    {"do": "hide", "entity": "a"},
    {"do": "not_a_name", "surface": "May"},
    {"do": "not_a_name", "surface": "May", "context": "in May"},
    {"do": "is", "surface": "May", "entity": "b", "article": "2v8k0q4m1xsc"},
    {"do": "is", "surface": "May", "entity": "b", "context": "Theresa", "name": "B", "type": "person"},
    {"do": "wikidata", "entity": "a", "wikidata": "Q1"},
    {"do": "wikidata", "entity": "a", "wikidata": None},
    {"do": "undo", "of": "c0"},
)


def test_every_action_has_a_line() -> None:
    assert {line["do"] for line in LINES} == set(Action)


@pytest.mark.parametrize("line", LINES, ids=json.dumps)
def test_a_line_is_written_as_it_was_read(line: dict[str, Any]) -> None:
    record = {**SHARED, "by": "Ann", "why": "said so", **line}
    assert json.loads(parse_line(json.dumps(record)).line()) == record


BAD: tuple[tuple[object, str], ...] = (
    (
        "{",
        "the line is not JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1)): expected",
    ),
    ([1], "the line is a JSON list: expected an object"),
    ({"do": "burn"}, "do is 'burn': expected one of merge, split, rename, "),
    ({"do": ["merge"]}, "do is ['merge']: expected one of merge, "),
    ({"do": "hide", "entity": "a", "id": "a b"}, "id is 'a b': expected the id of a correction"),
    ({"do": "hide", "entity": "a", "at": "today"}, "at is 'today': expected an instant such as 2026-01-31T12:00:00Z"),
    ({"do": "hide", "entity": "a", "by": 7}, "by is 7: expected a text of 1 to 300 characters without line breaks"),
    ({"do": "hide", "entity": "a", "why": "a\nb"}, "why is 'a\\nb': expected a text"),
    ({"do": "hide", "entity": "a", "why": " "}, "why is ' ': expected a text"),
    ({"do": "hide", "entity": "a", "why": "x" * 301}, "expected a text of 1 to 300 characters"),
    ({"do": "hide"}, "entity is None: expected the id of an entity: 1 to 100 characters without space, / ? # or %"),
    ({"do": "hide", "entity": "a b"}, "entity is 'a b': expected the id of an entity"),
    ({"do": "hide", "entity": "a", "into": "b"}, "into is not a field of hide: expected at, by, do, entity, id, why"),
    ({"do": "merge", "from": "a", "into": "a"}, "into is 'a': expected another entity than the one that it is about"),
    (
        {"do": "merge", "from": "a", "into": "b", "name": "B"},
        "type is missing: an entity that is made needs its name and",
    ),
    (
        {"do": "merge", "from": "a", "into": "b", "type": "place"},
        "name is missing: an entity that is made needs its name",
    ),
    ({"do": "retype", "entity": "a", "type": "ship"}, "type is 'ship': expected one of person, organization, state, "),
    ({"do": "split", "entity": "a", "into": "b"}, "when is None: expected an object with at least one of article, "),
    ({"do": "split", "entity": "a", "into": "b", "when": {}}, "when is {}: expected an object with at least one of"),
    (
        {"do": "split", "entity": "a", "into": "b", "when": {"day": "x"}},
        "when is {'day': 'x'}: expected an object with",
    ),
    (
        {"do": "split", "entity": "a", "into": "b", "when": {"article": "x"}},
        "when.article is 'x': expected the public id",
    ),
    ({"do": "is", "surface": "A", "entity": "b"}, "article and context are missing: expected one of them, or both"),
    ({"do": "wikidata", "entity": "a", "wikidata": "159"}, "wikidata is '159': expected a Wikidata id such as Q159"),
    ({"do": "not_a_name", "surface": "\ud800"}, "surface is '\\ud800': expected a text"),
)


@pytest.mark.parametrize(("record", "message"), BAD, ids=[message[:40] for _, message in BAD])
def test_a_bad_line_is_refused_with_what_was_wanted(record: object, message: str) -> None:
    line = (
        record if isinstance(record, str) else json.dumps({**SHARED, **record} if isinstance(record, dict) else record)
    )
    with pytest.raises(CorrectionError, match=re.escape(message)):
        parse_line(line)


def test_a_new_decision_has_an_id_and_a_time() -> None:
    first, second = (new_decision(Action.HIDE, entity="a", why="x") for _ in range(2))
    assert (first.do, first.entity, first.why) == (Action.HIDE, "a", "x")
    assert first.id != second.id
    assert parse_line(first.line()) == first


def hide(id_: str) -> Decision:
    return Decision(id_, Action.HIDE, SHARED["at"], entity=f"entity-{id_}")


def undo(id_: str, of: str) -> Decision:
    return Decision(id_, Action.UNDO, SHARED["at"], of=of)


@pytest.mark.parametrize(
    ("decisions", "effective", "undone"),
    [
        ([hide("a"), hide("b")], "ab", {}),
        ([hide("a"), hide("b"), undo("c", "a")], "b", {"a": "c"}),
        ([hide("a"), undo("c", "a"), undo("d", "c")], "a", {"c": "d"}),
        ([hide("a"), undo("c", "a"), undo("d", "c"), undo("e", "d")], "", {"d": "e", "a": "c"}),
        ([hide("a"), undo("c", "a"), undo("d", "a")], "", {"a": "d"}),
        ([undo("c", "z"), hide("a")], "a", {"z": "c"}),
    ],
)
def test_an_undo_counts_unless_it_is_undone(decisions: list[Decision], effective: str, undone: dict[str, str]) -> None:
    assert "".join(one.id for one in in_effect(decisions)) == effective
    assert undone_by(decisions) == undone


def test_the_same_decision_counts_once_and_its_reason_may_differ() -> None:
    later = Decision("a", Action.HIDE, SHARED["at"], by="Bo", why="said so", entity="entity-a")
    assert united([hide("a"), hide("b")], [later]) == (hide("a"), hide("b"))


def test_two_decisions_of_one_id_are_refused() -> None:
    other = Decision("a", Action.HIDE, SHARED["at"], entity="another")
    message = (
        'the correction \'a\' is {"do": "hide", "entity": "another"}, but {"do": "hide", "entity": "entity-a"} els'
    )
    with pytest.raises(CorrectionError, match=re.escape(message)):
        united([hide("a")], [other])
