// @ts-check
/** The filters: facets with their counts, fields for days, and chips to remove filters. */

/** @import { Pair, Schemas } from "./api.js" */

import { element, fill } from "./dom.js";
import { addValue, closeArticle, href, navigate, newSearch, removableFilters, removeValue, setValue } from "./state.js";
import {
  FACETS,
  formatNumber,
  hiddenText,
  nameFromId,
  PARAMETERS,
  PRECISIONS,
  SOURCE_KINDS,
  TEXT_KINDS,
  wordFor,
} from "./vocabulary.js";

/** @typedef {ReadonlyMap<string, Schemas["FacetValue"][] | null>} Facets */

/** @typedef {{ parameter: string, title: string, rule: string, values: readonly Schemas["FacetValue"][] }} Facet */

/** The values of each facet at first, and after a click on More. */
const FEW = 8;
const MANY = 60;

/**
 * Return the parameters that ask for all facets.
 *
 * @param {URLSearchParams} state
 * @returns {Pair[]}
 */
export function facetParameters(state) {
  /** @type {Pair[]} */
  const facets = [...FACETS.keys()].map((parameter) => ["facet", parameter]);
  return state.has("facet_size") ? facets : [...facets, ["facet_size", String(FEW)]];
}

/**
 * Draw the column of filters.
 *
 * @param {HTMLElement} container
 * @param {URLSearchParams} state
 * @param {Facets} facets
 * @param {number} total
 */
export function drawFilters(container, state, facets, total) {
  const sections = [...FACETS].map(([parameter, { title, rule }]) => {
    const values = facets.get(parameter) ?? [];
    return values.length > 0 && section(state, { parameter, title, rule, values }, total);
  });
  fill(container, countNote(state), dayForm(state), sections);
}

/**
 * Explain what the numbers count if the current view counts something else.
 *
 * @param {URLSearchParams} state
 */
function countNote(state) {
  const text = "The numbers count articles, not statements, and ignore the speaker.";
  return state.get("view") === "statements" && element("p", { class: "note" }, text);
}

/**
 * Draw the current filters as chips; a click on one removes it.
 *
 * @param {HTMLElement} container
 * @param {URLSearchParams} state
 * @param {Facets} facets
 */
export function drawChips(container, state, facets) {
  const filters = removableFilters(state);
  if (!filters.length) return fill(container);
  const view = state.get("view");
  const target = href(view === null ? newSearch(state) : newSearch(state, ["view", view]));
  const clear = element("a", { class: "clear", href: target, "data-key": "clear" }, "Clear all");
  const chips = filters.map(([name, value]) => {
    return element("li", {}, chip(state, name, value, valueName(state, facets, name, value)));
  });
  fill(container, element("ul", { class: "chips", "aria-label": "Active filters" }, chips, element("li", {}, clear)));
}

/**
 * @param {URLSearchParams} state
 * @param {string} name
 * @param {string} value
 * @param {string} text
 */
function chip(state, name, value, text) {
  return element(
    "a",
    { class: "chip", href: href(removeValue(closeArticle(state), name, value)), "data-key": `chip ${name} ${value}` },
    hiddenText("Remove "),
    element("span", { class: "label" }, wordFor(PARAMETERS, name)),
    " ",
    text,
    element("span", { class: "cross", "aria-hidden": "true" }, "×"),
  );
}

/**
 * @param {URLSearchParams} state
 * @param {Facets} facets
 * @param {string} name
 * @param {string} value
 */
function valueName(state, facets, name, value) {
  if (name === "precision") return wordFor(PRECISIONS, value);
  if (name === "text_kind") return TEXT_KINDS.get(value)?.name ?? value;
  if (name === "speaker" || name === "about") return nameFromId(value);
  const values = facets.get(name) ?? [];
  return values.find((item) => item.chosen && valueInAddress(state, name, values, item) === value)?.name ?? value;
}

/**
 * @param {URLSearchParams} state
 * @param {Facet} facet
 * @param {number} total
 */
function section(state, facet, total) {
  const { parameter, title, rule, values } = facet;
  const most = Math.max(total, ...values.map(({ count }) => count), 1);
  return element(
    "section",
    { class: "facet" },
    element("h3", {}, title, " ", element("span", { class: "rule" }, rule)),
    parameter === "actor" && membersLabel(state),
    element(
      "ul",
      {},
      values.map((value) => element("li", {}, row(state, facet, value, most))),
    ),
    moreLink(state, facet),
  );
}

/**
 * @param {URLSearchParams} state
 * @param {Facet} facet
 * @param {Schemas["FacetValue"]} value
 * @param {number} most
 */
function row(state, { parameter, values }, value, most) {
  const { id, count, chosen } = value;
  const current = chosen ? valueInAddress(state, parameter, values, value) : null;
  const bar = element("span", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", String(count / most));
  const content = [
    bar,
    element("span", { class: "name" }, chosen && hiddenText("Selected: "), facetName(parameter, value)),
    element("span", { class: "count" }, formatNumber(count), hiddenText(" articles")),
  ];
  if (chosen && current === null) return element("span", { class: "value chosen" }, content);
  const base = closeArticle(state);
  const target = current === null ? addValue(base, parameter, id) : removeValue(base, parameter, current);
  return element(
    "a",
    {
      class: `value ${chosen ? "chosen" : ""}`,
      "aria-current": chosen && "true",
      href: href(target),
      "data-key": `${parameter} ${id}`,
    },
    content,
  );
}

/**
 * Return the value in the address, which may be another name of the same thing; null if it is ambiguous.
 *
 * @param {URLSearchParams} state
 * @param {string} parameter
 * @param {readonly Schemas["FacetValue"][]} values
 * @param {Schemas["FacetValue"]} value
 */
function valueInAddress(state, parameter, values, { id, name }) {
  const all = state.getAll(parameter);
  const exact = all.find((value) => value === id || value.toLowerCase() === name.toLowerCase());
  if (exact !== undefined) return exact;
  const known = new Set(values.flatMap((value) => [value.id, value.name.toLowerCase()]));
  const others = all.filter((value) => !known.has(value) && !known.has(value.toLowerCase()));
  const words = new Set(`${id}-${name.toLowerCase()}`.split(/[\s-]+/));
  const similar = others.filter((value) =>
    value
      .toLowerCase()
      .split(/[\s-]+/)
      .every((word) => words.has(word)),
  );
  const [candidate, ...rest] = similar.length ? similar : others;
  return candidate !== undefined && rest.length === 0 ? candidate : null;
}

/**
 * @param {string} parameter
 * @param {Schemas["FacetValue"]} value
 */
function facetName(parameter, { id, name }) {
  if (parameter === "precision") return PRECISIONS.get(id) ?? name;
  if (parameter === "text_kind") return TEXT_KINDS.get(id)?.name ?? name;
  if (parameter === "source_kind") return SOURCE_KINDS.get(id) ?? "not known";
  if (id === "none" && ["language", "country"].includes(parameter)) return "not known";
  if (parameter !== "language") return name;
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(id) ?? name;
  } catch {
    return name;
  }
}

/**
 * @param {URLSearchParams} state
 * @param {Facet} facet
 */
function moreLink(state, { parameter, title, values }) {
  const isLong = state.has("facet_size");
  if (values.length < (isLong ? MANY : FEW) && !(isLong && values.length > FEW)) return null;
  const target = setValue(closeArticle(state), "facet_size", isLong ? null : String(MANY));
  return element(
    "a",
    { class: "more-values", href: href(target), "data-key": `more ${parameter}` },
    isLong ? "Fewer" : "More",
    hiddenText(` ${title.toLowerCase()}`),
  );
}

/** @param {URLSearchParams} state */
function membersLabel(state) {
  const checked = state.get("members") === "true";
  const box = element("input", { type: "checkbox", checked, change, "data-key": "members" });
  return element("label", { class: "members" }, box, " Include those who act for them: ministries, forces, leaders");

  function change() {
    navigate(setValue(closeArticle(state), "members", box.checked ? "true" : null));
  }
}

/** @param {URLSearchParams} state */
function dayForm(state) {
  const [from, to] = [dayInput(state, "from", "2015"), dayInput(state, "to", "2015-11")];
  return element(
    "form",
    { class: "facet days", submit },
    element("h3", {}, "Days ", element("span", { class: "rule" }, "as printed, inclusive")),
    element(
      "div",
      { class: "fields" },
      element("label", {}, "From", from),
      element("label", {}, "To", to),
      element("button", {}, "Apply"),
    ),
  );

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    navigate(setValue(setValue(closeArticle(state), "from", from.value.trim()), "to", to.value.trim()));
  }
}

/**
 * @param {URLSearchParams} state
 * @param {string} name
 * @param {string} placeholder
 */
function dayInput(state, name, placeholder) {
  return element("input", {
    name,
    value: state.get(name),
    placeholder,
    inputmode: "numeric",
    maxlength: "10",
    "data-key": `day ${name}`,
  });
}
