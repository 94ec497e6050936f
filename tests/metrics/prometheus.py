"""Prometheus itself, as Debian has it, on a free port."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.ports import free_port
from tests.server.wire import PATIENCE

_CONFIG = """
global: {{scrape_interval: 500ms, evaluation_interval: 500ms}}
scrape_configs:
  - job_name: dateline
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
rule_files: [dateline-rules.yml]
"""


class Prometheus:
    def __init__(self, port: int) -> None:
        self._port = port

    def get(self, path: str, **parameters: str) -> Any:
        """What its API answers."""
        url = f"http://127.0.0.1:{self._port}/api/v1/{path}?{urlencode(parameters)}"
        with urlopen(url, timeout=PATIENCE) as answer:
            told = json.load(answer)
        assert told["status"] == "success", told
        return told["data"]

    def query(self, expression: str, *by: str) -> Mapping[tuple[str, ...], float]:
        """Values, by these labels."""
        found = self.get("query", query=expression)["result"]
        return {tuple(one["metric"].get(label, "") for label in by): float(one["value"][1]) for one in found}


@contextmanager
def prometheus(folder: Path, port: int, rules: str) -> Iterator[Prometheus]:
    """One that scrapes the server at a port, with these rules, until the block ends."""
    config, listens = folder / "prometheus.yml", free_port()
    config.write_text(_CONFIG.format(port=port))
    (folder / "dateline-rules.yml").write_text(rules)
    command = [
        *("prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder}/tsdb"),
        *(f"--web.listen-address=127.0.0.1:{listens}", "--log.level=error"),
    ]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        try:
            running, until = Prometheus(listens), monotonic() + PATIENCE
            while True:
                try:
                    running.get("query", query="1")
                    break
                except OSError:
                    assert process.poll() is None, process.stderr.read() if process.stderr else ""
                    assert monotonic() < until
                    sleep(0.05)
            yield running
        finally:
            process.terminate()
            process.wait(PATIENCE)
