"""Google's models, which a server of one's own has no part in."""

WORDS = "Colibri has no language model of its own. Use the package of a model's provider, with its key from google.colab.userdata."


def generate_text(prompt, model_name=None, stream=False):
    raise NotImplementedError(WORDS)


def list_models():
    """There are none."""
    return []
