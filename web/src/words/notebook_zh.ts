import type { notebookEn } from "./notebook_en"

/** The notebook page's own words. */
export const notebookZh: Record<keyof typeof notebookEn, string> = {}
