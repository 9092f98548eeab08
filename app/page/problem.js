/** Says what went wrong, or why nothing was found, and offers the ways out as links. */

import { element } from "./dom.js";
import { inWords } from "./dates.js";
import { call } from "./call.js";
import { dropping, href, replacing, searching } from "./state.js";
import { PARAMETERS, counted, wordFor } from "./vocabulary.js";

/** Shows an error; `retry` asks again. */
export function problem(error, state, retry) {
  const { status, title, detail, errors, url, request } = error;
  return element(
    "section",
    { class: "problem", role: "alert" },
    element("p", { class: "status" }, status ? `Refused with ${status}` : "No answer"),
    element("h2", {}, title ?? "The page failed"),
    errors?.length ? errors.map((cause) => wrong(cause, state)) : element("p", {}, detail || error.message),
    status !== 422 && element("p", { class: "actions" }, element("button", { type: "button", click: retry }, "Ask again")),
    status >= 500 && request && element("p", { class: "note" }, `The operator finds it under ${request}.`),
    url && call(url),
  );
}

function wrong({ parameter, value, wanted, nearest }, state) {
  const base = searching(state);
  const given = value ?? state.get(parameter) ?? "";
  return element(
    "div",
    { class: "cause" },
    element(
      "p",
      {},
      element("span", { class: "label" }, wordFor(PARAMETERS, parameter)),
      " ",
      element("q", { class: "given" }, given),
    ),
    element("p", { class: "wanted" }, `Wanted: ${wanted}.`),
    nearest.length > 0 && [
      element("p", {}, "Did you mean"),
      element("ul", { class: "ways" }, nearest.map((name) => element("li", {}, instead(base, parameter, given, name)))),
    ],
    element("p", {}, element("a", { class: "way quiet", href: href(dropping(base, parameter, given)) }, "Leave it out")),
  );
}

/** A misspelt parameter has its own name as the nearest; a misspelt value has other values. */
function instead(state, parameter, given, name) {
  if (!state.has(parameter) || state.getAll(parameter).includes(given)) {
    const isName = !PARAMETERS.has(parameter) && state.has(parameter);
    const target = isName ? renamed(state, parameter, name) : replacing(state, parameter, given, name);
    return element("a", { class: "way", href: href(target) }, name);
  }
  return name;
}

function renamed(state, parameter, name) {
  return new URLSearchParams([...state].map(([key, value]) => [key === parameter ? name : key, value]));
}

/** Explains an empty result: what each value alone keeps away, and which days there are. */
export function nothing({ without, first_day: first, last_day: last }, state) {
  const ways = without.filter(({ total }) => total > 0);
  return element(
    "section",
    { class: "nothing" },
    element("h2", {}, "No article is all of this"),
    ways.length
      ? [list(ways, state)]
      : element("p", {}, without.length ? "No single filter is in the way: only together do they leave nothing." : ""),
    first && element("p", { class: "note" }, `What is published was printed between ${inWords(first)} and ${inWords(last)}.`),
  );
}

function list(ways, state) {
  return element(
    "ul",
    { class: "ways" },
    ways.map(({ parameter, value, total }) =>
      element(
        "li",
        {},
        element(
          "a",
          { class: "way", href: href(dropping(searching(state), parameter, value)) },
          `Leave out ${named(parameter, value)}: ${counted(total, "article")}`,
        ),
      ),
    ),
  );
}

function named(parameter, value) {
  if (parameter === "from+to") return `the days from ${value.replace("/", " to ")}`;
  return `${wordFor(PARAMETERS, parameter)} “${value}”`;
}
