"""Signing in at a real OpenID Connect provider, and all that it must not get away with."""

import urllib.parse

import pytest
import requests

from oidc_provider import SECRET, Browser, Provider, at_provider


class Site:
    """A server with one provider; `rule` is the accounts section."""

    def __init__(self, make_server, folder, *, rule="sign_up: open", name="data", secret=SECRET, **settings):
        self.server = make_server(name)
        url = f"http://127.0.0.1:{self.server.port}"
        self.provider = Provider([f"{url}/api/sign-in/oidc/test/callback"], **settings)
        (folder / "secret").write_text(secret + "\n")
        config = folder / f"{name}.yaml"
        config.write_text(f"accounts:\n  {rule}\noidc:\n  - name: test\n    title: The Provider\n"
                          f"    issuer: {self.provider.issuer}\n    client_id: colibri\n"
                          f"    client_secret_file: {folder / 'secret'}\n")
        self.server.arguments += ["--config", config]
        self.server.start()
        self.url = url

    def browser(self):
        return Browser(self.url)

    def log(self):
        return self.server.log.read_text()


@pytest.fixture
def make_site(make_server, tmp_path):
    sites = []

    def make(**options):
        sites.append(Site(make_server, tmp_path, **options))
        return sites[-1]

    yield make
    for site in sites:
        site.provider.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory, image):
    from colibri import Server
    folder = tmp_path_factory.mktemp("oidc")
    site = Site(lambda name: Server(folder / name), folder,
                people={"unverified": {"email_verified": False}, "silent": {"email": None, "email_verified": None}})
    yield site
    site.provider.stop()
    assert site.server.stop() == 0


def problem(ended):
    return ended.split("#sign-in-problem=")[1]


def test_a_person_signs_in_and_is_the_same_the_next_time(site):
    first = site.browser()
    assert first.sign_in_at("test", "ada", to="/notebooks/n_1?x=2") == "/notebooks/n_1?x=2"
    ada = first.me()
    assert (ada["email"], ada["name"], ada["has_password"], ada["role"]) == ("ada@example.org", "ada", False, "user")
    again = site.browser()
    assert again.sign_in_at("test", "ada") == "/"
    assert again.me()["id"] == ada["id"]
    methods = [session["method"] for session in again.get("/api/me/sessions").json()["sessions"]]
    assert methods == ["oidc", "oidc"]


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "/\\evil.example", "evil", "/a b", ""])
def test_the_way_back_is_a_path_of_our_own(site, to):
    assert site.browser().sign_in_at("test", "ada", to=to) == "/"


@pytest.mark.parametrize("lie, word", [
    ({"nonce": "another"}, "nonce"),
    ({"nonce": None}, "nonce"),
    ({"aud": "another"}, "aud"),
    ({"aud": ["colibri", "another"]}, "azp"),
    ({"azp": "another"}, "azp"),
    ({"iss": "https://evil.example"}, "iss"),
    ({"exp": 1_600_000_000}, "exp"),
    ({"iat": 1_600_000_000}, "iat"),
    ({"iat": 4_000_000_000, "exp": 4_000_000_600}, "iat"),
    ({"sub": ""}, "sub"),
    ({"key": "none"}, "signed in a way"),
    ({"key": "shared"}, "signed in a way"),
    ({"key": "stranger"}, "wrong signature"),
    ({"key": "unknown"}, "no key"),
])
def test_a_lie_in_the_token_signs_nobody_in(site, lie, word):
    site.provider.lie(**lie)
    browser = site.browser()
    before = len(site.log())
    assert problem(browser.sign_in_at("test", "ada")) == "provider"
    assert browser.me() is None
    assert word in site.log()[before:]


def test_an_address_that_is_not_verified_makes_no_account(site):
    for person in ("unverified", "silent"):
        browser = site.browser()
        assert problem(browser.sign_in_at("test", person)) == "unverified"
        assert browser.me() is None


def test_a_state_is_good_once_and_for_one_browser(site):
    victim, attacker = site.browser(), site.browser()
    begun = attacker.get("/api/sign-in/oidc/test")
    back = at_provider(begun.headers["Location"], "eve", site.url)
    # Login CSRF: the attacker's answer in the victim's browser, with and without an attempt of its own.
    assert problem(victim.come_back(back)) == "expired"
    assert victim.me() is None
    begun = attacker.get("/api/sign-in/oidc/test")
    back = at_provider(begun.headers["Location"], "eve", site.url)
    victim.get("/api/sign-in/oidc/test")
    assert problem(victim.come_back(back)) == "expired"
    assert victim.me() is None
    # Replay in the right browser.
    begun = attacker.get("/api/sign-in/oidc/test")
    back = at_provider(begun.headers["Location"], "eve", site.url)
    assert attacker.come_back(back) == "/"
    assert problem(attacker.come_back(back)) == "expired"


def test_a_code_is_good_once(site):
    """A code that was used already, brought with a fresh state: the provider refuses it."""
    browser = site.browser()
    back = at_provider(browser.get("/api/sign-in/oidc/test").headers["Location"], "ada", site.url)
    used = urllib.parse.parse_qs(urllib.parse.urlparse(back).query)["code"][0]
    assert browser.come_back(back) == "/"
    other = site.browser()
    begun = other.get("/api/sign-in/oidc/test").headers["Location"]
    state = urllib.parse.parse_qs(urllib.parse.urlparse(begun).query)["state"][0]
    query = urllib.parse.urlencode({"code": used, "state": state, "iss": site.provider.issuer})
    assert problem(other.come_back(f"{site.url}/api/sign-in/oidc/test/callback?{query}")) == "provider"
    assert other.me() is None


def test_an_answer_of_another_issuer_is_refused(site):
    browser = site.browser()
    back = at_provider(browser.get("/api/sign-in/oidc/test").headers["Location"], "ada", site.url)
    mixed = back.replace(urllib.parse.quote(site.provider.issuer, safe=""), "https%3A%2F%2Fevil.example")
    assert mixed != back
    assert problem(browser.come_back(mixed)) == "provider"


def test_whoever_cancels_comes_back_to_the_page(site):
    browser = site.browser()
    begun = browser.get("/api/sign-in/oidc/test?to=/x").headers["Location"]
    assert browser.come_back(at_provider(begun, "ada", site.url, cancel=True)) == "/x#sign-in-problem=cancelled"


def test_what_is_asked_of_the_provider(site):
    begun = urllib.parse.urlparse(site.browser().get("/api/sign-in/oidc/test").headers["Location"])
    query = {name: value for name, (value,) in urllib.parse.parse_qs(begun.query).items()}
    assert query["response_type"] == "code" and query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43 and len(query["state"]) >= 43 and len(query["nonce"]) >= 43
    assert site.browser().get("/api/sign-in/oidc/other").status_code == 404


def test_changed_keys_are_fetched_and_strange_ones_not_without_end(make_site):
    site = make_site()
    assert site.browser().sign_in_at("test", "ada") == "/"
    assert site.provider.control()["keyRequests"] == 1
    for _ in range(3):
        site.provider.lie(key="unknown")
        assert problem(site.browser().sign_in_at("test", "ada")) == "provider"
    assert site.provider.control()["keyRequests"] == 1, "keys that were fetched within the minute are not asked again"


def test_new_keys_of_the_provider_are_found(make_site):
    """The provider changes its keys before the server has seen any, and after it has seen the old ones."""
    site = make_site(algorithm="ES256", userinfo_only=True)
    assert site.browser().sign_in_at("test", "ada") == "/"
    site.provider.control(rotate=True)
    refused = site.browser().sign_in_at("test", "ada")
    assert problem(refused) == "provider", "within a minute of the last look it waits"
    site.server.kill()
    site.server.start()
    browser = site.browser()
    assert browser.sign_in_at("test", "ada") == "/"
    assert browser.me()["email"] == "ada@example.org", "known by the userinfo endpoint"


def test_invitations_and_domains_hold_here_too(make_site):
    site = make_site(people={"out": {"email": "out@example.org.evil.example"}}, rule="sign_up: domain\n  domains: [example.org]")
    assert problem(site.browser().sign_in_at("test", "out")) == "not_invited"
    assert site.browser().sign_in_at("test", "ada") == "/"
    owner = site.server.sign_in()
    owner.request("POST", "/api/people/invitations", json={"email": "out@example.org.evil.example", "role": "owner"})
    invited = site.browser()
    assert invited.sign_in_at("test", "out") == "/"
    assert invited.me()["role"] == "owner"
    assert owner.request("GET", "/api/people").json()["invitations"] == []


def test_an_account_with_the_address_is_linked_by_its_owner_only(make_site):
    site = make_site(rule="sign_up: invitation")
    owner = site.server.sign_in()
    invited = owner.request("POST", "/api/people/invitations", json={"email": "ada@example.org"}).json()
    ada = site.browser()
    token = invited["link"].split("#invitation=")[1]
    assert ada.post("/api/invitations/accept", {"token": token, "name": "Ada", "password": "a long sentence"}).ok
    ada_id = ada.me()["id"]
    stranger = site.browser()
    assert problem(stranger.sign_in_at("test", "ada")) == "account_exists"
    assert stranger.me() is None

    begun = ada.post("/api/me/sign-ins/test", {"to": "/"})
    assert begun.status_code == 200, begun.text
    back = at_provider(begun.json()["url"], "ada", site.url)
    thief = site.browser()
    assert problem(thief.come_back(back)) == "expired", "the attempt belongs to Ada's browser"
    begun = ada.post("/api/me/sign-ins/test", {"to": "/"})
    assert ada.come_back(at_provider(begun.json()["url"], "ada", site.url)) == "/#linked=test"
    (linked,) = ada.get("/api/me/sign-ins").json()["sign_ins"]
    assert (linked["provider"], linked["email"]) == ("test", "ada@example.org")
    assert stranger.sign_in_at("test", "ada") == "/"
    assert stranger.me()["id"] == ada_id
    assert ada.request("DELETE", "/api/me/sign-ins/test").status_code == 204
    assert problem(site.browser().sign_in_at("test", "ada")) == "account_exists"


def test_a_wrong_secret_and_a_silent_provider_are_told_in_the_log_without_secrets(make_site):
    site = make_site(secret="quite another secret")
    assert problem(site.browser().sign_in_at("test", "ada")) == "provider"
    assert "invalid_client" in site.log() and "quite another" not in site.log()
    site.provider.stop()
    site.server.kill()
    site.server.start()
    assert problem(site.browser().sign_in_at("test", "ada")) == "provider"


@pytest.mark.parametrize("settings, word", [
    ("oidc:\n  - {name: test, issuer: 'http://id.example.org', client_id: c}", "https"),
    ("oidc:\n  - {name: Te/st, issuer: 'https://id.example.org', client_id: c}", "name"),
    ("oidc:\n  - {name: test, issuer: 'https://id.example.org'}", "client_id"),
    ("oidc:\n  - {name: test, issuer: 'https://id.example.org', client_id: c, client_secret_file: /nowhere}", "/nowhere"),
    ("oidc:\n  - {name: test, issuer: 'https://id.example.org', client_id: c, scopes: [email]}", "openid"),
    ("accounts: {sign_up: domain, domains: [example.org]}", "smtp or oidc"),
    ("accounts: {sign_up: domain}", "accounts.domains"),
    ("accounts: {sign_up: closed}", "invitation, domain or open"),
])
def test_settings_that_cannot_work_keep_the_server_from_starting(make_server, tmp_path, settings, word):
    (tmp_path / "wrong.yaml").write_text(settings + "\n")
    server = make_server(arguments=["--config", tmp_path / "wrong.yaml"])
    with pytest.raises(AssertionError, match=word):
        server.start()


def test_a_flood_of_attempts_from_one_place_is_slowed(make_site):
    site = make_site()
    ends = [site.browser().get("/api/sign-in/oidc/test").headers["Location"] for _ in range(45)]
    assert problem(ends[-1]) == "too_many"
    assert requests.get(f"{site.url}/api/health", timeout=10).ok
