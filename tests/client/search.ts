import createClient from "openapi-fetch";
import type { components, paths } from "./dateline";

export type Article = components["schemas"]["ArticleItem"];
export const dateline = createClient<paths>({ baseUrl: "http://127.0.0.1:8000" });

/** Returns the newest articles that name an actor, with counts by source; throws an error that says what was wrong. */
export async function articlesOn(actor: string) {
  const { data, error } = await dateline.GET("/v1/articles", {
    params: { query: { actor: [actor], from: "2015-11", facet: ["source"], limit: 10 } },
  });
  if (error) {
    const causes = error.errors.map(({ value, wanted, nearest }) => `“${value}”: expected ${wanted} (${nearest.join(", ")})`);
    throw new Error([error.detail, ...causes].join("\n"));
  }
  return { total: data.total, articles: data.items as Article[], sources: data.facets?.source ?? [] };
}
