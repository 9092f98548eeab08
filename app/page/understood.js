// @ts-check
/** How the words of a search were understood, and what was ignored. */

/** @import { Answer } from "./api.js" */

import { element, fill } from "./dom.js";

/**
 * Show how `q` was understood, unless it says no more than what was typed.
 *
 * @param {HTMLElement} container
 * @param {Answer<"/v1/articles">} articles
 * @param {URLSearchParams} state
 */
export function drawUnderstood(container, { understood, notes }, state) {
  const isPlain = understood === null || understood === state.get("q");
  container.hidden = isPlain && notes.length === 0;
  fill(
    container,
    !isPlain && element("p", {}, element("span", { class: "label" }, "Read as"), " ", element("kbd", {}, understood)),
    notes.length > 0 &&
      element(
        "ul",
        { class: "notes" },
        notes.map((note) => element("li", {}, note)),
      ),
  );
}
