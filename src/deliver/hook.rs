//! Webhooks: one POST for each message, and each kind's own way to sign it and to say that it failed.

use std::{cmp::Reverse, fmt::Write, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use jiff::Timestamp;
use reqwest::Url;
use ring::hmac::{self, HMAC_SHA256};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Fault, Message, Patience, chat};
use crate::{
    message,
    message::Argument,
    net::{Client, MIB},
    text::quoted,
};

const TELEGRAM_API: &str = "https://api.telegram.org";
/// Time to wait for a connection, at most.
const CONNECT: Duration = Duration::from_secs(10);
/// The longest answer that is read.
const LONGEST_ANSWER: u64 = 16 * MIB;
/// The shortest part of an address's path that may be a token; others are words like `webhook`.
const TOKEN: usize = 12;

/// What kind of webhook it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Any server that takes the digest's own JSON.
    Webhook,
    /// A robot in a Feishu or Lark group.
    #[serde(alias = "lark")]
    Feishu,
    /// A robot in a DingTalk group.
    Dingtalk,
    /// A robot in a WeCom group.
    Wecom,
    /// A Telegram bot.
    Telegram,
    /// An incoming webhook of Slack.
    Slack,
}

impl Kind {
    /// Its name in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Webhook => "webhook",
            Kind::Feishu => "feishu",
            Kind::Dingtalk => "dingtalk",
            Kind::Wecom => "wecom",
            Kind::Telegram => "telegram",
            Kind::Slack => "slack",
        }
    }
}

/// A webhook that is set up.
pub(super) struct Hook {
    kind: Kind,
    url: Url,
    secret: Option<String>,
    chat: Option<String>,
    top: usize,
    /// What nobody may read in our words, longest first.
    private: Vec<String>,
    http: Client,
}

impl Hook {
    /// A webhook of this kind; the error says what is missing or wrong.
    pub fn new(
        kind: Kind,
        url: Option<String>,
        secret: Option<String>,
        chat: Option<String>,
        top: usize,
        patience: Patience,
    ) -> Result<Hook, message::Message> {
        let url = match (kind, url) {
            (Kind::Telegram, url) => {
                let base = url.unwrap_or_else(|| TELEGRAM_API.to_owned());
                let token = secret.as_deref().ok_or_else(|| {
                    message!(
                        "there is no token; name the variable that holds the bot's with secret_env"
                    )
                })?;
                format!("{}/bot{token}/sendMessage", base.trim_end_matches('/'))
            }
            (_, Some(url)) => url,
            (_, None) => {
                return Err(message!(
                    "there is no address; set url, or url_env to the name of a variable \
                            that holds it"
                ));
            }
        };
        if kind == Kind::Telegram && chat.is_none() {
            return Err(message!("there is no chat; set chat to its id, or chat_env"));
        }
        // The address is a secret, so the message does not repeat it.
        let url = Url::parse(&url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| message!("its address is none; it begins with https://"))?;
        // Shorter than the whole, so that a host out of reach is known to have got nothing.
        let connect = CONNECT.min(patience.timeout / 2);
        let http = Client::new(None, patience.timeout, connect)?;
        let private = private(&url, secret.as_deref(), chat.as_deref());
        Ok(Hook { kind, url, secret, chat, top, private, http })
    }

    /// The bodies of its requests, in order; a signature in one is good for about an hour from `now`.
    pub fn bodies(&self, message: &Message, now: Timestamp) -> Vec<Vec<u8>> {
        let bodies = self.values(message, now).into_iter();
        bodies.map(|body| body.to_string().into_bytes()).collect()
    }

    /// The same for a person to look at, with `***` for the chat and whatever a secret has signed.
    pub fn preview(&self, message: &Message, now: Timestamp) -> Vec<Value> {
        let mut bodies = self.values(message, now);
        for body in &mut bodies {
            for private in ["sign", "timestamp", "chat_id"] {
                if let Some(value) = body.get_mut(private) {
                    *value = "***".into();
                }
            }
        }
        bodies
    }

    fn values(&self, message: &Message, now: Timestamp) -> Vec<Value> {
        let digest = message.digest;
        let short = digest.short(self.top);
        let language = digest.language;
        match self.kind {
            Kind::Webhook => vec![digest.to_json()],
            Kind::Feishu => {
                let post = chat::feishu(&short, language);
                let mut body = json!({"msg_type": "post", "content": {"post": post}});
                if let Some(secret) = &self.secret {
                    let time = now.as_second().to_string();
                    body["sign"] = feishu_sign(&time, secret).into();
                    body["timestamp"] = time.into();
                }
                vec![body]
            }
            Kind::Dingtalk => {
                let text = chat::dingtalk(&short, language);
                let markdown = json!({"title": short.subject, "text": text});
                vec![json!({"msgtype": "markdown", "markdown": markdown})]
            }
            Kind::Wecom => {
                let content = chat::wecom(&short, language);
                vec![json!({"msgtype": "markdown", "markdown": {"content": content}})]
            }
            Kind::Slack => vec![chat::slack(&short, language)],
            Kind::Telegram => {
                let body = |text| {
                    json!({
                        "chat_id": self.chat,
                        "text": text,
                        "parse_mode": "HTML",
                        "link_preview_options": {"is_disabled": true},
                    })
                };
                chat::telegram(&short, language).into_iter().map(body).collect()
            }
        }
    }

    /// Sends one of its bodies; `key` stands for the digest, so that a server can tell a second copy.
    pub fn send(&self, body: &[u8], now: Timestamp, key: u64) -> Result<(), Fault> {
        let mut url = self.url.clone();
        if let (Kind::Dingtalk, Some(secret)) = (self.kind, &self.secret) {
            let time = now.as_millisecond().to_string();
            let sign = dingtalk_sign(&time, secret);
            url.query_pairs_mut().append_pair("timestamp", &time).append_pair("sign", &sign);
        }
        let mut request = self.http.post(url.as_str(), body.to_vec());
        if let (Kind::Webhook, Some(secret)) = (self.kind, &self.secret) {
            let sign = format!("sha256={}", hex(&sign(secret, body)));
            request = request.secret("X-Paperlark-Signature", sign);
        }
        if self.kind == Kind::Webhook {
            request = request.header("Idempotency-Key", format!("{key:016x}"));
        }
        let request = request.header("Content-Type", "application/json; charset=utf-8");
        let host = self.url.host_str().unwrap_or_default();
        // A message goes nowhere but where it was sent, so a redirection is a refusal.
        let answer = request.send().and_then(|answer| {
            let (status, wait) = (answer.status().as_u16(), answer.retry_after());
            Ok((status, wait, answer.bytes(LONGEST_ANSWER)?))
        });
        match answer {
            Ok((status, wait, body)) => {
                let text = String::from_utf8_lossy(&body);
                let private = &self.private;
                let answer = Answer { kind: self.kind, host, status, text: &text, private };
                answer.judge().map_err(|fault| match fault {
                    Fault::Later(reason, asked) => Fault::Later(reason, asked.or(wait)),
                    fault => fault,
                })
            }
            Err(e) => {
                let words = message!("{host}: {reason}", host, reason = e.message());
                Err(match (e.is_builder(), e.is_connect()) {
                    (true, _) => Fault::Refused(words),
                    (_, true) => Fault::Later(words, None),
                    // The request was on its way.
                    _ => Fault::Unsure(words),
                })
            }
        }
    }
}

/// An answer, complete.
struct Answer<'a> {
    kind: Kind,
    host: &'a str,
    status: u16,
    text: &'a str,
    /// What must not be quoted of the text.
    private: &'a [String],
}

impl Answer<'_> {
    /// What it means. Most say how it went in a 200, each in its own words.
    fn judge(&self) -> Result<(), Fault> {
        let &Answer { kind, host, status, text, private } = self;
        let said = || match text.trim() {
            "" => message!("{host} answered HTTP {status}", host, status),
            text => {
                message!(
                    "{host} answered HTTP {status}: {words}",
                    host,
                    status,
                    words = Argument::Foreign(quoted(&redacted(text, private)))
                )
            }
        };
        let json: Value = serde_json::from_str(text).unwrap_or_default();
        let number = |field: &str| json[field].as_i64();
        match status {
            200..=299 => {}
            429 => {
                let asked = json["parameters"]["retry_after"].as_u64();
                return Err(Fault::Later(said(), asked.map(Duration::from_secs)));
            }
            500 | 503 => return Err(Fault::Later(said(), None)),
            // A gateway knows nothing of what became of a request behind it.
            501.. => return Err(Fault::Unsure(said())),
            301 | 302 | 307 | 308 => {
                return Err(Fault::Refused(message!(
                    "{host} has moved elsewhere (HTTP {status}); look up the webhook's address of now",
                    host,
                    status
                )));
            }
            _ => {
                return Err(Fault::Refused(message!(
                    "{answer}; check its address and settings",
                    answer = said()
                )));
            }
        }
        let (is_done, code) = match kind {
            Kind::Webhook => return Ok(()),
            Kind::Slack => (text.trim() == "ok", None),
            Kind::Telegram => (json["ok"] == true, number("error_code")),
            Kind::Feishu => {
                let code = number("code").or(number("StatusCode"));
                (code == Some(0), code)
            }
            Kind::Dingtalk | Kind::Wecom => {
                let code = number("errcode");
                (code == Some(0), code)
            }
        };
        match (kind, code) {
            _ if is_done => Ok(()),
            // Too many at a time, or busy.
            (Kind::Feishu, Some(9499 | 11232))
            | (Kind::Dingtalk, Some(-1 | 130_101 | 410_100))
            | (Kind::Wecom, Some(-1 | 45_009))
            | (Kind::Telegram, Some(429)) => Err(Fault::Later(said(), None)),
            (_, Some(_)) => {
                Err(Fault::Refused(message!("{answer}; check its settings", answer = said())))
            }
            _ => Err(Fault::Refused(message!(
                "{answer}, which is no answer of {kind}; check its address",
                answer = said(),
                kind = kind.as_str()
            ))),
        }
    }
}

/// What of a webhook is private, longest first: a server may repeat any of it, whole or in part.
fn private(url: &Url, secret: Option<&str>, chat: Option<&str>) -> Vec<String> {
    let mut words: Vec<String> =
        [url.query(), secret, chat].into_iter().flatten().map(str::to_owned).collect();
    // Short ones are in all sorts of words.
    let values = url.query_pairs().map(|(_, value)| value.into_owned());
    words.extend(values.chain([url.path().to_owned()]).filter(|word| word.len() > 4));
    words.extend(url.path().split('/').filter(|part| part.len() >= TOKEN).map(str::to_owned));
    words.retain(|word| !word.is_empty());
    words.sort_by_key(|word| Reverse(word.len()));
    words
}

/// A text of others without what is private.
fn redacted(text: &str, private: &[String]) -> String {
    private.iter().fold(text.to_owned(), |text, word| text.replace(word.as_str(), "***"))
}

fn sign(key: &str, text: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(HMAC_SHA256, key.as_bytes()), text)
}

/// Feishu's signature: time and secret are the key, and nothing is signed. The time is in seconds.
fn feishu_sign(time: &str, secret: &str) -> String {
    BASE64.encode(sign(&format!("{time}\n{secret}"), b""))
}

/// DingTalk's signature: the secret is the key, and time and secret are signed. The time is in
/// milliseconds.
fn dingtalk_sign(time: &str, secret: &str) -> String {
    BASE64.encode(sign(secret, format!("{time}\n{secret}").as_bytes()))
}

fn hex(tag: &hmac::Tag) -> String {
    tag.as_ref().iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Python's hmac and base64.
    #[test]
    fn signatures_are_those_of_another_program() {
        assert_eq!(
            feishu_sign("1599360473", "SEC000"),
            "lNrbbw+GOWJFN+1poob9duf10QaEkXZ3A4VDmGwBgxI="
        );
        assert_eq!(
            dingtalk_sign("1599360473000", "SEC000"),
            "ruLcVdmW0QT2SevdB9SJ1QfEZbbn7NE95QJRziRxPd8="
        );
        assert_eq!(
            hex(&sign("key", b"The quick brown fox jumps over the lazy dog")),
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
        );
    }

    #[test]
    fn what_is_private_is_not_quoted() {
        let hook = |kind, url: &str, secret: &str| {
            let (url, secret) = (Some(url.to_owned()), Some(secret.to_owned()));
            let chat = Some("-10012345".to_owned());
            Hook::new(kind, url, secret, chat, 20, Patience::default()).unwrap()
        };
        for (hook, text, expected) in [
            (
                hook(Kind::Wecom, "https://h.example/cgi-bin/webhook/send?key=693a91f6", "s3cret"),
                "invalid webhook url /cgi-bin/webhook/send?key=693a91f6: key 693a91f6, s3cret",
                "invalid webhook url ***?***: key ***, ***",
            ),
            (
                hook(Kind::Feishu, "https://h.example/bot/v2/hook/0123456789abcdef", "s3cret"),
                r"no \/bot\/v2\/hook\/0123456789abcdef, /bot/v2/hook/0123456789abcdef",
                r"no \/bot\/v2\/hook\/***, ***",
            ),
            (
                hook(Kind::Telegram, "https://h.example", "42:AbC"),
                "/bot42:AbC/sendMessage, token 42:AbC: chat -10012345 not found",
                "***, token ***: chat *** not found",
            ),
            (hook(Kind::Slack, "https://h.example/", "s3cret"), "a/b", "a/b"),
        ] {
            assert_eq!(redacted(text, &hook.private), expected);
            let private = &hook.private;
            let answer = Answer { kind: hook.kind, host: "h.example", status: 403, text, private };
            let Err(Fault::Refused(reason)) = answer.judge() else { panic!("{text}") };
            assert!(reason.to_string().contains(&quoted(expected)), "{reason}");
        }
    }

    #[test]
    fn answers_mean_what_each_says() {
        let later = |after: Option<u64>| Some(("later", after));
        for (kind, status, text, expected) in [
            (Kind::Webhook, 204, "", None),
            (Kind::Webhook, 200, "{\"code\": 1}", None),
            (Kind::Slack, 200, "ok", None),
            (Kind::Slack, 200, "<html>", Some(("refused", None))),
            (Kind::Slack, 404, "no_service", Some(("refused", None))),
            (Kind::Telegram, 200, r#"{"ok":true,"result":{}}"#, None),
            (Kind::Telegram, 200, r#"{"ok":false,"error_code":400}"#, Some(("refused", None))),
            (
                Kind::Telegram,
                429,
                r#"{"ok":false,"error_code":429,"parameters":{"retry_after":7}}"#,
                later(Some(7)),
            ),
            (Kind::Feishu, 200, r#"{"code":0,"msg":"success"}"#, None),
            (Kind::Feishu, 200, r#"{"StatusCode":0,"StatusMessage":"success"}"#, None),
            (
                Kind::Feishu,
                200,
                r#"{"code":19021,"msg":"sign match fail"}"#,
                Some(("refused", None)),
            ),
            (Kind::Feishu, 200, r#"{"code":11232,"msg":"frequency limited"}"#, later(None)),
            (Kind::Dingtalk, 200, r#"{"errcode":0,"errmsg":"ok"}"#, None),
            (Kind::Dingtalk, 200, r#"{"errcode":310000}"#, Some(("refused", None))),
            (Kind::Dingtalk, 200, r#"{"errcode":130101}"#, later(None)),
            (Kind::Wecom, 200, r#"{"errcode":93000}"#, Some(("refused", None))),
            (Kind::Wecom, 200, r#"{"errcode":45009}"#, later(None)),
            (Kind::Wecom, 200, "", Some(("refused", None))),
            (Kind::Wecom, 200, "[1]", Some(("refused", None))),
            (Kind::Wecom, 302, "", Some(("refused", None))),
            (Kind::Wecom, 500, "", later(None)),
            (Kind::Wecom, 503, "", later(None)),
            (Kind::Wecom, 502, "", Some(("unsure", None))),
            (Kind::Wecom, 504, "", Some(("unsure", None))),
        ] {
            let answer = Answer { kind, host: "h.example", status, text, private: &[] };
            let found = answer.judge().err().map(|fault| match fault {
                Fault::Refused(_) => ("refused", None),
                Fault::Later(_, after) => ("later", after.map(|after| after.as_secs())),
                Fault::Unsure(_) => ("unsure", None),
            });
            assert_eq!(found, expected, "{kind:?} {status} {text}");
        }
    }
}
