"""The pane of variables: told after each run, without a user's repr()."""

from playwright.sync_api import expect


def test_variables_are_told_after_each_run_and_run_none_of_the_users_code(tab):
    page = tab.page
    tab.run("""class Trap:
    def __repr__(self): raise SystemExit('a repr ran')
    __str__ = __len__ = __iter__ = __getattr__ = __bool__ = __repr__
class Words(str):
    __repr__ = Trap.__repr__
trap, words, deep = Trap(), Words('x'), [[[[[1]]]]]
numbers = list(range(100)); text = 'y' * 1000; _hidden = 1
import pandas as pd
frame = pd.DataFrame({'a': range(70), 'b': 'z'})""")
    page.get_by_role("button", name="Variables").click()
    pane = page.get_by_role("complementary", name="Variables")

    def row(name):
        return pane.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))

    expect(row("numbers")).to_have_text("numberslist100[0, 1, 2, 3, 4, …]")
    expect(row("trap")).to_have_text("trapTrap<Trap>")
    expect(row("words")).to_have_text("wordsWords<Words>")
    expect(row("deep")).to_have_text("deeplist1[[[[…]]]]")
    expect(row("text")).to_contain_text("'" + "y" * 40 + "'…")
    expect(pane.get_by_role("rowheader")).to_have_count(6)  # Neither classes, modules nor hidden names.
    tab.run("numbers = 7\nlater = {'k': (1,)}")
    expect(row("numbers")).to_have_text("numbersint7")
    expect(row("later")).to_have_text("laterdict1{'k': (1,)}")
    pane.get_by_role("searchbox", name="Filter variables").fill("frame")
    expect(pane.get_by_role("rowheader")).to_have_count(1)
    pane.get_by_role("button", name="frame").click()
    expect(page.get_by_role("dialog", name="frame").get_by_role("status")).to_have_text("70 rows")
