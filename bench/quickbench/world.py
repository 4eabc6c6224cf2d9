"""A network namespace of our own and the processes in it: made, looked at, and taken away again."""

import contextlib
import ctypes
import os
import pathlib
import re
import signal
import socket
import string
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

CLONE_NEWNET = 0x40000000

# The addresses of the tutorial: client, its proxy, the application's proxy, the application.
CLIENT, NEAR, FAR, APP = "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"

# The application listens twice on each kind of port: `direct` ports no rule intercepts, and `captured` ones
# are those that `gibbon capture` diverts. So all systems can run side by side in one namespace.
APP_PORTS = {
    "direct_http": 28000,
    "direct_greeting": 29000,
    "captured_http": 18000,
    "captured_stream": 19080,
    "captured_greeting": 19000,
}


class Failure(Exception):
    """Something that the user should know; its text says what was got, what was expected, what to do."""


class ConfigTemplate(string.Template):
    """Placeholders are @{name}: the peers' own configurations use $ and {{}}."""

    delimiter = "@"


def wait_for(what: str, seconds: float, ready: Callable[[], bool]) -> None:
    """Poll until ready, or fail with `what`."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise Failure(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.02)


def accepts(address: str, port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


def run(*command: str, env: Mapping[str, str] | None = None) -> str:
    """Run a short command to its end and return what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip())[-600:]
        raise Failure(f"{' '.join(command[:6])}: exit code {done.returncode}: {said}")
    return done.stdout


def _remove_namespaces_of_dead_runs() -> None:
    for name in os.listdir("/run/netns") if os.path.isdir("/run/netns") else []:
        match = re.fullmatch(r"gibbon-bench-(\d+)", name)
        if match and not os.path.exists(f"/proc/{match[1]}"):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


@contextlib.contextmanager
def namespace() -> Iterator[str]:
    """Move this process into a new network namespace; the end removes it, and every process still in it."""
    _remove_namespaces_of_dead_runs()
    name = f"gibbon-bench-{os.getpid()}"
    run("ip", "netns", "add", name)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        _enter(f"/run/netns/{name}")
        run("ip", "link", "set", "lo", "up")
        # wrk cannot choose its source address; the route does, for all clients of the application.
        run("ip", "route", "replace", "local", APP, "dev", "lo", "src", CLIENT, "table", "local")
        _sysctl("net/ipv4/ip_local_port_range", "32768 65535")
        _sysctl("net/ipv4/tcp_tw_reuse", "1")
        _sysctl("net/ipv4/tcp_max_tw_buckets", "262144")
        _sysctl("net/core/somaxconn", "4096")
        yield name
    finally:
        # A second Ctrl-C must not leave the namespace behind.
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, signal.SIG_IGN)
        _end_all(name)
        _enter(f"/proc/self/fd/{home}")
        os.close(home)
        subprocess.run(["ip", "netns", "del", name], check=False)


def _enter(path: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    handle = os.open(path, os.O_RDONLY)
    try:
        if libc.setns(handle, CLONE_NEWNET) != 0:
            raise Failure(f"cannot enter {path}: {os.strerror(ctypes.get_errno())} (expected: to be root)")
    finally:
        os.close(handle)


def _sysctl(name: str, value: str) -> None:
    # Not every kernel has each of them for each namespace; the defaults serve too.
    with contextlib.suppress(OSError):
        pathlib.Path("/proc/sys", name).write_text(value)


def pids_in(name: str) -> list[int]:
    """Every process in the namespace but this one."""
    return [int(pid) for pid in run("ip", "netns", "pids", name).split() if int(pid) != os.getpid()]


def _end_all(name: str) -> None:
    for sign, patience in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        for pid in pids_in(name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
        with contextlib.suppress(Failure):
            wait_for("processes to end", patience, lambda: not _alive(name))
            return


def _alive(name: str) -> list[int]:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    return pids_in(name)


class Workshop:
    """A directory for one run's files, and the daemons started from there."""

    def __init__(self, directory: pathlib.Path, templates: pathlib.Path) -> None:
        self.directory = directory
        self._templates = templates
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def render(self, template: str, values: Mapping[str, object]) -> str:
        """Fill a template of bench/peers; returns the path of the result."""
        target = self.directory / template
        text = (self._templates / template).read_text()
        target.write_text(ConfigTemplate(text).substitute(values, dir=self.directory))
        return str(target)

    def start(self, name: str, command: Sequence[str], address: str, port: int) -> int:
        """Start a daemon that stays in the foreground, wait until it listens, return its process id."""
        with open(self.directory / f"{name}.out", "wb") as out:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        self._running[name] = process
        try:
            wait_for(
                f"{name} on {address}:{port}",
                20,
                lambda: process.poll() is not None or accepts(address, port),
            )
            if process.poll() is not None:
                raise Failure(f"{name}: exit code {process.returncode}")
        except Failure as failure:
            raise Failure(f"{failure}; it said: {self.said(name)}") from None
        return process.pid

    def said(self, name: str) -> str:
        """The last words of a daemon."""
        return (self.directory / f"{name}.out").read_text(errors="replace").strip()[-600:]

    def stop(self) -> None:
        """End every daemon started here."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()


def cpu_seconds(pids: Sequence[int]) -> float:
    """User and system time that these processes have used, in seconds."""
    ticks = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_kb(pids: Sequence[int]) -> dict[str, int]:
    """Resident and anonymous memory of these processes together, in KiB."""
    total = {"rss": 0, "anonymous": 0}
    for pid in pids:
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            key, _, value = line.partition(":")
            if key == "Rss":
                total["rss"] += int(value.split()[0])
            elif key == "Anonymous":
                total["anonymous"] += int(value.split()[0])
    return total


def threads(pids: Sequence[int]) -> int:
    """How many threads these processes have together."""
    return sum(len(os.listdir(f"/proc/{pid}/task")) for pid in pids)
