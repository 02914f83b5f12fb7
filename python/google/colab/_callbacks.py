"""Functions that JavaScript of an output may call: google.colab.kernel.invokeFunction, on the kernel's comms."""
import inspect

TARGET = "colibri.invoke"
_functions = {}


def register(name, function):
    if not callable(function):
        raise ValueError("The callback must be a function.")
    _functions[name] = function


def unregister(name):
    _functions.pop(name, None)


def listen(shell):
    def opened(comm, message):
        asked = message["content"].get("data", {})
        try:
            answer = {"result": call(shell, asked["name"], asked.get("args", []), asked.get("kwargs", {}))}
        except BaseException as error:  # What a callback raises is for who called it, not for the kernel.
            answer = {"error": f"{type(error).__name__}: {error}"}
        comm.send(answer)
        comm.close()

    shell.kernel.comm_manager.register_target(TARGET, opened)


def call(shell, name, args, kwargs):
    """The MIME bundle of what the function returns."""
    if name not in _functions:
        raise KeyError(f"no function is registered as {name}")
    result = _functions[name](*args, **kwargs)
    if inspect.iscoroutine(result):
        result.close()
        raise TypeError(f"{name} is an async function, which can't be called from an output")
    data, metadata = shell.display_formatter.format(result)
    return {"data": data, "metadata": metadata}
