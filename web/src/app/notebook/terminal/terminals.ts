/** The terminals that the dock shows: those of the runtime in use, also after a reload. */
import { useCallback, useEffect, useRef, useState } from "react"
import type { Api } from "../../../sync/http"
import { showToast } from "../../../ui/toast"
import { t } from "../../../words/words"
import { errorText, orToast } from "../../errors"
import { useNotebook } from "../context"

export interface ShownTerminal {
  readonly id: string
  readonly title: string
  /** What a program in it calls it; empty for nothing. */
  readonly program: string
  readonly ended: boolean
}

export interface Terminals {
  /** Null while they are loaded. */
  readonly terminals: readonly ShownTerminal[] | null
  readonly chosen: string | null
  readonly choose: (id: string) => void
  readonly open: () => Promise<void>
  readonly close: (id: string) => Promise<void>
  readonly rename: (id: string, title: string) => Promise<void>
  readonly ended: (id: string) => void
  readonly titled: (id: string, program: string) => void
  readonly failure: string | null
}

/** The next "Terminal N" that is not taken. */
export function nextTitle(taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const title = t("terminal.numbered", { number })
    if (!taken.includes(title)) return title
  }
}

/** `runtime`: the living one in use; null for none. */
export function useTerminals(api: Api, runtime: string | null): Terminals {
  const { id: notebook } = useNotebook()
  const [terminals, setTerminals] = useState<readonly ShownTerminal[] | null>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const known = useRef<readonly ShownTerminal[]>([])
  useEffect(() => {
    known.current = terminals ?? []
  })
  const change = useCallback((id: string, part: Partial<ShownTerminal>) =>
    setTerminals((all) => all?.map((each) => each.id === id ? { ...each, ...part } : each) ?? null), [])

  const open = useCallback(async (): Promise<void> => {
    setFailure(null)
    try {
      const title = nextTitle(known.current.map((each) => each.title))
      const made = await api.sessions.openTerminal(notebook, title)
      setTerminals((all) => [...all ?? [], { ...made, program: "", ended: false }])
      setChosen(made.id)
    } catch (error) {
      setTerminals((all) => all ?? [])
      if (known.current.length === 0) setFailure(errorText(error))
      else showToast({ text: errorText(error), level: "error" })
    }
  }, [api, notebook])

  useEffect(() => {
    let alive = true
    setTerminals(null)
    setChosen(null)
    setFailure(null)
    known.current = []
    if (runtime === null) return
    api.sessions.terminals(notebook).then((found) => {
      if (!alive) return
      // A pane without any is of no use: the first one comes by itself.
      if (found.length === 0) {
        void open()
        return
      }
      setTerminals(found.map((each) => ({ ...each, program: "", ended: false })))
      setChosen(found[0]?.id ?? null)
    }, (error: unknown) => {
      if (alive) setFailure(errorText(error))
    })
    return () => {
      alive = false
    }
  }, [api, notebook, runtime, open])

  const close = async (id: string): Promise<void> => {
    const left = (terminals ?? []).filter((each) => each.id !== id)
    const closed = terminals?.find((each) => each.id === id)
    setTerminals(left)
    if (chosen === id) setChosen(left.at(-1)?.id ?? null)
    if (closed && !closed.ended) await orToast(api.sessions.closeTerminal(notebook, id))
  }
  const rename = async (id: string, title: string): Promise<void> => {
    await orToast(api.sessions.renameTerminal(notebook, id, title))
    change(id, { title })
  }
  return {
    terminals, chosen, choose: setChosen, open, close, rename, failure,
    ended: (id) => change(id, { ended: true }), titled: (id, program) => change(id, { program }),
  }
}
