"""What is accepted is never lost: killed servers, killed supervisors, killed kernels, bad files."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time

import pytest
import requests

from colibri import BINARIES, little_memory, supervisors, text_of


def test_a_killed_server_loses_no_line_and_doubles_none(make_server):
    server = make_server().start()
    person = server.sign_in()
    notebook = person.create()
    page = person.open(notebook)
    cell = page.add_code("import time\nfor i in range(80):\n    print('line', i, flush=True)\n    time.sleep(0.1)")
    page.do("run", cells=[cell])
    page.wait(lambda: "line 15\n" in text_of(page.cells[cell]))
    server.kill()
    time.sleep(1.5)
    server.start()
    page = server.sign_in().open(notebook)
    page.wait(lambda: page.cells[cell].get("last_run"), 40)
    assert text_of(page.cells[cell]) == "".join(f"line {i}\n" for i in range(80))
    assert page.cells[cell]["last_run"]["status"] == "ok"
    page.send({"type": "disconnect"})
    page.wait_lease_ended(30)


def test_a_stopped_server_finds_its_runtimes_again(make_server):
    server = make_server(on_stop="keep").start()
    person = server.sign_in()
    page = person.open(person.create())
    page.run("kept = 42")
    assert server.stop() == 0
    server.start()
    person = server.sign_in()
    again = person.open(page.notebook, client="t_again")
    assert text_of(again.run("kept")) == "42"
    again.close()
    person.end_runtime(page.notebook)


def test_a_request_without_an_answer_does_not_keep_the_server(make_server):
    server = make_server(on_stop="keep").start()
    person = server.sign_in()
    page = person.open(person.create())
    page.run("1")
    path = f"/api/notebooks/{page.notebook}/files"
    assert person.request("GET", path, params={"path": "/content"}).status_code == 200
    (supervisor,) = supervisors(server)
    workers = subprocess.run(["pgrep", "-x", "colibri-files", "-P", str(supervisor)], capture_output=True, text=True).stdout.split()
    assert workers
    for worker in workers:
        os.kill(int(worker), signal.SIGSTOP)
    asked = []

    def ask():
        with contextlib.suppress(requests.ConnectionError):
            asked.append(person.request("GET", path, params={"path": "/content"}))

    asker = threading.Thread(target=ask)
    asker.start()
    time.sleep(0.5)
    assert server.stop() == 0
    asker.join()
    assert not asked
    assert "requests still had no answer" in server.log.read_text()
    for worker in workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(worker), signal.SIGCONT)


def test_a_killed_supervisor_is_told_and_swept(make_server):
    server = make_server().start()
    person = server.sign_in()
    page = person.open(person.create())
    cell = page.add_code("import time\nprint('on', flush=True)\ntime.sleep(600)")
    page.do("run", cells=[cell])
    page.wait(lambda: "on" in text_of(page.cells[cell]))
    (supervisor,) = supervisors(server)
    os.kill(supervisor, signal.SIGKILL)
    page.wait(lambda: page.cells[cell].get("last_run"), 20)
    assert page.cells[cell]["last_run"]["reason"] == "supervisor_lost"
    page.wait_lease_ended(20)
    assert "on" in text_of(page.cells[cell])
    assert text_of(page.run("1+1")) == "2"  # Another machine.


def test_running_out_of_memory_is_told_as_such(make_server, tmp_path):
    server = make_server(arguments=little_memory(tmp_path)).start()
    person = server.sign_in()
    page = person.open(person.create())
    cell = page.run("a = bytearray(2 << 30)", 60)
    assert cell["last_run"]["status"] == "aborted"
    assert cell["last_run"]["reason"] == "out_of_memory"


def test_a_kernel_that_dies_is_told_and_started_again(make_server):
    server = make_server().start()
    person = server.sign_in()
    page = person.open(person.create())
    cell = page.run("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", 60)
    assert cell["last_run"]["reason"] == "kernel_died"
    assert text_of(page.run("2+2")) == "4"


@pytest.mark.timeout(240)
def test_a_kernel_that_never_answers_is_given_up_and_told(make_server):
    server = make_server().start()
    person = server.sign_in()
    page = person.open(person.create())
    page.run("""import json, os
folder = os.path.expanduser("~/.local/share/jupyter/kernels/python3")
os.makedirs(folder)
with open(folder + "/kernel.json", "w") as f:
    json.dump({"argv": ["sleep", "600"], "display_name": "Mute", "language": "python"}, f)""")
    page.act("restart")
    page.wait(lambda: page.lease["kernel"]["state"] == "dead", 100)
    assert "did not answer within 60 seconds" in page.lease["kernel"]["detail"]
    page.send({"type": "disconnect"})
    page.wait(lambda: page.lease["state"] == "ended", 30)
    assert text_of(page.run("1+1")) == "2"


def test_a_second_server_on_the_same_data_is_refused(make_server):
    server = make_server().start()
    second = subprocess.run([BINARIES / "colibri", "serve", "--data", server.data, "--port", "0"], capture_output=True,
                            text=True, timeout=20)
    assert second.returncode == 2
    assert len(second.stderr.strip().splitlines()) == 1, second.stderr


def test_files_that_are_no_notebooks_are_refused_in_a_sentence(person):
    for data, words in [(b"PK\x03\x04", "no notebook"), (b"\xff\xfe", "UTF-8"), (b'{"nbformat": 5, "cells": []}', "nbformat 5")]:
        answer = person.import_file("bad.ipynb", data)
        assert 400 <= answer.status_code < 500, answer.status_code
        assert words in answer.json()["error"]["detail"]


def test_an_old_notebook_is_upgraded_and_says_so(person):
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": [
        {"cell_type": "heading", "level": 2, "metadata": {}, "source": "Title"},
        {"cell_type": "code", "input": "1+1", "language": "python", "outputs": [], "metadata": {}}]}]}
    answer = person.import_file("old.ipynb", json.dumps(old).encode())
    assert answer.status_code == 201
    assert "nbformat 3" in answer.json()["notes"][0]
    assert person.file(answer.json()["id"])["cells"][0]["source"] == ["## Title"]


@pytest.mark.timeout(120)
def test_a_notebook_of_50_megabytes_opens(person):
    image = "A" * (5 << 20)
    cells = [{"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": 1, "source": "x",
              "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"image/png": image}}]}
             for i in range(10)]
    data = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()
    answer = person.import_file("large.ipynb", data)
    assert answer.status_code == 201, answer.text
    page = person.open(answer.json()["id"])
    assert len(page.cells) == 10
    (blob,) = page.cells["c3"]["outputs"][0]["blobs"].values()
    fetched = person.request("GET", f"/api/notebooks/{page.notebook}/blobs/{blob['sha256']}")
    assert fetched.status_code == 200 and len(fetched.content) == blob["bytes"]
    assert person.file(page.notebook)["cells"][3]["outputs"][0]["data"]["image/png"] == image
    page.close()


def test_a_full_disk_is_told_and_nothing_accepted_is_lost(make_server, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], check=True)
    try:
        server = make_server("disk/data").start()
        person = server.sign_in()
        notebook = person.create()
        page = person.open(notebook)
        page.add_code("print('kept')", "kept1")
        page.wait_saved()
        filler = disk / "filler"
        with open(filler, "wb") as f:
            try:
                while True:
                    f.write(b"x" * 65536)
                    f.flush()
            except OSError:
                pass
        page.do("insert_cell", cell="big", cell_type="code", after=None, source="x" * 3_000_000, metadata={})
        deadline = time.monotonic() + 20
        told = False
        while not told and time.monotonic() < deadline:
            try:
                message = page.receive(5)
            except Exception:
                break
            told = message["type"] == "notice" or bool(message.get("error"))
        assert told
        filler.unlink()
        page = person.open(notebook, client="t_after")
        assert "kept1" in page.cells
        page.add_code("1", "after1")
        page.wait_saved()
        server.stop()
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
