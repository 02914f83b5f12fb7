/** For tests: a page of components, drawn and used as a person does. */
import { act, type ReactNode } from "react"
import { createRoot, type Root } from "react-dom/client"
import { afterEach, beforeEach, vi } from "vitest"

let root: Root

/** To be called once by a file of tests: an empty page for each, gone after it. */
export function withPage(): void {
  beforeEach(() => {
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true)
    vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") }) // Not in jsdom.
    const place = document.createElement("div")
    document.body.replaceChildren(place)
    root = createRoot(place)
  })
  afterEach(() => {
    act(() => root.unmount())
    vi.unstubAllGlobals()
  })
}

export async function draw(page: ReactNode): Promise<void> {
  await act(async () => {
    root.render(page)
    await Promise.resolve()
  })
}

export function field(label: string): HTMLInputElement {
  const found = Array.from(document.querySelectorAll("label")).find((element) => element.textContent === label)
  const element = document.getElementById(found?.htmlFor ?? "")
  if (!(element instanceof HTMLInputElement)) throw new Error(`no field ${label}`)
  return element
}

export function type(label: string, text: string): void {
  const element = field(label)
  act(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(element, text)
    element.dispatchEvent(new Event("input", { bubbles: true }))
  })
}

export async function submit(): Promise<void> {
  await act(async () => {
    document.querySelector("form")?.requestSubmit()
    await Promise.resolve()
  })
}
