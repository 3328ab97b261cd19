//! The network that the service is in, and the security groups.

use crate::component::inputs::arns::id;
use crate::component::inputs::declare::inputs;
use crate::component::inputs::types::List;
use crate::property::Output;

inputs! {
    /// The network.
    pub struct NetworkArgs at "" {
        /// The VPC. Default: the VPC of the given subnets. Changing it replaces load balancer (and so
        /// its address), target group and security groups; the service moves over before the old ones go.
        vpc_id: Output<String>, is id("vpc-", "a VPC"), peers ["vpc"];
        /// Subnets with a route to the internet, in at least two zones: for the load
        /// balancer (unless it is internal), and for the tasks if there are no private subnets.
        public_subnet_ids: List;
        /// Subnets without a direct route to the internet, in at least two zones: for the tasks.
        /// Tasks need a way to the registry and the logs: a NAT gateway or VPC endpoints.
        private_subnet_ids: List, peers ["subnets", "subnetids", "ecsprivatesubnetids", "privateappsubnetids"];
        /// Whether tasks get a public IP address. Default: only if they run in public subnets.
        assign_public_ip: Output<bool>;
        /// Whether to use the account's default VPC and its public subnets; set no subnets then.
        /// Default {default}: a service is never deployed to a network that you did not choose.
        use_default_vpc: bool = false;
        /// An existing security group for the load balancer, `sg-…`. Its rules are yours then. Default:
        /// one is created that lets `allowedCidrBlocks` in and only the tasks' port out.
        alb_security_group_id: Output<String>, is id("sg-", "a security group");
        /// An existing security group for the tasks, `sg-…`. Its rules are yours then. Default: one is
        /// created that lets only the load balancer in.
        service_security_group_id: Output<String>, is id("sg-", "a security group");
    }
}
