"""Keep the positions of words in the text index of PostgreSQL databases instead of the words of each text in sequence.

The index is empty until the writer that migrates fills it.
"""

from alembic import op

revision = "2026_12_01_a"
down_revision = "2026_11_30_e"
branch_labels = None
depends_on = None

STATEMENTS = (
    "DROP TABLE article_text, article_text_posting",
    "CREATE TABLE article_text (id bigint PRIMARY KEY, length integer NOT NULL)",
    """CREATE TABLE article_text_posting (
        word text COLLATE "C",
        block bigint,
        entries bytea NOT NULL,
        positions bytea NOT NULL,
        PRIMARY KEY (word, block)
    )""",
    "ALTER TABLE article_text_posting ALTER entries SET STORAGE EXTERNAL, ALTER positions SET STORAGE EXTERNAL",
    """CREATE TRIGGER article_text_added AFTER INSERT ON article_text
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION article_text_count()""",
    """CREATE TRIGGER article_text_deleted AFTER DELETE ON article_text
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION article_text_count()""",
    """CREATE OR REPLACE FUNCTION article_text_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
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
    "ALTER TABLE article_key DROP CONSTRAINT article_key_article_id_fkey",
    "ALTER TABLE bearer DROP CONSTRAINT bearer_entity_id_fkey, DROP CONSTRAINT bearer_revision_id_fkey",
    "ALTER TABLE mention DROP CONSTRAINT mention_entity_id_fkey, DROP CONSTRAINT mention_revision_id_fkey",
    "ALTER TABLE statement DROP CONSTRAINT statement_revision_id_fkey, DROP CONSTRAINT statement_speaker_id_fkey",
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for statement in STATEMENTS:
            connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Raise RuntimeError on a server: earlier releases cannot read this index, nor make another one."""
    if op.get_bind().dialect.name == "postgresql":
        raise RuntimeError("restore a dump from before this migration")
