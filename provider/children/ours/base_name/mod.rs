//! The base name: what all objects of one service have in common, chosen once and kept.
//!
//! It makes no calls for itself. It is the first child and so the last to be deleted; its delete
//! looks for objects that still carry the service's tags (what a killed run left without a trace in
//! the state), removes them with the calls of their own kinds, and says so.
//!
//! Beside the name it keeps what a later run must know of earlier ones (`memory.rs`).

mod declared;
mod memory;
mod sweep;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Problem, Result};
use crate::property::{Form, Map, Output, Plain, Value, Wire};
use crate::resource::known_in_run::in_region;
use crate::resource::{
    Asked, Autonaming, Cx, Live, Made, Permission, Resource, Settled, Standing, physical_names,
};

pub use declared::declared;

/// The base name.
pub struct BaseName;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// The component's name in the program when the name was chosen.
    pub component: F::Of<String>,
    /// The user's own choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<F::Of<String>>,
    /// The choice made in the first check, kept from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<F::Of<String>>,
    /// Whether the choice was drawn at random, so that nothing can bear it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<F::Of<bool>>,
    /// Which state owns the service: drawn in the first check, and kept, also by another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn_lineage: Option<F::Of<String>>,
    /// A short hash of the parts that the program wants, and of what they cannot change.
    pub plan: F::Of<String>,
    /// The kinds of the plan's objects (`ecs:Cluster`). The check adds those of earlier plans.
    pub kinds: F::Of<Vec<F::Of<String>>>,
    /// Whether the user retains what the program does not have any more, or once did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retained: Option<F::Of<bool>>,
    /// Counts the plans; the check does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<F::Of<u32>>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// The first part of all physical names.
    pub value: F::Of<String>,
    /// Which state owns the service.
    pub lineage: F::Of<String>,
    /// How many plans there were, with this one.
    pub generation: F::Of<u32>,
    /// The kinds of objects that the service has or had.
    pub kinds: F::Of<Vec<F::Of<String>>>,
}

impl Resource for BaseName {
    const TYPE: &'static str = "fargate:index:BaseName";
    const PERMISSIONS: &'static [Permission] = &[];
    const REPLACE_ON: &'static [&'static str] = &["name", "chosen"];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["generation", "kinds"];
    const STATE_ONLY: bool = true;
    const SPEAKS_FOR_ALL: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        asked: &Asked<'_>,
        problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        memory::carry_on(&mut inputs, asked);
        let kept = |name: &str| asked.olds.get(name).and_then(|value| value.as_str());
        // Once chosen the name stays, also when an alias gives the component another name.
        if let Some(component) = kept("component") {
            inputs.component = component.into();
        }
        if let Some(name) = &inputs.name {
            if let Some(reason) = name.known().and_then(|name| physical_names::complain(name)) {
                let secret = name.is_secret();
                let reason = if secret {
                    "The value, which is secret, is not a valid name.".into()
                } else {
                    reason
                };
                problems.push(Problem { secret, ..Problem::new("name", reason) });
            }
            inputs.chosen = None;
            inputs.drawn = None;
            return inputs;
        }
        if let Some(chosen) = kept("chosen") {
            inputs.chosen = Some(chosen.into());
            inputs.drawn = kept_true(asked.olds, "drawn");
            return inputs;
        }
        let component = inputs.component.known().cloned().unwrap_or_default();
        match &asked.autonaming {
            None => {
                inputs.chosen = Some(physical_names::base_name(&component, asked.seed).into());
                inputs.drawn = Some(true.into());
            }
            Some(Autonaming::Propose(name) | Autonaming::Enforce(name)) => {
                if let Some(reason) = physical_names::complain(name) {
                    problems.push(Problem::new(
                        "",
                        format!("`pulumi:autonaming` proposes a name that does not fit: {reason}"),
                    ));
                }
                inputs.chosen = Some(Output::from(name.clone()));
            }
            Some(Autonaming::Disabled) => problems.push(Problem::new(
                "",
                "`pulumi:autonaming` is disabled, so the FargateWebService needs a `name`.",
            )),
        }
        inputs
    }

    /// A name that the user gave is known before it is used; a random one is another in each run
    /// until it is kept.
    async fn preview(
        _cx: &Cx,
        inputs: &Inputs,
        _outputs: Option<&Outputs>,
    ) -> Result<Option<Outputs>> {
        if inputs.name.is_none() { Ok(None) } else { outputs(inputs).map(Some) }
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = outputs(inputs)?;
        if inputs.drawn == Some(true) {
            cx.names.drawn.add(&in_region(&outputs.value, cx.aws.region()));
        }
        Ok(Made { id: outputs.value.clone(), outputs })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let inputs = Inputs {
            component: cx.child.clone(),
            name: Some(id.to_owned()),
            chosen: None,
            drawn: None,
            drawn_lineage: None,
            plan: String::new(),
            kinds: Vec::new(),
            retained: None,
            generation: None,
        };
        let outputs = outputs(&inputs)?;
        Ok(Some(Live { inputs, outputs, tags: None }))
    }

    async fn update(
        _cx: &Cx,
        _id: &str,
        _old: Option<&Inputs>,
        new: &Inputs,
        _outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        outputs(new).map(Settled::from)
    }

    /// An entry that was replaced may have left its name to its successor (another region, a
    /// replacement on demand, a drawn name that the program now gives): then nothing is left behind.
    async fn delete(cx: &Cx, _id: &str, inputs: &Inputs, outputs: &Outputs) -> Result<()> {
        if cx.names.declared.contains(&in_region(&outputs.value, cx.aws.region()))
            || inputs.retained == Some(true)
        {
            return Ok(());
        }
        sweep::all(cx, outputs).await
    }
}

fn outputs(inputs: &Inputs) -> Result<Outputs> {
    Ok(Outputs {
        value: value(inputs)?,
        lineage: inputs.drawn_lineage.clone().unwrap_or_default(),
        generation: inputs.generation.unwrap_or(1),
        kinds: inputs.kinds.clone(),
    })
}

fn kept_true(olds: &Map, name: &str) -> Option<Output<bool>> {
    (olds.get(name)?.known()? == &Value::Bool(true)).then(|| true.into())
}

fn value(inputs: &Inputs) -> Result<String> {
    let value = inputs.name.clone().or_else(|| inputs.chosen.clone());
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| Error::bug("a base name was neither given nor chosen by its check"))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{BaseName, Inputs};
    use crate::error::Error;
    use crate::property::codec::decode;
    use crate::property::{Map, Value, Wire, encode};
    use crate::resource::{Asked, Autonaming, Resource};

    pub(super) fn inputs(name: Option<&str>) -> Inputs<Wire> {
        Inputs {
            component: "web".into(),
            name: name.map(Into::into),
            chosen: None,
            drawn: None,
            drawn_lineage: None,
            plan: "p1".into(),
            kinds: vec!["ecs:Service".into(), "ecs:Cluster".into()].into(),
            retained: None,
            generation: None,
        }
    }

    pub(super) fn check(
        given: Inputs<Wire>,
        olds: &Map,
        autonaming: Option<Autonaming>,
    ) -> (Map, String) {
        let asked = Asked { name: "web-name", olds, earlier: olds, seed: &[3; 32], autonaming };
        let mut problems = Vec::new();
        let checked = BaseName::check(given, &asked, &mut problems);
        let message =
            if problems.is_empty() { String::new() } else { Error::input(problems).to_string() };
        (encode(&checked).expect("inputs"), message)
    }

    #[test]
    fn a_name_is_chosen_once_and_kept() {
        let (first, _) = check(inputs(None), &Map::new(), None);
        assert!(first["chosen"].as_str().is_some_and(|name| name.starts_with("web-")));
        let mut renamed = inputs(None);
        renamed.component = "site".into();
        assert_eq!(check(renamed, &first, None), (first, String::new()));
    }

    #[test]
    fn the_users_name_is_taken_as_it_is_or_refused() {
        let (given, problems) = check(inputs(Some("orders")), &Map::new(), None);
        assert_eq!((given["name"].as_str(), problems.as_str()), (Some("orders"), ""));
        let open = check(inputs(Some("No!")), &Map::new(), None).1;
        let mut secret = encode(&inputs(None)).expect("inputs");
        secret.insert("name".to_owned(), Value::from("No!").into_secret());
        let secret = decode(&secret).expect("inputs");
        expect![[r#"
            `name`: "No!" cannot be the base of all names in AWS. Use up to 26 lower-case letters, digits and single hyphens, beginning with a letter, not ending with a hyphen, and not beginning with "internal-" or "sg-" (load balancer, repository and security group names allow no more).
            `name`: The value, which is secret, is not a valid name."#]].assert_eq(&format!("{open}\n{}", check(secret, &Map::new(), None).1));
    }

    #[test]
    fn what_no_check_has_named_is_not_made() {
        let named =
            |name: &str| super::value(&Inputs { name: Some(name.to_owned()), ..nameless() });
        assert_eq!(named("orders"), Ok("orders".to_owned()));
        assert!(named("").is_err());
        assert!(super::value(&nameless()).is_err());
    }

    fn nameless() -> Inputs {
        Inputs {
            component: "web".to_owned(),
            name: None,
            chosen: None,
            drawn: None,
            drawn_lineage: None,
            plan: String::new(),
            kinds: Vec::new(),
            retained: None,
            generation: None,
        }
    }

    #[test]
    fn the_engines_naming_is_obeyed() {
        let proposed = Autonaming::Enforce("team-web".to_owned());
        let (given, problems) = check(inputs(None), &Map::new(), Some(proposed));
        assert_eq!((given["chosen"].as_str(), problems.as_str()), (Some("team-web"), ""));
        let nameless = check(inputs(None), &Map::new(), Some(Autonaming::Disabled)).1;
        expect!["`pulumi:autonaming` is disabled, so the FargateWebService needs a `name`."]
            .assert_eq(&nameless);
    }
}
