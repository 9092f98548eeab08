"""Dates as the press of many languages prints them."""

import pytest

from seed.readers.dates.customs import declared_custom
from seed.readers.dates.printed import UnclearDate, read_printed
from seed.records import Published

ON = "2019-03-04"  # A Monday.
EVENING = 66_600  # 18:30, in seconds.

DAYS = """
ar|4 مارس 2019
ar|٤ مارس ٢٠١٩
ar|الاثنين 4 مارس 2019
ar|الإثنين، 4 آذار 2019
ar|4 آذار/مارس 2019
ar|الاثنين 27 جمادى الآخرة 1440 هـ - 4 مارس 2019 م
ar|نشر في: 04/03/2019
ar|04 مارس/آذار 2019
az|4 mart 2019
be|4 сакавіка 2019
bg|4 март 2019 г.
bn|৪ মার্চ ২০১৯
bn|সোমবার, ৪ মার্চ ২০১৯
bs|4. mart 2019.
ca|4 de març de 2019
ca|Dilluns, 4 de març del 2019
ca|4 març 2019
cs|4. března 2019
cs|pondělí 4. března 2019
cs|4. 3. 2019
da|4. marts 2019
da|mandag den 4. marts 2019
de|4. März 2019
de|Montag, 4. März 2019
de|Montag, den 04.03.2019
de|Veröffentlicht am 4. März 2019
de|04. Mrz. 2019
de|04.03.19
el|4 Μαρτίου 2019
el|Δευτέρα, 4 Μαρτίου 2019
el|04 Μαρ 2019
el|ΔΗΜΟΣΙΕΥΣΗ: 04/03/2019
en|March 4th, 2019
en|Monday 4 March 2019
en|4-Mar-19
en|04MAR2019
en|Mon., Mar. 4, 2019
es|4 de marzo de 2019
es|lunes, 4 de marzo de 2019
es|4 mar. 2019
es|Lunes 4 de Marzo del 2019
es|04/03/2019
es|Publicado el 4 de marzo de 2019
et|4. märts 2019
et|4. märtsil 2019
eu|2019ko martxoaren 4a
fa|۱۳ اسفند ۱۳۹۷
fa|دوشنبه ۱۳ اسفند ۱۳۹۷
fa|تاریخ انتشار: ۱۳ اسفند ۱۳۹۷
fa|۱۳۹۷/۱۲/۱۳
fa|۴ مارس ۲۰۱۹
fa|دوشنبه ۱۳ اسفند ۱۳۹۷ - ۴ مارس ۲۰۱۹
fa|13 اسفند 1397
fi|4. maaliskuuta 2019
fi|maanantai 4. maaliskuuta 2019
fi|ma 4.3.2019
fr|4 mars 2019
fr|Le 4 mars 2019
fr|lundi 4 mars 2019
fr|Publié le 04/03/2019
fr|LUNDI 04 MARS 2019
gl|4 de marzo de 2019
he|4 במרץ 2019
he|יום שני, 4 במרץ 2019
he|פורסם: 04.03.19
he|04/03/2019
hi|4 मार्च 2019
hi|सोमवार, 4 मार्च 2019
hr|4. ožujka 2019.
hr|4.3.2019.
hu|2019. március 4.
hu|2019. március 4., hétfő
hu|2019.03.04.
hy|4 մարտի, 2019
id|Senin, 4 Maret 2019
id|Senin, 04 Mar 2019
id|04/03/2019
is|4. mars 2019
it|4 marzo 2019
it|lunedì 4 marzo 2019
it|Lunedì, 04 Marzo 2019
it|Pubblicato il 4 marzo 2019
ja|2019年3月4日
ja|2019年3月4日(月)
ja|2019年03月04日 月曜日
ja|平成31年3月4日
ja|2019/03/04
ja|２０１９年３月４日
ka|4 მარტი, 2019
kk|2019 ж. 4 наурыз
kk|4 наурыз 2019
ko|2019년 3월 4일
ko|2019년 3월 4일 월요일
ko|2019.03.04
ko|2019. 3. 4.
ko|입력 2019-03-04
ku|4 adar 2019
lt|2019 m. kovo 4 d.
lt|2019-03-04
lv|2019. gada 4. marts
lv|2019. gada 4. martā
mk|4 март 2019
ms|4 Mac 2019
ms|Isnin, 4 Mac 2019
nb|4. mars 2019
nb|Publisert mandag 4. mars 2019
nl|4 maart 2019
nl|maandag 4 maart 2019
nl|ma 4 mrt 2019
pl|4 marca 2019
pl|poniedziałek, 4 marca 2019
pl|04 marca 2019 r.
pl|Opublikowano: 4 marca 2019
pt|4 de março de 2019
pt|segunda-feira, 4 de março de 2019
pt|4 mar 2019
pt|04/03/2019
pt|Segunda-feira, 04 de Março de 2019
ro|4 martie 2019
ro|luni, 4 martie 2019
ru|4 марта 2019
ru|4 марта 2019 г.
ru|4 марта 2019 года
ru|Понедельник, 4 марта 2019
ru|04 мар 2019
ru|04.03.2019
sk|4. marca 2019
sl|4. marec 2019
sq|4 mars 2019
sr|4. март 2019.
sr|04. mart 2019.
sv|4 mars 2019
sv|Måndag 4 mars 2019
sv|Publicerad 2019-03-04
sw|4 Machi 2019
ta|4 மார்ச், 2019
te|4 మార్చి, 2019
th|4 มีนาคม 2562
th|4 มี.ค. 2562
th|4 มี.ค. 62
th|วันจันทร์ที่ 4 มีนาคม พ.ศ. 2562
th|วันจันทร์ ที่ 4 มีนาคม 2562
th|04/03/2562
tr|4 Mart 2019
tr|4 Mart 2019 Pazartesi
tr|04.03.2019
tr|4 MART 2019
uk|4 березня 2019
uk|4 березня 2019 р.
uk|понеділок, 4 березня 2019 року
uk|04 бер. 2019
ur|4 مارچ 2019
ur|پیر 4 مارچ 2019
uz|4-mart, 2019
vi|Thứ Hai, 04/03/2019
vi|ngày 4 tháng 3 năm 2019
vi|4 tháng 3, 2019
zh|2019年3月4日
zh|2019年3月4日 星期一
zh|二〇一九年三月四日
zh|2019-03-04
zh|發佈時間：2019/03/04
zh|民國108年3月4日
"""

EVENINGS = """
ar|4 مارس 2019، 18:30
ar|4 مارس 2019 6:30 م
bg|4 март 2019, 18:30 ч.
ca|4 de març de 2019, a les 18:30 h
cs|4. března 2019 v 18:30
da|4. marts 2019 kl. 18.30
de|4. März 2019, 18:30 Uhr
de|04.03.2019 um 18:30 Uhr
de|Montag, 4. März 2019, 18.30 Uhr
el|4 Μαρτίου 2019, 18:30
el|04/03/2019 6:30 μ.μ.
en|March 4, 2019 6:30 PM
en|Mar 4, 2019 @ 18:30:00.000
en|Posted at 6:30 p.m. on March 4, 2019
en|Mon Mar  4 18:30:00 2019
es|4 de marzo de 2019 a las 18:30
es|04/03/2019 - 18:30h
es|4 mar 2019 18:30 hs
fa|دوشنبه ۱۳ اسفند ۱۳۹۷ ساعت ۱۸:۳۰
fa|۱۳۹۷/۱۲/۱۳ ۱۸:۳۰
fi|4.3.2019 klo 18.30
fr|4 mars 2019 à 18h30
fr|Publié le 4 mars 2019 à 18 h 30
fr|Publié le 04/03/2019 à 18:30, mis à jour le 05/03/2019 à 09:10
he|4 במרץ 2019, 18:30
he|04.03.2019 בשעה 18:30
hi|4 मार्च 2019, 18:30 बजे
hu|2019. március 4. 18:30
id|Senin, 4 Maret 2019 18.30
it|4 marzo 2019 alle 18:30
it|4 marzo 2019 - ore 18:30
ja|2019年3月4日 18時30分
ja|2019年3月4日 午後6時30分
ko|2019년 3월 4일 오후 6:30
ko|2019.03.04 18:30 입력
ko|입력 : 2019.03.04 18:30 | 수정 : 2019.03.04 19:00
lt|2019 m. kovo 4 d. 18:30
nb|4. mars 2019 kl. 18:30
nl|4 maart 2019 om 18.30 uur
pl|4 marca 2019, 18:30
pl|04.03.2019, godz. 18:30
pt|4 de março de 2019 às 18h30
pt|04/03/2019 18h30
ro|4 martie 2019, ora 18:30
ru|4 марта 2019, 18:30
ru|18:30, 4 марта 2019
ru|4 марта 2019 в 18:30
sk|4. marca 2019 o 18:30
sv|4 mars 2019 kl 18.30
th|4 มีนาคม 2562 เวลา 18:30 น.
th|4 มี.ค. 2562 18.30 น.
tr|4 Mart 2019 Pazartesi, 18:30
tr|Giriş: 04.03.2019 - 18:30
uk|4 березня 2019 р., 18:30
uk|4 березня 2019, о 18:30
vi|Thứ Hai, 4/3/2019, 18:30
zh|2019年03月04日 18:30
zh|2019年3月4日下午6:30
zh|2019-03-04 18:30
"""

MORE = """
ar|آخر تحديث|none
ar|الجمعة 15 تشرين الثاني 2019|2019-11-15
ar|15 نونبر 2019|2019-11-15
ar|15 نوفمبر/ تشرين الثاني 2019|2019-11-15
ar|الجمعة ، ١٥ نوفمبر ، ٢٠١٩|2019-11-15
ar|الخميس 14 نوفمبر 2019 - 17 ربيع الأول 1441 هـ|2019-11-14
ar|نُشر يوم الجمعة 15 نوفمبر 2019 الساعة 9:05 صباحاً|2019-11-15
ar|15/11/2019 - 09:05|2019-11-15
fa|جمعه ۲۴ آبان ۱۳۹۸ - ۱۰:۳۰|2019-11-15
fa|۲۴ آبان ۱۳۹۸ | ۱۰:۳۰|2019-11-15
fa|تاریخ انتشار : ۲۴ آبان ۱۳۹۸ - ۱۰:۳۰|2019-11-15
fa|24 عقرب 1398|2019-11-15
fa|۱۳۹۸-۰۸-۲۴|2019-11-15
fa|1398/8/24|2019-11-15
fa|2019/11/15|2019-11-15
he|15.11.2019, 09:05|2019-11-15
he|15 בנובמבר 2019|2019-11-15
he|יום ו', 15 נובמבר 2019|2019-11-15
he|פורסם ב-15/11/19 בשעה 09:05|2019-11-15
ru|15.11.2019 09:05|2019-11-15
ru|пятница, 15 ноября 2019 г., 09:05 МСК|2019-11-15
ru|15 НОЯБРЯ 2019|2019-11-15
ru|15-11-2019|2019-11-15
ru|15 нояб. 2019|2019-11-15
ru|Дата публикации: 15.11.2019|2019-11-15
uk|п’ятниця, 15 листопада 2019, 09:05|2019-11-15
uk|15.11.2019 о 09:05|2019-11-15
uk|15 лист. 2019|2019-11-15
uk|П'ятниця, 15 листопада 2019|2019-11-15
pl|15 listopada 2019|2019-11-15
pl|piątek, 15 listopada 2019, 9:05|2019-11-15
pl|15.11.2019r.|2019-11-15
pl|15 lis 2019|2019-11-15
cs|15. listopadu 2019|2019-11-15
cs|pátek 15. listopadu 2019 9:05|2019-11-15
cs|15. 11. 2019 9:05|2019-11-15
hr|15. studenoga 2019. u 09:05|2019-11-15
hr|petak, 15. studenog 2019.|2019-11-15
hr|15. listopada 2019.|2019-10-15
sl|15. november 2019 ob 9.05|2019-11-15
sl|petek, 15. 11. 2019|2019-11-15
sr|петак, 15. новембар 2019.|2019-11-15
sr|15.11.2019. 09:05|2019-11-15
bg|15 ноември 2019|2019-11-15
bg|петък, 15 ноември 2019 г.|2019-11-15
mk|15 ноември 2019|2019-11-15
el|Παρασκευή 15 Νοεμβρίου 2019|2019-11-15
el|15.11.2019 | 09:05|2019-11-15
el|15 Νοε 2019, 09:05 πμ|2019-11-15
el|ΠΑΡΑΣΚΕΥΗ, 15 ΝΟΕΜΒΡΙΟΥ 2019|2019-11-15
tr|15 Kasım 2019 Cuma 09:05|2019-11-15
tr|15.11.2019 - 09:05 | Güncelleme: 16.11.2019 - 10:00|2019-11-15
tr|15 KASIM 2019, CUMA|2019-11-15
tr|Son Güncelleme: 15 Kasım 2019|none
az|15 noyabr 2019, 09:05|2019-11-15
kk|15 қараша, 2019|2019-11-15
kk|2019 жылғы 15 қараша|2019-11-15
uz|2019-yil 15-noyabr|2019-11-15
ky|15-ноябрь, 2019|2019-11-15
hy|15 նոյեմբերի 2019|2019-11-15
ka|15 ნოემბერი 2019|2019-11-15
hu|2019. november 15., péntek 09:05|2019-11-15
hu|2019.11.15. 9:05|2019-11-15
hu|2019. nov. 15.|2019-11-15
ro|vineri, 15 noiembrie 2019, 09:05|2019-11-15
ro|15.11.2019|2019-11-15
ro|15 nov. 2019|2019-11-15
fi|perjantai 15.11.2019 klo 9.05|2019-11-15
fi|15. marraskuuta 2019 klo 09:05|2019-11-15
sv|fredag 15 november 2019 kl 09:05|2019-11-15
sv|Publicerad 15 november 2019, 09.05|2019-11-15
sv|15 nov 2019|2019-11-15
da|fredag d. 15. november 2019|2019-11-15
da|15. nov. 2019 kl. 09.05|2019-11-15
nb|fredag 15. november 2019 kl. 09.05|2019-11-15
nb|Publisert 15.11.2019|2019-11-15
is|föstudagur 15. nóvember 2019|2019-11-15
et|15. november 2019, 9:05|2019-11-15
lv|2019. gada 15. novembris|2019-11-15
lv|15. novembris, 2019|2019-11-15
lt|2019 lapkričio 15 d.|2019-11-15
lt|2019 m. lapkričio 15 d., penktadienis|2019-11-15
nl|vrijdag 15 november 2019 09:05|2019-11-15
nl|15 nov. 2019 om 09:05|2019-11-15
nl|15-11-2019|2019-11-15
nl|Gepubliceerd op 15/11/2019|2019-11-15
de|Freitag, 15. November 2019 um 09:05 Uhr|2019-11-15
de|Fr., 15.11.2019 - 09:05|2019-11-15
de|15.11.2019 | Stand 09:05 Uhr|2019-11-15
de|Erstellt: 15. November 2019|2019-11-15
de|15. Nov. 2019, 9:05 Uhr MEZ|2019-11-15
fr|vendredi 15 novembre 2019 à 9h05|2019-11-15
fr|Publié le 15/11/2019 à 09h05|2019-11-15
fr|15 nov. 2019, 09:05|2019-11-15
fr|Le vendredi 1er novembre 2019|2019-11-01
fr|Mis à jour le 15/11/2019|none
fr|15 août 2019|2019-08-15
es|viernes, 15 de noviembre de 2019, 09:05 h|2019-11-15
es|15 noviembre 2019|2019-11-15
es|15/nov/2019|2019-11-15
es|Madrid|none
es|15 NOV 2019 - 09:05 CET|2019-11-15
es|15.11.2019 | 09:05|2019-11-15
pt|15/11/2019 às 09h05|2019-11-15
pt|sexta-feira, 15 de novembro de 2019|2019-11-15
pt|Publicado em 15/11/2019 - 09:05|2019-11-15
pt|15 Nov 2019 | 09h05|2019-11-15
pt|15 de nov. de 2019 09:05|2019-11-15
it|venerdì 15 novembre 2019|2019-11-15
it|15 novembre 2019 (modifica il 16 novembre 2019)|2019-11-15
it|15/11/2019 09:05|2019-11-15
it|Ultimo aggiornamento: 15 novembre 2019|none
ca|divendres, 15 de novembre del 2019|2019-11-15
ca|15/11/2019 - 09:05h|2019-11-15
gl|15 de novembro de 2019|2019-11-15
eu|2019ko azaroaren 15a|2019-11-15
ga|15 Samhain 2019|2019-11-15
cy|15 Tachwedd 2019|2019-11-15
id|Jumat, 15 November 2019 09:05 WIB|2019-11-15
id|Jumat, 15/11/2019, 09:05 WIB|2019-11-15
id|15 Nov 2019, 09:05 WIB|2019-11-15
ms|Jumaat, 15 November 2019|2019-11-15
fil|Nobyembre 15, 2019|2019-11-15
fil|Biyernes, Nobyembre 15, 2019|2019-11-15
sw|Ijumaa, 15 Novemba 2019|2019-11-15
vi|Thứ sáu, 15/11/2019 | 09:05|2019-11-15
vi|15:05 15/11/2019|2019-11-15
vi|Thứ Sáu, ngày 15/11/2019 09:05 AM (GMT+7)|2019-11-15
vi|Ngày 15 tháng 11 năm 2019|2019-11-15
th|15 พฤศจิกายน 2562 09:05|2019-11-15
th|วันศุกร์ที่ 15 พฤศจิกายน 2562|2019-11-15
th|15 พ.ย. 2562 เวลา 9:05 น.|2019-11-15
th|เผยแพร่: 15 พ.ย. 2562 09:05   ปรับปรุง: 15 พ.ย. 2562 12:00|2019-11-15
th|15 พ.ย. 2019|2019-11-15
th|15/11/62|2019-11-15
zh|2019年11月15日 09:05|2019-11-15
zh|2019年11月15日09:05|2019-11-15
zh|2019-11-15 09:05:33|2019-11-15
zh|2019/11/15|2019-11-15
zh|发布时间：2019-11-15 09:05|2019-11-15
zh|2019年11月15日星期五|2019-11-15
zh|二〇一九年十一月十五日|2019-11-15
zh|2019.11.15|2019-11-15
zh-TW|108年11月15日|none
zh-TW|中華民國108年11月15日|2019-11-15
ja|2019年11月15日 9時5分|2019-11-15
ja|2019年11月15日（金）09:05|2019-11-15
ja|令和元年11月15日|2019-11-15
ja|2019/11/15 09:05|2019-11-15
ja|2019.11.15|2019-11-15
ja|２０１９年１１月１５日　午前９時|2019-11-15
ja|2019年11月15日 9時05分 更新|2019-11-15
ja|公開日：2019年11月15日|2019-11-15
ko|2019년 11월 15일 09시 05분|2019-11-15
ko|2019.11.15 오전 9:05|2019-11-15
ko|등록 2019-11-15 09:05|2019-11-15
ko|2019-11-15 09:05:33|2019-11-15
ko|기사입력 2019.11.15. 오전 9:05|2019-11-15
ko|2019/11/15 (금)|2019-11-15
ko|2019년11월15일|2019-11-15
hi|शुक्रवार, 15 नवंबर 2019|2019-11-15
hi|15 नवम्बर 2019|2019-11-15
hi|Updated: 15 नवंबर 2019|none
bn|১৫ নভেম্বর ২০১৯, ০৯:০৫|2019-11-15
bn|শুক্রবার, ১৫ নভেম্বর ২০১৯|2019-11-15
bn|প্রকাশ: ১৫ নভেম্বর ২০১৯, ০৯:০৫ এএম|2019-11-15
mr|१५ नोव्हेंबर २०१९|2019-11-15
gu|15 નવેમ્બર 2019|2019-11-15
ta|15 நவம்பர் 2019|2019-11-15
te|15 నవంబర్ 2019|2019-11-15
ml|15 നവംബർ 2019|2019-11-15
kn|15 ನವೆಂಬರ್ 2019|2019-11-15
pa|15 ਨਵੰਬਰ 2019|2019-11-15
ur|15 نومبر 2019|2019-11-15
ur|جمعہ 15 نومبر 2019|2019-11-15
ne|१५ नोभेम्बर २०१९|2019-11-15
si|2019 නොවැම්බර් 15|2019-11-15
my|15 နိုဝင်ဘာ 2019|2019-11-15
km|15 វិច្ឆិកា 2019|2019-11-15
lo|15 ພະຈິກ 2019|2019-11-15
sq|15 nëntor 2019|2019-11-15
ku|15 mijdar 2019|2019-11-15
en|November 15th 2019, 9:05 am|2019-11-15
en|Fri 15 Nov 2019 09.05 GMT|2019-11-15
en|Nov. 15, 2019, 9:05 a.m. ET|2019-11-15
en|Published 9:05 AM EST, Fri November 15, 2019|2019-11-15
en|15 Nov 2019 - 09:05|2019-11-15
en|2019-11-15T09:05:33+00:00|2019-11-15
en|Nov 15, 2019 / 09:05 AM EST|2019-11-15
en|November 15, 2019 | 9:05am|2019-11-15
en|Published: Nov. 15, 2019 at 9:05 AM CST|2019-11-15
en|Friday, November 15, 2019 9:05 AM IST|2019-11-15
en|15 NOVEMBER, 2019|2019-11-15
en|Nov-15-2019|2019-11-15
en|15/Nov/2019|2019-11-15
en|2019-Nov-15|2019-11-15
en|15. November 2019|2019-11-15
en|Thursday, 15 November 2019|none
en|Nov 15|none
en|15 Nov '19|2019-11-15
en|11.15.2019|2019-11-15
en|11-15-19|2019-11-15
en|Posted November 15, 2019 9:05 am by|none
en|1 of 15 November 2019|none
en|Top 10 2019|none
en|1-0|none
en|12-11-10|none
en|May 2019|2019-05
en|March 4 - 6, 2019|none
en|4-6 March 2019|none
en|24/7|none
en|1.5.2 2019|none
"""
"""More forms, each with its day; `none` is not the date of a publication."""

FEED_DATES = {
    "Mo, 25 Jun 2018 11:41:36": ("2018-06-25", 42_096, None),
    "Ke, 30 Lok 2013 11:34:37 +0000": ("2013-10-30", 41_677, "+0000"),
    "dom, 13 may 2018 01:22:40 +0100": ("2018-05-13", 4_960, "+0100"),
    "Jeu, 03 jan 2013 09:00:00 +0100": ("2013-01-03", 32_400, "+0100"),
    "Tue, 18 Sept 2018 15:53:56 +0300": ("2018-09-18", 57_236, "+0300"),
    "Tue, Jan 23 2018 02:54:55 MST": ("2018-01-23", 10_495, "MST"),
    "2016/6/29 15:07:41": ("2016-06-29", 54_461, None),
    "Mon, 25 Jan 2016 1:35:20 -0800": ("2016-01-25", 5_720, "-0800"),
    "Sat Nov 18 2017 15:21:41 GMT+0000 (Coordinated Universal Time)": ("2017-11-18", 55_301, "GMT+0000"),
    "Mi, 06 Mär 2019 18:30:00 +0100": ("2019-03-06", EVENING, "+0100"),
    "Ср, 06 мар 2019 18:30:00 +0300": ("2019-03-06", EVENING, "+0300"),
    "Sex, 08 Mar 2019 18:30:00 -0300": ("2019-03-08", EVENING, "-0300"),
    "ven., 08 mars 2019 18:30:00 +0100": ("2019-03-08", EVENING, "+0100"),
    "Wed, 06 Mar 19 18:30:00 GMT": ("2019-03-06", EVENING, "GMT"),
    "Pzt, 04 Mar 2019 18:30:00 +0300": (ON, EVENING, "+0300"),
    "śr., 06 mar 2019 18:30:00 +0100": ("2019-03-06", EVENING, "+0100"),
    "Mon Mar 04 18:30:00 +0000 2019": (ON, EVENING, "+0000"),
    "4 March 2019 18:30 Uhr MEZ": (ON, EVENING, "MEZ"),
    "04.03.2019 18:30 (МСК)": (ON, EVENING, "МСК"),
    "Senin, 04 Mar 2019 18:30 WIB": (ON, EVENING, "WIB"),
}


def cases(table: str) -> list[tuple[str, ...]]:
    return [tuple(row.split("|", 1)) for row in table.strip().split("\n")]


@pytest.mark.parametrize(("language", "text"), cases(DAYS))
def test_a_day_of_any_language_is_that_day(language: str, text: str) -> None:
    date = read_printed(text, declared_custom([language]))
    assert isinstance(date, Published), date
    assert (date.on, date.local_time) == (ON, None)


@pytest.mark.parametrize(("language", "text"), cases(EVENINGS))
def test_a_time_of_any_language_is_that_time(language: str, text: str) -> None:
    date = read_printed(text, declared_custom([language]))
    assert isinstance(date, Published), date
    assert (date.on, date.local_time) == (ON, EVENING)


@pytest.mark.unmeasured
@pytest.mark.parametrize("row", MORE.strip().split("\n"))
def test_a_form_of_any_language_is_that_day_or_none(row: str) -> None:
    language, rest = row.split("|", 1)
    text, on = rest.rsplit("|", 1)
    date = read_printed(text, declared_custom([language]))
    assert (date.on if isinstance(date, Published) else "none") == on


def test_a_language_decides_what_a_zone_or_half_of_the_day_is() -> None:
    india = read_printed("Tue, 11 Aug 2020 04:12 PM (IST)", declared_custom(["hi"]))
    china = read_printed("2019年3月4日 下午18:30", declared_custom(["zh"]))
    assert isinstance(india, Published)
    assert isinstance(china, Published)
    assert (india.at, china.local_time) == (1_597_142_520, EVENING)


@pytest.mark.parametrize("text", FEED_DATES)
def test_a_feed_of_another_language_is_dated(text: str) -> None:
    """The feed declares none, or English, as programs that localize dates do."""
    for language in ([], ["en"]):
        date = read_printed(text, declared_custom(language))
        assert isinstance(date, Published), date
        assert (date.on, date.local_time, date.zone) == FEED_DATES[text]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("03/04/2019", None),
        ("03/04/2019", "en"),
        ("03-04-2019", "en"),
        ("03.04.2019", "en-US"),
        ("03/04/2019", "en-CA"),
        ("03/04/2019 6:30 PM ET", "en"),
        ("03/04/19", "en"),
        ("4-Mar-45", "en"),
        ("13 listopad 2013", "en"),
        ("27 جمادى الآخرة 1440 هـ", "ar"),
        ("1397/12/13", "en"),
        ("04/03/2562", "en"),
        ("Tuesday, 4 March 2019", "en"),
        ("03/04/2019", "ja"),
    ],
)
def test_what_can_be_read_in_two_ways_is_not_read(text: str, language: str | None) -> None:
    assert isinstance(read_printed(text, declared_custom([language] if language else [])), UnclearDate)


@pytest.mark.parametrize(
    ("text", "languages", "on"),
    [
        ("03/04/2019", ["en-US"], "2019-03-04"),
        ("03/04/2019", ["en-GB"], "2019-04-03"),
        ("03/04/2019", ["en", "en_US"], "2019-03-04"),
        ("03/04/2019", ["en-US", "en_GB"], None),
        ("03/04/2019", ["en-US", "de"], None),
        ("3/25/2019", ["en-GB"], "2019-03-25"),
        ("25/3/2019", ["en-US"], "2019-03-25"),
        ("04/04/2019", ["en"], "2019-04-04"),
        ("Monday 03/04/2019", ["en"], "2019-03-04"),
        ("Wednesday 03/04/2019", ["en"], "2019-04-03"),
        ("03/04/19", ["en-US"], "2019-03-04"),
        ("3/25/19", [], "2019-03-25"),
        ("13 listopad 2013", ["hr"], "2013-10-13"),
        ("۱۳۹۷/۱۲/۱۳", [], "2019-03-04"),
        ("۱۳۹۸/۰۱/۳۱", ["fa"], "2019-04-20"),
        ("۱۳۹۷/۱۲/۳۰", ["fa"], None),
        ("۱۳۹۹/۱۲/۳۰", ["fa"], "2021-03-20"),
        ("۱۳ اسفند ۱۲۹۷", ["fa"], None),
        ("2562-03-04", ["th"], "2019-03-04"),
        ("4 March 2019, March 4 2019, 4.3.2019", [], "2019-03-04"),
        ("4 March 2019, March 5 2019", [], None),
        ("4 March 2019, March 4 2019, 4.3.2019, 2019-03-04", [], None),
        ("2019 月月月月月月月月月", [], None),
        ("2019 mar mar mar mar mar mar mar", [], None),
        ("jan feb apr jun 4 2019", [], None),
        ("25/03/2562", ["en"], None),
        ("March 3, 1019", ["en"], "1019-03-03"),
        ("13 listopad 2013", ["cs"], "2013-11-13"),
        ("Středa, 13 listopad 2013", ["en"], "2013-11-13"),
        ("19.03.04", ["ko"], "2019-03-04"),
        ("04.03.2019", [], "2019-03-04"),
        ("2019年3月", ["ja"], "2019-03"),
        ("Март 2019", ["ru"], "2019-03"),
        ("03/2019", [], "2019-03"),
    ],
)
def test_a_declared_custom_a_weekday_or_a_language_decides(text: str, languages: list[str], on: str | None) -> None:
    date = read_printed(text, declared_custom(languages))
    assert (date.on if isinstance(date, Published) else None) == on


@pytest.mark.parametrize(
    "text",
    [
        "Su-34",
        "may have",
        "sat in",
        "4 марта",
        "Updated March 4, 2019",
        "Aktualisiert: 4. März 2019",
        "Güncelleme: 04.03.2019",
        "更新：2019年3月4日",
        "March 4, 2019: the plan",
        "Windows 10 2019",
        "1 000 000",
        "10-12-15-20",
        "45 of 2019",
        "2 hours ago",
        "2015-2019",
        "4:30",
        "Room 4, March House, 2019",
    ],
)
def test_what_only_resembles_a_date_is_none(text: str) -> None:
    assert read_printed(text) is None
