import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type JSX } from "react"
import type { Comms } from "../sync/comms"
import { references, type WidgetModels } from "../model/widget_models"
import { t } from "../words/words"
import { useLibrary } from "./frame_library"
import { FrameLink } from "./frame_link"
import { frameTheme, watchTheme } from "./frame_theme"
import { useNearViewport } from "./near_viewport"
import { inFrame, useSavedWidgets, useWidgetSource } from "./widget_source"

interface WidgetViewProps {
  readonly root: string
  readonly memory: object
  /** What is shown where the widget cannot be. */
  readonly fallback: JSX.Element
}

/** A widget of the kernel, alive in a sandboxed frame while its kernel is. */
export function WidgetView({ root, memory, fallback }: WidgetViewProps): JSX.Element {
  const source = useWidgetSource()
  const saved = useSavedWidgets()
  const still = saved?.has(root) ? <SavedWidget saved={saved} root={root} memory={memory} /> : null
  if (!source) return still ?? <>{fallback}<p className="o-note">{t("widget.looked_at")}</p></>
  return <LiveWidget source={source} root={root} memory={memory} fallback={fallback} still={still} />
}

interface LiveWidgetProps extends WidgetViewProps {
  readonly source: Comms
  /** As the file has it. */
  readonly still: JSX.Element | null
}

function LiveWidget({ source, root, memory, fallback, still }: LiveWidgetProps): JSX.Element {
  useSyncExternalStore(source.subscribe, () => source.version)
  const place = useRef<HTMLDivElement>(null)
  const near = useNearViewport(place)
  const known = source.models.has(root)
  const { told, connected } = source
  useEffect(() => {
    if (near && !known && connected && !told) source.wantStates()
  }, [near, known, connected, told, source])
  return (
    <div ref={place} className="o-widget">
      {known ? near && <WidgetFrame source={source} root={root} memory={memory} />
        : still ?? <>
          {fallback}
          <p className="o-note">{t(connected && !told ? "widget.waits" : "widget.gone")}</p>
        </>}
    </div>
  )
}

/** A widget that no kernel has any more, as it was when the notebook's file was written. */
function SavedWidget({ saved, root, memory }: Omit<WidgetViewProps, "fallback"> & { readonly saved: WidgetModels }): JSX.Element {
  const place = useRef<HTMLDivElement>(null)
  const near = useNearViewport(place)
  const source = useMemo((): FrameSource => ({ models: saved, watch: () => () => undefined, toWidget: () => false }), [saved])
  return (
    <div ref={place} className="o-widget">
      {near && <WidgetFrame source={source} root={root} memory={memory} />}
      <p className="o-note">{t("widget.saved")}</p>
    </div>
  )
}

type FrameSource = Pick<Comms, "models" | "watch" | "toWidget">

const heights = new WeakMap<object, number>()

function WidgetFrame({ source, root, memory }: Omit<WidgetViewProps, "fallback"> & { readonly source: FrameSource }): JSX.Element {
  const library = useLibrary("widgets")
  const frame = useRef<HTMLIFrameElement>(null)
  const [height, setHeight] = useState(() => heights.get(memory) ?? 40)
  const [stopped, setStopped] = useState(false)
  useEffect(() => {
    if (!(library instanceof Blob) || !frame.current) return
    let given = new Set<string>()
    // Only models that it has not got; asked for again when the frame is loaded anew.
    const further = (roots: readonly string[]): ReturnType<typeof inFrame> => {
      const models = source.models.closure(roots, given)
      for (const { id } of models) given.add(id)
      return inFrame(models)
    }
    const link = new FrameLink(() => frame.current?.contentWindow ?? null, () => {
      given = new Set()
      return { kind: "widget", root, models: further([root]), library }
    }, frameTheme(), {
      onHeight: (next) => {
        heights.set(memory, next)
        setHeight(next)
      },
      onOpen: (url) => {
        if (navigator.userActivation.isActive) window.open(url, "_blank", "noopener,noreferrer")
      },
      onStopped: () => setStopped(true),
      onComm: ({ id, data, buffers }) => {
        if (given.has(id)) source.toWidget(id, data, buffers)
      },
    })
    const receive = (event: MessageEvent<unknown>): void => link.receive(event)
    window.addEventListener("message", receive)
    const unwatch = watchTheme(() => link.setTheme(frameTheme()))
    const silence = source.watch(({ type, id, data, buffers }) => {
      if (given.has(id)) link.tellWidget(further(references(data)), { type, id, data, buffers })
    })
    frame.current.src = "/frame.html"
    return () => {
      silence()
      unwatch()
      window.removeEventListener("message", receive)
      link.close()
    }
  }, [library, source, root, memory])
  if (library === "failed") return <p className="o-note">{t("output.load_failed")}</p>
  if (stopped) return <p className="o-note">{t("output.frame_stopped")}</p>
  return (
    <div className="o-frame-place" style={{ height: Math.max(28, height) }}>
      <iframe ref={frame} className="o-frame" sandbox="allow-scripts" title={t("widget.title")} referrerPolicy="no-referrer" />
    </div>
  )
}
