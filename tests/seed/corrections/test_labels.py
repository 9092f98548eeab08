"""Rules applied to the labels of entities: names, types, ids and what became of them."""

from typing import Any

import pytest

from app.labels import EntityLabel
from app.models import Action, EntityType
from seed.corrections.decisions import Decision
from seed.corrections.labels import NO_LONGER_MADE, corrected_labels, name_ids
from seed.corrections.rules import make_rules
from tests.seed.corrections.drawn import decision

LABELS = (
    EntityLabel("bo", EntityType.PERSON, "Bo Ek", "Q2", ("Ek",), ("old-bo",), local=True),
    EntityLabel("ida", EntityType.PERSON, "Ida Rask", None, ("Rask",), local=True, moved_to=("bo",)),
    EntityLabel("navy", EntityType.ORGANIZATION, "Navy", None, ("VN",)),
    EntityLabel("new", EntityType.PERSON, "new", local=True),
)
NAMES = {"john-varro--": "John Varro"}


def after(*decisions: Decision, made: tuple[str, ...] = ("new",)) -> dict[str, EntityLabel]:
    """Return the labels by id after some decisions."""
    labels = corrected_labels(LABELS, make_rules(decisions), made=made, names=NAMES)
    assert [label.id for label in labels] == sorted(label.id for label in labels)
    return {label.id: label for label in labels}


def fields(do: Action, **values: str | None) -> dict[str, Any]:
    """Return what differs in the label of the entity of a decision."""
    label, before = after(decision("c1", do, **values))[str(values["entity"])], after()[str(values["entity"])]
    names = ("name", "type", "wikidata", "aliases", "split_into", "hidden")
    return {name: getattr(label, name) for name in names if getattr(label, name) != getattr(before, name)}


@pytest.mark.parametrize(
    ("do", "values", "expected"),
    [
        (Action.RENAME, {"entity": "bo", "name": "B. Ek"}, {"name": "B. Ek", "aliases": ("Ek", "Bo Ek")}),
        (Action.RENAME, {"entity": "bo", "name": "Ek"}, {"name": "Ek", "aliases": ("Bo Ek",)}),
        (Action.ALIAS_ADD, {"entity": "bo", "surface": "Captain Ek"}, {"aliases": ("Ek", "Captain Ek")}),
        (Action.ALIAS_REMOVE, {"entity": "bo", "surface": "Ek"}, {"aliases": ()}),
        (Action.RETYPE, {"entity": "navy", "type": "armed_group"}, {"type": EntityType.ARMED_GROUP}),
        (Action.WIKIDATA, {"entity": "navy", "wikidata": "Q9"}, {"wikidata": "Q9"}),
        (Action.WIKIDATA, {"entity": "bo", "wikidata": None}, {"wikidata": None}),
        (Action.HIDE, {"entity": "bo", "why": "private"}, {"hidden": "private"}),
        (Action.HIDE, {"entity": "bo"}, {"hidden": "a correction hides it"}),
        (Action.SPLIT, {"entity": "bo", "into": "navy", "context": "x"}, {"split_into": ("navy",)}),
    ],
)
def test_one_decision(do: Action, values: dict[str, str | None], expected: dict[str, Any]) -> None:
    assert fields(do, **values) == expected


def test_a_merged_entity_gives_its_names_and_ids_away() -> None:
    """The target is in use again, if it was not."""
    labels = after(decision("c1", Action.MERGE, entity="bo", into="ida"))
    assert "bo" not in labels
    assert labels["ida"] == EntityLabel(
        "ida", EntityType.PERSON, "Ida Rask", "Q2", ("Rask", "Bo Ek", "Ek"), ("bo", "old-bo"), local=True
    )


def test_what_became_of_a_successor_is_followed() -> None:
    split = decision("c1", Action.SPLIT, entity="navy", into="bo", surface="VN")
    again = decision("c2", Action.SPLIT, entity="navy", into="bo", context="x")
    labels = after(split, again, decision("c3", Action.MERGE, entity="bo", into="new", name="New", type="person"))
    assert (labels["navy"].split_into, labels["ida"].moved_to) == (("new",), ("new",))


def test_a_made_entity_has_the_name_and_type_of_its_decision() -> None:
    label = after(decision("c1", Action.MERGE, entity="bo", into="new", name="The New", type="media"))["new"]
    assert (label.name, label.type, label.wikidata, label.former_ids) == ("The New", "media", "Q2", ("bo", "old-bo"))


def test_one_that_nobody_knows_is_of_the_type_of_its_first_part() -> None:
    label = after(decision("c1", Action.MERGE, entity="navy", into="new"))["new"]
    assert (label.name, label.type, label.aliases) == ("New", "organization", ("Navy", "VN"))
    article = "2v8k0q4m1xsc"
    unmade = decision("c1", Action.IS, surface="X", into="new", article=article)
    assert after(unmade)["new"].type is EntityType.PERSON


def test_one_that_is_no_longer_made_is_hidden_and_no_rule_is_about_it() -> None:
    assert after()["new"].hidden == NO_LONGER_MADE
    assert after(decision("c1", Action.RENAME, entity="new", name="X"))["new"] == after()["new"]
    assert after(made=("new", "gone"))["new"].hidden == NO_LONGER_MADE


def test_people_without_context_who_were_merged() -> None:
    rules = make_rules([decision("c1", Action.MERGE, entity="john-varro--", into="bo")])
    (label, *_) = corrected_labels(LABELS, rules, made=("new",), names=NAMES)
    assert (label.aliases, label.former_ids) == (("Ek", "John Varro"), ("old-bo", "john-varro--"))
    assert name_ids(rules) == {"john-varro--"}


@pytest.mark.parametrize(
    ("into", "made", "name", "former_ids"),
    [
        ("john-varro--", "john-varro--merged", "John Varro", ("john-varro--", "bo", "old-bo")),
        ("jan-oe--", "jan-oe--merged", "Jan Oe", ("jan-oe--", "bo", "old-bo")),
        ("john-varro--2v8k0q4m1xsc", "john-varro--2v8k0q4m1xsc", "John Varro", ("bo", "old-bo")),
    ],
)
def test_people_without_context_become_one(into: str, made: str, name: str, former_ids: tuple[str, ...]) -> None:
    rules = make_rules([decision("c1", Action.MERGE, entity="bo", into=into)])
    row = EntityLabel(made, EntityType.PERSON, made, local=True)
    labels = {label.id: label for label in corrected_labels([*LABELS, row], rules, made=(made,), names=NAMES)}
    assert (labels[made].name, labels[made].former_ids) == (name, former_ids)
    assert rules.targets == {made}
    assert name_ids(rules) == {f"{into.partition('--')[0]}--"}


def test_a_bearer_that_is_merged_gives_its_name() -> None:
    rules = make_rules([decision("c1", Action.MERGE, entity="john-varro--2v8k0q4m1xsc", into="bo")])
    (label, *_) = corrected_labels(LABELS, rules, names=NAMES)
    assert (label.aliases, label.former_ids) == (("Ek", "John Varro"), ("old-bo", "john-varro--2v8k0q4m1xsc"))


def test_a_decision_about_nobody_known_changes_nothing() -> None:
    for one in (
        decision("c1", Action.RENAME, entity="who", name="X"),
        decision("c1", Action.MERGE, entity="who", into="whom"),
        decision("c1", Action.NOT_A_NAME, surface="X"),
    ):
        assert after(one) == after()
