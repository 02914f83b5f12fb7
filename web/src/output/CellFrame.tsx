import { useContext, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type JSX, type ReactNode } from "react"
import type { Segment } from "../frame/messages"
import { t } from "../words/words"
import { useFrameHost } from "./frame_host"
import { FrameLink } from "./frame_link"
import { frameTheme, watchTheme } from "./frame_theme"
import { useNearViewport } from "./near_viewport"
import { OutputsFrame, OutputsFrameContext } from "./outputs_frame"
import { PortFrames } from "./PortFrames"

interface CellFrameProps {
  readonly children: ReactNode
  /** It needs a frame even if no output does. */
  readonly wanted: boolean
}

/** What a run has put out, with one frame of opaque origin behind it for all HTML and scripts. */
export function CellFrame({ children, wanted }: CellFrameProps): JSX.Element {
  const frame = useMemo(() => new OutputsFrame(), [])
  frame.host = useFrameHost()
  const needed = useSyncExternalStore(frame.subscribe, () => frame.needed)
  const edges = useSyncExternalStore(frame.subscribe, () => frame.edges)
  const ports = useSyncExternalStore(frame.subscribe, () => frame.portFrames)
  const [stopped, setStopped] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const tail = useRef<HTMLDivElement>(null)
  const near = useNearViewport(place, needed)
  useLayoutEffect(() => {
    if (wanted) frame.need()
    if (place.current && tail.current) frame.place(place.current, tail.current)
  }, [frame, wanted])
  useEffect(() => {
    const watched = place.current
    if (!watched || !needed || typeof ResizeObserver !== "function") return
    const sizes = new ResizeObserver(frame.schedule)
    sizes.observe(watched)
    return () => sizes.disconnect()
  }, [frame, needed])
  return (
    <OutputsFrameContext value={frame}>
      {/* The same elements with a frame and without: one that moves is loaded anew. */}
      <div ref={place} className={`o-outputs ${needed ? "has-frame" : ""}`}>
        {needed && !stopped && (near || wanted) && <LiveFrame frame={frame} onStopped={() => setStopped(true)} />}
        {edges.head > 0 && <div className="o-frame-edge" style={{ height: edges.head }} />}
        {children}
        <div ref={tail} className="o-frame-edge" style={{ height: edges.tail }} hidden={!needed} />
        {ports.length > 0 && frame.host && <PortFrames frames={ports} host={frame.host.ports} />}
        {stopped && <p className="o-note">{t("output.frame_stopped")}</p>}
      </div>
    </OutputsFrameContext>
  )
}

function LiveFrame({ frame, onStopped }: { readonly frame: OutputsFrame; readonly onStopped: () => void }): JSX.Element {
  const element = useRef<HTMLIFrameElement>(null)
  const events = useRef({ onStopped })
  const host = useFrameHost()
  useEffect(() => {
    events.current = { onStopped }
  })
  useEffect(() => {
    const link = new FrameLink(() => element.current?.contentWindow ?? null, () => frame.content(), frameTheme(), {
      onHeight: () => undefined,
      onStopped: () => events.current.onStopped(),
      onOpen: openTab,
      onSaid: (data) => frame.hear(data),
    })
    frame.connect(link)
    const receive = (event: MessageEvent<unknown>): void => link.receive(event)
    window.addEventListener("message", receive)
    const unwatch = watchTheme(() => link.setTheme(frameTheme()))
    // Loaded only now, when its readiness will be heard.
    if (element.current) element.current.src = "/frame.html"
    return () => {
      window.removeEventListener("message", receive)
      unwatch()
      frame.disconnect()
      link.close()
    }
  }, [frame])
  useEffect(() => host?.attach(frame.evaluate), [host, frame])
  return (
    <iframe ref={element} className="o-frame o-frame-behind" sandbox="allow-scripts" title={t("output.frame_title")}
      referrerPolicy="no-referrer" />
  )
}

/** Opens a link of a frame, if a person has just clicked: a click in a frame counts for the page. */
export function openTab(url: string): void {
  if (navigator.userActivation.isActive) window.open(url, "_blank", "noopener,noreferrer")
}

interface FrameSlotProps {
  readonly kind: Segment["kind"]
  readonly text: string
  /** The output's data. */
  readonly memory: object
  /** False: it is shown only when asked for. */
  readonly trusted: boolean
  readonly area?: string
}

const rememberedHeights = new WeakMap<object, number>()

/** One output's place in the frame of its cell. */
export function FrameSlot({ trusted, ...rest }: FrameSlotProps): JSX.Element {
  const [asked, setAsked] = useState(trusted)
  if (asked) return <LiveSlot {...rest} />
  return (
    <div className="o-note o-note-row">
      <span>{t("output.frame_untrusted")}</span>
      <button type="button" className="o-button" onClick={() => setAsked(true)}>{t("output.frame_run")}</button>
    </div>
  )
}

function LiveSlot({ kind, text, memory, area = "" }: Omit<FrameSlotProps, "trusted">): JSX.Element {
  const frame = useContext(OutputsFrameContext)
  const element = useRef<HTMLDivElement>(null)
  const added = useRef<ReturnType<OutputsFrame["add"]>>(null)
  const [height, setHeight] = useState(() => rememberedHeights.get(memory) ?? 0)
  useLayoutEffect(() => {
    if (!frame || !element.current) return
    const onHeight = (next: number): void => {
      rememberedHeights.set(memory, next)
      setHeight(next)
    }
    const slot = { element: element.current, kind, text, area, memory, onHeight }
    if (added.current) added.current.update(slot)
    else added.current = frame.add(slot)
  }, [frame, kind, text, area, memory])
  useLayoutEffect(() => () => {
    added.current?.remove()
    added.current = null
  }, [frame])
  // A pixel at least: nothing would ever come near that has no size.
  return <div ref={element} className="o-frame-slot" style={{ height: area === "" ? Math.max(1, height) : 0 }} />
}
