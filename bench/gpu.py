"""What a runtime costs a GPU, and whether its meter tells the truth. Says so where there is none.

Needs root, the Release binaries and the image ml-gpu, whose PyTorch multiplies on both sides.
"""

import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from colibri import IMAGES, Server, text_of  # noqa: E402

IMAGE = "ml-gpu"
ROUNDS = 5
# Prints the TFLOPS of a bf16 matmul, warm, the best of a few.
MATMUL = """
import time, torch
a = torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16)
b = torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16)
best = 0
for _ in range(8):
    torch.cuda.synchronize(); began = time.perf_counter()
    for _ in range(20): a @ b
    torch.cuda.synchronize()
    best = max(best, 20 * 2 * 8192 ** 3 / (time.perf_counter() - began) / 1e12)
print("TFLOPS", best)
"""
LOAD = """
import time, torch
a = torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16)
began = time.time()
while time.time() - began < 20:
    for _ in range(20): a @ a
    torch.cuda.synchronize()
"""


def smi(*fields):
    """What nvidia-smi says of the first GPU; nothing where there is none."""
    if not shutil.which("nvidia-smi"):
        return None
    done = subprocess.run(["nvidia-smi", "--query-gpu=" + ",".join(fields), "--format=csv,noheader,nounits"],
                          capture_output=True, text=True, timeout=10)
    lines = done.stdout.strip().splitlines() if done.returncode == 0 else []
    return [field.strip() for field in lines[0].split(",")] if lines else None


def tflops(text):
    return float(re.search(r"TFLOPS ([\d.]+)", text).group(1))


def bare():
    """In the image's own root folder, with the host's devices and driver, and no container around it."""
    rootfs = (IMAGES / IMAGE / "rootfs").resolve()
    path = json.loads((IMAGES / IMAGE / "manifest.json").read_text())["path"]
    script = f"""set -e
mount --bind /dev {rootfs}/dev; mount -t proc proc {rootfs}/proc; mount --rbind /sys {rootfs}/sys
mount -t tmpfs tmpfs {rootfs}/mnt
for library in $(ldconfig -p | grep -o '/.*/\\(libcuda\\|libnvidia-[a-z]*\\)\\.so\\.[0-9.]*$'); do
  touch {rootfs}/mnt/$(basename $library); mount --bind $library {rootfs}/mnt/$(basename $library)
done
exec chroot {rootfs} /usr/bin/env PATH={path} HOME=/root LD_LIBRARY_PATH=/mnt python -c "$1"
"""
    done = subprocess.run(["unshare", "-m", "bash", "-c", script, "_", MATMUL], capture_output=True, text=True, check=True)
    return tflops(done.stdout)


def main():
    gpu = smi("name")
    if gpu is None:
        print("no GPU here")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "colibri.yaml"
        found = json.loads(subprocess.run([ROOT / "build/bin/colibri", "doctor", "--json"], capture_output=True,
                                          text=True).stdout)
        model = next(re.search(r"model (\S+?),", check["text"]).group(1) for check in found["checks"]
                     if check["name"] == "accelerator" and check["state"] == "ok")
        config.write_text(f"flavors:\n  - name: gpu\n    cpus: 4\n    memory: 16GiB\n    image: {IMAGE}\n"
                          f"    accelerator: {model}\n")
        server = Server(pathlib.Path(folder) / "data", arguments=["--config", str(config)]).start()
        try:
            person = server.sign_in()
            page = person.open(person.create())
            inside, outside = [], []
            for _ in range(ROUNDS):  # In turn, as clocks of a GPU wander.
                inside.append(tflops(text_of(page.run(MATMUL, timeout=300))))
                outside.append(bare())
            ratio = statistics.median(inside) / statistics.median(outside)
            print(f"{gpu[0]}: bf16 matmul {statistics.median(inside):.1f} TFLOPS in a runtime, "
                  f"{statistics.median(outside):.1f} bare: {ratio:.3f} (promise: >= 0.99)")
            compare_meter(page)
        finally:
            server.stop()
    return 0


def compare_meter(page):
    cell = page.add_code(LOAD)
    page.do("run", cells=[cell])
    time.sleep(8)
    page.wait_for("meters")
    meter = page.wait_for("meters")["accelerators"][0]
    used, share = smi("memory.used", "utilization.gpu")
    print(f"meter: {meter['memory_used'] / 2**20:.0f} MiB, {meter['utilization']:.0%}; "
          f"nvidia-smi: {used} MiB, {share} %")
    page.wait(lambda: page.cells[cell].get("last_run"), 60)


if __name__ == "__main__":
    sys.exit(main())
