"""What a resolver somewhere in the world sees of the account's public zones, and of zones elsewhere.

A registrar delegates a domain to the first public zone of its name, unless `PUT /_cloud/dns` says other name servers; what is
below is delegated by NS records in the zone above, and by nothing else. A zone to which nobody delegates is invisible, whatever
is in it. `PUT /_cloud/dns` also says what the zones of other providers have.
"""

from __future__ import annotations

from localaws.rules import Params
from localaws.state import Table

from . import names
from .zones import Zone, zones

# domain -> name servers that its registrar has
_delegated: Table[str, list[str]] = Table()
# (name, type) -> values in other providers' zones
_elsewhere: Table[tuple[str, str], list[str]] = Table()


def lookup(name: str, type: str) -> list[str]:
    """The values of a name, without following aliases and CNAMEs."""
    name = names.normal(name)
    found = _authority(name)
    if found is None:
        return _elsewhere.get((name, type), [])
    record = found.records.get((name, type, ""))
    return record.values if record is not None and record.alias is None else []


def _authority(name: str) -> Zone | None:
    """The zone that answers for the name: from the top down, along the delegations. None: another provider's."""
    public = [it for it in zones.values() if not it.private]
    current: Zone | None = None
    for suffix in reversed(names.above(name)):
        if current is None:
            # As long as nothing is ours, the registry or another provider delegates.
            servers = _delegated.get(suffix)
            of_name = [it for it in public if it.name == suffix]
            if servers is not None:
                current = _with(of_name, servers)
                if current is None:
                    return None
            elif of_name:
                current = of_name[0]
            continue
        below = current.records.get((suffix, "NS", ""))
        if below is not None and suffix != current.name:
            current = _with([it for it in public if it.name == suffix], below.values)
            if current is None:
                return None
    return current


def _with(found: list[Zone], servers: list[str]) -> Zone | None:
    wanted = {it.rstrip(".").lower() for it in servers}
    return next((it for it in found if wanted & set(it.name_servers)), None)


def put(body: Params) -> Params:
    """`{"name", "nameServers"}` is what a registrar has; `{"records": [{"name", "type", "values"}]}` what other providers'
    zones have; no values: nothing any more."""
    if "nameServers" in body:
        _delegated[names.normal(body["name"])] = list(body["nameServers"])
    for record in body.get("records", []):
        key = (names.normal(record["name"]), record["type"])
        if record["values"]:
            _elsewhere[key] = list(record["values"])
        else:
            _elsewhere.pop(key, None)
    return {"records": len(_elsewhere), "delegations": len(_delegated)}


def get(body: Params) -> Params:
    """What `name` has of `type`."""
    return {"values": lookup(body["name"], body["type"])}
