"""%shell and %%shell, %pip, and the magics that Colab has had."""
import argparse
import sys

from google.colab import _pip, _system_commands


def add_to(shell):
    from IPython.core.magic import no_var_expand

    def run_shell(line, cell=None):
        """Runs bash, live, and returns its result; raises CalledProcessError unless the exit status is 0."""
        __tracebackhide__ = True
        command, ignores = line, False
        if cell is not None:
            parser = argparse.ArgumentParser(prog="%%shell", add_help=False, exit_on_error=False)
            parser.add_argument("--ignore-errors", action="store_true")
            try:
                ignores = parser.parse_args(line.split()).ignore_errors
            except (argparse.ArgumentError, SystemExit):
                raise ValueError("%%shell takes --ignore-errors and nothing else on its line.") from None
            command = cell
        result = _system_commands.run(command, keep=True)
        shell.user_ns["_exit_code"] = result.returncode
        if not ignores:
            result.check_returncode()
        return result

    def run_pip(line):
        """pip of the kernel's own Python, as `!pip`."""
        command = shell.var_expand(f"{quoted(sys.executable)} -m pip {line}", depth=1)
        with _pip.watched("pip " + line) as keep:
            result = _system_commands.run(command, keep=keep)
            if keep:
                _pip.look_at(result)
        shell.user_ns["_exit_code"] = result.returncode

    def tensorflow_version(line):
        """TensorFlow 2 is what there is."""
        if line.strip().startswith("1"):
            raise ValueError("TensorFlow 1 is not available here. Please change the notebook to TensorFlow 2.")

    shell.register_magic_function(run_shell, "line_cell", "shell")
    shell.register_magic_function(no_var_expand(run_pip), "line", "pip")
    shell.register_magic_function(tensorflow_version, "line", "tensorflow_version")
    for name in ("bigquery", "bqsql", "spanner_graph"):
        shell.register_magic_function(lazily(shell, name), "cell", name)


LAZY = {"bigquery": "google.cloud.bigquery", "bqsql": "google.cloud.bigquery", "spanner_graph": "spanner_graphs"}


def lazily(shell, name):
    """A magic that is loaded with its package when it is first used."""

    def magic(line, cell):
        before = shell.find_cell_magic(name)
        try:
            shell.extension_manager.load_extension(LAZY[name])
        except ModuleNotFoundError:
            raise ImportError(f"%%{name} needs a package that is not installed: {LAZY[name]}.") from None
        if shell.find_cell_magic(name) is before:
            raise ImportError(f"The package {LAZY[name]} has no %%{name}.")
        return shell.run_cell_magic(name, line, cell)

    magic.__doc__ = f"%%{name} of the package {LAZY[name]}."
    return magic


def quoted(text):
    import shlex
    return shlex.quote(text)
