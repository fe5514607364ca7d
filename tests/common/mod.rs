//! What tests share: the program at a desk of its own, papers, servers, arXiv and a chat endpoint to play with.

pub mod chat;
pub mod desk;
pub mod listener;
pub mod mock;
pub mod papers;
pub mod program;
pub mod receivers;
pub mod report;
pub mod shared;
