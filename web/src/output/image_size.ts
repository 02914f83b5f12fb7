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
  const start = headOf(base64, 64)
  if (!start) return null
  // A JPEG's may be behind an embedded preview or colour profile.
  const rest = isJpeg(start) ? headOf(base64, 128 << 10) : null
  const size = rest ? jpegSize(rest) : pngSize(start) ?? gifSize(start) ?? webpSize(start)
  return size && size.width > 0 && size.height > 0 ? size : null
}

/** The bytes of so many characters, a multiple of four, or of as many as there are. */
function headOf(base64: string, characters: number): DataView | null {
  const head = base64.slice(0, characters)
  try {
    const text = atob(head.slice(0, head.length - head.length % 4))
    return new DataView(Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer)
  } catch {
    return null
  }
}

const isJpeg = (view: DataView): boolean => view.byteLength >= 2 && view.getUint16(0) === 0xffd8

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
