"""Organizations that their words do not identify: by a legal form, a noun next to the name, or a role at them."""

from app.models import EntityType, MentionKind
from seed.extract.context import DocumentContext
from seed.extract.text.tokens import Token

MAX_NAME_WORDS = 3
_ROLE_PREPOSITIONS = frozenset({"for", "of", "at", "in"})
_BEFORE_NAMES = _ROLE_PREPOSITIONS | {"the"}
_PLACES = frozenset({EntityType.STATE, EntityType.PLACE})
_ARTICLES = frozenset({"a", "an", "the", "one"})
# "Kelvar, the biggest private Texan lender, …"
_MAX_DESCRIPTION_WORDS = 6
_NAMES = frozenset({"rare_given_names", "family_names", "english_family_names"})
_ALL_NAMES = _NAMES | {"given_names", "place_given_names"}
_ARABIC_ARTICLES = frozenset({"al", "el"})
_PARTS_OF_PLACES = frozenset({"Greater", "Inner", "Outer", "Upper", "Lower", "Mainland", "Metropolitan"})
_AFTER_DESCRIPTIONS = frozenset(
    {"of", "in", "that", "which", "based", "for", "from", "with", "and", "at", "near", "on"}
)


def find_organization_rule(context: DocumentContext, first: int, last: int) -> tuple[EntityType, str, float] | None:
    """Return type, rule and confidence of the organization that the words [first, last) name, or None."""
    if _has_legal_form(context, first, last):
        return EntityType.ORGANIZATION, "legal-form", 0.85
    if _is_body_of_place(context, first, last):
        return EntityType.ORGANIZATION, "body-of-place", 0.75
    if last - first > MAX_NAME_WORDS or any(index in context.hit_by_word for index in range(first, last)):
        return None
    if _has_role_before(context, first, last):
        return EntityType.ORGANIZATION, "role", 0.65
    return _by_noun(context, first, last)


def _by_noun(context: DocumentContext, first: int, last: int) -> tuple[EntityType, str, float] | None:
    """Return type, rule and confidence of the organization that a noun next to the name makes one, or None."""
    head = first + (context.tokens[first].text.lower() in _ARABIC_ARTICLES and last - first > 1)
    if _is_distinctive(context.tokens[head], _ALL_NAMES) and _is_before_noun(context, last):
        return EntityType.ORGANIZATION, "kind", 0.7
    if not _is_distinctive(context.tokens[head], _NAMES) or _may_be_person(context, head, last):
        return None
    if _is_after_noun(context, first):
        return _type_by_noun(context, first - 1), "kind", 0.7
    noun = _described_as(context, last, "organization_kinds")
    return None if noun is None else (_type_by_noun(context, noun), "apposition", 0.7)


def has_description(context: DocumentContext, last: int, kind: str) -> bool:
    """Return whether a noun of that kind describes the name before `last` after its comma: "Varro, a small town in"."""
    return _described_as(context, last, kind) is not None


def _type_by_noun(context: DocumentContext, noun: int) -> EntityType:
    """Return the type of what a noun is said of; a news agency is a medium, too."""
    is_news = context.tokens[noun - 1].text == "news" and context.tokens[noun].gap == " "
    return EntityType.MEDIA if is_news or "media_kinds" in context.tokens[noun].kinds else EntityType.ORGANIZATION


def _is_distinctive(token: Token, names: frozenset[str]) -> bool:
    """Return whether a word can be the name of an organization without others: an unknown one, or one of `names`."""
    return token.is_capital and token.kinds <= names


def _may_be_person(context: DocumentContext, first: int, last: int) -> bool:
    return last - first > 1 and not context.tokens[first].kinds.isdisjoint(_NAMES)


def _has_legal_form(context: DocumentContext, first: int, last: int) -> bool:
    """Return whether the last word is a legal form in its own letter case: "Kelvar SE", not "Gary, SD"."""
    token = context.tokens[last - 1]
    if token.text not in context.word_lists.legal_forms or last - first < 2 or token.gap != " ":
        return False
    before = context.tokens[last - 2]
    hit = context.hit_by_word.get(last - 2)
    is_known = hit is not None and (hit.start < before.start or hit.type is not EntityType.PLACE or last - first == 2)
    return before.is_capital and not is_known


def _is_body_of_place(context: DocumentContext, first: int, last: int) -> bool:
    """Return whether a state or place ends the name of a body: "Police Scotland", "Kelvar UK said"."""
    hit = context.hit_by_word.get(last - 1)
    if hit is None or hit.type not in _PLACES or hit.kind is MentionKind.DEMONYM:
        return False
    place = context.document.words_of(hit.start, hit.end)
    before = context.tokens[first : place.start]
    if place.stop != last or not before or context.tokens[place.start].gap != " ":
        return False
    if "body_nouns" in before[-1].kinds:
        return all(word.is_capital for word in before)
    # "Neighbouring Iran said" begins with a capital for its place in the sentence alone.
    is_name = hit.kind is MentionKind.ACRONYM or not context.starts_sentence(first)
    is_unknown = all(word.is_capital and not word.kinds and word.text not in _PARTS_OF_PLACES for word in before)
    return is_name and is_unknown and context.follows(last, " ") and "say" in context.tokens[last].kinds


def _has_role_before(context: DocumentContext, first: int, last: int) -> bool:
    """Return whether the name follows a role at organizations: "a spokesman for Kelvar", "an engineer at Kelvar"."""
    if context.tokens[first - 1].text not in _BEFORE_NAMES or first < 2 or context.tokens[first].gap != " ":
        return False
    preposition = first - 1 - (context.tokens[first - 1].text == "the")
    if not preposition or context.tokens[preposition].text not in _ROLE_PREPOSITIONS:
        return False
    kinds = context.tokens[preposition - 1].kinds
    is_role = "organization_roles" in kinds
    is_staff = "staff_roles" in kinds and context.tokens[preposition].text == "at"
    words = context.tokens[first:last]
    return (is_role or is_staff) and not any(word.kinds - {"rare_given_names"} for word in words)


def _is_after_noun(context: DocumentContext, first: int) -> bool:
    """Return whether a noun for organizations is directly before a name: "the lender Kelvar"."""
    if not first or context.tokens[first].gap != " ":
        return False
    before = context.tokens[first - 1]
    return not before.is_capital and "organization_kinds" in before.kinds


def _is_before_noun(context: DocumentContext, last: int) -> bool:
    """Return whether a noun for organizations directly follows a name: "the Kelvar hospital"."""
    if not context.follows(last, " "):
        return False
    token = context.tokens[last]
    return not token.is_capital and "organization_kinds_after" in token.kinds


def _described_as(context: DocumentContext, last: int, kind: str) -> int | None:
    """Return the noun of that kind that ends the description after a name's comma: "Kelvar, a small lender,"."""
    if not context.follows(last, ", ") or context.tokens[last].text not in _ARTICLES:
        return None
    for index in range(last + 1, min(last + 1 + _MAX_DESCRIPTION_WORDS, len(context.tokens))):
        token = context.tokens[index]
        if token.gap not in (" ", "-") or "prepositions" in token.kinds:
            return None
        is_end = not context.follows(index + 1, " ", "-") or context.tokens[index + 1].text in _AFTER_DESCRIPTIONS
        if is_end:
            return index if kind in token.kinds and not token.is_capital else None
    return None
