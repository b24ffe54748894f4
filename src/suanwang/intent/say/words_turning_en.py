"""English words that may turn a meaning around."""

WORDS = """
# Words that may turn a meaning around: none of them is plain, whatever stands beside it.
# conditions, exceptions, alternatives
if unless except excepting excluding exclude excluded save when whenever whether while once until till although though however
provided providing assuming suppose supposing supposed should otherwise else or either neither nor instead rather
alternatively
alternative alternate alternating lest case cases depending depends depend conditional condition conditions subject pending
barring regardless despite unlike apart aside besides versus vs
# negation and doubt
not no none never nothing nobody nowhere without cannot can't don't doesn't didn't won't wouldn't isn't aren't wasn't
shouldn't
mustn't hardly barely scarcely seldom refuse reject deny decline forbid forbidden ban banned prohibit prohibited against avoid
avoiding prevent stop stopped doubt doubtful think thought believe guess forget forgot forgotten unsure uncertain maybe
perhaps
possibly probably might seem seems apparently supposedly allegedly wrong false mistake mistaken bad broken break breaks broke
fail fails failed failing failure error errors crash crashed lose lost miss missed missing
# limits, comparison, amounts, choice of some
only just solely merely exclusively most more less least fewer few little much many enough too very half third quarter two
three
four five six seven eight nine ten hundred thousand million dozen double triple twice thrice single pair couple several
some any
all every each both other others another same different similar equal such else various certain whole part parts partial
partly
portion share fraction percent percentage majority minority rest remainder remaining first second last latter former final
finally initial next previous prior earlier later latest recent recently older newer newest oldest bigger biggest smaller
smallest
larger largest longer longest shorter shortest better best worse worst higher highest lower lowest cheaper cheapest faster
fastest
slower slowest greener greenest closer closest nearest near nearby far farther further beyond above below over under beneath
between within inside outside minimum maximum maximal minimal limit limits limited unlimited cap ceiling floor quota bound
exceed exceeding surplus extra additional added bonus total average mean median per apiece plus minus times size sized number
numbers numbered odd even amount amounts range ranges random randomly top bottom left right upper
# size and speed, that may be a machine's or a wish
big huge large giant massive enormous small tiny mini long short brief high low wide narrow deep heavy light fast quick
quickly
slow slowly soon sooner rapid rapidly swift swiftly prompt promptly immediately instantly urgent urgently hurry rush now asap
cheap expensive costly dear-bought affordable free green clean dirty strong weak powerful hot cold quiet loud noisy old new
fresh stale cached current
# time
time day days today tomorrow tonight yesterday night nights morning evening afternoon noon midday midnight hour hours minute
minutes second seconds week weeks weekday weekdays weekend weekends month months year years monday tuesday wednesday
thursday friday saturday
sunday january february march april may june july august september october november december spring summer autumn winter
season
date dates deadline due before after afterwards since during meanwhile ago already yet still again once always often sometimes
usually frequently daily weekly monthly nightly hourly yearly annual periodic periodically regularly regular schedule
scheduled
start starts started starting begin begins began beginning end ends ended ending finish due delay delayed postpone wait waits
waiting hold holds later lunch dinner breakfast supper bedtime holiday holidays vacation christmas easter birthday meeting
meetings closing opening eve dawn dusk sunset sunrise shift
# order, repetition, other work
then afterwards subsequently followed following follow repeat repeated repeatedly repeating retry retries redo rerun resume
continue continues proceed restart pause paused sleep cancel cancelled abort kill terminate undo revert rollback delete
deleted
remove removed erase wipe purge drop discard destroy empty clear send sends sent mail mails email emails e-mail text texts
message messages notify notified notification alert inform tell tells ping phone call calls ring report reports remind buy
purchase sell order orders subscribe refund pay pays paid transfer invoice edit change changes changed modify modified adjust
alter fix fixed fixes patch update updated updates upgrade install check checks verify verified validate confirm compare
compared comparing compares merge merged append insert replace replaced swap rename move moved copy copied save saved store
stored archive archived backup upload uploaded download downloaded publish share shared print printed post write writes open
opens close closed closes shut lock locked unlock hide hidden show shows display log logs record monitor watch watches stream
sync join split sort sorted filter filtered skip skipped ignore ignored omit trim cut cuts shorten compress zip unzip tar
convert crop rotate resize scale flip mirror colour color coloured colored brighten sharpen blur subtitle subtitles watermark
logo caption captions title titles label labels sign signed stamp dub mute volume loud resolution quality format formats
version versions portrait landscape pdf png jpg csv json excel word
# money
money budget price prices cost costs fee fees rate rates charge charges bill bills yuan kuai rmb cny dollar dollars euro euros
pound pounds cent cents coin bitcoin penny pennies fund funds funded funding grant grants salary wage wages pension cash
credit
debit discount voucher coupon rent lease loan debt afford spend spends spent spending expense expenses save saving
savings worth value invest profit
# machines, places, trust
machine machines server servers computer computers laptop desktop workstation cluster cloud node nodes gpu gpus cpu cpus core
cores thread threads memory ram disk disks storage ssd chip chips processor processors card cards accelerator network link
bandwidth latency ping region regions province provinces country countries city cities place places location
locations local locally remote remotely abroad overseas domestic foreign international border here there elsewhere somewhere
anywhere everywhere east west north south eastern western northern southern site domain address port host hosts hosted
provider
providers owner owners vendor tenant competitor competitors neighbour neighbours neighbor neighbors cage rack room
private privacy secret secrets confidential sensitive encrypt encrypted encryption sealed secure security safe safely
trusted trust untrusted certified vouched attested authorized authorised permission permissions password passwords key keys
token tokens license licence anonymous anonymize anonymise personal internal external public classified protected access
login root admin sudo shell
# kinds of runs
test tests testing dry mock fake simulated trial rehearsal practice demo-only draft preview sample samples debug verbose
interactive background foreground parallel sequential distributed seed seeds setting settings parameter parameters option
options mode default defaults priority queue accuracy threshold checkpoint checkpoints container docker image branch commit
cache progress output outputs input inputs folder folders directory
# what matters
concern concerns concerned matter matters care cares important priority urgent worried concern issue issues problem problems
# how work may be done, said before its name
overnight incremental lossless lossy hd uhd fullhd accelerated multithreaded multi threaded redundant mirrored replicated
resilient
tolerant isolated sandboxed air airgapped spot preemptible reserved dedicated bare serverless realtime real live
continuous permanent
interim temporary tentative provisional optional mandatory blocking offline online unattended supervised approved
unapproved signed
ready able unable quickest safest precise exact approximate rough coarse fine detailed quick-and-dirty low-res hi-res
preliminary
emergency express special standard basic premium economy reduced increased doubled halved legacy current upcoming planned
possible
impossible necessary unnecessary required desired preferred recommended wish wishes wanted rule rules condition clause
exception
language framework codec bitrate framerate fps dpi encoding charset locale timezone theme style layout font pages
paper-size header
footer signature attachment attachments cc bcc subject reply copyright licence owner group groups user users account quota
gets gone got goes going come comes came left right stay stays leave leaves leaving kept keep keeping take takes taken took
ask
# what shows or plays it, which is a wish about its form
tv television televisions telly cinema projector screen screens iphone ipad android kindle browser whatsapp tiktok youtube
instagram
facebook wechat dvd vhs disc discs usb stick beamer monitor monitors headphones speaker speakers stereo surround
"""
