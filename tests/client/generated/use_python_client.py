"""The client of openapi-python-client, used against a running server: `python use_python_client.py URL`."""

import json
import sys
from http import HTTPStatus

from dateline_client import Client
from dateline_client.api.articles import (
    export_articles_jsonfeed,
    export_articles_ndjson,
    get_article,
    get_article_jsonld,
    list_articles,
    search_articles,
)
from dateline_client.models import (
    ArticleDetail,
    ArticleFacet,
    ArticleFieldsList,
    ArticleLine,
    ArticleList,
    ArticlePage,
    EntityType,
    ErrorCode,
    JsonFeed,
    NewsArticle,
    Problem,
    Sort,
)
from dateline_client.types import UNSET, Unset


def main(url: str) -> None:
    """Use the client; raise AssertionError where an answer is not as declared."""
    client = Client(base_url=url, raise_on_unexpected_status=True)

    page = list_articles.sync(
        client=client,
        actor=["putin", "obama"],
        from_="2015-11",
        sort=Sort.PUBLISHED_DESCENDING,
        facet=[ArticleFacet.SOURCE],
        limit=2,
    )
    assert isinstance(page, ArticleList)
    first = page.items[0]
    assert first.published.on is not None
    assert first.entities[0].type_ in EntityType
    assert page.facets is not None
    assert page.facets.source

    article = get_article.sync(first.id, client=client)
    assert isinstance(article, ArticleDetail)
    assert article.mentions

    chosen = list_articles.sync(client=client, fields="id,title")
    assert isinstance(chosen, ArticleFieldsList)
    assert not isinstance(chosen.items[0].title, Unset)
    assert chosen.items[0].url is UNSET

    posted = search_articles.sync(client=client, body=ArticlePage(any_actor=["putin", "obama"], limit=1))
    assert isinstance(posted, ArticleList)
    assert posted.total >= page.total

    refused = list_articles.sync_detailed(client=client, actor=["putni"])
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert isinstance(refused.parsed, Problem)
    assert refused.parsed.errors[0].code is ErrorCode.UNKNOWN
    assert refused.parsed.errors[0].candidates[0].id == "vladimir-putin"

    lines = export_articles_ndjson.sync(client=client)
    assert isinstance(lines, str)
    assert first.id in {ArticleLine.from_dict(json.loads(line)).id for line in lines.strip().split("\n")}

    linked = get_article_jsonld.sync(first.id, client=client)
    assert isinstance(linked, NewsArticle)
    assert linked.headline == first.title

    feed = export_articles_jsonfeed.sync(client=client)
    assert isinstance(feed, JsonFeed)
    assert not isinstance(feed.items[0].field_dateline, Unset)


if __name__ == "__main__":
    main(sys.argv[1])
