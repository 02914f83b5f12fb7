"""Sharing as people meet it: the owner's dialog, the lists of who it is shared with, playgrounds, and closed doors."""

import re

import pytest
from playwright.sync_api import expect

from mail_server import MailServer, text_of_mail
from tab import Tab, sign_in


@pytest.fixture(scope="module")
def bob(person):
    return person.admit("bob@example.org", "Bob")


@pytest.fixture
def open_tab(new_context):
    def make(person, notebook, **options):
        context = new_context(**options)
        sign_in(context, person)
        return Tab(context.new_page(), person, notebook)

    return make


@pytest.fixture
def notebook(person):
    made = person.create()
    page = person.open(made, client="t_prepare")
    page.do("push_text", cell=page.order[0], version=0, first=0, changes=[[[0, "print(6 * 7)"]]])
    page.wait_saved()
    page.close()
    return made


def share_dialog(tab):
    tab.page.get_by_role("button", name="Share", exact=True).click()
    dialog = tab.page.get_by_role("dialog", name=re.compile("^Share “"))
    expect(dialog.get_by_role("list", name="People with access")).to_be_visible()
    return dialog


def choose(tab, dialog, button, item):
    dialog.get_by_role("button", name=button).click()
    tab.page.get_by_role("menuitem", name=item).click()


def open_list(tab, view):
    tab.page.goto(tab.person.url)
    tab.page.get_by_role("navigation", name="Places").get_by_role("link", name=view).click()


def test_a_notebook_is_shared_by_the_dialog_and_tried_out_by_a_viewer(person, bob, notebook, open_tab, new_context):
    person.request("PATCH", f"/api/notebooks/{notebook}", json={"title": "Growth of trees"})
    ann = open_tab(person, notebook)
    dialog = share_dialog(ann)
    field = dialog.get_by_label("Add people by e-mail")
    field.fill("bob@example.org")
    field.press("Enter")
    field.press_sequentially("nonsense")
    dialog.get_by_role("button", name="Share", exact=True).click()
    expect(dialog.get_by_text("“nonsense” is not an e-mail address.")).to_be_visible()
    ann.page.keyboard.press("Escape")  # Nothing typed is lost by that.
    expect(dialog.get_by_text("bob@example.org")).to_be_visible()
    field.fill("")
    dialog.get_by_role("button", name="Share", exact=True).click()
    expect(dialog.get_by_text("bob@example.org can open the notebook now.")).to_be_visible()
    expect(dialog.get_by_label("Link to the notebook")).to_have_value(f"{person.url}/notebooks/{notebook}")
    expect(dialog.get_by_role("button", name="What Bob may be: Viewer")).to_be_visible()
    dialog.get_by_role("button", name="Done").click()

    context = new_context()
    sign_in(context, bob)
    page = context.new_page()
    page.goto(person.url)
    page.get_by_role("navigation", name="Places").get_by_role("link", name="Shared with me").click()
    row = page.get_by_role("row", name=re.compile("Growth of trees"))
    expect(row.get_by_role("gridcell", name=person.name)).to_be_visible()
    row.get_by_role("link").click()
    expect(page.get_by_text("You can view this notebook, not change it.")).to_be_visible()
    expect(page.get_by_role("button", name="Add a code cell").first).to_be_disabled()
    page.get_by_role("button", name="Run this cell").click()
    expect(page.get_by_text(f"Nothing here is saved in the notebook of {person.name}")).to_be_visible()
    page.get_by_role("alertdialog").get_by_role("button", name="Run anyway").click()
    tab = Tab.__new__(Tab)
    tab.page, tab.person, tab.notebook = page, bob, page.url.rpartition("/")[2]
    tab.main = page.get_by_role("main", name="Cells")
    tab.ended(0)
    expect(tab.outputs(0)).to_contain_text("42")
    tab.write("print('mine')", 0)
    page.keyboard.press("Control+Enter")  # Asked once is enough.
    expect(tab.outputs(0)).to_contain_text("mine")
    page.get_by_role("button", name="Copy to Drive").click()
    expect(page.get_by_text("This is your own copy: what you do here is saved.")).to_be_visible()
    expect(page.get_by_role("heading", name="Copy of Growth of trees")).to_be_visible()
    expect(tab.editor(0)).to_contain_text("print('mine')")
    expect(ann.editor(0)).to_have_text("print(6 * 7)")
    bob.end_runtime(tab.notebook)


def test_who_may_only_look_and_types_is_in_a_playground(person, bob, notebook, open_tab):
    person.share(notebook, "bob@example.org", "viewer")
    guest = open_tab(bob, notebook)
    guest.editor(0).click()
    guest.page.keyboard.type("x")
    expect(guest.page.get_by_text(f"Nothing here is saved in the notebook of {person.name}")).to_be_visible()
    expect(guest.editor(0)).to_be_focused()
    guest.page.keyboard.press("Control+End")
    guest.page.keyboard.type("  # mine")
    expect(guest.editor(0)).to_have_text("print(6 * 7)  # mine")
    assert person.file(notebook)["cells"][0]["source"] == ["print(6 * 7)"]


def test_a_role_that_changes_holds_at_once_in_the_open_page(person, bob, notebook, open_tab):
    person.share(notebook, "bob@example.org", "editor")
    ann, guest = open_tab(person, notebook), open_tab(bob, notebook)
    guest.write("# of Bob", 0)
    expect(ann.editor(0)).to_have_text("# of Bob")
    dialog = share_dialog(ann)
    choose(ann, dialog, "What Bob may be: Editor", "Commenter")
    expect(guest.page.get_by_text("You can view this notebook and comment on it from now on.")).to_be_visible()
    expect(guest.editor(0)).to_have_attribute("contenteditable", "false")
    choose(ann, dialog, "What Bob may be: Commenter", "Editor")
    expect(guest.page.get_by_text("You can edit this notebook now.")).to_be_visible()
    guest.write("# again", 0)
    expect(ann.editor(0)).to_have_text("# again")
    choose(ann, dialog, "What Bob may be: Editor", "Remove access")
    expect(guest.page.get_by_role("heading", name="You have no access any more")).to_be_visible()
    dialog.get_by_role("button", name="Undo").click()
    expect(dialog.get_by_role("button", name="What Bob may be: Editor")).to_be_visible()


def test_a_link_opens_it_for_everybody_until_it_is_restricted_again(person, bob, notebook, open_tab, new_context):
    person.request("PATCH", f"/api/notebooks/{notebook}", json={"title": "By the link"})
    context = new_context()
    sign_in(context, bob)
    page = context.new_page()
    page.goto(f"{person.url}/notebooks/{notebook}")
    expect(page.get_by_role("heading", name="You need access")).to_be_visible()
    assert person.email not in page.content() and person.name not in page.locator("main").inner_text()
    ann = open_tab(person, notebook)
    dialog = share_dialog(ann)
    choose(ann, dialog, "General access: Restricted", "Anyone with the link")
    choose(ann, dialog, "Whoever has the link may be: Viewer", "Editor")
    expect(dialog.get_by_text("Everybody who has an account here and the link can edit.")).to_be_visible()
    page.reload()
    guest = Tab(page, bob, notebook)
    guest.page.get_by_role("button", name="Add a star").click()
    open_list(guest, "Starred")
    row = page.get_by_role("row", name=re.compile("By the link"))
    expect(row).to_have_count(1)
    row.get_by_role("button", name=re.compile("Remove the star")).click()
    expect(page.get_by_text("No stars yet")).to_be_visible()
    page.goto(f"{person.url}/notebooks/{notebook}")
    expect(guest.main).to_be_visible()
    choose(ann, dialog, "General access: Anyone", "Restricted")
    expect(page.get_by_role("heading", name="You have no access any more")).to_be_visible()
    page.get_by_role("button", name="Back to the list").click()
    page.get_by_role("navigation", name="Places").get_by_role("link", name="Shared with me").click()
    expect(page.locator(".c-list-skeleton")).to_have_count(0)  # The list is there.
    expect(page.get_by_role("row", name=re.compile("By the link"))).to_have_count(0)


def test_an_address_without_account_gets_one_by_the_link_that_is_handed_on(person, notebook, open_tab, new_context):
    ann = open_tab(person, notebook)
    dialog = share_dialog(ann)
    dialog.get_by_label("Add people by e-mail").fill("new@example.org")
    dialog.get_by_role("button", name="Share", exact=True).click()
    link = dialog.get_by_label("Link for new@example.org").input_value()
    expect(dialog.get_by_text("Invited, has no account yet")).to_be_visible()
    page = new_context().new_page()
    page.goto(link)
    page.get_by_label("Name").fill("Nina")
    page.get_by_label("New password").fill("a good long sentence")
    page.get_by_label("Repeat the password").fill("a good long sentence")
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_text("You can view this notebook, not change it.")).to_be_visible()
    assert page.url == f"{person.url}/notebooks/{notebook}"
    expect(dialog.get_by_text("Nina")).to_be_visible()  # The open dialog learns of it by itself.
    expect(dialog.get_by_text("Invited, has no account yet")).to_have_count(0)
    page.goto(link)  # The letter is opened again.
    expect(page.get_by_role("main", name="Cells")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_who_is_signed_out_signs_in_and_is_there(person, notebook, new_context):
    person.admit("cid@example.org", "Cid")
    person.share(notebook, "cid@example.org", "viewer")
    page = new_context().new_page()
    page.goto(f"{person.url}/notebooks/{notebook}")
    expect(page.get_by_text("Sign in to open this notebook.")).to_be_visible()
    page.get_by_label("E-mail").fill("cid@example.org")
    page.get_by_label("Password", exact=True).fill("a good long sentence")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("main", name="Cells")).to_be_visible()


def test_ownership_goes_over_and_access_is_given_up(person, notebook, open_tab):
    heir = person.admit("heir@example.org", "Heir")
    person.share(notebook, "heir@example.org", "viewer")
    ann, guest = open_tab(person, notebook), open_tab(heir, notebook)
    dialog = share_dialog(ann)
    choose(ann, dialog, "What Heir may be", "Transfer ownership")
    ann.page.get_by_role("alertdialog").get_by_role("button", name="Transfer ownership").click()
    expect(guest.page.get_by_text("You are the owner of this notebook now.")).to_be_visible()
    dialog.get_by_role("button", name="Give up my access").click()
    ann.page.get_by_role("alertdialog").get_by_role("button", name="Give up my access").click()
    expect(ann.page.get_by_role("heading", name="Recent", exact=True)).to_be_visible()
    expect(ann.page.get_by_text("You gave up your access")).to_be_visible()
    dialog = share_dialog(guest)
    expect(dialog.get_by_role("listitem")).to_have_count(1)


def test_outputs_are_left_out_of_the_file_when_the_settings_say_so(person, tab):
    tab.run("print('seen')")
    tab.saved()
    tab.page.get_by_role("button", name="Edit", exact=True).click()
    tab.page.get_by_role("menuitem", name="Notebook settings").click()
    dialog = tab.page.get_by_role("dialog", name="Notebook settings")
    dialog.get_by_text("Omit code cell output").click()
    expect(dialog.get_by_role("checkbox")).to_be_checked()
    dialog.get_by_role("button", name="Close").click()
    tab.saved()
    assert person.file(tab.notebook)["cells"][-1]["outputs"] == []
    assert person.file(tab.notebook)["metadata"]["colab"] == {"private_outputs": True}
    expect(tab.outputs()).to_contain_text("seen")


def test_what_was_typed_is_offered_to_who_may_not_edit_any_more(person, bob, notebook, open_tab):
    person.share(notebook, "bob@example.org", "editor")
    guest = open_tab(bob, notebook)
    guest.page.context.set_offline(True)
    guest.write("# typed offline", 0)
    expect(guest.page.get_by_text("Offline — changes are kept here")).to_be_visible(timeout=20_000)
    person.share(notebook, "bob@example.org", "viewer")
    guest.page.context.set_offline(False)
    offered = guest.page.get_by_role("alert").filter(has_text="# typed offline")
    expect(offered.get_by_role("button", name="Insert as a new cell")).to_be_disabled()
    expect(guest.editor(0)).to_have_text("print(6 * 7)")
    guest.page.context.set_offline(True)
    expect(guest.page.get_by_text("Offline — changes are kept here")).to_be_visible(timeout=20_000)
    assert person.request("DELETE", f"/api/notebooks/{notebook}/access/bob@example.org").status_code == 204
    guest.page.context.set_offline(False)
    expect(guest.page.get_by_role("heading", name="This notebook is not here any more")).to_be_visible()
    expect(guest.page.get_by_label("The text")).to_have_value("# typed offline")


def test_a_letter_brings_somebody_without_account_to_the_notebook(make_server, new_context, tmp_path):
    mail = MailServer()
    (tmp_path / "mail.yaml").write_text(
        f"smtp: {{url: '{mail.url}', starttls: false, from: Colibri <lab@example.org>}}\n")
    server = make_server(arguments=["--config", tmp_path / "mail.yaml"]).start()
    owner = server.sign_in()
    context = new_context()
    sign_in(context, owner)
    ann = Tab(context.new_page(), owner, owner.create())
    dialog = share_dialog(ann)
    dialog.get_by_label("Add people by e-mail").fill("Nina <nina@example.org>")
    choose(ann, dialog, "They may be: Viewer", "Editor")
    dialog.get_by_label("Message (optional)").fill("Have a look, please.")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_text("An e-mail is on its way to nina@example.org.")).to_be_visible()
    (letter,) = mail.wait()
    assert "Have a look, please." in text_of_mail(letter) and letter["To"].addresses[0].addr_spec == "nina@example.org"
    page = new_context().new_page()
    page.goto(re.search(r"http\S+", text_of_mail(letter)).group())
    page.get_by_label("Name").fill("Nina")
    page.get_by_label("New password").fill("a good long sentence")
    page.get_by_label("Repeat the password").fill("a good long sentence")
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("button", name="Add a code cell").first).to_be_enabled()
    dialog.get_by_role("button", name="Done").click()
    expect(share_dialog(ann).get_by_role("button", name="What Nina may be: Editor")).to_be_visible()
    mail.stop()


def test_a_file_that_is_no_notebook_says_so_to_who_may_open_it(shared_server, person, new_context):
    notebook = person.create()
    (entry,) = [n for n in person.request("GET", "/api/notebooks").json()["notebooks"] if n["id"] == notebook]
    (file,) = shared_server.data.glob(f"drive/*/{entry['path']}")
    file.write_text("{}")
    context = new_context()
    sign_in(context, person)
    page = context.new_page()
    page.goto(f"{person.url}/notebooks/{notebook}")
    expect(page.get_by_role("heading", name="This notebook cannot be opened")).to_be_visible()
