/** The fuzz as one file for Node, with the page's own code in it. */
import { fileURLToPath } from "node:url"
import { defineConfig } from "vite"

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

export default defineConfig({
  root: path("."),
  logLevel: "warn",
  ssr: { noExternal: true },
  build: {
    ssr: path("main.ts"), outDir: path("../../build/fuzz"), emptyOutDir: true, target: "node18",
    rollupOptions: {
      output: {
        entryFileNames: "fuzz.mjs",
        // The page's words ask for the browser's language as soon as they are loaded.
        banner: 'globalThis.navigator ??= { languages: ["en"] }',
      },
    },
  },
})
