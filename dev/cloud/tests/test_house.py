"""The house keeps its order: no module of the local AWS needs, in the end, itself.

An import inside of a function counts like one at the top, since it hides a circle and does not untie it. Who imports a
module from another package needs that package too, since its `__init__` runs first.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "localaws"

Uses = dict[str, set[str]]


def modules_of(package: Path) -> dict[str, Path]:
    """Name -> file; a package goes by its own name."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def uses_of(modules: dict[str, Path]) -> Uses:
    """Module -> the modules of the same package that it needs, by an import anywhere in its text."""
    return {
        name: {
            needed
            for imported in _imports(name, path, modules)
            for needed in (imported, *_packages_of(imported, name))
            if needed in modules and needed != name
        }
        for name, path in modules.items()
    }


def _packages_of(imported: str, importer: str) -> Iterator[str]:
    """Those that run first, but not those in which the importer itself is."""
    while imported := imported.rpartition(".")[0]:
        if not f"{importer}.".startswith(f"{imported}."):
            yield imported


def _imports(name: str, path: Path, modules: dict[str, Path]) -> Iterator[str]:
    parts = name.split(".")
    home = parts if path.name == "__init__.py" else parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = home[: len(home) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                member = f"{source}.{alias.name}"
                yield member if member in modules else source


def circles(uses: Uses) -> list[str]:
    """Every circle once, by the shortest way round: `a -> b -> a`."""
    found: dict[frozenset[str], str] = {}
    for module in sorted(uses):
        way = _way_round(module, uses)
        if way:
            found.setdefault(frozenset(way), " -> ".join(way))
    return list(found.values())


def _way_round(start: str, uses: Uses) -> list[str]:
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        module = waiting.popleft()
        for used in sorted(uses[module]):
            if used == start:
                way = [start]
                while module != start:
                    way.insert(0, module)
                    module = came_from[module]
                return [start, *way]
            if used not in came_from:
                came_from[used] = module
                waiting.append(used)
    return []


def test_no_module_needs_itself_in_the_end() -> None:
    found = circles(uses_of(modules_of(PACKAGE)))
    assert not found, "modules in circles:\n" + "\n".join(found)


def test_a_circle_is_found_inside_of_functions_too(tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("from . import till\n")
    (package / "till.py").write_text("def pay():\n    from .stock import take\n")
    (package / "stock.py").write_text("import shop.till\n")
    (package / "shelf.py").write_text("from .stock import take\n")
    assert circles(uses_of(modules_of(package))) == ["shop.stock -> shop.till -> shop.stock"]
