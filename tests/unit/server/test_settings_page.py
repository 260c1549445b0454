"""The page of the settings names every setting, and nothing that is none."""

import re
from dataclasses import fields

from server.settings import Settings
from tests.tree import ROOT

PAGE = ROOT / "docs" / "settings.md"


def test_the_page_names_every_setting_and_no_other() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert named == {field.name for field in fields(Settings)}
