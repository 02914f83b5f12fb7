"""Prints the manifest of the image that this runs in (images/build)."""

import importlib.metadata
import json
import os
import pathlib
import platform
import sys
import time

name, digest, size, path = sys.argv[1:5]
packages = {
    distribution.metadata["Name"]: distribution.version
    for distribution in importlib.metadata.distributions()
}
kernels = set()
for root in (sys.prefix + "/share", "/usr/local/share", "/usr/share"):
    kernels.update(spec.parent.name for spec in pathlib.Path(root).glob("jupyter/kernels/*/kernel.json"))
json.dump(
    {
        "name": name,
        "hash": digest,
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "debian": pathlib.Path("/etc/debian_version").read_text().strip(),
        "python": platform.python_version(),
        "architecture": os.uname().machine,
        "bytes": int(size),
        "path": path,
        "packages": [
            {"name": package, "version": version}
            for package, version in sorted(packages.items(), key=lambda item: item[0].lower())
        ],
        "kernels": sorted(kernels, key=lambda kernel: (kernel != "python3", kernel)),
    },
    sys.stdout,
    indent=1,
)
print()
