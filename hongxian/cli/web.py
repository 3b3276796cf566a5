"""The web server of desk and portal: gunicorn with threads, on this machine's own address only."""

from __future__ import annotations

import os
import sys
from copy import deepcopy
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from gunicorn.app.base import BaseApplication

ADDRESS = "127.0.0.1"
THREADS = 8
MOST_WORKERS = 4
SWITCH = 0.0005  # seconds: whoever takes in calls needs many short turns, and shall not wait behind eight that compute for each


class WebServer(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn with our settings alone: no file, no environment, no command line."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Called by gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Called by gunicorn: the company's pages."""
        return import_string(settings.WSGI_APPLICATION)


def serve(process: str) -> None:
    """Serve the pages of `desk` or `portal` until told to stop."""
    sys.setswitchinterval(SWITCH)
    port = settings.PORTAL_PORT if process == "portal" else settings.PORT
    WebServer(options(process, port)).run()


def options(process: str, port: int) -> dict[str, Any]:
    """Gunicorn's settings for one process."""
    workers = 1 if process == "portal" else max(1, min(MOST_WORKERS, os.cpu_count() or 1))
    return {
        "bind": f"{ADDRESS}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "timeout": 60,
        "graceful_timeout": 10,
        "keepalive": 5,
        "max_requests": 50_000,
        "max_requests_jitter": 5_000,
        "preload_app": True,
        "proc_name": f"hongxian-{process}",
        "control_socket_disable": True,
        "accesslog": None,  # addresses carry searches
        "logconfig_dict": _logging(),
    }


def _logging() -> dict[str, Any]:
    """Gunicorn's own words go the way of ours, so that nothing personal gets past the formatter."""
    ours: dict[str, Any] = deepcopy(settings.LOGGING)
    quiet = {"handlers": ["out"], "level": "WARNING", "propagate": False}
    ours["loggers"] = {**ours["loggers"], "gunicorn.error": quiet, "gunicorn.access": quiet}
    return ours
