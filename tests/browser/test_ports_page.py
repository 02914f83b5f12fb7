"""What a web server in the runtime serves, in outputs and in tabs: as notebooks written for Colab ask for it."""

import re

from playwright.sync_api import expect

PROGRAM = r"""
import asyncio, sys, tornado.web, tornado.websocket

PAGE = '''<!doctype html><title>Program</title><h1>At %s</h1><p id=said></p><p id=kept></p><button id=count>0</button>
<script>
  count.onclick = async () => { count.textContent = await (await fetch('/count', {method: 'POST'})).text() }
  const socket = new WebSocket('ws://' + location.host + '/talk')
  socket.onmessage = ({data}) => { said.textContent = data }
  socket.onopen = () => socket.send('by socket')
  kept.textContent = 'cookies: ' + document.cookie
  try { parent.document.title; kept.textContent = 'reached the page' } catch {}
</script>'''

class Page(tornado.web.RequestHandler):
    count = 0
    def get(self, path):
        self.set_header("X-Frame-Options", "SAMEORIGIN")
        self.write(PAGE % self.request.uri)
    def post(self, path):
        Page.count += 1
        self.write(str(Page.count))

class Talk(tornado.websocket.WebSocketHandler):
    def on_message(self, message): self.write_message(message)

async def main():
    tornado.web.Application([(r"/talk", Talk), (r"(.*)", Page)]).listen(8000, "127.0.0.1")
    print("listening", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
START = f"""import subprocess, sys
open('/content/program.py', 'w').write({PROGRAM!r})
process = subprocess.Popen([sys.executable, '/content/program.py'], stdout=subprocess.PIPE)
process.stdout.readline()
from google.colab import output
"""
# As TensorBoard's own code for notebooks has it: what said that it starts is changed to the frame.
BOARD = """from IPython.display import Javascript, Pretty, display
starts = display(Pretty('Launching…'), display_id=True)
starts.update(Javascript('''
  (async () => {
    const url = new URL(await google.colab.kernel.proxyPort(8000, {"cache": true}));
    url.searchParams.set('board', 'true');
    const iframe = document.createElement('iframe');
    iframe.src = url;
    iframe.setAttribute('width', '100%');
    iframe.setAttribute('height', '500');
    iframe.setAttribute('frameborder', 0);
    document.body.appendChild(iframe);
  })();
'''))"""


def shown(tab, index=-1):
    """The port in an output, which the page shows before the output's own frame."""
    return tab.outputs(index).frame_locator(".o-port")


def test_a_port_is_a_frame_of_an_output(tab):
    tab.run(START + "output.serve_kernel_port_as_iframe(8000, path='/first?x=1', height=300)")
    program = shown(tab)
    expect(program.get_by_role("heading")).to_have_text("At /first?x=1")
    expect(program.locator("#said")).to_have_text("by socket")
    program.locator("#count").click()
    expect(program.locator("#count")).to_have_text("1")
    # Neither the page nor a cookie is in its scripts' reach.
    expect(program.locator("#kept")).to_have_text("cookies: ")
    frame = tab.outputs().locator(".o-port")
    box, around = frame.bounding_box(), tab.outputs().bounding_box()
    assert abs(box["height"] - 300) < 2 and box["y"] >= around["y"] and box["y"] + box["height"] <= around["y"] + around["height"] + 1
    assert "allow-top-navigation" not in frame.get_attribute("sandbox")
    # Another run takes it away, and puts its own there.
    tab.write("print('gone')")
    tab.page.keyboard.press("Control+Enter")
    expect(tab.outputs()).to_contain_text("gone")
    expect(tab.outputs().locator(".o-port")).to_have_count(0)
    tab.run(BOARD)
    expect(shown(tab).get_by_role("heading")).to_have_text("At /?board=true")
    assert abs(tab.outputs().locator(".o-port").bounding_box()["height"] - 500) < 2


def test_a_port_is_a_tab_of_the_browser(tab):
    page = tab.page
    tab.run(START + "output.serve_kernel_port_as_window(8000, path='/window', anchor_text='Open the program')")
    link = tab.outputs().frame_locator("iframe.o-frame").get_by_role("link", name="Open the program")
    with page.context.expect_page() as opened:
        link.click()
    program = opened.value
    expect(program.get_by_role("heading")).to_have_text("At /window")
    expect(program.locator("#said")).to_have_text("by socket")
    assert re.match(r"http://8000-[a-z2-7]{26}\.localhost:\d+/window$", program.url)
    # The same address printed, as many notebooks do it, and opened by somebody who is not signed in.
    tab.run("print(output.eval_js('google.colab.kernel.proxyPort(8000)'))")
    printed = tab.outputs().get_by_role("link")
    with page.context.expect_page() as again:
        printed.click()
    expect(again.value.get_by_role("heading")).to_have_text("At /")


def test_an_address_of_somebody_elses_program_opens_nothing(tab, new_context):
    tab.run(START + "print(output.eval_js('google.colab.kernel.proxyPort(8000)'))")
    address = tab.outputs().get_by_role("link").get_attribute("href")
    stranger = new_context().new_page()
    stranger.goto(address)
    expect(stranger.get_by_role("button", name="Sign in")).to_be_visible()
    expect(stranger.get_by_role("heading", name="At /")).to_have_count(0)


def test_a_port_that_is_none_says_so(tab):
    tab.run("from google.colab import output\ntry: output.eval_js('google.colab.kernel.proxyPort(0)')\nexcept Exception as error: print(error)")
    expect(tab.outputs()).to_contain_text("There is no port 0.")
    tab.run("output.serve_kernel_port_as_iframe(8099)")
    expect(shown(tab).get_by_text("Nothing listens on port 8099 of the runtime.")).to_be_visible()


def test_a_port_is_opened_by_its_number(tab):
    page = tab.page
    tab.run(START)
    page.get_by_role("button", name="Runtime", exact=True).click()
    page.get_by_role("menuitem", name="Open a port").click()
    dialog = page.get_by_role("dialog", name="Open a port of the runtime")
    dialog.get_by_label("Port").fill("70000")
    dialog.get_by_role("button", name="Open").click()
    expect(dialog).to_contain_text("A port is a number from 1 to 65535.")
    dialog.get_by_label("Port").fill("8000")
    with page.context.expect_page() as opened:
        dialog.get_by_role("button", name="Open").click()
    program = opened.value
    expect(program.get_by_role("heading")).to_have_text("At /")
    assert program.evaluate("window.opener") is None
    expect(dialog).to_have_count(0)
