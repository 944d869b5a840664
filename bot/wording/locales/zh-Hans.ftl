# 引据的简体中文文本。参数写在 { } 里，名称不变；各语言文件的键相同。

## 命令（Telegram 菜单中显示，至多 256 字）

command-ask = 在文献中查找
command-documents = 浏览文献
command-random = 随机读一段
command-about = 这里收录了什么
command-language = 选择语言
command-privacy = 会保留关于你的什么
command-mydata = 取得关于你的全部记录
command-forget = 删除关于你的记录
command-help = 怎么提问
command-reload = 重新读取语料（管理员）
command-rollback = 恢复上一份语料（管理员）
bot-description = 提出问题，得到文献原文和每段的出处链接。不编造任何内容；文献里没有的，会如实告诉你。
bot-short-description = 用文献原文回答问题，逐字引用，附出处。

## 问候与帮助

start =
    请就我收录的文献提问。我只用文献的原文回答，并附上每段的出处。

    /help 怎么提问，/about 收录了什么，/privacy 会保留什么。
start-empty =
    我用文献原文回答问题。现在还没有文献：请运行者把文献放进语料文件夹，然后发送 /reload。
help =
    直接把问题发给我。在群组里：用 /ask 加问题、提到我，或回复我的消息。用 /ask 回复别人的消息，会查找那条消息的内容。

    回答有三种：与问题有关的段落；含有这些词、但文献未必回答了问题的段落；没有找到，就如实说没有。只发一个词或一句"原文"，会列出所有含有它的段落。

    想更精确：
    "原文词句" – 只要含有这些字的段落
    -词 – 不要含有这个词的
    来源:名称 – 只查这个发布者或文件的文献
    作者:姓名 – 只查这位作者的文献
    年份:2021 或 年份:2019-2021 – 只查这些年份的文献
help-inline = 在其他任何聊天里，输入 @{ $username } 和问题即可引用。

## 回答

answer-found = 与问题有关的段落：
answer-possible = 含有这些词的段落，文献未必回答了这个问题：
answer-lookup = “{ $asked }”见于 { $documents } 篇文献的 { $passages } 段：
answer-page = 第 { $page } 页，共 { $pages } 页
answer-none = 文献里没有找到与此有关的内容。
answer-none-filtered = 加上筛选条件 { $filter }，就没有内容了。
answer-filters = 只查：{ $filters }
answer-only = 只在《{ $title }》里查
answer-missing = 文献中没有出现：{ $terms }
answer-nearest = 标题里有这些词的文献：
answer-suggestion = 你是不是想找：{ $terms }？
answer-bridge-sound = 按“{ $found }”查找（你写的是“{ $asked }”）。
answer-bridge-alias = “{ $asked }”在文献中也写作“{ $found }”。
answer-translated = 按中文查找：{ $words }
answer-revised = 你提问之后文献有更新，以下出自现在的版本。
answer-truncated = 问题较长，只查找了前 { $characters } 个字。
answer-partial = 查找超时，先列出已找到的，可能还有更多。
answer-ignored = 一个问题至多用 { $most } 个筛选条件，没有用到：{ $filters }。
answer-language = 文献是中文的。
answer-source = 原文出处
answer-also = 另有 { $count } 篇文献也有这段话
answer-older = 旧版；最新版本见此
answer-collection = 在本馆文献中
quote-undated = 日期不详

## 按钮

button-read = 📖 { $number }
button-read-one = 📖 上下文
button-more = 更多 ▸
button-newest = 🕒 最新在前
button-relevance = 🎯 最相关在前
button-only = 📄 只看这篇
button-all = 📚 全部文献
button-why = 💡 为什么是这段？
button-cite = 📋 复制出处
button-back = ↩ 返回
button-source = 🔗 原文
button-literal = 🔤 按原字“{ $asked }”查找
button-irrelevant = 不相关
button-outdated = 过时了
button-misunderstood = 不是我问的
button-another = 🎲 换一段
button-every-publisher = 全部发布者
button-forget = 全部删除
button-keep = 保留
button-reload-serve = 启用
button-reload-keep = 保留旧的
button-automatic = 跟随 Telegram

## 阅读

page-place = { $number }/{ $total }
page-revised = 链接生成之后，这篇文字有修订；这里是最接近的位置。
page-no-url = 这篇文献没有网址，以上是收录时的原文。
document-gone = 那篇文献已不在语料中。
place-unknown = 这个链接在这里没有对应的内容。
catalogue-heading = { $count ->
       *[other] 共 { $count } 篇文献
    }
catalogue-empty = 还没有文献。
catalogue-unattributed = 未注明发布者
why-terms = 匹配：{ $terms }
why-runs = 与问题连续相同的字：{ $terms }
why-alias = “{ $asked }”即“{ $found }”
why-sound = “{ $asked }”与“{ $found }”音近
why-translation = “{ $asked }”按中文“{ $found }”查找
why-number = “{ $asked }”在此写作“{ $found }”
why-near = “{ $asked }”与“{ $found }”部分相同：年、月或日
why-form = “{ $asked }”在此的词形是“{ $found }”
why-title = 标题中有：{ $terms }
why-named = 问题指名了这篇文献或其中这一部分。
no-more = 没有更多了。
not-here = 这里没有可以这样做的内容。
no-number = 没有这个编号。
example-person = { $name }是谁？
example-title = 《{ $title }》说了什么？
why-gone = 之后文献有更新，请重新提问再看原因。

## 收录

about = { $documents ->
       *[other] { $documents } 篇文献
    }，{ $passages ->
       *[other] { $passages } 个段落
    }。
about-dates = 日期从 { $earliest } 到 { $latest }。
about-date = 日期为 { $earliest }。
about-publishers = 来自：
about-publisher = { $publisher }（{ $count }）
about-unattributed = { $count ->
       *[other] { $count } 篇未注明发布者。
    }

## 提示

question-empty = 这里面没有可以查找的词。请写出人名、地名，或者想了解的事。
question-expired = 时间太久了，请重新提问。
not-yours = 这些按钮只给提问的人用。用 /ask 可以问你自己的问题。
button-unknown = 这个按钮已经失效，请重新提问。
too-many = 一分钟内的请求太多了，请在 { $seconds } 秒后再试。
stale = 刚才我不在，这条消息现在才看到，没有及时回答。如果还需要，请再问一次。
engine-down = 暂时连不上检索服务，无法查找。请过几分钟再问。
engine-alarm = 目前谁都得不到回答：检索引擎没有响应。{ $where }：{ $why }
not-saved = 暂时无法保存，请稍后再试。
failed = 出了点问题，已经记录下来。请再试一次。
only-admins = 这个命令只供本机器人的管理员使用。
only-in-private = 请在私聊里发给我。
chat-not-served = 我是私用机器人，不在这个聊天里回答。
ask-usage = 请在命令后面写上问题，例如：/ask { $example }
vote-up = 谢谢！
vote-down = 谢谢。是哪里不好？
vote-reason = 谢谢，已记下。

## 语言

language-name-hans = 简体中文
language-name-hant = 繁體中文
language-name-en = English
language-choose = 要我说哪种语言？引文始终保持原样。
language-chosen = 我会说简体中文。
language-automatic = 我会使用你 Telegram 的语言。

## 隐私

privacy =
    你提问时，我会保留：
    – { $text ->
        [none] 不含你的文字，只有“有人问过”：
       *[text] 你的问题、
    }时间（精确到小时）、在哪类聊天里（私聊、群组……）、引用了什么、把握多大、用了多久；
    – 代替你和聊天编号的化名，由密钥生成，群组里和私聊里各不相同。没有姓名、用户名或号码。密钥用 { $pseudonyms } 天后销毁：此后谁也不知道（我也不知道）更早的记录里哪些是你的；
    – 你的评价，以及我的哪条消息回答了你的哪条消息，这样修改问题时回答会跟着更新；
    – 你选择的语言（如有），与问题分开存放，直到你删除它，或者重新选择“{ button-automatic }”。

    用途：让回答下面的按钮能用，也让运行者了解大家问什么、文献里缺什么。
    保留多久：{ $days ->
        [0] 到下一次每日清理为止
       *[other] { $days } 天
    }。{ $encrypted ->
        [yes] 文件是加密的，密钥另外存放。
       *[no] 我没有给文件加密。
    }
    你发来的消息在得到回答之前也会记下，以免丢失；内联模式里的提问此后不再保留。程序的内存里还会保留找到的内容和所查的字句，最多十分钟，不带任何人的名义。群组里的回答，那里的其他人也看得到；Telegram 本身看得到一切。

    /mydata 把还能找到的、关于你的全部记录发给你，/forget 删除它们：至少包括最近 { $findable } 天的。
forget-confirm = { $rows ->
       *[other] 你的化名下有 { $rows } 条记录。要删除吗？
    }
forget-nothing = 没有保留关于你的任何记录。
forget-done = { $rows ->
       *[other] 已删除 { $rows } 条记录。
    }
forget-later = 已删除 { $rows } 条记录；但另一个程序正在读取文件，其中可能还留有痕迹。它一放手就会被覆盖，我每十分钟试一次。
forget-kept = 没有删除任何记录。

## 重新读取

reload-started = 正在重新读取语料；在此期间仍用旧的语料回答。
reload-running = 已经有一次重新读取正在进行。
reload-stopped = 已停止重新读取，仍由旧的语料回答。
reload-stopping = 正在停止重新读取。
reload-none = 现在没有在重新读取。
reload-unchanged = 没有变化：{ $documents } 篇文献，{ $passages } 个段落（{ $seconds } 秒）。
reload-done = 新语料已启用：{ $documents } 篇文献，{ $passages } 个段落（{ $seconds } 秒）。
reload-passages = 段落：新增 { $added }，减少 { $removed }。
reload-added = 新增（{ $count }）：
reload-changed = 有改动（{ $count }）：
reload-removed = 已移除（{ $count }）：
reload-skipped = 未能读取（{ $count }）：
reload-item = – { $title }
reload-skip = – { $path }：{ $reason }
reload-more = – 以及另外 { $count } 项
reload-broke-off = 重新读取中断：它的进程被外部终止（信号 { $signal }），可能是内存不足。原有语料继续服务；再次 /reload 会从中断处继续。
reload-failed = 未能重新读取语料，仍由旧的语料回答。{ $path }：{ $reason }
reload-held = 尚未启用：{ $documents } 篇文献，{ $passages } 个段落（{ $seconds } 秒）。启用新语料（/reload serve），还是保留旧语料（/reload keep）？
reload-served = 新语料已启用：{ $documents } 篇文献，{ $passages } 个段落。
reload-kept = 继续使用旧语料。
reload-no-decision = 没有等待决定的事。
rollback-done = 已恢复上一份语料：{ $documents } 篇文献，{ $passages } 个段落。下一次 /reload 会重新读取文件夹。
rollback-none = 没有上一份语料。

## 为什么没有收录

cause-no-reader = 没有能读“{ $suffix }”的程序；能读的有：{ $readable }
cause-no-text = 里面没有文字
cause-not-regular = 不是普通文件
cause-too-large = 超过 { $megabytes } MB；请分成小一些的文件
cause-denied = 无法读取：没有权限
cause-vanished = 读取语料时它被移走了
cause-system = 无法读取：系统返回 { $code }
cause-name-not-unicode = 文件名不是 UTF-8；请改名
cause-link-dead = 链接指向的地方不存在
cause-link-seen = 链接指向已经读过的文件夹
cause-link-outside = 链接指向语料文件夹之外
cause-absent = { $manifest } 里写了它，但没有这个文件
cause-unused = { $manifest } 里有这个模式，但没有文件符合
cause-binary = 是二进制文件，不是文本
cause-not-as-marked = 它标明是 { $encoding }，但第 { $byte } 字节处并不是
cause-damaged = 是 UTF-8，但第 { $byte } 字节处已损坏
cause-encoding-unknown = 无法判断编码；请存为 UTF-8
cause-not-json = 不是 JSON（第 { $column } 列）
cause-json-too-deep = 不是能读的 JSON：数字太长或嵌套太深
cause-json-no-object = 不是 JSON 对象
cause-json-no-text = 没有 "text"，它必须是有内容的字符串
cause-memory = 占用内存超过 { $megabytes } MB（corpus.file_mb）
cause-too-slow = 读取超过 { $seconds } 秒（corpus.file_seconds）
cause-broke-off = 读取程序中途崩溃
cause-bytes-replaced = 已读入，但有 { $count } 个错误字节显示为 �
cause-archive-damaged = 压缩包已损坏或不完整
cause-archive-bomb = 解开后远大于本身，未打开
cause-encrypted = 已加密；请存为不带密码的文件
cause-needs-documents = 要读它，请运行：pip install 'yinju[documents]'
cause-too-many-pages = 有 { $pages } 页，超过 { $most } 页；请分成小一些的文件
cause-pdf-damaged = PDF 已损坏或不完整
cause-pdf-scanned = 各页是图片，没有文字；请先识别文字（OCR）
cause-page-damaged = 这一页无法读取
cause-table-damaged = 不是能读的表格（第 { $line } 行）
cause-notebook-damaged = 不是 Jupyter 笔记本
cause-no-cues = 里面没有字幕
cause-json-no-documents = 里面没有文献，是设置或数据
cause-loses-documents = { $total } 篇文献中有 { $gone } 篇会消失或被替换
cause-loses-answers = { $total } 个已知段落中有 { $gone } 个会找不到
cause-no-characters = 其中 { $share }% 根本不是文字
cause-decoded-twice = 其中的字符是字节：UTF-8 被当成了别的编码
cause-encoded-data = 是编码后的数据，不是文字
cause-decoded-wrongly = 汉字中只有 { $share }% 是常用字：编码已丢失
cause-no-letters = 其中几乎没有文字或数字
cause-no-words = 字母中只有 { $share }% 像单词那样排列
cause-failed = 本程序处理不了它；请连同文件一起报告
cause-no-aliases = 未能从中学到别名；只用 aliases.toml 里的
cause-no-dictionary = 英文问题查不到中文内容
cause-no-sounds = 无法识别同音词
cause-no-thresholds = 未能测定把握的高低；采用通常的界限
stage-find = 查找
stage-read = 读取
stage-split = 切分段落
stage-segment = 分词
stage-learn = 学习
skip-stage = { $reason }（{ $stage }）
skip-all = 全部文献
skip-no-reader = – { $count } 个不读取的文件，按类型：{ $suffixes }
skip-more = （另有 { $count } 个同样的）

## 内联模式

inline-usage = 输入问题，引用文献原文
inline-usage-text = 输入 @{ $username } 和问题，即可引用文献原文。
inline-none = 没有找到，到私聊里问我
inline-down = 暂时连不上检索服务

## 终端

terminal-welcome = 引据：{ $documents } 篇文献，{ $passages } 个段落。请提问；空行或 Ctrl-D 结束。
terminal-prompt = ❯
terminal-no-token = 没有配置 Telegram 令牌（telegram.token），改在终端里对话。
terminal-commands = 还可以用：/help /about /documents /random /language /privacy /mydata /forget /reload

## 输入的词（以 | 分开，小写）

typed-hint = 可以输入：{ $words }
typed-read = 读|打开|看|全文|看全文|展开
typed-more = 更多|还有吗|还有呢|继续
typed-next = 下一页|下一段
typed-previous = 上一页|上一段
typed-newest = 最新|最新在前
typed-relevance = 最相关|最相关在前
typed-source = 原文|出处|原文在哪|原文在哪里|来源
typed-only = 只看这篇
typed-all = 全部文献|全部|所有文献
typed-literal = 按原字|按原字查
typed-alone = 只查这几个字
typed-another = 换一段|再来一段
typed-file = 文件|存成文件|下载
typed-why = 为什么|为什么是这段
typed-copy = 复制|引用
typed-up = 赞|好
typed-down = 踩|不好
typed-irrelevant = 不相关
typed-outdated = 过时了|过时
typed-misunderstood = 不是我问的
typed-unattributed = 未注明发布者
typed-back = 返回|回到答案

## 闲聊与各种说法（.said 与 said- 各行以 | 分开；… 表示任意文字，* 表示前一个字可以重复）

talk-greeting = 你好！请问我文献里的事，我用原文回答。
    .said = 你好|您好|嗨|哈喽|早上好|下午好|晚上好|大家好|在吗|在么
talk-thanks = 不客气。
    .said = 谢谢|谢谢你|谢谢您|多谢|感谢|非常感谢|太感谢了|谢了|辛苦了
talk-laughter = 😊
    .said = 哈*|呵*|嘻*|笑死|嘿*|好的|好|嗯*|哦*|知道了|明白了|收到|了解
talk-who = 我是引据：只用文献的原文回答，每段都附出处，不编造任何内容。/help 怎么提问，/privacy 会保留什么。
    .said = 你是谁|你是什么|你是机器人吗|你叫什么|你叫什么名字|你能做什么|你会什么|你是人吗
talk-insult = 抱歉没有帮上忙。换一种说法，或者写出人名、地名再试一次。
    .said = 傻|傻逼|笨蛋|垃圾|没用|滚|废物|白痴|你这个垃圾|你真垃圾|太垃圾了|你真没用|真没用|没用的东西|你好蠢|蠢|蠢货|笨|你真笨|你有病|滚蛋|滚开|去死|他妈的|操你妈|什么破玩意|什么垃圾
talk-voice = 我只会读文字，听不了语音。请把问题打出来。
talk-picture = 我只会读文字，看不了图片和视频。请把问题打出来。
talk-other = 我只会读文字，看不了这个。请把问题打出来。
talk-sticker = 😊 请把问题打出来，我用文献原文回答。
talk-joined = 大家好，我用文献原文回答问题：/ask 加问题，或者回复一条消息发 /ask 来核对它。/privacy 会保留什么。
said-help = 帮助|怎么用|怎么问|怎么提问|使用说明|帮帮我
said-catalogue = 有什么文章|有哪些文章|有什么文献|有哪些文献|有哪些文件|有什么资料|有哪些资料|收录了什么|收录了哪些文献|最近的新闻|最新的新闻|最近有什么|最近有什么新闻|最新的文献|最新文献|有什么新的|最新消息
said-document = …全文|…的全文|…的原文|找…这篇|《…》|打开《…》|打开…这篇|…那封信在哪
said-listing = 谁签了|谁签名|谁签署|哪些人签|哪些组织|哪些机构|哪些国家签|哪些要求|什么要求|哪些建议|名单|有哪些人
said-verify = 这是真的吗|是真的吗|真的吗|真的假的|真假|查一下|查查|核实一下|核实|求证|有依据吗|属实吗
said-within = 在这篇里找…|这篇里找…|这篇里有没有…|在这篇里搜…
said-forwarded = 转发|转|转帖|网传
said-published = 声明|讲话|发言|报告|报道|公开信|信|新闻稿|言论
said-replacing = 那…呢|…呢|换成…呢|那么…呢
said-leaning = 什么时候|何时|在哪里|在哪儿|哪里|为什么呢|谁说的|还有谁|还有什么|多少人|后来呢|然后呢|结果呢|结果怎样|怎么回事

## 核对、文献与清单

answer-follows = 接着上一问：{ $question }
button-alone = 🔤 只查这几个字
claims = 逐句核对：{ $count } 句中有 { $found } 句在文献里找到相关段落。找到不等于证实，请看原文。
claim-none = 文献里没有。
claims-left = { $count ->
       *[other] 还有 { $count } 句没有核对。
    }
documents-found = { $count ->
       *[other] 找到 { $count } 篇文献：
    }
document-length = { $characters ->
       *[other] 全文 { $characters } 字
    }
button-file = 📄 { $number } 存成文件
button-copy = 📋 复制
button-show-all = 📢 给大家看
button-in-private = 🔒 在私聊里看
answer-in-private = 这个回答只给提问者看：请到私聊里打开。
button-share = ↗ 转发
listing = { $count ->
       *[other] 清单共 { $count } 项：
    }
listing-more = { $count ->
       *[other] ……还有 { $count } 项，见原文。
    }
start-language = 文献是中文的。
start-examples = 可以先试试这些：

## 网页

site-title = 引据 · 文献
site-documents = 文献
site-search = 检索
site-by-date = 按日期
site-by-publisher = 按发布者
site-search-hint = 输入词句，只在这一页里查找，不发送到任何地方
site-search-script = 检索需要 JavaScript；阅读不需要。
site-footer = 由引据生成的静态页面：没有统计、Cookie 或外部内容。SHA256SUMS 可核对每个文件。
answer-copy = 本站副本

## Matrix

matrix-unreadable = 这条消息我没能解密，读不了。请再发一次；加密房间里新加入的成员读不到之前的消息。
