//! A stand-in for DigiCert CertCentral Europe on loopback, for tests.
//!
//! * [`scripted`] is a raw TCP server that plays a script of bytes, for hostile cases.

#![forbid(unsafe_code)]

pub mod scripted;
