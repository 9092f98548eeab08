"""Corrections of a database: what a reload, another installation, an export and a lost file make of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.models import Action, EntityType, MentionKind
from seed.corrections.correct import check_decisions, find_by_wikidata, read_all
from seed.corrections.decisions import CorrectionError
from seed.corrections.file import append_decisions, read_decisions
from seed.maintenance.compact import compact
from seed.maintenance.reannotate import reannotate
from seed.pipeline.load import load
from seed.records import ExportedAnnotation, ExtractedMention, LocalEntity
from tests.conftest import app_for
from tests.seed.corrections.drawn import RECORDS, corrected, decision, labels_of, served
from tests.seed.loading import RESOURCES, dump, load_into, named, report, writing

SIX_NAMES = ("Sergei Okhra", "Sergey Ohra", "Serguei Okra", "Sergej Ochra", "Sjergei Okhrah", "S. Sergius Okhro")
"""One person in the spellings of six papers."""

PEOPLE = [
    report(f"Report {number}", text=f"{name} went to Amsel. “We sail,” {name} said.", source=f"paper-{number}.example")
    for number, name in enumerate(SIX_NAMES)
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "corrections.jsonl"


@pytest.fixture
def loaded(database: Path) -> Path:
    load_into(database, RECORDS)
    return database


@contextmanager
def client(database: Path, **settings: Any) -> Iterator[TestClient]:  # noqa: ANN401 - settings
    with TestClient(app_for(database, **settings)) as own:
        yield own


def entity_list(database: Path) -> Any:  # noqa: ANN401 - JSON
    """Return all entities as the API lists them."""
    with client(database) as own:
        return own.get("/v1/entities?limit=100").json()["items"]


def test_one_person_under_six_names_is_repaired_in_five_commands(database: Path, path: Path) -> None:
    load_into(database, PEOPLE)
    people = [entity["id"] for entity in entity_list(database) if entity["type"] == "person"]
    assert people == []  # People without context are in no list: each article has its own.
    with client(database) as own:
        articles = own.get("/v1/articles?sort=published&limit=100").json()["items"]
        found = {entity["name"]: entity["id"] for item in articles for entity in item["entities"]}
    ids = [found[name] for name in found if name != "Amsel"]
    assert len(ids) == len(SIX_NAMES)
    first, *others = (id_[: id_.index("--") + 2] for id_ in ids)
    for number, other in enumerate(others):
        summary = corrected(database, path, decision(f"c{number}", Action.MERGE, entity=other, into=first))
    assert (len(read_decisions(path)), summary.version) == (5, 6)
    with client(database) as own:
        (person,) = (item for item in own.get("/v1/entities").json()["items"] if item["type"] == "person")
        assert person["articles"] == len(SIX_NAMES)
        for name in found:
            value = own.get("/v1/articles", params={"actor": name} if name != "Amsel" else {"place": name}).json()
            assert value["total"] == len(SIX_NAMES), name
        for id_ in (*ids, first, *others):
            moved = own.get(f"/v1/entities/{id_}", follow_redirects=False)
            assert (moved.status_code, moved.headers["Location"]) == (308, person["id"])
        assert own.get("/v1/statements", params={"speaker": person["id"]}).json()["total"] == len(SIX_NAMES)
        detail = own.get(f"/v1/articles/{articles[0]['id']}").json()
        rules = {(one["entity"], one["rule"], one["confidence"]) for one in detail["mentions"]}
        assert (person["id"], "corrected", 1.0) in rules
    later = report("Later", text=f"{SIX_NAMES[3]} came back.", source="paper-9.example")
    load_into(database, [later], resources=replace(RESOURCES, decisions=read_decisions(path)))
    assert [item["articles"] for item in entity_list(database) if item["id"] == person["id"]] == [7]


DECISIONS = (
    decision("c1", Action.MERGE, entity="rask-given", into="ida-rask--", why="the same"),
    decision("c2", Action.SPLIT, entity="vellandian-navy", into="vn-club", name="VN", type="media", surface="VN"),
    decision("c3", Action.RENAME, entity="vellandia", name="Republic of Vellandia"),
    decision("c4", Action.ALIAS_ADD, entity="amsel", surface="quay"),
    decision("c5", Action.HIDE, entity="john-varro--", why="a private person"),
    decision("c6", Action.NOT_A_NAME, surface="May Queen"),
    decision("c7", Action.IS, surface="Twin Quay", into="amsel-east", context="flooded"),
    decision("c8", Action.RETYPE, entity="amsel-west", type="organization"),
    decision("c9", Action.WIKIDATA, entity="amsel", wikidata="Q3"),
    decision("c10", Action.UNDO, of="c9"),
)


def test_a_reload_of_all_texts_keeps_corrections(loaded: Path, path: Path) -> None:
    """Whether the file is there or was lost, whether texts are new or the same."""
    corrected(loaded, path, *DECISIONS)
    expected = served(loaded)
    for number, decisions in enumerate((read_decisions(path), ())):
        resources = replace(RESOURCES, decisions=decisions)
        assert load_into(loaded, RECORDS, resources=resources).version is None
        assert served(loaded) == expected
        with writing(loaded) as engine:
            summary = reannotate(engine, resources)
        assert (summary.updated, summary.version) == (0, None)
        changed = [replace(record, rights=f"of its publisher, {number}") for record in RECORDS]
        assert load_into(loaded, changed, resources=resources).updated == len(RECORDS)
        assert served(loaded) == expected


def test_a_file_gives_another_installation_the_same_entities(loaded: Path, path: Path, empty: Path) -> None:
    """Whether it is there before the texts or after them."""
    corrected(loaded, path, *DECISIONS)
    load_into(empty, RECORDS, resources=replace(RESOURCES, decisions=read_decisions(path)))
    assert served(empty) == served(loaded)
    assert entity_list(empty) == entity_list(loaded)


@pytest.fixture
def empty(tmp_path: Path, migrated: Path) -> Path:
    copy = tmp_path / "another.db"
    copy.write_bytes(migrated.read_bytes())
    return copy


def test_what_was_stored_earlier_is_corrected_when_it_returns(loaded: Path, path: Path) -> None:
    """A correction of the second text is in the first one, too, once that is loaded again."""
    first = report("Navy", text="The Vellandian Navy sails.", id="n")
    second = replace(first, text="The Vellandian Navy, which sails, is at sea.")
    load_into(loaded, [first])
    load_into(loaded, [second])
    corrected(loaded, path, decision("c1", Action.HIDE, entity="vellandian-navy"))
    load_into(loaded, [first], resources=replace(RESOURCES, decisions=read_decisions(path)))
    assert "vellandian-navy" not in served(loaded)["counts"]


def test_a_lost_file_is_written_again(loaded: Path, path: Path) -> None:
    corrected(loaded, path, *DECISIONS[:2])
    path.unlink()
    summary = corrected(loaded, path, DECISIONS[2], DECISIONS[0])
    assert read_decisions(path) == (*DECISIONS[:2], DECISIONS[2])
    assert (summary.added, summary.known) == (("c3",), 1)


def test_a_line_that_was_added_by_hand_counts_with_the_next_load(loaded: Path, path: Path) -> None:
    append_decisions(path, DECISIONS)
    assert load_into(loaded, [], resources=replace(RESOURCES, decisions=read_decisions(path))).version == 2
    assert labels_of(loaded)["vellandia"].name == "Republic of Vellandia"
    assert len(dump(loaded)["correction"]) == len(DECISIONS)


def test_reasons_may_change_without_touching_an_article(loaded: Path, path: Path) -> None:
    corrected(loaded, path, DECISIONS[4])
    before = dump(loaded)["article"]
    path.write_text(replace(DECISIONS[4], why="asked to", by="Bo").line(), encoding="utf-8")
    load_into(loaded, [], resources=replace(RESOURCES, decisions=read_decisions(path)))
    assert dump(loaded)["article"] == before
    (row,) = dump(loaded)["correction"]
    assert json.loads(row["line"])["why"] == "asked to"


def test_lines_in_another_order_are_applied_in_it(loaded: Path, path: Path) -> None:
    merge = decision("c1", Action.MERGE, entity="amsel-east", into="amsel")
    hide = decision("c2", Action.HIDE, entity="amsel")
    named_so = decision("c3", Action.IS, surface="Twin Quay", into="amsel-east", context="quay")
    for order in ((merge, hide, named_so), (named_so, hide, merge), (hide, named_so, merge)):
        resources = replace(RESOURCES, decisions=order)
        load_into(loaded, [], resources=resources)
        once = served(loaded)
        with writing(loaded) as engine:
            assert reannotate(engine, resources).updated == 0
        assert served(loaded) == once


def test_compacting_keeps_what_undoing_needs(loaded: Path, path: Path) -> None:
    before = served(loaded)
    corrected(loaded, path, *DECISIONS)
    expected = served(loaded)
    with writing(loaded) as engine:
        assert compact(engine).revisions > 0
    assert served(loaded) == expected
    undos = [decision(f"u{one.id}", Action.UNDO, of=one.id) for one in DECISIONS if one.id not in ("c9", "c10")]
    corrected(loaded, path, *undos)
    assert served(loaded) == before
    assert not {row["revision_id"] for row in dump(loaded)["extracted"]} & {
        row["revision_id"] for row in dump(loaded)["article"]
    }


def test_the_annotation_of_an_export_is_what_undoing_returns(database: Path, path: Path) -> None:
    """The text alone would give others."""
    mention = ExtractedMention("text", 0, 3, "The", EntityType.PERSON, MentionKind.NAME, "the-x", "by-hand", 0.5)
    exported = ExportedAnnotation((mention,), (), (LocalEntity("the-x", "The X", EntityType.PERSON),))
    record = report("Ferry", text="The ferry sails.", annotation=exported, public_id="2v8k0q4m1xsc")
    load_into(database, [record])
    before = served(database)
    corrected(database, path, decision("c1", Action.RETYPE, entity="the-x", type="media"))
    summary = load_into(database, [replace(record, authors=("Ida Rask",), annotation=None, public_id=None)])
    assert (summary.updated, [*summary.refused]) == (1, [])
    (rows,) = served(database)["articles"].values()
    assert ("text", 0, 3, "The", "name", "media", "the-x", "corrected", 1.0) in rows
    corrected(database, path, decision("c2", Action.UNDO, of="c1"))
    assert served(database) == before


def test_conflicts_and_unknown_ids_change_nothing(loaded: Path, path: Path) -> None:
    before = dump(loaded)
    wrong = decision("c1", Action.MERGE, entity="vellandian-nawy", into="amsel")
    message = (
        "^'vellandian-nawy' is not known: expected the id of an entity; the nearest are vellandian-navy, vellandia$"
    )
    with pytest.raises(CorrectionError, match=message):
        corrected(loaded, path, wrong, allow_unknown=False)
    assert not path.exists()
    assert dump(loaded) == before
    summary = corrected(loaded, path, wrong)
    assert [str(problem)[:30] for problem in summary.unknown] == ["c1: 'vellandian-nawy' is not k"]
    many = [decision(f"r{at}", Action.RENAME, entity="amsel", name=f"A{at}") for at in range(13)]
    with pytest.raises(CorrectionError, match=r"^'amsel' was renamed by r0: undo that first; .*; and 2 more$"):
        corrected(loaded, path, *many)


def test_an_undo_on_which_another_correction_relies_is_refused(loaded: Path, path: Path) -> None:
    corrected(loaded, path, DECISIONS[1], decision("r1", Action.RENAME, entity="vn-club", name="V."))
    with pytest.raises(CorrectionError, match=r"^r1: 'vn-club' is not known"):
        corrected(loaded, path, decision("u1", Action.UNDO, of="c2"), allow_unknown=False)


def test_people_without_context_are_known_by_name_and_article(loaded: Path, path: Path) -> None:
    article = next(row["id"] for row in dump(loaded)["article"])
    known = decision("c1", Action.MERGE, entity=f"john-varro--{article}", into="amsel")
    corrected(loaded, path, known, allow_unknown=False)
    with writing(loaded) as engine:
        assert check_decisions(engine, read_decisions(path)) == []
        assert read_all(engine, ()) == (known,)
        assert find_by_wikidata(engine)("Q990000003") == "vellandia"
        assert find_by_wikidata(engine)("Q5") is None


def test_an_entity_that_articles_name_after_all_is_no_longer_only_made(loaded: Path, path: Path) -> None:
    """Extracted, supplied with a record, or in the lexicon, it has the name and type that these say."""
    made = {"name": "Made", "type": "place"}
    corrected(
        loaded,
        path,
        decision("c1", Action.SPLIT, entity="vellandia", into="given", surface="Vellandia", **made),
        decision("c2", Action.SPLIT, entity="vellandia", into="zoe-quist--vellandia", surface="Vellandian", **made),
    )
    resources = replace(RESOURCES, decisions=read_decisions(path))
    records = [
        report("Given", text="Gil sails.", entities=(named("Gil", EntityType.MEDIA, id="given"),)),
        report("Found", text="Vellandia's president Zoe Quist sails. President Zoe Quist of Vellandia was here."),
    ]
    load_into(loaded, records, resources=resources)
    rows = {row["id"]: row for row in dump(loaded)["entity"]}
    assert (rows["given"]["name"], rows["given"]["type"], rows["given"]["made"]) == ("Gil", "media", False)
    assert labels_of(loaded)["given"].name == "Gil"


def test_a_correction_is_applied_in_one_transaction(loaded: Path, path: Path) -> None:
    """What is stored but not applied would never be applied."""

    class CrashError(Exception):
        pass

    def crash(step: str) -> None:
        if step == "corrections written":
            raise CrashError

    append_decisions(path, DECISIONS)
    resources = replace(RESOURCES, decisions=read_decisions(path))
    before = dump(loaded)
    with writing(loaded) as engine, pytest.raises(CrashError):
        load(engine, [], resources, checkpoint=crash)
    after = dump(loaded)
    assert {name: after[name] for name in ("correction", "extracted", "article", "revision")} == {
        name: before[name] for name in ("correction", "extracted", "article", "revision")
    }
    load_into(loaded, [], resources=resources)
    assert len(dump(loaded)["correction"]) == len(DECISIONS)
