"""Tests of what makes images: python3 -m unittest discover -s images."""

import gzip
import hashlib
import json
import pathlib
import tarfile
import tempfile
import threading
import unittest
import urllib.request
import zipfile

import debian
import java
import oci
import quiet_api
import small_mesh


class Trees(unittest.TestCase):
    def test_a_layer_is_the_same_whatever_the_order_and_time_of_its_files(self):
        with tempfile.TemporaryDirectory() as name:
            directory = pathlib.Path(name)
            (directory / "program").write_text("x")
            (directory / "program").chmod(0o700)
            first, second = oci.Tree(7), oci.Tree(7)
            first.text("etc/a", "1")
            first.copy("bin/program", directory / "program")
            (directory / "program").touch()
            second.copy("bin/program", directory / "program")
            second.text("etc/a", "1")
            layers = [oci.Layer.write(tree, directory / f"{i}.tar.gz") for i, tree in enumerate((first, second))]
            self.assertEqual(layers[0].digest, layers[1].digest)
            with tarfile.open(layers[0].file) as archive:
                self.assertEqual(archive.getnames(), ["bin", "bin/program", "etc", "etc/a"])
                entry = archive.getmember("bin/program")
                self.assertEqual((entry.mode, entry.mtime, entry.uid, entry.uname), (0o755, 7, 0, ""))

    def test_the_digests_are_those_of_the_compressed_and_of_the_plain_content(self):
        with tempfile.TemporaryDirectory() as name:
            tree = oci.Tree()
            tree.text("a", "1")
            layer = oci.Layer.write(tree, pathlib.Path(name) / "layer.tar.gz")
            self.assertEqual(layer.digest, sha256(layer.file.read_bytes()))
            self.assertEqual(layer.content_digest, sha256(gzip.decompress(layer.file.read_bytes())))
            self.assertEqual(oci.Layer.cached(layer.file, self.fail), layer)

    def test_paths_that_lead_out_of_the_image_are_refused(self):
        for path in ("/etc/passwd", "../x", "a/../../x"):
            with self.subTest(path), self.assertRaisesRegex(ValueError, "leads out"):
                oci.Tree().text(path, "")

    def test_an_archive_names_its_image_and_all_its_blobs_are_what_their_names_say(self):
        with tempfile.TemporaryDirectory() as name:
            directory = pathlib.Path(name)
            tree = oci.Tree()
            tree.text("a", "1")
            layer = oci.Layer.write(tree, directory / "layer-1.tar.gz")
            output = directory / "image.tar"
            digest = oci.write_archive(output, "example.org/x:1", [layer], "amd64", "2026-01-01T00:00:00Z", ["/a"], user="7")
            with tarfile.open(output) as archive:
                files = {entry.name: archive.extractfile(entry).read() for entry in archive if entry.isreg()}
            for path, content in files.items():
                if path.startswith("blobs/"):
                    self.assertEqual(path, f"blobs/sha256/{sha256(content)}")
            entry = json.loads(files["index.json"])["manifests"][0]
            self.assertEqual(entry["digest"], digest)
            self.assertEqual(entry["annotations"]["io.containerd.image.name"], "example.org/x:1")
            manifest = json.loads(files[blob(entry)])
            self.assertEqual(files[blob(manifest["layers"][0])], layer.file.read_bytes())
            config = json.loads(files[blob(manifest["config"])])
            self.assertEqual(config["rootfs"]["diff_ids"], [f"sha256:{layer.content_digest}"])
            self.assertEqual(config["config"]["User"], "7")


class Packages(unittest.TestCase):
    def test_paths_are_those_of_a_system_with_everything_below_usr(self):
        for path, expected in (
            ("./bin/ip", "usr/bin/ip"),
            ("./lib64/ld.so", "usr/lib64/ld.so"),
            ("./usr/sbin/nft", "usr/sbin/nft"),
            ("./etc/x/", "etc/x"),
            ("./lib/", ""),
            ("./", ""),
        ):
            self.assertEqual(debian.merged(path), expected, path)

    def test_certificates_become_one_bundle_and_iptables_gets_its_name(self):
        tree = oci.Tree()
        tree.text("usr/share/ca-certificates/mozilla/b.crt", "B\n")
        tree.text("usr/share/ca-certificates/mozilla/a.crt", "A\n")
        tree.text("usr/sbin/xtables-nft-multi", "")
        debian.finish(tree)
        self.assertEqual(tree.content("etc/ssl/certs/ca-certificates.crt"), b"A\nB\n")
        self.assertEqual(tree.entries["usr/sbin/ip6tables-restore"][0].linkname, "xtables-nft-multi")
        self.assertNotIn("usr/share/ca-certificates/mozilla/a.crt", tree.entries)


class Programs(unittest.TestCase):
    def test_the_arguments_name_every_jar_in_order_below_the_root(self):
        program = java.Program("sidecar", "org.example.Main", ["-Xmx48m"])
        self.assertEqual(
            program.arguments("/stage", ["b.jar", "a.jar"], "sidecar.aot").splitlines(),
            [
                "-Xmx48m",
                "-Djava.library.path=/stage/opt/gibbon/native",
                "-XX:AOTCache=/stage/opt/gibbon/sidecar.aot",
                "-cp",
                "/stage/opt/gibbon/lib/b.jar:/stage/opt/gibbon/lib/a.jar",
                "org.example.Main",
            ],
        )

    def test_only_the_native_libraries_of_the_machine_are_kept_and_their_jars_are_not(self):
        with tempfile.TemporaryDirectory() as name:
            directory = pathlib.Path(name)
            jars = [directory / f"{jar}.jar" for jar in ("x", "x-linux-x86_64", "x-linux-aarch_64")]
            for jar in jars:
                with zipfile.ZipFile(jar, "w") as archive:
                    archive.writestr(f"META-INF/native/lib{jar.stem}.so", "")
            rest = java.extract_natives(jars, "x86_64", directory / "native")
            self.assertEqual(rest, jars[:1])
            self.assertEqual([file.name for file in (directory / "native").iterdir()], ["libx-linux-x86_64.so"])


class SmallMesh(unittest.TestCase):
    """What the sidecar's training needs of a Kubernetes."""

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        small_mesh.Handler.directory = pathlib.Path(self.directory.name)
        server = quiet_api.Server(("127.0.0.1", 0), small_mesh.Handler)
        self.base = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)

    def ask(self, method: str, path: str, body: object = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.base + path, data, method=method)) as answer:
            return json.load(answer)

    def test_a_token_is_of_the_one_pod_that_there_is(self):
        review = self.ask("POST", "/apis/authentication.k8s.io/v1/tokenreviews", {"spec": {"audiences": ["a"], "token": "t"}})
        self.assertEqual(review["status"]["audiences"], ["a"])
        pod = self.ask("GET", "/api/v1/pods")["items"][0]
        self.assertIn(pod["metadata"]["uid"], review["status"]["user"]["extra"]["authentication.kubernetes.io/pod-uid"])
        self.assertEqual(pod["status"]["podIP"], "127.0.0.1")

    def test_roots_that_are_written_for_the_pod_reach_its_directory(self):
        self.ask("PATCH", "/api/v1/namespaces/example/configmaps/gibbon-trust", {"data": {"roots.pem": "roots"}})
        self.assertEqual((small_mesh.Handler.directory / "roots.pem").read_text(), "roots")



def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def blob(descriptor: dict) -> str:
    return "blobs/" + descriptor["digest"].replace(":", "/")


if __name__ == "__main__":
    unittest.main()
