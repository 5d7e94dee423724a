<?xml version='1.0' encoding='utf-8'?>
<!DOCTYPE TS>
<TS version="2.1" language="fi" sourcelanguage="en">
 <context>
  <name>crmdesk</name>
  <message>
   <source> (filtered from {0})</source>
   <translation> (suodatettu, yhteensä {0})</translation>
  </message>
  <message>
   <source> And {n} more.</source>
   <translation> Ja {n} muuta.</translation>
  </message>
  <message>
   <source> Ask for fewer rows or fields at once.</source>
   <translation> Pyydä kerralla vähemmän rivejä tai kenttiä.</translation>
  </message>
  <message>
   <source> Did you mean {near}?</source>
   <translation> Tarkoititko {near}?</translation>
  </message>
  <message>
   <source> Did you mean “{near}”? Capitals count.</source>
   <translation> Tarkoititko ”{near}”? Isot ja pienet kirjaimet ovat eri.</translation>
  </message>
  <message>
   <source> Not all rows are read yet: load them first (Ctrl+Shift+A).</source>
   <translation> Kaikkia rivejä ei ole vielä luettu: lataa ne ensin (Ctrl+Vaihto+A).</translation>
  </message>
  <message>
   <source> Pending changes are in it.</source>
   <translation> Odottavat muutokset ovat mukana.</translation>
  </message>
  <message>
   <source> The change may have been saved all the same: reload the record and look before you try again.</source>
   <translation> Muutos on voinut silti tallentua: lataa tietue uudelleen ja tarkista ennen uutta yritystä.</translation>
  </message>
  <message>
   <source> The change may have been saved: reload the record and look before you try again.</source>
   <translation> Muutos on voinut tallentua: lataa tietue uudelleen ja tarkista ennen uutta yritystä.</translation>
  </message>
  <message>
   <source> Try again.</source>
   <translation> Yritä uudelleen.</translation>
  </message>
  <message>
   <source> and </source>
   <translation> ja </translation>
  </message>
  <message>
   <source> and others</source>
   <translation> ja muita</translation>
  </message>
  <message>
   <source> and {n} more</source>
   <translation> ja {n} muuta</translation>
  </message>
  <message>
   <source> at {time} UTC</source>
   <translation> {time} UTC</translation>
  </message>
  <message numerus="yes">
   <source> in {n} records.</source>
   <extracomment> in {n} record.</extracomment>
   <translation>
    <numerusform> {n} tietueessa.</numerusform>
    <numerusform> {n} tietueessa.</numerusform>
   </translation>
  </message>
  <message>
   <source> “crmdesk modules” lists them.</source>
   <translation> ”crmdesk modules” luettelee ne.</translation>
  </message>
  <message>
   <source> … and {n} more.</source>
   <translation> … ja {n} muuta.</translation>
  </message>
  <message>
   <source>"city = 'Helsinki' and employees &gt; 10"; times without a zone are UTC</source>
   <translation>"city = 'Helsinki' and employees &gt; 10"; ajat ilman vyöhykettä ovat UTC-aikaa</translation>
  </message>
  <message>
   <source>"name, modifiedtime desc"</source>
   <translation>"name, modifiedtime desc"</translation>
  </message>
  <message>
   <source>%(prog)s: error: %(message)s
</source>
   <translation>%(prog)s: virhe: %(message)s
</translation>
  </message>
  <message>
   <source>&amp;Data</source>
   <translation>Ti&amp;edot</translation>
  </message>
  <message>
   <source>&amp;Edit</source>
   <translation>&amp;Muokkaa</translation>
  </message>
  <message>
   <source>&amp;File</source>
   <translation>&amp;Tiedosto</translation>
  </message>
  <message>
   <source>&amp;Help</source>
   <translation>&amp;Ohje</translation>
  </message>
  <message>
   <source>&amp;Record</source>
   <translation>T&amp;ietue</translation>
  </message>
  <message>
   <source>&amp;Tools</source>
   <translation>T&amp;yökalut</translation>
  </message>
  <message>
   <source>&amp;View</source>
   <translation>&amp;Näytä</translation>
  </message>
  <message>
   <source>(empty)</source>
   <translation>(tyhjä)</translation>
  </message>
  <message>
   <source>(no line)</source>
   <translation>(ei riviä)</translation>
  </message>
  <message>
   <source>(no name)</source>
   <translation>(ei nimeä)</translation>
  </message>
  <message>
   <source>* must be filled in</source>
   <translation>* on pakollinen</translation>
  </message>
  <message>
   <source>+ Add</source>
   <translation>+ Lisää</translation>
  </message>
  <message>
   <source>+ Filter</source>
   <translation>+ Suodatin</translation>
  </message>
  <message>
   <source>+ Heading</source>
   <translation>+ Väliotsikko</translation>
  </message>
  <message>
   <source>+ Line</source>
   <translation>+ Rivi</translation>
  </message>
  <message>
   <source>+ Product or service</source>
   <translation>+ Tuote tai palvelu</translation>
  </message>
  <message>
   <source>, perhaps more: the server gives no more at once</source>
   <translation>, ehkä enemmän: palvelin ei anna enempää kerralla</translation>
  </message>
  <message>
   <source>- reads JSON lines from standard input</source>
   <translation>- lukee JSON Lines -muotoa vakiosyötteestä</translation>
  </message>
  <message>
   <source>--demo and --screenshots are for the window; for commands, start “crmdesk demo-server”.</source>
   <translation>--demo ja --screenshots kuuluvat ikkunalle; käynnistä komentoja varten ”crmdesk demo-server”.</translation>
  </message>
  <message>
   <source>--explain tells what the server is asked; with --offline nothing is.</source>
   <translation>--explain kertoo, mitä palvelimelta kysytään; --offline ei kysy mitään.</translation>
  </message>
  <message>
   <source>--module, --match and --mode belong to CSV and XLSX files; other files say it themselves.</source>
   <translation>--module, --match ja --mode kuuluvat CSV- ja XLSX-tiedostoille; muut tiedostot kertovat ne itse.</translation>
  </message>
  <message>
   <source>--native is the whole query: {beside} cannot stand beside it.</source>
   <translation>--native on koko kysely: {beside} ei käy sen kanssa.</translation>
  </message>
  <message>
   <source>--secret-env store=NAME is for --store ADDRESS.</source>
   <translation>--secret-env store=NAME kuuluu valitsimelle --store ADDRESS.</translation>
  </message>
  <message>
   <source>--secret-stdin found nothing on standard input.</source>
   <translation>--secret-stdin ei löytänyt mitään vakiosyötteestä.</translation>
  </message>
  <message>
   <source>--set takes FIELD=VALUE, not {name}.</source>
   <translation>--set tarvitsee muodon FIELD=VALUE, ei {name}.</translation>
  </message>
  <message>
   <source>--{option} needs the server; leave out --offline.</source>
   <translation>--{option} tarvitsee palvelimen; jätä --offline pois.</translation>
  </message>
  <message>
   <source>--{replace} belongs to --vendor; a saved account has its own.</source>
   <translation>--{replace} kuuluu valitsimelle --vendor; tallennetulla tilillä on omansa.</translation>
  </message>
  <message>
   <source>0 = live records, 1 = deleted ones.</source>
   <translation>0 = voimassa olevat tietueet, 1 = poistetut.</translation>
  </message>
  <message>
   <source>0 takes a free one</source>
   <translation>0 ottaa vapaan portin</translation>
  </message>
  <message>
   <source>1 File</source>
   <translation>1 Tiedosto</translation>
  </message>
  <message>
   <source>1 row</source>
   <translation>1 rivi</translation>
  </message>
  <message>
   <source>1 where the session is known.</source>
   <translation>1, jos istunto tunnetaan.</translation>
  </message>
  <message>
   <source>1 where this computer is the server itself.</source>
   <translation>1, jos tämä tietokone on itse palvelin.</translation>
  </message>
  <message>
   <source>1 where you are an administrator.</source>
   <translation>1, jos olet ylläpitäjä.</translation>
  </message>
  <message>
   <source>2 Columns</source>
   <translation>2 Sarakkeet</translation>
  </message>
  <message>
   <source>3 Check rows</source>
   <translation>3 Tarkista rivit</translation>
  </message>
  <message>
   <source>4 Stage</source>
   <translation>4 Valmistele</translation>
  </message>
  <message>
   <source>5 % is a percentage, 5 an amount</source>
   <translation>5 % on prosentti, 5 on summa</translation>
  </message>
  <message>
   <source>A PEM file of the authority that signed the server's certificate; needed only for your own authority.</source>
   <translation>Palvelimen varmenteen allekirjoittajan PEM-tiedosto; tarvitaan vain oman varmentajan kanssa.</translation>
  </message>
  <message>
   <source>A SELECT statement.</source>
   <translation>SELECT-lause.</translation>
  </message>
  <message>
   <source>A column.</source>
   <translation>Sarake.</translation>
  </message>
  <message>
   <source>A condition begins with a field, not with {sql}. {example}</source>
   <translation>Ehdon alussa on kenttä, ei {sql}. {example}</translation>
  </message>
  <message>
   <source>A copy is fresh for</source>
   <translation>Kopio on tuore</translation>
  </message>
  <message>
   <source>A copy to try things on.</source>
   <translation>Kopio kokeiluja varten.</translation>
  </message>
  <message>
   <source>A discount is an amount there, not a percentage.</source>
   <translation>Alennus on siellä summa, ei prosentti.</translation>
  </message>
  <message>
   <source>A discount of {n}</source>
   <translation>Alennus {n}</translation>
  </message>
  <message>
   <source>A discount of {n} %</source>
   <translation>Alennus {n} %</translation>
  </message>
  <message>
   <source>A favourite; take the mark away</source>
   <translation>Suosikki; poista merkintä</translation>
  </message>
  <message>
   <source>A field that must be filled is empty. Fill it and try again.</source>
   <translation>Pakollinen kenttä on tyhjä. Täytä se ja yritä uudelleen.</translation>
  </message>
  <message>
   <source>A file needs a record to hang on there. Open the record, then drop the file. Nothing was sent.</source>
   <translation>Tiedosto tarvitsee tietueen, johon se liitetään. Avaa tietue ja pudota tiedosto siihen. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>A key or token holds letters that cannot be sent. Copy it anew.</source>
   <translation>Avaimessa tai tunnisteessa on merkkejä, joita ei voi lähettää. Kopioi se uudelleen.</translation>
  </message>
  <message>
   <source>A line is gone: somebody removed it meanwhile. Reload the document.</source>
   <translation>Riviä ei enää ole: joku poisti sen sillä välin. Lataa asiakirja uudelleen.</translation>
  </message>
  <message>
   <source>A line is there twice. Reload the document.</source>
   <translation>Sama rivi on kahdesti. Lataa asiakirja uudelleen.</translation>
  </message>
  <message>
   <source>A line needs a product and a quantity. Ctrl+Del removes the line.</source>
   <translation>Rivi tarvitsee tuotteen ja määrän. Ctrl+Del poistaa rivin.</translation>
  </message>
  <message>
   <source>A link points to the wrong kind of record. Choose another one and try again.</source>
   <translation>Viittaus osoittaa vääränlaiseen tietueeseen. Valitse toinen ja yritä uudelleen.</translation>
  </message>
  <message>
   <source>A link without both ids unlinks or deletes something else on this server. It is not sent.</source>
   <translation>Linkitys, josta puuttuu tunniste, poistaa tällä palvelimella muita linkityksiä tai tietueita. Sitä ei lähetetä.</translation>
  </message>
  <message>
   <source>A list of ids</source>
   <translation>Luettelo tunnisteita</translation>
  </message>
  <message>
   <source>A module's fields and relations.</source>
   <translation>Moduulin kentät ja suhteet.</translation>
  </message>
  <message>
   <source>A module's name, for example sales_orders.</source>
   <translation>Moduulin nimi, esimerkiksi sales_orders.</translation>
  </message>
  <message>
   <source>A moment, ISO 8601; the end itself is left out.</source>
   <translation>Ajanhetki ISO 8601 -muodossa; loppuhetki ei sisälly.</translation>
  </message>
  <message>
   <source>A new document, not sent yet</source>
   <translation>Uusi asiakirja, ei vielä lähetetty</translation>
  </message>
  <message>
   <source>A new record needs {lacking}: no column goes there.</source>
   <translation>Uusi tietue tarvitsee kentän {lacking}: mikään sarake ei täytä sitä.</translation>
  </message>
  <message>
   <source>A note cannot belong to this kind of record. Nothing was sent.</source>
   <translation>Muistiinpano ei voi kuulua tällaiseen tietueeseen. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>A number or a name, for example 2.</source>
   <translation>Numero tai nimi, esimerkiksi 2.</translation>
  </message>
  <message>
   <source>A number.</source>
   <translation>Luku.</translation>
  </message>
  <message>
   <source>A one-time token for the login.</source>
   <translation>Kertakäyttötunniste kirjautumista varten.</translation>
  </message>
  <message>
   <source>A part of the document was saved, then this came: {reason} Reload the document and look.</source>
   <translation>Osa asiakirjasta tallennettiin, sitten tuli tämä: {reason} Lataa asiakirja uudelleen ja tarkista.</translation>
  </message>
  <message>
   <source>A password on the command line can be read by everybody on this computer: write --proxy without it.</source>
   <translation>Komentorivillä olevan salasanan voivat lukea kaikki tämän tietokoneen käyttäjät: kirjoita --proxy ilman sitä.</translation>
  </message>
  <message>
   <source>A percentage</source>
   <translation>Prosentti</translation>
  </message>
  <message>
   <source>A price of {n}</source>
   <translation>Hinta {n}</translation>
  </message>
  <message>
   <source>A proxy on the way</source>
   <translation>Matkalla oleva välityspalvelin</translation>
  </message>
  <message>
   <source>A recipe</source>
   <translation>Resepti</translation>
  </message>
  <message>
   <source>A record that is not there yet has no id. Choose another column to find records by.</source>
   <translation>Tietueella, jota ei vielä ole, ei ole tunnistetta. Etsi tietueet toisella sarakkeella.</translation>
  </message>
  <message>
   <source>A record's id.</source>
   <translation>Tietueen tunniste.</translation>
  </message>
  <message>
   <source>A record's related lists with counts.</source>
   <translation>Tietueen liittyvät luettelot ja niiden määrät.</translation>
  </message>
  <message>
   <source>A relation's name, for example rows.</source>
   <translation>Suhteen nimi, esimerkiksi rows.</translation>
  </message>
  <message>
   <source>A report is made anew each time it is asked for: it is never copied.</source>
   <translation>Raportti luodaan joka pyynnöllä uudelleen: sitä ei koskaan kopioida.</translation>
  </message>
  <message>
   <source>A row of the server's answer has no id. Reload the list.</source>
   <translation>Palvelimen vastauksen rivillä ei ole tunnistetta. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>A secret on the command line can be read by everybody on this computer: write --parameter-env {name}=VARIABLE, with the name of a variable that holds it.</source>
   <translation>Komentorivillä olevan salaisuuden voivat lukea kaikki tämän tietokoneen käyttäjät: kirjoita --parameter-env {name}=MUUTTUJA ja anna sen ympäristömuuttujan nimi, jossa se on.</translation>
  </message>
  <message>
   <source>A sheet holds {most_rows} records, and there are {rows} {what}. Filter the table first, or choose CSV.</source>
   <translation>Taulukkosivulle mahtuu {most_rows} tietuetta, ja niitä on {rows} ({what}). Suodata ensin taulukkoa tai valitse CSV.</translation>
  </message>
  <message>
   <source>A sheet holds {most_rows} records, there are more. Take fewer of them, or CSV.</source>
   <translation>Taulukkosivulle mahtuu {most_rows} tietuetta, niitä on enemmän. Ota vähemmän tai käytä CSV:tä.</translation>
  </message>
  <message>
   <source>A spreadsheet is not for the terminal: name a file with --output.</source>
   <translation>Laskentataulukkoa ei voi näyttää päätteessä: anna tiedosto valitsimella --output.</translation>
  </message>
  <message>
   <source>A store's address looks like this: postgresql://user@host/database.</source>
   <translation>Tietovaraston osoite on muotoa: postgresql://user@host/database.</translation>
  </message>
  <message>
   <source>A team's copy needs libraries that are not installed here. Install crmdesk with its extra “postgres”: pip install 'crmdesk[postgres]'.</source>
   <translation>Tiimin kopio vaatii kirjastoja, joita täällä ei ole. Asenna crmdesk lisäosan ”postgres” kanssa: pip install 'crmdesk[postgres]'.</translation>
  </message>
  <message>
   <source>A text has {n} characters, a cell holds {most_characters}. Take CSV or JSON lines.</source>
   <translation>Tekstissä on {n} merkkiä, soluun mahtuu {most_characters}. Käytä CSV- tai JSON Lines -muotoa.</translation>
  </message>
  <message>
   <source>A user's number; it stands in the address when you open the user in OpenCRM. Used where a new record names no owner.</source>
   <translation>Käyttäjän numero; se näkyy osoitteessa, kun avaat käyttäjän OpenCRM:ssä. Käytetään, kun uudelle tietueelle ei anneta omistajaa.</translation>
  </message>
  <message>
   <source>A value cannot be stored</source>
   <translation>Arvoa ei voi tallentaa</translation>
  </message>
  <message>
   <source>A value holds a broken character (half of a pair). Type it anew.</source>
   <translation>Arvossa on rikkinäinen merkki (parin puolikas). Kirjoita se uudelleen.</translation>
  </message>
  <message>
   <source>A value is not in the form the server expects.</source>
   <translation>Arvo ei ole palvelimen odottamassa muodossa.</translation>
  </message>
  <message>
   <source>A value: {what}.</source>
   <translation>Arvo: {what}.</translation>
  </message>
  <message>
   <source>A view is a module's columns, filter and order. As a file it can be given to colleagues: it holds no record, no address and no key.</source>
   <translation>Näkymä on moduulin sarakkeet, suodatin ja järjestys. Tiedostona sen voi antaa työtovereille: siinä ei ole tietueita, osoitteita eikä avaimia.</translation>
  </message>
  <message>
   <source>A web page came instead of an answer.{look_first}</source>
   <translation>Vastauksen sijaan tuli verkkosivu.{look_first}</translation>
  </message>
  <message>
   <source>API key</source>
   <translation>API-avain</translation>
  </message>
  <message>
   <source>API key pair</source>
   <translation>API-avainpari</translation>
  </message>
  <message>
   <source>API key {fingerprint}</source>
   <translation>API-avain {fingerprint}</translation>
  </message>
  <message>
   <source>API key.</source>
   <translation>API-avain.</translation>
  </message>
  <message>
   <source>API token</source>
   <translation>API-tunniste</translation>
  </message>
  <message>
   <source>About crmdesk</source>
   <translation>Tietoja: crmdesk</translation>
  </message>
  <message>
   <source>Accept no longer</source>
   <translation>Älä enää hyväksy</translation>
  </message>
  <message>
   <source>Accept what the server shows…</source>
   <translation>Hyväksy palvelimen varmenne…</translation>
  </message>
  <message>
   <source>Access key</source>
   <translation>Käyttöavain</translation>
  </message>
  <message>
   <source>Account</source>
   <translation>Asiakas</translation>
  </message>
  <message>
   <source>Account details…</source>
   <translation>Tilin tiedot…</translation>
  </message>
  <message>
   <source>Account {name}, {detail}. Switch account</source>
   <translation>Tili {name}, {detail}. Vaihda tiliä</translation>
  </message>
  <message>
   <source>Accounts</source>
   <translation>Asiakkaat</translation>
  </message>
  <message>
   <source>Actions</source>
   <translation>Toiminnot</translation>
  </message>
  <message>
   <source>Actions…</source>
   <translation>Toiminnot…</translation>
  </message>
  <message>
   <source>Activities</source>
   <translation>Aktiviteetit</translation>
  </message>
  <message>
   <source>Activity</source>
   <translation>Aktiviteetti</translation>
  </message>
  <message>
   <source>Activity must be filled.</source>
   <translation>Aktiviteetti on pakollinen.</translation>
  </message>
  <message>
   <source>Activity, Delivery, Event, Opportunity, Organisation, Person, Product, SupportCase, User or All.</source>
   <translation>Activity, Delivery, Event, Opportunity, Organisation, Person, Product, SupportCase, User tai All.</translation>
  </message>
  <message>
   <source>Add a filter</source>
   <translation>Lisää suodatin</translation>
  </message>
  <message>
   <source>Add a revision…</source>
   <translation>Lisää versio…</translation>
  </message>
  <message>
   <source>Add an account</source>
   <translation>Lisää tili</translation>
  </message>
  <message>
   <source>Add an account…</source>
   <translation>Lisää tili…</translation>
  </message>
  <message>
   <source>Add one more: {name}</source>
   <translation>Lisää vielä yksi: {name}</translation>
  </message>
  <message>
   <source>Add to a campaign…</source>
   <translation>Lisää kampanjaan…</translation>
  </message>
  <message>
   <source>Add to or remove from favourites</source>
   <translation>Lisää suosikkeihin tai poista niistä</translation>
  </message>
  <message>
   <source>Add up again</source>
   <translation>Laske uudelleen</translation>
  </message>
  <message numerus="yes">
   <source>Add {n} lines</source>
   <extracomment>Add {n} line</extracomment>
   <translation>
    <numerusform>{n} rivin lisäys</numerusform>
    <numerusform>{n} rivin lisäys</numerusform>
   </translation>
  </message>
  <message>
   <source>Added last, not taxed</source>
   <translation>Lisätään lopuksi, ei veroteta</translation>
  </message>
  <message>
   <source>Address</source>
   <translation>Osoite</translation>
  </message>
  <message>
   <source>Address of the proxy</source>
   <translation>Välityspalvelimen osoite</translation>
  </message>
  <message>
   <source>Address that knows the newest version</source>
   <translation>Uusimman version tietävä osoite</translation>
  </message>
  <message>
   <source>Adds a case; tells no id.</source>
   <translation>Lisää tapauksen; ei kerro tunnistetta.</translation>
  </message>
  <message>
   <source>Adds a contact; tells no id.</source>
   <translation>Lisää yhteyshenkilön; ei kerro tunnistetta.</translation>
  </message>
  <message>
   <source>Adds a lead; tells no id.</source>
   <translation>Lisää liidin; ei kerro tunnistetta.</translation>
  </message>
  <message>
   <source>Adds a line to a sales document.</source>
   <translation>Lisää rivin myyntiasiakirjaan.</translation>
  </message>
  <message>
   <source>Adds a record to a campaign (beta).</source>
   <translation>Lisää tietueen kampanjaan (beta).</translation>
  </message>
  <message>
   <source>Adds a record.</source>
   <translation>Lisää tietueen.</translation>
  </message>
  <message>
   <source>Adds an account; tells no id.</source>
   <translation>Lisää asiakkaan; ei kerro tunnistetta.</translation>
  </message>
  <message>
   <source>Adds an opportunity; tells no id.</source>
   <translation>Lisää myyntimahdollisuuden; ei kerro tunnistetta.</translation>
  </message>
  <message>
   <source>Adds or changes several records and reads some fields back.</source>
   <translation>Lisää tai muuttaa useita tietueita ja lukee osan kentistä takaisin.</translation>
  </message>
  <message>
   <source>Adds or changes several records.</source>
   <translation>Lisää tai muuttaa useita tietueita.</translation>
  </message>
  <message>
   <source>Adds to a relation.</source>
   <translation>Lisää suhteeseen.</translation>
  </message>
  <message>
   <source>Adds to {path}.</source>
   <translation>Lisää: {path}.</translation>
  </message>
  <message>
   <source>Adds, changes or deletes a record.</source>
   <translation>Lisää tietueen, muuttaa sitä tai poistaa sen.</translation>
  </message>
  <message>
   <source>Adjustment</source>
   <translation>Oikaisu</translation>
  </message>
  <message>
   <source>Administrator (API)</source>
   <translation>Ylläpitäjä (API)</translation>
  </message>
  <message>
   <source>After so long without key or mouse crmdesk signs out and shows nothing until you type a passphrase or the account’s key. 0 = never. An account may say otherwise.</source>
   <translation>Kun näppäimiin tai hiireen ei kosketa näin pitkään aikaan, crmdesk kirjautuu ulos eikä näytä mitään, ennen kuin kirjoitat tunnuslauseen tai tilin avaimen. 0 = ei koskaan. Tilillä voi olla oma aikansa.</translation>
  </message>
  <message>
   <source>After that an exchange with a server is given up. Slow servers may need more.</source>
   <translation>Sen jälkeen yhteydestä palvelimeen luovutaan. Hitaat palvelimet voivat tarvita enemmän.</translation>
  </message>
  <message numerus="yes">
   <source>After {n} minutes</source>
   <extracomment>After {n} minute</extracomment>
   <translation>
    <numerusform>{n} minuutin kuluttua</numerusform>
    <numerusform>{n} minuutin kuluttua</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>After {n} minutes without key or mouse, or by F12</source>
   <extracomment>After {n} minute without key or mouse, or by F12</extracomment>
   <translation>
    <numerusform>{n} minuutin kuluttua ilman näppäintä tai hiirtä tai F12-näppäimellä</numerusform>
    <numerusform>{n} minuutin kuluttua ilman näppäintä tai hiirtä tai F12-näppäimellä</numerusform>
   </translation>
  </message>
  <message>
   <source>Aim for a total</source>
   <translation>Tavoittele loppusummaa</translation>
  </message>
  <message>
   <source>Aim for a total…</source>
   <translation>Tavoittele loppusummaa…</translation>
  </message>
  <message>
   <source>Aim for {sum}</source>
   <translation>Tavoite {sum}</translation>
  </message>
  <message>
   <source>All</source>
   <translation>Kaikki</translation>
  </message>
  <message>
   <source>All accounts</source>
   <translation>Kaikki tilit</translation>
  </message>
  <message>
   <source>All files (*)</source>
   <translation>Kaikki tiedostot (*)</translation>
  </message>
  <message>
   <source>All that match the filter</source>
   <translation>Kaikki suodattimeen sopivat</translation>
  </message>
  <message>
   <source>All {0}</source>
   <translation>Kaikki {0}</translation>
  </message>
  <message>
   <source>All {0}, all fields</source>
   <translation>Kaikki {0}, kaikki kentät</translation>
  </message>
  <message>
   <source>All {n}</source>
   <translation>Kaikki {n}</translation>
  </message>
  <message>
   <source>Alt+↑↓ or dragging its number moves a line · Ctrl+Del removes it</source>
   <translation>Alt+↑↓ tai numerosta vetäminen siirtää riviä · Ctrl+Del poistaa sen</translation>
  </message>
  <message>
   <source>Alternative</source>
   <translation>Vaihtoehto</translation>
  </message>
  <message>
   <source>Among {0} records no two are likely the same.</source>
   <translation>{0} tietueen joukossa ei ole todennäköisiä kaksoiskappaleita.</translation>
  </message>
  <message>
   <source>An SQL condition, for example NAME like 'A%'.</source>
   <translation>SQL-ehto, esimerkiksi NAME like 'A%'.</translation>
  </message>
  <message>
   <source>An address has no blanks.</source>
   <translation>Osoitteessa ei ole välilyöntejä.</translation>
  </message>
  <message>
   <source>An amount</source>
   <translation>Summa</translation>
  </message>
  <message>
   <source>An earlier review is still being applied. Wait for it to end, then review again.</source>
   <translation>Aiempaa tarkistusta toteutetaan vielä. Odota, että se valmistuu, ja tarkista sitten uudelleen.</translation>
  </message>
  <message>
   <source>An empty field</source>
   <translation>Tyhjä kenttä</translation>
  </message>
  <message>
   <source>An empty field is not a number.</source>
   <translation>Tyhjä kenttä ei ole luku.</translation>
  </message>
  <message>
   <source>An empty file, or one without a name, cannot be stored. Choose another one.</source>
   <translation>Tyhjää tai nimetöntä tiedostoa ei voi tallentaa. Valitse toinen.</translation>
  </message>
  <message>
   <source>An entry in {path} cannot be read. Nothing was changed; rename that file to begin anew.</source>
   <translation>Tiedoston {path} merkintää ei voi lukea. Mitään ei muutettu; aloita alusta nimeämällä tiedosto uudelleen.</translation>
  </message>
  <message>
   <source>An expression holds at most {max_length} characters.</source>
   <translation>Lausekkeessa on enintään {max_length} merkkiä.</translation>
  </message>
  <message>
   <source>An expression holds fields, texts, numbers and functions only. {example}</source>
   <translation>Lausekkeessa on vain kenttiä, tekstejä, lukuja ja funktioita. {example}</translation>
  </message>
  <message>
   <source>An expression holds texts and numbers only.</source>
   <translation>Lausekkeessa on vain tekstejä ja lukuja.</translation>
  </message>
  <message>
   <source>An update of this local copy is under way already.</source>
   <translation>Tätä paikallista kopiota päivitetään jo.</translation>
  </message>
  <message>
   <source>Anew: {fields}.</source>
   <translation>Uusi arvo: {fields}.</translation>
  </message>
  <message>
   <source>Annual revenue</source>
   <translation>Vuosiliikevaihto</translation>
  </message>
  <message>
   <source>Another window of crmdesk, or a command, is updating this local copy. Let it finish first.</source>
   <translation>Toinen crmdesk-ikkuna tai komento päivittää tätä paikallista kopiota. Anna sen ensin valmistua.</translation>
  </message>
  <message>
   <source>Answers an access key, which stands for both keys.</source>
   <translation>Antaa käyttöavaimen, joka korvaa molemmat avaimet.</translation>
  </message>
  <message>
   <source>Any of the three works; a gateway in between may want the headers.</source>
   <translation>Kaikki kolme toimivat; välissä oleva yhdyskäytävä voi vaatia otsakkeet.</translation>
  </message>
  <message>
   <source>Any outcome</source>
   <translation>Kaikki tulokset</translation>
  </message>
  <message>
   <source>Any text.</source>
   <translation>Mikä tahansa teksti.</translation>
  </message>
  <message>
   <source>Any; 1.2 first, it is quicker</source>
   <translation>Mikä vain; ensin 1.2, se on nopeampi</translation>
  </message>
  <message>
   <source>Application token</source>
   <translation>Sovellustunniste</translation>
  </message>
  <message>
   <source>Applied</source>
   <translation>Toteutettu</translation>
  </message>
  <message>
   <source>Apply</source>
   <translation>Käytä</translation>
  </message>
  <message numerus="yes">
   <source>Apply {n} changes</source>
   <extracomment>Apply {n} change</extracomment>
   <translation>
    <numerusform>Toteuta {n} muutos</numerusform>
    <numerusform>Toteuta {n} muutosta</numerusform>
   </translation>
  </message>
  <message>
   <source>Article</source>
   <translation>Artikkeli</translation>
  </message>
  <message>
   <source>As MD5, the usual way</source>
   <translation>MD5, tavallinen tapa</translation>
  </message>
  <message>
   <source>As it is, for single sign-on tokens</source>
   <translation>Sellaisenaan, kertakirjautumisen tunnisteille</translation>
  </message>
  <message>
   <source>As little as possible</source>
   <translation>Mahdollisimman vähän</translation>
  </message>
  <message>
   <source>As shown</source>
   <translation>Kuten näytetään</translation>
  </message>
  <message>
   <source>As stored</source>
   <translation>Tallennetussa muodossa</translation>
  </message>
  <message>
   <source>As text</source>
   <translation>Tekstinä</translation>
  </message>
  <message numerus="yes">
   <source>As the settings say: after {n} minutes</source>
   <extracomment>As the settings say: after {n} minute</extracomment>
   <translation>
    <numerusform>Asetusten mukaan: {n} minuutin kuluttua</numerusform>
    <numerusform>Asetusten mukaan: {n} minuutin kuluttua</numerusform>
   </translation>
  </message>
  <message>
   <source>As the settings say: never by itself</source>
   <translation>Asetusten mukaan: ei koskaan itsestään</translation>
  </message>
  <message>
   <source>As the system</source>
   <translation>Järjestelmän mukaan</translation>
  </message>
  <message>
   <source>As the system says</source>
   <translation>Järjestelmän mukaan</translation>
  </message>
  <message>
   <source>As wide as it needs</source>
   <translation>Sisällön levyinen</translation>
  </message>
  <message>
   <source>Ask the server in its own words</source>
   <translation>Kysy palvelimelta sen omalla kielellä</translation>
  </message>
  <message>
   <source>Asked</source>
   <translation>Pyydetty</translation>
  </message>
  <message>
   <source>Asking the server</source>
   <translation>Kysytään palvelimelta</translation>
  </message>
  <message>
   <source>Asking the server how these records stand now …</source>
   <translation>Kysytään palvelimelta, miten nämä tietueet nyt ovat …</translation>
  </message>
  <message>
   <source>Asking the server…</source>
   <translation>Kysytään palvelimelta…</translation>
  </message>
  <message>
   <source>Asks the server as the portal would. The password is neither kept nor logged.</source>
   <translation>Kysyy palvelimelta niin kuin portaali kysyisi. Salasanaa ei säilytetä eikä kirjata lokiin.</translation>
  </message>
  <message>
   <source>Asset</source>
   <translation>Laite</translation>
  </message>
  <message>
   <source>Asset name</source>
   <translation>Laitteen nimi</translation>
  </message>
  <message>
   <source>Assets</source>
   <translation>Laitteet</translation>
  </message>
  <message>
   <source>Assigned to</source>
   <translation>Vastuuhenkilö</translation>
  </message>
  <message>
   <source>At another place: {line}</source>
   <translation>Eri paikassa: {line}</translation>
  </message>
  <message>
   <source>At most once a day the address below is asked, and nothing about you is sent. Nothing is ever installed by itself.</source>
   <translation>Alla olevasta osoitteesta kysytään enintään kerran päivässä, eikä sinusta lähetetä mitään. Mitään ei koskaan asenneta itsestään.</translation>
  </message>
  <message>
   <source>Attaches a file to a note.</source>
   <translation>Liittää tiedoston muistiinpanoon.</translation>
  </message>
  <message>
   <source>Back</source>
   <translation>Takaisin</translation>
  </message>
  <message>
   <source>Back to, or why not</source>
   <translation>Palautuu tai miksi ei</translation>
  </message>
  <message>
   <source>Baltic (Windows-1257)</source>
   <translation>Baltialainen (Windows-1257)</translation>
  </message>
  <message>
   <source>Batches, newest first</source>
   <translation>Erät, uusin ensin</translation>
  </message>
  <message>
   <source>Before</source>
   <translation>Ennen</translation>
  </message>
  <message>
   <source>Begin to edit the cell</source>
   <translation>Aloita solun muokkaus</translation>
  </message>
  <message>
   <source>Begins a session.</source>
   <translation>Aloittaa istunnon.</translation>
  </message>
  <message>
   <source>Belongs to</source>
   <translation>Kuuluu</translation>
  </message>
  <message>
   <source>Billing address</source>
   <translation>Laskutusosoite</translation>
  </message>
  <message>
   <source>Block</source>
   <translation>Lohko</translation>
  </message>
  <message>
   <source>Blue</source>
   <translation>Sininen</translation>
  </message>
  <message>
   <source>Border between two panes</source>
   <translation>Kahden ruudun välinen raja</translation>
  </message>
  <message>
   <source>Both of you changed the lines. Choose whose to keep.</source>
   <translation>Molemmat muuttivat rivejä. Valitse, kenen rivit säilyvät.</translation>
  </message>
  <message>
   <source>Both of you changed this record. Choose whose value to keep.</source>
   <translation>Molemmat muuttivat tätä tietuetta. Valitse, kenen arvo säilyy.</translation>
  </message>
  <message>
   <source>Browse and mend the data of a CRM. Without a command, the window opens.</source>
   <translation>Selaa ja korjaa CRM:n tietoja. Ilman komentoa avautuu ikkuna.</translation>
  </message>
  <message>
   <source>Browse and mend the data of your CRM. Every change is shown before it is sent, and proven after.</source>
   <translation>Selaa ja korjaa CRM:n tietoja. Jokainen muutos näytetään ennen lähetystä ja todennetaan sen jälkeen.</translation>
  </message>
  <message>
   <source>Browse and mend the data of your CRM. MIT licence.</source>
   <translation>Selaa ja korjaa CRM:n tietoja. MIT-lisenssi.</translation>
  </message>
  <message>
   <source>Budget</source>
   <translation>Budjetti</translation>
  </message>
  <message>
   <source>Budgets</source>
   <translation>Budjetit</translation>
  </message>
  <message>
   <source>Bug</source>
   <translation>Virhe</translation>
  </message>
  <message>
   <source>Bugs</source>
   <translation>Virheet</translation>
  </message>
  <message>
   <source>Built in, no account needed</source>
   <translation>Valmiina mukana, tiliä ei tarvita</translation>
  </message>
  <message>
   <source>Buy price</source>
   <translation>Ostohinta</translation>
  </message>
  <message>
   <source>Buy price {number}</source>
   <translation>Ostohinta {number}</translation>
  </message>
  <message>
   <source>By</source>
   <translation>Tekijä</translation>
  </message>
  <message>
   <source>By F12 only; minutes are set in the account’s settings</source>
   <translation>Vain F12-näppäimellä; minuutit valitaan tilin asetuksissa</translation>
  </message>
  <message>
   <source>By changing</source>
   <translation>Säädettävä</translation>
  </message>
  <message>
   <source>CE, PRO, ENT or ULT.</source>
   <translation>CE, PRO, ENT tai ULT.</translation>
  </message>
  <message>
   <source>CRM-service states no rule: each row in cents, VAT row by row after the overall discount</source>
   <translation>CRM-service ei kerro sääntöä: jokainen rivi sentteinä, ALV riveittäin kokonaisalennuksen jälkeen</translation>
  </message>
  <message>
   <source>CSV (*.csv)</source>
   <translation>CSV (*.csv)</translation>
  </message>
  <message>
   <source>CSV for spreadsheets</source>
   <translation>CSV taulukko-ohjelmille</translation>
  </message>
  <message>
   <source>CSV, XLSX or JSON lines; it can also be dropped here.</source>
   <translation>CSV, XLSX tai JSON Lines; tiedoston voi myös pudottaa tähän.</translation>
  </message>
  <message>
   <source>CSV, exact</source>
   <translation>CSV, tarkka</translation>
  </message>
  <message>
   <source>Call</source>
   <translation>Kutsu</translation>
  </message>
  <message>
   <source>Call an operation…</source>
   <translation>Kutsu operaatiota…</translation>
  </message>
  <message>
   <source>Call this number</source>
   <translation>Soita tähän numeroon</translation>
  </message>
  <message>
   <source>Call this number?</source>
   <translation>Soitetaanko tähän numeroon?</translation>
  </message>
  <message>
   <source>Call {name}?</source>
   <translation>Kutsutaanko {name}?</translation>
  </message>
  <message>
   <source>Called {name}</source>
   <translation>Kutsuttu: {name}</translation>
  </message>
  <message>
   <source>Calls</source>
   <translation>Puhelut</translation>
  </message>
  <message>
   <source>Call…</source>
   <translation>Kutsu…</translation>
  </message>
  <message>
   <source>Campaign</source>
   <translation>Kampanja</translation>
  </message>
  <message>
   <source>Campaign's number</source>
   <translation>Kampanjan numero</translation>
  </message>
  <message>
   <source>Campaigns</source>
   <translation>Kampanjat</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Peruuta</translation>
  </message>
  <message>
   <source>Case</source>
   <translation>Tapaus</translation>
  </message>
  <message>
   <source>Cases</source>
   <translation>Tapaukset</translation>
  </message>
  <message>
   <source>Catalogue product</source>
   <translation>Luettelotuote</translation>
  </message>
  <message>
   <source>Category</source>
   <translation>Luokka</translation>
  </message>
  <message>
   <source>Central European (Windows-1250)</source>
   <translation>Keskieurooppalainen (Windows-1250)</translation>
  </message>
  <message>
   <source>Certificate</source>
   <translation>Varmenne</translation>
  </message>
  <message>
   <source>Certificates (*.pem *.crt *.cer);;All files (*)</source>
   <translation>Varmenteet (*.pem *.crt *.cer);;Kaikki tiedostot (*)</translation>
  </message>
  <message>
   <source>Certificates are checked against this computer’s authorities.</source>
   <translation>Varmenteita verrataan tämän tietokoneen tuntemiin varmentajiin.</translation>
  </message>
  <message>
   <source>Change</source>
   <translation>Muutos</translation>
  </message>
  <message>
   <source>Change a filter's chip, or remove it</source>
   <translation>Muuta suodatinta tai poista se</translation>
  </message>
  <message>
   <source>Change many {0}</source>
   <translation>Muuta monta: {0}</translation>
  </message>
  <message>
   <source>Change many…</source>
   <translation>Muuta monta…</translation>
  </message>
  <message>
   <source>Change the limit…</source>
   <translation>Muuta rajaa…</translation>
  </message>
  <message>
   <source>Change {field} of {n} records</source>
   <translation>Kentän {field} muutos, {n} tietuetta</translation>
  </message>
  <message>
   <source>Changed</source>
   <translation>Muutettu</translation>
  </message>
  <message>
   <source>Changed on the server since: {value}</source>
   <translation>Muuttunut palvelimella sen jälkeen: {value}</translation>
  </message>
  <message>
   <source>Changed, not yet sent</source>
   <translation>Muutettu, ei vielä lähetetty</translation>
  </message>
  <message>
   <source>Changed, {was}</source>
   <translation>Muutettu, {was}</translation>
  </message>
  <message>
   <source>Changes (*.jsonl)</source>
   <translation>Muutokset (*.jsonl)</translation>
  </message>
  <message>
   <source>Changes a line.</source>
   <translation>Muuttaa riviä.</translation>
  </message>
  <message>
   <source>Changes a record.</source>
   <translation>Muuttaa tietuetta.</translation>
  </message>
  <message>
   <source>Changes fields of a record.</source>
   <translation>Muuttaa tietueen kenttiä.</translation>
  </message>
  <message>
   <source>Changes from {name}</source>
   <translation>Muutokset tiedostosta {name}</translation>
  </message>
  <message>
   <source>Changes of the batch</source>
   <translation>Erän muutokset</translation>
  </message>
  <message>
   <source>Changes of this account are being sent already. Wait until that has ended.</source>
   <translation>Tämän tilin muutoksia lähetetään jo. Odota, kunnes se on valmis.</translation>
  </message>
  <message>
   <source>Changes or adds many in {path}.</source>
   <translation>Muuttaa tai lisää monta: {path}.</translation>
  </message>
  <message>
   <source>Changes some fields of a record.</source>
   <translation>Muuttaa joitakin tietueen kenttiä.</translation>
  </message>
  <message>
   <source>Changes that are not sent are safe on this computer. Nothing is read or sent until you unlock it.</source>
   <translation>Lähettämättömät muutokset ovat turvassa tässä tietokoneessa. Mitään ei lueta eikä lähetetä, ennen kuin avaat lukituksen.</translation>
  </message>
  <message>
   <source>Changes that wait to be sent are always there, whatever opens.</source>
   <translation>Lähetystä odottavat muutokset ovat aina tallella, avautui mitä tahansa.</translation>
  </message>
  <message>
   <source>Changes to apply</source>
   <translation>Toteutettavat muutokset</translation>
  </message>
  <message>
   <source>Check</source>
   <translation>Tarkista</translation>
  </message>
  <message>
   <source>Check a portal login</source>
   <translation>Tarkista portaalitunnus</translation>
  </message>
  <message>
   <source>Check a portal login…</source>
   <translation>Tarkista portaalitunnus…</translation>
  </message>
  <message>
   <source>Check for conflicts</source>
   <translation>Etsi ristiriidat</translation>
  </message>
  <message numerus="yes">
   <source>Check {n} rows</source>
   <extracomment>Check 1 row</extracomment>
   <translation>
    <numerusform>Tarkista 1 rivi</numerusform>
    <numerusform>Tarkista {n} riviä</numerusform>
   </translation>
  </message>
  <message>
   <source>Checks user name and password; gives no session.</source>
   <translation>Tarkistaa käyttäjätunnuksen ja salasanan; ei anna istuntoa.</translation>
  </message>
  <message>
   <source>Choice</source>
   <translation>Valinta</translation>
  </message>
  <message>
   <source>Choices, or what it refers to</source>
   <translation>Vaihtoehdot tai viittauksen kohde</translation>
  </message>
  <message>
   <source>Choose a document</source>
   <translation>Valitse asiakirja</translation>
  </message>
  <message>
   <source>Choose a field.</source>
   <translation>Valitse kenttä.</translation>
  </message>
  <message>
   <source>Choose a file</source>
   <translation>Valitse tiedosto</translation>
  </message>
  <message>
   <source>Choose a file…</source>
   <translation>Valitse tiedosto…</translation>
  </message>
  <message>
   <source>Choose a list, then link a record to it</source>
   <translation>Valitse luettelo ja linkitä siihen sitten tietue</translation>
  </message>
  <message>
   <source>Choose a module on the left</source>
   <translation>Valitse moduuli vasemmalta</translation>
  </message>
  <message>
   <source>Choose a quote, an order or an invoice first.</source>
   <translation>Valitse ensin tarjous, tilaus tai lasku.</translation>
  </message>
  <message>
   <source>Choose a record in a list</source>
   <translation>Valitse tietue luettelosta</translation>
  </message>
  <message>
   <source>Choose a record to see it here.</source>
   <translation>Valitse tietue, niin se näkyy tässä.</translation>
  </message>
  <message>
   <source>Choose an operation on the left.</source>
   <translation>Valitse operaatio vasemmalta.</translation>
  </message>
  <message>
   <source>Choose an organisation.</source>
   <translation>Valitse organisaatio.</translation>
  </message>
  <message>
   <source>Choose another field to copy from.</source>
   <translation>Valitse toinen kenttä, josta kopioidaan.</translation>
  </message>
  <message>
   <source>Choose another…</source>
   <translation>Valitse toinen…</translation>
  </message>
  <message>
   <source>Choose at least one value.</source>
   <translation>Valitse vähintään yksi arvo.</translation>
  </message>
  <message>
   <source>Choose file…</source>
   <translation>Valitse tiedosto…</translation>
  </message>
  <message>
   <source>Choose from what was found, in a new tab</source>
   <translation>Valitse löydetyistä uuteen välilehteen</translation>
  </message>
  <message>
   <source>Choose or add one</source>
   <translation>Valitse tai lisää tili</translation>
  </message>
  <message>
   <source>Choose the column by which records are found: the id, or one whose values name each record.</source>
   <translation>Valitse sarake, jolla tietueet löydetään: tunniste tai sarake, jonka arvot yksilöivät tietueen.</translation>
  </message>
  <message>
   <source>Choose the document on the left.</source>
   <translation>Valitse vasemmanpuoleinen asiakirja.</translation>
  </message>
  <message>
   <source>Choose the field to change.</source>
   <translation>Valitse muutettava kenttä.</translation>
  </message>
  <message>
   <source>Choose the field to copy from.</source>
   <translation>Valitse kenttä, josta kopioidaan.</translation>
  </message>
  <message>
   <source>Choose the organisation that it moves to. Nothing was sent.</source>
   <translation>Valitse organisaatio, jolle se siirretään. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>Choose…</source>
   <translation>Valitse…</translation>
  </message>
  <message>
   <source>Clear</source>
   <translation>Tyhjennä</translation>
  </message>
  <message>
   <source>Clear {field}</source>
   <translation>Tyhjennä {field}</translation>
  </message>
  <message>
   <source>Cleared, {was}</source>
   <translation>Tyhjennetty, {was}</translation>
  </message>
  <message>
   <source>Clock</source>
   <translation>Kello</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Sulje</translation>
  </message>
  <message>
   <source>Close message</source>
   <translation>Sulje viesti</translation>
  </message>
  <message>
   <source>Close tab</source>
   <translation>Sulje välilehti</translation>
  </message>
  <message>
   <source>Close the record</source>
   <translation>Sulje tietue</translation>
  </message>
  <message>
   <source>Close together</source>
   <translation>Tiiviisti</translation>
  </message>
  <message>
   <source>Close what is on top: a message, a list, a window</source>
   <translation>Sulje päällimmäinen: viesti, luettelo tai ikkuna</translation>
  </message>
  <message>
   <source>Close {name}</source>
   <translation>Sulje {name}</translation>
  </message>
  <message>
   <source>Closed on</source>
   <translation>Suljettu</translation>
  </message>
  <message>
   <source>Closing date</source>
   <translation>Päätöspäivä</translation>
  </message>
  <message>
   <source>Colour</source>
   <translation>Väri</translation>
  </message>
  <message>
   <source>Colours</source>
   <translation>Värit</translation>
  </message>
  <message>
   <source>Column in the file</source>
   <translation>Tiedoston sarake</translation>
  </message>
  <message>
   <source>Column {letters}</source>
   <translation>Sarake {letters}</translation>
  </message>
  <message>
   <source>Column “{name}”</source>
   <translation>Sarake ”{name}”</translation>
  </message>
  <message>
   <source>Columns</source>
   <translation>Sarakkeet</translation>
  </message>
  <message>
   <source>Columns…</source>
   <translation>Sarakkeet…</translation>
  </message>
  <message>
   <source>Command</source>
   <translation>Komento</translation>
  </message>
  <message>
   <source>Comment</source>
   <translation>Kommentti</translation>
  </message>
  <message>
   <source>Comment must be filled.</source>
   <translation>Kommentti on pakollinen.</translation>
  </message>
  <message>
   <source>Commission band</source>
   <translation>Provisioluokka</translation>
  </message>
  <message>
   <source>Companies</source>
   <translation>Yritykset</translation>
  </message>
  <message>
   <source>Companies, people, deals and sales documents are what most people take along.</source>
   <translation>Useimmat ottavat mukaan yritykset, henkilöt, kaupat ja myyntiasiakirjat.</translation>
  </message>
  <message>
   <source>Company</source>
   <translation>Yritys</translation>
  </message>
  <message>
   <source>Company name</source>
   <translation>Yrityksen nimi</translation>
  </message>
  <message>
   <source>Company number</source>
   <translation>Y-tunnus</translation>
  </message>
  <message>
   <source>Company, street, town, telephone</source>
   <translation>Yritys, katuosoite, paikkakunta, puhelin</translation>
  </message>
  <message>
   <source>Compare with</source>
   <translation>Vertailukohde</translation>
  </message>
  <message>
   <source>Compare with the server; nothing is sent</source>
   <translation>Vertaa palvelimeen; mitään ei lähetetä</translation>
  </message>
  <message>
   <source>Compare with…</source>
   <translation>Vertaa…</translation>
  </message>
  <message>
   <source>Compare {name}</source>
   <translation>Vertaa: {name}</translation>
  </message>
  <message>
   <source>Compared {done} of {total}</source>
   <translation>Verrattu {done}/{total}</translation>
  </message>
  <message>
   <source>Comparing with the server …</source>
   <translation>Verrataan palvelimeen …</translation>
  </message>
  <message>
   <source>Comparing {0} records…</source>
   <translation>Verrataan {0} tietuetta…</translation>
  </message>
  <message>
   <source>Compute</source>
   <translation>Laske</translation>
  </message>
  <message>
   <source>Conditions</source>
   <translation>Ehdot</translation>
  </message>
  <message>
   <source>Conflict, {was}</source>
   <translation>Ristiriita, {was}</translation>
  </message>
  <message>
   <source>Connected · {n} ms</source>
   <translation>Yhteys · {n} ms</translation>
  </message>
  <message>
   <source>Connecting to {address} …</source>
   <translation>Yhdistetään: {address} …</translation>
  </message>
  <message>
   <source>Connecting…</source>
   <translation>Yhdistetään…</translation>
  </message>
  <message>
   <source>Consumer</source>
   <translation>Kuluttaja</translation>
  </message>
  <message>
   <source>Consumers (B2C)</source>
   <translation>Kuluttajat (B2C)</translation>
  </message>
  <message>
   <source>Contact</source>
   <translation>Yhteyshenkilö</translation>
  </message>
  <message>
   <source>Contact type</source>
   <translation>Yhteyshenkilön tyyppi</translation>
  </message>
  <message>
   <source>Contacts</source>
   <translation>Yhteyshenkilöt</translation>
  </message>
  <message>
   <source>Contacts are saved with</source>
   <translation>Yhteyshenkilöiden tallennustapa</translation>
  </message>
  <message>
   <source>Contents of the file</source>
   <translation>Tiedoston sisältö</translation>
  </message>
  <message>
   <source>Contract</source>
   <translation>Sopimus</translation>
  </message>
  <message>
   <source>Contract name</source>
   <translation>Sopimuksen nimi</translation>
  </message>
  <message>
   <source>Contract term</source>
   <translation>Sopimuskausi</translation>
  </message>
  <message>
   <source>Contracts</source>
   <translation>Sopimukset</translation>
  </message>
  <message>
   <source>Convert to a delivery</source>
   <translation>Muunna toimitukseksi</translation>
  </message>
  <message>
   <source>Convert to an opportunity…</source>
   <translation>Muunna myyntimahdollisuudeksi…</translation>
  </message>
  <message>
   <source>Copied</source>
   <translation>Kopioitu</translation>
  </message>
  <message>
   <source>Copied as text.</source>
   <translation>Kopioitu tekstinä.</translation>
  </message>
  <message>
   <source>Copied modules</source>
   <translation>Kopioidut moduulit</translation>
  </message>
  <message>
   <source>Copied: {what}</source>
   <translation>Kopioitu: {what}</translation>
  </message>
  <message>
   <source>Copy</source>
   <translation>Kopioi</translation>
  </message>
  <message>
   <source>Copy as text</source>
   <translation>Kopioi tekstinä</translation>
  </message>
  <message>
   <source>Copy field name</source>
   <translation>Kopioi kentän nimi</translation>
  </message>
  <message>
   <source>Copy from</source>
   <translation>Kopioi kentästä</translation>
  </message>
  <message>
   <source>Copy id</source>
   <translation>Kopioi tunniste</translation>
  </message>
  <message>
   <source>Copy link</source>
   <translation>Kopioi linkki</translation>
  </message>
  <message>
   <source>Copy name</source>
   <translation>Kopioi nimi</translation>
  </message>
  <message>
   <source>Copy the document as text</source>
   <translation>Kopioi asiakirja tekstinä</translation>
  </message>
  <message>
   <source>Copy the field's value</source>
   <translation>Kopioi kentän arvo</translation>
  </message>
  <message>
   <source>Copy the usual modules</source>
   <translation>Kopioi tavalliset moduulit</translation>
  </message>
  <message>
   <source>Copy the whole message</source>
   <translation>Kopioi koko viesti</translation>
  </message>
  <message>
   <source>Copy value</source>
   <translation>Kopioi arvo</translation>
  </message>
  <message>
   <source>Copy versions for a report</source>
   <translation>Kopioi versiot ilmoitusta varten</translation>
  </message>
  <message>
   <source>Copy what is missing…</source>
   <translation>Kopioi puuttuvat…</translation>
  </message>
  <message>
   <source>Copy with column titles</source>
   <translation>Kopioi sarakeotsikoineen</translation>
  </message>
  <message>
   <source>Copy, cut, paste</source>
   <translation>Kopioi, leikkaa, liitä</translation>
  </message>
  <message>
   <source>Copying {module}</source>
   <translation>Kopioidaan: {module}</translation>
  </message>
  <message>
   <source>Country of phone numbers without a country code</source>
   <translation>Maa niille puhelinnumeroille, joissa ei ole maatunnusta</translation>
  </message>
  <message>
   <source>Counts and sums, by the reporting interface.</source>
   <translation>Määrät ja summat raportointirajapinnasta.</translation>
  </message>
  <message>
   <source>County</source>
   <translation>Maakunta</translation>
  </message>
  <message>
   <source>Create</source>
   <translation>Luo</translation>
  </message>
  <message>
   <source>Created</source>
   <translation>Luotu</translation>
  </message>
  <message>
   <source>Credit limit</source>
   <translation>Luottoraja</translation>
  </message>
  <message>
   <source>Crmdesk carries these works of others, each under its own licence:</source>
   <translation>Crmdeskissä on mukana näitä muiden teoksia, kukin omalla lisenssillään:</translation>
  </message>
  <message>
   <source>Ctrl+K Go to anything</source>
   <translation>Ctrl+K Siirry mihin vain</translation>
  </message>
  <message>
   <source>Ctrl+K goes to any module, record or command.</source>
   <translation>Ctrl+K vie mihin tahansa moduuliin, tietueeseen tai komentoon.</translation>
  </message>
  <message>
   <source>Ctrl+K goes to any module, record or command. Every action shows its key.</source>
   <translation>Ctrl+K vie mihin tahansa moduuliin, tietueeseen tai komentoon. Jokainen toiminto näyttää näppäimensä.</translation>
  </message>
  <message>
   <source>Ctrl+N adds the first one.</source>
   <translation>Ctrl+N lisää ensimmäisen.</translation>
  </message>
  <message>
   <source>Ctrl+Return: done</source>
   <translation>Ctrl+Return: valmis</translation>
  </message>
  <message>
   <source>Ctrl+Return; what is selected, else everything</source>
   <translation>Ctrl+Return; valittu osa, muuten kaikki</translation>
  </message>
  <message>
   <source>Ctrl+Z brings it back.</source>
   <translation>Ctrl+Z tuo sen takaisin.</translation>
  </message>
  <message>
   <source>Currencies</source>
   <translation>Valuutat</translation>
  </message>
  <message>
   <source>Currency</source>
   <translation>Valuutta</translation>
  </message>
  <message>
   <source>Custom field {custom}</source>
   <translation>Oma kenttä {custom}</translation>
  </message>
  <message>
   <source>Custom fields</source>
   <translation>Omat kentät</translation>
  </message>
  <message>
   <source>Customer portal</source>
   <translation>Asiakasportaali</translation>
  </message>
  <message>
   <source>Cyrillic (Windows-1251)</source>
   <translation>Kyrillinen (Windows-1251)</translation>
  </message>
  <message>
   <source>Damaged text in {0}</source>
   <translation>Vioittunut teksti: {0}</translation>
  </message>
  <message>
   <source>Dark</source>
   <translation>Tumma</translation>
  </message>
  <message>
   <source>Data of a mail merge.</source>
   <translation>Joukkokirjeen tiedot.</translation>
  </message>
  <message>
   <source>Date</source>
   <translation>Päivämäärä</translation>
  </message>
  <message>
   <source>Date and time</source>
   <translation>Päivä ja aika</translation>
  </message>
  <message>
   <source>Date format of PHP for date-times, for example c; blank is _, slash is *.</source>
   <translation>Päivämäärien ja kellonaikojen PHP-muoto, esimerkiksi c; välilyönti on _, kauttaviiva on *.</translation>
  </message>
  <message>
   <source>Date of birth</source>
   <translation>Syntymäaika</translation>
  </message>
  <message>
   <source>Dates</source>
   <translation>Päivämäärät</translation>
  </message>
  <message>
   <source>Dates and numbers</source>
   <translation>Päivämäärät ja luvut</translation>
  </message>
  <message>
   <source>Days</source>
   <translation>Päiviä</translation>
  </message>
  <message>
   <source>Decimal number</source>
   <translation>Desimaaliluku</translation>
  </message>
  <message>
   <source>Decimals</source>
   <translation>Desimaalit</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Poista</translation>
  </message>
  <message>
   <source>Delete {n} {records}?</source>
   <translation>Poistetaanko {n} kpl: {records}?</translation>
  </message>
  <message>
   <source>Delete {record}?</source>
   <translation>Poistetaanko {record}?</translation>
  </message>
  <message>
   <source>Delete {title}?</source>
   <translation>Poistetaanko {title}?</translation>
  </message>
  <message>
   <source>Deleted: {0}.</source>
   <translation>Poistetaan: {0}.</translation>
  </message>
  <message>
   <source>Delete…</source>
   <translation>Poista…</translation>
  </message>
  <message>
   <source>Deliveries (orders)</source>
   <translation>Toimitukset (tilaukset)</translation>
  </message>
  <message>
   <source>Deliveries (second)</source>
   <translation>Toimitukset (toinen)</translation>
  </message>
  <message>
   <source>Delivery</source>
   <translation>Toimitus</translation>
  </message>
  <message>
   <source>Demo</source>
   <translation>Demo</translation>
  </message>
  <message>
   <source>Describe fields</source>
   <translation>Näytä kentät</translation>
  </message>
  <message>
   <source>Description</source>
   <translation>Kuvaus</translation>
  </message>
  <message>
   <source>Despatched</source>
   <translation>Lähetetty</translation>
  </message>
  <message>
   <source>Details</source>
   <translation>Tiedot</translation>
  </message>
  <message>
   <source>Differences</source>
   <translation>Erot</translation>
  </message>
  <message>
   <source>Differences only</source>
   <translation>Vain erot</translation>
  </message>
  <message>
   <source>Differs in</source>
   <translation>Erot</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Hylkää</translation>
  </message>
  <message>
   <source>Discard all changes of this record</source>
   <translation>Hylkää kaikki tämän tietueen muutokset</translation>
  </message>
  <message>
   <source>Discard everything</source>
   <translation>Kaiken hylkäys</translation>
  </message>
  <message>
   <source>Discard everything; undo brings it back</source>
   <translation>Hylkää kaikki; Kumoa tuo ne takaisin</translation>
  </message>
  <message>
   <source>Discard the chosen pending change</source>
   <translation>Hylkää valittu odottava muutos</translation>
  </message>
  <message>
   <source>Discard this field</source>
   <translation>Hylkää tämä kenttä</translation>
  </message>
  <message>
   <source>Discard this new record</source>
   <translation>Hylkää tämä uusi tietue</translation>
  </message>
  <message>
   <source>Discount</source>
   <translation>Alennus</translation>
  </message>
  <message>
   <source>Discount of a line, an amount</source>
   <translation>Rivin alennus, summa</translation>
  </message>
  <message>
   <source>Discount of a line, in percent</source>
   <translation>Rivin alennus, prosentti</translation>
  </message>
  <message>
   <source>Do everything but send</source>
   <translation>Tee kaikki muu paitsi lähetä</translation>
  </message>
  <message>
   <source>Do not sort by this</source>
   <translation>Älä lajittele tämän mukaan</translation>
  </message>
  <message>
   <source>Do not tell me of this version again</source>
   <translation>Älä kerro enää tästä versiosta</translation>
  </message>
  <message>
   <source>Document</source>
   <translation>Asiakirja</translation>
  </message>
  <message>
   <source>Documents</source>
   <translation>Asiakirjat</translation>
  </message>
  <message>
   <source>Does nothing.</source>
   <translation>Ei tee mitään.</translation>
  </message>
  <message>
   <source>Done with a long text</source>
   <translation>Pitkä teksti on valmis</translation>
  </message>
  <message>
   <source>Done.</source>
   <translation>Valmis.</translation>
  </message>
  <message>
   <source>Down</source>
   <translation>Alas</translation>
  </message>
  <message>
   <source>Drag a line by its number to move it</source>
   <translation>Siirrä riviä vetämällä sen numerosta</translation>
  </message>
  <message>
   <source>Drop files here to upload them.</source>
   <translation>Lähetä tiedostoja pudottamalla ne tähän.</translation>
  </message>
  <message>
   <source>Drop what was typed</source>
   <translation>Hylkää kirjoitettu</translation>
  </message>
  <message>
   <source>Dropped the local copy of {module}.</source>
   <translation>Paikallinen kopio poistettiin: {module}.</translation>
  </message>
  <message>
   <source>Dropped the whole local copy.</source>
   <translation>Koko paikallinen kopio poistettiin.</translation>
  </message>
  <message>
   <source>Dry run</source>
   <translation>Koeajo</translation>
  </message>
  <message>
   <source>Dry run, nothing was sent: {said}.</source>
   <translation>Koeajo, mitään ei lähetetty: {said}.</translation>
  </message>
  <message>
   <source>Dry run: nothing was sent.</source>
   <translation>Koeajo: mitään ei lähetetty.</translation>
  </message>
  <message numerus="yes">
   <source>Dry run: {n} records would be sent.</source>
   <extracomment>Dry run: {n} record would be sent.</extracomment>
   <translation>
    <numerusform>Koeajo: lähetettäisiin {n} tietue.</numerusform>
    <numerusform>Koeajo: lähetettäisiin {n} tietuetta.</numerusform>
   </translation>
  </message>
  <message>
   <source>Due date</source>
   <translation>Eräpäivä</translation>
  </message>
  <message>
   <source>Duplicate</source>
   <translation>Monista</translation>
  </message>
  <message>
   <source>Duplicate the document…</source>
   <translation>Monista asiakirja…</translation>
  </message>
  <message>
   <source>Duplicate {name}</source>
   <translation>Monistus: {name}</translation>
  </message>
  <message numerus="yes">
   <source>Duplicate {n} lines</source>
   <extracomment>Duplicate {n} line</extracomment>
   <translation>
    <numerusform>{n} rivin monistus</numerusform>
    <numerusform>{n} rivin monistus</numerusform>
   </translation>
  </message>
  <message>
   <source>E-mail</source>
   <translation>Sähköposti</translation>
  </message>
  <message>
   <source>E-mail 2</source>
   <translation>Sähköposti 2</translation>
  </message>
  <message>
   <source>E-mail addresses, parted by semicolons.</source>
   <translation>Sähköpostiosoitteet puolipistein erotettuina.</translation>
  </message>
  <message>
   <source>E-mail template</source>
   <translation>Sähköpostipohja</translation>
  </message>
  <message>
   <source>E-mail templates</source>
   <translation>Sähköpostipohjat</translation>
  </message>
  <message>
   <source>E-mails</source>
   <translation>Sähköpostit</translation>
  </message>
  <message>
   <source>Each [[change]] takes one of: {kinds}.</source>
   <translation>Jokaisessa [[change]]-osassa on jokin näistä: {kinds}.</translation>
  </message>
  <message>
   <source>Each record is read once more just before it is sent. This server does not tell us what somebody else saves in the moment after that ({n} ms, as measured): such a save would be overwritten.</source>
   <translation>Jokainen tietue luetaan vielä kerran juuri ennen lähetystä. Tämä palvelin ei kerro, mitä joku muu tallentaa hetkessä sen jälkeen (mitattuna {n} ms): sellainen tallennus jäisi alle.</translation>
  </message>
  <message>
   <source>Earlier queries</source>
   <translation>Aiemmat kyselyt</translation>
  </message>
  <message>
   <source>Echoes a text.</source>
   <translation>Palauttaa tekstin.</translation>
  </message>
  <message>
   <source>Edit</source>
   <translation>Muokkaa</translation>
  </message>
  <message>
   <source>Edit a line</source>
   <translation>Rivin muokkaus</translation>
  </message>
  <message>
   <source>Edit account</source>
   <translation>Muokkaa tiliä</translation>
  </message>
  <message>
   <source>Edit as query…</source>
   <translation>Muokkaa kyselynä…</translation>
  </message>
  <message>
   <source>Edit fields</source>
   <translation>Muokkaa kenttiä</translation>
  </message>
  <message>
   <source>Edit lines</source>
   <translation>Muokkaa rivejä</translation>
  </message>
  <message>
   <source>Edit the field</source>
   <translation>Muokkaa kenttää</translation>
  </message>
  <message>
   <source>Edit this account…</source>
   <translation>Muokkaa tätä tiliä…</translation>
  </message>
  <message>
   <source>Edit {name}…</source>
   <translation>Muokkaa: {name}…</translation>
  </message>
  <message numerus="yes">
   <source>Edit {n} cells</source>
   <extracomment>Edit</extracomment>
   <translation>
    <numerusform>Muokkaus</numerusform>
    <numerusform>{n} solun muokkaus</numerusform>
   </translation>
  </message>
  <message>
   <source>Email</source>
   <translation>Sähköposti</translation>
  </message>
  <message>
   <source>Employees</source>
   <translation>Työntekijöitä</translation>
  </message>
  <message>
   <source>Empty cells</source>
   <translation>Tyhjät solut</translation>
  </message>
  <message>
   <source>Empty the field</source>
   <translation>Tyhjennä kenttä</translation>
  </message>
  <message>
   <source>Empty the selected cells</source>
   <translation>Tyhjennä valitut solut</translation>
  </message>
  <message>
   <source>Empty: nobody is asked. Your administrator, or whoever gave you crmdesk, can tell you one that begins with https://.</source>
   <translation>Tyhjä: mistään ei kysytä. Ylläpitäjä tai se, jolta sait crmdeskin, voi antaa osoitteen, jonka alussa on https://.</translation>
  </message>
  <message>
   <source>Encoding</source>
   <translation>Merkistö</translation>
  </message>
  <message>
   <source>Ends the session.</source>
   <translation>Päättää istunnon.</translation>
  </message>
  <message>
   <source>Ends the session; SplendidCRM only checks it.</source>
   <translation>Päättää istunnon; SplendidCRM vain tarkistaa sen.</translation>
  </message>
  <message>
   <source>Enter</source>
   <translation>Enter</translation>
  </message>
  <message>
   <source>Enters a mail merge in a campaign.</source>
   <translation>Kirjaa joukkokirjeen kampanjaan.</translation>
  </message>
  <message>
   <source>Environment</source>
   <translation>Ympäristö</translation>
  </message>
  <message>
   <source>Esc</source>
   <translation>Esc</translation>
  </message>
  <message>
   <source>Event</source>
   <translation>Tapahtuma</translation>
  </message>
  <message>
   <source>Events</source>
   <translation>Tapahtumat</translation>
  </message>
  <message>
   <source>Events (calendar)</source>
   <translation>Tapahtumat (kalenteri)</translation>
  </message>
  <message>
   <source>Every apply is noted here, with what was there before.</source>
   <translation>Tänne kirjataan jokainen toteutus ja se, mitä ennen oli.</translation>
  </message>
  <message>
   <source>Every module that is copied to this computer is searched while you type, of all accounts, also without their servers. F4 shows and changes what is copied.</source>
   <translation>Kirjoittaessasi haetaan kaikkien tilien jokaisesta moduulista, joka on kopioitu tähän tietokoneeseen, myös ilman palvelimia. F4 näyttää kopioidut ja muuttaa niitä.</translation>
  </message>
  <message>
   <source>Every row is held against the server</source>
   <translation>Jokaista riviä verrataan palvelimeen</translation>
  </message>
  <message>
   <source>Every row is so already on the server, or is left out.</source>
   <translation>Jokainen rivi on palvelimella jo näin tai jää pois.</translation>
  </message>
  <message>
   <source>Every row makes a new record.</source>
   <translation>Jokaisesta rivistä tulee uusi tietue.</translation>
  </message>
  <message>
   <source>Every user; administrators only.</source>
   <translation>Kaikki käyttäjät; vain ylläpitäjille.</translation>
  </message>
  <message>
   <source>Every value exactly as it is, for other programs; a spreadsheet may change some of them.</source>
   <translation>Jokainen arvo täsmälleen sellaisenaan muita ohjelmia varten; taulukko-ohjelma voi muuttaa joitakin.</translation>
  </message>
  <message>
   <source>Everything is taken over.</source>
   <translation>Kaikki siirtyy mukana.</translation>
  </message>
  <message>
   <source>Everything that is linked to a contact.</source>
   <translation>Kaikki yhteyshenkilöön linkitetty.</translation>
  </message>
  <message>
   <source>Everywhere</source>
   <translation>Kaikkialla</translation>
  </message>
  <message>
   <source>Exit codes: 0 done; 1 the server or the data said no; 2 the command line is wrong; 3 some rows applied and some not; 130 interrupted.</source>
   <translation>Paluukoodit: 0 valmis; 1 palvelin tai tiedot kieltäytyivät; 2 komentorivi on virheellinen; 3 osa riveistä toteutui ja osa ei; 130 keskeytetty.</translation>
  </message>
  <message>
   <source>Export</source>
   <translation>Vie</translation>
  </message>
  <message>
   <source>Export once more to write what the copy on this computer holds.</source>
   <translation>Vie vielä kerran, niin tiedostoon kirjoitetaan tämän tietokoneen kopion sisältö.</translation>
  </message>
  <message>
   <source>Export the journal</source>
   <translation>Vie muutosloki</translation>
  </message>
  <message>
   <source>Export this batch…</source>
   <translation>Vie tämä erä…</translation>
  </message>
  <message>
   <source>Export {0}</source>
   <translation>Vie {0}</translation>
  </message>
  <message>
   <source>Export…</source>
   <translation>Vie…</translation>
  </message>
  <message>
   <source>Expression</source>
   <translation>Lauseke</translation>
  </message>
  <message>
   <source>Extra certificates</source>
   <translation>Lisävarmenteet</translation>
  </message>
  <message>
   <source>FIELD|OPERATOR|VALUE; the operators are =, LIKE, BEGINS, ENDS, CONTAINS. One condition.</source>
   <translation>KENTTÄ|OPERAATTORI|ARVO; operaattorit ovat =, LIKE, BEGINS, ENDS, CONTAINS. Yksi ehto.</translation>
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
   <translation>FILE on jokin näistä
  JSON Lines   {"op":"update","module":"Accounts","id":"3x17","set":{"bill_city":"Espoo"},"was":{"bill_city":"Esbo"}}
               op: update, create (key estää luomasta kahdesti), delete, document (riveineen).
               Puuttuva kenttä jää ennalleen, null tyhjentää sen. Jos palvelimella on muuta kuin "was",
               muutos on ristiriita eikä sitä lähetetä.
  TOML         resepti: module, where (tai ids), [[change]], jossa field ja set, clear, replace/with, prefix, suffix,
               copy tai compute; [expect], jossa records, never_touch, stop_after_failures
  CSV, XLSX    yhden moduulin rivejä (--module), joissa id tai sarake, jolla tietueet löydetään (--match); tyhjät solut
               jättävät kentät ennalleen, luvut kirjoitetaan 1234.56 ja päivämäärät 2026-12-24
</translation>
  </message>
  <message>
   <source>Family</source>
   <translation>Tuoteperhe</translation>
  </message>
  <message>
   <source>Favourite</source>
   <translation>Suosikki</translation>
  </message>
  <message>
   <source>Favourites</source>
   <translation>Suosikit</translation>
  </message>
  <message>
   <source>Field</source>
   <translation>Kenttä</translation>
  </message>
  <message>
   <source>Field to change</source>
   <translation>Muutettava kenttä</translation>
  </message>
  <message>
   <source>Field to copy from</source>
   <translation>Lähdekenttä</translation>
  </message>
  <message>
   <source>Fields by their names, texts in quotes. Point at the line to see the functions.</source>
   <translation>Kentät nimillään, tekstit lainausmerkeissä. Funktiot näkyvät, kun osoitat riviä.</translation>
  </message>
  <message>
   <source>Fields of the row</source>
   <translation>Rivin kentät</translation>
  </message>
  <message>
   <source>Fields of this module…</source>
   <translation>Tämän moduulin kentät…</translation>
  </message>
  <message>
   <source>Fields of {records} ({name})</source>
   <translation>Kentät: {records} ({name})</translation>
  </message>
  <message>
   <source>Fields that somebody has changed since are left out and listed, and so is what cannot come back.</source>
   <translation>Kentät, joita joku on sen jälkeen muuttanut, jätetään pois ja luetellaan, samoin se, mikä ei voi palautua.</translation>
  </message>
  <message>
   <source>Fields, parted by commas, whose user numbers come as names.</source>
   <translation>Kentät pilkuin erotettuina, joiden käyttäjänumerot tulevat niminä.</translation>
  </message>
  <message>
   <source>File</source>
   <translation>Tiedosto</translation>
  </message>
  <message>
   <source>File name</source>
   <translation>Tiedoston nimi</translation>
  </message>
  <message>
   <source>File with extra certificates</source>
   <translation>Lisävarmenteiden tiedosto</translation>
  </message>
  <message>
   <source>Files of the report</source>
   <translation>Raportin tiedostot</translation>
  </message>
  <message>
   <source>Fill down</source>
   <translation>Täytä alas</translation>
  </message>
  <message>
   <source>Fill in e-mail, password and portal id.</source>
   <translation>Täytä sähköposti, salasana ja portaalin tunniste.</translation>
  </message>
  <message>
   <source>Fill in the address of the CRM.</source>
   <translation>Täytä CRM:n osoite.</translation>
  </message>
  <message>
   <source>Fill in the address, for example https://crm.example.com/</source>
   <translation>Anna osoite, esimerkiksi https://crm.example.com/</translation>
  </message>
  <message>
   <source>Fill in {name}.</source>
   <translation>Täytä {name}.</translation>
  </message>
  <message>
   <source>Fill in {part}.</source>
   <translation>Täytä {part}.</translation>
  </message>
  <message>
   <source>Filter</source>
   <translation>Suodatin</translation>
  </message>
  <message>
   <source>Filter as text</source>
   <translation>Suodatin tekstinä</translation>
  </message>
  <message>
   <source>Filter modules</source>
   <translation>Suodata moduuleja</translation>
  </message>
  <message>
   <source>Filtered by the server: {what}</source>
   <translation>Palvelin suodattaa: {what}</translation>
  </message>
  <message>
   <source>Filtered here: nothing</source>
   <translation>Täällä suodatetaan: ei mitään</translation>
  </message>
  <message>
   <source>Filtered here: {what}  ({reason})</source>
   <translation>Täällä suodatetaan: {what} ({reason})</translation>
  </message>
  <message>
   <source>Filters by itself</source>
   <translation>Suodattaa itse</translation>
  </message>
  <message>
   <source>Find</source>
   <translation>Etsi</translation>
  </message>
  <message>
   <source>Find a field</source>
   <translation>Etsi kenttä</translation>
  </message>
  <message>
   <source>Find a setting</source>
   <translation>Etsi asetus</translation>
  </message>
  <message>
   <source>Find among recent and favourite records</source>
   <translation>Etsi viimeisimmistä ja suosikeista</translation>
  </message>
  <message>
   <source>Find an action or a key</source>
   <translation>Etsi toiminto tai näppäin</translation>
  </message>
  <message>
   <source>Find by</source>
   <translation>Haku</translation>
  </message>
  <message>
   <source>Find damaged text…</source>
   <translation>Etsi vioittunut teksti…</translation>
  </message>
  <message>
   <source>Find duplicates…</source>
   <translation>Etsi kaksoiskappaleet…</translation>
  </message>
  <message>
   <source>Find in the reply</source>
   <translation>Etsi vastauksesta</translation>
  </message>
  <message>
   <source>Find in this table</source>
   <translation>Etsi tästä taulukosta</translation>
  </message>
  <message>
   <source>Find…</source>
   <translation>Etsi…</translation>
  </message>
  <message>
   <source>Finishing what is being sent…</source>
   <translation>Viimeistellään lähetystä…</translation>
  </message>
  <message>
   <source>First name</source>
   <translation>Etunimi</translation>
  </message>
  <message>
   <source>First rows</source>
   <translation>Ensimmäiset rivit</translation>
  </message>
  <message>
   <source>Fold pending changes</source>
   <translation>Pienennä odottavat muutokset</translation>
  </message>
  <message>
   <source>Folders cannot be uploaded, only files.</source>
   <translation>Kansioita ei voi lähettää, vain tiedostoja.</translation>
  </message>
  <message>
   <source>Follow the link in the cell</source>
   <translation>Seuraa solun viittausta</translation>
  </message>
  <message>
   <source>For an e-mail or a note</source>
   <translation>Sähköpostiin tai muistiinpanoon</translation>
  </message>
  <message>
   <source>For example http://user:password@proxy:3128; the password is kept in the keychain alone.</source>
   <translation>Esimerkiksi http://kayttaja:salasana@proxy:3128; salasana säilytetään vain avainnipussa.</translation>
  </message>
  <message>
   <source>For example: upper(trim(bill_city))</source>
   <translation>Esimerkiksi: upper(trim(bill_city))</translation>
  </message>
  <message>
   <source>For the command line: crmdesk apply</source>
   <translation>Komentoriville: crmdesk apply</translation>
  </message>
  <message>
   <source>Forgot “{profile}”. Its journal stays on this computer.</source>
   <translation>Poistettiin ”{profile}”. Sen muutosloki jää tähän tietokoneeseen.</translation>
  </message>
  <message>
   <source>Format</source>
   <translation>Muoto</translation>
  </message>
  <message>
   <source>Formats:</source>
   <translation>Muodot:</translation>
  </message>
  <message>
   <source>Found by {0}</source>
   <translation>Hakuperuste: {0}</translation>
  </message>
  <message>
   <source>Found: delete. Not found: leave out.</source>
   <translation>Löytyy: poista. Ei löydy: jätä pois.</translation>
  </message>
  <message>
   <source>Found: update. Not found: create.</source>
   <translation>Löytyy: päivitä. Ei löydy: luo.</translation>
  </message>
  <message>
   <source>Found: update. Not found: leave out.</source>
   <translation>Löytyy: päivitä. Ei löydy: jätä pois.</translation>
  </message>
  <message>
   <source>From a spreadsheet: item, quantity, price … as the columns stand</source>
   <translation>Taulukko-ohjelmasta: nimike, määrä, hinta … sarakkeiden järjestyksessä</translation>
  </message>
  <message>
   <source>From the copy on this computer, {when}</source>
   <translation>Tämän tietokoneen kopiosta, {when}</translation>
  </message>
  <message>
   <source>Full id of the attachment.</source>
   <translation>Liitteen täydellinen tunniste.</translation>
  </message>
  <message>
   <source>Full id of the record, for example 3x17.</source>
   <translation>Tietueen täydellinen tunniste, esimerkiksi 3x17.</translation>
  </message>
  <message>
   <source>Full id of the user who takes over.</source>
   <translation>Tietueet saavan käyttäjän täydellinen tunniste.</translation>
  </message>
  <message>
   <source>Full id of the user.</source>
   <translation>Käyttäjän täydellinen tunniste.</translation>
  </message>
  <message>
   <source>Give a value for {field}, or choose “Clear”.</source>
   <translation>Anna kentälle {field} arvo tai valitse ”Tyhjennä”.</translation>
  </message>
  <message>
   <source>Give either --account or --vendor, not both.</source>
   <translation>Anna joko --account tai --vendor, ei molempia.</translation>
  </message>
  <message>
   <source>Give the account a name.</source>
   <translation>Anna tilille nimi.</translation>
  </message>
  <message>
   <source>Give the account a name; it is shown in the window and on every review.</source>
   <translation>Anna tilille nimi; se näkyy ikkunassa ja jokaisessa tarkistuksessa.</translation>
  </message>
  <message>
   <source>Give the address of the CRM: --url ADDRESS.</source>
   <translation>Anna CRM:n osoite: --url ADDRESS.</translation>
  </message>
  <message>
   <source>Give the column a date format in your spreadsheet program if {day} is meant.</source>
   <translation>Anna sarakkeelle taulukko-ohjelmassa päivämäärämuoto, jos tarkoitat päivää {day}.</translation>
  </message>
  <message>
   <source>Give to a record…</source>
   <translation>Anna tietueelle…</translation>
  </message>
  <message>
   <source>Give {what}. Nothing was sent.</source>
   <translation>Anna {what}. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>Go back, or try again.</source>
   <translation>Palaa takaisin tai yritä uudelleen.</translation>
  </message>
  <message>
   <source>Go on</source>
   <translation>Jatka</translation>
  </message>
  <message>
   <source>Go right or left, and on in the next row</source>
   <translation>Siirry oikealle tai vasemmalle ja edelleen seuraavalle riville</translation>
  </message>
  <message>
   <source>Go to anything</source>
   <translation>Siirry mihin vain</translation>
  </message>
  <message>
   <source>Go to anything…</source>
   <translation>Siirry mihin vain…</translation>
  </message>
  <message>
   <source>Goes to</source>
   <translation>Kohdekenttä</translation>
  </message>
  <message>
   <source>Gone: {line}</source>
   <translation>Poissa: {line}</translation>
  </message>
  <message>
   <source>Good to know</source>
   <translation>Hyvä tietää</translation>
  </message>
  <message>
   <source>Grand total</source>
   <translation>Loppusumma</translation>
  </message>
  <message>
   <source>Green</source>
   <translation>Vihreä</translation>
  </message>
  <message>
   <source>Gross, now {sum}</source>
   <translation>Verollinen, nyt {sum}</translation>
  </message>
  <message>
   <source>HTML entities (M&amp;uuml;ller)</source>
   <translation>HTML-merkinnät (M&amp;uuml;ller)</translation>
  </message>
  <message>
   <source>HTML entities in plain text</source>
   <translation>HTML-merkintöjä tavallisessa tekstissä</translation>
  </message>
  <message>
   <source>Heading</source>
   <translation>Väliotsikko</translation>
  </message>
  <message>
   <source>Headline above</source>
   <translation>Otsikko yläpuolelle</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Ohje</translation>
  </message>
  <message>
   <source>Hide details</source>
   <translation>Piilota tiedot</translation>
  </message>
  <message>
   <source>Hide empty fields</source>
   <translation>Piilota tyhjät kentät</translation>
  </message>
  <message>
   <source>Hide this column</source>
   <translation>Piilota tämä sarake</translation>
  </message>
  <message>
   <source>Hide what is typed</source>
   <translation>Piilota kirjoitettu</translation>
  </message>
  <message>
   <source>High contrast</source>
   <translation>Suuri kontrasti</translation>
  </message>
  <message>
   <source>History</source>
   <translation>Historia</translation>
  </message>
  <message>
   <source>Hits</source>
   <translation>Osumat</translation>
  </message>
  <message>
   <source>Holding the changes in {name} against the server …</source>
   <translation>Verrataan tiedoston {name} muutoksia palvelimeen …</translation>
  </message>
  <message>
   <source>Home</source>
   <translation>Etusivu</translation>
  </message>
  <message>
   <source>Home phone</source>
   <translation>Kotipuhelin</translation>
  </message>
  <message>
   <source>How it is called</source>
   <translation>Nimi</translation>
  </message>
  <message>
   <source>How many rows a condition finds.</source>
   <translation>Montako riviä ehto löytää.</translation>
  </message>
  <message>
   <source>How many rows at most; never 0.</source>
   <translation>Rivejä enintään; ei koskaan 0.</translation>
  </message>
  <message>
   <source>How many rows to skip.</source>
   <translation>Ohitettavien rivien määrä.</translation>
  </message>
  <message>
   <source>How many: {module}.</source>
   <translation>Lukumäärä: {module}.</translation>
  </message>
  <message>
   <source>How they are shown, and read when you type them. What the server stores stays the same.</source>
   <translation>Miten ne näytetään ja luetaan, kun kirjoitat. Palvelimella tallennettu ei muutu.</translation>
  </message>
  <message>
   <source>How this CRM computes totals is not known, so no total can be aimed for.</source>
   <translation>Tämän CRM:n laskusääntöä ei tunneta, joten loppusummaa ei voi tavoitella.</translation>
  </message>
  <message>
   <source>I looked: it was done</source>
   <translation>Katsoin: se tehtiin</translation>
  </message>
  <message>
   <source>I looked: it was not done</source>
   <translation>Katsoin: sitä ei tehty</translation>
  </message>
  <message>
   <source>Id</source>
   <translation>Tunniste</translation>
  </message>
  <message>
   <source>Id of the record</source>
   <translation>Tietueen tunniste</translation>
  </message>
  <message>
   <source>Ids</source>
   <translation>Tunnisteet</translation>
  </message>
  <message>
   <source>Ids of related records.</source>
   <translation>Liittyvien tietueiden tunnisteet.</translation>
  </message>
  <message>
   <source>If it broke off at once after the last start, the start page is the better choice.</source>
   <translation>Jos se katkesi heti edellisen käynnistyksen jälkeen, aloitussivu on parempi valinta.</translation>
  </message>
  <message>
   <source>Import</source>
   <translation>Tuo</translation>
  </message>
  <message>
   <source>Import {0} into {1} · {2} ({3})</source>
   <translation>Tuo {0}: {1} · {2} ({3})</translation>
  </message>
  <message>
   <source>Import {name}: {n} records</source>
   <translation>Tuonti {name}: {n} tietuetta</translation>
  </message>
  <message>
   <source>Import…</source>
   <translation>Tuo…</translation>
  </message>
  <message>
   <source>In CRM-service: Settings → Web service API keys. A key carries its own rights; it is needed for SOAP.</source>
   <translation>CRM-servicessä: Asetukset → Web service -API-avaimet. Avaimella on omat oikeutensa; SOAP vaatii sen.</translation>
  </message>
  <message>
   <source>In a table</source>
   <translation>Taulukossa</translation>
  </message>
  <message>
   <source>In filters, queries and lists</source>
   <translation>Suodattimissa, kyselyissä ja luetteloissa</translation>
  </message>
  <message>
   <source>In stock</source>
   <translation>Varastossa</translation>
  </message>
  <message>
   <source>In the lines of a document</source>
   <translation>Asiakirjan riveillä</translation>
  </message>
  <message>
   <source>In the record beside it</source>
   <translation>Viereisessä tietueessa</translation>
  </message>
  <message>
   <source>In the record’s form</source>
   <translation>Tietueen lomakkeella</translation>
  </message>
  <message>
   <source>In webCRM: Configuration → Integration → API → REST. A token carries its own rights.</source>
   <translation>webCRM:ssä: Configuration → Integration → API → REST. Tunnisteella on omat oikeutensa.</translation>
  </message>
  <message>
   <source>Included</source>
   <translation>Mukana</translation>
  </message>
  <message>
   <source>Installed product</source>
   <translation>Asennettu tuote</translation>
  </message>
  <message>
   <source>Installed products</source>
   <translation>Asennetut tuotteet</translation>
  </message>
  <message>
   <source>Interface</source>
   <translation>Rajapinta</translation>
  </message>
  <message>
   <source>International (ISO 8601)</source>
   <translation>Kansainvälinen (ISO 8601)</translation>
  </message>
  <message>
   <source>Interrupted.</source>
   <translation>Keskeytetty.</translation>
  </message>
  <message>
   <source>Interrupted: {counted}. The journal tells what was sent.</source>
   <translation>Keskeytetty: {counted}. Muutosloki kertoo, mitä lähetettiin.</translation>
  </message>
  <message>
   <source>Inventory</source>
   <translation>Varasto</translation>
  </message>
  <message>
   <source>Invisible characters</source>
   <translation>Näkymättömät merkit</translation>
  </message>
  <message>
   <source>Invoice</source>
   <translation>Lasku</translation>
  </message>
  <message>
   <source>Invoice date</source>
   <translation>Laskun päivä</translation>
  </message>
  <message>
   <source>Invoice number</source>
   <translation>Laskun numero</translation>
  </message>
  <message>
   <source>Invoices</source>
   <translation>Laskut</translation>
  </message>
  <message>
   <source>Invoices by month</source>
   <translation>Laskut kuukausittain</translation>
  </message>
  <message>
   <source>Invoices this month</source>
   <translation>Laskut tässä kuussa</translation>
  </message>
  <message>
   <source>Is so already</source>
   <translation>On jo näin</translation>
  </message>
  <message>
   <source>It begins with {what}.</source>
   <translation>Sisältö aluksi: {what}.</translation>
  </message>
  <message>
   <source>It changes data on the server.</source>
   <translation>Se muuttaa tietoja palvelimella.</translation>
  </message>
  <message>
   <source>It comes back with a new id; links to the old one, its history and its files do not.</source>
   <translation>Se palaa uudella tunnisteella; viittaukset vanhaan, sen historia ja sen tiedostot eivät palaa.</translation>
  </message>
  <message>
   <source>It goes from this computer only: nothing changes on the server, and pending changes stay.</source>
   <translation>Se poistuu vain tästä tietokoneesta: palvelimella ei muutu mikään, ja odottavat muutokset säilyvät.</translation>
  </message>
  <message>
   <source>It had {lines} lines before and has {now} now. Look at its lines at once.</source>
   <translation>Rivejä oli {lines} ja nyt niitä on {now}. Katso rivit heti.</translation>
  </message>
  <message numerus="yes">
   <source>It happened {n} times.</source>
   <extracomment>It happened {n} time.</extracomment>
   <translation>
    <numerusform>Tämä tapahtui {n} kerran.</numerusform>
    <numerusform>Tämä tapahtui {n} kertaa.</numerusform>
   </translation>
  </message>
  <message>
   <source>It is linked on the server at once.</source>
   <translation>Se linkitetään palvelimella heti.</translation>
  </message>
  <message>
   <source>It is no longer what you reviewed, so it was not sent. Review it again.</source>
   <translation>Se ei ole enää sama kuin tarkistaessasi, joten sitä ei lähetetty. Tarkista se uudelleen.</translation>
  </message>
  <message>
   <source>It is not known whether the server carried this out: {why} Look on the server first. Nothing is sent again by itself.</source>
   <translation>Ei tiedetä, tekikö palvelin tämän: {why} Katso ensin palvelimelta. Mitään ei lähetetä itsestään uudelleen.</translation>
  </message>
  <message>
   <source>It is not known whether this was done: look for the record before you change anything.</source>
   <translation>Ei tiedetä, tehtiinkö tämä: etsi tietue ennen kuin muutat mitään.</translation>
  </message>
  <message>
   <source>It is not known whether {name} was done</source>
   <translation>Ei tiedetä, tehtiinkö kutsu {name}</translation>
  </message>
  <message>
   <source>It is not known whether {operation} was carried out: {reason} Look on the server first.</source>
   <translation>Ei tiedetä, tehtiinkö {operation}: {reason} Katso ensin palvelimelta.</translation>
  </message>
  <message>
   <source>It is printed above the document and remembered for this account.</source>
   <translation>Se tulostuu asiakirjan yläosaan ja muistetaan tälle tilille.</translation>
  </message>
  <message>
   <source>It is sent at once, and nothing here undoes it.</source>
   <translation>Se lähetetään heti, eikä sitä voi kumota täällä.</translation>
  </message>
  <message>
   <source>It is to be had at {address}</source>
   <translation>Sen saa osoitteesta {address}</translation>
  </message>
  <message>
   <source>It stands in the address when you open the campaign in the browser.</source>
   <translation>Se näkyy osoitteessa, kun avaat kampanjan selaimessa.</translation>
  </message>
  <message>
   <source>It takes nothing.</source>
   <translation>Ei vaadi mitään.</translation>
  </message>
  <message>
   <source>It was made already: {made}.</source>
   <translation>Se luotiin jo: {made}.</translation>
  </message>
  <message>
   <source>It was made by this batch, and somebody has changed its lines since: it is not deleted.</source>
   <translation>Tämä erä loi sen, ja joku on sen jälkeen muuttanut sen rivejä: sitä ei poisteta.</translation>
  </message>
  <message>
   <source>It was made by this batch, and somebody has worked on it since: it is not deleted.</source>
   <translation>Tämä erä loi sen, ja joku on sen jälkeen käsitellyt sitä: sitä ei poisteta.</translation>
  </message>
  <message>
   <source>It was made by this batch, and you may not delete {records}.</source>
   <translation>Tämä erä loi sen, etkä saa poistaa tätä: {records}.</translation>
  </message>
  <message>
   <source>It was saved, but reading it back failed: {reason} Reload the document and look.</source>
   <translation>Tallennus onnistui, mutta takaisinluku ei: {reason} Lataa asiakirja uudelleen ja tarkista.</translation>
  </message>
  <message>
   <source>It was saved, but reading it back failed: {reason} Reload the record and look.</source>
   <translation>Tallennus onnistui, mutta takaisinluku ei: {reason} Lataa tietue uudelleen ja tarkista.</translation>
  </message>
  <message>
   <source>It works: signed in as {who} on {server}, {modules} modules, {elapsed_ms} ms.</source>
   <translation>Toimii: kirjautunut {who}, palvelin {server}, {modules} moduulia, {elapsed_ms} ms.</translation>
  </message>
  <message>
   <source>Item</source>
   <translation>Nimike</translation>
  </message>
  <message>
   <source>Items, before discount</source>
   <translation>Nimikkeet ennen alennusta</translation>
  </message>
  <message>
   <source>Its first rows are shown here.</source>
   <translation>Sen ensimmäiset rivit näkyvät tässä.</translation>
  </message>
  <message>
   <source>Its lines do not come back.</source>
   <translation>Sen rivit eivät palaa.</translation>
  </message>
  <message>
   <source>Its makers say nothing about it.</source>
   <translation>Tekijät eivät kerro siitä mitään.</translation>
  </message>
  <message>
   <source>Its pending changes are not sent with this; they keep waiting here.</source>
   <translation>Sen odottavia muutoksia ei lähetetä tässä; ne jäävät odottamaan.</translation>
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
   <translation>JSON tekstin sijaan</translation>
  </message>
  <message>
   <source>JSON lines</source>
   <translation>JSON Lines</translation>
  </message>
  <message>
   <source>JSON lines always have the names of the fields.</source>
   <translation>JSON Lines -tiedostossa on aina kenttien nimet.</translation>
  </message>
  <message>
   <source>JSON list of field names; [] = all.</source>
   <translation>JSON-lista kenttien nimiä; [] = kaikki.</translation>
  </message>
  <message>
   <source>JSON list of full ids, ["4x2"].</source>
   <translation>JSON-lista täydellisiä tunnisteita, ["4x2"].</translation>
  </message>
  <message>
   <source>JSON list of full ids.</source>
   <translation>JSON-lista täydellisiä tunnisteita.</translation>
  </message>
  <message>
   <source>JSON list of ids.</source>
   <translation>JSON-lista tunnisteita.</translation>
  </message>
  <message>
   <source>JSON list of module names.</source>
   <translation>JSON-lista moduulien nimiä.</translation>
  </message>
  <message>
   <source>JSON list of such links.</source>
   <translation>JSON-lista tällaisia linkityksiä.</translation>
  </message>
  <message>
   <source>JSON list of such lists.</source>
   <translation>JSON-lista tällaisia listoja.</translation>
  </message>
  <message>
   <source>JSON list of {"name", "value"}; without id a new record, with deleted = 1 it is deleted.</source>
   <translation>JSON-lista {"name", "value"} -pareja; ilman id-arvoa uusi tietue, deleted = 1 poistaa sen.</translation>
  </message>
  <message>
   <source>JSON with any of: modules, assignment, timestamp, timeframe, maxchanges, maxrecords, withchanges, withpagecount, recordid, pagenumber.</source>
   <translation>JSON, jossa voi olla: modules, assignment, timestamp, timeframe, maxchanges, maxrecords, withchanges, withpagecount, recordid, pagenumber.</translation>
  </message>
  <message>
   <source>JSON, for example {"$cts":["name","Acme"]}.</source>
   <translation>JSON, esimerkiksi {"$cts":["name","Acme"]}.</translation>
  </message>
  <message>
   <source>JSON: EVERY line of the document; a line that is left out is deleted for good.</source>
   <translation>JSON: asiakirjan KAIKKI rivit; pois jätetty rivi poistetaan lopullisesti.</translation>
  </message>
  <message>
   <source>JSON: [{"type": "activities", "id": "17"}].</source>
   <translation>JSON: [{"type": "activities", "id": "17"}].</translation>
  </message>
  <message>
   <source>JSON: a list of {what}.</source>
   <translation>JSON: lista, jossa {what}.</translation>
  </message>
  <message>
   <source>JSON: a list.</source>
   <translation>JSON: lista.</translation>
  </message>
  <message>
   <source>JSON: columns, limit, offset.</source>
   <translation>JSON: columns, limit, offset.</translation>
  </message>
  <message>
   <source>JSON: each field with its value.</source>
   <translation>JSON: jokainen kenttä ja sen arvo.</translation>
  </message>
  <message>
   <source>JSON: field -&gt; value, with id.</source>
   <translation>JSON: kenttä -&gt; arvo, mukana id.</translation>
  </message>
  <message>
   <source>JSON: field -&gt; value.</source>
   <translation>JSON: kenttä -&gt; arvo.</translation>
  </message>
  <message>
   <source>JSON: from, select, where, format, options.</source>
   <translation>JSON: from, select, where, format, options.</translation>
  </message>
  <message>
   <source>JSON: the fields to change.</source>
   <translation>JSON: muutettavat kentät.</translation>
  </message>
  <message>
   <source>JSON: the file, its content as base64.</source>
   <translation>JSON: tiedosto, sisältö base64-muodossa.</translation>
  </message>
  <message>
   <source>JSON: the line's fields.</source>
   <translation>JSON: rivin kentät.</translation>
  </message>
  <message>
   <source>JSON: the record, or for PATCH a list of records; each with its id, 0 for a new one.</source>
   <translation>JSON: tietue tai PATCH-kutsussa tietueiden lista; jokaisessa id, uudella 0.</translation>
  </message>
  <message>
   <source>JSON: {"de_de": {"active": "1"}}.</source>
   <translation>JSON: {"de_de": {"active": "1"}}.</translation>
  </message>
  <message>
   <source>JSON: {"events": false} does not run workflows and handlers.</source>
   <translation>JSON: {"events": false} ei käynnistä työnkulkuja eikä käsittelijöitä.</translation>
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
   <translation>JSON: {"onlyOwn": false} hakee kaikkien tietueet.</translation>
  </message>
  <message>
   <source>JSON: {"patch": true} leaves out fields alone; {"events": false} does not run workflows.</source>
   <translation>JSON: {"patch": true} jättää puuttuvat kentät ennalleen; {"events": false} ei käynnistä työnkulkuja.</translation>
  </message>
  <message>
   <source>JSON: {"recalculate": true} computes the totals anew; recommended.</source>
   <translation>JSON: {"recalculate": true} laskee summat uudelleen; suositellaan.</translation>
  </message>
  <message>
   <source>JSON: {"stream": base64, "mime_type": …}.</source>
   <translation>JSON: {"stream": base64, "mime_type": …}.</translation>
  </message>
  <message>
   <source>JSON: {"withPermissions": true} adds rights, {"withAttachment": true} adds a document's file as base64.</source>
   <translation>JSON: {"withPermissions": true} lisää oikeudet, {"withAttachment": true} lisää asiakirjan tiedoston base64-muodossa.</translation>
  </message>
  <message>
   <source>JSON: {what} with {parts}.</source>
   <translation>JSON: {what}, osat {parts}.</translation>
  </message>
  <message>
   <source>Job title</source>
   <translation>Tehtävänimike</translation>
  </message>
  <message>
   <source>Journal</source>
   <translation>Muutosloki</translation>
  </message>
  <message>
   <source>Journal and undo</source>
   <translation>Muutosloki ja kumoaminen</translation>
  </message>
  <message>
   <source>Keep a copy on this computer</source>
   <translation>Pidä kopio tässä tietokoneessa</translation>
  </message>
  <message>
   <source>Keep it</source>
   <translation>Säilytä</translation>
  </message>
  <message>
   <source>Keep it among the pending changes</source>
   <translation>Jätä odottavien muutosten joukkoon</translation>
  </message>
  <message>
   <source>Keep the lines of these documents, too (one question to the server for each)</source>
   <translation>Säilytä myös näiden asiakirjojen rivit (yksi kysely palvelimelle asiakirjaa kohti)</translation>
  </message>
  <message>
   <source>Keep this line</source>
   <translation>Säilytä tämä rivi</translation>
  </message>
  <message>
   <source>Kept by the server</source>
   <translation>Palvelimen ylläpitämät</translation>
  </message>
  <message>
   <source>Kept in</source>
   <translation>Säilytyspaikka</translation>
  </message>
  <message>
   <source>Keyboard map</source>
   <translation>Näppäinkartta</translation>
  </message>
  <message>
   <source>Keyboard map…</source>
   <translation>Näppäinkartta…</translation>
  </message>
  <message>
   <source>Kind of record</source>
   <translation>Tietueen laji</translation>
  </message>
  <message>
   <source>Knowledge base</source>
   <translation>Tietopankki</translation>
  </message>
  <message>
   <source>Label</source>
   <translation>Otsikko</translation>
  </message>
  <message>
   <source>Label of the list.</source>
   <translation>Luettelon otsikko.</translation>
  </message>
  <message>
   <source>Labels</source>
   <translation>Otsikot</translation>
  </message>
  <message>
   <source>Language</source>
   <translation>Kieli</translation>
  </message>
  <message>
   <source>Language and formats</source>
   <translation>Kieli ja muodot</translation>
  </message>
  <message>
   <source>Larger text</source>
   <translation>Suurempi teksti</translation>
  </message>
  <message>
   <source>Largest customers</source>
   <translation>Suurimmat asiakkaat</translation>
  </message>
  <message>
   <source>Last name</source>
   <translation>Sukunimi</translation>
  </message>
  <message>
   <source>Lead</source>
   <translation>Liidi</translation>
  </message>
  <message>
   <source>Lead source</source>
   <translation>Liidin lähde</translation>
  </message>
  <message>
   <source>Lead status</source>
   <translation>Liidin tila</translation>
  </message>
  <message>
   <source>Lead type</source>
   <translation>Liidin tyyppi</translation>
  </message>
  <message>
   <source>Leads</source>
   <translation>Liidit</translation>
  </message>
  <message>
   <source>Learnt from the server's clock; only where times look shifted.</source>
   <translation>Päätellään palvelimen kellosta; vain jos ajat näyttävät siirtyneiltä.</translation>
  </message>
  <message>
   <source>Leave empty: the server refuses or ignores it.</source>
   <translation>Jätä tyhjäksi: palvelin torjuu sen tai ei välitä siitä.</translation>
  </message>
  <message>
   <source>Leave it so</source>
   <translation>Jätä näin</translation>
  </message>
  <message>
   <source>Left out</source>
   <translation>Jää pois</translation>
  </message>
  <message>
   <source>Less of it: nothing blinks, slides or runs; progress is told in numbers.</source>
   <translation>Vähemmän: mikään ei vilku, liu'u eikä kulje; edistyminen kerrotaan lukuina.</translation>
  </message>
  <message>
   <source>Light</source>
   <translation>Vaalea</translation>
  </message>
  <message>
   <source>Light or dark</source>
   <translation>Vaalea tai tumma</translation>
  </message>
  <message>
   <source>Likely duplicates</source>
   <translation>Todennäköiset kaksoiskappaleet</translation>
  </message>
  <message>
   <source>Likely duplicates among {0}</source>
   <translation>Todennäköiset kaksoiskappaleet: {0}</translation>
  </message>
  <message>
   <source>Likeness</source>
   <translation>Samuus</translation>
  </message>
  <message>
   <source>Line</source>
   <translation>Rivi</translation>
  </message>
  <message>
   <source>Line discounts</source>
   <translation>Rivialennukset</translation>
  </message>
  <message>
   <source>Line in the file</source>
   <translation>Tiedoston rivi</translation>
  </message>
  <message>
   <source>Line {0}</source>
   <translation>Rivi {0}</translation>
  </message>
  <message>
   <source>Line {line} of {path} cannot be read ({error}).</source>
   <translation>Tiedoston {path} riviä {line} ei voi lukea ({error}).</translation>
  </message>
  <message>
   <source>Line {line} of {path} has a stray quotation mark. Double it where it belongs to the text.</source>
   <translation>Tiedoston {path} rivillä {line} on irrallinen lainausmerkki. Kahdenna se, jos se kuuluu tekstiin.</translation>
  </message>
  <message>
   <source>Line {line} of {path} has more cells than there are columns (column {letters}). A text with the separator in it must stand in quotation marks.</source>
   <translation>Tiedoston {path} rivillä {line} on enemmän soluja kuin sarakkeita (sarake {letters}). Tekstin, jossa on erotin, on oltava lainausmerkeissä.</translation>
  </message>
  <message>
   <source>Line {line} of {path} is no JSON. Each line holds one object.</source>
   <translation>Tiedoston {path} rivi {line} ei ole JSONia. Jokaisella rivillä on yksi olio.</translation>
  </message>
  <message>
   <source>Line {line} of {path} is no object in braces.</source>
   <translation>Tiedoston {path} rivi {line} ei ole olio aaltosulkeissa.</translation>
  </message>
  <message>
   <source>Line {number}: it has the key of line {keys}.</source>
   <translation>Rivi {number}: sillä on sama avain kuin rivillä {keys}.</translation>
  </message>
  <message>
   <source>Line {number}: {why}</source>
   <translation>Rivi {number}: {why}</translation>
  </message>
  <message>
   <source>Line {n}: {name}</source>
   <translation>Rivi {n}: {name}</translation>
  </message>
  <message>
   <source>Line {other} is about the same record.</source>
   <translation>Rivi {other} koskee samaa tietuetta.</translation>
  </message>
  <message>
   <source>Line {position} has two discounts. Keep one of them.</source>
   <translation>Rivillä {position} on kaksi alennusta. Jätä niistä yksi.</translation>
  </message>
  <message>
   <source>Line {position} holds a broken character. Type it anew. Nothing was sent.</source>
   <translation>Rivillä {position} on rikkinäinen merkki. Kirjoita se uudelleen. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>Line {position} holds a character that this server cannot store. Take it out.</source>
   <translation>Rivillä {position} on merkki, jota tämä palvelin ei voi tallentaa. Poista se.</translation>
  </message>
  <message>
   <source>Line {position} is an alternative to a line that is to be removed. Remove it too, or untick “Alternative”.</source>
   <translation>Rivi {position} on vaihtoehto riville, joka poistetaan. Poista sekin tai ota rasti pois kohdasta ”Vaihtoehto”.</translation>
  </message>
  <message>
   <source>Line {position} is an alternative, but no line stands above it that it could replace. Move it down, or untick “Alternative”.</source>
   <translation>Rivi {position} on vaihtoehto, mutta sen yläpuolella ei ole riviä, jonka se voisi korvata. Siirrä sitä alaspäin tai ota rasti pois kohdasta ”Vaihtoehto”.</translation>
  </message>
  <message>
   <source>Line {position} is gone: somebody removed it meanwhile. Reload the document.</source>
   <translation>Riviä {position} ei enää ole: joku poisti sen sillä välin. Lataa asiakirja uudelleen.</translation>
  </message>
  <message>
   <source>Line {position} is no longer what it was on the server. Reload the document.</source>
   <translation>Rivi {position} ei ole enää sama kuin palvelimella. Lataa asiakirja uudelleen.</translation>
  </message>
  <message>
   <source>Line {position} is not one of this document's lines. Reload the document.</source>
   <translation>Rivi {position} ei ole tämän asiakirjan rivi. Lataa asiakirja uudelleen.</translation>
  </message>
  <message>
   <source>Line {position} needs a product or a service. Choose one.</source>
   <translation>Rivi {position} tarvitsee tuotteen tai palvelun. Valitse se.</translation>
  </message>
  <message>
   <source>Line {position}: a discount is a percentage there, not an amount. Nothing was sent.</source>
   <translation>Rivi {position}: alennus on siellä prosentti, ei summa. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>Line {position}: a line has one VAT there. Nothing was sent.</source>
   <translation>Rivi {position}: rivillä on siellä yksi arvonlisävero. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>Line {position}: choose the product from the price list. Nothing was sent.</source>
   <translation>Rivi {position}: valitse tuote hinnastosta. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>Line {position}: the discount is no percentage. Nothing was sent.</source>
   <translation>Rivi {position}: alennus ei ole prosentti. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>Line {position}: there is no {what} {record} (any longer). Choose another one.</source>
   <translation>Rivi {position}: {what} {record} ei ole (enää). Valitse toinen.</translation>
  </message>
  <message>
   <source>Line {position}: {problem} Nothing was sent.</source>
   <translation>Rivi {position}: {problem} Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>Line {position}: {why}. Nothing was sent.</source>
   <translation>Rivi {position}: {why}. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>Lines</source>
   <translation>Rivit</translation>
  </message>
  <message>
   <source>Lines of {module}</source>
   <translation>Rivit: {module}</translation>
  </message>
  <message>
   <source>Lines · {n}</source>
   <translation>Rivit · {n}</translation>
  </message>
  <message>
   <source>Lines, totals and fields say the same.</source>
   <translation>Rivit, summat ja kentät ovat samat.</translation>
  </message>
  <message>
   <source>Link</source>
   <translation>Linkitä</translation>
  </message>
  <message>
   <source>Link to a record</source>
   <translation>Viittaus</translation>
  </message>
  <message>
   <source>Link to {list}</source>
   <translation>Linkitä: {list}</translation>
  </message>
  <message>
   <source>Linked data of {label}</source>
   <translation>Linked data: {label}</translation>
  </message>
  <message>
   <source>Linked.</source>
   <translation>Linkitetty.</translation>
  </message>
  <message>
   <source>Linking a task to a user does nothing on this server, or deletes the task. It is not sent.</source>
   <translation>Tehtävän linkittäminen käyttäjään ei tällä palvelimella tee mitään, tai se poistaa tehtävän. Sitä ei lähetetä.</translation>
  </message>
  <message>
   <source>Links several.</source>
   <translation>Linkittää useita.</translation>
  </message>
  <message>
   <source>Links that are no fields (campaigns, documents) cannot be seen here; look at the records first.</source>
   <translation>Täällä ei näy yhteyksiä, jotka eivät ole kenttiä (kampanjat, asiakirjat); katso tietueet ensin.</translation>
  </message>
  <message>
   <source>Links two records (beta).</source>
   <translation>Linkittää kaksi tietuetta (beta).</translation>
  </message>
  <message>
   <source>Links two records.</source>
   <translation>Linkittää kaksi tietuetta.</translation>
  </message>
  <message>
   <source>Link…</source>
   <translation>Linkitä…</translation>
  </message>
  <message>
   <source>List price {number}</source>
   <translation>Listahinta {number}</translation>
  </message>
  <message>
   <source>Listed by</source>
   <translation>Luettelon peruste</translation>
  </message>
  <message>
   <source>Live data. More than 50 changes must be confirmed by typing their number.</source>
   <translation>Oikeat tiedot. Yli 50 muutosta on vahvistettava kirjoittamalla niiden määrä.</translation>
  </message>
  <message>
   <source>Load all rows</source>
   <translation>Lataa kaikki rivit</translation>
  </message>
  <message>
   <source>Loading the record</source>
   <translation>Ladataan tietuetta</translation>
  </message>
  <message>
   <source>Loading {0}</source>
   <translation>Ladataan: {0}</translation>
  </message>
  <message>
   <source>Loading {file}…</source>
   <translation>Ladataan {file}…</translation>
  </message>
  <message>
   <source>Loading …</source>
   <translation>Ladataan …</translation>
  </message>
  <message>
   <source>Loading…</source>
   <translation>Ladataan…</translation>
  </message>
  <message>
   <source>Local copies of {account}</source>
   <translation>Paikalliset kopiot: {account}</translation>
  </message>
  <message>
   <source>Local copies…</source>
   <translation>Paikalliset kopiot…</translation>
  </message>
  <message>
   <source>Location</source>
   <translation>Paikka</translation>
  </message>
  <message>
   <source>Locations</source>
   <translation>Paikat</translation>
  </message>
  <message>
   <source>Lock</source>
   <translation>Lukitus</translation>
  </message>
  <message>
   <source>Lock accounts when nobody is there</source>
   <translation>Lukitse tilit, kun kukaan ei ole paikalla</translation>
  </message>
  <message>
   <source>Lock this account now</source>
   <translation>Lukitse tämä tili nyt</translation>
  </message>
  <message>
   <source>Lock, proxy, certificates…</source>
   <translation>Lukitus, välityspalvelin, varmenteet…</translation>
  </message>
  <message>
   <source>Locked</source>
   <translation>Lukittu</translation>
  </message>
  <message>
   <source>Log in once, then use the access key</source>
   <translation>Kirjaudu kerran, käytä sitten käyttöavainta</translation>
  </message>
  <message>
   <source>Long text</source>
   <translation>Pitkä teksti</translation>
  </message>
  <message>
   <source>Look</source>
   <translation>Ulkoasu</translation>
  </message>
  <message>
   <source>Look first at what would happen; then stage the merge.</source>
   <translation>Katso ensin, mitä tapahtuisi; valmistele sitten yhdistäminen.</translation>
  </message>
  <message>
   <source>Look for</source>
   <translation>Etsi</translation>
  </message>
  <message>
   <source>Look up now</source>
   <translation>Selvitä nyt</translation>
  </message>
  <message>
   <source>Look up what is unknown</source>
   <translation>Selvitä, mitä ei tiedetä</translation>
  </message>
  <message numerus="yes">
   <source>Look up {n}</source>
   <extracomment>Look up {n}</extracomment>
   <translation>
    <numerusform>Selvitä {n}</numerusform>
    <numerusform>Selvitä {n}</numerusform>
   </translation>
  </message>
  <message>
   <source>Looking at what can be taken over …</source>
   <translation>Katsotaan, mitä voi siirtää …</translation>
  </message>
  <message>
   <source>Looking at {what} …</source>
   <translation>Katsotaan: {what} …</translation>
  </message>
  <message>
   <source>Looking through {0}…</source>
   <translation>Käydään läpi: {0}…</translation>
  </message>
  <message>
   <source>Looking up the records: {0} read…</source>
   <translation>Haetaan tietueita: {0} luettu…</translation>
  </message>
  <message>
   <source>Looking …</source>
   <translation>Haetaan …</translation>
  </message>
  <message>
   <source>Lost letters (M�ller)</source>
   <translation>Kadonneet kirjaimet (M�ller)</translation>
  </message>
  <message>
   <source>MD5 of the password; filled in by this program.</source>
   <translation>Salasanan MD5; tämä ohjelma täyttää sen.</translation>
  </message>
  <message>
   <source>MD5 of token and access key, in lower-case hex.</source>
   <translation>Tunnisteen ja käyttöavaimen MD5, heksamuodossa pienin kirjaimin.</translation>
  </message>
  <message>
   <source>Mailing address</source>
   <translation>Postiosoite</translation>
  </message>
  <message>
   <source>Major account</source>
   <translation>Avainasiakas</translation>
  </message>
  <message>
   <source>Make another document of it…</source>
   <translation>Tee siitä toinen asiakirja…</translation>
  </message>
  <message>
   <source>Make of it</source>
   <translation>Tee siitä</translation>
  </message>
  <message>
   <source>Make the column narrower or wider</source>
   <translation>Kavenna tai levennä saraketta</translation>
  </message>
  <message>
   <source>Makes or changes a record: {what}.</source>
   <translation>Luo tietueen tai muuttaa sitä: {what}.</translation>
  </message>
  <message>
   <source>Many servers refuse files of that size.</source>
   <translation>Monet palvelimet eivät ota vastaan näin suuria tiedostoja.</translation>
  </message>
  <message>
   <source>Map</source>
   <translation>Kartta</translation>
  </message>
  <message>
   <source>Margin %</source>
   <translation>Kate %</translation>
  </message>
  <message>
   <source>Mark as a favourite</source>
   <translation>Merkitse suosikiksi</translation>
  </message>
  <message>
   <source>Marked as not done by hand.</source>
   <translation>Merkitty käsin tekemättömäksi.</translation>
  </message>
  <message>
   <source>Marketing</source>
   <translation>Markkinointi</translation>
  </message>
  <message>
   <source>Markup %</source>
   <translation>Lisä %</translation>
  </message>
  <message>
   <source>May hold what your records say</source>
   <translation>Voi sisältää tietueidesi tietoja</translation>
  </message>
  <message>
   <source>Meeting</source>
   <translation>Kokous</translation>
  </message>
  <message>
   <source>Meetings</source>
   <translation>Kokoukset</translation>
  </message>
  <message>
   <source>Member organisations</source>
   <translation>Jäsenorganisaatiot</translation>
  </message>
  <message>
   <source>Menu of what is chosen</source>
   <translation>Valitun kohteen valikko</translation>
  </message>
  <message>
   <source>Merge into {kept_title}</source>
   <translation>Yhdistäminen: {kept_title}</translation>
  </message>
  <message>
   <source>Milestone</source>
   <translation>Virstanpylväs</translation>
  </message>
  <message>
   <source>Milestones</source>
   <translation>Virstanpylväät</translation>
  </message>
  <message>
   <source>Module</source>
   <translation>Moduuli</translation>
  </message>
  <message>
   <source>Module, record, saved view or command</source>
   <translation>Moduuli, tietue, tallennettu näkymä tai komento</translation>
  </message>
  <message>
   <source>Modules</source>
   <translation>Moduulit</translation>
  </message>
  <message>
   <source>Modules or Languages.</source>
   <translation>Modules tai Languages.</translation>
  </message>
  <message>
   <source>Money</source>
   <translation>Raha</translation>
  </message>
  <message>
   <source>More than {n} cells are selected. Select fewer, or export the table.</source>
   <translation>Valittuna on yli {n} solua. Valitse vähemmän tai vie taulukko.</translation>
  </message>
  <message>
   <source>Motion</source>
   <translation>Liike</translation>
  </message>
  <message>
   <source>Move a column up or down</source>
   <translation>Siirrä saraketta ylös tai alas</translation>
  </message>
  <message>
   <source>Move down</source>
   <translation>Siirrä alas</translation>
  </message>
  <message>
   <source>Move lines</source>
   <translation>Rivien siirto</translation>
  </message>
  <message>
   <source>Move the border of a pane</source>
   <translation>Siirrä ruudun rajaa</translation>
  </message>
  <message>
   <source>Move the border that has the focus, with Shift further</source>
   <translation>Siirrä kohdistettua rajaa, Vaihto-näppäimellä enemmän</translation>
  </message>
  <message>
   <source>Move the line</source>
   <translation>Siirrä riviä</translation>
  </message>
  <message>
   <source>Move to an organisation…</source>
   <translation>Siirrä organisaatiolle…</translation>
  </message>
  <message>
   <source>Move up</source>
   <translation>Siirrä ylös</translation>
  </message>
  <message>
   <source>My open quotes</source>
   <translation>Omat avoimet tarjoukset</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nimi</translation>
  </message>
  <message>
   <source>Name an account: --account NAME, or --vendor NAME --url ADDRESS for one that is not saved.</source>
   <translation>Nimeä tili: --account NAME, tai --vendor NAME --url ADDRESS tilille, jota ei ole tallennettu.</translation>
  </message>
  <message>
   <source>Name of the list.</source>
   <translation>Luettelon nimi.</translation>
  </message>
  <message>
   <source>Name of the mapping</source>
   <translation>Kohdistuksen nimi</translation>
  </message>
  <message>
   <source>Name of the module, for example Accounts.</source>
   <translation>Moduulin nimi, esimerkiksi Accounts.</translation>
  </message>
  <message>
   <source>Name of the module, for example Leads.</source>
   <translation>Moduulin nimi, esimerkiksi Leads.</translation>
  </message>
  <message>
   <source>Name of the other module.</source>
   <translation>Toisen moduulin nimi.</translation>
  </message>
  <message>
   <source>Name of what the table shows now</source>
   <translation>Taulukon nykyisen näkymän nimi</translation>
  </message>
  <message>
   <source>Name the account once.</source>
   <translation>Anna tilin nimi kerran.</translation>
  </message>
  <message>
   <source>Name the modules to drop, or --all for the whole copy.</source>
   <translation>Nimeä poistettavat moduulit, tai --all koko kopiolle.</translation>
  </message>
  <message>
   <source>Name the vendor: --vendor, one of {plugins}.</source>
   <translation>Anna järjestelmä: --vendor, jokin näistä: {plugins}.</translation>
  </message>
  <message>
   <source>Name, phone, e-mail, city, number: any part of it</source>
   <translation>Nimi, puhelin, sähköposti, kaupunki, numero: mikä tahansa osa</translation>
  </message>
  <message>
   <source>Names of the fields</source>
   <translation>Kenttien nimet</translation>
  </message>
  <message>
   <source>Names stand for ids, labels for the words of lists; what several records are called so cannot be told apart when it is imported again.</source>
   <translation>Tunnisteiden tilalla ovat nimet ja luetteloiden arvojen tilalla otsikot; samannimisiä tietueita ei voi erottaa, kun tiedosto tuodaan takaisin.</translation>
  </message>
  <message>
   <source>Names stand in row</source>
   <translation>Nimet ovat rivillä</translation>
  </message>
  <message>
   <source>Names that are meant so: take the tick away.</source>
   <translation>Tarkoituksella näin kirjoitetut nimet: poista valinta.</translation>
  </message>
  <message>
   <source>Names with commas between, a minus before those that run downwards.</source>
   <translation>Nimet pilkuin erotettuina; miinusmerkki laskevan järjestyksen edellä.</translation>
  </message>
  <message>
   <source>Names with commas between; everything where nothing is given.</source>
   <translation>Nimet pilkuin erotettuina; oletuksena kaikki.</translation>
  </message>
  <message>
   <source>Narrower</source>
   <translation>Kapeampi</translation>
  </message>
  <message>
   <source>Needed</source>
   <translation>Tila</translation>
  </message>
  <message>
   <source>Neither interface of CRM-service answers at this address. Check the address.</source>
   <translation>Kumpikaan CRM-servicen rajapinta ei vastaa tässä osoitteessa. Tarkista osoite.</translation>
  </message>
  <message>
   <source>Neither interface takes the key. Copy API key and REST token anew from CRM-service.</source>
   <translation>Kumpikaan rajapinta ei hyväksy avainta. Kopioi API-avain ja REST-tunniste uudelleen CRM-servicestä.</translation>
  </message>
  <message>
   <source>Net</source>
   <translation>Netto</translation>
  </message>
  <message>
   <source>Net total</source>
   <translation>Veroton yhteensä</translation>
  </message>
  <message>
   <source>Net, now {sum}</source>
   <translation>Veroton, nyt {sum}</translation>
  </message>
  <message>
   <source>Never by itself</source>
   <translation>Ei koskaan itsestään</translation>
  </message>
  <message>
   <source>New</source>
   <translation>Uusi</translation>
  </message>
  <message>
   <source>New document</source>
   <translation>Uusi asiakirja</translation>
  </message>
  <message>
   <source>New document of {what}</source>
   <translation>Uusi asiakirja, lähtökohtana {what}</translation>
  </message>
  <message>
   <source>New line</source>
   <translation>Uusi rivi</translation>
  </message>
  <message>
   <source>New record</source>
   <translation>Uusi tietue</translation>
  </message>
  <message>
   <source>New records belong to</source>
   <translation>Uusien tietueiden omistaja</translation>
  </message>
  <message>
   <source>New versions</source>
   <translation>Uudet versiot</translation>
  </message>
  <message>
   <source>New {module}</source>
   <translation>Uusi {module}</translation>
  </message>
  <message>
   <source>New {module}, not sent yet</source>
   <translation>Uusi {module}, ei vielä lähetetty</translation>
  </message>
  <message>
   <source>New {record}</source>
   <translation>Uusi {record}</translation>
  </message>
  <message>
   <source>New {what}</source>
   <translation>Uusi {what}</translation>
  </message>
  <message>
   <source>New {what} of it…</source>
   <translation>Uusi {what} tästä…</translation>
  </message>
  <message>
   <source>New {what} of {name}</source>
   <translation>Uusi {what}, pohjana {name}</translation>
  </message>
  <message>
   <source>Next</source>
   <translation>Seuraava</translation>
  </message>
  <message>
   <source>Next hit (F3)</source>
   <translation>Seuraava osuma (F3)</translation>
  </message>
  <message>
   <source>Next pane</source>
   <translation>Seuraava ruutu</translation>
  </message>
  <message>
   <source>Next record</source>
   <translation>Seuraava tietue</translation>
  </message>
  <message>
   <source>Next step</source>
   <translation>Seuraava vaihe</translation>
  </message>
  <message>
   <source>Next tab</source>
   <translation>Seuraava välilehti</translation>
  </message>
  <message>
   <source>No</source>
   <translation>Ei</translation>
  </message>
  <message>
   <source>No CRM at this address</source>
   <translation>Tässä osoitteessa ei ole CRM:ää</translation>
  </message>
  <message>
   <source>No account has the name “{name}”. Known accounts: {known}.</source>
   <translation>Tiliä ”{name}” ei ole. Tunnetut tilit: {known}.</translation>
  </message>
  <message>
   <source>No account has the name “{name}”: none is saved yet.</source>
   <translation>Tiliä ”{name}” ei ole: yhtään ei ole vielä tallennettu.</translation>
  </message>
  <message>
   <source>No account is saved yet: crmdesk accounts add NAME --vendor … --url …</source>
   <translation>Yhtään tiliä ei ole vielä tallennettu: crmdesk accounts add NAME --vendor … --url …</translation>
  </message>
  <message>
   <source>No account open</source>
   <translation>Ei avointa tiliä</translation>
  </message>
  <message>
   <source>No account open. Choose or add one</source>
   <translation>Ei avointa tiliä. Valitse tai lisää tili</translation>
  </message>
  <message>
   <source>No answer in time</source>
   <translation>Vastaus ei tullut ajoissa</translation>
  </message>
  <message>
   <source>No browser could be opened for {address}</source>
   <translation>Osoitetta {address} ei voitu avata selaimessa</translation>
  </message>
  <message>
   <source>No change was waiting to be sent; nothing is lost.</source>
   <translation>Mikään muutos ei odottanut lähetystä; mitään ei ole kadonnut.</translation>
  </message>
  <message>
   <source>No column goes to a field yet.</source>
   <translation>Millään sarakkeella ei vielä ole kohdekenttää.</translation>
  </message>
  <message>
   <source>No column holds anything to change.</source>
   <translation>Missään sarakkeessa ei ole muutettavaa.</translation>
  </message>
  <message>
   <source>No connection</source>
   <translation>Ei yhteyttä</translation>
  </message>
  <message>
   <source>No differences</source>
   <translation>Ei eroja</translation>
  </message>
  <message>
   <source>No document can be attached to a {owner} there. Nothing was sent.</source>
   <translation>Siellä asiakirjaa ei voi liittää tähän: {owner}. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>No fax (FPS)</source>
   <translation>Ei faksia (FPS)</translation>
  </message>
  <message>
   <source>No field is called that.</source>
   <translation>Sen nimistä kenttää ei ole.</translation>
  </message>
  <message>
   <source>No file</source>
   <translation>Ei tiedostoa</translation>
  </message>
  <message>
   <source>No file chosen</source>
   <translation>Tiedostoa ei ole valittu</translation>
  </message>
  <message>
   <source>No file is chosen yet.</source>
   <translation>Tiedostoa ei ole vielä valittu.</translation>
  </message>
  <message>
   <source>No lines.</source>
   <translation>Ei rivejä.</translation>
  </message>
  <message>
   <source>No other document is called so.</source>
   <translation>Muuta sen nimistä asiakirjaa ei ole.</translation>
  </message>
  <message>
   <source>No page has all of these words.</source>
   <translation>Millään sivulla ei ole kaikkia näitä sanoja.</translation>
  </message>
  <message>
   <source>No phone (TPS)</source>
   <translation>Ei puhelua (TPS)</translation>
  </message>
  <message>
   <source>No product is called {name}.</source>
   <translation>Nimellä {name} ei ole tuotetta.</translation>
  </message>
  <message>
   <source>No proxy</source>
   <translation>Ei välityspalvelinta</translation>
  </message>
  <message>
   <source>No record for {field} is called “{key}”, and none has that id.</source>
   <translation>Kentälle {field} ei ole tietuetta, jonka nimi tai tunniste on ”{key}”.</translation>
  </message>
  <message>
   <source>No reply was kept for this record.</source>
   <translation>Tälle tietueelle ei ole säilytetty vastausta.</translation>
  </message>
  <message>
   <source>No row of this table refers to “{0}” in {1}. Press F2 in the cell and search for it.</source>
   <translation>Mikään tämän taulukon rivi ei viittaa kohteeseen ”{0}” ({1}). Paina solussa F2 ja hae se.</translation>
  </message>
  <message>
   <source>No rows</source>
   <translation>Ei rivejä</translation>
  </message>
  <message>
   <source>No secure connection</source>
   <translation>Ei suojattua yhteyttä</translation>
  </message>
  <message>
   <source>No secure connection to the proxy {proxy}. Ask who runs it.</source>
   <translation>Suojattua yhteyttä välityspalvelimeen {proxy} ei saatu. Kysy sen ylläpidolta.</translation>
  </message>
  <message>
   <source>No secure connection to {host} came about. Ask who runs the server.</source>
   <translation>Suojattua yhteyttä palvelimeen {host} ei syntynyt. Kysy palvelimen ylläpidolta.</translation>
  </message>
  <message>
   <source>No service of this kind answers there ({names}). {reason}</source>
   <translation>Siellä ei vastaa tällainen palvelu ({names}). {reason}</translation>
  </message>
  <message>
   <source>No setting is called so.</source>
   <translation>Sen nimistä asetusta ei ole.</translation>
  </message>
  <message>
   <source>No single product is called “{name}”. Press F2 and choose one from the list.</source>
   <translation>Nimellä ”{name}” ei ole yksiselitteistä tuotetta. Paina F2 ja valitse luettelosta.</translation>
  </message>
  <message>
   <source>No single record is called {name}. Choose one from the list.</source>
   <translation>Nimellä {name} ei ole yksiselitteistä tietuetta. Valitse luettelosta.</translation>
  </message>
  <message>
   <source>No text of its licence came with this work.</source>
   <translation>Tämän teoksen mukana ei tullut lisenssitekstiä.</translation>
  </message>
  <message>
   <source>No {0} yet</source>
   <translation>Ei vielä yhtään: {0}</translation>
  </message>
  <message>
   <source>Nobody can be asked while no address is given here.</source>
   <translation>Mistään ei voi kysyä, kun osoitetta ei ole annettu.</translation>
  </message>
  <message>
   <source>Nobody waits for this file any more.</source>
   <translation>Kukaan ei enää odota tätä tiedostoa.</translation>
  </message>
  <message>
   <source>None</source>
   <translation>Ei yhtään</translation>
  </message>
  <message>
   <source>None of the marked cells can be changed.</source>
   <translation>Mitään merkityistä soluista ei voi muuttaa.</translation>
  </message>
  <message>
   <source>None yet. The demo is a good place to begin.</source>
   <translation>Ei vielä yhtään. Demosta on hyvä aloittaa.</translation>
  </message>
  <message>
   <source>Normal</source>
   <translation>Tavallisesti</translation>
  </message>
  <message>
   <source>Normal text</source>
   <translation>Tavallinen teksti</translation>
  </message>
  <message>
   <source>Not allowed</source>
   <translation>Ei sallittu</translation>
  </message>
  <message>
   <source>Not asked for: {line}</source>
   <translation>Ylimääräinen: {line}</translation>
  </message>
  <message>
   <source>Not encrypted</source>
   <translation>Ei salattu</translation>
  </message>
  <message>
   <source>Not implemented by SplendidCRM.</source>
   <translation>SplendidCRM ei toteuta tätä.</translation>
  </message>
  <message>
   <source>Not implemented by the server.</source>
   <translation>Palvelin ei toteuta tätä.</translation>
  </message>
  <message>
   <source>Not imported: {columns}</source>
   <translation>Ei tuoda: {columns}</translation>
  </message>
  <message>
   <source>Not offered here</source>
   <translation>Ei tarjolla täällä</translation>
  </message>
  <message>
   <source>Not sent</source>
   <translation>Ei lähetetty</translation>
  </message>
  <message>
   <source>Not sent yet</source>
   <translation>Ei vielä lähetetty</translation>
  </message>
  <message>
   <source>Not sent yet: there is no total of the server’s to compare with.</source>
   <translation>Ei vielä lähetetty: palvelimen loppusummaa ei ole verrattavaksi.</translation>
  </message>
  <message>
   <source>Not signed in</source>
   <translation>Ei kirjautunut</translation>
  </message>
  <message>
   <source>Not supported by SplendidCRM.</source>
   <translation>SplendidCRM ei tue tätä.</translation>
  </message>
  <message>
   <source>Not taken over</source>
   <translation>Ei siirry mukana</translation>
  </message>
  <message>
   <source>Not the password: in CRM+, My Preferences → Access key.</source>
   <translation>Ei salasana: CRM+:ssa Omat asetukset → Käyttöavain (My Preferences → Access key).</translation>
  </message>
  <message>
   <source>Note</source>
   <translation>Muistiinpano</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Muistiinpanot</translation>
  </message>
  <message>
   <source>Notes of a record; SplendidCRM has it not.</source>
   <translation>Tietueen muistiinpanot; SplendidCRM:ssä ei ole tätä.</translation>
  </message>
  <message>
   <source>Nothing can be related to this record.</source>
   <translation>Tähän tietueeseen ei voi liittää mitään.</translation>
  </message>
  <message>
   <source>Nothing changed</source>
   <translation>Ei muutoksia</translation>
  </message>
  <message>
   <source>Nothing could be written there. Choose another place or printer.</source>
   <translation>Sinne ei voitu kirjoittaa. Valitse toinen paikka tai tulostin.</translation>
  </message>
  <message>
   <source>Nothing fits. Only what is copied to this computer is searched, and servers that have a search of their own.</source>
   <translation>Mikään ei sovi. Haku koskee vain tähän tietokoneeseen kopioitua ja palvelimia, joilla on oma haku.</translation>
  </message>
  <message>
   <source>Nothing found yet…</source>
   <translation>Ei vielä löytynyt mitään…</translation>
  </message>
  <message>
   <source>Nothing found. Try fewer letters.</source>
   <translation>Mitään ei löytynyt. Kokeile vähemmillä kirjaimilla.</translation>
  </message>
  <message>
   <source>Nothing goes back</source>
   <translation>Mitään ei palaudu</translation>
  </message>
  <message>
   <source>Nothing goes back.</source>
   <translation>Mitään ei palaudu.</translation>
  </message>
  <message>
   <source>Nothing has been changed from this computer yet.</source>
   <translation>Tästä tietokoneesta ei ole vielä muutettu mitään.</translation>
  </message>
  <message>
   <source>Nothing is called so.</source>
   <translation>Mitään sen nimistä ei ole.</translation>
  </message>
  <message>
   <source>Nothing is called {name}.</source>
   <translation>Nimellä {name} ei ole mitään.</translation>
  </message>
  <message>
   <source>Nothing is changed by this.</source>
   <translation>Tämä ei muuta mitään.</translation>
  </message>
  <message>
   <source>Nothing is copied yet. Name the modules to begin with: crmdesk mirror update Accounts Contacts …</source>
   <translation>Mitään ei ole vielä kopioitu. Nimeä aluksi moduulit: crmdesk mirror update Accounts Contacts …</translation>
  </message>
  <message>
   <source>Nothing is sent yet. It is one step for Undo (Ctrl+Z); review and apply it with Ctrl+Shift+Return.</source>
   <translation>Mitään ei vielä lähetetä. Kumoa-komennolle tämä on yksi vaihe (Ctrl+Z); tarkista ja toteuta näppäimillä Ctrl+Vaihto+Return.</translation>
  </message>
  <message>
   <source>Nothing is sent yet: it is staged, and you review it. Mails the server has sent stay sent.</source>
   <translation>Mitään ei vielä lähetetä: muutokset jäävät odottamaan, ja tarkistat ne. Palvelimen lähettämiä viestejä ei voi perua.</translation>
  </message>
  <message>
   <source>Nothing is sent yet: the deletion waits with your other changes until you review and apply them.</source>
   <translation>Mitään ei vielä lähetetä: poisto odottaa muiden muutosten kanssa, kunnes tarkistat ja toteutat ne.</translation>
  </message>
  <message>
   <source>Nothing is staged</source>
   <translation>Muutoksia ei odota</translation>
  </message>
  <message>
   <source>Nothing is waiting. Edit a cell, then review it here.</source>
   <translation>Mikään ei odota. Muokkaa solua, niin voit tarkistaa sen täällä.</translation>
  </message>
  <message>
   <source>Nothing left to change: the server holds these lines.</source>
   <translation>Muutettavaa ei ole jäljellä: palvelimella on nämä rivit.</translation>
  </message>
  <message>
   <source>Nothing left to change: the server holds these values.</source>
   <translation>Muutettavaa ei ole jäljellä: palvelimella on nämä arvot.</translation>
  </message>
  <message>
   <source>Nothing like this was changed from this computer</source>
   <translation>Tästä tietokoneesta ei ole muutettu mitään tällaista</translation>
  </message>
  <message>
   <source>Nothing matches these filters</source>
   <translation>Mikään ei vastaa näitä suodattimia</translation>
  </message>
  <message>
   <source>Nothing of the kind can be done with this record.</source>
   <translation>Tälle tietueelle ei voi tehdä mitään tällaista.</translation>
  </message>
  <message>
   <source>Nothing of this account is copied to this computer: what was read stays, and your changes wait here. It is tried again by itself.</source>
   <translation>Tästä tilistä ei ole kopioitu mitään tähän tietokoneeseen: luettu säilyy, ja muutoksesi odottavat täällä. Yhteyttä yritetään itsestään uudelleen.</translation>
  </message>
  <message>
   <source>Nothing of this account is copied yet</source>
   <translation>Tältä tililtä ei ole vielä kopioitu mitään</translation>
  </message>
  <message>
   <source>Nothing to compare with yet</source>
   <translation>Vertailukohdetta ei vielä ole</translation>
  </message>
  <message>
   <source>Nothing to find the record by: the cell is empty.</source>
   <translation>Tietuetta ei voi etsiä: solu on tyhjä.</translation>
  </message>
  <message>
   <source>Nothing was changed from this computer yet</source>
   <translation>Tästä tietokoneesta ei ole vielä muutettu mitään</translation>
  </message>
  <message>
   <source>Nothing was changed lately.</source>
   <translation>Mitään ei ole muutettu viime aikoina.</translation>
  </message>
  <message>
   <source>Nothing was compared</source>
   <translation>Mitään ei verrattu</translation>
  </message>
  <message>
   <source>Nothing was pasted. More than {0} cells are marked.</source>
   <translation>Mitään ei liitetty. Merkittynä on yli {0} solua.</translation>
  </message>
  <message>
   <source>Nothing was pasted. {0}</source>
   <translation>Mitään ei liitetty. {0}</translation>
  </message>
  <message>
   <source>Nothing was pasted. {why}</source>
   <translation>Mitään ei liitetty. {why}</translation>
  </message>
  <message>
   <source>Nothing was sent.</source>
   <translation>Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>Nothing was sent. Check the account's address and user; if the server is right, save the account's settings once more.</source>
   <translation>Mitään ei lähetetty. Tarkista tilin osoite ja käyttäjä; jos palvelin on oikea, tallenna tilin asetukset vielä kerran.</translation>
  </message>
  <message numerus="yes">
   <source>Nothing was sent: it would delete lines {lost} for good. Send every line of the document.</source>
   <extracomment>Nothing was sent: it would delete line {lost} for good. Send every line of the document.</extracomment>
   <translation>
    <numerusform>Mitään ei lähetetty: rivi {lost} poistuisi lopullisesti. Lähetä asiakirjan kaikki rivit.</numerusform>
    <numerusform>Mitään ei lähetetty: rivit {lost} poistuisivat lopullisesti. Lähetä asiakirjan kaikki rivit.</numerusform>
   </translation>
  </message>
  <message>
   <source>Nothing was sent: {said}.</source>
   <translation>Mitään ei lähetetty: {said}.</translation>
  </message>
  <message>
   <source>Nothing: the lines are as the server has them.</source>
   <translation>Ei mitään: rivit ovat samat kuin palvelimella.</translation>
  </message>
  <message>
   <source>Now</source>
   <translation>Nyt</translation>
  </message>
  <message>
   <source>Number</source>
   <translation>Numero</translation>
  </message>
  <message>
   <source>Number of the pipeline level.</source>
   <translation>Myyntiputken tason numero.</translation>
  </message>
  <message>
   <source>Numbers and dates stay numbers and dates; ids and leading zeros stay as they are.</source>
   <translation>Luvut ja päivämäärät säilyvät sellaisina; tunnisteet ja etunollat säilyvät ennallaan.</translation>
  </message>
  <message>
   <source>Of copied modules you can search, sort and read everything at once, also without the server. Users, and whatever else may hold keys, are never copied.</source>
   <translation>Kopioiduista moduuleista voi heti hakea, lajitella ja lukea kaiken, myös ilman palvelinta. Käyttäjiä ja muuta, missä voi olla avaimia, ei koskaan kopioida.</translation>
  </message>
  <message>
   <source>Of the system's own size. Ctrl++ and Ctrl+- change it too.</source>
   <translation>Järjestelmän omasta koosta. Myös Ctrl++ ja Ctrl+- muuttavat sitä.</translation>
  </message>
  <message>
   <source>Offline: no product that this computer knows is called so.</source>
   <translation>Ei yhteyttä: tämä tietokone ei tunne tämännimistä tuotetta.</translation>
  </message>
  <message>
   <source>Offline: of {name} only what a list told is known, its tax may be missing. Look at the line again when the server answers.</source>
   <translation>Ei yhteyttä: tuotteesta {name} tunnetaan vain luettelon tiedot, ja sen vero voi puuttua. Katso rivi uudelleen, kun palvelin vastaa.</translation>
  </message>
  <message>
   <source>Offline: the file is written from the copy of {module} of {when}. What changed on the server since is not in it.</source>
   <translation>Ei yhteyttä: tiedosto kirjoitetaan kopiosta ({module}, {when}). Siinä ei ole sitä, mikä on palvelimella sen jälkeen muuttunut.</translation>
  </message>
  <message>
   <source>Offline: the server cannot be reached</source>
   <translation>Ei yhteyttä palvelimeen</translation>
  </message>
  <message>
   <source>Offline: there is no whole copy of {module} on this computer, so this has to wait until the server answers.</source>
   <translation>Ei yhteyttä: tässä tietokoneessa ei ole täyttä kopiota ({module}), joten tämä odottaa, kunnes palvelin vastaa.</translation>
  </message>
  <message>
   <source>Offline: these lines are as on the server at {when}. What you change is compared with the server when it answers, before anything is sent. Products are those this computer knows.</source>
   <translation>Ei yhteyttä: nämä rivit ovat samat kuin palvelimella {when}. Muutoksiasi verrataan palvelimeen, kun se vastaa, ennen kuin mitään lähetetään. Tuotteista näkyvät ne, jotka tämä tietokone tuntee.</translation>
  </message>
  <message>
   <source>Offline: this works on the copy of {module} of {when}. What changed on the server since is not in it; what you stage is compared with the server before anything is sent.</source>
   <translation>Ei yhteyttä: tämä käyttää kopiota ({module}, {when}). Siinä ei ole sitä, mikä on palvelimella sen jälkeen muuttunut; valmistelemiasi muutoksia verrataan palvelimeen, ennen kuin mitään lähetetään.</translation>
  </message>
  <message>
   <source>On the server now</source>
   <translation>Palvelimella nyt</translation>
  </message>
  <message>
   <source>Once you save, this account accepts this one certificate and no other: {fingerprint}. Compare it with what whoever runs the server tells you, on the telephone for example.</source>
   <translation>Kun tallennat, tämä tili hyväksyy vain tämän varmenteen: {fingerprint}. Vertaa sitä siihen, minkä palvelimen ylläpito sinulle kertoo, esimerkiksi puhelimessa.</translation>
  </message>
  <message>
   <source>One id on each line</source>
   <translation>Yksi tunniste riville</translation>
  </message>
  <message>
   <source>One object a line, for other programs.</source>
   <translation>Yksi olio riviä kohti muita ohjelmia varten.</translation>
  </message>
  <message>
   <source>One of the records has no id of this server. Reload the list.</source>
   <translation>Toisella tietueella ei ole tämän palvelimen tunnistetta. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>One of the records is no longer there. Reload the list. Nothing was linked.</source>
   <translation>Toista tietueista ei enää ole. Lataa luettelo uudelleen. Mitään ei linkitetty.</translation>
  </message>
  <message>
   <source>One of the states, spelt as there.</source>
   <translation>Jokin tiloista, samassa kirjoitusasussa kuin siellä.</translation>
  </message>
  <message numerus="yes">
   <source>One question to the server for each of {n} documents. Lines of those that were opened are kept anyway.</source>
   <extracomment>One question to the server. Lines of a document that was opened are kept anyway.</extracomment>
   <translation>
    <numerusform>Yksi kysely palvelimelle. Avatun asiakirjan rivit säilyvät joka tapauksessa.</numerusform>
    <numerusform>Yksi kysely palvelimelle asiakirjaa kohti, yhteensä {n}. Avattujen asiakirjojen rivit säilyvät joka tapauksessa.</numerusform>
   </translation>
  </message>
  <message>
   <source>One record with its lines: {module}.</source>
   <translation>Yksi tietue riveineen: {module}.</translation>
  </message>
  <message>
   <source>One record.</source>
   <translation>Yksi tietue.</translation>
  </message>
  <message>
   <source>One record: {module}.</source>
   <translation>Yksi tietue: {module}.</translation>
  </message>
  <message>
   <source>One record; SplendidCRM sends one entry for each field.</source>
   <translation>Yksi tietue; SplendidCRM lähettää jokaisesta kentästä oman osan.</translation>
  </message>
  <message>
   <source>Only a SELECT can be run here: it reads and changes nothing.</source>
   <translation>Vain SELECT-kyselyn voi suorittaa täällä: se lukee eikä muuta mitään.</translation>
  </message>
  <message>
   <source>Only a select can be run here: it reads and changes nothing.</source>
   <translation>Vain SELECT-kyselyn voi suorittaa täällä: se lukee eikä muuta mitään.</translation>
  </message>
  <message>
   <source>Only an activity's newest note can be removed, and this is not the newest. Nothing was sent.</source>
   <translation>Vain aktiviteetin uusimman muistiinpanon voi poistaa, eikä tämä ole uusin. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>Only for the lock of this program. Without one the account’s own password or key is asked for.</source>
   <translation>Vain tämän ohjelman lukitusta varten. Ilman sitä kysytään tilin omaa salasanaa tai avainta.</translation>
  </message>
  <message>
   <source>Only reads: {vendor} changes nothing here.</source>
   <translation>Vain lukee: {vendor} ei muuta täällä mitään.</translation>
  </message>
  <message>
   <source>Only this certificate is accepted, SHA-256 {fingerprint}</source>
   <translation>Vain tämä varmenne hyväksytään, SHA-256 {fingerprint}</translation>
  </message>
  <message>
   <source>Only when the whole record is read.</source>
   <translation>Vasta kun koko tietue on luettu.</translation>
  </message>
  <message>
   <source>Only where OpenCRM built a method of your own for contacts.</source>
   <translation>Vain jos OpenCRM teki teille oman metodin yhteyshenkilöille.</translation>
  </message>
  <message>
   <source>Only where it is empty</source>
   <translation>Vain jos kenttä on tyhjä</translation>
  </message>
  <message>
   <source>Only where something on the way refuses one of them.</source>
   <translation>Vain jos jokin matkalla torjuu toisen niistä.</translation>
  </message>
  <message>
   <source>Only where the REST interface has a token of its own; empty = the API key.</source>
   <translation>Vain jos REST-rajapinnalla on oma tunniste; tyhjä = API-avain.</translation>
  </message>
  <message>
   <source>Only where the address holds both.</source>
   <translation>Vain jos osoitteessa ovat molemmat.</translation>
  </message>
  <message>
   <source>Only where times look shifted.</source>
   <translation>Vain jos ajat näyttävät siirtyneiltä.</translation>
  </message>
  <message>
   <source>Only where times look shifted; most servers keep UTC.</source>
   <translation>Vain jos ajat näyttävät siirtyneiltä; useimmat palvelimet käyttävät UTC-aikaa.</translation>
  </message>
  <message>
   <source>Only where times look shifted; webCRM usually tells the zone with each time.</source>
   <translation>Vain jos ajat näyttävät siirtyneiltä; webCRM kertoo yleensä vyöhykkeen jokaisessa ajassa.</translation>
  </message>
  <message>
   <source>Only where your administrator says so.</source>
   <translation>Vain jos ylläpitäjä niin sanoo.</translation>
  </message>
  <message>
   <source>Only while the server answers.</source>
   <translation>Vain kun palvelin vastaa.</translation>
  </message>
  <message>
   <source>Open</source>
   <translation>Avaa</translation>
  </message>
  <message>
   <source>Open a file</source>
   <translation>Avaa tiedosto</translation>
  </message>
  <message>
   <source>Open a file…</source>
   <translation>Avaa tiedosto…</translation>
  </message>
  <message>
   <source>Open a view</source>
   <translation>Avaa näkymä</translation>
  </message>
  <message>
   <source>Open as it was</source>
   <translation>Avaa kuten oli</translation>
  </message>
  <message>
   <source>Open in a new tab</source>
   <translation>Avaa uudessa välilehdessä</translation>
  </message>
  <message>
   <source>Open in the browser</source>
   <translation>Avaa selaimessa</translation>
  </message>
  <message>
   <source>Open page</source>
   <translation>Avaa sivu</translation>
  </message>
  <message>
   <source>Open pipeline</source>
   <translation>Avoin myyntiputki</translation>
  </message>
  <message>
   <source>Open quotes</source>
   <translation>Avoimet tarjoukset</translation>
  </message>
  <message>
   <source>Open record</source>
   <translation>Avaa tietue</translation>
  </message>
  <message>
   <source>Open the account that the changes in {name} are for, then open the file again.</source>
   <translation>Avaa tili, jolle tiedoston {name} muutokset kuuluvat, ja avaa sitten tiedosto uudelleen.</translation>
  </message>
  <message>
   <source>Open the calendar</source>
   <translation>Avaa kalenteri</translation>
  </message>
  <message>
   <source>Open the demo</source>
   <translation>Avaa demo</translation>
  </message>
  <message>
   <source>Open the field's list or calendar</source>
   <translation>Avaa kentän luettelo tai kalenteri</translation>
  </message>
  <message>
   <source>Open the last account and its tabs</source>
   <translation>Avaa viimeisin tili ja sen välilehdet</translation>
  </message>
  <message>
   <source>Open the last account without tabs</source>
   <translation>Avaa viimeisin tili ilman välilehtiä</translation>
  </message>
  <message>
   <source>Open the lock with the account’s own key again</source>
   <translation>Avaa lukitus taas tilin omalla avaimella</translation>
  </message>
  <message>
   <source>Open the menu bar</source>
   <translation>Avaa valikkorivi</translation>
  </message>
  <message>
   <source>Open the module that {name} belongs to, then open the file again.</source>
   <translation>Avaa moduuli, johon {name} kuuluu, ja avaa sitten tiedosto uudelleen.</translation>
  </message>
  <message>
   <source>Open the product</source>
   <translation>Avaa tuote</translation>
  </message>
  <message>
   <source>Open the record</source>
   <translation>Avaa tietue</translation>
  </message>
  <message>
   <source>Open this document?</source>
   <translation>Avataanko tämä asiakirja?</translation>
  </message>
  <message>
   <source>Open {host} in the browser?</source>
   <translation>Avataanko {host} selaimessa?</translation>
  </message>
  <message>
   <source>OpenCRM states no rule: each line and its tax in cents, then added up</source>
   <translation>OpenCRM ei kerro sääntöä: jokainen rivi ja sen vero sentteinä, sitten yhteenlasku</translation>
  </message>
  <message>
   <source>Opening your account…</source>
   <translation>Avataan tiliä…</translation>
  </message>
  <message>
   <source>Opens in a spreadsheet without damage: nothing is computed, cut or rounded.</source>
   <translation>Avautuu taulukko-ohjelmassa ehjänä: mitään ei lasketa, katkaista eikä pyöristetä.</translation>
  </message>
  <message>
   <source>Open…</source>
   <translation>Avaa…</translation>
  </message>
  <message>
   <source>Operations</source>
   <translation>Operaatiot</translation>
  </message>
  <message>
   <source>Operator</source>
   <translation>Operaattori</translation>
  </message>
  <message>
   <source>Opportunities</source>
   <translation>Myyntimahdollisuudet</translation>
  </message>
  <message>
   <source>Opportunities (second)</source>
   <translation>Myyntimahdollisuudet (toinen)</translation>
  </message>
  <message>
   <source>Opportunity</source>
   <translation>Myyntimahdollisuus</translation>
  </message>
  <message>
   <source>Opportunity name</source>
   <translation>Mahdollisuuden nimi</translation>
  </message>
  <message>
   <source>Optional</source>
   <translation>Valinnainen</translation>
  </message>
  <message>
   <source>Orange</source>
   <translation>Oranssi</translation>
  </message>
  <message>
   <source>Order</source>
   <translation>Tilaus</translation>
  </message>
  <message>
   <source>Order number</source>
   <translation>Tilausnumero</translation>
  </message>
  <message>
   <source>Orders</source>
   <translation>Tilaukset</translation>
  </message>
  <message>
   <source>Orders by month</source>
   <translation>Tilaukset kuukausittain</translation>
  </message>
  <message>
   <source>Orders this month</source>
   <translation>Tilaukset tässä kuussa</translation>
  </message>
  <message>
   <source>Organisation</source>
   <translation>Organisaatio</translation>
  </message>
  <message>
   <source>Organisations</source>
   <translation>Organisaatiot</translation>
  </message>
  <message>
   <source>Other</source>
   <translation>Muut</translation>
  </message>
  <message>
   <source>Other address</source>
   <translation>Muu osoite</translation>
  </message>
  <message>
   <source>Other addresses</source>
   <translation>Muut osoitteet</translation>
  </message>
  <message>
   <source>Other discounts and surcharges</source>
   <translation>Muut alennukset ja lisät</translation>
  </message>
  <message>
   <source>Other phone</source>
   <translation>Muu puhelin</translation>
  </message>
  <message>
   <source>Otherwise than sent: {line} ({what})</source>
   <translation>Toisin kuin lähetettiin: {line} ({what})</translation>
  </message>
  <message>
   <source>Out of the copy on this computer, which was as the server on {when}.</source>
   <translation>Tämän tietokoneen kopiosta, joka vastasi palvelinta {when}.</translation>
  </message>
  <message>
   <source>Outcome</source>
   <translation>Lopputulos</translation>
  </message>
  <message>
   <source>Overall discount</source>
   <translation>Kokonaisalennus</translation>
  </message>
  <message>
   <source>Overall discount, an amount</source>
   <translation>Kokonaisalennus, summa</translation>
  </message>
  <message>
   <source>Overall discount, in percent</source>
   <translation>Kokonaisalennus, prosentti</translation>
  </message>
  <message>
   <source>Own field {number}</source>
   <translation>Oma kenttä {number}</translation>
  </message>
  <message>
   <source>PDF (*.pdf)</source>
   <translation>PDF (*.pdf)</translation>
  </message>
  <message>
   <source>PO Box {box}</source>
   <translation>PL {box}</translation>
  </message>
  <message>
   <source>Page and Size are whole numbers from 1 on. Nothing was sent.</source>
   <translation>Page ja Size ovat kokonaislukuja ykkösestä alkaen. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>Page break</source>
   <translation>Sivunvaihto</translation>
  </message>
  <message>
   <source>Page {n} could not be written. Is there room left?</source>
   <translation>Sivua {n} ei voitu kirjoittaa. Onko tilaa jäljellä?</translation>
  </message>
  <message>
   <source>Page {n} of {all}</source>
   <translation>Sivu {n}/{all}</translation>
  </message>
  <message>
   <source>Pages of the guide</source>
   <translation>Oppaan sivut</translation>
  </message>
  <message>
   <source>Parent company</source>
   <translation>Emoyritys</translation>
  </message>
  <message>
   <source>Parquet files need a library that is not installed here. Install crmdesk with its extra “analysis”: pip install 'crmdesk[analysis]'.</source>
   <translation>Parquet-tiedostot vaativat kirjaston, jota täällä ei ole. Asenna crmdesk lisäosan ”analysis” kanssa: pip install 'crmdesk[analysis]'.</translation>
  </message>
  <message>
   <source>Pass key</source>
   <translation>Pass-avain</translation>
  </message>
  <message>
   <source>Pass key.</source>
   <translation>Pass-avain.</translation>
  </message>
  <message>
   <source>Passphrase</source>
   <translation>Tunnuslause</translation>
  </message>
  <message>
   <source>Passphrase of the lock</source>
   <translation>Lukituksen tunnuslause</translation>
  </message>
  <message>
   <source>Password</source>
   <translation>Salasana</translation>
  </message>
  <message>
   <source>Password is sent</source>
   <translation>Salasanan muoto</translation>
  </message>
  <message>
   <source>Paste</source>
   <translation>Liitä</translation>
  </message>
  <message numerus="yes">
   <source>Paste and clear {n} cells</source>
   <extracomment>Paste and clear {n} cell</extracomment>
   <translation>
    <numerusform>Liitä ja tyhjennä {n} solu</numerusform>
    <numerusform>Liitä ja tyhjennä {n} solua</numerusform>
   </translation>
  </message>
  <message>
   <source>Paste and keep the values</source>
   <translation>Liitä ja säilytä arvot</translation>
  </message>
  <message>
   <source>Paste ids first, one on each line.</source>
   <translation>Liitä ensin tunnisteet, yksi riville.</translation>
  </message>
  <message>
   <source>Paste ids, one on each line.</source>
   <translation>Liitä tunnisteet, yksi riville.</translation>
  </message>
  <message>
   <source>Paste rows</source>
   <translation>Liitä rivejä</translation>
  </message>
  <message>
   <source>Paste the rest</source>
   <translation>Liitä muut</translation>
  </message>
  <message>
   <source>Paste {0} cells</source>
   <translation>{0} solun liittäminen</translation>
  </message>
  <message numerus="yes">
   <source>Paste {n} lines</source>
   <extracomment>Paste {n} line</extracomment>
   <translation>
    <numerusform>{n} rivin liittäminen</numerusform>
    <numerusform>{n} rivin liittäminen</numerusform>
   </translation>
  </message>
  <message>
   <source>Payment type</source>
   <translation>Maksutapa</translation>
  </message>
  <message>
   <source>Pending changes</source>
   <translation>Odottavat muutokset</translation>
  </message>
  <message>
   <source>Percent</source>
   <translation>Prosentti</translation>
  </message>
  <message>
   <source>Person</source>
   <translation>Henkilö</translation>
  </message>
  <message>
   <source>Persons</source>
   <translation>Henkilöt</translation>
  </message>
  <message>
   <source>Phone</source>
   <translation>Puhelin</translation>
  </message>
  <message>
   <source>Phone call</source>
   <translation>Puhelu</translation>
  </message>
  <message>
   <source>Phones without a country code are from</source>
   <translation>Puhelinten oletusmaa</translation>
  </message>
  <message>
   <source>Pipeline by stage</source>
   <translation>Myyntiputki vaiheittain</translation>
  </message>
  <message>
   <source>Pipeline level</source>
   <translation>Myyntiputken taso</translation>
  </message>
  <message>
   <source>Place</source>
   <translation>Paikka</translation>
  </message>
  <message>
   <source>Portal id</source>
   <translation>Portaalin tunniste</translation>
  </message>
  <message>
   <source>Possible quotation not found</source>
   <translation>Mahdollista tarjousta ei löytynyt</translation>
  </message>
  <message>
   <source>Postcode</source>
   <translation>Postinumero</translation>
  </message>
  <message>
   <source>Press what the cell offers</source>
   <translation>Paina solun tarjoamaa painiketta</translation>
  </message>
  <message>
   <source>Preview</source>
   <translation>Esikatselu</translation>
  </message>
  <message>
   <source>Previous hit (Shift+F3)</source>
   <translation>Edellinen osuma (Vaihto+F3)</translation>
  </message>
  <message>
   <source>Previous pane</source>
   <translation>Edellinen ruutu</translation>
  </message>
  <message>
   <source>Previous record</source>
   <translation>Edellinen tietue</translation>
  </message>
  <message>
   <source>Previous tab</source>
   <translation>Edellinen välilehti</translation>
  </message>
  <message>
   <source>Price</source>
   <translation>Hinta</translation>
  </message>
  <message>
   <source>Price book</source>
   <translation>Hinnasto</translation>
  </message>
  <message>
   <source>Price books</source>
   <translation>Hinnastot</translation>
  </message>
  <message>
   <source>Price list</source>
   <translation>Hinnasto</translation>
  </message>
  <message>
   <source>Price list item</source>
   <translation>Hinnaston nimike</translation>
  </message>
  <message>
   <source>Price of a line</source>
   <translation>Rivin hinta</translation>
  </message>
  <message>
   <source>Primary address</source>
   <translation>Ensisijainen osoite</translation>
  </message>
  <message>
   <source>Print or PDF…</source>
   <translation>Tulosta tai PDF…</translation>
  </message>
  <message>
   <source>Print: {title}</source>
   <translation>Tulosta: {title}</translation>
  </message>
  <message>
   <source>Print…</source>
   <translation>Tulosta…</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Prioriteetti</translation>
  </message>
  <message>
   <source>Probability</source>
   <translation>Todennäköisyys</translation>
  </message>
  <message>
   <source>Product</source>
   <translation>Tuote</translation>
  </message>
  <message>
   <source>Product catalogue</source>
   <translation>Tuoteluettelo</translation>
  </message>
  <message>
   <source>Product categories</source>
   <translation>Tuoteluokat</translation>
  </message>
  <message>
   <source>Product category</source>
   <translation>Tuoteluokka</translation>
  </message>
  <message>
   <source>Product code</source>
   <translation>Tuotekoodi</translation>
  </message>
  <message>
   <source>Product name</source>
   <translation>Tuotteen nimi</translation>
  </message>
  <message>
   <source>Production</source>
   <translation>Tuotanto</translation>
  </message>
  <message>
   <source>Products</source>
   <translation>Tuotteet</translation>
  </message>
  <message>
   <source>Project</source>
   <translation>Projekti</translation>
  </message>
  <message>
   <source>Project name</source>
   <translation>Projektin nimi</translation>
  </message>
  <message>
   <source>Project task</source>
   <translation>Projektitehtävä</translation>
  </message>
  <message>
   <source>Project tasks</source>
   <translation>Projektitehtävät</translation>
  </message>
  <message>
   <source>Projects</source>
   <translation>Projektit</translation>
  </message>
  <message>
   <source>Proxy</source>
   <translation>Välityspalvelin</translation>
  </message>
  <message>
   <source>Purchase order</source>
   <translation>Ostotilaus</translation>
  </message>
  <message>
   <source>Purchase orders</source>
   <translation>Ostotilaukset</translation>
  </message>
  <message>
   <source>Put a list of values after in: in ('a', 'b'). {example}</source>
   <translation>Kirjoita in-sanan jälkeen arvojen lista: in ('a', 'b'). {example}</translation>
  </message>
  <message>
   <source>Put after</source>
   <translation>Lisää loppuun</translation>
  </message>
  <message>
   <source>Put before</source>
   <translation>Lisää alkuun</translation>
  </message>
  <message>
   <source>Put instead (empty = take out)</source>
   <translation>Tilalle (tyhjä = poista)</translation>
  </message>
  <message>
   <source>Put values in single quotes: '{sql}'. {example}</source>
   <translation>Kirjoita arvot puolilainausmerkkeihin: '{sql}'. {example}</translation>
  </message>
  <message>
   <source>Quantity</source>
   <translation>Määrä</translation>
  </message>
  <message>
   <source>Quantity × price less discount</source>
   <translation>Määrä × hinta miinus alennus</translation>
  </message>
  <message>
   <source>Query</source>
   <translation>Kysely</translation>
  </message>
  <message>
   <source>Query: {what}</source>
   <translation>Kysely: {what}</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Lopeta</translation>
  </message>
  <message>
   <source>Quotation line</source>
   <translation>Tarjousrivi</translation>
  </message>
  <message>
   <source>Quotation lines</source>
   <translation>Tarjousrivit</translation>
  </message>
  <message>
   <source>Quote</source>
   <translation>Tarjous</translation>
  </message>
  <message>
   <source>Quote number</source>
   <translation>Tarjousnumero</translation>
  </message>
  <message>
   <source>Quote stage</source>
   <translation>Tarjouksen vaihe</translation>
  </message>
  <message>
   <source>Quotes</source>
   <translation>Tarjoukset</translation>
  </message>
  <message>
   <source>Quotes without an answer</source>
   <translation>Vastausta odottavat tarjoukset</translation>
  </message>
  <message>
   <source>REST (JSON:API): browse, filter and edit everything</source>
   <translation>REST (JSON:API): kaiken selaus, suodatus ja muokkaus</translation>
  </message>
  <message>
   <source>REST token</source>
   <translation>REST-tunniste</translation>
  </message>
  <message>
   <source>REST, with an API key for SOAP too</source>
   <translation>REST ja API-avaimella myös SOAP</translation>
  </message>
  <message>
   <source>Raw</source>
   <translation>Raaka</translation>
  </message>
  <message>
   <source>Read as: {0}</source>
   <translation>Luettu muodossa: {0}</translation>
  </message>
  <message>
   <source>Read from the server on {when}.</source>
   <translation>Luettu palvelimelta {when}.</translation>
  </message>
  <message>
   <source>Read only</source>
   <translation>Vain luku</translation>
  </message>
  <message>
   <source>Read-only or required, so left as they are: {columns}.</source>
   <translation>Vain luku tai pakollinen, joten ennallaan: {columns}.</translation>
  </message>
  <message>
   <source>Reading the fields of {0}…</source>
   <translation>Luetaan kenttiä: {0}…</translation>
  </message>
  <message>
   <source>Reading the file…</source>
   <translation>Luetaan tiedostoa…</translation>
  </message>
  <message>
   <source>Reading the lines …</source>
   <translation>Luetaan rivejä …</translation>
  </message>
  <message>
   <source>Reading the operations…</source>
   <translation>Luetaan operaatioita…</translation>
  </message>
  <message>
   <source>Reading {0}…</source>
   <translation>Luetaan: {0}…</translation>
  </message>
  <message>
   <source>Reading …</source>
   <translation>Luetaan …</translation>
  </message>
  <message>
   <source>Reads {path}.</source>
   <translation>Lukee: {path}.</translation>
  </message>
  <message>
   <source>Recent</source>
   <translation>Viimeisin</translation>
  </message>
  <message>
   <source>Recent and favourite records</source>
   <translation>Viimeisimmät ja suosikit</translation>
  </message>
  <message>
   <source>Recent and favourite records…</source>
   <translation>Viimeisimmät ja suosikit…</translation>
  </message>
  <message>
   <source>Recently changed</source>
   <translation>Viimeksi muutetut</translation>
  </message>
  <message>
   <source>Record</source>
   <translation>Tietue</translation>
  </message>
  <message>
   <source>Record id, for example 3x17</source>
   <translation>Tietueen tunniste, esimerkiksi 3x17</translation>
  </message>
  <message>
   <source>Record number</source>
   <translation>Tietueen numero</translation>
  </message>
  <message>
   <source>Records</source>
   <translation>Tietueet</translation>
  </message>
  <message>
   <source>Records by their ids.</source>
   <translation>Tietueita tunnisteiden perusteella.</translation>
  </message>
  <message>
   <source>Records of a module.</source>
   <translation>Moduulin tietueet.</translation>
  </message>
  <message>
   <source>Records of these ids that were changed.</source>
   <translation>Ne näiden tunnisteiden tietueista, joita on muutettu.</translation>
  </message>
  <message>
   <source>Red</source>
   <translation>Punainen</translation>
  </message>
  <message>
   <source>Redo</source>
   <translation>Tee uudelleen</translation>
  </message>
  <message>
   <source>Redo {0}</source>
   <translation>Tee uudelleen: {0}</translation>
  </message>
  <message>
   <source>References are ids, so that the file can be imported again exactly.</source>
   <translation>Viittaukset ovat tunnisteita, joten tiedoston voi tuoda takaisin täsmälleen samana.</translation>
  </message>
  <message>
   <source>Refused</source>
   <translation>Hylätty</translation>
  </message>
  <message>
   <source>Refused changes stay pending; the table says why.</source>
   <translation>Hylätyt muutokset jäävät odottamaan; taulukko kertoo syyn.</translation>
  </message>
  <message>
   <source>Refused, {was}</source>
   <translation>Hylätty, {was}</translation>
  </message>
  <message>
   <source>Related</source>
   <translation>Liittyvät</translation>
  </message>
  <message>
   <source>Related records</source>
   <translation>Liittyvät tietueet</translation>
  </message>
  <message>
   <source>Relates records.</source>
   <translation>Yhdistää tietueita toisiinsa.</translation>
  </message>
  <message>
   <source>Relates two records.</source>
   <translation>Yhdistää kaksi tietuetta.</translation>
  </message>
  <message>
   <source>Relation</source>
   <translation>Suhde</translation>
  </message>
  <message>
   <source>Relations</source>
   <translation>Suhteet</translation>
  </message>
  <message>
   <source>Relations to send along, with commas between.</source>
   <translation>Mukaan lähetettävät suhteet, pilkuin erotettuina.</translation>
  </message>
  <message>
   <source>Relationship</source>
   <translation>Suhde</translation>
  </message>
  <message>
   <source>Release</source>
   <translation>Julkaisu</translation>
  </message>
  <message>
   <source>Releases</source>
   <translation>Julkaisut</translation>
  </message>
  <message>
   <source>Reload</source>
   <translation>Lataa uudelleen</translation>
  </message>
  <message>
   <source>Reload modules and counts</source>
   <translation>Lataa moduulit ja määrät uudelleen</translation>
  </message>
  <message>
   <source>Remaining</source>
   <translation>Jäljellä</translation>
  </message>
  <message>
   <source>Remarks</source>
   <translation>Huomautukset</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Poista</translation>
  </message>
  <message>
   <source>Remove a chip, or search for something else.</source>
   <translation>Poista jokin suodatin tai hae jotain muuta.</translation>
  </message>
  <message>
   <source>Remove all filters</source>
   <translation>Poista kaikki suodattimet</translation>
  </message>
  <message>
   <source>Remove all…</source>
   <translation>Poista kaikki…</translation>
  </message>
  <message>
   <source>Remove everything</source>
   <translation>Poista kaikki</translation>
  </message>
  <message>
   <source>Remove everything that is copied of {account}?</source>
   <translation>Poistetaanko kaikki kopiot: {account}?</translation>
  </message>
  <message>
   <source>Remove filter {condition}</source>
   <translation>Poista suodatin {condition}</translation>
  </message>
  <message>
   <source>Remove the copy</source>
   <translation>Poista kopio</translation>
  </message>
  <message>
   <source>Remove the copy of {module}?</source>
   <translation>Poistetaanko kopio: {module}?</translation>
  </message>
  <message>
   <source>Remove the copy…</source>
   <translation>Poista kopio…</translation>
  </message>
  <message>
   <source>Remove {name}?</source>
   <translation>Poistetaanko {name}?</translation>
  </message>
  <message>
   <source>Remove {name}…</source>
   <translation>Poista: {name}…</translation>
  </message>
  <message numerus="yes">
   <source>Remove {n} lines</source>
   <extracomment>Remove {n} line</extracomment>
   <translation>
    <numerusform>{n} rivin poisto</numerusform>
    <numerusform>{n} rivin poisto</numerusform>
   </translation>
  </message>
  <message>
   <source>Removes a line.</source>
   <translation>Poistaa rivin.</translation>
  </message>
  <message>
   <source>Removes a record.</source>
   <translation>Poistaa tietueen.</translation>
  </message>
  <message>
   <source>Removes a user; the records go to another.</source>
   <translation>Poistaa käyttäjän; tietueet siirtyvät toiselle.</translation>
  </message>
  <message>
   <source>Removes {path}.</source>
   <translation>Poistaa: {path}.</translation>
  </message>
  <message>
   <source>Remove…</source>
   <translation>Poista…</translation>
  </message>
  <message numerus="yes">
   <source>Repair {n} texts</source>
   <extracomment>Repair 1 text</extracomment>
   <translation>
    <numerusform>Korjaa 1 teksti</numerusform>
    <numerusform>Korjaa {n} tekstiä</numerusform>
   </translation>
  </message>
  <message>
   <source>Replace text</source>
   <translation>Korvaa tekstiä</translation>
  </message>
  <message>
   <source>Replace what stands in the cell</source>
   <translation>Korvaa solun sisältö</translation>
  </message>
  <message>
   <source>Replaces {path}.</source>
   <translation>Korvaa: {path}.</translation>
  </message>
  <message>
   <source>Report for support</source>
   <translation>Raportti tukea varten</translation>
  </message>
  <message>
   <source>Report for support…</source>
   <translation>Raportti tukea varten…</translation>
  </message>
  <message>
   <source>Reports</source>
   <translation>Raportit</translation>
  </message>
  <message>
   <source>Reports to</source>
   <translation>Esihenkilö</translation>
  </message>
  <message>
   <source>Reports to this contact</source>
   <translation>Tämän yhteyshenkilön alaiset</translation>
  </message>
  <message>
   <source>Required</source>
   <translation>Pakollinen</translation>
  </message>
  <message>
   <source>Reset all</source>
   <translation>Palauta kaikki oletukset</translation>
  </message>
  <message>
   <source>Reset to default</source>
   <translation>Palauta oletus</translation>
  </message>
  <message>
   <source>Reset {setting} to its default</source>
   <translation>Palauta asetuksen {setting} oletus</translation>
  </message>
  <message>
   <source>Restore</source>
   <translation>Palauta</translation>
  </message>
  <message>
   <source>Restore lines</source>
   <translation>Rivien palautus</translation>
  </message>
  <message>
   <source>Result</source>
   <translation>Tulos</translation>
  </message>
  <message>
   <source>Revenue</source>
   <translation>Liikevaihto</translation>
  </message>
  <message>
   <source>Revenue by month</source>
   <translation>Liikevaihto kuukausittain</translation>
  </message>
  <message>
   <source>Revenues</source>
   <translation>Liikevaihdot</translation>
  </message>
  <message>
   <source>Revert</source>
   <translation>Palauta</translation>
  </message>
  <message>
   <source>Review and apply…</source>
   <translation>Tarkista ja toteuta…</translation>
  </message>
  <message>
   <source>Review and save…</source>
   <translation>Tarkista ja tallenna…</translation>
  </message>
  <message>
   <source>Review only what was refused</source>
   <translation>Tarkista vain hylätyt</translation>
  </message>
  <message>
   <source>Review {what} · {where}</source>
   <translation>Tarkista {what} · {where}</translation>
  </message>
  <message>
   <source>Revision</source>
   <translation>Versio</translation>
  </message>
  <message>
   <source>Room</source>
   <translation>Koko</translation>
  </message>
  <message>
   <source>Room for a local copy</source>
   <translation>Tila paikalliselle kopiolle</translation>
  </message>
  <message>
   <source>Row</source>
   <translation>Rivi</translation>
  </message>
  <message>
   <source>Row {0} is not read yet.</source>
   <translation>Riviä {0} ei ole vielä luettu.</translation>
  </message>
  <message>
   <source>Row {line} of {path} has a value in column {letters}, which has no name. Say in which row the names stand, or name the column.</source>
   <translation>Tiedoston {path} rivillä {line} on arvo sarakkeessa {letters}, jolla ei ole nimeä. Kerro, millä rivillä nimet ovat, tai nimeä sarake.</translation>
  </message>
  <message>
   <source>Row {n}: {why}</source>
   <translation>Rivi {n}: {why}</translation>
  </message>
  <message>
   <source>Rows 1–{0} of {1}</source>
   <translation>Rivit 1–{0}, yhteensä {1}</translation>
  </message>
  <message>
   <source>Rows in one answer</source>
   <translation>Rivejä vastauksessa</translation>
  </message>
  <message>
   <source>Rows of a module.</source>
   <translation>Moduulin rivit.</translation>
  </message>
  <message>
   <source>Rows of a page; 20 where nothing is given.</source>
   <translation>Rivejä sivulla; oletus on 20.</translation>
  </message>
  <message>
   <source>Rows of a page; at most 1000, which is taken when nothing is given.</source>
   <translation>Rivejä sivulla; enintään 1000, joka on myös oletus.</translation>
  </message>
  <message>
   <source>Rows of tables</source>
   <translation>Taulukoiden rivit</translation>
  </message>
  <message>
   <source>Rows of the answer</source>
   <translation>Vastauksen rivit</translation>
  </message>
  <message>
   <source>Rows of the file</source>
   <translation>Tiedoston rivit</translation>
  </message>
  <message>
   <source>Rows of the query</source>
   <translation>Kyselyn rivit</translation>
  </message>
  <message>
   <source>Rows to pass over.</source>
   <translation>Ohitettavien rivien määrä.</translation>
  </message>
  <message>
   <source>Rows, every field: {module}.</source>
   <translation>Rivit, kaikki kentät: {module}.</translation>
  </message>
  <message>
   <source>Rows, some fields: {module}.</source>
   <translation>Rivit, osa kentistä: {module}.</translation>
  </message>
  <message>
   <source>Rule: {source}</source>
   <translation>Sääntö: {source}</translation>
  </message>
  <message>
   <source>Run</source>
   <translation>Suorita</translation>
  </message>
  <message>
   <source>Run the query or the operation</source>
   <translation>Suorita kysely tai operaatio</translation>
  </message>
  <message>
   <source>Run workflows on the server</source>
   <translation>Suorita palvelimen työnkulut</translation>
  </message>
  <message>
   <source>Run {query}</source>
   <translation>Suorita {query}</translation>
  </message>
  <message>
   <source>SOAP version</source>
   <translation>SOAP-versio</translation>
  </message>
  <message>
   <source>SOAP: what this installation's services offer</source>
   <translation>SOAP: mitä tämän asennuksen palvelut tarjoavat</translation>
  </message>
  <message>
   <source>Sales</source>
   <translation>Myynti</translation>
  </message>
  <message>
   <source>Sales order</source>
   <translation>Myyntitilaus</translation>
  </message>
  <message>
   <source>Sales orders</source>
   <translation>Myyntitilaukset</translation>
  </message>
  <message>
   <source>Same case</source>
   <translation>Sama kirjainkoko</translation>
  </message>
  <message>
   <source>Sample accounts full of data, on this computer. Nothing to set up, nothing leaves it.</source>
   <translation>Esimerkkitilejä täynnä tietoa, tässä tietokoneessa. Ei asennettavaa, mitään ei lähde ulos.</translation>
  </message>
  <message>
   <source>Sample accounts on this computer, full of data to try things on. Nothing leaves it.</source>
   <translation>Esimerkkitilejä tässä tietokoneessa, täynnä kokeiltavaa tietoa. Mitään ei lähde ulos.</translation>
  </message>
  <message>
   <source>Sandbox</source>
   <translation>Testi</translation>
  </message>
  <message>
   <source>Save and open</source>
   <translation>Tallenna ja avaa</translation>
  </message>
  <message>
   <source>Save as PDF</source>
   <translation>Tallenna PDF:nä</translation>
  </message>
  <message>
   <source>Save as PDF…</source>
   <translation>Tallenna PDF:nä…</translation>
  </message>
  <message>
   <source>Save as file…</source>
   <translation>Tallenna tiedostoon…</translation>
  </message>
  <message>
   <source>Save as text</source>
   <translation>Tallenna tekstinä</translation>
  </message>
  <message>
   <source>Save as text…</source>
   <translation>Tallenna tekstinä…</translation>
  </message>
  <message>
   <source>Save as zip…</source>
   <translation>Tallenna zip-tiedostona…</translation>
  </message>
  <message>
   <source>Save as…</source>
   <translation>Tallenna nimellä…</translation>
  </message>
  <message>
   <source>Save changes</source>
   <translation>Tallenna muutokset</translation>
  </message>
  <message>
   <source>Save document</source>
   <translation>Tallenna asiakirja</translation>
  </message>
  <message>
   <source>Save mapping</source>
   <translation>Tallenna kohdistus</translation>
  </message>
  <message>
   <source>Save rows</source>
   <translation>Tallenna rivit</translation>
  </message>
  <message>
   <source>Save rows…</source>
   <translation>Tallenna rivit…</translation>
  </message>
  <message>
   <source>Save the account in the window, which keeps it in the keychain, or set HTTPS_PROXY for the program.</source>
   <translation>Tallenna tili ikkunassa, joka säilyttää sen avainnipussa, tai aseta ohjelmalle HTTPS_PROXY.</translation>
  </message>
  <message>
   <source>Save the answer</source>
   <translation>Tallenna vastaus</translation>
  </message>
  <message>
   <source>Save the report</source>
   <translation>Tallenna raportti</translation>
  </message>
  <message>
   <source>Save the rows left out</source>
   <translation>Tallenna pois jätetyt rivit</translation>
  </message>
  <message>
   <source>Save the rows left out…</source>
   <translation>Tallenna pois jätetyt rivit…</translation>
  </message>
  <message>
   <source>Save the view as a file</source>
   <translation>Tallenna näkymä tiedostoon</translation>
  </message>
  <message>
   <source>Save this view</source>
   <translation>Tallenna tämä näkymä</translation>
  </message>
  <message>
   <source>Saved as {file}.</source>
   <translation>Tallennettu nimellä {file}.</translation>
  </message>
  <message>
   <source>Saved as {file}. Give it to whoever looks after crmdesk.</source>
   <translation>Tallennettu nimellä {file}. Anna se sille, joka huolehtii crmdeskistä.</translation>
  </message>
  <message>
   <source>Saved mappings</source>
   <translation>Tallennetut kohdistukset</translation>
  </message>
  <message>
   <source>Saved view</source>
   <translation>Tallennettu näkymä</translation>
  </message>
  <message>
   <source>Saved views</source>
   <translation>Tallennetut näkymät</translation>
  </message>
  <message>
   <source>Saved views, changes and tables</source>
   <translation>Tallennetut näkymät, muutokset ja taulukot</translation>
  </message>
  <message>
   <source>Saved views…</source>
   <translation>Tallennetut näkymät…</translation>
  </message>
  <message>
   <source>Saved {file}.</source>
   <translation>Tallennettu: {file}.</translation>
  </message>
  <message>
   <source>Saved “{name}”.</source>
   <translation>Tallennettiin ”{name}”.</translation>
  </message>
  <message>
   <source>Saved “{profile}” without its secrets. {keychain_trouble} Give them each time with --secret-env or --secret-stdin.</source>
   <translation>Tallennettiin ”{profile}” ilman salaisuuksia. {keychain_trouble} Anna ne joka kerta valitsimella --secret-env tai --secret-stdin.</translation>
  </message>
  <message>
   <source>Saved: {path}</source>
   <translation>Tallennettu: {path}</translation>
  </message>
  <message>
   <source>Save…</source>
   <translation>Tallenna…</translation>
  </message>
  <message>
   <source>Say what to look for.</source>
   <translation>Kirjoita, mitä etsitään.</translation>
  </message>
  <message>
   <source>Say what to put in.</source>
   <translation>Kirjoita, mitä lisätään.</translation>
  </message>
  <message>
   <source>Say which module the rows are of: --module NAME.</source>
   <translation>Kerro, minkä moduulin rivejä ne ovat: --module NAME.</translation>
  </message>
  <message>
   <source>Say which records are meant: “where” with a filter, or “ids” with a list.</source>
   <translation>Kerro, mitä tietueita tarkoitat: ”where” ja suodatin tai ”ids” ja lista.</translation>
  </message>
  <message>
   <source>Says which record a note belongs to.</source>
   <translation>Kertoo, mihin tietueeseen muistiinpano kuuluu.</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Haku</translation>
  </message>
  <message>
   <source>Search every account's copy</source>
   <translation>Hae kaikkien tilien kopioista</translation>
  </message>
  <message>
   <source>Search everything…</source>
   <translation>Hae kaikesta…</translation>
  </message>
  <message>
   <source>Search for {0}</source>
   <translation>Hae: {0}</translation>
  </message>
  <message>
   <source>Search in {records}</source>
   <translation>Hae: {records}</translation>
  </message>
  <message>
   <source>Search operations</source>
   <translation>Hae operaatioista</translation>
  </message>
  <message>
   <source>Search the guide</source>
   <translation>Etsi oppaasta</translation>
  </message>
  <message>
   <source>Search what was changed</source>
   <translation>Hae muutetuista</translation>
  </message>
  <message>
   <source>Searches contacts, leads, accounts, cases and opportunities.</source>
   <translation>Hakee yhteyshenkilöistä, liideistä, asiakkaista, tapauksista ja myyntimahdollisuuksista.</translation>
  </message>
  <message>
   <source>SecurityInfo adds whether the record may be edited.</source>
   <translation>SecurityInfo kertoo lisäksi, saako tietuetta muokata.</translation>
  </message>
  <message>
   <source>See your numbers at a glance</source>
   <translation>Näe lukusi yhdellä silmäyksellä</translation>
  </message>
  <message>
   <source>Select everything</source>
   <translation>Valitse kaikki</translation>
  </message>
  <message>
   <source>Select more</source>
   <translation>Valitse lisää</translation>
  </message>
  <message>
   <source>Send both keys as headers KEY1 and KEY2</source>
   <translation>Lähetä molemmat avaimet otsakkeina KEY1 ja KEY2</translation>
  </message>
  <message>
   <source>Send both keys with every request</source>
   <translation>Lähetä molemmat avaimet joka pyynnössä</translation>
  </message>
  <message>
   <source>Send nothing after the change under way</source>
   <translation>Älä lähetä mitään käynnissä olevan muutoksen jälkeen</translation>
  </message>
  <message>
   <source>Send the new document first</source>
   <translation>Lähetä ensin uusi asiakirja</translation>
  </message>
  <message>
   <source>Sending goes on</source>
   <translation>Lähetys jatkuu</translation>
  </message>
  <message>
   <source>Sending was stopped when the account was locked. What was not sent still waits: review it to go on.</source>
   <translation>Lähetys pysähtyi, kun tili lukittiin. Lähettämätön odottaa yhä: jatka tarkistamalla se.</translation>
  </message>
  <message>
   <source>Sending {file} ({n} of {count}) to {title}…</source>
   <translation>Lähetetään {file} ({n}/{count}) kohteelle {title}…</translation>
  </message>
  <message>
   <source>Sending…</source>
   <translation>Lähetetään…</translation>
  </message>
  <message>
   <source>Sent</source>
   <translation>Lähetetty</translation>
  </message>
  <message>
   <source>Sent to the printer.</source>
   <translation>Lähetetty tulostimelle.</translation>
  </message>
  <message>
   <source>Sent {done} of {total}</source>
   <translation>Lähetetty {done}/{total}</translation>
  </message>
  <message>
   <source>Separator</source>
   <translation>Erotin</translation>
  </message>
  <message>
   <source>Serial number</source>
   <translation>Sarjanumero</translation>
  </message>
  <message>
   <source>Server</source>
   <translation>Palvelin</translation>
  </message>
  <message>
   <source>Server's time zone</source>
   <translation>Palvelimen aikavyöhyke</translation>
  </message>
  <message>
   <source>Set by your administrator</source>
   <translation>Ylläpitäjän asettama</translation>
  </message>
  <message>
   <source>Set to</source>
   <translation>Aseta arvo</translation>
  </message>
  <message>
   <source>Sets a user's password.</source>
   <translation>Asettaa käyttäjän salasanan.</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>Asetukset</translation>
  </message>
  <message>
   <source>Settings…</source>
   <translation>Asetukset…</translation>
  </message>
  <message>
   <source>Several accounts have the name “{name}”. Known accounts: {known}.</source>
   <translation>Usealla tilillä on nimi ”{name}”. Tunnetut tilit: {known}.</translation>
  </message>
  <message>
   <source>Several choices</source>
   <translation>Monivalinta</translation>
  </message>
  <message>
   <source>Several, separated by ;</source>
   <translation>Useita, erottimena ;</translation>
  </message>
  <message>
   <source>Sheet</source>
   <translation>Taulukkosivu</translation>
  </message>
  <message>
   <source>Sheet “{0}”</source>
   <translation>Taulukkosivu ”{0}”</translation>
  </message>
  <message>
   <source>Shipping address</source>
   <translation>Toimitusosoite</translation>
  </message>
  <message>
   <source>Shipping and handling</source>
   <translation>Toimitus ja käsittely</translation>
  </message>
  <message>
   <source>Show</source>
   <translation>Näytä</translation>
  </message>
  <message>
   <source>Show and edit the same filter as text</source>
   <translation>Näytä ja muokkaa samaa suodatinta tekstinä</translation>
  </message>
  <message>
   <source>Show as a table</source>
   <translation>Näytä taulukkona</translation>
  </message>
  <message>
   <source>Show empty fields</source>
   <translation>Näytä tyhjät kentät</translation>
  </message>
  <message>
   <source>Show in folder</source>
   <translation>Näytä kansiossa</translation>
  </message>
  <message>
   <source>Show more</source>
   <translation>Näytä lisää</translation>
  </message>
  <message>
   <source>Show subtotal</source>
   <translation>Näytä välisumma</translation>
  </message>
  <message>
   <source>Show the start page</source>
   <translation>Näytä aloitussivu</translation>
  </message>
  <message>
   <source>Show what is typed</source>
   <translation>Näytä kirjoitettu</translation>
  </message>
  <message numerus="yes">
   <source>Show {n} empty fields</source>
   <extracomment>Show {n} empty field</extracomment>
   <translation>
    <numerusform>Näytä {n} tyhjä kenttä</numerusform>
    <numerusform>Näytä {n} tyhjää kenttää</numerusform>
   </translation>
  </message>
  <message>
   <source>Side bar</source>
   <translation>Sivupalkki</translation>
  </message>
  <message>
   <source>Side by side</source>
   <translation>Rinnakkain</translation>
  </message>
  <message>
   <source>Signed in as</source>
   <translation>Kirjautunut</translation>
  </message>
  <message>
   <source>Signing in</source>
   <translation>Kirjautuminen</translation>
  </message>
  <message>
   <source>Signing out…</source>
   <translation>Kirjaudutaan ulos…</translation>
  </message>
  <message>
   <source>Smaller text</source>
   <translation>Pienempi teksti</translation>
  </message>
  <message>
   <source>So long a table shows its copy at once and asks the server behind it; an older one is read from the server. F5 always asks.</source>
   <translation>Näin pitkään taulukko näyttää kopionsa heti ja kysyy palvelimelta taustalla; vanhempi luetaan palvelimelta. F5 kysyy aina.</translation>
  </message>
  <message>
   <source>Some of the selected rows are still being read. Try again in a moment.</source>
   <translation>Osaa valituista riveistä luetaan vielä. Yritä hetken kuluttua uudelleen.</translation>
  </message>
  <message>
   <source>Somebody changed line {position} at the same moment. Nothing was sent: review it again.</source>
   <translation>Joku muutti riviä {position} samalla hetkellä. Mitään ei lähetetty: tarkista se uudelleen.</translation>
  </message>
  <message>
   <source>Somebody changed line {position} meanwhile. Nothing was sent: review it again.</source>
   <translation>Joku muutti riviä {position} sillä välin. Mitään ei lähetetty: tarkista se uudelleen.</translation>
  </message>
  <message>
   <source>Somebody changed the lines meanwhile. Reload the document and make the change again.</source>
   <translation>Joku muutti rivejä sillä välin. Lataa asiakirja uudelleen ja tee muutos uudelleen.</translation>
  </message>
  <message>
   <source>Somebody changed the lines of this document meanwhile. Nothing was sent, so that no line is lost: review it again.</source>
   <translation>Joku muutti tämän asiakirjan rivejä sillä välin. Mitään ei lähetetty, jottei yhtään riviä katoa: tarkista se uudelleen.</translation>
  </message>
  <message>
   <source>Somebody changed the lines of this document while you reviewed it.</source>
   <translation>Joku muutti tämän asiakirjan rivejä tarkistuksesi aikana.</translation>
  </message>
  <message>
   <source>Somebody changed this document meanwhile. Nothing was sent: review it again.</source>
   <translation>Joku muutti tätä asiakirjaa sillä välin. Mitään ei lähetetty: tarkista se uudelleen.</translation>
  </message>
  <message>
   <source>Somebody changed this record at the same moment. Nothing was sent: review it again.</source>
   <translation>Joku muutti tätä tietuetta samalla hetkellä. Mitään ei lähetetty: tarkista se uudelleen.</translation>
  </message>
  <message>
   <source>Somebody changed this record while you reviewed it. Review it again.</source>
   <translation>Joku muutti tätä tietuetta tarkistuksesi aikana. Tarkista se uudelleen.</translation>
  </message>
  <message>
   <source>Somebody else changed it</source>
   <translation>Joku muu muutti sitä</translation>
  </message>
  <message>
   <source>Something is missing or wrong; it is marked in the form. Nothing was sent.</source>
   <translation>Jotain puuttuu tai on väärin; se on merkitty lomakkeeseen. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {error}.</source>
   <translation>Jotain odottamatonta meni vikaan: {error}.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {error}. The details are in {path}.</source>
   <translation>Jotain odottamatonta meni vikaan: {error}. Tarkemmat tiedot ovat tiedostossa {path}.</translation>
  </message>
  <message>
   <source>Something went wrong</source>
   <translation>Jokin meni vikaan</translation>
  </message>
  <message>
   <source>Something went wrong in crmdesk</source>
   <translation>crmdeskissä meni jotain vikaan</translation>
  </message>
  <message>
   <source>Sort by this as well</source>
   <translation>Lajittele myös tämän mukaan</translation>
  </message>
  <message>
   <source>Sort by this column</source>
   <translation>Lajittele tämän sarakkeen mukaan</translation>
  </message>
  <message>
   <source>Sort by this column as well</source>
   <translation>Lajittele myös tämän sarakkeen mukaan</translation>
  </message>
  <message>
   <source>Sort downwards</source>
   <translation>Lajittele laskevasti</translation>
  </message>
  <message>
   <source>Sort upwards</source>
   <translation>Lajittele nousevasti</translation>
  </message>
  <message>
   <source>Sorted by the server: {order}</source>
   <translation>Palvelin lajittelee: {order}</translation>
  </message>
  <message>
   <source>Sorted here: {order}  (the server cannot, so everything is read before the first row)</source>
   <translation>Täällä lajitellaan: {order} (palvelin ei osaa, joten kaikki luetaan ennen ensimmäistä riviä)</translation>
  </message>
  <message>
   <source>Sorted: as the server gives them</source>
   <translation>Järjestys: palvelimen antama</translation>
  </message>
  <message>
   <source>Sorts by itself</source>
   <translation>Lajittelee itse</translation>
  </message>
  <message>
   <source>Stage</source>
   <translation>Valmistele</translation>
  </message>
  <message>
   <source>Stage and review…</source>
   <translation>Valmistele ja tarkista…</translation>
  </message>
  <message>
   <source>Stage the merge</source>
   <translation>Valmistele yhdistäminen</translation>
  </message>
  <message>
   <source>Stage the new {what}</source>
   <translation>Valmistele uusi {what}</translation>
  </message>
  <message>
   <source>Stage what brings the lines back; it is sent after your review</source>
   <translation>Valmistele muutos, joka tuo rivit takaisin; se lähetetään tarkistuksesi jälkeen</translation>
  </message>
  <message numerus="yes">
   <source>Stage {n} changes</source>
   <extracomment>Stage 1 change</extracomment>
   <translation>
    <numerusform>Valmistele 1 muutos</numerusform>
    <numerusform>Valmistele {n} muutosta</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Stage {n} repairs</source>
   <extracomment>Stage 1 repair</extracomment>
   <translation>
    <numerusform>Valmistele 1 korjaus</numerusform>
    <numerusform>Valmistele {n} korjausta</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Staged: {n} records will change or go. Review them when you are done here.</source>
   <extracomment>Staged: 1 record will change. Review it when you are done here.</extracomment>
   <translation>
    <numerusform>Odottaa: 1 tietue muuttuu. Tarkista se, kun olet täällä valmis.</numerusform>
    <numerusform>Odottaa: {n} tietuetta muuttuu tai poistuu. Tarkista ne, kun olet täällä valmis.</numerusform>
   </translation>
  </message>
  <message>
   <source>Start date</source>
   <translation>Aloituspäivä</translation>
  </message>
  <message>
   <source>Start page</source>
   <translation>Aloitussivu</translation>
  </message>
  <message>
   <source>Status</source>
   <translation>Tila</translation>
  </message>
  <message>
   <source>Still needed: {fields}</source>
   <translation>Puuttuu vielä: {fields}</translation>
  </message>
  <message>
   <source>Still reading.</source>
   <translation>Luetaan vielä.</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Pysäytä</translation>
  </message>
  <message>
   <source>Stop at the first error</source>
   <translation>Pysähdy ensimmäiseen virheeseen</translation>
  </message>
  <message>
   <source>Stop checking</source>
   <translation>Lopeta vertailu</translation>
  </message>
  <message>
   <source>Stop loading</source>
   <translation>Pysäytä lataus</translation>
  </message>
  <message>
   <source>Stop the test</source>
   <translation>Pysäytä testi</translation>
  </message>
  <message>
   <source>Stop updating the copy</source>
   <translation>Lopeta kopion päivitys</translation>
  </message>
  <message>
   <source>Stopped before it was sent.</source>
   <translation>Pysäytettiin ennen lähetystä.</translation>
  </message>
  <message>
   <source>Stopped before {host} had answered.{doubt}</source>
   <translation>Pysäytettiin ennen kuin {host} vastasi.{doubt}</translation>
  </message>
  <message>
   <source>Stopped.</source>
   <translation>Pysäytetty.</translation>
  </message>
  <message>
   <source>Stopped. No file was written.</source>
   <translation>Pysäytetty. Tiedostoa ei kirjoitettu.</translation>
  </message>
  <message>
   <source>Stopping after the change under way …</source>
   <translation>Pysäytetään käynnissä olevan muutoksen jälkeen …</translation>
  </message>
  <message>
   <source>Stored</source>
   <translation>Tallennettu</translation>
  </message>
  <message>
   <source>Stored in your system's keychain, never in a file.</source>
   <translation>Säilytetään järjestelmän avainnipussa, ei koskaan tiedostossa.</translation>
  </message>
  <message>
   <source>Stored now, or why not</source>
   <translation>Tallennettu nyt tai miksi ei</translation>
  </message>
  <message>
   <source>Stores a file as a document.</source>
   <translation>Tallentaa tiedoston asiakirjaksi.</translation>
  </message>
  <message>
   <source>Stores a new revision of a document.</source>
   <translation>Tallentaa asiakirjasta uuden version.</translation>
  </message>
  <message>
   <source>Stray blanks</source>
   <translation>Ylimääräiset välilyönnit</translation>
  </message>
  <message>
   <source>Street</source>
   <translation>Katuosoite</translation>
  </message>
  <message>
   <source>Street 2</source>
   <translation>Katuosoite 2</translation>
  </message>
  <message>
   <source>Subject</source>
   <translation>Aihe</translation>
  </message>
  <message>
   <source>Subtotal</source>
   <translation>Välisumma</translation>
  </message>
  <message>
   <source>SuiteCRM’s own page (line_items.js): each line’s tax in cents, the rest unrounded; its server only stores</source>
   <translation>SuiteCRM:n oma sivu (line_items.js): kunkin rivin vero sentteinä, muu pyöristämättä; sen palvelin vain tallentaa</translation>
  </message>
  <message>
   <source>Sum of quantity × price</source>
   <translation>Summa: määrä × hinta</translation>
  </message>
  <message>
   <source>Sum of the lines’ own discounts</source>
   <translation>Rivien omien alennusten summa</translation>
  </message>
  <message>
   <source>Supplier</source>
   <translation>Toimittaja</translation>
  </message>
  <message>
   <source>Supply type</source>
   <translation>Toimitustyyppi</translation>
  </message>
  <message>
   <source>Support</source>
   <translation>Tuki</translation>
  </message>
  <message>
   <source>Support case</source>
   <translation>Tukitapaus</translation>
  </message>
  <message>
   <source>Support cases</source>
   <translation>Tukitapaukset</translation>
  </message>
  <message>
   <source>Support e-mail</source>
   <translation>Tukisähköposti</translation>
  </message>
  <message>
   <source>Support e-mails</source>
   <translation>Tukisähköpostit</translation>
  </message>
  <message>
   <source>Support makes the pair for you: support@opencrm.co.uk. It sees and changes everything.</source>
   <translation>Tuki luo parin sinulle: support@opencrm.co.uk. Se näkee ja muuttaa kaiken.</translation>
  </message>
  <message>
   <source>Switch account…</source>
   <translation>Vaihda tiliä…</translation>
  </message>
  <message>
   <source>Switches modules or languages.</source>
   <translation>Ottaa moduuleja tai kieliä käyttöön ja pois käytöstä.</translation>
  </message>
  <message>
   <source>System</source>
   <translation>Järjestelmä</translation>
  </message>
  <message>
   <source>Table</source>
   <translation>Taulukko</translation>
  </message>
  <message>
   <source>Tables (*.csv *.tsv *.txt *.xlsx *.xlsm *.jsonl);;All files (*)</source>
   <translation>Taulukot (*.csv *.tsv *.txt *.xlsx *.xlsm *.jsonl);;Kaikki tiedostot (*)</translation>
  </message>
  <message>
   <source>Tables (*.csv);;JSON (*.json)</source>
   <translation>Taulukot (*.csv);;JSON (*.json)</translation>
  </message>
  <message>
   <source>Tables (*.csv);;JSON lines (*.jsonl)</source>
   <translation>Taulukot (*.csv);;JSON Lines (*.jsonl)</translation>
  </message>
  <message>
   <source>Take a field's change back</source>
   <translation>Peru kentän muutos</translation>
  </message>
  <message>
   <source>Take back</source>
   <translation>Peru muutos</translation>
  </message>
  <message>
   <source>Take back every change of these lines</source>
   <translation>Peru kaikki näiden rivien muutokset</translation>
  </message>
  <message>
   <source>Take back the change of {field} (was {was})</source>
   <translation>Peru kentän {field} muutos (oli {was})</translation>
  </message>
  <message>
   <source>Take back the edits of this row</source>
   <translation>Peru tämän rivin muutokset</translation>
  </message>
  <message>
   <source>Take the comments out: what a server reads in them cannot be checked.</source>
   <translation>Poista kommentit: ei voi tarkistaa, mitä palvelin niistä lukee.</translation>
  </message>
  <message>
   <source>Take the condition, or drop it</source>
   <translation>Hyväksy tai hylkää ehto</translation>
  </message>
  <message>
   <source>Take the link away?</source>
   <translation>Poistetaanko linkitys?</translation>
  </message>
  <message>
   <source>Take the password out of the store's address: it would stay in the shell's history. It comes from the keychain, or with --secret-env store=NAME.</source>
   <translation>Poista salasana tietovaraston osoitteesta: se jäisi komentotulkin historiaan. Salasana tulee avainnipusta tai valitsimella --secret-env store=NAME.</translation>
  </message>
  <message>
   <source>Take the user name and password out of the address; they have fields of their own.</source>
   <translation>Poista osoitteesta käyttäjätunnus ja salasana; niille on omat kentät.</translation>
  </message>
  <message>
   <source>Take this one away</source>
   <translation>Poista tämä</translation>
  </message>
  <message>
   <source>Take user and password out of the address; they have fields of their own.</source>
   <translation>Poista osoitteesta käyttäjä ja salasana; niille on omat kentät.</translation>
  </message>
  <message>
   <source>Take what was typed and go down or up</source>
   <translation>Hyväksy kirjoitettu ja siirry alas tai ylös</translation>
  </message>
  <message>
   <source>Takes from a relation.</source>
   <translation>Poistaa suhteesta.</translation>
  </message>
  <message>
   <source>Target</source>
   <translation>Kohde</translation>
  </message>
  <message>
   <source>Target end date</source>
   <translation>Tavoitepäivä</translation>
  </message>
  <message>
   <source>Target list</source>
   <translation>Kohdelista</translation>
  </message>
  <message>
   <source>Target lists</source>
   <translation>Kohdelistat</translation>
  </message>
  <message>
   <source>Targets</source>
   <translation>Kohteet</translation>
  </message>
  <message>
   <source>Task</source>
   <translation>Tehtävä</translation>
  </message>
  <message>
   <source>Tasks</source>
   <translation>Tehtävät</translation>
  </message>
  <message>
   <source>Tax</source>
   <translation>Vero</translation>
  </message>
  <message>
   <source>Tax class</source>
   <translation>Veroluokka</translation>
  </message>
  <message>
   <source>Tax total</source>
   <translation>Vero yhteensä</translation>
  </message>
  <message>
   <source>Tax {percent} %</source>
   <translation>Vero {percent} %</translation>
  </message>
  <message>
   <source>Team</source>
   <translation>Tiimi</translation>
  </message>
  <message>
   <source>Teams</source>
   <translation>Tiimit</translation>
  </message>
  <message>
   <source>Tell me when there is a new version</source>
   <translation>Kerro uudesta versiosta</translation>
  </message>
  <message>
   <source>Terms and conditions</source>
   <translation>Ehdot</translation>
  </message>
  <message>
   <source>Test connection</source>
   <translation>Testaa yhteys</translation>
  </message>
  <message>
   <source>Testing the connection</source>
   <translation>Yhteyden testaus</translation>
  </message>
  <message>
   <source>Text</source>
   <translation>Teksti</translation>
  </message>
  <message>
   <source>Text below the headline</source>
   <translation>Teksti otsikon alla</translation>
  </message>
  <message>
   <source>Text of the licence</source>
   <translation>Lisenssin teksti</translation>
  </message>
  <message>
   <source>Text size</source>
   <translation>Tekstin koko</translation>
  </message>
  <message>
   <source>That does not open it.</source>
   <translation>Lukitus ei avaudu sillä.</translation>
  </message>
  <message>
   <source>That does not open it. Wait a moment before you try again.</source>
   <translation>Lukitus ei avaudu sillä. Odota hetki ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>That is not the number. Nothing was sent.</source>
   <translation>Luku on väärä. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>That was being sent already. What was there before waits among the pending changes now: send it, too.</source>
   <translation>Se oli jo lähdössä. Se, mitä siinä oli ennen, odottaa nyt odottavien muutosten joukossa: lähetä sekin.</translation>
  </message>
  <message>
   <source>The API cannot list reports. Give their numbers; “custom” before those that OpenCRM built for you.</source>
   <translation>API ei osaa luetella raportteja. Anna niiden numerot; kirjoita ”custom” niiden eteen, jotka OpenCRM teki teille.</translation>
  </message>
  <message>
   <source>The SOAP interface (/CrmIntegrationWebservice) does not answer at {host}. Check the address.</source>
   <translation>SOAP-rajapinta (/CrmIntegrationWebservice) ei vastaa palvelimella {host}. Tarkista osoite.</translation>
  </message>
  <message>
   <source>The account and its key are removed from this computer. Nothing changes on the server.</source>
   <translation>Tili ja sen avain poistetaan tästä tietokoneesta. Palvelimella ei muutu mitään.</translation>
  </message>
  <message>
   <source>The account has neither a bearer token nor an API key. Open its settings and fill in one.</source>
   <translation>Tilillä ei ole bearer-tunnistetta eikä API-avainta. Avaa tilin asetukset ja täytä jompikumpi.</translation>
  </message>
  <message>
   <source>The account has no API key. Open the account's settings and fill it in.</source>
   <translation>Tilillä ei ole API-avainta. Avaa tilin asetukset ja täytä se.</translation>
  </message>
  <message>
   <source>The account has no address. Enter the CRM's address, for example https://crm.example.com.</source>
   <translation>Tilillä ei ole osoitetta. Anna CRM:n osoite, esimerkiksi https://crm.example.com.</translation>
  </message>
  <message>
   <source>The account has no application token. Open the account's settings and fill it in.</source>
   <translation>Tilillä ei ole sovellustunnistetta. Avaa tilin asetukset ja täytä se.</translation>
  </message>
  <message>
   <source>The account has no {missing}. Open the account's settings and fill it in.</source>
   <translation>Tililtä puuttuu: {missing}. Avaa tilin asetukset ja täytä se.</translation>
  </message>
  <message>
   <source>The account has no {what}. Open the account's settings and fill it in.</source>
   <translation>Tilistä puuttuu: {what}. Avaa tilin asetukset ja täytä se.</translation>
  </message>
  <message>
   <source>The account is closed.</source>
   <translation>Tili on suljettu.</translation>
  </message>
  <message>
   <source>The account is locked, so nothing was sent. Unlock it and try again.</source>
   <translation>Tili on lukittu, joten mitään ei lähetetty. Avaa lukitus ja yritä uudelleen.</translation>
  </message>
  <message>
   <source>The account's key does not open SOAP. {reason}</source>
   <translation>Tilin avain ei avaa SOAP-rajapintaa. {reason}</translation>
  </message>
  <message>
   <source>The account's settings need a look</source>
   <translation>Tilin asetukset pitää tarkistaa</translation>
  </message>
  <message>
   <source>The address</source>
   <translation>Osoite</translation>
  </message>
  <message>
   <source>The address begins with https://, not with {scheme}://</source>
   <translation>Osoitteen alussa on https://, ei {scheme}://</translation>
  </message>
  <message>
   <source>The address comes from the CRM. You are not asked again about this server until the program ends.</source>
   <translation>Osoite tulee CRM:stä. Tästä palvelimesta ei kysytä uudelleen ennen kuin ohjelma suljetaan.</translation>
  </message>
  <message>
   <source>The address holds a user name or a password. Take them out; they have fields of their own.</source>
   <translation>Osoitteessa on käyttäjätunnus tai salasana. Poista ne; niille on omat kentät.</translation>
  </message>
  <message>
   <source>The administrator's file {file} cannot be read: {error}.</source>
   <translation>Ylläpitäjän tiedostoa {file} ei voi lukea: {error}.</translation>
  </message>
  <message>
   <source>The administrator's file {file} locks {name}, which is no setting.</source>
   <translation>Ylläpitäjän tiedosto {file} lukitsee kohdan {name}, joka ei ole asetus.</translation>
  </message>
  <message>
   <source>The administrator's file {file} sets {name} to what it cannot be.</source>
   <translation>Ylläpitäjän tiedosto {file} antaa asetukselle {name} arvon, joka ei kelpaa.</translation>
  </message>
  <message>
   <source>The answer as JSON</source>
   <translation>Vastaus JSON-muodossa</translation>
  </message>
  <message>
   <source>The answer is on the clipboard.</source>
   <translation>Vastaus on leikepöydällä.</translation>
  </message>
  <message>
   <source>The answer is too long</source>
   <translation>Vastaus on liian pitkä</translation>
  </message>
  <message>
   <source>The answer makes no sense</source>
   <translation>Vastaus ei ole ymmärrettävä</translation>
  </message>
  <message>
   <source>The answer of {host} is damaged.{next_step}</source>
   <translation>Palvelimen {host} vastaus on vioittunut.{next_step}</translation>
  </message>
  <message>
   <source>The answer of {host} is damaged: it cannot be unpacked.{next_step}</source>
   <translation>Palvelimen {host} vastaus on vioittunut: sitä ei voi purkaa.{next_step}</translation>
  </message>
  <message>
   <source>The answer of {host} is longer than {megabytes} and was not read.</source>
   <translation>Palvelimen {host} vastaus on pidempi kuin {megabytes}, eikä sitä luettu.</translation>
  </message>
  <message>
   <source>The answer, branch by branch</source>
   <translation>Vastaus haaroittain</translation>
  </message>
  <message>
   <source>The application's version.</source>
   <translation>Sovelluksen versio.</translation>
  </message>
  <message>
   <source>The arrow keys move it, Esc goes back.</source>
   <translation>Nuolinäppäimet siirtävät sitä, Esc palaa.</translation>
  </message>
  <message>
   <source>The body of {operation} is a record, or a list of records. Nothing was sent.</source>
   <translation>Operaation {operation} sisältö on tietue tai tietueiden lista. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>The body of {operation} is no JSON: {error}. Nothing was sent.</source>
   <translation>Operaation {operation} sisältö ei ole JSONia: {error}. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>The campaign's number.</source>
   <translation>Kampanjan numero.</translation>
  </message>
  <message>
   <source>The cells {merged} are merged: only the first of them has the value.</source>
   <translation>Solut {merged} on yhdistetty: vain ensimmäisessä niistä on arvo.</translation>
  </message>
  <message>
   <source>The certificate belongs to another server than {host}. Check the address for a typing error.</source>
   <translation>Varmenne kuuluu muulle palvelimelle kuin {host}. Tarkista, onko osoitteessa kirjoitusvirhe.</translation>
  </message>
  <message>
   <source>The certificate file {ca_file} cannot be used. Choose a file with certificates in PEM form.</source>
   <translation>Varmennetiedostoa {ca_file} ei voi käyttää. Valitse tiedosto, jossa on PEM-muotoisia varmenteita.</translation>
  </message>
  <message>
   <source>The certificate of {host} comes from an authority this computer does not know. Install it in the system, or give its file in the account.</source>
   <translation>Palvelimen {host} varmenteen myöntäjää ei tunneta tässä tietokoneessa. Asenna se järjestelmään tai anna sen tiedosto tilin asetuksissa.</translation>
  </message>
  <message>
   <source>The certificate of {host} has expired. Ask who runs the server to renew it; check this computer's date.</source>
   <translation>Palvelimen {host} varmenne on vanhentunut. Pyydä palvelimen ylläpitoa uusimaan se; tarkista tämän tietokoneen päivämäärä.</translation>
  </message>
  <message>
   <source>The certificate of {host} is not valid yet. Check this computer's date and time.</source>
   <translation>Palvelimen {host} varmenne ei ole vielä voimassa. Tarkista tämän tietokoneen päivämäärä ja kellonaika.</translation>
  </message>
  <message>
   <source>The certificate of {host} was withdrawn. Do not go on; ask who runs the server.</source>
   <translation>Palvelimen {host} varmenne on peruttu. Älä jatka; kysy palvelimen ylläpidolta.</translation>
  </message>
  <message>
   <source>The change that is on its way is finished first. The others wait on this computer.</source>
   <translation>Matkalla oleva muutos tehdään ensin loppuun. Muut odottavat tässä tietokoneessa.</translation>
  </message>
  <message numerus="yes">
   <source>The changes of {n} records wait in {account} for your review.</source>
   <extracomment>The changes of 1 record wait in {account} for your review.</extracomment>
   <translation>
    <numerusform>1 tietueen muutokset odottavat tarkistustasi tilissä {account}.</numerusform>
    <numerusform>{n} tietueen muutokset odottavat tarkistustasi tilissä {account}.</numerusform>
   </translation>
  </message>
  <message>
   <source>The clipboard holds more than {n} rows.</source>
   <translation>Leikepöydällä on yli {n} riviä.</translation>
  </message>
  <message>
   <source>The clipboard holds no rows.</source>
   <translation>Leikepöydällä ei ole rivejä.</translation>
  </message>
  <message>
   <source>The clipboard holds {0} × {1} cells, but the table goes on for {2} rows below and {3} wide.</source>
   <translation>Leikepöydällä on {0} × {1} solua, mutta taulukossa on jäljellä {2} riviä alaspäin ja {3} saraketta.</translation>
  </message>
  <message>
   <source>The clipboard holds {0} × {1} cells, but {2} × {3} are marked. Mark one cell to paste all.</source>
   <translation>Leikepöydällä on {0} × {1} solua, mutta merkittynä on {2} × {3}. Liitä kaikki merkitsemällä yksi solu.</translation>
  </message>
  <message>
   <source>The clipboard is wider than the table from here on. Start further left.</source>
   <translation>Leikepöydän sisältö on leveämpi kuin taulukko tästä eteenpäin. Aloita vasemmempaa.</translation>
  </message>
  <message>
   <source>The columns' names are taken from row {row}; what stands above it is left out.</source>
   <translation>Sarakkeiden nimet otetaan riviltä {row}; sen yläpuolella oleva jää pois.</translation>
  </message>
  <message>
   <source>The connection failed</source>
   <translation>Yhteys epäonnistui</translation>
  </message>
  <message>
   <source>The connection to {host} broke before the whole answer had come.{next_step}</source>
   <translation>Yhteys palvelimeen {host} katkesi ennen kuin koko vastaus oli saapunut.{next_step}</translation>
  </message>
  <message numerus="yes">
   <source>The copies of {n} modules are up to date.</source>
   <extracomment>The copy of 1 module is up to date.</extracomment>
   <translation>
    <numerusform>{n} moduulin kopio on ajan tasalla.</numerusform>
    <numerusform>{n} moduulin kopiot ovat ajan tasalla.</numerusform>
   </translation>
  </message>
  <message>
   <source>The copy has no such record. Whether the server has one by now is known when it answers.</source>
   <translation>Kopiossa ei ole tällaista tietuetta. Onko palvelimella jo sellainen, selviää, kun se vastaa.</translation>
  </message>
  <message>
   <source>The copy of an account's modules on this computer takes at most this much.</source>
   <translation>Tilin moduulien kopio vie tässä tietokoneessa enintään tämän verran.</translation>
  </message>
  <message>
   <source>The copy on this computer does not have this record.</source>
   <translation>Tämän tietokoneen kopiossa ei ole tätä tietuetta.</translation>
  </message>
  <message>
   <source>The copy on this computer has no such record.</source>
   <translation>Tämän tietokoneen kopiossa ei ole tällaista tietuetta.</translation>
  </message>
  <message>
   <source>The copy was damaged and begins anew; the old file is {file}.</source>
   <translation>Kopio oli vioittunut, ja se aloitetaan alusta; vanha tiedosto on {file}.</translation>
  </message>
  <message>
   <source>The description (WSDL) of {address} cannot be read. Show the details below to your administrator.</source>
   <translation>Osoitteen {address} kuvausta (WSDL) ei voi lukea. Näytä alla olevat tiedot ylläpitäjälle.</translation>
  </message>
  <message>
   <source>The description (WSDL) of {address} names no SOAP interface. Check the address.</source>
   <translation>Osoitteen {address} kuvaus (WSDL) ei sisällä SOAP-rajapintaa. Tarkista osoite.</translation>
  </message>
  <message>
   <source>The description (WSDL) of {address} refers to another document, which is not fetched. Ask who runs the server for a description in one piece.</source>
   <translation>Osoitteen {address} kuvaus (WSDL) viittaa toiseen dokumenttiin, jota ei haeta. Pyydä palvelimen ylläpidolta yhtenäinen kuvaus.</translation>
  </message>
  <message>
   <source>The discount</source>
   <translation>Alennus</translation>
  </message>
  <message>
   <source>The document is not there: the file was not stored. Reload the list.</source>
   <translation>Asiakirjaa ei ole: tiedostoa ei tallennettu. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>The document was changed on the server after that, so its lines may be other ones by now.</source>
   <translation>Asiakirjaa muutettiin palvelimella sen jälkeen, joten sen rivit voivat jo olla toiset.</translation>
  </message>
  <message>
   <source>The document was created as {key}, but not all its lines: {reason}</source>
   <translation>Asiakirja luotiin tunnisteella {key}, mutta kaikki rivit eivät tallentuneet: {reason}</translation>
  </message>
  <message>
   <source>The document was created as {key}, then the session ended before all its lines were saved. Reload it and look before you go on.</source>
   <translation>Asiakirja luotiin tunnisteella {key}, mutta istunto päättyi ennen kuin kaikki rivit oli tallennettu. Lataa se uudelleen ja tarkista ennen kuin jatkat.</translation>
  </message>
  <message>
   <source>The document was saved ({key}), but could not be read back: {reason} Reload it and look.</source>
   <translation>Asiakirja tallennettiin ({key}), mutta sitä ei voitu lukea takaisin: {reason} Lataa se uudelleen ja tarkista.</translation>
  </message>
  <message>
   <source>The environment variable {variable} is not set, or empty.</source>
   <translation>Ympäristömuuttujaa {variable} ei ole asetettu, tai se on tyhjä.</translation>
  </message>
  <message>
   <source>The field will be empty.</source>
   <translation>Kenttä jää tyhjäksi.</translation>
  </message>
  <message>
   <source>The fields of a module.</source>
   <translation>Moduulin kentät.</translation>
  </message>
  <message>
   <source>The file becomes the document's newest revision; the older ones stay.</source>
   <translation>Tiedostosta tulee asiakirjan uusin versio; vanhemmat säilyvät.</translation>
  </message>
  <message>
   <source>The file begins with a mark that says UTF-16.</source>
   <translation>Tiedoston alussa on merkki, joka kertoo UTF-16-merkistön.</translation>
  </message>
  <message>
   <source>The file begins with a mark that says UTF-8.</source>
   <translation>Tiedoston alussa on merkki, joka kertoo UTF-8-merkistön.</translation>
  </message>
  <message>
   <source>The file came damaged. Try again.</source>
   <translation>Tiedosto tuli vioittuneena. Yritä uudelleen.</translation>
  </message>
  <message>
   <source>The file does not say its encoding: look at names with special letters.</source>
   <translation>Tiedosto ei kerro merkistöään: katso nimiä, joissa on erikoiskirjaimia.</translation>
  </message>
  <message>
   <source>The file has no column {match} to find records by.</source>
   <translation>Tiedostossa ei ole saraketta {match}, jolla tietueet löydettäisiin.</translation>
  </message>
  <message>
   <source>The file is gone. Reload the record.</source>
   <translation>Tiedostoa ei enää ole. Lataa tietue uudelleen.</translation>
  </message>
  <message>
   <source>The file is not base64. Choose it anew; nothing was sent.</source>
   <translation>Tiedosto ei ole base64-muodossa. Valitse se uudelleen; mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>The file lies on another server. Open the record in the browser.</source>
   <translation>Tiedosto on toisella palvelimella. Avaa tietue selaimessa.</translation>
  </message>
  <message>
   <source>The file of a document's revision.</source>
   <translation>Asiakirjan version tiedosto.</translation>
  </message>
  <message>
   <source>The file of a document.</source>
   <translation>Asiakirjan tiedosto.</translation>
  </message>
  <message>
   <source>The file of a note; SplendidCRM has it not.</source>
   <translation>Muistiinpanon tiedosto; SplendidCRM:ssä ei ole tätä.</translation>
  </message>
  <message>
   <source>The file of the local copy cannot be used: {path}. Check that the disk has room and that you may write there.</source>
   <translation>Paikallisen kopion tiedostoa ei voi käyttää: {path}. Tarkista, että levyllä on tilaa ja että saat kirjoittaa sinne.</translation>
  </message>
  <message>
   <source>The file that keeps your pending changes cannot be used: {path}. Check that the disk has room and that you may write there.</source>
   <translation>Odottavien muutosten tiedostoa ei voi käyttää: {path}. Tarkista, että levyllä on tilaa ja että saat kirjoittaa sinne.</translation>
  </message>
  <message>
   <source>The file with your pending changes and the journal was damaged. It was kept as {path}; what could be read of it is here. Look through the pending changes before you apply them.</source>
   <translation>Odottavien muutosten ja muutoslokin tiedosto oli vioittunut. Se säilytettiin nimellä {path}; täällä on se, mitä siitä voitiin lukea. Käy odottavat muutokset läpi ennen toteuttamista.</translation>
  </message>
  <message>
   <source>The filter of this tab no longer fits the module and was left out.</source>
   <translation>Tämän välilehden suodatin ei enää sopinut moduuliin ja jätettiin pois.</translation>
  </message>
  <message>
   <source>The first {most} are shown.</source>
   <translation>Ensimmäiset {most} näytetään.</translation>
  </message>
  <message>
   <source>The history of changes.</source>
   <translation>Muutoshistoria.</translation>
  </message>
  <message>
   <source>The journal does not hold the lines as they were.</source>
   <translation>Muutoslokissa ei ole rivejä sellaisina kuin ne olivat.</translation>
  </message>
  <message>
   <source>The journal does not tell which record this was.</source>
   <translation>Muutosloki ei kerro, mikä tietue tämä oli.</translation>
  </message>
  <message>
   <source>The journal has no batch {batch}.</source>
   <translation>Muutoslokissa ei ole erää {batch}.</translation>
  </message>
  <message>
   <source>The journal has no batch {number}.</source>
   <translation>Muutoslokissa ei ole erää {number}.</translation>
  </message>
  <message>
   <source>The last page could not be written. Is there room left?</source>
   <translation>Viimeistä sivua ei voitu kirjoittaa. Onko tilaa jäljellä?</translation>
  </message>
  <message>
   <source>The last run broke off. Changes that waited to be sent are safe on this computer. Shall the account and its tabs open as they were?</source>
   <translation>Edellinen käyttökerta katkesi. Lähetystä odottaneet muutokset ovat turvassa tässä tietokoneessa. Avataanko tili ja sen välilehdet sellaisina kuin ne olivat?</translation>
  </message>
  <message>
   <source>The lead cannot be converted with this opportunity.</source>
   <translation>Liidiä ei voi muuntaa tällä myyntimahdollisuudella.</translation>
  </message>
  <message>
   <source>The lead was not marked as converted. {ask_help}</source>
   <translation>Liidiä ei merkitty muunnetuksi. {ask_help}</translation>
  </message>
  <message>
   <source>The lead's lists were not moved. {ask_help}</source>
   <translation>Liidin luetteloita ei siirretty. {ask_help}</translation>
  </message>
  <message>
   <source>The line's data is in the price list now (item {item}), but the line was not made: {reason} Look before you try again.</source>
   <translation>Rivin tiedot ovat nyt hinnastossa (nimike {item}), mutta riviä ei luotu: {reason} Katso ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>The line's own id.</source>
   <translation>Rivin oma tunniste.</translation>
  </message>
  <message>
   <source>The lines of a sales document.</source>
   <translation>Myyntiasiakirjan rivit.</translation>
  </message>
  <message>
   <source>The lines of the document are not what they should be. Reload it.</source>
   <translation>Asiakirjan rivit eivät ole oikeanlaiset. Lataa se uudelleen.</translation>
  </message>
  <message>
   <source>The links of {record} could not be read: {reason}</source>
   <translation>Tietueen {record} yhteyksiä ei voitu lukea: {reason}</translation>
  </message>
  <message>
   <source>The local copy could not be deleted: {path}. Close other windows first.</source>
   <translation>Paikallista kopiota ei voitu poistaa: {path}. Sulje ensin muut ikkunat.</translation>
  </message>
  <message>
   <source>The local copy does not hold the lines of {id}. “crmdesk mirror update {module} --lines” copies them.</source>
   <translation>Paikallisessa kopiossa ei ole rivejä: {id}. ”crmdesk mirror update {module} --lines” kopioi ne.</translation>
  </message>
  <message>
   <source>The local copy has no record {id} in {module}.</source>
   <translation>Paikallisessa kopiossa ei ole tietuetta {id} ({module}).</translation>
  </message>
  <message>
   <source>The local copy has reached its limit of {megabytes} MB. Allow it more room in the settings, or drop a module; then update again.</source>
   <translation>Paikallinen kopio on saavuttanut {megabytes} Mt:n rajansa. Salli sille enemmän tilaa asetuksissa tai jätä jokin moduuli pois; päivitä sitten uudelleen.</translation>
  </message>
  <message>
   <source>The local copy is busy in another window. Try again in a moment.</source>
   <translation>Paikallinen kopio on käytössä toisessa ikkunassa. Yritä hetken kuluttua uudelleen.</translation>
  </message>
  <message>
   <source>The local copy is damaged: {path}. It is put aside when crmdesk starts next; update it then. Your pending changes are in another file and are not touched.</source>
   <translation>Paikallinen kopio on vioittunut: {path}. Se siirretään syrjään, kun crmdesk seuraavan kerran käynnistyy; päivitä se silloin. Odottavat muutokset ovat toisessa tiedostossa, eikä niihin kosketa.</translation>
  </message>
  <message>
   <source>The local copy was written by a newer version of crmdesk. Install that version, or delete the copy: {path}. Your pending changes are in another file.</source>
   <translation>Paikallisen kopion on kirjoittanut uudempi crmdesk-versio. Asenna se versio tai poista kopio: {path}. Odottavat muutokset ovat toisessa tiedostossa.</translation>
  </message>
  <message>
   <source>The login is right.</source>
   <translation>Tunnus on oikein.</translation>
  </message>
  <message>
   <source>The main record.</source>
   <translation>Päätietue.</translation>
  </message>
  <message>
   <source>The mark of the last update is damaged. Update from the beginning.</source>
   <translation>Viime päivityksen merkki on vioittunut. Päivitä alusta.</translation>
  </message>
  <message>
   <source>The marked cells are no block. Mark one cell, or one block.</source>
   <translation>Merkityt solut eivät ole yhtenäinen alue. Merkitse yksi solu tai yksi alue.</translation>
  </message>
  <message>
   <source>The module of the record {record} is not known. Open it from its list.</source>
   <translation>Tietueen {record} moduulia ei tunneta. Avaa tietue luettelostaan.</translation>
  </message>
  <message>
   <source>The modules, as links.</source>
   <translation>Moduulit linkkeinä.</translation>
  </message>
  <message>
   <source>The modules.</source>
   <translation>Moduulit.</translation>
  </message>
  <message>
   <source>The name you sign in with.</source>
   <translation>Tunnus, jolla kirjaudut.</translation>
  </message>
  <message>
   <source>The name {host} cannot be looked up. Check the network, then try again.</source>
   <translation>Nimeä {host} ei voi selvittää. Tarkista verkko ja yritä sitten uudelleen.</translation>
  </message>
  <message>
   <source>The new document is staged; it is sent after your review.</source>
   <translation>Uusi asiakirja odottaa; se lähetetään tarkistuksesi jälkeen.</translation>
  </message>
  <message>
   <source>The new document without lines.</source>
   <translation>Uusi asiakirja ilman rivejä.</translation>
  </message>
  <message>
   <source>The new password once more.</source>
   <translation>Uusi salasana toiseen kertaan.</translation>
  </message>
  <message>
   <source>The new password.</source>
   <translation>Uusi salasana.</translation>
  </message>
  <message>
   <source>The newer interface (/api/v1) does not answer at {host}. Check the address, or choose SOAP.</source>
   <translation>Uudempi rajapinta (/api/v1) ei vastaa palvelimella {host}. Tarkista osoite tai valitse SOAP.</translation>
  </message>
  <message>
   <source>The note is not there any more. Reload the list.</source>
   <translation>Muistiinpanoa ei enää ole. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>The note is not there: the file was not stored. Reload the list.</source>
   <translation>Muistiinpanoa ei ole: tiedostoa ei tallennettu. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>The note will belong to the record you name, and no longer to the one it belongs to now.</source>
   <translation>Muistiinpano siirtyy valitsemallesi tietueelle eikä kuulu enää nykyiselle.</translation>
  </message>
  <message>
   <source>The note's id.</source>
   <translation>Muistiinpanon tunniste.</translation>
  </message>
  <message>
   <source>The number of the last row: the end, not how many.</source>
   <translation>Viimeisen rivin numero: loppukohta, ei määrä.</translation>
  </message>
  <message>
   <source>The number of the level that the opportunity begins at, as in an opportunity's Level.</source>
   <translation>Sen tason numero, josta myyntimahdollisuus alkaa, kuten sen kentässä Level.</translation>
  </message>
  <message>
   <source>The number of the portal whose logins you check most; a check may name another.</source>
   <translation>Sen portaalin numero, jonka tunnuksia useimmin tarkistat; tarkistuksessa voi antaa toisen.</translation>
  </message>
  <message>
   <source>The old password is wrong. Type it again.</source>
   <translation>Vanha salasana on väärä. Kirjoita se uudelleen.</translation>
  </message>
  <message>
   <source>The old password.</source>
   <translation>Vanha salasana.</translation>
  </message>
  <message>
   <source>The original has pending changes. The new document begins with them.</source>
   <translation>Alkuperäisellä on odottavia muutoksia. Uusi asiakirja alkaa niillä.</translation>
  </message>
  <message>
   <source>The outcome is unknown</source>
   <translation>Lopputulos ei ole tiedossa</translation>
  </message>
  <message>
   <source>The outcome is unknown: look at the record before you try again.</source>
   <translation>Lopputulos ei ole tiedossa: katso tietue ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>The page</source>
   <translation>Sivu</translation>
  </message>
  <message>
   <source>The password has expired. Set a new one in the CRM's own pages, then enter it here.</source>
   <translation>Salasana on vanhentunut. Aseta uusi CRM:n omilla sivuilla ja anna se sitten täällä.</translation>
  </message>
  <message>
   <source>The password was not changed. {ask_help}</source>
   <translation>Salasanaa ei vaihdettu. {ask_help}</translation>
  </message>
  <message>
   <source>The password you sign in with. It leaves this computer as MD5 only; five wrong ones lock the user.</source>
   <translation>Salasana, jolla kirjaudut. Se lähtee tästä tietokoneesta vain MD5-muodossa; viisi väärää lukitsee käyttäjän.</translation>
  </message>
  <message>
   <source>The pipeline level is a whole number, such as 1.</source>
   <translation>Myyntiputken taso on kokonaisluku, kuten 1.</translation>
  </message>
  <message>
   <source>The place in the list is lost. Reload it.</source>
   <translation>Paikka luettelossa on kadonnut. Lataa se uudelleen.</translation>
  </message>
  <message>
   <source>The port in the store's address is no number.</source>
   <translation>Tietovaraston osoitteen portti ei ole luku.</translation>
  </message>
  <message>
   <source>The portal does not let this login in: {why}</source>
   <translation>Portaali ei päästä tätä tunnusta sisään: {why}</translation>
  </message>
  <message>
   <source>The portal is not set up on this server. Ask your administrator.</source>
   <translation>Portaalia ei ole otettu käyttöön tällä palvelimella. Kysy ylläpitäjältä.</translation>
  </message>
  <message>
   <source>The portal refuses this login, without a reason.</source>
   <translation>Portaali hylkää tämän tunnuksen syytä kertomatta.</translation>
  </message>
  <message>
   <source>The portal refuses this login: {given}</source>
   <translation>Portaali ei hyväksy tätä tunnusta: {given}</translation>
  </message>
  <message>
   <source>The probability to set.</source>
   <translation>Asetettava todennäköisyys.</translation>
  </message>
  <message>
   <source>The program ended before the answer came.</source>
   <translation>Ohjelma päättyi ennen kuin vastaus tuli.</translation>
  </message>
  <message>
   <source>The proxy asks for a login. Set the proxy's user and password in the system's settings.</source>
   <translation>Välityspalvelin vaatii kirjautumisen. Aseta sen käyttäjä ja salasana järjestelmän asetuksissa.</translation>
  </message>
  <message>
   <source>The proxy does not let us through</source>
   <translation>Välityspalvelin ei päästä läpi</translation>
  </message>
  <message>
   <source>The proxy {name_of_proxy} is no HTTP proxy. Give an HTTP proxy in the account, or none.</source>
   <translation>Välityspalvelin {name_of_proxy} ei ole HTTP-välityspalvelin. Anna tilille HTTP-välityspalvelin tai poista se.</translation>
  </message>
  <message>
   <source>The proxy {proxy}</source>
   <translation>Välityspalvelin {proxy}</translation>
  </message>
  <message>
   <source>The proxy {proxy} cannot be reached. Check its address, or use none.</source>
   <translation>Välityspalvelimeen {proxy} ei saada yhteyttä. Tarkista sen osoite tai poista se käytöstä.</translation>
  </message>
  <message>
   <source>The proxy {proxy} does not let us through to {host}. Ask who runs it.</source>
   <translation>Välityspalvelin {proxy} ei päästä palvelimelle {host}. Kysy sen ylläpidolta.</translation>
  </message>
  <message>
   <source>The quantity keeps {places} decimals there; {number} has more.</source>
   <translation>Määrässä on siellä enintään {places} desimaalia; arvossa {number} on enemmän.</translation>
  </message>
  <message>
   <source>The query has {n} characters; {max_chars} fit into an address.</source>
   <translation>Kyselyssä on {n} merkkiä; osoitteeseen mahtuu {max_chars}.</translation>
  </message>
  <message>
   <source>The query ran; nothing fits it.</source>
   <translation>Kysely suoritettiin; mikään ei sovi siihen.</translation>
  </message>
  <message>
   <source>The recipe changes nothing: add a [[change]] with a field.</source>
   <translation>Resepti ei muuta mitään: lisää [[change]], jossa on kenttä.</translation>
  </message>
  <message>
   <source>The recipe changes {touched} and says that it is never to be touched.</source>
   <translation>Resepti muuttaa kenttää {touched} ja sanoo, ettei siihen saa koskea.</translation>
  </message>
  <message>
   <source>The recipe expects {wanted} records and found {found}. Nothing was sent.</source>
   <translation>Resepti odottaa {wanted} tietuetta ja löysi {found}. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>The record comes back with a new id; links to the old one do not.</source>
   <translation>Tietue palaa uudella tunnisteella; viittaukset vanhaan eivät palaa.</translation>
  </message>
  <message>
   <source>The record goes to another organisation. Its person belongs to the former one and is not taken along.</source>
   <translation>Tietue siirtyy toiselle organisaatiolle. Sen henkilö kuuluu entiseen eikä siirry mukana.</translation>
  </message>
  <message>
   <source>The record is added to a campaign. It cannot be taken out again from here.</source>
   <translation>Tietue lisätään kampanjaan. Sitä ei voi poistaa siitä täältä.</translation>
  </message>
  <message>
   <source>The record is gone</source>
   <translation>Tietuetta ei enää ole</translation>
  </message>
  <message>
   <source>The record is gone.</source>
   <translation>Tietuetta ei enää ole.</translation>
  </message>
  <message>
   <source>The record is not there: it was deleted, or it never existed. Reload the list.</source>
   <translation>Tietuetta ei ole: se on poistettu, tai sitä ei ole koskaan ollut. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>The record to add.</source>
   <translation>Lisättävä tietue.</translation>
  </message>
  <message>
   <source>The record to link to it.</source>
   <translation>Siihen linkitettävä tietue.</translation>
  </message>
  <message>
   <source>The record was added, but the server did not say which one it is. Reload the list.</source>
   <translation>Tietue lisättiin, mutta palvelin ei kertonut, mikä se on. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>The record was made ({made}), but its file or its link was not stored: {reason}</source>
   <translation>Tietue luotiin ({made}), mutta sen tiedostoa tai linkitystä ei tallennettu: {reason}</translation>
  </message>
  <message>
   <source>The record was moved, but not changed: {reason}</source>
   <translation>Tietue siirrettiin, mutta sitä ei muutettu: {reason}</translation>
  </message>
  <message>
   <source>The record was not added to the campaign: {answer}</source>
   <translation>Tietuetta ei lisätty kampanjaan: {answer}</translation>
  </message>
  <message>
   <source>The record will be deleted.</source>
   <translation>Tietue poistetaan.</translation>
  </message>
  <message>
   <source>The record's id.</source>
   <translation>Tietueen tunniste.</translation>
  </message>
  <message>
   <source>The record's number; 0 makes a new one.</source>
   <translation>Tietueen numero; 0 luo uuden.</translation>
  </message>
  <message>
   <source>The records at the other end.</source>
   <translation>Suhteen toisen pään tietueet.</translation>
  </message>
  <message>
   <source>The records of one related list.</source>
   <translation>Yhden liittyvän luettelon tietueet.</translation>
  </message>
  <message>
   <source>The records were not related. {ask_help}</source>
   <translation>Tietueita ei yhdistetty toisiinsa. {ask_help}</translation>
  </message>
  <message>
   <source>The related lists of a module.</source>
   <translation>Moduulin liittyvät luettelot.</translation>
  </message>
  <message>
   <source>The relationship to set.</source>
   <translation>Asetettava suhde.</translation>
  </message>
  <message>
   <source>The reply as it came</source>
   <translation>Vastaus sellaisena kuin se tuli</translation>
  </message>
  <message>
   <source>The reply is on the clipboard.</source>
   <translation>Vastaus on leikepöydällä.</translation>
  </message>
  <message>
   <source>The report's number.</source>
   <translation>Raportin numero.</translation>
  </message>
  <message>
   <source>The row is no longer there. Reload the list.</source>
   <translation>Riviä ei enää ole. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>The row that begins in line {line} of {path} has a quotation mark that is never closed. Close it, or double it where it belongs to the text.</source>
   <translation>Tiedoston {path} riviltä {line} alkava rivi sisältää lainausmerkin, jota ei suljeta. Sulje se tai kahdenna se, jos se kuuluu tekstiin.</translation>
  </message>
  <message>
   <source>The rows of a native query have no types: use csv or json.</source>
   <translation>Järjestelmän oman kyselyn riveillä ei ole tyyppejä: käytä muotoa csv tai json.</translation>
  </message>
  <message>
   <source>The rows of a report.</source>
   <translation>Raportin rivit.</translation>
  </message>
  <message>
   <source>The same for dates without a time.</source>
   <translation>Sama päivämäärille ilman kellonaikaa.</translation>
  </message>
  <message>
   <source>The same in UTC.</source>
   <translation>Sama UTC-aikana.</translation>
  </message>
  <message>
   <source>The same in chosen modules, page by page.</source>
   <translation>Sama valituissa moduuleissa, sivu kerrallaan.</translation>
  </message>
  <message>
   <source>The second key of the pair.</source>
   <translation>Parin toinen avain.</translation>
  </message>
  <message>
   <source>The server allows no more sessions at once. Sign out elsewhere, then sign in again.</source>
   <translation>Palvelin ei salli enempää samanaikaisia istuntoja. Kirjaudu ulos muualla ja kirjaudu sitten uudelleen.</translation>
  </message>
  <message>
   <source>The server already has such a record and refuses a second one.</source>
   <translation>Palvelimella on jo tällainen tietue, eikä se ota toista.</translation>
  </message>
  <message>
   <source>The server already has such a record and refuses a second one. Look for it and change that one.</source>
   <translation>Palvelimella on jo tällainen tietue, eikä se ota toista. Etsi se ja muuta sitä.</translation>
  </message>
  <message>
   <source>The server answered with nothing. Try again.</source>
   <translation>Palvelin vastasi tyhjää. Yritä uudelleen.</translation>
  </message>
  <message>
   <source>The server answered with nothing.{look_first}</source>
   <translation>Palvelin vastasi tyhjää.{look_first}</translation>
  </message>
  <message>
   <source>The server answered with something unreadable.</source>
   <translation>Palvelimen vastausta ei voi lukea.</translation>
  </message>
  <message>
   <source>The server answered with something unreadable.{more}</source>
   <translation>Palvelimen vastausta ei voi lukea.{more}</translation>
  </message>
  <message>
   <source>The server answers again.</source>
   <translation>Palvelin vastaa taas.</translation>
  </message>
  <message numerus="yes">
   <source>The server answers again. Your {n} pending changes still fit.</source>
   <extracomment>The server answers again. Your pending change still fits.</extracomment>
   <translation>
    <numerusform>Palvelin vastaa taas. {n} odottava muutos sopii edelleen.</numerusform>
    <numerusform>Palvelin vastaa taas. {n} odottavaa muutosta sopii edelleen.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>The server answers again. {n} of your pending changes meet what others changed: the review shows them.</source>
   <extracomment>The server answers again. 1 of your pending changes meets what others changed: the review shows it.</extracomment>
   <translation>
    <numerusform>Palvelin vastaa taas. {n} odottava muutos osuu kohtaan, jota muut ovat muuttaneet: tarkistus näyttää sen.</numerusform>
    <numerusform>Palvelin vastaa taas. {n} odottavaa muutosta osuu kohtiin, joita muut ovat muuttaneet: tarkistus näyttää ne.</numerusform>
   </translation>
  </message>
  <message>
   <source>The server answers that it saved document {key}, which is not the one. Reload it and look.</source>
   <translation>Palvelin vastaa tallentaneensa asiakirjan {key}, joka ei ole oikea. Lataa se uudelleen ja tarkista.</translation>
  </message>
  <message>
   <source>The server answers that it saved record {key}, which is not the one. Reload the list and look before you try again.</source>
   <translation>Palvelin vastaa tallentaneensa tietueen {key}, joka ei ole oikea. Lataa luettelo uudelleen ja tarkista ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>The server asks for a pause. Try again in {wait_s} seconds.</source>
   <translation>Palvelin pyytää taukoa. Yritä uudelleen {wait_s} sekunnin kuluttua.</translation>
  </message>
  <message>
   <source>The server asks for a pause: too many requests. Try again in a moment.</source>
   <translation>Palvelin pyytää taukoa: liikaa pyyntöjä. Yritä hetken kuluttua uudelleen.</translation>
  </message>
  <message>
   <source>The server asks for a pause: too many requests. Try again later.</source>
   <translation>Palvelin pyytää taukoa: liikaa pyyntöjä. Yritä myöhemmin uudelleen.</translation>
  </message>
  <message>
   <source>The server asks for a pause: your subscription's number of requests is used up for now. Try again later.</source>
   <translation>Palvelin pyytää taukoa: tilauksenne pyyntömäärä on toistaiseksi käytetty. Yritä myöhemmin uudelleen.</translation>
  </message>
  <message>
   <source>The server asks us to wait</source>
   <translation>Palvelin pyytää odottamaan</translation>
  </message>
  <message>
   <source>The server broke down and gave no reason. Try again; if it stays, show the details to your administrator.</source>
   <translation>Palvelimeen tuli vika eikä se kertonut syytä. Yritä uudelleen; jos vika ei poistu, näytä tiedot ylläpitäjälle.</translation>
  </message>
  <message>
   <source>The server broke down in the middle: {shown} {unknown_outcome}</source>
   <translation>Palvelimeen tuli vika kesken työn: {shown} {unknown_outcome}</translation>
  </message>
  <message>
   <source>The server broke down while it was saving. The change may have been saved all the same: reload the record and look before you try again.</source>
   <translation>Palvelimeen tuli vika kesken tallennuksen. Muutos on voinut silti tallentua: lataa tietue uudelleen ja tarkista ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>The server broke down while it was saving.{look_first}</source>
   <translation>Palvelimeen tuli vika kesken tallennuksen.{look_first}</translation>
  </message>
  <message>
   <source>The server broke down. Try again; if it stays, show the details to your administrator.</source>
   <translation>Palvelimeen tuli vika. Yritä uudelleen; jos vika ei poistu, näytä tiedot ylläpitäjälle.</translation>
  </message>
  <message>
   <source>The server cannot ask for this combination: filtered on this computer.</source>
   <translation>Palvelin ei voi käyttää tätä yhdistelmää: suodatetaan tässä tietokoneessa.</translation>
  </message>
  <message>
   <source>The server cannot ask for “{op}” without losing rows: filtered on this computer.</source>
   <translation>Palvelin ei voi käyttää ehtoa ”{op}” kadottamatta rivejä: suodatetaan tässä tietokoneessa.</translation>
  </message>
  <message>
   <source>The server cannot be reached</source>
   <translation>Palvelimeen ei saada yhteyttä</translation>
  </message>
  <message>
   <source>The server cannot be reached, and the copy of {module} is not finished: which records there are is known when the server answers again.</source>
   <translation>Palvelimeen ei saada yhteyttä, ja kopio ({module}) on kesken: tietueet selviävät, kun palvelin taas vastaa.</translation>
  </message>
  <message>
   <source>The server cannot be reached, and the lines of this document are not on this computer. Documents that were opened before are, and all of a module where its copy keeps their lines.</source>
   <translation>Palvelimeen ei saada yhteyttä, eivätkä tämän asiakirjan rivit ole tässä tietokoneessa. Aiemmin avattujen asiakirjojen rivit ovat, samoin moduulin kaikkien asiakirjojen, jos sen kopiossa säilytetään rivit.</translation>
  </message>
  <message>
   <source>The server cannot be reached, and there is no copy of {module} on this computer. Try again when the server answers.</source>
   <translation>Palvelimeen ei saada yhteyttä, eikä tässä tietokoneessa ole kopiota ({module}). Yritä uudelleen, kun palvelin vastaa.</translation>
  </message>
  <message>
   <source>The server cannot be reached; copies are updated when it answers again.</source>
   <translation>Palvelimeen ei saada yhteyttä; kopiot päivitetään, kun se taas vastaa.</translation>
  </message>
  <message>
   <source>The server cannot do this</source>
   <translation>Palvelin ei osaa tätä</translation>
  </message>
  <message>
   <source>The server cannot filter by {field}: filtered on this computer.</source>
   <translation>Palvelin ei voi suodattaa kentällä {field}: suodatetaan tässä tietokoneessa.</translation>
  </message>
  <message>
   <source>The server cannot store or find the file. Ask your administrator about its upload folder.</source>
   <translation>Palvelin ei voi tallentaa tai löytää tiedostoa. Kysy ylläpitäjältä palvelimen latauskansiosta.</translation>
  </message>
  <message numerus="yes">
   <source>The server changed {n} other fields by itself</source>
   <extracomment>The server changed {n} other field by itself</extracomment>
   <translation>
    <numerusform>Palvelin muutti itse {n} muuta kenttää</numerusform>
    <numerusform>Palvelin muutti itse {n} muuta kenttää</numerusform>
   </translation>
  </message>
  <message>
   <source>The server compares {field} in another way: filtered on this computer.</source>
   <translation>Palvelin vertaa kenttää {field} eri tavalla: suodatetaan tässä tietokoneessa.</translation>
  </message>
  <message>
   <source>The server converted the record without telling which one it made.</source>
   <translation>Palvelin muunsi tietueen, mutta ei kertonut, minkä se loi.</translation>
  </message>
  <message>
   <source>The server could not answer: {shown} {later}</source>
   <translation>Palvelin ei voinut vastata: {shown} {later}</translation>
  </message>
  <message>
   <source>The server could not carry this out. {ask_help}</source>
   <translation>Palvelin ei voinut tehdä tätä. {ask_help}</translation>
  </message>
  <message>
   <source>The server could not read this list and does not say why.</source>
   <translation>Palvelin ei voinut lukea tätä luetteloa eikä kerro syytä.</translation>
  </message>
  <message>
   <source>The server did not say whether it saved this. Reload the record and look before you try again.</source>
   <translation>Palvelin ei kertonut, tallensiko se tämän. Lataa tietue uudelleen ja tarkista ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>The server did not say whether the record was added. Look at the campaign first.</source>
   <translation>Palvelin ei kertonut, lisättiinkö tietue. Katso ensin kampanja.</translation>
  </message>
  <message>
   <source>The server did not understand the filter. Change it, or take one condition away.</source>
   <translation>Palvelin ei ymmärtänyt suodatinta. Muuta sitä tai poista jokin ehto.</translation>
  </message>
  <message>
   <source>The server does not accept the token any more. Sign in again.</source>
   <translation>Palvelin ei enää hyväksy tunnistetta. Kirjaudu uudelleen.</translation>
  </message>
  <message>
   <source>The server does not accept this computer's address. Ask your administrator.</source>
   <translation>Palvelin ei hyväksy tämän tietokoneen osoitetta. Kysy ylläpitäjältä.</translation>
  </message>
  <message>
   <source>The server does not allow it: {shown} Ask your administrator for a token with more rights.</source>
   <translation>Palvelin ei salli tätä: {shown} Pyydä ylläpitäjältä tunniste, jolla on enemmän oikeuksia.</translation>
  </message>
  <message>
   <source>The server does not allow this, or the record is no longer there: it does not tell which. Reload the list; if the record is still shown, ask your administrator for the right.</source>
   <translation>Palvelin ei salli tätä, tai tietuetta ei enää ole: se ei kerro, kumpi. Lataa luettelo uudelleen; jos tietue näkyy yhä, pyydä oikeutta ylläpitäjältä.</translation>
  </message>
  <message>
   <source>The server does not filter {module} by this record, and there are too many to look through. Filter their own list instead.</source>
   <translation>Palvelin ei suodata luetteloa ({module}) tällä tietueella, ja läpikäytäviä on liikaa. Suodata sen sijaan niiden omaa luetteloa.</translation>
  </message>
  <message>
   <source>The server does not filter {plural} by this record, and there are too many to look through. Filter their own list instead.</source>
   <translation>Palvelin ei suodata luetteloa ({plural}) tällä tietueella, ja läpikäytäviä on liikaa. Suodata sen sijaan niiden omaa luetteloa.</translation>
  </message>
  <message>
   <source>The server does not have it: {given}</source>
   <translation>Palvelimella ei ole tätä: {given}</translation>
  </message>
  <message>
   <source>The server does not know a field {field}: filtered on this computer.</source>
   <translation>Palvelin ei tunne kenttää {field}: suodatetaan tässä tietokoneessa.</translation>
  </message>
  <message>
   <source>The server does not know this kind of record. Reload the modules.</source>
   <translation>Palvelin ei tunne tällaisia tietueita. Lataa moduulit uudelleen.</translation>
  </message>
  <message>
   <source>The server does not know this list of related records. Reload the record.</source>
   <translation>Palvelin ei tunne tätä liittyvien tietueiden luetteloa. Lataa tietue uudelleen.</translation>
  </message>
  <message>
   <source>The server does not know this pair of keys. Copy key and pass key anew; support@opencrm.co.uk issues them.</source>
   <translation>Palvelin ei tunne tätä avainparia. Kopioi avain ja pass-avain uudelleen; ne saa osoitteesta support@opencrm.co.uk.</translation>
  </message>
  <message>
   <source>The server does not know this user name. Check its spelling.</source>
   <translation>Palvelin ei tunne tätä käyttäjätunnusta. Tarkista kirjoitusasu.</translation>
  </message>
  <message>
   <source>The server does not let us in</source>
   <translation>Palvelin ei päästä sisään</translation>
  </message>
  <message>
   <source>The server does not let you do this in {module}.</source>
   <translation>Palvelin ei salli tätä sinulle moduulissa {module}.</translation>
  </message>
  <message>
   <source>The server does not list {module}, so they cannot be copied.</source>
   <translation>Palvelin ei anna luetteloa ({module}), joten sitä ei voi kopioida.</translation>
  </message>
  <message>
   <source>The server does not offer this module, or not to you. Reload the modules.</source>
   <translation>Palvelin ei tarjoa tätä moduulia, tai ei sinulle. Lataa moduulit uudelleen.</translation>
  </message>
  <message>
   <source>The server does not take the access key (any longer). Sign in again.</source>
   <translation>Palvelin ei (enää) hyväksy käyttöavainta. Kirjaudu uudelleen.</translation>
  </message>
  <message>
   <source>The server does not tell the new record's id. Look for it before you try again.</source>
   <translation>Palvelin ei kerro uuden tietueen tunnistetta. Etsi se ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>The server does not tell whether it was done. Look for the record before you send it again.</source>
   <translation>Palvelin ei kerro, tehtiinkö se. Etsi tietue ennen kuin lähetät sen uudelleen.</translation>
  </message>
  <message>
   <source>The server forbids this: {sentence} The API is off by default and can be limited to certain addresses; support@opencrm.co.uk changes that.</source>
   <translation>Palvelin estää tämän: {sentence} API on oletuksena pois käytöstä, ja sen voi rajata tiettyihin osoitteisiin; support@opencrm.co.uk muuttaa sen.</translation>
  </message>
  <message>
   <source>The server gave no access token. Check the application token.</source>
   <translation>Palvelin ei antanut käyttötunnistetta. Tarkista sovellustunniste.</translation>
  </message>
  <message>
   <source>The server has no field {name} any more.</source>
   <translation>Palvelimella ei ole enää kenttää {name}.</translation>
  </message>
  <message>
   <source>The server has no field {name}.</source>
   <translation>Palvelimella ei ole kenttää {name}.</translation>
  </message>
  <message>
   <source>The server has no {name}.</source>
   <translation>Palvelimella ei ole tätä: {name}.</translation>
  </message>
  <message>
   <source>The server has trouble</source>
   <translation>Palvelimessa on häiriö</translation>
  </message>
  <message>
   <source>The server holds something else by now in: {moved}.</source>
   <translation>Palvelimella on nyt muuta näissä: {moved}.</translation>
  </message>
  <message>
   <source>The server is asked:</source>
   <translation>Palvelimelta kysytään:</translation>
  </message>
  <message>
   <source>The server is closed for the moment (maintenance or overload). Try again in a few minutes.</source>
   <translation>Palvelin on hetken suljettu (huolto tai ylikuormitus). Yritä muutaman minuutin kuluttua uudelleen.</translation>
  </message>
  <message>
   <source>The server knows no record with this id: it was deleted, or the id is wrong. Reload the list.</source>
   <translation>Palvelin ei tunne tietuetta tällä tunnisteella: se on poistettu, tai tunniste on väärä. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>The server made a new record ({keys}) instead of changing this one. Look at both before you go on.</source>
   <translation>Palvelin loi uuden tietueen ({keys}) tämän muuttamisen sijaan. Katso molemmat ennen kuin jatkat.</translation>
  </message>
  <message>
   <source>The server makes a delivery of this opportunity, with its lines; the opportunity may be gone then.</source>
   <translation>Palvelin tekee tästä myyntimahdollisuudesta toimituksen riveineen; mahdollisuus voi sen jälkeen kadota.</translation>
  </message>
  <message>
   <source>The server makes an opportunity of this delivery, with its lines; the delivery may be gone then.</source>
   <translation>Palvelin tekee tästä toimituksesta myyntimahdollisuuden riveineen; toimitus voi sen jälkeen kadota.</translation>
  </message>
  <message>
   <source>The server misses one of the two keys. Check key and pass key in the account.</source>
   <translation>Palvelimelta puuttuu toinen avaimista. Tarkista tilin avain ja pass-avain.</translation>
  </message>
  <message>
   <source>The server opened no session. Try again.</source>
   <translation>Palvelin ei avannut istuntoa. Yritä uudelleen.</translation>
  </message>
  <message>
   <source>The server refused the login because its one-time token had run out. Try again.</source>
   <translation>Palvelin hylkäsi kirjautumisen, koska sen kertakäyttötunniste oli vanhentunut. Yritä uudelleen.</translation>
  </message>
  <message>
   <source>The server refused to save this: {sentence} Correct it and try again.</source>
   <translation>Palvelin ei suostunut tallentamaan tätä: {sentence} Korjaa se ja yritä uudelleen.</translation>
  </message>
  <message>
   <source>The server refused to save this: {shown} Correct it and try again.</source>
   <translation>Palvelin ei suostunut tallentamaan tätä: {shown} Korjaa se ja yritä uudelleen.</translation>
  </message>
  <message>
   <source>The server refused.</source>
   <translation>Palvelin kieltäytyi.</translation>
  </message>
  <message>
   <source>The server refused: it is too large.</source>
   <translation>Palvelin kieltäytyi: lähetys on liian suuri.</translation>
  </message>
  <message>
   <source>The server refused: {given}</source>
   <translation>Palvelin kieltäytyi: {given}</translation>
  </message>
  <message>
   <source>The server refused: {given}.</source>
   <translation>Palvelin kieltäytyi: {given}.</translation>
  </message>
  <message>
   <source>The server refused: {hidden}</source>
   <translation>Palvelin kieltäytyi: {hidden}</translation>
  </message>
  <message>
   <source>The server refused: {sentence} If it stays, show the details to your administrator.</source>
   <translation>Palvelin kieltäytyi: {sentence} Jos vika ei poistu, näytä tiedot ylläpitäjälle.</translation>
  </message>
  <message>
   <source>The server refused: {shown}</source>
   <translation>Palvelin kieltäytyi: {shown}</translation>
  </message>
  <message>
   <source>The server refused: {shown} {ask_help}</source>
   <translation>Palvelin kieltäytyi: {shown} {ask_help}</translation>
  </message>
  <message>
   <source>The server refused: {shown} {later}</source>
   <translation>Palvelin kieltäytyi: {shown} {later}</translation>
  </message>
  <message>
   <source>The server refuses the API key: {given} Copy it anew from CRM-service, or ask whether it is locked.</source>
   <translation>Palvelin ei hyväksy API-avainta: {given} Kopioi se uudelleen CRM-servicestä tai kysy, onko se lukittu.</translation>
  </message>
  <message>
   <source>The server refuses the application token. Copy it anew from webCRM: Configuration, Integration, API, REST.</source>
   <translation>Palvelin ei hyväksy sovellustunnistetta. Kopioi se uudelleen webCRM:stä: Configuration, Integration, API, REST.</translation>
  </message>
  <message>
   <source>The server refuses the token. Copy it anew from CRM-service.</source>
   <translation>Palvelin ei hyväksy tunnistetta. Kopioi se uudelleen CRM-servicestä.</translation>
  </message>
  <message>
   <source>The server refuses this user name and password. Check both: after five failures it locks the user. Nothing is tried again by itself.</source>
   <translation>Palvelin ei hyväksy tätä käyttäjätunnusta ja salasanaa. Tarkista molemmat: viiden epäonnistumisen jälkeen se lukitsee käyttäjän. Mitään ei yritetä itsestään uudelleen.</translation>
  </message>
  <message>
   <source>The server reports a failure</source>
   <translation>Palvelin ilmoittaa viasta</translation>
  </message>
  <message>
   <source>The server said that the records are linked, but they are not. Link them in the CRM itself.</source>
   <translation>Palvelin sanoi, että tietueet on linkitetty, mutta näin ei ole. Linkitä ne itse CRM:ssä.</translation>
  </message>
  <message>
   <source>The server saved nothing, and does not say why.</source>
   <translation>Palvelin ei tallentanut mitään eikä kerro syytä.</translation>
  </message>
  <message>
   <source>The server says it saved the record, but not under which number, so it could not be checked. Look before you try again.</source>
   <translation>Palvelin sanoo tallentaneensa tietueen, mutta ei kerro, millä numerolla, joten sitä ei voitu tarkistaa. Katso ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>The server says that the record is deleted, but it is still there. Reload the list.</source>
   <translation>Palvelin sanoo, että tietue on poistettu, mutta se on yhä olemassa. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>The server says “Unauthorized”: a key is missing or wrong, or something on the way changed the request. Check both keys; if they are right, try another way of signing in, in the account's settings.</source>
   <translation>Palvelin vastaa ”Unauthorized”: avain puuttuu tai on väärä, tai jokin matkalla muutti pyyntöä. Tarkista molemmat avaimet; jos ne ovat oikein, kokeile toista kirjautumistapaa tilin asetuksissa.</translation>
  </message>
  <message>
   <source>The server sends us elsewhere</source>
   <translation>Palvelin ohjaa muualle</translation>
  </message>
  <message>
   <source>The server sent no access key. Try another way of signing in.</source>
   <translation>Palvelin ei lähettänyt käyttöavainta. Kokeile toista kirjautumistapaa.</translation>
  </message>
  <message>
   <source>The server sent no login token. Check the address.</source>
   <translation>Palvelin ei lähettänyt kirjautumistunnistetta. Tarkista osoite.</translation>
  </message>
  <message>
   <source>The server sent no session. Try again.</source>
   <translation>Palvelin ei lähettänyt istuntoa. Yritä uudelleen.</translation>
  </message>
  <message>
   <source>The server sent nothing. Try again.</source>
   <translation>Palvelin ei lähettänyt mitään. Yritä uudelleen.</translation>
  </message>
  <message>
   <source>The server sets this field by itself.</source>
   <translation>Palvelin asettaa tämän kentän itse.</translation>
  </message>
  <message>
   <source>The server stores it at once; its own total follows when a line is saved next.</source>
   <translation>Palvelin tallentaa sen heti; sen oma loppusumma päivittyy, kun jokin rivi seuraavan kerran tallennetaan.</translation>
  </message>
  <message>
   <source>The server takes 250 requests a minute, and they are used up. Go on in a moment.</source>
   <translation>Palvelin ottaa 250 pyyntöä minuutissa, ja ne on käytetty. Jatka hetken kuluttua.</translation>
  </message>
  <message>
   <source>The server takes 250 requests a minute, and they are used up. Try again in {wait_s} seconds.</source>
   <translation>Palvelin ottaa 250 pyyntöä minuutissa, ja ne on käytetty. Yritä uudelleen {wait_s} sekunnin kuluttua.</translation>
  </message>
  <message>
   <source>The server takes files up to 25 MB; {file_name} has {n} MB.</source>
   <translation>Palvelin ottaa enintään 25 Mt:n tiedostoja; {file_name} on {n} Mt.</translation>
  </message>
  <message numerus="yes">
   <source>The server takes {n} conditions at a time: filtered on this computer.</source>
   <extracomment>The server takes one condition at a time: filtered on this computer.</extracomment>
   <translation>
    <numerusform>Palvelin ottaa yhden ehdon kerrallaan: suodatetaan tässä tietokoneessa.</numerusform>
    <numerusform>Palvelin ottaa {n} ehtoa kerrallaan: suodatetaan tässä tietokoneessa.</numerusform>
   </translation>
  </message>
  <message>
   <source>The server tells no total of its own.</source>
   <translation>Palvelin ei kerro omaa loppusummaa.</translation>
  </message>
  <message>
   <source>The server tells nothing of this record: nothing happened, or it does not follow this module.</source>
   <translation>Palvelin ei kerro tästä tietueesta mitään: mitään ei ole tapahtunut, tai se ei seuraa tätä moduulia.</translation>
  </message>
  <message>
   <source>The server took it (number {record}), but it could not be checked: {reason}</source>
   <translation>Palvelin otti sen vastaan (numero {record}), mutta sitä ei voitu tarkistaa: {reason}</translation>
  </message>
  <message>
   <source>The server took it (number {record}), but it could not be checked: {reason} Look at the record before you try again.</source>
   <translation>Palvelin otti sen vastaan (numero {record}), mutta sitä ei voitu tarkistaa: {reason} Katso tietue ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>The server took the change but did not say for which record. Reload the list and look before you try again.</source>
   <translation>Palvelin otti muutoksen vastaan, mutta ei kertonut, mille tietueelle. Lataa luettelo uudelleen ja tarkista ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>The server took the deletion, but it could not be checked: {reason} Reload the list and look.</source>
   <translation>Palvelin otti poiston vastaan, mutta sitä ei voitu tarkistaa: {reason} Lataa luettelo uudelleen ja tarkista.</translation>
  </message>
  <message>
   <source>The server took the document but did not say its id. Reload the list and look first.</source>
   <translation>Palvelin otti asiakirjan vastaan, mutta ei kertonut sen tunnistetta. Lataa ensin luettelo uudelleen ja tarkista.</translation>
  </message>
  <message>
   <source>The server took the file, but did not say as which document.</source>
   <translation>Palvelin otti tiedoston vastaan, mutta ei kertonut, minä asiakirjana.</translation>
  </message>
  <message>
   <source>The server took the file, but did not say as which. Reload the record and look.</source>
   <translation>Palvelin otti tiedoston vastaan, mutta ei kertonut, minkä tunnisteen se sai. Lataa tietue uudelleen ja tarkista.</translation>
  </message>
  <message>
   <source>The server took the line's data, but did not say under which number.</source>
   <translation>Palvelin otti rivin tiedot vastaan, mutta ei kertonut, millä numerolla.</translation>
  </message>
  <message>
   <source>The server took the line, but did not say which one it is.</source>
   <translation>Palvelin otti rivin vastaan, mutta ei kertonut, mikä se on.</translation>
  </message>
  <message>
   <source>The server took the note, but it is not in the list.</source>
   <translation>Palvelin otti muistiinpanon vastaan, mutta se ei ole luettelossa.</translation>
  </message>
  <message>
   <source>The server took the record but did not say which one it is. Reload the list before you try again.</source>
   <translation>Palvelin otti tietueen vastaan, mutta ei kertonut, mikä se on. Lataa luettelo uudelleen ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>The server took the {what} but did not say which one it is.</source>
   <translation>Palvelin otti lisäyksen vastaan ({what}), mutta ei kertonut, mikä se on.</translation>
  </message>
  <message>
   <source>The server's answer ends in the middle or is damaged.{more}</source>
   <translation>Palvelimen vastaus katkeaa kesken tai on vioittunut.{more}</translation>
  </message>
  <message>
   <source>The server's answer ends in the middle. The change may have been saved all the same: reload the record and look before you try again.</source>
   <translation>Palvelimen vastaus katkeaa kesken. Muutos on voinut silti tallentua: lataa tietue uudelleen ja tarkista ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>The server's answer ends in the middle. Try again; if it stays, ask for fewer records.</source>
   <translation>Palvelimen vastaus katkeaa kesken. Yritä uudelleen; jos vika ei poistu, pyydä vähemmän tietueita.</translation>
  </message>
  <message>
   <source>The server's answer is damaged or no SOAP at all. Try again; if it stays, show the details to your administrator.</source>
   <translation>Palvelimen vastaus on vioittunut tai se ei ole SOAPia. Yritä uudelleen; jos vika ei poistu, näytä tiedot ylläpitäjälle.</translation>
  </message>
  <message>
   <source>The server's answer is damaged. {unknown_outcome}</source>
   <translation>Palvelimen vastaus on vioittunut. {unknown_outcome}</translation>
  </message>
  <message>
   <source>The server's answer is not a document. Reload the list.</source>
   <translation>Palvelimen vastaus ei ole asiakirja. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>The server's answer is not a record. Reload the list.</source>
   <translation>Palvelimen vastaus ei ole tietue. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>The server's answer is not what it should be. Try again.</source>
   <translation>Palvelimen vastaus ei ole oikeanlainen. Yritä uudelleen.</translation>
  </message>
  <message>
   <source>The server's answer to saving is not what it should be. Look at the record before you try again.</source>
   <translation>Palvelimen vastaus tallennukseen ei ole oikeanlainen. Katso tietue ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>The server's count is not a number. Try again.</source>
   <translation>Palvelimen antama määrä ei ole luku. Yritä uudelleen.</translation>
  </message>
  <message>
   <source>The server's database refused the filter or the order. Change it, or take one condition away.</source>
   <translation>Palvelimen tietokanta hylkäsi suodattimen tai järjestyksen. Muuta sitä tai poista jokin ehto.</translation>
  </message>
  <message>
   <source>The server's database refused this; often an owner or a link that does not exist. Check them.</source>
   <translation>Palvelimen tietokanta hylkäsi tämän; usein syynä on omistaja tai viittaus, jota ei ole. Tarkista ne.</translation>
  </message>
  <message>
   <source>The server's description (WSDL) cannot be used. Ask who runs it.</source>
   <translation>Palvelimen kuvausta (WSDL) ei voi käyttää. Kysy palvelimen ylläpidolta.</translation>
  </message>
  <message>
   <source>The server's description (WSDL) offers no SOAP {number}. Choose the other version.</source>
   <translation>Palvelimen kuvaus (WSDL) ei tarjoa versiota SOAP {number}. Valitse toinen versio.</translation>
  </message>
  <message>
   <source>The server's description of the module is not what it should be.</source>
   <translation>Palvelimen kuvaus moduulista ei ole oikeanlainen.</translation>
  </message>
  <message>
   <source>The server's directory (LDAP) refuses this user. Check user name and password.</source>
   <translation>Palvelimen hakemisto (LDAP) ei hyväksy tätä käyttäjää. Tarkista käyttäjätunnus ja salasana.</translation>
  </message>
  <message>
   <source>The server's history is not what it should be.</source>
   <translation>Palvelimen historia ei ole oikeanlainen.</translation>
  </message>
  <message>
   <source>The server's history settings are not what they should be.</source>
   <translation>Palvelimen historia-asetukset eivät ole oikeanlaiset.</translation>
  </message>
  <message>
   <source>The server's list does not have this value.</source>
   <translation>Tätä arvoa ei ole palvelimen luettelossa.</translation>
  </message>
  <message>
   <source>The server's list is not what it should be. Try again.</source>
   <translation>Palvelimen luettelo ei ole oikeanlainen. Yritä uudelleen.</translation>
  </message>
  <message>
   <source>The server's list of changes is not what it should be.</source>
   <translation>Palvelimen muutosluettelo ei ole oikeanlainen.</translation>
  </message>
  <message>
   <source>The server's list of modules is not what it should be.</source>
   <translation>Palvelimen moduuliluettelo ei ole oikeanlainen.</translation>
  </message>
  <message>
   <source>The server's local time, in its own culture.</source>
   <translation>Palvelimen paikallinen aika sen omassa muodossa.</translation>
  </message>
  <message>
   <source>The server's login answer is not what it should be.</source>
   <translation>Palvelimen kirjautumisvastaus ei ole oikeanlainen.</translation>
  </message>
  <message>
   <source>The server's own history could not be read: {why}</source>
   <translation>Palvelimen omaa historiaa ei voitu lukea: {why}</translation>
  </message>
  <message>
   <source>The server's related lists are not what they should be.</source>
   <translation>Palvelimen liittyvät luettelot eivät ole oikeanlaiset.</translation>
  </message>
  <message>
   <source>The server's related records are not what they should be.</source>
   <translation>Palvelimen liittyvät tietueet eivät ole oikeanlaiset.</translation>
  </message>
  <message>
   <source>The server's rows are not in the order asked for. Reload the list.</source>
   <translation>Palvelimen rivit eivät ole pyydetyssä järjestyksessä. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>The server's rows are not what they should be. Try again.</source>
   <translation>Palvelimen rivit eivät ole oikeanlaiset. Yritä uudelleen.</translation>
  </message>
  <message>
   <source>The server’s total, from before your edits: how this CRM adds up is not documented, so it cannot be checked.</source>
   <translation>Palvelimen loppusumma ennen muutoksiasi: tämän CRM:n laskutapaa ei ole dokumentoitu, joten summaa ei voi tarkistaa.</translation>
  </message>
  <message>
   <source>The server’s {what} is {theirs}, these rules make it {ours}: {difference} apart</source>
   <translation>Palvelimella {what} on {theirs}, näillä säännöillä {ours}: ero {difference}</translation>
  </message>
  <message>
   <source>The service at this address lacks {missing}. Check the address.</source>
   <translation>Tämän osoitteen palvelusta puuttuu {missing}. Tarkista osoite.</translation>
  </message>
  <message>
   <source>The session has ended</source>
   <translation>Istunto on päättynyt</translation>
  </message>
  <message>
   <source>The session has rested for too long. Sign in again.</source>
   <translation>Istunto on ollut liian kauan käyttämättä. Kirjaudu uudelleen.</translation>
  </message>
  <message>
   <source>The session on the server is over. Sign in again.</source>
   <translation>Istunto palvelimella on päättynyt. Kirjaudu uudelleen.</translation>
  </message>
  <message>
   <source>The session service at {host} is not the one that was expected.</source>
   <translation>Palvelimen {host} istuntopalvelu ei ole odotettu.</translation>
  </message>
  <message>
   <source>The session service at {host} opens no sessions. Check the address.</source>
   <translation>Palvelimen {host} istuntopalvelu ei avaa istuntoja. Tarkista osoite.</translation>
  </message>
  <message>
   <source>The session; filled in by this program.</source>
   <translation>Istunto; tämä ohjelma täyttää sen.</translation>
  </message>
  <message>
   <source>The spreadsheet could not compute this cell ({cell}).</source>
   <translation>Taulukko-ohjelma ei voinut laskea tätä solua ({cell}).</translation>
  </message>
  <message>
   <source>The status to set.</source>
   <translation>Asetettava tila.</translation>
  </message>
  <message>
   <source>The store cannot be reached: {reason}</source>
   <translation>Tietovarastoon ei saada yhteyttä: {reason}</translation>
  </message>
  <message>
   <source>The store does not offer encryption, so nothing was sent. Ask who runs it to switch it on; if everybody may read along, write ?sslmode=disable behind its address.</source>
   <translation>Varasto ei tarjoa salausta, joten mitään ei lähetetty. Pyydä sen ylläpitoa ottamaan se käyttöön; jos kaikki saavat lukea, kirjoita sen osoitteen perään ?sslmode=disable.</translation>
  </message>
  <message>
   <source>The store refuses this user or its password: {reason}</source>
   <translation>Tietovarasto ei hyväksy tätä käyttäjää tai salasanaa: {reason}</translation>
  </message>
  <message>
   <source>The store says: {reason}</source>
   <translation>Tietovarasto vastaa: {reason}</translation>
  </message>
  <message>
   <source>The system's keychain could not be used.</source>
   <translation>Järjestelmän avainnippua ei voitu käyttää.</translation>
  </message>
  <message>
   <source>The system's keychain does not keep what it is given.</source>
   <translation>Järjestelmän avainnippu ei säilytä sille annettua.</translation>
  </message>
  <message>
   <source>The system's keychain is locked.</source>
   <translation>Järjestelmän avainnippu on lukittu.</translation>
  </message>
  <message>
   <source>The team's copy could not be written.</source>
   <translation>Tiimin kopiota ei voitu kirjoittaa.</translation>
  </message>
  <message>
   <source>The two new passwords differ. Type them again.</source>
   <translation>Uudet salasanat eroavat toisistaan. Kirjoita ne uudelleen.</translation>
  </message>
  <message>
   <source>The user may not write in the store: {reason}</source>
   <translation>Käyttäjä ei saa kirjoittaa tietovarastoon: {reason}</translation>
  </message>
  <message>
   <source>The user name or the access key is wrong. The access key is not the password: copy it from CRM+, My Preferences, Access key.</source>
   <translation>Käyttäjätunnus tai käyttöavain on väärä. Käyttöavain ei ole salasana: kopioi se CRM+:sta, Omat asetukset, Käyttöavain (Access key).</translation>
  </message>
  <message>
   <source>The user's name.</source>
   <translation>Käyttäjän nimi.</translation>
  </message>
  <message>
   <source>The user's name; filled in by this program.</source>
   <translation>Käyttäjän nimi; tämä ohjelma täyttää sen.</translation>
  </message>
  <message>
   <source>The values do not fit what the server's description asks for.</source>
   <translation>Arvot eivät vastaa palvelimen kuvausta.</translation>
  </message>
  <message>
   <source>The version of SugarCRM that is imitated.</source>
   <translation>SugarCRM-versio, jota jäljitellään.</translation>
  </message>
  <message>
   <source>The web server asks for a login of its own before OpenCRM answers. Ask your administrator.</source>
   <translation>Verkkopalvelin vaatii oman kirjautumisen, ennen kuin OpenCRM vastaa. Kysy ylläpitäjältä.</translation>
  </message>
  <message>
   <source>The web server asks for a login of its own before the CRM answers. Ask your administrator to let this program through.</source>
   <translation>Verkkopalvelin vaatii oman kirjautumisen, ennen kuin CRM vastaa. Pyydä ylläpitäjää päästämään tämä ohjelma läpi.</translation>
  </message>
  <message>
   <source>The web server forbids this address. Ask your administrator whether the web service is open to you.</source>
   <translation>Verkkopalvelin estää tämän osoitteen. Kysy ylläpitäjältä, onko verkkopalvelu avoinna sinulle.</translation>
  </message>
  <message>
   <source>The web server of {host} does not let us in. Ask who runs it whether this service is switched on.</source>
   <translation>Palvelimen {host} verkkopalvelin ei päästä sisään. Kysy sen ylläpidolta, onko tämä palvelu käytössä.</translation>
  </message>
  <message>
   <source>The web server turned the request away before OpenCRM saw it. Ask support@opencrm.co.uk whether this computer's address may use the API.</source>
   <translation>Verkkopalvelin torjui pyynnön, ennen kuin OpenCRM näki sen. Kysy osoitteesta support@opencrm.co.uk, saako tämän tietokoneen osoite käyttää APIa.</translation>
  </message>
  <message>
   <source>The web session on the server is over. Sign in again.</source>
   <translation>Verkkoistunto palvelimella on päättynyt. Kirjaudu uudelleen.</translation>
  </message>
  <message>
   <source>The window follows as soon as every account is unlocked.</source>
   <translation>Ikkuna vaihtuu heti, kun kaikkien tilien lukitus on avattu.</translation>
  </message>
  <message>
   <source>The window follows at once; what is open and what is pending stays.</source>
   <translation>Ikkuna vaihtuu heti; se, mikä on avoinna tai odottaa, säilyy.</translation>
  </message>
  <message>
   <source>The {field} is missing: give it with --secret-env NAME or --secret-stdin.</source>
   <translation>{field} puuttuu: anna se valitsimella --secret-env NAME tai --secret-stdin.</translation>
  </message>
  <message>
   <source>The {label} of this account is missing; type it in the account's settings.{reason}</source>
   <translation>Tililtä puuttuu {label}; anna se tilin asetuksissa.{reason}</translation>
  </message>
  <message numerus="yes">
   <source>The {n} marked rows</source>
   <extracomment>The marked row</extracomment>
   <translation>
    <numerusform>Merkitty rivi</numerusform>
    <numerusform>{n} merkittyä riviä</numerusform>
   </translation>
  </message>
  <message>
   <source>The {what} differs: ours is {ours}, the server's {theirs}.</source>
   <translation>Ero ({what}): meillä {ours}, palvelimella {theirs}.</translation>
  </message>
  <message>
   <source>The {what} was added, but looking for it failed: {reason}</source>
   <translation>Lisäys onnistui ({what}), mutta lisätyn hakeminen ei: {reason}</translation>
  </message>
  <message>
   <source>Their types and ids.</source>
   <translation>Niiden tyypit ja tunnisteet.</translation>
  </message>
  <message>
   <source>Then</source>
   <translation>Sitten</translation>
  </message>
  <message>
   <source>There are no documents here.</source>
   <translation>Täällä ei ole asiakirjoja.</translation>
  </message>
  <message>
   <source>There are no products.</source>
   <translation>Tuotteita ei ole.</translation>
  </message>
  <message>
   <source>There are no rows below the names of the columns.</source>
   <translation>Sarakkeiden nimien alla ei ole rivejä.</translation>
  </message>
  <message>
   <source>There is an account “{name}” already; remove it first, or choose another name.</source>
   <translation>Tili ”{name}” on jo olemassa; poista se ensin tai valitse toinen nimi.</translation>
  </message>
  <message>
   <source>There is no CRM+ web service at this address. Check it: it is where you sign in, and ends in webservice.php.</source>
   <translation>Tässä osoitteessa ei ole CRM+-verkkopalvelua. Tarkista osoite: se on kirjautumisosoitteesi, ja sen lopussa on webservice.php.</translation>
  </message>
  <message>
   <source>There is no OpenCRM at this address. Check it: it is where you sign in, like https://yoursystemname.opencrm.co.uk.</source>
   <translation>Tässä osoitteessa ei ole OpenCRM:ää. Tarkista osoite: se on kirjautumisosoitteesi, kuten https://yoursystemname.opencrm.co.uk.</translation>
  </message>
  <message>
   <source>There is no SOAP service at this address of {host}. Check the address.</source>
   <translation>Palvelimen {host} tässä osoitteessa ei ole SOAP-palvelua. Tarkista osoite.</translation>
  </message>
  <message>
   <source>There is no copy of them on this computer. They come when the server answers again.</source>
   <translation>Niistä ei ole kopiota tässä tietokoneessa. Ne saadaan, kun palvelin taas vastaa.</translation>
  </message>
  <message>
   <source>There is no day {given}; write 2026-12-24.</source>
   <translation>Päivää {given} ei ole; kirjoita 2026-12-24.</translation>
  </message>
  <message>
   <source>There is no file on the server.</source>
   <translation>Palvelimella ei ole tiedostoa.</translation>
  </message>
  <message>
   <source>There is no folder {parent}.</source>
   <translation>Kansiota {parent} ei ole.</translation>
  </message>
  <message>
   <source>There is no function {unknown}. {example}</source>
   <translation>Funktiota {unknown} ei ole. {example}</translation>
  </message>
  <message>
   <source>There is no interface “{wanted}”. Choose REST, SOAP or whichever answers.</source>
   <translation>Rajapintaa ”{wanted}” ei ole. Valitse REST, SOAP tai kumpi vain vastaa.</translation>
  </message>
  <message>
   <source>There is no list “{relation}” there.</source>
   <translation>Luetteloa ”{relation}” ei ole siellä.</translation>
  </message>
  <message>
   <source>There is no local copy of {account} yet: “crmdesk mirror update MODULE …” makes one.</source>
   <translation>Tilillä {account} ei vielä ole paikallista kopiota: ”crmdesk mirror update MODULE …” luo sellaisen.</translation>
  </message>
  <message>
   <source>There is no local copy of {modules}. Copied are: {copied}.</source>
   <translation>Paikallista kopiota ei ole: {modules}. Kopioitu on: {copied}.</translation>
  </message>
  <message>
   <source>There is no local copy of {module}. Copied are: {copied}.</source>
   <translation>Paikallista kopiota ei ole: {module}. Kopioitu on: {copied}.</translation>
  </message>
  <message>
   <source>There is no local copy yet: “crmdesk mirror update MODULE … --account NAME” makes one.</source>
   <translation>Paikallista kopiota ei vielä ole: ”crmdesk mirror update MODULE … --account NAME” luo sellaisen.</translation>
  </message>
  <message>
   <source>There is no module {module}, or you may not see it. Nothing was sent.</source>
   <translation>Moduulia {module} ei ole, tai et saa nähdä sitä. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>There is no module “{name}” for this user.</source>
   <translation>Tällä käyttäjällä ei ole moduulia ”{name}”.</translation>
  </message>
  <message>
   <source>There is no module “{name}” for this user.{hint}</source>
   <translation>Tällä käyttäjällä ei ole moduulia ”{name}”.{hint}</translation>
  </message>
  <message>
   <source>There is no operation “{name}” on this server.</source>
   <translation>Tällä palvelimella ei ole operaatiota ”{name}”.</translation>
  </message>
  <message>
   <source>There is no operation “{name}”. Choose one of: {known}.</source>
   <translation>Operaatiota ”{name}” ei ole. Valitse jokin näistä: {known}.</translation>
  </message>
  <message>
   <source>There is no proxy named {proxy}. Check the proxy's address.</source>
   <translation>Välityspalvelinta {proxy} ei ole. Tarkista välityspalvelimen osoite.</translation>
  </message>
  <message>
   <source>There is no room left on the disk for the local copy. What was copied so far stays; make room and update again.</source>
   <translation>Levyllä ei ole enää tilaa paikalliselle kopiolle. Tähän mennessä kopioitu säilyy; vapauta tilaa ja päivitä uudelleen.</translation>
  </message>
  <message>
   <source>There is no server named {host}. Check the address and the network.</source>
   <translation>Palvelinta {host} ei ole. Tarkista osoite ja verkko.</translation>
  </message>
  <message>
   <source>There is no session yet. Sign in first.</source>
   <translation>Istuntoa ei vielä ole. Kirjaudu ensin.</translation>
  </message>
  <message>
   <source>There is no such place on the server.</source>
   <translation>Palvelimella ei ole tällaista paikkaa.</translation>
  </message>
  <message>
   <source>There is no such record on the server.</source>
   <translation>Palvelimella ei ole tällaista tietuetta.</translation>
  </message>
  <message>
   <source>There is no such record.</source>
   <translation>Tällaista tietuetta ei ole.</translation>
  </message>
  <message>
   <source>There is no time zone “{name}”. Write it like Europe/Berlin, or leave it empty.</source>
   <translation>Aikavyöhykettä ”{name}” ei ole. Kirjoita se muodossa Europe/Berlin tai jätä tyhjäksi.</translation>
  </message>
  <message>
   <source>There is no time zone “{name}”. Write it like Europe/London, or leave it empty.</source>
   <translation>Aikavyöhykettä ”{name}” ei ole. Kirjoita se muodossa Europe/London tai jätä tyhjäksi.</translation>
  </message>
  <message>
   <source>There is no vendor “{vendor}”. Choose one of: {known}.</source>
   <translation>Järjestelmää ”{vendor}” ei ole. Valitse jokin näistä: {known}.</translation>
  </message>
  <message>
   <source>There is no way to {host} from here. Check the network or the VPN.</source>
   <translation>Täältä ei ole reittiä palvelimelle {host}. Tarkista verkko tai VPN.</translation>
  </message>
  <message>
   <source>There is nothing to change</source>
   <translation>Muutettavaa ei ole</translation>
  </message>
  <message>
   <source>There is nothing to choose from.</source>
   <translation>Valittavaa ei ole.</translation>
  </message>
  <message>
   <source>These changes were begun on {host}, the account now points to {host_of}. Nothing was sent. Discard them and open the account again, or change its address back.</source>
   <translation>Nämä muutokset aloitettiin palvelimella {host}, mutta tilin osoite on nyt {host_of}. Mitään ei lähetetty. Hylkää muutokset ja avaa tili uudelleen tai vaihda osoite takaisin.</translation>
  </message>
  <message>
   <source>These files would go into one zip on this computer. Read them here first: keys and passwords are masked. What your records hold goes in only if you tick it. Nothing is sent.</source>
   <translation>Nämä tiedostot menisivät yhteen zip-tiedostoon tässä tietokoneessa. Lue ne ensin täällä: avaimet ja salasanat on peitetty. Tietueidesi sisältö tulee mukaan vain, jos valitset sen. Mitään ei lähetetä.</translation>
  </message>
  <message numerus="yes">
   <source>They are in {n} records.</source>
   <extracomment>All of it is in 1 record.</extracomment>
   <translation>
    <numerusform>Kaikki on {n} tietueessa.</numerusform>
    <numerusform>Ne ovat {n} tietueessa.</numerusform>
   </translation>
  </message>
  <message>
   <source>They stay in the list with their reason and are not staged.</source>
   <translation>Ne jäävät luetteloon syineen, eikä niitä valmistella.</translation>
  </message>
  <message>
   <source>This API key may not do that: {given} Ask your administrator for a key with more rights.</source>
   <translation>Tällä API-avaimella ei saa tehdä tätä: {given} Pyydä ylläpitäjältä avain, jolla on enemmän oikeuksia.</translation>
  </message>
  <message>
   <source>This CRM does not keep the order of lines.</source>
   <translation>Tämä CRM ei säilytä rivien järjestystä.</translation>
  </message>
  <message>
   <source>This CRM does not offer: {capability}.</source>
   <translation>Tämä CRM ei tarjoa tätä: {capability}.</translation>
  </message>
  <message>
   <source>This CRM does not take new documents with lines.</source>
   <translation>Tämä CRM ei ota vastaan uusia asiakirjoja riveineen.</translation>
  </message>
  <message>
   <source>This CRM does not take new {records} with lines from outside.</source>
   <translation>Tämä CRM ei ota ulkoa vastaan uusia rivillisiä asiakirjoja: {records}.</translation>
  </message>
  <message>
   <source>This CRM does not tell its history. What you see is what this computer did.</source>
   <translation>Tämä CRM ei kerro historiaansa. Tässä näkyy, mitä tämä tietokone on tehnyt.</translation>
  </message>
  <message>
   <source>This CRM does not tell where its own pages are.</source>
   <translation>Tämä CRM ei kerro omien sivujensa osoitetta.</translation>
  </message>
  <message>
   <source>This CRM has no switch for its workflows: --no-events cannot be kept.</source>
   <translation>Tässä CRM:ssä ei ole kytkintä työnkuluille: valitsinta --no-events ei voi noudattaa.</translation>
  </message>
  <message>
   <source>This CRM makes it itself.</source>
   <translation>Tämä CRM tekee sen itse.</translation>
  </message>
  <message>
   <source>This CRM takes lines of documents it has.</source>
   <translation>Tämä CRM ottaa rivejä vain olemassa oleviin asiakirjoihin.</translation>
  </message>
  <message>
   <source>This account is open in another window of crmdesk. Close it there first: two windows would overwrite each other's pending changes.</source>
   <translation>Tämä tili on auki toisessa crmdesk-ikkunassa. Sulje se siellä ensin: kaksi ikkunaa kirjoittaisi toistensa odottavien muutosten päälle.</translation>
  </message>
  <message>
   <source>This account is set to read only.</source>
   <translation>Tämä tili on vain luku -tilassa.</translation>
  </message>
  <message>
   <source>This account is set to read only. Change its environment in the account's settings.</source>
   <translation>Tämä tili on vain luku -tilassa. Vaihda sen ympäristö tilin asetuksissa.</translation>
  </message>
  <message>
   <source>This account is set to read only. Nothing was sent.</source>
   <translation>Tämä tili on vain luku -tilassa. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>This account is set to read only: nothing can be sent. You can save the changes as a file, or change the environment in the account's settings.</source>
   <translation>Tämä tili on vain luku -tilassa: mitään ei voi lähettää. Voit tallentaa muutokset tiedostoon tai vaihtaa ympäristön tilin asetuksissa.</translation>
  </message>
  <message>
   <source>This account is set to read only; its settings can be changed with Ctrl+Shift+E.</source>
   <translation>Tämä tili on vain luku -tilassa; sen asetuksia voi muuttaa näppäimillä Ctrl+Vaihto+E.</translation>
  </message>
  <message>
   <source>This account used to sign in as {known}, the server now says {now}. {next_step}</source>
   <translation>Tälle tilille on kirjauduttu nimellä {known}, palvelin sanoo nyt {now}. {next_step}</translation>
  </message>
  <message>
   <source>This account's file was written by a newer version of crmdesk. Install that version.</source>
   <translation>Tämän tilin tiedoston on kirjoittanut uudempi crmdesk-versio. Asenna se versio.</translation>
  </message>
  <message>
   <source>This address is not encrypted: everybody on the way can read key and data. Use https:// if you can.</source>
   <translation>Tätä osoitetta ei ole salattu: kaikki matkan varrella voivat lukea avaimen ja tiedot. Käytä https://-osoitetta, jos voit.</translation>
  </message>
  <message>
   <source>This application token does not have the right. Ask your administrator for a token with more rights.</source>
   <translation>Tällä sovellustunnisteella ei ole oikeutta. Pyydä ylläpitäjältä tunniste, jolla on enemmän oikeuksia.</translation>
  </message>
  <message>
   <source>This batch was applied to {there}; the account now points to {host}. Change its address back first.</source>
   <translation>Tämä erä toteutettiin palvelimella {there}; tilin osoite on nyt {host}. Vaihda osoite ensin takaisin.</translation>
  </message>
  <message>
   <source>This cannot be computed from these values: {first_line}.</source>
   <translation>Tätä ei voi laskea näistä arvoista: {first_line}.</translation>
  </message>
  <message>
   <source>This cannot be computed here: {first_line}.</source>
   <translation>Tätä ei voi laskea täällä: {first_line}.</translation>
  </message>
  <message>
   <source>This cell has no value that was stored.</source>
   <translation>Tässä solussa ei ole tallennettua arvoa.</translation>
  </message>
  <message>
   <source>This change cannot be taken back from here.</source>
   <translation>Tätä muutosta ei voi perua täältä.</translation>
  </message>
  <message>
   <source>This changes {wanted} records in the production account {profile}</source>
   <translation>Tämä muuttaa {wanted} tietuetta tuotantotilillä {profile}</translation>
  </message>
  <message>
   <source>This computer has no program for {file}. Save it instead.</source>
   <translation>Tässä tietokoneessa ei ole ohjelmaa tiedostolle {file}. Tallenna se sen sijaan.</translation>
  </message>
  <message>
   <source>This computer says no</source>
   <translation>Tämä tietokone ei salli sitä</translation>
  </message>
  <message>
   <source>This divides by zero.</source>
   <translation>Tässä jaetaan nollalla.</translation>
  </message>
  <message>
   <source>This document has no file on the server.</source>
   <translation>Tällä asiakirjalla ei ole tiedostoa palvelimella.</translation>
  </message>
  <message>
   <source>This document has no lines</source>
   <translation>Tässä asiakirjassa ei ole rivejä</translation>
  </message>
  <message>
   <source>This document is a link. Open it in a browser: {to}</source>
   <translation>Tämä asiakirja on linkki. Avaa se selaimessa: {to}</translation>
  </message>
  <message>
   <source>This document was sent</source>
   <translation>Tämä asiakirja lähetettiin</translation>
  </message>
  <message>
   <source>This expression cannot be read. {example}</source>
   <translation>Tätä lauseketta ei voi lukea. {example}</translation>
  </message>
  <message>
   <source>This field must be filled.</source>
   <translation>Tämä kenttä on pakollinen.</translation>
  </message>
  <message>
   <source>This file cannot be read: {reason}.</source>
   <translation>Tätä tiedostoa ei voi lukea: {reason}.</translation>
  </message>
  <message>
   <source>This file holds no certificate in PEM form.</source>
   <translation>Tässä tiedostossa ei ole PEM-muotoista varmennetta.</translation>
  </message>
  <message>
   <source>This filter cannot be read. {example}</source>
   <translation>Tätä suodatinta ei voi lukea. {example}</translation>
  </message>
  <message>
   <source>This filter holds more than conditions. {example}</source>
   <translation>Suodattimessa on muutakin kuin ehtoja. {example}</translation>
  </message>
  <message>
   <source>This gives neither a text nor a number nor a date.</source>
   <translation>Tuloksena ei ole teksti, luku eikä päivämäärä.</translation>
  </message>
  <message>
   <source>This is SugarCRM's newer service. Give the address that ends in /soap.php.</source>
   <translation>Tämä on SugarCRM:n uudempi palvelu. Anna osoite, jonka lopussa on /soap.php.</translation>
  </message>
  <message>
   <source>This is a formula without a stored value. Open the file in your spreadsheet program and save it there.</source>
   <translation>Tämä on kaava ilman tallennettua arvoa. Avaa tiedosto taulukko-ohjelmassa ja tallenna se siellä.</translation>
  </message>
  <message>
   <source>This is a mistake in the program, not in your data.</source>
   <translation>Tämä on virhe ohjelmassa, ei tiedoissasi.</translation>
  </message>
  <message>
   <source>This is a mistake in the program, not in your data. Staged changes are safe on this computer. Copy the details for whoever looks after crmdesk.</source>
   <translation>Tämä on virhe ohjelmassa, ei tiedoissasi. Odottavat muutokset ovat turvassa tässä tietokoneessa. Kopioi tiedot sille, joka huolehtii crmdeskistä.</translation>
  </message>
  <message>
   <source>This is a production account. {once}</source>
   <translation>Tämä on tuotantotili. {once}</translation>
  </message>
  <message>
   <source>This is no SELECT that can be understood: {first_line}</source>
   <translation>Tätä ei voi ymmärtää SELECT-lauseeksi: {first_line}</translation>
  </message>
  <message>
   <source>This is no address that begins with https://. Nothing was changed.</source>
   <translation>Tämä ei ole osoite, jonka alussa on https://. Mitään ei muutettu.</translation>
  </message>
  <message>
   <source>This is no web address. It looks like https://crm.example.com/</source>
   <translation>Tämä ei ole verkko-osoite. Se on muotoa https://crm.example.com/</translation>
  </message>
  <message>
   <source>This is not a number.</source>
   <translation>Tämä ei ole luku.</translation>
  </message>
  <message>
   <source>This is the address of SugarCRM's newer service. Give the address of the CRM itself, up to “/service”.</source>
   <translation>Tämä on SugarCRM:n uudemman palvelun osoite. Anna itse CRM:n osoite, ennen kohtaa ”/service”.</translation>
  </message>
  <message>
   <source>This lead has been converted already. Reload the list.</source>
   <translation>Tämä liidi on jo muunnettu. Lataa luettelo uudelleen.</translation>
  </message>
  <message>
   <source>This line is to be removed. Discard the removal to keep it.</source>
   <translation>Tämä rivi poistetaan. Säilytä se hylkäämällä poisto.</translation>
  </message>
  <message>
   <source>This line names no change of a record, so nothing of it can be taken back.</source>
   <translation>Tässä rivissä ei ole tietueen muutosta, joten siitä ei voi perua mitään.</translation>
  </message>
  <message>
   <source>This moves nothing: choose something else to turn.</source>
   <translation>Tämä ei muuta mitään: valitse muu säädettävä.</translation>
  </message>
  <message>
   <source>This new document was discarded</source>
   <translation>Tämä uusi asiakirja hylättiin</translation>
  </message>
  <message>
   <source>This one is kept</source>
   <translation>Tämä säilyy</translation>
  </message>
  <message>
   <source>This one:</source>
   <translation>Tämä:</translation>
  </message>
  <message>
   <source>This order cannot be read: {part}. Write for example: name, modifiedtime desc</source>
   <translation>Tätä järjestystä ei voi lukea: {part}. Kirjoita esimerkiksi: name, modifiedtime desc</translation>
  </message>
  <message>
   <source>This page is drawn from copies on this computer: pipeline, orders and invoices by month, open quotes, customers.</source>
   <translation>Tämä sivu lasketaan tämän tietokoneen kopioista: myyntiputki, tilaukset ja laskut kuukausittain, avoimet tarjoukset, asiakkaat.</translation>
  </message>
  <message>
   <source>This part of the filter cannot be read: {sql}. {example}</source>
   <translation>Tätä suodattimen osaa ei voi lukea: {sql}. {example}</translation>
  </message>
  <message>
   <source>This recipe is no TOML: {error}.</source>
   <translation>Tämä resepti ei ole TOMLia: {error}.</translation>
  </message>
  <message>
   <source>This record has no lines to edit. Choose a quote, an order or an invoice.</source>
   <translation>Tässä tietueessa ei ole muokattavia rivejä. Valitse tarjous, tilaus tai lasku.</translation>
  </message>
  <message>
   <source>This record has pending changes of yours. Apply or discard them, then undo again.</source>
   <translation>Tällä tietueella on odottavia muutoksiasi. Toteuta tai hylkää ne ja kumoa sitten uudelleen.</translation>
  </message>
  <message>
   <source>This record is no longer on the server: somebody deleted it, or you may not see it any longer.</source>
   <translation>Tätä tietuetta ei enää ole palvelimella: joku poisti sen, tai et enää saa nähdä sitä.</translation>
  </message>
  <message>
   <source>This record no longer matches the filter it was chosen by ({given}).</source>
   <translation>Tämä tietue ei enää sovi suodattimeen, jolla se valittiin ({given}).</translation>
  </message>
  <message>
   <source>This row is being read</source>
   <translation>Tätä riviä luetaan</translation>
  </message>
  <message>
   <source>This server does not carry this out: it says the method is not implemented.</source>
   <translation>Tämä palvelin ei tee tätä: se sanoo, ettei metodia ole toteutettu.</translation>
  </message>
  <message>
   <source>This server does not describe its fields. These are the ones seen so far; there may be more.</source>
   <translation>Tämä palvelin ei kuvaa kenttiään. Tässä ovat tähän mennessä nähdyt; niitä voi olla lisää.</translation>
  </message>
  <message>
   <source>This server does not know this operation.</source>
   <translation>Tämä palvelin ei tunne tätä operaatiota.</translation>
  </message>
  <message>
   <source>This server does not list them.</source>
   <translation>Tämä palvelin ei anna niistä luetteloa.</translation>
  </message>
  <message>
   <source>This server does not offer it: {shown}</source>
   <translation>Tämä palvelin ei tarjoa tätä: {shown}</translation>
  </message>
  <message>
   <source>This server does not offer the SOAP version of the account's settings. Choose “any”.</source>
   <translation>Tämä palvelin ei tarjoa tilin asetuksissa valittua SOAP-versiota. Valitse ”mikä vain”.</translation>
  </message>
  <message>
   <source>This server does not offer this operation.</source>
   <translation>Tämä palvelin ei tarjoa tätä operaatiota.</translation>
  </message>
  <message>
   <source>This server does not offer {manager}.{name}.</source>
   <translation>Tämä palvelin ei tarjoa tätä: {manager}.{name}.</translation>
  </message>
  <message>
   <source>This server does not offer {operation} as it is documented.</source>
   <translation>Tämä palvelin ei tarjoa operaatiota {operation} dokumentoidulla tavalla.</translation>
  </message>
  <message>
   <source>This server does not offer {operation}.</source>
   <translation>Tämä palvelin ei tarjoa operaatiota {operation}.</translation>
  </message>
  <message>
   <source>This server has no link between these two kinds of records.</source>
   <translation>Tällä palvelimella ei ole linkitystä näiden kahden tietuelajin välillä.</translation>
  </message>
  <message>
   <source>This server has no {name}.</source>
   <translation>Tällä palvelimella ei ole tätä: {name}.</translation>
  </message>
  <message>
   <source>This server is a {family} and does not know {spec}.</source>
   <translation>Tämä palvelin on {family} eikä tunne tätä: {spec}.</translation>
  </message>
  <message>
   <source>This server is too old or too different: it does not know this operation.</source>
   <translation>Tämä palvelin on liian vanha tai erilainen: se ei tunne tätä operaatiota.</translation>
  </message>
  <message>
   <source>This server keeps no document without lines. Add another line first.</source>
   <translation>Tämä palvelin ei säilytä asiakirjaa ilman rivejä. Lisää ensin toinen rivi.</translation>
  </message>
  <message>
   <source>This server offers no list of {plural} over SOAP, only a search for one field: add a condition with = to find some, or use the REST interface (account settings).</source>
   <translation>Tämä palvelin ei anna SOAPilla luetteloa ({plural}), vain haun yhdellä kentällä: lisää =-ehto, niin joitakin löytyy, tai käytä REST-rajapintaa (tilin asetukset).</translation>
  </message>
  <message>
   <source>This server offers no list of {plural} over SOAP, only single ones by their number.</source>
   <translation>Tämä palvelin ei anna SOAPilla luetteloa ({plural}), vain yksittäisiä numeron perusteella.</translation>
  </message>
  <message>
   <source>This server takes files over its web service and hands none out. Open the record in the CRM's own pages to fetch the file.</source>
   <translation>Tämä palvelin ottaa verkkopalvelussaan tiedostoja vastaan, mutta ei anna niitä ulos. Hae tiedosto avaamalla tietue CRM:n omilla sivuilla.</translation>
  </message>
  <message>
   <source>This server takes links away only in its own web pages.</source>
   <translation>Tämä palvelin poistaa linkityksiä vain omilla verkkosivuillaan.</translation>
  </message>
  <message>
   <source>This server takes new {plural} over SOAP, but does not show them.</source>
   <translation>Tämä palvelin ottaa SOAPilla vastaan uusia ({plural}), mutta ei näytä niitä.</translation>
  </message>
  <message>
   <source>This server was {known}, it now says {now}. {next_step}</source>
   <translation>Tämä palvelin oli {known}, nyt se sanoo olevansa {now}. {next_step}</translation>
  </message>
  <message>
   <source>This shows your pending changes; the server does not have them yet.</source>
   <translation>Tässä näkyvät odottavat muutoksesi; palvelimella niitä ei vielä ole.</translation>
  </message>
  <message>
   <source>This system does not know {operation}.</source>
   <translation>Tämä järjestelmä ei tunne operaatiota {operation}.</translation>
  </message>
  <message>
   <source>This system has no price list (linked data is off): type the line instead of choosing it.</source>
   <translation>Tässä järjestelmässä ei ole hinnastoa (linked data ei ole käytössä): kirjoita rivi valitsemisen sijaan.</translation>
  </message>
  <message>
   <source>This system offers no keychain.</source>
   <translation>Tässä järjestelmässä ei ole avainnippua.</translation>
  </message>
  <message>
   <source>This text would be longer than {max_text} characters.</source>
   <translation>Tekstistä tulisi pidempi kuin {max_text} merkkiä.</translation>
  </message>
  <message>
   <source>This user has no access key yet. Create one in CRM+, My Preferences, Access key.</source>
   <translation>Tällä käyttäjällä ei vielä ole käyttöavainta. Luo se CRM+:ssa: Omat asetukset, Käyttöavain (Access key).</translation>
  </message>
  <message>
   <source>This user is locked after too many failed sign-ins. Ask the administrator to unlock it, then sign in again.</source>
   <translation>Käyttäjä on lukittu liian monen epäonnistuneen kirjautumisen takia. Pyydä ylläpitäjää avaamaan lukitus ja kirjaudu sitten uudelleen.</translation>
  </message>
  <message>
   <source>This user may not use the web service. Ask your administrator.</source>
   <translation>Tämä käyttäjä ei saa käyttää verkkopalvelua. Kysy ylläpitäjältä.</translation>
  </message>
  <message>
   <source>This was sent{when} already, no answer came, and the server does not tell whether it was done. Look for the record; the journal lets you say what became of it.</source>
   <translation>Tämä lähetettiin{when} jo, vastausta ei tullut, eikä palvelin kerro, tehtiinkö se. Etsi tietue; muutoslokissa voit kertoa, miten sille kävi.</translation>
  </message>
  <message>
   <source>This would change {wanted} records in a production account. Nothing was sent: confirm that number first.</source>
   <translation>Tämä muuttaisi {wanted} tietuetta tuotantotilillä. Mitään ei lähetetty: vahvista ensin tämä määrä.</translation>
  </message>
  <message>
   <source>Tick all</source>
   <translation>Valitse kaikki</translation>
  </message>
  <message>
   <source>Tick none</source>
   <translation>Poista valinnat</translation>
  </message>
  <message>
   <source>Ticket</source>
   <translation>Tukipyyntö</translation>
  </message>
  <message>
   <source>Tickets</source>
   <translation>Tukipyynnöt</translation>
  </message>
  <message>
   <source>Time</source>
   <translation>Aika</translation>
  </message>
  <message>
   <source>Time or expense</source>
   <translation>Aika tai kulu</translation>
  </message>
  <message>
   <source>Time zone of the server</source>
   <translation>Palvelimen aikavyöhyke</translation>
  </message>
  <message>
   <source>Times and expenses</source>
   <translation>Ajat ja kulut</translation>
  </message>
  <message>
   <source>Title or number</source>
   <translation>Otsikko tai numero</translation>
  </message>
  <message>
   <source>Titles</source>
   <translation>Sarakeotsikot</translation>
  </message>
  <message>
   <source>To be filled before it is sent: {names}.</source>
   <translation>Täytettävä ennen lähetystä: {names}.</translation>
  </message>
  <message>
   <source>To the first or last row or column</source>
   <translation>Ensimmäiseen tai viimeiseen riviin tai sarakkeeseen</translation>
  </message>
  <message>
   <source>To the next or the previous control</source>
   <translation>Seuraavaan tai edelliseen kohtaan</translation>
  </message>
  <message>
   <source>To the next or the previous field</source>
   <translation>Seuraavaan tai edelliseen kenttään</translation>
  </message>
  <message>
   <source>Total</source>
   <translation>Yhteensä</translation>
  </message>
  <message>
   <source>Totals {currency}</source>
   <translation>Summat {currency}</translation>
  </message>
  <message>
   <source>Tree</source>
   <translation>Puu</translation>
  </message>
  <message>
   <source>Trouble</source>
   <translation>Ongelma</translation>
  </message>
  <message>
   <source>Trouble with a record</source>
   <translation>Ongelma tietueessa</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Yritä uudelleen</translation>
  </message>
  <message>
   <source>Try again later; if it stays, show the details below to your administrator.</source>
   <translation>Yritä myöhemmin uudelleen; jos vika ei poistu, näytä alla olevat tiedot ylläpitäjälle.</translation>
  </message>
  <message>
   <source>Try now</source>
   <translation>Yritä nyt</translation>
  </message>
  <message>
   <source>Try the demo</source>
   <translation>Kokeile demoa</translation>
  </message>
  <message>
   <source>Try the refused again</source>
   <translation>Yritä hylättyjä uudelleen</translation>
  </message>
  <message>
   <source>Two columns go to {label}. Choose one of them.</source>
   <translation>Kahden sarakkeen kohde on {label}. Valitse toinen niistä.</translation>
  </message>
  <message>
   <source>Type</source>
   <translation>Tyyppi</translation>
  </message>
  <message>
   <source>Type a SELECT first.</source>
   <translation>Kirjoita ensin SELECT.</translation>
  </message>
  <message>
   <source>Type a product name or number…</source>
   <translation>Kirjoita tuotteen nimi tai numero…</translation>
  </message>
  <message>
   <source>Type a query above and press Ctrl+Return, or run one of these:</source>
   <translation>Kirjoita kysely ylle ja paina Ctrl+Return tai suorita jokin näistä:</translation>
  </message>
  <message>
   <source>Type a query above and press Ctrl+Return.</source>
   <translation>Kirjoita kysely ylle ja paina Ctrl+Return.</translation>
  </message>
  <message>
   <source>Type a query first, or choose one of the examples.</source>
   <translation>Kirjoita ensin kysely tai valitse jokin esimerkeistä.</translation>
  </message>
  <message>
   <source>Type a value, or choose “is empty”.</source>
   <translation>Kirjoita arvo tai valitse ”on tyhjä”.</translation>
  </message>
  <message>
   <source>Type the sum that you wish for.</source>
   <translation>Kirjoita tavoitesumma.</translation>
  </message>
  <message>
   <source>Type to search</source>
   <translation>Hae kirjoittamalla</translation>
  </message>
  <message>
   <source>UTF-8 with a mark</source>
   <translation>UTF-8 ja tavujärjestysmerkki</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Kumoa</translation>
  </message>
  <message>
   <source>Undo of batch {batch}</source>
   <translation>Erän {batch} kumoaminen</translation>
  </message>
  <message>
   <source>Undo of batch {batch}: {summary}</source>
   <translation>Erän {batch} kumoaminen: {summary}</translation>
  </message>
  <message>
   <source>Undo of batch {undoes}: {named}</source>
   <translation>Erän {undoes} kumoaminen: {named}</translation>
  </message>
  <message>
   <source>Undo this batch…</source>
   <translation>Kumoa tämä erä…</translation>
  </message>
  <message>
   <source>Undo {0}</source>
   <translation>Kumoa: {0}</translation>
  </message>
  <message>
   <source>Undo “{what}”</source>
   <translation>Kumoa ”{what}”</translation>
  </message>
  <message>
   <source>Undo…</source>
   <translation>Kumoa…</translation>
  </message>
  <message>
   <source>Unfold pending changes</source>
   <translation>Avaa odottavat muutokset</translation>
  </message>
  <message>
   <source>Unit</source>
   <translation>Yksikkö</translation>
  </message>
  <message>
   <source>Unix seconds; begin with 1.</source>
   <translation>Unix-sekunnit; aloita luvusta 1.</translation>
  </message>
  <message>
   <source>Unknown</source>
   <translation>Ei tiedossa</translation>
  </message>
  <message>
   <source>Unknown: sent, but no answer came. Look before you send it again.</source>
   <translation>Ei tiedossa: lähetetty, mutta vastausta ei tullut. Katso ennen kuin lähetät sen uudelleen.</translation>
  </message>
  <message>
   <source>Unlink</source>
   <translation>Poista linkitys</translation>
  </message>
  <message>
   <source>Unlinked.</source>
   <translation>Linkitys poistettu.</translation>
  </message>
  <message>
   <source>Unlink…</source>
   <translation>Poista linkitys…</translation>
  </message>
  <message>
   <source>Unlock</source>
   <translation>Avaa lukitus</translation>
  </message>
  <message>
   <source>Unlock it to open it.</source>
   <translation>Avaa lukitus, niin tili avautuu.</translation>
  </message>
  <message>
   <source>Up</source>
   <translation>Ylös</translation>
  </message>
  <message>
   <source>Update</source>
   <translation>Päivitä</translation>
  </message>
  <message>
   <source>Update all</source>
   <translation>Päivitä kaikki</translation>
  </message>
  <message>
   <source>Update copies by themselves</source>
   <translation>Päivitä kopiot itsestään</translation>
  </message>
  <message>
   <source>Update the copy</source>
   <translation>Päivitä kopio</translation>
  </message>
  <message>
   <source>Update this one</source>
   <translation>Päivitä tämä</translation>
  </message>
  <message>
   <source>Updating the copy</source>
   <translation>Kopiota päivitetään</translation>
  </message>
  <message>
   <source>Upload</source>
   <translation>Lähetä</translation>
  </message>
  <message>
   <source>Upload documents</source>
   <translation>Lähetä asiakirjoja</translation>
  </message>
  <message numerus="yes">
   <source>Upload {n} files</source>
   <extracomment>Upload {n} file</extracomment>
   <translation>
    <numerusform>Lähetä {n} tiedosto</numerusform>
    <numerusform>Lähetä {n} tiedostoa</numerusform>
   </translation>
  </message>
  <message>
   <source>Upload…</source>
   <translation>Lähetä tiedosto…</translation>
  </message>
  <message>
   <source>Use a saved mapping…</source>
   <translation>Käytä tallennettua…</translation>
  </message>
  <message>
   <source>Use the account’s own key: {name}</source>
   <translation>Käytä tilin omaa avainta: {name}</translation>
  </message>
  <message>
   <source>User</source>
   <translation>Käyttäjä</translation>
  </message>
  <message>
   <source>User guide</source>
   <translation>Käyttöopas</translation>
  </message>
  <message>
   <source>User name</source>
   <translation>Käyttäjätunnus</translation>
  </message>
  <message>
   <source>User name and access key; vtiger too</source>
   <translation>Käyttäjätunnus ja käyttöavain; myös vtiger</translation>
  </message>
  <message>
   <source>User name and password; SuiteCRM too</source>
   <translation>Käyttäjätunnus ja salasana; myös SuiteCRM</translation>
  </message>
  <message>
   <source>User name or key is wrong</source>
   <translation>Käyttäjätunnus tai avain on väärä</translation>
  </message>
  <message>
   <source>Users</source>
   <translation>Käyttäjät</translation>
  </message>
  <message>
   <source>VAT exempt</source>
   <translation>Arvonlisäveroton</translation>
  </message>
  <message>
   <source>VAT number</source>
   <translation>ALV-tunniste</translation>
  </message>
  <message>
   <source>Valid until</source>
   <translation>Voimassa asti</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>Arvo</translation>
  </message>
  <message>
   <source>Values</source>
   <translation>Arvot</translation>
  </message>
  <message>
   <source>Vendor</source>
   <translation>CRM-järjestelmä</translation>
  </message>
  <message>
   <source>Vendor's own</source>
   <translation>Järjestelmän oma</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versio</translation>
  </message>
  <message>
   <source>Versions of this document come first.</source>
   <translation>Ensin tämän asiakirjan versiot.</translation>
  </message>
  <message>
   <source>Wait for an answer</source>
   <translation>Vastauksen odotus</translation>
  </message>
  <message>
   <source>Web address</source>
   <translation>Verkko-osoite</translation>
  </message>
  <message>
   <source>Web service</source>
   <translation>Verkkopalvelu</translation>
  </message>
  <message>
   <source>Welcome</source>
   <translation>Tervetuloa</translation>
  </message>
  <message>
   <source>Western (ISO 8859-15)</source>
   <translation>Länsimainen (ISO 8859-15)</translation>
  </message>
  <message>
   <source>Western (Windows-1252)</source>
   <translation>Länsimainen (Windows-1252)</translation>
  </message>
  <message>
   <source>What</source>
   <translation>Mitä</translation>
  </message>
  <message>
   <source>What answered is remembered, so that a key is not tried where it was refused.</source>
   <translation>Vastannut rajapinta muistetaan, jotta avainta ei kokeilla siellä, missä se hylättiin.</translation>
  </message>
  <message>
   <source>What answers at this address is a web page, not OpenCRM's API. Check the address: it is where you sign in, like https://yoursystemname.opencrm.co.uk.</source>
   <translation>Tässä osoitteessa vastaa verkkosivu, ei OpenCRM:n API. Tarkista osoite: se on kirjautumisosoitteesi, kuten https://yoursystemname.opencrm.co.uk.</translation>
  </message>
  <message>
   <source>What answers at this address is not a CRM+ web service. Check the address: it is where you sign in, and ends in webservice.php.</source>
   <translation>Tässä osoitteessa vastaa jokin muu kuin CRM+-verkkopalvelu. Tarkista osoite: se on kirjautumisosoitteesi, ja sen lopussa on webservice.php.</translation>
  </message>
  <message>
   <source>What answers at {host} does not speak HTTP. Check address and port.{doubt}</source>
   <translation>Se, mikä palvelimella {host} vastaa, ei puhu HTTP:tä. Tarkista osoite ja portti.{doubt}</translation>
  </message>
  <message>
   <source>What answers at {host} is no webCRM. Check the address.</source>
   <translation>Palvelimella {host} vastaa jokin muu kuin webCRM. Tarkista osoite.</translation>
  </message>
  <message>
   <source>What are you looking for? Give a name, a number, a city or any part of one.</source>
   <translation>Mitä etsit? Anna nimi, numero, paikkakunta tai jokin sen osa.</translation>
  </message>
  <message>
   <source>What became of the changes</source>
   <translation>Miten muutoksille kävi</translation>
  </message>
  <message>
   <source>What begins so already, and what is empty, stays as it is.</source>
   <translation>Mikä jo alkaa näin tai on tyhjä, jää ennalleen.</translation>
  </message>
  <message>
   <source>What can be done with this record</source>
   <translation>Mitä tälle tietueelle voi tehdä</translation>
  </message>
  <message>
   <source>What changed in {module}</source>
   <translation>Haetaan muuttuneet: {module}</translation>
  </message>
  <message>
   <source>What changed since a moment.</source>
   <translation>Mikä on muuttunut annetun hetken jälkeen.</translation>
  </message>
  <message>
   <source>What changes</source>
   <translation>Mikä muuttuu</translation>
  </message>
  <message>
   <source>What else refers to these records only the server knows, so a merge waits until it answers. Compare them meanwhile, and mend what differs in the table.</source>
   <translation>Vain palvelin tietää, mikä muu viittaa näihin tietueisiin, joten yhdistäminen odottaa, kunnes se vastaa. Vertaa niitä sillä välin ja korjaa erot taulukossa.</translation>
  </message>
  <message>
   <source>What ends so already, and what is empty, stays as it is.</source>
   <translation>Mikä jo loppuu näin tai on tyhjä, jää ennalleen.</translation>
  </message>
  <message>
   <source>What is filtered or sorted on this computer is not in the query: the server cannot do it.</source>
   <translation>Kyselyssä ei ole sitä, mikä suodatetaan tai lajitellaan tässä tietokoneessa: palvelin ei osaa sitä.</translation>
  </message>
  <message>
   <source>What is found, as CSV or JSON lines</source>
   <translation>Haun tulos CSV- tai JSON Lines -muodossa</translation>
  </message>
  <message>
   <source>What is new</source>
   <translation>Mitä uutta</translation>
  </message>
  <message>
   <source>What is new…</source>
   <translation>Mitä uutta…</translation>
  </message>
  <message>
   <source>What others changed since, documents, the server's history and modules without a copy are not known until it answers; it is tried again by itself. Your changes wait on this computer.</source>
   <translation>Muiden tekemät muutokset, asiakirjat, palvelimen historia ja kopioimattomat moduulit saadaan vasta, kun palvelin vastaa; yhteyttä yritetään itsestään uudelleen. Muutoksesi odottavat tässä tietokoneessa.</translation>
  </message>
  <message>
   <source>What rows become</source>
   <translation>Mitä riveistä tulee</translation>
  </message>
  <message>
   <source>What the history can be asked for.</source>
   <translation>Mitä historiasta voi kysyä.</translation>
  </message>
  <message>
   <source>What the server tells carries the server's own time.</source>
   <translation>Palvelimen kertomissa tiedoissa on palvelimen oma aika.</translation>
  </message>
  <message>
   <source>What the table shows</source>
   <translation>Mitä taulukko näyttää</translation>
  </message>
  <message>
   <source>What to do</source>
   <translation>Mitä tehdään</translation>
  </message>
  <message>
   <source>What was deleted in {module}</source>
   <translation>Haetaan poistetut: {module}</translation>
  </message>
  <message>
   <source>What was found</source>
   <translation>Mitä löytyi</translation>
  </message>
  <message>
   <source>What was there before is kept in the journal, from where it can be taken back.</source>
   <translation>Aiemmat tiedot säilyvät muutoslokissa, josta ne voi palauttaa.</translation>
  </message>
  <message>
   <source>What will be sent</source>
   <translation>Mitä lähetetään</translation>
  </message>
  <message>
   <source>What would go back</source>
   <translation>Mitä palautuisi</translation>
  </message>
  <message>
   <source>What would happen</source>
   <translation>Mitä tapahtuisi</translation>
  </message>
  <message>
   <source>What {label} held before was never read.</source>
   <translation>Kentän {label} aiempaa arvoa ei ole luettu.</translation>
  </message>
  <message>
   <source>What {name} held before was never read.</source>
   <translation>Kentän {name} aiempaa arvoa ei ole luettu.</translation>
  </message>
  <message>
   <source>When an account is opened, and about every ten minutes while its server answers: what changed there comes into the copy on this computer.</source>
   <translation>Kun tili avataan ja sen jälkeen noin kymmenen minuutin välein, kun palvelin vastaa: palvelimella muuttuneet tiedot tulevat tämän tietokoneen kopioon.</translation>
  </message>
  <message>
   <source>When crmdesk starts</source>
   <translation>Kun crmdesk käynnistyy</translation>
  </message>
  <message>
   <source>When loaded</source>
   <translation>Ladattaessa</translation>
  </message>
  <message>
   <source>Which</source>
   <translation>Mitkä</translation>
  </message>
  <message>
   <source>Which module? Name one, or give the vendor's own query with --native.</source>
   <translation>Mikä moduuli? Anna sen nimi tai järjestelmän oma kysely valitsimella --native.</translation>
  </message>
  <message>
   <source>Which modules or languages are active.</source>
   <translation>Mitkä moduulit tai kielet ovat käytössä.</translation>
  </message>
  <message>
   <source>Which page; 1 is the first, and what is taken when nothing is given.</source>
   <translation>Mikä sivu; ensimmäinen on 1, joka on myös oletus.</translation>
  </message>
  <message>
   <source>Which page; 1 is the first.</source>
   <translation>Mikä sivu; ensimmäinen on 1.</translation>
  </message>
  <message>
   <source>Which record is to be on the list {list} of {title}?</source>
   <translation>Mikä tietue lisätään luetteloon {list}, kohde {title}?</translation>
  </message>
  <message>
   <source>Whichever answers</source>
   <translation>Kumpi vain vastaa</translation>
  </message>
  <message>
   <source>Whichever answers, REST first</source>
   <translation>Kumpi vain vastaa, ensin REST</translation>
  </message>
  <message>
   <source>Who has one of these e-mail addresses.</source>
   <translation>Kenellä on jokin näistä sähköpostiosoitteista.</translation>
  </message>
  <message>
   <source>Who takes part in a meeting.</source>
   <translation>Kokouksen osallistujat.</translation>
  </message>
  <message>
   <source>Who the token belongs to.</source>
   <translation>Kenelle tunniste kuuluu.</translation>
  </message>
  <message>
   <source>Whole number</source>
   <translation>Kokonaisluku</translation>
  </message>
  <message>
   <source>Whole value</source>
   <translation>Koko arvo</translation>
  </message>
  <message>
   <source>Why</source>
   <translation>Miksi</translation>
  </message>
  <message>
   <source>Why it was left out</source>
   <translation>Miksi rivi jäi pois</translation>
  </message>
  <message>
   <source>Wide apart</source>
   <translation>Väljästi</translation>
  </message>
  <message>
   <source>Wider</source>
   <translation>Leveämpi</translation>
  </message>
  <message>
   <source>Will be deleted when you review and apply.</source>
   <translation>Poistetaan, kun tarkistat ja toteutat.</translation>
  </message>
  <message>
   <source>Wished for</source>
   <translation>Tavoite</translation>
  </message>
  <message>
   <source>With pending changes: {names}</source>
   <translation>Mukana odottavat muutokset: {names}</translation>
  </message>
  <message>
   <source>Without any values.</source>
   <translation>Ilman arvoja.</translation>
  </message>
  <message>
   <source>Without key or mouse for so long, or by F12: crmdesk signs out and shows nothing of the account.</source>
   <translation>Kun näppäimiin tai hiireen ei kosketa näin pitkään aikaan, tai F12-näppäimellä: crmdesk kirjautuu ulos eikä näytä tilistä mitään.</translation>
  </message>
  <message>
   <source>Words to look for; a semicolon means or.</source>
   <translation>Haettavat sanat; puolipiste tarkoittaa tai.</translation>
  </message>
  <message>
   <source>Words to look for; which fields are searched depends on the module.</source>
   <translation>Haettavat sanat; moduuli määrää, mistä kentistä haetaan.</translation>
  </message>
  <message>
   <source>Work</source>
   <translation>Työskentely</translation>
  </message>
  <message>
   <source>Works in crmdesk, with their licences</source>
   <translation>Crmdeskin osat ja niiden lisenssit</translation>
  </message>
  <message>
   <source>Write a mail?</source>
   <translation>Kirjoitetaanko sähköposti?</translation>
  </message>
  <message>
   <source>Write for example: bill_city = 'Helsinki' and employees &gt; 10</source>
   <translation>Kirjoita esimerkiksi: bill_city = 'Helsinki' and employees &gt; 10</translation>
  </message>
  <message>
   <source>Write for example: upper(lastname), or round(unit_price * 1.05, 2)</source>
   <translation>Kirjoita esimerkiksi: upper(lastname) tai round(unit_price * 1.05, 2)</translation>
  </message>
  <message>
   <source>Write mail</source>
   <translation>Kirjoita sähköposti</translation>
  </message>
  <message>
   <source>Write what to compute.</source>
   <translation>Kirjoita, mitä lasketaan.</translation>
  </message>
  <message>
   <source>Written as the server's culture does.</source>
   <translation>Palvelimen kulttuuriasetuksen mukaisessa muodossa.</translation>
  </message>
  <message>
   <source>Wrong encoding (MÃ¼ller)</source>
   <translation>Väärä merkistö (MÃ¼ller)</translation>
  </message>
  <message>
   <source>XLSX</source>
   <translation>XLSX</translation>
  </message>
  <message>
   <source>Yes</source>
   <translation>Kyllä</translation>
  </message>
  <message>
   <source>Yes or no</source>
   <translation>Kyllä tai ei</translation>
  </message>
  <message>
   <source>Yes, ask for it</source>
   <translation>Kyllä, kysy siitä</translation>
  </message>
  <message>
   <source>You are offline, and nothing is copied that refers to this record. Its lists come when the server answers again.</source>
   <translation>Ei yhteyttä, eikä kopioissa ole mitään tähän tietueeseen viittaavaa. Luettelot saadaan, kun palvelin taas vastaa.</translation>
  </message>
  <message>
   <source>You are offline: a copy holds the values, not the reply they came in. It comes when the server answers.</source>
   <translation>Ei yhteyttä: kopiossa on arvot, ei vastausta, jossa ne tulivat. Se saadaan, kun palvelin vastaa.</translation>
  </message>
  <message>
   <source>You are offline: documents are not copied to this computer. Which ones this record has, and what stands in them, is known when the server answers again.</source>
   <translation>Ei yhteyttä: asiakirjoja ei kopioida tähän tietokoneeseen. Tämän tietueen asiakirjat ja niiden sisältö saadaan, kun palvelin taas vastaa.</translation>
  </message>
  <message>
   <source>You are offline: nothing can be compared with the server, and nothing is sent. Your changes wait on this computer; review them when it answers again.</source>
   <translation>Ei yhteyttä: mitään ei voi verrata palvelimeen, eikä mitään lähetetä. Muutoksesi odottavat tässä tietokoneessa; tarkista ne, kun palvelin taas vastaa.</translation>
  </message>
  <message>
   <source>You are offline: these lists are out of the copies on this computer. What is not copied, and who else was linked, is known when the server answers again.</source>
   <translation>Ei yhteyttä: nämä luettelot ovat tämän tietokoneen kopioista. Kopioimattomat tietueet ja muut linkitykset saadaan, kun palvelin taas vastaa.</translation>
  </message>
  <message>
   <source>You are offline: what others did to this record is known when the server answers again.</source>
   <translation>Ei yhteyttä: se, mitä muut ovat tehneet tälle tietueelle, selviää, kun palvelin taas vastaa.</translation>
  </message>
  <message>
   <source>You are offline: what stands here is on the server only. It comes when the server answers again.</source>
   <translation>Ei yhteyttä palvelimeen: nämä tiedot ovat vain palvelimella. Ne tulevat näkyviin, kun palvelin taas vastaa.</translation>
  </message>
  <message>
   <source>You can go on working. Should something look wrong, close crmdesk and start it again: your tabs and your changes come back. A report helps to mend it; you see all of it before it is saved.</source>
   <translation>Voit jatkaa työtä. Jos jokin näyttää väärältä, sulje crmdesk ja käynnistä se uudelleen: välilehdet ja muutokset palaavat. Raportti auttaa korjaamaan vian; näet sen kokonaan ennen tallennusta.</translation>
  </message>
  <message>
   <source>You have no right to do this on the server. Ask your administrator.</source>
   <translation>Sinulla ei ole oikeutta tähän palvelimella. Kysy ylläpitäjältä.</translation>
  </message>
  <message>
   <source>You may neither add nor change {0}.</source>
   <translation>Et saa lisätä etkä muuttaa tätä: {0}.</translation>
  </message>
  <message>
   <source>You may not add {records} there.</source>
   <translation>Et saa lisätä sinne tätä: {records}.</translation>
  </message>
  <message>
   <source>You may not add {records}.</source>
   <translation>Et saa lisätä tätä: {records}.</translation>
  </message>
  <message>
   <source>You may not change {0}.</source>
   <translation>Et saa muuttaa tätä: {0}.</translation>
  </message>
  <message>
   <source>You may not change {records} any more.</source>
   <translation>Et saa enää muuttaa tätä: {records}.</translation>
  </message>
  <message>
   <source>You may not change {what}.</source>
   <translation>Et saa muuttaa tätä: {what}.</translation>
  </message>
  <message>
   <source>You may not delete {records}.</source>
   <translation>Et saa poistaa tätä: {records}.</translation>
  </message>
  <message>
   <source>You may not read {module} on the server.</source>
   <translation>Et saa lukea palvelimelta tätä: {module}.</translation>
  </message>
  <message>
   <source>You may not {operation} {records}.</source>
   <translation>{records}: tämä ei ole sallittu: {operation}.</translation>
  </message>
  <message>
   <source>You need the address of your CRM and a key.</source>
   <translation>Tarvitset CRM:n osoitteen ja avaimen.</translation>
  </message>
  <message>
   <source>You see the copy of {when}. {unknown}</source>
   <translation>Näet kopion ajalta {when}. {unknown}</translation>
  </message>
  <message>
   <source>Your account</source>
   <translation>Oma tili</translation>
  </message>
  <message>
   <source>Your accounts</source>
   <translation>Omat tilit</translation>
  </message>
  <message>
   <source>Your accounts could not be read from {path}. Mend or remove that file.</source>
   <translation>Tilejäsi ei voitu lukea tiedostosta {path}. Korjaa tai poista se.</translation>
  </message>
  <message>
   <source>Your accounts could not be saved to {path}.</source>
   <translation>Tilejäsi ei voitu tallentaa tiedostoon {path}.</translation>
  </message>
  <message>
   <source>Your address</source>
   <translation>Oma osoite</translation>
  </message>
  <message numerus="yes">
   <source>Your administrator allows {n} minutes at most.</source>
   <extracomment>Your administrator allows {n} minute at most.</extracomment>
   <translation>
    <numerusform>Ylläpitäjä sallii enintään {n} minuutin.</numerusform>
    <numerusform>Ylläpitäjä sallii enintään {n} minuuttia.</numerusform>
   </translation>
  </message>
  <message>
   <source>Your administrator has set this; it cannot be changed here.</source>
   <translation>Ylläpitäjä on asettanut tämän; sitä ei voi muuttaa täällä.</translation>
  </message>
  <message>
   <source>Your contact</source>
   <translation>Yhteyshenkilönne</translation>
  </message>
  <message>
   <source>Your id.</source>
   <translation>Oma tunnisteesi.</translation>
  </message>
  <message>
   <source>Your mail program opens. You are not asked again about mails until the program ends.</source>
   <translation>Sähköpostiohjelma avautuu. Sähköposteista ei kysytä uudelleen ennen kuin ohjelma suljetaan.</translation>
  </message>
  <message>
   <source>Your own change lies over what was read; it is not sent yet.</source>
   <translation>Luetun arvon päällä on oma muutoksesi; sitä ei ole vielä lähetetty.</translation>
  </message>
  <message>
   <source>Your set of teams.</source>
   <translation>Tiimijoukkosi.</translation>
  </message>
  <message>
   <source>Your settings could not be read from {file}: {strerror}.</source>
   <translation>Asetuksiasi ei voitu lukea tiedostosta {file}: {strerror}.</translation>
  </message>
  <message>
   <source>Your settings could not be saved to {file}.</source>
   <translation>Asetuksiasi ei voitu tallentaa tiedostoon {file}.</translation>
  </message>
  <message>
   <source>Your settings could not be understood. They were put aside as {aside}.</source>
   <translation>Asetuksiasi ei voitu ymmärtää. Ne siirrettiin syrjään nimellä {aside}.</translation>
  </message>
  <message>
   <source>Your team's id.</source>
   <translation>Tiimisi tunniste.</translation>
  </message>
  <message>
   <source>Your telephone program opens. You are not asked again about calls until the program ends.</source>
   <translation>Puhelinohjelma avautuu. Puheluista ei kysytä uudelleen ennen kuin ohjelma suljetaan.</translation>
  </message>
  <message>
   <source>Yours</source>
   <translation>Oma</translation>
  </message>
  <message>
   <source>a copy that is not whole yet</source>
   <translation>kopio, joka on vielä kesken</translation>
  </message>
  <message>
   <source>a date</source>
   <translation>päivämäärä</translation>
  </message>
  <message>
   <source>a date of the original</source>
   <translation>alkuperäisen päivämäärä</translation>
  </message>
  <message>
   <source>a date with a time</source>
   <translation>päivämäärä ja kellonaika</translation>
  </message>
  <message>
   <source>a document without lines</source>
   <translation>asiakirja ilman rivejä</translation>
  </message>
  <message>
   <source>a fault that befalls every answer, or every so many; may be given several times</source>
   <translation>vika, joka osuu jokaiseen tai joka N:nteen vastaukseen; voi antaa useita kertoja</translation>
  </message>
  <message>
   <source>a file</source>
   <translation>tiedosto</translation>
  </message>
  <message>
   <source>a filter with groups inside groups</source>
   <translation>suodatin, jossa on ryhmiä ryhmien sisällä</translation>
  </message>
  <message>
   <source>a filter without alternatives</source>
   <translation>suodatin ilman vaihtoehtoja</translation>
  </message>
  <message>
   <source>a group</source>
   <translation>ryhmä</translation>
  </message>
  <message>
   <source>a line has one tax there</source>
   <translation>rivillä on siellä yksi vero</translation>
  </message>
  <message>
   <source>a line holds no {name}.</source>
   <translation>rivillä ei ole kohtaa {name}.</translation>
  </message>
  <message>
   <source>a line is one of {kinds}, not {what}.</source>
   <translation>rivin laji on jokin näistä: {kinds}, ei {what}.</translation>
  </message>
  <message>
   <source>a line knows no “{unknown}”; it takes {allowed}.</source>
   <translation>rivi ei tunne kohtaa ”{unknown}”; se tuntee nämä: {allowed}.</translation>
  </message>
  <message>
   <source>a list</source>
   <translation>lista</translation>
  </message>
  <message>
   <source>a list of {records} over SOAP</source>
   <translation>luettelo SOAPilla: {records}</translation>
  </message>
  <message>
   <source>a list of {records} over SOAP; add a condition with = to search for some</source>
   <translation>luettelo SOAPilla: {records}; lisää =-ehto, niin joitakin löytyy</translation>
  </message>
  <message>
   <source>a local copy</source>
   <translation>paikallinen kopio</translation>
  </message>
  <message>
   <source>a local copy of {module}</source>
   <translation>paikallinen kopio: {module}</translation>
  </message>
  <message>
   <source>a module named {module}</source>
   <translation>moduuli {module}</translation>
  </message>
  <message>
   <source>a module named {name}</source>
   <translation>moduuli {name}</translation>
  </message>
  <message>
   <source>a negated filter, or one without alternatives</source>
   <translation>kieltosuodatin tai suodatin ilman vaihtoehtoja</translation>
  </message>
  <message>
   <source>a number</source>
   <translation>luku</translation>
  </message>
  <message>
   <source>a parameter out of the environment: for passwords</source>
   <translation>parametri ympäristömuuttujasta: salasanoja varten</translation>
  </message>
  <message>
   <source>a percentage</source>
   <translation>prosentti</translation>
  </message>
  <message>
   <source>a proxy's address, or “none”</source>
   <translation>välityspalvelimen osoite tai ”none”</translation>
  </message>
  <message>
   <source>a reference to another record</source>
   <translation>viittaus toiseen tietueeseen</translation>
  </message>
  <message>
   <source>a saved account</source>
   <translation>tallennettu tili</translation>
  </message>
  <message>
   <source>a search over all modules</source>
   <translation>haku kaikista moduuleista</translation>
  </message>
  <message>
   <source>a tax of {percent} % is not in the company's list</source>
   <translation>veroa {percent} % ei ole yrityksen luettelossa</translation>
  </message>
  <message>
   <source>a text</source>
   <translation>teksti</translation>
  </message>
  <message>
   <source>a time</source>
   <translation>kellonaika</translation>
  </message>
  <message>
   <source>a value of the type {type}</source>
   <translation>arvo, jonka tyyppi on {type}</translation>
  </message>
  <message>
   <source>a value that a query cannot say</source>
   <translation>arvo, jota kysely ei osaa ilmaista</translation>
  </message>
  <message>
   <source>a value that the server's query language cannot say</source>
   <translation>arvo, jota palvelimen kyselykieli ei osaa ilmaista</translation>
  </message>
  <message>
   <source>access key</source>
   <translation>käyttöavain</translation>
  </message>
  <message>
   <source>account</source>
   <translation>tili</translation>
  </message>
  <message>
   <source>account: --account, or --vendor and --url for one that is not saved</source>
   <translation>tili: --account, tai --vendor ja --url tilille, jota ei ole tallennettu</translation>
  </message>
  <message>
   <source>actions</source>
   <translation>toiminnot</translation>
  </message>
  <message>
   <source>adding to “{what}” by choosing; create the record instead</source>
   <translation>lisääminen luetteloon ”{what}” valitsemalla; luo tietue sen sijaan</translation>
  </message>
  <message>
   <source>adding {records} over SOAP</source>
   <translation>lisääminen SOAPilla: {records}</translation>
  </message>
  <message>
   <source>adding {records} with lines over SOAP</source>
   <translation>rivillisten lisääminen SOAPilla: {records}</translation>
  </message>
  <message>
   <source>address: {hint}</source>
   <translation>osoite: {hint}</translation>
  </message>
  <message>
   <source>adjustment</source>
   <translation>oikaisu</translation>
  </message>
  <message>
   <source>administrator</source>
   <translation>ylläpitäjä</translation>
  </message>
  <message>
   <source>after</source>
   <translation>myöhemmin kuin</translation>
  </message>
  <message>
   <source>allow operations that change data</source>
   <translation>salli tietoja muuttavat operaatiot</translation>
  </message>
  <message>
   <source>already there</source>
   <translation>jo olemassa</translation>
  </message>
  <message>
   <source>also helpers that nobody browses</source>
   <translation>myös aputiedot, joita kukaan ei selaa</translation>
  </message>
  <message>
   <source>an address that is none</source>
   <translation>osoitteeseen, joka ei ole osoite</translation>
  </message>
  <message>
   <source>an amount</source>
   <translation>summa</translation>
  </message>
  <message>
   <source>an operation named {operation}</source>
   <translation>operaatio {operation}</translation>
  </message>
  <message>
   <source>and {n} more</source>
   <translation>ja {n} muuta</translation>
  </message>
  <message numerus="yes">
   <source>and {n} more reasons</source>
   <extracomment>and 1 more reason</extracomment>
   <translation>
    <numerusform>ja vielä 1 syy</numerusform>
    <numerusform>ja vielä {n} syytä</numerusform>
   </translation>
  </message>
  <message>
   <source>another order</source>
   <translation>toinen järjestys</translation>
  </message>
  <message>
   <source>any letter</source>
   <translation>mikä tahansa kirjain</translation>
  </message>
  <message>
   <source>any part of it; without --account every account's copy is searched</source>
   <translation>mikä tahansa osa siitä; ilman --account-valitsinta haetaan kaikkien tilien kopioista</translation>
  </message>
  <message>
   <source>applied</source>
   <translation>toteutettu</translation>
  </message>
  <message>
   <source>argument %(argument_name)s: %(message)s</source>
   <translation>argumentti %(argument_name)s: %(message)s</translation>
  </message>
  <message>
   <source>as loaded</source>
   <translation>kuten ladattaessa</translation>
  </message>
  <message>
   <source>as on the server at {when}</source>
   <translation>sama kuin palvelimella {when}</translation>
  </message>
  <message>
   <source>as on the server at {when}, {n} with lines</source>
   <translation>palvelimelta {when}, {n} riveineen</translation>
  </message>
  <message>
   <source>as sent</source>
   <translation>kuten lähetettiin</translation>
  </message>
  <message>
   <source>as the vendor documents them</source>
   <translation>niin kuin järjestelmä ne dokumentoi</translation>
  </message>
  <message>
   <source>asked</source>
   <translation>pyydetty</translation>
  </message>
  <message>
   <source>asking for a field named {field}</source>
   <translation>kentän {field} kysyminen</translation>
  </message>
  <message>
   <source>asking for a field named {name}</source>
   <translation>kentän {name} kysyminen</translation>
  </message>
  <message>
   <source>asking for changes of {records}</source>
   <translation>muutosten kysyminen: {records}</translation>
  </message>
  <message>
   <source>asking for such a record</source>
   <translation>tällaisen tietueen kysyminen</translation>
  </message>
  <message>
   <source>asking the server for a negation</source>
   <translation>kieltoehdon kysyminen palvelimelta</translation>
  </message>
  <message>
   <source>asking the server for this filter</source>
   <translation>tämän suodattimen kysyminen palvelimelta</translation>
  </message>
  <message>
   <source>asking the server for “{op}”</source>
   <translation>ehdon ”{op}” kysyminen palvelimelta</translation>
  </message>
  <message>
   <source>asking the servers of {names}</source>
   <translation>kysytään palvelimilta: {names}</translation>
  </message>
  <message>
   <source>at</source>
   <translation>on</translation>
  </message>
  <message>
   <source>at least</source>
   <translation>vähintään</translation>
  </message>
  <message>
   <source>at least {least}</source>
   <translation>vähintään {least}</translation>
  </message>
  <message>
   <source>at most</source>
   <translation>enintään</translation>
  </message>
  <message>
   <source>at most so many batches</source>
   <translation>enintään näin monta erää</translation>
  </message>
  <message>
   <source>at most so many hits</source>
   <translation>enintään näin monta osumaa</translation>
  </message>
  <message>
   <source>at most so many records</source>
   <translation>enintään näin monta tietuetta</translation>
  </message>
  <message>
   <source>average {0}</source>
   <translation>keskiarvo {0}</translation>
  </message>
  <message>
   <source>back</source>
   <translation>palauta</translation>
  </message>
  <message>
   <source>bar |</source>
   <translation>pystyviiva |</translation>
  </message>
  <message>
   <source>before</source>
   <translation>ennen</translation>
  </message>
  <message>
   <source>begins anew</source>
   <translation>alkaa alusta</translation>
  </message>
  <message>
   <source>being copied anew</source>
   <translation>kopioidaan alusta</translation>
  </message>
  <message>
   <source>being updated now</source>
   <translation>päivitetään parhaillaan</translation>
  </message>
  <message>
   <source>belongs to the original alone</source>
   <translation>kuuluu vain alkuperäiselle</translation>
  </message>
  <message>
   <source>bring a team's copy up to date as well: postgresql://user@host/database; its password from the keychain, or --secret-env store=NAME</source>
   <translation>päivitä myös tiimin kopio: postgresql://user@host/database; salasana avainnipusta tai --secret-env store=NAME</translation>
  </message>
  <message>
   <source>by the server</source>
   <translation>palvelimen tekemä</translation>
  </message>
  <message numerus="yes">
   <source>by up to {n} columns</source>
   <extracomment>by one column</extracomment>
   <translation>
    <numerusform>yhden sarakkeen mukaan</numerusform>
    <numerusform>enintään {n} sarakkeen mukaan</numerusform>
   </translation>
  </message>
  <message>
   <source>cannot</source>
   <translation>ei voi</translation>
  </message>
  <message>
   <source>cannot be applied</source>
   <translation>ei voi toteuttaa</translation>
  </message>
  <message>
   <source>cannot be told</source>
   <translation>ei voi päätellä</translation>
  </message>
  <message>
   <source>change</source>
   <translation>muutos</translation>
  </message>
  <message>
   <source>changed</source>
   <translation>muutti</translation>
  </message>
  <message>
   <source>changed since</source>
   <translation>muuttunut sen jälkeen</translation>
  </message>
  <message>
   <source>changed since: this batch wrote {value}</source>
   <translation>muutettu sen jälkeen: tämä erä kirjoitti {value}</translation>
  </message>
  <message>
   <source>changed, was {value}</source>
   <translation>muutettu, oli {value}</translation>
  </message>
  <message>
   <source>changes</source>
   <translation>muutoksia</translation>
  </message>
  <message>
   <source>changes as a file</source>
   <translation>muutokset tiedostona</translation>
  </message>
  <message>
   <source>changes data</source>
   <translation>muuttaa tietoja</translation>
  </message>
  <message>
   <source>changing lines: the server does not say what their fields are called</source>
   <translation>rivien muuttaminen: palvelin ei kerro niiden kenttien nimiä</translation>
  </message>
  <message>
   <source>changing the lines of {records} over SOAP</source>
   <translation>rivien muuttaminen SOAPilla: {records}</translation>
  </message>
  <message>
   <source>changing the list “{label_of}”</source>
   <translation>luettelon ”{label_of}” muuttaminen</translation>
  </message>
  <message>
   <source>changing {records} over SOAP</source>
   <translation>muuttaminen SOAPilla: {records}</translation>
  </message>
  <message>
   <source>charges</source>
   <translation>lisät</translation>
  </message>
  <message>
   <source>check a file of changes against the server and send it</source>
   <translation>vertaa muutostiedostoa palvelimeen ja lähetä se</translation>
  </message>
  <message>
   <source>checked just now: no conflicts</source>
   <translation>verrattu juuri: ei ristiriitoja</translation>
  </message>
  <message>
   <source>checking portal logins</source>
   <translation>portaalitunnusten tarkistaminen</translation>
  </message>
  <message>
   <source>checking portal logins as documented: it takes {parts}</source>
   <translation>portaalitunnusten tarkistaminen dokumentoidulla tavalla: osat ovat {parts}</translation>
  </message>
  <message>
   <source>choices, refers to</source>
   <translation>vaihtoehdot, viittaus</translation>
  </message>
  <message>
   <source>choose a product.</source>
   <translation>valitse tuote.</translation>
  </message>
  <message>
   <source>choose its product anew; the one it names is none of this CRM's</source>
   <translation>valitse sen tuote uudelleen; nykyinen ei ole tämän CRM:n tuote</translation>
  </message>
  <message>
   <source>chosen</source>
   <translation>valittu</translation>
  </message>
  <message>
   <source>clear</source>
   <translation>tyhjennä</translation>
  </message>
  <message>
   <source>cleared</source>
   <translation>tyhjennetty</translation>
  </message>
  <message>
   <source>comma (1.234,5)</source>
   <translation>pilkku (1.234,5)</translation>
  </message>
  <message>
   <source>comma ,</source>
   <translation>pilkku ,</translation>
  </message>
  <message>
   <source>commands</source>
   <translation>komennot</translation>
  </message>
  <message>
   <source>company</source>
   <translation>yritystä</translation>
  </message>
  <message>
   <source>compared {done} of {total}</source>
   <translation>verrattu {done}/{total}</translation>
  </message>
  <message>
   <source>comparing with the server …</source>
   <translation>verrataan palvelimeen …</translation>
  </message>
  <message>
   <source>conflict</source>
   <translation>ristiriita</translation>
  </message>
  <message>
   <source>contains</source>
   <translation>sisältää</translation>
  </message>
  <message>
   <source>copy modules, or bring their copies up to date</source>
   <translation>kopioi moduulit tai päivitä niiden kopiot</translation>
  </message>
  <message>
   <source>copy of {when}</source>
   <translation>kopio {when}</translation>
  </message>
  <message>
   <source>copy them anew instead of asking what changed</source>
   <translation>kopioi ne alusta muutosten kysymisen sijaan</translation>
  </message>
  <message>
   <source>coreBOS: the records of one related list; its operation shares the documented one's name, not its verb.</source>
   <translation>coreBOS: yhden liittyvän luettelon tietueet; operaatiolla on sama nimi kuin dokumentoidulla, mutta eri verbi.</translation>
  </message>
  <message>
   <source>count</source>
   <translation>määrä</translation>
  </message>
  <message>
   <source>counting what this filter means</source>
   <translation>tämän suodattimen tulosten laskeminen</translation>
  </message>
  <message>
   <source>counts</source>
   <translation>laskee määrän</translation>
  </message>
  <message>
   <source>created</source>
   <translation>loi</translation>
  </message>
  <message>
   <source>crmdesk did not end as it should</source>
   <translation>crmdesk ei päättynyt niin kuin pitäisi</translation>
  </message>
  <message>
   <source>crmdesk keys.txt</source>
   <translation>crmdesk-nappaimet.txt</translation>
  </message>
  <message>
   <source>crmdesk never installs anything by itself.</source>
   <translation>crmdesk ei koskaan asenna mitään itsestään.</translation>
  </message>
  <message>
   <source>crmdesk never writes to this account.</source>
   <translation>crmdesk ei koskaan kirjoita tälle tilille.</translation>
  </message>
  <message>
   <source>crmdesk opens saved views, files of changes and tables; {name} is none.</source>
   <translation>crmdesk avaa tallennettuja näkymiä, muutostiedostoja ja taulukoita; {name} ei ole mikään niistä.</translation>
  </message>
  <message>
   <source>crmdesk {version}</source>
   <translation>crmdesk {version}</translation>
  </message>
  <message>
   <source>crmdesk {version} is there; you have {mine}.</source>
   <translation>crmdesk {version} on saatavilla; käytössä on {mine}.</translation>
  </message>
  <message>
   <source>csv has a row for each field</source>
   <translation>csv:ssä on rivi kutakin kenttää kohti</translation>
  </message>
  <message>
   <source>dates</source>
   <translation>päivämäärät</translation>
  </message>
  <message>
   <source>day month year</source>
   <translation>päivä kuukausi vuosi</translation>
  </message>
  <message>
   <source>decimal comma</source>
   <translation>desimaalipilkku</translation>
  </message>
  <message>
   <source>decimal point</source>
   <translation>desimaalipiste</translation>
  </message>
  <message>
   <source>default: table</source>
   <translation>oletus: table</translation>
  </message>
  <message>
   <source>delay of each answer</source>
   <translation>jokaisen vastauksen viive</translation>
  </message>
  <message>
   <source>delete</source>
   <translation>poista</translation>
  </message>
  <message>
   <source>deleted</source>
   <translation>poisti</translation>
  </message>
  <message>
   <source>deleting records</source>
   <translation>tietueiden poistaminen</translation>
  </message>
  <message>
   <source>deleting {records} over SOAP</source>
   <translation>poistaminen SOAPilla: {records}</translation>
  </message>
  <message>
   <source>differs</source>
   <translation>eroaa</translation>
  </message>
  <message>
   <source>discount</source>
   <translation>alennus</translation>
  </message>
  <message>
   <source>do everything but send</source>
   <translation>tee kaikki muu paitsi lähetä</translation>
  </message>
  <message>
   <source>do not import</source>
   <translation>älä tuo</translation>
  </message>
  <message>
   <source>do not run the server's workflows, where it has the switch</source>
   <translation>älä käynnistä palvelimen työnkulkuja, jos sillä on siihen kytkin</translation>
  </message>
  <message>
   <source>does not contain</source>
   <translation>ei sisällä</translation>
  </message>
  <message>
   <source>does not count</source>
   <translation>ei laske määrää</translation>
  </message>
  <message>
   <source>does not sort</source>
   <translation>ei lajittele</translation>
  </message>
  <message>
   <source>empty</source>
   <translation>tyhjä</translation>
  </message>
  <message>
   <source>entry {number} of “lines” names a line; a new document has none yet.</source>
   <translation>”lines”-listan kohta {number} mainitsee rivin; uudessa asiakirjassa niitä ei vielä ole.</translation>
  </message>
  <message>
   <source>entry {number} of “lines” needs “line” and “set”.</source>
   <translation>”lines”-listan kohta {number} tarvitsee ”line” ja ”set”.</translation>
  </message>
  <message>
   <source>environment</source>
   <translation>ympäristö</translation>
  </message>
  <message>
   <source>every batch, newest first</source>
   <translation>kaikki erät, uusin ensin</translation>
  </message>
  <message>
   <source>expected %s argument</source>
   <translation>vaatii %s argumentin</translation>
  </message>
  <message>
   <source>expected %s arguments</source>
   <translation>vaatii %s argumenttia</translation>
  </message>
  <message>
   <source>expected at least one argument</source>
   <translation>vaatii vähintään yhden argumentin</translation>
  </message>
  <message>
   <source>expected at most one argument</source>
   <translation>sallii enintään yhden argumentin</translation>
  </message>
  <message>
   <source>expected one argument</source>
   <translation>vaatii yhden argumentin</translation>
  </message>
  <message>
   <source>field</source>
   <translation>kenttä</translation>
  </message>
  <message>
   <source>find records by this column instead of id</source>
   <translation>etsi tietueet tällä sarakkeella id:n sijaan</translation>
  </message>
  <message>
   <source>forget an account and its secrets; its journal stays</source>
   <translation>unohda tili ja sen salaisuudet; muutosloki säilyy</translation>
  </message>
  <message>
   <source>forget the copy of some modules, or of all</source>
   <translation>unohda joidenkin tai kaikkien moduulien kopio</translation>
  </message>
  <message>
   <source>found by</source>
   <translation>hakuperuste</translation>
  </message>
  <message>
   <source>found by the server</source>
   <translation>palvelimen löytämä</translation>
  </message>
  <message>
   <source>fresh</source>
   <translation>tuoreus</translation>
  </message>
  <message>
   <source>from</source>
   <translation>alkaen</translation>
  </message>
  <message>
   <source>from the local copy (“crmdesk mirror”) alone; the server is not asked</source>
   <translation>vain paikallisesta kopiosta (”crmdesk mirror”); palvelimelta ei kysytä</translation>
  </message>
  <message>
   <source>from this computer</source>
   <translation>tästä tietokoneesta</translation>
  </message>
  <message>
   <source>further certificates to trust</source>
   <translation>muita luotettavia varmenteita</translation>
  </message>
  <message>
   <source>gone</source>
   <translation>poistettu</translation>
  </message>
  <message>
   <source>gross</source>
   <translation>verollinen</translation>
  </message>
  <message>
   <source>groups and lists stand too deep in each other.</source>
   <translation>ryhmiä ja listoja on liian monta sisäkkäin.</translation>
  </message>
  <message>
   <source>holds what the server has already</source>
   <translation>sisältää saman kuin palvelin jo nyt</translation>
  </message>
  <message>
   <source>how careful to be</source>
   <translation>miten varovainen pitää olla</translation>
  </message>
  <message>
   <source>how you want to call it</source>
   <translation>millä nimellä sitä kutsut</translation>
  </message>
  <message>
   <source>id</source>
   <translation>tunniste</translation>
  </message>
  <message>
   <source>in the last … days</source>
   <translation>viime … päivän aikana</translation>
  </message>
  <message>
   <source>in titles, fields, values and reasons</source>
   <translation>otsikoista, kentistä, arvoista ja syistä</translation>
  </message>
  <message>
   <source>includes</source>
   <translation>sisältää valinnan</translation>
  </message>
  <message>
   <source>instead of MODULE: a query in the vendor's own language, read only</source>
   <translation>MODULE-argumentin sijaan: kysely järjestelmän omalla kielellä, vain luku</translation>
  </message>
  <message>
   <source>invalid choice: %(value)r (choose from %(choices)s)</source>
   <translation>virheellinen valinta: %(value)r (vaihtoehdot: %(choices)s)</translation>
  </message>
  <message>
   <source>invisible or control characters</source>
   <translation>näkymättömiä merkkejä tai ohjausmerkkejä</translation>
  </message>
  <message>
   <source>is</source>
   <translation>on</translation>
  </message>
  <message>
   <source>is any of</source>
   <translation>on jokin näistä</translation>
  </message>
  <message>
   <source>is at least</source>
   <translation>on vähintään</translation>
  </message>
  <message>
   <source>is at most</source>
   <translation>on enintään</translation>
  </message>
  <message>
   <source>is deleted</source>
   <translation>poistetaan</translation>
  </message>
  <message>
   <source>is empty</source>
   <translation>on tyhjä</translation>
  </message>
  <message>
   <source>is exactly</source>
   <translation>on täsmälleen</translation>
  </message>
  <message>
   <source>is less than</source>
   <translation>on vähemmän kuin</translation>
  </message>
  <message>
   <source>is more than</source>
   <translation>on enemmän kuin</translation>
  </message>
  <message>
   <source>is no</source>
   <translation>on ei</translation>
  </message>
  <message>
   <source>is none of</source>
   <translation>ei ole mikään näistä</translation>
  </message>
  <message>
   <source>is not</source>
   <translation>ei ole</translation>
  </message>
  <message>
   <source>is not empty</source>
   <translation>ei ole tyhjä</translation>
  </message>
  <message>
   <source>is so already</source>
   <translation>on jo näin</translation>
  </message>
  <message>
   <source>is yes</source>
   <translation>on kyllä</translation>
  </message>
  <message>
   <source>it has edits that wait already.</source>
   <translation>sillä on jo odottavia muutoksia.</translation>
  </message>
  <message>
   <source>it has neither a product nor a text</source>
   <translation>siinä ei ole tuotetta eikä tekstiä</translation>
  </message>
  <message>
   <source>it has no product. Start pasting in the column of items.</source>
   <translation>siinä ei ole tuotetta. Aloita liittäminen nimikkeiden sarakkeesta.</translation>
  </message>
  <message>
   <source>it has two discounts; keep one of them.</source>
   <translation>sillä on kaksi alennusta; jätä niistä yksi.</translation>
  </message>
  <message>
   <source>it is no product and no service; this CRM has no other lines</source>
   <translation>se ei ole tuote eikä palvelu; tässä CRM:ssä ei ole muita rivejä</translation>
  </message>
  <message>
   <source>it was made by this batch</source>
   <translation>tämä erä loi sen</translation>
  </message>
  <message>
   <source>its discount is {kind}, which cannot be there</source>
   <translation>sen alennus on {kind}, joka ei siinä käy</translation>
  </message>
  <message>
   <source>keep</source>
   <translation>säilytä</translation>
  </message>
  <message>
   <source>kept</source>
   <translation>säilyy</translation>
  </message>
  <message>
   <source>kind</source>
   <translation>laji</translation>
  </message>
  <message>
   <source>label</source>
   <translation>otsikko</translation>
  </message>
  <message>
   <source>leave alone</source>
   <translation>jätä ennalleen</translation>
  </message>
  <message>
   <source>leave out the first so many</source>
   <translation>ohita näin monta ensimmäistä</translation>
  </message>
  <message>
   <source>leave row out</source>
   <translation>jätä rivi pois</translation>
  </message>
  <message>
   <source>left out</source>
   <translation>jää pois</translation>
  </message>
  <message>
   <source>left out: {title} ({key}) {field}: this batch wrote {wrote}, somebody changed it to {now}</source>
   <translation>jää pois: {title} ({key}) {field}: tämä erä kirjoitti {wrote}, joku muutti arvoksi {now}</translation>
  </message>
  <message>
   <source>less than</source>
   <translation>vähemmän kuin</translation>
  </message>
  <message>
   <source>let the copy grow to so many megabytes; 0: without limit</source>
   <translation>salli kopion kasvaa näin moneen megatavuun; 0: ei rajaa</translation>
  </message>
  <message>
   <source>letters read in the wrong encoding</source>
   <translation>väärällä merkistöllä luettuja kirjaimia</translation>
  </message>
  <message>
   <source>letters that are lost</source>
   <translation>kadonneita kirjaimia</translation>
  </message>
  <message>
   <source>like names</source>
   <translation>samankaltaiset nimet</translation>
  </message>
  <message>
   <source>like takes '%text%' or 'text%' here.</source>
   <translation>like toimii täällä muodossa '%teksti%' tai 'teksti%'.</translation>
  </message>
  <message>
   <source>line</source>
   <translation>rivi</translation>
  </message>
  <message>
   <source>line {0}</source>
   <translation>rivi {0}</translation>
  </message>
  <message>
   <source>line {key} holds {plain} as {name} by now.</source>
   <translation>rivillä {key} on nyt {plain} kohdassa {name}.</translation>
  </message>
  <message>
   <source>line {n}</source>
   <translation>rivi {n}</translation>
  </message>
  <message>
   <source>lines in this kind of record</source>
   <translation>rivit tällaisissa tietueissa</translation>
  </message>
  <message>
   <source>lines in {records}</source>
   <translation>rivit: {records}</translation>
  </message>
  <message>
   <source>lines of sales documents</source>
   <translation>myyntiasiakirjojen rivit</translation>
  </message>
  <message>
   <source>linked</source>
   <translation>linkitti</translation>
  </message>
  <message>
   <source>linking these two kinds of records</source>
   <translation>näiden kahden tietuelajin linkittäminen</translation>
  </message>
  <message>
   <source>look for a name, number, phone, e-mail or city in the local copies</source>
   <translation>hae nimeä, numeroa, puhelinta, sähköpostia tai paikkakuntaa paikallisista kopioista</translation>
  </message>
  <message>
   <source>made already</source>
   <translation>luotu jo</translation>
  </message>
  <message>
   <source>make again</source>
   <translation>luo uudelleen</translation>
  </message>
  <message>
   <source>modified {when}</source>
   <translation>muokattu {when}</translation>
  </message>
  <message>
   <source>modified {when} by {who}</source>
   <translation>muokattu {when}, {who}</translation>
  </message>
  <message>
   <source>module</source>
   <translation>moduuli</translation>
  </message>
  <message>
   <source>month day year</source>
   <translation>kuukausi päivä vuosi</translation>
  </message>
  <message>
   <source>more than</source>
   <translation>enemmän kuin</translation>
  </message>
  <message>
   <source>moved</source>
   <translation>siirretty</translation>
  </message>
  <message>
   <source>my edit</source>
   <translation>oma muutos</translation>
  </message>
  <message>
   <source>name</source>
   <translation>nimi</translation>
  </message>
  <message>
   <source>name, label, number of records and operations</source>
   <translation>nimi, otsikko, tietueiden määrä ja operaatiot</translation>
  </message>
  <message>
   <source>net</source>
   <translation>veroton</translation>
  </message>
  <message>
   <source>new</source>
   <translation>uusi</translation>
  </message>
  <message>
   <source>new line</source>
   <translation>uusi rivi</translation>
  </message>
  <message>
   <source>new record</source>
   <translation>uusi tietue</translation>
  </message>
  <message>
   <source>new: {line}</source>
   <translation>uusi: {line}</translation>
  </message>
  <message>
   <source>no discount</source>
   <translation>ei alennusta</translation>
  </message>
  <message>
   <source>no members</source>
   <translation>ei jäseniä</translation>
  </message>
  <message>
   <source>no outcome noted</source>
   <translation>lopputulosta ei kirjattu</translation>
  </message>
  <message>
   <source>no reason given</source>
   <translation>syytä ei kerrottu</translation>
  </message>
  <message>
   <source>no records</source>
   <translation>ei tietueita</translation>
  </message>
  <message>
   <source>no single product is called “{name}”.</source>
   <translation>nimellä ”{name}” ei ole yksiselitteistä tuotetta.</translation>
  </message>
  <message>
   <source>no such field</source>
   <translation>ei tällaista kenttää</translation>
  </message>
  <message>
   <source>no text</source>
   <translation>ei tekstiä</translation>
  </message>
  <message>
   <source>no values</source>
   <translation>ei arvoja</translation>
  </message>
  <message>
   <source>no values yet</source>
   <translation>ei vielä arvoja</translation>
  </message>
  <message>
   <source>none</source>
   <translation>ei mitään</translation>
  </message>
  <message>
   <source>none older than 30 days</source>
   <translation>yksikään ei ole yli 30 päivän ikäinen</translation>
  </message>
  <message>
   <source>none yet</source>
   <translation>ei vielä yhtään</translation>
  </message>
  <message>
   <source>not allowed with argument %s</source>
   <translation>ei yhdessä argumentin %s kanssa</translation>
  </message>
  <message>
   <source>not at</source>
   <translation>ei ole</translation>
  </message>
  <message>
   <source>not chosen</source>
   <translation>ei valittu</translation>
  </message>
  <message>
   <source>not on</source>
   <translation>ei ole</translation>
  </message>
  <message>
   <source>not read yet</source>
   <translation>ei vielä luettu</translation>
  </message>
  <message>
   <source>not sent</source>
   <translation>ei lähetetty</translation>
  </message>
  <message>
   <source>not ticked</source>
   <translation>ei rastitettu</translation>
  </message>
  <message>
   <source>not told</source>
   <translation>ei kerrottu</translation>
  </message>
  <message>
   <source>note</source>
   <translation>huomautus</translation>
  </message>
  <message>
   <source>noted</source>
   <translation>kirjasi</translation>
  </message>
  <message>
   <source>nothing</source>
   <translation>ei mitään</translation>
  </message>
  <message>
   <source>nothing here</source>
   <translation>ei mitään täällä</translation>
  </message>
  <message>
   <source>nothing to do</source>
   <translation>ei tehtävää</translation>
  </message>
  <message>
   <source>nothing: this computer sorts</source>
   <translation>ei mitään: tämä tietokone lajittelee</translation>
  </message>
  <message>
   <source>number of leads</source>
   <translation>liidien määrä</translation>
  </message>
  <message>
   <source>of the rows of a CSV or XLSX file</source>
   <translation>mihin moduuliin CSV- tai XLSX-tiedoston rivit kuuluvat</translation>
  </message>
  <message>
   <source>of {base}</source>
   <translation>summasta {base}</translation>
  </message>
  <message>
   <source>on</source>
   <translation>on</translation>
  </message>
  <message>
   <source>on or after</source>
   <translation>alkaen</translation>
  </message>
  <message>
   <source>on the server now: {value}</source>
   <translation>palvelimella nyt: {value}</translation>
  </message>
  <message>
   <source>on the server now: {v}</source>
   <translation>palvelimella nyt: {v}</translation>
  </message>
  <message>
   <source>on this computer, not yet sent</source>
   <translation>tässä tietokoneessa, ei vielä lähetetty</translation>
  </message>
  <message>
   <source>one batch with its changes</source>
   <translation>yksi erä muutoksineen</translation>
  </message>
  <message>
   <source>one documented vendor operation as it is</source>
   <translation>yksi järjestelmän dokumentoitu operaatio sellaisenaan</translation>
  </message>
  <message>
   <source>one record, whole</source>
   <translation>yksi tietue kokonaan</translation>
  </message>
  <message>
   <source>only how many there are</source>
   <translation>vain lukumäärä</translation>
  </message>
  <message>
   <source>only left</source>
   <translation>vain vasen</translation>
  </message>
  <message>
   <source>only reads</source>
   <translation>vain lukee</translation>
  </message>
  <message>
   <source>only right</source>
   <translation>vain oikea</translation>
  </message>
  <message>
   <source>operations</source>
   <translation>operaatiot</translation>
  </message>
  <message>
   <source>optional</source>
   <translation>valinnainen</translation>
  </message>
  <message>
   <source>optional, not included</source>
   <translation>valinnainen, ei sisälly summaan</translation>
  </message>
  <message>
   <source>options</source>
   <translation>valitsimet</translation>
  </message>
  <message>
   <source>order of the lines</source>
   <translation>rivien järjestys</translation>
  </message>
  <message>
   <source>otherwise all</source>
   <translation>muuten kaikki</translation>
  </message>
  <message>
   <source>otherwise every module that is copied already</source>
   <translation>muuten kaikki jo kopioidut moduulit</translation>
  </message>
  <message>
   <source>ours</source>
   <translation>meillä</translation>
  </message>
  <message>
   <source>outcome unknown</source>
   <translation>lopputulos ei tiedossa</translation>
  </message>
  <message>
   <source>pass key</source>
   <translation>pass-avain</translation>
  </message>
  <message>
   <source>password</source>
   <translation>salasana</translation>
  </message>
  <message>
   <source>place</source>
   <translation>paikka</translation>
  </message>
  <message>
   <source>point (1,234.5)</source>
   <translation>piste (1,234.5)</translation>
  </message>
  <message>
   <source>positional arguments</source>
   <translation>argumentit</translation>
  </message>
  <message>
   <source>prices and discounts keep {n} decimals there</source>
   <translation>hinnoissa ja alennuksissa on siellä enintään {n} desimaalia</translation>
  </message>
  <message>
   <source>product</source>
   <translation>tuotetta</translation>
  </message>
  <message>
   <source>product lines in {module}</source>
   <translation>tuoterivit: {module}</translation>
  </message>
  <message>
   <source>products must be a JSON list of lines.</source>
   <translation>products on oltava JSON-lista rivejä.</translation>
  </message>
  <message>
   <source>quantity</source>
   <translation>määrä</translation>
  </message>
  <message>
   <source>read a secret from an environment variable; FIELD where the vendor has several</source>
   <translation>lue salaisuus ympäristömuuttujasta; FIELD, jos järjestelmällä on useita</translation>
  </message>
  <message>
   <source>read only</source>
   <translation>vain luku</translation>
  </message>
  <message>
   <source>read secrets from standard input, a line for each secret field of the vendor, in their order</source>
   <translation>lue salaisuudet vakiosyötteestä, rivi kullekin järjestelmän salaiselle kentälle, niiden järjestyksessä</translation>
  </message>
  <message>
   <source>read-only</source>
   <translation>vain luku</translation>
  </message>
  <message>
   <source>reading files back; open the record in the browser</source>
   <translation>tiedostojen lukeminen takaisin; avaa tietue selaimessa</translation>
  </message>
  <message>
   <source>reading single {records} over SOAP</source>
   <translation>yksittäisten lukeminen SOAPilla: {records}</translation>
  </message>
  <message>
   <source>reading the lines of {records} over SOAP</source>
   <translation>rivien lukeminen SOAPilla: {records}</translation>
  </message>
  <message>
   <source>ready</source>
   <translation>valmiina</translation>
  </message>
  <message>
   <source>record</source>
   <translation>tietue</translation>
  </message>
  <message>
   <source>records</source>
   <translation>tietueita</translation>
  </message>
  <message>
   <source>refused</source>
   <translation>hylätty</translation>
  </message>
  <message>
   <source>remark</source>
   <translation>huomautus</translation>
  </message>
  <message>
   <source>remove</source>
   <translation>poista</translation>
  </message>
  <message>
   <source>removed: {line}</source>
   <translation>poistettu: {line}</translation>
  </message>
  <message>
   <source>required</source>
   <translation>pakollinen</translation>
  </message>
  <message>
   <source>result</source>
   <translation>tulos</translation>
  </message>
  <message>
   <source>roles: {names}</source>
   <translation>roolit: {names}</translation>
  </message>
  <message>
   <source>row {n}</source>
   <translation>rivi {n}</translation>
  </message>
  <message>
   <source>same</source>
   <translation>sama</translation>
  </message>
  <message>
   <source>same e-mail</source>
   <translation>sama sähköposti</translation>
  </message>
  <message>
   <source>same name</source>
   <translation>sama nimi</translation>
  </message>
  <message>
   <source>same phone</source>
   <translation>sama puhelin</translation>
  </message>
  <message>
   <source>same place</source>
   <translation>sama paikka</translation>
  </message>
  <message>
   <source>save an account; asks for its secrets without showing them</source>
   <translation>tallenna tili; kysyy salaisuudet näyttämättä niitä</translation>
  </message>
  <message>
   <source>saved accounts</source>
   <translation>tallennetut tilit</translation>
  </message>
  <message>
   <source>saving a record of {module}</source>
   <translation>tietueen tallentaminen: {module}</translation>
  </message>
  <message>
   <source>saving records of any kind as documented</source>
   <translation>minkä tahansa tietueiden tallentaminen dokumentoidulla tavalla</translation>
  </message>
  <message>
   <source>searching records…</source>
   <translation>haetaan tietueita…</translation>
  </message>
  <message>
   <source>searching {module}</source>
   <translation>haku: {module}</translation>
  </message>
  <message>
   <source>secret</source>
   <translation>salaisuus</translation>
  </message>
  <message>
   <source>secrets (never arguments; otherwise from the keychain)</source>
   <translation>salaisuudet (ei koskaan argumentteina; muuten avainnipusta)</translation>
  </message>
  <message>
   <source>semicolon ;</source>
   <translation>puolipiste ;</translation>
  </message>
  <message>
   <source>send more than 50 records of a production account unasked</source>
   <translation>lähetä kysymättä yli 50 tuotantotilin tietuetta</translation>
  </message>
  <message>
   <source>send nothing more after so many</source>
   <translation>älä lähetä enempää, kun epäonnistumisia on näin monta</translation>
  </message>
  <message>
   <source>send nothing unless exactly so many would change</source>
   <translation>älä lähetä mitään, ellei muuttuisi täsmälleen näin monta</translation>
  </message>
  <message>
   <source>server clock {time} ahead</source>
   <translation>palvelimen kello {time} edellä</translation>
  </message>
  <message>
   <source>server clock {time} behind</source>
   <translation>palvelimen kello {time} jäljessä</translation>
  </message>
  <message>
   <source>server {when}</source>
   <translation>palvelin {when}</translation>
  </message>
  <message>
   <source>set</source>
   <translation>asetukset</translation>
  </message>
  <message>
   <source>several choices</source>
   <translation>monta vaihtoehtoa</translation>
  </message>
  <message>
   <source>show program's version number and exit</source>
   <translation>näytä ohjelman versio ja lopeta</translation>
  </message>
  <message>
   <source>show this help message and exit</source>
   <translation>näytä tämä ohje ja lopeta</translation>
  </message>
  <message>
   <source>sign in and list the modules</source>
   <translation>kirjaudu ja luettele moduulit</translation>
  </message>
  <message>
   <source>signed in as {who}</source>
   <translation>kirjautunut: {who}</translation>
  </message>
  <message>
   <source>size</source>
   <translation>koko</translation>
  </message>
  <message>
   <source>skipped</source>
   <translation>ohitettu</translation>
  </message>
  <message>
   <source>sorted here, not by the server</source>
   <translation>lajiteltu täällä, ei palvelimella</translation>
  </message>
  <message>
   <source>sorting by several columns</source>
   <translation>lajittelu usean sarakkeen mukaan</translation>
  </message>
  <message>
   <source>sorting by {field}</source>
   <translation>lajittelu kentän {field} mukaan</translation>
  </message>
  <message>
   <source>sorting downwards</source>
   <translation>laskeva lajittelu</translation>
  </message>
  <message>
   <source>sorts after</source>
   <translation>on aakkosissa myöhemmin kuin</translation>
  </message>
  <message>
   <source>sorts before</source>
   <translation>on aakkosissa ennen</translation>
  </message>
  <message>
   <source>sorts by up to {n}</source>
   <translation>lajittelee enintään {n} kentällä</translation>
  </message>
  <message>
   <source>sorts by up to {n}, upwards only</source>
   <translation>lajittelee enintään {n} kentällä, vain nousevasti</translation>
  </message>
  <message>
   <source>sorts from</source>
   <translation>on aakkosissa vähintään</translation>
  </message>
  <message>
   <source>sorts up to</source>
   <translation>on aakkosissa enintään</translation>
  </message>
  <message>
   <source>starts with</source>
   <translation>alkaa</translation>
  </message>
  <message>
   <source>stays</source>
   <translation>ei palaudu</translation>
  </message>
  <message>
   <source>still looking</source>
   <translation>haku jatkuu</translation>
  </message>
  <message>
   <source>still needed</source>
   <translation>puuttuu vielä</translation>
  </message>
  <message>
   <source>stored</source>
   <translation>tallennettu</translation>
  </message>
  <message>
   <source>stored differently</source>
   <translation>tallentui toisin</translation>
  </message>
  <message>
   <source>stored in the keychain; leave empty to keep it</source>
   <translation>avainnipussa; jätä tyhjäksi, niin se säilyy</translation>
  </message>
  <message>
   <source>stored otherwise</source>
   <translation>tallentui toisin</translation>
  </message>
  <message>
   <source>stored otherwise: {fields}</source>
   <translation>tallentui toisin: {fields}</translation>
  </message>
  <message>
   <source>stray blanks</source>
   <translation>ylimääräisiä välilyöntejä</translation>
  </message>
  <message>
   <source>subtotal</source>
   <translation>välisumma</translation>
  </message>
  <message>
   <source>such a line cannot be added there</source>
   <translation>tällaista riviä ei voi lisätä siihen</translation>
  </message>
  <message>
   <source>sum {0}</source>
   <translation>summa {0}</translation>
  </message>
  <message>
   <source>tab</source>
   <translation>sarkain</translation>
  </message>
  <message>
   <source>table     for reading, with labels instead of stored values
json      one array; jsonl: one object a line, written as rows arrive
csv       UTF-8, quoted as RFC 4180 says; values are exact, so open files from strangers with care: a spreadsheet
          takes a text that begins with = for a formula (xlsx keeps it a text)
xlsx      dates, times and numbers as such (moments in UTC), everything else as text
parquet   typed columns, for analysts; needs the extra “analysis” (pyarrow)
</source>
   <translation>table     luettavaksi, otsikot tallennettujen arvojen tilalla
json      yksi lista; jsonl: yksi olio riviä kohti, kirjoitetaan sitä mukaa kuin rivejä tulee
csv       UTF-8, lainaus RFC 4180:n mukaan; arvot ovat tarkkoja, joten avaa vieraiden tiedostot varoen:
          taulukko-ohjelma pitää =-merkillä alkavaa tekstiä kaavana (xlsx säilyttää sen tekstinä)
xlsx      päivämäärät, kellonajat ja luvut sellaisinaan (ajanhetket UTC-aikana), muu tekstinä
parquet   tyypitetyt sarakkeet analysointiin; vaatii lisäosan ”analysis” (pyarrow)
</translation>
  </message>
  <message>
   <source>take a batch of the journal back</source>
   <translation>kumoa muutoslokin erä</translation>
  </message>
  <message>
   <source>taking a relation away</source>
   <translation>yhteyden poistaminen</translation>
  </message>
  <message>
   <source>taking this relation away</source>
   <translation>tämän yhteyden poistaminen</translation>
  </message>
  <message>
   <source>tax</source>
   <translation>vero</translation>
  </message>
  <message>
   <source>tax {n}</source>
   <translation>vero {n}</translation>
  </message>
  <message>
   <source>the account</source>
   <translation>tili</translation>
  </message>
  <message>
   <source>the action {action}</source>
   <translation>toiminto {action}</translation>
  </message>
  <message>
   <source>the contract term takes a whole number.</source>
   <translation>sopimuskauden on oltava kokonaisluku.</translation>
  </message>
  <message>
   <source>the demo server alone; prints its accounts as a line of JSON, then serves</source>
   <translation>pelkkä demopalvelin; tulostaa tilinsä JSON-rivinä ja alkaa sitten palvella</translation>
  </message>
  <message>
   <source>the discount is kept for one piece there, and this amount cannot be divided; type a percentage</source>
   <translation>alennus tallennetaan siellä kappaletta kohti, eikä tätä summaa voi jakaa; kirjoita prosentti</translation>
  </message>
  <message>
   <source>the document has no line {key}; its lines are {known}.</source>
   <translation>asiakirjassa ei ole riviä {key}; sen rivit ovat {known}.</translation>
  </message>
  <message>
   <source>the field {name} in the local copy</source>
   <translation>kenttä {name} paikallisessa kopiossa</translation>
  </message>
  <message>
   <source>the fields of a module</source>
   <translation>moduulin kentät</translation>
  </message>
  <message>
   <source>the first copy is not finished</source>
   <translation>ensimmäinen kopio on kesken</translation>
  </message>
  <message>
   <source>the first {0} are shown</source>
   <translation>näytetään ensimmäiset {0}</translation>
  </message>
  <message>
   <source>the following arguments are required: %s</source>
   <translation>nämä argumentit ovat pakollisia: %s</translation>
  </message>
  <message>
   <source>the history of changes</source>
   <translation>muutoshistoria</translation>
  </message>
  <message>
   <source>the local copy of an account, for searching and for work without the server</source>
   <translation>tilin paikallinen kopio hakuun ja työskentelyyn ilman palvelinta</translation>
  </message>
  <message>
   <source>the method {operation}</source>
   <translation>metodi {operation}</translation>
  </message>
  <message>
   <source>the newest {n}</source>
   <translation>uusimmat {n}</translation>
  </message>
  <message>
   <source>the operation {operation}</source>
   <translation>operaatio {operation}</translation>
  </message>
  <message>
   <source>the quantity keeps {n} decimals there</source>
   <translation>määrässä on siellä enintään {n} desimaalia</translation>
  </message>
  <message>
   <source>the quantity takes one decimal; {plain} has more.</source>
   <translation>määrässä saa olla yksi desimaali; arvossa {plain} on enemmän.</translation>
  </message>
  <message>
   <source>the records of a module</source>
   <translation>moduulin tietueet</translation>
  </message>
  <message>
   <source>the saved accounts</source>
   <translation>tallennetut tilit</translation>
  </message>
  <message>
   <source>the server also changed: {fields}</source>
   <translation>palvelin muutti myös: {fields}</translation>
  </message>
  <message>
   <source>the server does not know this; it knows {names}.</source>
   <translation>palvelin ei tunne tätä; se tuntee nämä: {names}.</translation>
  </message>
  <message>
   <source>the server filters by {filters}; {sorts}; {counts}; {n} records a page</source>
   <translation>palvelin suodattaa: {filters}; {sorts}; {counts}; {n} tietuetta sivulla</translation>
  </message>
  <message>
   <source>the server's</source>
   <translation>palvelimella</translation>
  </message>
  <message>
   <source>the server's ids</source>
   <translation>palvelimen tunnisteet</translation>
  </message>
  <message>
   <source>the server's reply as it came, nothing else</source>
   <translation>palvelimen vastaus sellaisena kuin se tuli, ei muuta</translation>
  </message>
  <message>
   <source>the vendor's other fields, such as user=admin</source>
   <translation>järjestelmän muut kentät, kuten user=admin</translation>
  </message>
  <message>
   <source>the vendors, their fields and what each can do</source>
   <translation>järjestelmät, niiden kentät ja mitä kukin osaa</translation>
  </message>
  <message>
   <source>the whole copy</source>
   <translation>koko kopio</translation>
  </message>
  <message>
   <source>the window on the embedded demo server</source>
   <translation>ikkuna sisäänrakennetulla demopalvelimella</translation>
  </message>
  <message>
   <source>the {n} that fit best</source>
   <translation>{n} parhaiten sopivaa</translation>
  </message>
  <message>
   <source>there already?</source>
   <translation>jo olemassa?</translation>
  </message>
  <message>
   <source>this holds a control character, which cannot be sent. Take it out.</source>
   <translation>tässä on ohjausmerkki, jota ei voi lähettää. Poista se.</translation>
  </message>
  <message>
   <source>this is missing.</source>
   <translation>tämä puuttuu.</translation>
  </message>
  <message>
   <source>this is neither true nor false.</source>
   <translation>tämä ei ole tosi eikä epätosi.</translation>
  </message>
  <message>
   <source>this is no JSON object ({error}).</source>
   <translation>tämä ei ole JSON-olio ({error}).</translation>
  </message>
  <message>
   <source>this is no JSON object.</source>
   <translation>tämä ei ole JSON-olio.</translation>
  </message>
  <message>
   <source>this is no JSON. Write a group as {…} and a list as […].</source>
   <translation>tämä ei ole JSONia. Kirjoita ryhmä muodossa {…} ja lista muodossa […].</translation>
  </message>
  <message>
   <source>this is not a date with a time. Write it like 2026-11-30 14:05:00.</source>
   <translation>tämä ei ole päivämäärä kellonaikoineen. Kirjoita se muodossa 2026-11-30 14:05:00.</translation>
  </message>
  <message>
   <source>this is not a date. Write it like 2026-11-30.</source>
   <translation>tämä ei ole päivämäärä. Kirjoita se muodossa 2026-11-30.</translation>
  </message>
  <message>
   <source>this is not a number.</source>
   <translation>tämä ei ole luku.</translation>
  </message>
  <message>
   <source>this is not a whole number.</source>
   <translation>tämä ei ole kokonaisluku.</translation>
  </message>
  <message>
   <source>this may not be left empty.</source>
   <translation>tämä ei saa olla tyhjä.</translation>
  </message>
  <message>
   <source>this takes a group of names and values.</source>
   <translation>arvon on oltava ryhmä nimiä ja arvoja.</translation>
  </message>
  <message>
   <source>this takes a list.</source>
   <translation>arvon on oltava lista.</translation>
  </message>
  <message>
   <source>this takes bytes, or their base64 text.</source>
   <translation>arvon on oltava tavuja tai niiden base64-teksti.</translation>
  </message>
  <message>
   <source>this takes one value, not {named}.</source>
   <translation>tähän kuuluu yksi arvo, ei {named}.</translation>
  </message>
  <message>
   <source>ticked</source>
   <translation>rastitettu</translation>
  </message>
  <message>
   <source>time</source>
   <translation>aika</translation>
  </message>
  <message>
   <source>title</source>
   <translation>nimi</translation>
  </message>
  <message>
   <source>today</source>
   <translation>tänään</translation>
  </message>
  <message>
   <source>took batch {n} back</source>
   <translation>kumosi erän {n}</translation>
  </message>
  <message>
   <source>total</source>
   <translation>yhteensä</translation>
  </message>
  <message>
   <source>true for a report that was built for you.</source>
   <translation>true, jos raportti on tehty teille.</translation>
  </message>
  <message>
   <source>type</source>
   <translation>tyyppi</translation>
  </message>
  <message>
   <source>unchanged</source>
   <translation>ennallaan</translation>
  </message>
  <message>
   <source>undoes {batch}</source>
   <translation>kumoaa erän {batch}</translation>
  </message>
  <message>
   <source>undone</source>
   <translation>kumottu</translation>
  </message>
  <message>
   <source>unit price</source>
   <translation>yksikköhinta</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>ei tiedossa</translation>
  </message>
  <message>
   <source>unknown parser %(parser_name)r (choices: %(choices)s)</source>
   <translation>tuntematon komento %(parser_name)r (vaihtoehdot: %(choices)s)</translation>
  </message>
  <message>
   <source>unrecognized arguments: %s</source>
   <translation>tuntemattomia argumentteja: %s</translation>
  </message>
  <message>
   <source>until</source>
   <translation>viimeistään</translation>
  </message>
  <message>
   <source>up to</source>
   <translation>viimeistään</translation>
  </message>
  <message>
   <source>up to date at</source>
   <translation>päivitetty</translation>
  </message>
  <message>
   <source>url</source>
   <translation>osoite</translation>
  </message>
  <message>
   <source>usage: </source>
   <translation>käyttö: </translation>
  </message>
  <message>
   <source>user</source>
   <translation>käyttäjä</translation>
  </message>
  <message>
   <source>user name</source>
   <translation>käyttäjätunnus</translation>
  </message>
  <message>
   <source>vendor</source>
   <translation>järjestelmä</translation>
  </message>
  <message>
   <source>vtiger 8.0.0, seen on 450 documents that a server computed</source>
   <translation>vtiger 8.0.0, todettu 450 palvelimen laskemasta asiakirjasta</translation>
  </message>
  <message>
   <source>waiting</source>
   <translation>odottaa</translation>
  </message>
  <message>
   <source>was empty</source>
   <translation>oli tyhjä</translation>
  </message>
  <message>
   <source>was {value}</source>
   <translation>oli {value}</translation>
  </message>
  <message>
   <source>webCRM has no “{module}”. Orders are Deliveries there.</source>
   <translation>webCRM:ssä ei ole moduulia ”{module}”. Tilaukset ovat siellä Deliveries.</translation>
  </message>
  <message>
   <source>webCRM states the line's total only: each line in cents; VAT is added line by line</source>
   <translation>webCRM kertoo vain rivin summan: jokainen rivi sentteinä; ALV lisätään rivi riviltä</translation>
  </message>
  <message>
   <source>what</source>
   <translation>mitä</translation>
  </message>
  <message>
   <source>what is copied, how fresh it is, how much room it takes</source>
   <translation>mitä on kopioitu, miten tuoretta se on, paljonko tilaa se vie</translation>
  </message>
  <message>
   <source>what rows become</source>
   <translation>mitä riveistä tulee</translation>
  </message>
  <message>
   <source>what the operation takes, as JSON; nothing is called</source>
   <translation>mitä operaatio tarvitsee, JSON-muodossa; mitään ei kutsuta</translation>
  </message>
  <message>
   <source>what the server filters, what is filtered here, and the vendor's own query text; records are read only where --format, --output or --count ask for them (the explanation then goes to standard error)</source>
   <translation>mitä palvelin suodattaa, mitä suodatetaan täällä, ja järjestelmän oma kyselyteksti; tietueet luetaan vain, jos --format, --output tai --count sitä vaatii (selitys menee silloin vakiovirheeseen)</translation>
  </message>
  <message>
   <source>what to show; otherwise everything, a table some</source>
   <translation>mitä näytetään; muuten kaikki, table-muodossa osa</translation>
  </message>
  <message>
   <source>what was changed from this computer, when, by whom, before and after</source>
   <translation>mitä tästä tietokoneesta on muutettu: kuka, milloin, arvot ennen ja jälkeen</translation>
  </message>
  <message>
   <source>where it is</source>
   <translation>missä se on</translation>
  </message>
  <message>
   <source>which CRM (see “crmdesk vendors”)</source>
   <translation>mikä CRM (katso ”crmdesk vendors”)</translation>
  </message>
  <message>
   <source>whole record</source>
   <translation>koko tietue</translation>
  </message>
  <message>
   <source>with --demo: write pictures of every main screen and leave</source>
   <translation>yhdessä --demo-valitsimen kanssa: tallenna kuvat päänäkymistä ja lopeta</translation>
  </message>
  <message>
   <source>with an error, an excerpt of what was exchanged</source>
   <translation>virheen yhteydessä ote siitä, mitä lähetettiin ja saatiin</translation>
  </message>
  <message>
   <source>with line items and totals</source>
   <translation>rivit ja summat mukana</translation>
  </message>
  <message>
   <source>with related records</source>
   <translation>liittyvät tietueet mukana</translation>
  </message>
  <message>
   <source>with the lines of their sales documents, one question for each; kept up to date from then on</source>
   <translation>myös myyntiasiakirjojen rivit, yksi kysely asiakirjaa kohti; pidetään siitä lähtien ajan tasalla</translation>
  </message>
  <message numerus="yes">
   <source>with {n} fields</source>
   <extracomment>with {n} field</extracomment>
   <translation>
    <numerusform>{n} kenttä mukana</numerusform>
    <numerusform>{n} kenttää mukana</numerusform>
   </translation>
  </message>
  <message>
   <source>without an id</source>
   <translation>ilman tunnistetta</translation>
  </message>
  <message>
   <source>without one: lists the operations</source>
   <translation>ilman tätä: luettelee operaatiot</translation>
  </message>
  <message>
   <source>writes</source>
   <translation>kirjoittaa</translation>
  </message>
  <message>
   <source>writing to {module}</source>
   <translation>kirjoittaminen: {module}</translation>
  </message>
  <message>
   <source>written whole or not at all</source>
   <translation>kirjoitetaan kokonaan tai ei lainkaan</translation>
  </message>
  <message>
   <source>year month day</source>
   <translation>vuosi kuukausi päivä</translation>
  </message>
  <message>
   <source>yes</source>
   <translation>kyllä</translation>
  </message>
  <message>
   <source>yes or no</source>
   <translation>kyllä tai ei</translation>
  </message>
  <message>
   <source>{0} (to be deleted)</source>
   <translation>{0} (poistetaan)</translation>
  </message>
  <message>
   <source>{0} No file was written.</source>
   <translation>{0} Tiedostoa ei kirjoitettu.</translation>
  </message>
  <message>
   <source>{0} cannot be deleted here and will stay.</source>
   <translation>{0}: ei voi poistaa täällä, säilyy.</translation>
  </message>
  <message>
   <source>{0} cannot be written: {1}.</source>
   <translation>Kohdetta {0} ei voi kirjoittaa: {1}.</translation>
  </message>
  <message>
   <source>{0} cells</source>
   <translation>{0} solua</translation>
  </message>
  <message>
   <source>{0} could not be read</source>
   <translation>{0}: lukeminen ei onnistunut</translation>
  </message>
  <message>
   <source>{0} has no value “{1}”.</source>
   <translation>{0}: arvoa ”{1}” ei ole.</translation>
  </message>
  <message>
   <source>{0} must stay filled.</source>
   <translation>{0} ei saa olla tyhjä.</translation>
  </message>
  <message>
   <source>{0} of {1}</source>
   <translation>{0}/{1}</translation>
  </message>
  <message>
   <source>{0} of {1} filters applied here, not by the server</source>
   <translation>{0}/{1} suodattimesta toimii täällä, ei palvelimella</translation>
  </message>
  <message>
   <source>{0} of {1} written</source>
   <translation>{0}/{1} kirjoitettu</translation>
  </message>
  <message>
   <source>{0} rows</source>
   <translation>{0} riviä</translation>
  </message>
  <message>
   <source>{0} rows found in {1} read, more to come</source>
   <translation>{0} riviä löytyi, {1} luettu, lisää tulossa</translation>
  </message>
  <message>
   <source>{0} rows so far, more to come</source>
   <translation>{0} riviä tähän mennessä, lisää tulossa</translation>
  </message>
  <message>
   <source>{0} takes over {1}.</source>
   <translation>{0} saa nämä: {1}.</translation>
  </message>
  <message>
   <source>{0} will refer to {1}.</source>
   <translation>{0} viittaa jatkossa tähän: {1}.</translation>
  </message>
  <message>
   <source>{0}, is that right?</source>
   <translation>{0}, onko oikein?</translation>
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
   <translation>{action}: {module}</translation>
  </message>
  <message>
   <source>{action}: done.</source>
   <translation>{action}: valmis.</translation>
  </message>
  <message>
   <source>{action}: sending…</source>
   <translation>{action}: lähetetään…</translation>
  </message>
  <message>
   <source>{action}: {title}</source>
   <translation>{action}: {title}</translation>
  </message>
  <message>
   <source>{address} answers with nothing instead of its description (WSDL). Check the address.</source>
   <translation>{address} ei palauta kuvaustaan (WSDL). Tarkista osoite.</translation>
  </message>
  <message>
   <source>{address} gives no description (WSDL) of a SOAP service. Check the address.</source>
   <translation>{address} ei anna SOAP-palvelun kuvausta (WSDL). Tarkista osoite.</translation>
  </message>
  <message>
   <source>{address} is a web page, no SOAP service. Check the address.</source>
   <translation>{address} on verkkosivu, ei SOAP-palvelu. Tarkista osoite.</translation>
  </message>
  <message>
   <source>{amount} {currency}</source>
   <translation>{amount} {currency}</translation>
  </message>
  <message>
   <source>{at}Z  {account}  {method} {address} ({kind})  {went}  {ms} ms  {size} bytes{tail}</source>
   <translation>{at}Z  {account}  {method} {address} ({kind})  {went}  {ms} ms  {size} tavua{tail}</translation>
  </message>
  <message>
   <source>{case} It says: {split}.</source>
   <translation>{case} Se sanoo: {split}.</translation>
  </message>
  <message numerus="yes">
   <source>{changes} in {n} records</source>
   <extracomment>{changes} in {n} record</extracomment>
   <translation>
    <numerusform>{changes} ({n} tietue)</numerusform>
    <numerusform>{changes} ({n} tietuetta)</numerusform>
   </translation>
  </message>
  <message>
   <source>{done} of {n} were linked, then: {reason}</source>
   <translation>{done}/{n} linkitettiin, sitten: {reason}</translation>
  </message>
  <message>
   <source>{done} of {total} records</source>
   <translation>{done}/{total} tietuetta</translation>
  </message>
  <message>
   <source>{expected} records were expected to change, {sendable} would. Nothing was sent.</source>
   <translation>Piti muuttua {expected} tietuetta, muuttuisi {sendable}. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{fields} is a secret: give it with --secret-env or --secret-stdin, never with --set.</source>
   <translation>{fields} on salaisuus: anna se valitsimella --secret-env tai --secret-stdin, ei koskaan valitsimella --set.</translation>
  </message>
  <message>
   <source>{fields} is one of: {choices}.</source>
   <translation>{fields} on jokin näistä: {choices}.</translation>
  </message>
  <message>
   <source>{fields}, upwards only: downwards is sorted on this computer</source>
   <translation>{fields}, vain nouseva: laskeva lajitellaan tässä tietokoneessa</translation>
  </message>
  <message>
   <source>{field} ({name}) cannot be set by itself.</source>
   <translation>Kenttää {field} ({name}) ei voi asettaa yksinään.</translation>
  </message>
  <message>
   <source>{field} holds an invisible control character. Type the text again.</source>
   <translation>{field}: arvossa on näkymätön ohjausmerkki. Kirjoita teksti uudelleen.</translation>
  </message>
  <message>
   <source>{field} holds an invisible zero character. Type the text again.</source>
   <translation>{field}: arvossa on näkymätön nollamerkki. Kirjoita teksti uudelleen.</translation>
  </message>
  <message>
   <source>{field} holds {max_length} characters; this would be {n}.</source>
   <translation>{field}: enintään {max_length} merkkiä; tässä olisi {n}.</translation>
  </message>
  <message>
   <source>{field} holds “{shown}”, which this server cannot store. Take it out.</source>
   <translation>{field}: arvossa on ”{shown}”, jota tämä palvelin ei voi tallentaa. Poista se.</translation>
  </message>
  <message>
   <source>{field} holds “{tag}”, which this server takes for HTML and changes. Put a blank behind “&lt;”.</source>
   <translation>{field}: arvossa on ”{tag}”, jota tämä palvelin pitää HTML:nä ja muuttaa. Lisää välilyönti merkin ”&lt;” jälkeen.</translation>
  </message>
  <message>
   <source>{field} is kept by the server and cannot be changed.</source>
   <translation>{field} on palvelimen ylläpitämä, eikä sitä voi muuttaa.</translation>
  </message>
  <message>
   <source>{field} is needed to sign in.</source>
   <translation>{field} tarvitaan kirjautumiseen.</translation>
  </message>
  <message>
   <source>{field} is no text. Set it, or compute it.</source>
   <translation>{field} ei ole teksti. Aseta se tai laske se.</translation>
  </message>
  <message>
   <source>{field} is {yes} or {no}, not {given}.</source>
   <translation>{field} on {yes} tai {no}, ei {given}.</translation>
  </message>
  <message>
   <source>{field} must be filled.</source>
   <translation>{field} on pakollinen.</translation>
  </message>
  <message>
   <source>{field} must stay filled.</source>
   <translation>{field} ei saa olla tyhjä.</translation>
  </message>
  <message>
   <source>{field} needs a record whose module is known. Choose it from a list.</source>
   <translation>{field}: tarvitaan tietue, jonka moduuli tunnetaan. Valitse se luettelosta.</translation>
  </message>
  <message>
   <source>{field} needs a record; “{plain}” is no id like 3x17.</source>
   <translation>{field}: tarvitaan tietue; ”{plain}” ei ole tunniste kuten 3x17.</translation>
  </message>
  <message>
   <source>{field} needs a record; “{plain}” is no id of this server.</source>
   <translation>{field}: tarvitaan tietue; ”{plain}” ei ole tämän palvelimen tunniste.</translation>
  </message>
  <message>
   <source>{field} needs a record; “{plain}” is no record's number.</source>
   <translation>{field}: tarvitaan tietue; ”{plain}” ei ole tietueen numero.</translation>
  </message>
  <message>
   <source>{field} takes a date.</source>
   <translation>{field}: arvon on oltava päivämäärä.</translation>
  </message>
  <message>
   <source>{field} takes a number.</source>
   <translation>{field}: arvon on oltava luku.</translation>
  </message>
  <message>
   <source>{field} takes a time.</source>
   <translation>{field}: arvon on oltava kellonaika.</translation>
  </message>
  <message>
   <source>{field} takes a whole number, {given} is not one.</source>
   <translation>{field}: arvon on oltava kokonaisluku, {given} ei ole.</translation>
  </message>
  <message>
   <source>{field} takes yes or no.</source>
   <translation>{field}: arvon on oltava kyllä tai ei.</translation>
  </message>
  <message>
   <source>{field} takes {kind} by now.</source>
   <translation>{field}: arvon laji on nykyisin {kind}.</translation>
  </message>
  <message>
   <source>{field} takes {max_length} characters; this text has {n}.</source>
   <translation>{field}: enintään {max_length} merkkiä; tässä tekstissä on {n}.</translation>
  </message>
  <message>
   <source>{field}, required</source>
   <translation>{field}, pakollinen</translation>
  </message>
  <message>
   <source>{field}: a choice cannot hold “^”.</source>
   <translation>{field}: vaihtoehdossa ei voi olla ”^”.</translation>
  </message>
  <message>
   <source>{field}: a choice cannot hold “{multi_separator}”.</source>
   <translation>{field}: vaihtoehdossa ei voi olla ”{multi_separator}”.</translation>
  </message>
  <message>
   <source>{field}: the server cannot store {odd}. Leave it out.</source>
   <translation>{field}: palvelin ei voi tallentaa merkkiä {odd}. Jätä se pois.</translation>
  </message>
  <message>
   <source>{field}: “{value}” is no e-mail address.</source>
   <translation>{field}: ”{value}” ei ole sähköpostiosoite.</translation>
  </message>
  <message>
   <source>{filename} ends too early</source>
   <translation>{filename} päättyy kesken</translation>
  </message>
  <message>
   <source>{filename} has no header, or a password</source>
   <translation>{filename}: otsake puuttuu, tai siinä on salasana</translation>
  </message>
  <message>
   <source>{filename} is packed in another way</source>
   <translation>{filename} on pakattu toisella tavalla</translation>
  </message>
  <message>
   <source>{files} ({size}) for {title}, stored on the server at once.</source>
   <translation>{files} ({size}) kohteelle {title}, tallennetaan palvelimelle heti.</translation>
  </message>
  <message>
   <source>{file} cannot be read: {why}.</source>
   <translation>Tiedostoa {file} ei voi lukea: {why}.</translation>
  </message>
  <message>
   <source>{file} cannot be written: {why}</source>
   <translation>Tiedostoa {file} ei voi kirjoittaa: {why}</translation>
  </message>
  <message>
   <source>{file} is a program or starts one, so it is not opened from here. Save it, and have it checked.</source>
   <translation>{file} on ohjelma tai käynnistää ohjelman, joten sitä ei avata täältä. Tallenna se ja pyydä tarkistamaan se.</translation>
  </message>
  <message>
   <source>{file} is loaded and opened by the program this computer has for such files. Open only what you expect: a document can carry a program.</source>
   <translation>{file} ladataan ja avataan ohjelmalla, jota tämä tietokone käyttää tällaisille tiedostoille. Avaa vain odottamiasi tiedostoja: asiakirjassa voi olla ohjelma.</translation>
  </message>
  <message>
   <source>{file} is too large: at most 25 MB can be sent so.</source>
   <translation>{file} on liian suuri: näin voi lähettää enintään 25 Mt.</translation>
  </message>
  <message>
   <source>{first} and {rest} more</source>
   <translation>{first} ja {rest} muuta</translation>
  </message>
  <message>
   <source>{first}{more} Nothing was sent.</source>
   <translation>{first}{more} Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{found} in {n} accounts</source>
   <translation>{found}, {n} tiliä</translation>
  </message>
  <message>
   <source>{frozen} {records} refer to them in a field that cannot be changed.</source>
   <translation>{frozen} kpl ({records}) viittaa niihin kentässä, jota ei voi muuttaa.</translation>
  </message>
  <message>
   <source>{given} Check them.</source>
   <translation>{given} Tarkista ne.</translation>
  </message>
  <message>
   <source>{given} It was refused a moment ago and is not sent again.</source>
   <translation>{given} Se hylättiin hetki sitten, eikä sitä lähetetä uudelleen.</translation>
  </message>
  <message>
   <source>{given} Nothing was sent. Check address and network, then try again.</source>
   <translation>{given} Mitään ei lähetetty. Tarkista osoite ja verkko ja yritä sitten uudelleen.</translation>
  </message>
  <message>
   <source>{given} ORDER BY {keys}</source>
   <translation>{given} ORDER BY {keys}</translation>
  </message>
  <message>
   <source>{given} has no full year; write 2026-12-24.</source>
   <translation>{given}: vuosi puuttuu tai on vajaa; kirjoita 2026-12-24.</translation>
  </message>
  <message>
   <source>{given} is no date for {field}.</source>
   <translation>{given} ei ole päivämäärä kenttään {field}.</translation>
  </message>
  <message>
   <source>{given} is no time for {field}.</source>
   <translation>{given} ei ole kellonaika kenttään {field}.</translation>
  </message>
  <message>
   <source>{given} is none of {known}</source>
   <translation>{given} ei ole mikään näistä: {known}</translation>
  </message>
  <message>
   <source>{given} is not NAME=VALUE</source>
   <translation>{given} ei ole muotoa NAME=VALUE</translation>
  </message>
  <message>
   <source>{given} is not a date; write 2026-12-24.</source>
   <translation>{given} ei ole päivämäärä; kirjoita 2026-12-24.</translation>
  </message>
  <message>
   <source>{given} is not a number from 0 up</source>
   <translation>{given} ei ole luku nollasta ylöspäin</translation>
  </message>
  <message>
   <source>{given} is not a number; write 1234{decimal_point}56.</source>
   <translation>{given} ei ole luku; kirjoita 1234{decimal_point}56.</translation>
  </message>
  <message>
   <source>{given} is not a time; write 14:30.</source>
   <translation>{given} ei ole kellonaika; kirjoita 14:30.</translation>
  </message>
  <message>
   <source>{host} answered with a web page instead of SOAP. Check the address.</source>
   <translation>{host} vastasi verkkosivulla SOAPin sijaan. Tarkista osoite.</translation>
  </message>
  <message>
   <source>{host} answered with a web page instead of SOAP.{doubt}</source>
   <translation>{host} vastasi verkkosivulla SOAPin sijaan.{doubt}</translation>
  </message>
  <message>
   <source>{host} answered with nothing.{doubt}</source>
   <translation>{host} vastasi tyhjää.{doubt}</translation>
  </message>
  <message>
   <source>{host} answers at {there} only. Change the account's address to that.</source>
   <translation>{host} vastaa vain osoitteessa {there}. Vaihda se tilin osoitteeksi.</translation>
  </message>
  <message>
   <source>{host} answers with something else than SOAP. {later}</source>
   <translation>{host} vastaa muulla kuin SOAPilla. {later}</translation>
  </message>
  <message>
   <source>{host} answers with something else than SOAP.{doubt}</source>
   <translation>{host} vastaa muulla kuin SOAPilla.{doubt}</translation>
  </message>
  <message>
   <source>{host} cannot be reached. Check the address and the network.</source>
   <translation>Palvelimeen {host} ei saada yhteyttä. Tarkista osoite ja verkko.</translation>
  </message>
  <message>
   <source>{host} does not speak TLS there. Check the port, or whether it is http://.</source>
   <translation>{host} ei puhu siellä TLS:ää. Tarkista portti tai se, onko osoite http://.</translation>
  </message>
  <message>
   <source>{host} does not take so much at once. Send less.</source>
   <translation>{host} ei ota vastaan näin paljon kerralla. Lähetä vähemmän.</translation>
  </message>
  <message>
   <source>{host} has a certificate that it signed itself. If that is meant so, give its file in the account.</source>
   <translation>Palvelimella {host} on itse allekirjoitettu varmenne. Jos näin kuuluu olla, anna sen tiedosto tilin asetuksissa.</translation>
  </message>
  <message>
   <source>{host} has had enough requests. Try again in {wait_s} seconds.</source>
   <translation>{host} on saanut tarpeeksi pyyntöjä. Yritä uudelleen {wait_s} sekunnin kuluttua.</translation>
  </message>
  <message>
   <source>{host} has not answered within {deadline_s} seconds.</source>
   <translation>{host} ei vastannut {deadline_s} sekunnissa.</translation>
  </message>
  <message>
   <source>{host} is asked without encryption, so it shows no certificate.</source>
   <translation>Palvelimeen {host} ollaan yhteydessä ilman salausta, joten se ei näytä varmennetta.</translation>
  </message>
  <message>
   <source>{host} offers outdated encryption only. Ask who runs it to allow TLS 1.2.</source>
   <translation>{host} tarjoaa vain vanhentunutta salausta. Pyydä sen ylläpitoa sallimaan TLS 1.2.</translation>
  </message>
  <message>
   <source>{host} refuses the connection. Check address and port, or ask whether the server is running.</source>
   <translation>{host} torjuu yhteyden. Tarkista osoite ja portti tai kysy, onko palvelin käynnissä.</translation>
  </message>
  <message>
   <source>{host} sends us on to {there}. Check the account's address.</source>
   <translation>{host} ohjaa osoitteeseen {there}. Tarkista tilin osoite.</translation>
  </message>
  <message>
   <source>{host} sends us to another server, {there}. Nothing was sent there: check the account's address.</source>
   <translation>{host} ohjaa toiselle palvelimelle, {there}. Sinne ei lähetetty mitään: tarkista tilin osoite.</translation>
  </message>
  <message>
   <source>{host} shows another certificate than the one this account accepts. Ask who runs the server whether it was renewed; then accept the new one in the account. Accepted: {accepted}. Shown: {shown}.</source>
   <translation>{host} näyttää muun varmenteen kuin sen, jonka tämä tili hyväksyy. Kysy palvelimen ylläpidolta, onko se uusittu; hyväksy sitten uusi varmenne tilin asetuksissa. Hyväksytty: {accepted}. Näytetty: {shown}.</translation>
  </message>
  <message>
   <source>{host} · asking who you are …</source>
   <translation>{host} · kysytään, kuka olet …</translation>
  </message>
  <message>
   <source>{host} · signed in as {who}, asked just now</source>
   <translation>{host} · kirjautunut: {who}, kysytty juuri</translation>
  </message>
  <message>
   <source>{host} · who you are there is not confirmed</source>
   <translation>{host} · henkilöllisyyttäsi siellä ei ole vahvistettu</translation>
  </message>
  <message>
   <source>{known} ({name}) is kept by the server and cannot be set.</source>
   <translation>{known} ({name}) on palvelimen ylläpitämä, eikä sitä voi asettaa.</translation>
  </message>
  <message>
   <source>{known} cannot be empty there. Choose another value.</source>
   <translation>{known} ei voi olla siellä tyhjä. Valitse toinen arvo.</translation>
  </message>
  <message>
   <source>{known} cannot hold {dumps}.</source>
   <translation>{known}: arvo {dumps} ei kelpaa.</translation>
  </message>
  <message>
   <source>{known} cannot point to a record of {module}.</source>
   <translation>{known} ei voi viitata moduulin {module} tietueeseen.</translation>
  </message>
  <message>
   <source>{known} does not take true or false.</source>
   <translation>{known}: true tai false ei kelpaa.</translation>
  </message>
  <message>
   <source>{known} has no choice “{given}”.{hint}</source>
   <translation>{known}: vaihtoehtoa ”{given}” ei ole.{hint}</translation>
  </message>
  <message>
   <source>{known} holds a broken character (half of a pair). Type it anew.</source>
   <translation>{known}: arvossa on rikkinäinen merkki (parin puolikas). Kirjoita se uudelleen.</translation>
  </message>
  <message>
   <source>{known} holds a broken character. Type it anew.</source>
   <translation>{known}: arvossa on rikkinäinen merkki. Kirjoita se uudelleen.</translation>
  </message>
  <message>
   <source>{known} holds an invisible zero character. Type the text again.</source>
   <translation>{known}: arvossa on näkymätön nollamerkki. Kirjoita teksti uudelleen.</translation>
  </message>
  <message>
   <source>{known} is kept by the server and cannot be changed.</source>
   <translation>{known} on palvelimen ylläpitämä, eikä sitä voi muuttaa.</translation>
  </message>
  <message>
   <source>{known} is kept by the server.</source>
   <translation>{known} on palvelimen ylläpitämä.</translation>
  </message>
  <message>
   <source>{known} is too large a number.</source>
   <translation>{known}: luku on liian suuri.</translation>
  </message>
  <message>
   <source>{known} needs a record; “{plain}” is no id like 4711.</source>
   <translation>{known}: tarvitaan tietue; ”{plain}” ei ole tunniste kuten 4711.</translation>
  </message>
  <message>
   <source>{known} takes a whole number.</source>
   <translation>{known}: arvon on oltava kokonaisluku.</translation>
  </message>
  <message>
   <source>{known} takes {max_length} characters, these are {n}.</source>
   <translation>{known}: enintään {max_length} merkkiä, tässä on {n}.</translation>
  </message>
  <message>
   <source>{known} takes {max_length} characters; this text has {n}.</source>
   <translation>{known}: enintään {max_length} merkkiä; tässä tekstissä on {n}.</translation>
  </message>
  <message>
   <source>{label} holds a character that cannot be sent. Type it anew.</source>
   <translation>{label}: arvossa on merkki, jota ei voi lähettää. Kirjoita se uudelleen.</translation>
  </message>
  <message>
   <source>{label} must be filled.</source>
   <translation>{label} on pakollinen.</translation>
  </message>
  <message>
   <source>{label} {values} is given anew.</source>
   <translation>{label} {values} annetaan uudelleen.</translation>
  </message>
  <message>
   <source>{least} to {most}</source>
   <translation>{least}–{most}</translation>
  </message>
  <message>
   <source>{left} and {right}: no differences.</source>
   <translation>{left} ja {right}: ei eroja.</translation>
  </message>
  <message>
   <source>{missing} is missing. Nothing was sent.</source>
   <translation>Puuttuu: {missing}. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{missing} must be given. Nothing was sent.</source>
   <translation>Puuttuu: {missing}. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{module} ({field})</source>
   <translation>{module} ({field})</translation>
  </message>
  <message>
   <source>{module} ({n} of {all})</source>
   <translation>{module} ({n}/{all})</translation>
  </message>
  <message>
   <source>{module} are on the server only</source>
   <translation>{module}: vain palvelimella</translation>
  </message>
  <message>
   <source>{module} belong to other records and are not copied by themselves.</source>
   <translation>{module}: kuuluvat muihin tietueisiin, eikä niitä kopioida erikseen.</translation>
  </message>
  <message>
   <source>{module} belong to the system and may hold keys: they are never copied.</source>
   <translation>{module}: järjestelmän tietoja, joissa voi olla avaimia; näitä ei koskaan kopioida.</translation>
  </message>
  <message>
   <source>{module} has no field {name}.</source>
   <translation>Moduulissa {module} ei ole kenttää {name}.</translation>
  </message>
  <message>
   <source>{module} in {account}</source>
   <translation>{module}, tili {account}</translation>
  </message>
  <message>
   <source>{module} was added, but the server did not say under which number. Look before you try again.</source>
   <translation>{module}: lisättiin, mutta palvelin ei kertonut, millä numerolla. Katso ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>{module} {title} ({key}) is marked for deletion. Nothing is sent before you review and apply; until then you can take it back.</source>
   <translation>{module} {title} ({key}) on merkitty poistettavaksi. Mitään ei lähetetä ennen kuin tarkistat ja toteutat; siihen asti voit perua poiston.</translation>
  </message>
  <message>
   <source>{module}, found by the server</source>
   <translation>{module}, palvelimen löytämä</translation>
  </message>
  <message>
   <source>{module}, read only</source>
   <translation>{module}, vain luku</translation>
  </message>
  <message>
   <source>{module}, read only for you</source>
   <translation>{module}, sinulle vain luku</translation>
  </message>
  <message>
   <source>{module}, {count} records</source>
   <translation>{module}, tietueita {count}</translation>
  </message>
  <message>
   <source>{module}: the server asks to wait</source>
   <translation>{module}: palvelin pyytää odottamaan</translation>
  </message>
  <message>
   <source>{module}: {changed} new or changed, {deleted} gone.</source>
   <translation>{module}: {changed} uutta tai muuttunutta, {deleted} poistunut.</translation>
  </message>
  <message>
   <source>{module}: {trouble}</source>
   <translation>{module}: {trouble}</translation>
  </message>
  <message>
   <source>{module}: {written} records written to {table}, {deleted} removed.</source>
   <translation>{module}: {written} tietuetta kirjoitettu tauluun {table}, {deleted} poistettu.</translation>
  </message>
  <message>
   <source>{month} {year}</source>
   <translation>{month} {year}</translation>
  </message>
  <message>
   <source>{name} cannot be read: {why}.</source>
   <translation>Tiedostoa {name} ei voi lukea: {why}.</translation>
  </message>
  <message>
   <source>{name} holds no changes.</source>
   <translation>Tiedostossa {name} ei ole muutoksia.</translation>
  </message>
  <message>
   <source>{name} is a JSON list. Nothing was sent.</source>
   <translation>{name} on JSON-lista. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{name} is a JSON object. Nothing was sent.</source>
   <translation>{name} on JSON-olio. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{name} is a whole number there, “{given}” is not one. Nothing was sent.</source>
   <translation>{name} on siellä kokonaisluku, ”{given}” ei ole. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{name} is locked</source>
   <translation>{name} on lukittu</translation>
  </message>
  <message>
   <source>{name} is missing. Nothing was sent.</source>
   <translation>{name} puuttuu. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{name} is no JSON: {error}. Nothing was sent.</source>
   <translation>{name} ei ole JSONia: {error}. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{name} is not UTF-8, so it is no file of changes.</source>
   <translation>{name} ei ole UTF-8:aa, joten se ei ole muutostiedosto.</translation>
  </message>
  <message>
   <source>{name} is too large to be opened as changes.</source>
   <translation>{name} on liian suuri avattavaksi muutoksina.</translation>
  </message>
  <message>
   <source>{name} takes a number; “{plain}” is none.</source>
   <translation>{name}: arvon on oltava luku; ”{plain}” ei ole.</translation>
  </message>
  <message>
   <source>{name} was refused</source>
   <translation>{name} hylättiin</translation>
  </message>
  <message>
   <source>{name}, administrator</source>
   <translation>{name}, ylläpitäjä</translation>
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
   <translation>{next} Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{now} had the id {known} on this server and now has {now_2}: it may be another installation. {next_step}</source>
   <translation>Käyttäjän {now} tunniste tällä palvelimella oli {known} ja on nyt {now_2}: kyseessä voi olla toinen asennus. {next_step}</translation>
  </message>
  <message>
   <source>{n} GB</source>
   <translation>{n} Gt</translation>
  </message>
  <message>
   <source>{n} M</source>
   <translation>{n} M</translation>
  </message>
  <message>
   <source>{n} MB</source>
   <translation>{n} Mt</translation>
  </message>
  <message numerus="yes">
   <source>{n} applied</source>
   <extracomment>{n} applied</extracomment>
   <translation>
    <numerusform>{n} toteutettu</numerusform>
    <numerusform>{n} toteutettu</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} are not in the copy</source>
   <extracomment>1 is not in the copy</extracomment>
   <translation>
    <numerusform>{n} ei ole kopiossa</numerusform>
    <numerusform>{n} ei ole kopiossa</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} are not on the server</source>
   <extracomment>1 is not on the server</extracomment>
   <translation>
    <numerusform>1 ei ole palvelimella</numerusform>
    <numerusform>{n} ei ole palvelimella</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} are so already</source>
   <extracomment>1 is so already</extracomment>
   <translation>
    <numerusform>1 on jo näin</numerusform>
    <numerusform>{n} on jo näin</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} batches</source>
   <extracomment>{n} batch</extracomment>
   <translation>
    <numerusform>{n} erä</numerusform>
    <numerusform>{n} erää</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cannot</source>
   <extracomment>1 cannot</extracomment>
   <translation>
    <numerusform>1 ei onnistu</numerusform>
    <numerusform>{n} ei onnistu</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cells get a value.</source>
   <extracomment>{n} cell gets a value.</extracomment>
   <translation>
    <numerusform>{n} solu saa arvon.</numerusform>
    <numerusform>{n} solua saa arvon.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cells hold an error instead of a value, the first is {first} ({what}).</source>
   <extracomment>1 cell holds an error instead of a value, the first is {first} ({what}).</extracomment>
   <translation>
    <numerusform>1 solussa on arvon sijaan virhe, ensimmäinen on {first} ({what}).</numerusform>
    <numerusform>{n} solussa on arvon sijaan virhe, ensimmäinen on {first} ({what}).</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cells hold formulas or errors without a stored value, the first is {first}. Open the file in your spreadsheet program and save it there: that stores the values.</source>
   <extracomment>1 cell holds a formula without a stored value, the first is {first}. Open the file in your spreadsheet program and save it there: that stores the values.</extracomment>
   <translation>
    <numerusform>1 solussa on kaava ilman tallennettua arvoa, ensimmäinen on {first}. Avaa tiedosto taulukko-ohjelmassa ja tallenna se siellä: silloin arvot tallentuvat.</numerusform>
    <numerusform>{n} solussa on kaava tai virhe ilman tallennettua arvoa, ensimmäinen on {first}. Avaa tiedosto taulukko-ohjelmassa ja tallenna se siellä: silloin arvot tallentuvat.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} change</source>
   <extracomment>1 changes</extracomment>
   <translation>
    <numerusform>1 muuttuu</numerusform>
    <numerusform>{n} muuttuu</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes</source>
   <extracomment>{n} change</extracomment>
   <translation>
    <numerusform>{n} muutos</numerusform>
    <numerusform>{n} muutosta</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes are pending. Review and apply them when you like.</source>
   <extracomment>{n} change is pending. Review and apply it when you like.</extracomment>
   <translation>
    <numerusform>{n} muutos odottaa. Tarkista ja toteuta se, kun haluat.</numerusform>
    <numerusform>{n} muutosta odottaa. Tarkista ja toteuta ne, kun haluat.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes are pending. Review and apply them with Ctrl+Shift+Return.</source>
   <extracomment>1 change is pending. Review and apply it with Ctrl+Shift+Return.</extracomment>
   <translation>
    <numerusform>1 muutos odottaa. Tarkista ja toteuta se näppäimillä Ctrl+Vaihto+Return.</numerusform>
    <numerusform>{n} muutosta odottaa. Tarkista ja toteuta ne näppäimillä Ctrl+Vaihto+Return.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes discarded. Undo brings them back.</source>
   <extracomment>{n} change discarded. Undo brings it back.</extracomment>
   <translation>
    <numerusform>{n} muutos hylätty. Kumoa tuo sen takaisin.</numerusform>
    <numerusform>{n} muutosta hylätty. Kumoa tuo ne takaisin.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes go back</source>
   <extracomment>{n} change goes back</extracomment>
   <translation>
    <numerusform>{n} muutos palautuu</numerusform>
    <numerusform>{n} muutosta palautuu</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes of {account} are safe on this computer.</source>
   <extracomment>{n} change of {account} is safe on this computer.</extracomment>
   <translation>
    <numerusform>{n} muutos ({account}) on turvassa tässä tietokoneessa.</numerusform>
    <numerusform>{n} muutosta ({account}) on turvassa tässä tietokoneessa.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes saved in {name}.</source>
   <extracomment>{n} change saved in {name}.</extracomment>
   <translation>
    <numerusform>{n} muutos tallennettu tiedostoon {name}.</numerusform>
    <numerusform>{n} muutosta tallennettu tiedostoon {name}.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes waiting</source>
   <extracomment>1 change waiting</extracomment>
   <translation>
    <numerusform>1 muutos odottaa</numerusform>
    <numerusform>{n} muutosta odottaa</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes were left out.</source>
   <extracomment>1 change was left out.</extracomment>
   <translation>
    <numerusform>1 muutos jätettiin pois.</numerusform>
    <numerusform>{n} muutosta jätettiin pois.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes will wait for your review</source>
   <extracomment>1 change will wait for your review</extracomment>
   <translation>
    <numerusform>1 muutos jää odottamaan tarkistustasi</numerusform>
    <numerusform>{n} muutosta jää odottamaan tarkistustasi</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes written to {name}.</source>
   <extracomment>{n} change written to {name}.</extracomment>
   <translation>
    <numerusform>{n} muutos kirjoitettu tiedostoon {name}.</numerusform>
    <numerusform>{n} muutosta kirjoitettu tiedostoon {name}.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} conflicts</source>
   <extracomment>{n} conflict</extracomment>
   <translation>
    <numerusform>{n} ristiriita</numerusform>
    <numerusform>{n} ristiriitaa</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} conflicts are not decided</source>
   <extracomment>{n} conflict is not decided</extracomment>
   <translation>
    <numerusform>{n} ristiriita on ratkaisematta</numerusform>
    <numerusform>{n} ristiriitaa on ratkaisematta</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} damaged texts were found.</source>
   <extracomment>1 damaged text was found.</extracomment>
   <translation>
    <numerusform>{n} vioittunut teksti löytyi.</numerusform>
    <numerusform>{n} vioittunutta tekstiä löytyi.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} days ago</source>
   <extracomment>{n} day ago</extracomment>
   <translation>
    <numerusform>{n} päivä sitten</numerusform>
    <numerusform>{n} päivää sitten</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} documents uploaded.</source>
   <extracomment>{n} document uploaded.</extracomment>
   <translation>
    <numerusform>{n} asiakirja lähetetty.</numerusform>
    <numerusform>{n} asiakirjaa lähetetty.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} elements</source>
   <extracomment>{n} element</extracomment>
   <translation>
    <numerusform>{n} alkio</numerusform>
    <numerusform>{n} alkiota</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} empty</source>
   <extracomment>1 empty</extracomment>
   <translation>
    <numerusform>1 tyhjä</numerusform>
    <numerusform>{n} tyhjää</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} empty cells of the clipboard lie over values ({columns}). Should the values stay or go?</source>
   <extracomment>One empty cell of the clipboard lies over a value ({columns}). Should the value stay or go?</extracomment>
   <translation>
    <numerusform>Leikepöydän yksi tyhjä solu osuu arvon päälle ({columns}). Säilytetäänkö arvo vai poistetaanko se?</numerusform>
    <numerusform>Leikepöydän {n} tyhjää solua osuu arvojen päälle ({columns}). Säilytetäänkö arvot vai poistetaanko ne?</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields</source>
   <extracomment>{n} field</extracomment>
   <translation>
    <numerusform>{n} kenttä</numerusform>
    <numerusform>{n} kenttää</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields are stored differently.</source>
   <extracomment>{n} field is stored differently.</extracomment>
   <translation>
    <numerusform>{n} kenttä tallentui toisin.</numerusform>
    <numerusform>{n} kenttää tallentui toisin.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields of this view do not exist here and were left out: {names}.</source>
   <extracomment>One field of this view does not exist here and was left out: {names}.</extracomment>
   <translation>
    <numerusform>Yhtä tämän näkymän kenttää ei ole täällä, ja se jätettiin pois: {names}.</numerusform>
    <numerusform>{n} tämän näkymän kenttää ei ole täällä, ja ne jätettiin pois: {names}.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields were changed since by somebody else and stay as they are.</source>
   <extracomment>{n} field was changed since by somebody else and stays as it is.</extracomment>
   <translation>
    <numerusform>{n} kenttää on sen jälkeen muuttanut joku muu, ja se jää ennalleen.</numerusform>
    <numerusform>{n} kenttää on sen jälkeen muuttanut joku muu, ja ne jäävät ennalleen.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} files, {size} KB</source>
   <extracomment>{n} file, {size} KB</extracomment>
   <translation>
    <numerusform>{n} tiedosto, {size} kt</numerusform>
    <numerusform>{n} tiedostoa, {size} kt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fine</source>
   <extracomment>1 fine</extracomment>
   <translation>
    <numerusform>1 kunnossa</numerusform>
    <numerusform>{n} kunnossa</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} groups of records are likely the same.</source>
   <extracomment>1 group of records is likely the same.</extracomment>
   <translation>
    <numerusform>1 tietueryhmä on todennäköisesti sama.</numerusform>
    <numerusform>{n} tietueryhmää on todennäköisesti samoja.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} h</source>
   <translation>{n} h</translation>
  </message>
  <message numerus="yes">
   <source>{n} hits</source>
   <extracomment>{n} hit</extracomment>
   <translation>
    <numerusform>{n} osuma</numerusform>
    <numerusform>{n} osumaa</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} in other currencies left out</source>
   <extracomment>{n} in another currency left out</extracomment>
   <translation>
    <numerusform>{n} muussa valuutassa jätetty pois</numerusform>
    <numerusform>{n} muissa valuutoissa jätetty pois</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} k</source>
   <translation>{n} k</translation>
  </message>
  <message>
   <source>{n} kB</source>
   <translation>{n} kt</translation>
  </message>
  <message numerus="yes">
   <source>{n} lines</source>
   <extracomment>{n} line</extracomment>
   <translation>
    <numerusform>{n} rivi</numerusform>
    <numerusform>{n} riviä</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines ({some})</source>
   <extracomment>Line {some}</extracomment>
   <translation>
    <numerusform>Rivi {some}</numerusform>
    <numerusform>{n} riviä ({some})</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines are not as they were sent</source>
   <extracomment>1 line is not as it was sent</extracomment>
   <translation>
    <numerusform>1 rivi ei ole sellainen kuin lähetettiin</numerusform>
    <numerusform>{n} riviä ei ole sellaisia kuin lähetettiin</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines are not as they were sent.</source>
   <extracomment>{n} line is not as it was sent.</extracomment>
   <translation>
    <numerusform>{n} rivi ei ole sellainen kuin lähetettiin.</numerusform>
    <numerusform>{n} riviä ei ole sellaisia kuin lähetettiin.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines are not as they were sent: open the document to restore them.</source>
   <extracomment>{n} line is not as it was sent: open the document to restore it.</extracomment>
   <translation>
    <numerusform>{n} rivi ei ole sellainen kuin lähetettiin: palauta se avaamalla asiakirja.</numerusform>
    <numerusform>{n} riviä ei ole sellaisia kuin lähetettiin: palauta ne avaamalla asiakirja.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines changed</source>
   <extracomment>{n} line changed</extracomment>
   <translation>
    <numerusform>{n} rivi muuttunut</numerusform>
    <numerusform>{n} riviä muuttunut</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} min</source>
   <translation>{n} min</translation>
  </message>
  <message>
   <source>{n} minutes</source>
   <translation>{n} min</translation>
  </message>
  <message numerus="yes">
   <source>{n} modules</source>
   <extracomment>{n} module</extracomment>
   <translation>
    <numerusform>{n} moduuli</numerusform>
    <numerusform>{n} moduulia</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} more</source>
   <extracomment>{n} more</extracomment>
   <translation>
    <numerusform>{n} lisää</numerusform>
    <numerusform>{n} lisää</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} more rows are not shown.</source>
   <extracomment>{n} more row is not shown.</extracomment>
   <translation>
    <numerusform>{n} rivi lisää on näyttämättä.</numerusform>
    <numerusform>{n} riviä lisää on näyttämättä.</numerusform>
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
    <numerusform>{n} uusi tietue</numerusform>
    <numerusform>{n} uutta tietuetta</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} new records look like ones that are there already, and the server would take them twice.</source>
   <extracomment>{n} new record looks like one that is there already, and the server would take it twice.</extracomment>
   <translation>
    <numerusform>{n} uusi tietue näyttää samalta kuin jo olemassa oleva, ja palvelin ottaisi sen kahteen kertaan.</numerusform>
    <numerusform>{n} uutta tietuetta näyttää samalta kuin jo olemassa olevat, ja palvelin ottaisi ne kahteen kertaan.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} not sent</source>
   <extracomment>{n} not sent</extracomment>
   <translation>
    <numerusform>{n} lähettämättä</numerusform>
    <numerusform>{n} lähettämättä</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} of its lines are not as they were sent.</source>
   <extracomment>1 of its lines is not as it was sent.</extracomment>
   <translation>
    <numerusform>1 sen riveistä ei ole sellainen kuin lähetettiin.</numerusform>
    <numerusform>{n} sen riveistä ei ole sellaisia kuin lähetettiin.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} of {n_2} lines were not saved: {failed}</source>
   <translation>{n}/{n_2} riviä jäi tallentamatta: {failed}</translation>
  </message>
  <message numerus="yes">
   <source>{n} older than 30 days</source>
   <extracomment>{n} older than 30 days</extracomment>
   <translation>
    <numerusform>{n} on yli 30 päivän ikäinen</numerusform>
    <numerusform>{n} on yli 30 päivän ikäisiä</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} only left</source>
   <translation>{n} vain vasemmalla</translation>
  </message>
  <message>
   <source>{n} only right</source>
   <translation>{n} vain oikealla</translation>
  </message>
  <message numerus="yes">
   <source>{n} operations</source>
   <extracomment>{n} operation</extracomment>
   <translation>
    <numerusform>{n} operaatio</numerusform>
    <numerusform>{n} operaatiota</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} opportunities</source>
   <extracomment>{n} opportunity</extracomment>
   <translation>
    <numerusform>{n} myyntimahdollisuus</numerusform>
    <numerusform>{n} myyntimahdollisuutta</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} other lines were changed on the server meanwhile and stay so</source>
   <extracomment>{n} other line was changed on the server meanwhile and stays so</extracomment>
   <translation>
    <numerusform>{n} muu rivi muuttui sillä välin palvelimella ja jää siksi</numerusform>
    <numerusform>{n} muuta riviä muuttui sillä välin palvelimella ja jää siksi</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pages</source>
   <extracomment>{n} page</extracomment>
   <translation>
    <numerusform>{n} sivu</numerusform>
    <numerusform>{n} sivua</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pages saved in {name}.</source>
   <extracomment>{n} page saved in {name}.</extracomment>
   <translation>
    <numerusform>{n} sivu tallennettu tiedostoon {name}.</numerusform>
    <numerusform>{n} sivua tallennettu tiedostoon {name}.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pages, A4</source>
   <extracomment>{n} page, A4</extracomment>
   <translation>
    <numerusform>{n} sivu, A4</numerusform>
    <numerusform>{n} sivua, A4</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pending changes are not in the file.</source>
   <extracomment>1 pending change is not in the file.</extracomment>
   <translation>
    <numerusform>1 odottava muutos ei ole tiedostossa.</numerusform>
    <numerusform>{n} odottavaa muutosta ei ole tiedostossa.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} ranges of cells are merged ({some}): only the first cell of each has the value.</source>
   <translation>{n} solualuetta on yhdistetty ({some}): vain kunkin ensimmäisessä solussa on arvo.</translation>
  </message>
  <message numerus="yes">
   <source>{n} records</source>
   <extracomment>1 record</extracomment>
   <translation>
    <numerusform>{n} tietue</numerusform>
    <numerusform>{n} tietuetta</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records applied</source>
   <extracomment>{n} record applied</extracomment>
   <translation>
    <numerusform>{n} tietue toteutettu</numerusform>
    <numerusform>{n} tietuetta toteutettu</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records are as the file wants them already.</source>
   <extracomment>1 record is as the file wants it already.</extracomment>
   <translation>
    <numerusform>1 tietue on jo sellainen kuin tiedostossa.</numerusform>
    <numerusform>{n} tietuetta on jo sellaisia kuin tiedostossa.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records are as they were already.</source>
   <extracomment>{n} record is as it was already.</extracomment>
   <translation>
    <numerusform>{n} tietue on jo ennallaan.</numerusform>
    <numerusform>{n} tietuetta on jo ennallaan.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} records are called “{texts}” ({some}). Write the id instead.</source>
   <translation>{n} tietueella on nimi ”{texts}” ({some}). Kirjoita tunniste sen sijaan.</translation>
  </message>
  <message numerus="yes">
   <source>{n} records are deleted</source>
   <extracomment>1 record is deleted</extracomment>
   <translation>
    <numerusform>{n} tietue poistetaan</numerusform>
    <numerusform>{n} tietuetta poistetaan</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records are updated</source>
   <extracomment>1 record is updated</extracomment>
   <translation>
    <numerusform>{n} tietue päivitetään</numerusform>
    <numerusform>{n} tietuetta päivitetään</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records came without an id and were left out.</source>
   <extracomment>{n} record came without an id and was left out.</extracomment>
   <translation>
    <numerusform>{n} tietue tuli ilman tunnistetta ja jätettiin pois.</numerusform>
    <numerusform>{n} tietuetta tuli ilman tunnistetta ja jätettiin pois.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records cannot be changed</source>
   <extracomment>{n} record cannot be changed</extracomment>
   <translation>
    <numerusform>{n} tietuetta ei voi muuttaa</numerusform>
    <numerusform>{n} tietuetta ei voi muuttaa</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records cannot be changed and are left out; the table says why.</source>
   <extracomment>{n} record cannot be changed and is left out; the table says why.</extracomment>
   <translation>
    <numerusform>{n} tietuetta ei voi muuttaa, ja se jää pois; taulukko kertoo syyn.</numerusform>
    <numerusform>{n} tietuetta ei voi muuttaa, ja ne jäävät pois; taulukko kertoo syyn.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records found</source>
   <extracomment>1 record found</extracomment>
   <translation>
    <numerusform>{n} tietue löytyi</numerusform>
    <numerusform>{n} tietuetta löytyi</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records have no id and are left out.</source>
   <extracomment>1 record has no id and is left out.</extracomment>
   <translation>
    <numerusform>{n} tietueella ei ole tunnistetta, ja se jää pois.</numerusform>
    <numerusform>{n} tietueella ei ole tunnistetta, ja ne jäävät pois.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} records have this: {hits}.</source>
   <translation>{n} tietueella on tämä: {hits}.</translation>
  </message>
  <message>
   <source>{n} records in a production account. Type {n} to confirm:</source>
   <translation>{n} tietuetta tuotantotilillä. Vahvista kirjoittamalla {n}:</translation>
  </message>
  <message numerus="yes">
   <source>{n} records read…</source>
   <extracomment>1 record read…</extracomment>
   <translation>
    <numerusform>1 tietue luettu…</numerusform>
    <numerusform>{n} tietuetta luettu…</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records saved in {name} ({size}).</source>
   <extracomment>1 record saved in {name} ({size}).</extracomment>
   <translation>
    <numerusform>1 tietue tallennettu tiedostoon {name} ({size}).</numerusform>
    <numerusform>{n} tietuetta tallennettu tiedostoon {name} ({size}).</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records that refer to the others</source>
   <extracomment>1 record that refers to the others</extracomment>
   <translation>
    <numerusform>1 muihin viittaava tietue</numerusform>
    <numerusform>{n} muihin viittaavaa tietuetta</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} records were changed on the server after you loaded them. Choose a value for each field that both of you changed.</source>
   <translation>{n} tietuetta muutettiin palvelimella sen jälkeen, kun latasit ne. Valitse arvo jokaiseen kenttään, jota molemmat muuttivat.</translation>
  </message>
  <message numerus="yes">
   <source>{n} records were looked at, and nothing is damaged.</source>
   <extracomment>1 record was looked at, and nothing is damaged.</extracomment>
   <translation>
    <numerusform>Käytiin läpi 1 tietue, eikä mikään ole vioittunut.</numerusform>
    <numerusform>Käytiin läpi {n} tietuetta, eikä mikään ole vioittunut.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records were new or different.</source>
   <extracomment>1 record was new or different.</extracomment>
   <translation>
    <numerusform>{n} tietue oli uusi tai muuttunut.</numerusform>
    <numerusform>{n} tietuetta oli uusia tai muuttuneita.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records written</source>
   <extracomment>1 record written</extracomment>
   <translation>
    <numerusform>1 tietue kirjoitettu</numerusform>
    <numerusform>{n} tietuetta kirjoitettu</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} refused</source>
   <extracomment>{n} refused</extracomment>
   <translation>
    <numerusform>{n} hylätty</numerusform>
    <numerusform>{n} hylätty</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} removed lines come back with a new id.</source>
   <extracomment>A removed line comes back with a new id.</extracomment>
   <translation>
    <numerusform>Poistettu rivi palaa uudella tunnisteella.</numerusform>
    <numerusform>{n} poistettua riviä palaa uudella tunnisteella.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} removed lines come back with new ids.</source>
   <extracomment>The removed line comes back with a new id.</extracomment>
   <translation>
    <numerusform>Poistettu rivi palaa uudella tunnisteella.</numerusform>
    <numerusform>{n} poistettua riviä palaa uusilla tunnisteilla.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows</source>
   <extracomment>{n} row</extracomment>
   <translation>
    <numerusform>{n} rivi</numerusform>
    <numerusform>{n} riviä</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows are left out</source>
   <extracomment>1 row is left out</extracomment>
   <translation>
    <numerusform>{n} rivi jää pois</numerusform>
    <numerusform>{n} riviä jää pois</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows cannot be read in {column}</source>
   <extracomment>1 row cannot be read in {column}</extracomment>
   <translation>
    <numerusform>1 riviä ei voi lukea sarakkeessa {column}</numerusform>
    <numerusform>{n} riviä ei voi lukea sarakkeessa {column}</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows have no {column}</source>
   <extracomment>1 row has no {column}</extracomment>
   <translation>
    <numerusform>1 riviltä puuttuu {column}</numerusform>
    <numerusform>{n} riviltä puuttuu {column}</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows hold what the server has already</source>
   <extracomment>1 row holds what the server has already</extracomment>
   <translation>
    <numerusform>{n} rivi on sama kuin palvelimella jo nyt</numerusform>
    <numerusform>{n} riviä on samoja kuin palvelimella jo nyt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows saved in {name}.</source>
   <extracomment>{n} row saved in {name}.</extracomment>
   <translation>
    <numerusform>{n} rivi tallennettu tiedostoon {name}.</numerusform>
    <numerusform>{n} riviä tallennettu tiedostoon {name}.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} rows…</source>
   <translation>{n} riviä…</translation>
  </message>
  <message>
   <source>{n} s</source>
   <translation>{n} s</translation>
  </message>
  <message>
   <source>{n} seconds</source>
   <translation>{n} sekuntia</translation>
  </message>
  <message>
   <source>{n} the same</source>
   <translation>{n} samaa</translation>
  </message>
  <message numerus="yes">
   <source>{n} the server does not tell</source>
   <extracomment>{n} the server does not tell</extracomment>
   <translation>
    <numerusform>{n}, josta palvelin ei kerro</numerusform>
    <numerusform>{n}, joista palvelin ei kerro</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} things cannot come back; the table says why.</source>
   <extracomment>{n} thing cannot come back; the table says why.</extracomment>
   <translation>
    <numerusform>{n} asia ei voi palautua; taulukko kertoo syyn.</numerusform>
    <numerusform>{n} asiaa ei voi palautua; taulukko kertoo syyn.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} undone</source>
   <translation>{n} kumottu</translation>
  </message>
  <message numerus="yes">
   <source>{n} unknown</source>
   <extracomment>{n} unknown</extracomment>
   <translation>
    <numerusform>{n} ei tiedossa</numerusform>
    <numerusform>{n} ei tiedossa</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} values are not of their fields' types and are empty in the file.</source>
   <extracomment>{n} value is not of its field's type and is empty in the file.</extracomment>
   <translation>
    <numerusform>{n} arvo ei vastaa kenttänsä tyyppiä, ja se on tiedostossa tyhjä.</numerusform>
    <numerusform>{n} arvoa ei vastaa kenttänsä tyyppiä, ja ne ovat tiedostossa tyhjiä.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} were done</source>
   <extracomment>{n} was done</extracomment>
   <translation>
    <numerusform>{n} tehtiin</numerusform>
    <numerusform>{n} tehtiin</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} were not done</source>
   <extracomment>{n} was not done</extracomment>
   <translation>
    <numerusform>{n} jäi tekemättä</numerusform>
    <numerusform>{n} jäi tekemättä</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} would not, the first: </source>
   <extracomment>{n} would not: </extracomment>
   <translation>
    <numerusform>{n} ei lähtisi: </numerusform>
    <numerusform>{n} ei lähtisi, ensimmäinen: </numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} written …</source>
   <extracomment>{n} written …</extracomment>
   <translation>
    <numerusform>{n} kirjoitettu …</numerusform>
    <numerusform>{n} kirjoitettu …</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} wrong</source>
   <extracomment>1 wrong</extracomment>
   <translation>
    <numerusform>1 väärin</numerusform>
    <numerusform>{n} väärin</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} {relation} of {record} are not moved.</source>
   <translation>{n} kpl ({relation}) jää siirtämättä tietueesta {record}.</translation>
  </message>
  <message>
   <source>{n} · before, asked and stored</source>
   <translation>{n} · ennen, pyydetty ja tallennettu</translation>
  </message>
  <message>
   <source>{operation} changes data on the server: add --write if you mean it.</source>
   <translation>{operation} muuttaa tietoja palvelimella: lisää --write, jos tarkoitat sitä.</translation>
  </message>
  <message>
   <source>{operation} does not know this; it takes {known}.</source>
   <translation>{operation} ei tunne tätä; se tuntee nämä: {known}.</translation>
  </message>
  <message>
   <source>{operation} has no parameter “{unknown}”. Its parameters: {known}.</source>
   <translation>{operation}: parametria ”{unknown}” ei ole. Parametrit: {known}.</translation>
  </message>
  <message>
   <source>{operation} in {records}</source>
   <translation>{operation}: {records}</translation>
  </message>
  <message>
   <source>{operation} in {records} over SOAP</source>
   <translation>{operation} SOAPilla: {records}</translation>
  </message>
  <message>
   <source>{op} knows no “{unknown}”; it takes {known}.</source>
   <translation>{op} ei tunne kohtaa ”{unknown}”; se tuntee nämä: {known}.</translation>
  </message>
  <message>
   <source>{path} cannot be opened: {strerror}.</source>
   <translation>Tiedostoa {path} ei voi avata: {strerror}.</translation>
  </message>
  <message>
   <source>{path} cannot be read.</source>
   <translation>Tiedostoa {path} ei voi lukea.</translation>
  </message>
  <message>
   <source>{path} cannot be read: {strerror}.</source>
   <translation>Tiedostoa {path} ei voi lukea: {strerror}.</translation>
  </message>
  <message>
   <source>{path} cannot be written: {why}.</source>
   <translation>Kohdetta {path} ei voi kirjoittaa: {why}.</translation>
  </message>
  <message>
   <source>{path} has a cell at “{decode}”. Save it anew as XLSX, or as CSV.</source>
   <translation>Tiedostossa {path} on solu kohdassa ”{decode}”. Tallenna se uudelleen XLSX- tai CSV-muodossa.</translation>
  </message>
  <message>
   <source>{path} has a cell in row {rows} and one in column {columns}: that is too large a table. Take away what stands far from the others, or save the sheet as CSV.</source>
   <translation>Tiedostossa {path} on solu rivillä {rows} ja toinen sarakkeessa {columns}: taulukko on liian suuri. Poista se, mikä on kaukana muusta, tai tallenna sivu CSV-muodossa.</translation>
  </message>
  <message>
   <source>{path} has a row that is too long. Save the sheet as CSV.</source>
   <translation>Tiedostossa {path} on liian pitkä rivi. Tallenna sivu CSV-muodossa.</translation>
  </message>
  <message>
   <source>{path} has more than {most_rows} rows. Split it, or take out the rows that are not needed.</source>
   <translation>Tiedostossa {path} on yli {most_rows} riviä. Jaa se tai poista tarpeettomat rivit.</translation>
  </message>
  <message>
   <source>{path} has no row with the columns' names.</source>
   <translation>Tiedostossa {path} ei ole riviä, jolla sarakkeiden nimet ovat.</translation>
  </message>
  <message>
   <source>{path} has no sheet.</source>
   <translation>Tiedostossa {path} ei ole taulukkosivua.</translation>
  </message>
  <message>
   <source>{path} has {columns} columns; at most {most_columns} can be read. Take out those not needed.</source>
   <translation>Tiedostossa {path} on {columns} saraketta; enintään {most_columns} voi lukea. Poista tarpeettomat.</translation>
  </message>
  <message>
   <source>{path} holds more than it says. Save it anew as XLSX, or as CSV.</source>
   <translation>{path} sisältää enemmän kuin se kertoo. Tallenna se uudelleen XLSX- tai CSV-muodossa.</translation>
  </message>
  <message>
   <source>{path} is a folder. Choose a CSV, XLSX or JSON lines file.</source>
   <translation>{path} on kansio. Valitse CSV-, XLSX- tai JSON Lines -tiedosto.</translation>
  </message>
  <message>
   <source>{path} is an old or a protected workbook. Save it as XLSX or CSV without a password.</source>
   <translation>{path} on vanha tai suojattu työkirja. Tallenna se XLSX- tai CSV-muodossa ilman salasanaa.</translation>
  </message>
  <message>
   <source>{path} is empty.</source>
   <translation>{path} on tyhjä.</translation>
  </message>
  <message>
   <source>{path} is larger than {most_bytes} MB. Split it.</source>
   <translation>{path} on suurempi kuin {most_bytes} Mt. Jaa se.</translation>
  </message>
  <message>
   <source>{path} is no text. Choose a CSV, XLSX or JSON lines file.</source>
   <translation>{path} ei ole tekstiä. Valitse CSV-, XLSX- tai JSON Lines -tiedosto.</translation>
  </message>
  <message>
   <source>{path} is no workbook that can be read. Save it as XLSX or CSV.</source>
   <translation>{path} ei ole luettavissa oleva työkirja. Tallenna se XLSX- tai CSV-muodossa.</translation>
  </message>
  <message>
   <source>{path} is not UTF-8: {error}.</source>
   <translation>{path} ei ole UTF-8:aa: {error}.</translation>
  </message>
  <message>
   <source>{path} is not {encoding_label}: the line after {line} cannot be read. Choose another encoding.</source>
   <translation>{path} ei ole merkistöä {encoding_label}: riviä {line} seuraavaa riviä ei voi lukea. Valitse toinen merkistö.</translation>
  </message>
  <message>
   <source>{path} is read as {encoding}.</source>
   <translation>{path} luetaan merkistöllä {encoding}.</translation>
  </message>
  <message>
   <source>{path} unpacks to more than can be read. Split it, or save the sheet as CSV.</source>
   <translation>{path} purkautuu suuremmaksi kuin voidaan lukea. Jaa se tai tallenna sivu CSV-muodossa.</translation>
  </message>
  <message>
   <source>{percent} % of {base}</source>
   <translation>{percent} % summasta {base}</translation>
  </message>
  <message>
   <source>{place}, copy of {when}</source>
   <translation>{place}, kopio {when}</translation>
  </message>
  <message>
   <source>{plugin} has no field “{name}”. Its fields: {open_ones}.</source>
   <translation>{plugin}: kenttää ”{name}” ei ole. Kentät: {open_ones}.</translation>
  </message>
  <message>
   <source>{plugin} has no secret “{field}”. Its secrets: {names}.</source>
   <translation>{plugin}: salaisuutta ”{field}” ei ole. Salaisuudet: {names}.</translation>
  </message>
  <message>
   <source>{plugin} has no secrets.</source>
   <translation>{plugin}: salaisuuksia ei ole.</translation>
  </message>
  <message>
   <source>{plugin} has several secrets: write --secret-env FIELD={pair} for each of {names}.</source>
   <translation>{plugin}: salaisuuksia on useita: kirjoita --secret-env FIELD={pair} jokaiselle näistä: {names}.</translation>
  </message>
  <message>
   <source>{plugin} needs {field}: --set {field_2}=…</source>
   <translation>{plugin} tarvitsee kentän {field}: --set {field_2}=…</translation>
  </message>
  <message>
   <source>{question}. Nothing was sent: look at it with --dry-run, then give --yes.</source>
   <translation>{question}. Mitään ei lähetetty: katso ensin valitsimella --dry-run, anna sitten --yes.</translation>
  </message>
  <message>
   <source>{question}. Type {wanted} to go on: </source>
   <translation>{question}. Jatka kirjoittamalla {wanted}: </translation>
  </message>
  <message>
   <source>{records} cannot be changed here.</source>
   <translation>{records}: muuttaminen ei ole täällä mahdollista.</translation>
  </message>
  <message>
   <source>{records} cannot be created here.</source>
   <translation>{records}: luominen ei ole täällä mahdollista.</translation>
  </message>
  <message>
   <source>{records} cannot be deleted here.</source>
   <translation>{records}: poistaminen ei ole täällä mahdollista.</translation>
  </message>
  <message>
   <source>{records} cannot be listed over SOAP. {notice}</source>
   <translation>SOAPilla ei saa luetteloa: {records}. {notice}</translation>
  </message>
  <message>
   <source>{records} could not be looked through: {reason}</source>
   <translation>{records}: läpikäynti ei onnistunut: {reason}</translation>
  </message>
  <message>
   <source>{records} has no field “{name}”.{hint}</source>
   <translation>{records}: kenttää ”{name}” ei ole.{hint}</translation>
  </message>
  <message>
   <source>{records} have no field for the column “{lost}”. Nothing was sent.</source>
   <translation>{records}: sarakkeelle ”{lost}” ei ole kenttää. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{records} have no field {field}.</source>
   <translation>{records}: kenttää {field} ei ole.</translation>
  </message>
  <message>
   <source>{records} have no field {missing}. {example}</source>
   <translation>{records}: kenttää {missing} ei ole. {example}</translation>
  </message>
  <message>
   <source>{records} have no field {name}.</source>
   <translation>{records}: kenttää {name} ei ole.</translation>
  </message>
  <message>
   <source>{records} have no field {unknown} any more. Choose another for its column.</source>
   <translation>{records}: kenttää {unknown} ei enää ole. Valitse sen sarakkeelle toinen.</translation>
  </message>
  <message>
   <source>{records} have no field {unknown}, which is never to be touched.</source>
   <translation>{records}: kenttää {unknown}, johon ei saa koskea, ei ole.</translation>
  </message>
  <message>
   <source>{records} have no line items.</source>
   <translation>{records}: tuoterivejä ei ole.</translation>
  </message>
  <message>
   <source>{records} have no lines there.</source>
   <translation>{records}: siellä ei ole rivejä.</translation>
  </message>
  <message>
   <source>{records} have no lines.</source>
   <translation>{records}: rivejä ei ole.</translation>
  </message>
  <message>
   <source>{record} is taken off the list {list} of {title}, on the server and at once. Both records stay.</source>
   <translation>{record} poistuu palvelimella heti luettelosta {list}, kohde {title}. Molemmat tietueet säilyvät.</translation>
  </message>
  <message>
   <source>{refused} “{token}” is not taken.</source>
   <translation>{refused} ”{token}” ei kelpaa.</translation>
  </message>
  <message>
   <source>{relation}: not for this user.</source>
   <translation>{relation}: ei tälle käyttäjälle.</translation>
  </message>
  <message>
   <source>{said} Nothing was sent.</source>
   <translation>{said} Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{said}. Journal {batch}</source>
   <translation>{said}. Muutosloki {batch}</translation>
  </message>
  <message>
   <source>{said}; take it back with: crmdesk undo {batch}</source>
   <translation>{said}; kumoa: crmdesk undo {batch}</translation>
  </message>
  <message>
   <source>{secret} (may be empty)</source>
   <translation>{secret} (saa olla tyhjä)</translation>
  </message>
  <message>
   <source>{shown} does not begin with https:// or http://. Write it like https://crm.example.com.</source>
   <translation>{shown} ei ala https:// tai http://. Kirjoita se muodossa https://crm.example.com.</translation>
  </message>
  <message>
   <source>{shown} has a blank inside. Write it like https://crm.example.com.</source>
   <translation>{shown} sisältää välilyönnin. Kirjoita se muodossa https://crm.example.com.</translation>
  </message>
  <message>
   <source>{shown} is not a web address. Write it like https://crm.example.com.</source>
   <translation>{shown} ei ole verkko-osoite. Kirjoita se muodossa https://crm.example.com.</translation>
  </message>
  <message>
   <source>{shown} names no server. Write it like https://crm.example.com.</source>
   <translation>{shown} ei sisällä palvelimen nimeä. Kirjoita se muodossa https://crm.example.com.</translation>
  </message>
  <message>
   <source>{target} could not be written: {strerror}.</source>
   <translation>Tiedostoa {target} ei voitu kirjoittaa: {strerror}.</translation>
  </message>
  <message>
   <source>{target} is a folder.</source>
   <translation>{target} on kansio.</translation>
  </message>
  <message>
   <source>{title} (copy)</source>
   <translation>{title} (kopio)</translation>
  </message>
  <message>
   <source>{title} (optional)</source>
   <translation>{title} (valinnainen)</translation>
  </message>
  <message>
   <source>{title} is a favourite now; Ctrl+G lists them.</source>
   <translation>{title} on nyt suosikki; Ctrl+G näyttää suosikit.</translation>
  </message>
  <message>
   <source>{title} is no longer a favourite.</source>
   <translation>{title} ei ole enää suosikki.</translation>
  </message>
  <message>
   <source>{title} was changed on the server after you loaded it. Choose a value for each field that both of you changed.</source>
   <translation>{title}: muutettiin palvelimella sen jälkeen, kun latasit tietueen. Valitse arvo jokaiseen kenttään, jota molemmat muuttivat.</translation>
  </message>
  <message>
   <source>{told} Nothing was sent.</source>
   <translation>{told} Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{trouble} The account is saved without its key: it lasts for this run only, and crmdesk asks for it at the next start.</source>
   <translation>{trouble} Tili tallennetaan ilman avainta: avain on voimassa vain tämän istunnon, ja crmdesk kysyy sitä seuraavalla käynnistyskerralla.</translation>
  </message>
  <message>
   <source>{url} is not encrypted: anybody on the way could read the password. Write https://, or make the account a sandbox if it is a test system.</source>
   <translation>Osoitetta {url} ei ole salattu: kuka tahansa matkan varrella voisi lukea salasanan. Kirjoita https:// tai vaihda tilin ympäristöksi Testi, jos kyseessä on testijärjestelmä.</translation>
  </message>
  <message>
   <source>{used} are used.</source>
   <translation>Käytössä {used}.</translation>
  </message>
  <message>
   <source>{used} of {limit} are used.</source>
   <translation>Käytössä {used}, raja {limit}.</translation>
  </message>
  <message>
   <source>{used} of {limit} used on this computer</source>
   <translation>Käytössä {used} tässä tietokoneessa, raja {limit}</translation>
  </message>
  <message>
   <source>{used} used on this computer</source>
   <translation>Käytössä {used} tässä tietokoneessa</translation>
  </message>
  <message>
   <source>{value} gives exactly {sum}.</source>
   <translation>{value}: tulos on täsmälleen {sum}.</translation>
  </message>
  <message>
   <source>{value} gives {sum}, the nearest that can be reached: {off} off.</source>
   <translation>{value}: tulos on {sum}, lähin mahdollinen; ero {off}.</translation>
  </message>
  <message>
   <source>{vendors}. You need its address and a key.</source>
   <translation>{vendors}. Tarvitset sen osoitteen ja avaimen.</translation>
  </message>
  <message>
   <source>{verb} {path}</source>
   <translation>{verb} {path}</translation>
  </message>
  <message>
   <source>{what} Reload the document and look.</source>
   <translation>{what} Lataa asiakirja uudelleen ja tarkista.</translation>
  </message>
  <message>
   <source>{what} Reload the list and look before you try again.</source>
   <translation>{what} Lataa luettelo uudelleen ja tarkista ennen uutta yritystä.</translation>
  </message>
  <message>
   <source>{what} can no longer be changed.</source>
   <translation>{what}: ei voi enää muuttaa.</translation>
  </message>
  <message>
   <source>{what} cannot be opened on this computer.</source>
   <translation>{what}: ei voi avata tässä tietokoneessa.</translation>
  </message>
  <message>
   <source>{what} does not take this value</source>
   <translation>{what}: tämä arvo ei kelpaa</translation>
  </message>
  <message>
   <source>{what} does not take {unknown}; it takes {known}. Nothing was sent.</source>
   <translation>{what} ei tunne näitä: {unknown}; se tuntee nämä: {known}. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{what} has no parameter {unknown}. Nothing was sent.</source>
   <translation>{what} ei tunne parametria {unknown}. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{what} has no such field</source>
   <translation>{what}: tällaista kenttää ei ole</translation>
  </message>
  <message>
   <source>{what} in {n} s</source>
   <translation>{what} ({n} s)</translation>
  </message>
  <message>
   <source>{what} is between 0 and 100 %.</source>
   <translation>{what} on 0–100 %.</translation>
  </message>
  <message>
   <source>{what} is not a date.</source>
   <translation>{what} ei ole päivämäärä.</translation>
  </message>
  <message>
   <source>{what} is not a number.</source>
   <translation>{what} ei ole luku.</translation>
  </message>
  <message>
   <source>{what} is one of these there: {rates}.</source>
   <translation>{what} on siellä jokin näistä: {rates}.</translation>
  </message>
  <message>
   <source>{what} knows no “{unknown}”; it takes {allowed}.</source>
   <translation>{what} ei tunne kohtaa ”{unknown}”; se tuntee nämä: {allowed}.</translation>
  </message>
  <message>
   <source>{what} must be a table.</source>
   <translation>{what} on oltava taulukko.</translation>
  </message>
  <message>
   <source>{what} no longer takes such a value.</source>
   <translation>{what}: tällainen arvo ei enää kelpaa.</translation>
  </message>
  <message>
   <source>{what} takes no “{unknown}”. It takes: {known}.</source>
   <translation>{what} ei tunne kohtaa ”{unknown}”. Se tuntee nämä: {known}.</translation>
  </message>
  <message>
   <source>{what} takes no “{unknown}”; it takes: {names}.</source>
   <translation>{what} ei tunne kohtaa ”{unknown}”; se tuntee nämä: {names}.</translation>
  </message>
  <message>
   <source>{what}, not included</source>
   <translation>{what}, ei sisälly summaan</translation>
  </message>
  <message>
   <source>{what}. Nothing was sent to the server.</source>
   <translation>{what}. Palvelimelle ei lähetetty mitään.</translation>
  </message>
  <message>
   <source>{what}: staged, not sent yet.</source>
   <translation>{what}: odottaa, ei vielä lähetetty.</translation>
  </message>
  <message>
   <source>{what}: {figure}, {remark}</source>
   <translation>{what}: {figure}, {remark}</translation>
  </message>
  <message>
   <source>{what}: {number} is more than any server keeps.</source>
   <translation>{what}: {number} on enemmän kuin mikään palvelin tallentaa.</translation>
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
   <translation>{which} vaatii kirjautumisen. Kirjoita tilin asetuksissa käyttäjä:salasana@ välityspalvelimen nimen eteen.</translation>
  </message>
  <message>
   <source>{why} Discard that field or enter it again.</source>
   <translation>{why} Hylkää kenttä tai anna sen arvo uudelleen.</translation>
  </message>
  <message>
   <source>{why} Nothing was sent.</source>
   <translation>{why} Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>{without_query} cannot be used as an address.</source>
   <translation>{without_query} ei kelpaa osoitteeksi.</translation>
  </message>
  <message>
   <source>{work} ({n} of {all})</source>
   <translation>{work} ({n}/{all})</translation>
  </message>
  <message>
   <source>{wrong}{more} Nothing was sent.</source>
   <translation>{wrong}{more} Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>“clear” is true, or not there.</source>
   <translation>”clear” on true, tai sitä ei ole.</translation>
  </message>
  <message>
   <source>“lines” must be a list of objects.</source>
   <translation>”lines” on oltava lista olioita.</translation>
  </message>
  <message>
   <source>“op” must be one of {known}.</source>
   <translation>”op” on oltava jokin näistä: {known}.</translation>
  </message>
  <message>
   <source>“records” begins with the smaller number.</source>
   <translation>”records” alkaa pienemmällä luvulla.</translation>
  </message>
  <message>
   <source>“records” is a number or two: records = 52, or records = [40, 60].</source>
   <translation>”records” on yksi luku tai kaksi: records = 52 tai records = [40, 60].</translation>
  </message>
  <message>
   <source>“replace” needs “with”: what to put in its place; an empty text takes it away.</source>
   <translation>”replace” tarvitsee ”with”-kohdan: mitä tilalle tulee; tyhjä teksti poistaa.</translation>
  </message>
  <message>
   <source>“set” of entry {number} must be an object; null takes a line out that is there.</source>
   <translation>kohdan {number} ”set” on oltava olio; null poistaa olemassa olevan rivin.</translation>
  </message>
  <message>
   <source>“with” belongs to “replace”.</source>
   <translation>”with” kuuluu ”replace”-kohtaan.</translation>
  </message>
  <message>
   <source>“{campaign}” is no campaign's number. It stands in the address when you open the campaign.</source>
   <translation>”{campaign}” ei ole kampanjan numero. Se näkyy osoitteessa, kun avaat kampanjan.</translation>
  </message>
  <message>
   <source>“{entry}” is no report. Write it like: 12 = Open orders; custom 7 = Sales.</source>
   <translation>”{entry}” ei ole raportti. Kirjoita näin: 12 = Avoimet tilaukset; custom 7 = Myynti.</translation>
  </message>
  <message>
   <source>“{field}” names the original.</source>
   <translation>”{field}” kertoo alkuperäisen.</translation>
  </message>
  <message>
   <source>“{given}” is none of the values allowed: {choices}.</source>
   <translation>”{given}” ei ole sallittu arvo: {choices}.</translation>
  </message>
  <message>
   <source>“{kinds}” takes a text.</source>
   <translation>”{kinds}” tarvitsee tekstin.</translation>
  </message>
  <message>
   <source>“{name}” is missing or must be a text.</source>
   <translation>”{name}” puuttuu tai sen on oltava teksti.</translation>
  </message>
  <message>
   <source>“{name}” is missing.</source>
   <translation>”{name}” puuttuu.</translation>
  </message>
  <message>
   <source>“{name}” is open. Keep it among your own?</source>
   <translation>”{name}” on auki. Säilytetäänkö se omien näkymien joukossa?</translation>
  </message>
  <message>
   <source>“{name}” is saved; Ctrl+K finds it by its name.</source>
   <translation>”{name}” on tallennettu; Ctrl+K löytää sen nimellä.</translation>
  </message>
  <message>
   <source>“{name}” is true or false.</source>
   <translation>”{name}” on true tai false.</translation>
  </message>
  <message>
   <source>“{name}” must be a list of tables: [[{name}]].</source>
   <translation>”{name}” on oltava lista taulukoita: [[{name}]].</translation>
  </message>
  <message>
   <source>“{name}” must be a list of texts.</source>
   <translation>”{name}” on oltava lista tekstejä.</translation>
  </message>
  <message>
   <source>“{name}” must be a number from 0 up.</source>
   <translation>”{name}” on oltava luku nollasta ylöspäin.</translation>
  </message>
  <message>
   <source>“{name}” must be a text.</source>
   <translation>”{name}” on oltava teksti.</translation>
  </message>
  <message>
   <source>“{name}” must be an object of fields.</source>
   <translation>”{name}” on oltava olio, jossa on kenttiä.</translation>
  </message>
  <message>
   <source>“{name}” shows {module}, which this account does not have.</source>
   <translation>”{name}” näyttää moduulin {module}, jota tällä tilillä ei ole.</translation>
  </message>
  <message>
   <source>“{name}” takes JSON, for example [] or {{}}: {error}.</source>
   <translation>”{name}”: arvon on oltava JSONia, esimerkiksi [] tai {{}}: {error}.</translation>
  </message>
  <message>
   <source>“{name}” was made for {vendor}, and this account is another product's. Open an account of that product first.</source>
   <translation>”{name}” on tehty järjestelmälle {vendor}, ja tämä tili on toisen tuotteen. Avaa ensin sen tuotteen tili.</translation>
  </message>
  <message>
   <source>“{name}” was made for {vendor}. Open an account of that product, then open the file again.</source>
   <translation>”{name}” on tehty järjestelmälle {vendor}. Avaa sen tuotteen tili ja avaa tiedosto sitten uudelleen.</translation>
  </message>
  <message>
   <source>“{organisation}” is no organisation.</source>
   <translation>”{organisation}” ei ole organisaatio.</translation>
  </message>
  <message>
   <source>“{owner}” is no user's number. Correct “New records belong to” in the account.</source>
   <translation>”{owner}” ei ole käyttäjän numero. Korjaa tilin kohta ”Uusien tietueiden omistaja”.</translation>
  </message>
  <message>
   <source>“{part}” takes a whole number, not “{given}”.</source>
   <translation>”{part}”: arvon on oltava kokonaisluku, ei ”{given}”.</translation>
  </message>
  <message>
   <source>“{plain}” is no date. Nothing was sent.</source>
   <translation>”{plain}” ei ole päivämäärä. Mitään ei lähetetty.</translation>
  </message>
  <message>
   <source>“{style}” is no way of signing in. Choose one of the list in the account.</source>
   <translation>”{style}” ei ole kirjautumistapa. Valitse jokin tilin luettelosta.</translation>
  </message>
  <message>
   <source>“{url}” is not an address. Write it like {example}.</source>
   <translation>”{url}” ei ole osoite. Kirjoita se muodossa {example}.</translation>
  </message>
  <message>
   <source>“{value}” is not a number.</source>
   <translation>”{value}” ei ole luku.</translation>
  </message>
  <message>
   <source>“{value}” is not in the list of {field}.</source>
   <translation>”{value}” ei ole kentän {field} luettelossa.</translation>
  </message>
  <message>
   <source>↑↓ choose · ⏎ open · Ctrl+⏎ new tab</source>
   <translation>↑↓ valitse · ⏎ avaa · Ctrl+⏎ uusi välilehti</translation>
  </message>
  <message>
   <source>✓ Connected in {time}</source>
   <translation>✓ Yhteys kunnossa ({time})</translation>
  </message>
  <message>
   <source>✓ The server’s last total, {gross}, agrees with these rules</source>
   <translation>✓ Palvelimen viimeisin loppusumma {gross} vastaa näitä sääntöjä</translation>
  </message>
 </context>
</TS>
