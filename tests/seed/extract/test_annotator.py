"""Properties of every annotation: valid spans, order, determinism, linear time; no text raises."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seed.extract import Annotator
from seed.extract.lexicon.lexicon import Lexicon
from tests.seed.extract.grammar import annotate_and_check, check_annotation, make_text
from tests.seed.extract.odd_texts import odd_text

pytestmark = pytest.mark.unmeasured

# A few seconds; `python -m tests.seed.extract.grammar` tries many more.
GRAMMAR_TEXTS = 1_500
# The same; `python -m tests.seed.extract.odd_texts` tries both kinds.
DISTURBED_REPORTS = 250

# Words and marks that the rules look for, in every order.
WORDS = """Vladimir Putin|Gen. |Quill| Varro| said|, |“|”|"|. |’s| |Syria|Russian|al-| of | the | (LRA)|Moscow|:|)
|— |By |Lancer Relief Agency| told reporters|(Photo: |James | according to |he|it| U.S.|IS|7th| Brigade|in | province
|Mr. |J. |-|who| official|was|é|ß|İ|一|Foreign Secretary| that |!|?"""
PIECES = st.sampled_from([*WORDS.replace("\n", "").split("|"), "\n", "\n\n", "\ud800", "\x00", "\u200e", "\u00a0"])
TEXTS = st.one_of(
    st.lists(PIECES, max_size=40).map("".join), st.text(st.characters(exclude_categories=()), max_size=80)
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(title=st.none() | TEXTS, text=TEXTS)
def test_any_text_has_valid_spans_and_only_known_entities(
    shipped_lexicon: Lexicon, shipped_annotator: Annotator, title: str | None, text: str
) -> None:
    annotation = shipped_annotator.annotate(title=title, text=text)
    check_annotation(annotation, title, text)
    known = shipped_lexicon.entities.keys() | {entity.id for entity in annotation.entities}
    used = {m.entity for m in annotation.mentions} | {s.speaker for s in annotation.statements}
    assert used - {None} <= known
    assert [entity.id for entity in annotation.entities] == sorted(
        id_ for id_ in used if id_ and id_ not in shipped_lexicon.entities
    )
    assert annotation == shipped_annotator.annotate(title=title, text=text)


def test_no_text_of_the_grammar_raises_or_has_an_invalid_span(shipped_annotator: Annotator) -> None:
    for seed in range(GRAMMAR_TEXTS):
        try:
            annotate_and_check(shipped_annotator, seed)
        except Exception as error:
            raise AssertionError(f"the text of seed {seed}") from error


def test_no_disturbed_report_raises_or_has_an_invalid_span(shipped_annotator: Annotator) -> None:
    for seed in range(1, 2 * DISTURBED_REPORTS, 2):
        text = odd_text(seed)
        try:
            check_annotation(shipped_annotator.annotate(title=None, text=text), None, text)
        except Exception as error:
            raise AssertionError(f"the text of seed {seed}") from error


def test_the_texts_of_the_grammar_are_the_same_everywhere() -> None:
    digest = hashlib.sha256("".join(map(make_text, range(100))).encode("utf-8", "surrogatepass"))
    assert digest.hexdigest()[:16] == "ef8c1f8afaea8a70"


@pytest.mark.parametrize(
    "piece",
    [
        *("“", "He said “", "By A B\n", "al-", "the X (ABC) ", "Gen. Quill Varro ", "Georgia ", "- "),
        *('"a" said Putin ', "“a” said Putin ", "told that ", "Anna Miller ", "Putin, who ", "said ", "A of "),
    ],
)
def test_a_long_line_takes_time_in_proportion(shipped_annotator: Annotator, piece: str) -> None:
    # Anything quadratic takes a minute here, and the run would show it; `make hostile` takes a million characters.
    shipped_annotator.annotate(title=None, text=piece * (40_000 // len(piece)))


def test_a_list_of_places_in_capitals_takes_no_longer_than_another(shipped_annotator: Annotator) -> None:
    # Backtracking into the words would take hours here, and the run would show it.
    shipped_annotator.annotate(
        title=None, text="HOMS, PALMYRA, DAMASCUS, LATAKIA, HASAKAH, QAMISHLI, ALEPPO AND DARAA\n" * 100
    )


def test_annotation_is_the_same_in_every_process(lexicon_folder: Path) -> None:
    program = (
        "import json, sys; from dataclasses import asdict; from pathlib import Path;"
        "from seed.extract import Annotator, load_lexicon; annotator = Annotator(load_lexicon(Path(sys.argv[2])));"
        "print(json.dumps(asdict(annotator.annotate(title='Quill Varro', text=sys.argv[1]))))"
    )
    text = "Gen. Quill Varro and Col. Brent Lanza of the Lancer Relief Agency (LRA) told NATO in Varrograd of it."
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, text, str(lexicon_folder)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).resolve().parents[3],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["mentions"]
