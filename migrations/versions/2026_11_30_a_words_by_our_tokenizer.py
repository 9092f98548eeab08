"""Replace the text index by one of words that our tokenizer reads, with a column for joined forms.

The index is empty until the writer that migrates fills it. It has no content of its own, and rows are deleted from it
with the words of the stored texts, for which only a writer of Dateline has the functions.
"""

from alembic import op

from app.text.tokenizer import TOKENIZER_VERSION

revision = "2026_11_30_a"
down_revision = "2026_11_29_a"
branch_labels = None
depends_on = None

STATEMENTS = (
    "DROP TRIGGER revision_text_dropped",
    "DROP TABLE article_text",
    "CREATE VIRTUAL TABLE article_text USING fts5(title, text, joined, content='', tokenize='ascii')",
    "CREATE TRIGGER revision_text_dropped AFTER DELETE ON revision BEGIN "
    "INSERT INTO article_text(article_text, rowid, title, text, joined) VALUES "
    "('delete', old.id, index_words(old.title), index_words(old.text), index_joined(old.title, old.text)); END",
    "CREATE TABLE article_text_tokenizer (version INTEGER NOT NULL)",
    # Without texts, the index is that of any tokenizer.
    f"INSERT INTO article_text_tokenizer SELECT {TOKENIZER_VERSION} * NOT EXISTS (SELECT 1 FROM revision)",  # noqa: S608 - a number
)

FORMER = (
    "DROP TABLE article_text_tokenizer",
    "DROP TRIGGER revision_text_dropped",
    "DROP TABLE article_text",
    "CREATE VIRTUAL TABLE article_text USING fts5("
    "title, text, content='revision', content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
    "CREATE TRIGGER revision_text_dropped AFTER DELETE ON revision BEGIN "
    "INSERT INTO article_text(article_text, rowid, title, text) "
    "VALUES ('delete', old.id, old.title, old.text); END",
    "INSERT INTO article_text(article_text) VALUES ('rebuild')",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in FORMER:
        op.execute(statement)
