"""Language models by a service that speaks OpenAI's protocol, named in the environment: MODEL_PROXY_HOST as in Colab, or OPENAI_BASE_URL."""
import json
import os
import urllib.error
import urllib.request

WORDS = ("Colibri has no language model of its own: name a service of OpenAI's protocol in MODEL_PROXY_HOST and its key in MODEL_PROXY_API_KEY "
         "(or OPENAI_BASE_URL and OPENAI_API_KEY).")
WAIT_S = 600


def generate_text(prompt, model_name="google/gemini-2.5-flash", stream=False):
    """What the model answers; with `stream` an iterator of its pieces, as they come."""
    body = {"model": model_name, "messages": [{"role": "user", "content": str(prompt)}], "stream": bool(stream)}
    answer = _ask("/chat/completions", body)
    if stream:
        return _pieces(answer)
    with answer:
        return json.load(answer)["choices"][0]["message"]["content"]


def list_models():
    """The names of the models that the service has."""
    with _ask("/models") as answer:
        return [model["id"] for model in json.load(answer)["data"]]


def _ask(path, body=None):
    host = os.environ.get("MODEL_PROXY_HOST") or os.environ.get("OPENAI_BASE_URL")
    if not host:
        raise NotImplementedError(WORDS)
    address = (host if "://" in host else "https://" + host).rstrip("/") + path
    key = os.environ.get("MODEL_PROXY_API_KEY") or os.environ.get("OPENAI_API_KEY")
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    request = urllib.request.Request(address, None if body is None else json.dumps(body).encode(), headers)
    try:
        return urllib.request.urlopen(request, timeout=WAIT_S)
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"The model's service answered {error.code}: {error.read(1000).decode(errors='replace')}") from None
    except urllib.error.URLError as error:
        raise RuntimeError(f"The model's service was not reached: {error.reason}") from None


def _pieces(answer):
    with answer:
        for line in answer:
            event = line.strip()
            if not event.startswith(b"data:") or event[5:].strip() == b"[DONE]":
                continue
            for choice in json.loads(event[5:])["choices"]:
                piece = choice["delta"].get("content")
                if piece:
                    yield piece
