/** Files of our own as data: addresses, for a page that stands alone. */

/** The bytes at `url` as a data: address of `type`. Throws when they cannot be had. */
export async function dataUrl(url: string, type: string): Promise<string> {
  const answer = await fetch(url, { credentials: "same-origin" })
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
  const blob = new Blob([await answer.arrayBuffer()], { type })
  return await new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => typeof reader.result === "string" ? resolve(reader.result) : reject(new Error("no text"))
    reader.onerror = () => reject(reader.error ?? new Error("not readable"))
    reader.readAsDataURL(blob)
  })
}

/** `css` with the fonts that it names. */
export async function withFiles(css: string): Promise<string> {
  const named = [...new Set(Array.from(css.matchAll(/url\(["']?([^)"']+\.woff2)["']?\)/g), ([, url]) => url ?? ""))]
  const found = new Map(await Promise.all(named.map(async (url) =>
    [url, await dataUrl(new URL(url, document.baseURI).href, "font/woff2")] as const)))
  return css.replace(/url\(["']?([^)"']+\.woff2)["']?\)/g, (whole, url: string) => {
    const data = found.get(url)
    return data === undefined ? whole : `url(${data})`
  })
}
