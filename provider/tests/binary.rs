//! The built binary, as the engine starts and ends it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::spawn;
use std::time::{Duration, Instant};

/// Nobody listens there, and the plugin does not mind until it has something to say.
const ENGINE: &str = "127.0.0.1:1";

/// How soon it has to do what it is asked; it takes some milliseconds.
const SOON: Duration = Duration::from_secs(1);

/// A running plugin; it is killed when a test is done with it.
pub(crate) struct Plugin {
    process: Child,
    input: Option<ChildStdin>,
    /// What it prints, byte by byte.
    output: Receiver<u8>,
    errors: Receiver<u8>,
}

impl Drop for Plugin {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn bytes(mut from: impl Read + Send + 'static) -> Receiver<u8> {
    let (sender, receiver) = channel();
    spawn(move || {
        let mut byte = [0];
        while matches!(from.read(&mut byte), Ok(1)) && sender.send(byte[0]).is_ok() {}
    });
    receiver
}

impl Plugin {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_in(arguments, &[])
    }

    /// Started with these variables in its environment.
    pub(crate) fn start_in(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_pulumi-resource-fargate"))
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the plugin starts");
        let input = process.stdin.take();
        let output = bytes(process.stdout.take().expect("its output"));
        let errors = bytes(process.stderr.take().expect("its errors"));
        Self { process, input, output, errors }
    }

    /// The port that it prints first, in a line of its own.
    pub(crate) fn port(&self) -> u16 {
        let end = Instant::now() + SOON;
        let mut line = String::new();
        while !line.ends_with('\n') {
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(byte) => line.push(char::from(byte)),
                Err(error) => panic!("no port line within {SOON:?} but {line:?} ({error})"),
            }
        }
        line.trim_end_matches('\n').parse().unwrap_or_else(|_| panic!("no port: {line:?}"))
    }

    /// Whether it has ended soon, and how.
    fn ended(&mut self) -> Option<ExitStatus> {
        self.ended_within(SOON)
    }

    fn ended_within(&mut self, time: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            if let Some(status) = self.process.try_wait().expect("its status") {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    }

    fn terminate(&self) {
        let told = Command::new("kill").arg(self.process.id().to_string()).status();
        assert!(told.is_ok_and(|status| status.success()), "kill does its work");
    }

    /// It has said nothing since it told its port.
    fn was_silent(&self) {
        for told in [&self.output, &self.errors] {
            let mut rest = String::new();
            let end = loop {
                match told.recv_timeout(SOON) {
                    Ok(byte) => rest.push(char::from(byte)),
                    Err(end) => break end,
                }
            };
            assert_eq!((rest.as_str(), end), ("", RecvTimeoutError::Disconnected));
        }
    }
}

#[test]
fn it_prints_its_port_and_nothing_else() {
    let mut plugin = Plugin::start(&[ENGINE]);
    let port = plugin.port();
    TcpStream::connect(("127.0.0.1", port)).expect("it listens there");
    plugin.terminate();
    assert!(plugin.ended().is_some(), "It goes on after SIGTERM.");
    plugin.was_silent();
}

#[test]
fn it_ends_well_when_it_is_terminated() {
    for arguments in [&[ENGINE][..], &[]] {
        let mut plugin = Plugin::start(arguments);
        plugin.port();
        plugin.terminate();
        let status = plugin.ended().expect("it ends after SIGTERM");
        assert_eq!(status.code(), Some(0), "{status}");
    }
}

#[test]
fn it_does_not_outlive_the_engine_that_started_it() {
    let mut plugin = Plugin::start(&[ENGINE]);
    plugin.port();
    plugin.input.as_mut().expect("its input").write_all(b"hello\n").expect("it reads");
    drop(plugin.input.take());
    let status = plugin.ended().expect("it ends when its standard input does");
    assert_eq!(status.code(), Some(0), "{status}");
    plugin.was_silent();
}

#[test]
fn it_does_not_outlive_its_engine_even_if_its_input_stays_open() {
    let engine = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = engine.local_addr().expect("its address").to_string();
    let (stop, stopped) = channel::<()>();
    // It takes connections and hangs up on each, as an engine does on who says nothing.
    let listening = spawn(move || {
        engine.set_nonblocking(true).expect("a listener that does not wait");
        while matches!(
            stopped.recv_timeout(Duration::from_millis(10)),
            Err(RecvTimeoutError::Timeout)
        ) {
            drop(engine.accept());
        }
    });
    let mut plugin = Plugin::start(&[&address]);
    plugin.port();
    assert!(plugin.ended_within(Duration::from_secs(5)).is_none(), "Its engine lives.");
    drop(stop);
    listening.join().expect("the engine ends");
    let status = plugin.ended_within(Duration::from_secs(10)).expect("it ends after its engine");
    assert_eq!(status.code(), Some(0), "{status}");
    plugin.was_silent();
}

#[test]
fn one_to_attach_to_needs_no_standard_input() {
    let mut plugin = Plugin::start(&[]);
    let port = plugin.port();
    drop(plugin.input.take());
    std::thread::sleep(Duration::from_millis(200));
    assert!(plugin.process.try_wait().expect("its status").is_none(), "It has ended.");
    TcpStream::connect(("127.0.0.1", port)).expect("it still listens");
}

#[test]
fn flags_it_does_not_know_are_no_obstacle() {
    let flags = ["--logtostderr", "-v=9", "--tracing", "file:///dev/null", "--from-2031", ENGINE];
    let mut plugin = Plugin::start(&flags);
    plugin.port();
    drop(plugin.input.take());
    assert!(plugin.ended().is_some(), "It has not found the engine's address among the flags.");
    plugin.was_silent();
}

#[test]
fn it_answers_a_person_like_a_program() {
    for (argument, code, said) in [
        ("--version", 0, env!("CARGO_PKG_VERSION")),
        ("--help", 0, "Usage:"),
        ("schema", 0, r#""fargate:index:FargateWebService""#),
        ("permissions", 0, "ecs:CreateService"),
        ("--verison", 2, "there is no option `--verison`"),
        ("up", 2, "`up` is neither a command nor the address of an engine"),
    ] {
        let mut plugin = Plugin::start(&[argument]);
        let status = plugin.ended().unwrap_or_else(|| panic!("{argument}: it goes on"));
        assert_eq!(status.code(), Some(code), "{argument}");
        let told = if code == 0 { &plugin.output } else { &plugin.errors };
        let told = String::from_utf8(told.iter().collect()).expect("text");
        assert!(told.contains(said), "{argument}: {told}");
    }
}
