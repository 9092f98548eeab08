import { dateline, type Article } from "./search";

/** Yields every article of a search, page by page: take the next page when the reader nears the end of the list. */
export async function* pages(actor: string): AsyncGenerator<Article[]> {
  let cursor: string | null = null;
  do {
    const query: { actor: string[]; cursor?: string } = cursor === null ? { actor: [actor] } : { actor: [actor], cursor };
    const { data, error }: Awaited<ReturnType<typeof request>> = await request(query);
    if (error) throw new Error(error.detail);
    yield data.items as Article[];
    cursor = data.next;
  } while (cursor !== null);
}

function request(query: { actor: string[]; cursor?: string }) {
  return dateline.GET("/v1/articles", { params: { query } });
}

/** Adds a page to a list whenever the element after it becomes visible. */
export function scrolling(sentinel: Element, batches: AsyncGenerator<Article[]>, show: (articles: Article[]) => void) {
  const observer = new IntersectionObserver(async ([entry]) => {
    if (!entry?.isIntersecting) return;
    observer.unobserve(sentinel);
    const { value, done } = await batches.next();
    if (done) return;
    show(value);
    observer.observe(sentinel);
  });
  observer.observe(sentinel);
}
