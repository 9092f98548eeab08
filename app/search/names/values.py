"""The values of a posting field, such as authors, by their names."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain

from app.errors import ErrorCode, ParameterProblem
from app.posting_fields import PostingField
from app.search.names.nearest import FuzzyNames
from app.search.names.ranks import NameIndex, Rank, by_rank
from app.search.names.readings import NameForms, readings
from app.search.names.refusals import MAX_CANDIDATES
from app.text.folding import fold_name


def ordinal_of(value: str, values: Sequence[str]) -> int | None:
    """Return the ordinal of a value in any letter case; None for one that no article has."""
    return next((ordinal for ordinal, known in enumerate(values) if known.lower() == value.lower()), None)


class ValueNames:
    """The values of a posting field, to find one by its name."""

    def __init__(self, values: Sequence[str]) -> None:
        self._folded = [(fold_name(value), ordinal) for ordinal, value in enumerate(values)]
        exact = NameIndex((value, ordinal) for ordinal, value in enumerate(values))
        self.ranks: list[Rank] = [(str.strip, exact), (fold_name, NameIndex(self._folded))]
        self._values = values

    def resolve(self, field: PostingField, value: str) -> int | ParameterProblem:
        """Return the ordinal of the value that a text names, or the error.

        The value itself decides, then the values that differ from it in case, accents and punctuation, then its looser
        readings as a person's name.
        """
        owners = next(filter(None, chain(by_rank(self.ranks, value), self.loose_owners(value))), ())
        if len(owners) == 1:
            return owners[0]
        if owners:
            wanted = f"the exact spelling of one of the {len(owners)} that “{value}” can mean"
            near = tuple(self._values[at] for at in owners[:MAX_CANDIDATES])
            return ParameterProblem(field.name, value, wanted, near, code=ErrorCode.AMBIGUOUS)
        near = tuple(self._values[at] for at in self.fuzzy.nearest(value))
        return ParameterProblem(field.name, value, field.wanted, near, code=ErrorCode.UNKNOWN)

    def loose_owners(self, value: str) -> Iterator[Sequence[int]]:
        """Yield the values that can be meant, from the strictest reading."""
        in_order, in_other_order = readings(value, lambda _: False)
        everything = (*in_order, *in_other_order)
        yield from map(self._forms.owners, everything)
        yield self._forms.owners_by_initials(everything)
        yield self._forms.owners_with_fewer_initials(everything)

    @cached_property
    def _forms(self) -> NameForms:
        return NameForms(((value, ordinal) for ordinal, value in enumerate(self._values)), lambda _: True)

    @cached_property
    def fuzzy(self) -> FuzzyNames:
        """All values, to match a misspelled one against."""
        return FuzzyNames(self._folded)
