"""The plant that foreign clients are tried on, and what they are told about it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from historian.in_memory import InMemoryExecutionLog
from models.execution import commands as c
from models.execution.outcome import Accepted
from models.execution.principal import Principal, Role
from models.tag_value import Quality, TagValue
from server.faces.opcua.trust.certificates import OwnCertificate
from tests.fix_rest import ACCOUNTS, PASSWORD, RestPlant, running_rest_plant
from tests.opcua_face_plant import FacePlant, running_face, store_order, watched
from tests.opcua_plant import CLIENT_URI, client_certificate

TAG: Final = "FLOOR-SCALE-01.net_weight"
VALUES: Final = 2500
"""Values of the tag in the historian, one a second."""

_START: Final = datetime(2026, 6, 1, 8, tzinfo=UTC)
_PLANT: Final = "ns=4;s={}"
_STATION: Final = "Stations/DISP-01"
_CARD_OWNER: Final = "op-01"
_SYSTEM: Final = Principal(account="system", roles=frozenset({Role.SYSTEM}), face="bootstrap")
_ADMINISTRATOR: Final = Principal(
    account="admin-01", roles=frozenset({Role.ADMINISTRATOR}), face="rest"
)
_AGGREGATES: Final = ("Average", "TimeAverage", "Minimum", "Maximum", "Count", "Interpolative")


@asynccontextmanager
async def interop_plant(folder: Path) -> AsyncIterator[tuple[FacePlant, Path]]:
    """Run a plant with one job order and a history; yield it with the file that describes it."""
    async with (
        running_rest_plant(InMemoryExecutionLog()) as behind,
        running_face(folder / "certificates", await _with_cards(behind)) as plant,
    ):
        await store_order(plant)
        await plant.history.write([_value(second) for second in range(VALUES)])
        file = folder / "target.json"
        file.write_text(json.dumps(_described(plant, folder)), encoding="utf-8")
        yield plant, file


async def _with_cards(behind: RestPlant) -> RestPlant:
    """Let an operator log in with a certificate, as an administrator would."""
    for command, principal in (
        (c.DefineMasterData(items=(ACCOUNTS[_CARD_OWNER],)), _SYSTEM),
        (
            c.RegisterUserCertificate(
                account=_CARD_OWNER, fingerprint=_card().fingerprint, reason="a card"
            ),
            _ADMINISTRATOR,
        ),
    ):
        outcome = await behind.path.submit(command, principal, None)
        assert isinstance(outcome, Accepted), outcome
    behind.face = replace(behind.face, authenticator=watched(behind))
    return behind


def _card() -> OwnCertificate:
    return client_certificate("card")


def _value(second: int) -> TagValue:
    time = _START + timedelta(seconds=second)
    return TagValue(TAG, float(second % 60), Quality.GOOD, time, time)


def _described(plant: FacePlant, folder: Path) -> dict[str, Any]:
    return {
        "url": plant.face.endpoint_url,
        "application_uri": CLIENT_URI,
        "server_certificate": str(plant.folder / "own/certificate.der"),
        "user": "hmi-01",
        "scada": "scada-01",
        "planner": "erp-01",
        "supervisor": "qa-01",
        "administrator": "qa-01",
        "password": PASSWORD,
        **_certificate_files(folder),
        **_nodes(),
        **_orders(),
        "history_start": _START.isoformat().replace("+00:00", "Z"),
        "history_end": (_START + timedelta(seconds=VALUES)).isoformat().replace("+00:00", "Z"),
        "history_count": VALUES,
        "aggregates": _AGGREGATES,
    }


def _certificate_files(folder: Path) -> dict[str, str]:
    """Write the client's certificate and key in both forms: some stacks take DER, some PEM."""
    own = client_certificate()
    key = load_pem_private_key(own.private_key_path.read_bytes(), password=None)
    der = folder / "client-key.der"
    plain = NoEncryption()
    der.write_bytes(key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, plain))
    pem = folder / "client-key.pem"
    pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, plain))
    card = folder / "card-key.pem"
    card.write_bytes(_card().private_key_path.read_bytes())
    return {
        "user_certificate": str(_card().certificate_path),
        "user_private_key": str(card),
        "certificate": str(own.certificate_path),
        "certificate_der": str(own.certificate_path),
        "private_key": str(pem),
        "private_key_der": str(der),
    }


def _nodes() -> dict[str, Any]:
    return {
        "tag": _PLANT.format("ISA95/PhysicalAssets/FLOOR-SCALE-01/net_weight"),
        "text_node": _PLANT.format(f"{_STATION}/StepState"),
        "folder": _PLANT.format(_STATION),
        "browse_path": "/Objects/4:Interlock/4:Stations/4:DISP-01",
        "browse_path_ends": _STATION,
        "station": _PLANT.format(_STATION),
        "allowed_method": _PLANT.format(f"{_STATION}/StartStep"),
        "refused_method": _PLANT.format(f"{_STATION}/StartStep"),
        "refused_arguments": ["010", ""],
        "refused_code": "session-missing",
        "forbidden_object": _PLANT.format("JobOrders"),
        "forbidden_method": _PLANT.format("JobOrders/Start"),
        "forbidden_arguments": ["JO-1", ""],
        "receiver": _PLANT.format("ISA95/JobOrderReceiver"),
        "store": _PLANT.format("ISA95/JobOrderReceiver/Store"),
        "job_order_list": _PLANT.format("ISA95/JobOrderReceiver/JobOrderList"),
    }


def _orders() -> dict[str, Any]:
    return {
        "job_order": "JO-1",
        "store_job_order": _order("JO-FOREIGN-1"),
        "store_second_order": _order("JO-FOREIGN-2"),
    }


def _order(job_order_id: str) -> dict[str, Any]:
    """Return a job order in the names of the structures of Job Control V2."""
    unit = {"namespaceUri": "http://www.opcfoundation.org/UA/units/un/cefact", "unitId": 4933453}
    produced = {
        "materialDefinitionID": "VITC",
        "materialLotID": f"LOT-{job_order_id}",
        "materialUse": "Produced",
        "quantity": "10.000",
        "engineeringUnits": {**unit, "displayName": {"text": "kg"}, "description": {"text": "kg"}},
    }
    return {
        "jobOrderID": job_order_id,
        "workMasterID": [{"iD": "WM-VITC", "ID": "WM-VITC"}],  # each stack has its own case
        "materialRequirements": [produced],
    }
