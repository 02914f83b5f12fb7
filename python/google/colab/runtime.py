"""The runtime itself."""
from google.colab import _agent, errors


def unassign():
    """Ends this runtime, and with it this kernel. What is in /content goes, as when a person disconnects."""
    try:
        _agent.ask("runtime.unassign", {}, 30)
    except _agent.AgentError as error:
        raise errors.RuntimeManagementError(f"The runtime could not be ended: {error}") from None
