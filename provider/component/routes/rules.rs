//! Rules on routes together, and on what none takes.

use std::collections::BTreeMap;

use super::hiding::hides;
use super::inputs::{ForwardArgs, RouteArgs};
use super::names::complain_of_name;
use super::{actions, conditions, shared, targets};
use crate::component::Args;
use crate::component::inputs::choices::Warning;
use crate::component::inputs::complaints::Complaints;
use crate::component::inputs::warnings::Unmeant;
use crate::property::Output;

/// ELB user guide, "Quotas for your Application Load Balancers": rules per balancer, without the default ones.
const MOST: usize = 100;
/// The last priority is that of the rule of which ECS moves the traffic.
const LAST: u32 = 49_999;

pub(in crate::component) fn problems(args: &Args, found: &mut Complaints) {
    let routes = args.routes.all();
    let tls = args.https_port().is_some();
    let names: Vec<&str> = args.routes.further().iter().map(|it| it.name.as_str()).collect();
    for (index, route) in routes.iter().enumerate() {
        let path = format!("routes[{index}]");
        conditions::problems(&path, route, found);
        actions::problems(&path, route, &names, tls, found);
    }
    called(args, found);
    priorities(routes, found);
    for (later, route) in routes.iter().enumerate() {
        let same = |it: &&RouteArgs| hides(it, route) && hides(route, it);
        if let Some(first) = routes[..later].iter().position(|it| same(&it)) {
            found.check(&format!("routes[{later}]"), Some(&Output::from(first)), |first| {
                Some(format!(
                    "It takes the same requests as `routes[{first}]`. Remove one of the two."
                ))
            });
        }
    }
    many(args, found);
    targets::problems(args, found);
    shared::problems(args, found);
    by_default(args, tls, found);
    moving(args, found);
}

fn many(args: &Args, found: &mut Complaints) {
    let listeners = 1 + usize::from(args.balancer.http());
    let rules = args.routes.all().len() * listeners;
    found.check("routes", Some(&Output::from(rules)), |rules| {
        (*rules > MOST).then(|| {
            format!(
                "They need {rules} rules; a load balancer has up to {MOST} unless AWS raised that."
            )
        })
    });
}

fn called(args: &Args, found: &mut Complaints) {
    let mut seen = BTreeMap::new();
    for (index, route) in args.routes.all().iter().enumerate() {
        let Some(name) = &route.name else { continue };
        found.check(&format!("routes[{index}].name"), Some(&Output::from(name.clone())), |name| {
            let twice = seen.insert(name.clone(), index).map(|first| {
                format!("\"{name}\" is the name of `routes[{first}]` too. Use another.")
            });
            complain_of_name(name).or(twice)
        });
    }
}

/// The order is that of the list, or that of the numbers.
fn priorities(routes: &[RouteArgs], found: &mut Complaints) {
    let mut seen = BTreeMap::new();
    let some = routes.iter().any(|it| it.priority.is_some());
    for (index, route) in routes.iter().enumerate() {
        let path = format!("routes[{index}].priority");
        let Some(priority) = route.priority else {
            if some {
                found.add(
                    &path,
                    "Other routes have a `priority`, so it is not known where this one comes. Set it for all routes, \
                     or for none: then the order of the list counts.",
                );
            }
            continue;
        };
        found.range(&path, &priority.into(), 1..=LAST, "", None);
        found.check(&path, Some(&Output::from(priority)), |priority| {
            let first = seen.insert(*priority, index)?;
            Some(format!(
                "{priority} is the priority of `routes[{first}]` too. Each needs its own."
            ))
        });
    }
}

fn by_default(args: &Args, tls: bool, found: &mut Complaints) {
    if let Some(action) = &args.routes.default_action {
        if action.redirect.is_some() && action.fixed_response.is_some() {
            found.add("defaultAction", "It has both `redirect` and `fixedResponse`. Set only one.");
        }
        if let Some(it) = &action.redirect {
            actions::redirect("defaultAction.redirect", it, tls, found);
        }
        if let Some(it) = &action.fixed_response {
            actions::fixed_response("defaultAction.fixedResponse", it, found);
        }
    }
    let forwards =
        args.routes.forwards_by_default() || args.routes.all().iter().any(goes_to_container);
    if args.is_shared() {
        if !forwards && !args.routes.all().is_empty() {
            found.add(
                "routes",
                "No route forwards to the container's port. Add one without a `target`.",
            );
        }
    } else if !forwards {
        found.add(
            "defaultAction",
            "No request reaches the container's port: the default action forwards nothing, and no route forwards to \
             it. Add a route without a `target`, or remove `defaultAction`.",
        );
    }
}

/// Whether the container's own port gets requests of it.
fn goes_to_container(route: &RouteArgs) -> bool {
    let forward = route.forward.clone().unwrap_or_default();
    route.forwards() && forward.shares().iter().any(|(target, _)| target.is_none())
}

/// ECS API reference, AdvancedConfiguration: one production listener rule.
fn moving(args: &Args, found: &mut Complaints) {
    if !args.deployment_strategy().shifts() {
        return;
    }
    let by_default = args.routes.forwards_by_default();
    let mut before = if by_default { Some("the default action") } else { None };
    for (index, route) in args.routes.all().iter().enumerate().filter(|(_, it)| it.forwards()) {
        let path = format!("routes[{index}]");
        if before.is_some() {
            found.add(
                &path,
                "With this `deployment.strategy` ECS moves the traffic of one rule only, and another route or the default \
                 action forwards requests already. Let all others redirect or answer (`redirect`, `fixedResponse`; \
                 `defaultAction`), or set `deployment.strategy` to `rolling`.",
            );
        }
        before = Some("a route");
        let forward: Option<&ForwardArgs> = route.forward.as_ref();
        if forward.is_some_and(|it| it.targets.is_some()) {
            found.add(
                &format!("{path}.forward.targets"),
                "With this `deployment.strategy` the weights are ECS's. Remove them, or set `deployment.strategy` to \
                 `rolling`.",
            );
        }
    }
}

pub(in crate::component) fn warnings(args: &Args) -> Vec<Unmeant> {
    let routes = args.routes.all();
    let mut places: Vec<usize> = (0..routes.len()).collect();
    places.sort_by_key(|index| routes[*index].priority);
    let mut found = Vec::new();
    for (place, later) in places.iter().enumerate() {
        let earlier = places[..place].iter().find(|it| hides(&routes[**it], &routes[*later]));
        if let Some(earlier) = earlier {
            found.push((
                Warning::HiddenRoute,
                format!(
                    "`routes[{earlier}]` takes all requests that `routes[{later}]` would take, so the latter gets none. \
                     Put it before the other, or change one of them."
                ),
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::component::{Args, Place};
    use crate::property::written::object;

    fn read(routes: &str) -> Result<Args, String> {
        let program =
            format!(r#"{{"useDefaultVpc": true, "preset": "dev", "routes": [{routes}]}}"#);
        Args::read(&object(&program), &Place::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_route_that_gets_nothing_is_told() {
        let hidden = r#"{"pathPatterns": ["/*"], "methods": ["GET", "PUT"]}, {"pathPatterns": ["/a/*"], "methods": ["GET"]},
            {"pathPatterns": ["/a/*"]}"#;
        let warned = read(hidden).expect("right inputs").warned();
        let of_routes: Vec<_> = warned.into_iter().filter(|it| it.contains("routes")).collect();
        expect_test::expect![[r#"`routes[0]` takes all requests that `routes[1]` would take, so the latter gets none. Put it before the other, or change one of them. Silence this with `silence: ["hiddenRoute"]`."#]].assert_eq(&of_routes.join("\n"));
        let numbered =
            r#"{"pathPatterns": ["/*"], "priority": 9}, {"pathPatterns": ["/a/*"], "priority": 8}"#;
        let warned = read(numbered).expect("right inputs").warned();
        assert!(!warned.iter().any(|it| it.contains("routes")), "the number counts: {warned:?}");
    }

    #[test]
    fn a_load_balancer_has_a_hundred_rules() {
        let many = |count: usize| {
            let all: Vec<_> =
                (0..count).map(|it| format!(r#"{{"pathPatterns": ["/{it}"]}}"#)).collect();
            read(&all.join(", ")).err().unwrap_or_default()
        };
        assert_eq!(many(100), "");
        expect_test::expect![
            "`routes`: They need 101 rules; a load balancer has up to 100 unless AWS raised that."
        ]
        .assert_eq(&many(101));
    }
}
