"""Who is mentioned in a comment hears of it by mail, if they may see the notebook."""

import pytest

from colibri import Page
from mail_server import text_of_mail
from test_accounts import Site


@pytest.fixture
def site(make_server, tmp_path):
    site = Site(make_server(), tmp_path)
    yield site
    site.mail.stop()


@pytest.fixture
def page(site):
    """The owner's, on a notebook that Ada may see and Eve may not."""
    site.member("ada@example.org")
    site.member("eve@example.org")
    notebook = site.owner.create()
    answer = site.owner.request("POST", f"/api/notebooks/{notebook}/access", json={
        "people": [{"email": "ada@example.org", "role": "viewer"}], "notify": False})
    assert answer.status_code == 200, answer.text
    page = site.owner.open(notebook)
    yield page
    page.close()


def records(page, kind):
    return [r for m in page.messages if m["type"] == "records" for r in m["records"] if r["type"] == kind]


def test_the_mail_has_the_comment_and_leads_to_it(site, page):
    cell = page.add_code("answer = 42")
    page.do("start_thread", thread="th1", comment="co1", cell=cell, anchor={"from": 9, "to": 11}, version=0,
            text="@eve@example.org @nobody@example.org @Ada@example.org, why?\nI wonder.")
    mail = site.next_mail()
    assert mail["To"].addresses[0].addr_spec == "ada@example.org"
    assert mail["Subject"] == 'Owner mentioned you in "Untitled0"'
    text = text_of_mail(mail)
    assert "> 42\n" in text and "why?\nI wonder.\n" in text
    assert f"{site.url}/notebooks/{page.notebook}#comment=th1\n" in text

    # A change mails only whom it names newly; a reply mails again; the next mail is the reply's.
    page.do("edit_comment", thread="th1", comment="co1", text="@ada@example.org, why not?")
    page.do("reply", thread="th1", comment="co2", text="Well, +ada@example.org?")
    assert "Well, +ada@example.org?" in text_of_mail(site.next_mail())
    page.wait(lambda: records(page, "comment_edited"))
    assert len(site.mail.messages) == site.mails


def test_the_mail_is_in_the_language_of_the_page(site, page):
    cell = page.add_code("1")

    class Chinese(Page):
        def send(self, message):
            super().send(message | {"language": "zh-CN"} if message["type"] == "hello" else message)

    other = Chinese(site.owner, page.notebook, client="t_zh")
    other.do("start_thread", thread="th1", comment="co1", cell=cell, text="@ada@example.org 请看")
    mail = site.next_mail()
    assert "提到了您" in mail["Subject"] and "请看" in text_of_mail(mail)
    other.close()


def test_nobody_floods_others_with_mail(site, page):
    cell = page.add_code("1")
    page.do("start_thread", thread="th1", comment="co0", cell=cell, text="begin")
    for i in range(1, 111):
        page.do("reply", thread="th1", comment=f"co{i}", text=f"@ada@example.org {i}")
    page.wait(lambda: len(records(page, "comment_added")) == 111)
    site.mail.wait(site.mails + 100)
    assert "mentions too many people" in site.server.log.read_text()
    page.do("reply", thread="th1", comment="co111", text="@ada@example.org the last")
    page.wait(lambda: len(records(page, "comment_added")) == 112)
    assert len(site.mail.messages) == site.mails + 100
