import { useState, type JSX } from "react"
import { isObject, type Json } from "../wire/json"
import { useLanguage } from "../words/use_language"
import { t, tn } from "../words/words"

/** So many members are drawn at a time. */
const page = 100
const longestString = 2000

/** A JSON value as a tree that opens step by step; only what is open is drawn. */
export function JsonView({ value }: { readonly value: Json }): JSX.Element {
  useLanguage()
  return <div className="o-json" translate="no"><JsonNode value={value} isOpen /></div>
}

function members(value: Json): readonly (readonly [string, Json])[] | null {
  if (Array.isArray(value)) return value.map((item: Json, at) => [String(at), item] as const)
  return isObject(value) ? Object.entries(value) : null
}

interface JsonNodeProps {
  readonly name?: string
  readonly value: Json
  readonly isOpen?: boolean
}

function JsonNode({ name, value, isOpen = false }: JsonNodeProps): JSX.Element {
  const [open, setOpen] = useState(isOpen)
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
            {inner.slice(0, shown).map(([key, item]) => <JsonNode key={key} name={key} value={item} />)}
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
