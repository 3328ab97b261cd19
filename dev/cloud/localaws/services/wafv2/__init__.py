"""AWS WAF: web ACLs (moto's), and which of them sees the requests of a load balancer.

Rates: AWS WAF developer guide, quotas (AssociateWebACL and DisassociateWebACL one in 2 seconds; others 1 to 10 a second).
"""

from localaws.service import JSON, LOOKS, Rate, Service

SERVICE = Service(
    "wafv2",
    words=JSON,
    invalid="WAFInvalidParameterException",
    rates=(
        Rate(("AssociateWebACL", "DisassociateWebACL"), 2, 0.5, each=True),
        Rate(LOOKS, 10, 1, each=True),
    ),
    about=("ResourceArn", "WebACLArn", "Name"),
)
