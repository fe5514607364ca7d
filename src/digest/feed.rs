//! Digests as a feed: one entry for each paper that a profile's digests show, newest day first.

use jiff::fmt::{rfc2822, temporal};
use maud::{Markup, html};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{Digest, Entry, math::plain, percent_encoded};
use crate::tex;

/// The authority of the entries' identifiers: a name that nobody can own, because no server answers for them.
const AUTHORITY: &str = "paperlark.invalid";

type Xml = Writer<Vec<u8>>;
type Written = std::io::Result<()>;

/// What a feed is of.
#[derive(Debug, Clone, Copy)]
pub struct Feed<'a> {
    /// Digests of one profile, newest first, at least one.
    pub digests: &'a [Digest],
    /// Absolute address of the folder in which the feed and the pages of the days stand, if it is known; it
    /// ends in a slash.
    pub base: Option<&'a str>,
}

impl Feed<'_> {
    /// The feed in Atom (RFC 4287). Identifiers and times stay the same as long as the digests do.
    pub fn atom(&self) -> String {
        written(|xml| {
            let feed = xml.create_element("feed");
            let feed = feed.with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
            let newest = &self.digests[0];
            feed.with_attribute(("xml:lang", newest.language.page().code)).write_inner_content(
                |xml| {
                    leaf(xml, "title", &self.title())?;
                    leaf(xml, "id", &identifier(newest, None))?;
                    leaf(xml, "updated", &rfc3339(newest))?;
                    leaf(xml, "generator", "Paperlark")?;
                    if let Some(base) = self.base {
                        link(xml, "self", &format!("{base}atom.xml"))?;
                        link(xml, "alternate", &self.page(newest, base))?;
                    }
                    self.each(|digest, entry| {
                        let element = xml.create_element("entry");
                        element.write_inner_content(|xml| atom_entry(xml, digest, entry)).map(drop)
                    })
                },
            )?;
            Ok(())
        })
    }

    /// The same as RSS 2.0.
    pub fn rss(&self) -> String {
        written(|xml| {
            let rss = xml.create_element("rss").with_attribute(("version", "2.0"));
            let rss = rss.with_attribute(("xmlns:atom", "http://www.w3.org/2005/Atom"));
            let rss = rss.with_attribute(("xmlns:dc", "http://purl.org/dc/elements/1.1/"));
            rss.write_inner_content(|xml| {
                xml.create_element("channel").write_inner_content(|xml| self.channel(xml))?;
                Ok(())
            })?;
            Ok(())
        })
    }

    fn channel(&self, xml: &mut Xml) -> Written {
        let newest = &self.digests[0];
        leaf(xml, "title", &self.title())?;
        let page = self.base.map(|base| self.page(newest, base));
        // A channel must have a link.
        leaf(xml, "link", &page.unwrap_or("https://arxiv.org/".to_owned()))?;
        leaf(xml, "description", &newest.language.headline(newest.date))?;
        leaf(xml, "language", newest.language.page().code)?;
        leaf(xml, "lastBuildDate", &rfc2822(newest))?;
        leaf(xml, "generator", "Paperlark")?;
        if let Some(base) = self.base {
            let element = xml.create_element("atom:link").with_attribute(("rel", "self"));
            let element = element.with_attribute(("type", "application/rss+xml"));
            element.with_attribute(("href", &format!("{base}rss.xml")[..])).write_empty()?;
        }
        self.each(|digest, entry| {
            let element = xml.create_element("item");
            element.write_inner_content(|xml| rss_item(xml, digest, entry)).map(drop)
        })
    }

    fn each(&self, mut write: impl FnMut(&Digest, &Entry) -> Written) -> Written {
        for digest in self.digests {
            digest.entries.iter().try_for_each(|entry| write(digest, entry))?;
        }
        Ok(())
    }

    fn title(&self) -> String {
        let newest = &self.digests[0];
        let names = [&newest.title, &newest.profile].map(|name| plain(name));
        let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        format!("Paperlark · {name}")
    }

    /// The page of a day.
    fn page(&self, digest: &Digest, base: &str) -> String {
        format!("{base}{}.html", digest.date)
    }
}

fn atom_entry(xml: &mut Xml, digest: &Digest, entry: &Entry) -> Written {
    leaf(xml, "title", &title(entry))?;
    leaf(xml, "id", &identifier(digest, Some(entry)))?;
    leaf(xml, "updated", &rfc3339(digest))?;
    let mut authors = authors(entry);
    if authors.is_empty() {
        // An entry must have one.
        authors.push("arXiv".to_owned());
    }
    for name in authors {
        let author = xml.create_element("author");
        author.write_inner_content(|xml| leaf(xml, "name", &name))?;
    }
    for category in &entry.paper.categories {
        xml.create_element("category")
            .with_attribute(("term", &plain(category)[..]))
            .write_empty()?;
    }
    if let Some(url) = entry.paper.id.abs_url() {
        link(xml, "alternate", &url)?;
    }
    let content = xml.create_element("content").with_attribute(("type", "html"));
    content.write_text_content(BytesText::new(&body(digest, entry).into_string()))?;
    Ok(())
}

fn rss_item(xml: &mut Xml, digest: &Digest, entry: &Entry) -> Written {
    leaf(xml, "title", &title(entry))?;
    if let Some(url) = entry.paper.id.abs_url() {
        leaf(xml, "link", &url)?;
    }
    leaf(xml, "description", &body(digest, entry).into_string())?;
    for name in authors(entry) {
        leaf(xml, "dc:creator", &name)?;
    }
    for category in &entry.paper.categories {
        leaf(xml, "category", &plain(category))?;
    }
    let guid = xml.create_element("guid").with_attribute(("isPermaLink", "false"));
    guid.write_text_content(BytesText::new(&identifier(digest, Some(entry))))?;
    leaf(xml, "pubDate", &rfc2822(digest))
}

/// An entry as HTML that any feed reader admits.
fn body(digest: &Digest, entry: &Entry) -> Markup {
    let language = digest.language;
    let labels = language.labels();
    let gist = plain(&tex::to_display(&entry.gist()));
    html! {
        p { strong { (language.score_of_ten(&format!("{:.1}", entry.score + 0.0))) }
            @if let Some(interest) = &entry.why.interest { " · " (plain(interest)) }
        }
        @if !gist.is_empty() { p { (gist) } }
        @if !entry.notes.is_empty() { p { (labels.reason) " " (plain(&entry.reason(language))) } }
        p { (labels.evidence) " " (plain(&entry.evidence(language))) }
        @for also in &entry.also { p { (labels.also) " " (plain(&tex::to_display(&also.title))) } }
        p { @for (name, url) in entry.links() { a href=(url) { (name) } " " } }
    }
}

/// A `tag:` address for a paper in a digest, or for all digests of its profile.
fn identifier(digest: &Digest, entry: Option<&Entry>) -> String {
    let mut name = digest.profile.clone();
    if let Some(entry) = entry {
        name += &format!("/{}/{}", digest.date, entry.paper.id);
    }
    let name = percent_encoded(&name, |c| c.is_ascii_alphanumeric() || "-._~/:".contains(c));
    // The date of a tag says when its authority was whose it is; nobody ever owns this one.
    format!("tag:{AUTHORITY},2026:{name}")
}

fn title(entry: &Entry) -> String {
    plain(&entry.heading())
}

fn authors(entry: &Entry) -> Vec<String> {
    let names = entry.paper.authors.iter().map(|name| plain(name));
    names.filter(|name| !name.is_empty()).collect()
}

fn rfc3339(digest: &Digest) -> String {
    temporal::DateTimePrinter::new().timestamp_to_string(&digest.generated_at.timestamp())
}

fn rfc2822(digest: &Digest) -> String {
    rfc2822::to_string(&digest.generated_at).unwrap_or_default()
}

/// An element that holds text.
fn leaf(xml: &mut Xml, name: &str, text: &str) -> Written {
    xml.create_element(name).write_text_content(BytesText::new(text)).map(drop)
}

/// A link of Atom.
fn link(xml: &mut Xml, rel: &str, href: &str) -> Written {
    let link = xml.create_element("link").with_attribute(("rel", rel));
    link.with_attribute(("href", href)).write_empty().map(drop)
}

fn written(write: impl FnOnce(&mut Xml) -> Written) -> String {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))
        .and_then(|()| write(&mut xml))
        .expect("memory takes any text");
    String::from_utf8(xml.into_inner()).expect("text in, text out") + "\n"
}

#[cfg(test)]
mod tests {
    use super::super::tests::{foreign_entry, sample};
    use super::super::{Language, Style};
    use super::*;
    use proptest::prelude::*;

    fn digests() -> Vec<Digest> {
        let mut digest = sample(Style::Scored, Language::En);
        digest.entries.truncate(1);
        digest.entries.push(foreign_entry());
        vec![digest]
    }

    #[test]
    fn an_entry_keeps_its_identifier_and_time() {
        let digests = digests();
        let base = Some("https://example.org/trust/");
        let atom = Feed { digests: &digests, base }.atom();
        for part in [
            "<id>tag:paperlark.invalid,2026:trust</id>",
            "<id>tag:paperlark.invalid,2026:trust/2026-02-05/2602.90001</id>",
            "<id>tag:paperlark.invalid,2026:trust/2026-02-05/zotero:AB_12</id>",
            "<updated>2026-02-05T05:25:47Z</updated>",
            "<title>Fair Shares of Credit in O(n₁ * n₂) Steps</title>",
            "<link rel=\"alternate\" href=\"https://arxiv.org/abs/2602.90001\"/>",
            "<link rel=\"self\" href=\"https://example.org/trust/atom.xml\"/>",
            "<content type=\"html\">&lt;p&gt;&lt;strong&gt;Score 8.7 of 10",
        ] {
            assert!(atom.contains(part), "no {part} in {atom}");
        }
        let rss = Feed { digests: &digests, base: None }.rss();
        for part in [
            "<link>https://arxiv.org/</link>",
            "<dc:creator>Ana Öz</dc:creator>",
            "<guid isPermaLink=\"false\">tag:paperlark.invalid,2026:trust/2026-02-05/2602.90001</guid>",
            "<pubDate>Thu, 5 Feb 2026 13:25:47 +0800</pubDate>",
        ] {
            assert!(rss.contains(part), "no {part} in {rss}");
        }
    }

    proptest! {
        #[test]
        fn any_text_makes_well_formed_xml(text in any::<String>()) {
            let mut digests = digests();
            digests[0].profile = text.clone();
            digests[0].title = text.clone();
            let entry = &mut digests[0].entries[0];
            entry.paper.title = text.clone();
            entry.paper.authors = vec![text.clone()];
            entry.paper.categories = vec![text.clone()];
            entry.paper.abstract_text = text.clone();
            entry.why.interest = Some(text);
            let feed = Feed { digests: &digests, base: None };
            for xml in [feed.atom(), feed.rss()] {
                let mut reader = quick_xml::Reader::from_str(&xml);
                let mut entries = 0;
                loop {
                    match reader.read_event().unwrap() {
                        Event::Start(tag) if ["entry", "item"].contains(&tag.name().as_ref()) => {
                            entries += 1;
                        }
                        Event::Eof => break,
                        _ => {}
                    }
                }
                prop_assert_eq!(entries, 2);
                let legal = |c: char| c == '\n' || (c >= ' ' && (c as u32) & 0xfffe != 0xfffe);
                prop_assert!(xml.chars().all(legal), "{}", xml);
            }
        }
    }
}
