/** The routes about other clouds, which come with the Drive's page; and what of it is in one. */
import { CloudsApi } from "../../sync/clouds_api"
import type { Api } from "../../sync/http"

const known = new WeakMap<Api, CloudsApi>()

export function cloudsOf(api: Api): CloudsApi {
  const clouds = known.get(api) ?? api.part(CloudsApi)
  known.set(api, clouds)
  return clouds
}
