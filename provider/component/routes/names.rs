//! What routes are called: by the program, or by what they take.

use super::inputs::{RouteArgs, RoutesArgs};
use crate::component::Args;
use crate::component::inputs::types::List;
use crate::property::Output;

/// The part that is the rule of which ECS moves the traffic.
pub(in crate::component) const PRODUCTION: &str = "production-rule";
/// How the parts of all other routes begin. `children/elb/listener_rule/places.rs` knows them by it.
const ROUTE: &str = "route-";
const LONGEST: usize = 40;

impl RoutesArgs {
    pub(in crate::component) fn all(&self) -> &[RouteArgs] {
        self.routes.as_deref().unwrap_or_default()
    }

    /// The names of the routes: no two have the same.
    pub(in crate::component) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let given: Vec<&String> = self.all().iter().filter_map(|it| it.name.as_ref()).collect();
        for (index, route) in self.all().iter().enumerate() {
            if let Some(name) = &route.name {
                names.push(name.clone());
                continue;
            }
            let stem = Some(made_of(route)).filter(|it| !it.is_empty());
            let stem = stem.unwrap_or_else(|| (index + 1).to_string());
            let taken = |name: &String| names.contains(name) || given.contains(&name);
            let others = (2..).map(|number| format!("{stem}-{number}"));
            let name = std::iter::once(stem.clone()).chain(others).find(|it| !taken(it));
            names.push(name.unwrap_or_default());
        }
        names
    }
}

impl Args {
    /// The parts that the routes are, in their order.
    pub(in crate::component) fn route_parts(&self) -> Vec<String> {
        let production = self.production_route();
        let names = self.routes.names().into_iter().enumerate();
        names
            .map(|(index, name)| match production {
                Some(moving) if moving == index => PRODUCTION.to_owned(),
                _ => format!("{ROUTE}{name}"),
            })
            .collect()
    }

    /// The route between whose target groups ECS moves the traffic, if it is not that of the default action.
    pub(in crate::component) fn production_route(&self) -> Option<usize> {
        if !self.deployment_strategy().shifts() || self.routes.forwards_by_default() {
            return None;
        }
        self.routes.all().iter().position(RouteArgs::forwards)
    }
}

/// Of host and path, as far as they stand in the program: what comes from a resource may be unknown in a preview.
fn made_of(route: &RouteArgs) -> String {
    let words = [&route.host_headers, &route.path_patterns].map(|list| {
        let first = first(list.as_ref()).unwrap_or_default();
        let words = first.split(|c: char| !c.is_ascii_alphanumeric());
        let words: Vec<String> =
            words.filter(|it| !it.is_empty()).map(str::to_ascii_lowercase).collect();
        words.join("-")
    });
    let mut name = words.join("-").trim_matches('-').to_owned();
    name.truncate(LONGEST - 4);
    // A part is known by where its last `-route-` is.
    name.trim_matches('-').replace(ROUTE, "route")
}

fn first(list: Option<&List>) -> Option<&str> {
    let first: &Output<String> = list?.known()?.first()?;
    if first.is_dependent() || first.is_secret() { None } else { first.known().map(String::as_str) }
}

/// What is wrong with a name of a route or a target.
pub(super) fn complain_of_name(name: &str) -> Option<String> {
    let fits = !name.is_empty()
        && name.len() <= LONGEST
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if !fits {
        return Some(format!(
            "\"{name}\" is not a name: use up to {LONGEST} lower-case letters, digits and hyphens, neither beginning \
             nor ending with a hyphen."
        ));
    }
    name.contains(ROUTE).then(|| format!("\"{name}\" has `{ROUTE}` in it. Use another name."))
}

#[cfg(test)]
mod tests {
    use super::RoutesArgs;
    use crate::component::{Args, Place};
    use crate::property::written::object;

    fn names(routes: &str) -> Vec<String> {
        let program = format!(r#"{{"useDefaultVpc": true, "routes": {routes}}}"#);
        let args = Args::read(&object(&program), &Place::default()).expect("right inputs");
        RoutesArgs::names(&args.routes)
    }

    #[test]
    fn a_route_is_called_by_what_it_takes() {
        let all = r#"[
            {"hostHeaders": ["api.example.com"], "pathPatterns": ["/v1/*"]},
            {"pathPatterns": ["/API/*"]}, {"pathPatterns": ["/api/"]}, {"methods": ["PUT"]},
            {"pathPatterns": ["/route-66/*"]}, {"name": "api-2", "methods": ["GET"]}
        ]"#;
        let expected = ["api-example-com-v1", "api", "api-3", "4", "route66", "api-2"];
        assert_eq!(names(all), expected);
    }
}
