"""Random samples: repeatable, uniform, and the same in every view."""

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import app_for, load_jsonl
from tests.contract.test_refusals import assert_problem

ARTICLES = 60

CRITICAL = 98.3
"""The value that χ² with 59 degrees of freedom exceeds once in a thousand times."""


@pytest.fixture(scope="module")
def client(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Yield a client of 60 articles of two sources."""
    database = tmp_path_factory.mktemp("samples") / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    load_jsonl(
        database,
        [
            {"title": f"Notice {n}", "source": "Post" if n % 3 else "Gazette", "text": f"Notice {n}.",
             "published": f"2015-11-{n % 30 + 1:02}", "id": str(n)}
            for n in range(ARTICLES)
        ],
    )  # fmt: skip
    with TestClient(app_for(database)) as client:
        yield client


def sample(client: TestClient, query: str) -> list[str]:
    """Return the ids of the articles on a page of 100."""
    body: dict[str, Any] = client.get(f"/v1/articles?limit=100&{query}").json()
    return [item["id"] for item in body["items"]]


def test_a_sample_is_the_lowest_keyed_hashes(client: TestClient) -> None:
    """The same on every machine."""
    everything = sample(client, "")
    for seed in ("word", "ünï", "0"):
        lowest = sorted(everything, key=lambda id_: blake2b(id_.encode(), digest_size=8, key=seed.encode()).digest())
        assert sample(client, f"sample=7&seed={seed}") == [id_ for id_ in everything if id_ in lowest[:7]]
    assert sample(client, "sample=7") == sample(client, "sample=7&seed=0")
    assert sample(client, "sample=60&seed=word") == everything == sample(client, "sample=10000&seed=word")


@pytest.mark.unmeasured
def test_a_sample_is_uniform(client: TestClient) -> None:
    """χ² over 200 seeds: each article is in a sample of 6 as often as any other."""
    counts = Counter(id_ for seed in range(200) for id_ in sample(client, f"sample=6&seed=s{seed}&fields=id"))
    expected = 200 * 6 / ARTICLES
    # Without replacement, an article is drawn or not: the variance is smaller by the share that is not drawn.
    chi_squared = sum((counts[id_] - expected) ** 2 for id_ in sample(client, "")) / expected / (1 - 6 / ARTICLES)
    assert sum(counts.values()) == 200 * 6
    assert chi_squared < CRITICAL


def test_every_view_is_of_the_same_sample(client: TestClient) -> None:
    query = "sample=9&seed=view&source=post&from=2015-11"
    body = client.get(f"/v1/articles?{query}&limit=100&facet=source").json()
    assert (body["total"], len(body["items"])) == (40, 9)
    assert body["sampled"] == {"of": 40, "size": 9, "seed": "view"}
    assert [(value["id"], value["count"]) for value in body["facets"]["source"]] == [("post", 9)]
    ids = [item["id"] for item in body["items"]]
    pages, url = list[str](), f"/v1/articles?{query}&limit=4"
    while url:
        page = client.get(url)
        pages += [item["id"] for item in page.json()["items"]]
        url = page.links["next"]["url"] if "next" in page.links else ""
    assert pages == ids
    assert [line[:12] for line in client.get(f"/v1/articles.csv?{query}").text.splitlines()[1:]] == ids
    assert client.get(f"/v1/articles.ndjson?{query}").text.count("\n") == 9
    timeline = client.get(f"/v1/timeline?{query}&interval=day").json()
    assert (timeline["total"], timeline["sampled"]["size"]) == (40, 9)
    assert sum(bucket["count"] for bucket in timeline["buckets"]) == 9
    assert client.get(f"/v1/network?{query}").json()["sampled"] == body["sampled"]


def test_a_sample_of_a_smaller_result_is_part_of_that_of_a_larger_one(client: TestClient) -> None:
    """Newcomers displace some articles, and change nothing else."""
    larger, smaller = sample(client, "sample=10&seed=x"), sample(client, "sample=10&seed=x&to=2015-11-20")
    within = set(sample(client, "to=2015-11-20"))
    assert {*larger} & within <= {*smaller}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("sample=0", "sample"),
        ("sample=10001", "sample"),
        ("sample=few", "sample"),
        ("seed=word", "seed"),
        ("sample=5&seed=%20", "seed"),
        (f"sample=5&seed={'ä' * 33}", "seed"),
        (f"sample=5&seed={'a' * 65}", "seed"),
    ],
)
def test_a_bad_sample_is_refused(client: TestClient, query: str, parameter: str) -> None:
    errors = assert_problem(client.get(f"/v1/articles?{query}"), 422)["errors"]
    assert [error["parameter"] for error in errors] == [parameter]
