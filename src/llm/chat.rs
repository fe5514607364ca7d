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
/// Words and codes of endpoints that refuse a text, not a question: OpenAI and Azure, Alibaba, DeepSeek, Zhipu.
const FILTERS: [&str; 10] = [
    "content_filter",
    "content filter",
    "contentfilter",
    "content_policy",
    "content exists risk",
    "data_inspection_failed",
    "datainspectionfailed",
    "sensitive",
    "敏感",
    "moderation",
];
/// Codes of endpoints that refuse a text.
const FILTER_CODES: [&str; 2] = ["1301", "content_filter"];
/// Codes of endpoints that do not know a model: OpenAI, Azure, Zhipu, SiliconFlow, Anthropic.
const NO_MODEL_CODES: [&str; 7] = [
    "model_not_found",
    "model_not_exist",
    "modelnotfound",
    "deploymentnotfound",
    "invalid_model",
    "1211",
    "20012",
];
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
    /// What the endpoint has demanded: `stream`, or `enable_thinking` to be false.
    demanded: Mutex<BTreeSet<&'static str>>,
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
    /// The same, though the endpoint gave another reason or none.
    PerhapsWithout(&'static str, Fault),
    /// Worth another try with what is demanded.
    With(&'static str),
    /// Worth another try with more room.
    Longer,
}

impl Chat {
    /// # Errors
    /// [`Error::Invalid`] if the address is none, or the key cannot stand in a header.
    pub(super) fn new(endpoint: &Endpoint) -> Result<Self> {
        let Some(url) = address(&endpoint.base_url) else {
            return Err(Error::Invalid(message!(
                "'{address}' is no address of a language model; OPENAI_BASE_URL is like https://api.deepseek.com/v1",
                address = endpoint.base_url.trim()
            )));
        };
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
        Ok(Chat {
            http,
            endpoint: endpoint.clone(),
            url,
            refused: Mutex::default(),
            demanded: Mutex::default(),
            thinks,
        })
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
                // What was left out by a guess, and what the endpoint said before that.
                let mut guess: Option<(&'static str, Fault)> = None;
                loop {
                    match self.once(messages, &mut spent) {
                        Reply::Text(text) => return Ok(text),
                        Reply::Failed(fault) => {
                            // The guess was none, so its first words are the true ones.
                            let fault = guess.take().map_or(fault, |(name, first)| {
                                held(&self.refused).remove(name);
                                first
                            });
                            return Err(Tried::Final(fault));
                        }
                        Reply::Again(fault, asked) => return Err(Tried::Passing(fault, asked)),
                        Reply::Without(name) => drop(held(&self.refused).insert(name)),
                        Reply::PerhapsWithout(name, fault) => {
                            held(&self.refused).insert(name);
                            guess = Some((name, fault));
                        }
                        Reply::With(name) => drop(held(&self.demanded).insert(name)),
                        Reply::Longer => self.thinks.store(true, Ordering::Relaxed),
                    }
                }
            },
        );
        (answer, spent)
    }

    fn once(&self, messages: &[Value], spent: &mut Usage) -> Reply {
        let demanded = held(&self.demanded).clone();
        let mut body = json!({
            "model": self.endpoint.model, "messages": messages, "stream": demanded.contains("stream"),
        });
        if demanded.contains("enable_thinking") {
            body["enable_thinking"] = json!(false);
        }
        let refused = held(&self.refused).clone();
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
            if self.url.contains("api-version=") {
                // Azure has a header of its own.
                request = request.secret("api-key", key);
            }
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
            return failure(status, asked, &self.redacted(&text), &refused, &demanded);
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
    // Server-sent events may begin with a comment or the name of the event.
    let is_stream =
        ["data:", ":", "event:", "id:", "retry:"].iter().any(|head| text.starts_with(head))
            && text.lines().any(|line| line.starts_with("data:"));
    if is_stream {
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
            self.content += &content(&choice[place]["content"]);
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
        // Some endpoints say that there is no error.
        let is_error = match &part["error"] {
            Value::Null | Value::Bool(false) => false,
            Value::String(text) => !text.is_empty(),
            Value::Object(fields) => !fields.is_empty(),
            _ => true,
        };
        if is_error {
            self.fault = Some(said(part));
        }
    }
}

/// The text of an answer, which may come in parts; thoughts are none of it.
fn content(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let is_text = |part: &&Value| {
                part["type"].as_str().is_none_or(|kind| kind == "text" || kind == "output_text")
            };
            let texts = parts.iter().filter(is_text).map(|part| match part {
                Value::String(text) => text.as_str(),
                part => part["text"].as_str().unwrap_or_default(),
            });
            texts.collect()
        }
        _ => String::new(),
    }
}

/// The address of chat completions at `base`: a scheme may be left out, and a query stays at the end.
fn address(base: &str) -> Option<String> {
    let base = base.trim();
    let is_here =
        ["localhost", "127.", "[::1]", "0.0.0.0"].iter().any(|host| base.starts_with(host));
    let whole = match (base.contains("://"), is_here) {
        (true, _) => base.to_owned(),
        (false, true) => format!("http://{base}"),
        (false, false) => format!("https://{base}"),
    };
    let mut url = reqwest::Url::parse(&whole).ok()?;
    let has_host =
        url.host_str().is_some_and(|host| host.contains('.') || is_here || host == "localhost")
            || base.contains("://");
    if !url.scheme().starts_with("http") || !has_host {
        return None;
    }
    let path = url.path().trim_end_matches('/').to_owned();
    if !path.ends_with("/chat/completions") {
        url.set_path(&format!("{path}/chat/completions"));
    } else {
        url.set_path(&path);
    }
    url.set_fragment(None);
    Some(url.into())
}

/// What a lock guards; whoever held it last may have fallen.
fn held<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What an answer without success means.
fn failure(
    status: StatusCode,
    asked: Option<Duration>,
    text: &str,
    refused: &BTreeSet<&'static str>,
    demanded: &BTreeSet<&'static str>,
) -> Reply {
    let value = serde_json::from_str::<Value>(text).ok();
    let said = value.as_ref().map_or_else(|| text.to_owned(), said);
    let code = value.as_ref().map(code).unwrap_or_default();
    let small = said.to_lowercase();
    let why = shown(&said);
    let is_filter =
        FILTERS.iter().any(|word| small.contains(word)) || FILTER_CODES.contains(&code.as_str());
    let is_unknown = NO_MODEL_CODES.contains(&code.as_str());
    match status.as_u16() {
        400 | 403 | 422 if is_filter => Reply::Failed(Fault::Filtered),
        401 | 403 => Reply::Failed(Fault::Refused(why)),
        402 => Reply::Failed(Fault::NoCredit),
        400 | 404 | 422 if is_unknown => Reply::Failed(Fault::NoModel(why)),
        // Ollama has no code for it but this one.
        404 if small.contains("model") => Reply::Failed(Fault::NoModel(why)),
        400 | 422 => {
            if small.contains("enable_thinking") && !demanded.contains("enable_thinking") {
                return Reply::With("enable_thinking");
            }
            let wants_stream =
                ["stream mode", "stream parameter", "stream=true", "only support stream"]
                    .iter()
                    .any(|words| small.contains(words));
            if wants_stream && !demanded.contains("stream") {
                return Reply::With("stream");
            }
            let left = |name: &&str| !refused.contains(name);
            match OPTIONAL.into_iter().filter(left).find(|name| small.contains(name)) {
                Some(name) => Reply::Without(name),
                None => {
                    let fault = Fault::Status(status.as_u16(), why);
                    match refused.contains("response_format") {
                        true => Reply::Failed(fault),
                        false => Reply::PerhapsWithout("response_format", fault),
                    }
                }
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

/// The code of a fault, as text in lower case.
fn code(value: &Value) -> String {
    let text = |value: &Value| match value {
        Value::String(text) if !text.is_empty() => Some(text.to_lowercase()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    text(&value["error"]["code"]).or_else(|| text(&value["code"])).unwrap_or_default()
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
            ("deepseek", "k", "is no address"),
            ("", "k", "is no address"),
            ("file:///etc", "k", "is no address"),
            ("http://localhost:1/v1", "k\ney", "OPENAI_API_KEY"),
        ] {
            let error = Chat::new(&endpoint(base, key)).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        for (base, url) in [
            ("http://localhost:1/v1/", "http://localhost:1/v1/chat/completions"),
            ("http://localhost:1/chat/completions/", "http://localhost:1/chat/completions"),
            ("localhost:11434/v1", "http://localhost:11434/v1/chat/completions"),
            ("127.0.0.1:1", "http://127.0.0.1:1/chat/completions"),
            ("api.example.org/v1", "https://api.example.org/v1/chat/completions"),
            (
                "https://a.example.org/openai/deployments/m?api-version=2024-02-01",
                "https://a.example.org/openai/deployments/m/chat/completions?api-version=2024-02-01",
            ),
            (
                "https://a.example.org/m/chat/completions?api-version=1",
                "https://a.example.org/m/chat/completions?api-version=1",
            ),
        ] {
            assert_eq!(address(base).as_deref(), Some(url), "{base}");
        }
    }

    #[test]
    fn faces_of_endpoints_are_told_apart() {
        let face = |status: u16, text: &str, refused: &[&'static str]| {
            let status = StatusCode::from_u16(status).unwrap();
            let refused = refused.iter().copied().collect();
            match failure(status, None, text, &refused, &BTreeSet::new()) {
                Reply::Text(_) => "text".to_owned(),
                Reply::Failed(Fault::Filtered) => "filtered".into(),
                Reply::Failed(Fault::NoModel(_)) => "no model".into(),
                Reply::Failed(Fault::Refused(_)) => "refused".into(),
                Reply::Failed(fault) => format!("failed {fault:?}"),
                Reply::Again(..) => "again".into(),
                Reply::Without(name) => format!("without {name}"),
                Reply::PerhapsWithout(name, _) => format!("perhaps without {name}"),
                Reply::With(name) => format!("with {name}"),
                Reply::Longer => "longer".into(),
            }
        };
        for (status, text, expected) in [
            (
                400,
                r#"{"error":{"code":"invalid_parameter_error","message":"parameter.enable_thinking must be set to false for non-streaming calls"}}"#,
                "with enable_thinking",
            ),
            (
                400,
                r#"{"error":{"message":"This model only support stream mode, please enable the stream parameter"}}"#,
                "with stream",
            ),
            (
                400,
                r#"{"code":20024,"message":"Json mode is not supported for this model.","data":null}"#,
                "perhaps without response_format",
            ),
            (
                400,
                r#"{"error":{"message":"'response_format' is unknown"}}"#,
                "without response_format",
            ),
            (
                400,
                r#"{"error":{"message":"Content Exists Risk","code":"invalid_request_error"}}"#,
                "filtered",
            ),
            (
                400,
                r#"{"error":{"code":"1301","message":"系统检测到输入不安全或敏感内容"}}"#,
                "filtered",
            ),
            (400, r#"{"error":{"code":1301,"message":"no"}}"#, "filtered"),
            (403, r#"{"error":{"message":"flagged by moderation"}}"#, "filtered"),
            (403, r#"{"error":{"message":"bad key"}}"#, "refused"),
            (
                400,
                r#"{"error":{"message":"the model is busy with itself"}}"#,
                "perhaps without response_format",
            ),
            (404, r#"{"error":{"code":"model_not_found","message":"no"}}"#, "no model"),
            (404, r#"{"error":{"message":"model 'x' not found, try pulling it"}}"#, "no model"),
            (404, "<html>nothing here</html>", "failed Status(404, \"<html>nothing here</html>\")"),
            (400, r#"{"code":20012,"message":"no"}"#, "no model"),
        ] {
            assert_eq!(face(status, text, &[]), expected, "{text}");
        }
        let again = face(400, r#"{"message":"still no"}"#, &["response_format"]);
        assert!(again.starts_with("failed Status(400"), "{again}");
    }

    #[test]
    fn streams_and_parts_are_read_in_every_spelling() {
        let part = r#"{"choices":[{"delta":{"content":"hello"},"finish_reason":"stop"}]}"#;
        for text in [
            format!("data:{part}\n\ndata:[DONE]\n"),
            format!(": keep-alive\n\ndata: {part}\n\ndata: [DONE]\n"),
            format!("event: message\ndata: {part}\n\nevent: message\ndata: [DONE]\n"),
            format!("id: 1\r\nretry: 5\r\ndata: {part}\r\n\r\n"),
            r#"{"choices":[{"message":{"content":[{"type":"text","text":"hel"},{"type":"text","text":"lo"}]}}]}"#.into(),
            r#"{"choices":[{"message":{"content":[{"type":"thinking","text":"hm"},{"type":"text","text":"hello"}]}}]}"#.into(),
            r#"{"error":null,"choices":[{"message":{"content":"hello"}}]}"#.into(),
            r#"{"error":{},"choices":[{"message":{"content":"hello"}}]}"#.into(),
            r#"{"error":"","choices":[{"message":{"content":"hello"}}]}"#.into(),
        ] {
            let answer = understood(&text).unwrap();
            assert_eq!((answer.content.as_str(), answer.fault), ("hello", None), "{text}");
        }
    }
}
