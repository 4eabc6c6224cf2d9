#!/usr/bin/env python3
"""A control plane for one sidecar: the operator of this checkout, and what it takes for a Kubernetes.

    small_mesh.py DIRECTORY COMMAND...

Runs the operator by its command. The directory gets the files that a pod has of its mesh: a token, and the roots
as soon as the operator has made them. The one pod is `example/example`, with address 127.0.0.1. Ends with the
process that started it. For training the sidecar's class cache on all that a start takes.
"""

import ctypes
import os
import pathlib
import signal
import subprocess
import sys

import quiet_api

API_PORT = 8001
# The operator's own settings; the rest is as in a cluster.
ENVIRONMENT = {
    "KUBERNETES_MASTER": f"http://127.0.0.1:{API_PORT}",
    "KUBERNETES_AUTH_TRYKUBECONFIG": "false",
    "KUBERNETES_AUTH_TRYSERVICEACCOUNT": "false",
    "POD_NAMESPACE": "training",
    "POD_NAME": "training",
    "GIBBON_SIDECAR_IMAGE": "training",
}
ADDRESS = "127.0.0.1"
USER = {
    "username": "system:serviceaccount:example:default",
    "extra": {
        "authentication.kubernetes.io/pod-name": [quiet_api.META["name"]],
        "authentication.kubernetes.io/pod-uid": [quiet_api.META["uid"]],
    },
}


class Handler(quiet_api.Handler):
    """Also says whose a token is, and keeps the roots of the mesh as a kubelet would."""

    directory: pathlib.Path

    examples = {
        **quiet_api.EXAMPLES,
        "pods": {
            "spec": {
                "containers": [quiet_api.CONTAINER],
                "initContainers": [{"name": "gibbon-sidecar", "image": "example", "restartPolicy": "Always"}],
                "serviceAccountName": "default",
            },
            "status": {"phase": "Running", "podIP": ADDRESS, "podIPs": [{"ip": ADDRESS}]},
        },
    }

    def made_now(self, path: str, thing: dict) -> dict:
        if path.endswith("/tokenreviews"):
            return {**thing, "status": {"authenticated": True, "audiences": thing["spec"]["audiences"], "user": USER}}
        if path.endswith("/configmaps/gibbon-trust"):
            new = self.directory / "roots.new"
            new.write_text(thing["data"]["roots.pem"])
            new.rename(self.directory / "roots.pem")
        return thing


def main() -> None:
    ctypes.CDLL(None).prctl(quiet_api.PR_SET_PDEATHSIG, signal.SIGTERM)
    Handler.directory = pathlib.Path(sys.argv[1])
    (Handler.directory / "token").write_text("training\n")
    server = quiet_api.Server((ADDRESS, API_PORT), Handler)
    operator = subprocess.Popen(sys.argv[2:], env={"PATH": os.environ["PATH"], **ENVIRONMENT})
    try:
        server.serve_forever()
    finally:
        operator.kill()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    main()
