"""Store the words of names without context from the last to the first, and what took the place of their bearers."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_c"
down_revision = "2026_12_01_b"
branch_labels = None
depends_on = None

# A statement of this many rows takes a few milliseconds, and there may be millions of names.
BATCH = 5_000


def upgrade() -> None:
    key = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    is_set = sa.text("backwards IS NOT NULL")
    op.add_column("entity", sa.Column("backwards", key, nullable=True))
    connection = op.get_bind()
    batch = sa.text("SELECT id FROM entity WHERE is_name AND id > :last ORDER BY id LIMIT :size")
    update = sa.text("UPDATE entity SET backwards = :backwards WHERE id = :id")
    last = ""
    while names := connection.execute(batch, {"last": last, "size": BATCH}).scalars().all():
        connection.execute(update, [{"id": name, "backwards": _backwards(name)} for name in names])
        last = names[-1]
    op.create_index(
        "ix_entity_backwards", "entity", ["backwards"], unique=False, sqlite_where=is_set, postgresql_where=is_set
    )
    op.create_table(
        "former_bearer",
        sa.Column("entity_id", key, nullable=False),
        sa.Column("article_id", key, nullable=False),
        sa.Column("moved_to", sa.JSON().with_variant(sa.Text(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "article_id"),
        sqlite_with_rowid=False,
    )


def _backwards(name: str) -> str:
    return "-".join(reversed(name.removesuffix("--").split("-")))


def downgrade() -> None:
    op.drop_table("former_bearer")
    op.drop_index("ix_entity_backwards", table_name="entity")
    op.drop_column("entity", "backwards")
