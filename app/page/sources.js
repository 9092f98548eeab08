/** How the sources compare: who wrote how much of this, and whom only one of them names. */

import { address, ask } from "./api.js";
import { heading } from "./articles.js";
import { call } from "./call.js";
import { rangeInWords } from "./dates.js";
import { element, fill, joined } from "./dom.js";
import { nothing } from "./problem.js";
import { adding, having, href, narrowing, searching, viewing } from "./state.js";
import { counted, entityType, sign, unseen } from "./vocabulary.js";

const PATH = "v1/compare";

/** Shows the comparison. */
export async function showSources(place, { state, signal }) {
  const found = await ask(PATH, narrowing(state), signal);
  fill(
    place,
    heading(`${found.spoke.toLocaleString("en")} of ${counted(found.total, "source")} report on it`),
    found.empty ? nothing(found.empty, state) : element("ol", { class: "sources" }, found.items.map((item) => row(item, state))),
    element("footer", { class: "behind" }, call(address(PATH, narrowing(state)))),
  );
}

function row(item, state) {
  const { id, name, articles, coverage, share, first_day: first, last_day: last } = item;
  const meter = element("span", { class: "meter", "aria-hidden": "true" });
  meter.style.setProperty("--share", share ?? 0);
  const target = adding(searching(viewing(state, null)), "source", id);
  return element(
    "li",
    { class: articles ? "" : "silent" },
    element("h3", {}, articles ? element("a", { href: href(target) }, name) : name),
    element("p", {}, meter, `${counted(articles, "article")} of the ${coverage.toLocaleString("en")} that it printed then`),
    first && element("p", { class: "note" }, rangeInWords(first, last)),
    item.only.length > 0 && element("p", { class: "names" }, "Only it names ", joined(item.only.map((one) => named(one, state)), " ")),
    item.speakers.length > 0 && element("p", { class: "names" }, "It lets speak ", joined(item.speakers.map((one) => voice(one, id, state)), " ")),
  );
}

function named({ id, name, type }, state) {
  const target = adding(viewing(state, null), entityType(type).parameter, id);
  return element("a", { class: `name type-${type}`, href: href(target) }, sign(type), name, unseen(`, ${entityType(type).name}`));
}

function voice({ id, name, type, statements }, source, state) {
  const target = having(having(viewing(state, "statements"), "speaker", id), "source", source);
  return element("a", { class: `name type-${type}`, href: href(target) }, sign(type), `${name} ${statements}`, unseen(" statements"));
}
