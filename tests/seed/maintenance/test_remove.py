"""A removed article is not served, whatever is loaded, until it is brought back; a crash loses nothing."""

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
from app.search.fulltext.hits import SearchContext
from app.text.query_parser import parse_query
from seed.maintenance.compact import compact
from seed.maintenance.remove import RemovalSummary, remove, undo_removal
from seed.pipeline.context import LoadSummary
from seed.pipeline.identity import public_id
from seed.publish.publish import Checkpoint, no_checkpoint
from tests.conftest import SOAK, seed, write_jsonl
from tests.seed.durability.crashing import kill_at_checkpoint
from tests.seed.loading import copied, dump, load_into, natural, report, snapshot_of, writing

URL = "https://harbour-gazette.example"
ONE, TWO, THREE = (
    report(f"Report {n}", id=f"r{n}", url=f"{URL}/{n}", on=f"2019-03-0{n}", text=f"Admiral Ada Byrne left. Quay {n}.")
    for n in (1, 2, 3)
)
ONE_ID, TWO_ID, THREE_ID = (public_id(f"id:harbour-gazette:r{n}") for n in (1, 2, 3))


def remove_articles(
    database: Path, *names: str, reason: str | None = None, checkpoint: Checkpoint = no_checkpoint
) -> RemovalSummary:
    """Remove articles from a database."""
    with writing(database) as engine:
        return remove(engine, names, reason=reason, checkpoint=checkpoint)


def bring_back(database: Path, *names: str, checkpoint: Checkpoint = no_checkpoint) -> RemovalSummary:
    """Bring back articles of a database."""
    with writing(database) as engine:
        return undo_removal(engine, names, checkpoint=checkpoint)


def kinds(database: Path) -> list[tuple[int, str, str, str | None]]:
    """Return the log as version, article, kind and reason."""
    rows = dump(database)["change"]
    return [(row["version"], row["article_id"], row["kind"], row["reason"]) for row in rows]


def counts(database: Path) -> tuple[int, ...]:
    """Return the articles, added, changed and removed of the last publish."""
    row = dump(database)["publish"][-1]
    return row["articles"], row["added"], row["changed"], row["removed"]


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", [TWO_ID, "r2", f"{URL}/2", "http://www.harbour-gazette.example/2/?utm_source=feed"])
def test_an_article_is_removed_by_any_of_its_names(database: Path, name: str) -> None:
    """The next version does not serve it, and the log says so."""
    load_into(database, [ONE, TWO])
    assert remove_articles(database, name, reason="by order") == RemovalSummary((TWO_ID,), (), (), 2)
    assert kinds(database)[2:] == [(2, TWO_ID, "removed", "by order")]
    assert counts(database) == (1, 0, 0, 1)


def test_the_snapshot_is_as_if_the_article_had_never_been_loaded(database: Path, migrated: Path) -> None:
    """In its postings, days and statements; entities and sources stay known."""
    load_into(database, [ONE, TWO, THREE])
    remove_articles(database, "r2")
    snapshot = natural(database)["snapshot"]
    with copied(migrated) as other:
        load_into(other, [ONE, THREE])
        assert snapshot == {**natural(other)["snapshot"], "version": 2}


def test_words_of_a_removed_article_find_nothing(database: Path) -> None:
    """Although its text is still stored."""
    load_into(database, [ONE, TWO])
    remove_articles(database, "r2")
    with writing(database) as engine, Session(engine) as session:
        search = SearchContext(session, snapshot_of(database))
        assert [len(search.matches(parse_query(word))) for word in ("quay", '"quay 1"', '"quay 2"')] == [1, 1, 0]


@pytest.mark.parametrize("names", [("r9",), ("r1", "r9"), (f"{URL}/9", ONE_ID)])
def test_an_unknown_name_removes_nothing(database: Path, names: tuple[str, ...]) -> None:
    """Nor the articles named with it; and it brings nothing back."""
    load_into(database, [ONE])
    before = natural(database)
    for act in (remove_articles, bring_back):
        with pytest.raises(DatelineError, match=r"^no article is known as '.*9': expected "):
            act(database, *names)
    assert natural(database) == before


def test_an_invalid_url_is_refused(database: Path) -> None:
    """The error names it."""
    with pytest.raises(ValueError, match="ftp"):
        remove_articles(database, "ftp://harbour-gazette.example/1")


def test_removing_again_changes_nothing(database: Path) -> None:
    """The first reason is kept; bringing back a served article changes nothing either."""
    load_into(database, [ONE, TWO])
    remove_articles(database, "r1", reason="by order")
    assert remove_articles(database, "r1", ONE_ID, reason="another") == RemovalSummary((), (ONE_ID,), (), None)
    assert bring_back(database, "r2") == RemovalSummary((), (TWO_ID,), (), None)
    assert [row["reason"] for row in dump(database)["removal"]] == ["by order"]


LOADED_AGAIN = {
    "the same record": ONE,
    "another text under the id": replace(ONE, text="Changed."),
    "the URL alone": replace(ONE, id=None, title="Tide turns"),
    "the title alone": report("Report 1", on="2019-03-01"),
    "the title without a day": report("Report 1"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("how", LOADED_AGAIN)
def test_no_load_brings_a_removed_article_back(database: Path, how: str) -> None:
    """The record is skipped with the day and the reason of the removal; the others are loaded."""
    load_into(database, [ONE, TWO])
    remove_articles(database, "r1", reason="by order")
    summary = load_into(database, [LOADED_AGAIN[how], THREE])
    assert (summary.read, summary.loaded, summary.updated, summary.unchanged, summary.version) == (2, 1, 0, 0, 3)
    assert not list(summary.refused)
    (skipped,) = summary.removed
    assert str(skipped.origin) == "reports.jsonl:1"
    assert re.fullmatch(
        rf"article {ONE_ID} was removed on \d{{4}}-\d\d-\d\d \(by order\); "
        rf"`dateline remove --undo {ONE_ID}` brings it back",
        skipped.reason,
    )
    assert len(snapshot_of(database)) == 2


def test_the_keys_of_a_skipped_record_are_stored(database: Path) -> None:
    """So that a later record with only one of them matches the removed article as well."""
    load_into(database, [ONE])
    remove_articles(database, "r1")
    load_into(database, [replace(ONE, url=f"{URL}/moved")])
    assert len(load_into(database, [replace(ONE, id=None, url=f"{URL}/moved", title="Moved")]).removed) == 1


def test_an_article_that_was_brought_back_is_added_again(database: Path) -> None:
    """With the text that it had; from then on loads change it."""
    load_into(database, [ONE, TWO])
    before = snapshot_of(database).columns.order.tolist()
    remove_articles(database, "r1")
    load_into(database, [replace(ONE, text="Changed.")])
    assert bring_back(database, "r1") == RemovalSummary((ONE_ID,), (), (), 3)
    assert kinds(database)[2:] == [(2, ONE_ID, "removed", None), (3, ONE_ID, "added", None)]
    assert counts(database) == (2, 1, 0, 0)
    assert snapshot_of(database).columns.order.tolist() == before
    assert load_into(database, [replace(ONE, text="Changed.")]).updated == 1
    assert kinds(database)[4:] == [(4, ONE_ID, "updated", None)]


def test_a_removal_undone_before_the_publish_is_not_logged(database: Path) -> None:
    """The log has only published removals."""
    load_into(database, [ONE])

    def stop(_checkpoint: str) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        remove_articles(
            database,
            "r1",
            checkpoint=lambda checkpoint: stop(checkpoint) if checkpoint == "removal committed" else None,
        )
    assert bring_back(database, "r1").version is None
    assert kinds(database) == [(1, ONE_ID, "added", None)]
    assert dump(database)["pending"] == []


def test_an_article_can_be_removed_before_it_is_published(database: Path) -> None:
    """Then it is never published."""

    def stop(checkpoint: str) -> None:
        if checkpoint == "batch committed":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        load_into(database, [ONE, TWO], checkpoint=stop)
    assert remove_articles(database, "r1").version == 1
    assert kinds(database) == [(1, TWO_ID, "added", None)]


def test_compact_deletes_the_texts_of_removed_articles(database: Path) -> None:
    """A tombstone remains: a load can restore the article, but only after the removal was undone."""
    load_into(database, [ONE, TWO])
    load_into(database, [replace(ONE, text="Changed.")])
    remove_articles(database, "r1")
    with writing(database) as engine:
        assert compact(engine).revisions == 2
    assert [row["article_id"] for row in dump(database)["revision"]] == [TWO_ID]
    assert len(load_into(database, [ONE]).removed) == 1
    assert bring_back(database, "r1") == RemovalSummary((ONE_ID,), (), (ONE_ID,), None)
    summary = load_into(database, [ONE])
    assert (summary.loaded, summary.version) == (1, 4)
    assert kinds(database)[-1] == (4, ONE_ID, "added", None)
    assert [row["revision_id"] for row in dump(database)["article"] if row["id"] == ONE_ID] == [4]


def test_compact_keeps_served_revisions_until_the_removal_is_published(database: Path) -> None:
    """A reader may be using them."""
    load_into(database, [ONE, TWO])

    def stop(checkpoint: str) -> None:
        if checkpoint == "removal committed":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        remove_articles(database, "r1", checkpoint=stop)
    with writing(database) as engine:
        assert (compact(engine).revisions, compact(engine).revisions) == (0, 1)
        with engine.connect() as connection:
            assert connection.scalars(select(col(Change.version)).where(col(Change.kind) == "removed")).all() == [2]


ACTS = st.lists(
    st.one_of(
        st.tuples(
            st.just("load"), st.sampled_from([ONE, TWO, THREE, replace(ONE, text="Changed."), replace(TWO, text="B.")])
        ),
        st.tuples(st.sampled_from(["remove", "undo"]), st.sampled_from(["r1", "r2"])),
    ),
    max_size=8,
)


@settings(max_examples=3 * SOAK, deadline=None)
@given(ACTS, st.data())
def test_skipped_publishes_do_not_change_the_result(
    migrated: Path, acts: list[tuple[str, object]], data: st.DataObject
) -> None:
    """A history without some of its publishes ends the same, and the log agrees with what is served."""
    skipped = data.draw(st.sets(st.integers(0, len(acts))))

    def stop(checkpoint: str) -> None:
        if checkpoint in {"batch committed", "removal committed"}:
            raise InterruptedError

    with copied(migrated) as complete, copied(migrated) as partial_:
        for database, omitted in ((complete, set[int]()), (partial_, skipped)):
            load_into(database, [ONE, TWO])
            for number, act in enumerate(acts):
                perform(database, act, stop if number in omitted else no_checkpoint)
            load_into(database, [])
            last = {row["article_id"]: row["revision_id"] for row in dump(database)["change"]}
            served = sorted(revision for revision in last.values() if revision is not None)
            assert served == sorted(snapshot_of(database).columns.order.tolist())
        first, second = natural(complete)["snapshot"], natural(partial_)["snapshot"]
    assert {**first, "version": 0} == {**second, "version": 0}


def perform(database: Path, act: tuple[str, object], checkpoint: Checkpoint) -> None:
    """Perform an action on a database, perhaps without the publish."""
    functions: dict[str, Callable[..., RemovalSummary | LoadSummary]] = {"remove": remove_articles, "undo": bring_back}
    try:
        if act[0] == "load":
            load_into(database, [act[1]], checkpoint=checkpoint)  # type: ignore[list-item] # what is loaded is a record
        else:
            functions[act[0]](database, act[1], checkpoint=checkpoint)
    except InterruptedError:
        pass


CHECKPOINTS = ["removal written", "removal committed", "snapshot built", "publish written", "publish committed"]
POINTS = [(act, at) for act in ("remove", "undo") for at in range(len(CHECKPOINTS))]


def act_on_one(database: Path, checkpoint: Checkpoint, *, act: str) -> None:
    """Remove an article, or bring it back."""
    perform(database, (act, "r1"), checkpoint)


@pytest.mark.unmeasured
@pytest.mark.parametrize(("act", "at"), POINTS, ids=[f"{act}-{CHECKPOINTS[at]}" for act, at in POINTS])
def test_a_killed_removal_is_completed_by_the_next_run(database: Path, tmp_path: Path, act: str, at: int) -> None:
    """By any run; until then, a reader sees either the old or the new version as a whole."""
    load_into(database, [ONE, TWO])
    if act == "undo":
        remove_articles(database, "r1")
    complete = tmp_path / "complete.db"
    complete.write_bytes(database.read_bytes())
    checkpoints: list[str] = []
    perform(complete, (act, "r1"), checkpoints.append)
    assert checkpoints == CHECKPOINTS
    before = snapshot_of(database)

    kill_at_checkpoint(partial(act_on_one, act=act), database, at)
    if CHECKPOINTS[at] == "publish committed":
        assert natural(database) == natural(complete)
    else:
        assert snapshot_of(database).token == before.token
    perform(database, (act, "r1"), no_checkpoint)
    assert natural(database) == natural(complete)


@pytest.mark.unmeasured
@pytest.mark.usefixtures("lexicon_folder")
def test_the_command(database: Path) -> None:
    """It reports the number of removed articles, and a load reports skipped records."""
    record = {"id": "r1", "title": "Ferry resumes", "source": "Harbour Gazette", "text": "It sails."}
    lines = str(write_jsonl(database, [record]))
    seed(database, "load", lines)
    assert seed(database, "remove", "r1", "--reason", "by order") == (
        "1 removed, 0 already removed\npublished corpus version 2\n"
    )
    assert seed(database, "remove", ONE_ID) == "0 removed, 1 already removed\nnothing new to publish\n"
    output = seed(database, "load", lines)
    assert f"skipped {lines}:1: article {ONE_ID} was removed on " in output
    assert "1 read: 0 loaded, 0 updated, 0 unchanged, 0 refused, 1 removed earlier, in " in output
    seed(database, "compact")
    assert seed(database, "remove", "--undo", "r1") == (
        f"{ONE_ID}: its text was deleted by `compact`; load the article again\n"
        "1 brought back, 0 not removed\n"
        "nothing new to publish\n"
    )
    assert "published corpus version 3" in seed(database, "load", lines)


def test_bringing_back_accepts_no_reason(database: Path) -> None:
    """An option without effect is refused, not ignored."""
    with pytest.raises(AssertionError, match="error: --reason cannot be combined with --undo"):
        seed(database, "remove", "--undo", "--reason", "mistake", "r1")
