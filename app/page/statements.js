/** Who said what: the statements of the articles found. */

import { address, ask, isGivenUp } from "./api.js";
import { heading } from "./articles.js";
import { call } from "./call.js";
import { published } from "./dates.js";
import { element, fill, say } from "./dom.js";
import { nothing, problem } from "./problem.js";
import { having, href, saying } from "./state.js";
import { STATEMENT_KINDS, counted, wordFor } from "./vocabulary.js";

const PATH = "v1/statements";

/** Shows the first page of statements. */
export async function showStatements(place, { state, signal }) {
  const found = await ask(PATH, saying(state), signal);
  const items = element("ol", { class: "statements" }, found.items.map((item) => entry(item, state)));
  fill(
    place,
    heading(counted(found.total, "statement")),
    found.empty ? nothing(found.empty, state) : items,
    further(items, found, state, signal),
    element("footer", { class: "behind" }, call(address(PATH, saying(state)))),
  );
}

function entry({ article, text, kind, speaker, speaker_name: words, cue }, state) {
  const name = speaker?.name ?? words ?? "Somebody who is not named";
  const target = speaker && having(state, "speaker", speaker.id);
  return element(
    "li",
    { class: `statement-entry ${kind}` },
    element(
      "p",
      { class: "speaker" },
      target ? element("a", { href: href(target) }, name) : name,
      element("span", { class: "how" }, [wordFor(STATEMENT_KINDS, kind), cue && `“${cue}”`].filter(Boolean).join(", ")),
    ),
    element("blockquote", {}, text ?? "The text is withheld here."),
    element(
      "p",
      { class: "reported" },
      "In ",
      element("a", { href: href(having(state, "article", article.id)) }, article.title),
      `, ${article.source.name}, `,
      published(article.published, { instant: false }),
    ),
  );
}

function further(items, found, state, signal) {
  if (found.next === null) return null;
  const button = element("button", { type: "button", class: "more", click: more }, "More statements");
  const place = element("div", { class: "further" }, button);
  return place;

  async function more() {
    button.disabled = true;
    try {
      const page = await ask(PATH, [...saying(state), ["cursor", found.next]], signal);
      const before = items.childElementCount;
      items.append(...page.items.map((item) => entry(item, state)));
      place.replaceWith(further(items, page, state, signal) ?? "");
      items.children[before]?.querySelector("a")?.focus();
      say(`${items.childElementCount} of ${page.total} are shown`);
    } catch (error) {
      if (!isGivenUp(error)) fill(place, problem(error, state, more));
    }
  }
}
