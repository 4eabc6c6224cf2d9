#!/usr/bin/env python3
"""What a pair of sidecars costs: Gibbon against HAProxy, Envoy and no proxy, in one run on one machine.

Everything runs in a network namespace of its own on loopback addresses; root is needed to make it.
README.md beside this file says what is measured and how far the figures can be trusted.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import signal
import statistics
import sys
from collections.abc import Callable

from quickbench import identity, measures, table, world
from quickbench.systems import BODY, Application, Envoy, Gibbon, HAProxy, System
from quickbench.world import Failure

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
GREETING = b"Hello from Service B (TCP)\n"
NAMES = ("haproxy", "envoy", "gibbon")
LEVELS = {"stream": "L4", "http": "L7"}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="./dev bench quick", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(NAMES), help=f"of {','.join(NAMES)}; direct always runs")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (default: 3)")
    parser.add_argument("--seconds", type=int, default=5, help="of load for each path in a round (default: 5)")
    parser.add_argument("--warm-up", type=int, default=5, help="seconds for each path, before round 1 (5)")
    parser.add_argument("--connections", type=int, default=32, help="keep-alive connections (default: 32)")
    parser.add_argument("--rate", type=int, default=500, help="requests/s of the latency measure (500)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write every figure there")
    parser.add_argument("--gibbon", type=pathlib.Path, default=ROOT / "gibbon", help="launcher to measure")
    parser.add_argument(
        "--set", action="append", default=[], metavar="GIBBON_X=Y", help="a setting for all Gibbon nodes"
    )
    parser.add_argument("--keep", action="store_true", help="keep configurations and logs of the run")
    parsed = parser.parse_args()
    parsed.only = [name.strip() for name in parsed.only.split(",") if name.strip()]
    for name in parsed.only:
        if name not in NAMES:
            parser.error(f"--only: {name} (expected: some of {', '.join(NAMES)})")
    for setting in parsed.set:
        if not setting.startswith("GIBBON_") or "=" not in setting:
            parser.error(f"--set: {setting} (expected: GIBBON_<NAME>=<value>)")
    for key in ("rounds", "seconds", "warm_up", "connections", "rate"):
        if getattr(parsed, key) < 1:
            parser.error(f"--{key.replace('_', '-')}: {getattr(parsed, key)} (expected: at least 1)")
    return parsed


def machine() -> dict[str, object]:
    """Facts without which no figure means anything."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    cores = len(os.sched_getaffinity(0))
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{cores} cores, {cpu}",
        "system": f"{release}, kernel {platform.release()}",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "busy": os.getloadavg()[0] > cores / 2,
    }


class Run:
    """One run: the systems that take part, and all figures as they come in."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._systems: list[System] = []
        self._first: dict[str, float] = {}
        self.figures: dict[str, dict] = {
            "command": {"arguments": sys.argv[1:]},
            "parameters": {
                key: getattr(options, key) for key in ("rounds", "seconds", "warm_up", "connections", "rate")
            },
            "machine": machine(),
            "versions": {},
            "skipped": {},
            "errors": {},
            "rounds": {"load": {}, "connections": {}, "steady": {}, "greetings": {}},
            "memory": {},
        }

    def find(self, application: Application) -> None:
        """Find the programs, or say how to install them. Needs the host's network for what can be fetched."""
        options = self._options
        settings = dict(setting.split("=", 1) for setting in options.set)
        candidates: list[System] = [
            HAProxy(),
            Envoy(ROOT / "target" / "bench"),
            Gibbon(options.gibbon.absolute(), settings),
        ]
        for system in [application, *(one for one in candidates if one.name in options.only)]:
            why = system.missing()
            if why and system is application:
                raise Failure(why)
            if why:
                self.figures["skipped"][system.name] = why
                continue
            self.figures["versions"][system.name] = system.version()
            self._systems.append(system)

    def measure(self, workshop: world.Workshop) -> None:
        """Start all, warm up, measure in rounds, stop."""
        identity.make(workshop.directory)
        for system in list(self._systems):
            say(f"starting {system.name}")
            try:
                system.start(workshop)
                self._prove(system)
                self.figures["versions"][system.name] = system.version()
                if system.near:
                    self._remember(system, "idle")
            except Failure as failure:
                if system.name == "direct":
                    raise
                self._blame(system, f"not measured: {failure}")
                self._systems.remove(system)
        for system in self._systems:
            if system.near:
                for kind in LEVELS:
                    say(f"warming up {system.name} {LEVELS[kind]}")
                    self._try(system, lambda s=system, k=kind: self._load(s, k, self._options.warm_up))
        for number in range(1, self._options.rounds + 1):
            self._round(number)
        for system in self._systems:
            if system.near:
                self._try(system, lambda s=system: self._remember(s, "after"))
            self._try(system, lambda s=system: self._prove(s))
        for system in self._systems:
            self._try(system, system.stop)

    def _prove(self, system: System) -> None:
        """That each path answers with the right bytes, and that A and B talk in TLS: read on the wire."""
        for kind, endpoint in system.endpoints.items():

            def proof(kind: str = kind, endpoint: measures.Endpoint = endpoint) -> None:
                self._prove_path(system, kind, endpoint)

            _until_it_works(f"{system.name} {kind}", proof)
        system.refuse_strangers()

    def _prove_path(self, system: System, kind: str, endpoint: measures.Endpoint) -> None:
        marker = GREETING[:20] if kind == "greeting" else BODY[:20].encode()
        with measures.Wire(marker) as wire:
            if kind == "greeting":
                self._first.setdefault(system.name, measures.greeting(endpoint, GREETING) * 1e6)
            elif measures.get(endpoint) != BODY.encode():
                raise Failure("another body than the application's")
        if len(wire.readable) != system.legs_in_plain_text or (system.near and not wire.tls):
            raise Failure(
                f"readable on {len(wire.readable)} connections, TLS on {len(wire.tls)}"
                f" (expected: {system.legs_in_plain_text} readable, A to B in TLS)"
            )

    def _paths(self) -> list[tuple[System, str, str]]:
        """System, kind of endpoint, and name of each path; direct has one, a pair two."""
        paths = []
        for system in self._systems:
            for kind, level in LEVELS.items() if system.near else [("http", "")]:
                paths.append((system, kind, f"{system.name} {level}".strip()))
        return paths

    def _round(self, number: int) -> None:
        options = self._options
        short = max(1, round(options.seconds * 0.4))
        for system, kind, path in self._paths():
            say(f"round {number} of {options.rounds}: {path}")

            def both(system: System = system, kind: str = kind, path: str = path) -> None:
                self._keep("load", path, self._load(system, kind, options.seconds))
                endpoint = system.endpoints[kind]
                fresh = measures.wrk(endpoint, short, options.connections, keep_alive=False)
                self._keep("connections", path, fresh)
                steady = measures.steady(endpoint, short, options.rate, 4)
                self._keep("steady", path, _summary(steady))
                for what, figures in (("new connections", fresh), ("steady rate", steady)):
                    if figures["failed"]:
                        self._blame(system, f"{path}, {what}: {figures['failed']} failed")

            self._try(system, both)
        for system in self._systems:
            self._try(system, lambda s=system: self._greet(s))

    def _load(self, system: System, kind: str, seconds: int) -> dict[str, float]:
        proxies = system.near + system.far
        before = world.cpu_seconds(proxies)
        figures = measures.wrk(system.endpoints[kind], seconds, self._options.connections, keep_alive=True)
        figures["cpu_seconds"] = world.cpu_seconds(proxies) - before
        if figures["failed"]:
            self._blame(system, f"{system.name} {LEVELS[kind]}, load: {figures['failed']:.0f} failed")
        return figures

    def _greet(self, system: System) -> None:
        result = measures.greetings(system.endpoints["greeting"], GREETING, warm_up=20, count=100)
        summary = {**_summary(result), "first_us": self._first[system.name]}
        self._keep("greetings", system.name, summary)
        if result["failed"]:
            self._blame(system, f"greetings: {result['failed']} failed")

    def _keep(self, measure: str, path: str, figures: dict) -> None:
        self.figures["rounds"][measure].setdefault(path, []).append(figures)

    def _remember(self, system: System, when: str) -> None:
        memory = self.figures["memory"].setdefault(system.name, {})
        memory[f"a_{when}"] = world.memory_kb(system.near)
        memory[f"b_{when}"] = world.memory_kb(system.far)
        memory["threads"] = {"a": world.threads(system.near), "b": world.threads(system.far)}

    def _try(self, system: System, action: Callable[[], object]) -> None:
        try:
            action()
        except (Failure, OSError) as error:
            self._blame(system, str(error))

    def _blame(self, system: System, error: str) -> None:
        self.figures["errors"].setdefault(system.name, []).append(error)

    def clean(self) -> bool:
        """Whether all that was asked for was measured, without a failed request."""
        return not self.figures["errors"] and not self.figures["skipped"]


def _until_it_works(what: str, action: Callable[[], object]) -> None:
    last = ""

    def works() -> bool:
        nonlocal last
        try:
            action()
            return True
        except Failure as failure:
            last = str(failure)
            return False

    try:
        world.wait_for(what, 30, works)
    except Failure as failure:
        raise Failure(f"{failure}: {last}") from None


def _summary(result: dict[str, object]) -> dict[str, object]:
    taken: list[float] = result["taken_us"]
    if not taken:
        raise Failure("no answer at all")
    return {
        "p50_us": statistics.median(taken),
        "p99_us": table.percentile(taken, 99),
        "failed": result["failed"],
    }


def say(text: str) -> None:
    """Progress, on standard error, so that the tables alone can be redirected."""
    print(f"  {text}", file=sys.stderr, flush=True)


def main() -> int:
    """0: measured without error; 1: something failed or was skipped; 2: cannot run at all."""
    options = arguments()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, signal.default_int_handler)
    directory = ROOT / "target" / "bench" / f"run-{os.getpid()}"
    run = None
    try:
        if os.geteuid() != 0:
            raise Failure("not root (expected: root, to make a network namespace; use sudo)")
        for tool, package in (("ip", "iproute2"), ("wrk", "wrk"), ("openssl", "openssl")):
            if not shutil.which(tool, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
                raise Failure(f"{tool} not found (install it: apt-get install {package})")
        directory.mkdir(parents=True)
        run = Run(options)
        application = Application()
        run.find(application)
        workshop = world.Workshop(directory, HERE / "peers")
        with world.namespace():
            try:
                run.measure(workshop)
            finally:
                workshop.stop()
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        return 130
    finally:
        if options.keep or (run and run.figures["errors"]):
            say(f"configurations and logs: {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)
    print(table.Report(run.figures).text())
    if options.json:
        options.json.write_text(json.dumps(run.figures, indent=2) + "\n")
    return 0 if run.clean() else 1


if __name__ == "__main__":
    sys.exit(main())
