// The client of openapi-typescript and openapi-fetch, used against a running server.

import createClient from "openapi-fetch";
import type { components, paths } from "./openapi-typescript/dateline";
import { baseUrl, check, run } from "./outcome";

type ArticleItem = components["schemas"]["ArticleItem"];
type ArticleLine = components["schemas"]["ArticleLine"];
type ArticleDetail = components["schemas"]["ArticleDetail"];
const sort: components["schemas"]["Sort"] = "-published";

run(async () => {
  const dateline = createClient<paths>({ baseUrl });

  const list = await dateline.GET("/v1/articles", {
    params: { query: { actor: ["putin", "obama"], from: "2015-11", sort, facet: ["source"], limit: 2 } },
  });
  check(list.data !== undefined && list.data.total > 0, "list");
  const [first] = list.data.items as ArticleItem[];
  check(first !== undefined && first.published.on !== null && first.source.id !== "", "item");
  check((list.data.facets?.source ?? []).length > 0, "facet");

  const detail = await dateline.GET("/v1/articles/{id}", { params: { path: { id: first.id } } });
  const article = detail.data as ArticleDetail;
  check(article.id === first.id && article.mentions.length > 0, "detail");

  const chosen = await dateline.GET("/v1/articles", { params: { query: { fields: "id,title" } } });
  check(chosen.data?.items[0]?.title !== undefined && chosen.data.items[0].url === undefined, "fields");

  const posted = await dateline.POST("/v1/articles/search", { body: { any_actor: ["putin", "obama"], limit: 1 } });
  check(posted.data !== undefined && posted.data.total >= list.data.total, "search by POST");

  const refused = await dateline.GET("/v1/articles", { params: { query: { actor: ["putni"] } } });
  check(refused.error?.errors[0]?.code === "unknown", "error");
  check(refused.error.errors[0].candidates[0]?.id === "vladimir-putin", "candidates of an error");

  const lines = await dateline.GET("/v1/articles.ndjson", { params: { query: {} }, parseAs: "text" });
  const items = (lines.data ?? "").trim().split("\n").map((line) => JSON.parse(line) as ArticleLine);
  check(items.some(({ id }) => id === first.id), "lines of JSON");

  const linked = await dateline.GET("/v1/articles/{id}.jsonld", { params: { path: { id: first.id } } });
  check(linked.data?.headline === first.title, "JSON-LD");

  const feed = await dateline.GET("/v1/articles.jsonfeed");
  check(feed.data?.items[0]?._dateline?.source.id !== undefined, "JSON Feed");
});
