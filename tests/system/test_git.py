"""`!git clone` and what follows it, from a real git server: git's own http-backend, in the runtime, where its loopback is."""

import pytest

from colibri import text_of

SERVER = r'''
import http.server, os, subprocess, sys

class Git(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def serve(self):
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
        wanted = "Basic YWRhOnNlY3JldA=="  # ada:secret
        if path.startswith("/private") and self.headers.get("Authorization") != wanted:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            return self.end_headers()
        answer = subprocess.run(["git", "http-backend"], input=body, stdout=subprocess.PIPE, env={
            **os.environ, "GIT_PROJECT_ROOT": "/srv/git", "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
            "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""), "REMOTE_USER": "ada",
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""), "CONTENT_LENGTH": str(len(body)),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", "")}).stdout
        head, _, content = answer.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = serve
    def log_message(self, *_): pass

http.server.ThreadingHTTPServer(("127.0.0.1", 9418), Git).serve_forever()
'''
MAKE = r"""
import os, pathlib, subprocess, sys, time, urllib.request
def sh(command, cwd="/"):
    subprocess.run(command, shell=True, check=True, cwd=cwd, capture_output=True)
os.environ.update(GIT_AUTHOR_NAME="Ada", GIT_AUTHOR_EMAIL="a@b", GIT_COMMITTER_NAME="Ada", GIT_COMMITTER_EMAIL="a@b")
work = pathlib.Path("/srv/first/colibri_probe")
work.mkdir(parents=True)
(work / "__init__.py").write_text("def said(): return 'from the clone'\n")
(work.parent / "setup.py").write_text("from setuptools import setup\nprint('setting up')\nsetup(name='colibri-probe', version='1.0', packages=['colibri_probe'])\n")
sh("git init -q -b main && git add . && git commit -qm first", work.parent)
for name in ("open.git", "private.git"):
    sh(f"mkdir -p /srv/git && git clone -q --bare /srv/first /srv/git/{name} && git -C /srv/git/{name} config http.receivepack true")
pathlib.Path("/tmp/serve.py").write_text(SERVER)
server = subprocess.Popen([sys.executable, "/tmp/serve.py"])
for _ in range(100):
    try:
        urllib.request.urlopen("http://127.0.0.1:9418/open.git/HEAD").read(); break
    except OSError: time.sleep(0.1)
print("served")
"""


@pytest.fixture(scope="module")
def page(person):
    page = person.open(person.create())
    assert text_of(page.run(f"SERVER = {SERVER!r}\n{MAKE}")) == "served\n"
    yield page
    page.close()
    person.end_runtime(page.notebook)


def test_a_repository_is_cloned_set_up_and_used(page):
    cloned = text_of(page.run("!git clone http://127.0.0.1:9418/open.git probe"))
    assert "Cloning into 'probe'" in cloned and "fatal" not in cloned, cloned
    # On a terminal git tells how far it has come, as people are used to see it.
    assert "Receiving objects: 100%" in cloned
    assert "setting up" in text_of(page.run("%cd probe\n!python setup.py --quiet build"))
    assert text_of(page.run("import sys; sys.path.insert(0, 'build/lib')\nimport colibri_probe; colibri_probe.said()")) == "'from the clone'"
    page.run("%cd /content")


def test_what_was_changed_is_pushed_and_pulled(page):
    page.run("!git clone -q http://127.0.0.1:9418/open.git mine && git clone -q http://127.0.0.1:9418/open.git other")
    page.run("open('mine/注.txt', 'w').write('x' * 3_000_000)")
    pushed = text_of(page.run("!cd mine && git add . && git commit -qm second && git push -q && echo pushed"))
    assert pushed == "pushed\r\n" or pushed == "pushed\n", pushed
    assert "注.txt" in text_of(page.run("!cd other && git pull -q && ls"))


def test_a_private_one_asks_for_a_name_and_a_password(page):
    cell = page.add_code("!git clone http://127.0.0.1:9418/private.git closed && ls closed")
    page.do("run", cells=[cell])
    for value, prompt, hidden in (("ada", "Username for", False), ("secret", "Password for", True)):
        page.wait(lambda: page.cells[cell].get("input") and prompt in text_of(page.cells[cell]))
        asked = page.cells[cell]["input"]
        assert asked["password"] is hidden
        page.act("answer_input", execution=asked["execution"], value=value)
        page.wait(lambda: not page.cells[cell].get("input"))
    page.wait(lambda: page.cells[cell].get("last_run"))
    text = text_of(page.cells[cell])
    assert "setup.py" in text and "secret" not in text, text
