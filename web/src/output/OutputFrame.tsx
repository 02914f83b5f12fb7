import { useCallback, useEffect, useRef, useState, type JSX } from "react"
import type { FrameContent } from "../frame/messages"
import { t } from "../words/words"
import { openTab } from "./CellFrame"
import { FrameLink } from "./frame_link"
import { frameTheme, watchTheme } from "./frame_theme"
import { useNearViewport } from "./near_viewport"

interface OutputFrameProps {
  readonly content: FrameContent
  /** What the height is remembered by, for when this output is drawn again. */
  readonly memory: object
  /** False: it is shown only when asked for. */
  readonly trusted: boolean
  /** How tall it will be, as far as one can tell before it is drawn. */
  readonly expectedHeight?: number
}

const rememberedHeights = new WeakMap<object, number>()

/** A drawing in a frame of its own, of opaque origin, that can reach nothing of ours. */
export function OutputFrame(
  { content, memory, trusted, expectedHeight = 0 }: OutputFrameProps,
): JSX.Element {
  const place = useRef<HTMLDivElement>(null)
  const near = useNearViewport(place)
  const [asked, setAsked] = useState(trusted)
  const [stopped, setStopped] = useState(false)
  const [height, setHeight] = useState(() => rememberedHeights.get(memory) ?? expectedHeight)
  const remember = useCallback((next: number) => {
    rememberedHeights.set(memory, next)
    setHeight(next)
  }, [memory])

  if (!asked) {
    return (
      <div className="o-note o-note-row">
        <span>{t("output.frame_untrusted")}</span>
        <button type="button" className="o-button" onClick={() => setAsked(true)}>
          {t("output.frame_run")}
        </button>
      </div>
    )
  }
  if (stopped) return <p className="o-note">{t("output.frame_stopped")}</p>
  return (
    // A pixel at least: nothing would ever come near that has no size.
    <div ref={place} className="o-frame-place" style={{ height: Math.max(1, height) }}>
      {near &&
        <LiveFrame content={content} onHeight={remember} onStopped={() => setStopped(true)} />}
    </div>
  )
}

interface LiveFrameProps {
  readonly content: FrameContent
  readonly onHeight: (height: number) => void
  readonly onStopped: () => void
}

function LiveFrame({ content, onHeight, onStopped }: LiveFrameProps): JSX.Element {
  const frame = useRef<HTMLIFrameElement>(null)
  const live = useRef<FrameLink>(null)
  const latest = useRef(content)
  const events = useRef({ onHeight, onStopped })
  useEffect(() => {
    events.current = { onHeight, onStopped }
    latest.current = content
    live.current?.change(content)
  })
  // A drawing changes in its frame; anything else, whose scripts must not find what the last ones left
  // behind, has the frame loaded afresh.
  const frameOf = content.kind === "drawing" ? content.drawer : content
  useEffect(() => {
    const link = new FrameLink(() => frame.current?.contentWindow ?? null, latest.current, frameTheme(), {
      onHeight: (height) => events.current.onHeight(height),
      onStopped: () => events.current.onStopped(),
      onOpen: openTab,
    })
    const receive = (event: MessageEvent<unknown>): void => link.receive(event)
    window.addEventListener("message", receive)
    const unwatch = watchTheme(() => link.setTheme(frameTheme()))
    live.current = link
    // Loaded only now, when its readiness will be heard.
    if (frame.current) frame.current.src = "/frame.html"
    return () => {
      window.removeEventListener("message", receive)
      unwatch()
      live.current = null
      link.close()
    }
  }, [frameOf])
  return (
    <iframe ref={frame} className="o-frame" sandbox="allow-scripts" title={t("output.frame_title")}
      referrerPolicy="no-referrer" />
  )
}
