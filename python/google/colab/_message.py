"""Questions to the page of the person whose runtime this is."""
from google.colab import _agent


class MessageError(Exception):
    """The page answered with an error: often one that its JavaScript threw."""


def ask_page(name, timeout_s=None, **params):
    """The page's answer to `page.NAME`. Raises MessageError when there is no page or it says no."""
    try:
        return _agent.ask("page." + name, params, timeout_s)
    except _agent.AgentError as error:
        if error.code == "no_page":
            raise MessageError("No page of this notebook is open to answer.") from None
        raise MessageError(str(error)) from None
