"""Java in images: a runtime with the modules that are needed, class paths, caches of loaded classes."""

import dataclasses
import os
import pathlib
import shutil
import subprocess
import time
import zipfile

# On a machine that is busy with other things; usually it takes a few.
TRAINING_SECONDS = 120
# Where things are in an image.
HOME = "opt/gibbon"


def link_runtime(java_home: pathlib.Path, modules: list[str], target: pathlib.Path) -> None:
    """A runtime of its own, uncompressed: layers are compressed anyway, and it starts faster."""
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            str(java_home / "bin" / "jlink"),
            *("--add-modules", ",".join(modules)),
            *("--output", str(target)),
            *("--compress", "zip-0", "--strip-java-debug-attributes", "--no-header-files", "--no-man-pages"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def version_of(java_home: pathlib.Path) -> str:
    """All that tells one build of a JDK from another."""
    return (java_home / "release").read_text()


@dataclasses.dataclass(frozen=True)
class Program:
    """A main class, and the options of the virtual machine that go before it."""

    name: str
    main: str
    options: list[str]

    def arguments(self, root: str, jars: list[str], cache: str | None = None) -> str:
        """The content of a file of arguments (`java @file`), with the image's files below the root."""
        # Checked in the order of this list, so it has to be the same in training.
        class_path = ":".join(f"{root}/{HOME}/lib/{jar}" for jar in jars)
        lines = [*self.options, f"-Djava.library.path={root}/{HOME}/native"]
        if cache is not None:
            lines.append(f"-XX:AOTCache={root}/{HOME}/{cache}")
        return "\n".join([*lines, "-cp", class_path, self.main, ""])

    def script(self) -> str:
        """What starts the program in an image, so that nobody else has to know its options."""
        return f'#!/bin/sh\nexec /{HOME}/java/bin/java @/{HOME}/{self.name}.args "$@"\n'

    def is_in(self, jars: list[pathlib.Path]) -> bool:
        entry = self.main.replace(".", "/") + ".class"
        return any(entry in zipfile.ZipFile(jar).namelist() for jar in jars)


def extract_natives(jars: list[pathlib.Path], machine: str, target: pathlib.Path) -> list[pathlib.Path]:
    """Takes Netty's native libraries for this machine out of their jars, so that nothing has to be unpacked
    at run time, where the file system is read-only. Returns the jars that are still needed."""
    target.mkdir(parents=True, exist_ok=True)
    names = {"x86_64": "x86_64", "aarch64": "aarch_64"}
    rest = []
    for jar in jars:
        if "-linux-" not in jar.name:
            rest.append(jar)
        elif jar.name.endswith(f"-linux-{names[machine]}.jar"):
            with zipfile.ZipFile(jar) as archive:
                for entry in archive.namelist():
                    if entry.startswith("META-INF/native/") and entry.endswith(".so"):
                        (target / pathlib.Path(entry).name).write_bytes(archive.read(entry))
    return rest


@dataclasses.dataclass(frozen=True)
class Training:
    """How a program is run to see which classes it needs: until it listens on the port, and some seconds more.
    The companion is a command that runs beside it and ends with it."""

    environment: dict[str, str]
    port: int
    companion: tuple[str, ...] = ()
    seconds: int = 0


def train(root: pathlib.Path, program: Program, jars: list[str], cache: str, training: Training) -> bool:
    """Runs the program from the directory until it listens, stops it, and keeps the classes that it has
    loaded and linked. Returns whether that worked; says why not.

    In a network namespace of its own: its ports may be taken outside, and it must not reach anybody.
    """
    output = root / HOME / cache
    arguments = root / "training.args"
    arguments.write_text(f"-XX:AOTCacheOutput={output}\n" + program.arguments(str(root), jars))
    if not run_until_listening(root, arguments, training) or not output.exists():
        return False
    # Once more, with a cache that must not be refused, and from another place, as in the image.
    moved = root.with_name(root.name + "-moved")
    root.rename(moved)
    arguments = moved / "training.args"
    arguments.write_text("-XX:AOTMode=on\n" + program.arguments(str(moved), jars, cache))
    try:
        return run_until_listening(moved, arguments, training)
    finally:
        arguments.unlink()
        moved.rename(root)


def run_until_listening(root: pathlib.Path, arguments: pathlib.Path, training: Training) -> bool:
    """Whether the program listened on the port within the time and ended when it was asked to."""
    log = root / "training.log"
    # The program replaces the shell, so the signal reaches it, and it is the companion's parent.
    inside = 'ip link set lo up; main=$1; shift; if [ $# != 0 ]; then "$@" & fi; exec "$0" "$main"'
    java = str(root / HOME / "java" / "bin" / "java")
    namespace = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*namespace, "sh", "-c", inside, java, f"@{arguments}", *training.companion],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], **training.environment},
        )
    try:
        deadline = time.monotonic() + TRAINING_SECONDS
        while not listens(process.pid, training.port):
            if process.poll() is not None or time.monotonic() > deadline:
                print(log.read_text(errors="replace")[:4000])
                return False
            time.sleep(0.1)
        time.sleep(training.seconds)
        process.terminate()
        return process.wait(TRAINING_SECONDS) in (0, 143)
    except subprocess.TimeoutExpired:
        return False
    finally:
        process.kill()
        process.wait()
        log.unlink()


def listens(pid: int, port: int) -> bool:
    """Whether somebody listens on the port in the process's network namespace."""
    # Local address and state 0A (listening); source: proc_net_tcp in the kernel's documentation.
    for table in ("tcp", "tcp6"):
        try:
            lines = pathlib.Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
        except OSError:
            return False
        for fields in map(str.split, lines):
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                return True
    return False
