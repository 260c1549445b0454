"""The running program: everything is built, started and stopped here, and nowhere else."""

import asyncio
import gc
import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from mappings.plant import Plant, load_plant
from models.execution import commands as c
from models.execution import streams
from models.execution.outcome import Accepted
from models.execution.principal import Principal, Role
from models.execution.records import (
    AccountRecord,
    Record,
    StationRecord,
    UserCertificateRecord,
)
from server.bootstrap.database import Database, open_database
from server.bootstrap.installation import Secrets, open_secrets
from server.bootstrap.opcua import opcua_settings
from server.bootstrap.outward import deliver_all, publisher
from server.bootstrap.southbound import WORKER, Southbound
from server.bootstrap.start_error import StartError, told_as_start_error
from server.bootstrap.web import (
    b2mml_codec,
    b2mml_router,
    listen,
    serve_web,
    url,
    work_master_reader,
)
from server.command_path.authenticate import Authenticator, Surroundings
from server.command_path.load import Records
from server.command_path.lockout import Lockout
from server.command_path.path import CommandPath
from server.faces.opcua.face import FaceParts, OpcUaFace
from server.faces.opcua.types.companion_nodesets import read_companion_nodesets
from server.faces.rest.face import Face as RestFace
from server.queries.faceplate import Faceplate, faceplate
from server.queries.permit import may_run
from server.queries.phase_task import PhaseTask, phase_task
from server.queries.read_model import ReadModel
from server.settings import Settings
from server.workers.watch_alarms import AlarmWatch

diagnostics = logging.getLogger("interlock")

SYSTEM = Principal(account="system", roles=frozenset({Role.SYSTEM}), face="bootstrap")
"""The installation itself, when it brings the plant's files into the record."""

_STOP_PATIENCE_S: Final = 1.0
_STOP_ATTEMPTS: Final = 6
"""A stop takes at most so long; what is on record by then stays, and nothing else was promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where a running Interlock is found."""

    opcua_url: str
    rest_url: str
    database: str
    pid: int


def utc_now() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return an identifier that was never given before."""
    return str(uuid4())


def install(settings: Settings, *, write_credentials: bool = False) -> None:
    """Make what is missing of the installation's secrets; raises StartError."""
    with told_as_start_error():
        accounts = read_plant(settings.config_dir).accounts
        open_secrets(settings.secrets_dir, accounts, write_credentials=write_credentials)


async def serve(
    settings: Settings,
    *,
    ready: Callable[[Endpoints], None] | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Run Interlock until ``stop`` is set or the task is cancelled.

    ``ready`` is called when every face listens. Raises StartError; nothing listens then.
    """
    async with AsyncExitStack() as stack:
        with told_as_start_error():
            program = await _opened(settings, stack)
            endpoints = await stack.enter_async_context(program.running())
            _write_endpoints(settings.state_dir / "endpoints.json", endpoints, stack)
        if ready:
            ready(endpoints)
        await program.until(stop)


async def _opened(settings: Settings, stack: AsyncExitStack) -> "Program":
    plant = read_plant(settings.config_dir)
    southbound = Southbound.read(settings, plant, utc_now)
    secrets = open_secrets(settings.secrets_dir, plant.accounts)
    database = await stack.enter_async_context(open_database(settings, utc_now, owns_cluster=True))
    return Program(settings, plant, secrets, database, southbound)


def _write_endpoints(path: Path, endpoints: Endpoints, stack: AsyncExitStack) -> None:
    """Say where we are found, as long as we are."""
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(asdict(endpoints), indent=1), encoding="utf-8")
    draft.replace(path)
    stack.callback(path.unlink, missing_ok=True)


def read_plant(folder: Path) -> Plant:
    """Return the plant of the folder; raises StartError with every mistake in it."""
    plant = load_plant(folder)
    if not isinstance(plant, Plant):
        raise StartError("\n".join(problem.as_text() for problem in plant))
    return plant


class Program:
    """All parts of one process, wired."""

    def __init__(
        self,
        settings: Settings,
        plant: Plant,
        secrets: Secrets,
        database: Database,
        southbound: Southbound,
    ) -> None:
        self._settings = settings
        self._plant = plant
        self._secrets = secrets
        self._database = database
        self._southbound = southbound
        log, key = database.execution_log, secrets.log_key
        self._records = Records(log, southbound.live, key)
        self.path = CommandPath(log, self._records, key, utc_now, new_id)
        self.model = ReadModel(log, key)
        accounts = {account.account: account for account in plant.accounts}
        surroundings = Surroundings(
            watch=Lockout(self.path.submit, self._account_now),
            session_account=self._session_account,
            certificate_account=self._certificate_account,
            clock=utc_now,
            max_age_days=settings.password_max_age_days,
        )
        self.authenticator = Authenticator(accounts, secrets.password_hashes, surroundings)
        self._tasks: list[asyncio.Task[None]] = []

    def _account_now(self, account: str) -> AccountRecord | None:
        found = self._newest(streams.account(account))
        return found if isinstance(found, AccountRecord) else None

    def _certificate_account(self, fingerprint: str) -> str | None:
        found = self._newest(streams.user_certificate(fingerprint))
        if not isinstance(found, UserCertificateRecord) or found.revoked:
            return None
        return found.account

    def _session_account(self, station: str) -> str | None:
        found = self._newest(streams.station(station))
        return found.account if isinstance(found, StationRecord) else None

    def _newest(self, stream: str) -> Record | None:
        """Return a record from memory: what was decided last, or else what the log says."""
        decided = self._records.known.get(stream)
        if decided is not None and decided.version >= self.model.version(stream):
            return decided.record
        return self.model.record(stream)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Endpoints]:
        """Start everything in the order in which one needs the other; stop it backwards."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._cancel)
            self._run(self.path.run(), "command path")
            await self._bring_in_the_plant()
            await self.model.open()
            self._run(self.model.run(), "read model")
            self._run(self._notice(), "notices")
            self._run(self._seal(), "seals")
            self._southbound.start(
                self._run,
                self.path.submit,
                self._database.tag_values,
                self._may_run,
                self._phase_task,
                self._secrets.log_key,
            )
            self._run(self._watch_alarms().run(), "alarms")
            opcua_url = await self._open_opcua(stack)
            rest_url = self._open_web()
            self._open_outbox()
            yield Endpoints(
                opcua_url=opcua_url,
                rest_url=rest_url,
                database=self._database.kind,
                pid=os.getpid(),
            )

    async def until(self, stop: asyncio.Event | None) -> None:
        """Wait until ``stop`` is set, or a part has ended, which it never should."""
        asked = asyncio.create_task((stop or asyncio.Event()).wait())
        try:
            done, _ = await asyncio.wait((asked, *self._tasks), return_when=asyncio.FIRST_COMPLETED)
            for task in done - {asked}:
                diagnostics.error("%s has ended", task.get_name())
                task.result()
        finally:
            asked.cancel()

    def _run(self, work: Coroutine[object, object, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    async def _cancel(self) -> None:
        """End every part, the last one first; who does not hear is told again, and then left."""
        waiting = list(reversed(self._tasks))
        for _ in range(_STOP_ATTEMPTS):
            for task in waiting:
                task.cancel()
            if waiting:
                await asyncio.wait(waiting, timeout=_STOP_PATIENCE_S)
            waiting = [task for task in waiting if not task.done()]
            if not waiting:
                return
            names = ", ".join(task.get_name() for task in waiting)
            diagnostics.warning("still stopping: %s", names)

    async def _bring_in_the_plant(self) -> None:
        """Put what the plant's files say on record; what is there already stays as it is."""
        command = c.DefineMasterData(items=self._plant.master_data)
        outcome = await self.path.submit(command, SYSTEM)
        if not isinstance(outcome, Accepted):
            msg = f"the plant's files do not fit the record: {outcome}"
            raise StartError(msg)

    async def _notice(self) -> None:
        """Forget records that another process of this installation has changed."""
        async for change in self.model.changes():
            self._records.noticed(change.row.stream, change.row.version)

    async def _seal(self) -> None:
        while True:
            await asyncio.sleep(self._settings.seal_interval_s)
            try:
                while await self._database.execution_log.seal(
                    key=self._secrets.log_key, time=utc_now()
                ):
                    pass
            except Exception:  # noqa: BLE001 -- a database that is away must not end the program
                diagnostics.exception("the log could not be sealed; trying again")

    async def _log_answers(self) -> bool:
        await self._database.execution_log.end()
        return True

    def _phase_task(self, equipment_id: str) -> PhaseTask | None:
        return phase_task(equipment_id, self.model.view(utc_now()))

    def _watch_alarms(self) -> AlarmWatch:
        return AlarmWatch(
            self._southbound.watched(),
            self._southbound.live,
            self.model.records,
            partial(self.path.submit, principal=WORKER),
            utc_now,
        )

    def _may_run(self, equipment_id: str) -> bool:
        return may_run(equipment_id, self.model.view(utc_now()))

    async def faceplate(self, station: str) -> Faceplate:
        """Return what a station shows now."""
        return await faceplate(
            station,
            self.model.view(utc_now()),
            self._southbound.live,
            self.path.check,
            self.model.last_refusal(station),
        )

    async def _open_opcua(self, stack: AsyncExitStack) -> str:
        """Open the OPC UA face and return its endpoint."""
        parts = FaceParts(
            path=self.path,
            authenticator=self.authenticator,
            read_model=self.model,
            faceplate=self.faceplate,
            tag_values=self._database.tag_values,
            execution_log=self._database.execution_log,
            live=self._southbound.live,
            tags=tuple(self._southbound.tags()),
            machines=tuple(self._southbound.packml_machines()),
            changed_tags=self._southbound.live.watch(),
            nodesets=read_companion_nodesets(
                self._settings.config_dir, self._settings.opcua_nodesets
            ),
            clock=utc_now,
            new_id=new_id,
            is_healthy=self._log_answers,
        )
        face = await OpcUaFace.open(opcua_settings(self._settings), parts)
        stack.push_async_callback(face.close)
        gc.collect()
        gc.freeze()  # a full collection over the address space would stop the world for a second
        self._run(face.serve(), "OPC UA")
        return face.endpoint_url

    def _open_web(self) -> str:
        """Open REST and B2MML and return their address."""
        settings, database = self._settings, self._database
        listening = listen(settings)
        codec = b2mml_codec(settings, ZoneInfo(self._plant.time_zone))
        face = RestFace(
            path=self.path,
            authenticator=self.authenticator,
            read_model=self.model,
            live=self._southbound.live,
            tag_values=database.tag_values,
            execution_log=database.execution_log,
            clock=utc_now,
            attachments=database.attachments,
            read_work_master=work_master_reader(self._plant),
        )
        router = b2mml_router(settings, codec, self.path, database, utc_now)
        self._run(serve_web(settings, face, router, listening), "web")
        return url(settings, listening)

    def _open_outbox(self) -> None:
        """Publish what happened to the partners, and deliver it."""
        codec = b2mml_codec(self._settings, ZoneInfo(self._plant.time_zone))
        work = publisher(
            self._settings, self._database, codec, self._plant.site_id, self._secrets.log_key
        )
        self._run(work.run(), "publish")
        for name, delivery in deliver_all(self._settings, self._database.outbox, utc_now):
            self._run(delivery, f"deliver {name}")
