/** Cuts a text at the spans that the API gives: code points, `end` exclusive, into the stored text. */

/**
 * Returns the paragraphs of a text as lists of pieces {text, mention, statement, last}; a piece is a stretch in which
 * nothing begins or ends, and `last` tells whether its statement ends with it. A JavaScript string counts UTF-16 units,
 * of which one code point may take two, so the text is made an array of code points first.
 */
export function paragraphs(text, mentions, statements) {
  const points = Array.from(text);
  return stretches(points).map(([start, end]) => pieces(points, start, end, mentions, statements));
}

/** Returns [start, end) of each stretch between line ends. */
function stretches(points) {
  const found = [];
  let start = 0;
  for (let at = 0; at <= points.length; at += 1) {
    if (at < points.length && points[at] !== "\n") continue;
    if (at > start) found.push([start, at]);
    start = at + 1;
  }
  return found;
}

function pieces(points, start, end, mentions, statements) {
  const inside = (span) => span.start < end && span.end > start;
  const named = mentions.filter(inside);
  const said = statements.filter(inside);
  const cuts = new Set([start, end]);
  for (const span of [...named, ...said]) {
    cuts.add(Math.max(span.start, start));
    cuts.add(Math.min(span.end, end));
  }
  const places = [...cuts].sort((one, other) => one - other);
  return places.slice(0, -1).map((from, index) => {
    const to = places[index + 1];
    const covers = (span) => span.start <= from && span.end >= to;
    const statement = said.find(covers) ?? null;
    return {
      text: points.slice(from, to).join(""),
      mention: named.find(covers) ?? null,
      statement,
      last: statement !== null && to === Math.min(statement.end, end) && statement.end <= end,
    };
  });
}
