"""Every catalogue says all that the code has to say, and leaves open what it leaves open."""

import re
from collections import Counter
from gettext import GNUTranslations

import pytest
from babel.messages.catalog import Message
from hypothesis import given
from hypothesis import strategies as st

from feeds.wording import catalogues, saying, wording_of
from feeds.wording.catalogues import languages, load, nearest
from tests.wording.messages import TEMPLATE, extracted, in_step, kept, messages, strings, written

LANGUAGES = ("ar", "de", "es", "fr", "hi", "pt", "ru", "sw", "zh")
_OPEN = re.compile(r"%\((\w+)\)s")
_TAG = re.compile(r"<[^<>]*>")
Name = tuple[str | None, object]


def name_of(message: Message) -> Name:
    return message.context, message.id


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def test_there_are_the_languages_that_are_promised() -> None:
    assert languages() == LANGUAGES


def test_the_files_are_as_the_command_writes_them() -> None:
    template = extracted()
    assert TEMPLATE.read_text() == written(template), "run `make messages`"
    for language in LANGUAGES:
        assert catalogues.file_of(language).read_text() == written(in_step(language, template)), "run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_words_for_all_of_it(language: str) -> None:
    catalog = kept(catalogues.file_of(language), language)
    said = {name_of(message): message for message in messages(catalog)}
    assert said.keys() == {*map(name_of, messages(kept(TEMPLATE)))}, "run `make messages`"
    for message in said.values():
        assert not message.fuzzy, message.id
        forms = strings(message)
        assert len(forms) == (1 if isinstance(message.id, str) else catalog.num_plurals), message.id
        assert all(form.strip() for form in forms), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_it_leaves_open_and_its_markup_are_those_of_the_english(language: str) -> None:
    """A count may be left out where a form is of one number alone."""
    plain, _ = load(language)
    numbers = Counter(plain.plural(number) for number in range(1_001))  # type: ignore[attr-defined]
    for message in messages(kept(catalogues.file_of(language), language)):
        english = ids(message)[-1]
        for place, form in enumerate(strings(message)):
            missing = Counter(_OPEN.findall(english)) - Counter(_OPEN.findall(form))
            assert not Counter(_OPEN.findall(form)) - Counter(_OPEN.findall(english)), form
            assert not missing or (missing.keys() == {"num"} and numbers[place] <= 1), form
            assert Counter(_TAG.findall(form)) == Counter(_TAG.findall(english)), form
            # Templates put it into attributes as it is.
            rest = _TAG.sub("", form)
            assert not re.search("[<>&]", rest), form
            assert '"' not in rest or '"' in _TAG.sub("", english), form
            assert "%" not in _OPEN.sub("", form), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_is_of_some_number(language: str) -> None:
    plain: GNUTranslations = load(language)[0]
    wording = wording_of(language)
    said = {wording.ngettext("One comment", "%(num)s comments", number) for number in (*range(201), 1_000_000)}
    assert all(said)
    catalog = kept(catalogues.file_of(language), language)
    forms = {plain.plural(number) for number in (*range(201), 1_000_000)}  # type: ignore[attr-defined]
    assert forms == {*range(catalog.num_plurals)}


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en", "en"), ("en-GB", "en"), ("ar", "ar"), ("AR-eg", "ar"), ("pt-BR", "pt"), ("pt-PT", "pt"), ("zh-Hant", "zh"),
     ("zh-Hant-TW", "zh"), ("de-CH-1996", "de"), ("it", "en"), ("he", "en"), ("arn", "en"), ("x-private", "en"), ("swa", "en")],
)  # fmt: skip
def test_the_nearest_catalogue(tag: str, language: str) -> None:
    assert nearest(tag) == language
    assert wording_of(tag).language == language


@given(st.from_regex(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,3}", fullmatch=True))
def test_any_tag_has_words(tag: str) -> None:
    assert wording_of(tag).gettext("Home")


def test_a_language_is_loaded_once() -> None:
    assert wording_of("ar") is wording_of("ar")


def test_what_was_said_in_english_is_said_in_another_language() -> None:
    said = saying("there is no article at %(path)s", path="/a/%s/")
    assert said == "there is no article at /a/%s/"
    assert str(ValueError(said)) == said
    assert wording_of("fr").of(str(ValueError(said))) == "Il n’y a pas d’article à l’adresse /a/%s/."
    assert wording_of("en").of(said) == said
    assert wording_of("fr").of("") == ""
    assert wording_of("fr").of("database is locked") == "", "it is for programs"
    assert wording_of("en").of("database is locked") == "database is locked"
