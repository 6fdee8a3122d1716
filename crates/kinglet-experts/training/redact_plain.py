"""Longer English texts without personal data: release notes, recipes, manuals, terms, timetables, reports, announcements, gossip about things.

They are full of what is easily taken for a name: capitals in the middle of a sentence, products, places, days, months, numbers of parts and orders. Each topic
is a title and lines, see `TOPICS`.
"""

from redact_grammar import add_rules

add_rules({
    "Cap": "Customer Service|Help Desk|Human Resources|Front Desk|Reception|Accounts Payable|Lost Property|First Class|Second Class|Economy|General Meeting|Annual Report|Settings|Preferences|File > Export|Advanced Options|Safe Mode|Night Mode|Control Panel|Task Manager|Terms of Service|Force Majeure|"
           "Effective Date|Security Deposit|Good Friday|Boxing Day|New Year's Day|Bank Holiday|Labor Day|Black Friday|World Cup|Champions League|Olympic Games|Winter Sale|Gold Card|Silver Plan|Premium Package|Early Bird|Group Rate|Central Station|North Entrance|Gate B|Hall {n}|Room B-{nnn}|Level {n}|Track {n}|Line {n}|"
           "Annex B|Appendix {n}|Chapter {n}|Form {n}-B|Schedule A|Section {n}|Article {n}|Exhibit C|Phase II|Class B|Grade {n}|Type C|Chart A|Side B|Plan B|Vitamin D|Omega-3|Type 2 Diabetes|Stage III|Intensive Care|Day Surgery|Physics|Mathematics|Advanced English|Sports Day|Open Evening|Year {n}|Summer Term|Parents' Evening|Board of Directors|"
           "the Secretary|the Treasurer|the Chair|the Chairman|the Committee|the Buyer|the Seller|the Manufacturer|the Supplier|the Landlord|the Tenant|the Government|the Ministry|the Council|the Court|the Parliament|the Constitution|the Bible|the Middle Ages|the Renaissance|the Cold War|the Internet|the Cloud|the Web|"
           "Spring|Summer|Autumn|Winter|North|South|East|West|Earth|Mars|Venus|Jupiter|the Milky Way|Old Town|New Town|City Hall|Market Square|the Old Bridge|the River|Main Street|the Castle|the Cathedral|the Harbour|the Lake|Highway {nn}|Route {nn}|the A{nn}|the M{n}|Exit {nn}|Junction {nn}|Terminal {n}|Pier {n}".split("|"),
    "Brand": "Chrome|Safari|Edge|Firefox|Excel|Word|PowerPoint|Outlook|Photoshop|Illustrator|AutoCAD|Linux|Ubuntu|Debian|Fedora|Windows {nn}|macOS|Android|iOS {nn}|Docker|Kubernetes|Git|Python {n}.{nn}|Java {nn}|Rust|Node {nn}|PostgreSQL|MySQL|Redis|Nginx|Apache|Jenkins|Bluetooth|USB-C|HDMI|Wi-Fi 6|Ethernet|AirPods|iPad|Kindle|Echo Dot|Pixel {n}|Galaxy|"
             "ThinkPad|MacBook Air|Surface Pro|LaserJet {nnn}|OfficeJet|EcoTank|Roomba|Dyson|Thermomix|Nespresso|Kettle {nnn}|the Aurora {nnn}|Falcon {n}|Titan {nn}|Comet Mini|Polaris X{n}|Alpine {nnn}|Delta {n}|Sierra|Monza|Verona|Oslo|Malmö|Billy|Toledo|Windsor|Adria Plus|Nordic Sand|Forest Green|Merino|Teak|Walnut|Douglas fir|Persian lamb|"
             "Parmesan|Gouda|Brie|Chardonnay|Merlot|Riesling|Earl Grey|Darjeeling|Arabica|Granny Smith|Worcestershire sauce|Dijon mustard|Caesar salad|Swiss roll|French toast|Danish pastry|Turkish delight|Brussels sprouts|Irish stew|Peking duck|Black Forest cake|Baked Alaska|Victoria sponge|Eggs Benedict|Beef Wellington|Bloody Mary|Tom Collins|"
             "Ferris wheel|Dobermann|Labrador|Jack Russell|German Shepherd|Siamese|Persian|Morse code|Celsius|Fahrenheit|Richter scale|Petri dish|Bunsen burner|Allen key|Phillips screwdriver|Jacuzzi|Velcro|Teflon|Rubik's Cube|Scrabble|Monopoly|Tetris|Mario Kart|Minecraft|Sudoku|Parkinson's|Alzheimer's|Achilles tendon|Down syndrome|Hodgkin lymphoma|Doppler|Gaussian|Bayesian|Markov chain|Turing test|Moore's law|Newton's laws|Fourier transform|Nobel Prize|Oscar night|Grammy".split("|"),
    "food": "onion|garlic|carrots|butter|flour|sugar|olive oil|eggs|milk|cream|rice|pasta|chicken|beef|lentils|chickpeas|tomatoes|basil|rosemary|thyme|ginger|cinnamon|lemon juice|parsley|potatoes|mushrooms|spinach|cheddar|yeast|honey|vanilla|almonds|salt|pepper|paprika|cumin|soy sauce|vinegar|mint|sage|dill|oats|chocolate|apples|berries".split("|"),
    "verb": "open|close|press|hold|turn|remove|insert|clean|check|replace|select|tap|fold|pull|tighten|loosen|switch on|switch off|restart|unplug|measure|cut|glue|paint|sand|wash|dry|store|shake|label|save|print|export|delete|install|update|reset|charge|connect|disconnect".split("|"),
    "part": "the lid|the filter|the cap|the battery|the cable|the cover|the valve|the left pedal|the screen|the red button|the power key|the menu|the drawer|the tank|the hose|the screws|the upper shelf|the cartridge|the blade|the door|the sensor|the seal|the lamp|the tray|the handle|the belt|the fuse|the plug|the frame|the strap|the driver|the old version|the app|the folder|the page".split("|"),
    "adj": "old|new|small|large|cold|hot|dry|wet|cheap|loud|quiet|heavy|light|clean|broken|narrow|wide|slow|quick|bright|dark|soft|hard|thin|thick|early|late|long|short|excellent|awful|odd|usual|rare|common|safe|empty|full|spare|second|third|final".split("|"),
    "Product": ["{Brand}", "{Brand}", "{Word} {nnn}", "the {Word} {n}", "{Word}{Word}", "{Word} Plus", "{Word} Pro {nn}"],
    "pl.title": """
        [Release notes|What's new|Changelog|Update|Patch notes][, | |: ]{Product} {version}
        [How to|How you can] {verb} {part}
        [Instructions|User guide|Manual|Quick start|Troubleshooting|Care and cleaning|Safety notes|FAQ|Assembly|Installation][: |, | – ]{Product}
        [Recipe|Sunday lunch|Quick dinner|Our best]: {Word} {food} [soup|stew|cake|pie|salad|bread|curry]
        [Terms and Conditions|Limited Warranty|Terms of Use|House Rules|Cancellation Policy|Privacy Notice|Return Policy|General Conditions]
        [MINUTES|Minutes of the meeting|Agenda|Notes], {day} {date}
        [Weather|Traffic|News in brief|Market report|Sports|Events] for {day}
        [NOTICE|IMPORTANT|REMINDER|ATTENTION|WARNING]: {Word} {word} {word}
        {Cap}
        {n}. {Cap}
        [Chapter|Part|Section|Lesson|Unit] {n}: {Word} {word} {word}
        {Word} {word} {word} {Word}
        [Quarterly report|Annual report|Results|Budget], Q{n} {year}
        [Spring|Summer|Winter|Clearance] [Sale|Offers]! [From {day}|Until {date}]
    """,
    "pl.tech": """
        - [Fixed|Fixes|Resolved|Corrected] [a crash|a leak|an error|the wrong {noun}|a typo] [in|when opening|on] {Cap}[ ({order})| on {Brand}|].
        - [Added|New|You can now use] [support for|an option for|the {noun} in|dark mode in] {Brand}[ and {Brand}|].
        - [Removed|Deprecated|Renamed] [the old {noun}|{Brand} support|{word}_{word}].
        - {Brand} [needs|requires|works with|no longer needs] {version}[ or newer|].
        You need {Brand}, {Brand} and [about |]{quantity} of free space.
        [Open|Go to|Click|Tap|Choose] {Cap}[, then {Cap}|][, then {Word}|].
        If {part} [is still|does not become|looks] {adj}, {verb} {part} and {verb} {part}.
        [Run|Type|Enter|Try] `[make|git|npm|pip|cargo|docker] {word}`[ and wait|].
        Version {version} [uses|needs|replaces|was built with] {Brand} {version}.
        The [error|message|warning] "{Word} {word} {word}" [means|appears when|says] that {part} is {adj}.
        In {Brand} the [shortcut|menu|setting] is [Ctrl|Alt|Cmd]+[S|K|P|Shift+{n}].
        [Known issue|Workaround|Tip|Note]: {sentence}
        [See|Read] [README.md|CONTRIBUTING.md|{Cap}|{url}|chapter {n}|page {nn}].
        set [JOBS|PORT|LEVEL|TIMEOUT]={nn}[ and restart|]
        $ [ls|cd|sudo apt install|git clone|curl|docker run] {word}[-{word}|]
        Since the {month} update {part} is {adj}.
        It takes {nn} minutes on [{n} cores|{Brand}|an old laptop].
    """,
    "pl.manual": """
        {n}. [Carefully |First |Then |]{verb} {part}[ and {verb} {part}|][ with the Allen key|, part {order}|].
        [Do not|Never|Always] {verb} {part} [before|while|after] {part} is {adj}.
        {verb} {part} until [it clicks|the lamp is green|the arrow points to {Word}|{n} bars are shown].
        [Spare|Replacement] [filters|bulbs|parts|belts] (part {order}) cost {money}.
        The {Product} [weighs {quantity}|measures {nn} x {nn} x {nn} cm|runs on {n} batteries|holds {quantity}].
        [Wait|Leave it|Let it dry] for [at least |]{nn} minutes.
        Models [made|sold] before {year} have no {noun}.
        [Repeat|Do] this every {n} [weeks|months|years], more often [in winter|if {part} is {adj}].
        When {part} [is|gets] {adj}, [call {Cap}|see {Cap}|{verb} {part}].
        The serial number ({order}) is [under {part}|on {part}|on the label].
        Use [Forest Green|Cream|Walnut|Oak|Ivory|Sand] [paint|yarn|stain], {quantity}.
        [Cast on|Knit|Purl|Work|Repeat] {nn} [stitches|rounds|rows][, then Chart {n}|].
        Fold [Side A|the left half|Flap B] over [Side B|the middle].
        The [handle|colour|size] [comes in|is] [Red|Black|White|Silver|Rose|Olive|Amber|Violet].
    """,
    "pl.food": """
        [Chop|Peel|Fry|Melt|Mix|Whisk|Add|Boil|Roast|Grate|Rinse|Slice] the {food}[ and the {food}|] [for {nn} minutes|with {quantity} of {food}|in a pan|until brown].
        {quantity} {food}, {quantity} {food}, a [pinch|handful|spoon] of {food}.
        Heat the oven to {n}0 °C[ ({n}50 °F)|].
        Serve [warm|cold|at once] with {Brand} or {food}.
        It keeps until {day}[ in the fridge|].
        [My|Our] [kids|guests|neighbours] [love|hate] it[, even without {food}|].
        [Bake|Simmer|Rest] for {nn} to {nn} minutes.
        Season with {food}, {food} and {food}.
        [The|A] {food} [makes|gives] it {adj}, the {food} {adj}.
    """,
    "pl.terms": """
        {n}.{n} [You|The Customer|The Buyer|The Guest|Members] [may|must|shall|cannot] [cancel|return|change|keep|transfer] [the Goods|a booking|the Ticket|the Product] [within {nn} days|until {nn} hours before Arrival|without a fee|in writing].
        {n}. [The|This] [warranty|Agreement|fee|licence|deposit] [does not cover|covers|includes|is void after] [wear|misuse|lightning|batteries|repair by others|{Cap}].
        [Nothing in|Subject to|Under|As set out in] {Cap}, [the liability|the price|the period] of [the Supplier|the Manufacturer|the Landlord] is limited to {money}.
        [The Company|The Provider|We|The Organiser] [may|will|shall] [change|close|refuse] [the Service|the Premises|an Order] [in the event of Force Majeure|at any time|after {date}].
        [Prices|Fees|Charges] [are|include|exclude] [VAT|shipping|Sunday deliveries], [see {Cap}|{money} each|as of {month} {year}].
        Some [States|Countries|Provinces] do not allow [this|the above] limitation.
        [Notices|Complaints|Claims] must be in writing [and reach us by {date}|].
        [This Section|This Clause|{Cap}] [applies|survives termination|is governed by the law of {country}].
    """,
    "pl.travel": """
        [The|A] [ferry|train|bus|tram|flight] to {town} [leaves|departs] at {time}[ and arrives at {time}|] [from Pier {n}|from Track {n}|daily except {day}|on {day} and {day}].
        [Tickets|Bicycles|Dogs|Children|Seats in First Class] cost {money}[ each way|, {money} in {month}|].
        From {Cap} it is {nn} minutes on foot to {Cap}; turn [left|right] after [the chapel|{Cap}|the bridge].
        {town}, {town} and {town} are [worth a day|crowded in {month}|an hour apart|on the same line].
        In {month} [it rains|the museum is closed|you need a jacket|the sea is {adj}] in {town}.
        The [museum|castle|café|pool|lighthouse] is open {time} to {time}, closed on {day}[s|].
        [Flights|Trains|Buses] [between|from] {town} [and|to] {town} [resume on {date}|are cancelled|stop in {town}].
        [Citizens|Visitors|Travellers] [of|from] {country} need [no visa|a visa|form {order}].
        {town} lies in {region}[, {nn} km from {town}|].
        [On|Until] {day}: [rain|sun|snow|wind] in {country}, {nn} degrees in {town}.
    """,
    "pl.office": """
        [The|Our] [canteen|lift|printer|car park|network|kitchen] [is closed|will be switched off|moves to Level {n}|reopens] [on {day}|at {time}|until {date}].
        Please [pack|label|return|empty|move] [your desk|the crates|your badge|the fridge|your bike] by {day}[ noon| {time}|].
        {Cap} [sits|is|will be] in [the Lobby|Room {nnn}|{Cap}] from {date}.
        [Forms|Keys|Parking tickets|Badges] can be had from {Cap}.
        [Revenue|Profit|Margin|Sales|Orders] [rose|fell|grew] [to|by] {nn}.{n} [million|percent], [thanks to|because of|despite] {country} and {country}.
        [Line|Item|Position] {n} of invoice {order} [is wrong|was paid twice|lists {quantity}|costs {money}].
        We refer to your [letter|order|invoice|offer] {order} of {date}[ and enclose {Cap}|].
        [Please|Kindly] send [a corrected invoice|the missing part|a new offer|form {order}] [within {n} days|by {date}].
        The [vote|motion|fee|budget] was [carried|rejected|postponed] with {nn} votes to {n}.
        [The Chair|The Treasurer|The Secretary|A member] [opened|closed|reported|asked for|thanked] [the meeting|an income of {money}|three offers|all members] at {time}.
        [Next|This] [year's|month's|week's] [budget|fair|audit|training] [is|begins] on {date} in {Cap}.
        [Class|Year|Group] {n} [goes|travels] to {town} on {day}; bring {money}, [lunch|a coat|the form].
        Yours faithfully,\\n[Accounts Payable|Customer Service|The Management|Facility Management|A Faithful Reader|The Committee|Purchasing]
    """,
    "pl.talk": """
        [ok so|so|anyway|oh and|also|btw|honestly|well|yeah] [i|we] [tried|bought|sold|fixed|lost|watched|finished|returned] [the {adj} {noun}|my {noun}|that {Product} thing|{part}] [on {day}|last {day}|yesterday|in {month}] and [it was {adj}|it broke|no regrets|now its {adj}|i love it].
        [the|my] [bus|wifi|gym|heating|alarm|jacket|order {order}|package] [is|was|came] {adj} [again|as always|lol|since {day}].
        [who|what|when|where] [is|was] [bringing|the plan for|the deal with] [the cake|{day}|pizza|the {Brand}]?
        [i|they] [paid|want|charged|owe me] {money} for [it|a {noun}|two {noun}s].
        [the match|the movie|the concert|the new season] was {adj}, {n}-{n} at half time.
        [on the other hand|in the end|next time|by the way], the {noun} is {adj} and [costs|weighs] [{money}|{quantity}].
        [bring|lend me|dont forget] [your {noun}|the {Brand}|{money}|the hdmi cable] [on {day}|pls|till {day}].
        [never|always] buy a {Product} [in {month}|without {part}|from a guy online].
        [Your article|The sign|The map|The sticker] on {day} says {year}, [but|while] {part} says {year}.
        The {Brand} [is|was] [{n} mm shorter|{adj}|sold out|{money} cheaper] than the {Brand}.
    """,
})

# Topic → the rules that its lines come from, and whether lines stand in a list.
TOPICS = [("pl.tech",), ("pl.tech",), ("pl.manual",), ("pl.manual", "pl.tech"), ("pl.food",), ("pl.food", "pl.talk"), ("pl.terms",), ("pl.terms", "pl.office"), ("pl.travel",), ("pl.travel", "plain.news", "pl.travel"), ("pl.office",), ("pl.office", "plain.numbers"), ("pl.talk",), ("pl.talk", "chat.plain"),
          ("plain.numbers", "pl.office"), ("plain.words", "pl.talk"), ("pl.travel", "plain.news"), ("med.plain", "pl.manual")]
