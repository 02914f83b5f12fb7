/** What a person keeps secret, as the list has it: the value is asked for one at a time. */
import { asObject, booleanAt, listAt, optionalCountAt, stringAt, type Json } from "./json"

export interface Secret {
  readonly name: string
  readonly changed_ms: number
  /** Whether this notebook may have it. */
  readonly access: boolean
}

export function parseSecrets(answer: Json): readonly Secret[] {
  return listAt(asObject(answer, "answer"), "secrets", (item) => {
    const secret = asObject(item, "secret")
    return { name: stringAt(secret, "name"), changed_ms: optionalCountAt(secret, "changed_ms"), access: booleanAt(secret, "access") }
  })
}
