"""Container images as files: trees of files become layers, layers become an archive.

The archive is an OCI image layout in a tar file, which containerd imports and skopeo copies to
registries. The format is small enough to write by hand, and by hand it is the same, byte for byte,
whenever the input is: entries are sorted, times are fixed, owners are numbers.

Source: OCI image specification 1.1, image-layout.md, layer.md and config.md.
"""

import dataclasses
import gzip
import hashlib
import io
import json
import pathlib
import tarfile

CONFIG = "application/vnd.oci.image.config.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CHUNK = 1 << 20


class Tree:
    """Files, directories and symbolic links by path, without a slash in front. The last one added wins."""

    def __init__(self, time: int = 0):
        """All entries get the time: seconds since 1970."""
        self.time = time
        self.entries: dict[str, tuple[tarfile.TarInfo, bytes | pathlib.Path]] = {}

    def directory(self, path: str, mode: int = 0o755) -> None:
        info = self._info(path, tarfile.DIRTYPE, mode)
        self._put(info, b"")

    def text(self, path: str, content: str, mode: int = 0o644) -> None:
        self.data(path, content.encode(), mode)

    def data(self, path: str, content: bytes, mode: int = 0o644) -> None:
        info = self._info(path, tarfile.REGTYPE, mode)
        info.size = len(content)
        self._put(info, content)

    def link(self, path: str, target: str) -> None:
        info = self._info(path, tarfile.SYMTYPE, 0o777)
        info.linkname = target
        self._put(info, b"")

    def copy(self, path: str, source: pathlib.Path) -> None:
        """A file, or a directory with everything in it. The content is read when the layer is written."""
        if source.is_symlink():
            self.link(path, str(source.readlink()))
        elif source.is_dir():
            self.directory(path)
            for child in source.iterdir():
                self.copy(f"{path}/{child.name}", child)
        else:
            status = source.stat()
            info = self._info(path, tarfile.REGTYPE, 0o755 if status.st_mode & 0o100 else 0o644)
            info.size = status.st_size
            self._put(info, source)

    def content(self, path: str) -> bytes:
        """What is in the file at the path."""
        content = self.entries[path][1]
        return content.read_bytes() if isinstance(content, pathlib.Path) else content

    def write(self, output) -> None:
        """The tree as an uncompressed tar file."""
        with tarfile.open(fileobj=output, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for path in sorted(self.entries):
                info, content = self.entries[path]
                if isinstance(content, pathlib.Path):
                    with content.open("rb") as source:
                        archive.addfile(info, source)
                else:
                    archive.addfile(info, io.BytesIO(content) if info.isreg() else None)

    def _info(self, path: str, kind: bytes, mode: int) -> tarfile.TarInfo:
        info = tarfile.TarInfo(path)
        info.type, info.mode, info.mtime = kind, mode, self.time
        return info

    def _put(self, info: tarfile.TarInfo, content: bytes | pathlib.Path) -> None:
        path = pathlib.PurePosixPath(info.name)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"{info.name}: leads out of the image (expected: a path below its root)")
        for parent in path.parents:
            name = str(parent)
            if name != "." and name not in self.entries:
                self.entries[name] = (self._info(name, tarfile.DIRTYPE, 0o755), b"")
        self.entries[info.name] = (info, content)


@dataclasses.dataclass(frozen=True)
class Layer:
    """A compressed layer in a file. The digests are hexadecimal SHA-256: of the file, and of its content."""

    file: pathlib.Path
    digest: str
    content_digest: str

    @staticmethod
    def write(tree: Tree, file: pathlib.Path) -> "Layer":
        content = hashlib.sha256()
        partial = file.with_name(file.name + ".partial")
        with partial.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
            tree.write(_Digesting(packed, content))
        partial.rename(file)
        layer = Layer(file, _digest_of(file), content.hexdigest())
        _notes(file).write_text(json.dumps({"digest": layer.digest, "content": layer.content_digest}))
        return layer

    @staticmethod
    def cached(file: pathlib.Path, make) -> "Layer":
        """The layer in the file, made by `make() -> Tree` if it is not there. Its name has to say what is in it."""
        if file.exists() and _notes(file).exists():
            notes = json.loads(_notes(file).read_text())
            return Layer(file, notes["digest"], notes["content"])
        file.parent.mkdir(parents=True, exist_ok=True)
        return Layer.write(make(), file)


def write_archive(
    output: pathlib.Path,
    name: str,
    layers: list[Layer],
    architecture: str,
    created: str,
    entrypoint: list[str],
    user: str = "",
    environment: dict[str, str] | None = None,
) -> str:
    """Writes the image under the name (with tag) and returns the digest of its manifest."""
    config = {
        "architecture": architecture,
        "os": "linux",
        "created": created,
        "config": {
            "Entrypoint": entrypoint,
            "Env": [f"{name}={value}" for name, value in {"PATH": PATH, **(environment or {})}.items()],
            "User": user,
            "WorkingDir": "/",
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer.content_digest}" for layer in layers]},
        "history": [{"created": created, "created_by": layer.file.name.split("-")[0]} for layer in layers],
    }
    blobs: dict[str, bytes | pathlib.Path] = {layer.digest: layer.file for layer in layers}
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _blob(blobs, CONFIG, config),
        "layers": [
            {"mediaType": LAYER, "digest": f"sha256:{layer.digest}", "size": layer.file.stat().st_size} for layer in layers
        ],
    }
    entry = _blob(blobs, MANIFEST, manifest)
    # containerd takes the first annotation as the name, others the second as the tag.
    entry["annotations"] = {
        "io.containerd.image.name": name,
        "org.opencontainers.image.ref.name": name.rpartition(":")[2],
    }
    tree = Tree()
    tree.text("oci-layout", json.dumps({"imageLayoutVersion": "1.0.0"}))
    tree.text("index.json", json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}))
    for digest, content in blobs.items():
        if isinstance(content, pathlib.Path):
            tree.copy(f"blobs/sha256/{digest}", content)
        else:
            tree.data(f"blobs/sha256/{digest}", content)
    partial = output.with_name(output.name + ".partial")
    with partial.open("wb") as file:
        tree.write(file)
    partial.rename(output)
    return entry["digest"]


def _blob(blobs: dict[str, bytes | pathlib.Path], kind: str, document: dict) -> dict:
    content = json.dumps(document, sort_keys=True).encode()
    digest = hashlib.sha256(content).hexdigest()
    blobs[digest] = content
    return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content)}


def _notes(file: pathlib.Path) -> pathlib.Path:
    return file.with_name(file.name + ".json")


def _digest_of(file: pathlib.Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class _Digesting(io.RawIOBase):
    """Passes on what is written and adds it to a digest."""

    def __init__(self, output, digest):
        self.output, self.digest, self.position = output, digest, 0

    def write(self, data) -> int:
        self.digest.update(data)
        self.output.write(data)
        self.position += len(data)
        return len(data)

    def tell(self) -> int:
        return self.position
