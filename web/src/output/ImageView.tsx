import { useMemo, useState, type JSX } from "react"
import type { JsonObject } from "../wire/json"
import { member } from "../wire/json"
import { t } from "../words/words"
import { cleanBase64, imageSize, type ImageSize } from "./image_size"

interface ImageViewProps {
  /** Base64 in a known image type, or the address of a blob of ours, or a data: address. */
  readonly source:
    | { readonly kind: "base64"; readonly type: string; readonly text: string }
    | { readonly kind: "url"; readonly url: string }
  /** What the kernel said about this representation: width, height, needs_background. */
  readonly metadata: JsonObject
}

/** More pixels than this are decoded only when asked for: 100 million take 400 MB. */
const mostPixels = 64_000_000
const longestSide = 16_384

export function ImageView({ source, metadata }: ImageViewProps): JSX.Element {
  const [failed, setFailed] = useState<string | null>(null)
  const [asked, setAsked] = useState(false)
  const image = useMemo(() => {
    if (source.kind === "url") return { url: source.url, size: null }
    const bytes = cleanBase64(source.text)
    return bytes === null ? null
      : { url: `data:${source.type};base64,${bytes}`, size: imageSize(bytes) }
  }, [source])

  if (!image || failed === image.url) return <p className="o-note">{t("output.image_failed")}</p>
  const { url, size } = image
  if (size && size.width * size.height > mostPixels && !asked) {
    return (
      <div className="o-note o-note-row">
        <span>{t("output.image_huge", { width: size.width, height: size.height })}</span>
        <button type="button" className="o-button" onClick={() => setAsked(true)}>
          {t("output.image_show")}
        </button>
      </div>
    )
  }
  const shown = declaredSize(metadata, size) ?? (size && fits(size) ? size : null)
  const ground = member(metadata, "needs_background") === "dark" ? "dark" : "light"
  return (
    <img className={`o-image o-image-on-${ground}`} src={url} decoding="async"
      alt={altText(metadata)} {...(shown ?? {})} onError={() => setFailed(url)} />
  )
}

function altText(metadata: JsonObject): string {
  const alt = member(metadata, "alt")
  return typeof alt === "string" && alt !== "" ? alt.slice(0, 1000) : t("output.image")
}

const fits = ({ width, height }: ImageSize): boolean => width <= longestSide && height <= longestSide

/** The size that the kernel asked for; one side alone is completed from the image's own shape. */
function declaredSize(metadata: JsonObject, natural: ImageSize | null): ImageSize | null {
  const width = pixels(member(metadata, "width"))
  const height = pixels(member(metadata, "height"))
  if (width !== null && height !== null) return { width, height }
  if (!natural) return null
  if (width !== null) return { width, height: Math.round(width * natural.height / natural.width) }
  if (height !== null) return { width: Math.round(height * natural.width / natural.height), height }
  return null
}

/** A sane number of pixels, or null: 100,000 × 100,000 for one dot is not believed. */
function pixels(value: unknown): number | null {
  const number = typeof value === "string" && /^\d{1,5}(px)?$/.test(value) ? parseInt(value, 10) : value
  return typeof number === "number" && number >= 1 && number <= longestSide ? Math.round(number) : null
}
