"""A private PostgreSQL: a cluster in a temporary folder, on a Unix socket, gone at the end.

Usage: python tests/postgres.py COMMAND… runs the command with its address in COLIBRI_TEST_POSTGRESQL, as in
    python tests/postgres.py build/asan/bin/store_test
"""

import ctypes
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.parse

VARIABLE = "COLIBRI_TEST_POSTGRESQL"
# Whom Debian's package makes; PostgreSQL refuses to run as root.
USER = "postgres"
PR_SET_PDEATHSIG = 1


def programs():
    """The folder of initdb and postgres: the newest that is installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise FileNotFoundError("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent


class Cluster:
    """`with Cluster() as cluster`: cluster.url is its superuser's address. Nothing of it outlives this process."""

    def __init__(self):
        self.folder = self.process = None

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="colibri-postgresql-"))
        try:
            if os.geteuid() == 0:
                entry = pwd.getpwnam(USER)
                os.chown(self.folder, entry.pw_uid, entry.pw_gid)
            self.run(programs() / "initdb", "--pgdata", self.data, "--username", USER, "--auth", "trust", "--encoding",
                     "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions")
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def data(self):
        return self.folder / "data"

    @property
    def url(self):
        return self.address("postgres")

    def address(self, database):
        return f"postgresql://{USER}@/{database}?host={urllib.parse.quote(str(self.folder), safe='')}"

    def start(self):
        # No waiting for the disk: what a test proves about durability it proves about our part.
        settings = {"listen_addresses": "", "unix_socket_directories": self.folder, "fsync": "off",
                    "full_page_writes": "off", "shared_buffers": "16MB", "max_connections": "100",
                    "autovacuum": "off", "logging_collector": "off", "log_min_messages": "fatal"}
        command = [programs() / "postgres", "-D", self.data]
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True, cwd="/", preexec_fn=self.become)
        ready = [programs() / "pg_isready", "-h", self.folder, "-q", "-t", "1"]
        while subprocess.run(ready, check=False).returncode != 0:
            if self.process.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()}")

    def stop(self, how=signal.SIGINT):
        """SIGINT ends the connections and stops; SIGQUIT is a crash."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)
        self.process = None

    def sql(self, statement, database="postgres"):
        """The statement's result, a line a row."""
        return subprocess.run([programs() / "psql", "-XAtq", "-d", self.address(database), "-c", statement],
                              check=True, capture_output=True, text=True).stdout.strip()

    def create(self, database):
        """The address of a new database."""
        self.sql(f'CREATE DATABASE "{database}"')
        return self.address(database)

    def run(self, *command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/",
                              preexec_fn=self.become, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]}: {done.stdout}")

    @staticmethod
    def become():
        """In the child: not root, and gone with its parent, however that ends."""
        if os.geteuid() == 0:
            entry = pwd.getpwnam(USER)
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    # Ctrl+C and SIGTERM are for the command; then the cluster ends as well.
    with Cluster() as cluster:
        child = subprocess.Popen(sys.argv[1:], env=os.environ | {VARIABLE: cluster.url})
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, _: child.send_signal(received))
        return child.wait()


if __name__ == "__main__":
    sys.exit(main())
