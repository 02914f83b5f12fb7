"""Adds up what test runs report: prints "PASSED FAILED" for the reports in a folder.

gtest's JSON (*.gtest.json beside a ctest.xml), pytest's and ctest's JUnit XML (*.xml), vitest's JSON
(*.vitest.json) and single checks (*.check, holding an exit status). A run that left no report counts as
failed, so nothing that broke early can pass unseen.
"""

import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def of_junit(path):
    """Counts of a JUnit file; skipped tests are neither."""
    passed = failed = 0
    for case in ElementTree.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None or case.get("status") == "fail":
            failed += 1
        elif case.find("skipped") is None and case.get("status") not in ("notrun", "disabled"):
            passed += 1
    return passed, failed


def of_ctest(path):
    """Test programs by what is inside them; one that crashed, or failed behind its last test, counts once."""
    passed = failed = 0
    for case in ElementTree.parse(path).iter("testcase"):
        report = path.parent / f"{case.get('name')}.gtest.json"
        broken = case.get("status") == "fail" or case.find("failure") is not None
        inside = 0
        try:
            counts = json.loads(report.read_text())
            inside = counts["failures"] + counts["errors"] if "errors" in counts else counts["failures"]
            skipped = sum(
                test.get("result") == "SKIPPED" for suite in counts["testsuites"] for test in suite["testsuite"]
            )
            passed += counts["tests"] - inside - counts.get("disabled", 0) - skipped
            failed += inside
        except (OSError, ValueError, KeyError):
            broken = True
        if broken and inside == 0:
            failed += 1
    return passed, failed


def of_vitest(path):
    counts = json.loads(path.read_text())
    # A file that could not be loaded has no tests to fail.
    unloaded = sum(suite["status"] == "failed" and not suite["assertionResults"] for suite in counts["testResults"])
    return counts["numPassedTests"], counts["numFailedTests"] + unloaded


def of_report(path):
    try:
        if path.name == "ctest.xml":
            return of_ctest(path)
        if path.name.endswith(".xml"):
            return of_junit(path)
        if path.name.endswith(".vitest.json"):
            return of_vitest(path)
        if path.name.endswith(".check"):
            return (1, 0) if path.read_text().strip() == "0" else (0, 1)
    except (OSError, ValueError, KeyError, ElementTree.ParseError):
        return 0, 1
    return 0, 0


def of_folder(folder):
    reports = [of_report(path) for path in sorted(pathlib.Path(folder).iterdir())]
    return sum(passed for passed, _ in reports), sum(failed for _, failed in reports)


if __name__ == "__main__":
    print(*of_folder(sys.argv[1]))
