"""Store what is known of sources: country, owner, kind, languages, founding year and groups."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_b"
down_revision = "2026_11_30_a"
branch_labels = None
depends_on = None

TEXTS = ("country", "owner", "kind")
LISTS = ("languages", "groups")


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("source", sa.Column(name, sa.String(), nullable=True))
    op.add_column("source", sa.Column("founded", sa.Integer(), nullable=True))
    for name in LISTS:
        op.add_column("source", sa.Column(name, sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    for name in (*LISTS, "founded", *TEXTS):
        op.drop_column("source", name)
