"""Makes a kernel one of Colab's kind. Called once, before the first cell, by the kernel's prelude."""
from google.colab import _callbacks, _hooks, _magics, _shell


table = None  # Makes a DataFrame what the page's interactive table takes; the prelude's.


def begin(shell, table_of):
    """Each part by itself: one that does not fit the image's packages is left out."""
    global table
    table = table_of
    for part in (_shell.add_to, _magics.add_to, _callbacks.listen, _hooks.add_to):
        try:
            part(shell)
        except Exception:
            pass
