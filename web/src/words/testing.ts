/** Before every test: both languages are there, so that a test may switch at once. */
import { languages } from "./language"
import { loadWords } from "./words"

await Promise.all(languages.map(({ id }) => loadWords(id)))
