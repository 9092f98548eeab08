"""Texts of known language, written for Dateline; `make eval-languages` prints how their pieces are classified."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from seed.pipeline.language import MIN_CERTAINTY, most_likely_language

TEXTS = {
    "ar": "استأنفت العبارة بين الميناءين رحلاتها يوم الاثنين بعد تسعة أيام من التوقف بسبب العاصفة. وقال المتحدث باسم "
    "شركة الملاحة إن السفينة خضعت لفحص شامل قبل أن تغادر الرصيف في الصباح الباكر، وإن جميع التذاكر بيعت قبل الظهر. "
    "وأضاف أن الركاب الذين علقوا في الجزيرة حصلوا على تعويض مالي، بينما انتقد رئيس البلدية تأخر الوزارة في إرسال "
    "المساعدة. ومن المتوقع أن تعود الحركة إلى طبيعتها خلال الأسبوع المقبل إذا تحسنت الأحوال الجوية كما يتوقع الخبراء.",
    "bg": "Фериботът между двете пристанища отново тръгна в понеделник след девет дни престой заради бурята. "
    "Говорителят на корабната компания каза, че корабът е бил прегледан изцяло, преди да напусне кея рано сутринта, "
    "и че всички билети са били продадени още преди обяд. Пътниците, които останаха на острова, получиха "
    "обезщетение, а кметът разкритикува министерството, защото помощта пристигна твърде късно. Очаква се движението "
    "да се нормализира през следващата седмица, ако времето се подобри.",
    "cs": "Trajekt mezi oběma přístavy v pondělí znovu vyplul po devíti dnech, kdy kvůli bouři zůstal v přístavu. "
    "Mluvčí lodní společnosti uvedla, že loď byla před ranním odjezdem důkladně prohlédnuta a že všechny jízdenky "
    "byly vyprodány ještě před polednem. Cestující, kteří uvízli na ostrově, dostali náhradu, starosta však "
    "kritizoval ministerstvo, protože pomoc podle něj dorazila příliš pozdě. Provoz by se měl vrátit do normálu "
    "příští týden, pokud se počasí zlepší.",
    "da": "Færgen mellem de to havne sejlede igen mandag efter ni dage i havn på grund af stormen. En talskvinde for "
    "rederiet sagde, at skibet var blevet undersøgt fra ende til anden, før det forlod kajen tidligt om morgenen, og "
    "at alle billetter var udsolgt inden middag. Passagererne, der sad fast på øen, fik erstatning, mens "
    "borgmesteren bebrejdede ministeriet, at hjælpen blev sendt alt for sent. Trafikken ventes at være normal igen i "
    "næste uge, hvis vejret bliver bedre.",
    "de": "Die Fähre zwischen den beiden Häfen ist am Montag nach neun Tagen Pause wegen des Sturms wieder "
    "ausgelaufen. Eine Sprecherin der Reederei sagte, das Schiff sei gründlich untersucht worden, bevor es am frühen "
    "Morgen ablegte, und alle Fahrkarten seien schon vor dem Mittag verkauft gewesen. Die Reisenden, die auf der "
    "Insel festsaßen, erhielten eine Entschädigung. Der Bürgermeister warf dem Ministerium vor, die Hilfe zu spät "
    "geschickt zu haben. In der kommenden Woche soll der Betrieb wieder wie gewohnt laufen.",
    "el": "Το πλοίο που συνδέει τα δύο λιμάνια ξεκίνησε ξανά τη Δευτέρα, έπειτα από εννέα ημέρες στο λιμάνι εξαιτίας "
    "της καταιγίδας. Η εκπρόσωπος της εταιρείας είπε ότι το πλοίο ελέγχθηκε προσεκτικά πριν αναχωρήσει νωρίς το πρωί "
    "και ότι όλα τα εισιτήρια είχαν πουληθεί πριν από το μεσημέρι. Οι επιβάτες που είχαν εγκλωβιστεί στο νησί πήραν "
    "αποζημίωση, ενώ ο δήμαρχος κατηγόρησε το υπουργείο ότι έστειλε τη βοήθεια πολύ αργά.",
    "en": "The ferry between the two harbours sailed again on Monday after nine days in port because of the storm. A "
    "spokeswoman for the shipping company said that the vessel had been examined from end to end before it left the "
    "quay early in the morning, and that every ticket had been sold before noon. Passengers who were stranded on the "
    "island were given money, while the mayor blamed the ministry for sending help too late. Traffic is expected to "
    "be back to normal next week if the weather improves as forecasters believe it will.",
    "es": "El transbordador entre los dos puertos volvió a zarpar el lunes después de nueve días parado a causa de "
    "la tormenta. Una portavoz de la compañía naviera dijo que el barco había sido revisado por completo antes de "
    "dejar el muelle de madrugada y que todos los billetes se habían vendido antes del mediodía. Los pasajeros que "
    "quedaron atrapados en la isla recibieron una compensación, mientras que el alcalde acusó al ministerio de haber "
    "enviado la ayuda demasiado tarde. Se espera que el tráfico vuelva a la normalidad la semana que viene.",
    "fa": "کشتی مسافربری میان دو بندر روز دوشنبه پس از نه روز توقف به دلیل توفان دوباره به راه افتاد. سخنگوی شرکت "
    "کشتیرانی گفت که این کشتی پیش از آنکه صبح زود اسکله را ترک کند به‌طور کامل بررسی شده و همه بلیت‌ها پیش از ظهر "
    "فروخته شده است. مسافرانی که در جزیره مانده بودند خسارت گرفتند و شهردار از وزارتخانه انتقاد کرد که چرا کمک را "
    "دیر فرستاده است. انتظار می‌رود که رفت و آمد در هفته آینده به حالت عادی برگردد، اگر هوا بهتر شود.",
    "fr": "Le ferry qui relie les deux ports a repris la mer lundi après neuf jours d'arrêt à cause de la tempête. "
    "Une porte-parole de la compagnie maritime a déclaré que le navire avait été entièrement inspecté avant de "
    "quitter le quai tôt dans la matinée et que tous les billets avaient été vendus avant midi. Les passagers "
    "bloqués sur l'île ont reçu une indemnité, tandis que le maire a reproché au ministère d'avoir envoyé les "
    "secours trop tard. Le trafic devrait redevenir normal la semaine prochaine si le temps s'améliore.",
    "he": "המעבורת בין שני הנמלים הפליגה שוב ביום שני אחרי תשעה ימים שבהם עגנה בגלל הסערה. דוברת חברת הספנות אמרה כי "
    "כלי השיט נבדק היטב לפני שעזב את הרציף מוקדם בבוקר, וכי כל הכרטיסים נמכרו עוד לפני הצהריים. הנוסעים שנתקעו באי "
    "קיבלו פיצוי, ואילו ראש העיר האשים את המשרד בכך ששלח את העזרה מאוחר מדי. התנועה צפויה לחזור לקדמותה בשבוע הבא אם "
    "מזג האוויר ישתפר, כפי שמעריכים החזאים.",
    "hu": "A két kikötő közötti komp hétfőn újra elindult, miután a vihar miatt kilenc napig a kikötőben állt. A "
    "hajótársaság szóvivője azt mondta, hogy a hajót alaposan átvizsgálták, mielőtt kora reggel elhagyta a "
    "rakpartot, és hogy délig minden jegy elkelt. A szigeten rekedt utasok kártérítést kaptak, a polgármester pedig "
    "azt vetette a minisztérium szemére, hogy túl későn küldött segítséget. A forgalom várhatóan a jövő héten áll "
    "helyre.",
    "id": "Kapal feri antara kedua pelabuhan kembali berlayar pada hari Senin setelah sembilan hari berhenti karena "
    "badai. Juru bicara perusahaan pelayaran mengatakan bahwa kapal itu telah diperiksa secara menyeluruh sebelum "
    "meninggalkan dermaga pada pagi hari dan bahwa semua tiket sudah terjual sebelum tengah hari. Para penumpang "
    "yang terjebak di pulau itu menerima ganti rugi, sedangkan wali kota menuduh kementerian terlambat mengirim "
    "bantuan.",
    "it": "Il traghetto tra i due porti è ripartito lunedì dopo nove giorni di sosta a causa della tempesta. Una "
    "portavoce della compagnia di navigazione ha detto che la nave era stata controllata da cima a fondo prima di "
    "lasciare la banchina la mattina presto e che tutti i biglietti erano stati venduti prima di mezzogiorno. I "
    "passeggeri rimasti bloccati sull'isola hanno ricevuto un risarcimento, mentre il sindaco ha accusato il "
    "ministero di aver mandato gli aiuti troppo tardi.",
    "ja": "二つの港を結ぶフェリーは、嵐のため九日間停泊していたが、月曜日に運航を再開した。船会社の広報担当者は、船は"
    "早朝に岸壁を離れる前にくまなく点検され、切符は正午までにすべて売り切れたと述べた。島に取り残された乗客には補償金"
    "が支払われた。一方、市長は、省庁が支援を送るのが遅すぎたと批判した。天候が回復すれば、来週には通常どおりに戻る見"
    "通しである。乗客の一人は、家族に早く会いたいと話していた。",
    "nl": "De veerboot tussen de twee havens is maandag weer uitgevaren na negen dagen stilstand vanwege de storm. "
    "Een woordvoerster van de rederij zei dat het schip van voor tot achter was nagekeken voordat het 's ochtends "
    "vroeg de kade verliet, en dat alle kaartjes voor de middag waren verkocht. De reizigers die op het eiland "
    "vastzaten kregen een vergoeding, terwijl de burgemeester het ministerie verweet dat het te laat hulp had "
    "gestuurd. Volgende week zou het verkeer weer normaal moeten zijn.",
    "no": "Fergen mellom de to havnene seilte igjen mandag etter ni dager ved kai på grunn av stormen. En talskvinne "
    "for rederiet sa at skipet var blitt undersøkt fra ende til annen før det forlot kaien tidlig om morgenen, og at "
    "alle billettene var utsolgt før klokken tolv. Passasjerene som satt fast på øya, fikk erstatning, mens "
    "ordføreren anklaget departementet for å ha sendt hjelpen for sent. Trafikken ventes å bli normal igjen neste "
    "uke hvis været blir bedre.",
    "pl": "Prom kursujący między dwoma portami wypłynął ponownie w poniedziałek po dziewięciu dniach postoju z "
    "powodu sztormu. Rzeczniczka armatora powiedziała, że statek został dokładnie sprawdzony, zanim wczesnym rankiem "
    "opuścił nabrzeże, i że wszystkie bilety sprzedano jeszcze przed południem. Pasażerowie, którzy utknęli na "
    "wyspie, otrzymali odszkodowanie, a burmistrz zarzucił ministerstwu, że pomoc przyszła zbyt późno. Ruch powinien "
    "wrócić do normy w przyszłym tygodniu.",
    "pt": "A balsa entre os dois portos voltou a navegar na segunda-feira depois de nove dias parada por causa da "
    "tempestade. Uma porta-voz da companhia de navegação disse que o navio tinha sido inspecionado de ponta a ponta "
    "antes de deixar o cais de manhã cedo e que todos os bilhetes foram vendidos antes do meio-dia. Os passageiros "
    "que ficaram presos na ilha receberam uma indenização, enquanto o prefeito acusou o ministério de ter enviado a "
    "ajuda tarde demais. O tráfego deve voltar ao normal na próxima semana.",
    "ro": "Feribotul dintre cele două porturi a plecat din nou luni, după nouă zile în care a stat la țărm din cauza "
    "furtunii. O purtătoare de cuvânt a companiei a spus că nava a fost verificată în întregime înainte de a părăsi "
    "cheiul dis-de-dimineață și că toate biletele s-au vândut înainte de prânz. Pasagerii blocați pe insulă au "
    "primit despăgubiri, în timp ce primarul a acuzat ministerul că a trimis ajutorul prea târziu.",
    "ru": "Паром между двумя портами снова вышел в море в понедельник после девяти дней простоя из-за шторма. "
    "Представитель судоходной компании сообщила, что судно было полностью осмотрено, прежде чем рано утром отошло от "
    "причала, и что все билеты были проданы ещё до полудня. Пассажиры, которые застряли на острове, получили "
    "компенсацию, а мэр обвинил министерство в том, что помощь пришла слишком поздно. Ожидается, что на следующей "
    "неделе движение вернётся к обычному расписанию, если погода улучшится.",
    "sr": "Трајект између две луке поново је испловио у понедељак после девет дана стајања због олује. Портпаролка "
    "бродарског предузећа рекла је да је брод темељно прегледан пре него што је рано ујутро напустио пристаниште и "
    "да су све карте продате још пре поднева. Путници који су остали на острву добили су одштету, а градоначелник је "
    "оптужио министарство да је помоћ послало прекасно. Очекује се да ће се саобраћај следеће недеље вратити у "
    "нормалу.",
    "sv": "Färjan mellan de två hamnarna gick till sjöss igen i måndags efter nio dagar i hamn på grund av stormen. "
    "En talesperson för rederiet sade att fartyget hade undersökts från för till akter innan det lämnade kajen "
    "tidigt på morgonen och att alla biljetter hade sålts före klockan tolv. Resenärerna som satt fast på ön fick "
    "ersättning, medan borgmästaren anklagade departementet för att ha skickat hjälpen för sent. Trafiken väntas bli "
    "som vanligt igen nästa vecka.",
    "tr": "İki liman arasında çalışan feribot, fırtına nedeniyle dokuz gün limanda kaldıktan sonra pazartesi günü "
    "yeniden sefere çıktı. Denizcilik şirketinin sözcüsü, geminin sabah erken saatlerde rıhtımdan ayrılmadan önce "
    "baştan sona kontrol edildiğini ve bütün biletlerin öğleden önce satıldığını söyledi. Adada mahsur kalan "
    "yolculara tazminat ödendi, belediye başkanı ise bakanlığı yardımı çok geç göndermekle suçladı. Hava düzelirse "
    "seferlerin gelecek hafta normale dönmesi bekleniyor.",
    "uk": "Пором між двома портами знову вийшов у море в понеділок після дев'яти днів простою через шторм. Речниця "
    "судноплавної компанії сказала, що судно повністю оглянули, перш ніж воно рано вранці відійшло від причалу, і що "
    "всі квитки продали ще до полудня. Пасажири, які застрягли на острові, отримали відшкодування, а міський голова "
    "звинуватив міністерство в тому, що допомога надійшла надто пізно. Очікується, що наступного тижня рух "
    "повернеться до звичного розкладу, якщо погода покращиться.",
    "zh": "往返于两个港口之间的渡轮因风暴停航九天之后，星期一重新起航。航运公司的发言人说，这艘船在清晨离开码头之前接"
    "受了全面检查，所有船票在中午之前就已经售完。滞留在岛上的旅客得到了赔偿，市长则批评有关部门派出救援太晚。如果天气"
    "像预报的那样好转，交通预计将在下周恢复正常。一位旅客说，他最想做的事情就是尽快回家，见到自己的家人，然后好好休息"
    "几天。公司表示，今后将提前公布航班变动的消息。",
}
"""A report of about 400 code points (half of that in Chinese and Japanese) by language."""

_CROATIAN = (
    "Trajekt između dviju luka ponovno je isplovio u ponedjeljak nakon devet dana stajanja zbog oluje. "
    "Glasnogovornica brodarske tvrtke rekla je da je brod temeljito pregledan prije nego što je rano ujutro napustio "
    "pristanište te da su sve karte prodane još prije podneva. Putnici koji su ostali na otoku dobili su odštetu, a "
    "gradonačelnik je optužio ministarstvo da je pomoć poslalo prekasno. Očekuje se da će se promet vratiti u "
    "normalu idući tjedan ako se vrijeme poboljša."
)

DOUBTFUL = {
    "empty": "",
    "short": "Ferry sails again.",
    "numbers": "12.4 13.9 2019-03-04 1,204 17:30 99% +44 0 " * 12,
    "names": "Putin Assad Obama Erdogan Lavrov Kerry Shoigu Hollande Merkel Cameron Netanyahu Rouhani " * 4,
    "markup": "<div class='x1'><a href='/p?id=9&u=3'>{{ $t('a.b') }}</a></div> $.ajax({url:'/x'});" * 4,
    "too close to Bosnian and Serbian": _CROATIAN,
    "the same in two languages": TEXTS["en"] + TEXTS["ar"],
    "a beginning in another language": TEXTS["fr"] + TEXTS["en"] * 3,
    "many languages": "\n".join(text[:70] for text in TEXTS.values()),
}
"""Texts in which no language is to be detected."""

LENGTHS = (30, 60, 100, 150, 200, 300)


def pieces(text: str, length: int) -> Iterator[str]:
    """Yield pieces of this length that start with a word, one every 50 code points."""
    for start in range(0, max(len(text) - length, 0) + 1, 50):
        yield text[text.find(" ", start) + 1 if start else 0 :][:length]


def _verdict(piece: str, language: str) -> str:
    detected, certainty = most_likely_language(piece)
    if certainty < MIN_CERTAINTY:
        return "unsure"
    return "right" if detected == language else f"{language} read as {detected}"


def main(paths: list[str]) -> None:
    """Print the verdicts for the texts above, and for the English `text` of each line of these JSON Lines files."""
    lines = [line for path in paths for line in Path(path).read_text("utf-8").splitlines()]
    texts = [*TEXTS.items(), *(("en", json.loads(line)["text"][:1000]) for line in lines)]
    for length in LENGTHS:
        verdicts = Counter(_verdict(piece, language) for language, text in texts for piece in pieces(text, length))
        print(f"{length:>4} code points: {dict(verdicts.most_common())}")  # noqa: T201 - its purpose


if __name__ == "__main__":
    main(sys.argv[1:])
