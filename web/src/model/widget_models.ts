/**
 * What a kernel's widgets are at present, as their messages tell: each page keeps a copy, so that a
 * view can be drawn at any time. Pure but for being changed in place.
 */
import { isObject, member, type Json, type JsonObject } from "../wire/json"

export interface WidgetModel {
  readonly id: string
  readonly state: JsonObject
  /** Parts of the state that are bytes, by their place in it. */
  readonly buffers: readonly WidgetBuffer[]
}

export interface WidgetBuffer {
  readonly path: readonly (string | number)[]
  readonly bytes: ArrayBuffer
}

const mostModels = 20_000

export class WidgetModels {
  private readonly models = new Map<string, WidgetModel>()

  get size(): number {
    return this.models.size
  }

  has(id: string): boolean {
    return this.models.has(id)
  }

  clear(): void {
    this.models.clear()
  }

  open(id: string, state: JsonObject, buffers: readonly WidgetBuffer[]): void {
    if (this.models.size < mostModels) this.models.set(id, { id, state, buffers })
  }

  /** Takes over the members of `state` that are told. */
  update(id: string, state: JsonObject, buffers: readonly WidgetBuffer[]): void {
    const model = this.models.get(id)
    if (!model) return
    const kept = model.buffers.filter(({ path }) => !Object.hasOwn(state, String(path[0])))
    this.models.set(id, { id, state: { ...model.state, ...state }, buffers: [...kept, ...buffers] })
  }

  close(id: string): void {
    this.models.delete(id)
  }

  /** The model, all that it refers to, and what links those: what a view needs, without those in `known`. */
  closure(roots: Iterable<string>, known: ReadonlySet<string>): readonly WidgetModel[] {
    const found = new Map<string, WidgetModel>()
    const take = (id: string): void => {
      const model = this.models.get(id)
      if (!model || found.has(id) || known.has(id)) return
      found.set(id, model)
      for (const other of references(model.state)) take(other)
    }
    for (const root of roots) take(root)
    for (const model of this.models.values()) {
      if (!isLink(model.state)) continue
      const ends = references(model.state)
      if (ends.some((id) => found.has(id) || known.has(id))) take(model.id)
    }
    return [...found.values()]
  }
}

function isLink(state: JsonObject): boolean {
  const name = member(state, "_model_name")
  return name === "LinkModel" || name === "DirectionalLinkModel"
}

const reference = /^IPY_MODEL_(.{1,100})$/

/** The ids of the models that a part of a state names. */
export function references(state: Json): readonly string[] {
  const found: string[] = []
  const look = (value: Json, depth: number): void => {
    if (depth > 20) return
    if (typeof value === "string") {
      const id = reference.exec(value)?.[1]
      if (id !== undefined) found.push(id)
    } else if (Array.isArray(value)) {
      const items: readonly Json[] = value
      for (const item of items) look(item, depth + 1)
    } else if (isObject(value)) {
      for (const item of Object.values(value)) look(item, depth + 1)
    }
  }
  look(state, 0)
  return found
}

/** Pairs the paths of a message with its buffers; null when they do not fit each other. */
export function pairBuffers(paths: Json | undefined, buffers: readonly ArrayBuffer[]): readonly WidgetBuffer[] | null {
  const list: readonly Json[] = Array.isArray(paths) ? paths : []
  if (list.length > buffers.length) return null
  const pairs: WidgetBuffer[] = []
  for (const [at, path] of list.entries()) {
    const bytes = buffers[at]
    if (!Array.isArray(path) || !bytes) return null
    const steps: readonly Json[] = path
    pairs.push({ bytes, path: steps.map((step) => typeof step === "number" || typeof step === "string" ? step : "") })
  }
  return pairs
}
