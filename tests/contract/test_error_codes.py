"""Every error of a parameter has a code that says why; a client never needs to read the text."""

from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from app.errors import ErrorCode
from app.http.validation import CODES, WANTED
from tests.conftest import ROOT, app_for, load_jsonl
from tests.contract.test_names import naming
from tests.contract.test_refusals import assert_problem

CURSOR = "WyIwMDAwMDAwMDAwMDAwMDAwIixbMSwiYSJdXQ"
"""A cursor of other parameters."""

REFUSED = [
    # path and query, status, code, ids of the candidates
    ("articles?actor=Vera+Lindqval", 422, "unknown", ["vera-lindqvall"]),
    ("articles?source=alpha-courie", 422, "unknown", ["alpha-courier"]),
    ("articles?author=Nobody", 422, "unknown", []),
    ("articles?actor=Q990000999", 422, "unknown", []),
    ("articles?actor=http://www.wikidata.org/entity/Q990000999", 422, "unknown", []),
    ("articles?source=http://www.wikidata.org/entity/Q990000999", 422, "unknown", []),
    ("articles?actor=/v1/entities/vera-lindqval", 422, "unknown", ["vera-lindqvall"]),
    ("articles?source=/v1/sources/alpha-courie", 422, "unknown", ["alpha-courier"]),
    ("entities/vera-lindqval", 404, "unknown", ["vera-lindqvall"]),
    ("entities/Vera%20Lindqvall", 404, "unknown", ["vera-lindqvall"]),
    ("entities/Q990000001", 404, "unknown", ["vera-lindqvall"]),
    ("entities/vera-lindqval/related", 404, "unknown", ["vera-lindqvall"]),
    ("entities/qqqqqqqq", 404, "unknown", []),
    ("sources/alpha-courie", 404, "unknown", ["alpha-courier"]),
    ("sources/Alpha%20Courier", 404, "unknown", ["alpha-courier"]),
    ("artikles", 404, "unknown", []),
    ("articles?actor=port-amsel", 422, "wrong-type", ["port-amsel"]),
    ("articles?place=President+Vera+Lindqvall", 422, "wrong-type", ["vera-lindqvall"]),
    ("articles?actor=vellandia,vera-lindqvall", 422, "malformed", ["vellandia", "vera-lindqvall"]),
    ("articles?source=alpha-courier,bay-gazette", 422, "malformed", ["alpha-courier", "bay-gazette"]),
    ("articles?actor[]=vellandia", 422, "unknown-parameter", []),
    ("articles?actor[0]=vellandia", 422, "unknown-parameter", []),
    ("articles?limit[]=5", 422, "unknown-parameter", []),
    ("articles?actro=vellandia", 422, "unknown-parameter", []),
    ("corpus?limit=1", 422, "unknown-parameter", []),
    ("articles?sort=newest", 422, "invalid-choice", []),
    ("articles?precision=hour", 422, "invalid-choice", []),
    ("articles?fields=titel", 422, "invalid-choice", []),
    ("articles?language=en_US", 422, "malformed", []),
    ("articles?from=2015-13", 422, "malformed", []),
    ("articles?limit=ten", 422, "malformed", []),
    ("articles?q=%FF", 422, "malformed", []),
    ("articles?cursor=garbage", 422, "malformed", []),
    ("articles/%00", 422, "malformed", []),
    ("articles?limit=0", 422, "out-of-range", []),
    ("articles?limit=101", 422, "out-of-range", []),
    ("articles?limit=99999999999999999999", 422, "out-of-range", []),
    ("articles/000000000000?as_of=2", 422, "out-of-range", []),
    ("changes?since=2", 422, "out-of-range", []),
    (f"articles?q={'x' * 501}", 422, "too-long", []),
    ("articles?q=" + "+".join(["x"] * 33), 422, "too-many", []),
    ("articles?" + "&".join(["actor=vellandia"] * 51), 422, "too-many", []),
    ("articles?" + "&".join(["actor=vellandia"] * 201), 422, "too-many", []),
    ("timeline?interval=day&from=1000&to=2000", 422, "too-many", []),
    ("articles?q=", 422, "blank", []),
    ("articles?q=---", 422, "blank", []),
    ("entities?name=-", 422, "blank", []),
    ("suggest?prefix=-", 422, "blank", []),
    ("suggest", 422, "missing", []),
    ("articles?limit=5&limit=6", 422, "repeated", []),
    ("articles?from=2016&to=2015", 422, "conflict", []),
    ("articles?sort=relevance", 422, "conflict", []),
    (f"sources?cursor={CURSOR}", 422, "conflict", []),
]


@pytest.mark.parametrize(
    ("target", "status", "code", "candidates"), REFUSED, ids=[f"{row[2]} {row[0][:50]}" for row in REFUSED]
)
def test_an_error_says_why(reader: TestClient, target: str, status: int, code: str, candidates: list[str]) -> None:
    (error,) = assert_problem(reader.get(f"/v1/{target}"), status)["errors"]
    assert error["code"] == code
    assert [candidate["id"] for candidate in error["candidates"]] == candidates


def test_an_ambiguous_name_has_its_candidates(database: Path) -> None:
    guilds = [{"id": f"ostvik-guild-{n}", "name": "Ostvik Guild", "type": "organization"} for n in (1, 2)]
    load_jsonl(database, [naming(n, guild) for n, guild in enumerate(guilds)])
    with TestClient(app_for(database)) as client:
        for name in ("Ostvik Guild", "The Ostvik Guild", "Guild, Ostvik"):
            (error,) = client.get(f"/v1/articles?actor={quote(name)}").json()["errors"]
            assert (error["code"], error["candidates"]) == ("ambiguous", guilds)
            assert error["nearest"] == ["ostvik-guild-1", "ostvik-guild-2"]
        (error,) = client.get("/v1/entities/Ostvik%20Guild").json()["errors"]
        assert (error["code"], error["candidates"]) == ("unknown", guilds)


def test_every_code_is_reached() -> None:
    assert {code for _, _, code, _ in REFUSED} | {"ambiguous"} == set(ErrorCode)


def test_every_kind_of_validation_error_is_decided() -> None:
    """Those that have no code of their own are malformed values."""
    malformed = {
        "bool_parsing", "float_parsing", "int_parsing", "json_invalid", "list_type", "model_type",
        "string_pattern_mismatch", "string_type",
    }  # fmt: skip
    assert CODES.keys() | malformed == WANTED.keys()


@pytest.mark.unmeasured
def test_every_code_is_documented(reader: TestClient) -> None:
    reference = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    schemas = reader.get("/openapi.json").json()["components"]["schemas"]
    assert schemas["ErrorCode"]["enum"] == list(ErrorCode)
    for code in ErrorCode:
        assert f"| `{code}` | {code.meaning} |" in reference
        assert f"`{code}`: {code.meaning}" in schemas["ProblemError"]["properties"]["code"]["description"]


def test_two_actors_of_a_list_of_one_and_others_are_a_dyad(reader: TestClient) -> None:
    """`actor=A&any_actor=B&any_actor=C` matches A with B or C."""

    def ids(query: str) -> set[str]:
        return {item["id"] for item in reader.get(f"/v1/articles?limit=100&{query}").json()["items"]}

    both = ids("actor=vellandia&any_actor=vera-lindqvall&any_actor=amsel-river-guard")
    assert both == ids("actor=vellandia&actor=vera-lindqvall") | ids("actor=vellandia&actor=amsel-river-guard") != set()
