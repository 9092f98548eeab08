"""Replace the first text index of PostgreSQL databases, of arrays of words, by one of postings.

The index is empty until the writer that migrates fills it.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_e"
down_revision = "2026_11_30_d"
branch_labels = None
depends_on = None

FIRST_TABLE = "article_text_word"
"""The table that only the first index has."""

STATEMENTS = (
    "DROP TABLE article_text, article_text_word",
    """CREATE TABLE article_text (
        id bigint PRIMARY KEY,
        length integer NOT NULL,
        title text COLLATE "C" NOT NULL,
        text text COLLATE "C" NOT NULL,
        joined text COLLATE "C" NOT NULL
    )""",
    """DO $$ BEGIN
        ALTER TABLE article_text ALTER title SET COMPRESSION lz4, ALTER text SET COMPRESSION lz4;
        EXCEPTION WHEN feature_not_supported THEN NULL;
    END $$""",
    """CREATE TABLE article_text_posting (
        word text COLLATE "C",
        block bigint,
        entries bytea NOT NULL,
        PRIMARY KEY (word, block)
    )""",
    "ALTER TABLE article_text_posting ALTER entries SET STORAGE EXTERNAL",
    """CREATE TRIGGER article_text_added AFTER INSERT ON article_text
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION article_text_count()""",
    """CREATE TRIGGER article_text_deleted AFTER DELETE ON article_text
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION article_text_count()""",
    """CREATE OR REPLACE FUNCTION article_text_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM article_text USING changed WHERE article_text.id = changed.id;
        UPDATE article_text_posting p
            SET entries = coalesce((
                SELECT string_agg(entry, ''::bytea ORDER BY number)
                FROM generate_series(0, octet_length(p.entries) / 4 - 1) number,
                    LATERAL (SELECT substr(p.entries, 4 * number + 1, 4) AS entry) one
                WHERE substr(entry, 1, 2) <> ALL (gone.places)
            ), '')
            FROM (
                SELECT id / 4096 AS block,
                    array_agg(int2send(CAST(mod(id, 4096) AS smallint))) AS places
                FROM changed GROUP BY 1
            ) gone
            WHERE p.block = gone.block;
        DELETE FROM article_text_posting WHERE entries = '';
        RETURN NULL;
    END $$""",
    # No tokenizer has this version: the writer indexes all texts again.
    "UPDATE article_text_totals SET texts = 0, words = 0, tokenizer = 0",
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql" and sa.inspect(connection).has_table(FIRST_TABLE):
        for statement in STATEMENTS:
            connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Do nothing: earlier releases have postings, too."""
