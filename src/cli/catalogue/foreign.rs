//! What the operating system and other libraries say, in Chinese, as far as it is known.

use std::borrow::Cow;

/// English and Chinese; `{}` stands for any text, which the Chinese takes over in the same order.
const KNOWN: &[(&str, &str)] = &[
    ("No such file or directory (os error {})", "没有这个文件或目录（os error {}）"),
    ("Permission denied (os error {})", "权限不足（os error {}）"),
    ("File exists (os error {})", "文件已存在（os error {}）"),
    ("Not a directory (os error {})", "不是目录（os error {}）"),
    ("Is a directory (os error {})", "是目录（os error {}）"),
    ("No space left on device (os error {})", "磁盘空间不足（os error {}）"),
    ("Read-only file system (os error {})", "文件系统只读（os error {}）"),
    ("Connection refused (os error {})", "连接被拒绝（os error {}）"),
    ("Connection reset by peer (os error {})", "连接被对方重置（os error {}）"),
    ("Network is unreachable (os error {})", "网络不可达（os error {}）"),
    ("stream did not contain valid UTF-8", "内容不是有效的 UTF-8"),
    ("failed to lookup address information: {}", "无法解析域名：{}"),
    ("unknown field `{}`, expected one of {}", "没有 `{}` 这个键，可用的有 {}"),
    ("unknown field `{}`, expected {}", "没有 `{}` 这个键，应为 {}"),
    ("missing field `{}`", "缺少键 `{}`"),
    ("duplicate key", "键重复"),
    ("unknown variant `{}`, expected one of {}", "`{}` 无效，可用的有 {}"),
    ("unknown variant `{}`, expected {}", "`{}` 无效，应为 {}"),
    (
        "invalid type: {}, expected an arXiv id, or a table with title and abstract",
        "类型不对：{}，应为 arXiv 编号，或含 title 和 abstract 的表",
    ),
    ("invalid type: {}, expected a string", "类型不对：{}，应为字符串"),
    ("invalid type: {}, expected a boolean", "类型不对：{}，应为 true 或 false"),
    ("invalid type: {}, expected a sequence", "类型不对：{}，应为列表"),
    ("invalid type: {}, expected {}", "类型不对：{}，应为 {}"),
    ("invalid value: {}, expected {}", "值不对：{}，应为 {}"),
    ("{} is not in {}", "{} 不在 {} 范围内"),
    ("invalid digit found in string", "不是数字"),
    ("provided string was not `true` or `false`", "应为 true 或 false"),
    ("database is locked", "数据库被占用"),
    ("attempt to write a readonly database", "数据库只读"),
    // Our own words, where they came through another library.
    (
        "there is no precision '{}', only f32, bf16 and int8",
        "没有 '{}' 这种精度，只有 f32、bf16 和 int8",
    ),
    ("expected an object", "应为对象"),
];

/// What somebody else says; in their own words if they are not known.
pub fn chinese(words: &str) -> Cow<'_, str> {
    let known = KNOWN.iter().find_map(|(english, chinese)| {
        let mut values = values(english, words)?.into_iter();
        let mut pieces = chinese.split("{}");
        let first = pieces.next().unwrap_or_default().to_owned();
        Some(pieces.fold(first, |said, piece| said + values.next().unwrap_or_default() + piece))
    });
    known.map_or(Cow::Borrowed(words), Cow::Owned)
}

/// What stands in the places of a pattern, if a text is of it.
fn values<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut values = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let at = match pieces.peek() {
            Some(_) => rest.find(piece)?,
            // The last piece is the end, wherever else it stands.
            None => rest.len().checked_sub(piece.len()).filter(|_| rest.ends_with(piece))?,
        };
        values.push(&rest[..at]);
        rest = &rest[at + piece.len()..];
    }
    rest.is_empty().then_some(values)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_pattern_is_recognised() {
        let mut seen = HashSet::new();
        for (english, chinese) in KNOWN {
            assert!(seen.insert(english), "twice: {english}");
            let filled = |pattern: &str| {
                let places = pattern.matches("{}").count();
                (0..places)
                    .fold(pattern.to_owned(), |text, at| text.replacen("{}", &format!("x{at}"), 1))
            };
            assert_eq!(super::chinese(&filled(english)), filled(chinese), "{english}");
        }
        assert_eq!(super::chinese("a list of kinds"), "a list of kinds");
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "(\\PC{0,9}|unknown field `|`, expected |, expected one of |invalid type: ){0,6}") {
            let said = chinese(&text);
            prop_assert!(text.is_empty() || !said.is_empty());
        }
    }
}
