"""AWS over TLS, as it is everywhere but here: whom the plugin trusts, and what it says of whom it does not."""

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from world import SMALL, Cloud, Stack

NOW = datetime.datetime.now(datetime.UTC)


def certificate(folder: Path) -> tuple[Path, Path]:
    """An authority and what it says of 127.0.0.1; the second file has the key too."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in ("authority", "local AWS")]
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    extensions = [x509.BasicConstraints(ca=True, path_length=0), address]
    made = []
    for name, key, extension in zip(names, keys, extensions, strict=True):
        builder = x509.CertificateBuilder(names[0], name, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(NOW - datetime.timedelta(days=1))
        builder = builder.not_valid_after(NOW + datetime.timedelta(days=1))
        signed = builder.add_extension(extension, critical=True).sign(keys[0], hashes.SHA256())
        made.append(signed.public_bytes(serialization.Encoding.PEM))
    authority, server = folder / "authority.pem", folder / "server.pem"
    authority.write_bytes(made[0])
    server.write_bytes(
        made[1]
        + keys[1].private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return authority, server


def carry(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    finally:
        target.close()


def let_in(plain: socket.socket, context: ssl.SSLContext, cloud: tuple[str, int]) -> None:
    try:
        outer = context.wrap_socket(plain, server_side=True)
    except OSError:
        # Whoever does not trust us hangs up.
        return
    inner = socket.create_connection(cloud)
    for way in ((outer, inner), (inner, outer)):
        threading.Thread(target=carry, args=way, daemon=True).start()


@pytest.fixture
def over_tls(stack: Stack, cloud: Cloud, tmp_path: Path) -> Iterator[Path]:
    """The stack calls the local AWS over TLS; the authority that has to be trusted for that."""
    authority, server = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    at = urlparse(cloud.url)
    assert at.hostname
    inner = at.hostname, int(at.port or 0)
    listener = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=let_in, args=(plain, context, inner), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    stack.env["AWS_ENDPOINT_URL"] = f"https://127.0.0.1:{listener.getsockname()[1]}"
    yield authority
    listener.close()


def test_aws_is_called_over_tls_if_its_authority_is_trusted(
    stack: Stack, cloud: Cloud, over_tls: Path, tmp_path: Path
) -> None:
    stack.service(**SMALL)
    stranger = stack.preview(fails=True)
    url = stack.env["AWS_ENDPOINT_URL"]
    stranger.says(f"cannot reach {url}: invalid peer certificate: UnknownIssuer", "SSL_CERT_FILE")
    stack.env["SSL_CERT_FILE"] = str(over_tls)
    stack.up()
    stack.destroy()
    assert cloud.objects() == []
