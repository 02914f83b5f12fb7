"""Ports of the runtime, shown in outputs: each at an origin of its own, for those who may use the runtime."""
import json

from IPython.display import Javascript, display

_FRAME = """(async (port, path, width, height, cache, element) => {
  const url = new URL(path, await google.colab.kernel.proxyPort(port, {cache}));
  const frame = document.createElement('iframe');
  frame.src = url.toString();
  frame.width = width;
  frame.height = height;
  frame.style.border = 0;
  element.appendChild(frame);
})(%s, window.element)"""

_LINK = """(async (port, path, text, element) => {
  const url = new URL(path, await google.colab.kernel.proxyPort(port));
  const link = document.createElement('a');
  link.href = url.toString();
  link.target = '_blank';
  link.textContent = text === null ? link.href : text;
  element.appendChild(link);
})(%s, window.element)"""


def _arguments(*values):
    # A script's end must not stand in it.
    return ", ".join(json.dumps(value).replace("<", "\\u003c") for value in values)


def serve_kernel_port_as_iframe(port, path="/", width="100%", height="400", cache_in_notebook=False):
    """Shows what a web server of this runtime serves, in a frame of this output.

    Args:
      port: the port that it listens on.
      path: what is shown first.
      width, height: of the frame, as the attributes of an <iframe>.
      cache_in_notebook: taken, and of no effect: what the server answers is not kept in the notebook.
    """
    display(Javascript(_FRAME % _arguments(int(port), str(path), str(width), str(height), bool(cache_in_notebook))))


def serve_kernel_port_as_window(port, path="/", anchor_text=None, skip_warning=False):
    """Shows a link that opens what a web server of this runtime serves, in a tab of the browser.

    Args:
      port: the port that it listens on.
      path: what is shown first.
      anchor_text: the link's text; None: its address.
      skip_warning: taken, and of no effect: the link works, so there is nothing to warn of.
    """
    display(Javascript(_LINK % _arguments(int(port), str(path), anchor_text)))
