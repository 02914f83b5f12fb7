"""What notebooks written for Colab import: the page, files, secrets and outputs of the notebook that runs here.

Loading it costs next to nothing; a module of it is loaded when it is first named.
"""
import importlib

__all__ = ["auth", "autoviz", "data_table", "drive", "files", "output", "runtime", "snippets", "widgets"]
__version__ = "0.0.1a2"
_MODULES = frozenset(__all__) | {"ai", "errors", "html", "patches", "sheets", "sql", "syntax", "userdata"}


def __getattr__(name):
    if name in _MODULES:
        return importlib.import_module("google.colab." + name)
    raise AttributeError(f"module 'google.colab' has no attribute {name!r}")


def __dir__():
    return sorted(set(globals()) | _MODULES)


def load_ipython_extension(shell):
    """For %load_ext google.colab: all of it is there from the kernel's start on."""
