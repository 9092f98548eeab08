"""Create the log of what each publish changed, starting with what is served now; add removals and keys of texts."""

import json
from base64 import urlsafe_b64encode
from hashlib import blake2b

import numpy as np
import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_d"
down_revision = "2026_11_25_c"
branch_labels = None
depends_on = None

SERVED = sa.text("SELECT data FROM snapshot_part WHERE name = 'column.order'")

BEGIN = sa.text("""
INSERT INTO change (version, article_id, revision_id, kind)
SELECT (SELECT max(version) FROM publish), article_id, id, 'added' FROM revision
WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY article_id
""")

TEXTS = sa.text("""
SELECT id, article_id, source_id, text, CASE WHEN basis IS 'inferred' THEN NULL ELSE published_on END AS day
FROM revision WHERE id > :after AND length(text) >= 200 ORDER BY id LIMIT 1000
""")

KEY = sa.text("INSERT OR IGNORE INTO article_key (key, article_id) VALUES (:key, :article)")

OWNER = sa.text("SELECT article_id FROM article_key WHERE key = :key")


def add_text_keys(connection: sa.Connection) -> None:
    """Add the keys of the texts of each article: source and text if that is free, else with the day or its id."""
    after = 0
    while rows := connection.execute(TEXTS, {"after": after}).all():
        for row in rows:
            digest = urlsafe_b64encode(blake2b(row.text.encode(), digest_size=15).digest()).decode()
            key = f"text:{digest}:{row.source_id}"
            for one in (key, f"{key}:{row.day or ''}", f"{key}:{row.day or ''}:{row.article_id}"):
                connection.execute(KEY, {"key": one, "article": row.article_id})
                if connection.scalar(OWNER, {"key": one}) == row.article_id:
                    break
        after = rows[-1].id


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("version", "article_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_change_article_id", "change", ["article_id", "version"], unique=False)
    op.create_table(
        "removal",
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("removed_at", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
        sa.PrimaryKeyConstraint("article_id"),
    )
    op.add_column("publish", sa.Column("removed", sa.Integer(), server_default="0", nullable=False))
    op.add_column("revision", sa.Column("other_urls", sa.JSON(none_as_null=True), nullable=True))
    connection = op.get_bind()
    add_text_keys(connection)
    served = connection.scalar(SERVED)
    if served:
        connection.execute(BEGIN, {"ids": json.dumps(np.frombuffer(served, np.int64).tolist())})


def downgrade() -> None:
    op.execute("DELETE FROM article_key WHERE key >= 'text:' AND key < 'text;'")
    op.drop_column("revision", "other_urls")
    op.drop_column("publish", "removed")
    op.drop_table("removal")
    op.drop_index("ix_change_article_id", table_name="change")
    op.drop_table("change")
