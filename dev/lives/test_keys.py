"""Keys of the user's own: under images, logs and secrets, and what is told if they let nobody in."""

from __future__ import annotations

from typing import Any

from life import Life
from world import IMAGE

SMALL: dict[str, Any] = {"image": IMAGE, "useDefaultVpc": True, "preset": "dev"}


def closed_key(life: Life) -> str:
    """Its policy leaves all to the account's IAM policies, and so lets no service in: the default."""
    return str(life.cloud.client("kms").create_key()["KeyMetadata"]["Arn"])


def disabled_key(life: Life) -> str:
    kms = life.cloud.client("kms")
    made = kms.create_key()["KeyMetadata"]
    kms.disable_key(KeyId=made["KeyId"])
    return str(made["Arn"])


def test_a_secret_under_a_key_is_read_by_whoever_is_told_of_the_key(life: Life) -> None:
    key = closed_key(life)
    secret = life.cloud.client("secretsmanager").create_secret(Name="api", SecretString="x", KmsKeyId=key)["ARN"]
    ssm = life.cloud.client("ssm")
    ssm.put_parameter(Name="/web/key", Value="x", Type="SecureString", KeyId=key)
    parameter = f"arn:aws:ssm:{life.cloud.region}:123456789012:parameter/web/key"
    secrets = {"KEY": secret, "PARAMETER": parameter}
    life.service("web", None, **SMALL, secrets=secrets)
    life.up(fails=True).says("Access to KMS is not allowed", "name the key in `secretsKmsKeyArns`")
    life.service("web", None, **SMALL, secrets=secrets, secretsKmsKeyArns=[key])
    life.up()
    life.no_change()


def test_a_secret_may_be_named_without_the_end_of_its_arn(life: Life) -> None:
    secret = life.cloud.client("secretsmanager").create_secret(Name="api", SecretString="x")["ARN"]
    life.service("web", None, **SMALL, secrets={"KEY": secret.rpartition("-")[0]})
    life.up()
    life.no_change()


def test_a_key_that_does_not_let_the_logs_in_is_told_with_the_statement_that_it_lacks(life: Life) -> None:
    life.service("web", None, **SMALL, name="shop", logKmsKeyId=closed_key(life))
    ran = life.up(fails=True)
    group = f"arn:aws:logs:{life.cloud.region}:123456789012:log-group:/fargate/shop"
    ran.says("AccessDeniedException", "Add to that policy", f'"kms:EncryptionContext:aws:logs:arn":"{group}"')
    ran.says_not("The caller needs the permission")
    life.service("web", None, **SMALL, name="shop")
    life.up()
    life.service("web", None, **SMALL, name="shop", logKmsKeyId=closed_key(life))
    life.up(fails=True).says("logs:AssociateKmsKey", "Add to that policy")


def test_a_key_that_ecr_cannot_use_is_told_with_what_it_needs(life: Life) -> None:
    life.service("web", None, useDefaultVpc=True, preset="dev", repository={"kmsKeyArn": disabled_key(life)})
    life.up(fails=True).says("KmsException", "`repository.kmsKeyArn`: the key must exist, be enabled")
