"""A private Slurm of one machine: munged, slurmctld and slurmd on loopback with folders, ports and sockets of their own,
and two declared GPUs of the kind t4. Needs root, touches nothing of a Slurm that the host may have, and leaves nothing."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from colibri import free_port

PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
DEVICES = ("/dev/null", "/dev/zero")  # What stands for the GPUs: files must be there, and differ.

CONFIG = """
ClusterName=private
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
AuthType=auth/munge
AuthInfo=socket={base}/munge/socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={base}/state
SlurmdSpoolDir={base}/spool
SlurmctldPidFile={base}/slurmctld.pid
SlurmdPidFile={base}/slurmd.pid
SlurmctldLogFile={base}/slurmctld.log
SlurmdLogFile={base}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=2,sched_min_interval=0,batch_sched_delay=0
GresTypes=gpu
SlurmdParameters=config_overrides
ReturnToService=2
SlurmctldTimeout=5
MessageTimeout=5
KillWait=10
NodeName=localhost NodeAddr=127.0.0.1 CPUs=16 Boards=1 SocketsPerBoard=1 CoresPerSocket=16 ThreadsPerCore=1 \
RealMemory=16000 Gres=gpu:t4:2 State=UNKNOWN
PartitionName=gpu Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


class Cluster:
    def __init__(self):
        self.base = pathlib.Path(tempfile.mkdtemp(prefix="clbs", dir="/tmp"))  # Short: paths of sockets end at 107 bytes.
        self.base.chmod(0o755)
        self.config = self.base / "slurm.conf"
        self.processes = {}

    def start(self):
        for folder in ("munge", "state", "spool", "shared", "node"):
            (self.base / folder).mkdir(mode=0o755)
        key = self.base / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        self.config.write_text(CONFIG.format(base=self.base, controller_port=free_port(), node_port=free_port()))
        (self.base / "gres.conf").write_text("".join(f"Name=gpu Type=t4 File={device}\n" for device in DEVICES))
        # A plugin for control groups is loaded though nothing here uses it. This one looks at nothing when it is loaded, while
        # the one for version 2 refuses hosts that have both versions, and needs systemd.
        (self.base / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        munge = self.base / "munge"
        self.run_daemon("munged", "--foreground", "--force", f"--key-file={key}", f"--socket={munge}/socket",
                        f"--pid-file={munge}/pid", f"--log-file={munge}/log", f"--seed-file={munge}/seed")
        self.wait(lambda: (munge / "socket").is_socket(), "munged")
        self.start_controller(fresh=True)
        self.start_node()
        return self

    def start_node(self):
        self.run_daemon("slurmd", "-D", "-N", "localhost", "-f", str(self.config))
        self.wait(lambda: self.command("sinfo", "-h", "-N", "-o", "%T", check=False).strip() in ("idle", "mixed"), "slurmd")

    def fail_machine(self):
        """As when its power goes: nothing of Slurm or of jobs on it says a word, and the controller takes it for down."""
        for pid in self.left(only_of_the_machine=True):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self.processes.pop("slurmd").wait()
        self.command("scontrol", "update", "NodeName=localhost", "State=DOWN", "Reason=power")

    def mend_machine(self):
        self.start_node()

    def start_controller(self, fresh=False):
        self.run_daemon("slurmctld", "-D", "-f", str(self.config), *(["-c"] if fresh else []))
        self.wait(lambda: "UP" in self.command("scontrol", "ping", check=False), "slurmctld")

    def stop_controller(self):
        self.end("slurmctld")

    def run_daemon(self, name, *arguments):
        program = shutil.which(name, path=PATH)
        assert program, f"{name} is missing: ./test installs it"
        out = open(self.base / f"{name}.out", "ab")
        self.processes[name] = subprocess.Popen([program, *arguments], env=self.environment(), cwd="/", stdin=subprocess.DEVNULL,
                                                stdout=out, stderr=out, start_new_session=True)

    def environment(self):
        return {"PATH": PATH, "LANG": "C.UTF-8", "SLURM_CONF": str(self.config)}

    def wait(self, condition, what, seconds=20):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                logs = "\n".join(f"== {log}\n{log.read_text(errors='replace')[-1500:]}"
                                 for log in (*self.base.glob("*.log"), *self.base.glob("*.out"), *self.base.glob("munge/log")))
                raise AssertionError(f"{what} did not get ready\n{logs}")
            time.sleep(0.05)

    def command(self, *argv, check=True):
        done = subprocess.run(argv, env=self.environment(), capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0 or not check, done.stderr
        return done.stdout

    def jobs(self):
        """Of those that are not over: by name (state, reason)."""
        lines = self.command("squeue", "-h", "-o", "%j|%T|%r|%i").splitlines()
        return {name: {"state": state, "reason": reason, "id": number}
                for name, state, reason, number in (line.split("|") for line in lines)}

    def end(self, name):
        process = self.processes.pop(name, None)
        if not process:
            return
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def left(self, only_of_the_machine=False):
        """Processes that know of our configuration, slurmstepd and all that jobs have started; or slurmd and these alone."""
        mark = f"SLURM_CONF={self.config}".encode()
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                environment = (folder / "environ").read_bytes()
                is_job = b"\0SLURM_JOB_ID=" in environment or (folder / "comm").read_text().strip() in ("slurmd", "slurmstepd")
                if mark in environment.split(b"\0") and (is_job or not only_of_the_machine):
                    yield int(folder.name)

    def stop(self):
        if "slurmctld" in self.processes:
            self.command("scancel", "--state=PENDING", "--user=root", check=False)
            self.command("scancel", "--user=root", check=False)
            with contextlib.suppress(AssertionError):
                self.wait(lambda: not self.jobs(), "the end of all jobs")
        for name in ("slurmd", "slurmctld", "munged"):
            self.end(name)
        for pid in self.left():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.base, ignore_errors=True)
