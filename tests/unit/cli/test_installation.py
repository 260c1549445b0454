"""The folder of a demo: made once, kept afterwards, and never confused with something else."""

import socket
from datetime import date
from pathlib import Path

import pytest

from mappings.plant import Plant, load_plant
from server.cli.installation import ORDER_TEMPLATE, Installation, NotADemoError
from server.settings import read_settings

TODAY = date(2026, 6, 1)


def test_an_installation_holds_a_plant_whose_dates_stand_still(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "demo").install(TODAY)
    plant = load_plant(installation.config)
    assert isinstance(plant, Plant), plant
    assert {path.name for path in (installation.config / "lines").iterdir()} >= {"dispensing.yaml"}
    assert (installation.config / "blocktest.yaml").is_file()


def test_the_second_time_nothing_is_touched(tmp_path: Path) -> None:
    first = Installation(tmp_path / "demo").install(TODAY)
    first.remember_job_order("VITC-1")
    plant = (first.config / "plant.yaml").read_text()
    again = Installation(tmp_path / "demo").install(date(2027, 1, 1))
    assert again.job_order_id == "VITC-1"
    assert (again.config / "plant.yaml").read_text() == plant


def test_ports_stay_the_same_until_something_else_takes_them(tmp_path: Path) -> None:
    here = Installation(tmp_path / "demo").install(TODAY)
    here.choose_ports()
    first = read_settings(here.config, here.state)
    here.choose_ports()
    assert read_settings(here.config, here.state) == first
    with socket.create_server(("127.0.0.1", first.opcua_port)):
        here.choose_ports()
    second = read_settings(here.config, here.state)
    assert second.opcua_port != first.opcua_port
    assert second.rest_port == first.rest_port


def test_nobody_elses_folder_is_taken_or_removed(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("two years of work")
    with pytest.raises(NotADemoError, match="holds other files"):
        Installation(tmp_path).install(TODAY)
    with pytest.raises(NotADemoError, match="remove it yourself"):
        Installation(tmp_path).remove()
    assert (tmp_path / "thesis.txt").exists()


def test_a_removed_installation_is_gone(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "demo").install(TODAY)
    installation.remove()
    installation.remove()
    assert not installation.folder.exists()


def test_the_order_of_the_erp_is_shipped() -> None:
    assert ORDER_TEMPLATE.is_file()
