//! Who may enter, as the listener and the rules get it.

use std::collections::BTreeMap;

use super::inputs::{AuthenticationArgs, CognitoArgs, JwtArgs, OidcArgs};
use crate::children::elb::authentication::{Authentication, Claim, Cognito, Jwt, Oidc, Session};
use crate::children::secretsmanager::client_secret;
use crate::component::Args;
use crate::component::balancer::choices::{ClaimFormat, OnUnauthenticatedRequest};
use crate::component::inputs::choices::word;
use crate::component::inputs::types::Dict;
use crate::component::routes::inputs::RouteArgs;
use crate::component::wiring::{Node, Wanted, Wiring};
use crate::error::Result;
use crate::property::{Output, Property, Wire};

/// Where the client secrets are, with the versions that are current: of the service, and of the routes that have one of their own.
#[derive(Clone, Default)]
pub(in crate::component) struct ClientSecrets<'a> {
    service: Option<Node<'a, Output<String>>>,
    routes: BTreeMap<usize, Node<'a, Output<String>>>,
}

pub(in crate::component) fn wire<'a>(wiring: &mut Wiring<'a>) -> ClientSecrets<'a> {
    let want = wiring.want;
    let mut one = |part: String, authentication: &AuthenticationArgs, from: &'static str| {
        let parent = wiring.parent;
        let secret_arn = authentication.oidc.as_ref()?.client_secret_arn.clone()?;
        let secret_arn = secret_arn.from_input(&origin(from, "oidc.clientSecretArn"));
        Some(wiring.node(async move {
            let inputs = client_secret::Inputs { secret_arn };
            let made = parent.make::<client_secret::ClientSecret>(&part, inputs).await?;
            Ok(made.value_from)
        }))
    };
    let is_used = |it: &&AuthenticationArgs| want.args.uses(it);
    let service = want.args.entry().filter(is_used);
    let service = service.and_then(|it| one("client-secret".to_owned(), it, SERVICE));
    let mut routes = BTreeMap::new();
    for (index, name) in want.args.routes.names().into_iter().enumerate() {
        let own = want.args.routes.all()[index].authentication.as_ref();
        let part = format!("client-secret-{name}");
        if let Some(node) = own.filter(|it| it.is_on()).and_then(|it| one(part, it, ROUTES)) {
            routes.insert(index, node);
        }
    }
    ClientSecrets { service, routes }
}

const SERVICE: &str = "authentication";
const ROUTES: &str = "routes";

/// A route is one input as a whole.
fn origin(from: &str, name: &str) -> String {
    if from == ROUTES { from.to_owned() } else { format!("{from}.{name}") }
}

/// Who may enter, and where the secret is for it.
type Entry = (Option<Authentication<Wire>>, Option<Output<String>>);

impl AuthenticationArgs {
    pub(in crate::component) fn is_on(&self) -> bool {
        self.enabled != Some(false)
    }

    /// Whether the load balancer sends users to sign in.
    pub(in crate::component) fn signs_in(&self) -> bool {
        self.cognito.is_some() || self.oidc.is_some()
    }
}

impl Args {
    /// Who may enter where no route says otherwise. None: everyone.
    pub(in crate::component) fn entry(&self) -> Option<&AuthenticationArgs> {
        self.balancer.authentication.as_ref().filter(|it| it.is_on())
    }

    /// Who may enter by this route. What it redirects or answers is open, unless it says otherwise.
    fn entry_of(&self, route: &RouteArgs) -> Option<(&'static str, AuthenticationArgs)> {
        match &route.authentication {
            Some(own) => Some((ROUTES, own.clone())).filter(|(_, own)| own.is_on()),
            None => Some((SERVICE, self.entry()?.clone())).filter(|_| route.forwards()),
        }
    }

    /// Whether the listener or a route has it from the service.
    fn uses(&self, _of_service: &AuthenticationArgs) -> bool {
        let of_service = |it: &RouteArgs| self.entry_of(it).is_some_and(|it| it.0 == SERVICE);
        self.routes.forwards_by_default() || self.routes.all().iter().any(of_service)
    }

    /// All that there are.
    pub(in crate::component) fn entries(&self) -> Vec<AuthenticationArgs> {
        let by_default = self.entry().filter(|_| self.routes.forwards_by_default()).cloned();
        let of_routes = self.routes.all().iter().filter_map(|it| self.entry_of(it));
        by_default.into_iter().chain(of_routes.map(|it| it.1)).collect()
    }
}

impl Wanted {
    /// Who may enter where no rule takes a request, if it is forwarded.
    pub(in crate::component) async fn entry_by_default(
        &self,
        secrets: ClientSecrets<'_>,
    ) -> Result<Entry> {
        let by_default = self.args.entry().filter(|_| self.args.routes.forwards_by_default());
        let Some(args) = by_default else { return Ok((None, None)) };
        Ok((Some(authentication(args, SERVICE)), awaited(secrets.service).await?))
    }

    /// Who may enter by a route.
    pub(in crate::component) async fn entry_by(
        &self,
        index: usize,
        mut secrets: ClientSecrets<'_>,
    ) -> Result<Entry> {
        let entry = self.args.entry_of(&self.args.routes.all()[index]);
        let Some((from, args)) = entry else { return Ok((None, None)) };
        let secret = if from == SERVICE { secrets.service } else { secrets.routes.remove(&index) };
        Ok((Some(authentication(&args, from)), awaited(secret).await?))
    }
}

async fn awaited(node: Option<Node<'_, Output<String>>>) -> Result<Option<Output<String>>> {
    match node {
        Some(node) => node.await.map(Some),
        None => Ok(None),
    }
}

fn authentication(args: &AuthenticationArgs, from: &'static str) -> Authentication<Wire> {
    Authentication {
        cognito: args.cognito.as_ref().map(|it| cognito(it, from)),
        oidc: args.oidc.as_ref().map(|it| oidc(it, from)),
        jwt: args.jwt.as_ref().map(|it| jwt(it, from)),
    }
}

/// A value, known to come from its input. One that is missing was refused.
struct From(&'static str, &'static str);

impl From {
    fn value<T: Property + Default>(&self, given: Option<&Output<T>>, name: &str) -> Output<T> {
        let given = given.cloned().unwrap_or_else(|| T::default().into());
        given.from_input(&origin(self.0, &format!("{}.{name}", self.1)))
    }
}

fn cognito(args: &CognitoArgs, from: &'static str) -> Cognito<Wire> {
    let of = From(from, "cognito");
    Cognito {
        user_pool_arn: of.value(args.user_pool_arn.as_ref(), "userPoolArn"),
        user_pool_client_id: of.value(args.user_pool_client_id.as_ref(), "userPoolClientId"),
        user_pool_domain: of.value(args.user_pool_domain.as_ref(), "userPoolDomain"),
        session: session(
            &of,
            &args.scope(),
            &args.session_cookie_name(),
            &args.session_timeout(),
            args.on_unauthenticated_request(),
            args.authentication_request_extra_params.as_ref(),
        ),
    }
}

fn oidc(args: &OidcArgs, from: &'static str) -> Oidc<Wire> {
    let of = From(from, "oidc");
    Oidc {
        issuer: of.value(args.issuer.as_ref(), "issuer"),
        authorization_endpoint: of
            .value(args.authorization_endpoint.as_ref(), "authorizationEndpoint"),
        token_endpoint: of.value(args.token_endpoint.as_ref(), "tokenEndpoint"),
        user_info_endpoint: of.value(args.user_info_endpoint.as_ref(), "userInfoEndpoint"),
        client_id: of.value(args.client_id.as_ref(), "clientId"),
        session: session(
            &of,
            &args.scope(),
            &args.session_cookie_name(),
            &args.session_timeout(),
            args.on_unauthenticated_request(),
            args.authentication_request_extra_params.as_ref(),
        ),
    }
}

fn session(
    of: &From,
    scope: &Output<String>,
    cookie_name: &Output<String>,
    timeout: &Output<u32>,
    otherwise: Output<OnUnauthenticatedRequest>,
    params: Option<&Dict>,
) -> Session<Wire> {
    let name = "authenticationRequestExtraParams";
    Session {
        scope: of.value(Some(scope), "scope"),
        cookie_name: of.value(Some(cookie_name), "sessionCookieName"),
        timeout: of.value(Some(timeout), "sessionTimeout"),
        on_unauthenticated_request: of
            .value(Some(&otherwise.map(word)), "onUnauthenticatedRequest"),
        extra_params: params.map(|it| of.value(Some(it), name)),
    }
}

fn jwt(args: &JwtArgs, from: &'static str) -> Jwt<Wire> {
    let of = From(from, "jwt");
    let claims = args.claims.as_ref().filter(|it| !it.is_empty()).map(|all| {
        let claim = |it: &super::inputs::JwtClaimArgs| {
            let format = it.format.clone().unwrap_or_else(|| ClaimFormat::SingleString.into());
            Claim {
                name: of.value(Some(&it.name), "claims"),
                format: of.value(Some(&format.map(word)), "claims"),
                values: of.value(Some(&it.values), "claims"),
            }
        };
        all.iter().map(claim).collect::<Vec<_>>().into()
    });
    Jwt {
        issuer: of.value(args.issuer.as_ref(), "issuer"),
        jwks_endpoint: of.value(args.jwks_endpoint.as_ref(), "jwksEndpoint"),
        claims,
    }
}
