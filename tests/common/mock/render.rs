//! The pages of arXiv as text: feed, listing, query answer and OAI-PMH, in its own markup.
//!
//! Every function gets what to show and gives a body; what is shown, and what is wrong with it, is for
//! [`server`](super::server) to say. The oddities (single quotes, the blank after `href`, double
//! encoded tokens) are arXiv's.

use std::fmt::Write;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::world::{Kind, Listed, Paper, Standing, World, unicode};

const RFC_2822: &str = "%a, %d %b %Y %H:%M:%S %z";

/// Text within XML or HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#39;")
}

/// What a feed is built from.
pub struct Feed<'a> {
    pub asked: &'a str,
    /// The day it is for, which it states everywhere.
    pub date: Date,
    pub items: Vec<(&'a Paper, Standing, Kind, u32)>,
}

pub fn rss(feed: &Feed) -> String {
    let asked = feed.asked;
    let title = format!("{} updates on arXiv.org", asked.replace('+', ", "));
    let about = format!("{} updates on the arXiv.org e-print archive.", asked.replace('+', ", "));
    let mut items = String::new();
    let day = midnight(feed.date);
    for (paper, standing, kind, version) in &feed.items {
        let Paper { id, .. } = paper;
        let categories: String = standing
            .categories
            .iter()
            .map(|c| format!("      <category>{c}</category>\n"))
            .collect();
        let _ = write!(
            items,
            "    <item>\n      <title>{}</title>\n      <link>https://arxiv.org/abs/{id}</link>\n      \
             <description>arXiv:{id}v{version} Announce Type: {} \nAbstract:   {}</description>\n      \
             <guid isPermaLink=\"false\">oai:arXiv.org:{id}v{version}</guid>\n{categories}      \
             <pubDate>{day}</pubDate>\n      \
             <arxiv:announce_type>{}</arxiv:announce_type>\n      \
             <dc:rights>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</dc:rights>\n      \
             <dc:creator>{}</dc:creator>\n    </item>\n",
            escape(&paper.title),
            kind.as_str(),
            escape(&paper.abstract_text),
            kind.as_str(),
            escape(&paper.authors.join(", ")),
        );
    }
    let skip =
        "    <skipDays>\n      <day>Saturday</day>\n      <day>Sunday</day>\n    </skipDays>\n";
    channel(asked, &title, &about, feed.date, &format!("{skip}{items}"))
}

/// The feed-shaped body of a refusal.
pub fn rss_error(asked: &str, reason: &str, date: Date) -> String {
    let title = format!("Feed error for query: http://rss.arxiv.org/rss/{asked}");
    channel(asked, &title, &escape(reason), date, "")
}

fn channel(asked: &str, title: &str, about: &str, date: Date, rest: &str) -> String {
    let built = date.at(0, 0, 31, 0).to_zoned(TimeZone::get("America/New_York").unwrap()).unwrap();
    let built = built.with_time_zone(TimeZone::UTC).strftime(RFC_2822);
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>\n<rss xmlns:arxiv=\"http://arxiv.org/schemas/atom\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" version=\"2.0\">\n  <channel>\n    \
         <title>{title}</title>\n    <link>http://rss.arxiv.org/rss/{asked}</link>\n    \
         <description>{about}</description>\n    \
         <atom:link href=\"http://rss.arxiv.org/rss/{asked}\" rel=\"self\" \
         type=\"application/rss+xml\"/>\n    \
         <docs>http://www.rssboard.org/rss-specification</docs>\n    <language>en-us</language>\n    \
         <lastBuildDate>{built}</lastBuildDate>\n    \
         <managingEditor>rss-help@arxiv.org</managingEditor>\n    <pubDate>{}</pubDate>\n{rest}  \
         </channel>\n</rss>\n",
        midnight(date),
    )
}

fn midnight(date: Date) -> String {
    let zone = TimeZone::get("America/New_York").unwrap();
    date.to_zoned(zone).unwrap().strftime(RFC_2822).to_string()
}

/// One section of a listing page: a kind of announcement, or a day.
pub struct Section<'a> {
    pub heading: String,
    pub items: Vec<(&'a Paper, Standing, Kind)>,
}

/// A slice of a listing's sections.
pub struct Page<'a> {
    pub category: &'a str,
    pub date: Date,
    /// The days of `/recent`; `None` on `/new`.
    pub days: Option<Vec<Date>>,
    pub sections: Vec<Section<'a>>,
    pub skip: usize,
    pub show: usize,
    /// What the page claims its total is, above the truth.
    pub drift: usize,
}

pub fn listing(page: &Page) -> String {
    let total: usize = page.sections.iter().map(|s| s.items.len()).sum();
    let name = subject(page.category);
    let recent = page.days.is_some();
    let mut body = String::new();
    if let Some(days) = &page.days {
        body += "<h2>Authors and titles for recent submissions</h2>\n  <ul>\n";
        for day in days {
            let _ = write!(
                body,
                "<li>\n        <a href=\"/list/{}/recent?skip=0&amp;show={}\">\n          {}\n        \
                 </a>\n      </li>",
                page.category,
                page.show,
                day.strftime("%a, %-d %b %Y"),
            );
        }
        let _ = writeln!(
            body,
            "</ul>\n  <p>See today's <a id=\"new-{0}\" aria-labelledby=\"new-{0}\" \
             href=\"/list/{0}/new\">new</a> changes</p>",
            page.category
        );
    } else {
        let _ = write!(
            body,
            "<ul>\n  <li><a href=\"#item0\">New submissions</a></li>\n</ul>\n\n<p>See <a \
             id=\"recent-{0}\" aria-labelledby=\"recent-{0}\" href=\"/list/{0}/recent\">recent</a> \
             articles</p>\n<h3>Showing new listings for {1}</h3>\n\n",
            page.category,
            page.date.strftime("%A, %-d %B %Y"),
        );
    }
    let paging = paging(page, total + page.drift);
    body += &paging;
    let end = page.skip.saturating_add(page.show);
    let mut at = 0;
    let mut shown = 0;
    for section in &page.sections {
        let (from, size) = (at, section.items.len());
        at += size;
        let slice = page.skip.clamp(from, at) - from..end.clamp(from, at) - from;
        if slice.is_empty() {
            // A day without papers is told of, if the page reaches it.
            if recent && size == 0 && page.skip <= from && from <= end {
                let _ = write!(
                    body,
                    "\n      <dl id='articles'>\n    <h3>{}</h3>\n\n    \
                     <p>No updates for this time period.</p>\n\n</dl>\n",
                    section.heading
                );
            }
            continue;
        }
        shown += slice.len();
        let continued = if slice.start > 0 { "continued, " } else { "" };
        let part = match (slice.start, slice.end < size) {
            (0, false) => "",
            (0, true) => "first ",
            (_, false) => "last ",
            (_, true) => "",
        };
        let blank = if recent { " " } else { "" };
        let _ = write!(
            body,
            "\n      <dl id='articles'>\n    <h3>{} ({continued}showing {part}{} of {size} \
             entries{blank})</h3>\n\n",
            section.heading,
            slice.len(),
        );
        for (n, item) in section.items.iter().enumerate().take(slice.end).skip(slice.start) {
            entry(page, item, from + n + 1, !recent, &mut body);
        }
        body += "</dl>\n";
    }
    if shown == 0 && !recent {
        body += "\n\n    <p>No updates today.</p>\n\n";
    }
    body += &paging;
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n\n<head><script>document.documentElement.classList.add('js');\
         </script>  <title>{name}  </title>\n  <meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\">\n</head>\n\n<body ><div class=\"flex-wrap-footer\">\n    <a href=\"#content\" \
         class=\"ds-skip-link\">Skip to main content</a>\n    <main>\n      <div id=\"content\">\n\
         <div id='content-inner'>\n<div id='dlpage'>\n  <h1>{name}</h1>\n\n{body}\n</div>\n</div>      \
         </div>\n    </main>\n\n<footer class=\"ds-site-footer\">\n  <p>We gratefully acknowledge support \
         from our <strong>major funders</strong>.</p>\n</footer>\n</div></body>\n</html>\n"
    )
}

/// The page of a refusal.
pub fn refusal(reason: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>  <title>400 Bad Request | arXiv e-print \
         repository</title>\n</head>\n<body >\n<h1>{}</h1>\n<p>The server cannot process your request \
         due to syntax errors, missing parameters, or other client-side issues.</p>\n</body>\n</html>\n",
        escape(reason)
    )
}

fn paging(page: &Page, total: usize) -> String {
    let which = if page.days.is_some() { "recent" } else { "new" };
    let mut links = String::new();
    for from in (0..total).step_by(page.show.max(1)) {
        let to = (from + page.show).min(total);
        if from == page.skip {
            let _ = writeln!(links, "      <span>{}-{to}</span>", from + 1);
        } else {
            let _ = writeln!(
                links,
                "      <a href=/list/{}/{which}?skip={from}&amp;show={}>{}-{to}</a>",
                page.category,
                page.show,
                from + 1
            );
        }
    }
    let colon = if total > page.show { format!(":\n{links}") } else { String::new() };
    format!(
        "      <div class='paging'>Total of {total} entries {colon}\n    </div>\n    \
         <div class='morefewer'>Showing up to {} entries per page:\n          \
         <span style=\"color: #454545\">more</span>\n    </div>\n\n",
        page.show
    )
}

fn entry(
    page: &Page,
    (paper, standing, kind): &(&Paper, Standing, Kind),
    number: usize,
    with_abstract: bool,
    body: &mut String,
) {
    let id = &paper.id;
    let note = match kind {
        Kind::New => String::new(),
        Kind::Cross => format!("\n          (cross-list from {})\n", paper.primary()),
        Kind::Replace | Kind::ReplaceCross => "\n          (replaced)\n".to_owned(),
    };
    let authors: Vec<String> = paper
        .authors
        .iter()
        .map(|name| {
            let name = unicode(name);
            let archive = page.category.split('.').next().unwrap_or_default();
            format!(
                "<a href=\"https://arxiv.org/search/{archive}?searchtype=author&amp;query={}\">{}</a>",
                encode(&name),
                escape(name.split(" (").next().unwrap_or_default())
            )
        })
        .collect();
    let comment = paper.comment.iter().map(|text| {
        format!(
            "        <div class='list-comments mathjax'><span class='descriptor'>Comments:</span>\n          \
             {}\n        </div>\n",
            escape(text)
        )
    });
    let mut subjects = standing.categories.iter().map(|c| format!("{} ({c})", subject(c)));
    let first = subjects.next().unwrap_or_default();
    let rest: String = subjects.map(|s| format!("; {s}")).collect();
    let text = match with_abstract {
        true => format!(
            "        <p class='mathjax'>\n          {}\n        </p>\n",
            escape(&unicode(&paper.abstract_text))
        ),
        false => String::new(),
    };
    let _ = write!(
        body,
        "\n    <dt>\n      <a name='item{number}'>[{number}]</a>\n      <a href =\"/abs/{id}\" \
         title=\"Abstract\" id=\"{id}\">\n        arXiv:{id}\n      </a>\n      {note}\n        [<a \
         href=\"/pdf/{id}\" title=\"Download PDF\" id=\"pdf-{id}\" aria-labelledby=\"pdf-{id}\">pdf</a>, \
         <a href=\"/format/{id}\" title=\"Other formats\" id=\"oth-{id}\" \
         aria-labelledby=\"oth-{id}\">other</a>]\n    </dt>\n    <dd>\n      <div class='meta'>\n        \
         <div class='list-title mathjax'><span class='descriptor'>Title:</span>\n          {}\n        \
         </div>\n        <div class='list-authors'>{}</div>\n\n{}\n        \
         <div class='list-subjects'><span class='descriptor'>Subjects:</span>\n          \
         <span class=\"primary-subject\">{first}</span>{rest}\n        </div>\n\n{text}      </div>\n    \
         </dd>\n",
        escape(&unicode(&paper.title)),
        authors.join(", "),
        comment.collect::<String>(),
    );
}

/// The name of a category or class on a listing page.
fn subject(category: &str) -> &'static str {
    match category {
        "cs.LG" => "Machine Learning",
        "stat.ML" => "Machine Learning",
        "cs.CV" => "Computer Vision and Pattern Recognition",
        "math.OC" => "Optimization and Control",
        "cs.RO" => "Robotics",
        "cs" => "Computer Science",
        _ => "Other",
    }
}

/// An answer of the query API.
pub struct Answer<'a> {
    /// The parameters as the title repeats them.
    pub query: String,
    pub now: Timestamp,
    pub total: usize,
    pub start: usize,
    pub per_page: usize,
    pub entries: Vec<(&'a Paper, Standing)>,
}

/// The dialect of 2026, or with `old` that of 2017.
pub fn atom(answer: &Answer, old: bool) -> String {
    let query = escape(&answer.query);
    let Answer { total, start, per_page, now, .. } = answer;
    let mut entries = String::new();
    for (paper, standing) in &answer.entries {
        entries += &match old {
            true => old_entry(paper, standing),
            false => new_entry(paper, standing),
        };
    }
    if old {
        let open = "xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\"";
        let day = now.to_zoned(TimeZone::get("America/New_York").unwrap());
        return format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n  \
             <link href=\"http://arxiv.org/api/query?{query}\" rel=\"self\" \
             type=\"application/atom+xml\"/>\n  <title type=\"html\">ArXiv Query: {query}</title>\n  \
             <id>http://arxiv.org/api/bjXEmNBLHRcrAqQdoY7+kdIyb3o</id>\n  <updated>{}</updated>\n  \
             <opensearch:totalResults {open}>{total}</opensearch:totalResults>\n  \
             <opensearch:startIndex {open}>{start}</opensearch:startIndex>\n  \
             <opensearch:itemsPerPage {open}>{per_page}</opensearch:itemsPerPage>\n{entries}</feed>\n",
            day.strftime("%Y-%m-%dT00:00:00%:z"),
        );
    }
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>\n\
         <feed xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\" \
         xmlns:arxiv=\"http://arxiv.org/schemas/atom\" xmlns=\"http://www.w3.org/2005/Atom\">\n  \
         <id>https://arxiv.org/api/zVBoTnqcVpmAn7IBomvZOr/vqEw</id>\n  \
         <title>arXiv Query: {query}</title>\n  <updated>{}</updated>\n  \
         <link href=\"https://arxiv.org/api/query?{query}\" type=\"application/atom+xml\"/>\n  \
         <opensearch:itemsPerPage>{per_page}</opensearch:itemsPerPage>\n  \
         <opensearch:totalResults>{total}</opensearch:totalResults>\n  \
         <opensearch:startIndex>{start}</opensearch:startIndex>\n{entries}</feed>\n",
        now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
}

/// The body of a refusal: one entry that is no paper.
pub fn atom_error(reason: &str, now: Timestamp) -> String {
    let now = now.strftime("%Y-%m-%dT%H:%M:%SZ");
    let id = format!("https://arxiv.org/api/errors#{}", reason.replace(' ', "_"));
    format!(
        "<?xml version='1.0' encoding='UTF-8'?>\n\
         <feed xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\" \
         xmlns:arxiv=\"http://arxiv.org/schemas/atom\" xmlns=\"http://www.w3.org/2005/Atom\">\n  \
         <id>https://arxiv.org/</id>\n  <title>arXiv Search Results</title>\n  <updated>{now}</updated>\n  \
         <opensearch:itemsPerPage>1</opensearch:itemsPerPage>\n  \
         <opensearch:totalResults>1</opensearch:totalResults>\n  \
         <opensearch:startIndex>0</opensearch:startIndex>\n  <entry>\n    <id>{id}</id>\n    \
         <title>Error</title>\n    <updated>{now}</updated>\n    \
         <link href=\"{id}\" rel=\"alternate\" type=\"text/html\"/>\n    <summary>{}</summary>\n    \
         <author>\n      <name>arXiv api core</name>\n    </author>\n  </entry>\n</feed>\n",
        escape(reason)
    )
}

fn new_entry(paper: &Paper, standing: &Standing) -> String {
    let (first, last) = ends(standing);
    let link = format!("{}v{}", paper.id, standing.versions.len());
    let scheme = "scheme=\"http://arxiv.org/schemas/atom\"";
    let categories: String = standing
        .categories
        .iter()
        .map(|c| format!("    <category term=\"{c}\" {scheme}/>\n"))
        .collect();
    let comment: String = paper
        .comment
        .iter()
        .map(|text| format!("    <arxiv:comment>{}</arxiv:comment>\n", escape(text)))
        .collect();
    let authors: String = paper
        .authors
        .iter()
        .map(|name| format!("    <author>\n      <name>{}</name>\n    </author>\n", escape(name)))
        .collect();
    format!(
        "  <entry>\n    <id>http://arxiv.org/abs/{link}</id>\n    <title>{}</title>\n    \
         <updated>{last}</updated>\n    <link href=\"https://arxiv.org/abs/{link}\" rel=\"alternate\" \
         type=\"text/html\"/>\n    <link href=\"https://arxiv.org/pdf/{link}\" rel=\"related\" \
         type=\"application/pdf\" title=\"pdf\"/>\n    <summary>{}</summary>\n{categories}    \
         <published>{first}</published>\n{comment}    <arxiv:primary_category term=\"{}\"/>\n{authors}  \
         </entry>\n",
        escape(&paper.title),
        escape(&paper.abstract_text),
        paper.primary(),
    )
}

fn old_entry(paper: &Paper, standing: &Standing) -> String {
    let (first, last) = ends(standing);
    let link = format!("{}v{}", paper.id, standing.versions.len());
    let space = "xmlns:arxiv=\"http://arxiv.org/schemas/atom\"";
    let scheme = "scheme=\"http://arxiv.org/schemas/atom\"";
    let categories: String = standing
        .categories
        .iter()
        .map(|c| format!("    <category term=\"{c}\" {scheme}/>\n"))
        .collect();
    let authors: String = paper
        .authors
        .iter()
        .map(|name| format!("    <author>\n      <name>{}</name>\n    </author>\n", escape(name)))
        .collect();
    format!(
        "  <entry>\n    <id>http://arxiv.org/abs/{link}</id>\n    <updated>{last}</updated>\n    \
         <published>{first}</published>\n    <title>{}</title>\n    <summary>  {}\n</summary>\n{authors}    \
         <link href=\"http://arxiv.org/abs/{link}\" rel=\"alternate\" type=\"text/html\"/>\n    \
         <arxiv:primary_category {space} term=\"{}\" {scheme}/>\n{categories}  </entry>\n",
        wrapped(&escape(&paper.title), "\n  "),
        wrapped(&escape(&paper.abstract_text), "\n"),
        paper.primary(),
    )
}

fn ends(standing: &Standing) -> (String, String) {
    let show = |at: &Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    (show(&standing.versions[0]), show(standing.versions.last().unwrap()))
}

/// Lines of some words each.
fn wrapped(text: &str, joint: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    words.chunks(9).map(|line| line.join(" ")).collect::<Vec<_>>().join(joint)
}

/// An OAI-PMH answer around `content`; `request` is the echoed request element.
pub fn oai(now: Timestamp, request: &str, content: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\" \n         \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n         \
         xsi:schemaLocation=\"http://www.openarchives.org/OAI/2.0/ \
         http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd\">\n    <responseDate>{}</responseDate>\n    \
         {request}\n\n\n    {content}\n</OAI-PMH>",
        now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
}

/// One record, in the format `arXivRaw` or `arXiv`.
pub fn record(paper: &Paper, standing: &Standing, format: &str) -> String {
    let id = &paper.id;
    let sets: String = standing
        .categories
        .iter()
        .filter_map(|c| set(c))
        .map(|s| format!("            <setSpec>{s}</setSpec>\n"))
        .collect();
    let comment: String = paper
        .comment
        .iter()
        .map(|text| format!("            <comments>{}</comments>\n", escape(text)))
        .collect();
    let names: Vec<&str> =
        standing.categories.iter().map(|c| c.as_str()).filter(|c| set(c).is_some()).collect();
    let (title, text) = (escape(&paper.title), escape(&paper.abstract_text));
    let about = if format == "arXivRaw" {
        let versions: String = (1..)
            .zip(&standing.versions)
            .map(|(n, at)| {
                format!(
                    "            <version version=\"v{n}\">\n                <date>{}</date>\n                \
                     <size>{}kb</size>\n            </version>\n",
                    at.strftime("%a, %d %b %Y %H:%M:%S GMT"),
                    100 + n
                )
            })
            .collect();
        format!(
            "        <submitter>{}</submitter>\n{versions}        <title>{title}</title>\n        \
             <authors>{}</authors>\n        <categories>{}</categories>\n{comment}",
            escape(&paper.authors[0]),
            escape(&paper.authors.join(", ")),
            names.join(" "),
        )
    } else {
        let day = |at: &Timestamp| at.to_zoned(TimeZone::UTC).date();
        let created = day(&standing.versions[0]);
        let updated = match standing.versions.len() {
            1 => String::new(),
            n => format!("            <updated>{}</updated>\n", day(&standing.versions[n - 1])),
        };
        let authors: String = paper
            .authors
            .iter()
            .map(|name| {
                let name = name.split(" (").next().unwrap_or_default();
                let (fore, key) = name.rsplit_once(' ').unwrap_or(("", name));
                format!(
                    "                <author>\n                    <keyname>{}</keyname>\n                        \
                     <forenames>{}</forenames>\n                </author>\n",
                    escape(key),
                    escape(fore)
                )
            })
            .collect();
        format!(
            "        <created>{created}</created>\n{updated}        <authors>\n{authors}        </authors>\n        \
             <title>{title}</title>\n            <categories>{}</categories>\n{comment}",
            names.join(" "),
        )
    };
    format!(
        "                <record>\n                <header>\n        \
         <identifier>oai:arXiv.org:{id}</identifier>\n        <datestamp>{}</datestamp>\n{sets}    \
         </header>\n\n            <metadata>\n                        \
         <{format} xmlns=\"http://arxiv.org/OAI/{format}/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"http://arxiv.org/OAI/{format}/ \
         https://oaipmh.arxiv.org/OAI/{format}.xsd\">\n        <id>{id}</id>\n{about}            \
         <license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license>\n            \
         <abstract>  {text}</abstract>\n    </{format}>\n\n            </metadata>\n        </record>\n\n",
        standing.datestamp,
    )
}

/// The OAI set of a category; classes have none.
pub fn set(category: &str) -> Option<String> {
    let (archive, class) = category.split_once('.')?;
    let known = ["cs", "stat", "math"].contains(&archive);
    known.then(|| format!("{archive}:{archive}:{class}"))
}

/// Percent-encoding of everything but letters, digits and `-._~`.
pub fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            b if b.is_ascii_alphanumeric() => out.push(b as char),
            b => _ = write!(out, "%{b:02X}"),
        }
    }
    out
}

/// The reverse, with `+` for a blank.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (b, _) => out.push(b),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What a batch lists, with the papers as they stand on `on`.
pub fn standing<'a>(
    world: &'a World,
    listed: &[Listed],
    on: Date,
) -> Vec<(&'a Paper, Standing, Kind, u32)> {
    let with = |l: &Listed| {
        let paper = &world.papers[l.paper];
        (paper, paper.on(on).expect("what is listed was announced"), l.kind, l.version)
    };
    listed.iter().map(with).collect()
}
