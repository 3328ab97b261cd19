"""Route 53: public and private hosted zones, records and their batches, changes that reach all name servers after a while, and
what the world's resolvers see of it (`dns.py`). moto is asked for none of it: it knows no alias targets, no CNAME conflicts, no
apex, and no change that is pending.

Rates: Route 53 API reference, "Throttling API requests" (an account's calls: 50 at once, then 10 a second).
"""

from localaws.service import XML, Rate, Service

SERVICE = Service(
    "route53",
    words=XML,
    invalid="InvalidInput",
    rates=(Rate(("CreateHostedZone",), 40, 2), Rate(("*",), 50, 10)),
    about=("HostedZoneId", "Id", "DNSName", "Name"),
)
