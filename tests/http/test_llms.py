"""`/llms.txt`: every address in it leads somewhere."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.databases import url_of

BASE = "https://news.example/desk"


@pytest.mark.parametrize("page", [True, False])
def test_every_address_leads_somewhere(initialized: Path, page: bool) -> None:
    settings = Settings(database_url=url_of(initialized), public_url=BASE, page=page, verify_hours=0)
    with TestClient(create_app(settings)) as client:
        response = client.get("/llms.txt")
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/markdown; charset=utf-8"
        addresses = re.findall(rf"{BASE}(/[^\s)]*)", response.text)
        for address in addresses:
            path = address.replace("/articles/{id}", "/articles/9vgje4hzdcgb").replace("{id}", "vladimir-putin")
            path = path.replace("article=vladimir-putin", "article=9vgje4hzdcgb").replace("{corpus_version}", "1")
            path = path.replace("/v1/suggest", "/v1/suggest?prefix=put").partition("#")[0]
            assert client.get(path).status_code == 200, path
    assert len(addresses) == 16
    assert "/mcp" not in response.text


def test_it_names_the_tools_for_assistants_where_they_are_on(initialized: Path) -> None:
    with TestClient(create_app(Settings(database_url=url_of(initialized), mcp=True))) as client:
        text = client.get("/llms.txt").text
    assert "- [MCP](http://testserver/mcp): the same as tools" in text
    assert text.startswith("# Dateline\n\n> ")
