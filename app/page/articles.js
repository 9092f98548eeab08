// @ts-check
/** The list of articles: one page at a time, the next by its cursor. */

/** @import { Answer, Pair, Schemas } from "./api.js" */

import { apiUrl, getJson, isAbort } from "./api.js";
import { publishedDate } from "./dates.js";
import { announce, element, fill, join } from "./dom.js";
import { entityLink } from "./entities.js";
import { emptySection, problemSection } from "./problem.js";
import { citationLinks, requestDetails } from "./request.js";
import { addValue, articleFilters, closeArticle, href, navigate, setValue } from "./state.js";
import { formatCount, formatNumber, hiddenText, ORDERS, TEXT_KINDS } from "./vocabulary.js";

/**
 * The input of every view of a search: the state, and the first page of articles with its parameters.
 *
 * @typedef {{ state: URLSearchParams, articles: Answer<"/v1/articles">, parameters: Pair[], signal: AbortSignal }} Search
 */

export const PATH = "/v1/articles";

/** The default order. */
const NEWEST_FIRST = "-published";

/** The most names and passages under a title. */
const NAMES = 8;
const PASSAGES = 2;

/**
 * Show the first page.
 *
 * @param {HTMLElement} container
 * @param {Search} search
 */
export function showArticles(container, search) {
  const { state, articles, parameters } = search;
  const { total, items, empty } = articles;
  const list = element(
    "ol",
    { class: "articles" },
    items.map((item) => entry(item, state)),
  );
  fill(
    container,
    viewHeading(formatCount(total, "article"), total > 1 && orderLabel(state)),
    empty ? emptySection(empty, state) : list,
    nextPage(list, articles, search),
    element("footer", { class: "requests" }, requestDetails(apiUrl(PATH, parameters)), total > 0 && exportLinks(state)),
  );
}

/**
 * Return the heading that all views of a search share.
 *
 * @param {string} text
 * @param {import("./dom.js").Child[]} controls
 */
export function viewHeading(text, ...controls) {
  return element("div", { class: "view-head" }, element("h2", { id: "results-title", tabindex: "-1" }, text), controls);
}

/** @param {URLSearchParams} state */
function orderLabel(state) {
  const orders = [...ORDERS].filter(([value]) => value !== "relevance" || state.get("q"));
  const current = state.get("sort") ?? NEWEST_FIRST;
  const select = element(
    "select",
    { change, "data-key": "sort" },
    orders.map(([value, text]) => element("option", { value, selected: value === current }, text)),
  );
  return element("label", { class: "order" }, hiddenText("Order: "), select);

  function change() {
    navigate(setValue(state, "sort", select.value === NEWEST_FIRST ? null : select.value));
  }
}

/**
 * @param {Schemas["ArticleItem"]} item
 * @param {URLSearchParams} state
 */
function entry(item, state) {
  const { id, title, source, authors, published, text_kind: kind, lead, highlights, entities } = item;
  const label = TEXT_KINDS.get(kind)?.label;
  const target = href(setValue(state, "article", id));
  const sourceTarget = href(addValue(closeArticle(state), "source", source.id));
  return element(
    "li",
    {},
    element(
      "article",
      { class: "entry" },
      element("p", { class: "kicker" }, element("a", { class: "source", href: sourceTarget }, source.name)),
      element("h3", {}, element("a", { href: target, "data-key": `article ${id}` }, titleText(title, highlights))),
      element(
        "p",
        { class: "byline" },
        publishedDate(published),
        authors.length > 0 && element("span", { class: "authors" }, `By ${authors.join(", ")}`),
        label && element("span", { class: "kind" }, label),
      ),
      passages(highlights) ?? (lead !== null && element("p", { class: "snippet" }, lead)),
      element(
        "p",
        { class: "names" },
        hiddenText("Names "),
        join(
          entities.slice(0, NAMES).map((entity) => entityLink(entity, state)),
          " ",
        ),
      ),
    ),
  );
}

/**
 * Return the parameter that asks for highlights, if the state has anything to highlight.
 *
 * @param {URLSearchParams} state
 * @returns {Pair[]}
 */
export function highlightParameters(state) {
  const names = ["q", "actor", "any_actor", "place", "weapon"];
  return names.some((name) => state.get(name)) ? [["highlight", "true"]] : [];
}

/**
 * @param {string} title
 * @param {Schemas["ArticleItem"]["highlights"]} highlights
 */
function titleText(title, highlights) {
  const highlight = highlights?.find(({ field }) => field === "title");
  return highlight ? markSpans({ start: 0, text: title, spans: highlight.spans }) : title;
}

/** @param {Schemas["ArticleItem"]["highlights"]} highlights */
function passages(highlights) {
  const inText = highlights?.filter(({ field }) => field === "text") ?? [];
  if (inText.length === 0) return null;
  return inText.slice(0, PASSAGES).map((passage) => element("p", { class: "snippet" }, "… ", markSpans(passage), " …"));
}

/**
 * Mark spans, which count code points of the whole text, in a passage that begins at its code point `start`.
 *
 * @param {Pick<Schemas["Highlight"], "start" | "text" | "spans">} passage
 */
function markSpans({ start, text, spans }) {
  const points = Array.from(text);
  const children = [];
  let position = 0;
  for (const span of spans) {
    const [from, to] = [Math.max(span.start - start, position), span.end - start];
    if (to <= position) continue;
    children.push(points.slice(position, from).join(""), element("mark", {}, points.slice(from, to).join("")));
    position = to;
  }
  return [...children, points.slice(position).join("")];
}

/**
 * Return the button for the next page, which extends the list and moves the focus to the first new article.
 *
 * @param {HTMLElement} list
 * @param {Answer<"/v1/articles">} page
 * @param {Search} search
 */
function nextPage(list, { next, total }, search) {
  if (next === null) return null;
  const { state, parameters, signal } = search;
  const button = element("button", { type: "button", class: "more", click: load }, "More articles");
  const container = element(
    "div",
    { class: "next-page" },
    button,
    element("span", { class: "note" }, ` ${progress()}`),
  );
  return container;

  function progress() {
    return `${formatNumber(list.childElementCount)} of ${formatNumber(total)} shown`;
  }

  async function load() {
    button.disabled = true;
    button.textContent = "Loading …";
    try {
      const page = await getJson(PATH, [...parameters, ["cursor", String(next)]], signal);
      const items = page.items.map((item) => entry(item, state));
      list.append(...items);
      container.replaceWith(nextPage(list, page, search) ?? element("p", { class: "note" }, progress()));
      items[0]?.querySelector("h3")?.querySelector("a")?.focus();
      announce(progress());
    } catch (error) {
      if (!isAbort(error)) fill(container, problemSection(error, state, load));
    }
  }
}

/**
 * Return links to the whole result in other formats.
 *
 * @param {URLSearchParams} state
 */
function exportLinks(state) {
  const filters = articleFilters(state);
  const sort = state.get("sort");
  /** @type {Pair[]} */
  const ordered = sort === null ? filters : [...filters, ["sort", sort]];
  return element(
    "p",
    { class: "exports" },
    element("a", { href: apiUrl("/v1/articles.csv", ordered), rel: "noreferrer" }, "All as CSV"),
    ", ",
    element("a", { href: apiUrl("/v1/articles.ndjson", ordered), rel: "noreferrer" }, "all as NDJSON"),
    ", ",
    element("a", { href: apiUrl("/v1/articles.atom", filters), rel: "noreferrer" }, "the newest as a feed"),
    ". ",
    citationLinks("/v1/articles/citation", filters),
  );
}
