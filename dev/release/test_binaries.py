"""The binaries of a release that can be linked on any machine: `make release-test`. Not part of each run: it takes minutes.

PLATFORMS="linux-amd64" builds these alone.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import struct
import subprocess
from pathlib import Path

import pytest

import release

ASKED = os.environ.get("PLATFORMS", "linux-amd64 linux-arm64 windows-amd64").split()
# Only this may come before the port line, and it takes milliseconds.
SOON = 10


@pytest.fixture(scope="module", params=ASKED)
def built(request: pytest.FixtureRequest) -> tuple[str, Path]:
    script = Path(release.__file__).parent / "build"
    done = subprocess.run([script, request.param], check=True, stdout=subprocess.PIPE, text=True)
    return request.param, Path(done.stdout.strip())


def starter(of: str) -> list[str] | None:
    """What runs a binary of this platform here: nothing but itself, an emulator, or None."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
    if of == f"{platform.system().lower()}-{machine}":
        return []
    emulator = {"linux-arm64": "qemu-aarch64-static", "windows-amd64": "wine64"}.get(of, "")
    return [emulator] if shutil.which(emulator) else None


def needed(elf: bytes) -> tuple[int, bool, int]:
    """Of a 64-bit ELF file: its machine, whether it names a loader, and how many libraries it wants loaded (elf(5))."""
    machine, offset, size, count = *struct.unpack_from("<18xH", elf), *struct.unpack_from("<32xQ14xHH", elf)
    headers = [struct.unpack_from("<II6Q", elf, offset + at * size) for at in range(count)]
    libraries = 0
    for kind, _, begin, _, _, length, _, _ in headers:
        if kind == 2:  # PT_DYNAMIC
            tags = [tag for tag, _ in struct.iter_unpack("<QQ", elf[begin : begin + length])]
            end = tags.index(0) if 0 in tags else len(tags)
            libraries += tags[:end].count(1)  # DT_NEEDED
    return machine, any(kind == 3 for kind, *_ in headers), libraries  # PT_INTERP


def test_it_needs_no_library_of_the_machine(built: tuple[str, Path]) -> None:
    of, binary = built
    content = binary.read_bytes()
    print(f"{of}: {len(content) / 1e6:.1f} MB")
    if of.startswith("linux"):
        assert needed(content) == ({"amd64": 62, "arm64": 183}[of.partition("-")[2]], False, 0)
    else:
        at = struct.unpack_from("<I", content, 0x3C)[0]
        assert content[at : at + 4] == b"PE\0\0"
        assert struct.unpack_from("<H", content, at + 4)[0] == 0x8664
        # Those that mingw would leave to be found beside the program; Windows has none of them.
        for library in (b"libgcc_s", b"libwinpthread", b"libstdc++", b"libunwind.dll"):
            assert library not in content


def test_the_test_for_libraries_sees_one() -> None:
    """A program of this machine that is not static."""
    if platform.system() == "Linux":
        found = needed(Path("/proc/self/exe").resolve().read_bytes())
        assert found[1] and found[2] >= 1


def test_it_starts_and_says_what_it_is(built: tuple[str, Path]) -> None:
    of, binary = built
    start = starter(of)
    if start is None:
        pytest.skip(f"nothing here runs a program for {of}")
    said = subprocess.run([*start, binary, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout
    assert said.strip() == f"pulumi-resource-fargate {release.version()}"
    schema = subprocess.run([*start, binary, "schema"], check=True, stdout=subprocess.PIPE).stdout
    assert schema == (release.ROOT / "schema.json").read_bytes()
    engine = ["127.0.0.1:1"]
    with subprocess.Popen(
        [*start, binary, *engine], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as plugin:
        port = int(plugin.stdout.readline())  # type: ignore[union-attr]
        socket.create_connection(("127.0.0.1", port), timeout=SOON).close()
        # It ends with its engine, which holds the other end of its input.
        plugin.stdin.close()  # type: ignore[union-attr]
        assert plugin.wait(SOON) == 0


def test_its_archive_is_written(built: tuple[str, Path], tmp_path: Path) -> None:
    of, binary = built
    archive = release.archive(binary, of, tmp_path)
    print(f"{archive.name}: {archive.stat().st_size / 1e6:.1f} MB")
    assert archive.stat().st_size < binary.stat().st_size
