/** Makes elements. Whatever comes from data is set as text or through a property, never as markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an HTML element. `attributes` are set as such; those that are null, undefined or false are left out.
 * Children are nodes, texts, or null for none.
 */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** Makes an SVG element in the same way. */
export function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name, value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...there(children));
  return made;
}

/** Puts children in the place of all that a place holds. */
export function fill(place, ...children) {
  place.replaceChildren(...there(children));
}

function there(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Puts something between the parts of a list. */
export function joined(parts, between) {
  return parts.flatMap((part, index) => (index ? [between, part] : [part]));
}

/** Returns the element of this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Tells screen readers something that a glance would show. */
export function say(text) {
  byId("said").textContent = text;
}

/**
 * Draws into a place of the page now and whenever its width changes, since a drawing that is merely scaled has texts
 * that nobody can read on a phone. `draw(width)` returns the nodes.
 */
export function drawnToWidth(place, draw) {
  let width = 0;
  new ResizeObserver(() => {
    if (place.clientWidth === width || place.clientWidth === 0) return;
    width = place.clientWidth;
    place.replaceChildren(draw(width));
  }).observe(place);
}
