/** Where snippets come from: the built-in ones, and notebooks that the person named, which this browser keeps. */
import { useEffect, useState } from "react"
import { notebookLink } from "../../../model/notebook_link"
import { snippetsOf, type Snippet } from "../../../model/snippets"
import type { OpeningApi } from "../../../sync/opening_api"
import { parseIpynb } from "../../../wire/ipynb"
import type { Json } from "../../../wire/json"
import { language } from "../../../words/language"
import { useLanguage } from "../../../words/use_language"
import { t } from "../../../words/words"
import { errorText } from "../../errors"
import { remember, remembered } from "../../remembered"

const key = "colibri.snippets"
const most = 20

let current = (remembered(key) ?? "").split("\n").filter((address) => address !== "")
const listeners = new Set<() => void>()

function set(next: readonly string[]): void {
  current = [...next].slice(-most)
  remember(key, current.length === 0 ? null : current.join("\n"))
  for (const listener of [...listeners]) listener()
}

export const sources = (): readonly string[] => current
export const removeSource = (address: string): void => set(current.filter((each) => each !== address))
/** Adds a notebook's address; one that is there already stays where it is. */
export function addSource(address: string): void {
  if (!current.includes(address) && !address.includes("\n")) set([...current, address])
}

export function subscribeSources(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

interface Snippets {
  readonly snippets: readonly Snippet[]
  /** By address: why it gave none. */
  readonly problems: ReadonlyMap<string, string>
  readonly loading: boolean
}

/** The snippets of all of them, those of one's own first. */
export function useSnippets(api: OpeningApi, own: readonly string[]): Snippets {
  const [state, setState] = useState<Snippets>({ snippets: [], problems: new Map(), loading: true })
  const spoken = useLanguage()
  useEffect(() => {
    let gone = false
    void Promise.all(["", ...own].map((address) => load(api, address))).then(([builtIn, ...others]) => {
      if (gone) return
      const failed = others.filter(({ problem }) => problem !== null)
      setState({
        snippets: [...others, ...(builtIn ? [builtIn] : [])].flatMap(({ snippets }) => snippets), loading: false,
        problems: new Map(failed.map(({ address, problem }) => [address, problem ?? ""])),
      })
    })
    return () => {
      gone = true
    }
    // The built-in ones have titles in each language.
  }, [api, own, spoken])
  return state
}

interface Loaded {
  readonly address: string
  readonly snippets: readonly Snippet[]
  readonly problem: string | null
}

/** An empty address: the built-in ones. */
async function load(api: OpeningApi, address: string): Promise<Loaded> {
  try {
    return { address, snippets: snippetsOf(address, parseIpynb(await fetchFile(api, address)), language()), problem: null }
  } catch (failure) {
    return { address, snippets: [], problem: errorText(failure) }
  }
}

async function fetchFile(api: OpeningApi, address: string): Promise<Json> {
  if (address === "") return api.snippets()
  const link = notebookLink(address, location.origin, "https://github.com")
  if (link === null) throw new Error(t("compare.no_address"))
  return link.kind === "notebook" ? api.notebookFile(link.id) : api.file(link, language())
}
