"""Sources by what they are: the values of their country, kind and groups, and the sources that have them."""

from pyroaring import BitMap

from app.countries import COUNTRIES
from app.errors import InvalidRequestError, ParameterProblem
from app.labels import SourceLabel
from app.models import SourceKind
from app.posting_fields import SOURCE_FACETS
from app.search.index.field_values import NONE
from app.search.index.snapshot import Snapshot
from app.search.query.filters import SourcePage
from app.search.query.parameters import MAX_ERRORS
from app.text.folding import fold_name
from app.text.fuzzy import nearest

SOURCE_VALUES = {
    "country": "a country, as its code of ISO 3166-1 (`ru`) or its English name",
    "source_kind": f"one of {', '.join(SourceKind)}",
    "source_group": "the id or name of a group of sources (`/v1/source-groups` lists them)",
}
"""What each of SOURCE_FACETS expects."""


def known_source_values(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    """Return the names of all values of each of SOURCE_FACETS, by id."""
    groups = {id_: name for label in snapshot.labels.source for id_, name in label.groups}
    kinds = {str(kind): str(kind) for kind in SourceKind}
    names = dict(zip(SOURCE_FACETS, (COUNTRIES, kinds, groups), strict=True))
    return {field: {**own, NONE: NONE} for field, own in names.items()}


def source_value(snapshot: Snapshot, parameter: str, field: str, value: str) -> str | ParameterProblem:
    """Return the id of a value of one of SOURCE_FACETS, by id or name in any letter case, or what is wrong with it."""
    known = known_source_values(snapshot)[field]
    wanted = {name.lower(): id_ for id_, name in known.items()} | {id_.lower(): id_ for id_ in known}
    id_ = wanted.get(value.lower())
    if id_ is not None:
        return id_
    near = tuple(dict.fromkeys(wanted[name] for name in nearest(value, wanted)))
    return ParameterProblem(parameter, value, f"{SOURCE_VALUES[field]}, or `none`", near)


def source_counts(snapshot: Snapshot, filters: SourcePage) -> list[tuple[int, str, int]]:
    """Return (articles, id, ordinal) of each source that has articles and matches the filters.

    Raise InvalidRequestError with everything that is wrong with them.
    """
    chosen = zip(SOURCE_FACETS, ("country", "kind", "group"), strict=True)
    ids = {
        field: [source_value(snapshot, parameter, field, value) for value in getattr(filters, parameter)]
        for field, parameter in chosen
    }
    errors = [id_ for values in ids.values() for id_ in values if isinstance(id_, ParameterProblem)]
    if errors:
        raise InvalidRequestError(*errors[:MAX_ERRORS])
    # A source has its values for all its articles: a filter finds all of them or none.
    wanted = [
        BitMap.union(BitMap(), *(snapshot.field_values[field].find(str(id_)) for id_ in values))
        for field, values in ids.items()
        if values
    ]
    return [
        (len(posting), label.id, ordinal)
        for ordinal, (label, posting) in enumerate(
            zip(snapshot.labels.source, snapshot.postings["source"], strict=True)
        )
        if posting and all(posting.intersect(positions) for positions in wanted) and _has_name(label, filters.name)
    ]


def _has_name(label: SourceLabel, words: str | None) -> bool:
    """Return whether the id, a name or a domain of a source contains some words; case and accents do not matter."""
    names = (label.id, label.name, *label.names, *label.domains)
    return words is None or any(fold_name(words) in fold_name(name) for name in names)
