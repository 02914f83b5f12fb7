import { useEffect, useId, useRef, type JSX } from "react"
import type { PortFrame } from "../frame/messages"
import { t } from "../words/words"
import type { PortHost } from "./frame_host"

/** What a program may do in its frame. Its origin is its own: it is let have it. */
const sandbox = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads"
const features = "camera; microphone; clipboard-read; clipboard-write; fullscreen; serial; usb"

/** Ports of the runtime, at their places before the frame of outputs. */
export function PortFrames({ frames, host }: { readonly frames: readonly PortFrame[]; readonly host: PortHost }): JSX.Element {
  return <div className="o-ports">{frames.map((frame) => <PortView key={frame.id} frame={frame} host={host} />)}</div>
}

function PortView({ frame, host }: { readonly frame: PortFrame; readonly host: PortHost }): JSX.Element {
  const { url, left, top, width, height } = frame
  const name = `port${useId()}`
  const element = useRef<HTMLIFrameElement>(null)
  useEffect(() => {
    host.enter(url, name).catch((error: unknown) => {
      if (element.current) element.current.srcdoc = String(error instanceof Error ? error.message : error).replaceAll("<", "&lt;")
    })
  }, [host, url, name])
  return <iframe ref={element} name={name} title={t("output.port_title", { place: new URL(url).host.split("-")[0] ?? "" })}
    className="o-port" style={{ left, top, width, height }} sandbox={sandbox} allow={features} />
}
