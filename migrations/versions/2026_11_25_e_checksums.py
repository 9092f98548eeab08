"""Add checksums of revisions and parts of the snapshot; existing rows have none until they are written again."""

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
