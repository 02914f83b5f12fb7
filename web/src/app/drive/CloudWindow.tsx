import { useEffect, useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import { CloudForm } from "../../ui/clouds/CloudForm"
import type { CloudDetails, CloudKind } from "../../wire/clouds"
import { errorText } from "../errors"
import { showToast } from "../../ui/toast"
import { cloudsOf } from "./clouds_of"

interface CloudWindowProps {
  readonly api: Api
  /** The name of the one that is changed; none: a new one. */
  readonly name?: string
  /** Under which name it is there now. */
  readonly onChanged: (name: string) => void
  readonly onClose: () => void
}

interface Known {
  readonly kinds: readonly CloudKind[]
  readonly cloud?: CloudDetails
}

/** The window that connects a cloud, or changes how it is reached. */
export function CloudWindow({ api, name, onChanged, onClose }: CloudWindowProps): JSX.Element | null {
  const [known, setKnown] = useState<Known | null>(null)
  useEffect(() => {
    const load = async (): Promise<Known> => {
      const kinds = await cloudsOf(api).kinds()
      const entry = name === undefined ? undefined : (await cloudsOf(api).list()).find((cloud) => cloud.name === name)
      return entry ? { kinds, cloud: await cloudsOf(api).look(entry.id) } : { kinds }
    }
    load().then(setKnown, (error: unknown) => {
      showToast({ text: errorText(error), level: "error" })
      onClose()
    })
    // What is called when it fails may be new each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [api, name])
  if (!known) return null
  const { kinds, cloud } = known
  return <CloudForm kinds={kinds} {...(cloud ? { cloud } : {})} onClose={onClose} onDone={async (wish) => {
    try {
      await (cloud ? cloudsOf(api).change(cloud.id, wish) : cloudsOf(api).connect(wish))
    } catch (error) {
      return errorText(error)
    }
    onClose()
    onChanged(wish.name)
    return null
  }} />
}
