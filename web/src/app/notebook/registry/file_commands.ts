import { asMarkdown, asPython } from "../../../model/as_script"
import { languageOf, type NotebookState } from "../../../model/notebook_state"
import { fileUrl } from "../../../sync/http"
import { t } from "../../../words/words"
import { showToast } from "../../../ui/toast"
import { orToast } from "../../errors"
import { navigate } from "../../router"
import { listHref, notebookHref } from "../../routes"
import { importAll } from "../../uploads"
import type { OpenNotebook } from "../context"
import { editorOptions } from "../editor_options"
import type * as ExportCommands from "../export/export_commands"
import { format } from "../language/late_format"
import { saveFile } from "../save_file"
import { copyToDrive } from "../sharing/copies"
import { keeps, loaded, type PageCommand } from "./page_command"

/** Asks for files, and opens the first of them. */
function upload({ api }: OpenNotebook): void {
  const field = document.createElement("input")
  field.type = "file"
  field.accept = ".ipynb"
  field.onchange = () => {
    void importAll(api, Array.from(field.files ?? [])).then(([first]) => {
      if (first !== undefined) navigate(notebookHref(first))
    })
  }
  field.click()
}

/** Gives the browser a file made of the notebook as it is here. */
function save({ session }: OpenNotebook, ending: string, type: string, make: (state: NotebookState) => string): void {
  const { state, title } = session.view
  if (state) saveFile(title, ending, type, make(state))
}

const exporting = (): Promise<typeof ExportCommands> => import("../export/export_commands")

async function toTrash({ api, id, session }: OpenNotebook): Promise<void> {
  await orToast(api.removeNotebook(id).then(() => {
    showToast({ text: t("notebook.trashed", { title: session.view.title }) })
    navigate(listHref)
  }))
}

const isOwner = (view: { readonly role: string; readonly playground: boolean }): boolean =>
  view.role === "owner" && !view.playground

/** All is saved by itself; what is done on the occasion is the person's to choose. */
function saveNow(page: OpenNotebook): void {
  const { cell } = page.focus.view
  if (editorOptions().formatOnSave && cell !== null) void format(page, page.commands.chosenWith(cell), "silently")
  page.commands.execute("save")
}

export const fileCommands = {
  open: { words: "menu.open", icon: "notebook", keys: ["Mod+O"], act: ({ frame }) => frame.show("open") },
  all: { words: "menu.all_notebooks", icon: "folder", act: () => navigate(listHref) },
  new: {
    words: "menu.new", icon: "add",
    act: ({ api }) => void orToast(api.createNotebook().then((made) => navigate(notebookHref(made)))),
  },
  upload: { words: "menu.upload", icon: "upload", act: upload },
  playground: {
    words: "menu.playground", icon: "play", may: ({ view }) => view.state !== null && !view.playground,
    act: ({ tryOut }) => void tryOut({}),
  },
  rename: { words: "menu.rename", icon: "edit", may: keeps, act: ({ frame }) => frame.rename() },
  trash: {
    words: "menu.trash", icon: "trash", danger: true, may: (now) => loaded(now) && isOwner(now.view),
    act: (page) => void toTrash(page),
  },
  copy: { words: "menu.copy", icon: "copy", act: ({ api, id }) => void copyToDrive(api, id) },
  copy_gist: { words: "menu.copy_gist", icon: "code", may: loaded, act: ({ frame }) => frame.show("copy_gist") },
  copy_github: { words: "menu.copy_github", icon: "code", may: loaded, act: ({ frame }) => frame.show("copy_github") },
  save: { words: "menu.save", icon: "save", keys: ["Mod+S"], may: loaded, act: saveNow },
  pin: { words: "menu.pin", icon: "pin", keys: ["Mod+M S"], may: keeps, act: ({ frame }) => frame.show("pin") },
  revisions: { words: "menu.revisions", icon: "restore", may: keeps, act: ({ frame }) => frame.show("revisions") },
  info: { words: "menu.info", icon: "info", may: loaded, act: ({ frame }) => frame.show("info") },
  download: {
    words: "menu.download", icon: "download", href: ({ id }) => fileUrl(id),
    act: ({ id }) => {
      const link = document.createElement("a")
      link.href = fileUrl(id)
      link.click()
    },
  },
  download_python: {
    words: "menu.download_python", icon: "download",
    may: ({ view }) => view.state !== null && languageOf(view.state).startsWith("python"),
    act: (page) => save(page, ".py", "text/x-python", asPython),
  },
  download_markdown: {
    words: "menu.download_markdown", icon: "download", may: loaded,
    act: (page) => save(page, ".md", "text/markdown", (state) => asMarkdown(state, languageOf(state))),
  },
  download_html: {
    words: "menu.download_html", icon: "download", may: loaded,
    act: (page) => void orToast(exporting().then(({ saveHtml }) => saveHtml(page))),
  },
  download_pdf: {
    words: "menu.download_pdf", icon: "download", may: loaded,
    act: (page) => void orToast(exporting().then(({ printNotebook }) => printNotebook(page, true))),
  },
  print: {
    words: "menu.print", icon: "print", keys: ["Mod+P"], may: loaded,
    act: (page) => void orToast(exporting().then(({ printNotebook }) => printNotebook(page, false))),
  },
} as const satisfies Readonly<Record<string, PageCommand>>
