// @ts-check
/** Element builders. Data becomes text or a property, never markup. */

/** @typedef {Node | string | null | undefined | false | Children} Child */

/** An array of children, as an object type: in JSDoc an alias cannot name itself in an array. */
/** @typedef {{ readonly length: number, readonly [index: number]: Child }} Children */

/** @typedef {{ [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void }} Listeners */

/** @typedef {string | number | boolean | null | undefined | ((event: never) => void)} Attribute */

/** @typedef {Listeners & { [name: string]: Attribute }} Attributes */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Create an HTML element. A function is added as a listener, with its key as the event; null, undefined and false are
 * skipped, as attributes and as children.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} attributes
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes = {}, ...children) {
  return build(document.createElement(name), attributes, children);
}

/**
 * Create an SVG element in the same way.
 *
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes} attributes
 * @param {Child[]} children
 * @returns {SVGElementTagNameMap[Name]}
 */
export function svgElement(name, attributes = {}, ...children) {
  return build(document.createElementNS(SVG, name), attributes, children);
}

/**
 * @template {Element} Kind
 * @param {Kind} node
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, /** @type {EventListener} */ (value));
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...flatten(children));
  return node;
}

/**
 * Replace the content of a container.
 *
 * @param {Element} container
 * @param {Child[]} children
 */
export function fill(container, ...children) {
  container.replaceChildren(...flatten(children));
}

/**
 * @param {Children} children
 * @returns {(Node | string)[]}
 */
function flatten(children) {
  return Array.from(children).flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    return child instanceof Node || typeof child === "string" ? [child] : flatten(child);
  });
}

/**
 * Return the items with a separator between them.
 *
 * @param {readonly Child[]} items
 * @param {string} separator
 * @returns {Child[]}
 */
export function join(items, separator) {
  return items.flatMap((item, index) => (index ? [separator, item] : [item]));
}

/**
 * Return the element with this id.
 *
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {string} id
 * @param {(new () => Kind)} [kind] its class, where a caller needs more than an HTMLElement
 */
export function byId(id, kind) {
  const node = document.getElementById(id);
  if (!(node instanceof (kind ?? HTMLElement))) throw new TypeError(`index.html has no such element: ${id}`);
  return /** @type {Kind} */ (node);
}

/**
 * Announce to screen readers what is visible at a glance.
 *
 * @param {string} text
 */
export function announce(text) {
  byId("announcement").textContent = text;
}

/**
 * Draw into a container now and whenever its width changes: the labels of a scaled drawing are too small on a phone.
 *
 * @param {Element} container
 * @param {(width: number) => Node} draw
 */
export function drawToWidth(container, draw) {
  let width = 0;
  new ResizeObserver(() => {
    if (container.clientWidth === width || container.clientWidth === 0) return;
    width = container.clientWidth;
    container.replaceChildren(draw(width));
  }).observe(container);
}
