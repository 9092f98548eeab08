"""Markdown with front matter."""

import pytest

from app.models import Basis, Precision, TextKind
from seed.records import Origin, Published, RawArticle
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

WHOLE = """---
title: Ferry service resumes after storm
source: The Harbour Gazette
url: https://harbour-gazette.example/ferry
authors: [Ada Byrne, "Jo Li"]
published: 2019-03-04T18:30-05:00
zone: EST
language: EN-us
rights: CC0-1.0
text_kind: digest
details: {page: A4, edition: Late Edition}
names:
  person: [Ada Byrne]
statements:
  - {speaker: Ada Byrne, cue: said}
---

The first paragraph.

The second, with a\u00a0space.
"""


def record(*rows: str, text: str = "A text.") -> str:
    """Return a record with title, source and further rows of front matter."""
    return "\n".join(["---", "title: Ferry", "source: Gazette", *rows, "---", text, ""])


def test_every_field_is_read(reading: Reading, tmp_path: object) -> None:
    assert only_article(reading("ferry.md", WHOLE)) == RawArticle(
        origin=Origin(f"{tmp_path}/ferry.md"),
        title="Ferry service resumes after storm",
        text="The first paragraph.\n\nThe second, with a\u00a0space.",
        source="The Harbour Gazette",
        url="https://harbour-gazette.example/ferry",
        published=Published("2019-03-04", 1_551_742_200, 66_600, Precision.MINUTE, "EST", Basis.STATED),
        authors=("Ada Byrne", "Jo Li"),
        language="en-US",
        rights="CC0-1.0",
        text_kind=TextKind.DIGEST,
        details={"edition": "Late Edition", "page": "A4"},
    )


def test_title_source_and_text_are_enough(reading: Reading) -> None:
    article = only_article(reading("ferry.md", record("url:", "authors: []", "basis: ''")))
    assert (article.title, article.source, article.text) == ("Ferry", "Gazette", "A text.")
    assert (article.published, article.authors, article.url, article.entities) == (Published(), (), None, None)
    assert article.text_kind is TextKind.FULL


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(reading: Reading) -> None:
    plain = only_article(reading("ferry.md", WHOLE))
    assert only_article(reading("ferry.md", b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())) == plain
    assert only_article(reading("ferry.md", WHOLE.replace("\n", "\r"))) == plain


@pytest.mark.parametrize(("on", "precision"), [("2019", "year"), ("2019-03", "month"), ("2019-03-04", "day")])
def test_a_date_is_as_long_as_it_is_known(reading: Reading, on: str, precision: str) -> None:
    published = only_article(reading("ferry.md", record(f"published: {on}"))).published
    assert published == Published(on, precision=Precision(precision), basis=Basis.STATED)


def test_an_inferred_date_keeps_its_evidence(reading: Reading) -> None:
    rows = ("published: 2019-03-04", "basis: inferred", "evidence: “40th birthday”")
    published = only_article(reading("ferry.md", record(*rows))).published
    assert (published.basis, published.evidence) == (Basis.INFERRED, "“40th birthday”")


def test_an_unknown_abbreviation_is_taken_as_printed(reading: Reading) -> None:
    rows = ("published: 2019-03-04T18:30+11:00", "zone: SBT")
    assert only_article(reading("ferry.md", record(*rows))).published.zone == "SBT"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["published: yesterday"], "published: 'yesterday' is not a date: expected YYYY,"),
        (["published: [2019]"], "published is ['2019']: expected a line of text"),
        (["published: 2019", "basis: inferred"], "evidence is None: expected the phrase and the fact"),
        (["published: 2019", "basis: rumour"], "basis is 'rumour': expected one of stated, inferred, metadata"),
        (["published: 2019", "evidence: x"], "evidence is 'x': expected nothing, as the date is not inferred"),
        (["basis: stated"], "basis is 'stated': expected nothing, as `published` is empty"),
        (["published: 2019", "zone: EST"], "zone is 'EST': expected nothing, as `published` has no time"),
        (["published: 2019-03-04T18:30-05:00", "zone: GMT"], "zone is 'GMT': expected a zone at -05:00"),
        (["autors: [A B]"], "an unknown key of the front matter is 'autors': expected perhaps 'authors'"),
        (["title: Twice"], "line 4: the key 'title' is repeated or not text: expected each key once"),
        (["text: x"], "an unknown key of the front matter is 'text': expected"),
        (["url: ftp://a.example"], "url is 'ftp://a.example': expected an absolute http or https URL"),
        (["names: [Ada]"], "names is ['Ada']: expected a list of names for each type"),
        (["names: {ship: [Ada]}"], "a key of names is 'ship': expected one of person, organization"),
        (["names: {person: Ada}"], "names.person is 'Ada': expected a list of names"),
        (["details: A4"], "details is 'A4': expected an object with some of edition, section, page"),
        (["details: {pge: A4}"], "a name in details is 'pge': expected one of edition, section, page"),
        (["details: {page: [A4]}"], "details.page is ['A4']: expected a line of text"),
        (["statements: Ada"], "statements is 'Ada': expected a list of {speaker, cue}"),
        (["statements: [Ada]"], "an item of statements is 'Ada': expected {speaker, cue}"),
        (["statements: [{speaker: Ada}]"], "cue is None: expected a line of text"),
        (["statements: [{who: Ada}]"], "an unknown key of statements is 'who': expected one of cue, speaker"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_wanted(reading: Reading, rows: list[str], reason: str) -> None:
    assert only_reason(reading("ferry.md", record(*rows), strict=True)).startswith(reason)


@pytest.mark.parametrize(
    ("rows", "field", "reason"),
    [
        (["published: yesterday"], "published", "published: 'yesterday' is not a date"),
        (["published: 2019", "basis: rumour"], "published", "basis is 'rumour'"),
        (["url: ftp://a.example"], "url", "url is 'ftp://a.example'"),
    ],
)
def test_a_bad_optional_field_costs_only_the_field(reading: Reading, rows: list[str], field: str, reason: str) -> None:
    article = only_article(reading("ferry.md", record(*rows)))
    assert (article.published.on, article.url, article.matches_by_title) == (None, None, False)
    assert article.missing[field].startswith(reason)
    assert article.notes == (f"left out: {article.missing[field]}",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the file is empty"),
        ("A text.", "no front matter"),
        ("---\ntitle: open\n", "no front matter"),
        ("---\n- a list\n---\ntext", "the front matter is ['a list']: expected keys and values"),
        ("---\n---\ntext", "title is None: expected a value"),
        (record(text=" \n\n"), "text is ' ': expected a value; this field is required"),
        (record(text="a\0b"), "text is 'a\\x00b': expected a text that is not blank, without NUL"),
        (record("rights: *ref"), "line 4: an alias: expected the value itself"),
        (b"---\ntitle: \xff\n---\n", "byte 0xff at 11 is not UTF-8"),
        ("+++\ntitle\n+++\nA text.", "invalid TOML: Expected '=' after a key"),
        ("+++\na = " + "[" * 8_000 + "\n+++\nA text.", "invalid TOML: maximum recursion depth exceeded"),
        ("+++\ntitle = 'A'\n", "no front matter"),
    ],
)
def test_what_is_no_record_is_refused(reading: Reading, content: str | bytes, reason: str) -> None:
    assert reason in only_reason(reading("ferry.md", content))


@pytest.mark.parametrize(
    ("day", "on"),
    [("2019-03-04T18:30:00+01:00", "2019-03-04"), ("2019-03-04", "2019-03-04"), ("'March 2019'", "2019-03")],
)
def test_a_post_of_hugo_may_have_toml(reading: Reading, day: str, on: str) -> None:
    front = f'title = "Ferry"\ndate = {day}\ndraft = false\nauthor = ["Ada Byrne"]\nsource = "G"\n[params]\na = 1\n'
    article = only_article(reading("ferry.md", f"+++\n{front}+++\n\nIt *sails*.\n"))
    assert (article.title, article.authors, article.published.on) == ("Ferry", ("Ada Byrne",), on)
    assert (article.text, article.notes) == ("It sails.", ("ignored keys: draft, params",))
    assert reading("ferry.md", f"+++\n{front.replace('false', 'true')}+++\n\nIt sails.\n") == []


HUGO = """---
title: "Ferry *service* resumes"
date: 2019-03-04T18:30:00+01:00
lastmod: 2020-01-01
draft: false
tags: [sea, ferry]
author: Ada Byrne
source: Gazette
---
# Ferry *service* resumes

The [ferry](https://gazette.example/f) sailed **again**.
{{< figure src="a.png" >}}
<!--more-->
> It turned.
"""


def test_a_post_of_a_site_generator_is_read_by_the_names_of_its_keys(reading: Reading) -> None:
    article = only_article(reading("a.md", HUGO))
    assert (article.title, article.source, article.authors) == ("Ferry *service* resumes", "Gazette", ("Ada Byrne",))
    assert (article.published.on, article.published.at) == ("2019-03-04", 1_551_720_600)
    assert article.text == "The ferry sailed again.\n\nIt turned."
    assert article.notes == ("shortcodes in the text were left out", "ignored keys: lastmod, draft, tags")
    assert "an unknown key of the front matter is" in only_reason(reading("a.md", HUGO, strict=True))


JEKYLL = (
    "---\nlayout: post\ndate: 2019-03-04 18:30:00 +0100\ncategories: sea\npublished: true\n---\n# Ferry\n\nIt sailed."
)
CLIPPING = """---
title: Ferry resumes
source: "https://gazette.example/1"
author:
  - "[[Ada Byrne]]"
  - "[[people/jo-li|Jo Li]]"
published: 2019-03-04
created: 2024-05-06
tags: [clippings]
---
It sailed.
"""


def test_a_post_without_a_title_has_that_of_its_heading(reading: Reading) -> None:
    article = only_article(reading("a.md", JEKYLL, source="G"))
    assert (article.title, article.text, article.published.on) == ("Ferry", "It sailed.", "2019-03-04")
    assert article.notes == ("title is the first heading", "ignored keys: layout, categories")


def test_a_clipping_of_a_note_taking_program_has_the_url_of_its_page(reading: Reading) -> None:
    article = only_article(reading("a.md", CLIPPING))
    assert (article.url, article.source, article.authors) == (
        "https://gazette.example/1",
        "gazette.example",
        ("Ada Byrne", "Jo Li"),
    )
    assert (article.published.on, article.notes) == ("2019-03-04", ("ignored keys: created, tags",))


@pytest.mark.parametrize("line", ["draft: true", "draft: Yes", "published: false"])
def test_a_draft_is_no_article(reading: Reading, line: str) -> None:
    assert reading("a.md", f"---\ntitle: Ferry\nlayout: post\nsource: G\n{line}\n---\nIt sailed.") == []


def test_a_post_without_a_title_or_an_outlet_is_refused(reading: Reading) -> None:
    assert only_reason(reading("a.md", "---\ntags: sea\nsource: G\n---\nIt sailed.")).startswith("title is None")
    assert only_reason(reading("a.md", "---\ntags: sea\n---\n# Ferry\nIt sailed.")).startswith("source is None")
