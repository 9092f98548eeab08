"""Make ids given by sources unique within their source only, and separate the articles that shared one.

Public ids that were made of such an id change: the former ones are kept as keys. The index has to be built again.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import sqlalchemy as sa
from alembic import op
from pydantic_core import to_json

from app.urls import url_key

revision = "2026_11_29_a"
down_revision = "2026_11_25_f"
branch_labels = None
depends_on = None

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
COUNT_SEPARATE = (
    "UPDATE publish SET added = added + 1, changed = changed - 1, removed = removed + 1 WHERE version = :version"
)
REASON = "its id was that of another source, too"

CONTENT = (
    "SELECT article_id, source_id, title, text, text_kind, url, language, rights, authors, published_on, "
    "published_at, precision, zone, basis, evidence, first_day, last_day, local_time, given_entities, "
    '"named", other_urls, language_detected FROM revision WHERE id = ?'
)
SPANS = (
    'SELECT field, start, "end", text, kind, type, entity_id, rule, confidence FROM mention WHERE revision_id = ?',
    'SELECT field, start, "end", kind, speaker_id, speaker, cue FROM statement WHERE revision_id = ?',
)
"""What the checksum of a revision covers, in this order."""


@dataclass
class Part:
    """The revisions of an article that are of one source, or of sources that share a page, and its id from now on."""

    sources: set[str]
    pages: set[str] = field(default_factory=set)
    revisions: list[int] = field(default_factory=list)
    id: str = ""


def public_id(key: str, attempt: int) -> str:
    digest = hashlib.sha256(f"{key}#{attempt}".encode() if attempt else key.encode()).digest()
    number = int.from_bytes(digest[:8], "big") >> 4
    return "".join(ALPHABET[number >> shift & 31] for shift in range(55, -1, -5))


def upgrade() -> None:
    connection = op.get_bind()
    keys = "SELECT DISTINCT article_id FROM article_key WHERE key >= 'id:' AND key < 'id;' ORDER BY article_id"
    articles = list(connection.scalars(sa.text(keys)))
    changed = [separate(connection, article) for article in articles]
    if any(changed):
        mark_outdated(connection)


def separate(connection: sa.Connection, article: str) -> bool:
    """Give the ids of an article their source, and make one article for each source that has revisions of its own.

    Return whether any public id changes.
    """
    keys = list(connection.scalars(sa.text("SELECT key FROM article_key WHERE article_id = :id"), {"id": article}))
    given = [key.removeprefix("id:") for key in keys if key.startswith("id:")]
    parts, served = parts_of(connection, article, keys)
    if not served.sources:  # No title is known, so neither is a source.
        return False
    assign_ids(connection, article, given, parts, served)
    for part in parts:
        if part.id != article:  # Its revisions and keys refer to it.
            row = {"id": part.id, "revision": part.revisions[-1] if part.revisions else 0}
            connection.execute(sa.text("INSERT INTO article VALUES (:id, :revision)"), row)
    move_keys(connection, article, keys, parts, served)
    move_revisions(connection, article, parts)
    move_changes(connection, article, parts, served)
    current = "UPDATE article SET revision_id = :revision WHERE id = :id"
    for part in parts:
        if part.id == article and part.revisions:
            connection.execute(sa.text(current), {"id": article, "revision": part.revisions[-1]})
    move_marks(connection, article, parts, served)
    if all(part.id != article for part in parts):
        connection.execute(sa.text("DELETE FROM article WHERE id = :id"), {"id": article})
    return any(part.id != article for part in parts)


def parts_of(connection: sa.Connection, article: str, keys: Sequence[str]) -> tuple[list[Part], Part]:
    """Return the parts of an article, and the one that is served, or that the next publish would serve."""
    query = sa.text("SELECT id, source_id, url, other_urls FROM revision WHERE article_id = :id ORDER BY id")
    parts: list[Part] = []
    for row in connection.execute(query, {"id": article}):
        part = Part({row.source_id}, {url_key(url) for url in (row.url, *json.loads(row.other_urls or "[]")) if url})
        same = [other for other in parts if row.source_id in other.sources or part.pages & other.pages]
        for other in same:
            part.sources |= other.sources
            part.pages |= other.pages
            part.revisions += other.revisions
        part.revisions = sorted([*part.revisions, row.id])
        parts = [*(other for other in parts if other not in same), part]
    current = connection.scalar(sa.text("SELECT revision_id FROM article WHERE id = :id"), {"id": article})
    parts = parts or [Part(set())]
    logged = "SELECT revision_id FROM change WHERE article_id = :id ORDER BY version DESC LIMIT 1"
    last_served = connection.scalar(sa.text(logged), {"id": article})
    served = parts[-1]
    for part in parts:
        if current in part.revisions:  # An earlier content may be the current one again.
            part.revisions.sort(key=current.__eq__)
            served = part
    served = next((part for part in parts if last_served in part.revisions), served)
    titled = {key.split(":", 2)[1] for key in keys if key.startswith("title:")}
    served.sources |= titled.difference(*(part.sources for part in parts))
    return parts, served


def assign_ids(
    connection: sa.Connection, article: str, given: Sequence[str], parts: Sequence[Part], served: Part
) -> None:
    """Set the ids of the parts: the served one keeps an id that was not made of one given by a source."""
    made_of_id = next((one for one in given if any(public_id(f"id:{one}", n) == article for n in range(9))), None)
    for part in parts:
        if part is served and made_of_id is None:
            part.id = article
            continue
        key = f"id:{first_source(connection, part)}:{made_of_id or given[0]}"
        part.id = next(id_ for id_ in (public_id(key, n) for n in count()) if not is_used(connection, id_))


def first_source(connection: sa.Connection, part: Part) -> str:
    if part.revisions:
        query = sa.text("SELECT source_id FROM revision WHERE id = :id")
        return str(connection.scalar(query, {"id": min(part.revisions)}))
    return min(part.sources)


def is_used(connection: sa.Connection, article: str) -> bool:
    return bool(connection.scalar(sa.text("SELECT 1 FROM article WHERE id = :id"), {"id": article}))


def move_keys(connection: sa.Connection, article: str, keys: Iterable[str], parts: list[Part], served: Part) -> None:
    """Give each key to the part of its source; ids get their source."""
    rows: dict[str, str] = {}
    for key in keys:
        kind, _, value = key.partition(":")
        if kind == "id":
            rows |= {f"id:{source}:{value}": part.id for part in parts for source in part.sources}
        else:
            source = {"title": value.split(":")[0], "text": ":".join(value.split(":")[1:2])}.get(kind)
            owner = (part for part in parts if source in part.sources or key in part.pages)
            rows[key] = next(owner, served).id
    if served.id != article:
        rows[f"formerly:{article}"] = served.id
    connection.execute(sa.text("DELETE FROM article_key WHERE article_id = :id"), {"id": article})
    insert = sa.text("INSERT OR IGNORE INTO article_key VALUES (:key, :article)")
    connection.execute(insert, [{"key": key, "article": owner} for key, owner in rows.items()])


def move_revisions(connection: sa.Connection, article: str, parts: Iterable[Part]) -> None:
    """Give the revisions to their parts; their checksums cover the article."""
    for part in parts:
        for id_ in part.revisions if part.id != article else ():
            connection.execute(
                sa.text("UPDATE revision SET article_id = :article WHERE id = :id"), {"article": part.id, "id": id_}
            )
            update = "UPDATE revision SET digest = :digest WHERE id = :id AND digest != ''"
            connection.execute(sa.text(update), {"digest": digest(connection, id_), "id": id_})


def digest(connection: sa.Connection, revision_id: int) -> str:
    (row,) = driver_rows(connection, CONTENT, revision_id)
    row = row if row[-1] else row[:-1]
    spans = [sorted(driver_rows(connection, query, revision_id), key=place) for query in SPANS]
    return hashlib.blake2b(to_json((row, *spans)), digest_size=8).hexdigest()


def place(row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(row[:3])


def driver_rows(connection: sa.Connection, query: str, revision_id: int) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(query, (revision_id,))]


def move_changes(connection: sa.Connection, article: str, parts: list[Part], served: Part) -> None:
    """Give the log to the parts: where one part follows another, it is added, and the other removed."""
    rows = connection.execute(
        sa.text("SELECT version, revision_id, kind, reason FROM change WHERE article_id = :id ORDER BY version"),
        {"id": article},
    ).all()
    changes: list[dict[str, Any]] = []
    before: Part | None = None
    for row in rows:
        own = (part for part in parts if row.revision_id in part.revisions)
        part = next(own, before or served)
        kind = row.kind
        if before is not None and before is not part:
            kind = "added"
            changes.append(change(row.version, before, None, "removed", REASON))
            connection.execute(sa.text(COUNT_SEPARATE), {"version": row.version})
        changes.append(change(row.version, part, row.revision_id, kind, row.reason))
        before = None if row.revision_id is None else part
    if changes:
        connection.execute(sa.text("DELETE FROM change WHERE article_id = :id"), {"id": article})
        connection.execute(
            sa.text("INSERT INTO change VALUES (:version, :article, :revision, :kind, :reason)"), changes
        )


def change(version: int, part: Part, revision_id: int | None, kind: str, reason: str | None) -> dict[str, Any]:
    return {"version": version, "article": part.id, "revision": revision_id, "kind": kind, "reason": reason}


def move_marks(connection: sa.Connection, article: str, parts: list[Part], served: Part) -> None:
    """Give removal and pending state to the parts; a part that is not served will be, unless the article was removed.

    A removal is one of all parts: only the operator brings an article back.
    """
    removal = sa.text("SELECT removed_at, reason FROM removal WHERE article_id = :id")
    removed = connection.execute(removal, {"id": article}).one_or_none()
    pending = connection.scalar(sa.text("SELECT 1 FROM pending WHERE article_id = :id"), {"id": article})
    for delete in ("DELETE FROM removal WHERE article_id = :id", "DELETE FROM pending WHERE article_id = :id"):
        connection.execute(sa.text(delete), {"id": article})
    for part in parts:
        if removed is not None:
            row = {"id": part.id, "at": removed.removed_at, "reason": removed.reason}
            connection.execute(sa.text("INSERT INTO removal VALUES (:id, :at, :reason)"), row)
        if pending or (part is not served and removed is None):
            connection.execute(sa.text("INSERT INTO pending VALUES (:id)"), {"id": part.id})


def mark_outdated(connection: sa.Connection) -> None:
    """Make the next step of the upgrade build the index again, and clients read everything again."""
    connection.execute(sa.text("DELETE FROM snapshot_part WHERE name = 'format'"))
    last = "UPDATE publish SET token = :token WHERE version = (SELECT max(version) FROM publish)"
    connection.execute(sa.text(last), {"token": secrets.token_hex(8)})


def downgrade() -> None:
    """Drop the sources from the keys of ids, and former public ids; separate articles stay separate."""
    connection = op.get_bind()
    query = sa.text("SELECT key, article_id FROM article_key WHERE key >= 'id:' AND key < 'id;' ORDER BY key")
    rows = [{"key": f"id:{row.key.split(':', 2)[2]}", "article": row.article_id} for row in connection.execute(query)]
    op.execute("DELETE FROM article_key WHERE key >= 'id:' AND key < 'id;'")
    op.execute("DELETE FROM article_key WHERE key >= 'formerly:' AND key < 'formerly;'")
    if rows:
        connection.execute(sa.text("INSERT OR IGNORE INTO article_key VALUES (:key, :article)"), rows)
