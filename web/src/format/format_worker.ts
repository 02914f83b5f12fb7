/** The formatter of Python, ruff, in a worker of its own: only here the page's policy lets WebAssembly run. */
import init, { PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-web"
import wasmUrl from "@astral-sh/ruff-wasm-web/ruff_wasm_bg.wasm?url"

interface Wish {
  readonly id: number
  readonly python: string
  readonly indent: number
}

const isWish = (value: unknown): value is Wish =>
  typeof value === "object" && value !== null && "id" in value && "python" in value && "indent" in value &&
  typeof value.id === "number" && typeof value.python === "string" && typeof value.indent === "number"

const ready = init({ module_or_path: wasmUrl })

async function format({ python, indent }: Wish): Promise<string> {
  await ready
  const workspace = new Workspace({ "line-length": 88, "indent-width": indent, format: { "indent-style": "space" } }, PositionEncoding.Utf16)
  try {
    return workspace.format(python)
  } finally {
    workspace.free()
  }
}

addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  if (!isWish(data)) return
  format(data).then(
    (text) => postMessage({ id: data.id, text }),
    (error: unknown) => postMessage({ id: data.id, error: error instanceof Error ? error.message : String(error) }))
})
