"""Single lines of furniture in several languages, prose that begins as they do, and the phrases that tell them."""

import pytest

from chrome_pages import PARAGRAPHS, kept
from dedupe.text import chrome
from dedupe.text.phrases import chrome_phrases, load_toml

FURNITURE = {
    "comment_form": ["Leave a Reply", "Schreibe einen Kommentar", "Laisser un commentaire", "Deja un comentario", "Lascia un commento",
                     "Deixe um comentário", "Geef een reactie", "Добавить комментарий", "اترك تعليقاً", "发表评论", "コメントを残す"],
    "headline_list": ["Related Articles", "Lesen Sie auch: Die Brücke", "À lire aussi", "Lea también", "Leggi anche", "Leia também", "Lees ook",
                      "Читайте также", "اقرأ أيضا", "相关新闻", "関連記事"],
    "consent": ["We use cookies to improve your visit and our offers.", "Diese Seite nutzt Cookies, um besser zu werden. Mehr in der Datenschutzerklärung.",
                "Ce site utilise des cookies pour mesurer son audience.", "Utilizamos cookies propias y de terceros para mejorar.",
                "Utilizziamo i cookie per migliorare il sito.", "Nós utilizamos cookies para melhorar a sua visita.", "Wij gebruiken cookies om de site te verbeteren.",
                "Сайт использует файлы cookie для удобства.", "نستخدم ملفات تعريف الارتباط لتحسين الموقع", "本网站使用cookie以改善体验。", "当サイトはクッキーを使用しています。プライバシーポリシーをご覧ください。"],
    "newsletter": ["Sign up for our newsletter", "Jetzt unseren Newsletter bestellen", "Abonnez-vous à la lettre", "Suscríbete a nuestro boletín", "Iscriviti alla newsletter",
                   "Assine a newsletter", "Meld je aan voor het nieuws", "Подпишитесь на рассылку", "اشترك في النشرة", "扫码关注", "メルマガ登録はこちら"],
    "legal": ["© 2022 Al Jazeera Media Network", "Copyright 2022. All rights reserved.", "Alle Rechte vorbehalten", "Tous droits réservés", "Все права защищены", "版权所有 2022"],
    "navigation": ["Skip to Content", "Share", "Advertisement", "Teilen", "Suivez-nous", "Поделиться", "广告", "Follow Al Jazeera English:"],
    "dateline": ["19 Jan 2022", "Monday, Jan 05, 2026", "Updated:", "Published 3 hours ago", "2022-01-19", "19 janvier 2022", "19. Januar 2022", "19 января 2022", "2022年1月19日"],
    "byline": ["By Maziar Motamedi", "By\xa0 Maziar Motamedi", "By AFP", "Von Anna Berg", "Par Jean Dupont", "Por María López", "BY MICHAEL SCHERER"],
    "caption": ["The president in Tehran [File: Atta Kenare/AFP]", "Putin speaks with Raisi. (Pavel BEDNYAKOV / SPUTNIK / AFP)", "Putin met his guest. Pavel Bednyakov/POOL/TASS", "Foto: Anna Berg/dpa"],
    "credit": ["With reporting by TASS, AFP, The Times of Israel", "The Associated Press contributed to this report.", "Source: Reuters", "This article was originally published by ProPublica."],
}  # fmt: skip


@pytest.mark.parametrize(("line_class", "line"), [(name, line) for name, lines in FURNITURE.items() for line in lines])
def test_a_line_of_furniture_is_known_and_set_aside(line_class, line):
    page = "\n".join([*PARAGRAPHS[:3], line])
    found = chrome.classify(page)[-1]
    assert found.line_class == line_class
    assert not found.kept
    assert kept(page).split("\n") == PARAGRAPHS[:3]


@pytest.mark.parametrize(
    "line",
    [
        "By the time he left the house, the council had voted and the crowd was gone.",
        "Home prices rose by nine percent in March, the office for statistics said on Friday.",
        "Cookies were sold at the fair, and the money went to the school in the valley.",
        "Privacy is what the new law is about, the minister said after the vote in parliament.",
        "“We have read the terms of service of every large platform in this country,” said Ms. Berg, who teaches law at the university in the capital and has advised two governments.",
        "Comments by the minister drew criticism from both parties on Tuesday evening.",
        "He told Reuters that the bridge would open in May.",
        "In 2019 the council closed the bridge, and nobody crossed the river there for a year.",
    ],
)
def test_prose_that_begins_like_furniture_is_prose(line):
    page = "\n".join([PARAGRAPHS[0], line, PARAGRAPHS[1]])
    assert kept(page) == page


def test_every_phrase_of_the_data_file_has_a_source_and_is_found():
    blocks = load_toml("chrome.toml")["phrases"]
    assert all(block["source"] and block["lang"] and block["phrases"] for block in blocks)
    languages = {block["lang"] for block in blocks}
    assert languages >= {"en", "de", "fr", "es", "it", "pt", "nl", "ru", "ar", "zh", "ja"}
    phrases = chrome_phrases()
    known = {
        *phrases.whole,
        *(phrase for group in phrases.contains.values() for phrase, _ in group),
        *(phrase for phrase, _, _ in phrases.unspaced),
    }
    known |= {phrase for group in phrases.starts.values() for phrase, _ in group}
    assert [
        phrase
        for block in blocks
        for phrase in block["phrases"]
        if phrase.casefold().strip(" :.©") not in {k.strip(" :.©") for k in known}
    ] == []
