/** A program in the person's runtime wants to show code in a scratch cell (`page.scratch`): it may, once the person says so. */
import { useEffect } from "react"
import { AskFailure } from "../../../sync/asks"
import { showToast } from "../../../ui/toast"
import { t } from "../../../words/words"
import type { OpenNotebook } from "../context"

const mostUnits = 1 << 20

export function useScratchAsk({ session, scratch }: OpenNotebook): void {
  useEffect(() => session.asks.register("scratch", ({ content, bottom_pane: bottom }) => {
    if (typeof content !== "string" || content.length > mostUnits) throw new AskFailure("invalid", "A scratch cell takes a text of at most 1 MiB.")
    showToast({
      text: t("scratch.asked"), timeoutMs: 0,
      action: { label: t("scratch.asked_open"), onPress: () => scratch.open(content, bottom === true ? "bottom" : "right") },
    })
    return null
  }, { exclusive: true }), [session, scratch])
}
