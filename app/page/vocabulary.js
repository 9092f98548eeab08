// @ts-check
/** The words of the page for the values of the API. A test compares each table with the enums of the OpenAPI document. */

import { element } from "./dom.js";

/**
 * Return a map. Keys to look up come from the address and the API, and an object would find `constructor`, which all
 * objects inherit.
 *
 * @template Word
 * @param {Readonly<Record<string, Word>>} words
 * @returns {ReadonlyMap<string, Word>}
 */
function table(words) {
  return new Map(Object.entries(words));
}

/** Names of the entity types, and the parameter that filters by an entity of each. */
export const ENTITY_TYPES = table({
  person: { name: "person", plural: "people", parameter: "actor" },
  organization: { name: "organization", plural: "organizations", parameter: "actor" },
  state: { name: "state", plural: "states", parameter: "actor" },
  armed_group: { name: "armed group", plural: "armed groups", parameter: "actor" },
  media: { name: "media", plural: "media", parameter: "actor" },
  place: { name: "place", plural: "places", parameter: "place" },
  weapon: { name: "weapon", plural: "weapons", parameter: "weapon" },
});

/** Names of the formats of citations. */
export const CITATION_STYLES = table({
  text: "text",
  ris: "RIS",
  bibtex: "BibTeX",
  csl: "CSL-JSON",
});

/** Names of the filters on their chips. */
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
  country: "from sources in",
  source_kind: "kind of source",
  source_group: "from the group",
  exclude_source_group: "not from the group",
  language: "language",
  precision: "date precision",
  author: "author",
  text_kind: "text",
  bbox: "places in the box",
  near: "places near",
  "near+km": "places near",
  km: "kilometres",
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

/** What archives say of an article besides the other fields. */
export const DETAILS = table({
  edition: "edition",
  section: "section",
  page: "page",
  length: "length",
  load_date: "archived",
  document_type: "type",
  place: "place",
  agency: "agency",
  newsletter: "newsletter",
  sent: "sent",
  forwarded_from: "forwarded from",
  edited: "edited",
  summary: "summary",
  publication_place: "published in",
});

/** How complete a text is: on the page of the article, and in lists, where a full text has no label. */
export const TEXT_KINDS = table({
  full: { name: "Full text", label: null },
  extract: { name: "An extract, not the whole text", label: "Extract" },
  digest: { name: "A digest, not the publisher’s text", label: "Digest" },
});

/** How a mention names its entity. */
export const MENTION_KINDS = table({
  name: "by name",
  acronym: "by acronym",
  surname: "by surname",
  demonym: "by demonym",
  description: "by a description",
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
  "-loaded": "last added first",
  "-updated": "last changed first",
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

/** The kinds of sources. */
export const SOURCE_KINDS = table({
  agency: "news agency",
  broadcaster: "broadcaster",
  newspaper: "newspaper",
  online: "online",
  government: "government",
  ngo: "organization",
  party: "party",
});

/** The facets in the order of the page; `rule` says how several values of one combine. */
export const FACETS = table({
  source: { title: "Sources", rule: "any of them" },
  country: { title: "Countries of sources", rule: "any of them" },
  source_kind: { title: "Kinds of sources", rule: "any of them" },
  source_group: { title: "Groups of sources", rule: "any of them" },
  actor: { title: "Actors", rule: "all of them" },
  place: { title: "Places", rule: "all of them" },
  weapon: { title: "Weapons", rule: "all of them" },
  language: { title: "Languages", rule: "any of them" },
  author: { title: "Authors", rule: "any of them" },
  text_kind: { title: "Texts", rule: "any of them" },
  precision: { title: "Date precision", rule: "any of them" },
});

/**
 * Return the word for a value, or the value itself if a newer API has one that the page does not know.
 *
 * @param {ReadonlyMap<string, string>} words
 * @param {string} value
 */
export function wordFor(words, value) {
  return words.get(value) ?? value;
}

/**
 * Return the names of an entity type and the parameter that filters by it.
 *
 * @param {string} type
 */
export function entityType(type) {
  return ENTITY_TYPES.get(type) ?? { name: type, plural: type, parameter: "actor" };
}

/**
 * Return a number with its noun.
 *
 * @param {number} number
 * @param {string} noun
 */
export function formatCount(number, noun) {
  return `${formatNumber(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** @param {number} number */
export function formatNumber(number) {
  return number.toLocaleString("en");
}

/**
 * Return text that only screen readers get.
 *
 * @param {string} text
 */
export function hiddenText(text) {
  return element("span", { class: "visually-hidden" }, text);
}

/**
 * Return a name for an id, where an answer has only the id: `president-of-russia` becomes President of Russia.
 *
 * @param {string} id
 */
export function nameFromId(id) {
  const small = /^(of|the|and|for|al)$/;
  return id
    .split("-")
    .map((word) => (small.test(word) ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join(" ");
}
