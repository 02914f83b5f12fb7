/** Answers about other clouds (docs/protocol.md 8.2), checked. */
import { asObject, asString, booleanAt, idAt, listAt, objectAt, optionalStringAt, stringAt, type Json } from "./json"

export interface CloudOption {
  readonly name: string
  /** rclone's own words, in English. */
  readonly help: string
  readonly usual: string
  readonly secret: boolean
  readonly required: boolean
  /** Most people need not see it. */
  readonly rare: boolean
  readonly long: boolean
  readonly choices: readonly { readonly value: string; readonly help: string }[]
}

export interface CloudKind {
  readonly name: string
  readonly title: string
  readonly options: readonly CloudOption[]
}

export interface Cloud {
  readonly id: string
  readonly name: string
  readonly kind: string
}

/** As its person looks at it: which secrets are kept, but not what they are. */
export interface CloudDetails extends Cloud {
  readonly folder: string
  readonly options: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
}

function parseCloud(item: Json | undefined): Cloud {
  const cloud = asObject(item, "cloud")
  return { id: idAt(cloud, "id"), name: stringAt(cloud, "name"), kind: stringAt(cloud, "kind") }
}

export const parseClouds = (answer: Json): readonly Cloud[] => listAt(asObject(answer, "answer"), "clouds", parseCloud)

export const parseMadeCloud = (answer: Json): Cloud => parseCloud(objectAt(asObject(answer, "answer"), "cloud"))

export function parseCloudDetails(answer: Json): CloudDetails {
  const cloud = objectAt(asObject(answer, "answer"), "cloud")
  const options = objectAt(cloud, "options")
  return {
    ...parseCloud(cloud), folder: stringAt(cloud, "folder"),
    options: Object.fromEntries(Object.entries(options).map(([name, value]) => [name, asString(value, name)])),
    secrets: listAt(cloud, "secrets", (name) => asString(name, "secret")),
  }
}

export const parseCloudKinds = (answer: Json): readonly CloudKind[] => listAt(asObject(answer, "answer"), "kinds", (item) => {
  const kind = asObject(item, "kind")
  return {
    name: stringAt(kind, "name"), title: stringAt(kind, "title"),
    options: listAt(kind, "options", (each) => {
      const option = asObject(each, "option")
      return {
        name: stringAt(option, "name"), help: optionalStringAt(option, "help"), usual: optionalStringAt(option, "usual"),
        secret: booleanAt(option, "secret"), required: booleanAt(option, "required"), rare: booleanAt(option, "rare"),
        long: booleanAt(option, "long"),
        choices: listAt(option, "choices", (choice) => {
          const object = asObject(choice, "choice")
          return { value: stringAt(object, "value"), help: optionalStringAt(object, "help") }
        }),
      }
    }),
  }
})
