"""Settings: read once at the start, checked, frozen, and passed down."""

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Final

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_PORTS: Final = range(65536)
_EXAMPLES: Final = ("changeme", "changethis", "secret", "password", "example")


class SettingsError(Exception):
    """Settings that can't be used; says every mistake, where it stands, and what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that an installation decides. Port 0 takes any free port.

    ``config_dir`` holds the plant's files, ``state_dir`` what the installation makes for itself
    (certificates, secrets, outbox, the embedded database). Without a DSN the embedded PostgreSQL
    is started. ``owner_dsn`` is an account that may create the schema and the application's own
    account ``application_role``; ``database_dsn`` is that account, where a DBA has made both.
    ``parameters`` fill the ``${NAME}`` places of the line files.
    """

    config_dir: Path
    state_dir: Path
    database_dsn: str = field(default="", repr=False)
    owner_dsn: str = field(default="", repr=False)
    application_role: str = "interlock_application"
    opcua_host: str = "127.0.0.1"
    opcua_port: int = 4840
    opcua_application_uri: str = "urn:interlock-mes:server"
    opcua_host_names: tuple[str, ...] = ()
    opcua_redundant_servers: tuple[str, ...] = ()
    opcua_nodesets: tuple[str, ...] = ()
    opcua_demo_profile: bool = False
    opcua_trust_unknown_clients: bool = False
    rest_host: str = "127.0.0.1"
    rest_port: int = 8480
    rest_tls_certificate: str = ""
    rest_tls_key: str = ""
    b2mml_logical_id: str = "INTERLOCK"
    b2mml_xsd_dir: str = ""
    b2mml_post_url: str = ""
    b2mml_post_user: str = ""
    b2mml_post_password: str = field(default="", repr=False)
    password_max_age_days: int = 90
    seal_interval_s: float = 60.0
    allow_unsafe_database: bool = False
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse what can't work or isn't safe; all mistakes at once."""
        found = list(_mistakes(self))
        if found:
            raise SettingsError("\n".join(found))

    @property
    def lines_dir(self) -> Path:
        """The folder of the line files."""
        return self.config_dir / "lines"

    @property
    def secrets_dir(self) -> Path:
        """The folder of the secrets; readable by the owner only."""
        return self.state_dir / "secrets"

    @property
    def certificates_dir(self) -> Path:
        """The folder of the certificates: own, trusted, rejected."""
        return self.state_dir / "certificates"

    @property
    def outbox_dir(self) -> Path:
        """The folder that documents for the ERP are dropped into."""
        return self.state_dir / "outbox"


def _mistakes(settings: Settings) -> Iterator[str]:
    for name in ("opcua_port", "rest_port"):
        if getattr(settings, name) not in _PORTS:
            yield f"{name}: {getattr(settings, name)} is not a port; write 0 to 65535"
    if not settings.config_dir.is_dir():
        yield f"config_dir: {settings.config_dir} is not a folder; name the plant's folder"
    yield from _exposures(settings)
    yield from _redundancy(settings)
    for name in ("database_dsn", "owner_dsn"):
        if any(f"password={word}" in getattr(settings, name).lower() for word in _EXAMPLES):
            yield f"{name}: the password is one from an example; choose one of your own"
    if settings.password_max_age_days < 0:
        yield "password_max_age_days: write a number of days, or 0 for passwords that never end"
    if settings.seal_interval_s <= 0:
        yield "seal_interval_s: must be more than 0 seconds"


def _exposures(settings: Settings) -> Iterator[str]:
    both = bool(settings.rest_tls_certificate), bool(settings.rest_tls_key)
    if any(both) and not all(both):
        yield "rest_tls_certificate and rest_tls_key belong together; give both or none"
    if settings.rest_host not in _LOOPBACK and not all(both):
        yield (
            f"rest_host: {settings.rest_host} is reachable from outside, and passwords would cross"
            " the network in clear; give rest_tls_certificate and rest_tls_key, or use 127.0.0.1"
        )
    if settings.opcua_demo_profile and settings.opcua_host not in _LOOPBACK:
        yield "opcua_demo_profile serves SecurityPolicy None; it is only for opcua_host 127.0.0.1"


def _redundancy(settings: Settings) -> Iterator[str]:
    servers = settings.opcua_redundant_servers
    if servers and settings.opcua_application_uri not in servers:
        yield (
            "opcua_redundant_servers: this server is not among them; add its own"
            f" opcua_application_uri, {settings.opcua_application_uri}"
        )


def read_settings(
    config_dir: Path, state_dir: Path, overrides: Mapping[str, object] | None = None
) -> Settings:
    """Return the settings of ``config_dir/interlock.toml``, the environment, and the overrides.

    The environment variable of a setting is ``INTERLOCK_`` and its name in capitals; it is how a
    DSN with a password stays out of files. Later sources win. Raises SettingsError.
    """
    path = config_dir / "interlock.toml"
    values: dict[str, object] = dict(_from_file(path)) if path.is_file() else {}
    values |= dict(_from_environment(os.environ))
    values |= {key: value for key, value in (overrides or {}).items() if value is not None}
    known = {item.name: item for item in fields(Settings)}
    unknown = sorted(values.keys() - known.keys())
    if unknown:
        names = ", ".join(sorted(known.keys() - {"config_dir", "state_dir"}))
        msg = f"{path}: unknown setting {', '.join(unknown)}; known are {names}"
        raise SettingsError(msg)
    converted = {name: _converted(name, value) for name, value in values.items()}
    return Settings(config_dir=config_dir, state_dir=state_dir, **converted)  # type: ignore[arg-type]


def _from_file(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: not TOML: {error}"
        raise SettingsError(msg) from error


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    for item in fields(Settings):
        value = environment.get(f"INTERLOCK_{item.name.upper()}")
        if value is not None and item.name not in ("config_dir", "state_dir", "parameters"):
            yield item.name, value


def _converted(name: str, value: object) -> object:
    """Return the value in the type of the setting's default; raises SettingsError."""
    default = next(item.default for item in fields(Settings) if item.name == name)
    wanted: type = MappingProxyType if default is MISSING else type(default)
    readers: dict[type, Callable[[object], object]] = {
        MappingProxyType: _texts,
        tuple: _names,
        bool: _truth,
        int: _number,
        float: lambda text: float(str(text)),
        str: str,
    }
    try:
        return readers[wanted](value)
    except (TypeError, ValueError, AttributeError):
        msg = f"{name}: {value!r} is not what this setting takes ({wanted.__name__})"
        raise SettingsError(msg) from None


def _texts(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise TypeError
    return MappingProxyType({str(key): str(item) for key, item in value.items()})


def _names(value: object) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list | tuple):
        raise TypeError
    return tuple(str(item).strip() for item in items)


def _truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    words = {"true": True, "1": True, "false": False, "0": False}
    if str(value).lower() not in words:
        raise ValueError
    return words[str(value).lower()]


def _number(value: object) -> int:
    if isinstance(value, bool):
        raise TypeError
    return int(str(value))
