// @ts-check
/** The text of an article, in which mentions are links and statements have numbers. */

/** @import { Schemas } from "./api.js" */
/** @import { Piece } from "./spans.js" */

import { element } from "./dom.js";
import { filterByEntity } from "./entities.js";
import { splitParagraphs } from "./spans.js";
import { citedPassage, href } from "./state.js";
import { entityType, MENTION_KINDS, wordFor } from "./vocabulary.js";

/** @typedef {Schemas["MentionOut"]} Mention */

/** @typedef {Schemas["StatementOut"]} Statement */

/** The statements of an article with their numbers, which start at 1. */
/** @typedef {ReadonlyMap<Statement, number>} Numbers */

/**
 * Return the title of an article, with links for its mentions.
 *
 * @param {Schemas["ArticleDetail"]} article
 * @param {URLSearchParams} state
 */
export function articleTitle({ title, mentions }, state) {
  const inTitle = mentions.filter(({ field }) => field === "title");
  const [pieces = []] = splitParagraphs(title, inTitle, /** @type {Statement[]} */ ([]), passageIn("title"));
  return pieces.map((piece) => pieceNode(piece, state));
}

/**
 * Return the paragraphs of an article.
 *
 * @param {Schemas["ArticleDetail"]} article
 * @param {Numbers} numbers
 * @param {URLSearchParams} state
 */
export function articleText({ text, mentions, statements }, numbers, state) {
  if (text === null) return [element("p", { class: "note" }, "This server withholds the text.")];
  const inText = (/** @type {Mention | Statement} */ { field }) => field === "text";
  const paragraphs = splitParagraphs(text, mentions.filter(inText), statements.filter(inText), passageIn("text"));
  return paragraphs.map((pieces) => {
    return element(
      "p",
      {},
      runs(pieces).map((run) => passage(run, numbers, state)),
    );
  });
}

/** @param {string} field */
function passageIn(field) {
  const passage = citedPassage();
  return passage?.field === field ? passage : null;
}

/**
 * Join adjacent pieces of the same statement.
 *
 * @param {readonly Piece<Mention, Statement>[]} pieces
 */
function runs(pieces) {
  /** @type {{ statement: Statement | null, pieces: Piece<Mention, Statement>[] }[]} */
  const joint = [];
  for (const piece of pieces) {
    const run = joint.at(-1);
    if (run?.statement === piece.statement) run.pieces.push(piece);
    else joint.push({ statement: piece.statement, pieces: [piece] });
  }
  return joint;
}

/**
 * @param {{ statement: Statement | null, pieces: readonly Piece<Mention, Statement>[] }} run
 * @param {Numbers} numbers
 * @param {URLSearchParams} state
 */
function passage({ statement, pieces }, numbers, state) {
  const nodes = pieces.map((piece) => pieceNode(piece, state));
  if (statement === null) return nodes;
  const number = numbers.get(statement) ?? 0;
  return element(
    "span",
    { class: `statement ${statement.kind}`, "data-statement": number, tabindex: "-1" },
    nodes,
    pieces.at(-1)?.last && reference(number),
  );
}

/** @param {number} number */
function reference(number) {
  const click = () => document.querySelector(`[data-speaker="${number}"]`)?.querySelector("button")?.focus();
  const label = `Statement ${number}: go to its speaker`;
  const attributes = { type: "button", class: "reference", id: `reference-${number}`, "aria-label": label };
  return element("button", { ...attributes, click }, String(number));
}

/**
 * @param {Piece<Mention, Statement>} piece
 * @param {URLSearchParams} state
 */
function pieceNode({ text, mention, cited }, state) {
  const node = mention === null ? text : mentionNode(text, mention, state);
  return cited ? element("mark", { class: "cited" }, node) : node;
}

/**
 * @param {string} text
 * @param {Mention} mention
 * @param {URLSearchParams} state
 */
function mentionNode(text, mention, state) {
  const { type, entity, kind } = mention;
  const description = `${entityType(type).name}, ${wordFor(MENTION_KINDS, kind)}`;
  if (entity === null) {
    return element("span", { class: `mention type-${type}`, title: `${description}; unclear which one` }, text);
  }
  const target = filterByEntity(state, { id: entity, type });
  return element("a", { class: `mention type-${type}`, href: href(target), title: description }, text);
}
