"""Elements of a cell's output that Python goes on speaking with, and files for them."""
from google.colab.html._element import Element
from google.colab.html._resource import create_resource

__all__ = ["Element", "create_resource"]
