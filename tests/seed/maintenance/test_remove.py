"""What is removed is served no more, whatever is loaded, until it is brought back; a crash loses nothing."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import DatelineError
from app.models import Change
from app.search.fulltext.hits import TextSearch
from app.text.query_parser import parse
from seed.maintenance.compact import compact
from seed.maintenance.remove import Removed, bring_back, remove
from seed.pipeline.context import Summary
from seed.pipeline.identity import public_id
from seed.publish.publish import Checkpoint, no_checkpoint
from tests.conftest import seed, write_jsonl
from tests.seed.durability.crashing import killed_at_step
from tests.seed.loading import copied, dump, load_into, natural, report, snapshot_of, writing

URL = "https://harbour-gazette.example"
ONE, TWO, THREE = (
    report(f"Report {n}", id=f"r{n}", url=f"{URL}/{n}", on=f"2019-03-0{n}", text=f"Admiral Ada Byrne left. Quay {n}.")
    for n in (1, 2, 3)
)
ONE_ID, TWO_ID, THREE_ID = (public_id(f"id:r{n}") for n in (1, 2, 3))


def removed(database: Path, *names: str, reason: str | None = None, checkpoint: Checkpoint = no_checkpoint) -> Removed:
    """Remove articles from a database."""
    with writing(database) as engine:
        return remove(engine, names, reason=reason, checkpoint=checkpoint)


def brought_back(database: Path, *names: str, checkpoint: Checkpoint = no_checkpoint) -> Removed:
    """Bring articles of a database back."""
    with writing(database) as engine:
        return bring_back(engine, names, checkpoint=checkpoint)


def kinds(database: Path) -> list[tuple[int, str, str, str | None]]:
    """Return the log as version, article, kind and reason."""
    rows = dump(database)["change"]
    return [(row["version"], row["article_id"], row["kind"], row["reason"]) for row in rows]


def counts(database: Path) -> tuple[int, ...]:
    """Return the articles, added, changed and removed of the last publish."""
    row = dump(database)["publish"][-1]
    return row["articles"], row["added"], row["changed"], row["removed"]


@pytest.mark.parametrize("name", [TWO_ID, "r2", f"{URL}/2", "http://www.harbour-gazette.example/2/?utm_source=feed"])
def test_an_article_is_removed_by_any_of_its_names(database: Path, name: str) -> None:
    """The next version serves it no more, and the log says so."""
    load_into(database, [ONE, TWO])
    assert removed(database, name, reason="by order") == Removed((TWO_ID,), (), (), 2)
    assert kinds(database)[2:] == [(2, TWO_ID, "removed", "by order")]
    assert counts(database) == (1, 0, 0, 1)


def test_what_is_left_is_as_if_it_had_never_been_there(database: Path, migrated: Path) -> None:
    """Postings, days and statements; entities and sources stay known."""
    load_into(database, [ONE, TWO, THREE])
    removed(database, "r2")
    snapshot = natural(database)["snapshot"]
    with copied(migrated) as other:
        load_into(other, [ONE, THREE])
        assert snapshot == {**natural(other)["snapshot"], "version": 2}


def test_words_of_a_removed_article_find_nothing(database: Path) -> None:
    """Though its text is stored still."""
    load_into(database, [ONE, TWO])
    removed(database, "r2")
    with writing(database) as engine, Session(engine) as session:
        search = TextSearch(session, snapshot_of(database), 1)
        assert [len(search.matches(parse(word))) for word in ("quay", '"quay 1"', '"quay 2"')] == [1, 1, 0]


@pytest.mark.parametrize("names", [("r9",), ("r1", "r9"), (f"{URL}/9", ONE_ID)])
def test_a_name_that_is_not_known_removes_nothing(database: Path, names: tuple[str, ...]) -> None:
    """Not those beside it either; nor does it bring anything back."""
    load_into(database, [ONE])
    before = natural(database)
    for act in (removed, brought_back):
        with pytest.raises(DatelineError, match=r"^no article is known as '.*9'; wanted are "):
            act(database, *names)
    assert natural(database) == before


def test_a_url_that_is_none_is_refused(database: Path) -> None:
    """By its name."""
    with pytest.raises(ValueError, match="ftp"):
        removed(database, "ftp://harbour-gazette.example/1")


def test_removing_again_changes_nothing(database: Path) -> None:
    """The first reason stands; nor does bringing back what is there."""
    load_into(database, [ONE, TWO])
    removed(database, "r1", reason="by order")
    assert removed(database, "r1", ONE_ID, reason="anew") == Removed((), (ONE_ID,), (), None)
    assert brought_back(database, "r2") == Removed((), (TWO_ID,), (), None)
    assert [row["reason"] for row in dump(database)["removal"]] == ["by order"]


COMING_BACK = {
    "the same record": ONE,
    "another text under the id": replace(ONE, text="Anew."),
    "the URL alone": replace(ONE, id=None, title="Tide turns"),
    "the title alone": report("Report 1", on="2019-03-01"),
    "the title without a day": report("Report 1"),
}


@pytest.mark.parametrize("how", COMING_BACK)
def test_no_load_brings_it_back(database: Path, how: str) -> None:
    """The record is named with the day and the reason; the others are loaded."""
    load_into(database, [ONE, TWO])
    removed(database, "r1", reason="by order")
    summary = load_into(database, [COMING_BACK[how], THREE])
    assert (summary.read, summary.loaded, summary.updated, summary.unchanged, summary.version) == (2, 1, 0, 0, 3)
    assert not list(summary.refused)
    (passed,) = summary.removed
    assert str(passed.origin) == "reports.jsonl:1"
    assert re.fullmatch(
        rf"the article {ONE_ID} was removed on \d{{4}}-\d\d-\d\d \(by order\); "
        rf"`python -m seed remove --undo {ONE_ID}` brings it back",
        passed.reason,
    )
    assert len(snapshot_of(database)) == 2


def test_the_keys_of_such_a_record_are_learned(database: Path) -> None:
    """So that the next record by one of them alone is the removed article as well."""
    load_into(database, [ONE])
    removed(database, "r1")
    load_into(database, [replace(ONE, url=f"{URL}/moved")])
    assert len(load_into(database, [replace(ONE, id=None, url=f"{URL}/moved", title="Moved")]).removed) == 1


def test_an_article_that_was_brought_back_is_added_again(database: Path) -> None:
    """With the text that it had; from then on loads reach it."""
    load_into(database, [ONE, TWO])
    before = snapshot_of(database).columns.order.tolist()
    removed(database, "r1")
    load_into(database, [replace(ONE, text="Anew.")])
    assert brought_back(database, "r1") == Removed((ONE_ID,), (), (), 3)
    assert kinds(database)[2:] == [(2, ONE_ID, "removed", None), (3, ONE_ID, "added", None)]
    assert counts(database) == (2, 1, 0, 0)
    assert snapshot_of(database).columns.order.tolist() == before
    assert load_into(database, [replace(ONE, text="Anew.")]).updated == 1
    assert kinds(database)[4:] == [(4, ONE_ID, "updated", None)]


def test_what_goes_and_comes_back_between_two_publishes_is_no_change(database: Path) -> None:
    """A removal that was not published is not in the log."""
    load_into(database, [ONE])

    def stop(_step: str) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        removed(
            database,
            "r1",
            checkpoint=lambda checkpoint: stop(checkpoint) if checkpoint == "removal committed" else None,
        )
    assert brought_back(database, "r1").version is None
    assert kinds(database) == [(1, ONE_ID, "added", None)]
    assert dump(database)["pending"] == []


def test_an_article_can_be_removed_before_it_is_published(database: Path) -> None:
    """It never is then."""

    def stop(checkpoint: str) -> None:
        if checkpoint == "batch committed":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        load_into(database, [ONE, TWO], checkpoint=stop)
    assert removed(database, "r1").version == 1
    assert kinds(database) == [(1, TWO_ID, "added", None)]


def test_compact_drops_the_texts_of_removed_articles(database: Path) -> None:
    """What is left is the tombstone: a load can bring the article back, but only after it was undone."""
    load_into(database, [ONE, TWO])
    load_into(database, [replace(ONE, text="Anew.")])
    removed(database, "r1")
    with writing(database) as engine:
        assert compact(engine).revisions == 2
    assert [row["article_id"] for row in dump(database)["revision"]] == [TWO_ID]
    assert len(load_into(database, [ONE]).removed) == 1
    assert brought_back(database, "r1") == Removed((ONE_ID,), (), (ONE_ID,), None)
    summary = load_into(database, [ONE])
    assert (summary.loaded, summary.version) == (1, 4)
    assert kinds(database)[-1] == (4, ONE_ID, "added", None)
    assert [row["revision_id"] for row in dump(database)["article"] if row["id"] == ONE_ID] == [4]


def test_compact_keeps_what_is_served_until_the_removal_is_published(database: Path) -> None:
    """A reader may have it in hand."""
    load_into(database, [ONE, TWO])

    def stop(checkpoint: str) -> None:
        if checkpoint == "removal committed":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        removed(database, "r1", checkpoint=stop)
    with writing(database) as engine:
        assert (compact(engine).revisions, compact(engine).revisions) == (0, 1)
        with engine.connect() as connection:
            assert connection.scalars(select(col(Change.version)).where(col(Change.kind) == "removed")).all() == [2]


ACTS = st.lists(
    st.one_of(
        st.tuples(
            st.just("load"), st.sampled_from([ONE, TWO, THREE, replace(ONE, text="Anew."), replace(TWO, text="B.")])
        ),
        st.tuples(st.sampled_from(["remove", "undo"]), st.sampled_from(["r1", "r2"])),
    ),
    max_size=8,
)


@settings(max_examples=6, deadline=None)
@given(ACTS, st.data())
def test_however_a_history_is_published(migrated: Path, acts: list[tuple[str, object]], data: st.DataObject) -> None:
    """Some of its publishes left out, it ends the same; and the log is what is served."""
    skipped = data.draw(st.sets(st.integers(0, len(acts))))

    def stop(checkpoint: str) -> None:
        if checkpoint in {"batch committed", "removal committed"}:
            raise InterruptedError

    with copied(migrated) as always, copied(migrated) as seldom:
        for database, left_out in ((always, set[int]()), (seldom, skipped)):
            load_into(database, [ONE, TWO])
            for number, act in enumerate(acts):
                acted(database, act, stop if number in left_out else no_checkpoint)
            load_into(database, [])
            last = {row["article_id"]: row["revision_id"] for row in dump(database)["change"]}
            served = sorted(revision for revision in last.values() if revision is not None)
            assert served == sorted(snapshot_of(database).columns.order.tolist())
        first, second = natural(always)["snapshot"], natural(seldom)["snapshot"]
    assert {**first, "version": 0} == {**second, "version": 0}


def acted(database: Path, act: tuple[str, object], checkpoint: Checkpoint) -> None:
    """Do one thing to a database, perhaps without the publish."""
    do: dict[str, Callable[..., Removed | Summary]] = {"remove": removed, "undo": brought_back}
    try:
        if act[0] == "load":
            load_into(database, [act[1]], checkpoint=checkpoint)  # type: ignore[list-item] # what is loaded is a record
        else:
            do[act[0]](database, act[1], checkpoint=checkpoint)
    except InterruptedError:
        pass


STEPS = ["removal written", "removal committed", "snapshot built", "publish written", "publish committed"]
POINTS = [(act, at) for act in ("remove", "undo") for at in range(len(STEPS))]


def act_on_one(database: Path, checkpoint: Checkpoint, *, act: str) -> None:
    """Remove an article, or bring it back."""
    acted(database, (act, "r1"), checkpoint)


@pytest.mark.parametrize(("act", "at"), POINTS, ids=[f"{act}-{STEPS[at]}" for act, at in POINTS])
def test_a_killed_removal_is_completed_by_the_next_run(database: Path, tmp_path: Path, act: str, at: int) -> None:
    """Whatever that is; before it, a reader sees the version before or after, whole."""
    load_into(database, [ONE, TWO])
    if act == "undo":
        removed(database, "r1")
    whole = tmp_path / "whole.db"
    whole.write_bytes(database.read_bytes())
    steps: list[str] = []
    acted(whole, (act, "r1"), steps.append)
    assert steps == STEPS
    before = snapshot_of(database)

    killed_at_step(partial(act_on_one, act=act), database, at)
    if STEPS[at] == "publish committed":
        assert natural(database) == natural(whole)
    else:
        assert snapshot_of(database).token == before.token
    acted(database, (act, "r1"), no_checkpoint)
    assert natural(database) == natural(whole)


def test_the_command(database: Path) -> None:
    """Says how many went, and a load who stays away."""
    record = {"id": "r1", "title": "Ferry resumes", "source": "Harbour Gazette", "text": "It sails."}
    lines = str(write_jsonl(database, [record]))
    seed(database, "load", lines)
    assert seed(database, "remove", "r1", "--reason", "by order") == (
        "1 removed, 0 already so\npublished corpus version 2\n"
    )
    assert seed(database, "remove", ONE_ID) == "0 removed, 1 already so\nnothing new to publish\n"
    said = seed(database, "load", lines)
    assert f"removed {lines}:1: the article {ONE_ID} was removed on " in said
    assert "1 read: 0 loaded, 0 updated, 0 unchanged, 0 refused, 1 removed before, in " in said
    seed(database, "compact")
    assert seed(database, "remove", "--undo", "r1") == (
        f"1 brought back, 0 already so\n{ONE_ID}: its text was compacted; load it again\nnothing new to publish\n"
    )
    assert "published corpus version 3" in seed(database, "load", lines)


def test_bringing_back_takes_no_reason(database: Path) -> None:
    """What would be passed over in silence is refused."""
    with pytest.raises(AssertionError, match="error: --reason has no place beside --undo"):
        seed(database, "remove", "--undo", "--reason", "mistake", "r1")
