"""`fields` selects the fields of articles."""

from itertools import combinations

import pytest
from starlette.testclient import TestClient

from app.wire.article_models import ArticleDetail, ArticleItem
from tests.contract.shelf import World

ITEM, DETAIL = list(ArticleItem.model_fields), list(ArticleDetail.model_fields)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "fields", [*map(list, combinations(ITEM, 1)), ["title", "id"], ["source", "published", "id"], ITEM]
)
def test_a_list_has_the_selected_fields_in_the_declared_order(reader: TestClient, fields: list[str]) -> None:
    """Total, facets and the next page are the same as without it."""
    url = "/v1/articles?q=ships&actor=vellandia&highlight=true&explain=true&facet=source&limit=2"
    whole, sparse = reader.get(url).json(), reader.get(f"{url}&fields={','.join(fields)}").json()
    assert sparse["items"] == [{name: item[name] for name in fields} for item in whole["items"]]
    assert [list(item) for item in sparse["items"]] == [[name for name in ITEM if name in fields]] * 2
    assert {**sparse, "items": [], "next": ""} == {**whole, "items": [], "next": ""}


@pytest.mark.unmeasured
@pytest.mark.parametrize("fields", [*map(list, combinations(DETAIL, 1)), ["text", "id"], DETAIL])
def test_an_article_has_the_selected_fields_in_the_declared_order(
    reader: TestClient, world: World, fields: list[str]
) -> None:
    url = f"/v1/articles/{world.records[3]['public_id']}"
    whole, sparse = reader.get(url).json(), reader.get(f"{url}?fields={','.join(fields)}").json()
    assert sparse == {name: whole[name] for name in fields}
    assert list(sparse) == [name for name in DETAIL if name in fields]


@pytest.mark.parametrize("fields", ["id,title", " title , id", "id,title,id"])
def test_spaces_order_and_repetition_do_not_matter(reader: TestClient, fields: str) -> None:
    items = reader.get("/v1/articles", params={"fields": fields, "limit": 1}).json()["items"]
    assert list(items[0]) == ["id", "title"]


def test_every_unknown_field_is_refused(reader: TestClient) -> None:
    """The whole problem: each unknown name once, all known fields, and the nearest ones."""
    wanted = f"fields of this response: {', '.join(ITEM)}"
    assert reader.get("/v1/articles?fields=titel,id,x,titel").json()["errors"] == [
        {"parameter": "fields", "value": value, "code": code, "wanted": wanted, "nearest": nearest, "candidates": []}
        for value, code, nearest in (("titel", "invalid-choice", ["title"]), ("x", "invalid-choice", []))
    ]


def test_a_list_of_selected_fields_has_pages(reader: TestClient) -> None:
    """Its cursors are valid for the same `fields` only."""
    seen: list[str] = []
    url: str | None = "/v1/articles?fields=id&limit=5"
    while url:
        answer = reader.get(url)
        seen += [item["id"] for item in answer.json()["items"]]
        url = answer.links.get("next", {}).get("url")
    assert len(seen) == len(set(seen)) == 12
