"""The HTTP server behind the REST and B2MML faces, stopped by us and not by signals."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from typing_extensions import override

from mappings.plant import Plant, read_work_master_text
from models.execution.outcome import Problem
from models.isa95.work_definition import WorkMaster
from server.bootstrap.database import Database
from server.bootstrap.web_connection import BoundedConnection
from server.command_path.path import CommandPath
from server.command_path.ports import Clock
from server.faces.b2mml.answer import Answerer
from server.faces.b2mml.codec import Codec
from server.faces.b2mml.inbox import Inbox, decision_times
from server.faces.b2mml.message import Sender
from server.faces.b2mml.parse import Limits
from server.faces.b2mml.routes import Face as B2mmlFace
from server.faces.b2mml.routes import Router, build_router
from server.faces.b2mml.schema_folder import SchemaFolder
from server.faces.b2mml.v0701 import V0701
from server.faces.rest.app import build_app
from server.faces.rest.doors import principal_for
from server.faces.rest.face import Face as RestFace
from server.faces.rest.face import ReadWorkMaster
from server.settings import Settings

CHANNEL = "erp"
"""The partner channel of this release: POST /b2mml/erp."""


class WebServer(uvicorn.Server):
    """Uvicorn without its signal handlers: the program that runs it decides when to stop."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to whoever started us."""
        yield


def b2mml_codec(settings: Settings, zone: ZoneInfo) -> Codec:
    """Return the codec, with the official schemas where the settings name their folder."""
    folder = settings.b2mml_xsd_dir
    schemas = SchemaFolder(Path(folder), V0701) if folder else None
    return Codec(limits=Limits(), zone=zone, schemas=schemas)


def b2mml_router(
    settings: Settings, codec: Codec, path: CommandPath, database: Database, clock: Clock
) -> Router:
    """Return the routes of the B2MML face."""
    inbox = Inbox(
        codec=codec,
        answerer=Answerer(codec=codec, sender=Sender(logical_id=settings.b2mml_logical_id)),
        submit=path.submit,
        decision_time=decision_times(database.execution_log),
        clock=clock,
    )
    return build_router(
        B2mmlFace(
            inbox=inbox,
            outbox=database.outbox,
            principal=principal_for("b2mml"),
            channels=frozenset({CHANNEL}),
        )
    )


def work_master_reader(plant: Plant) -> ReadWorkMaster:
    """Return what reads a work master that is sent as YAML, against what the plant's files say."""

    def read(text: str) -> WorkMaster | Sequence[Problem]:
        found = read_work_master_text(text, plant, "body")
        if isinstance(found, WorkMaster):
            return found
        return tuple(
            Problem(where=one.place.as_text(), reason=f"{one.reason}; {one.remedy}")
            for one in found.sorted()
        )

    return read


def listen(settings: Settings) -> socket.socket:
    """Return a listening socket; raises OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in settings.rest_host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind((settings.rest_host, settings.rest_port))
    found.listen(128)
    return found


def url(settings: Settings, listening: socket.socket) -> str:
    """Return the URL that the socket answers to."""
    scheme = "https" if settings.rest_tls_certificate else "http"
    host = f"[{settings.rest_host}]" if ":" in settings.rest_host else settings.rest_host
    return f"{scheme}://{host}:{listening.getsockname()[1]}"


async def serve_web(
    settings: Settings, face: RestFace, router: Router, listening: socket.socket
) -> None:
    """Serve REST and B2MML on the socket until cancelled."""
    config = uvicorn.Config(
        build_app(face, [router]),
        http=BoundedConnection,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        limit_concurrency=200,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=64_000,
        ssl_certfile=settings.rest_tls_certificate or None,
        ssl_keyfile=settings.rest_tls_key or None,
    )
    server = WebServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving
