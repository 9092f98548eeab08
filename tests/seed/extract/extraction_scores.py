"""Score the extractor on the marked articles: mentions by type, which entities they name, and who said what.

    python -m tests.seed.extract.extraction_scores [--by blind|script|kind] [--wrong]

*strict* is the same span and type, *relaxed* an overlapping span and the same type. F1 is the harmonic mean of the
share of mentions that hit and the share of true names that were hit, as `score_mentions.py` of re3d counts. `all` has
the four types that re3d has; weapons stand beside it. An entity is right if it has the name that the truth gives. A
statement is right with the true speaker, wrong with another one, and missing if it is not found or names no speaker.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from app.models import EntityType, MentionKind
from seed.extract import Annotator, load_lexicon
from seed.extract.lexicon.lexicon import Lexicon
from seed.records import Annotation, ExtractedMention, ExtractedStatement
from tests.seed.extract.marked_articles import STATEMENTS, MarkedArticle, TrueMention, TrueStatement, read_articles
from tests.seed.extract.speaker_scores import EntityNames, match_statements, speaker_outcome

CLASS_OF_TYPE = {
    "person": "Person",
    "organization": "Organisation",
    "armed_group": "Organisation",
    "media": "Organisation",
    "state": "Location",
    "place": "Location",
    "demonym": "Nationality",
    "people": "Nationality",
    "weapon": "Weapon",
}
CLASSES = ("Person", "Organisation", "Location", "Nationality", "all", "Weapon")
OUTCOMES = ("right", "wrong", "missing")

Span = tuple[str, int, int]
Predicted = tuple[Span, str]


@dataclass
class MentionScore:
    """Counts of one class: mentions, those that hit a name (strictly, overlapping), true names, those that were hit."""

    predicted: int = 0
    strict_hits: int = 0
    relaxed_hits: int = 0
    true: int = 0
    strict_found: int = 0
    relaxed_found: int = 0

    def strict(self) -> tuple[float, float, float]:
        """Return precision, recall and F1 of equal spans, in percent."""
        return _percent(self.strict_hits, self.predicted, self.strict_found, self.true)

    def relaxed(self) -> tuple[float, float, float]:
        """Return precision, recall and F1 of overlapping spans, in percent."""
        return _percent(self.relaxed_hits, self.predicted, self.relaxed_found, self.true)


@dataclass
class Scores:
    """The scores of some articles, and a line about each mistake.

    `entities` and `statements` count outcomes, statements by kind; `extra` are statements where the text has none.
    """

    articles: int = 0
    mentions: dict[str, MentionScore] = field(default_factory=lambda: {name: MentionScore() for name in CLASSES})
    entities: Counter[str] = field(default_factory=Counter)
    statements: dict[str, Counter[str]] = field(default_factory=lambda: {kind: Counter() for kind in STATEMENTS})
    extra: int = 0
    mistakes: list[str] = field(default_factory=list)


def score(articles: Iterable[MarkedArticle], annotator: Annotator, lexicon: Lexicon) -> Scores:
    """Return the scores of an annotator with this lexicon on some articles."""
    scores = Scores()
    for article in articles:
        annotation = annotator.annotate(title=article.title, text=article.text)
        add_article(scores, article, annotation, EntityNames(lexicon, annotation))
    return scores


def add_article(scores: Scores, article: MarkedArticle, annotation: Annotation, names: EntityNames) -> None:
    """Count one annotated article."""
    scores.articles += 1
    predicted: dict[Span, ExtractedMention] = {
        (mention.field, mention.start, mention.end): mention for mention in annotation.mentions
    }
    _add_mentions(scores, article, predicted)
    _add_entities(scores, article, predicted, names)
    _add_statements(scores, article, annotation.statements, names)


def _add_mentions(scores: Scores, article: MarkedArticle, predicted: Mapping[Span, ExtractedMention]) -> None:
    truths = [mention for mention in article.mentions if not mention.is_optional]
    optional = [mention for mention in article.mentions if mention.is_optional]
    found = {(span, _class_of(mention)) for span, mention in predicted.items()}
    found = {(span, kind) for span, kind in found if _counts(span, truths, optional)}
    for span, kind in sorted(found):
        hits = [truth for truth in truths if kind in _classes(truth) and _overlap(span, _span(truth))]
        is_exact = any(span in _spans(truth) for truth in hits)
        for counts in _counts_of(scores, [kind]):
            counts.predicted += 1
            counts.strict_hits += is_exact
            counts.relaxed_hits += bool(hits)
        if not is_exact:
            words = predicted[span].text
            scores.mistakes.append(f"{article.name}: {kind}: {'near' if hits else 'false'}: {words!r}")
    for truth in truths:
        _add_truth(scores, article.name, truth, found)


def _add_truth(scores: Scores, name: str, truth: TrueMention, found: Collection[Predicted]) -> None:
    classes = _classes(truth)
    exact = {kind for span, kind in found if span in _spans(truth)} & classes
    near = {kind for span, kind in found if _overlap(span, _span(truth))} & classes
    # Where several types are right, the name counts for those that were found, as in score_mentions.py.
    for kind in classes if len(classes) == 1 else (near or classes):
        counts = scores.mentions[kind]
        counts.true += 1
        counts.strict_found += kind in exact
        counts.relaxed_found += kind in near
    if classes != {"Weapon"}:
        counts = scores.mentions["all"]
        counts.true += 1
        counts.strict_found += bool(exact)
        counts.relaxed_found += bool(near)
    if not exact:
        kinds = "/".join(sorted(classes))
        scores.mistakes.append(f"{name}: {kinds}: {'other span' if near else 'missing'}: {truth.text!r}")


def _add_entities(
    scores: Scores, article: MarkedArticle, predicted: Mapping[Span, ExtractedMention], names: EntityNames
) -> None:
    """Count which entities the names mean that were found with the true span and type."""
    for truth in article.mentions:
        mention = next(filter(None, map(predicted.get, _spans(truth))), None)
        if truth.is_optional or not truth.entities or mention is None or _class_of(mention) not in _classes(truth):
            continue
        outcome = "missing"
        if mention.entity is not None:
            outcome = "right" if names.has(mention.entity, truth.entities) else "wrong"
        scores.entities[outcome] += 1
        if outcome != "right":
            scores.mistakes.append(
                f"{article.name}: entity: {outcome}: {truth.text!r} is {truth.entities[0]!r}, not {mention.entity}"
            )


def _add_statements(
    scores: Scores, article: MarkedArticle, predicted: Sequence[ExtractedStatement], names: EntityNames
) -> None:
    pairs = match_statements(article.statements, predicted)
    for index, truth in enumerate(article.statements):
        statement = pairs.get(index)
        outcome = speaker_outcome(truth, statement, names)
        scores.statements[truth.kind][outcome] += 1
        if outcome != "right":
            speaker = statement and (statement.speaker or statement.speaker_name)
            scores.mistakes.append(
                f"{article.name}: {truth.kind}: {outcome}: {truth.text[:60]!r} is by {truth.speakers}, not {speaker!r}"
            )
    for statement in predicted:
        span = (statement.field, statement.start, statement.end)
        if not any(_overlap(span, _span(truth)) for truth in article.statements):
            scores.extra += 1
            words = (article.title or "" if statement.field == "title" else article.text)[span[1] : span[2]]
            scores.mistakes.append(f"{article.name}: statement: extra: {words[:60]!r} by {statement.speaker_name!r}")


def _counts(span: Span, truths: Iterable[TrueMention], optional: Iterable[TrueMention]) -> bool:
    """Return whether a mention counts: not if it is about a name that is optional."""
    return any(span in _spans(truth) for truth in truths) or not any(_overlap(span, _span(name)) for name in optional)


def _counts_of(scores: Scores, kinds: Iterable[str]) -> Iterator[MentionScore]:
    for kind in kinds:
        yield scores.mentions[kind]
        if kind != "Weapon":
            yield scores.mentions["all"]


def _class_of(mention: ExtractedMention) -> str:
    return "Nationality" if mention.kind is MentionKind.DEMONYM else CLASS_OF_TYPE[EntityType(mention.type).value]


def _classes(truth: TrueMention) -> set[str]:
    return {CLASS_OF_TYPE[type_] for type_ in truth.types}


def _span(truth: TrueMention | TrueStatement) -> Span:
    return truth.field, truth.start, truth.end


def _spans(truth: TrueMention) -> tuple[Span, Span]:
    """Return the two spans of a name that are right, which mostly are the same."""
    return (truth.field, truth.start, truth.end), (truth.field, truth.start, truth.short_end)


def _overlap(span: Span, other: Span) -> bool:
    return span[0] == other[0] and span[1] < other[2] and other[1] < span[2]


def _percent(hits: int, predicted: int, found: int, true: int) -> tuple[float, float, float]:
    precision = hits / predicted if predicted else 0.0
    recall = found / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return 100 * precision, 100 * recall, 100 * f1


def _by_knowledge(article: MarkedArticle) -> str:
    if article.kind == "ordinary":
        return "on ordinary subjects"
    return "before the rules were read" if article.is_blind else "after the rules were read"


GROUPS: dict[str, Callable[[MarkedArticle], str]] = {
    "blind": _by_knowledge,
    "script": lambda article: article.script,
    "kind": lambda article: article.kind,
}


def table(name: str, scores: Scores) -> str:
    """Return the scores of a group of articles as lines."""
    lines = [f"{name}: {scores.articles} articles"]
    for kind, counts in scores.mentions.items():
        if counts.true or counts.predicted:
            values = [f"P {p:5.1f} R {r:5.1f} F1 {f:5.1f}" for p, r, f in (counts.strict(), counts.relaxed())]
            lines.append(f"{kind:13} strict {values[0]} | relaxed {values[1]} | {counts.true} true")
    total = sum(scores.statements.values(), Counter[str]())
    for kind, outcomes in (("entity", scores.entities), *scores.statements.items(), ("statement", total)):
        if outcomes:
            shares = (f"{outcome} {share(outcomes, outcome):5.1f}" for outcome in OUTCOMES)
            lines.append(f"{kind:13} {' '.join(shares)} | {outcomes.total()} true")
    return "\n".join([*lines, f"statements where there is none: {scores.extra}"])


def share(outcomes: Counter[str], outcome: str) -> float:
    """Return the share of an outcome in percent."""
    return 100 * outcomes[outcome] / max(outcomes.total(), 1)


def report(articles: Sequence[MarkedArticle], *, by: str = "blind", wrong: bool = False) -> str:
    """Return the tables of all articles and of each group of them, and a line per mistake if `wrong` is set."""
    lexicon = load_lexicon()
    annotator = Annotator(lexicon)
    whole = score(articles, annotator, lexicon)
    tables = [table("all", whole)]
    for name, members in groupby(sorted(articles, key=GROUPS[by]), key=GROUPS[by]):
        tables.append(table(name, score(members, annotator, lexicon)))
    return "\n\n".join([*tables, *(["\n".join(whole.mistakes)] if wrong else [])]) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Score the extractor on the marked articles.")
    parser.add_argument("--wrong", action="store_true", help="name the mistakes")
    parser.add_argument("--by", choices=tuple(GROUPS), default="blind", help="add the scores of each group of articles")
    options = parser.parse_args()
    sys.stdout.write(report(read_articles(), by=options.by, wrong=options.wrong))
