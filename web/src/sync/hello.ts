/** The first word on a socket. */
import type { ClientId } from "../wire/ids"
import { protocol, type PageMessage } from "../wire/page_message"
import { language } from "../words/language"

export interface Position {
  readonly epoch: string
  readonly seq: number
}

/** `from`: where to go on from, or null for a fresh snapshot. */
export function hello(client: ClientId, from: Position | null): string {
  return JSON.stringify({
    type: "hello", client, protocol, language: language(), asks: true, user_tz: new Date().getTimezoneOffset(),
    ...(from ? { epoch: from.epoch, seq: from.seq } : {}),
  } satisfies PageMessage)
}
