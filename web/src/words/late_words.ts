/** Words of a part of the page that comes when it is wanted: they come with it, in every language. */
import { language, type Language } from "./language"
import { fill, type Values } from "./words"

/** Says the words of `tables` as `t` says those of the page. */
export function lateWords<Key extends string>(
  tables: Readonly<Record<Language, Readonly<Record<Key, string>>>>,
): (key: Key, values?: Values) => string {
  return (key, values) => fill(tables[language()][key], values)
}
