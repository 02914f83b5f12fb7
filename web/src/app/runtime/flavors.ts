/** What one can have now, asked again while somebody looks at it. */
import { useEffect, useState } from "react"
import type { Api } from "../../sync/http"
import type { Flavors } from "../../wire/api"
import { errorText } from "../errors"
import { showToast } from "../../ui/toast"

const everyMs = 10_000

/** Null until it is known. `quiet`: what fails is not told. */
export function useFlavors(api: Api, quiet: boolean): Flavors | null {
  const [flavors, setFlavors] = useState<Flavors | null>(null)
  useEffect(() => {
    let gone = false
    const ask = (): void => {
      api.runtimes.flavors().then(
        (answer) => {
          if (!gone) setFlavors(answer)
        },
        (error: unknown) => {
          if (!gone && !quiet) showToast({ text: errorText(error), level: "error" })
        })
    }
    ask()
    const timer = setInterval(() => {
      if (!document.hidden) ask()
    }, everyMs)
    return () => {
      gone = true
      clearInterval(timer)
    }
  }, [api, quiet])
  return flavors
}
