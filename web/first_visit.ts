/// <reference types="node" />
/**
 * What a browser that has never been here fetches before the first cell can be typed in: what is asked for beside
 * the page and not by it, and how much all of it may weigh.
 */
import { fileURLToPath } from "node:url"
import { brotliCompressSync } from "node:zlib"
import { build, type Plugin, type Rollup } from "vite"

/** Of compressed scripts, in KB. The build fails above it: what is not needed at first comes later. */
const mostKb = 400

type Chunk = Rollup.OutputChunk
type Bundle = Rollup.OutputBundle

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const chunksOf = (bundle: Bundle): readonly Chunk[] => Object.values(bundle).filter((file) => file.type === "chunk")

/** The chunk that holds a source file which is loaded when it is wanted. */
function partOf(bundle: Bundle, source: string): Chunk {
  const part = chunksOf(bundle).find(({ moduleIds }) => moduleIds.includes(path(source)))
  if (!part) throw new Error(`the page has no part ${source}`)
  return part
}

/** `chunk` and all that it cannot run without. */
function withImports(bundle: Bundle, chunk: Chunk, found = new Set<Chunk>()): Set<Chunk> {
  if (found.has(chunk)) return found
  found.add(chunk)
  for (const name of chunk.imports) {
    const next = bundle[name]
    if (next?.type === "chunk") withImports(bundle, next, found)
  }
  return found
}

/**
 * The first script is a classic one, which runs as soon as it is there, before the large ones are looked
 * at. It is a build of its own: a chunk shared with them would have to be waited for.
 */
async function firstScript(ahead: unknown): Promise<string> {
  const built = await build({
    configFile: false, logLevel: "warn",
    define: { colibriAhead: JSON.stringify(ahead) },
    build: {
      target: "es2022", write: false, modulePreload: false,
      rollupOptions: { input: path("src/app/early.ts"), output: { format: "iife" } },
    },
  })
  const outputs = Array.isArray(built) ? built : [built]
  const chunks = outputs.flatMap((each) => "output" in each ? each.output : []).filter((file) => file.type === "chunk")
  const [only] = chunks
  if (!only || chunks.length > 1) throw new Error("the first script must be one piece")
  return only.code
}

const kb = (pieces: readonly string[]): number =>
  pieces.reduce((sum, code) => sum + brotliCompressSync(code).length, 0) / 1e3

/** The words of each language, by where `spokenIn` of words.ts gets them. */
const words = { en: "src/words/english.ts", "zh-CN": "src/words/chinese.ts" }

/**
 * The editor is asked for with the page and not by it: it comes at once for a notebook, and is there when one is
 * opened from the list. The words of the one language that is spoken, and the list, are asked for by the first script.
 */
export function firstVisit(): Plugin {
  let say = (_words: string): void => undefined
  return {
    name: "colibri-first-visit",
    apply: "build",
    enforce: "post",
    configResolved: ({ logger }) => {
      say = (words) => logger.info(words)
    },
    async generateBundle(_options, bundle) {
      const page = bundle["index.html"]
      if (page?.type !== "asset" || typeof page.source !== "string") return this.error("there is no page")
      const own = withImports(bundle, partOf(bundle, "src/app/main.tsx"))
      const beside = (chunk: Chunk): readonly Chunk[] => [...withImports(bundle, chunk)].filter((each) => !own.has(each))
      const editor = beside(partOf(bundle, "src/app/NotebookRoute.tsx"))
      const list = beside(partOf(bundle, "src/app/drive/DriveRoute.tsx"))
      const spoken = Object.entries(words).map(([language, source]) => [language, partOf(bundle, source)] as const)
      const early = await firstScript({
        words: Object.fromEntries(spoken.map(([language, { fileName }]) => [language, fileName])),
        list: list.filter((chunk) => !editor.includes(chunk)).map(({ fileName }) => fileName),
      })

      const first = this.getFileName(this.emitFile({ type: "asset", name: "early.js", source: early }))
      const styles = new Set(editor.flatMap((chunk) => [...chunk.viteMetadata?.importedCss ?? []]))
      page.source = page.source
        .replace(/^ *<script/m, (tag) => `    <script src="/${first}"></script>\n${tag}`)
        .replace("  </head>", [
          ...[...styles].map((file) => `    <link rel="stylesheet" crossorigin href="/${file}">\n`),
          ...editor.map(({ fileName }) => `    <link rel="modulepreload" crossorigin href="/${fileName}">\n`),
          "  </head>",
        ].join(""))

      const common = kb([early, ...[...own, ...editor].map(({ code }) => code)])
      const sizes = spoken.map(([language, { code }]) => [language, common + kb([code])] as const)
      say(`first visit: ${sizes.map(([language, size]) => `${language} ${size.toFixed(0)} KB`).join(", ")} of ${mostKb}`)
      const over = sizes.filter(([, size]) => size > mostKb)
      if (over.length > 0) {
        this.error(`a first visit takes more than ${mostKb} KB of scripts: ${over.map(([language, size]) =>
          `${language} ${size.toFixed(0)}`).join(", ")}; make what is not needed at first a dynamic import`)
      }
    },
  }
}

type Modules = Parameters<Rollup.GetManualChunk>[1]

/** All that a module cannot run without; with `late`, also what it may load. Nothing that `kept` is true of, and nothing behind it. */
function closure(start: string, { getModuleInfo }: Modules, late: boolean, kept: (id: string) => boolean): ReadonlySet<string> {
  const found = new Set<string>()
  const look = (id: string): void => {
    if (found.has(id) || kept(id)) return
    found.add(id)
    const module = getModuleInfo(id)
    if (!module) return
    module.importedIds.forEach(look)
    if (late) module.dynamicallyImportedIds.forEach(look)
  }
  look(start)
  return found
}

/**
 * The page is two pieces: what all of it needs, and what only an open notebook needs. Left alone, each handful of
 * modules that two parts share would be a file of its own, to be asked for by itself.
 */
export function firstPieces(): Rollup.GetManualChunk {
  const [main, notebook] = [path("src/app/main.tsx"), path("src/app/NotebookRoute.tsx")]
  // The page that compares notebooks needs the editor too, and few come to it.
  const comparison = path("src/app/diff/DiffRoute.tsx")
  let pieces: { readonly page: ReadonlySet<string>; readonly notebook: ReadonlySet<string> } | null = null
  return (id, modules) => {
    pieces ??= (() => {
      const first = closure(main, modules, false, () => false)
      const editor = closure(notebook, modules, false, (each) => first.has(each))
      const elsewhere = closure(main, modules, true, (each) => each === notebook || each === comparison)
      const shared = [...editor].filter((each) => elsewhere.has(each))
      return { page: new Set([...first, ...shared]), notebook: new Set([...editor].filter((each) => !shared.includes(each))) }
    })()
    if (pieces.page.has(id)) return "page"
    return pieces.notebook.has(id) ? "notebook" : null
  }
}

/** react-aria brings its few words in all languages; the page has two, English the one for all others. */
export function ariaWords(): Plugin {
  return {
    name: "colibri-aria-words",
    enforce: "pre",
    load: (id) => /react-(?:aria|stately)[^/]*\/.*\/intl\/.*\/(?!en-US|zh-CN)[a-z]{2}-[A-Z]{2}\.m?js$/.test(id)
      ? "export default undefined" : null,
  }
}
