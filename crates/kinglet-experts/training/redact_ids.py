"""Numbers of people far from what they are called: behind a clause or a bracket, after a correction, in the next sentence; and organisations in everyday sentences."""

import redact_numbers as numbers
from redact_grammar import add_rules, slot
from redact_numbers import masks
from redact_values import organisation, pick

# More names for the numbers of states; see `redact_numbers.NATIONAL`.
_MORE = {
    "CA": [("PHN", masks("9### ### ###", "9#########", "#### ### ###", "#####-####")), ("care card", masks("9### ### ###", "9#########")), ("OHIP", masks("#### ### ### ??", "##########??")), ("RAMQ", masks("???? #### ####")), ("UCI", masks("##-####-####", "####-####"))],
    "NZ": [("IRD no.", masks("##-###-###", "###-###-###", "#########")), ("IRD", masks("##-###-###", "### ### ###")), ("NHI no.", masks("???####", "???##?#"))],
    "AU": [("tax file no.", numbers.tfn), ("CRN", masks("### ### ###?", "#########?")), ("IHI", masks("8003 60## #### ####"))],
    "GB": [("NI", numbers.nino), ("Nat Ins", numbers.nino), ("NHS", numbers.nhs), ("CHI number", masks("##########", "###### ####")), ("driver number", masks("?????######??#??")), ("UTR no.", masks("##########"))],
    "US": [("social", numbers.ssn), ("soc sec", numbers.ssn), ("SS#", numbers.ssn), ("social security", numbers.ssn), ("tax ID", numbers.ssn), ("MBI", masks("#?*#-?*#-??##", "#?*#?*#??##")), ("A-number", masks("A#########", "A###-###-###")), ("green card no.", masks("???##########")), ("state ID", masks("?#######", "########"))],
    "IN": [("Aadhar", numbers.aadhaar), ("UID", numbers.aadhaar), ("Aadhaar card", numbers.aadhaar), ("EPIC no.", masks("???#######")), ("ration card", masks("############"))],
    "ZA": [("ID", numbers.rsa_id), ("identity number", numbers.rsa_id), ("tax ref", masks("##########", "####/###/##/#"))], "IE": [("PPS", masks("#######?", "#######??")), ("PPS no.", masks("#######?"))],
    "NG": [("NIN number", masks("###########")), ("BVN", masks("22#########", "22# #### ####"))], "PK": [("NIC", masks("#####-#######-#")), ("CNIC no.", masks("#####-#######-#"))],
    "DE": [("Steuer-Identifikationsnummer", numbers.steuer_id), ("RVNR", numbers.sv_nummer), ("St.-Nr.", numbers.steuernummer), ("Perso", masks("L##?##?##", "?##?##??#")), ("Pass", masks("C##??####"))], "SG": [("IC", numbers.nric), ("FIN no.", numbers.nric)], "MY": [("IC", numbers.mykad), ("MyKad no.", numbers.mykad)],
    "NO": [("fnr", numbers.fodselsnummer), ("fødselsnr", numbers.fodselsnummer)], "SE": [("pnr", numbers.personnummer), ("personal number", numbers.personnummer)], "DK": [("cpr", numbers.cpr)], "FI": [("hetu", numbers.hetu)], "PH": [("SSS", masks("##-#######-#")), ("GSIS", masks("###########")), ("PhilSys", masks("####-####-####-####"))],
    "BE": [("rijksregister", masks("##.0#.1#-###.##", "##.1#.2#-###.##")), ("INSZ", masks("##.0#.1#-###.##", "##0#1######"))], "NL": [("sofinummer", numbers.bsn), ("bsn", numbers.bsn)], "BR": [("cpf", numbers.cpf), ("CNH", masks("###########")), ("título de eleitor", masks("#### #### ####"))], "MX": [("curp", numbers.curp), ("clave de elector", masks("??????########?###"))],
}
for _country, _found in _MORE.items():
    numbers.NATIONAL[_country] = numbers.NATIONAL[_country] + _found

_ACCOUNT_LABELS = ("account|account number|acct|acc|acc no|a/c|current account|savings account|konto|membership|member number|member ID|membership card|customer number|customer no.|client number|patient number|hospital number|MRN|chart number|policy|policy number|policy no.|insurance number|group number|subscriber ID|staff number|employee ID|payroll number|personnel no.|badge|student number|"
                   "student ID|matric number|library card|frequent flyer number|loyalty card|rewards number|contract account|meter account|energy account|water account|pension number|scheme number|superannuation number|gym membership|union number|registration with the practice|brokerage account|investor number|case holder number|tenant number|rent account|council tax account|reader ID").split("|")
slot("acclabel")(lambda c: pick(c.rng, _ACCOUNT_LABELS))


@slot("accno", "account")
def _account(c):
    return numbers.account(c.rng, "bank" if c.rng.random() < 0.4 else "known")


@slot("idlabel2")
def _second_label(c):
    label, c._things["idno2"] = numbers.national(c.rng, c.country)
    return label


slot("idno2", "national_id")(lambda c: c._things.pop("idno2", None) or numbers.national(c.rng, c.country)[1])


@slot("idno.first", "national_id")
def _number_first(c):
    c._things["idlabel"], number = numbers.national(c.rng, c.country)
    return number


slot("idlabel.after")(lambda c: c._things.pop("idlabel"))
slot("org.upper", "organisation")(lambda c: organisation(c.rng, c.other_country()).upper())

add_rules({
    "far.aside": " (the one {far.words})| (see {noun})| ({x})| (not the {noun})| (for the {noun})|, as on the {noun},|, the one {far.words},|, if you still need it,| – {far.words} –| ({word} {word})| (again)| (photo attached)| ({w.when})|, which I can never remember,| of my {kin}| of the {kin}| of {x}| of the {kin} ({x})| for the {noun}| for {org}| on the {noun}| from the {noun}| in your {noun}| as {org} has it| you asked for|".split("|"),
    "far.words": ("you have on file|we sent you|on the letter|I gave you {w.when}|from last year|{x} read out|you could not find|printed on the back|on page {n}|in the system|from {org}|you {v.past} {w.when}").split("|"),
    "far.link": [":", " is", " is", " was", "", ",", " -", " –", " =", " should be", " should read", " reads", " begins", " came back as", " must be", " now shows", ": it's", ", it's", ", it is", ": sorry,", ": correct is", " is actually", ", that is,", "... it's", " is still", " ends up as", " stays", " would be", ":\\n", "\\n"],
    "far.wrong": "is wrong|was mistyped|has a typo|is not mine|bounced|was rejected|does not match|shows somebody else's|got swapped|is missing a digit|belongs to my {kin}|is out of date|fails the check|was left blank|cannot be found".split("|"),
    "far.fix": "Should be|It should be|Correct is|The right one is|Correct:|Right one:|Try|Please use|Please change it to|It's actually|Actually it is|it's actually|Mine is|should read|make that|rather|instead:|the real one:|→|now:|I meant|sorry,|must be|Please correct to|Here it is again:|Once more:|that's".split("|"),
    "far.id": r"""
        [My|Her|His|The|Your|Our|{x}'s|the|my] {idlabel}{far.aside}{far.link} {idno}[.|,| {far.end}|]
        {idlabel}{far.aside}{far.link} {idno}[.|]
        {idlabel} {idno} {far.end}
        {idlabel} ([the one|which] {far.words}, {idno}, [{far.wrong}|{far.end}])[, {sentence}|]
        [My|Your|Her|The|the] {idlabel} ([the one |that |]{far.words}, {idno}[, {far.wrong}|])[ {far.wrong}|]
        {idlabel} [of|for] [the |my |her |his |]{kin}[ ({x})| {x}|]: {idno}
        [The|My|Her|Your] {idlabel} [on|in] [the {noun}|your {noun}|file|page {n}] {far.wrong}[. |, |; |: | – |.\n]{far.fix} {idno}[.|]
        [The|My|Her|Your] {idlabel} [on|in] [the {noun}|your {noun}|file|page {n}] {far.wrong}. {sentence} {far.fix} {idno}[.|]
        [I|We|You|They|{org}] [need|want|asked for|require|have] [the|my|your|her] {idlabel}[ for the {noun}| {w.when}|]. [{sentence} |][It is|It's|Here:|Here you go:|That would be|So:|It reads|The number is|] {idno}[.|]
        [you|they|he|she] [wanted|asked for|lost|needs|forgot] [my|the|her] {idlabel}[, | - | again, |: |? |?? ][its |thats |here |there u go |]{idno}
        [what|whats|send me|need|do you have] [your|ur|the] {idlabel}[?|??|]\n{idno}
        {x}: {idlabel}?\n{x}: {idno}
        [Checked|Verified|Recorded|Seen|Noted|Scanned] [the|his|her] {idlabel}[, | (original) |: | - ]{idno}
        {idlabel}[ no.| nr| #|]{far.link} {idno} [/|;|,|and] {idlabel2} {idno2}
        {x}, {idlabel} {idno}[, {w.city}| ({w.when})|][ and|;|,] {x}, {idlabel2} {idno2}
        [with|under|by|quoting|using|via|per] [the |my |her |]{idlabel} {idno}[, {far.words}| {w.when}|]
        {idno.first} [is|was|=|:|-] [my|the|her|his] {idlabel.after}{far.aside}[.|]
        {idno.first} ([|my |{x}'s ]{idlabel.after})
        [{x}|My {kin}|The {kin}] [has|got|holds|never had|lost] [a|the|an|his|her] {idlabel}[ {w.when}|] ({idno})[.|]
    """,
    "far.end": "has expired|as above|{w.when}|is on the {noun}|, {far.words}|– please check|belongs to {x}|(checked)|bounced|for {org}|was refused|, thanks|. {sentence}".split("|"),
    "far.account": r"""
        [My|Her|His|The|Your|Our|{x}'s|the|my] {acclabel}{far.aside}{far.link} {accno}[.|,| {far.end}|]
        {acclabel}{far.aside}{far.link} {accno}[.|]
        {acclabel} {accno} {far.end}
        {acclabel} ([the one|which] {far.words}, {accno}, [{far.wrong}|{far.end}])
        [The|My|Her|Your] {acclabel} [on|in] [the {noun}|your {noun}|file|page {n}] {far.wrong}[. |, |; |: | – |.\n]{far.fix} {accno}[.|]
        [The|My|Her|Your] {acclabel} [on|in] [the {noun}|your {noun}|file] {far.wrong}. {sentence} {far.fix} {accno}[.|]
        [I|We|You|They|{org}] [need|want|asked for|have] [the|my|your|her] {acclabel}[ for the {noun}|]. [{sentence} |][It is|It's|Here:|That would be|So:|] {accno}[.|]
        [my|the|ur|her] {acclabel}[ with {org.lower}| at {org.lower}| for {org.lower}|] [is|its|thats|:|-|] {accno}
        [with|at|from|by] {org}[, | – | under ][my |the |]{acclabel} {accno}[ {w.when}|, {w.when}|]
        [with|at|from|by] {org} ([my |the |]{acclabel} {accno})
        {org}[, |: | - | / ]{acclabel} {accno}
        {x}[, |: ]{acclabel} {accno}[ {w.when}|, {w.when}|, {org}|]
        {x} ({acclabel} {accno})
        [close|closing|blocked|opened|moved|froze|checked|credited|debited|renewed|cancelled] {acclabel} {accno}[ {w.when}| at {org}|]
        {bank} [sort code|s/c|] {sort}[,| /| -|] {account}
        {bank} [{account}|acc {account}|{account} ({sort})|({account})]
        [pay|paid|transfer|wire|send it] [to|into|from] {account}[,| at| with|] {bank}[ ({x})|]
        {accno} [is|was|=|:|-] [my|the|her|his] {acclabel}[.|]
    """,
    "wide.org": r"""
        {org} {v.did} [the {noun}|it|{x}|{word}|{org}|us|me][ {w.when}|].
        [The|A|Our|My] {noun} {v.past} [by|from|to|with|at] {org}[ {w.when}|].
        [I|We|She|He|They|{x}] [{v.did}|work for|works for|works at|worked with|study at|trained at|volunteer at|left|joined|quit|rang|wrote to|applied to|complained to|heard from|paid|owe|sued|trust|switched from|cancelled with|ordered from|bank with|flew with|shop at|bought it at] {org}[ {w.when}|, {sentence}|].
        [at|from|with|by|via|for|to|through|under|against|near|behind|outside|inside|since|unlike|like|than|of|on behalf of|care of|c/o|re|@] {org}[ {w.when}| in {w.city}|, {w.place}|]
        [My|Our|Her|His|Their|The] [insurer|bank|employer|landlord|supplier|vet|optician|pharmacy|dentist|school|nursery|college|club|union|choir|band|church|broker|lender|solicitor|accountant|provider|airline|supermarket|council|clinic|garage|builder|baker|agency|charity|team|pension fund|health fund|phone company|electric co-op|water company], {org}, {v.did} [the {noun}|it|{x}|{word}].
        [my|our|her|the] [insurer|bank|employer|landlord|vet|optician|pharmacy|dentist|school|nursery|union|church|provider|airline|garage|gym|gp|water company|electric company|credit union|clinic] [is|was|=|:|-|,] {org.any}[ {w.when}| in {w.city}|]
        [Did|Does|Has|Is|Will|Can] {org} {word} [the {noun}|it|{x}][ {w.when}|]?
        {org}'s {noun} [{v.past}|is|was] {word}[ {w.when}|].
        {org}[, {org}|] and {org} {v.did} [the {noun}|it|{word}].
        [The|A] {org} {noun} [{v.past}|is|was] {word}[ {w.when}|].
        [according to|says|said|claims] {org}[, {sentence}|.]
        {x} [from|at|of|with] {org}[ and {x} [from|at|of] {org}|] {v.did} [the {noun}|it|{word}].
        {org}, {w.city}[, {w.region}|]
        In {w.city}[ and {w.city}|], {org} {v.did} [the {noun}|it].
        [i|we] [work at|hate|got fired from|applied to|called|paid|mailed|drove to|buy from|am with|switched to|owe] {org.lower} [{w.slang}|{w.when}|for the {noun}]
        {org.lower} [is|was|has|wont|keeps|said|{v.past}] {word} [{w.slang}|the {noun}|{w.when}]
        [at|from|with|near|to|by|outside|for] {org.lower}[ {w.when}| {w.slang}| in {w.small.place}|]
        [rx|script|meds|refill|appt|shift|bill|check|refund|parcel|interview|order|invoice|quote] [at|from|with|to|by] {org.lower}[ {w.when}|]
        [Bank|Employer|Insurer|School|Pharmacy|Practice|GP|Club|Union|Carrier|Airline|University|Vendor|Organiser|Host|Funded by|Sponsor|Issued by|Certificate from|Referred by|Published by|Registered with|Payable to|Letter from|Received from][:| -|] {org}
        [Statement|Reminder|Letter|Summons|Offer|Invoice|Certificate|Scholarship|Grant|Fine|Loan|Pension|Refund|Card|Ticket|Invitation|Minutes|Newsletter|Bill] [from|of|by|at] {org}[ {w.when}| for {money}|]
        {date} {org} {money}\n{date} {org} {money}
        {org.upper} [{w.when}|{money}|{nnn}]
        {w.Thing} [at|from|by] {org}[, {w.city}| {w.when}| ({money})|]
    """,
    "org.any": ["{org}", "{org.lower}"],
})
