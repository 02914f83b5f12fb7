"""Code for a kernel: how a program in a runtime speaks to the agent's socket (docs/protocol.md 3.4)."""

SPEAK = r'''
import json, os, socket, time

def dial():
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(60)
    s.connect(os.environ["COLIBRI_AGENT"])
    return s

def say(s, *lines):
    s.sendall("".join(line + "\n" for line in lines).encode())

def hear(s, count=1):
    data = b""
    while data.count(b"\n") < count:
        piece = s.recv(65536)
        if not piece:
            break
        data += piece
    return [json.loads(line) for line in data.decode().splitlines()]

def ask(method, timeout_ms=20000, **params):
    with dial() as s:
        say(s, json.dumps({"id": 1, "method": method, "params": params, "timeout_ms": timeout_ms}))
        answer = hear(s)[0]
    assert answer["id"] == 1, answer
    return answer.get("result", answer.get("error"))
'''
