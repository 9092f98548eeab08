"""The bearers of names without context: people of one article each, who are found through the database.

There may be millions of them, so that no index has their names: the id of a name is made of its words, and the rows of
`Bearer` have the revisions in which it names somebody.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from sqlalchemy import BindParameter, bindparam, case
from sqlmodel import Session, col, select

from app.models import BEARER_MARK, POSTED_KINDS, Bearer, Mention, Statement
from app.search.index.columns import TEXT_PLACE
from app.search.names.readings import Reading
from app.text.person_names import id_slug, name_key, person_key, words_of

# More than the readings of any name; each is one value of a query.
MAX_NAME_IDS = 100
"""Maximum number of names that one value is looked up as."""

_NAMES: BindParameter[Sequence[str]] = bindparam("names", expanding=True)
_NAME: BindParameter[str] = bindparam("name")
_REVISIONS = select(col(Bearer.entity_id), col(Bearer.revision_id)).where(col(Bearer.entity_id).in_(_NAMES))
_PLACE = case((col(Statement.field) == "title", 0), else_=TEXT_PLACE) + col(Statement.start)
_OF_NAME = (
    select(col(Statement.revision_id), _PLACE)
    .join(Bearer, col(Bearer.revision_id) == col(Statement.revision_id))
    .where(col(Bearer.entity_id) == _NAME)
)
_SAID = _OF_NAME.where(col(Statement.speaker_id) == _NAME)
_ABOUT = (
    _OF_NAME.join(
        Mention,
        (col(Mention.revision_id) == col(Statement.revision_id))
        & (col(Mention.field) == col(Statement.field))
        & col(Mention.start).between(col(Statement.start), col(Statement.end))
        & (col(Mention.end) <= col(Statement.end)),
    )
    .where(col(Mention.entity_id) == _NAME, col(Mention.kind).in_(POSTED_KINDS))
    .distinct()
)
_STATEMENTS = {"speaker": _SAID, "about": _ABOUT}


def name_ids(value: str, readings: Iterable[Reading]) -> list[str]:
    """Return the ids of the names that a value can be, from the strictest reading."""
    keys = chain([person_key(value)], (name_key(words_of(reading.words)) for reading in readings))
    ids = dict.fromkeys(f"{id_slug(' '.join(key))}{BEARER_MARK}" for key in keys if key)
    return list(ids)[:MAX_NAME_IDS]


def revisions_by_name(session: Session, names: Sequence[str]) -> Mapping[str, list[int]]:
    """Return the revisions in which each of these names has a bearer, without those that have none."""
    revisions: dict[str, list[int]] = {}
    for name, revision in session.connection().execute(_REVISIONS, {"names": names}) if names else ():
        revisions.setdefault(name, []).append(revision)
    return revisions


def statement_places(session: Session, name: str, role: str) -> list[tuple[int, int]]:
    """Return the revision and the place of each statement with a bearer of a name as `speaker`, or `about` one."""
    rows = session.connection().execute(_STATEMENTS[role], {"name": name})
    return [(revision, place) for revision, place in rows]
