"""The frequent words over many publishes: for each word the revisions in which the text index has it."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import pytest
from fastapi.testclient import TestClient
from pyroaring import BitMap
from sqlmodel import Session

from app.search.index import frequent_words
from app.search.index.frequent_words import LENGTH_TYPE, WordPart, encode_numbers, encode_words
from app.search.index.snapshot import Snapshot
from app.search.index.storage import current_manifest, open_snapshot, read_part, store_manifest, store_parts
from app.stores import store_of
from app.text.tokenizer import TOKENIZER_VERSION
from seed.maintenance.remove import remove
from seed.maintenance.verify import verify
from seed.records import RawArticle
from tests.conftest import app_for
from tests.databases import url_of
from tests.seed.loading import load_into, report

WORDS = ("amsel", "reef", "fleet", "café", "port", "gale", "o'hara", "空袭")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few revisions be enough, and a word frequent that a fifth of them have."""
    monkeypatch.setattr(frequent_words, "MIN_REVISIONS", 5)
    monkeypatch.setattr(frequent_words, "MIN_SHARE", 0.2)


def article(number: int, random: Random, version: int = 0) -> RawArticle:
    """Return a report with some of the words."""
    text = " ".join(random.choices(WORDS, weights=range(len(WORDS), 0, -1), k=5))
    return report(f"Report {number}", id=f"r{number}", text=f"{text} {version}.")


def opened(database: Path, before: Snapshot | None = None) -> Snapshot:
    """Return the snapshot that a server opens."""
    engine = store_of(url_of(database)).reader_engine()
    with Session(engine) as session:
        snapshot = open_snapshot(session, before)
    engine.dispose()
    return snapshot


def assert_complete(database: Path, snapshot: Snapshot) -> None:
    """Fail unless each frequent word is counted as by the text index, and each revision has its length."""
    engine = store_of(url_of(database)).reader_engine()
    index = store_of(url_of(database)).text_index
    with engine.connect() as connection:
        read = partial(read_part, connection)
        for word in snapshot.words.words:
            assert [*(snapshot.words.revisions(word) or ())] == index.word_hits(connection, word, 0).tolist()
            of_index = index.word_counts(connection, word)
            assert list(map(list, snapshot.words.occurrences(word, lambda name: WordPart(read(name))))) == list(
                map(list, of_index)
            )
        ids, lengths = index.lengths(connection, 0)
        assert snapshot.words.lengths(read)[ids].tolist() == lengths.tolist()
        assert snapshot.words.texts == len(ids)
    engine.dispose()


def faults_of(database: Path) -> list[str]:
    """Return what `verify` finds."""
    engine = store_of(url_of(database)).reader_engine()
    faults = [*verify(engine)]
    engine.dispose()
    return faults


def words_of(manifest: object) -> list[tuple[int, int]]:
    """Return the ranges of a manifest."""
    return [(entry.after, entry.last) for entry in getattr(manifest, "words", ())]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("max_share", [0, 1])
def test_each_publish_adds_what_is_new(database: Path, monkeypatch: pytest.MonkeyPatch, max_share: int) -> None:
    """Also after updates and removals, from the texts or all of them by the text index.

    What was opened before continues with the new parts alone.
    """
    monkeypatch.setattr("seed.publish.frequent_words.MAX_SHARE_READ", max_share)
    random = Random(3)
    snapshot: Snapshot | None = None
    for start in range(0, 60, 6):
        load_into(database, [article(number, random) for number in range(start, start + 6)])
        load_into(database, [article(number, random, version=start) for number in range(start, start + 2)])
        snapshot = opened(database, snapshot)
        assert_complete(database, snapshot)
        assert snapshot.words.entries == opened(database).words.entries
    assert snapshot is not None
    assert {"amsel", "reef"} <= snapshot.words.words
    assert not {"空袭"} & snapshot.words.words
    assert len(words_of(snapshot.manifest)) < 8
    engine = store_of(url_of(database)).writer_engine()
    remove(engine, ["r1", "r2"], reason="asked")
    engine.dispose()
    assert_complete(database, opened(database))
    assert faults_of(database) == []


@pytest.mark.usefixtures("small")
def test_searches_find_the_same_with_and_without_them(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(4)
    load_into(database, [article(number, random) for number in range(40)])
    load_into(database, [article(number, random, version=1) for number in range(5)])
    queries = ["amsel", "Amsel reef", "amsel OR gale", "(reef OR cafe) -fleet", "reef gale port", "title:report reef"]
    queries += ["ree*", "por* -gal*", "title:rep*", "amse* OR caf*"]
    totals = []
    for is_used in (True, False):
        if not is_used:
            monkeypatch.setattr(frequent_words.FrequentWords, "words", frozenset())
        with TestClient(app_for(database)) as client:
            answers = [client.get("/v1/articles", params={"q": q, "limit": 100}).json() for q in queries]
        totals.append([(answer["total"], [item["id"] for item in answer["items"]]) for answer in answers])
    assert totals[0] == totals[1]
    assert min(total for total, _ in totals[0]) > 0


@pytest.mark.usefixtures("small")
def test_words_are_chosen_again_when_the_corpus_has_doubled(database: Path) -> None:
    load_into(database, [report(f"A {n}", id=f"a{n}", text=f"Amsel {n}.") for n in range(8)])
    assert opened(database).words.words == {"amsel", "a"}
    load_into(database, [report(f"B {n}", id=f"b{n}", text=f"Reef {n}.") for n in range(2)])
    assert "reef" not in opened(database).words.words
    load_into(database, [report(f"C {n}", id=f"c{n}", text=f"Reef {n}.") for n in range(2, 20)])
    snapshot = opened(database)
    assert "reef" in snapshot.words.words
    assert_complete(database, snapshot)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("amsel", "lengths", "fault"),
    [
        ({1: 1, 2: 1}, 3, "index: the word 'amsel' is in other articles than the text index says"),
        (
            dict.fromkeys(range(1, 9), 2),
            3,
            "index: the word 'amsel' is in some articles more or less often than the text index says",
        ),
        (dict.fromkeys(range(1, 9), 1), 9, "index: some articles have more or fewer words than the text index says"),
    ],
)
def test_verify_compares_them_with_the_text_index(
    database: Path, amsel: dict[int, int], lengths: int, fault: str
) -> None:
    load_into(database, [report("A", id=f"a{n}", text=f"Amsel w{n}.") for n in range(8)])
    engine = store_of(url_of(database)).writer_engine()
    with engine.begin() as connection:
        manifest = current_manifest(connection)

        def store(data: bytes) -> str:
            return store_parts(connection, [data])[0]

        words = [
            (word, BitMap(own), np.array([*own.values()]))
            for word, own in (("a", dict.fromkeys(range(1, 9), 1)), ("amsel", amsel))
        ]
        (one,) = encode_words(words, store)
        (entry,) = manifest.words
        name = store(encode_numbers(np.full(8, lengths), LENGTH_TYPE))
        entry = replace(entry, name=one.name, counts=one.counts, lengths=name)
        store_manifest(connection, replace(manifest, words=(entry,)))
    engine.dispose()
    assert faults_of(database) == [fault]


@pytest.mark.usefixtures("small")
def test_words_of_an_earlier_release_are_counted_at_the_next_publish(database: Path) -> None:
    """Until then their bitmaps are used, and verified."""
    random = Random(6)
    load_into(database, [article(number, random) for number in range(10)])
    engine = store_of(url_of(database)).writer_engine()
    with engine.begin() as connection:
        manifest = current_manifest(connection)
        entries = tuple(replace(entry, counts=(), lengths="", texts=0) for entry in manifest.words)
        store_manifest(connection, replace(manifest, words=entries))
    engine.dispose()
    assert (opened(database).words.are_counted, "amsel" in opened(database).words.words) == (False, True)
    assert faults_of(database) == []
    load_into(database, [article(99, random)])
    assert opened(database).words.are_counted
    assert_complete(database, opened(database))


@pytest.mark.usefixtures("small")
def test_words_of_another_tokenizer_are_stored_again(database: Path) -> None:
    random = Random(5)
    load_into(database, [article(number, random) for number in range(10)])
    engine = store_of(url_of(database)).writer_engine()
    with engine.begin() as connection:
        manifest = current_manifest(connection)
        entries = [frequent_words.WordEntry(e.name, e.after, e.last, e.chosen, 0) for e in manifest.words]
        store_manifest(connection, replace(manifest, words=tuple(entries)))
    engine.dispose()
    assert opened(database).words.entries == ()
    load_into(database, [article(99, random)])
    assert {entry.tokenizer for entry in opened(database).words.entries} == {TOKENIZER_VERSION}
    assert_complete(database, opened(database))


@pytest.mark.usefixtures("small")
def test_that_no_word_is_frequent_is_stored(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each publish would read the whole text index otherwise."""
    load_into(database, [report(f"{n}{n}", id=f"a{n}", text=f"w{n} {n}x.") for n in range(8)])
    assert (len(words_of(opened(database).manifest)), opened(database).words.words) == (1, frozenset())

    def fail(*_: object) -> list[str]:
        raise AssertionError("the whole index was read")

    monkeypatch.setattr("app.stores.sqlite_text.SqliteTextIndex.frequent_words", fail)
    load_into(database, [report("99", id="b", text="Amsel.")])
    assert opened(database).words.words == frozenset()


def test_a_small_corpus_has_none(database: Path) -> None:
    load_into(database, [report("A", id="a", text="Amsel.")])
    assert opened(database).words.entries == ()
