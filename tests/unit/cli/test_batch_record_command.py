"""``interlock batch-record`` and ``verify-log`` on what is no installation and no evidence pack."""

from pathlib import Path

import pytest

from server.cli import main
from server.cli.batch_record import PackError, read_pack
from tests.world import DEMO_PLANT

PACK = b'{"format": "interlock-evidence-pack/1"'


@pytest.mark.parametrize("command", [["batch-record", "JO-1"], ["verify-log"]])
def test_a_folder_that_was_mistyped_is_neither_made_nor_proven(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    state = tmp_path / "mistyped"
    assert main([*command, "--config", str(DEMO_PLANT), "--state", str(state)]) == 1
    assert "holds no installation" in capsys.readouterr().err
    assert not state.exists()


def test_line_files_that_are_no_text_are_no_reason_to_break_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lines").mkdir()
    (tmp_path / "lines" / "x.yaml").write_bytes(b"\xff\xfe${HOME}")
    assert main(["verify-log", "--config", str(tmp_path), "--state", str(tmp_path / "s")]) == 1
    assert "holds no installation" in capsys.readouterr().err


@pytest.mark.parametrize(
    "raw",
    [b"\xff", b"[1]", b"{}", b"[" * 100_000, PACK + b"}", PACK + b', "batch_record": "\\ud800"}'],
)
def test_what_is_no_evidence_pack_is_told_in_a_sentence(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "pack.json"
    file.write_bytes(raw)
    with pytest.raises(PackError, match=r"name a file that --output wrote|was changed after"):
        read_pack(file)
