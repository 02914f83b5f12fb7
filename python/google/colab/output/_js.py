"""JavaScript in the frame of the cell that runs."""
import json

from google.colab import _start
from google.colab._message import MessageError, ask_page


def eval_js(script, ignore_result=False, timeout_sec=None):
    """What the script's last expression is, once that is no promise any more; None with `ignore_result`.

    It finds the functions and elements that the cell's HTML and JavaScript have made. Raises MessageError when it throws.
    """
    value = _evaluate(timeout_sec, script=str(script), shown=_start.shown.count)
    return None if ignore_result else value


def eval_beside(mark, script, timeout_sec=None):
    """The same in the frame of the cell, whichever it is, whose outputs have the text `mark` in them."""
    return _evaluate(timeout_sec, script=script, shown=0, mark=mark)


def _evaluate(timeout_sec, **params):
    answer = ask_page("eval_js", timeout_sec, **params)
    value = json.loads(answer["value"])
    if answer["error"]:
        raise MessageError(value)
    return value
