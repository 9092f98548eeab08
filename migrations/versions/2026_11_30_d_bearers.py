"""Store the bearers of names without context apart from other entities, and where entities moved to."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_d"
down_revision = "2026_11_30_c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json_value = sa.JSON().with_variant(sa.Text(), "postgresql")
    key = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    is_indexed = sa.text("NOT is_name")
    op.add_column("entity", sa.Column("moved_to", json_value, server_default="[]", nullable=False))
    op.add_column("entity", sa.Column("is_name", sa.Boolean(), server_default="0", nullable=False))
    op.create_index(
        "ix_entity_indexed", "entity", ["id"], unique=False, sqlite_where=is_indexed, postgresql_where=is_indexed
    )
    op.create_table(
        "bearer",
        sa.Column("entity_id", key, nullable=False),
        sa.Column("revision_id", number, nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"]),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"]),
        sa.PrimaryKeyConstraint("entity_id", "revision_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bearer_revision_id", "bearer", ["revision_id"], unique=False)


def downgrade() -> None:
    """Drop the bearers: their names become entities that articles share, until they are annotated again."""
    op.execute("DELETE FROM snapshot_part WHERE name = 'format' AND EXISTS (SELECT 1 FROM bearer)")
    op.drop_index("ix_bearer_revision_id", table_name="bearer")
    op.drop_table("bearer")
    op.drop_index("ix_entity_indexed", table_name="entity")
    op.drop_column("entity", "is_name")
    op.drop_column("entity", "moved_to")
