"""What leaves the house: performances for the ERP, through the outbox, to a folder and a URL."""

from collections.abc import Coroutine, Iterator
from datetime import datetime

from models.isa95.equipment import EquipmentLevel
from models.isa95.work_performance import OperationsPerformance
from models.isa95.work_schedule import Code, HierarchyScope
from server.bootstrap.database import Database
from server.bootstrap.web import CHANNEL
from server.command_path.ports import Clock, Outbox
from server.faces.b2mml.codec import Codec
from server.faces.b2mml.message import Receiver, Sender
from server.faces.b2mml.performance import render
from server.settings import Settings
from server.workers.deliver import FileDrop, HttpPost, Transport, deliver_until_cancelled
from server.workers.publish import Partners, Publisher


def publisher(
    settings: Settings, database: Database, codec: Codec, site_id: str, key: bytes
) -> Publisher:
    """Return the follower that turns ended job orders into B2MML performances."""

    def rendered(performance: OperationsPerformance, message_id: str, time: datetime) -> bytes:
        return render(
            performance,
            message_id=message_id,
            created_time=time,
            sender=Sender(logical_id=settings.b2mml_logical_id),
            receiver=Receiver(logical_id=CHANNEL.upper()),
            codec=codec,
        )

    partners = Partners(
        channels={CHANNEL: rendered},
        hierarchy_scope=HierarchyScope(
            equipment_id=site_id, equipment_level=Code(EquipmentLevel.SITE.value)
        ),
    )
    return Publisher(database.execution_log, database.outbox, partners, key)


def deliver_all(
    settings: Settings, outbox: Outbox, clock: Clock
) -> Iterator[tuple[str, Coroutine[object, object, None]]]:
    """Yield every way out of the outbox, with its name."""
    transports: list[Transport] = [FileDrop(folder=settings.outbox_dir)]
    if settings.b2mml_post_url:
        transports.append(
            HttpPost(
                url=settings.b2mml_post_url,
                user=settings.b2mml_post_user,
                password=settings.b2mml_post_password,
            )
        )
    for transport in transports:
        yield transport.name, deliver_until_cancelled(transport, outbox, clock)
