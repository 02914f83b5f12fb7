import { CompletionContext, type CompletionResult } from "@codemirror/autocomplete"
import { python } from "@codemirror/lang-python"
import { EditorState } from "@codemirror/state"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { JsonObject } from "../wire/json"
import type { CompletionItem } from "../wire/language_server"
import { completionSources } from "./completion"
import { noLanguage } from "./language"

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const silent = (): Promise<null> => new Promise(() => undefined)

/** What all that are asked offer, in the order in which they come. */
async function complete(
  doc: string, answer: () => Promise<JsonObject | null>, explicit = false, server: Promise<readonly CompletionItem[] | null> | null = null,
): Promise<readonly CompletionResult[]> {
  const state = EditorState.create({ doc, extensions: [python()] })
  const language = server ? { ...noLanguage, isOffered: () => true, isReady: () => true, complete: () => server } : noLanguage
  const results: CompletionResult[] = []
  for (const source of completionSources({ complete: answer }, language)) {
    void Promise.resolve(source(new CompletionContext(state, doc.length, explicit))).then((result) => {
      if (result) results.push(result)
    })
  }
  await vi.advanceTimersByTimeAsync(20_000)
  return results
}

const item = (label: string, kind = 3): CompletionItem => ({ label, kind, sort: `09.9999.${label}`, raw: { label } })
const labels = (results: readonly CompletionResult[]): string[] =>
  results.flatMap(({ options }) => options.map(({ label }) => label))

describe("completion", () => {
  it("is the kernel's where it answers", async () => {
    const answer = { matches: ["plot"], start: 4, end: 6, metadata: {} }
    expect(await complete("plt.pl", () => Promise.resolve(answer))).toMatchObject([{ from: 4, to: 6, options: [{ label: "plot" }] }])
  })

  it("is the language server's without a kernel, and at once with one that is silent", async () => {
    const server = Promise.resolve([item("path"), item("pathsep", 6)])
    for (const kernel of [silent, () => Promise.resolve(null)]) {
      expect(await complete("os.pa", kernel, false, server)).toMatchObject([{
        from: 3, options: [{ label: "path", type: "function" }, { label: "pathsep", type: "variable" }],
      }])
    }
  })

  it("has a name once that both know, and what only the kernel knows too", async () => {
    const answer = { matches: ["area", "live"], start: 2, end: 3, metadata: {} }
    const results = await complete("x.a", () => Promise.resolve(answer), false, Promise.resolve([item("area")]))
    expect(labels(results).sort()).toEqual(["area", "live"])
  })

  it("has the same names when it is asked for once more", async () => {
    const context = new CompletionContext(EditorState.create({ doc: "os.pa", extensions: [python()] }), 5, true)
    const language = { ...noLanguage, isOffered: () => true, isReady: () => true, complete: () => Promise.resolve([item("path")]) }
    const [server] = completionSources({ complete: silent }, language)
    expect(await server?.(context)).toMatchObject({ options: [{ label: "path" }] })
    expect(await server?.(context)).toMatchObject({ options: [{ label: "path" }] })
  })

  it("is from the text where nobody answers", async () => {
    expect(labels(await complete("velocity = 1\nvel", silent))).toContain("velocity")
  })

  it("behind a dot is nobody's who does not know", async () => {
    expect(await complete("plot = 1\nplt.pl", () => Promise.resolve(null))).toEqual([])
    expect(await complete("plot = 1\nplt.pl", silent)).toEqual([])
  })

  it("does not open by itself in words for people", async () => {
    const ask = vi.fn(silent)
    expect(await complete("# a comment", ask)).toEqual([])
    expect(await complete("'a string", ask)).toEqual([])
    expect(await complete("x", ask)).toEqual([])
    expect(ask).not.toHaveBeenCalled()
  })
})
