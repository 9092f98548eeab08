"""The headers that tell browsers not to guess types, run scripts, frame responses or send the address of the page."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.routes.page import PAGE_FOLDER
from app.settings import Settings
from tests.conftest import app_for
from tests.http.frame import client_of, frame, raising

pytestmark = pytest.mark.unmeasured

STRICT = "default-src 'none'; frame-ancestors 'none'; sandbox"


@pytest.fixture
def served(database: Path) -> TestClient:
    """Return a client of the whole application."""
    return TestClient(app_for(database), raise_server_exceptions=False)


RESPONSES = {
    ("GET", "/v1/articles"): 200,
    ("HEAD", "/v1/articles"): 200,
    ("POST", "/v1/articles/lookup"): 422,
    ("GET", "/v1/articles.csv"): 200,
    ("GET", "/v1/articles.ndjson"): 200,
    ("GET", "/v1/articles.atom"): 200,
    ("GET", "/v1/articles.rss"): 200,
    ("GET", "/v1/articles.jsonfeed"): 200,
    ("GET", "/v1/articles?limit=0"): 422,
    ("GET", "/v1/articles/2v8k0q4m1xsc"): 404,
    ("GET", "/v1/nothing"): 404,
    ("DELETE", "/v1/articles"): 405,
    ("OPTIONS", "/v1/articles"): 204,
    ("GET", "/v1/articles?q=" + "a" * 9000): 414,
    ("GET", "/openapi.json"): 200,
    ("GET", "/livez"): 200,
    ("GET", "/readyz"): 200,
    ("GET", "/docs/swagger-ui-bundle.js"): 200,
    ("GET", "/docs/swagger-ui.css"): 200,
    ("GET", "/docs/favicon.png"): 200,
    ("GET", "/docs/other.js"): 404,
}


@pytest.mark.parametrize(("method", "path"), RESPONSES)
def test_every_response_has_them(served: TestClient, method: str, path: str) -> None:
    response = served.request(method, path)
    assert response.status_code == RESPONSES[method, path]
    assert_strict(dict(response.headers.multi_items()))


def assert_strict(headers: dict[str, str]) -> None:
    """Check the headers of a response that no browser shows as a page."""
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == STRICT
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/articles.csv", "/v1/articles.atom"])
def test_a_304_has_them(served: TestClient, path: str) -> None:
    for tags in (served.get(path).headers["ETag"], "*"):
        response = served.get(path, headers={"If-None-Match": tags})
        assert response.status_code == 304
        assert_strict(dict(response.headers))


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("DELETE", 400)])
def test_a_preflight_has_them(served: TestClient, method: str, status: int) -> None:
    headers = {"Origin": "https://pages.example", "Access-Control-Request-Method": method}
    response = served.options("/v1/articles", headers=headers)
    assert response.status_code == status
    assert_strict(dict(response.headers))


def test_a_failure_and_a_foreign_host_have_them() -> None:
    client = client_of(frame(raising(RuntimeError()), settings=Settings(allowed_hosts=("testserver",)))[0])
    for url, status in (("/v1/fails", 500), ("http://evil.example/v1/fails", 421)):
        response = client.get(url)
        assert response.status_code == status
        assert_strict(dict(response.headers))


@pytest.mark.parametrize("path", ["/", *(f"/page/{file.name}" for file in sorted(PAGE_FOLDER.iterdir()))])
def test_the_page_has_its_own_policy(served: TestClient, path: str) -> None:
    first = served.get(path)
    for response in (first, served.get(path, headers={"If-None-Match": first.headers["ETag"]})):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        policies = response.headers.get_list("Content-Security-Policy")
        assert len(policies) == 1
        assert "script-src 'self';" in policies[0]
        assert "frame-ancestors 'none'" in policies[0]


@pytest.mark.parametrize("root_path", ["", "/news", "/a'\"<b"])
def test_the_documentation_runs_its_own_scripts_only_and_in_no_frame(database: Path, root_path: str) -> None:
    page = TestClient(app_for(database), root_path=root_path).get(f"{root_path}/docs")
    policy = page.headers["Content-Security-Policy"]
    scripts = re.findall("<script>(.*?)</script>", page.text, re.DOTALL)
    assert len(scripts) == 1
    digest = b64encode(sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "<b" not in page.text.replace("<body>", "")
    assert re.findall(" (?:style|on[a-z]+)=", page.text) == []
