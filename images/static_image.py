#!/usr/bin/env python3
"""An image of one statically linked program, which is its entrypoint."""

import argparse
import pathlib
import platform
import tempfile

import oci

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("name", help="of the image, with tag")
    parser.add_argument("output", type=pathlib.Path, help="tar file to write")
    arguments = parser.parse_args()
    tree = oci.Tree()
    tree.directory("tmp", 0o1777)
    tree.copy(arguments.program.name, arguments.program)
    with tempfile.TemporaryDirectory() as directory:
        layer = oci.Layer.write(tree, pathlib.Path(directory) / "program.tar.gz")
        oci.write_archive(
            arguments.output,
            arguments.name,
            [layer],
            ARCHITECTURES[platform.machine()],
            "1970-01-01T00:00:00Z",
            [f"/{arguments.program.name}"],
        )


if __name__ == "__main__":
    main()
