use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const LIMIT: Duration = Duration::from_millis(200);
/// Longer than anything here takes on the busiest machine.
const LONG: Duration = Duration::from_secs(20);
/// HTTP/2's preface and empty settings.
const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// A peer whose connection is served with a short time for the first bytes.
async fn peer() -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let accepted = Accepted::Tcp(listener.accept().await.unwrap().0);
    let protocols = Protocols { first_bytes_within: LIMIT, ..protocols(&ServerSettings::default()) };
    let service = tower::service_fn(|_: Request<Incoming>| async { Ok(Response::new(Body::empty())) });
    tokio::spawn(async move {
        let (_drain, draining) = watch::channel(false);
        serve_connection(accepted, protocols, service, draining).await;
    });
    peer
}

/// Everything that the server says until it closes the connection; `None` if it does not within `time`.
async fn heard(peer: &mut TcpStream, time: Duration) -> Option<Vec<u8>> {
    let mut heard = Vec::new();
    tokio::time::timeout(time, peer.read_to_end(&mut heard)).await.ok()?.ok();
    Some(heard)
}

#[tokio::test]
async fn a_peer_that_says_too_little_is_closed() {
    for bytes in [&b""[..], b"P", b"G", &HTTP2[..18], b"GET / HTTP/1.1\r\nh:", &HTTP2[..23]] {
        let mut peer = peer().await;
        peer.write_all(bytes).await.unwrap();
        // HTTP/1 has a timer of its own, which is much longer here.
        assert!(heard(&mut peer, HEADERS_WITHIN / 2).await.is_some(), "{bytes:?} keeps its place");
    }
}

#[tokio::test]
async fn a_peer_that_speaks_stays() {
    let mut peer = peer().await;
    peer.write_all(HTTP2).await.unwrap();
    assert_eq!(heard(&mut peer, LIMIT * 3).await, None);
}

#[tokio::test]
async fn a_short_request_is_answered() {
    let mut peer = peer().await;
    peer.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
    let heard = heard(&mut peer, LONG).await.unwrap();
    assert!(heard.starts_with(b"HTTP/1.0 200"), "{}", String::from_utf8_lossy(&heard));
}
