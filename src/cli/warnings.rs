//! What the library and its dependencies warn of, as a line of standard error.

use std::{error::Error, fmt};

use paperlark::Message;
use tracing::field::{Field, Visit};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FormatFields, format::Writer},
};

use super::ui::Ui;

/// The fields of a warning: a message of ours in the language of the program, anything else as it is.
pub struct Fields(pub Ui);

impl<'w> FormatFields<'w> for Fields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut line = Line { ui: self.0, writer, is_empty: true, result: Ok(()) };
        fields.record(&mut line);
        line.result
    }
}

struct Line<'w> {
    ui: Ui,
    writer: Writer<'w>,
    is_empty: bool,
    result: fmt::Result,
}

impl Line<'_> {
    fn add(&mut self, words: fmt::Arguments) {
        let blank = if self.is_empty { "" } else { " " };
        self.is_empty = false;
        self.result = self.result.and_then(|()| write!(self.writer, "{blank}{words}"));
    }
}

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.add(format_args!("{value:?}")),
            name => self.add(format_args!("{name}={value:?}")),
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        match value.downcast_ref::<Message>() {
            Some(message) => self.add(format_args!("{}", self.ui.words(message))),
            None => self.add(format_args!("{}={value}", field.name())),
        }
    }
}
