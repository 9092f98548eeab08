// @ts-check
/** The names that occur together: a picture of them, and the same as a table. */

/** @import { Answer, Pair, Schemas } from "./api.js" */
/** @import { Search } from "./articles.js" */
/** @import { Point } from "./layout.js" */

import { apiUrl, getJson } from "./api.js";
import { viewHeading } from "./articles.js";
import { drawToWidth, element, fill, svgElement } from "./dom.js";
import { entityLink, filterByEntity, typeIcon, typeShape } from "./entities.js";
import { layout } from "./layout.js";
import { emptySection } from "./problem.js";
import { requestDetails } from "./request.js";
import { articleFilters, href } from "./state.js";
import { ENTITY_TYPES, entityType, formatCount, formatNumber } from "./vocabulary.js";

const PATH = "/v1/network";

/** Pixels below which a screen is a phone's. */
const NARROW = 640;

/** How many nodes and edges have room on a phone, and elsewhere. */
const SIZES = { narrow: { nodes: 14, edges: 60 }, wide: { nodes: 30, edges: 200 } };

/** The most characters of a label. */
const LABEL = 24;

/** @typedef {Answer<"/v1/network">} Network */

/** A node as drawn: `radius` is half the size of its shape, in pixels. */
/** @typedef {{ node: Schemas["NodeOut"], radius: number, label: string }} Dot */

/**
 * Show the network of a result.
 *
 * @param {HTMLElement} container
 * @param {Search} search
 */
export async function showNetwork(container, { state, signal }) {
  const { nodes, edges } = container.clientWidth < NARROW ? SIZES.narrow : SIZES.wide;
  /** @type {Pair[]} */
  const parameters = [...articleFilters(state), ["nodes", String(nodes)], ["edges", String(edges)]];
  const network = await getJson(PATH, parameters, signal);
  const request = requestDetails(apiUrl(PATH, parameters));
  if (network.empty) {
    const empty = emptySection(network.empty, state);
    return fill(container, viewHeading("Named together"), empty, element("div", { class: "requests" }, request));
  }
  const chart = element("div", { class: "chart network" });
  fill(
    container,
    viewHeading("Named together"),
    note(network),
    legend(network),
    chart,
    element("div", { class: "requests" }, table(network, state), request),
  );
  drawToWidth(chart, (width) => picture(network, state, width));
}

/** @param {Network} network */
function note({ nodes, total }) {
  const [names, articles] = [formatCount(nodes.length, "name"), formatCount(total, "article")];
  const text = `The ${names} that occur most in ${articles}; lines join names that occur in the same article.`;
  return element("p", { class: "note" }, text);
}

/** @param {Network} network */
function legend({ nodes }) {
  const types = [...ENTITY_TYPES].filter(([type]) => nodes.some((node) => node.type === type));
  return element(
    "ul",
    { class: "legend", "aria-label": "Legend" },
    types.map(([type, { plural }]) => element("li", { class: `type-${type}` }, typeIcon(type), plural)),
  );
}

/**
 * @param {Network} network
 * @param {URLSearchParams} state
 * @param {number} width
 */
function picture({ nodes, edges }, state, width) {
  const height = Math.round(width < NARROW ? Math.max(width * 1.35, 420) : Math.min(Math.max(width * 0.72, 480), 720));
  const dots = dotsOf(nodes);
  const boxes = dots.map(({ label, radius }) => {
    return { width: Math.max(label.length * 3.5, radius) + 4, height: radius + 12 };
  });
  const links = linksOf(nodes, edges);
  const points = layout(boxes, links, width, height);
  const chart = svgElement(
    "svg",
    { width, height, role: "group", "aria-label": "Network of names; the table below has the same data" },
    links.map(({ source, target, weight }) => line(points, source, target, weight)),
    dots.map((dot, index) => dotLink(dot, points[index], index, state)),
  );
  const start = (/** @type {Event} */ event) => highlight(chart, event.target);
  const stop = () => highlight(chart, null);
  for (const name of ["pointerover", "focusin"]) chart.addEventListener(name, start);
  for (const name of ["pointerleave", "focusout"]) chart.addEventListener(name, stop);
  return chart;
}

/**
 * @param {Network["nodes"]} nodes
 * @returns {Dot[]}
 */
function dotsOf(nodes) {
  const most = Math.max(...nodes.map(({ articles }) => articles), 1);
  return nodes.map((node) => {
    const { name, articles } = node;
    const label = name.length > LABEL ? `${name.slice(0, LABEL - 1)}…` : name;
    return { node, radius: 5 + 9 * Math.sqrt(articles / most), label };
  });
}

/**
 * Return the edges with the indexes of their nodes, and weights from 0 to 1.
 *
 * @param {Network["nodes"]} nodes
 * @param {Network["edges"]} edges
 */
function linksOf(nodes, edges) {
  const indexes = new Map(nodes.map(({ id }, index) => [id, index]));
  const most = Math.max(...edges.map(({ articles }) => articles), 1);
  return edges.flatMap((edge) => {
    const [source, target] = [indexes.get(edge.source), indexes.get(edge.target)];
    return source === undefined || target === undefined ? [] : [{ source, target, weight: edge.articles / most }];
  });
}

/**
 * @param {readonly Point[]} points
 * @param {number} source
 * @param {number} target
 * @param {number} weight
 */
function line(points, source, target, weight) {
  const [from, to] = [points[source], points[target]];
  if (!from || !to) return null;
  const ends = { x1: from.x, y1: from.y - 8, x2: to.x, y2: to.y - 8, "data-ends": `${source} ${target}` };
  const node = svgElement("line", { class: "tie", ...ends });
  node.style.setProperty("--weight", String(weight));
  return node;
}

/**
 * @param {Dot} dot
 * @param {Point | undefined} point
 * @param {number} index
 * @param {URLSearchParams} state
 */
function dotLink({ node, radius, label }, point, index, state) {
  if (!point) return null;
  const { id, name, type, articles } = node;
  const description = `${name}, ${entityType(type).name}, ${formatCount(articles, "article")}`;
  return svgElement(
    "a",
    {
      class: `node type-${type}`,
      href: href(filterByEntity(state, node)),
      transform: `translate(${point.x} ${point.y - 8})`,
      "aria-label": description,
      "data-node": index,
      "data-key": `node ${id}`,
    },
    svgElement("title", {}, description),
    svgElement("path", { d: typeShape(type), transform: `scale(${radius / 7}) translate(-8 -8)` }),
    svgElement("text", { y: radius + 12 }, label),
  );
}

/**
 * Dim all names that are not linked to the one under the pointer or the focus.
 *
 * @param {SVGElement} chart
 * @param {EventTarget | null} target
 */
function highlight(chart, target) {
  const node = target instanceof SVGElement ? target.closest(".node")?.getAttribute("data-node") : null;
  chart.classList.toggle("dimmed", typeof node === "string");
  const near = new Set([node]);
  for (const tie of chart.querySelectorAll(".tie")) {
    const ends = tie.getAttribute("data-ends")?.split(" ") ?? [];
    const isNear = typeof node === "string" && ends.includes(node);
    tie.classList.toggle("linked", isNear);
    if (isNear) for (const end of ends) near.add(end);
  }
  for (const other of chart.querySelectorAll(".node")) {
    other.classList.toggle("linked", near.has(other.getAttribute("data-node")));
  }
}

/**
 * @param {Network} network
 * @param {URLSearchParams} state
 */
function table({ nodes, edges }, state) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const link = (/** @type {string} */ id) => {
    const node = byId.get(id);
    return node ? entityLink(node, state) : id;
  };
  return element(
    "details",
    { class: "request" },
    element("summary", {}, "As a table"),
    element("h3", {}, "Names"),
    element(
      "ul",
      { class: "plain" },
      nodes.map(({ id, articles }) => element("li", {}, link(id), ` ${formatCount(articles, "article")}`)),
    ),
    element("h3", {}, "Named together"),
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ["Names", "Articles", "NPMI"].map((text) => element("th", { scope: "col" }, text)),
        ),
      ),
      element(
        "tbody",
        {},
        edges.map(({ source, target, articles, npmi }) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, link(source), " and ", link(target)),
            element("td", {}, formatNumber(articles)),
            element("td", {}, npmi.toFixed(2)),
          ),
        ),
      ),
    ),
    element(
      "p",
      { class: "note" },
      "NPMI is normalised pointwise mutual information: above 0, two names co-occur more often than expected by chance; 1 means always.",
    ),
  );
}
