/** Who and what is named together: a picture of it, and the same as a table. */

import { address, ask } from "./api.js";
import { heading } from "./articles.js";
import { call } from "./call.js";
import { drawn, drawnToWidth, element, fill, joined } from "./dom.js";
import { layout } from "./layout.js";
import { nothing } from "./problem.js";
import { adding, href, narrowing, searching } from "./state.js";
import { ENTITY_TYPES, counted, entityType, outline, sign, unseen } from "./vocabulary.js";

const PATH = "v1/network";

/** How many nodes have room beside each other: on a phone, and elsewhere. */
const NARROW = 640;
const NODES = { narrow: 14, wide: 30 };
const EDGES = { narrow: 60, wide: 200 };

/** Shows the network of a result. */
export async function showNetwork(place, { state, signal }) {
  const size = place.clientWidth < NARROW ? "narrow" : "wide";
  const pairs = [...narrowing(state), ["nodes", NODES[size]], ["edges", EDGES[size]]];
  const found = await ask(PATH, pairs, signal);
  const chart = element("div", { class: "chart network" });
  fill(
    place,
    heading("Named together"),
    found.empty
      ? nothing(found.empty, state)
      : element(
          "p",
          { class: "note" },
          `The ${counted(found.nodes.length, "name")} that most of ${counted(found.total, "article")} hold; lines join those that the same articles name.`,
        ),
    !found.empty && legend(found.nodes),
    chart,
    element("div", { class: "behind" }, !found.empty && table(found, state), call(address(PATH, pairs))),
  );
  if (!found.empty) drawnToWidth(chart, (width) => picture(found, state, width));
}

function legend(nodes) {
  const types = [...ENTITY_TYPES.keys()].filter((type) => nodes.some((node) => node.type === type));
  return element(
    "ul",
    { class: "legend", "aria-label": "Signs" },
    types.map((type) => element("li", { class: `type-${type}` }, sign(type), entityType(type).plural)),
  );
}

function picture({ nodes, edges }, state, width) {
  const height = Math.round(width < NARROW ? Math.max(width * 1.35, 420) : Math.min(Math.max(width * 0.72, 480), 720));
  const most = Math.max(...nodes.map(({ articles }) => articles), 1);
  const sizes = nodes.map(({ articles }) => 5 + 9 * Math.sqrt(articles / most));
  const texts = nodes.map(({ name }) => (name.length > 24 ? `${name.slice(0, 23)}…` : name));
  const boxes = texts.map((text, index) => ({ width: Math.max(text.length * 3.5, sizes[index]) + 4, height: sizes[index] + 12 }));
  const places = new Map(nodes.map(({ id }, index) => [id, index]));
  const strongest = Math.max(...edges.map(({ articles }) => articles), 1);
  const ties = edges.map(({ source, target, articles }) => [places.get(source), places.get(target), articles / strongest]);
  const points = layout(boxes, ties, width, height);
  const chart = drawn(
    "svg",
    { width, height, role: "group", "aria-label": "Network of names; the table below holds the same" },
    ties.map(([one, other, weight]) => line(points[one], points[other], weight, one, other)),
    nodes.map((node, index) => dot(node, { state, point: points[index], size: sizes[index], text: texts[index], index })),
  );
  for (const name of ["pointerover", "focusin"]) chart.addEventListener(name, (event) => lit(chart, event.target));
  for (const name of ["pointerleave", "focusout"]) chart.addEventListener(name, () => lit(chart, null));
  return chart;
}

function line(from, to, weight, one, other) {
  const made = drawn("line", { class: "tie", x1: from.x, y1: from.y - 8, x2: to.x, y2: to.y - 8, "data-ends": `${one} ${other}` });
  made.style.setProperty("--weight", weight);
  return made;
}

function dot({ id, name, type, articles }, { state, point, size, text, index }) {
  const target = adding(searching(state), entityType(type).parameter, id);
  const said = `${name}, ${entityType(type).name}, ${counted(articles, "article")}`;
  const scale = size / 7;
  return drawn(
    "a",
    {
      class: `node type-${type}`,
      href: href(target),
      transform: `translate(${point.x} ${point.y - 8})`,
      "aria-label": said,
      "data-node": index,
      "data-key": `node ${id}`,
    },
    drawn("title", {}, said),
    drawn("path", { d: outline(type), transform: `scale(${scale}) translate(-8 -8)` }),
    drawn("text", { y: size + 12 }, text),
  );
}

/** Dims what has nothing to do with the name under the pointer or the focus. */
function lit(chart, target) {
  const node = target?.closest?.(".node")?.dataset.node;
  chart.classList.toggle("lit", node !== undefined);
  const near = new Set([node]);
  for (const tie of chart.querySelectorAll(".tie")) {
    const ends = tie.dataset.ends.split(" ");
    tie.classList.toggle("near", ends.includes(node));
    if (ends.includes(node)) ends.forEach((end) => near.add(end));
  }
  for (const other of chart.querySelectorAll(".node")) other.classList.toggle("near", near.has(other.dataset.node));
}

function table({ nodes, edges }, state) {
  const names = new Map(nodes.map((node) => [node.id, node]));
  const link = (id) => {
    const { name, type } = names.get(id);
    return element("a", { href: href(adding(searching(state), entityType(type).parameter, id)) }, sign(type), name, unseen(`, ${entityType(type).name}`));
  };
  const cells = ({ source, target, articles, npmi }) => [
    element("th", { scope: "row" }, joined([link(source), link(target)], " and ")),
    element("td", {}, articles.toLocaleString("en")),
    element("td", {}, npmi.toFixed(2)),
  ];
  return element(
    "details",
    { class: "call" },
    element("summary", {}, "As a table"),
    element("h3", {}, "Names"),
    element(
      "ul",
      { class: "plain" },
      nodes.map(({ id, articles }) => element("li", {}, link(id), ` ${counted(articles, "article")}`)),
    ),
    element("h3", {}, "Named together"),
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element("tr", {}, ["Names", "Articles", "npmi"].map((text) => element("th", { scope: "col" }, text))),
      ),
      element("tbody", {}, edges.map((edge) => element("tr", {}, cells(edge)))),
    ),
    element(
      "p",
      { class: "note" },
      "npmi is normalised pointwise mutual information: above 0 two names meet more often than by chance, 1 is always.",
    ),
  );
}
