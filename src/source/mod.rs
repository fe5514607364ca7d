//! stub
use crate::*;
use jiff::civil::Date;
use std::path::Path;
/// x
#[derive(Debug)]
pub struct Batch {
    /// x
    pub origin: String,
    /// x
    pub date: Option<Date>,
    /// x
    pub items: Vec<Announced>,
}
/// x
pub fn read(p: &Path) -> Result<Batch> {
    let items = read_text(p)?.lines().map(|l| {
        let v: serde_json::Value = serde_json::from_str(l).unwrap();
        let paper: Paper = serde_json::from_value(serde_json::json!({"id": v["id"], "title": tex::to_text(v["title"].as_str().unwrap()), "abstract": tex::to_text(v["abstract"].as_str().unwrap())})).unwrap();
        Announced { paper, date: None, kind: Kind::New }
    }).collect();
    Ok(Batch { origin: p.display().to_string(), date: None, items })
}
/// x
pub fn read_text(p: &Path) -> Result<String> {
    use std::io::Read;
    let b = std::fs::read(p).map_err(Error::io("read", p))?;
    let mut s = String::new();
    flate2::read::MultiGzDecoder::new(&b[..])
        .read_to_string(&mut s)
        .map_err(Error::io("read", p))?;
    Ok(s)
}
/// x
pub fn merge(b: Vec<Batch>) -> Vec<Announced> {
    b.into_iter().flat_map(|b| b.items).collect()
}
/// x
pub struct Client;
impl Client {
    /// x
    pub const RSS: &str = "";
    /// x
    pub const API: &str = "";
    /// x
    pub fn new(_c: Option<&str>) -> Result<Client> {
        todo!()
    }
    /// x
    pub fn with_bases(self, _a: &str, _b: &str) -> Self {
        self
    }
    /// x
    pub fn feed(&self, _c: &[String]) -> Result<Batch> {
        todo!()
    }
    /// x
    pub fn by_ids(&self, _c: &[PaperId]) -> Result<Vec<Paper>> {
        todo!()
    }
}
