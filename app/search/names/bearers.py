"""The bearers of names without context: people of one article each, who are found through the database.

There may be millions of them, so that no index has their names: the id of a name is made of its words, and the rows of
`Bearer` have the revisions in which it names somebody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from sqlalchemy import BindParameter, Select, bindparam, case
from sqlmodel import Session, col, select

from app.deadline import check_deadline
from app.labels import name_words_backwards
from app.models import BEARER_MARK, POSTED_KINDS, Bearer, Entity, FormerBearer, Mention, Statement
from app.search.index.columns import TEXT_PLACE
from app.search.names.readings import Reading, fits_given_names
from app.text.person_names import FAMILY_NAMES_FIRST, has_family_name_first, id_slug, name_key, person_key, words_of

# More than the readings of any name; each is one value of a query.
MAX_NAME_IDS = 100
"""Maximum number of names that one value is looked up as."""

_NAMES: BindParameter[Sequence[str]] = bindparam("names", expanding=True)
_FIRST: BindParameter[str] = bindparam("first")
_AFTER: BindParameter[str] = bindparam("after")
_BEARERS = select(col(Bearer.entity_id), col(Bearer.revision_id))
_REVISIONS = _BEARERS.where(col(Bearer.entity_id).in_(_NAMES))
_BEGINNING = _BEARERS.where(col(Bearer.entity_id) >= _FIRST, col(Bearer.entity_id) < _AFTER)
_ENDING = _BEARERS.join(Entity, col(Entity.id) == col(Bearer.entity_id)).where(
    col(Entity.backwards) >= _FIRST, col(Entity.backwards) < _AFTER
)
_MAX_QUERY_NAMES = 500
"""Maximum number of names that one query of statements has."""

# Far more than anybody is shown; a letter can begin a million names.
_MAX_BEARERS_OF_PREFIX = 500
_LAST_LETTER = "\U0010ffff"
_SOME_BEGINNING = _BEGINNING.order_by(col(Bearer.entity_id)).limit(_MAX_BEARERS_OF_PREFIX)
_SOME_ENDING = _ENDING.order_by(col(Entity.backwards)).limit(_MAX_BEARERS_OF_PREFIX)
_FORMER: Select[str, str, list[str]] = select(
    col(FormerBearer.entity_id), col(FormerBearer.article_id), col(FormerBearer.moved_to)
).where(col(FormerBearer.entity_id).in_(_NAMES))
_PLACE = case((col(Statement.field) == "title", 0), else_=TEXT_PLACE) + col(Statement.start)
_OF_NAME = (
    select(col(Bearer.entity_id), col(Statement.revision_id), _PLACE)
    .join(Bearer, col(Bearer.revision_id) == col(Statement.revision_id))
    .where(col(Bearer.entity_id).in_(_NAMES))
)
_SAID = _OF_NAME.where(col(Statement.speaker_id) == col(Bearer.entity_id))
_ABOUT = (
    _OF_NAME.join(
        Mention,
        (col(Mention.revision_id) == col(Statement.revision_id))
        & (col(Mention.field) == col(Statement.field))
        & col(Mention.start).between(col(Statement.start), col(Statement.end))
        & (col(Mention.end) <= col(Statement.end)),
    )
    .where(col(Mention.entity_id) == col(Bearer.entity_id), col(Mention.kind).in_(POSTED_KINDS))
    .distinct()
)
_STATEMENTS = {"speaker": _SAID, "about": _ABOUT}


def name_ids(value: str, readings: Iterable[Reading]) -> list[str]:
    """Return the ids of the names that a value can be, from the strictest reading."""
    return [f"{slug}{BEARER_MARK}" for slug in _slugs(value, readings)]


def _slugs(value: str, readings: Iterable[Reading]) -> list[str]:
    keys = chain([person_key(value)], (name_key(words_of(reading.words)) for reading in readings))
    return list(dict.fromkeys(id_slug(" ".join(key)) for key in keys if key))[:MAX_NAME_IDS]


RevisionsByName = Mapping[str, Sequence[int]]
"""The revisions in which each name has a bearer; names that have none are left out."""


def revisions_by_name(session: Session, names: Sequence[str]) -> RevisionsByName:
    """Return the revisions of these names."""
    return _revisions(session, _REVISIONS, {"names": names}) if names else {}


def revisions_by_surname(session: Session, value: str, readings: Sequence[Reading]) -> Iterator[RevisionsByName]:
    """Yield the revisions of the names that have a value without initials as their surname, from the strictest reading.

    The surname is the last words of a name, and the first one where family names come first (Xi Jinping).
    """
    if any(len(word.rstrip(".")) == 1 for reading in readings for word in reading.words):
        return
    for slug in _slugs(value, readings):
        revisions = dict(_with_last_words(session, slug))
        if slug in FAMILY_NAMES_FIRST:
            # The hyphen is the only sign of a slug that is not a letter or digit, and the full stop comes next.
            names = _revisions(session, _BEGINNING, {"first": f"{slug}-", "after": f"{slug}."})
            revisions |= {name: own for name, own in names.items() if has_family_name_first(_words(name))}
        yield revisions


def revisions_by_prefix(session: Session, prefix: str) -> RevisionsByName:
    """Return some of the names that begin with a text, or the last word of which does, with their revisions."""
    slug = id_slug(prefix)
    limits = {"first": slug, "after": f"{slug}{_LAST_LETTER}"}
    if not slug:
        return {}
    return {**_revisions(session, _SOME_ENDING, limits), **_revisions(session, _SOME_BEGINNING, limits)}


def revisions_by_initials(session: Session, readings: Iterable[Reading]) -> Iterator[RevisionsByName]:
    """Yield the revisions of the names that a reading with initials fits, from the strictest reading."""
    for reading in readings:
        surname = id_slug(reading.words[-1])
        if len(reading.words) > 1 and len(surname) > 1:
            names = _with_last_words(session, surname)
            yield {
                name: own for name, own in names.items() if fits_given_names(reading.words, tuple(_words(name)[:-1]))
            }


def _with_last_words(session: Session, slug: str) -> RevisionsByName:
    backwards = name_words_backwards(slug)
    return _revisions(session, _ENDING, {"first": backwards, "after": f"{backwards}."})


def _words(name: str) -> list[str]:
    return name.removesuffix(BEARER_MARK).split("-")


def _revisions(session: Session, query: Select[str, int], values: Mapping[str, object]) -> RevisionsByName:
    check_deadline()
    revisions: dict[str, list[int]] = {}
    for name, revision in session.connection().execute(query, values).all():
        revisions.setdefault(name, []).append(revision)
    return revisions


def former_bearers(session: Session, names: Sequence[str]) -> Mapping[tuple[str, str], Sequence[str]]:
    """Return what took the place of the former bearers of these names, by the name and the article."""
    rows = session.connection().execute(_FORMER, {"names": names}) if names else ()
    return {(name, article): moved_to for name, article, moved_to in rows}


def statement_places(session: Session, names: Sequence[str], role: str) -> Mapping[str, Sequence[tuple[int, int]]]:
    """Return the revision and the place of each statement with a bearer of these names as `speaker`, or `about` one."""
    places: dict[str, list[tuple[int, int]]] = {}
    for start in range(0, len(names), _MAX_QUERY_NAMES):
        check_deadline()
        some = names[start : start + _MAX_QUERY_NAMES]
        for name, revision, place in session.connection().execute(_STATEMENTS[role], {"names": some}).all():
            places.setdefault(name, []).append((revision, place))
    return places
