// @ts-check
/** Dates as text, with no more precision than is known. */

/** @import { Schemas } from "./api.js" */

import { element } from "./dom.js";
import { BASES, PRECISIONS, wordFor } from "./vocabulary.js";

const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

/**
 * Return the numbers of a printed day, month or year (`2015-11-22`, `2015-11`, `2015`); 0 means missing.
 *
 * @param {string} date
 */
function dateParts(date) {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  return { year, month, day };
}

/**
 * Return a printed day, month or year as text.
 *
 * @param {string} date
 */
export function formatDate(date) {
  const { year, month, day } = dateParts(date);
  return [day, MONTHS[month - 1], year].filter(Boolean).join(" ");
}

/**
 * Return a range of days as text, as short as possible.
 *
 * @param {string} from
 * @param {string} to
 */
export function formatRange(from, to) {
  const [year, month] = [from.slice(0, 4), from.slice(0, 7)];
  if (from === to) return formatDate(from);
  if (from === `${month}-01` && to === lastDay(month)) return formatDate(month);
  if (from === `${year}-01-01` && to === `${year}-12-31`) return year;
  const words = to.startsWith(month) ? 1 : to.startsWith(year) ? 2 : 3;
  return `${formatDate(from).split(" ").slice(0, words).join(" ")} – ${formatDate(to)}`;
}

/**
 * Return the short form of a day for an axis.
 *
 * @param {string} date
 * @param {string} interval
 * @param {boolean} withYear
 */
export function formatTick(date, interval, withYear) {
  const { year, month, day } = dateParts(date);
  if (interval === "year") return String(year);
  const name = (MONTHS[month - 1] ?? "").slice(0, 3);
  const short = interval === "month" ? name : `${day} ${name}`;
  return withYear ? `${short} ${year}` : short;
}

/**
 * Return the first and last day (UTC milliseconds) of a printed day, month or year.
 *
 * @param {string} date
 */
export function bounds(date) {
  const { year, month, day } = dateParts(date);
  const last = day ? Date.UTC(year, month - 1, day) : month ? Date.UTC(year, month, 0) : Date.UTC(year, 11, 31);
  return { first: Date.UTC(year, (month || 1) - 1, day || 1), last };
}

/**
 * Show when an article was printed: the date, its precision and basis, and the UTC time where it is known.
 *
 * @param {Schemas["PublishedOut"]} published
 * @param {{ withTime?: boolean }} options
 */
export function publishedDate({ on, at, precision, zone, basis, evidence }, { withTime = true } = {}) {
  if (on === null) return element("span", { class: "published" }, element("span", { class: "date" }, "undated"));
  const certainty = [wordFor(PRECISIONS, precision), basis && wordFor(BASES, basis)].filter(Boolean).join(", ");
  return element(
    "span",
    { class: `published ${basis === "inferred" ? "inferred" : ""}` },
    element("time", { class: "date", datetime: on }, formatDate(on)),
    " ",
    element("span", { class: "certainty" }, certainty),
    withTime && at !== null && [" ", element("span", { class: "certainty" }, formatTime(on, at, zone))],
    evidence && [" ", element("span", { class: "evidence" }, `from ${evidence}`)],
  );
}

/**
 * Return a UTC time, with its day where that is not the printed one.
 *
 * @param {string} on
 * @param {string} at
 * @param {string | null} zone
 */
function formatTime(on, at, zone) {
  const day = Number(at.slice(8, 10));
  const otherDay = at.slice(0, 10) === on ? "" : ` on the ${day}${ordinalSuffix(day)}`;
  return `${at.slice(11, 16)} UTC${otherDay}${zone === null ? "" : `, printed in ${zone}`}`;
}

/** @param {number} day */
function ordinalSuffix(day) {
  if (day > 3 && day < 21) return "th";
  return ["th", "st", "nd", "rd"][day % 10] ?? "th";
}

/** @param {string} month */
function lastDay(month) {
  return new Date(bounds(month).last).toISOString().slice(0, 10);
}
