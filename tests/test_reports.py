"""The main use on real input: the five reports of autumn 2015, which a person read first.

The reports are their publishers' texts and not in the repository; where their folder is missing, the tests that need
them are skipped. The shipped digests are always there and are loaded first and last, as a user would do.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import ROOT, app_for, seed

pytestmark = pytest.mark.unmeasured

REPORTS = ROOT.parent / "shared" / "seeds"

WAVES, RUTHLESS, COMMAND, WARSHIPS, PUTIN = "2015-11-20", "2015-11-22", "2015-09-30", "2015-10-07", "2015-11-19"
ALL = {WAVES, RUTHLESS, COMMAND, WARSHIPS, PUTIN}

ARTICLES = {
    WAVES: ("cnsnews", "Russia Reports Three Waves of ‘Massive’ Strikes Against ISIS", ["Patrick Goodenough"]),
    RUTHLESS: (
        "cnsnews",
        "Russia Claims to be Bombing ISIS Ruthlessly; Obama Says US Still Doesn’t Know if Russians Are Onboard",
        ["Patrick Goodenough"],
    ),
    COMMAND: ("redstate", "Russia takes command of fight against ISIS in Syria", []),
    WARSHIPS: ("rferl", "Russian Warships Launch Missiles Against IS In Syria", []),
    PUTIN: (
        "interpretermag",
        "Putin in Syria: Even ISIS Says Russia Is Not Bombing ISIS",
        ["James Miller", "Catherine A. Fitzpatrick", "Pierre Vaux"],
    ),
}
"""Source, title and authors by printed day."""

PUBLISHED = {
    WAVES: ("2015-11-20T09:20:00Z", "minute", "EST", "stated"),
    RUTHLESS: ("2015-11-23T00:02:00Z", "minute", "EST", "stated"),
    COMMAND: (None, "day", None, "inferred"),
    WARSHIPS: (None, "day", None, "inferred"),
    PUTIN: (None, "day", None, "stated"),
}
"""Instant, precision, zone and basis by printed day."""

NAMED_IN: tuple[tuple[str, tuple[str, ...], set[str]], ...] = (
    ("actor", ("putin", "Vladimir Putin", "Q7747", "vladimir-putin", "Vladimir V. Putin"), ALL),
    ("actor", ("assad", "Bashar al-Assad", "bashar-al-assad"), ALL),
    ("actor", ("obama", "Barack Obama", "barack-obama"), {WAVES, RUTHLESS, COMMAND}),
    ("actor", ("shoigu", "Sergei Shoigu", "sergei-shoigu"), {WAVES, RUTHLESS, WARSHIPS}),
    ("actor", ("hollande", "Francois Hollande", "François Hollande"), {WAVES, RUTHLESS}),
    ("actor", ("kerry", "John Kerry"), {WAVES}),
    ("actor", ("John Kirby", "john-kirby"), {WAVES, RUTHLESS}),
    ("actor", ("lavrov", "Sergei Lavrov"), {PUTIN}),
    ("actor", ("churkin", "Vitaly Churkin"), {PUTIN}),
    ("actor", ("Andrei Kartapolov",), {WAVES, PUTIN}),
    ("actor", ("Valery Gerasimov",), {WAVES}),
    ("actor", ("Ahmet Davutoglu", "Davutoglu", "Ahmet Davutoğlu"), {WARSHIPS}),
    ("actor", ("Ash Carter", "Ashton Carter"), {WARSHIPS}),
    ("actor", ("Qassem Soleimani", "Soleimani"), {COMMAND}),
    ("actor", ("Haider al-Abadi",), {COMMAND}),
    ("actor", ("isis", "ISIL", "Islamic State", "Daesh", "islamic-state"), ALL),
    ("actor", ("Free Syrian Army", "FSA"), {WARSHIPS, PUTIN}),
    ("actor", ("Syrian Observatory for Human Rights", "SOHR"), {WARSHIPS}),
    ("actor", ("russia", "Russian Federation", "Q159"), ALL),
    ("actor", ("france", "Q142"), {WAVES, RUTHLESS, PUTIN}),
    ("actor", ("turkey", "Q43"), {RUTHLESS, COMMAND, WARSHIPS}),
    ("actor", ("nato", "North Atlantic Treaty Organization"), {WARSHIPS}),
    ("actor", ("reuters",), {WARSHIPS}),
    ("actor", ("afp", "Agence France-Presse"), {WARSHIPS, PUTIN}),
    ("actor", ("Associated Press",), set()),  # Named in credits only, which are in no posting.
    ("actor", ("Dmitry Medvedev", "dmitry-medvedev"), set()),
    ("place", ("raqqa", "Ar-Raqqah"), {WAVES, RUTHLESS}),
    ("place", ("aleppo",), {PUTIN}),  # The city; the others name the province.
    ("place", ("Aleppo Governorate", "Aleppo Province"), {WAVES, WARSHIPS}),
    ("place", ("Caspian Sea",), {RUTHLESS, WARSHIPS}),
    ("place", ("latakia",), {COMMAND}),
    ("place", ("Latakia Governorate",), {PUTIN}),
    ("weapon", ("Tu-160", "Blackjack"), {WAVES, RUTHLESS}),
    ("weapon", ("SA-22", "Pantsir"), {COMMAND}),
)
"""Names of one entity, and the printed days of the reports that name it."""

NAMES = [(parameter, name, days) for parameter, names, days in NAMED_IN for name in names]


@pytest.fixture(scope="module")
def loaded(initialized: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load the digests, then the reports, then the digests again; return the database."""
    if not REPORTS.is_dir():
        pytest.skip(f"the five reports are not here: there is no folder {REPORTS.name} next to the checkout")
    database = Path(shutil.copy(initialized, tmp_path_factory.mktemp("reports") / "dateline.db"))
    assert "5 updated" in seed(database, "load", str(REPORTS))
    assert "5 unchanged" in seed(database, "load", str(ROOT / "seed" / "corpus"))
    return database


@pytest.fixture(scope="module")
def reports(loaded: Path) -> Iterator[TestClient]:
    with TestClient(app_for(loaded)) as client:
        yield client


def get_articles(client: TestClient, **parameters: str | list[str]) -> dict[str, Any]:
    response = client.get("/v1/articles", params={"limit": "100", **parameters})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def days(body: dict[str, Any]) -> set[str]:
    return {item["published"]["on"] for item in body["items"]}


def test_five_full_articles_of_four_sources(reports: TestClient) -> None:
    items = get_articles(reports)["items"]
    by_day = {item["published"]["on"]: (item["source"]["id"], item["title"], item["authors"]) for item in items}
    assert by_day == ARTICLES
    assert {item["text_kind"] for item in items} == {"full"}
    assert reports.get("/v1/sources").json()["total"] == 4


def test_their_dates_are_as_stated_or_inferred(reports: TestClient) -> None:
    published = [item["published"] for item in get_articles(reports)["items"]]
    by_day = {one["on"]: (one["at"], one["precision"], one["zone"], one["basis"]) for one in published}
    assert by_day == PUBLISHED
    assert all((one["evidence"] is not None) == (one["basis"] == "inferred") for one in published)


@pytest.mark.parametrize(("parameter", "name", "expected"), NAMES, ids=[f"{name}" for _, name, _ in NAMES])
def test_reports_are_found_under_every_name(reports: TestClient, parameter: str, name: str, expected: set[str]) -> None:
    body = get_articles(reports, **{parameter: name})
    assert days(body) == expected
    assert body["total"] == len(expected)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"source": "rferl"}, {WARSHIPS}),
        ({"source": "cnsnews.com"}, {WAVES, RUTHLESS}),
        ({"source": ["redstate", "The Interpreter"]}, {COMMAND, PUTIN}),
        ({"exclude_source": "CNSNews"}, {COMMAND, WARSHIPS, PUTIN}),
        ({"from": "2015-11", "to": "2015-11"}, {WAVES, RUTHLESS, PUTIN}),
        ({"from": "2015-11-22", "to": "2015-11-22"}, {RUTHLESS}),  # Its instant is the 23rd in UTC.
        ({"from": "2015-11-23"}, set()),
        ({"from": "2015"}, ALL),
        ({"to": "2015-10"}, {COMMAND, WARSHIPS}),
        ({"actor": ["assad", "hollande"]}, {WAVES, RUTHLESS}),
        ({"any_actor": ["lavrov", "soleimani"]}, {COMMAND, PUTIN}),
        ({"actor": "putin", "exclude_actor": "obama"}, {WARSHIPS, PUTIN}),
        ({"actor": "putin", "from": "2015-11", "to": "2015-11", "source": "cnsnews"}, {WAVES, RUTHLESS}),
        ({"precision": "minute"}, {WAVES, RUTHLESS}),
        ({"q": '"cruise missile strike"'}, {RUTHLESS}),
        ({"q": "“cruise missiles”"}, {WAVES, RUTHLESS, PUTIN}),
        ({"q": "metrojet"}, {PUTIN}),
        ({"q": "putin -isis"}, {WARSHIPS}),
        ({"q": "-putin"}, set()),
        ({"q": "yoruk"}, {COMMAND}),
    ],
    ids=str,
)
def test_searches_find_the_reports_that_a_reader_would(
    reports: TestClient, parameters: dict[str, str | list[str]], expected: set[str]
) -> None:
    assert days(get_articles(reports, **parameters)) == expected


def test_every_span_is_the_text_at_its_offsets(reports: TestClient) -> None:
    for item in get_articles(reports)["items"]:
        article = reports.get(f"/v1/articles/{item['id']}").json()
        assert article["mentions"]
        assert article["statements"]
        for mention in article["mentions"]:
            assert article[mention["field"]][mention["start"] : mention["end"]] == mention["text"]
