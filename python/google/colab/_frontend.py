"""What a notebook may have its page do."""
from google.colab._message import ask_page


def create_scratch_cell(content, bottom_pane=False):
    """Offers code in a scratch cell, which opens once the person says so."""
    ask_page("scratch", content=content, bottom_pane=bottom_pane)
