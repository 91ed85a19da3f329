"""Two small proxies that the bot can be told to use, each with a user and a password."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import threading
from abc import abstractmethod
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

USER, PASSWORD = "user", "a-pass-word-of-the-proxy"


class Proxy:
    """A proxy in a thread of its own: `with Socks5() as proxy:`."""

    scheme = ""

    def __init__(self) -> None:
        self.connected: list[tuple[str, int]] = []  # where it was asked to connect to
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        """With user and password."""
        return f"{self.scheme}://{USER}:{PASSWORD}@127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, sock=self._socket), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._socket.close()
        self._loop.close()

    @staticmethod
    async def _end() -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            target = await self._agree(reader, writer)
            if target is not None:
                host, port, first = target
                self.connected.append((host, port))
                other_reader, other_writer = await asyncio.open_connection(host, port)
                other_writer.write(first)
                await asyncio.gather(_pass_on(reader, other_writer), _pass_on(other_reader, writer))
        writer.close()

    @abstractmethod
    async def _agree(self, reader: StreamReader, writer: StreamWriter) -> tuple[str, int, bytes] | None:
        """Host, port, and what was read ahead; None where the client may not."""


class Http(Proxy):
    """A forward proxy for http addresses."""

    scheme = "http"

    async def _agree(self, reader: StreamReader, writer: StreamWriter) -> tuple[str, int, bytes] | None:
        head = await reader.readuntil(b"\r\n\r\n")
        right = b"Proxy-Authorization: Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode())
        if right.lower() not in head.lower():
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return None
        address = urlsplit(head.split()[1].decode())
        return address.hostname or "", address.port or 80, head


class Socks5(Proxy):
    """RFC 1928, with the user and password of RFC 1929."""

    scheme = "socks5"

    async def _agree(self, reader: StreamReader, writer: StreamWriter) -> tuple[str, int, bytes] | None:
        methods = await _with_length(reader, skipped=1)
        if 2 not in methods:
            writer.write(b"\x05\xff")
            return None
        writer.write(b"\x05\x02")
        user, password = await _with_length(reader, skipped=1), await _with_length(reader)
        if (user, password) != (USER.encode(), PASSWORD.encode()):
            writer.write(b"\x01\x01")
            return None
        writer.write(b"\x01\x00")
        kind = (await reader.readexactly(4))[3]
        if kind == 1:
            host = socket.inet_ntop(socket.AF_INET, await reader.readexactly(4))
        elif kind == 4:
            host = socket.inet_ntop(socket.AF_INET6, await reader.readexactly(16))
        else:
            host = (await _with_length(reader)).decode()
        port = int.from_bytes(await reader.readexactly(2), "big")
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        return host, port, b""


async def _with_length(reader: StreamReader, skipped: int = 0) -> bytes:
    """Bytes that follow their number."""
    number = (await reader.readexactly(skipped + 1))[-1]
    return await reader.readexactly(number)


async def _pass_on(reader: StreamReader, writer: StreamWriter) -> None:
    while chunk := await reader.read(2**16):
        writer.write(chunk)
        await writer.drain()
    writer.close()
