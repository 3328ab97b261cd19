//! How a person, or the operating system, tells the plugin to end.

use std::io::Result;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlBreak, CtrlC, ctrl_break, ctrl_c};

/// SIGINT and SIGTERM; on Windows Ctrl-C and Ctrl-Break. The engine starts plugins in a process group
/// of their own, where Windows delivers no Ctrl-C, and sends them Ctrl-Break (Pulumi's
/// `sdk/go/common/util/cmdutil/child_windows.go`).
pub(crate) struct Signals {
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(windows)]
    interrupt: CtrlC,
    #[cfg(windows)]
    terminate: CtrlBreak,
}

impl Signals {
    /// Listens from here on: what is sent earlier ends the process at once.
    #[cfg(unix)]
    pub(crate) fn listen() -> Result<Self> {
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
    }

    /// Listens from here on: what is sent earlier ends the process at once.
    #[cfg(windows)]
    pub(crate) fn listen() -> Result<Self> {
        Ok(Self { interrupt: ctrl_c()?, terminate: ctrl_break()? })
    }

    /// Waits for the first of them.
    pub(crate) async fn first(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
