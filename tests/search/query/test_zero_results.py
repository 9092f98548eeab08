"""The totals without each value of a search, compared with searching again without it."""

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from app.search.query.clauses import Clause, match
from app.search.query.zero_results import totals_without_each
from tests.contract.strategies import bounded

SIZE = 12

EVERYTHING = BitMap(range(SIZE))

clauses = st.lists(
    st.builds(
        Clause,
        st.sampled_from(["a", "b", "c"]),
        st.just("value"),
        st.sampled_from(["all", "any", "none"]),
        st.frozensets(st.integers(0, SIZE - 1)).map(BitMap),
    ),
    max_size=8,
)


@bounded
@given(clauses)
def test_each_total_is_that_of_the_search_without_the_value(own: list[Clause]) -> None:
    expected = [len(match(EVERYTHING, [*own[:at], *own[at + 1 :]])) for at in range(len(own))]
    totals = totals_without_each(EVERYTHING, own)
    assert [relaxed.total for relaxed in totals] == expected
    assert [relaxed.clause for relaxed in totals] == own


def test_many_values_take_few_operations() -> None:
    """Each value takes a few intersections or unions, however many others there are."""
    counted: list[int] = []

    def count(positions: BitMap) -> int:
        counted.append(len(positions))
        return len(positions)

    many = [Clause("a", "value", "any", BitMap([number])) for number in range(1_000)]
    everything = BitMap(range(1_000))
    assert {relaxed.total for relaxed in totals_without_each(everything, many, count)} == {999}
    assert len(counted) == len(many)
