"""What every Python kernel of ours is given before its first cell: runs in a namespace of its own, once.

It makes libraries draw without a network, keeps what Output widgets catch in the widgets themselves, adds
the data to tables that pandas cuts short, answers the page's questions about variables, and loads google.colab. Nothing of it
is seen in the user's namespace, and nothing of it may fail loudly: a part that does not fit the image's
packages is left out.
"""
import sys

from IPython import get_ipython

MAX_ITEMS, MAX_DEPTH, MAX_STRING = 5, 4, 40  # Of a value as the variables pane shows it.
MAX_VARIABLES = 1000
MAX_TABLE_CELLS, MAX_TABLE_COLUMNS, MAX_CELL = 20_000, 100, 200
TABLE = "application/vnd.colibri.table+json"
shell = get_ipython()


def class_name(value):
    """The name of a value's type, without asking the value or its metaclass."""
    return type.__getattribute__(type(value), "__name__")


def library_type(value, module, name):
    """True for exactly that type: a subclass may be the user's, and run the user's code."""
    library = sys.modules.get(module)
    return library is not None and type(value) is getattr(library, name, None)


def cut(text, limit=MAX_STRING):
    return text if len(text) <= limit else text[:limit] + "…"


def items_of(values, depth, opening, closing):
    shown = [short(value, depth - 1) for _, value in zip(range(MAX_ITEMS), values)]
    if len(values) > MAX_ITEMS:
        shown.append("…")
    return opening + ", ".join(shown) + closing


def short(value, depth=MAX_DEPTH):
    """An abbreviated repr that runs no code of the user's: other types than these show their name only."""
    kind = type(value)
    if value is None or kind in (bool, float, complex, range):
        return repr(value)
    if kind is int:
        return repr(value) if value.bit_length() < 200 else f"int of {value.bit_length()} bits"
    if kind in (str, bytes, bytearray):
        return repr(value[:MAX_STRING]) + ("…" if len(value) > MAX_STRING else "")
    if kind in (list, tuple, set, frozenset, dict):
        if depth <= 0:
            return "…"
        if kind is dict:
            pairs = [f"{short(key, depth - 1)}: {short(value[key], depth - 1)}" if type(key) in (str, int, float, bool)
                     else f"{short(key, depth - 1)}: …" for _, key in zip(range(MAX_ITEMS), value)]
            return "{" + ", ".join(pairs + (["…"] if len(value) > MAX_ITEMS else [])) + "}"
        if kind is tuple and len(value) == 1:
            return f"({short(value[0], depth - 1)},)"
        opening, closing = {list: "[]", tuple: "()", set: "{}", frozenset: "{}"}[kind]
        return items_of(value, depth, opening, closing)
    return library_value(value) or f"<{class_name(value)}>"


def library_value(value):
    if library_type(value, "numpy", "ndarray"):
        if value.dtype.hasobject or value.size == 0:
            return f"array of {value.dtype}"
        first = value.ravel(order="K")[:MAX_ITEMS] if value.flags.contiguous else value.flat[:MAX_ITEMS]
        return cut(f"[{', '.join(str(item) for item in first)}{', …' if value.size > MAX_ITEMS else ''}] {value.dtype}", 120)
    if library_type(value, "pandas", "DataFrame"):
        names = [cut(short(name).strip("'")) for name in value.columns[:MAX_ITEMS]]
        return cut(", ".join(names) + (", …" if len(value.columns) > MAX_ITEMS else ""), 120)
    if library_type(value, "pandas", "Series"):
        return cut(f"{items_of(list(value.iloc[:MAX_ITEMS + 1]), 2, '[', ']')} {value.dtype}", 120)
    if library_type(value, "torch", "Tensor"):
        return f"{value.dtype}, {value.device}"
    numpy = sys.modules.get("numpy")
    if numpy is not None and type(value) in (
            numpy.bool_, numpy.int64, numpy.int32, numpy.uint8, numpy.float64, numpy.float32, numpy.str_, numpy.datetime64):
        return cut(str(value))
    return None


def shape(value):
    for module, name in (("numpy", "ndarray"), ("pandas", "DataFrame"), ("pandas", "Series"), ("torch", "Tensor"),
                         ("polars", "DataFrame")):
        if library_type(value, module, name):
            return " × ".join(str(side) for side in tuple(value.shape)) or "scalar"
    if type(value) in (str, bytes, bytearray, list, tuple, set, frozenset, dict, range):
        return str(len(value))
    return ""


def is_table(value):
    return library_type(value, "pandas", "DataFrame") or library_type(value, "polars", "DataFrame")


def variables():
    hidden, found = shell.user_ns_hidden, []
    functions = (type(sys), type(variables), type(len), type(shell.run_cell), type)
    for name in list(shell.user_ns):
        if type(name) is not str or name.startswith("_") or name in hidden and shell.user_ns.get(name) is hidden[name]:
            continue
        value = shell.user_ns.get(name)
        if type(value) in functions or isinstance(type(value), type) and issubclass(type(value), type):
            continue
        if len(found) >= MAX_VARIABLES:
            return {"variables": found, "more": True}
        try:
            found.append({"name": cut(name, 100), "type": cut(class_name(value), 60), "shape": shape(value),
                          "value": short(value), "table": is_table(value)})
        except Exception:
            found.append({"name": cut(name, 100), "type": cut(class_name(value), 60), "shape": "", "value": "", "table": False})
    return {"variables": found, "more": False}


def table_cell(value):
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind in (int, float):
        return value if -1e300 < value < 1e300 and (kind is float or abs(value) < 2**53) else (
            None if value != value else str(value))
    if kind is str:
        return cut(value, MAX_CELL)
    if type.__getattribute__(kind, "__module__").partition(".")[0] in ("numpy", "pandas", "datetime", "decimal"):
        if hasattr(value, "item") and kind.__name__ != "Timestamp":
            scalar = value.item()
            return table_cell(scalar) if type(scalar) in (bool, int, float, str) else cut(str(value), MAX_CELL)
        text = str(value)
        return None if text in ("NaT", "<NA>", "nan") else cut(text, MAX_CELL)
    return cut(short(value), MAX_CELL)


def column_kind(dtype):
    name = str(dtype).lower()
    for part, kind in (("bool", "boolean"), ("int", "number"), ("float", "number"), ("decimal", "number"), ("date", "date")):
        if part in name:
            return kind
    return "string"


def table(frame):
    """A table's first rows as the page's interactive table takes them."""
    if library_type(frame, "polars", "DataFrame"):
        columns = min(frame.width, MAX_TABLE_COLUMNS)
        rows = min(frame.height, max(1, MAX_TABLE_CELLS // max(1, columns)))
        heads = [{"name": cut(name, MAX_CELL), "kind": column_kind(dtype)}
                 for name, dtype in zip(frame.columns[:columns], frame.dtypes)]
        data = [[table_cell(value) for value in row[:columns]] for row in frame.head(rows).iter_rows()]
        return {"index": [], "columns": heads, "rows": data, "total_rows": frame.height, "total_columns": frame.width}
    columns = min(frame.shape[1], MAX_TABLE_COLUMNS)
    rows = min(frame.shape[0], max(1, MAX_TABLE_CELLS // max(1, columns)))
    part = frame.iloc[:rows, :columns]
    levels = range(part.index.nlevels)
    heads = [{"name": cut(str(table_cell(name) if type(name) is not tuple else " / ".join(str(table_cell(n)) for n in name)),
                          MAX_CELL), "kind": column_kind(part.dtypes.iloc[at])} for at, name in enumerate(part.columns)]
    index = [part.index.get_level_values(level) for level in levels]
    labels = [{"name": "" if name is None else cut(str(table_cell(name)), MAX_CELL), "kind": column_kind(values.dtype)}
              for name, values in zip(part.index.names, index)]
    sides = [list(values) for values in index] + [list(part.iloc[:, at]) for at in range(columns)]
    data = [[table_cell(value) for value in row] for row in zip(*sides)]
    return {"index": labels, "columns": heads, "rows": data, "total_rows": frame.shape[0],
            "total_columns": frame.shape[1]}


def shown_table(frame):
    """The data of a table that pandas itself shows cut short; none of one that is whole."""
    pandas = sys.modules["pandas"]
    most_rows, most_columns = pandas.get_option("display.max_rows"), pandas.get_option("display.max_columns")
    whole = (not most_rows or frame.shape[0] <= most_rows) and (not most_columns or frame.shape[1] <= most_columns)
    return None if whole else table(frame)


def add_tables():
    from IPython.core.formatters import BaseFormatter
    from traitlets import ObjectName, Unicode

    class TableFormatter(BaseFormatter):
        format_type = Unicode(TABLE)
        print_method = ObjectName("_repr_colibri_table_")
        _return_type = dict

    formatter = TableFormatter(parent=shell.display_formatter)
    formatter.for_type_by_name("pandas", "DataFrame", shown_table)
    formatter.for_type_by_name("pandas.core.frame", "DataFrame", shown_table)
    shell.display_formatter.formatters[TABLE] = formatter


def answer_questions():
    """The page asks by messages of a comm: {ask, what, name}; the answer bears the same `ask`."""
    comms = []

    def ask(comm, message):
        data = message["content"]["data"]
        question, what, name = data.get("ask"), data.get("what"), data.get("name")
        try:
            if what == "variables":
                answer = variables()
            elif what == "table" and type(name) is str and is_table(shell.user_ns.get(name)):
                answer = {"table": table(shell.user_ns[name])}
            else:
                answer = {"error": "not_found"}
        except Exception as error:
            answer = {"error": class_name(error)}
        comm.send({"answer": question, **answer})

    def opened(comm, message):
        comms.append(comm)
        comm.on_close(lambda _: comm in comms and comms.remove(comm))
        while len(comms) > 32:  # Of pages that went without a word.
            comms.pop(0).close()
        comm.on_msg(lambda message: ask(comm, message))

    shell.kernel.comm_manager.register_target("colibri", opened)


def tell_lines():
    """Tells where a cell is that runs for more than a second. A thread looks five times a second, so that the cell itself
    pays nothing for it; only what has changed is told."""
    import threading
    import time
    main, wake = threading.main_thread().ident, threading.Event()
    now = {"run": 0, "on": False, "thread": None}

    def place():
        """The line of the cell's own code, and the functions from there on inwards."""
        frame, calls, found = sys._current_frames().get(main), [], None
        while frame is not None:
            code = frame.f_code
            if code.co_name == "<module>" and frame.f_globals is shell.user_ns:
                # What a magic runs again stands one line lower in the cell.
                timed = code.co_filename == "<timed exec>"
                if found is None or not found[2]:
                    found = frame.f_lineno + timed, len(calls), timed
            elif len(calls) < 200:
                calls.append(cut(getattr(code, "co_qualname", code.co_name), 80))
            frame = frame.f_back
        return None if found is None else (found[0], calls[:found[1]][::-1][:20])

    def watch():
        kernel, told = shell.kernel, None
        while True:
            wake.wait()
            wake.clear()
            run = now["run"]
            time.sleep(1)
            while now["on"] and now["run"] == run:
                where = place()
                if where is not None and (run, where) != told:
                    told = run, where
                    kernel.session.send(kernel.iopub_socket, "comm_msg", {
                        "comm_id": "colibri.line", "data": {"line": where[0], "calls": where[1]}}, parent={})
                time.sleep(0.2)

    def begin(*_):
        now["run"] += 1
        now["on"] = True
        if now["thread"] is None:
            now["thread"] = threading.Thread(target=lambda: attempt(watch), name="colibri-lines", daemon=True)
            now["thread"].start()
        wake.set()

    def end(*_):
        now["on"] = False

    shell.events.register("pre_run_cell", begin)
    shell.events.register("post_run_cell", end)


def draw_altair(altair):
    altair.renderers.enable("mimetype")  # Its default loads a script from a CDN.


def draw_plotly(renderers):
    """Its description for the page needs no nbformat, which it asks for."""
    import types
    if not renderers.nbformat:
        renderers.nbformat = types.SimpleNamespace(__version__="5.0.0")


class Caught:
    """What one Output widget catches while it is entered. Text is told to the pages at most every 100 ms."""

    def __init__(self, widget):
        import time
        self.widget, self.now, self.told, self.depth = widget, time.monotonic, 0.0, 0
        self.outputs, self.clears = [], False

    def add(self, output):
        if self.clears:
            self.outputs, self.clears = [], False
        last = self.outputs[-1] if self.outputs else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            self.outputs[-1] = {**last, "text": (last["text"] + output["text"])[-100_000:]}
        else:
            self.outputs.append(output)
            del self.outputs[:-500]
        if output["output_type"] != "stream" or self.now() - self.told > 0.1:
            self.tell()

    def tell(self):
        self.told = self.now()
        self.widget.outputs = tuple(self.outputs)

    def hook(self, message):
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "display_data":
            self.add({"output_type": kind, "data": content["data"], "metadata": content["metadata"]})
        elif kind == "clear_output":
            self.clears = content.get("wait", False)
            if not self.clears:
                self.outputs = []
                self.tell()
        else:
            return message
        return None


class Writer:
    """Stands for stdout or stderr while an Output widget is entered."""

    def __init__(self, caught, name, original):
        self.caught, self.name, self.original = caught, name, original

    def write(self, text):
        if text:
            self.caught.add({"output_type": "stream", "name": self.name, "text": str(text)})
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def __getattr__(self, name):
        return getattr(self.original, name)


def keep_outputs(module):
    """Output widgets hold what they catch, so that every page shows it, and one that is loaded anew too."""

    def enter(self):
        sys.stdout.flush()
        sys.stderr.flush()
        stack = self.__dict__.setdefault("_colibri_caught", [])
        caught = Caught(self)
        caught.outputs = list(self.outputs)
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = Writer(caught, "stdout", streams[0]), Writer(caught, "stderr", streams[1])
        shell.display_pub.register_hook(caught.hook)
        stack.append((caught, streams))

    def leave(self, kind, error, trace):
        caught, streams = self.__dict__["_colibri_caught"].pop()
        shell.display_pub.unregister_hook(caught.hook)
        sys.stdout, sys.stderr = streams
        if kind is not None and not issubclass(kind, Exception):
            caught.tell()
            return None
        if kind is not None:
            lines = shell.InteractiveTB.structured_traceback(kind, error, trace, tb_offset=0)
            caught.add({"output_type": "error", "ename": kind.__name__, "evalue": str(error), "traceback": lines})
        caught.tell()
        return True

    module.Output.__enter__, module.Output.__exit__ = enter, leave


def become_colab():
    """Colab's package and ways. Some packages own the name `google` by themselves: then it is found all the same."""
    try:
        from google.colab import _start
    except ImportError:
        import google
        google.__path__.extend(entry + "/google" for entry in sys.path if entry.endswith("/python"))
        from google.colab import _start
    _start.begin(shell, table)


def change_libraries():
    from google.colab import _after_import
    _after_import.call("altair", draw_altair)
    _after_import.call("plotly.io._renderers", draw_plotly)
    _after_import.call("ipywidgets.widgets.widget_output", keep_outputs)


def attempt(part):
    try:
        part()
    except Exception:
        pass


if shell is not None and getattr(shell, "kernel", None) is not None:
    for part in (add_tables, answer_questions, tell_lines, become_colab, change_libraries):
        attempt(part)
