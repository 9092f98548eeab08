"""Checksums of revisions and of the parts of the snapshot; what is there already has none until it is written anew."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_e"
down_revision = "2026_11_25_d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revision", sa.Column("digest", sa.String(), server_default="", nullable=False))
    op.add_column("snapshot_part", sa.Column("digest", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("snapshot_part", "digest")
    op.drop_column("revision", "digest")
