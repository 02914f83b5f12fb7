"""Chromium with next to nothing attached to it, for what one person feels in the page. Playwright asks a page for all that goes on
in it: with that on, a first visit takes twice as long, and each key costs more, than for anybody who sits before a browser."""

import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

import websocket

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests"))

from tab import CHROMIUM, session_cookie  # noqa: E402

WINDOW = (1280, 900)
# By what a key is called in an event: its code and its number.
KEYS = {"Enter": ("Enter", 13), "Escape": ("Escape", 27), " ": ("Space", 32)}
CONTROL = 2


class Wire:
    """A connection of the DevTools protocol that asks and waits for the answer."""

    def __init__(self, url):
        self._socket = websocket.create_connection(url, suppress_origin=True, timeout=300)
        self._asked = 0

    def call(self, method, **params):
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == self._asked:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]

    def events(self, method, told, last):
        """Calls a method, and collects what is told until the last of it."""
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method}))
        found = []
        while (message := json.loads(self._socket.recv())).get("method") != last:
            if message.get("method") == told:
                found += message["params"]["value"]
        return found

    def close(self):
        self._socket.close()


class QuietPage:
    """A page of it. Nothing is attached until something is asked of it."""

    def __init__(self, port, target):
        self._port, self._target, self._attached = port, target, None

    @property
    def _wire(self):
        self._attached = self._attached or Wire(f"ws://127.0.0.1:{self._port}/devtools/page/{self._target}")
        return self._attached

    def run(self, function, *arguments):
        """What a function of JavaScript answers, or resolves to, given these arguments."""
        said = self._wire.call("Runtime.evaluate", expression=f"({function})(...{json.dumps(arguments)})", awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in said:
            raise RuntimeError(said["exceptionDetails"].get("exception", {}).get("description", "the page threw"))
        return said["result"].get("value")

    def wait_for(self, function, *arguments, timeout=60):
        """Until a function of JavaScript answers something true, asked each 50 ms."""
        end = time.monotonic() + timeout
        while True:
            try:
                if answer := self.run(function, *arguments):
                    return answer
            except RuntimeError as error:
                if "context" not in str(error):  # The address is on its way.
                    raise
            if time.monotonic() > end:
                raise TimeoutError(f"never true: {function}")
            time.sleep(0.05)

    def click(self, selector, nth=0):
        """A click into the middle of what a selector finds, when it is there and in the window."""
        box = self.wait_for("""(selector, nth) => {
          const element = document.querySelectorAll(selector)[nth]
          element?.scrollIntoView({ block: "nearest" })
          const box = element?.getBoundingClientRect()
          return box && box.width > 0 ? [box.x + Math.min(box.width / 2, 200), box.y + box.height / 2] : null
        }""", selector, nth)
        for kind in ("mousePressed", "mouseReleased"):
            self._wire.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def press(self, key, modifiers=0):
        """A key: a letter or one of KEYS. Answers when the page has dealt with it."""
        code, number = KEYS.get(key) or (f"Key{key.upper()}", ord(key.upper()))
        text = {} if modifiers or (len(key) > 1 and key != "Enter") else {"text": "\r" if key == "Enter" else key}
        same = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": modifiers}
        self._wire.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **same, **text)
        self._wire.call("Input.dispatchKeyEvent", type="keyUp", **same)

    def busy_s(self):
        """How long the page's main thread has worked, in seconds; counted from the first call on."""
        self._wire.call("Performance.enable")
        return next(each["value"] for each in self._wire.call("Performance.getMetrics")["metrics"] if each["name"] == "TaskDuration")

    def heap_mb(self):
        self._wire.call("HeapProfiler.enable")
        self._wire.call("HeapProfiler.collectGarbage")
        used = self._wire.call("Runtime.getHeapUsage")["usedSize"] / 1e6
        self._wire.call("HeapProfiler.disable")
        return used

    def close(self):
        if self._attached:
            self._attached.close()
        urllib.request.urlopen(f"http://127.0.0.1:{self._port}/json/close/{self._target}").read()


class QuietChromium:
    """A browser that has never been anywhere: headless, its profile gone afterwards."""

    def __enter__(self):
        # Chromium's helpers may still write into it at the end.
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._process = subprocess.Popen([
            CHROMIUM["executable_path"], "--headless=new", *CHROMIUM["args"], f"--user-data-dir={self._profile.name}",
            "--remote-debugging-port=0", f"--window-size={WINDOW[0]},{WINDOW[1]}", "about:blank"], stderr=subprocess.DEVNULL)
        told = pathlib.Path(self._profile.name) / "DevToolsActivePort"
        for _ in range(600):
            if told.exists() and told.read_text().count("\n") == 1:
                break
            time.sleep(0.05)
        self._port, path = told.read_text().split("\n")
        self._wire = Wire(f"ws://127.0.0.1:{self._port}{path}")
        time.sleep(1)  # It goes on starting for a while.
        return self

    def __exit__(self, *_):
        self._wire.close()
        self._process.terminate()
        self._process.wait(20)
        self._profile.cleanup()

    def sign_in(self, person):
        self._wire.call("Storage.setCookies", cookies=[session_cookie(person)])

    def begin_tasks(self):
        """From here on it is written down what threads do."""
        self._wire.call("Tracing.start", transferMode="ReportEvents", traceConfig={"includedCategories": ["toplevel"]})

    def end_tasks(self):
        """Each task of the busiest page's main thread since then: how long it took, and how much of a processor, in milliseconds."""
        events = self._wire.events("Tracing.end", "Tracing.dataCollected", "Tracing.tracingComplete")
        mains = {(event["pid"], event["tid"]) for event in events if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"}
        tasks = {}
        for event in events:
            thread = (event["pid"], event["tid"])
            if event["name"].endswith("::RunTask") and event["ph"] == "X" and thread in mains:
                tasks.setdefault(thread, []).append((event["dur"] / 1e3, event.get("tdur", 0) / 1e3))
        return max(tasks.values(), key=lambda each: sum(cpu for _, cpu in each), default=[])

    def open(self, url):
        return QuietPage(self._port, self._wire.call("Target.createTarget", url=url)["targetId"])
