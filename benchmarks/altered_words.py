"""Words and patterns by which `benchmarks.alterations` alters quotes.

They are the benchmark's own, compiled from general knowledge of English, and wider than those of the code
under test, so that gaps in those show.
"""

from __future__ import annotations

import re
from typing import Final

# Words that touch what matters, or could. An alteration that is to touch nothing keeps clear of all of them.
NEGATORS: Final = frozenset(
    """
    not n't never no none nobody nothing nowhere neither nor without hardly barely scarcely rarely
    seldom cannot cant dont wont nope nay ain't lack lacks lacked lacking fail fails failed refuse
    refuses refused deny denies denied doubt doubts few little less least unable impossible against
    instead rather than
    """.split()
)
MODALS: Final = frozenset(
    """
    will would can could may might must shall should ought need needs needed dare able unable supposed
    going gonna gotta have has had having to want let 'll 'd possible certain certainly definitely
    surely allowed required obliged bound likely able
    """.split()
)
HEDGES: Final = frozenset(
    """
    perhaps maybe probably possibly possible likely unlikely apparently reportedly allegedly presumably
    seemingly supposedly arguably conceivably seem seems seemed appear appears appeared suggest suggests
    suggested guess suppose assume presume suspect figure feel feels believe believes think thinks
    thought about around nearly almost roughly approximately somewhat fairly quite pretty rather
    virtually practically essentially basically potentially largely mostly partly some sort kind more
    generally usually often sometimes frequently typically hopefully opinion view far know say sure like
    tend tends may might could would should can
    """.split()
)
QUANTITIES: Final = frozenset(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    hundreds thousand thousands million millions billion billions trillion trillions dozen dozens couple
    pair half halves third thirds quarter quarters double triple twice once first second last percent
    per cent all every each both either most many much more several any some few majority minority
    single only lot lots bunch plenty countless numerous zillion score scores fifth tenth nineties
    sixties
    """.split()
)
LIMITING: Final = frozenset(
    """
    if unless until till whether but except excepting however though although without provided providing
    assuming unlike rather only not n't never no nor neither yet still just while whereas despite
    otherwise else than suppose supposing depending conditional conditioned instead besides barring
    """.split()
)
WATCHED: Final = NEGATORS | MODALS | HEDGES | QUANTITIES | LIMITING
PRONOUNS: Final = frozenset("he she they him them her it we us you me i who".split())
# Runs of words end or begin badly at these: what is left would be another sentence.
CAPITAL_WORDS: Final = frozenset(
    """
    i monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december mr mrs ms dr god
    """.split()
)

SYNONYMS: Final[dict[str, str]] = dict(
    pair.split(":")
    for pair in """
    big:large large:huge huge:enormous important:crucial good:great great:terrific bad:terrible
    terrible:awful quick:fast fast:swift start:begin begin:start started:began help:assist
    country:nation nation:country people:folks children:kids job:position jobs:positions money:cash
    problem:difficulty problems:difficulties idea:notion wrong:mistaken true:accurate smart:clever
    happy:pleased sad:unhappy angry:furious difficult:hard hard:tough tough:hard simple:easy easy:simple
    strong:powerful powerful:strong weak:feeble safe:secure dangerous:risky rich:wealthy wealthy:rich
    poor:needy old:elderly young:youthful beautiful:lovely nice:pleasant crazy:insane strange:odd
    clear:plain speak:talk talk:speak spoke:talked talking:speaking show:demonstrate shows:demonstrates
    tell:inform told:informed buy:purchase bought:purchased build:construct built:constructed get:obtain
    got:obtained give:hand gave:handed keep:retain kept:retained stop:halt stopped:halted end:finish
    choose:select chose:selected fight:battle fighting:battling win:prevail war:conflict attack:assault
    attacks:assaults violence:brutality leader:chief leaders:chiefs campaign:race election:vote
    candidate:contender candidates:contenders law:statute laws:statutes policy:approach
    policies:approaches company:firm companies:firms business:firm workers:employees voters:electors
    citizens:inhabitants government:administration house:home home:house city:town town:city world:globe
    place:spot thing:matter things:matters way:manner time:moment year:twelvemonth day:morning
    night:evening story:tale stories:tales words:phrases answer:reply question:query questions:queries
    reason:cause reasons:causes chance:opportunity opportunity:chance support:back supporters:backers
    friends:allies friend:ally enemy:foe enemies:foes evidence:proof information:data message:signal
    decision:choice decisions:choices result:outcome results:outcomes very:extremely really:truly
    always:constantly again:anew now:today today:now here:hither together:jointly quickly:rapidly
    completely:totally totally:completely absolutely:utterly exactly:precisely
    """.split()
)
INFLECTED: Final[dict[str, str]] = dict(
    pair.split(":")
    for pair in """
    wants:wanted wanted:wants works:worked worked:works is:was was:is are:were were:are says:said
    said:says goes:went went:goes makes:made made:makes takes:took took:takes knows:knew knew:knows
    gets:got comes:came came:comes believes:believed talks:talked looked:looks looks:looked calls:called
    called:calls woman:women man:men child:children attacks:attack state:states states:state
    issue:issues issues:issue problem:problems problems:problem question:questions voter:voters
    voters:voter candidate:candidates candidates:candidate family:families families:family
    country:countries countries:country worker:workers workers:worker running:ran tried:tries
    spent:spends stands:stood stood:stands lived:lives
    """.split()
)
HARMLESS: Final[tuple[tuple[str, str], ...]] = (
    (r"\b(talk|talked|talking|talks|care|cares|worry|worried|speak|speaking|concerned|knows) about "
     r"(?!(?:one|two|three|five|ten|half|a)\b|[^a-z])", r"\1 on "),
    (r"\baround (the|this|that) (world|country|city|table|corner)\b", r"across \1 \2"),
    (r"\b(the|his|her|their|our|political) will of\b", r"\1 wish of"),
    (r"\b([Ww]e|[Tt]hey|I|you|people|voters) need (a|the|more|an|our|your|his|her)\b", r"\1 want \2"),
    (r"\bkind of (person|man|woman|people|country|president|leader)\b", r"type of \1"),
    (r"\bsort of (person|man|woman|people|thing|country|president)\b", r"type of \1"),
    (r"\bone of (the|our|his|her|those|these)\b", r"part of \1"),
    (r"\bThis is\b", "That is"), (r"\bThere(?= (?:is|are|was|were))\b", "Here"), (r"\bBut\b", "Yet"),
    (r"\b(who|people|they|voters) feel (that|like)\b", r"\1 sense \2"),
    (r"\bsecond(s)? (later|ago)\b", r"moment\1 \2"), (r"\b(of|in) part of\b", r"\1 piece of"),
    (r"\bAnd\b(?= \w)", "So"), (r"\bPeople\b(?= (?:are|have|want|who))", "Folks"),
    (r"\bthe right to\b", "the freedom to"),
)  # fmt: skip
MODAL_SWAPS: Final[dict[str, tuple[str, ...]]] = {
    "will": ("may", "might", "could", "would", "should", "must"),
    "would": ("will", "might", "should", "must"),
    "can": ("could", "must", "may", "will"),
    "could": ("can", "will", "must", "should"),
    "may": ("will", "must"),
    "might": ("will", "must", "would"),
    "must": ("may", "might", "could", "should"),
    "should": ("must", "may", "will", "could"),
    "shall": ("may", "might"),
}
MODAL_PHRASES: Final = {
    "have to": ("may", "might", "should"), "has to": ("may", "should"), "ought to": ("must", "may"),
    "are going to": ("might", "could"), "is going to": ("might", "may"), "need to": ("may", "could"),
    "am going to": ("might", "may"), "'re going to": (" might", " could"), "'m going to": (" might", " may"),
}  # fmt: skip
AUXILIARIES: Final = (
    "is are was were am be been do does did has have had will would can could should must might may".split()
)
NEGATION_FLIPS: Final[tuple[tuple[str, str], ...]] = (
    (r"\b(is|are|was|were|do|does|did|has|have|had|would|could|should)n['’]t\b", r"\1"),
    (r"\bcan['’]t\b", "can"), (r"\bwon['’]t\b", "will"), (r"\bcannot\b", "can"),
    (r"(?<=\w )not (?=\w)", ""), (r"(?<=\w )never (?=\w)", ""), (r"\bno longer ", ""),
    (r"\bnever\b", "always"), (r"\bnothing\b", "something"), (r"\bnobody\b", "everybody"),
    (r"\bno one\b", "everyone"), (r"\bnone of\b", "all of"), (r"\bwithout\b", "with"),
    (r"\bhardly\b", "really"), (r"\bbarely\b", "easily"), (r"\brarely\b", "often"),
    (r"\bneither\b", "both"), (r"\bnowhere\b", "everywhere"), (r"\bimpossible\b", "possible"),
    (r"\bunfair\b", "fair"), (r"\bunacceptable\b", "acceptable"), (r"\bunable\b", "able"),
    (r"\bunfit\b", "fit"), (r"\bdishonest\b", "honest"), (r"\birresponsible\b", "responsible"),
    (r"\billegal\b", "legal"), (r"\bdisagree\b", "agree"), (r"\binaccurate\b", "accurate"),
    (r"\bunqualified\b", "qualified"), (r"\bunprecedented\b", "precedented"),
    (r"\bhopeless\b", "hopeful"), (r"\breckless\b", "reckful"),
    (r"\bno (?=(?:question|doubt|reason|evidence|way|place|plan)\b)", "some "),
)  # fmt: skip
CONTRACTIONS: Final[tuple[tuple[str, str], ...]] = (
    (r"\b(do|does|did|is|are|was|were|has|have|had|would|could|should)n['’]t\b", r"\1 not"),
    (r"\bcan['’]t\b", "can not"), (r"\bwon['’]t\b", "will not"), (r"\bI['’]m\b", "I am"),
    (r"\b(I|we|they|you|We|They|You)['’]ve\b", r"\1 have"),
    (r"\b(we|they|you|We|They|You)['’]re\b", r"\1 are"),
    (r"\b(I|we|they|you|he|she|We|They|You|He|She)['’]ll\b", r"\1 will"),
    (r"\b(do|does|did|is|are|was|were|has|have|had|would|could|should) not\b", r"\1n't"),
    (r"\bI am\b", "I'm"), (r"\b([Ww]e|[Tt]hey|[Yy]ou) are\b", r"\1're"),
    (r"\b(I|[Ww]e|[Tt]hey|[Yy]ou) will\b", r"\1'll"),
    (r"\b([Ii]t|[Tt]hat|[Hh]e|[Ss]he|[Tt]here) is\b(?! \w+ed\b)", r"\1's"),
)  # fmt: skip
SPELLINGS: Final = """
    favor:favour color:colour honor:honour labor:labour neighbor:neighbour neighborhood:neighbourhood
    behavior:behaviour harbor:harbour rumor:rumour humor:humour endeavor:endeavour vigor:vigour
    organize:organise organization:organisation organizations:organisations organized:organised
    recognize:recognise recognized:recognised realize:realise realized:realised realizing:realising
    apologize:apologise apologized:apologised criticize:criticise criticized:criticised
    criticizing:criticising emphasize:emphasise characterize:characterise characterized:characterised
    authorize:authorise authorized:authorised authorization:authorisation legalize:legalise
    prioritize:prioritise mobilize:mobilise terrorize:terrorise radicalized:radicalised
    radicalization:radicalisation marginalize:marginalise militarized:militarised memorize:memorise
    mesmerized:mesmerised analyze:analyse analyzed:analysed paralyze:paralyse center:centre
    centers:centres theater:theatre meter:metre liter:litre fiber:fibre caliber:calibre somber:sombre
    specter:spectre defense:defence offense:offence license:licence pretense:pretence traveled:travelled
    traveling:travelling canceled:cancelled canceling:cancelling labeled:labelled modeling:modelling
    counselor:counsellor fueled:fuelled quarreled:quarrelled signaled:signalled jewelry:jewellery
    gray:grey program:programme programs:programmes check:cheque tire:tyre skeptical:sceptical
    skeptic:sceptic skepticism:scepticism mold:mould plow:plough toward:towards afterward:afterwards
    among:amongst while:whilst learned:learnt burned:burnt dreamed:dreamt judgment:judgement
    acknowledgment:acknowledgement aging:ageing fulfill:fulfil enrollment:enrolment
    installment:instalment skillful:skilful willful:wilful catalog:catalogue dialog:dialogue
    maneuver:manoeuvre pediatric:paediatric anemia:anaemia airplane:aeroplane cozy:cosy
    mustache:moustache pajamas:pyjamas draft:draught curb:kerb math:maths mom:mum specialty:speciality
    adviser:advisor percent:per·cent okay:ok inquiry:enquiry inquiries:enquiries spelled:spelt
    favorite:favourite favorites:favourites colored:coloured honored:honoured honorable:honourable
    favorable:favourable armor:armour rigor:rigour savior:saviour clamor:clamour rancor:rancour
    demeanor:demeanour splendor:splendour neighboring:neighbouring
"""
RESPELLED: Final[dict[str, str]] = {
    one: other.replace("·", " ")
    for pair in SPELLINGS.split()
    for one, other in [pair.split(":"), pair.split(":")[::-1]]
    if "·" not in one
}
# One name, written down from another script by two outlets.
TRANSLITERATED: Final = [
    tuple(pair.split("/"))
    for pair in """
    Zelensky/Zelenskyy Zelenskiy/Zelensky Zelenskyi/Zelenskyy Sybiha/Sibiga Kuleba/Kouleba Yermak/Ermak
    Shmyhal/Shmygal Klitschko/Klychko Poroshenko/Porošenko Tymoshenko/Timoshenko Yanukovych/Yanukovich
    Lavrov/Lawrow Medvedev/Medvedyev Peskov/Peskow Navalny/Navalnyy Navalny/Navalniy Prigozhin/Prigojin
    Khodorkovsky/Khodorkovskii Lukashenko/Loukachenko Yeltsin/Eltsin Gorbachev/Gorbachyov
    Khrushchev/Khruschev Tchaikovsky/Chaikovskii Dostoevsky/Dostoyevsky Tolstoy/Tolstoi
    Solovyov/Soloviev Surovikin/Sourovikin Syrskyi/Syrsky Syrskyy/Syrskiy Zaluzhny/Zaluzhnyi
    Budanov/Boudanov Reznikov/Reznikow Yatsenyuk/Iatseniuk Nikolai/Nikolay Sergei/Sergey Dmitry/Dmitri
    Dmytro/Dmitro Andrii/Andriy Yuri/Yury Aleksandr/Alexander Aleksei/Alexey Yevgeny/Evgeny
    Volodymyr/Volodimir Mykola/Mikola Valeriy/Valery Gennady/Gennadiy Gaddafi/Qaddafi Gaddafi/Kadafi
    Qadhafi/Gaddafi Mohammed/Muhammad Mohamed/Mohammed Mohammad/Muhammed Hussein/Husayn Hussain/Hussein
    Ahmed/Ahmad Osama/Usama Assad/Asad Erdogan/Erdoğan Nasrallah/Nasralla Rouhani/Ruhani
    Suleimani/Soleimani Zarqawi/Zarkawi Baghdadi/Bagdadi Abdullah/Abdallah Yusuf/Youssef Faisal/Faysal
    Saleh/Salih
    """.split()
]  # fmt: skip
# Names that look alike and are two persons.
ALIKE: Final = [
    tuple(pair.split("/"))
    for pair in """
    Hansen/Hanson Clinton/Clifton Marlow/Barlow Benson/Bensen Martin/Marlin Peters/Petrov Ivanov/Ivanova
    Karlov/Karpov Petrenko/Petrenkov Harris/Harrison Kerry/Kelly Sanders/Saunders Larsen/Larson
    Collins/Rollins Miller/Millar Walker/Weller Johnson/Johnston Romney/Rooney Kasich/Kovich
    Warren/Barron Orlov/Orlova Maria/Marie Daniel/Danielle Simon/Simone Paul/Paula Robert/Roberta
    Stewart/Steward Reed/Reid Bowen/Bowman Anderson/Andersen Melnyk/Malik Kovalenko/Kovalchuk
    Hassan/Hasina
    """.split()
]  # fmt: skip
OTHER_NAMES: Final = """
    Marlowe Whitcombe Okafor Lindqvist Castellano Dubrow Fenwick Harcastle Nakamura Petrossian
    Quillfeather Brannigan Tavistock Ostrander Zielinski Mbeki-Rowe Carrow Delacroix
""".split()
FRONT_HEDGES: Final = """
    perhaps maybe probably possibly apparently presumably supposedly arguably seemingly reportedly
    allegedly conceivably
""".split()
FRONT_PHRASES: Final = (
    "I think", "I believe", "I guess", "I suppose", "it seems", "in my opinion,", "in my view,", "I assume",
    "as far as I know,", "I suspect", "it appears",
)  # fmt: skip
MIDDLE_PHRASES: Final = (
    "sort of",
    "kind of",
    "more or less",
    "to some extent",
    "I think,",
    "I guess,",
    "in a way",
)
NEAR_NUMBER: Final = "about around nearly almost roughly approximately some".split()
LIMITS_AFTER: Final = re.compile(
    r",? (?:but|if|unless|except|although|though|as long as|provided|until|even though|only if|without) "
)
LIMITS_BEFORE: Final = re.compile(
    r"^[“\"']*(?:I (?:don['’]t|do not|never) (?:think|believe|say|said|know)(?: that)?"
    r"|(?:it['’]s|it is|that['’]s) not (?:true|clear|certain)? ?that|(?:if|unless|although) [^,.]{8,60},"
    r"|nobody (?:thinks|believes|says)(?: that)?|(?:he|she|they) (?:denied|doubts?)(?: that)?) ",
    re.IGNORECASE,
)
