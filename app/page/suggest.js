// @ts-check
/** Suggestions under the search box: an ARIA combobox (Authoring Practices 1.2) over /v1/suggest. */

/** @import { Schemas } from "./api.js" */

import { ApiError, getJson, isAbort } from "./api.js";
import { byId, element, fill } from "./dom.js";
import { typeIcon } from "./entities.js";
import { addValue, articleFilters, closeArticle, currentState, navigate, setValue } from "./state.js";
import { entityType, formatCount } from "./vocabulary.js";

const PATH = "/v1/suggest";

/** Milliseconds after the last key before a request: longer than between the keys of a fast typist. */
const PAUSE = 120;

/** The most characters that the API takes, and the most names that fit below the box. */
const LONGEST = 100;
const MOST = "8";

/** Make the search box suggest names; choosing one filters by it. */
export function startSuggestions() {
  new Suggestions(byId("q", HTMLInputElement), byId("suggestions"), byId("search")).listen();
}

class Suggestions {
  /** @type {Schemas["SuggestionOut"][]} */
  #items = [];
  /** The index of the item that the arrow keys point to; -1 is the box itself. */
  #index = -1;
  #timer = 0;
  #request = new AbortController();
  /** Whether the API has suggestions at all. */
  #isAvailable = true;

  /**
   * @param {HTMLInputElement} input
   * @param {HTMLElement} list
   * @param {HTMLElement} form
   */
  constructor(input, list, form) {
    this.input = input;
    this.list = list;
    this.form = form;
  }

  listen() {
    this.input.addEventListener("input", () => this.schedule());
    this.input.addEventListener("keydown", (event) => this.handleKey(event));
    this.input.addEventListener("blur", () => this.close());
    // The box must not lose the focus, or the list is gone before the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => {
      const option = target instanceof Element ? target.closest("[role=option]") : null;
      if (option) this.choose([...this.list.children].indexOf(option));
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  submit() {
    this.close();
    const words = this.input.value.trim();
    const state = closeArticle(currentState());
    navigate(setValue(words ? state : setValue(state, "sort", null), "q", words));
  }

  schedule() {
    this.cancel();
    const prefix = this.input.value.trim();
    if (!prefix || !this.#isAvailable) return this.close();
    this.#timer = setTimeout(() => this.refresh(prefix), PAUSE);
  }

  cancel() {
    clearTimeout(this.#timer);
    this.#request.abort();
  }

  /** @param {string} prefix */
  async refresh(prefix) {
    this.#request = new AbortController();
    const filters = articleFilters(currentState()).filter(([name]) => name !== "q");
    try {
      const { items } = await getJson(
        PATH,
        [["prefix", prefix.slice(0, LONGEST)], ["limit", MOST], ...filters],
        this.#request.signal,
      );
      const withArticles = items.filter(({ articles }) => articles > 0);
      // A name without articles here only helps those who find nothing else.
      this.open(withArticles.length ? withArticles : items);
    } catch (error) {
      if (isAbort(error)) return;
      // The search box also works with an API that has no suggestions; the page does not ask such an API again.
      this.#isAvailable = !(error instanceof ApiError && error.status === 404);
      this.close();
    }
  }

  /** @param {Schemas["SuggestionOut"][]} items */
  open(items) {
    if (document.activeElement !== this.input) return;
    this.show(items);
    byId("suggestions-status").textContent = items.length ? formatCount(items.length, "suggestion") : "No suggestions";
  }

  close() {
    this.cancel();
    this.show([]);
    byId("suggestions-status").textContent = "";
  }

  /** @param {Schemas["SuggestionOut"][]} items */
  show(items) {
    this.#items = items;
    this.#index = -1;
    fill(this.list, items.map(option));
    this.list.hidden = items.length === 0;
    this.input.setAttribute("aria-expanded", String(items.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  handleKey(event) {
    if (event.isComposing) return;
    if (!this.#items.length) {
      if (event.key === "ArrowDown") this.schedule();
      return;
    }
    const action = this.action(event.key);
    if (!action) return;
    event.preventDefault();
    action();
  }

  /**
   * Return what a key does while the list is open.
   *
   * @param {string} key
   */
  action(key) {
    const last = this.#items.length - 1;
    // Beyond either end of the list the focus is in the box itself, as the pattern says.
    if (key === "ArrowDown") return () => this.point(this.#index === last ? -1 : this.#index + 1);
    if (key === "ArrowUp") return () => this.point(this.#index < 0 ? last : this.#index - 1);
    if (key === "Enter" && this.#index >= 0) return () => this.choose(this.#index);
    // The first Escape closes the list; the browser empties the box at the next.
    if (key === "Escape") return () => this.close();
    return null;
  }

  /** @param {number} index */
  point(index) {
    this.#index = index;
    for (const [other, item] of [...this.list.children].entries()) {
      item.setAttribute("aria-selected", String(other === index));
    }
    if (index < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", `suggestion-${index}`);
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} index */
  choose(index) {
    const item = this.#items[index];
    if (!item) return;
    const { id, type } = item;
    const state = closeArticle(currentState());
    this.input.value = state.get("q") ?? "";
    this.close();
    navigate(addValue(state, type === null ? "source" : entityType(type).parameter, id));
  }
}

/**
 * @param {Schemas["SuggestionOut"]} suggestion
 * @param {number} index
 */
function option({ name, type, matched, typo, articles }, index) {
  const isOtherName = matched.toLowerCase() !== name.toLowerCase();
  return element(
    "li",
    { id: `suggestion-${index}`, role: "option", "aria-selected": "false", class: articles ? "" : "without-articles" },
    element("span", { class: "what" }, type === null ? "source" : [typeIcon(type), entityType(type).name]),
    element(
      "span",
      { class: "name" },
      name,
      isOtherName && element("small", {}, typo ? ` spelt “${matched}”` : ` as “${matched}”`),
    ),
    element("span", { class: "count" }, articles ? formatCount(articles, "article") : "no articles"),
  );
}
