"""Classes of words of which one never stands for another: countries, languages, elements, animals, organs, colours.

A title on copper is not a title on zinc, however alike the rest is.
"""

from __future__ import annotations

_CLASSES = tuple(
    groups.split("/")
    for groups in (
        (
            "norway norwegian/sweden swedish/denmark danish/finland finnish/iceland icelandic/france "
            "french/germany german/italy italian/spain spanish/portugal portuguese/netherlands dutch/"
            "belgium belgian/switzerland swiss/austria austrian/poland polish/hungary hungarian/romania "
            "romanian/bulgaria bulgarian/greece greek/turkey turkish/ukraine ukrainian/china chinese/"
            "japan japanese/korea korean/india indian/pakistan pakistani/bangladesh/indonesia "
            "indonesian/malaysia/thailand thai/vietnam vietnamese/taiwan/australia australian/canada "
            "canadian/mexico mexican/brazil brazilian/argentina argentine/chile chilean/colombia/peru"
            "/egypt egyptian/nigeria nigerian/kenya kenyan/tanzania/uganda/rwanda/zambia/zimbabwe/mozambique/angola/"
            "cameroon/senegal/mali/niger/sudan/somalia/libya/"
            "tunisia/algeria/morocco/malawi/botswana/namibia/madagascar/nepal/"
            "afghanistan/syria/lebanon/jordan/yemen/oman/qatar/kuwait/cambodia/laos/myanmar/mongolia/philippines/"
            "singapore/ecuador/bolivia/paraguay/uruguay/venezuela/cuba/haiti/jamaica/panama/nicaragua/honduras/"
            "guatemala/croatia croatian/serbia serbian/slovenia slovenian/slovakia slovak/czech/estonia "
            "estonian/latvia latvian/lithuania lithuanian/belarus/albania/armenia/azerbaijan/kazakhstan/uzbekistan/"
            "cyprus/malta/luxembourg/iowa/colorado/oregon/washington/nevada/arizona/utah/idaho/montana/wyoming/nebraska/kansas/"
            "oklahoma/minnesota/wisconsin/michigan/illinois/indiana/kentucky/tennessee/alabama/mississippi/"
            "louisiana/arkansas/missouri/virginia/maryland/delaware/pennsylvania/vermont/maine/"
            "connecticut/massachusetts/hawaii/ontario/quebec/"
            "ghana/ethiopia/iran iranian/iraq iraqi/israel "
            "israeli/ireland irish/scotland scottish/wales welsh/england english/russia russian/latin"
            "/arabic/hebrew/sanskrit/africa african/asia asian/europe european/america american/"
            "california/texas/florida/alaska/ohio/london/paris/berlin/vienna/rome/madrid/"
            "moscow/tokyo/beijing/shanghai/chicago/boston"
        ),
        (
            "fortran/java/javascript/python/pascal/matlab/lisp/scheme/haskell/prolog/perl/"
            "ruby/julia/cobol/basic/ada/rust/scala/c"
        ),
        (
            "copper/zinc/iron/nickel/cobalt/manganese/chromium/silver/gold/platinum/palladium"
            "/lead/tin/mercury/cadmium/aluminum aluminium/magnesium/calcium/sodium/potassium/"
            "lithium/titanium/vanadium/tungsten/uranium/plutonium/thorium/silicon/germanium/"
            "helium/neon/argon/krypton/xenon/hydrogen/oxygen/nitrogen/carbon/sulfur sulphur/"
            "phosphorus/arsenic/selenium/fluorine/chlorine/bromine/iodine/ruthenium/rhodium/"
            "iridium/lanthanum/cerium/europium/gadolinium"
        ),
        (
            "mouse mice murine/rat rats/dog dogs canine/cat cats feline/pig pigs porcine/cow cows "
            "cattle bovine/sheep ovine/horse horses equine/rabbit rabbits/chicken chickens/monkey "
            "monkeys/zebrafish/drosophila/yeast/human humans/pigeon pigeons/frog frogs/whale "
            "whales/salmon/honeybee honeybees/ant ants"
        ),
        (
            "liver hepatic/kidney renal/lung pulmonary/heart cardiac/brain cerebral/stomach gastric/"
            "breast/prostate/colon colorectal/pancreas pancreatic/skin/bone/bladder/ovary ovarian/"
            "thyroid/retina retinal"
        ),
        "red/blue/green/yellow/white/black/brown/grey gray/purple",
        "mercury/venus/mars/jupiter/saturn/uranus/neptune/pluto/moon lunar/sun solar",
        (
            "physics/chemistry/biology/mathematics/geology/astronomy/psychology/sociology/"
            "economics/philosophy/botany/zoology/medicine/law/geography/linguistics"
        ),
        "linear/quadratic/cubic/quartic/quintic",
        (
            "triangle triangles/quadrilateral quadrilaterals/square squares/rectangle rectangles/pentagon/hexagon/"
            "circle circles"
        ),
        "monday/tuesday/wednesday/thursday/friday/saturday/sunday",
        (
            "christian christianity/buddhist buddhism/hindu hinduism/muslim islam islamic/jewish judaism"
            "/catholic/protestant/orthodox"
        ),
    )
)
_PLACES = {
    (number, word): place
    for number, groups in enumerate(_CLASSES)
    for place, group in enumerate(groups)
    for word in group.split()
}


def are_of_one_class(left: str, right: str) -> bool:
    """Whether two words name two things of one class.

    >>> are_of_one_class("norway", "sweden"), are_of_one_class("aluminum", "aluminium")
    (True, False)
    """
    places = ((_PLACES.get((number, left)), _PLACES.get((number, right))) for number in range(len(_CLASSES)))
    return any(None not in pair and pair[0] != pair[1] for pair in places)
