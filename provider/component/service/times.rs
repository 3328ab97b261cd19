//! Times as Application Auto Scaling takes them: what is wrong with one.

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// Application Auto Scaling user guide, "Schedule recurring scaling actions using cron expressions": six fields, their values and
/// wildcards.
pub(super) fn complain_of_cron(text: &str) -> Option<String> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    if text.starts_with("cron(") {
        return Some(format!("Write \"{text}\" without `cron(` and `)`."));
    }
    let [minutes, hours, day, month, weekday, year] = fields[..] else {
        return Some(format!(
            "\"{text}\" has {} fields, and six are needed: minutes, hours, day of the month, month, day of the week and \
             year, such as \"0 20 ? * MON-FRI *\".",
            fields.len()
        ));
    };
    if (day == "?") == (weekday == "?") {
        return Some(format!(
            "In \"{text}\" exactly one of the day of the month and the day of the week must be `?`."
        ));
    }
    let numbers = |text: &str, first: u32, last: u32, names: &[&str], shift: u32| {
        text.split(',').all(|part| is_part(part, first..=last, names, shift))
    };
    let wrong = [
        ("minutes", minutes, numbers(minutes, 0, 59, &[], 0), "0 to 59"),
        ("hours", hours, numbers(hours, 0, 23, &[], 0), "0 to 23"),
        ("day of the month", day, is_day(day) || numbers(day, 1, 31, &[], 0), "1 to 31, L, W or ?"),
        ("month", month, numbers(month, 1, 12, &MONTHS, 1), "1 to 12 or JAN to DEC"),
        (
            "day of the week",
            weekday,
            is_weekday(weekday) || numbers(weekday, 1, 7, &DAYS, 1),
            "1 to 7 or SUN to SAT, L, # or ?",
        ),
        ("year", year, numbers(year, 1970, 2199, &[], 0), "1970 to 2199"),
    ];
    let (name, field, _, allowed) = wrong.into_iter().find(|(_, _, fits, _)| !fits)?;
    Some(format!(
        "In \"{text}\" the field {name} is \"{field}\", which is not valid: {allowed}, `*`, lists with `,`, ranges with `-` and \
         steps with `/` are allowed."
    ))
}

/// A number, a range or everything, with or without a step.
fn is_part(part: &str, range: std::ops::RangeInclusive<u32>, names: &[&str], shift: u32) -> bool {
    let (what, step) = part.split_once('/').map_or((part, None), |(it, step)| (it, Some(step)));
    if step.is_some_and(|step| {
        step.parse::<u32>().is_ok_and(|it| it == 0) || step.parse::<u32>().is_err()
    }) {
        return false;
    }
    let number = |text: &str| {
        let word = names.iter().position(|it| it.eq_ignore_ascii_case(text));
        let word = word.and_then(|it| u32::try_from(it).ok()).map(|it| it + shift);
        word.or_else(|| text.parse().ok()).filter(|it| range.contains(it))
    };
    what == "*"
        || match what.split_once('-') {
            Some((from, to)) => number(from).is_some() && number(to).is_some(),
            None => number(what).is_some(),
        }
}

fn is_day(text: &str) -> bool {
    let nearest = text.strip_suffix('W').and_then(|it| it.parse::<u32>().ok());
    matches!(text, "?" | "L" | "LW") || nearest.is_some_and(|it| (1..=31).contains(&it))
}

fn is_weekday(text: &str) -> bool {
    let is_day = |it: &str| is_part(it, 1..=7, &DAYS, 1) && !it.contains(['-', '/', '*']);
    let nth = text.split_once('#').is_some_and(|(day, nth)| {
        is_day(day) && nth.parse::<u32>().is_ok_and(|it| (1..=5).contains(&it))
    });
    text == "?" || text == "L" || nth || text.strip_suffix('L').is_some_and(is_day)
}

pub(super) fn complain_of_time(text: &str) -> Option<String> {
    let shape = "dddd-dd-ddTdd:dd:dd";
    let fits = text.len() == shape.len()
        && text
            .chars()
            .zip(shape.chars())
            .all(|(it, wanted)| if wanted == 'd' { it.is_ascii_digit() } else { it == wanted });
    let number = |from: usize, to: usize| text.get(from..to).and_then(|it| it.parse::<u32>().ok());
    let within =
        |from, to, least, most| number(from, to).is_some_and(|it| (least..=most).contains(&it));
    let is_time = fits
        && within(5, 7, 1, 12)
        && within(8, 10, 1, 31)
        && within(11, 13, 0, 23)
        && within(14, 16, 0, 59)
        && within(17, 19, 0, 59);
    (!is_time).then(|| {
        format!(
            "\"{text}\" is not a valid time: write it as \"2026-12-24T18:00:00\", without a time zone, which is `timezone`."
        )
    })
}

pub(super) fn complain_of_rate(text: &str) -> Option<String> {
    let is_rate = text.split_once(' ').is_some_and(|(number, unit)| {
        let number = number.parse::<u32>().unwrap_or_default();
        let units = ["minute", "minutes", "hour", "hours", "day", "days"];
        number > 0 && units.contains(&unit)
    });
    (!is_rate).then(|| {
        format!(
            "\"{text}\" is not a valid rate: a number above 0 and `minutes`, `hours` or `days` are allowed, such as \"12 hours\"."
        )
    })
}

/// Whether AWS knows the zone is seen when the action is created.
pub(super) fn complain_of_zone(text: &str) -> Option<String> {
    let fits = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "_+-".contains(c))
    };
    (!text.split('/').all(fits)).then(|| {
        format!("\"{text}\" is not a valid time zone: write its name in the IANA's list, such as \"Europe/Berlin\".")
    })
}

#[cfg(test)]
mod tests {
    use super::{complain_of_cron, complain_of_time, complain_of_zone};

    #[test]
    fn what_aws_takes_is_no_complaint() {
        for cron in [
            "0 20 ? * MON-FRI *",
            "*/15 8-18,22 L JAN,MAR ? 2026-2030",
            "0 0 15W * ? *",
            "0 0 LW 12 ? *",
            "0 0 ? * 2#1 *",
            "0 0 ? * FRIL *",
        ] {
            assert_eq!(complain_of_cron(cron), None, "{cron}");
        }
        assert_eq!(complain_of_time("2026-12-24T18:00:00"), None);
        assert_eq!(complain_of_zone("America/Argentina/Buenos_Aires"), None);
    }

    #[test]
    fn the_field_that_is_wrong_is_named() {
        let wrong = [
            "60 20 ? * * *",
            "0 24 ? * * *",
            "0 20 32 * ? *",
            "0 20 1 13 ? *",
            "0 20 ? * MON#6 *",
            "0 20 ? * * 1969",
            "0/0 20 ? * * *",
        ];
        let told: Vec<_> = wrong.into_iter().filter_map(complain_of_cron).collect();
        expect_test::expect![[r#"
            In "60 20 ? * * *" the field minutes is "60", which is not valid: 0 to 59, `*`, lists with `,`, ranges with `-` and steps with `/` are allowed.
            In "0 24 ? * * *" the field hours is "24", which is not valid: 0 to 23, `*`, lists with `,`, ranges with `-` and steps with `/` are allowed.
            In "0 20 32 * ? *" the field day of the month is "32", which is not valid: 1 to 31, L, W or ?, `*`, lists with `,`, ranges with `-` and steps with `/` are allowed.
            In "0 20 1 13 ? *" the field month is "13", which is not valid: 1 to 12 or JAN to DEC, `*`, lists with `,`, ranges with `-` and steps with `/` are allowed.
            In "0 20 ? * MON#6 *" the field day of the week is "MON#6", which is not valid: 1 to 7 or SUN to SAT, L, # or ?, `*`, lists with `,`, ranges with `-` and steps with `/` are allowed.
            In "0 20 ? * * 1969" the field year is "1969", which is not valid: 1970 to 2199, `*`, lists with `,`, ranges with `-` and steps with `/` are allowed.
            In "0/0 20 ? * * *" the field minutes is "0/0", which is not valid: 0 to 59, `*`, lists with `,`, ranges with `-` and steps with `/` are allowed."#]].assert_eq(&told.join("\n"));
    }
}
