"""The text index of PostgreSQL: odd texts, long words, and what its verification finds."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from app.stores import store_of
from app.stores.postgresql import text_index as postgresql_text_index
from app.stores.postgresql import verification as postgresql_verification
from app.stores.postgresql.block_postings import MAX_COUNT
from app.stores.postgresql.schema import IDS_PER_BLOCK
from app.stores.postgresql.text_index import PostgresqlTextIndex
from app.stores.postgresql.verification import FAULT
from app.stores.store import connected_store
from app.text.query_parser import parse_query
from app.text.query_tree import Not, Term
from seed.maintenance.database import open_writer
from tests.databases import DATABASES, Server, url_of
from tests.seed.loading import load_into, report

pytestmark = pytest.mark.unmeasured  # `make test-stores` measures the store.

LONG = "ж" * 900 + "a"
LONGER = "ж" * 900 + "b"
FAR = "far away"
FILLER = "word " * 20_000

TEXTS = {"long": LONG, "longer": LONGER, "far": f"{FILLER}{FAR}", "many": " ".join(f"w{n}" for n in range(200_000))}


@pytest.fixture
def writer(served: Path) -> Iterator[Engine]:
    engine = store_of(url_of(served)).writer_engine()
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def loaded(migrated_on_server: Path, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Yield a reader of the odd texts."""
    file = Path(shutil.copy(migrated_on_server, tmp_path_factory.mktemp("odd") / "texts"))
    DATABASES.create(file, server)
    load_into(file, [report(title, id=title, text=body) for title, body in TEXTS.items()])
    engine = store_of(url_of(file)).reader_engine()
    yield engine
    engine.dispose()


def found(connection: Connection, q: str) -> list[str]:
    node = parse_query(q).tree
    assert not isinstance(node, Not)
    ids = PostgresqlTextIndex().hits(connection, node).tolist()
    rows = connection.execute(text("SELECT title FROM revision WHERE id = ANY(:ids) ORDER BY title"), {"ids": ids})
    return list(rows.scalars())


@pytest.mark.parametrize(
    ("q", "expected"),
    [(FAR, ["far"]), (f'"{FAR}"', ["far"]), ('"word far"', ["far"]), ("w199999", ["many"]), ('"w7 w8"', ["many"])],
)
def test_words_are_found_wherever_they_are(loaded: Engine, q: str, expected: list[str]) -> None:
    """Behind the 16,383rd word, too, and among a million characters of different words."""
    with loaded.connect() as connection:
        assert found(connection, q) == expected


def test_the_words_of_many_texts_are_listed(loaded: Engine) -> None:
    """A word has its texts after a revision, in order."""
    index = PostgresqlTextIndex()
    with loaded.connect() as connection:
        titles = {row.title: row.id for row in connection.execute(text("SELECT title, id FROM revision"))}
        words = index.frequent_words(connection, 1)
        assert {"far", "away", "word", "w7", LONG, LONGER} <= {*words}
        assert "" not in words
        assert index.frequent_words(connection, 2) == []
        assert index.word_hits(connection, "far", 0).tolist() == [titles["far"]]
        assert index.word_hits(connection, "far", titles["far"] - 1).tolist() == [titles["far"]]
        assert index.word_hits(connection, "far", titles["far"]).tolist() == []
        assert index.word_hits(connection, "nothing", 0).tolist() == []


def test_a_long_word_is_found_by_its_beginning_and_as_a_whole(loaded: Engine) -> None:
    index = PostgresqlTextIndex()
    with loaded.connect() as connection:
        for item, expected in (
            (Term("word", LONG), 1),
            (Term("prefix", LONG[:200]), 2),
            (Term("prefix", LONG), 1),
            (Term("prefix", f"{LONG}x"), 0),
            (Term("word", "ж" * 900), 0),
        ):
            assert len(index.hits(connection, item)) == expected, item
        assert index.expansions(connection, Term("prefix", "ж"), 5) == 2
        assert index.expansions(connection, Term("prefix", "w1"), 100) == 100


def test_an_outdated_index_is_built_again(served: Path) -> None:
    """By the next writer, which says how far it is."""
    load_into(served, [report(title) for title in ("Ferry resumes", "Tide turns", "Dunes")])
    with open_writer(url_of(served)) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE article_text_totals SET tokenizer = 0"))
        connection.execute(text("DELETE FROM article_text"))
    engine = store_of(url_of(served)).reader_engine()
    assert list(connected_store(engine).word_faults(engine)) == []
    progress: list[tuple[int, int]] = []
    with open_writer(url_of(served), lambda done, total: progress.append((done, total))):
        pass
    assert progress == [(3, 3)]
    assert list(connected_store(engine).faults(engine)) == list(connected_store(engine).word_faults(engine)) == []
    engine.dispose()


FAULTS = {
    "DELETE FROM article_text WHERE id = 2": "words: revision 2 is not in the text index",
    "UPDATE article_text SET id = 9 WHERE id = 2": "words: the text index has revision 9, which is not stored",
    "UPDATE article_text_totals SET words = 7": "words: the totals are 3 texts and 7 words, but there are 3 and ",
    "DELETE FROM article": "references: revision",
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_revision_article_id'::regclass": "integrity: index",
}


@pytest.mark.parametrize("statement", FAULTS)
def test_faults_are_found(served: Path, writer: Engine, statement: str) -> None:
    load_into(served, [report(title) for title in ("Ferry resumes", "Tide turns", "Dunes")])
    store = connected_store(writer)
    assert list(store.faults(writer)) == []
    with writer.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))
    assert any(fault.startswith(FAULTS[statement]) for fault in store.faults(writer))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE article_text_posting SET positions = set_byte(positions, 3, 7) WHERE word = 'ferry'",
        "UPDATE article_text_posting SET positions = positions || '\\x00000009' WHERE word = 'ferry'",
        "UPDATE article_text_posting SET entries = set_byte(entries, 3, 7) WHERE word = 'ferry'",
        "UPDATE article_text_posting SET entries = '' WHERE word = 'amsel'",
        "INSERT INTO article_text_posting VALUES ('quay', 0, '\\x00010001', '\\x40000000')",
        "UPDATE article_text SET length = 1 WHERE id = 1",
        "DELETE FROM article_text_posting WHERE word = 'amsel'",
    ],
)
def test_lost_words_are_found(served: Path, writer: Engine, statement: str) -> None:
    load_into(served, [report()])
    store = connected_store(writer)
    pauses: list[None] = []
    assert list(store.word_faults(writer, lambda: pauses.append(None))) == []
    assert len(pauses) == 2
    with writer.begin() as connection:
        connection.execute(text(statement))
    assert list(store.word_faults(writer)) == [FAULT]


def test_rows_that_are_deleted_meanwhile_are_no_fault(
    served: Path, writer: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_into(served, [report(), report("Dunes")])
    monkeypatch.setattr(postgresql_verification, "REVISIONS_PER_READ", 1)

    def lose() -> None:
        with writer.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("DELETE FROM revision WHERE id = 1"))
            connection.execute(text("UPDATE article_text SET length = 0"))

    assert list(connected_store(writer).word_faults(writer, lose)) == []


def test_phrases_are_near_each_other_within_a_field(served: Path, writer: Engine) -> None:
    load_into(served, [report("Ferry resumes", text="Ferry of the quay waits."), report("Quay", text="Ferry far off.")])
    with writer.connect() as connection:
        assert found(connection, "NEAR(ferry quay, 2)") == ["Ferry resumes"]
        assert found(connection, "NEAR(ferry quay, 1)") == found(connection, "NEAR(ferry xyzzy, 9)") == []


OFTEN = MAX_COUNT + 7

QUERIES = {
    "ferry": [1, 2],
    "ferry OR dunes": [1, 2, 3],
    "NEAR(ferry quay, 5) amsel": [1],
    'title:ferry OR "far off"': [1, 2],
    "fer*": [1, 2],
    "amsel ebb": [4],
}
"""Queries, and the revisions that match."""


@pytest.mark.parametrize("q", QUERIES)
def test_the_scores_are_those_of_the_other_store(served: Path, database: Path, q: str) -> None:
    """Even where an entry cannot hold a number. The state has the numbers of texts and words."""
    records = [
        report("Ferry resumes", text="Ferry of the quay waits in Amsel. Ferry, ferry!"),
        report("Quay", text="The ferry is far off Amsel."),
        report("Dunes", text="Amsel."),
        report("Tide", text="Amsel. " + "ebb " * OFTEN),
    ]
    scores, states = [], []
    for file in (served, database):
        load_into(file, records)
        engine = store_of(url_of(file)).reader_engine()
        index = connected_store(engine).text_index
        with engine.connect() as connection:
            ids, values = index.scores(connection, parse_query(q).tree, QUERIES[q])
            scores.append(dict(zip(ids.tolist(), values.tolist(), strict=True)))
            states.append(index.state(connection))
        engine.dispose()
    assert scores[0] == scores[1]
    assert list(scores[0]) == QUERIES[q]
    assert states[0] == f"4-{22 + OFTEN:x}"


def test_words_are_counted_as_by_the_other_store(served: Path, database: Path) -> None:
    """In title, text and joined forms, also where an entry cannot hold a number, and beginning after a revision."""
    records = [
        report("Ferry resumes", text="Ferry of the quay waits in Amsel. Ferry, ferry, O'Hara!"),
        report("Tide", text="Amsel. " + "ebb " * OFTEN),
        report("Empty", text=""),
    ]
    counted = []
    for file in (served, database):
        load_into(file, records)
        engine = store_of(url_of(file)).reader_engine()
        index = connected_store(engine).text_index
        with engine.connect() as connection:
            words = [index.word_counts(connection, word) for word in ("ferry", "ebb", "ohara", "amsel", "nothing")]
            lengths = [index.lengths(connection, after) for after in (0, 1, 3)]
            arrays = [tuple(array.tolist() for array in one) for one in (*words, *lengths)]
            counted.append((arrays, index.totals(connection)))
        engine.dispose()
    assert counted[0] == counted[1]
    (arrays, totals) = counted[0]
    assert arrays[:5] == [([1], [4]), ([2], [OFTEN]), ([1], [1]), ([1, 2], [1, 1]), ([], [])]
    assert arrays[5] == ([1, 2, 3], [14, OFTEN + 2, 1])
    assert arrays[6:] == [([2, 3], [OFTEN + 2, 1]), ([], [])]
    assert totals == (3, OFTEN + 17)


def test_a_prefix_without_known_words_is_that_of_the_other_store(served: Path, database: Path) -> None:
    """Whichever words are known, up to the last one before the surrogates, they are left out and counted."""
    words = ["ferr", "ferrule", "ferry", "ferrying", "ferr\ue000", "ferr\ud7fb", "fern"]
    prefix = Term("prefix", "ferr")
    for file in (served, database):
        load_into(file, [report("Quay", id=word, text=f"{word} {word}") for word in words])
        engine = store_of(url_of(file)).reader_engine()
        index = connected_store(engine).text_index
        with engine.connect() as connection:
            ids = {word: index.word_hits(connection, word, 0).tolist() for word in words}
            indexed = [word for word in words[:-1] if ids[word]]
            assert len(indexed) >= 5
            for known in ([], ["ferry"], ["ferr", "ferrying"], indexed[-1:], indexed):
                others = {id_ for word in indexed if word not in known for id_ in ids[word]}
                assert {*index.prefix_hits(connection, "ferr", known).tolist()} == others
                assert index.expansions(connection, prefix, 9, known) == len(indexed)
                assert index.expansions(connection, prefix, 2, known) == 2
        engine.dispose()


def test_what_does_not_contain_a_word_has_no_score(served: Path, writer: Engine) -> None:
    load_into(served, [report("Ferry"), report("Dunes")])
    with writer.connect() as connection:
        ids, scores = PostgresqlTextIndex().scores(connection, parse_query("ferry OR -quay").tree, [1, 2])
    assert (ids.tolist(), len(scores)) == ([1], 1)


def test_deleted_revisions_leave_the_postings_of_others(served: Path, writer: Engine) -> None:
    """As if they had never been there, whatever their number."""
    load_into(served, [report(f"Tide {number}", text="Amsel " * number) for number in range(9)])
    with writer.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("ALTER TABLE revision ENABLE ALWAYS TRIGGER article_text_revision_deleted"))
        connection.execute(text("ALTER TABLE article_text ENABLE ALWAYS TRIGGER article_text_deleted"))
        connection.execute(text("DELETE FROM revision WHERE id IN (1, 4, 5, 9)"))
    with writer.connect() as connection:
        assert PostgresqlTextIndex().hits(connection, Term("word", "tide")).tolist() == [2, 3, 6, 7, 8]
        assert PostgresqlTextIndex().hits(connection, Term("word", "5")).tolist() == [6]
        assert PostgresqlTextIndex().hits(connection, Term("word", "4")).tolist() == []
        assert found(connection, '"tide 6 amsel"') == []
        assert found(connection, '"amsel amsel amsel amsel amsel"') == ["Tide 5", "Tide 6", "Tide 7"]
    assert list(connected_store(writer).word_faults(writer)) == []


def test_a_block_without_revisions_is_passed_over(served: Path) -> None:
    """A database whose older revisions were deleted may have many of them."""
    load_into(served, [report("Ferry"), report("Dunes")])
    with open_writer(url_of(served)) as engine, engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE revision SET id = :id WHERE id = 2"), {"id": 3 * IDS_PER_BLOCK})
        PostgresqlTextIndex().rebuild(connection, lambda _done, _total: None)
        connection.execute(text("UPDATE article_text_totals SET texts = 2"))
        postings = connection.execute(text("SELECT word, block FROM article_text_posting ORDER BY 1, 2")).all()
    assert [tuple(row) for row in postings if row.word in ("", "dunes")] == [("", 0), ("", 3), ("dunes", 3)]


def test_a_block_waits_for_its_last_revision_or_for_the_publish(served: Path, writer: Engine) -> None:
    """Nothing is missing meanwhile: the publish that is due indexes it."""
    load_into(served, [report("Ferry")])
    with writer.begin() as connection:
        connection.execute(text("INSERT INTO pending SELECT id FROM article"))
        copy = "INSERT INTO revision SELECT (jsonb_populate_record(r, jsonb_build_object('id', :id))).* FROM revision r"
        connection.execute(text(f"{copy} WHERE id = 1"), {"id": IDS_PER_BLOCK - 2})
        connection.execute(text(f"{copy} WHERE id = 1"), {"id": IDS_PER_BLOCK + 1})
        PostgresqlTextIndex().add(connection, range(IDS_PER_BLOCK - 2, IDS_PER_BLOCK - 1))
        assert PostgresqlTextIndex().hits(connection, Term("word", "ferry")).tolist() == [1]
        PostgresqlTextIndex().add(connection, range(IDS_PER_BLOCK + 1, IDS_PER_BLOCK + 2))
        assert PostgresqlTextIndex().hits(connection, Term("word", "ferry")).tolist() == [1, IDS_PER_BLOCK - 2]
    assert list(connected_store(writer).faults(writer)) == list(connected_store(writer).word_faults(writer)) == []
    with writer.begin() as connection:
        PostgresqlTextIndex().settle(connection)
        found_then = PostgresqlTextIndex().hits(connection, Term("word", "ferry")).tolist()
        assert found_then == [1, IDS_PER_BLOCK - 2, IDS_PER_BLOCK + 1]
        connection.execute(text("DELETE FROM article_text WHERE id > :id"), {"id": IDS_PER_BLOCK})
        connection.execute(text("DELETE FROM pending"))
    assert list(connected_store(writer).faults(writer)) == [
        f"words: revision {IDS_PER_BLOCK + 1} is not in the text index"
    ]
    assert list(connected_store(writer).word_faults(writer)) == [FAULT]


def test_the_words_of_many_long_texts_are_written_and_compared_in_parts(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded so; the index is the same."""
    monkeypatch.setattr(postgresql_text_index, "REVISIONS_PER_SLICE", 2)
    monkeypatch.setattr(postgresql_text_index, "WORDS_PER_WRITE", 5)
    monkeypatch.setattr(postgresql_verification, "WORDS_PER_SLICE", 5)
    load_into(served, [report(f"Tide {number}", text="Ferry and " * number + "quay") for number in range(7)])
    engine = store_of(url_of(served)).reader_engine()
    assert list(connected_store(engine).word_faults(engine)) == []
    with engine.connect() as connection:
        assert found(connection, '"ferry and ferry"') == [f"Tide {number}" for number in range(2, 7)]
        assert len(PostgresqlTextIndex().hits(connection, Term("prefix", "and qu"))) == 6
        assert found(connection, '"ferry quay"') == []
    engine.dispose()


def test_deleting_revisions_adds_up_no_lengths(served: Path, writer: Engine) -> None:
    """Those of a block of long texts, in bytes of places that nothing has, are more than an integer holds."""
    load_into(served, [report(f"Tide {number}") for number in range(3)])
    with writer.begin() as connection:
        longer = "decode(repeat('00ffffff', 20000), 'hex') || entries"
        connection.execute(text(f"UPDATE article_text_posting SET entries = {longer} WHERE word = ''"))  # noqa: S608
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("ALTER TABLE revision ENABLE ALWAYS TRIGGER article_text_revision_deleted"))
        connection.execute(text("DELETE FROM revision WHERE id = 1"))
        size = "SELECT octet_length(entries) / 4, octet_length(positions) FROM article_text_posting WHERE word = ''"
        assert connection.execute(text(size)).one() == (20_002, 0)
