"""What the system and the browser tests share: real servers, and the person who uses them."""

import pathlib

import pytest

from colibri import IMAGES, Server


@pytest.fixture(scope="session")
def image():
    assert (IMAGES / "default" / "rootfs").is_dir(), f"no runtime image in {IMAGES}: ./test builds it"


@pytest.fixture
def make_server(tmp_path, image):
    servers = []

    def make(name="data", **options):
        server = Server(tmp_path / name, **options)
        servers.append(server)
        return server

    yield make
    for server in servers:
        if server.process and server.process.poll() is None:
            server.stop()
    for server in servers:
        server.clear_away()


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory, image):
    """One server for the tests of a module that do it no harm."""
    server = Server(tmp_path_factory.mktemp("colibri") / "data").start()
    yield server
    assert server.stop() == 0
    server.clear_away()
    left = [line for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines() if str(server.data) in line]
    assert not left, left


@pytest.fixture(scope="module")
def person(shared_server):
    return shared_server.sign_in()
