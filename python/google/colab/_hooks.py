"""What is changed in libraries when they are imported, if they are."""


def add_to(shell):
    from google.colab import _after_import
    _after_import.call("cv2", disable_imshow)
    _after_import.call("bokeh.io.notebook", describe_bokeh)


def disable_imshow(cv2):
    import os
    if os.environ.get("ENABLE_CV2_IMSHOW"):
        return

    def imshow(*_, **__):
        raise DisabledFunctionError(
            "cv2.imshow() opens a window, which a runtime has not. "
            "Show the image in the notebook: from google.colab.patches import cv2_imshow")

    cv2.imshow = imshow


def describe_bokeh(notebook):
    """Plots as descriptions, which the page draws by a BokehJS of its own: nothing is loaded from elsewhere."""

    def load_notebook(*_, **__):
        pass

    def show_doc(shown, state, notebook_handle=None):
        if notebook_handle:
            raise NotImplementedError("Colibri draws Bokeh plots once: show the plot again after a change.")
        from bokeh import __version__
        from bokeh.embed.util import standalone_docs_json_and_render_items
        from IPython.display import display
        documents, items = standalone_docs_json_and_render_items([shown])
        items = [item if isinstance(item, dict) else item.to_json() for item in items]
        display({"application/vnd.colibri.bokeh+json": {"docs_json": documents, "render_items": items, "version": __version__},
                 "text/plain": repr(shown)}, raw=True)

    notebook.install_notebook_hook("jupyter", load_notebook, show_doc, notebook.show_app, overwrite=True)


class DisabledFunctionError(ValueError):
    """A function that would only hang or crash here."""
