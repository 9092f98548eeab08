"""Reading the files of the lexicon, and every way in which an entry can be invalid."""

from pathlib import Path

import pytest

from app.coordinates import Coordinates
from app.models import EntityType, MentionKind, PlacePrecision
from seed.extract import load_lexicon
from seed.extract.lexicon.lexicon import Condition, LexiconError


def write(folder: Path, text: str, stem: str = "people") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_an_entry_has_its_names_by_kind(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        "- {id: ann-lee, name: Ann Lee, aliases: [Lee, Annie Lee, {form: Miss, when: {before: [Lee], after: [dear]}}], "
        "acronyms: [{form: AL, when: case}], demonyms: [Leeish], wikidata: Q1, former_ids: [ann-old], "
        "member_of: [{of: lees, role: head, from: 2012-05-07, to: 2014}]}",
    )
    entity = load_lexicon(folder).entities["ann-lee"]
    assert entity.type is EntityType.PERSON
    assert entity.aliases == ("Lee", "Annie Lee", "Miss")
    assert entity.acronyms == ("AL",)
    assert entity.demonyms == ("Leeish",)
    assert entity.all_names == ("Ann Lee", "Lee", "Annie Lee", "Miss", "AL")
    assert [form.kind for form in entity.forms[:3]] == [MentionKind.NAME, MentionKind.SURNAME, MentionKind.NAME]
    assert entity.forms[3].when == Condition(before=("Lee",), after=("dear",))
    assert entity.forms[4].when == Condition(case=True)
    assert (entity.wikidata, entity.former_ids, entity.file) == ("Q1", ("ann-old",), "people.yaml")
    assert entity.member_of[0].as_dict() == {"of": "lees", "role": "head", "from": "2012-05-07", "to": "2014"}


def test_a_name_with_a_condition_is_only_a_conditional_form(tmp_path: Path) -> None:
    folder = write(tmp_path, "- {id: us, name: US, acronyms: [{form: US, when: case}]}", "states")
    assert [form.when for form in load_lexicon(folder).entities["us"].forms] == [Condition(case=True)]


def test_a_later_folder_adds_and_replaces(tmp_path: Path) -> None:
    shipped = write(tmp_path / "a", "- {id: x, name: First}\n- {id: y, name: Stays}")
    own = write(tmp_path / "b", "- {id: x, name: Second, aliases: null}", "places")
    entities = load_lexicon(shipped, own).entities
    assert {id_: (entity.name, entity.type) for id_, entity in entities.items()} == {
        "x": ("Second", EntityType.PLACE),
        "y": ("Stays", EntityType.PERSON),
    }


def test_a_place_can_have_coordinates(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        "- {id: x, name: X, at: {lat: 48.6, lon: -38, source: geonames 1}}\n"
        "- {id: y, name: Y, at: {lat: 90, lon: 180, precision: point}}\n- {id: z, name: Z}",
        "places",
    )
    assert [entity.at for entity in load_lexicon(folder).entities.values()] == [
        Coordinates(48.6, -38.0, PlacePrecision.SETTLEMENT, "geonames 1"),
        Coordinates(90.0, 180.0, PlacePrecision.POINT, None),
        None,
    ]


def test_empty_and_missing_files_have_no_entries(tmp_path: Path) -> None:
    assert load_lexicon(write(tmp_path, "# nothing yet\n")).entities == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "people.yaml: not YAML"),
        ("id: x", "people.yaml: expected a list of entries, got dict"),
        ("- x", "people.yaml: 'x': expected a mapping with id and name"),
        ("- {id: x}", "people.yaml: x: name is None: expected text (quote it)"),
        ("- {name: X}", "id is None: expected text"),
        ("- {id: x, name: NO}", "people.yaml: x: name is False: expected text (quote it)"),
        ("- {id: x, name: X, alias: [Y]}", "people.yaml: x: unknown key 'alias': expected one of acronyms, aliases"),
        ("- {id: x, name: X, wikidata: 7}", "people.yaml: x: wikidata is 7: expected text"),
        ("- {id: x, name: X, aliases: Y}", "people.yaml: x: aliases is 'Y': expected a list"),
        ("- {id: x, name: X, aliases: [on]}", "people.yaml: x: a form is True: expected text"),
        ("- {id: x, name: X, aliases: [{form: Y, if: case}]}", "people.yaml: x: unknown key 'if' of a form"),
        ("- {id: x, name: X, aliases: [{when: case}]}", "people.yaml: x: form is None: expected text"),
        ("- {id: x, name: X, aliases: [{form: Y, when: often}]}", "people.yaml: x: condition 'often': expected case"),
        ("- {id: x, name: X, aliases: [{form: Y, when: {near: [Z]}}]}", "people.yaml: x: condition {'near': ['Z']}"),
        ("- {id: x, name: X, aliases: [{form: Y, when: {before: [1]}}]}", "people.yaml: x: before is 1: expected text"),
        (
            "- {id: x, name: X, member_of: [y]}",
            "people.yaml: x: member_of 'y': expected a mapping of of, role, from, to",
        ),
        ("- {id: x, name: X, member_of: [{role: y}]}", "people.yaml: x: of is None: expected text"),
        ("- {id: x, name: X, at: [1, 2]}", "people.yaml: x: at [1, 2]: expected a mapping of lat, lon"),
        ("- {id: x, name: X, at: {lat: 1, long: 2}}", "people.yaml: x: at {'lat': 1, 'long': 2}: expected a mapping"),
        ("- {id: x, name: X, at: {lat: 1}}", "people.yaml: x: lon is None: expected degrees from -180 to 180"),
        ("- {id: x, name: X, at: {lat: 90.5, lon: 1}}", "people.yaml: x: lat is 90.5: expected degrees from -90 to 90"),
        ("- {id: x, name: X, at: {lat: on, lon: 1}}", "people.yaml: x: lat is True: expected degrees"),
        (
            "- {id: x, name: X, at: {lat: 1, lon: 1, precision: town}}",
            "people.yaml: x: precision 'town': expected one of settlement, point, area, country, near",
        ),
        ("- {id: x, name: X, at: {lat: 1, lon: 1, source: 7}}", "people.yaml: x: source is 7: expected text"),
    ],
)
def test_the_message_names_an_invalid_entry(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(LexiconError) as caught:
        load_lexicon(write(tmp_path, text))
    assert message in str(caught.value)


def test_the_message_names_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "states.yaml").write_bytes(b"- {id: x, name: \xff}")
    with pytest.raises(LexiconError, match=r"states\.yaml: not YAML"):
        load_lexicon(tmp_path)
