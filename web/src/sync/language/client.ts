/**
 * The Python language server in its worker. It holds one notebook, as one document whose place it gives names of its own; it
 * knows nothing of cells. Large: loaded when somebody begins to write.
 */
import { LSPClient, Workspace, type Transport } from "@codemirror/lsp-client"
import type { TextChange } from "../../model/virtual_document"
import { asObject, isObject, parseJson, type Json, type JsonObject } from "../../wire/json"
import { documentUri, notebookFolder as folder, notebookUri } from "./document_uri"

export interface ServerWorker {
  postMessage(message: JsonObject): void
  terminate(): void
  onmessage: ((event: MessageEvent<unknown>) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
}

/** What a request waits at most; the first waits for the server to have started. */
const patienceMs = 60_000

/** What IPython puts beside Python's own names. */
const ipythonNames = `from typing import Any
def display(*objects: Any, include: Any = None, exclude: Any = None, metadata: Any = None, transient: Any = None,
    display_id: Any = None, raw: bool = False, clear: bool = False, **kwargs: Any) -> Any: ...
def get_ipython() -> Any: ...
In: list[str]
Out: dict[int, Any]
_: Any
__: Any
___: Any
`

/** Names are looked for in what is there; packages of a runtime are not. */
const settings = {
  typeshedPath: "/typeshed", pythonVersion: "3.12", pythonPlatform: "Linux", typeCheckingMode: "basic",
  reportMissingImports: "none", reportMissingModuleSource: "none", reportRedeclaration: "none", reportUnusedExpression: "none",
  reportUnusedCoroutine: "none", reportSelfClsParameterName: "none", reportIndexIssue: "warning", reportOptionalMemberAccess: "warning",
  reportOptionalSubscript: "warning", reportOptionalOperand: "warning", reportOptionalIterable: "warning", reportOptionalCall: "warning",
  reportAttributeAccessIssue: "warning", reportArgumentType: "warning", reportAssignmentType: "warning", reportReturnType: "warning",
  reportOperatorIssue: "warning", reportGeneralTypeIssues: "warning", reportPossiblyUnboundVariable: "none", reportTypedDictNotRequiredAccess: "warning",
}

const capabilities = {
  textDocument: {
    completion: { completionItem: { snippetSupport: false, resolveSupport: { properties: ["documentation", "detail"] } } },
    rename: { prepareSupport: true },
  },
}

/** The notebook's document is told as a notebook's, which this workspace knows nothing of. */
class NoFiles extends Workspace {
  override files = []
  override syncFiles = (): [] => []
  override openFile = (): void => undefined
  override closeFile = (): void => undefined
}

export class LanguageClient {
  private readonly client: LSPClient
  private version = 0

  /** `locale` as "zh-cn"; `broke` is told once, when the worker is of no use any more. */
  constructor(private readonly worker: ServerWorker, locale: string, broke: () => void) {
    worker.onerror = broke
    this.client = new LSPClient({
      rootUri: `file://${folder}`, timeout: patienceMs,
      workspace: (client) => new NoFiles(client),
      initializationOptions: {
        files: {
          [`${folder}/pyrightconfig.json`]: JSON.stringify(settings), [`${folder}/__builtins__.pyi`]: ipythonNames,
        },
      },
      notificationHandlers: { "window/logMessage": () => true, "window/showMessage": () => true },
      extensions: [{ clientCapabilities: capabilities }],
    })
    this.client.connect(overWorker(worker, locale))
    this.client.notification("workspace/didChangeConfiguration", {
      settings: { python: {}, basedpyright: { analysis: { autoImportCompletions: false, useLibraryCodeForTypes: false } } },
    })
  }

  open(text: string): void {
    this.version = 1
    this.client.notification("notebookDocument/didOpen", {
      notebookDocument: {
        uri: notebookUri, notebookType: "jupyter-notebook", version: 1, cells: [{ kind: 2, document: documentUri }],
      },
      cellTextDocuments: [{ uri: documentUri, languageId: "python", version: 1, text }],
    })
  }

  change(change: TextChange): void {
    this.version += 1
    this.client.notification("notebookDocument/didChange", {
      notebookDocument: { uri: notebookUri, version: this.version },
      change: { cells: { textContent: [{ document: { uri: documentUri, version: this.version }, changes: [change] }] } },
    })
  }

  /** Rejects when the server refuses or is too late. */
  ask(method: string, params: JsonObject): Promise<Json> {
    return this.client.request<JsonObject, Json>(method, params)
  }

  close(): void {
    this.client.disconnect()
    this.worker.terminate()
  }
}

function overWorker(worker: ServerWorker, locale: string): Transport {
  const handlers = new Set<(message: string) => void>()
  worker.onmessage = ({ data }) => {
    // Besides the protocol the server says that it would like another worker.
    if (typeof data !== "object" || data === null || !("jsonrpc" in data)) return
    const message = JSON.stringify(data)
    for (const handler of handlers) handler(message)
  }
  return {
    send: (text) => {
      const message = asObject(parseJson(text), "a message")
      const { params } = message
      if (message.method !== "initialize" || !isObject(params)) return worker.postMessage(message)
      // What the client library does not say.
      const workspaceFolders = [{ uri: `file://${folder}`, name: "notebook" }]
      worker.postMessage({ ...message, params: { ...params, locale, workspaceFolders } })
    },
    subscribe: (handler) => handlers.add(handler),
    unsubscribe: (handler) => handlers.delete(handler),
  }
}
