use paperlark::embed::*;
use std::io::Write;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let m = Models::new("/tmp/models");
    if a[1] == "install" {
        m.install("all-minilm-l6-v2", Some(a[2].as_ref()), Some(a[3].as_ref())).unwrap();
        return;
    }
    let texts: Vec<String> =
        std::io::read_to_string(std::io::stdin()).unwrap().lines().map(|s| s.to_string()).collect();
    let t = std::time::Instant::now();
    let e = m.open(&a[1]).unwrap();
    eprintln!("load {:?}", t.elapsed());
    let t = std::time::Instant::now();
    let v = e.embed(&texts, &|_| {}).unwrap();
    eprintln!("{} in {:?}", texts.len(), t.elapsed());
    let mut f = std::fs::File::create(&a[2]).unwrap();
    for x in v.iter() {
        f.write_all(&x.to_le_bytes()).unwrap();
    }
}
