//! The arithmetic of a transformer: how exact, how fast, and what this machine has for it.

use std::{fmt, path::Path, str::FromStr};

use crate::error::Error;
use crate::message;
use crate::message::Message;

/// The arithmetic of a transformer. Vectors of different precisions are of different models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// 32-bit floats, anywhere.
    F32,
    /// 16-bit brain floats in the matrix products, on processors that multiply them, through OpenVINO.
    Bf16,
    /// 8-bit integers in most matrix products, on processors that multiply them.
    Int8,
}

impl Precision {
    /// All, from the most exact to the least.
    pub const ALL: [Precision; 3] = [Precision::F32, Precision::Bf16, Precision::Int8];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Precision::F32 => "f32",
            Precision::Bf16 => "bf16",
            Precision::Int8 => "int8",
        }
    }

    /// The ONNX graph that it runs, and the weights of that.
    pub(super) fn files(self) -> [&'static str; 2] {
        match self {
            Precision::F32 | Precision::Bf16 => ["model.onnx", "model.bin"],
            Precision::Int8 => ["model.int8.onnx", "model.int8.bin"],
        }
    }

    /// What a revision is called in this precision; the plain one is 32 bits.
    pub(super) fn revision(self, weights: &str) -> String {
        match self {
            Precision::F32 => weights.to_owned(),
            other => format!("{weights}-{other}"),
        }
    }

    /// What this machine lacks to compute so with the ONNX runtime at `runtime`, if anything.
    pub(super) fn obstacle(self, runtime: &Path) -> Option<Message> {
        match self {
            Precision::F32 => None,
            Precision::Bf16 if cfg!(not(all(feature = "load-runtime", target_os = "linux"))) => {
                Some(message!("this build has no OpenVINO"))
            }
            Precision::Bf16 if !multiplies_bf16() => {
                Some(message!("this processor has no AVX512-BF16 instructions"))
            }
            Precision::Bf16 if !runtime.with_file_name(OPENVINO).is_file() => Some(message!(
                "the installed ONNX runtime has no OpenVINO; install one from the wheel \
                 onnxruntime-openvino"
            )),
            Precision::Int8 if !multiplies_int8() => {
                Some(message!("this processor has no instructions for 8-bit products (VNNI)"))
            }
            Precision::Bf16 | Precision::Int8 => None,
        }
    }
}

/// The library that connects the ONNX runtime with OpenVINO, in the wheels for Linux.
pub(super) const OPENVINO: &str = "libonnxruntime_providers_openvino.so";

/// Every processor with AMX has these instructions too.
fn multiplies_bf16() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx512bf16");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

/// Without VNNI, x86 adds products of 8-bit numbers up in 16 bits, which overflow.
fn multiplies_int8() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx512vnni") || is_x86_feature_detected!("avxvnni");
    #[cfg(not(target_arch = "x86_64"))]
    return cfg!(target_arch = "aarch64");
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Precision {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Precision::ALL.into_iter().find(|precision| precision.name() == text).ok_or_else(|| {
            Error::Invalid(message!(
                "there is no precision '{text}', only f32, bf16 and int8",
                text
            ))
        })
    }
}
