"""An account goes while its person has a notebook open."""

import json

from playwright.sync_api import expect

from tab import Tab, sign_in


def test_a_deleted_person_is_told_and_takes_along_what_the_page_holds(new_context, person):
    guest = person.admit("gone@example.org", "Gwen")
    context = new_context(accept_downloads=True)
    sign_in(context, guest)
    tab = Tab(context.new_page(), guest, guest.create())
    tab.write("x = 'kept'", 0)
    tab.saved()
    (entry,) = [each for each in person.request("GET", "/api/people").json()["people"] if each["email"] == guest.email]
    assert person.request("DELETE", f"/api/people/{entry['id']}").status_code == 202
    page = tab.page
    expect(page.get_by_role("heading", name="Your account was deleted")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download this notebook").click()
    notebook = json.loads(download.value.path().read_text())
    assert [cell["source"] for cell in notebook["cells"]] == ["x = 'kept'"]
    page.get_by_role("button", name="To the sign-in page").click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('colibri.unsent'))") == []


def test_a_disabled_person_is_told_so(new_context, person):
    guest = person.admit("disabled@example.org", "Dora")
    context = new_context()
    sign_in(context, guest)
    tab = Tab(context.new_page(), guest, guest.create())
    (entry,) = [each for each in person.request("GET", "/api/people").json()["people"] if each["email"] == guest.email]
    assert person.request("PATCH", f"/api/people/{entry['id']}", json={"disabled": True}).status_code == 200
    expect(tab.page.get_by_text("disabled", exact=False).first).to_be_visible()
    expect(tab.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
