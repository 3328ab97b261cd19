//! CloudWatch: alarms.

use aws_sdk_cloudwatch::types::MetricAlarm;

use super::named;
use crate::aws::{Aws, Explain};
use crate::error::Result;

impl Aws {
    /// The alarm of this name.
    pub async fn alarm(&self, name: &str) -> Result<Option<MetricAlarm>> {
        let aws = self.clone();
        let ask = move |names: Vec<String>| {
            let aws = aws.clone();
            async move {
                let call = aws.cloudwatch().await?.describe_alarms();
                // It returns at most 50 unless the call sets a limit.
                let call = call.set_alarm_names(Some(names.clone())).max_records(100);
                let answer = call.send().await;
                let answer = answer.explain("cloudwatch:DescribeAlarms", &named(&names))?;
                Ok(answer.metric_alarms.unwrap_or_default())
            }
        };
        let is = |it: &MetricAlarm, name: &str| it.alarm_name() == Some(name);
        let found = self.looks().alarms.look("", name, is, ask).await?;
        Ok(found.into_iter().next())
    }

    /// Deletes the alarm of this name. AWS deletes none of several if there is something wrong with
    /// one of them.
    pub async fn delete_alarm(&self, name: &str) -> Result<()> {
        let aws = self.clone();
        let delete = move |names: Vec<String>| {
            let aws = aws.clone();
            async move {
                let call = aws.cloudwatch().await?.delete_alarms();
                let answer = call.set_alarm_names(Some(names.clone())).send().await;
                answer.explain("cloudwatch:DeleteAlarms", &named(&names))?;
                Ok(names)
            }
        };
        let is = |it: &String, name: &str| it == name;
        self.looks().deleted_alarms.look("", name, is, delete).await.map(drop)
    }
}
