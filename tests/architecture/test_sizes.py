"""Nothing outgrows a reader: files, functions, and the average of both."""

import statistics
from collections.abc import Iterator
from pathlib import Path

from tests.tree import PACKAGES, functions, named, where

FILE_LINES = 400
TEST_FILE_LINES = 600  # a test may be one long table
FUNCTION_LINES = 60
USUAL_FILE_LINES = 150  # the median
USUAL_FUNCTION_LINES = 30  # nine of ten


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def lengths_of_functions(*folders: str) -> Iterator[tuple[int, str]]:
    for path in named(".py", *folders):
        for function in functions(path):
            assert function.end_lineno is not None
            lines = function.end_lineno - function.lineno + 1
            yield lines, f"{where(path, function.lineno)} {function.name}"


def test_no_file_is_too_long() -> None:
    limits = [(path, FILE_LINES) for path in named(".py", *PACKAGES)]
    limits += [(path, TEST_FILE_LINES) for path in named(".py", "tests")]
    long = [f"{where(path)}: {length(path)}" for path, limit in limits if length(path) > limit]
    assert not long, f"split along its subjects: {long}"


def test_no_function_is_too_long() -> None:
    long = [
        f"{place}: {lines}"
        for lines, place in lengths_of_functions(*PACKAGES, "tests")
        if lines > FUNCTION_LINES
    ]
    assert not long, f"name its parts: {long}"


def test_the_usual_file_is_short() -> None:
    lengths = [length(path) for path in named(".py", *PACKAGES)]
    assert statistics.median(lengths) <= USUAL_FILE_LINES


def test_nine_of_ten_functions_are_short() -> None:
    lengths = [lines for lines, _ in lengths_of_functions(*PACKAGES)]
    assert statistics.quantiles(lengths, n=10)[-1] <= USUAL_FUNCTION_LINES
