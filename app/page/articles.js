/** The list of articles: a page at a time, the next by its cursor. */

import { address, ask, isGivenUp } from "./api.js";
import { call } from "./call.js";
import { published } from "./dates.js";
import { element, fill, joined, say } from "./dom.js";
import { nothing, problem } from "./problem.js";
import { adding, go, having, href, narrowing, searching } from "./state.js";
import { ORDERS, TEXT_KINDS, counted, entityType, sign, unseen } from "./vocabulary.js";

/** The order of a list that asks for none. */
const NEWEST_FIRST = "-published";

/** Shows the first page, which was asked for with the facets. */
export function showArticles(place, { state, found, question, signal }) {
  const items = element("ol", { class: "articles" }, found.items.map((item) => entry(item, state)));
  fill(
    place,
    head(state, found),
    found.empty ? nothing(found.empty, state) : items,
    further(items, found, { state, question, signal }),
    element("footer", { class: "behind" }, call(question.url), found.total > 0 && exports(state)),
  );
}

/** Shows the heading that all views of a search share. */
export function heading(text, ...beside) {
  return element("div", { class: "view-head" }, element("h2", { id: "found", tabindex: "-1" }, text), ...beside);
}

function head(state, { total }) {
  return heading(counted(total, "article"), total > 1 && order(state));
}

function order(state) {
  const options = [...ORDERS].filter(([value]) => value !== "relevance" || state.get("q"));
  const chosen = state.get("sort") ?? NEWEST_FIRST;
  const change = ({ target }) => go(having(state, "sort", target.value === NEWEST_FIRST ? null : target.value));
  return element(
    "label",
    { class: "order" },
    unseen("Order: "),
    element(
      "select",
      { change, "data-key": "sort" },
      options.map(([value, text]) => element("option", { value, selected: value === chosen }, text)),
    ),
  );
}

function entry(item, state) {
  const { id, title, source, authors, published: when, text_kind: kind } = item;
  const label = TEXT_KINDS.has(kind) ? TEXT_KINDS.get(kind).label : kind;
  return element(
    "li",
    {},
    element(
      "article",
      { class: "entry" },
      element("p", { class: "kicker" }, link(adding(searching(state), "source", source.id), source.name, "source")),
      element("h3", {}, element("a", { href: href(having(state, "article", id)), "data-key": `article ${id}` }, headline(title, item))),
      element(
        "p",
        { class: "byline" },
        published(when),
        authors.length > 0 && element("span", { class: "authors" }, `By ${authors.join(", ")}`),
        label && element("span", { class: "kind" }, label),
      ),
      snippets(item),
      names(item, state),
    ),
  );
}

function names({ entities }, state) {
  const links = entities.slice(0, 8).map(({ id, name, type }) => {
    const target = adding(searching(state), entityType(type).parameter, id);
    return element("a", { class: `name type-${type}`, href: href(target) }, sign(type), name, unseen(`, ${entityType(type).name}`));
  });
  return element("p", { class: "names" }, unseen("Names "), joined(links, " "));
}

/** Asks for the passages that hold what is searched for, where there is something to hold. */
export function passagesAsked(state) {
  const shown = ["q", "actor", "any_actor", "place", "weapon"].some((name) => state.get(name));
  return shown ? [["highlight", "true"]] : [];
}

function headline(title, { highlights }) {
  const found = highlights?.find(({ field }) => field === "title");
  return found ? marked({ start: 0, text: title, spans: found.spans }) : title;
}

function snippets({ highlights }) {
  const passages = highlights?.filter(({ field }) => field === "text") ?? [];
  return passages.slice(0, 2).map((passage) => element("p", { class: "snippet" }, "… ", marked(passage), " …"));
}

/** Marks spans, which count code points of the whole text, in a passage that begins at `start` of it. */
function marked({ start, text, spans }) {
  const points = Array.from(text);
  const parts = [];
  let at = 0;
  for (const span of spans) {
    const [from, to] = [Math.max(span.start - start, at), span.end - start];
    if (to <= at) continue;
    parts.push(points.slice(at, from).join(""), element("mark", {}, points.slice(from, to).join("")));
    at = to;
  }
  return [...parts, points.slice(at).join("")];
}

function link(target, text, kind) {
  return element("a", { class: kind, href: href(target) }, text);
}

/** Returns the button for the next page, which adds to the list and moves on to what is new. */
function further(items, found, { state, question, signal }) {
  if (found.next === null) return null;
  const place = element("div", { class: "further" });
  const button = element("button", { type: "button", class: "more", click: more }, "More articles");
  place.append(button, element("span", { class: "note" }, ` ${shown()}`));
  return place;

  function shown() {
    return `${items.childElementCount.toLocaleString("en")} of ${found.total.toLocaleString("en")} are shown`;
  }

  async function more() {
    button.disabled = true;
    button.textContent = "Asking …";
    try {
      const page = await ask(question.path, [...question.pairs, ["cursor", found.next]], signal);
      const before = items.childElementCount;
      items.append(...page.items.map((item) => entry(item, state)));
      found = page;
      place.replaceWith(further(items, page, { state, question, signal }) ?? element("p", { class: "note" }, shown()));
      items.children[before]?.querySelector("h3 a").focus();
      say(shown());
    } catch (error) {
      if (!isGivenUp(error)) fill(place, problem(error, state, more));
    }
  }
}

/** Links to the whole result in other forms. */
function exports(state) {
  const sort = state.has("sort") ? [["sort", state.get("sort")]] : [];
  const link = (kind, name, pairs) => element("a", { href: address(`v1/articles.${kind}`, pairs), rel: "noreferrer" }, name);
  const [all, ordered] = [narrowing(state), [...narrowing(state), ...sort]];
  return element(
    "p",
    { class: "exports" },
    joined([link("csv", "All as CSV", ordered), link("ndjson", "all as NDJSON", ordered), link("atom", "the newest as a feed", all)], ", "),
  );
}
