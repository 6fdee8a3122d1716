"""Names in many more places of a sentence: subjects and objects of any verb, in enumerations, quotes, clauses, chats, beside organisations, places and things."""

import redact_values as values
from redact_grammar import add_rules, any_form, new_person, slot
from redact_values import pick

_PAST = [w for w in values.WORDS["en"][:9000] if w.endswith("ed") and len(w) > 4 and w not in ("hundred", "speed", "indeed", "exceed", "proceed", "succeed", "unprecedented")]
_ING = [w for w in values.WORDS["en"][:9000] if w.endswith("ing") and len(w) > 5 and w not in ("morning", "evening", "during", "nothing", "something", "anything", "everything", "spring", "string")]
_HOMONYMS = "Will Mark Rose Hope Grace Faith Joy Frank Bill Grant Dean May April June August Hunter Summer Dale Rich Chase Drew Miles Art Gene Sue Pat Rob Ray Jack Max Ivy Holly Heather Daisy Lily Iris Olive Ruby Jade Amber Pearl Angel Ginger Sandy Penny Robin Jay Martin Victor Stone Brooks King Young Page Prince Beat Blessing Precious Sunny Major Earl Duke Momo Franz".split()


@slot("x", "name")
def _any(c):
    """Somebody by first name, last name or both."""
    u = c.rng.random()
    return values.first_name(c.rng, c.country) if u < 0.38 else values.nickname(c.rng, values.first_name(c.rng)) if u < 0.48 else any_form(c, new_person(c)) if u < 0.85 else new_person(c).last


slot("x.far", "name")(lambda c: any_form(c, values.Person(c.rng, pick(c.rng, values.ALL_PEOPLE), True)))
slot("x.lower", "name")(lambda c: values.nickname(c.rng, values.first_name(c.rng, c.country)).lower() if c.rng.random() < 0.75 else new_person(c).plain(c.rng).lower() if c.rng.random() < 0.5 else new_person(c).last.lower())
slot("x.upper", "name")(lambda c: any_form(c, new_person(c)).upper())
slot("x.homonym", "name")(lambda c: pick(c.rng, _HOMONYMS) + (" " + new_person(c).last if c.rng.random() < 0.5 else ""))
slot("org.lower", "organisation")(lambda c: values.organisation(c.rng, c.other_country()).lower())
slot("x.initials", "name")(lambda c: (lambda p: pick(c.rng, ("{}.{}.", "{}{}", "{}. {}.")).format(p.first[0].upper(), p.last[0].upper()))(new_person(c)))
slot("v.past")(lambda c: pick(c.rng, _PAST))
slot("v.ing")(lambda c: pick(c.rng, _ING))

add_rules({
    "v.did": ["{v.past}", "{v.past}", "{v.past}", "{w.says}", *"rang|wrote|drove|flew|sang|ran|sat|stood|slept|wept|fell|rose|went|came|left|stayed|spoke|swore|shook hands with|gave up|took over|came round|set off|broke down|got up|dropped off|picked up|looked after|fell out with|married|divorced|adopted|sued|hired|fired|owes|lent|taught|fed|drew|built|dug|caught|hid|bit|hurt|cut|met|told|paid|showed|brought|sent|gave|read|chose|won|beat|forgave|grew|wore|threw|understood|forgot".split("|")],
    "v.does": "is|was|has|had|will|can|cannot|would|won't|didn't|isn't|hasn't|wants to|needs to|used to|seems to|likes to|might|should|never|always|also|still|already|just|only|once|soon|says he'll|says she'd".split("|"),
    "p.about": "about|after|against|before|behind|beside|between us and|by|despite|except|for|from|including|instead of|like|near|next to|of|on|opposite|over|past|plus|regarding|than|thanks to|through|to|towards|under|unlike|until|via|with|without|according to|because of|on behalf of|in front of|care of|as for|apart from|along with|as well as|save for|per|cc".split("|"),
    "kin": "mother|father|mum|dad|mom|wife|husband|son|daughter|sister|brother|aunt|uncle|cousin|gran|nan|grandad|grandson|granddaughter|stepmother|stepdad|niece|nephew|godmother|twin|partner|fiancée|boyfriend|girlfriend|ex|ex-husband|widow|in-laws|neighbour|flatmate|roommate|best friend|boss|deputy|assistant|colleague|predecessor|successor|teacher|tutor|coach|doctor|midwife|dentist|lawyer|landlord|tenant|lodger|carer|childminder|babysitter|cleaner|driver|gardener|plumber|trainer|team mate|opponent|goalkeeper|guitarist|drummer|editor|author|sculptor|suspect|victim|witness|defendant|champion|winner|runner-up|candidate|councillor|mayor|minister|senator|professor|sergeant|nurse|surgeon|pharmacist|farmer|baker|fisherman|skipper|pilot|priest|imam|rabbi|headteacher|librarian|curator|apprentice|trainee|intern|volunteer|chairwoman|spokesman|treasurer".split("|"),
    "wide.name": r"""
        {x} {v.did} [the {noun}|it|a {word} {noun}|{x}|{w.Thing}|{word}|the {kin}][ {w.when}|].
        {x} {v.did} [the {noun}|it|{word}][ {w.when}|], [and|but|so|while|because|then] {x} {v.did} [the {noun}|it|{word}].
        {x} {v.does} {word} [the {noun}|it|{w.Thing}|a {noun}][ {w.when}|].
        [When|If|Because|Although|After|Before|While|Since|Unless|As|Once|Whenever|Where] {x} {v.did} [the {noun}|it|{word}], {sentence}
        [The|A|This|That|Our|My|Every] {noun} {v.past} [by|to|for|with|from] {x}[ and {x}|][ {w.when}|].
        [The|A|Our|My] {word} {noun} [that|which] {x} {v.did}[ {w.when}|] [is|was] {word}.
        {sentence} {x} {v.did} [it|the {noun}|{word}][, too| {w.when}|].
        [I|We|They|You|She|He] {v.did} {x}[ and {x}|]['s {noun}|][ {w.when}| {v.ing} the {noun}|].
        [I|We|They|You|She|He] [think|hope|heard|know|believe|said|told everyone|suspect|noticed|remember|doubt] [that |]{x} {v.does} {word}[ the {noun}| it|].
        [Did|Does|Has|Is|Was|Will|Can|Could|Would|Should|Didn't|Hasn't|Isn't|May] {x} {word} [the {noun}|it|{w.Thing}|{word}][ {w.when}|]?
        [Who|What|Where|When|Why|How] [did|does|is|was|has|will] {x} {word}[ the {noun}|][ {w.when}|]?
        {p.about} {x}[, | and {x}, |, not {x}, |] {sentence}
        [The|A] {noun} {p.about} {x} [is|was|has] {word}[ {w.when}|].
        {x}'s {noun} [{v.did}|is|was|has] [the {noun}|{word}|it]. 
        {x}'s {word} {noun} and {x}'s {noun} {v.past} {word}.
        [the|a|that|this|no|another] {noun} of {x}'s
        {x}, {x}, {x}[, {x}|] [and|or] {x} {v.did} [the {noun}|{word}|it].
        [Between|Neither|Either|Both] {x} [and|nor|or] {x}[,| {v.did}] {word} [the {noun}|{word}].
        {x}[, |– ][who|whose {noun}|whom {x}] {v.did} [the {noun}|{word}|it][,|– ] {v.does} {word}[ {w.when}|].
        [His|Her|My|Our|Their|Your] {kin}[,| is| was| called| and] {x}[,|] {v.did} [the {noun}|it|{x}|{word}][ {w.when}|].
        {x}, [his|her|my|our|their|a|the|your] {kin}[ from {w.place}| at {org}| of {nn} years|], {v.did} [the {noun}|it|{x}].
        [{Word}|Former|Local|Veteran|Retired|Young|Late|Outgoing|{w.people}] {kin} {x} {v.did} [the {noun}|{w.tournament}|it|{x}][ {w.when}| in {w.city}|].
        "{sentence}" [said|says|replied|asked|wrote|whispered|shouted|insists|explained|joked|recalls|texted] {x}[, {v.ing} the {noun}| {w.when}|].
        [As|Like] {x} [said|says|wrote|put it|explained|showed], [“|"|]{sentence}[”|"|]
        {x} [said|told me|asked|explained|wrote|texted|answered|shouted][: |, |: "|, “]{sentence}
        It [was|is|must be|wasn't|might be|has to be] {x}[, not {x},|] [who|that|whose {noun}] {v.did} [it|the {noun}|{word}].
        [There's|Here is|Here comes|That's|This is|Meet|Enter|Poor|Dear old|Dearest|Little|Good old|Only|Even|Not even|Maybe|Ask|Except] {x}[, {v.ing} the {noun}| again| with the {noun}|].
        {x} and [I|me|the {kin}|my {kin}|the kids|the others|a {noun}|{x}'s {kin}] {v.did} [it|the {noun}|{word}][ {w.when}|].
        [Me and|You and|The kids and|The dog and|My {kin} and|Everyone but] {x} {v.did} [it|the {noun}|{word}].
        [Give|Hand|Pass|Send|Show|Lend|Bring|Tell|Sell|Offer|Owe|Teach|Read|Leave] {x} [the {noun}|a {noun}|it|{w.Thing}|my {noun}][ {w.when}|].
        [Let|Make|Have|Help|Get|Watch|See|Hear] {x} {word} [the {noun}|it].
        [room|desk|seat|bed|locker|lane|table|tent|bunk] {nn}[:| -|,|] {x}[ and {x}| / {x}| (until {day})|]
        {x} - {n}, {x} - {n}, {x} - {n}
        [{day}|{time}|{month}|Week {n}|{date}][: | - |, | ]{x}[ + {x}|/{x}|, {x}|]
        {x} [flew|moved|drove|came|returned|walked|emigrated|commutes] from {w.place} to {w.place}[ with {x}|][ {w.when}|].
        {x} [of|from|in|at|for|with] {org} [and|or|met|called] {x} [of|from|in|at] {org}[ {w.when}|].
        {org} [hired|fired|sued|thanked|named|promoted|wrote to|rejected|paid] {x}[, {x}|] [and|before|after|not] {x}[ {w.when}|].
        [The|A] {org} [lawyer|nurse|driver|spokesman|engineer|rep|manager], {x}, {v.did} [it|the {noun}|{word}].
        In {w.place}, {x} {v.did} [it|{w.dish}|the {noun}|{x}]; in {w.place}, {x} {v.did} [it|the {noun}|{word}].
        {x} [cooked|ordered|ate|brought|hates|loves|burnt] {w.dish} [and|while|with|but] {x} [had|drank|wanted|brought] {w.drink}.
        {x} [planted|pruned|watered|sold|picked] [the |]{w.plant}; the {w.animal} [bit|woke|follows] {x}.
        {x} [teaches|failed|dropped|studies|hates] {w.subject}[, {x} {w.subject}|][ in Room {nnn}| {w.when}|].
        {x} [drives|sold|crashed|bought|fixed] [the|a|his|her] {w.car}[ from {x}|][ {w.when}|].
        {x} [ported|rewrote|broke|reviewed|reverted|documented] {w.ident} [in|for|with] {w.tech}[, {x} {v.did} it|].
        {x} [has|died of|was treated for|fears|is taking {w.drug} for] {w.disease}[, says {x}|].
        [At|For|On|Before|After] {w.holiday} {x} [and {x} |]{v.did} [it|the {noun}|{w.dish}].
        {x.homonym} {v.did} [the {noun}|it|{x}].
        {x.homonym} [{v.did}|told|asked|called|says|rang] [me|us|{x}|him|her|my {kin}][ about the {noun}| {w.when}|].
        [Not sure|No idea|Never sure] [if|whether|why|when] {x} [or {x} |]{v.did} [it|the {noun}].
        {x.far} {v.did} [the {noun}|it|{x.far}|{word}][ {w.when}|].
        {x.far}[, {x.far}|] and {x.far}[ {v.did} the {noun}| from {w.place}|]
        {p.about} {x.far}[ and {x.far}|][ {w.when}|]
        {x.upper} {v.did} [THE {noun}|it]
        [spoke|speak|sat|went|lunch|meeting|call|1:1|drinks|coffee|interview|trip|lift|date|argument|session] [with|w/|w] {x}[ & {x}| + {x}| and {x}|][ re {noun}| {w.when}|]
        [-|*|•|{n}.|a)] {x}[ - {word} {noun}|: the {noun}| ({noun})|, {n}|]
        [TODO|AI|Action|Next|Owner|Who|by|@|→|=>] {x}[:| -|,] {word} the {noun}[ {w.when}|]
        [the {noun} is {x}'s|whose {noun}? {x}'s|{x}'s not mine|that's {x}'s]
        {x} (“{x}”) {v.did} [it|the {noun}]
        [née|born|alias|aka|stage name|real name|maiden name|goes by|known as|nicknamed|signed] {x}
    """,
    "wide.lower": r"""
        {x.lower} {v.did} [the {noun}|it|{x.lower}|{word}] [{w.slang}|{w.when}|]
        {x.lower} {v.does} {word} [it|the {noun}|{word}] [{w.slang}|]
        [i|we|they|u|she|he] {v.did} {x.lower}[s {noun}| n {x.lower}| and {x.lower}|] [{w.slang}|{w.when}|]
        {p.about} {x.lower}[ n {x.lower}| and {x.lower}|] [{w.slang}|its {word}|]
        {w.slang} {x.lower} [{v.did}|is|was|just] {word} [{w.slang}|]
        [is|was|did|has|will|does|can|wheres|hows|whats|whos] {x.lower} [{word}|up to|there|{v.ing}|ok|{w.when}][?|??|]
        {x.lower}s {noun} [is|was|got|{v.did}] {word} [{w.slang}|]
        [my|ur|his|her|our] {kin} {x.lower} {v.did} [it|the {noun}|{x.lower}]
        [me|u|us|just me] [n|and|&|+] {x.lower}[ n {x.lower}|] [at|in|from|to] {w.small.place}[ {w.when}|]
        {x.lower} [at|in|from|to] {w.small.place} [{w.slang}|with {x.lower}|rn]
        {x.lower} [had|ate|wants|brings|hates|ordered] {w.small}[, {x.lower} {w.small}|]
        [tell|ask|give|bring|text|call|ring|miss|love|hate|invite|block|let] {x.lower} [the {noun}|to {word}|it|{w.small}|{w.slang}]
        {x.lower}, {x.lower}[, {x.lower}|] [n|and|&|or] {x.lower} [{v.did}|r {v.ing}|are {word}]
        [yes|no|ok|nah|wait|so|but] {x.lower}[ {w.slang}|,] {word} {word} [the {noun}|{word}]
        {word} {word} [said|says|told] {x.lower}
        [name is|names|im|its|this is|here is|signed] {x.lower}[ from {org.lower}| {w.when}|]
    """,
})
