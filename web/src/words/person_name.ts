/** A person's name as the server has it, in words. */
import { t } from "./words"

/** What the server calls somebody whose account was deleted. */
const deletedUser = "Deleted user"

export function personName(name: string): string {
  if (name === "") return t("people.somebody")
  return name === deletedUser ? t("people.deleted_user") : name
}
