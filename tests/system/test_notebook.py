"""A person opens a notebook, presses Connect, runs cells, and finds it all saved."""

import time

import pytest

from colibri import text_of


def test_a_result_is_shown_counted_and_saved(person, page):
    cell = page.run("print('hello')\n6*7")
    assert text_of(cell) == "hello\n42"
    assert cell["last_run"]["status"] == "ok"
    page.wait_saved()
    saved = person.file(page.notebook)
    assert saved["nbformat"] == 4
    last = saved["cells"][-1]
    assert last["outputs"][0]["text"] == ["hello\n"]
    assert last["outputs"][1]["data"]["text/plain"] == ["42"]
    assert last["execution_count"] == cell["execution_count"]
    stamp = last["metadata"]["executionInfo"]
    assert stamp["status"] == "ok" and stamp["user"]["displayName"] and stamp["elapsed"] < 60_000
    assert abs(stamp["timestamp"] - time.time() * 1000) < 60_000


def test_an_error_is_shown_and_stops_what_waits(page):
    bad, never = page.add_code("1/0"), page.add_code("print('never')")
    page.do("run", cells=[bad, never])
    page.wait(lambda: page.cells[bad].get("last_run"))
    assert page.cells[bad]["last_run"]["status"] == "error"
    assert "ZeroDivisionError" in text_of(page.cells[bad])
    assert page.cells[bad]["last_run"]["cancelled"] == [never]


def test_input_is_asked_for_and_answered(page):
    cell = page.add_code("name = input('Name: ')\nprint('Hello', name)")
    page.do("run", cells=[cell])
    page.wait(lambda: page.cells[cell].get("input"))
    asked = page.cells[cell]["input"]
    assert asked["prompt"] == "Name: " and not asked["password"]
    page.act("answer_input", execution=asked["execution"], value="Ada")
    page.wait(lambda: page.cells[cell].get("last_run"))
    assert "Hello Ada" in text_of(page.cells[cell])


def test_an_interrupt_ends_the_cell_and_keeps_the_kernel(page):
    page.run("kept = 5")
    cell = page.add_code("import time\nprint('on', flush=True)\nwhile True: time.sleep(0.1)")
    page.do("run", cells=[cell])
    page.wait(lambda: "on" in text_of(page.cells[cell]))
    page.act("interrupt")
    page.wait(lambda: page.cells[cell].get("last_run"), 20)
    assert "KeyboardInterrupt" in text_of(page.cells[cell])
    assert text_of(page.run("kept")) == "5"


def test_a_restart_forgets_variables_and_keeps_files(page):
    page.run("gone = 1\nopen('/content/here.txt', 'w').write('still')")
    page.act("restart")
    page.wait_for("lease", 30)
    page.wait(lambda: page.lease and page.lease["kernel"]["state"] == "idle", 30)
    assert "NameError" in text_of(page.run("gone"))
    assert text_of(page.run("print(open('here.txt').read())")) == "still\n"


def test_plots_tables_and_progress_bars(page):
    cell = page.run("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()")
    assert any("image/png" in o.get("data", {}) or "image/png" in o.get("blobs", {}) for o in cell["outputs"])
    cell = page.run("import pandas as pd\npd.DataFrame({'a': [1]})")
    assert "<table" in cell["outputs"][0]["data"]["text/html"]


def test_display_updates_and_clear_output(page):
    cell = page.run("from IPython.display import display, clear_output\n"
                    "h = display('one', display_id=True)\nh.update('two')")
    updates = [r for m in page.messages if m["type"] == "records" for r in m["records"]
               if r["type"] == "display_updated"]
    assert updates[-1]["data"]["text/plain"] == "'two'"
    cell = page.run("print('old')\nclear_output()\nprint('new')")
    assert text_of(cell) == "new\n"


def test_completion_and_inspection_come_from_the_kernel(page):
    page.run("flower = 'tulip'")
    page.send({"type": "complete", "request": "q1", "code": "x = '😀'; flow", "cursor": 14})
    reply = page.wait_for("reply")
    assert reply["request"] == "q1" and "flower" in reply["content"]["matches"]
    assert reply["content"]["start"] == 10 and reply["content"]["end"] == 14
    page.send({"type": "inspect", "request": "q2", "code": "len", "cursor": 3, "detail": 0})
    reply = page.wait_for("reply")
    assert reply["content"]["found"] and "Return the number of items" in reply["content"]["data"]["text/plain"]


def test_the_shell_works_as_root_in_content(page):
    shown = text_of(page.run("!whoami; pwd; locale | head -1")).replace("\r", "")
    assert shown == "root\n/content\nLANG=C.UTF-8\n"
    page.run("%%writefile script.py\nprint('from a script', 2 + 2)")
    assert "from a script 4" in text_of(page.run("!python script.py"))
    assert "/tmp" in text_of(page.run("%cd /tmp"))
    page.run("%cd /content")
    assert text_of(page.run("%%bash\nfor i in 1 2; do echo $i; done")) == "1\n2\n"


def test_the_shell_streams_live(page):
    cell = page.add_code("!for i in 1 2 3; do echo $i; sleep 1; done")
    page.do("run", cells=[cell])
    page.wait(lambda: "1" in text_of(page.cells[cell]))
    assert "3" not in text_of(page.cells[cell])
    page.wait(lambda: page.cells[cell].get("last_run"))


@pytest.mark.timeout(300)
def test_packages_can_be_installed(page):
    cell = page.run("!pip install -q --no-deps six==1.16.0 && python -c 'import six; print(six.__version__)'", 180)
    assert "1.16.0" in text_of(cell)


def test_a_hundred_thousand_lines_arrive_whole(page):
    cell = page.run("for i in range(100_000): print(i)", 120)
    assert text_of(cell) == "".join(f"{i}\n" for i in range(100_000))


def test_rename_is_seen_by_everybody(person, page):
    title = f"Renamed {time.time_ns()}"
    answer = person.request("PATCH", f"/api/notebooks/{page.notebook}", json={"title": title})
    assert answer.status_code in (200, 204), answer.text
    page.wait(lambda: any(m.get("title") == title for m in page.messages))
    listed = person.request("GET", "/api/notebooks").json()["notebooks"]
    assert any(n["title"] == title and n["id"] == page.notebook for n in listed)


def test_a_tab_that_comes_back_gets_only_what_it_missed(person, page):
    other = person.open(page.notebook, client="t_other")
    epoch, seq = other.epoch, other.seq
    other.close()
    page.run("print('meanwhile')")
    back = person.open(page.notebook, client="t_other", resume=(epoch, seq))
    back.wait(lambda: back.seq >= page.seq, 10)
    assert not any(m["type"] == "snapshot" for m in back.messages)
    assert next(m for m in back.messages if m["type"] == "welcome")["resumed"]
    back.close()


def test_a_tab_runs_code_of_its_own_that_nobody_else_sees(person, page):
    """The long line of a scratch cell is told too, by the kernel's own thread."""
    page.run("1")
    seen = len(page.messages)
    page.send({"type": "scratch_run", "cell": "s1", "code": "import time\nfor i in range(30):\n    time.sleep(0.1)\nprint('side')"})
    page.wait(lambda: any(m["type"] == "scratch" and m["records"][0]["type"] == "run_finished"
                          for m in page.messages[seen:] if "records" in m), 30)
    records = [m["records"][0] for m in page.messages[seen:] if m["type"] == "scratch"]
    assert [r["text"] for r in records if r["type"] == "stream_appended"] == ["side\n"]
    lines = [m["line"] for m in page.messages[seen:] if m["type"] == "line"]
    assert 3 in lines, lines
    page.wait_saved()
    assert "side" not in str(person.file(page.notebook))
    newest = person.request("GET", f"/api/notebooks/{page.notebook}/executions").json()["executions"][0]
    assert newest["cell"] == "s1" and newest["status"] == "ok" and "side" in newest["source"]
