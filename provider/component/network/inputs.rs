//! The network that the service is in, and the security groups.

use super::blocks::complain_of_cidr;
use crate::component::inputs::arns::id;
use crate::component::inputs::choices::Nat;
use crate::component::inputs::declare::inputs;
use crate::component::inputs::types::List;
use crate::property::Output;

inputs! {
    /// The network.
    pub struct PlacementArgs at "" {
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
        /// A network of the service's own: a VPC with a public and a private subnet in each zone. Set no
        /// subnets and no `useDefaultVpc` then. Other services can use it by the outputs `vpcId`,
        /// `publicSubnetIds` and `privateSubnetIds`.
        network: NetworkArgs;
        /// An existing security group for the load balancer, `sg-…`. Its rules are yours then. Default:
        /// one is created that lets `allowedCidrBlocks` in and only the tasks' port out.
        alb_security_group_id: Output<String>, is id("sg-", "a security group");
        /// An existing security group for the tasks, `sg-…`. Its rules are yours then. Default: one is
        /// created that lets only the load balancer in.
        service_security_group_id: Output<String>, is id("sg-", "a security group");
    }
}

inputs! {
    /// A network of the service's own.
    pub struct NetworkArgs at "network" {
        /// The VPC's block, a /16 to /24. Default {default}. Each subnet is an eighth of it. A change
        /// creates another network beside the old one, load balancer included; the service moves over
        /// before the old one is deleted, and the load balancer's address changes.
        cidr: Output<String> = "10.0.0.0/16", is complain_of_cidr, peers ["vpccidr", "cidrblock"];
        /// How many zones, 2 to 4. Default {default}. Which ones is decided once. More zones move no
        /// subnet that exists.
        zones: u32 = 2_u32, peers ["numberofavailabilityzones", "maxazs", "azs", "az"];
        /// How tasks reach the internet, the registry and AWS. `none`: they run in the public subnets, with
        /// public addresses, and their security group lets only the load balancer in. `single`: they run
        /// in the private subnets and share a NAT gateway, whose zone all of them need then. `perZone`: a NAT
        /// gateway in each zone. Default {default}, because each NAT gateway costs about 33 USD a month and
        /// 0.045 USD for each GB (us-east-1).
        nat: Nat = Nat::None, peers ["natgateways", "enablenatgateway"];
        /// Whether the subnets have IPv6 too, from a block that AWS chooses. Default {default}. Private
        /// subnets then reach the internet over IPv6 through an egress-only internet gateway, which costs
        /// nothing. The load balancer has IPv6 addresses only with `loadBalancer.ipAddressType`
        /// `dualstack`; change that to `ipv4` in a run of its own before setting this to false.
        ipv6: bool = false, peers ["enableipv6"];
    }
}
