// @ts-check
/** Split a text at the spans of the API: code points, `end` exclusive, into the stored text. */

/** @typedef {{ start: number, end: number }} Span */

/**
 * A stretch of text in which no span begins or ends; `last` says whether its statement ends with it, `cited` whether it
 * is of the cited passage.
 *
 * @template {Span} Mention
 * @template {Span} Statement
 * @typedef {{ text: string, mention: Mention | null, statement: Statement | null, last: boolean, cited: boolean }} Piece
 */

/**
 * Return the paragraphs of a text as lists of pieces. A JavaScript string counts UTF-16 units, of which a code point
 * may take two, so the text becomes an array of code points first.
 *
 * @template {Span} Mention
 * @template {Span} Statement
 * @param {string} text
 * @param {readonly Mention[]} mentions
 * @param {readonly Statement[]} statements
 * @param {Span | null} passage the cited one
 * @returns {Piece<Mention, Statement>[][]}
 */
export function splitParagraphs(text, mentions, statements, passage = null) {
  const points = Array.from(text);
  return lines(points).map((line) => splitLine(points, line, mentions, statements, passage));
}

/**
 * Return the spans of the lines that are not empty.
 *
 * @param {readonly string[]} points
 */
function lines(points) {
  /** @type {Span[]} */
  const spans = [];
  let start = 0;
  for (let end = 0; end <= points.length; end += 1) {
    if (end < points.length && points[end] !== "\n") continue;
    if (end > start) spans.push({ start, end });
    start = end + 1;
  }
  return spans;
}

/**
 * @template {Span} Mention
 * @template {Span} Statement
 * @param {readonly string[]} points
 * @param {Span} line
 * @param {readonly Mention[]} mentions
 * @param {readonly Statement[]} statements
 * @param {Span | null} passage
 * @returns {Piece<Mention, Statement>[]}
 */
function splitLine(points, line, mentions, statements, passage) {
  const overlaps = (/** @type {Span} */ span) => span.start < line.end && span.end > line.start;
  // Of a description and the name inside it, the shorter one comes first.
  const length = (/** @type {Span} */ { start, end }) => end - start;
  const lineMentions = mentions.filter(overlaps).sort((one, other) => length(one) - length(other));
  const lineStatements = statements.filter(overlaps);
  const linePassages = passage === null ? [] : [passage].filter(overlaps);
  const starts = new Set([line.start]);
  for (const { start, end } of [...lineMentions, ...lineStatements, ...linePassages]) {
    if (start > line.start) starts.add(start);
    if (end < line.end) starts.add(end);
  }
  const ordered = [...starts].sort((one, other) => one - other);
  return ordered.map((start, index) => {
    const end = ordered[index + 1] ?? line.end;
    const covers = (/** @type {Span} */ span) => span.start <= start && span.end >= end;
    const statement = lineStatements.find(covers) ?? null;
    return {
      text: points.slice(start, end).join(""),
      mention: lineMentions.find(covers) ?? null,
      statement,
      last: statement?.end === end,
      cited: linePassages.some(covers),
    };
  });
}
