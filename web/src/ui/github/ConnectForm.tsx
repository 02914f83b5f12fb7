import "./github.css"
import { useState, type JSX } from "react"
import { Form } from "react-aria-components"
import { tg } from "../../words/github_words"
import { FormError, useSubmit } from "../account/forms"
import { Button } from "../Button"
import { TextField } from "../TextField"

interface ConnectFormProps {
  /** Where people look at GitHub. */
  readonly web: string
  /** The server has an app there, by which one is connected without a token of one's own. */
  readonly oauth: boolean
  /** Resolves to null when it is connected, else to the words that say why not. */
  readonly onToken: (token: string) => Promise<string | null>
  /** Leaves the page. */
  readonly onSignIn: () => Promise<void>
}

/** How one is connected to GitHub. */
export function ConnectForm({ web, oauth, onToken, onSignIn }: ConnectFormProps): JSX.Element {
  const [token, setToken] = useState("")
  const { pending, refused, onSubmit } = useSubmit(() => token.trim() === "" ? null : () => onToken(token.trim()))
  const making = `${web}/settings/tokens/new?scopes=repo,gist&description=Colibri`
  return (
    <Form className="c-form g-connect" validationBehavior="aria" onSubmit={onSubmit}>
      <p className="c-hint">{tg("connect.text")}</p>
      {oauth && (
        <>
          <div><Button variant="primary" icon="connect" onPress={() => void onSignIn()}>{tg("connect.sign_in")}</Button></div>
          <p className="c-hint">{tg("connect.or")}</p>
        </>
      )}
      <TextField label={tg("connect.token")} type="password" value={token} onChange={setToken} autoComplete="off"
        description={tg("connect.token_hint")} maxLength={1000} />
      {refused !== null && <FormError>{refused}</FormError>}
      <div className="c-form-row">
        <a className="g-link" href={making} target="_blank" rel="noreferrer">{tg("connect.make")}</a>
        <Button variant={oauth ? "quiet" : "primary"} type="submit" pending={pending} isDisabled={token.trim() === ""}>
          {tg("connect.connect")}
        </Button>
      </div>
    </Form>
  )
}
