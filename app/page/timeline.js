/** When the articles of a result were printed: a bar for each day, week, month or year. */

import { address, ask } from "./api.js";
import { call } from "./call.js";
import { bounds, onAxis, rangeInWords } from "./dates.js";
import { drawn, drawnToWidth, element, fill } from "./dom.js";
import { dropping, go, having, href, narrowing, searching } from "./state.js";
import { INTERVALS, counted, wordFor } from "./vocabulary.js";

const PATH = "v1/timeline";
const DAY = 86_400_000;

/** The finest interval that keeps the bars wide enough to hit: the most days it may cover, on a phone and elsewhere. */
const LONGEST = [
  { name: "day", narrow: 31, wide: 45 },
  { name: "week", narrow: 300, wide: 420 },
  { name: "month", narrow: 1500, wide: 4500 },
  { name: "year", narrow: Infinity, wide: Infinity },
];

/** Pixels below which a screen is a phone's. */
const NARROW = 640;

const HEIGHT = 132;
const AXIS = 22;
const TOP = 18;

/** A bar that is wider looks like a wall. */
const WIDEST = 56;

/** Pixels that a label needs. */
const ROOM = new Map([["year", 40], ["month", 64], ["week", 52], ["day", 52]]);

/** Shows the timeline of a result; `corpus` gives the days where the filters leave them open. */
export async function showTimeline(place, { state, corpus, signal }) {
  const interval = state.get("interval") ?? fitting(state, corpus);
  const pairs = [...narrowing(state), ["interval", interval]];
  const found = await ask(PATH, pairs, signal);
  const chart = element("div", { class: "chart" });
  fill(
    place,
    head(state, interval),
    chart,
    remarks(found),
    element("div", { class: "behind" }, table(found, state), call(address(PATH, pairs))),
  );
  place.hidden = found.total === 0;
  drawnToWidth(chart, (width) => bars(found, state, width));
}

function fitting(state, corpus) {
  const days = (name, side, open) => {
    const given = state.get(name) ?? open;
    return /^\d{4}(-\d\d){0,2}$/.test(given ?? "") ? bounds(given)[side] : NaN;
  };
  const span = (days("to", 1, corpus.last_day) - days("from", 0, corpus.first_day)) / DAY;
  const size = innerWidth < NARROW ? "narrow" : "wide";
  return (LONGEST.find((interval) => span <= interval[size]) ?? LONGEST[2]).name;
}

function head(state, interval) {
  const change = (event) => go(having(state, "interval", event.target.value));
  return element(
    "div",
    { class: "view-head" },
    element("h2", { id: "timeline-title" }, "Articles over time"),
    (state.has("from") || state.has("to")) &&
      element("a", { href: href(dropping(searching(state), "from+to")), "data-key": "all days" }, "All days"),
    element(
      "label",
      { class: "order" },
      "by ",
      element(
        "select",
        { change, "data-key": "interval" },
        [...INTERVALS].map(([value, text]) => element("option", { value, selected: value === interval }, text)),
      ),
    ),
  );
}

function bars({ buckets, interval }, state, width) {
  const most = Math.max(1, ...buckets.map(({ count }) => count));
  const step = width / Math.max(buckets.length, 1);
  const tall = (count) => (count ? Math.max(3, (count / most) * (HEIGHT - AXIS - TOP)) : 0);
  const chart = drawn("svg", {
    width,
    height: HEIGHT,
    role: "group",
    "aria-label": "Articles by time; the arrow keys go from bar to bar, Enter narrows to one",
    keydown: moved,
  });
  chart.append(
    drawn("line", { class: "axis", x1: 0, x2: width, y1: HEIGHT - AXIS + 0.5, y2: HEIGHT - AXIS + 0.5 }),
    ...buckets.map((bucket, index) => bar(bucket, { state, index, step, height: tall(bucket.count) })),
    ...labels(buckets, interval, step, width),
  );
  const first = chart.querySelector("a:not(.none)") ?? chart.querySelector("a");
  first?.setAttribute("tabindex", "0");
  return chart;
}

function bar({ from, to, count, corpus }, { state, index, step, height }) {
  const target = having(having(searching(state), "from", from), "to", to);
  const said = `${rangeInWords(from, to)}: ${counted(count, "article")} of ${corpus.toLocaleString("en")}`;
  const number = count.toLocaleString("en");
  const gap = step > 6 ? Math.min(step * 0.2, 6) : step * 0.1;
  const wide = Math.min(Math.max(step - gap, 0.5), WIDEST);
  const x = index * step;
  return drawn(
    "a",
    { class: count ? "bucket" : "bucket none", href: href(target), tabindex: "-1", "aria-label": said, "data-key": `bucket ${from}` },
    drawn("title", {}, said),
    drawn("rect", { class: "hit", x, y: 0, width: step, height: HEIGHT - AXIS }),
    drawn("rect", { class: "fill", x: x + (step - wide) / 2, y: HEIGHT - AXIS - height, width: wide, height }),
    count > 0 && step > 8 * number.length + 6 && drawn("text", { class: "number", x: x + step / 2, y: HEIGHT - AXIS - height - 5 }, number),
  );
}

/** One bar is in the order of the Tab key, the others are reached from it. */
function moved(event) {
  const all = [...event.currentTarget.querySelectorAll("a")];
  const at = all.indexOf(document.activeElement);
  const to = new Map([["ArrowLeft", at - 1], ["ArrowRight", at + 1], ["Home", 0], ["End", all.length - 1]]).get(event.key);
  if (to === undefined || !all[to]) return;
  event.preventDefault();
  all[at]?.setAttribute("tabindex", "-1");
  all[to].setAttribute("tabindex", "0");
  all[to].focus();
}

function labels(buckets, interval, step, width) {
  const room = ROOM.get(interval) ?? 52;
  const every = Math.max(1, Math.ceil(room / step));
  let year = null;
  return buckets.flatMap(({ from }, index) => {
    const x = index * step + (step > room ? step / 2 : 2);
    if (index % every || (step <= room && x > width - room)) return [];
    const isNew = from.slice(0, 4) !== year;
    year = from.slice(0, 4);
    const anchor = step > room ? "middle" : "start";
    return [drawn("text", { class: "tick", x, y: HEIGHT - 6, "text-anchor": anchor }, onAxis(from, interval, isNew && every * step > 84))];
  });
}

function remarks({ undated, coarser, interval }) {
  const parts = [
    undated > 0 && `${counted(undated, "article")} without a date`,
    coarser > 0 && `${counted(coarser, "article")} whose date is known less closely than to the ${wordFor(INTERVALS, interval)}`,
  ].filter(Boolean);
  return parts.length ? element("p", { class: "note" }, `Not drawn: ${parts.join("; ")}.`) : null;
}

function table({ buckets }, state) {
  const rows = buckets.filter(({ count }) => count);
  return element(
    "details",
    { class: "call" },
    element("summary", {}, "As a table"),
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ["Days", "Articles", "Of all"].map((text) => element("th", { scope: "col" }, text)))),
      element(
        "tbody",
        {},
        rows.map(({ from, to, count, corpus }) =>
          element(
            "tr",
            {},
            element(
              "th",
              { scope: "row" },
              element("a", { href: href(having(having(searching(state), "from", from), "to", to)) }, rangeInWords(from, to)),
            ),
            element("td", {}, count.toLocaleString("en")),
            element("td", {}, corpus.toLocaleString("en")),
          ),
        ),
      ),
    ),
  );
}
