/** What the page says about other clouds: in tables of their own, which come with the Drive. */
import { cloudsEn } from "./clouds_en"
import { cloudsZh } from "./clouds_zh"
import { lateWords } from "./late_words"

export const cloudWords = lateWords({ en: cloudsEn, "zh-CN": cloudsZh })

const isWord = (key: string): key is keyof typeof cloudsEn => key in cloudsEn

/** What an option of rclone is called; rare ones by their own name. */
export function optionLabel(name: string): string {
  const key = `option_${name}`
  return isWord(key) ? cloudWords(key) : name
}
