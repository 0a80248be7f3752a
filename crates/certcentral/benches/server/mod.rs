//! What the benches over a socket share: a server that costs as little as can be, so that what is
//! measured is the client, and pacing that does not limit it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use certcentral::transport::Pacing;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

/// Two windows, as the API has, with room for twice of what can be sent over loopback.
pub(super) fn pacing_out_of_the_way() -> Pacing {
    let (much, period) = (NonZeroU32::new(10_000).unwrap(), Duration::from_millis(10));
    Pacing::windows([(much, period), (much, period)])
}

/// Answers every order with 201, on a thread of its own.
pub(super) fn serve() -> SocketAddr {
    async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let _ = request.into_body().collect().await;
        let body =
            Bytes::from_static(br#"{"id":1234567,"requests":[{"id":8901,"status":"pending"}]}"#);
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = http::StatusCode::CREATED;
        Ok(response)
    }
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let _ = stream.set_nodelay(true);
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), hyper::service::service_fn(answer)),
                );
            }
        });
    });
    address
}
