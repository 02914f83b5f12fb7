"""Makes a kernel one of Colab's kind. Called once, before the first cell, by the kernel's prelude."""
from google.colab import _callbacks, _hooks, _magics, _shell


def begin(shell):
    """Each part by itself: one that does not fit the image's packages is left out."""
    for part in (_shell.add_to, _magics.add_to, _callbacks.listen, _hooks.add_to):
        try:
            part(shell)
        except Exception:
            pass
