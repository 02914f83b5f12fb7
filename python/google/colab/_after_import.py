"""Calls a function with a module once that has been imported, if it ever is."""
import importlib.abc
import importlib.util
import sys


def call(name, function):
    if name in sys.modules:
        attempt(function, sys.modules[name])
    else:
        _finder.wanted.setdefault(name, []).append(function)


def attempt(function, module):
    try:
        function(module)
    except Exception:
        pass  # It does not fit this version of the library.


class Finder(importlib.abc.MetaPathFinder):
    def __init__(self):
        self.wanted, self.looking = {}, False

    def find_spec(self, name, path=None, target=None):
        if self.looking or name not in self.wanted:
            return None
        self.looking = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.looking = False
        if spec is None or spec.loader is None or not hasattr(spec.loader, "exec_module"):
            return None
        functions, execute = self.wanted.pop(name), spec.loader.exec_module

        def exec_module(module):
            execute(module)
            for function in functions:
                attempt(function, module)

        spec.loader.exec_module = exec_module
        return spec


_finder = Finder()
sys.meta_path.insert(0, _finder)
