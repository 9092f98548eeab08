import type { components } from "./dateline";

type Detail = components["schemas"]["ArticleDetail"];

/** Returns the text with each mention in a `<mark>`; text is inserted as text, so that no article can inject markup. */
export function marked({ text, mentions }: Detail): DocumentFragment {
  const points = Array.from(text ?? "");
  const fragment = document.createDocumentFragment();
  let at = 0;
  for (const { start, end, type } of mentions.filter(({ field }) => field === "text")) {
    if (start < at) continue;
    fragment.append(points.slice(at, start).join(""));
    const mark = document.createElement("mark");
    mark.dataset.type = type;
    mark.textContent = points.slice(start, end).join("");
    fragment.append(mark);
    at = end;
  }
  fragment.append(points.slice(at).join(""));
  return fragment;
}
