/**
 * What a person has chosen for their page. It is in this browser for the first moment, and on the server for their other
 * browsers; what the server has counts.
 */
import type { OwnSettingsApi } from "../sync/own_settings_api"
import { isObject, parseJson, type Json, type JsonObject } from "../wire/json"
import { remember, remembered } from "./remembered"

const storageKey = "colibri.settings"

function read(): JsonObject {
  try {
    const value = parseJson(remembered(storageKey) ?? "{}")
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

let settings = read()
let server: OwnSettingsApi | null = null
const listeners = new Set<() => void>()

export const ownSetting = (name: string): Json | undefined => settings[name]

export function subscribeSettings(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function take(next: JsonObject): void {
  settings = next
  remember(storageKey, JSON.stringify(next))
  for (const listener of [...listeners]) listener()
}

/** Null: as it comes. What the server does not take holds in this browser. */
export function putSetting(name: string, value: Json): void {
  const rest = Object.fromEntries(Object.entries(settings).filter(([other]) => other !== name))
  take(value === null ? rest : { ...rest, [name]: value })
  void server?.change({ [name]: value }).catch(() => undefined)
}

/** Once somebody is signed in: theirs count from now on. */
export async function followSettings(api: OwnSettingsApi): Promise<void> {
  server = api
  try {
    take(await api.all())
  } catch {
    // Without the server it is as this browser has it.
  }
}
