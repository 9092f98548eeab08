// Citations as citation-js reads them: they have to say what the API says of the articles.

import { Cite } from "@citation-js/core";
import "@citation-js/plugin-bibtex";
import "@citation-js/plugin-csl";
import "@citation-js/plugin-ris";

const base = process.argv[2];
const STYLES = ["csl", "ris", "bibtex"];

/** Return the names of authors as one text each, however they are divided. */
const names = (authors) =>
  [authors ?? []]
    .flat()
    .map((author) => author.literal ?? author.raw ?? ([author.family, author.given].filter(Boolean).join(", ") || author));

const list = await (await fetch(`${base}/v1/articles?limit=100`)).json();
let wrong = 0;
for (const article of list.items) {
  for (const style of STYLES) {
    const response = await fetch(`${base}/v1/articles/${article.id}/citation?style=${style}`);
    const [item, ...others] = new Cite(await response.text()).data;
    // Of a newspaper article in RIS, citation-js takes the year alone, and its authors for reporters.
    const isRis = style === "ris";
    const parts = article.published.on?.split("-").map(Number).slice(0, isRis ? 1 : 3);
    const expected = {
      title: article.title.split(/\s+/u).join(" ").trim(),
      authors: article.authors,
      issued: parts,
      URL: article.url,
    };
    const found = {
      title: item.title,
      authors: names(isRis ? item.reporter : item.author),
      issued: item.issued?.["date-parts"]?.[0],
      URL: article.url === null ? null : item.URL,
    };
    if (others.length > 0 || JSON.stringify(found) !== JSON.stringify(expected)) {
      wrong += 1;
      console.error(style, article.id, JSON.stringify(found), JSON.stringify(expected));
    }
  }
}
for (const style of STYLES) {
  const response = await fetch(`${base}/v1/articles/citation?actor=putin&style=${style}`);
  const [item] = new Cite(await response.text()).data;
  if (!item.title.startsWith("Search for actor putin (") || !item.URL.endsWith("?actor=putin")) {
    wrong += 1;
    console.error(style, JSON.stringify(item));
  }
}
console.log(`citation-js read ${list.items.length} articles in ${STYLES.length} formats; ${wrong} wrong`);
process.exit(wrong === 0 && list.items.length > 0 ? 0 : 1);
