"""Who gets an account and by which way: invitations, domains, open doors, mailed links; and who stays out."""

import re
import time

import pytest
import websocket

from mail_server import MailServer, text_of_mail
from oidc_provider import Browser

PASSWORD = "a good long sentence"


class Site:
    """A server, with a mail server if `mail`; `accounts` is that section of its settings."""

    def __init__(self, server, folder, *, accounts="sign_up: invitation", mail=True):
        self.server, self.mail = server, MailServer() if mail else None
        lines = f"accounts:\n  {accounts}\n"
        if mail:
            lines += f"smtp: {{url: '{self.mail.url}', starttls: false, from: Colibri <lab@example.org>}}\n"
        (folder / "accounts.yaml").write_text(lines)
        server.arguments += ["--config", folder / "accounts.yaml"]
        server.start()
        self.url, self.owner = server.url, server.sign_in()
        self.mails = 0

    def browser(self):
        return Browser(self.url)

    def next_mail(self):
        self.mails += 1
        return self.mail.wait(self.mails)[-1]

    def token_of(self, text, what):
        return re.search(rf"{re.escape(self.url)}/#{what}=(\S+)", text).group(1)

    def invite(self, email, **body):
        answer = self.owner.request("POST", "/api/people/invitations", json={"email": email, **body})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def member(self, email):
        """Somebody with a password who is signed in."""
        browser = self.browser()
        token = self.token_of(self.invite(email)["link"], "invitation")
        if self.mail:
            self.next_mail()
        answer = browser.post("/api/invitations/accept", {"token": token, "name": "", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        assert browser.me()["email"] == email
        return browser

    def people(self):
        return {person["email"]: person for person in self.owner.request("GET", "/api/people").json()["people"]}


@pytest.fixture
def make_site(make_server, tmp_path):
    sites = []

    def make(**options):
        sites.append(Site(make_server(), tmp_path, **options))
        return sites[-1]

    yield make
    for site in sites:
        if site.mail:
            site.mail.stop()


def test_an_invitation_goes_by_mail_in_the_language_of_the_page(make_site):
    site = make_site()
    invited = site.invite("Ada@Example.org", language="zh-CN")
    assert invited["mailed"]
    mail = site.next_mail()
    assert mail["To"].addresses[0].addr_spec == "ada@example.org" and "邀请" in mail["Subject"]
    token = site.token_of(text_of_mail(mail), "invitation")
    assert invited["link"].endswith(token)
    ada = site.browser()
    looked = ada.post("/api/invitations/look", {"token": token}).json()
    assert looked == {"email": "ada@example.org", "invited_by": "Owner"}
    short = ada.post("/api/invitations/accept", {"token": token, "name": "Ada", "password": "short"})
    assert short.status_code == 400
    answer = ada.post("/api/invitations/accept", {"token": token, "name": "Ada", "password": PASSWORD})
    assert answer.json()["user"]["name"] == "Ada"
    assert ada.me()["email_verified"]
    again = site.browser().post("/api/invitations/accept", {"token": token, "name": "Eve", "password": PASSWORD})
    assert again.status_code == 401
    assert site.browser().post("/api/sign-in", {"email": "ada@example.org", "password": PASSWORD}).ok


def test_nobody_else_gets_in_where_people_are_invited(make_site):
    site = make_site()
    stranger = site.browser()
    assert stranger.get("/api/sign-in").json() == {"sign_up": "invitation", "domains": [], "mail": True, "providers": []}
    assert stranger.post("/api/sign-in/mail", {"email": "eve@example.org"}).status_code == 202
    assert stranger.post("/api/sign-up", {"email": "eve@example.org", "password": PASSWORD}).status_code == 403
    # The next mail is the next person's: none went to the stranger.
    site.invite("ada@example.org")
    assert site.next_mail()["To"].addresses[0].addr_spec == "ada@example.org"
    assert "eve@example.org" not in site.people()


def test_an_invited_person_who_lost_the_link_asks_for_another(make_site):
    site = make_site()
    site.invite("ada@example.org", role="owner")
    site.next_mail()
    ada = site.browser()
    assert ada.post("/api/sign-in/mail", {"email": "ada@example.org"}).status_code == 202
    token = site.token_of(text_of_mail(site.next_mail()), "invitation")
    assert ada.post("/api/invitations/accept", {"token": token, "name": "", "password": PASSWORD}).ok
    assert ada.me()["role"] == "owner"


def test_a_withdrawn_invitation_is_dead(make_site):
    site = make_site(mail=False)
    invited = site.invite("ada@example.org")
    assert not invited["mailed"]
    assert site.owner.request("DELETE", "/api/people/invitations/ada@example.org").status_code == 204
    token = site.token_of(invited["link"], "invitation")
    answer = site.browser().post("/api/invitations/accept", {"token": token, "name": "", "password": PASSWORD})
    assert answer.status_code == 401


def test_the_domain_rule_takes_whole_domains_of_verified_addresses(make_site):
    site = make_site(accounts="sign_up: domain\n  domains: [example.org]")
    for email in ("eve@sub.example.org", "eve@example.org.evil.net", "ada@example.org"):
        assert site.browser().post("/api/sign-in/mail", {"email": email}).status_code == 202
    mail = site.next_mail()
    assert mail["To"].addresses[0].addr_spec == "ada@example.org"
    token = site.token_of(text_of_mail(mail), "invitation")
    assert "ada@example.org" not in site.people(), "no account before the link is opened"
    ada = site.browser()
    assert ada.post("/api/invitations/accept", {"token": token, "name": "Ada", "password": PASSWORD}).ok
    assert len(site.mail.messages) == 1


def test_the_open_rule_without_mail_believes_addresses_and_says_so(make_site):
    site = make_site(accounts="sign_up: open", mail=False)
    ada = site.browser()
    assert ada.post("/api/sign-up", {"email": "ada@example.org", "name": "Ada", "password": PASSWORD}).ok
    assert not ada.me()["email_verified"]
    assert site.browser().post("/api/sign-up", {"email": "Ada@example.org", "password": PASSWORD}).status_code == 409
    assert site.browser().post("/api/sign-in/mail", {"email": "ada@example.org"}).json()["error"]["code"] == "no_mail"


def test_a_forgotten_password_is_replaced_by_a_mailed_link(make_site):
    site = make_site()
    ada = site.member("ada@example.org")
    lost = site.browser()
    assert lost.post("/api/sign-in/mail", {"email": "ADA@example.org", "language": "en"}).status_code == 202
    mail = site.next_mail()
    token = site.token_of(text_of_mail(mail), "signin")
    answer = lost.post("/api/sign-in/link", {"token": token})
    assert answer.json()["reset"]
    assert ada.me(), "asking for a link changes nothing"
    lost.me()
    assert lost.request("PATCH", "/api/me", json={"password": {"new": "another sentence"}}).ok
    assert ada.me() is None, "the other sessions end with the old password"
    assert site.browser().post("/api/sign-in/link", {"token": token}).status_code == 401
    assert site.browser().post("/api/sign-in", {"email": "ada@example.org", "password": PASSWORD}).status_code == 401
    assert site.browser().post("/api/sign-in", {"email": "ada@example.org", "password": "another sentence"}).ok


def test_neither_words_nor_time_tell_who_has_an_account(make_site):
    site = make_site(accounts="sign_up: domain\n  domains: [example.org]")
    site.member("ada@example.org")

    def ask(path, body):
        began = time.perf_counter()
        answer = site.browser().post(path, body)
        return (answer.status_code, answer.text), time.perf_counter() - began

    for path, more, times in (("/api/sign-in/mail", {}, 3), ("/api/sign-in", {"password": "a wrong sentence"}, 5)):
        known = [ask(path, {"email": "ada@example.org", **more}) for _ in range(times)]
        unknown = [ask(path, {"email": f"nobody{i}@elsewhere.org", **more}) for i in range(times)]
        assert {answer for answer, _ in known} == {answer for answer, _ in unknown}
        if path == "/api/sign-in":
            # argon2id takes most of the time in both cases; what else the machine does only adds to it.
            fast, slow = sorted([min(t for _, t in known), min(t for _, t in unknown)])
            assert slow < 3 * fast, (known, unknown)


def test_mails_that_strangers_cause_are_few(make_site):
    site = make_site()
    site.member("ada@example.org")
    stranger = site.browser()
    answers = [stranger.post("/api/sign-in/mail", {"email": "ada@example.org"}).status_code for _ in range(5)]
    assert answers == [202, 202, 202, 429, 429]
    others = [stranger.post("/api/sign-in/mail", {"email": f"a{i}@example.org"}).status_code for i in range(25)]
    assert others.count(202) == 17 and others[-1] == 429


def test_an_address_changes_when_its_link_is_opened(make_site):
    site = make_site()
    ada, bob = site.member("ada@example.org"), site.member("bob@example.org")
    assert ada.request("PATCH", "/api/me", json={"email": "new@example.org"}).status_code == 403
    for email in ("bob@example.org", "new@example.org"):
        assert ada.post("/api/me/email", {"email": email}).status_code == 202, "the same answer for a taken one"
    mail = site.next_mail()
    assert mail["To"].addresses[0].addr_spec == "new@example.org"
    token = site.token_of(text_of_mail(mail), "email")
    assert bob.post("/api/me/email/confirm", {"token": token}).status_code == 403
    assert ada.post("/api/me/email/confirm", {"token": token}).json()["user"]["email"] == "new@example.org"
    assert "ada@example.org" not in site.people()


def test_sessions_are_listed_and_end_with_their_sockets(make_site):
    site = make_site(mail=False)
    here = site.member("ada@example.org")
    there = site.browser()
    there.post("/api/sign-in", {"email": "ada@example.org", "password": PASSWORD},
               headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    there.me()
    notebook = there.post("/api/notebooks").json()["id"]
    socket = open_socket(site, notebook, cookie="; ".join(f"{n}={v}" for n, v in there.cookies.items()), origin=site.url)
    sessions = here.get("/api/me/sessions").json()["sessions"]
    assert [session["current"] for session in sessions].count(True) == 1
    (other,) = [session for session in sessions if not session["current"]]
    assert "Firefox" in other["user_agent"] and other["address"] == "127.0.0.1" and other["method"] == "password"
    eve = site.member("eve@example.org")
    assert eve.request("DELETE", f"/api/me/sessions/{other['id']}").status_code == 404
    assert here.request("DELETE", f"/api/me/sessions/{other['id']}").status_code == 204
    assert closed_with(socket) == 4401
    assert there.me() is None and here.me()


def open_socket(site, notebook, **options):
    socket = websocket.create_connection(site.url.replace("http", "ws") + f"/api/notebooks/{notebook}/socket",
                                         subprotocols=["colibri.v1"], timeout=20, **options)
    socket.send('{"type":"hello","client":"t_x","protocol":1}')
    assert "welcome" in socket.recv()
    return socket


def closed_with(socket):
    while True:
        code, data = socket.recv_data()
        if code == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big")


class Program:
    """Speaks with a token, and nothing else."""

    def __init__(self, site, token):
        self.site, self.browser, self.token = site, Browser(site.url), token

    def request(self, method, path, **options):
        self.browser.cookies = {}
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return self.browser.request(method, path, headers=headers, **options)


def make_token(browser, *scopes, life_ms=3_600_000, **more):
    answer = browser.post("/api/me/tokens", {"name": "ci", "scopes": list(scopes), "life_ms": life_ms, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_token_does_what_its_scopes_say(make_site):
    site = make_site(mail=False)
    ada = site.member("ada@example.org")
    made = make_token(ada, "notebooks:read")
    (listed,) = ada.get("/api/me/tokens").json()["tokens"]
    assert "token" not in listed and listed["scopes"] == ["notebooks:read"]
    reader = Program(site, made["token"])
    assert reader.request("GET", "/api/notebooks").json() == {"notebooks": []}
    assert reader.request("POST", "/api/notebooks", json={}).status_code == 403
    writer = Program(site, make_token(ada, "notebooks:write", "notebooks:read")["token"])
    notebook = writer.request("POST", "/api/notebooks", json={}).json()["id"]
    assert reader.request("GET", f"/api/notebooks/{notebook}/file").ok
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        open_socket(site, notebook, header=[f"Authorization: Bearer {reader.token}"], suppress_origin=True)
    assert ada.get("/api/me/tokens").json()["tokens"][-1]["used_ms"] > 0


def test_a_token_opens_no_account_and_makes_no_token(make_site):
    site = make_site(mail=False)
    made = site.owner.request("POST", "/api/me/tokens", json={
        "name": "all", "scopes": ["notebooks:read", "notebooks:write", "notebooks:run"], "life_ms": 3_600_000}).json()
    program = Program(site, made["token"])
    for method, path in (("GET", "/api/me"), ("PATCH", "/api/me"), ("POST", "/api/me/tokens"), ("GET", "/api/me/tokens"),
                         ("GET", "/api/me/sessions"), ("GET", "/api/people"), ("POST", "/api/people/invitations"),
                         ("POST", "/api/sign-out")):
        answer = program.request(method, path, **({} if method == "GET" else {"json": {}}))
        assert answer.status_code == 403, (method, path, answer.text)
    # A cookie beside a token counts for nothing, neither beside a good one nor beside a bad one.
    for token in (program.token, "colibri_" + "x" * 43):
        answer = site.owner.request("GET", "/api/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code in (401, 403), answer.text
    assert site.owner.request("GET", "/api/me", headers={"Authorization": "Basic eDp5"}).status_code == 401


def test_a_revoked_token_is_out_at_once(make_site):
    site = make_site(mail=False)
    ada = site.member("ada@example.org")
    notebook = ada.post("/api/notebooks").json()["id"]
    made = make_token(ada, "notebooks:run")
    header = [f"Authorization: Bearer {made['token']}"]
    socket = open_socket(site, notebook, header=header, suppress_origin=True)
    assert ada.request("DELETE", f"/api/me/tokens/{made['id']}").status_code == 204
    assert closed_with(socket) == 4401
    assert Program(site, made["token"]).request("GET", "/api/notebooks").status_code == 401


def test_tokens_are_not_guessed(make_site):
    site = make_site(mail=False)
    ada = site.member("ada@example.org")
    good = Program(site, make_token(ada, "notebooks:read")["token"])
    statuses = [Program(site, "colibri_" + f"{i:043}").request("GET", "/api/notebooks").status_code for i in range(45)]
    assert statuses.count(401) == 40 and statuses[-1] == 429
    assert good.request("GET", "/api/notebooks").status_code == 429, "the whole place waits"
    assert ada.get("/api/notebooks").ok, "but for browsers that are signed in"


def test_administrators_disable_and_promote(make_site):
    site = make_site(mail=False)
    ada = site.member("ada@example.org")
    people = site.people()
    ada_id, owner_id = people["ada@example.org"]["id"], people["owner@localhost"]["id"]
    assert ada.get("/api/people").status_code == 403
    notebook = ada.post("/api/notebooks").json()["id"]
    socket = open_socket(site, notebook, cookie="; ".join(f"{n}={v}" for n, v in ada.cookies.items()), origin=site.url)

    def change(person, **body):
        return site.owner.request("PATCH", f"/api/people/{person}", json=body)

    assert change(owner_id, disabled=True).status_code == 409
    assert change(owner_id, role="user").status_code == 409, "the last administrator"
    assert change(ada_id, disabled=True).ok
    assert closed_with(socket) == 4401
    assert ada.me() is None
    refused = site.browser().post("/api/sign-in", {"email": "ada@example.org", "password": PASSWORD})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "account_disabled")
    wrong = site.browser().post("/api/sign-in", {"email": "ada@example.org", "password": "a wrong sentence"})
    assert wrong.json()["error"]["code"] == "wrong_password"
    assert change(ada_id, disabled=False, role="owner").json()["person"]["role"] == "owner"
    link = site.owner.request("POST", f"/api/people/{ada_id}/link", json={}).json()["link"]
    back = site.browser()
    assert not back.post("/api/sign-in/link", {"token": site.token_of(link, "signin")}).json()["reset"]
    back.me()
    assert back.get("/api/people").ok
    # By an administrator's link too the old password is not asked for.
    assert back.request("PATCH", "/api/me", json={"password": {"new": "yet another sentence"}}).ok
