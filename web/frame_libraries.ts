/// <reference types="node" />
/**
 * The large libraries that draw outputs (plots, widgets), each as one classic script for the sandboxed
 * frame: the page fetches it when an output first needs it, and hands it over. Nothing of them is in
 * the page's own scripts but their addresses, which `virtual:frame-libraries` exports.
 */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { build, type Plugin } from "vite"

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** In the order in which they must run. All of them are whole scripts that set a global each. */
const ready = {
  plotly: ["node_modules/plotly.js-dist-min/plotly.min.js"],
  bokeh: ["bokeh", "bokeh-gl", "bokeh-widgets", "bokeh-tables", "bokeh-mathjax"]
    .map((name) => `node_modules/@bokeh/bokehjs/build/js/${name}.min.js`),
  vega: [
    "node_modules/vega/build/vega.min.js",
    "node_modules/vega-lite/build/vega-lite.min.js",
    "node_modules/vega-embed/build/vega-embed.min.js",
  ],
} satisfies Record<string, readonly string[]>

/** Bundled here: what imports its libraries. */
const ours = { widgets: "src/frame/widgets/widgets.ts", pdf: "src/frame/pdf/pdf.ts" } as const

const id = "virtual:frame-libraries"
const resolved = `\0${id}`

/** One script of all that `entry` imports, styles and fonts too: the frame can ask for nothing more. */
async function bundled(entry: string): Promise<string> {
  const built = await build({
    configFile: false, logLevel: "warn",
    build: {
      target: "es2022", write: false, modulePreload: false, assetsInlineLimit: 10_000_000,
      // The widgets' own modules import some packages and require others.
      commonjsOptions: { transformMixedEsModules: true },
      rollupOptions: { input: path(entry), output: { format: "iife" } },
    },
  })
  const outputs = Array.isArray(built) ? built : [built]
  const chunks = outputs.flatMap((each) => "output" in each ? each.output : []).filter((file) => file.type === "chunk")
  const [only] = chunks
  if (!only || chunks.length > 1) throw new Error(`${entry} must be one piece`)
  return only.code
}

/** A map of a library's sources is not served. */
const withoutMap = (script: string): string => script.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n")

export function frameLibraries(): Plugin {
  let building = false
  return {
    name: "colibri-frame-libraries",
    configResolved: ({ command }) => {
      building = command === "build"
    },
    resolveId: (name) => name === id ? resolved : null,
    async load(name) {
      if (name !== resolved) return null
      const entries = Object.entries(ready).map(([library, files]) => {
        // Without a build nothing is emitted: the tests of single parts draw no plots.
        if (!building) return `${library}: ""`
        const source = files.map((file) => withoutMap(readFileSync(path(file), "utf8"))).join("\n;\n")
        const file = this.emitFile({ type: "asset", name: `frame-${library}.js`, source })
        return `${library}: import.meta.ROLLUP_FILE_URL_${file}`
      })
      for (const [library, entry] of Object.entries(ours)) {
        const file = building && this.emitFile({ type: "asset", name: `frame-${library}.js`, source: await bundled(entry) })
        entries.push(building ? `${library}: import.meta.ROLLUP_FILE_URL_${file}` : `${library}: ""`)
      }
      return `export const libraryUrls = { ${entries.join(", ")} }`
    },
  }
}
