"""Texts without personal data about everything: sports, weather, nature, history, kitchens, sciences, law, programs, shops, schools, chats.

They have capitals, proper nouns and words of everyday wherever names stand, so that the tagger asks for more than a capital letter. `wide_lines` writes
some lines about one subject, `wide_sentence` one of any. Words are in `redact_wide_words`.
"""

import redact_values as values
from redact_grammar import SLOTS, add_rules, sentence, slot
from redact_noise import typos
from redact_values import pick
from redact_wide_words import WORDS

add_rules({"w." + subject: words for subject, words in WORDS.items()})
_NAMES = {name.lower() for lists in values.PEOPLE.values() for key in ("first", "last") for name in lists[key][:250]} - set(WORDS["wordname"])
_RARE = [w for w in values.WORDS["en"][4000:] if w.isalpha() and len(w) > 3 and w not in _NAMES]


def _typo(c):
    """An ordinary word, misspelled."""
    word, apply = pick(c.rng, values.WORDS["en"][60:6000]), typos(c.rng, 0.25)
    return apply(word, None)


slot("w.rare")(lambda c: pick(c.rng, _RARE))
slot("w.Rare")(lambda c: pick(c.rng, _RARE).capitalize())
slot("w.typo")(_typo)
slot("w.Typo")(lambda c: _typo(c).capitalize())
slot("w.Wordname")(lambda c: pick(c.rng, WORDS["wordname"]).capitalize())
slot("w.typos")(lambda c: typos(c.rng, 0.03)(sentence(c), None))

add_rules({
    # Capitalised or not, nobody: for all the places where a name could stand.
    "w.Thing": "{w.dish}|{w.dish}|{w.drink}|{w.city}|{w.region}|{w.holiday}|{w.tech}|{w.car}|{w.shopitem}|{w.colour}|{w.animal}|{w.plant}|{w.game}|{w.subject}|{w.disease}|{w.law}|{w.genre}|{w.sign}|{w.ingredient}|{Cap}|{w.Rare}|{w.Rare} {w.Rare}|{Word}|{w.people}|{w.sport}|{w.drug}".split("|"),
    "w.place": "{w.city}|{w.city}|{w.region}|{w.sight}|{w.mountain}|{w.river}|{town}|{country}".split("|"),
    "w.when": "in {month}|on {day}|last {day}|this spring|in {year}|by {time}|next week|every summer|at the weekend|since {month}|before {w.holiday}|after {w.holiday}|from {date}|until {day}|in the {nn}th century|at dawn|after lunch|for {n} days".split("|"),
    "w.actor": "Management|Legal|Parliament|the Court|the Council|Reception|Payroll|nobody|someone|everyone|the {job}|a {job}|the {word} {job}|our {job}|my {relative}|the {w.animal}|the board|half the class|Year {n}|the {people.some}|the government|the press|the neighbours|one {job}|the union|the union rep|the tenants|critics|residents|organisers|scientists|doctors|parents|police|officials|the jury|the referee|the coach|the choir|the crew".split("|"),
    "people.some": "{w.people}s|French|British|Dutch|Greeks|Romans|Vikings|Mongols|Moors|Celts|Saxons|Normans|Ottomans|Aztecs|Incas|Swiss|Irish|Chinese".split("|"),
    "w.says": "said|says|thinks|wrote|asked for|wants|bought|sold|forgot|found|lost|moved|opened|closed|painted|ate|saw|heard about|complained about|voted for|voted against|loves|hates|knows|ordered|returned|cancelled|praised|blamed|fixed|broke|left|missed|recommended|banned".split("|"),

    # Where a name could stand, something else does.
    "w.frame": r"""
        [with|and|to|for|from|by|without|about|like|than|between|via|per|of|against|cc] {w.Thing}[ and {w.Thing}|][, please| {w.when}|]
        {w.Thing} and {w.Thing}[ are| were|] [for {n}|{w.when}|the same|on offer|in the {noun}|my favourites|out of stock|overrated]
        [Thanks|Thank you|Sorry|Congratulations|Welcome|Good luck|Happy {w.holiday}|Merry Christmas|Well done], {w.role}!
        [ask|tell|call|email|see|contact|copy in|check with|ring|thank|remind|meet|invite] [Reception|Legal|Payroll|IT|HR|Facilities|the {job}|my {relative}|the {role}|Support|Accounts|Security|the night porter|whoever is on call|the {word} {job}][ about {w.Thing}| {w.when}|]
        {w.actor} {w.says} [the {noun}|{w.Thing}|it|a {word} {noun}][ {w.when}|].
        [I|We|They|You|She|He|It] {w.says} {w.Thing}[, {w.Thing}|][ and {w.Thing}|][ {w.when}|].
        [My|Our|The|Her|His|Their|Your|This|That|Every|No] {word} {noun} [is|was|has|needs|likes|takes|becomes] [{word}|{w.Thing}|a {noun}][ {w.when}|].
        {w.Thing}[, | or | vs | vs. | & |/| - ]{w.Thing}[?|: which one?| – a comparison| ({year})|]
        {w.Thing}, {w.Thing}, {w.Thing}[ and {w.Thing}|, etc.|]
        "{w.Thing}" [is|was|means|comes from|has nothing to do with] [a {word}|{w.people} for "{word}"|{w.Thing}|the title of the song].
        {w.Thing}'s [history|origin|price|taste|colour|weather|streets|roots|rules|users|owners|menu|new album|default] [is|are|was] {word}.
        [The|A|An] {w.people} {noun} [called|named|known as] {w.Rare}[ {w.Rare}|].
        [- |* |• |{n}. |]{w.Thing}\n[- |* |• |{n}. |]{w.Thing}\n[- |* |• |{n}. |]{w.Thing}
        [Dear|Hi|Hello|Good morning|Attention|Calling all|To all|To the] {w.role}[,|!|:]
        [Kind regards|Best wishes|Yours|Thanks|Many thanks|Sincerely|Cheers|Love|See you there],\n{w.office}
        {w.office} [is|are|will be] [closed|moving|happy to help|open] {w.when}.
        [Signed|Posted by|From|Contact|Author|Owner|Approved by|Reported by|Assigned to|Prepared by|Responsible]: {w.office}
        [Name|First name|Surname|Applicant|Customer|Contact person|Signature|Witness|Patient|Address|Email|Phone]: [|___________|n/a|N/A|none|tbd|unknown|(required)|please print|not given|-|see above|as above|withheld|redacted]
    """,
    # Words that are names, too.
    "w.homonym": r"""
        [the|a|an|this|one|another|every|that|old|my|our|any|no] {w.wordname} [is|was|in the {noun}|on the {noun}|of {noun}|has {word}|for the {noun}|and the {w.wordname}]
        [The|A|This|Every|No|Our] {w.wordname} [and|or] [the |a |]{w.wordname} [are|were|by the {noun}|for {money}]
        [{w.Wordname}] [- |(|]{colour.form}
        [rose|rosé|pink|white|red] [rose|roses|wine|petals|bush] [and|with] [the |]{w.wordname}
        The [roses|lilies|daisies|violets|olives|ivy|heather|holly|hazel|jasmine|poppies] [need|want|like|are full of|get] [feed|water|sun|aphids|lime|{word}][ {w.when}|].
        Mark [the date|your calendars|this as read|the edges with a pencil|all that apply|the spot|every box|the exam papers]
        [Will|May|Can|Could] [the|this|that|it|there|you|we|your] {word} [be|have|come] {word}?
        The [grant|bill|will|mark|joy|hope|faith|grace|bond|price|page|art|chance|chase|dean|major|earl|frost|king|young|banks|woods|fields|rivers|brooks] [was|were|is|are] [approved|due|high|read|gone|{word}|paid|contested|frozen|full][ {w.when}|].
        [April|May|June|August] [was|is|has been|brings|brought|looks|figures are|rain is] [wet|dry|busy|{word}|over|the best month|late]
        [Hope|Faith|Joy|Grace|Patience|Charity|Mercy|Prudence|Chance|Harmony] [is|are|was|springs eternal|comes first|takes time|{word} {word}|begins at home]
        Hope [this helps|all is well|to see you there|it works|so|not|that is fine]
        [Will do|May I|Mark my words|Grant access|Bill me later|Rob a bank|Sue for damages|Pat dry|Nick the skin|Drew a blank|Chase the payment|Frank the envelope|Rich in fibre|Grace period|Jack up the car|Josh around|Peg the washing|Dean's list|Miles away|Bob up and down|Skip the intro|Page down|Ray tracing|Faith schools|Gene therapy|Sandy soil|Dusty shelves|Curt reply|Dale and fell|Penny for your thoughts|Summer holidays|Autumn leaves]
        [GRANT|Grant|grant] [ALL|all|SELECT|select|access|permission|funding|holders|money] [ON|on|to|for|from] [orders|the {noun}|{word}|db.*]
        [young|long|short|white|black|brown|green|stone|king|hill|field|rivers|banks|wood] {noun}[s|] [and|by|near|under|in] [young|long|short|white|black|brown|green|stone|king|hill|field|rivers|banks|wood] {noun}
        [Young|Long|Short|White|Black|Brown|Green|Stone|King|Hill|Field|Rivers|Banks|Wood] {noun}[s|] [and|by|near|under|in] [the |]{noun}
        [Brown|White|Black|Green|Gray] [rice|bread|sugar|tea|pepper|olives|holes|paint|bears|ink|onions] [is|are|with] {w.ingredient}
        [jack of all trades|plain jane|average joe|every tom, dick and harry|joe public|peeping tom|doubting thomas|nosy parker|smart alec|bob's your uncle|the real mccoy|keeping up with the joneses|for pete's sake|good grief charlie|happy as larry|even steven|heavens to betsy|mickey mouse money|jolly roger|johnny come lately|uncle sam|big brother|mother nature|father time|father christmas|santa claus|jack frost]
    """,
    "colour.form": "matt)|gloss)|{nn} ml|{money}|size {nn}|sold out|{w.colour}|limited edition".split("|"),
    "w.typed": r"""
        {w.typo} {word} {w.typo} {word} [and|the|a|of|is] {w.typo}[.|]
        {w.Typo} {word} [and|the|a|of|is|for] {w.typo} {w.typo}[.|?|!|]
        {w.typos}
        {w.typos} {w.typos}
        [plz|pls|can u|i|we|teh|hte|adn] {w.typo} [teh|the|my|ur] {w.typo} {word}
        [Definately|Recieved|Seperate|Occured|Tommorow|Wierd|Untill|Thier|Wich|Becuase|Freind|Calender|Goverment|Enviroment|Accomodation|Adress|Managment|Teh|Adn|Febuary|Wensday|Saterday|Tuseday|Restaraunt|Begining|Succesful|Necesary] {word} {word} [{w.typo}|{word}]
    """,
    "w.rareline": r"""
        [The|A|This|Every|Such|No] {w.rare} {w.rare} [is|was|of|in|with|without|and] [the|a|its|] {w.rare}[ {w.rare}|][.|,|;]
        {w.Rare} {w.rare} {w.rare} [of|in|with|and] {w.rare}.
        {w.Rare} and {w.Rare}
        {w.Rare} [of|with|without|in|versus|after|under] {w.Rare}[: {w.rare} {w.rare}|]
        {w.rare}, {w.rare}, {w.rare}[ and {w.rare}|]
        {w.Rare}, {w.Rare}, {w.Rare}
        [to|we|they|you|I] {w.rare} [the|a|an|their] {w.rare} {w.rare} [and|or|until|because] {w.rare} {w.rare}
        "{w.Rare} {w.rare}," [it said|read the sign|the voice repeated|they shouted]. {sentence}
        {w.Rare} [is|was] [the|a|an] {w.rare} [kind of|sort of|form of|word for] {w.rare}.
        [In|At|Near|Under|Behind|Beyond] the {w.rare} {w.rare} {w.rare}, {sentence}
    """,

    "w.sports": r"""
        {w.side} [beat|lost to|drew with|held|thrashed|edged|host|face|meet|play|knocked out|visit] {w.side} {n}-{n}[ after extra time| on penalties| in {w.city}| at home| {w.when}|].
        [A|The] [late goal|penalty|red card|hat-trick|try|drop goal|yorker|double fault|own goal|counter-attack|wicket|tie-break|photo finish] [in the {nn}th minute|before half time|in the second set|on the last lap] [decided it|made it {n}-{n}|silenced the crowd|sent {w.side} to {w.tournament}].
        {w.side} [qualified for|withdrew from|won|lead|crashed out of|are favourites for] {w.tournament}[ {w.when}|].
        [Attendance|Referee's report|Half-time score|Corners|Conditions|Man of the match]: [{nnn}|none|{n}-{n}|good to soft|not awarded]
        [{nnn} metres|Long jump|High jump|4 x 100|Relay|Discus]: {n}.{nn} [s|m], [a personal best|wind-assisted|a club record|new record].
        {w.sport}, {w.sport} and {w.sport} [are|were] [cancelled|on Channel {n}|moved indoors|popular in {country}].
        Stage {n}, {w.city} to {w.city}, {nnn} km: [rain|a bunch sprint|crashes|time trial], [yellow|pink|green] jersey [unchanged|lost {nn} seconds].
        Fixtures: {w.side} v {w.side}, {day} {time}; {w.side} v {w.side}, {day} {time}
        [Bring|You need] [shin pads|a racket|studs|water|spikes] to [training|the match|practice] {w.when}.
    """,
    "w.weather": r"""
        [Rain|Snow|Fog|Sleet|Drizzle|Thunder|Frost|Sunshine|High winds|Sunny spells] [in|over|across|along] {w.place}[ and {w.place}|] {w.when}, [highs of|lows of|up to] {nn} [°C|degrees|°F].
        [Low|High] pressure [Azores|over {w.region}|near Iceland] [brings|moves|pushes] [cold|mild|moist] air [to {w.region}|from the Atlantic|off the North Sea].
        [Yellow|Amber|Red] warning [of|for] [wind|ice|rain|snow|heat] [in|for] {w.region}[, {w.region}|] and {w.region}.
        Shipping forecast: [Dogger|Fisher|German Bight|Humber|Thames|Dover|Wight|Portland|Plymouth|Fitzroy|Sole|Lundy|Fastnet|Irish Sea|Shannon|Rockall|Malin|Hebrides|Bailey|Fair Isle|Faeroes], [southwesterly|northerly] {n} to {n}, [good|moderate|poor].
        [El Niño|La Niña|The Gulf Stream|The jet stream|The Mistral|The Sirocco|The Föhn|The Harmattan|The monsoon] [is|was] [weaker|late|back|stronger] [this year|{w.when}].
        Pollen: [birch|grass|ash|hazel] [high|low]. UV index {n}. Sunrise {time}, sunset {time}.
        [Storm|Cyclone|Typhoon] warnings were [lifted|issued] for {w.region} {w.when}.
    """,
    "w.nature": r"""
        [Plant|Prune|Sow|Water|Lift|Feed|Deadhead|Divide|Mulch|Stake|Move|Take cuttings of] [the |your |]{w.plant}[, {w.plant}|] and {w.plant} {w.when}.
        {w.plant} [likes|hates|needs|tolerates|prefers] [shade|lime|wet feet|full sun|clay|frost|acid soil], {w.plant} [does not|too].
        [The|A|Our|Their] {w.animal} [sleeps|hunts|nests|eats {w.plant}|moults|hibernates|lays {n} eggs|was seen near {w.place}|weighs {quantity}|lives {nn} years][ {w.when}|].
        [We saw|Look out for|Spotted|Counted] [{n}|a|two|several] {w.animal}[s|], {w.animal}[s|] and [a|the] {w.animal} [at|near|by|along] {w.place}[ {w.when}|].
        [Slugs|Aphids|Mildew|Black spot|Vine weevils|Blight] [on|love|attack] {w.plant}: [try|use] [garlic spray|nematodes|soap|copper tape].
        {w.Rare}us {w.rare}a ('{w.Rare} {w.Rare}'), [height|spread] {nn} cm, [flowers|fruit] [in {month}|from {month} to {month}].
        [Adopt|Rehome|Feed|Walk|Groom|Vaccinate] [your|a|the] {w.animal} [twice a day|every {n} weeks|before {w.holiday}|with care].
        The {w.animal} and the {w.animal}, [a fable|a tale|by moonlight|in the {noun}]
    """,
    "w.geo": r"""
        {w.place} [lies|is|begins|ends] [{nn} km|an hour|a day's drive] [north|south|east|west] of {w.place}.
        {w.place} [has|had|counts|needs] {nnn} [inhabitants|hectares of forest|km of coast|islands|visitors a year].
        {w.place} [borders|separates|joins|crosses|drains|overlooks|feeds] {w.place}[ and {w.place}|].
        [In|Near|Around|Above|Below|From|Through] {w.place} [the {noun} is {word}|you will find {w.dish}|people speak {w.people}|it rains {w.when}|the road bends].
        {w.place}, {w.place} and {w.place} [share|want|export|signed|produce] [a border|wine|gas|a treaty|rice|copper].
        [The|A] {w.people} [coast|capital|border|government|railway|dialect|cuisine|economy|flag] [is|was|has] {word}[ {w.when}|].
        [Capital|Currency|Highest point|Area|Population|Time zone|Language]: [{w.city}|{money}|{w.mountain}|{nnn} km²|{nn} million|UTC+{n}|{w.people}]
        [We|I|They] [flew|drove|hiked|sailed|took the train] from {w.place} to {w.place}[ via {w.place}|][ {w.when}|].
        {w.place} [welcomes you|sleeps|floods|never changes|rejected the plan|voted {w.when}|opened its borders|fell in {year}].
    """,
    "w.history": r"""
        {w.era} [began|ended|shaped|followed|destroyed|changed|weakened] [in {year}|{w.region}|{w.era}|{w.city}|with {w.era}].
        [During|After|Before|Since|Under] {w.era}, [{people.some} ruled {w.region}|trade with {w.region} grew|{w.city} was rebuilt|the {people.some} crossed {w.river}|{sentence}]
        The {people.some} [conquered|settled|left|burned|sold|lost|founded|besieged] {w.city}[ and {w.city}|] in [{year}|the {nn}th century].
        In {year} [the treaty was signed at {w.city}|{w.region} joined {country}|serfdom was abolished in {w.region}|the railway reached {w.city}|plague broke out in {w.city}].
        [King and Parliament|Church and State|Crown and nobles|Lords and Commons|Emperor and Pope] [quarrelled|agreed|fought] over [taxes|land|{w.region}].
        [Source|Question|Essay|Discuss|Exercise] {n}: [causes|effects|the end] of {w.era}[ in {w.region}|].
        The [museum|abbey|fort|archive|excavation] [shows|holds|dates from] [coins|pottery|letters|maps|tools|{w.era}] [of|from] {w.era}.
        {w.era}[,| (]{year}-{year}[, |) ][a turning point|in brief|for beginners]
    """,
    "w.feast": r"""
        [For|On|Before|After|During] {w.holiday} we [light candles|fast|bake|visit the temple|go to church|eat {w.dish}|give presents|clean the house|dance {w.genre}].
        {w.holiday} [falls on|is|begins on|ends on] {day}, {date}[ this year|].
        [The|Our] [office|shop|library|school|pool] [is closed|closes early|is open] on {w.holiday}[ and {w.holiday}|].
        Happy {w.holiday}[, {w.role}|][!|!!| from {w.office}]
        {w.holiday}, {w.holiday} and {w.holiday} are [public holidays|not holidays] in {w.region}.
        [Matzo|Latkes|Hamantaschen|Challah|Dates|Samosas|Gulab Jamun|Laddu|Mooncakes|Zongzi|Hot Cross Buns|Stollen|Panettone|Mince Pies|Pancakes|King Cake|Pan de Muerto|Lussekatter] for {w.holiday}
    """,
    "w.art": r"""
        [A|The|This|Another] {w.genre} [album|track|film|novel|night|festival|playlist|evening] [with|for|on|and] {w.instrument}[ and {w.instrument}|].
        {w.genre} [grew out of|is not|met|influenced|sounds like] {w.genre}[ in {w.city}| {w.when}|].
        [Tickets|Rehearsals|Auditions|Doors] for "{Word} {word} {w.Rare}" [open|are sold out|start] {w.when}.
        The {w.instrument} [is out of tune|plays the theme|needs new strings|comes in at bar {nn}], the {w.instrument} [rests|follows].
        [Episode|Season|Track|Act|Chapter|Scene|Volume] {n}[: | - |, "]{Word} [of|and|in] [the |]{w.Rare}["|]
        "[The|A] {w.Rare} {Word}" [is|was] [boring|a triumph|{nn} minutes too long|shot in {w.city}|nominated {n} times].
        [I|We] [watched|streamed|read|heard|skipped] "{Word} {word}" {w.when}, [{n} stars|loved it|meh|slept through it].
    """,
    "w.games": r"""
        [We|They|You] play {w.game}[, {w.game}|] [or|and] {w.game} {w.when}.
        In {w.game} [you|each player|white|black|the dealer] [draw|lose|win|castle|discard|roll] {n} [cards|points|tiles|times].
        {n}. [e4 e5|Nf3 Nc6|d4 d5|c4 Nf6|O-O Be7|Qxd5 Bb4+|Rook to e{n}|Bishop takes f{n}] [!?|!|]
        [Level|World|Quest|Boss|Stage] {n}: [the {w.Rare} {w.Rare}|{w.Rare} Keep|Castle {w.Rare}|Sword of {w.Rare}|{Word} Forest], [reward|drops|needs] {nn} [gold|XP|mana|potions].
        [King|Queen|Jack|Ace|Ten|Joker] of [Hearts|Spades|Diamonds|Clubs] [beats|and|on] [King|Queen|Jack|Ace] of [Hearts|Spades|Diamonds|Clubs]
        [nerf|buff|gg|ez|rip] [the {noun}|{w.Rare}|mid lane|my elo|that {w.game} dlc] {w.slang}
        [Paladin|Rogue|Wizard|Druid|Ranger|Bard|Cleric|Barbarian|Warlock], level {nn}, [{w.Rare} armour|+{n} sword|no mount]
    """,
    "w.kitchen": r"""
        [Today|Tonight|{day}|Starter|Main|Dessert|Special|Menu {n}|Table {n}][: | - ]{w.dish}[, {w.dish}|][ or {w.dish}|][ {money}|]
        [Serve|Cook|Try|Order|Skip|Reheat|Freeze] {w.dish} with {w.ingredient}[, {w.ingredient}|] and {w.dish}.
        {quantity} {w.ingredient}\n{quantity} {w.ingredient}\n{n} tbsp {w.ingredient}\n[a pinch of |]{w.ingredient}
        {n}. [Fry|Add|Simmer|Whisk|Fold in|Toast|Drain|Knead|Marinate|Reduce] the {w.ingredient} [with|and] the {w.ingredient} [for {nn} minutes|until golden|over low heat].
        {w.dish} [comes from|was invented in|is typical of|is eaten in] {w.region}[ and {w.region}|], [usually |]with {w.ingredient}.
        [A glass of|Pair it with|We drank|Two bottles of|Goes with] {w.drink}[ or {w.drink}|][, {year}|], [notes of cherry|too sweet|from {w.region}|{money}|corked].
        {w.drink} [from|of] {w.region}[: dry, {nn} %|, {money} a bottle|][, with {w.dish}|]
        [The|My|Grandma's|Our] {w.dish} [is|was|needs] [too salty|perfect|more {w.ingredient}|better with {w.drink}].
        {w.people} {w.dish} [vs|or|and] {w.people} {w.dish}
        Allergens: [A|C|G] [gluten|eggs|milk|nuts]. {w.dish} (v), {w.dish} (vg)
    """,
    "w.science": r"""
        {w.law} [says|shows|explains|describes|predicts|does not apply to|is about] [that {sentence}|{noun}|{w.law}].
        [Explain|Define|Derive|State|Use|Sketch] {w.law}[ and {w.law}|][ ({n} marks)|].
        {w.chem} [reacts with|dissolves in|boils at|melts at|is heavier than] [{w.chem}|{nnn} {w.unit}|water].
        [A|The] [force|charge|mass|current|energy|pressure|flux] of {nnn} {w.unit} [equals|is less than|acts on] {nn} {w.unit}.
        [Heat|Mix|Titrate|Weigh|Distil|Neutralise] {quantity} of {w.chem} with {w.chem}[, wear goggles|].
        [The|This] {w.law} [was measured|is named after its discoverer|holds|fails] [at {nn} {w.unit}|in {year}|near {w.sign}].
        [Experiment|Figure|Table|Eq.|Theorem|Lemma] {n}[: |. |, ]{w.law}, {w.law}
    """,
    "w.health": r"""
        {w.disease} [is|can be|is not|often begins] [treated with {w.drug}|inherited|common after {nn}|contagious|with fatigue].
        [Common|Rare|Possible] side effects of {w.drug}: [nausea|rash|dizziness|headache], [dry mouth|cough|insomnia].
        Do not take {w.drug} [with|if you take] {w.drug} or [alcohol|grapefruit|{w.drug}].
        {w.medterm} [negative|positive|normal|{n}|was performed|is indicated], [no signs of|history of|rule out|query] {w.disease}.
        [Patients|People|Children|Adults] with {w.disease} [may|should|must not] [drive|fast|take {w.drug}|fly|get the flu jab].
        {w.drug} {nn} mg [od|bd|tds|nocte|PRN|1-0-1|twice daily][, {w.drug} {nn} mg [od|bd|1-0-0]|], [stop|continue|increase] {w.drug}.
        [Impression|Plan|PMH|Dx|Allergies|Imaging]: {w.disease}[, {w.disease}|]; {w.medterm} [neg|pos].
        [Pt|Patient|The patient|Mother|Child|Wife] [denies|reports|declined|tolerated|was given] [pain|fever|{w.drug}|nausea|{w.medterm}][ {w.when}|].
        [See|Ask|Call] [your GP|a pharmacist|the ward|the duty doctor|Occupational Health|the Stroke Unit|Outpatients] [about|if] {w.disease}[ gets worse|].
    """,
    "w.legal": r"""
        {n}.{n} {w.party} [shall|may|must|agrees to|undertakes to|warrants that it will] [pay|deliver|indemnify|notify|insure|return|keep|maintain|assign] [to |]{w.party} {w.term}[ within {nn} days|].
        "{Word} {w.Rare}" [means|has the meaning given in|includes|refers to] {w.term}[ and {w.term}|].
        [Subject to|Pursuant to|Notwithstanding|Under|In accordance with|As defined in] {w.term}, {w.party} [shall|may not] [terminate|assign|sublet|disclose] {w.term}.
        {w.party} and {w.party} [agree|shall meet|are jointly liable|waive {w.term}].
        [WHEREAS|NOW THEREFORE|IN WITNESS WHEREOF|RECITALS|DEFINITIONS|PROVIDED THAT], {w.party} [has agreed|wishes] to [buy|let|license] {w.term};
        [The Court|The Tribunal|The Jury|The Ombudsman|The Senate|Parliament|The Registrar] [held|found|ruled|may order] that {w.party} [was liable|had breached {w.term}|may appeal].
        [Plaintiff|Defendant|Claimant|Appellant|Landlord|Tenant|Buyer|Seller|Licensee|Executor] [denies|alleges|admits|seeks|relies on] {w.term}.
        [This|The] [licence|lease|mortgage|easement|covenant|will|deed] [runs|binds|expires|was registered] [for {nn} years|{w.when}|against {w.term}].
        [In the matter of|Re:|Notice under] {w.term}[, {w.term}|]
        [Place, Date|Signature of {w.party}|Signed as a deed by {w.party}|Witness|Stamp]: ____________
    """,
    "w.school": r"""
        {w.subject}[, {w.subject}|] and {w.subject} [are|is] [in Room {nnn}|cancelled|moved to {day}|optional][ {w.when}|].
        {time} {w.subject}\n{time} {w.subject}\n{time} {w.subject}
        [Year|Class|Form|Grade] {n}[A|B|] [needs|has|is learning about|visits] [{w.subject}|{w.era}|{w.animal}s|{w.place}|PE kit].
        [Homework|Reading|Revision|Quiz|Test]: {w.subject}, [pages {nn}-{nn}|chapter {n}|exercise {n}], due {day}.
        Q{n}. [What is|Where is|Which river flows through|Name|When was] [the capital of {country}|{w.city}|{w.era}|{w.law}|the largest {w.animal}]? [A) {w.place} B) {w.place} C) {w.place}|({n} points)|]
        [Answer|A]: {w.place}[, {w.place}|]
        [Parents|Pupils|Students|Staff|Visitors] [must|should|may|are asked to] [sign in|park|wear|return] [at Reception|in {w.place}|the form|the blazer] {w.when}.
        Uniform: [white shirt|grey skirt|{w.colour} jumper|black shoes], [no trainers|from {day}].
    """,
    "w.notice": r"""
        [Water|Power|Heating|The lift|Parking|Bin collection] will be [off|suspended|restricted] [in Block {n}|on Level {n}|in the courtyard|on {day}] from {time} to {time}.
        [Residents|Tenants|Neighbours|Owners] are [asked|reminded|kindly requested] to [remove bicycles|close the gate|sort rubbish|keep pets on a lead|read the meters] [by {date}|{w.when}].
        [Agenda|Order of business|Programme]: {n}. [Apologies|Welcome|Minutes] {n}. [Treasurer's report|Budget|Election of officers] {n}. [Any Other Business|Date of Next Meeting]
        {time} [Welcome|Registration|Coffee|Keynote|Workshop {n}|Panel|Lunch|Break-out|Closing|Drinks], [Hall {n}|Foyer|Garden Room|Main Stage|Room {nnn}]
        Item {n}: {Word} {word} [deferred|approved|noted|carried], [action|owner]: [Treasurer|Secretary|Committee|all|Facilities]
        Q: [How|When|Where|Can|Why] [do I|can I|is it|does it] {word} [my|the] {noun}? A: {sentence}
        [Strongly agree|Agree|Neither|Disagree|Strongly disagree|Don't know|Prefer not to say]
        {n}. How [satisfied|likely|often] [are|were] you [with|to recommend|to use] {w.Thing}? (1-{n})
        [Lost|Found|Wanted|For sale|Free to collect|To let]: {w.colour} {w.shopitem}[, {money}| near {w.place}| {w.when}|]
        [Line|Bus|Tram|Train|Service] {nn}: {w.city} {time}, {w.city} {time}, {w.city} {time}
        [Platform|Gate|Stand|Pier|Track] {n}: {w.city} via {w.city} and {w.city}, {time}[, delayed|, on time|]
    """,
    "w.shop": r"""
        {w.shopitem}, {w.colour}[, size {nn}|] [- |: |.... |]{money}
        {n} x {w.shopitem} ({w.colour}) {money}\n{n} x {w.shopitem} {money}
        [The|My|Your|This] {w.shopitem} [arrived|is out of stock|broke|does not fit|ships {w.when}|looks {w.colour}, not {w.colour}].
        [Save|Get|Enjoy|Claim] {nn} % [off|on] {w.shopitem}s[, {w.shopitem}s|] and [more|{w.shopitem}s] [with code {coupon}|until {w.holiday}|this {w.holiday}].
        [New in|Back in stock|Last chance|Best sellers|Editor's choice|Members only]: {w.shopitem}, {w.shopitem}, {w.shopitem}
        [Love|Regret|Recommend] this {w.shopitem}[!|.] [{n}/5|Five stars|Would buy again|Returned it] [.|, great for {w.holiday}.]
        The {w.car} [has|does|needs|failed] [{nn} mpg|new brakes|the MOT|{nnn} km|a new clutch]; the {w.car} [is roomier|rusts|costs {money}].
        [Swapped|Sold|Leased|Test drove|Hired] [a|my|the] {w.car} for a {w.car}[ in {w.colour}|][ {w.when}|].
        [Unsubscribe|View in browser|Shop now|Terms apply|While stocks last|Free delivery over {money}].
    """,
    "w.stars": r"""
        {w.sign}[: | - |, ][{sentence}|Love is near|Money matters improve|Avoid arguments|A letter brings news|Trust your gut|Rest] [{w.when}|].
        {w.sign} [in|enters|squares|trines|opposes|meets] {w.sign}[ {w.when}|].
        [Lucky|Your] [number|colour|day]: [{nn}|{w.colour}|{day}]. [Best match|Compatible with]: {w.sign}[ and {w.sign}|].
        O {w.rare} {w.rare},\nthe {w.rare} {noun} [of|in] {w.rare},\nand {Word} {word} the {w.rare}
        {w.Rare} {w.rare} {word}\n{w.Rare} [and|of|in] {w.rare}\n{Word} {w.rare} {w.rare}
        [Roses are red|Hush, little {w.animal}|Twinkle, twinkle|Row, row, row|Jack and Jill|Humpty Dumpty|Old MacDonald|Ring a ring o' roses|London Bridge|Three blind mice], [{word} {word} {word}|violets are blue|sang the {w.animal}]
    """,
    "w.chat": r"""
        {w.slang} [the|this|that|my|ur] {w.word} [is|was] [so|too|kinda|lowkey|hella] {word}[ {w.slang}|]
        {w.slang} {w.slang} [i|we|u|they] [just|never|always|rly] {word} [the|a|my] {noun} {w.slang}
        [anyone|who|u|wanna|lets|we] [up for|down for|want|play|watching|get] {w.small}[ {w.when}|][?|??| or nah|]
        [i|we] [had|ate|tried|watched|skipped|hate|miss|want|need] {w.small}[ and {w.small}|] [again|today|yesterday|{w.slang}|:(|!!|for the first time]
        {w.small} [>|<|>>>|vs|or|is better than|tastes like] {w.small}[ {w.slang}|]
        [no|yes|wait|ok|so|but|and|bc|cuz] {word} {word} {w.typo} {word}[ {w.slang}|]
        [my|the|ur] [{w.animal}|wifi|landlord|boss|roommate|dentist|uber|teacher|neighbour|flatmate|gran|sis|bro|boyf|gf] [is|was|ate|wont|keeps|said] {word} {word}[ {w.slang}|]
        [in|from|to|near|back from] {w.small.place}[ and {w.small.place}|] [rn|{w.slang}|its cold|its {nn} degrees|for the weekend]
        [may|june|april|will|mark|hope|bill|rose|grace|frank|hunter|summer|dean|rich|sunny|joy|faith|art|grant|chase|drew|miles] [{word} {word}|is fine|it {word}|the {noun}|{w.slang}|be {word}]
    """,
    "w.code": r"""
        [def|function|fn|func|public void|async function|private static int] {w.ident}([self, |]{w.ident}[: str|, {w.ident}|=None|]):[\n    return {w.ident}[.{w.ident}|]|\n    pass|]
        [const|let|var|val|final] {w.ident} = [await |new |]{w.ident}([{w.ident}|"{word}"|{nn}|]);
        [from|import] {word} import {w.ident}, {w.ident}
        [class|interface|struct|enum|type] {w.ident} [extends {w.ident} |implements {w.ident} |: {w.ident} |]\{
        SELECT {w.ident}, [COUNT(*)|{w.ident}|MAX({w.ident})] FROM {w.ident}s [JOIN {w.ident}s ON {w.ident}.id = {w.ident}.{w.ident} |]WHERE {w.ident} [= '{word}'|> {nn}|IS NULL][ GROUP BY {w.ident}| ORDER BY {w.ident} DESC|];
        [ALTER|CREATE|DROP] TABLE {w.ident}s [ADD COLUMN {w.ident} VARCHAR({nn})|({w.ident} INT PRIMARY KEY, {w.ident} TEXT NOT NULL)|CASCADE];
        {w.ident}: [{word}.{w.ident}: |]{word} {word} '{w.ident}'\n  at {word}.{w.ident}.{w.ident}({w.ident}.java:{nnn})\n  at {word}.{w.ident}({w.ident}.java:{nn})
        Traceback (most recent call last):\n  File "/app/{word}/{word}.py", line {nn}, in {word}_{word}\n{w.ident}: [{word} {word}|'{word}']
        [feat|fix|chore|docs|refactor|test|ci|perf|build|style]([{word}|{w.tech}|{w.ident}])?: {word} {w.ident} [in|for|with|from] {w.tech}
        [{hash} |][Merge branch '{word}-{word}'|Bump {word} from {version} to {version}|Revert "{Word} {word}"|Add {w.ident} tests|Remove dead code in {w.ident}|Fix typo|WIP|Release {version}]
        [#|##|###] [Installation|Usage|Getting Started|Contributing|License|API Reference|Roadmap|{w.tech} Support|Known Issues|Acknowledgements|Breaking Changes|Migration Guide]
        - \[[ |x]\] {Word} {w.ident} [for|in|on] {w.tech}[ (#{nnn})|]
        `{w.ident}` (string|required, [optional|default `{word}`|max {nn}]): [The|A] {word} of the {noun}.
        [GET|POST|PUT|DELETE|PATCH] /{word}/{word}[/\{id\}|]  [200 OK|404 Not Found|Returns a list of {w.ident} objects|401]
        [{word}|{w.ident}]: [{word}|true|false|{nn}|"{word} {word}"|null|\[\]]
        $ [npm|pip|cargo|brew|apt|go|docker|kubectl|git|helm|yarn] [install|run|build|get|pull|apply|status|push origin] {word}[-{word}|][ --{word}|]
        {w.tech}[, {w.tech}|] and {w.tech} [are|were] [required|upgraded to {version}|slow on {w.tech}|not supported|deprecated].
        [Migrate|Port|Move|Switch|Upgrade|Deploy] from {w.tech} to {w.tech}[ {version}|] {w.when}.
        [#|//|--|/*] [TODO|FIXME|NOTE|HACK|XXX]: {word} {w.ident} [before|after|once] {w.tech} {word}
        [expected|assert|got|want] {w.ident} [==|!=|to be|but got|is not] [{nn}|None|"{Word}"|{w.ident}]
        [error|warning|info|note]\[[E|W]{nnn}\]: [unused|missing|cannot find|expected] [variable|import|{w.ident}|lifetime] `{w.ident}`
    """,
})

# In small letters, for chats.
slot("w.word")(lambda c: pick(c.rng, values.WORDS["en"][200:5000]))
slot("w.small")(lambda c: pick(c.rng, WORDS[pick(c.rng, ("dish", "drink", "game", "sport", "ingredient", "holiday", "shopitem", "animal", "plant", "disease", "car"))]).lower().replace("{n}", "2"))
slot("w.small.place")(lambda c: pick(c.rng, WORDS[pick(c.rng, ("city", "region", "sight", "mountain"))]).lower())

# Subject → its rules; a subject that comes twice is drawn twice.
SUBJECTS = [("w.sports",), ("w.sports", "w.geo"), ("w.weather",), ("w.weather", "w.geo"), ("w.nature",), ("w.nature", "w.nature", "w.homonym"), ("w.geo",), ("w.geo", "w.history"), ("w.history",), ("w.feast",), ("w.feast", "w.kitchen"), ("w.art",), ("w.art", "w.rareline"), ("w.games",),
            ("w.kitchen",), ("w.kitchen",), ("w.science",), ("w.science", "w.school"), ("w.health",), ("w.health",), ("w.legal",), ("w.legal",), ("w.school",), ("w.notice",), ("w.notice", "w.frame"), ("w.shop",), ("w.shop", "w.frame"), ("w.stars", "w.rareline"), ("w.chat",), ("w.chat", "w.typed"), ("w.chat",),
            ("w.code",), ("w.code",), ("w.frame",), ("w.frame", "w.homonym"), ("w.homonym",), ("w.homonym",), ("w.typed",), ("w.typed", "w.chat"), ("w.rareline",), ("w.rareline",)]


def wide_sentence(c):
    """A line about anything."""
    c.rule(pick(c.rng, pick(c.rng, SUBJECTS)))


def wide_lines(c, low, high):
    """Some lines about one subject, with ordinary sentences between them."""
    rng = c.rng
    subject = pick(rng, SUBJECTS)
    u = rng.random()
    if u < 0.15:
        c.rule("w.Thing")
        c.text(pick(rng, ("\n\n", "\n", ": ", " - ")))
    elif u < 0.28:
        c.text(pick(rng, ("Dear ", "Hi ", "Hello ", "Hey ", "Good evening ")))
        c.rule("w.role")
        c.text(pick(rng, (",\n\n", ",\n", "!\n", ", ", "! ")))
    by = pick(rng, ("\n", "\n", "\n- ", "\n\n")) if subject[0] in ("w.code", "w.stars", "w.typed") else pick(rng, (" ", " ", " ", "\n", "\n", "\n- ", "\n\n"))
    for i in range(low + int(rng.random() * (high - low + 1))):
        if i:
            c.text(by)
        if rng.random() < 0.15:
            c.text(sentence(c))
        else:
            c.rule(pick(rng, subject))
    if u > 0.85:
        c.text(pick(rng, ("\n\nKind regards,\n", "\n\nBest,\n", "\n\nYours faithfully,\n", "\n\n", "\n- ", "\n\nThank you\n", "\nCheers, ", "\n\nWarmly,\n")))
        c.rule("w.office")


# Plain prose of other languages, with capitals where they use them.
add_rules({
    "de.plain": r"""
        [Der|Die|Das|Ein|Eine|Kein|Jeder|Unser|Ihre] {noun} [ist|war|wird|hat|steht|liegt|kommt] [auf dem|im|in der|mit dem|ohne|für den|bei der] {Word} [{word}|und {word}|nicht {word}].
        [Zum|Beim|Im|Am|Vom|Nach dem|Vor dem|Mit|Ohne|Wegen|Trotz] [Frühstück|Abendessen|Wandern|Schwimmen|Regen|Sommer|Winter|Herbst|Frühling|Fest|Umzug|Streik|Markt|Ausflug|Training] [gibt es|brauchen wir|essen wir|fährt] [Kaffee|Kuchen|Brot|Käse|Suppe|Maultaschen|Kartoffeln|Spargel|Rouladen|den Bus|die Bahn].
        [Ostern|Weihnachten|Pfingsten|Fasching|Silvester|Allerheiligen|Fronleichnam|Nikolaus|Sankt Martin] [fällt auf|ist am|feiern wir am] {day}.
        [Hase|Fuchs|Wolf|Bär|Vogel|Adler|Sperling|Hahn|Stein|Berg|Bach|Wald|Busch|Baum|Stern|Sommer|Winter|Kaiser|König|Richter|Koch|Bauer|Müller|Schmied|Schneider|Weber|Jäger|Fischer|Becker|Zimmermann|Schäfer|Vogt|Lang|Kurz|Klein|Groß] [und|oder] [Igel|Henne|Bauer|Tal|Feld|Wiese|Blume|Mond|Edelmann|Hof|Bäcker|Müller|Metzger] [stehen im Buch|sind {word}|im {noun}|als Beruf].
        Sehr geehrte [Damen und Herren|Eltern|Mieter|Kundinnen und Kunden|Mitglieder|Gäste|Anwohner],
        Mit freundlichen Grüßen\n[Ihre Hausverwaltung|Der Vorstand|Die Schulleitung|Ihr Kundenservice|Das Team|Die Redaktion|Die Geschäftsleitung|Ihr Serviceteam]
        [Rheinland|Bayern|Sachsen|Hessen|Schwaben|Franken|Tirol|Kärnten|Wallis|Graubünden|Berlin|Hamburg|Köln|München|Wien|Zürich] [und|oder|gegen|nach] [Bayern|Sachsen|Hessen|Bremen|Leipzig|Dresden|Basel|Graz|Linz|Bern], {time} Uhr
    """,
    "fr.plain": r"""
        [Le|La|Un|Une|Ce|Cette|Notre|Chaque] {noun} [est|était|sera|a|devient] [très |trop |plus |]{word} [à|en|pour|avec|sans] [{town}|{noun}|Noël|Pâques|la Toussaint|l'Ascension|Mardi gras].
        [Boeuf bourguignon|Blanquette de veau|Coq au vin|Gratin dauphinois|Tarte Tatin|Île flottante|Salade niçoise|Croque-monsieur|Soupe à l'oignon|Pot-au-feu] [et|ou|avec] [Beaujolais|Sancerre|Bordeaux|cidre|Camembert|Roquefort|crème fraîche].
        [Madame, Monsieur|Chers parents|Chers voisins|Chers clients|Chers collègues|Bonjour à tous|Cher client],
        [Cordialement|Bien à vous|Salutations distinguées],\n[La Direction|Le Service Client|L'équipe|Le Syndic|Le Conseil|La Rédaction|La Mairie|Le Secrétariat]
        [La Loire|La Seine|Le Rhône|La Bretagne|La Provence|Le Jura|Les Vosges|La Corse|Marseille|Lyon|Lille] [traverse|borde|est|reste] [{town}|la région|{word}].
        [Le Vendeur|L'Acheteur|Le Bailleur|Le Locataire|Le Preneur|L'Assuré|Le Prestataire] [s'engage à|doit|peut] [payer|livrer|restituer] [le Loyer|le Bien|les Locaux|la Caution].
    """,
    "es.plain": r"""
        [El|La|Un|Una|Este|Esta|Nuestro|Cada] {noun} [es|era|será|tiene|está] [muy |más |poco |]{word} [en|para|con|sin|de] [{town}|{noun}|Navidad|Semana Santa|Reyes|Año Nuevo|Todos los Santos].
        [Paella|Gazpacho|Tortilla|Fabada|Cocido|Pisto|Pulpo|Ceviche|Tacos|Mole|Arepas|Empanadas|Churros] [y|o|con] [jamón|Rioja|aguacate|chocolate|queso manchego|sangría|aceitunas].
        [Estimados señores|Estimado cliente|Queridos padres|Estimados vecinos|Hola a todos|Buenas tardes],
        [Atentamente|Un saludo|Saludos cordiales],\n[La Dirección|El Equipo|Atención al Cliente|La Secretaría|La Comunidad|El Ayuntamiento|Administración]
        [El Ebro|El Tajo|Sierra Nevada|Los Pirineos|Galicia|Andalucía|La Mancha|Mallorca|Jalisco|Oaxaca|La Pampa|Los Andes] [cruza|está|queda|separa] [{town}|cerca|al norte|{word}].
        [El Arrendador|El Arrendatario|El Comprador|El Vendedor|El Cliente|Las Partes] [deberá|podrá|se obliga a] [pagar|entregar|devolver] [la Renta|el Inmueble|la Fianza].
    """,
    "it.plain": r"""
        [Il|La|Un|Una|Questo|Questa|Ogni|Nostro] {noun} [è|era|sarà|ha|diventa] [molto |più |poco |]{word} [a|in|per|con|senza] [{town}|{noun}|Natale|Pasqua|Ferragosto|Capodanno|Carnevale].
        [Tagliatelle|Gnocchi|Risotto|Ossobuco|Saltimbocca|Pizza Margherita|Carbonara|Amatriciana|Tiramisù|Cannoli|Panettone] [e|o|con] [Chianti|Barolo|Parmigiano|pesto|basilico|Gorgonzola].
        [Gentili signori|Gentile cliente|Cari genitori|Cari colleghi|Buongiorno a tutti|Cari condomini],
        [Cordiali saluti|Distinti saluti],\n[La Direzione|Il Servizio Clienti|La Segreteria|L'Amministrazione|Lo Staff|La Redazione]
        [Il Po|L'Arno|Il Tevere|L'Etna|La Toscana|La Sicilia|Le Marche|Le Dolomiti|Il Vesuvio] [attraversa|è|resta|domina] [{town}|la valle|{word}].
    """,
    "nl.plain": r"""
        [De|Het|Een|Onze|Elke|Deze|Geen] {noun} [is|was|wordt|heeft|staat] [erg |te |niet |]{word} [in|op|met|voor|zonder] [{town}|de {noun}|Kerstmis|Pasen|Koningsdag|Sinterklaas|Pinksteren].
        [Stamppot|Erwtensoep|Hutspot|Bitterballen|Kroketten|Poffertjes|Pannenkoeken|Haring|Oliebollen|Stroopwafels] [en|of|met] [mosterd|Gouda|spek|karnemelk|jenever|appelmoes].
        [Beste bewoners|Geachte heer, mevrouw|Beste ouders|Geachte klant|Beste collega's|Hallo allemaal|Beste buren],
        [Met vriendelijke groet|Groeten|Hartelijke groet],\n[De Klantenservice|Het Bestuur|De Directie|Team Facilitair|De Redactie|De Administratie|De Huismeester]
        [De Maas|De Waal|De Rijn|Het IJ|De Veluwe|Zeeland|Brabant|Friesland|Limburg|De Biesbosch] [ligt|stroomt|is|blijft] [bij {town}|door {town}|{word}|mooi].
    """,
})
