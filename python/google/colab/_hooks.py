"""What is changed in libraries when they are imported, if they are."""


def add_to(shell):
    from google.colab import _after_import
    _after_import.call("cv2", disable_imshow)


def disable_imshow(cv2):
    import os
    if os.environ.get("ENABLE_CV2_IMSHOW"):
        return

    def imshow(*_, **__):
        raise DisabledFunctionError(
            "cv2.imshow() opens a window, which a runtime has not. "
            "Show the image in the notebook: from google.colab.patches import cv2_imshow")

    cv2.imshow = imshow


class DisabledFunctionError(ValueError):
    """A function that would only hang or crash here."""
