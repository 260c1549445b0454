"""ServerStatus: what the server is, since when it runs, and whether it is about to stop."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.settings import Clock, SecureServerSettings

_V: Final = ua.VariantType
_PREFIX: Final = "Server_ServerStatus"


@dataclass(slots=True)
class ServerStatus:
    """The one place that knows the state of the server (OPC 10000-5, 12.10)."""

    build: ua.BuildInfo
    clock: Clock
    started: datetime = field(init=False)
    state: ua.ServerState = ua.ServerState.Running
    reason: str = ""

    def __post_init__(self) -> None:
        """Take the time of the start."""
        self.started = self.clock()

    def shut_down(self, reason: str) -> None:
        """Say that the server ends now."""
        self.state, self.reason = ua.ServerState.Shutdown, reason

    @property
    def record(self) -> ua.ServerStatusDataType:
        """The status of this moment."""
        return ua.ServerStatusDataType(
            StartTime=_time(self.started),
            CurrentTime=_time(self.clock()),
            State=self.state,
            BuildInfo=self.build,
            SecondsTillShutdown=ua.UInt32(0),
            ShutdownReason=ua.LocalizedText(self.reason),
        )

    def values(self) -> Iterator[tuple[str, Callable[[], ua.Variant]]]:
        """Yield the variables, as names of ObjectIds, and what each of them shows."""
        yield _PREFIX, lambda: ua.Variant(self.record, _V.ExtensionObject)
        yield f"{_PREFIX}_BuildInfo", lambda: ua.Variant(self.build, _V.ExtensionObject)
        for name, kind in (
            ("StartTime", _V.DateTime),
            ("CurrentTime", _V.DateTime),
            ("State", _V.Int32),
            ("SecondsTillShutdown", _V.UInt32),
            ("ShutdownReason", _V.LocalizedText),
        ):
            yield f"{_PREFIX}_{name}", _reader(lambda: self.record, name, kind)
        for name in ("ProductUri", "ManufacturerName", "ProductName", "SoftwareVersion"):
            yield f"{_PREFIX}_BuildInfo_{name}", _reader(lambda: self.build, name, _V.String)
        build_number = _reader(lambda: self.build, "BuildNumber", _V.String)
        yield f"{_PREFIX}_BuildInfo_BuildNumber", build_number
        build_date = _reader(lambda: self.build, "BuildDate", _V.DateTime)
        yield f"{_PREFIX}_BuildInfo_BuildDate", build_date


def build_info(settings: SecureServerSettings) -> ua.BuildInfo:
    """Return what this software is; its date is that of the installed code."""
    installed = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    return ua.BuildInfo(
        ProductUri=ua.String(settings.product_uri),
        ManufacturerName=ua.String(settings.manufacturer_name),
        ProductName=ua.String(settings.server_name),
        SoftwareVersion=ua.String(settings.software_version),
        BuildNumber=ua.String(settings.software_version),
        BuildDate=_time(installed),
    )


def _reader(record: Callable[[], Any], name: str, kind: ua.VariantType) -> Callable[[], ua.Variant]:
    return lambda: ua.Variant(getattr(record(), name), kind)


def _time(moment: Any) -> ua.UtcTime:
    return moment  # type: ignore[no-any-return]  # asyncua names a type that is nowhere made
