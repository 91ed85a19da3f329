"""The server of the emulated Telegram: it carries out the bot's calls, or lets faults befall them, and notes them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web
from lo_bot_api_emulator import ApiRefusal, LoBotApiEmulator  # type: ignore[import-untyped]  # it carries no types
from lo_bot_api_emulator.updates import UpdateError  # type: ignore[import-untyped]  # as above

from tests.support.chats import Chats, Json
from tests.support.faults import SENDS, BadEntities, BadGateway, Decide, Fault, Hang, Migrated, Reset, Slow, in_turn
from tests.support.updates import Updates

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

TOKEN = "123456789:AAE7mU1aT0rFoR-tEsTs_0nLy_nO-sEcReT"  # noqa: S105 - it opens nothing
WORDS = {  # parameters whose value is a text even where it looks like JSON
    *("text", "caption", "parse_mode", "callback_query_id", "inline_query_id", "url", "secret_token", "language_code"),
    *("action", "name", "description", "short_description", "file_id", "document", "photo", "next_offset"),
}


@dataclass(frozen=True)
class Call:
    """One call of the bot and what came of it."""

    method: str
    parameters: Json  # JSON parsed
    received: float  # time.time()
    status: int  # of HTTP; 0: the connection was closed without an answer
    description: str  # why it was refused
    fault: Fault | None  # what was injected
    accepted: bool  # carried out: a message that was to be sent stands in the chat
    result: Any

    @property
    def chat(self) -> int | None:
        """Where it was meant for."""
        return self.parameters.get("chat_id")

    @property
    def text(self) -> str:
        """The text or caption as the bot wrote it, tags and all."""
        return str(self.parameters.get("text", self.parameters.get("caption", "")))

    @property
    def message_id(self) -> int | None:
        """The message that was written or edited."""
        return self.result.get("message_id") if isinstance(self.result, dict) else None


class Server(LoBotApiEmulator):  # type: ignore[misc]  # the package carries no types
    """One bot's Telegram, in a thread with its own event loop."""

    def __init__(self, username: str, token: str, port: int) -> None:
        super().__init__()
        self.token, self.port = token, port
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "楚问",
            "username": username,
        }
        self.chats = Chats(self.bot)
        self.updates = self._update_queues = Updates()
        self.transcript: list[Call] = []
        self._counts: Counter[str] = Counter()
        self._changed = threading.Condition()  # also the lock of all that is shared
        self._decide: dict[str, Decide] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = False
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens; the bot's base_url is this and `/bot`, its base_file_url this and `/file/bot`."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; after `stop` on the same port again, with nothing forgotten."""
        started: list[BaseException | None] = []
        ready = threading.Event()

        async def serve() -> None:
            stop = self._stop = asyncio.Event()
            runner = web.AppRunner(self.app(), access_log=None, shutdown_timeout=0.05)
            try:
                await runner.setup()
                await web.TCPSite(runner, "127.0.0.1", self.port, backlog=1024, reuse_address=True).start()
                self.port = runner.addresses[0][1]
                self._loop = asyncio.get_running_loop()
                self._wake()
                await self.updates.deliver(self.token)
                ready.set()
                await stop.wait()
            except OSError as error:
                started.append(error)
            finally:
                with self._changed:  # whoever wakes it now does so while it still lives
                    self._loop = None
                await self.updates.close()
                await runner.cleanup()
                ready.set()

        self._thread = threading.Thread(target=lambda: asyncio.run(serve()), name="telegram", daemon=True)
        self._thread.start()
        ready.wait()
        for error in started:
            raise RuntimeError(f"{self.url}: the emulator can't listen there") from error

    def stop(self) -> None:
        """Close every connection and the port, as in an outage; chats, queue and transcript stay."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def send_updates(self, updates: Iterable[Json]) -> list[int]:
        """Hand over many at once."""
        with self._changed:
            numbers = [self.updates.put(update) for update in updates]
            if not self._woken and self._loop is not None:
                self._woken = True
                self._loop.call_soon_threadsafe(self._wake)
        return numbers

    def inject(self, fault: Decide | Sequence[Fault | None] | None, methods: Collection[str] = SENDS) -> None:
        """Let calls of these methods go wrong, until told otherwise.

        Args:
            fault: decides by method and parameters; or what befalls the calls in turn; None: nothing any more.
            methods: those that send and edit messages; others only by name.
        """
        with self._changed:
            for method in methods:
                self._decide.pop(method, None)
            if fault is not None:
                decide = fault if callable(fault) else in_turn(fault)
                self._decide.update(dict.fromkeys(methods, decide))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Carry out one call, or let its fault befall it, and write it down."""
        method, received = request.match_info["method"], time.time()
        try:
            fields, uploads = await self.read_request(request)
        except (
            ConnectionError,
            ApiRefusal,
            ValueError,
        ) as error:  # the bot was killed while it spoke, or spoke rubbish
            return _response(400, _refused(400, f"Bad Request: {error}"))
        if request.query_string:
            fields = {**request.query, **fields}
        parameters = {key: value if key in WORDS else _parsed(value) for key, value in fields.items()}
        fault = self._fault(method, parameters)
        if isinstance(fault, Slow):
            await asyncio.sleep(fault.seconds)
        if isinstance(fault, Reset):
            status, body = 0, Json()
        else:
            status, body = await self._attempt(request, method, parameters, uploads, fault)
        gone = status == 0 or (method == "getUpdates" and _left(request))
        description = "connection closed" if gone else str(body.get("description", ""))
        self._note(Call(method, parameters, received, status, description, fault, status == 200, body.get("result")))
        if isinstance(fault, Hang) and status == 200:
            await asyncio.sleep(fault.seconds)
        if isinstance(fault, Reset) and request.transport is not None:
            request.transport.abort()
        if isinstance(fault, BadGateway):
            return web.Response(status=status, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
        return _response(status or 500, body)

    async def _attempt(
        self, request: web.Request, method: str, parameters: Json, uploads: Mapping[str, Json], fault: Fault | None
    ) -> tuple[int, Json]:
        """The HTTP status and the body of the answer."""
        try:
            self._refuse(request, fault, parameters)
            return 200, {"ok": True, "result": await self._perform(request, method, parameters, uploads)}
        except ApiRefusal as error:
            return error.status, _refused(error.status, error.description, error.parameters)
        except UpdateError as error:
            return error.status, _refused(error.status, str(error))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            return 400, _refused(400, f"Bad Request: {error!r}")

    def _fault(self, method: str, parameters: Json) -> Fault | None:
        with self._changed:
            decide = self._decide.get(method)
            fault = decide(method, parameters) if decide else None
            return None if isinstance(fault, BadEntities) and not parameters.get("parse_mode") else fault

    def _refuse(self, request: web.Request, fault: Fault | None, parameters: Json) -> None:
        if request.match_info["token"] != self.token:
            raise ApiRefusal("Unauthorized", 401)
        if isinstance(fault, Migrated):
            with self._changed:
                self.chats.migrated.setdefault(int(parameters["chat_id"]), fault.new_chat_id)
        elif fault is not None and fault.refusal is not None:
            raise fault.refusal

    async def _perform(self, request: web.Request, method: str, parameters: Json, uploads: Mapping[str, Json]) -> Any:
        if method == "getUpdates":
            return await self.updates.poll(self.token, parameters, disconnected=lambda: _left(request))
        if method == "setWebhook":
            return await self.updates.set_webhook(self.token, parameters)
        if method == "deleteWebhook":
            return await self.updates.set_webhook(self.token, {**parameters, "url": ""})
        if method == "getWebhookInfo":
            return self.updates.info(self.token)
        if not self.chats.models(method):
            known = {key: value for key, value in parameters.items() if key != "button"}  # of answerInlineQuery
            return self.validate(method, known, dict(uploads))
        with self._changed:
            return self.chats.perform(method, parameters, uploads)

    def _note(self, call: Call) -> None:
        with self._changed:
            self.transcript.append(call)
            self._counts[call.method] += call.accepted
            self._changed.notify_all()

    def _wake(self) -> None:
        with self._changed:
            self._woken = False
        self.updates.wake()


def _parsed(value: Any) -> Any:
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return json.loads(value)
    return value


def _refused(status: int, description: str, parameters: Json | None = None) -> Json:
    body = {"ok": False, "error_code": status, "description": description}
    return body | ({"parameters": parameters} if parameters else {})


def _response(status: int, body: Json) -> web.Response:
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")


def _left(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()
