/** The words of what programs ask: they come with the part of the page that shows it. */
export const askedEn = {
  "asked.title": "Files for a program",
  "asked.several_text": "The program waits for files to put into {where}. You can drop them here too.",
  "asked.one_text": "The program waits for a file to put at {where}. You can drop it here too.",
  "asked.several": "Choose files",
  "asked.one": "Choose a file",
  "asked.cancel": "Cancel upload",
} as const
