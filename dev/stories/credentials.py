"""Where a person has credentials, or has none, and roles that trust somebody: for stories and lives alike."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Protocol

from account import ACCOUNT, Cloud


class Deployer(Protocol):
    """A stack, whoever leads it."""

    cloud: Cloud
    env: dict[str, str]

    def configure(self, key: str, value: str) -> None: ...

    def act_as(self, caller: Any) -> None: ...


def nobody(stack: Deployer) -> None:
    """No credentials anywhere."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        stack.env.pop(name, None)


def role(stack: Deployer, action: str, principal: dict[str, str]) -> str:
    """The ARN of a new role that trusts somebody."""
    trust = {"Effect": "Allow", "Action": action, "Principal": principal}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = stack.cloud.client("iam").create_role(RoleName="deployer", AssumeRolePolicyDocument=document)
    return made["Role"]["Arn"]


def signed_in(stack: Deployer, folder: Path, until: str) -> None:
    """Somebody has signed in with `aws sso login`."""
    config = folder / "config"
    profile = f"sso_session = work\nsso_account_id = {ACCOUNT}\nsso_role_name = deployer\nregion = eu-central-1\n"
    session = "sso_region = eu-central-1\nsso_start_url = https://work.awsapps.com/start\n"
    config.write_text(f"[profile ci]\n{profile}[sso-session work]\n{session}")
    cache = folder / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    token = {"accessToken": "a-token", "expiresAt": until, "startUrl": "https://work.awsapps.com/start"}
    (cache / f"{hashlib.sha1(b'work').hexdigest()}.json").write_text(json.dumps(token))
    stack.env |= {"AWS_CONFIG_FILE": str(config), "HOME": str(folder)}
    stack.configure("profile", "ci")
