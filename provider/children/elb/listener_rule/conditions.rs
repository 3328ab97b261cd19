//! Which requests a rule takes, as Elastic Load Balancing spells it, and read back.

use aws_sdk_elasticloadbalancingv2::types::{
    HostHeaderConditionConfig, HttpHeaderConditionConfig, HttpRequestMethodConditionConfig,
    PathPatternConditionConfig, QueryStringConditionConfig, QueryStringKeyValuePair, RuleCondition,
    SourceIpConditionConfig,
};
use serde::{Deserialize, Serialize};

use super::Inputs;
use crate::property::{Form, Output, Plain, Wire, sorted};

/// A header of the request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct HttpHeader<F: Form = Plain> {
    pub name: F::Of<String>,
    /// One of them fits.
    pub values: F::Of<Vec<F::Of<String>>>,
}

/// A part of the query of the request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct QueryString<F: Form = Plain> {
    /// None: the value alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<F::Of<String>>,
    pub value: F::Of<String>,
}

/// All in the order in which they are read; AWS's order means nothing.
pub(super) fn check(inputs: &mut Inputs<Wire>) {
    for list in [
        &mut inputs.path_patterns,
        &mut inputs.host_headers,
        &mut inputs.source_ips,
        &mut inputs.methods,
    ] {
        *list = list.take().map(sorted);
        if list.as_ref().and_then(Output::known).is_some_and(Vec::is_empty) {
            *list = None;
        }
    }
    inputs.http_headers = inputs.http_headers.take().map(|list| {
        list.map(|mut headers| {
            for it in &mut headers {
                it.values = sorted(std::mem::replace(&mut it.values, Output::unknown()));
            }
            headers.sort_by_cached_key(|it| (known(&it.name), values(&it.values)));
            headers
        })
    });
    inputs.query_strings = inputs.query_strings.take().map(|list| {
        list.map(|mut all| {
            all.sort_by_cached_key(|it| (it.key.as_ref().and_then(known), known(&it.value)));
            all
        })
    });
    let empty = |it: &Output<Vec<HttpHeader<Wire>>>| it.known().is_some_and(Vec::is_empty);
    inputs.http_headers = inputs.http_headers.take().filter(|it| !empty(it));
    let empty = |it: &Output<Vec<QueryString<Wire>>>| it.known().is_some_and(Vec::is_empty);
    inputs.query_strings = inputs.query_strings.take().filter(|it| !empty(it));
}

fn known(text: &Output<String>) -> Option<String> {
    text.known().cloned()
}

fn values(list: &Output<Vec<Output<String>>>) -> Vec<Option<String>> {
    list.known().into_iter().flatten().map(known).collect()
}

const HOST: &str = "host-header";
const PATH: &str = "path-pattern";
const HEADER: &str = "http-header";
const METHOD: &str = "http-request-method";
const QUERY: &str = "query-string";
const SOURCE: &str = "source-ip";

pub(super) fn write(inputs: &Inputs) -> Vec<RuleCondition> {
    let field = |field: &str| RuleCondition::builder().field(field);
    let hosts = inputs.host_headers.clone().map(|values| {
        let config = HostHeaderConditionConfig::builder().set_values(Some(values));
        field(HOST).host_header_config(config.build()).build()
    });
    let paths = inputs.path_patterns.clone().map(|values| {
        let config = PathPatternConditionConfig::builder().set_values(Some(values));
        field(PATH).path_pattern_config(config.build()).build()
    });
    let methods = inputs.methods.clone().map(|values| {
        let config = HttpRequestMethodConditionConfig::builder().set_values(Some(values));
        field(METHOD).http_request_method_config(config.build()).build()
    });
    let sources = inputs.source_ips.clone().map(|values| {
        let config = SourceIpConditionConfig::builder().set_values(Some(values));
        field(SOURCE).source_ip_config(config.build()).build()
    });
    let headers = inputs.http_headers.iter().flatten().map(|it| {
        let config = HttpHeaderConditionConfig::builder().http_header_name(&it.name);
        let config = config.set_values(Some(it.values.clone())).build();
        field(HEADER).http_header_config(config).build()
    });
    let queries = inputs.query_strings.as_ref().map(|all| {
        let pair = |it: &QueryString| {
            let pair = QueryStringKeyValuePair::builder().set_key(it.key.clone());
            pair.value(&it.value).build()
        };
        let config = QueryStringConditionConfig::builder();
        let config = config.set_values(Some(all.iter().map(pair).collect())).build();
        field(QUERY).query_string_config(config).build()
    });
    [hosts, paths, methods, sources, queries].into_iter().flatten().chain(headers).collect()
}

/// The conditions of these, without their order. Plain values come back in both spellings.
pub(super) fn read(conditions: &[RuleCondition], inputs: &mut Inputs) {
    for it in conditions {
        let or_plain = |values: &[String]| {
            let mut all = if values.is_empty() { it.values() } else { values }.to_vec();
            all.sort();
            Some(all)
        };
        match it.field().unwrap_or_default() {
            HOST => {
                let config = it.host_header_config();
                inputs.host_headers = or_plain(config.map_or(&[], |it| it.values()));
            }
            PATH => {
                let config = it.path_pattern_config();
                inputs.path_patterns = or_plain(config.map_or(&[], |it| it.values()));
            }
            METHOD => {
                let config = it.http_request_method_config();
                inputs.methods = or_plain(config.map_or(&[], |it| it.values()));
            }
            SOURCE => {
                let config = it.source_ip_config();
                inputs.source_ips = or_plain(config.map_or(&[], |it| it.values()));
            }
            HEADER => {
                let Some(config) = it.http_header_config() else { continue };
                let mut values = config.values().to_vec();
                values.sort();
                let name = config.http_header_name().unwrap_or_default().to_owned();
                inputs.http_headers.get_or_insert_default().push(HttpHeader { name, values });
            }
            QUERY => {
                let pairs = it.query_string_config().map_or(&[][..], |it| it.values());
                let pairs = pairs.iter().map(|it| QueryString {
                    key: it.key().map(str::to_owned),
                    value: it.value().unwrap_or_default().to_owned(),
                });
                inputs.query_strings.get_or_insert_default().extend(pairs);
            }
            _ => {}
        }
    }
    if let Some(headers) = &mut inputs.http_headers {
        headers.sort_by(|one, other| (&one.name, &one.values).cmp(&(&other.name, &other.values)));
    }
    if let Some(all) = &mut inputs.query_strings {
        all.sort_by(|one, other| (&one.key, &one.value).cmp(&(&other.key, &other.value)));
    }
}
