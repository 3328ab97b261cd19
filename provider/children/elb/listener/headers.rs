//! The headers of answers, which are attributes of the listener.

use super::Inputs;
use crate::children::elb::attributes::{self, Attribute, Attributed};

/// With AWS's defaults (botocore, ListenerAttribute). The empty value takes a header away.
impl Attributed for Inputs {
    const ATTRIBUTES: &'static [Attribute<Self>] = attributes::attributes![
        server_header => "routing.http.response.server.enabled", true;
        strict_transport_security => "routing.http.response.strict_transport_security.header_value", None;
        content_security_policy => "routing.http.response.content_security_policy.header_value", None;
        x_content_type_options => "routing.http.response.x_content_type_options.header_value", None;
        x_frame_options => "routing.http.response.x_frame_options.header_value", None;
        access_control_allow_origin => "routing.http.response.access_control_allow_origin.header_value", None;
        access_control_allow_methods => "routing.http.response.access_control_allow_methods.header_value", None;
        access_control_allow_headers => "routing.http.response.access_control_allow_headers.header_value", None;
        access_control_allow_credentials => "routing.http.response.access_control_allow_credentials.header_value", None;
        access_control_expose_headers => "routing.http.response.access_control_expose_headers.header_value", None;
        access_control_max_age => "routing.http.response.access_control_max_age.header_value", None;
    ];

    fn may_be_empty(_key: &str) -> bool {
        true
    }
}
