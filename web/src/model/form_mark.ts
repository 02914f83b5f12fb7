/** Whether a source may have a form; cheap, and alone in its file for the page's first script. Pure. */
const marks = /#[ \t]*@(?:title|param|markdown)\b/

export const mayHaveForm = (source: string): boolean => marks.test(source)
