// @ts-check
/** The request behind a view, ready to copy, and how to cite what it returns. */

/** @import { Pair } from "./api.js" */

import { apiUrl } from "./api.js";
import { announce, element, join } from "./dom.js";
import { CITATION_STYLES } from "./vocabulary.js";

/** Milliseconds for which a button shows the result of a click. */
const FEEDBACK = 1500;

/**
 * Return a disclosure with a request: its path, full URL and curl command.
 *
 * @param {string} url
 */
export function requestDetails(url, title = "The API request") {
  const { pathname, search } = new URL(url);
  return element(
    "details",
    { class: "request" },
    element("summary", {}, title),
    element("code", { tabindex: "0" }, "GET ", pathname + decodeQuery(search)),
    element(
      "p",
      { class: "actions" },
      copyButton("Copy URL", url),
      copyButton("Copy as curl", `curl '${url}'`),
      element("a", { href: url, rel: "noreferrer" }, "Open the response"),
    ),
  );
}

/**
 * Return links to the citation of an article or of a search, one for each format.
 *
 * @param {"/v1/articles/{id}/citation" | "/v1/articles/citation"} path
 * @param {readonly Pair[]} parameters
 * @param {string} [id] of the article
 */
export function citationLinks(path, parameters, id) {
  const links = [...CITATION_STYLES].map(([style, name]) =>
    element("a", { href: apiUrl(path, [...parameters, ["style", style]], id), rel: "noreferrer" }, name),
  );
  return element("span", { class: "citations" }, "Cite as ", join(links, ", "));
}

/**
 * @param {string} label
 * @param {string} text
 */
function copyButton(label, text) {
  const button = element("button", { type: "button", click: copy }, label);
  return button;

  async function copy() {
    button.textContent = (await writeClipboard(text)) ? "Copied" : "Copy failed";
    announce(button.textContent);
    setTimeout(() => {
      button.textContent = label;
    }, FEEDBACK);
  }
}

/**
 * Browsers offer the clipboard API in secure contexts only; over plain HTTP `execCommand` still works.
 *
 * @param {string} text
 */
async function writeClipboard(text) {
  if (window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const area = element("textarea", { class: "visually-hidden", "aria-hidden": "true" }, text);
  document.body.append(area);
  area.select();
  const success = document.execCommand("copy");
  area.remove();
  return success;
}

/**
 * Undo the escapes that only make a query hard to read.
 *
 * @param {string} query
 */
function decodeQuery(query) {
  try {
    return decodeURIComponent(query.replaceAll("+", "%20"));
  } catch {
    return query;
  }
}
