/** The table of simplified Chinese. Nothing here may import when it is wanted: the page waits for this, and would wait for itself. */
import { accountZh } from "./account_zh"
import { codeZh } from "./code_zh"
import { commentsZh } from "./comments_zh"
import { driveZh } from "./drive_zh"
import { filesZh } from "./files_zh"
import { frameZh } from "./frame_zh"
import { helpZh } from "./help_zh"
import { historyZh } from "./history_zh"
import { localZh } from "./local_zh"
import { notebookZh } from "./notebook_zh"
import { openZh } from "./open_zh"
import { outputsZh } from "./outputs_zh"
import { runtimeZh } from "./runtime_zh"
import { secretsZh } from "./secrets_zh"
import { sessionsZh } from "./sessions_zh"
import { sharingZh } from "./sharing_zh"
import { togetherZh } from "./together_zh"
import type { WordKey } from "./words"
import { zhCn } from "./zh_cn"

export const chinese: Readonly<Record<WordKey, string>> = {
  ...zhCn, ...accountZh, ...codeZh, ...commentsZh, ...historyZh, ...notebookZh, ...togetherZh, ...sharingZh, ...runtimeZh,
  ...sessionsZh, ...outputsZh, ...filesZh, ...frameZh, ...localZh, ...openZh, ...driveZh, ...helpZh, ...secretsZh,
}
