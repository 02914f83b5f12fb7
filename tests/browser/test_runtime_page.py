"""Two people and one accelerator in the page: to choose it, to wait for it, to keep it, to end it."""

import json
import re

import pytest
from playwright.sync_api import expect

from tab import Tab, sign_in

CONFIG = """
accelerators:
  - {model: fake-t4, title: Example T4, memory: 16GiB, tflops: 65, meter: METER}
flavors:
  - {name: cpu, title: CPU, cpus: 2, memory: 1GiB, pids: 512}
  - {name: t4, title: T4 GPU, cpus: 2, memory: 1GiB, pids: 512, accelerator: fake-t4, life: 60s}
"""


@pytest.fixture
def two(tmp_path, make_server, new_context):
    """Ada and Bob, each in a notebook of their own."""
    config = tmp_path / "colibri.yaml"
    meter = tmp_path / "meter.json"
    show(meter, gigabytes=0, percent=0)
    config.write_text(CONFIG.replace("METER", str(meter)))
    ada = make_server(arguments=["--config", config]).start().sign_in()
    ada.request("PATCH", "/api/me", json={"name": "Ada", "email": "ada@example.org"})
    tabs = []
    for person in (ada, ada.admit("bob@example.org", "Bob")):
        context = new_context()
        sign_in(context, person)
        tabs.append(Tab(context.new_page(), person, person.create()))
    yield *tabs, meter
    for tab in tabs:
        tab.person.end_runtime(tab.notebook)


def show(meter, gigabytes, percent):
    """What the accelerator's meter says from now on."""
    meter.write_text(json.dumps({"memory_used": gigabytes * 10**9, "utilization": percent}))


def menu(tab, entry):
    tab.page.get_by_role("button", name="Runtime", exact=True).click()
    tab.page.get_by_role("menuitem", name=entry).click()


def choose(tab, title):
    """Opens the dialog, and chooses; answers with the dialog."""
    menu(tab, "Change runtime type")
    dialog = tab.page.get_by_role("dialog", name="Change runtime type")
    dialog.locator(".r-card", has_text=title).click()
    return dialog


def guest_of(host, tab):
    """Another tab of `tab`'s person, who uses the runtime of the host's notebook."""
    host.person.share(host.notebook, "ada@example.org", "editor")
    menu(host, "Share my runtime")
    host.page.get_by_role("alertdialog").get_by_role("button", name="Share", exact=True).click()
    guest = Tab(tab.page.context.new_page(), tab.person, host.notebook)
    menu(guest, "Use Bob’s runtime")
    return guest


def test_one_waits_behind_the_other_gets_the_turn_keeps_it_and_ends(two):
    ada, bob, meter = two
    dialog = choose(ada, "T4 GPU")
    expect(dialog.locator(".r-card", has_text="T4 GPU")).to_contain_text("65 TFLOPS")
    expect(dialog.locator(".r-card", has_text="T4 GPU")).to_contain_text("1 of 1 free")
    dialog.get_by_role("button", name="Save and connect").click()
    connected = re.compile("Connected")
    expect(ada.page.get_by_role("button", name=connected)).to_be_visible(timeout=40_000)

    dialog = choose(bob, "T4 GPU")
    expect(dialog.locator(".r-card", has_text="T4 GPU")).to_contain_text("All 1 in use")
    dialog.get_by_text("Start on CPU at once").click()
    dialog.get_by_role("button", name="Save and join the queue").click()
    queue = bob.page.get_by_role("region", name="Queue for a runtime")
    expect(queue).to_contain_text("In line for T4 GPU")
    expect(queue).to_contain_text("You are next")
    expect(queue).to_contain_text("All of them are lent at the moment.")
    expect(queue.get_by_role("button", name="Start on CPU, move when it is free")).to_be_visible()
    expect(bob.page.get_by_role("button", name="In the queue")).to_be_visible()

    menu(ada, "Disconnect and delete the runtime")
    ada.page.get_by_role("alertdialog").get_by_role("button", name="Disconnect").click()
    expect(bob.page.get_by_role("button", name=connected)).to_be_visible(timeout=40_000)
    expect(queue).to_have_count(0)
    expect(bob.page.get_by_role("meter", name="RAM", exact=True)).to_be_visible()
    use = bob.page.get_by_role("meter", name="GPU", exact=True)
    expect(use).to_have_attribute("aria-valuetext", "Example T4: 0%", timeout=20_000)
    show(meter, gigabytes=4, percent=75)
    expect(use).to_have_attribute("aria-valuetext", "Example T4: 75%", timeout=20_000)
    memory = bob.page.get_by_role("meter", name="GPU RAM", exact=True)
    expect(memory).to_have_attribute("aria-valuetext", "Example T4: 3.7 GB of 16 GB")

    guest = guest_of(bob, ada)
    ending, theirs = (tab.page.get_by_role("region", name="The runtime ends soon") for tab in (bob, guest))
    expect(ending).to_contain_text(re.compile(r"it ends in 0:\d\d"), timeout=45_000)
    expect(theirs).to_contain_text("Whose runtime it is can keep it for longer.")
    expect(theirs.get_by_role("button", name="Keep")).to_have_count(0)
    ending.get_by_role("button", name="Keep").click()
    expect(ending).to_have_count(0)
    expect(theirs).to_have_count(0)
    bob.saved()
    metadata = bob.person.file(bob.notebook)["metadata"]
    assert (metadata["accelerator"], metadata["colab"]["gpuType"]) == ("GPU", "fake-t4")

    bob.run("open('result.txt', 'w').write('done')")
    menu(ada, "Manage sessions")
    window = ada.page.get_by_role("dialog", name="Manage sessions")
    window.get_by_role("radio", name="Everybody's").click()
    window.get_by_role("button", name="Terminate the session of").click()
    confirm = ada.page.get_by_role("alertdialog", name="Terminate this session?")
    expect(confirm).to_contain_text("Bob can download the files under /content")
    confirm.get_by_role("button", name="Terminate").click()
    ended = bob.page.get_by_role("region", name="The runtime has ended")
    expect(ended).to_contain_text("an administrator of this server ended it", timeout=30_000)
    expect(ended.get_by_role("link", name="Download its files")).to_be_visible(timeout=30_000)
    expect(bob.page.get_by_role("button", name="Reconnect").first).to_be_visible()


def test_who_has_a_gpu_and_does_not_use_it_is_told_once(tmp_path, make_server, new_context):
    meter = tmp_path / "meter.json"
    show(meter, gigabytes=0, percent=0)
    config = tmp_path / "colibri.yaml"
    config.write_text(CONFIG.replace("METER", str(meter)).replace("life: 60s", "life: 1h")
                      + "runtimes: {unused_gpu_notice: 4s}\n")
    person = make_server(arguments=["--config", config]).start().sign_in()
    context = new_context()
    sign_in(context, person)
    tab = Tab(context.new_page(), person, person.create())
    choose(tab, "T4 GPU").get_by_role("button", name="Save and connect").click()
    notice = tab.page.get_by_text("You are connected to a GPU, but nothing has used it yet.")
    expect(notice).to_be_visible(timeout=40_000)
    # It goes when the GPU is used.
    use = tab.page.get_by_role("meter", name="GPU", exact=True)
    show(meter, gigabytes=4, percent=75)
    expect(use).to_have_attribute("aria-valuetext", "Example T4: 75%", timeout=20_000)
    expect(notice).to_have_count(0)
    person.end_runtime(tab.notebook)
