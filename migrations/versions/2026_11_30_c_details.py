"""Store what archives say of an article besides its fields: edition, section, page and the like."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_c"
down_revision = "2026_11_30_b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revision", sa.Column("details", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Drop the details, and the checksums that count them; the index, which has these too, is then built again."""
    op.execute("UPDATE revision SET digest = '' WHERE details IS NOT NULL")
    op.execute(
        "DELETE FROM snapshot_part WHERE name = 'format' AND EXISTS (SELECT 1 FROM revision WHERE details IS NOT NULL)"
    )
    op.drop_column("revision", "details")
