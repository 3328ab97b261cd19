//! Times from which a service may have other numbers of tasks.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::scaling::Scaling;
use super::times::{complain_of_cron, complain_of_rate, complain_of_time, complain_of_zone};
use crate::children::autoscaling::scheduled_action;
use crate::component::image::wiring::if_found;
use crate::component::inputs::complaints::{Complaints, known};
use crate::property::{Output, Wire};

/// 200 scheduled actions per target (Application Auto Scaling user guide, quotas).
const MOST: usize = 200;
const LONGEST_NAME: usize = 40;

/// From a certain time on the service scales between other numbers of tasks, or is off: one of `cron`, `at` and `rate`, and `minCapacity`,
/// `maxCapacity` or both.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScheduleArgs {
    /// What it is called in the stack: lower-case letters, digits and hyphens, up to 40. Another name is another scheduled action, which is
    /// created before the old one is deleted.
    pub name: String,
    /// Again and again: minutes, hours, day of the month, month, day of the week and year, such as `0 20 ? * MON-FRI *`. One of the two days
    /// must be `?`.
    #[serde(default)]
    pub cron: Option<Output<String>>,
    /// Once, such as `2026-12-24T18:00:00`.
    #[serde(default)]
    pub at: Option<Output<String>>,
    /// At equal distances from the moment at which it is created, such as `12 hours`: a number of minutes, hours or days.
    #[serde(default)]
    pub rate: Option<Output<String>>,
    /// The time zone of `cron` and `at`, by its name in the IANA's list, such as `Europe/Berlin`; summer time counts. Default `UTC`.
    #[serde(default)]
    pub timezone: Option<Output<String>>,
    /// The fewest tasks from then on, 0 to 5000. If fewer run, tasks start. Default: as before.
    #[serde(default)]
    pub min_capacity: Option<Output<u32>>,
    /// The most tasks from then on, 0 to 5000; 0 turns the service off. If more run, tasks stop. Default: as before.
    #[serde(default)]
    pub max_capacity: Option<Output<u32>>,
}

const PATH: &str = "autoscaling.schedules";

pub(super) fn problems(scaling: &Scaling, found: &mut Complaints) {
    let schedules = scaling.schedules();
    found.check(PATH, Some(&Output::from(schedules.len())), |many| complain_of_many(*many));
    let mut names = BTreeSet::new();
    for (index, schedule) in schedules.iter().enumerate() {
        let at = |name: &str| format!("{PATH}[{index}].{name}");
        found.check(&at("name"), Some(&Output::from(schedule.name.clone())), |name| {
            let twice = !names.insert(name.clone());
            complain_of_name(name).or_else(|| twice.then(|| format!("\"{name}\" is given twice.")))
        });
        when(schedule, index, found);
        for (name, number) in
            [("minCapacity", &schedule.min_capacity), ("maxCapacity", &schedule.max_capacity)]
        {
            if let Some(number) = number {
                found.range(&at(name), number, 0..=5000, " tasks", None);
            }
        }
        numbers(scaling, schedule, index, found);
    }
}

fn complain_of_many(many: usize) -> Option<String> {
    (many > MOST).then(|| format!("{many} are given. AWS allows {MOST} for a service."))
}

fn complain_of_name(name: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let right = (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(fits);
    (!right).then(|| {
        format!(
            "\"{name}\" is not a valid name: 1 to {LONGEST_NAME} lower-case letters, digits and hyphens are allowed."
        )
    })
}

fn when(schedule: &ScheduleArgs, index: usize, found: &mut Complaints) {
    let at = |name: &str| format!("{PATH}[{index}].{name}");
    let given = [&schedule.cron, &schedule.at, &schedule.rate];
    if given.iter().filter(|it| it.is_some()).count() != 1 {
        found.add(
            &format!("{PATH}[{index}]"),
            "It needs exactly one of `cron`, `at` and `rate`, which says when it applies.",
        );
    }
    found.check(&at("cron"), schedule.cron.as_ref(), |it| complain_of_cron(it));
    found.check(&at("at"), schedule.at.as_ref(), |it| complain_of_time(it));
    found.check(&at("rate"), schedule.rate.as_ref(), |it| complain_of_rate(it));
    found.check(&at("timezone"), schedule.timezone.as_ref(), |it| complain_of_zone(it));
    found.useless(
        &at("timezone"),
        schedule.timezone.is_some() && schedule.rate.is_some(),
        "`rate` counts from the moment at which it is created",
    );
}

/// The numbers of a schedule, and those that may hold when its time comes: an action whose minimum would be above the maximum of the
/// target fails (Application Auto Scaling user guide, "Scheduled scaling": the minimum must not be above the maximum).
fn numbers(scaling: &Scaling, schedule: &ScheduleArgs, index: usize, found: &mut Complaints) {
    let at = |name: &str| format!("{PATH}[{index}].{name}");
    match (&schedule.min_capacity, &schedule.max_capacity) {
        (None, None) => found.add(
            &format!("{PATH}[{index}]"),
            "It changes nothing. Set `minCapacity`, `maxCapacity` or both.",
        ),
        (Some(least), Some(most)) => {
            found.check(
                &at("maxCapacity"),
                Some(&least.clone().zip(most.clone())),
                |(least, most)| {
                    (least > most)
                        .then(|| format!("{most} is less than `minCapacity`, which is {least}."))
                },
            );
        }
        (Some(least), None) => {
            let (most, whose) = scaling.lowest_most();
            found.check(&at("minCapacity"), Some(&least.clone().zip(most)), |(least, most)| {
                (least > most).then(|| {
                    format!(
                        "{least} is more than `{whose}`, which is {most} and may hold at that time. Then AWS would not \
                         carry it out: set `maxCapacity` beside it."
                    )
                })
            });
        }
        (None, Some(most)) => {
            let (least, whose) = scaling.highest_least();
            found.check(&at("maxCapacity"), Some(&most.clone().zip(least)), |(most, least)| {
                (most < least).then(|| {
                    format!(
                        "{most} is less than `{whose}`, which is {least} and may hold at that time. Then AWS would not \
                         carry it out: set `minCapacity` beside it."
                    )
                })
            });
        }
    }
}

impl Scaling {
    pub(super) fn schedules(&self) -> &[ScheduleArgs] {
        self.args.schedules.as_deref().unwrap_or_default()
    }

    /// The lowest maximum that may hold, and the input that says it.
    fn lowest_most(&self) -> (Output<u32>, String) {
        let own = (self.args.max_capacity(&self.defaults), "autoscaling.maxCapacity".to_owned());
        let of = |it: &ScheduleArgs| it.max_capacity.clone();
        self.extreme(own, "maxCapacity", of, |one, other| one < other)
    }

    fn highest_least(&self) -> (Output<u32>, String) {
        let own = (self.args.min_capacity(&self.defaults), "autoscaling.minCapacity".to_owned());
        let of = |it: &ScheduleArgs| it.min_capacity.clone();
        self.extreme(own, "minCapacity", of, |one, other| one > other)
    }

    fn extreme(
        &self,
        own: (Output<u32>, String),
        name: &str,
        of: impl Fn(&ScheduleArgs) -> Option<Output<u32>>,
        further: impl Fn(u32, u32) -> bool,
    ) -> (Output<u32>, String) {
        let all = self.schedules().iter().enumerate();
        all.fold(own, |extreme, (index, schedule)| {
            let number = of(schedule);
            match (known(number.as_ref()), extreme.0.known()) {
                (Some(one), Some(other)) if further(*one, *other) => {
                    ((*one).into(), format!("{PATH}[{index}].{name}"))
                }
                _ => extreme,
            }
        })
    }

    /// The scheduled actions, and what they are called in the stack.
    pub(super) fn actions(
        &self,
        resource_id: &Output<String>,
        found: &Output<bool>,
    ) -> Vec<(String, scheduled_action::Inputs<Wire>)> {
        fn of<T: crate::property::Property>(value: &Output<T>) -> Output<T> {
            value.clone().from_input(PATH)
        }
        let action = |it: &ScheduleArgs| {
            let times = [("cron", &it.cron), ("at", &it.at), ("rate", &it.rate)];
            let mut times =
                times.into_iter().filter_map(|(kind, time)| Some((kind, time.as_ref()?)));
            let schedule =
                times.next().map(|(kind, time)| of(time).map(move |it| format!("{kind}({it})")));
            let inputs = scheduled_action::Inputs {
                resource_id: resource_id.clone(),
                name: of(&it.name.as_str().into()),
                schedule: schedule.unwrap_or_else(Output::unknown),
                timezone: it.timezone.as_ref().map(of),
                // Without an image there is nothing to start.
                min_capacity: it.min_capacity.as_ref().map(|it| if_found(found, of(it))),
                max_capacity: it.max_capacity.as_ref().map(|it| if_found(found, of(it))),
            };
            (format!("schedule-{}", it.name), inputs)
        };
        self.schedules().iter().map(action).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::complain_of_many;

    #[test]
    fn more_schedules_than_aws_takes_are_told() {
        assert_eq!(complain_of_many(200), None);
        expect_test::expect!["201 are given. AWS allows 200 for a service."]
            .assert_eq(&complain_of_many(201).unwrap_or_default());
    }
}
