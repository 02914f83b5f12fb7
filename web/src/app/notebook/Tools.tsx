import type { JSX } from "react"
import { isWorking } from "../../model/notebook_state"
import { Button, IconButton } from "../../ui/Button"
import { t } from "../../words/words"
import { ConnectButton } from "./ConnectButton"
import { useNotebook, useSession } from "./context"
import { CommandMenu } from "./registry/CommandMenu"
import { runMenu } from "./registry/menus"

/** Below the menus: what is wanted all the time. */
export function Tools(): JSX.Element {
  const { session, commands, frame } = useNotebook()
  const writable = useSession(session, (view) => view.writable && view.state !== null)
  const loaded = useSession(session, (view) => view.state !== null)
  const working = useSession(session, (view) => isWorking(view.state, view.inUse))
  const online = useSession(session, (view) => view.connection.kind === "online")
  return (
    <div className="n-tools" role="toolbar" aria-label={t("notebook.tools")}>
      <div className="n-tools-left">
        <Button variant="plain" size="small" icon="commands" className="n-tools-commands" onPress={() => frame.show("palette")}>
          {t("tool.commands")}
        </Button>
        <span className="n-tools-line n-tools-commands" />
        <Button variant="plain" size="small" icon="add" isDisabled={!writable}
          aria-label={t("tool.add_code")} onPress={() => commands.insertBelowFocus("code")}>
          {t("tool.code")}
        </Button>
        <Button variant="plain" size="small" icon="add" isDisabled={!writable}
          aria-label={t("tool.add_text")} onPress={() => commands.insertBelowFocus("markdown")}>
          {t("tool.text")}
        </Button>
        <span className="n-tools-line" />
        <span className="n-tools-pair">
          <Button variant="plain" size="small" icon="run_all" className="n-tools-run" aria-label={t("menu.run_all")} isDisabled={!loaded}
            onPress={() => commands.runAll()}>{t("menu.run_all")}</Button>
          <CommandMenu label={t("tool.run_more")} items={runMenu}
            trigger={<IconButton icon="chevron_down" size={16} label={t("tool.run_more")} isDisabled={!loaded} />} />
        </span>
        {working && (
          <Button variant="plain" size="small" icon="stop" isDisabled={!online}
            onPress={() => session.interrupt()}>{t("menu.interrupt")}</Button>
        )}
      </div>
      <span className="n-tools-space" />
      <ConnectButton />
    </div>
  )
}
