"""Make ids given by sources unique within their source only, and separate the articles that shared one.

Public ids that were made of such an id change: the former ones are kept as keys. The index has to be built again.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Sequence
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
    '"named", other_urls, language_detected FROM revision WHERE id = :id'
)
SPANS = (
    'SELECT field, start, "end", text, kind, type, entity_id, rule, confidence FROM mention WHERE revision_id = :id',
    'SELECT field, start, "end", kind, speaker_id, speaker, cue FROM statement WHERE revision_id = :id',
)
"""What the checksum of a revision covers, in this order."""

# The driver's own, since SQLAlchemy takes ten times as long for each of some twenty statements per article.
Run = Callable[..., list[tuple[Any, ...]]]
"""Runs a statement with named values and returns its rows."""


@dataclass
class Part:
    """The revisions of an article that are of one source, or of sources that share a page, and its id from now on.

    `pages` are the keys of the URLs at which they were seen.
    """

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
    cursor = connection.connection.cursor()

    def run(query: str, **values: object) -> list[tuple[Any, ...]]:
        cursor.execute(query, values)
        return list(cursor.fetchall())

    keys = "SELECT DISTINCT article_id FROM article_key WHERE key >= 'id:' AND key < 'id;' ORDER BY article_id"
    driver_error: type[Exception] = connection.dialect.loaded_dbapi.Error
    try:
        changed = [separate(run, article) for (article,) in run(keys)]
    except driver_error as error:
        raise sa.exc.DBAPIError.instance(None, None, error, driver_error) from error
    if any(changed):
        mark_outdated(connection)


def separate(run: Run, article: str) -> bool:
    """Give the ids of an article their source, and make one article for each source that has revisions of its own.

    Return whether any public id changes.
    """
    keys = [key for (key,) in run("SELECT key FROM article_key WHERE article_id = :id", id=article)]
    given = [key.removeprefix("id:") for key in keys if key.startswith("id:")]
    parts, served = parts_of(run, article, keys)
    if not served.sources:  # No title is known, so neither is a source.
        return False
    assign_ids(run, article, given, parts, served)
    for part in parts:
        if part.id != article:  # Its revisions and keys refer to it.
            revision_id = part.revisions[-1] if part.revisions else 0
            run("INSERT INTO article VALUES (:id, :revision)", id=part.id, revision=revision_id)
    move_keys(run, article, keys, parts, served)
    move_revisions(run, article, parts)
    move_changes(run, article, parts, served)
    current = "UPDATE article SET revision_id = :revision WHERE id = :id"
    for part in parts:
        if part.id == article and part.revisions:
            run(current, id=article, revision=part.revisions[-1])
    move_marks(run, article, parts, served)
    if all(part.id != article for part in parts):
        run("DELETE FROM article WHERE id = :id", id=article)
    return any(part.id != article for part in parts)


def parts_of(run: Run, article: str, keys: Sequence[str]) -> tuple[list[Part], Part]:
    """Return the parts of an article, and the one that is served, or that the next publish would serve."""
    query = "SELECT id, source_id, url, other_urls FROM revision WHERE article_id = :id ORDER BY id"
    parts: list[Part] = []
    seen: set[str] = set()
    for id_, source, url, other_urls in run(query, id=article):
        pages = {url_key(page) for page in (url, *json.loads(other_urls or "[]")) if page}
        is_known = any(source in part.sources for part in parts)
        # Each revision inherited the pages of those before it, whatever their source was.
        part = Part({source}, pages - seen or (set() if is_known else pages))
        seen |= pages
        same = [other for other in parts if source in other.sources or part.pages & other.pages]
        for other in same:
            part.sources |= other.sources
            part.pages |= other.pages
            part.revisions += other.revisions
        part.revisions = sorted([*part.revisions, id_])
        parts = [*(other for other in parts if other not in same), part]
    ((current,),) = run("SELECT revision_id FROM article WHERE id = :id", id=article)
    parts = parts or [Part(set())]
    logged = "SELECT revision_id FROM change WHERE article_id = :id ORDER BY version DESC LIMIT 1"
    last_served = next((id_ for (id_,) in run(logged, id=article)), None)
    served = parts[-1]
    for part in parts:
        if current in part.revisions:  # An earlier content may be the current one again.
            part.revisions.sort(key=current.__eq__)
            served = part
    served = next((part for part in parts if last_served in part.revisions), served)
    titled = {key.split(":", 2)[1] for key in keys if key.startswith("title:")}
    served.sources |= titled.difference(*(part.sources for part in parts))
    return parts, served


def assign_ids(run: Run, article: str, given: Sequence[str], parts: Sequence[Part], served: Part) -> None:
    """Set the ids of the parts: the served one keeps an id that was not made of one given by a source."""
    made_of_id = next((one for one in given if any(public_id(f"id:{one}", n) == article for n in range(9))), None)
    for part in parts:
        if part is served and made_of_id is None:
            part.id = article
            continue
        key = f"id:{first_source(run, part)}:{made_of_id or given[0]}"
        part.id = next(id_ for id_ in (public_id(key, n) for n in count()) if not is_used(run, id_))


def first_source(run: Run, part: Part) -> str:
    if part.revisions:
        ((source,),) = run("SELECT source_id FROM revision WHERE id = :id", id=min(part.revisions))
        return str(source)
    return min(part.sources)


def is_used(run: Run, article: str) -> bool:
    return bool(run("SELECT 1 FROM article WHERE id = :id", id=article))


def move_keys(run: Run, article: str, keys: Iterable[str], parts: list[Part], served: Part) -> None:
    """Give each key to the part of its source; ids get their source."""
    rows: dict[str, str] = {}
    for key in keys:
        kind, _, value = key.partition(":")
        if kind == "id":
            rows |= {f"id:{source}:{value}": part.id for part in parts for source in part.sources}
        else:
            source = {"title": value.split(":")[0], "text": ":".join(value.split(":")[1:2])}.get(kind)
            owners = (part for part in parts if source in part.sources or key in part.pages)
            rows[key] = next(owners, served).id
    if served.id != article:
        rows[f"formerly:{article}"] = served.id
    run("DELETE FROM article_key WHERE article_id = :id", id=article)
    for key, owner in rows.items():
        run("INSERT OR IGNORE INTO article_key VALUES (:key, :article)", key=key, article=owner)


def move_revisions(run: Run, article: str, parts: Sequence[Part]) -> None:
    """Give the revisions to their parts, without the pages of others; their checksums cover both."""
    for part in parts:
        for id_ in part.revisions if part.id != article or len(parts) > 1 else ():
            run("UPDATE revision SET article_id = :article WHERE id = :id", article=part.id, id=id_)
            drop_pages_of_others(run, id_, part)
            update = "UPDATE revision SET digest = :digest WHERE id = :id AND digest != ''"
            run(update, digest=digest(run, id_), id=id_)


def drop_pages_of_others(run: Run, revision_id: int, part: Part) -> None:
    ((url, other_urls),) = run("SELECT url, other_urls FROM revision WHERE id = :id", id=revision_id)
    pages = [page for page in (url, *json.loads(other_urls or "[]")) if page]
    own = [page for page in pages if url_key(page) in part.pages]
    if own != pages:
        first, *others = own or [None]
        update = "UPDATE revision SET url = :url, other_urls = :others WHERE id = :id"
        run(update, url=first, others=to_json(others).decode() if others else None, id=revision_id)


def digest(run: Run, revision_id: int) -> str:
    (row,) = run(CONTENT, id=revision_id)
    row = row if row[-1] else row[:-1]
    spans = [sorted(run(query, id=revision_id), key=place) for query in SPANS]
    return hashlib.blake2b(to_json((row, *spans)), digest_size=8).hexdigest()


def place(row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(row[:3])


def move_changes(run: Run, article: str, parts: list[Part], served: Part) -> None:
    """Give the log to the parts: where one part follows another, it is added, and the other removed."""
    query = "SELECT version, revision_id, kind, reason FROM change WHERE article_id = :id ORDER BY version"
    changes: list[dict[str, Any]] = []
    before: Part | None = None
    for version, revision_id, logged_kind, reason in run(query, id=article):
        own = (part for part in parts if revision_id in part.revisions)
        part = next(own, before or served)
        kind = logged_kind
        if before is not None and before is not part:
            kind = "added"
            changes.append(change(version, before, None, "removed", REASON))
            run(COUNT_SEPARATE, version=version)
        changes.append(change(version, part, revision_id, kind, reason))
        before = None if revision_id is None else part
    run("DELETE FROM change WHERE article_id = :id", id=article)
    for row in changes:
        run("INSERT INTO change VALUES (:version, :article, :revision, :kind, :reason)", **row)


def change(version: int, part: Part, revision_id: int | None, kind: str, reason: str | None) -> dict[str, Any]:
    return {"version": version, "article": part.id, "revision": revision_id, "kind": kind, "reason": reason}


def move_marks(run: Run, article: str, parts: list[Part], served: Part) -> None:
    """Give removal and pending state to the parts; a part that is not served will be, unless the article was removed.

    A removal is one of all parts: only the operator brings an article back.
    """
    removals = run("SELECT removed_at, reason FROM removal WHERE article_id = :id", id=article)
    pending = run("SELECT 1 FROM pending WHERE article_id = :id", id=article)
    for delete in ("DELETE FROM removal WHERE article_id = :id", "DELETE FROM pending WHERE article_id = :id"):
        run(delete, id=article)
    for part in parts:
        for removed_at, reason in removals:
            run("INSERT INTO removal VALUES (:id, :at, :reason)", id=part.id, at=removed_at, reason=reason)
        if pending or (part is not served and not removals):
            run("INSERT INTO pending VALUES (:id)", id=part.id)


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
