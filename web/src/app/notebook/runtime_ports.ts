/** Ports of a notebook's runtime, for what its outputs show of them. */
import type { PortHost } from "../../output/frame_host"
import type { Api } from "../../sync/http"
import { PortsApi } from "../../sync/ports_api"
import type { NotebookId } from "../../wire/ids"
import { t } from "../../words/words"
import { enterPort } from "../enter_port"

export function portsOf(api: Api, notebook: NotebookId): PortHost {
  const ports = api.part(PortsApi)
  return {
    origin: async (port) => (await ports.open(notebook, port)).origin,
    enter: async (url, windowName) => {
      const { origin, hostname, pathname, search } = new URL(url)
      const entrance = await ports.open(notebook, Number.parseInt(hostname, 10))
      // Another runtime has taken its place: what ran there is gone.
      if (entrance.origin !== origin) throw new Error(t("output.port_gone"))
      enterPort(entrance, pathname + search, windowName)
    },
  }
}
