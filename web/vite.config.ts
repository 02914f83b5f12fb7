/// <reference types="node" />
import react from "@vitejs/plugin-react"
import { fileURLToPath } from "node:url"
import type { Plugin } from "vite"
import { defineConfig } from "vitest/config"
import { ariaWords, firstPieces, firstVisit } from "./first_visit"
import { frameLibraries } from "./frame_libraries"
import { languageServer } from "./language_server"

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

export default defineConfig({
  plugins: [
    react(), frameLibraries(), languageServer(), classicFrameScript(), modernFontsOnly(), ariaWords(), firstVisit(),
  ],
  build: {
    target,
    // Nothing inline: the page's content policy allows files of its own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      input: { index: path("index.html"), frame: path("frame.html") },
      output: { manualChunks: firstPieces() },
    },
  },
  server: {
    proxy: { "/api": { target: "http://127.0.0.1:8080", ws: true } },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/words/testing.ts"],
    restoreMocks: true,
    testTimeout: 30_000,
  },
})
