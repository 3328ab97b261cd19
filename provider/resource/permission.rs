//! The permissions that the caller of the provider needs in AWS: data that each child declares beside the
//! calls which need them. `docs/permissions.md` and the policies are generated from it.

/// One statement of the caller's policy.
///
/// Resources are as narrow as AWS allows: which action knows which resources and conditions is
/// from the Service Authorization Reference (as of April 2026).
#[derive(Debug)]
pub struct Permission {
    /// The statement's name, and the one by which `docs/permissions.md` speaks of it.
    pub sid: &'static str,
    /// What for: ends the sentence "It lets the provider …".
    pub to: &'static str,
    /// When it is needed.
    pub needed: Needed,
    pub actions: &'static [&'static str],
    /// ARNs, or `*` for actions that know no resources. Where the name of a service's object begins
    /// there is a [`NAME`].
    pub on: &'static [&'static str],
    /// Operator, key and value of its condition.
    pub only_if: Option<(&'static str, &'static str, &'static str)>,
}

/// When a permission is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// By every service.
    Always,
    /// By every service but one for which this holds.
    Unless(&'static str),
    /// By a service for which this holds.
    If(&'static str),
}

/// Which services have traffic that ECS moves between two target groups.
pub const MOVES_TRAFFIC: &str = "`deployment.strategy` is not `rolling`";

/// Which services have a name in DNS.
pub const HAS_DOMAIN: &str = "it has a `domainName`";

/// Which services have rules of a listener.
pub const HAS_RULES: &str = "it has `routes`, or `deployment.strategy` is not `rolling`";

/// Which services have no load balancer of their own.
pub const HAS_GIVEN_LISTENER: &str = "`listenerArn` is given";

/// Which services have a bucket of their own.
pub const HAS_LOGS_BUCKET: &str = "`loadBalancer.accessLogs`, or another kind of its logs, is true";

/// Which services identify themselves to an identity provider of OpenID Connect.
pub const HAS_CLIENT_SECRET: &str = "`authentication.oidc` is given, for the service or a route";

/// Which services let Amazon Cognito say who may enter.
pub const HAS_USER_POOL: &str = "`authentication.cognito` is given, for the service or a route";

/// Stands in an ARN for the beginning of names, which a narrow policy says.
pub const NAME: &str = "{name}";

/// A permission that every service needs, on everything: where to begin.
pub const EVERYWHERE: Permission =
    Permission { sid: "", to: "", needed: Needed::Always, actions: &[], on: &["*"], only_if: None };
