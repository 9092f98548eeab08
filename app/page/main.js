// @ts-check
/** The page: read the address, ask the API, and let each module draw its part. */

/** @import { Answer } from "./api.js" */
/** @import { Search } from "./articles.js" */
/** @import { Facets } from "./filters.js" */

import { onlyEntity, showAbout } from "./about.js";
import { ApiError, apiUrl, getJson, isAbort } from "./api.js";
import { highlightParameters, PATH, showArticles, viewHeading } from "./articles.js";
import { formatRange } from "./dates.js";
import { announce, byId, element, fill } from "./dom.js";
import { drawChips, drawFilters, facetParameters } from "./filters.js";
import { keepFocus, rememberClick, restoreFocus } from "./focus.js";
import { showNetwork } from "./network.js";
import { problemSection } from "./problem.js";
import { backLink, showReader } from "./reader.js";
import { showSources } from "./sources.js";
import { articleFilters, articleParameters, currentState, href, newSearch, onChange, switchView } from "./state.js";
import { showStatements } from "./statements.js";
import { startSuggestions } from "./suggest.js";
import { showTimeline } from "./timeline.js";
import { drawUnderstood } from "./understood.js";
import { formatCount } from "./vocabulary.js";

/** @typedef {{ title: string, show: (container: HTMLElement, search: Search) => void | Promise<void> }} View */

/** @type {View} */
const ARTICLES = { title: "Articles", show: showArticles };

/** The views of a search by their name in the address; the first needs none there. */
const VIEWS = new Map([
  ["articles", ARTICLES],
  ["network", { title: "Network", show: showNetwork }],
  ["statements", { title: "Statements", show: showStatements }],
  ["sources", { title: "Sources", show: showSources }],
]);

/**
 * The feeds of a search by the media type of their links.
 *
 * @type {Map<string, import("./api.js").Path>}
 */
const FEEDS = new Map([
  ["application/rss+xml", "/v1/articles.rss"],
  ["application/atom+xml", "/v1/articles.atom"],
  ["application/feed+json", "/v1/articles.jsonfeed"],
]);

/** Milliseconds before a view shows that it is loading: a faster answer needs no message. */
const PATIENCE = 200;

const controllers = { search: new AbortController(), article: new AbortController() };

/** @type {string | null} */
let searchOnPage = null;

/** @type {Answer<"/v1/corpus"> | null} */
let corpus = null;

/** The current timer of each container: a canceled request must not end the wait for the one that replaced it. */
/** @type {WeakMap<Element, number>} */
const timers = new WeakMap();

start();

async function start() {
  document.body.setAttribute("aria-busy", "true");
  const wide = matchMedia("(min-width: 60rem)");
  const fold = () => {
    byId("filters", HTMLDetailsElement).open = wide.matches;
  };
  fold();
  wide.addEventListener("change", fold);
  byId("docs", HTMLAnchorElement).href = apiUrl("/docs");
  document.addEventListener("click", rememberClick);
  startSuggestions();
  onChange(show);
  corpus = await getJson("/v1/corpus", []).catch(() => null);
  byId("folio").textContent = corpus === null ? "" : folio(corpus);
  await show(null);
  document.body.removeAttribute("aria-busy");
}

/** @param {Answer<"/v1/corpus">} corpus */
function folio({ articles, sources, first_day: first, last_day: last }) {
  const days = first !== null && last !== null ? [formatRange(first, last)] : [];
  return [formatCount(articles, "article"), formatCount(sources, "source"), ...days].join(" · ");
}

/**
 * Show the state in the address.
 *
 * @param {number | null} scroll the position to return to after a step back, else null
 */
async function show(scroll) {
  const state = currentState();
  const hasArticle = state.has("article");
  byId("home", HTMLAnchorElement).href = href(newSearch(state));
  byId("reader").hidden = !hasArticle;
  byId("explore").hidden = hasArticle;
  byId("views").hidden = hasArticle;
  document.body.classList.toggle("reading", hasArticle);
  // An article has a title of its own, and a page has one heading of the first level.
  byId("name").role = hasArticle ? null : "heading";
  byId("skip", HTMLAnchorElement).href = hasArticle ? "#reader" : "#main";
  byId("q", HTMLInputElement).value = state.get("q") ?? "";
  drawViews(state);
  linkFeeds(state);
  if (hasArticle) await showArticle(state, scroll);
  else await showSearch(state);
  if (scroll !== null) scrollTo({ top: scroll, behavior: "instant" });
}

/** @param {URLSearchParams} state */
function drawViews(state) {
  const current = viewOf(state);
  const links = [...VIEWS].map(([name, view]) =>
    element(
      "a",
      {
        href: href(switchView(state, view === ARTICLES ? null : name)),
        "aria-current": view === current && "page",
        "data-key": `view ${name}`,
      },
      view.title,
    ),
  );
  void keepFocus(() => fill(byId("views"), links));
}

/**
 * Name the feeds of the search, which a browser or a feed reader offers to subscribe to.
 *
 * @param {URLSearchParams} state
 */
function linkFeeds(state) {
  for (const link of document.querySelectorAll("link")) {
    const path = FEEDS.get(link.type);
    if (path) link.href = apiUrl(path, articleFilters(state));
  }
}

/** @param {URLSearchParams} state */
function viewOf(state) {
  return VIEWS.get(state.get("view") ?? "") ?? ARTICLES;
}

/**
 * @param {URLSearchParams} state
 * @param {number | null} scroll
 */
async function showArticle(state, scroll) {
  const container = byId("reader");
  const signal = newSignal("article");
  container.className = "reader";
  const endWait = startWait(container);
  try {
    await showReader(container, { state, signal });
    if (scroll === null && !signal.aborted) {
      scrollTo({ top: 0, behavior: "instant" });
      byId("title").focus({ preventScroll: true });
      document.querySelector("mark.cited")?.scrollIntoView({ block: "center" });
    }
  } catch (error) {
    report(error, () =>
      fill(
        container,
        backLink(state),
        problemSection(error, state, () => showArticle(state, null)),
      ),
    );
  } finally {
    endWait();
  }
}

/**
 * Show a search, unless it is on the page already: then the way back from an article finds it unchanged.
 *
 * @param {URLSearchParams} state
 */
async function showSearch(state) {
  document.title = "Dateline";
  controllers.article.abort();
  if (String(state) === searchOnPage) return restoreFocus();
  searchOnPage = null;
  const signal = newSignal("search");
  const container = byId("view");
  const endWait = startWait(container);
  const parameters = [...articleParameters(state), ...facetParameters(state), ...highlightParameters(state)];
  /** @type {Answer<"/v1/articles"> | null} */
  let articles = null;
  try {
    articles = await getJson(PATH, parameters, signal);
    await drawSearch(container, { state, articles, parameters, signal });
    if (!signal.aborted) searchOnPage = String(state);
  } catch (error) {
    report(error, () => {
      if (articles === null) clearResults(state);
      fill(container, failure(error, state));
    });
  } finally {
    endWait();
  }
}

/**
 * @param {HTMLElement} container
 * @param {Search} search
 */
async function drawSearch(container, search) {
  const { state, articles, signal } = search;
  const facets = new Map(Object.entries(articles.facets ?? {}));
  await keepFocus(() => {
    drawChips(byId("chips"), state, facets);
    drawFilters(byId("filter-fields"), state, facets, articles.total);
  });
  drawUnderstood(byId("understood"), articles, state);
  announce(formatCount(articles.total, "article"));
  await Promise.all([
    drawAbout(state, facets, signal),
    drawTimeline(state, signal),
    viewOf(state).show(container, search),
  ]);
}

/**
 * Remove the results of an earlier search: the page knows only the filters of a failed one.
 *
 * @param {URLSearchParams} state
 */
function clearResults(state) {
  byId("about").hidden = true;
  byId("understood").hidden = true;
  byId("timeline").hidden = true;
  drawChips(byId("chips"), state, new Map());
}

/**
 * @param {unknown} error
 * @param {URLSearchParams} state
 */
function failure(error, state) {
  const isMissing = error instanceof ApiError && error.status === 404 && viewOf(state) !== ARTICLES;
  if (!isMissing) return problemSection(error, state, () => showSearch(state));
  return [viewHeading("Not available"), element("p", { class: "note" }, "This server has no such view.")];
}

/**
 * Draw the card of the one entity that the search filters by; without an answer there is none.
 *
 * @param {URLSearchParams} state
 * @param {Facets} facets
 * @param {AbortSignal} signal
 */
async function drawAbout(state, facets, signal) {
  const container = byId("about");
  const id = onlyEntity(state, facets);
  try {
    if (id === null) container.hidden = true;
    else await showAbout(container, { state, id, signal });
  } catch {
    container.hidden = true;
  }
}

/**
 * Draw the timeline; its failure does not affect the view below it.
 *
 * @param {URLSearchParams} state
 * @param {AbortSignal} signal
 */
async function drawTimeline(state, signal) {
  const container = byId("timeline");
  try {
    await keepFocus(() => showTimeline(container, { state, corpus, signal }));
  } catch (error) {
    report(error, () => {
      container.hidden = error instanceof ApiError && error.status === 404;
      fill(
        container,
        problemSection(error, state, () => drawTimeline(state, signal)),
      );
    });
  }
}

/**
 * Cancel the requests of the last search or article, and return the signal for the next.
 *
 * @param {keyof typeof controllers} kind
 */
function newSignal(kind) {
  controllers[kind].abort();
  controllers[kind] = new AbortController();
  return controllers[kind].signal;
}

/**
 * Show an error, unless it only says that the page canceled the request.
 *
 * @param {unknown} error
 * @param {() => void} draw
 */
function report(error, draw) {
  if (isAbort(error)) return;
  draw();
  announce(error instanceof ApiError ? error.title : "The page failed");
  if (!(error instanceof ApiError)) console.error(error);
}

/**
 * Mark a container as busy; return the function that ends this.
 *
 * @param {Element} container
 */
function startWait(container) {
  container.setAttribute("aria-busy", "true");
  const timer = setTimeout(() => container.classList.add("waiting"), PATIENCE);
  timers.set(container, timer);
  return () => {
    clearTimeout(timer);
    if (timers.get(container) !== timer) return;
    container.classList.remove("waiting");
    container.removeAttribute("aria-busy");
  };
}
