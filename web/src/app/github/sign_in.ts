import type { GitHubApi } from "../../sync/github_api"
import { orToast } from "../errors"

/** Leaves the page for GitHub's own, which asks whether Colibri may; the person comes back to this address. */
export const signInAtGitHub = (hub: GitHubApi): Promise<void> =>
  orToast(hub.signInUrl(location.pathname + location.search).then((url) => location.assign(url)))
