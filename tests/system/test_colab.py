"""google.colab in real kernels: what it is and what `!` does, by the supervisor alone."""

import os

import pytest

from runtime import Runtime

SANDBOXES = os.environ.get("COLIBRI_TEST_SANDBOXES", "auto").split(",")

WHEELS = """
import zipfile
def wheel(version):
    with zipfile.ZipFile(f'/content/pretend-{version}-py3-none-any.whl', 'w') as file:
        info = f'pretend-{version}.dist-info/'
        file.writestr('pretend.py', f'__version__ = {version!r}')
        file.writestr(info + 'METADATA', f'Metadata-Version: 2.1\\nName: pretend\\nVersion: {version}\\n')
        file.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
        file.writestr(info + 'RECORD', '')
wheel('1.0'); wheel('2.0')
"""


@pytest.fixture(scope="module", params=SANDBOXES)
def shared(request):
    path = os.environ.get("COLIBRI_TEST_PATH")
    own = {"env": {"PATH": path + ":" + os.environ["PATH"]}} if request.param == "none" and path else {}
    runtime = Runtime(request.param, **own)
    try:
        yield runtime.start().ready()
        assert runtime.shut_down() == 0
    finally:
        runtime.close()


def answer(runtime, execution, value, password=False):
    """Answers the next question of `execution`, which is one for a password or not."""
    start = len(runtime.events)
    seen = [e for e in runtime.of(execution) if e["type"] == "input" and not e.get("_answered")]
    asked = seen[-1] if seen else runtime.wait(lambda e: e["type"] == "input" and e["execution"] == execution, 20, start)
    asked["_answered"] = True
    assert (asked["prompt"], asked["password"]) == ("", password)
    runtime.send({"type": "answer_input", "execution": execution, "value": value})


def test_a_kernel_is_colabs_from_the_start_and_google_belongs_to_others_too(shared):
    shared.run("is", """import sys
print('google.colab' in sys.modules, 'google.colab' in str(get_ipython()), [n for n in dir() if not n.startswith('_')])
import os; os.makedirs('/content/other/google/cloud'); open('/content/other/google/cloud/x.py', 'w').write('here = 1')
sys.path.append('/content/other')
import google.colab
from google.cloud import x
print(x.here, google.colab.__version__)
!python -c "import google.colab; print('in a program too')"
!touch /run/colibri/python/google/colab/new.py""")
    told = shared.text("is").split("\n")
    assert told[0] == "True True ['In', 'Out', 'exit', 'get_ipython', 'open', 'quit', 'sys']"
    assert told[1:3] == ["1 0.0.1a2", "in a program too"]
    assert "Read-only file system" in told[3] or SANDBOXES == ["none"]


def test_a_command_runs_in_bash_on_a_terminal_and_leaves_its_status(shared):
    shared.run("bash", "x = 4\n!echo {x}; locale | head -1 | cut -c1-12; declare -p BASH | cut -c1-12; [[ -t 0 && -t 1 ]] && tty | cut -c1-9; echo err >&2; exit 3\nprint(_exit_code)")
    assert shared.text("bash") == "4\nLANG=C.UTF-8\ndeclare -- B\n/dev/pts/\nerr\n3\n"
    events = shared.run("list", "found = !printf 'a\\nb\\n'\nprint(type(found).__name__, list(found))")
    assert [e["type"] for e in events if e["type"] in ("stream", "clear")] == ["stream", "clear", "stream"]
    assert shared.text("list") == "a\nb\nSList ['a', 'b']\n"
    shared.run("live", "import time\nbegan = time.time()\n!(sleep 60; echo no) > /dev/null 2>&1 &\nprint(time.time() - began < 10)\n!pgrep -c sleep")
    assert shared.text("live") == "True\n1\n"


def test_shell_magics_return_their_result_and_raise_when_it_is_bad(shared):
    shared.run("good", "r = %shell echo one\nprint(r.returncode, repr(r.output), r.args)")
    assert shared.text("good") == "one\n0 'one\\n' echo one\n"
    assert shared.run("bad", "%%shell\necho two\nfalse")[-1]["status"] == "error"
    assert (shared.text("bad"), shared.outputs("bad")[0]["ename"]) == ("two\n", "CalledProcessError")
    assert shared.run("ignored", "%%shell --ignore-errors\nfalse")[-1]["status"] == "ok"
    assert shared.run("empty", "%%html\n")[-1]["status"] == "ok"
    assert "TensorFlow 1" in shared.run("old", "%tensorflow_version 1.x")[-2]["output"]["evalue"]


def test_a_command_is_answered_by_a_person_and_passwords_are_hidden(shared):
    shared.execute("ask", "!read -p 'Name: ' n; echo \"<$n>\"; read -s -p 'Word: ' w; echo \"[$w]\"; python -c \"import readline; print(input('Line: ')[::-1])\"")
    answer(shared, "ask", "Ada")
    answer(shared, "ask", "é", password=True)
    answer(shared, "ask", "abc")
    shared.done("ask")
    # What was typed is shown by the page, once.
    assert shared.text("ask") == "Name: <Ada>\nWord: [é]\nLine: cba\n"


def test_an_interrupt_asks_first_and_then_kills(shared):
    shared.execute("soft", "!trap 'echo caught; exit 5' INT; echo on; while true; do sleep 0.1; done\nprint('after', _exit_code)")
    shared.wait(lambda e: e["type"] == "stream" and e["execution"] == "soft")
    shared.send({"type": "interrupt"})
    assert shared.done("soft")["status"] == "ok"
    assert shared.text("soft") == "on\n^C\ncaught\nafter 5\n"
    shared.execute("hard", "!trap '' INT TERM; echo on; while true; do sleep 0.1; done\nprint('after', _exit_code)")
    shared.wait(lambda e: e["type"] == "stream" and e["execution"] == "hard")
    shared.send({"type": "interrupt"})
    shared.wait(lambda e: e["type"] == "stream" and e["execution"] == "hard" and "^C" in e["text"])
    shared.send({"type": "interrupt"})
    shared.done("hard")
    assert shared.text("hard") == "on\n^C\n^C\nafter -9\n"


def test_pip_tells_when_it_has_replaced_what_is_loaded(shared):
    shared.run("wheels", WHEELS)
    install = "install --no-index --no-deps --force-reinstall /content/pretend-{}-py3-none-any.whl"
    shared.run("first", f"%pip {install.format('1.0')}\nimport pretend\nprint(pretend.__version__)", 60)
    assert shared.text("first").endswith("1.0\n") and not shared.outputs("first")
    shared.run("again", f"!pip {install.format('2.0')}", 60)
    [box] = shared.outputs("again")
    assert box["data"]["application/vnd.colab-display-data+json"] == {"pip_warning": {"packages": ["pretend"]}}
    assert "You must restart the runtime" in box["data"]["text/plain"]
    shared.run("quiet", f"import os; os.environ['SKIP_COLAB_PIP_WARNING'] = '1'\n!pip {install.format('2.0')}", 60)
    assert not shared.outputs("quiet")
