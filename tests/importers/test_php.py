import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.importers.wxr.php import PhpValue, read_php_array


def serialize(value: PhpValue) -> str:
    """As PHP's serialize() writes it."""
    match value:
        case None:
            return "N;"
        case bool():
            return f"b:{int(value)};"
        case int():
            return f"i:{value};"
        case float():
            return f"d:{value!r};"
        case str():
            return f's:{len(value.encode())}:"{value}";'
        case _:
            inner = "".join(serialize(key) + serialize(item) for key, item in value.items())
            return f"a:{len(value)}:{{{inner}}}"


text = st.text(st.characters(codec="utf-8"))
scalars = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False) | text
keys = st.integers(0, 99) | text.filter(lambda key: not key.isdigit())
values = st.recursive(scalars, lambda inner: st.dictionaries(keys, inner, max_size=4), max_leaves=12)


@given(st.dictionaries(keys, values, max_size=5))
def test_what_php_wrote_is_read(array: dict[int | str, PhpValue]) -> None:
    assert read_php_array(serialize(array)) == array


@given(text)
def test_any_text_is_read_without_an_error(noise: str) -> None:
    assert isinstance(read_php_array(noise), dict)
    assert isinstance(read_php_array(f'a:2:{{s:1:"a";{noise}'), dict)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "i:7;",
        'O:8:"stdClass":1:{s:1:"a";i:1;}',
        "a:1:{a:0:{}i:1;}",
        "a:1:{i:0;" * 100_000,
        'a:1:{s:99999999999999999999999:"x"',
        "a:1:{i:0;i:" + "9" * 10_000 + ";}",
    ],
)
def test_what_is_no_array(text: str) -> None:
    assert read_php_array(text).get("a") is None


def test_what_stands_before_damage_is_read() -> None:
    assert read_php_array('a:3:{s:5:"width";i:640;s:1:"x";s:9:"cut";s:6:"height";i:360;}') == {"width": 640}


def test_a_length_below_nothing_does_not_lead_back() -> None:
    """Read again from where it was, an array would have no end."""
    assert read_php_array('a:1:{i:0;s:-6:"";i:1;i:2;}') == {}
    for back in range(1, 40):
        read_php_array(f'a:9:{{i:0;s:1:"x";i:1;s:-{back}:"";i:2;s:1:"y";}}')
