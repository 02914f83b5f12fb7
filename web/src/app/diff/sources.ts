/** The two notebooks of a comparison: where each is from, and its file once it is there. */
import { useCallback, useRef, useState } from "react"
import { notebookLink } from "../../model/notebook_link"
import type { Api } from "../../sync/http"
import { OpeningApi } from "../../sync/opening_api"
import { parseIpynb, type NotebookFile } from "../../wire/ipynb"
import { parseJson, type Json } from "../../wire/json"
import { language } from "../../words/language"
import { t } from "../../words/words"
import { errorText } from "../errors"

export interface Source {
  /** As it was typed; empty for a file of this computer. */
  readonly address: string
  readonly title: string
  readonly file: NotebookFile | null
  /** The file's JSON, for who wants to see it raw. */
  readonly text: string
  readonly error: string | null
  readonly loading: boolean
}

export type SideName = "a" | "b"

const none: Source = { address: "", title: "", file: null, text: "", error: null, loading: false }

interface Sources {
  readonly a: Source
  readonly b: Source
  readonly choose: (side: SideName, address: string) => void
  readonly take: (side: SideName, file: File) => void
  readonly swap: () => void
}

export function useSources(api: Api): Sources {
  const [both, setBoth] = useState({ a: none, b: none })
  const [opening] = useState(() => api.part(OpeningApi))
  const turns = useRef({ a: 0, b: 0 })
  const load = useCallback((side: SideName, begun: Source, ask: () => Promise<{ readonly title: string; readonly value: Json }>) => {
    const turn = ++turns.current[side]
    const set = (source: Source): void => {
      if (turns.current[side] === turn) setBoth((now) => ({ ...now, [side]: source }))
    }
    set({ ...begun, loading: true })
    ask().then(({ title, value }) => {
      const file = parseIpynb(value)
      set({ ...begun, title, file, text: `${JSON.stringify(value, null, 1)}\n` })
    }).catch((failure: unknown) => set({ ...begun, error: errorText(failure) }))
  }, [])
  const choose = useCallback((side: SideName, address: string) => {
    const begun = { ...none, address: address.trim() }
    if (begun.address === "") {
      turns.current[side] += 1
      setBoth((now) => ({ ...now, [side]: none }))
      return
    }
    load(side, begun, async () => {
      const { web } = await opening.github().catch(() => ({ web: "https://github.com" }))
      const link = notebookLink(address, location.origin, web)
      if (link === null) throw new Error(t("compare.no_address"))
      if (link.kind === "foreign") return { title: link.path, value: await opening.file(link, language()) }
      const [facts, value] = await Promise.all([opening.facts(link.id), opening.notebookFile(link.id)])
      return { title: facts.title, value }
    })
  }, [load, opening])
  const take = useCallback((side: SideName, file: File) => {
    load(side, none, async () => {
      const text = await file.text()
      try {
        return { title: file.name, value: parseJson(text) }
      } catch {
        throw new Error(t("compare.no_notebook", { name: file.name }))
      }
    })
  }, [load])
  const swap = useCallback(() => setBoth(({ a, b }) => ({ a: b, b: a })), [])
  return { ...both, choose, take, swap }
}
