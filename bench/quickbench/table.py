"""From the figures of all rounds to tables. Ratios are made within a round, then the median is taken."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence

Round = Mapping[str, float]


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least so many percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def spread(values: Sequence[float], form: Callable[[float], str]) -> str:
    """Median [least-greatest]."""
    if not values:
        return "-"
    middle = form(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} [{form(min(values))}-{form(max(values))}]"


def ratio(own: Sequence[Round], base: Sequence[Round] | None, key: str) -> str:
    """The median of the rounds' ratios; "-" where there is nothing to compare with."""
    if not base:
        return "-"
    ratios = [mine[key] / theirs[key] for mine, theirs in zip(own, base, strict=False) if theirs[key] > 0]
    return f"{statistics.median(ratios):.2f}" if ratios else "-"


def added(own: Sequence[Round], base: Sequence[Round] | None, key: str) -> list[float]:
    """What each round has more than the base in the same round."""
    return [mine[key] - theirs[key] for mine, theirs in zip(own, base or [], strict=False)]


def markdown(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table that reads well in a terminal and is Markdown."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "| " + " | ".join(padded) + " |"

    rule = "|" + "|".join(
        "-" * (width + 2) if column == 0 else "-" * (width + 1) + ":" for column, width in enumerate(widths)
    )
    return "\n".join([f"## {title}", "", line(head), rule + "|", *(line(row) for row in rows), ""])


def whole(value: float) -> str:
    """With thousands separated."""
    return f"{value:,.0f}"


def milliseconds(value: float) -> str:
    """Microseconds as milliseconds."""
    return f"{value / 1000:.2f}"


class Report:
    """Turns the collected figures into text. `figures` is what --json writes."""

    def __init__(self, figures: Mapping[str, Mapping]) -> None:
        self._figures = figures
        self._rounds: Mapping[str, Mapping[str, Sequence[Round]]] = figures["rounds"]
        self._broken: Mapping[str, Sequence[str]] = figures["errors"]

    def text(self) -> str:
        """All tables that have rows."""
        parts = [self._facts(), self._load(), self._connections(), self._steady(), self._greetings()]
        parts += [self._memory(), self._notes()]
        return "\n".join(part for part in parts if part)

    def _facts(self) -> str:
        machine: Mapping[str, object] = self._figures["machine"]
        versions: Mapping[str, str] = self._figures["versions"]
        lines = [f"{key}: {value}" for key, value in machine.items() if key != "busy"]
        lines.append("systems: " + "; ".join(f"{name} = {what}" for name, what in versions.items()))
        return "\n".join(lines) + "\n"

    def _paths(self, measure: str) -> list[tuple[str, str, Sequence[Round], str]]:
        """Every path of this measure: its key, label, rounds, and level (empty for direct)."""
        return [
            (path, path + (" (!)" if path.split()[0] in self._broken else ""), rounds, path.partition(" ")[2])
            for path, rounds in self._rounds.get(measure, {}).items()
            if rounds
        ]

    def _base(self, measure: str, name: str) -> Sequence[Round] | None:
        return self._rounds.get(measure, {}).get(name)

    def _load(self) -> str:
        rows = []
        for path, label, rounds, level in self._paths("load"):
            cpu = [r["cpu_seconds"] / r["requests"] * 1e6 for r in rounds if r["requests"]]
            rows.append(
                [
                    label,
                    spread([r["per_second"] for r in rounds], whole),
                    ratio(rounds, self._base("load", "direct"), "per_second"),
                    ratio(rounds, self._base("load", f"envoy {level}"), "per_second") if level else "-",
                    spread([r["p50_us"] for r in rounds], milliseconds),
                    spread([r["p99_us"] for r in rounds], milliseconds),
                    "-" if path == "direct" else spread(cpu, whole),
                    whole(sum(r["failed"] for r in rounds)),
                ]
            )
        connections = self._figures["parameters"]["connections"]
        head = ["path", "requests/s", "/ direct", "/ Envoy", "p50 ms", "p99 ms"]
        head += ["CPU s per million, A+B", "failed"]
        return markdown(f"Throughput, {connections} keep-alive connections", head, rows) if rows else ""

    def _connections(self) -> str:
        rows = [
            [
                label,
                spread([r["per_second"] for r in rounds], whole),
                ratio(rounds, self._base("connections", "direct"), "per_second"),
                ratio(rounds, self._base("connections", f"envoy {level}"), "per_second") if level else "-",
                whole(sum(r["failed"] for r in rounds)),
            ]
            for _, label, rounds, level in self._paths("connections")
        ]
        head = ["path", "connections/s", "/ direct", "/ Envoy", "failed"]
        return markdown("New connections, one request each", head, rows) if rows else ""

    def _steady(self) -> str:
        rows = []
        base = self._base("steady", "direct")
        for path, label, rounds, _ in self._paths("steady"):
            row = [label] + [spread([r[key] for r in rounds], whole) for key in ("p50_us", "p99_us")]
            for key in ("p50_us", "p99_us"):
                row.append("-" if path == "direct" else spread(added(rounds, base, key), whole))
            rows.append([*row, whole(sum(r["failed"] for r in rounds))])
        parameters: Mapping[str, object] = self._figures["parameters"]
        title = f"Latency at {parameters['rate']} requests/s over 4 connections, microseconds"
        return markdown(title, ["path", "p50", "p99", "added p50", "added p99", "failed"], rows) if rows else ""

    def _greetings(self) -> str:
        rows = []
        base = self._base("greetings", "direct")
        for path, label, rounds, _ in self._paths("greetings"):
            more = added(rounds, base, "p50_us")
            rows.append(
                [
                    label,
                    spread([r["p50_us"] for r in rounds], milliseconds),
                    "-" if path == "direct" else spread(more, milliseconds),
                    spread([r["p99_us"] for r in rounds], milliseconds),
                    milliseconds(rounds[0]["first_us"]),
                    whole(sum(r["failed"] for r in rounds)),
                ]
            )
        head = ["path", "median ms", "added ms", "p99 ms", "very first ms", "failed"]
        title = "Server speaks first: greeting to a client that sends nothing"
        return markdown(title, head, rows) if rows else ""

    def _memory(self) -> str:
        memory: Mapping[str, Mapping[str, Mapping[str, int]]] = self._figures["memory"]
        rows = []
        for name, sides in memory.items():
            row = [name]
            for key in ("a_idle", "a_after", "b_idle", "b_after"):
                sample = sides.get(key)
                row.append(f"{sample['rss'] / 1024:.0f} / {sample['anonymous'] / 1024:.0f}" if sample else "-")
            rows.append(row + [whole(sides.get("threads", {}).get("b", 0))])
        head = ["system", "A idle", "A after load", "B idle", "B after load", "threads of B"]
        return markdown("Memory: RSS / anonymous, MB", head, rows) if rows else ""

    def _notes(self) -> str:
        skipped: Mapping[str, str] = self._figures["skipped"]
        lines = [f"skipped {name}: {why}" for name, why in skipped.items()]
        if self._figures["machine"]["busy"]:
            lines.append("the machine was busy before the run: distrust p99 and everything absolute")
        lines += [f"(!) {name}: {error}" for name, errors in self._broken.items() for error in errors]
        return "\n".join(lines)
