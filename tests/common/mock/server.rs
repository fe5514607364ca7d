//! The simulated arXiv on a port of its own, at any time of its world, in any mood.
//!
//! [`Server::start`] serves a [`World`]; [`Server::set`] says what time it is there and which [`Rule`]s
//! spoil its answers; [`Server::log`] has every request with the moment it came. The four services have
//! prefixes of their own, as they have hosts of their own in earnest.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::common::listener::Listener;

use super::{
    render::{self, Answer, Feed, Page, Section, decode, encode},
    world::{CATEGORIES, Kind, Paper, Standing, World, eastern_date},
};

/// A service of arXiv.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    Rss,
    /// `/list/CATEGORY/new`
    New,
    /// `/list/CATEGORY/recent`
    Recent,
    Query,
    Oai,
    Unknown,
}

/// What goes wrong with an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// A status other than 200, with this Retry-After.
    Status(u16, Option<&'static str>),
    /// 503 with a Retry-After that is a date so many seconds from the real present.
    RetryAt(i64),
    /// 200 with the words "Rate exceeded."
    RateExceeded,
    /// 200 with a web page that is none of arXiv's.
    LoginPage,
    /// Nothing at all, until the client hangs up.
    Stall,
    /// The connection is reset before any answer.
    Reset,
    /// The connection ends after so many bytes of the body that was promised.
    CutAt(usize),
    /// The body ends after so many bytes, and claims to be whole.
    ShortBody(usize),
    /// Garbage stands at this byte of the body.
    GarbageAt(usize),
    /// No items, totals as if there were.
    Empty,
    /// Only the first items of the page, totals as if there were all.
    Few(usize),
    /// The total is too high by so many.
    Drift(usize),
    /// The batch before, passed off as that of today.
    Stale,
    /// Every n-th paper is missing.
    Omit(usize),
    /// Every item stands there twice.
    Twice,
    /// Pages have no more than so many items, whatever was asked.
    Cap(usize),
    /// Resumption tokens are refused.
    ExpiredToken,
    /// The token leads to the page that it came with.
    RepeatToken,
    /// The last page has a token too, of blanks.
    BlankToken,
    /// Backslashes are doubled.
    Backslashes,
    /// The query API speaks as in 2017.
    OldDialect,
    /// It becomes this time just before the answer.
    Clock(Timestamp),
}

/// A fault and where it strikes: everywhere and always unless it is narrowed.
#[derive(Debug, Clone)]
pub struct Rule {
    endpoint: Option<Endpoint>,
    category: Option<&'static str>,
    skip: usize,
    times: usize,
    fault: Fault,
}

impl Rule {
    pub fn everywhere(fault: Fault) -> Rule {
        Rule { endpoint: None, category: None, skip: 0, times: usize::MAX, fault }
    }

    pub fn on(endpoint: Endpoint, fault: Fault) -> Rule {
        Rule { endpoint: Some(endpoint), ..Rule::everywhere(fault) }
    }

    pub fn of(self, category: &'static str) -> Rule {
        Rule { category: Some(category), ..self }
    }

    /// Only the first so many requests.
    pub fn times(self, times: usize) -> Rule {
        Rule { times, ..self }
    }

    /// Whether it keeps a service down for the whole run.
    pub fn silences(&self, endpoint: Endpoint) -> bool {
        let here = self.endpoint.is_none_or(|struck| struck == endpoint);
        here && self.times == usize::MAX && matches!(self.fault, Fault::Status(..))
    }

    /// Whether requests get no answer.
    pub fn stalls(&self) -> bool {
        self.fault == Fault::Stall
    }

    /// Whether it strikes every request.
    pub fn is_for_good(&self) -> bool {
        self.endpoint.is_none() && self.times == usize::MAX
    }

    /// Not before so many requests have passed.
    pub fn after(self, skip: usize) -> Rule {
        Rule { skip, ..self }
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub endpoint: Endpoint,
    /// Path and query.
    pub target: String,
    pub agent: String,
    /// Whether it was conditional, which arXiv answers wrongly.
    pub conditional: bool,
    pub received: Instant,
    /// Just before the answer was sent; when the request came, if there was none.
    pub answered: Instant,
    /// Other requests that were still being answered.
    pub beside: usize,
    /// The status of the answer; 0 if there was none.
    pub status: u16,
}

struct State {
    now: Timestamp,
    rules: Vec<Rule>,
    log: Vec<Request>,
    busy: usize,
    /// Of those, requests that get no answer, and end when the server sees that the client has hung up.
    stalled: usize,
    oai_page: usize,
}

/// The running server; it ends when it is dropped.
pub struct Server {
    listener: Listener,
    state: Arc<Mutex<State>>,
}

impl Server {
    pub fn start(world: Arc<World>) -> Server {
        let state = Arc::new(Mutex::new(State {
            now: Timestamp::UNIX_EPOCH,
            rules: Vec::new(),
            log: Vec::new(),
            busy: 0,
            stalled: 0,
            oai_page: 60,
        }));
        let shared = state.clone();
        let listener = Listener::start(move |stream| serve(stream, &world, &shared));
        Server { listener, state }
    }

    /// The variables that lead the program here.
    pub fn bases(&self) -> [(&'static str, String); 4] {
        let base = |prefix| format!("{}/{prefix}", self.listener.url());
        [
            ("PAPERLARK_RSS_URL", base("feeds")),
            ("PAPERLARK_LIST_URL", base("www")),
            ("PAPERLARK_API_URL", base("api")),
            ("PAPERLARK_OAI_URL", base("pmh")),
        ]
    }

    /// Sets the clock, and the rules in the place of those before.
    pub fn set(&self, now: Timestamp, rules: &[Rule]) {
        let mut state = self.state.lock().unwrap();
        state.now = now;
        state.rules = rules.to_vec();
    }

    /// Records on a page of OAI-PMH.
    pub fn set_oai_page(&self, size: usize) {
        self.state.lock().unwrap().oai_page = size;
    }

    /// All requests so far, in the order of their arrival.
    pub fn log(&self) -> Vec<Request> {
        self.state.lock().unwrap().log.clone()
    }
}

/// An answer before anything happens to it on the way.
struct Reply {
    status: u16,
    kind: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Reply {
    fn new(status: u16, kind: &'static str, body: String) -> Reply {
        Reply { status, kind, headers: Vec::new(), body }
    }
}

fn serve(mut stream: TcpStream, world: &World, state: &Mutex<State>) {
    // The bytes stay where they are until it is clear that the connection is not to be reset: closing it
    // with bytes unread is what resets it.
    let Some(head) = peek_head(&stream) else { return };
    let received = Instant::now();
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    let call = Call::parse(&target);
    // A client that gave up a moment ago asks nothing beside; its thread may not have run since. One that
    // really asks beside another request does not wait for ever.
    for _ in 0..4_000 {
        if state.lock().unwrap().stalled == 0 {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    let (place, now, faults, oai_page) = {
        let mut state = state.lock().unwrap();
        let faults = strike(&mut state.rules, &call);
        for fault in &faults {
            if let Fault::Clock(at) = fault {
                state.now = *at;
            }
        }
        let beside = state.busy;
        state.log.push(Request {
            endpoint: call.endpoint,
            target: target.clone(),
            agent: header("user-agent").unwrap_or_default(),
            conditional: header("if-modified-since").is_some() || header("if-none-match").is_some(),
            received,
            answered: received,
            beside,
            status: 0,
        });
        state.busy += 1;
        state.stalled += usize::from(faults.contains(&Fault::Stall));
        (state.log.len() - 1, state.now, faults, state.oai_page)
    };
    let answered = |status| {
        let mut state = state.lock().unwrap();
        if status != 0 {
            state.log[place].answered = Instant::now();
        }
        state.log[place].status = status;
        state.busy -= 1;
    };
    if faults.contains(&Fault::Reset) {
        answered(0);
        return;
    }
    let _ = stream.read_exact(&mut vec![0; head.len()]);
    if faults.contains(&Fault::Stall) {
        let _ = stream.set_read_timeout(Some(Duration::from_millis(20)));
        // A read that ends without bytes is the client hanging up; a time-out is it waiting on.
        let waits = |read: std::io::Result<usize>| match read {
            Ok(n) => n > 0,
            Err(e) => matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        };
        while waits(stream.read(&mut [0])) {}
        answered(0);
        state.lock().unwrap().stalled -= 1;
        return;
    }
    let mut reply = if header("if-modified-since").is_some() {
        Reply::new(304, "text/html", String::new())
    } else {
        answer(world, &call, now, &faults, oai_page)
    };
    spoil(&mut reply, &faults);
    let mut body = reply.body.into_bytes();
    let mut promised = body.len();
    for fault in &faults {
        match fault {
            Fault::CutAt(at) => body.truncate(*at),
            Fault::ShortBody(at) => {
                body.truncate(*at);
                promised = body.len();
            }
            _ => {}
        }
    }
    let mut headers = String::new();
    for (name, value) in &reply.headers {
        headers += &format!("{name}: {value}\r\n");
    }
    let head = format!(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {promised}\r\nDate: {}\r\n\
         Connection: close\r\n{headers}\r\n",
        reply.status,
        reason(reply.status),
        reply.kind,
        http_date(Timestamp::now()),
    );
    answered(reply.status);
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
    let _ = stream.shutdown(Shutdown::Write);
    // Until the client has hung up too, or its last bytes would be answered with a reset.
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let _ = stream.read(&mut [0]);
}

/// The request up to its empty line, left in the socket.
fn peek_head(stream: &TcpStream) -> Option<String> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut buffer = vec![0; 64 * 1024];
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(10) {
        let n = stream.peek(&mut buffer).ok().filter(|n| *n > 0)?;
        let text = String::from_utf8_lossy(&buffer[..n]);
        if let Some(end) = text.find("\r\n\r\n") {
            return Some(text[..end + 4].to_owned());
        }
        thread::sleep(Duration::from_millis(1));
    }
    None
}

/// The faults that strike this call; their rules are used up by it.
fn strike(rules: &mut [Rule], call: &Call) -> Vec<Fault> {
    let mut faults = Vec::new();
    for rule in rules {
        let here = rule.endpoint.is_none_or(|endpoint| endpoint == call.endpoint)
            && rule.category.is_none_or(|c| call.asks_for(c));
        if !here {
            continue;
        }
        if rule.skip > 0 {
            rule.skip -= 1;
        } else if rule.times > 0 {
            rule.times -= 1;
            faults.push(rule.fault.clone());
        }
    }
    faults
}

fn spoil(reply: &mut Reply, faults: &[Fault]) {
    for fault in faults {
        match fault {
            Fault::Status(status, wait) => {
                *reply =
                    Reply::new(*status, "text/html", "<html><title>Sorry</title></html>".into());
                reply.headers.extend(wait.map(|wait| ("Retry-After", wait.to_owned())));
            }
            Fault::RetryAt(seconds) => {
                let at = Timestamp::now().checked_add(seconds.seconds()).unwrap();
                *reply = Reply::new(503, "text/html", "Retry after a while".into());
                reply.headers.push(("Retry-After", http_date(at)));
            }
            Fault::RateExceeded => *reply = Reply::new(200, "text/plain", "Rate exceeded.".into()),
            Fault::LoginPage => {
                let page = "<!DOCTYPE html>\n<html><head><title>Sign in to the hotel</title></head>\
                    <body><form></form></body></html>";
                *reply = Reply::new(200, "text/html", page.into());
            }
            Fault::GarbageAt(at) => {
                let mut at = (*at).min(reply.body.len());
                while !reply.body.is_char_boundary(at) {
                    at -= 1;
                }
                reply.body.insert_str(at, "<<\u{1}&&</oops>");
            }
            Fault::Backslashes => reply.body = reply.body.replace('\\', "\\\\"),
            _ => {}
        }
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        406 => "Not Acceptable",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Error",
    }
}

fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// A request taken apart.
struct Call {
    endpoint: Endpoint,
    /// What the feed or listing is asked for, as it stands in the path.
    asked: String,
    parameters: Vec<(String, String)>,
}

impl Call {
    fn parse(target: &str) -> Call {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let parameters = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), decode(value)))
            .collect();
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let (endpoint, asked) = match parts[..] {
            ["feeds", "rss", asked] => (Endpoint::Rss, asked),
            ["www", "list", asked, "new"] => (Endpoint::New, asked),
            ["www", "list", asked, "recent"] => (Endpoint::Recent, asked),
            ["api", "query"] => (Endpoint::Query, ""),
            ["pmh", "oai"] => (Endpoint::Oai, ""),
            _ => (Endpoint::Unknown, ""),
        };
        // In a path a plus is a plus.
        let asked = decode(&asked.replace('+', "%2B"));
        Call { endpoint, asked, parameters }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str, default: usize) -> usize {
        self.get(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    }

    fn asks_for(&self, category: &str) -> bool {
        let set = render::set(category).unwrap_or_default();
        self.asked.split('+').any(|c| c == category)
            || self.get("set") == Some(&set)
            || self.get("search_query").is_some_and(|q| q.contains(category))
            || self.get("resumptionToken").is_some_and(|t| decode(t).contains(&set))
    }
}

fn answer(world: &World, call: &Call, now: Timestamp, faults: &[Fault], page: usize) -> Reply {
    match call.endpoint {
        Endpoint::Rss => rss(world, call, now, faults),
        Endpoint::New | Endpoint::Recent => listing(world, call, now, faults),
        Endpoint::Query => query(world, call, now, faults),
        Endpoint::Oai => oai(world, call, now, faults, page),
        Endpoint::Unknown => Reply::new(404, "text/html", "<html>Not found</html>".into()),
    }
}

fn is_known(category: &str) -> bool {
    let archives = ["cs", "stat", "math"];
    archives.contains(&category) || CATEGORIES.iter().any(|c| c.eq_ignore_ascii_case(category))
}

/// Applies the faults that concern which items there are.
fn thin<T>(items: &mut Vec<T>, faults: &[Fault]) {
    for fault in faults {
        match fault {
            Fault::Empty => items.clear(),
            Fault::Few(n) => items.truncate(*n),
            Fault::Omit(nth) => {
                let mut n = 0;
                items.retain(|_| {
                    n += 1;
                    !usize::is_multiple_of(n, *nth)
                });
            }
            _ => {}
        }
    }
}

fn rss(world: &World, call: &Call, now: Timestamp, faults: &[Fault]) -> Reply {
    const KIND: &str = "application/rss+xml; charset=utf-8";
    let date = eastern_date(now);
    let wanted: Vec<String> = call.asked.split('+').map(str::to_owned).collect();
    if let Some(bad) = wanted.iter().find(|c| !is_known(c)) {
        let reason = format!("Bad archive '{bad}'. Valid archive names are: cs, math, stat.");
        return Reply::new(400, KIND, render::rss_error(&call.asked, &reason, date));
    }
    let mut batch = world.batch(date);
    if faults.contains(&Fault::Stale) {
        batch = world.batches.iter().rfind(|b| b.date < date);
    }
    let mut items = Vec::new();
    if let Some(batch) = batch {
        let mut listed = world.listed(batch, &wanted);
        listed.retain(|l| !matches!(l.kind, Kind::Replace | Kind::ReplaceCross) || l.version < 6);
        listed.truncate(2000);
        items = render::standing(world, &listed, batch.date);
        thin(&mut items, faults);
        if faults.contains(&Fault::Twice) {
            items.extend(render::standing(world, &listed, batch.date));
        }
    }
    let mut reply = Reply::new(200, KIND, render::rss(&Feed { asked: &call.asked, date, items }));
    reply.headers.push(("ETag", "\"5f\"".into()));
    reply.headers.push(("Cache-Control", "max-age=600".into()));
    reply
}

fn listing(world: &World, call: &Call, now: Timestamp, faults: &[Fault]) -> Reply {
    const KIND: &str = "text/html; charset=utf-8";
    let recent = call.endpoint == Endpoint::Recent;
    let mut show = call.number("show", if recent { 50 } else { 2000 });
    let skip = call.number("skip", 0);
    let category = &call.asked;
    // Here the case of a category matters, unlike in the feeds.
    let exact = ["cs", "stat", "math"].iter().chain(&CATEGORIES).any(|c| c == category);
    if !exact || ![25, 50, 100, 250, 500, 1000, 2000].contains(&show) {
        let reason = match exact {
            true => {
                "Invalid show value. Valid values: 25, 50, 100, 250, 500, 1000, 2000".to_owned()
            }
            false => format!("Invalid archive or category: {category}"),
        };
        return Reply::new(400, KIND, render::refusal(&reason));
    }
    let mut out = world.out(now);
    if faults.contains(&Fault::Stale) {
        out = &out[..out.len().saturating_sub(1)];
    }
    let mut drift = 0;
    for fault in faults {
        match fault {
            Fault::Cap(n) => show = show.min(*n),
            Fault::Drift(n) => drift = *n,
            _ => {}
        }
    }
    let Some(newest) = out.last() else {
        return Reply::new(503, "text/html", "This listing is temporarily unavailable".into());
    };
    let wanted = [category.clone()];
    let items = |date: Date, kinds: &[Kind]| -> Vec<(&Paper, Standing, Kind)> {
        let batch = world.batch(date).expect("it is out");
        let listed = world.listed(batch, &wanted);
        let all = render::standing(world, &listed, newest.date);
        let all = all.into_iter().filter(|(_, _, kind, _)| kinds.contains(kind));
        let mut items: Vec<_> = all.map(|(paper, state, kind, _)| (paper, state, kind)).collect();
        thin(&mut items, faults);
        items
    };
    let days: Vec<Date> = out.iter().rev().take(5).map(|batch| batch.date).collect();
    let sections = match recent {
        true => days
            .iter()
            .map(|day| Section {
                heading: day.strftime("%a, %-d %b %Y").to_string(),
                items: items(*day, &[Kind::New, Kind::Cross]),
            })
            .collect(),
        false => [
            ("New submissions", &[Kind::New][..]),
            ("Cross submissions", &[Kind::Cross]),
            ("Replacement submissions", &[Kind::Replace, Kind::ReplaceCross]),
        ]
        .map(|(heading, kinds)| Section {
            heading: heading.to_owned(),
            items: items(newest.date, kinds),
        })
        .into(),
    };
    let body = render::listing(&Page {
        category,
        date: newest.date,
        days: recent.then_some(days),
        sections,
        skip,
        show,
        drift,
    });
    let mut reply = Reply::new(200, KIND, body);
    reply.headers.push(("Surrogate-Control", "max-age=3600".into()));
    reply
}

fn query(world: &World, call: &Call, now: Timestamp, faults: &[Fault]) -> Reply {
    const KIND: &str = "application/atom+xml; charset=utf-8";
    let refuse = |reason: &str| Reply::new(400, KIND, render::atom_error(reason, now));
    let (start, mut size) = (call.number("start", 0), call.number("max_results", 10));
    for name in ["start", "max_results"] {
        if call.get(name).is_some_and(|value| value.parse::<usize>().is_err()) {
            return refuse(&format!("{name} must be an integer"));
        }
    }
    if size > 30_000 {
        return refuse("max_results must be 30000 or less");
    }
    let newest = world.out(now).last().map(|batch| batch.date);
    let known = |paper: &Paper| newest.and_then(|date| paper.on(date));
    let mut found: Vec<(&Paper, Standing)> = Vec::new();
    let ids = call.get("id_list").unwrap_or_default();
    if ids.is_empty() {
        found = world.papers.iter().filter_map(|p| known(p).map(|s| (p, s))).collect();
    }
    for id in ids.split(',').filter(|id| !id.is_empty()) {
        if !id.contains(|c: char| c.is_ascii_digit()) {
            return refuse(&format!("incorrect id format for {id}"));
        }
        let (bare, version) = match id.rsplit_once('v') {
            Some((bare, version)) if version.parse::<usize>().is_ok() => {
                (bare, version.parse().ok())
            }
            _ => (id, None),
        };
        let Some(paper) = world.find(bare).map(|place| &world.papers[place]) else { continue };
        if let Some(mut standing) = known(paper) {
            standing.versions.truncate(version.unwrap_or(usize::MAX));
            found.push((paper, standing));
        }
    }
    if let Some(search) = call.get("search_query").filter(|search| !search.is_empty()) {
        let tokens = tokens(search);
        found.retain(|(paper, standing)| Matcher { tokens: &tokens, at: 0 }.any(paper, standing));
    }
    let ascending = call.get("sortOrder") == Some("ascending");
    match call.get("sortBy") {
        Some("submittedDate") => found.sort_by_key(|(_, s)| s.versions[0]),
        Some("lastUpdatedDate") => found.sort_by_key(|(_, s)| s.versions.last().copied()),
        _ => {}
    }
    if call.get("sortBy").is_some_and(|by| by != "relevance") && !ascending {
        found.reverse();
    }
    let mut total = found.len();
    for fault in faults {
        match fault {
            Fault::Drift(n) => total += n,
            Fault::Cap(n) => size = size.min(*n),
            _ => {}
        }
    }
    let mut entries: Vec<_> = found.into_iter().skip(start).take(size).collect();
    thin(&mut entries, faults);
    let title = format!(
        "search_query={}&id_list={ids}&start={start}&max_results={size}",
        call.get("search_query").unwrap_or_default()
    );
    let answer = Answer { query: title, now, total, start, per_page: size, entries };
    Reply::new(200, KIND, render::atom(&answer, faults.contains(&Fault::OldDialect)))
}

/// Words, brackets and quoted phrases of a search, ranges in one piece.
fn tokens(search: &str) -> Vec<String> {
    let mut tokens = vec![String::new()];
    let mut inside = None;
    for c in search.chars() {
        let last = tokens.last_mut().expect("there is always one");
        match (inside, c) {
            (None, '(' | ')') => tokens.extend([c.to_string(), String::new()]),
            (None, ' ') => tokens.push(String::new()),
            (None, '[') => {
                inside = Some(']');
                last.push(c);
            }
            (None, '"') => inside = Some('"'),
            (Some(end), c) if c == end => {
                inside = None;
                if c == ']' {
                    last.push(c);
                }
            }
            _ => last.push(c),
        }
    }
    tokens.retain(|token| !token.is_empty());
    tokens
}

/// A search applied to a paper, read from left to right.
struct Matcher<'a> {
    tokens: &'a [String],
    at: usize,
}

impl Matcher<'_> {
    fn next(&mut self) -> Option<&str> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    /// Terms joined by operators, up to the end or a closing bracket.
    fn any(&mut self, paper: &Paper, standing: &Standing) -> bool {
        let mut holds = self.term(paper, standing);
        while let Some(operator) = self.next().map(str::to_owned) {
            if operator == ")" {
                break;
            }
            let is_operator = ["AND", "OR", "ANDNOT"].contains(&operator.as_str());
            if !is_operator {
                self.at -= 1;
            }
            let right = self.term(paper, standing);
            holds = match operator.as_str() {
                "AND" => holds && right,
                "ANDNOT" => holds && !right,
                // Without an operator it is OR.
                _ => holds || right,
            };
        }
        holds
    }

    fn term(&mut self, paper: &Paper, standing: &Standing) -> bool {
        let Some(token) = self.next().map(str::to_owned) else { return true };
        if token == "(" {
            return self.any(paper, standing);
        }
        let (field, value) = token.split_once(':').unwrap_or(("all", &token));
        let contains = |text: &str| text.to_lowercase().contains(&value.to_lowercase());
        match field {
            "cat" => {
                let archive = value.strip_suffix(".*").unwrap_or(value);
                standing.categories.iter().any(|c| super::world::within(c, archive))
            }
            "ti" => contains(&paper.title),
            "abs" => contains(&paper.abstract_text),
            "au" => paper.authors.iter().any(|name| contains(name)),
            "id" => paper.id == value,
            "submittedDate" => in_range(standing.versions[0], value),
            "lastUpdatedDate" => {
                in_range(*standing.versions.last().expect("it was announced"), value)
            }
            _ => contains(&paper.title) || contains(&paper.abstract_text),
        }
    }
}

/// Whether an instant lies in `[YYYYMMDDHHMM TO YYYYMMDDHHMM]`, GMT, ends included.
fn in_range(at: Timestamp, range: &str) -> bool {
    let range = range.trim_matches(['[', ']']);
    let Some((from, to)) = range.split_once(" TO ") else { return false };
    let at = at.strftime("%Y%m%d%H%M%S").to_string();
    let pad =
        |text: &str, fill: &str| format!("{}{}", text.trim(), &fill[text.trim().len().min(14)..]);
    pad(from, "00000000000000") <= at && at <= pad(to, "99999999999999")
}

fn oai(world: &World, call: &Call, now: Timestamp, faults: &[Fault], page: usize) -> Reply {
    let reply = |request: &str, content: &str| {
        Reply::new(200, "text/xml; charset=utf-8", render::oai(now, request, content))
    };
    let error = |code: &str, words: &str| {
        reply(
            "            <request>http://oaipmh.arxiv.org/oai</request>",
            &format!("<error code='{code}'>{words}</error>"),
        )
    };
    const ILLEGAL: &str = "The request includes illegal arguments, is missing required arguments, \
        includes a repeated argument, or values for arguments have an illegal syntax. Reason:";
    const BAD_TOKEN: &str =
        "The value of the resumptionToken argument is invalid or expired. Reason:";
    if call.get("verb") != Some("ListRecords") {
        return error("badVerb", "Value of the verb argument is not served by this double.");
    }
    let token = call.get("resumptionToken");
    let inner;
    let (asked, mut skip) = match token {
        None => (call, 0),
        Some(_) if call.parameters.len() > 2 => {
            return error("badArgument", &format!("{ILLEGAL} resumptionToken is exclusive"));
        }
        Some(_) if faults.contains(&Fault::ExpiredToken) => {
            return error("badResumptionToken", &format!("{BAD_TOKEN} Token has expired."));
        }
        Some(token) => {
            inner = Call::parse(&format!("/pmh/oai?{}", decode(token)));
            if inner.get("skip").is_none() {
                let words = format!("{BAD_TOKEN} Token decoding failed or format is invalid.");
                return error("badResumptionToken", &words);
            }
            (&inner, inner.number("skip", 0))
        }
    };
    let Some(format) = asked.get("metadataPrefix") else {
        return error("badArgument", &format!("{ILLEGAL} metadataPrefix is required"));
    };
    if !["arXiv", "arXivRaw"].contains(&format) {
        return error("cannotDisseminateFormat", "The metadata format is not supported.");
    }
    let mut ends = [Date::constant(2005, 9, 16), Date::constant(9999, 1, 1)];
    for (end, name) in ends.iter_mut().zip(["from", "until"]) {
        match asked.get(name).map(str::parse::<Date>) {
            Some(Ok(date)) => *end = date,
            Some(Err(_)) => {
                return error(
                    "badArgument",
                    &format!("{ILLEGAL} {name} date format must be YYYY-MM-DD"),
                );
            }
            None => {}
        }
    }
    let today = now.to_zoned(TimeZone::UTC).date();
    if asked.get("until").is_some() && ends[1] > today.checked_add(1.day()).unwrap() {
        return error("badArgument", &format!("{ILLEGAL} until is in the future"));
    }
    if asked.get("from").is_some() && ends[0] < Date::constant(2005, 9, 16) {
        return error("badArgument", &format!("{ILLEGAL} from is before the earliest datestamp"));
    }
    let newest = world.batches.iter().rfind(|batch| batch.in_oai() <= now).map(|batch| batch.date);
    let mut records: Vec<(&Paper, Standing)> = world
        .papers
        .iter()
        .filter_map(|paper| Some((paper, newest.and_then(|date| paper.on(date))?)))
        .filter(|(_, standing)| (ends[0]..=ends[1]).contains(&standing.datestamp))
        .filter(|(_, standing)| {
            asked.get("set").is_none_or(|wanted| {
                standing.categories.iter().filter_map(|c| render::set(c)).any(|set| {
                    set == wanted || set.strip_prefix(wanted).is_some_and(|s| s.starts_with(':'))
                })
            })
        })
        .collect();
    if records.is_empty() {
        let words = "The combination of the values of the from, until, set and metadataPrefix \
            arguments results in an empty list.";
        return error("noRecordsMatch", words);
    }
    records.sort_by(|a, b| (a.1.datestamp, &a.0.id).cmp(&(b.1.datestamp, &b.0.id)));
    let end = (skip + page).min(records.len());
    skip = skip.min(end);
    let more = end < records.len();
    // The next page begins on the day of its first record, after those of that day that were given.
    let next = records.get(end).map(|(_, standing)| {
        let date = standing.datestamp;
        (date, end - records.partition_point(|(_, s)| s.datestamp < date))
    });
    let mut given: Vec<String> =
        records[skip..end].iter().map(|(p, s)| render::record(p, s, format)).collect();
    thin(&mut given, faults);
    let expires = today.tomorrow().unwrap();
    let with_token = |text: &str| {
        format!("<resumptionToken expirationDate='{expires}T00:00:00Z'>{text}</resumptionToken>")
    };
    let mut resume = "<resumptionToken/>".to_owned();
    if let (true, Some((date, passed))) = (more, next) {
        let until = asked.get("until").map(|u| format!("&until={u}")).unwrap_or_default();
        let set = asked.get("set").map(|s| format!("&set={s}")).unwrap_or_default();
        let plain = format!(
            "verb=ListRecords&metadataPrefix={format}&from={date}{until}{set}&skip={passed}"
        );
        let mut text = encode(&plain);
        for fault in faults {
            if *fault == Fault::RepeatToken {
                text = token.unwrap_or(&text).to_owned();
            }
        }
        resume = with_token(&text);
    } else if faults.contains(&Fault::BlankToken) {
        resume = with_token("  ");
    }
    let request = match token {
        Some(token) => format!("verb='ListRecords' resumptionToken='{}'", render::escape(token)),
        None => {
            // Its own from is already that of the next page: a fault of arXiv's.
            let from = next.map_or(ends[0], |(date, _)| date);
            format!("verb=\"ListRecords\" metadataPrefix=\"{format}\" from=\"{from}\"")
        }
    };
    reply(
        &format!("            <request {request}>http://oaipmh.arxiv.org/oai</request>"),
        &format!(
            "<ListRecords>\n    {}                    {resume}\n\n    </ListRecords>",
            given.concat()
        ),
    )
}
