//! Who may enter.
//!
//! Names and limits: API reference, AuthenticateCognitoActionConfig, AuthenticateOidcActionConfig and JwtValidationActionConfig.

use schemars::JsonSchema;
use serde::Deserialize;

use super::rules::{
    complain_of_cookie, complain_of_domain, complain_of_nothing, complain_of_secret,
    complain_of_url,
};
use crate::component::balancer::choices::{ClaimFormat, OnUnauthenticatedRequest};
use crate::component::inputs::arns::{USER_POOL, arn};
use crate::component::inputs::declare::inputs;
use crate::component::inputs::types::{Dict, List};
use crate::property::Output;

inputs! {
    /// Who may enter: one of `cognito`, `oidc` and `jwt`.
    pub struct AuthenticationArgs at "authentication" {
        /// Whether it is found out who sends a request. With false everyone may enter, whatever else is set here: in a route for what must be
        /// open, such as a health endpoint or a webhook. Default {default}.
        enabled: bool = true;
        /// Users of a user pool of Amazon Cognito sign in.
        cognito: CognitoArgs;
        /// Users of an identity provider that speaks OpenID Connect sign in.
        oidc: OidcArgs;
        /// Each request must bring a valid JSON Web Token in its `Authorization` header: for programs, which cannot sign in. The load balancer
        /// answers all others with 401.
        jwt: JwtArgs;
    }
}

inputs! {
    /// Users of a user pool of Amazon Cognito sign in. The pool's client needs a secret, the authorization code grant, and the callback URL
    /// `https://<host of the service>/oauth2/idpresponse`, in lower case.
    pub struct CognitoArgs at "authentication.cognito" {
        /// ARN of the user pool, in the service's region. Needed.
        user_pool_arn: Output<String>, is arn(USER_POOL), also same_region, peers ["authenticationcognitouserpoolarn"];
        /// Id of the pool's client. Needed.
        user_pool_client_id: Output<String>, is complain_of_nothing, peers ["authenticationcognitouserpoolclientid"];
        /// The pool's domain: the prefix of one of Cognito's, such as `shop`, or all of your own, such as `login.example.com`. Needed.
        user_pool_domain: Output<String>, is complain_of_domain, peers ["authenticationcognitouserpooldomain"];
        /// What the application learns of a user, such as `openid email`. Default {default}.
        scope: Output<String> = "openid", is complain_of_nothing, peers ["authenticationcognitoscope"];
        /// The name of the cookie that keeps a user signed in. Use another one for each service of a host whose users are to sign in separately.
        /// Default {default}.
        session_cookie_name: Output<String> = "AWSELBAuthSessionCookie", is complain_of_cookie;
        /// Seconds after which a user must sign in again, {limits}. Default {default}, seven days.
        session_timeout: Output<u32> = 604_800, in 1..=604_800 " seconds";
        /// What becomes of a request whose sender has not signed in: `authenticate` (default) sends the user to the sign-in page, `deny` answers
        /// with 401, `allow` lets the request in, without anything about a user.
        on_unauthenticated_request: Output<OnUnauthenticatedRequest> = OnUnauthenticatedRequest::Authenticate;
        /// Parameters of the sign-in page's address, up to 10, such as `{prompt: login}`. Default: none.
        authentication_request_extra_params: Dict, shown EVERYONE, peers ["authenticationcognitorequestextraparams"];
    }
}

inputs! {
    /// Users of an identity provider that speaks OpenID Connect sign in. It must know the callback URL
    /// `https://<host of the service>/oauth2/idpresponse`, in lower case. Its `.well-known/openid-configuration` has all addresses.
    pub struct OidcArgs at "authentication.oidc" {
        /// The provider's identifier, such as `https://id.example.com`. Needed.
        issuer: Output<String>, is complain_of_url, peers ["authenticationoidcissuer"];
        /// Where users sign in, beginning with `https://`. Needed.
        authorization_endpoint: Output<String>, is complain_of_url, peers ["authenticationoidcauthorizationendpoint"];
        /// Where the load balancer gets tokens, beginning with `https://`. Needed.
        token_endpoint: Output<String>, is complain_of_url, peers ["authenticationoidctokenendpoint"];
        /// Where the load balancer gets what is known of a user, beginning with `https://`. Needed.
        user_info_endpoint: Output<String>, is complain_of_url, peers ["authenticationoidcuserinfoendpoint"];
        /// Id of the client that the provider knows. Needed.
        client_id: Output<String>, is complain_of_nothing, peers ["authenticationoidcclientid"];
        /// ARN of a secret of Secrets Manager, in the service's region, whose text is the client's secret; or of a JSON object, with the key behind
        /// it: `arn:…:secret:…:clientSecret::`. It is read when it is sent to the load balancer, and is in no state. Each run looks whether it has
        /// another version, and sends that. Needed.
        client_secret_arn: Output<String>, is complain_of_secret, also same_region, peers ["authenticationoidcclientsecret", "clientsecret"];
        /// What the application learns of a user, such as `openid email`. Default {default}.
        scope: Output<String> = "openid", is complain_of_nothing, peers ["authenticationoidcscope"];
        /// The name of the cookie that keeps a user signed in. Use another one for each service of a host whose users are to sign in separately.
        /// Default {default}.
        session_cookie_name: Output<String> = "AWSELBAuthSessionCookie", is complain_of_cookie;
        /// Seconds after which a user must sign in again, {limits}. Default {default}, seven days.
        session_timeout: Output<u32> = 604_800, in 1..=604_800 " seconds";
        /// What becomes of a request whose sender has not signed in: `authenticate` (default) sends the user to the sign-in page, `deny` answers
        /// with 401, `allow` lets the request in, without anything about a user.
        on_unauthenticated_request: Output<OnUnauthenticatedRequest> = OnUnauthenticatedRequest::Authenticate;
        /// Parameters of the sign-in page's address, up to 10, such as `{prompt: login}`. Default: none.
        authentication_request_extra_params: Dict, shown EVERYONE, peers ["authenticationoidcrequestextraparams"];
    }
}

inputs! {
    /// Each request must bring a valid JSON Web Token. Its signature, `iss` and `exp` are checked, and `nbf` and `iat` where they are in it.
    pub struct JwtArgs at "authentication.jwt" {
        /// Who must have issued it: its `iss`, up to 256 characters. Needed.
        issuer: Output<String>, is complain_of_issuer;
        /// Where the issuer's keys are (JWKS), beginning with `https://`, up to 256 characters. Needed.
        jwks_endpoint: Output<String>, is complain_of_keys;
        /// What else a token must say, up to 10. Default: nothing.
        claims: Vec<JwtClaimArgs>, peers ["additionalclaims"];
    }
}

/// What a token must say.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JwtClaimArgs {
    /// The claim, such as `aud`; not `exp`, `iss`, `nbf` or `iat`, which are checked in any case.
    pub name: Output<String>,
    /// How tokens have it: `single-string` (default), `string-array`, or `space-separated-values`, such as `scope`.
    #[serde(default)]
    pub format: Option<Output<ClaimFormat>>,
    /// Values of which one must be there, up to 10 of up to 256 characters each.
    pub values: List,
}

const EVERYONE: &str = "The value is secret, but it is in an address that users see. Use a value that everybody may see.";
/// API reference, JwtValidationActionConfig.
const LONGEST: usize = 256;

fn complain_of_issuer(text: &str) -> Option<String> {
    complain_of_nothing(text).or_else(|| complain_of_length(text))
}

fn complain_of_keys(text: &str) -> Option<String> {
    complain_of_url(text).or_else(|| complain_of_length(text))
}

pub(super) fn complain_of_length(text: &str) -> Option<String> {
    let many = text.chars().count();
    (many > LONGEST).then(|| format!("It has {many} characters; {LONGEST} are allowed."))
}
