"""Tells when pip has replaced packages that this kernel has loaded: only a new kernel sees the new ones."""
import contextlib
import os
import re
import sys

PIP = re.compile(r"(?:^|[\s;&|(])(?:python3?(?:\.\d+)?\s+-m\s+|uv\s+)?pip3?(?:\.\d+)?\s+install\b")
INSTALLED = re.compile(r"^Successfully installed (.+)$", re.M)
BY_UV = re.compile(r"^ \+ ([\w.-]+)==(\S+)", re.M)
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
BOX = "application/vnd.colab-display-data+json"


@contextlib.contextmanager
def watched(command):
    """Gives whether the output of `command` is wanted; what the kernel finds on disk is forgotten afterwards."""
    installs = bool(PIP.search(command)) and not os.environ.get("SKIP_COLAB_PIP_WARNING")
    yield installs
    if "pip" in command or "conda" in command:
        import importlib
        importlib.invalidate_caches()


def look_at(result):
    """Shows the restart box below what pip has printed, when something that is loaded was replaced."""
    changed = replaced(installed(result.output))
    if not changed:
        return
    from IPython.display import display
    words = "WARNING: The following packages were previously imported in this runtime:\n  [" + ",".join(changed) + \
        "]\nYou must restart the runtime in order to use newly installed versions."
    display({BOX: {"pip_warning": {"packages": changed}}, "text/plain": words}, raw=True)


def installed(output):
    """The names of distributions that were installed, and their versions."""
    output = COLOURS.sub("", output)
    pairs = [each.rpartition("-")[::2] for line in INSTALLED.findall(output) for each in line.split()]
    return dict(pairs + BY_UV.findall(output))


def replaced(versions):
    """The top modules of these distributions that are loaded, and in another version."""
    found = set()
    for name, version in versions.items():
        for module in modules_of(name):
            loaded = sys.modules.get(module)
            if loaded is not None and getattr(loaded, "__version__", None) != version:
                found.add(module)
    return sorted(found)


def modules_of(name):
    from importlib import metadata
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return set()
    named = distribution.read_text("top_level.txt")
    if named:
        tops = named.split()
    else:
        tops = {file.parts[0] for file in distribution.files or () if file.suffix in (".py", ".so") and ".." not in file.parts}
    return {top.partition(".")[0] for top in tops}
