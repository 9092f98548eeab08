"""Ministries, governments and embassies of any state, by the pattern of their names (see `app.text.state_bodies`)."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from app.models import EntityType, MentionKind
from app.text.folding import fold_code_points
from app.text.person_names import id_slug
from app.text.state_bodies import BODY_WORDS, NamedSpan, Phrase, StateBody, body_at, parse_body
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.lexicon.lexicon import Lexicon
from seed.extract.mentions.local_entities import LocalEntities
from seed.extract.text.tokens import tokenize

_HEADS = frozenset(spelling for word in BODY_WORDS for spelling in (word, word.capitalize(), word.upper()))
# Listed names are certain; a body by its pattern may be that of another state which the text means.
_CONFIDENCE = 0.85


class FoundBody(NamedTuple):
    """A body at code points [start, end) with the ids of its entity and state; `head` starts the word that makes it."""

    start: int
    end: int
    head: int
    entity: str
    state: str

    def is_named_by(self, start: int, end: int) -> bool:
        """Return whether a name at [start, end) is this body's: it is inside the body and has the word."""
        return self.start <= start <= self.head < end <= self.end


class StateBodies:
    """Finds the bodies of the states of a lexicon; those that the lexicon has keep their ids."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._names = {id_: entity.name for id_, entity in lexicon.entities.items()}
        states = _ids_by_name(lexicon, EntityType.STATE)
        cities = _ids_by_name(lexicon, EntityType.PLACE)
        self._listed: dict[StateBody, str] = {}
        for entity in lexicon.entities.values():
            for form in entity.forms if entity.type is EntityType.ORGANIZATION else ():
                words = _words(form.text)
                if not BODY_WORDS.isdisjoint(words) and (body := parse_body(words, states.get, cities.get)):
                    self._listed.setdefault(body, entity.id)
        self._state_of = {id_: body.state for body, id_ in self._listed.items()}

    def find(self, context: DocumentContext, local_entities: LocalEntities) -> list[FoundBody]:
        """Return the bodies that a document names, in the order of the words that make them one."""
        heads = [index for index, text in enumerate(context.document.columns.texts) if text in _HEADS]
        if not heads:
            return []
        phrase = _phrase(context)
        spans = [span for head in heads if (span := body_at(phrase, head))]
        tokens = context.tokens
        return [
            FoundBody(
                tokens[span.first].start,
                tokens[span.last - 1].end,
                tokens[span.head].start,
                self._entity_of(span.body, local_entities),
                span.body.state,
            )
            for span in spans
        ]

    def with_states(self, hits: Iterable[CandidateMention], bodies: Sequence[FoundBody]) -> Iterator[CandidateMention]:
        """Yield the hits; a listed body's name that is part of another state's body is that one's.

        In a text about Syria "Ministry of Defence" is Syria's, but not before "of Mali".
        """
        if not bodies:
            yield from hits
            return
        heads = [body.head for body in bodies]
        for hit in hits:
            body = bodies[index] if (index := bisect_left(heads, hit.start)) < len(bodies) else None
            state = self._state_of.get(hit.entity or "")
            is_other = body is not None and state not in (None, body.state) and body.is_named_by(hit.start, hit.end)
            yield hit._replace(entity=body.entity) if body and is_other else hit

    def _entity_of(self, body: StateBody, local_entities: LocalEntities) -> str:
        if (listed := self._listed.get(body) or self._listed.get(body.common)) is not None:
            return listed
        city = self._names.get(body.city) or body.city.replace("-", " ").title()
        return local_entities.add_with_id(body.id, body.name(self._names[body.state], city), EntityType.ORGANIZATION)


def body_links(bodies: list[FoundBody]) -> Iterator[CandidateMention]:
    """Yield a description for each body; its state is a mention of its own."""
    for body in bodies:
        yield CandidateMention(
            body.start,
            body.end,
            EntityType.ORGANIZATION,
            MentionKind.DESCRIPTION,
            body.entity,
            "state-body",
            _CONFIDENCE,
        )


def _ids_by_name(lexicon: Lexicon, type_: EntityType) -> dict[str, str]:
    """Return the ids of the entities of a type by the words of each name; a name of several means the first one."""
    ids: dict[str, str] = {}
    for entity in lexicon.entities.values():
        for form in entity.forms if entity.type is type_ else ():
            ids.setdefault(" ".join(_words(form.text)), entity.id)
    return ids


def _words(text: str) -> list[str]:
    return [token.text.lower() for token in tokenize(fold_code_points(text)) if (token.gap, token.text) != ("'", "s")]


def _phrase(context: DocumentContext) -> Phrase:
    """Return the words of a document with its states and cities."""
    tokens, hits = context.tokens, context.hit_by_word

    def joined(index: int) -> bool:
        return context.follows(index, " ", "-")

    def span(index: int, type_: EntityType) -> NamedSpan | None:
        hit = hits.get(index)
        if hit is None or hit.type is not type_ or hit.entity is None:
            return None
        words = context.document.words_of(hit.start, hit.end)
        return NamedSpan(words.start, words.stop, hit.entity)

    def state_from(first: int) -> NamedSpan | None:
        return span(first, EntityType.STATE)

    def state_to(last: int) -> NamedSpan | None:
        if not (last and context.follows(last, " ", "-", "' ")):
            return None
        has_possessive = (tokens[last - 1].gap, tokens[last - 1].text) == ("'", "s")
        return span(last - 2 if has_possessive else last - 1, EntityType.STATE)

    def city_from(first: int) -> NamedSpan | None:
        city = span(first, EntityType.PLACE)
        if city is None and tokens[first].is_capital:
            return NamedSpan(first, first + 1, id_slug(tokens[first].text))
        return city

    return Phrase([token.text.lower() for token in tokens], joined, state_from, state_to, city_from)
