"""Systems Manager: parameters that an execution role may read, by its policies and those of the keys, when a task starts."""

from localaws.service import JSON, Service

SERVICE = Service("ssm", words=JSON, invalid="ValidationException", about=("Name", "Names"))
