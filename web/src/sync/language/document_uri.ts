/** The names under which a language server knows the notebook. */
export const notebookFolder = "/notebook"
export const notebookUri = `file://${notebookFolder}/notebook.ipynb`
/** All cells as one: all that is asked is about this. */
export const documentUri = `vscode-notebook-cell://${notebookFolder}/notebook.ipynb#cells`
