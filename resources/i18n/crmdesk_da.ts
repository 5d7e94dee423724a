<?xml version='1.0' encoding='utf-8'?>
<!DOCTYPE TS>
<TS version="2.1" language="da" sourcelanguage="en">
 <context>
  <name>crmdesk</name>
  <message>
   <source> (filtered from {0})</source>
   <translation> (filtreret fra {0})</translation>
  </message>
  <message>
   <source> And {n} more.</source>
   <translation> Og {n} mere.</translation>
  </message>
  <message>
   <source> Ask for fewer rows or fields at once.</source>
   <translation> Bed om færre rækker eller felter ad gangen.</translation>
  </message>
  <message>
   <source> Did you mean {near}?</source>
   <translation> Mente du {near}?</translation>
  </message>
  <message>
   <source> Did you mean “{near}”? Capitals count.</source>
   <translation> Mente du ”{near}”? Store bogstaver tæller.</translation>
  </message>
  <message>
   <source> Not all rows are read yet: load them first (Ctrl+Shift+A).</source>
   <translation> Ikke alle rækker er læst endnu: hent dem først (Ctrl+Shift+A).</translation>
  </message>
  <message>
   <source> Pending changes are in it.</source>
   <translation> Ventende ændringer er med i det.</translation>
  </message>
  <message>
   <source> The change may have been saved all the same: reload the record and look before you try again.</source>
   <translation> Ændringen kan være gemt alligevel: genindlæs posten, og se efter, før du prøver igen.</translation>
  </message>
  <message>
   <source> The change may have been saved: reload the record and look before you try again.</source>
   <translation> Ændringen kan være gemt: genindlæs posten, og se efter, før du prøver igen.</translation>
  </message>
  <message>
   <source> Try again.</source>
   <translation> Prøv igen.</translation>
  </message>
  <message>
   <source> and </source>
   <translation> og </translation>
  </message>
  <message>
   <source> and others</source>
   <translation> og andre</translation>
  </message>
  <message>
   <source> and {n} more</source>
   <translation> og {n} mere</translation>
  </message>
  <message>
   <source> at {time} UTC</source>
   <translation> kl. {time} UTC</translation>
  </message>
  <message numerus="yes">
   <source> in {n} records.</source>
   <extracomment> in {n} record.</extracomment>
   <translation>
    <numerusform> i {n} post.</numerusform>
    <numerusform> i {n} poster.</numerusform>
   </translation>
  </message>
  <message>
   <source> “crmdesk modules” lists them.</source>
   <translation> ”crmdesk modules” viser dem.</translation>
  </message>
  <message>
   <source> … and {n} more.</source>
   <translation> … og {n} mere.</translation>
  </message>
  <message>
   <source>"city = 'Helsinki' and employees &gt; 10"; times without a zone are UTC</source>
   <translation>"city = 'Helsinki' and employees &gt; 10"; tider uden zone er UTC</translation>
  </message>
  <message>
   <source>"name, modifiedtime desc"</source>
   <translation>"name, modifiedtime desc"</translation>
  </message>
  <message>
   <source>%(prog)s: error: %(message)s
</source>
   <translation>%(prog)s: fejl: %(message)s
</translation>
  </message>
  <message>
   <source>&amp;Data</source>
   <translation>&amp;Data</translation>
  </message>
  <message>
   <source>&amp;Edit</source>
   <translation>&amp;Rediger</translation>
  </message>
  <message>
   <source>&amp;File</source>
   <translation>&amp;Filer</translation>
  </message>
  <message>
   <source>&amp;Help</source>
   <translation>&amp;Hjælp</translation>
  </message>
  <message>
   <source>&amp;Record</source>
   <translation>&amp;Post</translation>
  </message>
  <message>
   <source>&amp;Tools</source>
   <translation>Fun&amp;ktioner</translation>
  </message>
  <message>
   <source>&amp;View</source>
   <translation>&amp;Vis</translation>
  </message>
  <message>
   <source>(empty)</source>
   <translation>(tom)</translation>
  </message>
  <message>
   <source>(no line)</source>
   <translation>(ingen linje)</translation>
  </message>
  <message>
   <source>(no name)</source>
   <translation>(uden navn)</translation>
  </message>
  <message>
   <source>* must be filled in</source>
   <translation>* skal udfyldes</translation>
  </message>
  <message>
   <source>+ Add</source>
   <translation>+ Tilføj</translation>
  </message>
  <message>
   <source>+ Filter</source>
   <translation>+ Filter</translation>
  </message>
  <message>
   <source>+ Heading</source>
   <translation>+ Overskrift</translation>
  </message>
  <message>
   <source>+ Line</source>
   <translation>+ Linje</translation>
  </message>
  <message>
   <source>+ Product or service</source>
   <translation>+ Produkt eller ydelse</translation>
  </message>
  <message>
   <source>, perhaps more: the server gives no more at once</source>
   <translation>, måske flere: serveren giver ikke flere ad gangen</translation>
  </message>
  <message>
   <source>- reads JSON lines from standard input</source>
   <translation>- læser JSON-linjer fra standardinput</translation>
  </message>
  <message>
   <source>--demo and --screenshots are for the window; for commands, start “crmdesk demo-server”.</source>
   <translation>--demo og --screenshots er til vinduet; start ”crmdesk demo-server” til kommandoer.</translation>
  </message>
  <message>
   <source>--explain tells what the server is asked; with --offline nothing is.</source>
   <translation>--explain viser, hvad serveren spørges om; med --offline spørges den ikke.</translation>
  </message>
  <message>
   <source>--module, --match and --mode belong to CSV and XLSX files; other files say it themselves.</source>
   <translation>--module, --match og --mode hører til CSV- og XLSX-filer; andre filer siger det selv.</translation>
  </message>
  <message>
   <source>--native is the whole query: {beside} cannot stand beside it.</source>
   <translation>--native er hele forespørgslen: {beside} kan ikke stå ved siden af.</translation>
  </message>
  <message>
   <source>--secret-env store=NAME is for --store ADDRESS.</source>
   <translation>--secret-env store=NAME er til --store ADDRESS.</translation>
  </message>
  <message>
   <source>--secret-stdin found nothing on standard input.</source>
   <translation>--secret-stdin fandt intet på standardinput.</translation>
  </message>
  <message>
   <source>--set takes FIELD=VALUE, not {name}.</source>
   <translation>--set tager FIELD=VALUE, ikke {name}.</translation>
  </message>
  <message>
   <source>--{option} needs the server; leave out --offline.</source>
   <translation>--{option} kræver serveren; udelad --offline.</translation>
  </message>
  <message>
   <source>--{replace} belongs to --vendor; a saved account has its own.</source>
   <translation>--{replace} hører til --vendor; en gemt konto har sin egen.</translation>
  </message>
  <message>
   <source>0 = live records, 1 = deleted ones.</source>
   <translation>0 = levende poster, 1 = slettede.</translation>
  </message>
  <message>
   <source>0 takes a free one</source>
   <translation>0 tager en ledig</translation>
  </message>
  <message>
   <source>1 File</source>
   <translation>1 Fil</translation>
  </message>
  <message>
   <source>1 row</source>
   <translation>1 række</translation>
  </message>
  <message>
   <source>1 where the session is known.</source>
   <translation>1, hvor sessionen kendes.</translation>
  </message>
  <message>
   <source>1 where this computer is the server itself.</source>
   <translation>1, hvor denne computer selv er serveren.</translation>
  </message>
  <message>
   <source>1 where you are an administrator.</source>
   <translation>1, hvor du er administrator.</translation>
  </message>
  <message>
   <source>2 Columns</source>
   <translation>2 Kolonner</translation>
  </message>
  <message>
   <source>3 Check rows</source>
   <translation>3 Tjek rækker</translation>
  </message>
  <message>
   <source>4 Stage</source>
   <translation>4 Læg klar</translation>
  </message>
  <message>
   <source>5 % is a percentage, 5 an amount</source>
   <translation>5 % er en procentsats, 5 et beløb</translation>
  </message>
  <message>
   <source>A PEM file of the authority that signed the server's certificate; needed only for your own authority.</source>
   <translation>En PEM-fil fra den myndighed, der har signeret serverens certifikat; kun nødvendig ved egen myndighed.</translation>
  </message>
  <message>
   <source>A SELECT statement.</source>
   <translation>En SELECT-sætning.</translation>
  </message>
  <message>
   <source>A column.</source>
   <translation>En kolonne.</translation>
  </message>
  <message>
   <source>A condition begins with a field, not with {sql}. {example}</source>
   <translation>En betingelse begynder med et felt, ikke med {sql}. {example}</translation>
  </message>
  <message>
   <source>A copy is fresh for</source>
   <translation>En kopi er frisk i</translation>
  </message>
  <message>
   <source>A copy to try things on.</source>
   <translation>En kopi til at prøve ting af på.</translation>
  </message>
  <message>
   <source>A discount is an amount there, not a percentage.</source>
   <translation>En rabat er et beløb der, ikke en procentsats.</translation>
  </message>
  <message>
   <source>A discount of {n}</source>
   <translation>En rabat på {n}</translation>
  </message>
  <message>
   <source>A discount of {n} %</source>
   <translation>En rabat på {n} %</translation>
  </message>
  <message>
   <source>A favourite; take the mark away</source>
   <translation>En favorit; fjern mærket</translation>
  </message>
  <message>
   <source>A field that must be filled is empty. Fill it and try again.</source>
   <translation>Et felt, der skal udfyldes, er tomt. Udfyld det, og prøv igen.</translation>
  </message>
  <message>
   <source>A file needs a record to hang on there. Open the record, then drop the file. Nothing was sent.</source>
   <translation>En fil skal hænge på en post der. Åbn posten, og slip så filen. Intet blev sendt.</translation>
  </message>
  <message>
   <source>A key or token holds letters that cannot be sent. Copy it anew.</source>
   <translation>En nøgle eller et token indeholder bogstaver, der ikke kan sendes. Kopier det igen.</translation>
  </message>
  <message>
   <source>A line is gone: somebody removed it meanwhile. Reload the document.</source>
   <translation>En linje er væk: nogen har fjernet den imens. Genindlæs dokumentet.</translation>
  </message>
  <message>
   <source>A line is there twice. Reload the document.</source>
   <translation>En linje er der to gange. Genindlæs dokumentet.</translation>
  </message>
  <message>
   <source>A line needs a product and a quantity. Ctrl+Del removes the line.</source>
   <translation>En linje skal have et produkt og et antal. Ctrl+Del fjerner linjen.</translation>
  </message>
  <message>
   <source>A link points to the wrong kind of record. Choose another one and try again.</source>
   <translation>Et link peger på en forkert slags post. Vælg en anden, og prøv igen.</translation>
  </message>
  <message>
   <source>A link without both ids unlinks or deletes something else on this server. It is not sent.</source>
   <translation>En tilknytning uden begge id’er fjerner eller sletter noget andet på denne server. Den sendes ikke.</translation>
  </message>
  <message>
   <source>A list of ids</source>
   <translation>En liste med id’er</translation>
  </message>
  <message>
   <source>A module's fields and relations.</source>
   <translation>Et moduls felter og relationer.</translation>
  </message>
  <message>
   <source>A module's name, for example sales_orders.</source>
   <translation>Et moduls navn, for eksempel sales_orders.</translation>
  </message>
  <message>
   <source>A moment, ISO 8601; the end itself is left out.</source>
   <translation>Et tidspunkt, ISO 8601; selve slutningen er ikke med.</translation>
  </message>
  <message>
   <source>A new document, not sent yet</source>
   <translation>Et nyt dokument, ikke sendt endnu</translation>
  </message>
  <message>
   <source>A new record needs {lacking}: no column goes there.</source>
   <translation>En ny post kræver {lacking}: ingen kolonne går dertil.</translation>
  </message>
  <message>
   <source>A note cannot belong to this kind of record. Nothing was sent.</source>
   <translation>En note kan ikke tilhøre denne slags post. Intet blev sendt.</translation>
  </message>
  <message>
   <source>A number or a name, for example 2.</source>
   <translation>Et tal eller et navn, for eksempel 2.</translation>
  </message>
  <message>
   <source>A number.</source>
   <translation>Et tal.</translation>
  </message>
  <message>
   <source>A one-time token for the login.</source>
   <translation>Et engangstoken til login.</translation>
  </message>
  <message>
   <source>A part of the document was saved, then this came: {reason} Reload the document and look.</source>
   <translation>En del af dokumentet blev gemt, og så kom dette: {reason} Genindlæs dokumentet, og se efter.</translation>
  </message>
  <message>
   <source>A password on the command line can be read by everybody on this computer: write --proxy without it.</source>
   <translation>En adgangskode på kommandolinjen kan læses af alle på denne computer: skriv --proxy uden den.</translation>
  </message>
  <message>
   <source>A percentage</source>
   <translation>En procentsats</translation>
  </message>
  <message>
   <source>A price of {n}</source>
   <translation>En pris på {n}</translation>
  </message>
  <message>
   <source>A proxy on the way</source>
   <translation>En proxy undervejs</translation>
  </message>
  <message>
   <source>A recipe</source>
   <translation>En opskrift</translation>
  </message>
  <message>
   <source>A record that is not there yet has no id. Choose another column to find records by.</source>
   <translation>En post, der ikke findes endnu, har intet id. Vælg en anden kolonne at finde poster ved.</translation>
  </message>
  <message>
   <source>A record's id.</source>
   <translation>En posts id.</translation>
  </message>
  <message>
   <source>A record's related lists with counts.</source>
   <translation>En posts relaterede lister med antal.</translation>
  </message>
  <message>
   <source>A relation's name, for example rows.</source>
   <translation>En relations navn, for eksempel rows.</translation>
  </message>
  <message>
   <source>A report is made anew each time it is asked for: it is never copied.</source>
   <translation>En rapport laves på ny, hver gang den bestilles: den kopieres aldrig.</translation>
  </message>
  <message>
   <source>A row of the server's answer has no id. Reload the list.</source>
   <translation>En række i serverens svar har intet id. Genindlæs listen.</translation>
  </message>
  <message>
   <source>A secret on the command line can be read by everybody on this computer: write --parameter-env {name}=VARIABLE, with the name of a variable that holds it.</source>
   <translation>En hemmelighed på kommandolinjen kan læses af alle på denne computer: skriv --parameter-env {name}=VARIABEL med navnet på en variabel, der indeholder den.</translation>
  </message>
  <message>
   <source>A sheet holds {most_rows} records, and there are {rows} {what}. Filter the table first, or choose CSV.</source>
   <translation>Et ark har plads til {most_rows} poster, og der er {rows} {what}. Filtrer tabellen først, eller vælg CSV.</translation>
  </message>
  <message>
   <source>A sheet holds {most_rows} records, there are more. Take fewer of them, or CSV.</source>
   <translation>Et ark har plads til {most_rows} poster, her er flere. Tag færre af dem eller CSV.</translation>
  </message>
  <message>
   <source>A spreadsheet is not for the terminal: name a file with --output.</source>
   <translation>Et regneark er ikke til terminalen: angiv en fil med --output.</translation>
  </message>
  <message>
   <source>A store's address looks like this: postgresql://user@host/database.</source>
   <translation>Et lagers adresse ser sådan ud: postgresql://bruger@vært/database.</translation>
  </message>
  <message>
   <source>A team's copy needs libraries that are not installed here. Install crmdesk with its extra “postgres”: pip install 'crmdesk[postgres]'.</source>
   <translation>En teamkopi kræver biblioteker, der ikke er installeret her. Installer crmdesk med tillægget ”postgres”: pip install 'crmdesk[postgres]'.</translation>
  </message>
  <message>
   <source>A text has {n} characters, a cell holds {most_characters}. Take CSV or JSON lines.</source>
   <translation>En tekst har {n} tegn, en celle har plads til {most_characters}. Tag CSV eller JSON-linjer.</translation>
  </message>
  <message>
   <source>A user's number; it stands in the address when you open the user in OpenCRM. Used where a new record names no owner.</source>
   <translation>En brugers nummer; det står i adressen, når du åbner brugeren i OpenCRM. Bruges, hvor en ny post ikke angiver nogen ejer.</translation>
  </message>
  <message>
   <source>A value cannot be stored</source>
   <translation>En værdi kan ikke gemmes</translation>
  </message>
  <message>
   <source>A value holds a broken character (half of a pair). Type it anew.</source>
   <translation>En værdi indeholder et ødelagt tegn (et halvt par). Skriv det igen.</translation>
  </message>
  <message>
   <source>A value is not in the form the server expects.</source>
   <translation>En værdi har ikke den form, serveren forventer.</translation>
  </message>
  <message>
   <source>A value: {what}.</source>
   <translation>En værdi: {what}.</translation>
  </message>
  <message>
   <source>A view is a module's columns, filter and order. As a file it can be given to colleagues: it holds no record, no address and no key.</source>
   <translation>En visning er et moduls kolonner, filter og sortering. Som fil kan den gives til kolleger: den indeholder ingen post, ingen adresse og ingen nøgle.</translation>
  </message>
  <message>
   <source>A web page came instead of an answer.{look_first}</source>
   <translation>Der kom en webside i stedet for et svar.{look_first}</translation>
  </message>
  <message>
   <source>API key</source>
   <translation>API-nøgle</translation>
  </message>
  <message>
   <source>API key pair</source>
   <translation>API-nøglepar</translation>
  </message>
  <message>
   <source>API key {fingerprint}</source>
   <translation>API-nøgle {fingerprint}</translation>
  </message>
  <message>
   <source>API key.</source>
   <translation>API-nøgle.</translation>
  </message>
  <message>
   <source>API token</source>
   <translation>API-token</translation>
  </message>
  <message>
   <source>About crmdesk</source>
   <translation>Om crmdesk</translation>
  </message>
  <message>
   <source>Accept no longer</source>
   <translation>Godtag ikke længere</translation>
  </message>
  <message>
   <source>Accept what the server shows…</source>
   <translation>Godtag det viste certifikat…</translation>
  </message>
  <message>
   <source>Access key</source>
   <translation>Adgangsnøgle</translation>
  </message>
  <message>
   <source>Account</source>
   <translation>Firma</translation>
  </message>
  <message>
   <source>Account details…</source>
   <translation>Kontooplysninger…</translation>
  </message>
  <message>
   <source>Account {name}, {detail}. Switch account</source>
   <translation>Konto {name}, {detail}. Skift konto</translation>
  </message>
  <message>
   <source>Accounts</source>
   <translation>Firmaer</translation>
  </message>
  <message>
   <source>Actions</source>
   <translation>Handlinger</translation>
  </message>
  <message>
   <source>Actions…</source>
   <translation>Handlinger…</translation>
  </message>
  <message>
   <source>Activities</source>
   <translation>Aktiviteter</translation>
  </message>
  <message>
   <source>Activity</source>
   <translation>Aktivitet</translation>
  </message>
  <message>
   <source>Activity must be filled.</source>
   <translation>Aktivitet skal udfyldes.</translation>
  </message>
  <message>
   <source>Activity, Delivery, Event, Opportunity, Organisation, Person, Product, SupportCase, User or All.</source>
   <translation>Activity, Delivery, Event, Opportunity, Organisation, Person, Product, SupportCase, User eller All.</translation>
  </message>
  <message>
   <source>Add a filter</source>
   <translation>Tilføj et filter</translation>
  </message>
  <message>
   <source>Add a revision…</source>
   <translation>Tilføj en revision…</translation>
  </message>
  <message>
   <source>Add an account</source>
   <translation>Tilføj en konto</translation>
  </message>
  <message>
   <source>Add an account…</source>
   <translation>Tilføj en konto…</translation>
  </message>
  <message>
   <source>Add one more: {name}</source>
   <translation>Tilføj en mere: {name}</translation>
  </message>
  <message>
   <source>Add to a campaign…</source>
   <translation>Føj til en kampagne…</translation>
  </message>
  <message>
   <source>Add to or remove from favourites</source>
   <translation>Tilføj til eller fjern fra favoritter</translation>
  </message>
  <message>
   <source>Add up again</source>
   <translation>Tæl sammen igen</translation>
  </message>
  <message numerus="yes">
   <source>Add {n} lines</source>
   <extracomment>Add {n} line</extracomment>
   <translation>
    <numerusform>Tilføj {n} linje</numerusform>
    <numerusform>Tilføj {n} linjer</numerusform>
   </translation>
  </message>
  <message>
   <source>Added last, not taxed</source>
   <translation>Lægges til sidst, uden moms</translation>
  </message>
  <message>
   <source>Address</source>
   <translation>Adresse</translation>
  </message>
  <message>
   <source>Address of the proxy</source>
   <translation>Proxyens adresse</translation>
  </message>
  <message>
   <source>Address that knows the newest version</source>
   <translation>Adresse, der kender den nyeste version</translation>
  </message>
  <message>
   <source>Adds a case; tells no id.</source>
   <translation>Tilføjer en sag; oplyser intet id.</translation>
  </message>
  <message>
   <source>Adds a contact; tells no id.</source>
   <translation>Tilføjer en kontakt; oplyser intet id.</translation>
  </message>
  <message>
   <source>Adds a lead; tells no id.</source>
   <translation>Tilføjer et kundeemne; oplyser intet id.</translation>
  </message>
  <message>
   <source>Adds a line to a sales document.</source>
   <translation>Tilføjer en linje til et salgsdokument.</translation>
  </message>
  <message>
   <source>Adds a record to a campaign (beta).</source>
   <translation>Føjer en post til en kampagne (beta).</translation>
  </message>
  <message>
   <source>Adds a record.</source>
   <translation>Tilføjer en post.</translation>
  </message>
  <message>
   <source>Adds an account; tells no id.</source>
   <translation>Tilføjer et firma; oplyser intet id.</translation>
  </message>
  <message>
   <source>Adds an opportunity; tells no id.</source>
   <translation>Tilføjer en salgsmulighed; oplyser intet id.</translation>
  </message>
  <message>
   <source>Adds or changes several records and reads some fields back.</source>
   <translation>Tilføjer eller ændrer flere poster og læser nogle felter tilbage.</translation>
  </message>
  <message>
   <source>Adds or changes several records.</source>
   <translation>Tilføjer eller ændrer flere poster.</translation>
  </message>
  <message>
   <source>Adds to a relation.</source>
   <translation>Tilføjer til en relation.</translation>
  </message>
  <message>
   <source>Adds to {path}.</source>
   <translation>Tilføjer til {path}.</translation>
  </message>
  <message>
   <source>Adds, changes or deletes a record.</source>
   <translation>Tilføjer, ændrer eller sletter en post.</translation>
  </message>
  <message>
   <source>Adjustment</source>
   <translation>Regulering</translation>
  </message>
  <message>
   <source>Administrator (API)</source>
   <translation>Administrator (API)</translation>
  </message>
  <message>
   <source>After so long without key or mouse crmdesk signs out and shows nothing until you type a passphrase or the account’s key. 0 = never. An account may say otherwise.</source>
   <translation>Efter så lang tid uden tast eller mus logger crmdesk af og viser intet, før du skriver en adgangssætning eller kontoens nøgle. 0 = aldrig. En konto kan have sin egen tid.</translation>
  </message>
  <message>
   <source>After that an exchange with a server is given up. Slow servers may need more.</source>
   <translation>Derefter opgives en udveksling med en server. Langsomme servere kan have brug for mere.</translation>
  </message>
  <message numerus="yes">
   <source>After {n} minutes</source>
   <extracomment>After {n} minute</extracomment>
   <translation>
    <numerusform>Efter {n} minut</numerusform>
    <numerusform>Efter {n} minutter</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>After {n} minutes without key or mouse, or by F12</source>
   <extracomment>After {n} minute without key or mouse, or by F12</extracomment>
   <translation>
    <numerusform>Efter {n} minut uden tast eller mus, eller med F12</numerusform>
    <numerusform>Efter {n} minutter uden tast eller mus, eller med F12</numerusform>
   </translation>
  </message>
  <message>
   <source>Aim for a total</source>
   <translation>Sigt efter et beløb</translation>
  </message>
  <message>
   <source>Aim for a total…</source>
   <translation>Sigt efter et beløb…</translation>
  </message>
  <message>
   <source>Aim for {sum}</source>
   <translation>Sigt efter {sum}</translation>
  </message>
  <message>
   <source>All</source>
   <translation>Alle</translation>
  </message>
  <message>
   <source>All accounts</source>
   <translation>Alle konti</translation>
  </message>
  <message>
   <source>All files (*)</source>
   <translation>Alle filer (*)</translation>
  </message>
  <message>
   <source>All that match the filter</source>
   <translation>Alle, der passer til filteret</translation>
  </message>
  <message>
   <source>All {0}</source>
   <translation>Alle {0}</translation>
  </message>
  <message>
   <source>All {0}, all fields</source>
   <translation>Alle {0}, alle felter</translation>
  </message>
  <message>
   <source>All {n}</source>
   <translation>Alle {n}</translation>
  </message>
  <message>
   <source>Alt+↑↓ or dragging its number moves a line · Ctrl+Del removes it</source>
   <translation>Alt+↑↓ eller træk i nummeret flytter en linje · Ctrl+Del fjerner den</translation>
  </message>
  <message>
   <source>Alternative</source>
   <translation>Alternativ</translation>
  </message>
  <message>
   <source>Among {0} records no two are likely the same.</source>
   <translation>Blandt {0} poster er der næppe to ens.</translation>
  </message>
  <message>
   <source>An SQL condition, for example NAME like 'A%'.</source>
   <translation>En SQL-betingelse, for eksempel NAME like 'A%'.</translation>
  </message>
  <message>
   <source>An address has no blanks.</source>
   <translation>En adresse har ingen mellemrum.</translation>
  </message>
  <message>
   <source>An amount</source>
   <translation>Et beløb</translation>
  </message>
  <message>
   <source>An earlier review is still being applied. Wait for it to end, then review again.</source>
   <translation>En tidligere gennemgang er stadig ved at blive anvendt. Vent, til den er færdig, og gennemgå så igen.</translation>
  </message>
  <message>
   <source>An empty field</source>
   <translation>Et tomt felt</translation>
  </message>
  <message>
   <source>An empty field is not a number.</source>
   <translation>Et tomt felt er ikke et tal.</translation>
  </message>
  <message>
   <source>An empty file, or one without a name, cannot be stored. Choose another one.</source>
   <translation>En tom fil eller en fil uden navn kan ikke gemmes. Vælg en anden.</translation>
  </message>
  <message>
   <source>An entry in {path} cannot be read. Nothing was changed; rename that file to begin anew.</source>
   <translation>En indgang i {path} kan ikke læses. Intet blev ændret; omdøb filen for at begynde forfra.</translation>
  </message>
  <message>
   <source>An expression holds at most {max_length} characters.</source>
   <translation>Et udtryk har højst {max_length} tegn.</translation>
  </message>
  <message>
   <source>An expression holds fields, texts, numbers and functions only. {example}</source>
   <translation>Et udtryk indeholder kun felter, tekster, tal og funktioner. {example}</translation>
  </message>
  <message>
   <source>An expression holds texts and numbers only.</source>
   <translation>Et udtryk indeholder kun tekster og tal.</translation>
  </message>
  <message>
   <source>An update of this local copy is under way already.</source>
   <translation>En opdatering af denne lokale kopi er allerede i gang.</translation>
  </message>
  <message>
   <source>Anew: {fields}.</source>
   <translation>På ny: {fields}.</translation>
  </message>
  <message>
   <source>Annual revenue</source>
   <translation>Årsomsætning</translation>
  </message>
  <message>
   <source>Another window of crmdesk, or a command, is updating this local copy. Let it finish first.</source>
   <translation>Et andet crmdesk-vindue eller en kommando opdaterer denne lokale kopi. Lad det blive færdigt først.</translation>
  </message>
  <message>
   <source>Answers an access key, which stands for both keys.</source>
   <translation>Svarer med en adgangsnøgle, der står for begge nøgler.</translation>
  </message>
  <message>
   <source>Any of the three works; a gateway in between may want the headers.</source>
   <translation>Alle tre virker; en gateway undervejs vil måske have headerne.</translation>
  </message>
  <message>
   <source>Any outcome</source>
   <translation>Alle udfald</translation>
  </message>
  <message>
   <source>Any text.</source>
   <translation>Vilkårlig tekst.</translation>
  </message>
  <message>
   <source>Any; 1.2 first, it is quicker</source>
   <translation>Begge; 1.2 først, den er hurtigere</translation>
  </message>
  <message>
   <source>Application token</source>
   <translation>Applikationstoken</translation>
  </message>
  <message>
   <source>Applied</source>
   <translation>Anvendt</translation>
  </message>
  <message>
   <source>Apply</source>
   <translation>Anvend</translation>
  </message>
  <message numerus="yes">
   <source>Apply {n} changes</source>
   <extracomment>Apply {n} change</extracomment>
   <translation>
    <numerusform>Anvend {n} ændring</numerusform>
    <numerusform>Anvend {n} ændringer</numerusform>
   </translation>
  </message>
  <message>
   <source>Article</source>
   <translation>Artikel</translation>
  </message>
  <message>
   <source>As MD5, the usual way</source>
   <translation>Som MD5, det sædvanlige</translation>
  </message>
  <message>
   <source>As it is, for single sign-on tokens</source>
   <translation>Som den er, til tokens fra single sign-on</translation>
  </message>
  <message>
   <source>As little as possible</source>
   <translation>Så lidt som muligt</translation>
  </message>
  <message>
   <source>As shown</source>
   <translation>Som vist</translation>
  </message>
  <message>
   <source>As stored</source>
   <translation>Som gemt</translation>
  </message>
  <message>
   <source>As text</source>
   <translation>Som tekst</translation>
  </message>
  <message numerus="yes">
   <source>As the settings say: after {n} minutes</source>
   <extracomment>As the settings say: after {n} minute</extracomment>
   <translation>
    <numerusform>Som i indstillingerne: efter {n} minut</numerusform>
    <numerusform>Som i indstillingerne: efter {n} minutter</numerusform>
   </translation>
  </message>
  <message>
   <source>As the settings say: never by itself</source>
   <translation>Som i indstillingerne: aldrig af sig selv</translation>
  </message>
  <message>
   <source>As the system</source>
   <translation>Som systemet</translation>
  </message>
  <message>
   <source>As the system says</source>
   <translation>Som systemet siger</translation>
  </message>
  <message>
   <source>As wide as it needs</source>
   <translation>Så bred som nødvendigt</translation>
  </message>
  <message>
   <source>Ask the server in its own words</source>
   <translation>Spørg serveren med dens egne ord</translation>
  </message>
  <message>
   <source>Asked</source>
   <translation>Ønsket</translation>
  </message>
  <message>
   <source>Asking the server</source>
   <translation>Spørger serveren</translation>
  </message>
  <message>
   <source>Asking the server how these records stand now …</source>
   <translation>Spørger serveren, hvordan posterne ser ud nu …</translation>
  </message>
  <message>
   <source>Asking the server…</source>
   <translation>Spørger serveren…</translation>
  </message>
  <message>
   <source>Asks the server as the portal would. The password is neither kept nor logged.</source>
   <translation>Spørger serveren, som portalen ville gøre. Adgangskoden hverken gemmes eller logges.</translation>
  </message>
  <message>
   <source>Asset</source>
   <translation>Aktiv</translation>
  </message>
  <message>
   <source>Asset name</source>
   <translation>Aktivets navn</translation>
  </message>
  <message>
   <source>Assets</source>
   <translation>Aktiver</translation>
  </message>
  <message>
   <source>Assigned to</source>
   <translation>Tildelt til</translation>
  </message>
  <message>
   <source>At another place: {line}</source>
   <translation>På en anden plads: {line}</translation>
  </message>
  <message>
   <source>At most once a day the address below is asked, and nothing about you is sent. Nothing is ever installed by itself.</source>
   <translation>Højst én gang om dagen spørges adressen nedenfor, og intet om dig sendes. Intet installeres nogensinde af sig selv.</translation>
  </message>
  <message>
   <source>Attaches a file to a note.</source>
   <translation>Vedhæfter en fil til en note.</translation>
  </message>
  <message>
   <source>Back</source>
   <translation>Tilbage</translation>
  </message>
  <message>
   <source>Back to, or why not</source>
   <translation>Tilbage til, eller hvorfor ikke</translation>
  </message>
  <message>
   <source>Baltic (Windows-1257)</source>
   <translation>Baltisk (Windows-1257)</translation>
  </message>
  <message>
   <source>Batches, newest first</source>
   <translation>Kørsler, nyeste først</translation>
  </message>
  <message>
   <source>Before</source>
   <translation>Før</translation>
  </message>
  <message>
   <source>Begin to edit the cell</source>
   <translation>Begynd at redigere cellen</translation>
  </message>
  <message>
   <source>Begins a session.</source>
   <translation>Begynder en session.</translation>
  </message>
  <message>
   <source>Belongs to</source>
   <translation>Tilhører</translation>
  </message>
  <message>
   <source>Billing address</source>
   <translation>Faktureringsadresse</translation>
  </message>
  <message>
   <source>Block</source>
   <translation>Blok</translation>
  </message>
  <message>
   <source>Blue</source>
   <translation>Blå</translation>
  </message>
  <message>
   <source>Border between two panes</source>
   <translation>Kant mellem to ruder</translation>
  </message>
  <message>
   <source>Both of you changed the lines. Choose whose to keep.</source>
   <translation>I har begge ændret linjerne. Vælg, hvis der skal beholdes.</translation>
  </message>
  <message>
   <source>Both of you changed this record. Choose whose value to keep.</source>
   <translation>I har begge ændret posten. Vælg, hvis værdi der skal beholdes.</translation>
  </message>
  <message>
   <source>Browse and mend the data of a CRM. Without a command, the window opens.</source>
   <translation>Gennemse og ret data i et CRM-system. Uden en kommando åbnes vinduet.</translation>
  </message>
  <message>
   <source>Browse and mend the data of your CRM. Every change is shown before it is sent, and proven after.</source>
   <translation>Gennemse og ret data i dit CRM-system. Alle ændringer vises, før de sendes, og kontrolleres bagefter.</translation>
  </message>
  <message>
   <source>Browse and mend the data of your CRM. MIT licence.</source>
   <translation>Gennemse og ret data i dit CRM-system. MIT-licens.</translation>
  </message>
  <message>
   <source>Budget</source>
   <translation>Budget</translation>
  </message>
  <message>
   <source>Budgets</source>
   <translation>Budgetter</translation>
  </message>
  <message>
   <source>Bug</source>
   <translation>Fejl</translation>
  </message>
  <message>
   <source>Bugs</source>
   <translation>Fejl</translation>
  </message>
  <message>
   <source>Built in, no account needed</source>
   <translation>Indbygget, kræver ingen konto</translation>
  </message>
  <message>
   <source>Buy price</source>
   <translation>Købspris</translation>
  </message>
  <message>
   <source>Buy price {number}</source>
   <translation>Købspris {number}</translation>
  </message>
  <message>
   <source>By</source>
   <translation>Af</translation>
  </message>
  <message>
   <source>By F12 only; minutes are set in the account’s settings</source>
   <translation>Kun med F12; minutterne angives i kontoens indstillinger</translation>
  </message>
  <message>
   <source>By changing</source>
   <translation>Ved at ændre</translation>
  </message>
  <message>
   <source>CE, PRO, ENT or ULT.</source>
   <translation>CE, PRO, ENT eller ULT.</translation>
  </message>
  <message>
   <source>CRM-service states no rule: each row in cents, VAT row by row after the overall discount</source>
   <translation>CRM-service angiver ingen regel: hver linje i cent, moms linje for linje efter den samlede rabat</translation>
  </message>
  <message>
   <source>CSV (*.csv)</source>
   <translation>CSV (*.csv)</translation>
  </message>
  <message>
   <source>CSV for spreadsheets</source>
   <translation>CSV til regneark</translation>
  </message>
  <message>
   <source>CSV, XLSX or JSON lines; it can also be dropped here.</source>
   <translation>CSV, XLSX eller JSON-linjer; den kan også trækkes hertil.</translation>
  </message>
  <message>
   <source>CSV, exact</source>
   <translation>CSV, nøjagtig</translation>
  </message>
  <message>
   <source>Call</source>
   <translation>Kald</translation>
  </message>
  <message>
   <source>Call an operation…</source>
   <translation>Kald en operation…</translation>
  </message>
  <message>
   <source>Call this number</source>
   <translation>Ring til nummeret</translation>
  </message>
  <message>
   <source>Call this number?</source>
   <translation>Ring til dette nummer?</translation>
  </message>
  <message>
   <source>Call {name}?</source>
   <translation>Kald {name}?</translation>
  </message>
  <message>
   <source>Called {name}</source>
   <translation>Kaldte {name}</translation>
  </message>
  <message>
   <source>Calls</source>
   <translation>Opkald</translation>
  </message>
  <message>
   <source>Call…</source>
   <translation>Kald…</translation>
  </message>
  <message>
   <source>Campaign</source>
   <translation>Kampagne</translation>
  </message>
  <message>
   <source>Campaign's number</source>
   <translation>Kampagnens nummer</translation>
  </message>
  <message>
   <source>Campaigns</source>
   <translation>Kampagner</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Annuller</translation>
  </message>
  <message>
   <source>Case</source>
   <translation>Sag</translation>
  </message>
  <message>
   <source>Cases</source>
   <translation>Sager</translation>
  </message>
  <message>
   <source>Catalogue product</source>
   <translation>Katalogprodukt</translation>
  </message>
  <message>
   <source>Category</source>
   <translation>Kategori</translation>
  </message>
  <message>
   <source>Central European (Windows-1250)</source>
   <translation>Centraleuropæisk (Windows-1250)</translation>
  </message>
  <message>
   <source>Certificate</source>
   <translation>Certifikat</translation>
  </message>
  <message>
   <source>Certificates (*.pem *.crt *.cer);;All files (*)</source>
   <translation>Certifikater (*.pem *.crt *.cer);;Alle filer (*)</translation>
  </message>
  <message>
   <source>Certificates are checked against this computer’s authorities.</source>
   <translation>Certifikater kontrolleres mod denne computers myndigheder.</translation>
  </message>
  <message>
   <source>Change</source>
   <translation>Ændring</translation>
  </message>
  <message>
   <source>Change a filter's chip, or remove it</source>
   <translation>Ret et filter, eller fjern det</translation>
  </message>
  <message>
   <source>Change many {0}</source>
   <translation>Ret mange {0}</translation>
  </message>
  <message>
   <source>Change many…</source>
   <translation>Ret mange…</translation>
  </message>
  <message>
   <source>Change the limit…</source>
   <translation>Ret grænsen…</translation>
  </message>
  <message>
   <source>Change {field} of {n} records</source>
   <translation>Ret {field} i {n} poster</translation>
  </message>
  <message>
   <source>Changed</source>
   <translation>Ændret</translation>
  </message>
  <message>
   <source>Changed on the server since: {value}</source>
   <translation>Siden ændret på serveren: {value}</translation>
  </message>
  <message>
   <source>Changed, not yet sent</source>
   <translation>Ændret, ikke sendt endnu</translation>
  </message>
  <message>
   <source>Changed, {was}</source>
   <translation>Ændret, {was}</translation>
  </message>
  <message>
   <source>Changes (*.jsonl)</source>
   <translation>Ændringer (*.jsonl)</translation>
  </message>
  <message>
   <source>Changes a line.</source>
   <translation>Ændrer en linje.</translation>
  </message>
  <message>
   <source>Changes a record.</source>
   <translation>Ændrer en post.</translation>
  </message>
  <message>
   <source>Changes fields of a record.</source>
   <translation>Ændrer en posts felter.</translation>
  </message>
  <message>
   <source>Changes from {name}</source>
   <translation>Ændringer fra {name}</translation>
  </message>
  <message>
   <source>Changes of the batch</source>
   <translation>Kørslens ændringer</translation>
  </message>
  <message>
   <source>Changes of this account are being sent already. Wait until that has ended.</source>
   <translation>Der sendes allerede ændringer fra denne konto. Vent, til det er færdigt.</translation>
  </message>
  <message>
   <source>Changes or adds many in {path}.</source>
   <translation>Ændrer eller tilføjer mange i {path}.</translation>
  </message>
  <message>
   <source>Changes some fields of a record.</source>
   <translation>Ændrer nogle af en posts felter.</translation>
  </message>
  <message>
   <source>Changes that are not sent are safe on this computer. Nothing is read or sent until you unlock it.</source>
   <translation>Ændringer, der ikke er sendt, ligger sikkert på denne computer. Intet læses eller sendes, før du låser kontoen op.</translation>
  </message>
  <message>
   <source>Changes that wait to be sent are always there, whatever opens.</source>
   <translation>Ændringer, der venter på at blive sendt, er der altid, uanset hvad der åbnes.</translation>
  </message>
  <message>
   <source>Changes to apply</source>
   <translation>Ændringer, der skal anvendes</translation>
  </message>
  <message>
   <source>Check</source>
   <translation>Tjek</translation>
  </message>
  <message>
   <source>Check a portal login</source>
   <translation>Tjek et portallogin</translation>
  </message>
  <message>
   <source>Check a portal login…</source>
   <translation>Tjek et portallogin…</translation>
  </message>
  <message>
   <source>Check for conflicts</source>
   <translation>Tjek for konflikter</translation>
  </message>
  <message numerus="yes">
   <source>Check {n} rows</source>
   <extracomment>Check 1 row</extracomment>
   <translation>
    <numerusform>Tjek {n} række</numerusform>
    <numerusform>Tjek {n} rækker</numerusform>
   </translation>
  </message>
  <message>
   <source>Checks user name and password; gives no session.</source>
   <translation>Kontrollerer brugernavn og adgangskode; giver ingen session.</translation>
  </message>
  <message>
   <source>Choice</source>
   <translation>Valg</translation>
  </message>
  <message>
   <source>Choices, or what it refers to</source>
   <translation>Valg, eller hvad det henviser til</translation>
  </message>
  <message>
   <source>Choose a document</source>
   <translation>Vælg et dokument</translation>
  </message>
  <message>
   <source>Choose a field.</source>
   <translation>Vælg et felt.</translation>
  </message>
  <message>
   <source>Choose a file</source>
   <translation>Vælg en fil</translation>
  </message>
  <message>
   <source>Choose a file…</source>
   <translation>Vælg en fil…</translation>
  </message>
  <message>
   <source>Choose a list, then link a record to it</source>
   <translation>Vælg en liste, og tilknyt så en post</translation>
  </message>
  <message>
   <source>Choose a module on the left</source>
   <translation>Vælg et modul til venstre</translation>
  </message>
  <message>
   <source>Choose a quote, an order or an invoice first.</source>
   <translation>Vælg først et tilbud, en ordre eller en faktura.</translation>
  </message>
  <message>
   <source>Choose a record in a list</source>
   <translation>Vælg en post i en liste</translation>
  </message>
  <message>
   <source>Choose a record to see it here.</source>
   <translation>Vælg en post for at se den her.</translation>
  </message>
  <message>
   <source>Choose an operation on the left.</source>
   <translation>Vælg en operation til venstre.</translation>
  </message>
  <message>
   <source>Choose an organisation.</source>
   <translation>Vælg en organisation.</translation>
  </message>
  <message>
   <source>Choose another field to copy from.</source>
   <translation>Vælg et andet felt at kopiere fra.</translation>
  </message>
  <message>
   <source>Choose another…</source>
   <translation>Vælg en anden…</translation>
  </message>
  <message>
   <source>Choose at least one value.</source>
   <translation>Vælg mindst én værdi.</translation>
  </message>
  <message>
   <source>Choose file…</source>
   <translation>Vælg fil…</translation>
  </message>
  <message>
   <source>Choose from what was found, in a new tab</source>
   <translation>Vælg blandt det fundne, i en ny fane</translation>
  </message>
  <message>
   <source>Choose or add one</source>
   <translation>Vælg eller tilføj en</translation>
  </message>
  <message>
   <source>Choose the column by which records are found: the id, or one whose values name each record.</source>
   <translation>Vælg den kolonne, poster findes ved: id’et eller en, hvis værdier hver udpeger én post.</translation>
  </message>
  <message>
   <source>Choose the document on the left.</source>
   <translation>Vælg dokumentet til venstre.</translation>
  </message>
  <message>
   <source>Choose the field to change.</source>
   <translation>Vælg det felt, der skal ændres.</translation>
  </message>
  <message>
   <source>Choose the field to copy from.</source>
   <translation>Vælg feltet, der skal kopieres fra.</translation>
  </message>
  <message>
   <source>Choose the organisation that it moves to. Nothing was sent.</source>
   <translation>Vælg den organisation, den flytter til. Intet blev sendt.</translation>
  </message>
  <message>
   <source>Choose…</source>
   <translation>Vælg…</translation>
  </message>
  <message>
   <source>Clear</source>
   <translation>Ryd</translation>
  </message>
  <message>
   <source>Clear {field}</source>
   <translation>Ryd {field}</translation>
  </message>
  <message>
   <source>Cleared, {was}</source>
   <translation>Ryddet, {was}</translation>
  </message>
  <message>
   <source>Clock</source>
   <translation>Ur</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Luk</translation>
  </message>
  <message>
   <source>Close message</source>
   <translation>Luk meddelelsen</translation>
  </message>
  <message>
   <source>Close tab</source>
   <translation>Luk fane</translation>
  </message>
  <message>
   <source>Close the record</source>
   <translation>Luk posten</translation>
  </message>
  <message>
   <source>Close together</source>
   <translation>Tæt</translation>
  </message>
  <message>
   <source>Close what is on top: a message, a list, a window</source>
   <translation>Luk det øverste: en meddelelse, en liste, et vindue</translation>
  </message>
  <message>
   <source>Close {name}</source>
   <translation>Luk {name}</translation>
  </message>
  <message>
   <source>Closed on</source>
   <translation>Lukket den</translation>
  </message>
  <message>
   <source>Closing date</source>
   <translation>Lukkedato</translation>
  </message>
  <message>
   <source>Colour</source>
   <translation>Farve</translation>
  </message>
  <message>
   <source>Colours</source>
   <translation>Farver</translation>
  </message>
  <message>
   <source>Column in the file</source>
   <translation>Kolonne i filen</translation>
  </message>
  <message>
   <source>Column {letters}</source>
   <translation>Kolonne {letters}</translation>
  </message>
  <message>
   <source>Column “{name}”</source>
   <translation>Kolonnen ”{name}”</translation>
  </message>
  <message>
   <source>Columns</source>
   <translation>Kolonner</translation>
  </message>
  <message>
   <source>Columns…</source>
   <translation>Kolonner…</translation>
  </message>
  <message>
   <source>Command</source>
   <translation>Kommando</translation>
  </message>
  <message>
   <source>Comment</source>
   <translation>Kommentar</translation>
  </message>
  <message>
   <source>Comment must be filled.</source>
   <translation>Kommentar skal udfyldes.</translation>
  </message>
  <message>
   <source>Commission band</source>
   <translation>Provisionsgruppe</translation>
  </message>
  <message>
   <source>Companies</source>
   <translation>Firmaer</translation>
  </message>
  <message>
   <source>Companies, people, deals and sales documents are what most people take along.</source>
   <translation>De fleste tager firmaer, personer, salgsmuligheder og salgsdokumenter med.</translation>
  </message>
  <message>
   <source>Company</source>
   <translation>Firma</translation>
  </message>
  <message>
   <source>Company name</source>
   <translation>Firmanavn</translation>
  </message>
  <message>
   <source>Company number</source>
   <translation>Firmanummer</translation>
  </message>
  <message>
   <source>Company, street, town, telephone</source>
   <translation>Firma, gade, by, telefon</translation>
  </message>
  <message>
   <source>Compare with</source>
   <translation>Sammenlign med</translation>
  </message>
  <message>
   <source>Compare with the server; nothing is sent</source>
   <translation>Sammenlign med serveren; intet sendes</translation>
  </message>
  <message>
   <source>Compare with…</source>
   <translation>Sammenlign med…</translation>
  </message>
  <message>
   <source>Compare {name}</source>
   <translation>Sammenlign {name}</translation>
  </message>
  <message>
   <source>Compared {done} of {total}</source>
   <translation>Sammenlignet: {done} af {total}</translation>
  </message>
  <message>
   <source>Comparing with the server …</source>
   <translation>Sammenligner med serveren …</translation>
  </message>
  <message>
   <source>Comparing {0} records…</source>
   <translation>Sammenligner {0} poster…</translation>
  </message>
  <message>
   <source>Compute</source>
   <translation>Beregn</translation>
  </message>
  <message>
   <source>Conditions</source>
   <translation>Betingelser</translation>
  </message>
  <message>
   <source>Conflict, {was}</source>
   <translation>Konflikt, {was}</translation>
  </message>
  <message>
   <source>Connected · {n} ms</source>
   <translation>Forbundet · {n} ms</translation>
  </message>
  <message>
   <source>Connecting to {address} …</source>
   <translation>Opretter forbindelse til {address} …</translation>
  </message>
  <message>
   <source>Connecting…</source>
   <translation>Opretter forbindelse…</translation>
  </message>
  <message>
   <source>Consumer</source>
   <translation>Forbruger</translation>
  </message>
  <message>
   <source>Consumers (B2C)</source>
   <translation>Forbrugere (B2C)</translation>
  </message>
  <message>
   <source>Contact</source>
   <translation>Kontakt</translation>
  </message>
  <message>
   <source>Contact type</source>
   <translation>Kontakttype</translation>
  </message>
  <message>
   <source>Contacts</source>
   <translation>Kontakter</translation>
  </message>
  <message>
   <source>Contacts are saved with</source>
   <translation>Kontakter gemmes med</translation>
  </message>
  <message>
   <source>Contents of the file</source>
   <translation>Filens indhold</translation>
  </message>
  <message>
   <source>Contract</source>
   <translation>Kontrakt</translation>
  </message>
  <message>
   <source>Contract name</source>
   <translation>Kontraktens navn</translation>
  </message>
  <message>
   <source>Contract term</source>
   <translation>Kontraktens løbetid</translation>
  </message>
  <message>
   <source>Contracts</source>
   <translation>Kontrakter</translation>
  </message>
  <message>
   <source>Convert to a delivery</source>
   <translation>Konverter til en leverance</translation>
  </message>
  <message>
   <source>Convert to an opportunity…</source>
   <translation>Konverter til en salgsmulighed…</translation>
  </message>
  <message>
   <source>Copied</source>
   <translation>Kopieret</translation>
  </message>
  <message>
   <source>Copied as text.</source>
   <translation>Kopieret som tekst.</translation>
  </message>
  <message>
   <source>Copied modules</source>
   <translation>Kopierede moduler</translation>
  </message>
  <message>
   <source>Copied: {what}</source>
   <translation>Kopieret: {what}</translation>
  </message>
  <message>
   <source>Copy</source>
   <translation>Kopier</translation>
  </message>
  <message>
   <source>Copy as text</source>
   <translation>Kopier som tekst</translation>
  </message>
  <message>
   <source>Copy field name</source>
   <translation>Kopier feltnavn</translation>
  </message>
  <message>
   <source>Copy from</source>
   <translation>Kopier fra</translation>
  </message>
  <message>
   <source>Copy id</source>
   <translation>Kopier id</translation>
  </message>
  <message>
   <source>Copy link</source>
   <translation>Kopier link</translation>
  </message>
  <message>
   <source>Copy name</source>
   <translation>Kopier navn</translation>
  </message>
  <message>
   <source>Copy the document as text</source>
   <translation>Kopier dokumentet som tekst</translation>
  </message>
  <message>
   <source>Copy the field's value</source>
   <translation>Kopier feltets værdi</translation>
  </message>
  <message>
   <source>Copy the usual modules</source>
   <translation>Kopier de sædvanlige moduler</translation>
  </message>
  <message>
   <source>Copy the whole message</source>
   <translation>Kopier hele meddelelsen</translation>
  </message>
  <message>
   <source>Copy value</source>
   <translation>Kopier værdi</translation>
  </message>
  <message>
   <source>Copy versions for a report</source>
   <translation>Kopier versioner til en rapport</translation>
  </message>
  <message>
   <source>Copy what is missing…</source>
   <translation>Kopier det, der mangler…</translation>
  </message>
  <message>
   <source>Copy with column titles</source>
   <translation>Kopier med kolonnetitler</translation>
  </message>
  <message>
   <source>Copy, cut, paste</source>
   <translation>Kopier, klip, indsæt</translation>
  </message>
  <message>
   <source>Copying {module}</source>
   <translation>Kopierer {module}</translation>
  </message>
  <message>
   <source>Country of phone numbers without a country code</source>
   <translation>Land for telefonnumre uden landekode</translation>
  </message>
  <message>
   <source>Counts and sums, by the reporting interface.</source>
   <translation>Antal og summer, via rapportgrænsefladen.</translation>
  </message>
  <message>
   <source>County</source>
   <translation>Amt</translation>
  </message>
  <message>
   <source>Create</source>
   <translation>Opret</translation>
  </message>
  <message>
   <source>Created</source>
   <translation>Oprettet</translation>
  </message>
  <message>
   <source>Credit limit</source>
   <translation>Kreditgrænse</translation>
  </message>
  <message>
   <source>Crmdesk carries these works of others, each under its own licence:</source>
   <translation>Crmdesk indeholder disse værker af andre, hvert under sin egen licens:</translation>
  </message>
  <message>
   <source>Ctrl+K Go to anything</source>
   <translation>Ctrl+K Gå til hvad som helst</translation>
  </message>
  <message>
   <source>Ctrl+K goes to any module, record or command.</source>
   <translation>Ctrl+K går til ethvert modul, enhver post eller kommando.</translation>
  </message>
  <message>
   <source>Ctrl+K goes to any module, record or command. Every action shows its key.</source>
   <translation>Ctrl+K går til ethvert modul, enhver post eller kommando. Alle handlinger viser deres tast.</translation>
  </message>
  <message>
   <source>Ctrl+N adds the first one.</source>
   <translation>Ctrl+N tilføjer den første.</translation>
  </message>
  <message>
   <source>Ctrl+Return: done</source>
   <translation>Ctrl+Retur: færdig</translation>
  </message>
  <message>
   <source>Ctrl+Return; what is selected, else everything</source>
   <translation>Ctrl+Retur; det markerede, ellers alt</translation>
  </message>
  <message>
   <source>Ctrl+Z brings it back.</source>
   <translation>Ctrl+Z henter det tilbage.</translation>
  </message>
  <message>
   <source>Currencies</source>
   <translation>Valutaer</translation>
  </message>
  <message>
   <source>Currency</source>
   <translation>Valuta</translation>
  </message>
  <message>
   <source>Custom field {custom}</source>
   <translation>Brugerdefineret felt {custom}</translation>
  </message>
  <message>
   <source>Custom fields</source>
   <translation>Brugerdefinerede felter</translation>
  </message>
  <message>
   <source>Customer portal</source>
   <translation>Kundeportal</translation>
  </message>
  <message>
   <source>Cyrillic (Windows-1251)</source>
   <translation>Kyrillisk (Windows-1251)</translation>
  </message>
  <message>
   <source>Damaged text in {0}</source>
   <translation>Beskadiget tekst i {0}</translation>
  </message>
  <message>
   <source>Dark</source>
   <translation>Mørk</translation>
  </message>
  <message>
   <source>Data of a mail merge.</source>
   <translation>Data til en brevfletning.</translation>
  </message>
  <message>
   <source>Date</source>
   <translation>Dato</translation>
  </message>
  <message>
   <source>Date and time</source>
   <translation>Dato og tid</translation>
  </message>
  <message>
   <source>Date format of PHP for date-times, for example c; blank is _, slash is *.</source>
   <translation>PHP’s datoformat for dato og tid, for eksempel c; mellemrum er _, skråstreg er *.</translation>
  </message>
  <message>
   <source>Date of birth</source>
   <translation>Fødselsdato</translation>
  </message>
  <message>
   <source>Dates</source>
   <translation>Datoer</translation>
  </message>
  <message>
   <source>Dates and numbers</source>
   <translation>Datoer og tal</translation>
  </message>
  <message>
   <source>Days</source>
   <translation>Dage</translation>
  </message>
  <message>
   <source>Decimal number</source>
   <translation>Decimaltal</translation>
  </message>
  <message>
   <source>Decimals</source>
   <translation>Decimaler</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Slet</translation>
  </message>
  <message>
   <source>Delete {n} {records}?</source>
   <translation>Slet {n} {records}?</translation>
  </message>
  <message>
   <source>Delete {record}?</source>
   <translation>Slet {record}?</translation>
  </message>
  <message>
   <source>Delete {title}?</source>
   <translation>Slet {title}?</translation>
  </message>
  <message>
   <source>Deleted: {0}.</source>
   <translation>Slettet: {0}.</translation>
  </message>
  <message>
   <source>Delete…</source>
   <translation>Slet…</translation>
  </message>
  <message>
   <source>Deliveries (orders)</source>
   <translation>Leverancer (ordrer)</translation>
  </message>
  <message>
   <source>Deliveries (second)</source>
   <translation>Leverancer (anden)</translation>
  </message>
  <message>
   <source>Delivery</source>
   <translation>Leverance</translation>
  </message>
  <message>
   <source>Demo</source>
   <translation>Demo</translation>
  </message>
  <message>
   <source>Describe fields</source>
   <translation>Beskriv felter</translation>
  </message>
  <message>
   <source>Description</source>
   <translation>Beskrivelse</translation>
  </message>
  <message>
   <source>Despatched</source>
   <translation>Afsendt</translation>
  </message>
  <message>
   <source>Details</source>
   <translation>Detaljer</translation>
  </message>
  <message>
   <source>Differences</source>
   <translation>Forskelle</translation>
  </message>
  <message>
   <source>Differences only</source>
   <translation>Kun forskelle</translation>
  </message>
  <message>
   <source>Differs in</source>
   <translation>Forskel i</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Forkast</translation>
  </message>
  <message>
   <source>Discard all changes of this record</source>
   <translation>Forkast alle postens ændringer</translation>
  </message>
  <message>
   <source>Discard everything</source>
   <translation>Forkast alt</translation>
  </message>
  <message>
   <source>Discard everything; undo brings it back</source>
   <translation>Forkast alt; Fortryd henter det tilbage</translation>
  </message>
  <message>
   <source>Discard the chosen pending change</source>
   <translation>Forkast den valgte ventende ændring</translation>
  </message>
  <message>
   <source>Discard this field</source>
   <translation>Forkast dette felt</translation>
  </message>
  <message>
   <source>Discard this new record</source>
   <translation>Forkast denne nye post</translation>
  </message>
  <message>
   <source>Discount</source>
   <translation>Rabat</translation>
  </message>
  <message>
   <source>Discount of a line, an amount</source>
   <translation>En linjes rabat som beløb</translation>
  </message>
  <message>
   <source>Discount of a line, in percent</source>
   <translation>En linjes rabat i procent</translation>
  </message>
  <message>
   <source>Do everything but send</source>
   <translation>Gør alt undtagen at sende</translation>
  </message>
  <message>
   <source>Do not sort by this</source>
   <translation>Sorter ikke efter denne</translation>
  </message>
  <message>
   <source>Do not tell me of this version again</source>
   <translation>Vis ikke denne version igen</translation>
  </message>
  <message>
   <source>Document</source>
   <translation>Dokument</translation>
  </message>
  <message>
   <source>Documents</source>
   <translation>Dokumenter</translation>
  </message>
  <message>
   <source>Does nothing.</source>
   <translation>Gør intet.</translation>
  </message>
  <message>
   <source>Done with a long text</source>
   <translation>Færdig med en lang tekst</translation>
  </message>
  <message>
   <source>Done.</source>
   <translation>Færdig.</translation>
  </message>
  <message>
   <source>Down</source>
   <translation>Ned</translation>
  </message>
  <message>
   <source>Drag a line by its number to move it</source>
   <translation>Træk en linje i dens nummer for at flytte den</translation>
  </message>
  <message>
   <source>Drop files here to upload them.</source>
   <translation>Slip filer her for at uploade dem.</translation>
  </message>
  <message>
   <source>Drop what was typed</source>
   <translation>Forkast det skrevne</translation>
  </message>
  <message>
   <source>Dropped the local copy of {module}.</source>
   <translation>Den lokale kopi af {module} er fjernet.</translation>
  </message>
  <message>
   <source>Dropped the whole local copy.</source>
   <translation>Hele den lokale kopi er fjernet.</translation>
  </message>
  <message>
   <source>Dry run</source>
   <translation>Prøvekørsel</translation>
  </message>
  <message>
   <source>Dry run, nothing was sent: {said}.</source>
   <translation>Prøvekørsel, intet blev sendt: {said}.</translation>
  </message>
  <message>
   <source>Dry run: nothing was sent.</source>
   <translation>Prøvekørsel: intet blev sendt.</translation>
  </message>
  <message numerus="yes">
   <source>Dry run: {n} records would be sent.</source>
   <extracomment>Dry run: {n} record would be sent.</extracomment>
   <translation>
    <numerusform>Prøvekørsel: {n} post ville blive sendt.</numerusform>
    <numerusform>Prøvekørsel: {n} poster ville blive sendt.</numerusform>
   </translation>
  </message>
  <message>
   <source>Due date</source>
   <translation>Forfaldsdato</translation>
  </message>
  <message>
   <source>Duplicate</source>
   <translation>Dupliker</translation>
  </message>
  <message>
   <source>Duplicate the document…</source>
   <translation>Dupliker dokumentet…</translation>
  </message>
  <message>
   <source>Duplicate {name}</source>
   <translation>Dupliker {name}</translation>
  </message>
  <message numerus="yes">
   <source>Duplicate {n} lines</source>
   <extracomment>Duplicate {n} line</extracomment>
   <translation>
    <numerusform>Dupliker {n} linje</numerusform>
    <numerusform>Dupliker {n} linjer</numerusform>
   </translation>
  </message>
  <message>
   <source>E-mail</source>
   <translation>E-mail</translation>
  </message>
  <message>
   <source>E-mail 2</source>
   <translation>E-mail 2</translation>
  </message>
  <message>
   <source>E-mail addresses, parted by semicolons.</source>
   <translation>E-mailadresser, adskilt af semikolon.</translation>
  </message>
  <message>
   <source>E-mail template</source>
   <translation>E-mailskabelon</translation>
  </message>
  <message>
   <source>E-mail templates</source>
   <translation>E-mailskabeloner</translation>
  </message>
  <message>
   <source>E-mails</source>
   <translation>E-mails</translation>
  </message>
  <message>
   <source>Each [[change]] takes one of: {kinds}.</source>
   <translation>Hver [[change]] tager en af: {kinds}.</translation>
  </message>
  <message>
   <source>Each record is read once more just before it is sent. This server does not tell us what somebody else saves in the moment after that ({n} ms, as measured): such a save would be overwritten.</source>
   <translation>Hver post læses igen, lige før den sendes. Serveren oplyser ikke, hvad en anden gemmer i øjeblikket derefter ({n} ms, som målt): det ville blive overskrevet.</translation>
  </message>
  <message>
   <source>Earlier queries</source>
   <translation>Tidligere forespørgsler</translation>
  </message>
  <message>
   <source>Echoes a text.</source>
   <translation>Gentager en tekst.</translation>
  </message>
  <message>
   <source>Edit</source>
   <translation>Rediger</translation>
  </message>
  <message>
   <source>Edit a line</source>
   <translation>Rediger en linje</translation>
  </message>
  <message>
   <source>Edit account</source>
   <translation>Rediger konto</translation>
  </message>
  <message>
   <source>Edit as query…</source>
   <translation>Rediger som forespørgsel…</translation>
  </message>
  <message>
   <source>Edit fields</source>
   <translation>Rediger felter</translation>
  </message>
  <message>
   <source>Edit lines</source>
   <translation>Rediger linjer</translation>
  </message>
  <message>
   <source>Edit the field</source>
   <translation>Rediger feltet</translation>
  </message>
  <message>
   <source>Edit this account…</source>
   <translation>Rediger denne konto…</translation>
  </message>
  <message>
   <source>Edit {name}…</source>
   <translation>Rediger {name}…</translation>
  </message>
  <message numerus="yes">
   <source>Edit {n} cells</source>
   <extracomment>Edit</extracomment>
   <translation>
    <numerusform>Rediger {n} celle</numerusform>
    <numerusform>Rediger {n} celler</numerusform>
   </translation>
  </message>
  <message>
   <source>Email</source>
   <translation>E-mail</translation>
  </message>
  <message>
   <source>Employees</source>
   <translation>Medarbejdere</translation>
  </message>
  <message>
   <source>Empty cells</source>
   <translation>Tomme celler</translation>
  </message>
  <message>
   <source>Empty the field</source>
   <translation>Tøm feltet</translation>
  </message>
  <message>
   <source>Empty the selected cells</source>
   <translation>Tøm de markerede celler</translation>
  </message>
  <message>
   <source>Empty: nobody is asked. Your administrator, or whoever gave you crmdesk, can tell you one that begins with https://.</source>
   <translation>Tom: ingen spørges. Din administrator, eller den, der gav dig crmdesk, kan give dig en, som begynder med https://.</translation>
  </message>
  <message>
   <source>Encoding</source>
   <translation>Kodning</translation>
  </message>
  <message>
   <source>Ends the session.</source>
   <translation>Afslutter sessionen.</translation>
  </message>
  <message>
   <source>Ends the session; SplendidCRM only checks it.</source>
   <translation>Afslutter sessionen; SplendidCRM kontrollerer den kun.</translation>
  </message>
  <message>
   <source>Enter</source>
   <translation>Enter</translation>
  </message>
  <message>
   <source>Enters a mail merge in a campaign.</source>
   <translation>Registrerer en brevfletning i en kampagne.</translation>
  </message>
  <message>
   <source>Environment</source>
   <translation>Miljø</translation>
  </message>
  <message>
   <source>Esc</source>
   <translation>Esc</translation>
  </message>
  <message>
   <source>Event</source>
   <translation>Begivenhed</translation>
  </message>
  <message>
   <source>Events</source>
   <translation>Begivenheder</translation>
  </message>
  <message>
   <source>Events (calendar)</source>
   <translation>Begivenheder (kalender)</translation>
  </message>
  <message>
   <source>Every apply is noted here, with what was there before.</source>
   <translation>Hver gang du anvender ændringer, noteres det her sammen med de tidligere værdier.</translation>
  </message>
  <message>
   <source>Every module that is copied to this computer is searched while you type, of all accounts, also without their servers. F4 shows and changes what is copied.</source>
   <translation>Mens du skriver, søges der i alle moduler, der er kopieret til denne computer, for alle konti og også uden deres servere. F4 viser og ændrer, hvad der kopieres.</translation>
  </message>
  <message>
   <source>Every row is held against the server</source>
   <translation>Hver række sammenholdes med serveren</translation>
  </message>
  <message>
   <source>Every row is so already on the server, or is left out.</source>
   <translation>Hver række er allerede sådan på serveren eller er udeladt.</translation>
  </message>
  <message>
   <source>Every row makes a new record.</source>
   <translation>Hver række opretter en ny post.</translation>
  </message>
  <message>
   <source>Every user; administrators only.</source>
   <translation>Alle brugere; kun for administratorer.</translation>
  </message>
  <message>
   <source>Every value exactly as it is, for other programs; a spreadsheet may change some of them.</source>
   <translation>Hver værdi nøjagtigt som den er, til andre programmer; et regneark kan ændre nogle af dem.</translation>
  </message>
  <message>
   <source>Everything is taken over.</source>
   <translation>Alt overtages.</translation>
  </message>
  <message>
   <source>Everything that is linked to a contact.</source>
   <translation>Alt, der er tilknyttet en kontakt.</translation>
  </message>
  <message>
   <source>Everywhere</source>
   <translation>Overalt</translation>
  </message>
  <message>
   <source>Exit codes: 0 done; 1 the server or the data said no; 2 the command line is wrong; 3 some rows applied and some not; 130 interrupted.</source>
   <translation>Afslutningskoder: 0 færdig; 1 serveren eller dataene sagde nej; 2 kommandolinjen er forkert; 3 nogle rækker blev anvendt, andre ikke; 130 afbrudt.</translation>
  </message>
  <message>
   <source>Export</source>
   <translation>Eksporter</translation>
  </message>
  <message>
   <source>Export once more to write what the copy on this computer holds.</source>
   <translation>Eksporter en gang til for at skrive det, som kopien på denne computer indeholder.</translation>
  </message>
  <message>
   <source>Export the journal</source>
   <translation>Eksporter journalen</translation>
  </message>
  <message>
   <source>Export this batch…</source>
   <translation>Eksporter kørslen…</translation>
  </message>
  <message>
   <source>Export {0}</source>
   <translation>Eksporter {0}</translation>
  </message>
  <message>
   <source>Export…</source>
   <translation>Eksporter…</translation>
  </message>
  <message>
   <source>Expression</source>
   <translation>Udtryk</translation>
  </message>
  <message>
   <source>Extra certificates</source>
   <translation>Ekstra certifikater</translation>
  </message>
  <message>
   <source>FIELD|OPERATOR|VALUE; the operators are =, LIKE, BEGINS, ENDS, CONTAINS. One condition.</source>
   <translation>FELT|OPERATOR|VÆRDI; operatorerne er =, LIKE, BEGINS, ENDS, CONTAINS. Én betingelse.</translation>
  </message>
  <message>
   <source>FILE is one of
  JSON lines   {"op":"update","module":"Accounts","id":"3x17","set":{"bill_city":"Espoo"},"was":{"bill_city":"Esbo"}}
               op: update, create (with a key it is never made twice), delete, document (with lines).
               A missing field is left alone, null clears it. Where the server holds something else than "was",
               that change is a conflict and is not sent.
  TOML         a recipe: module, where (or ids), [[change]] with field and set, clear, replace/with, prefix, suffix,
               copy or compute; [expect] with records, never_touch, stop_after_failures
  CSV, XLSX    rows of one module (--module) with an id, or a column to find records by (--match); empty cells leave
               fields alone, numbers are written 1234.56 and dates 2026-12-24
</source>
   <translation>FILE er en af
  JSON-linjer  {"op":"update","module":"Accounts","id":"3x17","set":{"bill_city":"Espoo"},"was":{"bill_city":"Esbo"}}
               op: update, create (med key oprettes den aldrig to gange), delete, document (med linjer).
               Et felt, der mangler, er uændret, null rydder det. Hvor serveren har noget andet end "was",
               er ændringen en konflikt og sendes ikke.
  TOML         en opskrift: module, where (eller ids), [[change]] med field og set, clear, replace/with, prefix, suffix,
               copy eller compute; [expect] med records, never_touch, stop_after_failures
  CSV, XLSX    rækker i ét modul (--module) med et id eller en kolonne at finde poster ved (--match); tomme celler
               lader felter være, tal skrives 1234.56 og datoer 2026-12-24
</translation>
  </message>
  <message>
   <source>Family</source>
   <translation>Familie</translation>
  </message>
  <message>
   <source>Favourite</source>
   <translation>Favorit</translation>
  </message>
  <message>
   <source>Favourites</source>
   <translation>Favoritter</translation>
  </message>
  <message>
   <source>Field</source>
   <translation>Felt</translation>
  </message>
  <message>
   <source>Field to change</source>
   <translation>Felt, der skal ændres</translation>
  </message>
  <message>
   <source>Field to copy from</source>
   <translation>Felt at kopiere fra</translation>
  </message>
  <message>
   <source>Fields by their names, texts in quotes. Point at the line to see the functions.</source>
   <translation>Felter med deres navne, tekster i citationstegn. Peg på linjen for at se funktionerne.</translation>
  </message>
  <message>
   <source>Fields of the row</source>
   <translation>Rækkens felter</translation>
  </message>
  <message>
   <source>Fields of this module…</source>
   <translation>Modulets felter…</translation>
  </message>
  <message>
   <source>Fields of {records} ({name})</source>
   <translation>Felter i {records} ({name})</translation>
  </message>
  <message>
   <source>Fields that somebody has changed since are left out and listed, and so is what cannot come back.</source>
   <translation>Felter, som nogen har ændret siden, udelades og vises, og det samme gælder det, der ikke kan gendannes.</translation>
  </message>
  <message>
   <source>Fields, parted by commas, whose user numbers come as names.</source>
   <translation>Felter, adskilt af kommaer, hvis brugernumre vises som navne.</translation>
  </message>
  <message>
   <source>File</source>
   <translation>Fil</translation>
  </message>
  <message>
   <source>File name</source>
   <translation>Filnavn</translation>
  </message>
  <message>
   <source>File with extra certificates</source>
   <translation>Fil med ekstra certifikater</translation>
  </message>
  <message>
   <source>Files of the report</source>
   <translation>Rapportens filer</translation>
  </message>
  <message>
   <source>Fill down</source>
   <translation>Fyld nedad</translation>
  </message>
  <message>
   <source>Fill in e-mail, password and portal id.</source>
   <translation>Udfyld e-mail, adgangskode og portal-id.</translation>
  </message>
  <message>
   <source>Fill in the address of the CRM.</source>
   <translation>Udfyld CRM-systemets adresse.</translation>
  </message>
  <message>
   <source>Fill in the address, for example https://crm.example.com/</source>
   <translation>Udfyld adressen, fx https://crm.example.com/</translation>
  </message>
  <message>
   <source>Fill in {name}.</source>
   <translation>Udfyld {name}.</translation>
  </message>
  <message>
   <source>Fill in {part}.</source>
   <translation>Udfyld {part}.</translation>
  </message>
  <message>
   <source>Filter</source>
   <translation>Filter</translation>
  </message>
  <message>
   <source>Filter as text</source>
   <translation>Filter som tekst</translation>
  </message>
  <message>
   <source>Filter modules</source>
   <translation>Filtrer moduler</translation>
  </message>
  <message>
   <source>Filtered by the server: {what}</source>
   <translation>Filtreret af serveren: {what}</translation>
  </message>
  <message>
   <source>Filtered here: nothing</source>
   <translation>Filtreret her: intet</translation>
  </message>
  <message>
   <source>Filtered here: {what}  ({reason})</source>
   <translation>Filtreret her: {what}  ({reason})</translation>
  </message>
  <message>
   <source>Filters by itself</source>
   <translation>Filtrerer selv</translation>
  </message>
  <message>
   <source>Find</source>
   <translation>Find</translation>
  </message>
  <message>
   <source>Find a field</source>
   <translation>Find et felt</translation>
  </message>
  <message>
   <source>Find a setting</source>
   <translation>Find en indstilling</translation>
  </message>
  <message>
   <source>Find among recent and favourite records</source>
   <translation>Find blandt seneste poster og favoritter</translation>
  </message>
  <message>
   <source>Find an action or a key</source>
   <translation>Find en handling eller en tast</translation>
  </message>
  <message>
   <source>Find by</source>
   <translation>Find ved</translation>
  </message>
  <message>
   <source>Find damaged text…</source>
   <translation>Find beskadiget tekst…</translation>
  </message>
  <message>
   <source>Find duplicates…</source>
   <translation>Find dubletter…</translation>
  </message>
  <message>
   <source>Find in the reply</source>
   <translation>Find i svaret</translation>
  </message>
  <message>
   <source>Find in this table</source>
   <translation>Find i denne tabel</translation>
  </message>
  <message>
   <source>Find…</source>
   <translation>Find…</translation>
  </message>
  <message>
   <source>Finishing what is being sent…</source>
   <translation>Gør det igangværende færdigt…</translation>
  </message>
  <message>
   <source>First name</source>
   <translation>Fornavn</translation>
  </message>
  <message>
   <source>First rows</source>
   <translation>Første rækker</translation>
  </message>
  <message>
   <source>Fold pending changes</source>
   <translation>Fold ventende ændringer sammen</translation>
  </message>
  <message>
   <source>Folders cannot be uploaded, only files.</source>
   <translation>Mapper kan ikke uploades, kun filer.</translation>
  </message>
  <message>
   <source>Follow the link in the cell</source>
   <translation>Følg linket i cellen</translation>
  </message>
  <message>
   <source>For an e-mail or a note</source>
   <translation>Til en e-mail eller en note</translation>
  </message>
  <message>
   <source>For example http://user:password@proxy:3128; the password is kept in the keychain alone.</source>
   <translation>Fx http://bruger:adgangskode@proxy:3128; adgangskoden gemmes kun i nøgleringen.</translation>
  </message>
  <message>
   <source>For example: upper(trim(bill_city))</source>
   <translation>For eksempel: upper(trim(bill_city))</translation>
  </message>
  <message>
   <source>For the command line: crmdesk apply</source>
   <translation>Til kommandolinjen: crmdesk apply</translation>
  </message>
  <message>
   <source>Forgot “{profile}”. Its journal stays on this computer.</source>
   <translation>”{profile}” er glemt. Dens journal bliver på denne computer.</translation>
  </message>
  <message>
   <source>Format</source>
   <translation>Format</translation>
  </message>
  <message>
   <source>Formats:</source>
   <translation>Formater:</translation>
  </message>
  <message>
   <source>Found by {0}</source>
   <translation>Findes ved {0}</translation>
  </message>
  <message>
   <source>Found: delete. Not found: leave out.</source>
   <translation>Fundet: slet. Ikke fundet: udelad.</translation>
  </message>
  <message>
   <source>Found: update. Not found: create.</source>
   <translation>Fundet: opdater. Ikke fundet: opret.</translation>
  </message>
  <message>
   <source>Found: update. Not found: leave out.</source>
   <translation>Fundet: opdater. Ikke fundet: udelad.</translation>
  </message>
  <message>
   <source>From a spreadsheet: item, quantity, price … as the columns stand</source>
   <translation>Fra et regneark: vare, antal, pris … i kolonnernes rækkefølge</translation>
  </message>
  <message>
   <source>From the copy on this computer, {when}</source>
   <translation>Fra kopien på denne computer, {when}</translation>
  </message>
  <message>
   <source>Full id of the attachment.</source>
   <translation>Vedhæftningens fulde id.</translation>
  </message>
  <message>
   <source>Full id of the record, for example 3x17.</source>
   <translation>Postens fulde id, for eksempel 3x17.</translation>
  </message>
  <message>
   <source>Full id of the user who takes over.</source>
   <translation>Fuldt id på den bruger, der overtager.</translation>
  </message>
  <message>
   <source>Full id of the user.</source>
   <translation>Brugerens fulde id.</translation>
  </message>
  <message>
   <source>Give a value for {field}, or choose “Clear”.</source>
   <translation>Angiv en værdi for {field}, eller vælg ”Ryd”.</translation>
  </message>
  <message>
   <source>Give either --account or --vendor, not both.</source>
   <translation>Angiv enten --account eller --vendor, ikke begge.</translation>
  </message>
  <message>
   <source>Give the account a name.</source>
   <translation>Giv kontoen et navn.</translation>
  </message>
  <message>
   <source>Give the account a name; it is shown in the window and on every review.</source>
   <translation>Giv kontoen et navn; det vises i vinduet og ved hver gennemgang.</translation>
  </message>
  <message>
   <source>Give the address of the CRM: --url ADDRESS.</source>
   <translation>Angiv CRM-systemets adresse: --url ADDRESS.</translation>
  </message>
  <message>
   <source>Give the column a date format in your spreadsheet program if {day} is meant.</source>
   <translation>Giv kolonnen et datoformat i dit regnearksprogram, hvis {day} er ment.</translation>
  </message>
  <message>
   <source>Give to a record…</source>
   <translation>Giv til en post…</translation>
  </message>
  <message>
   <source>Give {what}. Nothing was sent.</source>
   <translation>Angiv {what}. Intet blev sendt.</translation>
  </message>
  <message>
   <source>Go back, or try again.</source>
   <translation>Gå tilbage, eller prøv igen.</translation>
  </message>
  <message>
   <source>Go on</source>
   <translation>Fortsæt</translation>
  </message>
  <message>
   <source>Go right or left, and on in the next row</source>
   <translation>Gå til højre eller venstre, og videre i næste række</translation>
  </message>
  <message>
   <source>Go to anything</source>
   <translation>Gå til hvad som helst</translation>
  </message>
  <message>
   <source>Go to anything…</source>
   <translation>Gå til hvad som helst…</translation>
  </message>
  <message>
   <source>Goes to</source>
   <translation>Går til</translation>
  </message>
  <message>
   <source>Gone: {line}</source>
   <translation>Væk: {line}</translation>
  </message>
  <message>
   <source>Good to know</source>
   <translation>Godt at vide</translation>
  </message>
  <message>
   <source>Grand total</source>
   <translation>I alt</translation>
  </message>
  <message>
   <source>Green</source>
   <translation>Grøn</translation>
  </message>
  <message>
   <source>Gross, now {sum}</source>
   <translation>Brutto, nu {sum}</translation>
  </message>
  <message>
   <source>HTML entities (M&amp;uuml;ller)</source>
   <translation>HTML-entiteter (M&amp;uuml;ller)</translation>
  </message>
  <message>
   <source>HTML entities in plain text</source>
   <translation>HTML-entiteter i ren tekst</translation>
  </message>
  <message>
   <source>Heading</source>
   <translation>Overskrift</translation>
  </message>
  <message>
   <source>Headline above</source>
   <translation>Overskrift over</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Hjælp</translation>
  </message>
  <message>
   <source>Hide details</source>
   <translation>Skjul detaljer</translation>
  </message>
  <message>
   <source>Hide empty fields</source>
   <translation>Skjul tomme felter</translation>
  </message>
  <message>
   <source>Hide this column</source>
   <translation>Skjul denne kolonne</translation>
  </message>
  <message>
   <source>Hide what is typed</source>
   <translation>Skjul det skrevne</translation>
  </message>
  <message>
   <source>High contrast</source>
   <translation>Høj kontrast</translation>
  </message>
  <message>
   <source>History</source>
   <translation>Log</translation>
  </message>
  <message>
   <source>Hits</source>
   <translation>Resultater</translation>
  </message>
  <message>
   <source>Holding the changes in {name} against the server …</source>
   <translation>Sammenholder ændringerne i {name} med serveren …</translation>
  </message>
  <message>
   <source>Home</source>
   <translation>Overblik</translation>
  </message>
  <message>
   <source>Home phone</source>
   <translation>Privattelefon</translation>
  </message>
  <message>
   <source>How it is called</source>
   <translation>Hvad det skal hedde</translation>
  </message>
  <message>
   <source>How many rows a condition finds.</source>
   <translation>Hvor mange rækker en betingelse finder.</translation>
  </message>
  <message>
   <source>How many rows at most; never 0.</source>
   <translation>Hvor mange rækker højst; aldrig 0.</translation>
  </message>
  <message>
   <source>How many rows to skip.</source>
   <translation>Hvor mange rækker der springes over.</translation>
  </message>
  <message>
   <source>How many: {module}.</source>
   <translation>Hvor mange: {module}.</translation>
  </message>
  <message>
   <source>How they are shown, and read when you type them. What the server stores stays the same.</source>
   <translation>Hvordan de vises, og læses, når du skriver dem. Det, serveren gemmer, er det samme.</translation>
  </message>
  <message>
   <source>How this CRM computes totals is not known, so no total can be aimed for.</source>
   <translation>Hvordan CRM-systemet beregner totaler, vides ikke, så der kan ikke sigtes efter et beløb.</translation>
  </message>
  <message>
   <source>I looked: it was done</source>
   <translation>Jeg så efter: det blev udført</translation>
  </message>
  <message>
   <source>I looked: it was not done</source>
   <translation>Jeg så efter: det blev ikke udført</translation>
  </message>
  <message>
   <source>Id</source>
   <translation>Id</translation>
  </message>
  <message>
   <source>Id of the record</source>
   <translation>Postens id</translation>
  </message>
  <message>
   <source>Ids</source>
   <translation>Id’er</translation>
  </message>
  <message>
   <source>Ids of related records.</source>
   <translation>Relaterede posters id’er.</translation>
  </message>
  <message>
   <source>If it broke off at once after the last start, the start page is the better choice.</source>
   <translation>Hvis programmet blev afbrudt straks efter seneste start, er startsiden det bedre valg.</translation>
  </message>
  <message>
   <source>Import</source>
   <translation>Importer</translation>
  </message>
  <message>
   <source>Import {0} into {1} · {2} ({3})</source>
   <translation>Importer {0} til {1} · {2} ({3})</translation>
  </message>
  <message>
   <source>Import {name}: {n} records</source>
   <translation>Importer {name}: {n} poster</translation>
  </message>
  <message>
   <source>Import…</source>
   <translation>Importer…</translation>
  </message>
  <message>
   <source>In CRM-service: Settings → Web service API keys. A key carries its own rights; it is needed for SOAP.</source>
   <translation>I CRM-service: Settings → Web service API keys. En nøgle har sine egne rettigheder; den kræves til SOAP.</translation>
  </message>
  <message>
   <source>In a table</source>
   <translation>I en tabel</translation>
  </message>
  <message>
   <source>In filters, queries and lists</source>
   <translation>I filtre, forespørgsler og lister</translation>
  </message>
  <message>
   <source>In stock</source>
   <translation>På lager</translation>
  </message>
  <message>
   <source>In the lines of a document</source>
   <translation>I et dokuments linjer</translation>
  </message>
  <message>
   <source>In the record beside it</source>
   <translation>I posten ved siden af</translation>
  </message>
  <message>
   <source>In the record’s form</source>
   <translation>I postens formular</translation>
  </message>
  <message>
   <source>In webCRM: Configuration → Integration → API → REST. A token carries its own rights.</source>
   <translation>I webCRM: Configuration → Integration → API → REST. Et token har sine egne rettigheder.</translation>
  </message>
  <message>
   <source>Included</source>
   <translation>Medtaget</translation>
  </message>
  <message>
   <source>Installed product</source>
   <translation>Installeret produkt</translation>
  </message>
  <message>
   <source>Installed products</source>
   <translation>Installerede produkter</translation>
  </message>
  <message>
   <source>Interface</source>
   <translation>Grænseflade</translation>
  </message>
  <message>
   <source>International (ISO 8601)</source>
   <translation>International (ISO 8601)</translation>
  </message>
  <message>
   <source>Interrupted.</source>
   <translation>Afbrudt.</translation>
  </message>
  <message>
   <source>Interrupted: {counted}. The journal tells what was sent.</source>
   <translation>Afbrudt: {counted}. Journalen viser, hvad der blev sendt.</translation>
  </message>
  <message>
   <source>Inventory</source>
   <translation>Lager</translation>
  </message>
  <message>
   <source>Invisible characters</source>
   <translation>Usynlige tegn</translation>
  </message>
  <message>
   <source>Invoice</source>
   <translation>Faktura</translation>
  </message>
  <message>
   <source>Invoice date</source>
   <translation>Fakturadato</translation>
  </message>
  <message>
   <source>Invoice number</source>
   <translation>Fakturanummer</translation>
  </message>
  <message>
   <source>Invoices</source>
   <translation>Fakturaer</translation>
  </message>
  <message>
   <source>Invoices by month</source>
   <translation>Fakturaer pr. måned</translation>
  </message>
  <message>
   <source>Invoices this month</source>
   <translation>Fakturaer denne måned</translation>
  </message>
  <message>
   <source>Is so already</source>
   <translation>Er allerede sådan</translation>
  </message>
  <message>
   <source>It begins with {what}.</source>
   <translation>Det begynder med {what}.</translation>
  </message>
  <message>
   <source>It changes data on the server.</source>
   <translation>Den ændrer data på serveren.</translation>
  </message>
  <message>
   <source>It comes back with a new id; links to the old one, its history and its files do not.</source>
   <translation>Den får et nyt id; links til det gamle, dens historik og dens filer gendannes ikke.</translation>
  </message>
  <message>
   <source>It goes from this computer only: nothing changes on the server, and pending changes stay.</source>
   <translation>Den fjernes kun fra denne computer: intet ændres på serveren, og ventende ændringer bliver.</translation>
  </message>
  <message>
   <source>It had {lines} lines before and has {now} now. Look at its lines at once.</source>
   <translation>Den havde {lines} linjer før og har nu {now}. Se straks på dens linjer.</translation>
  </message>
  <message numerus="yes">
   <source>It happened {n} times.</source>
   <extracomment>It happened {n} time.</extracomment>
   <translation>
    <numerusform>Det skete {n} gang.</numerusform>
    <numerusform>Det skete {n} gange.</numerusform>
   </translation>
  </message>
  <message>
   <source>It is linked on the server at once.</source>
   <translation>Den tilknyttes straks på serveren.</translation>
  </message>
  <message>
   <source>It is no longer what you reviewed, so it was not sent. Review it again.</source>
   <translation>Det er ikke længere det, du gennemgik, så det blev ikke sendt. Gennemgå det igen.</translation>
  </message>
  <message>
   <source>It is not known whether the server carried this out: {why} Look on the server first. Nothing is sent again by itself.</source>
   <translation>Det vides ikke, om serveren udførte det: {why} Se først efter på serveren. Intet sendes igen af sig selv.</translation>
  </message>
  <message>
   <source>It is not known whether this was done: look for the record before you change anything.</source>
   <translation>Det vides ikke, om dette blev udført: find posten, før du ændrer noget.</translation>
  </message>
  <message>
   <source>It is not known whether {name} was done</source>
   <translation>Det vides ikke, om {name} blev udført</translation>
  </message>
  <message>
   <source>It is not known whether {operation} was carried out: {reason} Look on the server first.</source>
   <translation>Det vides ikke, om {operation} blev udført: {reason} Se først efter på serveren.</translation>
  </message>
  <message>
   <source>It is printed above the document and remembered for this account.</source>
   <translation>Den udskrives over dokumentet og huskes for denne konto.</translation>
  </message>
  <message>
   <source>It is sent at once, and nothing here undoes it.</source>
   <translation>Det sendes med det samme og kan ikke fortrydes her.</translation>
  </message>
  <message>
   <source>It is to be had at {address}</source>
   <translation>Den kan hentes på {address}</translation>
  </message>
  <message>
   <source>It stands in the address when you open the campaign in the browser.</source>
   <translation>Det står i adressen, når du åbner kampagnen i browseren.</translation>
  </message>
  <message>
   <source>It takes nothing.</source>
   <translation>Den kræver intet.</translation>
  </message>
  <message>
   <source>It was made already: {made}.</source>
   <translation>Den er allerede oprettet: {made}.</translation>
  </message>
  <message>
   <source>It was made by this batch, and somebody has changed its lines since: it is not deleted.</source>
   <translation>Den blev oprettet af denne kørsel, og nogen har ændret dens linjer siden: den slettes ikke.</translation>
  </message>
  <message>
   <source>It was made by this batch, and somebody has worked on it since: it is not deleted.</source>
   <translation>Den blev oprettet af denne kørsel, og nogen har arbejdet på den siden: den slettes ikke.</translation>
  </message>
  <message>
   <source>It was made by this batch, and you may not delete {records}.</source>
   <translation>Den blev oprettet af denne kørsel, og du må ikke slette {records}.</translation>
  </message>
  <message>
   <source>It was saved, but reading it back failed: {reason} Reload the document and look.</source>
   <translation>Det blev gemt, men kunne ikke læses tilbage: {reason} Genindlæs dokumentet, og se efter.</translation>
  </message>
  <message>
   <source>It was saved, but reading it back failed: {reason} Reload the record and look.</source>
   <translation>Det blev gemt, men kunne ikke læses tilbage: {reason} Genindlæs posten, og se efter.</translation>
  </message>
  <message>
   <source>It works: signed in as {who} on {server}, {modules} modules, {elapsed_ms} ms.</source>
   <translation>Det virker: logget på som {who} på {server}, {modules} moduler, {elapsed_ms} ms.</translation>
  </message>
  <message>
   <source>Item</source>
   <translation>Vare</translation>
  </message>
  <message>
   <source>Items, before discount</source>
   <translation>Varer før rabat</translation>
  </message>
  <message>
   <source>Its first rows are shown here.</source>
   <translation>Dens første rækker vises her.</translation>
  </message>
  <message>
   <source>Its lines do not come back.</source>
   <translation>Dens linjer gendannes ikke.</translation>
  </message>
  <message>
   <source>Its makers say nothing about it.</source>
   <translation>Udgiverne siger intet om den.</translation>
  </message>
  <message>
   <source>Its pending changes are not sent with this; they keep waiting here.</source>
   <translation>Postens ventende ændringer sendes ikke med; de bliver her og venter.</translation>
  </message>
  <message>
   <source>JSON</source>
   <translation>JSON</translation>
  </message>
  <message>
   <source>JSON (*.json)</source>
   <translation>JSON (*.json)</translation>
  </message>
  <message>
   <source>JSON instead of text</source>
   <translation>JSON i stedet for tekst</translation>
  </message>
  <message>
   <source>JSON lines</source>
   <translation>JSON-linjer</translation>
  </message>
  <message>
   <source>JSON lines always have the names of the fields.</source>
   <translation>JSON-linjer har altid felternes navne.</translation>
  </message>
  <message>
   <source>JSON list of field names; [] = all.</source>
   <translation>JSON-liste med feltnavne; [] = alle.</translation>
  </message>
  <message>
   <source>JSON list of full ids, ["4x2"].</source>
   <translation>JSON-liste med fulde id’er, ["4x2"].</translation>
  </message>
  <message>
   <source>JSON list of full ids.</source>
   <translation>JSON-liste med fulde id’er.</translation>
  </message>
  <message>
   <source>JSON list of ids.</source>
   <translation>JSON-liste med id’er.</translation>
  </message>
  <message>
   <source>JSON list of module names.</source>
   <translation>JSON-liste med modulnavne.</translation>
  </message>
  <message>
   <source>JSON list of such links.</source>
   <translation>JSON-liste med sådanne tilknytninger.</translation>
  </message>
  <message>
   <source>JSON list of such lists.</source>
   <translation>JSON-liste med sådanne lister.</translation>
  </message>
  <message>
   <source>JSON list of {"name", "value"}; without id a new record, with deleted = 1 it is deleted.</source>
   <translation>JSON-liste med {"name", "value"}; uden id en ny post, med deleted = 1 slettes den.</translation>
  </message>
  <message>
   <source>JSON with any of: modules, assignment, timestamp, timeframe, maxchanges, maxrecords, withchanges, withpagecount, recordid, pagenumber.</source>
   <translation>JSON med en eller flere af: modules, assignment, timestamp, timeframe, maxchanges, maxrecords, withchanges, withpagecount, recordid, pagenumber.</translation>
  </message>
  <message>
   <source>JSON, for example {"$cts":["name","Acme"]}.</source>
   <translation>JSON, for eksempel {"$cts":["name","Acme"]}.</translation>
  </message>
  <message>
   <source>JSON: EVERY line of the document; a line that is left out is deleted for good.</source>
   <translation>JSON: ALLE dokumentets linjer; en linje, der udelades, slettes for altid.</translation>
  </message>
  <message>
   <source>JSON: [{"type": "activities", "id": "17"}].</source>
   <translation>JSON: [{"type": "activities", "id": "17"}].</translation>
  </message>
  <message>
   <source>JSON: a list of {what}.</source>
   <translation>JSON: en liste med {what}.</translation>
  </message>
  <message>
   <source>JSON: a list.</source>
   <translation>JSON: en liste.</translation>
  </message>
  <message>
   <source>JSON: columns, limit, offset.</source>
   <translation>JSON: columns, limit, offset.</translation>
  </message>
  <message>
   <source>JSON: each field with its value.</source>
   <translation>JSON: hvert felt med sin værdi.</translation>
  </message>
  <message>
   <source>JSON: field -&gt; value, with id.</source>
   <translation>JSON: felt -&gt; værdi, med id.</translation>
  </message>
  <message>
   <source>JSON: field -&gt; value.</source>
   <translation>JSON: felt -&gt; værdi.</translation>
  </message>
  <message>
   <source>JSON: from, select, where, format, options.</source>
   <translation>JSON: from, select, where, format, options.</translation>
  </message>
  <message>
   <source>JSON: the fields to change.</source>
   <translation>JSON: de felter, der skal ændres.</translation>
  </message>
  <message>
   <source>JSON: the file, its content as base64.</source>
   <translation>JSON: filen, med indholdet som base64.</translation>
  </message>
  <message>
   <source>JSON: the line's fields.</source>
   <translation>JSON: linjens felter.</translation>
  </message>
  <message>
   <source>JSON: the record, or for PATCH a list of records; each with its id, 0 for a new one.</source>
   <translation>JSON: posten, eller for PATCH en liste af poster; hver med sit id, 0 for en ny.</translation>
  </message>
  <message>
   <source>JSON: {"de_de": {"active": "1"}}.</source>
   <translation>JSON: {"de_de": {"active": "1"}}.</translation>
  </message>
  <message>
   <source>JSON: {"events": false} does not run workflows and handlers.</source>
   <translation>JSON: {"events": false} kører ikke workflows og handlere.</translation>
  </message>
  <message>
   <source>JSON: {"module1", "module1_id", "module2", "module2_id"}.</source>
   <translation>JSON: {"module1", "module1_id", "module2", "module2_id"}.</translation>
  </message>
  <message>
   <source>JSON: {"notes_title": …, "filename": …}.</source>
   <translation>JSON: {"notes_title": …, "filename": …}.</translation>
  </message>
  <message>
   <source>JSON: {"onlyOwn": false} takes everybody's records.</source>
   <translation>JSON: {"onlyOwn": false} tager alles poster.</translation>
  </message>
  <message>
   <source>JSON: {"patch": true} leaves out fields alone; {"events": false} does not run workflows.</source>
   <translation>JSON: {"patch": true} lader andre felter være; {"events": false} kører ikke workflows.</translation>
  </message>
  <message>
   <source>JSON: {"recalculate": true} computes the totals anew; recommended.</source>
   <translation>JSON: {"recalculate": true} beregner totalerne igen; anbefales.</translation>
  </message>
  <message>
   <source>JSON: {"stream": base64, "mime_type": …}.</source>
   <translation>JSON: {"stream": base64, "mime_type": …}.</translation>
  </message>
  <message>
   <source>JSON: {"withPermissions": true} adds rights, {"withAttachment": true} adds a document's file as base64.</source>
   <translation>JSON: {"withPermissions": true} tilføjer rettigheder, {"withAttachment": true} tilføjer et dokuments fil som base64.</translation>
  </message>
  <message>
   <source>JSON: {what} with {parts}.</source>
   <translation>JSON: {what} med {parts}.</translation>
  </message>
  <message>
   <source>Job title</source>
   <translation>Stilling</translation>
  </message>
  <message>
   <source>Journal</source>
   <translation>Journal</translation>
  </message>
  <message>
   <source>Journal and undo</source>
   <translation>Journal og fortryd</translation>
  </message>
  <message>
   <source>Keep a copy on this computer</source>
   <translation>Gem en kopi på denne computer</translation>
  </message>
  <message>
   <source>Keep it</source>
   <translation>Behold</translation>
  </message>
  <message>
   <source>Keep it among the pending changes</source>
   <translation>Behold blandt de ventende ændringer</translation>
  </message>
  <message>
   <source>Keep the lines of these documents, too (one question to the server for each)</source>
   <translation>Gem også disse dokumenters linjer (én forespørgsel til serveren for hvert)</translation>
  </message>
  <message>
   <source>Keep this line</source>
   <translation>Behold denne linje</translation>
  </message>
  <message>
   <source>Kept by the server</source>
   <translation>Styret af serveren</translation>
  </message>
  <message>
   <source>Kept in</source>
   <translation>Gemt i</translation>
  </message>
  <message>
   <source>Keyboard map</source>
   <translation>Tastaturoversigt</translation>
  </message>
  <message>
   <source>Keyboard map…</source>
   <translation>Tastaturoversigt…</translation>
  </message>
  <message>
   <source>Kind of record</source>
   <translation>Slags post</translation>
  </message>
  <message>
   <source>Knowledge base</source>
   <translation>Vidensbase</translation>
  </message>
  <message>
   <source>Label</source>
   <translation>Etiket</translation>
  </message>
  <message>
   <source>Label of the list.</source>
   <translation>Listens etiket.</translation>
  </message>
  <message>
   <source>Labels</source>
   <translation>Etiketter</translation>
  </message>
  <message>
   <source>Language</source>
   <translation>Sprog</translation>
  </message>
  <message>
   <source>Language and formats</source>
   <translation>Sprog og formater</translation>
  </message>
  <message>
   <source>Larger text</source>
   <translation>Større tekst</translation>
  </message>
  <message>
   <source>Largest customers</source>
   <translation>Største kunder</translation>
  </message>
  <message>
   <source>Last name</source>
   <translation>Efternavn</translation>
  </message>
  <message>
   <source>Lead</source>
   <translation>Kundeemne</translation>
  </message>
  <message>
   <source>Lead source</source>
   <translation>Emnekilde</translation>
  </message>
  <message>
   <source>Lead status</source>
   <translation>Emnestatus</translation>
  </message>
  <message>
   <source>Lead type</source>
   <translation>Emnetype</translation>
  </message>
  <message>
   <source>Leads</source>
   <translation>Kundeemner</translation>
  </message>
  <message>
   <source>Learnt from the server's clock; only where times look shifted.</source>
   <translation>Aflæst af serverens ur; kun hvor tider ser forskudte ud.</translation>
  </message>
  <message>
   <source>Leave empty: the server refuses or ignores it.</source>
   <translation>Lad stå tomt: serveren afviser eller ignorerer det.</translation>
  </message>
  <message>
   <source>Leave it so</source>
   <translation>Lad det være</translation>
  </message>
  <message>
   <source>Left out</source>
   <translation>Udeladt</translation>
  </message>
  <message>
   <source>Less of it: nothing blinks, slides or runs; progress is told in numbers.</source>
   <translation>Mindre af den: intet blinker, glider eller løber; fremskridt vises i tal.</translation>
  </message>
  <message>
   <source>Light</source>
   <translation>Lys</translation>
  </message>
  <message>
   <source>Light or dark</source>
   <translation>Lys eller mørk</translation>
  </message>
  <message>
   <source>Likely duplicates</source>
   <translation>Sandsynlige dubletter</translation>
  </message>
  <message>
   <source>Likely duplicates among {0}</source>
   <translation>Sandsynlige dubletter blandt {0}</translation>
  </message>
  <message>
   <source>Likeness</source>
   <translation>Lighed</translation>
  </message>
  <message>
   <source>Line</source>
   <translation>Linje</translation>
  </message>
  <message>
   <source>Line discounts</source>
   <translation>Linjerabatter</translation>
  </message>
  <message>
   <source>Line in the file</source>
   <translation>Linje i filen</translation>
  </message>
  <message>
   <source>Line {0}</source>
   <translation>Linje {0}</translation>
  </message>
  <message>
   <source>Line {line} of {path} cannot be read ({error}).</source>
   <translation>Linje {line} i {path} kan ikke læses ({error}).</translation>
  </message>
  <message>
   <source>Line {line} of {path} has a stray quotation mark. Double it where it belongs to the text.</source>
   <translation>Linje {line} i {path} har et løst citationstegn. Skriv det dobbelt, hvor det hører til teksten.</translation>
  </message>
  <message>
   <source>Line {line} of {path} has more cells than there are columns (column {letters}). A text with the separator in it must stand in quotation marks.</source>
   <translation>Linje {line} i {path} har flere celler, end der er kolonner (kolonne {letters}). En tekst med skilletegnet i skal stå i citationstegn.</translation>
  </message>
  <message>
   <source>Line {line} of {path} is no JSON. Each line holds one object.</source>
   <translation>Linje {line} i {path} er ikke JSON. Hver linje indeholder ét objekt.</translation>
  </message>
  <message>
   <source>Line {line} of {path} is no object in braces.</source>
   <translation>Linje {line} i {path} er ikke et objekt i krøllede parenteser.</translation>
  </message>
  <message>
   <source>Line {number}: it has the key of line {keys}.</source>
   <translation>Linje {number}: den har samme nøgle som linje {keys}.</translation>
  </message>
  <message>
   <source>Line {number}: {why}</source>
   <translation>Linje {number}: {why}</translation>
  </message>
  <message>
   <source>Line {n}: {name}</source>
   <translation>Linje {n}: {name}</translation>
  </message>
  <message>
   <source>Line {other} is about the same record.</source>
   <translation>Linje {other} handler om samme post.</translation>
  </message>
  <message>
   <source>Line {position} has two discounts. Keep one of them.</source>
   <translation>Linje {position} har to rabatter. Behold en af dem.</translation>
  </message>
  <message>
   <source>Line {position} holds a broken character. Type it anew. Nothing was sent.</source>
   <translation>Linje {position} indeholder et ødelagt tegn. Skriv det igen. Intet blev sendt.</translation>
  </message>
  <message>
   <source>Line {position} holds a character that this server cannot store. Take it out.</source>
   <translation>Linje {position} indeholder et tegn, som serveren ikke kan gemme. Fjern det.</translation>
  </message>
  <message>
   <source>Line {position} is an alternative to a line that is to be removed. Remove it too, or untick “Alternative”.</source>
   <translation>Linje {position} er et alternativ til en linje, der skal fjernes. Fjern den også, eller fjern hakket ved ”Alternativ”.</translation>
  </message>
  <message>
   <source>Line {position} is an alternative, but no line stands above it that it could replace. Move it down, or untick “Alternative”.</source>
   <translation>Linje {position} er et alternativ, men over den står ingen linje, den kan erstatte. Flyt den ned, eller fjern hakket ved ”Alternativ”.</translation>
  </message>
  <message>
   <source>Line {position} is gone: somebody removed it meanwhile. Reload the document.</source>
   <translation>Linje {position} er væk: nogen har fjernet den imens. Genindlæs dokumentet.</translation>
  </message>
  <message>
   <source>Line {position} is no longer what it was on the server. Reload the document.</source>
   <translation>Linje {position} er ikke længere, som den var på serveren. Genindlæs dokumentet.</translation>
  </message>
  <message>
   <source>Line {position} is not one of this document's lines. Reload the document.</source>
   <translation>Linje {position} er ikke en af dokumentets linjer. Genindlæs dokumentet.</translation>
  </message>
  <message>
   <source>Line {position} needs a product or a service. Choose one.</source>
   <translation>Linje {position} skal have et produkt eller en ydelse. Vælg en.</translation>
  </message>
  <message>
   <source>Line {position}: a discount is a percentage there, not an amount. Nothing was sent.</source>
   <translation>Linje {position}: en rabat er en procentsats der, ikke et beløb. Intet blev sendt.</translation>
  </message>
  <message>
   <source>Line {position}: a line has one VAT there. Nothing was sent.</source>
   <translation>Linje {position}: en linje har kun én moms der. Intet blev sendt.</translation>
  </message>
  <message>
   <source>Line {position}: choose the product from the price list. Nothing was sent.</source>
   <translation>Linje {position}: vælg produktet fra prislisten. Intet blev sendt.</translation>
  </message>
  <message>
   <source>Line {position}: the discount is no percentage. Nothing was sent.</source>
   <translation>Linje {position}: rabatten er ikke en procentsats. Intet blev sendt.</translation>
  </message>
  <message>
   <source>Line {position}: there is no {what} {record} (any longer). Choose another one.</source>
   <translation>Linje {position}: {what} {record} findes ikke (længere). Vælg et andet.</translation>
  </message>
  <message>
   <source>Line {position}: {problem} Nothing was sent.</source>
   <translation>Linje {position}: {problem} Intet blev sendt.</translation>
  </message>
  <message>
   <source>Line {position}: {why}. Nothing was sent.</source>
   <translation>Linje {position}: {why}. Intet blev sendt.</translation>
  </message>
  <message>
   <source>Lines</source>
   <translation>Linjer</translation>
  </message>
  <message>
   <source>Lines of {module}</source>
   <translation>Linjer: {module}</translation>
  </message>
  <message>
   <source>Lines · {n}</source>
   <translation>Linjer · {n}</translation>
  </message>
  <message>
   <source>Lines, totals and fields say the same.</source>
   <translation>Linjer, totaler og felter siger det samme.</translation>
  </message>
  <message>
   <source>Link</source>
   <translation>Tilknyt</translation>
  </message>
  <message>
   <source>Link to a record</source>
   <translation>Link til en post</translation>
  </message>
  <message>
   <source>Link to {list}</source>
   <translation>Tilknyt til {list}</translation>
  </message>
  <message>
   <source>Linked data of {label}</source>
   <translation>Linked data for {label}</translation>
  </message>
  <message>
   <source>Linked.</source>
   <translation>Tilknyttet.</translation>
  </message>
  <message>
   <source>Linking a task to a user does nothing on this server, or deletes the task. It is not sent.</source>
   <translation>At tilknytte en opgave til en bruger gør intet på denne server eller sletter opgaven. Det sendes ikke.</translation>
  </message>
  <message>
   <source>Links several.</source>
   <translation>Tilknytter flere.</translation>
  </message>
  <message>
   <source>Links that are no fields (campaigns, documents) cannot be seen here; look at the records first.</source>
   <translation>Tilknytninger, der ikke er felter (kampagner, dokumenter), kan ikke ses her; se først på posterne.</translation>
  </message>
  <message>
   <source>Links two records (beta).</source>
   <translation>Tilknytter to poster (beta).</translation>
  </message>
  <message>
   <source>Links two records.</source>
   <translation>Tilknytter to poster.</translation>
  </message>
  <message>
   <source>Link…</source>
   <translation>Tilknyt…</translation>
  </message>
  <message>
   <source>List price {number}</source>
   <translation>Listepris {number}</translation>
  </message>
  <message>
   <source>Listed by</source>
   <translation>Angivet ved</translation>
  </message>
  <message>
   <source>Live data. More than 50 changes must be confirmed by typing their number.</source>
   <translation>Rigtige data. Mere end 50 ændringer skal bekræftes ved at skrive antallet.</translation>
  </message>
  <message>
   <source>Load all rows</source>
   <translation>Hent alle rækker</translation>
  </message>
  <message>
   <source>Loading the record</source>
   <translation>Indlæser posten</translation>
  </message>
  <message>
   <source>Loading {0}</source>
   <translation>Indlæser {0}</translation>
  </message>
  <message>
   <source>Loading {file}…</source>
   <translation>Henter {file}…</translation>
  </message>
  <message>
   <source>Loading …</source>
   <translation>Indlæser …</translation>
  </message>
  <message>
   <source>Loading…</source>
   <translation>Indlæser…</translation>
  </message>
  <message>
   <source>Local copies of {account}</source>
   <translation>Lokale kopier af {account}</translation>
  </message>
  <message>
   <source>Local copies…</source>
   <translation>Lokale kopier…</translation>
  </message>
  <message>
   <source>Location</source>
   <translation>Sted</translation>
  </message>
  <message>
   <source>Locations</source>
   <translation>Steder</translation>
  </message>
  <message>
   <source>Lock</source>
   <translation>Lås</translation>
  </message>
  <message>
   <source>Lock accounts when nobody is there</source>
   <translation>Lås konti, når ingen er der</translation>
  </message>
  <message>
   <source>Lock this account now</source>
   <translation>Lås denne konto nu</translation>
  </message>
  <message>
   <source>Lock, proxy, certificates…</source>
   <translation>Lås, proxy, certifikater…</translation>
  </message>
  <message>
   <source>Locked</source>
   <translation>Låst</translation>
  </message>
  <message>
   <source>Log in once, then use the access key</source>
   <translation>Log på én gang, og brug så adgangsnøglen</translation>
  </message>
  <message>
   <source>Long text</source>
   <translation>Lang tekst</translation>
  </message>
  <message>
   <source>Look</source>
   <translation>Udseende</translation>
  </message>
  <message>
   <source>Look first at what would happen; then stage the merge.</source>
   <translation>Se først, hvad der ville ske; læg så fletningen klar.</translation>
  </message>
  <message>
   <source>Look for</source>
   <translation>Søg efter</translation>
  </message>
  <message>
   <source>Look up now</source>
   <translation>Slå op nu</translation>
  </message>
  <message>
   <source>Look up what is unknown</source>
   <translation>Slå det ukendte op</translation>
  </message>
  <message numerus="yes">
   <source>Look up {n}</source>
   <extracomment>Look up {n}</extracomment>
   <translation>
    <numerusform>Slå {n} op</numerusform>
    <numerusform>Slå {n} op</numerusform>
   </translation>
  </message>
  <message>
   <source>Looking at what can be taken over …</source>
   <translation>Ser på, hvad der kan overtages …</translation>
  </message>
  <message>
   <source>Looking at {what} …</source>
   <translation>Ser på {what} …</translation>
  </message>
  <message>
   <source>Looking through {0}…</source>
   <translation>Gennemser {0}…</translation>
  </message>
  <message>
   <source>Looking up the records: {0} read…</source>
   <translation>Slår posterne op: {0} læst…</translation>
  </message>
  <message>
   <source>Looking …</source>
   <translation>Ser efter …</translation>
  </message>
  <message>
   <source>Lost letters (M�ller)</source>
   <translation>Tabte bogstaver (M�ller)</translation>
  </message>
  <message>
   <source>MD5 of the password; filled in by this program.</source>
   <translation>Adgangskodens MD5; udfyldes af programmet.</translation>
  </message>
  <message>
   <source>MD5 of token and access key, in lower-case hex.</source>
   <translation>MD5 af token og adgangsnøgle, hex med små bogstaver.</translation>
  </message>
  <message>
   <source>Mailing address</source>
   <translation>Postadresse</translation>
  </message>
  <message>
   <source>Major account</source>
   <translation>Storkunde</translation>
  </message>
  <message>
   <source>Make another document of it…</source>
   <translation>Lav et andet dokument af det…</translation>
  </message>
  <message>
   <source>Make of it</source>
   <translation>Lav af det</translation>
  </message>
  <message>
   <source>Make the column narrower or wider</source>
   <translation>Gør kolonnen smallere eller bredere</translation>
  </message>
  <message>
   <source>Makes or changes a record: {what}.</source>
   <translation>Opretter eller ændrer en post: {what}.</translation>
  </message>
  <message>
   <source>Many servers refuse files of that size.</source>
   <translation>Mange servere afviser filer af den størrelse.</translation>
  </message>
  <message>
   <source>Map</source>
   <translation>Kort</translation>
  </message>
  <message>
   <source>Margin %</source>
   <translation>Avance i %</translation>
  </message>
  <message>
   <source>Mark as a favourite</source>
   <translation>Marker som favorit</translation>
  </message>
  <message>
   <source>Marked as not done by hand.</source>
   <translation>Markeret manuelt som ikke udført.</translation>
  </message>
  <message>
   <source>Marketing</source>
   <translation>Marketing</translation>
  </message>
  <message>
   <source>Markup %</source>
   <translation>Tillæg i %</translation>
  </message>
  <message>
   <source>May hold what your records say</source>
   <translation>Kan indeholde, hvad dine poster siger</translation>
  </message>
  <message>
   <source>Meeting</source>
   <translation>Møde</translation>
  </message>
  <message>
   <source>Meetings</source>
   <translation>Møder</translation>
  </message>
  <message>
   <source>Member organisations</source>
   <translation>Underliggende organisationer</translation>
  </message>
  <message>
   <source>Menu of what is chosen</source>
   <translation>Menu for det valgte</translation>
  </message>
  <message>
   <source>Merge into {kept_title}</source>
   <translation>Flet ind i {kept_title}</translation>
  </message>
  <message>
   <source>Milestone</source>
   <translation>Milepæl</translation>
  </message>
  <message>
   <source>Milestones</source>
   <translation>Milepæle</translation>
  </message>
  <message>
   <source>Module</source>
   <translation>Modul</translation>
  </message>
  <message>
   <source>Module, record, saved view or command</source>
   <translation>Modul, post, gemt visning eller kommando</translation>
  </message>
  <message>
   <source>Modules</source>
   <translation>Moduler</translation>
  </message>
  <message>
   <source>Modules or Languages.</source>
   <translation>Modules eller Languages.</translation>
  </message>
  <message>
   <source>Money</source>
   <translation>Beløb</translation>
  </message>
  <message>
   <source>More than {n} cells are selected. Select fewer, or export the table.</source>
   <translation>Mere end {n} celler er markeret. Marker færre, eller eksporter tabellen.</translation>
  </message>
  <message>
   <source>Motion</source>
   <translation>Bevægelse</translation>
  </message>
  <message>
   <source>Move a column up or down</source>
   <translation>Flyt en kolonne op eller ned</translation>
  </message>
  <message>
   <source>Move down</source>
   <translation>Flyt ned</translation>
  </message>
  <message>
   <source>Move lines</source>
   <translation>Flyt linjer</translation>
  </message>
  <message>
   <source>Move the border of a pane</source>
   <translation>Flyt en rudes kant</translation>
  </message>
  <message>
   <source>Move the border that has the focus, with Shift further</source>
   <translation>Flyt den kant, der har fokus, med Shift længere</translation>
  </message>
  <message>
   <source>Move the line</source>
   <translation>Flyt linjen</translation>
  </message>
  <message>
   <source>Move to an organisation…</source>
   <translation>Flyt til en organisation…</translation>
  </message>
  <message>
   <source>Move up</source>
   <translation>Flyt op</translation>
  </message>
  <message>
   <source>My open quotes</source>
   <translation>Mine åbne tilbud</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Navn</translation>
  </message>
  <message>
   <source>Name an account: --account NAME, or --vendor NAME --url ADDRESS for one that is not saved.</source>
   <translation>Angiv en konto: --account NAME, eller --vendor NAME --url ADDRESS for en, der ikke er gemt.</translation>
  </message>
  <message>
   <source>Name of the list.</source>
   <translation>Listens navn.</translation>
  </message>
  <message>
   <source>Name of the mapping</source>
   <translation>Tilknytningens navn</translation>
  </message>
  <message>
   <source>Name of the module, for example Accounts.</source>
   <translation>Modulets navn, for eksempel Accounts.</translation>
  </message>
  <message>
   <source>Name of the module, for example Leads.</source>
   <translation>Modulets navn, for eksempel Leads.</translation>
  </message>
  <message>
   <source>Name of the other module.</source>
   <translation>Det andet moduls navn.</translation>
  </message>
  <message>
   <source>Name of what the table shows now</source>
   <translation>Navn på det, tabellen viser nu</translation>
  </message>
  <message>
   <source>Name the account once.</source>
   <translation>Angiv kontoen én gang.</translation>
  </message>
  <message>
   <source>Name the modules to drop, or --all for the whole copy.</source>
   <translation>Angiv de moduler, der skal fjernes, eller --all for hele kopien.</translation>
  </message>
  <message>
   <source>Name the vendor: --vendor, one of {plugins}.</source>
   <translation>Angiv leverandøren: --vendor, en af {plugins}.</translation>
  </message>
  <message>
   <source>Name, phone, e-mail, city, number: any part of it</source>
   <translation>En del af navn, telefon, e-mail, by eller nummer</translation>
  </message>
  <message>
   <source>Names of the fields</source>
   <translation>Felternes navne</translation>
  </message>
  <message>
   <source>Names stand for ids, labels for the words of lists; what several records are called so cannot be told apart when it is imported again.</source>
   <translation>Navne står i stedet for id’er, etiketter i stedet for listernes ord; hvad flere poster hedder, kan ikke skelnes ved en ny import.</translation>
  </message>
  <message>
   <source>Names stand in row</source>
   <translation>Navnene står i række</translation>
  </message>
  <message>
   <source>Names that are meant so: take the tick away.</source>
   <translation>Navne, der skal være sådan: fjern hakket.</translation>
  </message>
  <message>
   <source>Names with commas between, a minus before those that run downwards.</source>
   <translation>Navne adskilt af kommaer, minus foran dem, der er faldende.</translation>
  </message>
  <message>
   <source>Names with commas between; everything where nothing is given.</source>
   <translation>Navne adskilt af kommaer; alt, hvor intet er angivet.</translation>
  </message>
  <message>
   <source>Narrower</source>
   <translation>Smallere</translation>
  </message>
  <message>
   <source>Needed</source>
   <translation>Krav</translation>
  </message>
  <message>
   <source>Neither interface of CRM-service answers at this address. Check the address.</source>
   <translation>Ingen af CRM-services grænseflader svarer på denne adresse. Kontroller adressen.</translation>
  </message>
  <message>
   <source>Neither interface takes the key. Copy API key and REST token anew from CRM-service.</source>
   <translation>Ingen af grænsefladerne tager imod nøglen. Kopier API-nøgle og REST-token igen fra CRM-service.</translation>
  </message>
  <message>
   <source>Net</source>
   <translation>Netto</translation>
  </message>
  <message>
   <source>Net total</source>
   <translation>Netto i alt</translation>
  </message>
  <message>
   <source>Net, now {sum}</source>
   <translation>Netto, nu {sum}</translation>
  </message>
  <message>
   <source>Never by itself</source>
   <translation>Aldrig af sig selv</translation>
  </message>
  <message>
   <source>New</source>
   <translation>Ny</translation>
  </message>
  <message>
   <source>New document</source>
   <translation>Nyt dokument</translation>
  </message>
  <message>
   <source>New document of {what}</source>
   <translation>Nyt dokument ud fra {what}</translation>
  </message>
  <message>
   <source>New line</source>
   <translation>Ny linje</translation>
  </message>
  <message>
   <source>New record</source>
   <translation>Ny post</translation>
  </message>
  <message>
   <source>New records belong to</source>
   <translation>Nye poster tilhører</translation>
  </message>
  <message>
   <source>New versions</source>
   <translation>Nye versioner</translation>
  </message>
  <message>
   <source>New {module}</source>
   <translation>Ny: {module}</translation>
  </message>
  <message>
   <source>New {module}, not sent yet</source>
   <translation>Ny: {module}, ikke sendt endnu</translation>
  </message>
  <message>
   <source>New {record}</source>
   <translation>Ny: {record}</translation>
  </message>
  <message>
   <source>New {what}</source>
   <translation>Ny: {what}</translation>
  </message>
  <message>
   <source>New {what} of it…</source>
   <translation>Ny: {what} ud fra dette…</translation>
  </message>
  <message>
   <source>New {what} of {name}</source>
   <translation>Ny: {what} ud fra {name}</translation>
  </message>
  <message>
   <source>Next</source>
   <translation>Næste</translation>
  </message>
  <message>
   <source>Next hit (F3)</source>
   <translation>Næste resultat (F3)</translation>
  </message>
  <message>
   <source>Next pane</source>
   <translation>Næste rude</translation>
  </message>
  <message>
   <source>Next record</source>
   <translation>Næste post</translation>
  </message>
  <message>
   <source>Next step</source>
   <translation>Næste trin</translation>
  </message>
  <message>
   <source>Next tab</source>
   <translation>Næste fane</translation>
  </message>
  <message>
   <source>No</source>
   <translation>Nej</translation>
  </message>
  <message>
   <source>No CRM at this address</source>
   <translation>Intet CRM-system på denne adresse</translation>
  </message>
  <message>
   <source>No account has the name “{name}”. Known accounts: {known}.</source>
   <translation>Ingen konto har navnet ”{name}”. Kendte konti: {known}.</translation>
  </message>
  <message>
   <source>No account has the name “{name}”: none is saved yet.</source>
   <translation>Ingen konto har navnet ”{name}”: ingen er gemt endnu.</translation>
  </message>
  <message>
   <source>No account is saved yet: crmdesk accounts add NAME --vendor … --url …</source>
   <translation>Ingen konto er gemt endnu: crmdesk accounts add NAME --vendor … --url …</translation>
  </message>
  <message>
   <source>No account open</source>
   <translation>Ingen konto åben</translation>
  </message>
  <message>
   <source>No account open. Choose or add one</source>
   <translation>Ingen konto åben. Vælg eller tilføj en</translation>
  </message>
  <message>
   <source>No answer in time</source>
   <translation>Intet svar i tide</translation>
  </message>
  <message>
   <source>No browser could be opened for {address}</source>
   <translation>Ingen browser kunne åbnes til {address}</translation>
  </message>
  <message>
   <source>No change was waiting to be sent; nothing is lost.</source>
   <translation>Ingen ændring ventede på at blive sendt; intet er gået tabt.</translation>
  </message>
  <message>
   <source>No column goes to a field yet.</source>
   <translation>Ingen kolonne går til et felt endnu.</translation>
  </message>
  <message>
   <source>No column holds anything to change.</source>
   <translation>Ingen kolonne indeholder noget at ændre.</translation>
  </message>
  <message>
   <source>No connection</source>
   <translation>Ingen forbindelse</translation>
  </message>
  <message>
   <source>No differences</source>
   <translation>Ingen forskelle</translation>
  </message>
  <message>
   <source>No document can be attached to a {owner} there. Nothing was sent.</source>
   <translation>Intet dokument kan vedhæftes der: {owner}. Intet blev sendt.</translation>
  </message>
  <message>
   <source>No fax (FPS)</source>
   <translation>Ingen fax (FPS)</translation>
  </message>
  <message>
   <source>No field is called that.</source>
   <translation>Intet felt hedder sådan.</translation>
  </message>
  <message>
   <source>No file</source>
   <translation>Ingen fil</translation>
  </message>
  <message>
   <source>No file chosen</source>
   <translation>Ingen fil valgt</translation>
  </message>
  <message>
   <source>No file is chosen yet.</source>
   <translation>Ingen fil er valgt endnu.</translation>
  </message>
  <message>
   <source>No lines.</source>
   <translation>Ingen linjer.</translation>
  </message>
  <message>
   <source>No other document is called so.</source>
   <translation>Intet andet dokument hedder sådan.</translation>
  </message>
  <message>
   <source>No page has all of these words.</source>
   <translation>Ingen side har alle disse ord.</translation>
  </message>
  <message>
   <source>No phone (TPS)</source>
   <translation>Ingen telefon (TPS)</translation>
  </message>
  <message>
   <source>No product is called {name}.</source>
   <translation>Intet produkt hedder {name}.</translation>
  </message>
  <message>
   <source>No proxy</source>
   <translation>Ingen proxy</translation>
  </message>
  <message>
   <source>No record for {field} is called “{key}”, and none has that id.</source>
   <translation>Ingen post til {field} hedder ”{key}”, og ingen har det id.</translation>
  </message>
  <message>
   <source>No reply was kept for this record.</source>
   <translation>Intet svar blev gemt for denne post.</translation>
  </message>
  <message>
   <source>No row of this table refers to “{0}” in {1}. Press F2 in the cell and search for it.</source>
   <translation>Ingen række i tabellen henviser til ”{0}” i {1}. Tryk på F2 i cellen, og søg efter den.</translation>
  </message>
  <message>
   <source>No rows</source>
   <translation>Ingen rækker</translation>
  </message>
  <message>
   <source>No secure connection</source>
   <translation>Ingen sikker forbindelse</translation>
  </message>
  <message>
   <source>No secure connection to the proxy {proxy}. Ask who runs it.</source>
   <translation>Ingen sikker forbindelse til proxyen {proxy}. Spørg den, der driver den.</translation>
  </message>
  <message>
   <source>No secure connection to {host} came about. Ask who runs the server.</source>
   <translation>Der kom ingen sikker forbindelse til {host}. Spørg den, der driver serveren.</translation>
  </message>
  <message>
   <source>No service of this kind answers there ({names}). {reason}</source>
   <translation>Ingen tjeneste af denne slags svarer der ({names}). {reason}</translation>
  </message>
  <message>
   <source>No setting is called so.</source>
   <translation>Ingen indstilling hedder sådan.</translation>
  </message>
  <message>
   <source>No single product is called “{name}”. Press F2 and choose one from the list.</source>
   <translation>Intet enkelt produkt hedder ”{name}”. Tryk på F2, og vælg et fra listen.</translation>
  </message>
  <message>
   <source>No single record is called {name}. Choose one from the list.</source>
   <translation>Ingen enkelt post hedder {name}. Vælg en fra listen.</translation>
  </message>
  <message>
   <source>No text of its licence came with this work.</source>
   <translation>Værket kom uden en licenstekst.</translation>
  </message>
  <message>
   <source>No {0} yet</source>
   <translation>Ingen {0} endnu</translation>
  </message>
  <message>
   <source>Nobody can be asked while no address is given here.</source>
   <translation>Ingen kan spørges, så længe ingen adresse er angivet her.</translation>
  </message>
  <message>
   <source>Nobody waits for this file any more.</source>
   <translation>Ingen venter længere på denne fil.</translation>
  </message>
  <message>
   <source>None</source>
   <translation>Ingen</translation>
  </message>
  <message>
   <source>None of the marked cells can be changed.</source>
   <translation>Ingen af de markerede celler kan ændres.</translation>
  </message>
  <message>
   <source>None yet. The demo is a good place to begin.</source>
   <translation>Ingen endnu. Demoen er et godt sted at begynde.</translation>
  </message>
  <message>
   <source>Normal</source>
   <translation>Normal</translation>
  </message>
  <message>
   <source>Normal text</source>
   <translation>Normal tekst</translation>
  </message>
  <message>
   <source>Not allowed</source>
   <translation>Ikke tilladt</translation>
  </message>
  <message>
   <source>Not asked for: {line}</source>
   <translation>Ikke ønsket: {line}</translation>
  </message>
  <message>
   <source>Not encrypted</source>
   <translation>Ikke krypteret</translation>
  </message>
  <message>
   <source>Not implemented by SplendidCRM.</source>
   <translation>Findes ikke i SplendidCRM.</translation>
  </message>
  <message>
   <source>Not implemented by the server.</source>
   <translation>Findes ikke på serveren.</translation>
  </message>
  <message>
   <source>Not imported: {columns}</source>
   <translation>Importeres ikke: {columns}</translation>
  </message>
  <message>
   <source>Not offered here</source>
   <translation>Tilbydes ikke her</translation>
  </message>
  <message>
   <source>Not sent</source>
   <translation>Ikke sendt</translation>
  </message>
  <message>
   <source>Not sent yet</source>
   <translation>Ikke sendt endnu</translation>
  </message>
  <message>
   <source>Not sent yet: there is no total of the server’s to compare with.</source>
   <translation>Ikke sendt endnu: der er ingen total fra serveren at sammenligne med.</translation>
  </message>
  <message>
   <source>Not signed in</source>
   <translation>Ikke logget på</translation>
  </message>
  <message>
   <source>Not supported by SplendidCRM.</source>
   <translation>Understøttes ikke af SplendidCRM.</translation>
  </message>
  <message>
   <source>Not taken over</source>
   <translation>Ikke overtaget</translation>
  </message>
  <message>
   <source>Not the password: in CRM+, My Preferences → Access key.</source>
   <translation>Ikke adgangskoden: i CRM+ under My Preferences → Access key.</translation>
  </message>
  <message>
   <source>Note</source>
   <translation>Note</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Noter</translation>
  </message>
  <message>
   <source>Notes of a record; SplendidCRM has it not.</source>
   <translation>En posts noter; SplendidCRM har dem ikke.</translation>
  </message>
  <message>
   <source>Nothing can be related to this record.</source>
   <translation>Intet kan relateres til denne post.</translation>
  </message>
  <message>
   <source>Nothing changed</source>
   <translation>Intet ændret</translation>
  </message>
  <message>
   <source>Nothing could be written there. Choose another place or printer.</source>
   <translation>Intet kunne skrives der. Vælg et andet sted eller en anden printer.</translation>
  </message>
  <message>
   <source>Nothing fits. Only what is copied to this computer is searched, and servers that have a search of their own.</source>
   <translation>Intet passer. Der søges kun i det, der er kopieret til denne computer, og på servere, der har deres egen søgning.</translation>
  </message>
  <message>
   <source>Nothing found yet…</source>
   <translation>Intet fundet endnu…</translation>
  </message>
  <message>
   <source>Nothing found. Try fewer letters.</source>
   <translation>Intet fundet. Prøv færre bogstaver.</translation>
  </message>
  <message>
   <source>Nothing goes back</source>
   <translation>Intet går tilbage</translation>
  </message>
  <message>
   <source>Nothing goes back.</source>
   <translation>Intet går tilbage.</translation>
  </message>
  <message>
   <source>Nothing has been changed from this computer yet.</source>
   <translation>Intet er ændret fra denne computer endnu.</translation>
  </message>
  <message>
   <source>Nothing is called so.</source>
   <translation>Intet hedder sådan.</translation>
  </message>
  <message>
   <source>Nothing is called {name}.</source>
   <translation>Intet hedder {name}.</translation>
  </message>
  <message>
   <source>Nothing is changed by this.</source>
   <translation>Intet ændres af dette.</translation>
  </message>
  <message>
   <source>Nothing is copied yet. Name the modules to begin with: crmdesk mirror update Accounts Contacts …</source>
   <translation>Intet er kopieret endnu. Angiv de første moduler: crmdesk mirror update Accounts Contacts …</translation>
  </message>
  <message>
   <source>Nothing is sent yet. It is one step for Undo (Ctrl+Z); review and apply it with Ctrl+Shift+Return.</source>
   <translation>Intet sendes endnu. Det er ét trin for Fortryd (Ctrl+Z); gennemgå og anvend det med Ctrl+Shift+Retur.</translation>
  </message>
  <message>
   <source>Nothing is sent yet: it is staged, and you review it. Mails the server has sent stay sent.</source>
   <translation>Intet sendes endnu: det lægges klar, og du gennemgår det. Mails, som serveren har sendt, er sendt.</translation>
  </message>
  <message>
   <source>Nothing is sent yet: the deletion waits with your other changes until you review and apply them.</source>
   <translation>Intet sendes endnu: sletningen venter sammen med dine andre ændringer, til du gennemgår og anvender dem.</translation>
  </message>
  <message>
   <source>Nothing is staged</source>
   <translation>Intet er lagt klar</translation>
  </message>
  <message>
   <source>Nothing is waiting. Edit a cell, then review it here.</source>
   <translation>Intet venter. Rediger en celle, og gennemgå den så her.</translation>
  </message>
  <message>
   <source>Nothing left to change: the server holds these lines.</source>
   <translation>Intet tilbage at ændre: serveren har disse linjer.</translation>
  </message>
  <message>
   <source>Nothing left to change: the server holds these values.</source>
   <translation>Intet tilbage at ændre: serveren har disse værdier.</translation>
  </message>
  <message>
   <source>Nothing like this was changed from this computer</source>
   <translation>Intet af den slags er ændret fra denne computer</translation>
  </message>
  <message>
   <source>Nothing matches these filters</source>
   <translation>Intet passer til disse filtre</translation>
  </message>
  <message>
   <source>Nothing of the kind can be done with this record.</source>
   <translation>Den slags kan ikke gøres med denne post.</translation>
  </message>
  <message>
   <source>Nothing of this account is copied to this computer: what was read stays, and your changes wait here. It is tried again by itself.</source>
   <translation>Intet fra denne konto er kopieret til denne computer: det læste bliver, og dine ændringer venter her. Der prøves igen automatisk.</translation>
  </message>
  <message>
   <source>Nothing of this account is copied yet</source>
   <translation>Intet fra denne konto er kopieret endnu</translation>
  </message>
  <message>
   <source>Nothing to compare with yet</source>
   <translation>Intet at sammenligne med endnu</translation>
  </message>
  <message>
   <source>Nothing to find the record by: the cell is empty.</source>
   <translation>Intet at finde posten ved: cellen er tom.</translation>
  </message>
  <message>
   <source>Nothing was changed from this computer yet</source>
   <translation>Intet er ændret fra denne computer endnu</translation>
  </message>
  <message>
   <source>Nothing was changed lately.</source>
   <translation>Intet er ændret for nylig.</translation>
  </message>
  <message>
   <source>Nothing was compared</source>
   <translation>Intet blev sammenlignet</translation>
  </message>
  <message>
   <source>Nothing was pasted. More than {0} cells are marked.</source>
   <translation>Intet blev indsat. Mere end {0} celler er markeret.</translation>
  </message>
  <message>
   <source>Nothing was pasted. {0}</source>
   <translation>Intet blev indsat. {0}</translation>
  </message>
  <message>
   <source>Nothing was pasted. {why}</source>
   <translation>Intet blev indsat. {why}</translation>
  </message>
  <message>
   <source>Nothing was sent.</source>
   <translation>Intet blev sendt.</translation>
  </message>
  <message>
   <source>Nothing was sent. Check the account's address and user; if the server is right, save the account's settings once more.</source>
   <translation>Intet blev sendt. Kontroller kontoens adresse og bruger; hvis serveren er rigtig, så gem kontoens indstillinger igen.</translation>
  </message>
  <message numerus="yes">
   <source>Nothing was sent: it would delete lines {lost} for good. Send every line of the document.</source>
   <extracomment>Nothing was sent: it would delete line {lost} for good. Send every line of the document.</extracomment>
   <translation>
    <numerusform>Intet blev sendt: linje {lost} ville blive slettet for altid. Send alle dokumentets linjer.</numerusform>
    <numerusform>Intet blev sendt: linjerne {lost} ville blive slettet for altid. Send alle dokumentets linjer.</numerusform>
   </translation>
  </message>
  <message>
   <source>Nothing was sent: {said}.</source>
   <translation>Intet blev sendt: {said}.</translation>
  </message>
  <message>
   <source>Nothing: the lines are as the server has them.</source>
   <translation>Intet: linjerne er, som serveren har dem.</translation>
  </message>
  <message>
   <source>Now</source>
   <translation>Nu</translation>
  </message>
  <message>
   <source>Number</source>
   <translation>Nummer</translation>
  </message>
  <message>
   <source>Number of the pipeline level.</source>
   <translation>Pipelineniveauets nummer.</translation>
  </message>
  <message>
   <source>Numbers and dates stay numbers and dates; ids and leading zeros stay as they are.</source>
   <translation>Tal og datoer forbliver tal og datoer; id’er og foranstillede nuller bliver, som de er.</translation>
  </message>
  <message>
   <source>Of copied modules you can search, sort and read everything at once, also without the server. Users, and whatever else may hold keys, are never copied.</source>
   <translation>I kopierede moduler kan du søge, sortere og læse alt med det samme, også uden serveren. Brugere og andet, der kan indeholde nøgler, kopieres aldrig.</translation>
  </message>
  <message>
   <source>Of the system's own size. Ctrl++ and Ctrl+- change it too.</source>
   <translation>Af systemets egen størrelse. Ctrl++ og Ctrl+- ændrer den også.</translation>
  </message>
  <message>
   <source>Offline: no product that this computer knows is called so.</source>
   <translation>Offline: ingen vare, denne computer kender, hedder sådan.</translation>
  </message>
  <message>
   <source>Offline: of {name} only what a list told is known, its tax may be missing. Look at the line again when the server answers.</source>
   <translation>Offline: om {name} vides kun det, en liste fortalte; momsen kan mangle. Se på linjen igen, når serveren svarer.</translation>
  </message>
  <message>
   <source>Offline: the file is written from the copy of {module} of {when}. What changed on the server since is not in it.</source>
   <translation>Offline: filen skrives fra kopien af {module} fra {when}. Det, der er ændret på serveren siden, er ikke med.</translation>
  </message>
  <message>
   <source>Offline: the server cannot be reached</source>
   <translation>Offline: serveren kan ikke nås</translation>
  </message>
  <message>
   <source>Offline: there is no whole copy of {module} on this computer, so this has to wait until the server answers.</source>
   <translation>Offline: der er ingen hel kopi af {module} på denne computer, så det må vente, til serveren svarer.</translation>
  </message>
  <message>
   <source>Offline: these lines are as on the server at {when}. What you change is compared with the server when it answers, before anything is sent. Products are those this computer knows.</source>
   <translation>Offline: disse linjer er som på serveren {when}. Det, du ændrer, sammenlignes med serveren, når den svarer, før noget sendes. Varerne er dem, denne computer kender.</translation>
  </message>
  <message>
   <source>Offline: this works on the copy of {module} of {when}. What changed on the server since is not in it; what you stage is compared with the server before anything is sent.</source>
   <translation>Offline: der arbejdes på kopien af {module} fra {when}. Det, der er ændret på serveren siden, er ikke med; det, du lægger klar, sammenlignes med serveren, før noget sendes.</translation>
  </message>
  <message>
   <source>On the server now</source>
   <translation>På serveren nu</translation>
  </message>
  <message>
   <source>Once you save, this account accepts this one certificate and no other: {fingerprint}. Compare it with what whoever runs the server tells you, on the telephone for example.</source>
   <translation>Når du gemmer, godtager kontoen kun dette ene certifikat: {fingerprint}. Sammenlign det med det, du får oplyst af den, der driver serveren, fx i telefonen.</translation>
  </message>
  <message>
   <source>One id on each line</source>
   <translation>Ét id pr. linje</translation>
  </message>
  <message>
   <source>One object a line, for other programs.</source>
   <translation>Ét objekt pr. linje, til andre programmer.</translation>
  </message>
  <message>
   <source>One of the records has no id of this server. Reload the list.</source>
   <translation>En af posterne har intet id fra denne server. Genindlæs listen.</translation>
  </message>
  <message>
   <source>One of the records is no longer there. Reload the list. Nothing was linked.</source>
   <translation>En af posterne er der ikke længere. Genindlæs listen. Intet blev tilknyttet.</translation>
  </message>
  <message>
   <source>One of the states, spelt as there.</source>
   <translation>En af tilstandene, stavet som der.</translation>
  </message>
  <message numerus="yes">
   <source>One question to the server for each of {n} documents. Lines of those that were opened are kept anyway.</source>
   <extracomment>One question to the server. Lines of a document that was opened are kept anyway.</extracomment>
   <translation>
    <numerusform>Én forespørgsel til serveren. Linjerne i et dokument, der har været åbnet, gemmes under alle omstændigheder.</numerusform>
    <numerusform>Én forespørgsel til serveren for hvert af {n} dokumenter. Linjerne i dem, der har været åbnet, gemmes under alle omstændigheder.</numerusform>
   </translation>
  </message>
  <message>
   <source>One record with its lines: {module}.</source>
   <translation>Én post med sine linjer: {module}.</translation>
  </message>
  <message>
   <source>One record.</source>
   <translation>Én post.</translation>
  </message>
  <message>
   <source>One record: {module}.</source>
   <translation>Én post: {module}.</translation>
  </message>
  <message>
   <source>One record; SplendidCRM sends one entry for each field.</source>
   <translation>Én post; SplendidCRM sender én indgang for hvert felt.</translation>
  </message>
  <message>
   <source>Only a SELECT can be run here: it reads and changes nothing.</source>
   <translation>Kun en SELECT kan køres her: den læser og ændrer intet.</translation>
  </message>
  <message>
   <source>Only a select can be run here: it reads and changes nothing.</source>
   <translation>Kun en select kan køres her: den læser og ændrer intet.</translation>
  </message>
  <message>
   <source>Only an activity's newest note can be removed, and this is not the newest. Nothing was sent.</source>
   <translation>Kun en aktivitets nyeste note kan fjernes, og dette er ikke den nyeste. Intet blev sendt.</translation>
  </message>
  <message>
   <source>Only for the lock of this program. Without one the account’s own password or key is asked for.</source>
   <translation>Kun til låsen i dette program. Uden adgangssætning spørges der efter kontoens egen adgangskode eller nøgle.</translation>
  </message>
  <message>
   <source>Only reads: {vendor} changes nothing here.</source>
   <translation>Læser kun: {vendor} ændrer intet her.</translation>
  </message>
  <message>
   <source>Only this certificate is accepted, SHA-256 {fingerprint}</source>
   <translation>Kun dette certifikat godtages, SHA-256 {fingerprint}</translation>
  </message>
  <message>
   <source>Only when the whole record is read.</source>
   <translation>Først når hele posten er læst.</translation>
  </message>
  <message>
   <source>Only where OpenCRM built a method of your own for contacts.</source>
   <translation>Kun hvor OpenCRM har bygget en egen metode til kontakter.</translation>
  </message>
  <message>
   <source>Only where it is empty</source>
   <translation>Kun hvor det er tomt</translation>
  </message>
  <message>
   <source>Only where something on the way refuses one of them.</source>
   <translation>Kun hvor noget undervejs afviser en af dem.</translation>
  </message>
  <message>
   <source>Only where the REST interface has a token of its own; empty = the API key.</source>
   <translation>Kun hvor REST-grænsefladen har sit eget token; tom = API-nøglen.</translation>
  </message>
  <message>
   <source>Only where the address holds both.</source>
   <translation>Kun hvor adressen har begge.</translation>
  </message>
  <message>
   <source>Only where times look shifted.</source>
   <translation>Kun hvor tider ser forskudte ud.</translation>
  </message>
  <message>
   <source>Only where times look shifted; most servers keep UTC.</source>
   <translation>Kun hvor tider ser forskudte ud; de fleste servere bruger UTC.</translation>
  </message>
  <message>
   <source>Only where times look shifted; webCRM usually tells the zone with each time.</source>
   <translation>Kun hvor tider ser forskudte ud; webCRM oplyser som regel zonen ved hvert tidspunkt.</translation>
  </message>
  <message>
   <source>Only where your administrator says so.</source>
   <translation>Kun hvor din administrator siger det.</translation>
  </message>
  <message>
   <source>Only while the server answers.</source>
   <translation>Kun mens serveren svarer.</translation>
  </message>
  <message>
   <source>Open</source>
   <translation>Åbn</translation>
  </message>
  <message>
   <source>Open a file</source>
   <translation>Åbn en fil</translation>
  </message>
  <message>
   <source>Open a file…</source>
   <translation>Åbn en fil…</translation>
  </message>
  <message>
   <source>Open a view</source>
   <translation>Åbn en visning</translation>
  </message>
  <message>
   <source>Open as it was</source>
   <translation>Åbn, som det var</translation>
  </message>
  <message>
   <source>Open in a new tab</source>
   <translation>Åbn i en ny fane</translation>
  </message>
  <message>
   <source>Open in the browser</source>
   <translation>Åbn i browseren</translation>
  </message>
  <message>
   <source>Open page</source>
   <translation>Åbn side</translation>
  </message>
  <message>
   <source>Open pipeline</source>
   <translation>Åben pipeline</translation>
  </message>
  <message>
   <source>Open quotes</source>
   <translation>Åbne tilbud</translation>
  </message>
  <message>
   <source>Open record</source>
   <translation>Åbn post</translation>
  </message>
  <message>
   <source>Open the account that the changes in {name} are for, then open the file again.</source>
   <translation>Åbn den konto, som ændringerne i {name} er til, og åbn så filen igen.</translation>
  </message>
  <message>
   <source>Open the calendar</source>
   <translation>Åbn kalenderen</translation>
  </message>
  <message>
   <source>Open the demo</source>
   <translation>Åbn demoen</translation>
  </message>
  <message>
   <source>Open the field's list or calendar</source>
   <translation>Åbn feltets liste eller kalender</translation>
  </message>
  <message>
   <source>Open the last account and its tabs</source>
   <translation>Åbn den seneste konto og dens faner</translation>
  </message>
  <message>
   <source>Open the last account without tabs</source>
   <translation>Åbn den seneste konto uden faner</translation>
  </message>
  <message>
   <source>Open the lock with the account’s own key again</source>
   <translation>Åbn igen låsen med kontoens egen nøgle</translation>
  </message>
  <message>
   <source>Open the menu bar</source>
   <translation>Åbn menulinjen</translation>
  </message>
  <message>
   <source>Open the module that {name} belongs to, then open the file again.</source>
   <translation>Åbn det modul, {name} hører til, og åbn så filen igen.</translation>
  </message>
  <message>
   <source>Open the product</source>
   <translation>Åbn produktet</translation>
  </message>
  <message>
   <source>Open the record</source>
   <translation>Åbn posten</translation>
  </message>
  <message>
   <source>Open this document?</source>
   <translation>Åbn dette dokument?</translation>
  </message>
  <message>
   <source>Open {host} in the browser?</source>
   <translation>Åbn {host} i browseren?</translation>
  </message>
  <message>
   <source>OpenCRM states no rule: each line and its tax in cents, then added up</source>
   <translation>OpenCRM oplyser ingen regel: hver linje og dens moms i øre, derefter lagt sammen</translation>
  </message>
  <message>
   <source>Opening your account…</source>
   <translation>Åbner din konto…</translation>
  </message>
  <message>
   <source>Opens in a spreadsheet without damage: nothing is computed, cut or rounded.</source>
   <translation>Åbnes i et regneark uden skade: intet beregnes, afkortes eller afrundes.</translation>
  </message>
  <message>
   <source>Open…</source>
   <translation>Åbn…</translation>
  </message>
  <message>
   <source>Operations</source>
   <translation>Operationer</translation>
  </message>
  <message>
   <source>Operator</source>
   <translation>Operator</translation>
  </message>
  <message>
   <source>Opportunities</source>
   <translation>Salgsmuligheder</translation>
  </message>
  <message>
   <source>Opportunities (second)</source>
   <translation>Salgsmuligheder (anden)</translation>
  </message>
  <message>
   <source>Opportunity</source>
   <translation>Salgsmulighed</translation>
  </message>
  <message>
   <source>Opportunity name</source>
   <translation>Salgsmulighedens navn</translation>
  </message>
  <message>
   <source>Optional</source>
   <translation>Valgfri</translation>
  </message>
  <message>
   <source>Orange</source>
   <translation>Orange</translation>
  </message>
  <message>
   <source>Order</source>
   <translation>Ordre</translation>
  </message>
  <message>
   <source>Order number</source>
   <translation>Ordrenummer</translation>
  </message>
  <message>
   <source>Orders</source>
   <translation>Ordrer</translation>
  </message>
  <message>
   <source>Orders by month</source>
   <translation>Ordrer pr. måned</translation>
  </message>
  <message>
   <source>Orders this month</source>
   <translation>Ordrer denne måned</translation>
  </message>
  <message>
   <source>Organisation</source>
   <translation>Organisation</translation>
  </message>
  <message>
   <source>Organisations</source>
   <translation>Organisationer</translation>
  </message>
  <message>
   <source>Other</source>
   <translation>Andet</translation>
  </message>
  <message>
   <source>Other address</source>
   <translation>Anden adresse</translation>
  </message>
  <message>
   <source>Other addresses</source>
   <translation>Andre adresser</translation>
  </message>
  <message>
   <source>Other discounts and surcharges</source>
   <translation>Andre rabatter og tillæg</translation>
  </message>
  <message>
   <source>Other phone</source>
   <translation>Anden telefon</translation>
  </message>
  <message>
   <source>Otherwise than sent: {line} ({what})</source>
   <translation>Anderledes end sendt: {line} ({what})</translation>
  </message>
  <message>
   <source>Out of the copy on this computer, which was as the server on {when}.</source>
   <translation>Fra kopien på denne computer, der svarede til serveren {when}.</translation>
  </message>
  <message>
   <source>Outcome</source>
   <translation>Udfald</translation>
  </message>
  <message>
   <source>Overall discount</source>
   <translation>Samlet rabat</translation>
  </message>
  <message>
   <source>Overall discount, an amount</source>
   <translation>Samlet rabat som beløb</translation>
  </message>
  <message>
   <source>Overall discount, in percent</source>
   <translation>Samlet rabat i procent</translation>
  </message>
  <message>
   <source>Own field {number}</source>
   <translation>Eget felt {number}</translation>
  </message>
  <message>
   <source>PDF (*.pdf)</source>
   <translation>PDF (*.pdf)</translation>
  </message>
  <message>
   <source>PO Box {box}</source>
   <translation>Postboks {box}</translation>
  </message>
  <message>
   <source>Page and Size are whole numbers from 1 on. Nothing was sent.</source>
   <translation>Page og Size er heltal fra 1 og op. Intet blev sendt.</translation>
  </message>
  <message>
   <source>Page break</source>
   <translation>Sideskift</translation>
  </message>
  <message>
   <source>Page {n} could not be written. Is there room left?</source>
   <translation>Side {n} kunne ikke skrives. Er der plads tilbage?</translation>
  </message>
  <message>
   <source>Page {n} of {all}</source>
   <translation>Side {n} af {all}</translation>
  </message>
  <message>
   <source>Pages of the guide</source>
   <translation>Vejledningens sider</translation>
  </message>
  <message>
   <source>Parent company</source>
   <translation>Moderselskab</translation>
  </message>
  <message>
   <source>Parquet files need a library that is not installed here. Install crmdesk with its extra “analysis”: pip install 'crmdesk[analysis]'.</source>
   <translation>Parquet-filer kræver et bibliotek, der ikke er installeret her. Installer crmdesk med tillægget ”analysis”: pip install 'crmdesk[analysis]'.</translation>
  </message>
  <message>
   <source>Pass key</source>
   <translation>Pass-nøgle</translation>
  </message>
  <message>
   <source>Pass key.</source>
   <translation>Pass-nøgle.</translation>
  </message>
  <message>
   <source>Passphrase</source>
   <translation>Adgangssætning</translation>
  </message>
  <message>
   <source>Passphrase of the lock</source>
   <translation>Låsens adgangssætning</translation>
  </message>
  <message>
   <source>Password</source>
   <translation>Adgangskode</translation>
  </message>
  <message>
   <source>Password is sent</source>
   <translation>Adgangskoden sendes</translation>
  </message>
  <message>
   <source>Paste</source>
   <translation>Indsæt</translation>
  </message>
  <message numerus="yes">
   <source>Paste and clear {n} cells</source>
   <extracomment>Paste and clear {n} cell</extracomment>
   <translation>
    <numerusform>Indsæt og ryd {n} celle</numerusform>
    <numerusform>Indsæt og ryd {n} celler</numerusform>
   </translation>
  </message>
  <message>
   <source>Paste and keep the values</source>
   <translation>Indsæt og behold værdierne</translation>
  </message>
  <message>
   <source>Paste ids first, one on each line.</source>
   <translation>Indsæt først id’er, ét pr. linje.</translation>
  </message>
  <message>
   <source>Paste ids, one on each line.</source>
   <translation>Indsæt id’er, ét pr. linje.</translation>
  </message>
  <message>
   <source>Paste rows</source>
   <translation>Indsæt rækker</translation>
  </message>
  <message>
   <source>Paste the rest</source>
   <translation>Indsæt resten</translation>
  </message>
  <message>
   <source>Paste {0} cells</source>
   <translation>Indsæt {0} celler</translation>
  </message>
  <message numerus="yes">
   <source>Paste {n} lines</source>
   <extracomment>Paste {n} line</extracomment>
   <translation>
    <numerusform>Indsæt {n} linje</numerusform>
    <numerusform>Indsæt {n} linjer</numerusform>
   </translation>
  </message>
  <message>
   <source>Payment type</source>
   <translation>Betalingstype</translation>
  </message>
  <message>
   <source>Pending changes</source>
   <translation>Ventende ændringer</translation>
  </message>
  <message>
   <source>Percent</source>
   <translation>Procent</translation>
  </message>
  <message>
   <source>Person</source>
   <translation>Person</translation>
  </message>
  <message>
   <source>Persons</source>
   <translation>Personer</translation>
  </message>
  <message>
   <source>Phone</source>
   <translation>Telefon</translation>
  </message>
  <message>
   <source>Phone call</source>
   <translation>Opkald</translation>
  </message>
  <message>
   <source>Phones without a country code are from</source>
   <translation>Numre uden landekode er fra</translation>
  </message>
  <message>
   <source>Pipeline by stage</source>
   <translation>Pipeline pr. fase</translation>
  </message>
  <message>
   <source>Pipeline level</source>
   <translation>Pipelineniveau</translation>
  </message>
  <message>
   <source>Place</source>
   <translation>Plads</translation>
  </message>
  <message>
   <source>Portal id</source>
   <translation>Portal-id</translation>
  </message>
  <message>
   <source>Possible quotation not found</source>
   <translation>Muligt tilbud ikke fundet</translation>
  </message>
  <message>
   <source>Postcode</source>
   <translation>Postnummer</translation>
  </message>
  <message>
   <source>Press what the cell offers</source>
   <translation>Tryk på det, cellen tilbyder</translation>
  </message>
  <message>
   <source>Preview</source>
   <translation>Forhåndsvisning</translation>
  </message>
  <message>
   <source>Previous hit (Shift+F3)</source>
   <translation>Forrige resultat (Shift+F3)</translation>
  </message>
  <message>
   <source>Previous pane</source>
   <translation>Forrige rude</translation>
  </message>
  <message>
   <source>Previous record</source>
   <translation>Forrige post</translation>
  </message>
  <message>
   <source>Previous tab</source>
   <translation>Forrige fane</translation>
  </message>
  <message>
   <source>Price</source>
   <translation>Pris</translation>
  </message>
  <message>
   <source>Price book</source>
   <translation>Prisbog</translation>
  </message>
  <message>
   <source>Price books</source>
   <translation>Prisbøger</translation>
  </message>
  <message>
   <source>Price list</source>
   <translation>Prisliste</translation>
  </message>
  <message>
   <source>Price list item</source>
   <translation>Prislistevare</translation>
  </message>
  <message>
   <source>Price of a line</source>
   <translation>En linjes pris</translation>
  </message>
  <message>
   <source>Primary address</source>
   <translation>Primær adresse</translation>
  </message>
  <message>
   <source>Print or PDF…</source>
   <translation>Udskriv eller PDF…</translation>
  </message>
  <message>
   <source>Print: {title}</source>
   <translation>Udskriv: {title}</translation>
  </message>
  <message>
   <source>Print…</source>
   <translation>Udskriv…</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Prioritet</translation>
  </message>
  <message>
   <source>Probability</source>
   <translation>Sandsynlighed</translation>
  </message>
  <message>
   <source>Product</source>
   <translation>Produkt</translation>
  </message>
  <message>
   <source>Product catalogue</source>
   <translation>Produktkatalog</translation>
  </message>
  <message>
   <source>Product categories</source>
   <translation>Produktkategorier</translation>
  </message>
  <message>
   <source>Product category</source>
   <translation>Produktkategori</translation>
  </message>
  <message>
   <source>Product code</source>
   <translation>Produktkode</translation>
  </message>
  <message>
   <source>Product name</source>
   <translation>Produktnavn</translation>
  </message>
  <message>
   <source>Production</source>
   <translation>Produktion</translation>
  </message>
  <message>
   <source>Products</source>
   <translation>Produkter</translation>
  </message>
  <message>
   <source>Project</source>
   <translation>Projekt</translation>
  </message>
  <message>
   <source>Project name</source>
   <translation>Projektnavn</translation>
  </message>
  <message>
   <source>Project task</source>
   <translation>Projektopgave</translation>
  </message>
  <message>
   <source>Project tasks</source>
   <translation>Projektopgaver</translation>
  </message>
  <message>
   <source>Projects</source>
   <translation>Projekter</translation>
  </message>
  <message>
   <source>Proxy</source>
   <translation>Proxy</translation>
  </message>
  <message>
   <source>Purchase order</source>
   <translation>Indkøbsordre</translation>
  </message>
  <message>
   <source>Purchase orders</source>
   <translation>Indkøbsordrer</translation>
  </message>
  <message>
   <source>Put a list of values after in: in ('a', 'b'). {example}</source>
   <translation>Skriv en liste af værdier efter in: in ('a', 'b'). {example}</translation>
  </message>
  <message>
   <source>Put after</source>
   <translation>Sæt bagefter</translation>
  </message>
  <message>
   <source>Put before</source>
   <translation>Sæt foran</translation>
  </message>
  <message>
   <source>Put instead (empty = take out)</source>
   <translation>Sæt ind (tom = fjern)</translation>
  </message>
  <message>
   <source>Put values in single quotes: '{sql}'. {example}</source>
   <translation>Sæt værdier i enkelte anførselstegn: '{sql}'. {example}</translation>
  </message>
  <message>
   <source>Quantity</source>
   <translation>Antal</translation>
  </message>
  <message>
   <source>Quantity × price less discount</source>
   <translation>Antal × pris minus rabat</translation>
  </message>
  <message>
   <source>Query</source>
   <translation>Forespørgsel</translation>
  </message>
  <message>
   <source>Query: {what}</source>
   <translation>Forespørgsel: {what}</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Afslut</translation>
  </message>
  <message>
   <source>Quotation line</source>
   <translation>Tilbudslinje</translation>
  </message>
  <message>
   <source>Quotation lines</source>
   <translation>Tilbudslinjer</translation>
  </message>
  <message>
   <source>Quote</source>
   <translation>Tilbud</translation>
  </message>
  <message>
   <source>Quote number</source>
   <translation>Tilbudsnummer</translation>
  </message>
  <message>
   <source>Quote stage</source>
   <translation>Tilbudsfase</translation>
  </message>
  <message>
   <source>Quotes</source>
   <translation>Tilbud</translation>
  </message>
  <message>
   <source>Quotes without an answer</source>
   <translation>Tilbud uden svar</translation>
  </message>
  <message>
   <source>REST (JSON:API): browse, filter and edit everything</source>
   <translation>REST (JSON:API): gennemse, filtrer og rediger alt</translation>
  </message>
  <message>
   <source>REST token</source>
   <translation>REST-token</translation>
  </message>
  <message>
   <source>REST, with an API key for SOAP too</source>
   <translation>REST, med en API-nøgle også SOAP</translation>
  </message>
  <message>
   <source>Raw</source>
   <translation>Rå</translation>
  </message>
  <message>
   <source>Read as: {0}</source>
   <translation>Læst som: {0}</translation>
  </message>
  <message>
   <source>Read from the server on {when}.</source>
   <translation>Læst fra serveren {when}.</translation>
  </message>
  <message>
   <source>Read only</source>
   <translation>Skrivebeskyttet</translation>
  </message>
  <message>
   <source>Read-only or required, so left as they are: {columns}.</source>
   <translation>Skrivebeskyttet eller påkrævet, så de er uændrede: {columns}.</translation>
  </message>
  <message>
   <source>Reading the fields of {0}…</source>
   <translation>Læser felterne i {0}…</translation>
  </message>
  <message>
   <source>Reading the file…</source>
   <translation>Læser filen…</translation>
  </message>
  <message>
   <source>Reading the lines …</source>
   <translation>Læser linjerne …</translation>
  </message>
  <message>
   <source>Reading the operations…</source>
   <translation>Læser operationerne…</translation>
  </message>
  <message>
   <source>Reading {0}…</source>
   <translation>Læser {0}…</translation>
  </message>
  <message>
   <source>Reading …</source>
   <translation>Læser …</translation>
  </message>
  <message>
   <source>Reads {path}.</source>
   <translation>Læser {path}.</translation>
  </message>
  <message>
   <source>Recent</source>
   <translation>Seneste</translation>
  </message>
  <message>
   <source>Recent and favourite records</source>
   <translation>Seneste poster og favoritter</translation>
  </message>
  <message>
   <source>Recent and favourite records…</source>
   <translation>Seneste poster og favoritter…</translation>
  </message>
  <message>
   <source>Recently changed</source>
   <translation>Senest ændret</translation>
  </message>
  <message>
   <source>Record</source>
   <translation>Post</translation>
  </message>
  <message>
   <source>Record id, for example 3x17</source>
   <translation>Postens id, for eksempel 3x17</translation>
  </message>
  <message>
   <source>Record number</source>
   <translation>Postens nummer</translation>
  </message>
  <message>
   <source>Records</source>
   <translation>Poster</translation>
  </message>
  <message>
   <source>Records by their ids.</source>
   <translation>Poster efter deres id’er.</translation>
  </message>
  <message>
   <source>Records of a module.</source>
   <translation>Et moduls poster.</translation>
  </message>
  <message>
   <source>Records of these ids that were changed.</source>
   <translation>Poster med disse id’er, der er ændret.</translation>
  </message>
  <message>
   <source>Red</source>
   <translation>Rød</translation>
  </message>
  <message>
   <source>Redo</source>
   <translation>Gentag</translation>
  </message>
  <message>
   <source>Redo {0}</source>
   <translation>Gentag {0}</translation>
  </message>
  <message>
   <source>References are ids, so that the file can be imported again exactly.</source>
   <translation>Referencer er id’er, så filen kan importeres igen nøjagtigt.</translation>
  </message>
  <message>
   <source>Refused</source>
   <translation>Afvist</translation>
  </message>
  <message>
   <source>Refused changes stay pending; the table says why.</source>
   <translation>Afviste ændringer venter fortsat; tabellen viser hvorfor.</translation>
  </message>
  <message>
   <source>Refused, {was}</source>
   <translation>Afvist, {was}</translation>
  </message>
  <message>
   <source>Related</source>
   <translation>Relateret</translation>
  </message>
  <message>
   <source>Related records</source>
   <translation>Relaterede poster</translation>
  </message>
  <message>
   <source>Relates records.</source>
   <translation>Relaterer poster.</translation>
  </message>
  <message>
   <source>Relates two records.</source>
   <translation>Relaterer to poster.</translation>
  </message>
  <message>
   <source>Relation</source>
   <translation>Relation</translation>
  </message>
  <message>
   <source>Relations</source>
   <translation>Relationer</translation>
  </message>
  <message>
   <source>Relations to send along, with commas between.</source>
   <translation>Relationer, der sendes med, adskilt af kommaer.</translation>
  </message>
  <message>
   <source>Relationship</source>
   <translation>Relation</translation>
  </message>
  <message>
   <source>Release</source>
   <translation>Udgivelse</translation>
  </message>
  <message>
   <source>Releases</source>
   <translation>Udgivelser</translation>
  </message>
  <message>
   <source>Reload</source>
   <translation>Genindlæs</translation>
  </message>
  <message>
   <source>Reload modules and counts</source>
   <translation>Genindlæs moduler og antal</translation>
  </message>
  <message>
   <source>Remaining</source>
   <translation>Resterende</translation>
  </message>
  <message>
   <source>Remarks</source>
   <translation>Bemærkninger</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Fjern</translation>
  </message>
  <message>
   <source>Remove a chip, or search for something else.</source>
   <translation>Fjern et filter, eller søg efter noget andet.</translation>
  </message>
  <message>
   <source>Remove all filters</source>
   <translation>Fjern alle filtre</translation>
  </message>
  <message>
   <source>Remove all…</source>
   <translation>Fjern alle…</translation>
  </message>
  <message>
   <source>Remove everything</source>
   <translation>Fjern alt</translation>
  </message>
  <message>
   <source>Remove everything that is copied of {account}?</source>
   <translation>Fjern alt, der er kopieret af {account}?</translation>
  </message>
  <message>
   <source>Remove filter {condition}</source>
   <translation>Fjern filteret {condition}</translation>
  </message>
  <message>
   <source>Remove the copy</source>
   <translation>Fjern kopien</translation>
  </message>
  <message>
   <source>Remove the copy of {module}?</source>
   <translation>Fjern kopien af {module}?</translation>
  </message>
  <message>
   <source>Remove the copy…</source>
   <translation>Fjern kopien…</translation>
  </message>
  <message>
   <source>Remove {name}?</source>
   <translation>Fjern {name}?</translation>
  </message>
  <message>
   <source>Remove {name}…</source>
   <translation>Fjern {name}…</translation>
  </message>
  <message numerus="yes">
   <source>Remove {n} lines</source>
   <extracomment>Remove {n} line</extracomment>
   <translation>
    <numerusform>Fjern {n} linje</numerusform>
    <numerusform>Fjern {n} linjer</numerusform>
   </translation>
  </message>
  <message>
   <source>Removes a line.</source>
   <translation>Fjerner en linje.</translation>
  </message>
  <message>
   <source>Removes a record.</source>
   <translation>Fjerner en post.</translation>
  </message>
  <message>
   <source>Removes a user; the records go to another.</source>
   <translation>Fjerner en bruger; posterne går til en anden.</translation>
  </message>
  <message>
   <source>Removes {path}.</source>
   <translation>Fjerner {path}.</translation>
  </message>
  <message>
   <source>Remove…</source>
   <translation>Fjern…</translation>
  </message>
  <message numerus="yes">
   <source>Repair {n} texts</source>
   <extracomment>Repair 1 text</extracomment>
   <translation>
    <numerusform>Ret {n} tekst</numerusform>
    <numerusform>Ret {n} tekster</numerusform>
   </translation>
  </message>
  <message>
   <source>Replace text</source>
   <translation>Erstat tekst</translation>
  </message>
  <message>
   <source>Replace what stands in the cell</source>
   <translation>Erstat det, der står i cellen</translation>
  </message>
  <message>
   <source>Replaces {path}.</source>
   <translation>Erstatter {path}.</translation>
  </message>
  <message>
   <source>Report for support</source>
   <translation>Rapport til support</translation>
  </message>
  <message>
   <source>Report for support…</source>
   <translation>Rapport til support…</translation>
  </message>
  <message>
   <source>Reports</source>
   <translation>Rapporter</translation>
  </message>
  <message>
   <source>Reports to</source>
   <translation>Refererer til</translation>
  </message>
  <message>
   <source>Reports to this contact</source>
   <translation>Refererer til denne kontakt</translation>
  </message>
  <message>
   <source>Required</source>
   <translation>Skal udfyldes</translation>
  </message>
  <message>
   <source>Reset all</source>
   <translation>Nulstil alle</translation>
  </message>
  <message>
   <source>Reset to default</source>
   <translation>Nulstil til standard</translation>
  </message>
  <message>
   <source>Reset {setting} to its default</source>
   <translation>Nulstil {setting} til standard</translation>
  </message>
  <message>
   <source>Restore</source>
   <translation>Gendan</translation>
  </message>
  <message>
   <source>Restore lines</source>
   <translation>Gendan linjer</translation>
  </message>
  <message>
   <source>Result</source>
   <translation>Resultat</translation>
  </message>
  <message>
   <source>Revenue</source>
   <translation>Omsætning</translation>
  </message>
  <message>
   <source>Revenue by month</source>
   <translation>Omsætning pr. måned</translation>
  </message>
  <message>
   <source>Revenues</source>
   <translation>Omsætninger</translation>
  </message>
  <message>
   <source>Revert</source>
   <translation>Nulstil</translation>
  </message>
  <message>
   <source>Review and apply…</source>
   <translation>Gennemgå og anvend…</translation>
  </message>
  <message>
   <source>Review and save…</source>
   <translation>Gennemgå og gem…</translation>
  </message>
  <message>
   <source>Review only what was refused</source>
   <translation>Gennemgå kun det afviste</translation>
  </message>
  <message>
   <source>Review {what} · {where}</source>
   <translation>Gennemgå {what} · {where}</translation>
  </message>
  <message>
   <source>Revision</source>
   <translation>Revision</translation>
  </message>
  <message>
   <source>Room</source>
   <translation>Plads</translation>
  </message>
  <message>
   <source>Room for a local copy</source>
   <translation>Plads til en lokal kopi</translation>
  </message>
  <message>
   <source>Row</source>
   <translation>Række</translation>
  </message>
  <message>
   <source>Row {0} is not read yet.</source>
   <translation>Række {0} er ikke læst endnu.</translation>
  </message>
  <message>
   <source>Row {line} of {path} has a value in column {letters}, which has no name. Say in which row the names stand, or name the column.</source>
   <translation>Række {line} i {path} har en værdi i kolonne {letters}, som ikke har noget navn. Angiv, i hvilken række navnene står, eller giv kolonnen et navn.</translation>
  </message>
  <message>
   <source>Row {n}: {why}</source>
   <translation>Række {n}: {why}</translation>
  </message>
  <message>
   <source>Rows 1–{0} of {1}</source>
   <translation>Række 1–{0} af {1}</translation>
  </message>
  <message>
   <source>Rows in one answer</source>
   <translation>Rækker pr. svar</translation>
  </message>
  <message>
   <source>Rows of a module.</source>
   <translation>Et moduls rækker.</translation>
  </message>
  <message>
   <source>Rows of a page; 20 where nothing is given.</source>
   <translation>Rækker pr. side; 20, hvor intet er angivet.</translation>
  </message>
  <message>
   <source>Rows of a page; at most 1000, which is taken when nothing is given.</source>
   <translation>Rækker pr. side; højst 1000, som bruges, når intet er angivet.</translation>
  </message>
  <message>
   <source>Rows of tables</source>
   <translation>Tabellernes rækker</translation>
  </message>
  <message>
   <source>Rows of the answer</source>
   <translation>Svarets rækker</translation>
  </message>
  <message>
   <source>Rows of the file</source>
   <translation>Filens rækker</translation>
  </message>
  <message>
   <source>Rows of the query</source>
   <translation>Forespørgslens rækker</translation>
  </message>
  <message>
   <source>Rows to pass over.</source>
   <translation>Rækker, der springes over.</translation>
  </message>
  <message>
   <source>Rows, every field: {module}.</source>
   <translation>Rækker, alle felter: {module}.</translation>
  </message>
  <message>
   <source>Rows, some fields: {module}.</source>
   <translation>Rækker, nogle felter: {module}.</translation>
  </message>
  <message>
   <source>Rule: {source}</source>
   <translation>Regel: {source}</translation>
  </message>
  <message>
   <source>Run</source>
   <translation>Kør</translation>
  </message>
  <message>
   <source>Run the query or the operation</source>
   <translation>Kør forespørgslen eller operationen</translation>
  </message>
  <message>
   <source>Run workflows on the server</source>
   <translation>Kør workflows på serveren</translation>
  </message>
  <message>
   <source>Run {query}</source>
   <translation>Kør {query}</translation>
  </message>
  <message>
   <source>SOAP version</source>
   <translation>SOAP-version</translation>
  </message>
  <message>
   <source>SOAP: what this installation's services offer</source>
   <translation>SOAP: hvad denne installations tjenester tilbyder</translation>
  </message>
  <message>
   <source>Sales</source>
   <translation>Salg</translation>
  </message>
  <message>
   <source>Sales order</source>
   <translation>Salgsordre</translation>
  </message>
  <message>
   <source>Sales orders</source>
   <translation>Salgsordrer</translation>
  </message>
  <message>
   <source>Same case</source>
   <translation>Store/små bogstaver</translation>
  </message>
  <message>
   <source>Sample accounts full of data, on this computer. Nothing to set up, nothing leaves it.</source>
   <translation>Eksempelkonti fulde af data på denne computer. Intet at sætte op, intet forlader den.</translation>
  </message>
  <message>
   <source>Sample accounts on this computer, full of data to try things on. Nothing leaves it.</source>
   <translation>Eksempelkonti på denne computer, fulde af data at prøve med. Intet forlader computeren.</translation>
  </message>
  <message>
   <source>Sandbox</source>
   <translation>Sandkasse</translation>
  </message>
  <message>
   <source>Save and open</source>
   <translation>Gem og åbn</translation>
  </message>
  <message>
   <source>Save as PDF</source>
   <translation>Gem som PDF</translation>
  </message>
  <message>
   <source>Save as PDF…</source>
   <translation>Gem som PDF…</translation>
  </message>
  <message>
   <source>Save as file…</source>
   <translation>Gem som fil…</translation>
  </message>
  <message>
   <source>Save as text</source>
   <translation>Gem som tekst</translation>
  </message>
  <message>
   <source>Save as text…</source>
   <translation>Gem som tekst…</translation>
  </message>
  <message>
   <source>Save as zip…</source>
   <translation>Gem som zip…</translation>
  </message>
  <message>
   <source>Save as…</source>
   <translation>Gem som…</translation>
  </message>
  <message>
   <source>Save changes</source>
   <translation>Gem ændringer</translation>
  </message>
  <message>
   <source>Save document</source>
   <translation>Gem dokument</translation>
  </message>
  <message>
   <source>Save mapping</source>
   <translation>Gem tilknytning</translation>
  </message>
  <message>
   <source>Save rows</source>
   <translation>Gem rækker</translation>
  </message>
  <message>
   <source>Save rows…</source>
   <translation>Gem rækker…</translation>
  </message>
  <message>
   <source>Save the account in the window, which keeps it in the keychain, or set HTTPS_PROXY for the program.</source>
   <translation>Gem kontoen i vinduet, som lægger den i nøgleringen, eller sæt HTTPS_PROXY for programmet.</translation>
  </message>
  <message>
   <source>Save the answer</source>
   <translation>Gem svaret</translation>
  </message>
  <message>
   <source>Save the report</source>
   <translation>Gem rapporten</translation>
  </message>
  <message>
   <source>Save the rows left out</source>
   <translation>Gem de udeladte rækker</translation>
  </message>
  <message>
   <source>Save the rows left out…</source>
   <translation>Gem de udeladte rækker…</translation>
  </message>
  <message>
   <source>Save the view as a file</source>
   <translation>Gem visningen som fil</translation>
  </message>
  <message>
   <source>Save this view</source>
   <translation>Gem visningen</translation>
  </message>
  <message>
   <source>Saved as {file}.</source>
   <translation>Gemt som {file}.</translation>
  </message>
  <message>
   <source>Saved as {file}. Give it to whoever looks after crmdesk.</source>
   <translation>Gemt som {file}. Giv den til den, der passer crmdesk.</translation>
  </message>
  <message>
   <source>Saved mappings</source>
   <translation>Gemte tilknytninger</translation>
  </message>
  <message>
   <source>Saved view</source>
   <translation>Gemt visning</translation>
  </message>
  <message>
   <source>Saved views</source>
   <translation>Gemte visninger</translation>
  </message>
  <message>
   <source>Saved views, changes and tables</source>
   <translation>Gemte visninger, ændringer og tabeller</translation>
  </message>
  <message>
   <source>Saved views…</source>
   <translation>Gemte visninger…</translation>
  </message>
  <message>
   <source>Saved {file}.</source>
   <translation>{file} er gemt.</translation>
  </message>
  <message>
   <source>Saved “{name}”.</source>
   <translation>”{name}” er gemt.</translation>
  </message>
  <message>
   <source>Saved “{profile}” without its secrets. {keychain_trouble} Give them each time with --secret-env or --secret-stdin.</source>
   <translation>”{profile}” er gemt uden sine hemmeligheder. {keychain_trouble} Angiv dem hver gang med --secret-env eller --secret-stdin.</translation>
  </message>
  <message>
   <source>Saved: {path}</source>
   <translation>Gemt: {path}</translation>
  </message>
  <message>
   <source>Save…</source>
   <translation>Gem…</translation>
  </message>
  <message>
   <source>Say what to look for.</source>
   <translation>Sig, hvad der skal søges efter.</translation>
  </message>
  <message>
   <source>Say what to put in.</source>
   <translation>Sig, hvad der skal sættes ind.</translation>
  </message>
  <message>
   <source>Say which module the rows are of: --module NAME.</source>
   <translation>Sig, hvilket modul rækkerne hører til: --module NAME.</translation>
  </message>
  <message>
   <source>Say which records are meant: “where” with a filter, or “ids” with a list.</source>
   <translation>Sig, hvilke poster der menes: ”where” med et filter eller ”ids” med en liste.</translation>
  </message>
  <message>
   <source>Says which record a note belongs to.</source>
   <translation>Siger, hvilken post en note tilhører.</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Søg</translation>
  </message>
  <message>
   <source>Search every account's copy</source>
   <translation>Søg i alle kontis kopier</translation>
  </message>
  <message>
   <source>Search everything…</source>
   <translation>Søg overalt…</translation>
  </message>
  <message>
   <source>Search for {0}</source>
   <translation>Søg efter {0}</translation>
  </message>
  <message>
   <source>Search in {records}</source>
   <translation>Søg i {records}</translation>
  </message>
  <message>
   <source>Search operations</source>
   <translation>Søg i operationer</translation>
  </message>
  <message>
   <source>Search the guide</source>
   <translation>Søg i vejledningen</translation>
  </message>
  <message>
   <source>Search what was changed</source>
   <translation>Søg i ændringerne</translation>
  </message>
  <message>
   <source>Searches contacts, leads, accounts, cases and opportunities.</source>
   <translation>Søger i kontakter, kundeemner, firmaer, sager og salgsmuligheder.</translation>
  </message>
  <message>
   <source>SecurityInfo adds whether the record may be edited.</source>
   <translation>SecurityInfo tilføjer, om posten må redigeres.</translation>
  </message>
  <message>
   <source>See your numbers at a glance</source>
   <translation>Se dine tal med ét blik</translation>
  </message>
  <message>
   <source>Select everything</source>
   <translation>Marker alt</translation>
  </message>
  <message>
   <source>Select more</source>
   <translation>Marker mere</translation>
  </message>
  <message>
   <source>Send both keys as headers KEY1 and KEY2</source>
   <translation>Send begge nøgler som headerne KEY1 og KEY2</translation>
  </message>
  <message>
   <source>Send both keys with every request</source>
   <translation>Send begge nøgler med hver forespørgsel</translation>
  </message>
  <message>
   <source>Send nothing after the change under way</source>
   <translation>Send intet efter den igangværende ændring</translation>
  </message>
  <message>
   <source>Send the new document first</source>
   <translation>Send det nye dokument først</translation>
  </message>
  <message>
   <source>Sending goes on</source>
   <translation>Der sendes fortsat</translation>
  </message>
  <message>
   <source>Sending was stopped when the account was locked. What was not sent still waits: review it to go on.</source>
   <translation>Afsendelsen blev stoppet, da kontoen blev låst. Det, der ikke er sendt, venter stadig: gennemgå det for at fortsætte.</translation>
  </message>
  <message>
   <source>Sending {file} ({n} of {count}) to {title}…</source>
   <translation>Sender {file} ({n} af {count}) til {title}…</translation>
  </message>
  <message>
   <source>Sending…</source>
   <translation>Sender…</translation>
  </message>
  <message>
   <source>Sent</source>
   <translation>Sendt</translation>
  </message>
  <message>
   <source>Sent to the printer.</source>
   <translation>Sendt til printeren.</translation>
  </message>
  <message>
   <source>Sent {done} of {total}</source>
   <translation>Sendt: {done} af {total}</translation>
  </message>
  <message>
   <source>Separator</source>
   <translation>Skilletegn</translation>
  </message>
  <message>
   <source>Serial number</source>
   <translation>Serienummer</translation>
  </message>
  <message>
   <source>Server</source>
   <translation>Server</translation>
  </message>
  <message>
   <source>Server's time zone</source>
   <translation>Serverens tidszone</translation>
  </message>
  <message>
   <source>Set by your administrator</source>
   <translation>Sat af din administrator</translation>
  </message>
  <message>
   <source>Set to</source>
   <translation>Sæt til</translation>
  </message>
  <message>
   <source>Sets a user's password.</source>
   <translation>Sætter en brugers adgangskode.</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>Indstillinger</translation>
  </message>
  <message>
   <source>Settings…</source>
   <translation>Indstillinger…</translation>
  </message>
  <message>
   <source>Several accounts have the name “{name}”. Known accounts: {known}.</source>
   <translation>Flere konti har navnet ”{name}”. Kendte konti: {known}.</translation>
  </message>
  <message>
   <source>Several choices</source>
   <translation>Flere valg</translation>
  </message>
  <message>
   <source>Several, separated by ;</source>
   <translation>Flere, adskilt af ;</translation>
  </message>
  <message>
   <source>Sheet</source>
   <translation>Ark</translation>
  </message>
  <message>
   <source>Sheet “{0}”</source>
   <translation>Ark ”{0}”</translation>
  </message>
  <message>
   <source>Shipping address</source>
   <translation>Leveringsadresse</translation>
  </message>
  <message>
   <source>Shipping and handling</source>
   <translation>Fragt og ekspedition</translation>
  </message>
  <message>
   <source>Show</source>
   <translation>Vis</translation>
  </message>
  <message>
   <source>Show and edit the same filter as text</source>
   <translation>Vis og rediger det samme filter som tekst</translation>
  </message>
  <message>
   <source>Show as a table</source>
   <translation>Vis som tabel</translation>
  </message>
  <message>
   <source>Show empty fields</source>
   <translation>Vis tomme felter</translation>
  </message>
  <message>
   <source>Show in folder</source>
   <translation>Vis i mappe</translation>
  </message>
  <message>
   <source>Show more</source>
   <translation>Vis mere</translation>
  </message>
  <message>
   <source>Show subtotal</source>
   <translation>Vis subtotal</translation>
  </message>
  <message>
   <source>Show the start page</source>
   <translation>Vis startsiden</translation>
  </message>
  <message>
   <source>Show what is typed</source>
   <translation>Vis det skrevne</translation>
  </message>
  <message numerus="yes">
   <source>Show {n} empty fields</source>
   <extracomment>Show {n} empty field</extracomment>
   <translation>
    <numerusform>Vis {n} tomt felt</numerusform>
    <numerusform>Vis {n} tomme felter</numerusform>
   </translation>
  </message>
  <message>
   <source>Side bar</source>
   <translation>Sidepanel</translation>
  </message>
  <message>
   <source>Side by side</source>
   <translation>Side om side</translation>
  </message>
  <message>
   <source>Signed in as</source>
   <translation>Logget på som</translation>
  </message>
  <message>
   <source>Signing in</source>
   <translation>Pålogning</translation>
  </message>
  <message>
   <source>Signing out…</source>
   <translation>Logger af…</translation>
  </message>
  <message>
   <source>Smaller text</source>
   <translation>Mindre tekst</translation>
  </message>
  <message>
   <source>So long a table shows its copy at once and asks the server behind it; an older one is read from the server. F5 always asks.</source>
   <translation>Så længe viser en tabel straks sin kopi og spørger imens serveren; er kopien ældre, læses der fra serveren. F5 spørger altid.</translation>
  </message>
  <message>
   <source>Some of the selected rows are still being read. Try again in a moment.</source>
   <translation>Nogle af de markerede rækker læses stadig. Prøv igen om et øjeblik.</translation>
  </message>
  <message>
   <source>Somebody changed line {position} at the same moment. Nothing was sent: review it again.</source>
   <translation>Nogen ændrede linje {position} i samme øjeblik. Intet blev sendt: gennemgå den igen.</translation>
  </message>
  <message>
   <source>Somebody changed line {position} meanwhile. Nothing was sent: review it again.</source>
   <translation>Nogen har ændret linje {position} imens. Intet blev sendt: gennemgå den igen.</translation>
  </message>
  <message>
   <source>Somebody changed the lines meanwhile. Reload the document and make the change again.</source>
   <translation>Nogen har ændret linjerne imens. Genindlæs dokumentet, og lav ændringen igen.</translation>
  </message>
  <message>
   <source>Somebody changed the lines of this document meanwhile. Nothing was sent, so that no line is lost: review it again.</source>
   <translation>Nogen har ændret dokumentets linjer imens. Intet blev sendt, så ingen linje går tabt: gennemgå det igen.</translation>
  </message>
  <message>
   <source>Somebody changed the lines of this document while you reviewed it.</source>
   <translation>Nogen ændrede dokumentets linjer, mens du gennemgik det.</translation>
  </message>
  <message>
   <source>Somebody changed this document meanwhile. Nothing was sent: review it again.</source>
   <translation>Nogen har ændret dokumentet imens. Intet blev sendt: gennemgå det igen.</translation>
  </message>
  <message>
   <source>Somebody changed this record at the same moment. Nothing was sent: review it again.</source>
   <translation>Nogen ændrede posten i samme øjeblik. Intet blev sendt: gennemgå den igen.</translation>
  </message>
  <message>
   <source>Somebody changed this record while you reviewed it. Review it again.</source>
   <translation>Nogen ændrede posten, mens du gennemgik den. Gennemgå den igen.</translation>
  </message>
  <message>
   <source>Somebody else changed it</source>
   <translation>En anden har ændret den</translation>
  </message>
  <message>
   <source>Something is missing or wrong; it is marked in the form. Nothing was sent.</source>
   <translation>Noget mangler eller er forkert; det er markeret i formularen. Intet blev sendt.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {error}.</source>
   <translation>Noget uventet gik galt: {error}.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {error}. The details are in {path}.</source>
   <translation>Noget uventet gik galt: {error}. Detaljerne står i {path}.</translation>
  </message>
  <message>
   <source>Something went wrong</source>
   <translation>Noget gik galt</translation>
  </message>
  <message>
   <source>Something went wrong in crmdesk</source>
   <translation>Noget gik galt i crmdesk</translation>
  </message>
  <message>
   <source>Sort by this as well</source>
   <translation>Sorter også efter denne</translation>
  </message>
  <message>
   <source>Sort by this column</source>
   <translation>Sorter efter denne kolonne</translation>
  </message>
  <message>
   <source>Sort by this column as well</source>
   <translation>Sorter også efter denne kolonne</translation>
  </message>
  <message>
   <source>Sort downwards</source>
   <translation>Sorter faldende</translation>
  </message>
  <message>
   <source>Sort upwards</source>
   <translation>Sorter stigende</translation>
  </message>
  <message>
   <source>Sorted by the server: {order}</source>
   <translation>Sorteret af serveren: {order}</translation>
  </message>
  <message>
   <source>Sorted here: {order}  (the server cannot, so everything is read before the first row)</source>
   <translation>Sorteret her: {order}  (serveren kan ikke, så alt læses før den første række)</translation>
  </message>
  <message>
   <source>Sorted: as the server gives them</source>
   <translation>Sorteret: som serveren giver dem</translation>
  </message>
  <message>
   <source>Sorts by itself</source>
   <translation>Sorterer selv</translation>
  </message>
  <message>
   <source>Stage</source>
   <translation>Læg klar</translation>
  </message>
  <message>
   <source>Stage and review…</source>
   <translation>Læg klar og gennemgå…</translation>
  </message>
  <message>
   <source>Stage the merge</source>
   <translation>Læg fletningen klar</translation>
  </message>
  <message>
   <source>Stage the new {what}</source>
   <translation>Læg klar: {what}</translation>
  </message>
  <message>
   <source>Stage what brings the lines back; it is sent after your review</source>
   <translation>Læg det klar, der henter linjerne tilbage; det sendes efter din gennemgang</translation>
  </message>
  <message numerus="yes">
   <source>Stage {n} changes</source>
   <extracomment>Stage 1 change</extracomment>
   <translation>
    <numerusform>Læg {n} ændring klar</numerusform>
    <numerusform>Læg {n} ændringer klar</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Stage {n} repairs</source>
   <extracomment>Stage 1 repair</extracomment>
   <translation>
    <numerusform>Læg {n} rettelse klar</numerusform>
    <numerusform>Læg {n} rettelser klar</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Staged: {n} records will change or go. Review them when you are done here.</source>
   <extracomment>Staged: 1 record will change. Review it when you are done here.</extracomment>
   <translation>
    <numerusform>Lagt klar: {n} post ændres. Gennemgå den, når du er færdig her.</numerusform>
    <numerusform>Lagt klar: {n} poster ændres eller forsvinder. Gennemgå dem, når du er færdig her.</numerusform>
   </translation>
  </message>
  <message>
   <source>Start date</source>
   <translation>Startdato</translation>
  </message>
  <message>
   <source>Start page</source>
   <translation>Startside</translation>
  </message>
  <message>
   <source>Status</source>
   <translation>Status</translation>
  </message>
  <message>
   <source>Still needed: {fields}</source>
   <translation>Mangler endnu: {fields}</translation>
  </message>
  <message>
   <source>Still reading.</source>
   <translation>Læser stadig.</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Stop</translation>
  </message>
  <message>
   <source>Stop at the first error</source>
   <translation>Stop ved den første fejl</translation>
  </message>
  <message>
   <source>Stop checking</source>
   <translation>Stop tjekket</translation>
  </message>
  <message>
   <source>Stop loading</source>
   <translation>Stop indlæsningen</translation>
  </message>
  <message>
   <source>Stop the test</source>
   <translation>Stop testen</translation>
  </message>
  <message>
   <source>Stop updating the copy</source>
   <translation>Stop opdateringen af kopien</translation>
  </message>
  <message>
   <source>Stopped before it was sent.</source>
   <translation>Stoppet, før den blev sendt.</translation>
  </message>
  <message>
   <source>Stopped before {host} had answered.{doubt}</source>
   <translation>Stoppet, før {host} havde svaret.{doubt}</translation>
  </message>
  <message>
   <source>Stopped.</source>
   <translation>Stoppet.</translation>
  </message>
  <message>
   <source>Stopped. No file was written.</source>
   <translation>Stoppet. Ingen fil blev skrevet.</translation>
  </message>
  <message>
   <source>Stopping after the change under way …</source>
   <translation>Stopper efter den igangværende ændring …</translation>
  </message>
  <message>
   <source>Stored</source>
   <translation>Gemt</translation>
  </message>
  <message>
   <source>Stored in your system's keychain, never in a file.</source>
   <translation>Gemmes i systemets nøglering, aldrig i en fil.</translation>
  </message>
  <message>
   <source>Stored now, or why not</source>
   <translation>Gemt nu, eller hvorfor ikke</translation>
  </message>
  <message>
   <source>Stores a file as a document.</source>
   <translation>Gemmer en fil som dokument.</translation>
  </message>
  <message>
   <source>Stores a new revision of a document.</source>
   <translation>Gemmer en ny revision af et dokument.</translation>
  </message>
  <message>
   <source>Stray blanks</source>
   <translation>Overflødige mellemrum</translation>
  </message>
  <message>
   <source>Street</source>
   <translation>Gade</translation>
  </message>
  <message>
   <source>Street 2</source>
   <translation>Gade 2</translation>
  </message>
  <message>
   <source>Subject</source>
   <translation>Emne</translation>
  </message>
  <message>
   <source>Subtotal</source>
   <translation>Subtotal</translation>
  </message>
  <message>
   <source>SuiteCRM’s own page (line_items.js): each line’s tax in cents, the rest unrounded; its server only stores</source>
   <translation>SuiteCRM’s egen side (line_items.js): hver linjes moms i øre, resten uden afrunding; serveren gemmer kun</translation>
  </message>
  <message>
   <source>Sum of quantity × price</source>
   <translation>Sum af antal × pris</translation>
  </message>
  <message>
   <source>Sum of the lines’ own discounts</source>
   <translation>Sum af linjernes egne rabatter</translation>
  </message>
  <message>
   <source>Supplier</source>
   <translation>Leverandør</translation>
  </message>
  <message>
   <source>Supply type</source>
   <translation>Leveringsart</translation>
  </message>
  <message>
   <source>Support</source>
   <translation>Support</translation>
  </message>
  <message>
   <source>Support case</source>
   <translation>Supportsag</translation>
  </message>
  <message>
   <source>Support cases</source>
   <translation>Supportsager</translation>
  </message>
  <message>
   <source>Support e-mail</source>
   <translation>Support-e-mail</translation>
  </message>
  <message>
   <source>Support e-mails</source>
   <translation>Support-e-mails</translation>
  </message>
  <message>
   <source>Support makes the pair for you: support@opencrm.co.uk. It sees and changes everything.</source>
   <translation>Supporten laver parret til dig: support@opencrm.co.uk. Det ser og ændrer alt.</translation>
  </message>
  <message>
   <source>Switch account…</source>
   <translation>Skift konto…</translation>
  </message>
  <message>
   <source>Switches modules or languages.</source>
   <translation>Slår moduler eller sprog til og fra.</translation>
  </message>
  <message>
   <source>System</source>
   <translation>System</translation>
  </message>
  <message>
   <source>Table</source>
   <translation>Tabel</translation>
  </message>
  <message>
   <source>Tables (*.csv *.tsv *.txt *.xlsx *.xlsm *.jsonl);;All files (*)</source>
   <translation>Tabeller (*.csv *.tsv *.txt *.xlsx *.xlsm *.jsonl);;Alle filer (*)</translation>
  </message>
  <message>
   <source>Tables (*.csv);;JSON (*.json)</source>
   <translation>Tabeller (*.csv);;JSON (*.json)</translation>
  </message>
  <message>
   <source>Tables (*.csv);;JSON lines (*.jsonl)</source>
   <translation>Tabeller (*.csv);;JSON-linjer (*.jsonl)</translation>
  </message>
  <message>
   <source>Take a field's change back</source>
   <translation>Fortryd et felts ændring</translation>
  </message>
  <message>
   <source>Take back</source>
   <translation>Fortryd ændring</translation>
  </message>
  <message>
   <source>Take back every change of these lines</source>
   <translation>Fortryd alle ændringer af disse linjer</translation>
  </message>
  <message>
   <source>Take back the change of {field} (was {was})</source>
   <translation>Fortryd ændringen af {field} (var {was})</translation>
  </message>
  <message>
   <source>Take back the edits of this row</source>
   <translation>Fortryd rækkens ændringer</translation>
  </message>
  <message>
   <source>Take the comments out: what a server reads in them cannot be checked.</source>
   <translation>Fjern kommentarerne: hvad en server læser i dem, kan ikke kontrolleres.</translation>
  </message>
  <message>
   <source>Take the condition, or drop it</source>
   <translation>Tag imod betingelsen, eller forkast den</translation>
  </message>
  <message>
   <source>Take the link away?</source>
   <translation>Fjern tilknytningen?</translation>
  </message>
  <message>
   <source>Take the password out of the store's address: it would stay in the shell's history. It comes from the keychain, or with --secret-env store=NAME.</source>
   <translation>Fjern adgangskoden fra lagerets adresse: den ville blive i terminalens historik. Den kommer fra nøgleringen eller med --secret-env store=NAME.</translation>
  </message>
  <message>
   <source>Take the user name and password out of the address; they have fields of their own.</source>
   <translation>Fjern brugernavn og adgangskode fra adressen; de har deres egne felter.</translation>
  </message>
  <message>
   <source>Take this one away</source>
   <translation>Fjern denne</translation>
  </message>
  <message>
   <source>Take user and password out of the address; they have fields of their own.</source>
   <translation>Fjern bruger og adgangskode fra adressen; de har deres egne felter.</translation>
  </message>
  <message>
   <source>Take what was typed and go down or up</source>
   <translation>Tag imod det skrevne, og gå ned eller op</translation>
  </message>
  <message>
   <source>Takes from a relation.</source>
   <translation>Fjerner fra en relation.</translation>
  </message>
  <message>
   <source>Target</source>
   <translation>Målperson</translation>
  </message>
  <message>
   <source>Target end date</source>
   <translation>Planlagt slutdato</translation>
  </message>
  <message>
   <source>Target list</source>
   <translation>Målliste</translation>
  </message>
  <message>
   <source>Target lists</source>
   <translation>Mållister</translation>
  </message>
  <message>
   <source>Targets</source>
   <translation>Målpersoner</translation>
  </message>
  <message>
   <source>Task</source>
   <translation>Opgave</translation>
  </message>
  <message>
   <source>Tasks</source>
   <translation>Opgaver</translation>
  </message>
  <message>
   <source>Tax</source>
   <translation>Moms</translation>
  </message>
  <message>
   <source>Tax class</source>
   <translation>Momsklasse</translation>
  </message>
  <message>
   <source>Tax total</source>
   <translation>Moms i alt</translation>
  </message>
  <message>
   <source>Tax {percent} %</source>
   <translation>Moms {percent} %</translation>
  </message>
  <message>
   <source>Team</source>
   <translation>Team</translation>
  </message>
  <message>
   <source>Teams</source>
   <translation>Teams</translation>
  </message>
  <message>
   <source>Tell me when there is a new version</source>
   <translation>Sig til, når der er en ny version</translation>
  </message>
  <message>
   <source>Terms and conditions</source>
   <translation>Vilkår og betingelser</translation>
  </message>
  <message>
   <source>Test connection</source>
   <translation>Test forbindelsen</translation>
  </message>
  <message>
   <source>Testing the connection</source>
   <translation>Tester forbindelsen</translation>
  </message>
  <message>
   <source>Text</source>
   <translation>Tekst</translation>
  </message>
  <message>
   <source>Text below the headline</source>
   <translation>Tekst under overskriften</translation>
  </message>
  <message>
   <source>Text of the licence</source>
   <translation>Licensens tekst</translation>
  </message>
  <message>
   <source>Text size</source>
   <translation>Tekststørrelse</translation>
  </message>
  <message>
   <source>That does not open it.</source>
   <translation>Det åbner den ikke.</translation>
  </message>
  <message>
   <source>That does not open it. Wait a moment before you try again.</source>
   <translation>Det åbner den ikke. Vent et øjeblik, før du prøver igen.</translation>
  </message>
  <message>
   <source>That is not the number. Nothing was sent.</source>
   <translation>Det er ikke antallet. Intet blev sendt.</translation>
  </message>
  <message>
   <source>That was being sent already. What was there before waits among the pending changes now: send it, too.</source>
   <translation>Det var allerede ved at blive sendt. Det, der stod der før, venter nu blandt de ventende ændringer: send det også.</translation>
  </message>
  <message>
   <source>The API cannot list reports. Give their numbers; “custom” before those that OpenCRM built for you.</source>
   <translation>API’et kan ikke vise en liste over rapporter. Angiv deres numre; ”custom” foran dem, OpenCRM har bygget til dig.</translation>
  </message>
  <message>
   <source>The SOAP interface (/CrmIntegrationWebservice) does not answer at {host}. Check the address.</source>
   <translation>SOAP-grænsefladen (/CrmIntegrationWebservice) svarer ikke på {host}. Kontroller adressen.</translation>
  </message>
  <message>
   <source>The account and its key are removed from this computer. Nothing changes on the server.</source>
   <translation>Kontoen og dens nøgle fjernes fra denne computer. Intet ændres på serveren.</translation>
  </message>
  <message>
   <source>The account has neither a bearer token nor an API key. Open its settings and fill in one.</source>
   <translation>Kontoen har hverken et bearer-token eller en API-nøgle. Åbn dens indstillinger, og udfyld en af dem.</translation>
  </message>
  <message>
   <source>The account has no API key. Open the account's settings and fill it in.</source>
   <translation>Kontoen har ingen API-nøgle. Åbn kontoens indstillinger, og udfyld den.</translation>
  </message>
  <message>
   <source>The account has no address. Enter the CRM's address, for example https://crm.example.com.</source>
   <translation>Kontoen har ingen adresse. Skriv CRM-systemets adresse, for eksempel https://crm.example.com.</translation>
  </message>
  <message>
   <source>The account has no application token. Open the account's settings and fill it in.</source>
   <translation>Kontoen har intet applikationstoken. Åbn kontoens indstillinger, og udfyld det.</translation>
  </message>
  <message>
   <source>The account has no {missing}. Open the account's settings and fill it in.</source>
   <translation>Kontoen mangler: {missing}. Åbn kontoens indstillinger, og udfyld det.</translation>
  </message>
  <message>
   <source>The account has no {what}. Open the account's settings and fill it in.</source>
   <translation>Kontoen mangler: {what}. Åbn kontoens indstillinger, og udfyld det.</translation>
  </message>
  <message>
   <source>The account is closed.</source>
   <translation>Kontoen er lukket.</translation>
  </message>
  <message>
   <source>The account is locked, so nothing was sent. Unlock it and try again.</source>
   <translation>Kontoen er låst, så intet blev sendt. Lås den op, og prøv igen.</translation>
  </message>
  <message>
   <source>The account's key does not open SOAP. {reason}</source>
   <translation>Kontoens nøgle åbner ikke SOAP. {reason}</translation>
  </message>
  <message>
   <source>The account's settings need a look</source>
   <translation>Kontoens indstillinger skal ses efter</translation>
  </message>
  <message>
   <source>The address</source>
   <translation>Adressen</translation>
  </message>
  <message>
   <source>The address begins with https://, not with {scheme}://</source>
   <translation>Adressen begynder med https://, ikke med {scheme}://</translation>
  </message>
  <message>
   <source>The address comes from the CRM. You are not asked again about this server until the program ends.</source>
   <translation>Adressen kommer fra CRM-systemet. Du spørges ikke igen om denne server, før programmet slutter.</translation>
  </message>
  <message>
   <source>The address holds a user name or a password. Take them out; they have fields of their own.</source>
   <translation>Adressen indeholder et brugernavn eller en adgangskode. Fjern dem; de har deres egne felter.</translation>
  </message>
  <message>
   <source>The administrator's file {file} cannot be read: {error}.</source>
   <translation>Administratorens fil {file} kan ikke læses: {error}.</translation>
  </message>
  <message>
   <source>The administrator's file {file} locks {name}, which is no setting.</source>
   <translation>Administratorens fil {file} låser {name}, som ikke er en indstilling.</translation>
  </message>
  <message>
   <source>The administrator's file {file} sets {name} to what it cannot be.</source>
   <translation>Administratorens fil {file} sætter {name} til noget, den ikke kan være.</translation>
  </message>
  <message>
   <source>The answer as JSON</source>
   <translation>Svaret som JSON</translation>
  </message>
  <message>
   <source>The answer is on the clipboard.</source>
   <translation>Svaret er i udklipsholderen.</translation>
  </message>
  <message>
   <source>The answer is too long</source>
   <translation>Svaret er for langt</translation>
  </message>
  <message>
   <source>The answer makes no sense</source>
   <translation>Svaret giver ingen mening</translation>
  </message>
  <message>
   <source>The answer of {host} is damaged.{next_step}</source>
   <translation>Svaret fra {host} er beskadiget.{next_step}</translation>
  </message>
  <message>
   <source>The answer of {host} is damaged: it cannot be unpacked.{next_step}</source>
   <translation>Svaret fra {host} er beskadiget: det kan ikke pakkes ud.{next_step}</translation>
  </message>
  <message>
   <source>The answer of {host} is longer than {megabytes} and was not read.</source>
   <translation>Svaret fra {host} er længere end {megabytes} og blev ikke læst.</translation>
  </message>
  <message>
   <source>The answer, branch by branch</source>
   <translation>Svaret, gren for gren</translation>
  </message>
  <message>
   <source>The application's version.</source>
   <translation>Programmets version.</translation>
  </message>
  <message>
   <source>The arrow keys move it, Esc goes back.</source>
   <translation>Piletasterne flytter den, Esc går tilbage.</translation>
  </message>
  <message>
   <source>The body of {operation} is a record, or a list of records. Nothing was sent.</source>
   <translation>Indholdet til {operation} er en post eller en liste af poster. Intet blev sendt.</translation>
  </message>
  <message>
   <source>The body of {operation} is no JSON: {error}. Nothing was sent.</source>
   <translation>Indholdet til {operation} er ikke JSON: {error}. Intet blev sendt.</translation>
  </message>
  <message>
   <source>The campaign's number.</source>
   <translation>Kampagnens nummer.</translation>
  </message>
  <message>
   <source>The cells {merged} are merged: only the first of them has the value.</source>
   <translation>Cellerne {merged} er flettet: kun den første af dem har værdien.</translation>
  </message>
  <message>
   <source>The certificate belongs to another server than {host}. Check the address for a typing error.</source>
   <translation>Certifikatet tilhører en anden server end {host}. Kontroller adressen for en tastefejl.</translation>
  </message>
  <message>
   <source>The certificate file {ca_file} cannot be used. Choose a file with certificates in PEM form.</source>
   <translation>Certifikatfilen {ca_file} kan ikke bruges. Vælg en fil med certifikater i PEM-format.</translation>
  </message>
  <message>
   <source>The certificate of {host} comes from an authority this computer does not know. Install it in the system, or give its file in the account.</source>
   <translation>Certifikatet for {host} kommer fra en myndighed, som denne computer ikke kender. Installer det i systemet, eller angiv dets fil i kontoen.</translation>
  </message>
  <message>
   <source>The certificate of {host} has expired. Ask who runs the server to renew it; check this computer's date.</source>
   <translation>Certifikatet for {host} er udløbet. Bed den, der driver serveren, om at forny det; kontroller denne computers dato.</translation>
  </message>
  <message>
   <source>The certificate of {host} is not valid yet. Check this computer's date and time.</source>
   <translation>Certifikatet for {host} er ikke gyldigt endnu. Kontroller denne computers dato og klokkeslæt.</translation>
  </message>
  <message>
   <source>The certificate of {host} was withdrawn. Do not go on; ask who runs the server.</source>
   <translation>Certifikatet for {host} er trukket tilbage. Fortsæt ikke; spørg den, der driver serveren.</translation>
  </message>
  <message>
   <source>The change that is on its way is finished first. The others wait on this computer.</source>
   <translation>Den ændring, der er på vej, bliver gjort færdig først. De andre venter på denne computer.</translation>
  </message>
  <message numerus="yes">
   <source>The changes of {n} records wait in {account} for your review.</source>
   <extracomment>The changes of 1 record wait in {account} for your review.</extracomment>
   <translation>
    <numerusform>Ændringerne i 1 post venter i {account} på din gennemgang.</numerusform>
    <numerusform>Ændringerne i {n} poster venter i {account} på din gennemgang.</numerusform>
   </translation>
  </message>
  <message>
   <source>The clipboard holds more than {n} rows.</source>
   <translation>Udklipsholderen indeholder mere end {n} rækker.</translation>
  </message>
  <message>
   <source>The clipboard holds no rows.</source>
   <translation>Udklipsholderen indeholder ingen rækker.</translation>
  </message>
  <message>
   <source>The clipboard holds {0} × {1} cells, but the table goes on for {2} rows below and {3} wide.</source>
   <translation>Udklipsholderen indeholder {0} × {1} celler, men tabellen fortsætter {2} rækker nedad og {3} i bredden.</translation>
  </message>
  <message>
   <source>The clipboard holds {0} × {1} cells, but {2} × {3} are marked. Mark one cell to paste all.</source>
   <translation>Udklipsholderen indeholder {0} × {1} celler, men {2} × {3} er markeret. Marker én celle for at indsætte alt.</translation>
  </message>
  <message>
   <source>The clipboard is wider than the table from here on. Start further left.</source>
   <translation>Udklipsholderen er bredere end tabellen herfra. Begynd længere til venstre.</translation>
  </message>
  <message>
   <source>The columns' names are taken from row {row}; what stands above it is left out.</source>
   <translation>Kolonnernes navne tages fra række {row}; det, der står over den, udelades.</translation>
  </message>
  <message>
   <source>The connection failed</source>
   <translation>Forbindelsen mislykkedes</translation>
  </message>
  <message>
   <source>The connection to {host} broke before the whole answer had come.{next_step}</source>
   <translation>Forbindelsen til {host} blev afbrudt, før hele svaret var kommet.{next_step}</translation>
  </message>
  <message numerus="yes">
   <source>The copies of {n} modules are up to date.</source>
   <extracomment>The copy of 1 module is up to date.</extracomment>
   <translation>
    <numerusform>Kopien af 1 modul er opdateret.</numerusform>
    <numerusform>Kopierne af {n} moduler er opdateret.</numerusform>
   </translation>
  </message>
  <message>
   <source>The copy has no such record. Whether the server has one by now is known when it answers.</source>
   <translation>Kopien har ingen sådan post. Om serveren har fået en imens, vides, når den svarer.</translation>
  </message>
  <message>
   <source>The copy of an account's modules on this computer takes at most this much.</source>
   <translation>Så meget plads må kopien af en kontos moduler højst fylde på denne computer.</translation>
  </message>
  <message>
   <source>The copy on this computer does not have this record.</source>
   <translation>Kopien på denne computer har ikke denne post.</translation>
  </message>
  <message>
   <source>The copy on this computer has no such record.</source>
   <translation>Kopien på denne computer har ingen sådan post.</translation>
  </message>
  <message>
   <source>The copy was damaged and begins anew; the old file is {file}.</source>
   <translation>Kopien var beskadiget og begynder forfra; den gamle fil er {file}.</translation>
  </message>
  <message>
   <source>The description (WSDL) of {address} cannot be read. Show the details below to your administrator.</source>
   <translation>Beskrivelsen (WSDL) på {address} kan ikke læses. Vis din administrator detaljerne nedenfor.</translation>
  </message>
  <message>
   <source>The description (WSDL) of {address} names no SOAP interface. Check the address.</source>
   <translation>Beskrivelsen (WSDL) på {address} angiver ingen SOAP-grænseflade. Kontroller adressen.</translation>
  </message>
  <message>
   <source>The description (WSDL) of {address} refers to another document, which is not fetched. Ask who runs the server for a description in one piece.</source>
   <translation>Beskrivelsen (WSDL) på {address} henviser til et andet dokument, som ikke hentes. Bed den, der driver serveren, om en samlet beskrivelse.</translation>
  </message>
  <message>
   <source>The discount</source>
   <translation>Rabatten</translation>
  </message>
  <message>
   <source>The document is not there: the file was not stored. Reload the list.</source>
   <translation>Dokumentet er der ikke: filen blev ikke gemt. Genindlæs listen.</translation>
  </message>
  <message>
   <source>The document was changed on the server after that, so its lines may be other ones by now.</source>
   <translation>Dokumentet er ændret på serveren derefter, så dets linjer kan være nogle andre nu.</translation>
  </message>
  <message>
   <source>The document was created as {key}, but not all its lines: {reason}</source>
   <translation>Dokumentet blev oprettet som {key}, men ikke alle linjer: {reason}</translation>
  </message>
  <message>
   <source>The document was created as {key}, then the session ended before all its lines were saved. Reload it and look before you go on.</source>
   <translation>Dokumentet blev oprettet som {key}, men sessionen sluttede, før alle linjer var gemt. Genindlæs det, og se efter, før du fortsætter.</translation>
  </message>
  <message>
   <source>The document was saved ({key}), but could not be read back: {reason} Reload it and look.</source>
   <translation>Dokumentet blev gemt ({key}), men kunne ikke læses tilbage: {reason} Genindlæs det, og se efter.</translation>
  </message>
  <message>
   <source>The environment variable {variable} is not set, or empty.</source>
   <translation>Miljøvariablen {variable} er ikke sat eller er tom.</translation>
  </message>
  <message>
   <source>The field will be empty.</source>
   <translation>Feltet bliver tomt.</translation>
  </message>
  <message>
   <source>The fields of a module.</source>
   <translation>Et moduls felter.</translation>
  </message>
  <message>
   <source>The file becomes the document's newest revision; the older ones stay.</source>
   <translation>Filen bliver dokumentets nyeste revision; de ældre bliver.</translation>
  </message>
  <message>
   <source>The file begins with a mark that says UTF-16.</source>
   <translation>Filen begynder med et mærke, der siger UTF-16.</translation>
  </message>
  <message>
   <source>The file begins with a mark that says UTF-8.</source>
   <translation>Filen begynder med et mærke, der siger UTF-8.</translation>
  </message>
  <message>
   <source>The file came damaged. Try again.</source>
   <translation>Filen kom beskadiget. Prøv igen.</translation>
  </message>
  <message>
   <source>The file does not say its encoding: look at names with special letters.</source>
   <translation>Filen oplyser ikke sin kodning: se på navne med særlige bogstaver.</translation>
  </message>
  <message>
   <source>The file has no column {match} to find records by.</source>
   <translation>Filen har ingen kolonne {match} at finde poster ved.</translation>
  </message>
  <message>
   <source>The file is gone. Reload the record.</source>
   <translation>Filen er væk. Genindlæs posten.</translation>
  </message>
  <message>
   <source>The file is not base64. Choose it anew; nothing was sent.</source>
   <translation>Filen er ikke base64. Vælg den igen; intet blev sendt.</translation>
  </message>
  <message>
   <source>The file lies on another server. Open the record in the browser.</source>
   <translation>Filen ligger på en anden server. Åbn posten i browseren.</translation>
  </message>
  <message>
   <source>The file of a document's revision.</source>
   <translation>En dokumentrevisions fil.</translation>
  </message>
  <message>
   <source>The file of a document.</source>
   <translation>Et dokuments fil.</translation>
  </message>
  <message>
   <source>The file of a note; SplendidCRM has it not.</source>
   <translation>En notes fil; SplendidCRM har den ikke.</translation>
  </message>
  <message>
   <source>The file of the local copy cannot be used: {path}. Check that the disk has room and that you may write there.</source>
   <translation>Den lokale kopis fil kan ikke bruges: {path}. Kontroller, at disken har plads, og at du må skrive der.</translation>
  </message>
  <message>
   <source>The file that keeps your pending changes cannot be used: {path}. Check that the disk has room and that you may write there.</source>
   <translation>Filen med dine ventende ændringer kan ikke bruges: {path}. Kontroller, at disken har plads, og at du må skrive der.</translation>
  </message>
  <message>
   <source>The file with your pending changes and the journal was damaged. It was kept as {path}; what could be read of it is here. Look through the pending changes before you apply them.</source>
   <translation>Filen med dine ventende ændringer og journalen var beskadiget. Den blev gemt som {path}; hvad der kunne læses, er her. Se de ventende ændringer igennem, før du anvender dem.</translation>
  </message>
  <message>
   <source>The filter of this tab no longer fits the module and was left out.</source>
   <translation>Fanens filter passer ikke længere til modulet og blev udeladt.</translation>
  </message>
  <message>
   <source>The first {most} are shown.</source>
   <translation>De første {most} vises.</translation>
  </message>
  <message>
   <source>The history of changes.</source>
   <translation>Ændringshistorikken.</translation>
  </message>
  <message>
   <source>The journal does not hold the lines as they were.</source>
   <translation>Journalen har ikke linjerne, som de var.</translation>
  </message>
  <message>
   <source>The journal does not tell which record this was.</source>
   <translation>Journalen oplyser ikke, hvilken post det var.</translation>
  </message>
  <message>
   <source>The journal has no batch {batch}.</source>
   <translation>Journalen har ingen kørsel {batch}.</translation>
  </message>
  <message>
   <source>The journal has no batch {number}.</source>
   <translation>Journalen har ingen kørsel {number}.</translation>
  </message>
  <message>
   <source>The last page could not be written. Is there room left?</source>
   <translation>Den sidste side kunne ikke skrives. Er der plads tilbage?</translation>
  </message>
  <message>
   <source>The last run broke off. Changes that waited to be sent are safe on this computer. Shall the account and its tabs open as they were?</source>
   <translation>Programmet blev afbrudt sidste gang. Ændringer, der ventede på at blive sendt, er i sikkerhed på denne computer. Skal kontoen og dens faner åbnes, som de var?</translation>
  </message>
  <message>
   <source>The lead cannot be converted with this opportunity.</source>
   <translation>Kundeemnet kan ikke konverteres med denne salgsmulighed.</translation>
  </message>
  <message>
   <source>The lead was not marked as converted. {ask_help}</source>
   <translation>Kundeemnet blev ikke markeret som konverteret. {ask_help}</translation>
  </message>
  <message>
   <source>The lead's lists were not moved. {ask_help}</source>
   <translation>Kundeemnets lister blev ikke flyttet. {ask_help}</translation>
  </message>
  <message>
   <source>The line's data is in the price list now (item {item}), but the line was not made: {reason} Look before you try again.</source>
   <translation>Linjens data er nu i prislisten (vare {item}), men linjen blev ikke lavet: {reason} Se efter, før du prøver igen.</translation>
  </message>
  <message>
   <source>The line's own id.</source>
   <translation>Linjens eget id.</translation>
  </message>
  <message>
   <source>The lines of a sales document.</source>
   <translation>Et salgsdokuments linjer.</translation>
  </message>
  <message>
   <source>The lines of the document are not what they should be. Reload it.</source>
   <translation>Dokumentets linjer er ikke, som de skal være. Genindlæs det.</translation>
  </message>
  <message>
   <source>The links of {record} could not be read: {reason}</source>
   <translation>Tilknytningerne for {record} kunne ikke læses: {reason}</translation>
  </message>
  <message>
   <source>The local copy could not be deleted: {path}. Close other windows first.</source>
   <translation>Den lokale kopi kunne ikke slettes: {path}. Luk først andre vinduer.</translation>
  </message>
  <message>
   <source>The local copy does not hold the lines of {id}. “crmdesk mirror update {module} --lines” copies them.</source>
   <translation>Den lokale kopi har ikke linjerne i {id}. ”crmdesk mirror update {module} --lines” kopierer dem.</translation>
  </message>
  <message>
   <source>The local copy has no record {id} in {module}.</source>
   <translation>Den lokale kopi har ingen post {id} i {module}.</translation>
  </message>
  <message>
   <source>The local copy has reached its limit of {megabytes} MB. Allow it more room in the settings, or drop a module; then update again.</source>
   <translation>Den lokale kopi har nået sin grænse på {megabytes} MB. Giv den mere plads i indstillingerne, eller fjern et modul; opdater så igen.</translation>
  </message>
  <message>
   <source>The local copy is busy in another window. Try again in a moment.</source>
   <translation>Den lokale kopi er optaget i et andet vindue. Prøv igen om et øjeblik.</translation>
  </message>
  <message>
   <source>The local copy is damaged: {path}. It is put aside when crmdesk starts next; update it then. Your pending changes are in another file and are not touched.</source>
   <translation>Den lokale kopi er beskadiget: {path}. Den lægges til side ved næste start af crmdesk; opdater den så. Dine ventende ændringer er i en anden fil og røres ikke.</translation>
  </message>
  <message>
   <source>The local copy was written by a newer version of crmdesk. Install that version, or delete the copy: {path}. Your pending changes are in another file.</source>
   <translation>Den lokale kopi er skrevet af en nyere version af crmdesk. Installer den version, eller slet kopien: {path}. Dine ventende ændringer er i en anden fil.</translation>
  </message>
  <message>
   <source>The login is right.</source>
   <translation>Login er korrekt.</translation>
  </message>
  <message>
   <source>The main record.</source>
   <translation>Hovedposten.</translation>
  </message>
  <message>
   <source>The mark of the last update is damaged. Update from the beginning.</source>
   <translation>Mærket for seneste opdatering er beskadiget. Opdater fra begyndelsen.</translation>
  </message>
  <message>
   <source>The marked cells are no block. Mark one cell, or one block.</source>
   <translation>De markerede celler er ikke en blok. Marker én celle eller én blok.</translation>
  </message>
  <message>
   <source>The module of the record {record} is not known. Open it from its list.</source>
   <translation>Modulet for posten {record} kendes ikke. Åbn den fra dens liste.</translation>
  </message>
  <message>
   <source>The modules, as links.</source>
   <translation>Modulerne, som links.</translation>
  </message>
  <message>
   <source>The modules.</source>
   <translation>Modulerne.</translation>
  </message>
  <message>
   <source>The name you sign in with.</source>
   <translation>Det navn, du logger på med.</translation>
  </message>
  <message>
   <source>The name {host} cannot be looked up. Check the network, then try again.</source>
   <translation>Navnet {host} kan ikke slås op. Kontroller netværket, og prøv så igen.</translation>
  </message>
  <message>
   <source>The new document is staged; it is sent after your review.</source>
   <translation>Det nye dokument er lagt klar; det sendes efter din gennemgang.</translation>
  </message>
  <message>
   <source>The new document without lines.</source>
   <translation>Det nye dokument uden linjer.</translation>
  </message>
  <message>
   <source>The new password once more.</source>
   <translation>Den nye adgangskode én gang til.</translation>
  </message>
  <message>
   <source>The new password.</source>
   <translation>Den nye adgangskode.</translation>
  </message>
  <message>
   <source>The newer interface (/api/v1) does not answer at {host}. Check the address, or choose SOAP.</source>
   <translation>Den nyere grænseflade (/api/v1) svarer ikke på {host}. Kontroller adressen, eller vælg SOAP.</translation>
  </message>
  <message>
   <source>The note is not there any more. Reload the list.</source>
   <translation>Noten er der ikke længere. Genindlæs listen.</translation>
  </message>
  <message>
   <source>The note is not there: the file was not stored. Reload the list.</source>
   <translation>Noten er der ikke: filen blev ikke gemt. Genindlæs listen.</translation>
  </message>
  <message>
   <source>The note will belong to the record you name, and no longer to the one it belongs to now.</source>
   <translation>Noten kommer til at tilhøre den post, du angiver, og ikke længere den, den tilhører nu.</translation>
  </message>
  <message>
   <source>The note's id.</source>
   <translation>Notens id.</translation>
  </message>
  <message>
   <source>The number of the last row: the end, not how many.</source>
   <translation>Den sidste rækkes nummer: slutningen, ikke hvor mange.</translation>
  </message>
  <message>
   <source>The number of the level that the opportunity begins at, as in an opportunity's Level.</source>
   <translation>Nummeret på det niveau, salgsmuligheden begynder på, som i en salgsmuligheds Level.</translation>
  </message>
  <message>
   <source>The number of the portal whose logins you check most; a check may name another.</source>
   <translation>Nummeret på den portal, hvis login du oftest tjekker; et tjek kan angive en anden.</translation>
  </message>
  <message>
   <source>The old password is wrong. Type it again.</source>
   <translation>Den gamle adgangskode er forkert. Skriv den igen.</translation>
  </message>
  <message>
   <source>The old password.</source>
   <translation>Den gamle adgangskode.</translation>
  </message>
  <message>
   <source>The original has pending changes. The new document begins with them.</source>
   <translation>Originalen har ventende ændringer. Det nye dokument begynder med dem.</translation>
  </message>
  <message>
   <source>The outcome is unknown</source>
   <translation>Udfaldet er ukendt</translation>
  </message>
  <message>
   <source>The outcome is unknown: look at the record before you try again.</source>
   <translation>Udfaldet er ukendt: se på posten, før du prøver igen.</translation>
  </message>
  <message>
   <source>The page</source>
   <translation>Siden</translation>
  </message>
  <message>
   <source>The password has expired. Set a new one in the CRM's own pages, then enter it here.</source>
   <translation>Adgangskoden er udløbet. Vælg en ny på CRM-systemets egne sider, og skriv den så her.</translation>
  </message>
  <message>
   <source>The password was not changed. {ask_help}</source>
   <translation>Adgangskoden blev ikke ændret. {ask_help}</translation>
  </message>
  <message>
   <source>The password you sign in with. It leaves this computer as MD5 only; five wrong ones lock the user.</source>
   <translation>Den adgangskode, du logger på med. Den forlader kun computeren som MD5; fem forkerte spærrer brugeren.</translation>
  </message>
  <message>
   <source>The pipeline level is a whole number, such as 1.</source>
   <translation>Pipelineniveauet er et heltal, fx 1.</translation>
  </message>
  <message>
   <source>The place in the list is lost. Reload it.</source>
   <translation>Stedet i listen er gået tabt. Genindlæs den.</translation>
  </message>
  <message>
   <source>The port in the store's address is no number.</source>
   <translation>Porten i lagerets adresse er ikke et tal.</translation>
  </message>
  <message>
   <source>The portal does not let this login in: {why}</source>
   <translation>Portalen afviser dette login: {why}</translation>
  </message>
  <message>
   <source>The portal is not set up on this server. Ask your administrator.</source>
   <translation>Portalen er ikke sat op på serveren. Spørg din administrator.</translation>
  </message>
  <message>
   <source>The portal refuses this login, without a reason.</source>
   <translation>Portalen afviser dette login uden begrundelse.</translation>
  </message>
  <message>
   <source>The portal refuses this login: {given}</source>
   <translation>Portalen afviser dette login: {given}</translation>
  </message>
  <message>
   <source>The probability to set.</source>
   <translation>Sandsynligheden, der skal sættes.</translation>
  </message>
  <message>
   <source>The program ended before the answer came.</source>
   <translation>Programmet sluttede, før svaret kom.</translation>
  </message>
  <message>
   <source>The proxy asks for a login. Set the proxy's user and password in the system's settings.</source>
   <translation>Proxyen kræver login. Angiv proxyens bruger og adgangskode i systemets indstillinger.</translation>
  </message>
  <message>
   <source>The proxy does not let us through</source>
   <translation>Proxyen lader os ikke igennem</translation>
  </message>
  <message>
   <source>The proxy {name_of_proxy} is no HTTP proxy. Give an HTTP proxy in the account, or none.</source>
   <translation>Proxyen {name_of_proxy} er ikke en HTTP-proxy. Angiv en HTTP-proxy i kontoen eller ingen.</translation>
  </message>
  <message>
   <source>The proxy {proxy}</source>
   <translation>Proxyen {proxy}</translation>
  </message>
  <message>
   <source>The proxy {proxy} cannot be reached. Check its address, or use none.</source>
   <translation>Proxyen {proxy} kan ikke nås. Kontroller dens adresse, eller brug ingen.</translation>
  </message>
  <message>
   <source>The proxy {proxy} does not let us through to {host}. Ask who runs it.</source>
   <translation>Proxyen {proxy} lader os ikke komme igennem til {host}. Spørg den, der driver den.</translation>
  </message>
  <message>
   <source>The quantity keeps {places} decimals there; {number} has more.</source>
   <translation>Antallet har {places} decimaler der; {number} har flere.</translation>
  </message>
  <message>
   <source>The query has {n} characters; {max_chars} fit into an address.</source>
   <translation>Forespørgslen har {n} tegn; der er plads til {max_chars} i en adresse.</translation>
  </message>
  <message>
   <source>The query ran; nothing fits it.</source>
   <translation>Forespørgslen blev kørt; intet passer til den.</translation>
  </message>
  <message>
   <source>The recipe changes nothing: add a [[change]] with a field.</source>
   <translation>Opskriften ændrer intet: tilføj en [[change]] med et felt.</translation>
  </message>
  <message>
   <source>The recipe changes {touched} and says that it is never to be touched.</source>
   <translation>Opskriften ændrer {touched} og siger, at det aldrig må røres.</translation>
  </message>
  <message>
   <source>The recipe expects {wanted} records and found {found}. Nothing was sent.</source>
   <translation>Opskriften forventer {wanted} poster og fandt {found}. Intet blev sendt.</translation>
  </message>
  <message>
   <source>The record comes back with a new id; links to the old one do not.</source>
   <translation>Posten får et nyt id; links til det gamle gendannes ikke.</translation>
  </message>
  <message>
   <source>The record goes to another organisation. Its person belongs to the former one and is not taken along.</source>
   <translation>Posten går til en anden organisation. Dens person tilhører den tidligere og tages ikke med.</translation>
  </message>
  <message>
   <source>The record is added to a campaign. It cannot be taken out again from here.</source>
   <translation>Posten føjes til en kampagne. Den kan ikke tages ud igen herfra.</translation>
  </message>
  <message>
   <source>The record is gone</source>
   <translation>Posten er væk</translation>
  </message>
  <message>
   <source>The record is gone.</source>
   <translation>Posten er væk.</translation>
  </message>
  <message>
   <source>The record is not there: it was deleted, or it never existed. Reload the list.</source>
   <translation>Posten er der ikke: den blev slettet, eller den har aldrig været der. Genindlæs listen.</translation>
  </message>
  <message>
   <source>The record to add.</source>
   <translation>Posten, der skal tilføjes.</translation>
  </message>
  <message>
   <source>The record to link to it.</source>
   <translation>Posten, der skal tilknyttes den.</translation>
  </message>
  <message>
   <source>The record was added, but the server did not say which one it is. Reload the list.</source>
   <translation>Posten blev tilføjet, men serveren sagde ikke, hvilken det er. Genindlæs listen.</translation>
  </message>
  <message>
   <source>The record was made ({made}), but its file or its link was not stored: {reason}</source>
   <translation>Posten blev oprettet ({made}), men dens fil eller tilknytning blev ikke gemt: {reason}</translation>
  </message>
  <message>
   <source>The record was moved, but not changed: {reason}</source>
   <translation>Posten blev flyttet, men ikke ændret: {reason}</translation>
  </message>
  <message>
   <source>The record was not added to the campaign: {answer}</source>
   <translation>Posten blev ikke føjet til kampagnen: {answer}</translation>
  </message>
  <message>
   <source>The record will be deleted.</source>
   <translation>Posten vil blive slettet.</translation>
  </message>
  <message>
   <source>The record's id.</source>
   <translation>Postens id.</translation>
  </message>
  <message>
   <source>The record's number; 0 makes a new one.</source>
   <translation>Postens nummer; 0 opretter en ny.</translation>
  </message>
  <message>
   <source>The records at the other end.</source>
   <translation>Posterne i den anden ende.</translation>
  </message>
  <message>
   <source>The records of one related list.</source>
   <translation>Posterne i én relateret liste.</translation>
  </message>
  <message>
   <source>The records were not related. {ask_help}</source>
   <translation>Posterne blev ikke relateret. {ask_help}</translation>
  </message>
  <message>
   <source>The related lists of a module.</source>
   <translation>Et moduls relaterede lister.</translation>
  </message>
  <message>
   <source>The relationship to set.</source>
   <translation>Relationen, der skal sættes.</translation>
  </message>
  <message>
   <source>The reply as it came</source>
   <translation>Svaret, som det kom</translation>
  </message>
  <message>
   <source>The reply is on the clipboard.</source>
   <translation>Svaret er i udklipsholderen.</translation>
  </message>
  <message>
   <source>The report's number.</source>
   <translation>Rapportens nummer.</translation>
  </message>
  <message>
   <source>The row is no longer there. Reload the list.</source>
   <translation>Rækken er der ikke længere. Genindlæs listen.</translation>
  </message>
  <message>
   <source>The row that begins in line {line} of {path} has a quotation mark that is never closed. Close it, or double it where it belongs to the text.</source>
   <translation>Rækken, der begynder i linje {line} i {path}, har et citationstegn, der aldrig lukkes. Luk det, eller skriv det dobbelt, hvor det hører til teksten.</translation>
  </message>
  <message>
   <source>The rows of a native query have no types: use csv or json.</source>
   <translation>Rækkerne i en egen forespørgsel har ingen typer: brug csv eller json.</translation>
  </message>
  <message>
   <source>The rows of a report.</source>
   <translation>En rapports rækker.</translation>
  </message>
  <message>
   <source>The same for dates without a time.</source>
   <translation>Det samme for datoer uden klokkeslæt.</translation>
  </message>
  <message>
   <source>The same in UTC.</source>
   <translation>Det samme i UTC.</translation>
  </message>
  <message>
   <source>The same in chosen modules, page by page.</source>
   <translation>Det samme i valgte moduler, side for side.</translation>
  </message>
  <message>
   <source>The second key of the pair.</source>
   <translation>Parrets anden nøgle.</translation>
  </message>
  <message>
   <source>The server allows no more sessions at once. Sign out elsewhere, then sign in again.</source>
   <translation>Serveren tillader ikke flere sessioner på én gang. Log af et andet sted, og log så på igen.</translation>
  </message>
  <message>
   <source>The server already has such a record and refuses a second one.</source>
   <translation>Serveren har allerede en sådan post og afviser en til.</translation>
  </message>
  <message>
   <source>The server already has such a record and refuses a second one. Look for it and change that one.</source>
   <translation>Serveren har allerede en sådan post og afviser en til. Find den, og ret i den.</translation>
  </message>
  <message>
   <source>The server answered with nothing. Try again.</source>
   <translation>Serveren svarede med ingenting. Prøv igen.</translation>
  </message>
  <message>
   <source>The server answered with nothing.{look_first}</source>
   <translation>Serveren svarede med ingenting.{look_first}</translation>
  </message>
  <message>
   <source>The server answered with something unreadable.</source>
   <translation>Serveren svarede med noget ulæseligt.</translation>
  </message>
  <message>
   <source>The server answered with something unreadable.{more}</source>
   <translation>Serveren svarede med noget ulæseligt.{more}</translation>
  </message>
  <message>
   <source>The server answers again.</source>
   <translation>Serveren svarer igen.</translation>
  </message>
  <message numerus="yes">
   <source>The server answers again. Your {n} pending changes still fit.</source>
   <extracomment>The server answers again. Your pending change still fits.</extracomment>
   <translation>
    <numerusform>Serveren svarer igen. Din ventende ændring passer stadig.</numerusform>
    <numerusform>Serveren svarer igen. Dine {n} ventende ændringer passer stadig.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>The server answers again. {n} of your pending changes meet what others changed: the review shows them.</source>
   <extracomment>The server answers again. 1 of your pending changes meets what others changed: the review shows it.</extracomment>
   <translation>
    <numerusform>Serveren svarer igen. 1 af dine ventende ændringer støder sammen med andres: gennemgangen viser den.</numerusform>
    <numerusform>Serveren svarer igen. {n} af dine ventende ændringer støder sammen med andres: gennemgangen viser dem.</numerusform>
   </translation>
  </message>
  <message>
   <source>The server answers that it saved document {key}, which is not the one. Reload it and look.</source>
   <translation>Serveren svarer, at den gemte dokumentet {key}, men det er ikke det rigtige. Genindlæs det, og se efter.</translation>
  </message>
  <message>
   <source>The server answers that it saved record {key}, which is not the one. Reload the list and look before you try again.</source>
   <translation>Serveren svarer, at den gemte posten {key}, men det er ikke den rigtige. Genindlæs listen, og se efter, før du prøver igen.</translation>
  </message>
  <message>
   <source>The server asks for a pause. Try again in {wait_s} seconds.</source>
   <translation>Serveren beder om en pause. Prøv igen om {wait_s} sekunder.</translation>
  </message>
  <message>
   <source>The server asks for a pause: too many requests. Try again in a moment.</source>
   <translation>Serveren beder om en pause: for mange forespørgsler. Prøv igen om et øjeblik.</translation>
  </message>
  <message>
   <source>The server asks for a pause: too many requests. Try again later.</source>
   <translation>Serveren beder om en pause: for mange forespørgsler. Prøv igen senere.</translation>
  </message>
  <message>
   <source>The server asks for a pause: your subscription's number of requests is used up for now. Try again later.</source>
   <translation>Serveren beder om en pause: dit abonnements antal forespørgsler er brugt for nu. Prøv igen senere.</translation>
  </message>
  <message>
   <source>The server asks us to wait</source>
   <translation>Serveren beder os vente</translation>
  </message>
  <message>
   <source>The server broke down and gave no reason. Try again; if it stays, show the details to your administrator.</source>
   <translation>Serveren brød ned uden at sige hvorfor. Prøv igen; hvis det fortsætter, så vis din administrator detaljerne.</translation>
  </message>
  <message>
   <source>The server broke down in the middle: {shown} {unknown_outcome}</source>
   <translation>Serveren brød ned midt i det: {shown} {unknown_outcome}</translation>
  </message>
  <message>
   <source>The server broke down while it was saving. The change may have been saved all the same: reload the record and look before you try again.</source>
   <translation>Serveren brød ned, mens den gemte. Ændringen kan være gemt alligevel: genindlæs posten, og se efter, før du prøver igen.</translation>
  </message>
  <message>
   <source>The server broke down while it was saving.{look_first}</source>
   <translation>Serveren brød ned, mens den gemte.{look_first}</translation>
  </message>
  <message>
   <source>The server broke down. Try again; if it stays, show the details to your administrator.</source>
   <translation>Serveren brød ned. Prøv igen; hvis det fortsætter, så vis din administrator detaljerne.</translation>
  </message>
  <message>
   <source>The server cannot ask for this combination: filtered on this computer.</source>
   <translation>Serveren kan ikke spørge med denne kombination: filtreret på denne computer.</translation>
  </message>
  <message>
   <source>The server cannot ask for “{op}” without losing rows: filtered on this computer.</source>
   <translation>Serveren kan ikke spørge med ”{op}” uden at miste rækker: filtreret på denne computer.</translation>
  </message>
  <message>
   <source>The server cannot be reached</source>
   <translation>Serveren kan ikke nås</translation>
  </message>
  <message>
   <source>The server cannot be reached, and the copy of {module} is not finished: which records there are is known when the server answers again.</source>
   <translation>Serveren kan ikke nås, og kopien af {module} er ikke færdig: hvilke poster der er, vides først, når serveren svarer igen.</translation>
  </message>
  <message>
   <source>The server cannot be reached, and the lines of this document are not on this computer. Documents that were opened before are, and all of a module where its copy keeps their lines.</source>
   <translation>Serveren kan ikke nås, og dokumentets linjer er ikke på denne computer. Det er linjerne i dokumenter, der har været åbnet før, og alle i et modul, hvis kopi også gemmer linjerne.</translation>
  </message>
  <message>
   <source>The server cannot be reached, and there is no copy of {module} on this computer. Try again when the server answers.</source>
   <translation>Serveren kan ikke nås, og der er ingen kopi af {module} på denne computer. Prøv igen, når serveren svarer.</translation>
  </message>
  <message>
   <source>The server cannot be reached; copies are updated when it answers again.</source>
   <translation>Serveren kan ikke nås; kopierne opdateres, når den svarer igen.</translation>
  </message>
  <message>
   <source>The server cannot do this</source>
   <translation>Serveren kan ikke dette</translation>
  </message>
  <message>
   <source>The server cannot filter by {field}: filtered on this computer.</source>
   <translation>Serveren kan ikke filtrere på {field}: filtreret på denne computer.</translation>
  </message>
  <message>
   <source>The server cannot store or find the file. Ask your administrator about its upload folder.</source>
   <translation>Serveren kan ikke gemme eller finde filen. Spørg din administrator om dens uploadmappe.</translation>
  </message>
  <message numerus="yes">
   <source>The server changed {n} other fields by itself</source>
   <extracomment>The server changed {n} other field by itself</extracomment>
   <translation>
    <numerusform>Serveren ændrede selv {n} andet felt</numerusform>
    <numerusform>Serveren ændrede selv {n} andre felter</numerusform>
   </translation>
  </message>
  <message>
   <source>The server compares {field} in another way: filtered on this computer.</source>
   <translation>Serveren sammenligner {field} på en anden måde: filtreret på denne computer.</translation>
  </message>
  <message>
   <source>The server converted the record without telling which one it made.</source>
   <translation>Serveren konverterede posten uden at oplyse, hvilken den lavede.</translation>
  </message>
  <message>
   <source>The server could not answer: {shown} {later}</source>
   <translation>Serveren kunne ikke svare: {shown} {later}</translation>
  </message>
  <message>
   <source>The server could not carry this out. {ask_help}</source>
   <translation>Serveren kunne ikke udføre det. {ask_help}</translation>
  </message>
  <message>
   <source>The server could not read this list and does not say why.</source>
   <translation>Serveren kunne ikke læse listen og siger ikke hvorfor.</translation>
  </message>
  <message>
   <source>The server did not say whether it saved this. Reload the record and look before you try again.</source>
   <translation>Serveren sagde ikke, om den gemte. Genindlæs posten, og se efter, før du prøver igen.</translation>
  </message>
  <message>
   <source>The server did not say whether the record was added. Look at the campaign first.</source>
   <translation>Serveren sagde ikke, om posten blev tilføjet. Se først på kampagnen.</translation>
  </message>
  <message>
   <source>The server did not understand the filter. Change it, or take one condition away.</source>
   <translation>Serveren forstod ikke filteret. Ret det, eller fjern en betingelse.</translation>
  </message>
  <message>
   <source>The server does not accept the token any more. Sign in again.</source>
   <translation>Serveren accepterer ikke længere dette token. Log på igen.</translation>
  </message>
  <message>
   <source>The server does not accept this computer's address. Ask your administrator.</source>
   <translation>Serveren accepterer ikke denne computers adresse. Spørg din administrator.</translation>
  </message>
  <message>
   <source>The server does not allow it: {shown} Ask your administrator for a token with more rights.</source>
   <translation>Serveren tillader det ikke: {shown} Bed din administrator om et token med flere rettigheder.</translation>
  </message>
  <message>
   <source>The server does not allow this, or the record is no longer there: it does not tell which. Reload the list; if the record is still shown, ask your administrator for the right.</source>
   <translation>Serveren tillader det ikke, eller posten findes ikke længere: den siger ikke hvilket. Genindlæs listen; hvis posten stadig vises, så bed din administrator om retten.</translation>
  </message>
  <message>
   <source>The server does not filter {module} by this record, and there are too many to look through. Filter their own list instead.</source>
   <translation>Serveren filtrerer ikke {module} efter denne post, og der er for mange at gennemse. Filtrer deres egen liste i stedet.</translation>
  </message>
  <message>
   <source>The server does not filter {plural} by this record, and there are too many to look through. Filter their own list instead.</source>
   <translation>Serveren filtrerer ikke {plural} efter denne post, og der er for mange at gennemse. Filtrer deres egen liste i stedet.</translation>
  </message>
  <message>
   <source>The server does not have it: {given}</source>
   <translation>Serveren har det ikke: {given}</translation>
  </message>
  <message>
   <source>The server does not know a field {field}: filtered on this computer.</source>
   <translation>Serveren kender ikke feltet {field}: filtreret på denne computer.</translation>
  </message>
  <message>
   <source>The server does not know this kind of record. Reload the modules.</source>
   <translation>Serveren kender ikke denne slags post. Genindlæs modulerne.</translation>
  </message>
  <message>
   <source>The server does not know this list of related records. Reload the record.</source>
   <translation>Serveren kender ikke denne liste over relaterede poster. Genindlæs posten.</translation>
  </message>
  <message>
   <source>The server does not know this pair of keys. Copy key and pass key anew; support@opencrm.co.uk issues them.</source>
   <translation>Serveren kender ikke dette nøglepar. Kopier nøgle og pass-nøgle igen; support@opencrm.co.uk udsteder dem.</translation>
  </message>
  <message>
   <source>The server does not know this user name. Check its spelling.</source>
   <translation>Serveren kender ikke dette brugernavn. Kontroller stavemåden.</translation>
  </message>
  <message>
   <source>The server does not let us in</source>
   <translation>Serveren lukker os ikke ind</translation>
  </message>
  <message>
   <source>The server does not let you do this in {module}.</source>
   <translation>Serveren lader dig ikke gøre dette i {module}.</translation>
  </message>
  <message>
   <source>The server does not list {module}, so they cannot be copied.</source>
   <translation>Serveren viser ingen liste over {module}, så de kan ikke kopieres.</translation>
  </message>
  <message>
   <source>The server does not offer this module, or not to you. Reload the modules.</source>
   <translation>Serveren tilbyder ikke dette modul, eller ikke til dig. Genindlæs modulerne.</translation>
  </message>
  <message>
   <source>The server does not take the access key (any longer). Sign in again.</source>
   <translation>Serveren tager ikke (længere) imod adgangsnøglen. Log på igen.</translation>
  </message>
  <message>
   <source>The server does not tell the new record's id. Look for it before you try again.</source>
   <translation>Serveren oplyser ikke den nye posts id. Find den, før du prøver igen.</translation>
  </message>
  <message>
   <source>The server does not tell whether it was done. Look for the record before you send it again.</source>
   <translation>Serveren oplyser ikke, om det blev udført. Find posten, før du sender den igen.</translation>
  </message>
  <message>
   <source>The server forbids this: {sentence} The API is off by default and can be limited to certain addresses; support@opencrm.co.uk changes that.</source>
   <translation>Serveren forbyder det: {sentence} API’et er som standard slået fra og kan begrænses til bestemte adresser; support@opencrm.co.uk ændrer det.</translation>
  </message>
  <message>
   <source>The server gave no access token. Check the application token.</source>
   <translation>Serveren gav intet adgangstoken. Kontroller applikationstokenet.</translation>
  </message>
  <message>
   <source>The server has no field {name} any more.</source>
   <translation>Serveren har ikke længere noget felt {name}.</translation>
  </message>
  <message>
   <source>The server has no field {name}.</source>
   <translation>Serveren har intet felt {name}.</translation>
  </message>
  <message>
   <source>The server has no {name}.</source>
   <translation>Serveren har ingen {name}.</translation>
  </message>
  <message>
   <source>The server has trouble</source>
   <translation>Serveren har problemer</translation>
  </message>
  <message>
   <source>The server holds something else by now in: {moved}.</source>
   <translation>Serveren har nu noget andet i: {moved}.</translation>
  </message>
  <message>
   <source>The server is asked:</source>
   <translation>Serveren spørges:</translation>
  </message>
  <message>
   <source>The server is closed for the moment (maintenance or overload). Try again in a few minutes.</source>
   <translation>Serveren er lukket for øjeblikket (vedligeholdelse eller overbelastning). Prøv igen om nogle minutter.</translation>
  </message>
  <message>
   <source>The server knows no record with this id: it was deleted, or the id is wrong. Reload the list.</source>
   <translation>Serveren kender ingen post med dette id: den blev slettet, eller id’et er forkert. Genindlæs listen.</translation>
  </message>
  <message>
   <source>The server made a new record ({keys}) instead of changing this one. Look at both before you go on.</source>
   <translation>Serveren lavede en ny post ({keys}) i stedet for at ændre denne. Se på begge, før du fortsætter.</translation>
  </message>
  <message>
   <source>The server makes a delivery of this opportunity, with its lines; the opportunity may be gone then.</source>
   <translation>Serveren laver en leverance af salgsmuligheden med dens linjer; salgsmuligheden kan så være væk.</translation>
  </message>
  <message>
   <source>The server makes an opportunity of this delivery, with its lines; the delivery may be gone then.</source>
   <translation>Serveren laver en salgsmulighed af leverancen med dens linjer; leverancen kan så være væk.</translation>
  </message>
  <message>
   <source>The server misses one of the two keys. Check key and pass key in the account.</source>
   <translation>Serveren mangler en af de to nøgler. Kontroller nøgle og pass-nøgle i kontoen.</translation>
  </message>
  <message>
   <source>The server opened no session. Try again.</source>
   <translation>Serveren åbnede ingen session. Prøv igen.</translation>
  </message>
  <message>
   <source>The server refused the login because its one-time token had run out. Try again.</source>
   <translation>Serveren afviste login, fordi dens engangstoken var udløbet. Prøv igen.</translation>
  </message>
  <message>
   <source>The server refused to save this: {sentence} Correct it and try again.</source>
   <translation>Serveren afviste at gemme: {sentence} Ret det, og prøv igen.</translation>
  </message>
  <message>
   <source>The server refused to save this: {shown} Correct it and try again.</source>
   <translation>Serveren afviste at gemme: {shown} Ret det, og prøv igen.</translation>
  </message>
  <message>
   <source>The server refused.</source>
   <translation>Serveren afviste.</translation>
  </message>
  <message>
   <source>The server refused: it is too large.</source>
   <translation>Serveren afviste: det er for stort.</translation>
  </message>
  <message>
   <source>The server refused: {given}</source>
   <translation>Serveren afviste: {given}</translation>
  </message>
  <message>
   <source>The server refused: {given}.</source>
   <translation>Serveren afviste: {given}.</translation>
  </message>
  <message>
   <source>The server refused: {hidden}</source>
   <translation>Serveren afviste: {hidden}</translation>
  </message>
  <message>
   <source>The server refused: {sentence} If it stays, show the details to your administrator.</source>
   <translation>Serveren afviste: {sentence} Hvis det fortsætter, så vis din administrator detaljerne.</translation>
  </message>
  <message>
   <source>The server refused: {shown}</source>
   <translation>Serveren afviste: {shown}</translation>
  </message>
  <message>
   <source>The server refused: {shown} {ask_help}</source>
   <translation>Serveren afviste: {shown} {ask_help}</translation>
  </message>
  <message>
   <source>The server refused: {shown} {later}</source>
   <translation>Serveren afviste: {shown} {later}</translation>
  </message>
  <message>
   <source>The server refuses the API key: {given} Copy it anew from CRM-service, or ask whether it is locked.</source>
   <translation>Serveren afviser API-nøglen: {given} Kopier den igen fra CRM-service, eller spørg, om den er spærret.</translation>
  </message>
  <message>
   <source>The server refuses the application token. Copy it anew from webCRM: Configuration, Integration, API, REST.</source>
   <translation>Serveren afviser applikationstokenet. Kopier det igen fra webCRM: Configuration, Integration, API, REST.</translation>
  </message>
  <message>
   <source>The server refuses the token. Copy it anew from CRM-service.</source>
   <translation>Serveren afviser tokenet. Kopier det igen fra CRM-service.</translation>
  </message>
  <message>
   <source>The server refuses this user name and password. Check both: after five failures it locks the user. Nothing is tried again by itself.</source>
   <translation>Serveren afviser brugernavn og adgangskode. Kontroller begge: efter fem fejl spærrer den brugeren. Intet prøves igen af sig selv.</translation>
  </message>
  <message>
   <source>The server reports a failure</source>
   <translation>Serveren melder en fejl</translation>
  </message>
  <message>
   <source>The server said that the records are linked, but they are not. Link them in the CRM itself.</source>
   <translation>Serveren sagde, at posterne er tilknyttet, men det er de ikke. Tilknyt dem i selve CRM-systemet.</translation>
  </message>
  <message>
   <source>The server saved nothing, and does not say why.</source>
   <translation>Serveren gemte intet og siger ikke hvorfor.</translation>
  </message>
  <message>
   <source>The server says it saved the record, but not under which number, so it could not be checked. Look before you try again.</source>
   <translation>Serveren siger, at den gemte posten, men ikke under hvilket nummer, så det kunne ikke kontrolleres. Se efter, før du prøver igen.</translation>
  </message>
  <message>
   <source>The server says that the record is deleted, but it is still there. Reload the list.</source>
   <translation>Serveren siger, at posten er slettet, men den er der stadig. Genindlæs listen.</translation>
  </message>
  <message>
   <source>The server says “Unauthorized”: a key is missing or wrong, or something on the way changed the request. Check both keys; if they are right, try another way of signing in, in the account's settings.</source>
   <translation>Serveren siger ”Unauthorized”: en nøgle mangler eller er forkert, eller noget undervejs ændrede forespørgslen. Kontroller begge nøgler; hvis de er rigtige, så prøv en anden pålogning i kontoens indstillinger.</translation>
  </message>
  <message>
   <source>The server sends us elsewhere</source>
   <translation>Serveren sender os et andet sted hen</translation>
  </message>
  <message>
   <source>The server sent no access key. Try another way of signing in.</source>
   <translation>Serveren sendte ingen adgangsnøgle. Prøv en anden pålogning.</translation>
  </message>
  <message>
   <source>The server sent no login token. Check the address.</source>
   <translation>Serveren sendte intet logintoken. Kontroller adressen.</translation>
  </message>
  <message>
   <source>The server sent no session. Try again.</source>
   <translation>Serveren sendte ingen session. Prøv igen.</translation>
  </message>
  <message>
   <source>The server sent nothing. Try again.</source>
   <translation>Serveren sendte intet. Prøv igen.</translation>
  </message>
  <message>
   <source>The server sets this field by itself.</source>
   <translation>Serveren sætter selv dette felt.</translation>
  </message>
  <message>
   <source>The server stores it at once; its own total follows when a line is saved next.</source>
   <translation>Serveren gemmer det straks; dens egen total følger, næste gang en linje gemmes.</translation>
  </message>
  <message>
   <source>The server takes 250 requests a minute, and they are used up. Go on in a moment.</source>
   <translation>Serveren tager 250 forespørgsler i minuttet, og de er brugt. Fortsæt om et øjeblik.</translation>
  </message>
  <message>
   <source>The server takes 250 requests a minute, and they are used up. Try again in {wait_s} seconds.</source>
   <translation>Serveren tager 250 forespørgsler i minuttet, og de er brugt. Prøv igen om {wait_s} sekunder.</translation>
  </message>
  <message>
   <source>The server takes files up to 25 MB; {file_name} has {n} MB.</source>
   <translation>Serveren tager filer på op til 25 MB; {file_name} har {n} MB.</translation>
  </message>
  <message numerus="yes">
   <source>The server takes {n} conditions at a time: filtered on this computer.</source>
   <extracomment>The server takes one condition at a time: filtered on this computer.</extracomment>
   <translation>
    <numerusform>Serveren tager én betingelse ad gangen: filtreret på denne computer.</numerusform>
    <numerusform>Serveren tager {n} betingelser ad gangen: filtreret på denne computer.</numerusform>
   </translation>
  </message>
  <message>
   <source>The server tells no total of its own.</source>
   <translation>Serveren oplyser ingen total selv.</translation>
  </message>
  <message>
   <source>The server tells nothing of this record: nothing happened, or it does not follow this module.</source>
   <translation>Serveren oplyser intet om denne post: intet er sket, eller den følger ikke dette modul.</translation>
  </message>
  <message>
   <source>The server took it (number {record}), but it could not be checked: {reason}</source>
   <translation>Serveren tog imod det (nummer {record}), men det kunne ikke kontrolleres: {reason}</translation>
  </message>
  <message>
   <source>The server took it (number {record}), but it could not be checked: {reason} Look at the record before you try again.</source>
   <translation>Serveren tog imod det (nummer {record}), men det kunne ikke kontrolleres: {reason} Se på posten, før du prøver igen.</translation>
  </message>
  <message>
   <source>The server took the change but did not say for which record. Reload the list and look before you try again.</source>
   <translation>Serveren tog imod ændringen, men sagde ikke for hvilken post. Genindlæs listen, og se efter, før du prøver igen.</translation>
  </message>
  <message>
   <source>The server took the deletion, but it could not be checked: {reason} Reload the list and look.</source>
   <translation>Serveren tog imod sletningen, men den kunne ikke kontrolleres: {reason} Genindlæs listen, og se efter.</translation>
  </message>
  <message>
   <source>The server took the document but did not say its id. Reload the list and look first.</source>
   <translation>Serveren tog imod dokumentet, men oplyste ikke dets id. Genindlæs listen, og se efter først.</translation>
  </message>
  <message>
   <source>The server took the file, but did not say as which document.</source>
   <translation>Serveren tog imod filen, men sagde ikke som hvilket dokument.</translation>
  </message>
  <message>
   <source>The server took the file, but did not say as which. Reload the record and look.</source>
   <translation>Serveren tog imod filen, men sagde ikke som hvilken. Genindlæs posten, og se efter.</translation>
  </message>
  <message>
   <source>The server took the line's data, but did not say under which number.</source>
   <translation>Serveren tog imod linjens data, men sagde ikke under hvilket nummer.</translation>
  </message>
  <message>
   <source>The server took the line, but did not say which one it is.</source>
   <translation>Serveren tog imod linjen, men sagde ikke, hvilken den er.</translation>
  </message>
  <message>
   <source>The server took the note, but it is not in the list.</source>
   <translation>Serveren tog imod noten, men den er ikke i listen.</translation>
  </message>
  <message>
   <source>The server took the record but did not say which one it is. Reload the list before you try again.</source>
   <translation>Serveren tog imod posten, men sagde ikke, hvilken den er. Genindlæs listen, før du prøver igen.</translation>
  </message>
  <message>
   <source>The server took the {what} but did not say which one it is.</source>
   <translation>Serveren tog imod: {what}, men sagde ikke, hvilken post det er.</translation>
  </message>
  <message>
   <source>The server's answer ends in the middle or is damaged.{more}</source>
   <translation>Serverens svar slutter midtvejs eller er beskadiget.{more}</translation>
  </message>
  <message>
   <source>The server's answer ends in the middle. The change may have been saved all the same: reload the record and look before you try again.</source>
   <translation>Serverens svar slutter midtvejs. Ændringen kan være gemt alligevel: genindlæs posten, og se efter, før du prøver igen.</translation>
  </message>
  <message>
   <source>The server's answer ends in the middle. Try again; if it stays, ask for fewer records.</source>
   <translation>Serverens svar slutter midtvejs. Prøv igen; hvis det fortsætter, så bed om færre poster.</translation>
  </message>
  <message>
   <source>The server's answer is damaged or no SOAP at all. Try again; if it stays, show the details to your administrator.</source>
   <translation>Serverens svar er beskadiget eller slet ikke SOAP. Prøv igen; hvis det fortsætter, så vis din administrator detaljerne.</translation>
  </message>
  <message>
   <source>The server's answer is damaged. {unknown_outcome}</source>
   <translation>Serverens svar er beskadiget. {unknown_outcome}</translation>
  </message>
  <message>
   <source>The server's answer is not a document. Reload the list.</source>
   <translation>Serverens svar er ikke et dokument. Genindlæs listen.</translation>
  </message>
  <message>
   <source>The server's answer is not a record. Reload the list.</source>
   <translation>Serverens svar er ikke en post. Genindlæs listen.</translation>
  </message>
  <message>
   <source>The server's answer is not what it should be. Try again.</source>
   <translation>Serverens svar er ikke, som det skal være. Prøv igen.</translation>
  </message>
  <message>
   <source>The server's answer to saving is not what it should be. Look at the record before you try again.</source>
   <translation>Serverens svar på at gemme er ikke, som det skal være. Se på posten, før du prøver igen.</translation>
  </message>
  <message>
   <source>The server's count is not a number. Try again.</source>
   <translation>Serverens antal er ikke et tal. Prøv igen.</translation>
  </message>
  <message>
   <source>The server's database refused the filter or the order. Change it, or take one condition away.</source>
   <translation>Serverens database afviste filteret eller sorteringen. Ret det, eller fjern en betingelse.</translation>
  </message>
  <message>
   <source>The server's database refused this; often an owner or a link that does not exist. Check them.</source>
   <translation>Serverens database afviste det; ofte på grund af en ejer eller et link, der ikke findes. Kontroller dem.</translation>
  </message>
  <message>
   <source>The server's description (WSDL) cannot be used. Ask who runs it.</source>
   <translation>Serverens beskrivelse (WSDL) kan ikke bruges. Spørg den, der driver den.</translation>
  </message>
  <message>
   <source>The server's description (WSDL) offers no SOAP {number}. Choose the other version.</source>
   <translation>Serverens beskrivelse (WSDL) tilbyder ikke SOAP {number}. Vælg den anden version.</translation>
  </message>
  <message>
   <source>The server's description of the module is not what it should be.</source>
   <translation>Serverens beskrivelse af modulet er ikke, som den skal være.</translation>
  </message>
  <message>
   <source>The server's directory (LDAP) refuses this user. Check user name and password.</source>
   <translation>Serverens katalog (LDAP) afviser brugeren. Kontroller brugernavn og adgangskode.</translation>
  </message>
  <message>
   <source>The server's history is not what it should be.</source>
   <translation>Serverens historik er ikke, som den skal være.</translation>
  </message>
  <message>
   <source>The server's history settings are not what they should be.</source>
   <translation>Serverens indstillinger for historik er ikke, som de skal være.</translation>
  </message>
  <message>
   <source>The server's list does not have this value.</source>
   <translation>Serverens liste har ikke denne værdi.</translation>
  </message>
  <message>
   <source>The server's list is not what it should be. Try again.</source>
   <translation>Serverens liste er ikke, som den skal være. Prøv igen.</translation>
  </message>
  <message>
   <source>The server's list of changes is not what it should be.</source>
   <translation>Serverens liste over ændringer er ikke, som den skal være.</translation>
  </message>
  <message>
   <source>The server's list of modules is not what it should be.</source>
   <translation>Serverens liste over moduler er ikke, som den skal være.</translation>
  </message>
  <message>
   <source>The server's local time, in its own culture.</source>
   <translation>Serverens lokale tid, efter dens egen kultur.</translation>
  </message>
  <message>
   <source>The server's login answer is not what it should be.</source>
   <translation>Serverens svar på login er ikke, som det skal være.</translation>
  </message>
  <message>
   <source>The server's own history could not be read: {why}</source>
   <translation>Serverens egen historik kunne ikke læses: {why}</translation>
  </message>
  <message>
   <source>The server's related lists are not what they should be.</source>
   <translation>Serverens relaterede lister er ikke, som de skal være.</translation>
  </message>
  <message>
   <source>The server's related records are not what they should be.</source>
   <translation>Serverens relaterede poster er ikke, som de skal være.</translation>
  </message>
  <message>
   <source>The server's rows are not in the order asked for. Reload the list.</source>
   <translation>Serverens rækker er ikke i den ønskede rækkefølge. Genindlæs listen.</translation>
  </message>
  <message>
   <source>The server's rows are not what they should be. Try again.</source>
   <translation>Serverens rækker er ikke, som de skal være. Prøv igen.</translation>
  </message>
  <message>
   <source>The server’s total, from before your edits: how this CRM adds up is not documented, so it cannot be checked.</source>
   <translation>Serverens total fra før dine rettelser: hvordan dette CRM-system regner, er ikke dokumenteret, så den kan ikke kontrolleres.</translation>
  </message>
  <message>
   <source>The server’s {what} is {theirs}, these rules make it {ours}: {difference} apart</source>
   <translation>Serverens {what} er {theirs}, disse regler giver {ours}: {difference} i forskel</translation>
  </message>
  <message>
   <source>The service at this address lacks {missing}. Check the address.</source>
   <translation>Tjenesten på denne adresse mangler {missing}. Kontroller adressen.</translation>
  </message>
  <message>
   <source>The session has ended</source>
   <translation>Sessionen er slut</translation>
  </message>
  <message>
   <source>The session has rested for too long. Sign in again.</source>
   <translation>Sessionen har hvilet for længe. Log på igen.</translation>
  </message>
  <message>
   <source>The session on the server is over. Sign in again.</source>
   <translation>Sessionen på serveren er slut. Log på igen.</translation>
  </message>
  <message>
   <source>The session service at {host} is not the one that was expected.</source>
   <translation>Sessionstjenesten på {host} er ikke den forventede.</translation>
  </message>
  <message>
   <source>The session service at {host} opens no sessions. Check the address.</source>
   <translation>Sessionstjenesten på {host} åbner ingen sessioner. Kontroller adressen.</translation>
  </message>
  <message>
   <source>The session; filled in by this program.</source>
   <translation>Sessionen; udfyldes af programmet.</translation>
  </message>
  <message>
   <source>The spreadsheet could not compute this cell ({cell}).</source>
   <translation>Regnearket kunne ikke beregne denne celle ({cell}).</translation>
  </message>
  <message>
   <source>The status to set.</source>
   <translation>Status, der skal sættes.</translation>
  </message>
  <message>
   <source>The store cannot be reached: {reason}</source>
   <translation>Lageret kan ikke nås: {reason}</translation>
  </message>
  <message>
   <source>The store does not offer encryption, so nothing was sent. Ask who runs it to switch it on; if everybody may read along, write ?sslmode=disable behind its address.</source>
   <translation>Lageret tilbyder ikke kryptering, så intet blev sendt. Bed den, der driver det, om at slå den til; hvis alle må læse med, så skriv ?sslmode=disable efter dets adresse.</translation>
  </message>
  <message>
   <source>The store refuses this user or its password: {reason}</source>
   <translation>Lageret afviser brugeren eller adgangskoden: {reason}</translation>
  </message>
  <message>
   <source>The store says: {reason}</source>
   <translation>Lageret siger: {reason}</translation>
  </message>
  <message>
   <source>The system's keychain could not be used.</source>
   <translation>Systemets nøglering kunne ikke bruges.</translation>
  </message>
  <message>
   <source>The system's keychain does not keep what it is given.</source>
   <translation>Systemets nøglering gemmer ikke det, den får.</translation>
  </message>
  <message>
   <source>The system's keychain is locked.</source>
   <translation>Systemets nøglering er låst.</translation>
  </message>
  <message>
   <source>The team's copy could not be written.</source>
   <translation>Teamets kopi kunne ikke skrives.</translation>
  </message>
  <message>
   <source>The two new passwords differ. Type them again.</source>
   <translation>De to nye adgangskoder er forskellige. Skriv dem igen.</translation>
  </message>
  <message>
   <source>The user may not write in the store: {reason}</source>
   <translation>Brugeren må ikke skrive i lageret: {reason}</translation>
  </message>
  <message>
   <source>The user name or the access key is wrong. The access key is not the password: copy it from CRM+, My Preferences, Access key.</source>
   <translation>Brugernavnet eller adgangsnøglen er forkert. Adgangsnøglen er ikke adgangskoden: kopier den fra CRM+, My Preferences, Access key.</translation>
  </message>
  <message>
   <source>The user's name.</source>
   <translation>Brugerens navn.</translation>
  </message>
  <message>
   <source>The user's name; filled in by this program.</source>
   <translation>Brugerens navn; udfyldes af programmet.</translation>
  </message>
  <message>
   <source>The values do not fit what the server's description asks for.</source>
   <translation>Værdierne passer ikke til det, serverens beskrivelse beder om.</translation>
  </message>
  <message>
   <source>The version of SugarCRM that is imitated.</source>
   <translation>Den SugarCRM-version, der efterlignes.</translation>
  </message>
  <message>
   <source>The web server asks for a login of its own before OpenCRM answers. Ask your administrator.</source>
   <translation>Webserveren kræver sit eget login, før OpenCRM svarer. Spørg din administrator.</translation>
  </message>
  <message>
   <source>The web server asks for a login of its own before the CRM answers. Ask your administrator to let this program through.</source>
   <translation>Webserveren kræver sit eget login, før CRM-systemet svarer. Bed din administrator om at lukke dette program igennem.</translation>
  </message>
  <message>
   <source>The web server forbids this address. Ask your administrator whether the web service is open to you.</source>
   <translation>Webserveren forbyder denne adresse. Spørg din administrator, om webservicen er åben for dig.</translation>
  </message>
  <message>
   <source>The web server of {host} does not let us in. Ask who runs it whether this service is switched on.</source>
   <translation>Webserveren på {host} lukker os ikke ind. Spørg den, der driver den, om tjenesten er slået til.</translation>
  </message>
  <message>
   <source>The web server turned the request away before OpenCRM saw it. Ask support@opencrm.co.uk whether this computer's address may use the API.</source>
   <translation>Webserveren afviste forespørgslen, før OpenCRM så den. Spørg support@opencrm.co.uk, om denne computers adresse må bruge API’et.</translation>
  </message>
  <message>
   <source>The web session on the server is over. Sign in again.</source>
   <translation>Websessionen på serveren er slut. Log på igen.</translation>
  </message>
  <message>
   <source>The window follows as soon as every account is unlocked.</source>
   <translation>Vinduet følger med, så snart alle konti er låst op.</translation>
  </message>
  <message>
   <source>The window follows at once; what is open and what is pending stays.</source>
   <translation>Vinduet følger med straks; det, der er åbent, og det, der venter, bliver.</translation>
  </message>
  <message>
   <source>The {field} is missing: give it with --secret-env NAME or --secret-stdin.</source>
   <translation>{field} mangler: angiv den med --secret-env NAME eller --secret-stdin.</translation>
  </message>
  <message>
   <source>The {label} of this account is missing; type it in the account's settings.{reason}</source>
   <translation>Kontoens {label} mangler; skriv den i kontoens indstillinger.{reason}</translation>
  </message>
  <message numerus="yes">
   <source>The {n} marked rows</source>
   <extracomment>The marked row</extracomment>
   <translation>
    <numerusform>Den markerede række</numerusform>
    <numerusform>De {n} markerede rækker</numerusform>
   </translation>
  </message>
  <message>
   <source>The {what} differs: ours is {ours}, the server's {theirs}.</source>
   <translation>Forskel i {what}: vores er {ours}, serverens {theirs}.</translation>
  </message>
  <message>
   <source>The {what} was added, but looking for it failed: {reason}</source>
   <translation>Tilføjet: {what}, men det kunne ikke findes igen: {reason}</translation>
  </message>
  <message>
   <source>Their types and ids.</source>
   <translation>Deres typer og id’er.</translation>
  </message>
  <message>
   <source>Then</source>
   <translation>Derefter</translation>
  </message>
  <message>
   <source>There are no documents here.</source>
   <translation>Der er ingen dokumenter her.</translation>
  </message>
  <message>
   <source>There are no products.</source>
   <translation>Der er ingen produkter.</translation>
  </message>
  <message>
   <source>There are no rows below the names of the columns.</source>
   <translation>Der er ingen rækker under kolonnernes navne.</translation>
  </message>
  <message>
   <source>There is an account “{name}” already; remove it first, or choose another name.</source>
   <translation>Der er allerede en konto ”{name}”; fjern den først, eller vælg et andet navn.</translation>
  </message>
  <message>
   <source>There is no CRM+ web service at this address. Check it: it is where you sign in, and ends in webservice.php.</source>
   <translation>Der er ingen CRM+-webservice på denne adresse. Kontroller den: det er der, du logger på, og den ender på webservice.php.</translation>
  </message>
  <message>
   <source>There is no OpenCRM at this address. Check it: it is where you sign in, like https://yoursystemname.opencrm.co.uk.</source>
   <translation>Der er ingen OpenCRM på denne adresse. Kontroller den: det er der, du logger på, fx https://yoursystemname.opencrm.co.uk.</translation>
  </message>
  <message>
   <source>There is no SOAP service at this address of {host}. Check the address.</source>
   <translation>Der er ingen SOAP-tjeneste på denne adresse på {host}. Kontroller adressen.</translation>
  </message>
  <message>
   <source>There is no copy of them on this computer. They come when the server answers again.</source>
   <translation>Der er ingen kopi af dem på denne computer. De kommer, når serveren svarer igen.</translation>
  </message>
  <message>
   <source>There is no day {given}; write 2026-12-24.</source>
   <translation>Dagen {given} findes ikke; skriv 2026-12-24.</translation>
  </message>
  <message>
   <source>There is no file on the server.</source>
   <translation>Der er ingen fil på serveren.</translation>
  </message>
  <message>
   <source>There is no folder {parent}.</source>
   <translation>Der er ingen mappe {parent}.</translation>
  </message>
  <message>
   <source>There is no function {unknown}. {example}</source>
   <translation>Der er ingen funktion {unknown}. {example}</translation>
  </message>
  <message>
   <source>There is no interface “{wanted}”. Choose REST, SOAP or whichever answers.</source>
   <translation>Der er ingen grænseflade ”{wanted}”. Vælg REST, SOAP eller den, der svarer.</translation>
  </message>
  <message>
   <source>There is no list “{relation}” there.</source>
   <translation>Der er ingen liste ”{relation}” der.</translation>
  </message>
  <message>
   <source>There is no local copy of {account} yet: “crmdesk mirror update MODULE …” makes one.</source>
   <translation>Der er ingen lokal kopi af {account} endnu: ”crmdesk mirror update MODULE …” laver en.</translation>
  </message>
  <message>
   <source>There is no local copy of {modules}. Copied are: {copied}.</source>
   <translation>Der er ingen lokal kopi af {modules}. Kopieret er: {copied}.</translation>
  </message>
  <message>
   <source>There is no local copy of {module}. Copied are: {copied}.</source>
   <translation>Der er ingen lokal kopi af {module}. Kopieret er: {copied}.</translation>
  </message>
  <message>
   <source>There is no local copy yet: “crmdesk mirror update MODULE … --account NAME” makes one.</source>
   <translation>Der er ingen lokal kopi endnu: ”crmdesk mirror update MODULE … --account NAME” laver en.</translation>
  </message>
  <message>
   <source>There is no module {module}, or you may not see it. Nothing was sent.</source>
   <translation>Der er intet modul {module}, eller du må ikke se det. Intet blev sendt.</translation>
  </message>
  <message>
   <source>There is no module “{name}” for this user.</source>
   <translation>Der er intet modul ”{name}” for denne bruger.</translation>
  </message>
  <message>
   <source>There is no module “{name}” for this user.{hint}</source>
   <translation>Der er intet modul ”{name}” for denne bruger.{hint}</translation>
  </message>
  <message>
   <source>There is no operation “{name}” on this server.</source>
   <translation>Der er ingen operation ”{name}” på denne server.</translation>
  </message>
  <message>
   <source>There is no operation “{name}”. Choose one of: {known}.</source>
   <translation>Der er ingen operation ”{name}”. Vælg en af: {known}.</translation>
  </message>
  <message>
   <source>There is no proxy named {proxy}. Check the proxy's address.</source>
   <translation>Der er ingen proxy med navnet {proxy}. Kontroller proxyens adresse.</translation>
  </message>
  <message>
   <source>There is no room left on the disk for the local copy. What was copied so far stays; make room and update again.</source>
   <translation>Der er ikke mere plads på disken til den lokale kopi. Det kopierede bliver; skab plads, og opdater igen.</translation>
  </message>
  <message>
   <source>There is no server named {host}. Check the address and the network.</source>
   <translation>Der er ingen server med navnet {host}. Kontroller adressen og netværket.</translation>
  </message>
  <message>
   <source>There is no session yet. Sign in first.</source>
   <translation>Der er ingen session endnu. Log på først.</translation>
  </message>
  <message>
   <source>There is no such place on the server.</source>
   <translation>Det sted findes ikke på serveren.</translation>
  </message>
  <message>
   <source>There is no such record on the server.</source>
   <translation>Der er ingen sådan post på serveren.</translation>
  </message>
  <message>
   <source>There is no such record.</source>
   <translation>Der er ingen sådan post.</translation>
  </message>
  <message>
   <source>There is no time zone “{name}”. Write it like Europe/Berlin, or leave it empty.</source>
   <translation>Der er ingen tidszone ”{name}”. Skriv den som Europe/Berlin, eller lad feltet stå tomt.</translation>
  </message>
  <message>
   <source>There is no time zone “{name}”. Write it like Europe/London, or leave it empty.</source>
   <translation>Der er ingen tidszone ”{name}”. Skriv den som Europe/London, eller lad feltet stå tomt.</translation>
  </message>
  <message>
   <source>There is no vendor “{vendor}”. Choose one of: {known}.</source>
   <translation>Der er ingen leverandør ”{vendor}”. Vælg en af: {known}.</translation>
  </message>
  <message>
   <source>There is no way to {host} from here. Check the network or the VPN.</source>
   <translation>Der er ingen vej til {host} herfra. Kontroller netværket eller VPN-forbindelsen.</translation>
  </message>
  <message>
   <source>There is nothing to change</source>
   <translation>Der er intet at ændre</translation>
  </message>
  <message>
   <source>There is nothing to choose from.</source>
   <translation>Der er intet at vælge imellem.</translation>
  </message>
  <message>
   <source>These changes were begun on {host}, the account now points to {host_of}. Nothing was sent. Discard them and open the account again, or change its address back.</source>
   <translation>Disse ændringer blev begyndt på {host}, men kontoen peger nu på {host_of}. Intet blev sendt. Forkast dem, og åbn kontoen igen, eller ret adressen tilbage.</translation>
  </message>
  <message>
   <source>These files would go into one zip on this computer. Read them here first: keys and passwords are masked. What your records hold goes in only if you tick it. Nothing is sent.</source>
   <translation>Disse filer kommer i én zip-fil på denne computer. Læs dem først her: nøgler og adgangskoder er skjult. Hvad dine poster indeholder, kommer kun med, hvis du sætter hak. Intet sendes.</translation>
  </message>
  <message numerus="yes">
   <source>They are in {n} records.</source>
   <extracomment>All of it is in 1 record.</extracomment>
   <translation>
    <numerusform>Det hele er i 1 post.</numerusform>
    <numerusform>De er i {n} poster.</numerusform>
   </translation>
  </message>
  <message>
   <source>They stay in the list with their reason and are not staged.</source>
   <translation>De bliver i listen med deres begrundelse og lægges ikke klar.</translation>
  </message>
  <message>
   <source>This API key may not do that: {given} Ask your administrator for a key with more rights.</source>
   <translation>Denne API-nøgle må ikke gøre det: {given} Bed din administrator om en nøgle med flere rettigheder.</translation>
  </message>
  <message>
   <source>This CRM does not keep the order of lines.</source>
   <translation>CRM-systemet bevarer ikke linjernes rækkefølge.</translation>
  </message>
  <message>
   <source>This CRM does not offer: {capability}.</source>
   <translation>Dette CRM-system tilbyder ikke: {capability}.</translation>
  </message>
  <message>
   <source>This CRM does not take new documents with lines.</source>
   <translation>Dette CRM-system tager ikke imod nye dokumenter med linjer.</translation>
  </message>
  <message>
   <source>This CRM does not take new {records} with lines from outside.</source>
   <translation>Dette CRM-system tager ikke imod nye {records} med linjer udefra.</translation>
  </message>
  <message>
   <source>This CRM does not tell its history. What you see is what this computer did.</source>
   <translation>CRM-systemet oplyser ikke sin historik. Du ser, hvad denne computer har gjort.</translation>
  </message>
  <message>
   <source>This CRM does not tell where its own pages are.</source>
   <translation>CRM-systemet oplyser ikke, hvor dets egne sider er.</translation>
  </message>
  <message>
   <source>This CRM has no switch for its workflows: --no-events cannot be kept.</source>
   <translation>Dette CRM-system kan ikke slå sine workflows fra: --no-events kan ikke overholdes.</translation>
  </message>
  <message>
   <source>This CRM makes it itself.</source>
   <translation>CRM-systemet laver det selv.</translation>
  </message>
  <message>
   <source>This CRM takes lines of documents it has.</source>
   <translation>CRM-systemet tager kun linjer til dokumenter, det har.</translation>
  </message>
  <message>
   <source>This account is open in another window of crmdesk. Close it there first: two windows would overwrite each other's pending changes.</source>
   <translation>Kontoen er åben i et andet crmdesk-vindue. Luk den først der: to vinduer ville overskrive hinandens ventende ændringer.</translation>
  </message>
  <message>
   <source>This account is set to read only.</source>
   <translation>Kontoen er skrivebeskyttet.</translation>
  </message>
  <message>
   <source>This account is set to read only. Change its environment in the account's settings.</source>
   <translation>Kontoen er skrivebeskyttet. Skift miljø i kontoens indstillinger.</translation>
  </message>
  <message>
   <source>This account is set to read only. Nothing was sent.</source>
   <translation>Kontoen er skrivebeskyttet. Intet blev sendt.</translation>
  </message>
  <message>
   <source>This account is set to read only: nothing can be sent. You can save the changes as a file, or change the environment in the account's settings.</source>
   <translation>Kontoen er skrivebeskyttet: intet kan sendes. Du kan gemme ændringerne som fil eller skifte miljø i kontoens indstillinger.</translation>
  </message>
  <message>
   <source>This account is set to read only; its settings can be changed with Ctrl+Shift+E.</source>
   <translation>Kontoen er skrivebeskyttet; dens indstillinger kan ændres med Ctrl+Shift+E.</translation>
  </message>
  <message>
   <source>This account used to sign in as {known}, the server now says {now}. {next_step}</source>
   <translation>Denne konto plejede at logge på som {known}, men serveren siger nu {now}. {next_step}</translation>
  </message>
  <message>
   <source>This account's file was written by a newer version of crmdesk. Install that version.</source>
   <translation>Kontoens fil er skrevet af en nyere version af crmdesk. Installer den version.</translation>
  </message>
  <message>
   <source>This address is not encrypted: everybody on the way can read key and data. Use https:// if you can.</source>
   <translation>Adressen er ikke krypteret: alle undervejs kan læse nøgle og data. Brug https://, hvis du kan.</translation>
  </message>
  <message>
   <source>This application token does not have the right. Ask your administrator for a token with more rights.</source>
   <translation>Dette applikationstoken har ikke retten. Bed din administrator om et token med flere rettigheder.</translation>
  </message>
  <message>
   <source>This batch was applied to {there}; the account now points to {host}. Change its address back first.</source>
   <translation>Denne kørsel blev anvendt på {there}; kontoen peger nu på {host}. Ret først adressen tilbage.</translation>
  </message>
  <message>
   <source>This cannot be computed from these values: {first_line}.</source>
   <translation>Det kan ikke beregnes ud fra disse værdier: {first_line}.</translation>
  </message>
  <message>
   <source>This cannot be computed here: {first_line}.</source>
   <translation>Det kan ikke beregnes her: {first_line}.</translation>
  </message>
  <message>
   <source>This cell has no value that was stored.</source>
   <translation>Cellen har ingen gemt værdi.</translation>
  </message>
  <message>
   <source>This change cannot be taken back from here.</source>
   <translation>Denne ændring kan ikke fortrydes herfra.</translation>
  </message>
  <message>
   <source>This changes {wanted} records in the production account {profile}</source>
   <translation>Dette ændrer {wanted} poster i produktionskontoen {profile}</translation>
  </message>
  <message>
   <source>This computer has no program for {file}. Save it instead.</source>
   <translation>Computeren har intet program til {file}. Gem den i stedet.</translation>
  </message>
  <message>
   <source>This computer says no</source>
   <translation>Denne computer siger nej</translation>
  </message>
  <message>
   <source>This divides by zero.</source>
   <translation>Her divideres med nul.</translation>
  </message>
  <message>
   <source>This document has no file on the server.</source>
   <translation>Dokumentet har ingen fil på serveren.</translation>
  </message>
  <message>
   <source>This document has no lines</source>
   <translation>Dokumentet har ingen linjer</translation>
  </message>
  <message>
   <source>This document is a link. Open it in a browser: {to}</source>
   <translation>Dokumentet er et link. Åbn det i en browser: {to}</translation>
  </message>
  <message>
   <source>This document was sent</source>
   <translation>Dette dokument blev sendt</translation>
  </message>
  <message>
   <source>This expression cannot be read. {example}</source>
   <translation>Udtrykket kan ikke læses. {example}</translation>
  </message>
  <message>
   <source>This field must be filled.</source>
   <translation>Feltet skal udfyldes.</translation>
  </message>
  <message>
   <source>This file cannot be read: {reason}.</source>
   <translation>Filen kan ikke læses: {reason}.</translation>
  </message>
  <message>
   <source>This file holds no certificate in PEM form.</source>
   <translation>Filen indeholder intet certifikat i PEM-format.</translation>
  </message>
  <message>
   <source>This filter cannot be read. {example}</source>
   <translation>Filteret kan ikke læses. {example}</translation>
  </message>
  <message>
   <source>This filter holds more than conditions. {example}</source>
   <translation>Filteret indeholder mere end betingelser. {example}</translation>
  </message>
  <message>
   <source>This gives neither a text nor a number nor a date.</source>
   <translation>Det giver hverken en tekst, et tal eller en dato.</translation>
  </message>
  <message>
   <source>This is SugarCRM's newer service. Give the address that ends in /soap.php.</source>
   <translation>Det er SugarCRM’s nyere tjeneste. Angiv den adresse, der ender på /soap.php.</translation>
  </message>
  <message>
   <source>This is a formula without a stored value. Open the file in your spreadsheet program and save it there.</source>
   <translation>Dette er en formel uden gemt værdi. Åbn filen i dit regnearksprogram, og gem den der.</translation>
  </message>
  <message>
   <source>This is a mistake in the program, not in your data.</source>
   <translation>Det er en fejl i programmet, ikke i dine data.</translation>
  </message>
  <message>
   <source>This is a mistake in the program, not in your data. Staged changes are safe on this computer. Copy the details for whoever looks after crmdesk.</source>
   <translation>Det er en fejl i programmet, ikke i dine data. Ventende ændringer er i sikkerhed på denne computer. Kopier detaljerne til den, der passer crmdesk.</translation>
  </message>
  <message>
   <source>This is a production account. {once}</source>
   <translation>Dette er en produktionskonto. {once}</translation>
  </message>
  <message>
   <source>This is no SELECT that can be understood: {first_line}</source>
   <translation>Det er ikke en SELECT, der kan forstås: {first_line}</translation>
  </message>
  <message>
   <source>This is no address that begins with https://. Nothing was changed.</source>
   <translation>Det er ikke en adresse, der begynder med https://. Intet blev ændret.</translation>
  </message>
  <message>
   <source>This is no web address. It looks like https://crm.example.com/</source>
   <translation>Det er ikke en webadresse. Den ser sådan ud: https://crm.example.com/</translation>
  </message>
  <message>
   <source>This is not a number.</source>
   <translation>Det er ikke et tal.</translation>
  </message>
  <message>
   <source>This is the address of SugarCRM's newer service. Give the address of the CRM itself, up to “/service”.</source>
   <translation>Det er adressen på SugarCRM’s nyere tjeneste. Angiv selve CRM-systemets adresse, indtil ”/service”.</translation>
  </message>
  <message>
   <source>This lead has been converted already. Reload the list.</source>
   <translation>Dette kundeemne er allerede konverteret. Genindlæs listen.</translation>
  </message>
  <message>
   <source>This line is to be removed. Discard the removal to keep it.</source>
   <translation>Denne linje skal fjernes. Forkast fjernelsen for at beholde den.</translation>
  </message>
  <message>
   <source>This line names no change of a record, so nothing of it can be taken back.</source>
   <translation>Denne linje angiver ingen ændring af en post, så intet i den kan fortrydes.</translation>
  </message>
  <message>
   <source>This moves nothing: choose something else to turn.</source>
   <translation>Det flytter intet: vælg noget andet at skrue på.</translation>
  </message>
  <message>
   <source>This new document was discarded</source>
   <translation>Dette nye dokument blev forkastet</translation>
  </message>
  <message>
   <source>This one is kept</source>
   <translation>Denne beholdes</translation>
  </message>
  <message>
   <source>This one:</source>
   <translation>Denne:</translation>
  </message>
  <message>
   <source>This order cannot be read: {part}. Write for example: name, modifiedtime desc</source>
   <translation>Sorteringen kan ikke læses: {part}. Skriv for eksempel: name, modifiedtime desc</translation>
  </message>
  <message>
   <source>This page is drawn from copies on this computer: pipeline, orders and invoices by month, open quotes, customers.</source>
   <translation>Siden tegnes ud fra kopier på denne computer: pipeline, ordrer og fakturaer pr. måned, åbne tilbud, kunder.</translation>
  </message>
  <message>
   <source>This part of the filter cannot be read: {sql}. {example}</source>
   <translation>Denne del af filteret kan ikke læses: {sql}. {example}</translation>
  </message>
  <message>
   <source>This recipe is no TOML: {error}.</source>
   <translation>Opskriften er ikke TOML: {error}.</translation>
  </message>
  <message>
   <source>This record has no lines to edit. Choose a quote, an order or an invoice.</source>
   <translation>Posten har ingen linjer at redigere. Vælg et tilbud, en ordre eller en faktura.</translation>
  </message>
  <message>
   <source>This record has pending changes of yours. Apply or discard them, then undo again.</source>
   <translation>Posten har ventende ændringer fra dig. Anvend eller forkast dem, og fortryd så igen.</translation>
  </message>
  <message>
   <source>This record is no longer on the server: somebody deleted it, or you may not see it any longer.</source>
   <translation>Posten er ikke længere på serveren: nogen har slettet den, eller du må ikke længere se den.</translation>
  </message>
  <message>
   <source>This record no longer matches the filter it was chosen by ({given}).</source>
   <translation>Posten passer ikke længere til det filter, den blev valgt med ({given}).</translation>
  </message>
  <message>
   <source>This row is being read</source>
   <translation>Rækken læses</translation>
  </message>
  <message>
   <source>This server does not carry this out: it says the method is not implemented.</source>
   <translation>Serveren udfører det ikke: den siger, at metoden ikke findes.</translation>
  </message>
  <message>
   <source>This server does not describe its fields. These are the ones seen so far; there may be more.</source>
   <translation>Serveren beskriver ikke sine felter. Dette er dem, der er set indtil nu; der kan være flere.</translation>
  </message>
  <message>
   <source>This server does not know this operation.</source>
   <translation>Serveren kender ikke denne operation.</translation>
  </message>
  <message>
   <source>This server does not list them.</source>
   <translation>Serveren viser ingen liste over dem.</translation>
  </message>
  <message>
   <source>This server does not offer it: {shown}</source>
   <translation>Serveren tilbyder det ikke: {shown}</translation>
  </message>
  <message>
   <source>This server does not offer the SOAP version of the account's settings. Choose “any”.</source>
   <translation>Serveren tilbyder ikke SOAP-versionen fra kontoens indstillinger. Vælg ”begge”.</translation>
  </message>
  <message>
   <source>This server does not offer this operation.</source>
   <translation>Serveren tilbyder ikke denne operation.</translation>
  </message>
  <message>
   <source>This server does not offer {manager}.{name}.</source>
   <translation>Serveren tilbyder ikke {manager}.{name}.</translation>
  </message>
  <message>
   <source>This server does not offer {operation} as it is documented.</source>
   <translation>Serveren tilbyder ikke {operation}, som den er dokumenteret.</translation>
  </message>
  <message>
   <source>This server does not offer {operation}.</source>
   <translation>Serveren tilbyder ikke {operation}.</translation>
  </message>
  <message>
   <source>This server has no link between these two kinds of records.</source>
   <translation>Serveren har ingen tilknytning mellem disse to slags poster.</translation>
  </message>
  <message>
   <source>This server has no {name}.</source>
   <translation>Denne server har ingen {name}.</translation>
  </message>
  <message>
   <source>This server is a {family} and does not know {spec}.</source>
   <translation>Serveren er en {family} og kender ikke {spec}.</translation>
  </message>
  <message>
   <source>This server is too old or too different: it does not know this operation.</source>
   <translation>Serveren er for gammel eller for anderledes: den kender ikke denne operation.</translation>
  </message>
  <message>
   <source>This server keeps no document without lines. Add another line first.</source>
   <translation>Serveren gemmer intet dokument uden linjer. Tilføj først en anden linje.</translation>
  </message>
  <message>
   <source>This server offers no list of {plural} over SOAP, only a search for one field: add a condition with = to find some, or use the REST interface (account settings).</source>
   <translation>Serveren tilbyder ingen liste over {plural} via SOAP, kun en søgning i ét felt: tilføj en betingelse med = for at finde nogle, eller brug REST-grænsefladen (kontoens indstillinger).</translation>
  </message>
  <message>
   <source>This server offers no list of {plural} over SOAP, only single ones by their number.</source>
   <translation>Serveren tilbyder ingen liste over {plural} via SOAP, kun enkelte efter nummer.</translation>
  </message>
  <message>
   <source>This server takes files over its web service and hands none out. Open the record in the CRM's own pages to fetch the file.</source>
   <translation>Serveren tager imod filer via webservicen, men udleverer ingen. Åbn posten på CRM-systemets egne sider for at hente filen.</translation>
  </message>
  <message>
   <source>This server takes links away only in its own web pages.</source>
   <translation>Denne server fjerner kun tilknytninger på sine egne websider.</translation>
  </message>
  <message>
   <source>This server takes new {plural} over SOAP, but does not show them.</source>
   <translation>Serveren tager imod nye {plural} via SOAP, men viser dem ikke.</translation>
  </message>
  <message>
   <source>This server was {known}, it now says {now}. {next_step}</source>
   <translation>Denne server var {known}, men siger nu {now}. {next_step}</translation>
  </message>
  <message>
   <source>This shows your pending changes; the server does not have them yet.</source>
   <translation>Her vises dine ventende ændringer; serveren har dem ikke endnu.</translation>
  </message>
  <message>
   <source>This system does not know {operation}.</source>
   <translation>Dette system kender ikke {operation}.</translation>
  </message>
  <message>
   <source>This system has no price list (linked data is off): type the line instead of choosing it.</source>
   <translation>Systemet har ingen prisliste (linked data er slået fra): skriv linjen i stedet for at vælge den.</translation>
  </message>
  <message>
   <source>This system offers no keychain.</source>
   <translation>Systemet har ingen nøglering.</translation>
  </message>
  <message>
   <source>This text would be longer than {max_text} characters.</source>
   <translation>Teksten ville blive længere end {max_text} tegn.</translation>
  </message>
  <message>
   <source>This user has no access key yet. Create one in CRM+, My Preferences, Access key.</source>
   <translation>Brugeren har ingen adgangsnøgle endnu. Opret en i CRM+, My Preferences, Access key.</translation>
  </message>
  <message>
   <source>This user is locked after too many failed sign-ins. Ask the administrator to unlock it, then sign in again.</source>
   <translation>Brugeren er spærret efter for mange mislykkede pålogninger. Bed administratoren om at låse den op, og log så på igen.</translation>
  </message>
  <message>
   <source>This user may not use the web service. Ask your administrator.</source>
   <translation>Brugeren må ikke bruge webservicen. Spørg din administrator.</translation>
  </message>
  <message>
   <source>This was sent{when} already, no answer came, and the server does not tell whether it was done. Look for the record; the journal lets you say what became of it.</source>
   <translation>Dette blev sendt{when} allerede, der kom intet svar, og serveren oplyser ikke, om det blev udført. Find posten; i journalen kan du sige, hvad der blev af det.</translation>
  </message>
  <message>
   <source>This would change {wanted} records in a production account. Nothing was sent: confirm that number first.</source>
   <translation>Dette ville ændre {wanted} poster i en produktionskonto. Intet blev sendt: bekræft først antallet.</translation>
  </message>
  <message>
   <source>Tick all</source>
   <translation>Sæt alle hak</translation>
  </message>
  <message>
   <source>Tick none</source>
   <translation>Fjern alle hak</translation>
  </message>
  <message>
   <source>Ticket</source>
   <translation>Sag</translation>
  </message>
  <message>
   <source>Tickets</source>
   <translation>Sager</translation>
  </message>
  <message>
   <source>Time</source>
   <translation>Tid</translation>
  </message>
  <message>
   <source>Time or expense</source>
   <translation>Tid eller udgift</translation>
  </message>
  <message>
   <source>Time zone of the server</source>
   <translation>Serverens tidszone</translation>
  </message>
  <message>
   <source>Times and expenses</source>
   <translation>Tider og udgifter</translation>
  </message>
  <message>
   <source>Title or number</source>
   <translation>Titel eller nummer</translation>
  </message>
  <message>
   <source>Titles</source>
   <translation>Titler</translation>
  </message>
  <message>
   <source>To be filled before it is sent: {names}.</source>
   <translation>Skal udfyldes, før det sendes: {names}.</translation>
  </message>
  <message>
   <source>To the first or last row or column</source>
   <translation>Til første eller sidste række eller kolonne</translation>
  </message>
  <message>
   <source>To the next or the previous control</source>
   <translation>Til næste eller forrige kontrolelement</translation>
  </message>
  <message>
   <source>To the next or the previous field</source>
   <translation>Til næste eller forrige felt</translation>
  </message>
  <message>
   <source>Total</source>
   <translation>Total</translation>
  </message>
  <message>
   <source>Totals {currency}</source>
   <translation>Totaler {currency}</translation>
  </message>
  <message>
   <source>Tree</source>
   <translation>Træ</translation>
  </message>
  <message>
   <source>Trouble</source>
   <translation>Problem</translation>
  </message>
  <message>
   <source>Trouble with a record</source>
   <translation>Problem med en post</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Prøv igen</translation>
  </message>
  <message>
   <source>Try again later; if it stays, show the details below to your administrator.</source>
   <translation>Prøv igen senere; hvis det fortsætter, så vis din administrator detaljerne nedenfor.</translation>
  </message>
  <message>
   <source>Try now</source>
   <translation>Prøv nu</translation>
  </message>
  <message>
   <source>Try the demo</source>
   <translation>Prøv demoen</translation>
  </message>
  <message>
   <source>Try the refused again</source>
   <translation>Prøv de afviste igen</translation>
  </message>
  <message>
   <source>Two columns go to {label}. Choose one of them.</source>
   <translation>To kolonner går til {label}. Vælg en af dem.</translation>
  </message>
  <message>
   <source>Type</source>
   <translation>Type</translation>
  </message>
  <message>
   <source>Type a SELECT first.</source>
   <translation>Skriv først en SELECT.</translation>
  </message>
  <message>
   <source>Type a product name or number…</source>
   <translation>Produktnavn eller -nummer…</translation>
  </message>
  <message>
   <source>Type a query above and press Ctrl+Return, or run one of these:</source>
   <translation>Skriv en forespørgsel ovenfor, og tryk på Ctrl+Retur, eller kør en af disse:</translation>
  </message>
  <message>
   <source>Type a query above and press Ctrl+Return.</source>
   <translation>Skriv en forespørgsel ovenfor, og tryk på Ctrl+Retur.</translation>
  </message>
  <message>
   <source>Type a query first, or choose one of the examples.</source>
   <translation>Skriv først en forespørgsel, eller vælg et af eksemplerne.</translation>
  </message>
  <message>
   <source>Type a value, or choose “is empty”.</source>
   <translation>Skriv en værdi, eller vælg ”er tom”.</translation>
  </message>
  <message>
   <source>Type the sum that you wish for.</source>
   <translation>Skriv det beløb, du ønsker.</translation>
  </message>
  <message>
   <source>Type to search</source>
   <translation>Skriv for at søge</translation>
  </message>
  <message>
   <source>UTF-8 with a mark</source>
   <translation>UTF-8 med mærke</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Fortryd</translation>
  </message>
  <message>
   <source>Undo of batch {batch}</source>
   <translation>Fortryd kørsel {batch}</translation>
  </message>
  <message>
   <source>Undo of batch {batch}: {summary}</source>
   <translation>Fortryd kørsel {batch}: {summary}</translation>
  </message>
  <message>
   <source>Undo of batch {undoes}: {named}</source>
   <translation>Fortryd kørsel {undoes}: {named}</translation>
  </message>
  <message>
   <source>Undo this batch…</source>
   <translation>Fortryd kørslen…</translation>
  </message>
  <message>
   <source>Undo {0}</source>
   <translation>Fortryd {0}</translation>
  </message>
  <message>
   <source>Undo “{what}”</source>
   <translation>Fortryd ”{what}”</translation>
  </message>
  <message>
   <source>Undo…</source>
   <translation>Fortryd…</translation>
  </message>
  <message>
   <source>Unfold pending changes</source>
   <translation>Fold ventende ændringer ud</translation>
  </message>
  <message>
   <source>Unit</source>
   <translation>Enhed</translation>
  </message>
  <message>
   <source>Unix seconds; begin with 1.</source>
   <translation>Unix-sekunder; begynd med 1.</translation>
  </message>
  <message>
   <source>Unknown</source>
   <translation>Ukendt</translation>
  </message>
  <message>
   <source>Unknown: sent, but no answer came. Look before you send it again.</source>
   <translation>Ukendt: sendt, men der kom intet svar. Se efter, før du sender igen.</translation>
  </message>
  <message>
   <source>Unlink</source>
   <translation>Fjern tilknytning</translation>
  </message>
  <message>
   <source>Unlinked.</source>
   <translation>Tilknytning fjernet.</translation>
  </message>
  <message>
   <source>Unlink…</source>
   <translation>Fjern tilknytning…</translation>
  </message>
  <message>
   <source>Unlock</source>
   <translation>Lås op</translation>
  </message>
  <message>
   <source>Unlock it to open it.</source>
   <translation>Lås kontoen op for at åbne den.</translation>
  </message>
  <message>
   <source>Up</source>
   <translation>Op</translation>
  </message>
  <message>
   <source>Update</source>
   <translation>Opdater</translation>
  </message>
  <message>
   <source>Update all</source>
   <translation>Opdater alle</translation>
  </message>
  <message>
   <source>Update copies by themselves</source>
   <translation>Opdater kopier automatisk</translation>
  </message>
  <message>
   <source>Update the copy</source>
   <translation>Opdater kopien</translation>
  </message>
  <message>
   <source>Update this one</source>
   <translation>Opdater denne</translation>
  </message>
  <message>
   <source>Updating the copy</source>
   <translation>Opdaterer kopien</translation>
  </message>
  <message>
   <source>Upload</source>
   <translation>Upload</translation>
  </message>
  <message>
   <source>Upload documents</source>
   <translation>Upload dokumenter</translation>
  </message>
  <message numerus="yes">
   <source>Upload {n} files</source>
   <extracomment>Upload {n} file</extracomment>
   <translation>
    <numerusform>Upload {n} fil</numerusform>
    <numerusform>Upload {n} filer</numerusform>
   </translation>
  </message>
  <message>
   <source>Upload…</source>
   <translation>Upload…</translation>
  </message>
  <message>
   <source>Use a saved mapping…</source>
   <translation>Brug en gemt tilknytning…</translation>
  </message>
  <message>
   <source>Use the account’s own key: {name}</source>
   <translation>Brug kontoens egen nøgle: {name}</translation>
  </message>
  <message>
   <source>User</source>
   <translation>Bruger</translation>
  </message>
  <message>
   <source>User guide</source>
   <translation>Brugervejledning</translation>
  </message>
  <message>
   <source>User name</source>
   <translation>Brugernavn</translation>
  </message>
  <message>
   <source>User name and access key; vtiger too</source>
   <translation>Brugernavn og adgangsnøgle; også vtiger</translation>
  </message>
  <message>
   <source>User name and password; SuiteCRM too</source>
   <translation>Brugernavn og adgangskode; også SuiteCRM</translation>
  </message>
  <message>
   <source>User name or key is wrong</source>
   <translation>Brugernavn eller nøgle er forkert</translation>
  </message>
  <message>
   <source>Users</source>
   <translation>Brugere</translation>
  </message>
  <message>
   <source>VAT exempt</source>
   <translation>Momsfri</translation>
  </message>
  <message>
   <source>VAT number</source>
   <translation>Momsnummer</translation>
  </message>
  <message>
   <source>Valid until</source>
   <translation>Gyldig til</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>Værdi</translation>
  </message>
  <message>
   <source>Values</source>
   <translation>Værdier</translation>
  </message>
  <message>
   <source>Vendor</source>
   <translation>Leverandør</translation>
  </message>
  <message>
   <source>Vendor's own</source>
   <translation>Leverandørens egen</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Version</translation>
  </message>
  <message>
   <source>Versions of this document come first.</source>
   <translation>Versioner af dette dokument kommer først.</translation>
  </message>
  <message>
   <source>Wait for an answer</source>
   <translation>Vent på svar</translation>
  </message>
  <message>
   <source>Web address</source>
   <translation>Webadresse</translation>
  </message>
  <message>
   <source>Web service</source>
   <translation>Webservice</translation>
  </message>
  <message>
   <source>Welcome</source>
   <translation>Velkommen</translation>
  </message>
  <message>
   <source>Western (ISO 8859-15)</source>
   <translation>Vesteuropæisk (ISO 8859-15)</translation>
  </message>
  <message>
   <source>Western (Windows-1252)</source>
   <translation>Vesteuropæisk (Windows-1252)</translation>
  </message>
  <message>
   <source>What</source>
   <translation>Hvad</translation>
  </message>
  <message>
   <source>What answered is remembered, so that a key is not tried where it was refused.</source>
   <translation>Det huskes, hvad der svarede, så en nøgle ikke prøves, hvor den blev afvist.</translation>
  </message>
  <message>
   <source>What answers at this address is a web page, not OpenCRM's API. Check the address: it is where you sign in, like https://yoursystemname.opencrm.co.uk.</source>
   <translation>Det, der svarer på denne adresse, er en webside, ikke OpenCRM’s API. Kontroller adressen: det er der, du logger på, fx https://yoursystemname.opencrm.co.uk.</translation>
  </message>
  <message>
   <source>What answers at this address is not a CRM+ web service. Check the address: it is where you sign in, and ends in webservice.php.</source>
   <translation>Det, der svarer på denne adresse, er ikke en CRM+-webservice. Kontroller adressen: det er der, du logger på, og den ender på webservice.php.</translation>
  </message>
  <message>
   <source>What answers at {host} does not speak HTTP. Check address and port.{doubt}</source>
   <translation>Det, der svarer på {host}, taler ikke HTTP. Kontroller adresse og port.{doubt}</translation>
  </message>
  <message>
   <source>What answers at {host} is no webCRM. Check the address.</source>
   <translation>Det, der svarer på {host}, er ikke webCRM. Kontroller adressen.</translation>
  </message>
  <message>
   <source>What are you looking for? Give a name, a number, a city or any part of one.</source>
   <translation>Hvad søger du? Angiv et navn, et nummer, en by eller en del deraf.</translation>
  </message>
  <message>
   <source>What became of the changes</source>
   <translation>Hvad der blev af ændringerne</translation>
  </message>
  <message>
   <source>What begins so already, and what is empty, stays as it is.</source>
   <translation>Det, der allerede begynder sådan, og det tomme bliver, som det er.</translation>
  </message>
  <message>
   <source>What can be done with this record</source>
   <translation>Hvad der kan gøres med posten</translation>
  </message>
  <message>
   <source>What changed in {module}</source>
   <translation>Ændret i {module}</translation>
  </message>
  <message>
   <source>What changed since a moment.</source>
   <translation>Hvad der er ændret siden et tidspunkt.</translation>
  </message>
  <message>
   <source>What changes</source>
   <translation>Det ændres</translation>
  </message>
  <message>
   <source>What else refers to these records only the server knows, so a merge waits until it answers. Compare them meanwhile, and mend what differs in the table.</source>
   <translation>Kun serveren ved, hvad der ellers henviser til disse poster, så fletning må vente, til den svarer. Sammenlign dem imens, og ret det, der afviger, i tabellen.</translation>
  </message>
  <message>
   <source>What ends so already, and what is empty, stays as it is.</source>
   <translation>Det, der allerede slutter sådan, og det tomme bliver, som det er.</translation>
  </message>
  <message>
   <source>What is filtered or sorted on this computer is not in the query: the server cannot do it.</source>
   <translation>Det, der filtreres eller sorteres på denne computer, er ikke med i forespørgslen: serveren kan det ikke.</translation>
  </message>
  <message>
   <source>What is found, as CSV or JSON lines</source>
   <translation>Det fundne, som CSV eller JSON-linjer</translation>
  </message>
  <message>
   <source>What is new</source>
   <translation>Hvad er nyt</translation>
  </message>
  <message>
   <source>What is new…</source>
   <translation>Hvad er nyt…</translation>
  </message>
  <message>
   <source>What others changed since, documents, the server's history and modules without a copy are not known until it answers; it is tried again by itself. Your changes wait on this computer.</source>
   <translation>Det, andre har ændret siden, dokumenter, serverens log og moduler uden kopi kendes først, når den svarer; der prøves igen automatisk. Dine ændringer venter på denne computer.</translation>
  </message>
  <message>
   <source>What rows become</source>
   <translation>Hvad rækkerne bliver til</translation>
  </message>
  <message>
   <source>What the history can be asked for.</source>
   <translation>Hvad historikken kan spørges om.</translation>
  </message>
  <message>
   <source>What the server tells carries the server's own time.</source>
   <translation>Det, serveren oplyser, bærer serverens egen tid.</translation>
  </message>
  <message>
   <source>What the table shows</source>
   <translation>Det, tabellen viser</translation>
  </message>
  <message>
   <source>What to do</source>
   <translation>Hvad der skal ske</translation>
  </message>
  <message>
   <source>What was deleted in {module}</source>
   <translation>Slettet i {module}</translation>
  </message>
  <message>
   <source>What was found</source>
   <translation>Fundet</translation>
  </message>
  <message>
   <source>What was there before is kept in the journal, from where it can be taken back.</source>
   <translation>De tidligere værdier bevares i journalen, og derfra kan du fortryde.</translation>
  </message>
  <message>
   <source>What will be sent</source>
   <translation>Det bliver sendt</translation>
  </message>
  <message>
   <source>What would go back</source>
   <translation>Det går tilbage</translation>
  </message>
  <message>
   <source>What would happen</source>
   <translation>Hvad der ville ske</translation>
  </message>
  <message>
   <source>What {label} held before was never read.</source>
   <translation>Hvad {label} indeholdt før, blev aldrig læst.</translation>
  </message>
  <message>
   <source>What {name} held before was never read.</source>
   <translation>Hvad {name} indeholdt før, blev aldrig læst.</translation>
  </message>
  <message>
   <source>When an account is opened, and about every ten minutes while its server answers: what changed there comes into the copy on this computer.</source>
   <translation>Når en konto åbnes, og cirka hvert tiende minut, mens dens server svarer: det, der er ændret dér, kommer med i kopien på denne computer.</translation>
  </message>
  <message>
   <source>When crmdesk starts</source>
   <translation>Når crmdesk starter</translation>
  </message>
  <message>
   <source>When loaded</source>
   <translation>Da den blev hentet</translation>
  </message>
  <message>
   <source>Which</source>
   <translation>Hvilke</translation>
  </message>
  <message>
   <source>Which module? Name one, or give the vendor's own query with --native.</source>
   <translation>Hvilket modul? Angiv et, eller giv leverandørens egen forespørgsel med --native.</translation>
  </message>
  <message>
   <source>Which modules or languages are active.</source>
   <translation>Hvilke moduler eller sprog der er aktive.</translation>
  </message>
  <message>
   <source>Which page; 1 is the first, and what is taken when nothing is given.</source>
   <translation>Hvilken side; 1 er den første og bruges, når intet er angivet.</translation>
  </message>
  <message>
   <source>Which page; 1 is the first.</source>
   <translation>Hvilken side; 1 er den første.</translation>
  </message>
  <message>
   <source>Which record is to be on the list {list} of {title}?</source>
   <translation>Hvilken post skal på listen {list} for {title}?</translation>
  </message>
  <message>
   <source>Whichever answers</source>
   <translation>Den, der svarer</translation>
  </message>
  <message>
   <source>Whichever answers, REST first</source>
   <translation>Den, der svarer, REST først</translation>
  </message>
  <message>
   <source>Who has one of these e-mail addresses.</source>
   <translation>Hvem der har en af disse e-mailadresser.</translation>
  </message>
  <message>
   <source>Who takes part in a meeting.</source>
   <translation>Hvem der deltager i et møde.</translation>
  </message>
  <message>
   <source>Who the token belongs to.</source>
   <translation>Hvem tokenet tilhører.</translation>
  </message>
  <message>
   <source>Whole number</source>
   <translation>Heltal</translation>
  </message>
  <message>
   <source>Whole value</source>
   <translation>Hele værdien</translation>
  </message>
  <message>
   <source>Why</source>
   <translation>Hvorfor</translation>
  </message>
  <message>
   <source>Why it was left out</source>
   <translation>Hvorfor den blev udeladt</translation>
  </message>
  <message>
   <source>Wide apart</source>
   <translation>Med luft</translation>
  </message>
  <message>
   <source>Wider</source>
   <translation>Bredere</translation>
  </message>
  <message>
   <source>Will be deleted when you review and apply.</source>
   <translation>Slettes, når du gennemgår og anvender.</translation>
  </message>
  <message>
   <source>Wished for</source>
   <translation>Ønsket</translation>
  </message>
  <message>
   <source>With pending changes: {names}</source>
   <translation>Med ventende ændringer: {names}</translation>
  </message>
  <message>
   <source>Without any values.</source>
   <translation>Uden værdier.</translation>
  </message>
  <message>
   <source>Without key or mouse for so long, or by F12: crmdesk signs out and shows nothing of the account.</source>
   <translation>Så længe uden tast eller mus, eller med F12: crmdesk logger af og viser intet fra kontoen.</translation>
  </message>
  <message>
   <source>Words to look for; a semicolon means or.</source>
   <translation>Ord at søge efter; et semikolon betyder eller.</translation>
  </message>
  <message>
   <source>Words to look for; which fields are searched depends on the module.</source>
   <translation>Ord at søge efter; hvilke felter der søges i, afhænger af modulet.</translation>
  </message>
  <message>
   <source>Work</source>
   <translation>Arbejde</translation>
  </message>
  <message>
   <source>Works in crmdesk, with their licences</source>
   <translation>Værker i crmdesk med deres licenser</translation>
  </message>
  <message>
   <source>Write a mail?</source>
   <translation>Skriv en mail?</translation>
  </message>
  <message>
   <source>Write for example: bill_city = 'Helsinki' and employees &gt; 10</source>
   <translation>Skriv for eksempel: bill_city = 'Helsinki' and employees &gt; 10</translation>
  </message>
  <message>
   <source>Write for example: upper(lastname), or round(unit_price * 1.05, 2)</source>
   <translation>Skriv for eksempel: upper(lastname) eller round(unit_price * 1.05, 2)</translation>
  </message>
  <message>
   <source>Write mail</source>
   <translation>Skriv mail</translation>
  </message>
  <message>
   <source>Write what to compute.</source>
   <translation>Skriv, hvad der skal beregnes.</translation>
  </message>
  <message>
   <source>Written as the server's culture does.</source>
   <translation>Skrevet efter serverens kultur.</translation>
  </message>
  <message>
   <source>Wrong encoding (MÃ¼ller)</source>
   <translation>Forkert kodning (MÃ¼ller)</translation>
  </message>
  <message>
   <source>XLSX</source>
   <translation>XLSX</translation>
  </message>
  <message>
   <source>Yes</source>
   <translation>Ja</translation>
  </message>
  <message>
   <source>Yes or no</source>
   <translation>Ja eller nej</translation>
  </message>
  <message>
   <source>Yes, ask for it</source>
   <translation>Ja, spørg den</translation>
  </message>
  <message>
   <source>You are offline, and nothing is copied that refers to this record. Its lists come when the server answers again.</source>
   <translation>Du er offline, og intet af det kopierede henviser til denne post. Dens lister kommer, når serveren svarer igen.</translation>
  </message>
  <message>
   <source>You are offline: a copy holds the values, not the reply they came in. It comes when the server answers.</source>
   <translation>Du er offline: en kopi indeholder værdierne, ikke det svar, de kom i. Det kommer, når serveren svarer.</translation>
  </message>
  <message>
   <source>You are offline: documents are not copied to this computer. Which ones this record has, and what stands in them, is known when the server answers again.</source>
   <translation>Du er offline: dokumenter kopieres ikke til denne computer. Hvilke denne post har, og hvad der står i dem, vides først, når serveren svarer igen.</translation>
  </message>
  <message>
   <source>You are offline: nothing can be compared with the server, and nothing is sent. Your changes wait on this computer; review them when it answers again.</source>
   <translation>Du er offline: intet kan sammenlignes med serveren, og intet sendes. Dine ændringer venter på denne computer; gennemgå dem, når den svarer igen.</translation>
  </message>
  <message>
   <source>You are offline: these lists are out of the copies on this computer. What is not copied, and who else was linked, is known when the server answers again.</source>
   <translation>Du er offline: disse lister kommer fra kopierne på denne computer. Det, der ikke er kopieret, og hvem der ellers er tilknyttet, kendes først, når serveren svarer igen.</translation>
  </message>
  <message>
   <source>You are offline: what others did to this record is known when the server answers again.</source>
   <translation>Du er offline: hvad andre har gjort ved denne post, vides først, når serveren svarer igen.</translation>
  </message>
  <message>
   <source>You are offline: what stands here is on the server only. It comes when the server answers again.</source>
   <translation>Du er offline: det, der vises her, findes kun på serveren. Det kommer, når serveren svarer igen.</translation>
  </message>
  <message>
   <source>You can go on working. Should something look wrong, close crmdesk and start it again: your tabs and your changes come back. A report helps to mend it; you see all of it before it is saved.</source>
   <translation>Du kan arbejde videre. Skulle noget se forkert ud, så luk crmdesk, og start det igen: dine faner og ændringer kommer tilbage. En rapport hjælper med at rette fejlen; du ser den hele, før den gemmes.</translation>
  </message>
  <message>
   <source>You have no right to do this on the server. Ask your administrator.</source>
   <translation>Du har ikke ret til at gøre dette på serveren. Spørg din administrator.</translation>
  </message>
  <message>
   <source>You may neither add nor change {0}.</source>
   <translation>Du må hverken tilføje eller ændre {0}.</translation>
  </message>
  <message>
   <source>You may not add {records} there.</source>
   <translation>Du må ikke tilføje {records} der.</translation>
  </message>
  <message>
   <source>You may not add {records}.</source>
   <translation>Du må ikke tilføje {records}.</translation>
  </message>
  <message>
   <source>You may not change {0}.</source>
   <translation>Du må ikke ændre {0}.</translation>
  </message>
  <message>
   <source>You may not change {records} any more.</source>
   <translation>Du må ikke længere ændre {records}.</translation>
  </message>
  <message>
   <source>You may not change {what}.</source>
   <translation>Du må ikke ændre {what}.</translation>
  </message>
  <message>
   <source>You may not delete {records}.</source>
   <translation>Du må ikke slette {records}.</translation>
  </message>
  <message>
   <source>You may not read {module} on the server.</source>
   <translation>Du må ikke læse {module} på serveren.</translation>
  </message>
  <message>
   <source>You may not {operation} {records}.</source>
   <translation>Du må ikke udføre {operation} på {records}.</translation>
  </message>
  <message>
   <source>You need the address of your CRM and a key.</source>
   <translation>Du skal bruge dit CRM-systems adresse og en nøgle.</translation>
  </message>
  <message>
   <source>You see the copy of {when}. {unknown}</source>
   <translation>Du ser kopien fra {when}. {unknown}</translation>
  </message>
  <message>
   <source>Your account</source>
   <translation>Din konto</translation>
  </message>
  <message>
   <source>Your accounts</source>
   <translation>Dine konti</translation>
  </message>
  <message>
   <source>Your accounts could not be read from {path}. Mend or remove that file.</source>
   <translation>Dine konti kunne ikke læses fra {path}. Ret eller fjern filen.</translation>
  </message>
  <message>
   <source>Your accounts could not be saved to {path}.</source>
   <translation>Dine konti kunne ikke gemmes i {path}.</translation>
  </message>
  <message>
   <source>Your address</source>
   <translation>Din adresse</translation>
  </message>
  <message numerus="yes">
   <source>Your administrator allows {n} minutes at most.</source>
   <extracomment>Your administrator allows {n} minute at most.</extracomment>
   <translation>
    <numerusform>Din administrator tillader højst {n} minut.</numerusform>
    <numerusform>Din administrator tillader højst {n} minutter.</numerusform>
   </translation>
  </message>
  <message>
   <source>Your administrator has set this; it cannot be changed here.</source>
   <translation>Din administrator har sat dette; det kan ikke ændres her.</translation>
  </message>
  <message>
   <source>Your contact</source>
   <translation>Din kontakt</translation>
  </message>
  <message>
   <source>Your id.</source>
   <translation>Dit id.</translation>
  </message>
  <message>
   <source>Your mail program opens. You are not asked again about mails until the program ends.</source>
   <translation>Dit mailprogram åbnes. Du spørges ikke igen om mails, før programmet slutter.</translation>
  </message>
  <message>
   <source>Your own change lies over what was read; it is not sent yet.</source>
   <translation>Din egen ændring ligger over det læste; den er ikke sendt endnu.</translation>
  </message>
  <message>
   <source>Your set of teams.</source>
   <translation>Dit sæt af teams.</translation>
  </message>
  <message>
   <source>Your settings could not be read from {file}: {strerror}.</source>
   <translation>Dine indstillinger kunne ikke læses fra {file}: {strerror}.</translation>
  </message>
  <message>
   <source>Your settings could not be saved to {file}.</source>
   <translation>Dine indstillinger kunne ikke gemmes i {file}.</translation>
  </message>
  <message>
   <source>Your settings could not be understood. They were put aside as {aside}.</source>
   <translation>Dine indstillinger kunne ikke forstås. De blev lagt til side som {aside}.</translation>
  </message>
  <message>
   <source>Your team's id.</source>
   <translation>Dit teams id.</translation>
  </message>
  <message>
   <source>Your telephone program opens. You are not asked again about calls until the program ends.</source>
   <translation>Dit telefonprogram åbnes. Du spørges ikke igen om opkald, før programmet slutter.</translation>
  </message>
  <message>
   <source>Yours</source>
   <translation>Dit</translation>
  </message>
  <message>
   <source>a copy that is not whole yet</source>
   <translation>en kopi, der ikke er hel endnu</translation>
  </message>
  <message>
   <source>a date</source>
   <translation>en dato</translation>
  </message>
  <message>
   <source>a date of the original</source>
   <translation>en dato for originalen</translation>
  </message>
  <message>
   <source>a date with a time</source>
   <translation>en dato med klokkeslæt</translation>
  </message>
  <message>
   <source>a document without lines</source>
   <translation>et dokument uden linjer</translation>
  </message>
  <message>
   <source>a fault that befalls every answer, or every so many; may be given several times</source>
   <translation>en fejl, der rammer hvert svar eller hvert n’te; kan angives flere gange</translation>
  </message>
  <message>
   <source>a file</source>
   <translation>en fil</translation>
  </message>
  <message>
   <source>a filter with groups inside groups</source>
   <translation>et filter med grupper inde i grupper</translation>
  </message>
  <message>
   <source>a filter without alternatives</source>
   <translation>et filter uden alternativer</translation>
  </message>
  <message>
   <source>a group</source>
   <translation>en gruppe</translation>
  </message>
  <message>
   <source>a line has one tax there</source>
   <translation>en linje har kun én moms der</translation>
  </message>
  <message>
   <source>a line holds no {name}.</source>
   <translation>en linje har ingen {name}.</translation>
  </message>
  <message>
   <source>a line is one of {kinds}, not {what}.</source>
   <translation>en linje er en af {kinds}, ikke {what}.</translation>
  </message>
  <message>
   <source>a line knows no “{unknown}”; it takes {allowed}.</source>
   <translation>en linje kender ikke ”{unknown}”; den tager {allowed}.</translation>
  </message>
  <message>
   <source>a list</source>
   <translation>en liste</translation>
  </message>
  <message>
   <source>a list of {records} over SOAP</source>
   <translation>en liste over {records} via SOAP</translation>
  </message>
  <message>
   <source>a list of {records} over SOAP; add a condition with = to search for some</source>
   <translation>en liste over {records} via SOAP; tilføj en betingelse med = for at søge efter nogle</translation>
  </message>
  <message>
   <source>a local copy</source>
   <translation>en lokal kopi</translation>
  </message>
  <message>
   <source>a local copy of {module}</source>
   <translation>en lokal kopi af {module}</translation>
  </message>
  <message>
   <source>a module named {module}</source>
   <translation>et modul med navnet {module}</translation>
  </message>
  <message>
   <source>a module named {name}</source>
   <translation>et modul med navnet {name}</translation>
  </message>
  <message>
   <source>a negated filter, or one without alternatives</source>
   <translation>et negeret filter eller et uden alternativer</translation>
  </message>
  <message>
   <source>a number</source>
   <translation>et tal</translation>
  </message>
  <message>
   <source>a parameter out of the environment: for passwords</source>
   <translation>en parameter fra miljøet: til adgangskoder</translation>
  </message>
  <message>
   <source>a percentage</source>
   <translation>en procentsats</translation>
  </message>
  <message>
   <source>a proxy's address, or “none”</source>
   <translation>en proxys adresse, eller ”none” (ingen)</translation>
  </message>
  <message>
   <source>a reference to another record</source>
   <translation>en henvisning til en anden post</translation>
  </message>
  <message>
   <source>a saved account</source>
   <translation>en gemt konto</translation>
  </message>
  <message>
   <source>a search over all modules</source>
   <translation>en søgning i alle moduler</translation>
  </message>
  <message>
   <source>a tax of {percent} % is not in the company's list</source>
   <translation>en moms på {percent} % er ikke i firmaets liste</translation>
  </message>
  <message>
   <source>a text</source>
   <translation>en tekst</translation>
  </message>
  <message>
   <source>a time</source>
   <translation>et klokkeslæt</translation>
  </message>
  <message>
   <source>a value of the type {type}</source>
   <translation>en værdi af typen {type}</translation>
  </message>
  <message>
   <source>a value that a query cannot say</source>
   <translation>en værdi, som en forespørgsel ikke kan udtrykke</translation>
  </message>
  <message>
   <source>a value that the server's query language cannot say</source>
   <translation>en værdi, som serverens forespørgselssprog ikke kan udtrykke</translation>
  </message>
  <message>
   <source>access key</source>
   <translation>adgangsnøgle</translation>
  </message>
  <message>
   <source>account</source>
   <translation>konto</translation>
  </message>
  <message>
   <source>account: --account, or --vendor and --url for one that is not saved</source>
   <translation>konto: --account, eller --vendor og --url for en, der ikke er gemt</translation>
  </message>
  <message>
   <source>actions</source>
   <translation>handlinger</translation>
  </message>
  <message>
   <source>adding to “{what}” by choosing; create the record instead</source>
   <translation>at føje til ”{what}” ved at vælge; opret posten i stedet</translation>
  </message>
  <message>
   <source>adding {records} over SOAP</source>
   <translation>at tilføje {records} via SOAP</translation>
  </message>
  <message>
   <source>adding {records} with lines over SOAP</source>
   <translation>at tilføje {records} med linjer via SOAP</translation>
  </message>
  <message>
   <source>address: {hint}</source>
   <translation>adresse: {hint}</translation>
  </message>
  <message>
   <source>adjustment</source>
   <translation>regulering</translation>
  </message>
  <message>
   <source>administrator</source>
   <translation>administrator</translation>
  </message>
  <message>
   <source>after</source>
   <translation>efter</translation>
  </message>
  <message>
   <source>allow operations that change data</source>
   <translation>tillad operationer, der ændrer data</translation>
  </message>
  <message>
   <source>already there</source>
   <translation>findes allerede</translation>
  </message>
  <message>
   <source>also helpers that nobody browses</source>
   <translation>også hjælpemoduler, som ingen gennemser</translation>
  </message>
  <message>
   <source>an address that is none</source>
   <translation>en adresse, der ikke er en</translation>
  </message>
  <message>
   <source>an amount</source>
   <translation>et beløb</translation>
  </message>
  <message>
   <source>an operation named {operation}</source>
   <translation>en operation med navnet {operation}</translation>
  </message>
  <message>
   <source>and {n} more</source>
   <translation>og {n} mere</translation>
  </message>
  <message numerus="yes">
   <source>and {n} more reasons</source>
   <extracomment>and 1 more reason</extracomment>
   <translation>
    <numerusform>og {n} grund mere</numerusform>
    <numerusform>og {n} grunde mere</numerusform>
   </translation>
  </message>
  <message>
   <source>another order</source>
   <translation>en anden rækkefølge</translation>
  </message>
  <message>
   <source>any letter</source>
   <translation>et vilkårligt bogstav</translation>
  </message>
  <message>
   <source>any part of it; without --account every account's copy is searched</source>
   <translation>en hvilken som helst del af det; uden --account søges i alle kontis kopier</translation>
  </message>
  <message>
   <source>applied</source>
   <translation>anvendt</translation>
  </message>
  <message>
   <source>argument %(argument_name)s: %(message)s</source>
   <translation>argumentet %(argument_name)s: %(message)s</translation>
  </message>
  <message>
   <source>as loaded</source>
   <translation>som hentet</translation>
  </message>
  <message>
   <source>as on the server at {when}</source>
   <translation>som på serveren {when}</translation>
  </message>
  <message>
   <source>as on the server at {when}, {n} with lines</source>
   <translation>som på serveren {when}, {n} med linjer</translation>
  </message>
  <message>
   <source>as sent</source>
   <translation>som sendt</translation>
  </message>
  <message>
   <source>as the vendor documents them</source>
   <translation>som leverandøren dokumenterer dem</translation>
  </message>
  <message>
   <source>asked</source>
   <translation>ønsket</translation>
  </message>
  <message>
   <source>asking for a field named {field}</source>
   <translation>at spørge efter et felt med navnet {field}</translation>
  </message>
  <message>
   <source>asking for a field named {name}</source>
   <translation>at spørge efter et felt med navnet {name}</translation>
  </message>
  <message>
   <source>asking for changes of {records}</source>
   <translation>at spørge efter ændringer i {records}</translation>
  </message>
  <message>
   <source>asking for such a record</source>
   <translation>at spørge efter en sådan post</translation>
  </message>
  <message>
   <source>asking the server for a negation</source>
   <translation>at spørge serveren om en negation</translation>
  </message>
  <message>
   <source>asking the server for this filter</source>
   <translation>at spørge serveren med dette filter</translation>
  </message>
  <message>
   <source>asking the server for “{op}”</source>
   <translation>at spørge serveren efter ”{op}”</translation>
  </message>
  <message>
   <source>asking the servers of {names}</source>
   <translation>spørger serverne for {names}</translation>
  </message>
  <message>
   <source>at</source>
   <translation>kl.</translation>
  </message>
  <message>
   <source>at least</source>
   <translation>mindst</translation>
  </message>
  <message>
   <source>at least {least}</source>
   <translation>mindst {least}</translation>
  </message>
  <message>
   <source>at most</source>
   <translation>højst</translation>
  </message>
  <message>
   <source>at most so many batches</source>
   <translation>højst så mange kørsler</translation>
  </message>
  <message>
   <source>at most so many hits</source>
   <translation>højst så mange resultater</translation>
  </message>
  <message>
   <source>at most so many records</source>
   <translation>højst så mange poster</translation>
  </message>
  <message>
   <source>average {0}</source>
   <translation>gennemsnit {0}</translation>
  </message>
  <message>
   <source>back</source>
   <translation>tilbage</translation>
  </message>
  <message>
   <source>bar |</source>
   <translation>streg |</translation>
  </message>
  <message>
   <source>before</source>
   <translation>før</translation>
  </message>
  <message>
   <source>begins anew</source>
   <translation>begynder forfra</translation>
  </message>
  <message>
   <source>being copied anew</source>
   <translation>kopieres forfra</translation>
  </message>
  <message>
   <source>being updated now</source>
   <translation>opdateres nu</translation>
  </message>
  <message>
   <source>belongs to the original alone</source>
   <translation>hører kun til originalen</translation>
  </message>
  <message>
   <source>bring a team's copy up to date as well: postgresql://user@host/database; its password from the keychain, or --secret-env store=NAME</source>
   <translation>opdater også et teams kopi: postgresql://bruger@vært/database; adgangskoden fra nøgleringen eller --secret-env store=NAME</translation>
  </message>
  <message>
   <source>by the server</source>
   <translation>af serveren</translation>
  </message>
  <message numerus="yes">
   <source>by up to {n} columns</source>
   <extracomment>by one column</extracomment>
   <translation>
    <numerusform>efter én kolonne</numerusform>
    <numerusform>efter op til {n} kolonner</numerusform>
   </translation>
  </message>
  <message>
   <source>cannot</source>
   <translation>kan ikke</translation>
  </message>
  <message>
   <source>cannot be applied</source>
   <translation>kan ikke anvendes</translation>
  </message>
  <message>
   <source>cannot be told</source>
   <translation>kan ikke afgøres</translation>
  </message>
  <message>
   <source>change</source>
   <translation>ændring</translation>
  </message>
  <message>
   <source>changed</source>
   <translation>ændret</translation>
  </message>
  <message>
   <source>changed since</source>
   <translation>ændret siden</translation>
  </message>
  <message>
   <source>changed since: this batch wrote {value}</source>
   <translation>ændret siden: denne kørsel skrev {value}</translation>
  </message>
  <message>
   <source>changed, was {value}</source>
   <translation>ændret, var {value}</translation>
  </message>
  <message>
   <source>changes</source>
   <translation>ændringer</translation>
  </message>
  <message>
   <source>changes as a file</source>
   <translation>ændringer som fil</translation>
  </message>
  <message>
   <source>changes data</source>
   <translation>ændrer data</translation>
  </message>
  <message>
   <source>changing lines: the server does not say what their fields are called</source>
   <translation>at ændre linjer: serveren oplyser ikke, hvad deres felter hedder</translation>
  </message>
  <message>
   <source>changing the lines of {records} over SOAP</source>
   <translation>at ændre linjerne i {records} via SOAP</translation>
  </message>
  <message>
   <source>changing the list “{label_of}”</source>
   <translation>at ændre listen ”{label_of}”</translation>
  </message>
  <message>
   <source>changing {records} over SOAP</source>
   <translation>at ændre {records} via SOAP</translation>
  </message>
  <message>
   <source>charges</source>
   <translation>gebyrer</translation>
  </message>
  <message>
   <source>check a file of changes against the server and send it</source>
   <translation>kontroller en fil med ændringer mod serveren, og send den</translation>
  </message>
  <message>
   <source>checked just now: no conflicts</source>
   <translation>netop tjekket: ingen konflikter</translation>
  </message>
  <message>
   <source>checking portal logins</source>
   <translation>at tjekke portallogin</translation>
  </message>
  <message>
   <source>checking portal logins as documented: it takes {parts}</source>
   <translation>at tjekke portallogin som dokumenteret: det tager {parts}</translation>
  </message>
  <message>
   <source>choices, refers to</source>
   <translation>valg, henviser til</translation>
  </message>
  <message>
   <source>choose a product.</source>
   <translation>vælg et produkt.</translation>
  </message>
  <message>
   <source>choose its product anew; the one it names is none of this CRM's</source>
   <translation>vælg dens produkt igen; det angivne findes ikke i dette CRM-system</translation>
  </message>
  <message>
   <source>chosen</source>
   <translation>valgt</translation>
  </message>
  <message>
   <source>clear</source>
   <translation>ryd</translation>
  </message>
  <message>
   <source>cleared</source>
   <translation>ryddet</translation>
  </message>
  <message>
   <source>comma (1.234,5)</source>
   <translation>komma (1.234,5)</translation>
  </message>
  <message>
   <source>comma ,</source>
   <translation>komma ,</translation>
  </message>
  <message>
   <source>commands</source>
   <translation>kommandoer</translation>
  </message>
  <message>
   <source>company</source>
   <translation>firma</translation>
  </message>
  <message>
   <source>compared {done} of {total}</source>
   <translation>sammenlignet: {done} af {total}</translation>
  </message>
  <message>
   <source>comparing with the server …</source>
   <translation>sammenligner med serveren …</translation>
  </message>
  <message>
   <source>conflict</source>
   <translation>konflikt</translation>
  </message>
  <message>
   <source>contains</source>
   <translation>indeholder</translation>
  </message>
  <message>
   <source>copy modules, or bring their copies up to date</source>
   <translation>kopier moduler, eller opdater deres kopier</translation>
  </message>
  <message>
   <source>copy of {when}</source>
   <translation>kopi fra {when}</translation>
  </message>
  <message>
   <source>copy them anew instead of asking what changed</source>
   <translation>kopier dem på ny i stedet for at spørge, hvad der er ændret</translation>
  </message>
  <message>
   <source>coreBOS: the records of one related list; its operation shares the documented one's name, not its verb.</source>
   <translation>coreBOS: posterne i én relateret liste; operationen deler navn med den dokumenterede, ikke verbum.</translation>
  </message>
  <message>
   <source>count</source>
   <translation>antal</translation>
  </message>
  <message>
   <source>counting what this filter means</source>
   <translation>at tælle, hvad dette filter betyder</translation>
  </message>
  <message>
   <source>counts</source>
   <translation>tæller</translation>
  </message>
  <message>
   <source>created</source>
   <translation>oprettet</translation>
  </message>
  <message>
   <source>crmdesk did not end as it should</source>
   <translation>crmdesk sluttede ikke, som det skulle</translation>
  </message>
  <message>
   <source>crmdesk keys.txt</source>
   <translation>crmdesk-taster.txt</translation>
  </message>
  <message>
   <source>crmdesk never installs anything by itself.</source>
   <translation>crmdesk installerer aldrig noget af sig selv.</translation>
  </message>
  <message>
   <source>crmdesk never writes to this account.</source>
   <translation>crmdesk skriver aldrig til denne konto.</translation>
  </message>
  <message>
   <source>crmdesk opens saved views, files of changes and tables; {name} is none.</source>
   <translation>crmdesk åbner gemte visninger, filer med ændringer og tabeller; {name} er ingen af delene.</translation>
  </message>
  <message>
   <source>crmdesk {version}</source>
   <translation>crmdesk {version}</translation>
  </message>
  <message>
   <source>crmdesk {version} is there; you have {mine}.</source>
   <translation>crmdesk {version} er klar; du har {mine}.</translation>
  </message>
  <message>
   <source>csv has a row for each field</source>
   <translation>csv har en række for hvert felt</translation>
  </message>
  <message>
   <source>dates</source>
   <translation>datoer</translation>
  </message>
  <message>
   <source>day month year</source>
   <translation>dag måned år</translation>
  </message>
  <message>
   <source>decimal comma</source>
   <translation>decimalkomma</translation>
  </message>
  <message>
   <source>decimal point</source>
   <translation>decimalpunktum</translation>
  </message>
  <message>
   <source>default: table</source>
   <translation>standard: table</translation>
  </message>
  <message>
   <source>delay of each answer</source>
   <translation>forsinkelse af hvert svar</translation>
  </message>
  <message>
   <source>delete</source>
   <translation>slet</translation>
  </message>
  <message>
   <source>deleted</source>
   <translation>slettet</translation>
  </message>
  <message>
   <source>deleting records</source>
   <translation>at slette poster</translation>
  </message>
  <message>
   <source>deleting {records} over SOAP</source>
   <translation>at slette {records} via SOAP</translation>
  </message>
  <message>
   <source>differs</source>
   <translation>forskel</translation>
  </message>
  <message>
   <source>discount</source>
   <translation>rabat</translation>
  </message>
  <message>
   <source>do everything but send</source>
   <translation>gør alt undtagen at sende</translation>
  </message>
  <message>
   <source>do not import</source>
   <translation>importer ikke</translation>
  </message>
  <message>
   <source>do not run the server's workflows, where it has the switch</source>
   <translation>kør ikke serverens workflows, hvor de kan slås fra</translation>
  </message>
  <message>
   <source>does not contain</source>
   <translation>indeholder ikke</translation>
  </message>
  <message>
   <source>does not count</source>
   <translation>tæller ikke</translation>
  </message>
  <message>
   <source>does not sort</source>
   <translation>sorterer ikke</translation>
  </message>
  <message>
   <source>empty</source>
   <translation>tom</translation>
  </message>
  <message>
   <source>entry {number} of “lines” names a line; a new document has none yet.</source>
   <translation>indgang {number} i ”lines” angiver en linje; et nyt dokument har ingen endnu.</translation>
  </message>
  <message>
   <source>entry {number} of “lines” needs “line” and “set”.</source>
   <translation>indgang {number} i ”lines” kræver ”line” og ”set”.</translation>
  </message>
  <message>
   <source>environment</source>
   <translation>miljø</translation>
  </message>
  <message>
   <source>every batch, newest first</source>
   <translation>alle kørsler, nyeste først</translation>
  </message>
  <message>
   <source>expected %s argument</source>
   <translation>%s argument forventes</translation>
  </message>
  <message>
   <source>expected %s arguments</source>
   <translation>%s argumenter forventes</translation>
  </message>
  <message>
   <source>expected at least one argument</source>
   <translation>mindst ét argument forventes</translation>
  </message>
  <message>
   <source>expected at most one argument</source>
   <translation>højst ét argument forventes</translation>
  </message>
  <message>
   <source>expected one argument</source>
   <translation>ét argument forventes</translation>
  </message>
  <message>
   <source>field</source>
   <translation>felt</translation>
  </message>
  <message>
   <source>find records by this column instead of id</source>
   <translation>find poster ved denne kolonne i stedet for id</translation>
  </message>
  <message>
   <source>forget an account and its secrets; its journal stays</source>
   <translation>glem en konto og dens hemmeligheder; dens journal bliver</translation>
  </message>
  <message>
   <source>forget the copy of some modules, or of all</source>
   <translation>glem kopien af nogle moduler eller af alle</translation>
  </message>
  <message>
   <source>found by</source>
   <translation>fundet ved</translation>
  </message>
  <message>
   <source>found by the server</source>
   <translation>fundet af serveren</translation>
  </message>
  <message>
   <source>fresh</source>
   <translation>fra</translation>
  </message>
  <message>
   <source>from</source>
   <translation>fra</translation>
  </message>
  <message>
   <source>from the local copy (“crmdesk mirror”) alone; the server is not asked</source>
   <translation>kun fra den lokale kopi (”crmdesk mirror”); serveren spørges ikke</translation>
  </message>
  <message>
   <source>from this computer</source>
   <translation>fra denne computer</translation>
  </message>
  <message>
   <source>further certificates to trust</source>
   <translation>flere certifikater at stole på</translation>
  </message>
  <message>
   <source>gone</source>
   <translation>væk</translation>
  </message>
  <message>
   <source>gross</source>
   <translation>brutto</translation>
  </message>
  <message>
   <source>groups and lists stand too deep in each other.</source>
   <translation>grupper og lister ligger for dybt i hinanden.</translation>
  </message>
  <message>
   <source>holds what the server has already</source>
   <translation>indeholder det, serveren allerede har</translation>
  </message>
  <message>
   <source>how careful to be</source>
   <translation>hvor forsigtig der skal handles</translation>
  </message>
  <message>
   <source>how you want to call it</source>
   <translation>hvad du vil kalde den</translation>
  </message>
  <message>
   <source>id</source>
   <translation>id</translation>
  </message>
  <message>
   <source>in the last … days</source>
   <translation>i de sidste … dage</translation>
  </message>
  <message>
   <source>in titles, fields, values and reasons</source>
   <translation>i titler, felter, værdier og begrundelser</translation>
  </message>
  <message>
   <source>includes</source>
   <translation>omfatter</translation>
  </message>
  <message>
   <source>instead of MODULE: a query in the vendor's own language, read only</source>
   <translation>i stedet for MODULE: en forespørgsel i leverandørens eget sprog, kun læsning</translation>
  </message>
  <message>
   <source>invalid choice: %(value)r (choose from %(choices)s)</source>
   <translation>ugyldigt valg: %(value)r (vælg mellem %(choices)s)</translation>
  </message>
  <message>
   <source>invisible or control characters</source>
   <translation>usynlige tegn eller kontroltegn</translation>
  </message>
  <message>
   <source>is</source>
   <translation>er</translation>
  </message>
  <message>
   <source>is any of</source>
   <translation>er en af</translation>
  </message>
  <message>
   <source>is at least</source>
   <translation>er mindst</translation>
  </message>
  <message>
   <source>is at most</source>
   <translation>er højst</translation>
  </message>
  <message>
   <source>is deleted</source>
   <translation>slettes</translation>
  </message>
  <message>
   <source>is empty</source>
   <translation>er tom</translation>
  </message>
  <message>
   <source>is exactly</source>
   <translation>er nøjagtigt</translation>
  </message>
  <message>
   <source>is less than</source>
   <translation>er mindre end</translation>
  </message>
  <message>
   <source>is more than</source>
   <translation>er mere end</translation>
  </message>
  <message>
   <source>is no</source>
   <translation>er nej</translation>
  </message>
  <message>
   <source>is none of</source>
   <translation>er ingen af</translation>
  </message>
  <message>
   <source>is not</source>
   <translation>er ikke</translation>
  </message>
  <message>
   <source>is not empty</source>
   <translation>er ikke tom</translation>
  </message>
  <message>
   <source>is so already</source>
   <translation>er allerede sådan</translation>
  </message>
  <message>
   <source>is yes</source>
   <translation>er ja</translation>
  </message>
  <message>
   <source>it has edits that wait already.</source>
   <translation>den har allerede ændringer, der venter.</translation>
  </message>
  <message>
   <source>it has neither a product nor a text</source>
   <translation>den har hverken et produkt eller en tekst</translation>
  </message>
  <message>
   <source>it has no product. Start pasting in the column of items.</source>
   <translation>den har intet produkt. Begynd at indsætte i kolonnen med varer.</translation>
  </message>
  <message>
   <source>it has two discounts; keep one of them.</source>
   <translation>den har to rabatter; behold en af dem.</translation>
  </message>
  <message>
   <source>it is no product and no service; this CRM has no other lines</source>
   <translation>den er hverken et produkt eller en ydelse; dette CRM-system har ingen andre linjer</translation>
  </message>
  <message>
   <source>it was made by this batch</source>
   <translation>den blev oprettet af denne kørsel</translation>
  </message>
  <message>
   <source>its discount is {kind}, which cannot be there</source>
   <translation>rabatten er {kind}, som ikke kan være der</translation>
  </message>
  <message>
   <source>keep</source>
   <translation>behold</translation>
  </message>
  <message>
   <source>kept</source>
   <translation>beholdes</translation>
  </message>
  <message>
   <source>kind</source>
   <translation>art</translation>
  </message>
  <message>
   <source>label</source>
   <translation>etiket</translation>
  </message>
  <message>
   <source>leave alone</source>
   <translation>lad være</translation>
  </message>
  <message>
   <source>leave out the first so many</source>
   <translation>udelad de første så mange</translation>
  </message>
  <message>
   <source>leave row out</source>
   <translation>udelad rækken</translation>
  </message>
  <message>
   <source>left out</source>
   <translation>udeladt</translation>
  </message>
  <message>
   <source>left out: {title} ({key}) {field}: this batch wrote {wrote}, somebody changed it to {now}</source>
   <translation>udeladt: {title} ({key}) {field}: denne kørsel skrev {wrote}, nogen har ændret det til {now}</translation>
  </message>
  <message>
   <source>less than</source>
   <translation>mindre end</translation>
  </message>
  <message>
   <source>let the copy grow to so many megabytes; 0: without limit</source>
   <translation>lad kopien vokse til så mange megabyte; 0: uden grænse</translation>
  </message>
  <message>
   <source>letters read in the wrong encoding</source>
   <translation>bogstaver læst med forkert kodning</translation>
  </message>
  <message>
   <source>letters that are lost</source>
   <translation>bogstaver, der er gået tabt</translation>
  </message>
  <message>
   <source>like names</source>
   <translation>lignende navne</translation>
  </message>
  <message>
   <source>like takes '%text%' or 'text%' here.</source>
   <translation>like tager '%tekst%' eller 'tekst%' her.</translation>
  </message>
  <message>
   <source>line</source>
   <translation>linje</translation>
  </message>
  <message>
   <source>line {0}</source>
   <translation>linje {0}</translation>
  </message>
  <message>
   <source>line {key} holds {plain} as {name} by now.</source>
   <translation>linje {key} har nu {plain} som {name}.</translation>
  </message>
  <message>
   <source>line {n}</source>
   <translation>linje {n}</translation>
  </message>
  <message>
   <source>lines in this kind of record</source>
   <translation>linjer i denne slags post</translation>
  </message>
  <message>
   <source>lines in {records}</source>
   <translation>linjer i {records}</translation>
  </message>
  <message>
   <source>lines of sales documents</source>
   <translation>linjer i salgsdokumenter</translation>
  </message>
  <message>
   <source>linked</source>
   <translation>tilknyttet</translation>
  </message>
  <message>
   <source>linking these two kinds of records</source>
   <translation>at tilknytte disse to slags poster</translation>
  </message>
  <message>
   <source>look for a name, number, phone, e-mail or city in the local copies</source>
   <translation>søg efter navn, nummer, telefon, e-mail eller by i de lokale kopier</translation>
  </message>
  <message>
   <source>made already</source>
   <translation>oprettet allerede</translation>
  </message>
  <message>
   <source>make again</source>
   <translation>opret igen</translation>
  </message>
  <message>
   <source>modified {when}</source>
   <translation>ændret {when}</translation>
  </message>
  <message>
   <source>modified {when} by {who}</source>
   <translation>ændret {when} af {who}</translation>
  </message>
  <message>
   <source>module</source>
   <translation>modul</translation>
  </message>
  <message>
   <source>month day year</source>
   <translation>måned dag år</translation>
  </message>
  <message>
   <source>more than</source>
   <translation>mere end</translation>
  </message>
  <message>
   <source>moved</source>
   <translation>flyttet</translation>
  </message>
  <message>
   <source>my edit</source>
   <translation>min rettelse</translation>
  </message>
  <message>
   <source>name</source>
   <translation>navn</translation>
  </message>
  <message>
   <source>name, label, number of records and operations</source>
   <translation>navn, etiket, antal poster og operationer</translation>
  </message>
  <message>
   <source>net</source>
   <translation>netto</translation>
  </message>
  <message>
   <source>new</source>
   <translation>ny</translation>
  </message>
  <message>
   <source>new line</source>
   <translation>ny linje</translation>
  </message>
  <message>
   <source>new record</source>
   <translation>ny post</translation>
  </message>
  <message>
   <source>new: {line}</source>
   <translation>ny: {line}</translation>
  </message>
  <message>
   <source>no discount</source>
   <translation>ingen rabat</translation>
  </message>
  <message>
   <source>no members</source>
   <translation>ingen medlemmer</translation>
  </message>
  <message>
   <source>no outcome noted</source>
   <translation>intet udfald noteret</translation>
  </message>
  <message>
   <source>no reason given</source>
   <translation>ingen begrundelse</translation>
  </message>
  <message>
   <source>no records</source>
   <translation>ingen poster</translation>
  </message>
  <message>
   <source>no single product is called “{name}”.</source>
   <translation>intet enkelt produkt hedder ”{name}”.</translation>
  </message>
  <message>
   <source>no such field</source>
   <translation>intet sådant felt</translation>
  </message>
  <message>
   <source>no text</source>
   <translation>ingen tekst</translation>
  </message>
  <message>
   <source>no values</source>
   <translation>ingen værdier</translation>
  </message>
  <message>
   <source>no values yet</source>
   <translation>ingen værdier endnu</translation>
  </message>
  <message>
   <source>none</source>
   <translation>ingen</translation>
  </message>
  <message>
   <source>none older than 30 days</source>
   <translation>ingen ældre end 30 dage</translation>
  </message>
  <message>
   <source>none yet</source>
   <translation>ingen endnu</translation>
  </message>
  <message>
   <source>not allowed with argument %s</source>
   <translation>ikke tilladt sammen med argumentet %s</translation>
  </message>
  <message>
   <source>not at</source>
   <translation>ikke kl.</translation>
  </message>
  <message>
   <source>not chosen</source>
   <translation>ikke valgt</translation>
  </message>
  <message>
   <source>not on</source>
   <translation>ikke den</translation>
  </message>
  <message>
   <source>not read yet</source>
   <translation>ikke læst endnu</translation>
  </message>
  <message>
   <source>not sent</source>
   <translation>ikke sendt</translation>
  </message>
  <message>
   <source>not ticked</source>
   <translation>uden hak</translation>
  </message>
  <message>
   <source>not told</source>
   <translation>ikke oplyst</translation>
  </message>
  <message>
   <source>note</source>
   <translation>bemærk</translation>
  </message>
  <message>
   <source>noted</source>
   <translation>noteret</translation>
  </message>
  <message>
   <source>nothing</source>
   <translation>intet</translation>
  </message>
  <message>
   <source>nothing here</source>
   <translation>intet her</translation>
  </message>
  <message>
   <source>nothing to do</source>
   <translation>intet at gøre</translation>
  </message>
  <message>
   <source>nothing: this computer sorts</source>
   <translation>intet: denne computer sorterer</translation>
  </message>
  <message>
   <source>number of leads</source>
   <translation>antal kundeemner</translation>
  </message>
  <message>
   <source>of the rows of a CSV or XLSX file</source>
   <translation>for rækkerne i en CSV- eller XLSX-fil</translation>
  </message>
  <message>
   <source>of {base}</source>
   <translation>af {base}</translation>
  </message>
  <message>
   <source>on</source>
   <translation>den</translation>
  </message>
  <message>
   <source>on or after</source>
   <translation>den eller efter</translation>
  </message>
  <message>
   <source>on the server now: {value}</source>
   <translation>på serveren nu: {value}</translation>
  </message>
  <message>
   <source>on the server now: {v}</source>
   <translation>på serveren nu: {v}</translation>
  </message>
  <message>
   <source>on this computer, not yet sent</source>
   <translation>kun her, ikke sendt endnu</translation>
  </message>
  <message>
   <source>one batch with its changes</source>
   <translation>én kørsel med dens ændringer</translation>
  </message>
  <message>
   <source>one documented vendor operation as it is</source>
   <translation>én dokumenteret leverandøroperation, som den er</translation>
  </message>
  <message>
   <source>one record, whole</source>
   <translation>én hel post</translation>
  </message>
  <message>
   <source>only how many there are</source>
   <translation>kun hvor mange der er</translation>
  </message>
  <message>
   <source>only left</source>
   <translation>kun venstre</translation>
  </message>
  <message>
   <source>only reads</source>
   <translation>læser kun</translation>
  </message>
  <message>
   <source>only right</source>
   <translation>kun højre</translation>
  </message>
  <message>
   <source>operations</source>
   <translation>operationer</translation>
  </message>
  <message>
   <source>optional</source>
   <translation>valgfri</translation>
  </message>
  <message>
   <source>optional, not included</source>
   <translation>valgfrit, ikke medregnet</translation>
  </message>
  <message>
   <source>options</source>
   <translation>tilvalg</translation>
  </message>
  <message>
   <source>order of the lines</source>
   <translation>linjernes rækkefølge</translation>
  </message>
  <message>
   <source>otherwise all</source>
   <translation>ellers alle</translation>
  </message>
  <message>
   <source>otherwise every module that is copied already</source>
   <translation>ellers alle moduler, der allerede er kopieret</translation>
  </message>
  <message>
   <source>ours</source>
   <translation>vores</translation>
  </message>
  <message>
   <source>outcome unknown</source>
   <translation>ukendt udfald</translation>
  </message>
  <message>
   <source>pass key</source>
   <translation>pass-nøgle</translation>
  </message>
  <message>
   <source>password</source>
   <translation>adgangskode</translation>
  </message>
  <message>
   <source>place</source>
   <translation>plads</translation>
  </message>
  <message>
   <source>point (1,234.5)</source>
   <translation>punktum (1,234.5)</translation>
  </message>
  <message>
   <source>positional arguments</source>
   <translation>argumenter</translation>
  </message>
  <message>
   <source>prices and discounts keep {n} decimals there</source>
   <translation>priser og rabatter har {n} decimaler der</translation>
  </message>
  <message>
   <source>product</source>
   <translation>produkt</translation>
  </message>
  <message>
   <source>product lines in {module}</source>
   <translation>produktlinjer i {module}</translation>
  </message>
  <message>
   <source>products must be a JSON list of lines.</source>
   <translation>products skal være en JSON-liste med linjer.</translation>
  </message>
  <message>
   <source>quantity</source>
   <translation>antal</translation>
  </message>
  <message>
   <source>read a secret from an environment variable; FIELD where the vendor has several</source>
   <translation>læs en hemmelighed fra en miljøvariabel; FIELD, hvor leverandøren har flere</translation>
  </message>
  <message>
   <source>read only</source>
   <translation>låst</translation>
  </message>
  <message>
   <source>read secrets from standard input, a line for each secret field of the vendor, in their order</source>
   <translation>læs hemmeligheder fra standardinput, én linje for hvert hemmeligt felt, i leverandørens rækkefølge</translation>
  </message>
  <message>
   <source>read-only</source>
   <translation>skrivebeskyttet</translation>
  </message>
  <message>
   <source>reading files back; open the record in the browser</source>
   <translation>at hente filer tilbage; åbn posten i browseren</translation>
  </message>
  <message>
   <source>reading single {records} over SOAP</source>
   <translation>at læse enkelte {records} via SOAP</translation>
  </message>
  <message>
   <source>reading the lines of {records} over SOAP</source>
   <translation>at læse linjerne i {records} via SOAP</translation>
  </message>
  <message>
   <source>ready</source>
   <translation>klar</translation>
  </message>
  <message>
   <source>record</source>
   <translation>post</translation>
  </message>
  <message>
   <source>records</source>
   <translation>poster</translation>
  </message>
  <message>
   <source>refused</source>
   <translation>afvist</translation>
  </message>
  <message>
   <source>remark</source>
   <translation>bemærkning</translation>
  </message>
  <message>
   <source>remove</source>
   <translation>fjern</translation>
  </message>
  <message>
   <source>removed: {line}</source>
   <translation>fjernet: {line}</translation>
  </message>
  <message>
   <source>required</source>
   <translation>påkrævet</translation>
  </message>
  <message>
   <source>result</source>
   <translation>resultat</translation>
  </message>
  <message>
   <source>roles: {names}</source>
   <translation>roller: {names}</translation>
  </message>
  <message>
   <source>row {n}</source>
   <translation>række {n}</translation>
  </message>
  <message>
   <source>same</source>
   <translation>ens</translation>
  </message>
  <message>
   <source>same e-mail</source>
   <translation>samme e-mail</translation>
  </message>
  <message>
   <source>same name</source>
   <translation>samme navn</translation>
  </message>
  <message>
   <source>same phone</source>
   <translation>samme telefon</translation>
  </message>
  <message>
   <source>same place</source>
   <translation>samme sted</translation>
  </message>
  <message>
   <source>save an account; asks for its secrets without showing them</source>
   <translation>gem en konto; spørger om dens hemmeligheder uden at vise dem</translation>
  </message>
  <message>
   <source>saved accounts</source>
   <translation>gemte konti</translation>
  </message>
  <message>
   <source>saving a record of {module}</source>
   <translation>at gemme en post i {module}</translation>
  </message>
  <message>
   <source>saving records of any kind as documented</source>
   <translation>at gemme poster af nogen art som dokumenteret</translation>
  </message>
  <message>
   <source>searching records…</source>
   <translation>søger i poster…</translation>
  </message>
  <message>
   <source>searching {module}</source>
   <translation>at søge i {module}</translation>
  </message>
  <message>
   <source>secret</source>
   <translation>hemmelig</translation>
  </message>
  <message>
   <source>secrets (never arguments; otherwise from the keychain)</source>
   <translation>hemmeligheder (aldrig argumenter; ellers fra nøgleringen)</translation>
  </message>
  <message>
   <source>semicolon ;</source>
   <translation>semikolon ;</translation>
  </message>
  <message>
   <source>send more than 50 records of a production account unasked</source>
   <translation>send mere end 50 poster i en produktionskonto uden at spørge</translation>
  </message>
  <message>
   <source>send nothing more after so many</source>
   <translation>send ikke mere efter så mange</translation>
  </message>
  <message>
   <source>send nothing unless exactly so many would change</source>
   <translation>send intet, medmindre præcis så mange ville blive ændret</translation>
  </message>
  <message>
   <source>server clock {time} ahead</source>
   <translation>serverens ur {time} foran</translation>
  </message>
  <message>
   <source>server clock {time} behind</source>
   <translation>serverens ur {time} bagud</translation>
  </message>
  <message>
   <source>server {when}</source>
   <translation>server {when}</translation>
  </message>
  <message>
   <source>set</source>
   <translation>sat</translation>
  </message>
  <message>
   <source>several choices</source>
   <translation>flere valg</translation>
  </message>
  <message>
   <source>show program's version number and exit</source>
   <translation>vis programmets versionsnummer og afslut</translation>
  </message>
  <message>
   <source>show this help message and exit</source>
   <translation>vis denne hjælp og afslut</translation>
  </message>
  <message>
   <source>sign in and list the modules</source>
   <translation>log på, og vis modulerne</translation>
  </message>
  <message>
   <source>signed in as {who}</source>
   <translation>logget på som {who}</translation>
  </message>
  <message>
   <source>size</source>
   <translation>størrelse</translation>
  </message>
  <message>
   <source>skipped</source>
   <translation>sprunget over</translation>
  </message>
  <message>
   <source>sorted here, not by the server</source>
   <translation>sorteret her, ikke af serveren</translation>
  </message>
  <message>
   <source>sorting by several columns</source>
   <translation>at sortere efter flere kolonner</translation>
  </message>
  <message>
   <source>sorting by {field}</source>
   <translation>at sortere efter {field}</translation>
  </message>
  <message>
   <source>sorting downwards</source>
   <translation>at sortere faldende</translation>
  </message>
  <message>
   <source>sorts after</source>
   <translation>sorteres efter</translation>
  </message>
  <message>
   <source>sorts before</source>
   <translation>sorteres før</translation>
  </message>
  <message>
   <source>sorts by up to {n}</source>
   <translation>sorterer efter op til {n}</translation>
  </message>
  <message>
   <source>sorts by up to {n}, upwards only</source>
   <translation>sorterer efter op til {n}, kun stigende</translation>
  </message>
  <message>
   <source>sorts from</source>
   <translation>sorteres fra</translation>
  </message>
  <message>
   <source>sorts up to</source>
   <translation>sorteres til og med</translation>
  </message>
  <message>
   <source>starts with</source>
   <translation>begynder med</translation>
  </message>
  <message>
   <source>stays</source>
   <translation>bliver</translation>
  </message>
  <message>
   <source>still looking</source>
   <translation>søger stadig</translation>
  </message>
  <message>
   <source>still needed</source>
   <translation>mangler endnu</translation>
  </message>
  <message>
   <source>stored</source>
   <translation>gemt</translation>
  </message>
  <message>
   <source>stored differently</source>
   <translation>gemt anderledes</translation>
  </message>
  <message>
   <source>stored in the keychain; leave empty to keep it</source>
   <translation>gemt i nøgleringen; lad stå tom for at beholde</translation>
  </message>
  <message>
   <source>stored otherwise</source>
   <translation>gemt anderledes</translation>
  </message>
  <message>
   <source>stored otherwise: {fields}</source>
   <translation>gemt anderledes: {fields}</translation>
  </message>
  <message>
   <source>stray blanks</source>
   <translation>overflødige mellemrum</translation>
  </message>
  <message>
   <source>subtotal</source>
   <translation>subtotal</translation>
  </message>
  <message>
   <source>such a line cannot be added there</source>
   <translation>en sådan linje kan ikke tilføjes der</translation>
  </message>
  <message>
   <source>sum {0}</source>
   <translation>sum {0}</translation>
  </message>
  <message>
   <source>tab</source>
   <translation>tabulator</translation>
  </message>
  <message>
   <source>table     for reading, with labels instead of stored values
json      one array; jsonl: one object a line, written as rows arrive
csv       UTF-8, quoted as RFC 4180 says; values are exact, so open files from strangers with care: a spreadsheet
          takes a text that begins with = for a formula (xlsx keeps it a text)
xlsx      dates, times and numbers as such (moments in UTC), everything else as text
parquet   typed columns, for analysts; needs the extra “analysis” (pyarrow)
</source>
   <translation>table     til læsning, med etiketter i stedet for gemte værdier
json      én liste; jsonl: ét objekt pr. linje, skrevet efterhånden som rækkerne kommer
csv       UTF-8, citeret som i RFC 4180; værdierne er nøjagtige, så åbn fremmedes filer med omtanke: et regneark
          tager en tekst, der begynder med =, for en formel (xlsx bevarer den som tekst)
xlsx      datoer, klokkeslæt og tal som sådan (tidspunkter i UTC), alt andet som tekst
parquet   kolonner med typer, til analyser; kræver tillægget ”analysis” (pyarrow)
</translation>
  </message>
  <message>
   <source>take a batch of the journal back</source>
   <translation>fortryd en kørsel i journalen</translation>
  </message>
  <message>
   <source>taking a relation away</source>
   <translation>at fjerne en tilknytning</translation>
  </message>
  <message>
   <source>taking this relation away</source>
   <translation>at fjerne denne tilknytning</translation>
  </message>
  <message>
   <source>tax</source>
   <translation>moms</translation>
  </message>
  <message>
   <source>tax {n}</source>
   <translation>moms {n}</translation>
  </message>
  <message>
   <source>the account</source>
   <translation>kontoen</translation>
  </message>
  <message>
   <source>the action {action}</source>
   <translation>handlingen {action}</translation>
  </message>
  <message>
   <source>the contract term takes a whole number.</source>
   <translation>kontraktens løbetid tager et heltal.</translation>
  </message>
  <message>
   <source>the demo server alone; prints its accounts as a line of JSON, then serves</source>
   <translation>kun demoserveren; skriver dens konti som en linje JSON og svarer så</translation>
  </message>
  <message>
   <source>the discount is kept for one piece there, and this amount cannot be divided; type a percentage</source>
   <translation>rabatten gemmes pr. stk. der, og beløbet kan ikke deles; skriv en procentsats</translation>
  </message>
  <message>
   <source>the document has no line {key}; its lines are {known}.</source>
   <translation>dokumentet har ingen linje {key}; linjerne er {known}.</translation>
  </message>
  <message>
   <source>the field {name} in the local copy</source>
   <translation>feltet {name} i den lokale kopi</translation>
  </message>
  <message>
   <source>the fields of a module</source>
   <translation>et moduls felter</translation>
  </message>
  <message>
   <source>the first copy is not finished</source>
   <translation>den første kopi er ikke færdig</translation>
  </message>
  <message>
   <source>the first {0} are shown</source>
   <translation>de første {0} vises</translation>
  </message>
  <message>
   <source>the following arguments are required: %s</source>
   <translation>følgende argumenter skal angives: %s</translation>
  </message>
  <message>
   <source>the history of changes</source>
   <translation>ændringshistorikken</translation>
  </message>
  <message>
   <source>the local copy of an account, for searching and for work without the server</source>
   <translation>en kontos lokale kopi, til søgning og til arbejde uden serveren</translation>
  </message>
  <message>
   <source>the method {operation}</source>
   <translation>metoden {operation}</translation>
  </message>
  <message>
   <source>the newest {n}</source>
   <translation>de nyeste {n}</translation>
  </message>
  <message>
   <source>the operation {operation}</source>
   <translation>operationen {operation}</translation>
  </message>
  <message>
   <source>the quantity keeps {n} decimals there</source>
   <translation>antallet har {n} decimaler der</translation>
  </message>
  <message>
   <source>the quantity takes one decimal; {plain} has more.</source>
   <translation>antallet tager én decimal; {plain} har flere.</translation>
  </message>
  <message>
   <source>the records of a module</source>
   <translation>et moduls poster</translation>
  </message>
  <message>
   <source>the saved accounts</source>
   <translation>de gemte konti</translation>
  </message>
  <message>
   <source>the server also changed: {fields}</source>
   <translation>serveren ændrede også: {fields}</translation>
  </message>
  <message>
   <source>the server does not know this; it knows {names}.</source>
   <translation>serveren kender ikke dette; den kender {names}.</translation>
  </message>
  <message>
   <source>the server filters by {filters}; {sorts}; {counts}; {n} records a page</source>
   <translation>serveren filtrerer med {filters}; {sorts}; {counts}; {n} poster pr. side</translation>
  </message>
  <message>
   <source>the server's</source>
   <translation>serverens</translation>
  </message>
  <message>
   <source>the server's ids</source>
   <translation>serverens id’er</translation>
  </message>
  <message>
   <source>the server's reply as it came, nothing else</source>
   <translation>serverens svar, som det kom, intet andet</translation>
  </message>
  <message>
   <source>the vendor's other fields, such as user=admin</source>
   <translation>leverandørens andre felter, fx user=admin</translation>
  </message>
  <message>
   <source>the vendors, their fields and what each can do</source>
   <translation>leverandørerne, deres felter og hvad hver af dem kan</translation>
  </message>
  <message>
   <source>the whole copy</source>
   <translation>hele kopien</translation>
  </message>
  <message>
   <source>the window on the embedded demo server</source>
   <translation>vinduet på den indbyggede demoserver</translation>
  </message>
  <message>
   <source>the {n} that fit best</source>
   <translation>de {n}, der passer bedst</translation>
  </message>
  <message>
   <source>there already?</source>
   <translation>findes allerede?</translation>
  </message>
  <message>
   <source>this holds a control character, which cannot be sent. Take it out.</source>
   <translation>dette indeholder et kontroltegn, som ikke kan sendes. Fjern det.</translation>
  </message>
  <message>
   <source>this is missing.</source>
   <translation>dette mangler.</translation>
  </message>
  <message>
   <source>this is neither true nor false.</source>
   <translation>dette er hverken sandt eller falsk.</translation>
  </message>
  <message>
   <source>this is no JSON object ({error}).</source>
   <translation>dette er ikke et JSON-objekt ({error}).</translation>
  </message>
  <message>
   <source>this is no JSON object.</source>
   <translation>dette er ikke et JSON-objekt.</translation>
  </message>
  <message>
   <source>this is no JSON. Write a group as {…} and a list as […].</source>
   <translation>dette er ikke JSON. Skriv en gruppe som {…} og en liste som […].</translation>
  </message>
  <message>
   <source>this is not a date with a time. Write it like 2026-11-30 14:05:00.</source>
   <translation>dette er ikke en dato med klokkeslæt. Skriv den som 2026-11-30 14:05:00.</translation>
  </message>
  <message>
   <source>this is not a date. Write it like 2026-11-30.</source>
   <translation>dette er ikke en dato. Skriv den som 2026-11-30.</translation>
  </message>
  <message>
   <source>this is not a number.</source>
   <translation>dette er ikke et tal.</translation>
  </message>
  <message>
   <source>this is not a whole number.</source>
   <translation>dette er ikke et heltal.</translation>
  </message>
  <message>
   <source>this may not be left empty.</source>
   <translation>dette må ikke stå tomt.</translation>
  </message>
  <message>
   <source>this takes a group of names and values.</source>
   <translation>dette tager en gruppe af navne og værdier.</translation>
  </message>
  <message>
   <source>this takes a list.</source>
   <translation>dette tager en liste.</translation>
  </message>
  <message>
   <source>this takes bytes, or their base64 text.</source>
   <translation>dette tager bytes eller deres base64-tekst.</translation>
  </message>
  <message>
   <source>this takes one value, not {named}.</source>
   <translation>dette tager én værdi, ikke {named}.</translation>
  </message>
  <message>
   <source>ticked</source>
   <translation>med hak</translation>
  </message>
  <message>
   <source>time</source>
   <translation>tid</translation>
  </message>
  <message>
   <source>title</source>
   <translation>titel</translation>
  </message>
  <message>
   <source>today</source>
   <translation>i dag</translation>
  </message>
  <message>
   <source>took batch {n} back</source>
   <translation>fortrød kørsel {n}</translation>
  </message>
  <message>
   <source>total</source>
   <translation>total</translation>
  </message>
  <message>
   <source>true for a report that was built for you.</source>
   <translation>true for en rapport, der er bygget til dig.</translation>
  </message>
  <message>
   <source>type</source>
   <translation>type</translation>
  </message>
  <message>
   <source>unchanged</source>
   <translation>uændret</translation>
  </message>
  <message>
   <source>undoes {batch}</source>
   <translation>fortryder {batch}</translation>
  </message>
  <message>
   <source>undone</source>
   <translation>fortrudt</translation>
  </message>
  <message>
   <source>unit price</source>
   <translation>stykpris</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>ukendt</translation>
  </message>
  <message>
   <source>unknown parser %(parser_name)r (choices: %(choices)s)</source>
   <translation>ukendt kommando %(parser_name)r (vælg mellem: %(choices)s)</translation>
  </message>
  <message>
   <source>unrecognized arguments: %s</source>
   <translation>ukendte argumenter: %s</translation>
  </message>
  <message>
   <source>until</source>
   <translation>til og med</translation>
  </message>
  <message>
   <source>up to</source>
   <translation>til og med</translation>
  </message>
  <message>
   <source>up to date at</source>
   <translation>opdateret</translation>
  </message>
  <message>
   <source>url</source>
   <translation>url</translation>
  </message>
  <message>
   <source>usage: </source>
   <translation>brug: </translation>
  </message>
  <message>
   <source>user</source>
   <translation>bruger</translation>
  </message>
  <message>
   <source>user name</source>
   <translation>brugernavn</translation>
  </message>
  <message>
   <source>vendor</source>
   <translation>leverandør</translation>
  </message>
  <message>
   <source>vtiger 8.0.0, seen on 450 documents that a server computed</source>
   <translation>vtiger 8.0.0, set på 450 dokumenter, som en server har beregnet</translation>
  </message>
  <message>
   <source>waiting</source>
   <translation>venter</translation>
  </message>
  <message>
   <source>was empty</source>
   <translation>var tom</translation>
  </message>
  <message>
   <source>was {value}</source>
   <translation>var {value}</translation>
  </message>
  <message>
   <source>webCRM has no “{module}”. Orders are Deliveries there.</source>
   <translation>webCRM har ingen ”{module}”. Ordrer hedder leverancer (Deliveries) der.</translation>
  </message>
  <message>
   <source>webCRM states the line's total only: each line in cents; VAT is added line by line</source>
   <translation>webCRM oplyser kun linjens total: hver linje i øre; moms lægges til linje for linje</translation>
  </message>
  <message>
   <source>what</source>
   <translation>hvad</translation>
  </message>
  <message>
   <source>what is copied, how fresh it is, how much room it takes</source>
   <translation>hvad der er kopieret, hvor nyt det er, og hvor meget det fylder</translation>
  </message>
  <message>
   <source>what rows become</source>
   <translation>hvad rækkerne bliver til</translation>
  </message>
  <message>
   <source>what the operation takes, as JSON; nothing is called</source>
   <translation>hvad operationen tager, som JSON; intet kaldes</translation>
  </message>
  <message>
   <source>what the server filters, what is filtered here, and the vendor's own query text; records are read only where --format, --output or --count ask for them (the explanation then goes to standard error)</source>
   <translation>hvad serveren filtrerer, hvad der filtreres her, og leverandørens egen forespørgselstekst; poster læses kun, hvor --format, --output eller --count beder om dem (forklaringen går så til standardfejl)</translation>
  </message>
  <message>
   <source>what to show; otherwise everything, a table some</source>
   <translation>hvad der skal vises; ellers alt, i en tabel noget</translation>
  </message>
  <message>
   <source>what was changed from this computer, when, by whom, before and after</source>
   <translation>hvad der er ændret fra denne computer, hvornår, af hvem, før og efter</translation>
  </message>
  <message>
   <source>where it is</source>
   <translation>hvor det er</translation>
  </message>
  <message>
   <source>which CRM (see “crmdesk vendors”)</source>
   <translation>hvilket CRM-system (se ”crmdesk vendors”)</translation>
  </message>
  <message>
   <source>whole record</source>
   <translation>hele posten</translation>
  </message>
  <message>
   <source>with --demo: write pictures of every main screen and leave</source>
   <translation>med --demo: gem billeder af alle hovedskærme, og afslut</translation>
  </message>
  <message>
   <source>with an error, an excerpt of what was exchanged</source>
   <translation>ved fejl: et uddrag af det, der blev udvekslet</translation>
  </message>
  <message>
   <source>with line items and totals</source>
   <translation>med linjer og totaler</translation>
  </message>
  <message>
   <source>with related records</source>
   <translation>med relaterede poster</translation>
  </message>
  <message>
   <source>with the lines of their sales documents, one question for each; kept up to date from then on</source>
   <translation>med linjerne i deres salgsdokumenter, én forespørgsel for hvert; holdes derefter opdateret</translation>
  </message>
  <message numerus="yes">
   <source>with {n} fields</source>
   <extracomment>with {n} field</extracomment>
   <translation>
    <numerusform>med {n} felt</numerusform>
    <numerusform>med {n} felter</numerusform>
   </translation>
  </message>
  <message>
   <source>without an id</source>
   <translation>uden id</translation>
  </message>
  <message>
   <source>without one: lists the operations</source>
   <translation>uden: viser operationerne</translation>
  </message>
  <message>
   <source>writes</source>
   <translation>skriver</translation>
  </message>
  <message>
   <source>writing to {module}</source>
   <translation>at skrive til {module}</translation>
  </message>
  <message>
   <source>written whole or not at all</source>
   <translation>skrives helt eller slet ikke</translation>
  </message>
  <message>
   <source>year month day</source>
   <translation>år måned dag</translation>
  </message>
  <message>
   <source>yes</source>
   <translation>ja</translation>
  </message>
  <message>
   <source>yes or no</source>
   <translation>ja eller nej</translation>
  </message>
  <message>
   <source>{0} (to be deleted)</source>
   <translation>{0} (slettes)</translation>
  </message>
  <message>
   <source>{0} No file was written.</source>
   <translation>{0} Ingen fil blev skrevet.</translation>
  </message>
  <message>
   <source>{0} cannot be deleted here and will stay.</source>
   <translation>{0} kan ikke slettes her og bliver.</translation>
  </message>
  <message>
   <source>{0} cannot be written: {1}.</source>
   <translation>{0} kan ikke skrives: {1}.</translation>
  </message>
  <message>
   <source>{0} cells</source>
   <translation>{0} celler</translation>
  </message>
  <message>
   <source>{0} could not be read</source>
   <translation>{0} kunne ikke læses</translation>
  </message>
  <message>
   <source>{0} has no value “{1}”.</source>
   <translation>{0} har ingen værdi ”{1}”.</translation>
  </message>
  <message>
   <source>{0} must stay filled.</source>
   <translation>{0} skal være udfyldt.</translation>
  </message>
  <message>
   <source>{0} of {1}</source>
   <translation>{0} af {1}</translation>
  </message>
  <message>
   <source>{0} of {1} filters applied here, not by the server</source>
   <translation>{0} af {1} filtre anvendt her, ikke af serveren</translation>
  </message>
  <message>
   <source>{0} of {1} written</source>
   <translation>{0} af {1} skrevet</translation>
  </message>
  <message>
   <source>{0} rows</source>
   <translation>{0} rækker</translation>
  </message>
  <message>
   <source>{0} rows found in {1} read, more to come</source>
   <translation>{0} rækker fundet i {1} læste, flere følger</translation>
  </message>
  <message>
   <source>{0} rows so far, more to come</source>
   <translation>{0} rækker indtil nu, flere følger</translation>
  </message>
  <message>
   <source>{0} takes over {1}.</source>
   <translation>{0} overtager {1}.</translation>
  </message>
  <message>
   <source>{0} will refer to {1}.</source>
   <translation>{0} kommer til at henvise til {1}.</translation>
  </message>
  <message>
   <source>{0}, is that right?</source>
   <translation>{0}, er det rigtigt?</translation>
  </message>
  <message>
   <source>{account} · {module} · {count}</source>
   <translation>{account} · {module} · {count}</translation>
  </message>
  <message>
   <source>{account}: {trouble}</source>
   <translation>{account}: {trouble}</translation>
  </message>
  <message>
   <source>{action} in {module}</source>
   <translation>{action} i {module}</translation>
  </message>
  <message>
   <source>{action}: done.</source>
   <translation>{action}: færdig.</translation>
  </message>
  <message>
   <source>{action}: sending…</source>
   <translation>{action}: sender…</translation>
  </message>
  <message>
   <source>{action}: {title}</source>
   <translation>{action}: {title}</translation>
  </message>
  <message>
   <source>{address} answers with nothing instead of its description (WSDL). Check the address.</source>
   <translation>{address} svarer med ingenting i stedet for sin beskrivelse (WSDL). Kontroller adressen.</translation>
  </message>
  <message>
   <source>{address} gives no description (WSDL) of a SOAP service. Check the address.</source>
   <translation>{address} giver ingen beskrivelse (WSDL) af en SOAP-tjeneste. Kontroller adressen.</translation>
  </message>
  <message>
   <source>{address} is a web page, no SOAP service. Check the address.</source>
   <translation>{address} er en webside, ikke en SOAP-tjeneste. Kontroller adressen.</translation>
  </message>
  <message>
   <source>{amount} {currency}</source>
   <translation>{amount} {currency}</translation>
  </message>
  <message>
   <source>{at}Z  {account}  {method} {address} ({kind})  {went}  {ms} ms  {size} bytes{tail}</source>
   <translation>{at}Z  {account}  {method} {address} ({kind})  {went}  {ms} ms  {size} byte{tail}</translation>
  </message>
  <message>
   <source>{case} It says: {split}.</source>
   <translation>{case} Den siger: {split}.</translation>
  </message>
  <message numerus="yes">
   <source>{changes} in {n} records</source>
   <extracomment>{changes} in {n} record</extracomment>
   <translation>
    <numerusform>{changes} i {n} post</numerusform>
    <numerusform>{changes} i {n} poster</numerusform>
   </translation>
  </message>
  <message>
   <source>{done} of {n} were linked, then: {reason}</source>
   <translation>{done} af {n} blev tilknyttet, og så: {reason}</translation>
  </message>
  <message>
   <source>{done} of {total} records</source>
   <translation>{done} af {total} poster</translation>
  </message>
  <message>
   <source>{expected} records were expected to change, {sendable} would. Nothing was sent.</source>
   <translation>{expected} poster skulle ændres, {sendable} ville blive det. Intet blev sendt.</translation>
  </message>
  <message>
   <source>{fields} is a secret: give it with --secret-env or --secret-stdin, never with --set.</source>
   <translation>{fields} er hemmelig: angiv den med --secret-env eller --secret-stdin, aldrig med --set.</translation>
  </message>
  <message>
   <source>{fields} is one of: {choices}.</source>
   <translation>{fields} er en af: {choices}.</translation>
  </message>
  <message>
   <source>{fields}, upwards only: downwards is sorted on this computer</source>
   <translation>{fields}, kun stigende: faldende sorteres på denne computer</translation>
  </message>
  <message>
   <source>{field} ({name}) cannot be set by itself.</source>
   <translation>{field} ({name}) kan ikke sættes alene.</translation>
  </message>
  <message>
   <source>{field} holds an invisible control character. Type the text again.</source>
   <translation>{field} indeholder et usynligt kontroltegn. Skriv teksten igen.</translation>
  </message>
  <message>
   <source>{field} holds an invisible zero character. Type the text again.</source>
   <translation>{field} indeholder et usynligt nultegn. Skriv teksten igen.</translation>
  </message>
  <message>
   <source>{field} holds {max_length} characters; this would be {n}.</source>
   <translation>{field} har plads til {max_length} tegn; her ville være {n}.</translation>
  </message>
  <message>
   <source>{field} holds “{shown}”, which this server cannot store. Take it out.</source>
   <translation>{field} indeholder ”{shown}”, som serveren ikke kan gemme. Fjern det.</translation>
  </message>
  <message>
   <source>{field} holds “{tag}”, which this server takes for HTML and changes. Put a blank behind “&lt;”.</source>
   <translation>{field} indeholder ”{tag}”, som serveren tager for HTML og ændrer. Sæt et mellemrum efter ”&lt;”.</translation>
  </message>
  <message>
   <source>{field} is kept by the server and cannot be changed.</source>
   <translation>{field} styres af serveren og kan ikke ændres.</translation>
  </message>
  <message>
   <source>{field} is needed to sign in.</source>
   <translation>{field} er nødvendig for at logge på.</translation>
  </message>
  <message>
   <source>{field} is no text. Set it, or compute it.</source>
   <translation>{field} er ikke tekst. Sæt det, eller beregn det.</translation>
  </message>
  <message>
   <source>{field} is {yes} or {no}, not {given}.</source>
   <translation>{field} er {yes} eller {no}, ikke {given}.</translation>
  </message>
  <message>
   <source>{field} must be filled.</source>
   <translation>{field} skal udfyldes.</translation>
  </message>
  <message>
   <source>{field} must stay filled.</source>
   <translation>{field} skal være udfyldt.</translation>
  </message>
  <message>
   <source>{field} needs a record whose module is known. Choose it from a list.</source>
   <translation>{field} skal have en post, hvis modul kendes. Vælg den fra en liste.</translation>
  </message>
  <message>
   <source>{field} needs a record; “{plain}” is no id like 3x17.</source>
   <translation>{field} skal have en post; ”{plain}” er ikke et id som 3x17.</translation>
  </message>
  <message>
   <source>{field} needs a record; “{plain}” is no id of this server.</source>
   <translation>{field} skal have en post; ”{plain}” er ikke et id fra denne server.</translation>
  </message>
  <message>
   <source>{field} needs a record; “{plain}” is no record's number.</source>
   <translation>{field} skal have en post; ”{plain}” er ikke en posts nummer.</translation>
  </message>
  <message>
   <source>{field} takes a date.</source>
   <translation>{field} tager en dato.</translation>
  </message>
  <message>
   <source>{field} takes a number.</source>
   <translation>{field} tager et tal.</translation>
  </message>
  <message>
   <source>{field} takes a time.</source>
   <translation>{field} tager et klokkeslæt.</translation>
  </message>
  <message>
   <source>{field} takes a whole number, {given} is not one.</source>
   <translation>{field} tager et heltal, {given} er det ikke.</translation>
  </message>
  <message>
   <source>{field} takes yes or no.</source>
   <translation>{field} tager ja eller nej.</translation>
  </message>
  <message>
   <source>{field} takes {kind} by now.</source>
   <translation>{field} tager nu {kind}.</translation>
  </message>
  <message>
   <source>{field} takes {max_length} characters; this text has {n}.</source>
   <translation>{field} tager {max_length} tegn; denne tekst har {n}.</translation>
  </message>
  <message>
   <source>{field}, required</source>
   <translation>{field}, skal udfyldes</translation>
  </message>
  <message>
   <source>{field}: a choice cannot hold “^”.</source>
   <translation>{field}: et valg kan ikke indeholde ”^”.</translation>
  </message>
  <message>
   <source>{field}: a choice cannot hold “{multi_separator}”.</source>
   <translation>{field}: et valg kan ikke indeholde ”{multi_separator}”.</translation>
  </message>
  <message>
   <source>{field}: the server cannot store {odd}. Leave it out.</source>
   <translation>{field}: serveren kan ikke gemme {odd}. Udelad det.</translation>
  </message>
  <message>
   <source>{field}: “{value}” is no e-mail address.</source>
   <translation>{field}: ”{value}” er ikke en e-mailadresse.</translation>
  </message>
  <message>
   <source>{filename} ends too early</source>
   <translation>{filename} slutter for tidligt</translation>
  </message>
  <message>
   <source>{filename} has no header, or a password</source>
   <translation>{filename} har intet hoved eller en adgangskode</translation>
  </message>
  <message>
   <source>{filename} is packed in another way</source>
   <translation>{filename} er pakket på en anden måde</translation>
  </message>
  <message>
   <source>{files} ({size}) for {title}, stored on the server at once.</source>
   <translation>{files} ({size}) til {title}, gemmes straks på serveren.</translation>
  </message>
  <message>
   <source>{file} cannot be read: {why}.</source>
   <translation>{file} kan ikke læses: {why}.</translation>
  </message>
  <message>
   <source>{file} cannot be written: {why}</source>
   <translation>{file} kan ikke skrives: {why}</translation>
  </message>
  <message>
   <source>{file} is a program or starts one, so it is not opened from here. Save it, and have it checked.</source>
   <translation>{file} er et program eller starter et, så den åbnes ikke herfra. Gem den, og få den tjekket.</translation>
  </message>
  <message>
   <source>{file} is loaded and opened by the program this computer has for such files. Open only what you expect: a document can carry a program.</source>
   <translation>{file} hentes og åbnes af det program, som computeren bruger til den slags filer. Åbn kun det, du venter: et dokument kan indeholde et program.</translation>
  </message>
  <message>
   <source>{file} is too large: at most 25 MB can be sent so.</source>
   <translation>{file} er for stor: højst 25 MB kan sendes sådan.</translation>
  </message>
  <message>
   <source>{first} and {rest} more</source>
   <translation>{first} og {rest} mere</translation>
  </message>
  <message>
   <source>{first}{more} Nothing was sent.</source>
   <translation>{first}{more} Intet blev sendt.</translation>
  </message>
  <message>
   <source>{found} in {n} accounts</source>
   <translation>{found} i {n} konti</translation>
  </message>
  <message>
   <source>{frozen} {records} refer to them in a field that cannot be changed.</source>
   <translation>{frozen} {records} henviser til dem i et felt, der ikke kan ændres.</translation>
  </message>
  <message>
   <source>{given} Check them.</source>
   <translation>{given} Kontroller dem.</translation>
  </message>
  <message>
   <source>{given} It was refused a moment ago and is not sent again.</source>
   <translation>{given} Det blev afvist for et øjeblik siden og sendes ikke igen.</translation>
  </message>
  <message>
   <source>{given} Nothing was sent. Check address and network, then try again.</source>
   <translation>{given} Intet blev sendt. Kontroller adresse og netværk, og prøv så igen.</translation>
  </message>
  <message>
   <source>{given} ORDER BY {keys}</source>
   <translation>{given} ORDER BY {keys}</translation>
  </message>
  <message>
   <source>{given} has no full year; write 2026-12-24.</source>
   <translation>{given} har ikke et helt årstal; skriv 2026-12-24.</translation>
  </message>
  <message>
   <source>{given} is no date for {field}.</source>
   <translation>{given} er ikke en dato til {field}.</translation>
  </message>
  <message>
   <source>{given} is no time for {field}.</source>
   <translation>{given} er ikke et klokkeslæt til {field}.</translation>
  </message>
  <message>
   <source>{given} is none of {known}</source>
   <translation>{given} er ingen af {known}</translation>
  </message>
  <message>
   <source>{given} is not NAME=VALUE</source>
   <translation>{given} er ikke NAME=VALUE</translation>
  </message>
  <message>
   <source>{given} is not a date; write 2026-12-24.</source>
   <translation>{given} er ikke en dato; skriv 2026-12-24.</translation>
  </message>
  <message>
   <source>{given} is not a number from 0 up</source>
   <translation>{given} er ikke et tal fra 0 og op</translation>
  </message>
  <message>
   <source>{given} is not a number; write 1234{decimal_point}56.</source>
   <translation>{given} er ikke et tal; skriv 1234{decimal_point}56.</translation>
  </message>
  <message>
   <source>{given} is not a time; write 14:30.</source>
   <translation>{given} er ikke et klokkeslæt; skriv 14:30.</translation>
  </message>
  <message>
   <source>{host} answered with a web page instead of SOAP. Check the address.</source>
   <translation>{host} svarede med en webside i stedet for SOAP. Kontroller adressen.</translation>
  </message>
  <message>
   <source>{host} answered with a web page instead of SOAP.{doubt}</source>
   <translation>{host} svarede med en webside i stedet for SOAP.{doubt}</translation>
  </message>
  <message>
   <source>{host} answered with nothing.{doubt}</source>
   <translation>{host} svarede med ingenting.{doubt}</translation>
  </message>
  <message>
   <source>{host} answers at {there} only. Change the account's address to that.</source>
   <translation>{host} svarer kun på {there}. Ret kontoens adresse til den.</translation>
  </message>
  <message>
   <source>{host} answers with something else than SOAP. {later}</source>
   <translation>{host} svarer med noget andet end SOAP. {later}</translation>
  </message>
  <message>
   <source>{host} answers with something else than SOAP.{doubt}</source>
   <translation>{host} svarer med noget andet end SOAP.{doubt}</translation>
  </message>
  <message>
   <source>{host} cannot be reached. Check the address and the network.</source>
   <translation>{host} kan ikke nås. Kontroller adressen og netværket.</translation>
  </message>
  <message>
   <source>{host} does not speak TLS there. Check the port, or whether it is http://.</source>
   <translation>{host} taler ikke TLS der. Kontroller porten, eller om det er http://.</translation>
  </message>
  <message>
   <source>{host} does not take so much at once. Send less.</source>
   <translation>{host} tager ikke så meget på én gang. Send mindre.</translation>
  </message>
  <message>
   <source>{host} has a certificate that it signed itself. If that is meant so, give its file in the account.</source>
   <translation>{host} har et certifikat, den selv har signeret. Hvis det er meningen, så angiv dets fil i kontoen.</translation>
  </message>
  <message>
   <source>{host} has had enough requests. Try again in {wait_s} seconds.</source>
   <translation>{host} har fået nok forespørgsler. Prøv igen om {wait_s} sekunder.</translation>
  </message>
  <message>
   <source>{host} has not answered within {deadline_s} seconds.</source>
   <translation>{host} har ikke svaret inden for {deadline_s} sekunder.</translation>
  </message>
  <message>
   <source>{host} is asked without encryption, so it shows no certificate.</source>
   <translation>{host} spørges uden kryptering og viser derfor intet certifikat.</translation>
  </message>
  <message>
   <source>{host} offers outdated encryption only. Ask who runs it to allow TLS 1.2.</source>
   <translation>{host} tilbyder kun forældet kryptering. Bed den, der driver den, om at tillade TLS 1.2.</translation>
  </message>
  <message>
   <source>{host} refuses the connection. Check address and port, or ask whether the server is running.</source>
   <translation>{host} afviser forbindelsen. Kontroller adresse og port, eller spørg, om serveren kører.</translation>
  </message>
  <message>
   <source>{host} sends us on to {there}. Check the account's address.</source>
   <translation>{host} sender os videre til {there}. Kontroller kontoens adresse.</translation>
  </message>
  <message>
   <source>{host} sends us to another server, {there}. Nothing was sent there: check the account's address.</source>
   <translation>{host} sender os til en anden server, {there}. Intet blev sendt dertil: kontroller kontoens adresse.</translation>
  </message>
  <message>
   <source>{host} shows another certificate than the one this account accepts. Ask who runs the server whether it was renewed; then accept the new one in the account. Accepted: {accepted}. Shown: {shown}.</source>
   <translation>{host} viser et andet certifikat end det, kontoen godtager. Spørg den, der driver serveren, om det er fornyet; godtag så det nye i kontoen. Godtaget: {accepted}. Vist: {shown}.</translation>
  </message>
  <message>
   <source>{host} · asking who you are …</source>
   <translation>{host} · spørger, hvem du er …</translation>
  </message>
  <message>
   <source>{host} · signed in as {who}, asked just now</source>
   <translation>{host} · logget på som {who}, netop bekræftet</translation>
  </message>
  <message>
   <source>{host} · who you are there is not confirmed</source>
   <translation>{host} · hvem du er der, er ikke bekræftet</translation>
  </message>
  <message>
   <source>{known} ({name}) is kept by the server and cannot be set.</source>
   <translation>{known} ({name}) styres af serveren og kan ikke sættes.</translation>
  </message>
  <message>
   <source>{known} cannot be empty there. Choose another value.</source>
   <translation>{known} kan ikke være tom der. Vælg en anden værdi.</translation>
  </message>
  <message>
   <source>{known} cannot hold {dumps}.</source>
   <translation>{known} kan ikke indeholde {dumps}.</translation>
  </message>
  <message>
   <source>{known} cannot point to a record of {module}.</source>
   <translation>{known} kan ikke pege på en post i {module}.</translation>
  </message>
  <message>
   <source>{known} does not take true or false.</source>
   <translation>{known} tager ikke sandt eller falsk.</translation>
  </message>
  <message>
   <source>{known} has no choice “{given}”.{hint}</source>
   <translation>{known} har intet valg ”{given}”.{hint}</translation>
  </message>
  <message>
   <source>{known} holds a broken character (half of a pair). Type it anew.</source>
   <translation>{known} indeholder et ødelagt tegn (et halvt par). Skriv det igen.</translation>
  </message>
  <message>
   <source>{known} holds a broken character. Type it anew.</source>
   <translation>{known} indeholder et ødelagt tegn. Skriv det igen.</translation>
  </message>
  <message>
   <source>{known} holds an invisible zero character. Type the text again.</source>
   <translation>{known} indeholder et usynligt nultegn. Skriv teksten igen.</translation>
  </message>
  <message>
   <source>{known} is kept by the server and cannot be changed.</source>
   <translation>{known} styres af serveren og kan ikke ændres.</translation>
  </message>
  <message>
   <source>{known} is kept by the server.</source>
   <translation>{known} styres af serveren.</translation>
  </message>
  <message>
   <source>{known} is too large a number.</source>
   <translation>{known} er et for stort tal.</translation>
  </message>
  <message>
   <source>{known} needs a record; “{plain}” is no id like 4711.</source>
   <translation>{known} skal have en post; ”{plain}” er ikke et id som 4711.</translation>
  </message>
  <message>
   <source>{known} takes a whole number.</source>
   <translation>{known} tager et heltal.</translation>
  </message>
  <message>
   <source>{known} takes {max_length} characters, these are {n}.</source>
   <translation>{known} tager {max_length} tegn, her er {n}.</translation>
  </message>
  <message>
   <source>{known} takes {max_length} characters; this text has {n}.</source>
   <translation>{known} tager {max_length} tegn; denne tekst har {n}.</translation>
  </message>
  <message>
   <source>{label} holds a character that cannot be sent. Type it anew.</source>
   <translation>{label} indeholder et tegn, der ikke kan sendes. Skriv det igen.</translation>
  </message>
  <message>
   <source>{label} must be filled.</source>
   <translation>{label} skal udfyldes.</translation>
  </message>
  <message>
   <source>{label} {values} is given anew.</source>
   <translation>{label} {values} tildeles på ny.</translation>
  </message>
  <message>
   <source>{least} to {most}</source>
   <translation>{least} til {most}</translation>
  </message>
  <message>
   <source>{left} and {right}: no differences.</source>
   <translation>{left} og {right}: ingen forskelle.</translation>
  </message>
  <message>
   <source>{missing} is missing. Nothing was sent.</source>
   <translation>{missing} mangler. Intet blev sendt.</translation>
  </message>
  <message>
   <source>{missing} must be given. Nothing was sent.</source>
   <translation>{missing} skal angives. Intet blev sendt.</translation>
  </message>
  <message>
   <source>{module} ({field})</source>
   <translation>{module} ({field})</translation>
  </message>
  <message>
   <source>{module} ({n} of {all})</source>
   <translation>{module} ({n} af {all})</translation>
  </message>
  <message>
   <source>{module} are on the server only</source>
   <translation>{module} findes kun på serveren</translation>
  </message>
  <message>
   <source>{module} belong to other records and are not copied by themselves.</source>
   <translation>{module} hører til andre poster og kopieres ikke alene.</translation>
  </message>
  <message>
   <source>{module} belong to the system and may hold keys: they are never copied.</source>
   <translation>{module} hører til systemet og kan indeholde nøgler: de kopieres aldrig.</translation>
  </message>
  <message>
   <source>{module} has no field {name}.</source>
   <translation>{module} har intet felt {name}.</translation>
  </message>
  <message>
   <source>{module} in {account}</source>
   <translation>{module} i {account}</translation>
  </message>
  <message>
   <source>{module} was added, but the server did not say under which number. Look before you try again.</source>
   <translation>{module} blev tilføjet, men serveren sagde ikke under hvilket nummer. Se efter, før du prøver igen.</translation>
  </message>
  <message>
   <source>{module} {title} ({key}) is marked for deletion. Nothing is sent before you review and apply; until then you can take it back.</source>
   <translation>{module} {title} ({key}) er markeret til sletning. Intet sendes, før du gennemgår og anvender; indtil da kan du fortryde.</translation>
  </message>
  <message>
   <source>{module}, found by the server</source>
   <translation>{module}, fundet af serveren</translation>
  </message>
  <message>
   <source>{module}, read only</source>
   <translation>{module}, skrivebeskyttet</translation>
  </message>
  <message>
   <source>{module}, read only for you</source>
   <translation>{module}, skrivebeskyttet for dig</translation>
  </message>
  <message>
   <source>{module}, {count} records</source>
   <translation>{module}, {count} poster</translation>
  </message>
  <message>
   <source>{module}: the server asks to wait</source>
   <translation>{module}: serveren beder om at vente</translation>
  </message>
  <message>
   <source>{module}: {changed} new or changed, {deleted} gone.</source>
   <translation>{module}: {changed} nye eller ændrede, {deleted} væk.</translation>
  </message>
  <message>
   <source>{module}: {trouble}</source>
   <translation>{module}: {trouble}</translation>
  </message>
  <message>
   <source>{module}: {written} records written to {table}, {deleted} removed.</source>
   <translation>{module}: {written} poster skrevet til {table}, {deleted} fjernet.</translation>
  </message>
  <message>
   <source>{month} {year}</source>
   <translation>{month} {year}</translation>
  </message>
  <message>
   <source>{name} cannot be read: {why}.</source>
   <translation>{name} kan ikke læses: {why}.</translation>
  </message>
  <message>
   <source>{name} holds no changes.</source>
   <translation>{name} indeholder ingen ændringer.</translation>
  </message>
  <message>
   <source>{name} is a JSON list. Nothing was sent.</source>
   <translation>{name} er en JSON-liste. Intet blev sendt.</translation>
  </message>
  <message>
   <source>{name} is a JSON object. Nothing was sent.</source>
   <translation>{name} er et JSON-objekt. Intet blev sendt.</translation>
  </message>
  <message>
   <source>{name} is a whole number there, “{given}” is not one. Nothing was sent.</source>
   <translation>{name} er et heltal der, ”{given}” er det ikke. Intet blev sendt.</translation>
  </message>
  <message>
   <source>{name} is locked</source>
   <translation>{name} er låst</translation>
  </message>
  <message>
   <source>{name} is missing. Nothing was sent.</source>
   <translation>{name} mangler. Intet blev sendt.</translation>
  </message>
  <message>
   <source>{name} is no JSON: {error}. Nothing was sent.</source>
   <translation>{name} er ikke JSON: {error}. Intet blev sendt.</translation>
  </message>
  <message>
   <source>{name} is not UTF-8, so it is no file of changes.</source>
   <translation>{name} er ikke UTF-8, så det er ikke en fil med ændringer.</translation>
  </message>
  <message>
   <source>{name} is too large to be opened as changes.</source>
   <translation>{name} er for stor til at åbnes som ændringer.</translation>
  </message>
  <message>
   <source>{name} takes a number; “{plain}” is none.</source>
   <translation>{name} tager et tal; ”{plain}” er ikke et tal.</translation>
  </message>
  <message>
   <source>{name} was refused</source>
   <translation>{name} blev afvist</translation>
  </message>
  <message>
   <source>{name}, administrator</source>
   <translation>{name}, administrator</translation>
  </message>
  <message>
   <source>{name}: {amount}, {records}</source>
   <translation>{name}: {amount}, {records}</translation>
  </message>
  <message>
   <source>{name}: {records}</source>
   <translation>{name}: {records}</translation>
  </message>
  <message>
   <source>{next} Nothing was sent.</source>
   <translation>{next} Intet blev sendt.</translation>
  </message>
  <message>
   <source>{now} had the id {known} on this server and now has {now_2}: it may be another installation. {next_step}</source>
   <translation>{now} havde id {known} på denne server og har nu {now_2}: det kan være en anden installation. {next_step}</translation>
  </message>
  <message>
   <source>{n} GB</source>
   <translation>{n} GB</translation>
  </message>
  <message>
   <source>{n} M</source>
   <translation>{n} mio.</translation>
  </message>
  <message>
   <source>{n} MB</source>
   <translation>{n} MB</translation>
  </message>
  <message numerus="yes">
   <source>{n} applied</source>
   <extracomment>{n} applied</extracomment>
   <translation>
    <numerusform>{n} anvendt</numerusform>
    <numerusform>{n} anvendt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} are not in the copy</source>
   <extracomment>1 is not in the copy</extracomment>
   <translation>
    <numerusform>1 er ikke i kopien</numerusform>
    <numerusform>{n} er ikke i kopien</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} are not on the server</source>
   <extracomment>1 is not on the server</extracomment>
   <translation>
    <numerusform>{n} er ikke på serveren</numerusform>
    <numerusform>{n} er ikke på serveren</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} are so already</source>
   <extracomment>1 is so already</extracomment>
   <translation>
    <numerusform>{n} er allerede sådan</numerusform>
    <numerusform>{n} er allerede sådan</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} batches</source>
   <extracomment>{n} batch</extracomment>
   <translation>
    <numerusform>{n} kørsel</numerusform>
    <numerusform>{n} kørsler</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cannot</source>
   <extracomment>1 cannot</extracomment>
   <translation>
    <numerusform>{n} kan ikke</numerusform>
    <numerusform>{n} kan ikke</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cells get a value.</source>
   <extracomment>{n} cell gets a value.</extracomment>
   <translation>
    <numerusform>{n} celle får en værdi.</numerusform>
    <numerusform>{n} celler får en værdi.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cells hold an error instead of a value, the first is {first} ({what}).</source>
   <extracomment>1 cell holds an error instead of a value, the first is {first} ({what}).</extracomment>
   <translation>
    <numerusform>1 celle indeholder en fejl i stedet for en værdi, den første er {first} ({what}).</numerusform>
    <numerusform>{n} celler indeholder en fejl i stedet for en værdi, den første er {first} ({what}).</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cells hold formulas or errors without a stored value, the first is {first}. Open the file in your spreadsheet program and save it there: that stores the values.</source>
   <extracomment>1 cell holds a formula without a stored value, the first is {first}. Open the file in your spreadsheet program and save it there: that stores the values.</extracomment>
   <translation>
    <numerusform>1 celle indeholder en formel uden gemt værdi, den første er {first}. Åbn filen i dit regnearksprogram, og gem den der: så gemmes værdierne.</numerusform>
    <numerusform>{n} celler indeholder formler eller fejl uden gemt værdi, den første er {first}. Åbn filen i dit regnearksprogram, og gem den der: så gemmes værdierne.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} change</source>
   <extracomment>1 changes</extracomment>
   <translation>
    <numerusform>{n} ændres</numerusform>
    <numerusform>{n} ændres</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes</source>
   <extracomment>{n} change</extracomment>
   <translation>
    <numerusform>{n} ændring</numerusform>
    <numerusform>{n} ændringer</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes are pending. Review and apply them when you like.</source>
   <extracomment>{n} change is pending. Review and apply it when you like.</extracomment>
   <translation>
    <numerusform>{n} ændring venter. Gennemgå og anvend den, når du vil.</numerusform>
    <numerusform>{n} ændringer venter. Gennemgå og anvend dem, når du vil.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes are pending. Review and apply them with Ctrl+Shift+Return.</source>
   <extracomment>1 change is pending. Review and apply it with Ctrl+Shift+Return.</extracomment>
   <translation>
    <numerusform>{n} ændring venter. Gennemgå og anvend den med Ctrl+Shift+Retur.</numerusform>
    <numerusform>{n} ændringer venter. Gennemgå og anvend dem med Ctrl+Shift+Retur.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes discarded. Undo brings them back.</source>
   <extracomment>{n} change discarded. Undo brings it back.</extracomment>
   <translation>
    <numerusform>{n} ændring forkastet. Fortryd henter den tilbage.</numerusform>
    <numerusform>{n} ændringer forkastet. Fortryd henter dem tilbage.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes go back</source>
   <extracomment>{n} change goes back</extracomment>
   <translation>
    <numerusform>{n} ændring går tilbage</numerusform>
    <numerusform>{n} ændringer går tilbage</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes of {account} are safe on this computer.</source>
   <extracomment>{n} change of {account} is safe on this computer.</extracomment>
   <translation>
    <numerusform>{n} ændring i {account} er i sikkerhed på denne computer.</numerusform>
    <numerusform>{n} ændringer i {account} er i sikkerhed på denne computer.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes saved in {name}.</source>
   <extracomment>{n} change saved in {name}.</extracomment>
   <translation>
    <numerusform>{n} ændring gemt i {name}.</numerusform>
    <numerusform>{n} ændringer gemt i {name}.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes waiting</source>
   <extracomment>1 change waiting</extracomment>
   <translation>
    <numerusform>{n} ændring venter</numerusform>
    <numerusform>{n} ændringer venter</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes were left out.</source>
   <extracomment>1 change was left out.</extracomment>
   <translation>
    <numerusform>1 ændring blev udeladt.</numerusform>
    <numerusform>{n} ændringer blev udeladt.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes will wait for your review</source>
   <extracomment>1 change will wait for your review</extracomment>
   <translation>
    <numerusform>{n} ændring vil vente på din gennemgang</numerusform>
    <numerusform>{n} ændringer vil vente på din gennemgang</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes written to {name}.</source>
   <extracomment>{n} change written to {name}.</extracomment>
   <translation>
    <numerusform>{n} ændring skrevet til {name}.</numerusform>
    <numerusform>{n} ændringer skrevet til {name}.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} conflicts</source>
   <extracomment>{n} conflict</extracomment>
   <translation>
    <numerusform>{n} konflikt</numerusform>
    <numerusform>{n} konflikter</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} conflicts are not decided</source>
   <extracomment>{n} conflict is not decided</extracomment>
   <translation>
    <numerusform>{n} konflikt er ikke afgjort</numerusform>
    <numerusform>{n} konflikter er ikke afgjort</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} damaged texts were found.</source>
   <extracomment>1 damaged text was found.</extracomment>
   <translation>
    <numerusform>1 beskadiget tekst blev fundet.</numerusform>
    <numerusform>{n} beskadigede tekster blev fundet.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} days ago</source>
   <extracomment>{n} day ago</extracomment>
   <translation>
    <numerusform>for {n} dag siden</numerusform>
    <numerusform>for {n} dage siden</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} documents uploaded.</source>
   <extracomment>{n} document uploaded.</extracomment>
   <translation>
    <numerusform>{n} dokument uploadet.</numerusform>
    <numerusform>{n} dokumenter uploadet.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} elements</source>
   <extracomment>{n} element</extracomment>
   <translation>
    <numerusform>{n} element</numerusform>
    <numerusform>{n} elementer</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} empty</source>
   <extracomment>1 empty</extracomment>
   <translation>
    <numerusform>{n} tom</numerusform>
    <numerusform>{n} tomme</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} empty cells of the clipboard lie over values ({columns}). Should the values stay or go?</source>
   <extracomment>One empty cell of the clipboard lies over a value ({columns}). Should the value stay or go?</extracomment>
   <translation>
    <numerusform>Én tom celle i udklipsholderen ligger over en værdi ({columns}). Skal værdien blive eller fjernes?</numerusform>
    <numerusform>{n} tomme celler i udklipsholderen ligger over værdier ({columns}). Skal værdierne blive eller fjernes?</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields</source>
   <extracomment>{n} field</extracomment>
   <translation>
    <numerusform>{n} felt</numerusform>
    <numerusform>{n} felter</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields are stored differently.</source>
   <extracomment>{n} field is stored differently.</extracomment>
   <translation>
    <numerusform>{n} felt er gemt anderledes.</numerusform>
    <numerusform>{n} felter er gemt anderledes.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields of this view do not exist here and were left out: {names}.</source>
   <extracomment>One field of this view does not exist here and was left out: {names}.</extracomment>
   <translation>
    <numerusform>Ét felt i visningen findes ikke her og blev udeladt: {names}.</numerusform>
    <numerusform>{n} felter i visningen findes ikke her og blev udeladt: {names}.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields were changed since by somebody else and stay as they are.</source>
   <extracomment>{n} field was changed since by somebody else and stays as it is.</extracomment>
   <translation>
    <numerusform>{n} felt er siden ændret af en anden og bliver, som det er.</numerusform>
    <numerusform>{n} felter er siden ændret af en anden og bliver, som de er.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} files, {size} KB</source>
   <extracomment>{n} file, {size} KB</extracomment>
   <translation>
    <numerusform>{n} fil, {size} KB</numerusform>
    <numerusform>{n} filer, {size} KB</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fine</source>
   <extracomment>1 fine</extracomment>
   <translation>
    <numerusform>{n} i orden</numerusform>
    <numerusform>{n} i orden</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} groups of records are likely the same.</source>
   <extracomment>1 group of records is likely the same.</extracomment>
   <translation>
    <numerusform>{n} gruppe af poster er sandsynligvis den samme.</numerusform>
    <numerusform>{n} grupper af poster er sandsynligvis de samme.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} h</source>
   <translation>{n} t</translation>
  </message>
  <message numerus="yes">
   <source>{n} hits</source>
   <extracomment>{n} hit</extracomment>
   <translation>
    <numerusform>{n} resultat</numerusform>
    <numerusform>{n} resultater</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} in other currencies left out</source>
   <extracomment>{n} in another currency left out</extracomment>
   <translation>
    <numerusform>{n} i en anden valuta udeladt</numerusform>
    <numerusform>{n} i andre valutaer udeladt</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} k</source>
   <translation>{n} t</translation>
  </message>
  <message>
   <source>{n} kB</source>
   <translation>{n} kB</translation>
  </message>
  <message numerus="yes">
   <source>{n} lines</source>
   <extracomment>{n} line</extracomment>
   <translation>
    <numerusform>{n} linje</numerusform>
    <numerusform>{n} linjer</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines ({some})</source>
   <extracomment>Line {some}</extracomment>
   <translation>
    <numerusform>Linje {some}</numerusform>
    <numerusform>{n} linjer ({some})</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines are not as they were sent</source>
   <extracomment>1 line is not as it was sent</extracomment>
   <translation>
    <numerusform>{n} linje er ikke, som den blev sendt</numerusform>
    <numerusform>{n} linjer er ikke, som de blev sendt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines are not as they were sent.</source>
   <extracomment>{n} line is not as it was sent.</extracomment>
   <translation>
    <numerusform>{n} linje er ikke, som den blev sendt.</numerusform>
    <numerusform>{n} linjer er ikke, som de blev sendt.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines are not as they were sent: open the document to restore them.</source>
   <extracomment>{n} line is not as it was sent: open the document to restore it.</extracomment>
   <translation>
    <numerusform>{n} linje er ikke, som den blev sendt: åbn dokumentet for at gendanne den.</numerusform>
    <numerusform>{n} linjer er ikke, som de blev sendt: åbn dokumentet for at gendanne dem.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines changed</source>
   <extracomment>{n} line changed</extracomment>
   <translation>
    <numerusform>{n} linje ændret</numerusform>
    <numerusform>{n} linjer ændret</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} min</source>
   <translation>{n} min.</translation>
  </message>
  <message>
   <source>{n} minutes</source>
   <translation>{n} minutter</translation>
  </message>
  <message numerus="yes">
   <source>{n} modules</source>
   <extracomment>{n} module</extracomment>
   <translation>
    <numerusform>{n} modul</numerusform>
    <numerusform>{n} moduler</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} more</source>
   <extracomment>{n} more</extracomment>
   <translation>
    <numerusform>{n} mere</numerusform>
    <numerusform>{n} mere</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} more rows are not shown.</source>
   <extracomment>{n} more row is not shown.</extracomment>
   <translation>
    <numerusform>{n} række mere vises ikke.</numerusform>
    <numerusform>{n} rækker mere vises ikke.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} ms</source>
   <translation>{n} ms</translation>
  </message>
  <message numerus="yes">
   <source>{n} new records</source>
   <extracomment>1 new record</extracomment>
   <translation>
    <numerusform>{n} ny post</numerusform>
    <numerusform>{n} nye poster</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} new records look like ones that are there already, and the server would take them twice.</source>
   <extracomment>{n} new record looks like one that is there already, and the server would take it twice.</extracomment>
   <translation>
    <numerusform>{n} ny post ligner en, der findes allerede, og serveren ville oprette den to gange.</numerusform>
    <numerusform>{n} nye poster ligner nogle, der findes allerede, og serveren ville oprette dem to gange.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} not sent</source>
   <extracomment>{n} not sent</extracomment>
   <translation>
    <numerusform>{n} ikke sendt</numerusform>
    <numerusform>{n} ikke sendt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} of its lines are not as they were sent.</source>
   <extracomment>1 of its lines is not as it was sent.</extracomment>
   <translation>
    <numerusform>1 af dens linjer er ikke, som den blev sendt.</numerusform>
    <numerusform>{n} af dens linjer er ikke, som de blev sendt.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} of {n_2} lines were not saved: {failed}</source>
   <translation>{n} af {n_2} linjer blev ikke gemt: {failed}</translation>
  </message>
  <message numerus="yes">
   <source>{n} older than 30 days</source>
   <extracomment>{n} older than 30 days</extracomment>
   <translation>
    <numerusform>{n} ældre end 30 dage</numerusform>
    <numerusform>{n} ældre end 30 dage</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} only left</source>
   <translation>{n} kun venstre</translation>
  </message>
  <message>
   <source>{n} only right</source>
   <translation>{n} kun højre</translation>
  </message>
  <message numerus="yes">
   <source>{n} operations</source>
   <extracomment>{n} operation</extracomment>
   <translation>
    <numerusform>{n} operation</numerusform>
    <numerusform>{n} operationer</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} opportunities</source>
   <extracomment>{n} opportunity</extracomment>
   <translation>
    <numerusform>{n} salgsmulighed</numerusform>
    <numerusform>{n} salgsmuligheder</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} other lines were changed on the server meanwhile and stay so</source>
   <extracomment>{n} other line was changed on the server meanwhile and stays so</extracomment>
   <translation>
    <numerusform>{n} anden linje blev imens ændret på serveren og bliver sådan</numerusform>
    <numerusform>{n} andre linjer blev imens ændret på serveren og bliver sådan</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pages</source>
   <extracomment>{n} page</extracomment>
   <translation>
    <numerusform>{n} side</numerusform>
    <numerusform>{n} sider</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pages saved in {name}.</source>
   <extracomment>{n} page saved in {name}.</extracomment>
   <translation>
    <numerusform>{n} side gemt i {name}.</numerusform>
    <numerusform>{n} sider gemt i {name}.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pages, A4</source>
   <extracomment>{n} page, A4</extracomment>
   <translation>
    <numerusform>{n} side, A4</numerusform>
    <numerusform>{n} sider, A4</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pending changes are not in the file.</source>
   <extracomment>1 pending change is not in the file.</extracomment>
   <translation>
    <numerusform>{n} ventende ændring er ikke i filen.</numerusform>
    <numerusform>{n} ventende ændringer er ikke i filen.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} ranges of cells are merged ({some}): only the first cell of each has the value.</source>
   <translation>{n} områder med celler er flettet ({some}): kun den første celle i hvert har værdien.</translation>
  </message>
  <message numerus="yes">
   <source>{n} records</source>
   <extracomment>1 record</extracomment>
   <translation>
    <numerusform>{n} post</numerusform>
    <numerusform>{n} poster</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records applied</source>
   <extracomment>{n} record applied</extracomment>
   <translation>
    <numerusform>{n} post anvendt</numerusform>
    <numerusform>{n} poster anvendt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records are as the file wants them already.</source>
   <extracomment>1 record is as the file wants it already.</extracomment>
   <translation>
    <numerusform>1 post er allerede, som filen vil have den.</numerusform>
    <numerusform>{n} poster er allerede, som filen vil have dem.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records are as they were already.</source>
   <extracomment>{n} record is as it was already.</extracomment>
   <translation>
    <numerusform>{n} post var allerede sådan.</numerusform>
    <numerusform>{n} poster var allerede sådan.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} records are called “{texts}” ({some}). Write the id instead.</source>
   <translation>{n} poster hedder ”{texts}” ({some}). Skriv id’et i stedet.</translation>
  </message>
  <message numerus="yes">
   <source>{n} records are deleted</source>
   <extracomment>1 record is deleted</extracomment>
   <translation>
    <numerusform>{n} post slettes</numerusform>
    <numerusform>{n} poster slettes</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records are updated</source>
   <extracomment>1 record is updated</extracomment>
   <translation>
    <numerusform>{n} post opdateres</numerusform>
    <numerusform>{n} poster opdateres</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records came without an id and were left out.</source>
   <extracomment>{n} record came without an id and was left out.</extracomment>
   <translation>
    <numerusform>{n} post kom uden id og blev udeladt.</numerusform>
    <numerusform>{n} poster kom uden id og blev udeladt.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records cannot be changed</source>
   <extracomment>{n} record cannot be changed</extracomment>
   <translation>
    <numerusform>{n} post kan ikke ændres</numerusform>
    <numerusform>{n} poster kan ikke ændres</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records cannot be changed and are left out; the table says why.</source>
   <extracomment>{n} record cannot be changed and is left out; the table says why.</extracomment>
   <translation>
    <numerusform>{n} post kan ikke ændres og udelades; tabellen viser hvorfor.</numerusform>
    <numerusform>{n} poster kan ikke ændres og udelades; tabellen viser hvorfor.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records found</source>
   <extracomment>1 record found</extracomment>
   <translation>
    <numerusform>1 post fundet</numerusform>
    <numerusform>{n} poster fundet</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records have no id and are left out.</source>
   <extracomment>1 record has no id and is left out.</extracomment>
   <translation>
    <numerusform>1 post har intet id og er udeladt.</numerusform>
    <numerusform>{n} poster har intet id og er udeladt.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} records have this: {hits}.</source>
   <translation>{n} poster har dette: {hits}.</translation>
  </message>
  <message>
   <source>{n} records in a production account. Type {n} to confirm:</source>
   <translation>{n} poster i en produktionskonto. Skriv {n} for at bekræfte:</translation>
  </message>
  <message numerus="yes">
   <source>{n} records read…</source>
   <extracomment>1 record read…</extracomment>
   <translation>
    <numerusform>{n} post læst…</numerusform>
    <numerusform>{n} poster læst…</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records saved in {name} ({size}).</source>
   <extracomment>1 record saved in {name} ({size}).</extracomment>
   <translation>
    <numerusform>{n} post gemt i {name} ({size}).</numerusform>
    <numerusform>{n} poster gemt i {name} ({size}).</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records that refer to the others</source>
   <extracomment>1 record that refers to the others</extracomment>
   <translation>
    <numerusform>{n} post, der henviser til de andre</numerusform>
    <numerusform>{n} poster, der henviser til de andre</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} records were changed on the server after you loaded them. Choose a value for each field that both of you changed.</source>
   <translation>{n} poster blev ændret på serveren, efter at du hentede dem. Vælg en værdi for hvert felt, som I begge har ændret.</translation>
  </message>
  <message numerus="yes">
   <source>{n} records were looked at, and nothing is damaged.</source>
   <extracomment>1 record was looked at, and nothing is damaged.</extracomment>
   <translation>
    <numerusform>{n} post blev undersøgt, og intet er beskadiget.</numerusform>
    <numerusform>{n} poster blev undersøgt, og intet er beskadiget.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records were new or different.</source>
   <extracomment>1 record was new or different.</extracomment>
   <translation>
    <numerusform>1 post var ny eller anderledes.</numerusform>
    <numerusform>{n} poster var nye eller anderledes.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records written</source>
   <extracomment>1 record written</extracomment>
   <translation>
    <numerusform>{n} post skrevet</numerusform>
    <numerusform>{n} poster skrevet</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} refused</source>
   <extracomment>{n} refused</extracomment>
   <translation>
    <numerusform>{n} afvist</numerusform>
    <numerusform>{n} afvist</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} removed lines come back with a new id.</source>
   <extracomment>A removed line comes back with a new id.</extracomment>
   <translation>
    <numerusform>En fjernet linje får et nyt id.</numerusform>
    <numerusform>{n} fjernede linjer får et nyt id.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} removed lines come back with new ids.</source>
   <extracomment>The removed line comes back with a new id.</extracomment>
   <translation>
    <numerusform>Den fjernede linje får et nyt id.</numerusform>
    <numerusform>{n} fjernede linjer får nye id’er.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows</source>
   <extracomment>{n} row</extracomment>
   <translation>
    <numerusform>{n} række</numerusform>
    <numerusform>{n} rækker</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows are left out</source>
   <extracomment>1 row is left out</extracomment>
   <translation>
    <numerusform>{n} række udelades</numerusform>
    <numerusform>{n} rækker udelades</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows cannot be read in {column}</source>
   <extracomment>1 row cannot be read in {column}</extracomment>
   <translation>
    <numerusform>{n} række kan ikke læses i {column}</numerusform>
    <numerusform>{n} rækker kan ikke læses i {column}</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows have no {column}</source>
   <extracomment>1 row has no {column}</extracomment>
   <translation>
    <numerusform>{n} række har ingen {column}</numerusform>
    <numerusform>{n} rækker har ingen {column}</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows hold what the server has already</source>
   <extracomment>1 row holds what the server has already</extracomment>
   <translation>
    <numerusform>{n} række indeholder det, serveren allerede har</numerusform>
    <numerusform>{n} rækker indeholder det, serveren allerede har</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows saved in {name}.</source>
   <extracomment>{n} row saved in {name}.</extracomment>
   <translation>
    <numerusform>{n} række gemt i {name}.</numerusform>
    <numerusform>{n} rækker gemt i {name}.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} rows…</source>
   <translation>{n} rækker…</translation>
  </message>
  <message>
   <source>{n} s</source>
   <translation>{n} s</translation>
  </message>
  <message>
   <source>{n} seconds</source>
   <translation>{n} sekunder</translation>
  </message>
  <message>
   <source>{n} the same</source>
   <translation>{n} ens</translation>
  </message>
  <message numerus="yes">
   <source>{n} the server does not tell</source>
   <extracomment>{n} the server does not tell</extracomment>
   <translation>
    <numerusform>{n} oplyser serveren ikke</numerusform>
    <numerusform>{n} oplyser serveren ikke</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} things cannot come back; the table says why.</source>
   <extracomment>{n} thing cannot come back; the table says why.</extracomment>
   <translation>
    <numerusform>{n} ting kan ikke gendannes; tabellen viser hvorfor.</numerusform>
    <numerusform>{n} ting kan ikke gendannes; tabellen viser hvorfor.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} undone</source>
   <translation>{n} fortrudt</translation>
  </message>
  <message numerus="yes">
   <source>{n} unknown</source>
   <extracomment>{n} unknown</extracomment>
   <translation>
    <numerusform>{n} ukendt</numerusform>
    <numerusform>{n} ukendt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} values are not of their fields' types and are empty in the file.</source>
   <extracomment>{n} value is not of its field's type and is empty in the file.</extracomment>
   <translation>
    <numerusform>{n} værdi er ikke af feltets type og er tom i filen.</numerusform>
    <numerusform>{n} værdier er ikke af felternes typer og er tomme i filen.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} were done</source>
   <extracomment>{n} was done</extracomment>
   <translation>
    <numerusform>{n} blev udført</numerusform>
    <numerusform>{n} blev udført</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} were not done</source>
   <extracomment>{n} was not done</extracomment>
   <translation>
    <numerusform>{n} blev ikke udført</numerusform>
    <numerusform>{n} blev ikke udført</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} would not, the first: </source>
   <extracomment>{n} would not: </extracomment>
   <translation>
    <numerusform>{n} ville ikke: </numerusform>
    <numerusform>{n} ville ikke, den første: </numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} written …</source>
   <extracomment>{n} written …</extracomment>
   <translation>
    <numerusform>{n} skrevet …</numerusform>
    <numerusform>{n} skrevet …</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} wrong</source>
   <extracomment>1 wrong</extracomment>
   <translation>
    <numerusform>{n} forkert</numerusform>
    <numerusform>{n} forkerte</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} {relation} of {record} are not moved.</source>
   <translation>{n} {relation} for {record} flyttes ikke.</translation>
  </message>
  <message>
   <source>{n} · before, asked and stored</source>
   <translation>{n} · før, ønsket og gemt</translation>
  </message>
  <message>
   <source>{operation} changes data on the server: add --write if you mean it.</source>
   <translation>{operation} ændrer data på serveren: tilføj --write, hvis du mener det.</translation>
  </message>
  <message>
   <source>{operation} does not know this; it takes {known}.</source>
   <translation>{operation} kender ikke dette; den tager {known}.</translation>
  </message>
  <message>
   <source>{operation} has no parameter “{unknown}”. Its parameters: {known}.</source>
   <translation>{operation} har ingen parameter ”{unknown}”. Parametrene er: {known}.</translation>
  </message>
  <message>
   <source>{operation} in {records}</source>
   <translation>{operation} i {records}</translation>
  </message>
  <message>
   <source>{operation} in {records} over SOAP</source>
   <translation>{operation} i {records} via SOAP</translation>
  </message>
  <message>
   <source>{op} knows no “{unknown}”; it takes {known}.</source>
   <translation>{op} kender ikke ”{unknown}”; den tager {known}.</translation>
  </message>
  <message>
   <source>{path} cannot be opened: {strerror}.</source>
   <translation>{path} kan ikke åbnes: {strerror}.</translation>
  </message>
  <message>
   <source>{path} cannot be read.</source>
   <translation>{path} kan ikke læses.</translation>
  </message>
  <message>
   <source>{path} cannot be read: {strerror}.</source>
   <translation>{path} kan ikke læses: {strerror}.</translation>
  </message>
  <message>
   <source>{path} cannot be written: {why}.</source>
   <translation>{path} kan ikke skrives: {why}.</translation>
  </message>
  <message>
   <source>{path} has a cell at “{decode}”. Save it anew as XLSX, or as CSV.</source>
   <translation>{path} har en celle ved ”{decode}”. Gem den igen som XLSX eller som CSV.</translation>
  </message>
  <message>
   <source>{path} has a cell in row {rows} and one in column {columns}: that is too large a table. Take away what stands far from the others, or save the sheet as CSV.</source>
   <translation>{path} har en celle i række {rows} og en i kolonne {columns}: det er for stor en tabel. Fjern det, der står langt fra resten, eller gem arket som CSV.</translation>
  </message>
  <message>
   <source>{path} has a row that is too long. Save the sheet as CSV.</source>
   <translation>{path} har en række, der er for lang. Gem arket som CSV.</translation>
  </message>
  <message>
   <source>{path} has more than {most_rows} rows. Split it, or take out the rows that are not needed.</source>
   <translation>{path} har mere end {most_rows} rækker. Del den, eller fjern de rækker, der ikke er brug for.</translation>
  </message>
  <message>
   <source>{path} has no row with the columns' names.</source>
   <translation>{path} har ingen række med kolonnernes navne.</translation>
  </message>
  <message>
   <source>{path} has no sheet.</source>
   <translation>{path} har intet ark.</translation>
  </message>
  <message>
   <source>{path} has {columns} columns; at most {most_columns} can be read. Take out those not needed.</source>
   <translation>{path} har {columns} kolonner; højst {most_columns} kan læses. Fjern dem, der ikke er brug for.</translation>
  </message>
  <message>
   <source>{path} holds more than it says. Save it anew as XLSX, or as CSV.</source>
   <translation>{path} indeholder mere, end den siger. Gem den igen som XLSX eller som CSV.</translation>
  </message>
  <message>
   <source>{path} is a folder. Choose a CSV, XLSX or JSON lines file.</source>
   <translation>{path} er en mappe. Vælg en fil med CSV, XLSX eller JSON-linjer.</translation>
  </message>
  <message>
   <source>{path} is an old or a protected workbook. Save it as XLSX or CSV without a password.</source>
   <translation>{path} er en gammel eller beskyttet projektmappe. Gem den som XLSX eller CSV uden adgangskode.</translation>
  </message>
  <message>
   <source>{path} is empty.</source>
   <translation>{path} er tom.</translation>
  </message>
  <message>
   <source>{path} is larger than {most_bytes} MB. Split it.</source>
   <translation>{path} er større end {most_bytes} MB. Del den.</translation>
  </message>
  <message>
   <source>{path} is no text. Choose a CSV, XLSX or JSON lines file.</source>
   <translation>{path} er ikke tekst. Vælg en fil med CSV, XLSX eller JSON-linjer.</translation>
  </message>
  <message>
   <source>{path} is no workbook that can be read. Save it as XLSX or CSV.</source>
   <translation>{path} er ikke en projektmappe, der kan læses. Gem den som XLSX eller CSV.</translation>
  </message>
  <message>
   <source>{path} is not UTF-8: {error}.</source>
   <translation>{path} er ikke UTF-8: {error}.</translation>
  </message>
  <message>
   <source>{path} is not {encoding_label}: the line after {line} cannot be read. Choose another encoding.</source>
   <translation>{path} er ikke {encoding_label}: linjen efter {line} kan ikke læses. Vælg en anden kodning.</translation>
  </message>
  <message>
   <source>{path} is read as {encoding}.</source>
   <translation>{path} læses som {encoding}.</translation>
  </message>
  <message>
   <source>{path} unpacks to more than can be read. Split it, or save the sheet as CSV.</source>
   <translation>{path} fylder udpakket mere, end der kan læses. Del den, eller gem arket som CSV.</translation>
  </message>
  <message>
   <source>{percent} % of {base}</source>
   <translation>{percent} % af {base}</translation>
  </message>
  <message>
   <source>{place}, copy of {when}</source>
   <translation>{place}, kopi fra {when}</translation>
  </message>
  <message>
   <source>{plugin} has no field “{name}”. Its fields: {open_ones}.</source>
   <translation>{plugin} har intet felt ”{name}”. Felterne er: {open_ones}.</translation>
  </message>
  <message>
   <source>{plugin} has no secret “{field}”. Its secrets: {names}.</source>
   <translation>{plugin} har ingen hemmelighed ”{field}”. Hemmelighederne er: {names}.</translation>
  </message>
  <message>
   <source>{plugin} has no secrets.</source>
   <translation>{plugin} har ingen hemmeligheder.</translation>
  </message>
  <message>
   <source>{plugin} has several secrets: write --secret-env FIELD={pair} for each of {names}.</source>
   <translation>{plugin} har flere hemmeligheder: skriv --secret-env FIELD={pair} for hver af {names}.</translation>
  </message>
  <message>
   <source>{plugin} needs {field}: --set {field_2}=…</source>
   <translation>{plugin} kræver {field}: --set {field_2}=…</translation>
  </message>
  <message>
   <source>{question}. Nothing was sent: look at it with --dry-run, then give --yes.</source>
   <translation>{question}. Intet blev sendt: se på det med --dry-run, og angiv så --yes.</translation>
  </message>
  <message>
   <source>{question}. Type {wanted} to go on: </source>
   <translation>{question}. Skriv {wanted} for at fortsætte: </translation>
  </message>
  <message>
   <source>{records} cannot be changed here.</source>
   <translation>{records} kan ikke ændres her.</translation>
  </message>
  <message>
   <source>{records} cannot be created here.</source>
   <translation>{records} kan ikke oprettes her.</translation>
  </message>
  <message>
   <source>{records} cannot be deleted here.</source>
   <translation>{records} kan ikke slettes her.</translation>
  </message>
  <message>
   <source>{records} cannot be listed over SOAP. {notice}</source>
   <translation>{records} kan ikke vises som liste via SOAP. {notice}</translation>
  </message>
  <message>
   <source>{records} could not be looked through: {reason}</source>
   <translation>{records} kunne ikke gennemses: {reason}</translation>
  </message>
  <message>
   <source>{records} has no field “{name}”.{hint}</source>
   <translation>{records} har intet felt ”{name}”.{hint}</translation>
  </message>
  <message>
   <source>{records} have no field for the column “{lost}”. Nothing was sent.</source>
   <translation>{records} har intet felt til kolonnen ”{lost}”. Intet blev sendt.</translation>
  </message>
  <message>
   <source>{records} have no field {field}.</source>
   <translation>{records} har intet felt {field}.</translation>
  </message>
  <message>
   <source>{records} have no field {missing}. {example}</source>
   <translation>{records} har intet felt {missing}. {example}</translation>
  </message>
  <message>
   <source>{records} have no field {name}.</source>
   <translation>{records} har intet felt {name}.</translation>
  </message>
  <message>
   <source>{records} have no field {unknown} any more. Choose another for its column.</source>
   <translation>{records} har ikke længere noget felt {unknown}. Vælg et andet til kolonnen.</translation>
  </message>
  <message>
   <source>{records} have no field {unknown}, which is never to be touched.</source>
   <translation>{records} har intet felt {unknown}, som aldrig må røres.</translation>
  </message>
  <message>
   <source>{records} have no line items.</source>
   <translation>{records} har ingen linjer.</translation>
  </message>
  <message>
   <source>{records} have no lines there.</source>
   <translation>{records} har ingen linjer der.</translation>
  </message>
  <message>
   <source>{records} have no lines.</source>
   <translation>{records} har ingen linjer.</translation>
  </message>
  <message>
   <source>{record} is taken off the list {list} of {title}, on the server and at once. Both records stay.</source>
   <translation>{record} fjernes fra listen {list} for {title}, straks og på serveren. Begge poster bliver.</translation>
  </message>
  <message>
   <source>{refused} “{token}” is not taken.</source>
   <translation>{refused} ”{token}” tages ikke imod.</translation>
  </message>
  <message>
   <source>{relation}: not for this user.</source>
   <translation>{relation}: ikke for denne bruger.</translation>
  </message>
  <message>
   <source>{said} Nothing was sent.</source>
   <translation>{said} Intet blev sendt.</translation>
  </message>
  <message>
   <source>{said}. Journal {batch}</source>
   <translation>{said}. Journal {batch}</translation>
  </message>
  <message>
   <source>{said}; take it back with: crmdesk undo {batch}</source>
   <translation>{said}; fortryd med: crmdesk undo {batch}</translation>
  </message>
  <message>
   <source>{secret} (may be empty)</source>
   <translation>{secret} (må være tom)</translation>
  </message>
  <message>
   <source>{shown} does not begin with https:// or http://. Write it like https://crm.example.com.</source>
   <translation>{shown} begynder ikke med https:// eller http://. Skriv den som https://crm.example.com.</translation>
  </message>
  <message>
   <source>{shown} has a blank inside. Write it like https://crm.example.com.</source>
   <translation>{shown} har et mellemrum i sig. Skriv den som https://crm.example.com.</translation>
  </message>
  <message>
   <source>{shown} is not a web address. Write it like https://crm.example.com.</source>
   <translation>{shown} er ikke en webadresse. Skriv den som https://crm.example.com.</translation>
  </message>
  <message>
   <source>{shown} names no server. Write it like https://crm.example.com.</source>
   <translation>{shown} angiver ingen server. Skriv den som https://crm.example.com.</translation>
  </message>
  <message>
   <source>{target} could not be written: {strerror}.</source>
   <translation>{target} kunne ikke skrives: {strerror}.</translation>
  </message>
  <message>
   <source>{target} is a folder.</source>
   <translation>{target} er en mappe.</translation>
  </message>
  <message>
   <source>{title} (copy)</source>
   <translation>{title} (kopi)</translation>
  </message>
  <message>
   <source>{title} (optional)</source>
   <translation>{title} (valgfri)</translation>
  </message>
  <message>
   <source>{title} is a favourite now; Ctrl+G lists them.</source>
   <translation>{title} er nu en favorit; Ctrl+G viser dem.</translation>
  </message>
  <message>
   <source>{title} is no longer a favourite.</source>
   <translation>{title} er ikke længere en favorit.</translation>
  </message>
  <message>
   <source>{title} was changed on the server after you loaded it. Choose a value for each field that both of you changed.</source>
   <translation>{title} blev ændret på serveren, efter at du hentede den. Vælg en værdi for hvert felt, som I begge har ændret.</translation>
  </message>
  <message>
   <source>{told} Nothing was sent.</source>
   <translation>{told} Intet blev sendt.</translation>
  </message>
  <message>
   <source>{trouble} The account is saved without its key: it lasts for this run only, and crmdesk asks for it at the next start.</source>
   <translation>{trouble} Kontoen gemmes uden sin nøgle: den gælder kun denne gang, og crmdesk beder om den ved næste start.</translation>
  </message>
  <message>
   <source>{url} is not encrypted: anybody on the way could read the password. Write https://, or make the account a sandbox if it is a test system.</source>
   <translation>{url} er ikke krypteret: alle undervejs kunne læse adgangskoden. Skriv https://, eller gør kontoen til en sandkasse, hvis det er et testsystem.</translation>
  </message>
  <message>
   <source>{used} are used.</source>
   <translation>{used} er brugt.</translation>
  </message>
  <message>
   <source>{used} of {limit} are used.</source>
   <translation>{used} af {limit} er brugt.</translation>
  </message>
  <message>
   <source>{used} of {limit} used on this computer</source>
   <translation>{used} af {limit} brugt på denne computer</translation>
  </message>
  <message>
   <source>{used} used on this computer</source>
   <translation>{used} brugt på denne computer</translation>
  </message>
  <message>
   <source>{value} gives exactly {sum}.</source>
   <translation>{value} giver præcis {sum}.</translation>
  </message>
  <message>
   <source>{value} gives {sum}, the nearest that can be reached: {off} off.</source>
   <translation>{value} giver {sum}, det nærmeste mulige: {off} ved siden af.</translation>
  </message>
  <message>
   <source>{vendors}. You need its address and a key.</source>
   <translation>{vendors}. Du skal bruge adressen og en nøgle.</translation>
  </message>
  <message>
   <source>{verb} {path}</source>
   <translation>{verb} {path}</translation>
  </message>
  <message>
   <source>{what} Reload the document and look.</source>
   <translation>{what} Genindlæs dokumentet, og se efter.</translation>
  </message>
  <message>
   <source>{what} Reload the list and look before you try again.</source>
   <translation>{what} Genindlæs listen, og se efter, før du prøver igen.</translation>
  </message>
  <message>
   <source>{what} can no longer be changed.</source>
   <translation>{what} kan ikke længere ændres.</translation>
  </message>
  <message>
   <source>{what} cannot be opened on this computer.</source>
   <translation>{what} kan ikke åbnes på denne computer.</translation>
  </message>
  <message>
   <source>{what} does not take this value</source>
   <translation>{what} tager ikke denne værdi</translation>
  </message>
  <message>
   <source>{what} does not take {unknown}; it takes {known}. Nothing was sent.</source>
   <translation>{what} tager ikke {unknown}; den tager {known}. Intet blev sendt.</translation>
  </message>
  <message>
   <source>{what} has no parameter {unknown}. Nothing was sent.</source>
   <translation>{what} har ingen parameter {unknown}. Intet blev sendt.</translation>
  </message>
  <message>
   <source>{what} has no such field</source>
   <translation>{what} har intet sådant felt</translation>
  </message>
  <message>
   <source>{what} in {n} s</source>
   <translation>{what} om {n} s</translation>
  </message>
  <message>
   <source>{what} is between 0 and 100 %.</source>
   <translation>{what} er mellem 0 og 100 %.</translation>
  </message>
  <message>
   <source>{what} is not a date.</source>
   <translation>{what} er ikke en dato.</translation>
  </message>
  <message>
   <source>{what} is not a number.</source>
   <translation>{what} er ikke et tal.</translation>
  </message>
  <message>
   <source>{what} is one of these there: {rates}.</source>
   <translation>{what} er en af disse der: {rates}.</translation>
  </message>
  <message>
   <source>{what} knows no “{unknown}”; it takes {allowed}.</source>
   <translation>{what} kender ikke ”{unknown}”; den tager {allowed}.</translation>
  </message>
  <message>
   <source>{what} must be a table.</source>
   <translation>{what} skal være en tabel.</translation>
  </message>
  <message>
   <source>{what} no longer takes such a value.</source>
   <translation>{what} tager ikke længere en sådan værdi.</translation>
  </message>
  <message>
   <source>{what} takes no “{unknown}”. It takes: {known}.</source>
   <translation>{what} tager ikke ”{unknown}”. Den tager: {known}.</translation>
  </message>
  <message>
   <source>{what} takes no “{unknown}”; it takes: {names}.</source>
   <translation>{what} tager ikke ”{unknown}”; den tager: {names}.</translation>
  </message>
  <message>
   <source>{what}, not included</source>
   <translation>{what}, ikke medregnet</translation>
  </message>
  <message>
   <source>{what}. Nothing was sent to the server.</source>
   <translation>{what}. Intet blev sendt til serveren.</translation>
  </message>
  <message>
   <source>{what}: staged, not sent yet.</source>
   <translation>{what}: lagt klar, ikke sendt endnu.</translation>
  </message>
  <message>
   <source>{what}: {figure}, {remark}</source>
   <translation>{what}: {figure}, {remark}</translation>
  </message>
  <message>
   <source>{what}: {number} is more than any server keeps.</source>
   <translation>{what}: {number} er mere, end nogen server gemmer.</translation>
  </message>
  <message>
   <source>{what}: {state}</source>
   <translation>{what}: {state}</translation>
  </message>
  <message>
   <source>{what}…</source>
   <translation>{what}…</translation>
  </message>
  <message>
   <source>{which} asks for a login. Put user:password@ before the proxy's name in the account's settings.</source>
   <translation>{which} kræver login. Skriv bruger:adgangskode@ foran proxyens navn i kontoens indstillinger.</translation>
  </message>
  <message>
   <source>{why} Discard that field or enter it again.</source>
   <translation>{why} Forkast det felt, eller skriv det igen.</translation>
  </message>
  <message>
   <source>{why} Nothing was sent.</source>
   <translation>{why} Intet blev sendt.</translation>
  </message>
  <message>
   <source>{without_query} cannot be used as an address.</source>
   <translation>{without_query} kan ikke bruges som adresse.</translation>
  </message>
  <message>
   <source>{work} ({n} of {all})</source>
   <translation>{work} ({n} af {all})</translation>
  </message>
  <message>
   <source>{wrong}{more} Nothing was sent.</source>
   <translation>{wrong}{more} Intet blev sendt.</translation>
  </message>
  <message>
   <source>“clear” is true, or not there.</source>
   <translation>”clear” er true eller udelades.</translation>
  </message>
  <message>
   <source>“lines” must be a list of objects.</source>
   <translation>”lines” skal være en liste af objekter.</translation>
  </message>
  <message>
   <source>“op” must be one of {known}.</source>
   <translation>”op” skal være en af {known}.</translation>
  </message>
  <message>
   <source>“records” begins with the smaller number.</source>
   <translation>”records” begynder med det mindste tal.</translation>
  </message>
  <message>
   <source>“records” is a number or two: records = 52, or records = [40, 60].</source>
   <translation>”records” er et tal eller to: records = 52 eller records = [40, 60].</translation>
  </message>
  <message>
   <source>“replace” needs “with”: what to put in its place; an empty text takes it away.</source>
   <translation>”replace” kræver ”with”: det, der skal stå i stedet; en tom tekst fjerner det.</translation>
  </message>
  <message>
   <source>“set” of entry {number} must be an object; null takes a line out that is there.</source>
   <translation>”set” i indgang {number} skal være et objekt; null fjerner en linje, der findes.</translation>
  </message>
  <message>
   <source>“with” belongs to “replace”.</source>
   <translation>”with” hører til ”replace”.</translation>
  </message>
  <message>
   <source>“{campaign}” is no campaign's number. It stands in the address when you open the campaign.</source>
   <translation>”{campaign}” er ikke en kampagnes nummer. Det står i adressen, når du åbner kampagnen.</translation>
  </message>
  <message>
   <source>“{entry}” is no report. Write it like: 12 = Open orders; custom 7 = Sales.</source>
   <translation>”{entry}” er ikke en rapport. Skriv den sådan: 12 = Åbne ordrer; custom 7 = Salg.</translation>
  </message>
  <message>
   <source>“{field}” names the original.</source>
   <translation>”{field}” angiver originalen.</translation>
  </message>
  <message>
   <source>“{given}” is none of the values allowed: {choices}.</source>
   <translation>”{given}” er ingen af de tilladte værdier: {choices}.</translation>
  </message>
  <message>
   <source>“{kinds}” takes a text.</source>
   <translation>”{kinds}” tager en tekst.</translation>
  </message>
  <message>
   <source>“{name}” is missing or must be a text.</source>
   <translation>”{name}” mangler eller skal være en tekst.</translation>
  </message>
  <message>
   <source>“{name}” is missing.</source>
   <translation>”{name}” mangler.</translation>
  </message>
  <message>
   <source>“{name}” is open. Keep it among your own?</source>
   <translation>”{name}” er åben. Vil du beholde den blandt dine egne?</translation>
  </message>
  <message>
   <source>“{name}” is saved; Ctrl+K finds it by its name.</source>
   <translation>”{name}” er gemt; Ctrl+K finder den på navnet.</translation>
  </message>
  <message>
   <source>“{name}” is true or false.</source>
   <translation>”{name}” er true eller false.</translation>
  </message>
  <message>
   <source>“{name}” must be a list of tables: [[{name}]].</source>
   <translation>”{name}” skal være en liste af tabeller: [[{name}]].</translation>
  </message>
  <message>
   <source>“{name}” must be a list of texts.</source>
   <translation>”{name}” skal være en liste af tekster.</translation>
  </message>
  <message>
   <source>“{name}” must be a number from 0 up.</source>
   <translation>”{name}” skal være et tal fra 0 og op.</translation>
  </message>
  <message>
   <source>“{name}” must be a text.</source>
   <translation>”{name}” skal være en tekst.</translation>
  </message>
  <message>
   <source>“{name}” must be an object of fields.</source>
   <translation>”{name}” skal være et objekt med felter.</translation>
  </message>
  <message>
   <source>“{name}” shows {module}, which this account does not have.</source>
   <translation>”{name}” viser {module}, som denne konto ikke har.</translation>
  </message>
  <message>
   <source>“{name}” takes JSON, for example [] or {{}}: {error}.</source>
   <translation>”{name}” tager JSON, for eksempel [] eller {{}}: {error}.</translation>
  </message>
  <message>
   <source>“{name}” was made for {vendor}, and this account is another product's. Open an account of that product first.</source>
   <translation>”{name}” blev lavet til {vendor}, og denne konto hører til et andet produkt. Åbn først en konto til det produkt.</translation>
  </message>
  <message>
   <source>“{name}” was made for {vendor}. Open an account of that product, then open the file again.</source>
   <translation>”{name}” blev lavet til {vendor}. Åbn en konto til det produkt, og åbn så filen igen.</translation>
  </message>
  <message>
   <source>“{organisation}” is no organisation.</source>
   <translation>”{organisation}” er ikke en organisation.</translation>
  </message>
  <message>
   <source>“{owner}” is no user's number. Correct “New records belong to” in the account.</source>
   <translation>”{owner}” er ikke en brugers nummer. Ret ”Nye poster tilhører” i kontoen.</translation>
  </message>
  <message>
   <source>“{part}” takes a whole number, not “{given}”.</source>
   <translation>”{part}” tager et heltal, ikke ”{given}”.</translation>
  </message>
  <message>
   <source>“{plain}” is no date. Nothing was sent.</source>
   <translation>”{plain}” er ikke en dato. Intet blev sendt.</translation>
  </message>
  <message>
   <source>“{style}” is no way of signing in. Choose one of the list in the account.</source>
   <translation>”{style}” er ikke en pålogning. Vælg en fra listen i kontoen.</translation>
  </message>
  <message>
   <source>“{url}” is not an address. Write it like {example}.</source>
   <translation>”{url}” er ikke en adresse. Skriv den som {example}.</translation>
  </message>
  <message>
   <source>“{value}” is not a number.</source>
   <translation>”{value}” er ikke et tal.</translation>
  </message>
  <message>
   <source>“{value}” is not in the list of {field}.</source>
   <translation>”{value}” er ikke i listen for {field}.</translation>
  </message>
  <message>
   <source>↑↓ choose · ⏎ open · Ctrl+⏎ new tab</source>
   <translation>↑↓ vælg · ⏎ åbn · Ctrl+⏎ ny fane</translation>
  </message>
  <message>
   <source>✓ Connected in {time}</source>
   <translation>✓ Forbundet på {time}</translation>
  </message>
  <message>
   <source>✓ The server’s last total, {gross}, agrees with these rules</source>
   <translation>✓ Serverens seneste total, {gross}, stemmer med disse regler</translation>
  </message>
 </context>
</TS>
