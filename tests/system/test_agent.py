"""The agent's socket in the container: a kernel's program asks, the server and the person's pages answer."""

import os
import select
import subprocess
import sys

import pytest

from agent_client import SPEAK
from colibri import supervisors, text_of
from test_pool import waiting


@pytest.fixture(scope="module")
def page(person):
    page = person.open(person.create())
    page.run(SPEAK)
    yield page
    page.close()
    person.end_runtime(page.notebook)


def start(page, source):
    cell = page.add_code(source)
    page.do("run", cells=[cell])
    return cell


def finish(page, cell):
    page.wait(lambda: page.cells[cell].get("last_run"))
    return text_of(page.cells[cell])


def test_a_program_asks_the_page_and_gets_its_answer(person, page):
    tab = person.open(page.notebook, client="t_tab", asks=True)
    other = person.open(page.notebook, client="t_other", asks=True)
    cell = start(page, "print(ask('page.double', n=[1, None, 'ü']))")
    asked, too = tab.wait_for("ask"), other.wait_for("ask")
    assert asked == too and (asked["name"], asked["params"]) == ("double", {"n": [1, None, "ü"]})
    tab.send({"type": "take_ask", "ask": asked["ask"]})
    assert tab.wait_for("ask_yours")["ask"] == other.wait_for("ask_over")["ask"] == asked["ask"]
    other.send({"type": "answer", "ask": asked["ask"], "result": "not mine"})
    # It outlives the tab that had taken it: a page that comes later gets what is open.
    tab.close()
    assert other.wait_for("ask") == asked
    other.close()
    late = person.open(page.notebook, client="t_late", asks=True)
    late.wait(lambda: any(m["type"] == "ask" for m in late.messages))
    late.send({"type": "answer", "ask": asked["ask"], "result": {"deep": [1.5]}})
    assert finish(page, cell) == "{'deep': [1.5]}\n"
    late.close()


def test_several_requests_are_under_way_on_a_connection_and_a_terminal_speaks_too(person, page):
    tab = person.open(page.notebook, client="t_tab", asks=True)
    cell = start(page, """
import subprocess, sys
s = dial()
say(s, '{"id": "slow", "method": "page.slow"}', '{"id": 2, "method": "no.such"}', '{"id": 3, "method": "page.quick"}')
print(sorted(str(a["id"]) for a in hear(s, 2)))
print(subprocess.run([sys.executable, "-c", "import os; print(os.environ['COLIBRI_AGENT'])"], capture_output=True, text=True).stdout)
""")
    quick = tab.wait_for("ask")
    while quick["name"] != "quick":
        quick = tab.wait_for("ask")
    tab.send({"type": "answer", "ask": quick["ask"], "error": {"code": "oh", "detail": "No."}})
    assert "['2', '3']\n/run/colibri/k/agent.sock" in finish(page, cell)
    tab.close()


def test_without_a_page_the_error_says_so_in_time(page):
    assert text_of(page.run("t = time.time(); print(ask('page.any')['code'], 4 < time.time() - t < 9)")) == "no_page True\n"
    assert text_of(page.run("t = time.time(); print(ask('page.any', 1000)['code'], time.time() - t < 3)")) == "timeout True\n"


def test_floods_huge_lines_and_nonsense_harm_nobody(person, page):
    text = text_of(page.run(r"""
def tried(*pieces):
    s = dial()
    try:
        for piece in pieces:
            s.sendall(piece)
        return s.recv(200)
    except OSError as e:
        return type(e).__name__.encode()
print(b'too_large' in tried(b'a' * (2 << 20)) or 'closed')
print(b'invalid' in tried(b'{' * 100000 + b'\n'), b'invalid' in tried(b'\xff\xfe\n'))
print(b'invalid' in tried(b'{"id":1,"method":"a.b","params":{"x":[' + b'0,' * 400000 + b'0]}}\n'))
crowd = []
for _ in range(200):
    try: crowd.append(dial())
    except OSError: break
for s in crowd:
    try: say(s, *['{"id":1,"method":"page.x"}'] * 5)
    except OSError: pass
del crowd, s
while True:  # Until it has seen that the crowd is gone.
    try:
        assert ask('no.such')['code'] == 'unknown_method'
        break
    except (OSError, IndexError, AssertionError):
        pass
s = dial()
begin = time.time()
say(s, *['{"id":1,"method":"no.such"}'] * 600)
print(len(hear(s, 600)), 1 < time.time() - begin)
""", timeout=120))
    lines = text.splitlines()
    assert lines[1:] == ["True True", "True", "600 True"] and lines[0] in ("True", "closed"), text
    assert text_of(page.run("print(ask('no.such')['code'])")) == "unknown_method\n"


def test_only_the_containers_own_processes_reach_it(page):
    assert text_of(page.run("print(oct(os.stat('/run/colibri/k').st_mode & 0o777))")) == "0o700\n"
    text = text_of(page.run("import pwd, subprocess; print(subprocess.run(['setpriv', '--reuid', '65534', '--clear-groups', 'cat', "
                            "os.environ['COLIBRI_AGENT']], capture_output=True, text=True).stderr)"))
    assert "Permission denied" in text, text


def test_somebody_elses_page_is_not_asked_and_cannot_answer(person, page):
    bob = person.admit("bob@example.org", "Bob")
    person.share(page.notebook, bob.email, "editor")
    bobs = bob.open(page.notebook, client="t_bob", asks=True)
    adas = person.open(page.notebook, client="t_ada", asks=True)
    cell = start(page, "print(ask('page.secret'))")
    asked = adas.wait_for("ask")
    bobs.send({"type": "take_ask", "ask": asked["ask"]})
    bobs.send({"type": "answer", "ask": asked["ask"], "result": "forged"})
    assert bobs.wait_for("ask_over")["ask"] == asked["ask"]
    adas.send({"type": "answer", "ask": asked["ask"], "result": "real"})
    assert finish(page, cell) == "real\n"
    assert not any(m["type"] == "ask" for m in bobs.messages)
    bobs.close()
    adas.close()


def test_an_ask_outlives_the_server(make_server):
    server = make_server(on_stop="keep").start()
    person = server.sign_in()
    notebook = person.create()
    page = person.open(notebook)
    page.run(SPEAK)
    tab = person.open(notebook, client="t_tab", asks=True)
    cell = start(page, "print(ask('page.wait', 60000))")
    first = tab.wait_for("ask")
    server.kill()
    server.start()
    person.url = server.url
    back = person.open(notebook, client="t_back", asks=True)
    asked = next((m for m in back.messages if m["type"] == "ask"), None) or back.wait_for("ask")
    assert asked == first
    back.send({"type": "answer", "ask": asked["ask"], "result": "after all"})
    assert finish(back, cell) == "after all\n"
    assert back.lease["state"] == "ready"


def test_a_program_ends_its_runtime(make_server):
    person = make_server().start().sign_in()
    page = person.open(person.create())
    page.run(SPEAK)
    cell = start(page, "print(ask('runtime.unassign'), flush=True); time.sleep(60)")
    page.wait(lambda: page.lease and page.lease["state"] == "ended")
    assert page.lease["reason"] == "disconnected"
    page.wait(lambda: page.cells[cell].get("last_run"))
    assert page.cells[cell]["last_run"]["status"] == "aborted"


ASK_FROM_OUTSIDE = """
import os, socket, sys
folder, user = sys.argv[1], int(sys.argv[2])
os.chdir(folder)
os.setgroups([])
os.setresgid(user, user, user)
os.setresuid(user, user, user)
s = socket.socket(socket.AF_UNIX)
s.connect("agent.sock")
s.sendall(b'{"id":1,"method":"no.such","timeout_ms":60000}\\n')
print("asked", flush=True)
print(s.recv(1000).decode(), flush=True)
"""


def test_what_is_asked_of_a_runtime_that_is_nobodys_waits_for_the_claim(make_server):
    server = make_server(pool=1).start()
    person = server.sign_in()
    waiting(server, 1)
    # As a program in it would: by its socket, as its root.
    (supervisor,) = supervisors(server)
    inits = [pid for pid in subprocess.run(["pgrep", "-P", str(supervisor)], capture_output=True, text=True).stdout.split()
             if os.path.exists(f"/proc/{pid}/root/run/colibri/k/agent.sock")]
    user = os.stat(f"/proc/{inits[0]}/root/run/colibri/k").st_uid
    program = subprocess.Popen([sys.executable, "-c", ASK_FROM_OUTSIDE, f"/proc/{inits[0]}/root/run/colibri/k", str(user)],
                               stdout=subprocess.PIPE, text=True)
    assert program.stdout.readline() == "asked\n"
    assert select.select([program.stdout], [], [], 1) == ([], [], [])
    page = person.open(person.create())
    assert text_of(page.run("1+1")) == "2"
    assert '"code":"unknown_method"' in program.stdout.readline()
    assert program.wait(10) == 0
