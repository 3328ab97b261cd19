//! The container: size, variables, secrets, command, its own health check.

use std::collections::BTreeMap;

use super::rules::{
    COMMAND, DEFINITION, ENVIRONMENT, complain_of_container_name, complain_of_disk,
    complain_of_folder, complain_of_nothing_to_run, complain_of_port, complain_of_user,
};
use super::task_size::complain_of_cpu;
use crate::component::inputs::arns::{KEY, SECRET, arn};
use crate::component::inputs::choices::Architecture;
use crate::component::inputs::declare::inputs;
use crate::component::inputs::types::{Dict, List};
use crate::property::Output;

inputs! {
    /// The container.
    pub struct ContainerArgs at "" {
        /// The port on which the container listens, 1 to 65535. Default {default}. A change is a new
        /// deployment, without an interruption.
        container_port: Output<u16> = 80_u16, number complain_of_port, peers ["port", "targetport"];
        /// The container's name in the task definition, as log streams and `aws ecs execute-command` have it: up to
        /// 255 letters, digits, hyphens and underscores. Default {default}. To take over a service whose container has
        /// another name, set that name. A change is a new deployment, without an interruption.
        container_name: Output<String> = "app", is complain_of_container_name, shown DEFINITION;
        /// CPU units of a task: 256, 512, 1024, 2048, 4096, 8192 or 16384 (1024 are one vCPU). If only
        /// `memory` is given and does not go with the default, it is the least that goes with it.
        cpu: Output<u32> => cpu, number complain_of_cpu, peers ["taskcpu"];
        /// Memory of a task in MiB; which values are allowed depends on `cpu`: 512, 1024 or 2048 with
        /// 256 CPU units, 1024 to 4096 in steps of 1024 with 512, 2048 to 8192 with 1024, and so on. An
        /// invalid value is rejected with the nearest valid ones. If only `cpu` is given, it is the least that goes
        /// with it: 2 MiB for each CPU unit.
        memory: Output<u32> => memory, peers ["memorylimitmib", "taskmemory"];
        /// Disk of a task in GiB, 21 to 200, which also holds the unpacked image. Default: Fargate's own
        /// 20, which cost nothing; each GiB beyond them is paid by the hour. 20 itself is not accepted:
        /// leave it out.
        ephemeral_storage: Output<u32>, number complain_of_disk, peers ["storage", "ephemeralstoragegib"];
        /// The processor that the image is built for: `X86_64` (default) or `ARM64`, which costs about
        /// a fifth less.
        architecture: Output<Architecture> = Architecture::X8664, peers ["cpuarchitecture"];
        /// Environment variables, such as `{LOG_LEVEL: info}`. Values are readable by everyone who may
        /// see the task definition, so a secret value is refused here: put it into Secrets Manager and
        /// name its ARN in `secrets`.
        environment: Dict = BTreeMap::new(), shown ENVIRONMENT, peers ["variables", "env", "environmentvariables", "containerenvironment"];
        /// Environment variables whose values come from Secrets Manager or the SSM Parameter Store:
        /// the variable's name, and the ARN of the secret (`arn:…:secret:name-AbCdEf`, with
        /// `:jsonKey::` at its end for one key of a JSON secret) or parameter. The execution role may
        /// read these and no others; for a secret's ARN without the hyphen and six characters at its end
        /// it may read the secret of that name. Under a KMS key of your own: `secretsKmsKeyArns`.
        secrets: Dict = BTreeMap::new();
        /// ARNs of the KMS keys under which the `secrets` lie, or `databaseSecretArn`, if they are keys of
        /// your own: the role that reads the secrets may decrypt with these, through Secrets Manager and
        /// the Parameter Store only. Whole ARNs, no aliases. A key that is wrong or missing fails the
        /// deployment. Default: none, for secrets under AWS's own keys.
        secrets_kms_key_arns: List = Vec::new(), each arn(KEY);
        /// ARN of a database secret in Secrets Manager that the application reads itself: the
        /// container gets it as `DB_SECRET_ARN`, and the task role may read it.
        database_secret_arn: Output<String>, is arn(SECRET);
        /// The command to run instead of the image's own, as a list of arguments, such as
        /// `["server", "--port", "80"]`; not empty, and without secrets, because the task definition shows
        /// it. Default: the image's.
        command: List, is complain_of_nothing_to_run, shown COMMAND;
        /// The entry point to use instead of the image's own, as a list of arguments; not empty, and
        /// without secrets. Default: the image's.
        entry_point: List, is complain_of_nothing_to_run, shown COMMAND;
        /// The user to run as: `user`, `uid`, or either with a group behind a colon, such as `1000:1000`.
        /// Default: the image's.
        user: Output<String>, is complain_of_user, shown DEFINITION;
        /// The directory to run in, as an absolute path, such as `/srv`. Default: the image's.
        working_directory: Output<String>, is complain_of_folder, shown DEFINITION;
        /// Whether the container's root file system is read-only. Default {default}. Not together with
        /// `enableExecuteCommand`, whose agent must write.
        readonly_root_filesystem: Output<bool> = false;
        /// Whether an init process reaps zombies and passes signals on. Default {default}.
        init_process_enabled: Output<bool> = true;
        /// Seconds between SIGTERM and SIGKILL when a task stops, {limits}. Default: AWS's, 30.
        stop_timeout: Output<u32>, in 2..=120 " seconds";
        /// A health check that runs inside the container, beside the load balancer's. Default: none.
        container_health_check: ContainerHealthCheckArgs;
    }
}

inputs! {
    /// A health check that runs inside the container.
    pub struct ContainerHealthCheckArgs at "containerHealthCheck" {
        /// The command: `["CMD-SHELL", "curl -f http://localhost/ || exit 1"]`, or `["CMD", …]`.
        command: List = Vec::new(), shown COMMAND;
        /// Seconds between checks, {limits}. Default {default}.
        interval: Output<u32> = 30, in 5..=300 " seconds";
        /// Seconds that a check may take, {limits}. Default {default}.
        timeout: Output<u32> = 5, in 2..=60 " seconds";
        /// Failures in a row that make the container unhealthy, {limits}. Default {default}.
        retries: Output<u32> = 3, in 1..=10 "";
        /// Seconds after the start for which failures do not count, {limits}. Default {default}.
        start_period: Output<u32> = 0, in 0..=300 " seconds";
    }
}
