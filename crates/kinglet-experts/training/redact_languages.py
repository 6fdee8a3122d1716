"""German, French, Spanish, Italian and Dutch patterns, each with its own ways to begin, to say things and to end."""

from redact_grammar import add_rules

add_rules({
    # --- German ---------------------------------------------------------------------------------------------------------------------------------
    "de.greeting": """
        [Sehr geehrte Frau|Sehr geehrter Herr|Liebe Frau|Lieber Herr|Guten Tag Frau|Guten Tag Herr|Hallo Herr|Hallo Frau] [Dr. |Prof. |]{p.last},
        [Liebe|Lieber|Hallo|Hi|Servus|Grüß dich|Moin|Guten Morgen|Hey] {p.first}[,|!]
        [Sehr geehrte Damen und Herren|Hallo zusammen|Liebe Kolleginnen und Kollegen|Liebe Eltern|Guten Tag|Moin],
        [Liebe|Hallo] {p.first}, [liebe|lieber|hallo] {q.first},
        [Sehr geehrte Familie|Liebe Familie] {p.last},
        Grüezi [Herr|Frau] {p.last}
    """,
    "de.closing": "Mit freundlichen Grüßen|Viele Grüße|Liebe Grüße|Beste Grüße|Herzliche Grüße|MfG|LG|Freundliche Grüsse|Schöne Grüße|Hochachtungsvoll|Bussi|Bis bald|Gruß|VG|Danke und Gruß".split("|"),
    "de.fact": """
        [Meine|Unsere|Seine|Ihre] [neue |alte |private |]{de.rel} {name.any} [kommt auch|hat angerufen|weiß Bescheid|bringt den Schlüssel|ist krank|zieht im {month} um].
        [Frau|Herr|Dr.|Fr.|Hr.|Prof.] {last} [hat angerufen|ist erreichbar unter {phone}|wohnt in der {street}|möchte zurückgerufen werden|ist im Urlaub bis {date}|vertritt mich|übernimmt den Fall].
        [Meine|Die neue|Seine|Ihre] [Adresse|Anschrift|Lieferadresse] [lautet|ist][:|] {address.one}.
        [Ich wohne|Wir wohnen|Er wohnt|wohnhaft] [in der|im|am|in|] [{street}|{address.one}].
        [Bitte|Bitte die Ware|Das Paket] [an|nach] {address.one} [schicken|liefern|senden].
        [Meine|Die|Ihre] [Telefonnummer|Handynummer|Nummer|Rückrufnummer] [ist|lautet][:|] {phone}[, ab {time}|].
        [Sie erreichen mich|Du erreichst mich|Erreichbar|Rückruf bitte|Ruf mich an] [unter|auf] {phone}[.| oder {email}.]
        [Tel.|Telefon|Handy|Mobil|Fax|Tel|Mob.][:|] {phone}
        [geboren am|geb. am|geb.|*|Geburtsdatum:|Geb.-Datum] {birth}[ in {town}|]
        [Ich bin|Sie ist|Er ist] am {birth} [in {town} |]geboren.
        {name}, geb. {birth}[, {address.one}|, {idlabel} {idno}|, versichert bei {org}|]
        [Herr|Frau] {name}, geboren am {birth}[ in {town}|], [wohnhaft|wohnhaft in|Anschrift:] {address.one}[, nachfolgend „Mieter“|, nachfolgend „Arbeitnehmer“ genannt|]
        [zwischen|Zwischen] [der |]{org}, {address.one}, [und|sowie] [Herrn|Frau] {name}, {address.one}
        [Bitte|Die Kaution|Das Gehalt|Die Miete|Der Betrag von {money}] [überweisen Sie auf|geht auf|auf das Konto|überweise ich auf] {iban}[ bei der {bank}|].
        [IBAN|Bankverbindung|Konto|Mein Konto][:|] {iban}[, {bank}| bei der {bank}|]
        [Kundennummer|Kundennr.|Kd.-Nr.|Mitgliedsnummer|Versichertennummer|Vers.-Nr.|Personalnummer|Matrikelnummer|Versicherungsnummer|Vertragskonto|Pat.-Nr.][:| lautet|] {known}
        [Konto|Kto.|Kontonummer|Kto.-Nr.][:|] {account}, BLZ {blz}
        [Meine|Die|Seine] {id}
        {id}
        [versichert|angestellt|beschäftigt|Kunde|stationär] [bei|bei der|im|beim] {org}[, {idlabel} {idno}|]
        [Ich arbeite|Sie arbeitet|Er war] [bei|bei der|für] {org}[ in {town}| seit {year}|].
        {org} [hat|will|meldete|teilte mit] [die Preise erhöht|{nnn} Stellen streichen|Insolvenz an|am {date} geschlossen].
        [Schreiben Sie|Mail|Bitte|Antwort] [an|bitte an] {email}[.|!]
        [E-Mail|Mail|E-Mail-Adresse][:|] {email}
        [Karte|Kreditkarte|Kartennummer|Visa][:|] {card}[, gültig bis {exp}|]
        [Anmeldung|Zugriff|Fehlversuch] von {ip}[ um {time}|]
        [Patient|Patientin|Versicherter|Kunde|Mieter|Antragsteller|Zeuge|Sachbearbeiterin]: {name.list}[, geb. {birth}|]
        {name}\\n{address.block}
        {org}\\n{address.block}
        {org}\\n[z. Hd.|z. H.|zu Händen] [Frau |Herrn |]{name}\\n{address.block}
        {name.any} [und|&] {name.any} [kommen|treffen sich|heiraten|fehlen] [am {day}|um {time}|heute].
        [Danke|Alles Gute|Gute Besserung|Herzlichen Glückwunsch|Frag|Sag|Grüß] {first}[!|.]
        [Anwesend|Entschuldigt|Teilnehmer|Verteiler]: {name.any}, {name.any}, {name.any}
        [Der Link|Zugang|Passwort zurücksetzen]: {secret}
        [Treffpunkt|Besichtigung|Termin]: {address.one}, {date}, {time}
        [Abgeholt|Unterschrieben|Erstellt|Geprüft] von {name}[ am {date}|]
    """,
    "de.rel": "Mutter|Frau|Tochter|Schwester|Kollegin|Chefin|Nachbarin|Ärztin|Vermieterin|Oma|Tante|Mitbewohnerin|Lehrerin|Hausärztin".split("|"),
    "de.plain": """
        {sentence}
        {sentence}
        {sentence}
        [Ihre|Unsere|Die] [Bestellung|Rechnung|Anfrage|Ticketnummer|Vorgangsnummer] [Nr. |]{order} [ist eingegangen|wurde versandt|ist offen|vom {date}].
        Der Termin ist am {day}, {date}, um {time} Uhr.
        [Das Arbeitsverhältnis|Der Vertrag|Die Probezeit|Die Miete] [beginnt am {date}|endet am {date}|beträgt {money}|verlängert sich um {n} Monate].
        § {n} [Der Mieter|Der Arbeitgeber|Die Parteien|Der Käufer] [hat|ist verpflichtet] [{noun} zu zahlen|die Wohnung zu reinigen|den Schaden zu melden].
        [Befund|Anamnese|Procedere|Diagnose]: [RR {bp}, Puls {nn}|Abdomen weich|kein Fieber|Labor, Sono|Schmerzen seit {n} Tagen].
        [Am|Im] [Montag|Dienstag|Mai|Juni|Sommer] [bleibt das Büro geschlossen|regnet es in {town}|fahren keine Züge nach {town}].
        {product} [funktioniert nicht|ist lieferbar|kostet {money}].
        [Anbei|Im Anhang] [die Unterlagen|der Vertrag|die Rechnung {order}].
        {Word} {Word} {word} {Word}
        Im {month} waren wir in {town}[ und {town}|], es war [schön|teuer|kalt].
        [Der König|Der Koch|Die Rose|Der Jäger|Der Kaiser|Das Krankenhaus|Der Bäcker|Der Schäfer|Die Sonne|Der Winter|Der Vogel|Der Stein|Der Wolf|Der Bach] [war alt|ist rot|schläft|kostet nichts].
    """,
    "de.ask": """
        [Bitte melden Sie sich|Melde dich bitte|Bitte um Rückmeldung] [bis {day}|bis {date}|bald].
        [Danke|Vielen Dank|Herzlichen Dank] [im Voraus|für die schnelle Antwort|für Ihre Mühe|für die Einladung][.|!]
        [Bei Fragen|Falls etwas unklar ist,] melden Sie sich gern.
        Passt dir {day} um {time}?
    """,
    "de.chat": """
        [hey|hi|na|moin] {first.lower}[!|, alles klar?|]
        [danke|thx] {first.lower}
        [kommt|ist|hat] {first.lower} [auch|noch krank|zugesagt|den schlüssel]?
        meine [neue |]nummer: {phone}
        [wir sind|treffen uns|party] in der {street}
        [ja|nein|ok|passt|super|lol|bis gleich|gute nacht|keine ahnung|bin im zug]
        {sentence}
        schick's an {email}
        {iban} [danke|geht klar?|]
        frag {first.lower} oder {first.lower}
    """,

    # --- French ---------------------------------------------------------------------------------------------------------------------------------
    "fr.greeting": """
        [Bonjour|Cher|Chère|Salut|Coucou|Bonsoir|Hello] {p.first}[,| !]
        [Bonjour|Cher|Chère|] [Monsieur|Madame|M.|Mme|Maître|Docteur|Dr] {p.last},
        [Madame, Monsieur|Bonjour|Bonjour à tous|Chers parents|Chers collègues|Monsieur le Directeur],
        [Bonjour|Salut] {p.first} et {q.first},
    """,
    "fr.closing": "Cordialement|Bien cordialement|Bien à vous|Sincères salutations|Amicalement|Bises|À bientôt|Merci d'avance|Je vous prie d'agréer, Madame, Monsieur, mes salutations distinguées|Bonne journée|Respectueusement|Gros bisous|Cdlt|Merci et bonne soirée".split("|"),
    "fr.fact": """
        [Mon|Notre|Son] [mari|fils|frère|collègue|voisin|médecin|patron|propriétaire|père] {name.any} [viendra|a appelé|est d'accord|a les clés|est malade|passera {soon.fr}].
        [M.|Mme|Monsieur|Madame|Dr|Me] {last} [a téléphoné|est joignable au {phone}|demande un rappel|habite au {street}|est absent jusqu'au {date}].
        [Ma|Notre|Sa] nouvelle adresse [est|:] {address.one}.
        [J'habite|Nous habitons|Il habite|Rendez-vous|Je vous attends] au {street}[.| à {time}.]
        [Demeurant|Domicilié|Domiciliée|Résidant] [au |à |]{address.one}
        [Livraison|Envoyer|Merci d'envoyer le colis] [à|:|à l'adresse] {address.one}
        [Mon|Son|Le] [numéro|portable|téléphone] [est le|:] {phone}.
        [Vous pouvez me joindre|Appelez-moi|Rappeler|Contactez-moi] au {phone}[ en journée| après {time}|].
        [Tél.|Tél|Téléphone|Portable|Fax|Mobile] [:|] {phone}
        [Né|Née|né|née] le {birth}[ à {town}|]
        [Je suis née|Je suis né|Elle est née|Il est né] le {birth}[ à {town}|].
        {name}, [né|née] le {birth}[, demeurant {address.one}| à {town}|, {idlabel} {idno}|]
        Entre [la société |]{org}, [sise|dont le siège est au] {address.one}, et [M.|Mme] {name}, {address.one}
        [Merci de virer|Virement de|Le loyer est à verser|Veuillez régler] {money} [sur le compte|à] {iban}[ ({bank})|].
        [IBAN|RIB|Mon IBAN|Compte] [:|] {iban}[, {bank}|]
        [N° client|Numéro client|N° d'adhérent|N° de contrat|N° de police|Matricule|Référence client|N° allocataire] [:|] {known}
        [Mon|Son|Le] {id}
        {id}
        [Je travaille|Elle travaille|Stage|Employé|Cliente] [chez|à|pour] {org}[ à {town}| depuis {year}|].
        {org} [a annoncé|ferme|recrute|a envoyé une facture|a confirmé le rendez-vous du {date}|augmente ses prix].
        [Hospitalisé|Suivi|Scolarisée|Inscrit|Opéré] [à|au|à l'] {org}
        [Écrivez à|Courriel :|E-mail :|Mail :|Merci de répondre à|Contact :] {email}
        [Carte|Carte bancaire|CB|N° de carte] [:|] {card}[, expire {exp}|]
        [Connexion|Tentative] depuis {ip}
        [Patient|Assuré|Locataire|Titulaire|Témoin|Élève] : {name.list}[, {birth}|]
        {name}\\n{address.block}
        {org}\\n{address.block}
        {name.any} et {name.any} [arrivent|seront là|se marient|sont absents] [{day}|à {time}|].
        [Merci|Joyeux anniversaire|Bravo|Bon courage|Demande à|Dis bonjour à] {first}[ !|.]
        [Présents|Excusés|Participants|Copie] : {name.any}, {name.any}, {name.any}
        [Lien|Accès|Réinitialisation] : {secret}
        [Signé|Fait par|Rédigé par|À l'attention de] {name}[, le {date}|]
        L'appartement [situé|sis] [au |]{address.one} [est libre|est loué {money}|a été vendu].
    """,
    "soon.fr": "demain|lundi|à {time}|vers {time}|la semaine prochaine|le {date}|ce soir".split("|"),
    "fr.plain": """
        {sentence}
        {sentence}
        {sentence}
        [Votre|La] [commande|facture|demande|réservation] [n° |]{order} [a été expédiée|est en attente|du {date}|est réglée].
        Le rendez-vous est fixé au {date} à {time}.
        [Le bail|Le contrat|L'abonnement] [commence le|prend fin le] {date}.
        [Le loyer|Le prix|Le montant|L'acompte] est de {money}.
        Article {n}. [Le locataire|Le vendeur|L'employeur|Le client] [s'engage à|doit|ne peut pas] [payer|{word} les lieux|respecter le délai].
        [En|Depuis] {month}, [il pleut à {town}|les trains pour {town} sont en retard|le prix a baissé].
        {product} [ne marche pas|coûte {money}|est en rupture].
        [Ci-joint|Veuillez trouver] [le contrat|la facture {order}|les documents].
        Nous étions à {town} en {month}, [c'était beau|il faisait froid].
        [La rose|Le roi|Le boulanger|L'olivier|Le printemps|La marguerite|Le berger|La violette|Pâques|Noël] [est rouge|est vieux|arrive|est fermé].
        {Word} {word} {Word}
    """,
    "fr.ask": """
        [Merci de me répondre|Pouvez-vous confirmer|Tenez-moi au courant] [avant {day}|rapidement|d'ici le {date}][.| ?]
        [Merci|Merci beaucoup|Merci d'avance] [pour votre aide|pour tout|de votre retour].
        Est-ce que {day} à {time} vous convient ?
    """,
    "fr.chat": """
        [salut|coucou|hey] {first.lower}[ !|, ça va ?|]
        [merci|mdr|bisous] {first.lower}
        [tu as|t'as] le numéro de {first.lower} ?
        [c'est|mon num :|appelle] {phone}
        [on est|rdv] au {street}
        [oui|non|ok|d'accord|lol|à tout|bonne nuit|je suis en retard]
        {sentence}
        envoie à {email}
        demande à {first.lower} ou {first.lower}
    """,

    # --- Spanish --------------------------------------------------------------------------------------------------------------------------------
    "es.greeting": """
        [Hola|Querido|Querida|Buenas|Buenos días|Estimado|Estimada|Hey] {p.first}[,|:|!]
        [Estimado Sr.|Estimada Sra.|Estimado señor|Estimada señora|Apreciado Dr.|Estimada Dra.|Muy señor mío] {p.last}[:|,]
        [Estimados señores|Hola a todos|Buenos días|Buenas tardes|A quien corresponda|Queridos padres][:|,]
        Hola {p.first} y {q.first},
    """,
    "es.closing": "Un saludo|Saludos|Atentamente|Saludos cordiales|Un abrazo|Muchas gracias|Gracias|Besos|Cordialmente|Quedo a la espera|Le saluda atentamente|Hasta pronto|Gracias de antemano".split("|"),
    "es.fact": """
        [Mi|Nuestro|Su] [marido|hijo|hermano|jefe|vecino|compañero|casero|padre|médico] {name.any} [viene también|ha llamado|tiene las llaves|está enfermo|llega {day}|lo sabe].
        [El Sr.|La Sra.|El Dr.|La Dra.|Don|Doña|D.|Dña.] {name.any} [ha llamado|vive en {street}|pide que le llamen al {phone}|está de vacaciones hasta el {date}|firmó el contrato].
        [Mi|Nuestra|Su] [nueva |]dirección es {address.one}.
        [Vivo|Vivimos|Vive|Nos vemos|Quedamos] en [la |]{street}[.| a las {time}.]
        [con domicilio en|domiciliado en|residente en|Domicilio:] {address.one}
        [Enviar|Envíen el paquete|Entregar] a {address.one}
        [Mi|Su|El] [número|móvil|teléfono|celular] es [el |]{phone}.
        [Llámame|Puede llamarme|Contactar|Llamar] al {phone}[ por la tarde| después de las {time}|].
        [Tel.|Teléfono|Móvil|Tfno.|Cel.|Fax|Celular]: {phone}
        [Nacido|Nacida|nacido|nacida] el {birth}[ en {town}|]
        [Nací|Ella nació|Nació] el {birth}[ en {town}|].
        [D.|Dña.|Don|] {name}, [con DNI|con {idlabel}|{idlabel}] {idno}[, con domicilio en {address.one}|, nacido el {birth}|]
        [Entre|De una parte,] {org}, con domicilio en {address.one}, y [D.|Dña.] {name}
        [Transferir|Ingresar|El alquiler de|Haga el pago de] {money} [en la cuenta|a] {iban}[ ({bank})|].
        [IBAN|Cuenta|Mi cuenta|N.º de cuenta]: {iban}[, {bank}|]
        [N.º de cliente|Número de cliente|N.º de socio|N.º de póliza|Póliza|N.º de historia|NHC|Matrícula de alumno][:|] {known}
        [Cuenta|Cuenta bancaria|CLABE][:|] {account}
        CLABE {clabe}
        [Mi|Su] {id}
        {id}
        [Trabajo|Trabaja|Estudia|Soy cliente] en {org}[ en {town}| desde {year}|].
        {org} [anunció|cerró|nos mandó una factura|confirma la cita del {date}|despidió a {nnn} empleados].
        [Ingresado|Atendida|Operado|Derivado] en {org}[ el {date}|]
        [Escríbame a|Correo:|Mi correo es|E-mail:|Responder a] {email}
        [Tarjeta|Número de tarjeta|Visa][:|] {card}[, caduca {exp}|]
        [Acceso|Conexión] desde {ip}
        [Paciente|Titular|Alumno|Inquilino|Testigo|Solicitante]: {name.list}[, {birth}|]
        {name}\\n{address.block}
        {org}\\n{address.block}
        {name.any} y {name.any} [llegan|no vienen|se casan|están] [el {day}|a las {time}|hoy].
        [Gracias|Feliz cumpleaños|Felicidades|Pregunta a|Saluda a|Dile a] {first}[!|.]
        [Asistentes|Presentes|Participantes]: {name.any}, {name.any} y {name.any}
        [Enlace|Acceso|Restablecer]: {secret}
        [Firmado|Fdo.|Atendido por|A la atención de|Autorizado por][:|] {name}
        El piso [de|en|situado en] {address.one} [está libre|se alquila por {money}|se vendió].
    """,
    "es.plain": """
        {sentence}
        {sentence}
        {sentence}
        [Su|El|La] [pedido|factura|solicitud|reserva] [n.º |]{order} [ha sido enviado|está pendiente|del {date}|se pagó].
        La cita es el {day} {date} a las {time}.
        [El contrato|El curso|La oferta] [empieza el|termina el] {date}.
        [El alquiler|El precio|El total|La fianza] es de {money}.
        Cláusula {n}. [El arrendatario|El vendedor|La empresa] [deberá|no podrá|se compromete a] [pagar|{word}|entregar el {noun}].
        En {month} [llueve en {town}|estuvimos en {town}|suben los precios].
        {product} [no funciona|cuesta {money}|está agotado].
        [Adjunto|Le envío] [el contrato|la factura {order}|los documentos].
        [La rosa|El rey|El panadero|La paz|La luz|El sol|La esperanza|La Semana Santa|La Navidad|El pastor|El río] [es roja|llegó tarde|es bonito|ya pasó].
        {Word} {word} {Word}
    """,
    "es.ask": """
        [Por favor, confirme|Avíseme|Dime algo|Responda] [antes del {day}|cuanto antes|hoy].
        [Muchas gracias|Gracias] [por su ayuda|por todo|de antemano].
        ¿Le viene bien el {day} a las {time}?
    """,
    "es.chat": """
        [hola|oye|buenas|qué tal] {first.lower}[!|?|]
        [gracias|jaja|besos] {first.lower}
        ¿[tienes|alguien tiene] el [número|correo] de {first.lower}?
        [es|mi número|llámame]: {phone}
        [estamos|vente|es] en {street}
        [sí|no|vale|jajaja|ok|luego te digo|buenas noches|voy tarde]
        {sentence}
        mándalo a {email}
        dile a {first.lower} o a {first.lower}
    """,

    # --- Italian --------------------------------------------------------------------------------------------------------------------------------
    "it.greeting": """
        [Ciao|Caro|Cara|Buongiorno|Salve|Gentile|Carissimo|Carissima] {p.first}[,|!]
        [Gentile|Egregio|Gent.mo|Gent.ma|Buongiorno|Spett.le] [Sig.|Sig.ra|Signor|Signora|Dott.|Dott.ssa|Avv.|Prof.] {p.last},
        [Gentili signori|Buongiorno|Ciao a tutti|Spettabile ditta|Cari genitori|A chi di competenza],
        Ciao {p.first} e {q.first},
    """,
    "it.closing": "Cordiali saluti|Distinti saluti|Saluti|Grazie|A presto|Un abbraccio|Baci|Cordialmente|Grazie mille|Buona giornata|In attesa di riscontro|Un caro saluto".split("|"),
    "it.fact": """
        [Mio|Nostro|Suo] [marito|figlio|fratello|collega|vicino|medico|padre|padrone di casa] {name.any} [viene anche lui|ha chiamato|ha le chiavi|è malato|arriva {day}].
        [Il Sig.|La Sig.ra|Il Dott.|La Dott.ssa|L'avv.|Il signor] {name.any} [ha chiamato|abita in {street}|è reperibile al {phone}|è assente fino al {date}|firma domani].
        [Il mio|Il nostro|Il suo] [nuovo |]indirizzo è {address.one}.
        [Abito|Abitiamo|Vive|Ci vediamo|La casa è quella] in {street}[.| alle {time}.]
        [residente in|domiciliato in|con sede in|Residenza:] {address.one}
        [Spedire|Inviare il pacco|Consegnare] [a|in] {address.one}
        [Il mio|Il suo] [numero|cellulare|telefono] è [il |]{phone}.
        [Chiamami|Può chiamarmi|Contattare|Richiamare] al {phone}[ dopo le {time}|].
        [Tel.|Telefono|Cell.|Cellulare|Fax|Recapito]: {phone}
        [Nato|Nata|nato|nata] [a {town} |]il {birth}
        [Sono nato|È nata|Sono nata] [a {town} |]il {birth}.
        {name}, [nato|nata] a {town} il {birth}[, residente in {address.one}|, {idlabel} {idno}|]
        [Tra|Fra] {org}, con sede in {address.one}, e [il Sig.|la Sig.ra] {name}[, C.F. {idno}|]
        [Bonifico di|Versare|L'affitto di] {money} [sul conto|a] {iban}[ ({bank})|].
        [IBAN|Il mio IBAN|Coordinate bancarie|Conto]: {iban}[, {bank}|]
        [Codice cliente|Numero cliente|N. tessera|Polizza n.|Matricola|N. cartella][:|] {known}
        [Il mio|Il suo] {id}
        {id}
        [Lavoro|Lavora|Studia|È ricoverato] [presso|a|da] {org}[ a {town}| dal {year}|].
        {org} [ha annunciato|chiude|ha mandato una fattura|conferma l'appuntamento del {date}|assume].
        [Scrivere a|E-mail:|La mia mail è|PEC:|Rispondere a] {email}
        [Carta|Carta di credito|Numero carta][:|] {card}[, scadenza {exp}|]
        [Accesso|Connessione] da {ip}
        [Paziente|Intestatario|Conduttore|Studente|Testimone]: {name.list}[, {birth}|]
        {name}\\n{address.block}
        {org}\\n{address.block}
        {name.any} e {name.any} [arrivano|non vengono|si sposano|sono in ferie] [{day}|alle {time}|oggi].
        [Grazie|Auguri|Buon compleanno|Chiedi a|Saluta|Di' a] {first}[!|.]
        [Presenti|Assenti|Partecipanti]: {name.any}, {name.any}, {name.any}
        [Link|Accesso]: {secret}
        [Firma|Firmato|Alla c.a. di|Redatto da][:|] {name}
        domani passa [l'idraulico|il tecnico|il corriere], si chiama {first}
    """,
    "it.plain": """
        {sentence}
        {sentence}
        {sentence}
        [Il Suo|L'|La] [ordine|fattura|richiesta|pratica] [n. |]{order} [è stato spedito|è in attesa|del {date}|è pagata].
        L'appuntamento è {day} {date} alle {time}.
        [Il contratto|Il corso|L'offerta] [inizia il|scade il] {date}.
        [L'affitto|Il prezzo|Il totale|La caparra] è di {money}.
        Art. {n}. [Il conduttore|Il venditore|Il cliente] [deve|non può|si impegna a] [pagare|{word}|consegnare il {noun}].
        A {month} [piove a {town}|siamo stati a {town}|aumentano i prezzi].
        {product} [non funziona|costa {money}|è esaurito].
        [In allegato|Allego] [il contratto|la fattura {order}|i documenti].
        [La rosa|Il re|Il panettiere|La pace|La stella|Il sole|Natale|Pasqua|La gioia|Il pastore|La viola] [è rossa|è in ritardo|è vicino].
        {Word} {word} {Word}
    """,
    "it.ask": """
        [Fammi sapere|Mi faccia sapere|Attendo conferma] [entro {day}|appena possibile|oggi].
        [Grazie|Grazie mille] [per l'aiuto|di tutto|in anticipo].
        Va bene {day} alle {time}?
    """,
    "it.chat": """
        [ciao|ehi|oh] {first.lower}[!|, come va?|]
        [grazie|ahah|baci] {first.lower}
        [hai|qualcuno ha] il numero di {first.lower}?
        [è|il mio numero|chiamami]: {phone}
        [siamo|vieni|è] in {street}
        [sì|no|ok|va bene|ahahah|a dopo|buonanotte|sono in ritardo]
        {sentence}
        mandalo a {email}
        chiedi a {first.lower} o {first.lower}
    """,

    # --- Dutch ----------------------------------------------------------------------------------------------------------------------------------
    "nl.greeting": """
        [Hoi|Hallo|Beste|Lieve|Dag|Hey|Goedemorgen|Ha] {p.first}[,|!]
        [Geachte heer|Geachte mevrouw|Beste meneer|Beste mevrouw|Geachte dr.|Goedemiddag mevrouw] {p.last},
        [Geachte heer/mevrouw|Beste collega's|Hallo allemaal|Beste ouders|L.S.|Goedendag],
        Hoi {p.first} en {q.first},
    """,
    "nl.closing": "Met vriendelijke groet|Groeten|Groetjes|Hartelijke groet|Mvg|Met vriendelijke groeten|Tot snel|Alvast bedankt|Liefs|Hoogachtend|Gr.|Vriendelijke groeten".split("|"),
    "nl.fact": """
        [Mijn|Onze|Zijn|Haar] [man|vrouw|zoon|dochter|buurman|collega|huisarts|moeder|huisbaas|broer] {name.any} [komt ook|heeft gebeld|heeft de sleutel|is ziek|verhuist in {month}].
        [Mevrouw|Meneer|De heer|Dhr.|Mevr.|Mw.|Dr.] {last} [heeft gebeld|woont aan de {street}|is bereikbaar op {phone}|wil een afspraak|is met vakantie tot {date}|wil haar rekeningnummer wijzigen].
        [Mijn|Ons|Het] [nieuwe |]adres is {address.one}.
        [Ik woon|Wij wonen|Hij woont|Afspreken] [op|aan de|in de] {street}[.| om {time}.]
        [wonende te|gevestigd te|wonende aan de|Adres:] {address.one}
        [Stuur|Bezorgen|Pakket] [het |]naar {address.one}
        [Mijn|Haar|Het] [nummer|mobiele nummer|telefoonnummer|06-nummer] is {phone}.
        [Bel me|U kunt mij bereiken|Bereikbaar|Terugbellen] op {phone}[ na {time}|].
        [Tel.|Telefoon|Mobiel|Mob.|Fax|T]: {phone}
        [Geboren|geboren|geb.|Geboortedatum:|geb. datum] [op |]{birth}[ te {town}|]
        Ik ben geboren op {birth}[ in {town}|].
        {name}, geboren [op |]{birth}[ te {town}|][, wonende te {address.one}|, {idlabel} {idno}|]
        [Tussen|De ondergetekenden:] {org}, gevestigd te {address.one}, en [de heer|mevrouw] {name}
        [Graag|Maak|De huur van|De borg van] {money} [overmaken naar|naar rekening] {iban}[ t.n.v. {name}|].
        [IBAN|Rekeningnummer|Mijn rekening|Rek.nr.]: {iban}[, {bank}|]
        [Klantnummer|Klantnr.|Lidnummer|Polisnummer|Patiëntnummer|Personeelsnummer|Studentnummer|Relatienummer][:|] {known}
        [Mijn|Uw|Haar] {id}
        {id}
        [Ik werk|Zij werkt|Hij studeert|Verzekerd|Klant] [bij|aan|voor] {org}[ in {town}| sinds {year}|].
        {org} [maakt bekend|sluit|stuurde een rekening|bevestigt de afspraak van {date}|zoekt personeel].
        [Opgenomen|Doorverwezen|Onder behandeling] [in|naar|bij] {org}
        [Mail naar|E-mail:|Mijn mailadres is|Bevestiging gestuurd aan|Reageren via] {email}
        [Creditcard|Kaartnummer|Kaart][:|] {card}[, geldig tot {exp}|]
        [Ingelogd|Poging] vanaf {ip}
        [Klant|Patiënt|Huurder|Verzekerde|Contactpersoon|Getuige]: {name.list}[, geb. {birth}|]
        {name}\\n{address.block}
        {org}\\n{address.block}
        {org}\\nt.a.v. {name}\\n{address.block}
        {name.any} en {name.any} [komen|zijn er niet|trouwen] [op {day}|om {time}|vandaag].
        [Bedankt|Gefeliciteerd|Beterschap|Vraag|Zeg tegen|Groetjes aan] {first}[!|.]
        [Aanwezig|Afwezig|Deelnemers]: {name.any}, {name.any} en {name.any}
        [Link|Inloggen]: {secret}
        [Getekend|Opgesteld door|Namens deze|Ter attentie van][:|] {name}
    """,
    "nl.plain": """
        {sentence}
        {sentence}
        {sentence}
        [Uw|De] [bestelling|factuur|aanvraag|reservering] [nr. |]{order} [is verzonden|staat open|van {date}|is betaald].
        De afspraak is op {day} {date} om {time}.
        [Het contract|De cursus|De aanbieding] [begint op|eindigt op] {date}.
        [De huur|De prijs|Het totaal|De borg] is {money}.
        Artikel {n}. [De huurder|De verkoper|De werkgever] [dient|mag niet|verplicht zich] [te betalen|{word}|de {noun} te leveren].
        In {month} [regent het in {town}|waren we in {town}|stijgen de prijzen].
        {product} [werkt niet|kost {money}|is uitverkocht].
        [Bijgaand|Hierbij] [het contract|de factuur {order}|de stukken].
        [De koning|De roos|De bakker|Kerst|Pasen|De visser|De smid|De molenaar|De jager|De berg] [is rood|komt later|is oud|is dicht].
        {Word} {word} {Word}
    """,
    "nl.ask": """
        [Graag een reactie|Laat even weten|Kunt u bevestigen] [voor {day}|zo snel mogelijk|vandaag][.|?]
        [Alvast bedankt|Bedankt|Dank u wel] [voor de moeite|voor alles|].
        Komt {day} om {time} uit?
    """,
    "nl.chat": """
        [hoi|hey|yo] {first.lower}[!|, alles goed?|]
        [dankje|thanks|haha] {first.lower}
        [heb je|wie heeft] het nummer van {first.lower}?
        [is|mijn nummer|bel me]: {phone}
        [we zijn|kom naar|feest] [op de |]{street}
        [ja|nee|oké|haha|tot zo|slaap lekker|ben laat|prima]
        {sentence}
        mail maar naar {email}
        vraag {first.lower} of {first.lower}
    """,
})
