"""Parses C#: `csharp.py <folder>...` reports each place in a folder's .cs files that is not C#, and fails if there is one.

No .NET SDK can be had where the tests run, so what only a compiler sees, such as a wrong type, is seen in the release workflow.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import tree_sitter_c_sharp
from tree_sitter import Language, Node, Parser


def mistakes(node: Node) -> Iterator[Node]:
    if node.is_error or node.is_missing:
        yield node
    elif node.has_error:
        for child in node.children:
            yield from mistakes(child)


def main() -> int:
    parser = Parser(Language(tree_sitter_c_sharp.language()))
    # A parser that accepts everything would make this check worthless.
    assert list(mistakes(parser.parse(b"class A { void B( }").root_node))
    files = [path for folder in sys.argv[1:] for path in sorted(Path(folder).rglob("*.cs"))]
    if len(files) < len(sys.argv) - 1:
        print(f"too few .cs files in {', '.join(sys.argv[1:])}")
        return 1
    found = 0
    for path in files:
        for node in mistakes(parser.parse(path.read_bytes()).root_node):
            found += 1
            row, column = node.start_point
            print(f"{path}:{row + 1}:{column + 1}: this is not C#")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
