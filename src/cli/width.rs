//! Columns of text in a terminal, where a Chinese character takes two places.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `text` with blanks behind it, up to `width` places.
pub fn left(text: &str, width: usize) -> String {
    format!("{text}{}", blanks(text, width))
}

/// `text` with blanks before it, up to `width` places.
pub fn right(text: &str, width: usize) -> String {
    format!("{}{text}", blanks(text, width))
}

/// `text`, cut to `width` places with its ellipsis.
pub fn clipped(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let fits = |c: &char| match room.checked_sub(c.width().unwrap_or(0)) {
        Some(rest) => {
            room = rest;
            true
        }
        None => false,
    };
    let head: String = text.chars().take_while(fits).collect();
    format!("{}…", head.trim_end())
}

fn blanks(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(text.width()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn columns_line_up_with_chinese_titles() {
        let titles = ["Shapley values", "深度学习的可解释性", "β-VAE 的解耦", "né̀e"];
        for title in titles {
            assert_eq!(format!("{}|", left(title, 20)).width(), 21, "{title}");
            assert_eq!(format!("{}|", right(title, 20)).width(), 21, "{title}");
        }
        assert_eq!(left("深度", 5), "深度 ");
        assert_eq!(right("深度", 5), " 深度");
        // What is too long for its column is never cut there.
        assert_eq!(left("深度学习", 5), "深度学习");
    }

    #[test]
    fn what_is_cut_keeps_to_its_places() {
        assert_eq!(clipped("深度学习的可解释性", 9), "深度学习…");
        assert_eq!(clipped("深度学习的可解释性", 10), "深度学习…");
        assert_eq!(clipped("deep learning", 6), "deep…");
        assert_eq!(clipped("deep", 4), "deep");
    }

    proptest! {
        #[test]
        fn any_text_is_cut_and_padded(text in "\\PC{0,40}", width in 1usize..60) {
            prop_assert!(clipped(&text, width).width() <= width);
            prop_assert!(left(&text, width).width() >= width);
            prop_assert!(left(&text, width).trim_end().starts_with(text.trim_end()));
        }
    }
}
