from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)


def https_only(args: ResourceValidationArgs, report: ReportViolation) -> None:
    # A listener on port 80 that redirects to HTTPS has a `redirectPort`.
    if args.resource_type == "fargate:lb:Listener" and args.props["protocol"] == "HTTP":
        if args.props.get("redirectPort") is None:
            report(f"{args.name} serves without encryption. Set certificateArn on the service.")


def logs_are_kept(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type == "fargate:cloudwatch:LogGroup":
        # Without a number, CloudWatch keeps logs for ever.
        days = args.props.get("retentionInDays")
        if days is not None and days < 30:
            report(f"{args.name} keeps logs for {days:g} days. Set logRetentionInDays on the service to 30 or more.")


def no_spot(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type == "fargate:ecs:Service":
        strategies = args.props["capacityProviderStrategy"]
        if any(it["capacityProvider"] == "FARGATE_SPOT" for it in strategies):
            report(f"{args.name} may run on Fargate Spot. Set spot on the service to none.")


PolicyPack(
    name="web-services",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        ResourceValidationPolicy("https-only", "Clients speak HTTPS.", https_only),
        ResourceValidationPolicy("logs-are-kept", "Logs are kept for 30 days.", logs_are_kept),
        ResourceValidationPolicy(
            "no-spot", "Tasks are not interrupted by AWS.", no_spot, enforcement_level=EnforcementLevel.ADVISORY
        ),
    ],
)
