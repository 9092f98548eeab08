"""The notes and refusals that are reported after a load."""

from seed.pipeline.report import MAX_DISTINCT_NOTES, MAX_KEPT_REFUSALS, Notes, Refusals
from seed.records import NoArticle, Origin, RawArticle, Record, Refusal
from tests.seed.loading import report


def test_each_note_is_reported_once_and_memory_is_bounded() -> None:
    """However many different notes the records have."""
    notes = Notes()
    records: list[RawArticle | Refusal] = [
        report(notes=("torn",)),
        Refusal(report().origin, "no"),
        report(notes=("torn", "wet")),
        report(),
    ]
    assert list(notes.collect(records)) == records
    assert list(notes.lines()) == ["note reports.jsonl:1: torn (and 1 more)", "note reports.jsonl:1: wet"]
    list(notes.collect(report(notes=(f"note {number}",)) for number in range(MAX_DISTINCT_NOTES + 5)))
    assert len(list(notes.lines())) == MAX_DISTINCT_NOTES + 1
    assert list(notes.lines())[-1] == "note: 7 more notes are not listed"


def test_what_is_no_article_is_only_counted() -> None:
    notes = Notes()
    skipped = [NoArticle(Origin("a.json", line), "a service message is no article") for line in (2, 5)]
    records: list[Record] = [report(), *skipped]
    assert list(notes.collect(records)) == records[:1]
    assert list(notes.lines()) == ["note a.json:2: skipped: a service message is no article (and 1 more)"]


def test_a_note_cannot_control_a_terminal() -> None:
    notes = Notes()
    list(notes.collect([report(notes=("columns: \x1b[2J",))]))
    assert list(notes.lines()) == ["note reports.jsonl:1: columns: \\x1b[2J"]


def test_all_refusals_are_counted_and_the_first_are_kept() -> None:
    """A file of a million lines may have half a million refusals."""
    refusals = Refusals()
    assert (len(refusals), list(refusals)) == (0, [])
    refusal = Refusal(report().origin, "no")
    for _ in range(MAX_KEPT_REFUSALS):
        refusals.append(refusal)
    assert list(refusals) == [refusal] * MAX_KEPT_REFUSALS
    refusals.append(refusal)
    refusals.append(refusal)
    assert len(refusals) == MAX_KEPT_REFUSALS + 2
    assert list(refusals)[MAX_KEPT_REFUSALS:] == [Refusal(Origin("(others)"), "2 more records are not listed")]
