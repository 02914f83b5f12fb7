"""Files that a program asks of the person in the page: chosen below the cell or in a window, downloaded, shown."""

import re

from playwright.sync_api import expect

from tab import Tab

UPLOAD = "from google.colab import files\ngot = files.upload()\nprint({name: len(data) for name, data in got.items()})"


def begin(tab, source):
    tab.add_code(source)
    tab.page.keyboard.press("Control+Enter")


def test_files_are_chosen_below_the_cell_and_come_back_as_bytes(tab, tmp_path):
    page = tab.page
    tab.run("open('/content/table.csv', 'w').write('old')")
    begin(tab, UPLOAD)
    box = tab.cell().get_by_role("region", name="Files for a program")
    expect(box).to_contain_text("files to put into /content", timeout=60_000)
    table, large = tmp_path / "table.csv", tmp_path / "large.bin"
    table.write_text("name\nüx\n")
    large.write_bytes(bytes(range(256)) * 80_000)
    with page.expect_file_chooser() as chooser:
        box.get_by_role("button", name="Choose files").click()
    assert chooser.value.is_multiple()
    chooser.value.set_files([table, large])
    tab.ended()
    expect(box).to_have_count(0)
    expect(tab.outputs()).to_contain_text("table.csv(text/csv) - 9 bytes, last modified: ")
    expect(tab.outputs()).to_contain_text(re.compile(r"Saving table\.csv to table \(1\)\.csv\s+Saving large\.bin to large\.bin"))
    expect(tab.outputs()).to_contain_text("{'table (1).csv': 9, 'large.bin': 20480000}")
    # Another page, later, shows what was said and asks nothing.
    page.reload()
    expect(tab.outputs()).to_contain_text("Saving large.bin")
    expect(box).to_have_count(0)


def test_an_upload_is_cancelled_by_the_person_or_by_the_stop_button(tab):
    page = tab.page
    begin(tab, UPLOAD)
    box = tab.cell().get_by_role("region", name="Files for a program")
    expect(box).to_be_visible(timeout=60_000)
    # It outlives a reload.
    page.reload()
    box.get_by_role("button", name="Cancel upload").click()
    tab.ended()
    expect(tab.outputs()).to_contain_text("{}")
    begin(tab, UPLOAD)
    expect(box).to_be_visible()
    tab.cell().locator(".n-run").click()
    expect(tab.outputs()).to_contain_text("KeyboardInterrupt")
    expect(box).to_have_count(0)


def test_a_stop_in_the_middle_leaves_nothing_of_the_file(tab, tmp_path):
    page = tab.page
    begin(tab, UPLOAD)
    box = tab.cell().get_by_role("region", name="Files for a program")
    expect(box).to_be_visible(timeout=60_000)
    # Its bytes do not get through.
    page.route("**/files/upload?*", lambda route: None if route.request.method == "PUT" else route.continue_())
    (tmp_path / "half.bin").write_bytes(b"x" * 1000)
    with page.expect_file_chooser() as chooser:
        box.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(tmp_path / "half.bin")
    expect(box.get_by_role("progressbar", name="half.bin")).to_be_visible()
    tab.cell().locator(".n-run").click()
    expect(tab.outputs()).to_contain_text("KeyboardInterrupt")
    expect(box).to_have_count(0)
    page.unroute_all(behavior="ignoreErrors")
    tab.run("import os\nprint([name for name in os.listdir('.') if 'half' in name or 'upload' in name])")
    expect(tab.outputs()).to_contain_text("[]")


def test_of_two_tabs_the_one_in_which_files_are_chosen_goes_on(tab, context, tmp_path):
    begin(tab, UPLOAD)
    box = tab.cell().get_by_role("region", name="Files for a program")
    expect(box).to_be_visible(timeout=60_000)
    other = Tab(context.new_page(), tab.person, tab.notebook)
    theirs = other.cell().get_by_role("region", name="Files for a program")
    expect(theirs).to_be_visible()
    (tmp_path / "one.txt").write_text("1")
    with other.page.expect_file_chooser() as chooser:
        theirs.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(tmp_path / "one.txt")
    other.ended()
    expect(box).to_have_count(0)
    expect(tab.outputs()).to_contain_text("{'one.txt': 1}")


def test_files_are_dropped_on_it_and_one_gets_the_name_that_the_program_says(tab):
    begin(tab, "from google.colab import files\nfiles.upload_file('wanted.txt')\nprint(open('wanted.txt').read())")
    box = tab.cell().get_by_role("region", name="Files for a program")
    expect(box).to_contain_text("a file to put at /content/wanted.txt", timeout=60_000)
    drop = tab.page.evaluate_handle("() => { const all = new DataTransfer(); all.items.add(new File(['dropped'], 'mine.txt')); return all }")
    box.get_by_text("You can drop it here too").dispatch_event("drop", {"dataTransfer": drop})
    tab.ended()
    expect(tab.outputs()).to_contain_text(re.compile(r"Saved mine\.txt to /content/wanted\.txt\s+dropped"))


def test_downloads_are_saved_by_the_browser_and_views_open_beside_the_notebook(tab):
    page = tab.page
    tab.run("import os\nos.makedirs('data')\nopen('data/notes.txt', 'w').write('one\\ntwo')\nfrom google.colab import files")
    with page.expect_download() as saved:
        tab.run("files.download('data/notes.txt')")
    assert (saved.value.suggested_filename, saved.value.path().read_text()) == ("notes.txt", "one\ntwo")
    with page.expect_download() as saved:
        tab.run("!colibri files download data; echo $?")
    assert saved.value.suggested_filename == "data.zip"
    tab.run("files.view('data/notes.txt')")
    expect(page.get_by_role("complementary", name="Tabs at the right").get_by_role("textbox", name="notes.txt")).to_contain_text("two")
    tab.run("!colibri files view data")
    pane = page.get_by_role("complementary", name="Files", exact=True)
    expect(pane.get_by_role("row", name="notes.txt", exact=True)).to_be_visible()


def test_a_command_asks_in_a_window_over_the_page(tab, tmp_path):
    page = tab.page
    begin(tab, "!colibri files upload in")
    window = page.get_by_role("dialog", name="Files for a program")
    expect(window).to_contain_text("/content/in", timeout=60_000)
    (tmp_path / "a b.txt").write_text("1")
    with page.expect_file_chooser() as chooser:
        window.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(tmp_path / "a b.txt")
    tab.ended()
    expect(window).to_have_count(0)
    expect(tab.outputs()).to_contain_text("/content/in/a b.txt")


def test_a_notebook_adds_its_snippets(tab):
    page = tab.page
    tab.run("from google.colab import snippets\nsnippets.register('/examples/no-such')\ntry: snippets.register('ftp://x')\nexcept Exception as e: print(e)")
    expect(tab.outputs()).to_contain_text("Snippets come from a notebook's address")
    page.get_by_role("button", name="Code snippets", exact=True).click()
    page.get_by_role("complementary", name="Code snippets").get_by_text("/examples/no-such").wait_for(state="attached")
