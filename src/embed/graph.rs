//! Writes an ONNX model from BERT weights, with pooling inside the graph.
//!
//! [`write_bert`] takes the `config.json` and `model.safetensors` of a sentence-transformers BERT
//! model and returns an ONNX graph and a file of its weights, with inputs `input_ids`, `attention_mask`,
//! `token_type_ids` (int64, batch x sequence) and one output `sentence_embedding` (float32,
//! batch x hidden): the attention-masked mean of the last layer, divided by its Euclidean norm.
//! It uses the fused operators of ONNX runtime's `com.microsoft` domain.
//!
//! [`Weights::Int8`] rounds the weight matrices to 8 bits with a scale per column, and has the runtime
//! round their inputs likewise, with one scale for a text. What comes out of the activation of some early
//! layers holds single values ten times larger than all others, which would cost the rest its precision:
//! there the second matrix of the feed-forward block stays in floats.
//!
//! The weights stand in a file of their own because the runtime maps such a file into memory instead of
//! copying it several times: two sessions with OpenVINO take 450 MB so, and 860 MB otherwise.
//!
//! Pooling belongs in the graph because fastembed keeps the raw outputs of a whole call, and one
//! sentence vector is 250 times smaller than the vectors of its tokens.

use crate::message;
use crate::message::Argument;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::Deserialize;

/// Shape of a BERT model, from its `config.json`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct BertConfig {
    pub hidden_size: usize,
    pub num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    vocab_size: usize,
    max_position_embeddings: usize,
    type_vocab_size: usize,
    layer_norm_eps: f32,
    hidden_act: String,
    #[serde(default)]
    position_embedding_type: Option<String>,
}

/// How the weight matrices of an ONNX file are stored and multiplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weights {
    F32,
    Int8,
}

/// An ONNX model in two files.
#[derive(Debug)]
pub(crate) struct Onnx {
    /// The graph, with small constants in it.
    pub graph: Vec<u8>,
    /// The weights, to which the graph refers by the name of their file, offset and length.
    pub weights: Vec<u8>,
}

/// The ONNX model with this config and these weights; `file` is what the file of the weights will be called.
///
/// # Errors
/// A sentence that names the first thing that does not fit: an unsupported activation, a missing
/// tensor, or a tensor of another shape or type than the config says.
pub(crate) fn write_bert(
    config: &BertConfig,
    weights: &[u8],
    stored: Weights,
    file: &str,
) -> Result<Onnx, message::Message> {
    if config.hidden_act != "gelu" {
        return Err(message!(
            "activation '{name}' is not supported, only gelu",
            name = &config.hidden_act
        ));
    }
    if config.position_embedding_type.as_deref().is_some_and(|kind| kind != "absolute") {
        return Err(message!("only absolute position embeddings are supported"));
    }
    if config.num_attention_heads == 0
        || !config.hidden_size.is_multiple_of(config.num_attention_heads)
    {
        return Err(message!("the hidden size is not a multiple of the number of heads"));
    }
    let weights = SafeTensors::deserialize(weights)
        .map_err(|e| message!("bad safetensors: {cause}", cause = Argument::foreign(e)))?;
    let mut graph = Graph { weights, stored, file, body: Message::default(), data: Vec::new() };
    graph.bert(config)?;
    Ok(Onnx { graph: model(graph.body), weights: graph.data })
}

/// Whether rounding the second matrix of the feed-forward block of this layer costs much.
///
/// Measured on MiniLM (six layers, 100 abstracts), mean cosine to 32 bits: all rounded .9951; one layer kept,
/// from the first to the last, .9964 .9957 .9963 .9953 .9953 .9952; the first three kept .9978, all kept .9981.
fn is_sensitive(layer: usize, c: &BertConfig) -> bool {
    layer < c.num_hidden_layers / 2
}

struct Graph<'a> {
    weights: SafeTensors<'a>,
    stored: Weights,
    file: &'a str,
    body: Message,
    data: Vec<u8>,
}

impl Graph<'_> {
    fn bert(&mut self, c: &BertConfig) -> Result<(), message::Message> {
        let h = c.hidden_size;
        for (input, cast) in
            [("input_ids", "ids32"), ("attention_mask", "mask32"), ("token_type_ids", "types32")]
        {
            self.node("Cast", &[input], cast, &[("to", Attribute::Int(INT32))]);
        }
        self.tensor("embeddings.word_embeddings.weight", &[c.vocab_size, h])?;
        self.tensor("embeddings.position_embeddings.weight", &[c.max_position_embeddings, h])?;
        self.tensor("embeddings.token_type_embeddings.weight", &[c.type_vocab_size, h])?;
        self.tensor("embeddings.LayerNorm.weight", &[h])?;
        self.tensor("embeddings.LayerNorm.bias", &[h])?;
        let epsilon = [("epsilon", Attribute::Float(c.layer_norm_eps))];
        self.fused(
            "EmbedLayerNormalization",
            &[
                "ids32",
                "types32",
                "embeddings.word_embeddings.weight",
                "embeddings.position_embeddings.weight",
                "embeddings.token_type_embeddings.weight",
                "embeddings.LayerNorm.weight",
                "embeddings.LayerNorm.bias",
            ],
            &["layer_in.0", ""],
            &epsilon,
        );
        for layer in 0..c.num_hidden_layers {
            self.layer(c, layer)?;
        }
        self.pool(&format!("layer_in.{}", c.num_hidden_layers));
        Ok(())
    }

    /// One transformer layer, from `layer_in.N` to `layer_in.N+1`.
    fn layer(&mut self, c: &BertConfig, layer: usize) -> Result<(), message::Message> {
        let (h, wide) = (c.hidden_size, c.intermediate_size);
        let epsilon = [("epsilon", Attribute::Float(c.layer_norm_eps))];
        let weight = |part: &str| format!("encoder.layer.{layer}.{part}");
        let value = |part: &str| format!("{part}.{layer}");
        let input = value("layer_in");

        let attended = value("attended");
        self.attention(layer, c, &input, &attended)?;

        let linear = |graph: &mut Self,
                      name: &str,
                      from: &str,
                      to: &str,
                      shape: [usize; 2],
                      stored: Weights| {
            let matrix = value(name);
            let flipped = graph.transposed(&weight(&format!("{name}.weight")), shape)?;
            graph.multiply(from, &matrix, &flipped, [shape[1], shape[0]], to, stored);
            Ok::<(), message::Message>(())
        };
        let (projected, normed) = (value("projected"), value("normed"));
        let stored = self.stored;
        linear(self, "attention.output.dense", &attended, &projected, [h, h], stored)?;
        let norm_names = |name: &str, dense: &str| {
            [
                weight(&format!("{name}.weight")),
                weight(&format!("{name}.bias")),
                weight(&format!("{dense}.bias")),
            ]
        };
        let [gamma, beta, bias] =
            norm_names("attention.output.LayerNorm", "attention.output.dense");
        for name in [&gamma, &beta, &bias] {
            self.tensor(name, &[h])?;
        }
        let inputs = [&projected[..], &input, &gamma, &beta, &bias];
        self.fused("SkipLayerNormalization", &inputs, &[&normed], &epsilon);

        let (widened, active, narrowed) = (value("widened"), value("active"), value("narrowed"));
        linear(self, "intermediate.dense", &normed, &widened, [wide, h], stored)?;
        let wide_bias = weight("intermediate.dense.bias");
        self.tensor(&wide_bias, &[wide])?;
        let (gelu, stored) = match self.stored {
            Weights::F32 => ("BiasGelu", Weights::F32),
            // The approximation by tanh is finer than the rounding.
            Weights::Int8 if is_sensitive(layer, c) => ("FastGelu", Weights::F32),
            Weights::Int8 => ("FastGelu", Weights::Int8),
        };
        self.fused(gelu, &[&widened, &wide_bias], &[&active], &[]);
        linear(self, "output.dense", &active, &narrowed, [h, wide], stored)?;
        let [gamma, beta, bias] = norm_names("output.LayerNorm", "output.dense");
        for name in [&gamma, &beta, &bias] {
            self.tensor(name, &[h])?;
        }
        let inputs = [&narrowed[..], &normed, &gamma, &beta, &bias];
        let output = format!("layer_in.{}", layer + 1);
        self.fused("SkipLayerNormalization", &inputs, &[&output], &epsilon);
        Ok(())
    }

    /// Masked mean over the tokens, then unit length.
    fn pool(&mut self, hidden: &str) {
        self.initializer("axis_tokens", &[1], INT64, &1i64.to_le_bytes());
        self.initializer("axis_hidden", &[1], INT64, &2i64.to_le_bytes());
        let to_float = [("to", Attribute::Int(FLOAT))];
        let keep = [("keepdims", Attribute::Int(0))];
        self.node("Cast", &["attention_mask"], "mask_f", &to_float);
        self.node("Unsqueeze", &["mask_f", "axis_hidden"], "mask_3d", &[]);
        self.node("Mul", &[hidden, "mask_3d"], "masked", &[]);
        self.node("ReduceSum", &["masked", "axis_tokens"], "sum", &keep);
        self.node("ReduceSum", &["mask_3d", "axis_tokens"], "tokens", &keep);
        self.node("Div", &["sum", "tokens"], "mean", &[]);
        let unit = [("axis", Attribute::Int(-1)), ("p", Attribute::Int(2))];
        self.node("LpNormalization", &["mean"], OUTPUT, &unit);
    }

    /// Self-attention of a layer, from `input` to `output`.
    fn attention(
        &mut self,
        layer: usize,
        c: &BertConfig,
        input: &str,
        output: &str,
    ) -> Result<(), message::Message> {
        let h = c.hidden_size;
        let value = |part: &str| format!("{part}.{layer}");
        let (qkv, bias) = (value("qkv"), value("qkv_bias"));
        let (joined, joined_bias) = self.joined_attention_weights(layer, h)?;
        self.initializer(&bias, &[3 * h], FLOAT, &bytes(&joined_bias));
        let heads = [("num_heads", Attribute::Int(c.num_attention_heads as i64))];
        match self.stored {
            Weights::F32 => {
                self.initializer(&qkv, &[h, 3 * h], FLOAT, &bytes(&joined));
                self.fused("Attention", &[input, &qkv, &bias, "mask32"], &[output], &heads);
            }
            Weights::Int8 => {
                let (scale, zero) = self.quantised(&qkv, &joined, [h, 3 * h]);
                let [rounded, its_scale, its_zero] =
                    ["rounded", "rounded_scale", "rounded_zero"].map(value);
                let outputs = [&rounded[..], &its_scale, &its_zero];
                self.any_node("DynamicQuantizeLinear", "", &[input], &outputs, &[]);
                let inputs =
                    [&rounded, &qkv, &bias, &its_scale, &scale, "mask32", &its_zero, &zero];
                self.fused("QAttention", &inputs, &[output], &heads);
            }
        }
        Ok(())
    }

    /// Multiplies `from` by a matrix (in x out), which becomes an initializer of the name `matrix`.
    fn multiply(
        &mut self,
        from: &str,
        matrix: &str,
        values: &[f32],
        shape: [usize; 2],
        to: &str,
        stored: Weights,
    ) {
        match stored {
            Weights::F32 => {
                self.initializer(matrix, &shape, FLOAT, &bytes(values));
                self.node("MatMul", &[from, matrix], to, &[]);
            }
            Weights::Int8 => {
                let (scale, zero) = self.quantised(matrix, values, shape);
                self.fused("DynamicQuantizeMatMul", &[from, matrix, &scale, &zero], &[to], &[]);
            }
        }
    }

    /// Adds a matrix (in x out) rounded to 8 bits with a scale for each column, and returns the names of
    /// the scales and of the zero points.
    fn quantised(
        &mut self,
        name: &str,
        values: &[f32],
        [input, out]: [usize; 2],
    ) -> (String, String) {
        let mut scales = vec![0f32; out];
        for row in values.chunks_exact(out) {
            scales.iter_mut().zip(row).for_each(|(scale, x)| *scale = scale.max(x.abs() / 127.0));
        }
        let rounded: Vec<u8> = values
            .chunks_exact(out)
            .flat_map(|row| row.iter().zip(&scales))
            .map(|(x, scale)| if *scale > 0.0 { (x / scale).round() as i8 as u8 } else { 0 })
            .collect();
        let (scale, zero) = (format!("{name}.scale"), format!("{name}.zero"));
        self.initializer(name, &[input, out], INT8, &rounded);
        self.initializer(&scale, &[out], FLOAT, &bytes(&scales));
        self.initializer(&zero, &[out], INT8, &vec![0; out]);
        (scale, zero)
    }

    /// Query, key and value weights side by side as attention wants them, hidden x 3 hidden, and their
    /// biases.
    fn joined_attention_weights(
        &self,
        layer: usize,
        h: usize,
    ) -> Result<(Vec<f32>, Vec<f32>), message::Message> {
        let mut joined = vec![0f32; h * 3 * h];
        let mut bias = Vec::with_capacity(3 * h);
        for (part, name) in ["query", "key", "value"].into_iter().enumerate() {
            let weight = format!("encoder.layer.{layer}.attention.self.{name}.weight");
            let weight = floats(&self.checked(&weight, &[h, h])?);
            for (out, row) in weight.chunks_exact(h).enumerate() {
                for (input, value) in row.iter().enumerate() {
                    joined[input * 3 * h + part * h + out] = *value;
                }
            }
            let name = format!("encoder.layer.{layer}.attention.self.{name}.bias");
            bias.extend(floats(&self.checked(&name, &[h])?));
        }
        Ok((joined, bias))
    }

    /// Weight `name` (out x in, as PyTorch stores it) as in x out.
    fn transposed(
        &self,
        name: &str,
        [out, input]: [usize; 2],
    ) -> Result<Vec<f32>, message::Message> {
        let weight = floats(&self.checked(name, &[out, input])?);
        let mut flipped = vec![0f32; weight.len()];
        for (o, row) in weight.chunks_exact(input).enumerate() {
            for (i, value) in row.iter().enumerate() {
                flipped[i * out + o] = *value;
            }
        }
        Ok(flipped)
    }

    /// Adds a weight as it is, under its own name.
    fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<(), message::Message> {
        let data = self.checked(name, shape)?.data().to_vec();
        self.initializer(name, shape, FLOAT, &data);
        Ok(())
    }

    fn checked(&self, name: &str, shape: &[usize]) -> Result<TensorView<'_>, message::Message> {
        // Some exports put the model under a prefix.
        let found = ["", "bert.", "0.auto_model."]
            .iter()
            .find_map(|prefix| self.weights.tensor(&format!("{prefix}{name}")).ok())
            .ok_or_else(|| message!("the weights have no tensor {name}", name))?;
        if found.dtype() != Dtype::F32 || found.shape() != shape {
            return Err(message!(
                "tensor {name} is {found}, the config wants {wanted}",
                name,
                found = format!("{:?} {:?}", found.dtype(), found.shape()),
                wanted = format!("F32 {shape:?}")
            ));
        }
        Ok(found)
    }

    fn initializer(&mut self, name: &str, shape: &[usize], data_type: i64, raw: &[u8]) {
        let mut tensor = Message::default();
        for dim in shape {
            tensor.int(1, *dim as i64);
        }
        tensor.int(2, data_type);
        tensor.text(8, name);
        // Biases and the like stay in the graph.
        const SMALL: usize = 16 << 10;
        if raw.len() <= SMALL {
            tensor.bytes(9, raw);
        } else {
            const ALIGNMENT: usize = 64;
            self.data.resize(self.data.len().next_multiple_of(ALIGNMENT), 0);
            let (offset, length) = (self.data.len().to_string(), raw.len().to_string());
            for (key, value) in [("location", self.file), ("offset", &offset), ("length", &length)]
            {
                let mut entry = Message::default();
                entry.text(1, key);
                entry.text(2, value);
                tensor.message(13, &entry);
            }
            tensor.int(14, EXTERNAL);
            self.data.extend_from_slice(raw);
        }
        self.body.message(5, &tensor);
    }

    fn node(&mut self, op: &str, inputs: &[&str], output: &str, attributes: &[(&str, Attribute)]) {
        self.any_node(op, "", inputs, &[output], attributes);
    }

    fn fused(&mut self, op: &str, inputs: &[&str], outputs: &[&str], attrs: &[(&str, Attribute)]) {
        self.any_node(op, "com.microsoft", inputs, outputs, attrs);
    }

    fn any_node(
        &mut self,
        op: &str,
        domain: &str,
        inputs: &[&str],
        outputs: &[&str],
        attributes: &[(&str, Attribute)],
    ) {
        let mut node = Message::default();
        inputs.iter().for_each(|name| node.text(1, name));
        outputs.iter().for_each(|name| node.text(2, name));
        node.text(3, &format!("{op}:{}", outputs[0]));
        node.text(4, op);
        for (name, value) in attributes {
            let mut attribute = Message::default();
            attribute.text(1, name);
            match value {
                Attribute::Float(value) => {
                    attribute.float(2, *value);
                    attribute.int(20, 1);
                }
                Attribute::Int(value) => {
                    attribute.int(3, *value);
                    attribute.int(20, 2);
                }
            }
            node.message(5, &attribute);
        }
        node.text(7, domain);
        self.body.message(1, &node);
    }
}

enum Attribute {
    Float(f32),
    Int(i64),
}

const OUTPUT: &str = "sentence_embedding";

// Element types of ONNX tensors (onnx.proto, TensorProto.DataType).
const FLOAT: i64 = 1;
const INT8: i64 = 3;
const INT32: i64 = 6;
const INT64: i64 = 7;

// Where a tensor's values are (onnx.proto, TensorProto.DataLocation).
const EXTERNAL: i64 = 1;

/// Wraps a graph's nodes and initializers into a ModelProto.
fn model(mut graph: Message) -> Vec<u8> {
    graph.text(2, "bert");
    for input in ["input_ids", "attention_mask", "token_type_ids"] {
        graph.message(11, &value_info(input, INT64, &["batch", "sequence"]));
    }
    graph.message(12, &value_info(OUTPUT, FLOAT, &["batch", "hidden"]));
    let mut model = Message::default();
    model.int(1, 8);
    model.text(2, "paperlark");
    model.message(7, &graph);
    for (domain, version) in [("", 17), ("com.microsoft", 1)] {
        let mut opset = Message::default();
        opset.text(1, domain);
        opset.int(2, version);
        model.message(8, &opset);
    }
    model.0
}

fn value_info(name: &str, data_type: i64, dims: &[&str]) -> Message {
    let mut shape = Message::default();
    for dim in dims {
        let mut named = Message::default();
        named.text(2, dim);
        shape.message(1, &named);
    }
    let mut tensor = Message::default();
    tensor.int(1, data_type);
    tensor.message(2, &shape);
    let mut kind = Message::default();
    kind.message(1, &tensor);
    let mut info = Message::default();
    info.text(1, name);
    info.message(2, &kind);
    info
}

/// A protobuf message under construction; the first argument of each method is the field number.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn int(&mut self, field: u64, value: i64) {
        self.varint(field << 3);
        self.varint(value as u64);
    }

    fn float(&mut self, field: u64, value: f32) {
        self.varint(field << 3 | 5);
        self.0.extend(value.to_le_bytes());
    }

    fn bytes(&mut self, field: u64, value: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(value.len() as u64);
        self.0.extend_from_slice(value);
    }

    fn text(&mut self, field: u64, value: &str) {
        self.bytes(field, value.as_bytes());
    }

    fn message(&mut self, field: u64, value: &Message) {
        self.bytes(field, &value.0);
    }
}

fn floats(tensor: &TensorView<'_>) -> Vec<f32> {
    let (words, _) = tensor.data().as_chunks::<4>();
    words.iter().map(|word| f32::from_le_bytes(*word)).collect()
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_and_fields_follow_the_protobuf_encoding() {
        // The example of the protobuf encoding guide: field 1, value 150.
        let mut message = Message::default();
        message.int(1, 150);
        assert_eq!(message.0, [0x08, 0x96, 0x01]);
        let mut message = Message::default();
        message.text(2, "testing");
        assert_eq!(message.0, [0x12, 0x07, b't', b'e', b's', b't', b'i', b'n', b'g']);
        let mut message = Message::default();
        message.int(3, -1);
        assert_eq!(message.0.len(), 11);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let config = |act: &str| -> BertConfig {
            serde_json::from_value(serde_json::json!({
                "hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2,
                "intermediate_size": 8, "vocab_size": 3, "max_position_embeddings": 5,
                "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": act,
            }))
            .unwrap()
        };
        assert!(
            write_bert(&config("relu"), &[], Weights::F32, "weights")
                .unwrap_err()
                .to_string()
                .contains("relu")
        );
        assert!(
            write_bert(&config("gelu"), b"junk", Weights::Int8, "weights")
                .unwrap_err()
                .to_string()
                .contains("safetensors")
        );
        let data = vec![0u8; 48];
        let view = TensorView::new(Dtype::F32, vec![4, 3], &data).unwrap();
        let name = "embeddings.word_embeddings.weight";
        let file = safetensors::serialize([(name, view)], None).unwrap();
        let error = write_bert(&config("gelu"), &file, Weights::F32, "weights").unwrap_err();
        let error = error.to_string();
        assert!(error.contains(name) && error.contains("[4, 3]"), "{error}");
    }
}
