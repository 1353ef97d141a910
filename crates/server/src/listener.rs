//! What a server is bound to.

use std::io;
use std::net::TcpListener;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use crate::ListenAddress;

/// A bound TCP port or unix socket. Dropping it stops listening and removes the socket's file.
#[derive(Debug)]
pub struct Listener {
    pub(crate) socket: Socket,
    address: String,
    _file: Option<SocketFile>,
}

/// The socket is the standard library's until it is served, so that binding needs no runtime.
#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Listener {
    /// Binds `address`.
    ///
    /// The file of a unix socket that nobody listens on any more is replaced.
    ///
    /// # Errors
    ///
    /// When the address is taken or not to be had, or the path holds something other than a socket.
    pub fn bind(address: &ListenAddress) -> io::Result<Self> {
        match address {
            ListenAddress::Tcp(address) => {
                let socket = TcpListener::bind(address)?;
                socket.set_nonblocking(true)?;
                let address = format!("http://{}", socket.local_addr()?);
                Ok(Self { socket: Socket::Tcp(socket), address, _file: None })
            }
            ListenAddress::Unix(path) => {
                remove_stale(path)?;
                let socket = UnixListener::bind(path)?;
                socket.set_nonblocking(true)?;
                let file = SocketFile::of(path)?;
                Ok(Self { socket: Socket::Unix(socket), address: address.to_string(), _file: Some(file) })
            }
        }
    }

    /// The address to call, `http://127.0.0.1:54321` or `unix:/path`, with the port that was chosen.
    pub fn local_address(&self) -> String {
        self.address.clone()
    }
}

/// Removes the file at `path` if it is a socket on which nobody answers.
fn remove_stale(path: &Path) -> io::Result<()> {
    let metadata = match std::fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if !metadata.file_type().is_socket() {
        let message = format!("{} exists and is no socket", path.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    match UnixStream::connect(path) {
        Ok(_) => {
            let message = format!("somebody already listens on {}", path.display());
            Err(io::Error::new(io::ErrorKind::AddrInUse, message))
        }
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => std::fs::remove_file(path),
        Err(error) => Err(error),
    }
}

/// The file of a socket of ours, removed on drop.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl SocketFile {
    fn of(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), identity: identity(path)? })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // A later process may have put its own socket there; that one stays.
        if identity(&self.path).is_ok_and(|found| found == self.identity)
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(path = %self.path.display(), %error, "cannot remove the socket's file");
        }
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = std::fs::symlink_metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(path: &Path) -> ListenAddress {
        ListenAddress::Unix(path.to_owned())
    }

    #[test]
    fn tells_the_port_that_was_chosen() {
        let listener = Listener::bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_address();
        assert!(address.starts_with("http://127.0.0.1:") && !address.ends_with(":0"), "{address}");
    }

    #[test]
    fn replaces_a_stale_socket_and_removes_its_own() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("stale.sock");
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists(), "the standard library leaves the file behind");
        let listener = Listener::bind(&address(&path)).unwrap();
        assert_eq!(listener.local_address(), format!("unix:{}", path.display()));
        drop(listener);
        assert!(!path.exists());
    }

    #[test]
    fn leaves_a_living_socket_and_other_files_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("taken.sock");
        let _first = Listener::bind(&address(&path)).unwrap();
        assert_eq!(Listener::bind(&address(&path)).unwrap_err().kind(), io::ErrorKind::AddrInUse);

        let file = directory.path().join("file");
        std::fs::write(&file, "precious").unwrap();
        assert_eq!(Listener::bind(&address(&file)).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
    }
}
