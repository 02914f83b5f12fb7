/** Gives the browser a file made of a notebook; `title` is the notebook's, with or without its ending. */
export function saveFile(title: string, ending: string, type: string, text: string): void {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = title.replace(/\.ipynb$/, "") + ending
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
