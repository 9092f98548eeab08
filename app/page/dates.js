/** Says dates as far as they are known, and no further. */

import { element } from "./dom.js";
import { BASES, PRECISIONS, wordFor } from "./vocabulary.js";

const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

/** Returns a printed day, month or year (`2015-11-22`, `2015-11`, `2015`) in words. */
export function inWords(printed) {
  const [year, month, day] = printed.split("-").map(Number);
  return [day, month && MONTHS[month - 1], year].filter(Boolean).join(" ");
}

/** Returns a range of days in words, as short as it can be said. */
export function rangeInWords(from, to) {
  const [year, month] = from.split("-");
  if (from === to) return inWords(from);
  if (to === lastDay(year, month) && from.endsWith("-01")) return inWords(`${year}-${month}`);
  if (from === `${year}-01-01` && to === `${year}-12-31`) return year;
  const shared = from.slice(0, 7) === to.slice(0, 7) ? 7 : from.slice(0, 4) === to.slice(0, 4) ? 4 : 0;
  const begin = inWords(from).split(" ").slice(0, { 0: 3, 4: 2, 7: 1 }[shared]);
  return `${begin.join(" ")} – ${inWords(to)}`;
}

/** Returns the short form of a day for an axis. */
export function onAxis(day, interval, withYear) {
  const [year, month, number] = day.split("-").map(Number);
  if (interval === "year") return String(year);
  const name = MONTHS[month - 1].slice(0, 3);
  const short = interval === "month" ? name : `${number} ${name}`;
  return withYear ? `${short} ${year}` : short;
}

/** Returns the first and last day (UTC milliseconds) that a printed day, month or year stands for. */
export function bounds(printed) {
  const [year, month, day] = printed.split("-").map(Number);
  const end = day ? Date.UTC(year, month - 1, day) : month ? Date.UTC(year, month, 0) : Date.UTC(year, 11, 31);
  return [Date.UTC(year, (month || 1) - 1, day || 1), end];
}

/** Shows when an article was printed: the date, how much of it is known, on what it rests, and the instant if wanted. */
export function published({ on, at, precision, zone, basis, evidence }, { instant = true } = {}) {
  if (on === null) return element("span", { class: "when" }, element("span", { class: "date" }, "undated"));
  const known = `${wordFor(PRECISIONS, precision)}, ${wordFor(BASES, basis)}`;
  const moment = at && `${at.slice(11, 16)} UTC${nextDay(on, at)}, printed in ${zone}`;
  return element(
    "span",
    { class: `when ${basis === "inferred" ? "inferred" : ""}` },
    element("time", { class: "date", datetime: on }, inWords(on)),
    " ",
    element("span", { class: "known" }, known),
    instant && at && [" ", element("span", { class: "known" }, moment)],
    evidence && [" ", element("span", { class: "evidence" }, `from ${evidence}`)],
  );
}

/** Names the day of the instant where it is not the printed one. */
function nextDay(on, at) {
  return at.slice(0, 10) === on ? "" : ` on the ${Number(at.slice(8, 10))}${ordinal(Number(at.slice(8, 10)))}`;
}

function ordinal(day) {
  if (day > 3 && day < 21) return "th";
  return ["th", "st", "nd", "rd"][day % 10] ?? "th";
}

function lastDay(year, month) {
  return new Date(bounds(`${year}-${month}`)[1]).toISOString().slice(0, 10);
}
