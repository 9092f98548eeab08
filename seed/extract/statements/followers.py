"""The speaker after a cue ("said X", "according to X"), and the name of a label or a signature."""

from app.models import EntityType, MentionKind
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.statements.leads import is_person_noun
from seed.extract.statements.noun_phrases import (
    MAX_DESCRIPTION_WORDS,
    hyphens_end,
    name_end,
    phrase_end,
    with_complement,
)
from seed.extract.statements.sentences import Sentence
from seed.extract.statements.speaker_spans import PRONOUNS, MentionWords, SpeakerSpan

_QUANTIFIERS = frozenset({"one", "two", "some", "others", "many", "another"})
# "who would only identify himself as"
_MAX_NAMING_WORDS = 8
_NAMING = frozenset({"name", "introduced", "identified", "identify", "introduces", "known"})
_NOUNS = frozenset({"speakers", "title_starts", "persons"})
_AUTHOR_PREPOSITIONS = frozenset({"from", "by", "of"})


class FollowerFinder:
    """Finds the speakers that follow cues in one document."""

    def __init__(self, context: DocumentContext, mentions: MentionWords) -> None:
        self._tokens = context.tokens
        self._titles = context.title_words
        self._mentions = mentions

    def after_cue(self, sentence: Sentence, first: int) -> SpeakerSpan | None:
        """Return the speaker after a cue, from the word `first`: titles and then a name, or else a description."""
        limit = min(first + MAX_DESCRIPTION_WORDS, sentence.last)
        for index in range(first, limit):
            token = self._tokens[index]
            if (index > first and any(mark in token.gap for mark in ',;:("')) or index not in sentence.outside:
                break
            if index == first and token.text.lower() in PRONOUNS:
                return SpeakerSpan(index, index + 1, pronoun=token.text.lower())
            if speaker := self._span_starting_at(first, index, sentence.last):
                return speaker
            if index not in self._titles and self._unknown_name_end(index, sentence.last) is not None:
                break
            if "prepositions" in token.kinds and not self._is_quantifier(index - 1, limit):
                break
        return self._phrase_after(sentence, first) if first < limit and first in sentence.outside else None

    def _span_starting_at(self, first: int, index: int, limit: int) -> SpeakerSpan | None:
        mention = self._mentions.at.get(index)
        if mention is not None and mention.kind is not MentionKind.DEMONYM:
            return self._mentions.span_at(index) if self._is_complete(mention, index) else None
        kinds = self._tokens[index].kinds
        is_title = index in self._titles and index + 1 < limit and self._is_person(index + 1)
        if (
            "speakers" not in kinds
            or is_title
            or self._is_quantifier(index, limit)
            or self._is_determiner(index, limit)
        ):
            return None
        if index in self._titles and self._unknown_name_end(index + 1, limit) is not None:
            return None
        if index + 1 < limit and self._tokens[index + 1].gap == " " and self._is_head(index + 1):
            return None  # a military source, the chief clerk
        author = None
        if "documents" in kinds:
            author = next((self._mentions.at[i] for i in range(first, index) if self._can_be_author(i)), None)
            author = author or self._author_after(index + 1, limit)
        last = with_complement(self._tokens, hyphens_end(self._tokens, index + 1, limit), limit)
        named = self._person_after(last, limit) if author is None else None
        return named or SpeakerSpan(first, last, author)

    def _is_head(self, index: int) -> bool:
        """Return whether a word is a noun for a speaker, which the one before it only describes."""
        return "speakers" in self._tokens[index].kinds or is_person_noun(self._tokens[index])

    def _person_after(self, index: int, limit: int) -> SpeakerSpan | None:
        """Return the person whom a description introduces: "said her colleague, Peter Ford", "a man named Ford"."""
        if index < limit and self._tokens[index].gap == " " and (name := self._naming_end(index, limit)) is not None:
            index = name
        elif index >= limit or self._tokens[index].gap != ", ":
            return None
        while index + 1 < limit and index in self._titles:
            index += 1
        mention = self._mentions.at.get(index)
        if mention is None:
            end = name_end(self._tokens, index, limit)
            is_named = self._tokens[index].gap == " "
            return SpeakerSpan(index, end) if end is not None and (is_named or end - index > 1) else None
        is_person = mention.type is EntityType.PERSON and mention.kind is MentionKind.NAME
        return self._mentions.span_at(index) if is_person else None

    def _naming_end(self, index: int, limit: int) -> int | None:
        """Return the word after "named", or after "who gave her name as" and the like, which begin at a word."""
        if self._tokens[index].text in ("named", "called"):
            return index + 1 if index + 1 < limit else None
        words = [token.text for token in self._tokens[index : min(index + _MAX_NAMING_WORDS, limit)]]
        if words[:1] != ["who"] or "as" not in words or _NAMING.isdisjoint(words):
            return None
        name = index + words.index("as") + 1
        return name if name < limit else None

    def _author_after(self, index: int, limit: int) -> CandidateMention | None:
        """Return the mention that follows "from", "by" or "of" after a document: "a report by NATO"."""
        if index + 1 >= limit or self._tokens[index].text not in _AUTHOR_PREPOSITIONS:
            return None
        index += 1 + ("determiners" in self._tokens[index + 1].kinds)
        return self._mentions.at[index] if self._can_be_author(index) else None

    def _unknown_name_end(self, index: int, limit: int) -> int | None:
        """Return the end of the name at a word that no mention and no list of nouns has, or None."""
        if index >= limit or index in self._mentions.at or self._tokens[index].kinds & {"speakers", "title_starts"}:
            return None
        last = name_end(self._tokens, index, limit)
        is_modifier = last is not None and last < limit and self._tokens[last].gap == " " and self._is_noun(last)
        return None if is_modifier else last

    def _is_noun(self, index: int) -> bool:
        """Return whether a word is a noun for speakers or a title, before which a name only says of what kind."""
        return not self._tokens[index].kinds.isdisjoint({"speakers", "title_starts"})

    def _phrase_after(self, sentence: Sentence, first: int) -> SpeakerSpan | None:
        """Return an unknown name after titles, or a description without a noun for speakers."""
        index = first
        while index < sentence.last and (index in self._titles or "determiners" in self._tokens[index].kinds):
            index += 1
        last = self._unknown_name_end(index, sentence.last)
        is_possessor = self._is_possessor(last or self._mentions.end_at(index), sentence.last)
        if last is not None and not is_possessor:
            return SpeakerSpan(index, last)
        if not is_possessor and "determiners" not in self._tokens[first].kinds:
            return None
        end = phrase_end(self._tokens, first, sentence.last)
        if end is None:
            return None
        end = with_complement(self._tokens, end, sentence.last)
        return self._person_after(end, sentence.last) or SpeakerSpan(first, end)

    def _is_possessor(self, end: int, limit: int) -> bool:
        """Return whether a name that ends at a word only says whose something is: "Varro's lawyer"."""
        return end < limit and self._tokens[end].gap == "'" and self._tokens[end].text == "s"

    def _is_person(self, index: int) -> bool:
        mention = self._mentions.at.get(index)
        return index in self._titles or (mention is not None and mention.type is EntityType.PERSON)

    def _is_quantifier(self, index: int, limit: int) -> bool:
        """Return whether the word only quantifies what follows, as in "one of the sources"."""
        return self._tokens[index].text in _QUANTIFIERS and index + 1 < limit and self._tokens[index + 1].text == "of"

    def _is_determiner(self, index: int, limit: int) -> bool:
        """Return whether the word begins a phrase, as in "one European diplomat"."""
        if "determiners" not in self._tokens[index].kinds or index + 1 >= limit:
            return False
        following = self._tokens[index + 1]
        return following.gap == " " and not following.kinds & {"prepositions", "openers"}

    def _can_be_author(self, index: int) -> bool:
        return index in self._mentions.at and self._mentions.at[index].kind is not MentionKind.DEMONYM

    def _is_complete(self, mention: CandidateMention, index: int) -> bool:
        """Return whether a mention is the whole span; in "the State Department spokesman" it is not."""
        last = self._mentions.end_of(index)
        if self._is_possessor(last, len(self._tokens)):
            return False
        if mention.type is EntityType.PERSON:
            return True
        next_tokens = self._tokens[last : last + 2]
        words = [word for word in next_tokens[:1] if word.gap in (" ", "'")]
        words += [word for word in next_tokens[1:] if words and word.gap == " "]
        return all(word.kinds.isdisjoint(_NOUNS) for word in words)
