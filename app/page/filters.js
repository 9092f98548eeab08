/** The filters: facets with their counts, fields for days, and the chosen values as chips. */

import { element, fill } from "./dom.js";
import { adding, chosen, dropping, fresh, go, having, href, searching } from "./state.js";
import { FACETS, PARAMETERS, PRECISIONS, nameOfId, unseen, wordFor } from "./vocabulary.js";

/** What each facet shows at first, and after asking for more. */
const FEW = 8;
const MANY = 60;

/** The parameters that ask for all facets. */
export function facetsAsked(state) {
  const size = state.has("facet_size") ? [] : [["facet_size", String(FEW)]];
  return [...[...FACETS.keys()].map((parameter) => ["facet", parameter]), ...size];
}

/** Draws the column of filters. */
export function drawFilters(place, state, facets, total) {
  const groups = [...FACETS].map(([parameter, facet]) =>
    group(state, { parameter, ...facet }, facets.get(parameter), total),
  );
  fill(place, counting(state), days(state), ...groups);
}

/** What the numbers count, where the view beside them counts something else. */
function counting(state) {
  const text = "The numbers count articles, whoever speaks in them, not statements.";
  return state.get("view") === "statements" ? element("p", { class: "note" }, text) : null;
}

/** Draws the chosen values, each to be dropped by a click. */
export function drawChips(place, state, facets) {
  const pairs = chosen(state);
  const all = element("a", { class: "clear", href: href(fresh(state, ...kept(state))), "data-key": "clear" }, "Clear all");
  const chips = pairs.map(([name, value]) => element("li", {}, chip(state, name, value, nameOf(state, facets, name, value))));
  const list = [element("ul", { class: "chips", "aria-label": "Chosen filters" }, chips, element("li", {}, all))];
  fill(place, ...(pairs.length ? list : []));
}

function kept(state) {
  return state.has("view") ? [["view", state.get("view")]] : [];
}

function chip(state, name, value, shown) {
  return element(
    "a",
    { class: "chip", href: href(dropping(searching(state), name, value)), "data-key": `chip ${name} ${value}` },
    unseen("Remove "),
    element("span", { class: "label" }, wordFor(PARAMETERS, name)),
    " ",
    shown,
    element("span", { class: "cross", "aria-hidden": "true" }, "×"),
  );
}

function nameOf(state, facets, name, value) {
  if (name === "precision") return wordFor(PRECISIONS, value);
  if (name === "speaker" || name === "about") return nameOfId(value);
  const values = facets?.get(name) ?? [];
  return values.find((one) => one.chosen && asGiven(state, name, values, one) === value)?.name ?? value;
}

function group(state, facet, values, total) {
  if (!values?.length) return null;
  const most = Math.max(total, ...values.map(({ count }) => count), 1);
  const rows = values.map((value) => element("li", {}, row(state, facet, values, value, most)));
  return element(
    "section",
    { class: "facet" },
    element("h3", {}, facet.title, " ", element("span", { class: "rule" }, facet.rule)),
    facet.parameter === "actor" && members(state),
    element("ul", {}, rows),
    more(state, facet, values.length),
  );
}

function row(state, facet, values, value, most) {
  const given = value.chosen ? asGiven(state, facet.parameter, values, value) : null;
  const name = facet.parameter === "precision" ? (PRECISIONS.get(value.id) ?? value.name) : languageName(facet, value);
  const bar = element("span", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", value.count / most);
  const content = [
    bar,
    element("span", { class: "name" }, value.chosen && unseen("Chosen: "), name),
    element("span", { class: "count" }, value.count.toLocaleString("en"), unseen(" articles")),
  ];
  if (value.chosen && given === null) return element("span", { class: "value chosen" }, content);
  const base = searching(state);
  const target = value.chosen ? dropping(base, facet.parameter, given) : adding(base, facet.parameter, value.id);
  const attributes = { class: `value ${value.chosen ? "chosen" : ""}`, "aria-current": value.chosen && "true" };
  return element("a", { ...attributes, href: href(target), "data-key": `${facet.parameter} ${value.id}` }, content);
}

/** Returns the value as the address has it, which may be another name of the same thing; null if there is no telling. */
function asGiven(state, parameter, values, { id, name }) {
  const given = state.getAll(parameter);
  const own = given.find((value) => value === id || value.toLowerCase() === name.toLowerCase());
  if (own !== undefined) return own;
  const known = new Set(values.flatMap((value) => [value.id, value.name.toLowerCase()]));
  const others = given.filter((value) => !known.has(value) && !known.has(value.toLowerCase()));
  const words = new Set(`${id}-${name.toLowerCase()}`.split(/[\s-]+/));
  const alike = others.filter((value) => value.toLowerCase().split(/[\s-]+/).every((word) => words.has(word)));
  const left = alike.length ? alike : others;
  return left.length === 1 ? left[0] : null;
}

function languageName({ parameter }, { id, name }) {
  if (parameter !== "language") return name;
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(id) ?? name;
  } catch {
    return name;
  }
}

function more(state, { parameter, title }, shown) {
  const many = state.has("facet_size");
  if (shown < (many ? MANY : FEW) && !(many && shown > FEW)) return null;
  const target = having(searching(state), "facet_size", many ? null : String(MANY));
  const text = many ? "Fewer" : "More";
  return element(
    "a",
    { class: "more-values", href: href(target), "data-key": `more ${parameter}` },
    text,
    unseen(` ${title.toLowerCase()}`),
  );
}

function members(state) {
  const on = state.get("members") === "true";
  const change = (event) => go(having(searching(state), "members", event.target.checked ? "true" : null));
  return element(
    "label",
    { class: "members" },
    element("input", { type: "checkbox", checked: on, change, "data-key": "members" }),
    " Count those who act for them too: ministries, forces, leaders",
  );
}

function days(state) {
  const field = (name, label) =>
    element(
      "label",
      {},
      label,
      element("input", {
        name,
        value: state.get(name),
        placeholder: name === "from" ? "2015" : "2015-11",
        inputmode: "numeric",
        maxlength: "10",
        "data-key": `day ${name}`,
      }),
    );
  const submit = (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    const from = having(searching(state), "from", given.get("from").trim());
    go(having(from, "to", given.get("to").trim()));
  };
  return element(
    "form",
    { class: "facet days", submit },
    element("h3", {}, "Days ", element("span", { class: "rule" }, "as printed, inclusive")),
    element("div", { class: "fields" }, field("from", "From"), field("to", "To"), element("button", {}, "Apply")),
  );
}

