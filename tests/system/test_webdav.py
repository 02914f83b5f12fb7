"""The Drive as a desktop mounts it: by the WebDAV client webdavclient3, and by what others send."""

import os
import xml.etree.ElementTree

import pytest
import requests

from webdav3.client import Client

DAV = "{DAV:}"


def make_token(person, scopes):
    made = person.request("POST", "/api/me/tokens", json={"name": "mount", "scopes": scopes, "life_ms": 3_600_000})
    assert made.status_code == 201, made.text
    return made.json()["token"]


@pytest.fixture(scope="module")
def token(person):
    return make_token(person, ["drive:read", "drive:write"])


@pytest.fixture(scope="module")
def ask(shared_server, token):
    def ask(method, path, **options):
        return requests.request(method, f"{shared_server.url}/dav{path}", auth=("me", token), timeout=30, **options)
    return ask


def names(ask, path="/"):
    answer = ask("PROPFIND", path, headers={"Depth": "1"})
    assert answer.status_code == 207, answer.text
    return [each.findtext(f".//{DAV}displayname") for each in xml.etree.ElementTree.fromstring(answer.content)][1:]


def test_a_client_uses_it_as_a_folder(shared_server, token, tmp_path, person):
    client = Client({"webdav_hostname": f"{shared_server.url}/dav", "webdav_login": "me", "webdav_password": token})
    client.mkdir("数据")
    source = tmp_path / "source.bin"
    source.write_bytes(os.urandom(3_000_000))
    client.upload_sync(remote_path="数据/a & b.bin", local_path=str(source))
    assert client.list("数据")[-1] == "a & b.bin"
    client.copy("数据/a & b.bin", "数据/copy.bin")
    client.move("数据/copy.bin", "moved.bin")
    client.download_sync(remote_path="moved.bin", local_path=str(tmp_path / "back.bin"))
    assert (tmp_path / "back.bin").read_bytes() == source.read_bytes()
    assert int(client.info("moved.bin")["size"]) == 3_000_000
    client.clean("moved.bin")
    assert not client.check("moved.bin")
    trash = person.request("GET", "/api/drive?view=trash").json()["entries"]
    assert [entry["name"] for entry in trash] == ["moved.bin"]


def test_a_notebook_keeps_its_id_when_a_program_saves_and_moves_it(ask, person):
    notebook = person.create()
    path = "/Colab%20Notebooks/Untitled0.ipynb"
    bytes_ = ask("GET", path).content
    # As many editors save: beside it, and over it.
    assert ask("PUT", "/Colab%20Notebooks/.tmp", data=bytes_.replace(b"python3", b"python3")).status_code == 201
    assert ask("MOVE", "/Colab%20Notebooks/.tmp", headers={"Destination": "/dav" + path}).status_code == 204
    assert ask("MKCOL", "/deep").status_code == 201
    assert ask("MOVE", path, headers={"Destination": f"{person.url}/dav/deep/n.ipynb", "Overwrite": "F"}).status_code == 201
    [entry] = person.request("GET", "/api/drive", params={"view": "folder", "path": "My Drive/deep"}).json()["entries"]
    assert entry["notebook"]["id"] == notebook


def test_locks_keep_others_out(ask):
    lock = ask("LOCK", "/locked.txt", data="<lockinfo/>", headers={"Timeout": "Second-600"})
    assert lock.status_code == 201
    token = lock.headers["Lock-Token"]
    assert ask("PUT", "/locked.txt", data=b"x").status_code == 423
    assert ask("DELETE", "/locked.txt").status_code == 423
    assert ask("LOCK", "/locked.txt").status_code == 423
    assert ask("PUT", "/locked.txt", data=b"x", headers={"If": f"({token})"}).status_code == 204
    assert ask("LOCK", "/locked.txt", headers={"If": f"({token})"}).status_code == 200
    assert ask("UNLOCK", "/locked.txt", headers={"Lock-Token": "<wrong>"}).status_code == 409
    assert ask("UNLOCK", "/locked.txt", headers={"Lock-Token": token}).status_code == 204
    assert ask("PUT", "/locked.txt", data=b"y").status_code == 204


def test_what_must_be_refused(ask, shared_server, person):
    url = f"{shared_server.url}/dav/"
    nobody = requests.request("PROPFIND", url, timeout=10)
    assert nobody.status_code == 401 and nobody.headers["WWW-Authenticate"].startswith("Basic")
    assert requests.get(url, auth=("me", "colibri_wrong"), timeout=10).status_code == 401
    assert person.request("PROPFIND", "/dav/").status_code == 401  # A browser's session is not for this.
    reads = make_token(person, ["drive:read"])
    assert requests.put(url + "x", data=b"x", auth=("", reads), timeout=10).status_code == 403
    assert requests.get(f"{shared_server.url}/api/me", auth=("", reads), timeout=10).status_code == 401
    assert ask("PROPFIND", "/", headers={"Depth": "infinity"}).status_code == 403
    for path in ["/..%2f..%2fcolibri.db", "/%2e%2e/x", "/a%2fb", "/a%00b", "/a%0ab", "/.colibri-x", "/a//b", "/" + "x" * 300]:
        for method in ("GET", "PUT", "MKCOL", "DELETE", "PROPFIND"):
            answer = ask(method, path, headers={"Depth": "0"})
            assert 400 <= answer.status_code < 500, (method, path, answer.status_code)
    assert ask("MKCOL", "/no/folder").status_code == 409
    assert ask("PUT", "/no/folder.txt", data=b"x").status_code == 409
    assert ask("DELETE", "/").status_code == 403
    ask("PUT", "/one.txt", data=b"x")
    for destination in ["http://evil.example/dav/two.txt", "/api/me", "/dav/../two.txt", "two.txt", "/dav/a%2fb"]:
        assert 400 <= ask("MOVE", "/one.txt", headers={"Destination": destination}).status_code < 500, destination
    assert ask("PUT", "/one.txt", data=b"y", headers={"If-None-Match": "*"}).status_code == 412
    assert ask("PUT", "/one.txt", data=b"y", headers={"If-Match": '"old"'}).status_code == 412
    bomb = '<!DOCTYPE a [<!ENTITY b "' + "x" * 1000 + '">]><a>' + "&b;" * 1000 + "</a>"
    assert ask("PROPFIND", "/", data=bomb, headers={"Depth": "0"}).status_code == 207
    assert ask("PROPFIND", "/", data="x" * 200_000, headers={"Depth": "0"}).status_code == 413
    assert "one.txt" in names(ask)
