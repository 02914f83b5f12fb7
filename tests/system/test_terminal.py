"""Terminals: shells in the runtime, for those who may run in it; they outlive pages and servers."""

import hashlib
import time

import pytest
import websocket

from colibri import supervisors
from terminal import Terminal, open_terminal, terminals


def wait_until(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)


@pytest.fixture
def shell(page, person):
    """A fresh terminal in the module's runtime; the only one."""
    name, terminal = open_terminal(person, page.notebook, "Terminal")
    yield terminal
    terminal.close()
    end_terminals(person, page.notebook, [name])


def end_terminals(person, notebook, names):
    """Until their shells are gone: a moment after they were told to go, on a busy machine a long one."""
    for name in names:
        assert person.request("DELETE", f"/api/notebooks/{notebook}/terminals/{name}").status_code == 204
    wait_until(lambda: not {t["id"] for t in terminals(person, notebook)} & set(names), 60)


def test_it_is_a_root_shell_in_content_with_a_tty_of_its_own(shell, page):
    page.run("open('/content/beside.txt', 'w').write('from the kernel')")
    assert shell.run("cat beside.txt") == "from the kernel"
    printed = shell.run("tty; pwd; id -un; echo $TERM; test -t 0 && echo yes; echo written > $(tty)")
    assert printed.split("\r\n") == ["/dev/pts/0", "/content", "root", "xterm-256color", "yes", "written"]
    assert shell.run("python -c 'import sys; print(sys.stdin.isatty(), \"é漢\")'") == "True é漢"
    assert shell.run("python -c 'import IPython; print(\"same\")'") == "same"  # The image's own Python.


def test_it_takes_the_size_of_the_page_within_limits(shell):
    shell.say(type="resize", columns=132, rows=43)
    assert shell.run("stty size") == "43 132"
    shell.say(type="resize", columns=65535, rows=0)
    assert shell.run("stty size") == "1 1000"


def test_keys_reach_the_program_in_front(shell):
    shell.type("sh -c 'echo go''ing; exec sleep 500'\n")
    shell.wait("going\r\n")  # By the program: keys that come while the shell starts it are nobody's.
    shell.text = b""
    shell.type("\x03")
    shell.wait("^C", "\x1b[?2004h")  # Back in the line editor; what is typed before is flushed.
    assert shell.run("echo next") == "next"
    shell.text = b""
    shell.type("sh -c 'echo go''ing; exec cat'\n")
    shell.wait("going\r\n")
    shell.type("typed twice\n")
    shell.wait("typed twice\r\ntyped twice\r\n")
    shell.type("\x04")
    assert shell.run("echo out of cat") == "out of cat"


def test_two_terminals_are_two_shells(page, person, shell):
    other_name, other = open_terminal(person, page.notebook, "Other")
    shell.run("mine=1; cd /tmp")
    assert other.run("echo [$mine] $(pwd)") == "[] /content"
    assert other.run("tty") != shell.run("tty")
    assert [t["title"] for t in terminals(person, page.notebook)] == ["Terminal", "Other"]
    path = f"/api/notebooks/{page.notebook}/terminals/{other_name}"
    assert person.request("PATCH", path, json={"title": "Training\u202e"}).status_code == 204
    assert terminals(person, page.notebook)[1]["title"].startswith("Training")
    assert person.request("PATCH", path, json={"title": "two\nlines"}).status_code == 400
    assert person.request("DELETE", path).status_code == 204
    assert other.close_code() == 4410 and other.ended
    assert [t["title"] for t in terminals(person, page.notebook)] == ["Terminal"]
    assert shell.run("pwd") == "/tmp"


def test_a_page_that_is_loaded_again_finds_it_as_it_was(page, person, shell):
    shell.run("cd /tmp; echo before the reload")
    place = shell.place
    shell.close()
    (known,) = terminals(person, page.notebook)
    again = Terminal(person, page.notebook, known["id"])
    assert again.attached["from"] == 0 and again.attached["end"] >= place
    again.wait("before the reload")
    assert again.run("pwd") == "/tmp"
    resumed = Terminal(person, page.notebook, known["id"], place=again.place)
    assert resumed.attached["from"] == again.place
    assert resumed.run("echo twice") == "twice"
    again.wait("twice\r\n")  # Both pages see it.
    again.close()
    resumed.close()


def test_an_ended_shell_tells_its_status(page, person):
    name, terminal = open_terminal(person, page.notebook)
    terminal.type("echo last words; exit 7\n")
    assert terminal.close_code() == 4410
    assert (terminal.ended["status"], terminal.ended["signal"]) == (7, 0)
    assert b"last words" in terminal.text
    wait_until(lambda: name not in [t["id"] for t in terminals(person, page.notebook)])


def test_a_flood_runs_at_the_speed_of_its_page_and_stays_small(page, person, shared_server, shell):
    (supervisor,) = supervisors(shared_server)

    def memory():
        lines = open(f"/proc/{supervisor}/status").read().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    before = memory()
    shell.type("yes flooding\n")
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        shell.receive(5)
    assert not shell.skipped  # Whoever keeps up misses nothing.
    shell.slow = True  # Now a page that shows nothing any more.
    held = shell.place
    with pytest.raises(websocket.WebSocketTimeoutException):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            shell.receive(2)
    assert shell.place - held <= (256 << 10) + 2 * (64 << 10)
    time.sleep(3)  # Nobody takes anything: it goes on all the same.
    assert memory() - before < 4096, "KiB"
    assert page.run("6*7")["last_run"]["status"] == "ok"
    shell.slow = False
    shell.say(type="taken", to=shell.place)
    shell.receive(10)
    assert shell.skipped
    shell.type("\x03")
    assert shell.run("echo calm again") == "calm again"


def test_a_paste_arrives_whole_and_too_much_at_a_time_is_refused(page, person, shell):
    # Raw, for a line of the kernel's own editing has at most 4,095 bytes.
    shell.text = b""
    shell.type("python -c \"import hashlib,sys,tty;tty.setraw(0);print('rea'+'dy',flush=True);"
               "print(hashlib.md5(sys.stdin.buffer.read(1000000)).hexdigest(),end='\\r\\n')\"; stty sane\n")
    shell.wait("ready")
    shell.type("")  # An empty message is harmless.
    data = bytes(range(33, 97)) * 15_625
    for start in range(0, len(data), 60_000):
        shell.type(data[start:start + 60_000])
    shell.wait(hashlib.md5(data).hexdigest())
    assert shell.run("echo still here") == "still here"
    shell.type(b"x" * (65 << 10))
    assert shell.close_code() == 4400


@pytest.mark.parametrize("first", [{"type": "taken", "to": 0}, {"type": "attach"}, {"type": "shell"},
                                   {"type": "attach", "from": -1, "columns": 1, "rows": 1}])
def test_what_is_malformed_closes_the_socket(page, person, shell, first):
    (known,) = terminals(person, page.notebook)
    bad = Terminal(person, page.notebook, known["id"])
    bad.close()
    address = f"{person.url.replace('http', 'ws', 1)}/api/notebooks/{page.notebook}/terminals/{known['id']}/socket"
    bad.socket = websocket.create_connection(address, subprotocols=["colibri.terminal.v1"], cookie=person.cookie,
                                             origin=person.url, timeout=30)
    bad.say(**first)
    assert bad.close_code() == 4400
    assert shell.run("echo well") == "well"


def test_there_are_at_most_eight(page, person):
    made = []
    try:
        while len(made) < 8:
            answer = person.request("POST", f"/api/notebooks/{page.notebook}/terminals", json={"title": str(len(made))})
            assert answer.status_code == 201, answer.text
            made.append(answer.json()["id"])
        ninth = person.request("POST", f"/api/notebooks/{page.notebook}/terminals", json={"title": "ninth"})
        assert (ninth.status_code, ninth.json()["error"]["code"]) == (409, "conflict")
    finally:
        end_terminals(person, page.notebook, made)
    assert terminals(person, page.notebook) == []


def test_there_is_none_without_a_runtime(person):
    notebook = person.create()
    assert terminals(person, notebook) == []
    refused = person.request("POST", f"/api/notebooks/{notebook}/terminals", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "no_runtime")
    assert closed_with(person, notebook, "tm_x") == 4410


# --- who may ---


def closed_with(person, notebook, terminal):
    """The close code that somebody's try to attach ends with; None when it is let in."""
    try:
        Terminal(person, notebook, terminal).close()
    except EOFError as closed:
        return closed.args[0]
    return None


def test_a_terminal_is_for_those_who_may_run_there(page, person, shell):
    people = {role: person.admit(f"{role}@example.org", role.title()) for role in ("viewer", "commenter", "editor")}
    stranger = person.admit("stranger@example.org", "Stranger")
    for role, each in people.items():
        person.share(page.notebook, each.email, role)
    (known,) = terminals(person, page.notebook)
    assert closed_with(stranger, page.notebook, known["id"]) == 4404
    assert closed_with(people["viewer"], page.notebook, known["id"]) == 4403
    assert closed_with(people["commenter"], page.notebook, known["id"]) == 4403
    editor = people["editor"]
    assert closed_with(editor, page.notebook, known["id"]) == 4410  # Has no runtime, and this one is not shared.
    assert terminals(editor, page.notebook) == []

    page.send({"type": "share_runtime", "shared": True})
    tab = editor.open(page.notebook, client="t_terminal_editor")
    owner = person.request("GET", "/api/me").json()["user"]["id"]
    tab.wait(lambda: any(r["owner"] == owner for m in tab.messages if m["type"] == "runtimes" for r in m["runtimes"]), 10)
    tab.send({"type": "use_runtime", "owner": owner})
    wait_until(lambda: [t["id"] for t in terminals(editor, page.notebook)] == [known["id"]])
    guest = Terminal(editor, page.notebook, known["id"])
    assert guest.run("echo a guest") == "a guest"
    page.send({"type": "share_runtime", "shared": False})
    assert guest.close_code() == 4410
    assert terminals(editor, page.notebook) == []

    page.send({"type": "share_runtime", "shared": True})
    tab.wait(lambda: any(m["type"] == "runtimes" and m["in_use"] != owner for m in tab.messages), 10)
    tab.messages.clear()
    tab.send({"type": "use_runtime", "owner": owner})
    wait_until(lambda: [t["id"] for t in terminals(editor, page.notebook)] == [known["id"]])
    guest = Terminal(editor, page.notebook, known["id"])
    path = f"/api/notebooks/{page.notebook}/access/{editor.email}"
    assert person.request("PUT", path, json={"role": "viewer"}).status_code == 204
    assert guest.close_code() == 4403
    tab.close()
    page.send({"type": "share_runtime", "shared": False})
    assert shell.run("echo the owner goes on") == "the owner goes on"


# --- what it outlives ---


def test_it_outlives_a_killed_server_and_ends_with_its_runtime(make_server):
    server = make_server().start()
    person = server.sign_in()
    tab = person.open(person.create())
    tab.run("1")
    name, terminal = open_terminal(person, tab.notebook, "Long")
    terminal.run("cd /tmp; kept=yes")
    terminal.type("(sleep 1.5; echo printed without a server) &\n")
    terminal.wait("without a server) &\r\n")
    place = terminal.place
    server.kill()
    time.sleep(2)
    server.start()
    person = server.sign_in()
    again = Terminal(person, tab.notebook, name, place=place)
    again.wait("printed without a server\r\n")
    assert not again.skipped
    assert again.run("echo $kept $(pwd)") == "yes /tmp"
    page = person.open(tab.notebook, client="t_again")
    page.send({"type": "disconnect"})
    assert again.close_code(40) == 4410
    page.wait_lease_ended(30)
