"""Web servers of the runtime, shown beside the cell."""


def serve_kernel_port_as_iframe(port, path="/", width="100%", height="400", cache_in_notebook=False):
    raise NotImplementedError("A port of the runtime can't be shown in a page here; fetch from it in the runtime instead.")


def serve_kernel_port_as_window(port, path="/", anchor_text=None, skip_warning=False):
    raise NotImplementedError("A port of the runtime can't be opened in a window here; fetch from it in the runtime instead.")
