"""Measures the queue: many leases asked for at once on a server with few places, whether all are served and in which
order, and how long a place that is free stays empty. Needs root, the Release binaries and the default image.

    build/venv/bin/python bench/leases.py [HOW_MANY [PLACES]]
"""

import pathlib
import select
import sys
import tempfile
import time

from measure import percentile, with_server

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests"))


def receive_all(pages):
    """Takes what has come for any of them within a second."""
    by_socket = {page.socket.sock: page for page in pages}
    for socket in select.select(list(by_socket), [], [], 1)[0]:
        page = by_socket[socket]
        page.receive(10)


def since_ms(page, state):
    """When the page's runtime came to this state, as the server says."""
    return next(m["lease"]["since_ms"] for m in page.messages
                if m["type"] == "lease" and m["lease"] and m["lease"]["state"] == state)


def serve(server, how_many, places):
    person = server.sign_in()
    pages = [person.open(person.create(), client=f"t_{i}") for i in range(how_many)]
    asked = time.perf_counter()
    for page in pages:
        page.send({"type": "connect", "flavor": "cpu"})
    running, done = list(pages), set()
    while running:
        receive_all(running)
        for page in list(running):
            state = page.lease and page.lease["state"]
            if state == "ready" and page.lease["id"] not in done:
                done.add(page.lease["id"])
                page.send({"type": "disconnect"})
            elif state == "ended":
                if page.lease["reason"] != "disconnected":
                    raise SystemExit(f"one was not served: {page.lease['reason']}: {page.lease['detail']}")
                running.remove(page)
    took = time.perf_counter() - asked
    starts = [since_ms(page, "starting") for page in pages]
    ends = sorted(since_ms(page, "ended") for page in pages)
    out_of_turn = max(abs(place - number) for place, number in enumerate(sorted(range(how_many), key=lambda n: starts[n])))
    gaps = [start - end for start, end in zip(sorted(starts)[places:], ends)]
    print(f"leases: {how_many} asked for at once, all served in {took:.1f} s, nobody more than {out_of_turn} places out of turn;"
          f" from an end to the start of the next {percentile(gaps, 0.5):.0f} ms at p50, {percentile(gaps, 0.95):.0f} ms at p95")


def main():
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    places = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "colibri.yaml"
        config.write_text(f"runtimes: {{limit: {places}}}\nflavors: [{{name: cpu, title: CPU, cpus: 1, memory: 1GiB, pids: 512}}]\n")
        with_server(lambda server: serve(server, how_many, places), ["--config", config])


if __name__ == "__main__":
    main()
