"""Text queries -> the positions of the articles that match, and their relevance, by the text index of the store."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial, reduce
from operator import and_, sub

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap, FrozenBitMap
from sqlmodel import Session

from app.deadline import check_deadline
from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.search.fulltext.ranking import Ranking, Scores, WordScorer, counted_words, newest_first
from app.search.index.bitmaps import bitmap_of_any_order, positions_of
from app.search.index.snapshot import Snapshot
from app.stores.phrases import single_prefix, single_word
from app.stores.store import TextIndex, connected_store
from app.text.query_parser import TextQuery
from app.text.query_tree import And, Leaf, Node, Not, Or, Term, expression, leaves, without_each_leaf

# More pages than anyone reads, and the time to rank them is bounded.
MAX_RANKED = 10_000
"""Maximum number of articles that the text index ranks: the newest ones that match. By words, all are ranked."""

# Each of them is a list of hits to merge.
MAX_EXPANSIONS = 2_000
"""Maximum number of words that a prefix stands for."""


@dataclass(frozen=True)
class SearchContext:
    """What one request reads with; `max_ranked` is the number of articles to rank."""

    session: Session
    snapshot: Snapshot
    max_ranked: int = MAX_RANKED

    @cached_property
    def text_index(self) -> TextIndex:
        """The text index of the store that the session reads."""
        return connected_store(self.session.connection()).text_index

    def matches(self, query: TextQuery) -> BitMap:
        """Return the positions of the articles that match; raise InvalidRequestError for a prefix of too many words."""
        self.check_prefixes(query)
        return self._matches(query.tree)

    def without_each_term(self, query: TextQuery) -> Iterator[tuple[BitMap, str, str]]:
        """Yield what a query would match without each of its terms, the term, and the query without it."""
        for leaf, tree in without_each_leaf(query.tree):
            if tree is not None:
                yield self._matches(tree, words_together=False), leaf.value, expression(tree)

    def occurrences(self, query: TextQuery) -> list[tuple[Leaf, BitMap]]:
        """Return each leaf of a query and the positions of the articles that contain it."""
        return [(leaf, self._hits(leaf)) for leaf in dict.fromkeys(leaves(query.tree))]

    def check_prefixes(self, query: TextQuery) -> None:
        """Raise InvalidRequestError for a prefix of too many words."""
        for term in dict.fromkeys(term for leaf in leaves(query.tree) for term in leaf.terms):
            if term.kind != "prefix" or self.snapshot.cache.text_hits.get(term) is not None:
                continue
            known, connection = self._frequent_expansions(term), self.session.connection()
            if self.text_index.expansions(connection, term, MAX_EXPANSIONS + 1, known) > MAX_EXPANSIONS:
                wanted = f"a longer prefix than “{term.text}*”, which stands for more than {MAX_EXPANSIONS:,} words"
                raise InvalidRequestError(ParameterProblem("q", query.q, wanted, code=ErrorCode.TOO_MANY))

    def _matches(self, node: Node, *, words_together: bool = True) -> BitMap:
        """Return what a node matches; the index joins words, if they are not needed one by one later.

        It takes half the time of fetching the positions of each word if the words are frequent.
        """
        check_deadline()
        matches = partial(self._matches, words_together=words_together)
        if isinstance(node, Not):
            return self.snapshot.all_positions - matches(node.operand)
        if not isinstance(node, And | Or):
            return self._hits(node)
        groups = self._words_to_join(node) if words_together else []
        joined = [self._hits(replace(node, operands=words)) for words in groups]
        others = [one for one in node.operands if not any(one in words for words in groups)]
        if isinstance(node, Or):
            return BitMap.union(*joined, *map(matches, others))
        required = joined + [matches(one) for one in others if not isinstance(one, Not)]
        excluded = [matches(one.operand) for one in others if isinstance(one, Not)]
        # Not in place: that would change what is cached.
        positions = reduce(and_, sorted(required, key=len)) if required else self.snapshot.all_positions
        return reduce(sub, excluded, positions)

    def _words_to_join(self, node: And | Or) -> list[tuple[Term, ...]]:
        """Return the operands that are looked up together: frequent words, and other words."""
        words = [one for one in node.operands if isinstance(one, Term) and one.kind != "prefix"]
        frequent = tuple(one for one in words if single_word(one) in self.snapshot.words.words)
        groups = (frequent, tuple(one for one in words if one not in frequent))
        return [group for group in groups if len(group) > 1]

    def _hits(self, words: Leaf | And | Or) -> BitMap:
        """Return the positions of the articles that contain a leaf, or all or any of some words."""
        cache = self.snapshot.cache.text_hits
        positions = cache.get(words)
        if positions is None:
            frequent = self._frequent(words)
            ids = positions_of(frequent).astype(np.int64) if frequent is not None else self._indexed(words)
            found = self.snapshot.ids.positions(ids)
            positions = cache.put(words, bitmap_of_any_order(found, len(self.snapshot)))
        return positions

    def _indexed(self, words: Leaf | And | Or) -> NDArray[np.int64]:
        return self.text_index.hits(self.session.connection(), words)

    def _frequent(self, node: Node) -> BitMap | None:
        """Return the revisions that contain a frequent word, or all or any of some; None for anything else."""
        if isinstance(node, Term):
            word = single_word(node)
            return self._of_prefix(node) if word is None else self.snapshot.words.revisions(word)
        if not isinstance(node, And | Or):
            return None
        operands = [bitmap for one in node.operands if (bitmap := self._frequent(one)) is not None]
        if len(operands) < len(node.operands):
            return None
        return BitMap.union(*operands) if isinstance(node, Or) else BitMap.intersection(*operands)

    def _of_prefix(self, term: Term) -> BitMap | None:
        """Return the revisions with a prefix, some words of which are frequent; None for anything else."""
        frequent, words = self._frequent_expansions(term), self.snapshot.words
        if not frequent:
            return None
        others = self.text_index.prefix_hits(self.session.connection(), single_prefix(term) or "", frequent)
        known = bitmap_of_any_order(others[others <= words.last], words.last + 1)
        return BitMap.union(known, *(words.revisions(word) or BitMap() for word in frequent))

    def _frequent_expansions(self, term: Term) -> list[str]:
        """Return the frequent words that a prefix stands for."""
        beginning = single_prefix(term)
        return [] if beginning is None else [one for one in self.snapshot.words.words if one.startswith(beginning)]

    def ranks_all(self, query: TextQuery) -> bool:
        """Return whether all matches of a query are ranked, however many: by words that are counted."""
        return self.snapshot.words.are_counted and counted_words(query.tree) is not None

    def ranking(self, query: TextQuery, positions: FrozenBitMap, state: str) -> Ranking:
        """Return these positions, which match the query, in order of relevance for a state of the text index.

        A client can continue in the cached part of a ranking even after unpublished rows have changed the scores.
        """
        windows = self.snapshot.cache.rankings
        key = (query.tree, state, positions)
        own = windows.get(key)
        score = partial(self._scores, query, positions, state) if state == self.state() else None
        if own is None:
            # Of a state that is no longer current, nothing is cached later, either.
            own = {} if score is None else windows.put(key, {})
        return Ranking(len(positions), own, score)

    def _scores(self, query: TextQuery, positions: FrozenBitMap, state: str) -> Scores:
        """Return the scores of these positions; those that match by exclusions alone come last."""
        words = counted_words(query.tree)
        in_order = newest_first(self.snapshot, positions)
        if words is not None and self.snapshot.words.are_counted:
            scorer = WordScorer(self.session.connection(), self.text_index, self.snapshot)
            return scorer.scores(words, in_order, state)
        revisions = self.snapshot.columns.order[in_order]
        scores = np.full(len(revisions), np.inf)
        if len(revisions):
            by_id = np.argsort(revisions)
            ids = revisions[by_id]
            scored_ids, found = self.text_index.scores(self.session.connection(), query.tree, ids.tolist())
            scores[by_id[np.searchsorted(ids, scored_ids)]] = found
        return Scores(in_order, scores)

    def state(self) -> str:
        """Return the state that a ranking is valid for: the publish, and the counts of all rows, unpublished too."""
        return f"{self.snapshot.token}.{self.text_index.state(self.session.connection())}"
