"""The secrets of the person whose runtime this is, as far as they let this notebook have them."""
from google.colab import _agent

WAIT_S = 10


class SecretNotFoundError(Exception):
    """There is no secret of that name."""

    def __init__(self, key):
        super().__init__(f"Secret {key} does not exist.")


class NotebookAccessError(Exception):
    """The person has not let this notebook have it."""

    def __init__(self, key):
        super().__init__(f"Notebook does not have access to secret {key}")


class TimeoutException(Exception):
    """Nobody answered in time."""

    def __init__(self, key):
        super().__init__(f"Requesting secret {key} timed out. Secrets can only be fetched when running from the notebook's page.")


def get(key):
    """The secret's value. Any thread may ask."""
    if not isinstance(key, str) or not key:
        raise ValueError("The secret's name is empty.")
    if key != "".join(key.split()):
        raise ValueError("The secret's name has a space in it.")
    try:
        result = _agent.ask("secret.get", {"name": key}, WAIT_S)
    except _agent.AgentError as error:
        if error.code == "no_such_secret":
            raise SecretNotFoundError(key) from None
        if error.code == "no_access":
            raise NotebookAccessError(key) from None
        if error.code in ("timeout", "no_page", "no_agent", "unavailable"):
            raise TimeoutException(key) from None
        raise
    return result["value"]
