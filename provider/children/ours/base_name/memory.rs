//! What the base name remembers of earlier runs, beside the name: the lineage (which state owns the
//! service), the kinds of objects that the service ever had, whether some may be retained, and the
//! generation: how often the plan was another one. The last child keeps the generation too
//! (`completion.rs`); from the two a run sees whether one before it did not come to its end.

use super::Inputs;
use crate::property::{Output, Value, Wire};
use crate::resource::{Asked, physical_names};

/// Carries on what earlier runs left: the lineage, the kinds, and the count of plans.
pub(super) fn carry_on(inputs: &mut Inputs<Wire>, asked: &Asked<'_>) {
    let kept = |name: &str| asked.earlier.get(name).and_then(Value::as_str).map(str::to_owned);
    let lineage = kept("drawnLineage").unwrap_or_else(|| lineage(asked.seed));
    inputs.drawn_lineage = Some(lineage.into());

    // What was retained once exists in AWS with our tags, also when the program no longer says so.
    if asked.earlier.get("retained").and_then(Value::known) == Some(&Value::Bool(true)) {
        inputs.retained = Some(true.into());
    }

    let number = asked.earlier.get("generation").and_then(whole);
    let same = kept("plan").map(|old| inputs.plan.clone().map(|new| new == old));
    inputs.generation = Some(match (number, same) {
        (Some(number), Some(same)) => {
            same.map(|same| if same { number } else { number.saturating_add(1) })
        }
        _ => 1.into(),
    });

    let old: Vec<String> = match asked.earlier.get("kinds").and_then(Value::known) {
        Some(Value::List(kinds)) => {
            kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    inputs.kinds = inputs.kinds.clone().map(|kinds| {
        let mut all: Vec<Output<String>> = kinds;
        all.extend(old.into_iter().map(Output::from));
        all.sort_by(|one, other| one.known().cmp(&other.known()));
        all.dedup_by(|one, other| one.known() == other.known());
        all
    });
}

fn whole(value: &Value) -> Option<u32> {
    match value.known()? {
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

/// A lineage that was never used before. The engine gives the same seed to a preview and to the run that
/// it plans, so that both draw the same; one that gives none gets a random one.
fn lineage(seed: &[u8]) -> String {
    const LENGTH: usize = 12;
    if seed.is_empty() {
        return physical_names::letters(uuid::Uuid::new_v4().as_bytes(), LENGTH);
    }
    physical_names::letters(&[seed, b"lineage"].concat(), LENGTH)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::tests::{check, inputs};
    use super::{Inputs, lineage};
    use crate::property::{Map, Output};

    #[test]
    fn what_a_later_run_must_know_is_carried_on() {
        let message = |checked: &Map| {
            ["drawnLineage", "generation", "kinds"]
                .map(|name| format!("{:?}", checked[name]))
                .join(" ")
        };
        let (first, _) = check(inputs(None), &Map::new(), None);
        let (same, _) = check(inputs(None), &first, None);
        let other = Inputs {
            plan: "p2".into(),
            kinds: vec!["ecs:Cluster".into(), "logs:LogGroup".into()].into(),
            ..inputs(Some("orders"))
        };
        let (another, _) = check(other, &same, None);
        expect![[r#"
            String("jhfgkaeynpg2") Number(1.0) List([String("ecs:Cluster"), String("ecs:Service")])
            String("jhfgkaeynpg2") Number(1.0) List([String("ecs:Cluster"), String("ecs:Service")])
            String("jhfgkaeynpg2") Number(2.0) List([String("ecs:Cluster"), String("ecs:Service"), String("logs:LogGroup")])"#]].assert_eq(&[&first, &same, &another].map(message).join("\n"));
        let unknown = Inputs { plan: Output::unknown(), ..inputs(None) };
        assert!(check(unknown, &first, None).0["generation"].has_unknown());
    }

    #[test]
    fn a_lineage_is_drawn_even_without_a_seed() {
        assert_eq!(lineage(&[1; 32]), lineage(&[1; 32]));
        assert_ne!(lineage(&[1; 32]), lineage(&[2; 32]));
        assert_ne!(lineage(&[]), lineage(&[]));
    }
}
