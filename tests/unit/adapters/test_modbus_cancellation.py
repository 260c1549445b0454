"""A task that is told to end ends, whatever the device answers at that very moment."""

import asyncio

import pytest
from pymodbus import ModbusException

from adapters.modbus import adapter


async def test_a_cancellation_that_meets_the_answer_is_not_lost() -> None:
    answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    waiting = asyncio.wait_for(answer, 10)
    task = asyncio.create_task(adapter._answer(waiting))  # type: ignore[arg-type]
    while not task.get_stack() or not answer._callbacks:  # type: ignore[attr-defined]  # noqa: ASYNC110
        await asyncio.sleep(0)
    answer.set_result("answer")
    await asyncio.sleep(0)  # the answer is there; whoever waits has not seen it
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancellation_that_the_library_renames_is_one() -> None:
    async def renamed() -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            raise ModbusException("cancelled") from None

    task = asyncio.create_task(adapter._answer(renamed()))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
