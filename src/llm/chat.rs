//! One question to a chat endpoint that speaks the protocol of OpenAI's chat completions.
//!
//! Source: OpenAI API reference, "Create chat completion"; the other vendors follow it with differences that
//! [`Chat::ask`] puts up with: parameters they refuse are left out from then on, and a streamed answer is
//! read as one.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Endpoint, fault::Fault, prompt::estimated_tokens};
use crate::{
    digest::Usage,
    error::{Error, Result},
    message,
    net::{self, MIB, Retry, Tried, retry},
    text::{beginning, one_line},
};

/// Requests for one answer before it is given up.
const TRIES: u32 = 3;
/// The longest wait that an endpoint may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The longest answer that is read.
const LONGEST_ANSWER: u64 = 16 * MIB;
/// What an endpoint may do without.
const OPTIONAL: [&str; 4] =
    ["response_format", "temperature", "max_tokens", "max_completion_tokens"];
/// Bound of an answer, in tokens; a note in two languages takes about 600.
const MOST_WRITTEN: u64 = 800;
/// The same for a model that thinks first.
const MOST_THOUGHT: u64 = 4000;
/// More tokens than this no answer takes, whatever an endpoint says.
const MOST_COUNTED: u64 = 1 << 40;
/// Shorter keys are none, and stand in many words.
const SHORTEST_KEY: usize = 6;
/// Characters of an endpoint's own words in a message.
const WHY_CHARS: usize = 120;

/// A chat endpoint.
#[derive(Debug)]
pub(super) struct Chat {
    http: net::Client,
    endpoint: Endpoint,
    url: String,
    /// Optional parameters that the endpoint has refused.
    refused: Mutex<BTreeSet<&'static str>>,
    /// Whether an answer has met its bound, so that the model seems to think first.
    thinks: AtomicBool,
}

/// What became of one request.
enum Reply {
    Text(String),
    Failed(Fault),
    /// Worth another try, after this time if the endpoint names one.
    Again(Fault, Option<Duration>),
    /// Worth another try without this parameter.
    Without(&'static str),
    /// Worth another try with more room.
    Longer,
}

impl Chat {
    /// # Errors
    /// [`Error::Invalid`] if the address is none, or the key cannot stand in a header.
    pub(super) fn new(endpoint: &Endpoint) -> Result<Self> {
        let base = endpoint.base_url.trim().trim_end_matches('/');
        let url = match base.ends_with("/chat/completions") {
            true => base.to_owned(),
            false => format!("{base}/chat/completions"),
        };
        let is_web = reqwest::Url::parse(&url).is_ok_and(|url| url.scheme().starts_with("http"));
        if !is_web {
            return Err(Error::Invalid(message!(
                "'{address}' is no address of a language model; OPENAI_BASE_URL is like https://api.deepseek.com/v1",
                address = base
            )));
        }
        let key = endpoint.key.as_deref().unwrap_or_default();
        if !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::Invalid(message!(
                "the key in OPENAI_API_KEY has characters that no key has; copy it again"
            )));
        }
        let connect_timeout = endpoint.timeout.min(Duration::from_secs(10));
        let http =
            net::Client::new(None, endpoint.timeout, connect_timeout).map_err(Error::Invalid)?;
        let thinks = AtomicBool::new(false);
        Ok(Chat { http, endpoint: endpoint.clone(), url, refused: Mutex::default(), thinks })
    }

    /// Bound of an answer, in tokens.
    pub(super) fn most_written(&self) -> u64 {
        if self.thinks.load(Ordering::Relaxed) { MOST_THOUGHT } else { MOST_WRITTEN }
    }

    /// The answer to these messages, and what all tries for it cost.
    pub(super) fn ask(&self, messages: &[Value]) -> (Result<String, Fault>, Usage) {
        let mut spent = Usage::default();
        let policy = Retry {
            tries: TRIES,
            pause: self.endpoint.pause,
            longest: LONGEST_PAUSE,
            in_all: LONGEST_PAUSE * TRIES,
        };
        let answer = retry(
            policy,
            |_, _| {},
            || {
                loop {
                    match self.once(messages, &mut spent) {
                        Reply::Text(text) => return Ok(text),
                        Reply::Failed(fault) => return Err(Tried::Final(fault)),
                        Reply::Again(fault, asked) => return Err(Tried::Passing(fault, asked)),
                        Reply::Without(name) => {
                            self.refused
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .insert(name);
                        }
                        Reply::Longer => self.thinks.store(true, Ordering::Relaxed),
                    }
                }
            },
        );
        (answer, spent)
    }

    fn once(&self, messages: &[Value], spent: &mut Usage) -> Reply {
        let mut body =
            json!({ "model": self.endpoint.model, "messages": messages, "stream": false });
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let bound = self.most_written();
        for name in OPTIONAL.into_iter().filter(|name| !refused.contains(name)) {
            body[name] = match name {
                "response_format" => json!({ "type": "json_object" }),
                "temperature" => json!(0),
                // The newer name of the same thing.
                "max_completion_tokens" if !refused.contains("max_tokens") => continue,
                _ => json!(bound),
            };
        }
        // What an answer cost that does not say so: at least the question.
        let asked_for = Usage {
            prompt: estimated_tokens(&Value::from(messages).to_string()),
            ..Usage::default()
        };
        let mut request = self
            .http
            .post(&self.url, body.to_string().into_bytes())
            .header("Content-Type", "application/json");
        if let Some(key) = &self.endpoint.key {
            request = request.secret("Authorization", format!("Bearer {key}"));
        }
        let answer = match request.follow() {
            Ok(answer) => answer,
            Err(e) if e.is_connect() && e.is_timeout() => {
                return Reply::Failed(Fault::Unreachable("no connection in time".into()));
            }
            Err(e) if e.is_timeout() => {
                *spent += asked_for;
                return Reply::Failed(Fault::TimedOut(self.endpoint.timeout));
            }
            Err(e) if e.is_connect() || e.is_rule() => {
                return Reply::Failed(Fault::Unreachable(shown(&e.cause().to_string())));
            }
            Err(e) => return Reply::Again(Fault::Unreachable(shown(&e.cause().to_string())), None),
        };
        let (status, asked) = (answer.status(), answer.retry_after());
        let text = match answer.bytes(LONGEST_ANSWER) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(e) => {
                *spent += asked_for;
                return match e {
                    e if e.is_timeout() => Reply::Failed(Fault::TimedOut(self.endpoint.timeout)),
                    e if e.is_rule() => Reply::Failed(Fault::NotAChat(e.to_string())),
                    _ => Reply::Again(Fault::CutOff, None),
                };
            }
        };
        if !status.is_success() {
            return failure(status, asked, &self.redacted(&text), &refused);
        }
        let Some(answer) = understood(&text) else {
            // JSON that ends too early was cut; anything else is not what was asked for.
            if text.trim_start().starts_with('{') {
                *spent += asked_for;
                return Reply::Again(Fault::CutOff, None);
            }
            return Reply::Failed(Fault::NotAChat(shown(&self.redacted(&text))));
        };
        let Answer { content, finish, usage, fault } = answer;
        *spent += match usage {
            Some(usage) => usage,
            None if fault.is_some() => Usage::default(),
            None => Usage { completion: estimated_tokens(&content), ..asked_for },
        };
        if let Some(fault) = fault {
            return Reply::Failed(Fault::NotAChat(shown(&self.redacted(&fault))));
        }
        match finish.as_str() {
            "content_filter" | "sensitive" => Reply::Failed(Fault::Filtered),
            // A model that thinks first needs more room than a note does.
            "length" if bound < MOST_THOUGHT => Reply::Longer,
            "length" | "cut" => Reply::Failed(Fault::CutOff),
            _ => Reply::Text(content),
        }
    }
}

impl Chat {
    /// Foreign words without the key, or what looks like a part of it.
    fn redacted(&self, text: &str) -> String {
        let key = self.endpoint.key.as_deref().unwrap_or_default();
        if key.len() < SHORTEST_KEY {
            return text.to_owned();
        }
        let text = text.replace(key, "...");
        let is_part = |word: &str| {
            let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            word.contains("***") || (word.starts_with("sk-") && word.len() >= SHORTEST_KEY)
        };
        let words = text.split_inclusive([' ', '"', '\'', ',', ':', '\n']);
        words.map(|word| if is_part(word) { "... " } else { word }).collect()
    }
}

/// What a chat completion says.
struct Answer {
    content: String,
    /// Why it ended there; `cut` for a stream without an end.
    finish: String,
    usage: Option<Usage>,
    /// An error that came with status 200.
    fault: Option<String>,
}

/// A chat completion, whole or streamed; `None` if the text is neither.
fn understood(text: &str) -> Option<Answer> {
    let mut answer =
        Answer { content: String::new(), finish: String::new(), usage: None, fault: None };
    let text = text.trim();
    if text.starts_with("data:") {
        answer.finish = "cut".into();
        for line in text.lines().filter_map(|line| line.strip_prefix("data:")) {
            match serde_json::from_str::<Value>(line) {
                Ok(part) => answer.take_in(&part),
                Err(_) if line.trim() == "[DONE]" && answer.finish == "cut" => {
                    answer.finish = "stop".into();
                }
                Err(_) => {}
            }
        }
        return Some(answer);
    }
    let value: Value = serde_json::from_str(text).ok().filter(Value::is_object)?;
    answer.take_in(&value);
    if answer.finish.is_empty() && answer.content.is_empty() && answer.fault.is_none() {
        answer.fault = Some(text.to_owned());
    }
    Some(answer)
}

impl Answer {
    /// Takes in a completion, or a part of a streamed one.
    fn take_in(&mut self, part: &Value) {
        let choice = &part["choices"][0];
        for place in ["message", "delta"] {
            self.content += choice[place]["content"].as_str().unwrap_or_default();
        }
        if let Some(finish) = choice["finish_reason"].as_str() {
            self.finish = finish.to_owned();
        }
        let usage = &part["usage"];
        if let (Some(prompt), Some(completion)) =
            (usage["prompt_tokens"].as_u64(), usage["completion_tokens"].as_u64())
        {
            let cached = usage["prompt_tokens_details"]["cached_tokens"]
                .as_u64()
                .or(usage["prompt_cache_hit_tokens"].as_u64())
                .unwrap_or(0);
            let [prompt, completion, cached] =
                [prompt, completion, cached].map(|tokens| tokens.min(MOST_COUNTED));
            self.usage = Some(Usage { prompt, completion, cached });
        }
        if !part["error"].is_null() {
            self.fault = Some(said(part));
        }
    }
}

/// What an answer without success means.
fn failure(
    status: StatusCode,
    asked: Option<Duration>,
    text: &str,
    refused: &BTreeSet<&'static str>,
) -> Reply {
    let said = serde_json::from_str(text).map_or_else(|_| text.to_owned(), |value| said(&value));
    let small = said.to_lowercase();
    let why = shown(&said);
    let is_filter = ["content_filter", "content filter", "sensitive", "data_inspection_failed"]
        .iter()
        .any(|word| small.contains(word));
    match status.as_u16() {
        401 | 403 => Reply::Failed(Fault::Refused(why)),
        402 => Reply::Failed(Fault::NoCredit),
        404 => Reply::Failed(Fault::NoModel(why)),
        400 | 422 if is_filter => Reply::Failed(Fault::Filtered),
        400 | 422 => {
            let without =
                OPTIONAL.into_iter().find(|name| small.contains(name) && !refused.contains(name));
            match without {
                Some(name) => Reply::Without(name),
                None if small.contains("model") => Reply::Failed(Fault::NoModel(why)),
                None => Reply::Failed(Fault::Status(status.as_u16(), why)),
            }
        }
        429 if small.contains("quota") || small.contains("balance") => {
            Reply::Failed(Fault::NoCredit)
        }
        429 => Reply::Again(Fault::Throttled, asked),
        408 | 500.. => Reply::Again(Fault::Status(status.as_u16(), why), asked),
        other => Reply::Failed(Fault::Status(other, why)),
    }
}

/// An endpoint's own words for a fault, with its code.
fn said(value: &Value) -> String {
    let error = &value["error"];
    let texts = [&error["message"], &error["code"], &error["type"], error, &value["message"]];
    let texts: Vec<&str> = texts.into_iter().filter_map(Value::as_str).collect();
    match texts.is_empty() {
        true => value.to_string(),
        false => texts.join(" "),
    }
}

/// The beginning of foreign words, on one line.
fn shown(text: &str) -> String {
    let text = one_line(text);
    match beginning(&text, WHY_CHARS) {
        Some(head) => format!("{head} ..."),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_all_kinds_are_understood() {
        let whole = json!({
            "choices": [{"message": {"content": "hello"}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}},
        });
        let streamed = "data: {\"choices\":[{\"delta\":{\"content\":\"hel\"}}]}\n\n\
                        data: {\"choices\":[{\"delta\":{\"content\":\"lo\"}}]}\n\
                        data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2,\
                        \"prompt_cache_hit_tokens\":4}}\ndata: [DONE]\n";
        for text in [whole.to_string(), streamed.to_owned()] {
            let answer = understood(&text).unwrap();
            assert_eq!((answer.content.as_str(), answer.finish.as_str()), ("hello", "stop"));
            assert_eq!(answer.usage, Some(Usage { prompt: 7, completion: 2, cached: 4 }));
        }
        let cut = streamed.replace("data: [DONE]\n", "");
        assert_eq!(understood(&cut).unwrap().finish, "cut");
        for (text, fault) in [
            ("{}", Some("{}")),
            (r#"{"error": {"message": "no", "code": "x"}}"#, Some("no x")),
            (r#"{"choices": []}"#, Some(r#"{"choices": []}"#)),
        ] {
            assert_eq!(understood(text).unwrap().fault.as_deref(), fault);
        }
        for text in ["", "<html>", "[1]", r#"{"choices": ["#] {
            assert!(understood(text).is_none(), "{text}");
        }
    }

    #[test]
    fn no_key_is_in_what_is_said() {
        let key = Some("sk-proj-SECRET1234".to_owned());
        let chat = Chat::new(&Endpoint { key, ..Endpoint::default() }).unwrap();
        for text in [
            "Incorrect API key provided: sk-proj-SECRET1234.",
            "Incorrect API key provided: sk-proj-********1234. Find yours at",
            "key \"sk-SECRET\" is wrong",
        ] {
            let said = chat.redacted(text);
            assert!(!said.contains("SECRET") && !said.contains("1234"), "{said}");
            assert!(said.contains("key"), "{said}");
        }
    }

    #[test]
    fn bad_settings_are_refused() {
        let endpoint = |base: &str, key: &str| Endpoint {
            base_url: base.into(),
            key: Some(key.into()),
            ..Endpoint::default()
        };
        for (base, key, expected) in [
            ("api.example.org", "k", "is no address"),
            ("file:///etc", "k", "is no address"),
            ("http://localhost:1/v1", "k\ney", "OPENAI_API_KEY"),
        ] {
            let error = Chat::new(&endpoint(base, key)).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let chat = Chat::new(&endpoint("http://localhost:1/v1/", "k")).unwrap();
        assert_eq!(chat.url, "http://localhost:1/v1/chat/completions");
        let chat = Chat::new(&endpoint("http://localhost:1/chat/completions", "")).unwrap();
        assert_eq!(chat.url, "http://localhost:1/chat/completions");
    }
}
