"""The tables of a PostgreSQL database: those of the models, and the text index, which no model declares.

All are created at once, at the migration of this release; later releases migrate them like those of other databases.
"""

from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel

from app.stores.schema import SCHEMA
from app.text.tokenizer import TOKENIZER_VERSION

TEXT_INDEX_TABLES = ("article_text", "article_text_posting", "article_text_totals")
"""The number of words of each revision; the revisions of each word; and one row of totals."""

IDS_PER_BLOCK = 4096
"""Number of revision ids whose postings are stored together: an entry of one has four bytes."""

UNCHECKED_TABLES = ("article_key", "bearer", "mention", "statement")
"""Tables whose references the server does not check.

They have many rows for each article, and a look-up for each of them is a tenth of a load; `verify` compares them all.
"""

# Only compacting deletes revisions: it may take a while.
_DELETE_FUNCTION = f"""CREATE OR REPLACE FUNCTION article_text_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM article_text USING changed WHERE article_text.id = changed.id;
        UPDATE article_text_posting p
            SET (entries, positions) = (
                SELECT
                    coalesce(string_agg(entry, ''::bytea ORDER BY number), ''),
                    coalesce(string_agg(own_positions, ''::bytea ORDER BY number), '')
                FROM (
                    SELECT number, entry,
                        CASE WHEN p.word = '' THEN p.positions
                            ELSE substr(
                                p.positions, CAST(4 * (sum(own) OVER (ORDER BY number) - own) AS integer) + 1, 4 * own
                            )
                        END AS own_positions
                    FROM generate_series(0, octet_length(p.entries) / 4 - 1) number,
                        LATERAL (SELECT substr(p.entries, 4 * number + 1, 4) AS entry) one,
                        LATERAL (SELECT 256 * get_byte(entry, 2) + get_byte(entry, 3) AS own) two
                ) each
                WHERE substr(entry, 1, 2) <> ALL (gone.places)
            )
            FROM (
                SELECT id / {IDS_PER_BLOCK} AS block,
                    array_agg(int2send(CAST(mod(id, {IDS_PER_BLOCK}) AS smallint))) AS places
                FROM changed GROUP BY 1
            ) gone
            WHERE p.block = gone.block;
        DELETE FROM article_text_posting WHERE entries = '';
        RETURN NULL;
    END $$"""  # noqa: S608 - a number of ours

_TEXT_INDEX = (
    """CREATE TABLE article_text (
        id bigint PRIMARY KEY,
        length integer NOT NULL
    )""",
    # For each revision its place within the block, ascending, and how often it has the word, in two bytes each; and
    # where, in four bytes each; the higher byte first. The word '' is in each as often as it has words, without places.
    """CREATE TABLE article_text_posting (
        word text COLLATE "C",
        block bigint,
        entries bytea NOT NULL,
        positions bytea NOT NULL,
        PRIMARY KEY (word, block)
    )""",
    "ALTER TABLE article_text_posting ALTER entries SET STORAGE EXTERNAL, ALTER positions SET STORAGE EXTERNAL",
    "CREATE TABLE article_text_totals (texts bigint NOT NULL, words bigint NOT NULL, tokenizer integer NOT NULL)",
    """CREATE OR REPLACE FUNCTION article_text_count() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE article_text_totals t
            SET texts = t.texts + c.sign * c.texts, words = t.words + c.sign * c.words
            FROM (
                SELECT count(*) AS texts, coalesce(sum(length), 0) AS words,
                    CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END AS sign
                FROM changed
            ) c;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER article_text_added AFTER INSERT ON article_text
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION article_text_count()""",
    """CREATE TRIGGER article_text_deleted AFTER DELETE ON article_text
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION article_text_count()""",
    _DELETE_FUNCTION,
    """CREATE TRIGGER article_text_revision_deleted AFTER DELETE ON revision
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION article_text_delete()""",
    # Compressed blobs do not become smaller, and are read and written faster as they are.
    "ALTER TABLE snapshot_part ALTER data SET STORAGE EXTERNAL",
    "CREATE TABLE alembic_version (version_num varchar(32) CONSTRAINT alembic_version_pkc PRIMARY KEY)",
)


def create_tables(connection: Connection) -> None:
    """Create all tables unless the database has some already."""
    if inspect(connection).get_table_names():
        return
    SQLModel.metadata.create_all(connection)
    for table in UNCHECKED_TABLES:
        for key in sorted(SQLModel.metadata.tables[table].foreign_keys, key=lambda key: key.parent.name):
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {table}_{key.parent.name}_fkey")
    for statement in _TEXT_INDEX:
        connection.exec_driver_sql(statement)
    connection.execute(text("INSERT INTO article_text_totals VALUES (0, 0, :version)"), {"version": TOKENIZER_VERSION})
    connection.execute(text("INSERT INTO alembic_version VALUES (:schema)"), {"schema": SCHEMA})
