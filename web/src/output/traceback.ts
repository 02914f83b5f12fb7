/** What a traceback tells besides its words: lines of cells, and a package that is missing. */

export interface CellLine {
  /** Where the words stand in the text. */
  readonly from: number
  readonly to: number
  readonly count: number
  readonly line: number
}

const inCell = /\bCell In ?\[(\d{1,9})\], line (\d{1,9})/g
const most = 200

/** The places that name a line of a cell, in order. */
export function cellLines(text: string): readonly CellLine[] {
  const found: CellLine[] = []
  for (const match of text.matchAll(inCell)) {
    if (found.length >= most) break
    found.push({
      from: match.index, to: match.index + match[0].length,
      count: Number(match[1]), line: Number(match[2]),
    })
  }
  return found
}

/** Packages that are imported by another name than they are installed by. */
const installedAs: Readonly<Record<string, string>> = {
  attr: "attrs", bs4: "beautifulsoup4", Crypto: "pycryptodome", cv2: "opencv-python-headless", dateutil: "python-dateutil",
  docx: "python-docx", dotenv: "python-dotenv", fitz: "pymupdf", git: "GitPython", igraph: "python-igraph",
  MySQLdb: "mysqlclient", PIL: "pillow", pptx: "python-pptx", psycopg2: "psycopg2-binary", serial: "pyserial",
  skimage: "scikit-image", sklearn: "scikit-learn", usb: "pyusb", yaml: "pyyaml", zmq: "pyzmq",
}

/** The package that an ImportError asks for, as pip knows it; null for any other error. */
export function missingPackage(ename: string, evalue: string): string | null {
  if (ename !== "ModuleNotFoundError" && ename !== "ImportError") return null
  const name = /^No module named '([A-Za-z_][A-Za-z0-9_]*)(?:\.[A-Za-z0-9_.]*)?'/.exec(evalue)?.[1]
  if (name === undefined || name.length > 60) return null
  return Object.hasOwn(installedAs, name) ? installedAs[name] ?? null : name
}

/** Makes buttons of the places in `root`'s text that name a line of a cell. */
export function linkCellLines(
  root: Node, label: (line: number) => string, go: (count: number, line: number) => void,
): void {
  const texts: Text[] = []
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) if (walker.currentNode instanceof Text) texts.push(walker.currentNode)
  const places = cellLines(texts.map(({ data }) => data).join(""))
  // From the last to the first: what stands before a place keeps its offset.
  for (const place of [...places].reverse()) {
    const from = at(texts, place.from)
    const to = at(texts, place.to - 1)
    if (!from || !to) continue
    const range = document.createRange()
    range.setStart(from.text, from.offset)
    range.setEnd(to.text, to.offset + 1)
    const button = document.createElement("button")
    button.type = "button"
    button.className = "o-cell-line"
    button.title = label(place.line)
    button.append(range.extractContents())
    button.addEventListener("click", () => go(place.count, place.line))
    range.insertNode(button)
  }
}

function at(texts: readonly Text[], offset: number): { text: Text; offset: number } | null {
  let left = offset
  for (const text of texts) {
    if (left < text.length) return { text, offset: left }
    left -= text.length
  }
  return null
}
