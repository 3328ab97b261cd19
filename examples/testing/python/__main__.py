import pulumi
from orders import health, orders

service = orders(pulumi.get_stack(), pulumi.Config().get("certificateArn"))

pulumi.export("health", health(service))
