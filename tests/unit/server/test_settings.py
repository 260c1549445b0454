"""Settings are read once; whatever is wrong with them is said, all of it, with what to write."""

from pathlib import Path

import pytest

from server.settings import Settings, SettingsError, read_settings


def written(folder: Path, text: str) -> Path:
    (folder / "interlock.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_without_settings_has_the_safe_defaults(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, tmp_path / "state")
    assert (settings.opcua_host, settings.opcua_demo_profile) == ("127.0.0.1", False)


def test_the_file_the_environment_and_the_command_line_win_in_this_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(tmp_path, 'opcua_port = 1\nrest_port = 2\nb2mml_logical_id = "MES"')
    monkeypatch.setenv("INTERLOCK_REST_PORT", "3")
    monkeypatch.setenv("INTERLOCK_OPCUA_PORT", "4")
    settings = read_settings(folder, tmp_path, {"opcua_port": 5, "rest_host": None})
    assert (settings.opcua_port, settings.rest_port, settings.b2mml_logical_id) == (5, 3, "MES")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("opcua_prot = 1", "unknown setting opcua_prot"),
        ("opcua_port = [", "not TOML"),
        ('opcua_port = "many"', "opcua_port: 'many' is not what this setting takes"),
        ("opcua_port = 70000", "opcua_port: 70000 is not a port"),
        ('opcua_demo_profile = "perhaps"', "opcua_demo_profile"),
        ('rest_host = "0.0.0.0"', "rest_host: 0.0.0.0 is reachable from outside"),
        ('rest_tls_key = "key.pem"', "belong together"),
        ("seal_interval_s = 0", "seal_interval_s"),
        ('owner_dsn = "host=db password=changeme"', "owner_dsn: the password is one from an"),
        ('opcua_host = "0.0.0.0"\nopcua_demo_profile = true', "only for opcua_host 127.0.0.1"),
    ],
)
def test_what_can_not_be_used_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(written(tmp_path, text), tmp_path)
    assert said in str(caught.value)


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings(config_dir=tmp_path / "none", state_dir=tmp_path, opcua_port=-1, rest_port=-1)
    assert len(str(caught.value).splitlines()) == 3


def test_no_secret_is_shown(tmp_path: Path) -> None:
    settings = Settings(
        config_dir=tmp_path, state_dir=tmp_path, owner_dsn="host=db password=kT7-x2"
    )
    assert "kT7-x2" not in repr(settings)
