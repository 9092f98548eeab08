/** The state of the page is its address: what is asked of the API, and a few parameters of the page itself. */

/** Parameters of the page; all others go to the API as they stand, which says what it does not understand. */
const OWN = new Set(["api", "article", "view", "interval"]);

/** Parameters that order or size the list of articles and narrow nothing. */
const SHAPING = new Set(["sort", "limit", "facet_size"]);

/** Parameters that only statements have. */
const SAID = new Set(["speaker", "about"]);

/** Parameters that are dropped together: `from+to` is both, and without words there is no relevance. */
const TOGETHER = new Map([["from+to", ["from", "to"]], ["q", ["q", "sort"]]]);

let listener = () => {};

/** Calls back after each change of the address, with the position to scroll to (null after a step forwards). */
export function onChange(callback) {
  listener = callback;
  history.scrollRestoration = "manual";
  addEventListener("popstate", (event) => callback(event.state?.scroll ?? 0));
  document.addEventListener("click", followed);
}

/** Returns the parameters of the address. */
export function current() {
  return new URLSearchParams(location.search);
}

/** Returns the filters of articles, which every view takes, as pairs in the order of the address. */
export function narrowing(state) {
  return theirs(state).filter(([name]) => !SHAPING.has(name) && !SAID.has(name));
}

/** Returns what is asked of the list of articles. */
export function listing(state) {
  return theirs(state).filter(([name]) => !SAID.has(name));
}

/** Returns what is asked of the list of statements. */
export function saying(state) {
  return theirs(state).filter(([name]) => !SHAPING.has(name));
}

/** Returns what a reader chose and can drop again. */
export function chosen(state) {
  return saying(state).filter(([name]) => name !== "members");
}

function theirs(state) {
  return [...state].filter(([name, value]) => !OWN.has(name) && value !== "");
}

/** Returns a state in which a parameter has just this value, or none if it is empty or null. */
export function having(state, name, value) {
  const changed = new URLSearchParams(state);
  if (value === null || value === "") changed.delete(name);
  else changed.set(name, value);
  return changed;
}

/** Returns a state in which a repeatable parameter has this value as well. */
export function adding(state, name, value) {
  if (state.getAll(name).includes(value)) return new URLSearchParams(state);
  const changed = new URLSearchParams(state);
  changed.append(name, value);
  return changed;
}

/** Returns a state without one value of a parameter, and what goes with it. */
export function dropping(state, name, value) {
  const names = TOGETHER.get(name);
  const isGone = ([key, given]) => (names ? names.includes(key) : key === name && given === value);
  return new URLSearchParams([...state].filter((pair) => !isGone(pair)));
}

/** Returns a state in which one value of a parameter is replaced by another. */
export function replacing(state, name, value, other) {
  const pairs = [...state].map(([key, given]) => [key, key === name && given === value ? other : given]);
  return new URLSearchParams(pairs);
}

/** Returns a state whose parameters of the page are kept and whose question is a new one. */
export function fresh(state, ...pairs) {
  const kept = state.get("api");
  return new URLSearchParams([...(kept === null ? [] : [["api", kept]]), ...pairs]);
}

/** Returns a state without an open article: what a change of the filters leads to. */
export function searching(state) {
  return having(state, "article", null);
}

/** Returns a state that shows another view; what only statements know stays behind. */
export function viewing(state, view) {
  const kept = [...searching(state)].filter(([name]) => !SAID.has(name));
  return having(new URLSearchParams(kept), "view", view);
}

/** Returns the address of a state, for a link. */
export function href(state) {
  return `?${state}`;
}

/** Goes to a state, so that the way back leads here. */
export function go(state) {
  history.replaceState({ ...history.state, scroll: scrollY }, "");
  const query = String(state);
  history.pushState({ scroll: 0 }, "", query ? `?${query}` : location.pathname);
  listener(null);
}

/** Follows links to other states in place; with a modifier key the browser opens them as it opens any link. */
function followed(event) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
    return;
  }
  const target = event.target.closest?.("a")?.getAttribute("href");
  if (!target?.startsWith("?")) return;
  event.preventDefault();
  go(new URLSearchParams(target));
}
