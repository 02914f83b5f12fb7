/** Rows of comma- or tab-separated text, quotes as in RFC 4180. Reads what is broken as well as it can. Pure. */
export function parseCsv(text: string, most = 1000): readonly (readonly string[])[] {
  const [line = ""] = text.split("\n", 1)
  const counts = [",", "\t", ";"].map((each) => line.split(each).length)
  const separator = [",", "\t", ";"][counts.indexOf(Math.max(...counts))] ?? ","
  const rows: string[][] = []
  let row: string[] = []
  let cell = ""
  let quoted = false
  const endRow = (): void => {
    row.push(cell)
    if (row.length > 1 || row[0] !== "") rows.push(row)
    row = []
    cell = ""
  }
  for (let i = 0; i < text.length && rows.length < most; i += 1) {
    const c = text.charAt(i)
    if (quoted) {
      if (c !== '"') cell += c
      else if (text[i + 1] === '"') {
        cell += '"'
        i += 1
      } else quoted = false
    } else if (c === '"' && cell === "") quoted = true
    else if (c === separator) {
      row.push(cell)
      cell = ""
    } else if (c === "\n") endRow()
    else if (c !== "\r") cell += c
  }
  if (cell !== "" || row.length > 0) endRow()
  return rows
}
