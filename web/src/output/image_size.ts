/** Reads an image's size from its first bytes, so that its place is kept before it is decoded. */
export interface ImageSize {
  readonly width: number
  readonly height: number
}

/** Base64 as it comes in notebooks: line breaks are fine, anything else is not. Null if it is none. */
export function cleanBase64(text: string): string | null {
  const clean = text.replace(/\s+/g, "")
  return clean !== "" && /^[A-Za-z0-9+/]+={0,2}$/.test(clean) ? clean : null
}

/** The size of a PNG, GIF, JPEG or WebP given as clean base64; null when it is not to be seen. */
export function imageSize(base64: string): ImageSize | null {
  // Enough for the headers; a JPEG's may be behind an embedded preview or colour profile.
  const head = base64.slice(0, 128 * 1024 - (128 * 1024) % 4)
  let bytes: Uint8Array
  try {
    const text = atob(head.slice(0, head.length - head.length % 4))
    bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
  } catch {
    return null
  }
  const view = new DataView(bytes.buffer)
  const size = pngSize(view) ?? gifSize(view) ?? jpegSize(view) ?? webpSize(view)
  return size && size.width > 0 && size.height > 0 ? size : null
}

function pngSize(view: DataView): ImageSize | null {
  if (view.byteLength < 24 || view.getUint32(0) !== 0x89504e47) return null
  return { width: view.getUint32(16), height: view.getUint32(20) }
}

function gifSize(view: DataView): ImageSize | null {
  if (view.byteLength < 10 || view.getUint32(0) !== 0x47494638) return null
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
}

function jpegSize(view: DataView): ImageSize | null {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null
  let at = 2
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    // Start of frame, but not the tables that share its range.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    }
    at += 2 + view.getUint16(at + 2)
  }
  return null
}

function webpSize(view: DataView): ImageSize | null {
  if (view.byteLength < 30 || view.getUint32(0) !== 0x52494646 || view.getUint32(8) !== 0x57454250) return null
  const kind = view.getUint32(12)
  if (kind === 0x56503858) { // VP8X
    const three = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536
    return { width: three(24) + 1, height: three(27) + 1 }
  }
  if (kind === 0x56503820) { // VP8, lossy
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
  }
  return null
}
