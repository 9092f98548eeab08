import type { components } from "./dateline";

type Detail = components["schemas"]["ArticleDetail"];

/** Returns the text with each mention in a `<mark>`; texts go in as texts, so that no article can bring markup along. */
export function marked({ text, mentions }: Detail): DocumentFragment {
  const points = Array.from(text ?? "");
  const made = document.createDocumentFragment();
  let at = 0;
  for (const { start, end, type } of mentions.filter(({ field }) => field === "text")) {
    if (start < at) continue;
    made.append(points.slice(at, start).join(""));
    const mark = document.createElement("mark");
    mark.dataset.type = type;
    mark.textContent = points.slice(start, end).join("");
    made.append(mark);
    at = end;
  }
  made.append(points.slice(at).join(""));
  return made;
}
