"""From the link that the server prints to an account of one's own."""

import pytest
from playwright.sync_api import expect

from tab import sign_in


def open_link(context, link):
    page = context.new_page()
    page.goto(link)
    return page


@pytest.fixture
def server(make_server):
    return make_server().start()


def test_the_link_signs_in_once_and_the_account_is_set_up(server, new_context):
    link = f"{server.url}/#signin={server.token}"
    page = open_link(new_context(), link)
    dialog = page.get_by_role("dialog", name="Set up your account")
    expect(dialog).to_be_visible()
    assert "signin" not in page.url

    dialog.get_by_label("Name").fill("Ada")
    dialog.get_by_label("E-mail").fill("ada@example.org")
    dialog.get_by_label("New password").fill("short")
    dialog.get_by_label("Repeat the password").fill("short")
    dialog.get_by_role("button", name="Save and go on").click()
    expect(dialog.get_by_text("characters, please.")).to_be_visible()
    for field in ("New password", "Repeat the password"):
        dialog.get_by_label(field).fill("a good long sentence")
    dialog.get_by_role("button", name="Save and go on").click()
    expect(dialog).to_be_hidden()

    page.get_by_role("button", name="Account of Ada").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Password", exact=True).fill("a wrong sentence")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("E-mail or password is wrong.")).to_be_visible()
    page.get_by_label("Password", exact=True).fill("a good long sentence")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Recent", exact=True)).to_be_visible()

    again = open_link(new_context(), link)
    expect(again.get_by_text("This sign-in link was used already or is too old.")).to_be_visible()


def test_nothing_is_shown_to_nobody(server, new_context):
    notebook = server.sign_in().create()
    page = open_link(new_context(), f"{server.url}/notebooks/{notebook}")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    for path in ("/api/me", "/api/notebooks", f"/api/notebooks/{notebook}/file"):
        assert page.request.get(server.url + path).status == 401, path


def test_the_page_speaks_chinese(shared_server, person, new_context):
    context = new_context(locale="zh-CN")
    page = open_link(context, shared_server.url)
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    sign_in(context, person)
    page.reload()
    page.get_by_role("button", name="新建笔记本").click()
    expect(page.get_by_role("button", name="连接")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
