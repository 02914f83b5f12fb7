"""The supervisor's socket in the runtime: one JSON object a line, each way."""
import json
import os
import socket

MAX_LINE = 1024 * 1024
LONGEST_S = 24 * 3600  # For what waits for a person.
GRACE_S = 5  # The other side keeps the time; this is for when it does not.


class AgentError(Exception):
    """`code` is a word for programs, the text a sentence for people."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def ask(method, params, timeout_s=None):
    """The result of one request, on a connection of its own, so that any thread may ask."""
    path = os.environ.get("COLIBRI_AGENT")
    if not path:
        raise AgentError("no_agent", "This runtime has no connection to its page.")
    timeout_s = LONGEST_S if timeout_s is None else timeout_s
    line = json.dumps({"id": 1, "method": method, "params": params, "timeout_ms": int(timeout_s * 1000)}).encode()
    if len(line) >= MAX_LINE:
        raise AgentError("too_large", f"What is sent to the page is over {MAX_LINE >> 20} MiB.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_s + GRACE_S)
        try:
            connection.connect(path)
            connection.sendall(line + b"\n")
            with connection.makefile("rb") as answers:
                answer = json.loads(answers.readline())
        except socket.timeout:
            raise AgentError("timeout", "There was no answer in time.") from None
        except (OSError, ValueError):
            raise AgentError("unavailable", "The runtime's connection to its page was lost.") from None
    error = answer.get("error")
    if error is not None:
        raise AgentError(error.get("code", ""), error.get("message", ""))
    return answer.get("result")
