//! Digests on their way to people, against servers that speak the real protocols and have the real faults.

use std::{collections::HashMap, fs, path::Path, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use jiff::{Timestamp, civil::Date};
use mail_parser::{MessageParser, MessagePart, MimeHeaders};
use paperlark::{
    deliver::{Channel, HookSettings, MailSettings, Message, Patience, channels},
    digest::{Digest, Empty},
    engine::{SendOutcome, send},
    store::{Library, SendState, Sent},
};
use ring::hmac;
use serde_json::json;
use tempfile::TempDir;

use crate::common::{
    desk::Desk,
    papers::{paper, with},
    program::stderr,
    receivers::{
        http::{Answer, Hook},
        smtp::{Fault, Smtp, Tls},
    },
};

const NOW: &str = "2026-06-02T16:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn day() -> Date {
    "2026-06-02".parse().unwrap()
}

/// A digest of so many papers.
fn digest(n: usize) -> Digest {
    let entries: Vec<_> = (0..n)
        .map(|at| {
            json!({
                "paper": {"id": format!("2606.{at:05}"), "title": format!("On larks <{at}> & *dawn*")},
                "kind": "new", "announced": "2026-06-02", "score": 9.0 - at as f32 / 10.0,
                "why": {"interest": "Birds", "nearest": null, "terms": ["song"]},
            })
        })
        .collect();
    serde_json::from_value(json!({
        "schema": 1, "date": day(), "generated_at": "2026-06-02T16:00:00+00:00[UTC]",
        "profile": "ada", "title": "Ada's birds", "style": "scored", "language": "en",
        "model": "lark-v1", "tokens": 0, "read": 100, "seen_before": 0, "unwanted": 0,
        "empty": null, "entries": entries,
    }))
    .unwrap()
}

/// A digest too long for one message of Telegram.
fn long_digest() -> Digest {
    let mut digest = digest(20);
    for entry in &mut digest.entries {
        entry.why.terms = vec!["word".repeat(60); 6];
    }
    digest
}

/// A library that remembers what was sent.
struct Sender {
    _dir: TempDir,
    library: Library,
}

impl Sender {
    fn new() -> Sender {
        let dir = tempfile::tempdir().unwrap();
        let library = Library::open(dir.path()).unwrap();
        Sender { _dir: dir, library }
    }

    fn send(&mut self, digest: &Digest, channel: &Channel, again: bool) -> SendOutcome {
        send(&mut self.library, digest, channel, again, now()).unwrap()
    }

    fn state(&self, channel: &Channel) -> Option<(SendState, u32)> {
        let sent = self.library.sent("ada", day(), &channel.name).unwrap();
        sent.map(|Sent { state, messages, .. }| (state, messages))
    }
}

fn set_up(config: &str, variables: &[(&str, &str)]) -> Vec<paperlark::Result<Channel>> {
    set_up_for(Duration::from_secs(60), config, variables)
}

/// Channels that wait so long for an answer.
fn set_up_for(
    timeout: Duration,
    config: &str,
    variables: &[(&str, &str)],
) -> Vec<paperlark::Result<Channel>> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Config {
        mail: Option<MailSettings>,
        #[serde(default)]
        send: Vec<HookSettings>,
    }
    let config: Config = toml::from_str(config).unwrap();
    let variables: HashMap<&str, &str> = variables.iter().copied().collect();
    let variable = |name: &str| variables.get(name).map(|value| value.to_string());
    channels(
        config.mail.as_ref(),
        &config.send,
        &variable,
        Patience { pause: Duration::from_millis(1), timeout },
    )
}

/// The only channel of a configuration that must be right.
fn channel(config: &str, variables: &[(&str, &str)]) -> Channel {
    only(set_up(config, variables))
}

fn only(mut channels: Vec<paperlark::Result<Channel>>) -> Channel {
    assert_eq!(channels.len(), 1);
    channels.remove(0).unwrap_or_else(|e| panic!("{e}"))
}

/// What is wrong with a configuration.
fn wrong(config: &str, variables: &[(&str, &str)]) -> String {
    let errors = set_up(config, variables).into_iter().filter_map(Result::err);
    errors.map(|e| e.to_string()).collect::<Vec<_>>().join("\n")
}

/// A channel of mail to `to` by a server, whose certificate is trusted.
fn mail(smtp: &Smtp, tls: &str, to: &str, dir: &Path) -> Vec<Channel> {
    let ca_file = dir.join("ca.pem");
    fs::write(&ca_file, &smtp.certificate).unwrap();
    let config = format!(
        "[mail]\nhost = \"localhost\"\nport = {}\ntls = \"{tls}\"\nfrom = \"Lark <lark@example.org>\"\n\
         ca_file = {ca_file:?}",
        smtp.port
    );
    set_up(&config, &[("RECEIVER", to), ("SENDER_PASSWORD", "pass word")])
        .into_iter()
        .map(|channel| channel.unwrap_or_else(|e| panic!("{e}")))
        .collect()
}

#[test]
fn mail_arrives_over_every_kind_of_connection() {
    let folder = tempfile::tempdir().unwrap();
    for (tls, name) in
        [(Tls::None, "none"), (Tls::Starttls, "starttls"), (Tls::Implicit, "implicit")]
    {
        let smtp = Smtp::start(tls, None);
        let digest = digest(3);
        let mut sender = Sender::new();
        for channel in &mail(&smtp, name, "ada@example.org, bo@example.org", folder.path()) {
            assert_eq!(sender.send(&digest, channel, false), SendOutcome::Sent, "{name}");
            assert_eq!(sender.send(&digest, channel, false), SendOutcome::Before(now()), "{name}");
        }
        let mails = smtp.mails();
        let to: Vec<_> = mails.iter().map(|mail| mail.to.join(" ")).collect();
        assert_eq!(to, ["ada@example.org", "bo@example.org"], "{name}");
        let mail = &mails[0];
        assert_eq!(mail.from, "lark@example.org");
        assert!(
            mail.header("From").unwrap().contains("Lark")
                && mail.header("From").unwrap().contains("<lark@example.org>")
        );
        assert_eq!(mail.header("To").unwrap(), "<ada@example.org>");
        assert_eq!(mail.header("Reply-To").unwrap(), "<ada@example.org>");
        assert!(mail.header("Date").unwrap().contains("2 Jun 2026 16:00:00 +0000"));
        assert!(mail.header("Message-ID").unwrap().ends_with("@example.org>"));
        assert_ne!(mail.header("Message-ID"), mails[1].header("Message-ID"));
        assert!(mail.data.contains("On larks"), "{}", mail.data);
        // The login goes over the encrypted line only.
        let commands = smtp.commands();
        let login = format!("AUTH PLAIN {}", BASE64.encode("\0lark@example.org\0pass word"));
        let at = commands.iter().position(|line| *line == login).unwrap();
        let encrypted = commands.iter().position(|line| line == "STARTTLS");
        assert_eq!(encrypted.is_some_and(|start| start < at), tls == Tls::Starttls, "{commands:?}");
    }
}

#[test]
fn mail_has_markdown_and_html_and_no_line_of_its_head_is_foreign() {
    let folder = tempfile::tempdir().unwrap();
    let smtp = Smtp::start(Tls::None, None);
    let mut digest = digest(1);
    digest.title = "Ada\r\nBcc: eve@example.org\r\n\r\n论文".into();
    let channel = &mail(&smtp, "none", "ada@example.org", folder.path())[0];
    let bodies = channel.bodies(&Message::from(&digest), now()).unwrap();
    let text = String::from_utf8(bodies[0].clone()).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("multipart/alternative") && !head.contains("\r\nBcc"), "{head}");
    let plain = body.find("Content-Type: text/plain").unwrap();
    assert!(plain < body.find("Content-Type: text/html").unwrap(), "{body}");
}

#[test]
fn a_long_digest_goes_along_as_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let smtp = Smtp::start(Tls::None, None);
    let channel = &mail(&smtp, "none", "ada@example.org", folder.path())[0];
    let mut long = digest(300);
    long.profile = "小明".into();
    for (digest, attachments) in [(&digest(3), 0), (&long, 1)] {
        let bodies = channel.bodies(&Message::from(digest), now()).unwrap();
        let mail = MessageParser::default().parse(&bodies[0]).unwrap();
        let html = mail.html_bodies().next().unwrap().text_contents().unwrap();
        assert!(html.len() <= 80_000, "{} bytes", html.len());
        // Lines of a mail end in both.
        let text = |part: &MessagePart| part.text_contents().unwrap().replace("\r\n", "\n");
        assert_eq!(text(mail.text_bodies().next().unwrap()), digest.render());
        assert_eq!(mail.attachment_count(), attachments);
        for file in mail.attachments() {
            let name = file.attachment_name().unwrap();
            assert_eq!(name, "小明-2026-06-02.md");
            assert!(html.contains(name), "{html}");
            assert_eq!(text(file), digest.render());
        }
    }
}

#[test]
fn mail_is_never_sent_in_the_clear_by_accident() {
    let folder = tempfile::tempdir().unwrap();
    let smtp = Smtp::start(Tls::None, None);
    let digest = digest(1);
    let mut sender = Sender::new();
    // A server that offers no STARTTLS where it should.
    let channel = &mail(&smtp, "starttls", "ada@example.org", folder.path())[0];
    assert!(matches!(sender.send(&digest, channel, false), SendOutcome::Failed(_)));
    assert!(smtp.commands().iter().all(|line| !line.starts_with("AUTH")), "{:?}", smtp.commands());
    // A certificate that nobody vouches for.
    let smtp = Smtp::start(Tls::Implicit, None);
    let config = format!(
        "[mail]\nhost = \"localhost\"\nport = {}\ntls = \"implicit\"\nfrom = \"a@example.org\"\n\
         to = [\"ada@example.org\"]",
        smtp.port
    );
    let distrustful = channel_of(&config);
    let SendOutcome::Failed(reason) = sender.send(&digest, &distrustful, true) else { panic!() };
    assert!(reason.to_string().contains("ca_file"), "{reason}");
    assert!(smtp.commands().is_empty());
    // No encryption on the way to another machine.
    let config = "[mail]\nhost = \"mail.example.org\"\ntls = \"none\"\nfrom = \"a@example.org\"\n\
                  to = [\"ada@example.org\"]";
    assert!(wrong(config, &[("SENDER_PASSWORD", "x")]).contains("unencrypted"));
}

fn channel_of(config: &str) -> Channel {
    channel(config, &[("SENDER_PASSWORD", "x")])
}

#[test]
fn mail_meets_the_faults_of_servers() {
    let folder = tempfile::tempdir().unwrap();
    let digest = digest(1);
    let fate = |fault: Fault| {
        let smtp = Smtp::start(Tls::None, Some(fault));
        let mut sender = Sender::new();
        let channels = mail(&smtp, "none", "ada@example.org,bo@example.org", folder.path());
        let fates: Vec<SendOutcome> =
            channels.iter().map(|c| sender.send(&digest, c, false)).collect();
        let states: Vec<_> = channels.iter().map(|c| sender.state(c).unwrap().0).collect();
        (fates, states, smtp.mails().len())
    };
    let failed = |fate: &SendOutcome, word: &str| match fate {
        SendOutcome::Failed(reason) => assert!(reason.to_string().contains(word), "{reason}"),
        fate => panic!("{fate:?}"),
    };
    // What passes is tried again, within bounds.
    for fault in [Fault::Greylist(2), Fault::EndsBeforeData(2), Fault::EndsAtQuit] {
        let (fates, states, mails) = fate(fault);
        assert_eq!(fates, [SendOutcome::Sent, SendOutcome::Sent], "{fault:?}");
        assert_eq!((states, mails), (vec![SendState::Sent; 2], 2), "{fault:?}");
    }
    let (fates, states, mails) = fate(Fault::Greylist(usize::MAX));
    failed(&fates[0], "greylisted");
    assert_eq!((states[0], mails), (SendState::Failed, 0));
    failed(&fate(Fault::Busy).0[0], "shutting down");
    // One that is refused does not keep the others from theirs.
    let (fates, states, mails) = fate(Fault::NoSuchUser("ada@example.org"));
    failed(&fates[0], "no such user");
    assert_eq!(fates[1], SendOutcome::Sent);
    assert_eq!((states, mails), (vec![SendState::Failed, SendState::Sent], 1));
    let (fates, _, mails) = fate(Fault::BadLogin);
    failed(&fates[0], "SENDER_PASSWORD");
    assert_eq!(mails, 0);
    // The mail is there, and nobody said so: it goes once.
    let (fates, states, mails) = fate(Fault::EndsAfterData);
    assert!(fates.iter().all(|fate| matches!(fate, SendOutcome::Lost(_))), "{fates:?}");
    assert_eq!((states, mails), (vec![SendState::Sending; 2], 2));
}

/// A webhook of a kind with a secret, at a server that gives these answers.
fn hook(kind: &str, answers: &[Answer]) -> (Hook, Channel) {
    let hook = Hook::start(answers);
    let channel = channel_to(&hook, kind, Duration::from_secs(60));
    (hook, channel)
}

fn channel_to(hook: &Hook, kind: &str, timeout: Duration) -> Channel {
    let config = format!(
        "[[send]]\nkind = \"{kind}\"\nurl_env = \"URL\"\nsecret_env = \"SECRET\"\nchat = \"-42\"",
    );
    // Telegram's address is of its own making.
    let config = match kind {
        "telegram" => config.replace("url_env = \"URL\"", &format!("url = {:?}", hook.url)),
        _ => config,
    };
    let url = format!("{}/hook?key=k", hook.url);
    only(set_up_for(timeout, &config, &[("URL", &url), ("SECRET", "s3cret")]))
}

const KINDS: [(&str, &str); 6] = [
    ("webhook", ""),
    ("feishu", r#"{"code":0,"msg":"success"}"#),
    ("dingtalk", r#"{"errcode":0,"errmsg":"ok"}"#),
    ("wecom", r#"{"errcode":0,"errmsg":"ok"}"#),
    ("telegram", r#"{"ok":true,"result":{}}"#),
    ("slack", "ok"),
];

fn hmac_base64(key: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    BASE64.encode(hmac::sign(&key, text.as_bytes()))
}

#[test]
fn every_webhook_gets_what_it_asks_for() {
    let digest = digest(2);
    for (kind, done) in KINDS {
        let (hook, channel) = hook(kind, &[Answer::Says(200, "", done)]);
        let mut sender = Sender::new();
        assert_eq!(sender.send(&digest, &channel, false), SendOutcome::Sent, "{kind}");
        assert_eq!(sender.send(&digest, &channel, false), SendOutcome::Before(now()), "{kind}");
        let log = hook.log();
        assert_eq!(log.len(), 1, "{kind}");
        let (request, json) = (&log[0], log[0].json());
        assert!(request.header("content-type").unwrap().starts_with("application/json"));
        let time = now().as_second().to_string();
        match kind {
            "webhook" => {
                assert_eq!(json, digest.to_json());
                let key = hmac::Key::new(hmac::HMAC_SHA256, b"s3cret");
                let sign = hmac::sign(&key, request.body.as_bytes());
                let hex: String = sign.as_ref().iter().map(|b| format!("{b:02x}")).collect();
                assert_eq!(
                    request.header("x-paperlark-signature").unwrap(),
                    format!("sha256={hex}")
                );
                assert_eq!(request.header("idempotency-key").unwrap().len(), 16);
            }
            "feishu" => {
                assert_eq!(json["timestamp"], time);
                assert_eq!(json["sign"], hmac_base64(&format!("{time}\ns3cret"), ""));
                assert_eq!(json["content"]["post"]["zh_cn"]["title"], digest.subject());
            }
            "dingtalk" => {
                let time = format!("{time}000");
                let sign = hmac_base64("s3cret", &format!("{time}\ns3cret"));
                let sign = sign.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
                let target = format!("/hook?key=k&timestamp={time}&sign={sign}");
                assert_eq!(request.target, target);
                assert!(json["markdown"]["text"].as_str().unwrap().contains("2606.00001"));
            }
            "wecom" => assert!(json["markdown"]["content"].as_str().unwrap().contains("**9.0**")),
            "telegram" => {
                assert_eq!(request.target, "/bots3cret/sendMessage");
                assert_eq!(json["chat_id"], "-42");
                let text = json["text"].as_str().unwrap();
                assert!(text.contains(">On larks &lt;0&gt; &amp; *dawn*</a>"), "{text}");
            }
            _ => assert!(json["blocks"][0].to_string().contains("On larks <0> & *dawn*")),
        }
    }
}

#[test]
fn webhooks_meet_the_faults_of_servers() {
    use Answer::{Hangs, HangsUp, Says};
    let digest = digest(1);
    for (kind, done) in KINDS {
        let ok = Says(200, "", done);
        let cases = [
            (vec![Says(429, "Retry-After: 0\r\n", ""), ok.clone()], "sent", 2),
            (vec![Says(500, "", "oops"), Says(503, "", ""), ok.clone()], "sent", 3),
            (vec![Says(500, "", "oops")], "failed", 4),
            // Longer than a run waits.
            (vec![Says(429, "Retry-After: 9999\r\n", "")], "failed", 1),
            (vec![Says(403, "", "forbidden"), ok.clone()], "failed", 1),
            (vec![Says(302, "Location: http://127.0.0.1:9/\r\n", ""), ok.clone()], "failed", 1),
            (vec![Says(502, "", ""), ok.clone()], "lost", 1),
            (vec![HangsUp, ok.clone()], "lost", 1),
            (vec![Hangs, ok.clone()], "lost", 1),
        ];
        for (answers, expected, requests) in cases {
            // To wait in vain is the same for all, and takes its time.
            if kind != "webhook" && matches!(answers[0], Hangs) {
                continue;
            }
            let (hook, channel) = hook(kind, &answers);
            // Nowhere else may a slow machine pass for a server that hangs.
            let hasty = channel_to(&hook, kind, Duration::from_secs(1));
            let first = if matches!(answers[0], Hangs) { &hasty } else { &channel };
            let mut sender = Sender::new();
            let (word, state, reason) = match sender.send(&digest, first, false) {
                SendOutcome::Sent => ("sent", SendState::Sent, String::new()),
                SendOutcome::Failed(reason) => ("failed", SendState::Failed, reason.to_string()),
                SendOutcome::Lost(reason) => ("lost", SendState::Sending, reason.to_string()),
                fate => panic!("{fate:?}"),
            };
            assert_eq!((word, hook.log().len()), (expected, requests), "{kind} {answers:?}");
            assert_eq!(sender.state(&channel).unwrap().0, state, "{kind} {answers:?}");
            // The addresses of webhooks are secrets, and so are tokens.
            assert!(!reason.contains("s3cret") && !reason.contains("key=k"), "{reason}");
            if state == SendState::Sending {
                assert_eq!(
                    sender.send(&digest, &channel, false),
                    SendOutcome::Unsure(now()),
                    "{kind}"
                );
                assert_eq!(sender.send(&digest, &channel, true), SendOutcome::Sent, "{kind}");
            }
        }
        if kind != "webhook" {
            let error = r#"{"code":9,"errcode":9,"ok":false,"error_code":9,"msg":"no\nway"}"#;
            let (_hook, channel) = hook(kind, &[Says(200, "", error)]);
            let fate = Sender::new().send(&digest, &channel, false);
            assert!(
                matches!(&fate, SendOutcome::Failed(reason) if reason.to_string().contains("no")),
                "{kind} {fate:?}"
            );
        }
    }
}

#[test]
fn of_several_messages_each_arrives_once() {
    use Answer::Says;
    let ok = Says(200, "", r#"{"ok":true}"#);
    let digest = long_digest();
    let whole = {
        let (hook, channel) = hook("telegram", std::slice::from_ref(&ok));
        assert_eq!(Sender::new().send(&digest, &channel, false), SendOutcome::Sent);
        hook.log()
    };
    assert!(whole.len() > 1, "one message does not show it");
    let (hook, channel) = hook("telegram", &[ok.clone(), Says(403, "", "{}"), ok]);
    let mut sender = Sender::new();
    assert!(matches!(sender.send(&digest, &channel, false), SendOutcome::Failed(_)));
    assert_eq!(sender.state(&channel), Some((SendState::Failed, 1)));
    assert_eq!(sender.send(&digest, &channel, false), SendOutcome::Sent);
    let mut bodies: Vec<String> = hook.log().into_iter().map(|request| request.body).collect();
    bodies.remove(1);
    assert_eq!(bodies, whole.into_iter().map(|request| request.body).collect::<Vec<_>>());
}

#[test]
fn pieces_of_a_digest_made_anew_do_not_follow_those_of_the_old_one() {
    use Answer::Says;
    let ok = Says(200, "", r#"{"ok":true}"#);
    let mut digest = long_digest();
    let (hook, channel) = hook("telegram", &[ok.clone(), Says(403, "", "{}"), ok]);
    let mut sender = Sender::new();
    assert!(matches!(sender.send(&digest, &channel, false), SendOutcome::Failed(_)));
    digest.entries.remove(0);
    assert_eq!(sender.send(&digest, &channel, false), SendOutcome::Unsure(now()));
    assert_eq!(hook.log().len(), 2);
    assert_eq!(sender.send(&digest, &channel, true), SendOutcome::Sent);
}

#[test]
fn what_may_yet_get_papers_is_not_sent_as_empty() {
    let hook = Hook::start(&[Answer::Says(200, "", "")]);
    let config =
        format!("[[send]]\nkind = \"webhook\"\nurl = \"{}\"\nsend_empty = true\n", hook.url);
    let channel = channel(&config, &[]);
    let mut sender = Sender::new();
    let mut digest = digest(0);
    for empty in [
        Empty::Stale { since: day() },
        Empty::FeedEmpty,
        Empty::NoPapers,
        Empty::OtherDays { newest: day() },
    ] {
        digest.empty = Some(empty);
        assert_eq!(sender.send(&digest, &channel, false), SendOutcome::Empty, "{:?}", digest.empty);
    }
    assert_eq!((hook.log().len(), sender.state(&channel)), (0, None));
    digest.empty = Some(Empty::Quiet);
    assert_eq!(sender.send(&digest, &channel, false), SendOutcome::Sent);
}

#[test]
fn settings_that_are_wrong_say_what_is() {
    let address = "[mail]\nhost = \"m.example\"\nfrom = \"a@m.example\"\nto = [\"b@m.example\"]\n";
    let password = ("SENDER_PASSWORD", "x");
    for (config, variables, part) in [
        ("[mail]", &[][..], "SMTP_SERVER"),
        ("[mail]\nhost = \"m.example\"", &[], "SENDER"),
        ("[mail]\nhost = \"m.example\"\nfrom = \"a@m.example\"", &[], "RECEIVER"),
        (address, &[], "SENDER_PASSWORD"),
        (address, &[password, ("SMTP_PORT", "ssl")], "SMTP_PORT is 'ssl'"),
        (address, &[password, ("RECEIVER", "nobody")], "'nobody' is no mail address"),
        ("[[send]]\nkind = \"slack\"", &[], "url_env"),
        ("[[send]]\nkind = \"slack\"\nurl = \"x\"", &[], "its address is none"),
        ("[[send]]\nkind = \"slack\"\nurl_env = \"HOOK\"", &[], "HOOK is not set"),
        ("[[send]]\nkind = \"telegram\"\nchat = \"1\"", &[], "secret_env"),
        ("[[send]]\nkind = \"slack\"\nname = \"mail x\"\nurl = \"http://h\"", &[], "another name"),
        (
            "[[send]]\nkind = \"slack\"\nurl = \"http://h\"\n[[send]]\nkind = \"slack\"\nurl = \"http://g\"",
            &[],
            "two channels are called slack",
        ),
    ] {
        let error = wrong(config, variables);
        assert!(error.contains(part), "{config}: {error}");
    }
    assert!(set_up("", &[("SENDER", "a@m.example")]).is_empty());
    let variables = [("SMTP_SERVER", "m.example"), ("SENDER", "a@m.example"), password];
    let of_old = set_up("", &[&variables[..], &[("RECEIVER", "b@m.example,c@m.example")]].concat());
    let names: Vec<String> = of_old.into_iter().map(|c| c.ok().unwrap().name).collect();
    assert_eq!(names, ["mail b@m.example", "mail c@m.example"]);
}

/// A desk with a reader, a day and this configuration.
fn desk(config: &str) -> Desk {
    let desk = Desk::new().at(NOW).with("PAPERLARK_PACE", "0.001");
    fs::create_dir(desk.path("paperlark")).unwrap();
    desk.file("paperlark/config.toml", config);
    desk.profile(
        "ada",
        "categories = [\"cs.LG\"]\nmin_score = 0.0\n[[interest]]\nname = \"Birds\"\n\
         [[interest.seeds]]\ntitle = \"Larks\"\nabstract = \"Larks sing at dawn.\"\n",
    );
    let larks = |n: usize| paper(&format!("2606.0000{n}"), &format!("Larks {n}"), "Larks sing.");
    desk.lines("day.jsonl", &[larks(0), larks(1), larks(2)]);
    desk.lines("none.jsonl", &[with(larks(0), "categories", json!(["cs.CV"]))]);
    desk
}

/// The exit code of a run, and everything that was said.
fn says(desk: &Desk, args: &[&str]) -> (i32, String) {
    let output = desk.run(args);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
    (output.status.code().unwrap(), said)
}

const DAILY: [&str; 5] = ["daily", "--feed", "day.jsonl", "--date", "2026-06-02"];

#[test]
fn offline_a_channel_that_is_set_up_wrong_is_said_and_no_failure() {
    let desk = desk(
        "[mail]\nhost = \"mail.example.org\"\nfrom = \"a@example.org\"\nto = [\"b@example.org\"]\n",
    );
    let (code, said) = says(&desk, &[&["--offline"], &DAILY[..]].concat());
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("SENDER_PASSWORD"), "{said}");
    let (code, said) = says(&desk, &DAILY);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("1 of 1 deliveries failed"), "{said}");
}

#[test]
fn daily_sends_what_it_made_once_and_a_failure_keeps_no_digest_back() {
    let good = Hook::start(&[Answer::Says(200, "", "")]);
    let bad = Hook::start(&[Answer::Says(404, "", "gone"), Answer::Says(200, "", "ok")]);
    let desk = desk(&format!(
        "[[send]]\nkind = \"webhook\"\nurl = \"{}\"\n[[send]]\nkind = \"slack\"\nurl = \"{}\"\n\
         [[send]]\nkind = \"wecom\"\nurl = \"http://127.0.0.1:9/\"\nprofiles = [\"bo\"]\n",
        good.url, bad.url
    ));
    let (code, said) = says(&desk, &[&["--offline"], &DAILY[..]].concat());
    assert_eq!((code, good.log().len()), (0, 0), "{said}");
    assert!(said.contains("nothing is sent"), "{said}");
    let (code, said) = says(&desk, &["send", "--dry-run"]);
    assert_eq!((code, said.matches("would be sent").count()), (0, 2), "{said}");

    let (code, said) = says(&desk, &DAILY);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("1 of 2 deliveries failed") && said.contains("gone"), "{said}");
    assert!(desk.path("data/digests/2026-06-02/ada.md").exists());
    // Only what failed goes again.
    let (code, said) = says(&desk, &DAILY);
    assert_eq!((code, good.log().len(), bad.log().len()), (0, 1, 2), "{said}");
    let (code, said) = says(&desk, &["send"]);
    assert_eq!((code, said.matches("is there since").count()), (0, 2), "{said}");
    let (code, said) = says(&desk, &["send", "ada", "--to", "webhook", "--again"]);
    assert_eq!((code, good.log().len(), bad.log().len()), (0, 2, 2), "{said}");
    let json = desk.json(&["send"]);
    assert_eq!(json[0]["state"], "sent before", "{json}");
    let (code, said) = says(&desk, &["send", "--to", "pigeon"]);
    assert!(code == 2 && said.contains("no channel is called pigeon"), "{said}");
}

#[test]
fn a_dry_run_shows_what_would_be_sent_without_secrets() {
    let url = "https://h.example/hook/0123456789abcdef?key=k3y";
    let hooks: String = KINDS
        .iter()
        .filter(|(kind, _)| *kind != "telegram")
        .map(|(kind, _)| {
            format!("[[send]]\nkind = \"{kind}\"\nurl = \"{url}\"\nsecret_env = \"HOOK_SECRET\"\n")
        })
        .collect();
    let desk = desk(&format!(
        "[mail]\nhost = \"mail.example.org\"\nfrom = \"Lark <lark@example.org>\"\nto = [\"ada@example.org\"]\n\
         {hooks}[[send]]\nkind = \"telegram\"\nsecret_env = \"HOOK_SECRET\"\nchat = \"-10042\"\n"
    ))
    .with("HOOK_SECRET", "s3cret")
    .with("SENDER_PASSWORD", "passw0rd");
    assert_eq!(says(&desk, &[&["--offline"], &DAILY[..]].concat()).0, 0);
    let (code, said) = says(&desk, &["--offline", "send", "--dry-run"]);
    assert_eq!(code, 0, "{said}");
    for part in [
        "ada 2026-06-02 -> mail ada@example.org: would be sent\nFrom: Lark <lark@example.org>\n\
         To: ada@example.org\nSubject: Daily arXiv picks - 2026-06-02",
        "\n\n# Daily arXiv picks - 2026-06-02",
        "\"msg_type\": \"post\"",
        "\"sign\": \"***\"",
        "\"chat_id\": \"***\"",
        "\"msgtype\": \"markdown\"",
        "\"type\": \"rich_text\"",
    ] {
        assert!(said.contains(part), "no {part} in {said}");
    }
    let json = desk.json(&["--offline", "send", "--dry-run"]);
    let list = json.as_array().unwrap();
    assert_eq!(list.len(), 1 + KINDS.len());
    assert_eq!(
        (&list[0]["state"], &list[0]["message"]["to"]),
        (&json!("due"), &json!("ada@example.org"))
    );
    assert!(list[0]["message"]["html"].as_str().unwrap().starts_with("<!DOCTYPE html>"));
    assert!(list[1..].iter().all(|one| one["message"]["bodies"][0].is_object()), "{json}");
    for private in ["s3cret", "passw0rd", "-10042", "k3y", "0123456789abcdef"] {
        assert!(
            !said.contains(private) && !json.to_string().contains(private),
            "{private}: {said}"
        );
    }
    // Nothing of it is remembered as sent.
    assert_eq!(said, says(&desk, &["--offline", "send", "--dry-run"]).1);
}

#[test]
fn what_did_not_arrive_goes_out_with_a_later_day() {
    let hook = Hook::start(&[Answer::Says(404, "", "gone"), Answer::Says(200, "", "ok")]);
    let desk = desk(&format!("[[send]]\nkind = \"webhook\"\nurl = \"{}\"\n", hook.url));
    let on = |feed: &str, day: &str| says(&desk, &["daily", "--feed", feed, "--date", day]);
    let (code, said) = on("day.jsonl", "2026-06-01");
    assert_eq!((code, hook.log().len()), (2, 1), "{said}");
    desk.file("next.jsonl", &desk.read("day.jsonl").replace("2606.0000", "2606.0001"));
    let (code, said) = on("next.jsonl", "2026-06-02");
    assert_eq!((code, hook.log().len()), (0, 3), "{said}");
    assert!(
        said.contains("ada 2026-06-01 was sent") && said.contains("ada 2026-06-02 was sent"),
        "{said}"
    );
    let (code, said) = on("next.jsonl", "2026-06-02");
    assert_eq!((code, hook.log().len()), (0, 3), "{said}");
}

#[test]
fn a_sending_that_was_cut_off_is_reported_and_not_repeated() {
    let hook = Hook::start(&[Answer::Says(200, "", "")]);
    let desk = desk(&format!("[[send]]\nkind = \"webhook\"\nurl = \"{}\"\n", hook.url));
    assert_eq!(says(&desk, &[&["--offline"], &DAILY[..]].concat()).0, 0);
    {
        let mut library = Library::open(&desk.path("data")).unwrap();
        let sent = Sent { state: SendState::Sending, messages: 0, at: now() };
        library.record_sent("ada", day(), "webhook", &sent).unwrap();
    }
    for args in [&DAILY[..], &["send"]] {
        let (code, said) = says(&desk, args);
        assert_eq!((code, hook.log().len()), (2, 0), "{said}");
        assert!(said.contains("may have arrived") && said.contains("--again"), "{said}");
    }
    let (code, said) = says(&desk, &["send", "--again"]);
    assert_eq!((code, hook.log().len()), (0, 1), "{said}");
}

#[test]
fn an_empty_day_is_sent_to_those_who_want_it() {
    let hooks = [(); 2].map(|()| Hook::start(&[Answer::Says(200, "", "")]));
    let desk = desk(&format!(
        "[[send]]\nkind = \"webhook\"\nname = \"a\"\nurl = \"{}\"\n\
         [[send]]\nkind = \"webhook\"\nname = \"b\"\nurl = \"{}\"\nsend_empty = true\n",
        hooks[0].url, hooks[1].url
    ));
    let args = ["daily", "--feed", "none.jsonl", "--date", "2026-06-02"];
    let (code, said) = says(&desk, &args);
    assert_eq!((code, hooks[0].log().len(), hooks[1].log().len()), (0, 0, 1), "{said}");
}

#[test]
fn without_a_channel_nothing_is_said_of_sending() {
    let desk = desk("");
    let (code, said) = says(&desk, &DAILY);
    assert!(code == 0 && !said.contains("sent"), "{said}");
    let (code, said) = says(&desk, &["send"]);
    assert!(code == 2 && said.contains("no channel is set up"), "{said}");
}
