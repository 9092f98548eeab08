// @ts-check
/** A comparison of the sources: how much each wrote about a search, whom it alone names, and whom it quotes. */

/** @import { Schemas } from "./api.js" */
/** @import { Search } from "./articles.js" */

import { apiUrl, getJson } from "./api.js";
import { viewHeading } from "./articles.js";
import { formatRange } from "./dates.js";
import { element, fill, join } from "./dom.js";
import { entityLink, typeIcon } from "./entities.js";
import { emptySection } from "./problem.js";
import { requestDetails } from "./request.js";
import { addValue, articleFilters, href, setValue, switchView } from "./state.js";
import { formatCount, formatNumber, hiddenText } from "./vocabulary.js";

const PATH = "/v1/compare";

/**
 * Show the comparison.
 *
 * @param {HTMLElement} container
 * @param {Search} search
 */
export async function showSources(container, { state, signal }) {
  const parameters = articleFilters(state);
  const { total, sources_with_articles: reporting, items, empty } = await getJson(PATH, parameters, signal);
  const list = () =>
    element(
      "ol",
      { class: "sources" },
      items.map((item) => row(item, state)),
    );
  fill(
    container,
    viewHeading(`${formatNumber(reporting)} of ${formatCount(total, "source")} report on this`),
    empty ? emptySection(empty, state) : list(),
    element("footer", { class: "requests" }, requestDetails(apiUrl(PATH, parameters))),
  );
}

/**
 * @param {Schemas["ComparisonItem"]} item
 * @param {URLSearchParams} state
 */
function row(item, state) {
  const { id, name, articles, coverage, share, first_day: first, last_day: last, speakers } = item;
  const articlesState = switchView(state, null);
  const meter = element("span", { class: "meter", "aria-hidden": "true" });
  meter.style.setProperty("--share", String(share ?? 0));
  return element(
    "li",
    { class: articles ? "" : "without-articles" },
    element("h3", {}, articles ? element("a", { href: href(addValue(articlesState, "source", id)) }, name) : name),
    element("p", {}, meter, `${formatNumber(articles)} of its ${formatCount(coverage, "article")} in this period`),
    first !== null && last !== null && element("p", { class: "note" }, formatRange(first, last)),
    names(
      "Only source to name ",
      item.exclusive_entities.map((entity) => entityLink(entity, articlesState)),
    ),
    names(
      "Quotes ",
      speakers.map((speaker) => speakerLink(speaker, id, state)),
    ),
  );
}

/**
 * @param {string} label
 * @param {HTMLElement[]} links
 */
function names(label, links) {
  return links.length > 0 && element("p", { class: "names" }, label, join(links, " "));
}

/**
 * @param {Schemas["SpeakerOut"]} speaker
 * @param {string} source
 * @param {URLSearchParams} state
 */
function speakerLink({ id, name, type, statements }, source, state) {
  const target = setValue(setValue(switchView(state, "statements"), "speaker", id), "source", source);
  return element(
    "a",
    { class: `name type-${type}`, href: href(target) },
    typeIcon(type),
    `${name} ${statements}`,
    hiddenText(" statements"),
  );
}
