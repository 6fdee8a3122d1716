"""English patterns: what people write to each other, with personal data and without. See `redact_grammar` for the notation.

Rules beginning with `fact.` state one piece of personal data each, by kind, so that documents can be mixed of them; those beginning with `plain.` have none.
"""

from redact_grammar import add_rules

add_rules({
    # --- words ------------------------------------------------------------------------------------------------------------------------------
    "title": "Mr|Mrs|Ms|Miss|Mr.|Mrs.|Ms.|Dr|Dr.|Prof.|Professor|Sir|Rev.|Fr.|Sgt.|Captain|Judge|Nurse|Councillor|Cllr|Lady|Madam|Chief|Officer|Detective|Lt.|Hon.|Pastor|Imam|Rabbi|Sister|Coach|Dame|Sr.|Smt.|Shri|Alhaji|Engr.|Barr.".split("|"),
    "relative": "mother|father|mum|dad|mom|wife|husband|son|daughter|sister|brother|aunt|uncle|cousin|grandmother|grandfather|partner|neighbour|neighbor|flatmate|boss|colleague|manager|landlord|landlady|friend|girlfriend|boyfriend|niece|nephew|nan|fiancé|carer|tenant|mother-in-law|stepson|ex|coworker|roommate|dog sitter|boss's wife".split("|"),
    "role": "plumber|electrician|driver|nurse|GP|dentist|teacher|tutor|lawyer|solicitor|accountant|agent|caretaker|cleaner|courier|adviser|account manager|case worker|social worker|project manager|new hire|intern|receptionist|doctor|consultant|headteacher|supervisor|foreman|vet|physio|contact|buyer|seller|claimant|applicant|patient|customer|caller|witness|complainant|member|student|employee|candidate|guest|tenant|beneficiary|next of kin|emergency contact".split("|"),
    "team": "the team|everyone|marketing|the front desk|accounts|the warehouse|HR|IT|the office|support|billing|the night shift|finance|legal|reception|engineering|the board|facilities|payroll|the committee".split("|"),
    "thing": "the report|the keys|the parcel|the contract|the form|the invoice|your application|the documents|the minutes|the laptop|the slides|the photos|the draft|the spreadsheet|the quote|the refund|the booking|the deposit|the certificate|the statement|the file|your order|the prescription|the results|the agreement|the signed copy|the receipt|the paperwork|the parking permit|the claim|the reference|the survey".split("|"),
    "product": "iPhone {nn}|Windows {nn}|Galaxy S{nn}|ThinkPad X{nn}|Model {n}|Office {nnn}|the Aria {nnn}|Photoshop|PlayStation {n}|Excel|Firefox|Chrome|Outlook|Word|Teams|Slack|Zoom|Android {nn}|macOS Ventura|Ubuntu {version}|Nespresso|Dyson V{nn}|Golf GTI|Corolla|Civic|Fiesta|Kindle|AirPods|Chromecast|Nutella|Coca-Cola|Lego|Monopoly|Minecraft|Aspirin|Ibuprofen|Paracetamol|Amoxicillin|Lisinopril|{Word} {nnn}|{Word} Pro|{Word}Pad|{Word} {version}".split("|"),
    "and": ["and", "and", "and also", "plus", "&"],
    "soon": "as soon as possible|by {day}|before {time}|on {day}|tomorrow|today|this afternoon|next week|at {time}|within {n} days|when you can|ASAP|by the end of {month}|tonight|later|on {date}|by {date}|first thing on {day}".split("|"),

    # --- mails: beginning and end -------------------------------------------------------------------------------------------------------------
    "greeting": """
        [Hi|Hello|Hey|Dear|Good morning|Good afternoon|Morning|Hiya|Hi there|Good evening|Greetings|Yo|Evening|Afternoon|Dearest] {p.first}[,|,|,|!|:| -|.|]
        [Hi|Hello|Dear|Hey] {p.nick}[,|,|!| –]
        Dear [{title} |{title} |{title} |]{p.last}[,|:|]
        Dear {p.plain}[,|:|]
        Dear {title} {p}[,|:]
        [Hi|Hello|Dear] {p.first} and {q.first},
        [Hi|Dear] {p.first}, {q.first} and {r.first},
        Dear {title} and {title} {p.last},
        {p.first}[,|:| -|!]
        {p.first}, [|hi, |hello, |quick one: ]
        [Hi|Hello] [all|everyone|team|both|there|folks][,|!]
        Dear [Sir or Madam|Sir/Madam|customer|colleagues|parents|resident|all|hiring manager|valued customer|neighbours|members|friends|applicant|guest],
        To whom it may concern,
        Dear {team},
        [Hello|Good day] [{title} |]{p.last}[,|.]
        Hi {team} ([attn|for]: {p}),
    """,
    "closing": "Thanks|Thank you|Many thanks|Best|Best wishes|Best regards|Kind regards|Regards|Warm regards|Yours sincerely|Yours faithfully|Cheers|Love|Sincerely|Cordially|Take care|Thanks again|All the best|Speak soon|See you|xx|Thx|BR|KR|Talk soon|With kind regards|Respectfully|Hugs|Ta|Yours|Thanks and regards|Thank you in advance|Yours truly|Sincerely yours|God bless|Have a nice day|With best wishes|Very truly yours|Respectfully submitted".split("|"),
    "signature": """
        {s.first}
        {s.first}
        {s.plain}
        {s}
        {s.nick}
        {s.initials}
        {s}\\n{job}
        {s.plain}\\n{job}, {o}
        {s.plain}\\n{o}
        {s.first}\\n\\n--\\n{s}\\n{o}\\n{address.block}\\n{phonelabel} {phone}
        {s}\\n{job} | {o} | {phone} | {s.email}
        {s.first}\\n{phone}
        {s.first} {phone}
        {s.first} [x|xx|:)|<3|xxx]
        [{title} |]{s}[, PhD|, MD|, RN|, Esq.|, CPA| MBE|, BSc (Hons)|, PA-C|, M.D.|, DDS|]\\n{job}\\n{o}\\n[T|Tel|P|Ph|t]: {phone}\\n[E|e|Email]: {s.email}[\\n{address.one}|]
        {s} ([he/him|she/her|they/them])\\n{o}
        {s.plain}\\n{address.block}
        {s.plain}\\n{address.block}\\n{phone}\\n{s.email}
        /s/ {s}
        - {s.first}
        ~ {s.first}
        {s.first} & {r.first}
        {s.first} [and|&] {r.first} {r.last}
        [The|Your] [|customer ]team at {o}
        {o}\\n{address.block}
        p.p. {s}
        {s.first}\\n\\n[Sent from my iPhone|Sent from my mobile|Get Outlook for Android|Sent from Yahoo Mail]
        {s.upper}\\n{job}
        {team}
        Accounts Payable
        Customer Service
        [{title} |]{s}\\n[on behalf of|for] {o}
        {s.first} ({s.user})
        {s}\\n[cell|mobile|m]: {phone}\\n[www.|]{o.email}
    """,
    "phonelabel": "Tel.|Tel|Tel:|Phone:|Phone|Mobile:|Mobile|Mob:|Cell:|Cell|Ph:|Ph.|T:|M:|Telephone:|Fax:|Direct:|Office:|Home:|Home phone:|Work:|Call:|☎|Hotline:|Contact no:|Contact number:|WhatsApp:|HP:|Mob no.|Tel. no.:|Phone #:|Landline:|Day time phone:|Evening:|Emergency:".split("|"),

    "opening": """
        [I hope|Hope] [you are well|this finds you well|you're doing well|all is well|you had a good weekend|the family is well].
        [Thanks|Thank you|Many thanks] for [your mail|your message|the call|getting back to me|your patience|{thing}|your letter of {date}|the quick reply].
        Further to [our call|our conversation|your letter|our meeting] [on {day}|of {date}|yesterday|this morning], [|please find {thing} attached.|I can confirm the following.|here are the details.]
        [Just|Only] a quick [note|reminder|question|one|update] [about {thing}|before {day}|regarding {thing}].
        I am writing [to you |]about {thing}[| {order}| from {date}].
        Sorry for the [late reply|delay|confusion|mess|trouble].
        As [discussed|agreed|promised|requested], here [are the details|is {thing}|is everything you need].
        [Following up on|Re] {thing}: [any news|still waiting|all done|see below][?|.]
        Please find {thing} attached.
        It was [great|lovely|nice|good] to [see you|meet you|speak with you|catch up] [on {day}|yesterday|last week|at the fair].
        {p} [gave me your address|told me to write to you|suggested I get in touch|said you could help].
        My name is {s.plain} and I [am|work as] [a|the] {job}[ at {o}| with {o}|].
        This is {s.plain}[ from {o}|]. 
        I'm {s.first}, [your new {role}|the {role}|{p.first}'s {relative}|from number {nn}].
    """,

    # --- facts: one piece of personal data each --------------------------------------------------------------------------------------------------
    "fact.name": """
        {name} [died|joined us|started|was hired|retired|got married|moved in|was last seen|left|passed the exam|was admitted|enlisted|emigrated] [on |]{date.past}[.| in {town}.|, not on {date.past}.]
        {name}'s [order|ticket|invoice|claim|parcel|booking|complaint] [number |no. |#|is |]{order}[ of {date}| is still open|]
        [Order|Invoice|Ticket|Booking] {order} [for|from|of|by] {name}[, {money}|, {date}|, {quantity}|]
        {name}, [hired|employed since|member since|resident since|married|anniversary|graduated] {date.past}
        {carrier.name}
        {carrier.name}
        {carrier.name}
        {carrier.name}
        {carrier.name}
        {carrier.name}
        {carrier.name}
        {carrier.name}
        {aside}
        [The|Visited the|Met the|Dinner with the|A letter to the] {last} family[ about {thing}| {soon}| for {noun}|].
        [Mr|Mr.|Dr|Herr] and [Mrs|Mrs.|Ms|Frau] {last}[, | ][called|live upstairs|are away|have paid|want a refund]
        [Insured|Tenants|Parents|Owners|Witnesses]: Mr {name} and Mrs {name}
        [Master|Miss|Baby|Little] {name}[, who is {n}| attends {org}|, aged {n}|] [snores|has a cold|won|was seen on {date}]
        I am {name}, [S/o|D/o|W/o|R/o|wife of|son of|widow of] [Shri |Late |]{name}, [R/o|residing at|resident of] {address.one}
        {name.any} (née {last})[ and {first}|]
        {name} [née|formerly|aka|also known as] {last}
        {n}) {name}, [badge|desk|room|seat] [{nnn}|{nn}], [car park B|no car|starts {day}]
        [Ask for|ask] {first} or {first} at [the desk|reception|the gate]
        [from|by|for|with] {name}, {name} and {name}
        the bell marked "{last}[/{last}|]"
        [/|- |// |– ]{first}
        [who|what] about {name.any}?
        [my|her|his] {relative} {first}['s|] [school|doctor|friend {first}] [called|is {name}|moved]
        [{name} vs. {name}|{name} v. {name}|{name} against {name}], {date}
        [chapter|email|letter|statement|call|reply|photo|drawing] by {name}
        [{year} - |]{name} [discovers|writes|sells|inherits|opens|marries|forgives] [the {noun}|{name}|a {noun}]
        [My|His|Her|Our|Their] {relative} {name.any} [will be there|is coming along|called yesterday|said yes|has the keys|can sign for it|needs a lift|moved out in {month}|is away until {day}|wants to know|is allergic to nuts|paid {money}|starts on {day}].
        Please [ask|call|tell|contact|remind|copy in|speak to|forward this to|check with|bill|invite|thank] {name.any}[ about {thing}| {soon}| if anything is unclear| instead| and {name.any}|].
        {name.any} [and|&] {name.any} [are|will be|were] [out|on leave|in the meeting|late|here|responsible|at the {noun}|in {town}] [{soon}|on {day}|until {date}|].
        {name.any} [said|says|told me|thinks|mentioned|wrote|confirmed|complained|reported|explained|claims|suggested|insists] that {sentence}
        [I|We] [met|saw|spoke to|talked with|heard from|ran into|interviewed|hired|visited] {name} [on {day}|yesterday|last week|at {time}|in {town}|in {year}|again].
        {name}'s [car|dog|phone|mother|laptop|appointment|contract|office|flight|luggage|birthday|invoice|password|desk|room|report] [is|was|has been] [ready|broken|moved|cancelled|on {day}|fixed|overdue|stolen|next to the {noun}|late].
        The {role}[, |'s name is | is called | is ]{name.any}[,| –] [who|and he|and she] [lives in {town}|has been with us since {year}|speaks {country}|was here on {day}|is very nice].
        The {role} is {name}.
        Signed: {name}
        [cc|Cc|CC|To|From|Attn|Attention|FAO|Contact|Prepared by|Approved by|Author|Owner|Reporter|Assignee|Reviewed by|Present|Apologies|Chair|Caller|Requested by|Interviewer|Witness|Referred by|Next of kin|Emergency contact|Guardian]: {name.list}
        [cc|Present|Attendees|In attendance|Apologies|Participants|Team]: {name.any}, {name.any}, {name.any}[, {name.any}|][ and {name.any}|]
        [Dr|Mr|Mrs|Ms|Prof.|Dr.] {last} [will see you|is on call|operated|has retired|signed the form|is covering for {last}|asked for bloods|wants another scan] [on {day}|{soon}|at {time}|].
        Has anyone [seen|heard from|spoken to] {name.any}[ today| since {day}|]?
        {name}, {nn}, [of|from] {town}, [won|was charged|died|pleaded guilty|retired|was elected|scored twice|admitted it|was fined {money}|was taken to hospital|denied it].
        [according to|as per|thanks to|on behalf of|with regards to|together with|instead of|not] {name}
        [Happy birthday|Congratulations|Well done|Get well soon|Welcome|Farewell|Thank you|RIP|Good luck|Welcome back], {first}!
        {first}, [can you|could you|please|would you mind|did you] [look at {thing}|send me {thing}|call me|come over {soon}|check this][?|.]
        I share a [flat|room|office|desk] with {name.any}[ and {name.any}|].
        The [account|flat|car|policy|phone|room|booking|reservation|ticket|card] is [in the name of|registered to|held by|under] {name.list}.
        [It was|That was|This was] {name.any} [who|that] [broke it|called|left the door open|found the cat|paid the bill].
        {name} ([chair|{role}|minutes|remote|{job}])
        {name.any}: [agreed|to follow up|will send {thing}|absent|nothing to report|see above|{sentence}]
        {name.any} -> {thing}, {name.any} -> [the rest|{thing}]
        ask for {first}[| at the desk| or {first}]
        [our|the] [children|kids|twins|boys|girls|cats|dogs], {first} and {first}[,|] [are|were] [fine|asleep|at school|with {first}|in {town}]
        [Met with|Spoke to|Emailed|Rang|Interviewed|Called] {name} [re|about|regarding] {thing}.
    """,
    "fact.address": """
        {carrier.address}
        {carrier.address}
        {carrier.address}
        [My|Our|The] [property|flat|cottage|farm|shop|second home] [known as|at|is] {address.one}[ was flooded| is insured with {org}|].
        Risk address: {address.one}
        [the parcel|it] went to {street}, we['re|are] at {street}
        [stolen|parked|seen|left] [outside|near|in front of|behind] {address.one} on {date}
        [R/o|resident of|r/o] {address.one}
        [at the back of|two doors from|across from|next to] {street}
        [I|We] [live|stay|am registered|moved] [at|to] {address.one}[ since {month}| now|].
        [My|Our|Her|His|The] [new |old |current |home |postal |billing |delivery |work |permanent |previous |forwarding |mailing |correspondence |]address [is|was|:|remains|reads|will be] {address.one}.
        [Please|Kindly|Could you] [send|ship|deliver|post|mail|forward|return|courier] {thing} to[:|] {address}[.|]
        [Send|Deliver|Ship|Post] it to[:\\n| ]{address}
        [Meet|See|Find] [me|us] at {street}[ at {time}| on {day}| {soon}|].
        [The|Our] [party|viewing|meeting|office|shop|clinic|venue|dinner|appointment|funeral|workshop|practice|warehouse] is at {address.one}[ on {day}| from {time}|].
        [I grew up|She lives|He lives|They live|We met|It happened|The accident was|The car is parked|The leak is] [at|outside|in front of|opposite|near] {street}.
        [Registered|Head|Main|Branch] office: {address.one}
        The [flat|house|property|apartment|premises|land|unit|garage] at {address.one} [is let|is for sale|was sold|is vacant|was damaged|is insured|has been inspected|is empty since {month}].
        [Address|Home address|Postal address|Billing address|Ship to|Deliver to|Residence|Location|Street address|Site|Property|From|Pickup|Drop-off|Venue|Where|Job site|Patient address|Permanent address|Mailing address]: {address}
        [Return|Delivery|Shipping|Invoice] address:\\n{address.block}
        [moved|moving] [from|out of] {street} to {street}
        [we're at|im at|i live at|its|come to|pick me up at|the place is] [{street}|{street}|{street.town}|{address.one}][ now| btw|]
        he [resides|lives|is residing|was living] at {address.one}
        [post code|postcode|zip|zip code|ZIP] [is|:|=] {postcode}
        [Parcel|Package|Delivery|Order] for {name}, {address.one}
        {name}\\n{address.block}
        {title} {name}\\n{address.block}
        {o}\\n{address.block}
        c/o {name}, {address.one}
        {name}\\nc/o {name}\\n{address.block}
        {name}\\n{org}\\n{address.block}
        [We have|There is] [a|another|no] [branch|office|shop|store] [in|at] {place}[.|, too.]
        [Taxi|Cab|Ambulance|Patrol|Engineer|Crew] [sent|dispatched|needed|requested] to [{street}|{street.town}|{address.one}] at {time}.
        [Last known address|LKA|Address on file|Addr|addr.]: {address.one}
        [the|his|her] [house|flat|place] [at {street}|on {street}] [|is easy to find|has a red door]
    """,
    "fact.organisation": """
        {carrier.organisation}
        {carrier.organisation}
        {carrier.organisation}
        {carrier.organisation}
        {carrier.organisation}
        [Quote|Estimate|Offer] from {org} ({name.any}, {phone}) {money}[, other one still to come|]
        {name} of {org} [made|sent|signed|confirmed] {thing}.
        {org} [and|or|vs|/] {org}
        [the|our] {role} from {org}[, {name.any},|] [came|called|will come] [{soon}|on {day}]
        We, {org} of {address.one}, confirm that we act for {name}.
        [ref|re]: {org} / {name}
        [insured|banking|employed|registered|enrolled|staying] [with|at] {org}
        [I|She|He|{name.any}] [work|works|worked|started|used to work] [at|for|with] {org}[ in {town}| as a {job}| since {year}| until {date}|].
        [We|They|I] [have|had|got] [an offer|a quote|an invoice|a letter|a call|a refund|a delivery] from {org}[ for {money}| yesterday| on {date}|].
        {org} [announced|said|confirmed|denied|reported|will open|has closed|is hiring|was fined|acquired {org}|merged with {org}|went bankrupt|won the contract|plans to cut {nnn} jobs|raised {money} million] [on {day}|in {town}|last year|{soon}|in {month}].
        [Our|The|My|Your] [bank|insurer|employer|supplier|landlord|lender|school|client|provider|agency|pharmacy|hospital|law firm|broker] is {org}[, not {org}|].
        [She|He|The patient|{name}] was [admitted to|seen at|referred to|discharged from|treated at|transferred to] {org} [on {date}|with chest pain|yesterday|for an MRI|after a fall].
        [My|Her|His|The] [son|daughter|brother|child] [goes to|attends|studies at|graduated from|plays for|teaches at] {org}.
        I am a [customer of|member of|patient at|student at|volunteer with|shareholder of] {org}.
        [between|by and between] {org} ("[Company|Supplier|Landlord|Seller|Employer|Licensor|Client]") and {org} ("[Customer|Tenant|Buyer|Contractor|Licensee]")
        [Company|Employer|Organisation|School|Client|Supplier|Vendor|Insurer|Hospital|GP practice|Business name|Institution|Bill to|Sold by|Practice|Firm|University|Charity|Landlord|Customer]: {org}
        [The|A] [mortgage|loan|policy|account|contract|warranty|subscription] with {org} [ends|runs out|was signed|was cancelled] [{soon}|on {date}].
        [Invoice|Letter|Statement|Quote|Parcel|Reminder|Survey|Summons] from {org} [dated {date}|arrived|for {money}|is overdue].
        {org}, {address.one}
        {org}'s [website|hotline|manager|app|offer|lawyers|delivery van] [is down|was rude|is better|never answers|came late].
        [call|ring|ask|email|chase|contact] {org} [about {thing}|{soon}|and cancel].
        {name} of {org} [called|visited|complained|will present|sent {thing}] [about {thing}|{soon}|on {day}].
        {name}, [|the ]{job} at {org}
        [employed by|on behalf of|represented by|c/o|via|courtesy of|sponsored by|a subsidiary of] {org}
        Experience: {job}, {org}, {year}-{year}
        Education: [BA|BSc|MSc|PhD|MBA|Diploma], {org}, {year}
        [i|we] [hate|love|miss|left|switched to|quit] {org}[ lol| so much| last month|]
        [payment|transfer|refund|charge] [from|by|to] {org}: {money}
    """,
    "fact.email": """
        [My|Her|His|The|Our] [new |work |private |personal |][e-mail |email |mail |][address |][is|:|=] {email}[.|]
        [Please|You can|Kindly] [write to|mail|email|contact|reply to|reach me at|reach us at|send it to|cc|forward it to|invoice] {email}[.| by {date}.| or {email}.]
        [E-mail|Email|Mail|E|email|e-mail address|Contact|Login|Reply-To|User|Username|PayPal|Work email|Contact email]: {email}
        {name} <{email}>
        [From|To|Cc|Bcc|Reply-To]: {name.list} <{email}>
        [From|To|Cc]: "{name.list}" <{email}>
        [To|Cc|From]: {email}[, {email}|; {email}|]
        [Questions|Applications|Complaints|RSVP|CVs|Bookings|Photos] to {email}[, please|]
        [sent|forwarded|mailed|emailed] [it|{thing}|the link|an invite] to {email}[ on {date}| twice| but it bounced|]
        [The|A] [confirmation|reset link|invoice|receipt|code|invitation] [was sent|went|goes] to {email}.
        Account {email} [was locked|is not verified|has been deleted|logged in from {ip}|reset the password].
        [drop me a line|hit me up|just mail me] at {email}
        mailto:{email}
        ({email})
        [{title} |]{name} ({email}[, {phone}|])
        my email is {email} not {email}
        [Old|Previous] email {email}, new email {email}
    """,
    "fact.phone": """
        [tlf|tlf.|tlm.|gsm|Natel|natel|cel.|tél.|puh.|tel. nr.|mob|ph|mobil|tfn|Tfno|cell|hp|mob no] [|:]{phone}
        [Her|His|My] mobile is {phone}.
        [The best number|Best number] [in the daytime|after six|for me] is [my {relative}'s, |]{phone}.
        [call her on|ring|text her on|he's on|reach her at|dont call after {n}, use] {phone}
        [My|Her|His|The|Our] [new |mobile |work |home |private |cell |direct |office |][number|phone|mobile|cell|phone number|telephone number|line|landline] is {phone}[.|, any time.| after {time}.]
        [Call|Ring|Phone|Text|Reach|WhatsApp|Try|Contact] [me|us|her|him|{first}|{name}|the office|the {role}] [on|at|under] {phone}[.| {soon}.| or {phone}.| (ask for {first}).]
        {phonelabel} {phone}
        [Phone|Tel|T|Mobile]: {phone}[ / {phone}|, Fax: {phone}| / Fax {phone}|]
        [You can|Please] [reach|call|phone] {name} [on|at] {phone}[, {day} to {day}| between {time} and {time}|].
        [new|old|wrong|missed call from|number:|his number|her number|call|txt] {phone}
        [If you have questions|In an emergency|For bookings|To cancel|Out of hours|In case of delay], [call|ring|dial|phone] {phone}.
        {name} [called|rang|phoned] from {phone}[, call back {soon}| at {time}|].
        {name}: {phone}
        {name}, {phone}
        {name} ({phone})
        [fax|Fax|by fax to|Fax no.] {phone}
        [the|a] {role}, {name.any}, [can be reached at|is on|will answer at] {phone}
        [Voicemail|Text|SMS|Missed call|Call] [left for|to|from|sent to] {phone} at {time}
        {first} [has|got] a new number[:|,| -] {phone}
        {phone} is [my|the|her|his] number[, save it|]
        [number on file|callback|cb|contact]: {phone}
    """,
    "fact.birth": """
        d.o.b. {birth}
        [F. nac.|Data de nasc.|Geb.datum|f.|né le|nata il|ur.|nac.|nasc.|née le|født|född|syntynyt|ur. dnia|narozen|doğum tarihi|dogum] [|:]{birth}
        Master {name}, d.o.b. {birth}, {idlabel} {idno}
        [birthday|bday] {birth} [they always ask|if they ask|in case]
        the birthdate {birth} [is wrong|was verified|does not match]
        [I was|She was|He was|{name} was|My {relative} was|The {role} was] born [on|] {birth}[ in {town}| in {town}, {country}|].
        [Date of birth|DOB|D.O.B.|Birth date|Born|Birthdate|DoB|dob|Birthday|b.|Date of Birth (DD/MM/YYYY)|D.o.B|Geboren|Birth|Date of birth of child]: {birth}
        [My|Her|His|The patient's|{name}'s] [date of birth|birthday|DOB|birth date|dob] is {birth}[.|, not {date}.]
        {name} ([DOB|b.|born|dob|*|d.o.b.] {birth})
        {name}, [born|DOB|dob|b.] {birth}[, of {address.one}|, {job}|, single|, {idlabel} {idno}|]
        [born|Born] {birth}[, married, two children|, {country} national|]
        dob {birth}
        [for verification|for security|to confirm]: {birth}, {postcode}
        [Patient|Claimant|Child|Insured|Employee|Applicant] {name.list}, [DOB|born|D.O.B.] {birth}[, seen on {date}|]
        the [baby|little one|twins|boy|girl] [was|were] born [on |]{birth} [at {time}|at {org}|weighing {quantity}]
        {first} ({birth}), {first} ({birth})
        {name} (*{birth})
    """,
    "fact.account": """
        Invoice {order} of {date}, customer [no. |number |]{known}
        [Order|Case|Ticket|Quote] {order}, [customer|member|client|policy|patient] {known}
        member {known} since {date.past}
        [reg. nr.|reg.nr.|Reg.|clearing|clearingnr|Agência|Ag.|agencia] {reg} [konto|Konto|kontonr.|Conta|C/C|cuenta|account] {account}
        {name}, [badge|staff no.|employee no.|payroll no|membership|student no.] {known}[, {job}|, car park B|]
        ([payroll|staff|member|client|patient|customer|policy|badge] [no |no. |#|]{known})
        Policy number {known}\nInsured: {name}
        [Bank|Refund to|Payout]: {bank}[,| -] {account} [/|,] {sort}
        ({bank}, {sort} / {account})
        {bank}, [acc|account|a/c] {account}, branch {branch}[, name of account holder {name}|]
        savings account no. {account} with {bank}
        [employee|payroll|contract customer|customer] [no|number]:? {known}
        health insurer: {org}, [policy no.|polisnr.|member] {known}
        [Account|Acct|A/C|Account number|Account no.|Acc. no.|A/c no|Bank account|Acct #|Account #|account|acc] [:|is||no|number] {account}[, sort code {sort}|, routing {routing}|, BSB {bsb}|, IFSC {ifsc}|, branch {branch}|]
        [Sort code|sort code|Sort Code|SC|s/c|S/C][:|] {sort}[,| /| and|;] [account|account number|acc no|a/c|Account No.][:|] {account}
        [Routing|ABA|Routing number|Routing #|RTN|transit routing][:| no.| is] {routing}[,| and|;] [account|acct][:| no.| is|] {account}
        BSB[:|] {bsb}[,|;|] [Account|Acc|account number|ACC][:|] {account}
        [please |][transfer|pay|send|deposit|wire] [{money}|the deposit|the rent|it] to [my|our|the] account [|number |no. ]{account} [at|with] {bank}[, sort code {sort}|, branch code {branch}|].
        [Customer|Member|Membership|Client|Patient|Policy|Subscriber|Student|Employee|Staff|Loyalty|Insurance|Policyholder|Contract account|Personnel|Library card|Frequent flyer|Medical record|Case file of member|Beneficiary|Enrolment|Matriculation|Payroll] [number|no.|no|ID|id|#|No.|Nr.|No|ref][:| is|] {known}
        [MRN|UHID|Hosp. No.|Hospital No|Hosp no|Chart #|Patient ID|PID|Member ID|Group no.|Cust. ref|Acct|CIF|Medical Record #|Client ref|Policy #|NetID|Emp. ID|Staff No|Badge no.|MR#|Cust no]: {known}
        [My|Her|His|The|Your] [customer|membership|member|client|patient|policy|student|staff|employee|loyalty|insurance|account|personnel|policyholder] [number|no.|ID|#] is {known}[.|, if you need it.|]
        [Insured with|Policy with|I bank with|I'm with|member of|covered by] {org}[,|] [policy|account|member|membership|no.] [no. |number |# |]{known}
        {name} ([member|customer|patient|policy|student|client|staff|employee] [no. |# |id |number |]{known})
        [CLABE|clabe][:|] {clabe}
        [IFSC|IFSC code][:|] {ifsc}
        [institution|inst. no.] {institution}, [transit|transit no.] {transit}, account {account}
        [the|my] policy ([no. |#|]{known}) [covers|ends on {date}|was cancelled|has lapsed]
        [acct|acc|member|cust|mrn|pt|client] [no|#|id|] {known}
        [Logged in as|user id|customer id|account id|cust_id] {known}
        [last 4 of|ending in|account ending|acct ending] {nnn}
    """,
    "fact.card": """
        [Card|Card no.|Card number|Credit card|Visa|Mastercard|MC|Amex|CC|Debit card|card|cc|CC#|Card #|PAN|Payment card|Card on file][:| number| is||:] {card}[, exp {exp}| exp. {exp}, CVV {nnn}| valid until {exp}|, {exp}| (exp {exp})| expires {exp}|, name on card {name.upper}|]
        [Please charge|You can charge|Charge|Bill|Put it on|Use|Debit] [my|the|our] [card|Visa|credit card|company card|Amex] {card}[, expiry {exp}|].
        [She|He|The customer|{name}] paid [{money}|the deposit|the room] with [card|Visa|a Mastercard|credit card] {card}[ on {date}|].
        My card ({card}) [was stolen|is blocked|was declined|expired|does not work|was charged twice].
        [I lost|please block|cancel|he read me] [my|the|his] card {card} {soon}
        card holder {name.upper}, {card}, {exp}
        {card} [exp|valid thru|expires|exp date] {exp}
        [declined|approved|refunded|charged|captured]: {card} [{money}|]
        the number on the front is {card}
    """,
    "fact.iban": """
        [IBAN|iban|IBAN:|My IBAN is|IBAN no.|Bank account (IBAN):|IBAN number:|Our IBAN:] {iban}[, {bank}|]
        [Please |][transfer|pay|send|wire|refund] [{money}|the rent|the amount|the deposit|it] to {iban}[ ({name})|, account holder {name}|, {bank}|][ by {date}| {soon}|].
        [bank details|Bank|Payment to|Account|Bank account|Payee]: {bank}, IBAN {iban}
        The [salary|refund|rent|deposit|expenses] [goes|should go|was paid|will be paid] to {iban}[ at {bank}| from {month}|].
        Account holder: {name}\\nIBAN: {iban}\\nBank: {bank}
        [direct debit|standing order|SEPA mandate] [from|for|on] {iban}
        [my|the|new|old] iban [is|:] {iban}
        [account|acct] {iban}
    """,
    "fact.national_id": """
        [My|Her|His|The applicant's|{name}'s|The client's] {id}.
        {id}
        {id}
        [{name}, {id}|{name} ({id})]
        {name}, [born|DOB] {birth}, {id}
        [Please find|Here is|Attached is] my {idlabel}: {idno}.
        [for the form|you asked for|you need]: {id}
        {idlabel} {idno} [was verified|is expired|does not match|was issued in {town}|valid until {date}|, issued {date}|]
        [The|A copy of the] [passport|identity card|driving licence|ID|driver's license] ([no. |number |]{idno}) [expires on {date}|was stolen|is attached|was issued on {date}|has been checked].
        [Passport|ID card|Identity card|Driving licence|Driver's license|DL|ID|Tax ID|SSN|National ID|Passport no|ID number|Tax number|Social security] [no.|number|#|No|]: {idno}
        [travelling on|holder of|identified by|ID'd with|carrying] [passport|identity card|ID] [no. |number |]{idno}
    """,
    "fact.ip": """
        [The|Their|His|Her|My] [server|router|printer|camera|laptop|gateway|client|host|VPN|NAS|switch|phone] [is|has|at|answers on|got|sits on] [the address |]{ip}[ and the gateway is {ip}|, port {nnn}|].
        [Login|Logins|Requests|Connections|Attack|Scan|Traffic|Failed login|Spam|Session] from {ip}[ ({country})|, {town}| at {time}| blocked|].
        [IP|IP address|Client IP|Source|src|Remote host|Last login from|X-Forwarded-For|addr|Address|peer|Host IP|Registered from IP]: {ip}
        [ping|ssh to|traceroute to|curl|block|whitelist|unban|telnet] {ip}[ please| does not answer| times out| works fine|]
        [blocked|banned|allow|whitelisted|resolved to|bound to|listening on] {ip}[:{nnn}|/24|]
        {name} [signed|logged in|voted|posted|ordered|downloaded it] from {ip} [at {time}|on {date}|]
        change the DNS to {ip} [and|or] {ip}
        user {user} from {ip}
    """,
    "fact.url": """
        [Use|Open|Click|Try|Here is|Your link|Reset link|Download|The webhook is|Log in at|API|Clone from|Feed][:| this:|] {secret}
        {secret}
        [The|My|Our] [connection string|database URL|download link|private link|invite|magic link|feed|webhook] is {secret}
        [Don't share|Never post|Please rotate|leaked in the log:|found in the repo:] {secret}
        curl [-s |-X POST |]"{secret}"
        git clone {secret}
        wget {secret}
        [DATABASE_URL|REDIS_URL|BROKER_URL|SENTRY_DSN|WEBHOOK|PROXY|http_proxy|url|endpoint]=[{secret}|"{secret}"]
        [GET|POST|redirect to|Location:|Referer:|failed:] {secret}
    """,
    # --- nothing personal ------------------------------------------------------------------------------------------------------------------------
    "plain.numbers": """
        [Hire date|Member since|Founded|Established|Wedding|Anniversary|Date of death|Employed since|Date of marriage|Licensed since|In service since|Built|Date of loss|Date of injury|Last seen|Date of hire|Opened]: {date.past}
        [Founded|Opened|Built|Closed|Renovated|Recorded|Filmed] [on|in] {date.past}[ in {town}|].
        [They|We|My parents|Both] [married|met|moved in|emigrated|signed] on {date.past}[ in {town}|].
        [HRB|HRA|Charity no.|Company no.|Reg. no.|ISIN|LEI|ABN|ACN|SIREN|SIRET|KvK|Court file no.|Docket|Licence plate|Lot|Plot|Cadastral ref.|VIN|IMEI|MAC|UUID|ETag|commit|SHA-256|Patent|ISSN|DOI|NDC|CAS] {odd}
        [Coordinates|Position|GPS|Location]: {geo}
        {odd}
        [Coupon|Promo|Discount|Voucher|Gift] code[:|] {coupon}
        [Fine|Penalty|Permit|Notice|Certificate|Registration|Serial|Asset|Locker|Key|Meter|Pallet|Container|Consignment] [no.|number|#|No] {order}
        {nn} {Word} {Word}[s|]
        {n} {Word} [Across|Down|Stars|Wonders|Seasons|Days|Sisters|Monkeys|Nights]
        [the|a|our] {Word} [Street|Avenue|Road|Park|Square|Bridge] [bakery|project|protest|bus stop|café|sign]
        the [School|Clinic|Bank|Hospital|Ministry|Department|University|Board|Club|Church|Museum|Library|Court|Police|Agency] [is closed on {day}|sent a form|opens at {time}|asked for {order}]
        Authorization: Bearer {token}
        [password|pin|passcode|secret|api key|token][:|=| is] {token}
        [Your|The|My] [order|ticket|invoice|case|request|booking|parcel|reference|quote|claim|job|delivery note|return|complaint|tracking number] [number |no. |#|]{order} [was shipped|is open|has been closed|is overdue|was received|is attached|arrived|was cancelled] [on {date}|{soon}|at {time}|].
        [Order|Ticket|Invoice|Case|Ref|Reference|Tracking no.|PO|Part no.|Serial no.|Article|Item|Batch|Model|SKU|ISBN|Version|Quote|Job|Room|Flight|Train|Gate|Docket|Order no.|Invoice no.|Quote ref|Permit|Project|Delivery note|Transaction]: {order}
        [We|They|I] [ordered|received|returned|bought|need|sold|measured|found] {quantity} of {word}[ and {quantity} of {word}|] for {money}.
        [Total|Amount due|Balance|Price|Subtotal|VAT|Net|Fee|Deposit|Rent|Salary|Budget|Discount]: {money}
        The price [went up|went down|rose|fell] from {money} to {money} [in {month}|since {year}|last week].
        [Update|Upgrade|Downgrade] [from {version} |]to {version} [before {date}|{soon}|].
        Version {version} [fixes|breaks|adds|removes] the [search|login|export|{noun} view] ([{order}|#{nnn}]).
        [The|Our] [meeting|appointment|exam|flight|interview|course|deadline|hearing|match|concert|delivery|inspection] is on {date} at {time}[ in room {nnn}|].
        [Due|Date|Deadline|Valid until|Expires|Start|End|Issued|Appointment|Date of visit|Invoice date|Date of issue|Next review|Created|Received|Published|Date of admission|Effective date]: {date}
        [Page|Chapter|Section|Step|Figure|Line|Paragraph|Table|Level|Part|Article|Clause|Question] {n}[ of {nn}|.{n}|]: [{sentence}|{Word} {word}]
        {product} [is|was|costs|has] [{money}|faster than {product}|out of stock|available since {date.past}|version {version}].
        [Between|From] {date} [and|to] {date} [the pool is closed|we are on holiday|prices may change|no trains run|it rained].
        The temperature [was|reached|fell to] {nn} °C on {day}, {quantity} of rain fell in {town}.
        [Part|Screw|Cable|Filter|Valve|Cartridge|Lamp|Battery] {order}, {quantity}, {money} each
        It weighs {quantity} and [measures|is] {nn} x {nn} x {nn} cm.
        The code is {digits}, valid for {nn} minutes.
        [Opening hours|Hours|Open]: {day} to {day} {time} - {time}, closed on {day}
        Call centre hours are {time} to {time}.
        BP {bp}, pulse {nn}, temp {nn}.{n}, sats {nn} %
        Take {n} tablets of {product} {nnn} mg every {n} hours.
        [See|Read|More at|Docs|Source|Details|Link|Download]: {url}
        {url}
        The [page|article|guide|manual] at {url} [explains how|is outdated|is helpful|says {sentence}]
        Error {order}: {sentence}
        {nn} of {nnn} [tests|items|records|people|pages] [failed|passed|missing|updated]
        [Bus|Line|Route|Platform|Room|Gate|Seat|Level|Floor|Locker|Table] {nn}
        Between {year} and {year} the population grew from {nnn} to {nnn}.
        Sent at {time} on {date}
        [Registered|Company] no. {digits}
        VAT reg. no. [GB{nnn}{nnn}|DE{digits}]
        [extension|ext.] [stays|is unchanged]
    """,
    "plain.news": """
        [The|A] [town council|government|ministry|committee|court|board|union|public] [voted|decided|agreed|refused|plans|met] [on {day}|in {month}|yesterday] [to close the {noun}|to raise taxes|not to build the {noun}|to keep the pool open].
        [Visitors|Tourists|Students|Exports|Refugees|Goods|Flights] from {country} [and {country} |]to {country} [rose|fell|doubled|were delayed] [in {year}|in {month}|last year].
        {town} is [a city|a town|a port|the capital|one of the oldest towns] in [{country}|the north of {country}|{region}][ with {nnn} inhabitants|].
        [Rain|Snow|Fog|Wind|Sun|Storms] [is|are] expected in {town} and {town} [on {day}|until {day}|over the weekend].
        The road [between|from] {town} [and|to] {town} [is closed|will be repaired|was flooded] [until {date}|in {month}|since {day}].
        [Spring|Summer|Autumn|Winter|Christmas|Easter|Ramadan|Diwali|Halloween|Thanksgiving|Passover|Hanukkah|Carnival|New Year's Eve|Mother's Day|Valentine's Day|Good Friday] [is|was|falls] [early this year|in {month}|on a {day}|quiet|over].
        [The train|The flight|The ferry|The bus] to {town} [leaves|departs|arrives] at {time} from [platform|gate|pier] {n}.
        [In|Since] {year}, the [{noun}|{noun} and {noun}] [of|in] {country} [has changed|was abolished|became a republic|was rebuilt].
        The [{Word}|Spring|Summer|City|Winter|International] [Festival|Market|Cup|Fair|Marathon|Exhibition|Parade] [opens|begins|ends|takes place] on {date}.
        {country} [beat|lost to|drew with] {country} {n}-{n} [in the final|on {day}|after extra time].
        I'd love to [visit|see|live in|go back to] {town}[ or {town}| one day| in {month}|].
        We flew from {town} to {town} [via {town}|on {day}|in {month}] and [loved it|missed the connection|lost a bag].
        Prices in {country} [rose|fell] by {n} percent in {month}.
    """,
    "plain.words": """
        The rose bushes need water, and the grace period ends in {month}.
        [Will you|Will it|May I|May we|Can I] [mark|bill|grant|chase|frank|park|stamp|sue|pat|carry] [the|a|this] [box|card|page|ticket|letter|parcel][ {soon}|][?|.]
        [Mark|Bill|Rob|Grant|Chase|Frank|Hunt|Carry|Will|Pat|Drew|Skip|Jack up|Josh|Nick|Sue|Dean] [the|a|no] [box|bank|form|letter|line|car|{noun}] [|and {word} it|{soon}].
        [May|April|June|August] [was|is|has been|will be] [cold|warm|wet|busy|quiet] [this year|in {town}|again].
        [Hope|Faith|Joy|Grace|Patience|Charity|Honour|Liberty|Justice|Harmony|Amber|Ruby|Pearl|Ivory|Coral|Ginger|Rosemary|Basil|Olive|Violet|Lily|Daisy|Iris|Hazel|Heather|Holly|Ivy|Sage|Dawn|Eve|Summer|Autumn] is [a word|hard to find|not enough|in short supply|on sale|what we need|red|green].
        The [King|Queen|Prince|Pope|Bishop|Knight|Baron|Duke|Earl|President|Major|General|Judge|Hunter|Baker|Cook|Miller|Smith|Carpenter|Fisher|Shepherd|Archer|Mason|Porter|Potter|Turner|Butler|Page|Cooper|Gardener] [was|is] [late|old|on the board|in the picture|not amused|a good film].
        Add [basil|rosemary|sage|ginger|olive oil|a pinch of salt|parsley|a bay leaf] and [cook|fry|simmer|stir|bake|roast] for {nn} minutes at {nn}0 °C.
        Cut the [beans|berries|apple|cherry tomatoes|lamb|cod|pike|bass|turkey] into pieces of {n} cm.
        [Long|Short|Young|White|Black|Brown|Green|Strong|Sharp|Rich|Price|Field|Wood|Stone|Hill|Banks|Rivers|Woods|Waters|Bridges|Day|Winter|Frost|Snow|Rain] [prices|days|lists|nights|pages] [are|were] {word}.
        [Python|Ruby|Julia|Swift|Java|Ada|Perl|Crystal|Scala|Jasmine|Jenkins|Django|Travis|Casper|Laurel|Alexa|Siri|Cortana|Watson|Claude|Bixby|Jupyter] [is|was] [slow today|a good tool|installed|updated to {version}|not responding].
        [Please|Kindly] [Note|Read|Sign|Return|Keep|Print|Use] [This|The|Your] {Word} [Form|Page|Letter|Card|Copy] [Before|After|Until] {day}.
        {Word} {Word} {Word}
        {Word} {Word}
        [THE|OUR|YOUR|NEW|FINAL|IMPORTANT|URGENT|LAST] {Word} [AND|OF|FOR|IN] {Word}
        {Word} {word} {word} {Word} {word} {Word}.
        The {Word} {Word} [shall|may|must not] {word} the {Word} [of|under|without] this {Word}.
        [Terms|Buyer|Seller|Customer|Tenant|Landlord|Borrower|Lender|Employee|Employer|Party|Supplier|Licensee] shall [not |]{word} the [Goods|Premises|Services|Work|Software|Agreement|Deposit] [within {n} days|before the Effective Date|without prior written consent].
        [Introduction|Summary|Overview|Next Steps|Action Items|Known Issues|Getting Started|Table of Contents|Terms and Conditions|Privacy Policy|Frequently Asked Questions|Appendix {n}|Chapter {n}|Part {n}]
        [lol|omg|haha|ok|yeah|nah|hmm|well|btw|wtf|idk] [see you {soon}|that was {word}|it's raining again|no way|i know right|thats so {word}|the wifi is down|pizza?|who's in for {day}|need coffee]
        [shall we|should we|lets|let's|can we] [eat out|watch {Word} {Word}|go hiking|play tennis|get a dog|repaint the {noun}] [on {day}|{soon}|at {time}][?|!]
        [Great|Terrible|Decent|Excellent|Awful|Good|Poor] [service|food|battery|sound|screen|quality|value]. [Would buy again|Never again|Three stars|Five stars|It broke after {n} weeks|Arrived {n} days late|Fits well|Too small].
        [Monday|Tuesday|Wednesday|Thursday|Friday]: [swimming|homework|bins out|dentist|shopping|standup|choir|free]
        [milk|eggs|bread|butter|{noun}], [rice|flour|sugar|{noun}], [{n} onions|garlic|basil|{noun}], [{quantity} of {noun}|soap]
        - [Fixed|Added|Removed|Changed|Improved] [a crash in|support for|the option|the size of|an error with] {word} {word}[ ({order})|]
        [The|A|My|This] {product} [does not start|is too loud|works fine|needs an update|came without a cable|stopped working after {n} days].
    """,
    "ask": """
        [Please|Can you|Could you] [let me know|confirm|reply|get back to me|call back|sign and return it|arrange this] {soon}[.|?]
        [Any|Do you have any] [questions|news|thoughts|objections][?|, just ask.]
        [Let me know|Tell me|Say] if [that works|you need anything else|anything is missing|this is right].
        [Looking forward to|Awaiting] [your reply|hearing from you|seeing you {soon}|the weekend].
        [We|I] [apologise|are sorry] for [the delay|any inconvenience|the mistake].
        [Nothing else|That's all|No rush|More later|See you then|Fingers crossed|Sorry again|Thanks a lot].
        [Would|Does] {day} [at {time} |][work|suit you][?|, or is {day} better?]
    """,
})
