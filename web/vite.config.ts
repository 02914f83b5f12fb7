/// <reference types="node" />
import react from "@vitejs/plugin-react"
import { fileURLToPath } from "node:url"
import { build, type Plugin } from "vite"
import { defineConfig } from "vitest/config"
import { frameLibraries } from "./frame_libraries"

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const target = "es2022"

/**
 * The output frame has an opaque origin, where a module script would need CORS. So its one script is
 * loaded as a classic one, which is right only while it neither imports nor exports anything.
 */
function classicFrameScript(): Plugin {
  return {
    name: "colibri-classic-frame-script",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "chunk" || !file.isEntry || file.name !== "frame") continue
        if (file.imports.length + file.dynamicImports.length + file.exports.length > 0) {
          this.error("the frame's script must be one piece without imports")
        }
      }
      const page = bundle["frame.html"]
      if (page?.type !== "asset" || typeof page.source !== "string") return
      page.source = page.source
        .replace(/<script type="module" crossorigin/g, "<script defer")
        .replace(/<link rel="stylesheet" crossorigin/g, '<link rel="stylesheet"')
    },
  }
}

/** Every browser that runs this page reads woff2: the fonts' older forms are left out. */
function modernFontsOnly(): Plugin {
  return {
    name: "colibri-modern-fonts-only",
    enforce: "pre",
    transform: (code, id) => /katex[^/]*\.css/.test(id)
      ? code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\(["'][a-z]+["']\)/g, "") : null,
  }
}

/**
 * The first script is a classic one, which runs as soon as it is there, before the large ones are looked
 * at. It is a build of its own: a chunk shared with them would have to be waited for.
 */
async function firstScript(): Promise<string> {
  const built = await build({
    configFile: false, logLevel: "warn",
    build: {
      target, write: false, modulePreload: false,
      rollupOptions: { input: path("src/app/early.ts"), output: { format: "iife" } },
    },
  })
  const outputs = Array.isArray(built) ? built : [built]
  const chunks = outputs.flatMap((each) => "output" in each ? each.output : []).filter((file) => file.type === "chunk")
  const [only] = chunks
  if (!only || chunks.length > 1) throw new Error("the first script must be one piece")
  return only.code
}

/**
 * The editor is asked for with the page and not by it: it comes at once for a notebook, and is there
 * when one is opened from the list.
 */
function besidePage(): Plugin {
  return {
    name: "colibri-beside-page",
    apply: "build",
    enforce: "post",
    async generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk")
      const editor = chunks.find((file) => file.name === "NotebookRoute")
      const page = bundle["index.html"]
      if (!editor || page?.type !== "asset" || typeof page.source !== "string") {
        return this.error("the page has no editor")
      }
      const first = this.getFileName(this.emitFile({ type: "asset", name: "early.js", source: await firstScript() }))
      const script = `    <script src="/${first}"></script>\n`
      const styles = [...editor.viteMetadata?.importedCss ?? []]
        .map((file) => `    <link rel="stylesheet" crossorigin href="/${file}">\n`)
      const link = `    <link rel="modulepreload" crossorigin href="/${editor.fileName}">\n`
      page.source = page.source
        .replace(/^ *<script/m, (tag) => script + tag)
        .replace("  </head>", `${styles.join("")}${link}  </head>`)
    },
  }
}

export default defineConfig({
  plugins: [react(), frameLibraries(), classicFrameScript(), modernFontsOnly(), besidePage()],
  build: {
    target,
    // Nothing inline: the page's content policy allows files of its own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rollupOptions: { input: { index: path("index.html"), frame: path("frame.html") } },
  },
  server: {
    proxy: { "/api": { target: "http://127.0.0.1:8080", ws: true } },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    testTimeout: 30_000,
  },
})
