//! What Container Insights leaves behind.

use super::Inputs;
use crate::aws::{Explain, OrGone};
use crate::error::Error;
use crate::resource::Cx;

/// Removes the log group into which AWS writes what Container Insights sees. AWS makes it with the first
/// task, without tags, and leaves it behind (aws/containers-roadmap#2315). It bears the cluster's name,
/// which no other cluster of the account and region has. The cluster is gone by then, and its entry goes:
/// what fails here is only a warning.
pub(super) async fn remove(cx: &Cx, id: &str, inputs: &Inputs) {
    let cluster = id.rsplit('/').next().unwrap_or(&cx.base);
    let group = format!("/aws/ecs/containerinsights/{cluster}/performance");
    let removed = async {
        let request = cx.aws.logs().await?.delete_log_group().log_group_name(&group);
        let answer = request.send().await.explain("logs:DeleteLogGroup", &group);
        answer.or_gone(&["ResourceNotFoundException"])
    };
    // A cluster that never had it left nothing, and the caller need not be allowed.
    match removed.await {
        Err(error) if inputs.container_insights != "disabled" => cx.warn(&stays(&group, &error)),
        _ => {}
    }
}

fn stays(group: &str, error: &Error) -> String {
    format!(
        "The log group {group}, which AWS created for Container Insights, was not deleted: \
         {error}\n  Delete it yourself: `aws logs delete-log-group --log-group-name {group}`."
    )
}

#[cfg(test)]
mod tests {
    use super::{Error, stays};

    #[test]
    fn a_log_group_that_stays_is_told_with_how_to_remove_it() {
        let group = "/aws/ecs/containerinsights/web/performance";
        expect_test::expect![[r"
            The log group /aws/ecs/containerinsights/web/performance, which AWS made for Container Insights, stays: no
              Remove it by hand: `aws logs delete-log-group --log-group-name /aws/ecs/containerinsights/web/performance`."]].assert_eq(&stays(group, &Error::aws("AccessDenied", "no")));
    }
}
