"""STS: the caller, and who may assume a role."""

from localaws.service import XML, Service

SERVICE = Service("sts", words=XML, invalid="ValidationError")
