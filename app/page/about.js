// @ts-check
/** The card of the one entity that a search filters by: its names, memberships and related entities. */

/** @import { Pair, Schemas } from "./api.js" */

import { apiUrl, getJson } from "./api.js";
import { formatDate } from "./dates.js";
import { element, fill, join } from "./dom.js";
import { filterByEntity, typeIcon } from "./entities.js";
import { proposalForm } from "./propose.js";
import { requestDetails } from "./request.js";
import { articleFilters, href } from "./state.js";
import { entityType, formatCount, hiddenText } from "./vocabulary.js";

const PATH = "/v1/entities/{id}";
const RELATED = "/v1/entities/{id}/related";

/** The most items of each list. */
const MOST = 6;

/**
 * Return the id of the entity that a state filters by; null if there is none or more than one.
 *
 * @param {URLSearchParams} state
 * @param {ReadonlyMap<string, Schemas["FacetValue"][] | null>} facets
 */
export function onlyEntity(state, facets) {
  const filters = ["actor", "place", "weapon"].flatMap((name) => state.getAll(name).map((value) => ({ name, value })));
  const [filter, ...others] = filters;
  if (filter === undefined || others.length) return null;
  return facets.get(filter.name)?.find(({ chosen }) => chosen)?.id ?? filter.value;
}

/**
 * Show the card of an entity.
 *
 * @param {HTMLElement} container
 * @param {{ state: URLSearchParams, id: string, signal: AbortSignal }} options
 */
export async function showAbout(container, { state, id, signal }) {
  /** @type {Pair[]} */
  const parameters = [...articleFilters(state), ["limit", String(MOST)]];
  const [entity, related] = await Promise.all([
    getJson(PATH, [], signal, id),
    getJson(RELATED, parameters, signal, id).then(
      ({ items }) => items,
      () => [],
    ),
  ]);
  const { type, name, wikidata } = entity;
  fill(
    container,
    element(
      "h2",
      { id: "about-title" },
      typeIcon(type),
      name,
      element("span", { class: "rule" }, ` ${entityType(type).name}`, wikidata && `, Wikidata ${wikidata}`),
    ),
    element(
      "dl",
      {},
      row("Named as", surfaces(entity)),
      row(
        "Is",
        memberships(entity).map((item) => membership(item, state)),
      ),
      row(
        "Members",
        members(entity).map((item) => [plainLink(item, state), `, ${item.role}`]),
      ),
      row(
        "Often with",
        related.map((item) => plainLink(item, state)),
      ),
    ),
    proposalForm(entity),
    element(
      "div",
      { class: "requests" },
      requestDetails(apiUrl(PATH, [], id)),
      related.length > 0 && requestDetails(apiUrl(RELATED, parameters, id), "The API request for the related entities"),
    ),
  );
  container.hidden = false;
}

/**
 * @param {string} title
 * @param {readonly import("./dom.js").Child[]} items
 */
function row(title, items) {
  return items.length > 0 && [element("dt", {}, title), element("dd", {}, join(items, "; "))];
}

/** @param {Schemas["EntityDetail"]} entity */
function surfaces({ surfaces: { items }, aliases }) {
  if (!items.length) return aliases.slice(0, MOST);
  return items.slice(0, MOST).map(({ text, mentions }) => `“${text}” ${formatCount(mentions, "time")}`);
}

/**
 * Return the memberships that still last, or the former ones if none does.
 *
 * @param {Schemas["EntityDetail"]} entity
 */
function memberships({ member_of: all }) {
  const current = all.filter(({ to }) => to === null);
  return current.length ? current : all;
}

/** @param {Schemas["EntityDetail"]} entity */
function members({ members: all }) {
  return all.filter(({ role, to }) => role && to === null).slice(0, MOST);
}

/**
 * @param {Schemas["MembershipOut"]} membership
 * @param {URLSearchParams} state
 */
function membership({ id, name, type, role, from, to }, state) {
  const whole = name !== null && type !== null ? plainLink({ id, name, type }, state) : id;
  return [role ?? "part", " of ", whole, from && ` from ${formatDate(from)}`, to && ` to ${formatDate(to)}`];
}

/**
 * @param {Schemas["EntityRef"]} entity
 * @param {URLSearchParams} state
 */
function plainLink(entity, state) {
  const { name, type } = entity;
  const target = href(filterByEntity(state, entity));
  return element("a", { class: `type-${type}`, href: target }, name, hiddenText(`, ${entityType(type).name}`));
}
