"""Create the full-text index over revisions, with two triggers: revisions are only inserted and deleted."""

from alembic import op

revision = "2026_11_22_b"
down_revision = "2026_11_22_a"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE VIRTUAL TABLE article_text USING fts5("
    "title, text, content='revision', content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
    "CREATE TRIGGER revision_text_added AFTER INSERT ON revision BEGIN "
    "INSERT INTO article_text(rowid, title, text) VALUES (new.id, new.title, new.text); END",
    "CREATE TRIGGER revision_text_dropped AFTER DELETE ON revision BEGIN "
    "INSERT INTO article_text(article_text, rowid, title, text) "
    "VALUES ('delete', old.id, old.title, old.text); END",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER revision_text_dropped")
    op.execute("DROP TRIGGER revision_text_added")
    op.execute("DROP TABLE article_text")
