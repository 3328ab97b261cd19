"""KMS: what an execution role may read, and whom a key lets in, when a task starts and when logs are encrypted."""

from localaws.service import JSON, Service

SERVICE = Service("kms", words=JSON, invalid="ValidationException")
