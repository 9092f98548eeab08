/** Suggestions under the search box: an ARIA combobox (Authoring Practices 1.2) over /v1/suggest. */

import { ask, isGivenUp } from "./api.js";
import { byId, element, fill } from "./dom.js";
import { adding, current, go, having, narrowing, searching } from "./state.js";
import { counted, entityType, sign } from "./vocabulary.js";

const PATH = "v1/suggest";

/** Milliseconds after the last key before asking: longer than between the keys of a fast typist. */
const PAUSE = 120;

/** Makes the search box suggest names; choosing one narrows to it. */
export function suggesting() {
  const input = byId("q");
  const list = byId("suggestions");
  const shown = { items: [], at: -1, timer: 0, asking: new AbortController(), known: true };

  input.addEventListener("input", () => later(input, list, shown));
  input.addEventListener("keydown", (event) => pressed(event, input, list, shown));
  input.addEventListener("blur", () => close(input, list, shown));
  // The box must not lose the focus, or the list is gone before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(Number(option.dataset.at), input, list, shown);
  });
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    close(input, list, shown);
    const words = input.value.trim();
    const state = searching(current());
    const base = words ? state : having(state, "sort", null);
    go(having(base, "q", words));
  });
}

function later(input, list, shown) {
  clearTimeout(shown.timer);
  shown.asking.abort();
  const prefix = input.value.trim();
  if (!prefix || !shown.known) return close(input, list, shown);
  shown.timer = setTimeout(() => refresh(prefix, input, list, shown), PAUSE);
}

async function refresh(prefix, input, list, shown) {
  shown.asking = new AbortController();
  const filters = narrowing(current()).filter(([name]) => name !== "q");
  try {
    const { items } = await ask(PATH, [["prefix", prefix.slice(0, 100)], ["limit", "8"], ...filters], shown.asking.signal);
    const found = items.filter(({ articles }) => articles);
    // What no article here names is only of use to those who find nothing else.
    open(found.length ? found : items, input, list, shown);
  } catch (error) {
    if (isGivenUp(error)) return;
    // A Dateline without suggestions is not asked again; the search box works without them.
    shown.known = error.status !== 404;
    close(input, list, shown);
  }
}

function open(items, input, list, shown) {
  if (document.activeElement !== input) return;
  Object.assign(shown, { items, at: -1 });
  fill(list, ...items.map(option));
  list.hidden = items.length === 0;
  input.setAttribute("aria-expanded", String(items.length > 0));
  input.removeAttribute("aria-activedescendant");
  byId("suggestions-said").textContent = items.length ? counted(items.length, "suggestion") : "No suggestions";
}

function close(input, list, shown) {
  clearTimeout(shown.timer);
  shown.asking.abort();
  Object.assign(shown, { items: [], at: -1 });
  list.hidden = true;
  fill(list);
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  byId("suggestions-said").textContent = "";
}

function option({ kind, name, type, matched, typo, articles }, index) {
  const what = kind === "source" ? "source" : entityType(type).name;
  const other = matched.toLowerCase() !== name.toLowerCase();
  return element(
    "li",
    { id: `suggestion-${index}`, role: "option", "aria-selected": "false", "data-at": index, class: articles ? "" : "silent" },
    element("span", { class: "what" }, kind === "source" ? null : sign(type), what),
    element("span", { class: "name" }, name, other && element("small", {}, typo ? ` spelt “${matched}”` : ` as “${matched}”`)),
    element("span", { class: "count" }, articles ? counted(articles, "article") : "none here"),
  );
}

function pressed(event, input, list, shown) {
  if (event.isComposing) return;
  const number = shown.items.length;
  const moves = new Map([["ArrowDown", shown.at + 1], ["ArrowUp", shown.at < 0 ? number - 1 : shown.at - 1]]);
  if (moves.has(event.key) && number) {
    event.preventDefault();
    // Past either end the focus is in the box itself, as the pattern has it.
    point(moves.get(event.key) >= number ? -1 : moves.get(event.key), input, list, shown);
  } else if (event.key === "ArrowDown") {
    later(input, list, shown);
  } else if (event.key === "Enter" && shown.at >= 0) {
    event.preventDefault();
    choose(shown.at, input, list, shown);
  } else if (event.key === "Escape" && number) {
    // The first time it closes the list; then the browser empties the box.
    event.preventDefault();
    close(input, list, shown);
  }
}

function point(at, input, list, shown) {
  shown.at = at;
  [...list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
  if (at < 0) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", `suggestion-${at}`);
  list.children[at].scrollIntoView({ block: "nearest" });
}

function choose(at, input, list, shown) {
  const { kind, id, type } = shown.items[at];
  const state = searching(current());
  input.value = state.get("q") ?? "";
  close(input, list, shown);
  go(adding(state, kind === "source" ? "source" : entityType(type).parameter, id));
}
