//! Programs of the user's that a child runs, such as the builder of images: their lines are shown, and a stop ends
//! them and all that they started.
//!
//! A program gets a process group of its own, which is ended as a whole. Should the plugin itself be killed, its end of
//! the program's output closes, and the program ends with its next line.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::{Cx, private_folder};
use crate::error::{Error, Result};

/// How many of its last lines an error shows.
const LAST: usize = 40;
/// How long a program may take to end itself once it is told to.
const GRACE: Duration = Duration::from_secs(10);
/// How long its lines may lag behind its end: what it started may hold its output open for ever.
const LAG: Duration = Duration::from_millis(300);

/// The groups of programs that run.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

fn running<T>(change: impl FnOnce(&mut Vec<u32>) -> T) -> T {
    change(&mut RUNNING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Ends all programs that still run, and removes what they were given: for a process that ends at once.
pub fn end_all() {
    for group in running(std::mem::take) {
        end(group, false);
    }
    private_folder::remove_all();
}

/// What became of a program.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    /// Its last lines, of both outputs.
    pub lines: Vec<String>,
}

/// Why there is no end of it.
#[derive(Debug)]
pub enum Failed {
    /// It did not start.
    ToStart(io::Error),
    /// It was stopped: on request, or because its time was up.
    Stopped(Error),
}

/// Runs a program to its end, and hands each line to `show`. What it reads from its input is nothing.
///
/// # Errors
/// It did not start, or did not come to its end. `what` reads well after "waiting for".
pub async fn run(
    cx: &Cx,
    what: &str,
    usual: Duration,
    mut command: Command,
    show: impl Fn(&str),
) -> Result<Ended, Failed> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    in_own_group(&mut command);
    let mut child = command.spawn().map_err(Failed::ToStart)?;
    let group = Group::of(child.id());
    let (line, mut lines) = mpsc::unbounded_channel();
    let outputs: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|it| Box::new(it) as Box<dyn Read + Send>),
        child.stderr.take().map(|it| Box::new(it) as Box<dyn Read + Send>),
    ];
    for output in outputs.into_iter().flatten() {
        let line = line.clone();
        thread::spawn(move || send_lines(output, &line));
    }
    drop(line);
    let mut ended = wait_for(child);
    let mut last = VecDeque::new();
    let mut take = |line: String| {
        show(&line);
        if last.len() == LAST {
            last.pop_front();
        }
        last.push_back(line);
    };
    let stop = cx.patience.given_up(what, usual);
    tokio::pin!(stop);
    let status = loop {
        tokio::select! {
            Some(line) = lines.recv() => take(line),
            status = &mut ended => break status,
            error = &mut stop => {
                group.end(&mut ended).await;
                return Err(Failed::Stopped(error));
            }
        }
    };
    group.forget();
    let rest = async {
        while let Some(line) = lines.recv().await {
            take(line);
        }
    };
    let _ = timeout(LAG, rest).await;
    match status {
        Ok(Ok(status)) => Ok(Ended { status, lines: last.into() }),
        Ok(Err(error)) => Err(Failed::ToStart(error)),
        Err(_) => Err(Failed::Stopped(Error::bug("a thread that waits for a program ended early"))),
    }
}

type End = oneshot::Receiver<io::Result<ExitStatus>>;

fn wait_for(mut child: Child) -> End {
    let (tell, ended) = oneshot::channel();
    thread::spawn(move || tell.send(child.wait()));
    ended
}

/// Lines as a terminal would leave them: each carriage return begins one again, and colours are taken out.
fn send_lines(output: impl Read, line: &mpsc::UnboundedSender<String>) {
    let mut output = BufReader::new(output);
    let mut bytes = Vec::new();
    while matches!(output.read_until(b'\n', &mut bytes), Ok(1..)) {
        let text = String::from_utf8_lossy(&bytes);
        let shown = text.trim_end().rsplit('\r').next().unwrap_or_default();
        let shown = without_colours(shown);
        if !shown.trim().is_empty() && line.send(shown.trim_end().to_owned()).is_err() {
            return;
        }
        bytes.clear();
    }
}

/// The text without what steers a terminal (ECMA-48, control sequences).
fn without_colours(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text.chars();
    while let Some(it) = rest.next() {
        match it {
            '\u{1b}' => {
                if rest.next() == Some('[') {
                    rest.by_ref().find(|it| ('@'..='~').contains(it));
                }
            }
            '\t' => shown.push(' '),
            it if it.is_control() => {}
            it => shown.push(it),
        }
    }
    shown
}

/// A program and what it started; ended when this is dropped.
struct Group(Option<u32>);

impl Group {
    fn of(id: u32) -> Self {
        running(|it| it.push(id));
        Self(Some(id))
    }

    /// Lets it end itself, and does it when it does not.
    async fn end(mut self, ended: &mut End) {
        let Some(id) = self.0 else { return };
        end(id, false);
        if timeout(GRACE, ended).await.is_err() {
            end(id, true);
        }
        self.close();
    }

    fn forget(mut self) {
        self.close();
    }

    fn close(&mut self) {
        if let Some(id) = self.0.take() {
            running(|it| it.retain(|group| *group != id));
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(id) = self.0 {
            end(id, true);
        }
        self.close();
    }
}

#[cfg(unix)]
fn in_own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn in_own_group(_command: &mut Command) {}

/// Ends a group: the shell's `kill` takes its number with a minus (POSIX, kill).
#[cfg(unix)]
fn end(group: u32, at_once: bool) {
    let signal = if at_once { "KILL" } else { "TERM" };
    let mut command = Command::new("sh");
    command.args(["-c", "kill -s \"$0\" -- \"-$1\"", signal, &group.to_string()]);
    let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

/// Ends a process and all that it started.
#[cfg(not(unix))]
fn end(process: u32, _at_once: bool) {
    let mut command = Command::new("taskkill");
    command.args(["/T", "/F", "/PID", &process.to_string()]);
    let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

#[cfg(test)]
mod tests {
    use super::{send_lines, without_colours};

    #[test]
    fn a_line_is_as_a_terminal_leaves_it() {
        let (line, mut lines) = tokio::sync::mpsc::unbounded_channel();
        let text = b"one\n\n10%\r50%\r\x1b[1;32m100%\x1b[0m done\r\n\tlast";
        send_lines(&text[..], &line);
        drop(line);
        let mut seen = Vec::new();
        while let Ok(line) = lines.try_recv() {
            seen.push(line);
        }
        assert_eq!(seen, ["one", "100% done", " last"]);
        assert_eq!(without_colours("\u{1b}]\u{7}a\u{1b}[31mb"), "ab");
    }
}
