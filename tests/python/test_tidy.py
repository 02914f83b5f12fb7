"""The checks of tools/tidy find what they are for."""

import importlib.util
import pathlib

SPEC = importlib.util.spec_from_file_location(
    "tidy", pathlib.Path(__file__).parents[2] / "tools" / "tidy" / "tidy.py")
tidy = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tidy)


def cpp(name, text):
    return list(tidy.check_cpp(pathlib.Path(name), text))


def test_an_include_of_a_lower_layer():
    assert cpp("src/base/a.cpp", '#include "net/server.hpp"\n')
    assert not cpp("src/net/a.cpp", '#include "base/id.hpp"\n')


def test_input_and_output_in_a_pure_module():
    assert cpp("src/document/a.cpp", "#include <fstream>\n")
    assert not cpp("src/drive/a.cpp", "#include <fstream>\n")


def test_a_header_without_pragma_once():
    assert cpp("src/base/a.hpp", "int a;\n")


def test_co_spawn_outside_its_place():
    assert cpp("src/net/a.cpp", "asio::co_spawn(x, y, z);\n")
    assert not cpp("src/net/a.cpp", "// not co_spawn\n")


def test_modules_that_include_each_other():
    assert tidy.check_cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}})
    assert not tidy.check_cycles({"a": {"b", "c"}, "b": {"c"}})


def test_long_functions_but_not_long_namespaces():
    body = "  int a;\n" * 80
    assert tidy.long_functions("void f(int b) {\n" + body + "}\n") == [(1, 82)]
    assert not tidy.long_functions("namespace a {\n" + body + "}\n")
    assert not tidy.long_functions("void f() {}\n" + body)
    assert not tidy.long_functions('const char* a = "void f() {";\n' + body + "// }\n")


def test_long_files_and_long_lines():
    assert list(tidy.check_size(pathlib.Path("src/a/a.cpp"), "\n" * 601))
    assert list(tidy.check_size(pathlib.Path("src/a/a.cpp"), "x" * 101))
    assert not list(tidy.check_size(pathlib.Path("src/a/a.cpp"), "x" * 100))


def test_empty_names_and_unfinished_work():
    assert list(tidy.check_words(pathlib.Path("a.cpp"), "class RunManager {"))
    assert list(tidy.check_words(pathlib.Path("a.cpp"), "// TO" + "DO later"))
    assert not list(tidy.check_words(pathlib.Path("a.cpp"), "class Runtimes {"))


def test_the_arrow_of_the_page():
    assert list(tidy.check_web(pathlib.Path("web/src/model/a.ts"), 'import { x } from "../ui/x"'))
    assert not list(tidy.check_web(pathlib.Path("web/src/ui/a.ts"), 'import { x } from "../model/x"'))
