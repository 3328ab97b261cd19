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

/// What the details of a status may measure. They travel in a header, base64-encoded, and grpc-go
/// takes 16 MiB of headers (internal/transport/defaults.go): beyond, it does not drop the status but
/// the connection, and with it all that the engine is doing with us.
const LARGEST_DETAILS: usize = 8 << 20;
/// How much of one line is shown. AWS repeats what it was sent, and containers log whole documents.
const LONGEST_LINE: usize = 2_000;
/// How many lines are shown: more than a person reads.
const MOST_LINES: usize = 200;

/// The status of a failed call.
pub(super) fn status(error: &Error) -> Status {
    Status::new(code(error), readable(&error.to_string()))
}

/// The status of a failed Construct: the engine shows wrong inputs by their paths, with values.
pub(super) fn construct_status(error: &Error) -> Status {
    let Kind::Input(problems) = error.kind() else { return status(error) };
    // The engine prints the value beside the path even if it is secret, so what is wrong with a
    // secret is reported in the message, and then so are the others: the message hides the details.
    if problems.iter().any(|problem| problem.secret || problem.path.is_empty()) {
        return status(error);
    }
    let errors = problems
        .iter()
        .take(MOST_LINES)
        .map(|problem| input_properties_error::PropertyError {
            property_path: problem.path.clone(),
            reason: readable(&problem.reason),
        })
        .collect();
    let message = match problems.len() {
        1 => "one input is wrong".to_owned(),
        n => format!("{n} inputs are wrong"),
    };
    detailed(code(error), &message, "InputPropertiesError", &InputPropertiesError { errors })
}

/// The status of something that exists but is not well: its state is kept, the run fails. The
/// properties in `repeated` are in the inputs too, which the engine has: when all would be too
/// large for a header, the largest of them stay out.
pub(super) fn init_failed(
    id: &str,
    state: Map,
    repeated: impl Fn(&str) -> bool,
    trouble: &Error,
) -> Status {
    let rendered = readable(&trouble.to_string());
    let first = rendered.lines().next().unwrap_or_default().to_owned();
    let mut detail = ErrorResourceInitFailed {
        id: id.to_owned(),
        properties: Some(convert::write(state)),
        reasons: vec![rendered],
        inputs: None,
    };
    while detail.encoded_len() > LARGEST_DETAILS
        && let Some(properties) = &mut detail.properties
    {
        let spare = properties.fields.iter().filter(|(name, _)| repeated(name));
        let largest = spare.max_by_key(|(_, value)| value.encoded_len());
        let Some((name, _)) = largest.map(|(name, value)| (name.clone(), value)) else { break };
        properties.fields.remove(&name);
    }
    // The engine shows the reasons, so the message need not say all of it once more.
    detailed(Code::Unknown, &first, "ErrorResourceInitFailed", &detail)
}

/// What a person can read of a text, and a header can hold: its end too, which says what to do.
pub(super) fn readable(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut rendered: Vec<String> = lines.iter().map(|line| cut(line)).collect();
    if let Some(too_many) = lines.len().checked_sub(MOST_LINES).filter(|count| *count > 0) {
        let middle = MOST_LINES / 2;
        rendered.splice(middle..middle + too_many, [format!("… ({too_many} lines left out)")]);
    }
    rendered.join("\n")
}

fn cut(line: &str) -> String {
    let end = line.floor_char_boundary(LONGEST_LINE);
    match line.len() - end {
        0 => line.to_owned(),
        more => format!("{} … ({more} bytes more)", &line[..end]),
    }
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
        Kind::Aws { .. } | Kind::Configuration { .. } | Kind::Bug => Code::FailedPrecondition,
        Kind::NoConnection { .. } | Kind::Unreachable | Kind::Cancelled => Code::Aborted,
        Kind::NotReady => Code::DeadlineExceeded,
    }
}

#[cfg(test)]
mod tests {
    use prost::Message;
    use tonic::Code;

    use super::{
        ErrorResourceInitFailed, LARGEST_DETAILS, MOST_LINES, RpcStatus, construct_status, convert,
        init_failed, readable, status,
    };
    use crate::error::{Error, Problem};
    use crate::property::Map;

    #[test]
    fn the_code_inside_equals_the_code_outside() {
        let failed = init_failed("id", Map::new(), |_| false, &Error::not_ready("late"));
        let inner = RpcStatus::decode(failed.details()).expect("an envelope");
        assert_eq!(inner.code, failed.code() as i32);
        assert_eq!(inner.details.len(), 1);
    }

    fn kept(status: &tonic::Status) -> ErrorResourceInitFailed {
        let envelope = RpcStatus::decode(status.details()).expect("an envelope");
        ErrorResourceInitFailed::decode(&*envelope.details[0].value).expect("details")
    }

    #[test]
    fn what_is_not_well_tells_all_that_is_known_of_it() {
        let state: Map =
            [("arn", "a"), ("days", "7")].map(|(k, v)| (k.to_owned(), v.into())).into();
        let trouble = Error::not_ready("late").hinted("Wait.");
        let failed = init_failed("id", state.clone(), |_| true, &trouble);
        let detail = kept(&failed);
        assert_eq!(failed.message(), "late");
        assert_eq!(detail.reasons, ["late\n  Wait."]);
        assert_eq!(convert::read(detail.properties).expect("whole"), state);
    }

    #[test]
    fn a_state_that_no_header_holds_is_told_without_what_the_inputs_repeat() {
        let large = "x".repeat(LARGEST_DETAILS / 2);
        let members = [("arn", "a"), ("small", "s"), ("one", &large), ("two", &large), ("of", "o")];
        let state: Map = members.map(|(name, value)| (name.to_owned(), value.into())).into();
        let repeated = |name: &str| name != "arn" && name != "of";
        let failed = init_failed("id", state, repeated, &Error::not_ready(&large));
        assert!(failed.details().len() <= LARGEST_DETAILS + 4_000);
        let properties = kept(&failed).properties.expect("a state");
        assert_eq!(properties.fields.keys().collect::<Vec<_>>(), ["arn", "of", "one", "small"]);
    }

    #[test]
    fn a_text_is_told_as_far_as_anybody_reads() {
        let lines: Vec<String> = (0..1000).map(|n| format!("{n}{}", "ü".repeat(3_000))).collect();
        let rendered = readable(&lines.join("\n"));
        let rendered: Vec<&str> = rendered.lines().collect();
        assert_eq!(rendered.len(), MOST_LINES + 1);
        assert_eq!(rendered[MOST_LINES / 2], "… (800 lines left out)");
        assert!(rendered[MOST_LINES].starts_with("999ü"), "{}", rendered[MOST_LINES]);
        assert!(rendered[0].ends_with("üü … (4002 bytes more)"), "{}", rendered[0]);
        assert_eq!(readable("one\n  two"), "one\n  two");
    }

    #[test]
    fn no_error_is_longer_than_a_header() {
        let large = "ü".repeat(8 << 20);
        let problem = Problem::new("cpu", format!("\"{large}\" is not allowed."));
        let many = (0..100_000).map(|n| Problem::new(format!("command[{n}]"), "Wrong.")).collect();
        let wrong = [Error::input(vec![problem.clone()]), Error::input(many)];
        let rendered = wrong.iter().map(construct_status);
        for status in rendered.chain([status(&Error::aws("x", large)), status(&wrong[1])]) {
            let size = status.message().len() * 3 + status.details().len() * 4 / 3;
            assert!(size < 1 << 20, "{size}");
        }
    }

    #[test]
    fn the_message_over_wrong_inputs_counts_them() {
        let problem = |path: &str| Problem::new(path, "Wrong.");
        let rendered = [vec![problem("cpu")], vec![problem("cpu"), problem("memory")]]
            .map(|problems| construct_status(&Error::input(problems)).message().to_owned());
        assert_eq!(rendered, ["one input is wrong", "2 inputs are wrong"]);
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
