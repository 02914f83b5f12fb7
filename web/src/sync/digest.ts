/** The SHA-256 of some bytes, in hex; empty where the browser gives none (a page that came by http from elsewhere). */
export async function sha256Hex(bytes: Blob): Promise<string> {
  if (!isSecureContext) return ""
  const digest = await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}
