"""A task definition as `aws ecs describe-task-definition` prints it, as `register-task-definition` reads it, with another
image: python3 with_image.py IMAGE <described >registered
"""

import json
import sys

# What ECS says of a revision, and nobody registers.
SAID = (
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
)

definition = {
    name: value for name, value in json.load(sys.stdin).items() if name not in SAID
}
definition["containerDefinitions"][0]["image"] = sys.argv[1]
json.dump(definition, sys.stdout)
