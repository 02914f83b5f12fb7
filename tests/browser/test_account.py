"""Accounts as people meet them in the page: invited, signed in elsewhere, forgetful, careful, and in charge."""

import re
import zipfile

import pytest
from playwright.sync_api import expect

from mail_server import MailServer, text_of_mail
from oidc_provider import SECRET, Provider

PASSWORD = "a good long sentence"


class Site:
    def __init__(self, server, folder):
        self.server, self.mail = server, MailServer()
        self.url = f"http://127.0.0.1:{server.port}"
        self.provider = Provider([f"{self.url}/api/sign-in/oidc/test/callback"])
        (folder / "secret").write_text(SECRET)
        (folder / "site.yaml").write_text(
            "accounts: {sign_up: domain, domains: [example.org]}\n"
            f"smtp: {{url: '{self.mail.url}', starttls: false, from: Colibri <lab@example.org>}}\n"
            f"oidc:\n  - name: test\n    title: The University\n    issuer: {self.provider.issuer}\n"
            f"    client_id: colibri\n    client_secret_file: {folder / 'secret'}\n")
        server.arguments += ["--config", folder / "site.yaml"]
        server.start()
        self.mails = 0

    def mailed_link(self):
        """The link in the next mail."""
        self.mails += 1
        return re.search(r"http\S+", text_of_mail(self.mail.wait(self.mails)[-1])).group()


@pytest.fixture
def site(make_server, tmp_path):
    site = Site(make_server(), tmp_path)
    yield site
    site.mail.stop()
    site.provider.stop()


def open_page(context, address):
    page = context.new_page()
    page.goto(address)
    return page


def choose_password(place, password):
    place.get_by_label("New password").fill(password)
    place.get_by_label("Repeat the password").fill(password)


def join(site, context, email, name):
    """Signs up by the mailed link and returns the page."""
    page = open_page(context, site.url)
    page.get_by_role("button", name="Create an account").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    page = open_page(context, site.mailed_link())
    expect(page.get_by_text(f"Your account will be {email}.")).to_be_visible()
    assert "invitation" not in page.url
    page.get_by_label("Name").fill(name)
    choose_password(page, PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("button", name=f"Account of {name}")).to_be_visible()
    return page


def settings(page, tab):
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitem", name="Settings").click()
    dialog = page.get_by_role("dialog", name="Settings")
    dialog.get_by_role("tab", name=tab).click()
    return dialog


def sign_in_with_password(page, email, password):
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def at_the_university(page, name):
    """The provider's own two pages: who one is, and that one agrees."""
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("x")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def test_somebody_signs_up_forgets_the_password_and_gets_back_in(site, new_context):
    context = new_context()
    page = join(site, context, "ada@example.org", "Ada")
    page.get_by_role("button", name="Account of Ada").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.get_by_role("button", name="Forgot your password?").click()
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("If ada@example.org can be used here")).to_be_visible()
    page = open_page(context, site.mailed_link())
    dialog = page.get_by_role("dialog", name="Choose a new password")
    choose_password(dialog, "another good sentence")
    dialog.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    other = open_page(new_context(), site.url)
    sign_in_with_password(other, "ada@example.org", PASSWORD)
    expect(other.get_by_text("E-mail or password is wrong.")).to_be_visible()
    sign_in_with_password(other, "ada@example.org", "another good sentence")
    expect(other.get_by_role("heading", name="Recent", exact=True)).to_be_visible()


def test_somebody_comes_by_the_university_back_to_the_page_that_was_asked_for(site, new_context):
    owner = site.server.sign_in()
    notebook = owner.create()
    page = open_page(new_context(), f"{site.url}/notebooks/{notebook}")
    page.get_by_role("link", name="Continue with The University").click()
    at_the_university(page, "grace")
    expect(page.get_by_role("heading", name="You need access")).to_be_visible()
    assert page.url == f"{site.url}/notebooks/{notebook}"
    page.get_by_role("button", name="Back to the list").click()
    expect(page.get_by_role("button", name="Account of grace")).to_be_visible()


def test_an_account_is_linked_by_its_owner_and_by_nobody_else(site, new_context):
    join(site, new_context(), "ada@example.org", "Ada").close()
    stranger = open_page(new_context(), site.url)
    stranger.get_by_role("link", name="Continue with The University").click()
    at_the_university(stranger, "ada")
    expect(stranger.get_by_text("Your address has an account here already.")).to_be_visible()
    page = stranger  # Where the provider knows Ada already.
    sign_in_with_password(page, "ada@example.org", PASSWORD)
    dialog = settings(page, "Ways to sign in")
    dialog.get_by_role("button", name="Link The University").click()
    expect(page.get_by_text("The University is linked to your account.")).to_be_visible()
    dialog = page.get_by_role("dialog", name="Settings")
    expect(dialog.get_by_text("Linked: ada@example.org")).to_be_visible()
    dialog.get_by_role("button", name="Unlink The University").click()
    expect(dialog.get_by_text("Not linked")).to_be_visible()


def test_a_device_is_signed_out_from_another(site, new_context):
    here = join(site, new_context(), "ada@example.org", "Ada")
    there = open_page(new_context(user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1"),
                      site.url)
    # That one keeps no Secure cookie from plain http, as Safari does not.
    sign_in_with_password(there, "ada@example.org", PASSWORD)
    there.get_by_role("button", name="New notebook").click()
    expect(there.get_by_role("main", name="Cells")).to_be_visible()
    dialog = settings(here, "Devices")
    expect(dialog.get_by_text("This browser")).to_be_visible()
    dialog.get_by_role("button", name="Sign out Safari on iPhone").click()
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    expect(there.get_by_text("You were signed out.")).to_be_visible()


def test_a_token_is_shown_once_and_works_until_it_is_revoked(site, new_context):
    page = join(site, new_context(), "ada@example.org", "Ada")
    dialog = settings(page, "API tokens")
    dialog.get_by_role("button", name="New token").click()
    dialog.get_by_label("Name of the token").fill("Nightly")
    dialog.get_by_text("Make, rename and delete notebooks").click()
    dialog.get_by_text("7 days").click()
    dialog.get_by_role("button", name="Make the token").click()
    token = dialog.get_by_label("Token", exact=True).input_value()
    dialog.get_by_role("button", name="Done").click()
    expect(dialog.get_by_text("Never used")).to_be_visible()
    assert token not in page.content()
    header = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    made = page.request.post(f"{site.url}/api/notebooks", headers=header, data="{}")
    assert made.status == 201, made.text()
    dialog.get_by_role("button", name="Revoke Nightly").click()
    expect(dialog.get_by_text("You have no tokens.")).to_be_visible()
    assert page.request.post(f"{site.url}/api/notebooks", headers=header, data="{}").status == 401


def test_a_name_and_an_address_are_changed(site, new_context):
    context = new_context()
    page = join(site, context, "ada@example.org", "Ada")
    dialog = settings(page, "Profile")
    dialog.get_by_label("Name").fill("Ada Lovelace")
    dialog.get_by_role("button", name="Save").click()
    dialog.get_by_role("button", name="Change the address").click()
    dialog.get_by_label("New e-mail").fill("lovelace@example.org")
    dialog.get_by_role("button", name="Change the address").click()
    expect(dialog.get_by_text("Open the link that was sent to lovelace@example.org.")).to_be_visible()
    page = open_page(context, site.mailed_link())
    expect(page.get_by_text("Your address is lovelace@example.org now.")).to_be_visible()
    expect(page.get_by_role("button", name="Account of Ada Lovelace")).to_be_visible()


def test_an_administrator_invites_and_disables(site, new_context):
    context = new_context()
    page = open_page(context, f"{site.url}/#signin={site.server.token}")
    page.get_by_role("button", name="Later").click()
    page.get_by_role("button", name="Account of Owner").click()
    page.get_by_role("menuitem", name="People").click()
    dialog = page.get_by_role("dialog", name="People")
    dialog.get_by_label("Invite somebody").fill("nonsense")
    dialog.get_by_role("button", name="Invite", exact=True).click()
    expect(dialog.get_by_text("This is not an e-mail address.")).to_be_visible()
    dialog.get_by_label("Invite somebody").fill("kurt@elsewhere.example")
    dialog.get_by_role("button", name="Invite", exact=True).click()
    link = dialog.get_by_label("Make a sign-in link").input_value()
    assert link == site.mailed_link()
    guest = open_page(new_context(), link)
    expect(guest.get_by_text("Owner has invited you.")).to_be_visible()
    guest.get_by_label("Name").fill("Kurt")
    choose_password(guest, PASSWORD)
    guest.get_by_role("button", name="Create the account").click()
    guest.get_by_role("button", name="New notebook").click()
    expect(guest.get_by_role("main", name="Cells")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Account of Owner").click()
    page.get_by_role("menuitem", name="People").click()
    dialog.get_by_role("button", name="Actions for Kurt").click()
    page.get_by_role("menuitem", name="Disable").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Disable").click()
    expect(dialog.get_by_text("Disabled", exact=True)).to_be_visible()
    expect(guest.get_by_text("This account is disabled. Ask your administrator.")).to_be_visible()
    sign_in_with_password(guest, "kurt@elsewhere.example", PASSWORD)
    expect(guest.get_by_text("This account is disabled. Ask your administrator.")).to_be_visible()
    dialog.get_by_role("button", name="Actions for Kurt").click()
    page.get_by_role("menuitem", name="Delete the account").click()
    asked = page.get_by_role("alertdialog", name="Delete the account of Kurt?")
    expect(asked.get_by_text("go for good")).to_be_visible()
    asked.get_by_role("button", name="Delete the account").click()
    expect(dialog.get_by_role("button", name="Actions for Kurt")).to_have_count(0)
    guest.get_by_role("button", name="Sign in", exact=True).click()
    expect(guest.get_by_text("E-mail or password is wrong.")).to_be_visible()


def test_a_person_takes_everything_along_and_deletes_the_account(site, new_context):
    page = join(site, new_context(), "ada@example.org", "Ada")
    dialog = settings(page, "Your data")
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Download everything").click()
    assert "account.json" in zipfile.ZipFile(download.value.path()).namelist()
    dialog.get_by_role("button", name="Delete my account").click()
    asked = page.get_by_role("alertdialog", name="Delete your account?")
    expect(asked.get_by_text("0 notebooks and all other files of your Drive are deleted.")).to_be_visible()
    expect(asked.get_by_role("button", name="Delete for good")).to_be_disabled()
    asked.get_by_label("Password", exact=True).fill("not the sentence")
    asked.get_by_role("button", name="Delete for good").click()
    expect(asked.get_by_text("The password is wrong.")).to_be_visible()
    asked.get_by_label("Password", exact=True).fill(PASSWORD)
    asked.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Your account is deleted.")).to_be_visible()
    sign_in_with_password(page, "ada@example.org", PASSWORD)
    expect(page.get_by_text("E-mail or password is wrong.")).to_be_visible()
