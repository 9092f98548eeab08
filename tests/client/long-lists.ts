import { dateline, type Article } from "./search";

/** Returns the newest articles that name any of up to 5,000 actors, which no URL could list. */
export async function articlesOnAny(actors: string[], cursor: string | null = null): Promise<[Article[], string | null]> {
  const { data, error } = await dateline.POST("/v1/articles/search", {
    body: { any_actor: actors, sort: "-published", limit: 100, cursor },
  });
  if (error) throw new Error(error.detail);
  return [data.items as Article[], data.next];
}
