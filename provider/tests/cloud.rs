//! An AWS that says what a test tells it to: as much of HTTP as the SDKs speak. It judges nothing;
//! the local AWS in `dev/cloud` does.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::spawn;

/// How AWS answers one call: the HTTP status, and the body.
pub(crate) type Answer = (u16, &'static str);

/// Nothing special.
pub(crate) const DONE: Answer = (200, "{}");
/// CloudWatch Logs is busy with the same group.
pub(crate) const BUSY: Answer =
    (400, r#"{"__type": "OperationAbortedException", "message": "busy"}"#);
/// Too many calls, says CloudWatch Logs.
pub(crate) const THROTTLED: Answer =
    (400, r#"{"__type": "ThrottlingException", "message": "Rate exceeded"}"#);
/// CloudWatch Logs does not want it.
pub(crate) const REFUSED: Answer =
    (400, r#"{"__type": "InvalidParameterException", "message": "no"}"#);

const CALLER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
    <Arn>arn:aws:iam::123456789012:user/web</Arn><Account>123456789012</Account>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";

/// A running AWS. It ends with the tests.
pub(crate) struct Cloud {
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Cloud {
    /// Answers each operation as `answer` says, from many threads at once.
    pub(crate) fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, noted) = (Arc::new(answer), Arc::clone(&asked));
        spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let (answer, asked) = (Arc::clone(&answer), Arc::clone(&noted));
                spawn(move || serve(connection, &*answer, &asked));
            }
        });
        Self { address, asked }
    }

    /// The operations that were asked for so far, in their order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("the operations").clone()
    }
}

fn serve(mut connection: TcpStream, answer: &dyn Fn(&str) -> Answer, asked: &Mutex<Vec<String>>) {
    let mut requests = BufReader::new(connection.try_clone().expect("a second handle"));
    while let Some(operation) = read(&mut requests) {
        asked.lock().expect("the operations").push(operation.clone());
        let (status, body) = match operation.as_str() {
            "" => (200, CALLER),
            "DescribeLogGroups" => (200, r#"{"logGroups": []}"#),
            operation => answer(operation),
        };
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} OK\r\nx-amzn-requestid: 1\r\ncontent-length: {length}\r\n\r\n"
        );
        if connection.write_all((head + body).as_bytes()).is_err() {
            return;
        }
    }
}

/// The operation of the next request; empty for the protocol that does not name it in its head.
fn read(requests: &mut impl BufRead) -> Option<String> {
    let (mut operation, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if requests.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let Some((name, value)) = line.trim().split_once(": ") else {
            if line.trim().is_empty() {
                break;
            }
            continue;
        };
        match name.to_lowercase().as_str() {
            "x-amz-target" => {
                value.rsplit('.').next().unwrap_or_default().clone_into(&mut operation);
            }
            "content-length" => length = value.parse().expect("a length"),
            _ => {}
        }
    }
    requests.read_exact(&mut vec![0; length]).ok()?;
    Some(operation)
}
