"""House rules that a compiler does not check; STYLE.md and ARCHITECTURE.md section 6 say why.

Usage: python3 tools/tidy/tidy.py [ROOT]. Prints one line per offence and exits 1 if there is any.
"""

import pathlib
import re
import subprocess
import sys

# A module may include the layers above it, and of its own layer what its CMakeLists.txt links; programs are no part of
# one another. Whatever it includes must be linked, directly or by what it links.
LAYERS = [
    {"base"},
    {"document", "nbformat", "history", "jupyter", "lease", "link", "wire", "oci", "cdi"},
    {"async", "channel", "store", "drive", "accelerators", "engine", "net", "image", "mail", "oidc", "github", "examples"},
    {"runtimes", "notebooks", "secrets", "clouds", "mounts", "backup"},
    {"auth", "api"},
    {"server", "supervisor", "cli"},
]
LAYER_OF = {module: i for i, layer in enumerate(LAYERS) for module in layer}
PURE = LAYERS[1]
IMPURE_HEADERS = re.compile(r'#include <(boost/asio|boost/beast|sys/socket|unistd|fcntl|fstream|thread)')

# What each folder of web/src may import, besides itself and `words`.
WEB_ARROWS = {
    "wire": set(),
    "words": set(),
    "model": {"wire"},
    "sync": {"model", "wire"},
    "editor": {"sync", "model", "wire"},
    "output": {"sync", "model", "wire", "frame"},
    "ui": {"editor", "output", "sync", "model", "wire"},
    "app": {"ui", "editor", "output", "sync", "model", "wire"},
    "local": {"model", "wire"},  # A worker's bundle of its own, started by app.
    "frame": {"wire"},  # A bundle of its own; output knows what it says to it.
}

FORBIDDEN_NAME = re.compile(r"\b(?:class|struct|interface)\s+\w*(?:Manager|Helper|Util)s?\b")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
MAX_COLUMNS = 100
MAX_LINES = {".cpp": 600, ".hpp": 600, ".ts": 400, ".tsx": 400}
MAX_FUNCTION_LINES = 70
INCLUDE = re.compile(r'^\s*#include "([^"]+)"', re.M)


CSS_CLASS = re.compile(r"^\s*(\.[a-z][\w-]*)\s*[,{]", re.M)


def our_files(root, suffixes):
    """Tracked and untracked, not ignored files with one of these suffixes, relative to root."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root, capture_output=True, text=True,
                            check=True).stdout.split("\n")
    paths = [pathlib.Path(name) for name in listed if pathlib.Path(name).suffix in suffixes]
    return sorted(path for path in paths if (root / path).is_file())


def without_literals(text):
    """Comments and literals blanked, line for line, so that braces in them do not count."""
    pattern = r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n]){1,8}\''
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def long_functions(text):
    """(line, length) of each brace block behind a parameter list that is longer than allowed."""
    code = without_literals(text)
    stack, found, line = [], [], 1
    for i, c in enumerate(code):
        if c == "\n":
            line += 1
        elif c == "{":
            head = code[max(0, i - 400):i].rsplit(";", 1)[-1].rsplit("}", 1)[-1].rsplit("{", 1)[-1]
            is_function = ")" in head and not re.search(r"\b(?:namespace|class|struct|enum|union)\b[^()]*$", head)
            stack.append((line, is_function))
        elif c == "}" and stack:
            start, is_function = stack.pop()
            nested = any(inner for _, inner in stack)
            if is_function and not nested and line - start + 1 > MAX_FUNCTION_LINES:
                found.append((start, line - start + 1))
    return found


def closing(code, start, ends):
    """Where the expression that begins at `start` ends: at one of `ends` outside of brackets, or a closing bracket."""
    depth = 0
    for i in range(start, len(code)):
        if code[i] in "([{":
            depth += 1
        elif code[i] in ")]}":
            if depth == 0:
                return i
            depth -= 1
        elif depth == 0 and code[i] in ends:
            return i
    return len(code)


LAMBDA = re.compile(r"\[([^\[\]]*)\]\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?\s*(?:mutable\b)?[^(){};,]*(?=\{)")
CONDITION = re.compile(r"\b(?:if|while|switch)\s*\(")


def awaited_traps(text):
    """(line, what) of what g++ 12 miscompiles around co_await; src/async/task.hpp says how."""
    code = without_literals(text)
    for found in re.finditer(r"\bco_await\b", code):
        line = code.count("\n", 0, found.start()) + 1
        awaited = code[found.end():closing(code, found.end(), ";")]
        while piece := LAMBDA.search(awaited):
            captures = [c.strip() for c in piece.group(1).split(",") if c.strip()]
            if any(c != "this" and not c.startswith("&") for c in captures):
                yield line, "a lambda that captures by value inside an awaited expression: name it first"
            awaited = awaited[:piece.start()] + "_" + awaited[closing(awaited, piece.end() + 1, "") + 1:]
        if "{" in awaited:
            yield line, "a temporary made by braces inside an awaited expression: name it first"
        if re.search(r"\?[^:]*[^:]:[^:]", awaited):
            yield line, "?: inside an awaited expression: name it first"
    for found in CONDITION.finditer(code):
        inside = code[found.end():closing(code, found.end(), "")]
        if "co_await" in inside and not re.search(r";|^\s*(?:const )?auto\b[^=]*=", inside):
            yield code.count("\n", 0, found.start()) + 1, "co_await as a condition: name its result first"


def check_size(path, text):
    lines = text.split("\n")
    is_test = "_test." in path.name or ".test." in path.name
    limit = MAX_LINES[path.suffix]
    if len(lines) - 1 > limit:
        yield f"{path}: {len(lines) - 1} lines, over {limit}"
    if path.suffix in {".cpp", ".hpp"}:
        for number, line in enumerate(lines, 1):
            if len(line) > MAX_COLUMNS and 'R"' not in line and not is_test:
                yield f"{path}:{number}: {len(line)} columns, over {MAX_COLUMNS}"
        for start, length in long_functions(text):
            yield f"{path}:{start}: a function of {length} lines, over {MAX_FUNCTION_LINES}"


def check_words(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if FORBIDDEN_NAME.search(line):
            yield f"{path}:{number}: a name that says nothing (Manager, Helper, Util)"
        if UNFINISHED.search(line):
            yield f"{path}:{number}: a mark of unfinished work"


def check_cpp(path, text):
    module = path.parts[1]
    layer = LAYER_OF.get(module)
    if layer is None:
        yield f"{path}: module {module} stands in no layer"
        return
    if path.suffix == ".hpp" and "#pragma once" not in text:
        yield f"{path}: no #pragma once"
    is_test = path.name.endswith(("_test.cpp", "_fixture.hpp"))
    if "co_spawn" in without_literals(text) and module != "async" and not is_test:
        yield f"{path}: co_spawn outside async"
    for line, what in awaited_traps(text):
        yield f"{path}:{line}: {what}"
    is_program = path.name.endswith(("_main.cpp", "_test.cpp"))
    if module in PURE and not is_program and IMPURE_HEADERS.search(text):
        yield f"{path}: a pure module includes {IMPURE_HEADERS.search(text).group(1)}"
    for included in INCLUDE.findall(text):
        other = included.split("/")[0]
        if other in LAYER_OF and LAYER_OF[other] > layer:
            yield f"{path}: includes {included}, of a lower layer"


def linked_modules(root):
    """module -> modules that its CMakeLists.txt links, and what those link in turn."""
    direct = {}
    for path in sorted((root / "src").glob("*/CMakeLists.txt")):
        text = re.sub(r"#[^\n]*", "", path.read_text(encoding="utf-8"))
        for name, arguments in re.findall(r"\bcolibri_module\(\s*(\w+)([^)]*)\)", text):
            direct[name] = set(re.findall(r"\bcolibri_(\w+)", arguments)) & LAYER_OF.keys()
    linked = {}
    for module in direct:
        reached, todo = set(), list(direct[module])
        while todo:
            other = todo.pop()
            if other not in reached:
                reached.add(other)
                todo += direct.get(other, ())
        linked[module] = reached
    return direct, linked


def check_links(edges, linked):
    """Includes of modules that CMake does not link: they build by luck, and hide a dependency."""
    for module in sorted(edges):
        for other in sorted(edges[module] - linked.get(module, set())):
            if LAYER_OF[other] <= LAYER_OF[module]:
                yield f"src/{module}: includes {other}, which its CMakeLists.txt does not link"


def check_programs(direct):
    programs = LAYERS[-1]
    for module in sorted(direct):
        for other in sorted(direct[module]):
            if LAYER_OF[other] > LAYER_OF.get(module, -1):
                yield f"src/{module}/CMakeLists.txt: links {other}, of a lower layer"
            elif "supervisor" in (module, other) and other in programs:
                yield f"src/{module}/CMakeLists.txt: links {other}, another program"


def check_cycles(edges, what="modules"):
    """edges: name -> names it includes."""
    done, path = set(), []

    def visit(module):
        if module in path:
            cycle = path[path.index(module):] + [module]
            return [f"src: {what} include each other: {' → '.join(cycle)}"]
        if module in done:
            return []
        path.append(module)
        offences = [o for other in sorted(edges.get(module, ())) for o in visit(other)]
        path.pop()
        done.add(module)
        return offences

    return [offence for module in sorted(edges) for offence in visit(module)]


def check_web(path, text):
    folder = path.parts[2] if len(path.parts) > 3 else None
    if folder not in WEB_ARROWS:
        return
    for imported in re.findall(r"""(?:from|import)\s*\(?\s*["']((?:\.\./)+|@/)(\w+)/""", text):
        other = imported[1]
        if other in WEB_ARROWS and other not in {folder, "words"} and other not in WEB_ARROWS[folder]:
            yield f"{path}: imports {other}, against the arrow"


def check_styles(sheets):
    """Of the text of each style sheet by its path: a class belongs to one, for all are loaded together."""
    homes = {}
    for path, text in sheets.items():
        for name in dict.fromkeys(CSS_CLASS.findall(text)):
            if name in homes:
                yield f"{path}: {name} is described in {homes[name]} too"
            homes.setdefault(name, path)


def check(root):
    edges, headers = {}, {}
    for path in our_files(root, MAX_LINES):
        text = (root / path).read_text(encoding="utf-8")
        yield from check_size(path, text)
        yield from check_words(path, text)
        if path.parts[0] == "src" and len(path.parts) > 2:
            yield from check_cpp(path, text)
            module = path.parts[1]
            if path.suffix == ".hpp":
                headers["/".join(path.parts[1:])] = set(INCLUDE.findall(text))
            for included in INCLUDE.findall(text):
                other = included.split("/")[0]
                if other in LAYER_OF and other != module:
                    edges.setdefault(module, set()).add(other)
        elif path.parts[:2] == ("web", "src"):
            yield from check_web(path, text)
    yield from check_styles({path: (root / path).read_text(encoding="utf-8") for path in our_files(root, {".css"})})
    direct, linked = linked_modules(root)
    yield from check_links(edges, linked)
    yield from check_programs(direct)
    yield from check_cycles(direct, "CMakeLists.txt files")
    yield from check_cycles(edges)
    yield from check_cycles(headers, "headers")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    offences = list(check(root))
    for offence in offences:
        print(offence)
    print(f"tidy: {len(offences)} offences")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
