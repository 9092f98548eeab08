"""Citations as rispy reads them: `python use_rispy.py URL`."""

import json
import sys
from typing import Any
from urllib.request import urlopen

import rispy


def main(url: str) -> None:
    """Compare the citation of each article with the article; raise AssertionError where they differ."""
    articles = json.loads(_get(f"{url}/v1/articles?limit=100"))["items"]
    assert articles
    for article in articles:
        (record,) = rispy.loads(_get(f"{url}/v1/articles/{article['id']}/citation?style=ris"))
        assert record["type_of_reference"] == "NEWS"
        assert record["title"] == " ".join(article["title"].split())
        assert record["secondary_title"] == article["source"]["name"]
        assert record.get("authors", []) == article["authors"]
        day = article["published"]["on"] or ""
        assert record.get("date", "").rstrip("/") == day.replace("-", "/")
        assert record.get("year", "") == day[:4]
        assert article["url"] in {None, *_listed(record["urls"])}
    (record,) = rispy.loads(_get(f"{url}/v1/articles/citation?actor=putin&style=ris"))
    assert record["title"].startswith("Search for actor putin (")


def _listed(value: Any) -> list[str]:  # noqa: ANN401 - as rispy has it
    return value if isinstance(value, list) else [value]


def _get(url: str) -> str:
    with urlopen(url, timeout=30) as response:
        return str(response.read(), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
