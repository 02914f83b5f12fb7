/** What is said of GitHub. */
import { githubEn } from "./github_en"
import { githubZh } from "./github_zh"
import { lateWords } from "./late_words"

export type GitHubWord = keyof typeof githubEn

export const tg = lateWords<GitHubWord>({ en: githubEn, "zh-CN": githubZh })
