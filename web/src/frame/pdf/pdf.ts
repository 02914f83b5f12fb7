/**
 * Draws a PDF inside the sandboxed frame, page by page as each comes near: a document is somebody's, and may mean harm.
 * The library's worker runs right here; the frame's policy lets it start none, and reach nothing.
 */
import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy } from "pdfjs-dist"
import * as worker from "pdfjs-dist/build/pdf.worker.mjs"

declare global {
  // What the library looks for before it would start a worker.
  var pdfjsWorker: unknown
}

const mostPages = 2000
const widest = 1400

globalThis.pdfjsWorker = worker
GlobalWorkerOptions.workerSrc = "none"

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at)
  return bytes
}

async function drawPage(document_: PDFDocumentProxy, number: number, place: HTMLElement): Promise<void> {
  const page = await document_.getPage(number)
  const { width } = page.getViewport({ scale: 1 })
  const scale = Math.min(widest, place.clientWidth || 600) / width
  const viewport = page.getViewport({ scale: scale * Math.min(2, devicePixelRatio || 1) })
  const canvas = document.createElement("canvas")
  canvas.width = Math.floor(viewport.width)
  canvas.height = Math.floor(viewport.height)
  canvas.style.cssText = "display:block;width:100%;background:#fff"
  place.replaceChildren(canvas)
  place.style.height = ""
  const canvasContext = canvas.getContext("2d")
  if (canvasContext) await page.render({ canvasContext, viewport }).promise
  place.dataset["drawn"] = "yes"
}

async function show(place: HTMLElement, base64: string, label: string): Promise<void> {
  const task = getDocument({ data: bytesOf(base64), isEvalSupported: false, disableFontFace: false, useWorkerFetch: false })
  const document_ = await task.promise
  const first = (await document_.getPage(1)).getViewport({ scale: 1 })
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue
      near.unobserve(target)
      void drawPage(document_, Number(target.dataset["page"]), target)
    }
  }, { rootMargin: "400px" })
  for (let number = 1; number <= Math.min(mostPages, document_.numPages); number += 1) {
    const page = document.createElement("div")
    page.dataset["page"] = String(number)
    page.setAttribute("role", "img")
    page.setAttribute("aria-label", label.replace("{page}", String(number)).replace("{pages}", String(document_.numPages)))
    page.style.cssText = `margin:0 auto 12px;max-width:${widest}px;box-shadow:0 0 3px #0006;background:#fff`
    place.append(page)
    page.style.height = `${Math.round(page.clientWidth * first.height / first.width)}px`
    near.observe(page)
  }
}

Object.assign(globalThis, { colibriPdf: show })
