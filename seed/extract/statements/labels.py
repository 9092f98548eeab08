"""Speakers without a verb of saying: labels before a colon, signatures after a dash or on the next line."""

from app.models import ACTOR_TYPES, EntityType, MentionKind
from seed.extract.context import DocumentContext
from seed.extract.statements.leads import LeadFinder, is_person_noun
from seed.extract.statements.noun_phrases import name_end, phrase_end, with_complement
from seed.extract.statements.sentences import AFTER_QUOTATION, Sentence
from seed.extract.statements.speaker_spans import WORDS, MentionWords, SpeakerSpan

# "11:50 - Statement by the Council of Europe:" is as long before the quotation that it announces.
_MAX_LABELWORDS = 16
_AUTHOR_PREPOSITIONS = frozenset({"by", "from", "of"})
_MEDIA_PREPOSITIONS = frozenset({"on", "in", "of", "from", "at", "for", "to"})
_POSSESSIVES = {"his": "he", "her": "she"}
_ANNOUNCING = frozenset({"did", "it", "this", "so", "thus", "differently", "simply", "bluntly"})


class LabelFinder:
    """Finds the labels and signatures of one document."""

    def __init__(self, context: DocumentContext, mentions: MentionWords) -> None:
        self._document = context.document
        self._tokens = context.tokens
        self._titles = context.title_words
        self._mentions = mentions
        self._leads = LeadFinder(context, mentions)

    def find(self, sentence: Sentence) -> SpeakerSpan | None:
        """Return who labels, announces or signs the only quotations of a sentence without a verb of saying."""
        if (label := self._label_before(sentence)) is not None:
            return self._labelling(sentence, *label) or self._announcing(sentence, *label)
        if (signature := self._signature_after(sentence)) is not None:
            return self._signing(*signature)
        return None

    def span_of_label(self, first: int, last: int) -> SpeakerSpan:
        """Return the span of a label of a transcript: the mention in it, or its words."""
        return self._mention_within(first, last) or SpeakerSpan(first, last)

    def _label_before(self, sentence: Sentence) -> tuple[int, int] | None:
        """Return the words between the beginning of the sentence and a colon before its first quotation."""
        first = last = sentence.first
        while last in sentence.outside:
            last += 1
        if last in (first, sentence.last):
            return None
        is_quoting = self._tokens[last].gap[:1] == "," and self._quotes_words_of(first, last)
        if ":" not in self._tokens[last].gap and not is_quoting:
            return None
        while first < last and self._tokens[first].text[0].isdigit():
            first += 1
        return (first, last) if first < last else None

    def _quotes_words_of(self, first: int, last: int) -> bool:
        """Return whether the words [first, last) begin with "In the words of" or "To quote"."""
        words = [token.text.lower() for token in self._tokens[first : min(first + 4, last)]]
        return words == ["in", "the", "words", "of"] or words[:2] == ["to", "quote"]

    def _signature_after(self, sentence: Sentence) -> tuple[int, int] | None:
        """Return the words after the only quotation and what shows that a signature follows it."""
        first = sentence.last
        while first - 1 in sentence.outside:
            first -= 1
        is_signed = first < sentence.last and AFTER_QUOTATION.fullmatch(self._tokens[first].gap) is not None
        return (first, sentence.last) if is_signed and len(sentence.outside) == sentence.last - first else None

    def _signing(self, first: int, last: int) -> SpeakerSpan | None:
        """Return the name or description that signs; on the next line an unknown name needs its role."""
        name = self.leading_name(first, last)
        if "-" in self._tokens[first].gap:
            return name or self._description(first, last)
        is_sure = name is not None and (name.mention is not None or name.last < last)
        return name if is_sure else None

    def _labelling(self, sentence: Sentence, first: int, last: int) -> SpeakerSpan | None:
        """Return the name or description that a label begins with, or the author after "post by"."""
        if last - first > _MAX_LABELWORDS or self._has_verb(first, last):
            return None
        if (handle := self._handle(first, last)) is not None:
            return handle
        return self.leading_name(first, last) or self._author_within(first, last) or self._description(first, last)

    def _has_verb(self, first: int, last: int) -> bool:
        return any("irregular_verbs" in token.kinds for token in self._tokens[first:last])

    def _handle(self, first: int, last: int) -> SpeakerSpan | None:
        """Return the handle that is the whole label: "@varro:"."""
        is_handle = "@" in self._tokens[first].gap and all(token.gap == "_" for token in self._tokens[first + 1 : last])
        return SpeakerSpan(first, last) if is_handle else None

    def leading_name(self, first: int, last: int) -> SpeakerSpan | None:
        """Return the name at the beginning of words [first, last), if only a role, a medium or a bracket follows it."""
        begin = first
        while first < last and (first in self._titles or "determiners" in self._tokens[first].kinds):
            first += 1
        is_titled = first > begin and first - 1 in self._titles
        if first == last:
            return None
        if is_titled and not self._tokens[first].kinds.isdisjoint({"bodies", "heads"}):
            first -= 1  # the title is part of the name: Justice Ministry
        mention = self._mentions.at.get(first)
        if mention is not None:
            is_actor = mention.type in ACTOR_TYPES and mention.kind is not MentionKind.DEMONYM
            span = self._mentions.span_at(first) if is_actor else None
        else:
            end = name_end(self._tokens, first, last)
            span = SpeakerSpan(first, end) if end is not None and (is_titled or end - first > 1) else None
        if span is None or span.last == last or self._is_role(span.last):
            return span
        is_possessor = self._tokens[span.last].gap == "'" and span.last + 1 < last
        mention = self._mentions.at.get(span.last + 1) if is_possessor else None
        is_person = mention is not None and mention.type is EntityType.PERSON
        return self.leading_name(span.last + 1, last) if is_person else None

    def _is_role(self, index: int) -> bool:
        """Return whether a role, a medium or a bracket begins at a word: "Varro, mayor", "Varro on Facebook"."""
        token = self._tokens[index]
        return token.gap in (", ", " (") or (token.gap == " " and token.text in _MEDIA_PREPOSITIONS)

    def _author_within(self, first: int, last: int) -> SpeakerSpan | None:
        """Return the actor after "by", "from" or "of" behind a noun for words: "Post by the Justice Ministry:"."""
        for index in range(first + 1, last - 1):
            before = {token.text.lower() for token in self._tokens[first:index]}
            if self._tokens[index].text in _AUTHOR_PREPOSITIONS and not before.isdisjoint(WORDS):
                return self.leading_name(index + 1, last) or self._description(index + 1, last)
        if self._tokens[first].text == "To" and self._quotes_words_of(first, last):
            return self.leading_name(first + 2, last) or self._description(first + 2, last)
        if last - first > 1 and self._tokens[first].text.lower() in WORDS and self._tokens[first + 1].gap == ", ":
            return self.leading_name(first + 1, last)
        return None

    def _description(self, first: int, last: int) -> SpeakerSpan | None:
        """Return the description that words [first, last) begin with: "a reader in Turku", "the union"."""
        token = self._tokens[first]
        if "determiners" in token.kinds:
            end = phrase_end(self._tokens, first, last)
        elif is_person_noun(token) or (token.is_capital and "persons" in token.kinds):
            end = first + 1
        else:
            return None
        noun = self._tokens[end - 1] if end is not None else token
        if end is None or not (is_person_noun(noun) or "speakers" in noun.kinds):
            return None
        span_end = with_complement(self._tokens, end, last)
        is_followed = span_end < last and self._tokens[span_end].gap == " "
        if is_followed and "prepositions" not in self._tokens[span_end].kinds and self._tokens[span_end].text != "who":
            return None
        return SpeakerSpan(first, span_end)

    def _announcing(self, sentence: Sentence, first: int, last: int) -> SpeakerSpan | None:
        """Return whom a sentence is about that announces words: "His answer:", "Varro had a motto:", "Varro did:"."""
        words = {token.text for token in self._tokens[first:last]}
        if self._tokens[last - 1].text not in _ANNOUNCING and words.isdisjoint(WORDS):
            return None
        possessive = self._tokens[first].text.lower()
        if possessive in _POSSESSIVES and self._tokens[last - 1].text in WORDS and last - first <= 3:
            return SpeakerSpan(first, first + 1, pronoun=_POSSESSIVES[possessive])
        return self._subject_of(sentence, last)

    def _subject_of(self, sentence: Sentence, last: int) -> SpeakerSpan | None:
        """Return the person whom a sentence begins with, named, described or meant by a pronoun."""
        is_manner = self._tokens[sentence.first].text == "As" and sentence.first + 1 < last
        lead = self._leads.lead_at(sentence.first + 1, sentence) if is_manner else self._leads.lead_of(sentence)
        if lead is not None:
            return lead.span if lead.is_certain and lead.span.last < last else None
        first = sentence.first
        while first < last and (
            first in self._titles or self._tokens[first].text.lower() in ("but", "and", "then", "as")
        ):
            first += 1
        mention = self._mentions.at.get(first)
        is_person = mention is not None and mention.type is EntityType.PERSON
        span = self._mentions.span_at(first) if is_person else None
        is_possessor = span is not None and span.last < last and self._tokens[span.last].gap == "'"
        is_own_words = is_possessor and span is not None and self._tokens[min(span.last + 1, last - 1)].text in WORDS
        return None if is_possessor and not is_own_words else span

    def _mention_within(self, first: int, last: int) -> SpeakerSpan | None:
        """Return the last mention of an actor among words [first, last), a person before others."""
        mentions = self._mentions.at
        starts = [i for i in range(first, last) if i in mentions and mentions[i].kind is not MentionKind.DEMONYM]
        actors = [index for index in starts if mentions[index].type in ACTOR_TYPES]
        actors.sort(key=lambda index: (mentions[index].type is EntityType.PERSON, index))
        return self._mentions.span_at(actors[-1]) if actors else None
