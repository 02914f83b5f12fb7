"""What the widgets have in common: they stand in the cell's output from their making on, and output goes into parts of them."""
import contextlib
import uuid

from google.colab.errors import WidgetException
from google.colab.output import _areas


class Places:
    """`id` is the element's in the cell's frame; the parts have ids of their own, made from it."""

    def __init__(self):
        self.id = "colibri-" + uuid.uuid4().hex
        self.active = None  # The part that output goes to now.
        self.removed = False

    def publish(self, html):
        from IPython.display import HTML, display
        with _areas.Layer(tags=_areas.current_tags() | {self.id}):
            display(HTML(html))

    def part(self, name):
        return f"{self.id}-{name}"

    @contextlib.contextmanager
    def inside(self, name):
        """What is put out meanwhile goes into this part."""
        layer = self.layer(name, self.part(name))
        before, self.active = self.active, name
        try:
            with layer:
                yield
        finally:
            self.active = before

    def layer(self, name, tag):
        """What is put out in it stands in this part, and is cleared by the tag."""
        if self.removed:
            raise WidgetException("The widget was removed from the output.")
        return _areas.Layer(area="#" + self.part(name), tags=_areas.current_tags() | {self.id, tag})

    def clear(self, name):
        """Takes away what was put into the part; None: the one that output goes to now."""
        name = self.active if name is None else name
        if name is None:
            raise WidgetException("Say what to clear: no output goes to the widget now.")
        _areas.clear(output_tags=self.part(name))

    def remove(self):
        """Takes the widget out of the output, with all that is in it."""
        _areas.clear(output_tags=self.id)
        self.removed = True
