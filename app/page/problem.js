// @ts-check
/** Errors and empty results, with links to better searches. */

/** @import { Schemas } from "./api.js" */

import { ApiError } from "./api.js";
import { formatDate } from "./dates.js";
import { element } from "./dom.js";
import { requestDetails } from "./request.js";
import { closeArticle, href, removeValue, replaceValue, setValue } from "./state.js";
import { formatCount, PARAMETERS, wordFor } from "./vocabulary.js";

/**
 * Show an error; `retry` repeats the request.
 *
 * @param {unknown} error
 * @param {URLSearchParams} state
 * @param {() => void} retry
 */
export function problemSection(error, state, retry) {
  if (error instanceof ApiError) return apiProblem(error, state, retry);
  return problem("No response", "The page failed", element("p", {}, String(error)), retryButton(retry));
}

/**
 * @param {ApiError} error
 * @param {URLSearchParams} state
 * @param {() => void} retry
 */
function apiProblem({ status, title, message, errors, url, request }, state, retry) {
  const causes = errors.map((cause) => causeOf(cause, state));
  return problem(
    status ? `Error ${status}` : "No response",
    title,
    causes.length ? causes : element("p", {}, message),
    status !== 422 && retryButton(retry),
    status >= 500 && request !== null && element("p", { class: "note" }, `Request id for the operator: ${request}`),
    requestDetails(url),
  );
}

/**
 * @param {string} status
 * @param {string} title
 * @param {import("./dom.js").Child[]} content
 */
function problem(status, title, ...content) {
  return element(
    "section",
    { class: "problem", role: "alert" },
    element("p", { class: "status" }, status),
    element("h2", {}, title),
    content,
  );
}

/** @param {() => void} retry */
function retryButton(retry) {
  return element("p", { class: "actions" }, element("button", { type: "button", click: retry }, "Try again"));
}

/**
 * @param {Schemas["ProblemError"]} error
 * @param {URLSearchParams} state
 */
function causeOf({ parameter, value, wanted, nearest }, state) {
  const base = closeArticle(state);
  const refused = value ?? state.get(parameter) ?? "";
  return element(
    "div",
    { class: "cause" },
    element(
      "p",
      {},
      element("span", { class: "label" }, wordFor(PARAMETERS, parameter)),
      " ",
      element("q", { class: "refused" }, refused),
    ),
    element("p", { class: "wanted" }, `Expected: ${wanted}.`),
    nearest.length > 0 && [
      element("p", {}, "Did you mean"),
      element(
        "ul",
        { class: "ways" },
        nearest.map((name) => element("li", {}, correction(base, parameter, refused, name))),
      ),
    ],
    element(
      "p",
      {},
      element("a", { class: "way quiet", href: href(removeValue(base, parameter, refused)) }, "Remove it"),
    ),
  );
}

/**
 * The nearest name of an unknown parameter is a parameter; the nearest names of a value are values.
 *
 * @param {URLSearchParams} state
 * @param {string} parameter
 * @param {string} value
 * @param {string} name
 */
function correction(state, parameter, value, name) {
  if (state.has(parameter) && !state.getAll(parameter).includes(value)) return name;
  const isUnknown = !PARAMETERS.has(parameter) && state.has(parameter);
  const target = isUnknown ? renameParameter(state, parameter, name) : replaceValue(state, parameter, value, name);
  return element("a", { class: "way", href: href(target) }, name);
}

/**
 * @param {URLSearchParams} state
 * @param {string} parameter
 * @param {string} name
 */
function renameParameter(state, parameter, name) {
  return new URLSearchParams([...state].map(([key, value]) => [key === parameter ? name : key, value]));
}

/**
 * Explain an empty result: how many articles each filter excludes, and which days there are.
 *
 * @param {Schemas["EmptyExplanation"]} empty
 * @param {URLSearchParams} state
 */
export function emptySection({ without, first_day: first, last_day: last }, state) {
  const ways = without.filter(({ total }) => total > 0);
  const none = without.length
    ? "No single filter causes this: without any one of them, the others still match no article."
    : "";
  return element(
    "section",
    { class: "empty-result" },
    element("h2", {}, "No article matches all of this"),
    ways.length
      ? element(
          "ul",
          { class: "ways" },
          ways.map((way) => wayOut(way, state)),
        )
      : element("p", {}, none),
    first !== null &&
      last !== null &&
      element(
        "p",
        { class: "note" },
        `The articles here were printed between ${formatDate(first)} and ${formatDate(last)}.`,
      ),
  );
}

/**
 * @param {Schemas["TotalWithout"]} way
 * @param {URLSearchParams} state
 */
function wayOut({ parameter, value, total, remaining }, state) {
  const base = closeArticle(state);
  const target = remaining === null ? removeValue(base, parameter, value) : setValue(base, parameter, remaining);
  const name = remaining === null ? filterName(parameter, value) : `“${value}” among the words`;
  const text = `Without ${name}: ${formatCount(total, "article")}`;
  return element("li", {}, element("a", { class: "way", href: href(target) }, text));
}

/**
 * @param {string} parameter
 * @param {string} value
 */
function filterName(parameter, value) {
  if (parameter === "from+to") return `the days from ${value.replace("/", " to ")}`;
  return `${wordFor(PARAMETERS, parameter)} “${value}”`;
}
