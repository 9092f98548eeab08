// @ts-check
/** The state of the page is its address: parameters for the API, and a few for the page itself. */

/** @import { Pair } from "./api.js" */

/** Parameters of the page; all others go to the API unchanged, which reports those it does not know. */
const PAGE_PARAMETERS = new Set(["api", "article", "as_of", "view", "interval"]);

/** Parameters that order or size the list of articles and filter nothing. */
const LIST_PARAMETERS = new Set(["sort", "limit", "facet_size"]);

/** Parameters that only statements have. */
const STATEMENT_PARAMETERS = new Set(["speaker", "about"]);

/**
 * Parameters to remove together: `from+to` is both, and so is `near+km`; without words there is no relevance, and
 * without a point no distance.
 */
const REMOVED_TOGETHER = new Map([
  ["from+to", ["from", "to"]],
  ["near+km", ["near", "km"]],
  ["near", ["near", "km"]],
  ["q", ["q", "sort"]],
]);

/** @typedef {(scroll: number | null) => void} Listener */

/** @type {Listener} */
let listener = () => {};

/**
 * Call back after each change of the address, with the position to scroll to; it is null after a step forward.
 *
 * @param {Listener} callback
 */
export function onChange(callback) {
  listener = callback;
  history.scrollRestoration = "manual";
  addEventListener("popstate", (event) => callback(event.state?.scroll ?? 0));
  document.addEventListener("click", followLink);
}

/** Return the parameters in the address. */
export function currentState() {
  return new URLSearchParams(location.search);
}

/**
 * Return the passage that the address names, as in `#text=120-180`; null if it names none.
 *
 * @returns {{ field: string, start: number, end: number } | null}
 */
export function citedPassage() {
  const match = /^#(title|text)=(\d{1,9})-(\d{1,9})$/.exec(location.hash);
  return match === null ? null : { field: match[1] ?? "", start: Number(match[2]), end: Number(match[3]) };
}

/**
 * Return the filters of articles, which every view takes, in the order of the address.
 *
 * @param {URLSearchParams} state
 */
export function articleFilters(state) {
  return apiParameters(state).filter(([name]) => !LIST_PARAMETERS.has(name) && !STATEMENT_PARAMETERS.has(name));
}

/**
 * Return the parameters for the list of articles.
 *
 * @param {URLSearchParams} state
 */
export function articleParameters(state) {
  return apiParameters(state).filter(([name]) => !STATEMENT_PARAMETERS.has(name));
}

/**
 * Return the parameters for the list of statements.
 *
 * @param {URLSearchParams} state
 */
export function statementParameters(state) {
  return apiParameters(state).filter(([name]) => !LIST_PARAMETERS.has(name));
}

/**
 * Return the filters that a user can remove.
 *
 * @param {URLSearchParams} state
 */
export function removableFilters(state) {
  return statementParameters(state).filter(([name]) => name !== "members");
}

/**
 * @param {URLSearchParams} state
 * @returns {Pair[]}
 */
function apiParameters(state) {
  return [...state].filter(([name, value]) => !PAGE_PARAMETERS.has(name) && value !== "");
}

/**
 * Return a state in which a parameter has only this value, or none if it is empty or null.
 *
 * @param {URLSearchParams} state
 * @param {string} name
 * @param {string | null} value
 */
export function setValue(state, name, value) {
  const copy = new URLSearchParams(state);
  if (value === null || value === "") copy.delete(name);
  else copy.set(name, value);
  return copy;
}

/**
 * Return a state in which a repeatable parameter has this value too.
 *
 * @param {URLSearchParams} state
 * @param {string} name
 * @param {string} value
 */
export function addValue(state, name, value) {
  const copy = new URLSearchParams(state);
  if (!state.getAll(name).includes(value)) copy.append(name, value);
  return copy;
}

/**
 * Return a state without one value of a parameter.
 *
 * @param {URLSearchParams} state
 * @param {string} name
 * @param {string} value
 */
export function removeValue(state, name, value) {
  const names = REMOVED_TOGETHER.get(name);
  return new URLSearchParams(
    [...state].filter(([key, other]) => (names ? !names.includes(key) : key !== name || other !== value)),
  );
}

/**
 * Return a state in which one value of a parameter is replaced by another.
 *
 * @param {URLSearchParams} state
 * @param {string} name
 * @param {string} value
 * @param {string} replacement
 */
export function replaceValue(state, name, value, replacement) {
  return new URLSearchParams(
    [...state].map(([key, other]) => [key, key === name && other === value ? replacement : other]),
  );
}

/**
 * Return a state with the API of this one and otherwise only these parameters.
 *
 * @param {URLSearchParams} state
 * @param {Pair[]} parameters
 */
export function newSearch(state, ...parameters) {
  const api = state.get("api");
  return new URLSearchParams([...(api === null ? [] : [["api", api]]), ...parameters]);
}

/**
 * Return a state without an open article, to which a change of the filters leads.
 *
 * @param {URLSearchParams} state
 */
export function closeArticle(state) {
  return setValue(setValue(state, "article", null), "as_of", null);
}

/**
 * Return a state that shows another view, without the filters that only statements have.
 *
 * @param {URLSearchParams} state
 * @param {string | null} view
 */
export function switchView(state, view) {
  const shared = [...closeArticle(state)].filter(([name]) => !STATEMENT_PARAMETERS.has(name));
  return setValue(new URLSearchParams(shared), "view", view);
}

/**
 * Return the address of a state, for a link.
 *
 * @param {URLSearchParams} state
 */
export function href(state) {
  return `?${state}`;
}

/**
 * Go to a state, and remember the scroll position of this one for the way back.
 *
 * @param {URLSearchParams} state
 */
export function navigate(state) {
  history.replaceState({ ...history.state, scroll: scrollY }, "");
  const query = String(state);
  history.pushState({ scroll: 0 }, "", query ? `?${query}` : location.pathname);
  listener(null);
}

/**
 * Follow links to other states in place; with a modifier key the browser opens them like any link.
 *
 * @param {MouseEvent} event
 */
function followLink(event) {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const target = event.target instanceof Element ? event.target.closest("a")?.getAttribute("href") : null;
  if (!target?.startsWith("?")) return;
  event.preventDefault();
  navigate(new URLSearchParams(target));
}
