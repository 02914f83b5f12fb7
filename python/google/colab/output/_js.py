"""JavaScript in the frame of the cell that runs."""
import json

from google.colab import _start
from google.colab._message import MessageError, ask_page


def eval_js(script, ignore_result=False, timeout_sec=None):
    """What the script's last expression is, once that is no promise any more; None with `ignore_result`.

    It finds the functions and elements that the cell's HTML and JavaScript have made. Raises MessageError when it throws.
    """
    answer = ask_page("eval_js", timeout_sec, script=str(script), shown=_start.shown.count)
    value = json.loads(answer["value"])
    if answer["error"]:
        raise MessageError(value)
    return None if ignore_result else value
