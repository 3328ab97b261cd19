"""What a person sees when a command of the CLI has ended: its display is for a terminal, and not what a pipe gets."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

from world import Stack

# Movements of the cursor and erasures, which repaint the display; titles of the window.
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\x1b[=>]")


def seen(stack: Stack, *args: str) -> str:
    """The command, and the last display of it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 200, 200, 0, 0))
    command = ["pulumi", *args, "--color", "never"]
    process = subprocess.Popen(
        command, cwd=stack.folder, env=stack.env | {"TERM": "xterm"}, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            # The end, on Linux.
            break
        if not piece:
            break
        written += piece
    process.wait(timeout=60)
    text = CONTROL.sub("", written.decode()).replace("\r", "")
    (title,) = re.findall(r"^(?:Updating|Previewing update) \(.*$", text, re.MULTILINE)[:1]
    # Each repainting begins with the table's head.
    last = text[text.rindex("     Type ") :]
    lines = [title, *(line.rstrip() for line in last.split("\n"))]
    return f"$ pulumi {' '.join(args)}\n" + re.sub(r"\n{2,}", "\n\n", "\n".join(lines)).strip() + "\n"
