/** What people call the kind of a runtime. */
import { localFlavor } from "../../sync/local_runtime"
import { t } from "../../words/words"

export function flavorWords(runtime: { readonly flavor: string; readonly flavor_title: string }): string {
  if (runtime.flavor === localFlavor) return t("local.flavor")
  return runtime.flavor_title === "" ? runtime.flavor : runtime.flavor_title
}
