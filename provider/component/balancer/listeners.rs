//! What the listeners do with requests.

use crate::children::elb::{listener, target_group};
use crate::component::wiring::{Node, Wanted};
use crate::error::Result;
use crate::property::{Output, Wire};

impl Wanted {
    pub(super) fn http_listener(
        &self,
        port: u16,
        load_balancer_arn: Output<String>,
        target_group_arn: Output<String>,
    ) -> listener::Inputs<Wire> {
        let plain = self.plain_listener(port, load_balancer_arn, target_group_arn);
        let plain = self.with_default_action(plain);
        match self.args.https_port().filter(|_| self.args.balancer.redirect_http()) {
            None => plain,
            Some(to) => listener::Inputs {
                target_group_arn: None,
                redirect_port: Some(to.into()),
                redirect: None,
                fixed_response: None,
                ..plain
            },
        }
    }

    /// A listener that serves plain HTTP.
    pub(super) fn plain_listener(
        &self,
        port: u16,
        load_balancer_arn: Output<String>,
        target_group_arn: Output<String>,
    ) -> listener::Inputs<Wire> {
        let headers = self.args.balancer.load_balancer().response_headers();
        listener::Inputs {
            load_balancer_arn,
            port: port.into(),
            protocol: "HTTP".into(),
            certificate_arn: None,
            ssl_policy: None,
            target_group_arn: Some(target_group_arn),
            redirect_port: None,
            redirect: None,
            fixed_response: None,
            authentication: None,
            client_secret_from: None,
            additional_certificate_arns: None,
            mutual_tls: None,
            server_header: headers.server(),
            strict_transport_security: None,
            content_security_policy: headers.content_security_policy(),
            x_content_type_options: headers.x_content_type_options(),
            x_frame_options: headers.x_frame_options(),
            access_control_allow_origin: headers.access_control_allow_origin(),
            access_control_allow_methods: headers.access_control_allow_methods(),
            access_control_allow_headers: headers.access_control_allow_headers(),
            access_control_allow_credentials: headers
                .access_control_allow_credentials()
                .then(|| "true".into()),
            access_control_expose_headers: headers.access_control_expose_headers(),
            access_control_max_age: headers
                .access_control_max_age()
                .map(|it| it.map(|it| it.to_string())),
        }
    }

    /// The group to which a listener forwards what no route takes; it waits for none where it does not.
    pub(super) async fn default_group(
        &self,
        group: Node<'_, target_group::Outputs<Wire>>,
    ) -> Result<Output<String>> {
        if !self.args.routes.forwards_by_default() {
            return Ok(Output::unknown());
        }
        Ok(group.await?.arn)
    }

    /// A listener with what it does when no route takes a request.
    pub(super) fn with_default_action(
        &self,
        inputs: listener::Inputs<Wire>,
    ) -> listener::Inputs<Wire> {
        if self.args.routes.forwards_by_default() {
            return inputs;
        }
        let (redirect, fixed_response) = self.default_action();
        listener::Inputs { target_group_arn: None, redirect, fixed_response, ..inputs }
    }

    pub(super) fn https_listener(
        &self,
        port: u16,
        load_balancer_arn: Output<String>,
        target_group_arn: Output<String>,
        certificate_arn: Output<String>,
    ) -> listener::Inputs<Wire> {
        let balancer = &self.args.balancer;
        listener::Inputs {
            protocol: "HTTPS".into(),
            certificate_arn: Some(certificate_arn),
            ssl_policy: Some(balancer.ssl_policy()),
            additional_certificate_arns: balancer.additional_certificate_arns(),
            mutual_tls: self.mutual_tls(),
            strict_transport_security: balancer
                .load_balancer()
                .response_headers()
                .strict_transport_security(),
            ..self.plain_listener(port, load_balancer_arn, target_group_arn)
        }
    }
}
