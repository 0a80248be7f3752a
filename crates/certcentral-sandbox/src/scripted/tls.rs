//! TLS with a self-signed certificate.

use std::fmt;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A new self-signed certificate for `localhost`, 127.0.0.1 and (behind a proxy)
/// `certcentral.example.com`, and the protocols that the server offers.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
    certificate_pem: String,
}

impl Tls {
    /// Generates a key and a certificate. `protocols` are offered in ALPN in order of preference,
    /// such as `["h2", "http/1.1"]`; `[]` disables ALPN.
    ///
    /// # Errors
    ///
    /// Fails if the key or the certificate could not be generated.
    pub fn self_signed<'a>(protocols: impl IntoIterator<Item = &'a str>) -> Result<Self, TlsError> {
        let names = ["localhost", "127.0.0.1", "certcentral.example.com"].map(str::to_owned);
        let signed =
            rcgen::generate_simple_self_signed(names).map_err(|source| TlsError(source.into()))?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signed.signing_key.serialize_der()));
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .and_then(|builder| {
                    builder
                        .with_no_client_auth()
                        .with_single_cert(vec![signed.cert.der().clone()], key)
                })
                .map_err(|source| TlsError(source.into()))?;
        config.alpn_protocols =
            protocols.into_iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        Ok(Self { config: Arc::new(config), certificate_pem: signed.cert.pem() })
    }

    /// Returns the certificate as PEM, for a client that should trust it.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { config, certificate_pem: _ } = self;
        let protocols: Vec<_> =
            config.alpn_protocols.iter().map(|name| String::from_utf8_lossy(name)).collect();
        f.debug_struct("Tls").field("protocols", &protocols).finish_non_exhaustive()
    }
}

/// The key or the certificate of a test server could not be generated.
#[derive(Debug, thiserror::Error)]
#[error("could not generate a self-signed certificate")]
pub struct TlsError(#[source] Box<dyn std::error::Error + Send + Sync>);
