"""Store where places and states are."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_b"
down_revision = "2026_12_01_a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json_or_null = sa.JSON(none_as_null=True).with_variant(sa.Text(), "postgresql")
    op.add_column("entity", sa.Column("at", json_or_null, nullable=True))


def downgrade() -> None:
    """Drop the coordinates; the index, which has them too, is then built again."""
    op.execute("DELETE FROM snapshot_part WHERE name = 'format'")
    op.drop_column("entity", "at")
