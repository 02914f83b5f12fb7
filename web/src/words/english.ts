/** The English table: the one that gives the keys, which every other must have. */
import { accountEn } from "./account_en"
import { codeEn } from "./code_en"
import { commentsEn } from "./comments_en"
import { driveEn } from "./drive_en"
import { en } from "./en"
import { filesEn } from "./files_en"
import { frameEn } from "./frame_en"
import { helpEn } from "./help_en"
import { historyEn } from "./history_en"
import { localEn } from "./local_en"
import { notebookEn } from "./notebook_en"
import { openEn } from "./open_en"
import { outputsEn } from "./outputs_en"
import { runtimeEn } from "./runtime_en"
import { secretsEn } from "./secrets_en"
import { sessionsEn } from "./sessions_en"
import { sharingEn } from "./sharing_en"
import { togetherEn } from "./together_en"

export const english = {
  ...en, ...accountEn, ...codeEn, ...commentsEn, ...historyEn, ...notebookEn, ...togetherEn, ...sharingEn, ...runtimeEn,
  ...sessionsEn, ...outputsEn, ...filesEn, ...frameEn, ...localEn, ...openEn, ...driveEn, ...helpEn, ...secretsEn,
}
