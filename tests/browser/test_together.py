"""Two people in one notebook, each in a browser of their own."""

import re

import pytest
from playwright.sync_api import expect

from tab import Tab, sign_in


@pytest.fixture
def two(new_context, person):
    """Two tabs on one notebook that know of each other."""
    notebook = person.create()
    tabs = []
    for _ in range(2):
        context = new_context()
        sign_in(context, person)
        tabs.append(Tab(context.new_page(), person, notebook))
    yield tabs
    person.end_runtime(notebook)


def text_of(tab, index=0):
    return "\n".join(line.inner_text().rstrip("\n") for line in tab.cell(index).locator(".cm-line").all())


def same_text(*tabs, index=0, having=()):
    """Until all show the same text, with these words in it."""
    first, *others = tabs
    for word in having:
        expect(first.editor(index)).to_contain_text(word)
    for other in others:
        expect(other.editor(index)).to_have_text(re.compile(re.escape(first.editor(index).inner_text()).replace("\\\n", "\\s*")),
                                                 use_inner_text=True)
    assert len({text_of(tab, index) for tab in tabs}) == 1
    return text_of(first, index)


def chord(page, key):
    page.keyboard.press("Control+m")
    page.keyboard.press(key)


def caret(tab, index=0):
    return tab.cell(index).locator(".cm-person-caret")


def test_cursors_of_others_are_seen_and_follow_what_they_type(two):
    ann, bob = two
    ann.write("one\ntwo\nthree", 0)
    ann.page.keyboard.press("Control+Home")
    expect(caret(bob)).to_have_count(1)
    bob.page.wait_for_function("""() => {
      const top = (of) => document.querySelector(of)?.getBoundingClientRect().top ?? NaN
      return Math.abs(top(".cm-person-caret") - top(".cm-line")) < 10
    }""")  # It was at the end of the text before.
    before = caret(bob).bounding_box()
    ann.page.keyboard.type("zero ")
    expect(bob.editor(0)).to_contain_text("zero one")
    expect(bob.page.locator(".cm-person-name")).to_have_text("Owner")
    assert caret(bob).bounding_box()["x"] > before["x"] + 20
    expect(bob.page.locator(".cm-person-name")).to_have_count(0)  # A name does not stay.
    caret(bob).locator(".cm-person-knob").hover()
    expect(bob.page.locator(".cm-person-name")).to_have_text("Owner")
    ann.page.keyboard.press("Shift+ArrowDown")
    expect(bob.cell(0).locator(".cm-person-selection").first).to_be_visible()
    expect(bob.cell(0).get_by_text("Owner is editing")).to_be_visible()
    ann.page.keyboard.press("ArrowLeft")
    ann.page.keyboard.press("Escape")
    expect(caret(bob)).to_have_count(0)
    ann.page.close()
    expect(bob.page.locator(".n-others")).to_have_count(0)


def test_two_type_into_one_cell_at_once(two):
    ann, bob = two
    ann.write("start\nend", 0)
    expect(bob.editor(0)).to_contain_text("end")
    ann.editor(0).click()
    ann.page.keyboard.press("Control+Home")
    bob.editor(0).click()
    bob.page.keyboard.press("Control+End")
    for i in range(20):
        ann.page.keyboard.type(f"a{i} ")
        bob.page.keyboard.type(f" b{i}")
    text = same_text(ann, bob, having=["a19", "b19"])
    assert text == "".join(f"a{i} " for i in range(20)) + "start\nend" + "".join(f" b{i}" for i in range(20))
    # Each takes back only their own.
    for _ in range(30):
        ann.page.keyboard.press("Control+z")
        if "a0" not in text_of(ann):
            break
    assert text_of(ann) == "start\nend" + "".join(f" b{i}" for i in range(20))
    same_text(ann, bob)


def test_a_cell_is_split_and_merged_while_the_other_types_into_it(two):
    ann, bob = two
    ann.write("first\nsecond", 0)
    ann.page.keyboard.press("Home")
    expect(bob.editor(0)).to_contain_text("second")
    bob.editor(0).click()
    bob.page.keyboard.press("Control+Home")
    bob.page.keyboard.type("# 1 ")
    chord(ann.page, "-")
    bob.page.keyboard.type("2 ")
    for tab in two:
        expect(tab.page.locator("[data-cell]")).to_have_count(2)
    bob.page.keyboard.type("3 ")
    assert same_text(ann, bob, having=["# 1 2 3 first"]) == "# 1 2 3 first"
    assert same_text(ann, bob, index=1) == "second"
    chord(ann.page, "z")
    bob.page.keyboard.type("4 ")
    for tab in two:
        expect(tab.page.locator("[data-cell]")).to_have_count(1)
    assert same_text(ann, bob, having=["# 1 2 3 4 first"]) == "# 1 2 3 4 first\nsecond"


def test_what_is_typed_into_a_cell_that_goes_meanwhile_is_offered(two):
    ann, bob = two
    ann.write("shared", 0)
    expect(bob.editor(0)).to_contain_text("shared")
    bob.page.context.set_offline(True)
    bob.editor(0).click()
    bob.page.keyboard.press("Control+End")
    bob.page.keyboard.type(" and mine")
    ann.page.keyboard.press("Escape")
    chord(ann.page, "d")
    expect(ann.page.locator("[data-cell]")).to_have_count(0)
    bob.page.context.set_offline(False)
    offered = bob.page.get_by_role("alert")
    expect(offered).to_contain_text("shared and mine")
    offered.get_by_role("button", name="Insert as a new cell").click()
    for tab in two:
        expect(tab.editor(0)).to_have_text("shared and mine")
    expect(offered).to_have_count(0)


def test_offline_typing_is_merged_at_return(two):
    ann, bob = two
    ann.write("middle", 0)
    expect(bob.editor(0)).to_contain_text("middle")
    bob.page.context.set_offline(True)
    bob.editor(0).click()
    bob.page.keyboard.press("Control+Home")
    bob.page.keyboard.type("offline ")
    ann.editor(0).click()
    ann.page.keyboard.press("Control+End")
    ann.page.keyboard.type(" online")
    bob.page.context.set_offline(False)
    assert same_text(ann, bob, having=["offline", "online"]) == "offline middle online"
    expect(bob.page.get_by_text("trying to reach the server again")).to_have_count(0)


def test_what_a_crashed_tab_had_not_sent_comes_back(two):
    ann, bob = two
    ann.write("kept", 0)
    expect(bob.editor(0)).to_contain_text("kept")
    ann.page.context.set_offline(True)
    ann.editor(0).click()
    ann.page.keyboard.press("Control+End")
    ann.page.keyboard.type(" and unsent")
    expect(ann.page.get_by_text("trying to reach the server again")).to_be_visible(timeout=10_000)
    ann.page.close()  # Without the question whether to leave.
    bob.editor(0).click()
    bob.page.keyboard.press("Control+Home")
    bob.page.keyboard.type("others ")
    ann.page.context.set_offline(False)
    again = Tab(ann.page.context.new_page(), ann.person, ann.notebook)
    assert same_text(again, bob, having=["others kept and unsent"]) == "others kept and unsent"
    assert again.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('colibri.unsent')).length") == 0


def test_a_killed_server_loses_nothing_of_two(make_server, new_context):
    server = make_server().start()
    person = server.sign_in()
    notebook = person.create()
    tabs = []
    for _ in range(2):
        context = new_context()
        sign_in(context, person)
        tabs.append(Tab(context.new_page(), person, notebook))
    ann, bob = tabs
    ann.write("middle", 0)
    expect(bob.editor(0)).to_contain_text("middle")
    ann.page.keyboard.press("Control+Home")
    bob.editor(0).click()
    bob.page.keyboard.press("Control+End")
    for i in range(12):
        ann.page.keyboard.type(f"a{i} ")
        bob.page.keyboard.type(f" b{i}")
        if i == 4:
            server.kill()
        if i == 8:
            server.start()
    expected = "".join(f"a{i} " for i in range(12)) + "middle" + "".join(f" b{i}" for i in range(12))
    expect(ann.editor(0)).to_have_text(expected, timeout=20_000)
    expect(bob.editor(0)).to_have_text(expected, timeout=20_000)
    for tab in tabs:
        expect(tab.page.get_by_role("alert")).to_have_count(0)
        tab.saved()
