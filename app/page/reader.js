/** One article: its text with what it names and who says what in it. */

import { address, ask } from "./api.js";
import { call } from "./call.js";
import { published } from "./dates.js";
import { element, fill, joined } from "./dom.js";
import { paragraphs } from "./spans.js";
import { adding, having, href, searching, viewing } from "./state.js";
import { ENTITY_TYPES, MENTION_KINDS, STATEMENT_KINDS, TEXT_KINDS, entityType, sign, unseen, wordFor } from "./vocabulary.js";

/** Shows the article of a state. */
export async function showReader(place, { state, signal }) {
  const path = `v1/articles/${encodeURIComponent(state.get("article"))}`;
  const article = await ask(path, [], signal);
  const numbers = new Map(article.statements.map((statement, index) => [statement, index + 1]));
  const text = element("div", { class: "text", lang: article.language });
  fill(
    place,
    back(state),
    element(
      "article",
      {},
      head(article, state),
      legend(article, place),
      text,
      element("p", { class: "rights" }, article.rights ?? ""),
    ),
    element("aside", { class: "beside" }, said(article, numbers, state), named(article, state)),
    element("footer", { class: "beneath" }, element("div", { class: "behind" }, call(address(path)), forms(path))),
  );
  text.append(...body(article, numbers, state));
  document.title = `${article.title} – Dateline`;
  void showAlike(place.querySelector(".beneath"), `${path}/similar`, state, signal);
}

/** Links to the same article in forms that other programs read. */
function forms(path) {
  const link = (end, name) => element("a", { href: address(path + end), rel: "noreferrer" }, name);
  const links = [link(".jsonld", "As JSON-LD (schema.org)"), link("/annotations", "its marks as W3C annotations")];
  return element("p", { class: "exports" }, joined(links, ", "));
}

/** Shows which articles are most like this one and why; they are an extra, and the article is shown without them too. */
async function showAlike(place, path, state, signal) {
  const pairs = [["limit", "4"]];
  const found = await ask(path, pairs, signal).catch(() => null);
  if (!found?.items.length) return;
  place.append(
    element(
      "section",
      { "aria-labelledby": "alike-title" },
      element("h2", { id: "alike-title" }, "Articles like this"),
      element("ul", { class: "alike" }, found.items.map((item) => alike(item, state))),
      element("div", { class: "behind" }, call(address(path, pairs))),
    ),
  );
}

function alike({ article, entities, words }, state) {
  const shared = [...entities.slice(0, 3).map(({ name }) => name), ...words.slice(0, 3)].join(", ");
  return element(
    "li",
    {},
    element("a", { href: href(having(state, "article", article.id)) }, article.title),
    element("p", { class: "note" }, `${article.source.name}, `, published(article.published, { instant: false })),
    shared && element("p", { class: "note" }, `Shares ${shared}`),
  );
}

/** Returns the way back to the results. */
export function back(state) {
  return element("p", { class: "back" }, element("a", { href: href(searching(state)) }, "← Back to the results"));
}

function head(article, state) {
  const { title, source, authors, published: when, url, text_kind: kind } = article;
  const mentions = article.mentions.filter(({ field }) => field === "title");
  const line = paragraphs(title, mentions, [])[0] ?? [];
  return element(
    "header",
    {},
    element("p", { class: "kicker" }, element("a", { class: "source", href: href(adding(searching(state), "source", source.id)) }, source.name)),
    element("h1", { id: "title", tabindex: "-1" }, line.map((piece) => shown(piece, state))),
    element(
      "p",
      { class: "byline" },
      published(when),
      authors.length > 0 && element("span", { class: "authors" }, `By ${authors.join(", ")}`),
      element("span", { class: "kind" }, TEXT_KINDS.get(kind)?.name ?? kind),
      isWeb(url) && element("a", { href: url, rel: "noreferrer noopener" }, "At the publisher"),
    ),
  );
}

function isWeb(url) {
  return url !== null && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function body(article, numbers, state) {
  if (article.text === null) return [element("p", { class: "note" }, "The operator of this server withholds the text.")];
  const ours = ({ field }) => field === "text";
  const parts = paragraphs(article.text, article.mentions.filter(ours), article.statements.filter(ours));
  return parts.map((pieces) => element("p", {}, byStatement(pieces).map((run) => passage(run, numbers, state))));
}

/** Joins neighbouring pieces of the same statement. */
function byStatement(pieces) {
  const runs = [];
  for (const piece of pieces) {
    if (runs.length && runs.at(-1)[0].statement === piece.statement) runs.at(-1).push(piece);
    else runs.push([piece]);
  }
  return runs;
}

function passage(run, numbers, state) {
  const { statement } = run[0];
  const parts = run.map((piece) => shown(piece, state));
  if (statement === null) return parts;
  const number = numbers.get(statement);
  const id = `said-${number}`;
  return element(
    "span",
    { class: `statement ${statement.kind}`, "data-statement": number, tabindex: "-1" },
    parts,
    run.at(-1).last && reference(number, `[data-speaker="${number}"] button`, `Statement ${number}: who says this`, id),
  );
}

function reference(number, target, label, id) {
  const click = () => document.querySelector(target).focus();
  return element("button", { type: "button", class: "reference", id, "aria-label": label, click }, String(number));
}

function shown({ text, mention }, state) {
  if (mention === null) return text;
  const { type, entity, kind } = mention;
  const said = `${entityType(type).name}, ${wordFor(MENTION_KINDS, kind)}`;
  if (entity === null) return element("span", { class: `mention type-${type}`, title: `${said}; which one is unclear` }, text);
  const target = adding(searching(state), entityType(type).parameter, entity);
  return element("a", { class: `mention type-${type}`, href: href(target), title: said }, text);
}

/** Explains the marks; each type can be switched off. */
function legend({ mentions, statements }, place) {
  const types = [...ENTITY_TYPES.keys()].filter((type) => mentions.some((mention) => mention.type === type));
  const click = (event) => {
    const button = event.currentTarget;
    const on = button.getAttribute("aria-pressed") === "false";
    button.setAttribute("aria-pressed", String(on));
    place.classList.toggle(`without-${button.dataset.mark}`, !on);
  };
  const key = (mark, content) =>
    element("li", {}, element("button", { type: "button", "aria-pressed": "true", "data-mark": mark, click }, content));
  return element(
    "ul",
    { class: "legend keys", "aria-label": "Marks; each can be switched off" },
    types.map((type) => key(type, [sign(type), element("span", { class: `mention type-${type}` }, entityType(type).plural)])),
    statements.length > 0 && key("statement", element("span", { class: "statement" }, "statements")),
  );
}

function said({ statements, mentions }, numbers, state) {
  if (!statements.length) return null;
  return element(
    "section",
    { "aria-labelledby": "said-title" },
    element("h2", { id: "said-title" }, "Who says what"),
    element("ol", { class: "voices" }, statements.map((statement) => voice(statement, numbers.get(statement), mentions, state))),
  );
}

function voice({ speaker, speaker_name: words, kind, cue }, number, mentions, state) {
  const name = words ?? "Somebody who is not named";
  const click = () => {
    const passage = document.querySelector(`[data-statement="${number}"]`);
    passage?.scrollIntoView({ block: "center" });
    passage?.focus({ preventScroll: true });
  };
  const target = having(viewing(state, "statements"), "speaker", speaker);
  return element(
    "li",
    { "data-speaker": number },
    element("button", { type: "button", class: "reference", click, "aria-label": `Statement ${number} in the text` }, String(number)),
    speaker ? element("a", { href: href(target) }, name) : element("span", {}, name),
    element("span", { class: "how" }, [wordFor(STATEMENT_KINDS, kind), cue && `“${cue}”`].filter(Boolean).join(", ")),
  );
}

function named({ mentions, entities }, state) {
  const groups = grouped(mentions, entities);
  if (!groups.size) return null;
  return element(
    "section",
    { "aria-labelledby": "named-title" },
    element("h2", { id: "named-title" }, "Named here"),
    [...groups].map(([type, found]) =>
      element(
        "div",
        { class: "named" },
        element("h3", { class: `type-${type}` }, sign(type), entityType(type).plural),
        element("p", {}, joined(found.map((one) => entry(one, type, state)), ", ")),
      ),
    ),
  );
}

function entry({ id, text, count }, type, state) {
  const target = adding(searching(state), entityType(type).parameter, id);
  return element("a", { href: href(target) }, text, element("span", { class: "count" }, ` ${count}`), unseen(count === 1 ? " time" : " times"));
}

/** Returns the entities by type; each is called by its name where the answer has it, else by its longest mention. */
function grouped(mentions, entities) {
  const names = new Map(entities.map(({ id, name }) => [id, name]));
  const found = new Map();
  for (const { entity, text, type } of mentions) {
    if (entity === null) continue;
    const one = found.get(entity) ?? { id: entity, type, text: "", count: 0 };
    one.count += 1;
    if (text.length > one.text.length) one.text = text;
    found.set(entity, one);
  }
  for (const one of found.values()) one.text = names.get(one.id) ?? one.text;
  const order = [...ENTITY_TYPES.keys()];
  const all = [...found.values()].sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type) || b.count - a.count);
  const groups = new Map();
  for (const one of all) groups.set(one.type, [...(groups.get(one.type) ?? []), one]);
  return groups;
}
