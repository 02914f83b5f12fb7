"""What an element's HTML may load."""
import base64
import mimetypes

MAX_BYTES = 8 * 1024 * 1024


class Resource:
    """`url` is where scripts and elements of an output find it: the whole of it, so that a saved notebook has it too."""

    def __init__(self, url, kind):
        self.url, self.content_type = url, kind

    def __repr__(self):
        return f"<a resource of type {self.content_type}>"


def create_resource(content=None, filepath=None, handler=None, headers=None, extension=None, route=None):
    """A resource of `content` (text or bytes) or of a file; `extension` tells its type, as "js". At most 8 MiB."""
    if handler is not None or route is not None:
        raise NotImplementedError("Colibri has no resources that are made when they are asked for: give the content or a file.")
    if (content is None) == (filepath is None):
        raise ValueError("A resource is made of either a content or a file.")
    if filepath is not None:
        with open(filepath, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    data = content.encode() if isinstance(content, str) else bytes(content)
    if len(data) > MAX_BYTES:
        raise ValueError("A resource has at most 8 MiB.")
    name = filepath if extension is None else "x." + extension.lstrip(".")
    kind = (headers or {}).get("content-type") or (name and mimetypes.guess_type(name)[0]) or (
        "text/plain" if isinstance(content, str) else "application/octet-stream")
    return Resource(f"data:{kind};base64,{base64.b64encode(data).decode()}", kind)
