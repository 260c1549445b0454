"""What goes wrong at a start is told in one text, without a traceback and without secrets."""

from pathlib import Path

import pytest

from mappings.plant.dates import copy_with_fixed_dates
from server import bootstrap
from server.settings import Settings
from tests.world import DEMO_PLANT, TODAY


async def test_a_database_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    dsn = "postgresql://owner:kT7-x2@127.0.0.1:1/records"
    copy_with_fixed_dates(DEMO_PLANT, tmp_path / "plant", TODAY)
    settings = Settings(config_dir=tmp_path / "plant", state_dir=tmp_path / "state", owner_dsn=dsn)
    with pytest.raises(bootstrap.StartError) as caught:
        await bootstrap.serve(settings)
    assert "127.0.0.1:1" in str(caught.value)
    assert "kT7-x2" not in str(caught.value)
