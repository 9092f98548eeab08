"""The steps from a text to its annotation: gazetteer, rules, overlaps, credits, statements."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain

from app.models import MentionKind
from seed.extract.candidates import CandidateMention, find_links, resolve_overlaps, split_descriptions
from seed.extract.context import DocumentContext
from seed.extract.lexicon.common_names import with_conditions
from seed.extract.lexicon.disambiguation import disambiguate
from seed.extract.lexicon.gazetteer import Gazetteer
from seed.extract.lexicon.lexicon import Lexicon
from seed.extract.lexicon.word_lists import load_word_lists
from seed.extract.mentions.acronyms import find_definitions, find_repeated_acronyms, resolve_acronyms
from seed.extract.mentions.designations import WeaponIndex, find_designations
from seed.extract.mentions.headlines import without_common_words
from seed.extract.mentions.local_entities import LocalEntities, PersonIndex
from seed.extract.mentions.metonyms import find_metonyms
from seed.extract.mentions.name_runs import NameRun, find_name_runs
from seed.extract.mentions.peoples import find_peoples
from seed.extract.mentions.person_names import find_person_names
from seed.extract.mentions.person_resolution import find_offices, find_title_holders, resolve_people
from seed.extract.mentions.short_names import carry_short_names, carry_surnames
from seed.extract.mentions.state_bodies import FoundBody, StateBodies, body_links
from seed.extract.statements.statements import find_statements
from seed.extract.text.credits import find_credits, mark_credits
from seed.extract.text.document import Document
from seed.records import Annotation, ExtractedMention, TextField


class _CompiledLexicon:
    """What a lexicon is looked up in; it takes a second to make and a hundred megabytes."""

    def __init__(self, lexicon: Lexicon) -> None:
        lexicon = with_conditions(lexicon)
        # The keys alone would keep the entities in memory, which an annotator no longer needs.
        self.ids = frozenset(lexicon.entities)
        self.gazetteer = Gazetteer(lexicon)
        self.people = PersonIndex(lexicon)
        self.bodies = StateBodies(lexicon)
        self.weapons = WeaponIndex(lexicon)
        self.word_lists = load_word_lists()


class Annotator:
    """Finds mentions and statements with one lexicon; `annotate` is a pure function.

    The lexicon is compiled for the first text, so that a load of records with their entities never does it;
    `on_compiled` is called then.
    """

    def __init__(self, lexicon: Lexicon, on_compiled: Callable[[], object] = lambda: None) -> None:
        self._lexicon = lexicon
        self._on_compiled = on_compiled

    @cached_property
    def _compiled(self) -> _CompiledLexicon:
        compiled = _CompiledLexicon(self._lexicon)
        self._on_compiled()
        return compiled

    def annotate(self, *, title: str | None, text: str, outlet: str | None = None) -> Annotation:
        """Return the mentions, the statements and the local entities that they name. No text raises.

        `outlet` is the name of the source; the conditions of ambiguous forms can match it.
        """
        words = self._compiled.word_lists
        document = Document(title, text, outlet or "", words.word_kinds)
        local_entities = LocalEntities()
        readings = disambiguate(document, self._compiled.gazetteer.hits(document))
        names, descriptions = split_descriptions(without_common_words(document, words, readings))
        credits_ = find_credits(document)
        context = DocumentContext(document, self._compiled.word_lists, resolve_overlaps(names), credits_)
        title_holders: dict[tuple[str, ...], str] = {}
        bodies = self._compiled.bodies.find(context, local_entities)
        mentions = mark_credits(credits_, self._mentions(context, local_entities, title_holders, bodies))
        links = find_links(mentions, chain(descriptions, body_links(bodies)))
        statements = find_statements(context, mentions, links, title_holders)
        ids = chain((link.entity for link in (*mentions, *links)), (statement.speaker for statement in statements))
        return Annotation(
            mentions=tuple(_mentions_by_field(document, mentions)),
            statements=tuple(statements),
            entities=local_entities.with_ids(ids),
            links=tuple(_mentions_by_field(document, links)),
        )

    def _mentions(
        self,
        context: DocumentContext,
        local_entities: LocalEntities,
        title_holders: dict[tuple[str, ...], str],
        bodies: Sequence[FoundBody],
    ) -> list[CandidateMention]:
        names = find_person_names(context)
        people = resolve_people(context, names, self._compiled.people, local_entities)
        title_holders.update(find_title_holders(context, [*context.hits, *people]))
        name_candidates = list(_name_candidates(context, find_name_runs(context), local_entities, bodies))
        acronyms = list(
            resolve_acronyms(context, find_definitions(context), [*context.hits, *name_candidates], local_entities)
        )
        surnames = carry_surnames(context, [*context.hits, *people])
        return resolve_overlaps(
            chain(
                self._compiled.bodies.with_states(context.hits, bodies),
                find_metonyms(context, context.hits, self._compiled.ids),
                find_designations(context, self._compiled.weapons, local_entities),
                find_peoples(context),
                find_repeated_acronyms(context, local_entities),
                people,
                name_candidates,
                carry_short_names(context, name_candidates),
                acronyms,
                surnames,
                find_offices(context, title_holders),
            )
        )


def _name_candidates(
    context: DocumentContext, names: Iterable[NameRun], local_entities: LocalEntities, bodies: Sequence[FoundBody]
) -> Iterator[CandidateMention]:
    for name in names:
        start, end = context.tokens[name.first].start, context.tokens[name.last - 1].end
        # "Kelvar" and "Kelvar SE" are one company.
        name_end = end if name.rule != "legal-form" else context.tokens[name.last - 2].end
        entity = next((body.entity for body in bodies if body.is_named_by(start, end)), None) or local_entities.add(
            context.document.combined[start:name_end], name.type, _entity_context(context, name)
        )
        yield CandidateMention(start, end, name.type, MentionKind.NAME, entity, name.rule, name.confidence)


def _entity_context(context: DocumentContext, name: NameRun) -> str:
    """Return the id of the entity at the name's first word or right after its comma, or an empty string."""
    for index in (name.first, name.last if context.follows(name.last, ", ") else name.first):
        if (hit := context.hit_by_word.get(index)) is not None and hit.entity is not None:
            return hit.entity
    return ""


def _mentions_by_field(document: Document, mentions: Sequence[CandidateMention]) -> Iterator[ExtractedMention]:
    for mention in mentions:
        field: TextField = "title" if mention.end <= document.title_end and document.offset else "text"
        shift = 0 if field == "title" else document.offset
        start, end = mention.start - shift, mention.end - shift
        surface = document.combined[mention.start : mention.end]
        yield ExtractedMention(
            field, start, end, surface, mention.type, mention.kind, mention.entity, mention.rule, mention.confidence
        )
