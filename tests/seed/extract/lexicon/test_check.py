"""Validation of the lexicon: messages name file, entry, value and what was expected."""

from pathlib import Path

import pytest

from seed.extract import check_lexicon


@pytest.mark.unmeasured
def test_the_lexicon_that_ships_has_no_problem() -> None:
    assert check_lexicon() == []


NO_MATCH = (
    "can never match: expected a form between word boundaries, with single spaces, that no other entity claims as well"
)


@pytest.mark.parametrize(
    ("people", "problems"),
    [
        ("- {id: a, name: A}", []),
        ("x: y", ["people.yaml: expected a list of entries, got dict"]),
        ("- {id: a}", ["people.yaml: a: name is None: expected text (quote it)"]),
        (
            "- {id: a, name: A}\n- {id: a, name: B}",
            ["people.yaml: a: the id is already used in people.yaml: expected a unique id"],
        ),
        (
            "- {id: A--b, name: A, wikidata: q7}",
            [
                "people.yaml: A--b: invalid id: expected lowercase ASCII letters and digits with single hyphens",
                "people.yaml: A--b: wikidata 'q7': expected Q and a number, such as Q159",
            ],
        ),
        (
            "- {id: a, name: A, former_ids: [b, c]}\n- {id: b, name: B, former_ids: [c]}",
            [
                "people.yaml: a: former id 'b' is in use: expected an id that no entry has",
                "people.yaml: b: former id 'c' also belongs to a: expected one owner",
            ],
        ),
        (
            "- {id: a, name: A, member_of: [{of: b, from: '2012-13', to: 2014-01-31}]}",
            [
                "people.yaml: a: member_of 'b': expected the id of an entry",
                "people.yaml: a: '2012-13' in member_of: expected YYYY, YYYY-MM or YYYY-MM-DD",
            ],
        ),
        (
            "- {id: a, name: A, member_of: [{of: b}]}\n- {id: b, name: B, member_of: [{of: a}]}",
            ["people.yaml: a: member_of forms a cycle: a > b > a"],
        ),
        (
            "- {id: a, name: Same, acronyms: [{form: X, when: case}]}\n- {id: b, name: Samé, acronyms: [X]}",
            [
                "people.yaml: b: 'Samé' also names a: expected a condition (when) on one of them",
                "people.yaml: b: 'X' also names a: expected a condition (when) on one of them",
            ],
        ),
        (
            "- {id: a, name: A, aliases: ['Q  B', {form: C, when: introduced}]}\n"
            "- {id: b, name: B, acronyms: [{form: E, when: {context: [X], after: [Y], before: [Z]}}]}\n"
            "- {id: c, name: F, aliases: [{form: F, when: introduced}]}\n"
            "- {id: d, name: G, acronyms: [{form: H, when: {context: [X]}}]}\n"
            "- {id: e, name: I, acronyms: [{form: H, when: {context: [X Y]}}]}",
            [f"people.yaml: {id_}: {form!r} {NO_MATCH}" for id_, form in (("a", "Q  B"), ("c", "F"), ("e", "H"))],
        ),
        (
            "- {id: a, name: A, wikidata: Q1}\n- {id: b, name: B, wikidata: Q1}",
            ["people.yaml: b: a also has Q1: expected a different one for each entity"],
        ),
    ],
)
def test_each_problem_is_named(tmp_path: Path, people: str, problems: list[str]) -> None:
    (tmp_path / "people.yaml").write_text(people, encoding="utf-8")
    assert check_lexicon(tmp_path) == problems


def test_an_id_of_another_folder_is_replaced_and_no_problem(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "people.yaml").write_text("- {id: a, name: A}", encoding="utf-8")
    assert check_lexicon(tmp_path / "a", tmp_path / "b") == []


def test_two_paths_to_one_entity_are_no_cycle(tmp_path: Path) -> None:
    text = (
        "- {id: a, name: A, member_of: [{of: b}, {of: c}]}\n- {id: b, name: B, member_of: [{of: d}]}\n"
        "- {id: c, name: C, member_of: [{of: d}]}\n- {id: d, name: D}"
    )
    (tmp_path / "people.yaml").write_text(text, encoding="utf-8")
    assert check_lexicon(tmp_path) == []
