import { describe, expect, it } from "vitest"
import { parseJson } from "../wire/json"
import { parseOutput } from "../wire/output"
import { outputsHidden, outputText, withOutputsHidden } from "./output_text"

const output = (value: unknown): ReturnType<typeof parseOutput> => parseOutput(parseJson(JSON.stringify(value)))

describe("outputs as text", () => {
  it("have no escapes, and what was written over is gone", () => {
    expect(outputText([
      output({ output_type: "stream", name: "stdout", text: "10%\r\u001b[31m100%\u001b[0m\n" }),
      output({ output_type: "execute_result", data: { "text/plain": ["a\n", "b"] }, metadata: {}, execution_count: 1 }),
      output({ output_type: "error", ename: "E", evalue: "v", traceback: [] }),
    ])).toBe("100%\na\nb\nE: v")
  })

  it("are hidden in JupyterLab's way, which takes the older one's place", () => {
    const hidden = withOutputsHidden({ collapsed: false, jupyter: { source_hidden: true } }, true)
    expect(hidden).toEqual({ jupyter: { source_hidden: true, outputs_hidden: true } })
    expect(outputsHidden(hidden)).toBe(true)
    expect(withOutputsHidden({ jupyter: { outputs_hidden: true }, tags: [] }, false)).toEqual({ tags: [] })
    expect(outputsHidden({ collapsed: true })).toBe(true)
  })
})
