/** Runs what comes into a document that is there already, as its parser would have run it. */

/** Runs a script with `element`, the place for what it draws. */
export function runScript(place: HTMLElement, code: string): void {
  const element = document.createElement("div")
  place.append(element)
  Object.defineProperty(window, "element", { value: element, configurable: true, writable: true })
  const script = document.createElement("script")
  script.textContent = code
  place.append(script)
}

/** Puts HTML into `place` and runs its scripts one after the other, each when those before it have run. */
export async function fill(place: Element, html: string): Promise<void> {
  const template = document.createElement("template")
  template.innerHTML = html
  const scripts = [...template.content.querySelectorAll("script")]
  place.append(document.importNode(template.content, true))
  const standing = [...place.querySelectorAll("script")].slice(-scripts.length || Infinity)
  for (const script of standing) await start(script)
}

function start(still: HTMLScriptElement): Promise<void> | void {
  const script = document.createElement("script")
  for (const { name, value } of still.attributes) script.setAttribute(name, value)
  script.textContent = still.textContent
  script.async = still.hasAttribute("async")
  const waits = script.src !== "" && !script.async && script.type !== "module"
  const loaded = waits ? new Promise<void>((resolve) => {
    script.onload = script.onerror = (): void => resolve()
  }) : undefined
  still.replaceWith(script)
  return loaded
}

/** document.write() after the parser's end would take the whole document away: it adds to the output instead. */
export function keepDocument(place: () => Element): void {
  const write = (...texts: readonly string[]): void => void fill(place(), texts.join(""))
  Object.defineProperty(document, "write", { value: write, configurable: true })
  Object.defineProperty(document, "writeln", { value: (...texts: readonly string[]) => write(...texts, "\n"), configurable: true })
}
