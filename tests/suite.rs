//! Every test that sees only the public face or the binary, a module for each subject. It is one binary, so that it
//! is linked once; `cargo test --test suite cli` runs one module.

mod common;

mod apply;
mod architecture;
mod arxiv;
mod attacks;
mod cases;
mod chinese;
mod cli;
mod crash;
mod damage;
mod eval;
mod explain;
mod feeds;
mod find;
mod first_minutes;
mod fixtures;
mod formats;
mod hub;
mod judged_days;
mod listing;
mod month;
mod notes;
mod oai;
mod profiles;
mod quality;
mod send;
mod shelf;
mod snapshot;
mod tune;
