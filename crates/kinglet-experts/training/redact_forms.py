"""Texts that machines and clerks lay out: forms, tables, CSV, JSON, YAML, key=value, logs, labels, mail headers.

A record is a list of (what the field is, slot); each layout writes such records in its own way.
"""

import redact_numbers as numbers
import redact_values as values
from redact_grammar import SLOTS, sentence
from redact_values import pick

# Field → (labels in words by language, label for machines, slot)
FIELDS = {
    "name": ({"en": "Name|Full name|Name of applicant|Customer name|Patient name|Patient|Customer|Client|Employee|Tenant|Policyholder|Insured|Applicant|Contact person|Contact|Account holder|Student|Participant|Passenger|Cardholder|Name (as in passport)|Print name|Signed|Witness|Emergency contact|Next of kin|Guardian|Parent/Guardian|Landlord|Doctor|GP|Teacher|Manager|Recipient|Sender|Beneficiary|Claimant|Driver|Guest|Child's name|Pt|Pt name|NAME|Caller|Requester|Owner|Buyer|Seller|Surname, first name|Approved by|Technician|Referee|Spouse",
              "de": "Name|Vor- und Nachname|Name, Vorname|Patient|Kunde|Kundin|Versicherter|Antragsteller|Ansprechpartner|Kontoinhaber|Mieter|Kind|Teilnehmer|Sachbearbeiter|Empfänger|Erziehungsberechtigte", "fr": "Nom|Nom et prénom|Nom, prénom|Patient|Client|Assuré|Titulaire|Locataire|Élève|Responsable|Contact|Destinataire|Représentant légal", "es": "Nombre|Nombre y apellidos|Nombre completo|Paciente|Cliente|Titular|Solicitante|Alumno|Arrendatario|Contacto|Beneficiario|Asegurado",
              "it": "Nome|Nome e cognome|Cognome e nome|Paziente|Cliente|Intestatario|Richiedente|Studente|Conduttore|Referente|Destinatario", "nl": "Naam|Volledige naam|Patiënt|Klant|Verzekerde|Aanvrager|Huurder|Contactpersoon|Rekeninghouder|Leerling|Deelnemer"}, "name|full_name|customer_name|user_name|contact|displayName|fullName|holder|patient|employee|author|owner|assignee|recipient|cardholder", "p.list"),
    "first": ({"en": "First name|Given name|Forename|First name(s)|Given names|Forename(s)|Preferred name|FIRST|First Name", "de": "Vorname|Vornamen|Rufname", "fr": "Prénom|Prénoms|Prénom(s)", "es": "Nombre|Nombres", "it": "Nome", "nl": "Voornaam|Voornamen|Roepnaam"}, "first_name|firstName|given_name|fname|forename|first|vorname|prenom", "p.first"),
    "last": ({"en": "Last name|Surname|Family name|Last Name|SURNAME|LAST|Maiden name|Mother's maiden name", "de": "Nachname|Familienname|Zuname|Geburtsname", "fr": "Nom|Nom de famille|Nom de naissance|Nom d'usage", "es": "Apellidos|Primer apellido|Apellido", "it": "Cognome", "nl": "Achternaam|Familienaam|Geslachtsnaam"}, "last_name|lastName|surname|family_name|lname|last|nachname|nom|sn", "p.last"),
    "middle": ({"en": "Middle name|M.I.|MI|Middle initial|Middle"}, "middle_name|mi|middleName", "p.mi"),
    "address": ({"en": "Address|Home address|Street address|Postal address|Residence|Delivery address|Billing address|Ship to|Mailing address|Current address|Permanent address|Address of property|ADDRESS|Residential address|Addr.|Site address", "de": "Adresse|Anschrift|Wohnanschrift|Lieferadresse|Wohnort|Rechnungsadresse|Straße, PLZ, Ort", "fr": "Adresse|Adresse postale|Domicile|Adresse de livraison|Demeurant", "es": "Dirección|Domicilio|Dirección de envío|Domicilio fiscal", "it": "Indirizzo|Residenza|Domicilio|Indirizzo di consegna|Residente in", "nl": "Adres|Woonadres|Postadres|Afleveradres"},
                "address|addr|home_address|shipping_address|billing_address|street_address|formattedAddress|location|delivery_address", "address.one"),
    "street": ({"en": "Street|Address line 1|Street and number|House no. & street|Street address|Address 1", "de": "Straße|Straße und Hausnummer|Strasse, Nr.|Straße / Nr.", "fr": "Rue|N° et rue|Adresse ligne 1|Voie", "es": "Calle y número|Calle|Vía", "it": "Via|Via e numero civico", "nl": "Straat|Straat en huisnummer"}, "street|address1|address_line_1|street_address|line1|strasse|streetAddress", "street"),
    "place": ({"en": "Postcode and town|City, State, ZIP|City/ZIP|Town and postcode|City and postal code", "de": "PLZ, Ort|PLZ/Ort|PLZ und Ort", "fr": "Code postal et ville|CP / Ville|CP Ville", "es": "CP y localidad|Código postal y ciudad", "it": "CAP e città|CAP, Comune", "nl": "Postcode en plaats|Postcode / woonplaats"}, "city_zip|place|zip_city", "place"),
    "postcode": ({"en": "Postcode|ZIP|ZIP code|Zip|Postal code|Post code|PIN code|Eircode", "de": "PLZ|Postleitzahl", "fr": "Code postal|CP", "es": "Código postal|C.P.", "it": "CAP", "nl": "Postcode"}, "zip|postcode|postal_code|zipcode|postalCode|plz|zip_code", "postcode"),
    "organisation": ({"en": "Company|Employer|School|Organisation|Organization|Institution|Hospital|Name of employer|Insurer|Bank|Name of bank|GP practice|University|Firm|Vendor|Supplier|Company name|Business name|Landlord|Clinic|Previous employer|Issuing authority|Agency|Pharmacy|Insurance company|Payee", "de": "Firma|Arbeitgeber|Schule|Krankenkasse|Bank|Unternehmen|Versicherung|Hausarztpraxis|Behörde|Kreditinstitut|Verein", "fr": "Entreprise|Employeur|Société|École|Établissement|Banque|Mutuelle|Organisme|Raison sociale", "es": "Empresa|Empleador|Colegio|Centro|Banco|Entidad|Razón social|Aseguradora", "it": "Azienda|Datore di lavoro|Scuola|Banca|Ditta|Ragione sociale|Istituto|Ente", "nl": "Bedrijf|Werkgever|School|Organisatie|Bank|Verzekeraar|Huisartsenpraktijk|Instelling"},
                     "company|employer|organization|org|school|bank|company_name|companyName|institution|merchant|vendor|insurer|tenant", "org"),
    "email": ({"en": "Email|E-mail|Email address|E-mail address|EMAIL|Work email|Contact email|Mail", "de": "E-Mail|E-Mail-Adresse|Mail", "fr": "Courriel|E-mail|Adresse e-mail|Mél", "es": "Correo|Correo electrónico|E-mail", "it": "E-mail|Posta elettronica|PEC|Email", "nl": "E-mail|E-mailadres|Mail"}, "email|email_address|mail|e_mail|emailAddress|login|user_email|contact_email", "p.email"),
    "phone": ({"en": "Phone|Telephone|Mobile|Cell|Home phone|Tel|Tel.|Phone number|Contact number|Daytime phone|Work phone|Fax|Mobile no.|PHONE|Emergency phone|Telephone (home)|Tel no.|Cell phone|Phone (day)|Callback", "de": "Telefon|Tel.|Handy|Mobil|Telefonnummer|Fax|Rückruf|Festnetz|Natel|Tel. privat", "fr": "Téléphone|Tél.|Portable|Mobile|Tél. fixe|Fax|N° de téléphone", "es": "Teléfono|Tel.|Móvil|Celular|Tfno.|Teléfono de contacto", "it": "Telefono|Tel.|Cellulare|Cell.|Fax|Recapito telefonico", "nl": "Telefoon|Tel.|Mobiel|Telefoonnummer|Mobiele nummer|Tel. privé"},
              "phone|mobile|tel|phone_number|telephone|phoneNumber|cell|msisdn|fax|contact_no|whatsapp", "phone"),
    "birth": ({"en": "Date of birth|DOB|D.O.B.|Birth date|Date of Birth (dd/mm/yyyy)|Born|Birthdate|DoB|Birthday|DATE OF BIRTH|Date of birth (child)|B. date", "de": "Geburtsdatum|geb.|Geb.-Datum|Geboren am|geb. am|Geb.", "fr": "Date de naissance|Né(e) le|Né le|Née le|DDN", "es": "Fecha de nacimiento|F. nacimiento|Nacido/a el|F. nac.", "it": "Data di nascita|Nato/a il|Nato il|Nata il", "nl": "Geboortedatum|Geb.datum|Geboren op|Geb."}, "dob|birth_date|date_of_birth|birthday|birthDate|dateOfBirth|birthdate|born|geburtsdatum|bday", "birth"),
    "known": ({"en": "Customer no.|Member ID|Membership no.|Customer number|Patient ID|MRN|Policy number|Policy no.|Employee ID|Student ID|Staff no.|Hospital no.|Client ID|Account no.|Insurance no.|Loyalty card|Frequent flyer no.|Member number|UHID|Payroll no.|Library card|Group/Member no.|Registration no. (student)|Subscriber ID|Enrolment no.|Cust. no.", "de": "Kundennummer|Kundennr.|Kd.-Nr.|Mitgliedsnummer|Versichertennummer|Vers.-Nr.|Personalnummer|Matrikelnummer|Patientennummer|Mitglieds-Nr.|Versicherungsschein-Nr.|Vertragskonto|Pers.-Nr.", "fr": "N° client|Numéro client|N° d'adhérent|N° de contrat|N° de police|Matricule|N° étudiant|Numéro d'allocataire|N° patient|Code client", "es": "N.º de cliente|Número de cliente|N.º de socio|N.º de póliza|Número de afiliado|Historia clínica|N.º de paciente|Matrícula (alumno)|N.º de empleado|NHC", "it": "Codice cliente|Numero cliente|N. tessera|Numero polizza|Matricola|N. cartella|Codice paziente|N. socio", "nl": "Klantnummer|Lidnummer|Polisnummer|Patiëntnummer|Personeelsnummer|Studentnummer|Relatienummer|Klantnr.|Verzekerdennummer"},
              "customer_id|member_id|policy_number|patient_id|mrn|account_no|employee_id|customerNumber|membership|student_id|client_no|cust_no|accountNumber|subscriber_id", "known"),
    "account": ({"en": "Account number|Account no.|Account|Bank account|Acct #|A/C no.|Account No", "de": "Kontonummer|Konto|Kto.|Kto.-Nr.", "fr": "N° de compte|Compte", "es": "Número de cuenta|Cuenta|N.º de cuenta", "it": "Conto corrente|N. conto|C/C", "nl": "Rekeningnummer|Rekening"}, "account|account_number|bank_account|acct|accountNo|konto", "account"),
    "sort": ({"en": "Sort code|Sort Code|Branch sort code"}, "sort_code|sortCode", "sort"), "routing": ({"en": "Routing number|ABA routing no.|Routing no.|Routing #|Bank routing"}, "routing|routing_number|aba", "routing"), "bsb": ({"en": "BSB|BSB number|BSB no."}, "bsb", "bsb"), "ifsc": ({"en": "IFSC|IFSC code|IFS Code"}, "ifsc|ifsc_code", "ifsc"),
    "branch": ({"en": "Branch code|Branch no."}, "branch_code", "branch"), "blz": ({"de": "BLZ|Bankleitzahl"}, "blz", "blz"),
    "card": ({"en": "Card number|Credit card|Card no.|Card|Visa|Card #|CARD NUMBER|Debit card no.", "de": "Kartennummer|Kreditkarte|Kreditkartennr.", "fr": "N° de carte|Carte bancaire|Carte", "es": "Tarjeta|Número de tarjeta", "it": "Carta di credito|Numero carta", "nl": "Kaartnummer|Creditcard"}, "card|card_number|pan|cardNumber|cc|credit_card|card_no", "card"),
    "iban": ({"en": "IBAN|IBAN no.|Bank account (IBAN)|IBAN number", "de": "IBAN|Bankverbindung|IBAN des Kontoinhabers", "fr": "IBAN|RIB / IBAN", "es": "IBAN|Cuenta (IBAN)", "it": "IBAN|Coordinate IBAN", "nl": "IBAN|Rekeningnummer (IBAN)"}, "iban|IBAN|bank_iban", "iban"),
    "national": (None, "ssn|national_id|tax_id|passport|id_number|nin|passport_no|taxId|license_no|identity_number|nationalId|dl_number|tin", "idno"),
    "ip": ({"en": "IP|IP address|Client IP|Source IP|Last login IP|Remote address", "de": "IP|IP-Adresse", "fr": "IP|Adresse IP", "es": "IP|Dirección IP", "it": "IP|Indirizzo IP", "nl": "IP|IP-adres"}, "ip|client_ip|remote_addr|src|source_ip|ip_address|clientIp|host_ip|x_forwarded_for|peer|addr", "ip"),
    "url": ({"en": "Link|Webhook|Reset link|Download|URL|Feed URL|Endpoint"}, "url|webhook|callback_url|link|endpoint|database_url|dsn|download_url|referer|redirect", "secret"),
    "user": ({"en": "Username|User|Login|User name|User ID", "de": "Benutzer|Benutzername|Anmeldename", "fr": "Utilisateur|Identifiant", "es": "Usuario", "it": "Utente|Nome utente", "nl": "Gebruiker|Gebruikersnaam"}, "user|username|login|uid|user_name|actor|created_by|principal|account_name|sub|handle", "p.user"),
}
# Fields that are nobody's; values of these are not marked.
PLAIN = {
    "date": ({"en": "Date|Date of visit|Issued|Appointment|Due date|Start date|Admitted|Valid until|Expiry date|Date of issue|Invoice date|Employment start|Date signed|Last updated|Move-in date", "de": "Datum|Termin|Gültig bis|Rechnungsdatum|Eintritt|Fällig am|Ausgestellt am", "fr": "Date|Rendez-vous|Valable jusqu'au|Date de facture|Date d'entrée|Échéance", "es": "Fecha|Cita|Válido hasta|Fecha de factura|Vencimiento|Fecha de alta", "it": "Data|Appuntamento|Scadenza|Data fattura|Data di rilascio", "nl": "Datum|Afspraak|Geldig tot|Factuurdatum|Vervaldatum"}, "date|created_at|due|expires|updated|start_date|timestamp|valid_until|issued|expiry", "date"),
    "order": ({"en": "Order no.|Invoice|Ticket|Reference|Case|Tracking|Part no.|PO number|Serial number|Quote|Model|Room|Claim ref.|Our ref|Form|Docket no.|Job no.", "de": "Auftrag|Rechnungsnr.|Aktenzeichen|Vorgang|Bestellnr.|Seriennummer|Unser Zeichen|Artikelnr.", "fr": "Commande|N° de facture|Référence|Dossier|N° de série|Devis", "es": "Pedido|N.º de factura|Referencia|Expediente|N.º de serie", "it": "Ordine|N. fattura|Riferimento|Pratica|N. di serie", "nl": "Bestelling|Factuurnummer|Referentie|Dossier|Serienummer|Kenmerk"}, "order_id|invoice|ticket|ref|tracking|id|sku|request_id|trace_id|build|case_id|txn|job|session_no", "order"),
    "money": ({"en": "Total|Amount|Salary|Fee|Rent|Balance|Deposit|Price|Premium", "de": "Betrag|Summe|Miete|Gehalt|Preis|Kaution", "fr": "Montant|Total|Loyer|Salaire|Prix", "es": "Importe|Total|Alquiler|Salario|Precio", "it": "Importo|Totale|Affitto|Prezzo", "nl": "Bedrag|Totaal|Huur|Salaris|Prijs"}, "amount|total|price|balance|fee|salary|cost", "money"),
    "job": ({"en": "Occupation|Position|Job title|Profession|Position applied for|Department|Role", "de": "Beruf|Position|Tätigkeit", "fr": "Profession|Poste|Fonction", "es": "Profesión|Puesto|Cargo", "it": "Professione|Ruolo", "nl": "Beroep|Functie"}, "job|title|role|position|occupation|department", "job"),
    "town": ({"en": "City|Town|Place of birth|Birthplace|Place|Branch|Location|Destination", "de": "Ort|Stadt|Geburtsort|Wohnort", "fr": "Ville|Lieu de naissance|Lieu", "es": "Ciudad|Localidad|Lugar de nacimiento|Municipio", "it": "Città|Luogo di nascita|Comune", "nl": "Plaats|Woonplaats|Geboorteplaats"}, "city|town|region|location|place_of_birth", "town"),
    "country": ({"en": "Country|Nationality|Citizenship|Country of issue", "de": "Land|Staatsangehörigkeit|Nationalität", "fr": "Pays|Nationalité", "es": "País|Nacionalidad", "it": "Paese|Nazionalità|Cittadinanza", "nl": "Land|Nationaliteit"}, "country|nationality|country_code", "country"),
    "note": ({"en": "Notes|Comments|Remarks|Reason|Subject|Description|Allergies|Diagnosis|Issue|Message|Special requests", "de": "Bemerkung|Anmerkungen|Grund|Betreff|Diagnose|Allergien", "fr": "Remarques|Motif|Objet|Commentaire|Allergies", "es": "Observaciones|Motivo|Asunto|Comentarios|Alergias", "it": "Note|Motivo|Oggetto|Osservazioni", "nl": "Opmerkingen|Reden|Onderwerp|Toelichting"}, "note|comment|message|description|subject|reason|msg|summary", "sentence"),
    "n": ({"en": "Age|Quantity|No. of guests|Floor|Class|Grade|Seat|Level|Priority|Qty|Weight|Size|Pages", "de": "Alter|Anzahl|Personen|Klasse|Etage", "fr": "Âge|Quantité|Nombre de personnes|Étage", "es": "Edad|Cantidad|Personas|Planta", "it": "Età|Quantità|Persone|Piano", "nl": "Leeftijd|Aantal|Personen|Verdieping"}, "age|qty|count|status|level|priority|port|attempt|size|retries|duration_ms", "nn"),
    "version": ({"en": "Version|Release|Firmware|App version|Build|Driver"}, "version|release|build|app_version|firmware|sdk", "version"),
    "choice": ({"en": "Gender|Sex|Marital status|Type|Status|Smoker|Category|Method of payment|Language|Shift|Priority|Consent|Plan"}, "status|type|gender|active|plan|level|locale|method|role|env", "choice"),
    "exp": ({"en": "Exp.|Expiry|Exp. date|Valid thru", "de": "gültig bis|Gültig bis", "fr": "Expire fin|Exp.", "es": "Caducidad|Vence", "it": "Scadenza", "nl": "Vervaldatum|Geldig t/m"}, "exp|expiry|exp_date|valid_thru", "exp"),
    "plainurl": ({"en": "Website|Web|Homepage|URL|Link"}, "url|website|homepage|referer|link|path|docs", "url"),
}
_CHOICES = "male|female|M|F|single|married|yes|no|open|closed|active|pending|full-time|credit card|English|German|n/a|none|high|low|new|true|false|monthly|Basic|Premium|divorced|X|resolved|part-time|cash|other|ok|failed".split("|")
SLOTS["choice"] = lambda c: c.out.append(pick(c.rng, _CHOICES))
for _table in (FIELDS, PLAIN):
    for _key, (_labels, _machine, _slot) in list(_table.items()):
        _table[_key] = ({k: v.split("|") for k, v in _labels.items()} if _labels else None, _machine.split("|"), _slot)

# What goes together on one form.
SHAPES = {
    "person": "name birth address phone email".split(), "split": "last first birth street place phone email national".split(), "us": "last first middle national birth street town postcode phone".split(), "bank": "name organisation account sort iban".split(),
    "medical": "name birth known phone organisation note".split(), "insurance": "name known birth address organisation phone".split(), "job": "name address phone email birth national job organisation".split(), "order": "name address email phone order money card exp".split(),
    "travel": "last first birth country national date".split(), "account": "name user email phone ip date".split(), "pay": "name card exp money order".split(), "small": "name phone".split(), "tiny": "name".split(), "company": "organisation name address phone email plainurl".split(), "school": "name birth name address phone email note".split(),
    "id": "name national birth address".split(), "bank2": "name iban organisation".split(), "login": "user ip date url".split(), "nobody": "order date money n".split(), "nobody2": "version date choice n note".split(), "nobody3": "order town country date note job".split(), "nobody4": "plainurl version order n choice".split(), "parcel": "name address phone order n".split(),
}
_SHAPE_NAMES = sorted(SHAPES)
_FIELD_NAMES, _PLAIN_NAMES = sorted(FIELDS), sorted(PLAIN)
_COUNTRY_BANK = {"GB": ["sort", "account"], "IE": ["iban"], "US": ["routing", "account"], "AU": ["bsb", "account"], "IN": ["ifsc", "account"], "ZA": ["branch", "account"]}


def fields(c, personal=True, most=11):
    """What is asked for on a form: a usual set, with some left out and some more."""
    rng = c.rng
    if personal:
        shape = SHAPES[pick(rng, _SHAPE_NAMES)]
        if shape[0] in ("order", "version", "plainurl"):
            shape = SHAPES["person"]
    else:
        shape = pick(rng, (SHAPES["nobody"], SHAPES["nobody2"], SHAPES["nobody3"], SHAPES["nobody4"]))
    chosen = [f for f in shape if rng.random() < 0.88] or list(shape)
    for _ in range(int(rng.random() * 3.5)):
        extra = pick(rng, _PLAIN_NAMES) if not personal or rng.random() < 0.5 else pick(rng, _FIELD_NAMES)
        chosen.insert(int(rng.random() * (len(chosen) + 1)), extra)
    out = []
    for f in chosen:
        if f in ("sort", "routing", "bsb", "ifsc", "branch"):
            out += _COUNTRY_BANK.get(c.country, ["account"]) if c.language == "en" else ["account"]
        elif f not in out or f == "name":
            out.append(f)
    if c.language != "en":
        out = [f for f in out if f == "national" or c.language in (FIELDS.get(f) or PLAIN[f])[0]]
    return out[:most] or ["name"]


def label(c, field):
    if field == "national":
        return numbers.national(c.rng, c.country)[0]
    labels = (FIELDS.get(field) or PLAIN[field])[0]
    return pick(c.rng, labels.get(c.language) or labels.get("en") or next(iter(labels.values())))


def write(c, field):
    if field == "national":
        c.value(c.pending, "national_id") if getattr(c, "pending", None) else SLOTS["idno"](c)
        c.pending = None
        return
    SLOTS[(FIELDS.get(field) or PLAIN[field])[2]](c)


def labelled(c, field):
    """(label, number) go together for identity numbers."""
    if field == "national":
        name, c.pending = numbers.national(c.rng, c.country)
        return name[0].upper() + name[1:] if c.rng.random() < 0.6 else name
    return label(c, field)


# --- layouts --------------------------------------------------------------------------------------------------------------------------------

_TITLES = {"en": "APPLICATION FORM|Registration|New customer|Patient details|Customer record|REGISTRATION FORM|Membership application|Contact details|Personal details|Order form|Section {n}: Applicant|Claim form|Booking|Change of address|Enrolment form|Visitor log|Account opening form|Incident report|Emergency contacts|PART A|Personal information|Referral form|Delivery note|Intake sheet|Application for Leave|Declaration|Your data|Direct debit mandate|Lost property|Camp registration|TENANT INFORMATION|Booking #{n}{n}{n}",
           "de": "Anmeldung|ANMELDEFORMULAR|Patientendaten|Aufnahmebogen|Kundendaten|SEPA-Lastschriftmandat|Mitgliedsantrag|Schadensmeldung|Antrag|Persönliche Angaben|Personalbogen|Lieferschein", "fr": "FICHE D'INSCRIPTION|Inscription|Fiche client|Renseignements|Formulaire|Coordonnées|Mandat de prélèvement|Bulletin d'adhésion|Fiche patient|Déclaration", "es": "FORMULARIO|Ficha de cliente|Inscripción|Solicitud|Datos personales|Hoja de registro|Ficha del paciente|Matrícula", "it": "MODULO DI ISCRIZIONE|Scheda cliente|Dati anagrafici|Iscrizione|Richiesta|Scheda paziente|Autocertificazione", "nl": "INSCHRIJFFORMULIER|Aanmelding|Klantgegevens|Persoonsgegevens|Aanvraag|Intakeformulier|Machtiging"}
_TITLES = {k: v.split("|") for k, v in _TITLES.items()}


def form(c, personal=True):
    rng = c.rng
    if rng.random() < 0.5:
        c.text(pick(rng, _TITLES.get(c.language, _TITLES["en"])).replace("{n}", str(int(rng.random() * 9))) + pick(rng, ("\n", "\n\n", "\n" + "-" * 20 + "\n", ":\n")))
    u = rng.random()
    separator = ": " if u < 0.62 else ":\n" if u < 0.66 else " : " if u < 0.70 else ":" if u < 0.74 else " " if u < 0.77 else "\t" if u < 0.80 else " .......... " if u < 0.83 else " - " if u < 0.86 else ": __" if u < 0.88 else " = " if u < 0.91 else "    " if u < 0.94 else ":  "
    v = rng.random()
    between = "\n" if v < 0.62 else "   " if v < 0.68 else "; " if v < 0.74 else ", " if v < 0.80 else "\n\n" if v < 0.85 else " | " if v < 0.90 else "\n- " if v < 0.95 else None
    upper, numbered = rng.random() < 0.1, rng.random() < 0.06
    for i, f in enumerate(fields(c, personal)):
        if i:
            c.text(between if between is not None else pick(rng, ("\n", "\n", "   ", "  ")))
        elif between == "\n- ":
            c.text("- ")
        name = labelled(c, f)
        if rng.random() < 0.05:
            name = pick(rng, ("*", "[x] ", "**", "☒ ")) + name
        c.text((f"{i + 1}. " if numbered else "") + (name.upper() if upper else name) + separator)
        if rng.random() < 0.04:
            c.text(pick(rng, ("n/a", "-", "see above", "", "____", "unknown", "none")))
            c.pending = None
        else:
            write(c, f)


def table(c, personal=True):
    """Rows and columns with pipes, tabs, commas or semicolons, with or without a head."""
    rng = c.rng
    columns = fields(c, personal, 6)
    u = rng.random()
    by = ", " if u < 0.12 else "," if u < 0.38 else ";" if u < 0.52 else "\t" if u < 0.68 else " | " if u < 0.92 else "  "
    machine = rng.random() < 0.4
    heads = []
    for f in columns:
        heads.append(pick(rng, (FIELDS.get(f) or PLAIN[f])[1]) if machine else labelled(c, f))
    quoted = by in (",", ";") and rng.random() < 0.4
    frame = by == " | " and rng.random() < 0.6
    begin, end = ("| ", " |") if frame else ("", "")
    if rng.random() < 0.88:
        c.text(begin + by.join(heads) + end + "\n")
        if frame and rng.random() < 0.7:
            c.text("|" + "|".join(pick(rng, ("---", "----------", ":---")) for _ in heads) + "|\n")
    for row in range(1 + int(rng.random() * 5)):
        c.pending = None
        c._people.pop("p", None)
        c._things.pop("emailp", None)
        c.text(("\n" if row else "") + begin)
        for i, f in enumerate(columns):
            if i:
                c.text(by)
            if rng.random() < 0.04:
                c.text(pick(rng, ("", "-", "n/a", "NULL")))
                continue
            mark = len(c.out)
            write(c, f)
            flat = "".join(p if type(p) is str else p[0] for p in c.out[mark:])
            if quoted or by.strip() in (",", ";") and by.strip() in flat:
                c.out.insert(mark, '"')
                c.out.append('"')
        c.text(end)


def _record_machine(c, personal=True, most=9):
    return [(f, pick(c.rng, (FIELDS.get(f) or PLAIN[f])[1])) for f in fields(c, personal, most)]


_NUMERIC = {"n"}


def json_record(c, personal=True, record=None, indent=None):
    rng = c.rng
    record = record or _record_machine(c, personal)
    if indent is None:
        indent = rng.random() < 0.45
    colon, comma = (": ", ",\n  ") if indent else (pick(rng, (":", ": ")), pick(rng, (",", ", ")))
    quote = '"' if rng.random() < 0.92 else "'"
    c.text("{\n  " if indent else "{")
    for i, (f, key) in enumerate(record):
        if i:
            c.text(comma)
        c.text(f"{quote}{key}{quote}{colon}")
        if f in _NUMERIC:
            write(c, f)
        elif f == "note":
            c.text(quote + sentence(c, 0, 90).replace('"', "") + quote)
        else:
            c.text(quote)
            write(c, f)
            c.text(quote)
    c.text("\n}" if indent else "}")


def json_nested(c, personal=True):
    """Objects within objects, lists of objects."""
    rng = c.rng
    many = rng.random() < 0.4
    space = pick(rng, (" ", ""))
    c.text("{" + pick(rng, (f'"id":{space}{int(rng.random() * 99999)},{space}', f'"type":{space}"{pick(rng, values.DOMAIN_WORDS)}",{space}', "")))
    for i, key in enumerate(pick(rng, (("user",), ("customer", "billing"), ("patient", "guardian"), ("order", "shipTo"), ("data",), ("contacts",), ("payload", "meta"), ("employee", "manager", "bank")))):
        c.text((f",{space}" if i else "") + f'"{key}":{space}' + ("[" if many else ""))
        for j in range(1 + int(rng.random() * 2.5) if many else 1):
            if j:
                c.text("," + space)
            c._people.clear()
            json_record(c, personal, _record_machine(c, personal, 4), False)
        c.text("]" if many else "")
    c.text("}")


def http(c):
    """A request or answer with its head, and a body."""
    rng = c.rng
    c.text(f"{pick(rng, ('POST', 'PUT', 'PATCH'))} /{pick(rng, ('v1', 'v2', 'api'))}/{pick(rng, ('patients', 'users', 'orders', 'customers', 'signup', 'contacts'))} HTTP/1.1\nHost: {values.domain(rng)}\n")
    if rng.random() < 0.6:
        c.text(pick(rng, ("X-Forwarded-For: ", "X-Real-IP: ", "Client-IP: ")))
        SLOTS["ip"](c)
        c.text("\n")
    c.text(pick(rng, ("Content-Type: application/json\n", "Accept: */*\n", f"User-Agent: curl/8.{int(rng.random() * 9)}.0\n", "Authorization: (removed)\n", "")) + "\n")
    (json_record if rng.random() < 0.6 else json_nested)(c)


def json_lines(c, personal=True):
    record = _record_machine(c, personal, 6)
    for i in range(1 + int(c.rng.random() * 3)):
        if i:
            c.text("\n")
            c._people.clear()
            c._things.clear()
        json_record(c, personal, record, False)


def yaml_record(c, personal=True):
    rng = c.rng
    u = rng.random()
    by, begin = (": ", "") if u < 0.5 else (": ", "  ") if u < 0.65 else ("=", "") if u < 0.85 else (" = ", "") if u < 0.92 else (": ", "- ")
    if u < 0.65 and rng.random() < 0.6:
        c.text(pick(rng, ("user", "customer", "contact", "billing", "patient", "owner", "server", "config", "shipping")) + ":\n")
        begin = begin or "  "
    elif by != ": " and rng.random() < 0.4:
        c.text(f"[{pick(rng, ('user', 'database', 'smtp', 'default', 'contact', 'proxy'))}]\n")
    quote = '"' if rng.random() < 0.3 else ""
    upper = by == "=" and rng.random() < 0.5
    for i, (f, key) in enumerate(_record_machine(c, personal)):
        c.text(("\n" if i else "") + begin + (key.upper() if upper else key) + by + quote)
        write(c, f)
        c.text(quote)


def xml_record(c, personal=True):
    rng = c.rng
    root = pick(rng, ("customer", "person", "record", "order", "patient", "contact", "user"))
    indent = pick(rng, ("\n  ", "\n\t", "", " "))
    c.text(f"<{root}>")
    for f, key in _record_machine(c, personal, 7):
        c.text(f"{indent}<{key}>")
        write(c, f)
        c.text(f"</{key}>")
    c.text(("\n" if "\n" in indent else "") + f"</{root}>")


def sql(c, personal=True):
    record = _record_machine(c, personal, 6)
    c.text(pick(c.rng, ("INSERT INTO ", "insert into ")) + pick(c.rng, ("users", "customers", "patients", "orders", "contacts", "accounts")) + " (" + ", ".join(k for _, k in record) + pick(c.rng, (") VALUES (", ")\nVALUES (", ") values (")))
    for i, (f, _) in enumerate(record):
        c.text(("," if i else "") + (" '" if i else "'"))
        write(c, f)
        c.text("'")
    c.text(");")


def inline(c, personal=True):
    """Fields one after another in a line: `PT: …   MRN: …   DOB: …`."""
    rng = c.rng
    by = pick(rng, ("   ", "  ", ", ", "; ", " / ", " | ", ". "))
    for i, f in enumerate(fields(c, personal, 6)):
        if i:
            c.text(by)
        c.text(labelled(c, f) + pick(rng, (": ", ": ", " ", ":")))
        write(c, f)


def mail_header(c):
    rng = c.rng
    c.text(pick(rng, ("From: ", "From: ", "Von: " if c.language == "de" else "De : " if c.language == "fr" else "From: ")))
    _mailbox(c, "s")
    if rng.random() < 0.5:
        c.text(pick(rng, ("\nDate: ", "\nSent: ")) + f"{pick(rng, numbers.DAYS['en'])[:3]}, {numbers.between(rng, 1, 28)} {pick(rng, numbers.SHORT['en'])} {numbers.between(rng, 2018, 2027)} {numbers.clock(rng)}")
    c.text("\nTo: ")
    _mailbox(c, "p")
    if rng.random() < 0.3:
        c.text("\nCc: ")
        _mailbox(c, "q")
        if rng.random() < 0.4:
            c.text(pick(rng, (", ", "; ")))
            _mailbox(c, "r")
    if rng.random() < 0.85:
        c.text("\nSubject: ")
        c.rule("subject")
    if rng.random() < 0.08:
        c.text(f"\nMessage-ID: <{numbers.token(rng, 10, 20)}.{numbers.digits(rng, 6)}>\nReceived: from {pick(rng, ('mx', 'mail', 'smtp'))}{int(rng.random() * 9)} (")
        SLOTS["ip"](c)
        c.text(")")
    c.text("\n\n")


def _mailbox(c, key):
    u = c.rng.random()
    if u < 0.5:
        SLOTS[key + ".list"](c) if u < 0.1 else SLOTS[key + ".plain"](c)
        c.text(" <")
        SLOTS[key + ".email"](c)
        c.text(">")
    elif u < 0.7:
        SLOTS[key + ".email"](c)
    elif u < 0.78:
        c.text('"')
        SLOTS[key + ".list"](c)
        c.text('" <')
        SLOTS[key + ".email"](c)
        c.text(">")
    elif u < 0.84:
        SLOTS["o"](c)
        c.text(" <")
        SLOTS["o.email"](c)
        c.text(">")
    elif u < 0.88:
        SLOTS[key + ".plain"](c)
        c.text(" (")
        SLOTS[key + ".email"](c)
        c.text(")")
    else:
        SLOTS[key + ".list"](c)


# --- logs -----------------------------------------------------------------------------------------------------------------------------------

_BROWSERS = ("Mozilla/5.0 (X11; Linux x86_64; rv:{a}.0) Gecko/20100101 Firefox/{a}.0", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{a}.0.{b}.{d} Safari/537.36", "curl/8.{d}.0", "python-requests/2.{d}.1", "Googlebot/2.1 (+http://www.google.com/bot.html)",
             "Mozilla/5.0 (iPhone; CPU iPhone OS 17_{d} like Mac OS X)", "okhttp/4.{d}.0", "Wget/1.21.{d}", "Mozilla/5.0 (compatible; bingbot/2.0)", "PostmanRuntime/7.{d}.3", "Go-http-client/1.1")
_LEVELS = "INFO|WARN|ERROR|DEBUG|info|warn|error|[info]|[warn]|[error]|INFO:|WARNING|FATAL|notice|[DEBUG]|<6>|E|W|I".split("|")
_UNITS = "sshd|nginx|cron|auth|api|postfix/smtpd|kernel|systemd|sudo|app|worker|billing|gateway|dovecot|openvpn|haproxy|redis|postgres|httpd|mailer|scheduler|webhook|ldap|payments|user-service|fail2ban|dhcpd|proxy|k8s".split("|")
_HOSTS = "web-01|gw|db2|localhost|srv-prod-3|ip-10-0-3-17|edge|mx1|build-agent|raspberrypi|node3|fw01|vpn1|pod-7f9c".split("|")
_SYSTEM_USERS = "root|admin|postgres|www-data|nobody|deploy|git|guest|ubuntu|oracle|test|service|backup|nagios|jenkins|ec2-user|anonymous|-|system|svc-sync|pi".split("|")


def stamp(rng):
    b = lambda n: int(rng.random() * n)
    y, mo, d, h, mi, s = 2018 + b(9), 1 + b(12), 1 + b(28), b(24), b(60), b(60)
    month = numbers.SHORT["en"][mo - 1]
    return pick(rng, (f"{y}-{mo:02d}-{d:02d}T{h:02d}:{mi:02d}:{s:02d}Z", f"{y}-{mo:02d}-{d:02d} {h:02d}:{mi:02d}:{s:02d},{b(1000):03d}", f"[{d:02d}/{month}/{y}:{h:02d}:{mi:02d}:{s:02d} +0{b(4)}00]", f"{month} {d:2d} {h:02d}:{mi:02d}:{s:02d}", f"{y}-{mo:02d}-{d:02d} {h:02d}:{mi:02d}:{s:02d}",
                      f"{h:02d}:{mi:02d}:{s:02d}", f"[{y}-{mo:02d}-{d:02d} {h:02d}:{mi:02d}:{s:02d}.{b(1000):03d}]", f"{y}/{mo:02d}/{d:02d} {h:02d}:{mi:02d}:{s:02d}", f"{1500000000 + b(300000000)}", f"{y}-{mo:02d}-{d:02d}T{h:02d}:{mi:02d}:{s:02d}.{b(1000):03d}+02:00", ""))


def _access_line(c):
    rng = c.rng
    SLOTS["ip.same" if rng.random() < 0.5 else "ip"](c)
    c.text(" - ")
    if rng.random() < 0.4:
        SLOTS["p.user"](c)
    else:
        c.text(pick(rng, ("-", "-", "-", "admin", "frontend")))
    b = lambda n: int(rng.random() * n)
    c.text(f" [{1 + b(28):02d}/{pick(rng, numbers.SHORT['en'])}/{2019 + b(8)}:{b(24):02d}:{b(60):02d}:{b(60):02d} +0{b(4)}00] \"{pick(rng, ('GET', 'GET', 'GET', 'POST', 'PUT', 'HEAD', 'DELETE'))} {numbers.path(rng) or '/'}"
           f"{'?page=' + str(b(40)) if rng.random() < 0.2 else ''} HTTP/{pick(rng, ('1.1', '1.1', '2', '1.0', '2.0'))}\" {pick(rng, (200, 200, 200, 301, 304, 401, 403, 404, 500, 502))} {b(90000)}")
    if rng.random() < 0.6:
        c.text(' "' + ("-" if rng.random() < 0.6 else numbers.plain_url(rng)) + '" "' + pick(rng, _BROWSERS).format(a=90 + b(50), b=b(7000), d=b(40)) + '"')


def log(c):
    rng = c.rng
    if rng.random() < 0.28:
        for i in range(1 + int(rng.random() * 4)):
            if i:
                c.text("\n")
            _access_line(c)
        return
    level, unit, host = rng.random() < 0.6, rng.random() < 0.6, pick(rng, _HOSTS)
    kind = rng.random()
    rule = "log.plain" if kind < 0.16 else "log.any"
    lines = 1 + int(rng.random() * 6)
    if rng.random() < 0.4:
        c.thing("ip", lambda: numbers.ip(rng))
    for i in range(lines):
        if i:
            c.text("\n")
        head = stamp(rng) if kind > 0.05 else ""
        if head[:3] in numbers.SHORT["en"]:
            head += f" {host} {pick(rng, _UNITS)}[{int(rng.random() * 40000)}]:"
        else:
            head += (" " + pick(rng, _LEVELS) if level else "") + (f" {pick(rng, _UNITS)}:" if unit else "")
        c.text(head.strip() + " ")
        c.rule("log.plain" if rng.random() < 0.3 else rule)


SLOTS["sysuser"] = lambda c: c.out.append(pick(c.rng, _SYSTEM_USERS))
SLOTS["unit"] = lambda c: c.out.append(pick(c.rng, _UNITS))
SLOTS["path"] = lambda c: c.out.append(numbers.path(c.rng) or "/index.html")
