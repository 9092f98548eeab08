"""Texts from a small grammar of what articles consist of, and the check that every annotation must pass.

    python -m tests.seed.extract.grammar [count] [first seed]

annotates that many texts and stops at the first that raises or has an invalid span. The same seed gives the same text.
"""

import sys
import time
from itertools import pairwise
from random import Random

from seed.extract import Annotator, load_lexicon
from seed.records import Annotation


def _alternatives(text: str) -> list[str]:
    return text.split("|")


GIVEN_NAMES = _alternatives("Anna|John|Sergei|Jean-Luc|Ali|ANNA|james|Y.|Abu|Ash|Yörük")
SURNAMES = _alternatives("Miller|Smith|Varro|Putin|al-Varro|al- Lanza|de Varro|Xi|Işık|O’Hara|VARRO|7th")
TITLES = _alternatives(
    "Gen.|Lt. Gen.|Mr.|President|Foreign Secretary|the Foreign Secretary|spokesman|a senior|Pentagon Press Secretary|"
    "analyst|director|King|MP|sailor|the commander of"
)
KNOWN_NAMES = _alternatives(
    "Syria|Russian|Russians|U.S.|US|NATO|ISIS|IS|Moscow|Washington|Homs|Idlib|Georgia|Reuters|AP|the Kremlin|Tu-160|"
    "al-Bab|Al Bab|d’Ankara|qu'Ankara|Islamic State|United Nations"
)
UNKNOWN_NAMES = _alternatives(
    "Lancer Relief Agency|158th Lancer Wing|Task Force 50|CTF 50|Liwa al-Varro|HMS Varro|Varro Brigade|Mount Varro|"
    "Varro province|the town of Varro|the Varro news agency|Ministry of Lakes"
)
ACRONYMS = ("LRA", "(LRA)", "OLRM", "(OC/LC)", "'s (NATO)", "(XYZ,", "A", "(A)", "FL;")
CUES = _alternatives(
    "said|says|told|told reporters|according to|According to|according|was quoted as saying|quoted|reports|"
    "claims that|called|added:|insists|announced|informed"
)
SMALL_WORDS = _alternatives(
    "the|of|and|that|who|which|in|near|at|by|on Monday|he|she|it|they|I|one of the|officials|sources|a statement|"
    "what|report|is|was|also|province|city|we"
)
MARKS = (
    *(",", ", ", ".", ". ", ":", ": ", ";", "!", "?", "…", "-", "- ", " - ", "— ", "’s", "'s", "'", "|", " | ", "/"),
    *('"', "“", "”", "„", "«", "»", "(", ")", "[", "]", "{", "“ ", " ”", '."', ',"', "''", "_", "*", "•"),
)
SPACES = (" ", " ", " ", "  ", "\t", "\u00a0", "\u200e", "")
LINE_BREAKS = ("\n", "\n\n", "\r\n", "\r", "\u2028", "\n \n", "\n\n\n", "\x85", " \n")
ODD_CHARACTERS = ("\ud800", "\x00", "İ", "ß", "ﬁ", "한", "e\u0301", "\u0301", "½", "٣", "𝐀", "ǅ", "²", "\u202e")
CREDITS = (
    *("By {}", "BY: {} | May 1, 2015", "— {}", "- {} ", "{} | May 1, 2015 | 7:02pm EST", "{}, "),
    *("(Photo: {})", "(AP Photo, {})", "({} via AP)", "(File photo, {}", "Photo credit: {}"),
    *("With reporting by {}", "Reporting by {}, {}"),
)


def make_text(seed: int) -> str:
    """Return a text of up to a dozen paragraphs, which may be empty or broken; the same for the same seed."""
    random = Random(f"text {seed}")
    text = "".join(
        random.choice(_PARAGRAPHS)(random) + random.choice(LINE_BREAKS) for _ in range(random.choice((1, 2, 4, 12)))
    )
    if random.random() < 0.2:  # cut, so that every construction also ends abruptly
        text = text[: random.randrange(len(text) + 1)]
    return text


def _name(random: Random) -> str:
    parts = [random.choice(GIVEN_NAMES), random.choice(("", "", "B.", "“Q.V.”")), random.choice(SURNAMES)]
    return " ".join(filter(None, parts[random.choice((0, 0, 2)) :]))


def _list_of_names(random: Random) -> str:
    names = [_name(random) for _ in range(random.choice((1, 2, 3, 6)))]
    return random.choice((", ", ", ", " and ", ",", ", and ")).join(names) + random.choice(
        ("", "", ", ", ",", " ", ",, ")
    )


def _person(random: Random) -> str:
    name, title = _name(random), random.choice(TITLES)
    return random.choice(
        (
            f"{title} {name}",
            f"{name}, {title},",
            f"{title}, {name}",
            f"{random.choice(KNOWN_NAMES)} {title} {name}",
            title,
        )
    )


def _speaker(random: Random) -> str:
    return random.choice((_person, _person, _name, _known_or_small))(random)


def _known_or_small(random: Random) -> str:
    return random.choice((*KNOWN_NAMES, *UNKNOWN_NAMES, *SMALL_WORDS))


def _clause(random: Random) -> str:
    return " ".join(_known_or_small(random) for _ in range(random.randrange(8)))


def _quote(random: Random) -> str:
    opening, closing = random.choice(
        (("“", "”"), ('"', '"'), ("«", "»"), ("“", ""), ("", "”"), ("“ ", " ”"), ('""', '"'))
    )
    return f"{opening}{_clause(random)}{random.choice(('', ',', '.', '?'))}{closing}"


def _attribution(random: Random) -> str:
    pieces = [_speaker(random), random.choice(CUES), random.choice((_quote, _clause))(random)]
    random.shuffle(pieces)
    return random.choice((" ", " ", ", ", ": ")).join(pieces) + random.choice((".", "", ":", "?", ".”"))


def _sentences(random: Random) -> str:
    return " ".join(_attribution(random) for _ in range(random.choice((1, 2, 4))))


def _definition(random: Random) -> str:
    return f"The {random.choice(UNKNOWN_NAMES)} {random.choice(ACRONYMS)} {_clause(random)}"


def _credit(random: Random) -> str:
    return random.choice(CREDITS).format(_list_of_names(random), random.choice(KNOWN_NAMES))


def _heading(random: Random) -> str:
    return random.choice((str.title, str.upper))(_clause(random))


def _list_in_capitals(random: Random) -> str:
    return ", ".join(random.choice((*KNOWN_NAMES, *SURNAMES)).upper() for _ in range(random.randrange(12)))


def _jumble(random: Random) -> str:
    kinds = (
        GIVEN_NAMES,
        SURNAMES,
        TITLES,
        KNOWN_NAMES,
        ACRONYMS,
        CUES,
        SMALL_WORDS,
        MARKS,
        MARKS,
        SPACES,
        LINE_BREAKS,
        ODD_CHARACTERS,
    )
    pieces = [random.choice(random.choice(kinds)) for _ in range(random.randrange(30))]
    return random.choice(("", " ")).join(pieces)


def _blank(random: Random) -> str:
    return random.choice(SPACES) * random.randrange(3)


_PARAGRAPHS = (
    *(_list_of_names, _credit, _sentences, _sentences, _definition),
    *(_heading, _list_in_capitals, _jumble, _jumble, _blank),
)


def check_annotation(annotation: Annotation, title: str | None, text: str) -> None:
    """Raise AssertionError unless every span is within its field, in order, and without overlaps."""
    fields = {"title": title or "", "text": text}
    for mention in annotation.mentions:
        assert mention.text == fields[mention.field][mention.start : mention.end]
        assert mention.text
    for statement in annotation.statements:
        assert 0 <= statement.start < statement.end <= len(fields[statement.field])
    for spans in (annotation.mentions, annotation.statements):
        keys = [(span.field == "text", span.start, span.end) for span in spans]
        assert keys == sorted(keys)
        assert all(before[0] != after[0] or before[2] <= after[1] for before, after in pairwise(keys))


def annotate_and_check(annotator: Annotator, seed: int) -> None:
    """Annotate the text of a seed, alone for an even seed and below a title for an odd one, and check the result."""
    title = make_text(-seed).partition("\n")[0] if seed % 2 else None
    text = make_text(seed)
    check_annotation(annotator.annotate(title=title, text=text, outlet="Varro Daily"), title, text)


def main() -> None:
    """Annotate as many texts as the command line asks for and print the slowest."""
    count, first = (int(value) for value in [*sys.argv[1:], *("5000", "0")[len(sys.argv) - 1 :]])
    annotator = Annotator(load_lexicon())
    slowest, started = (0.0, first), time.monotonic()
    for seed in range(first, first + count):
        before = time.monotonic()
        try:
            annotate_and_check(annotator, seed)
        except Exception:
            sys.stderr.write(f"seed {seed}: {make_text(seed)!r}\n")
            raise
        slowest = max(slowest, (time.monotonic() - before, seed))
    took = time.monotonic() - started
    sys.stdout.write(f"{count} texts in {took:.1f} s, the slowest (seed {slowest[1]}) in {slowest[0]:.2f} s\n")


if __name__ == "__main__":
    main()
