// @ts-check
/** The keyboard focus when the page draws again: `data-key` names an element across drawings. */

import { byId } from "./dom.js";

/** The key of the last link that was clicked. */
/** @type {string | null} */
let lastClick = null;

/**
 * Remember the key of a link that was clicked.
 *
 * @param {MouseEvent} event
 */
export function rememberClick({ target }) {
  if (target instanceof Element) lastClick = keyOf(target.closest("[data-key]")) ?? lastClick;
}

/** Return the focus to the link that led to the article. */
export function restoreFocus() {
  if (lastClick !== null) withKey(lastClick)?.focus({ preventScroll: true });
}

/**
 * Draw, then move the focus to the element that replaces the one that had it.
 *
 * @param {() => void | Promise<void>} draw
 */
export async function keepFocus(draw) {
  const key = keyOf(document.activeElement);
  await draw();
  if (key === null || keyOf(document.activeElement) === key) return;
  (withKey(key) ?? byId("main")).focus({ preventScroll: true });
}

/** @param {Element | null} node */
function keyOf(node) {
  return node?.getAttribute("data-key") ?? null;
}

/** @param {string} key */
function withKey(key) {
  const node = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  return node instanceof HTMLElement || node instanceof SVGElement ? node : null;
}
