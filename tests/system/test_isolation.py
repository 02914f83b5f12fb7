"""Attacks from inside a runtime: each is contained and told, and a runtime beside it does not notice. Real supervisors with real
containers, under every OCI runtime that this host has."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest

from attacks import IMPOSTOR, PRELUDE
from colibri import BINARIES
from runtime import Runtime

OCI_RUNTIMES = [name for name in ("crun", "runc") if shutil.which(name, path="/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin")]
MEMORY, PIDS, DISK = 512 << 20, 256, 192 << 20
SECRET = "a-secret-of-the-neighbour-" + os.urandom(4).hex()

pytestmark = pytest.mark.usefixtures("unharmed")


class Attacker:
    """Runs attacks as cells of a notebook; gives what they print, as JSON."""

    def __init__(self, runtime):
        self.runtime, self.count = runtime, 0

    def begin(self, code):
        self.count += 1
        self.runtime.execute(name := f"attack{self.count}", code)
        return name

    def run(self, code, seconds=40):
        name = self.begin(code)
        done = self.runtime.done(name, seconds)
        text = self.runtime.text(name)
        assert done["status"] == "ok", (done, text, self.runtime.outputs(name))
        return json.loads(text.splitlines()[-1]) if text.strip() else None

    def evaluate(self, expression, seconds=40):
        return self.run(f"import json; print(json.dumps({expression}))", seconds)

    def died(self, code, seconds=40):
        """Runs what ends its own kernel: the reason that a person reads; waits for the next kernel."""
        at = len(self.runtime.events)
        name = self.begin(code)
        reason = self.runtime.done(name, seconds)["reason"]
        self.runtime.wait(lambda e: e["type"] == "kernel" and e["state"] == "idle", seconds, at)
        self.run(PRELUDE)
        return reason

    def restart(self):
        at = len(self.runtime.events)
        self.runtime.send({"type": "restart", "command": f"restart{self.count}{at}"})
        self.runtime.wait(lambda e: e["type"] == "kernel" and e["state"] == "restarting", 20, at)
        self.runtime.wait(lambda e: e["type"] == "kernel" and e["state"] == "idle", 60, at)
        self.run(PRELUDE)


def make(oci, **config):
    values = {"sandbox": oci, "network": "slirp4netns", "memory_bytes": MEMORY, "pids": PIDS, "cpus": 1, "disk_bytes": DISK,
              "disk_required": True}
    return Runtime(**{**values, **config})


@pytest.fixture(scope="module", params=OCI_RUNTIMES)
def pair(request, image):
    """A runtime that attacks, and one beside it."""
    made = [make(request.param), make(request.param, env={"NEIGHBOUR_SECRET": SECRET})]
    try:
        for runtime in made:
            runtime.start()
        for runtime in made:
            runtime.ready()
        attacker, neighbour = (Attacker(runtime) for runtime in made)
        attacker.run(PRELUDE)
        neighbour.run(f"open('/content/secret', 'w').write({SECRET!r}); x = 41")
        yield attacker, neighbour
        for runtime in made:
            assert runtime.shut_down() == 0
            assert runtime.folder.name not in processes()
    finally:
        for runtime in made:
            runtime.close()


@pytest.fixture
def attacker(pair):
    return pair[0]


@pytest.fixture
def neighbour(pair):
    return pair[1]


@pytest.fixture
def unharmed(request):
    """The neighbour answers in time after each attack, with all that it had; the attacker's runtime is still good for work."""
    if "attacker" not in request.fixturenames:
        return (yield)
    attacker, neighbour = request.getfixturevalue("pair")
    free = room()
    yield
    answers_in_time(neighbour)
    assert neighbour.evaluate("open('/content/secret').read()") == SECRET
    assert attacker.evaluate("6 * 7", 30) == 42
    assert pss(attacker.runtime.process.pid) < 80 << 20
    assert free - room() < DISK + (256 << 20), "the host's room shrinks"


def answers_in_time(neighbour, seconds=5):
    before = time.monotonic()
    assert neighbour.evaluate("x + 1", 30) == 42
    assert time.monotonic() - before < seconds


def room():
    status = os.statvfs("/tmp")
    return status.f_bavail * status.f_frsize


def pss(pid):
    return next(int(line.split()[1]) << 10 for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                if line.startswith("Pss:"))


def processes():
    return subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True).stdout


def first_user(runtime):
    """Of the host, that it has."""
    return int(pathlib.Path(f"/proc/{init_pid(runtime)}/uid_map").read_text().split()[1])


def init_pid(runtime):
    return int((pathlib.Path(runtime.config["run_dir"]) / "init.pid").read_text())


# --- taking all there is


def test_a_fork_bomb_hits_its_limit_and_says_so(attacker, neighbour):
    name = attacker.begin("""
children = []
try:
    while True:
        pid = os.fork()
        if pid == 0:
            time.sleep(100); os._exit(0)
        children.append(pid)
except OSError as e:
    print(len(children), e.strerror, flush=True)
time.sleep(1.5)
for pid in children:
    os.kill(pid, 9); os.waitpid(pid, 0)
""")
    attacker.runtime.wait(lambda e: e["type"] == "stream" and e["execution"] == name, 30)
    answers_in_time(neighbour)
    attacker.runtime.done(name)
    count, _, words = attacker.runtime.text(name).partition(" ")
    assert 50 < int(count) < PIDS and "temporarily unavailable" in words


def test_who_takes_too_much_memory_is_killed_and_told(attacker):
    assert attacker.died("x = bytearray(2 << 30)") == "out_of_memory"


def test_a_child_that_takes_too_much_memory_leaves_the_kernel(attacker):
    code = "subprocess.run([sys.executable, '-c', 'x = bytearray(2 << 30)']).returncode"
    assert attacker.evaluate(code) == -signal.SIGKILL


@pytest.mark.parametrize("folder", ["/content", "/tmp", "/var/tmp", "/root"])
def test_a_full_disk_is_full_for_itself(attacker, neighbour, folder):
    error, size = attacker.evaluate(f"fill('{folder}', 4 << 30)")
    assert error == "ENOSPC" and DISK // 2 < size < DISK
    assert neighbour.evaluate("__import__('shutil').disk_usage('/content').free") > DISK // 2


def test_meters_show_the_disk_of_the_runtime(attacker):
    attacker.run("f = open('/content/half', 'wb'); _ = f.write(bytes(100 << 20)); f.close()")
    with attacker.runtime.changed:
        assert attacker.runtime.changed.wait_for(lambda: attacker.runtime.meters[-1]["disk_used"] > 100 << 20, 10)
    assert attacker.runtime.meters[-1]["disk_total"] <= DISK
    attacker.run("os.remove('/content/half')")


def test_shared_memory_counts_as_memory(attacker):
    error, size = attacker.evaluate("fill('/dev/shm', 4 << 30)")
    assert error == "ENOSPC" and size <= MEMORY


@pytest.mark.parametrize("folder", ["/content", "/dev/shm", "/dev", "/run/colibri/k"])
def test_files_run_out_for_itself(attacker, folder):
    before = os.statvfs("/tmp").f_ffree
    error = attacker.evaluate(f"""(lambda d: (os.mkdir(d), attempt(lambda: [os.close(os.open(f'{{d}}/{{i}}', os.O_CREAT)) for i in range(400_000)]),
        subprocess.run(['rm', '-rf', d])))('{folder}/many')[1]""", 60)
    assert error in ("ENOSPC", "EROFS", "EDQUOT")
    assert before - os.statvfs("/tmp").f_ffree < 20_000


def test_a_million_descriptors_are_refused(attacker):
    assert attacker.run("""
taken = []
try:
    for i in range(1_000_000): taken.append(os.open('/dev/null', 0))
except OSError as e: name = errno.errorcode[e.errno]
for fd in taken: os.close(fd)
import json; print(json.dumps([name, len(taken)]))
""")[0] == "EMFILE"


def test_descriptors_in_flight_have_an_end(attacker):
    assert attacker.run("""
pairs, name = [], 'done'
fd = os.open('/dev/null', 0)
try:
    for i in range(3000):
        pairs.append(socket.socketpair()); pairs[-1][0].setblocking(False)
        try:
            while True: socket.send_fds(pairs[-1][0], [b'x'], [fd] * 250)
        except BlockingIOError: pass
except OSError as e: name = errno.errorcode[e.errno]
for a, b in pairs: a.close(); b.close()
os.close(fd)
import json; print(json.dumps(name))
""", 60) in ("ETOOMANYREFS", "EMFILE", "ENOBUFS", "ENOMEM")


@pytest.mark.parametrize("oci", OCI_RUNTIMES)
def test_runtimes_beside_each_other_share_no_user(image, oci):
    """Also when two servers, who know nothing of each other, ask for the same users."""
    runtimes = [make(oci, network="none") for _ in range(2)]
    try:
        for runtime in runtimes:
            runtime.start()
        for runtime in runtimes:
            runtime.ready()
        first, second = sorted(first_user(runtime) for runtime in runtimes)
        assert second - first >= 65536
        for runtime in runtimes:
            assert runtime.shut_down() == 0
    finally:
        for runtime in runtimes:
            runtime.close()


# --- the kernel's doors


def test_everybody_can_be_killed_but_the_first_process(attacker):
    at = len(attacker.runtime.events)
    attacker.begin("subprocess.run(['sh', '-c', 'kill -9 -1'])")
    lost = attacker.runtime.wait(lambda e: e["type"] == "kernel" and e["state"] == "restarting", 20, at)
    assert lost["reason"] == "kernel_died"
    attacker.runtime.wait(lambda e: e["type"] == "kernel" and e["state"] == "idle", 60, at)
    attacker.run(PRELUDE)


def test_the_kernels_knobs_are_closed(attacker):
    paths = ["/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/overcommit_memory",
             "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/pids/pids.max", "/sys/fs/cgroup/memory.max",
             "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/pids/cgroup.procs", "/sys/kernel/uevent_helper", "/sys/power/state"]
    assert "done" not in attacker.evaluate(f"[attempt(lambda: write_to(p)) for p in {paths} if os.path.exists(p)]")
    assert not any(attacker.evaluate("[len(open(p, 'rb').read(16)) for p in ('/proc/kcore', '/proc/keys') if os.path.exists(p)]"))


def test_calls_that_lead_out_are_refused(attacker):
    calls = {"mount": "(165, b'x', b'/mnt', b'tmpfs', 0, 0)", "umount": "(166, b'/content', 2)", "unshare -Ur": "(272, 0x10000000)",
             "clone a user namespace": "(56, 0x10000011, 0, 0, 0, 0)", "setns": "(308, 0, 0)", "keyctl": "(250, 0, 0, 0)",
             "add_key": "(248, b'user', b'x', b'x', 1, -3)", "bpf": "(321, 0, 0, 0)", "io_uring": "(425, 1, 0)",
             "userfaultfd": "(323, 0)", "perf_event_open": "(298, 0, 0, 0, 0, 0)", "open_by_handle_at": "(304, 0, 0, 0)",
             "pivot_root": "(155, b'/', b'/')", "fsopen": "(430, b'tmpfs', 0)", "open_tree": "(428, -100, b'/', 1)",
             "init_module": "(175, 0, 0, 0)", "reboot": "(169, 0, 0, 0, 0)", "swapon": "(167, b'/x', 0)", "syslog": "(103, 3, 0, 0)",
             "settimeofday": "(164, 0, 0)", "a disk's node": "(133, b'/content/vda', 0o60666, 0xfe00)",
             "/dev/mem": "(133, b'/content/mem', 0o20666, 0x101)"}
    results = attacker.evaluate("{" + ", ".join(f"{name!r}: call{arguments}" for name, arguments in calls.items()) + "}")
    assert {name: error for name, error in results.items() if error != "EPERM"} == {}
    assert attacker.evaluate("subprocess.run(['unshare', '-Ur', 'true'], capture_output=True).returncode") != 0


def test_the_first_process_cannot_be_traced_or_read(attacker):
    assert attacker.evaluate("[call(101, 16, 1, 0, 0), call(101, 0x4206, 1, 0, 0), read_memory(1)]") == ["EPERM"] * 3
    assert "done" not in attacker.evaluate("[attempt(lambda: open(f'/proc/1/{n}', 'rb').read()) for n in ('environ', 'mem', 'maps')]")
    # pidfd_getfd: the first process's socket to the supervisor.
    assert attacker.run("""
import json; pidfd = os.pidfd_open(1); print(json.dumps([call(438, pidfd, fd, 0) for fd in range(5)])); os.close(pidfd)
""") == ["EPERM"] * 5


def test_the_files_of_the_first_process_cannot_be_replaced(attacker):
    tries = ["write_to('/run/colibri/init')", "os.remove('/run/colibri/init')", "os.rename('/run/colibri/init', '/run/colibri/x')",
             "os.chmod('/run/colibri/init', 0o777)", "os.rename('/run/colibri/k', '/run/colibri/x')", "os.rename('/content', '/elsewhere')"]
    results = attacker.evaluate("[" + ", ".join(f"attempt(lambda: {each})" for each in tries) + "]")
    assert "done" not in results, dict(zip(tries, results))


def test_there_is_no_device_but_the_harmless_ones(attacker):
    code = """[os.path.join(r, f) for r, _, fs in os.walk('/dev') for f in fs if os.lstat(os.path.join(r, f)).st_mode & 0o170000 in (0o60000, 0o20000)]"""
    found = set(attacker.evaluate(code))
    assert found <= {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/console", "/dev/pts/ptmx"}
    assert attacker.evaluate("attempt(lambda: os.mknod('/content/n', 0o20666, os.makedev(195, 0)))") == "EPERM"


def test_the_devices_it_shares_with_the_host_stay_the_hosts(attacker):
    nodes = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]
    tries = [f"os.{change}" for node in nodes for change in (f"chmod('{node}', 0)", f"chown('{node}', 7, 7)")]
    results = attacker.evaluate("[" + ", ".join(f"attempt(lambda: {each})" for each in tries) + "]")
    assert "done" not in results, dict(zip(tries, results))
    assert {node: (os.stat(node).st_uid, os.stat(node).st_mode & 0o777) for node in nodes} == dict.fromkeys(nodes, (0, 0o666))


def test_raw_sockets_are_refused(attacker):
    kinds = "[(2, 3, 1), (2, 3, 255), (10, 3, 58), (17, 3, 3), (40, 1, 0), (38, 5, 0)]"
    results = attacker.evaluate(f"[attempt(lambda: socket.socket(f, k, p)) for f, k, p in {kinds}]")
    assert "done" not in results, results


# --- reaching others


def test_it_sees_no_process_but_its_own(attacker, neighbour):
    seen = attacker.evaluate("[open(f'/proc/{p}/cmdline').read() for p in os.listdir('/proc') if p.isdigit()]")
    assert len(seen) < 30 and not [line for line in seen if "supervisor" in line or "pytest" in line]
    code = f"""
import json
found = []
for folder in ('/proc', '/run', '/tmp', '/content', '/dev', '/var', '/etc', '/home', '/mnt'):
    for root, folders, files in os.walk(folder):
        if root.startswith('/proc/') and 'task' in folders: folders[:] = []
        for name in files:
            try:
                fd = os.open(os.path.join(root, name), os.O_RDONLY | os.O_NONBLOCK)
            except OSError:
                continue
            try:
                data = os.read(fd, 1 << 16)
                if {SECRET[:-4]!r}.encode() in data and {SECRET[-4:]!r}.encode() in data and 'self' not in root: found.append(os.path.join(root, name))
            except OSError: pass
            finally: os.close(fd)
print(json.dumps(found))
"""
    assert attacker.run(code, 60) == []
    # Nor can it be signalled: that process id means nothing there.
    assert attacker.evaluate(f"attempt(lambda: os.kill({init_pid(neighbour.runtime)}, 9))") == "ESRCH"


def test_abstract_sockets_of_the_host_are_not_there(attacker):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(name := f"\0colibri-isolation-{os.getpid()}")
        listener.listen()
        assert attacker.evaluate(f"attempt(lambda: socket.socket(socket.AF_UNIX).connect({name!r}))") == "ECONNREFUSED"
    link = attacker.runtime.config["link"]
    assert attacker.evaluate(f"attempt(lambda: socket.socket(socket.AF_UNIX).connect({link!r}))") == "ENOENT"


def host_addresses():
    lines = json.loads(subprocess.run(["ip", "-j", "address"], capture_output=True, text=True, check=True).stdout)
    return [a["local"] for line in lines for a in line.get("addr_info", []) if a["scope"] == "global"]


def gateways():
    found = []
    for version in "-4", "-6":
        routes = subprocess.run(["ip", version, "-j", "route", "show", "default"], capture_output=True, text=True).stdout
        found += [r["gateway"] for r in json.loads(routes or "[]") if "gateway" in r]
    return found


@pytest.mark.parametrize("port", [0, 6817, 6818], ids=["server", "slurmctld", "slurmd"])
def test_nothing_of_the_host_is_reached(attacker, port):
    """A port of the host on every address, TCP and UDP: as the server's, Slurm's and munge's would be."""
    stream, packets = socket.socket(socket.AF_INET6), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    with stream, packets:
        for each in stream, packets:
            each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stream.bind(("::", port))
        packets.bind(("::", number := stream.getsockname()[1]))
        stream.listen(64)
        threading.Thread(target=echo, args=(packets,), daemon=True).start()
        assert socket.create_connection(("127.0.0.1", number), 3)  # It does listen.
        targets = ["127.0.0.1", "::1", "::ffff:127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.2.2", "10.0.2.3", "169.254.169.254",
                   *host_addresses(), *gateways()]
        code = f"""[(a, k) for a in {targets} for k in (1, 2) if not (a == '10.0.2.3' and k == 2) and reach(a, {number}, k, 0.7)]"""
        assert attacker.evaluate(code, 60) == []


def echo(packets):
    try:
        while True:
            data, sender = packets.recvfrom(64)
            packets.sendto(data, sender)
    except OSError:
        pass


def test_private_networks_and_metadata_have_no_route(attacker):
    targets = ["10.1.2.3", "172.16.0.1", "172.31.255.1", "192.168.0.1", "100.64.0.1", "169.254.169.254", "169.254.1.1", "100.100.100.200",
               "fd00::1", "fd00:ec2::254", "fe80::1"]
    codes = attacker.evaluate(f"""[attempt(lambda: socket.create_connection((a, 80), 2).close()) for a in {targets}]""")
    # Refused by the kernel inside, not by a network that happens to be silent.
    assert set(codes) <= {"EHOSTUNREACH", "ENETUNREACH", "EINVAL", "EADDRNOTAVAIL"}, dict(zip(targets, codes))


def test_other_runtimes_are_not_reached(attacker, neighbour):
    neighbour.run("import socket; server = socket.socket(); server.bind(('0.0.0.0', 7777)); server.listen()")
    addresses = neighbour.evaluate("__import__('subprocess').run(['cat', '/proc/net/fib_trie'], capture_output=True, text=True).stdout.split()")
    own = sorted({a for a in addresses if a.count(".") == 3 and a.startswith(("10.", "172.", "192."))})
    assert attacker.evaluate(f"[a for a in {own} if reach(a, 7777, timeout=0.7)]") == []
    neighbour.run("server.close()")


# --- lying to the supervisor


def test_a_forged_signature_is_dropped(attacker):
    name = attacker.begin("publish(forge(key=b'wrong')); print('true')")
    attacker.runtime.done(name)
    assert attacker.runtime.text(name) == "true\n"


def test_output_for_another_cell_does_not_reach_it(attacker):
    victim = attacker.begin("print('mine')")
    attacker.runtime.done(victim)
    attacker.run("""
publish(*[forge(parent=parent) for parent in ({}, {'msg_id': 'x'}, {'msg_id': 7}, {'msg_id': 'x' * 100_000}, 'text', [], 5)])
publish(*[forge(kind, content=content) for kind in ('status', 'execute_input', 'execute_result', 'error', 'comm_open', '', 'x' * 1000)
          for content in ({}, [], 'x', {'execution_state': 7}, {'execution_count': 'x'}, {'data': 5}, {'comm_id': {}})])
""")
    # The execution ids of the server are never the kernel's: what it invents belongs to no cell.
    for event in attacker.runtime.events:
        if event.get("execution") == victim and event["type"] == "stream":
            assert event["text"] == "mine\n"
    answers = attacker.begin("print('still here')")
    attacker.runtime.done(answers)
    assert attacker.runtime.text(answers) == "still here\n"


def test_nonsense_on_the_sockets_is_dropped(attacker):
    attacker.run("""
publish([b''], [b'<IDS|MSG>'], [b'<IDS|MSG>', b''], [os.urandom(100)] * 5, [b'x'] * 2000, [b'<IDS|MSG>'] * 50,
        [b'<IDS|MSG>', b'0' * 64, b'{' * 100_000, b'{}', b'{}', b'{}'], [b'<IDS|MSG>', b'0' * 64, b'\\xff', b'\\xff', b'', b''])
publish(*[[os.urandom(200)] for i in range(3000)])
""")


def test_a_flood_of_binary_output_is_bounded(attacker):
    """Signed, well-formed and huge: what does not fit is said to be left out."""
    attacker.runtime.run(name := "floodbinary", """
from IPython.display import display
for i in range(3): display({'text/plain': 'x' * (50 << 20)}, raw=True)
""", 60)
    assert {o.get("ename") for o in attacker.runtime.outputs(name)} == {"OutputTooLarge"}


@pytest.mark.parametrize("oci", OCI_RUNTIMES[:1])
def test_a_message_without_an_end_is_cut_off(image, oci):
    """Frame after frame of one message: the supervisor's memory has a limit, the kernel is heard again, and the person is told."""
    runtime = make(oci, network="none").start().ready()
    try:
        runtime.execute("endless", """
import os, socket, time
connections = []
for fd in os.listdir('/proc/self/fd'):
    try:
        s = socket.socket(fileno=os.dup(int(fd)))
        if s.getsockname() == '/run/colibri/k/k-2' and s.getpeername() is not None: connections.append(s)
    except OSError: pass
part = b'\\x03' + (4 << 20).to_bytes(8, 'big') + bytes(4 << 20)
connections[0].setblocking(True)
while True: connections[0].sendall(part)
""")
        most, end = 0, time.monotonic() + 40
        while not [e for e in runtime.of("endless") if e["type"] == "done"]:
            assert time.monotonic() < end and runtime.process.poll() is None
            most = max(most, pss(runtime.process.pid))
            time.sleep(0.01)
        assert 100 << 20 < most < 1100 << 20
        assert "lost" in runtime.text("endless", "stderr")
        runtime.run("after", "print(6 * 7)")
        assert runtime.text("after") == "42\n"
        assert pss(runtime.process.pid) < 80 << 20
        assert runtime.shut_down() == 0
    finally:
        runtime.close()


def impostor(seconds, speech):
    return f"subprocess.Popen([sys.executable, '-c', {IMPOSTOR!r}, str(os.getpid()), '{seconds}', '{speech}'], start_new_session=True); time.sleep(9)"


def test_an_impostor_on_the_kernels_sockets_gets_nowhere(attacker):
    """Its kernel stopped, somebody else answers at its sockets: with garbage, frames of 2^62 bytes, and descriptors."""
    at = len(attacker.runtime.events)
    attacker.begin(impostor(3, "nonsense"))
    # The kernel is killed; the next one takes its sockets back.
    lost = attacker.runtime.wait(lambda e: e["type"] == "kernel" and e["state"] == "restarting", 20, at)
    attacker.runtime.wait(lambda e: e["type"] == "kernel" and e["state"] == "idle", 40, attacker.runtime.events.index(lost))
    attacker.run(PRELUDE)


def test_links_among_the_sockets_lead_nowhere(attacker):
    target = pathlib.Path(attacker.runtime.folder) / "target"
    target.write_text("untouched")
    attacker.run(f"""
os.chdir('/run/colibri/k')
for name in os.listdir('.'): os.remove(name)
for n in range(1, 6): os.symlink({str(target)!r}, f'k-{{n}}')
os.symlink({str(target)!r}, 'connection.json')
os.chdir('/content')
""")
    attacker.restart()
    assert target.read_text() == "untouched" and target.stat().st_uid == 0
    attacker.run("""
os.chdir('/run/colibri/k')
for name in os.listdir('.'): os.remove(name)
for n in range(1, 6): os.mkfifo(f'k-{n}')
os.mkfifo('connection.json')
os.chdir('/content')
""")
    attacker.restart()


def test_kernel_descriptions_that_are_links_lead_nowhere(attacker):
    host_file = pathlib.Path(attacker.runtime.folder) / "kernel.json"
    host_file.write_text(json.dumps({"argv": ["python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                                     "display_name": "of the host", "language": "python", "env": {"FROM": "host"}}))
    up = "../" * 30
    attacker.run(f"""
import json
base = '/usr/local/share/jupyter/kernels'
os.makedirs(base, exist_ok=True)
for name, target in (('a', {up!r} + {str(host_file.parent)[1:]!r}), ('b', '/proc/self/root' + {str(host_file.parent)!r})):
    os.symlink(target, f'{{base}}/{{name}}')
os.makedirs(f'{{base}}/c'); os.symlink('/dev/zero', f'{{base}}/c/kernel.json')
os.makedirs(f'{{base}}/d'); os.mkfifo(f'{{base}}/d/kernel.json')
""")
    attacker.restart()
    assert attacker.evaluate("os.environ.get('FROM')") is None
    attacker.run("import shutil; shutil.rmtree('/usr/local/share/jupyter/kernels')")


def test_a_kernel_that_stops_itself_can_be_interrupted_and_restarted(attacker, neighbour):
    name = attacker.begin("print('on', flush=True); time.sleep(0.5); os.kill(os.getpid(), signal.SIGSTOP); time.sleep(100)")
    attacker.runtime.wait(lambda e: e["type"] == "stream" and e["execution"] == name)
    answers_in_time(neighbour)
    time.sleep(0.3)
    attacker.runtime.send({"type": "interrupt"})
    assert attacker.runtime.done(name, 15)["reason"] == "interrupted"
    name = attacker.begin("os.kill(os.getpid(), signal.SIGSTOP)")
    time.sleep(0.5)
    attacker.restart()
    assert attacker.runtime.done(name)["reason"] == "restarted"


# --- what makes the containers


@pytest.mark.parametrize("sandbox, words", [("no-such-runtime", "apt-get install no-such-runtime"), ("/bin/true", "preserve-fds"),
                                            ("../crun", "name or the absolute path")])
def test_a_program_that_makes_no_containers_is_refused_in_words(tmp_path, sandbox, words):
    result = subprocess.run([BINARIES / "colibri", "serve", "--data", tmp_path / "data", "--port", "0", "--sandbox", sandbox],
                            capture_output=True, text=True, timeout=20)
    assert result.returncode == 2 and words in result.stdout + result.stderr


# --- staying


@pytest.mark.parametrize("oci", OCI_RUNTIMES)
def test_nothing_survives_the_end(image, oci):
    """Daemons, a bomb that forks on, and one that ignores all signals: gone in seconds, with all that the runtime had on the host."""
    runtime = make(oci)
    try:
        survives_nothing(runtime.start().ready())
    finally:
        runtime.close()


def survives_nothing(runtime):
    mark = f"sleep {300000 + os.getpid()}"
    runtime.run("stay", f"""
import os, signal, subprocess, sys
ended, held = os.pipe()  # Closed by what is executed.
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 64):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        os.execvp('sleep', {mark.split()!r})
    os._exit(0)
os.close(held)
os.read(ended, 1)  # The one that was forked twice is there before the bomb leaves it no time.
subprocess.Popen(['setsid', 'sh', '-c', 'f() {{ f | f & }}; trap "" TERM INT HUP; while :; do f; done'],
                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print('there')
""")
    assert mark in processes()
    users = first_user(runtime)
    before = time.monotonic()
    assert runtime.shut_down(25) == 0
    assert time.monotonic() - before < 15
    assert mark not in processes()
    uids = range(users, users + 65536)
    left = subprocess.run(["ps", "ax", "-o", "uid="], capture_output=True, text=True).stdout.split()
    assert not [uid for uid in left if int(uid) in uids]
    assert not list(pathlib.Path("/sys/fs/cgroup").glob(f"**/colibri/{runtime.folder.name}"))
