/** The Drive's routes, which come with this part of the page. */
import { DriveApi } from "../../sync/drive_api"
import type { Api } from "../../sync/http"

const known = new WeakMap<Api, DriveApi>()

export function driveOf(api: Api): DriveApi {
  const drive = known.get(api) ?? api.part(DriveApi)
  known.set(api, drive)
  return drive
}
