"""The whole plant in memory behind the OPC UA face, with real sockets, gates and certificates."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from historian.in_memory import InMemoryExecutionLog, InMemoryTagValues
from models.execution import streams
from models.execution.log_row import Cursor, LogRow
from models.execution.records import AccountRecord, UserCertificateRecord
from models.tag_columns import TagColumns
from models.tag_value import TagValue
from server.command_path.authenticate import Authenticator, Surroundings, password_hash
from server.command_path.lockout import Lockout
from server.faces.opcua.face import FaceParts, OpcUaFace
from server.faces.opcua.instances.packml_nodes import PackMLRow
from server.faces.opcua.instances.tag_nodes import TagRow
from server.faces.opcua.methods.arguments import OUTPUTS
from server.faces.opcua.methods.methods_table import CHECK, FACEPLATE_METHODS, FOLDERS
from server.faces.opcua.settings import SecureServerLimits, SecureServerSettings
from server.faces.opcua.types.companion_nodesets import NO_NODESETS, CompanionNodesets
from server.queries.faceplate import Faceplate, faceplate
from tests.fix_rest import ACCOUNTS, PASSWORD, RestPlant, running_rest_plant
from tests.opcua_plant import CLIENT_URI, PATIENT_S, client_certificate, trust, utc_now

TAGS = (
    TagRow(tag="FLOOR-SCALE-01.net_weight", unit="kg", data_type="int32", description="Net weight"),
    TagRow(tag="FLOOR-SCALE-01.stable", unit="", data_type="bool", description="At rest"),
)
MACHINES: tuple[PackMLRow, ...] = ()
_FOLDER_METHODS = [row for folder in FOLDERS for row in folder.methods if row.name != CHECK]
_INPUTS = {row.name: row.inputs for row in (*FACEPLATE_METHODS, *_FOLDER_METHODS)}


def node(path: str) -> ua.NodeId:
    return ua.NodeId(ua.String(path), ua.Int16(4))


class History(InMemoryTagValues):
    """The store of tag values, which may go away."""

    is_away = False

    async def read(self, *given: Any, **more: Any) -> Sequence[TagValue]:
        """Read, unless the store is away."""
        if self.is_away:
            raise ConnectionError("the database is away")
        return await super().read(*given, **more)

    async def read_columns(self, *given: Any, **more: Any) -> TagColumns:
        """Read columns, unless the store is away."""
        if self.is_away:
            raise ConnectionError("the database is away")
        return await super().read_columns(*given, **more)

    def empty(self) -> None:
        """Forget everything."""
        self._values.clear()


@dataclass
class FacePlant:
    """The running face and everything behind it."""

    face: OpcUaFace
    behind: RestPlant
    history: History
    folder: Path

    async def rows(self) -> Sequence[LogRow]:
        """Return everything that is on record."""
        return [row for _, row in await self.behind.log.read(Cursor(0, 0), 100_000)]

    @asynccontextmanager
    async def client(self, user: str = "hmi-01") -> AsyncIterator[Client]:
        certificate = client_certificate()
        one = Client(self.face.endpoint_url, timeout=10, watchdog_intervall=PATIENT_S)
        one.application_uri = CLIENT_URI
        one.set_user(user)
        one.set_password(PASSWORD)
        await one.set_security(
            SecurityPolicyBasic256Sha256,
            str(certificate.certificate_path),
            str(certificate.private_key_path),
            server_certificate=str(self.folder / "own/certificate.der"),
            mode=ua.MessageSecurityMode.SignAndEncrypt,
        )
        async with one:
            yield one


def watched(behind: RestPlant) -> Authenticator:
    """Return an authenticator that looks at the records of the plant, as the program's does."""

    def account_now(name: str) -> AccountRecord | None:
        found = behind.model.record(streams.account(name))
        return found if isinstance(found, AccountRecord) else None

    def of_certificate(fingerprint: str) -> str | None:
        found = behind.model.record(streams.user_certificate(fingerprint))
        counts = isinstance(found, UserCertificateRecord) and not found.revoked
        return found.account if counts else None  # type: ignore[union-attr]

    around = Surroundings(
        watch=Lockout(behind.path.submit, account_now), certificate_account=of_certificate
    )
    hashes = dict.fromkeys(ACCOUNTS, password_hash(PASSWORD))
    return Authenticator(ACCOUNTS, hashes, around)


@asynccontextmanager
async def running_face(
    folder: Path, behind: RestPlant, *, nodesets: CompanionNodesets = NO_NODESETS, **more: Any
) -> AsyncIterator[FacePlant]:
    """Open the OPC UA face of a plant that runs."""
    trust(folder, client_certificate())
    history, ids = History(), count(1)
    parts = FaceParts(
        path=behind.path,
        authenticator=behind.face.authenticator,
        read_model=behind.model,
        faceplate=_faceplates(behind),
        tag_values=history,
        execution_log=behind.log,
        live=behind.live,
        tags=TAGS,
        machines=MACHINES,
        clock=utc_now,
        new_id=lambda: f"opcua-{next(ids)}",
        nodesets=nodesets,
    )
    settings = SecureServerSettings(
        endpoint_host="127.0.0.1",
        port=0,
        application_uri="urn:test:interlock",
        server_name="Interlock under test",
        certificates_dir=folder,
        limits=SecureServerLimits(login_refusal_after_s=0.05),
    )
    face = await OpcUaFace.open(replace(settings, **more), parts)
    serving = asyncio.create_task(face.serve())
    try:
        yield FacePlant(face, behind, history, folder)
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await face.close()


@asynccontextmanager
async def running_face_plant(folder: Path, **more: Any) -> AsyncIterator[FacePlant]:
    """Run a fresh plant with its OPC UA face."""
    async with (
        running_rest_plant(InMemoryExecutionLog()) as behind,
        running_face(folder, behind, **more) as plant,
    ):
        yield plant


def _faceplates(behind: RestPlant) -> Any:
    async def made(station: str) -> Faceplate:
        view = behind.model.view(behind.clock())
        refused = behind.model.last_refusal(station)
        return await faceplate(station, view, behind.live, behind.path.check, refused)

    return made


@dataclass(frozen=True)
class Said:
    """What a method answered, by the names of its outputs."""

    status: str
    outputs: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.outputs[name]


async def call(one: Client, owner: str, method: str, *args: Any) -> Said:
    """Call a method as its table declares it; missing strings at the end are empty."""
    rows = _INPUTS[method]
    given = [*args, *[""] * (len(rows) - len(args))]
    request = ua.CallMethodRequest(
        ObjectId=node(owner),
        MethodId=node(f"{owner}/{method}"),
        InputArguments=[
            ua.Variant(value, row.variant_type, is_array=row.is_array)
            for value, row in zip(given, rows, strict=True)
        ],
    )
    (result,) = await one.uaclient.call([request])
    names = [row.name for row in OUTPUTS]
    values = [output.Value for output in result.OutputArguments]
    return Said(result.StatusCode.name, dict(zip(names, values, strict=False)))


async def read(one: Client, path: str) -> Any:
    """Return what a variable shows; None where its status is bad."""
    value = await one.get_node(node(path)).read_data_value(raise_on_bad_status=False)
    return value.Value.Value if value.Value is not None else None


async def shown(one: Client, path: str, wanted: Any, timeout_s: float = 10.0) -> None:
    """Wait until a variable shows what is wanted."""
    seen = None
    try:
        async with asyncio.timeout(timeout_s):
            while (seen := await read(one, path)) != wanted:  # noqa: ASYNC110 - polls as a client
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{path} shows {seen!r}, not {wanted!r}") from None


async def store_order(plant: FacePlant, job_order_id: str = "JO-1") -> None:
    """Have the ERP store an order over OPC UA."""
    async with plant.client("erp-01") as erp:
        said = await call(
            erp, "JobOrders", "Store", job_order_id, "WM-VITC", "", "10.000 kg",
            f"LOT-{job_order_id}", True,
        )  # fmt: skip
    assert said["Outcome"] == "Accepted", said
