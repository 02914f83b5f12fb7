"""Questions to the page of the person whose runtime this is, and the names that Colab has for them."""
import threading

from google.colab import _agent

NO_PAGE = "No page of this notebook is open to answer."


class MessageError(Exception):
    """The page answered with an error: often one that its JavaScript threw."""


def ask_page(name, timeout_s=None, no_page=NO_PAGE, /, **params):
    """The page's answer to `page.NAME`. Raises MessageError when there is no page (then it says `no_page`) or it says no."""
    try:
        return _agent.ask("page." + name, params, timeout_s)
    except _agent.AgentError as error:
        if error.code in ("no_page", "no_agent"):
            raise MessageError(no_page) from None
        raise MessageError(str(error)) from None


def blocking_request(request_type, request="", timeout_sec=5, parent=None):
    """What answers a request of Colab's own kind: of those that mean something here. `timeout_sec` None: as long as it takes."""
    if request_type not in _ANSWERS:
        raise MessageError(f"Colibri has no answer to requests of type {request_type}.")
    return _ANSWERS[request_type](request if isinstance(request, dict) else {}, timeout_sec)


def send_request(request_type, request_body, parent=None, expect_reply=False):
    """As blocking_request(), without waiting for the answer: a name for read_reply_from_input(), when one is expected."""
    if request_type not in _ANSWERS:
        raise MessageError(f"Colibri has no answer to requests of type {request_type}.")
    reply = _Reply(request_type, request_body)
    if not expect_reply:
        return None
    name = str(id(reply))
    _replies[name] = reply
    return name


def read_reply_from_input(message_id, timeout_sec=None):
    """The answer to a request that was sent with `expect_reply`; None when it has not come in time."""
    reply = _replies.get(message_id)
    if reply is None:
        raise MessageError(f"No reply is expected for {message_id}.")
    reply.thread.join(timeout_sec)
    if reply.thread.is_alive():
        return None
    del _replies[message_id]
    if reply.error is not None:
        raise reply.error
    return reply.result


class _Reply:
    def __init__(self, request_type, request):
        self.result, self.error = None, None
        self.thread = threading.Thread(target=self.get, args=(request_type, request), daemon=True)
        self.thread.start()

    def get(self, request_type, request):
        try:
            self.result = blocking_request(request_type, request, None)
        except Exception as error:
            self.error = error


_replies = {}


def _evaluate(request, timeout_s):
    from google.colab.output import eval_js
    return eval_js(request["script"], timeout_sec=timeout_s)


def _secret(request, timeout_s):
    from google.colab import userdata
    try:
        return {"exists": True, "access": True, "payload": userdata.get(request["key"])}
    except userdata.SecretNotFoundError:
        return {"exists": False, "access": False, "payload": None}
    except userdata.NotebookAccessError:
        return {"exists": True, "access": False, "payload": None}


def _snippets(request, timeout_s):
    return ask_page("snippets", timeout_s, url=request["url"])


def _scratch(request, timeout_s):
    return ask_page("scratch", timeout_s, content=request["content"], bottom_pane=bool(request.get("openInBottomPane")))


def _sign_in(request, timeout_s):
    from google.colab import auth
    raise MessageError(auth.WORDS)


_ANSWERS = {"cell_javascript_eval": _evaluate, "GetSecret": _secret, "register_snippets": _snippets,
            "add_scratch_cell": _scratch, "request_auth": _sign_in}
