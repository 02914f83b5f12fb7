import { useEffect, useState, type ComponentType, type JSX } from "react"
import type { Api } from "../../sync/http"
import { showToast } from "../../ui/toast"
import { t } from "../../words/words"
import { useNotebook } from "./context"
import { useRuntimeWindow, type RuntimeWindow } from "./runtime_windows"

export interface PanelProps {
  readonly api: Api
  readonly onClose: () => void
}
type Panel = ComponentType<PanelProps>

const parts: Readonly<Record<RuntimeWindow, () => Promise<Panel>>> = {
  resources: async () => (await import("../sessions/ResourcesPane")).ResourcesPane,
  log: async () => (await import("../sessions/LogWindow")).LogWindow,
}

/** The windows about the runtime; each part of the page comes when it is first wanted. */
export function RuntimePanels(props: Omit<PanelProps, "onClose">): JSX.Element {
  return (
    <>
      <LazyPanel name="resources" {...props} />
      <LazyPanel name="log" {...props} />
    </>
  )
}

function LazyPanel({ name, ...props }: Omit<PanelProps, "onClose"> & { readonly name: RuntimeWindow }): JSX.Element | null {
  const { windows } = useNotebook()
  const wanted = useRuntimeWindow(name)
  const [loaded, setLoaded] = useState<{ readonly Component: Panel } | null>(null)
  useEffect(() => {
    if (!wanted || loaded) return
    parts[name]().then((Component) => setLoaded({ Component }), () => {
      showToast({ text: t("error.unreachable"), level: "error" })
      windows.hide(name)
    })
  }, [wanted, loaded, name, windows])
  if (!wanted || !loaded) return null
  return <loaded.Component {...props} onClose={() => windows.hide(name)} />
}
