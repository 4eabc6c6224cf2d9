"""Root file systems from packages of the build machine's Debian or Ubuntu.

Packages are unpacked, not installed: no script of theirs runs, so neither root nor a chroot is needed.
What their scripts would have done, and an image needs, is done in `finish`.
"""

import pathlib
import re
import subprocess
import tarfile

import oci

# Packages that others depend on for scripts, or for programs of theirs that no image has a use for:
# `ip` needs none of the libraries that `ss` and `arpd` of the same package do.
UNUSED = {
    "debconf",
    "debianutils",
    "dpkg",
    "libacl1",
    "libbz2-1.0",
    "libcap2-bin",
    "libcom-err2",
    "libdb5.3",
    "libgssapi-krb5-2",
    "libk5crypto3",
    "libkeyutils1",
    "libkrb5-3",
    "libkrb5support0",
    "liblzma5",
    "libpcre2-8-0",
    "libselinux1",
    "libssl3",
    "libssl3t64",
    "libtirpc-common",
    "libtirpc3",
    "libtirpc3t64",
    "mawk",
    "openssl",
    "perl-base",
    "tar",
}
LEFT_OUT = re.compile(
    r"usr/share/(doc|man|info|locale|lintian|bug|bash-completion|polkit-1)/|usr/lib/[^/]+/gconv/|usr/share/zoneinfo/right/"
)
# Directories that are links into /usr since Debian 12; packages may still name them.
MERGED = ("bin", "sbin", "lib", "lib64")


def resolve(packages: list[str], everything: bool = False) -> list[str]:
    """The packages and all that they depend on; without those in `UNUSED` unless everything is wanted.

    Raises subprocess.CalledProcessError when apt does not know one of them.
    """
    # As if nothing were installed, so that nothing is left out.
    options = ["-o", "Dir::State::status=/dev/null", "-o", "Debug::NoLocking=1"]
    lines = subprocess.run(
        ["apt-get", "-qq", *options, "-y", "--no-install-recommends", "--print-uris", "install", *packages],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    names = [line.split()[1].split("_")[0] for line in lines if line.startswith("'")]
    return sorted(name for name in names if everything or name not in UNUSED)


def tree_of(packages: list[str], downloads: pathlib.Path, time: int) -> oci.Tree:
    """Downloads the packages (only these) and lays them over each other."""
    downloads.mkdir(parents=True, exist_ok=True)
    for old in downloads.glob("*.deb"):
        old.unlink()
    subprocess.run(
        ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *packages],
        cwd=downloads,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    tree = oci.Tree(time)
    for name in MERGED:
        tree.link(name, f"usr/{name}")
    for deb in sorted(downloads.glob("*.deb")):
        unpack(deb, tree)
    finish(tree)
    return tree


def unpack(deb: pathlib.Path, tree: oci.Tree) -> None:
    """Adds the files of a package."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE) as process:
        with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
            for member in archive:
                path = merged(member.name)
                if not path or LEFT_OUT.match(path):
                    continue
                # Without the bits that lend rights: nobody in an image gets more than the pod has.
                mode = member.mode & (0o1777 if member.isdir() else 0o777)
                if member.isdir():
                    tree.directory(path, mode)
                elif member.issym():
                    tree.link(path, member.linkname)
                elif member.islnk():
                    tree.data(path, tree.content(merged(member.linkname)), mode)
                elif member.isreg():
                    tree.data(path, archive.extractfile(member).read(), mode)
    if process.returncode != 0:
        raise RuntimeError(f"dpkg-deb: cannot read {deb} (exit code {process.returncode})")


def merged(path: str) -> str:
    """The path without `./` in front, below /usr where the directory is a link there."""
    path = path.removeprefix("./").strip("/")
    if path in ("", ".", *MERGED):
        return ""
    return f"usr/{path}" if path.split("/")[0] in MERGED else path


def finish(tree: oci.Tree) -> None:
    """What scripts of packages would have done."""
    tree.directory("tmp", 0o1777)
    tree.directory("proc")
    tree.directory("sys")
    tree.directory("dev")
    tree.directory("run")
    tree.text("etc/passwd", "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n")
    tree.text("etc/group", "root:x:0:\ngibbon:x:1337:\nnogroup:x:65534:\n")
    tree.text("etc/nsswitch.conf", "hosts: files dns\n")
    prefix = "usr/share/ca-certificates/mozilla/"
    certificates = [path for path in sorted(tree.entries) if path.startswith(prefix) and path.endswith(".crt")]
    if certificates:
        bundle = b"".join(tree.content(path) for path in certificates)
        for path in certificates:
            del tree.entries[path]
        tree.data("etc/ssl/certs/ca-certificates.crt", bundle)
    if "usr/sbin/xtables-nft-multi" in tree.entries:
        for family in ("iptables", "ip6tables"):
            for suffix in ("", "-save", "-restore"):
                tree.link(f"usr/sbin/{family}{suffix}", "xtables-nft-multi")
