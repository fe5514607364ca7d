//! Those who get digests, on ports of their own: an SMTP server and a webhook, in any mood.

// Each test uses its share.
#![allow(dead_code)]

pub mod http;
pub mod smtp;
