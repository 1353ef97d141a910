//! Accepting connections, from TCP or a unix socket alike.

use std::io;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use crate::listener::{Listener, Socket};

/// Waiting times after an accept that failed for want of something, file descriptors usually.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A listener that the runtime polls.
pub(crate) struct Acceptor {
    socket: AsyncSocket,
    /// Kept for what its drop does.
    _listener: Listener,
}

enum AsyncSocket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// A connection just accepted.
pub(crate) enum Accepted {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Acceptor {
    pub(crate) fn new(listener: Listener) -> io::Result<Self> {
        let socket = match &listener.socket {
            Socket::Tcp(socket) => AsyncSocket::Tcp(TcpListener::from_std(socket.try_clone()?)?),
            Socket::Unix(socket) => AsyncSocket::Unix(UnixListener::from_std(socket.try_clone()?)?),
        };
        Ok(Self { socket, _listener: listener })
    }

    /// The next connection. Never fails: what goes wrong is logged, and tried again after a pause.
    pub(crate) async fn next(&self) -> Accepted {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.accept().await {
                Ok(accepted) => return accepted,
                Err(error) if concerns_one_connection(&error) => tracing::debug!(%error, "a connection broke off"),
                Err(error) => {
                    tracing::warn!(%error, pause_ms = pause.as_millis(), "cannot accept connections");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    async fn accept(&self) -> io::Result<Accepted> {
        match &self.socket {
            AsyncSocket::Tcp(socket) => {
                let (stream, _) = socket.accept().await?;
                // Frames are written whole, and waiting for more of them only delays the answer.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "cannot set TCP_NODELAY");
                }
                Ok(Accepted::Tcp(stream))
            }
            AsyncSocket::Unix(socket) => Ok(Accepted::Unix(socket.accept().await?.0)),
        }
    }
}

fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
