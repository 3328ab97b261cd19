//! The slices of the component: each has its inputs, its rules and its wiring. Here they are put together:
//! from what a program gives to inputs that are right.

use std::collections::BTreeSet;

use super::inputs::complaints::Complaints;
use super::inputs::declare::{Declared, Fact};
use super::inputs::general::GeneralArgs;
use super::inputs::place::Place;
use super::inputs::read::Reading;
use super::inputs::tags;
use super::inputs::warnings::Unmeant;
use super::{
    balancer, container, domain, image, inputs, network, observability, roles, routes, secrets,
    service,
};
use crate::error::{Error, Problem, Result};
use crate::property::field_names::names_of;
use crate::property::words::is_choice;
use crate::property::{Map, Value};
use crate::resource::Secrets;

macro_rules! slices {
    ($($(#[doc = $about:literal])* $title:literal $slice:ident: $args:ty;)*) => {
        /// The inputs of a component, slice by slice.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Args { $(
            $(#[doc = $about])*
            pub $slice: $args,
        )* }

        impl Args {
            /// Titles of the slices, and the names of their inputs.
            pub(super) fn parts() -> Vec<(&'static str, &'static [&'static str])> {
                vec![$(($title, names_of::<$args>())),*]
            }

            /// What the declarations say of all inputs, groups and their members.
            pub(super) fn facts() -> Vec<Fact> {
                let mut facts = Vec::new();
                $(<$args as Declared>::add_facts(&mut facts);)*
                facts
            }

            /// The inputs that are given, and the members of groups, by their paths.
            pub(super) fn given(&self) -> BTreeSet<String> {
                let mut given = BTreeSet::new();
                $(self.$slice.add_given(&mut given);)*
                given
            }

            fn check_each(&self, place: &Place<'_>, found: &mut Complaints) {
                $(self.$slice.check_each(place, found);)*
            }

            fn take(reading: &mut Reading) -> Option<Self> {
                // All of them, so that each tells what is wrong with it.
                $(let $slice = reading.take::<$args>(names_of::<$args>());)*
                Some(Self { $($slice: $slice?),* })
            }

            /// The schema of each slice, as `make` makes it of the slice's type.
            pub(super) fn schemas<T>(make: &mut impl SchemaMaker<T>) -> Vec<T> {
                vec![$(make.of::<$args>()),*]
            }
        }
    };
}

slices! {
    "Name and preset" general: GeneralArgs;
    "Image" image: image::inputs::ImageArgs;
    "Container" container: container::inputs::ContainerArgs;
    "Secret values" secrets: secrets::inputs::SecretsArgs;
    "Load balancer" balancer: balancer::inputs::BalancerArgs;
    "Domain" domain: domain::inputs::DomainArgs;
    "Routes" routes: routes::inputs::RoutesArgs;
    "Network" network: network::inputs::PlacementArgs;
    "Cluster and service" service: service::inputs::ServiceArgs;
    "Logs and monitoring" observability: observability::inputs::ObservabilityArgs;
    "Roles" roles: roles::inputs::RolesArgs;
}

/// Makes something of a type with a schema.
pub(super) trait SchemaMaker<T> {
    /// What it makes of this one.
    fn of<S: schemars::JsonSchema>(&mut self) -> T;
}

impl Args {
    /// Reads the inputs and checks all rules for a service at this place: what is wrong is told
    /// all at once. Secrecy comes down to the members of what is secret, and is told to nobody.
    ///
    /// # Errors
    /// Every wrong input, by its path.
    pub fn read(inputs: &Map, place: &Place<'_>) -> Result<Self> {
        let inputs = &Self::hidden(inputs.clone());
        let mut reading = Reading::of(inputs, Self::facts());
        let args = Self::take(&mut reading);
        let mut problems = reading.end(&Self::names());
        // A word that is no choice is as good as none for the rules on the other inputs.
        let readable = problems.iter().all(|it| is_choice(it) && it.path != "preset");
        if let Some(args) = args.as_ref().filter(|_| readable) {
            problems.extend(args.problems(place));
        }
        match args {
            Some(args) if problems.is_empty() => Ok(args),
            _ => Err(Error::input(Secrets::of(&[inputs]).redact_problems(problems, inputs))),
        }
    }

    /// These inputs with what is secret in any case marked so: also in the state of the component itself, and in
    /// whatever is said of it.
    #[must_use]
    pub fn hidden(mut inputs: Map) -> Map {
        for fact in Self::facts().iter().filter(|fact| fact.is_hidden) {
            if let Some(value) = inputs.remove(&fact.path) {
                inputs.insert(fact.path.clone(), value.with_secret_members());
            }
        }
        inputs
    }

    /// What the component's own entry in the state has of the input of this name, if that is not what was received.
    #[must_use]
    pub fn recorded(name: &str, inputs: &Map) -> Option<Value> {
        let value = inputs.get(name)?.clone();
        let is_hidden = Self::facts().iter().any(|fact| fact.is_hidden && fact.path == name);
        match name {
            "build" => Some(image::build::recorded(value)),
            _ => is_hidden.then_some(value),
        }
    }

    /// The names of all inputs.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        Self::parts().into_iter().flat_map(|(_, names)| names).copied().collect()
    }

    /// Everything that is wrong with a service at this place.
    fn problems(&self, place: &Place<'_>) -> Vec<Problem> {
        let mut all = Complaints::default();
        let found = &mut all;
        self.check_each(place, found);
        tags::name(&self.general, place, found);
        tags::tags(&self.general, place, found);
        image::rules::problems(self, found);
        container::rules::problems(self, found);
        secrets::rules::problems(self, found);
        balancer::rules::problems(self, found);
        balancer::authentication::rules::problems(self, place, found);
        domain::rules::problems(self, found);
        routes::rules::problems(self, found);
        network::rules::problems(self, found);
        service::rules::problems(self, found);
        observability::rules::problems(self, found);
        roles::rules::problems(self, found);
        all.end()
    }

    /// What may not be meant, whatever the options are.
    #[must_use]
    pub fn warned(&self) -> Vec<String> {
        self.warnings(Vec::new())
    }

    /// What works but may not be meant, with what `others` found, less what is silenced.
    pub(super) fn warnings(&self, others: Vec<Unmeant>) -> Vec<String> {
        let mut found = service::rules::warnings(self);
        found.extend(balancer::rules::warnings(self));
        found.extend(domain::rules::warnings(self));
        found.extend(routes::rules::warnings(self));
        found.extend(network::rules::warnings(self));
        found.extend(image::rules::warnings(self));
        found.extend(others);
        inputs::warnings::in_words(found, self.general.silence.as_deref().unwrap_or_default())
    }
}
