"""Texts in many scripts: real sentences, and deterministic noise from Unicode blocks."""

import random

SENTENCES = {
    "latin": "The ministry said on Tuesday that “no one” was hurt — Iran’s ambassador, however, disagreed; 1,250 people left.",
    "french": "L’été dernier, l’hôtel d’Ivry n’a reçu que douze hôtes ; où étaient-ils passés ? À Nîmes, cœur brisé.",
    "german": "Die Straße nach GROSSENHAIN ist gesperrt, weil Bäume auf die STRASSE fielen; Änderungen übermorgen.",
    "turkish": "İstanbul’da ışıklar söndü, Iğdır’da ise yağmur yağdı; İZMİR ve ÇANAKKALE bekliyor.",
    "vietnamese": "Thủ tướng nói rằng những người dân ở miền Trung đã được sơ tán trước khi bão đổ bộ vào đất liền.",
    "polish": "Zażółć gęślą jaźń, powiedział minister w środę; pięćdziesiąt tysięcy łodzi wypłynęło na Bałtyk.",
    "greek": "Ο ΠΡΩΘΥΠΟΥΡΓΟΣ είπε ότι οι δρόμοι της Αθήνας θα μείνουν κλειστοί· «ως πότε;» ρώτησαν οι πολίτες.",
    "cyrillic": "Министр заявил, что ёлки привезут в Москву к четвергу; жители Йошкар-Олы ждут уже давно.",
    "ukrainian": "Прем’єр-міністр заявив, що в Києві з’явиться новий міст, а Ґанок їжака відремонтують до осені.",
    "armenian": "Երևանում այսօր բացվեց նոր թանգարան, որտեղ ցուցադրվում են հին ձեռագրեր և խաչքարեր։ ԵՒ այլն",
    "georgian": "თბილისში დღეს გაიხსნა ახალი ხიდი, რომელსაც ათასობით ადამიანი ელოდა; ᲗᲑᲘᲚᲘᲡᲘ ზეიმობს.",
    "hebrew": "רֹאשׁ הַמֶּמְשָׁלָה אמר ביום שלישי כי הכביש לירושלים ייפתח מחדש; צה״ל לא הגיב לדברים.",
    "arabic": "قالَ الوَزيرُ إنَّ الطريق إلى القاهرة سيُفتح غدًا، وأضاف: «لن ننتظر أكثر من ذلك»؟ ١٢٣٤",
    "persian": "نخست‌وزیر گفت که می‌خواهد جاده‌ها را باز کند؛ مردم تهران اما نگران‌اند و منتظر ۱۴۰۵ هستند.",
    "urdu": "وزیر اعظم نے کہا کہ لاہور جانے والی سڑک کل کھول دی جائے گی، شہریوں نے خوشی کا اظہار کیا۔",
    "syriac": "ܫܠܡܐ ܥܠܝܟܘܢ ܐܚ̈ܐ ܘܚ̈ܬܐ ܡܢ ܟܠ ܐܬܪܐ ܕܒܝܬ ܢܗܪ̈ܝܢ",
    "devanagari": "प्रधानमंत्री ने कहा कि दिल्ली की सड़कें कल से फिर खुलेंगी; क्या ज़रूरी फ़ैसले भी होंगे? १२३",
    "bengali": "প্রধানমন্ত্রী বলেছেন যে ঢাকার রাস্তাগুলো আগামীকাল খুলে দেওয়া হবে; মানুষ অপেক্ষা করছে।",
    "gurmukhi": "ਪ੍ਰਧਾਨ ਮੰਤਰੀ ਨੇ ਕਿਹਾ ਕਿ ਅੰਮ੍ਰਿਤਸਰ ਦੀਆਂ ਸੜਕਾਂ ਕੱਲ੍ਹ ਖੁੱਲ੍ਹ ਜਾਣਗੀਆਂ।",
    "gujarati": "વડાપ્રધાને કહ્યું કે અમદાવાદના રસ્તા આવતીકાલે ખૂલશે; લોકો રાહ જોઈ રહ્યા છે.",
    "tamil": "சென்னையில் நாளை சாலைகள் திறக்கப்படும் என்று அமைச்சர் கூறினார்; மக்கள் காத்திருக்கிறார்கள்.",
    "telugu": "హైదరాబాద్ రోడ్లు రేపు తెరుచుకుంటాయని మంత్రి చెప్పారు; ప్రజలు ఎదురు చూస్తున్నారు.",
    "kannada": "ಬೆಂಗಳೂರಿನ ರಸ್ತೆಗಳು ನಾಳೆ ತೆರೆಯಲಿವೆ ಎಂದು ಸಚಿವರು ಹೇಳಿದರು; ಜನರು ಕಾಯುತ್ತಿದ್ದಾರೆ.",
    "malayalam": "തിരുവനന്തപുരത്തെ റോഡുകൾ നാളെ തുറക്കുമെന്ന് മന്ത്രി പറഞ്ഞു; ജനങ്ങൾ കാത്തിരിക്കുന്നു.",
    "sinhala": "කොළඹ මාර්ග හෙට විවෘත වන බව ඇමතිවරයා පැවසීය; ජනතාව බලා සිටිති. ශ්‍රී ලංකාව",
    "thai": "นายกรัฐมนตรีกล่าวว่าถนนในกรุงเทพฯ จะเปิดพรุ่งนี้ ประชาชนจำนวนมากกำลังรออยู่ ๒๕๖๙",
    "lao": "ນາຍົກລັດຖະມົນຕີກ່າວວ່າຖະໜົນໃນວຽງຈັນຈະເປີດມື້ອື່ນ ປະຊາຊົນກຳລັງລໍຖ້າ",
    "khmer": "នាយករដ្ឋមន្ត្រីបាននិយាយថា ផ្លូវនៅភ្នំពេញនឹងបើកនៅថ្ងៃស្អែក ប្រជាជនកំពុងរង់ចាំ។",
    "myanmar": "ဝန်ကြီးချုပ်က ရန်ကုန်မြို့ရှိ လမ်းများကို မနက်ဖြန် ပြန်ဖွင့်မည်ဟု ပြောကြားခဲ့သည်။ ၂၀၂၆",
    "tibetan": "བོད་ཀྱི་སྐད་ཡིག་ནི་ལོ་རྒྱུས་རིང་པོ་ཡོད་པའི་སྐད་ཡིག་ཅིག་རེད།",
    "chinese": "外交部发言人周二表示，双方将于二〇二六年十一月在北京举行会谈；臺灣方面尚未回應。ＡＢＣ１２３",
    "japanese": "首相は火曜日、東京タワーの改修工事が来週から始まると発表した。ｶﾞｽ会社は㍿に改称、時々々遅れる。",
    "korean": "국무총리는 화요일 서울에서 열린 회의에서 도로가 내일 다시 열린다고 밝혔다. ㈜한국 각각 각",
    "ethiopic": "ጠቅላይ ሚኒስትሩ የአዲስ አበባ መንገዶች ነገ ይከፈታሉ ብለዋል፤ ሕዝቡ እየጠበቀ ነው። ፳፻፲፱",
    "cherokee": "ᎣᏏᏲ ᏙᎯᏧ ᎤᏍᏗ ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ꮳꮃꭹ ᏸ",
    "mongolian": "ᠮᠣᠩᠭᠣᠯ ᠤᠨ ᠨᠢᠭᠤᠴᠠ ᠲᠣᠪᠴᠢᠶᠠᠨ᠎ᠠ ᠪᠣᠯ ᠴᠢᠬᠤᠯᠠ ᠨᠣᠮ ᠶᠤᠮ",
    "mathematical": "𝕿𝖍𝖊 𝒒𝒖𝒊𝒄𝒌 𝟚𝟘𝟚𝟞 ﬁne ﬃ ½ ⅷ ㎏ ™ … ﷺ ﷽ x² H₂O Å K Ω ſ ẞ ŉ ǰ ΐ ᾳ Ά Ǆ",
    "emoji": "Fire 🔥 in 🇮🇷 1️⃣ 👩‍👩‍👧 zero\u200bwidth so\u00adft \ufeffbom \u202ertl\u202c \U000e0041tag",
}

BLOCKS = {
    "ascii": (0x20, 0x7F),
    "latin-1": (0xA0, 0x100),
    "latin-extended": (0x100, 0x250),
    "ipa-and-modifiers": (0x250, 0x300),
    "combining": (0x300, 0x370),
    "greek": (0x370, 0x400),
    "cyrillic": (0x400, 0x530),
    "armenian-hebrew": (0x530, 0x600),
    "arabic": (0x600, 0x700),
    "syriac-thaana-nko": (0x700, 0x800),
    "devanagari-bengali": (0x900, 0xA00),
    "gurmukhi-gujarati-oriya": (0xA00, 0xB80),
    "tamil-telugu-kannada": (0xB80, 0xD00),
    "malayalam-sinhala": (0xD00, 0xE00),
    "thai-lao": (0xE00, 0xF00),
    "tibetan": (0xF00, 0x1000),
    "myanmar-georgian": (0x1000, 0x1100),
    "hangul-jamo": (0x1100, 0x1200),
    "ethiopic-cherokee": (0x1200, 0x1400),
    "khmer-mongolian": (0x1780, 0x18B0),
    "balinese-sundanese": (0x1B00, 0x1BC0),
    "latin-additional-greek-extended": (0x1E00, 0x2000),
    "punctuation-and-symbols": (0x2000, 0x2200),
    "enclosed-and-cjk-symbols": (0x2460, 0x2500),
    "kana": (0x3000, 0x3200),
    "cjk-compatibility": (0x3200, 0x3400),
    "han": (0x4E00, 0x5200),
    "hangul-extended": (0xA960, 0xAC00),
    "hangul": (0xAC00, 0xB000),
    "surrogates": (0xD7F0, 0xE010),
    "presentation-forms": (0xFB00, 0xFE00),
    "half-and-full-width": (0xFE00, 0x10000),
    "linear-b-to-old-italic": (0x10000, 0x10400),
    "brahmi-kaithi-chakma": (0x11000, 0x11200),
    "kirat-rai-bassa": (0x16A00, 0x16F00),
    "kana-supplement": (0x1B000, 0x1B170),
    "musical": (0x1D100, 0x1D250),
    "mathematical": (0x1D400, 0x1D800),
    "han-supplement": (0x2F800, 0x2FA20),
    "tags": (0xE0000, 0xE0200),
    "everything": (0, 0x110000),
}


def noise(block: str, seed: int, length: int = 120) -> str:
    """Characters of one block, with some spaces, Latin words and marks strewn in; the same for ever."""
    chosen = random.Random(f"{block} {seed}")
    low, high = BLOCKS[block]
    pieces = []
    for _ in range(length):
        roll = chosen.random()
        if roll < 0.15:
            pieces.append(chosen.choice([" ", " ", "\n", "-", "'", "\u2019", "\u00a0"]))
        elif roll < 0.25:
            pieces.append(
                chosen.choice(["a", "Z", "7", "é", "ß", "\u0301", "\u0323", "\u0345", "\u200d", "가", "中", "ก"])
            )
        else:
            pieces.append(chr(chosen.randrange(low, high)))
    return "".join(pieces)


def sentence_mix(name: str, seed: int) -> str:
    """The words of a real sentence, some dropped, doubled or swapped, with a neighbour's sentence behind."""
    chosen = random.Random(f"{name} {seed}")
    names = list(SENTENCES)
    words = SENTENCES[name].split(" ") + SENTENCES[chosen.choice(names)].split(" ")
    kept = [word for word in words if chosen.random() > 0.1]
    if len(kept) > 2:
        place = chosen.randrange(len(kept) - 1)
        kept[place], kept[place + 1] = kept[place + 1], kept[place]
    return " ".join(kept)


def many_texts(repeats: int = 28) -> list[str]:
    """More than two thousand texts in more than thirty scripts."""
    texts = [SENTENCES[name] for name in SENTENCES]
    texts += [sentence_mix(name, seed) for name in SENTENCES for seed in range(repeats)]
    texts += [noise(block, seed) for block in BLOCKS for seed in range(repeats)]
    return texts
