"""
sippy's loop, in a thread of its own, and silent.

sippy prints what it cannot read, whole messages with every number in them. Before any of it is loaded its way of telling
errors is replaced by ours, which says their class only, and its `print` by nothing; its logger of messages is a null.
One loop a process: sippy's is a singleton that belongs to the thread that loaded it.
"""

from __future__ import annotations

import importlib
import logging
import queue
import sys
import threading
import time
import warnings
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar

log = logging.getLogger("hongxian.dialer")
TICK = 0.01
SLICE = 0.02  # seconds of our own work at a time: what was answered meanwhile is looked at before it is asked again
PATIENCE = 10.0
NAME = "hongxian"
_PARTS = (
    ("sippy.UA", "UA"),
    ("sippy.CCEvents", "CCEventTry"),
    ("sippy.CCEvents", "CCEventConnect"),
    ("sippy.CCEvents", "CCEventDisconnect"),
    ("sippy.MsgBody", "MsgBody"),
    ("sippy.SipConf", "SipConf"),
    ("sippy.SipTransactionManager", "SipTransactionManager"),
    ("sippy.Udp_server", "Udp_server"),
    ("sippy.Udp_server", "Udp_server_opts"),
    ("sippy.Time.Timeout", "Timeout"),
    ("sippy.Core.EventDispatcher", "ED2"),
)


class NotListening(RuntimeError):
    """The address is not ours to listen on."""

    code = "sip_not_listening"


class _Mute:
    """Stands where sippy expects its logger of messages."""

    def write(self, *_words: object, **_more: object) -> None: ...


def _told(message: str, f: object = None, extra: object = None) -> None:  # noqa: ARG001 - sippy's own signature
    """What sippy would print with the message in it: only that it happened, and of which kind."""
    kind = sys.exc_info()[0]
    log.warning("sip: something could not be dealt with", extra={"kind": kind.__name__ if kind else "", "code": "sip_trouble"})


def _nothing(*_words: object, **_more: object) -> None: ...


class Stack:
    """sippy, listening on one address. `parts` has its classes once it runs; `call` runs something in its thread."""

    _only: ClassVar[Stack | None] = None

    def __init__(self, *, listen: tuple[str, int], asked: Callable[[Any], Any]) -> None:
        if Stack._only is not None:
            raise RuntimeError("one SIP stack a process")
        Stack._only = self
        self.listen, self._asked = listen, asked
        self.config: dict[str, Any] = {}
        self.parts = SimpleNamespace()
        self._work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._ready, self._failed = threading.Event(), ""
        self._thread = threading.Thread(target=self._run, name="sip", daemon=True)
        self._thread.start()
        if not self._ready.wait(PATIENCE) or self._failed:
            raise NotListening(self._failed or "no answer")

    def call(self, do: Callable[[], None]) -> None:
        """Has the loop do something soon."""
        self._work.put(do)

    def call_and_wait(self, do: Callable[[], None]) -> None:
        """The same, and comes back when it has been done."""
        done = threading.Event()

        def both() -> None:
            try:
                do()
            finally:
                done.set()

        self._work.put(both)
        done.wait(PATIENCE)

    def after(self, seconds: float, do: Callable[[], None]) -> Any:
        """In the loop only: does it later; the answer can be cancelled."""
        return self.parts.Timeout(do, seconds)

    def every(self, seconds: float, do: Callable[[], None]) -> Any:
        """In the loop only: does it again and again until it is cancelled."""
        return self.parts.Timeout(do, seconds, -1)

    def close(self) -> None:
        """Ends the loop and its socket. sippy cannot begin anew in this process."""
        self.call(self.parts.ED2.breakLoop)
        self._thread.join(3)

    def _run(self) -> None:
        try:
            self._load()
            parts, config = self.parts, self.config
            parts.SipConf.my_address, parts.SipConf.my_port, parts.SipConf.my_uaname = *self.listen, NAME
            config.update(_sip_address=self.listen[0], _sip_port=self.listen[1], _sip_logger=_Mute())
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)  # it leaves a socket with which it tries for IPv6
                config["_sip_tm"] = _manager_class(parts)(config, lambda request, _transaction: self._asked(request))
            parts.Timeout(self._drain, TICK, -1)
        except Exception as error:  # noqa: BLE001 - whoever started the thread is told
            self._failed = type(error).__name__
            return
        finally:
            self._ready.set()
        parts.ED2.loop()
        config["_sip_tm"].l4r.shutdown()

    def _load(self) -> None:
        exceptions: Any = importlib.import_module("sippy.Core.Exceptions")
        exceptions.dump_exception = _told
        for where, name in _PARTS:
            setattr(self.parts, name, getattr(importlib.import_module(where), name))
        for loaded, module in list(sys.modules.items()):
            if loaded.startswith(("sippy.", "elperiodic.")):
                module.__dict__["print"] = _nothing
                if getattr(module, "dump_exception", _told) is not _told:
                    module.__dict__["dump_exception"] = _told

    def _drain(self) -> None:
        enough = time.monotonic() + SLICE
        while time.monotonic() < enough:
            try:
                do = self._work.get_nowait()
            except queue.Empty:
                return
            try:
                do()
            except Exception:
                log.exception("sip: a step failed", extra={"code": "sip_step_failed"})


def _manager_class(parts: Any) -> Any:
    """sippy's, with one thread that sends and one that receives: of three, one would pass another, and a BYE its ACK."""

    class InOrder(parts.Udp_server_opts):  # type: ignore[misc] # sippy has no types
        nworkers = 1

    class Manager(parts.SipTransactionManager):  # type: ignore[misc]
        model_udp_server = (parts.Udp_server, InOrder)

    return Manager
