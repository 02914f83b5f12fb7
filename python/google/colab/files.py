"""Files between the person's computer and the runtime, by the page that they have open.

Their bytes go the way of the Files pane, so they may be of any size; here is only said which.
"""
import os
import time

from google.colab._message import ask_page

LARGE = 64 * 1024 * 1024  # Bytes of a file that is read only when it is asked for.
NO_PAGE = "No page of this notebook is open: files go by a person's browser, so open the notebook and run this again."


def upload(target_dir=""):
    """Asks for files below the cell, and writes them into `target_dir`, which is made, or the working directory.

    A name that is there already is kept: the new file gets "name (1).ext". Returns the bytes by the names that the files
    have then; an empty dict when the person cancels. Raises MessageError without a page.
    """
    folder = target_dir or "."
    os.makedirs(folder, exist_ok=True)
    return _uploaded(_ask_for(os.path.realpath(folder), several=True), lambda path: os.path.join(target_dir, os.path.basename(path)))


def upload_file(filename):
    """Asks for one file, and writes it as `filename`, over what is there. Raises ValueError when the person gives none."""
    folder, name = os.path.split(filename)
    os.makedirs(folder or ".", exist_ok=True)
    got = _ask_for(os.path.realpath(folder or "."), several=False, name=name)
    if len(got) != 1:
        raise ValueError("Expected exactly one file to be uploaded.")
    print(f"Saved {got[0]['name']} to {got[0]['path']}")


def download(filename):
    """Has the person's browser save a file of the runtime, or a folder as a ZIP file. Returns once it has begun."""
    ask_page("download", 60, NO_PAGE, **_place(_existing(filename)))


def view(filepath):
    """Opens a file beside the notebook, or a folder in the Files pane."""
    ask_page("view", 60, NO_PAGE, **_place(_existing(filepath)))


class Uploaded(dict):
    """The bytes of uploaded files by their names. A large one is read from its file when it is first asked for."""

    def __getitem__(self, name):
        value = super().__getitem__(name)
        if isinstance(value, _Unread):
            value = self[name] = value.read()
        return value

    def get(self, name, default=None):
        return self[name] if name in self else default

    def pop(self, name, *default):
        value = self.get(name)
        super().pop(name, *default)
        return value if value is not None else default[0]

    def popitem(self):
        name = next(reversed(self))
        return name, self.pop(name)

    def setdefault(self, name, default=None):
        super().setdefault(name, default)
        return self[name]

    def values(self):
        return [self[name] for name in self]

    def items(self):
        return [(name, self[name]) for name in self]

    def copy(self):
        return dict(self.items())

    def __eq__(self, other):
        return self.copy() == other

    __hash__ = None

    def __repr__(self):
        return "{" + ", ".join(f"{name!r}: {dict.__getitem__(self, name)!r}" for name in self) + "}"

    def _repr_pretty_(self, printer, cycle):
        printer.text(repr(self))


class _Unread:
    def __init__(self, path, size):
        self.path, self.size = path, size

    def read(self):
        with open(self.path, "rb") as file:
            return file.read()

    def __repr__(self):
        return f"<{self.size:,} bytes of {self.path}>"


def _ask_for(folder, **how):
    """What arrived: `path, name, type, size, modified_ms` of each file, in the order in which they were chosen."""
    try:
        folder.encode()
    except UnicodeEncodeError:
        raise ValueError("Files can't be uploaded into a folder whose name is no text.") from None
    answer = ask_page("upload", None, NO_PAGE, folder=folder, **how)
    _tell(answer["files"])
    return answer["files"]


def _tell(files):
    """Leaves in the notebook what the page has shown while it uploaded."""
    if not files:
        return
    from html import escape
    from IPython import get_ipython
    from IPython.display import display
    rows = [(each["name"], each["type"] or "n/a", each["size"], time.strftime("%Y-%m-%d", time.gmtime(each["modified_ms"] / 1000)))
            for each in files]
    lines = [f"{name}({kind}) - {size} bytes, last modified: {day} - 100% done" for name, kind, size, day in rows]
    if get_ipython() is None:
        print("\n".join(lines))
        return
    items = "".join(f"<li><strong>{escape(name)}</strong>{escape(line[len(name):])}</li>" for (name, *_), line in zip(rows, lines))
    display({"text/html": f"<ul>{items}</ul>", "text/plain": "\n".join(lines)}, raw=True)


def _uploaded(files, name_of):
    result = Uploaded()
    for each in files:
        name, path, size = name_of(each["path"]), each["path"], each["size"]
        print(f"Saving {each['name']} to {name}")
        unread = _Unread(path, size)
        result[name] = unread if size > LARGE else unread.read()
    return result


def _existing(path):
    if not os.path.exists(path):
        raise FileNotFoundError(f"Cannot find file: {path}")
    return os.path.abspath(path)


def _place(path):
    """A path as the page takes it: a name is bytes, and not always text."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return {"path": os.fsencode(path).decode(errors="replace"), "path_hex": os.fsencode(path).hex()}
    if any(ord(character) < 32 or ord(character) == 127 for character in path):
        return {"path": path, "path_hex": os.fsencode(path).hex()}
    return {"path": path}
