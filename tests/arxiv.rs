//! arXiv at its worst.
mod mock;

use mock::{
    server::{Endpoint, Fault, Rule, Server},
    world::{Plan, World, eastern},
};
use std::sync::Arc;

#[test]
fn smoke() {
    let world = Arc::new(World::new(&Plan::new("2026-02-02", "2026-02-13")));
    let server = Server::start(world);
    server.set(eastern("2026-02-05 09:00"), &[]);
    println!("{:?}", server.bases());
    if std::env::var("HOLD").is_ok() {
        std::thread::sleep(std::time::Duration::from_secs(600));
    }
}
