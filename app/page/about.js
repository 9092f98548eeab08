/** Who or what the one chosen name is: how the articles call it, what it belongs to, what it is named with. */

import { address, ask } from "./api.js";
import { call } from "./call.js";
import { inWords } from "./dates.js";
import { element, fill, joined } from "./dom.js";
import { adding, href, narrowing, searching } from "./state.js";
import { counted, entityType, sign, unseen } from "./vocabulary.js";

/** How many of each list are shown. */
const FEW = 6;

/** Returns the id of the entity that a state narrows to; null if it is none or several. */
export function onlyEntity(state, facets) {
  const values = ["actor", "place", "weapon"].flatMap((name) => state.getAll(name).map((value) => [name, value]));
  if (values.length !== 1) return null;
  const [[name, value]] = values;
  return facets.get(name)?.find(({ chosen }) => chosen)?.id ?? value;
}

/** Shows what is known of an entity; where the API does not tell, nothing. */
export async function showAbout(place, { state, id, signal }) {
  const path = `v1/entities/${encodeURIComponent(id)}`;
  const related = [...narrowing(state), ["limit", String(FEW)]];
  const [entity, near] = await Promise.all([
    ask(path, [], signal),
    ask(`${path}/related`, related, signal).catch(() => ({ items: [] })),
  ]);
  fill(
    place,
    element(
      "h2",
      { id: "about-title" },
      sign(entity.type),
      entity.name,
      element("span", { class: "rule" }, ` ${entityType(entity.type).name}`, entity.wikidata && `, Wikidata ${entity.wikidata}`),
    ),
    element(
      "dl",
      {},
      row("Called", called(entity)),
      row("Is", lasting(entity.member_of).map((one) => membership(one, state))),
      row("For it act", entity.members?.filter(({ role, to }) => role && to === null).slice(0, FEW).map((one) => member(one, state))),
      row("Mostly with", near.items.map((one) => named(one, state))),
    ),
    element("div", { class: "behind" }, call(address(path)), near.items.length > 0 && call(address(`${path}/related`, related), "The request for what goes with it")),
  );
  place.hidden = false;
}

function row(title, parts) {
  return parts?.length ? [element("dt", {}, title), element("dd", {}, joined(parts, "; "))] : null;
}

function called({ surfaces, aliases }) {
  if (!surfaces) return aliases.slice(0, FEW);
  return surfaces.items.slice(0, FEW).map(({ text, mentions }) => `“${text}” ${counted(mentions, "time")}`);
}

/** What it still is; only of those who are nothing any more, what they were. */
function lasting(memberships) {
  const still = memberships.filter(({ to }) => to === null);
  return still.length ? still : memberships;
}

function membership({ of: id, name, type, role, from, to }, state) {
  const days = [from && ` from ${inWords(from)}`, to && ` to ${inWords(to)}`];
  return [role ?? "part", " of ", type ? named({ id, name, type }, state) : id, ...days];
}

function member({ id, name, type, role }, state) {
  return [named({ id, name, type }, state), `, ${role}`];
}

function named({ id, name, type }, state) {
  const target = adding(searching(state), entityType(type).parameter, id);
  return element("a", { class: `type-${type}`, href: href(target) }, name, unseen(`, ${entityType(type).name}`));
}
