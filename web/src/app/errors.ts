/** Failures in words for a person. */
import { ApiError } from "../sync/http"
import { showToast } from "../ui/toast"
import { serverWords } from "../words/server_sentences"
import { t } from "../words/words"

export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error)
  if (error.status === 0) return t("error.unreachable")
  switch (error.code) {
    case "wrong_password": return t("error.wrong_password")
    case "dead_link": return t("error.dead_link")
    case "too_many_attempts": return t("error.too_many_attempts")
    case "account_disabled": return t("problem.disabled")
    default: return serverWords(error.detail)
  }
}

/** The same where only the password was asked for. */
export const confirmationError = (error: unknown): string =>
  error instanceof ApiError && error.code === "wrong_password" ? t("confirm.wrong") : errorText(error)

const problems = {
  cancelled: "problem.cancelled", expired: "problem.expired", provider: "problem.provider",
  unverified: "problem.unverified", not_invited: "problem.not_invited",
  account_exists: "problem.account_exists", disabled: "problem.disabled",
  linked_elsewhere: "problem.linked_elsewhere", too_many: "problem.too_many", failed: "problem.failed",
} as const

/** Why signing in somewhere else did not work: the server's word for it in words for a person. */
export function problemText(word: string): string {
  const known = Object.entries(problems).find(([name]) => name === word)
  return t(known ? known[1] : "problem.failed")
}

/** Does `work`; what goes wrong is told in a toast. */
export async function orToast(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    showToast({ text: errorText(error), level: "error" })
  }
}
