"""Comments beside the cells: two people with accounts of their own, one of whom owns the notebook."""

import json
import re

import pytest
from playwright.sync_api import expect

from tab import Tab, sign_in


@pytest.fixture(scope="module")
def bob(shared_server, person):
    """Somebody else with an account."""
    person.request("PATCH", "/api/me", json={"name": "Ann", "email": "ann@example.org"})
    return person.admit("bob@example.org", "Bob")


class Commenter(Tab):
    """A tab with the comments beside the cells."""

    @property
    def cards(self):
        return self.page.locator("article[data-card]")

    @property
    def draft(self):
        return self.page.get_by_role("textbox", name="Your comment")

    @property
    def reply(self):
        return self.page.get_by_role("textbox", name="Reply", exact=True)

    @property
    def toggle(self):
        return self.page.locator(".n-comments-button")

    def marked(self, index=0):
        return self.cell(index).locator(".cm-comment")

    def select_line(self, index=0):
        """Selects the first line of a cell."""
        self.editor(index).click()
        self.page.keyboard.press("Control+Home")
        self.page.keyboard.press("Shift+End")

    def comment(self, text):
        """On what is selected, or the cell that has the keyboard."""
        self.page.keyboard.press("Control+Alt+m")
        expect(self.draft).to_be_focused()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".m-card-draft")).to_have_count(0)


@pytest.fixture
def two(new_context, person, bob):
    """The owner's tab on a notebook of two cells, and the tab of somebody who may comment."""
    notebook = person.create()
    person.share(notebook, "bob@example.org", "commenter")
    tabs = []
    for who in (person, bob):
        context = new_context()
        sign_in(context, who)
        tabs.append(Commenter(context.new_page(), who, notebook))
    ann, other = tabs
    ann.write("alpha beta\ngamma", 0)
    ann.add_code("second")
    expect(other.editor(1)).to_have_text("second")
    return tabs


def test_a_comment_on_a_selection_is_answered_and_its_mark_follows_the_text(two):
    ann, bob = two
    ann.select_line(0)
    ann.page.keyboard.press("Control+Alt+m")
    expect(ann.draft).to_be_focused()
    ann.page.keyboard.type("Why so, @b")
    ann.page.get_by_role("option", name="Bob").wait_for()
    ann.page.keyboard.press("Enter")
    ann.page.keyboard.type("? <b>no tag</b>")
    ann.page.keyboard.press("Enter")
    expect(ann.cards).to_have_count(1)
    expect(bob.cards).to_have_count(1)
    expect(bob.cards).to_contain_text("Why so, @bob@example.org ? <b>no tag</b>")
    expect(bob.cards.get_by_role("link", name="@bob@example.org")).to_have_attribute("href", "mailto:bob@example.org")
    expect(bob.cards.locator(".m-quote")).to_have_text("alpha beta")
    expect(bob.marked()).to_have_text("alpha beta")
    expect(bob.page.get_by_text("Ann commented: Why so")).to_be_attached()

    ann.editor(0).click()
    ann.page.keyboard.press("Control+Home")
    ann.page.keyboard.type("before ")
    for _ in range(len("alpha")):
        ann.page.keyboard.press("ArrowRight")
    ann.page.keyboard.type("X")
    for tab in two:
        expect(tab.editor(0)).to_contain_text("before alphaX beta")
        expect(tab.marked()).to_have_text("alphaX beta")
    mark, card = bob.marked().bounding_box(), bob.cards.bounding_box()
    assert abs(mark["y"] - card["y"]) < 30, "the card stands beside what it is about"

    bob.marked().click()
    expect(bob.cards).to_have_class(re.compile("is-selected"))
    bob.reply.fill("Because.")
    bob.reply.press("Enter")
    for tab in two:
        expect(tab.cards).to_contain_text("Because.")
    ann.cards.click()
    expect(ann.marked()).to_have_class(re.compile("cm-comment-selected"))


def test_what_others_say_is_unread_until_it_was_seen(two):
    ann, bob = two
    ann.toggle.click()  # Shown, for there is nothing to show by itself.
    ann.toggle.click()
    bob.cell(0).focus()
    bob.page.locator("[data-cell]").nth(1).hover()
    bob.cell(1).get_by_role("button", name="Add a comment").click()
    bob.page.keyboard.type("Look here")
    bob.page.keyboard.press("Control+Enter")
    expect(ann.toggle).to_have_attribute("aria-label", "Show comments · 1 unread comment")
    expect(ann.cards).to_have_count(0)
    ann.cell(1).get_by_role("button", name="1 comment thread").click()
    expect(ann.cards).to_have_class(re.compile("is-unread"))
    expect(ann.cards).to_be_focused()
    expect(ann.cards.get_by_role("img", name="Unread")).to_have_count(0)
    expect(ann.toggle).to_have_attribute("aria-label", "Hide comments")
    ann.page.reload()
    expect(ann.cards).to_contain_text("Look here")
    expect(ann.cards).not_to_have_class(re.compile("is-unread"))
    expect(bob.toggle).to_have_attribute("aria-label", "Hide comments"), "one's own are not news"


def test_a_thread_is_resolved_and_opened_again(two):
    ann, bob = two
    bob.select_line(0)
    bob.comment("Done?")
    ann.cards.click()
    ann.cards.get_by_role("button", name="Mark as resolved").click()
    expect(bob.cards).to_contain_text("Resolved by Ann")  # It does not go while he looks at it.
    bob.page.mouse.click(400, 700)
    for tab in two:
        expect(tab.cards).to_have_count(0)
        expect(tab.marked()).to_have_count(0)
    bob.page.get_by_role("button", name="Which comments").click()
    bob.page.get_by_role("menuitem", name="Resolved").click()
    expect(bob.cards).to_contain_text("Resolved by Ann")
    bob.cards.click()
    expect(bob.marked()).to_have_text("alpha beta")
    bob.cards.get_by_role("button", name="Reopen").click()
    expect(ann.cards).to_contain_text("Done?")
    expect(ann.marked()).to_have_text("alpha beta")


def test_what_is_being_written_stays(two):
    ann, _ = two
    ann.select_line(0)
    ann.page.keyboard.press("Control+Alt+m")
    ann.page.keyboard.type("half a th")
    ann.editor(1).click()
    expect(ann.draft).to_have_value("half a th")
    ann.page.reload()
    expect(ann.draft).to_have_value("half a th")
    expect(ann.marked()).to_have_text("alpha beta")
    ann.draft.click()
    ann.page.keyboard.type("ought")
    ann.page.keyboard.press("Escape")
    expect(ann.cell(0)).to_be_focused()
    ann.page.get_by_role("button", name="Comment", exact=True).click()
    expect(ann.cards).to_contain_text("half a thought")
    expect(ann.cards.locator(".m-quote")).to_have_text("alpha beta")


def test_what_is_typed_before_the_comments_have_come_is_in_the_comment(two):
    ann, _ = two
    held = []
    ann.page.route("**/CommentsMargin-*.js", lambda route: held.append(route))
    ann.page.reload()
    expect(ann.page.locator("#first-cells")).to_have_count(0)
    ann.select_line(0)
    ann.page.keyboard.press("Control+Alt+m")
    ann.page.keyboard.type("half a th")
    expect(ann.draft).to_have_value("half a th")
    expect(ann.page.locator(".m-card-draft")).to_have_count(0)
    held[0].continue_()
    expect(ann.page.locator(".m-card-draft")).to_be_visible()
    expect(ann.draft).to_be_focused()
    ann.page.keyboard.type("ought")
    ann.page.keyboard.press("Enter")
    expect(ann.cards).to_contain_text("half a thought")
    expect(ann.cards.locator(".m-quote")).to_have_text("alpha beta")


def test_own_comments_are_changed_and_deleted_and_viewers_only_read(two, person):
    ann, bob = two
    bob.cell(1).focus()
    bob.comment("Frist")
    bob.cards.get_by_role("button", name="More actions").click()
    bob.page.get_by_role("menuitem", name="Edit").click()
    field = bob.page.get_by_role("textbox", name="Change the comment")
    field.fill("First")
    field.press("Enter")
    expect(ann.cards).to_contain_text("First")
    expect(ann.cards).to_contain_text("edited")

    person.share(ann.notebook, "bob@example.org", "viewer")
    expect(bob.reply).to_have_count(0)
    expect(bob.cards.get_by_role("button", name="Mark as resolved")).to_have_count(0)
    bob.cell(0).focus()
    bob.page.keyboard.press("Control+Alt+m")
    expect(bob.page.get_by_role("button", name="Add a comment")).to_have_count(0)
    expect(bob.draft).to_have_count(0)

    ann.cards.click()
    ann.cards.get_by_role("button", name="More actions").click()
    expect(ann.page.get_by_role("menuitem", name="Edit")).to_have_count(0)
    ann.page.get_by_role("menuitem", name="Delete").click()
    ann.page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    for tab in two:
        expect(tab.cards).to_have_count(0)


def test_threads_of_a_deleted_cell_are_still_there(two):
    ann, bob = two
    ann.cell(0).focus()
    ann.comment("First")
    ann.page.keyboard.press("Escape")
    expect(ann.cell(0)).to_be_focused()
    bob.cell(1).focus()
    bob.comment("Second")
    ann.page.keyboard.press("Control+m")
    ann.page.keyboard.press("d")
    expect(ann.page.locator("[data-cell]")).to_have_count(1)
    expect(ann.cards.last).to_contain_text("On a deleted cell")
    expect(ann.cards.last).to_contain_text("First")
    expect(bob.cards.last.get_by_role("button", name="Restore the cell")).to_have_count(0)
    ann.cards.last.get_by_role("button", name="Restore the cell").click()
    expect(ann.page.locator("[data-cell]")).to_have_count(2)
    expect(bob.cards.first).to_contain_text("First")


def test_many_threads_do_not_overlap_and_the_selected_one_is_at_its_place(two):
    ann, _ = two
    for i in range(6):
        ann.cell(i % 2).focus()
        ann.comment(f"remark {i} " + "and so on " * (5 * i))
    ann.page.mouse.click(400, 700)
    expect(ann.cards).to_have_count(6)
    ann.page.wait_for_function("""() => {
      const boxes = [...document.querySelectorAll("[data-card]")].map((card) => card.getBoundingClientRect())
      return boxes.every((box, i) => i === 0 || box.top >= boxes[i - 1].bottom + 5)
    }""")
    ann.page.set_viewport_size({"width": 700, "height": 800})
    expect(ann.page.locator(".m-margin")).to_have_css("position", "fixed")
    for i in range(6):
        expect(ann.cards.filter(has_text=f"remark {i} ")).to_have_count(1)


def test_a_link_leads_to_its_thread(two, new_context, bob):
    ann, other = two
    ann.cell(1).focus()
    ann.comment("Here it is")
    thread = ann.cards.get_attribute("data-card")
    other.page.goto("about:blank")
    other.page.goto(f"{bob.url}/notebooks/{ann.notebook}#comment={thread}")
    expect(other.cards).to_be_focused()
    expect(other.cards).to_have_class(re.compile("is-selected"))
    assert "#" not in other.page.url


def test_a_comment_on_drawn_text_is_marked_there_and_leads_to_its_card(context, person):
    cells = [{"cell_type": "markdown", "id": "m", "metadata": {}, "source": "Of **old oak** and birch"}]
    answer = person.import_file("marked.ipynb", json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    tab = Commenter(context.new_page(), person, answer.json()["id"])
    socket = person.open(tab.notebook, client="t_marks")
    socket.do("start_thread", thread="th", comment="co", cell="m", text="Which?", version=0, anchor={"from": 3, "to": 14})
    expect(tab.cards).to_have_count(1)
    marked = """() => ["comment", "comment-selected"].flatMap((name) => Array.from(CSS.highlights.get(name) ?? [])).map(String)"""
    tab.page.wait_for_function(f"({marked})().length === 1")
    assert tab.page.evaluate(marked) == ["old oak"]
    tab.cell(0).locator("strong").click()
    expect(tab.page.locator("article.is-selected[data-card='th']")).to_be_visible()
    socket.close()
