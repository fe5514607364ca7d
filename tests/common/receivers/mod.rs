//! Those who get digests, on ports of their own: an SMTP server and a webhook, in any mood.

pub mod http;
pub mod smtp;
