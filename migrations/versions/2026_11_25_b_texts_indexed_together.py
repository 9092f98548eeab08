"""Drop the insert trigger: the loader indexes a batch with one statement; a trigger flushed it after each row."""

from alembic import op

revision = "2026_11_25_b"
down_revision = "2026_11_25_a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP TRIGGER revision_text_added")


def downgrade() -> None:
    op.execute(
        "CREATE TRIGGER revision_text_added AFTER INSERT ON revision BEGIN "
        "INSERT INTO article_text(rowid, title, text) VALUES (new.id, new.title, new.text); END"
    )
