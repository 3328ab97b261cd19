//! One struct in two forms: [`Plain`] holds bare values, [`Wire`] holds [`Output`]s.
//!
//! A component wires values that may be unknown; a child makes AWS calls with values that are
//! known by contract. Both speak of the same fields, so a child declares them once:
//! `struct Inputs<F: Form = Plain> { port: F::Of<u16> }`. The component writes `Inputs { … }` and
//! inference picks `Wire`; the child writes `Inputs` and means `Plain`.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::output::Output;

/// What a property's value can be.
pub trait Property:
    Serialize + DeserializeOwned + Clone + Debug + PartialEq + Send + Sync + 'static
{
}

impl<T> Property for T where
    T: Serialize + DeserializeOwned + Clone + Debug + PartialEq + Send + Sync + 'static
{
}

/// How a struct holds its values.
pub trait Form: Clone + Debug + PartialEq + Send + Sync + 'static {
    /// A value of type `T` in this form.
    type Of<T: Property>: Property;
}

/// Bare values: what a child's code sees. A struct in this form can have a default, which `derive`
/// gives only if the form has one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plain;

/// Values that may be unknown or secret: what the component wires.
#[derive(Clone, Debug, PartialEq)]
pub enum Wire {}

impl Form for Plain {
    type Of<T: Property> = T;
}

impl Form for Wire {
    type Of<T: Property> = Output<T>;
}
