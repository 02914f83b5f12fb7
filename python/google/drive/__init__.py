"""For notebooks that say `from google.drive import drive`."""
from google.colab import drive

__all__ = ["drive"]
