//! A chat endpoint for tests, that speaks OpenAI's protocol and can misbehave in every way that is known of.

use std::{
    io::{BufReader, Read, Write},
    net::TcpStream,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use serde_json::{Value, json};

use super::listener::{Listener, Request};

/// The longest time for which an answer is held until other requests have come: a guard against a client that
/// never sends them.
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// What the endpoint does with a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Mood {
    /// A good note.
    Good,
    /// The content of the answer, in which `ID` stands for the paper's id, `SUMMARY` and `REASON` for good ones.
    Says(String),
    /// The content of the first answer on each paper; later ones are good.
    FirstSays(String),
    /// Does what the abstract orders: the answer is the text behind "OBEY:" in it.
    Obeys,
    /// A status with headers and a body.
    Status(u16, &'static str, &'static str),
    /// The same for so many requests; later ones are good.
    StatusTimes(usize, u16, &'static str, &'static str),
    /// Status 400 naming this parameter for as long as a request has it.
    Refuses(&'static str),
    /// Status 400 with this body unless a field of the request has this value; then a good note, streamed if a stream
    /// is asked for.
    Demands(&'static str, bool, &'static str),
    /// Status 400 with this body for as long as a request has this field.
    RefusesWith(&'static str, &'static str),
    /// Status 400 with this body for the first paper that comes.
    RefusesOne(&'static str),
    /// A good note in a completion of another shape: `CONTENT` is the note as a JSON text, `USAGE` what it cost.
    Shaped(&'static str),
    /// A good note of which only so many bytes arrive, of more that were promised.
    CutAt(usize),
    /// A good note, streamed; without its end if `false`.
    Streamed(bool),
    /// A body that is no completion.
    Body(&'static str),
    /// No answer, until the client hangs up.
    Hangs,
    /// The connection is closed without an answer.
    Closes,
    /// A completion that ended for this reason, with no content.
    Finished(&'static str),
    /// A good note without a word about tokens.
    Uncounted,
}

/// A good summary for any paper: it has no number and no name. 90 characters.
pub const SUMMARY: &str = "该文针对现有方法在实际场景中效果不稳定的问题，提出一种新的训练与评估流程，先用少量样本确定关键因素，再逐步\
扩展到更大的范围，实验表明该流程在多个任务上取得了更好的结果，同时降低了计算开销，并给出了失败情形的分析。";
/// A good reason for any paper.
pub const REASON: &str = "首次把关键因素的确定与逐步扩展放在同一流程中，便于直接复用。";
pub const ENGLISH: &str = "The paper looks at methods that are unstable in practice and proposes a new procedure for training and \
evaluation, which first finds the decisive factors with few samples and then widens the scope step by step; in several tasks the \
results improve while the cost of computing falls, and failures are analysed as well.";
pub const WHY: &str =
    "It joins finding the decisive factors and widening the scope in one procedure.";

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub key: Option<String>,
    pub body: Value,
}

impl Asked {
    /// The paper that it is about.
    pub fn paper(&self) -> Value {
        let messages = self.body["messages"].as_array().expect("there are messages");
        let first = messages.iter().find(|m| m["role"] == "user").expect("a user speaks");
        serde_json::from_str(first["content"].as_str().unwrap()).expect("the paper is JSON")
    }
}

#[derive(Default)]
struct State {
    mood: Option<Mood>,
    log: Vec<Asked>,
    /// Tokens of all answers that reached the client whole, as the endpoint counts them.
    counted: u64,
    busy: usize,
    most_busy: usize,
    /// Answers are held until so many requests are there at once.
    together: usize,
}

/// The running endpoint.
pub struct Endpoint {
    listener: Listener,
    state: Arc<Shared>,
}

/// The state, and a bell that rings when a request has come.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    came: Condvar,
}

impl Endpoint {
    pub fn start() -> Endpoint {
        let state = Arc::new(Shared::default());
        let shared = state.clone();
        let listener = Listener::start(move |stream| serve(stream, &shared));
        Endpoint { listener, state }
    }

    pub fn base(&self) -> String {
        format!("{}/v1", self.listener.url())
    }

    /// Sets the mood, and forgets what was asked so far.
    pub fn set(&self, mood: Mood) {
        *self.state.state.lock().unwrap() = State { mood: Some(mood), ..State::default() };
    }

    /// Holds answers until `n` requests are there at once, which happens once.
    pub fn hold_until_together(&self, n: usize) {
        self.state.state.lock().unwrap().together = n;
    }

    pub fn log(&self) -> Vec<Asked> {
        self.state.state.lock().unwrap().log.clone()
    }

    pub fn counted(&self) -> u64 {
        self.state.state.lock().unwrap().counted
    }

    pub fn most_busy(&self) -> usize {
        self.state.state.lock().unwrap().most_busy
    }
}

fn serve(mut stream: TcpStream, shared: &Shared) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(request) = Request::read(&mut reader) {
        let key = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let asked = Asked {
            path: request.target.clone(),
            key: key.map(str::to_owned),
            body: request.json(),
        };
        let (mood, times) = {
            let mut state = shared.state.lock().unwrap();
            let paper = asked.paper()["id"].clone();
            let times = state.log.iter().filter(|a| a.paper()["id"] == paper).count();
            state.log.push(asked.clone());
            state.busy += 1;
            state.most_busy = state.most_busy.max(state.busy);
            let (mood, all) = (state.mood.clone().unwrap_or(Mood::Good), state.log.len());
            shared.came.notify_all();
            let fewer = |state: &mut State| state.most_busy < state.together;
            drop(shared.came.wait_timeout_while(state, LONGEST_HOLD, fewer).unwrap());
            (mood, (times, all))
        };
        let goes_on = answer(&mut stream, &shared.state, &asked, mood, times);
        shared.state.lock().unwrap().busy -= 1;
        if !goes_on {
            return;
        }
    }
}

/// A note as the model writes it in the languages that the request asks for.
fn good(asked: &Asked) -> String {
    let system = asked.body["messages"][0]["content"].as_str().unwrap_or_default();
    let mut note = json!({ "id": asked.paper()["id"] });
    if system.contains("\"zh\":") {
        note["zh"] = json!({ "summary": SUMMARY, "reason": REASON });
    }
    if system.contains("\"en\":") {
        note["en"] = json!({ "summary": ENGLISH, "reason": WHY });
    }
    note.to_string()
}

/// Answers; whether the connection goes on.
fn answer(
    stream: &mut TcpStream,
    state: &Mutex<State>,
    asked: &Asked,
    mood: Mood,
    (of_paper, of_all): (usize, usize),
) -> bool {
    let id = asked.paper()["id"].as_str().unwrap_or_default().to_owned();
    let fill =
        |text: &str| text.replace("SUMMARY", SUMMARY).replace("REASON", REASON).replace("ID", &id);
    let words = asked.body.to_string().len() as u64;
    let usage = json!({
        "prompt_tokens": words / 4, "completion_tokens": 150,
        "prompt_tokens_details": { "cached_tokens": words / 8 },
    });
    let count = || state.lock().unwrap().counted += words / 4 + 150;
    let completion = |content: &str, finish: &str| {
        json!({
            "choices": [{ "message": { "role": "assistant", "content": content }, "finish_reason": finish }],
            "usage": usage,
        })
        .to_string()
    };
    let send = |stream: &mut TcpStream, status: u16, headers: &str, body: &str| {
        let text = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        stream.write_all(text.as_bytes()).is_ok()
    };
    match mood {
        Mood::FirstSays(text) if of_paper == 0 => {
            count();
            send(stream, 200, "", &completion(&fill(&text), "stop"))
        }
        Mood::StatusTimes(times, status, headers, body) if of_all <= times => {
            send(stream, status, headers, body)
        }
        Mood::Good | Mood::FirstSays(_) | Mood::StatusTimes(..) => {
            count();
            send(stream, 200, "", &completion(&good(asked), "stop"))
        }
        Mood::Says(text) => {
            count();
            send(stream, 200, "", &completion(&fill(&text), "stop"))
        }
        Mood::Obeys => {
            count();
            let paper = asked.paper();
            let order = paper["abstract"].as_str().unwrap_or_default();
            let content = match order.split_once("OBEY:") {
                Some((_, order)) => fill(order),
                None => good(asked),
            };
            send(stream, 200, "", &completion(&content, "stop"))
        }
        Mood::Status(status, headers, body) => send(stream, status, headers, body),
        Mood::Refuses(name) if asked.body.get(name).is_some() => {
            let body =
                json!({ "error": { "message": format!("Unsupported parameter: '{name}'") } });
            send(stream, 400, "", &body.to_string())
        }
        Mood::Refuses(_) => {
            count();
            send(stream, 200, "", &completion(&good(asked), "stop"))
        }
        Mood::CutAt(at) => {
            let body = completion(&good(asked), "stop");
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(&body.as_bytes()[..at.min(body.len())]);
            false
        }
        Mood::Streamed(whole) => {
            let text = good(asked);
            let middle = text.char_indices().nth(20).map_or(0, |(at, _)| at);
            let part = |text: &str| json!({ "choices": [{ "delta": { "content": text } }] });
            let mut body =
                format!(": keep-alive\n\nevent: message\ndata:{}\n\n", part(&text[..middle]));
            if whole {
                count();
                body += &format!("data: {}\n\n", part(&text[middle..]));
                body += &format!(
                    "data: {}\n\ndata: [DONE]\n\n",
                    json!({ "choices": [], "usage": usage })
                );
            }
            send(stream, 200, "", &body)
        }
        Mood::Demands(name, value, body) if asked.body.get(name) != Some(&value.into()) => {
            send(stream, 400, "", body)
        }
        Mood::Demands("stream", ..) => answer(stream, state, asked, Mood::Streamed(true), (0, 0)),
        Mood::RefusesWith(name, body) if asked.body.get(name).is_some() => {
            send(stream, 400, "", body)
        }
        Mood::RefusesOne(body) if state.lock().unwrap().log[0].paper()["id"] == id.as_str() => {
            send(stream, 400, "", body)
        }
        Mood::Demands(..) | Mood::RefusesWith(..) | Mood::RefusesOne(_) => {
            count();
            send(stream, 200, "", &completion(&good(asked), "stop"))
        }
        Mood::Shaped(body) => {
            count();
            let content = json!(good(asked)).to_string();
            let body = body.replace("CONTENT", &content).replace("USAGE", &usage.to_string());
            send(stream, 200, "", &body)
        }
        Mood::Body(body) => send(stream, 200, "", body),
        Mood::Hangs => {
            let _ = stream.read(&mut [0; 1]);
            false
        }
        Mood::Closes => false,
        Mood::Finished(finish) => {
            count();
            send(stream, 200, "", &completion("", finish))
        }
        Mood::Uncounted => {
            let content = good(asked);
            let body = json!({ "choices": [{ "message": { "content": content } }] });
            send(stream, 200, "", &body.to_string())
        }
    }
}
