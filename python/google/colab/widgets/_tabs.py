"""Tabs of which one is seen."""
import contextlib
from html import escape

from google.colab.errors import WidgetException
from google.colab.output import _areas
from google.colab.widgets._places import Places

DIRECTIONS = {"top": "column", "bottom": "column-reverse", "start": "row", "end": "row-reverse"}
STYLE = """<style>
.colibri-tabs { display: flex; gap: 8px; }
.colibri-tabs > [role=tablist] { display: flex; flex-wrap: wrap; gap: 2px; border: 0 solid color-mix(in srgb, currentColor 25%, transparent); }
.colibri-tabs [role=tab] { padding: 6px 14px; border: 0; border-bottom: 2px solid transparent; background: none; color: inherit; font: inherit; cursor: pointer; }
.colibri-tabs [role=tab][aria-selected=true] { border-color: #1a73e8; font-weight: 600; }
.colibri-tabs > :last-child { flex: 1; min-width: 0; }
</style>"""
SCRIPT = """<script>(() => {
  const root = document.getElementById(%r);
  const tabs = [...root.firstElementChild.children], panels = [...root.lastElementChild.children];
  root.select = (chosen) => tabs.forEach((tab, at) => {
    tab.setAttribute("aria-selected", at === chosen);
    tab.tabIndex = at === chosen ? 0 : -1;
    panels[at].hidden = at !== chosen;
  });
  tabs.forEach((tab, at) => {
    tab.onclick = () => root.select(at);
    tab.onkeydown = ({ key }) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
      if (step === undefined) return;
      const next = (at + step + tabs.length) %% tabs.length;
      root.select(next);
      tabs[next].focus();
    };
  });
  root.select(0);
})()</script>"""


class TabBar(Places):
    """Tabs by these names. `location` of their names: top, bottom, start or end."""

    def __init__(self, tab_names, location="top"):
        super().__init__()
        self.tab_names = [str(name) for name in tab_names]
        if not self.tab_names:
            raise WidgetException("A tab bar has at least one tab.")
        if location not in DIRECTIONS:
            raise WidgetException(f"The location of tabs is one of {', '.join(DIRECTIONS)}.")
        self.selected = 0
        along = "column" if location in ("start", "end") else "row"
        tabs = "".join(f'<button type="button" role="tab" id="{self.part(f"tab-{at}")}" aria-controls="{self.part(at)}">{escape(name)}</button>'
                       for at, name in enumerate(self.tab_names))
        panels = "".join(f'<div role="tabpanel" id="{self.part(at)}" aria-labelledby="{self.part(f"tab-{at}")}"></div>'
                         for at in range(len(self.tab_names)))
        self.publish(f'{STYLE}<div id="{self.id}" class="colibri-tabs" style="flex-direction: {DIRECTIONS[location]}">'
                     f'<div role="tablist" style="flex-direction: {along}">{tabs}</div><div>{panels}</div></div>{SCRIPT % self.id}')

    @contextlib.contextmanager
    def output_to(self, tab, select=True):
        """What is put out meanwhile goes into this tab: its place, from 0, or its name. `select` brings it to the front."""
        place = self.place(tab)
        if select and place != self.selected:
            self.select(place)
        with self.inside(place):
            yield

    def select(self, place):
        from IPython.display import Javascript, display
        choice = self.part("choice")
        _areas.clear(output_tags=choice)
        with self.layer(place, choice):
            display(Javascript(f'document.getElementById("{self.id}").select({place})'))
        self.selected = place

    def clear_tab(self, tab=None):
        """Empties a tab; without one, that which output goes to now."""
        self.clear(None if tab is None else self.place(tab))

    def place(self, tab):
        if isinstance(tab, str):
            if tab in self.tab_names:
                return self.tab_names.index(tab)
        elif 0 <= tab < len(self.tab_names):
            return int(tab)
        raise WidgetException(f"There is no tab {tab!r}.")

    def __iter__(self):
        """The places of the tabs; output goes to each in its turn."""
        for place in range(len(self.tab_names)):
            with self.output_to(place, select=False):
                yield place
