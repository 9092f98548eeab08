/** Shows the request behind a view, to be copied. */

import { element, say } from "./dom.js";

/** Returns a fold with the request, its full address and the same for curl. */
export function call(url, title = "The request behind this") {
  const { pathname, search } = new URL(url);
  const shown = element("code", { tabindex: "0" }, "GET ", pathname + readable(search));
  return element(
    "details",
    { class: "call" },
    element("summary", {}, title),
    shown,
    element(
      "p",
      { class: "actions" },
      copying("Copy address", url),
      copying("Copy for curl", `curl '${url}'`),
      element("a", { href: url, rel: "noreferrer" }, "Open the answer"),
    ),
  );
}

function copying(label, text) {
  return element("button", { type: "button", click: (event) => copied(event.currentTarget, label, text) }, label);
}

async function copied(button, label, text) {
  button.textContent = (await toClipboard(text)) ? "Copied" : "Not copied";
  say(button.textContent);
  setTimeout(() => (button.textContent = label), 1500);
}

/** The clipboard of today is for secure contexts only; over plain HTTP the older way still works. */
async function toClipboard(text) {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const holder = element("textarea", { class: "unseen", "aria-hidden": "true" }, text);
  document.body.append(holder);
  holder.select();
  const done = document.execCommand("copy");
  holder.remove();
  return done;
}

/** Undoes the escapes that only make a query hard to read. */
function readable(query) {
  try {
    return decodeURIComponent(query.replaceAll("+", "%20"));
  } catch {
    return query;
  }
}
