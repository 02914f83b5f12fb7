/** Components that come with a part of the page of their own, when they are first drawn. */
import { useEffect, useState, type ComponentType, type JSX } from "react"
import { showToast } from "../ui/toast"
import { t } from "../words/words"

interface Shown<Props> {
  readonly Component: ComponentType<Props>
}

type Load<Props> = () => Promise<ComponentType<Props>>

function useShown<Props>(part: Late<Props>, failed: (error: unknown) => void): Shown<Props> | null {
  const [shown, setShown] = useState<Shown<Props> | null>(part.loaded)
  useEffect(() => {
    if (!shown) part.get().then(setShown, failed)
    // What is called when it fails may be new each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [part, shown])
  return shown
}

class Late<Props> {
  loaded: Shown<Props> | null = null

  constructor(private readonly load: Load<Props>) {}

  async get(): Promise<Shown<Props>> {
    this.loaded ??= { Component: await this.load() }
    return this.loaded
  }
}

/** A window; one that cannot be had is told and closed. */
export function lateWindow<Props extends { readonly onClose?: (() => void) | undefined }>(load: Load<Props>): ComponentType<Props> {
  const part = new Late(load)
  return function LateWindow(props: Props): JSX.Element | null {
    const shown = useShown(part, () => {
      showToast({ text: t("error.unreachable"), level: "error" })
      props.onClose?.()
    })
    return shown && <shown.Component {...props} />
  }
}

interface LatePanel<Props> {
  readonly Panel: ComponentType<Props>
  /** Lets it come before it is drawn. */
  readonly ask: () => void
}

/** What stands beside the cells; `Waiting` is there until it has come. One that cannot be had is told and closed. */
export function latePanel<Props extends { readonly onClose: () => void }>(
  load: Load<Props>, Waiting: () => JSX.Element,
): LatePanel<Props> {
  const part = new Late(load)
  function Panel(props: Props): JSX.Element {
    const shown = useShown(part, () => {
      showToast({ text: t("error.unreachable"), level: "error" })
      props.onClose()
    })
    return shown ? <shown.Component {...props} /> : <Waiting />
  }
  return { Panel, ask: () => void part.get().catch(() => undefined) }
}

/** What takes the whole page; `Waiting` stands there until it has come. */
export function latePage<Props extends object>(load: Load<Props>, Waiting: () => JSX.Element): ComponentType<Props> {
  const part = new Late(load)
  return function LatePage(props: Props): JSX.Element {
    const [failure, setFailure] = useState<{ readonly error: unknown } | null>(null)
    const shown = useShown(part, (error) => setFailure({ error }))
    if (failure) throw failure.error
    return shown ? <shown.Component {...props} /> : <Waiting />
  }
}
