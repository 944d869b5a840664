# 引據的繁體中文文本。參數寫在 { } 裡，名稱不變；各語言檔案的鍵相同。

## 命令（Telegram 選單中顯示，至多 256 字）

command-ask = 在文獻中查詢
command-documents = 瀏覽文獻
command-random = 隨機讀一段
command-about = 這裡收錄了什麼
command-language = 選擇語言
command-privacy = 會保留關於你的什麼
command-mydata = 取得關於你的全部記錄
command-forget = 刪除關於你的記錄
command-help = 怎麼提問
command-reload = 重新讀取語料（管理員）
command-rollback = 恢復上一份語料（管理員）
bot-description = 提出問題，得到文獻原文和每段的出處連結。不編造任何內容；文獻裡沒有的，會如實告訴你。
bot-short-description = 用文獻原文回答問題，逐字引用，附出處。

## 問候與幫助

start =
    請就我收錄的文獻提問。我只用文獻的原文回答，並附上每段的出處。

    /help 怎麼提問，/about 收錄了什麼，/privacy 會保留什麼。
start-empty =
    我用文獻原文回答問題。現在還沒有文獻：請管理者把文獻放進語料資料夾，然後傳送 /reload。
help =
    直接把問題發給我。在群組裡：用 /ask 加問題、提到我，或回覆我的訊息。用 /ask 回覆別人的訊息，會查詢那條訊息的內容。

    回答有三種：與問題有關的段落；含有這些詞、但文獻未必回答了問題的段落；沒有找到，就如實說沒有。只發一個詞或一句"原文"，會列出所有含有它的段落。

    想更精確：
    "原文詞句" – 只要含有這些字的段落
    -詞 – 不要含有這個詞的
    來源:名稱 – 只查這個發布者或檔案的文獻
    作者:姓名 – 只查這位作者的文獻
    年份:2021 或 年份:2019-2021 – 只查這些年份的文獻
help-inline = 在其他任何聊天裡，輸入 @{ $username } 和問題即可引用。

## 回答

answer-found = 與問題有關的段落：
answer-possible = 含有這些詞的段落，文獻未必回答了這個問題：
answer-lookup = 「{ $asked }」見於 { $documents } 篇文獻的 { $passages } 段：
answer-page = 第 { $page } 頁，共 { $pages } 頁
answer-none = 文獻裡沒有找到與此有關的內容。
answer-none-filtered = 加上篩選條件 { $filter }，就沒有內容了。
answer-filters = 只查：{ $filters }
answer-only = 只在《{ $title }》裡查
answer-missing = 文獻中沒有出現：{ $terms }
answer-nearest = 標題裡有這些詞的文獻：
answer-suggestion = 你是不是想找：{ $terms }？
answer-bridge-sound = 按「{ $found }」查詢（你寫的是「{ $asked }」）。
answer-bridge-alias = 「{ $asked }」在文獻中也寫作「{ $found }」。
answer-translated = 按中文查詢：{ $words }
answer-revised = 你提問之後文獻有更新，以下出自現在的版本。
answer-truncated = 問題較長，只查找了前 { $characters } 個字。
answer-partial = 查找逾時，先列出已找到的，可能還有更多。
answer-ignored = 一個問題至多用 { $most } 個篩選條件，沒有用到：{ $filters }。
answer-language = 文獻是中文的。
answer-source = 原文出處
answer-also = 另有 { $count } 篇文獻也有這段話
answer-older = 舊版；最新版本見此
answer-collection = 在本館文獻中
quote-undated = 日期不詳

## 按鈕

button-read = 📖 { $number }
button-read-one = 📖 上下文
button-more = 更多 ▸
button-newest = 🕒 最新在前
button-relevance = 🎯 最相關在前
button-only = 📄 只看這篇
button-all = 📚 全部文獻
button-why = 💡 為什麼是這段？
button-cite = 📋 複製出處
button-back = ↩ 返回
button-source = 🔗 原文
button-literal = 🔤 按原字「{ $asked }」查詢
button-irrelevant = 不相關
button-outdated = 過時了
button-misunderstood = 不是我問的
button-another = 🎲 換一段
button-every-publisher = 全部發布者
button-forget = 全部刪除
button-keep = 保留
button-reload-serve = 啟用
button-reload-keep = 保留舊的
button-automatic = 跟隨 Telegram

## 閱讀

page-place = { $number }/{ $total }
page-revised = 連結生成之後，這篇文字有修訂；這裡是最接近的位置。
page-no-url = 這篇文獻沒有網址，以上是收錄時的原文。
document-gone = 那篇文獻已不在語料中。
place-unknown = 這個連結在這裡沒有對應的內容。
catalogue-heading = { $count ->
       *[other] 共 { $count } 篇文獻
    }
catalogue-empty = 還沒有文獻。
catalogue-unattributed = 未註明發布者
why-terms = 匹配：{ $terms }
why-runs = 與問題連續相同的字：{ $terms }
why-alias = 「{ $asked }」即「{ $found }」
why-sound = 「{ $asked }」與「{ $found }」音近
why-translation = 「{ $asked }」按中文「{ $found }」查找
why-number = 「{ $asked }」在此寫作「{ $found }」
why-near = 「{ $asked }」與「{ $found }」部分相同：年、月或日
why-form = 「{ $asked }」在此的詞形是「{ $found }」
why-title = 標題中有：{ $terms }
why-named = 問題指名了這篇文獻或其中這一部分。
no-more = 沒有更多了。
not-here = 這裡沒有可以這樣做的內容。
no-number = 沒有這個編號。
example-person = { $name }是誰？
example-title = 《{ $title }》說了什麼？
why-gone = 之後文獻有更新，請重新提問再看原因。

## 收錄

about = { $documents ->
       *[other] { $documents } 篇文獻
    }，{ $passages ->
       *[other] { $passages } 個段落
    }。
about-dates = 日期從 { $earliest } 到 { $latest }。
about-date = 日期為 { $earliest }。
about-publishers = 來自：
about-publisher = { $publisher }（{ $count }）
about-unattributed = { $count ->
       *[other] { $count } 篇未註明發布者。
    }

## 提示

question-empty = 這裡面沒有可以查詢的詞。請寫出人名、地名，或者想了解的事。
question-expired = 時間太久了，請重新提問。
not-yours = 這些按鈕只給提問的人用。用 /ask 可以問你自己的問題。
button-unknown = 這個按鈕已經失效，請重新提問。
too-many = 一分鐘內的請求太多了，請在 { $seconds } 秒後再試。
stale = 剛才我不在，這則訊息現在才看到，沒有及時回答。如果還需要，請再問一次。
engine-down = 暫時連不上檢索服務，無法查找。請過幾分鐘再問。
engine-alarm = 目前誰都得不到回答：檢索引擎沒有回應。{ $where }：{ $why }
not-saved = 暫時無法儲存，請稍後再試。
failed = 出了點問題，已經記錄下來。請再試一次。
only-admins = 這個命令只供本機器人的管理員使用。
only-in-private = 請在私訊裡發給我。
chat-not-served = 我是私用機器人，不在這個聊天裡回答。
ask-usage = 請在命令後面寫上問題，例如：/ask { $example }
vote-up = 謝謝！
vote-down = 謝謝。是哪裡不好？
vote-reason = 謝謝，已記下。

## 語言

language-name-hans = 简体中文
language-name-hant = 繁體中文
language-name-en = English
language-choose = 要我說哪種語言？引文始終保持原樣。
language-chosen = 我會說繁體中文。
language-automatic = 我會使用你 Telegram 的語言。

## 隱私

privacy =
    你提問時，我會保留：
    – { $text ->
        [none] 不含你的文字，只有「有人問過」：
       *[text] 你的問題、
    }時間（精確到小時）、在哪類聊天裡（私訊、群組……）、引用了什麼、把握多大、用了多久；
    – 代替你和聊天編號的化名，由金鑰生成，群組裡和私訊裡各不相同。沒有姓名、使用者名稱或號碼。金鑰用 { $pseudonyms } 天後銷毀：此後誰也不知道（我也不知道）更早的記錄裡哪些是你的；
    – 你的評價，以及我的哪條訊息回答了你的哪條訊息，這樣修改問題時回答會跟著更新；
    – 你選擇的語言（如有），與問題分開存放，直到你刪除它，或者重新選擇「{ button-automatic }」。

    用途：讓回答下面的按鈕能用，也讓管理者了解大家問什麼、文獻裡缺什麼。
    保留多久：{ $days ->
        [0] 到下一次每日清理為止
       *[other] { $days } 天
    }。{ $encrypted ->
        [yes] 檔案是加密的，金鑰另外存放。
       *[no] 我沒有給檔案加密。
    }
    你發來的訊息在得到回答之前也會記下，以免遺失；內聯模式裡的提問此後不再保留。程式的記憶體裡還會保留找到的內容和所查的字句，最多十分鐘，不帶任何人的名義。群組裡的回答，那裡的其他人也看得到；Telegram 本身看得到一切。

    /mydata 把還能找到的、關於你的全部記錄發給你，/forget 刪除它們：至少包括最近 { $findable } 天的。
forget-confirm = { $rows ->
       *[other] 你的化名下有 { $rows } 條記錄。要刪除嗎？
    }
forget-nothing = 沒有保留關於你的任何記錄。
forget-done = { $rows ->
       *[other] 已刪除 { $rows } 條記錄。
    }
forget-later = 已刪除 { $rows } 條記錄；但另一個程式正在讀取檔案，其中可能還留有痕跡。它一放手就會被覆寫，我每十分鐘試一次。
forget-kept = 沒有刪除任何記錄。

## 重新讀取

reload-started = 正在重新讀取語料；在此期間仍用舊的語料回答。
reload-running = 已經有一次重新讀取正在進行。
reload-stopped = 已停止重新讀取，仍由舊的語料回答。
reload-stopping = 正在停止重新讀取。
reload-none = 現在沒有在重新讀取。
reload-unchanged = 沒有變化：{ $documents } 篇文獻，{ $passages } 個段落（{ $seconds } 秒）。
reload-done = 新語料已啟用：{ $documents } 篇文獻，{ $passages } 個段落（{ $seconds } 秒）。
reload-passages = 段落：新增 { $added }，減少 { $removed }。
reload-added = 新增（{ $count }）：
reload-changed = 有改動（{ $count }）：
reload-removed = 已移除（{ $count }）：
reload-skipped = 未能讀取（{ $count }）：
reload-item = – { $title }
reload-skip = – { $path }：{ $reason }
reload-more = – 以及另外 { $count } 項
reload-broke-off = 重新讀取中斷：它的行程被外部終止（訊號 { $signal }），可能是記憶體不足。原有語料繼續服務；再次 /reload 會從中斷處繼續。
reload-failed = 未能重新讀取語料，仍由舊的語料回答。{ $path }：{ $reason }
reload-held = 尚未啟用：{ $documents } 篇文獻，{ $passages } 個段落（{ $seconds } 秒）。啟用新語料（/reload serve），還是保留舊語料（/reload keep）？
reload-served = 新語料已啟用：{ $documents } 篇文獻，{ $passages } 個段落。
reload-kept = 繼續使用舊語料。
reload-no-decision = 沒有等待決定的事。
rollback-done = 已恢復上一份語料：{ $documents } 篇文獻，{ $passages } 個段落。下一次 /reload 會重新讀取資料夾。
rollback-none = 沒有上一份語料。

## 為什麼沒有收錄

cause-no-reader = 沒有能讀「{ $suffix }」的程式；能讀的有：{ $readable }
cause-no-text = 裡面沒有文字
cause-not-regular = 不是普通檔案
cause-too-large = 超過 { $megabytes } MB；請分成小一些的檔案
cause-denied = 無法讀取：沒有權限
cause-vanished = 讀取語料時它被移走了
cause-system = 無法讀取：系統回報 { $code }
cause-name-not-unicode = 檔名不是 UTF-8；請改名
cause-link-dead = 連結指向的地方不存在
cause-link-seen = 連結指向已經讀過的資料夾
cause-link-outside = 連結指向語料資料夾之外
cause-absent = { $manifest } 裡寫了它，但沒有這個檔案
cause-unused = { $manifest } 裡有這個模式，但沒有檔案符合
cause-binary = 是二進位檔案，不是文字
cause-not-as-marked = 它標明是 { $encoding }，但第 { $byte } 位元組處並不是
cause-damaged = 是 UTF-8，但第 { $byte } 位元組處已損壞
cause-encoding-unknown = 無法判斷編碼；請存為 UTF-8
cause-not-json = 不是 JSON（第 { $column } 欄）
cause-json-too-deep = 不是能讀的 JSON：數字太長或巢狀太深
cause-json-no-object = 不是 JSON 物件
cause-json-no-text = 沒有 "text"，它必須是有內容的字串
cause-memory = 佔用記憶體超過 { $megabytes } MB（corpus.file_mb）
cause-too-slow = 讀取超過 { $seconds } 秒（corpus.file_seconds）
cause-broke-off = 讀取程式中途當掉
cause-bytes-replaced = 已讀入，但有 { $count } 個錯誤位元組顯示為 �
cause-archive-damaged = 壓縮檔已損壞或不完整
cause-archive-bomb = 解開後遠大於本身，未開啟
cause-encrypted = 已加密；請存為不帶密碼的檔案
cause-needs-documents = 要讀它，請執行：pip install 'yinju[documents]'
cause-too-many-pages = 有 { $pages } 頁，超過 { $most } 頁；請分成小一些的檔案
cause-pdf-damaged = PDF 已損壞或不完整
cause-pdf-scanned = 各頁是圖片，沒有文字；請先辨識文字（OCR）
cause-page-damaged = 這一頁無法讀取
cause-table-damaged = 不是能讀的表格（第 { $line } 行）
cause-notebook-damaged = 不是 Jupyter 筆記本
cause-no-cues = 裡面沒有字幕
cause-json-no-documents = 裡面沒有文獻，是設定或資料
cause-loses-documents = { $total } 篇文獻中有 { $gone } 篇會消失或被替換
cause-loses-answers = { $total } 個已知段落中有 { $gone } 個會找不到
cause-no-characters = 其中 { $share }% 根本不是文字
cause-decoded-twice = 其中的字元是位元組：UTF-8 被當成了別的編碼
cause-encoded-data = 是編碼後的資料，不是文字
cause-decoded-wrongly = 漢字中只有 { $share }% 是常用字：編碼已遺失
cause-no-letters = 其中幾乎沒有文字或數字
cause-no-words = 字母中只有 { $share }% 像單詞那樣排列
cause-failed = 本程式處理不了它；請連同檔案一起回報
cause-no-aliases = 未能從中學到別名；只用 aliases.toml 裡的
cause-no-dictionary = 英文問題查不到中文內容
cause-no-sounds = 無法識別同音詞
cause-no-thresholds = 未能測定把握的高低；採用通常的界限
stage-find = 尋找
stage-read = 讀取
stage-split = 切分段落
stage-segment = 分詞
stage-learn = 學習
skip-stage = { $reason }（{ $stage }）
skip-all = 全部文獻
skip-no-reader = – { $count } 個不讀取的檔案，按類型：{ $suffixes }
skip-more = （另有 { $count } 個同樣的）

## 內聯模式

inline-usage = 輸入問題，引用文獻原文
inline-usage-text = 輸入 @{ $username } 和問題，即可引用文獻原文。
inline-none = 沒有找到，到私訊問我
inline-down = 暫時連不上檢索服務

## 終端

terminal-welcome = 引據：{ $documents } 篇文獻，{ $passages } 個段落。請提問；空行或 Ctrl-D 結束。
terminal-prompt = ❯
terminal-no-token = 沒有配置 Telegram 令牌（telegram.token），改在終端裡對話。
terminal-commands = 還可以用：/help /about /documents /random /language /privacy /mydata /forget /reload

## 輸入的詞（以 | 分開，小寫）

typed-hint = 可以輸入：{ $words }
typed-read = 讀|打開|看|全文|看全文|展開
typed-more = 更多|還有嗎|還有呢|繼續
typed-next = 下一頁|下一段
typed-previous = 上一頁|上一段
typed-newest = 最新|最新在前
typed-relevance = 最相關|最相關在前
typed-source = 原文|出處|原文在哪|原文在哪裡|來源
typed-only = 只看這篇
typed-all = 全部文獻|全部|所有文獻
typed-literal = 按原字|按原字查
typed-alone = 只查這幾個字
typed-another = 換一段|再來一段
typed-file = 檔案|存成檔案|下載
typed-why = 為什麼|為什麼是這段
typed-copy = 複製|引用
typed-up = 讚|好
typed-down = 踩|不好
typed-irrelevant = 不相關
typed-outdated = 過時了|過時
typed-misunderstood = 不是我問的
typed-unattributed = 未註明發布者
typed-back = 返回|回到答案

## 閒聊與各種說法（.said 與 said- 各行以 | 分開；… 表示任意文字，* 表示前一個字可以重複）

talk-greeting = 你好！請問我文獻裡的事，我用原文回答。
    .said = 你好|您好|嗨|哈嘍|早上好|下午好|晚上好|大家好|在嗎|在麼
talk-thanks = 不客氣。
    .said = 謝謝|謝謝你|謝謝您|多謝|感謝|非常感謝|太感謝了|謝了|辛苦了
talk-laughter = 😊
    .said = 哈*|呵*|嘻*|笑死|嘿*|好的|好|嗯*|哦*|知道了|明白了|收到|了解|瞭解
talk-who = 我是引據：只用文獻的原文回答，每段都附出處，不編造任何內容。/help 怎麼提問，/privacy 會保留什麼。
    .said = 你是誰|你是什麼|你是機器人嗎|你叫什麼|你叫什麼名字|你能做什麼|你會什麼|你是人嗎
talk-insult = 抱歉沒有幫上忙。換一種說法，或者寫出人名、地名再試一次。
    .said = 傻|傻逼|笨蛋|垃圾|沒用|滾|廢物|白痴|你這個垃圾|你真垃圾|太垃圾了|你真沒用|真沒用|沒用的東西|你好蠢|蠢|蠢貨|笨|你真笨|你有病|滾蛋|滾開|去死|他媽的|操你媽|什麼破玩意|什麼垃圾
talk-voice = 我只會讀文字，聽不了語音。請把問題打出來。
talk-picture = 我只會讀文字，看不了圖片和影片。請把問題打出來。
talk-other = 我只會讀文字，看不了這個。請把問題打出來。
talk-sticker = 😊 請把問題打出來，我用文獻原文回答。
talk-joined = 大家好，我用文獻原文回答問題：/ask 加問題，或者回復一條訊息發 /ask 來核對它。/privacy 會保留什麼。
said-help = 幫助|怎麼用|怎麼問|怎麼提問|使用說明|幫幫我
said-catalogue = 有什麼文章|有哪些文章|有什麼文獻|有哪些文獻|有哪些檔案|有什麼資料|有哪些資料|收錄了什麼|收錄了哪些文獻|最近的新聞|最新的新聞|最近有什麼|最近有什麼新聞|最新的文獻|最新文獻|有什麼新的|最新消息
said-document = …全文|…的全文|…的原文|找…這篇|《…》|開啟《…》|開啟…這篇|…那封信在哪
said-listing = 誰簽了|誰簽名|誰簽署|哪些人籤|哪些組織|哪些機構|哪些國家籤|哪些要求|什麼要求|哪些建議|名單|有哪些人
said-verify = 這是真的嗎|是真的嗎|真的嗎|真的假的|真假|查一下|查查|核實一下|核實|求證|有依據嗎|屬實嗎
said-within = 在這篇裡找…|這篇裡找…|這篇裡有沒有…|在這篇裡搜…
said-forwarded = 轉發|轉|轉帖|網傳
said-published = 聲明|講話|發言|報告|報道|報導|公開信|信|新聞稿|言論
said-replacing = 那…呢|…呢|換成…呢|那麼…呢
said-leaning = 什麼時候|何時|在哪裡|在哪兒|哪裡|為什麼呢|誰說的|還有誰|還有什麼|多少人|後來呢|然後呢|結果呢|結果怎樣|怎麼回事

## 核對、文獻與清單

answer-follows = 接著上一問：{ $question }
button-alone = 🔤 只查這幾個字
claims = 逐句核對：{ $count } 句中有 { $found } 句在文獻裡找到相關段落。找到不等於證實，請看原文。
claim-none = 文獻裡沒有。
claims-left = { $count ->
       *[other] 還有 { $count } 句沒有核對。
    }
documents-found = { $count ->
       *[other] 找到 { $count } 篇文獻：
    }
document-length = { $characters ->
       *[other] 全文 { $characters } 字
    }
button-file = 📄 { $number } 存成檔案
button-copy = 📋 複製
button-show-all = 📢 給大家看
button-in-private = 🔒 在私聊裡看
answer-in-private = 這個回答只給提問者看：請到私聊裡打開。
button-share = ↗ 轉發
listing = { $count ->
       *[other] 清單共 { $count } 項：
    }
listing-more = { $count ->
       *[other] ……還有 { $count } 項，見原文。
    }
start-language = 文獻是中文的。
start-examples = 可以先試試這些：

## 網頁

site-title = 引據 · 文獻
site-documents = 文獻
site-search = 檢索
site-by-date = 按日期
site-by-publisher = 按發布者
site-search-hint = 輸入詞句，只在這一頁裡查找，不傳送到任何地方
site-search-script = 檢索需要 JavaScript；閱讀不需要。
site-footer = 由引據產生的靜態頁面：沒有統計、Cookie 或外部內容。SHA256SUMS 可核對每個檔案。
answer-copy = 本站副本

## Matrix

matrix-unreadable = 這條訊息我沒能解密，讀不了。請再傳一次；加密房間裡新加入的成員讀不到之前的訊息。
