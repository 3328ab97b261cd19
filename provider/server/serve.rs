//! The listener, and when to stop.

use std::future::Future;

use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use super::proto::resource_provider_server::ResourceProviderServer;
use super::session::LARGEST_HEADERS;
use super::{LARGEST_MESSAGE, Provider};

/// Serves on a free port of the loopback interface until `end`; passes the port to `ready` as soon
/// as connections are accepted.
///
/// # Errors
/// When there is no port to listen on, or the connection to it breaks.
pub async fn serve(
    ready: impl FnOnce(u16) -> std::io::Result<()>,
    end: impl Future<Output = ()>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    let service =
        ResourceProviderServer::new(Provider::default()).max_decoding_message_size(LARGEST_MESSAGE);
    let server = Server::builder()
        // Every open Construct holds a stream while the engine's calls for its children need
        // more; hyper's default of 200 would be a deadlock for 200 services.
        .max_concurrent_streams(100_000)
        .http2_max_header_list_size(LARGEST_HEADERS)
        .add_service(service)
        // The server's own setting holds only for listeners that it binds itself. With delays every
        // other answer waits 40 ms for the engine's acknowledgement of its first half.
        .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)));
    ready(port)?;
    tokio::select! {
        result = server => Ok(result?),
        // Requests that still wait are dropped: the engine has stopped listening.
        () = end => Ok(()),
    }
}
