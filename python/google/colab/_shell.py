"""What the kernel's shell does as Colab's does: commands on a terminal, magics with an empty body."""
import os

from google.colab import _pip, _system_commands


def add_to(shell):
    """Makes `shell` one of its own class's further class, named so that notebooks find Colab in it."""
    shell.__class__ = type("Shell", (CommandsOnTerminal, type(shell)), {"__module__": __name__})


class CommandsOnTerminal:
    """Goes before the class of an IPython shell."""

    def system(self, cmd):
        if os.environ.get("USE_NATIVE_IPYTHON_SYSTEM_COMMANDS"):
            return super().system(cmd)
        command = self.var_expand(cmd, depth=1)
        with _pip.watched(command) as keep:
            result = _system_commands.run(command, keep=keep)
            if keep:
                _pip.look_at(result)
        self.user_ns["_exit_code"] = result.returncode
        if getattr(self, "system_raise_on_error", False):
            result.check_returncode()
        return None

    def getoutput(self, cmd, split=True, depth=0):
        if os.environ.get("USE_NATIVE_IPYTHON_SYSTEM_COMMANDS"):
            return super().getoutput(cmd, split=split, depth=depth + 1)
        from IPython.display import clear_output
        from IPython.utils.text import LSString, SList
        result = _system_commands.run(self.var_expand(cmd, depth=depth + 1), keep=True)
        if result.output:
            clear_output(wait=True)  # It was shown as it came; now it is a value.
        self.user_ns["_exit_code"] = result.returncode
        return SList(result.output.splitlines()) if split else LSString(result.output)

    def run_cell_magic(self, magic_name, line, cell):
        __tracebackhide__ = True
        # IPython takes an empty body for a mistake.
        return super().run_cell_magic(magic_name, line, cell or "\n")
