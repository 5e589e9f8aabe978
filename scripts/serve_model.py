"""Serve a GGUF model on 127.0.0.1 as OpenAI's API does, until the process is ended.

Usage: python scripts/serve_model.py MODEL [--port 8080] [--threads 1] [--context 8192]

It prints the base_url when it is ready. It needs the extra `live` (xllamacpp). One thread is the
default: several wait for each other whenever the machine has other work.
"""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path
from typing import Any


def parameters(arguments: argparse.Namespace) -> Any:
    """Write the settings down as llama.cpp's server has them."""
    from xllamacpp import CommonParams

    settings = CommonParams()
    settings.model.path = str(arguments.model)
    settings.hostnames = ["127.0.0.1"]
    settings.port = arguments.port
    settings.n_ctx = arguments.context
    settings.n_parallel = 1
    settings.cpuparams.n_threads = arguments.threads
    settings.cpuparams_batch.n_threads = arguments.threads
    return settings


def main() -> int:
    """Serve; 2 when the model isn't there, 1 when it can't be loaded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--port", type=int, default=8080, help="0 takes any that is free")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--context", type=int, default=8192)
    arguments = parser.parse_args()
    if not arguments.model.is_file():
        print(f"there is no file {str(arguments.model)!r}; `make models` fetches models")
        return 2
    from xllamacpp import Server

    try:
        server = Server(parameters(arguments))
    except Exception as error:  # noqa: BLE001 - llama.cpp's, of any kind
        print(f"{str(arguments.model)!r} can't be served: {error}")
        return 1
    print(f"{server.listening_address}/v1", flush=True)
    threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
