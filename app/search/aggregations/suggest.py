"""Suggestions while a user types: entities and sources by the beginning of a name, by number of articles."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappush, heappushpop

import numpy as np
from pyroaring import BitMap

from app.deadline import check_deadline
from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.labels import EntityLabel, SourceLabel
from app.models import EntityType
from app.search.aggregations.facets import MAX_SUMMED_ARTICLES, CountArray, owner_sums
from app.search.fulltext.hits import SearchContext
from app.search.index.snapshot import Snapshot
from app.search.names.bearers import revisions_by_prefix
from app.search.names.prefixes import OWNER_KINDS, Owners, PrefixMatches
from app.search.names.readings import Reading
from app.search.query.entities_by_id import entity_ids
from app.search.query.named_people import NamedEntities, served_articles
from app.search.sql import rows
from app.text.folding import fold_name

# Of three letters, two correct ones would match a large share of all names.
MIN_TYPO_LETTERS = 4
"""Minimum number of letters and digits of a prefix in which a typo is tolerated."""

# Adding up the values of this many articles takes as long as intersecting one posting.
ARTICLES_PER_OWNER = 25
"""Maximum number of articles per name owner for which values are added up instead of intersecting postings."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entity or source, its name that matches, whether that took a typo, and its number of articles."""

    label: EntityLabel | SourceLabel
    matched: str
    typo: bool
    articles: int


class Suggestions:
    """The entities and sources to suggest within some articles."""

    def __init__(self, snapshot: Snapshot, positions: BitMap, kinds: Collection[str]) -> None:
        """Suggest only these kinds (all if empty), ranked by how many of the articles have them."""
        self._snapshot = snapshot
        self._positions = positions
        self._kinds = [OWNER_KINDS.index(kind) for kind in kinds or OWNER_KINDS]

    def of(self, prefix: str, size: int, people: Sequence[Suggestion] = ()) -> list[Suggestion]:
        """Return the best `size` suggestions for a prefix; those of each kind of match are by articles and then id.

        `people` are names that start with the prefix, or have a word that does, and that the index lacks.

        Names that start with the prefix, or have a word that does, come first; then those that match it without titles
        and articles, those with its words in another order, and those with a typo; if there are none, what the whole
        text means. Raise InvalidRequestError for a prefix without letters and digits.
        """
        folded = fold_name(prefix)
        if not _letters(folded):
            wanted = "at least one letter or digit"
            raise InvalidRequestError(ParameterProblem("prefix", prefix, wanted, code=ErrorCode.BLANK))
        suggestions: list[Suggestion] = []
        earlier: Owners = np.empty(0, np.int32)
        for matches, typo in self._matches(prefix, folded):
            new = matches.filter(~np.isin(matches.owners, earlier))
            suggestions += self._top(new, size - len(suggestions), typo=typo)
            if people:
                suggestions = sorted([*suggestions, *people], key=lambda one: -one.articles)[:size]
                people = ()
            if len(suggestions) == size:
                break
            earlier = np.union1d(earlier, matches.owners)
        return suggestions or self._top(self._snapshot.names.named(prefix), size, typo=False)

    def _matches(self, prefix: str, folded: str) -> Iterator[tuple[PrefixMatches, bool]]:
        """Yield the matches of a prefix and whether they have a typo, from the strictest kind to the loosest."""
        names = self._snapshot.names
        prefixes = names.prefixes
        # Many names are written with an article, and few are known with it.
        yield prefixes.exact(folded, folded.removeprefix("the ")), False
        readings, _ = names.resolver.readings(prefix)
        looser = [reading for reading in readings if reading.key != folded]
        for reading in looser:
            yield self._fitting(reading, prefixes.exact(reading.key)), False
        for reading in readings:
            if len(reading.words) > 1:
                yield self._fitting(reading, prefixes.with_words(reading.key.split())), False
        if _letters(folded) >= MIN_TYPO_LETTERS:
            yield prefixes.near(folded), True
        if looser and _letters(looser[-1].key) >= MIN_TYPO_LETTERS:
            yield self._fitting(looser[-1], prefixes.near(looser[-1].key)), True

    def _fitting(self, reading: Reading, matches: PrefixMatches) -> PrefixMatches:
        """Return the matches that a reading allows: those of people, if it had a title."""
        kinds = self._snapshot.names.prefixes.kinds[matches.owners]
        return matches.filter(kinds == OWNER_KINDS.index(EntityType.PERSON)) if reading.is_person else matches

    def _top(self, matches: PrefixMatches, size: int, *, typo: bool) -> list[Suggestion]:
        prefixes = self._snapshot.names.prefixes
        fitting = matches.filter(np.isin(prefixes.kinds[matches.owners], self._kinds))
        return [
            Suggestion(prefixes.labels[fitting.owners[at]], prefixes.names[fitting.rows[at]], typo, count)
            for at, count in self._top_owners(fitting.owners, size)
        ]

    def _top_owners(self, owners: Owners, size: int) -> list[tuple[int, int]]:
        """Return the owners with the most articles, ties by id, as (index into `owners`, number of articles)."""
        id_ranks, counts = self._snapshot.names.prefixes.id_ranks[owners], self._counts(len(owners))
        if counts is not None:
            order = np.lexsort((id_ranks, -counts[owners]))[:size]
            return list(zip(order.tolist(), counts[owners[order]].tolist(), strict=True))
        totals = self._snapshot.totals[owners]
        best: list[tuple[int, int, int]] = []
        for at in np.lexsort((id_ranks, -totals)).tolist():
            # Totals descend, and no owner has more articles within the result: no later one is better.
            if len(best) == size and totals[at] < best[0][0]:
                break
            check_deadline()
            count = self._positions.intersection_cardinality(self._snapshot.posting(int(owners[at])))
            push = heappushpop if len(best) == size else heappush
            push(best, (count, -int(id_ranks[at]), at))
        return [(at, count) for count, _, at in sorted(best, reverse=True)]

    def _counts(self, owner_count: int) -> CountArray | None:
        """Return the number of articles of every owner, None if it is faster to count those of `owner_count` owners."""
        if len(self._positions) == len(self._snapshot):
            return self._snapshot.totals
        max_articles = min(MAX_SUMMED_ARTICLES, ARTICLES_PER_OWNER * owner_count)
        return self._sums if len(self._positions) <= max_articles else None

    @cached_property
    def _sums(self) -> CountArray:
        return owner_sums(self._snapshot, self._positions)


def suggest_people(context: SearchContext, positions: BitMap, prefix: str, kinds: Collection[str]) -> list[Suggestion]:
    """Return names without context that begin with a prefix, or the last word of which does, by articles and then id.

    A name with one bearer has the id of this person.
    """
    if kinds and EntityType.PERSON not in kinds:
        return []
    articles_by_name = served_articles(context, revisions_by_prefix(context.session, prefix))
    served = {name: articles for name, articles in articles_by_name.items() if articles & positions}
    names = rows.entity_names(context.session, sorted(served)) if served else {}
    people = []
    for name, articles in served.items():
        id_ = entity_ids(context, NamedEntities(bearers={name: articles}))[0] if len(articles) == 1 else name
        label = EntityLabel(id_, EntityType.PERSON, names[name], local=True)
        people.append(Suggestion(label, names[name], typo=False, articles=len(articles & positions)))
    return sorted(people, key=lambda one: (-one.articles, one.label.id))


def _letters(text: str) -> int:
    """Return the number of letters and digits in a text."""
    return sum(map(str.isalnum, text))
