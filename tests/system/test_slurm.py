"""Notebooks on a private Slurm with two t4 (tests/slurm.py), through a real server with `engine: slurm`."""

import contextlib
import json
import os
import pathlib
import time

import pytest

import slurm
from colibri import Server, free_port, text_of

SETTINGS = """
engine: slurm
link: {{listen: "127.0.0.1:{port}"}}
slurm:
  shared_directory: {base}/shared/jobs
  node_directory: {base}/node
  partition: gpu
  poll: 1s
  warning: 60s
queue: {{per_user: 4}}
accelerators:
  - {{model: T4, title: Test T4, memory: 16GiB, count: 2, env: {{T4_NUMBER: "{{n}}"}}, meter: "{base}/meter{{n}}"}}
flavors:
  - {{name: cpu, title: CPU, cpus: 1, memory: 512MiB, life: 1h}}
  - {{name: t4, title: T4, cpus: 1, memory: 512MiB, accelerator: T4}}
"""


@pytest.fixture(scope="module")
def cluster():
    cluster = slurm.Cluster()
    try:
        os.environ["SLURM_CONF"] = str(cluster.config)
        yield cluster.start()
    finally:
        os.environ.pop("SLURM_CONF", None)
        cluster.stop()
        assert not list(cluster.left())


@pytest.fixture(scope="module")
def server(cluster, image, tmp_path_factory):
    folder = tmp_path_factory.mktemp("slurm")
    settings = folder / "colibri.yaml"
    for number in range(2):
        (cluster.base / f"meter{number}").write_text(json.dumps({"memory_used": (1 + number) << 30, "utilization": 0.5}))
    settings.write_text(SETTINGS.format(base=cluster.base, port=free_port()))
    server = Server(folder / "data", on_stop="keep", arguments=["--config", settings]).start()
    server.person = server.sign_in()
    yield server
    server.stop()


class Tab:
    """A notebook of its own, asking for a t4."""

    def __init__(self, server, cluster, flavor="t4"):
        self.server, self.cluster = server, cluster
        self.notebook = server.person.create()
        self.opened = 0
        self.open()
        self.page.send({"type": "connect", "flavor": flavor, "image": ""})
        self.page.wait(lambda: self.lease["id"], 10)

    def open(self):
        self.opened += 1
        self.page = self.server.person.open(self.notebook, client=f"t_{self.opened}")

    @property
    def lease(self):
        return self.page.lease or {"state": None, "id": None, "detail": ""}

    @property
    def job(self):
        """Of those that Slurm has not ended yet: its entry, or None."""
        return self.cluster.jobs().get(f"colibri-{self.lease['id']}")

    def wait_ready(self, timeout=60):
        self.page.wait(lambda: self.lease["state"] in ("ready", "ended"), timeout)
        assert self.lease["state"] == "ready", self.lease
        return self

    def wait_queued(self, words, timeout=20):
        self.page.wait(lambda: self.lease["state"] in ("queued", "ended") and words in self.lease["detail"], timeout)
        return self

    def says(self, source):
        return text_of(self.page.run(source)).strip()

    def wait_ended(self, timeout=40):
        self.page.wait(lambda: self.lease["state"] == "ended", timeout)
        return self.lease

    def end(self):
        """Disconnects; nothing of the job is left, neither in Slurm nor on a disk."""
        runtime = self.lease["id"]
        self.page.send({"type": "disconnect"})
        self.wait_ended()
        self.is_gone(runtime)
        self.page.close()

    def is_gone(self, runtime):
        gone = lambda: (f"colibri-{runtime}" not in self.cluster.jobs()  # noqa: E731
                        and not (self.cluster.base / "shared/jobs" / runtime).exists()
                        and not list((self.cluster.base / "node").glob(f"*/{runtime}")))
        self.cluster.wait(gone, f"the end of {runtime}")
        groups = pathlib.Path("/sys/fs/cgroup")  # By their names: those of others come and go while one looks around.
        assert not [group for below in (groups, *groups.iterdir()) if (group := below / "colibri" / runtime).exists()]


@pytest.fixture
def tab(server, cluster):
    tabs = []

    def make(flavor="t4"):
        tabs.append(Tab(server, cluster, flavor))
        return tabs[-1]

    yield make
    with contextlib.ExitStack() as ends:  # All of them, whatever one says.
        for each in tabs:
            if each.page.socket.connected and each.lease["state"] not in (None, "ended"):
                ends.callback(each.end)


@pytest.fixture(scope="module")
def short_job(server, cluster):
    """One whose time an administrator cuts to a minute, while the other tests run: Slurm looks every half a minute."""
    tab = Tab(server, cluster, "cpu").wait_ready()
    assert not tab.lease["keep"]  # Its life, which ends before it could lie idle, is the job's: nothing here lengthens that.
    assert tab.says("print('as long as it lasts')") == "as long as it lasts"
    cluster.command("scontrol", "update", f"jobid={tab.job['id']}", "TimeLimit=1")
    return tab


def test_a_cell_runs_on_a_t4_that_slurm_gave(short_job, server, cluster, tab):
    on_t4 = tab().wait_ready()
    job = on_t4.job
    assert job["state"] == "RUNNING"
    assert "gres:gpu:t4:1" in cluster.command("scontrol", "-o", "show", "job", job["id"])
    number, visible, known = on_t4.says(
        "import os; print(*(os.environ[name] for name in ('T4_NUMBER', 'CUDA_VISIBLE_DEVICES', 'SLURM_JOB_ID')))").split()
    assert (number in ("0", "1"), visible, known) == (True, number, job["id"])
    while (meter := on_t4.page.wait_for("meters")["accelerators"][0])["memory_used"] is None:
        pass
    assert (meter["id"], meter["title"], meter["memory_used"]) == (f"T4-{number}", "Test T4", (1 + int(number)) << 30)
    secret = json.loads((cluster.base / "shared/jobs" / on_t4.lease["id"] / "supervisor.json").read_text())["token"]
    assert secret not in cluster.command("scontrol", "-o", "show", "job", job["id"])
    assert secret not in cluster.command("scontrol", "write", "batch_script", job["id"], "-")
    on_t4.end()


def test_the_third_for_two_gpus_hears_why_and_until_when_and_gets_its_turn(tab):
    first, second = tab().wait_ready(), tab().wait_ready()
    third = tab().wait_queued("Waiting for a free T4.")
    assert third.lease["queue"]["why"] == "scheduler"
    third.page.wait(lambda: third.lease["queue"]["expected_ms"], 20)
    assert third.lease["queue"]["expected_ms"] > time.time() * 1000 + 3_600_000  # When one of the two is over, in 12 h.
    fourth = tab().wait_queued("before it in Slurm's queue")
    fifth = tab()
    assert fifth.wait_ended()["detail"] == "You may have or wait for 4 accelerators at a time, and have 4. End another runtime first."
    left = fourth.lease["id"]
    fourth.page.send({"type": "leave_queue"})
    assert fourth.wait_ended()["reason"] == "left_queue"
    fourth.is_gone(left)  # Cancelled in Slurm too.
    cell = third.page.add_code("6 * 7")
    third.page.do("run", cells=[cell])  # Waits with it.
    first.end()
    third.page.wait(lambda: third.page.cells[cell].get("last_run"), 60)
    assert text_of(third.page.cells[cell]) == "42"
    assert third.lease["queue"] is None and third.lease["ends_ms"] > time.time() * 1000
    assert second.says("1+1") == "2"
    assert [each["model"] for each in second.lease["accelerators"]] == ["T4"]


def test_a_job_whose_time_is_cut_ends_in_good_order(short_job, server):
    ended = short_job.wait_ended(timeout=50)
    assert ended["reason"] == "timeout" and "time in the batch system is over" in ended["detail"], ended
    assert server.person.file(short_job.notebook)["cells"][-1]["outputs"][0]["text"] == ["as long as it lasts\n"]
    short_job.is_gone(ended["id"])


def test_a_controller_that_is_away_ends_nothing(cluster, tab):
    runs = tab().wait_ready()
    cluster.stop_controller()
    try:
        waits = tab().wait_queued("Slurm's controller does not answer", 40)
        assert runs.says("1+1") == "2"
    finally:
        cluster.start_controller()
    waits.wait_ready()
    assert waits.says("2+2") == "4"
    assert runs.lease["state"] == "ready"


def test_who_cancels_the_job_in_slurm_ends_the_lease_in_words(server, cluster, tab):
    runs = tab().wait_ready()
    assert runs.says("print('kept')") == "kept"
    cluster.command("scancel", runs.job["id"])
    ended = runs.wait_ended()
    assert "batch system ended the runtime's job" in ended["detail"], ended
    runs.page.wait_saved()
    assert server.person.file(runs.notebook)["cells"][-1]["outputs"][0]["text"] == ["kept\n"]
    runs.is_gone(ended["id"])


def test_a_killed_job_ends_the_lease_and_the_next_runtime_clears_up(server, cluster, tab):
    runs = tab().wait_ready()
    assert runs.says("print('kept')") == "kept"
    runtime = runs.lease["id"]
    cluster.command("scancel", "--signal=KILL", "--batch", runs.job["id"])
    ended = runs.wait_ended()
    assert ended["reason"] == "supervisor_lost" and ended["detail"], ended
    assert server.person.file(runs.notebook)["cells"][-1]["outputs"][0]["text"] == ["kept\n"]
    tab("cpu").wait_ready()  # On the same machine.
    runs.is_gone(runtime)


def test_a_machine_that_is_down_ends_the_lease_in_words(server, cluster, tab):
    runs = tab().wait_ready()
    assert runs.says("print('kept')") == "kept"
    runtime = runs.lease["id"]
    cluster.fail_machine()
    try:
        ended = runs.wait_ended()
        assert ended["detail"] == "The machine that the runtime ran on has failed.", ended
        waits = tab()
        waits.page.wait(lambda: waits.lease["state"] == "queued" and "down" in waits.lease["detail"], 20)
    finally:
        cluster.mend_machine()
    runs.page.wait_saved()
    assert server.person.file(runs.notebook)["cells"][-1]["outputs"][0]["text"] == ["kept\n"]
    waits.wait_ready()
    runs.is_gone(runtime)


def test_jobs_outlive_a_killed_server(server, cluster, tab):
    runs, other = tab().wait_ready(), tab().wait_ready()
    waits = tab().wait_queued("Waiting for a free T4.")
    assert runs.says("x = 41; print(x)") == "41"
    cell = runs.page.add_code("import time\nfor i in range(40):\n    print(i, flush=True); time.sleep(0.1)")
    runs.page.do("run", cells=[cell])
    runs.page.wait(lambda: "3" in text_of(runs.page.cells[cell]), 20)
    ids = [each.lease["id"] for each in (runs, other, waits)]
    server.kill()
    server.start()
    server.person = server.sign_in()
    for each in (runs, other, waits):
        each.open()
        each.page.wait(lambda each=each: each.lease["id"], 10)
    runs.page.wait(lambda: runs.page.cells[cell].get("last_run"), 60)
    assert text_of(runs.page.cells[cell]).split() == [str(i) for i in range(40)]
    assert runs.says("print(x + 1)") == "42"
    waits.wait_queued("Waiting for a free T4.")
    assert [each.lease["id"] for each in (runs, other, waits)] == ids
    waits.end()
