//! Writes an ONNX model from BERT weights, with pooling inside the graph.
//!
//! [`write_bert`] takes the `config.json` and `model.safetensors` of a sentence-transformers BERT
//! model and returns the bytes of an ONNX file with inputs `input_ids`, `attention_mask`,
//! `token_type_ids` (int64, batch x sequence) and one output `sentence_embedding` (float32,
//! batch x hidden): the attention-masked mean of the last layer, divided by its Euclidean norm.
//! It uses the fused operators of ONNX runtime's `com.microsoft` domain.
//!
//! Pooling belongs in the graph because fastembed keeps the raw outputs of a whole call, and one
//! sentence vector is 250 times smaller than the vectors of its tokens.

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

/// The ONNX file of the BERT model with this config and these weights.
///
/// # Errors
/// A sentence that names the first thing that does not fit: an unsupported activation, a missing
/// tensor, or a tensor of another shape or type than the config says.
pub(crate) fn write_bert(config: &BertConfig, weights: &[u8]) -> Result<Vec<u8>, String> {
    if config.hidden_act != "gelu" {
        return Err(format!("activation '{}' is not supported, only gelu", config.hidden_act));
    }
    if config.position_embedding_type.as_deref().is_some_and(|kind| kind != "absolute") {
        return Err("only absolute position embeddings are supported".into());
    }
    if config.num_attention_heads == 0
        || !config.hidden_size.is_multiple_of(config.num_attention_heads)
    {
        return Err("the hidden size is not a multiple of the number of heads".into());
    }
    let weights = SafeTensors::deserialize(weights).map_err(|e| format!("bad safetensors: {e}"))?;
    let mut graph = Graph { weights, body: Message::default() };
    graph.bert(config)?;
    Ok(model(graph.body))
}

struct Graph<'a> {
    weights: SafeTensors<'a>,
    body: Message,
}

impl Graph<'_> {
    fn bert(&mut self, c: &BertConfig) -> Result<(), String> {
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
    fn layer(&mut self, c: &BertConfig, layer: usize) -> Result<(), String> {
        let (h, wide) = (c.hidden_size, c.intermediate_size);
        let epsilon = [("epsilon", Attribute::Float(c.layer_norm_eps))];
        let weight = |part: &str| format!("encoder.layer.{layer}.{part}");
        let value = |part: &str| format!("{part}.{layer}");
        let input = value("layer_in");

        let (qkv, qkv_bias) = (value("qkv"), value("qkv_bias"));
        self.joined_attention_weights(layer, h, &qkv, &qkv_bias)?;
        let attended = value("attended");
        let heads = [("num_heads", Attribute::Int(c.num_attention_heads as i64))];
        self.fused("Attention", &[&input, &qkv, &qkv_bias, "mask32"], &[&attended], &heads);

        let linear = |graph: &mut Self, name: &str, from: &str, to: &str, shape: [usize; 2]| {
            let (weight, transposed) = (weight(&format!("{name}.weight")), value(name));
            graph.transposed(&weight, &transposed, shape)?;
            graph.node("MatMul", &[from, &transposed], to, &[]);
            Ok::<(), String>(())
        };
        let (projected, normed) = (value("projected"), value("normed"));
        linear(self, "attention.output.dense", &attended, &projected, [h, h])?;
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
        linear(self, "intermediate.dense", &normed, &widened, [wide, h])?;
        let wide_bias = weight("intermediate.dense.bias");
        self.tensor(&wide_bias, &[wide])?;
        self.fused("BiasGelu", &[&widened, &wide_bias], &[&active], &[]);
        linear(self, "output.dense", &active, &narrowed, [h, wide])?;
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

    /// Query, key and value weights side by side as `Attention` wants them: hidden x 3 hidden.
    fn joined_attention_weights(
        &mut self,
        layer: usize,
        h: usize,
        qkv: &str,
        qkv_bias: &str,
    ) -> Result<(), String> {
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
        self.initializer(qkv, &[h, 3 * h], FLOAT, &bytes(&joined));
        self.initializer(qkv_bias, &[3 * h], FLOAT, &bytes(&bias));
        Ok(())
    }

    /// Adds weight `name` (out x in, as PyTorch stores it) as initializer `to` (in x out).
    fn transposed(&mut self, name: &str, to: &str, [out, input]: [usize; 2]) -> Result<(), String> {
        let weight = floats(&self.checked(name, &[out, input])?);
        let mut flipped = vec![0f32; weight.len()];
        for (o, row) in weight.chunks_exact(input).enumerate() {
            for (i, value) in row.iter().enumerate() {
                flipped[i * out + o] = *value;
            }
        }
        self.initializer(to, &[input, out], FLOAT, &bytes(&flipped));
        Ok(())
    }

    /// Adds a weight as it is, under its own name.
    fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<(), String> {
        let data = self.checked(name, shape)?.data().to_vec();
        self.initializer(name, shape, FLOAT, &data);
        Ok(())
    }

    fn checked(&self, name: &str, shape: &[usize]) -> Result<TensorView<'_>, String> {
        // Some exports put the model under a prefix.
        let found = ["", "bert.", "0.auto_model."]
            .iter()
            .find_map(|prefix| self.weights.tensor(&format!("{prefix}{name}")).ok())
            .ok_or_else(|| format!("the weights have no tensor {name}"))?;
        if found.dtype() != Dtype::F32 || found.shape() != shape {
            return Err(format!(
                "tensor {name} is {:?} {:?}, the config wants F32 {shape:?}",
                found.dtype(),
                found.shape()
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
        tensor.bytes(9, raw);
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
const INT32: i64 = 6;
const INT64: i64 = 7;

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
        assert!(write_bert(&config("relu"), &[]).unwrap_err().contains("relu"));
        assert!(write_bert(&config("gelu"), b"junk").unwrap_err().contains("safetensors"));
        let data = vec![0u8; 48];
        let view = TensorView::new(Dtype::F32, vec![4, 3], &data).unwrap();
        let name = "embeddings.word_embeddings.weight";
        let file = safetensors::serialize([(name, view)], None).unwrap();
        let error = write_bert(&config("gelu"), &file).unwrap_err();
        assert!(error.contains(name) && error.contains("[4, 3]"), "{error}");
    }
}
