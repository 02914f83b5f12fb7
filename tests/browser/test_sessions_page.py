"""Terminals, sessions, meters over time and runtime logs, as a person uses them."""

import os
import re

import pytest
from playwright.sync_api import expect

from tab import Tab, sign_in


def choose(tab, item, menu="Runtime"):
    tab.page.get_by_role("navigation").get_by_role("button", name=menu, exact=True).click()
    tab.page.get_by_role("menuitem", name=item).click()


def picture(page, name):
    """For a person to look at, when they say where."""
    if folder := os.environ.get("COLIBRI_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


@pytest.fixture(scope="module")
def connected(browser, person):
    """A notebook with a runtime, in one tab of this module."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    context.set_default_timeout(20_000)
    sign_in(context, person)
    tab = Tab(context.new_page(), person, person.create())
    tab.run("1 + 1")
    yield tab
    context.close()
    person.end_runtime(tab.notebook)


@pytest.fixture
def dock(connected):
    pane = connected.page.get_by_role("region", name="Terminal", exact=True)
    if pane.count() == 0:
        connected.page.get_by_role("contentinfo").get_by_role("button", name="Terminal").click()
    expect(pane.get_by_role("tab").first).to_be_visible()
    return pane


def rows(dock):
    return dock.locator(".t-screen:visible .xterm-rows")


def command(tab, dock, text):
    expect(rows(dock)).to_contain_text("#")  # The prompt.
    dock.locator(".t-screen:visible").click()
    tab.page.keyboard.press("Control+u")  # Whatever was begun there.
    tab.page.keyboard.type(text)
    tab.page.keyboard.press("Enter")


def test_a_terminal_runs_commands_beside_the_notebook(connected, dock):
    command(connected, dock, "echo $((6*7)); pwd; stty size")
    expect(rows(dock)).to_contain_text("42")
    expect(rows(dock)).to_contain_text("/content")
    expect(rows(dock)).to_contain_text(re.compile(r"\d+ 1\d\d"))
    command(connected, dock, "printf '\\033]0;a program\\007\\033[31mred \\033[1;34mblue\\033[0m plain\\n'; ls --color /")
    expect(rows(dock)).to_contain_text("red blue plain")
    picture(connected.page, "terminal")


def test_the_keyboard_goes_there_and_back(connected, dock):
    connected.cell(0).locator(".cm-content").click()
    expect(connected.editor(0)).to_be_focused()
    dock.locator(".t-screen:visible").click()
    expect(dock.locator(".xterm-helper-textarea:focus")).to_have_count(1)
    before = connected.page.locator("[data-cell]").count()
    connected.page.keyboard.press("Control+m")  # Means nothing to the notebook here.
    connected.page.keyboard.press("b")
    assert connected.page.locator("[data-cell]").count() == before
    connected.page.keyboard.press("Control+Shift+ArrowUp")
    expect(dock.locator(".xterm-helper-textarea:focus")).to_have_count(0)
    connected.page.keyboard.press("Control+m")
    connected.page.keyboard.press("b")
    expect(connected.page.locator("[data-cell]")).to_have_count(before + 1)


def test_several_have_tabs_and_a_reload_finds_them(connected, dock):
    command(connected, dock, "echo kept''-by-the-runtime")
    dock.get_by_role("button", name="New terminal").click()
    expect(dock.get_by_role("tab")).to_have_count(2)
    command(connected, dock, "export SECOND=yes")
    dock.get_by_role("button", name="Rename the terminal").click()
    dialog = connected.page.get_by_role("dialog", name="Rename the terminal")
    dialog.get_by_role("textbox").fill("Training")
    connected.page.keyboard.press("Enter")
    expect(dock.get_by_role("tab", name="Training")).to_be_visible()
    connected.page.reload()
    expect(dock.get_by_role("tab")).to_have_count(2)  # The pane is remembered, and what runs there with the runtime.
    expect(rows(dock)).to_contain_text("kept-by-the-runtime")
    dock.get_by_role("tab", name="Training").click()
    command(connected, dock, "echo is it $SECOND")
    expect(rows(dock)).to_contain_text("is it yes")
    dock.get_by_role("button", name="End this terminal").click()
    expect(dock.get_by_role("tab")).to_have_count(1)
    command(connected, dock, "exit")
    expect(dock.get_by_text("This terminal has ended.")).to_be_visible()
    dock.get_by_role("button", name="Hide the terminals").click()
    expect(dock).to_have_count(0)


def test_a_flood_leaves_the_page_usable(connected, dock):
    if dock.get_by_text("This terminal has ended.").count():
        dock.get_by_role("button", name="New terminal").click()
    command(connected, dock, "yes flooding")
    expect(rows(dock)).to_contain_text("flooding")
    connected.run("'the page', 'lives'")
    expect(connected.outputs()).to_contain_text("('the page', 'lives')")
    dock.locator(".t-screen:visible").click()
    connected.page.keyboard.press("Control+c")
    expect(rows(dock)).to_contain_text("^C", timeout=30_000)
    command(connected, dock, "echo calm''-again")
    expect(rows(dock)).to_contain_text("calm-again")


def test_resources_are_drawn_over_time_also_after_a_reload(connected):
    choose(connected, "View resources")
    pane = connected.page.get_by_role("complementary", name="Resources")
    expect(pane.get_by_role("region", name=re.compile("RAM over time: now .+ of .+"))).to_be_visible()
    expect(pane.locator("canvas")).to_have_count(3)
    expect(pane).to_contain_text("python3")
    expect(pane).to_contain_text("Time left")
    picture(connected.page, "resources")
    connected.page.reload()
    expect(connected.main).to_be_visible()
    choose(connected, "View resources")
    expect(pane.locator("canvas")).to_have_count(3)
    pane.get_by_role("button", name="Close").click()
    expect(pane).to_have_count(0)


def test_runtime_logs_are_shown(connected):
    connected.run("import os; os.write(2, b'ERROR: out of the kernel\\n'); None")
    choose(connected, "View runtime logs")
    window = connected.page.get_by_role("dialog", name="Runtime logs")
    expect(window.get_by_role("row", name=re.compile("ERROR: out of the kernel"))).to_be_visible()
    expect(window.get_by_role("row", name=re.compile("linked to the server"))).to_be_visible()
    window.get_by_text("Warnings and errors only").click()
    expect(window.get_by_role("row", name=re.compile("linked to the server"))).to_have_count(0)
    picture(connected.page, "logs")
    connected.page.keyboard.press("Escape")


def test_sessions_are_managed_from_the_list_too(connected, person, context):
    other = Tab(context.new_page(), person, person.create())
    other.run("2 + 2")
    page = other.page
    page.goto(f"{person.url}/")
    page.get_by_role("button", name=re.compile("Account of")).click()
    page.get_by_role("menuitem", name="Manage sessions").click()
    window = page.get_by_role("dialog", name="Manage sessions")
    expect(window.get_by_role("listitem")).to_have_count(2)
    expect(window.get_by_role("listitem").first).to_contain_text("Last ran")
    picture(page, "sessions")
    title = page.request.get(f"{person.url}/api/notebooks").json()["notebooks"]
    name = next(n["title"] for n in title if n["id"] == other.notebook)
    window.get_by_role("button", name=f"Terminate the session of {name}", exact=True).click()
    confirm = page.get_by_role("alertdialog", name="Terminate this session?")
    expect(confirm).to_contain_text("/content")
    confirm.get_by_role("button", name="Terminate").click()
    expect(window.get_by_role("listitem")).to_have_count(1, timeout=30_000)  # Followed without a reload.
    expect(connected.page.get_by_role("button", name=re.compile("Connected"))).to_be_visible()
    page.keyboard.press("Escape")  # The button that had the focus is gone, and the window hears it all the same.
    expect(window).to_have_count(0)


def test_a_crash_is_told_with_a_way_to_the_logs(connected):
    connected.add_code("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    connected.page.keyboard.press("Control+Enter")
    note = connected.page.get_by_text("Your session crashed for an unknown reason")
    expect(note).to_be_visible(timeout=30_000)
    picture(connected.page, "crash")
    connected.page.get_by_role("region", name="Messages").get_by_role("button", name="View runtime logs").click()
    window = connected.page.get_by_role("dialog", name="Runtime logs")
    expect(window.get_by_role("row", name=re.compile("Warning"))).not_to_have_count(0)
    connected.page.keyboard.press("Escape")
    expect(window).to_have_count(0)


def test_chinese_and_dark(connected, dock):
    """Nothing is left in English, and the terminal is dark where the page is."""
    page = connected.page
    page.evaluate("localStorage.setItem('colibri.language', 'zh-CN'); localStorage.setItem('colibri.theme', 'dark')")
    page.reload()
    pane = page.get_by_role("region", name="终端", exact=True)
    screen = pane.locator(".t-screen:visible .xterm-rows")
    expect(screen).to_contain_text("#", timeout=20_000)
    ground = page.locator(".t-screen .xterm-viewport, .t-screen .xterm-scrollable-element").first.evaluate(
        "e => getComputedStyle(e).backgroundColor")
    assert ground != "rgb(255, 255, 255)"
    page.get_by_role("navigation").get_by_role("button", name="运行时", exact=True).click()
    page.get_by_role("menuitem", name="查看资源").click()
    expect(page.get_by_role("complementary", name="资源")).to_contain_text("剩余时间")
    expect(page.locator(".r-pane canvas")).to_have_count(3)
    picture(page, "dark_zh")
    page.evaluate("localStorage.removeItem('colibri.language'); localStorage.removeItem('colibri.theme')")
