"""What a tagger that was trained without it took for names, and names that it overlooked: words that stand where names do, in greetings, at the end of mails,
at the beginning of chat lines; and single names in the middle of sentences."""

from redact_grammar import add_rules

add_rules({
    "interjection": "oi|ugh|yall|y'all|kinda|sorta|lol|omg|btw|idk|tbh|imo|ikr|nvm|smh|fyi|hmm|hm|yep|yup|nah|yo|sup|hiya|cheers|ta|ok|okay|wow|haha|hehe|meh|gonna|wanna|dunno|gotta|pls|plz|soz|sorry|morning|evening|night|guys|folks|mate|bro|dude|sir|madam|ma'am|miss|boss|mum|dad|mom|grandma|"
                    "anyone|everybody|nobody|whoever|also|anyway|besides|however|meanwhile|otherwise|still|then|though|therefore|apparently|basically|actually|honestly|seriously|luckily|sadly|hopefully|perhaps|indeed|finally|again|instead|thus|cheerio|bye|ciao|hola|hallo|hei|hej|moi|moin|servus|salut|bonjour|ola|oi oi|tu|du|vous|usted|obrigado|obrigada|gracias|merci|danke|grazie|tack|kiitos|takk|dzięki".split("|"),
    "role.word": "Team|Editor|Customer|Client|Colleague|Colleagues|Sir|Madam|Parents|Guests|Neighbour|Neighbours|Resident|Applicant|Candidate|Subscriber|User|Reader|Readers|Member|Members|Friend|Friends|Student|Students|Support|Reception|Helpdesk|Landlord|Tenant|Committee|Board|Driver|Patient|Doctor|Professor|Officer|Manager|Hiring Manager|Support Team|Sales Team|Billing|Human Resources|"
                 "Customer Service|Facility Management|Accounts|Accounts Payable|Purchasing|Editorial Team|Management|Housekeeping|Security|The Management|The Team|Your Support Team|The Editors|The Committee|Front Desk|Consultant Physician|Staff Nurse|General Practitioner|Senior Partner|Managing Director|Head of Sales|Office Manager|Senior Engineer".split("|"),
    "closing.any": "Mvh|MVH|Med vänlig hälsning|Vänliga hälsningar|Hälsningar|Med vennlig hilsen|Vennlig hilsen|Hilsen|Venlig hilsen|Med venlig hilsen|Kh|Ystävällisin terveisin|Terveisin|Terv|Pozdrawiam|Z poważaniem|S pozdravem|Üdvözlettel|Cu stimă|Saygılarımla|Obrigada|Obrigado|Atenciosamente|Abraços|Beijos|Com os melhores cumprimentos|Saludos|Un saludo|Atentamente|Un abrazo|"
                   "Besos|Cordialement|Bien à vous|Bises|Amicalement|Cordiali saluti|Distinti saluti|Saluti|Un abbraccio|Mit freundlichen Grüßen|Viele Grüße|Liebe Grüße|LG|MfG|VG|Beste Grüße|Groetjes|Groeten|Met vriendelijke groet|Mvg|Hartelijke groet|Xx".split("|"),
    "hard.plain": """
        [Dear|Hi|Hello|Good morning|Hey|Dear|Good evening|Attention] {role.word}[,|!|:|]
        [Dear|Hi] {role.word} [and|&] {role.word},
        [Hei|Hej|Hallo|Hola|Bonjour|Ciao|Olá|Bom dia|Buenos días|Guten Tag|Goedemorgen|Dzień dobry|Dobrý den|Merhaba|Moi|Moin|Servus|Salut|Salve|Namaste|Konnichiwa|Shalom|Ahoj|Szia],
        [Hei|Hej|Hallo|Hola|Bonjour|Ciao|Olá], [I have|I've|we were|my order|can you] {word} {word}.
        {closing.any},\\n{role.word}
        [Kind regards|Regards|Yours|Best|Thanks|Cheers|Sincerely],\\n{role.word}
        {role.word}\\n{role.word}, {Cap}
        {interjection} {sentence}
        {interjection}[, |... | ]{chat.plain}
        {interjection} {interjection}
        {chat.plain} {interjection}
        [Also|Anyway|However|Besides|Finally|Then|Otherwise|Still|Perhaps|Again], [did|do|can|will|could] [you|they|we] {word} [the {noun}|{thing}][?|.]
        {sentence} [Also|Anyway|However|Besides|Finally|Then|Otherwise|Still|Perhaps|Again], {sentence}
        [with|and|for|without|like|than] {Word} and {Word}[s|] [for tea|for lunch|in the window|on top|at the end].
        [Tea|Scones|Coffee|Cake|Soup|Salad|Beer|Wine|Pizza|Bread|Cheese|Jam|Butter|Fruit] and [Scones|Cake|Biscuits|Sandwiches|Crisps|Olives|Cream|Toast] [at|from|until] {time}
        [free|pro|basic|premium|team|trial|gold|starter|enterprise|none|null|yes|no|active|pending|new|old],[free|pro|,|basic|yes|no|pending],{date},{n}
        [origin|upstream|main|master|dev|staging|backup|fork]  {url} ([fetch|push])
        {version} [is|was|has been] [pinned|released|withdrawn|tagged|out] [{soon}|on {date}|]
        [pin|bump|update|downgrade] it to {version}
        [art.|item|part|code|model|ref|colour] {nnn}.{nnn}.{nn}[, {Word}|]
        [Also|Only|Mostly|Mainly|Thanks to|Because of|Outside] {country}, {country} and the [North|South|East|West|Baltics|Balkans|rest]
        [FOR VALUE RECEIVED|IN WITNESS WHEREOF|NOW THEREFORE|WHEREAS|PROVIDED THAT|IN CONSIDERATION OF], the [undersigned|parties|Borrower|Lender|Tenant|Company] [agree|promises|shall pay] {money}
        from the [Borrower|Lender|Buyer|Seller|Tenant|Landlord|Client|Contractor|Guarantor]'s [account|address|bank|office]
        [thermostat|heating|shower|lamp|tv|fridge|wifi|lift|toilet|window|kettle|oven] [stuck|broken|leaking|too loud|off|cold|blocked][ at {n}| again| {soon}|]
        {sentence} {interjection}
    """,
    "hard.name": """
        [told|asked|saw|met|called|texted|emailed|heard from|waiting for|bringing|thanked|ring|phone|fetch|miss|remember|bring] {first.lower}[ and {first.lower}|, his brother| too| again| {soon}|]
        [told|asked|saw|met|called|Ring|Phone|Thank|Ask|Remind|Invite|Bring|cc] {last}[ and {last}| about {thing}| {soon}|]
        {first.lower} [n|and|&|+|or] {first.lower} [are|is|were|will be|r] [in|out|here|coming|late|away|ok with it]
        {last} [will do it|is on leave|has the keys|took over|wants {thing}|signed|did not reply|is at the {noun}].
        [via|per|for|from|by|to|with|without|against|about] {first.lower}
        {sentence} {first.lower} {chat.plain}
        {sentence} [Thanks|Thx|Cheers|Love|Best|Regards|Greetings][,|] {first}
        {closing.any}[,|] {first}
        {closing.any},\\n{p.plain}
        {interjection} {first.lower}[, |... | ]{chat.plain}
        {interjection} {first.lower}
        [my|ur|his|her|our] [mate|bro|cousin|sis|neighbor|boss|coach|roommate|uncle|aunt|gran|nephew|niece|ex] {first.lower} [said|is|was|has|wants|lost|bought] {word} {word}
        [Dr|Mr|Mrs|Ms|Miss|Prof|Herr|Frau|Mme|Sr|Sra|Dra|Dott|Mevr|Ing] {last}[ and [Dr|Mr|Mrs] {last}|]
        {first.lower}?[?|!|]
        [is|was|wheres|whats|hows] {first.lower}[ up to| doing| now| tonight|?]
        {first.lower}[,|:] {chat.plain}
        {chat.plain} {first.lower}
        {x.homonym} [will|is|was|has|called|said|wants] {word}
        [the|our] [boat|cat|dog|horse|pony|kitten|parrot] [and|but] {first}
        {first} ({first}'s [mum|dad|sister|brother|partner|wife|husband|friend])
        [report|draft|slides|photos|minutes|keys|cake] [from|by|with|for|via] {first}[ and {last}|]
        {first.lower} [git blame|says|said|wrote|pushed|merged|approved|asked|pinged] [it|this|that|the {noun}|ok|lgtm|lol]
        [blame|review|assign|ask|ping|thank] [says |]{p.user}[ lol| pls|]
    """,
})
