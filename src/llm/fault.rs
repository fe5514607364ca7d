//! What keeps a language model from writing, in plain words.

use std::time::Duration;

use super::check::Defect;
use crate::profile::Language;

/// Why there is no note on a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nobody answers at the address.
    Unreachable(String),
    /// No answer came in time.
    TimedOut(Duration),
    /// 401 or 403: the key is wrong or absent.
    Refused(String),
    /// 402: the account is empty.
    NoCredit,
    /// The endpoint does not know the model, or there is no such address.
    NoModel(String),
    /// 429, again and again.
    Throttled,
    /// Another status that is no success, with what the endpoint says of it.
    Status(u16, String),
    /// The answer is not in the form of a chat completion.
    NotAChat(String),
    /// The answer ended in the middle.
    CutOff,
    /// The endpoint's content filter refused the paper.
    Filtered,
    /// The answer, asked for twice, is not good enough.
    Defect(Defect),
    /// The tokens of the day are spent.
    Budget(u64),
}

impl Fault {
    /// Whether asking for another paper can only meet the same fault.
    pub fn is_lasting(&self) -> bool {
        !matches!(self, Fault::CutOff | Fault::Filtered | Fault::Defect(_))
    }

    /// Whether the two are one thing to report, whatever their details.
    pub(super) fn is_like(&self, other: &Fault) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// The fault in a sentence, with the cure where there is one.
    pub fn words(&self, language: Language) -> String {
        match language {
            Language::En => match self {
                Fault::Unreachable(why) => format!(
                    "the language model cannot be reached ({why}); check OPENAI_BASE_URL and the network"
                ),
                Fault::TimedOut(time) => format!(
                    "the language model gave no answer within {} s; llm.timeout sets another limit",
                    time.as_secs_f32()
                ),
                Fault::Refused(why) => {
                    format!("the language model refuses the key ({why}); check OPENAI_API_KEY")
                }
                Fault::NoCredit => "the account of the language model has no credit left".into(),
                Fault::NoModel(why) => format!(
                    "the endpoint does not know the model or the address ({why}); check OPENAI_MODEL and \
                     OPENAI_BASE_URL"
                ),
                Fault::Throttled => {
                    "the language model asks for fewer requests; try again later".into()
                }
                Fault::Status(status, why) => {
                    format!("the language model answers with status {status} ({why})")
                }
                Fault::NotAChat(why) => format!(
                    "the answer is no chat completion ({why}); OPENAI_BASE_URL should end before \
                     /chat/completions, often in /v1"
                ),
                Fault::CutOff => "the answer of the language model broke off".into(),
                Fault::Filtered => {
                    "the content filter of the language model refused the paper".into()
                }
                Fault::Defect(defect) => {
                    format!("the language model's text was not used, because {defect}")
                }
                Fault::Budget(most) => {
                    format!("the {most} tokens of the day (llm.max_tokens_per_day) are spent")
                }
            },
            Language::Zh => match self {
                Fault::Unreachable(why) => {
                    format!("无法连接语言模型（{why}）；请检查 OPENAI_BASE_URL 和网络")
                }
                Fault::TimedOut(time) => format!(
                    "语言模型 {} 秒内没有回应；可用 llm.timeout 调整时限",
                    time.as_secs_f32()
                ),
                Fault::Refused(why) => {
                    format!("语言模型拒绝了密钥（{why}）；请检查 OPENAI_API_KEY")
                }
                Fault::NoCredit => "语言模型账户余额不足".into(),
                Fault::NoModel(why) => format!(
                    "服务端没有这个模型，或地址不对（{why}）；请检查 OPENAI_MODEL 和 OPENAI_BASE_URL"
                ),
                Fault::Throttled => "请求太频繁，语言模型暂不接受；请稍后再试".into(),
                Fault::Status(status, why) => format!("语言模型返回状态 {status}（{why}）"),
                Fault::NotAChat(why) => format!(
                    "返回的不是聊天补全的结果（{why}）；OPENAI_BASE_URL 不要带 /chat/completions，\
                     通常以 /v1 结尾"
                ),
                Fault::CutOff => "语言模型写到一半断开了".into(),
                Fault::Filtered => "这篇论文没有通过语言模型的内容过滤".into(),
                Fault::Defect(defect) => {
                    format!("语言模型写的摘要没有通过核对，没有采用（{defect}）")
                }
                Fault::Budget(most) => {
                    format!("今天 {most} 个 Token 的额度（llm.max_tokens_per_day）已经用完")
                }
            },
        }
    }
}
