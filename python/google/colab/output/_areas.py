"""Outputs that go into an element of the cell's frame, and those with tags, which can be cleared apart from others.

Both are displays with an id, text too: so text that is printed grows by updates of one display, and a cleared output is
a display of nothing.
"""
import contextlib
import sys
import threading
import time
import uuid

from IPython import get_ipython

MAX_TEXT = 100_000  # Of one display of printed text; the end counts.
TELL_S = 0.1
_layers = []
_tags = {}  # Of the displays of this kernel, by their ids.


class Layer:
    """What is put out while it is entered has `area` and `tags`."""

    def __init__(self, area=None, tags=()):
        self.area, self.tags = area, frozenset(tags)
        self.streams, self.lock = {}, threading.RLock()

    def __enter__(self):
        show_figures()
        self.area = self.area if self.area is not None else _layers[-1].area if _layers else ""
        self.before = sys.stdout, sys.stderr
        for stream in self.before:
            stream.flush()
        sys.stdout, sys.stderr = (Printed(self, stream) for stream in self.before)
        self.publisher = get_ipython().display_pub
        self.publisher.register_hook(self.mark)
        _layers.append(self)
        return self

    def __exit__(self, *_):
        show_figures()
        for printed in (sys.stdout, sys.stderr):
            printed.flush()
        _layers.remove(self)
        self.publisher.unregister_hook(self.mark)
        sys.stdout, sys.stderr = self.before

    def mark(self, message):
        """A hook of the display publisher, which gives each message a mark of where it belongs."""
        if _layers[-1] is not self or message["header"]["msg_type"] != "display_data":
            return message
        content = message["content"]
        transient = content.setdefault("transient", {})
        _tags[transient.setdefault("display_id", uuid.uuid4().hex)] = self.tags
        if self.area:
            content["metadata"] = {**content.get("metadata", {}), "colibri": {"area": self.area}}
        for stream in self.before and (sys.stdout, sys.stderr):
            if isinstance(stream, Printed) and not stream.telling:
                stream.break_off()
        return message


def current_tags():
    """Those that what is put out now has."""
    return _layers[-1].tags if _layers else frozenset()


def show_figures():
    """Figures that matplotlib would show at the end of the cell belong to where they were drawn."""
    backend = sys.modules.get("matplotlib_inline.backend_inline")
    if backend is not None and "matplotlib.pyplot" in sys.modules:
        backend.flush_figures()


class Printed:
    """Stands for stdout or stderr: what is printed is one display, until something else is shown."""

    def __init__(self, layer, original):
        self.layer, self.original = layer, original
        self.text, self.shown, self.handle = "", 0.0, None
        self.telling = False

    def write(self, text):
        with self.layer.lock:
            self.text = (self.text + str(text))[-MAX_TEXT:]
            if time.monotonic() - self.shown > TELL_S:
                self.flush()
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        with self.layer.lock:
            if not self.text or self.text == (self.handle and self.handle.told):
                return
            self.shown, self.telling = time.monotonic(), True
            try:
                if self.handle is None:
                    self.handle = Handle()
                self.handle.tell(self.text)
            finally:
                self.telling = False

    def break_off(self):
        self.flush()
        self.text, self.handle = "", None

    def __getattr__(self, name):
        return getattr(self.original, name)


class Handle:
    def __init__(self):
        self.id, self.told = uuid.uuid4().hex, None

    def tell(self, text):
        publisher = get_ipython().display_pub
        first, self.told = self.told is None, text
        layer = _layers[-1] if _layers else None
        metadata = {"colibri": {"area": layer.area}} if layer and layer.area else {}
        publisher.publish({"text/plain": text}, metadata, transient={"display_id": self.id}, update=not first)


def clear(wait=False, output_tags=()):
    """Clears the cell's outputs; with `output_tags` those that have all of these."""
    wanted = {output_tags} if isinstance(output_tags, str) else set(output_tags)
    if not wanted:
        from IPython.display import clear_output
        return clear_output(wait=wait)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Printed):
            stream.break_off()
    publisher = get_ipython().display_pub
    for display_id, tags in list(_tags.items()):
        if wanted <= tags:
            publisher.publish({}, {}, transient={"display_id": display_id}, update=True)
            del _tags[display_id]


@contextlib.contextmanager
def use_tags(tags, append=True):
    """What is put out inside has these tags, besides those of the context around, unless `append` is False."""
    own = {tags} if isinstance(tags, str) else set(tags)
    with Layer(tags=own | (current_tags() if append else set())):
        yield


@contextlib.contextmanager
def temporary():
    """What is put out inside goes when that ends without an error."""
    tag = uuid.uuid4().hex
    with use_tags(tag):
        yield
    clear(output_tags=tag)


@contextlib.contextmanager
def redirect_to_element(selector):
    """What is put out inside goes into the first element of the cell's frame that the CSS selector finds."""
    with Layer(area=selector, tags=current_tags()):
        yield


def to_header_area():
    """Above all outputs of the cell; a context, as redirect_to_element()."""
    return redirect_to_element("#output-header")


def to_footer_area():
    """Below all outputs of the cell."""
    return redirect_to_element("#output-footer")


def to_default_area():
    """Among the outputs of the cell, as if nothing was redirected."""
    return redirect_to_element("")
