//! Whether there is a network at all.

use std::{
    net::{TcpStream, ToSocketAddrs},
    sync::mpsc::channel,
    thread,
    time::Duration,
};

use reqwest::Url;

/// How long a server may take to accept a connection, its name's lookup included.
const PATIENCE: Duration = Duration::from_secs(4);
/// A network that just woke up is looked for once more after this time.
const PAUSE: Duration = Duration::from_secs(2);

/// Whether one of the servers at these addresses accepts a connection. Nothing is sent to it.
pub(crate) fn any_reachable(addresses: &[&str]) -> bool {
    let mut hosts: Vec<(String, u16)> = addresses
        .iter()
        .filter_map(|address| {
            let url = Url::parse(address).ok()?;
            Some((
                url.host_str()?.trim_matches(['[', ']']).to_owned(),
                url.port_or_known_default()?,
            ))
        })
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    one_accepts(&hosts) || {
        thread::sleep(PAUSE);
        one_accepts(&hosts)
    }
}

fn one_accepts(hosts: &[(String, u16)]) -> bool {
    let (tell, hear) = channel();
    for host in hosts {
        let (tell, host) = (tell.clone(), host.clone());
        // A lookup cannot be cut short, so nobody waits for its thread.
        thread::spawn(move || {
            let addresses = host.to_socket_addrs().into_iter().flatten();
            let accepts = |at| TcpStream::connect_timeout(&at, PATIENCE).is_ok();
            let _ = tell.send(addresses.into_iter().any(accepts));
        });
    }
    drop(tell);
    hosts.iter().any(|_| hear.recv_timeout(PATIENCE).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn one_server_that_listens_is_a_network() {
        let open = TcpListener::bind("127.0.0.1:0").unwrap();
        let closed = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = |of: &TcpListener| format!("http://{}/api", of.local_addr().unwrap());
        let (open_at, closed_at) = (address(&open), address(&closed));
        drop(closed);
        assert!(any_reachable(&[&closed_at, &open_at]));
        assert!(!any_reachable(&[&closed_at, "not an address", "http://no-such-host.invalid/"]));
    }
}
