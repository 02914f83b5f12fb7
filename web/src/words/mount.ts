/** What the page says about a Drive that is mounted in a runtime: in tables of their own, which a first visit does not load. */
import { language } from "./language"
import { mountEn } from "./mount_en"
import { mountSentencesZh, mountZh } from "./mount_zh"
import { lateWords } from "./late_words"
import { serverWords } from "./server_sentences"

export const mountWords = lateWords({ en: mountEn, "zh-CN": mountZh })

/** A sentence of the server about mounting. */
export function mountSentence(detail: string): string {
  return (language() === "zh-CN" ? mountSentencesZh[detail] : undefined) ?? serverWords(detail)
}
