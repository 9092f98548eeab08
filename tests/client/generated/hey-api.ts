// The client of @hey-api/openapi-ts, used against a running server.

import * as api from "./hey-api/sdk.gen";
import { client } from "./hey-api/client.gen";
import type { ArticleDetail, ArticleItem, ArticleLine, Problem, Sort } from "./hey-api/types.gen";
import { baseUrl, check, run } from "./outcome";

const sort: Sort = "-published";

run(async () => {
  client.setConfig({ baseUrl });

  const list = await api.listArticles({
    query: { actor: ["putin", "obama"], from: "2015-11", sort, facet: ["source"], limit: 2 },
  });
  check(list.data !== undefined && list.data.total > 0, "list");
  const [first] = list.data.items as ArticleItem[];
  check(first !== undefined && first.published.on !== null && first.source.id !== "", "item");
  check((list.data.facets?.source ?? []).length > 0, "facet");

  const detail = await api.getArticle({ path: { id: first.id } });
  const article = detail.data as ArticleDetail;
  check(article.id === first.id && article.mentions.length > 0, "detail");

  const chosen = await api.listArticles({ query: { fields: "id,title" } });
  check(chosen.data?.items[0]?.title !== undefined && chosen.data.items[0].url === undefined, "fields");

  const posted = await api.searchArticles({ body: { any_actor: ["putin", "obama"], limit: 1 } });
  check(posted.data !== undefined && posted.data.total >= list.data.total, "search by POST");

  const refused = await api.listArticles({ query: { actor: ["putni"] } });
  const problem = refused.error as Problem;
  check(problem.errors[0]?.code === "unknown", "error");
  check(problem.errors[0].candidates[0]?.id === "vladimir-putin", "candidates of an error");

  const lines = await api.exportArticlesNdjson({ parseAs: "text" });
  const items = (lines.data ?? "").trim().split("\n").map((line) => JSON.parse(line) as ArticleLine);
  check(items.some(({ id }) => id === first.id), "lines of JSON");

  const linked = await api.getArticleJsonld({ path: { id: first.id } });
  check(linked.data?.headline === first.title, "JSON-LD");

  const feed = await api.exportArticlesJsonfeed({ parseAs: "json" });
  check(feed.data?.items[0]?._dateline?.source.id !== undefined, "JSON Feed");
});
