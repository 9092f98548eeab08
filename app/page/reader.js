// @ts-check
/** One article: its text, the entities in it, and who says what. */

/** @import { Pair, Schemas } from "./api.js" */
/** @import { Numbers, Statement } from "./text.js" */

import { apiUrl, getJson } from "./api.js";
import { publishedDate } from "./dates.js";
import { element, fill, join } from "./dom.js";
import { filterByEntity, typeIcon } from "./entities.js";
import { citationLinks, requestDetails } from "./request.js";
import { addValue, closeArticle, href, setValue, switchView } from "./state.js";
import { manner } from "./statements.js";
import { articleText, articleTitle } from "./text.js";
import { DETAILS, ENTITY_TYPES, entityType, hiddenText, TEXT_KINDS } from "./vocabulary.js";

/** @typedef {Schemas["ArticleDetail"]} Article */

/** An entity with the number of its mentions. */
/** @typedef {Schemas["EntityRef"] & { count: number }} EntityTotal */

const PATH = "/v1/articles/{id}";

/** The most similar articles, and the most names and words that show why each is similar. */
const SIMILAR = "4";
const REASONS = 3;

/**
 * Show the article of a state.
 *
 * @param {HTMLElement} container
 * @param {{ state: URLSearchParams, signal: AbortSignal }} options
 */
export async function showReader(container, { state, signal }) {
  const id = state.get("article") ?? "";
  const version = state.get("as_of");
  /** @type {Pair[]} */
  const parameters = version === null ? [] : [["as_of", version]];
  const article = await getJson(PATH, parameters, signal, id);
  const numbers = new Map(article.statements.map((statement, index) => [statement, index + 1]));
  const footer = element(
    "footer",
    { class: "article-footer" },
    element("div", { class: "requests" }, requestDetails(apiUrl(PATH, parameters, id)), formatLinks(id)),
  );
  fill(
    container,
    backLink(state),
    version !== null && element("p", { class: "note" }, `As corpus version ${version} served it.`),
    element(
      "article",
      {},
      header(article, state),
      legend(article, container),
      element("div", { class: "text", lang: article.language }, articleText(article, numbers, state)),
      element("p", { class: "rights" }, article.rights),
      contextObject(article),
    ),
    element("aside", { class: "article-aside" }, statementList(article, numbers, state), entityList(article, state)),
    footer,
  );
  document.title = `${article.title} – Dateline`;
  // Zotero looks for the article again.
  document.dispatchEvent(new Event("ZoteroItemUpdated", { bubbles: true, cancelable: true }));
  void showSimilar(footer, id, state, signal);
}

/**
 * Return links to the same article in formats for other programs.
 *
 * @param {string} id
 */
function formatLinks(id) {
  return element(
    "p",
    { class: "exports" },
    element("a", { href: apiUrl("/v1/articles/{id}.jsonld", [], id), rel: "noreferrer" }, "As JSON-LD (schema.org)"),
    ", ",
    element("a", { href: apiUrl("/v1/articles/{id}/annotations", [], id), rel: "noreferrer" }, "as W3C annotations"),
    ". ",
    citationLinks("/v1/articles/{id}/citation", [], id),
  );
}

/**
 * Return the article as a ContextObject in a span (COinS), in which reference managers such as Zotero find it.
 *
 * @param {Article} article
 */
function contextObject({ title, authors, source, published, url, language }) {
  const pairs = new URLSearchParams([
    ["ctx_ver", "Z39.88-2004"],
    ["rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"],
    ["rft.type", "newspaperArticle"],
    ["rft.title", title],
    ["rft.source", source.name],
    ...authors.map((author) => ["rft.creator", author]),
    ...(published.on === null ? [] : [["rft.date", published.on]]),
    ...(url === null ? [] : [["rft.identifier", url]]),
    ...(language === null ? [] : [["rft.language", language]]),
  ]);
  return element("span", { class: "Z3988", title: String(pairs), hidden: true });
}

/**
 * Show the most similar articles and why. They are an extra: if the request fails, there is no section.
 *
 * @param {HTMLElement} footer
 * @param {string} id
 * @param {URLSearchParams} state
 * @param {AbortSignal} signal
 */
async function showSimilar(footer, id, state, signal) {
  const path = "/v1/articles/{id}/similar";
  const page = await getJson(path, [["limit", SIMILAR]], signal, id).catch(() => null);
  if (!page?.items.length) return;
  footer.append(
    element(
      "section",
      { "aria-labelledby": "similar-title" },
      element("h2", { id: "similar-title" }, "Similar articles"),
      element(
        "ul",
        { class: "similar" },
        page.items.map((item) => similarArticle(item, state)),
      ),
      element("div", { class: "requests" }, requestDetails(apiUrl(path, [["limit", SIMILAR]], id))),
    ),
  );
}

/**
 * @param {Schemas["SimilarArticle"]} item
 * @param {URLSearchParams} state
 */
function similarArticle({ article, entities, words }, state) {
  const names = entities.slice(0, REASONS).map(({ name }) => name);
  const shared = [...names, ...words.slice(0, REASONS)].join(", ");
  const date = publishedDate(article.published, { withTime: false });
  return element(
    "li",
    {},
    element("a", { href: href(setValue(closeArticle(state), "article", article.id)) }, article.title),
    element("p", { class: "note" }, `${article.source.name}, `, date),
    shared && element("p", { class: "note" }, `Shares ${shared}`),
  );
}

/**
 * Return the link back to the results.
 *
 * @param {URLSearchParams} state
 */
export function backLink(state) {
  return element("p", { class: "back" }, element("a", { href: href(closeArticle(state)) }, "← Back to the results"));
}

/**
 * @param {Article} article
 * @param {URLSearchParams} state
 */
function header(article, state) {
  const { source, authors, published, url, text_kind: kind } = article;
  const sourceTarget = href(addValue(closeArticle(state), "source", source.id));
  return element(
    "header",
    {},
    element("p", { class: "kicker" }, element("a", { class: "source", href: sourceTarget }, source.name)),
    element("h1", { id: "title", tabindex: "-1" }, articleTitle(article, state)),
    element(
      "p",
      { class: "byline" },
      publishedDate(published),
      authors.length > 0 && element("span", { class: "authors" }, `By ${authors.join(", ")}`),
      element("span", { class: "kind" }, TEXT_KINDS.get(kind)?.name ?? kind),
      url !== null && isWeb(url) && element("a", { href: url, rel: "noreferrer noopener" }, "Read at the publisher"),
    ),
    detailLine(article),
  );
}

/**
 * Return what an archive says of the article besides, each detail after its name.
 *
 * @param {Article} article
 */
function detailLine({ details }) {
  const lines = Object.entries(details).map(([name, line]) => {
    return element("span", {}, `${DETAILS.get(name) ?? name}: `, element("bdi", {}, line));
  });
  return lines.length > 0 && element("p", { class: "details" }, lines);
}

/** @param {string} url */
function isWeb(url) {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/**
 * Explain the marks; a button switches each type off.
 *
 * @param {Article} article
 * @param {HTMLElement} container
 */
function legend({ mentions, statements }, container) {
  const types = [...ENTITY_TYPES].filter(([type]) => mentions.some((mention) => mention.type === type));
  return element(
    "ul",
    { class: "legend keys", "aria-label": "Legend; each button hides or shows its marks" },
    types.map(([type, { plural }]) => {
      return key(container, type, [typeIcon(type), element("span", { class: `mention type-${type}` }, plural)]);
    }),
    statements.length > 0 && key(container, "statement", [element("span", { class: "statement" }, "statements")]),
  );
}

/**
 * @param {HTMLElement} container
 * @param {string} mark
 * @param {Element[]} content
 */
function key(container, mark, content) {
  const button = element("button", { type: "button", "aria-pressed": "true", click }, content);
  return element("li", {}, button);

  function click() {
    const isOn = button.getAttribute("aria-pressed") === "false";
    button.setAttribute("aria-pressed", String(isOn));
    container.classList.toggle(`without-${mark}`, !isOn);
  }
}

/**
 * @param {Article} article
 * @param {Numbers} numbers
 * @param {URLSearchParams} state
 */
function statementList({ statements, language }, numbers, state) {
  if (!statements.length) return languageNote(language);
  return element(
    "section",
    { "aria-labelledby": "statements-title" },
    element("h2", { id: "statements-title" }, "Who says what"),
    element(
      "ol",
      { class: "statement-list" },
      statements.map((statement) => statementEntry(statement, numbers.get(statement) ?? 0, state)),
    ),
  );
}

/**
 * Return what is not looked for in a text of this language; null for English and for an unknown language.
 *
 * @param {string | null} language
 */
function languageNote(language) {
  if (language === null || /^en(-|$)/i.test(language)) return null;
  return element(
    "p",
    { class: "rights" },
    "In this language, Dateline finds names of the lexicon only; it finds other names and statements in English texts.",
  );
}

/**
 * @param {Statement} statement
 * @param {number} number
 * @param {URLSearchParams} state
 */
function statementEntry(statement, number, state) {
  const { speaker, speaker_name: words } = statement;
  const name = words ?? "Unnamed speaker";
  const target = href(setValue(switchView(state, "statements"), "speaker", speaker));
  const label = `Statement ${number} in the text`;
  return element(
    "li",
    { "data-speaker": number },
    element("button", { type: "button", class: "reference", click, "aria-label": label }, String(number)),
    speaker === null ? element("span", {}, name) : element("a", { href: target }, name),
    manner(statement),
  );

  function click() {
    const node = document.querySelector(`[data-statement="${number}"]`);
    if (!(node instanceof HTMLElement)) return;
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
  }
}

/**
 * @param {Article} article
 * @param {URLSearchParams} state
 */
function entityList(article, state) {
  const totals = entityTotals(article);
  const types = new Set([...ENTITY_TYPES.keys(), ...totals.map(({ type }) => type)]);
  const groups = [...types].map((type) => ({ type, entities: totals.filter((entity) => entity.type === type) }));
  if (!totals.length) return null;
  return element(
    "section",
    { "aria-labelledby": "entities-title" },
    element("h2", { id: "entities-title" }, "Named here"),
    groups.map(({ type, entities }) => entities.length > 0 && entityGroup(type, entities, state)),
  );
}

/**
 * @param {string} type
 * @param {readonly EntityTotal[]} entities
 * @param {URLSearchParams} state
 */
function entityGroup(type, entities, state) {
  const links = entities.map((entity) => entityEntry(entity, state));
  return element(
    "div",
    { class: "entity-group" },
    element("h3", { class: `type-${type}` }, typeIcon(type), entityType(type).plural),
    element("p", {}, join(links, ", ")),
  );
}

/**
 * @param {EntityTotal} entity
 * @param {URLSearchParams} state
 */
function entityEntry(entity, state) {
  const { name, count } = entity;
  return element(
    "a",
    { href: href(filterByEntity(state, entity)) },
    name,
    element("span", { class: "count" }, ` ${count}`),
    hiddenText(count === 1 ? " time" : " times"),
  );
}

/**
 * Return the entities of an article, most mentions first; each has its name if the answer has it, else its longest
 * mention.
 *
 * @param {Article} article
 */
function entityTotals({ mentions, entities }) {
  const names = new Map(entities.map(({ id, name }) => [id, name]));
  /** @type {Map<string, EntityTotal>} */
  const totals = new Map();
  for (const { entity: id, text, type } of mentions) {
    if (id === null) continue;
    const total = totals.get(id) ?? { id, type, name: names.get(id) ?? "", count: 0 };
    total.count += 1;
    if (!names.has(id) && text.length > total.name.length) total.name = text;
    totals.set(id, total);
  }
  return [...totals.values()].sort((one, other) => other.count - one.count);
}
