//! AWS WAF: which web ACL sees a load balancer's requests.

pub mod web_acl_association;
