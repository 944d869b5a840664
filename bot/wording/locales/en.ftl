# Yinju in English. Parameters stand in { } and keep their names; keys are the same in every file.

## Commands, as Telegram's menus show them (at most 256 characters)

command-ask = Look something up in the documents
command-documents = Browse the documents
command-random = A passage to read
command-about = What the corpus holds
command-language = Choose your language
command-privacy = What is kept about you
command-mydata = Get all that is kept about you
command-forget = Delete what is kept about you
command-help = How to ask
command-reload = Read the corpus again (admins)
command-rollback = Return to the corpus before (admins)
bot-description = Ask a question and get the documents' own words back, with a link to each source. Nothing is made up; where the documents hold nothing, you are told so.
bot-short-description = Answers with verbatim quotes from a corpus of documents.

## Greeting and help

start =
    Ask me anything about the documents I hold. I answer with their own words, and a link to each source.

    /help shows how to ask, /about what I hold, /privacy what I keep.
start-empty =
    I answer questions with the documents' own words. There are no documents yet: whoever runs me has to put some into the corpus folder and send /reload.
help =
    Just send your question here. In groups: /ask and the question, mention me, or reply to one of my messages. /ask in reply to somebody's message looks that message up.

    An answer is one of three: passages on your question; passages with its words, where the documents may not answer it; or nothing, and then I say so. One word, or a "phrase" alone, lists every passage that has it.

    To be more precise:
    "exact words" – passages with just these words
    -word – none with this word
    source:name – only documents of this publisher or file
    author:name – only documents by this author
    year:2021 or year:2019-2021 – only documents of these years
help-inline = In any other chat, type @{ $username } and your question.

## Answers

answer-found = Passages on your question:
answer-possible = Passages with these words – the documents may not answer the question:
answer-lookup = “{ $asked }” stands in { $passages ->
        [one] one passage
       *[other] { $passages } passages
    } of { $documents ->
        [one] one document
       *[other] { $documents } documents
    }:
answer-page = Page { $page } of { $pages }
answer-none = Nothing in the documents is about that.
answer-none-filtered = With the filter { $filter }, nothing is left.
answer-filters = Only: { $filters }
answer-only = Only in “{ $title }”
answer-missing = No passage has: { $terms }
answer-nearest = Titles with your words:
answer-suggestion = Did you mean: { $terms }?
answer-bridge-sound = Searched for { $found } (you wrote { $asked }).
answer-bridge-alias = { $asked } is also written { $found } here.
answer-translated = Looked up in Chinese: { $words }
answer-revised = The documents have changed since you asked; this is from today's.
answer-truncated = Your question was long; only its first { $characters } characters were looked up.
answer-partial = That took too long and was cut short: there may be more than this.
answer-ignored = A question may have { $most } filters; not used: { $filters }.
answer-language = The documents are in Chinese.
answer-source = Source
answer-also = also in { $count ->
    [one] 1 other document
   *[other] { $count } other documents
}
answer-older = Older version; here is the newest
answer-collection = In this collection
quote-undated = undated

## Buttons

button-read = 📖 { $number }
button-read-one = 📖 In context
button-more = More ▸
button-newest = 🕒 Newest first
button-relevance = 🎯 Best first
button-only = 📄 Only this document
button-all = 📚 All documents
button-why = 💡 Why this?
button-cite = 📋 Copy citation
button-back = ↩ Back
button-source = 🔗 Source
button-literal = 🔤 Search “{ $asked }” literally
button-irrelevant = Not relevant
button-outdated = Outdated
button-misunderstood = Not what I asked
button-another = 🎲 Another
button-every-publisher = All publishers
button-forget = Delete it all
button-keep = Keep it
button-reload-serve = Put it in service
button-reload-keep = Keep the old one
button-automatic = As in Telegram

## Reading on

page-place = { $number }/{ $total }
page-revised = This text was revised since the link was made; this is the nearest place.
page-no-url = This document has no address on the web; here it stands as it was given to me.
document-gone = That document is not in the corpus any more.
place-unknown = That link does not lead anywhere here.
catalogue-heading = { $count ->
        [one] One document
       *[other] { $count } documents
    }
catalogue-empty = There are no documents yet.
catalogue-unattributed = No publisher
why-terms = Matched: { $terms }
why-runs = In a row, as in your question: { $terms }
why-alias = “{ $asked }” = “{ $found }”
why-sound = “{ $asked }” sounds like “{ $found }”
why-translation = “{ $asked }” was searched as “{ $found }”
why-number = “{ $asked }” is written “{ $found }” here
why-near = “{ $asked }” and “{ $found }” agree in part: year, month or day
why-form = “{ $asked }” stands here as “{ $found }”
why-title = In the title: { $terms }
why-named = Your question names this document or this part of it.
no-more = There is no more.
not-here = There is nothing here to do that with.
no-number = There is nothing with that number.
example-person = Who is { $name }?
example-title = What does “{ $title }” say?
why-gone = The documents have changed since. Ask again to see why.

## What it holds

about = { $documents ->
        [one] One document
       *[other] { $documents } documents
    } in { $passages ->
        [one] one passage
       *[other] { $passages } passages
    }.
about-dates = Dated { $earliest } to { $latest }.
about-date = Dated { $earliest }.
about-publishers = From:
about-publisher = { $publisher } ({ $count })
about-unattributed = { $count ->
        [one] One without a named publisher.
       *[other] { $count } without a named publisher.
    }

## Notices

question-empty = I found no word in that to look up. Ask with a name, a place, or what it is about.
question-expired = That was too long ago: please ask again.
not-yours = Those buttons are for whoever asked. Ask with /ask to get your own.
button-unknown = That button is not one of mine any more: please ask again.
too-many = That was a lot in one minute. I will answer again in { $seconds } seconds.
stale = I was away and read this only now, too late to answer. If you still want to know, please ask again.
engine-down = The search cannot be reached just now, so I cannot look anything up. Please ask again in a few minutes.
engine-alarm = Nobody gets an answer just now: the search engine does not serve. { $where }: { $why }
not-saved = That could not be saved just now. Please try again later.
failed = Something went wrong with that, and it has been noted. Please try again.
only-admins = That command is for the admins of this bot.
only-in-private = Send that to me in a private chat.
chat-not-served = I am a private bot and do not answer in this chat.
ask-usage = Write your question after the command, like this: /ask { $example }
vote-up = Thank you!
vote-down = Thank you. What was wrong?
vote-reason = Thank you, noted.

## Languages

language-name-hans = 简体中文
language-name-hant = 繁體中文
language-name-en = English
language-choose = Which language shall I speak? Quotes always stay as they are.
language-chosen = I will speak English.
language-automatic = I will speak the language of your Telegram.

## Privacy

privacy =
    What I keep when you ask:
    – { $text ->
        [none] not your words, but that something was asked:
       *[text] your question,
    } the time to the hour, in what kind of chat (private, group …), what was quoted, how sure I was and how long it took;
    – in place of your and the chat's id a pseudonym, another one in groups than in private, made with a secret key. No name, no user name, no number. The key is thrown away after { $pseudonyms ->
        [one] one day
       *[other] { $pseudonyms } days
    }: then nobody can tell any more, me included, which of the older entries are yours;
    – your votes, and which message of mine answers which of yours, so that an edited question updates its answer;
    – the language, if you chose one, apart from your questions, until you delete it or choose “{ button-automatic }” again.

    Why: so that buttons under an answer work, and so that those who run this bot see what people ask and what the documents do not answer.
    How long: { $days ->
        [0] until the next daily clean-up
        [one] one day
       *[other] { $days } days
    }. { $encrypted ->
        [yes] The file is encrypted, and its key is kept apart.
       *[no] The file is not encrypted by me.
    }
    What you send is also set down until it is answered, so that nothing is lost. What you ask in inline mode is not kept beyond that. For ten minutes at most, the memory of the program also holds what it found and for which words, under nobody’s name. Answers in groups can be seen by others there, and Telegram itself sees everything.

    /mydata sends you all that can still be found of you, /forget deletes it: everything of the last { $findable ->
        [0] hours
        [one] day
       *[other] { $findable } days
    } at least.
forget-confirm = { $rows ->
        [one] One entry is kept under your pseudonym. Delete it?
       *[other] { $rows } entries are kept under your pseudonym. Delete them?
    }
forget-nothing = Nothing is kept about you.
forget-done = { $rows ->
        [one] One entry was deleted.
       *[other] { $rows } entries were deleted.
    }
forget-later = { $rows ->
        [one] One entry is deleted,
       *[other] { $rows } entries are deleted,
    } but traces of them may still be in the file, for another program is reading it. They are overwritten as soon as it lets go; I try every ten minutes.
forget-kept = Nothing was deleted.

## Reload

reload-started = Reading the corpus again; questions go on being answered from the old one.
reload-running = A reload is already under way.
reload-stopped = The reload was stopped; the old corpus goes on serving.
reload-stopping = Stopping the reload.
reload-none = No reload is under way.
reload-unchanged = Nothing changed: { $documents } documents, { $passages } passages ({ $seconds } s).
reload-done = The new corpus is in service: { $documents } documents, { $passages } passages ({ $seconds } s).
reload-passages = Passages: { $added } new, { $removed } gone.
reload-added = New ({ $count }):
reload-changed = Changed ({ $count }):
reload-removed = Gone ({ $count }):
reload-skipped = Not read ({ $count }):
reload-item = – { $title }
reload-skip = – { $path }: { $reason }
reload-more = – and { $count } more
reload-broke-off = The reload broke off: its process was ended from outside (signal { $signal }), perhaps for want of memory. The old corpus goes on serving; /reload goes on where this one was.
reload-failed = The corpus could not be read again, so the old one goes on serving. { $path }: { $reason }
reload-held = Not in service yet: { $documents } documents, { $passages } passages ({ $seconds } s). Put it in service (/reload serve), or keep the old corpus (/reload keep)?
reload-served = The new corpus is in service: { $documents } documents, { $passages } passages.
reload-kept = The old corpus stays in service.
reload-no-decision = Nothing is waiting for a decision.
rollback-done = The corpus before is in service again: { $documents } documents, { $passages } passages. The next /reload reads the folder again.
rollback-none = There is no corpus before this one.

## Why a file is not in the corpus

cause-no-reader = no reader for "{ $suffix }"; these are read: { $readable }
cause-no-text = there is no text in it
cause-not-regular = not a regular file
cause-too-large = larger than { $megabytes } MB; split it into smaller files
cause-denied = cannot be read: the bot has no permission
cause-vanished = it was removed while the corpus was read
cause-system = cannot be read: the system says { $code }
cause-name-not-unicode = its name is not UTF-8; rename it
cause-link-dead = a link that leads nowhere
cause-link-seen = a link to a folder that is read already
cause-link-outside = a link that leads out of the corpus folder
cause-absent = { $manifest } describes it, but there is no such file
cause-unused = { $manifest } has this pattern, but no file fits it
cause-binary = it is a binary file, not text
cause-not-as-marked = it says it is { $encoding } but is not, at byte { $byte }
cause-damaged = it is UTF-8, but damaged at byte { $byte }
cause-encoding-unknown = its encoding could not be told; save it as UTF-8
cause-not-json = not JSON, at column { $column }
cause-json-too-deep = not JSON that can be read: a number too long or nested too deep
cause-json-no-object = not a JSON object
cause-json-no-text = no "text", which must be a string with something in it
cause-memory = it takes more than { $megabytes } MB of memory (corpus.file_mb)
cause-too-slow = reading it takes longer than { $seconds } s (corpus.file_seconds)
cause-broke-off = its reader broke off
cause-bytes-replaced = { $count ->
        [one] it was read, but one stray byte stands as �
       *[other] it was read, but { $count } stray bytes stand as �
    }
cause-archive-damaged = the archive is damaged or not complete
cause-archive-bomb = it unpacks to far more than it holds; not opened
cause-encrypted = it is encrypted; save it without a password
cause-needs-documents = to read it, run: pip install 'yinju[documents]'
cause-too-many-pages = { $pages } pages, more than { $most }; split it into smaller files
cause-pdf-damaged = the PDF is damaged or not complete
cause-pdf-scanned = its pages are pictures without text; recognise the text first (OCR)
cause-page-damaged = this page cannot be read
cause-table-damaged = not a table that can be read, at line { $line }
cause-notebook-damaged = not a Jupyter notebook
cause-no-cues = there are no subtitles in it
cause-json-no-documents = no list of documents: settings or data
cause-loses-documents = { $gone } of { $total } documents would be gone or replaced
cause-loses-answers = { $gone } of { $total } known passages would not be found any more
cause-no-characters = { $share } % of it is no characters at all
cause-decoded-twice = its characters are bytes: UTF-8 read as something else
cause-encoded-data = it is encoded data, not text
cause-decoded-wrongly = only { $share } % of its Chinese characters are usual ones: its encoding was lost
cause-no-letters = almost nothing in it is a letter, a character or a digit
cause-no-words = only { $share } % of its letters stand as in words
cause-failed = this program cannot cope with it; please report it, with the file
cause-no-aliases = other names were not learned from them; only those of aliases.toml count
cause-no-dictionary = English questions do not reach Chinese text
cause-no-sounds = words that sound alike are not known
cause-no-thresholds = how sure an answer is was not measured; the usual thresholds count
stage-find = finding it
stage-read = reading it
stage-split = cutting it into passages
stage-segment = finding its words
stage-learn = learning from it
skip-stage = { $reason } ({ $stage })
skip-all = all documents
skip-no-reader = – { $count } files of kinds that are not read: { $suffixes }
skip-more = (and { $count } more like it)

## Inline mode

inline-usage = Type a question to quote the documents
inline-usage-text = Type @{ $username } and a question to quote the documents.
inline-none = Nothing found – ask me in private
inline-down = The search is out of reach just now

## Terminal

terminal-welcome = Yinju: { $documents } documents, { $passages } passages. Ask; an empty line or Ctrl-D ends.
terminal-prompt = ❯
terminal-no-token = No Telegram token is configured (telegram.token): talking here instead.
terminal-commands = Also: /help /about /documents /random /language /privacy /mydata /forget /reload

## Typed words (parted by |, lower case)

typed-hint = You can type: { $words }
typed-read = read|open|full text|number|no.|#
typed-more = more|more please|what else
typed-next = next|next page
typed-previous = previous|previous page|prev
typed-newest = newest|newest first
typed-relevance = best first|relevance
typed-source = source|where is that from
typed-only = only this|only this document
typed-all = all documents|all
typed-literal = literally|literal
typed-alone = these words alone
typed-another = another|another one
typed-file = file|as a file|download
typed-why = why|why this
typed-copy = copy|cite
typed-up = up|good|👍
typed-down = down|bad|👎
typed-irrelevant = not relevant|irrelevant
typed-outdated = outdated
typed-misunderstood = not what i asked
typed-unattributed = no publisher
typed-back = back

## Small talk, and how people say things (.said and said- rows: parted by |; … stands for any words, * for the sign before it again)

talk-greeting = Hello! Ask me about the documents; I answer with their own words.
    .said = hello|hi|hey|good morning|good evening|good afternoon|hi there|hello there
talk-thanks = You are welcome.
    .said = thanks|thank you|thank you very much|thx|many thanks|thanks a lot|cheers
talk-laughter = 😊
    .said = ha ha|haha|hahaha|lol|lmao|ok|okay|i see|got it|:)|:d|😂*|🤣*|😄*|👍*|👌*|🙏*
talk-who = I am Yinju. I answer with the documents' own words, each with its source, and make nothing up. /help says how to ask, /privacy what is kept.
    .said = who are you|what are you|are you a bot|are you human|what can you do|what is your name
talk-insult = Sorry that this was no help. Try other words, or a name or a place.
    .said = idiot|stupid|useless|stupid bot|you suck|fuck you|fuck off|shut up|you are useless|you are stupid|you idiot|this is useless|garbage|trash|dumb bot
talk-voice = I can only read, not listen. Please type your question.
talk-picture = I can only read text, not pictures or videos. Please type your question.
talk-other = I can only read text, not this. Please type your question.
talk-sticker = 😊 Type a question, and I answer with the documents' own words.
talk-joined = Hello all. I answer questions with the documents' own words: /ask and a question, or /ask in reply to a message to check it. /privacy says what is kept.
said-help = help|help me|how do i ask|how does this work|how to use
said-catalogue = what documents are there|which documents are there|what articles are there|what documents do you have|list documents|what do you have|latest news|latest documents|newest documents|what's new|what is new|recent documents
said-document = full text of …|the full text of …|open "…"|show me the document …
said-listing = who signed|signatories|which organisations|which organizations|what demands|which demands|what recommendations
said-verify = is this true|is that true|true|really|check this|check|fact check|verify|verify this
said-within = in this document: …|in this one: …|search this document for …
said-forwarded = fwd|fw|forwarded|forward
said-published = statements|statement|speeches|speech|remarks|reports|report|letters|letter|press releases
said-replacing = what about …|and …|how about …
said-leaning = when|where|who|why|who else|what else|how many|and then|what happened then|since when

## Checking, documents and lists

answer-follows = Following your last question: { $question }
button-alone = 🔤 These words alone
claims = Sentence by sentence: the documents have passages on { $found } of { $count }. Found is not confirmed: read the source.
claim-none = Not in the documents.
claims-left = { $count ->
        [one] One more sentence was not checked.
       *[other] { $count } more sentences were not checked.
    }
documents-found = { $count ->
        [one] One document:
       *[other] { $count } documents:
    }
document-length = { $characters ->
       *[other] { $characters } characters
    }
button-file = 📄 { $number } as a file
button-copy = 📋 Copy
button-show-all = 📢 Show to all
button-in-private = 🔒 Read in private
answer-in-private = This answer is for whoever asked: open it in a private chat.
button-share = ↗ Share
listing = { $count ->
       *[other] A list of { $count }:
    }
listing-more = { $count ->
       *[other] … and { $count } more, in the source.
    }
start-language = The documents are in Chinese; questions in English are tried too.
start-examples = You could begin with one of these:

## Web pages

site-title = Yinju · documents
site-documents = Documents
site-search = Search
site-by-date = By date
site-by-publisher = By publisher
site-search-hint = Words to look for; nothing leaves this page
site-search-script = Searching needs JavaScript; reading does not.
site-footer = Static pages made by Yinju: no tracking, no cookies, nothing loaded from elsewhere. SHA256SUMS checks every file.
answer-copy = Our copy

## Matrix

matrix-unreadable = I could not read this: it is encrypted with a key I do not have. Please send it again; who joins an encrypted room later cannot read what was said before.
