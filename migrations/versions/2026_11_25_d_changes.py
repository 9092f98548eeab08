"""The log of what each publish changed, which begins with what is served today; the articles that were removed."""

import json

import numpy as np
import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_d"
down_revision = "2026_11_25_b"
branch_labels = None
depends_on = None

SERVED = sa.text("SELECT data FROM snapshot_part WHERE name = 'column.order'")

BEGIN = sa.text("""
INSERT INTO change (version, article_id, revision_id, kind)
SELECT (SELECT max(version) FROM publish), article_id, id, 'added' FROM revision
WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY article_id
""")


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("version", "article_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_change_article_id", "change", ["article_id", "version"], unique=False)
    op.create_table(
        "removal",
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("removed_at", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
        sa.PrimaryKeyConstraint("article_id"),
    )
    op.add_column("publish", sa.Column("removed", sa.Integer(), server_default="0", nullable=False))
    connection = op.get_bind()
    served = connection.scalar(SERVED)
    if served:
        connection.execute(BEGIN, {"ids": json.dumps(np.frombuffer(served, np.int64).tolist())})


def downgrade() -> None:
    op.drop_column("publish", "removed")
    op.drop_table("removal")
    op.drop_index("ix_change_article_id", table_name="change")
    op.drop_table("change")
