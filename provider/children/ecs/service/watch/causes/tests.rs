use aws_sdk_ecs::types::{Container, Task, TaskStopCode as Code};
use expect_test::expect;

use super::{Cause, Why};

const AUTH: &str = "ResourceInitializationError: unable to pull secrets or registry auth: ";
const PULL: &str = "CannotPullContainerError: pull image manifest has been retried 1 time(s): ";

fn told(task: &Task) -> String {
    let cause = Cause::of(task);
    let hopeless = if cause.why.is_deterministic() { " !" } else { "" };
    format!("{:?}{hopeless}: {}", cause.why, cause.text)
}

fn stopped(code: Code, reason: &str) -> Task {
    let container = Container::builder().name("app").build();
    Task::builder().stop_code(code).stopped_reason(reason).containers(container).build()
}

#[test]
fn reasons_why_no_task_began_are_told_apart() {
    let asm =
        format!("{AUTH}execution resource retrieval failed: unable to retrieve secret from asm: ");
    let reasons = [
        format!("{PULL}failed to resolve ref web:1: web:1: not found"),
        format!("{PULL}failed to resolve ref web@sha256:0a: web@sha256:0a: not found"),
        format!("{PULL}failed to resolve ref docker.io/library/web:1: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed"),
        format!("{AUTH}execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: User: r is not authorized to perform: ecr:GetAuthorizationToken on resource: *"),
        format!("{AUTH}The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration."),
        format!("{PULL}failed to do request: Head \"https://registry-1.docker.io/v2/library/web/manifests/1\": dial tcp 34.205.13.154:443: i/o timeout"),
        format!("{PULL}image Manifest does not contain descriptor matching platform 'linux/amd64'"),
        format!("{PULL}httpReaderSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/web/manifests/1: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit."),
        format!("{asm}service call has been retried 1 time(s): failed to fetch secret arn:s from secrets manager: AccessDeniedException: User: r is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:s"),
        format!("{asm}failed to fetch secret arn:s from secrets manager: AccessDeniedException: Access to KMS is not allowed"),
        format!("{AUTH}unable to retrieve secrets from ssm: AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access."),
        format!("{asm}failed to fetch secret arn:s from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret."),
        format!("{AUTH}unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid parameters: /web/key"),
        format!("{asm}retrieved secret from Secrets Manager did not contain json key password"),
        "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1".to_owned(),
        "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes".to_owned(),
        "ECS was unable to assume the role 'arn:aws:iam::1:role/web' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions".to_owned(),
        "Capacity is unavailable at this time. Please try again later or in a different availability zone".to_owned(),
        "You've reached the limit on the number of vCPUs you can run concurrently".to_owned(),
        "Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-1': InsufficientFreeAddressesInSubnet".to_owned(),
        "The subnet 'subnet-1' has insufficient free IP addresses".to_owned(),
        "The specified subnet does not have enough free addresses".to_owned(),
    ];
    let told: Vec<_> =
        reasons.iter().map(|it| told(&stopped(Code::TaskFailedToStart, it))).collect();
    expect![[r#"
        NoSuchTag !: the registry has no image with this tag (TaskFailedToStart: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref web:1: web:1: not found)
        NoSuchDigest !: the registry has no image with this digest (TaskFailedToStart: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref web@sha256:0a: web@sha256:0a: not found)
        PullDenied !: the registry refused the pull (TaskFailedToStart: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/library/web:1: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed)
        PullDenied !: the registry refused the pull (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: User: r is not authorized to perform: ecr:GetAuthorizationToken on resource: *)
        NoRoute !: the task did not reach AWS or the registry (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration)
        NoRoute !: the task did not reach AWS or the registry (TaskFailedToStart: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to do request: Head "https://registry-1.docker.io/v2/library/web/manifests/1": dial tcp 34.205.13.154:443: i/o timeout)
        OtherProcessor !: the image is for another processor (TaskFailedToStart: CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64')
        RateLimited: the registry's rate limit was exceeded (TaskFailedToStart: CannotPullContainerError: pull image manifest has been retried 1 time(s): httpReaderSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/web/manifests/1: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit)
        SecretDenied !: the execution role has no permission to read a secret (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:s from secrets manager: AccessDeniedException: User: r is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:s)
        SecretKeyDenied !: the execution role has no permission for the KMS key of a secret (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: failed to fetch secret arn:s from secrets manager: AccessDeniedException: Access to KMS is not allowed)
        SecretKeyDenied !: the execution role has no permission for the KMS key of a secret (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access)
        NoSuchSecret !: a secret does not exist (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: failed to fetch secret arn:s from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret)
        NoSuchSecret !: a secret does not exist (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid parameters: /web/key)
        NoSuchMember !: a secret has no such JSON key (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: retrieved secret from Secrets Manager did not contain json key password)
        NoLogGroup !: the log group does not exist (TaskFailedToStart: ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1)
        NotPrepared: the task could not be prepared (TaskFailedToStart: ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes)
        RoleNotAssumed: ECS could not assume a role of the task (TaskFailedToStart: ECS was unable to assume the role 'arn:aws:iam::1:role/web' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions)
        NoCapacity: Fargate had no capacity (TaskFailedToStart: Capacity is unavailable at this time. Please try again later or in a different availability zone)
        Quota: the account's quota of vCPUs is used up (TaskFailedToStart: You've reached the limit on the number of vCPUs you can run concurrently)
        NoAddresses: a subnet had no free address (TaskFailedToStart: Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-1': InsufficientFreeAddressesInSubnet)
        NoAddresses: a subnet had no free address (TaskFailedToStart: The subnet 'subnet-1' has insufficient free IP addresses)
        NoAddresses: a subnet had no free address (TaskFailedToStart: The specified subnet does not have enough free addresses)"#]].assert_eq(&told.join("\n"));
}

#[test]
fn each_end_of_a_container_is_told_in_words() {
    let exited = |code: i32, reason: Option<&str>| {
        let container = Container::builder().name("app").exit_code(code);
        let container = container.set_reason(reason.map(str::to_owned)).build();
        Task::builder()
            .stop_code(Code::EssentialContainerExited)
            .stopped_reason("Essential container in task exited")
            .containers(container)
            .build()
    };
    let told = [
        told(&exited(0, None)),
        told(&exited(1, None)),
        told(&exited(126, None)),
        told(&exited(127, None)),
        told(&exited(137, None)),
        told(&exited(137, Some("OutOfMemoryError: Container killed due to memory usage"))),
        told(&exited(139, None)),
        told(&exited(143, None)),
        told(&exited(255, None)),
        told(&exited(
            1,
            Some(
                "CannotStartContainerError: exec: \"serve\": executable file not found in $PATH: unknown",
            ),
        )),
        told(&exited(
            127,
            Some("CannotStartContainerError: exec /run.sh: no such file or directory: unknown"),
        )),
        told(&exited(
            126,
            Some("CannotStartContainerError: exec /run.sh: permission denied: unknown"),
        )),
        Cause::of(&exited(255, None)).with_log("exec /app: exec format error").text,
        told(&stopped(
            Code::ServiceSchedulerInitiated,
            "Task failed ELB health checks in (target-group arn:tg)",
        )),
        told(&stopped(Code::ServiceSchedulerInitiated, "Task failed container health checks")),
        told(&stopped(Code::SpotInterruption, "Your Spot Task was interrupted.")),
        told(&stopped(Code::UserInitiated, "Task stopped by user")),
        told(&Task::builder().build()),
    ];
    expect![[r#"
        EndedWell: the program ended without an error, exit code 0 (EssentialContainerExited: Essential container in task exited)
        Failed: the program failed, exit code 1 (EssentialContainerExited: Essential container in task exited)
        NotExecutable !: the command cannot be executed, exit code 126 (EssentialContainerExited: Essential container in task exited)
        NoSuchCommand !: the command was not found in the image, exit code 127 (EssentialContainerExited: Essential container in task exited)
        Killed: killed (SIGKILL), exit code 137 (EssentialContainerExited: Essential container in task exited)
        OutOfMemory: killed for lack of memory, exit code 137 (EssentialContainerExited: Essential container in task exited; container `app`: OutOfMemoryError: Container killed due to memory usage)
        Crashed: crashed (SIGSEGV, a memory error of the program), exit code 139 (EssentialContainerExited: Essential container in task exited)
        Terminated: terminated (SIGTERM), exit code 143 (EssentialContainerExited: Essential container in task exited)
        Failed: the program failed, exit code 255 (EssentialContainerExited: Essential container in task exited)
        NoSuchCommand !: the command was not found in the image, exit code 1 (EssentialContainerExited: Essential container in task exited; container `app`: CannotStartContainerError: exec: "serve": executable file not found in $PATH: unknown)
        NoSuchCommand !: the command was not found in the image, exit code 127 (EssentialContainerExited: Essential container in task exited; container `app`: CannotStartContainerError: exec /run.sh: no such file or directory: unknown)
        NotExecutable !: the command cannot be executed, exit code 126 (EssentialContainerExited: Essential container in task exited; container `app`: CannotStartContainerError: exec /run.sh: permission denied: unknown)
        the image is for another processor, exit code 255 (EssentialContainerExited: Essential container in task exited)
        UnhealthyTarget: the load balancer's health checks failed (ServiceSchedulerInitiated: Task failed ELB health checks in (target-group arn:tg))
        UnhealthyContainer: the container's own health check failed (ServiceSchedulerInitiated: Task failed container health checks)
        Interrupted: Fargate Spot interrupted the task (SpotInterruption: Your Spot Task was interrupted)
        ByRequest: someone stopped the task (UserInitiated: Task stopped by user)
        Other: stopped (no reason given)"#]].assert_eq(&told.join("\n"));
}

#[test]
fn what_differs_from_task_to_task_makes_no_cause_of_its_own() {
    let text = |task: &str, ip: &str| {
        Cause::without_ids(&format!("role/web/{task} is not authorized, dial tcp {ip}:443: no"))
    };
    assert_eq!(
        text("0f4c3b2a1d0e4f5a8b7c6d5e4f3a2b1c", "13.53.180.123"),
        text("1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d", "13.53.180.77")
    );
    assert_ne!(Cause::without_ids("exit code 1"), Cause::without_ids("exit code 2"));
    assert_eq!(Why::of_words("has reached a steady state."), None);
}
