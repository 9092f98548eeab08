"""Faiths, languages and peoples without a state, from a closed list (peoples.yaml)."""

from collections.abc import Iterator

from app.models import EntityType, MentionKind
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext

_CONFIDENCE = 0.9


def find_peoples(context: DocumentContext) -> Iterator[CandidateMention]:
    """Yield the faiths, languages and peoples of the list; they are linked to no entity.

    Like "Iraqis", the words mean people and what belongs to them, so their kind is `demonym`; there is no state for
    them to be found by. `Christian` before another name is a given name.
    """
    for index in context.capital_words:
        token = context.tokens[index]
        if "peoples" in token.kinds and not _is_given_name(context, index):
            yield CandidateMention(
                token.start, token.end, EntityType.ORGANIZATION, MentionKind.DEMONYM, None, "people", _CONFIDENCE
            )


def _is_given_name(context: DocumentContext, index: int) -> bool:
    if "people_or_name" not in context.tokens[index].kinds or not context.follows(index + 1, " "):
        return False
    following = context.tokens[index + 1]
    return following.is_capital and not following.kinds
