import { useMemo, useState, type JSX } from "react"
import { isObject, type Json } from "../wire/json"
import { useLanguage } from "../words/use_language"
import { t, tn } from "../words/words"

/** So many members are drawn at a time. */
const page = 100
const longestString = 2000

/** All of a value is opened at once only when it has no more members than this; else as deep as that allows. */
const mostOpened = 2000

/** A JSON value as a tree that opens step by step; only what is open is drawn. */
export function JsonView({ value }: { readonly value: Json }): JSX.Element {
  useLanguage()
  // Counts the wishes, so that the same wish again opens what was closed by hand since.
  const [wish, setWish] = useState({ depth: 1, count: 0 })
  const whole = useMemo(() => depthWithin(value, mostOpened), [value])
  const [copied, setCopied] = useState(false)
  const copy = (): void => {
    navigator.clipboard.writeText(JSON.stringify(value, null, 2)).then(() => setCopied(true), () => setCopied(false))
  }
  const isTree = members(value)?.some(([, item]) => members(item)?.length) === true
  return (
    <div className="o-json" translate="no">
      <div className="o-json-tools">
        {isTree &&
          <button type="button" className="o-button" onClick={() =>
            setWish(({ depth, count }) => ({ depth: depth > 1 ? 1 : whole, count: count + 1 }))}>
            {t(wish.depth > 1 ? "output.json_collapse_all" : "output.json_expand_all")}
          </button>}
        <button type="button" className="o-button" aria-live="polite" onClick={copy} onBlur={() => setCopied(false)}>
          {t(copied ? "output.json_copied" : "output.json_copy")}
        </button>
      </div>
      <JsonNode key={wish.count} value={value} openTo={wish.depth} />
    </div>
  )
}

/** How many levels can be opened with no more than `most` members in sight; at least one. */
function depthWithin(value: Json, most: number): number {
  let level: readonly Json[] = [value]
  let seen = 0
  for (let depth = 0; ; depth += 1) {
    const next = level.flatMap((each) => members(each)?.slice(0, most + 1).map(([, item]) => item) ?? [])
    seen += next.length
    if (next.length === 0 || seen > most) return Math.max(1, depth)
    level = next
  }
}

function members(value: Json): readonly (readonly [string, Json])[] | null {
  if (Array.isArray(value)) return value.map((item: Json, at) => [String(at), item] as const)
  return isObject(value) ? Object.entries(value) : null
}

interface JsonNodeProps {
  readonly name?: string
  readonly value: Json
  /** How many levels from here on are open at first. */
  readonly openTo: number
}

function JsonNode({ name, value, openTo }: JsonNodeProps): JSX.Element {
  const [open, setOpen] = useState(openTo > 0)
  const [shown, setShown] = useState(page)
  const inner = members(value)
  const label = name === undefined ? null : <><span className="o-json-name">{name}</span>: </>
  if (!inner || inner.length === 0) {
    return <div className="o-json-leaf">{label}<Leaf value={value} /></div>
  }
  const [opening, closing] = Array.isArray(value) ? ["[", "]"] : ["{", "}"]
  return (
    <div>
      <button type="button" className="o-json-toggle" aria-expanded={open}
        title={t(open ? "output.json_collapse" : "output.json_expand")} onClick={() => setOpen(!open)}>
        {label}
        {open ? opening : `${opening} … ${closing}`}
        {!open && <span className="o-json-count">{tn("output.json_items", inner.length)}</span>}
      </button>
      {open &&
        <>
          <div className="o-json-inner">
            {inner.slice(0, shown).map(([key, item]) => <JsonNode key={key} name={key} value={item} openTo={openTo - 1} />)}
            {inner.length > shown &&
              <button type="button" className="o-button" onClick={() => setShown(shown + 10 * page)}>
                {tn("output.json_more", inner.length - shown)}
              </button>}
          </div>
          <div className="o-json-leaf">{closing}</div>
        </>}
    </div>
  )
}

function Leaf({ value }: { readonly value: Json }): JSX.Element {
  const text = JSON.stringify(value)
  const kind = value === null ? "null" : typeof value
  return (
    <span className={`o-json-${kind}`} title={text.length > longestString ? text.slice(0, 5000) : undefined}>
      {text.length > longestString ? `${text.slice(0, longestString)}…` : text}
    </span>
  )
}
