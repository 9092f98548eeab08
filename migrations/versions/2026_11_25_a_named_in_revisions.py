"""Store how often a revision names each entity: this is read far more often than the mentions are."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_a"
down_revision = "2026_11_22_b"
branch_labels = None
depends_on = None

COUNTED = """
UPDATE revision SET named = (
    SELECT json_group_object(entity_id, mentions) FROM (
        SELECT entity_id, count(*) AS mentions FROM mention
        WHERE revision_id = revision.id AND entity_id IS NOT NULL
            AND kind IN ('name', 'acronym', 'surname', 'demonym')
        GROUP BY entity_id))
"""


def upgrade() -> None:
    op.add_column("revision", sa.Column("named", sa.JSON(), server_default="{}", nullable=False))
    op.execute(COUNTED)


def downgrade() -> None:
    op.drop_column("revision", "named")
