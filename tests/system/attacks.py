"""What the attacks of test_isolation.py run inside a container: text for a kernel, in front of each attack's own lines."""

PRELUDE = r"""
import ctypes, errno, glob, os, pathlib, resource, signal, socket, struct, subprocess, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)

def call(number, *arguments):
    "The name of the error of a system call, or 'done'."
    ctypes.set_errno(0)
    values = [a if isinstance(a, bytes) else ctypes.c_long(a) for a in arguments]
    return 'done' if libc.syscall(number, *values) != -1 else errno.errorcode[ctypes.get_errno()]

def attempt(action):
    "The name of the error of an action, or 'done'."
    try:
        action()
    except OSError as e:
        return errno.errorcode.get(e.errno, str(e))
    return 'done'

def write_to(path, text='1'):
    with open(path, 'w') as f:
        f.write(text)

def reach(address, port, kind=socket.SOCK_STREAM, timeout=1.5):
    "Whether something answers there."
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    with socket.socket(family, kind) as s:
        s.settimeout(timeout)
        try:
            s.connect((address, port))
            if kind == socket.SOCK_DGRAM:
                s.send(b'x')
                s.recv(1)
        except OSError:
            return False
        return True

def fill(folder, limit):
    "Writes there until it is full: the error, and how many bytes went in."
    path, size = os.path.join(folder, 'fill'), 0
    try:
        with open(path, 'wb', buffering=0) as f:
            while size < limit:
                size += f.write(bytes(1 << 20))
        return 'done', size
    except OSError as e:
        return errno.errorcode[e.errno], size
    finally:
        pathlib.Path(path).unlink(missing_ok=True)

def forge(kind='stream', key=None, parent=None, content=None):
    "A signed message as the kernel's own."
    import hashlib, hmac, json
    session = get_ipython().kernel.session
    header = {'msg_id': os.urandom(8).hex(), 'msg_type': kind, 'username': 'x', 'session': session.session,
              'date': '2026-01-01T00:00:00Z', 'version': '5.3'}
    own = get_ipython().kernel.get_parent().get('header', {})
    parts = [json.dumps(p, default=str).encode() for p in (header, own if parent is None else parent, {},
                                              {'name': 'stdout', 'text': 'forged'} if content is None else content)]
    mac = hmac.new(session.key if key is None else key, digestmod=hashlib.sha256)
    for part in parts:
        mac.update(part)
    return [b'<IDS|MSG>', mac.hexdigest().encode(), *parts]

def publish(*messages):
    "Sends frames by the socket that the kernel speaks to the supervisor by, in the thread that it belongs to."
    done, thread = threading.Event(), get_ipython().kernel.iopub_thread
    def send():
        for frames in messages:
            thread.socket.send_multipart(frames)
        done.set()
    thread.schedule(send)
    done.wait(30)

def read_memory(pid):
    "process_vm_readv of 8 bytes of another process."
    buffer = ctypes.create_string_buffer(8)
    here, there = (struct.pack('PN', a, 8) for a in (ctypes.addressof(buffer), 0x400000))
    ctypes.set_errno(0)
    return 'done' if libc.process_vm_readv(pid, here, 1, there, 1, 0) != -1 else errno.errorcode[ctypes.get_errno()]
"""

# A program of its own: kills the kernel and answers at its iopub socket in its place, by ZMTP 3.0 as libzmq speaks it, with
# `speech` after the handshake. `speech` is an expression that gives bytes to send, again and again.
IMPOSTOR = r"""
import os, socket, sys, threading, time
greeting = b'\xff' + bytes(8) + b'\x7f\x03\x00NULL' + bytes(16) + bytes(32)
ready = b'\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x03PUB'
os.kill(int(sys.argv[1]), 9)
time.sleep(0.1)
end = time.time() + float(sys.argv[2])
def serve(path, hello, speech):
    try: os.remove(path)
    except OSError: pass
    server = socket.socket(socket.AF_UNIX); server.bind(path); server.listen(64); server.settimeout(0.1)
    while time.time() < end:
        try: client, _ = server.accept()
        except OSError: continue
        client.settimeout(1)
        try:
            client.sendall(hello)
            socket.send_fds(client, [b''.join(speech[:1])[:1]], [0] * 200)
            client.sendall(speech[0][1:])
            while time.time() < end and len(speech) > 1: client.sendall(speech[1])
            client.recv(1 << 16)
        except OSError: pass
        client.close()
def frame(size, body): return b'\x03' + size.to_bytes(8, 'big') + body
huge, part = frame(1 << 62, b'x' * 1000), frame(4 << 20, bytes(4 << 20))
speeches = {'nonsense': {1: (b'', [os.urandom(4096)]), 2: (greeting + ready, [huge]), 3: (b'', [b'HTTP/1.1 200 OK\r\n' * 100]),
                         5: (greeting, [ready * 100])},
            'endless': {2: (greeting + ready, [part, part])}}[sys.argv[3]]
for n, (hello, speech) in speeches.items():
    threading.Thread(target=serve, args=(f'/run/colibri/k/k-{n}', hello, speech)).start()
"""
