/** Ids as distinct types, so that a cell's cannot be passed for a notebook's. Opaque strings. */
export type CellId = string & { readonly brand: "CellId" }
export type ClientId = string & { readonly brand: "ClientId" }
export type CommentId = string & { readonly brand: "CommentId" }
export type ExecutionId = string & { readonly brand: "ExecutionId" }
export type NotebookId = string & { readonly brand: "NotebookId" }
export type LeaseId = string & { readonly brand: "LeaseId" }
export type ThreadId = string & { readonly brand: "ThreadId" }
export type UserId = string & { readonly brand: "UserId" }

export const cellId = (value: string): CellId => value as CellId
export const clientId = (value: string): ClientId => value as ClientId
export const commentId = (value: string): CommentId => value as CommentId
export const executionId = (value: string): ExecutionId => value as ExecutionId
export const notebookId = (value: string): NotebookId => value as NotebookId
export const leaseId = (value: string): LeaseId => value as LeaseId
export const threadId = (value: string): ThreadId => value as ThreadId
export const userId = (value: string): UserId => value as UserId

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

/** `length` random characters, 36 possibilities each. */
export function randomName(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length))
  return Array.from(bytes, (byte) => alphabet.charAt(byte % alphabet.length)).join("")
}

export const newCellId = (): CellId => cellId(randomName(16))
export const newThreadId = (): ThreadId => threadId(randomName(16))
export const newCommentId = (): CommentId => commentId(randomName(16))
export const newClientId = (): ClientId => clientId(`t_${randomName(20)}`)
