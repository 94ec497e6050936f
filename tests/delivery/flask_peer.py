"""Flask-WebSub's subscriber (PyPI), as its users run it: python -m tests.delivery.flask_peer PORT.

A line on standard input is a command and its argument: `subscribe ADDRESS` (of a feed or a page: where its hub is, it finds out by
itself), `renew`, `unsubscribe`. Each thing that it tells its user is a line of JSON on standard output.
"""

import json
import sys
import tempfile
import threading
from typing import Any

from flask import Flask
from flask_websub.subscriber import (  # type: ignore[import-untyped]
    SQLite3SubscriberStorage,
    SQLite3TempSubscriberStorage,
    Subscriber,
    discover,
)
from werkzeug.serving import make_server


def main() -> None:
    port, folder = int(sys.argv[1]), tempfile.mkdtemp()
    app = Flask(__name__)
    app.config["SERVER_NAME"] = f"127.0.0.1:{port}"
    subscriber = Subscriber(SQLite3SubscriberStorage(f"{folder}/kept"), SQLite3TempSubscriberStorage(f"{folder}/asked"))
    app.register_blueprint(subscriber.build_blueprint(url_prefix="/callbacks"))

    @subscriber.add_success_handler  # type: ignore[untyped-decorator]
    def _succeeded(topic: str, _id: str, mode: str) -> None:
        tell(mode, topic)

    @subscriber.add_error_handler  # type: ignore[untyped-decorator]
    def _denied(topic: str, _id: str, reason: str) -> None:
        tell("denied", topic, reason)

    @subscriber.add_listener  # type: ignore[untyped-decorator]
    def _notified(topic: str, _id: str, body: bytes) -> None:
        tell("feed", topic, body.decode())

    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    tell("ready")
    known = ""
    for line in sys.stdin:
        command, _, address = line.strip().partition(" ")
        with app.app_context():
            if command == "subscribe":
                known = subscriber.subscribe(**discover(address))
            else:
                {"renew": subscriber.renew, "unsubscribe": subscriber.unsubscribe}[command](known)


def tell(event: str, topic: str = "", said: Any = "") -> None:
    print(json.dumps({"event": event, "topic": topic, "said": said}), flush=True)


if __name__ == "__main__":
    main()
