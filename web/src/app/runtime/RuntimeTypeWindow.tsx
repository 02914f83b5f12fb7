import type { JSX } from "react"
import { flavorOf, kernelOf, withRuntime } from "../../model/runtime_type"
import type { Api } from "../../sync/http"
import { RuntimeTypeDialog, type RuntimeType } from "../../ui/runtime/RuntimeTypeDialog"
import { useNotebook, useSession } from "../notebook/context"
import { useFlavors } from "./flavors"

interface RuntimeTypeWindowProps {
  readonly api: Api
  readonly onClose: () => void
}

/** Changes what the notebook asks for, and the runtime with it when one wants that. */
export function RuntimeTypeWindow({ api, onClose }: RuntimeTypeWindowProps): JSX.Element {
  const { session, commands } = useNotebook()
  const flavors = useFlavors(api, false)
  const metadata = useSession(session, (view) => view.state?.metadata ?? null) ?? {}
  const lease = useSession(session, (view) => view.lease)
  const writable = useSession(session, (view) => view.writable)
  const alive = lease !== null && lease.state !== "ended" ? lease : null
  const asked = flavorOf(metadata, flavors?.flavors ?? [])
  const save = ({ flavor, kernel }: RuntimeType): void => {
    session.wish({ type: "set_notebook_metadata", metadata: withRuntime(metadata, flavor, kernel) })
    onClose()
  }
  return (
    <RuntimeTypeDialog flavors={flavors} running={alive !== null} writable={writable} onClose={onClose}
      wanted={{
        flavor: alive?.queue?.flavor ?? alive?.flavor ?? asked?.name ?? "", image: alive?.image ?? "",
        kernel: kernelOf(metadata).name,
      }}
      onSave={save}
      onConnect={(type) => {
        save(type)
        commands.connectTo({
          flavor: type.flavor.name, image: type.image, kernel: type.kernel?.name ?? "", meanwhile: type.meanwhile,
        })
      }} />
  )
}
