"""The checks of tools/tidy find what they are for."""

import importlib.util
import pathlib
import subprocess
import sys

TIDY = pathlib.Path(__file__).parents[2] / "tools" / "tidy" / "tidy.py"
SPEC = importlib.util.spec_from_file_location("tidy", TIDY)
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


def cmake(root, **modules):
    for name, arguments in modules.items():
        (root / "src" / name).mkdir(parents=True)
        (root / "src" / name / "CMakeLists.txt").write_text(f"colibri_module({name} {arguments})\n")
    return tidy.linked_modules(root)


def test_an_include_that_cmake_does_not_link(tmp_path):
    direct, linked = cmake(tmp_path, base="DEPS fmt::fmt", document="DEPS colibri_base  # and colibri_wire\n",
                           wire="DEPS colibri_document")
    assert linked["wire"] == {"document", "base"}
    assert not list(tidy.check_links({"wire": {"base", "document"}}, linked))
    assert list(tidy.check_links({"document": {"wire"}}, linked))
    assert not list(tidy.check_programs(direct))


def test_programs_that_link_each_other(tmp_path):
    direct, _ = cmake(tmp_path, supervisor="DEPS colibri_link", server="DEPS colibri_supervisor", cli="DEPS colibri_server",
                      base="DEPS colibri_net")
    offences = list(tidy.check_programs(direct))
    assert len(offences) == 2
    assert "src/base" in offences[0] and "src/server" in offences[1]


def test_headers_that_include_each_other(tmp_path):
    tidy_git(tmp_path, {"src/base/a.hpp": '#pragma once\n#include "base/b.hpp"\n',
                        "src/base/b.hpp": '#pragma once\n#include "base/a.hpp"\n'})
    assert [o for o in tidy.check(tmp_path) if "headers include each other" in o]


def test_a_clean_tree_has_no_offence_and_a_bad_one_fails(tmp_path):
    tidy_git(tmp_path, {"src/base/a.hpp": "#pragma once\n"})
    run = [sys.executable, str(TIDY), str(tmp_path)]
    assert subprocess.run(run, capture_output=True).returncode == 0
    (tmp_path / "src/base/b.hpp").write_text("int a;\n")
    bad = subprocess.run(run, capture_output=True, text=True)
    assert bad.returncode == 1 and "src/base/b.hpp: no #pragma once" in bad.stdout


def tidy_git(root, files):
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_long_functions_but_not_long_namespaces():
    body = "  int a;\n" * 80
    assert tidy.long_functions("void f(int b) {\n" + body + "}\n") == [(1, 82)]
    assert not tidy.long_functions("namespace a {\n" + body + "}\n")
    assert not tidy.long_functions("void f() {}\n" + body)
    assert not tidy.long_functions('const char* a = "void f() {";\n' + body + "// }\n")


def test_what_the_compiler_gets_wrong_around_co_await():
    def traps(code):
        return [line for line, _ in tidy.awaited_traps("Task<void> f() {\n" + code + ";\n}\n")]

    for bad in ("if (co_await g()) h()", "while (!co_await g()) h()", "co_await pool.run([id] { return id; })",
                "co_await pool.run([&a, id]() mutable { return id; })", "co_await g(Wish{1, 2})", "co_await g({1, 2})",
                "const auto x = co_await (b ? g() : h())"):
        assert traps(bad) == [2], bad
    for good in ("if (const bool ok = co_await g(); !ok) h()", "while (auto m = co_await g()) h(*m)", "co_await g(a, std::move(b))",
                 "co_await pool.run([&a, this] { return a; })", "co_await pool.run([&] { if (a) { b(); } return a ? b : c; })",
                 'co_await g("{a} ? b : c")'):
        assert traps(good) == [], good


def test_long_files_and_long_lines():
    assert list(tidy.check_size(pathlib.Path("src/a/a.cpp"), "\n" * 601))
    assert list(tidy.check_size(pathlib.Path("src/a/a.cpp"), "x" * 101))
    assert not list(tidy.check_size(pathlib.Path("src/a/a.cpp"), "x" * 100))


def test_empty_names_and_unfinished_work():
    assert list(tidy.check_words(pathlib.Path("a.cpp"), "class RunManager {"))
    assert list(tidy.check_words(pathlib.Path("a.cpp"), "// TO" + "DO later"))
    assert not list(tidy.check_words(pathlib.Path("a.cpp"), "class Runtimes {"))


def test_a_class_that_two_style_sheets_describe():
    sheet = ".c-list { margin: 0; }\n.c-list > .c-name,\n.c-name { color: red; }\n"
    assert not list(tidy.check_styles({"a.css": sheet + ".c-list { padding: 0; }\n", "b.css": ".c-list .c-other { top: 0; }\n"}))
    assert list(tidy.check_styles({"a.css": sheet, "b.css": "  .c-name,\n.c-more { top: 0; }\n"})) == \
        ["b.css: .c-name is described in a.css too"]


def test_the_arrow_of_the_page():
    assert list(tidy.check_web(pathlib.Path("web/src/model/a.ts"), 'import { x } from "../ui/x"'))
    assert not list(tidy.check_web(pathlib.Path("web/src/ui/a.ts"), 'import { x } from "../model/x"'))
