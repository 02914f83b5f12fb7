/** What programs of the runtime ask of the page, answered by a part of it that comes with the first of these. */
import { useEffect } from "react"
import type { OpenNotebook } from "./context"

const names = ["upload", "download", "view", "snippets"] as const

export function useProgramAsks(notebook: OpenNotebook): void {
  useEffect(() => {
    const stops = names.map((name) => notebook.session.asks.register(name,
      async (params, context) => (await import("./program_answers")).answers[name](notebook, params, context),
      { exclusive: name === "download" || name === "view" }))
    return () => stops.forEach((stop) => stop())
  }, [notebook])
}
