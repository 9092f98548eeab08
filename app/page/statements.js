// @ts-check
/** Who said what: the statements in the articles of a search. */

/** @import { Answer, Schemas } from "./api.js" */
/** @import { Search } from "./articles.js" */

import { apiUrl, getJson, isAbort } from "./api.js";
import { viewHeading } from "./articles.js";
import { publishedDate } from "./dates.js";
import { announce, element, fill } from "./dom.js";
import { emptySection, problemSection } from "./problem.js";
import { requestDetails } from "./request.js";
import { href, setValue, statementParameters } from "./state.js";
import { formatCount, STATEMENT_KINDS, wordFor } from "./vocabulary.js";

const PATH = "/v1/statements";

/**
 * Show the first page of statements.
 *
 * @param {HTMLElement} container
 * @param {Search} search
 */
export async function showStatements(container, search) {
  const { state, signal } = search;
  const parameters = statementParameters(state);
  const page = await getJson(PATH, parameters, signal);
  const list = element(
    "ol",
    { class: "statements" },
    page.items.map((item) => entry(item, state)),
  );
  fill(
    container,
    viewHeading(formatCount(page.total, "statement")),
    page.empty ? emptySection(page.empty, state) : list,
    nextPage(list, page, search),
    element("footer", { class: "requests" }, requestDetails(apiUrl(PATH, parameters))),
  );
}

/**
 * Return how a statement is reported: its kind and the word that introduces it.
 *
 * @param {Pick<Schemas["StatementItem"], "kind" | "cue">} statement
 */
export function manner({ kind, cue }) {
  const text = [wordFor(STATEMENT_KINDS, kind), cue && `“${cue}”`].filter(Boolean).join(", ");
  return element("span", { class: "manner" }, text);
}

/**
 * @param {Schemas["StatementItem"]} statement
 * @param {URLSearchParams} state
 */
function entry(statement, state) {
  const { article, text, kind, speaker, speaker_name: words } = statement;
  const name = speaker?.name ?? words ?? "Unnamed speaker";
  return element(
    "li",
    { class: `statement-entry ${kind}` },
    element(
      "p",
      { class: "speaker" },
      speaker ? element("a", { href: href(setValue(state, "speaker", speaker.id)) }, name) : name,
      manner(statement),
    ),
    element("blockquote", {}, text ?? "This server withholds the text."),
    element(
      "p",
      { class: "origin" },
      "In ",
      element("a", { href: href(setValue(state, "article", article.id)) }, article.title),
      `, ${article.source.name}, `,
      publishedDate(article.published, { withTime: false }),
    ),
  );
}

/**
 * Return the button for the next page, which extends the list and moves the focus to the first new statement.
 *
 * @param {HTMLElement} list
 * @param {Answer<"/v1/statements">} page
 * @param {Search} search
 */
function nextPage(list, { next }, search) {
  if (next === null) return null;
  const { state, signal } = search;
  const button = element("button", { type: "button", class: "more", click: load }, "More statements");
  const container = element("div", { class: "next-page" }, button);
  return container;

  async function load() {
    button.disabled = true;
    try {
      const page = await getJson(PATH, [...statementParameters(state), ["cursor", String(next)]], signal);
      const items = page.items.map((item) => entry(item, state));
      list.append(...items);
      container.replaceWith(nextPage(list, page, search) ?? "");
      items[0]?.querySelector("a")?.focus();
      announce(`${list.childElementCount} of ${page.total} shown`);
    } catch (error) {
      if (!isAbort(error)) fill(container, problemSection(error, state, load));
    }
  }
}
