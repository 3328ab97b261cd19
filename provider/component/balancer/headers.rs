//! Headers that the load balancer puts into answers.
//!
//! Values: user guide, "HTTP header modification for your Application Load Balancer".

use crate::component::Args;
use crate::component::inputs::complaints::Complaints;
use crate::component::inputs::declare::inputs;
use crate::property::Output;

const EVERYONE: &str = "The value is secret, but every client gets it with each answer. Use a value that everybody may see.";
/// Bytes.
const LONGEST: usize = 1024;

inputs! {
    /// Headers that the load balancer puts into every answer, in place of the application's own of the same name.
    pub struct ResponseHeadersArgs at "loadBalancer.responseHeaders" {
        /// Whether answers have the header `Server: awselb/2.0` where the load balancer itself answers. Default {default}.
        server: Output<bool> = true;
        /// `Strict-Transport-Security`, such as `max-age=31536000; includeSubDomains`: browsers use HTTPS from then on. Needs HTTPS.
        /// Default: the application's.
        strict_transport_security: Output<String>, is complain_of_value, shown EVERYONE, peers ["hsts"];
        /// `Content-Security-Policy`, such as `default-src 'self'`. Default: the application's.
        content_security_policy: Output<String>, is complain_of_value, shown EVERYONE, peers ["csp"];
        /// `X-Content-Type-Options`: `nosniff` is all that there is. Default: the application's.
        x_content_type_options: Output<String>, is complain_of_type_options, shown EVERYONE;
        /// `X-Frame-Options`: `DENY`, `SAMEORIGIN`, or `ALLOW-FROM` and an address. Default: the application's.
        x_frame_options: Output<String>, is complain_of_frame_options, shown EVERYONE;
        /// `Access-Control-Allow-Origin`: `*`, or the origin whose pages may use the service, such as `https://example.com`. Default: the
        /// application's.
        access_control_allow_origin: Output<String>, is complain_of_value, shown EVERYONE, peers ["cors"];
        /// `Access-Control-Allow-Methods`, such as `GET,POST`. Default: the application's.
        access_control_allow_methods: Output<String>, is complain_of_methods, shown EVERYONE;
        /// `Access-Control-Allow-Headers`, such as `Authorization,Content-Type`, or `*`. Default: the application's.
        access_control_allow_headers: Output<String>, is complain_of_value, shown EVERYONE;
        /// Whether answers have `Access-Control-Allow-Credentials: true`. Default {default}: the application's.
        access_control_allow_credentials: bool = false;
        /// `Access-Control-Expose-Headers`, such as `ETag`, or `*`. Default: the application's.
        access_control_expose_headers: Output<String>, is complain_of_value, shown EVERYONE;
        /// `Access-Control-Max-Age`: seconds for which a browser keeps the answer to its question, {limits}. Default: the application's.
        access_control_max_age: Output<u32>, in 0..=86_400 " seconds";
    }
}

pub(super) fn problems(args: &Args, found: &mut Complaints) {
    let headers = args.balancer.load_balancer().response_headers();
    if headers.strict_transport_security.is_some() && args.https_port().is_none() {
        found.add(
            "loadBalancer.responseHeaders.strictTransportSecurity",
            "Browsers take it from HTTPS only. Set `domainName` or `certificateArn`, or remove it.",
        );
    }
}

fn complain_of_value(value: &str) -> Option<String> {
    if value.is_empty() {
        return Some("It is empty. Remove it to keep the application's header.".to_owned());
    }
    if value.len() > LONGEST {
        return Some(format!("It has {} bytes; {LONGEST} are allowed.", value.len()));
    }
    let wrong = value.chars().find(|it| !it.is_ascii_graphic() && *it != ' ')?;
    Some(format!("It contains {wrong:?}. Letters, digits, signs and spaces of ASCII are allowed."))
}

fn complain_of_type_options(value: &str) -> Option<String> {
    (value != "nosniff").then(|| format!("\"{value}\" is not allowed. Allowed is `nosniff`."))
}

fn complain_of_frame_options(value: &str) -> Option<String> {
    let fits = ["DENY", "SAMEORIGIN"].contains(&value)
        || value.strip_prefix("ALLOW-FROM ").is_some_and(|origin| origin.contains("://"));
    (!fits).then(|| {
        format!(
            "\"{value}\" is not allowed. Allowed are `DENY`, `SAMEORIGIN`, and `ALLOW-FROM` with an address such as \
             `https://example.com`."
        )
    })
}

const METHODS: [&str; 9] =
    ["GET", "HEAD", "POST", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PUT", "PATCH"];

fn complain_of_methods(value: &str) -> Option<String> {
    let known = |it: &str| METHODS.contains(&it.trim());
    if value == "*" || value.split(',').all(known) {
        return None;
    }
    Some(format!(
        "\"{value}\" is not a list of methods. Write `*`, or some of {} with commas between.",
        METHODS.map(|it| format!("`{it}`")).join(", ")
    ))
}
