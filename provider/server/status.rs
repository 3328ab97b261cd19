//! Our errors as gRPC statuses: the only place that makes one, and the last step.

use prost::Message;
use prost_types::Any;
use tonic::{Code, Status};

use super::convert;
use super::proto::{
    ErrorResourceInitFailed, InputPropertiesError, RpcStatus, input_properties_error,
};
use crate::error::{Error, Kind};
use crate::property::Map;

/// The status of a failed call.
pub(super) fn status(error: &Error) -> Status {
    Status::new(code(error), error.to_string())
}

/// The status of a failed Construct: the engine shows wrong inputs by their paths, with values.
pub(super) fn construct_status(error: &Error) -> Status {
    let Kind::Input(problems) = error.kind() else { return status(error) };
    // The engine prints the value beside the path even if it is secret, so what is wrong with a
    // secret is told in the message, and so are the others then: the message hides the details.
    if problems.iter().any(|problem| problem.secret || problem.path.is_empty()) {
        return status(error);
    }
    let errors = problems
        .iter()
        .map(|problem| input_properties_error::PropertyError {
            property_path: problem.path.clone(),
            reason: problem.reason.clone(),
        })
        .collect();
    let message = match problems.len() {
        1 => "one input is wrong".to_owned(),
        n => format!("{n} inputs are wrong"),
    };
    detailed(code(error), &message, "InputPropertiesError", &InputPropertiesError { errors })
}

/// The status of something that exists but is not well: its state is kept, the run fails.
pub(super) fn init_failed(id: &str, state: Map, inputs: Option<Map>, trouble: &Error) -> Status {
    let detail = ErrorResourceInitFailed {
        id: id.to_owned(),
        properties: Some(convert::write(state)),
        reasons: vec![trouble.to_string()],
        inputs: inputs.map(convert::write),
    };
    detailed(Code::Unknown, &trouble.to_string(), "ErrorResourceInitFailed", &detail)
}

/// A status with one detail. The code inside must equal the one outside, or grpc-go discards it.
fn detailed(code: Code, message: &str, name: &str, detail: &impl Message) -> Status {
    let envelope = RpcStatus {
        code: code as i32,
        message: message.to_owned(),
        details: vec![Any {
            type_url: format!("type.googleapis.com/pulumirpc.{name}"),
            value: detail.encode_to_vec(),
        }],
    };
    Status::with_details(code, message, envelope.encode_to_vec().into())
}

/// The engine takes Unknown, Internal and DataLoss as "the state may be corrupt" and marks the
/// object as pending. We never send them: a create finds what an earlier one left.
fn code(error: &Error) -> Code {
    match error.kind() {
        Kind::Input(_) => Code::InvalidArgument,
        Kind::Aws { .. } | Kind::Configuration | Kind::Bug => Code::FailedPrecondition,
        Kind::NoConnection { .. } | Kind::Unreachable | Kind::Cancelled => Code::Aborted,
        Kind::NotReady => Code::DeadlineExceeded,
    }
}

#[cfg(test)]
mod tests {
    use prost::Message;
    use tonic::Code;

    use super::{RpcStatus, construct_status, init_failed, status};
    use crate::error::{Error, Problem};
    use crate::property::Map;

    #[test]
    fn the_code_inside_equals_the_code_outside() {
        let failed = init_failed("id", Map::new(), None, &Error::not_ready("late"));
        let inner = RpcStatus::decode(failed.details()).expect("an envelope");
        assert_eq!(inner.code, failed.code() as i32);
        assert_eq!(inner.details.len(), 1);
    }

    #[test]
    fn no_failure_makes_the_engine_doubt_the_state() {
        for error in
            [Error::bug("x"), Error::aws("c", "x"), Error::unreachable("x"), Error::cancelled("x")]
        {
            assert!(
                ![Code::Unknown, Code::Internal, Code::DataLoss].contains(&status(&error).code())
            );
        }
    }

    #[test]
    fn a_wrong_secret_is_told_without_details() {
        let secret = Problem { secret: true, ..Problem::new("cpu", "Wrong.") };
        assert!(construct_status(&Error::input(vec![secret])).details().is_empty());
        assert!(
            !construct_status(&Error::input(vec![Problem::new("cpu", "Wrong.")]))
                .details()
                .is_empty()
        );
    }
}
