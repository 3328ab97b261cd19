"""All that lives in the account, with all that is in it: two accounts that look the same here are the same to a caller.

Nothing is listed by kind. What the listers of `/_cloud/objects` name is looked for in moto's backends and in our ECS, and
written down with everything that hangs on it, less times, and less what is only remembered of the past. Ids, which chance
has chosen, are written as the names of what they belong to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from moto.backends import get_backend

from . import objects, services, state
from .account import Account
from .services.ecs import operations

# What is remembered, not what is; and what each thing needs to find the others.
_PAST = re.compile(
    r"(_a|A)t$|_?time$|time_?stamp|date$|_until$|^(events|revisions|rollouts|deployments|tasks|streams|request|rounds|steady)$"
    # What a scaling policy makes by itself; who uses what, which moto remembers longer than it is so.
    r"|^(alarms|load_balancer_arns|in_use_by|attachment_count)$"
    r"|^(waits_for_look|placement_event|least_serving|most_lost|seen|served|scheduler|state_reason\w*|evaluation\w*)$"
    r"|^(shut|always_open|targets|scanning_config)$"
    # Which interface and which address chance gave to a NAT gateway.
    r"|^(eni|public_ip|address_set|subnet_ips|unused_ips)$"
    r"|backend|^filters$|^(created|updated|last)_|^(image_scan\w*_status|version|push_date|revision)$"
)
# The networks of a fresh account are in none of the lists; a copy of an account has the same.
_NETWORK = re.compile(r"^(subnet|vpc)-[0-9a-f]+$")
# Interfaces come and go with tasks and balancers.
_PASSING = ("ec2:network-interface",)
_CHANCE = re.compile(
    r"(?<!subnet-)(?<!vpc-)\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|(?<!subnet-)(?<!vpc-)\b(?=[0-9a-f]*[0-9])[0-9a-f]{16,40}\b|(?<=/)[0-9a-f]{12}(?![0-9a-f])"
    r"|(?<=-)[0-9]{4,10}(?=\.)|\b(AROA|AIDA|ANPA)[A-Z0-9]{16,17}\b|(?<=scalable-target/)\w+|(?<=/)[0-9]{13,17}\b"
)
_ATOMS = (str, int, float, bool, type(None))

_OLDER = ", older"

Content = dict[str, Any]


def told(account: Account) -> dict[str, Content]:
    """Each living object by kind and name."""
    living = [it for it in objects.living(account) if it["kind"] not in _PASSING]
    names = _names(living)
    teller = _Teller(names)
    found = teller.find(_roots(account))
    contents: dict[str, Content] = {}
    for it in living:
        name = teller.word(names[it["id"]])
        content = {
            "tags": teller.tell(it["tags"]),
            **(teller.vars_of(found[it["id"]]) if it["id"] in found else {}),
        }
        if name.endswith(_OLDER):
            # How many there are depends on how often somebody tried, and none of them runs.
            older = contents.setdefault(name, {"revisions": 0})
            older["revisions"] += 1
            continue
        while name in contents:
            name += " again"
        contents[name] = content
    return dict(sorted(contents.items()))


def _names(living: list[Content]) -> dict[str, str]:
    """Ids -> kinds and names; of a family's revisions only the newest counts, whichever number it has."""
    names = {it["id"]: f"{it['kind']} {it['name'] or '?'}" for it in living}
    revisions: dict[str, list[tuple[int, str]]] = {}
    for key, name in names.items():
        if name.startswith("ecs:task-definition "):
            family, _, number = name.rpartition(":")
            revisions.setdefault(family, []).append((int(number), key))
    for family, known in revisions.items():
        *older, newest = sorted(known)
        names[newest[1]] = family
        names |= {key: f"{family}{_OLDER}" for _, key in older}
    return names


def _roots(account: Account) -> Iterator[Any]:
    for service in services.known():
        backends: Any = get_backend(service.replace("application-a", "applicationa"))  # type: ignore[arg-type]
        for by_region in backends.values():
            yield from by_region.values()
    yield from state.tables()
    for region in account.regions():
        yield operations.state(account.context(region))


class _Teller:
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.longest_first = sorted(names, key=len, reverse=True)
        # ids of Python objects -> the names of what they are
        self.known: dict[int, str] = {}

    def find(self, roots: Iterator[Any]) -> dict[str, Any]:
        """The objects with these ids, wherever they hang."""
        found: dict[str, Any] = {}
        seen: set[int] = set()
        left = list(roots)
        while left:
            thing = left.pop()
            if id(thing) in seen or isinstance(thing, _ATOMS):
                continue
            seen.add(id(thing))
            if isinstance(thing, Mapping):
                left.extend(thing.values())
            elif isinstance(thing, list | tuple | set):
                left.extend(thing)
            elif hasattr(thing, "__dict__"):
                attributes = vars(thing)
                if (key := self._id_of(thing)) is not None:
                    found.setdefault(key, thing)
                    self.known[id(thing)] = self.names[key]
                left.extend(attributes.values())
        return found

    def _id_of(self, thing: Any) -> str | None:
        for name in ("arn", "alarm_arn", "dashboard_arn", "policy_arn", "id"):
            key = getattr(thing, name, None)
            if isinstance(key, str) and key.removesuffix(":*") in self.names:
                return key.removesuffix(":*")
        return None

    def vars_of(self, thing: Any, above: tuple[int, ...] = ()) -> Content:
        kept = {
            name: it
            for name, it in vars(thing).items()
            if not _PAST.search(name) and not callable(it)
        }
        return {
            name.lstrip("_"): self.tell(it, (*above, id(thing)))
            for name, it in sorted(kept.items())
        }

    def tell(self, value: Any, above: tuple[int, ...] = ()) -> Any:
        if isinstance(value, str):
            return self.word(value)
        if isinstance(value, _ATOMS):
            return value
        if id(value) in above:
            return "(itself)"
        above = (*above, id(value))
        if id(value) in self.known:
            return self.word(self.known[id(value)])
        if isinstance(value, Mapping):
            pairs = (
                (self.word(str(key)), self.tell(it, above))
                for key, it in value.items()
                if not _PAST.search(str(key))
            )
            return dict(sorted(pairs, key=lambda pair: (pair[0], repr(pair[1]))))
        if isinstance(value, list | tuple | set | frozenset):
            return sorted((self.tell(it, above) for it in value), key=repr)
        if _NETWORK.match(str(getattr(value, "id", ""))):
            return value.id
        if hasattr(value, "__dict__"):
            return self.vars_of(value, above)
        return self.word(str(value))

    def word(self, text: str) -> str:
        for key in self.longest_first:
            if key in text:
                text = text.replace(key, f"<{self.names[key]}>")
        return _CHANCE.sub("*", text)
