//! Whose certificates count.

use ureq::tls::TlsConfig;

/// The system's, by the system's own TLS.
#[cfg(any(windows, target_vendor = "apple"))]
pub(super) fn config() -> TlsConfig {
    use ureq::tls::{RootCerts, TlsProvider};

    TlsConfig::builder().provider(TlsProvider::NativeTls).root_certs(RootCerts::PlatformVerifier).build()
}

/// Those of `SSL_CERT_FILE` or `SSL_CERT_DIR`, or else the system's; Mozilla's where it has none, as small containers.
#[cfg(not(any(windows, target_vendor = "apple")))]
pub(super) fn config() -> TlsConfig {
    use std::sync::OnceLock;

    use ureq::tls::{Certificate, RootCerts};

    static ROOTS: OnceLock<RootCerts> = OnceLock::new();
    let roots = ROOTS.get_or_init(|| {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            log::debug!("certificates: {error}");
        }
        match found.certs.is_empty() {
            true => RootCerts::WebPki,
            false => found.certs.iter().map(|der| Certificate::from_der(der).to_owned()).into(),
        }
    });
    TlsConfig::builder().root_certs(roots.clone()).build()
}
