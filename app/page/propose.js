// @ts-check
/** A reader's proposal to correct an entity: a line of the file of corrections, to download and to send to the operator. */

/** @import { Schemas } from "./api.js" */

import { element } from "./dom.js";
import { ENTITY_TYPES } from "./vocabulary.js";

/** The characters of ids, as the loader draws them. */
const ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const ID_DIGITS = 11;

/** As long as a value may be. */
const MOST_CHARACTERS = "300";

/**
 * What can be proposed: its words, the words for its value (none if it has none), and the fields of its line.
 *
 * @type {ReadonlyMap<string, { name: string, value: string | null, fields: (id: string, value: string) => object }>}
 */
const PROPOSALS = new Map([
  ["merge", { name: "is the same as", value: "Id of the other one", fields: (id, into) => ({ from: id, into }) }],
  ["rename", { name: "has another name", value: "Name", fields: (entity, name) => ({ entity, name }) }],
  ["alias_add", { name: "is also called", value: "Name", fields: (entity, alias) => ({ entity, alias }) }],
  ["alias_remove", { name: "is not called", value: "Name", fields: (entity, alias) => ({ entity, alias }) }],
  [
    "retype",
    {
      name: "is something else",
      value: [...ENTITY_TYPES.keys()].join(", "),
      fields: (entity, type) => ({ entity, type }),
    },
  ],
  ["wikidata", { name: "is in Wikidata", value: "Q…", fields: (entity, wikidata) => ({ entity, wikidata }) }],
  ["hide", { name: "should not be here", value: null, fields: (entity) => ({ entity }) }],
]);

/**
 * Return a line of the file of corrections.
 *
 * @param {{ id: string, at: Date, why: string, kind: string, entity: string, value: string }} proposal
 */
export function correctionLine({ id, at, why, kind, entity, value }) {
  const fields = PROPOSALS.get(kind)?.fields(entity, value.trim());
  const instant = at.toISOString().replace(/\.\d+Z$/, "Z");
  return `${JSON.stringify({ id, at: instant, by: null, why: why.trim() || null, do: kind, ...fields })}\n`;
}

/** Return a new id of a correction. */
function newId() {
  const digits = crypto.getRandomValues(new Uint8Array(ID_DIGITS));
  return `c${Array.from(digits, (digit) => ID_ALPHABET[digit % ID_ALPHABET.length]).join("")}`;
}

/**
 * Return a form in which a reader says what is wrong with an entity, and which downloads it as a file of one line.
 *
 * @param {Schemas["EntityRef"]} entity
 */
export function proposalForm({ id, name }) {
  const kind = element(
    "select",
    { name: "kind", change },
    [...PROPOSALS].map(([value, { name: words }]) => element("option", { value }, words)),
  );
  const value = element("input", { name: "value", required: true, maxlength: MOST_CHARACTERS });
  const valueLabel = element("label", {}, "Value ", value);
  const why = element("input", { name: "why", maxlength: MOST_CHARACTERS });
  const form = element(
    "form",
    { submit },
    element("label", {}, `${name} `, kind),
    " ",
    valueLabel,
    " ",
    element("label", {}, "Why ", why),
    " ",
    element("button", { type: "submit" }, "Download"),
  );
  change();
  return element(
    "details",
    { class: "proposal" },
    element("summary", {}, "Propose a correction"),
    element("p", { class: "note" }, "It is saved as a file, which you can send to whoever runs this collection."),
    form,
  );

  function change() {
    const hint = PROPOSALS.get(kind.value)?.value ?? null;
    valueLabel.hidden = value.disabled = hint === null;
    value.placeholder = hint ?? "";
  }

  /** @param {SubmitEvent} event */
  function submit(event) {
    event.preventDefault();
    const proposal = { id: newId(), at: new Date(), why: why.value, kind: kind.value, entity: id, value: value.value };
    const url = URL.createObjectURL(new Blob([correctionLine(proposal)], { type: "application/x-ndjson" }));
    element("a", { href: url, download: `correction-${proposal.id}.jsonl` }).click();
    URL.revokeObjectURL(url);
  }
}
