"""Messages of a channel layer that answers, fails and answers again."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django_entrance.live.announcing import GROUP, channel_layer
from django_entrance.live.listening import listen

MESSAGE = {"type": "entrance.changed", "users": ["1"], "sessions": []}


class Layer:
    """A layer whose calls fail as the test says."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.joined = 0
        self.messages: asyncio.Queue[Any] = asyncio.Queue()

    async def new_channel(self) -> str:
        if self.failures:
            raise self.failures.pop()
        return "channel"

    async def group_add(self, group: str, channel: str) -> None:
        assert (group, channel) == (GROUP, "channel")
        self.joined += 1

    async def receive(self, channel: str) -> Any:
        message = await self.messages.get()
        if isinstance(message, Exception):
            raise message
        return message


@pytest.fixture
async def heard() -> asyncio.Queue[Any]:
    return asyncio.Queue()


async def hear_one(layer: Layer, heard: asyncio.Queue[Any], **options: Any) -> None:
    listening = asyncio.ensure_future(listen(layer, heard.put_nowait, connect_again=0, **options))
    layer.messages.put_nowait(MESSAGE)
    assert await asyncio.wait_for(heard.get(), 10) == MESSAGE
    listening.cancel()
    await asyncio.wait([listening])
    assert listening.cancelled()


async def test_it_hears(heard: asyncio.Queue[Any]) -> None:
    layer = Layer()
    await hear_one(layer, heard)
    assert layer.joined == 1


async def test_it_joins_again_in_time(heard: asyncio.Queue[Any]) -> None:
    layer = Layer()
    listening = asyncio.ensure_future(listen(layer, heard.put_nowait, join_again=0.001))
    async with asyncio.timeout(10):
        while layer.joined < 3:
            await asyncio.sleep(0)
    listening.cancel()
    await hear_one(layer, heard)


@pytest.mark.parametrize("error", [OSError(), TimeoutError()])
async def test_a_layer_that_fails_is_tried_again_and_told_once(
    heard: asyncio.Queue[Any], caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    layer = Layer(OSError(), OSError())
    layer.messages.put_nowait(error)
    await hear_one(layer, heard)
    told = [each.getMessage() for each in caplog.records if each.name == "django_entrance"]
    assert told == [
        "The channel layer does not answer, and is tried again: OSError",
        f"The channel layer does not answer, and is tried again: {type(error).__name__}",
    ]


@pytest.fixture
def layers(settings: Any) -> Iterator[Any]:
    from channels.layers import channel_layers

    channel_layers.backends.clear()
    yield settings
    channel_layers.backends.clear()


def test_a_layer_of_one_process_alone_is_none(layers: Any) -> None:
    layers.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    assert channel_layer() is None
    layers.CHANNEL_LAYERS = {}
    assert channel_layer() is None
    layers.CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer"}}
    from channels.layers import channel_layers

    channel_layers.backends.clear()
    assert type(channel_layer()).__name__ == "RedisChannelLayer"
