"""Makes a kernel one of Colab's kind. Called once, before the first cell, by the kernel's prelude."""
from google.colab import _callbacks, _hooks, _magics, _shell


class Shown:
    """Counts the displays of the cell that runs, so that the page knows whether it has seen them all."""

    def __init__(self):
        self.count = 0

    def begin(self, shell):
        shell.events.register("pre_run_cell", self.reset)
        shell.display_pub.register_hook(self.note)

    def reset(self, *_):
        self.count = 0

    def note(self, message):
        if message["header"]["msg_type"] == "display_data":
            self.count += 1
        elif message["header"]["msg_type"] == "clear_output":
            self.count = 0
        return message


shown = Shown()
table = None  # Makes a DataFrame what the page's interactive table takes; the prelude's.


def begin(shell, table_of):
    """Each part by itself: one that does not fit the image's packages is left out."""
    global table
    table = table_of
    for part in (shown.begin, _shell.add_to, _magics.add_to, _callbacks.listen, _hooks.add_to):
        try:
            part(shell)
        except Exception:
            pass
