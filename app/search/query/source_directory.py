"""Sources by what they are: the values of their country, kind and groups, and the sources that have them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.countries import COUNTRIES
from app.errors import InvalidRequestError, ParameterProblem
from app.labels import SourceLabel
from app.models import SourceKind
from app.posting_fields import SOURCE_FACETS
from app.search.index.field_values import NONE
from app.search.index.snapshot import Snapshot
from app.search.query.parameters import DIRECTORY_FACETS, MAX_ERRORS
from app.search.query.resource_filters import SourceFilters
from app.text.folding import fold_name
from app.text.fuzzy import nearest

SOURCE_VALUES = {
    "country": "a country, as its code of ISO 3166-1 (`ru`) or its English name",
    "source_kind": f"one of {', '.join(SourceKind)}",
    "source_group": "the id or name of a group of sources (`source-groups` lists them)",
}
"""What each of SOURCE_FACETS expects."""

DIRECTORY_FIELDS = dict(zip(DIRECTORY_FACETS, SOURCE_FACETS, strict=True))
"""The filters of articles by the names that they have in the list of sources."""


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


@dataclass(frozen=True, slots=True)
class SourceListing:
    """The sources that have articles and match a request, and the values by which it filters, by parameter."""

    snapshot: Snapshot
    name: str | None
    chosen: Mapping[str, Sequence[str]]

    def counts(self) -> list[tuple[int, str, int]]:
        """Return (articles, id, ordinal) of each source."""
        postings = self.snapshot.postings["source"]
        return [(len(postings[ordinal]), label.id, ordinal) for ordinal, label in self._sources(self.chosen)]

    def value_counts(self, parameter: str) -> Counter[str]:
        """Return the number of sources with each value; the filter by these values is ignored."""
        others = {name: values for name, values in self.chosen.items() if name != parameter}
        return Counter(value for _, label in self._sources(others) for value in _values(label)[parameter])

    def _sources(self, chosen: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, SourceLabel]]:
        """Yield the ordinals and labels of the sources that have one of the chosen values of each parameter."""
        wanted = {parameter: set(ids) for parameter, ids in chosen.items() if ids}
        for ordinal, label in enumerate(self.snapshot.labels.source):
            values = _values(label)
            is_chosen = all(not ids.isdisjoint(values[parameter]) for parameter, ids in wanted.items())
            if is_chosen and self.snapshot.postings["source"][ordinal] and _has_name(label, self.name):
                yield ordinal, label


def find_sources(snapshot: Snapshot, filters: SourceFilters) -> SourceListing:
    """Return the sources that match the filters; raise InvalidRequestError with everything that is wrong with them."""
    chosen = {
        parameter: [source_value(snapshot, parameter, field, value) for value in getattr(filters, parameter)]
        for parameter, field in DIRECTORY_FIELDS.items()
    }
    errors = [id_ for values in chosen.values() for id_ in values if isinstance(id_, ParameterProblem)]
    if errors:
        raise InvalidRequestError(*errors[:MAX_ERRORS])
    ids = {parameter: [id_ for id_ in values if isinstance(id_, str)] for parameter, values in chosen.items()}
    return SourceListing(snapshot, filters.name, ids)


def _values(label: SourceLabel) -> dict[str, list[str]]:
    """Return the values of a source, by parameter."""
    return {
        "country": [label.country or NONE],
        "kind": [label.kind or NONE],
        "group": [id_ for id_, _ in label.groups] or [NONE],
    }


def _has_name(label: SourceLabel, words: str | None) -> bool:
    """Return whether the id, a name or a domain of a source contains some words; case and accents do not matter."""
    names = (label.id, label.name, *label.names, *label.domains)
    return words is None or any(fold_name(words) in fold_name(name) for name in names)
