/** The box around all that the first script draws. */
export const firstCellsId = "first-cells"
/** Of the document's root, while it shows a notebook. */
export const notebookClass = "with-notebook"

/** Makes elements for what the page's first script draws; text is only ever text. */
export function make(tag: string, className: string, ...inside: readonly (Node | string)[]): HTMLElement {
  const element = document.createElement(tag)
  if (className !== "") element.className = className
  element.append(...inside)
  return element
}
