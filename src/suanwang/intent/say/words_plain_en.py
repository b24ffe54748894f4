"""Plain English words by kind."""

WORDS = """
# Plain English words by kind; forms in -s, -ed, -ing and 's are known of each. _ stands for a blank.
[remarks]
um umm uh er err erm hmm hm mm mhm ah aha oh ooh ow ouch wow whoa gosh golly gee blimey crikey heck goodness dear dearie deary
darling love bro sweetheart honey sunshine
y'all
well so anyway anyhow basically honestly frankly seriously literally obviously clearly naturally surely certainly definitely
absolutely totally truly really simply actually essentially generally kindly gladly happily gratefully respectfully sincerely
cordially faithfully warmly humbly politely thankfully luckily fortunately hopefully sadly unfortunately alas admittedly
incidentally evidently plainly straight straightforward
of_course by_the_way to_be_honest to_be_frank to_be_fair as_you_know you_know you_see
as_it_happens as_ever thanks_a_lot thanks_a_bunch
thanks_in_advance in_advance
how_are_you hope_you_are_well hope_you're_well have_a_good_one
kind_regards warm_regards yours_truly yours_sincerely yours_faithfully with_thanks with_kind_regards
on_our_behalf on_my_behalf on_behalf_of would_you could_you can_you will_you
would_you_be_so_kind be_so_kind be_so_good would_you_mind do_me_a_favour do_me_a_favor
that's_it that's_about_it simple_as_that
pretty_please please_and_thank_you cheers ta righto alright okey okey-dokey okay ok yeah yep yup yes sir madam ma'am
hello hi hey howdy greetings hullo hiya dear_team dear_sir dear_madam
bless blessed congratulations fingers_crossed good_luck
off_you_go let's_go go_on go_ahead
lol haha hehe heh xd omg imho imo fyi btw tbh ngl pls plz thx ty tysm yw np afaik
wee lil bit smidge kind_of a_bit kinda sorta stuff thingy thingamajig whatsit thing things
question request requests favour favor enquiry inquiry query application appeal
description topic re regarding concerning about
lovely nice neat wonderful marvellous brilliant splendid superb fantastic fabulous amazing awesome
beautiful pretty gorgeous charming delightful cute sweet adorable funny silly crazy mad weird strange interesting
boring dull tedious tiresome humble modest poor beloved favourite favorite famous infamous notorious trusty faithful
grateful thankful obliged indebted happy glad pleased delighted thrilled excited keen eager curious hopeful proud
tired exhausted weary sleepy hungry thirsty busy swamped overworked stressed anxious nervous afraid desperate
lazy clumsy clueless confused puzzled bored lonely sorry embarrassed retired elderly young youngish
usual ordinary everyday plain simple easy tricky complicated fancy clever smart
dumb stupid ingenious home-made homemade home-grown self-made self-written handwritten hand-written teeny
yours mine ours hers theirs myself ourselves yourself
[idioms]
long_story_short if_i_may i_mean thanks_so_much thanks_a_million many_thanks much_obliged much_appreciated thank_you_so_much
thank_you_very_much good_day good_evening good_morning good_afternoon hope_all_is_well have_a_nice_day all_the_best
best_wishes
best_regards if_you_would if_you_could if_you_don't_mind that's_all that's_all_i_need nothing_else nothing_more dear_all
to_whom_it_may_concern no_big_deal no_worries no_bother over_to_you here_goes here_we_go sort_of subject_line
full_stop over_and_out little_old
would_it_be_possible is_it_possible wish_me_luck come_on sir_or_madam sorry_to_bother sorry_to_bother_you sorry_to_trouble_you
i_hope_this_finds_you_well hope_this_finds_you_well if_it's_no_trouble if_it's_not_too_much_trouble if_that's_ok
if_that's_okay
if_that's_alright is_that_ok from_experience in_my_experience as_usual for_once i_must_say i_dare_say say_no_more what_a_day
long_time_no_see how's_it_going how_is_it_going it's_me it_is_me first_of_all so_to_speak in_short in_a_nutshell in_brief
dear_sir_or_madam i_beg i_must_beg i_swear now_then well_now hold_on good_night so_long with_all_due_respect
doctor's_orders boss's_orders football_match tennis_match chess_match cricket_match hockey_match basketball_match
football_matches breathing_down_my_neck on_my_back on_our_backs care_about_the_planet care_about_the_climate
care_about_nature love_the_planet
for_the_planet for_the_climate for_the_environment holiday_photos holiday_pictures holiday_snaps holiday_videos
holiday_movies holiday_films people_are_waiting
everybody_is_waiting everyone_is_waiting they_are_waiting they're_waiting he_is_waiting she_is_waiting we_are_waiting
we're_waiting help everybody_at_home everyone_at_home first_try first_attempt of_mine of_ours my_old our_old grandma's_old
my_very_old
poor_old good_old dear_old nice_old grand_old love_to_see_it_go love_to_see_it_run like_to_see_it_run see_it_go see_it_run
hope_that's_ok hope_that_works if_you_get_a_chance when_you_get_a_chance out_of_curiosity just_so_you_know
monte_carlo i_teach i_keep_bees we_have_a_small here's_the_deal here_is_the_deal here's_the_thing
[connecting]
as_it's
from because who whom whose_name as_for
[people]
chief manager director supervisor superior leader head principal chairman chairwoman chairperson president minister
secretary officer official clerk auditor accountant bookkeeper banker lawyer solicitor attorney judge notary consultant
adviser advisor
engineer technician mechanic electrician plumber carpenter joiner welder builder mason roofer architect surveyor designer
developer programmer coder hacker scientist researcher scholar academic professor prof lecturer teacher tutor instructor
headmaster headmistress dean student pupil undergraduate postgraduate graduate grad postdoc doctorand phd intern
apprentice trainee
novice beginner newcomer classmate schoolmate roommate flatmate teammate coworker co-worker collaborator partner
assistant aide helper volunteer volunteers crew staff team squad personnel workforce employee employer worker labourer
freelancer contractor entrepreneur founder shopkeeper grocer butcher baker barber hairdresser tailor cobbler florist
jeweller watchmaker blacksmith potter weaver farmer peasant gardener shepherd rancher beekeeper fisherman fisher hunter
forester miner sailor captain driver trucker courier postman porter waiter waitress cook chef bartender barista
cleaner janitor guard fireman firefighter policeman policewoman detective inspector soldier veteran sergeant colonel
doctor physician surgeon nurse midwife dentist vet veterinarian pharmacist chemist radiologist pathologist oncologist
cardiologist neurologist psychiatrist psychologist therapist paramedic patients patient's biologist ecologist zoologist
botanist
geologist geographer physicist mathematician statistician economist astronomer meteorologist oceanographer hydrologist
seismologist archaeologist historian linguist philosopher sociologist anthropologist librarian archivist curator
artist painter sculptor illustrator cartoonist animator photographer filmmaker film-maker cameraman camerawoman
cinematographer
editor-in-chief producer playwright screenwriter novelist author writer poet journalist columnist blogger vlogger
youtuber influencer gamer player musician singer composer conductor violinist pianist guitarist drummer dancer
actor actress comedian magician clown performer choirmaster organist bandleader coach trainer athlete footballer runner
swimmer cyclist climber hiker traveller traveler tourist guide pilgrim priest vicar pastor monk nun imam rabbi
mother father mum mom mummy mommy dad daddy papa mama parent parents grandma granny gran nana nan grandmother grandpa granddad
grandad gramps grandfather grandparent son daughter child children kid kids baby babies toddler teenager teen boy girl boys
girls brother sister sibling twin twins uncle aunt auntie aunty nephew niece cousin grandson granddaughter grandchild
grandchildren husband wife spouse fiancé fiancée bride groom boyfriend girlfriend hubby missus in-law mother-in-law
father-in-law brother-in-law sister-in-law godmother godfather family families relative relatives relation household clan
man men woman women lady gentleman guy gal bloke person people human humans folk villager townsfolk citizen resident
inhabitant landlord landlady customer customers client clients buyer seller shopper guest visitor visitors passenger commuter
rider member members fan fans follower reader readers listener listeners audience crowd spectator subscriber
operator operators organiser organizer committee council councillor mayor governor senator ambassador delegate
king queen prince princess emperor lord duke sultan
[organisations]
company firm corporation enterprise startup cooperative co-op association society club league federation
union guild foundation charity ngo institute institution academy university uni college faculty department dept school
kindergarten nursery classroom class laboratory lab labs observatory library museum gallery theatre theater opera
orchestra choir band ensemble studio workshop factory plant mill refinery brewery winery vineyard bakery dairy farm orchard
greenhouse garden shop supermarket grocery boutique bookshop bookstore pharmacy restaurant café cafe
canteen bar pub teahouse tea-house hotel hostel inn guesthouse hospital clinic ward radiology infirmary hospice
sanatorium ministry agency authority bureau office court parliament embassy police brigade army navy
church chapel cathedral temple mosque synagogue monastery convent parish village hamlet community commune township
neighbourhood newspaper newsroom magazine publisher broadcaster radio-station bank insurer insurance brokerage
exchange airline airport railway railroad shipyard harbour harbor warehouse depot utility waterworks power-plant
helpdesk secretariat headquarters hq board project projects programme initiative
campaign consortium alliance
[subjects]
mathematics maths math algebra geometry calculus statistics probability physics mechanics thermodynamics optics acoustics
astronomy astrophysics cosmology chemistry biochemistry biology genetics genomics proteomics botany zoology ecology evolution
physiology anatomy medicine pathology epidemiology immunology virology microbiology pharmacology toxicology neuroscience
psychology sociology anthropology archaeology history philosophy theology linguistics literature poetry grammar economics
finance accounting bookkeeping marketing management logistics law politics geography geology geophysics seismology
meteorology climatology climate hydrology oceanography glaciology forestry agriculture agronomy horticulture viticulture
fishery fisheries aquaculture beekeeping engineering architecture robotics aerodynamics aeronautics aviation automotive
shipbuilding metallurgy materials mining textiles ceramics electronics informatics cryptography arts music painting
sculpture photography film filmmaking animation drama dance ballet sport sports football soccer basketball tennis chess
cooking baking knitting sewing embroidery quilting gardening fishing hunting hiking cycling swimming sailing travel tourism
education teaching schooling homework coursework thesis dissertation essay
graduation bachelor master's doctoral doctorate research studies census experiment fieldwork
excavation expedition science sciences scholarship humanities nature environment environmental conservation biodiversity
health healthcare welfare wellbeing nutrition hygiene fitness yoga meditation religion faith culture cultural
[content]
picture pictures pics photo photos photograph snapshot snap drawing sketch cartoon comic cartoonish
films movie movies footage video videos clip clips reel tape tapes cassette recording recordings song songs
album albums tune melody symphony concerto sonata hymn carol lullaby interview interviews speech sermon podcast
episode episodes documentary documentaries advert newsreel soundtrack diary diaries journal
memoir biography novel novels story stories tale tales fable legend myth poem poems article articles paper papers
book books manuscript manuscripts map maps atlas globe blueprint floorplan x-ray x-rays xray
mri ultrasound mammogram tomogram ecg eeg microscopy micrograph genome genomes gene genes dna rna protein proteins
molecule molecules atom atoms cell cells tissue tumour tumor virus viruses bacteria bacterium enzyme crystal crystals
receipt receipts ledger timesheet questionnaire questionnaires ballot ballots vote votes voter transcript
transcripts reading readings measurement measurements observation observations sensor sensors camera cameras
telescope satellite satellites drone drones radar lidar sonar spectrum spectra spectrogram signal signals waveform
rainfall terrain river rivers lake lakes sea seas ocean tide tides wave waves glacier
glaciers mountain mountains hill hills valley forest forests tree trees leaf flower flowers harvest
field fields meadow soil soils barley wheat rice corn maize potato potatoes apple apples grape grapes tea coffee
milk cheese bread cake cakes soup pie jam biscuit chocolate animal animals bird birds bee bees butterfly insect insects
fish whale whales dolphin cat cats dog dogs puppy kitten horse horses cow cows cattle sheep goat goats pig pigs hen hens
chicken chickens duck ducks goose rabbit fox wolf wolves bear bears elephant panda pandas tiger lion monkey snake frog
dinosaur fossil fossils bone bones skull wedding weddings funeral christening party parties festival festivals
carnival concert concerts tournament championship race races game games puzzle puzzles crossword sudoku lottery
raffle trip trips journey tour tours cruise honeymoon picnic reunion anniversary exhibition ceremony parade
house houses cottage apartment kitchen bathroom bedroom attic cellar shed barn stable roof wall door window
chair sofa bed lamp kettle pot pan cup spoon knife fork bottle basket bucket broom blanket pillow quilt
quilts carpet tapestry curtain clothes shirt trousers skirt dress hat coat shoe shoes sock glove scarf sweater needle
wool cotton silk linen pencil pen ink brush canvas toy toys doll bike bicycle motorbike car cars
lorry truck bus buses train trains tram boat boats ship ships plane planes aeroplane airplane helicopter rocket rockets
engine engines motor motors turbine turbines pump pumps valve bridge bridges tunnel tunnels road roads street streets
traffic canal dam dams reservoir pipes wire battery batteries panel panels furnace kiln oven stove
loom tractor plough harvester combine drill hammer saw nail screw bolt gear gears lens laser magnet
star stars planet planets moon moons sun galaxy galaxies comet asteroid nebula universe earthquake earthquakes
quake volcano tsunami flood floods drought storm storms hurricane typhoon tornado lightning thunder rain snow ice hail fog
sky water fire wood stone stones rock rocks sand clay dust gravel salt gold silver copper iron
steel glass plastic rubber oil petrol diesel coal chemical chemicals drug drugs vaccine vaccines dose doses
disease diseases illness cancer diabetes asthma flu covid malaria heart hearts lung lungs liver kidney brain brains
skin eye eyes ear ears tooth teeth hand hands foot feet blood stomach muscle muscles spine knee hip
notebook app webpage homepage blog wiki forum chatbot bot simulation simulations
solver renderer raytracer shader mesh meshes lattice matrix matrices equation equations integral theorem proof
proofs graph graphs fractal fractals pattern patterns texture textures sprite sprites avatar scene scenes
character characters alphabet dictionary dictionaries vocabulary phrasebook translation translations dialect accent
[doing]
crunch crunching chew munch nibble churn grind plow slog plod trundle chug hum purr whirr whirl
tick toil labour labor graze wrestle deal wade rummage burrow trawl slave sweat
executed performed carry_out carried_out carry_through put_through push_through run_through go_through
get_through see_through knock_out knock_off polish_off rattle_off rattle_through
work_through works_through working_through churn_through chew_through chew_on chews_on munch_through grind_away grinds_away
plough_through plow_through breeze_through blast_through race_through power_through power_away get_on_with
crack_on crack_on_with get_cracking get_rolling kick_off kicked_off set_off set_running set_in_motion fire_off fire_up spin_up
give_it_a_go give_it_a_whirl give_it_a_spin give_it_a_try have_a_go have_a_go_at do_its_thing does_its_thing
do_the_job do_the_trick do_the_honours do_the_work do_your_magic work_its_magic work_your_magic makes_sense coming_in
turn_out turned_out wrote written coded scripted programmed devised invented concocted cobbled whipped_up knocked_up
put_together shot filmed recorded photographed painted drawn sung played collected gathered
surveyed harvested knitted sewn baked brewed grown raised bred taught learn learns learning learned learnt
studying teach teaches loves loved like_to likes_to enjoy enjoys adore admire hate hates dislike dread
lives dwell own owns farms farming grow grows bake bakes paints knit knits sew sews sing sings dances
says said asks asked asking wants insists mentions mentioned begs begged nags nagged pesters promised promise
swears reckons told_me asked_me wondered inherited borrowed found_in dug_out dug_up
i'm_making i'm_writing i'm_doing i'm_building i'm_studying i'm_teaching we're_making we're_building we're_doing i_study
i_farm i_bake i_grow i_run_a i_own_a i_am_a i'm_a i'm_an we_are_a we're_a we_run_a
struggle struggles struggling suffer suffers await awaits deserves deserve
hoping dream dreams dreaming
[people]
heir guests newlywed newlyweds bridegroom bridesmaid widow widower orphan ancestor ancestors forefathers descendant
physiotherapist optician orthodontist anaesthetist obstetrician gynaecologist paediatrician dermatologist urologist
radiographer carer
caretaker warden usher bouncer sommelier confectioner brewer vintner winemaker miller tanner thatcher glazier plasterer
locksmith
upholsterer seamstress dressmaker milliner goldsmith silversmith bookbinder typesetter calligrapher luthier clockmaker
piper fiddler cellist
flautist trumpeter harpist soprano tenor baritone alto bassist soloist rapper dj singer-songwriter choreographer ballerina
acrobat
juggler puppeteer ventriloquist mime impresario showman stagehand costumier dramaturg critic reviewer pundit commentator
anchor newsreader
announcer presenter correspondent stringer proofreader typist stenographer receptionist telephonist concierge bellboy
chambermaid
housekeeper butler chauffeur cabbie ferryman boatman helmsman navigator coastguard lifeguard skipper bosun stevedore
bricklayer foreman steelworker foundryman machinist toolmaker fitter turner weighbridge
agronomist horticulturist arborist lumberjack woodcutter gamekeeper stockman drover milkmaid dairyman cheesemaker poultryman
growers grower breeder breeders planter herder herdsman nomad smallholder landowner squire bailiff
entomologist ornithologist ichthyologist mycologist palaeontologist paleontologist vulcanologist volcanologist
glaciologist climatologist
ecotoxicologist epidemiologist geneticist immunologist microbiologist biochemist crystallographer spectroscopist
metallurgist cartographer
demographer ethnographer musicologist theologian logician topologist cryptographer lexicographer philologist etymologist
egyptologist
bidder bidders trader traders broker brokers dealer merchant wholesaler retailer importer exporter auctioneer actuary
underwriter teller
cashier treasurer bursar registrar provost rector chancellor vice-chancellor proctor examiner invigilator supervisor-to-be
prefect
townspeople villagers locals inhabitants citizens citizenry electorate voters taxpayer taxpayers ratepayers commuters
spectators onlookers bystanders attendees participants contestants entrants candidates applicants nominees laureate
shoppers diners buyers riders sailors tourists travellers passengers gamers learners trainees cadets recruits scouts
[subjects]
piano violin viola cello guitar flute clarinet oboe bassoon trumpet trombone horn tuba harp drum drums percussion organ
accordion harmonica
banjo ukulele mandolin recital recitals operetta musical musicals pantomime puppet ballad aria overture chorus verse refrain
hymnbook songbook auction auctions assembly frost dew mist drizzle breeze gale blizzard avalanche landslide mudslide
erosion sediment watershed catchment aquifer groundwater wetland wetlands marsh swamp peat bog moor heath tundra desert
oasis savanna steppe
prairie rainforest mangrove reef reefs coral atoll lagoon estuary delta fjord cliff canyon gorge plateau peak summit ridge
slope cave
waterfall geyser iceberg island islands peninsula coast coastline beach shore dune dunes
silkworm silkworms cocoon cocoons moth moths beetle beetles ant ants wasp wasps spider spiders mosquito mosquitoes locust
locusts cricket
crickets grasshopper dragonfly ladybird firefly earthworm snail snails slug shellfish crab crabs lobster shrimp prawn
prawns oyster oysters mussel
mussels squid octopus jellyfish seal seals walrus otter otters beaver badger hedgehog squirrel mole mice rat rats bat bats
deer moose elk
reindeer buffalo bison camel llama alpaca donkey mule pony foal calf lamb piglet chick hamster guinea-pig budgie parrot
canary pigeon pigeons
dove sparrow sparrows swallow swallows robin thrush blackbird crow raven magpie owl owls hawk falcon eagle eagles vulture
stork heron
swan swans pelican penguin penguins ostrich peacock salmon trout carp tuna cod herring sardine eel shark sharks turtle
tortoise lizard gecko crocodile dragon dragons unicorn
oak oaks pine pines birch beech maple elm willow poplar cedar fir spruce cypress bamboo palm olive olives almond walnut
chestnut hazelnut
orchid orchids rose roses tulip tulips lily lilies peony peonies daisy sunflower sunflowers lavender jasmine chrysanthemum
lotus moss fern ferns
ivy grass hay straw clover alfalfa oat oats rye sorghum millet soybean soybeans bean beans pea peas lentil lentils cabbage
cabbages carrot
carrots onion onions garlic ginger pepper peppers tomato tomatoes cucumber pumpkin squash melon watermelon strawberry
strawberries raspberry
blueberry cherry cherries plum plums peach peaches pear pears apricot fig figs lemon lemons orange oranges mandarin lime
banana bananas
pineapple mango papaya coconut kiwi pomegranate mushroom mushrooms truffle seaweed algae yeast mould lichen
noodle noodles dumpling dumplings tofu curry stew roast sausage ham bacon steak burger pizza pasta sandwich salad pancake
waffle cookie cookies
pastry croissant dessert ice-cream yoghurt yogurt butter cream egg eggs flour sugar spice spices vinegar sauce mustard
ketchup wine wines beer
beers whisky brandy vodka cider juice lemonade soda recipe recipes menu menus cuisine banquet buffet barbecue tasting
medical medicinal clinical surgical dental ocular optical cardiac pulmonary renal hepatic cerebral spinal prenatal
neonatal paediatric pediatric
geriatric maternity oncology cardiology neurology orthopaedics orthopedics dermatology ophthalmology urology gynaecology
obstetrics psychiatry
dentistry physiotherapy acupuncture ayurveda herbal homeopathy biopsy biopsies autopsy endoscopy dialysis transplant
prosthesis implant implants
pacemaker bandage syringe thermometer stethoscope wheelchair ambulance ambulances
biological physical mathematical statistical geometric algebraic numerical computational theoretical experimental historical
archaeological geological geographical astronomical meteorological ecological agricultural industrial commercial financial
economic political
social legal judicial municipal provincial rural urban suburban coastal marine maritime naval nautical aerial lunar
planetary stellar
galactic cosmic seismic volcanic tidal nuclear atomic molecular cellular genetic genomic bacterial viral fungal botanical
zoological veterinary
theatrical cinematic literary poetic linguistic grammatical phonetic lexical philosophical religious ethical psychological
educational
scholarly scientific technical technological mechanical electrical electronic magnetic acoustic thermal hydraulic
pneumatic aerodynamic
structural architectural artistic decorative ornamental ceremonial festive bridal
fluid fluids aeroelastic turbulence turbulent vortex combustion convection diffusion radiation scattering diffraction
interference
resonance vibration vibrations fatigue fracture crack cracks corrosion friction lubrication welding casting forging
milling stamping
extrusion moulding varnish enamel glaze lacquer pigment dye dyes resin epoxy adhesive cement concrete asphalt tarmac
brick bricks tile tiles plaster timber lumber plywood veneer marble granite limestone sandstone slate gypsum quartz ruby
sapphire emerald diamond
diamonds pearl pearls amber jade ivory bronze brass tin zinc nickel cobalt lithium titanium aluminium aluminum uranium
alloy alloys ore ores mineral minerals
stocks ticker tickers equities equity bond bonds derivatives futures hedge portfolio portfolios
accounts audit audits payroll pensioners tender tenders claim claims lawsuit lawsuits verdict verdicts
testimony evidence statute statutes treaty treaties constitution charter bylaw by-laws patent patents trademark deed deeds
will-and-testament
register registers registry gazetteer gazette bulletin newsletter leaflet brochure pamphlet flyer poster posters placard
banner banners billboard
adverts advertisement advertisements slogan jingle campaigner petition petitions referendum election elections polls
turnout constituency borough shire canton precinct
volleyball handball baseball softball rugby hockey lacrosse badminton table-tennis golf golfing
snooker billiards darts bowling archery fencing boxing judo karate kung-fu taekwondo gymnastics athletics marathon
marathons triathlon
relay sprint hurdles javelin discus rowing kayak canoe surfing windsurfing diving snorkelling skiing snowboard skating
sledge toboggan
mountaineering caving gliding parachute paragliding ballooning derby playoff playoffs olympics world-cup stadium
arena pitch gym gymnasium velodrome racecourse racetrack
museums exhibit exhibits exhibitions sculptures statue statues monument monuments fresco frescoes mosaic mosaics
mural murals engraving etching lithograph woodcut watercolour watercolor pastel portraitist collage pottery porcelain ceramic
jewellery jewelry necklace bracelet earring earrings brooch lace crochet tapestries weaving basketry origami calligraphy
scroll scrolls parchment papyrus hieroglyphs inscription inscriptions epitaph gravestone tomb tombs pyramid pyramids ruins
relic relics
shrine pagoda palace palaces castle castles fortress fort citadel moat drawbridge turret dungeon manor mansion villa
bungalow hut tent tents caravan
camp campsite lodge chalet igloo treehouse playground sandpit seesaw
radio radios sitcom quiz quizzes broadcast broadcasts livestream webinar webinars vlog vlogs channel
manga anime comics storyboard screenplay dialogue dialogues monologue monologues anecdote anecdotes riddle riddles joke jokes
rhyme rhymes lullabies fairy-tale fairytale folktale folklore saga sagas epic epics odyssey ballads haiku sonnet sonnets
limerick ode
intranet newsfeed playlist playlists karaoke jukebox gramophone mixtape
robot robots quadcopter rover lander probe spacecraft spaceship shuttle capsule launchpad
windmill watermill sawmill brickworks ironworks steelworks foundry smelter quarry quarries colliery pithead oilfield
oil-rig power-station substation transformer pylon pylons windfarm wind-farm wind-farms solar-farm hydropower geothermal
biogas
biomass compost composting recycling rubbish waste landfill sewage sewer sewers drainage irrigation sprinkler hosepipe
lighthouse buoy buoys quay pier jetty dock docks marina sail sails mast rudder hull propeller paddle raft ferry ferries
yacht yachts dinghy trawler tanker freighter submarine submarines hovercraft barge barges gondola
tramway trolleybus metro monorail funicular cable-car escalator motorway highway roundabout crossroads
junction pavement sidewalk kerb footpath taxi taxis cab minibus van vans scooter moped tandem rickshaw
carriage wagon wagons cart sleigh saddle bridle stirrup horseshoe
[content]
lecture lectures seminar seminars tutorial tutorials syllabus textbook textbooks handbook guidebook encyclopedia encyclopaedia
almanac yearbook scrapbook sketchbook logbook cookbook passport passports visa visas postcard postcards
envelope parcel parcels package packages letterbox stamps coins medal medals trophy trophies diploma diplomas
exercise exercises worksheet worksheets flashcard flashcards quizbook puzzlebook crosswords jigsaw jigsaws riddlebook
sequence sequences strand strands plasmid plasmids reads fastq assembly-of-genomes alignment alignments phylogeny
phylogenies mutation
mutations allele alleles chromosome chromosomes karyotype antibody antibodies antigen antigens peptide peptides ligand
ligands receptor receptors
inhibitor inhibitors hormone hormones neuron neurons synapse synapses cortex hippocampus retina cornea fingerprint
fingerprints
heartbeat heartbeats breath respiration gait posture gesture gestures face faces smile smiles
redshift supernova supernovae pulsar pulsars quasar quasars exoplanet exoplanets eclipse eclipses meteor meteors meteorite
aurora orbit
orbits trajectory trajectories starfield milky-way
barcode barcodes timetable timetables itinerary itineraries roster rosters rota rotas contour contours
elevation bathymetry topography orthophoto orthophotos panorama panoramas
mugshot headshots selfie selfies wallpaper wallpapers sticker stickers emoji emojis icon icons
utterance utterances phoneme phonemes dialects intonation birdsong birdcall birdcalls
pollen spores specimen specimens herbarium microfilm microfiche negatives
lava magma ash tremor tremors aftershock aftershocks epicentre strata stratum borehole boreholes outcrop
kid's friend's chat chats conversation conversations banter gossip
noticeboard announcement announcements invitation invitations
[doing]
sells sold trades run_a run_the organising
celebrate celebrates celebrating marry marries marrying married competes competing win wins won hope_to
explores exploring discovers discovering investigates investigating examines examining inspects
observes observing surveys surveying excavates describing
counting designing designed sketching modelling modeling
simulating analysing analyzing predicting
forecasting recognising recognizing
classifying solving
complain complains complaining grumble grumbles shouts shouting whispers laugh laughs cry cries
invited visits visiting visited travels travelled walk walks walking hike hikes climb climbs
swim swims ride rides riding drives driving flies flew
tackling handling digesting digs digging codes notebooks
[content]
pledge pledges conscience maker makers entry entries county toast lighting inversion lyrics genre lore trivia heritage
ancestry genealogy
delivery deliveries bunch desk questions answers page pieces production warnings station stations quest
[people]
ops devops sysadmin admins reporters customers' dairy-farmer
[content]
voice voices tax taxation customs excise fiscal pensions risk risks sim sims
[doing]
breed breeds raise raises
[people]
patient mate mates buddy pal pals fellow fellows friend friends colleague colleagues boss business affair chaps lads lass
chap folks everybody gang ladies gentlemen dude
[feelings]
angry upset furious cross impatient grumpy moody gloomy sad unhappy miserable heartbroken jealous envious ashamed shy
bashful brave bold timid
calm relaxed cheerful merry jolly joyful overjoyed ecstatic optimistic pessimistic hesitant reluctant willing determined
stubborn generous greedy
kind-hearted good-natured absent-minded forgetful sentimental nostalgic romantic ambitious diligent hard-working studious
bookish nerdy geeky artsy
sporty athletic handsome ugly bald bearded blond skinny chubby tall-ish freckled deaf wise foolish naive innocent guilty
sick ill unwell feverish dizzy pregnant injured wounded disabled paralysed paralyzed allergic diabetic asthmatic anaemic
healthy fit-and-well
[people]
master masters juror jury judges tribunal bench-of-elders elders chieftain guildmaster
[remarks]
bof voila voilà vamos vale galera torcida amigo amigos hermano compadre habibi wallahi yalla inshallah mashallah
bellissimo bella ciao ragazzi prego grazie
mamma_mia por_favor gracias merci danke bitte spasibo arigato sayonara namaste shukran obrigado obrigada olá hola bonjour
salut guten_tag
ugh argh gah meh nah yay yikes oops whoops phew sigh zzz kkkk hahaha goool goal bravo hooray hurray jesus christ heavens
crumbs cripes
sheesh dang darn damn bloody strewth cobber guv guvnor laddie bonnie aye och honeybun y'know ya_know ya_hear bless_your_heart
goodnight toodle-oo see_ya ta-ta cheerio roger tally-ho
relax espresso easy-peasy piece_of_cake hang_on let_me_see
shall_we
with_respect with_great_respect kind_sir dear_sirs esteemed honoured honored worshipful
[people]
cousins kinfolk grandbabies grandkids nephews nieces aunties uncles in-laws godchildren guardians lawyers notaries
inspectors clerks
polyclinic polyclinics counsel examiners attorneys bishops priests deacon altar parishioners congregation watchers
[content]
camcorder dashcam cctv webcam webcams cam cams bodycam hive hives apiary nectar blossom blossoms swarm honeycomb camera's
ceremonies baptism baptisms confirmation-class communion bar_mitzvah rehearsals endoscopies lesion lesions series
lice louse cages matchday playtest bots storytelling garage gate gasoline route routes dawdle kneading
deposition depositions docket dockets exhibit-a colloquium symposium congress plenary keynote
"""
