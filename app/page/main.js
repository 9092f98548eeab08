/** Puts the page together: reads the address, asks the API, and lets each part draw its own. */

import { onlyEntity, showAbout } from "./about.js";
import { address, ask, isGivenUp } from "./api.js";
import { heading, passagesAsked, showArticles } from "./articles.js";
import { rangeInWords } from "./dates.js";
import { byId, element, fill, say } from "./dom.js";
import { drawChips, drawFilters, facetsAsked } from "./filters.js";
import { showNetwork } from "./network.js";
import { problem } from "./problem.js";
import { back, showReader } from "./reader.js";
import { showSources } from "./sources.js";
import { current, fresh, href, listing, onChange, viewing } from "./state.js";
import { showStatements } from "./statements.js";
import { suggesting } from "./suggest.js";
import { showTimeline } from "./timeline.js";
import { counted } from "./vocabulary.js";

/** The views of a search, by their name in the address; the first has none. */
const VIEWS = new Map([
  ["articles", { title: "Articles", show: showArticles }],
  ["network", { title: "Network", show: showNetwork }],
  ["statements", { title: "Statements", show: showStatements }],
  ["sources", { title: "Sources", show: showSources }],
]);

/** Milliseconds before a view says that it is being asked for: what comes sooner needs no word. */
const PATIENCE = 200;

const asking = { explore: new AbortController(), read: new AbortController() };
let shownQuestion = null;
let corpus = { first_day: null, last_day: null };

start();

async function start() {
  document.body.setAttribute("aria-busy", "true");
  const wide = matchMedia("(min-width: 60rem)");
  const fold = () => (byId("filters").open = wide.matches);
  fold();
  wide.addEventListener("change", fold);
  byId("docs").href = address("docs");
  suggesting();
  onChange(show);
  corpus = await ask("v1/corpus").catch(() => corpus);
  byId("folio").textContent = folio(corpus);
  await show(null);
  document.body.removeAttribute("aria-busy");
}

function folio({ articles, sources, first_day: first, last_day: last }) {
  if (articles === undefined) return "";
  const days = first === null ? [] : [rangeInWords(first, last)];
  return [counted(articles, "article"), counted(sources, "source"), ...days].join(" · ");
}

/** Shows the state in the address; `scroll` is where the reader was when going back to it, else null. */
async function show(scroll) {
  const state = current();
  const reading = state.has("article");
  byId("home").href = href(fresh(state));
  byId("reader").hidden = !reading;
  byId("explore").hidden = reading;
  byId("views").hidden = reading;
  document.body.classList.toggle("reading", reading);
  // An article has a title of its own, and a page one heading of the first level.
  byId("name").role = reading ? null : "heading";
  document.querySelector(".skip").href = reading ? "#reader" : "#main";
  byId("q").value = state.get("q") ?? "";
  drawViews(state);
  if (reading) await read(state, scroll);
  else await explore(state);
  if (scroll !== null) scrollTo({ top: scroll, behavior: "instant" });
}

function drawViews(state) {
  const chosen = viewOf(state);
  const links = [...VIEWS].map(([name, { title }]) =>
    element(
      "a",
      {
        href: href(viewing(state, name === "articles" ? null : name)),
        "aria-current": name === chosen && "page",
        "data-key": `view ${name}`,
      },
      title,
    ),
  );
  keepingFocus(() => fill(byId("views"), ...links));
}

function viewOf(state) {
  const name = state.get("view");
  return VIEWS.has(name) ? name : "articles";
}

async function read(state, scroll) {
  const place = byId("reader");
  const signal = begun("read");
  place.className = "reader";
  const waiting = busy(place);
  try {
    await showReader(place, { state, signal });
    if (scroll === null && !signal.aborted) {
      scrollTo({ top: 0, behavior: "instant" });
      byId("title").focus({ preventScroll: true });
    }
  } catch (error) {
    failed(error, () => fill(place, back(state), problem(error, state, () => read(state, null))));
  } finally {
    waiting();
  }
}

/** Shows a search, unless it is what is shown already: then the way back from an article finds it as it was. */
async function explore(state) {
  document.title = "Dateline";
  asking.read.abort();
  const asked = String(state);
  if (asked === shownQuestion) return refocus();
  shownQuestion = null;
  const signal = begun("explore");
  const place = byId("view");
  const waiting = busy(place);
  const pairs = [...listing(state), ...facetsAsked(state), ...passagesAsked(state)];
  const question = { path: "v1/articles", pairs, url: address("v1/articles", pairs) };
  let found = null;
  try {
    found = await ask(question.path, pairs, signal);
    const facets = new Map(Object.entries(found.facets));
    keepingFocus(() => {
      drawChips(byId("chips"), state, facets);
      drawFilters(byId("filter-fields"), state, facets, found.total);
    });
    say(counted(found.total, "article"));
    await Promise.all([
      about(state, facets, signal),
      timeline(state, signal),
      VIEWS.get(viewOf(state)).show(place, { state, found, question, signal }),
    ]);
    if (!signal.aborted) shownQuestion = asked;
  } catch (error) {
    failed(error, () => {
      if (found === null) unfiltered(state);
      refused(error, state, place);
    });
  } finally {
    waiting();
  }
}

/** Of a search that was refused only the chosen values are known. */
function unfiltered(state) {
  byId("about").hidden = byId("timeline").hidden = true;
  drawChips(byId("chips"), state, null);
}

function refused(error, state, place) {
  const isMissing = error.status === 404 && viewOf(state) !== "articles";
  const missing = [heading("Not here"), element("p", { class: "note" }, "This server does not answer this view.")];
  fill(place, ...(isMissing ? missing : [problem(error, state, () => explore(state))]));
}

/** What is known of the one chosen name stands above; where it cannot be had, nothing does. */
async function about(state, facets, signal) {
  const place = byId("about");
  const id = onlyEntity(state, facets);
  if (id === null) place.hidden = true;
  else await showAbout(place, { state, id, signal }).catch(() => (place.hidden = true));
}

/** The timeline stands beside the view: where it cannot be had, the view is shown without. */
async function timeline(state, signal) {
  const place = byId("timeline");
  try {
    await keepingFocus(() => showTimeline(place, { state, corpus, signal }));
  } catch (error) {
    failed(error, () => {
      place.hidden = error.status === 404;
      fill(place, problem(error, state, () => timeline(state, signal)));
    });
  }
}

/** Gives up what was asked for of this kind, search or article, and returns the signal of what comes now. */
function begun(kind) {
  asking[kind].abort();
  asking[kind] = new AbortController();
  return asking[kind].signal;
}

function failed(error, show) {
  if (isGivenUp(error)) return;
  show();
  say(error.title ?? "The page failed");
  if (error.url === undefined) console.error(error);
}

/** The last wait of each place: one that was given up must not end the one that took its place. */
const waits = new WeakMap();

function busy(place) {
  place.setAttribute("aria-busy", "true");
  const timer = setTimeout(() => place.classList.add("waiting"), PATIENCE);
  waits.set(place, timer);
  return () => {
    clearTimeout(timer);
    if (waits.get(place) !== timer) return;
    place.classList.remove("waiting");
    place.removeAttribute("aria-busy");
  };
}

let opened = null;
document.addEventListener("click", (event) => (opened = event.target.closest?.("[data-key]")?.dataset.key ?? opened));

/** Puts the focus back on the link that led to the article. */
function refocus() {
  find(opened)?.focus({ preventScroll: true });
}

/** Draws, and gives the focus to what has taken the place of the element that had it. */
async function keepingFocus(draw) {
  const key = document.activeElement?.dataset?.key;
  await draw();
  if (key === undefined || document.activeElement?.dataset?.key === key) return;
  (find(key) ?? byId("main")).focus({ preventScroll: true });
}

function find(key) {
  return key ? document.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
}
