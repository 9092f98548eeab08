"""Store corrections of entities, and what was extracted from the revisions that they changed."""

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_d"
down_revision = "2026_12_01_c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json_value = sa.JSON().with_variant(sa.Text(), "postgresql")
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("entity", sa.Column("made", sa.Boolean(), server_default="0", nullable=False))
    op.create_table(
        "extracted",
        sa.Column("revision_id", number, nullable=False),
        sa.Column("mentions", json_value, nullable=False),
        sa.Column("statements", json_value, nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"]),
        sa.PrimaryKeyConstraint("revision_id"),
    )
    op.create_table(
        "correction",
        sa.Column("number", number, nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    """Drop the corrections; the mentions that they changed stay as they are until texts are annotated again."""
    op.drop_table("correction")
    op.drop_table("extracted")
    op.drop_column("entity", "made")
