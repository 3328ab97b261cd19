//! Systems Manager: the values that the program gives, in the Parameter Store.

pub mod parameter;
