import { useMemo, type JSX } from "react"
import type { JsonObject } from "../wire/json"
import { FrameSlot } from "./CellFrame"
import { ImageView } from "./ImageView"
import { svgImageUrl } from "./safe_url"

interface SvgViewProps {
  readonly svg: string
  readonly metadata: JsonObject
  readonly memory: object
  readonly trusted: boolean
}

/** A still SVG is an image, where no script ever runs; one that wants to act goes to the frame. */
export function SvgView({ svg, metadata, memory, trusted }: SvgViewProps): JSX.Element {
  const still = useMemo(() => isStillSvg(svg), [svg])
  const source = useMemo(() => ({ kind: "url", url: svgImageUrl(svg) } as const), [svg])
  return still ? <ImageView source={source} metadata={metadata} />
    : <FrameSlot kind="html" text={svg} memory={memory} trusted={trusted} />
}

const acting = "script, foreignObject, a, iframe, animate, set, animateTransform, animateMotion, image, use"

/** True when nothing is lost by showing `svg` as an image. Safety does not hang on it. */
export function isStillSvg(svg: string): boolean {
  const { documentElement: root } = new DOMParser().parseFromString(svg, "image/svg+xml")
  if (root.localName !== "svg" || root.namespaceURI !== "http://www.w3.org/2000/svg") return false
  return Array.from(root.querySelectorAll(acting)).every(isInternal)
    && [root, ...root.querySelectorAll("*")].every((element) =>
      Array.from(element.attributes).every(({ name }) => !/^on/i.test(name)))
}

/** matplotlib and graphviz refer within the picture and to pixels of their own. */
function isInternal(element: Element): boolean {
  if (element.localName !== "use" && element.localName !== "image") return false
  const href = element.getAttribute("href") ?? element.getAttribute("xlink:href") ?? ""
  return /^#|^data:image\/(png|jpeg);/i.test(href)
}
