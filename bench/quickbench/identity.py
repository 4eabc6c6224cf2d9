"""Certificates for the peers: one CA and a P-256 certificate for each side, made anew in every run."""

import pathlib

from .world import run

_P256 = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def make(directory: pathlib.Path) -> None:
    """Write ca.pem and, for sides a and b, <side>.pem, <side>.key and <side>.both.pem."""
    ca_key, ca = directory / "ca.key", directory / "ca.pem"
    run(
        *("openssl", "req", "-x509", *_P256, "-keyout", str(ca_key), "-out", str(ca), "-days", "2"),
        *("-subj", "/CN=bench CA", "-addext", "keyUsage=critical,keyCertSign"),
    )
    for side in ("a", "b"):
        key, request, leaf = (directory / f"{side}.{kind}" for kind in ("key", "csr", "pem"))
        extensions = directory / f"{side}.ext"
        extensions.write_text(
            f"subjectAltName=URI:spiffe://bench/host/sidecar-{side},DNS:sidecar-{side}\n"
            "extendedKeyUsage=serverAuth,clientAuth\nkeyUsage=critical,digitalSignature\n"
        )
        subject = f"/CN=sidecar-{side}"
        run("openssl", "req", "-new", *_P256, "-keyout", str(key), "-out", str(request), "-subj", subject)
        run(
            *("openssl", "x509", "-req", "-in", str(request), "-out", str(leaf), "-days", "2"),
            *("-CA", str(ca), "-CAkey", str(ca_key), "-CAcreateserial", "-extfile", str(extensions)),
        )
        (directory / f"{side}.both.pem").write_text(leaf.read_text() + key.read_text())
