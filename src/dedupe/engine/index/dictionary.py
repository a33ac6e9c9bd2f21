"""Words that texts of news are made of: primes the compression of stored texts, which are too short to prime their own.

The names of a body's fields, then common English words and phrases, the most useful last. Part of the stored format: a
changed byte here makes every stored text unreadable, so it never changes within a layout.
"""

FIELDS = (
    b"\x8f\xa2id\x00\xa8original\xa4kept\x91\x92\x00\xcd\x08\xa5lines\x90\xa9extractor\xa4text\xa7removed\xcb\x00"
    b"\xa8warnings\x90\xa5title\xa3url\xb5https://www.\xa4host\xa9canonical\xc0\xa6source\xc0\xa9published\xc0\xa7credits\x90"
    b"\x83\xa4span\x92\xcd\xaaline_class\xa5prose\xa4kept\xc3\x83\xa4span\x92\xcd\xaaline_class\xaanavigation\xa4kept\xc2"
)

WORDS = (
    b"presidential candidate states he would though better significant every in their support for who have "
    b"health themselves evidence of those that has a lot of things under the the right likely to thousands "
    b"of such as of people director all the everything following down president, little reporters never "
    b"the fact that become earlier supporters international president of the which is the federal "
    b"government executive response to such part of the among in this in his when the millions of military "
    b"lawmakers in which around the some of the of this president of both might it is was a was the "
    b"possible the other going to be it would legislation the last expected to those who rather than three "
    b"that is very able to getting official policy said, really working immigration the next majority "
    b"released interview continue to there are continue some of to do candidates leaders national security "
    b"the end of here for reprint reported much potential a statement making said in a economic back the "
    b"political security they were had been question actually right the federal need to is that state as "
    b"well as decision and a questions of their he was said he especially could be to take made the "
    b"that it million between the and his to a there is across the several recent around "
    b"likely did not members of them have a through the to get percent of particularly announced people "
    b"who percent it was told part of members candidate under believe said in saying is a they are many "
    b"because of years of his as a want to contributed to this time information different should be "
    b"statement since still investigation out of these said that is not important even against the only "
    b"election at least of a like have to to have number of think without last that would called already "
    b"for a and that trying to while being that they just public he said. where the administration would "
    b"have congressional federal according to the the most before the is the for reprint permission. to "
    b"make with a the government some and other into the another the country when something in a former "
    b"said the what as the support national that he during the after the were conservative one of the "
    b"whether the same officials there those will be said. during between also through should over the "
    b"will could before going to they said would be the first campaign by the to be other after this has "
    b"been against which more than about the at the people would the president their because including "
    b"about have been government according to presidential political administration president from the on "
    b"the and the with the to the for the that the in the of the "
)

DICTIONARY = FIELDS + WORDS
"""What zlib is primed with."""
