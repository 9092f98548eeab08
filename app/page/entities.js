// @ts-check
/** Entities on the page: the icon of a type, and links that filter by an entity. */

/** @import { Schemas } from "./api.js" */

import { element, svgElement } from "./dom.js";
import { addValue, closeArticle, href } from "./state.js";
import { entityType, hiddenText } from "./vocabulary.js";

const CIRCLE = "M8 1.500A6.500 6.500 0 1 1 8 14.500A6.500 6.500 0 1 1 8 1.500z";

const SHAPES = new Map([
  ["person", CIRCLE],
  ["organization", "M5 2h6a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z"],
  ["state", "M2 2h12v12H2z"],
  ["armed_group", "M8 0.500L15.500 8L8 15.500L0.500 8z"],
  ["media", "M4.500 1.500h7L15.500 8L11.500 14.500h-7L0.500 8z"],
  ["place", "M8 1L15.500 14.500H0.500z"],
  ["weapon", "M8 15L0.500 1.500H15.500z"],
]);

/**
 * Return the shape of a type as an SVG path in a square of 16, so that colour is never the only difference.
 *
 * @param {string} type
 */
export function typeShape(type) {
  return SHAPES.get(type) ?? CIRCLE;
}

/**
 * Return the icon of a type for use in text that names the type too.
 *
 * @param {string} type
 */
export function typeIcon(type) {
  const shape = svgElement("path", { d: typeShape(type) });
  return svgElement("svg", { class: `type-icon type-${type}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, shape);
}

/**
 * Return a state that also filters by an entity.
 *
 * @param {URLSearchParams} state
 * @param {Pick<Schemas["EntityRef"], "id" | "type">} entity
 */
export function filterByEntity(state, { id, type }) {
  return addValue(closeArticle(state), entityType(type).parameter, id);
}

/**
 * Return a link that filters by an entity.
 *
 * @param {Schemas["EntityRef"]} entity
 * @param {URLSearchParams} state
 */
export function entityLink(entity, state) {
  const { name, type } = entity;
  return element(
    "a",
    { class: `name type-${type}`, href: href(filterByEntity(state, entity)) },
    typeIcon(type),
    name,
    hiddenText(`, ${entityType(type).name}`),
  );
}
