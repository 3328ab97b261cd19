"""`python -m localaws`: the local AWS in the foreground."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import threading

from .http import Server
from .server import LocalAws


def main() -> int:
    parser = argparse.ArgumentParser(prog="localaws", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument(
        "--speed",
        type=float,
        default=0.0,
        help="factor on AWS-like durations: 1 as AWS, 0 (default) everything settles at the next look",
    )
    parser.add_argument(
        "--rates",
        choices=["none", "aws"],
        default="none",
        help="how many calls it takes: all (default), or as many as AWS",
    )
    parser.add_argument(
        "--latency", type=float, default=0.0, help="seconds that each call is on its way"
    )
    parser.add_argument("--verbose", action="store_true", help="log to stderr")
    parser.add_argument("--with-parent", action="store_true", help="end when stdin reaches its end")
    options = parser.parse_args()

    # Most of what a request leaves goes by itself; the rest goes with a reset, or after a while.
    gc.set_threshold(20_000, 20, 20)
    cloud = LocalAws(options.speed, options.verbose)
    cloud.account.rates.set("aws" if options.rates == "aws" else None, options.latency)
    server = Server(options.port, cloud, options.verbose)

    def stop(*_: object) -> None:
        server.stopping.set()
        threading.Thread(target=server.shutdown, daemon=True).start()

    # Nobody asks how a copy of this process has ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if options.with_parent:
        threading.Thread(target=_end_with_parent, args=(stop,), daemon=True).start()
    print(f"local AWS ready at http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever(poll_interval=0.1)
    return 0


def _end_with_parent(stop: object) -> None:
    """A test that dies closes our stdin, whatever killed it."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    assert callable(stop)
    stop()


if __name__ == "__main__":
    sys.exit(main())
