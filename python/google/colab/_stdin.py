"""The input box of a cell while a command runs that may ask something."""
import os
import sys
import termios

READS = {"x86_64": ("0", "19"), "aarch64": ("63", "65")}  # read and readv, as /proc names them.


class Question:
    """At most one box at a time, which a person may leave unanswered."""

    def __init__(self):
        from IPython import get_ipython
        kernel = getattr(get_ipython(), "kernel", None)
        switched_off = os.environ.get("COLAB_DISABLE_STDIN_FOR_SHELL_MAGICS", "") not in ("", "0", "false", "False")
        self.kernel = None if switched_off or not getattr(kernel, "_allow_stdin", False) else kernel
        self.open = False

    def ask(self, password):
        if self.kernel is None:
            return
        import zmq
        sys.stdout.flush()
        try:
            while True:  # An answer to an earlier question would be taken for this one's.
                self.kernel.stdin_socket.recv_multipart(zmq.NOBLOCK)
        except zmq.ZMQError:
            pass
        parent = self.kernel.get_parent("shell")
        ident = self.kernel._parent_ident["shell"]
        self.kernel.session.send(self.kernel.stdin_socket, "input_request", {"prompt": "", "password": password},
                                 parent, ident=ident)
        self.open = True

    def answer(self):
        """What the person has answered; None as long as they have not."""
        if not self.open:
            return None
        import zmq
        try:
            _, reply = self.kernel.session.recv(self.kernel.stdin_socket, zmq.NOBLOCK)
        except (ValueError, zmq.ZMQError):
            return None
        if reply is None:
            return None
        self.open = False
        value = reply.get("content", {}).get("value", "")
        return value if isinstance(value, str) else ""


def is_awaited(leader, terminal):
    """True when a process of the session that `leader` began waits for input from its terminal."""
    for name in os.listdir("/proc"):
        if name.isdigit() and reads_terminal(name, leader, terminal):
            return True
    return False


def reads_terminal(process, leader, terminal):
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            state, _, _, session = file.read().rpartition(b")")[2].split()[:4]
        if int(session) != leader or state != b"S":
            return False
        with open(f"/proc/{process}/syscall") as file:
            call = file.read().split()
        reads = READS.get(os.uname().machine, ())
        if call[0] in reads:
            return os.readlink(f"/proc/{process}/fd/{int(call[1], 16)}").startswith(("/dev/pts/", "/dev/tty"))
        # A program that edits its line by itself waits in another way, with the terminal in its own mode.
        return call[0] != "running" and not termios.tcgetattr(terminal)[3] & termios.ICANON and (
            os.readlink(f"/proc/{process}/fd/0").startswith("/dev/pts/") and is_foreground(process))
    except (OSError, ValueError, IndexError):
        return False


def is_foreground(process):
    with open(f"/proc/{process}/stat", "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    return fields[2] == fields[5]
