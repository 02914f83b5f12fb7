/** Failures in words for a person. */
import { ApiError } from "../sync/http"
import { showToast } from "../ui/toast"
import { t } from "../words/words"

export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error)
  if (error.status === 0) return t("error.unreachable")
  switch (error.code) {
    case "wrong_password": return t("error.wrong_password")
    case "dead_link": return t("error.dead_link")
    case "too_many_attempts": return t("error.too_many_attempts")
    default: return error.detail
  }
}

/** Does `work`; what goes wrong is told in a toast. */
export async function orToast(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    showToast({ text: errorText(error), level: "error" })
  }
}
