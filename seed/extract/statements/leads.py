"""The person whom a sentence begins with although no mention names one: a description or an unknown name."""

from typing import NamedTuple

from app.models import EntityType, MentionKind
from seed.extract.context import DocumentContext
from seed.extract.statements.noun_phrases import name_end, with_complement
from seed.extract.statements.sentences import Sentence
from seed.extract.statements.speaker_spans import MentionWords, SpeakerSpan
from seed.extract.text.tokens import Token

# Nobody calls somebody else "the 40-year-old official from the northern city's port authority" at greater length.
_MAX_WORDS_TO_NOUN = 8
# A phrase of place or time before the subject is as long as "At the hospital, which is supported by the Red Cross,".
_MAX_FRONTED_WORDS = 25
_PLAIN_GAPS = frozenset({" ", "-", "'", " '"})
_BEFORE_SUBJECTS = frozenset({"but", "and", "so", "then", "now", "later", "meanwhile", "yet", "still", "yesterday"})
_FRONTED = frozenset({"when", "while", "as", "because", "although", "though", "if", "asked", "speaking", "here"})
_ARTICLES = frozenset({"a", "an", "one"})
_NAMING = frozenset({"named", "called", "nicknamed"})
_AFTER_NAMES = frozenset({"a", "an", "the", "who", "whose", "whom", "his", "her", "my", "our", "now", "then", "aged"})
_JOINING = frozenset({
    *("who", "whom", "whose", "that", "which", "and", "or", "named", "called", "beside", "below", "above", "around"),
    *("along", "across", "next", "close", "also", "just", "himself", "herself"),
})  # fmt: skip
_AFTER_SUBJECTS = frozenset({"prepositions", "say", "say_quoting", "between", "irregular_verbs"})
_PERSONAL = frozenset({"he", "she"})
_PLURAL = frozenset({"all", "both", "few", "many", "most", "several", "some", "these", "those", "two", "three"})
# Nouns for people end so, whatever the trade.
_PERSON_ENDINGS = (
    *("ist", "man", "woman", "maker", "keeper", "worker", "owner", "dealer", "grower", "seller", "smith", "ician"),
    *("fighter", "holder", "mother", "father"),
)
_MIN_LETTERS_BEFORE_ENDING = 3


class Lead(NamedTuple):
    """Words that a sentence begins with, and whether they are certain to mean a person."""

    span: SpeakerSpan
    is_certain: bool


def is_person_noun(token: Token) -> bool:
    """Return whether a word is a noun for one person: baker, visitor, ophthalmologist."""
    if "persons" in token.kinds:
        return True
    text = token.text
    return not token.is_capital and any(
        text.endswith(ending) and len(text) >= len(ending) + _MIN_LETTERS_BEFORE_ENDING for ending in _PERSON_ENDINGS
    )


class LeadFinder:
    """Finds the people whom the sentences of one document begin with."""

    def __init__(self, context: DocumentContext, mentions: MentionWords) -> None:
        self._tokens = context.tokens
        self._titles = context.title_words
        self._mentions = mentions

    def lead_of(self, sentence: Sentence) -> Lead | None:
        """Return the description, the unknown name, or he or she that is the subject of a sentence, or None.

        None if a mention, anything but a person or nothing that is known is the subject.
        """
        first = sentence.first
        while first < sentence.last and self._is_before_subject(first):
            first += 1
        if first not in sentence.outside:
            return None
        if not self._is_fronted(first):
            return self.lead_at(first, sentence)
        return next(filter(None, (self.lead_at(index, sentence) for index in self._after_front(first, sentence))), None)

    def _is_before_subject(self, index: int) -> bool:
        token = self._tokens[index]
        return token.text.lower() in _BEFORE_SUBJECTS or token.text[0].isdigit()

    def _is_fronted(self, index: int) -> bool:
        token = self._tokens[index]
        return "prepositions" in token.kinds or token.text.lower() in _FRONTED

    def _after_front(self, first: int, sentence: Sentence) -> list[int]:
        """Return the words that may begin the subject after a phrase or a clause that begins the sentence."""
        positions = []
        for index in range(first + 1, min(first + _MAX_FRONTED_WORDS, sentence.last)):
            token, before = self._tokens[index], self._tokens[index - 1]
            if index not in sentence.outside:
                break
            is_new_phrase = token.text in _ARTICLES and token.gap == " " and index > first + 1
            if token.gap == ", " or (is_new_phrase and not before.kinds & {"prepositions", "determiners", "say"}):
                positions.append(index)
        return positions

    def lead_at(self, index: int, sentence: Sentence) -> Lead | None:
        """Return the lead that begins at a word."""
        token = self._tokens[index]
        if token.text.lower() in _PERSONAL:
            return Lead(SpeakerSpan(index, index + 1, pronoun=token.text.lower()), is_certain=True)
        mention = self._mentions.at.get(index)
        if mention is not None and mention.kind is not MentionKind.DEMONYM:
            end = self._mentions.end_of(index)
            return self._described(index, end, sentence) if self._is_possessor(end, sentence.last) else None
        if "determiners" in token.kinds:
            return None if token.text.lower() in _PLURAL else self._described(index, index + 1, sentence)
        if index in self._titles or not token.is_capital or "openers" in token.kinds or "speakers" in token.kinds:
            return None
        return self._named(index, sentence)

    def _is_possessor(self, end: int, limit: int) -> bool:
        return end < limit and self._tokens[end].gap == "'" and self._tokens[end].text == "s"

    def _described(self, first: int, index: int, sentence: Sentence) -> Lead | None:
        """Return the description that begins at `first` and has its noun at `index` or after it."""
        for noun in range(index, min(first + _MAX_WORDS_TO_NOUN, sentence.last)):
            token = self._tokens[noun]
            if noun not in sentence.outside or token.gap not in _PLAIN_GAPS or noun in self._mentions_of_others(noun):
                return None
            if token.kinds & {"prepositions", "say", "determiners"}:
                return None
            if is_person_noun(token) and not self._goes_on(noun + 1, sentence.last):
                is_whole = self._ends_phrase(first, noun + 1, sentence)
                return self._with_name(first, noun + 1, sentence) if is_whole else None
        return None

    def _mentions_of_others(self, index: int) -> tuple[int, ...]:
        """Return the word if a person is mentioned there: no description goes beyond one."""
        mention = self._mentions.at.get(index)
        return (index,) if mention is not None and mention.type is EntityType.PERSON else ()

    def _goes_on(self, index: int, limit: int) -> bool:
        """Return whether the noun before a word only says whose or which: "the minister's aide", "police officer"."""
        if index >= limit or self._tokens[index].gap not in _PLAIN_GAPS:
            return False
        token = self._tokens[index]
        return (token.gap == "'" and token.text == "s") or (
            not token.is_capital and (is_person_noun(token) or "speakers" in token.kinds)
        )

    def _ends_phrase(self, first: int, index: int, sentence: Sentence) -> bool:
        """Return whether a word can follow a phrase that is a subject, as no other noun can: "the hostage deal"."""
        if index >= sentence.last or self._tokens[index].gap != " " or index not in sentence.outside:
            return True
        token = self._tokens[index]
        if token.is_capital or token.text.endswith(("ed", "ly", "ing")) or token.kinds & _AFTER_SUBJECTS:
            return True
        is_present = token.text.endswith("s") and self._tokens[first].text.lower() in _ARTICLES
        return is_present or token.text in _JOINING

    def _with_name(self, first: int, end: int, sentence: Sentence) -> Lead | None:
        """Return the name that follows a description, or the description; None if a mention is that name."""
        last = with_complement(self._tokens, end, sentence.last)
        for index, gap in ((end, " "), (end, ", "), (last, ", ")):
            if index >= sentence.last or index not in sentence.outside or self._tokens[index].gap != gap:
                continue
            naming = gap == " " and self._tokens[index].text in _NAMING
            index += naming  # noqa: PLW2901
            if index == sentence.last:
                continue
            if (mention := self._mentions.at.get(index)) is not None and mention.type is EntityType.PERSON:
                return Lead(self._mentions.span_at(index), is_certain=True)
            if index in self._titles and gap == ", ":
                return None
            name = None if mention is not None else name_end(self._tokens, index, sentence.last)
            if name is not None and (gap == " " or self._closes_apposition(name, sentence.last)):
                return Lead(SpeakerSpan(index, name), is_certain=True)
        return Lead(SpeakerSpan(first, last), is_certain=True)

    def _closes_apposition(self, index: int, limit: int) -> bool:
        return index >= limit or self._tokens[index].gap[:1] == ","

    def _named(self, first: int, sentence: Sentence) -> Lead | None:
        """Return the unknown name at a word: certain with a given name or in front of "a nurse" or "who", else not."""
        end = name_end(self._tokens, first, sentence.last)
        if end is None or end == sentence.last or any(index in self._mentions.at for index in range(first, end)):
            return None
        following = self._tokens[end]
        span = SpeakerSpan(first, end)
        if following.gap == ", ":
            is_person = following.text in _AFTER_NAMES or following.text.isdigit()
            return Lead(span, is_certain=True) if is_person and not self._is_body_after(end, sentence) else None
        if following.gap != " " or following.is_capital or following.kinds & {"speakers", "title_starts"}:
            return None
        if self._tokens[first].kinds & {"given_names", "rare_given_names"} and not self._is_plural_noun(first):
            return Lead(span, is_certain=True)
        return Lead(span, is_certain=False) if end - first > 1 else None

    def _is_plural_noun(self, index: int) -> bool:
        return "not_names" in self._tokens[index].kinds

    def _is_body_after(self, index: int, sentence: Sentence) -> bool:
        """Return whether the apposition at a word says that the name is no person: "Varro, a company in Homs"."""
        if "determiners" not in self._tokens[index].kinds:
            return False
        for position in range(index, min(index + _MAX_WORDS_TO_NOUN, sentence.last)):
            token = self._tokens[position]
            if position > index and (token.gap not in _PLAIN_GAPS or "prepositions" in token.kinds):
                return position - index > 1 and not is_person_noun(self._tokens[position - 1])
            if is_person_noun(token):
                return False
        return False
