"""English patterns for particular sorts of text: logs, chats, clinical notes, contracts, minutes, CVs, invoices, labels, reports, news.

As in `redact_prose`, but each is a whole little text or a line of one.
"""

from redact_grammar import add_rules

add_rules({
    "subject": """
        [Re: |RE: |Fwd: |FW: |AW: |]{thing}[| {order}| - {name}]
        [Re: |]{Word} {word} {word}
        [Re: |][Invoice|Order|Ticket|Case|Booking|Claim] {order}
        [Re: |][Meeting|Call|Lunch|Interview|Appointment] [on {day}|with {name.any}|{date}|{time}]
        [Application|Complaint|Feedback|Question|Offer|Reminder|Welcome|Notice|Change of address|Your stay|Payroll|Desk move|Bank details][ – {name}| from {org}| ({known})|]
        {org}: [your statement|your order {order}|password reset|delivery on {date}]
        Out of office: {name}
    """,
    # --- logs ----------------------------------------------------------------------------------------------------------------------------------
    "log.any": """
        {hash} {p.plain} [fix|add|remove|bump|merge|revert] {word} {word}[ (#{nnn})|]
        {hash} ({p.plain} {log.date} {nnn}) [return|if|def|let] {word}
        commit {token}\nAuthor: {p.plain} <{p.email}>
        [search|lookup|found|update|query] [patient|customer|member|insured|user] name='{p.list}' [dob|born|birthdate|geb]='{birth}' [id|vnr|mrn|policy]='{known}'
        {n} [hits|results|matches]: {name.list}; {name.list}
        [access|read|export|viewed] by {p.user} from {ip}
        #[dev|general|ops|random] <{p.user}> {chat.line}
        GET /[reset|confirm|unsubscribe]?[email|to|user]={email.encoded} [200|302|404]
        client={ip} user="{p.plain}"[ status=200|]
        [origin|upstream]  {secret} ([fetch|push])
        mount {secret} [ok|failed]
        \\{"level":"[info|warn|error]","msg":"[login|checkout|signup|declined]","user":\\{"id":{nnn},"name":"{p.plain}","email":"{p.email}"},"ip":"{ip}"}
        \\{"ts":"{log.date}","user":"{p.user}","phone":"{phone}","[total|ms]":{nnn}}
        \\{"first":"{p.first}","last":"{p.last}","dob":"{birth}","addr":\\{"line1":"{street}","city":"{town}","zip":"{postcode}"}}
        \\{"guardian":\\{"name":"{p.plain}","phone":"{phone}","ssn":"{idno}"},"practice":"{org}"}
        \\[[info|warn|error]\\] [connection|request] from {ip} [rejected|closed|ok]
        Host: {word}.example\nX-Forwarded-For: {ip}
        recipient {p.plain}, {address.one}, [label printed|no carrier|batch {nnn}]
        [contact|lead] {p.plain}, {phone}, {p.email} [imported|merged|skipped: duplicate]
        login [ok|failed|denied] user={p.user} [src|ip|from|addr|client]={ip.same}[ port={nnn}|]
        Failed password for [invalid user |]{p.user} from {ip.same} port {nnn} ssh2
        Failed password for {sysuser} from {ip} port {nnn} ssh2
        Accepted [publickey|password] for {p.user} from {ip.same} port {nnn} ssh2
        session [opened|closed] for user {p.user}[ by (uid=0)|]
        pam_unix(sudo:session): session opened for user root by {p.user}(uid={nnn})
        {p.user} : TTY=pts/{n} ; PWD=/home/{p.user} ; USER=root ; COMMAND=/usr/bin/{word}
        [mail|message|reset link|invite|mfa challenge|invoice|receipt] [sent|queued|delivered] to {email}[ ({nnn} ms)|, id={token}|]
        [bounce|rejected|deferred|spam]: to=<{email}>, from=<{email}>[, relay={ip}|], status=[sent|bounced|deferred]
        connect from [unknown|mail.{word}.com]\\[{ip}\\]
        [connection|request|client|upload|handshake] from {ip}[:{nnn}|] [rejected|accepted|timed out|reset|closed]: [too many clients|{word}|rate limit|bad cert]
        [GET|POST|PUT|DELETE] {path} [200|401|404|500] {nn}ms ip={ip}[ user={p.user}| uid={nnn}|]
        [GET|POST|fetch|webhook|callback|redirect] {secret} [returned|->|failed with|status=] [200|401|500|502]
        connecting to {secret}
        DSN={secret}
        user [created|updated|deleted|locked|invited]: [id={nnn} |][name="{p.plain}" |][email={p.email}|login={p.user}][ by {sysuser}| role=admin|]
        User {p.email} [logged in|logged out|changed password|enabled 2fa][ from {ip}|]
        payment [declined|authorized|failed] card={card}[ exp={exp}|] amount={money}
        payout [sent|failed] iban={iban} amount={money}[ name="{name.upper}"|]
        customer {p.plain} (id {nnn}) [called|upgraded|cancelled][ phone={phone}|]
        sms to {phone} [delivered|failed|queued]: code [sent|{digits}]
        DHCPACK on {ip} to 3c:22:fb:{nn}:a{n}:0{n} ([{p.user}-laptop|android|printer]) via eth0
        peer {ip} [disconnected|handshake|allowed ips {ip}/32|endpoint {ip}:{nnn}]
        ban {ip}[ for {nnn}s|]
        [upload|export|import|backup] by {p.user} [finished|failed|started]: [/home/{p.user}/{word}.csv|/srv/{word}|{nn} rows]
        <{p.user}> {chat.line}
        audit: actor={p.user} action=[read|update|delete] target={q.user}[ ip={ip}|]
        /home/{p.user}/[.ssh/id_rsa|Documents/{word}.pdf|{word}]
        C:\\\\Users\\\\{p.user}\\\\[Desktop|AppData\\\\Local|Documents]\\\\{word}.[docx|log|exe]
        Author: {p.plain} <{p.email}>
        commit by {p.plain}: [fix|add|remove] {word} {word}
        Signed-off-by: {p.plain} <{p.email}>
        assigned {order} to {p.user}
        From: {ip} To: {ip} proto TCP dport {nnn}
        resolved [db|mx|www].{word}.internal to {ip}
        listening on [port {nnn}|{ip}:{nnn}|*:{nnn}]
        X-Forwarded-For: {ip}, {ip}
        {log.plainline}
    """,
    "log.plainline": """
        {odd} [created|deleted|expired|not found]
        [trace|span|session|device|volume] {odd}
        user=[svc-{word}|{word}-bot|{word}{nn}|guest{n}|ci-runner|{sysuser}] action={word}
        <[{word}bot|{word}_{word}|x{word}x|{word}{nn}]> {chat.plain}
        [job|cron|task|worker|build|step] {nnn} [finished|started|failed|skipped] [in {nn}.{n} s|after {nn} retries|on node{n}]
        [starting|stopping|restarting|reloading] {unit} {version}
        retry in {n}s (attempt {n}/{nn})
        [disk|memory|cpu|cache] usage at {nn} %
        [loaded|processed|indexed|deleted|migrated] {nnn} [rows|files|items|records] in {nnn} ms
        [upgraded|upgrading|installing|removed] {word} {version} -> {version}
        [GET|POST] {path} 200 {nn}ms
        config {path} [not found|reloaded|has {n} errors]
        user={sysuser} action=[login|rotate|sync]
        Started {Word} {Word} Service.
        health check [ok|failed] [{nnn} ms|{url}]
        java.lang.NullPointerException: {word}
        TypeError: cannot read property '{word}' of undefined
        at com.{word}.{word}.{Word}.{word}({Word}.java:{nnn})
        request_id={token} status={nnn} bytes={nnn}
        queue depth {nnn}, oldest {nn} s
        version {version} ([build|commit] {token})
        certificate expires in {nn} days
        [Session|Request|Trace|Job] {order} closed
        GET {url} 200
        cleaning up {path}
        {Word}{Word}Exception: {sentence}
        ntp: offset {n}.{nnn} ms, stratum {n}
        eth0: link up, {nnn} Mbps
        signed in as {sysuser}
    """,
    "log.plain": ["{log.plainline}"],

    # --- chats ----------------------------------------------------------------------------------------------------------------------------------
    "chat.line": """
        [hey|hi|yo|sup|heya|hello|morning|evening] {first.lower}[!|!!|, u there?|| :)|, long time]
        [thx|thanks|ty|cheers|tysm|ta|gracias|danke|merci] {first.lower}[!|!!| xx| <3||, ur the best| :)]
        [is|was|has|did] {first.lower} [still coming|there|mad|ok|called|pay you|say anything][ {soon}|?| or not?|??]
        {first.lower} [said|told me|thinks|texted|says] [ok|no|hes late|shes sick|its fine|to wait|yes|to call {first.lower}]
        [ask|tell|call|ping|text|pick up|say hi to] {first.lower}[ pls| about {thing}|, {phone}| and {first.lower}|!| for me]
        [me and|just|with|not|maybe] {first.lower}[ and {first.lower}| lol|?|]
        {first.lower} [brought|lost|found|forgot|broke|stole] [the keys|cake|my charger|his phone again|her bag]
        {first.lower}'s [place|bday|car|mom|dog|new number|gf|couch] [tonight?|is {phone}|is at {street}|is great|broke down]
        [my number|new number|call me|whatsapp|txt me|cell]: {phone}
        {phone}[ thats me| i think| call after {time}||]
        [send it to|its|my mail is|email me|mail it to] {email}[ pls| ok?|]
        [im at|come to|its|address is|meet at|were at|party at] [{street}|{street.town}|{address.one}][ apt {n}| btw||, ring twice]
        @{p.user} [can you look|ping|thanks|see above|wdyt?|+1|{sentence}]
        [cc|thanks|ping|lgtm|/cc|ask] @{q.user}[ @{r.user}|]
        [paypal|iban|venmo]? {iban}
        [my iban|here|konto|acc]: {iban}
        [who has|anyone got|whats|need] {first.lower}['s|s|] [number|email|address|key][?|??|]
        [its|im|this is] {first.lower}[ from {noun}| from {org}| btw| again]
        {first} [joined|left|added {first}|changed the subject|is typing...|pinned a message]
        [dr|mrs|mr|prof] {last} [is so boring|cancelled class|called me|gave us homework|wants {thing}]
        [bday|my birthday|born] [is |]{birth}
        [works|worked|started] at {org} [now|since {year}|lol]
        [my ssn|my id|passport no][ is|:] {idno}
        [my card|card number]: {card} [exp {exp}|]
        {first.lower} [|her|that guy] [do you know him?|from school|the one with the dog|is on insta]
        love u {first.lower}[ xx|]
        [server|my ip|box] is {ip}[ try now|]
        {chat.plain}
        {chat.plain}
        {chat.plain}
    """,
    "chat.plain": """
        [ok|k|okay|sure|yes|yeah|no|nah|maybe|lol|haha|omg|np|brb|same|nice|cool|wow|true|idk|deal|done|hm|wait what|oh no|exactly|on my way|be right there|gn|good night|yep][!|.|||...| :)| lol]
        [see you|call you|talk] [{soon}|later|there|tomorrow|at {time}]
        [what time|when|where|why|how come][?|??| is it?| are we meeting?| did it close?]
        [running|im] [late|{nn} min late|at the {noun}|almost there|stuck in traffic|still at work]
        [can u|could you|pls|please] [bring|buy|send|check|fix|print] [milk|the {noun}|{thing}|wine|chips|it][?| pls|]
        [did you|have you|u] [see|watch|read|try] [the match|the news|{Word} {Word}|the {noun}|that thing][?|??]
        [it was|thats|so|really] {word}[ lol|!!|...|]
        [{money}|{nn} bucks|{nn} euros] [each|is too much|ok?|for what]
        [may|june|will|mark|bill|rose|hope|grace|jack|hunter] [works|is better|be fine|the date|is due|petals|so|period is over|up the car|class is op]
        [the wifi|the heating|the bus|my laptop|the app|discord|steam] is [down|broken|slow|late] [again|since {day}|ugh]
        [pizza|sushi|thai|burgers|tacos|nothing|pasta] [tonight?|again?|sounds good|for me]
        {sentence}
        [look|watch this|lol]: {url}
        order {order} [arrived|is late|shipped]
        [ill|i will|will] [ask|check|do it|be there] {soon}
        [happy|merry] [birthday|new year|christmas|easter|diwali|eid]!
    """,

    # --- medical --------------------------------------------------------------------------------------------------------------------------------
    "med.head": """
        [Pt|Patient|PT|Pt.|Name|Re|RE][:|] [{title} |]{p.list}[,|   | |;] [DOB|D.O.B.|born|dob][:|] {birth}[,|   | |;] [MRN|Hosp. No.|UHID|NHS No|Hospital No.|Chart][:| ] {known}
        Re: [{title} |]{p}, [DOB|born] {birth}\\n{address.one}
        [Discharge summary|Referral|Clinic letter|Progress note|Consultation|Operative note|ED note|Radiology report|Nursing note|Telephone consultation][ – | - |: ]{o}[, {town}|]
        {o}\\n{address.block}\\n{phonelabel} {phone}
        {nn}[yo|F|M|-year-old|y/o] [male|female|man|woman|] [pt|patient|] {p.list}, [presents with|c/o|seen for|admitted with] {med.complaint}.
        [NHS number|NHS No.]: {idno}
    """,
    "med.complaint": "chest pain|cough|headache|abdominal pain|knee pain x {n} weeks|shortness of breath|fever|back pain|dizziness|rash|vomiting|palpitations|a fall|insomnia|low mood|fatigue|ankle swelling|hearing loss|diarrhea|a laceration|blurred vision|wheeze|UTI symptoms|migraine|tremor|weight loss|toothache|a burn|anxiety".split("|"),
    "med.line": """
        [HPI|Hx|History|S|CC|Subjective|O/E|Exam|O|PE|Findings|Impression|A/P|Assessment|Plan|P|Dx|Rx|PMH|Meds|Allergies|FH|SH|Ix|Labs|Imaging|Procedure|Course|Follow-up]: {med.plain}
        {med.plain}
        {med.plain}
        [Seen|Reviewed|Examined|Operated|Discharged|Dictated|Signed|Assisted|Referred|Accompanied|Anaesthesia] by [Dr |Dr. |Prof. |Nurse |Sr |]{name}[, {job}|, MD|, RN|, PA-C|]
        [Daughter|Son|Wife|Husband|Mother|NOK|Carer|Next of kin|Sister|Partner] [is |: |]{name.any}[, tel {phone}|, {phone}| ({phone})|, to be called with results]
        [Referred|Transferred|Admitted] [to|from] {org}[ on {date}|]
        GP: [Dr |Dr. |]{name}, {org}
        [Lives|Living] [alone|with {relative} {first}|with family|in a care home] at {address.one}
        [{title} {p.last}|{p.first}|{p}] [feels better|denies chest pain|was reassured|agrees with the plan|walked {nn} m|did not attend|is keen to go home|smokes {nn} a day|remains stable]
        [Insurance|Insurer|Coverage]: {org}, [member|policy|ID] [no. |#|]{known}
        [Pharmacy|Lab|Hospital]: {org}[, {phone}|]
        d/w [Dr |]{last} {soon}
        [Discussed with|Handed over to|Bleeped|Thank you,] [Dr|Mr|Ms|Prof.] {last}[ at {time}|, who agrees|].
        Interpreter [{name} |]present.
        Phone: {phone}
        Insurance ID {known}
    """,
    "med.plain": """
        [{nn} year old|Pleasant {nn}-year-old|Elderly|Young] [man|woman|lady|gentleman|teacher|farmer] with {med.complaint}[ and {med.complaint}|] [since {day}|for {n} days|for {n} weeks|after a fall].
        [No|Denies|Reports] {med.complaint}[, {med.complaint}|][ or {med.complaint}|].
        BP {bp}, [HR|pulse] {nn}, [RR {nn}|temp 3{n}.{n}|SpO2 {nn} %|sats {nn}% on air].
        [Hb|CRP|Na|K|HbA1c|eGFR|WBC|TSH|Creatinine|Troponin|Glucose] {nn}.{n}[, {nn}| (normal)| mmol/L| g/dL|].
        [Start|Continue|Stop|Increase] [amlodipine|metformin|ibuprofen|aspirin|lisinopril|omeprazole|sertraline|amoxicillin|paracetamol|atorvastatin] {nn} mg [OD|BD|TID|nocte|daily|PRN][ for {n} days|].
        [CXR|ECG|MRI|CT|XR|USS|Echo|Bloods] [normal|clear|pending|requested|NAD|shows {word}|on {date}|booked for {date}].
        [Review|F/u|Follow up|RTC|TCI] in {n} [weeks|months|days][ with bloods|].
        NKDA. [Non-smoker|Ex-smoker|Smokes {nn}/day]. [Occasional alcohol|No alcohol].
        Likely [viral|meniscus tear|gastritis|anxiety|UTI|pneumonia|migraine|sprain|Parkinson's disease|Crohn's disease|Bell's palsy|Hashimoto's thyroiditis|Achilles tendinopathy]. [Reassured|Safety netted|Advice given|Red flags discussed].
        +[McMurray|Murphy's sign|Babinski|Romberg|Lachman], [neg|pos] [Tinel|Phalen|Homans].
        PMH: [HTN|T2DM|asthma|COPD|AF|GORD|hypothyroid|migraine][, {med.complaint}|][, appendectomy {year}|].
    """,

    # --- contracts and letters --------------------------------------------------------------------------------------------------------------------
    "legal.parties": """
        This [Agreement|Contract|Lease|Deed|Licence] is [made|entered into|dated] [on|as of] {date} [by and |]between[:|] {legal.party} ([the |]"{legal.role}") and {legal.party} ([the |]"{legal.role}").
        THIS [AGREEMENT|LEASE|DEED] is made the {nn} day of {month} {year}\\nBETWEEN:\\n(1) {legal.party} ("{legal.role}"); and\\n(2) {legal.party} ("{legal.role}").
        I, {p}, [of|residing at|resident at] {address.one}, [hereby|do hereby|solemnly] [declare|authorise {name}|appoint {name} as my attorney|revoke all former wills|confirm receipt of {money}|resign from {o}].
        The [undersigned|Borrower|Tenant|Assignor], {p.list}, [residing at|of|domiciled at] {address.one}[, holder of {idlabel} {idno}|, born {birth}|], [promises to pay|agrees to rent|undertakes to return] {thing}.
        [Landlord|Lessor|Seller|Employer|Party A|Plaintiff|Claimant]: {legal.party}\\n[Tenant|Lessee|Buyer|Employee|Party B|Defendant|Respondent]: {legal.party}
        KNOW ALL MEN BY THESE PRESENTS that I, {p.upper}, of {address.one}
        {p} v. {org}[, Case No. {order}|]
        In the matter of {p.plain}[, deceased|, a minor|] [\\nCase No. {order}|]
    """,
    "legal.party": """
        {p.plain}[, of {address.one}|]
        {q.plain}[, born {birth}, |, ]residing at {address.one}
        {org}, [a company|a corporation|a limited liability company] [registered|organised|incorporated] in [England|Delaware|{country}|{region}][ under no. {digits}|][ whose registered office is at {address.one}| with its seat at {address.one}|]
        {org} [of|, ]{address.one}
        {name.upper}, [{idlabel} {idno}|passport no. {idno}]
        {org}[, represented by {name}|, acting through its director {name}]
        {name}
        {org}
    """,
    "legal.role": "Landlord|Tenant|Buyer|Seller|Supplier|Customer|Lender|Borrower|Employer|Employee|Company|Contractor|Licensor|Licensee|Client|Consultant|Guarantor|Lessor|Lessee|Principal|Agent|Donor|Assignee".split("|"),
    "legal.clause": """
        {n}. The {legal.role} shall [pay|deliver|return|insure|maintain|not assign] [the Rent|the Goods|the Premises|the Deposit|the Services|this Agreement] [within {n} days|in advance on the first of each month|without prior written consent|before the Effective Date|in good condition].
        {n}.{n} [Title|Risk|Ownership] [shall pass|passes] [upon payment in full|on delivery].
        [This Agreement|The Lease] [begins|commences] on {date} and [ends|terminates] on {date}[ unless renewed|].
        The [rent|price|purchase price|salary|fee] [is|shall be] {money} [per month|payable in {n} instalments|plus VAT|per annum].
        [Payment|The deposit] shall be made to {iban}[ at {bank}|].
        [Payments|The Rent] shall be [made|transferred] to account [no. |number |]{account}[, sort code {sort}|, routing no. {routing}|].
        [Any notice|Notices] to the {legal.role} [may be given|shall be sent] to [{email}|{address.one}|{email} or {phone}].
        The [property|premises] [is|known as|situated at] {address.one}.
        [IN WITNESS WHEREOF|Signed|Executed as a deed] [on {date}|by the parties|]: {name}
        [Witness|Signature|Name|By|Print name|Notary]: {name.list}[, {job}|]
        [This Section|Nothing in this clause|The above limitation] [shall not apply to|does not affect] [Consumers|the statutory rights of the {legal.role}|the Goods].
        [Governing law|Jurisdiction|Force Majeure|Severability|Confidentiality|Entire Agreement|Definitions|Termination|Liability]. {sentence}
        The {legal.role} [waives|acknowledges|warrants|represents] [that|] {sentence}
        Late payment bears [interest|a fee] of {n} percent.
        {legal.role}'s {idlabel}: {idno}
    """,

    # --- letters of offices, schools, banks, landlords ----------------------------------------------------------------------------------------------
    "office": """
        [We are pleased to|I am happy to] [offer you|confirm] [the position of {job}|a place at {org}|your booking|your appointment] [from {date}|at {org}|on {date} at {time}], [reporting to {name}|with a salary of {money}|with [Dr|Mr|Ms] {last}].
        [Please excuse|I am writing to excuse] my [son|daughter|child] {first} [|({birth}) ][from school|from PE|for being absent] [on {date}|until {day}|this week][, {q.first} has {med.complaint}|].
        {name} has been [employed by|a member of|a student at|a tenant of|a patient of] {org} [since {date.past}|from {date.past} to {date}], [employee|member|student|patient] number {known}.
        [To confirm your identity|Before we can proceed|For our records], we need [your date of birth|a copy of your passport|proof of address|the policy number][. We hold {birth}.|, currently {address.one}.| of {name}.]
        We have [received|processed|refused|approved] your [claim|application|request|complaint] [{order} |]under policy {known}[ for {name}|, insured {name.list}|].
        Our records show that you [live|are registered|moved] at {address.one}[ and can be reached on {phone}|]. [Please tell us if this is wrong.|Is that still right?|]
        [Your|The] [direct debit|refund|pension|benefit|salary] [of {money} |]will be paid [from|to|into] [account {account}, sort code {sort}|{iban}|account {account} at {bank}|your account with {bank}] [on {date}|from {month}|every month].
        [Parents|Guardians] of {name}[, class {n}b,|] are asked to [call|meet|write to] [Mr|Mrs|Ms|Miss] {last} [on {phone}|at {email}|on {date} at {time}].
        [I|We] hereby [give notice|terminate the tenancy|cancel the contract|apply for the post|object to the decision] [for|concerning|of] [the flat at {address.one}|membership {known}|{date}|reference {order}].
        [This is to certify|I certify|It is confirmed] that {title} {name}, [born|holder of {idlabel} {idno}, born] {birth}[ in {town}|], [resides at {address.one}|is employed at {org}|attends {org}|was treated at {org} on {date}].
        [The invitee|Our guest|The traveller], {name} (passport {idno}, born {birth}), will stay [with us at {address.one}|in {town} until {date}|at {street}].
        [Next of kin|In an emergency|Should anything happen], [please contact|call|notify] [my {relative} |]{name}, {phone}[, {address.one}|].
        [Your|The] [new doctor|case worker|contact|adviser|teacher|engineer] is {name}[, {phone}|, {email}|, room {nnn}|].
        {name} [is authorised to|may|will] [collect|sign for|pick up] {thing} [on my behalf|for me][; {id}|, ID {idno}|].
        [Details of|Information on] the [deceased|applicant|driver|other driver|beneficiary]: {name}, {birth}, {address.one}[, {phone}|][, insured with {org}, policy {known}|]
        [I enclose|Attached are|You will find] [my CV|two payslips|a utility bill|the lease] [and the references of {name} and {name}|for {address.one}|from {org}].
        [I was|My car was] [hit|struck] by a [van|car|bus] driven by {name}[, registration {order}|], [on {street}|outside {street}] on {date}.
        [My|Our] [membership|loyalty|student|health insurance] [card|number] [is |was lost: ]{known}[, in the name of {name}|].
        {plain.numbers}
        {sentence}
        {plain.words}
    """,

    # --- minutes, notes, reports ------------------------------------------------------------------------------------------------------------------
    "note": """
        [Ring|Call|Phone|Email|Text|Visit|Chase] [{title} |]{name.any}[ before {time}| re {thing}|, {phone}| {soon}|, has the keys]
        {first}[:|,| -] {phone}
        [spare key|parcel|bike|dog|cat] [at|with|for] {first.lower}['s|s|], [number |no. |]{street}
        [dentist|doctor|haircut|vet|lunch|drinks|viewing] {day} {time}[, {street}| with {first}| at {org}|, bring {thing}|]
        [wifi|printer|alarm|door|safe] [password|code|pin]: {digits}
        [visited|met|saw] [{title} |]{name}[ ({idlabel} {idno})|] [at {address.one}|for KYC|about {thing}], [mobile {phone}|will call {soon}|all fine|wants {money}]
        todo: [{thing}|{sentence}], [{thing}|ask {first}], [buy {noun}|pay {org}]
        [pay|owe|lent] {first} {money}[ - {iban}|]
        [b/day|birthday] {first}: {birth}
        [plumber|cleaner|babysitter|landlord|electrician|taxi] {name.any} {phone}
        [staying|sleeping] at {first}'s, {address.one}
        [Applicant|Tenant|Guest|New starter] {name}, {id}[, {phone}|][, arrives {date}|]
        {known} = [my|mum's|{first}'s] [member|customer|library|policy] number[ at {org}|]
        insurance {org}, policy {known}, [tel {phone}|renew by {date}]
        {sentence}
    """,
    "minutes": """
        [Present|Attendees|In attendance]: {name.any}, {name.any}, {name.any}[, {name.any}|][ (chair)| (minutes)|]
        [Apologies|Absent]: {name.any}[, {name.any}|]
        [Action|AP|TODO|Decision|AI]: {name.any} to [send|check|prepare|call] {thing} [{soon}|by {date}]
        - {name.any} [reported on|asked about|presented|raised] {thing}[, {sentence}|]
        - {plain.numbers}
        - {sentence}
        - {plain.words}
        [1|2|3|4|5]. [Budget|Minutes of the last meeting|AOB|Roof repairs|Hiring|Roadmap|Health and safety|Any other business|Finances|Events|Welcome]
        [Next meeting|Next call]: {date}, {time}[, {address.one}| at {org}| ({first} to book the room)|]
        [Proposed|Seconded]: {name.any}
        {first} [+ {first} |][-|→|:] {thing} ({soon})
        [Minutes|Standup|Notes] [{date}|{day}][, {org}|]
    """,
    "report": """
        [At|On {date} at|About] {time} [officers|a patrol|I|an engineer|an ambulance] [attended|was called to|went to] {address.one}[ after a report of {word}|].
        The [victim|suspect|driver|witness|informant|complainant|caller|owner|passenger|pedestrian], {name}[, born {birth}|, {nn}|, DOB {birth}|][, of {address.one}|][, {phone}|], [stated|reported|alleged|said] that {sentence}
        [Vehicle|Car|Van], [registration|plate|reg.] {order}, [a {product}|silver|registered to {name}].
        [Witness|Suspect|Victim|Driver {n}|Reporting officer|Complainant]: {name.list}[, DOB {birth}|][, {phone}|][, {address.one}|]
        {name} [was identified by|produced] [{idlabel} {idno}|a passport, no. {idno}].
        [PC|Officer|Sgt|DC|Constable|Deputy] {last} [took the statement|arrested {last}|searched the car|attended the scene|interviewed {name}].
        Stolen: [a laptop|{product}|{money} in cash|a bank card ({card})|a passport ({idno})|jewellery].
        {name} was taken to {org}.
        [Employee|Student|Pupil] {name}[, class {n}b|, {known}|] [was late|is to be commended|fell in the yard|has been absent since {date}|broke a window]. [Parents|Mother ({name.any})|Father ({name.any})] informed[ on {phone}|].
        {plain.numbers}
        {sentence}
    """,
    "cv": """
        [{p.upper}|{p.plain}|Curriculum Vitae\\n{p.plain}|CV – {p}]\\n{address}\\n[{phone}|Tel. {phone}|M: {phone}] [\\n|| |/] {p.email}
        [Date of birth|Born]: {birth}[, {town}|]
        Nationality: {country}
        {year}–{year}: {job}, {org}[, {town}|]
        {month} {year} - present  {job}, {org}
        [BA|BSc|MSc|MBA|PhD|Diploma|A-levels] [in {Word} |]({org}, {year})
        [Skills|Languages|Interests|Certificates]: {word}, {word}, [Excel|Python|German|first aid|driving licence B]
        [References|Referees]: {name}, {job}, {org}[, {phone}|, {email}]
        References available on request.
        [LinkedIn: |GitHub: |Twitter: @|Skype: ]{p.user}
        {sentence}
    """,
    "invoice": """
        INVOICE [No. |#|]{order}\\n[Date|Invoice date]: {date}\\n[Bill to|To|Customer|Sold to]: {name}\\n{address.block}
        [{org}|{org}\\n{address.block}]\\n\\nINVOICE {order}
        [Bill to|Ship to|Deliver to|Sold to|Invoice to]:\\n[{name}\\n|{org}\\n|{org}\\nAttn: {name}\\n]{address.block}
        {n} x {Word} {word} [{order} |]{money}
        {quantity} {word}, {money}
        [Subtotal|Total|VAT {nn}%|Shipping|Amount due|Discount|Grand total]: {money}
        [Please pay|Payable|Pay] [by {date}|within {nn} days] to [IBAN |]{iban}[, {bank}|]
        [Bank|Payment details]: {bank}, [sort code {sort}, account {account}|BSB {bsb} Acc {account}|routing {routing}, account {account}|IBAN {iban}]
        Customer no. {known}[, order {order}|]
        [Paid|Charged] [with|to] [card|Visa] {card}
        [Questions|Contact]: {o.email} or {phone}
        [Order date|Due date|Delivery date]: {date}
        [VAT no.|Company reg.] {order}
    """,
    "label": """
        [TO|To|SHIP TO|Deliver to|Recipient]:[\\n| ]{name.upper}\\n{address.block}[\\n{phone}|\\nTel: {phone}|]
        [FROM|From|Sender|Return to]:[\\n| ]{org}\\n{address.block}
        {name}\\n{address.block}
        {org}\\n[Attn: {name}\\n|c/o {name}\\n|]{address.block}
        {name}, {address.one}, {phone}
        [Tracking|Tracking no.|Parcel|Weight|Ref|Order]: [{order}|{quantity}]
        [FRAGILE|Handle with care|Signature required|Leave with neighbour|1 of {n}|Priority|Do not bend|PERISHABLE|Returns accepted until {date}]
    """,
    "news": """
        {town} — {name}, {a.job} [at|with|for] {org}, [said|told {org}|announced] [on {day}|yesterday] that {sentence}
        {org} [shares|profits|sales] [rose|fell] {n} percent after [chief executive|CEO|chairman] {name} [resigned|warned of losses|unveiled {product}|sold his stake].
        [Police|Officials|Prosecutors] [in {town} |]said {name}, {nn}, [a {job} |]from {town}[,| had] was [arrested|found|charged|released] [on {day}|near {town}|after {nn} days].
        {name} and {name} [won|lost|share] the [{Word} Prize|final|title|award] [in {town}|on {day}|for the third time].
        "{sentence}" [said|wrote|added|recalled] {name.any}[, who {word} in {town}|, {nn}|, a {job}|, of {org}|].
        [The author|The painter|The singer|The minister|Mayor|President|Coach|Striker|Senator|Director|Professor|Captain|Actor] {name} [was born in {town}|will visit {country}|died in {year}|scored twice|signed with {org}|opens a show in {town}|married {name} in {year}].
        [The book|The film|The song|The study] "{Word} {Word}" by {name} [is out {soon}|sold {nnn} copies|won a prize|was published by {org}].
        {last} [declined to comment|could not be reached|denied the charges|thanked the crowd|will appeal|agreed].
        {plain.news}
        {plain.news}
        A spokesperson for {org} [declined to comment|said {sentence}|confirmed the plans].
        Funeral of {name} ({year}-{year}) on {day} at {org}.
        [Obituary|Wanted|Missing|In memory of|Dedicated to|Translated by|Photo]: {name}
        {name} [beat|defeated|lost to] {name} {n}-{n}[, {n}-{n}|] [in {town}|in the final|in {nn} minutes].
    """,
    "a.job": ["{job}", "a {job}", "the {job}"],
    "review": """
        [Stayed|Ate|Shopped|Was] at {org} [in {month}|on {day}|last week]. {sentence} {first} at [the desk|reception|the bar] was [lovely|rude|very helpful].
        {org} [delivered|repaired|sold me] [the wrong {noun}|a broken {product}|on time]. [Ask for {first}!|Avoid.|Thanks, {first}!|{n} stars.]
        [Dr|Dr.|Mr|Ms] {last} [listened|was late|explained everything|took {nn} minutes]. [Recommend {org}|Would not go back to {org}].
        Reviewed by {name.any}[ on {date}| from {town}|]
        {plain.words}
        {plain.numbers}
    """,
    "ticket": """
        [Caller|User|Customer|Reporter|Client|Reported by|Raised by|Contact]: {p.list}[ ({o})|, {o}|][, {phone}|][, {p.email}|]
        [Customer|Caller|User|Client|Guest|Tenant] {p.any} [says|reports|complains|writes|called to say|claims] [that |]{ticket.problem}.
        [Ticket|Case|Incident|Request|INC|#] {order}[ – | - |: ]{ticket.problem}
        {p.any} [cannot|can't|is unable to|could not] [log in|print|pay|open the app|reset the password|receive mails|connect to the VPN][ since {day}|].
        [Callback|Call back|Phone|Tel]: {phone}[ after {time}|]
        [Customer no.|Account|Member|Client ID|Policy|Cust #|Acct no.]: {known}
        [IP|Client IP|Workstation|Source]: {ip}[, user {p.user}|]
        [Spoke to|Left a message for|Emailed|Escalated to|Assigned to|Passed to|Waiting for] {name.any}[, {ticket.problem}| {soon}|].
        [Verified|Verification|ID check|Security passed]: [DOB {birth}|{birth} and {postcode}|{id}|{p.list}, {address.one}].
        [He|She|They] [resets|reset] the password, [gets|got] the mail at {email}, [and |][the link says expired|nothing happens].
        [Refund|Replacement|Technician|Voucher] [to|sent to|for] {address.one}[ {soon}|].
        [charged twice|double charge|refund] [on|to] card {card}[, {money}|].
        [Please|Pls] refund {money} to {iban}[ ({p.list})|].
        HELLO MY NAME IS {p.upper} AND {ticket.problem}
        {plain.numbers}
        {sentence}
        Agent: {first}[, {time}|]
        [Resolution|Status|Priority|Category|Root cause]: [open|closed|{word}|P{n}|{sentence}]
        link sent: {secret}
    """,
    "ticket.problem": """
        [the app|the site|the printer|the router|the VPN|the card reader|{product}|the door|the heating|the account] [crashes|is slow|shows error {order}|does not start|has been down since {day}|keeps asking for the password|is locked]
        [she|he|they] [was|were|got] [charged twice|sent the wrong item|locked out|told to wait|double booked][ for order {order}|]
        [the parcel|the refund|the invoice|the technician] [never arrived|is late|was wrong][, order {order}|]
        [wants|needs|asks for] [a refund of {money}|a new {noun}|to cancel|an invoice for {date}|a call back {soon}]
    """,
})
