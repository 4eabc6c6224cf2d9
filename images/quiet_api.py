#!/usr/bin/env python3
"""An API server of Kubernetes as far as an operator needs one to start: a small cluster in which nothing happens.

    quiet_api.py PORT

Plain HTTP on 127.0.0.1. Lists have an example each, watches are silent, what is made is remembered.
It ends with the process that started it. For training a class cache, and for measuring how long a start takes.
"""

import base64
import ctypes
import hashlib
import http.server
import json
import signal
import socketserver
import sys
import urllib.parse

PR_SET_PDEATHSIG = 1
WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

META = {"name": "example", "namespace": "example", "uid": "0000", "resourceVersion": "1", "labels": {"a": "b"}}
CONTAINER = {"name": "app", "image": "example", "ports": [{"containerPort": 8080}]}
POD_STATUS = {"phase": "Running", "podIP": "192.0.2.1", "podIPs": [{"ip": "192.0.2.1"}]}
SERVICE_PORT = {"name": "http", "port": 80, "protocol": "TCP"}
REFERENCE = {"name": "example", "port": 80}
EXAMPLES = {
    "pods": {"spec": {"containers": [CONTAINER], "serviceAccountName": "default"}, "status": POD_STATUS},
    "nodes": {"metadata": {**META, "namespace": None}},
    "namespaces": {"metadata": {**META, "namespace": None, "labels": {"gibbon.dev/inject": "enabled"}}},
    "services": {"spec": {"clusterIP": "192.0.2.2", "clusterIPs": ["192.0.2.2"], "ports": [SERVICE_PORT]}},
    "endpointslices": {
        "metadata": {**META, "labels": {"kubernetes.io/service-name": "example"}},
        "addressType": "IPv4",
        "ports": [SERVICE_PORT],
        "endpoints": [{"addresses": ["192.0.2.1"], "conditions": {"ready": True}}],
    },
    "meshservices": {"spec": {"protocol": "http", "service": REFERENCE}},
    "meshroutes": {"spec": {"protocols": ["http"], "paths": ["/"], "serviceRef": {"name": "example"}}},
    "mutatingwebhookconfigurations": {
        "metadata": {**META, "name": "gibbon-injection", "namespace": None},
        "webhooks": [{"name": "example", "clientConfig": {"caBundle": ""}}],
    },
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    examples = EXAMPLES
    made: dict[str, object] = {}

    def do_GET(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        last = url.path.rsplit("/", 1)[-1]
        if "watch=true" in url.query:
            self.watch()
        elif last in self.examples or last in ("secrets", "configmaps"):
            items = [{"metadata": META, **self.examples[last]}] if last in self.examples else []
            self.answer(200, {"metadata": {"resourceVersion": "1"}, "items": items})
        elif url.path in self.made:
            self.answer(200, self.made[url.path])
        else:
            self.answer(404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404})

    def watch(self) -> None:
        """A WebSocket (RFC 6455) on which nothing is said."""
        key = self.headers.get("Sec-WebSocket-Key") or ""
        accept = base64.b64encode(hashlib.sha1((key + WEBSOCKET).encode()).digest()).decode()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", accept)
        self.end_headers()
        self.rfile.read()
        self.close_connection = True

    def write(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        thing = json.loads(body)
        path = urllib.parse.urlsplit(self.path).path
        if isinstance(thing, dict):
            thing.setdefault("metadata", {}).update(resourceVersion="2", uid="0001")
            self.made[f"{path}/{thing['metadata'].get('name')}" if self.command == "POST" else path] = thing
            thing = self.made_now(path, thing)
        self.answer(201 if self.command == "POST" else 200, thing)

    def made_now(self, path: str, thing: dict) -> dict:
        """What is answered about something that was just written."""
        return thing

    do_POST = do_PUT = do_PATCH = write

    def answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()


if __name__ == "__main__":
    main()
