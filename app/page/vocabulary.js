/** The words of the page for the values of the API. A test compares each table with the enums of the OpenAPI document. */

import { drawn, element } from "./dom.js";

/**
 * Returns a map: the page looks values up that come from the address or the API, and in an object `constructor` would
 * find what every object inherits.
 */
function table(words) {
  return new Map(Object.entries(words));
}

/** The parameter that narrows by an entity of each type, and how the type is called. */
export const ENTITY_TYPES = table({
  person: { name: "person", plural: "people", parameter: "actor" },
  organization: { name: "organization", plural: "organizations", parameter: "actor" },
  state: { name: "state", plural: "states", parameter: "actor" },
  armed_group: { name: "armed group", plural: "armed groups", parameter: "actor" },
  media: { name: "media", plural: "media", parameter: "actor" },
  place: { name: "place", plural: "places", parameter: "place" },
  weapon: { name: "weapon", plural: "weapons", parameter: "weapon" },
});

/** How filters are called on their chips. */
export const PARAMETERS = table({
  q: "words",
  from: "from",
  to: "to",
  source: "source",
  actor: "actor",
  any_actor: "any of",
  place: "place",
  weapon: "weapon",
  exclude_source: "not from",
  exclude_actor: "not",
  language: "language",
  precision: "date known to",
  speaker: "speaker",
  about: "about",
});

/** How much of a date is known. */
export const PRECISIONS = table({
  minute: "to the minute",
  day: "to the day",
  month: "to the month",
  year: "to the year",
  none: "no date",
});

/** What a date is based on. */
export const BASES = table({
  stated: "as stated",
  inferred: "inferred",
  metadata: "from the metadata",
});

/** What the language of an article is based on. */
export const LANGUAGE_BASES = table({
  metadata: "from the metadata",
  detected: "detected",
});

/** How complete a text is: on the page of the article, and in lists, where a full text has no label. */
export const TEXT_KINDS = table({
  full: { name: "Full text", label: null },
  digest: { name: "A digest, not the publisher’s text", label: "Digest" },
});

/** How a mention names its entity. */
export const MENTION_KINDS = table({
  name: "by name",
  acronym: "by acronym",
  surname: "by surname",
  demonym: "by demonym",
  byline: "in a byline",
  credit: "in a credit",
});

/** How an article reports a statement. */
export const STATEMENT_KINDS = table({
  quotation: "quoted",
  partial: "partly quoted",
  paraphrase: "paraphrased",
});

/** The orders of the list of articles. */
export const ORDERS = table({
  "-published": "newest first",
  published: "oldest first",
  relevance: "best match first",
});

/** The intervals of the timeline, from fine to coarse. */
export const INTERVALS = table({
  day: "day",
  week: "week",
  month: "month",
  year: "year",
});

/** What a publish did to an article. */
export const CHANGE_KINDS = table({
  added: "added",
  updated: "updated",
  removed: "removed",
});

/** The facets in the order of the page; `rule` says how several values of one combine. */
export const FACETS = table({
  source: { title: "Sources", rule: "any of them" },
  actor: { title: "Actors", rule: "all of them" },
  place: { title: "Places", rule: "all of them" },
  weapon: { title: "Weapons", rule: "all of them" },
  language: { title: "Languages", rule: "any of them" },
  precision: { title: "Dates known", rule: "any of them" },
});

const OUTLINES = table({
  person: "M8 1.500A6.500 6.500 0 1 1 8 14.500A6.500 6.500 0 1 1 8 1.500z",
  organization: "M5 2h6a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z",
  state: "M2 2h12v12H2z",
  armed_group: "M8 0.500L15.500 8L8 15.500L0.500 8z",
  media: "M4.500 1.500h7L15.500 8L11.500 14.500h-7L0.500 8z",
  place: "M8 1L15.500 14.500H0.500z",
  weapon: "M8 15L0.500 1.500H15.500z",
});

/** Returns the word of a table for a value, or the value itself where a newer API has one that the page does not know. */
export function wordFor(words, value) {
  return words.get(value) ?? value;
}

/** Returns how an entity type is called and which parameter narrows by it. */
export function entityType(type) {
  return ENTITY_TYPES.get(type) ?? { name: type, plural: type, parameter: "actor" };
}

/** Returns the outline that stands for a type, in a square of 16: no type is told by its colour alone. */
export function outline(type) {
  return OUTLINES.get(type) ?? OUTLINES.get("person");
}

/** Returns the sign of a type for use in a text; what it says is said beside it. */
export function sign(type) {
  const shape = drawn("path", { d: outline(type) });
  return drawn("svg", { class: `sign type-${type}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, shape);
}

/** Returns a number as it is written, and the right form of a noun after it. */
export function counted(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** Returns a piece of text that only screen readers meet. */
export function unseen(text) {
  return element("span", { class: "unseen" }, text);
}

/** Returns a name for an id, where an answer gives nothing but the id: `president-of-russia` is President of Russia. */
export function nameOfId(id) {
  const small = /^(of|the|and|for|al)$/;
  return id
    .split("-")
    .map((word) => (small.test(word) ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join(" ");
}
