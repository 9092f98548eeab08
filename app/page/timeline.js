// @ts-check
/** When the articles of a result were printed: a bar for each day, week, month or year. */

/** @import { Answer, Pair, Schemas } from "./api.js" */

import { apiUrl, getJson } from "./api.js";
import { bounds, formatRange, formatTick } from "./dates.js";
import { drawToWidth, element, fill, svgElement } from "./dom.js";
import { requestDetails } from "./request.js";
import { articleFilters, closeArticle, href, navigate, removeValue, setValue } from "./state.js";
import { formatCount, formatNumber, INTERVALS, wordFor } from "./vocabulary.js";

/** @typedef {Answer<"/v1/timeline">} Timeline */

/** @typedef {Pick<Schemas["CorpusOut"], "first_day" | "last_day">} Days */

const PATH = "/v1/timeline";
const DAY = 86_400_000;

/** The most days for which the bars of an interval are wide enough to hit, on a phone and elsewhere; else years. */
const LONGEST = [
  { interval: "day", narrow: 31, wide: 45 },
  { interval: "week", narrow: 300, wide: 420 },
  { interval: "month", narrow: 1500, wide: 4500 },
];

/** Pixels below which a screen is a phone's. */
const NARROW = 640;

const HEIGHT = 132;
const AXIS = 22;
const TOP = 18;
const BASELINE = HEIGHT - AXIS;

/** Pixels of the widest bar: a wider one looks like a wall. */
const WIDEST = 56;

/** Pixels that a label needs. */
const LABEL_WIDTHS = new Map([
  ["year", 40],
  ["month", 64],
]);
const LABEL_WIDTH = 52;

/** Pixels that a label with a year needs. */
const YEAR_WIDTH = 84;

/**
 * Show the timeline of a result; `corpus` has the first and last day where the filters name none.
 *
 * @param {HTMLElement} container
 * @param {{ state: URLSearchParams, corpus: Days | null, signal: AbortSignal }} options
 */
export async function showTimeline(container, { state, corpus, signal }) {
  const interval = state.get("interval") ?? bestInterval(state, corpus);
  /** @type {Pair[]} */
  const parameters = [...articleFilters(state), ["interval", interval]];
  const timeline = await getJson(PATH, parameters, signal);
  const chart = element("div", { class: "chart" });
  fill(
    container,
    heading(state, interval),
    chart,
    omissions(timeline),
    element("div", { class: "requests" }, table(timeline, state), requestDetails(apiUrl(PATH, parameters))),
  );
  container.hidden = timeline.total === 0;
  drawToWidth(chart, (width) => picture(timeline, state, width));
}

/**
 * Return the finest interval whose bars are wide enough to hit; months where the days are unknown.
 *
 * @param {URLSearchParams} state
 * @param {Days | null} corpus
 */
function bestInterval(state, corpus) {
  const from = limits(state.get("from") ?? corpus?.first_day);
  const to = limits(state.get("to") ?? corpus?.last_day);
  if (!from || !to) return "month";
  const days = (to.last - from.first) / DAY;
  const size = innerWidth < NARROW ? "narrow" : "wide";
  return LONGEST.find((longest) => days <= longest[size])?.interval ?? "year";
}

/** @param {string | null | undefined} date */
function limits(date) {
  return date && /^\d{4}(-\d\d){0,2}$/.test(date) ? bounds(date) : null;
}

/**
 * @param {URLSearchParams} state
 * @param {string} interval
 */
function heading(state, interval) {
  const select = element(
    "select",
    { change: () => navigate(setValue(state, "interval", select.value)), "data-key": "interval" },
    [...INTERVALS].map(([value, text]) => element("option", { value, selected: value === interval }, text)),
  );
  const allDays = href(removeValue(closeArticle(state), "from+to", ""));
  return element(
    "div",
    { class: "view-head" },
    element("h2", { id: "timeline-title" }, "Articles over time"),
    (state.has("from") || state.has("to")) && element("a", { href: allDays, "data-key": "all days" }, "All days"),
    element("label", { class: "order" }, "by ", select),
  );
}

/**
 * @param {Timeline} timeline
 * @param {URLSearchParams} state
 * @param {number} width
 */
function picture({ buckets, interval }, state, width) {
  const most = Math.max(1, ...buckets.map(({ count }) => count));
  const step = width / Math.max(buckets.length, 1);
  const chart = svgElement("svg", {
    width,
    height: HEIGHT,
    role: "group",
    "aria-label": "Articles over time; the arrow keys move between bars, Enter filters by one",
  });
  const bars = buckets.map((bucket, index) => {
    const height = bucket.count ? Math.max(3, (bucket.count / most) * (BASELINE - TOP)) : 0;
    return bar(bucket, href(narrowTo(state, bucket)), { index, step, height });
  });
  chart.append(
    svgElement("line", { class: "axis", x1: 0, x2: width, y1: BASELINE + 0.5, y2: BASELINE + 0.5 }),
    ...bars,
    ...labels(buckets, interval, step, width),
  );
  chart.addEventListener("keydown", (event) => moveFocus(event, bars));
  const first = bars[buckets.findIndex(({ count }) => count > 0)] ?? bars[0];
  first?.setAttribute("tabindex", "0");
  return chart;
}

/**
 * @param {URLSearchParams} state
 * @param {Schemas["BucketOut"]} bucket
 */
function narrowTo(state, { from, to }) {
  return setValue(setValue(closeArticle(state), "from", from), "to", to);
}

/**
 * @param {Schemas["BucketOut"]} bucket
 * @param {string} target
 * @param {{ index: number, step: number, height: number }} place
 */
function bar({ from, to, count, corpus }, target, { index, step, height }) {
  const description = `${formatRange(from, to)}: ${formatNumber(count)} of ${formatCount(corpus, "article")}`;
  const number = formatNumber(count);
  const gap = step > 6 ? Math.min(step * 0.2, 6) : step * 0.1;
  const width = Math.min(Math.max(step - gap, 0.5), WIDEST);
  const [x, y] = [index * step, BASELINE - height];
  const hasNumber = count > 0 && step > 8 * number.length + 6;
  return svgElement(
    "a",
    {
      class: count ? "bucket" : "bucket none",
      href: target,
      tabindex: "-1",
      "aria-label": description,
      "data-key": `bucket ${from}`,
    },
    svgElement("title", {}, description),
    svgElement("rect", { class: "hit", x, y: 0, width: step, height: BASELINE }),
    svgElement("rect", { class: "fill", x: x + (step - width) / 2, y, width, height }),
    hasNumber && svgElement("text", { class: "number", x: x + step / 2, y: y - 5 }, number),
  );
}

/**
 * Move the focus with the arrow keys: the Tab key stops at one bar only.
 *
 * @param {KeyboardEvent} event
 * @param {readonly SVGElement[]} bars
 */
function moveFocus(event, bars) {
  const index = bars.findIndex((item) => item.contains(document.activeElement));
  const targets = new Map([
    ["ArrowLeft", bars[index - 1]],
    ["ArrowRight", bars[index + 1]],
    ["Home", bars[0]],
    ["End", bars.at(-1)],
  ]);
  const target = targets.get(event.key);
  if (!target) return;
  event.preventDefault();
  bars[index]?.setAttribute("tabindex", "-1");
  target.setAttribute("tabindex", "0");
  target.focus();
}

/**
 * @param {Timeline["buckets"]} buckets
 * @param {string} interval
 * @param {number} step
 * @param {number} width
 */
function labels(buckets, interval, step, width) {
  const room = LABEL_WIDTHS.get(interval) ?? LABEL_WIDTH;
  const every = Math.max(1, Math.ceil(room / step));
  const isCentred = step > room;
  let lastYear = "";
  return buckets.flatMap(({ from }, index) => {
    const x = index * step + (isCentred ? step / 2 : 2);
    if (index % every || (!isCentred && x > width - room)) return [];
    const year = from.slice(0, 4);
    const withYear = year !== lastYear && every * step > YEAR_WIDTH;
    lastYear = year;
    const place = { x, y: HEIGHT - 6, "text-anchor": isCentred ? "middle" : "start" };
    return [svgElement("text", { class: "tick", ...place }, formatTick(from, interval, withYear))];
  });
}

/** @param {Timeline} timeline */
function omissions({ undated, imprecise, interval }) {
  const word = wordFor(INTERVALS, interval);
  const counts = [
    undated > 0 && `${formatCount(undated, "article")} without a date`,
    imprecise > 0 && `${formatCount(imprecise, "article")} with a date less precise than the ${word}`,
  ].filter(Boolean);
  return counts.length > 0 && element("p", { class: "note" }, `Not shown: ${counts.join("; ")}.`);
}

/**
 * @param {Timeline} timeline
 * @param {URLSearchParams} state
 */
function table({ buckets }, state) {
  const rows = buckets.filter(({ count }) => count);
  return element(
    "details",
    { class: "request" },
    element("summary", {}, "As a table"),
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ["Days", "Articles", "All articles"].map((text) => element("th", { scope: "col" }, text)),
        ),
      ),
      element(
        "tbody",
        {},
        rows.map((bucket) => row(bucket, state)),
      ),
    ),
  );
}

/**
 * @param {Schemas["BucketOut"]} bucket
 * @param {URLSearchParams} state
 */
function row(bucket, state) {
  const { from, to, count, corpus } = bucket;
  const link = element("a", { href: href(narrowTo(state, bucket)) }, formatRange(from, to));
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, link),
    element("td", {}, formatNumber(count)),
    element("td", {}, formatNumber(corpus)),
  );
}
