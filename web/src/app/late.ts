/** Parts of the page that come when they are first wanted. */
import { useEffect, useRef, useState } from "react"
import { showToast } from "../ui/toast"
import { t } from "../words/words"

/** The part, once it is `wanted` and there; null before. Of a part that cannot be had `failed` is told, after the person. */
export function useLate<Part>(wanted: boolean, load: () => Promise<Part>, failed?: () => void): Part | null {
  const [part, setPart] = useState<{ readonly part: Part } | null>(null)
  const how = useRef({ load, failed })
  useEffect(() => {
    how.current = { load, failed }
  })
  useEffect(() => {
    if (!wanted || part) return
    how.current.load().then(
      (loaded) => setPart({ part: loaded }),
      () => {
        showToast({ text: t("error.unreachable"), level: "error" })
        how.current.failed?.()
      })
  }, [wanted, part])
  return part?.part ?? null
}
