/** The notebook page's own words. */
export const notebookEn = {} as const
