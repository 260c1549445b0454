"""What every store of attachments promises; one suite for memory and for the database."""

import hashlib
from collections.abc import AsyncIterator

import psycopg
import pytest

from historian.attachments import InMemoryAttachments, PostgresqlAttachments
from models.attachment import (
    MAX_ATTACHMENT_BYTES,
    AttachmentAlteredError,
    AttachmentError,
    StoredFile,
)
from server.command_path.ports import Attachments
from tests.fix_database import SetClock

Store = InMemoryAttachments | PostgresqlAttachments

PHOTO = bytes(range(256)) * 4
SHA256 = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.integration)])
async def store(request: pytest.FixtureRequest, set_clock: SetClock) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield InMemoryAttachments(set_clock)
        return
    dsn = request.getfixturevalue("application_dsn")
    made = await PostgresqlAttachments.open_store(dsn, clock=set_clock, allow_unsafe=True)
    yield made
    await made.close()


def test_the_stores_fit_the_port(store: Store) -> None:
    port: Attachments = store
    assert port is store


async def test_a_file_comes_back_as_it_was_stored(store: Store, set_clock: SetClock) -> None:
    assert await store.store(PHOTO, "image/png") == SHA256
    assert await store.open(SHA256) == StoredFile(
        sha256=SHA256, media_type="image/png", content=PHOTO, stored_time=set_clock.time
    )
    assert await store.open(SHA256.upper()) == await store.open(SHA256)


async def test_the_same_file_is_stored_once_and_stays(store: Store, set_clock: SetClock) -> None:
    await store.store(PHOTO, "image/png")
    first = await store.open(SHA256)
    set_clock.move(60)
    assert await store.store(PHOTO, "text/plain") == SHA256
    assert await store.open(SHA256) == first


@pytest.mark.parametrize("unknown", ["00" * 32, "", "not a hash", "é"])
async def test_what_was_never_stored_is_not_there(store: Store, unknown: str) -> None:
    assert await store.open(unknown) is None


@pytest.mark.parametrize(
    ("content", "media_type", "reason"),
    [
        (b"", "image/png", "empty"),
        (bytes(MAX_ATTACHMENT_BYTES + 1), "image/png", "bytes"),
        (b"<script>", "text/html", "text/html"),
    ],
)
async def test_what_is_not_stored_is_told_why(
    store: Store, content: bytes, media_type: str, reason: str
) -> None:
    with pytest.raises(AttachmentError, match=reason):
        await store.store(content, media_type)
    assert await store.open(hashlib.sha256(content).hexdigest()) is None


async def test_the_largest_file_is_stored(store: Store) -> None:
    content = bytes(MAX_ATTACHMENT_BYTES)
    found = await store.open(await store.store(content, "application/pdf"))
    assert found is not None
    assert found.content == content


async def test_an_altered_file_is_found_out(
    store: Store, request: pytest.FixtureRequest, set_clock: SetClock
) -> None:
    await store.store(PHOTO, "image/png")
    if isinstance(store, InMemoryAttachments):
        store.files[SHA256] = StoredFile(
            sha256=SHA256, media_type="image/png", content=b"x", stored_time=set_clock.time
        )
    else:
        _alter(request.getfixturevalue("session_database").owner_dsn)
    with pytest.raises(AttachmentAlteredError, match=SHA256):
        await store.open(SHA256)


def _alter(owner_dsn: str) -> None:
    """Change a file as only somebody could who owns the tables and takes the guard away."""
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        change = "UPDATE interlock.attachment SET content = 'x'"
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            connection.execute(change)
        connection.execute("ALTER TABLE interlock.attachment DISABLE TRIGGER append_only")
        connection.execute(change)
        connection.execute("ALTER TABLE interlock.attachment ENABLE ALWAYS TRIGGER append_only")


@pytest.mark.integration
async def test_the_applications_account_can_only_add(application_dsn: str) -> None:
    for change in (
        "INSERT INTO interlock.attachment VALUES ('x', 'image/png', 'x', now())",
        "UPDATE interlock.attachment SET content = 'x'",
        "DELETE FROM interlock.attachment",
    ):
        with (
            psycopg.connect(application_dsn) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(change.encode())
