"""Find outlets by name, and by the lines of their pages."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.readers.line_patterns import fold_line, matches_any_pattern
from seed.readers.outlets import SourceEntry, Sources, load_sources, site_host, source_slug

SHIPPED = load_sources()


@pytest.mark.parametrize(
    "name",
    [
        "rferl",
        "RFERL",
        "RFE/RL",
        "rfe/rl",
        "Radio  Free\u00a0Europe",
        "rferl.org",
        "www.RFERL.org",
        "https://en.rferl.org/a/1",
    ],
)
def test_an_outlet_is_known_by_all_its_names(name: str) -> None:
    assert SHIPPED.resolve(name).id == "rferl"


@pytest.mark.parametrize("name", ["New York Times", "The New York Times", "NYT", "nytimes.com"])
def test_the_article_makes_no_difference(name: str) -> None:
    assert SHIPPED.resolve(name).id == "new-york-times"


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("The Harbour  Gazette", SourceEntry("the-harbour-gazette", "The Harbour Gazette")),
        ("Gazeta.example", SourceEntry("gazeta-example", "Gazeta.example", domains=("gazeta.example",))),
        ("https://www.gazeta.example/a", SourceEntry("gazeta-example", "gazeta.example", domains=("gazeta.example",))),
        ("O’Brien’s News", SourceEntry("obriens-news", "O’Brien’s News")),
        ("Présent", SourceEntry("present", "Présent")),
    ],
)
def test_an_unknown_outlet_becomes_one_of_its_own(name: str, entry: SourceEntry) -> None:
    assert SHIPPED.resolve(name) == entry


def test_names_without_ascii_letters_do_not_meet() -> None:
    ids = {source_slug(name) for name in ("Новая газета", "Газета", "!!!", "RT", "RT Газета")}
    assert len(ids) == 5


@pytest.mark.parametrize(
    ("name", "expected"),
    [("http://[::1", ""), ("http://a.example:80/x", "a.example"), ("RFE/RL", ""), ("St. Petersburg Times", "")],
)
def test_a_host_is_read_or_empty(name: str, expected: str) -> None:
    assert site_host(name) == expected


@pytest.mark.parametrize(
    ("pattern", "row", "covered"),
    [
        ("Share", "Share", True),
        ("Share", "• share ", True),
        ("Share", "Share this", False),
        ("Trending on *", "TRENDING\u00a0ON us", True),
        ("*x9 Image", "  • 16x9 Image", True),
        ("a * b * c", "a 1 b 2 c", True),
        ("a * b * c", "a 1 c 2 c", False),
        ("a*a", "a", False),
        ("*", "", True),
        ("ab*bc", "abc", False),
    ],
)
def test_a_pattern_covers_a_whole_line(pattern: str, row: str, covered: bool) -> None:
    assert matches_any_pattern([pattern], fold_line(row)) is covered


def test_many_stars_take_no_time() -> None:
    assert not matches_any_pattern(["*a" * 50 + "b"], "a" * 200_000)


def test_a_page_is_recognised_by_one_outlets_signature() -> None:
    sources = Sources({name: SourceEntry(name, name, signatures=(f"Join {name}*",)) for name in ("a", "b")})
    found = sources.recognise("Title\n\n • JOIN A today\nText")
    assert found is not None
    assert found.id == "a"


@pytest.mark.parametrize("page", ["Title\nText", "Join a\nJoin b", "They join a club"])
def test_a_page_of_none_or_several_is_not_recognised(page: str) -> None:
    sources = Sources({name: SourceEntry(name, name, signatures=(f"Join {name}*",)) for name in ("a", "b")})
    assert sources.recognise(page) is None


def test_a_folder_of_ones_own_adds_and_overrides(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(
        "furniture: [Tip us off]\nsources: [{id: rt, name: Roundtable, language: EN}, {id: gazette, name: Gazette}]\n"
    )
    sources = load_sources(Path("seed/lexicon"), tmp_path)
    assert (sources.entries["rt"].name, sources.entries["rt"].language) == ("Roundtable", "en")
    assert {"gazette", "rferl"} <= set(sources.entries)
    assert "Tip us off" in sources.furniture


def test_a_folder_without_sources_adds_none(tmp_path: Path) -> None:
    assert load_sources(tmp_path).entries == {}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[a]", "the file is ['a']: expected the keys furniture and sources"),
        ("outlets: []", "an unknown key is 'outlets': expected"),
        ("furniture: Share", "furniture is 'Share': expected a list of names"),
        ("sources: [rt]", "sources[0]: the entry is 'rt': expected an outlet with id, name"),
        ("sources: [{id: RT, name: RT}]", "sources[0]: id is 'RT': expected lowercase letters"),
        ("sources: [{id: rt}]", "sources[0]: name is None: expected a line of text"),
        ("sources: [{id: rt, name: RT, signature: x}]", "an unknown key is 'signature': expected perhaps 'signatures'"),
        (
            "sources: [{id: a, name: News}, {id: b, name: The News}]",
            "'news' names both a and b: expected a name of one outlet only",
        ),
        (
            "sources: [{id: a, name: A, domains: [x.example]}, {id: b, name: B, domains: [x.example]}]",
            "'x.example' names",
        ),
        ("sources: [", "invalid YAML"),
    ],
)
def test_wrong_data_is_named_with_what_was_wanted(tmp_path: Path, content: str, problem: str) -> None:
    (tmp_path / "sources.yaml").write_text(content)
    with pytest.raises(ValueError, match=r"sources\.yaml") as raised:
        load_sources(tmp_path)
    assert problem in str(raised.value)


@given(st.text(max_size=40))
def test_any_name_has_a_source_and_keeps_it(name: str) -> None:
    entry = SHIPPED.resolve(name)
    assert entry.id
    assert SHIPPED.resolve(name) == entry
