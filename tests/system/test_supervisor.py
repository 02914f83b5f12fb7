"""The supervisor alone, with a real kernel, against a server played by runtime.py."""

import base64
import os
import pathlib
import signal
import subprocess
import time

import pytest

from runtime import SUPERVISOR, Runtime

SANDBOXES = os.environ.get("COLIBRI_TEST_SANDBOXES", "auto").split(",")


def config_of(sandbox):
    """Sandbox none takes kernels from COLIBRI_TEST_PATH (a folder with python3 that has ipykernel)."""
    path = os.environ.get("COLIBRI_TEST_PATH")
    return {"env": {"PATH": path + ":" + os.environ["PATH"]}} if sandbox == "none" and path else {}


@pytest.fixture(scope="module", params=SANDBOXES)
def shared(request):
    runtime = Runtime(request.param, **config_of(request.param))
    try:
        yield runtime.start().ready()
        assert runtime.shut_down() == 0
    finally:
        runtime.close()


@pytest.fixture(params=SANDBOXES)
def make(request):
    runtimes = []

    def make_one(**options):
        runtimes.append(Runtime(request.param, **(config_of(request.param) | options)))
        return runtimes[-1]

    yield make_one
    for runtime in runtimes:
        runtime.close()


def test_states_come_in_order(make):
    runtime = make().start().ready()
    states = [(e["type"], e["state"]) for e in runtime.events if e["type"] in ("runtime", "kernel")]
    assert states[:4] == [("runtime", "starting"), ("kernel", "starting"), ("runtime", "ready"), ("kernel", "idle")]
    idle = [e for e in runtime.events if e["type"] == "kernel"][1]
    assert (idle["language"], idle["name"]) == ("python", "python3")
    assert runtime.shut_down() == 0


def test_result_is_followed_by_done(shared):
    events = shared.run("result", "1+1")
    assert [e["type"] for e in events] == ["count", "output", "done"]
    assert events[1]["output"]["data"] == {"text/plain": "2"}
    assert events[2]["status"] == "ok"


def test_streams_keep_their_order_and_unicode(shared):
    shared.run("streams", "import sys\nfor i in range(3):\n print('aé🐦', i, flush=True)\n print('e', i, file=sys.stderr, flush=True)")
    pieces = [(e["name"], e["text"]) for e in shared.of("streams") if e["type"] == "stream"]
    assert "".join(t for _, t in pieces) == "aé🐦 0\ne 0\naé🐦 1\ne 1\naé🐦 2\ne 2\n"


def test_error_has_its_traceback(shared):
    events = shared.run("error", "1/0")
    assert events[-1]["status"] == "error"
    assert shared.outputs("error")[0]["ename"] == "ZeroDivisionError"
    assert len(shared.outputs("error")[0]["traceback"]) > 1


def test_an_error_stops_what_waits_behind_it(shared):
    shared.execute("first", "import time; time.sleep(0.3); 1/0")
    shared.execute("second", "print('no')")
    assert shared.done("second")["status"] == "aborted"
    assert shared.text("second") == ""


def test_a_known_execution_is_not_run_again(shared):
    shared.run("once", "print('x')")
    shared.execute("once", "print('x')")
    shared.run("after", "1")
    assert shared.text("once") == "x\n"


def test_display_update_and_clear(shared):
    shared.run("display", "from IPython.display import *\nh = display('a', display_id='d1')\nupdate_display('b', display_id='d1')\nclear_output(wait=True)")
    assert shared.outputs("display")[0]["display_id"] == "d1"
    update = shared.wait(lambda e: e["type"] == "update" and e["display_id"] == "d1")
    assert update["data"]["text/plain"] == "'b'"
    assert any(e["type"] == "clear" and e["wait"] for e in shared.of("display"))


def test_input_is_asked_for_and_answered(shared):
    shared.execute("input", "import getpass\nname = input('Name: ')\nword = getpass.getpass('Word: ')\nprint(name + word)")
    asked = shared.wait(lambda e: e["type"] == "input" and e["execution"] == "input")
    assert (asked["prompt"], asked["password"]) == ("Name: ", False)
    shared.send({"type": "answer_input", "execution": "input", "value": "Ada"})
    shared.wait(lambda e: e["type"] == "input" and e["password"])
    shared.send({"type": "answer_input", "execution": "input", "value": "é"})
    shared.done("input")
    assert shared.text("input") == "Adaé\n"


def test_interrupt_stops_a_run_and_its_children(shared):
    shared.execute("sleep", "print('on', flush=True)\nimport subprocess; subprocess.run(['sleep', '60'])")
    shared.wait(lambda e: e["type"] == "stream" and e["execution"] == "sleep")
    shared.send({"type": "interrupt"})
    done = shared.done("sleep", 10)
    assert (done["status"], done["reason"]) == ("error", "interrupted")


def test_interrupt_ends_a_wait_for_input(shared):
    shared.execute("wait", "input('?')")
    shared.wait(lambda e: e["type"] == "input" and e["execution"] == "wait")
    shared.send({"type": "interrupt"})
    assert shared.done("wait", 10)["reason"] == "interrupted"


def test_completion_counts_code_points(shared):
    shared.run("define", "colibri_bird = 1")
    shared.send({"type": "complete", "request": "q1", "code": "'🐦'; colibri_b", "cursor": 14})
    reply = shared.replies.get(timeout=12)
    assert reply["content"]["matches"] == ["colibri_bird"]
    assert (reply["content"]["start"], reply["content"]["end"]) == (5, 14)


def test_inspection_and_the_pager(shared):
    shared.send({"type": "inspect", "request": "q2", "code": "print", "cursor": 5, "detail": 0})
    reply = shared.replies.get(timeout=12)
    assert reply["content"]["found"] and "text/plain" in reply["content"]["data"]
    shared.run("pager", "print?")
    assert "Prints the values" in shared.outputs("pager")[0]["data"]["text/plain"]


def test_completion_while_busy_is_refused_at_once(shared):
    shared.execute("busy", "import time; time.sleep(1)")
    shared.wait(lambda e: e["type"] == "count" and e["execution"] == "busy")
    before = time.time()
    shared.send({"type": "complete", "request": "q3", "code": "pri", "cursor": 3})
    assert "busy" in shared.replies.get(timeout=5)["error"]["detail"]
    assert time.time() - before < 0.5
    shared.done("busy")


def test_comms_carry_buffers_both_ways(shared):
    shared.run("comm", """
def opened(comm, message):
    comm.on_msg(lambda m: comm.send({'got': m['content']['data']}, buffers=[bytes(b)[::-1] for b in m['buffers']]))
get_ipython().kernel.comm_manager.register_target('echo', opened)
""")
    shared.send({"type": "comm", "message": {"type": "comm_open", "metadata": {}, "content": {"comm_id": "c1", "target_name": "echo", "data": {}}}})
    shared.send({"type": "comm", "message": {"type": "comm_msg", "metadata": {}, "content": {"comm_id": "c1", "data": {"x": 1}}}}, [b"\0\1\2"])
    event = shared.wait(lambda e: e["type"] == "comm" and e["message"]["type"] == "comm_msg")
    assert event["message"]["content"]["data"] == {"got": {"x": 1}}
    assert event["_buffers"] == [b"\2\1\0"]


def test_a_hundred_thousand_lines_are_all_there(shared):
    shared.run("lines", "for i in range(100_000): print('line', i)", 60)
    assert shared.text("lines") == "".join(f"line {i}\n" for i in range(100_000))


def test_a_flood_is_counted_and_does_not_fill_memory(shared):
    size = 300_000_000
    shared.run("flood", f"line = 'x' * 99 + '\\n'\nfor i in range({size} // 10_000): print(line * 100, end='')\nprint('the end')", 120)
    streams = [e for e in shared.of("flood") if e["type"] == "stream"]
    sent = sum(len(e["text"]) for e in streams)
    dropped = sum(e.get("dropped", {}).get("bytes", 0) for e in streams)
    lines = sum(e["text"].count("\n") + e.get("dropped", {}).get("lines", 0) for e in streams)
    assert sent + dropped == size + 8 and lines == size // 100 + 1
    assert 1 << 20 <= sent < 40 << 20
    assert streams[-1]["text"].endswith("the end\n")
    assert pss(shared.process.pid) < 60 << 20


def test_output_over_the_limit_says_so(shared):
    shared.run("large", "from IPython.display import *\ndisplay({'text/plain': 'x' * (50 << 20)}, raw=True)", 60)
    assert shared.outputs("large")[0]["ename"] == "OutputTooLarge"


def test_binary_output_arrives_whole(shared):
    shared.run("png", "from IPython.display import *\ndisplay({'image/png': b'\\x89PNG' * 1000}, raw=True)")
    data = shared.outputs("png")[0]["data"]["image/png"]
    assert base64.b64decode(data) in (b"\x89PNG" * 1000, data)


def test_meters_come(shared):
    with shared.changed:
        shared.changed.wait_for(lambda: shared.meters, 5)
    assert shared.meters[-1]["memory_used"] > 0


def test_restart_forgets_names_and_aborts_runs(make):
    runtime = make().start().ready()
    runtime.run("set", "x = 1")
    runtime.execute("long", "import time; time.sleep(60)")
    runtime.execute("queued", "print('no')")
    runtime.wait(lambda e: e["type"] == "count" and e["execution"] == "long")
    at = len(runtime.events)
    runtime.send({"type": "restart", "command": "c1"})
    runtime.execute("new", "try:\n print(x)\nexcept NameError:\n print('gone')")
    runtime.send({"type": "restart", "command": "c1"})  # Repeated after a reconnect, say.
    runtime.done("new")
    kernels = [(e["state"], e["reason"]) for e in runtime.events[at:] if e["type"] == "kernel"]
    assert kernels[0] == ("restarting", "restarted")
    assert kernels.count(("restarting", "restarted")) == 1
    assert [runtime.done(x)["reason"] for x in ("long", "queued")] == ["restarted"] * 2
    assert runtime.text("new") == "gone\n"
    order = [e["type"] for e in runtime.events[at:]]
    assert order.index("kernel") < order.index("done")
    assert runtime.shut_down() == 0


def test_the_first_run_after_a_restart_keeps_its_output(make):
    runtime = make().start().ready()
    for i in range(5):
        runtime.send({"type": "restart", "command": f"c{i}"})
        runtime.execute(f"x{i}", f"print({i})")
        runtime.done(f"x{i}")
        assert runtime.text(f"x{i}") == f"{i}\n"
    assert runtime.shut_down() == 0


def test_a_killed_kernel_is_told_and_started_again(make):
    runtime = make().start().ready()
    runtime.run("before", "x = 1")
    runtime.execute("die", "import os, signal, time\nprint('alive', flush=True)\ntime.sleep(0.3)\nos.kill(os.getpid(), signal.SIGKILL)")
    done = runtime.done("die")
    assert (done["status"], done["reason"]) == ("aborted", "kernel_died")
    lost = runtime.wait(lambda e: e["type"] == "kernel" and e["state"] == "restarting")
    assert lost["reason"] == "kernel_died" and "signal 9" in lost["detail"]
    assert runtime.text("die") == "alive\n"
    runtime.wait(lambda e: e["type"] == "kernel" and e["state"] == "idle", 30, runtime.events.index(lost))
    runtime.run("after", "print('x' in globals())")
    assert runtime.text("after") == "False\n"
    assert runtime.shut_down() == 0


def test_five_deaths_in_a_row_are_enough(make):
    runtime = make().start().ready()
    at = 0
    for i in range(5):
        runtime.execute(f"die{i}", "import os; os._exit(7)")
        lost = runtime.wait(lambda e: e["type"] == "kernel" and e["state"] in ("restarting", "dead"), 30, at)
        at = runtime.events.index(lost) + 1
        assert "status 7" in lost["detail"]
        if i < 4:
            assert lost["state"] == "restarting"
            runtime.wait(lambda e: e["type"] == "kernel" and e["state"] == "idle", 30, at)
    assert lost["state"] == "dead"
    runtime.execute("late", "1")
    assert runtime.done("late")["status"] == "aborted"
    runtime.send({"type": "restart", "command": "again"})
    runtime.run("alive", "print(1)")
    assert runtime.text("alive") == "1\n"
    assert runtime.shut_down() == 0


def test_a_server_that_comes_back_gets_all_once(make):
    runtime = make().start().ready()
    runtime.execute("count", "import time\nfor i in range(60):\n print('line', i, flush=True)\n time.sleep(0.05)")
    runtime.wait(lambda e: e["type"] == "stream")
    runtime.vanish()
    time.sleep(1)
    runtime.listen()
    runtime.wait_link(2)
    runtime.execute("count", "print('twice')")  # The server repeats what its log says is running.
    runtime.done("count")
    assert runtime.text("count") == "".join(f"line {i}\n" for i in range(60))
    assert runtime.shut_down() == 0


def test_frames_go_to_the_spool_and_come_back(make):
    runtime = make(acknowledge=False).start().ready()
    runtime.run("out", "from IPython.display import *\nfor i in range(100): display({'text/plain': str(i) * 100_000}, raw=True)", 60)
    spool = pathlib.Path(runtime.config["runtime_dir"]) / "spool"
    assert spool.stat().st_size > 5_000_000 and spool.stat().st_mode & 0o777 == 0o600
    runtime.vanish()
    runtime.taken, seen = 20, runtime.events[:20]  # As if the server had committed only this much.
    runtime.events = seen
    runtime.listen()
    runtime.wait_link(2)
    runtime.acknowledge = True
    runtime.done("out")
    assert [o["data"]["text/plain"][:1] for o in runtime.outputs("out")] == [str(i)[:1] for i in range(100)]
    runtime.run("next", "1")
    assert spool.stat().st_size == 0
    assert runtime.shut_down() == 0
    assert not spool.exists()


def test_a_refused_supervisor_tells_nothing_and_dials_again(make):
    runtime = make(token="wrong").start()
    for _ in range(100):
        if runtime.refused >= 2:
            break
        time.sleep(0.1)
    assert runtime.refused >= 2 and not runtime.events
    runtime.process.send_signal(signal.SIGTERM)
    assert runtime.process.wait(20) == 0


def test_the_config_must_be_private(make):
    runtime = make().start()
    runtime.process.kill()
    path = runtime.folder / "supervisor.json"
    path.chmod(0o644)
    result = subprocess.run([SUPERVISOR, "--config", path], capture_output=True, text=True)
    assert result.returncode == 2 and "0600" in result.stderr
    assert runtime.config["token"] not in result.stderr


def test_an_unknown_kernel_ends_the_runtime_with_the_reason(make):
    runtime = make(kernel_name="cobol").start()
    ended = runtime.wait(lambda e: e["type"] == "runtime" and e["state"] == "ended", 30)
    assert "cobol" in ended["detail"] and "python3" in ended["detail"]
    assert runtime.process.wait(15) == 0


def test_the_deadline_ends_the_runtime(make):
    runtime = make(ends_ms=int(time.time() * 1000) + 4000).start()
    ended = runtime.wait(lambda e: e["type"] == "runtime" and e["state"] == "ended", 30)
    assert ended["reason"] == "deadline"
    assert runtime.process.wait(15) == 0


def test_a_deleted_folder_ends_the_runtime(make):
    runtime = make().start().ready()
    runtime.vanish()
    os.rename(runtime.config["runtime_dir"], runtime.config["runtime_dir"] + ".gone")
    assert runtime.process.wait(30) == 0


def test_without_a_server_it_ends_and_leaves_its_spool(make):
    runtime = make(acknowledge=False, orphan_ms=1500).start().ready()
    runtime.run("x", "print('kept')")
    runtime.vanish()
    assert runtime.process.wait(30) == 0
    spool = (pathlib.Path(runtime.config["runtime_dir"]) / "spool").read_bytes()
    assert b"kept" in spool and b'"ended"' in spool


def test_shutdown_leaves_no_process(make):
    runtime = make().start().ready()
    mark = f"sleep {100000 + os.getpid()}"
    runtime.run("spawn", f"import subprocess; p = subprocess.Popen({mark.split()!r}, start_new_session=True)")
    assert mark in processes()
    runtime.execute("busy", "import time; time.sleep(100)")
    assert runtime.shut_down() == 0
    last = runtime.events[-1]
    assert (last["type"], last["state"], last["reason"]) == ("runtime", "ended", "disconnect")
    assert mark not in processes()
    assert runtime.folder.name not in processes()


def test_a_killed_supervisor_leaves_no_process(make):
    runtime = make().start().ready()
    mark = f"sleep {200000 + os.getpid()}"
    runtime.run("spawn", f"import subprocess; p = subprocess.Popen({mark.split()!r})")
    runtime.process.kill()
    runtime.process.wait()
    for _ in range(50):
        if mark not in processes():
            break
        time.sleep(0.1)
    assert mark not in processes()


def loops_of(folder):
    """Loop devices over files in this folder, also over removed ones."""
    backing = [pathlib.Path(f"/sys/block/{x}/loop/backing_file") for x in os.listdir("/sys/block") if x.startswith("loop")]
    return [str(file) for file in backing if file.exists() and str(folder) in file.read_text()]


@pytest.mark.parametrize("moment", ["image", "mounted", "running"])
def test_a_killed_supervisor_leaves_no_disk(make, moment):
    runtime = make(disk_bytes=256 << 20, disk_required=True)
    if runtime.config["sandbox"] == "none":
        pytest.skip("only a container has a disk")
    image = pathlib.Path(runtime.config["runtime_dir"]) / "disk.img"
    runtime.start()
    reached = {"image": image.exists, "mounted": lambda: loops_of(runtime.folder), "running": runtime.ready}[moment]
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline
    runtime.process.kill()
    runtime.process.wait()
    deadline = time.monotonic() + 10
    while loops_of(runtime.folder):
        assert time.monotonic() < deadline, "a loop device stays"
        time.sleep(0.05)


def test_two_hundred_runs_one_after_the_other(shared):
    before = time.time()
    for i in range(200):
        shared.run(f"many{i}", "pass")
    assert time.time() - before < 30


def test_many_runs_at_once_all_end(shared):
    for i in range(100):
        shared.execute(f"burst{i}", "pass")
    shared.done("burst99", 30)


def test_memory_of_the_supervisor(make):
    runtime = make().start().ready()
    for i in range(20):
        runtime.run(f"x{i}", "print('x' * 1000)")
    assert pss(runtime.process.pid) < 8 << 20
    assert runtime.shut_down() == 0


def test_out_of_memory_is_told_as_such(make):
    runtime = make(memory_bytes=512 << 20)
    if runtime.config["sandbox"] == "none":
        pytest.skip("only a container has a memory limit")
    runtime.start().ready()
    runtime.execute("eat", "x = bytearray(2 << 30)\nfor i in range(0, len(x), 4096): x[i] = 1")
    assert runtime.done("eat", 60)["reason"] == "out_of_memory"
    lost = runtime.wait(lambda e: e["type"] == "kernel" and e["state"] == "restarting")
    assert "memory" in lost["detail"]
    assert runtime.shut_down() == 0


def pss(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) << 10
    raise AssertionError("no Pss")


def processes():
    return subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True).stdout
