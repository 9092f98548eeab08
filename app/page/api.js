/** Asks the API, wherever it is, and turns what goes wrong into one kind of error. */

/**
 * Something that the API refused or could not do: an RFC 9457 problem, or what stands in for one; `request` is the id
 * under which the operator finds it.
 */
export class Problem extends Error {
  constructor(url, { status = 0, title, detail = "", errors = [] }, request = null) {
    super(detail || title);
    Object.assign(this, { url, status, title, detail, errors, request });
  }
}

const base = apiBase();

/** Returns the full address of a question; `pairs` are its parameters. */
export function address(path, pairs = []) {
  const query = String(new URLSearchParams(pairs));
  return new URL(path + (query ? `?${query}` : ""), base).href;
}

/** Returns the answer to a question; throws a Problem. */
export async function ask(path, pairs, signal) {
  const url = address(path, pairs);
  const response = await answered(url, signal);
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body;
  throw new Problem(url, body?.title ? body : notTheApi(response.status), response.headers.get("X-Request-ID"));
}

/** Tells whether an error says that a question was given up because another took its place. */
export function isGivenUp(error) {
  return error.name === "AbortError";
}

async function answered(url, signal) {
  try {
    return await fetch(url, { signal, credentials: "omit", headers: { Accept: "application/json" } });
  } catch (error) {
    if (isGivenUp(error)) throw error;
    throw new Problem(url, {
      title: "The API does not answer",
      detail: `Nothing came from ${new URL(url).origin}. The server may be down, or it may not let this page ask it.`,
    });
  }
}

function notTheApi(status) {
  return {
    status,
    title: "There is no API here",
    detail: "What answered is no Dateline. Name the address of one with ?api=https://… in the address of this page.",
  };
}

/** The address in `?api=` goes before the one in the page, and both before the server that gave the page. */
function apiBase() {
  const named = new URLSearchParams(location.search).get("api") || declared() || ".";
  const url = URL.parse ? URL.parse(named, document.baseURI) : new URL(named, document.baseURI);
  if (!url || !/^https?:$/.test(url.protocol)) return new URL(".", document.baseURI);
  url.search = "";
  url.hash = "";
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

function declared() {
  return document.querySelector('meta[name="dateline-api"]').content;
}
