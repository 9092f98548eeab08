// @ts-check
/** Requests to the API, and the class of their errors. */

/** @import { components, paths } from "../../build/client/dateline.d.ts" */

/** @typedef {components["schemas"]} Schemas */

/** @typedef {keyof paths} Path */

/** @typedef {[name: string, value: string]} Pair */

/**
 * A body with all fields, without the alternative that `fields` declares: the page never sends it.
 *
 * @template Body
 * @typedef {Body extends unknown
 *   ? Schemas["ArticleFields"] extends Body ? never : Schemas["ArticleFieldsList"] extends Body ? never : Body
 *   : never} Complete
 */

/**
 * The JSON body of a 200 answer.
 *
 * @template {Path} Route
 * @typedef {paths[Route] extends
 *   { get: { responses: { 200: { content: { "application/json": infer Body } } } } } ? Complete<Body> : never} Answer
 */

/** @typedef {Pick<Schemas["Problem"], "status" | "title" | "detail"> & Partial<Schemas["Problem"]>} ProblemBody */

/**
 * A failed request: the RFC 9457 problem of the API, or one from the page if no API answered. `request` is the id of the
 * request in the log of the server.
 */
export class ApiError extends Error {
  /**
   * @param {string} url
   * @param {ProblemBody} problem
   * @param {string | null} request
   */
  constructor(url, { status, title, detail, errors = [] }, request = null) {
    super(detail || title);
    this.url = url;
    this.status = status;
    this.title = title;
    this.errors = errors;
    this.request = request;
  }
}

const base = apiBase();

/**
 * Return the full URL of a request.
 *
 * @param {Path | "/docs"} path
 * @param {readonly Pair[]} parameters
 * @param {string} id for the `{id}` in the path
 */
export function apiUrl(path, parameters = [], id = "") {
  const query = String(new URLSearchParams([...parameters]));
  const relative = path.slice(1).replace("{id}", () => encodeURIComponent(id));
  return new URL(relative + (query ? `?${query}` : ""), base).href;
}

/**
 * Return the JSON answer to a GET request.
 *
 * @template {Path} Route
 * @param {Route} path
 * @param {readonly Pair[]} parameters
 * @param {AbortSignal} [signal]
 * @param {string} [id] for the `{id}` in the path
 * @returns {Promise<Answer<Route>>}
 * @throws {ApiError}
 */
export async function getJson(path, parameters, signal, id) {
  const url = apiUrl(path, parameters, id);
  const response = await send(url, signal);
  /** @type {unknown} */
  const body = await response.json().catch(() => null);
  signal?.throwIfAborted();
  if (response.ok && body !== null) return /** @type {Answer<Route>} */ (body);
  throw new ApiError(url, isProblem(body) ? body : notAnApi(response.status), response.headers.get("X-Request-ID"));
}

/**
 * Return whether the page itself canceled a request, because a newer one replaced it.
 *
 * @param {unknown} error
 */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/**
 * @param {string} url
 * @param {AbortSignal} [signal]
 */
async function send(url, signal) {
  try {
    return await fetch(url, { signal: signal ?? null, credentials: "omit", headers: { Accept: "application/json" } });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(url, {
      status: 0,
      title: "The API does not respond",
      detail: `No response from ${new URL(url).origin}. The server may be down, or it may not allow requests from this page.`,
    });
  }
}

/**
 * @param {unknown} body
 * @returns {body is Schemas["Problem"]}
 */
function isProblem(body) {
  return typeof body === "object" && body !== null && "title" in body && Boolean(body.title);
}

/**
 * @param {number} status
 * @returns {ProblemBody}
 */
function notAnApi(status) {
  return {
    status,
    title: "There is no API here",
    detail: "The server that answered is not Dateline. Add ?api=https://… to the address of this page to name one.",
  };
}

/** `?api=` in the address overrides the API that index.html names, which overrides the server of the page. */
function apiBase() {
  const name = new URLSearchParams(location.search).get("api") || metaApi() || ".";
  const url = URL.canParse(name, document.baseURI) ? new URL(name, document.baseURI) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return new URL(".", document.baseURI);
  url.search = "";
  url.hash = "";
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

function metaApi() {
  return document.querySelector('meta[name="dateline-api"]')?.getAttribute("content");
}
