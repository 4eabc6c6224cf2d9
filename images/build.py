#!/usr/bin/env python3
"""Builds the container images: gibbon-sidecar, gibbon-operator, and test-apps for the tests.

Run by ./dev images, which has built the jars before. README.md beside this file says what is in them.
"""

import argparse
import calendar
import hashlib
import inspect
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree

import debian
import java
import oci

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "gibbon" / "images"
WORK = ROOT / "target" / "images"
REGISTRY = "gibbon.dev"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
STARTED = time.monotonic()

# What every Java program needs: the C library, zlib (some builds of a JDK link it), time zones, authorities, and
# the smallest of shells for the script that starts it.
JAVA_PACKAGES = ["base-files", "libc6", "zlib1g", "tzdata", "ca-certificates", "dash"]
SIDECAR_PACKAGES = [*JAVA_PACKAGES, "nftables", "iptables", "iproute2"]
TEST_PACKAGES = [
    *("base-files", "bash", "dash", "coreutils", "grep", "sed", "gawk", "findutils", "procps", "libc-bin", "tzdata"),
    *("ca-certificates", "openssl", "curl", "ncat", "iproute2", "iputils-ping", "netbase", "tcpdump", "wrk", "python3"),
    # A real server of a protocol in which the server speaks first: msmtpd.
    "msmtp-mta",
]

# Found by jdeps; java.desktop, which libraries use only where it is there, is left out.
SIDECAR_MODULES = ["java.base", "java.logging", "java.naming", "jdk.jfr", "jdk.unsupported"]
OPERATOR_MODULES = [
    *SIDECAR_MODULES,
    *("java.management", "java.net.http", "java.security.jgss", "java.sql", "java.xml"),
    *("jdk.crypto.ec", "jdk.httpserver", "jdk.zipfs"),
]

COMMON_OPTIONS = [
    "-XX:+UseSerialGC",
    "-XX:+UseCompactObjectHeaders",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.security.manager=disallow",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
]
# The sidecar is paid for once for each pod. Pages of the class cache that are not relocated stay clean and
# are shared by all pods of a node; the option is a diagnostic one.
SIDECAR_OPTIONS = [
    *COMMON_OPTIONS,
    *("-Xms8m", "-Xmx48m", "-Xss256k"),
    *("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0", "-XX:TrimNativeHeapInterval=5000"),
    # Events about buffers would load a flight recorder into each pod; it can still be started by whoever needs it.
    "-Dio.netty.jfr.enabled=false",
    *("-Dio.netty.noUnsafe=false", "-Dio.netty.processId=1", "-Dio.netty.machineId=00:00:00:00:00:00:00:01"),
    *("-Dio.netty.allocator.type=pooled", "-Dio.netty.allocator.numDirectArenas=1"),
    *("-Dio.netty.allocator.numHeapArenas=0", "-Dio.netty.allocator.maxOrder=3"),
]
# c1: less memory; c2: some 20 % more requests at the peak.
COMPILERS = {
    "c1": ["-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=16m"],
    "c2": ["-XX:ReservedCodeCacheSize=32m"],
}
CAPTURE_OPTIONS = [*COMMON_OPTIONS, "-Xms8m", "-Xmx32m", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=16m"]
OPERATOR_OPTIONS = [*COMMON_OPTIONS, "-Xms32m", "-XX:MaxRAMPercentage=70", "-Xss512k"]

# It listens there when it has its certificate and its configuration.
OUTBOUND_PORT = 15001
# The sidecar is trained against small_mesh.py, as the pod that is in there.
SIDECAR_TRAINING = {
    "GIBBON_CONTROL_PLANE": "127.0.0.1:8005",
    "GIBBON_POD_NAME": "example",
    "GIBBON_POD_NAMESPACE": "example",
    "GIBBON_POD_IPS": "127.0.0.1",
    "GIBBON_NODE_NAME": "training",
}

WEBHOOK_PORT = 9443
API_PORT = 8001
# The operator is trained against quiet_api.py, in the same network namespace.
OPERATOR_TRAINING = {
    "KUBERNETES_MASTER": f"http://127.0.0.1:{API_PORT}",
    "KUBERNETES_AUTH_TRYKUBECONFIG": "false",
    "KUBERNETES_AUTH_TRYSERVICEACCOUNT": "false",
    "POD_NAMESPACE": "training",
    "POD_NAME": "training",
    "GIBBON_SIDECAR_IMAGE": "training",
}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="./dev images", description=__doc__.splitlines()[0])
    parser.add_argument("--load", action="store_true", help="into the nodes of ./dev cluster")
    parser.add_argument("--push", metavar="REPOSITORY", help="to a registry, as REPOSITORY/gibbon-sidecar:VERSION")
    parser.add_argument("--output", type=pathlib.Path, default=WORK, metavar="DIR", help="for archives (target/images)")
    parser.add_argument("--only", action="append", choices=list(IMAGES), help="this image; may be repeated")
    parser.add_argument("--compiler", choices=list(COMPILERS), default="c1", help="of the sidecar's JIT (c1)")
    parser.add_argument("--fresh", action="store_true", help="fetch Debian's packages again")
    parsed = parser.parse_args()
    if platform.machine() not in ARCHITECTURES:
        parser.error(f"{platform.machine()}: no image for this machine (expected: {', '.join(ARCHITECTURES)})")
    return parsed


class Build:
    """What the images of one run have in common."""

    def __init__(self, options: argparse.Namespace):
        pom = xml.etree.ElementTree.parse(ROOT / "pom.xml").getroot()
        name = {"m": "http://maven.apache.org/POM/4.0.0"}
        self.version = pom.findtext("m:version", namespaces=name)
        self.created = pom.findtext("m:properties/m:project.build.outputTimestamp", namespaces=name)
        self.time = calendar.timegm(time.strptime(self.created, "%Y-%m-%dT%H:%M:%SZ"))
        self.java_home = pathlib.Path(os.environ["JAVA_HOME"])
        self.options = options

    def packages(self, packages: list[str], everything: bool = False) -> oci.Layer:
        """A layer of Debian packages. Kept until the list or this code changes, or `--fresh`."""
        sources = [(HERE / name).read_text() for name in ("debian.py", "oci.py")]
        release = pathlib.Path("/etc/os-release").read_text()
        file = CACHE / f"packages-{digest(*packages, *sources, release, str(self.time))}.tar.gz"
        if self.options.fresh:
            file.unlink(missing_ok=True)

        def make() -> oci.Tree:
            say(f"unpacking Debian packages: {' '.join(packages)}")
            return debian.tree_of(debian.resolve(packages, everything), CACHE / "downloads", self.time)

        return oci.Layer.cached(file, make)

    def runtime(self, modules: list[str]) -> tuple[oci.Layer, pathlib.Path]:
        """A layer with a Java runtime, and the directory it is made from."""
        sources = [java.version_of(self.java_home), inspect.getsource(java.link_runtime)]
        key = digest(*modules, *sources, str(self.time))
        directory = CACHE / f"runtime-{key}"
        file = CACHE / f"runtime-{key}.tar.gz"

        def make() -> oci.Tree:
            say(f"linking a Java runtime of {len(modules)} modules")
            java.link_runtime(self.java_home, modules, directory)
            tree = oci.Tree(self.time)
            tree.copy(f"{java.HOME}/java", directory)
            return tree

        return oci.Layer.cached(file, make), directory

    def libraries(self, jars: list[pathlib.Path], natives: pathlib.Path) -> oci.Layer:
        """A layer of other people's jars and native libraries."""
        tree = oci.Tree(self.time)
        for jar in jars:
            tree.copy(f"{java.HOME}/lib/{jar.name}", jar)
        tree.copy(f"{java.HOME}/native", natives)
        sizes = [f"{jar.name} {jar.stat().st_size}" for jar in jars]
        key = digest(*sizes, str(self.time), inspect.getsource(java.extract_natives))
        return oci.Layer.cached(CACHE / f"libraries-{key}.tar.gz", lambda: tree)

    def layer(self, name: str, image: str, tree: oci.Tree) -> oci.Layer:
        """A layer that changes too often to be kept."""
        WORK.mkdir(parents=True, exist_ok=True)
        return oci.Layer.write(tree, WORK / f"{name}-{image}.tar.gz")

    def write(self, image: str, tag: str, layers: list[oci.Layer], entrypoint: list[str], **settings) -> pathlib.Path:
        self.options.output.mkdir(parents=True, exist_ok=True)
        archive = self.options.output / f"{image}.tar"
        manifest = oci.write_archive(
            archive,
            f"{REGISTRY}/{image}:{tag}",
            layers,
            ARCHITECTURES[platform.machine()],
            self.created,
            entrypoint,
            **settings,
        )
        size = archive.stat().st_size / 1e6
        say(f"{REGISTRY}/{image}:{tag} {size:.1f} MB {manifest}")
        return archive


def java_image(
    build: Build,
    image: str,
    base: oci.Layer,
    modules: list[str],
    module: str,
    programs: list[java.Program],
    extra: list[pathlib.Path],
    training: java.Training,
    user: str,
) -> pathlib.Path:
    """An image of a Maven module's jars. Each program is there as `gibbon-NAME`; the first is the entrypoint."""
    stage = WORK / f"stage-{image}"
    shutil.rmtree(stage, ignore_errors=True)
    home = stage / java.HOME
    (home / "lib").mkdir(parents=True)
    runtime, runtime_directory = build.runtime(modules)
    all_jars = [*extra, *module_jars(ROOT / module, build.version)]
    rest = java.extract_natives(all_jars, platform.machine(), home / "native")
    own = sorted((jar for jar in rest if jar.name.startswith("gibbon-")), key=lambda jar: jar.name)
    others = sorted((jar for jar in rest if not jar.name.startswith("gibbon-")), key=lambda jar: jar.name)
    names = [jar.name for jar in [*own, *others]]

    usable = [program for program in programs if program.is_in(own)]
    for program in programs:
        if program not in usable:
            say(f"NOTE: {image}: {program.main} does not exist yet; the image has no gibbon-{program.name}")
    cache = None
    if programs[0] in usable:
        for jar in [*own, *others]:
            # The cache may remember the time of a jar; it is the layer's.
            os.utime(shutil.copyfile(jar, home / "lib" / jar.name), (build.time, build.time))
        shutil.copytree(runtime_directory, home / "java", symlinks=True)
        say(f"{image}: training the class cache")
        if java.train(stage, programs[0], names, f"{programs[0].name}.aot", training):
            cache = f"{programs[0].name}.aot"
        else:
            say(f"WARNING: {image}: no class cache, because {programs[0].main} did not start and stop in training")

    application = oci.Tree(build.time)
    for jar in own:
        application.copy(f"{java.HOME}/lib/{jar.name}", jar)
    for program in usable:
        application.text(f"{java.HOME}/{program.name}.args", program.arguments("", names, cache))
        application.text(f"usr/bin/gibbon-{program.name}", program.script(), 0o755)
    layers = [base, runtime, build.libraries(others, home / "native"), build.layer("application", image, application)]
    if cache:
        tree = oci.Tree(build.time)
        tree.copy(f"{java.HOME}/{cache}", home / cache)
        layers.append(build.layer("classes", image, tree))
    archive = build.write(
        image,
        build.version,
        layers,
        [f"gibbon-{programs[0].name}"],
        user=user,
        # Threads of a small process do not need malloc's arenas of a big one.
        environment={"MALLOC_ARENA_MAX": "1", "JAVA_HOME": f"/{java.HOME}/java"},
    )
    shutil.rmtree(stage)
    return archive


def sidecar_training(build: Build) -> java.Training:
    """Up to a certificate, a configuration and listeners, all of it from the real operator."""
    identity = WORK / "training-identity"
    shutil.rmtree(identity, ignore_errors=True)
    identity.mkdir(parents=True)
    class_path = ":".join(str(jar) for jar in module_jars(ROOT / "operator", build.version))
    operator = [str(build.java_home / "bin" / "java"), "-cp", class_path, "dev.gibbon.operator.Operator"]
    return java.Training(
        {**SIDECAR_TRAINING, "GIBBON_IDENTITY": str(identity)},
        OUTBOUND_PORT,
        (sys.executable, str(HERE / "small_mesh.py"), str(identity), *operator),
        # Configurations go on coming for a moment.
        seconds=2,
    )


def sidecar(build: Build) -> pathlib.Path:
    options = [*SIDECAR_OPTIONS, *COMPILERS[build.options.compiler]]
    return java_image(
        build,
        "gibbon-sidecar",
        build.packages(SIDECAR_PACKAGES),
        SIDECAR_MODULES,
        "sidecar",
        [
            java.Program("sidecar", "dev.gibbon.sidecar.pod.PodSidecar", options),
            java.Program("capture", "dev.gibbon.capture.PodCapture", CAPTURE_OPTIONS),
        ],
        [ROOT / "init-container" / "target" / f"gibbon-init-container-{build.version}.jar"],
        sidecar_training(build),
        # The pod says who runs it: uid 0 with gid 1337 and next to no capabilities.
        user="",
    )


def operator(build: Build) -> pathlib.Path:
    return java_image(
        build,
        "gibbon-operator",
        build.packages(JAVA_PACKAGES),
        OPERATOR_MODULES,
        "operator",
        [java.Program("operator", "dev.gibbon.operator.Operator", OPERATOR_OPTIONS)],
        [],
        java.Training(
            OPERATOR_TRAINING,
            WEBHOOK_PORT,
            (sys.executable, str(HERE / "quiet_api.py"), str(API_PORT)),
            # It publishes a moment after it listens.
            seconds=2,
        ),
        user="65532:65532",
    )


def test_apps(build: Build) -> pathlib.Path:
    base = build.packages(TEST_PACKAGES, everything=True)
    tree = oci.Tree(build.time)
    for program in sorted((HERE / "test-apps").iterdir()):
        tree.copy(f"usr/local/bin/{program.name}", program)
    return build.write("test-apps", "dev", [base, build.layer("application", "test-apps", tree)], ["/usr/local/bin/idle"])


IMAGES = {"gibbon-sidecar": sidecar, "gibbon-operator": operator, "test-apps": test_apps}


def module_jars(module: pathlib.Path, version: str) -> list[pathlib.Path]:
    """The module's own jar, and those of its class path at run time."""
    own = module / "target" / f"gibbon-{module.name}-{version}.jar"
    if not own.exists():
        sys.exit(f"{own}: not there (expected: ./dev images, which builds it first)")
    dependencies = (module / "target" / "dependency").glob("*.jar")
    # Annotations for the compiler alone.
    return [own, *(jar for jar in dependencies if not jar.name.startswith("jspecify-"))]


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def say(text: str) -> None:
    print(f"{time.monotonic() - STARTED:4.0f} s  {text}", file=sys.stderr, flush=True)


def main() -> None:
    options = arguments()
    build = Build(options)
    CACHE.mkdir(parents=True, exist_ok=True)
    for name in options.only or IMAGES:
        archive = IMAGES[name](build)
        if options.load:
            subprocess.run([str(ROOT / "dev"), "cluster", "load", str(archive)], check=True, stdout=subprocess.DEVNULL)
            say(f"loaded {name}")
        # Nobody but a test wants test-apps; who does names it.
        if options.push and (name != "test-apps" or options.only):
            tag = "dev" if name == "test-apps" else build.version
            target = f"docker://{options.push.rstrip('/')}/{name}:{tag}"
            subprocess.run(["skopeo", "copy", f"oci-archive:{archive}", target], check=True)


if __name__ == "__main__":
    main()
