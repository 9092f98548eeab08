"""Store whether the language of a revision was detected in its text; all stored ones were declared."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_f"
down_revision = "2026_11_25_e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revision", sa.Column("language_detected", sa.Boolean(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("revision", "language_detected")
