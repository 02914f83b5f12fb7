/// <reference types="node" />
/**
 * The Python language server as one script of a worker: basedpyright with the stubs of the standard library and of the
 * packages that notebooks use, which `virtual:language-server` tells the address of. Stubs of what nobody imports in a
 * notebook would be half of it.
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { build, type Plugin } from "vite"

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** The third-party stubs that stay, by the names of their distributions. */
const kept: ReadonlySet<string> = new Set([
  "Markdown", "PyMySQL", "PyYAML", "Pygments", "aiofiles",
  "boltons", "cachetools", "cffi", "colorama", "dateparser", "decorator", "defusedxml", "docker",
  "editdistance", "geopandas", "greenlet", "grpcio", "html5lib", "httplib2", "icalendar",
  "jsonschema", "mock", "networkx", "openpyxl", "pexpect",
  "protobuf", "psutil", "psycopg2", "pyserial", "python-dateutil", "pytz", "pycocotools", "qrcode", "regex",   "requests", "resampy", "seaborn", "setuptools", "shapely", "simplejson", "six",
  "tabulate", "tensorflow", "toml", "tqdm", "xlrd", "xmltodict", "yt-dlp", "zstd",
])

const stub = /([{,])"\/typeshed\/stubs\/([^/"]+)\/[^"]*":(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)(?=[,}])/gs

function withoutUnusedStubs(script: string): string {
  let dropped = 0
  const rest = script.replace(stub, (whole, before: string, name: string) => {
    if (kept.has(name)) return whole
    dropped += 1
    // The first of an object leaves its brace; the comma behind it then stands alone.
    return before === "{" ? "{" : ""
  }).replace(/\{,(?="\/typeshed)/g, "{")
  if (dropped < 1_000) throw new Error("the language server's stubs are not where they were")
  return rest
}

/** What is ours in the worker, in front of nothing: it runs behind the server's own script. */
async function boot(): Promise<string> {
  const built = await build({
    configFile: false, logLevel: "warn",
    build: {
      target: "es2022", write: false, modulePreload: false,
      rollupOptions: { input: path("src/language/boot.ts"), output: { format: "iife" } },
    },
  })
  const outputs = Array.isArray(built) ? built : [built]
  const [only] = outputs.flatMap((each) => "output" in each ? each.output : []).filter((file) => file.type === "chunk")
  if (!only) throw new Error("the language server's start is missing")
  return only.code
}

const id = "virtual:language-server"
const resolved = `\0${id}`

export function languageServer(): Plugin {
  let building = false
  return {
    name: "colibri-language-server",
    configResolved: ({ command }) => {
      building = command === "build"
    },
    resolveId: (name) => name === id ? resolved : null,
    async load(name) {
      if (name !== resolved) return null
      // Without a build nothing is emitted: the tests of single parts start no worker.
      if (!building) return 'export const languageServerUrl = ""'
      const script = readFileSync(path("node_modules/browser-basedpyright/dist/pyright.worker.js"), "utf8")
        .replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n")
      const source = `${withoutUnusedStubs(script)};${await boot()}`
      const file = this.emitFile({ type: "asset", name: "language-server.js", source })
      return `export const languageServerUrl = import.meta.ROLLUP_FILE_URL_${file}`
    },
  }
}
