"""Parts of google.colab that need no page: what they do with one's own services and credentials, and what they say without."""

import pytest

from runtime import Runtime
from test_colab import SANDBOXES

MODEL = r"""
import http.server, json, threading
class Model(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *_): pass
    def say(self, status, kind, data):
        self.send_response(status); self.send_header('Content-Type', kind); self.send_header('Content-Length', str(len(data))); self.end_headers()
        self.wfile.write(data)
    def do_GET(self):
        self.say(200, 'application/json', json.dumps({'data': [{'id': 'small'}, {'id': 'large'}]}).encode())
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        if self.headers['Authorization'] != 'Bearer mine':
            return self.say(401, 'text/plain', b'no key')
        said = f"{body['model']} heard {body['messages'][0]['content']}"
        if not body['stream']:
            return self.say(200, 'application/json', json.dumps({'choices': [{'message': {'content': said}}]}).encode())
        events = [{'choices': [{'delta': {'content': piece}}]} for piece in said.split(' ')] + [{'choices': [{'delta': {}}]}]
        self.say(200, 'text/event-stream', b''.join(b'data: ' + json.dumps(e).encode() + b'\n\n' for e in events) + b'data: [DONE]\n\n')
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Model)
threading.Thread(target=server.serve_forever, daemon=True).start()
"""


@pytest.fixture(scope="module", params=SANDBOXES)
def kernel(request):
    runtime = Runtime(request.param)
    try:
        yield runtime.start().ready()
        assert runtime.shut_down() == 0
    finally:
        runtime.close()


def said(kernel, name, code):
    kernel.run(name, code, 60)
    return kernel.text(name)


def test_all_of_its_modules_are_there_by_their_names(kernel):
    text = said(kernel, "names", """from google.colab import (ai, auth, autoviz, data_table, errors, files, html, output, patches, runtime, sheets,
    snippets, sql, syntax, userdata, widgets)
import google.colab
print([n for n in google.colab.__all__ if not hasattr(google.colab, n)])
from google.colab.patches import cv2_imshow
from google.colab import _frontend, _message
print(syntax.sql('select 1'), issubclass(errors.WidgetException, errors.Error), _frontend.create_scratch_cell.__name__)""")
    assert text == "[]\nselect 1 True create_scratch_cell\n"


def test_a_model_is_asked_by_the_service_that_the_person_names(kernel):
    assert "MODEL_PROXY_HOST" in said(kernel, "none", "from google.colab import ai\ntry: ai.generate_text('x')\nexcept NotImplementedError as e: print(e)")
    text = said(kernel, "model", MODEL + """
import os
from google.colab import ai
os.environ['MODEL_PROXY_HOST'] = f'http://127.0.0.1:{server.server_port}/v1'
try: ai.generate_text('hello')
except RuntimeError as error: print(error)
os.environ['MODEL_PROXY_API_KEY'] = 'mine'
print(ai.list_models(), ai.generate_text('hello'), list(ai.generate_text('hello', 'small', stream=True)))
server.shutdown(); server.server_close()
try: ai.list_models()
except RuntimeError as error: print(str(error)[:36])""")
    assert text == ("The model's service answered 401: no key\n"
                    "['small', 'large'] google/gemini-2.5-flash heard hello ['small', 'heard', 'hello']\nThe model's service was not reached:\n")


def test_credentials_that_are_there_are_taken_and_nothing_else(kernel):
    text = said(kernel, "auth", """import os
from google.colab import auth, errors
try: auth.authenticate_user()
except errors.AuthorizationError as error: print(error)
open('/tmp/key.json', 'w').write('{}')
os.environ['GOOGLE_APPLICATION_CREDENTIALS'] = '/tmp/key.json'
auth.authenticate_user(project_id='mine'); auth.authenticate_service_account()
print(os.environ['GOOGLE_CLOUD_PROJECT'])
from google.colab import sheets, sql
for what in (lambda: sheets.InteractiveSheet(title='x'), lambda: sql.bigquery):
    try: what()
    except NotImplementedError as error: print('honest')""")
    assert text.startswith("Colibri does not sign in at Google") and text.endswith("\nmine\nhonest\nhonest\n")


def test_tables_become_interactive_by_the_extension_and_stop_again(kernel):
    kernel.run("on", "import pandas as pd\nframe = pd.DataFrame({'n': range(3)})\n%load_ext google.colab.data_table\nframe", 60)
    [shown] = kernel.outputs("on")
    assert shown["data"]["application/vnd.colibri.table+json"]["opened"] is True
    kernel.run("off", "%unload_ext google.colab.data_table\nframe", 60)
    [shown] = kernel.outputs("off")
    assert "application/vnd.colibri.table+json" not in shown["data"] and "<table" in shown["data"]["text/html"]
    kernel.run("wide", "from google.colab import widgets\nwidgets.InteractiveTable(frame)", 60)
    assert kernel.outputs("wide")[0]["data"]["application/vnd.colibri.table+json"]["page_size"] == 10


def test_an_image_of_opencv_and_what_would_open_a_window(kernel):
    kernel.run("image", """import sys, types
import numpy
from google.colab.patches import cv2_imshow
cv2_imshow(numpy.full((4, 4, 3), 300))""", 60)
    assert "image/png" in kernel.outputs("image")[0]["data"]
    text = said(kernel, "window", """import os
os.makedirs('/content/pretend'); open('/content/pretend/cv2.py', 'w').write('def imshow(*_): print("a window")')
sys.path.insert(0, '/content/pretend')
import cv2
try: cv2.imshow('x', 1)
except ValueError as error: print(type(error).__name__, 'cv2_imshow' in str(error))""")
    assert text == "DisabledFunctionError True\n"


def test_widgets_say_how_they_cannot_be_used(kernel):
    text = said(kernel, "wrong", """from google.colab import widgets, html
def tried(act):
    try: act()
    except widgets.WidgetException as error: print(error)
tried(lambda: widgets.TabBar([]))
tried(lambda: widgets.TabBar(['a'], location='left'))
tried(lambda: widgets.Grid(0, 3))
grid = widgets.Grid(2, 2)
tried(lambda: grid.output_to(2, 0).__enter__())
tried(grid.clear_cell)
grid.remove()
tried(lambda: grid.output_to(0, 0).__enter__())
tried(lambda: html.Element('div').call('click'))
print(html.create_resource('let x = 1', extension='js').url)""")
    assert text.splitlines() == [
        "A tab bar has at least one tab.", "The location of tabs is one of top, bottom, start, end.",
        "A grid has at least one row and one column.", "There is no row 2: they are counted from 0 to 1.",
        "Say what to clear: no output goes to the widget now.", "The widget was removed from the output.",
        "The element has no methods before a cell has shown it.", "data:text/javascript;base64,bGV0IHggPSAx"]


def test_messages_by_colabs_own_names_are_answered_or_refused(kernel):
    text = said(kernel, "messages", """from google.colab import _message
for kind in ('request_auth', 'eat'):
    try: _message.blocking_request(kind, {'authType': 'x'})
    except _message.MessageError as error: print(str(error)[:40])
try: _message.read_reply_from_input('none')
except _message.MessageError as error: print(error)""")
    assert text == ("Colibri does not sign in at Google for a\nColibri has no answer to requests of typ\nNo reply is expected for none.\n")
