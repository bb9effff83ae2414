"""Domains where anybody gets a mailbox: sharing one makes nobody a colleague. Last reviewed 2026-11-23."""

_DOMAINS = """
126.com 139.com 163.com 21cn.com aim.com alice.it aliyun.com aol.com aol.de arcor.de att.net bellsouth.net
bigpond.com bk.ru bluewin.ch blueyonder.co.uk bol.com.br btinternet.com centrum.cz charter.net comcast.net
cox.net disroot.org docomo.ne.jp duck.com earthlink.net eclipso.de email.cz email.de email.it ezweb.ne.jp
fastmail.com fastmail.fm free.fr freenet.de frontier.com gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.fr gmx.net
googlemail.com hanmail.net hey.com hotmail.be hotmail.ca hotmail.ch hotmail.co.jp hotmail.co.uk hotmail.com
hotmail.com.br hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl hushmail.com icloud.com ig.com.br
inbox.com inbox.lv inbox.ru interia.pl juno.com kolumbus.fi kpnmail.nl laposte.net libero.it list.ru live.at
live.be live.ca live.cn live.co.uk live.com live.com.au live.com.mx live.com.pt live.de live.dk live.fr
live.ie live.it live.jp live.nl live.no live.se lycos.com mac.com mail.bg mail.com mail.de mail.ee mail.ru
mailbox.org mailfence.com mailinator.com me.com msn.com mweb.co.za nate.com naver.com neuf.fr ntlworld.com
o2.pl o2online.de online.de online.no op.pl optonline.net optusnet.com.au orange.fr outlook.at outlook.be
outlook.com outlook.com.br outlook.cz outlook.de outlook.dk outlook.es outlook.fr outlook.ie outlook.in
outlook.it outlook.jp outlook.kr outlook.pt outlook.sa passport.com planet.nl pm.me pobox.com poczta.onet.pl
post.cz posteo.at posteo.ch posteo.de posteo.net posteo.org proton.me protonmail.ch protonmail.com qq.com
rambler.ru rediffmail.com riseup.net rocketmail.com rogers.com runbox.com sapo.pt sbcglobal.net seznam.cz
sfr.fr shaw.ca sina.cn sina.com sky.com skynet.be softbank.ne.jp sohu.com spoluzaci.cz startmail.com
sympatico.ca t-online.de talktalk.net telefonica.net telenet.be telia.com telus.net terra.com.br terra.es
tin.it tiscali.co.uk tiscali.it tlen.pl tuta.com tuta.io tutamail.com tutanota.com tutanota.de ukr.net
uol.com.br verizon.net videotron.ca vip.163.com vip.qq.com virgilio.it virgin.net virginmedia.com vodafone.de
vodafone.it volny.cz wanadoo.fr web.de windowslive.com windstream.net wp.pl xs4all.nl xtra.co.nz ya.ru
yahoo.at yahoo.ca yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.nz yahoo.co.uk yahoo.com yahoo.com.ar
yahoo.com.au yahoo.com.br yahoo.com.cn yahoo.com.hk yahoo.com.mx yahoo.com.ph yahoo.com.sg yahoo.com.tr
yahoo.com.tw yahoo.com.vn yahoo.de yahoo.es yahoo.fr yahoo.gr yahoo.ie yahoo.in yahoo.it yahoo.no yahoo.pl
yahoo.pt yahoo.ro yahoo.se yandex.by yandex.com yandex.kz yandex.ru yandex.ua yeah.net ymail.com ziggo.nl
zoho.com zoho.eu zohomail.com
"""

PUBLIC_MAIL_PROVIDERS = frozenset(_DOMAINS.split())
