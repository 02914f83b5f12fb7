import { CompletionContext, type CompletionResult } from "@codemirror/autocomplete"
import { python } from "@codemirror/lang-python"
import { EditorState } from "@codemirror/state"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { JsonObject } from "../wire/json"
import { kernelSource } from "./completion"

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const silent = (): Promise<null> => new Promise(() => undefined)

async function complete(
  doc: string, answer: () => Promise<JsonObject | null>, explicit = false,
): Promise<CompletionResult | null> {
  const state = EditorState.create({ doc, extensions: [python()] })
  const source = kernelSource({ complete: answer, inspect: () => Promise.resolve(null) })
  const result = Promise.resolve(source(new CompletionContext(state, doc.length, explicit)))
  await vi.advanceTimersByTimeAsync(20_000)
  return Promise.race([result, Promise.resolve(null)])
}

const labels = (result: CompletionResult | null): string[] =>
  result?.options.map(({ label }) => label) ?? []

describe("completion", () => {
  it("is the kernel's where it answers", async () => {
    const answer = { matches: ["plot"], start: 4, end: 6, metadata: {} }
    const result = await complete("plt.pl", () => Promise.resolve(answer))
    expect(result).toMatchObject({ from: 4, to: 6, options: [{ label: "plot" }] })
  })

  it("is from the text where the kernel is silent", async () => {
    expect(labels(await complete("velocity = 1\nvel", silent))).toContain("velocity")
  })

  it("behind a dot is nobody's but the kernel's", async () => {
    expect(await complete("plot = 1\nplt.pl", () => Promise.resolve(null))).toBeNull()
    expect(await complete("plot = 1\nplt.pl", silent)).toBeNull()
  })

  it("does not open by itself in words for people", async () => {
    const ask = vi.fn(silent)
    expect(await complete("# a comment", ask)).toBeNull()
    expect(await complete("'a string", ask)).toBeNull()
    expect(await complete("x", ask)).toBeNull()
    expect(ask).not.toHaveBeenCalled()
  })
})
