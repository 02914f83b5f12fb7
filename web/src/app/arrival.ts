/** What the address's fragment asks for when a person comes by a link of ours. */
const fragment = /^#(signin|invitation|email|sign-in-problem|linked|connected)=([^&]+)$/

export interface Arrival {
  readonly kind: string
  readonly value: string
}

export function arrivalOf(hash: string): Arrival | null {
  const [, kind, value] = fragment.exec(hash) ?? []
  return kind !== undefined && value !== undefined ? { kind, value } : null
}

/** Whether findAccount() in sign_in.ts has something to do about this fragment. */
export const isArrival = (hash: string): boolean => fragment.test(hash)
