"""The files of this repository, as the architecture tests read them."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("server", "models", "adapters", "historian", "mappings", "simulators")

Function = ast.FunctionDef | ast.AsyncFunctionDef
_NOT_OURS: Final = frozenset({"build", "dist", "__pycache__"})


@functools.cache
def files() -> tuple[Path, ...]:
    """Return every file that is in the repository or would be with the next commit."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if listed.returncode == 0:
        found = (ROOT / name for name in listed.stdout.split("\0") if name)
        return tuple(sorted(path for path in found if path.is_file()))
    return tuple(sorted(_walk(ROOT)))  # an archive without git


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_file() and path.suffix != ".pyc":
            yield path
        elif path.is_dir() and path.name not in _NOT_OURS and _is_ours(path.name):
            yield from _walk(path)


def _is_ours(name: str) -> bool:
    return name == ".ci" or not (name.startswith(".") or name.endswith(".egg-info"))


def named(suffix: str, *folders: str) -> list[Path]:
    """Return the files with this suffix, in the given top-level folders or everywhere."""
    return [
        path
        for path in files()
        if path.suffix == suffix and (not folders or path.relative_to(ROOT).parts[0] in folders)
    ]


def functions(path: Path) -> Iterator[Function]:
    """Yield every function and method of a Python file, inner ones included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def where(path: Path, line: int | None = None) -> str:
    """Return the place as an editor understands it: path:line."""
    place = path.relative_to(ROOT).as_posix()
    return place if line is None else f"{place}:{line}"
