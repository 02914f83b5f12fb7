"""The real OpenID Connect provider of tests/oidc, and a browser that goes there without showing it."""

import json
import pathlib
import re
import subprocess
import urllib.parse

import requests

FOLDER = pathlib.Path(__file__).resolve().parent / "oidc"
SECRET = "the client's secret: 100% /+"


class Provider:
    def __init__(self, redirect_uris, **settings):
        self.settings = {"client_id": "colibri", "client_secret": SECRET, "redirect_uris": redirect_uris, **settings}
        assert (FOLDER / "node_modules").is_dir(), "npm install in tests/oidc is missing: ./test does it"
        self.process = subprocess.Popen(["node", "provider.mjs", json.dumps(self.settings)], cwd=FOLDER,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.issuer = self.process.stdout.readline().strip()
        assert self.issuer.startswith("http"), "the provider did not start"

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def control(self, **command):
        return requests.post(f"{self.issuer}/control", json=command, timeout=20).json()

    def lie(self, key="own", **claims):
        """The next ID token says these claims instead (None: lacks them), signed by that key."""
        self.control(tamper={"claims": claims, "key": key})


class Browser:
    """Cookies, and no page. requests' own jar would hold a Secure cookie back from http."""

    def __init__(self, url):
        self.url, self.cookies, self.csrf = url, {}, ""

    def request(self, method, path, **options):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
                   **options.pop("headers", {})}
        if method != "GET":
            headers |= {"Origin": self.url, "X-Colibri-CSRF": self.csrf}
        answer = requests.request(method, self.url + path, headers=headers, timeout=30, allow_redirects=False, **options)
        if cookie := answer.headers.get("Set-Cookie"):
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, json=body or {}, **options)

    def me(self):
        """Who is signed in, or None."""
        answer = self.get("/api/me")
        if answer.status_code == 401:
            return None
        assert answer.status_code == 200, answer.text
        self.csrf = answer.json()["csrf"]
        return answer.json()["user"]

    def sign_in_at(self, name, person, to="/"):
        """Signs in at the provider called `name`; returns where the browser ends."""
        begun = self.get(f"/api/sign-in/oidc/{name}", params={"to": to})
        assert begun.status_code == 303, begun.text
        if begun.headers["Location"].startswith("/"):
            return begun.headers["Location"]
        return self.come_back(at_provider(begun.headers["Location"], person, self.url))

    def come_back(self, address):
        assert address.startswith(self.url), address
        answer = self.get(address[len(self.url):])
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]


def at_provider(address, person, back, *, cancel=False):
    """Types the name, agrees, and returns the address at `back` that the provider sends the browser to."""
    session = requests.Session()
    for _ in range(12):
        answer = session.get(address, allow_redirects=False, timeout=20)
        if answer.status_code == 200:
            if cancel:
                address = urllib.parse.urljoin(address, re.search(r'href="([^"]*abort)"', answer.text).group(1))
                continue
            action = re.search(r'action="([^"]+)"', answer.text).group(1)
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text).group(1)
            answer = session.post(urllib.parse.urljoin(address, action), timeout=20, allow_redirects=False,
                                  data={"prompt": prompt, "login": person, "password": "x"})
        assert answer.status_code in (302, 303), answer.text
        address = urllib.parse.urljoin(address, answer.headers["Location"])
        if address.startswith(back + "/"):
            return address
    raise AssertionError(f"the provider never sent the browser back: {address}")
