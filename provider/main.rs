//! The plugin: listens, prints its port, and serves until the engine is done with it.

mod arguments;
mod signals;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::{MissedTickBehavior, interval};

use arguments::Asked;
use signals::Signals;

fn main() -> ExitCode {
    let engine = match arguments::read(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Asked::Serve(engine) => engine,
        Asked::Say(text) => {
            return match std::io::stdout().write_all(text.as_bytes()) {
                // A reader that has seen enough, such as `head`, closes its end.
                Err(error) if error.kind() != ErrorKind::BrokenPipe => fail(&error.to_string()),
                _ => ExitCode::SUCCESS,
            };
        }
        Asked::Wrong(why) => {
            fail(&why);
            return ExitCode::from(2);
        }
    };
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return fail(&error.to_string()),
        };
    let served = runtime.block_on(async {
        let signals = Signals::listen()?;
        fargate::server::serve(announce, ended(signals, engine)).await
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

/// The port is alone on the first line; nothing else may ever go to standard output.
fn announce(port: u16) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{port}")?;
    out.flush()
}

/// Ends on a signal, and when the engine is gone: a dead engine must not leave us behind.
/// The signals are listened for before the port is announced: the engine may send one at
/// once. (A process to attach to may well have no standard input, and outlives its engines.)
async fn ended(signals: Signals, engine: Option<String>) {
    let orphaned = async {
        match engine {
            Some(engine) => tokio::select! {
                () = input_closed() => {}
                () = gone(&engine) => {}
            },
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = signals.first() => {}
        () = orphaned => {}
    }
    fargate::resource::program::end_all();
    // The runtime would wait for the thread that reads; the engine does not wait for us any more.
    std::process::exit(0)
}

/// The engine holds the other end of our standard input, and dies with it.
async fn input_closed() {
    let mut input = tokio::io::stdin();
    let mut bytes = [0; 64];
    while matches!(input.read(&mut bytes).await, Ok(1..)) {}
}

/// The engine no longer listens: what it started may have inherited the other end
/// of our standard input, and hold it open for ever. The engine stops listening only after it has
/// stopped its plugins (pkg/host, `Close`). No connection is kept to see it end: one that says
/// nothing would hold up the engine's own end for two minutes (grpc-go, `GracefulStop`).
async fn gone(engine: &str) {
    const LOOKS: u32 = 2;
    let mut pause = interval(Duration::from_secs(2));
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut met, mut refused) = (false, 0);
    while refused < LOOKS {
        pause.tick().await;
        match TcpStream::connect(engine).await {
            Ok(_) => (met, refused) = (true, 0),
            // A refusal counts only after the engine has answered once.
            Err(error) if met && error.kind() == ErrorKind::ConnectionRefused => refused += 1,
            Err(_) => {}
        }
    }
}

fn fail(reason: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "pulumi-resource-fargate: {reason}");
    ExitCode::FAILURE
}
