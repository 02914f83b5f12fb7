"""Shell commands of a cell: bash on a terminal of its own, seen as it prints, with a way to answer it.

A command ends when nothing holds its terminal any more, so one that is sent to the background with its output
elsewhere lets the cell end at once. What it prints is kept in part only where nobody wants it back.
"""
import codecs
import os
import select
import signal
import subprocess
import sys
import termios
import threading
import time

from google.colab import _stdin

MAX_KEPT = 256 * 1024 * 1024  # Characters of an output that is wanted back.
QUIET_S = 0.05  # After this long without output, what came is shown.
ASK_AFTER_S = 0.5  # A command that reads from its terminal and is quiet for so long waits for a person.
LOOK_EVERY_S = 0.25
KILL_AFTER_S = 0.5

# The terminal becomes bash's own because bash, without one, opens it. What it starts in the background outlives
# it: without a parent's HUP nothing is told that the terminal went.
BASH = ["/bin/bash", "-c", "trap '' HUP; exec 0<>\"$0\" 1>&0 2>&0 && exec /bin/bash -c \"$1\""]


class ShellResult(str):
    """What %shell returns: the text that was shown, with `args`, `returncode` and `output`."""

    def __new__(cls, args, returncode, output):
        result = super().__new__(cls, output)
        result.args, result.returncode, result.output = args, returncode, output
        return result

    def check_returncode(self):
        __tracebackhide__ = True
        if self.returncode:
            raise subprocess.CalledProcessError(returncode=self.returncode, cmd=self.args, output=self.output)

    def _repr_pretty_(self, printer, cycle):
        pass  # It has been shown.


def run(command, keep=False):
    """Runs it to its end; its exit status is the result's `returncode`, negative for a signal."""
    terminal, slave = os.openpty()
    try:
        quiet_terminal(slave)
        process = subprocess.Popen([*BASH, os.ttyname(slave), command], stdin=subprocess.DEVNULL,
                                   stdout=slave, stderr=slave, start_new_session=True, close_fds=True)
    except BaseException:
        os.close(terminal)
        raise
    finally:
        os.close(slave)
    try:
        output = Conversation(terminal, process, keep).until_end()
    finally:
        os.close(terminal)
    return ShellResult(command, process.wait(), output)


def quiet_terminal(slave):
    """No carriage returns before line ends, no ^X for control characters; as wide as a page."""
    import fcntl
    import struct
    modes = termios.tcgetattr(slave)
    modes[1] &= ~termios.ONLCR
    modes[3] &= ~termios.ECHOCTL
    termios.tcsetattr(slave, termios.TCSANOW, modes)
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))


class Conversation:
    """Carries what a command prints to the cell, and what a person answers to the command."""

    def __init__(self, terminal, process, keep):
        self.terminal, self.process = terminal, process
        self.kept, self.room = ([], MAX_KEPT) if keep else (None, 0)
        self.decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self.echo = b""  # What the terminal will repeat of an answer that the page shows by itself.
        self.question = _stdin.Question() if threading.current_thread() is threading.main_thread() else None
        self.interrupts, self.kill_at = 0, None
        self.heard, self.looked, self.shown = time.monotonic(), 0.0, True

    def until_end(self):
        while True:
            try:
                if not self.step():
                    break
            except KeyboardInterrupt:
                self.interrupt()
        self.show(self.decoder.decode(b"", final=True))
        sys.stdout.flush()
        return "".join(self.kept) if self.kept is not None else ""

    def step(self):
        """False once nothing holds the terminal."""
        if self.kill_at is not None and time.monotonic() >= self.kill_at:
            self.kill_at = None
            self.signal(signal.SIGKILL)
        readable, _, _ = select.select([self.terminal], [], [], QUIET_S)
        if not readable:
            self.be_quiet()
            return True
        try:
            piece = os.read(self.terminal, 65536)
        except OSError:  # EIO: the last one that held it is gone.
            return False
        if not piece:
            return False
        self.heard = time.monotonic()
        self.show(self.decoder.decode(self.without_echo(piece)))
        return True

    def be_quiet(self):
        if not self.shown:
            self.shown = True
            sys.stdout.flush()
        if not self.question:
            return
        answer = self.question.answer()
        if answer is not None:
            self.send(answer)
            return
        now = time.monotonic()
        if self.question.open or now - self.heard < ASK_AFTER_S or now - self.looked < LOOK_EVERY_S:
            return
        self.looked = now
        if _stdin.is_awaited(self.process.pid, self.terminal):
            self.question.ask(password=self.hides())

    def hides(self):
        """A program that edits its line by itself has no echo either, but shows what is typed."""
        modes = termios.tcgetattr(self.terminal)[3]
        return bool(modes & termios.ICANON and not modes & termios.ECHO)

    def send(self, answer):
        line = answer.encode() + b"\n" if answer != "\x04" else b"\x04"
        if answer != "\x04":
            self.echo = b"\n" if self.hides() else line
        self.heard = time.monotonic()
        while line:
            try:
                line = line[os.write(self.terminal, line):]
            except OSError:
                return

    def without_echo(self, piece):
        while self.echo and piece and piece[0] == self.echo[0]:
            self.echo, piece = self.echo[1:], piece[1:]
        if piece:
            self.echo = b""
        return piece

    def show(self, text):
        if not text:
            return
        if self.kept is not None and self.room > 0:
            self.kept.append(text[:self.room])
            self.room -= len(text)
        sys.stdout.write(text)
        self.shown = False

    def interrupt(self):
        """The first time asks the command to stop, the second time makes it."""
        self.interrupts += 1
        sys.stdout.write("^C\n")
        if self.interrupts == 1:
            self.signal(signal.SIGINT)
        else:
            self.signal(signal.SIGTERM)
            self.kill_at = time.monotonic() + KILL_AFTER_S

    def signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass
