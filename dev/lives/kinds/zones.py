"""The zones of a network of the service's own: chosen, and kept in the state."""

from __future__ import annotations

from rows import Kind, Row

KIND = Kind("fargate:ec2:Zones", {"zones": Row(2, 3)})
