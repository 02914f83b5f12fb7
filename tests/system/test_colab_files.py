"""google.colab.files in a real kernel: what it asks the page for, and what it makes of the answers."""

import pytest

from colibri import text_of
from test_runtime_files import Files


@pytest.fixture(scope="module")
def files(person, page):
    return Files(person, page.notebook)


@pytest.fixture(scope="module", autouse=True)
def imported(page):
    page.run("import os\nfrom google.colab import files")


@pytest.fixture
def tab(person, page):
    """A page of the person, which answers."""
    tab = person.open(page.notebook, client="t_tab", asks=True)
    yield tab
    tab.close()


def start(page, source):
    cell = page.add_code(source)
    page.do("run", cells=[cell])
    return cell


def finish(page, cell):
    page.wait(lambda: page.cells[cell].get("last_run"))
    return text_of(page.cells[cell])


def send_up(files, path, data, collision):
    """As the page does: an entry with the path that the file has in the end."""
    name = "upload" + str(abs(hash((path, data))))[:16]
    assert files.put(path, name, 0, len(data), data).status_code == 200
    answer = files.finish(path, name, len(data), collision=collision)
    assert answer.status_code == 200, answer.text
    return answer.json()["path"]


def given(name, path, data, kind="text/csv"):
    return {"path": path, "name": name, "type": kind, "size": len(data), "modified_ms": 1_700_000_000_000}


def answer(tab, asked, result):
    tab.send({"type": "take_ask", "ask": asked["ask"]})
    tab.wait_for("ask_yours")
    tab.send({"type": "answer", "ask": asked["ask"], "result": result})


def test_uploaded_files_are_written_beside_what_is_there_and_returned(page, tab, files):
    page.run("import os; os.makedirs('/content/up', exist_ok=True); os.chdir('/content/up'); open('a.csv', 'w').write('old')")
    cell = start(page, "from google.colab import files\ngot = files.upload()\nprint(got, open('a.csv').read())")
    asked = tab.wait_for("ask")
    assert (asked["name"], asked["params"]) == ("upload", {"folder": "/content/up", "several": True})
    first = send_up(files, "/content/up/a.csv", b"new", "keep_both")
    second = send_up(files, "/content/up/ü <b>.txt", b"two", "keep_both")
    assert first == "/content/up/a (1).csv"
    answer(tab, asked, {"files": [given("a.csv", first, b"new"), given("ü <b>.txt", second, b"two", "")]})
    text = finish(page, cell)
    assert "a.csv(text/csv) - 3 bytes, last modified: 2023-11-14 - 100% done\nü <b>.txt(n/a) - 3 bytes" in text
    assert "Saving a.csv to a (1).csv\nSaving ü <b>.txt to ü <b>.txt\n" in text
    assert "{'a (1).csv': b'new', 'ü <b>.txt': b'two'} old" in text
    shown = next(o["data"]["text/html"] for o in page.cells[cell]["outputs"] if "data" in o)
    assert "<strong>ü &lt;b&gt;.txt</strong>" in shown and "<b>" not in shown


def test_a_folder_is_made_and_none_chosen_is_an_empty_dict(page, tab, files):
    cell = start(page, "os.chdir('/content')\ngot = files.upload('new/deep')\nprint(list(got.items()))")
    asked = tab.wait_for("ask")
    assert asked["params"]["folder"] == "/content/new/deep"
    path = send_up(files, "/content/new/deep/b.bin", b"\x00\xff", "keep_both")
    answer(tab, asked, {"files": [given("b.bin", path, b"\x00\xff")]})
    assert finish(page, cell).endswith("Saving b.bin to new/deep/b.bin\n[('new/deep/b.bin', b'\\x00\\xff')]\n")
    cell = start(page, "print(files.upload())")
    answer(tab, tab.wait_for("ask"), {"files": []})
    assert finish(page, cell) == "{}\n"


def test_a_large_file_is_read_only_when_it_is_asked_for(page, tab, files):
    cell = start(page, "files.LARGE = 4\ngot = files.upload()\nprint(got)\nos.rename('/content/large.bin', '/content/away')\n"
                       "try: got['large.bin']\nexcept FileNotFoundError: print('gone')\n"
                       "os.rename('/content/away', '/content/large.bin')\nprint(got.get('large.bin'), got.values(), got == {'large.bin': b'12345'})\nfiles.LARGE = 64 << 20")
    asked = tab.wait_for("ask")
    path = send_up(files, "/content/large.bin", b"12345", "keep_both")
    answer(tab, asked, {"files": [given("large.bin", path, b"12345")]})
    assert finish(page, cell).endswith(
        "{'large.bin': <5 bytes of /content/large.bin>}\ngone\nb'12345' [b'12345'] True\n")


def test_one_file_gets_the_name_that_the_program_says(page, tab, files):
    cell = start(page, "os.chdir('/content')\nfiles.upload_file('wanted.txt')\nprint(open('wanted.txt').read())")
    asked = tab.wait_for("ask")
    assert asked["params"] == {"folder": "/content", "several": False, "name": "wanted.txt"}
    path = send_up(files, "/content/wanted.txt", b"it", "replace")
    answer(tab, asked, {"files": [given("mine.txt", path, b"it")]})
    assert finish(page, cell).endswith("Saved mine.txt to /content/wanted.txt\nit\n")
    cell = start(page, "try: files.upload_file('wanted.txt')\nexcept ValueError as error: print(error)")
    answer(tab, tab.wait_for("ask"), {"files": []})
    assert finish(page, cell) == "Expected exactly one file to be uploaded.\n"


def test_downloads_and_views_name_the_file_by_its_bytes(page, tab):
    page.run("os.chdir('/content'); open('plain.txt', 'w'); open(b'od\\xffd.txt', 'w')")
    for code, params in (("files.download('plain.txt')", {"path": "/content/plain.txt"}),
                         ("files.view('/content')", {"path": "/content"}),
                         ("files.download(os.fsdecode(b'od\\xffd.txt'))", {"path": "/content/od\ufffdd.txt", "path_hex": b"/content/od\xffd.txt".hex()})):
        cell = start(page, code)
        asked = tab.wait_for("ask")
        assert (asked["name"], asked["params"]) == (code[6:].partition("(")[0], params)
        answer(tab, asked, None)
        assert finish(page, cell) == ""
    assert text_of(page.run("try: files.download('no.txt')\nexcept FileNotFoundError as error: print(error)")) == "Cannot find file: no.txt\n"


def test_an_interrupt_ends_the_upload_and_the_page_hears_so(page, tab):
    cell = start(page, "files.upload()")
    asked = tab.wait_for("ask")
    page.act("interrupt")
    assert tab.wait_for("ask_over")["ask"] == asked["ask"]
    assert "KeyboardInterrupt" in finish(page, cell)
    assert text_of(page.run("1+1")) == "2"


def test_without_a_page_one_sentence_says_so(page):
    text = text_of(page.run("from google.colab import _message\ntry: files.upload()\nexcept _message.MessageError as error: print(error)"))
    assert text == "No page of this notebook is open: files go by a person's browser, so open the notebook and run this again.\n"


def test_a_service_accounts_key_is_asked_for_and_kept_for_googles_packages(page, tab, files):
    cell = start(page, """from google.colab import auth
auth.authenticate_service_account()
path = os.environ['GOOGLE_APPLICATION_CREDENTIALS']
print(open(path).read(), oct(os.stat(path).st_mode & 0o777), os.environ['GOOGLE_CLOUD_PROJECT'])
auth.authenticate_user()""")
    for data in (b"no key", b'{"type": "service_account", "project_id": "mine"}'):
        asked = tab.wait_for("ask")
        path = send_up(files, asked["params"]["folder"] + "/key.json", data, "keep_both")
        answer(tab, asked, {"files": [given("key.json", path, data)]})
    text = finish(page, cell)
    assert '{"type": "service_account", "project_id": "mine"} 0o600 mine\n' in text, text
    assert not files.ask("GET", "/status", params={"path": asked["params"]["folder"]}).ok
