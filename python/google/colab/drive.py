"""The Drive of the person whose runtime this is, as a folder, with their leave."""
import ctypes
import os
import sys

from google.colab import _agent
from google.colab._message import MessageError

_NO_PAGE = ("No page of this notebook is open to ask whether it may access your Drive. Open it, or mount the Drive there once "
            "and let the notebook do so without asking.")


def mount(mountpoint, force_remount=False, timeout_ms=120000, readonly=False):
    """Mounts the Drive at this path, which is an empty folder or none yet; its files are in MyDrive below it.

    The person is asked in the page. ValueError says what is wrong with the path, or why it cannot be mounted;
    MessageError that the person did not permit it, or that there is nobody to ask.
    """
    if not os.environ.get("COLIBRI_AGENT"):
        raise NotImplementedError("Mounting drive is unsupported in this environment.")
    mountpoint = os.fspath(mountpoint)
    if " " in mountpoint:
        raise ValueError("Mountpoint must not contain a space.")
    mountpoint = os.path.expanduser(mountpoint)
    asked = {"mountpoint": os.path.abspath(mountpoint), "readonly": bool(readonly), "force_remount": bool(force_remount)}
    try:
        done = _agent.ask("drive.mount", asked, timeout_ms / 1000)
    except _agent.AgentError as error:
        raise _failure(error) from None
    # Without a container /content is elsewhere: the answer says where.
    if done["mountpoint"] != asked["mountpoint"]:
        mountpoint = done["mountpoint"]
    if done["already"]:
        print(f"Drive already mounted at {mountpoint}; to attempt to forcibly remount, "
              f'call drive.mount("{mountpoint}", force_remount=True).')
    else:
        print(f"Mounted at {mountpoint}")
    for note in done.get("notes", ()):
        print(note, file=sys.stderr)
    if done["full"]:
        print("Your Drive holds more than its quota. The page takes no more files for it until some are deleted.", file=sys.stderr)


def flush_and_unmount(timeout_ms=24 * 60 * 60 * 1000):
    """Puts what was written on the disk and takes the Drive away from where it is mounted."""
    places = _mounted()
    if not places:
        print("Drive not mounted, so nothing to flush and unmount.", file=sys.stderr)
        return
    try:
        for place in places:
            _flush(os.path.join(place, "MyDrive"))
        _agent.ask("drive.unmount", {}, timeout_ms / 1000)
    except (_agent.AgentError, OSError):
        raise ValueError("flush_and_unmount failed") from None


def _failure(error):
    if error.code == "no_access":
        return MessageError("Error: credential propagation was unsuccessful")
    if error.code == "no_page":
        return MessageError(_NO_PAGE)
    if error.code == "invalid":
        return ValueError(str(error))
    if error.code == "timeout":
        return ValueError("mount failed: nobody answered in time")
    return ValueError(f"mount failed: {error}")


def _mounted():
    """Where Drives are, in the order of their mounting: by what the supervisor says, without asking anybody."""
    return _agent.ask("drive.mounts", {}, 30)["mountpoints"]


def _flush(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), "syncfs")
    finally:
        os.close(descriptor)
