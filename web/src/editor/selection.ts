/**
 * How a selection is shown. A lone cursor is the browser's own: a drawn one is measured and laid out anew after each key, in a frame
 * of its own, which costs as much as all else that a key does. What the browser cannot show is drawn.
 */
import { Compartment, EditorState, type EditorSelection, type Extension } from "@codemirror/state"
import { drawSelection } from "@codemirror/view"

/** More than one place; or a range, so that one still sees it when the keyboard is elsewhere. */
const isBeyondBrowser = ({ main, ranges }: EditorSelection): boolean => ranges.length > 1 || !main.empty

/** With `always`, also a lone cursor is drawn: the browser shows none where nothing can be typed. */
export function shownSelection(always: boolean): Extension {
  if (always) return drawSelection()
  const slot = new Compartment()
  const none: Extension = []
  const drawn = drawSelection()
  return [slot.of(none), EditorState.transactionExtender.of(({ startState, newSelection }) => {
    const wanted = isBeyondBrowser(newSelection) ? drawn : none
    return slot.get(startState) === wanted ? null : { effects: slot.reconfigure(wanted) }
  })]
}
