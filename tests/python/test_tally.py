"""./test's last line is only as good as tests/tally.py."""

import importlib.util
import json
import pathlib

SPEC = importlib.util.spec_from_file_location("tally", pathlib.Path(__file__).parents[1] / "tally.py")
tally = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tally)


def ctest(folder, **programs):
    cases = "".join(f'<testcase name="{name}" status="{status}"/>' for name, status in programs.items())
    (folder / "ctest.xml").write_text(f"<testsuite>{cases}</testsuite>")


def gtest(folder, name, tests, failures, skipped=0):
    results = [{"result": "SKIPPED"}] * skipped + [{"result": "COMPLETED"}] * (tests - skipped)
    (folder / f"{name}.gtest.json").write_text(json.dumps(
        {"tests": tests, "failures": failures, "disabled": 0, "testsuites": [{"testsuite": results}]}))


def test_counts_the_tests_inside_a_program(tmp_path):
    ctest(tmp_path, base="run", store="fail", store_postgresql="run")
    gtest(tmp_path, "base", 10, 0)
    gtest(tmp_path, "store", 5, 2)
    gtest(tmp_path, "store_postgresql", 5, 0)
    assert tally.of_folder(tmp_path) == (18, 2)


def test_a_program_that_crashed_has_failed(tmp_path):
    ctest(tmp_path, base="fail")
    assert tally.of_folder(tmp_path) == (0, 1)


def test_a_program_that_failed_behind_its_tests_has_failed(tmp_path):
    ctest(tmp_path, base="fail")
    gtest(tmp_path, "base", 3, 0)
    assert tally.of_folder(tmp_path) == (3, 1)


def test_skipped_tests_count_for_nothing(tmp_path):
    ctest(tmp_path, base="run")
    gtest(tmp_path, "base", 3, 0, skipped=1)
    (tmp_path / "system.xml").write_text(
        '<testsuites><testsuite><testcase/><testcase><skipped/></testcase><testcase><failure/></testcase>'
        '<testcase><error/></testcase></testsuite></testsuites>')
    assert tally.of_folder(tmp_path) == (3, 2)


def test_a_report_cut_short_has_failed(tmp_path):
    (tmp_path / "python.xml").write_text("<testsuites><testsu")
    (tmp_path / "web.vitest.json").write_text("")
    assert tally.of_folder(tmp_path) == (0, 2)


def test_vitest_and_checks(tmp_path):
    (tmp_path / "web.vitest.json").write_text(json.dumps(
        {"numPassedTests": 7, "numFailedTests": 1,
         "testResults": [{"status": "failed", "assertionResults": []}, {"status": "passed", "assertionResults": [1]}]}))
    (tmp_path / "tidy.check").write_text("0\n")
    (tmp_path / "format.check").write_text("1\n")
    assert tally.of_folder(tmp_path) == (8, 3)
