import "../../output/output.css"
import "./notebook.css"
import "./cell.css"
import "./layout/frame.css"
import { useContext, useEffect, useMemo, useRef, useState, type JSX } from "react"
import { CommentDrafts, tabStorage } from "../../sync/comment_drafts"
import type { Api } from "../../sync/http"
import { OwnSettingsApi } from "../../sync/own_settings_api"
import type { NotebookSession } from "../../sync/session"
import { AccountContext } from "../../ui/account_actions"
import { Button } from "../../ui/Button"
import { Spinner } from "../../ui/Spinner"
import { showToast } from "../../ui/toast"
import type { Me } from "../../wire/api"
import type { NotebookId } from "../../wire/ids"
import { t, tn } from "../../words/words"
import { orToast } from "../errors"
import { useLate } from "../late"
import { followSettings } from "../own_settings"
import { rememberedHere, rememberHere } from "../remembered"
import { standIn, useUnveiling } from "../unveil"
import { AskedSlot } from "./AskedSlot"
import { AskedSlots } from "./asked_slots"
import { CellClipboard } from "./cell_clipboard"
import { CellList } from "./CellList"
import { NotebookComments } from "./comments/comments"
import { WithComments } from "./comments/WithComments"
import { NotebookCommands } from "./commands"
import { NotebookContext, useFrame, useNotebook, useSession, type OpenNotebook } from "./context"
import { OpenFiles } from "./files/open_files"
import { NotebookFocus } from "./focus"
import { Following } from "./follow"
import { Frame } from "./layout/frame"
import { FrameWindows } from "./layout/FrameWindows"
import { SecretGrants } from "./secrets/SecretGrants"
import { DriveGrants } from "./drive/DriveGrants"
import { Head } from "./layout/Head"
import { Rail } from "./layout/Rail"
import { isPane } from "./layout/rail_panes"
import { StatusBar } from "./layout/StatusBar"
import { Header } from "./Header"
import { linkedCell, useCellLink } from "./cell_link"
import { makeLocalRuntime, useLocalRuntime } from "../runtime/local"
import { NotebookHelp } from "./help/help"
import { answersHelp } from "./language/help_query"
import { LateLanguage } from "./language/late_language"
import { NotebookProblems } from "./language/problems"
import { useLeaseNotices } from "./lease_notices"
import { PlaceBanner } from "./sharing/PlaceBanner"
import { answerScripts } from "./output_asks"
import { NotebookFinding, showMatch } from "./panes/finding"
import { openPlayground, takeWaiting, type Plan } from "./sharing/playgrounds"
import { useRoleNotices } from "./sharing/role_notices"
import { NotebookKeys } from "./NotebookKeys"
import { useProgramAsks } from "./program_asks"
import { useScratchAsk } from "./scratch/scratch_ask"
import { ScratchCells } from "./scratch/scratch_cells"
import { NotebookSections } from "./sections"
import { useTrust } from "./sharing/trust"
import { FollowNote } from "./People"
import { isTabKind } from "./tabs/tab_kinds"
import { PageTabs } from "./tabs/tabs"
import { TabSide } from "./tabs/TabSides"
import { useTelling } from "./telling"
import { useMeterNotices } from "./RuntimeMeters"
import { RuntimeStrips } from "./runtime_parts"
import { RuntimePanels } from "./runtime_panels"
import { RuntimeWindows } from "./runtime_windows"
import { Tools } from "./Tools"
import { useTurnNotices } from "./turn_notices"

interface NotebookPageProps {
  readonly api: Api
  readonly user: Me["user"]
  readonly id: NotebookId
  readonly session: NotebookSession
}

export function NotebookPage(props: NotebookPageProps): JSX.Element {
  const { api, session, id, user } = props
  const actions = useContext(AccountContext)
  const account = useRef(actions)
  useEffect(() => {
    account.current = actions
  }, [actions])
  const { beforeRun, dialog } = useTrust(api, id, session)
  const whole = useUnveiling(useSession(session, (view) => view.state !== null))
  const notebook = useMemo<OpenNotebook>(() => {
    const tryOut = (plan: Plan): Promise<void> => orToast(openPlayground(api, id, plan))
    const focus = new NotebookFocus()
    const language = new LateLanguage(session)
    const frame = new Frame(isPane)
    const tabs = pageTabs(id)
    const help = new NotebookHelp(id, tabs)
    const scratch = new ScratchCells(session.scratch, tabs)
    const sections = new NotebookSections(session)
    const finding = new NotebookFinding(session, (match) => {
      sections.reveal(match.cell)
      showMatch(session, match)
    })
    const comments = new NotebookComments(session, focus, {
      drafts: new CommentDrafts(tabStorage(), user.id, id),
      addressees: async () => {
        const { owner, people } = await api.sharing.access(id)
        return [owner, ...people.map(({ person }) => person)]
      },
    })
    const commands = new NotebookCommands(session, focus, {
      comment: (cell) => comments.begin(cell),
      cellsDeleted: (count, undo) => showToast({
        text: tn("cells.deleted", count), action: { label: t("action.undo"), onPress: undo },
      }),
      notUndone: ({ kind }) => showToast({
        text: t(kind === "merge" ? "undo.merge_impossible" : "undo.impossible"), level: "warning",
      }),
      runsElsewhere: (name) => showToast({ text: t("cell.runs_elsewhere", { name }) }),
      confirmRestart: () => frame.show("restart"),
      mayNotRun: (cells) => void tryOut({ run: cells }),
      mayNotEdit: (cell) => void tryOut({ edit: cell }),
      beforeRun,
      pins: () => frame.show("pin"),
      isHidden: sections.isHidden,
      showsHelp: (cell) => answersHelp(session, help, cell),
      runPart: (cell, code) => scratch.runPart(cell, code),
      savesByItself: () => showToast({ text: t("save.automatic"), timeoutMs: 3000 }),
    })
    return {
      id, session, focus, commands, comments, frame, tabs, scratch, finding, sections, api, account,
      clipboard: new CellClipboard(session, focus, commands), files: new OpenFiles(tabs), asked: new AskedSlots(),
      follow: new Following(session), windows: new RuntimeWindows(), tryOut,
      local: makeLocalRuntime(api, user.id, id, session), help, language, problems: new NotebookProblems(session, language),
    }
  }, [api, id, session, user.id, beforeRun])
  useEffect(() => answerScripts(session), [session])
  const title = useSession(session, (view) => view.title)
  useEffect(() => {
    document.title = title === "" ? t("app.name") : `${title} – ${t("app.name")}`
  }, [title])
  useTurnNotices(session)
  useOwnSettings(api)
  useLeaseNotices(session, notebook.windows)
  useLocalRuntime(notebook.local, session)
  useEffect(() => () => notebook.language.stop(), [notebook])
  useMeterNotices(session)
  useRoleNotices(session)
  useTelling(notebook)
  useWaitingPlan(notebook)
  useCellLink(notebook)
  useSlidesLink(notebook)
  useScratchAsk(notebook)
  useProgramAsks(notebook)

  return (
    <NotebookContext value={notebook}>
      <NotebookKeys>
        {whole ? (
          <Head>
            <Header api={api} user={props.user} />
            <Tools />
            <OfflineBanner />
            <PlaceBanner api={api} />
            <RuntimeStrips api={api} />
            <FollowNote />
          </Head>
        ) : <StandIn drawn=".n-head" />}
        <div className="n-frame">
          {whole ? <Rail /> : <StandIn drawn=".n-rail, .n-pane" />}
          <Content />
          {whole && <TabSide side="right" />}
        </div>
        {whole && <TabSide side="bottom" />}
        {whole && <StatusBar />}
      </NotebookKeys>
      {whole && (
        <>
          <FrameWindows api={api} />
          <SecretGrants />
          <AskedSlot place={null} />
          <DriveGrants />
          {dialog}
          <RuntimePanels api={api} />
        </>
      )}
    </NotebookContext>
  )
}

/** Until the page has its own: what the first script drew there. */
function StandIn({ drawn }: { readonly drawn: string }): JSX.Element {
  return <div className="a-stand-in" aria-hidden="true" ref={(place) => standIn(place, drawn)} />
}

/** `#slideshowMode=true` in the address, as Colab writes it. */
function useSlidesLink({ session, frame }: OpenNotebook): void {
  const ready = useSession(session, (view) => view.state !== null)
  useEffect(() => {
    const asked = new URLSearchParams(location.hash.replace(/^#/, "")).get("slideshowMode") === "true"
    if (ready && asked) frame.showSlides({ from: linkedCell(location.hash) })
  }, [ready, frame])
}

/** After what the notebook itself needs. */
function useOwnSettings(api: Api): void {
  useEffect(() => {
    const timer = setTimeout(() => void followSettings(api.part(OwnSettingsApi)), 800)
    return () => clearTimeout(timer)
  }, [api])
}

/** Of this browser's tab: a reload finds them. */
function pageTabs(id: NotebookId): PageTabs {
  const key = `colibri.tabs.${id}`
  return new PageTabs({ load: () => rememberedHere(key), save: (text) => rememberHere(key, text) }, isTabKind)
}

/** A playground that was opened to do something does it. */
function useWaitingPlan({ id, session, commands, focus }: OpenNotebook): void {
  const ready = useSession(session, (view) => view.state !== null && view.playground && view.connection.kind === "online")
  useEffect(() => {
    if (!ready) return
    const { run = [], edit } = takeWaiting(id)
    if (edit !== undefined) focus.move(edit, "edit")
    commands.run(run)
  }, [ready, id, commands, focus])
}

function Content(): JSX.Element {
  const { session, frame } = useNotebook()
  const loaded = useSession(session, (view) => view.state !== null)
  const slides = useFrame((view) => view.slides)
  const part = useLate(slides !== null, () => import("./slideshow/Slideshow"), () => frame.showSlides(null))
  if (loaded && slides && part) return <part.Slideshow from={slides.from} />
  if (loaded) return <WithComments><CellList /></WithComments>
  return (
    <div className="n-opening"><Spinner size={28} label={t("notebook.loading")} /></div>
  )
}

/** After a moment only: a blink of the network is nobody's concern. */
function OfflineBanner(): JSX.Element | null {
  const { session } = useNotebook()
  const offline = useSession(session, (view) => view.connection.kind !== "online")
  const [told, setTold] = useState(false)
  useEffect(() => {
    if (!offline) {
      setTold(false)
      return
    }
    const timer = setTimeout(() => setTold(true), 2500)
    return () => clearTimeout(timer)
  }, [offline])
  if (!offline || !told) return null
  return (
    <div className="n-banner" role="status">
      <span>{t("session.offline")}</span>
      <Button variant="plain" size="small" onPress={() => session.start()}>
        {t("session.retry_now")}
      </Button>
    </div>
  )
}
