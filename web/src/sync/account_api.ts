/** The HTTP routes about people: how one signs in, one's own account, and those of others. */
import {
  parseConfirmedEmail, parseDeletion, parseInvitationLook, parseLinkedSignIns, parseNewToken, parsePeople,
  parsePersonLink, parseSessions, parseSignInWays, parseTokens, parseUrl,
  type Deletion, type InvitationLook, type LinkedSignIn, type People, type PersonLink, type PersonRole,
  type SessionEntry, type SignInWays, type TokenEntry,
} from "../wire/account"
import type { UserId } from "../wire/ids"
import type { Json } from "../wire/json"

/** Asks the server; a refusal throws an ApiError. */
export type Ask = (
  method: string, path: string, request?: { readonly body?: Json | Blob; readonly deadlineMs?: number },
) => Promise<Json>

/** For what the server wants confirmed: the password, once it has asked for it. */
export interface Confirmation {
  readonly password?: string
}

export interface NewToken {
  readonly name: string
  readonly scopes: readonly string[]
  readonly life_ms: number
}

/** Where a browser goes to sign in at a provider, and comes back to `to`. */
export const providerUrl = (name: string, to: string): string =>
  `/api/sign-in/oidc/${encodeURIComponent(name)}?to=${encodeURIComponent(to)}`

/** Where a browser downloads all of one's data from. */
export const exportUrl = "/api/me/export"

const providerPath = (name: string): string => `/api/me/sign-ins/${encodeURIComponent(name)}`
const personPath = (id: UserId): string => `/api/people/${encodeURIComponent(id)}`

export class AccountApi {
  constructor(private readonly ask: Ask) {}

  async ways(): Promise<SignInWays> {
    return parseSignInWays(await this.ask("GET", "/api/sign-in"))
  }

  /** Mails a link to the address, if it has or may have an account; nobody is told which. */
  async mailLink(email: string, language: string): Promise<void> {
    await this.ask("POST", "/api/sign-in/mail", { body: { email, language } })
  }

  async signUp(email: string, name: string, password: string): Promise<void> {
    await this.ask("POST", "/api/sign-up", { body: { email, name, password } })
  }

  async lookAtInvitation(token: string): Promise<InvitationLook> {
    return parseInvitationLook(await this.ask("POST", "/api/invitations/look", { body: { token } }))
  }

  async acceptInvitation(token: string, name: string, password: string): Promise<void> {
    await this.ask("POST", "/api/invitations/accept", { body: { token, name, password } })
  }

  async changeEmail(email: string, language: string, confirmation: Confirmation): Promise<void> {
    await this.ask("POST", "/api/me/email", { body: { email, language, ...confirmation } })
  }

  /** Returns the address. */
  async confirmEmail(token: string): Promise<string> {
    return parseConfirmedEmail(await this.ask("POST", "/api/me/email/confirm", { body: { token } }))
  }

  async sessions(): Promise<readonly SessionEntry[]> {
    return parseSessions(await this.ask("GET", "/api/me/sessions"))
  }

  async endSession(id: string): Promise<void> {
    await this.ask("DELETE", `/api/me/sessions/${encodeURIComponent(id)}`)
  }

  async endOtherSessions(): Promise<void> {
    await this.ask("POST", "/api/me/sessions/end-others", { body: {} })
  }

  async tokens(): Promise<readonly TokenEntry[]> {
    return parseTokens(await this.ask("GET", "/api/me/tokens"))
  }

  /** Returns the token, which nobody can ask for again. */
  async createToken(token: NewToken, confirmation: Confirmation): Promise<string> {
    const body = { ...token, scopes: [...token.scopes], ...confirmation }
    return parseNewToken(await this.ask("POST", "/api/me/tokens", { body }))
  }

  async revokeToken(id: string): Promise<void> {
    await this.ask("DELETE", `/api/me/tokens/${encodeURIComponent(id)}`)
  }

  async linkedSignIns(): Promise<readonly LinkedSignIn[]> {
    return parseLinkedSignIns(await this.ask("GET", "/api/me/sign-ins"))
  }

  /** Returns the address that the browser must go to. */
  async linkProvider(name: string, to: string, confirmation: Confirmation): Promise<string> {
    return parseUrl(await this.ask("POST", providerPath(name), { body: { to, ...confirmation } }))
  }

  /** `name` is the provider's, or the issuer of one that is no longer in the settings. */
  async unlinkProvider(name: string): Promise<void> {
    await this.ask("DELETE", providerPath(name))
  }

  /** What would go with the account. */
  async lookAtDeletion(): Promise<Deletion> {
    return parseDeletion(await this.ask("GET", "/api/me/deletion"))
  }

  async deleteMe(confirmation: Confirmation): Promise<void> {
    await this.ask("POST", "/api/me/deletion", { body: { ...confirmation } })
  }

  async deletePerson(id: UserId): Promise<void> {
    await this.ask("DELETE", personPath(id))
  }

  async people(): Promise<People> {
    return parsePeople(await this.ask("GET", "/api/people"))
  }

  async invite(email: string, role: PersonRole, language: string): Promise<PersonLink> {
    return parsePersonLink(
      await this.ask("POST", "/api/people/invitations", { body: { email, role, language } }))
  }

  async withdrawInvitation(email: string): Promise<void> {
    await this.ask("DELETE", `/api/people/invitations/${encodeURIComponent(email)}`)
  }

  async changePerson(
    id: UserId, change: { readonly role?: PersonRole; readonly disabled?: boolean },
  ): Promise<void> {
    await this.ask("PATCH", personPath(id), { body: { ...change } })
  }

  async makePersonLink(id: UserId): Promise<PersonLink> {
    return parsePersonLink(await this.ask("POST", `${personPath(id)}/link`, { body: {} }))
  }
}
