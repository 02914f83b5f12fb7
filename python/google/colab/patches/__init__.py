"""What works otherwise in a notebook than on a desktop."""


def cv2_imshow(a):
    """Shows an image as OpenCV has it: grey, BGR or BGRA, in a NumPy array."""
    from IPython.display import display
    from PIL import Image
    image = a.clip(0, 255).astype("uint8")
    if image.ndim == 3:
        image = image[:, :, [2, 1, 0, 3]] if image.shape[2] == 4 else image[:, :, ::-1]
    display(Image.fromarray(image))


cv_imshow = cv2_imshow
