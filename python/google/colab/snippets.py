"""The pane of code snippets."""
from google.colab._message import ask_page


def register(url):
    """Adds the code cells of a notebook, named by its address here or at GitHub, to the snippets of the page's browser."""
    ask_page("snippets", 30, url=url)
